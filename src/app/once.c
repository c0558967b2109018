#include "app/once.h"
#include "base/hash.h"
#include "store/statements.h"

struct change {
    struct act *act;
    const struct once_ask *ask;
    once_body *f;
    void *arg;
    struct once_answer *out;
    struct str hash;
    bool again;
};

enum { KEPT_H = 24 };

static int kept(struct db *db, struct change *c, bool *there, struct err *e)
{
    struct arena *a = c->act->a;
    struct str hash = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_once_get,
                 ARGS(I(c->ask->token), T(c->ask->key), I(c->act->now - KEPT_H * HOUR)),
                 e));
    *there = db_next(&r);
    if (*there) {
        hash = db_str(&r, 0, a);
        *c->out = (struct once_answer){.status = (int)db_i64(&r, 1),
                                       .body = db_str(&r, 2, a),
                                       .etag = db_str(&r, 3, a)};
    }
    TRY(db_end(&r, e));
    if (!*there || str_eq(hash, c->hash)) return OK;
    return err_say(e, E_RECORD, "REFUSED_ONCE_OTHER");
}

static int change(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct act inside = *c->act;
    *c->out = (struct once_answer){0};
    TRY(kept(db, c, &c->again, e));
    if (c->again) return OK;
    inside.inside = true;
    inside.writing = db;
    TRY(c->f(&inside, c->arg, c->out, e));
    TRY(db_run(db, SQL_once_drop, ARGS(I(c->ask->token), T(c->ask->key)), e));
    return db_run(db, SQL_once_put,
                  ARGS(I(c->ask->token), T(c->ask->key), T(c->hash), I(c->out->status),
                       T(c->out->body), T(c->out->etag), I(c->act->now)),
                  e);
}

static bool is_key(struct str s)
{
    bool fine = s.n > 0 && s.n <= ONCE_KEY;
    for (isize i = 0; fine && i < s.n; i++) fine = s.at[i] > 0x20 && s.at[i] < 0x7f;
    return fine;
}

int once_do(struct act *act, const struct once_ask *ask, once_body *f, void *arg,
            struct once_answer *out, bool *again, struct err *e)
{
    struct change c = {.act = act, .ask = ask, .f = f, .arg = arg, .out = out};
    struct hash h = hash_of(ask->what);
    c.hash = str_of(h.hex);
    if (!is_key(ask->key))
        return err_say_of(e, E_RECORD, "REFUSED_ONCE_KEY", SAID(SAY_INT(ONCE_KEY)));
    TRY(act_change(act, change, &c, e));
    *again = c.again;
    return OK;
}

static int tidy(struct db *db, void *arg, struct err *e)
{
    const struct act *act = arg;
    return db_run(db, SQL_once_tidy, ARGS(I(act->now - KEPT_H * HOUR)), e);
}

int once_tidy(struct act *act, struct err *e)
{
    return act_change(act, tidy, act, e);
}
