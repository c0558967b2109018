/* varde bench: pages as people ask for them, in sessions of their own; and what may hold others up:
** log-ins by the dozen, a backup of the whole store. */
#define _GNU_SOURCE /* wait4, execv */
#include "app/invent.h"
#include "base/file.h"
#include "cli/bench_parts.h"
#include "web/call_parts.h"
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STORMING = 48, OTHERS = 4 };

/* --- pages ------------------------------------------------------------------------ */

static void page_as(const struct bench *k, int who, struct buf *b, struct str path)
{
    buf_fmt(b,
            "GET %.*s HTTP/1.1\r\nHost: localhost\r\nCookie: " CALL_SESSION
            "=%.*s\r\n\r\n",
            FMT(path), FMT(k->pager[who]));
}

static void page(const struct bench *k, struct buf *b, const char *path)
{
    page_as(k, COORDINATES, b, str_of(path));
}

static void home(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page(arg, b, "/");
}

static void unit(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page(arg, b, "/unit");
}

/* The same for who leads a site, and for who keeps the data. */
static void home_leads(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page_as(arg, LEADS, b, S("/"));
}

static void home_keeps(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page_as(arg, KEEPS, b, S("/"));
}

static void unit_leads(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page_as(arg, LEADS, b, S("/unit"));
}

static void jobs(void *arg, int client, i64 n, struct buf *b)
{
    (void)client;
    page_as(arg, KEEPS, b, n % 2 ? S("/export") : S("/import"));
}

static void studies(void *arg, int client, i64 n, struct buf *b)
{
    (void)client;
    page_as(arg, KEEPS, b, n % 2 ? S("/studies/norway2013") : S("/studies"));
}

static void due(void *arg, int client, i64 n, struct buf *b)
{
    (void)client;
    page(arg, b, n % 2 ? "/due" : "/due?which=overdue");
}

static void due_mine(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page_as(arg, TREATS, b, S("/due?which=mine"));
}

static void alerts(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page(arg, b, "/alerts?whose=all");
}

static void numbered(const struct bench *k, const char *form, i64 n, struct buf *b)
{
    char path[120];
    struct buf p = {.at = path, .cap = sizeof path};
    buf_fmt(&p, form, n);
    page_as(k, COORDINATES, b, buf_str(&p));
}

static void list(void *arg, int client, i64 n, struct buf *b)
{
    numbered(arg,
             n % 2 ? "/participants?after=P%07" PRId64
                   : "/participants?state=dropped+out&after=P%07" PRId64,
             bench_somewhere(arg, client, n), b);
}

static void record(void *arg, int client, i64 n, struct buf *b)
{
    const struct bench *k = arg;
    numbered(k, "/participants/%" PRId64, k->first + bench_somewhere(k, client, n), b);
}

static void mine(void *arg, int client, i64 n, struct buf *b)
{
    (void)client, (void)n;
    page_as(arg, TREATS, b, S("/participants?mine=1"));
}

static void history(void *arg, int client, i64 n, struct buf *b)
{
    const struct bench *k = arg;
    char path[80];
    struct buf p = {.at = path, .cap = sizeof path};
    buf_fmt(&p, "/participants/%" PRId64 "/history",
            k->first + bench_somewhere(k, client, n));
    page_as(k, KEEPS, b, buf_str(&p));
}

static void form(void *arg, int client, i64 n, struct buf *b)
{
    const struct bench *k = arg;
    char path[200];
    struct buf p = {.at = path, .cap = sizeof path};
    i64 who = bench_somewhere(k, client, n);
    buf_fmt(&p, "/forms/%" PRId64 "/%.*s/%.*s", k->first + who - who % 10,
            FMT(k->measure), FMT(k->time));
    page_as(k, COORDINATES, b, buf_str(&p));
}

static void response(void *arg, int client, i64 n, struct buf *b)
{
    numbered(arg, "/responses/%" PRId64, 1 + bench_somewhere(arg, client, n), b);
}

static void post(struct str cookie, struct str body, const char *path, const char *head,
                 struct buf *b)
{
    buf_fmt(b,
            "POST %s HTTP/1.1\r\nHost: localhost\r\nCookie: %.*s\r\n%s"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            "%td\r\n\r\n%.*s",
            path, FMT(cookie), head, body.n, FMT(body));
}

