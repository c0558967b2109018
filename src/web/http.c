/* The server over libmicrohttpd: a daemon for each socket, a thread a connection.
**
** The library calls on_uri when it has a request line, on_request when the head is whole
** (then the gate decides), for each piece of the body and at its end (then the handler
** runs), and on_done when the reply has left or the connection broke.  A `turn` is one
** request on that way; it lives in the arena that it owns. */
#define _GNU_SOURCE
#include "base/file.h"
#include "web/http_parts.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const i64 http_bucket_us[HTTP_BUCKETS] = {1000, 5000, 20000, 100000, 500000, 2000000};

enum {
    PARKED = 32,      /* arenas kept for the next request */
    KEPT = 256 << 10, /* of each, bytes that stay resident */
    SLACK_MS = 60000, /* of the library's own timeout, the second net */
    LIBRARY_ROOM =
        65536 /* of a connection: above head_bytes, so the gate says 431 first */
};

struct http {
    struct http_config c;
    struct http_socket socket[HTTP_SOCKETS];
    struct MHD_Daemon *daemon[HTTP_SOCKETS];
    int n, log;
    bool tls;
    struct http_reaper reaper;
    u32 run; /* of this start, in the ids */
    atomic_uint serial;
    atomic_bool stopping;
    _Atomic(i64) spooled; /* bytes of temporary files, of all requests */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t quiet; /* no request under way */
    struct http_counts counts;
    struct arena parked[PARKED];
    int n_parked;
};

struct http_turn {
    struct req q;
    struct arena a;    /* all of the request; q.a points here */
    char *most;        /* how far it was used, scratch and what was refused included */
    struct arena mark; /* after the turn itself: where a refused one starts again */
    struct arena_trap trap, last;
    struct http *h;
    struct http_conn *conn;
    const char *uri;
    i64 began_us, sent;
    struct buf body;
    i64 limit, came;           /* of the body, files included */
    struct http_upload upload; /* unused while its arena is NULL */
    int bad; /* the body is refused with this status when it has ended */
    char why[200];
    bool seen, refused;
    struct http_sending sending;
};

static void on_log(void *arg, const char *fmt, va_list ap)
{
    (void)arg, (void)fmt, (void)ap; /* may quote what clients sent */
}

static size_t on_unescape(void *arg, struct MHD_Connection *raw, char *s)
{
    (void)arg, (void)raw;
    return strlen(s); /* the library would cut at %00: http_req.c decodes */
}

static bool arena_get(struct http *h, struct arena *out)
{
    pthread_mutex_lock(&h->lock);
    bool found = h->n_parked > 0;
    if (found) *out = h->parked[--h->n_parked];
    pthread_mutex_unlock(&h->lock);
    if (!found) *out = arena_reserve(h->c.room + 4 * h->c.body_bytes);
    return out->base != NULL;
}

/* Wiped before it serves another: what stood in it belonged to one person's request. */
static void arena_back(struct http *h, struct arena a, const char *most)
{
    isize used = most - a.base;
    explicit_bzero(a.base, (size_t)MIN(used, KEPT));
    if (used > KEPT) madvise(a.base + KEPT, (size_t)(used - KEPT), MADV_DONTNEED);
    a.at = a.base;
    a.trap = NULL;
    a.most = NULL;
    pthread_mutex_lock(&h->lock);
    bool room = h->n_parked < PARKED;
    if (room) h->parked[h->n_parked++] = a;
    pthread_mutex_unlock(&h->lock);
    if (!room) arena_release(&a);
}

