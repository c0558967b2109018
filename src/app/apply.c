#include "app/apply.h"
#include "app/apply_parts.h"
#include "app/visiting.h"
#include "base/file.h"
#include "base/json.h"
#include "store/blind.h"
#include "store/statements.h"

static int take(struct apply_texts *t, const char *path, struct arena *a, struct err *e)
{
    for (isize i = 0; i < t->file.n; i++)
        if (str_is(str_of(path), t->file.at[i])) return OK;
    TRY(file_read(path, FILE_LIMIT, PUSH(a, &t->text), a, e));
    *PUSH(a, &t->file) = path;
    return OK;
}

/* An instrument, and its wordings in the languages of the pages, where there are any. */
static int take_instrument(struct apply_texts *t, const char *data, struct str id,
                           struct arena *a, struct err *e)
{
    const char *dir = file_join(a, data, "instruments");
    TRY(take(t, file_join(a, dir, str_fmt(a, "%.*s.yaml", FMT(id)).at), a, e));
    for (int l = 0; l < LANG_N; l++) {
        const char *path =
            file_join(a, dir, str_fmt(a, "%.*s.%s.yaml", FMT(id), lang_code[l]).at);
        if (file_exists(path)) TRY(take(t, path, a, e));
    }
    return OK;
}

int apply_texts(const char *data, const char *name, struct apply_texts *t,
                struct arena *a, struct err *e)
{
    *t = (struct apply_texts){0};
    TRY(protocol_open(data, name, &t->p, a, e));
    struct str programme = t->p.study->programme;
    if (programme.n) {
        const char *dir =
            file_join(a, file_join(a, data, "programmes"), str_c(programme, a));
        TRY(take(t, file_join(a, dir, "programme.yaml"), a, e));
    }
    for (isize i = 0; i < t->p.study->measures.n; i++) {
        struct str id = t->p.study->measures.at[i].instrument;
        TRY(take_instrument(t, data, id, a, e));
    }
    TRY(take(t, file_join(a, t->p.dir, "study.yaml"), a, e));
    return take(t, file_join(a, t->p.dir, "plan.yaml"), a, e);
}

struct apply_change {
    struct act *act;
    const struct apply_texts *t;
    struct applied done;
    i64 study, site;
    struct str code;
};

/* What has rows keeps its place in the definition: its table, its site's code. */
static int check_kept(struct db *db, const struct study *s, i64 study, struct arena tmp,
                      struct err *e)
{
    struct studies_sites sites;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_study_kinds, ARGS(I(study)), e));
    while (db_next(&r)) {
        struct str kind = db_str(&r, 0, &tmp);
        if (study_table(s, kind) < 0)
            return err_say_of(e, E_CONSTRAINT, "REFUSED_APPLY_TABLE",
                              SAID(SAY_CODE(kind)));
    }
    TRY(db_end(&r, e));
    TRY(studies_sites_of(db, study, &sites, &tmp, e));
    for (isize i = 0; i < sites.n; i++) {
        bool there = false;
        for (isize k = 0; k < s->sites.n; k++)
            there = there || str_eq(s->sites.at[k], sites.at[i].code);
        if (!there)
            return err_say_of(e, E_CONSTRAINT, "REFUSED_APPLY_SITE",
                              SAID(SAY_CODE(sites.at[i].code)));
    }
    return OK;
}

/* The study uses these definitions from now on, and no other. */
static int use(struct db *db, const struct act *act, i64 study, const i64 *id, isize n,
               struct arena tmp, struct err *e)
{
    struct LIST(i64) was = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_study_uses_of, ARGS(I(study)), e));
    while (db_next(&r)) *PUSH(&tmp, &was) = db_i64(&r, 0);
    TRY(db_end(&r, e));
    for (isize i = 0; i < was.n; i++) {
        bool still = false;
        for (isize k = 0; k < n; k++) still = still || id[k] == was.at[i];
        if (!still)
            TRY(db_run(db, SQL_study_uses_end, ARGS(I(study), I(was.at[i]), I(act->now)),
                       e));
    }
    for (isize k = 0; k < n; k++) {
        bool before = false;
        for (isize i = 0; i < was.n; i++) before = before || id[k] == was.at[i];
        if (!before)
            TRY(db_run(db, SQL_study_uses_add, ARGS(I(study), I(id[k]), I(act->now)), e));
    }
    return OK;
}

