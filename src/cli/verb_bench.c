/* varde bench: what this installation's machine and disk reach, beside what was promised.
**
** A store of its own is made in a folder that goes again, with invented participants; this
** program serves it as a process of its own, and clients ask it over HTTP.  Rounds of
** saving go in turn with rounds against a bare program that keeps the same content with the
** same libraries (bench/bare.c), so that their ratio does not depend on what else the machine
** does.  A bound is kept when the median of the rounds keeps it; best and worst stand
** beside it. */
#define _GNU_SOURCE /* nftw, pipe2, clock_gettime */
#include "base/file.h"
#include "base/json.h"
#include "base/num.h"
#include "cli/bench_parts.h"
#include "cli/verbs.h"
#include "cli/load.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int gone(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    remove(path);
    return 0;
}

/* --- servers ------------------------------------------------------------------ */

/* Its first line ends in ":PORT/" or is "port PORT". */
static int read_port(int fd)
{
    char line[400];
    isize n = 0;
    while (n < (isize)sizeof line - 1) {
        ssize_t k = read(fd, line + n, 1);
        if (k <= 0) return 0;
        if (line[n] == '\n') break;
        n++;
    }
    while (n > 0 && (line[n - 1] < '0' || line[n - 1] > '9')) n--;
    isize at = n;
    while (at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9') at--;
    i64 port = 0;
    if (num_read_int((struct str){line + at, n - at}, 1, 65535, &port, NULL) != OK)
        return 0;
    return (int)port;
}

static int server_start(const char *const *argv, struct server *out, struct err *e)
{
    int in[2], up[2];
    double began = bench_now();
    if (pipe2(in, O_CLOEXEC) != 0) return err_set(e, E_IO, "pipe: %s", strerror(errno));
    if (pipe2(up, O_CLOEXEC) != 0) return err_set(e, E_IO, "pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(up[1], 1);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(in[0]);
    close(up[1]);
    *out = (struct server){.pid = pid, .in = in[1], .out = up[0]};
    out->port = pid > 0 ? read_port(up[0]) : 0;
    out->ms = (bench_now() - began) * 1000;
    if (out->port) return OK;
    return err_set(e, E_IO, "%s did not start", argv[0]);
}

void bench_stop(struct server *s)
{
    if (s->pid <= 0) return;
    close(s->in);
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    close(s->out);
    *s = (struct server){0};
}

int bench_serve(struct bench *b, bool proxied, struct server *s, struct err *e)
{
    const char *const argv[] = {b->self,
                                "serve",
                                "--data",
                                file_join(b->a, b->folder, "data"),
                                "--listen",
                                "127.0.0.1:0",
                                "--log",
                                file_join(b->a, b->folder, "log"),
                                "--definitions",
                                b->definitions,
                                proxied ? "--proxy" : NULL,
                                NULL};
    return server_start(argv, s, e);
}

static int bare_start(struct bench *b, const char *rows, struct server *s, struct err *e)
{
    const char *file = file_join(b->a, b->folder, rows ? "rows.db" : "bare.db");
    const char *const argv[] = {b->bare, file, rows, NULL};
    unlink(file); /* of a folder that was kept */
    return server_start(argv, s, e);
}

/* Megabytes that are in memory now; NAN where the system does not say. */
double bench_resident(pid_t pid, const char *which, struct arena tmp)
{
    struct str all, line;
    double kb = NAN;
    const char *path = str_fmt(&tmp, "/proc/%d/status", (int)pid).at;
    if (file_read(path, FILE_LIMIT, &all, &tmp, NULL) != OK) return NAN;
    while (str_cut(&all, '\n', &line))
        if (str_starts(line, str_of(which))) {
            struct str s = str_trim(str_from(line, str_of(which).n));
            (void)!num_read(str_upto(s, s.n - 3), &kb, NULL);
        }
    return kb / 1024;
}

/* Milliseconds of processor that a process has used, its threads together; NAN: not said. */
static double processor(pid_t pid, struct arena tmp)
{
    struct str all, word;
    double ticks = 0, x;
    const char *path = str_fmt(&tmp, "/proc/%d/stat", (int)pid).at;
    if (file_read(path, FILE_LIMIT, &all, &tmp, NULL) != OK) return NAN;
    isize name = all.n;
    while (name && all.at[name - 1] != ')') name--; /* it may hold blanks */
    struct str rest = str_from(all, name);
    for (int field = 2; str_cut(&rest, ' ', &word); field++)
        if ((field == 14 || field == 15) && num_read(word, &x, NULL) == OK) ticks += x;
    return ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
}

/* --- requests ----------------------------------------------------------------- */

void bench_post_form(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    i64 at = atomic_fetch_add(&k->next, 1);
    char body[512];
    struct buf j = {.at = body, .cap = sizeof body};
    (void)n;
    buf_fmt(&j,
            "{\"participant\":%" PRId64
            ",\"measure\":\"%.*s\",\"time\":\"%.*s\",\"answers\":%.*s}",
            k->first + bench_unanswered(at), FMT(k->measure), FMT(k->time),
            FMT(k->answers));
    buf_fmt(b,
            "POST /api/v1/studies/%" PRId64
            "/responses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %.*s\r\n"
            "Content-Type: application/json\r\nContent-Length: %td\r\n\r\n%.*s",
            k->study, FMT(k->token[client % CLIENTS]), j.n, FMT(buf_str(&j)));
}

/* What the token of one's forms is, the page says: once, while its form is still to be filled in. */
static int learn_csrf(struct bench *b, int port, struct err *e)
{
    for (int i = 0; i < CLIENTS && !b->csrf[CLIENTS - 1].n; i++) {
        struct str page, mark = S("name=\"csrf\" value=\"");
        int status = 0;
        struct str ask = str_fmt(
            b->a,
            "GET /forms/%" PRId64
            "/%.*s/%.*s HTTP/1.1\r\nHost: localhost\r\nCookie: varde-session=%.*s\r\n"
            "Connection: close\r\n\r\n",
            b->first + bench_unanswered(b->next), FMT(b->measure), FMT(b->time),
            FMT(b->session[i]));
        TRY(load_once(port, ask, &status, &page, b->a, e));
        isize at = str_find_str(page, mark);
        if (status != 200 || at < 0)
            return err_set(e, E_DIFFERS, "the page of a form is %d", status);
        b->csrf[i] = str_upto(str_from(page, at + mark.n), 64);
    }
    return OK;
}

/* The same form by its page: what a browser sends. */
static void post_page(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    i64 at = atomic_fetch_add(&k->next, 1);
    char body[512];
    struct buf f = {.at = body, .cap = sizeof body};
    (void)n;
    buf_fmt(&f, "csrf=%.*s&day=%.*s&version=0", FMT(k->csrf[client % CLIENTS]),
            FMT(k->today));
    for (int i = 1; i <= ANSWERS; i++) buf_fmt(&f, "&a%d=%d", i, 1 + (i - 1) % 5);
    buf_fmt(b,
            "POST /forms/%" PRId64
            "/%.*s/%.*s HTTP/1.1\r\nHost: localhost\r\nCookie: varde-session=%.*s\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %td\r\n"
            "\r\n%.*s",
            k->first + bench_unanswered(at), FMT(k->measure), FMT(k->time),
            FMT(k->session[client % CLIENTS]), f.n, FMT(buf_str(&f)));
}

static void post_bare(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    struct str t = k->token[client % CLIENTS];
    char body[512];
    struct buf f = {.at = body, .cap = sizeof body};
    buf_fmt(&f, "csrf=%.*s&participant=%" PRId64, FMT(t), n + 1);
    for (int i = 1; i <= ANSWERS; i++) buf_fmt(&f, "&q%d=%d", i, 1 + i % 5);
    buf_fmt(
        b,
        "POST /save HTTP/1.1\r\nHost: localhost\r\nCookie: varde-session=%.*s\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %td\r\n\r\n"
        "%.*s",
        FMT(t), f.n, FMT(buf_str(&f)));
}

static void get(struct bench *k, int client, const char *path, i64 id, const char *rest,
                struct buf *b)
{
    buf_fmt(b,
            "GET /api/v1/%s%" PRId64
            "%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %.*s\r\n\r\n",
            path, id, rest, FMT(k->token[client % CLIENTS]));
}

/* Somewhere in the store, another place each time. */
i64 bench_somewhere(const struct bench *k, int client, i64 n)
{
    return (i64)(((u64)(client + 1) * 7919 + (u64)n * 104729) % (u64)k->participants);
}

void bench_get_record(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    get(k, client, "participants/", k->first + bench_somewhere(k, client, n), "", b);
}

static void get_list(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    char rest[80];
    struct buf r = {.at = rest, .cap = sizeof rest};
    buf_fmt(&r, "/participants?limit=50&after=P%07" PRId64 "%c",
            bench_somewhere(k, client, n), 0);
    get(k, client, "studies/", k->study, rest, b);
}

static void get_search(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    char rest[80];
    struct buf r = {.at = rest, .cap = sizeof rest};
    buf_fmt(&r, "/participants?limit=50&code=P%05" PRId64 "%c",
            bench_somewhere(k, client, n) / 100, 0);
    get(k, client, "studies/", k->study, rest, b);
}

static void get_due(void *arg, int client, i64 n, struct buf *b)
{
    struct bench *k = arg;
    (void)n;
    get(k, client, "studies/", k->study, "/visits?limit=50&ahead=366", b);
}

/* --- rounds ------------------------------------------------------------------- */

static struct measured *measure(struct bench *b, const char *words, const char *unit,
                                double bound, bool at_least)
{
    for (int i = 0; i < b->n; i++)
        if (strcmp(b->m[i].words, words) == 0) return &b->m[i];
    struct measured *m = &b->m[b->n++];
    *m = (struct measured){words, unit, bound, at_least, {0}, 0};
    return m;
}

void bench_note(struct bench *b, const char *words, const char *unit, double bound,
                bool at_least, double x)
{
    struct measured *m = measure(b, words, unit, bound, at_least);
    if (isfinite(x) && m->n < ROUNDS) m->x[m->n++] = x;
}

int bench_load(struct bench *b, int port, int clients, int status, load_request *f,
               struct load_told *out, struct err *e)
{
    struct load_ask q = {.port = port,
                         .clients = clients,
                         .status = status,
                         .seconds = b->seconds,
                         .request = f,
                         .arg = b};
    TRY(load_run(&q, out, e));
    if (out->wrong)
        return err_set(e, E_DIFFERS,
                       "%" PRId64 " of %" PRId64 " answers were wrong (status %d)",
                       out->wrong, out->wrong + out->n, out->status);
    return OK;
}

/* Saving: this program, by its API and by its page, then the bare one, then its form with a row an answer. */
static int saving(struct bench *b, struct server *varde, struct server *bare, int clients,
                  struct err *e)
{
    struct load_told v, p, r, w;
    double used = processor(varde->pid, *b->a);
    TRY(bench_load(b, varde->port, clients, 201, bench_post_form, &v, e));
    used = processor(varde->pid, *b->a) - used;
    double rate = (double)v.n / v.seconds;
    bool one = clients == 1;
    bench_note(b, one ? "forms a second, 1 client" : "forms a second, 32 clients", "/s",
               NAN, true, rate);
    bench_note(b, one ? "saving a form, 1 client, p99" : "saving a form, 32 clients, p99",
               "ms", 50, false, v.p99);
    if (!one)
        bench_note(b, "processor for a form", "ms", NAN, false,
                   used / (double)MAX(v.n, 1));
    TRY(bench_load(b, varde->port, clients, 303, post_page, &p, e));
    double page = (double)p.n / p.seconds;
    bench_note(b, one ? "forms by the page, 1 client" : "forms by the page, 32 clients",
               "/s", NAN, true, page);
    bench_note(b,
               one ? "saving by the page, 1 client, p99"
                   : "saving by the page, 32 clients, p99",
               "ms", 50, false, p.p99);
    if (!bare[0].pid) return OK;
    used = processor(bare[0].pid, *b->a);
    TRY(bench_load(b, bare[0].port, clients, 303, post_bare, &r, e));
    used = processor(bare[0].pid, *b->a) - used;
    if (!one)
        bench_note(b, "the bare program's", "ms", NAN, false, used / (double)MAX(r.n, 1));
    TRY(bench_load(b, bare[1].port, clients, 303, post_bare, &w, e));
    bench_note(b, one ? "the bare program, 1 client" : "the bare program, 32 clients",
               "/s", NAN, true, (double)r.n / r.seconds);
    bench_note(b, one ? "saving beside it, 1 client" : "saving beside it, 32 clients",
               "of 1", 0.5, true, rate / ((double)r.n / r.seconds));
    bench_note(b, one ? "the page beside it, 1 client" : "the page beside it, 32 clients",
               "of 1", 0.5, true, page / ((double)r.n / r.seconds));
    bench_note(
        b, one ? "with a row an answer, 1 client" : "with a row an answer, 32 clients",
        "of 1", NAN, true, rate / ((double)w.n / w.seconds));
    return OK;
}

static int reading(struct bench *b, struct server *s, struct err *e)
{
    static const struct {
        const char *words;
        load_request *f;
        double bound;
    } what[] = {{"reading a record, p99", bench_get_record, 5},
                {"a page of the list, p99", get_list, 20},
                {"a search by code, p99", get_search, 20},
                {"what is due, p99", get_due, 20}};
    for (isize i = 0; i < COUNT(what); i++) {
        struct load_told t;
        TRY(bench_load(b, s->port, 1, 200, what[i].f, &t, e));
        bench_note(b, what[i].words, "ms", what[i].bound, false, t.p99);
    }
    return OK;
}

static int first_page(struct bench *b, struct server *s, struct err *e)
{
    struct str page;
    int status = 0;
    double began = bench_now();
    TRY(load_once(
        s->port, S("GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        &status, &page, b->a, e));
    bench_note(b, "the first page after the start", "ms", 200, false,
               s->ms + (bench_now() - began) * 1000);
    bench_note(b, "resident then", "MB", 40, false,
               bench_resident(s->pid, "VmRSS:", *b->a));
    return status == 200 ? OK : err_set(e, E_DIFFERS, "the first page is %d", status);
}

static bool wanted(const struct bench *b, const char *part)
{
    return !b->only || strcmp(b->only, part) == 0;
}

static int run(struct bench *b, struct server *varde, struct server *bare, struct err *e)
{
    for (i64 i = 0; i < b->rounds; i++) {
        bench_stop(varde);
        TRY(bench_serve(b, false, varde, e));
        TRY(first_page(b, varde, e));
        if (wanted(b, "reading")) TRY(reading(b, varde, e));
        if (wanted(b, "saving")) TRY(learn_csrf(b, varde->port, e));
        if (wanted(b, "pages")) TRY(bench_pages(b, varde, e));
        if (wanted(b, "saving")) TRY(saving(b, varde, bare, 1, e));
        if (wanted(b, "saving")) TRY(saving(b, varde, bare, CLIENTS, e));
        if (wanted(b, "backup")) TRY(bench_backup(b, varde, (int)i, e));
        bench_note(b, "resident under load", "MB", 100, false,
                   bench_resident(varde->pid, "VmRSS:", *b->a));
        if (wanted(b, "storm")) TRY(bench_storm(b, varde, e));
    }
    return OK;
}

static int all(struct bench *b, struct err *e)
{
    struct server varde = {0}, bare[2] = {{0}};
    TRY(bench_store(b, e));
    int code = OK;
    bool beside = b->bare && wanted(b, "saving");
    if (beside) code = bare_start(b, NULL, &bare[0], e);
    if (beside && code == OK) code = bare_start(b, "rows", &bare[1], e);
    if (code == OK) code = run(b, &varde, bare, e);
    bench_stop(&varde);
    bench_stop(&bare[0]);
    bench_stop(&bare[1]);
    return code;
}

/* --- the table ------------------------------------------------------------------ */

static int by_size(const void *p, const void *q)
{
    double x = *(const double *)p, y = *(const double *)q;
    return (x > y) - (x < y);
}

struct verdict {
    double best, median, worst;
    int kept; /* 1 yes, 0 no, -1 nothing was promised */
};

static struct verdict judge(struct measured *m)
{
    qsort(m->x, (size_t)m->n, sizeof m->x[0], by_size);
    struct verdict v = {.median = (m->x[(m->n - 1) / 2] + m->x[m->n / 2]) / 2,
                        .kept = -1};
    v.best = m->at_least ? m->x[m->n - 1] : m->x[0];
    v.worst = m->at_least ? m->x[0] : m->x[m->n - 1];
    if (!isnan(m->bound))
        v.kept = m->at_least ? v.median >= m->bound : v.median <= m->bound;
    return v;
}

static void tell(struct bench *b, bool *fine)
{
    static const char *const head[] = {"what", "unit",  "bound",  "median",
                                       "best", "worst", "verdict"};
    struct cli_table t = cli_headed(b->c, head, COUNT(head));
    struct buf text = buf_in(b->a, 8192);
    struct json_out w = json_to(&text, 1);
    json_open(&w, NULL, '[');
    for (int i = 0; i < b->n; i++) {
        struct measured *m = &b->m[i];
        if (m->n == 0) continue;
        struct verdict v = judge(m);
        const char *word = v.kept < 0 ? "" : v.kept ? "kept" : "NOT KEPT";
        *fine = *fine && v.kept != 0;
        cli_cell(&t, str_of(m->words));
        cli_cell(&t, str_of(m->unit));
        cli_cell(&t, isnan(m->bound)
                         ? S("")
                         : str_fmt(b->a, "%s %g", m->at_least ? ">=" : "<=", m->bound));
        cli_cell_num(&t, v.median, 2);
        cli_cell_num(&t, v.best, 2);
        cli_cell_num(&t, v.worst, 2);
        cli_cell(&t, str_of(word));
        json_open(&w, NULL, '{');
        json_put_str(&w, "what", str_of(m->words));
        json_put_str(&w, "unit", str_of(m->unit));
        if (!isnan(m->bound)) json_put_num(&w, m->at_least ? "least" : "most", m->bound);
        json_put_num(&w, "median", v.median);
        json_put_num(&w, "best", v.best);
        json_put_num(&w, "worst", v.worst);
        json_put_int(&w, "rounds", m->n);
        if (v.kept >= 0) json_put_bool(&w, "kept", v.kept);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    if (b->c->json)
        cli_put(b->c, &text);
    else
        cli_print(&t);
}

/* Beside this program where it is built, or where it is installed. */
static const char *find_bare(const char *self, struct arena *a)
{
    static const char *const place[] = {"../../bench/varde_bare",
                                        "../libexec/varde/varde_bare"};
    isize cut = 0;
    for (isize i = 0; self[i]; i++)
        if (self[i] == '/') cut = i;
    const char *dir = str_c((struct str){self, cut}, a);
    for (isize i = 0; i < COUNT(place); i++) {
        const char *path = file_join(a, dir, place[i]);
        if (access(path, X_OK) == 0) return path;
    }
    return NULL;
}

int verb_bench(struct cli *c, struct err *e)
{
    struct bench b = {
        .c = c, .a = c->a, .participants = 20000, .rounds = 7, .seconds = 0.5};
    const char *at = ".";
    char self[400] = "";
    TRY(cli_opt(c, "--at", &at, e));
    TRY(cli_opt(c, "--bare", &b.bare, e));
    TRY(cli_opt(c, "--only", &b.only, e));
    TRY(cli_opt(c, "--keep", &b.keep, e));
    TRY(cli_opt(c, "--store", &b.store, e));
    TRY(cli_opt_int(c, "--participants", 1000, 5000000, &b.participants, e));
    TRY(cli_opt_int(c, "--rounds", 1, ROUNDS, &b.rounds, e));
    TRY(cli_opt_num(c, "--seconds", 0.1, 600, &b.seconds, e));
    TRY(cli_end(c, e));
    static const char *const part[] = {"reading", "pages", "saving", "storm", "backup"};
    bool known = !b.only;
    for (isize i = 0; i < COUNT(part); i++) known = known || wanted(&b, part[i]);
    if (!known)
        return err_set(e, E_USAGE, "--only is reading, pages, saving, storm or backup");
    /* Each form has a place of its own, which is filled once. */
    if (wanted(&b, "saving") || wanted(&b, "storm") || wanted(&b, "backup"))
        b.participants =
            MAX(b.participants, (i64)((double)b.rounds * b.seconds * FASTEST));
    TRY(cli_data_dir(c, &b.definitions, e));
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0)
        return err_set(e, E_IO, "/proc/self/exe: %s", strerror(errno));
    b.self = self;
    if (!b.bare) b.bare = find_bare(self, c->a);
    struct buf f = {.at = b.folder, .cap = sizeof b.folder};
    umask(077);
    if (b.keep) {
        buf_fmt(&f, "%s%c", b.keep, 0);
        if (mkdir(b.keep, 0700) != 0 && errno != EEXIST)
            return err_set(e, E_IO, "%s: %s", b.keep, strerror(errno));
    } else {
        buf_fmt(&f, "%s/varde-bench-XXXXXX%c", at, 0);
        if (!mkdtemp(b.folder)) return err_set(e, E_IO, "%s: %s", at, strerror(errno));
    }
    signal(SIGPIPE, SIG_IGN);
    bool fine = true;
    int code = all(&b, e);
    if (!b.keep) nftw(b.folder, gone, 16, FTW_DEPTH | FTW_PHYS);
    TRY(code);
    tell(&b, &fine);
    if (!b.bare && !c->json)
        fputs("No bare program to compare with: --bare names it "
              "(build/bench/varde_bare).\n",
              c->out);
    return fine ? OK : err_set(e, E_DIFFERS, "a bound was not kept in this run");
}
