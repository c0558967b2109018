#include "app/login.h"
#include "app/totp.h"
#include "base/file.h"
#include "base/par.h"
#include "house.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/statements.h"
#include <string.h>

static const char GOOD[] = "four quiet herons";
static const char NEXT[] = "nine loud magpies";

/* A house with log-in at small cost; the password of ada is GOOD. */
struct door {
    struct house h;
    struct login_kit k;
    struct str secrets[64]; /* whatever may not be found in the store */
    int n;
};

static void secret(struct door *d, struct str s)
{
    if (d->n < COUNT(d->secrets)) d->secrets[d->n++] = s;
}

static void set_password(struct door *d, i64 staff, const char *password, struct arena *a)
{
    struct act act = house_act(&d->h, d->h.admin, MORNING, a);
    struct err e = {0};
    struct login_first first = {.password = str_of(password)};
    i64 who = 0;
    CHECK_CODE(login_invite(&act, &d->k, staff, &first.token, &e), OK, e);
    secret(d, first.token);
    CHECK_CODE(login_use_token(&act, &d->k, &first, &who, &e), OK, e);
    CHECK_INT(who, staff);
}

static void door_open(struct door *d, const char *url, struct arena *a)
{
    struct err e = {0};
    *d = (struct door){0};
    house_open(&d->h, url, a);
    CHECK_CODE(hasher_open(2, &d->k.hasher, &e), OK, e);
    for (int i = 0; i < 32; i++) d->k.key[i] = (u8)(i * 7 + 1);
    CHECK_CODE(login_rules_read(d->h.db, &d->k.rules, &e), OK, e);
    CHECK_INT(d->k.rules.memory_kib, 65536);
    d->k.rules.memory_kib = 8;
    d->k.rules.passes = 1;
    secret(d, str_of(GOOD));
    secret(d, str_of(NEXT));
    set_password(d, d->h.admin, GOOD, a);
}

static int try_in(struct door *d, const char *login, const char *password,
                  const char *code, const char *address, instant now,
                  struct login_done *out, struct arena *a, struct err *e)
{
    struct act act = house_act(&d->h, 0, now, a);
    struct login_in in = {.login = str_of(login),
                          .password = str_of(password),
                          .code = str_of(code),
                          .address = str_of(address),
                          .label = S("a test")};
    int rc = login_open(&act, &d->k, &in, out, e);
    if (rc == OK) secret(d, out->token);
    return rc;
}

static bool lives(struct door *d, struct str token, instant now, struct arena *a)
{
    struct act act = house_act(&d->h, 0, now, a);
    struct err e = {0};
    i64 session = 0;
    int code = login_session(&act, &d->k, token, &session, &e);
    CHECK(code == OK || code == E_SESSION);
    CHECK_INT(act.who.staff > 0, code == OK);
    return code == OK;
}

