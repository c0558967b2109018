#include "app/formlink.h"
#include "app/collect_parts.h"
#include "app/login_parts.h"
#include "store/statements.h"

enum { DAYS_MOST = 60, DAY_MS = 24 * HOUR };

/* Filled in by the participant alone, and nothing else opens by a link. */
static bool self_rated(const struct collect_kit *k, isize table, isize measure,
                       isize time)
{
    const struct study_measure *m = &k->s->measures.at[measure];
    struct form_key key = {0, measure, time};
    return m->table == table && str_is(m->rater, "consumer") &&
           collect_key(k, &key, NULL) == OK;
}

/* A link as the store has it, with what it opens. */
struct stored {
    struct formlink l;
    i64 subject, study, site;
    struct str time, kind, visit_state;
};

static bool read_link(struct rows *r, struct stored *out, struct arena *a)
{
    if (!db_next(r)) return false;
    *out = (struct stored){.l = {.id = db_i64(r, 0),
                                 .visit = db_i64(r, 1),
                                 .lang = db_str(r, 2, a),
                                 .staff_name = db_str(r, 3, a),
                                 .made = db_i64(r, 4),
                                 .ends = db_i64(r, 5),
                                 .opened = db_i64(r, 6),
                                 .used = db_i64(r, 7),
                                 .revoked = db_i64(r, 8)},
                           .subject = db_i64(r, 9),
                           .time = db_str(r, 10, a),
                           .study = db_i64(r, 11),
                           .kind = db_str(r, 12, a),
                           .visit_state = db_str(r, 13, a),
                           .site = db_i64(r, 14)};
    return true;
}

static int one_link(struct db *db, const struct sql *q, struct db_arg by,
                    struct stored *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct stored){0};
    TRY(db_query(db, &r, q, ARGS(by), e));
    if (!read_link(&r, out, a)) out->l.id = 0;
    return db_end(&r, e);
}

/* --- made and revoked by staff ------------------------------------------------------ */

struct change {
    const struct act *act;
    const struct collect_kit *k;
    struct str hash, lang;
    i64 visit, id;
    instant ends;
};

static int make(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    TRY(db_one(db, &c->id, SQL_form_link_put,
               ARGS(T(c->hash), I(c->visit), T(c->lang), I(c->act->who.staff),
                    I(c->act->now), I(c->ends)),
               e));
    struct str after = str_fmt(&tmp, "{\"ends\":\"%.*s\",\"visit\":%" PRId64 "}",
                               FMT(instant_text(c->ends, &tmp)), c->visit);
    return act_note(c->act, db, "form_link.make", "form_link", c->id, (struct str){0},
                    after, tmp, e);
}

int formlink_make(struct act *act, const struct collect_kit *k, i64 visit,
                  struct str lang, int days, struct str *token, i64 *id, struct err *e)
{
    struct due_visit v;
    TRY(visiting_get(act, k, visit, &v, e));
    TRY(act_may_in(act, MAY_ENTER_ANSWERS, v.v.site, k->s->id, e));
    bool any = false;
    isize table = study_table(k->s, v.v.kind);
    for (isize i = 0; i < k->s->measures.n; i++)
        any = any || self_rated(k, table, i, v.time);
    if (!any) return err_say(e, E_RECORD, "REFUSED_LINK_NO_FORM");
    if (v.v.state == VISIT_CANCELLED)
        return err_say(e, E_RECORD, "REFUSED_LINK_CANCELLED");
    if (days < 1 || days > DAYS_MOST)
        return err_say_of(e, E_RECORD, "REFUSED_LINK_DAYS", SAID(SAY_INT(DAYS_MOST)));
    *token = login_token(act->a);
    struct change c = {.act = act,
                       .k = k,
                       .hash = login_hash("form link", *token, act->a),
                       .lang = lang,
                       .visit = visit,
                       .ends = act->now + (instant)days * DAY_MS};
    TRY(act_change(act, make, &c, e));
    *id = c.id;
    return OK;
}

static int revoke(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    i64 n = 0;
    TRY(db_run_count(db, SQL_form_link_revoked, ARGS(I(c->id), I(c->act->now)), &n, e));
    if (n == 0) return err_say(e, E_CHANGED, "REFUSED_LINK_USED");
    TRY(db_run(db, SQL_draft_drop_link, ARGS(I(c->id)), e));
    return act_note(c->act, db, "form_link.revoke", "form_link", c->id, (struct str){0},
                    (struct str){0}, tmp, e);
}

