/* How many forms of a visit still wait: counted from the study's definition and the entries that
** stand.  Whoever changes a visit gives it the count anew; a save subtracts its own form. */
#include "app/collect_parts.h"
#include "app/people_parts.h"
#include "app/visiting.h"
#include "store/statements.h"
#include "store/studies.h"

bool visiting_closed_for_good(const struct visit *v)
{
    return v->state == VISIT_MISSED || v->state == VISIT_CANCELLED ||
           (v->state == VISIT_HELD && v->reason.n > 0);
}

i64 visiting_waits(const struct study *s, const struct visit *v, struct arena tmp)
{
    if (visiting_closed_for_good(v)) return 0;
    struct visit_answered done = {0};
    for (isize i = 0; i < v->entries.n; i++)
        *PUSH(&tmp, &done) = v->entries.at[i].measure;
    return asked_waits(s, study_table(s, v->kind), study_time(s, v->time), done.at,
                       done.n);
}

int visiting_study(struct db *db, const struct act *act, const struct collect_kit *k,
                   const struct study **out, struct arena *a, struct err *e)
{
    struct studies_row now;
    *out = k->s;
    if (k->row == 0) return OK;
    TRY(studies_get(db, k->study, &now, a, e));
    return now.definition == k->row ? OK : people_study_in(db, act, k->study, out, a, e);
}

/* The day of a visit is seen by who is blinded: what only one arm may be asked does not make it, where
** there is something that all are asked. */
static int enter(struct db *db, const struct study *s, const struct form_key *key,
                 const struct visit_entered *v, day on, i64 waits, struct err *e)
{
    if (v->held || study_open_measure(s, key->measure) || !study_open_time(s, key->time))
        return visit_enter(db, v, on, waits, e);
    return v->closed || waits == v->waits ? OK : visit_set_waits(db, v->id, waits, e);
}

int visiting_entered(struct db *db, const struct act *act, const struct collect_kit *k,
                     const struct form_key *key, const struct response_place *p,
                     bool first, day on, struct arena tmp, struct err *e)
{
    const struct study *s = k->s;
    enum asked_of who = asked_of(&s->measures.at[key->measure]);
    i64 waits = p->visit.waits;
    if (!first || p->visit.closed) return enter(db, k->s, key, &p->visit, on, waits, e);
    /* The definition is another by now, nobody has counted, or the count is wrong: a form is never
    ** refused for that. */
    bool anew =
        (k->row && p->definition != k->row) || waits < 0 || !(asked_on(waits) >> who & 1);
    if (anew) {
        struct visit_answered done;
        struct str time = collect_time(k, key->time);
        TRY(visiting_study(db, act, k, &s, &tmp, e));
        TRY(visit_answered(db, key->subject, time, &done, &tmp, e));
        waits =
            asked_waits(s, study_table(s, p->kind), study_time(s, time), done.at, done.n);
    } else {
        waits -= asked_unit(who);
    }
    return enter(db, k->s, key, &p->visit, on, waits, e);
}

/* --- all of a store ----------------------------------------------------------------- */

struct counted_study {
    i64 id;
    struct study *s;
};
struct counted_studies LIST(struct counted_study);

static int studies_of(struct db *db, i64 study, struct counted_studies *out,
                      struct arena *a, struct err *e)
{
    struct studies_rows all;
    *out = (struct counted_studies){0};
    TRY(studies_all(db, &all, a, e));
    for (isize i = 0; i < all.n; i++) {
        if (study && all.at[i].id != study) continue;
        struct counted_study *c = PUSH(a, out);
        c->id = all.at[i].id;
        TRY(definition_study(db, all.at[i].definition, &c->s, a, e));
    }
    return OK;
}

/* Visits of some ids: their rows follow each other, one for each entry. */
static int counting(struct db *db, i64 after, i64 upto, struct visiting_counts *out,
                    struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct visiting_counts){0};
    TRY(db_query(db, &r, SQL_visit_counting, ARGS(I(after), I(upto)), e));
    while (db_next(&r)) {
        i64 id = db_i64(&r, 0);
        if (out->n == 0 || out->at[out->n - 1].v.id != id) {
            struct visiting_count *c = PUSH(a, out);
            *c = (struct visiting_count){.v = {.id = id,
                                               .study = db_i64(&r, 1),
                                               .kind = db_str(&r, 2, a),
                                               .time = db_str(&r, 3, a),
                                               .state = visit_state_of(db_str(&r, 4, a)),
                                               .reason = db_str(&r, 5, a),
                                               .waits = db_i64(&r, 6)},
                                         .on = (unsigned)db_i64(&r, 7)};
        }
        if (db_is_null(&r, 8)) continue;
        *PUSH(a, &out->at[out->n - 1].v.entries) =
            (struct visit_entry){.measure = db_str(&r, 8, a)};
    }
    return db_end(&r, e);
}

int visiting_count_all(struct db *db, i64 study, visiting_counted *f, void *arg,
                       struct arena tmp, struct err *e)
{
    enum { AT_ONCE = 1000 };
    struct counted_studies known;
    i64 last = 0;
    TRY(studies_of(db, study, &known, &tmp, e));
    TRY(db_one(db, &last, SQL_visit_last, NO_ARGS, e));
    for (i64 after = 0; after < last; after += AT_ONCE) {
        struct visiting_counts all;
        struct arena page = tmp;
        TRY(counting(db, after, after + AT_ONCE, &all, &page, e));
        for (isize i = 0; i < all.n; i++) {
            struct visiting_count *c = &all.at[i];
            const struct study *s = NULL;
            for (isize j = 0; j < known.n; j++)
                if (known.at[j].id == c->v.study) s = known.at[j].s;
            if (!s) continue; /* of another study than was asked for */
            c->waits = visiting_waits(s, &c->v, page);
            TRY(f(db, c, arg, e));
        }
    }
    return OK;
}

static int put_right(struct db *db, const struct visiting_count *c, void *arg,
                     struct err *e)
{
    i64 *n = arg;
    if (c->v.waits == c->waits && c->on == asked_on(c->waits)) return OK;
    ++*n;
    return visit_set_waits(db, c->v.id, c->waits, e);
}

int visiting_recount(struct db *db, i64 study, i64 *n, struct arena tmp, struct err *e)
{
    *n = 0;
    return visiting_count_all(db, study, put_right, n, tmp, e);
}

int visiting_count_old(struct db *db, struct arena tmp, struct err *e)
{
    struct err none;
    i64 id = 0, n = 0;
    int code = db_one(db, &id, SQL_visit_uncounted, NO_ARGS, &none);
    if (code == E_NOT_FOUND) return OK;
    if (code != OK) return err_pass(e, code, &none);
    TXN t = {0};
    TRY(db_begin(&t, db, "counting what waits", e));
    TRY(visiting_recount(db, 0, &n, tmp, e));
    return db_commit(&t, e);
}