/* All that the store holds, as its engine keeps it. */
static struct str all_of(const char *url, struct arena *a)
{
    struct buf b = buf_in(a, 1 << 20);
    struct err e = {0};
    if (str_starts(str_of(url), S("sqlite:"))) {
        static const char *const part[] = {"", "-wal"};
        for (isize i = 0; i < COUNT(part); i++) {
            struct str text = {0};
            struct str path = str_fmt(a, "%s%s", url + 7, part[i]);
            if (!file_exists(path.at)) continue;
            CHECK_CODE(file_read(path.at, FILE_LIMIT, &text, a, &e), OK, e);
            buf_put(&b, text);
        }
        return buf_str(&b);
    }
    static const struct sql table[] = {
#define ROWS_OF(id, name) {"all_" name, "SELECT CAST(t AS text) FROM " name " t", id, 0}
        ROWS_OF(0, "journal"),    ROWS_OF(1, "journal_cell"), ROWS_OF(2, "staff"),
        ROWS_OF(3, "credential"), ROWS_OF(4, "totp"),         ROWS_OF(5, "recovery"),
        ROWS_OF(6, "session"),    ROWS_OF(7, "failure"),      ROWS_OF(8, "invitation"),
        ROWS_OF(9, "meta"),
    };
    struct db *db = NULL;
    CHECK_CODE(db_open(url, DB_READER, &db, &e), OK, e);
    for (isize i = 0; i < COUNT(table); i++) {
        ROWS r = {0};
        CHECK_CODE(db_query(db, &r, &table[i], NO_ARGS, &e), OK, e);
        while (db_next(&r)) buf_put(&b, db_str(&r, 0, a));
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    db_close(db);
    return buf_str(&b);
}

static void door_close(struct door *d, const char *url, struct arena tmp)
{
    struct str all = all_of(url, &tmp);
    CHECK(str_find_str(all, S("$argon2id$")) >= 0); /* the search does find things */
    for (int i = 0; i < d->n; i++) CHECK(str_find_str(all, d->secrets[i]) < 0);
    hasher_close(d->k.hasher);
    house_close(&d->h, tmp);
}

EACH_ENGINE(login_opens_and_refuses)
{
    struct door d;
    struct login_done in;
    struct err e = {0};
    door_open(&d, url, &tmp);
    CHECK_CODE(try_in(&d, " Ada ", GOOD, "", "a", MORNING, &in, &tmp, &e), OK, e);
    CHECK_INT(in.staff, d.h.admin);
    CHECK_INT(in.token.n, 64);
    CHECK(lives(&d, in.token, MORNING, &tmp));
    CHECK(!lives(&d, S("0000"), MORNING, &tmp));
    i64 closed = house_person(&d.h, "gone", CLINICIAN, d.h.site[0], &tmp);
    set_password(&d, closed, GOOD, &tmp);
    struct act act = house_act(&d.h, d.h.admin, MORNING, &tmp);
    CHECK_CODE(staffing_set_active(&act, closed, false, &e), OK, e);
    house_person(&d.h, "new", CLINICIAN, d.h.site[0], &tmp); /* without a password */
    static const char *const row[][2] = {
        {"ada", "four quiet heron"},   {"nobody", "four quiet herons"},
        {"gone", "four quiet herons"}, {"new", ""},
        {"four quiet herons", "ada"}, /* into the wrong fields */
    };
    char says[600] = "";
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(try_in(&d, row[i][0], row[i][1], "", "b", MORNING, &in, &tmp, &e),
                   E_LOGIN, e);
        if (i > 0) CHECK_STR(str_of(e.text), says);
        memcpy(says, e.text, sizeof says);
    }
    struct journal_entries of;
    CHECK_CODE(journal_of(d.h.db, "login", d.h.admin, &of, &tmp, &e), OK, e);
    CHECK_INT(of.n, 4); /* invited, used, opened, failed */
    CHECK_STR(of.at[3].act, "login.failed");
    door_close(&d, url, tmp);
}

