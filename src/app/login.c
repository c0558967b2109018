#include "app/login_parts.h"
#include "app/totp.h"
#include "base/hash.h"
#include "store/statements.h"
#include <sodium.h>

/* --- rules ------------------------------------------------------------------ */

static const struct rule {
    const char *name;
    i64 value, lo, hi;
    size_t at;
} rules[] = {
#define RULE(name, value, lo, hi, words) \
    {#name, value, lo, hi, offsetof(struct login_rules, name)},
#include "app/login_rule.def"
#undef RULE
};

static const struct rule *rule_of(struct str name)
{
    for (isize i = 0; i < COUNT(rules); i++)
        if (str_is(name, rules[i].name)) return &rules[i];
    return NULL;
}

int login_rules_read(struct db *db, struct login_rules *out, struct err *e)
{
    for (isize i = 0; i < COUNT(rules); i++)
        *(i64 *)(void *)((char *)out + rules[i].at) = rules[i].value;
    char room[4096];
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_login_rule_list, NO_ARGS, e));
    while (db_next(&r)) {
        struct arena a = {.at = room, .end = room + sizeof room, .base = room};
        const struct rule *k = rule_of(db_str(&r, 0, &a));
        if (k) *(i64 *)(void *)((char *)out + k->at) = db_i64(&r, 1);
    }
    return db_end(&r, e);
}

struct rule_change {
    struct act *act;
    struct str name;
    i64 value;
};

static int put_rule(struct db *db, void *arg, struct err *e)
{
    struct rule_change *c = arg;
    struct arena tmp = act_room(c->act);
    TRY(db_run(db, SQL_login_rule_put, ARGS(T(c->name), I(c->value)), e));
    struct str after = str_fmt(&tmp, "{\"%.*s\":%" PRId64 "}", FMT(c->name), c->value);
    return act_note(c->act, db, "login.rule", "login", 0, (struct str){0}, after, tmp, e);
}

int login_rule_set(struct act *act, struct str name, i64 value, struct err *e)
{
    struct rule_change c = {act, name, value};
    TRY(act_may(act, MAY_SET_RULES, 0, e));
    const struct rule *k = rule_of(name);
    if (!k) return err_say(e, E_NOT_FOUND, "REFUSED_NO_RULE");
    if (value < k->lo || value > k->hi)
        return err_say_of(
            e, E_RECORD, "REFUSED_RULE_RANGE",
            SAID(SAY_CODE(str_of(k->name)), SAY_INT(k->lo), SAY_INT(k->hi)));
    return act_change(act, put_rule, &c, e);
}

/* --- secrets and attempts ---------------------------------------------------- */

