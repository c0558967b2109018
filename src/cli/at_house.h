/* What verbs of an installation share: which one, and who carries them out.
**
** A verb that writes opens the house itself when nobody has it; when a server runs there, the
** command line goes to that server (web/local.h) and what it printed comes back.  A verb that
** only reads opens the house for reading, whoever writes. */
#ifndef VARDE_CLI_AT_HOUSE_H
#define VARDE_CLI_AT_HOUSE_H

#include "cli/verbs.h"
#include "web/local.h"

/* --data, --store, --key. */
MUST_CHECK int at_options(struct cli *c, struct house_config *out, struct err *e);

/* Runs f in the house: here, or in the server that has it. */
typedef int at_body(struct cli *c, struct house *h, void *arg, struct err *e);
MUST_CHECK int at_house(struct cli *c, const struct house_config *hc, at_body *f,
                        void *arg, struct err *e);

/* A local_verb: the verbs that at_house sends. */
int at_server(struct house *h, int argc, const char *const *argv, FILE *out,
              struct err *e);

/* An act of whoever may use the folder and the key: the rights of an administrator, and no
** one's name in the journal. db was lent. */
struct act at_act(struct cli *c, struct house *h, struct db *db);

#endif
