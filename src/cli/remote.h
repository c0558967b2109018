/* The program as a client of a server of Varde: one request, one reply, over TCP, TLS or a
** Unix socket.
**
** A server is written http://HOST[:PORT], https://HOST[:PORT] or unix:PATH.  A token goes over
** TLS, a Unix socket, or to this machine's own addresses; anywhere else it would be read on
** the way, so that is refused.  TLS is OpenSSL's (linked already for its hashes), version 1.2
** at least; the server's name is checked, against the system's authorities or those of a file.
** No proxy, no redirect is followed: a token goes where it was sent.
** Checked: tests/cli/test_remote.c. */
#ifndef VARDE_CLI_REMOTE_H
#define VARDE_CLI_REMOTE_H

#include "base/err.h"

#include <stdio.h>

struct remote_server {
    bool tls, local;       /* local: a Unix socket or a loopback address */
    const char *unix_path; /* or: */
    const char *host, *port;
    const char *name; /* as it stands in Host */
};
/* Errors: E_USAGE. */
MUST_CHECK int remote_read_server(const char *text, struct remote_server *out,
                                  struct arena *a, struct err *e);

/* A part of a form: a field with its text, or a file that is open. */
struct remote_part {
    const char *name;
    struct str text;
    const char *file; /* its name; NULL: a field */
    int fd;           /* read from its beginning, in pieces */
    i64 bytes;        /* set by remote_send */
};

struct remote_ask {
    struct remote_server server;
    const char *authorities;  /* a PEM file; NULL: the system's */
    struct str method, path;  /* "GET", "/api/v1/me" */
    struct str token;         /* empty: none */
    struct str type, body;    /* type empty: no body */
    struct remote_part *part; /* instead of a body: a form of parts */
    isize n_part;
    FILE *to;            /* where the body of a reply below 300 goes; NULL: memory */
    struct str if_match; /* the version that is to be changed; empty: none */
    int timeout_ms;      /* of each wait; 0: 30 s */
};
struct remote_reply {
    int status;
    struct str type, etag; /* as they came; may be empty */
    struct str body;
};
/* Errors: E_USAGE (a token in the clear), E_IO (no connection, or it broke; TLS), E_REQUEST (what
** came is no HTTP), E_TOO_BIG (above FILE_LIMIT). A status is no error. */
MUST_CHECK int remote_send(const struct remote_ask *q, struct remote_reply *out,
                           struct arena *a, struct err *e);

/* A whole reply as it came, up to the end of the connection; `head`: it answers HEAD. `to` (may be
** NULL) gets the body of a reply below 300. Errors: E_REQUEST; E_IO of `to`. */
MUST_CHECK int remote_read_reply(struct str all, bool head, FILE *to,
                                 struct remote_reply *out, struct arena *a,
                                 struct err *e);

#endif
