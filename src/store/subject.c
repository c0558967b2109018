#include "store/subject.h"
#include "store/statements.h"
#include "store/subject_parts.h"

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

int subject_page(struct db *db, const struct viewer *who, struct str roles, i64 study,
                 struct str kind, struct str after, i64 after_part, isize n,
                 struct subjects *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct subjects){0};
    TRY(db_query(db, &r, SQL_subject_page,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study), T(kind), T(after),
                      I(after.n ? after_part : -1), I(n)),
                 e));
    while (db_next(&r)) read_row(&r, PUSH(a, out), a);
    return db_end(&r, e);
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
