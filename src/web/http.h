/* The server's face to the network.  The library under it (libmicrohttpd) stands in http.c,
** http_gate.c and http_parts.h only: requests and replies are structs of our own.
**
** A thread a connection, so a handler may wait; one arena a request, given back when its
** reply has left.  What a request may be is narrow: see http_gate.c for heads, http_req.c for
** paths, queries, forms and cookies, multipart.h and http_upload.c for files.  No connection lasts without progress: a thread (the
** reaper) closes those whose head, body or reply takes longer than its limit.
**
** Every reply of ours carries the security headers (http_reply.c).  Replies that the library
** makes itself, to heads that it cannot parse or that are larger than its memory, carry none.
**
** Nothing here knows people: the access log holds the route's pattern, never a path's
** values, a query, a header or an address.
**
** Checked: tests/web/test_http.c (raw sockets), test_http_req.c (decoding, routes). */
#ifndef VARDE_WEB_HTTP_H
#define VARDE_WEB_HTTP_H

#include "base/err.h"

struct http; /* a server */

struct http_pair {
    struct str name, value;
};
struct http_pairs LIST(struct http_pair);
struct http_segs LIST(struct str);

/* Writes the reply's bytes from `at` on into out[0..cap): their number, 0 at the end, -1 to
** break off.  Runs on the connection's thread, after the handler has returned. */
typedef isize http_stream(void *arg, i64 at, char *out, isize cap);

struct reply {
    int status;       /* 0: the handler said nothing, which is a fault */
    const char *type; /* Content-Type; NULL: none */
    struct str body;
    http_stream *stream;     /* instead of body */
    void *arg;               /* of stream and of done */
    void (*done)(void *arg); /* NULL, or called once when the reply has left or was cut */
    struct http_pairs headers;
};

/* What an upload is, told by its first bytes; what the client calls it does not count. */
enum file_kind {
#define SNIFF(name, type, at, bytes) name,
#include "web/sniff.def"
#undef SNIFF
    FILE_XML,
    FILE_HTML,
    FILE_JSON,
    FILE_TEXT, /* UTF-8 without control characters, as far as it was looked at */
    FILE_EMPTY,
    FILE_OTHER,
    FILE_KIND_N
};
const char *file_kind_type(enum file_kind k); /* "application/pdf" */
/* `whole`: nothing follows, so a letter cut at the end is a fault. */
enum file_kind file_kind_of(struct str start, bool whole);

/* A file that came with a request: in a temporary file without a name, so nothing is left
** of it when the request has ended, however that ends. */
struct http_file {
    struct str field; /* of the form; empty when the file was the whole body */
    struct str name;  /* as the client calls it, without folders; only to be shown */
    enum file_kind kind;
    int fd; /* at its beginning; closed when the reply has left */
    i64 bytes;
};
struct http_files LIST(struct http_file);

enum { HTTP_ARGS = 4 }; /* places like {id} in one pattern */

struct req {
    struct arena *a; /* lives until the reply has left */
    struct http *server;
    struct str id;     /* unique in this run; in the log and in X-Request-Id */
    struct str method; /* of the list in http_gate.c */
    struct str path;   /* as it came, not decoded */
    struct http_segs
        seg; /* decoded: UTF-8, no control characters, no slash, no dots alone */
    struct http_pairs query, form, cookies; /* decoded, in order */
    struct http_files files;                /* of a route that takes uploads */
    struct str body;     /* empty when it came as a form of parts or as a file */
    struct str type;     /* the body's, lower case, without parameters; may be empty */
    struct str remote;   /* an address, or "unix" */
    bool local;          /* from this machine, as far as the socket tells */
    bool secure;         /* over our own TLS */
    const char *pattern; /* of the route found; NULL before */
    struct str arg[HTTP_ARGS]; /* what stands at the pattern's places */
    struct str
        cause; /* of a status from 500 on: the error's sentence, for the log only */
    struct reply reply;
    void *raw; /* the library's connection: of http.c */
};

/* Fills q->reply, or says why not: the code chooses the status (http_status_of), and the
** sentence is shown when the fault is the client's. */
typedef int http_handler(struct req *q, struct err *e);