/* Everything of one request that is told or given back. Once a turn. */
static void turn_end(struct http_turn *t, bool whole)
{
    struct http *h = t->h;
    struct req *q = &t->q;
    if (q->reply.done) q->reply.done(q->reply.arg);
    if (t->upload.a) http_upload_drop(&t->upload);
    struct http_event ev = {.id = q->id,
                            .method = q->method.n ? q->method : S("-"),
                            .pattern = q->pattern,
                            .status = whole ? q->reply.status : 0,
                            .us = http_now_us() - t->began_us,
                            .bytes = t->sent,
                            .cause = q->cause};
    http_log_write(h->log, &ev);
    pthread_mutex_lock(&h->lock);
    h->counts.by_class[ev.status / 100 % 6]++;
    h->counts.bytes += ev.bytes;
    h->counts.us += ev.us;
    h->counts.refused += t->refused;
    for (int i = 0; i < HTTP_BUCKETS; i++)
        h->counts.within[i] += ev.us <= http_bucket_us[i];
    if (--h->counts.requests == 0) pthread_cond_broadcast(&h->quiet);
    pthread_mutex_unlock(&h->lock);
    arena_back(h, t->a, t->most);
}

static struct http_conn *conn_of(struct MHD_Connection *raw)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(raw, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i ? i->socket_context : NULL;
}

static void on_connection(void *arg, struct MHD_Connection *raw, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *h = arg;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *i =
            MHD_get_connection_info(raw, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct http_conn *c = i ? calloc(1, sizeof *c) : NULL;
        *context = c;
        if (c) http_reaper_add(&h->reaper, c, i->connect_fd);
        return;
    }
    struct http_conn *c = *context;
    if (!c) return;
    http_reaper_drop(&h->reaper, c);
    if (c->turn) turn_end(c->turn, false);
    free(c);
    *context = NULL;
}

static void *on_uri(void *arg, const char *uri, struct MHD_Connection *raw)
{
    struct http *h = arg;
    struct http_conn *c = conn_of(raw);
    struct arena a;
    if (!c || c->turn || !arena_get(h, &a)) return NULL;
    struct http_turn *t = NEW(&a, struct http_turn, 1);
    t->most = a.at;
    a.most = &t->most;
    t->h = h;
    t->conn = c;
    t->began_us = http_now_us();
    t->q.a = &t->a;
    t->q.server = h;
    t->q.raw = raw;
    t->q.secure = h->tls;
    t->q.id = str_fmt(&a, "%08x-%08x", (unsigned)h->run, atomic_fetch_add(&h->serial, 1));
    t->uri = str_c(str_of(uri), &a);
    t->sending = (struct http_sending){&t->q.reply, &t->sent};
    t->a = t->mark = a;
    c->turn = t;
    pthread_mutex_lock(&h->lock);
    h->counts.requests++;
    pthread_mutex_unlock(&h->lock);
    http_reaper_phase(&h->reaper, c, HTTP_HEAD);
    return t;
}