/* name_free failures cost nothing; then 2 s, 4 s, ... and the lock opens by itself. */
EACH_ENGINE(login_backs_off)
{
    struct door d;
    struct login_done in;
    struct err e = {0};
    door_open(&d, url, &tmp);
    instant t = MORNING;
    for (int i = 0; i < 3; i++)
        CHECK_CODE(try_in(&d, "ada", "wrong", "", "a", t, &in, &tmp, &e), E_LOGIN, e);
    i64 wait = 2;
    for (int i = 0; i < 4; i++, wait *= 2) {
        /* even the right one waits, and waiting attempts do not lengthen it */
        CHECK_CODE(try_in(&d, "ada", GOOD, "", "b", t, &in, &tmp, &e), E_WAIT, e);
        CHECK_SAYS(e, str_fmt(&tmp, "again in %" PRId64 " s", wait).at);
        CHECK_CODE(try_in(&d, "ada", GOOD, "", "b", t + wait * SECOND - 1, &in, &tmp, &e),
                   E_WAIT, e);
        t += wait * SECOND;
        CHECK_CODE(try_in(&d, "ada", "wrong", "", "a", t, &in, &tmp, &e), E_LOGIN, e);
    }
    t += wait * SECOND;
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "b", t, &in, &tmp, &e), OK, e);
    /* forgiven: three free ones again */
    for (int i = 0; i < 3; i++)
        CHECK_CODE(try_in(&d, "ada", "wrong", "", "b", t, &in, &tmp, &e), E_LOGIN, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "b", t, &in, &tmp, &e), E_WAIT, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "b", t + 900 * SECOND, &in, &tmp, &e), OK, e);
    /* an address that tries many names waits; another address does not */
    for (int i = 0; i < 20; i++) {
        struct str name = str_fmt(&tmp, "guess%d", i);
        CHECK_CODE(try_in(&d, name.at, "wrong", "", "far", t, &in, &tmp, &e), E_LOGIN, e);
    }
    CHECK_CODE(try_in(&d, "other", "wrong", "", "far", t, &in, &tmp, &e), E_WAIT, e);
    CHECK_CODE(try_in(&d, "other", "wrong", "", "near", t, &in, &tmp, &e), E_LOGIN, e);
    door_close(&d, url, tmp);
}

struct storm {
    struct door *d;
    const char *url;
    int code[16];
};

static void attack(isize i, void *arg)
{
    struct storm *s = arg;
    struct arena a = arena_reserve(1 << 20);
    struct err e = {0};
    struct house mine = s->d->h;
    struct login_done out;
    if (db_open(s->url, DB_READER, &mine.db, &e) != OK) return;
    struct act act = house_act(&mine, 0, MORNING, &a);
    struct login_in in = {.login = S("ada"), .password = S("wrong"), .address = S("a")};
    s->code[i] = login_open(&act, &s->d->k, &in, &out, &e);
    db_close(mine.db);
    arena_release(&a);
}

/* Many at once are not all the first: exactly the free ones get through. */
EACH_ENGINE(login_counts_a_storm)
{
    struct door d;
    door_open(&d, url, &tmp);
    struct storm s = {.d = &d, .url = url};
    par_run(COUNT(s.code), 8, attack, &s);
    int through = 0;
    for (isize i = 0; i < COUNT(s.code); i++) {
        CHECK(s.code[i] == E_LOGIN || s.code[i] == E_WAIT);
        through += s.code[i] == E_LOGIN;
    }
    CHECK_INT(through, d.k.rules.name_free);
    door_close(&d, url, tmp);
}

EACH_ENGINE(login_sessions_end)
{
    struct door d;
    struct login_done one, two, three;
    struct err e = {0};
    door_open(&d, url, &tmp);
    instant idle = 30 * MINUTE;
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", MORNING, &one, &tmp, &e), OK, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", MORNING, &two, &tmp, &e), OK, e);
    CHECK(lives(&d, one.token, MORNING + idle - 1, &tmp)); /* seen now */
    CHECK(!lives(&d, two.token, MORNING + idle, &tmp));    /* idle */
    instant t = MORNING + idle - 1;
    for (; t < MORNING + 720 * MINUTE; t += idle - 1)
        CHECK(lives(&d, one.token, t, &tmp));
    CHECK(lives(&d, one.token, MORNING + 720 * MINUTE - 1, &tmp));
    CHECK(!lives(&d, one.token, MORNING + 720 * MINUTE, &tmp)); /* whatever was asked */

    t = MORNING + 24 * HOUR;
    i64 other = house_person(&d.h, "kari", CLINICIAN, d.h.site[0], &tmp);
    set_password(&d, other, GOOD, &tmp);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", t, &one, &tmp, &e), OK, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", t + 1, &two, &tmp, &e), OK, e);
    CHECK_CODE(try_in(&d, "kari", GOOD, "", "a", t, &three, &tmp, &e), OK, e);
    struct act act = house_act(&d.h, d.h.admin, t + 1, &tmp);
    struct login_sessions own;
    CHECK_CODE(login_own(&act, &d.k, &own, &e), OK, e);
    CHECK_INT(own.n, 2);
    CHECK_INT(own.at[0].id, two.session);
    CHECK_STR(own.at[0].label, "a test");
    CHECK_CODE(login_end(&act, three.session, &e), E_NOT_FOUND, e); /* not one's own */
    CHECK_CODE(login_end(&act, one.session, &e), OK, e);
    CHECK(!lives(&d, one.token, t + 1, &tmp));
    CHECK(lives(&d, two.token, t + 1, &tmp));
    CHECK_CODE(login_end_all(&act, &e), OK, e);
    CHECK(!lives(&d, two.token, t + 1, &tmp));
    CHECK(lives(&d, three.token, t + 1, &tmp));
    /* closing an account ends its sessions; nobody has none */
    CHECK_CODE(staffing_set_active(&act, other, false, &e), OK, e);
    CHECK(!lives(&d, three.token, t + 1, &tmp));
    CHECK_CODE(login_tidy(&act, &d.k, &e), OK, e);
    act.who = (struct viewer){0};
    CHECK_CODE(login_own(&act, &d.k, &own, &e), E_SESSION, e);
    CHECK_CODE(login_end_all(&act, &e), E_SESSION, e);
    door_close(&d, url, tmp);
}

