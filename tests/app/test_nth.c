/* Whatever fails in the middle of an act, the store is as it was before: every act, its n-th
** statement refused for every n; a disk without room. */
#define _GNU_SOURCE /* setrlimit */
#include "app/job.h"
#include "app/login.h"
#include "app/token.h"
#include "base/hash.h"
#include "house.h"
#include "store/journal.h"
#include "store/statements.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* A hash over every row of every table. */
static struct hash image(struct db *db, struct arena tmp)
{
    struct buf b = buf_in(&tmp, 1 << 16);
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        struct err e = {0};
        if (t->last) continue;
        ROWS r = {0};
        CHECK_CODE(db_query(db, &r, t->first, ARGS(I(100000)), &e), OK, e);
        buf_fmt(&b, "[%s]", t->name);
        while (db_next(&r))
            for (int k = 0; k < t->n; k++) {
                if (db_is_null(&r, k)) {
                    buf_put(&b, S("-;"));
                    continue;
                }
                struct str v = t->types[k] == 'i'
                                   ? str_fmt(&tmp, "%" PRId64, db_i64(&r, k))
                               : t->types[k] == 'b' ? db_blob(&r, k, &tmp)
                                                    : db_str(&r, k, &tmp);
                buf_fmt(&b, "%td:", v.n);
                buf_put(&b, v);
            }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return hash_of(buf_str(&b));
}

struct world {
    struct house h;
    struct login_kit k;
    i64 lea, role, job, token;
    int n; /* makes names unlike */
};

typedef int act_tried(struct world *w, struct act *act, struct err *e);

static int add_service(struct world *w, struct act *act, struct err *e)
{
    i64 id = 0;
    return staffing_service_add(act, str_fmt(act->a, "S%d", w->n), &id, e);
}

static int add_site(struct world *w, struct act *act, struct err *e)
{
    i64 id = 0;
    return staffing_site_add(act, w->h.service, str_fmt(act->a, "T%d", w->n), &id, e);
}

static int add_staff(struct world *w, struct act *act, struct err *e)
{
    i64 id = 0;
    return staffing_add(act, str_fmt(act->a, "p%d", w->n), S("P"), S("en"), &id, e);
}

static int give_role(struct world *w, struct act *act, struct err *e)
{
    struct role_given g = {
        .staff = w->lea, .role = TRAINER, .starts = act->today, .open = true};
    return staffing_role_give(act, &g, &w->role, e);
}

static int end_role(struct world *w, struct act *act, struct err *e)
{
    return staffing_role_end(act, w->role, act->today, e);
}

static int invite(struct world *w, struct act *act, struct err *e)
{
    struct str token;
    return login_invite(act, &w->k, w->lea, &token, e);
}

static int set_rule(struct world *w, struct act *act, struct err *e)
{
    return login_rule_set(act, S("idle_minutes"), 31, e);
}

static int make_token(struct world *w, struct act *act, struct err *e)
{
    struct token_ask ask = {S("x"), 0, 10};
    struct str secret;
    return token_make(act, &ask, &w->token, &secret, e);
}

static int end_token(struct world *w, struct act *act, struct err *e)
{
    return token_end(act, w->token, e);
}

static int ask_job(struct world *w, struct act *act, struct err *e)
{
    return job_ask(act, S("check"), S("{}"), &w->job, e);
}

static int stop_job(struct world *w, struct act *act, struct err *e)
{
    return job_stop(act, w->job, e);
}

static int close_account(struct world *w, struct act *act, struct err *e)
{
    return staffing_set_active(act, w->lea, false, e);
}

static int open_account(struct world *w, struct act *act, struct err *e)
{
    return staffing_set_active(act, w->lea, true, e);
}