static void on_done(void *arg, struct MHD_Connection *raw, void **context,
                    enum MHD_RequestTerminationCode why)
{
    (void)raw;
    struct http *h = arg;
    struct http_turn *t = *context;
    *context = NULL;
    if (!t) return;
    struct http_conn *c = t->conn;
    c->turn = NULL;
    turn_end(t, why == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    http_reaper_phase(&h->reaper, c, HTTP_IDLE);
    if (atomic_load(&h->stopping)) http_reaper_cut_idle(&h->reaper);
}

static enum MHD_Result send_reply(struct http_turn *t, bool close)
{
    struct req *q = &t->q;
    struct http *h = t->h;
    close = close || atomic_load(&h->stopping);
    struct MHD_Response *r = http_response(q, close, h->tls, &t->sending);
    if (!r) { /* a header that breaks its line, or no memory: once more, plainly */
        if (q->reply.done) q->reply.done(q->reply.arg);
        q->reply = (struct reply){0};
        http_reply_error(q, 500, S(""));
        r = http_response(q, true, h->tls, &t->sending);
    }
    if (!r) return MHD_NO;
    http_reaper_phase(&h->reaper, t->conn, HTTP_REPLY);
    enum MHD_Result rc = MHD_queue_response(q->raw, (unsigned)q->reply.status, r);
    MHD_destroy_response(r); /* the connection keeps its own share */
    return rc;
}

static enum MHD_Result refuse(struct http_turn *t, int status, const char *why)
{
    t->refused = true;
    t->a = t->mark; /* what was read is not needed; there is room again */
    if (t->upload.a) http_upload_drop(&t->upload);
    t->upload.a = NULL;
    t->q.seg = (struct http_segs){0};
    t->q.files = (struct http_files){0};
    t->q.query = t->q.form = t->q.cookies = (struct http_pairs){0};
    t->q.reply = (struct reply){0};
    http_reply_error(&t->q, status, str_of(why));
    return send_reply(t, true);
}

/* What the client is told: its own faults, and that it may try again. */
static const char *said(int rc, const struct err *e)
{
    return http_status_of(rc) < 500 || rc == E_BUSY || rc == E_UNSURE ? e->text : "";
}

static void who(struct http_turn *t)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(t->q.raw, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    const struct sockaddr *s = i ? i->client_addr : NULL;
    t->q.remote = S("unix");
    t->q.local = true;
    if (!s || s->sa_family == AF_UNIX) return;
    if (s->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, s, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        t->q.local = ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    } else if (s->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, s, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        t->q.local = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
    t->q.remote = str_fmt(&t->a, "%s", text);
}

/* "text/html; charset=utf-8" -> "text/html" */
static struct str bare_type(struct str s, struct arena *a)
{
    isize end = str_find(s, ';');
    s = str_trim(end < 0 ? s : str_upto(s, end));
    char *low = NEW(a, char, s.n + 1);
    for (isize i = 0; i < s.n; i++)
        low[i] = s.at[i] >= 'A' && s.at[i] <= 'Z' ? (char)(s.at[i] | 0x20) : s.at[i];
    return (struct str){low, s.n};
}

/* What stands in the head, decoded. */
static int read_head(struct http_turn *t, struct err *e)
{
    struct req *q = &t->q;
    struct str uri = str_of(t->uri);
    isize mark = str_find(uri, '?');
    q->path = mark < 0 ? uri : str_upto(uri, mark);
    q->type = bare_type(http_header(q, "Content-Type"), &t->a);
    if (!str_is(q->path, "*")) TRY(http_read_path(q->path, &q->seg, &t->a, e));
    if (mark >= 0) TRY(http_read_pairs(str_from(uri, mark + 1), &q->query, &t->a, e));
    http_read_cookies(http_header(q, "Cookie"), &q->cookies, &t->a);
    return OK;
}

static bool is_kept(struct str type)
{
    return type.n == 0 || str_is(type, "application/x-www-form-urlencoded") ||
           str_is(type, "application/json") || str_ends(type, S("+json"));
}

static int upload_begin(struct http_turn *t, struct err *e)
{
    struct http *h = t->h;
    struct req *q = &t->q;
    bool parts = str_starts(q->type, S("multipart/"));
    t->upload = (struct http_upload){.a = &t->a,
                                     .spool = h->c.spool,
                                     .field_bytes = h->c.body_bytes,
                                     .spool_bytes = h->c.spool_bytes,
                                     .spooled = &h->spooled};
    return http_upload_begin(&t->upload, http_header(q, "Content-Type"), parts, e);
}

static int no_room(struct err *e)
{
    return err_set(e, E_TOO_BIG, "the request is too large");
}

/* The trap holds in reading and not in the handler, which may hold what a jump would leave
** held. */
static int read_begin(struct http_turn *t, struct err *e)
{
    t->a.trap = &t->trap;
    if (setjmp(t->trap.home)) return no_room(e);
    return read_head(t, e);
}

static int body_room(struct http_turn *t, bool spools, isize length, struct err *e)
{
    t->a.trap = &t->trap;
    if (setjmp(t->trap.home)) return no_room(e);
    if (spools) return upload_begin(t, e);
    t->body = buf_in(&t->a, MAX(length, (isize)4096));
    return OK;
}

/* Where the body goes: to memory, or through http_upload.c to files, if who asks may send them.
** Admitting is the handler's work: no trap. */
static int body_begin(struct http_turn *t, isize length, struct err *e)
{
    struct http *h = t->h;
    struct req *q = &t->q;
    i64 takes = h->c.takes ? h->c.takes(q) : 0;
    bool spools = takes > 0 && !is_kept(q->type);
    t->limit = spools ? takes : (i64)h->c.body_bytes;
    if (length > t->limit) return err_set(e, E_TOO_BIG, "the body is too large");
    if (spools && h->c.admit) TRY(h->c.admit(q, e));
    return body_room(t, spools, length, e);
}

/* The head is whole. */
static enum MHD_Result begin(struct http_turn *t, const char *method, const char *version)
{
    struct http *h = t->h;
    struct http_head head = {.raw = t->q.raw,
                             .uri = t->uri,
                             .method = method,
                             .version = version,
                             .head_bytes = h->c.head_bytes};
    const char *why = "";
    struct err e = {0};
    t->seen = true;
    if (!http_reaper_phase(&h->reaper, t->conn, HTTP_BODY)) return MHD_NO;
    int status = http_gate(&head, &why);
    if (status) return refuse(t, status, why);
    t->q.method = str_dup(str_of(method), &t->a);
    who(t);
    int rc = read_begin(t, &e);
    t->a.trap = NULL;
    if (rc == OK) rc = body_begin(t, head.length, &e);
    t->a.trap = NULL;
    if (rc != OK) return refuse(t, http_status_of(rc), said(rc, &e));
    if (!t->upload.a && str_starts(t->q.type, S("multipart/")))
        return refuse(t, 415, "this page takes no files");
    return MHD_YES;
}

static int take_piece(struct http_turn *t, struct str piece, struct err *e)
{
    t->a.trap = &t->trap;
    if (setjmp(t->trap.home)) return no_room(e);
    if (t->upload.a) return http_upload_take(&t->upload, piece, e);
    buf_put(&t->body, piece);
    return OK;
}

/* A reply can be sent only at the end, so a body that is refused is read on and thrown away,
** up to twice its limit. */
static enum MHD_Result take_body(struct http_turn *t, const char *at, size_t *n)
{
    enum { STEP = 1 << 20 };
    struct str piece = {at, (isize)*n};
    struct err e = {0};
    i64 before = t->came;
    *n = 0;
    t->came += piece.n;
    if (t->came > 2 * t->limit) return MHD_NO;
    /* An upload that moves may last. */
    if (t->upload.a && before / STEP != t->came / STEP &&
        !http_reaper_phase(&t->h->reaper, t->conn, HTTP_BODY))
        return MHD_NO;
    if (!t->bad && t->came > t->limit) {
        t->bad = 413;
        snprintf(t->why, sizeof t->why, "the body is too large");
    }
    if (t->bad) return MHD_YES;
    int rc = take_piece(t, piece, &e);
    t->a.trap = NULL;
    if (rc != OK) {
        t->bad = http_status_of(rc);
        snprintf(t->why, sizeof t->why, "%.199s", said(rc, &e));
    }
    if (t->bad && t->upload.a) http_upload_drop(&t->upload);
    return MHD_YES;
}

/* The body decoded. */
static int read_body(struct http_turn *t, struct err *e)
{
    struct req *q = &t->q;
    t->a.trap = &t->trap;
    if (setjmp(t->trap.home)) return no_room(e);
    if (t->upload.a) {
        TRY(http_upload_end(&t->upload, e));
        q->form = t->upload.form;
        q->files = t->upload.files;
        return OK;
    }
    q->body = buf_str(&t->body);
    if (str_is(q->type, "application/x-www-form-urlencoded"))
        TRY(http_read_pairs(q->body, &q->form, &t->a, e));
    return OK;
}

/* The request is whole. */
static enum MHD_Result answer(struct http_turn *t)
{
    struct http *h = t->h;
    struct req *q = &t->q;
    struct err e = {0};
    if (!http_reaper_phase(&h->reaper, t->conn, HTTP_WORK)) return MHD_NO;
    if (t->bad) return refuse(t, t->bad, t->why);
    struct arena_trap *outer = t->a.trap;
    int rc = read_body(t, &e);
    t->a.trap = outer;
    if (rc != OK) return refuse(t, http_status_of(rc), said(rc, &e));
    rc = h->c.handle(q, &e);
    if (rc != OK || q->reply.status == 0) {
        int status = rc != OK ? http_status_of(rc) : 500;
        if (status >= 500) q->cause = str_dup(str_of(e.text), q->a);
        if (q->reply.done) q->reply.done(q->reply.arg);
        q->reply.done = NULL;
        http_reply_error(q, status, status < 500 ? str_of(e.text) : S(""));
    }
    return send_reply(t, false);
}

/* Whoever answers sees to its own memory (call_answer); where not even an error finds room, the
** connection is closed. */
static enum MHD_Result finish(struct http_turn *t)
{
    enum MHD_Result done = MHD_NO;
    t->a.trap = &t->last;
    if (setjmp(t->last.home) == 0) done = answer(t);
    t->last.over = true; /* a stream may still hold a copy of the arena */
    t->a.trap = NULL;
    return done;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *raw, const char *url,
                                  const char *method, const char *version,
                                  const char *piece, size_t *n, void **context)
{
    (void)arg, (void)raw, (void)url; /* t->uri is the same with its query */
    struct http_turn *t = *context;
    if (!t) return MHD_NO;
    if (!t->seen) return begin(t, method, version);
    if (*n > 0) return take_body(t, piece, n);
    return finish(t);
}

static int daemon_start(struct http *h, int k, const char *cert, const char *key,
                        struct err *e)
{
    const struct http_config *c = &h->c;
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                     MHD_USE_ITC | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_"
                             "PRECEDENCE"},
        {MHD_OPTION_END, 0, NULL},
    };
    if (h->tls)
        flags |= MHD_USE_TLS;
    else
        tls[0].option = MHD_OPTION_END;
    int longest = MAX(MAX(c->head_ms, c->body_ms), c->reply_ms);
    h->daemon[k] = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, h->socket[k].fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)c->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        h->socket[k].loopback ? 0u : (unsigned)c->per_ip, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)((longest + SLACK_MS) / 1000), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)(c->head_bytes + LIBRARY_ROOM), MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)(512 << 10), MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, h,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, h, MHD_OPTION_NOTIFY_COMPLETED, on_done, h,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
