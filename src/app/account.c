/* One's account: the first password by a token, a new one, the second factor (login.h). */
#include "app/login_parts.h"
#include "app/totp.h"
#include "base/hash.h"
#include "store/statements.h"
#include <sodium.h>
#include <string.h>

struct change {
    struct act *act;
    const struct login_kit *k;
    const struct login_first *in;
    i64 staff;
    struct str hash, phc, was, login, blob;
    struct str *recovery; /* hashes */
    i64 step, session;
    bool keep_tokens;
};

static int note(struct change *c, struct db *db, const char *what, struct err *e)
{
    return act_note(c->act, db, what, "login", c->staff, (struct str){0}, (struct str){0},
                    act_room(c->act), e);
}

/* --- tokens ------------------------------------------------------------------- */

static int nobody_yet(struct db *db, struct err *e)
{
    i64 n = 0;
    TRY(db_one(db, &n, SQL_staff_count, NO_ARGS, e));
    if (n == 0) return OK;
    return err_say(e, E_NOT_ALLOWED, "REFUSED_SETUP_DONE");
}

static int put_token(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    instant ends = c->act->now + c->k->rules.invitation_minutes * MINUTE;
    struct staff s;
    if (c->staff) {
        TRY(staff_get(db, c->staff, &s, &tmp, e));
        if (!s.active) return err_say(e, E_NOT_FOUND, "REFUSED_ACCOUNT_CLOSED");
        TRY(db_run(db, SQL_invitation_drop, ARGS(I(c->staff)), e));
    } else {
        TRY(nobody_yet(db, e));
        TRY(db_run(db, SQL_invitation_drop_setup, NO_ARGS, e));
    }
    TRY(db_run(db, SQL_invitation_put,
               ARGS(T(c->hash), c->staff ? I(c->staff) : NIL, I(ends)), e));
    return note(c, db, c->staff ? "invitation.make" : "setup.make", e);
}

static int make_token(struct act *act, const struct login_kit *k, i64 staff,
                      struct str *token, struct err *e)
{
    struct str t = login_token(act->a);
    struct change c = {.act = act, .k = k, .staff = staff};
    c.hash = login_hash("invitation", t, act->a);
    TRY(act_change(act, put_token, &c, e));
    *token = t;
    return OK;
}

int login_setup_make(struct act *act, const struct login_kit *k, struct str *token,
                     struct err *e)
{
    return make_token(act, k, 0, token, e);
}

int login_invite(struct act *act, const struct login_kit *k, i64 staff, struct str *token,
                 struct err *e)
{
    TRY(act_may(act, MAY_MANAGE_STAFF, 0, e));
    if (staff <= 0) return err_say(e, E_NOT_FOUND, "REFUSED_NO_STAFF");
    return make_token(act, k, staff, token, e);
}

/* *staff: 0 for a setup token. */
static int whose(struct db *db, const struct change *c, i64 *staff, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_invitation_get, ARGS(T(c->hash), I(c->act->now)), e));
    bool found = db_next(&r);
    if (found) *staff = db_i64(&r, 0);
    TRY(db_end(&r, e));
    if (found) return OK;
    return err_say(e, E_TOKEN, "REFUSED_LINK_OVER");
}

static int first_administrator(struct change *c, struct db *db, struct err *e)
{
    i64 role = 0;
    TRY(nobody_yet(db, e));
    TRY(db_one(db, &c->staff, SQL_staff_add,
               ARGS(T(c->login), T(c->in->name), T(c->in->language)), e));
    TRY(db_one(db, &role, SQL_staff_role_give,
               ARGS(I(c->staff), T(str_of(role_word(ADMINISTRATOR))), NIL, NIL,
                    I(c->act->today), NIL),
               e));
    return db_run(db, SQL_invitation_drop_setup, NO_ARGS, e);
}