static void by_name(void *arg, int client, i64 n, struct buf *b)
{
    const struct bench *k = arg;
    char text[512], cookie[120], name[120];
    struct buf t = {.at = text, .cap = sizeof text},
               c = {.at = cookie, .cap = sizeof cookie};
    struct arena a = {.at = name, .end = name + sizeof name, .base = name};
    struct str s = invent_name(bench_somewhere(k, client, n), &a);
    buf_fmt(&c, CALL_SESSION "=%.*s", FMT(k->pager[COORDINATES]));
    buf_fmt(&t, "csrf=%.*s&find=", FMT(k->pager_csrf[COORDINATES]));
    for (isize i = 0; i < s.n; i++) buf_fmt(&t, "%%%02X", (unsigned)(u8)s.at[i]);
    post(buf_str(&c), buf_str(&t), "/participants", "", b);
}

/* The token in a page's form; *cookie (may be NULL): what it sets under that name. */
static int token_of(struct bench *b, int port, struct str ask, const char *name,
                    struct str *token, struct str *cookie, struct err *e)
{
    struct str page_got, mark = S("name=\"csrf\" value=\"");
    int status = 0;
    TRY(load_once(port, ask, &status, &page_got, b->a, e));
    isize at = str_find_str(page_got, mark);
    if (status != 200 || at < 0)
        return err_set(e, E_DIFFERS, "a page with a form is %d", status);
    *token = str_upto(str_from(page_got, at + mark.n), 64);
    if (!cookie) return OK;
    at = str_find_str(page_got, str_of(name));
    if (at < 0) return err_set(e, E_DIFFERS, "the log-in page sets no cookie");
    *cookie = str_upto(str_from(page_got, at), str_find(str_from(page_got, at), ';'));
    return OK;
}

int bench_pages(struct bench *b, struct server *s, struct err *e)
{
    static const struct {
        const char *words;
        load_request *f;
        double bound;
    } what[] = {{"page: where everybody starts, p99", home, 20},
                {"page: the same, of a leader, p99", home_leads, 20},
                {"page: the same, of a data manager, p99", home_keeps, 20},
                {"page: how the unit stands, p99", unit, 20},
                {"page: the same, of a leader of one site, p99", unit_leads, 20},
                {"page: participants, p99", list, 20},
                {"page: participants, one's own, p99", mine, 20},
                {"page: found by name, p99", by_name, 20},
                {"page: what is due, p99", due, 20},
                {"page: what is due, mine, p99", due_mine, 20},
                {"page: alerts, p99", alerts, 20},
                {"page: a participant, p99", record, 5},
                {"page: a participant's history, p99", history, 5},
                {"page: a response, p99", response, 5},
                {"page: a form, p99", form, 5},
                {"page: imports, exports, p99", jobs, 20},
                {"page: studies, p99", studies, 20}};
    struct buf ask = buf_in(b->a, 400);
    page(b, &ask, "/participants");
    TRY(token_of(b, s->port, buf_str(&ask), NULL, &b->pager_csrf[COORDINATES], NULL, e));
    for (isize i = 0; i < COUNT(what); i++) {
        struct load_told t;
        int code = bench_load(b, s->port, 1, 200, what[i].f, &t, e);
        if (code != OK) return err_at(e, code, "%s", what[i].words);
        bench_note(b, what[i].words, "ms", what[i].bound, false, t.p99);
    }
    return OK;
}

/* --- a storm of log-ins ------------------------------------------------------------- */

struct storm {
    struct bench *b;
    int port;
    struct str csrf, cookie;
    double seconds;
    struct load_told told;
    struct err e;
    int code;
};

/* Wrong names and right ones, each from another address: back-off keeps none of them away. */
static void try_login(void *arg, int client, i64 n, struct buf *b)
{
    const struct storm *s = arg;
    char text[300], head[60];
    struct buf t = {.at = text, .cap = sizeof text}, h = {.at = head, .cap = sizeof head};
    buf_fmt(&t, "csrf=%.*s&password=four+quiet+herons+in+the+rain&login=", FMT(s->csrf));
    if (n % 2)
        buf_put(&t, S("bench-coordinator"));
    else
        buf_fmt(&t, "nobody-%d-%" PRId64, client, n);
    buf_fmt(&h, "X-Forwarded-For: 10.%d.%d.%d\r\n%c", client, (int)(n / 250 % 250),
            (int)(n % 250), 0);
    post(s->cookie, buf_str(&t), "/login", head, b);
}

static void *rage(void *arg)
{
    struct storm *s = arg;
    struct load_ask q = {.port = s->port,
                         .clients = STORMING,
                         .seconds = s->seconds,
                         .request = try_login,
                         .arg = s};
    s->code = load_run(&q, &s->told, &s->e);
    return NULL;
}