#if MHD_VERSION >= 0x01000000
        MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#endif
        MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (!h->daemon[k])
        return err_set(e, E_IO, "the server does not start%s",
                       h->tls ? ": does the key belong to the certificate?" : "");
    return OK;
}

static int read_pem(const char *path, bool secret, const char **out, struct arena *a,
                    struct err *e)
{
    struct stat st;
    struct str text;
    TRY(file_read(path, 1 << 20, &text, a, e));
    if (secret && stat(path, &st) == 0 && (st.st_mode & 0007))
        return err_set(e, E_USAGE, "the key %s may be read by everybody: chmod 640 it",
                       path);
    *out = str_c(text, a);
    return OK;
}

static void defaults(struct http_config *c)
{
    if (!c->connections) c->connections = 512;
    if (!c->per_ip) c->per_ip = 64;
    if (!c->head_bytes) c->head_bytes = 16 << 10;
    if (!c->body_bytes) c->body_bytes = 1 << 20;
    if (!c->spool_bytes) c->spool_bytes = (i64)2 << 30;
    if (!c->spool) c->spool = "/tmp";
    if (!c->room) c->room = (isize)256 << 20;
    if (!c->head_ms) c->head_ms = 10000;
    if (!c->body_ms) c->body_ms = 60000;
    if (!c->reply_ms) c->reply_ms = 600000;
}

