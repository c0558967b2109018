/* Records in and out over a server's interface, for `varde import --server` and `varde export
** --server`; and how what an import would do is printed. */
#ifndef VARDE_CLI_TRANSFER_ASK_H
#define VARDE_CLI_TRANSFER_ASK_H

#include "app/import.h"
#include "cli/ask.h"

struct bringing {
    const char *study, *login, *why, *mark;
    struct files LIST(const char *) files;
    bool rows;  /* every row, also those that stay */
    FILE *said; /* what was said, until it is known that it holds */
    long kept;  /* so much of it holds */
};
MUST_CHECK int bring_tell(void *arg, const struct import_row *r, struct err *e);
void bring_show(struct cli *c, const struct bringing *b, const struct import_done *d);

/* Whether --server was given: the environment alone does not send records elsewhere. */
bool transfer_remote(const struct cli *c);

/* Uploads, waits, prints; with b->mark does it, if the rehearsal still says that mark. Ctrl-C stops
** the job. Errors: those of remote_send and of refusals; E_RECORD (rows are refused, when it was
** to be done; or the job failed, with its sentence), E_CHANGED (the mark), E_CANCELLED. */
MUST_CHECK int transfer_ask_import(struct cli *c, struct remote_ask *q,
                                   struct bringing *b, struct err *e);

struct fetching {
    const char *study, *out, *tables, *as_of;
};
/* Asks, waits, fetches, and unpacks into a folder what the ZIP holds. */
MUST_CHECK int transfer_ask_export(struct cli *c, struct remote_ask *q,
                                   const struct fetching *f, struct err *e);

#endif