static int work(struct bench *b, int port, double *read_ms, double *save_ms,
                struct err *e)
{
    struct load_told t;
    TRY(bench_load(b, port, OTHERS, 200, bench_get_record, &t, e));
    *read_ms = t.p99;
    TRY(bench_load(b, port, OTHERS, 201, bench_post_form, &t, e));
    *save_ms = t.p99;
    return OK;
}

int bench_storm(struct bench *b, struct server *varde, struct err *e)
{
    double calm[2], wild[2];
    pthread_t thread;
    bench_stop(varde);
    TRY(bench_serve(b, true, varde, e));
    struct storm s = {.b = b, .port = varde->port, .seconds = 2 * b->seconds + 0.2};
    TRY(token_of(b, s.port,
                 S("GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                 CALL_VISIT "=", &s.csrf, &s.cookie, e));
    TRY(work(b, s.port, &calm[0], &calm[1], e));
    if (pthread_create(&thread, NULL, rage, &s) != 0)
        return err_set(e, E_NO_MEMORY, "no thread for the storm");
    int code = work(b, s.port, &wild[0], &wild[1], e);
    pthread_join(thread, NULL);
    TRY(code);
    if (s.code != OK) return err_set(e, s.code, "%s", s.e.text);
    bench_note(b, "reading, 4 clients, p99", "ms", NAN, false, calm[0]);
    bench_note(b, "the same beside 48 that log in", "ms", 50, false, wild[0]);
    bench_note(b, "times as long", "", NAN, false, wild[0] / calm[0]);
    bench_note(b, "saving, 4 clients, p99", "ms", NAN, false, calm[1]);
    bench_note(b, "saving beside 48 that log in", "ms", 50, false, wild[1]);
    bench_note(b, "saving, times as long", "", NAN, false, wild[1] / calm[1]);
    bench_note(b, "log-ins answered a second", "/s", NAN, true,
               (double)(s.told.n - s.told.busy) / s.told.seconds);
    bench_note(b, "told to try again", "%", NAN, false,
               100 * (double)s.told.busy / (double)MAX(s.told.n, 1));
    bench_note(b, "the slowest log-in", "ms", 6000, false, s.told.worst);
    bench_note(b, "resident at most, one hash in it", "MB", 164, false,
               bench_resident(varde->pid, "VmHWM:", *b->a));
    return OK;
}

/* --- a backup beside work ------------------------------------------------------------ */

struct copying {
    const char *const *argv;
    double seconds, mb;
    int status;
};

static void *copy(void *arg)
{
    struct copying *c = arg;
    struct rusage used = {0};
    double began = bench_now();
    c->status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        int none = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(none, 1);
        execv(c->argv[0], (char *const *)(uintptr_t)c->argv);
        _exit(127);
    }
    if (pid > 0 && wait4(pid, &c->status, 0, &used) != pid) c->status = -1;
    c->seconds = bench_now() - began;
    c->mb = (double)used.ru_maxrss / 1024;
    return NULL;
}

/* Saves until the copy is made, some at a time. */
int bench_backup(struct bench *b, struct server *s, int round, struct err *e)
{
    struct load_told calm, t = {0};
    const char *path = str_fmt(b->a, "%s/copy-%d.varde", b->folder, round).at;
    const char *const argv[] = {
        b->self, "backup", path, "--data", file_join(b->a, b->folder, "data"), NULL};
    struct copying c = {.argv = argv};
    struct stat st = {0};
    pthread_t thread;
    double worst = 0;
    TRY(bench_load(b, s->port, OTHERS, 201, bench_post_form, &calm, e));
    if (pthread_create(&thread, NULL, copy, &c) != 0)
        return err_set(e, E_NO_MEMORY, "no thread for the backup");
    int code = bench_load(b, s->port, OTHERS, 201, bench_post_form, &t, e);
    worst = t.p99;
    pthread_join(thread, NULL);
    TRY(code);
    if (c.status != 0) return err_set(e, E_DIFFERS, "the backup failed");
    stat(path, &st);
    unlink(path);
    bench_note(b, "saving, 4 clients, no backup, p99", "ms", NAN, false, calm.p99);
    bench_note(b, "saving while a backup runs, p99", "ms", 50, false, worst);
    bench_note(b, "a backup", "s", NAN, false, c.seconds);
    bench_note(b, "its size", "MB", NAN, false, (double)st.st_size / 1048576);
    bench_note(b, "its memory at most", "MB", 40, false, c.mb);
    return OK;
}