static int start(struct http *h, struct arena *a, struct err *e)
{
    const char *cert = NULL, *key = NULL;
    if (!h->c.cert != !h->c.key)
        return err_set(e, E_USAGE, "TLS needs both a certificate and a key");
    if (h->c.cert) {
        TRY(read_pem(h->c.cert, false, &cert, a, e));
        TRY(read_pem(h->c.key, true, &key, a, e));
        h->tls = true;
    }
    if (h->c.log) TRY(http_log_open(h->c.log, &h->log, e));
    TRY(http_listen(&h->c, h->socket, &h->n, e));
    for (int i = 0; i < h->n; i++) TRY(daemon_start(h, i, cert, key, e));
    return OK;
}

static void give_back(struct http *h)
{
    for (int i = 0; i < h->n; i++) {
        if (h->daemon[i]) MHD_stop_daemon(h->daemon[i]);
        http_unlisten(&h->socket[i]);
    }
    http_reaper_stop(&h->reaper);
    if (h->log >= 0) close(h->log);
    while (h->n_parked > 0) arena_release(&h->parked[--h->n_parked]);
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->quiet);
    free(h);
}

int http_start(const struct http_config *c, struct http **out, struct err *e)
{
    struct http *h = calloc(1, sizeof *h);
    if (!h) return err_set(e, E_NO_MEMORY, "no memory for the server");
    h->c = *c;
    h->log = -1;
    defaults(&h->c);
    h->reaper.plain = !c->cert;
    h->reaper.limit_ms[HTTP_IDLE] = h->reaper.limit_ms[HTTP_HEAD] = h->c.head_ms;
    h->reaper.limit_ms[HTTP_BODY] = h->c.body_ms;
    h->reaper.limit_ms[HTTP_REPLY] = h->c.reply_ms;
    if (getrandom(&h->run, sizeof h->run, 0) != sizeof h->run) h->run = (u32)getpid();
    int rc = http_reaper_start(&h->reaper, e);
    if (rc != OK) {
        free(h);
        return rc;
    }
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->quiet, &attr);
    pthread_condattr_destroy(&attr);
    struct arena pem = arena_reserve(8 << 20);
    rc = pem.base ? start(h, &pem, e) : err_set(e, E_NO_MEMORY, "no memory");
    if (pem.base) explicit_bzero(pem.base, (size_t)(pem.at - pem.base));
    arena_release(&pem);
    if (rc == OK)
        *out = h;
    else
        give_back(h);
    return rc;
}

