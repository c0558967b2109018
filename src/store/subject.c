#include "store/subject.h"
#include "store/statements.h"
#include "store/subject_parts.h"
#include <stdlib.h>

static void read_row(struct rows *r, struct subject *s, struct arena *a)
{
    *s = (struct subject){.id = db_i64(r, 0),
                          .study = db_i64(r, 1),
                          .kind = db_str(r, 2, a),
                          .code = db_str(r, 3, a),
                          .part = db_i64(r, 4),
                          .site = db_i64(r, 5),
                          .staff = db_i64(r, 6),
                          .at = db_i64(r, 7),
                          .gone = db_i64(r, 8)};
}

static int one(struct rows *r, struct subject *out, struct arena *a, struct err *e)
{
    bool found = db_next(r);
    if (found) read_row(r, out, a);
    TRY(db_end(r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_ROW");
}

int subject_row(struct db *db, i64 id, struct subject *out, struct arena *a,
                struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_subject_row, ARGS(I(id)), e));
    return one(&r, out, a, e);
}

int subject_get(struct db *db, const struct viewer *who, struct str roles, i64 id,
                struct subject *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_subject_get,
                 ARGS(I(who->staff), T(roles), I(who->today), I(id)), e));
    return one(&r, out, a, e);
}

int subject_find(struct db *db, const struct viewer *who, struct str roles, i64 study,
                 struct str kind, struct str code, i64 part, struct subject *out,
                 struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(
        db, &r, SQL_subject_find,
        ARGS(I(who->staff), T(roles), I(who->today), I(study), T(kind), T(code), I(part)),
        e));
    return one(&r, out, a, e);
}

struct subject_sites subject_sites(const struct viewer *who, struct str roles,
                                   struct arena *a)
{
    struct subject_sites out = {0};
    for (isize i = 0; i < who->n_roles; i++) {
        i64 site = who->role[i].site;
        struct arena tmp = *a;
        struct str word = str_fmt(&tmp, ",%s,", role_word(who->role[i].role));
        bool fits = str_find_str(roles, word) >= 0;
        for (isize k = 0; k < out.n && fits; k++) fits = out.at[k] != site;
        if (fits) *PUSH(a, &out) = site;
    }
    return out;
}

static int by_code(const void *x, const void *y)
{
    const struct subject *p = x, *q = y;
    int d = str_cmp(p->code, q->code);
    return d ? d : (p->part > q->part) - (p->part < q->part);
}

int subject_page(struct db *db, const struct viewer *who, struct str roles, i64 study,
                 struct str kind, struct str after, i64 after_part, isize n,
                 struct subjects *out, struct arena *a, struct err *e)
{
    struct subject_sites sites = subject_sites(who, roles, a);
    struct db_arg staff = I(who->staff), role = T(roles), today = I(who->today),
                  of = I(study), table = T(kind), code = T(after),
                  part = I(after.n ? after_part : -1);
    *out = (struct subjects){0};
    for (isize i = 0; i < sites.n; i++) {
        ROWS r = {0};
        if (sites.at[i])
            TRY(db_query(
                db, &r, SQL_subject_page_site,
                ARGS(staff, role, today, of, table, code, part, I(sites.at[i]), I(n)),
                e));
        else
            TRY(db_query(db, &r, SQL_subject_page,
                         ARGS(staff, role, today, of, table, code, part, I(n)), e));
        while (db_next(&r)) read_row(&r, PUSH(a, out), a);
        TRY(db_end(&r, e));
    }
    if (sites.n < 2 || out->n == 0) return OK;
    qsort(out->at, (size_t)out->n, sizeof *out->at, by_code);
    isize kept = 1;
    for (isize i = 1; i < out->n; i++)
        if (out->at[i].id != out->at[kept - 1].id) out->at[kept++] = out->at[i];
    out->n = MIN(kept, n);
    return OK;
}

static int attributes(struct rows *r, struct attributes *out, struct arena *a,
                      struct err *e)
{
    while (db_next(r))
        *PUSH(a, out) = (struct attribute){.id = db_i64(r, 0),
                                           .name = db_str(r, 1, a),
                                           .value = db_str(r, 2, a),
                                           .at = db_i64(r, 3),
                                           .gone = db_i64(r, 4),
                                           .staff = db_i64(r, 5)};
    return db_end(r, e);
}

int attribute_of(struct db *db, const struct viewer *who, struct str roles, i64 subject,
                 instant as_of, struct attributes *out, struct arena *a, struct err *e)
{
    struct subject s;
    *out = (struct attributes){0};
    TRY(subject_get(db, who, roles, subject, &s, a, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_attribute_of, ARGS(I(subject), I(as_of)), e));
    return attributes(&r, out, a, e);
}

int attribute_all(struct db *db, const struct viewer *who, struct str roles, i64 subject,
                  struct attributes *out, struct arena *a, struct err *e)
{
    struct subject s;
    *out = (struct attributes){0};
    TRY(subject_get(db, who, roles, subject, &s, a, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_attribute_all, ARGS(I(subject)), e));
    return attributes(&r, out, a, e);
}
