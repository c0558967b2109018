#include "store/studies.h"
#include "store/statements.h"

static void read_row(struct rows *r, struct studies_row *s, struct arena *a)
{
    *s = (struct studies_row){.id = db_i64(r, 0),
                              .name = db_str(r, 1, a),
                              .definition = db_i64(r, 2),
                              .plan = db_i64(r, 3),
                              .revision = db_i64(r, 4)};
}

int studies_all(struct db *db, struct studies_rows *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct studies_rows){0};
    TRY(db_query(db, &r, SQL_study_list, NO_ARGS, e));
    while (db_next(&r)) read_row(&r, PUSH(a, out), a);
    return db_end(&r, e);
}

static int one(struct rows *r, struct studies_row *out, struct arena *a, struct err *e)
{
    bool found = db_next(r);
    if (found) read_row(r, out, a);
    TRY(db_end(r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_STUDY_HERE");
}

int studies_get(struct db *db, i64 id, struct studies_row *out, struct arena *a,
                struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_study_get, ARGS(I(id)), e));
    return one(&r, out, a, e);
}

int studies_by_name(struct db *db, struct str name, struct studies_row *out,
                    struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_study_by_name, ARGS(T(name)), e));
    return one(&r, out, a, e);
}

int studies_sites_of(struct db *db, i64 study, struct studies_sites *out, struct arena *a,
                     struct err *e)
{
    ROWS r = {0};
    *out = (struct studies_sites){0};
    TRY(db_query(db, &r, SQL_study_site_list, ARGS(I(study)), e));
    while (db_next(&r))
        *PUSH(a, out) = (struct studies_site){
            .site = db_i64(&r, 0), .code = db_str(&r, 1, a), .name = db_str(&r, 2, a)};
    return db_end(&r, e);
}

int studies_size(struct db *db, i64 study, i64 *now, i64 *ever, struct err *e)
{
    ROWS r = {0};
    *now = *ever = 0;
    TRY(db_query(db, &r, SQL_study_size, ARGS(I(study)), e));
    if (db_next(&r)) {
        *now = db_i64(&r, 0);
        *ever = db_i64(&r, 1);
    }
    return db_end(&r, e);
}

int studies_stamp(struct db *db, i64 study, u64 *out, struct err *e)
{
    u64 h = 0;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_study_stamp, ARGS(I(study)), e));
    while (db_next(&r)) {
        h = (h ^ (u64)db_i64(&r, 0)) * 0x9E3779B97F4A7C15u; /* each step is one to one */
        h ^= h >> 29;
    }
    *out = h;
    return db_end(&r, e);
}

int studies_protocol(struct db *db, i64 study, struct protocol *out, i64 **rows,
                     struct arena *a, struct err *e)
{
    struct studies_row s;
    struct LIST(struct definition_row) used = {0};
    *out = (struct protocol){0};
    TRY(studies_get(db, study, &s, a, e));
    TRY(definition_study(db, s.definition, &out->study, a, e));
    if (s.plan) TRY(definition_plan(db, s.plan, out->study, &out->plan, a, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_study_uses_of, ARGS(I(study)), e));
    while (db_next(&r))
        *PUSH(a, &used) = (struct definition_row){
            .id = db_i64(&r, 0), .kind = db_str(&r, 1, a), .name = db_str(&r, 2, a)};
    TRY(db_end(&r, e));
    isize n = out->study->measures.n;
    struct instrument **read = NEW(a, struct instrument *, used.n);
    out->in = NEW(a, const struct instrument *, n);
    if (rows) *rows = NEW(a, i64, n);
    for (isize i = 0; i < n; i++) {
        struct str want = out->study->measures.at[i].instrument;
        isize k = 0;
        while (k < used.n &&
               !(str_is(used.at[k].kind, "instrument") && str_eq(used.at[k].name, want)))
            k++;
        if (k == used.n)
            return err_set(e, E_DEFINITION,
                           "study '%.*s' measures with '%.*s', which is not in the store",
                           FMT(s.name), FMT(want));
        if (!read[k]) TRY(definition_instrument(db, used.at[k].id, &read[k], a, e));
        out->in[i] = read[k];
        if (rows) (*rows)[i] = used.at[k].id;
    }
    return OK;
}