EACH_ENGINE(login_password_changes)
{
    struct door d;
    struct login_done one, two;
    struct err e = {0};
    door_open(&d, url, &tmp);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", MORNING, &one, &tmp, &e), OK, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", MORNING, &two, &tmp, &e), OK, e);
    struct act act = house_act(&d.h, d.h.admin, MORNING, &tmp);
    CHECK_CODE(login_change(&act, &d.k, S("wrong"), str_of(NEXT), false, &e), E_LOGIN, e);
    CHECK_CODE(login_change(&act, &d.k, str_of(GOOD), S("short"), false, &e), E_PASSWORD,
               e);
    CHECK(lives(&d, one.token, MORNING, &tmp));
    CHECK_CODE(login_change(&act, &d.k, str_of(GOOD), str_of(NEXT), false, &e), OK, e);
    CHECK(!lives(&d, one.token, MORNING, &tmp));
    CHECK(!lives(&d, two.token, MORNING, &tmp));
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", MORNING, &one, &tmp, &e), E_LOGIN, e);
    CHECK_CODE(try_in(&d, "ada", NEXT, "", "a", MORNING, &one, &tmp, &e), OK, e);
    /* a higher cost: the next log-in hashes again, and the password stays */
    struct str phc[2];
    d.k.rules.passes = 2;
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(try_in(&d, "ada", NEXT, "", "a", MORNING, &one, &tmp, &e), OK, e);
        ROWS r = {0};
        CHECK_CODE(db_query(d.h.db, &r, SQL_credential_get, ARGS(I(d.h.admin)), &e), OK,
                   e);
        CHECK(db_next(&r));
        phc[i] = db_str(&r, 0, &tmp);
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    CHECK(str_starts(phc[0], S("$argon2id$v=19$m=8,t=2,")));
    CHECK(str_eq(phc[0], phc[1]));
    door_close(&d, url, tmp);
}

