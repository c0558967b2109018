/* Sessions: finding their owner, listing, ending; and tidying up (login.h). */
#include "app/faces.h"
#include "app/login_parts.h"
#include "store/statements.h"

struct ending {
    struct act *act;
    const struct login_kit *k;
    i64 session;
};

static int seen(struct db *db, void *arg, struct err *e)
{
    struct ending *c = arg;
    return db_run(db, SQL_session_seen, ARGS(I(c->session), I(c->act->now)), e);
}

static int read_face(struct act *act, struct str hash, struct face *out, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_session_get, ARGS(T(hash)), e));
    bool found = db_next(&r);
    if (found)
        *out = (struct face){.id = db_i64(&r, 0),
                             .staff = db_i64(&r, 1),
                             .seen = db_i64(&r, 2),
                             .ends = db_i64(&r, 3)};
    TRY(db_end(&r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_SESSION_OVER");
}

int login_session(struct act *act, const struct login_kit *k, struct str token,
                  i64 *session, struct err *e)
{
    struct face f;
    act->who = (struct viewer){0};
    *session = 0;
    int code = faces_ask(act, login_hash("session", token, act->a), read_face, &f, e);
    if (code != OK && code != E_NOT_FOUND) return code;
    /* used in the future: the clock went back, and nobody knows how long this one is open */
    if (code != OK || f.seen - act->now > 10 * MINUTE || act->now >= f.ends ||
        act->now - f.seen >= k->rules.idle_minutes * MINUTE)
        return err_say(e, E_SESSION, "REFUSED_SESSION_OVER");
    act->who = f.who;
    *session = f.id;
    /* A write a minute is enough to know that somebody is there. */
    struct ending c = {.act = act, .session = *session};
    return act->now - f.seen >= MINUTE ? act_change(act, seen, &c, e) : OK;
}

static int somebody(const struct act *act, struct err *e)
{
    return act->who.staff ? OK : err_say(e, E_SESSION, "REFUSED_NOBODY");
}

int login_own(struct act *act, const struct login_kit *k, struct login_sessions *out,
              struct err *e)
{
    *out = (struct login_sessions){0};
    TRY(somebody(act, e));
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_session_of,
                 ARGS(I(act->who.staff), I(act->now),
                      I(act->now - k->rules.idle_minutes * MINUTE)),
                 e));
    while (db_next(&r))
        *PUSH(act->a, out) = (struct login_session){.id = db_i64(&r, 0),
                                                    .label = db_str(&r, 1, act->a),
                                                    .made = db_i64(&r, 2),
                                                    .seen = db_i64(&r, 3),
                                                    .ends = db_i64(&r, 4)};
    return db_end(&r, e);
}

static int end_one(struct db *db, void *arg, struct err *e)
{
    struct ending *c = arg;
    i64 staff = c->act->who.staff, n = 0;
    TRY(db_run_count(db, SQL_session_drop, ARGS(I(c->session), I(staff)), &n, e));
    if (n == 0) return err_say(e, E_NOT_FOUND, "REFUSED_NO_SESSION");
    return act_note(c->act, db, "session.end", "login", staff, (struct str){0},
                    (struct str){0}, act_room(c->act), e);
}

int login_end(struct act *act, i64 session, struct err *e)
{
    struct ending c = {.act = act, .session = session};
    TRY(somebody(act, e));
    return act_change(act, end_one, &c, e);
}

static int end_all(struct db *db, void *arg, struct err *e)
{
    struct ending *c = arg;
    i64 staff = c->act->who.staff;
    TRY(db_run(db, SQL_session_drop_all, ARGS(I(staff)), e));
    return act_note(c->act, db, "session.end_all", "login", staff, (struct str){0},
                    (struct str){0}, act_room(c->act), e);
}

int login_end_all(struct act *act, struct err *e)
{
    struct ending c = {.act = act};
    TRY(somebody(act, e));
    return act_change(act, end_all, &c, e);
}

static int tidy(struct db *db, void *arg, struct err *e)
{
    struct ending *c = arg;
    const struct login_rules *rule = &c->k->rules;
    instant now = c->act->now;
    TRY(db_run(db, SQL_session_tidy, ARGS(I(now), I(now - rule->idle_minutes * MINUTE)),
               e));
    TRY(db_run(db, SQL_failure_tidy, ARGS(I(now - rule->forget_minutes * MINUTE)), e));
    return db_run(db, SQL_invitation_tidy, ARGS(I(now)), e);
}

int login_tidy(struct act *act, const struct login_kit *k, struct err *e)
{
    struct ending c = {.act = act, .k = k};
    return act_change(act, tidy, &c, e);
}
