/* What the machine does to a server: folders and files that may not be written, a second server on
** one store, a certificate. */
#define _GNU_SOURCE
#include "app/house.h"
#include "app/login_parts.h"
#include "app/staffing.h"
#include "app/token.h"
#include "base/file.h"
#include "child.h"
#include "cli/cli.h"
#include "said.h"
#include "store/engines.h"
#include "store/journal.h"
#include "test.h"
#include "web/client.h"
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHORT "serve --listen 127.0.0.1:0 --definitions " VARDE_SOURCE "/data"

static const char *in_folder(const char *name, struct arena *a)
{
    return file_join(a, test_folder(), name);
}

/* Root may write whatever the modes say: without these rights it is as anybody else. */
static void be_ordinary(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct cap[2] = {0};
    syscall(SYS_capget, &head, cap);
    unsigned over = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
    cap[0].effective &= ~over;
    cap[0].permitted &= ~over;
    syscall(SYS_capset, &head, cap);
}

/* The store as a backup holds it: counted and gone through. */
static void sound(struct arena tmp)
{
    struct said s = said_line(&tmp, "verify --data @/d");
    CHECK_INT(s.code, 0);
}

static void allow(const char *name, mode_t mode, struct arena tmp)
{
    CHECK(chmod(in_folder(name, &tmp), mode) == 0);
}

TEST(faults_read_only)
{
    be_ordinary();
    child_expect("init --data @/d", 0, "/setup/", tmp);
    sound(tmp);
    allow("d", 0500, tmp);
    if (access(in_folder("d", &tmp), W_OK) == 0) {
        test_skip("this user may write everywhere");
        allow("d", 0700, tmp);
        return;
    }
    /* Each says what cannot be written, and what to do. */
    child_expect(CHILD_SERVE, 5, "make the folder writable", tmp);
    child_expect("user add x --name X --data @/d", 5, "make the folder writable", tmp);
    child_expect("backup @/d/inside --data @/d", 5, "inside", tmp);
    child_expect("init --data @/d/new", 5, "cannot make the folder", tmp);
    allow("d", 0700, tmp);
    allow("d/varde.db", 0400, tmp);
    child_expect(CHILD_SERVE, 5, "make the file and its folder writable", tmp);
    /* Reading needs no right to write the file. */
    child_expect("backup @/copy --data @/d", 0, "", tmp);
    allow("d/varde.db", 0000, tmp);
    child_expect(CHILD_SERVE, 5, "the file and its folder must be there", tmp);
    child_expect("backup @/none --data @/d", 5, "the file and its folder must be there",
                 tmp);
    CHECK(!file_exists(in_folder("none", &tmp)));
    allow("d/varde.db", 0600, tmp);
    sound(tmp); /* and nothing is lost */
    struct child c = child_start(CHILD_SERVE, &tmp);
    CHECK(child_port(child_hear(c, "Varde is at", &tmp)) > 0);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
    sound(tmp);
}

/* One store is written by one server, by whatever name it is called. */
TEST(faults_two_servers_one_store)
{
    struct arena *a = &tmp;
    child_expect("init --data @/d", 0, "", tmp);
    child_expect("init --data @/other --key @/d.key", 0, "", tmp);
    struct child c = child_start(CHILD_SERVE, a);
    CHECK(child_port(child_hear(c, "Varde is at", a)) > 0);
    child_expect(CHILD_SERVE, 5, "stop that one, or let it do the work", tmp);
    CHECK(symlink(in_folder("d", a), in_folder("link", a)) == 0);
    child_expect(SHORT " --data @/link", 5, "in use by process", tmp);
    CHECK(symlink(in_folder("d/varde.db", a), in_folder("there.db", a)) == 0);
    static const char *const name[] = {"d/varde.db", "there.db"};
    for (isize i = 0; i < COUNT(name); i++)
        child_expect(str_fmt(a, SHORT " --data @/other --store sqlite:%s/%s",
                             test_folder(), name[i])
                         .at,
                     5, "in use by process", tmp);
    kill(c.pid, SIGKILL);
    CHECK_INT(child_ended(c), -1);
    /* A lock ends with its process: nobody has to remove a file. */
    c = child_start(CHILD_SERVE, a);
    CHECK(child_port(child_hear(c, "Varde is at", a)) > 0);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
}

/* --- PostgreSQL ------------------------------------------------------------------- */

#define SOME_SESSION "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { SAVERS = 3, ACCOUNTS = 400 };