static struct str un32(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, s.n);
    u32 bits = 0;
    int held = 0;
    for (isize i = 0; i < s.n; i++) {
        isize v = str_find(S("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), s.at[i]);
        CHECK(v >= 0);
        bits = bits << 5 | (u32)v;
        held += 5;
        if (held >= 8) {
            held -= 8;
            buf_putc(&b, (char)(bits >> held & 255));
        }
    }
    return buf_str(&b);
}

static struct str code_at(struct str key, instant t, struct arena *a)
{
    char c[9];
    totp_code(key, t / (30 * SECOND), TOTP_SHA1, 6, c);
    return str_dup(str_of(c), a);
}

EACH_ENGINE(login_second_factor)
{
    struct door d;
    struct login_done in;
    struct err e = {0};
    struct str uri = {0}, code[LOGIN_RECOVERY];
    door_open(&d, url, &tmp);
    instant t = MORNING, step = 30 * SECOND;
    struct act act = house_act(&d.h, d.h.admin, t, &tmp);
    CHECK_CODE(login_totp_confirm(&act, &d.k, S("123456"), 0, false, code, &e),
               E_NOT_FOUND, e);
    CHECK_CODE(login_totp_start(&act, &d.k, &uri, &e), OK, e);
    isize from = str_find_str(uri, S("secret=")) + 7;
    struct str base32 = str_upto(str_from(uri, from), 32), key = un32(base32, &tmp);
    CHECK_INT(key.n, TOTP_SECRET);
    secret(&d, base32);
    secret(&d, key);
    struct buf hex = buf_in(&tmp, 41);
    for (isize i = 0; i < key.n; i++) buf_fmt(&hex, "%02x", (u8)key.at[i]);
    secret(&d, buf_str(&hex));
    /* started is not on */
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", t, &in, &tmp, &e), OK, e);
    CHECK_CODE(login_totp_confirm(&act, &d.k, code_at(key, t - 9 * step, &tmp), 0, false,
                                  code, &e),
               E_LOGIN, e);
    struct str used = code_at(key, t, &tmp);
    CHECK_CODE(login_totp_confirm(&act, &d.k, used, in.session, false, code, &e), OK, e);
    for (int i = 0; i < LOGIN_RECOVERY; i++) secret(&d, code[i]);
    CHECK_CODE(login_totp_start(&act, &d.k, &uri, &e), E_CONSTRAINT, e);
    /* on: the code is asked for, the one that confirmed is spent */
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", t, &in, &tmp, &e), E_CODE, e);
    CHECK_CODE(try_in(&d, "ada", "wrong", "", "a", t, &in, &tmp, &e), E_LOGIN, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, used.at, "a", t, &in, &tmp, &e), E_LOGIN, e);
    t += step;
    struct str now = code_at(key, t, &tmp);
    CHECK_CODE(try_in(&d, "ada", GOOD, now.at, "a", t, &in, &tmp, &e), OK, e);
    CHECK_INT(in.recovery_left, -1);
    CHECK_CODE(try_in(&d, "ada", GOOD, now.at, "a", t, &in, &tmp, &e), E_LOGIN, e);
    t += step;
    /* a recovery code, once, however it is typed */
    struct buf typed = buf_in(&tmp, 40);
    for (isize i = 0; i < code[3].n; i++) {
        char c = code[3].at[i];
        buf_putc(&typed, c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    buf_putc(&typed, 0);
    CHECK_CODE(try_in(&d, "ada", GOOD, typed.at, "a", t, &in, &tmp, &e), OK, e);
    CHECK_INT(in.recovery_left, LOGIN_RECOVERY - 1);
    CHECK_CODE(try_in(&d, "ada", GOOD, code[3].at, "a", t, &in, &tmp, &e), E_LOGIN, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "AAAA-AAAA-AAAA-AAAA", "a", t, &in, &tmp, &e),
               E_LOGIN, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, code[4].at, "a", t, &in, &tmp, &e), OK, e);
    /* another key opens nothing */
    d.k.key[0] ^= 1;
    CHECK_CODE(try_in(&d, "ada", GOOD, "123456", "a", t, &in, &tmp, &e), E_DB, e);
    d.k.key[0] ^= 1;
    CHECK_CODE(login_totp_off(&act, d.h.admin, &e), OK, e);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", t, &in, &tmp, &e), OK, e);
    door_close(&d, url, tmp);
}