int formlink_revoke(struct act *act, const struct collect_kit *k, i64 id, struct err *e)
{
    struct stored s;
    struct due_visit v;
    struct err why = {0};
    TRY(one_link(act->db, SQL_form_link_get, I(id), &s, act->a, e));
    int code = s.l.id ? visiting_get(act, k, s.l.visit, &v, &why) : E_NOT_FOUND;
    if (code == E_NOT_FOUND) return err_say(e, code, "REFUSED_NO_LINK");
    if (code != OK) return err_pass(e, code, &why);
    TRY(act_may_in(act, MAY_ENTER_ANSWERS, v.v.site, k->s->id, e));
    struct change c = {.act = act, .k = k, .id = id};
    return act_change(act, revoke, &c, e);
}

int formlink_of(struct act *act, const struct collect_kit *k, i64 visit,
                struct formlinks *out, struct err *e)
{
    struct due_visit v;
    *out = (struct formlinks){0};
    TRY(visiting_get(act, k, visit, &v, e));
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_form_link_of, ARGS(I(visit)), e));
    for (struct stored s; read_link(&r, &s, act->a);) *PUSH(act->a, out) = s.l;
    return db_end(&r, e);
}

/* --- with the token ------------------------------------------------------------------ */

static enum formlink_state state_of(const struct stored *s, const struct act *act,
                                    const struct collect_kit *k)
{
    if (s->l.id == 0 || s->study != k->study) return LINK_UNKNOWN;
    if (s->l.revoked || str_is(s->visit_state, "cancelled")) return LINK_REVOKED;
    if (s->l.used) return LINK_USED;
    return s->l.ends <= act->now ? LINK_ENDED : LINK_FINE;
}

static int look(struct act *act, const struct collect_kit *k, struct db *db,
                struct str token, struct stored *out, enum formlink_state *state,
                struct arena *a, struct err *e)
{
    struct str hash = login_hash("form link", token, a);
    TRY(one_link(db, SQL_form_link_by_hash, T(hash), out, a, e));
    *state = state_of(out, act, k);
    return OK;
}

int formlink_study(struct act *act, struct str token, i64 *study, struct err *e)
{
    struct stored s;
    struct str hash = login_hash("form link", token, act->a);
    TRY(one_link(act->db, SQL_form_link_by_hash, T(hash), &s, act->a, e));
    *study = s.l.id ? s.study : 0;
    return OK;
}

static int opened(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    i64 n = 0;
    TRY(db_run_count(db, SQL_form_link_opened, ARGS(I(c->id), I(c->act->now)), &n, e));
    if (n == 0) return OK;
    return act_note(c->act, db, "form_link.open", "form_link", c->id, (struct str){0},
                    (struct str){0}, tmp, e);
}

int formlink_open(struct act *act, const struct collect_kit *k, struct str token,
                  struct formlink_page *out, struct err *e)
{
    struct stored s;
    enum formlink_state state;
    TRY(look(act, k, act->db, token, &s, &state, act->a, e));
    *out = (struct formlink_page){.state = state};
    if (state != LINK_UNKNOWN) out->lang = s.l.lang;
    if (state != LINK_FINE) return OK;
    if (!s.l.opened) {
        struct change c = {.act = act, .id = s.l.id};
        TRY(act_change(act, opened, &c, e));
    }
    out->id = s.l.id;
    out->visit = s.l.visit;
    out->subject = s.subject;
    out->site = s.site;
    out->ends = s.l.ends;
    out->time = study_time(k->s, s.time);
    isize table = study_table(k->s, s.kind);
    for (isize i = 0; i < k->s->measures.n; i++) {
        if (!self_rated(k, table, i, out->time)) continue;
        struct formlink_form *f = PUSH(act->a, &out->forms);
        struct form_key key = {s.subject, i, out->time};
        struct response_place p;
        *f = (struct formlink_form){.measure = i};
        TRY(collect_place(act->db, k, &key, 1, 0, s.l.id, &p, act->a, e));
        f->done = p.now[0] != 0;
        if (!f->done)
            TRY(collect_draft_read(act->db, k, &key, 1, 0, s.l.id, &f->draft_version,
                                   &f->draft, act->a, e));
    }
    return OK;
}

static int fine(struct act *act, const struct collect_kit *k, struct str token,
                isize measure, struct stored *out, struct form_key *key, struct err *e)
{
    enum formlink_state state;
    TRY(look(act, k, act->db, token, out, &state, act->a, e));
    if (state != LINK_FINE) return err_say(e, E_TOKEN, "REFUSED_LINK_CLOSED");
    *key = (struct form_key){out->subject, measure, study_time(k->s, out->time)};
    bool there = measure >= 0 && measure < k->s->measures.n &&
                 self_rated(k, study_table(k->s, out->kind), measure, key->time);
    return there ? OK : collect_hidden(e);
}