static int use_token(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    i64 now = 0;
    TRY(whose(db, c, &now, e));
    if (now)
        TRY(db_run(db, SQL_invitation_drop, ARGS(I(now)), e));
    else
        TRY(first_administrator(c, db, e));
    if (now) c->staff = now;
    TRY(db_run(db, SQL_credential_put, ARGS(I(c->staff), T(c->phc), I(c->act->now)), e));
    TRY(db_run(db, SQL_session_drop_all, ARGS(I(c->staff)), e));
    TRY(db_run(db, SQL_token_drop_all, ARGS(I(c->staff)), e));
    return note(c, db, now ? "invitation.use" : "setup.use", e);
}

int login_token_is(struct act *act, struct str token, bool setup, struct err *e)
{
    struct change c = {.act = act, .hash = login_hash("invitation", token, act->a)};
    i64 staff = 0;
    TRY(whose(act->db, &c, &staff, e));
    return (staff == 0) == setup ? OK : err_say(e, E_TOKEN, "REFUSED_LINK_OVER");
}

int login_use_token(struct act *act, const struct login_kit *k,
                    const struct login_first *in, i64 *staff, struct err *e)
{
    struct change c = {.act = act, .k = k, .in = in};
    struct password_cost cost = login_cost(k);
    struct staff s = {0};
    char phc[PASSWORD_PHC];
    c.hash = login_hash("invitation", in->token, act->a);
    TRY(whose(act->db, &c, &c.staff, e));
    if (c.staff) {
        TRY(staff_get(act->db, c.staff, &s, act->a, e));
        c.login = s.login;
    } else {
        TRY(staff_login_read(in->login, &c.login, act->a, e));
        if (in->name.n == 0 || !str_utf8_ok(in->name))
            return err_say(e, E_RECORD, "REFUSED_NAME_NEEDED");
    }
    TRY(password_rules(in->password, c.login, e));
    TRY(password_hash(k->hasher, &cost, in->password, phc, e));
    c.phc = str_of(phc);
    TRY(act_change(act, use_token, &c, e));
    *staff = c.staff;
    return OK;
}

/* --- a new password ------------------------------------------------------------ */

static int put_password(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    struct str phc;
    TRY(login_stored(db, c->staff, &phc, &tmp, e));
    if (!str_eq(phc, c->was)) return err_say(e, E_LOGIN, "REFUSED_LOGIN_CHANGED");
    TRY(db_run(db, SQL_credential_put, ARGS(I(c->staff), T(c->phc), I(c->act->now)), e));
    TRY(db_run(db, SQL_session_drop_all, ARGS(I(c->staff)), e));
    TRY(db_run(db, SQL_invitation_drop, ARGS(I(c->staff)), e));
    if (!c->keep_tokens) TRY(db_run(db, SQL_token_drop_all, ARGS(I(c->staff)), e));
    TRY(login_attempt_good(db, c->k, c->login, c->login, tmp, e));
    return note(c, db, "password.change", e);
}

static int back(struct change *c, struct err *e)
{
    return login_attempt_back(c->act, c->k, c->login, c->login, e);
}

/* The password of who is logged in; the attempt stays counted until it is taken back. */
static int own_password(struct change *c, struct str password, struct err *e)
{
    struct act *act = c->act;
    struct password_cost cost = login_cost(c->k);
    bool fine = false;
    if (!c->staff) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    if (act->only) return err_say(e, E_NOT_ALLOWED, "REFUSED_TOKEN_NO_TOKENS");
    c->login = act->who.login;
    TRY(login_attempt(act, c->k, c->login, c->login, e));
    TRY(login_stored(act->db, c->staff, &c->was, act->a, e));
    int code = password_is(c->k->hasher, &cost, c->was, password, &fine, NULL, e);
    if (code == OK && !fine) return login_failed(act, c->staff, e);
    struct err why;
    if (code != OK) TRY(back(c, &why));
    return code;
}

