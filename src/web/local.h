/* Verbs that write while a server runs: carried out by that server.
**
** The server listens on a socket in its data folder, 0600; a caller is answered when the kernel
** says that it is the same user's.  It sends a command line and gets back what the verb printed
** and how it ended.  So there is never a second writer, and whoever may read the folder and
** the key may do no more this way than before.  One caller at a time.
**
** The file is the lock's neighbour (store/hold.h): who holds the lock removes what an earlier
** process left there.  Checked: tests/cli/test_keep.c. */
#ifndef VARDE_WEB_LOCAL_H
#define VARDE_WEB_LOCAL_H

#include "app/house.h"
#include <stdio.h>

/* Carries a command line out in the house; argv[0] is the program. Errors: the verb's. */
typedef int local_verb(struct house *h, int argc, const char *const *argv, FILE *out,
                       struct err *e);

struct local;
/* Listens until local_stop. Errors: E_IO. */
MUST_CHECK int local_start(struct house *h, local_verb *run, struct local **out,
                           struct err *e);
void local_stop(struct local *l); /* NULL is fine */

/* Asks the server of a data folder. What the verb printed goes to out; its error comes back.
** Errors: E_BUSY (no server answers there); the verb's. */
MUST_CHECK int local_ask(const char *folder, int argc, const char *const *argv, FILE *out,
                         struct err *e);

#endif
