#define _GNU_SOURCE /* clock_gettime, strncasecmp */
#include "cli/load.h"
#include "base/num.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 256 << 10, WAIT_S = 30, MOST = 256 };

struct client {
    const struct load_ask *q;
    int number;
    double until;
    i64 n, cap, wrong, busy;
    int status;
    float *ms;
    bool no_memory;
    pthread_t thread;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int connection(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval wait = {.tv_sec = WAIT_S};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

static bool send_all(int fd, const char *at, isize n)
{
    while (n > 0) {
        ssize_t k = send(fd, at, (size_t)n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        at += k;
        n -= k;
    }
    return true;
}

/* Status and length of the whole answer, when its head is there; an answer that says no length ends
** with the connection: *whole -1. */
static int head_of(struct str got, isize *whole)
{
    isize end = str_find_str(got, S("\r\n\r\n"));
    i64 status = 0, length = -1;
    if (end < 0 || got.n < 12) return 0;
    if (num_read_int((struct str){got.at + 9, 3}, 100, 599, &status, NULL) != OK)
        return 0;
    struct str rest = str_upto(got, end), line;
    while (str_cut(&rest, '\n', &line))
        if (line.n > 15 && strncasecmp(line.at, "Content-Length:", 15) == 0)
            (void)!num_read_int(str_trim(str_from(line, 15)), 0, INT32_MAX, &length,
                                NULL);
    *whole = status == 204 || status == 304 ? end + 4
             : length < 0                   ? -1
                                            : end + 4 + length;
    return (int)status;
}

/* The answer on fd, into b; 0: none. */
static int read_answer(int fd, struct buf *b)
{
    isize whole = -1;
    int status = 0;
    while (b->n < b->cap) {
        ssize_t k = recv(fd, b->at + b->n, (size_t)(b->cap - b->n), 0);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return 0;
        if (k == 0) return whole < 0 ? status : 0;
        b->n += k;
        if (!status) status = head_of(buf_str(b), &whole);
        if (status && whole >= 0 && b->n >= whole) return status;
    }
    return 0;
}

static void told(struct client *c, double ms)
{
    if (c->n == c->cap) {
        i64 cap = c->cap ? 2 * c->cap : 4096;
        float *at = realloc(c->ms, (size_t)cap * sizeof *at);
        if (!at) {
            c->no_memory = true;
            return;
        }
        c->ms = at;
        c->cap = cap;
    }
    c->ms[c->n++] = (float)ms;
}

static void *ask(void *arg)
{
    struct client *c = arg;
    char *room = malloc(ROOM);
    int fd = connection(c->q->port);
    c->no_memory = !room;
    for (i64 n = 0; room && !c->no_memory && now() < c->until; n++) {
        struct buf out = {.at = room, .cap = ROOM}, in = out;
        c->q->request(c->q->arg, c->number, n, &out);
        double began = now();
        int status = fd >= 0 && send_all(fd, out.at, out.n) ? read_answer(fd, &in) : 0;
        if (status && (status == c->q->status || !c->q->status)) {
            c->busy += status == 503;
            told(c, (now() - began) * 1000);
            continue;
        }
        c->status = status;
        c->wrong++;
        if (fd >= 0) close(fd);
        fd = connection(c->q->port);
        if (fd < 0) break;
    }
    if (fd >= 0) close(fd);
    free(room);
    return NULL;
}

static int by_size(const void *p, const void *q)
{
    float x = *(const float *)p, y = *(const float *)q;
    return (x > y) - (x < y);
}

static int summary(struct client *c, int clients, struct load_told *out, struct err *e)
{
    bool short_of = false;
    for (int i = 0; i < clients; i++) {
        out->n += c[i].n;
        out->wrong += c[i].wrong;
        out->busy += c[i].busy;
        if (c[i].wrong) out->status = c[i].status;
        short_of = short_of || c[i].no_memory;
    }
    float *all = malloc((size_t)MAX(out->n, 1) * sizeof *all);
    if (!all || short_of) {
        free(all);
        return err_set(e, E_NO_MEMORY, "no memory for the times of %" PRId64 " answers",
                       out->n);
    }
    i64 k = 0;
    for (int i = 0; i < clients; i++) {
        if (c[i].n) memcpy(all + k, c[i].ms, (size_t)c[i].n * sizeof *all);
        k += c[i].n;
    }
    qsort(all, (size_t)k, sizeof *all, by_size);
    if (k) {
        out->p50 = (double)all[(k - 1) / 2];
        out->p99 = (double)all[(k - 1) * 99 / 100];
        out->worst = (double)all[k - 1];
    }
    free(all);
    return OK;
}

int load_run(const struct load_ask *q, struct load_told *out, struct err *e)
{
    int clients = MIN(q->clients, MOST), started = 0;
    struct client *c = calloc((size_t)clients, sizeof *c);
    *out = (struct load_told){0};
    if (!c) return err_set(e, E_NO_MEMORY, "no memory for %d clients", clients);
    double began = now();
    for (; started < clients; started++) {
        c[started].q = q;
        c[started].number = started;
        c[started].until = began + q->seconds;
        if (pthread_create(&c[started].thread, NULL, ask, &c[started]) != 0) break;
    }
    for (int i = 0; i < started; i++) pthread_join(c[i].thread, NULL);
    out->seconds = now() - began;
    int code = started == clients ? summary(c, clients, out, e)
                                  : err_set(e, E_NO_MEMORY, "no thread for a client");
    for (int i = 0; i < clients; i++) free(c[i].ms);
    free(c);
    return code;
}

int load_once(int port, struct str request, int *status, struct str *answer,
              struct arena *a, struct err *e)
{
    struct buf in = {.at = NEW_RAW(a, char, ROOM), .cap = ROOM};
    int fd = connection(port);
    *status = fd >= 0 && send_all(fd, request.at, request.n) ? read_answer(fd, &in) : 0;
    if (fd >= 0) close(fd);
    *answer = buf_str(&in);
    return *status ? OK : err_set(e, E_IO, "no answer from 127.0.0.1:%d", port);
}
