/* varde init, varde serve: making an installation, and serving it. */
#define _GNU_SOURCE /* sigtimedwait, SOCK_CLOEXEC */
#include "app/house.h"
#include "base/file.h"
#include "app/job.h"
#include "base/num.h"
#include "cli/at_house.h"
#include "cli/verbs.h"
#include "store/statements.h"
#include "web/routes.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { DRAIN_MS = 20000, TIDY_S = 60, MAX_HOSTS = 16 };

static int house_options(struct cli *c, struct house_config *h, struct err *e)
{
    umask(077); /* whatever this process makes is its user's alone */
    TRY(cli_opt(c, "--data", &h->folder, e));
    TRY(cli_opt(c, "--store", &h->store, e));
    return cli_opt(c, "--key", &h->key, e);
}

/* --- init ------------------------------------------------------------------- */

static int setup_link(struct house *h, struct str *token, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    TRY(house_reader(h, false, &db, e));
    struct act act = house_self(h, db, a);
    struct login_kit kit = house_kit(h);
    int code = login_setup_make(&act, &kit, token, e);
    house_reader_back(h, false, db);
    return code;
}

static void tell_made(struct cli *c, struct house *h, const char *url, struct str token)
{
    fprintf(
        c->out,
        "Data folder  %s\n"
        "Key file     %s\n"
        "             Keep a copy of it in a safe place: without it no name, recording\n"
        "             or backup can be read, by anybody.\n\n"
        "Start with   varde serve --data %s\n"
        "and open     %s%.*s\n"
        "             to make the first administrator. The link works once, for two "
        "days.\n",
        house_folder(h), house_key_path(h), house_folder(h), url,
        FMT(path_setup(c->a, token)));
}

int verb_init(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct house *h = NULL;
    const char *url = "http://127.0.0.1:8080";
    struct str token = {0};
    TRY(house_options(c, &hc, e));
    TRY(cli_opt(c, "--url", &url, e));
    bool again = cli_flag(c, "--link");
    TRY(cli_end(c, e));
    if (!again) TRY(house_make(&hc, e));
    TRY(house_open(&hc, &h, e));
    int code = setup_link(h, &token, c->a, e);
    if (code == OK) tell_made(c, h, url, token);
    house_close(h);
    return code;
}

/* --- serve ------------------------------------------------------------------ */

/* sd_notify(3) without its library: a datagram to the socket that systemd names. */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (!path || (path[0] != '/' && path[0] != '@')) return;
    size_t n = strlen(path);
    if (n >= sizeof to.sun_path) return;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@') to.sun_path[0] = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    close(fd);
}

/* "127.0.0.1:8080", "[::1]:8080", "8080"; "none": no TCP. */
static int read_listen(const char *s, struct http_config *out, struct arena *a,
                       struct err *e)
{
    struct str all = str_of(s);
    i64 port = 0;
    isize colon = -1;
    if (strcmp(s, "none") == 0) {
        out->port = -1;
        return OK;
    }
    for (isize i = 0; i < all.n; i++)
        if (s[i] == ':') colon = i;
    struct str host = colon < 0 ? S("127.0.0.1") : str_upto(all, colon);
    if (host.n > 1 && host.at[0] == '[' && host.at[host.n - 1] == ']')
        host = str_upto(str_from(host, 1), host.n - 2);
    if (num_read_int(str_from(all, colon + 1), 0, 65535, &port, NULL) != OK)
        return err_set(e, E_USAGE,
                       "--listen takes ADDRESS:PORT, as in 127.0.0.1:8080, or none; not "
                       "'%s'",
                       s);
    out->address = str_c(host, a);
    out->port = (int)port;
    return OK;
}

struct serving {
    struct house_config house;
    struct http_config http;
    struct call_front front;
    const char *host[MAX_HOSTS];
};

static int read_hosts(const char *list, struct serving *s, struct arena *a, struct err *e)
{
    struct str rest = str_of(list), one;
    while (list && str_cut(&rest, ',', &one)) {
        one = str_trim(one);
        if (one.n == 0 || s->front.n_hosts == MAX_HOSTS)
            return err_set(e, E_USAGE,
                           "--host takes names with commas between, at most %d",
                           MAX_HOSTS);
        s->host[s->front.n_hosts++] = str_c(one, a);
    }
    s->front.host = s->host;
    return OK;
}

static int read_metrics(const char *path, struct serving *s, struct arena *a,
                        struct err *e)
{
    enum { LEAST = 20 };
    if (!path) return OK;
    TRY(file_read_secret(path, &s->front.metrics, a, e));
    if (s->front.metrics.n >= LEAST) return OK;
    return err_set(
        e, E_USAGE,
        "%s: the token of /metrics has at least %d letters, by chance, as from "
        "`openssl rand -hex 32`",
        path, LEAST);
}