int formlink_draft(struct act *act, const struct collect_kit *k, struct str token,
                   isize measure, const struct form_cell *cell, i64 *version,
                   struct err *e)
{
    struct stored s;
    struct form_key key;
    TRY(fine(act, k, token, measure, &s, &key, e));
    return collect_draft_save(act, k, &key, 1, s.l.id, cell, version, e);
}

static int speak(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    return db_run(db, SQL_form_link_lang, ARGS(I(c->id), T(c->lang)), e);
}

int formlink_speak(struct act *act, const struct collect_kit *k, struct str token,
                   enum lang lang, struct err *e)
{
    struct stored s;
    enum formlink_state state;
    TRY(look(act, k, act->db, token, &s, &state, act->a, e));
    if (state != LINK_FINE) return err_say(e, E_TOKEN, "REFUSED_LINK_CLOSED");
    struct change c = {.act = act, .id = s.l.id, .lang = str_of(lang_code[lang])};
    return str_eq(s.l.lang, c.lang) ? OK : act_change(act, speak, &c, e);
}

struct submitting {
    struct act *act;
    const struct collect_kit *k;
    struct form_in in;
    struct form_done *out;
    struct str hash;
};

static int use(struct db *db, const struct act *act, i64 id, struct err *e)
{
    struct arena tmp = act_room(act);
    i64 n = 0;
    TRY(db_run_count(db, SQL_form_link_used, ARGS(I(id), I(act->now)), &n, e));
    if (n == 0) return err_say(e, E_TOKEN, "REFUSED_LINK_CLOSED");
    TRY(db_run(db, SQL_draft_drop_link, ARGS(I(id)), e));
    return act_note(act, db, "form_link.use", "form_link", id, (struct str){0},
                    (struct str){0}, tmp, e);
}

static int submit(struct db *db, void *arg, struct err *e)
{
    struct submitting *c = arg;
    struct arena tmp = act_room(c->act);
    struct stored s;
    TRY(one_link(db, SQL_form_link_by_hash, T(c->hash), &s, &tmp, e));
    if (state_of(&s, c->act, c->k) != LINK_FINE)
        return err_say(e, E_TOKEN, "REFUSED_LINK_CLOSED");
    struct act self = *c->act; /* whoever is logged in at this screen has not answered */
    self.who = (struct viewer){0};
    self.why = (struct str){0};
    self.a = &tmp; /* room behind what this closure holds */
    TRY(collect_submit_in(db, &self, c->k, &c->in, c->out, e));
    /* the last one: nothing is left that the link could open */
    isize table = study_table(c->k->s, s.kind);
    for (isize i = 0; i < c->k->s->measures.n; i++) {
        if (!self_rated(c->k, table, i, c->in.key.time)) continue;
        struct form_key key = {s.subject, i, c->in.key.time};
        struct response_place p;
        TRY(collect_place(db, c->k, &key, 1, 0, s.l.id, &p, &tmp, e));
        if (!p.now[0]) return OK;
    }
    return use(db, &self, s.l.id, e);
}

int formlink_submit(struct act *act, const struct collect_kit *k, struct str token,
                    isize measure, const struct answer *answer,
                    const struct formlink_words *words, struct form_done *out,
                    struct err *e)
{
    struct stored s;
    struct submitting c = {.act = act, .k = k, .out = out};
    TRY(fine(act, k, token, measure, &s, &c.in.key, e));
    c.hash = login_hash("form link", token, act->a);
    c.in.answer = answer;
    c.in.pass = 1;
    c.in.day = act->today;
    c.in.mode = MODE_PARTICIPANT;
    c.in.lang = words ? words->lang : s.l.lang;
    c.in.wording = words ? words->wording : 0;
    c.in.link = s.l.id;
    *out =
        (struct form_done){.score = NEW(act->a, struct score, k->in[measure]->scores.n)};
    return act_change(act, submit, &c, e);
}

static int finish(struct db *db, void *arg, struct err *e)
{
    struct submitting *c = arg;
    struct act self = *c->act;
    self.who = (struct viewer){0};
    return use(db, &self, c->in.link, e);
}

int formlink_finish(struct act *act, const struct collect_kit *k, struct str token,
                    struct err *e)
{
    struct stored s;
    enum formlink_state state;
    struct submitting c = {.act = act, .k = k};
    TRY(look(act, k, act->db, token, &s, &state, act->a, e));
    if (state != LINK_FINE) return err_say(e, E_TOKEN, "REFUSED_LINK_CLOSED");
    c.in.link = s.l.id;
    return act_change(act, finish, &c, e);
}