static struct str json_study(const struct studies_row *s, struct arena *a)
{
    struct buf b = buf_in(a, 100);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_int(&w, "definition", s->definition);
    json_put_int(&w, "plan", s->plan);
    json_close(&w, '}');
    return buf_str(&b);
}

/* What another revision asks for at a visit, visits wait for from now on. */
static int asked_anew(struct db *db, const struct study *s, const struct studies_row *was,
                      i64 now, struct arena tmp, struct err *e)
{
    struct study *before = NULL;
    i64 n = 0;
    if (was->definition == now) return OK;
    TRY(definition_study(db, was->definition, &before, &tmp, e));
    return asked_same(before, s) ? OK : visiting_recount(db, was->id, &n, tmp, e);
}

static int apply(struct db *db, void *arg, struct err *e)
{
    struct apply_change *c = arg;
    const struct apply_texts *t = c->t;
    struct arena tmp = act_room(c->act);
    isize n = t->text.n;
    i64 *id = NEW(&tmp, i64, n);
    struct err none = {0};
    struct studies_row was = {0}, now = {0};
    c->done = (struct applied){0};
    for (isize i = 0; i < n; i++) {
        bool fresh = false;
        TRY(definition_put(db, t->text.at[i], t->file.at[i], c->act->now, &id[i], &fresh,
                           tmp, e));
        if (fresh) c->done.added++;
        if (!fresh) c->done.same++;
    }
    now.definition = id[n - 2];
    now.plan = id[n - 1];
    int code = studies_by_name(db, t->p.study->id, &was, &tmp, &none);
    if (code == E_NOT_FOUND) {
        c->done.fresh = true;
        TRY(db_one(db, &c->done.study, SQL_study_add,
                   ARGS(T(t->p.study->id), I(now.definition), I(now.plan)), e));
    } else if (code != OK) {
        return err_pass(e, code, &none);
    } else {
        c->done.study = was.id;
        TRY(check_kept(db, t->p.study, was.id, tmp, e));
        TRY(db_run(db, SQL_study_set, ARGS(I(was.id), I(now.definition), I(now.plan)),
                   e));
        TRY(asked_anew(db, t->p.study, &was, now.definition, tmp, e));
    }
    TRY(use(db, c->act, c->done.study, id, n, tmp, e));
    TRY(blind_put(db, c->done.study, t->p.study, tmp, e));
    if (c->done.added == 0 && was.definition == now.definition && was.plan == now.plan)
        return OK;
    return act_note(c->act, db, "study.apply", "study", c->done.study,
                    c->done.fresh ? (struct str){0} : json_study(&was, &tmp),
                    json_study(&now, &tmp), tmp, e);
}

int apply_study(struct act *act, const char *data, const char *name, struct applied *out,
                struct err *e)
{
    struct apply_texts t;
    struct apply_change c = {.act = act, .t = &t};
    TRY(act_may_in(act, MAY_SET_UP_STUDIES, 0, str_of(name), e));
    TRY(apply_texts(data, name, &t, act->a, e));
    TRY(act_change(act, apply, &c, e));
    *out = c.done;
    return OK;
}

static int add_site(struct db *db, void *arg, struct err *e)
{
    struct apply_change *c = arg;
    struct arena tmp = act_room(c->act);
    struct buf b = buf_in(&tmp, 100);
    struct json_out w = json_to(&b, 0);
    TRY(db_run(db, SQL_study_site_add, ARGS(I(c->study), I(c->site), T(c->code)), e));
    json_open(&w, NULL, '{');
    json_put_str(&w, "code", c->code);
    json_put_int(&w, "site", c->site);
    json_close(&w, '}');
    return act_note(c->act, db, "study.site", "study", c->study, (struct str){0},
                    buf_str(&b), tmp, e);
}

int apply_site(struct act *act, i64 study, i64 site, struct str code, struct err *e)
{
    struct apply_change c = {.act = act, .study = study, .site = site, .code = code};
    struct studies_row row;
    struct study *s = NULL;
    bool known = false;
    TRY(studies_get(act->db, study, &row, act->a, e));
    TRY(act_may_in(act, MAY_SET_UP_STUDIES, 0, row.name, e));
    TRY(definition_study(act->db, row.definition, &s, act->a, e));
    for (isize i = 0; i < s->sites.n; i++) known = known || str_eq(s->sites.at[i], code);
    if (!known) return err_say(e, E_RECORD, "REFUSED_APPLY_NO_SITE");
    return act_change(act, add_site, &c, e);
}