/* In this order: later ones need what earlier ones made. */
static const struct {
    const char *name;
    act_tried *run;
} acts[] = {
    {"service", add_service},     {"site", add_site},
    {"staff", add_staff},         {"role", give_role},
    {"end role", end_role},       {"invite", invite},
    {"rule", set_rule},           {"token", make_token},
    {"end token", end_token},     {"job", ask_job},
    {"stop job", stop_job},       {"close", close_account},
    {"open again", open_account},
};

EACH_ENGINE(nth_statement_of_every_act)
{
    struct world w = {0};
    struct err e = {0};
    house_open(&w.h, url, &tmp);
    CHECK_CODE(login_rules_read(w.h.db, &w.k.rules, &e), OK, e);
    w.lea = house_person(&w.h, "lea", LEADER, 0, &tmp);
    for (isize i = 0; i < COUNT(acts); i++) {
        struct arena a = tmp;
        struct hash before = image(w.h.db, a);
        int code = E_DB, refused = 0;
        for (i64 n = 1; code == E_DB && n < 60; n++) {
            struct arena each = tmp;
            struct act act = house_act(&w.h, w.h.admin, MORNING, &each);
            w.n++;
            db_fail_after(w.h.writing, n);
            code = acts[i].run(&w, &act, &e);
            db_fail_after(w.h.writing, 0);
            refused += code != OK;
            struct hash after = image(w.h.db, each);
            bool same = strcmp(before.hex, after.hex) == 0;
            test_check(same == (code != OK), __FILE__, __LINE__,
                       "%s, statement %td refused: the store %s", acts[i].name, (isize)n,
                       same ? "did not change" : "changed");
        }
        test_check(code == OK, __FILE__, __LINE__, "%s: %s", acts[i].name, e.text);
        CHECK(refused >= 5); /* begin, savepoint, a change, the journal's, commit */
    }
    house_close(&w.h, tmp); /* and the journal verifies */
}

/* The disk is full: what cannot be saved is refused with a sentence, what was acknowledged is
** there, and with room again everything goes on. */
TEST(nth_byte_of_a_full_disk)
{
    const char *url = engine_url("sqlite", &tmp), *path = strchr(url, ':') + 1;
    struct house h;
    house_open(&h, url, &tmp);
    signal(SIGXFSZ, SIG_IGN);
    struct stat st;
    CHECK(stat(str_fmt(&tmp, "%s-wal", path).at, &st) == 0);
    struct rlimit was, less;
    CHECK(getrlimit(RLIMIT_FSIZE, &was) == 0);
    less = was;
    less.rlim_cur = (rlim_t)st.st_size + 100000;
    CHECK(setrlimit(RLIMIT_FSIZE, &less) == 0);
    struct err e = {0};
    int code = OK, saved = 0;
    for (int i = 0; i < 400 && code == OK; i++) {
        struct arena a = tmp;
        struct act act = house_act(&h, h.admin, MORNING, &a);
        i64 id = 0;
        code = staffing_add(&act, str_fmt(&a, "f%d", i), S("F"), S("en"), &id, &e);
        saved += code == OK;
    }
    CHECK_CODE(code, E_IO, e);
    CHECK(e.text[0] != 0);
    CHECK(saved > 0 && saved < 400);
    for (int more = 0; more < 3; more++) { /* and again: refused, not worse */
        struct arena a = tmp;
        struct act act = house_act(&h, h.admin, MORNING, &a);
        i64 id = 0;
        CHECK(staffing_add(&act, str_fmt(&a, "m%d", more), S("F"), S("en"), &id, &e) !=
              OK);
    }
    struct staff_list all;
    CHECK_CODE(staff_all(h.db, &all, &tmp, &e), OK, e);
    CHECK_INT(all.n, saved + 1);
    CHECK(setrlimit(RLIMIT_FSIZE, &was) == 0);
    house_person(&h, "later", LEADER, 0, &tmp);
    CHECK_CODE(staff_all(h.db, &all, &tmp, &e), OK, e);
    CHECK_INT(all.n, saved + 2);
    house_close(&h, tmp); /* the journal verifies */
}
