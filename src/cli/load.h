/* Clients that ask a server over and over, each on a connection of its own that it keeps, and how
** long each answer took.  For varde bench; a client sends its next request when it has the
** answer to its last. */
#ifndef VARDE_CLI_LOAD_H
#define VARDE_CLI_LOAD_H

#include "base/err.h"
#include "base/str.h"

/* Writes request n = 0, 1, ... of a client, head and body, into b. */
typedef void load_request(void *arg, int client, i64 n, struct buf *b);

struct load_ask {
    int port;            /* of 127.0.0.1 */
    int clients, status; /* the status that every answer must have; 0: any */
    double seconds;
    load_request *request;
    void *arg;
};
struct load_told {
    i64 n, wrong; /* answers as they must be, and others or none */
    i64 busy;     /* of n: 503 */
    double seconds;
    double p50, p99, worst; /* milliseconds */
    int status;             /* of a wrong one; 0: it did not come */
};
/* Errors: E_IO (nobody listens), E_NO_MEMORY. */
MUST_CHECK int load_run(const struct load_ask *q, struct load_told *out, struct err *e);

/* One request on a connection of its own, its answer whole. Errors: E_IO. */
MUST_CHECK int load_once(int port, struct str request, int *status, struct str *answer,
                         struct arena *a, struct err *e);

#endif