/* The first administrator: by a token that works once, before its hour, in an empty store. */
EACH_ENGINE(login_first_run)
{
    struct door d = {0};
    struct err e = {0};
    struct db *db = NULL;
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(migrate(db, S("2026-01-01T00:00:00.000Z"), NULL, tmp, &e), OK, e);
    CHECK_CODE(writer_open(db, &d.h.w, &e), OK, e);
    CHECK_CODE(db_open(url, DB_READER, &d.h.db, &e), OK, e);
    CHECK_CODE(hasher_open(1, &d.k.hasher, &e), OK, e);
    CHECK_CODE(login_rules_read(d.h.db, &d.k.rules, &e), OK, e);
    d.k.rules.memory_kib = 8;
    d.k.rules.passes = 1;
    struct act act = house_act(&d.h, 0, MORNING, &tmp);
    struct login_first in = {.login = S("Ada"),
                             .name = S("Ada L"),
                             .language = S("en"),
                             .password = str_of(GOOD)};
    struct str old = {0}, token = {0};
    i64 who = 0;
    secret(&d, str_of(GOOD));
    CHECK_CODE(login_setup_make(&act, &d.k, &old, &e), OK, e);
    CHECK_CODE(login_setup_make(&act, &d.k, &token, &e), OK, e);
    secret(&d, old);
    secret(&d, token);
    in.token = S("");
    CHECK_CODE(login_use_token(&act, &d.k, &in, &who, &e), E_TOKEN, e);
    in.token = old; /* replaced */
    CHECK_CODE(login_use_token(&act, &d.k, &in, &who, &e), E_TOKEN, e);
    in.token = token;
    act.now = MORNING + 2880 * (instant)MINUTE; /* too late */
    CHECK_CODE(login_use_token(&act, &d.k, &in, &who, &e), E_TOKEN, e);
    act.now--;
    in.password = S("ada");
    CHECK_CODE(login_use_token(&act, &d.k, &in, &who, &e), E_PASSWORD, e);
    in.password = str_of(GOOD);
    CHECK_CODE(login_use_token(&act, &d.k, &in, &who, &e), OK, e);
    CHECK_CODE(login_use_token(&act, &d.k, &in, &who, &e), E_TOKEN, e);
    CHECK_CODE(login_setup_make(&act, &d.k, &token, &e), E_NOT_ALLOWED, e);
    struct login_done done;
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "a", MORNING, &done, &tmp, &e), OK, e);
    act = house_act(&d.h, who, MORNING, &tmp);
    CHECK_CODE(act_may(&act, MAY_MANAGE_STAFF, 0, &e), OK, e);
    /* rules of log-in are data */
    CHECK_CODE(login_rule_set(&act, S("idle_minutes"), 5, &e), OK, e);
    CHECK_CODE(login_rule_set(&act, S("idle_minutes"), 0, &e), E_RECORD, e);
    CHECK_CODE(login_rule_set(&act, S("idle"), 5, &e), E_NOT_FOUND, e);
    struct login_rules rules;
    CHECK_CODE(login_rules_read(d.h.db, &rules, &e), OK, e);
    CHECK_INT(rules.idle_minutes, 5);
    CHECK_INT(rules.passes, 3);
    act.who = (struct viewer){0};
    CHECK_CODE(login_rule_set(&act, S("idle_minutes"), 6, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(login_invite(&act, &d.k, who, &token, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(login_totp_off(&act, who, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(login_change(&act, &d.k, str_of(GOOD), str_of(NEXT), false, &e), E_SESSION,
               e);
    door_close(&d, url, tmp);
}

/* The clock goes back by a year: no session is open for a year more, nobody is shut out for a
** year by failures of then, and the journal's order and chain hold. */
EACH_ENGINE(login_when_the_clock_goes_back)
{
    struct door d;
    door_open(&d, url, &tmp);
    struct err e = {0};
    struct login_done in;
    const instant year = 365 * 24 * (i64)HOUR;
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "10.0.0.1", MORNING, &in, &tmp, &e), OK, e);
    int code = E_LOGIN;
    for (int i = 0; i < 40 && code == E_LOGIN; i++) {
        struct login_done none;
        code =
            try_in(&d, "ada", "not this one", "", "10.0.0.1", MORNING, &none, &tmp, &e);
    }
    CHECK_INT(code, E_WAIT);
    struct act act = house_act(&d.h, 0, MORNING - 5 * MINUTE, &tmp);
    i64 session = 0;
    CHECK_CODE(login_session(&act, &d.k, in.token, &session, &e), OK, e); /* a little */
    act = house_act(&d.h, 0, MORNING - year, &tmp);
    CHECK_CODE(login_session(&act, &d.k, in.token, &session, &e), E_SESSION, e);
    CHECK_INT(act.who.staff, 0);
    CHECK_CODE(try_in(&d, "ada", GOOD, "", "10.0.0.1", MORNING - year, &in, &tmp, &e), OK,
               e);
    act = house_act(&d.h, 0, MORNING - year + 20 * MINUTE, &tmp);
    CHECK_CODE(login_session(&act, &d.k, in.token, &session, &e), OK, e);
    house_close(&d.h, tmp); /* the journal verifies: its order is its numbers' */
    hasher_close(d.k.hasher);
}

/* --- each statement refused ------------------------------------------------------------ */

/* What these acts may leave behind when they fail is counted attempts, and nothing by half. */
struct left {
    i64 sessions, recovery, used, totp;
    struct str phc;
};

static i64 count(struct db *db, const char *text)
{
    const struct sql q = {.name = "count", .text = text, .id = -1, .n_args = 0};
    struct err e = {0};
    i64 n = -1;
    CHECK_CODE(db_one(db, &n, &q, NO_ARGS, &e), OK, e);
    return n;
}

static struct left left(struct door *d, struct arena *a)
{
    static const struct sql q = {"phc", "SELECT phc FROM credential WHERE staff = $1", -1,
                                 1};
    struct db *db = d->h.db;
    struct err e = {0};
    struct left l = {
        .sessions = count(db, "SELECT COUNT(*) FROM session"),
        .recovery = count(db, "SELECT COUNT(*) FROM recovery"),
        .used = count(db, "SELECT COUNT(*) FROM recovery WHERE used IS NOT NULL"),
        .totp = count(db, "SELECT COUNT(*) FROM totp WHERE confirmed = 1")};
    ROWS r = {0};
    CHECK_CODE(db_query(db, &r, &q, ARGS(I(d->h.admin)), &e), OK, e);
    if (db_next(&r)) l.phc = db_str(&r, 0, a);
    CHECK_CODE(db_end(&r, &e), OK, e);
    return l;
}

static bool same_left(const struct left *x, const struct left *y)
{
    return x->sessions == y->sessions && x->recovery == y->recovery &&
           x->used == y->used && x->totp == y->totp && str_eq(x->phc, y->phc);
}

typedef int door_act(struct door *d, instant now, struct str with, struct arena *a,
                     struct err *e);

static int opens(struct door *d, instant now, struct str with, struct arena *a,
                 struct err *e)
{
    struct login_done in;
    return try_in(d, "ada", GOOD, str_c(with, a), "10.0.0.1", now, &in, a, e);
}

static int changes(struct door *d, instant now, struct str with, struct arena *a,
                   struct err *e)
{
    struct act act = house_act(&d->h, d->h.admin, now, a);
    return login_change(&act, &d->k, str_of(GOOD), with, false, e);
}

static int starts(struct door *d, instant now, struct str with, struct arena *a,
                  struct err *e)
{
    struct act act = house_act(&d->h, d->h.admin, now, a);
    struct str uri;
    (void)with;
    int code = login_totp_start(&act, &d->k, &uri, e);
    if (code == OK) secret(d, str_dup(uri, a));
    return code;
}

/* Refuses each statement of the writer, then each of the reader; a day passes with every try, so that
** counted attempts are forgotten.  *now: when it went through. */
static void refuse_each(struct door *d, const char *name, door_act *f, struct str with,
                        instant *now, struct arena *a)
{
    struct left before = left(d, a);
    for (int side = 0; side < 2; side++) {
        struct db *db = side ? d->h.db : d->h.writing;
        struct err e = {0};
        int code = E_DB;
        for (int n = 1; n < 200; n++) {
            struct arena one = *a;
            e = (struct err){0};
            *now += 24 * (instant)HOUR;
            db_fail_after(db, n);
            code = f(d, *now, with, a, &e);
            db_fail_after(db, 0);
            bool idle = db_idle(d->h.writing) && db_idle(d->h.db);
            test_check(idle, __FILE__, __LINE__, "%s: something was left open after %d",
                       name, n);
            if (code == OK) break;
            struct left after = left(d, &one);
            test_check(code == E_DB && same_left(&before, &after), __FILE__, __LINE__,
                       "%s, statement %d of %s: %s, or half of it is there: %s", name, n,
                       side ? "the reader" : "the writer", err_name(code), e.text);
            if (code != E_DB) break;
        }
        test_check(code == OK, __FILE__, __LINE__, "%s: %s", name, e.text);
        if (side == 0 && f == opens) before = left(d, a);
        if (side == 0 && f != opens) return; /* once done it cannot be done again */
    }
}

EACH_ENGINE(login_fails_whole)
{
    struct door d;
    struct err e = {0};
    struct login_done in;
    struct str uri, code[LOGIN_RECOVERY];
    instant t = MORNING;
    door_open(&d, url, &tmp);
    refuse_each(&d, "log in", opens, S(""), &t, &tmp);
    CHECK_INT(count(d.h.db, "SELECT COUNT(*) FROM session"), 2);
    refuse_each(&d, "second factor", starts, S(""), &t, &tmp);
    struct act act = house_act(&d.h, d.h.admin, t, &tmp);
    CHECK_CODE(login_totp_start(&act, &d.k, &uri, &e), OK, e);
    /* Turned on with all ten codes, or not at all. */
    struct left before = left(&d, &tmp);
    int rc = E_DB;
    for (int n = 1; rc == E_DB && n < 100; n++) {
        t += 24 * (instant)HOUR;
        act = house_act(&d.h, d.h.admin, t, &tmp);
        isize from = str_find_str(uri, S("secret=")) + 7;
        struct str key = un32(str_upto(str_from(uri, from), 32), &tmp);
        db_fail_after(d.h.writing, n);
        rc = login_totp_confirm(&act, &d.k, code_at(key, t, &tmp), 0, false, code, &e);
        db_fail_after(d.h.writing, 0);
        struct left after = left(&d, &tmp);
        if (rc == OK) break;
        test_check(rc == E_DB && same_left(&before, &after), __FILE__, __LINE__,
                   "confirm, statement %d: %s", n, e.text);
    }
    CHECK_CODE(rc, OK, e);
    CHECK_INT(left(&d, &tmp).recovery, LOGIN_RECOVERY);
    /* A recovery code is used up by the log-in that it opens, and by no other. */
    before = left(&d, &tmp);
    rc = E_DB;
    for (int n = 1; rc == E_DB && n < 100; n++) {
        t += 24 * (instant)HOUR;
        db_fail_after(d.h.writing, n);
        rc = try_in(&d, "ada", GOOD, str_c(code[0], &tmp), "10.0.0.1", t, &in, &tmp, &e);
        db_fail_after(d.h.writing, 0);
        struct left after = left(&d, &tmp);
        CHECK_INT(after.used - before.used, after.sessions - before.sessions);
        CHECK_INT(after.used - before.used, rc == OK);
    }
    CHECK_CODE(rc, OK, e);
    refuse_each(&d, "password", changes, str_of(NEXT), &t, &tmp);
    CHECK_INT(count(d.h.db, "SELECT COUNT(*) FROM session"), 0);
    door_close(&d, url, tmp);
}