static int read_options(struct cli *c, struct serving *s, struct err *e)
{
    const char *listen = NULL, *hosts = NULL, *metrics = NULL;
    TRY(house_options(c, &s->house, e));
    TRY(cli_opt(c, "--listen", &listen, e));
    TRY(cli_opt(c, "--unix", &s->http.unix_path, e));
    TRY(cli_opt(c, "--cert", &s->http.cert, e));
    TRY(cli_opt(c, "--key-pem", &s->http.key, e));
    TRY(cli_opt(c, "--host", &hosts, e));
    TRY(cli_opt(c, "--log", &s->http.log, e));
    TRY(cli_opt(c, "--metrics", &metrics, e));
    s->front.proxy = s->http.plain = cli_flag(c, "--proxy");
    s->http.activated = cli_flag(c, "--activated");
    TRY(cli_end(c, e));
    TRY(read_hosts(hosts, s, c->a, e));
    TRY(read_metrics(metrics, s, c->a, e));
    if (!listen) listen = s->http.unix_path ? "none" : "127.0.0.1:8080";
    if (s->front.proxy) s->http.unix_mode = 0660; /* its group is the proxy's */
    TRY(read_listen(listen, &s->http, c->a, e));
    return cli_data_dir(c, &s->house.definitions, e);
}

static void tell_where(struct cli *c, const struct serving *s, const struct http *h)
{
    const char *at = s->front.n_hosts  ? s->front.host[0]
                     : s->http.address ? s->http.address
                                       : "";
    bool six = strchr(at, ':') != NULL;
    if (http_port(h))
        fprintf(c->out, "Varde is at %s://%s%s%s:%d/\n", s->http.cert ? "https" : "http",
                six ? "[" : "", s->http.activated ? "localhost" : at, six ? "]" : "",
                http_port(h));
    if (s->http.unix_path) fprintf(c->out, "Varde is at %s\n", s->http.unix_path);
    fflush(c->out);
}

static int nobody_yet(struct house *h, bool *nobody, struct err *e)
{
    struct db *db = NULL;
    i64 n = 0;
    TRY(house_reader(h, false, &db, e));
    int code = db_one(db, &n, SQL_staff_count, NO_ARGS, e);
    house_reader_back(h, false, db);
    *nobody = n == 0;
    return code;
}

/* Until somebody says stop. */
static void wait_and_tidy(struct cli *c, struct house *h, const sigset_t *stop)
{
    struct timespec each = {.tv_sec = TIDY_S};
    while (sigtimedwait(stop, NULL, &each) < 0) {
        struct err e = {0};
        if (house_tidy(h, &e) != OK) fprintf(c->err, "varde: tidying up: %s\n", e.text);
    }
}

/* What goes on beside requests: jobs, and verbs of this user on this machine.  An embedded
** store has this one process; of a server's database a verb may open its own connection. */
struct beside {
    struct local *local;
    struct job_crew *crew;
};

static int beside_start(struct house *h, struct beside *b, struct err *e)
{
    enum { WORKERS = 2 };
    const struct job_place place = {
        h,         house_writer(h), house_reader, house_reader_back,
        house_now, house_today,     house_box(h)};
    bool alone = str_starts(str_of(house_store(h)), S("sqlite:"));
    if (alone) TRY(local_start(h, at_server, &b->local, e));
    return job_crew_start(&place, WORKERS, alone, &b->crew, e);
}

static void beside_stop(struct beside *b)
{
    local_stop(b->local);
    job_crew_stop(b->crew);
}

static int serve(struct cli *c, struct serving *s, const sigset_t *stop, struct err *e)
{
    struct http *http = NULL;
    bool nobody = false;
    TRY(nobody_yet(s->front.house, &nobody, e));
    s->http.handle = call_answer;
    s->http.takes = routes_takes;
    s->http.admit = call_admit;
    s->http.app = &s->front;
    struct beside beside = {0};
    int code = beside_start(s->front.house, &beside, e);
    s->front.crew = beside.crew;
    if (code == OK) code = http_start(&s->http, &http, e);
    if (code != OK) {
        beside_stop(&beside);
        return code;
    }
    tell_where(c, s, http);
    if (nobody)
        fprintf(c->err,
                "varde: nobody can log in yet; `varde init --link --data %s`, "
                "while this server is stopped, gives a new link for the first "
                "administrator\n",
                house_folder(s->front.house));
    notify("READY=1");
    wait_and_tidy(c, s->front.house, stop);
    notify("STOPPING=1");
    http_stop(http, DRAIN_MS);
    beside_stop(&beside);
    return OK;
}

/* A fault leaves no picture of the memory on the disk: names and keys stand in it.  Where the
** system does not let us say so, the unit file does. */
static void no_core(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
}

int verb_serve(struct cli *c, struct err *e)
{
    struct serving s = {0};
    sigset_t stop, before;
    TRY(read_options(c, &s, e));
    no_core();
    TRY(house_open(&s.house, &s.front.house, e));
    if (house_erased_again(s.front.house) > 0)
        fprintf(c->err,
                "varde: %" PRId64
                " people whose erasure the data folder's list knows were in "
                "the store again, and were erased anew\n",
                house_erased_again(s.front.house));
    /* Before any thread is started, so that only sigtimedwait sees them. */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    signal(SIGPIPE, SIG_IGN);
    int code = serve(c, &s, &stop, e);
    house_close(s.front.house);
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}