int login_again(struct act *act, const struct login_kit *k, struct str password,
                struct err *e)
{
    struct change c = {.act = act, .k = k, .staff = act->who.staff};
    TRY(own_password(&c, password, e));
    return back(&c, e);
}

int login_change(struct act *act, const struct login_kit *k, struct str old,
                 struct str password, bool keep_tokens, struct err *e)
{
    struct change c = {
        .act = act, .k = k, .staff = act->who.staff, .keep_tokens = keep_tokens};
    struct password_cost cost = login_cost(k);
    char phc[PASSWORD_PHC];
    TRY(password_rules(password, act->who.login, e));
    TRY(own_password(&c, old, e));
    int code = password_hash(k->hasher, &cost, password, phc, e);
    if (code != OK) {
        struct err why;
        TRY(back(&c, &why));
        return code;
    }
    c.phc = str_of(phc);
    return act_change(act, put_password, &c, e);
}

/* --- the second factor ----------------------------------------------------------- */

/* A key of one's own: a row moved to somebody else does not open. */
static void key_of(const struct login_kit *k, i64 staff, u8 key[32])
{
    crypto_kdf_derive_from_key(key, 32, (uint64_t)staff, "vardtotp", k->key);
}

enum { SEALED = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TOTP_SECRET };

static void seal(const struct login_kit *k, i64 staff, const u8 *secret, u8 out[SEALED])
{
    u8 key[32];
    key_of(k, staff, key);
    randombytes_buf(out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, secret, TOTP_SECRET, out,
                          key);
    sodium_memzero(key, sizeof key);
}

int login_factor_get(struct db *db, const struct login_kit *k, i64 staff,
                     struct login_factor *out, struct arena tmp, struct err *e)
{
    struct str blob = {0};
    *out = (struct login_factor){0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_totp_get, ARGS(I(staff)), e));
    if (db_next(&r)) {
        out->there = true;
        blob = db_blob(&r, 0, &tmp);
        out->on = db_i64(&r, 1) != 0;
        out->last_step = db_i64(&r, 2);
    }
    TRY(db_end(&r, e));
    if (!out->there) return OK;
    u8 key[32];
    key_of(k, staff, key);
    const u8 *p = (const u8 *)blob.at;
    int rc =
        blob.n != SEALED
            ? -1
            : crypto_secretbox_open_easy(out->secret, p + crypto_secretbox_NONCEBYTES,
                                         SEALED - crypto_secretbox_NONCEBYTES, p, key);
    sodium_memzero(key, sizeof key);
    if (rc == 0) return OK;
    return err_set(e, E_DB,
                   "the second factor of staff %" PRId64 " does not open with this key",
                   staff);
}

int login_totp_is_on(const struct act *act, const struct login_kit *k, i64 staff,
                     bool *on, struct err *e)
{
    struct login_factor f;
    TRY(login_factor_get(act->db, k, staff, &f, *act->a, e));
    *on = f.on;
    sodium_memzero(&f, sizeof f);
    return OK;
}