/* The largest body in bytes, files included, that this request may bring, 0: what every
** request may.  Asked when the head is whole: q has method, path, seg, query and cookies.
** More than 0 also means that forms of parts (multipart/form-data) are read: their fields
** come as q->form, their files as q->files; a body of any other type than a form or JSON is
** one file.  A form of parts that comes elsewhere is refused (415). */
typedef i64 http_takes(const struct req *q);

/* Whether who asks may send such a body at all; asked before a byte of it is taken.  An error
** is answered and the connection closed. */
typedef int http_admit(struct req *q, struct err *e);

struct http_config {
    const char *address;   /* NULL: 127.0.0.1; an IPv4 or IPv6 number */
    int port;              /* 0: any free one; -1: no TCP */
    const char *unix_path; /* NULL: none */
    int unix_mode;         /* 0: 0600 */
    bool
        activated; /* serve the sockets that systemd handed over (LISTEN_FDS); then only these */
    const char *cert, *key; /* PEM files; both or neither */
    bool plain;             /* beyond this machine without TLS: a proxy there does it */
    const char *log;        /* the access log; NULL: none */
    http_handler *handle;
    http_takes *takes; /* NULL: no uploads */
    http_admit *admit; /* of uploads; NULL: everybody (tests) */
    const char *spool; /* a folder for temporary files; NULL: /tmp */
    void *app;         /* for handlers: http_app(q) */

    /* Limits; 0 takes the value in brackets. */
    int connections;  /* at once [512] */
    int per_ip;       /* from one address, this machine's own excepted [64] */
    isize head_bytes; /* request line and headers [16 KiB] */
    isize body_bytes; /* kept in memory: a whole body, or all fields of a form [1 MiB] */
    i64 spool_bytes;  /* of temporary files, all requests together [2 GiB] */
    isize room;       /* of a request's arena, in address space [256 MiB] */
    int head_ms;      /* from connecting or the last reply to a whole head [10 s] */
    int body_ms;      /* from a whole head to a whole body, and for each further MiB of an
                         upload [60 s] */
    int reply_ms;     /* from the first byte of a reply to its last [10 min] */
};

/* Starts serving. An address beyond this machine needs TLS.
** Errors: E_USAGE (address, TLS, nothing to listen on), E_IO, E_NO_FILE, E_NO_MEMORY. */
MUST_CHECK int http_start(const struct http_config *c, struct http **out, struct err *e);

/* Takes no more connections, waits at most drain_ms for requests under way, ends. */
void http_stop(struct http *h, int drain_ms);

int http_port(const struct http *h); /* of the TCP socket, 0 if there is none */

/* Counts since the start. */
enum { HTTP_BUCKETS = 6 };
struct http_counts {
    i64 by_class[6];           /* [2] is 2xx ...; [0] those cut before a reply */
    i64 bytes;                 /* of bodies sent */
    i64 us;                    /* all requests together */
    i64 within[HTTP_BUCKETS];  /* requests that took at most http_bucket_us[i] */
    i64 refused;               /* by the gate or the decoding */
    i64 reaped;                /* connections closed because they took too long */
    i64 connections, requests; /* now */
};
extern const i64 http_bucket_us[HTTP_BUCKETS];
struct http_counts http_count(struct http *h);

/* A request. An absent thing is empty text with at NULL. */
void *http_app(const struct req *q);
struct str http_header(const struct req *q, const char *name);
struct str http_query(const struct req *q, const char *name); /* the first of that name */
struct str http_form(const struct req *q, const char *name);
struct str http_cookie(const struct req *q, const char *name);
const struct http_file *http_file(const struct req *q, const char *field); /* or NULL */

/* A reply. Returns OK, so that a handler may end with it. */
int http_reply(struct req *q, int status, const char *type, struct str body);
int http_reply_stream(struct req *q, int status, const char *type, http_stream *f,
                      void *arg, void (*done)(void *));
int http_redirect(struct req *q, struct str path); /* 303, to a path of this server */
bool http_leads_here(struct str path);             /* whether a browser would stay here */
/* A header more, or instead of one that every reply has (a document with a stricter policy of
** its own); a control character in it ends the request with 500. */
void http_reply_header(struct req *q, const char *name, struct str value);

bool http_wants_json(const struct req *q);
/* An error as JSON or as a page, by what the client accepts; why may be empty. */
int http_reply_error(struct req *q, int status, struct str why);
int http_status_of(int code);
const char *http_status_words(int status);

#endif