struct outage {
    const char *folder; /* of the database server */
    struct str token;
    int port;
    atomic_int saved, busy, other; /* replies: 201; 503 as it should be; neither */
    atomic_int seen, waited,
        wrong; /* pages: 200 or on to another; 503 as it should be; neither */
    struct str cookie, csrf;
    char bad[3000]; /* a wrong one */
    atomic_bool enough;
    bool told[SAVERS][ACCOUNTS]; /* an account that was acknowledged */
};

struct saver {
    struct outage *o;
    int number;
    pthread_t thread;
};

static bool tool(const struct outage *o, const char *verb)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(1);
        execl(test_path("tools/postgres"), "postgres", verb, o->folder, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static struct str ask(struct outage *o, const char *name, struct arena *a)
{
    struct str body =
        str_fmt(a, "{\"login\":\"%s\",\"name\":\"N\",\"language\":\"en\"}", name);
    return client_ask(o->port,
                      str_fmt(a,
                              "POST /api/v1/staff HTTP/1.1\r\nHost: localhost\r\n"
                              "Authorization: Bearer %.*s\r\nConnection: close\r\n"
                              "Content-Type: application/json\r\n"
                              "Content-Length: %td\r\n\r\n%.*s",
                              FMT(o->token), body.n, FMT(body)),
                      a);
}

static void answers(struct outage *o, const char *name, const char *status,
                    struct arena tmp)
{
    struct str got = ask(o, name, &tmp);
    test_check(said_holds(got, status), __FILE__, __LINE__, "%s: not %s: %.*s", name,
               status, FMT(got));
}

static bool is_busy(struct str got)
{
    return said_holds(got, "HTTP/1.1 503 ") && said_holds(got, "Retry-After: ") &&
           said_holds(got, "\"detail\":\"");
}

/* One account after another; which was refused for now is asked for again. */
static void *save(void *arg)
{
    struct saver *v = arg;
    struct outage *o = v->o;
    struct arena a = arena_reserve(1 << 24);
    for (int i = 0; i < ACCOUNTS && !atomic_load(&o->enough);) {
        struct arena tmp = a;
        struct str got = ask(o, str_fmt(&tmp, "a%d-%d", v->number, i).at, &tmp);
        if (said_holds(got, "HTTP/1.1 201 ")) {
            o->told[v->number][i++] = true;
            atomic_fetch_add(&o->saved, 1);
        } else if (is_busy(got) && !said_holds(got, "E_UNSURE")) {
            struct timespec nap = {.tv_nsec = 20000000};
            atomic_fetch_add(&o->busy, 1);
            nanosleep(&nap, NULL);
        } else if (is_busy(got)) { /* of a commit that got no answer nobody knows */
            i++;
        } else { /* made already */
            atomic_fetch_add(&o->other, !said_holds(got, "HTTP/1.1 409 "));
            i++;
        }
    }
    arena_release(&a);
    return NULL;
}

/* --- pages meanwhile ---------------------------------------------------------------- */

static struct str page(struct outage *o, const char *path, const char *more,
                       struct arena *a)
{
    return client_ask(
        o->port,
        str_fmt(a,
                "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                "Accept-Language: nb\r\nCookie: varde-session=%.*s\r\n%s\r\n",
                path, FMT(o->cookie), more),
        a);
}

static struct str post(struct outage *o, const char *path, const char *fields,
                       struct arena *a)
{
    struct str body = str_fmt(a, "csrf=%.*s&%s", FMT(o->csrf), fields);
    return client_ask(
        o->port,
        str_fmt(a,
                "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                "Accept-Language: nb\r\nCookie: varde-session=%.*s\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: %td\r\n\r\n%.*s",
                path, FMT(o->cookie), body.n, FMT(body)),
        a);
}

/* In the viewer's language, when to come again, and with what was typed to send once more. */
static bool page_busy(struct str got, const char *typed)
{
    bool fine = said_holds(got, "HTTP/1.1 503 ") && said_holds(got, "Retry-After: ") &&
                said_holds(got, "lang=\"nb\"") && said_holds(got, "Varde er opptatt");
    return fine &&
           (!typed || (said_holds(got, typed) && said_holds(got, "Send på nytt") &&
                       said_holds(got, "name=\"csrf\"")));
}

static void *leaf(void *arg)
{
    static const char *const path[] = {"/",        "/staff", "/sites",
                                       "/account", "/due",   "/staff/1"};
    struct outage *o = arg;
    struct arena a = arena_reserve(1 << 24);
    for (int i = 0; !atomic_load(&o->enough); i++) {
        struct arena tmp = a;
        bool form = i % 3 == 2;
        const char *name = str_fmt(&tmp, "Vest+%d", i).at, *field = NULL;
        struct str got;
        if (form) {
            got =
                post(o, "/sites", str_fmt(&tmp, "service=1&site_name=%s", name).at, &tmp);
            field = str_fmt(&tmp, "value=\"Vest %d\"", i).at;
        } else {
            got = page(o, path[i % COUNT(path)], "", &tmp);
        }
        bool ok = said_holds(got, "HTTP/1.1 200 ") || said_holds(got, "HTTP/1.1 303 ") ||
                  said_holds(got, "HTTP/1.1 422 ") || said_holds(got, "HTTP/1.1 403 ") ||
                  said_holds(got, "HTTP/1.1 404 ") || said_holds(got, "HTTP/1.1 409 ");
        bool busy = page_busy(got, field);
        if (!ok && !busy && atomic_fetch_add(&o->wrong, 1) == 0)
            snprintf(o->bad, sizeof o->bad, "%s %.*s",
                     form ? "form" : path[i % COUNT(path)],
                     FMT(str_upto(got, MIN(got.n, (isize)2900))));
        atomic_fetch_add(&o->seen, ok);
        atomic_fetch_add(&o->waited, busy);
        struct timespec nap = {.tv_nsec = 10000000};
        nanosleep(&nap, NULL);
    }
    arena_release(&a);
    return NULL;
}

static void at_least(atomic_int *n, int want)
{
    struct timespec nap = {.tv_nsec = 5000000};
    for (int i = 0; i < 6000 && atomic_load(n) < want; i++) nanosleep(&nap, NULL);
    CHECK(atomic_load(n) >= want);
}

static void until(struct outage *o, int saved)
{
    struct timespec nap = {.tv_nsec = 5000000};
    for (int i = 0; i < 6000 && atomic_load(&o->saved) < saved; i++)
        nanosleep(&nap, NULL);
    CHECK(atomic_load(&o->saved) >= saved);
}

/* Somebody is logged in; the token of forms is taken from a page. */
static int log_in(struct db *db, void *arg, struct err *e)
{
    static const struct sql q = {.name = "session",
                                 .text = "INSERT INTO session (hash, staff, label, made, "
                                         "seen, ends) VALUES ($1, 1, 'x', $2, $2, $3)",
                                 .id = -1,
                                 .n_args = 3};
    struct arena tmp = arena_reserve(1 << 16);
    struct outage *o = arg;
    instant now = house_clock();
    int code = db_run(db, &q,
                      ARGS(T(login_hash("session", o->cookie, &tmp)), I(now),
                           I(now + 10 * (instant)HOUR)),
                      e);
    arena_release(&tmp);
    return code;
}

static void take_token(struct outage *o, struct arena *a)
{
    struct str got = page(o, "/account", "", a);
    isize at = str_find_str(got, S("name=\"csrf\" value=\""));
    CHECK(at >= 0);
    if (at >= 0) o->csrf = str_upto(str_from(got, at + 19), 64);
}

static int administrator(struct act *act, struct outage *o, struct arena *a,
                         struct err *e)
{
    i64 staff = 0, id = 0;
    struct str secret;
    struct token_ask t = {.label = S("outage"), .days = 1};
    TRY(staffing_add(act, S("ada"), S("Ada"), S("nb"), &staff, e));
    struct role_given g = {
        .staff = staff, .role = ADMINISTRATOR, .starts = act->today, .open = true};
    TRY(staffing_role_give(act, &g, &id, e));
    struct act own = *act;
    own.console = false;
    TRY(staff_viewer(act->db, staff, act->today, &own.who, a, e));
    TRY(token_make(&own, &t, &id, &secret, e));
    o->token = str_dup(secret, a);
    return OK;
}

/* What stands in the store, as whoever starts it next finds it. */
static void look(struct outage *o, const struct house_config *c, struct arena tmp)
{
    struct err e = {0};
    struct house *h = NULL;
    struct db *db = NULL;
    struct staff_list all = {0};
    i64 rows = 0;
    int lost = 0;
    CHECK_CODE(house_open(c, &h, &e), OK, e);
    if (!h) return;
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    CHECK_CODE(staff_all(db, &all, &tmp, &e), OK, e);
    for (int k = 0; k < SAVERS; k++)
        for (int i = 0; i < ACCOUNTS; i++) {
            struct arena a = tmp;
            bool there = false;
            const char *login = str_fmt(&a, "a%d-%d", k, i).at;
            for (isize s = 0; s < all.n && o->told[k][i] && !there; s++)
                there = str_is(all.at[s].login, login);
            lost += o->told[k][i] && !there;
        }
    CHECK_INT(lost, 0);
    CHECK_CODE(journal_verify(db, &rows, tmp, &e), OK, e);
    CHECK(rows >=
          all.n + 3); /* each account's; role and token of Ada's, a service; sites */
    house_reader_back(h, false, db);
    house_close(h);
}

static struct str status(const struct outage *o, const char *path, struct arena *a)
{
    struct str ask = str_fmt(
        a, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    return client_statuses(client_ask(o->port, ask, a), a);
}

TEST(faults_postgresql_goes_down_and_comes_back)
{
    char folder[] = "/tmp/varde-pg-XXXXXX";
    static struct outage outage; /* of a test that has its process for itself */
    struct outage *o = &outage;
    struct saver saver[SAVERS];
    struct err e = {0};
    struct house *h = NULL;
    struct db *db = NULL;
    if (!engine_server()) {
        test_skip("no PostgreSQL (VARDE_TEST_PG)");
        return;
    }
    CHECK((o->folder = mkdtemp(folder)) != NULL);
    CHECK(tool(o, "start"));
    struct house_config c = {
        .folder = in_folder("d", &tmp),
        .store =
            str_fmt(&tmp, "postgresql:///postgres?host=%s&user=varde", o->folder).at};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &h, &e), OK, e);
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    struct act act = house_self(h, db, &tmp);
    act.console = true;
    CHECK_CODE(administrator(&act, o, &tmp, &e), OK, e);
    o->cookie = S(SOME_SESSION);
    CHECK_CODE(writer_run(house_writer(h), log_in, o, &e), OK, e);
    i64 service = 0;
    CHECK_CODE(staffing_service_add(&act, S("West"), &service, &e), OK, e);
    house_reader_back(h, false, db);
    house_close(h);
    struct child server = child_start(CHILD_SERVE, &tmp);
    o->port = child_port(child_hear(server, "Varde is at", &tmp));
    /* A second server of the same store, as docs/OPERATIONS.md allows. */
    struct child second = child_start(CHILD_SERVE, &tmp);
    int port = child_port(child_hear(second, "Varde is at", &tmp));
    CHECK(o->port > 0 && port > 0 && port != o->port);
    take_token(o, &tmp);
    pthread_t leafing;
    CHECK(pthread_create(&leafing, NULL, leaf, o) == 0);
    for (int k = 0; k < SAVERS; k++) {
        saver[k] = (struct saver){.o = o, .number = k};
        CHECK(pthread_create(&saver[k].thread, NULL, save, &saver[k]) == 0);
    }
    until(o, 30);
    at_least(&o->seen, 11);
    CHECK(tool(o, "crash"));
    at_least(&o->waited, 6); /* each kind of page, and forms */
    CHECK(is_busy(ask(o, "nobody", &tmp)));
    CHECK(page_busy(page(o, "/", "", &tmp), NULL));
    CHECK(page_busy(post(o, "/sites", "service=1&site_name=%3Cb%3ENord", &tmp),
                    "value=\"&lt;b&gt;Nord\""));
    /* Not with a password in it, nor one of elsewhere. */
    struct str secret = post(o, "/account/password", "password=hemmelig&x=1", &tmp);
    CHECK(page_busy(secret, NULL) && !said_holds(secret, "hemmelig") &&
          !said_holds(secret, "Send på nytt"));
    struct outage forged = *o;
    forged.csrf = S(SOME_SESSION);
    CHECK(!said_holds(post(&forged, "/sites", "name=Nord", &tmp), "Send på nytt"));
    CHECK(tool(o, "start"));
    until(o, atomic_load(&o->saved) + 30); /* by itself */
    CHECK_STR(status(o, "/ready", &tmp), "200");
    atomic_store(&o->enough, true);
    for (int k = 0; k < SAVERS; k++) pthread_join(saver[k].thread, NULL);
    pthread_join(leafing, NULL);
    CHECK_INT(atomic_load(&o->other), 0);
    test_check(atomic_load(&o->wrong) == 0, __FILE__, __LINE__, "%d pages went wrong: %s",
               atomic_load(&o->wrong), o->bad);
    CHECK(atomic_load(&o->busy) > 0);
    struct outage by_second = {.token = o->token, .port = port};
    answers(&by_second, "a0-0", "HTTP/1.1 409 ", tmp); /* it is there */
    answers(&by_second, "second", "HTTP/1.1 201 ", tmp);
    kill(server.pid, SIGTERM);
    kill(second.pid, SIGTERM);
    CHECK_INT(child_ended(server), 0);
    CHECK_INT(child_ended(second), 0);
    look(o, &c, tmp);
    CHECK(tool(o, "stop"));
}
