/* A verb that asks a server: its address, the token, refusals in the server's words. */
#ifndef VARDE_CLI_ASK_H
#define VARDE_CLI_ASK_H

#include "base/json.h"
#include "cli/cli.h"
#include "cli/remote.h"

/* --server, --authorities and the token, or the environment's. Errors: E_USAGE. */
MUST_CHECK int ask_server(struct cli *c, struct remote_ask *q, struct err *e);
/* Returns the code that the refusal has here. */
int ask_refused(const struct remote_reply *r, struct arena *a, struct err *e);
/* A GET that must succeed, its body read. */
MUST_CHECK int ask_get(struct cli *c, struct remote_ask *q, struct str path,
                       struct json **out, struct err *e);

#endif
