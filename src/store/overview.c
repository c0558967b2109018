#include "store/overview.h"
#include "store/statements.h"
#include <math.h>

int overview_of(struct db *db, const struct viewer *who, struct str roles, i64 study,
                struct overview *out, struct arena *a, struct err *e)
{
    ROWS t = {0}, l = {0}, p = {0};
    *out = (struct overview){0};
    TRY(db_query(db, &t, SQL_overview_times,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study)), e));
    while (db_next(&t))
        *PUSH(a, &out->times) =
            (struct overview_time){db_str(&t, 0, a), db_str(&t, 1, a), db_i64(&t, 2),
                                   db_i64(&t, 3),    db_i64(&t, 4),    db_i64(&t, 5)};
    TRY(db_end(&t, e));
    TRY(db_query(db, &l, SQL_overview_left,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study)), e));
    while (db_next(&l)) {
        struct overview_left x = {.reason = db_str(&l, 1, a), .n = db_i64(&l, 2)};
        TRY(participant_state_read(db_str(&l, 0, a), &x.state, e));
        *PUSH(a, &out->left) = x;
    }
    TRY(db_end(&l, e));
    TRY(db_query(db, &p, SQL_overview_paper,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study)), e));
    if (db_next(&p)) {
        out->second = db_i64(&p, 0);
        out->differ = db_i64(&p, 1);
    }
    return db_end(&p, e);
}

int overview_behind(struct db *db, const struct viewer *who, struct str roles, i64 study,
                    unsigned by, struct overview_lates *out, struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    *out = (struct overview_lates){0};
    TRY(db_query(db, &r, SQL_overview_behind,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study), I(by)), e));
    while (db_next(&r))
        *PUSH(a, out) =
            (struct overview_late){db_str(&r, 0, a), db_i64(&r, 1), (day)db_i64(&r, 2)};
    return db_end(&r, e);
}

int overview_ratings(struct db *db, const struct viewer *who, struct str roles,
                     const struct overview_ask *ask, struct overview_ratings *out,
                     struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct overview_ratings){0};
    TRY(db_query(db, &r, SQL_overview_ratings,
                 ARGS(I(who->staff), T(roles), I(who->today), I(ask->study),
                      T(ask->measure), T(ask->kind), T(ask->score), I(ask->limit)),
                 e));
    while (db_next(&r)) {
        bool rated = !db_is_null(&r, 4);
        *PUSH(a, out) = (struct overview_rating){
            .subject = db_i64(&r, 0),
            .code = db_str(&r, 1, a),
            .part = db_i64(&r, 2),
            .site = db_str(&r, 3, a),
            .response = rated ? db_i64(&r, 4) : 0,
            .time = rated ? db_str(&r, 5, a) : (struct str){0},
            .on = rated ? (day)db_i64(&r, 6) : 0,
            .value = rated && !db_is_null(&r, 7) ? db_real(&r, 7) : NAN};
    }
    return db_end(&r, e);
}

int overview_house(struct db *db, struct overview_house *out, struct arena *a,
                   struct err *e)
{
    ROWS n = {0}, c = {0};
    *out = (struct overview_house){0};
    TRY(db_query(db, &n, SQL_overview_accounts, NO_ARGS, e));
    if (db_next(&n)) {
        out->accounts = db_i64(&n, 0);
        out->plain = db_i64(&n, 1);
    }
    TRY(db_end(&n, e));
    TRY(db_query(db, &c, SQL_overview_checked, NO_ARGS, e));
    if (db_next(&c)) {
        out->checked = db_i64(&c, 0);
        out->check = db_str(&c, 1, a);
    }
    return db_end(&c, e);
}