/* Blanks, hyphens and capitals do not count. */
struct str login_recovery_hash(struct str typed, i64 staff, struct arena *a)
{
    struct buf b = buf_in(a, typed.n + 32);
    buf_fmt(&b, "%" PRId64 " ", staff);
    for (isize i = 0; i < typed.n; i++) {
        char c = typed.at[i];
        if (c == ' ' || c == '-') continue;
        buf_putc(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return login_hash("recovery", buf_str(&b), a);
}

static int put_factor(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    i64 n = 0;
    TRY(db_run_count(db, SQL_totp_put, ARGS(I(c->staff), B(c->blob)), &n, e));
    if (n == 1) return note(c, db, "totp.start", e);
    return err_say(e, E_CONSTRAINT, "REFUSED_FACTOR_ON");
}

int login_totp_start(struct act *act, const struct login_kit *k, struct str *uri,
                     struct err *e)
{
    struct change c = {.act = act, .k = k, .staff = act->who.staff};
    u8 secret[TOTP_SECRET], sealed[SEALED];
    if (!c.staff) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    randombytes_buf(secret, sizeof secret);
    seal(k, c.staff, secret, sealed);
    c.blob = (struct str){(char *)sealed, sizeof sealed};
    int code = act_change(act, put_factor, &c, e);
    if (code == OK)
        *uri =
            totp_uri((struct str){(char *)secret, sizeof secret}, act->who.login, act->a);
    sodium_memzero(secret, sizeof secret);
    return code;
}

static int confirm(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    i64 n = 0;
    TRY(db_run_count(db, SQL_totp_confirm, ARGS(I(c->staff)), &n, e));
    if (n != 1) return err_say(e, E_CONSTRAINT, "REFUSED_FACTOR_ON_ALREADY");
    TRY(db_run_count(db, SQL_totp_accept, ARGS(I(c->staff), I(c->step)), &n, e));
    TRY(db_run(db, SQL_recovery_drop, ARGS(I(c->staff)), e));
    for (int i = 0; i < LOGIN_RECOVERY; i++)
        TRY(db_run(db, SQL_recovery_put, ARGS(I(c->staff), T(c->recovery[i])), e));
    TRY(db_run(db, SQL_session_drop_others, ARGS(I(c->staff), I(c->session)), e));
    if (!c->keep_tokens) TRY(db_run(db, SQL_token_drop_all, ARGS(I(c->staff)), e));
    return note(c, db, "totp.on", e);
}

/* 80 bits as four times four letters of base32. */
static struct str recovery_code(struct arena *a)
{
    u8 raw[10];
    randombytes_buf(raw, sizeof raw);
    struct str s = totp_base32((struct str){(char *)raw, sizeof raw}, a);
    sodium_memzero(raw, sizeof raw);
    return str_fmt(a, "%.4s-%.4s-%.4s-%.4s", s.at, s.at + 4, s.at + 8, s.at + 12);
}

int login_totp_confirm(struct act *act, const struct login_kit *k, struct str code,
                       i64 session, bool keep_tokens, struct str recovery[LOGIN_RECOVERY],
                       struct err *e)
{
    struct change c = {.act = act,
                       .k = k,
                       .staff = act->who.staff,
                       .session = session,
                       .keep_tokens = keep_tokens};
    struct login_factor f;
    struct str hash[LOGIN_RECOVERY];
    if (!c.staff) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    TRY(login_factor_get(act->db, k, c.staff, &f, *act->a, e));
    if (!f.there) return err_say(e, E_NOT_FOUND, "REFUSED_FACTOR_NOT_STARTED");
    struct str key = {(char *)f.secret, sizeof f.secret};
    bool fine = totp_is(key, code, act->now, f.last_step, &c.step);
    sodium_memzero(&f.secret, sizeof f.secret);
    if (!fine) return err_say(e, E_LOGIN, "REFUSED_FACTOR_CODE");
    for (int i = 0; i < LOGIN_RECOVERY; i++) {
        recovery[i] = recovery_code(act->a);
        hash[i] = login_recovery_hash(recovery[i], c.staff, act->a);
    }
    c.recovery = hash;
    return act_change(act, confirm, &c, e);
}

static int factor_off(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    TRY(db_run(db, SQL_recovery_drop, ARGS(I(c->staff)), e));
    TRY(db_run(db, SQL_totp_drop, ARGS(I(c->staff)), e));
    return note(c, db, "totp.off", e);
}

int login_totp_off(struct act *act, i64 staff, struct err *e)
{
    struct change c = {.act = act, .staff = staff};
    struct staff s;
    TRY(act_may(act, MAY_MANAGE_STAFF, 0, e));
    TRY(staff_get(act->db, staff, &s, act->a, e));
    return act_change(act, factor_off, &c, e);
}
