/* Bringing a store to the schema of this program, one numbered step at a time.
**
** The steps are the files of migrations/; each runs in a transaction of its own together
** with its line in the table `migration`, so a power cut leaves whole steps.  A step that
** has run is never changed: its hash is kept and compared.  A store that is newer than
** the program is refused.  Checked: tests/store/test_db.c. */
#ifndef VARDE_STORE_MIGRATE_H
#define VARDE_STORE_MIGRATE_H

#include "store/db.h"

/* `at` is the UTC instant that goes into the table. *done (may be NULL): steps that ran
** now. Errors: E_DB, E_REVISION (a step was changed after it ran, or the store is
** newer). */
MUST_CHECK int migrate(struct db *db, struct str at, int *done, struct arena tmp,
                       struct err *e);

/* The steps that are missing, in the transaction of the caller, of a store that has some: for one that
** nobody may see before more was done to it (app/restore.h). migrate() has to follow. */
MUST_CHECK int migrate_inside(struct db *db, struct str at, struct arena tmp,
                              struct err *e);

/* Whether the store is at this program's schema, made by its steps; changes nothing.
** Error: E_REVISION. */
MUST_CHECK int migrate_check(struct db *db, struct arena tmp, struct err *e);

#endif