void http_stop(struct http *h, int drain_ms)
{
    if (!h) return;
    atomic_store(&h->stopping, true);
    for (int i = 0; i < h->n; i++) {
        MHD_quiesce_daemon(h->daemon[i]);
        /* Who waits in its queue is told now; systemd's queue waits for the next server. */
        if (!h->socket[i].handed_over) shutdown(h->socket[i].fd, SHUT_RDWR);
    }
    http_reaper_cut_idle(&h->reaper);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += drain_ms / 1000;
    until.tv_nsec += (long)(drain_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&h->lock);
    while (h->counts.requests > 0)
        if (pthread_cond_timedwait(&h->quiet, &h->lock, &until) == ETIMEDOUT) break;
    pthread_mutex_unlock(&h->lock);
    give_back(h);
}

int http_port(const struct http *h)
{
    for (int i = 0; i < h->n; i++)
        if (h->socket[i].port) return h->socket[i].port;
    return 0;
}

struct http_counts http_count(struct http *h)
{
    pthread_mutex_lock(&h->lock);
    struct http_counts c = h->counts;
    pthread_mutex_unlock(&h->lock);
    http_reaper_counts(&h->reaper, &c.connections, &c.reaped);
    return c;
}

void *http_app(const struct req *q)
{
    return q->server->c.app;
}

struct str http_header(const struct req *q, const char *name)
{
    return str_of(MHD_lookup_connection_value(q->raw, MHD_HEADER_KIND, name));
}
