/* The server killed at random moments while forms are saved, again and again on one store: each
** that was acknowledged is there, nothing is there by half, and the journal verifies.
**
** VARDE_KILLS=200 build/tests/test_cli kill   for more than the few rounds of ./check. */
#define _GNU_SOURCE
#include "app/apply.h"
#include "app/house.h"
#include "app/invent.h"
#include "app/staffing.h"
#include "app/token.h"
#include "cli/cli.h"
#include "stats/rng.h"
#include "store/journal.h"
#include "test.h"
#include "web/client.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 4, FEW = 4000, MANY = 80000 };

/* What one client was told was saved. */
struct saver {
    struct storm *s;
    int number;
    i64 first, next, end; /* its participants */
    i64 refused, replayed;
    i64 response[MANY / CLIENTS];
    pthread_t thread;
};

struct storm {
    const char *folder;
    i64 people, study, first;
    struct str token;
    int port;
    struct saver saver[CLIENTS];
};

static i64 count(struct db *db, const char *text, i64 arg)
{
    const struct sql q = {.name = "count", .text = text, .id = -1, .n_args = 1};
    struct err e = {0};
    i64 n = -1;
    CHECK_CODE(db_one(db, &n, &q, ARGS(I(arg)), &e), OK, e);
    return n;
}

static struct house_config config(const struct storm *s)
{
    return (struct house_config){.folder = s->folder};
}

/* A service with people who wait for their second form. */
static int people(struct storm *s, struct act *act, struct arena *a, struct err *e)
{
    struct applied done;
    i64 service = 0, site = 0, staff = 0, id = 0;
    struct str secret;
    TRY(apply_study(act, VARDE_SOURCE "/data", "norway2013", &done, e));
    s->study = done.study;
    TRY(staffing_service_add(act, S("Storm"), &service, e));
    TRY(staffing_site_add(act, service, S("Coast"), &site, e));
    TRY(apply_site(act, s->study, site, S("S1"), e));
    TRY(staffing_add(act, S("kari"), S("Kari"), S("en"), &staff, e));
    struct role_given g = {
        .staff = staff, .role = COORDINATOR, .starts = act->today, .open = true};
    TRY(staffing_role_give(act, &g, &id, e));
    struct act own = *act;
    struct token_ask t = {.label = S("storm"), .days = 1};
    own.console = false;
    TRY(staff_viewer(act->db, staff, act->today, &own.who, a, e));
    TRY(token_make(&own, &t, &id, &secret, e));
    s->token = str_dup(secret, a);
    struct invent_ask in = {
        .study = s->study, .site = &site, .n_sites = 1, .n = (isize)s->people};
    return invent_people(act, &in, &s->first, e);
}

static void begin(struct storm *s, struct arena *a)
{
    struct err e = {0};
    struct house *h = NULL;
    struct db *db = NULL;
    struct house_config c;
    s->folder = str_fmt(a, "%s/d", test_folder()).at;
    c = config(s);
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &h, &e), OK, e);
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    struct act act = house_self(h, db, a);
    act.console = true;
    CHECK_CODE(people(s, &act, a, &e), OK, e);
    house_reader_back(h, false, db);
    house_close(h);
}

static pid_t serve(struct storm *s, struct arena *a)
{
    int at[2];
    char said[200] = "";
    isize n = 0;
    const char *const argv[] = {
        "varde",       "serve", "--data",    s->folder,       "--listen",
        "127.0.0.1:0", "--log", "/dev/null", "--definitions", VARDE_SOURCE "/data"};
    if (pipe(at) != 0) abort();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(at[0]);
        FILE *f = fdopen(at[1], "w");
        _exit(cli_run(COUNT(argv), argv, f, f, a));
    }
    close(at[1]);
    while (n < (isize)sizeof said - 1 && read(at[0], said + n, 1) == 1 && said[n] != '\n')
        n++;
    close(at[0]);
    isize colon = str_find_str(str_of(said), S("127.0.0.1:"));
    s->port = colon < 0 ? 0 : (int)strtol(said + colon + 10, NULL, 10);
    CHECK(s->port > 0);
    return pid;
}

