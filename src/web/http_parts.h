/* What the files of the server share; not for handlers. */
#ifndef VARDE_WEB_HTTP_PARTS_H
#define VARDE_WEB_HTTP_PARTS_H

#include "web/http.h"
#include "web/multipart.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

/* http_gate.c: the head as the library read it. 0, or the status to refuse it with and why.
** No page or log line shows more of the head than `why`. */
struct http_head {
    struct MHD_Connection *raw;
    const char *uri, *method, *version;
    isize head_bytes; /* the limit */
    isize length;     /* out: of the body as announced, -1: not */
};
int http_gate(struct http_head *head, const char **why);

/* http_req.c: text from the network, decoded strictly. Errors: E_REQUEST, E_NOT_FOUND (a path
** with an empty piece). */
MUST_CHECK int http_decode(struct str s, bool plus, struct str *out, struct arena *a,
                           struct err *e);
MUST_CHECK int http_read_path(struct str path, struct http_segs *out, struct arena *a,
                              struct err *e);
MUST_CHECK int http_read_pairs(struct str s, struct http_pairs *out, struct arena *a,
                               struct err *e);
void http_read_cookies(struct str s, struct http_pairs *out, struct arena *a);

/* http_upload.c: a body that goes to files.  Set a, spool and the limits; begin; take ...; end.
** Drop gives back descriptors and room, whatever had happened. */
struct http_upload {
    struct arena *a;
    const char *spool;
    isize field_bytes;      /* limit: of all fields */
    i64 spool_bytes;        /* limit: of all requests */
    _Atomic(i64) *spooled;  /* by all requests now */
    struct http_pairs form; /* out */
    struct http_files files;
    struct multipart *parts; /* NULL: the body is one file */
    struct http_file *file;  /* the one that is coming in */
    struct str name;         /* of the field that is coming in */
    struct buf field;
    isize fields, n_start;
    i64 mine;
    bool nothing; /* a file input that was left empty */
    char start[1024];
};
MUST_CHECK int http_upload_begin(struct http_upload *u, struct str type, bool parts,
                                 struct err *e);
MUST_CHECK int http_upload_take(struct http_upload *u, struct str piece, struct err *e);
MUST_CHECK int http_upload_end(struct http_upload *u, struct err *e);
void http_upload_drop(struct http_upload *u);

/* http_reaper.c: connections and how long they may take.  A phase has its own limit; a
** handler at work has none, it is ours. */
enum http_phase { HTTP_IDLE, HTTP_HEAD, HTTP_BODY, HTTP_WORK, HTTP_REPLY, HTTP_PHASES };
struct http_turn;
struct http_conn {
    struct http_conn *next, **here;
    struct http_turn *turn; /* the request under way */
    enum http_phase phase;
    i64 since_ms;
    int fd;
    bool cut; /* told to close */
};
struct http_reaper {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct http_conn *first;
    i64 n, reaped;
    int limit_ms[HTTP_PHASES]; /* 0: none */
    bool ending, plain;        /* plain: no TLS, so a 408 may be written */
};
MUST_CHECK int http_reaper_start(struct http_reaper *r, struct err *e);
void http_reaper_stop(struct http_reaper *r);
void http_reaper_add(struct http_reaper *r, struct http_conn *c, int fd);
void http_reaper_drop(struct http_reaper *r, struct http_conn *c);
/* False when the connection has been told to close. */
bool http_reaper_phase(struct http_reaper *r, struct http_conn *c, enum http_phase p);
void http_reaper_cut_idle(struct http_reaper *r);
void http_reaper_counts(struct http_reaper *r, i64 *now, i64 *reaped);
i64 http_now_us(void); /* monotonic */

/* http_listen.c: sockets that listen. */
enum { HTTP_SOCKETS = 8 };
struct http_socket {
    int fd;
    int port;         /* TCP */
    bool loopback;    /* this machine only: a loopback address or a Unix socket */
    bool handed_over; /* by systemd, which keeps it */
    char path[108];   /* Unix: removed at the end */
};
MUST_CHECK int http_listen(const struct http_config *c, struct http_socket *out, int *n,
                           struct err *e);
void http_unlisten(struct http_socket *s);

/* http_log.c */
struct http_event {
    struct str id, method;
    const char *pattern; /* NULL: no route */
    int status;          /* 0: cut before a reply */
    i64 us, bytes;
    struct str cause; /* req.cause; empty: none */
};
MUST_CHECK int http_log_open(const char *path, int *fd, struct err *e);
void http_log_write(int fd, const struct http_event *ev);

/* http_reply.c: the library's object for q->reply; NULL when there is no memory. */
struct http_sending {
    struct reply *reply;
    i64 *sent;
};
struct MHD_Response *http_response(struct req *q, bool close, bool secure,
                                   struct http_sending *s);

#endif