struct str login_token(struct arena *a)
{
    u8 raw[32];
    char *hex = NEW(a, char, 65);
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(hex, 65, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
    return (struct str){hex, 64};
}

struct str login_hash(const char *kind, struct str secret, struct arena *a)
{
    struct hash h = hash_of_all((const struct str[]){str_of(kind), secret}, 2);
    return str_dup(str_of(h.hex), a);
}

struct password_cost login_cost(const struct login_kit *k)
{
    return (struct password_cost){.memory_kib = k->rules.memory_kib,
                                  .passes = k->rules.passes,
                                  .wait_ms = k->rules.hash_wait_ms};
}

int login_stored(struct db *db, i64 staff, struct str *phc, struct arena *a,
                 struct err *e)
{
    ROWS r = {0};
    *phc = (struct str){0};
    TRY(db_query(db, &r, SQL_credential_get, ARGS(I(staff)), e));
    if (db_next(&r)) *phc = db_str(&r, 0, a);
    return db_end(&r, e);
}

/* Names and addresses are guessable: without the key their hash says nothing. */
static struct str keyed(const struct login_kit *k, const char *kind, struct str s,
                        struct arena *a)
{
    u8 raw[32];
    char *hex = NEW(a, char, 65);
    struct str in = str_fmt(a, "%s %.*s", kind, FMT(s));
    crypto_generichash(raw, sizeof raw, (const u8 *)in.at, (unsigned long long)in.n,
                       k->key, sizeof k->key);
    sodium_bin2hex(hex, 65, raw, sizeof raw);
    return (struct str){hex, 64};
}

struct attempt {
    struct act *act;
    const struct login_kit *k;
    struct str what[2]; /* the name, the address */
};

static struct attempt attempt_of(struct act *act, const struct login_kit *k,
                                 struct str login, struct str address, struct arena *a)
{
    return (struct attempt){
        act, k, {keyed(k, "name", login, a), keyed(k, "address", address, a)}};
}

/* Milliseconds to wait after n failures of which `free` cost nothing. */
static i64 wait_after(const struct login_rules *r, i64 n, i64 free)
{
    i64 wait = r->wait_seconds;
    if (n < free) return 0;
    for (i64 i = free; i < n && wait < r->wait_most_seconds; i++) wait *= 2;
    return MIN(wait, r->wait_most_seconds) * SECOND;
}

/* How many failures count still, and E_WAIT while one has to wait. */
static int count_now(struct db *db, const struct attempt *t, int which, i64 *n,
                     struct err *e)
{
    const struct login_rules *rule = &t->k->rules;
    i64 last = 0;
    instant now = t->act->now;
    ROWS r = {0};
    *n = 0;
    TRY(db_query(db, &r, SQL_failure_get, ARGS(T(t->what[which])), e));
    if (db_next(&r)) {
        *n = db_i64(&r, 0);
        last = db_i64(&r, 1);
    }
    TRY(db_end(&r, e));
    /* a failure in the future: the clock went back, and would shut people out until then */
    if (now - last > rule->forget_minutes * MINUTE || last - now > 10 * MINUTE) *n = 0;
    i64 wait = wait_after(rule, *n, which ? rule->address_free : rule->name_free);
    if (wait > 0 && now < last + wait)
        return err_say_of(
            e, E_WAIT, "REFUSED_WAIT",
            SAID(SAY_INT((MIN(wait, last + wait - now) + SECOND - 1) / SECOND)));
    return OK;
}

static int count_one(struct db *db, const struct attempt *t, int which, struct err *e)
{
    i64 n = 0;
    TRY(count_now(db, t, which, &n, e));
    return db_run(db, SQL_failure_put, ARGS(T(t->what[which]), I(n + 1), I(t->act->now)),
                  e);
}

static int count_attempt(struct db *db, void *arg, struct err *e)
{
    TRY(count_one(db, arg, 0, e));
    return count_one(db, arg, 1, e);
}

int login_attempt(struct act *act, const struct login_kit *k, struct str login,
                  struct str address, struct err *e)
{
    struct attempt t = attempt_of(act, k, login, address, act->a);
    return act_change(act, count_attempt, &t, e);
}

static struct attempt guess_of(struct act *act, const struct login_kit *k,
                               struct str address)
{
    return (struct attempt){act, k, {{0}, keyed(k, "link", address, act->a)}};
}

int login_guess_wait(struct act *act, const struct login_kit *k, struct str address,
                     struct err *e)
{
    struct attempt t = guess_of(act, k, address);
    i64 n = 0;
    return count_now(act->db, &t, 1, &n, e);
}

static int count_guess(struct db *db, void *arg, struct err *e)
{
    return count_one(db, arg, 1, e);
}

int login_guess_wrong(struct act *act, const struct login_kit *k, struct str address,
                      struct err *e)
{
    struct attempt t = guess_of(act, k, address);
    return act_change(act, count_guess, &t, e);
}

static int take_back(struct db *db, void *arg, struct err *e)
{
    struct attempt *t = arg;
    TRY(db_run(db, SQL_failure_back, ARGS(T(t->what[0])), e));
    return db_run(db, SQL_failure_back, ARGS(T(t->what[1])), e);
}

int login_attempt_back(struct act *act, const struct login_kit *k, struct str login,
                       struct str address, struct err *e)
{
    struct attempt t = attempt_of(act, k, login, address, act->a);
    return act_change(act, take_back, &t, e);
}

int login_attempt_good(struct db *db, const struct login_kit *k, struct str login,
                       struct str address, struct arena tmp, struct err *e)
{
    struct attempt t = attempt_of(NULL, k, login, address, &tmp);
    TRY(db_run(db, SQL_failure_drop, ARGS(T(t.what[0])), e));
    return db_run(db, SQL_failure_back, ARGS(T(t.what[1])), e);
}

struct failed {
    struct act *act;
    i64 staff;
};

static int note_failed(struct db *db, void *arg, struct err *e)
{
    struct failed *f = arg;
    return act_note(f->act, db, "login.failed", "login", f->staff, (struct str){0},
                    (struct str){0}, act_room(f->act), e);
}

int login_failed(struct act *act, i64 staff, struct err *e)
{
    struct failed f = {act, staff};
    TRY(act_change(act, note_failed, &f, e));
    return err_say(e, E_LOGIN, "REFUSED_LOGIN_WRONG");
}

/* --- logging in --------------------------------------------------------------- */

struct opening {
    struct act *act;
    const struct login_kit *k;
    const struct login_in *in;
    struct str login, phc, hash, rehashed, recovery;
    struct staff staff;
    i64 step, session, left;
};

/* What was checked outside is asked again where nobody can come between. */
static int open_session(struct db *db, void *arg, struct err *e)
{
    struct opening *o = arg;
    struct arena tmp = act_room(o->act);
    const struct login_rules *rule = &o->k->rules;
    instant now = o->act->now;
    /* a browser says what it likes of itself */
    struct str label = str_utf8_ok(o->in->label) ? o->in->label : S("");
    struct staff s;
    struct str phc;
    i64 n = 1;
    TRY(staff_get(db, o->staff.id, &s, &tmp, e));
    TRY(login_stored(db, s.id, &phc, &tmp, e));
    if (!s.active || !str_eq(phc, o->phc)) n = 0;
    if (n && o->step)
        TRY(db_run_count(db, SQL_totp_accept, ARGS(I(s.id), I(o->step)), &n, e));
    if (n && o->recovery.n)
        TRY(db_run_count(db, SQL_recovery_use, ARGS(I(s.id), T(o->recovery), I(now)), &n,
                         e));
    if (n != 1) return err_say(e, E_LOGIN, "REFUSED_LOGIN_USED");
    if (o->rehashed.n)
        TRY(db_run(db, SQL_credential_rehash, ARGS(I(s.id), T(o->phc), T(o->rehashed)),
                   e));
    TRY(db_one(db, &o->session, SQL_session_put,
               ARGS(T(o->hash), I(s.id), T(str_brief(label, 100)), I(now),
                    I(now + rule->session_minutes * MINUTE)),
               e));
    TRY(db_one(db, &o->left, SQL_recovery_left, ARGS(I(s.id)), e));
    TRY(login_attempt_good(db, o->k, o->login, o->in->address, tmp, e));
    return act_note(o->act, db, o->recovery.n ? "login.recovery" : "login.open", "login",
                    s.id, (struct str){0}, (struct str){0}, tmp, e);
}

/* The name, if it is one; else what was typed, which is then nobody's. */
static int find(struct opening *o, struct err *e)
{
    struct act *act = o->act;
    struct err none;
    if (staff_login_read(o->in->login, &o->login, act->a, &none) != OK) {
        o->login = o->in->login;
        return OK;
    }
    int code = staff_by_login(act->db, o->login, &o->staff, act->a, e);
    if (code == E_NOT_FOUND) return OK;
    TRY(code);
    if (o->staff.active) TRY(login_stored(act->db, o->staff.id, &o->phc, act->a, e));
    return OK;
}

static int second_factor(struct opening *o, bool *fine, bool *missing, struct err *e)
{
    struct login_factor f;
    *missing = false;
    *fine = true;
    TRY(login_factor_get(o->act->db, o->k, o->staff.id, &f, *o->act->a, e));
    if (f.on) {
        struct str code = str_trim(o->in->code),
                   key = {(char *)f.secret, sizeof f.secret};
        *missing = code.n == 0;
        *fine = totp_is(key, code, o->act->now, f.last_step, &o->step);
        if (!*fine && code.n > TOTP_DIGITS + 2) {
            o->recovery = login_recovery_hash(code, o->staff.id, o->act->a);
            *fine = true; /* whether it is one is said where it is used */
        }
    }
    sodium_memzero(&f, sizeof f);
    return OK;
}

static int check(struct opening *o, bool *fine, bool *missing, bool *weak, struct err *e)
{
    struct password_cost cost = login_cost(o->k);
    *missing = false;
    TRY(find(o, e));
    TRY(password_is(o->k->hasher, &cost, o->phc, o->in->password, fine, weak, e));
    if (!*fine) return OK;
    return second_factor(o, fine, missing, e);
}

int login_open(struct act *act, const struct login_kit *k, const struct login_in *in,
               struct login_done *out, struct err *e)
{
    struct opening o = {.act = act, .k = k, .in = in};
    struct str token = login_token(act->a), name = in->login;
    bool fine = false, missing = false, weak = false;
    *out = (struct login_done){0};
    struct err none;
    if (staff_login_read(in->login, &name, act->a, &none) != OK) name = in->login;
    TRY(login_attempt(act, k, name, in->address, e));
    int code = check(&o, &fine, &missing, &weak, e);
    if (code != OK || missing) {
        struct err why;
        TRY(login_attempt_back(act, k, name, in->address, &why));
        return code != OK ? code : err_say(e, E_CODE, "REFUSED_LOGIN_CODE");
    }
    if (!fine) return login_failed(act, o.staff.id, e);
    char again[PASSWORD_PHC];
    struct password_cost cost = login_cost(k);
    /* where there is no turn for it now, another log-in will do it */
    if (weak && password_hash(k->hasher, &cost, in->password, again, &none) == OK)
        o.rehashed = str_of(again);
    o.hash = login_hash("session", token, act->a);
    code = act_change(act, open_session, &o, e);
    if (code == E_LOGIN) return login_failed(act, o.staff.id, e);
    TRY(code);
    *out = (struct login_done){.staff = o.staff.id,
                               .session = o.session,
                               .token = token,
                               .recovery_left = o.recovery.n ? o.left : -1};
    return OK;
}