/* Saves until the server is gone.  A form whose answer did not come may be there or not: the next
** round sends it again with the same key, and gets 201 either way, never "somebody was faster". */
static void *save(void *arg)
{
    struct saver *c = arg;
    struct arena a = arena_reserve(1 << 24);
    int fd = client_tcp(c->s->port);
    while (fd >= 0 && c->next < c->end) {
        struct arena tmp = a;
        struct str body = str_fmt(&tmp,
                                  "{\"participant\":%" PRId64
                                  ",\"measure\":\"imrs_cons\",\"time\":\"t2\","
                                  "\"answers\":[1,2,3,4,5,1,2,3,4,5,1,2,3,4,5]}",
                                  c->s->first + c->next);
        struct str ask = str_fmt(
            &tmp,
            "POST /api/v1/studies/%" PRId64
            "/responses HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
            "Bearer %.*s\r\nContent-Type: application/json\r\n"
            "Idempotency-Key: form-%" PRId64 "\r\nContent-Length: %td\r\n\r\n%.*s",
            c->s->study, FMT(c->s->token), c->next, body.n, FMT(body));
        struct str got = {0};
        i64 at = c->next++;
        if (client_send(fd, ask)) got = client_until(fd, "\"alerts\":0}", &tmp);
        isize id = str_find_str(got, S("{\"id\":"));
        if (!str_starts(got, S("HTTP/1.1 201")) || id < 0 || !str_ends(got, S("}"))) {
            c->refused += str_starts(got, S("HTTP/1.1 ")) &&
                          !str_starts(got, S("HTTP/1.1 201")) &&
                          str_find_str(got, S("\r\n\r\n")) >= 0;
            c->next = at;
            break;
        }
        c->replayed += str_find_str(got, S("Idempotency-Replayed: true")) >= 0;
        c->response[at - c->first] = strtoll(got.at + id + 6, NULL, 10);
    }
    if (fd >= 0) close(fd);
    arena_release(&a);
    return NULL;
}

/* As whoever starts it again finds the store. */
static i64 look(struct storm *s, struct arena tmp)
{
    struct err e = {0};
    struct house *h = NULL;
    struct db *db = NULL;
    struct house_config c = config(s);
    i64 rows = 0, acknowledged = 0, lost = 0;
    CHECK_CODE(house_open(&c, &h, &e), OK, e);
    if (!h) return 0;
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    for (int k = 0; k < CLIENTS; k++) {
        struct saver *v = &s->saver[k];
        for (i64 i = v->first; i < v->next; i++) {
            i64 id = v->response[i - v->first];
            if (!id) continue;
            acknowledged++;
            lost += count(db,
                          "SELECT COUNT(*) FROM response WHERE id = $1 AND time = 't2' "
                          "AND answers = '[1,2,3,4,5,1,2,3,4,5,1,2,3,4,5]'",
                          id) != 1;
        }
    }
    CHECK_INT(lost, 0);
    i64 saved =
        count(db, "SELECT COUNT(*) FROM response WHERE time = 't2' AND pass = $1", 1);
    CHECK(saved >= acknowledged);
    CHECK_INT(count(db,
                    "SELECT COUNT(*) FROM journal WHERE act = 'answers.submit' AND "
                    "entity_id > $1",
                    0),
              saved);
    CHECK_INT(count(db,
                    "SELECT COUNT(*) FROM score c JOIN response r ON r.id = c.response "
                    "WHERE r.time = 't2' AND r.pass = $1",
                    1),
              4 * saved);
    CHECK_INT(count(db,
                    "SELECT COUNT(*) FROM visit WHERE time = 't2' AND state = 'held' "
                    "AND id > $1",
                    0),
              saved);
    CHECK_CODE(journal_verify(db, &rows, tmp, &e), OK, e);
    CHECK(rows > saved);
    house_reader_back(h, false, db);
    house_close(h);
    return acknowledged;
}

TEST(kill_loses_nothing_acknowledged)
{
    static struct storm storm; /* too large for the stack */
    struct storm *s = &storm;
    struct rng r = rng_stream(20261122, 0, 0);
    const char *asked = getenv("VARDE_KILLS");
    i64 rounds = asked ? strtoll(asked, NULL, 10) : TEST_SANITIZED ? 2 : 4, before = 0;
    memset(s, 0, sizeof *s);
    if (asked) alarm(3600); /* the harness gives five minutes */
    s->people = asked ? MANY : FEW;
    begin(s, &tmp);
    for (int k = 0; k < CLIENTS; k++) {
        struct saver *v = &s->saver[k];
        *v = (struct saver){.s = s, .number = k, .first = k * (s->people / CLIENTS)};
        v->next = v->first;
        v->end = v->first + s->people / CLIENTS;
    }
    for (i64 i = 0; i < rounds; i++) {
        struct arena room = tmp;
        pid_t pid = serve(s, &room);
        for (int k = 0; k < CLIENTS; k++)
            CHECK(pthread_create(&s->saver[k].thread, NULL, save, &s->saver[k]) == 0);
        struct timespec t = {.tv_nsec = (long)(20 + rng_below(&r, 130)) * 1000000};
        nanosleep(&t, NULL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        for (int k = 0; k < CLIENTS; k++) pthread_join(s->saver[k].thread, NULL);
        for (int k = 0; k < CLIENTS; k++) CHECK_INT(s->saver[k].refused, 0);
        i64 now = look(s, room);
        CHECK(now >= before);
        before = now;
    }
    CHECK(before > 0);
}
