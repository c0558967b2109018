#include "app/offer.h"
#include "app/apply_parts.h"
#include "base/file.h"
#include "store/statements.h"
#include "study/library.h"

/* What a study of the store uses now. */
struct used {
    struct studies_row row; /* id 0: the study is not there */
    struct LIST(struct definition_row) of;
};

static int read_used(struct db *db, struct str name, struct used *out, struct arena *a,
                     struct err *e)
{
    struct err none = {0};
    ROWS r = {0};
    struct LIST(i64) id = {0};
    *out = (struct used){0};
    int code = studies_by_name(db, name, &out->row, a, &none);
    if (code == E_NOT_FOUND) return OK;
    if (code != OK) return err_pass(e, code, &none);
    TRY(db_query(db, &r, SQL_study_uses_of, ARGS(I(out->row.id)), e));
    while (db_next(&r)) *PUSH(a, &id) = db_i64(&r, 0);
    TRY(db_end(&r, e));
    for (isize i = 0; i < id.n; i++)
        TRY(definition_get(db, id.at[i], PUSH(a, &out->of), a, e));
    return OK;
}

static const struct definition_row *in_use(const struct used *u,
                                           const struct definition *d)
{
    for (isize i = 0; i < u->of.n; i++)
        if (str_eq(u->of.at[i].kind, d->kind) && str_eq(u->of.at[i].name, d->id))
            return &u->of.at[i];
    return NULL;
}

/* In words, what lies between the text in use and the one of the folder. */
static int compare(const struct definition_row *was, const struct yaml *now,
                   struct changes *out, struct arena *a, struct err *e)
{
    struct yaml *before = NULL;
    TRY(yaml_read(was->text, "the store", &before, a, e));
    if (!str_is(was->kind, "instrument")) {
        *out = change_documents(before, now, a);
        return OK;
    }
    struct instrument *p = NULL, *q = NULL;
    TRY(instrument_read(before, &p, a, e));
    TRY(instrument_read(now, &q, a, e));
    *out = change_instruments(p, q, a);
    return OK;
}

static int find_changes(struct db *db, const struct apply_texts *t, const struct used *u,
                        struct offer_one *out, struct arena *a, struct err *e)
{
    for (isize i = 0; i < t->text.n; i++) {
        struct yaml *now = NULL;
        struct definition d;
        struct definition_row kept;
        struct err none = {0};
        TRY(yaml_read(t->text.at[i], t->file.at[i], &now, a, e));
        TRY(library_head(now, &d, a, e));
        const struct definition_row *was = in_use(u, &d);
        if (was && str_is(was->hash, d.hash.hex)) continue;
        int code = definition_of(db, str_c(d.kind, a), d.id, d.revision, &kept, a, &none);
        if (code == OK && !str_is(kept.hash, d.hash.hex))
            return err_say_of(
                e, E_REVISION, "REFUSED_OFFER_REVISION",
                SAID(SAY_CODE(str_fmt(a, "%.*s %.*s", FMT(d.kind), FMT(d.id))),
                     SAY_INT(d.revision)));
        struct offer_change *c = PUSH(a, &out->changes);
        *c = (struct offer_change){.kind = d.kind,
                                   .name = d.id,
                                   .was = was ? was->revision : 0,
                                   .now = d.revision};
        if (was) TRY(compare(was, now, &c->touches, a, e));
    }
    out->same = u->row.id && out->changes.n == 0;
    return OK;
}

static int read_one(struct act *act, const char *data, const char *name,
                    struct offer_one *out, struct err *e)
{
    struct apply_texts t;
    struct used u;
    *out = (struct offer_one){0};
    TRY(apply_texts(data, name, &t, act->a, e));
    TRY(read_used(act->db, t.p.study->id, &u, act->a, e));
    out->p = t.p;
    out->used = u.row.id ? u.row.revision : 0;
    return find_changes(act->db, &t, &u, out, act->a, e);
}

int offer_read(struct act *act, const char *data, const char *name, struct offer_one *out,
               struct err *e)
{
    TRY(act_may_in(act, MAY_SET_UP_STUDIES, 0, str_of(name), e));
    return read_one(act, data, name, out, e);
}

int offer_list(struct act *act, const char *data, struct offers *out, struct err *e)
{
    struct file_names names;
    *out = (struct offers){0};
    TRY(act_may(act, MAY_SET_UP_STUDIES, 0, e));
    TRY(file_list(file_join(act->a, data, "studies"), &names, act->a, e));
    for (isize i = 0; i < names.n; i++) {
        struct offer_one one;
        struct err why = {0};
        struct offer *o = PUSH(act->a, out);
        int code = read_one(act, data, str_c(names.at[i], act->a), &one, &why);
        *o = (struct offer){.name = names.at[i], .used = one.used, .same = one.same};
        if (one.p.study) {
            o->title = one.p.study->title;
            o->revision = one.p.study->revision;
        }
        if (code != OK) o->fault = str_dup(str_of(why.text), act->a);
    }
    return OK;
}
