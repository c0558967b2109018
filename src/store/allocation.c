#include "store/allocation.h"
#include "store/statements.h"

static int read_all(struct rows *r, struct allocations *out, struct arena *a,
                    struct err *e)
{
    while (db_next(r))
        *PUSH(a, out) =
            (struct allocation){.id = db_i64(r, 0),
                                .participant = db_i64(r, 1),
                                .code = db_str(r, 2, a),
                                .site = db_i64(r, 3),
                                .arm = db_str(r, 4, a),
                                .correction = str_is(db_str(r, 5, a), "correction"),
                                .day = (day)db_i64(r, 6),
                                .at = db_i64(r, 7),
                                .gone = db_i64(r, 8),
                                .staff = db_i64(r, 9),
                                .reason = db_str(r, 10, a)};
    return db_end(r, e);
}

int allocation_of(struct db *db, const struct viewer *who, struct str roles, i64 subject,
                  struct allocations *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct allocations){0};
    TRY(db_query(db, &r, SQL_allocation_of,
                 ARGS(I(who->staff), T(roles), I(who->today), I(subject)), e));
    return read_all(&r, out, a, e);
}

int allocation_page(struct db *db, const struct viewer *who, struct str roles, i64 study,
                    struct str after, isize n, struct allocations *out, struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    *out = (struct allocations){0};
    TRY(db_query(db, &r, SQL_allocation_page,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study), T(after), I(n)),
                 e));
    return read_all(&r, out, a, e);
}

int allocation_wanted(struct db *db, const struct viewer *who, struct str roles,
                      i64 study, isize n, struct allocation_wants *out, struct arena *a,
                      struct err *e)
{
    ROWS r = {0};
    *out = (struct allocation_wants){0};
    TRY(db_query(db, &r, SQL_allocation_wanted,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study), I(n)), e));
    while (db_next(&r))
        *PUSH(a, out) = (struct allocation_want){db_i64(&r, 0), db_str(&r, 1, a),
                                                 db_str(&r, 2, a), (day)db_i64(&r, 3)};
    return db_end(&r, e);
}
