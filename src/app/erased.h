/* The list of erasures (store/erasure.h) as an installation keeps it: in the store, in the file
** `erasures` of the data folder, and beside its backups.
**
** The file of the data folder outlives the store: a database that is lost, or put back from a copy
** by other means than `varde restore`.  Whoever opens the house to write compares, and who was
** erased and is there again is erased anew before anybody works with it.
** Checked: tests/app/test_restore.c. */
#ifndef VARDE_APP_ERASED_H
#define VARDE_APP_ERASED_H

#include "app/act.h"
#include "store/erasure.h"

#define ERASED_LIST "erasures" /* in the data folder */
/* Beside a backup, of the store with that id. */
const char *erased_beside(const char *backup, struct str store, struct arena *a);

/* Inside a change of the program: whoever is on the list and not in the store's is erased, and all of
** the list is the store's.  *listed: how many it did not know; *erased: people who were there. */
MUST_CHECK int erased_redo(struct act *inside, const struct erasures *list, i64 *listed,
                           i64 *erased, struct err *e);

/* The store's list into a file, durable; what a list of the same store at that path knows besides
** stays in it.  One that cannot be read is moved aside, to PATH.unreadable. Errors: E_IO, E_DB. */
MUST_CHECK int erased_write(struct db *db, const struct key *k, const char *path,
                            struct str store, struct str as_of, struct arena tmp,
                            struct err *e);

/* When a house is opened to write: erasures that only the journal knows, then those that only the
** folder's list knows.  *erased: how many people. */
MUST_CHECK int erased_catch_up(struct act *self, const struct key *k, const char *folder,
                               struct str store, i64 *erased, struct err *e);

#endif
