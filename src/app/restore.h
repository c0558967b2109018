/* A backup becomes an installation again, without those who were erased since.
**
** A backup from before an erasure holds the person.  So putting it back takes a list of erasures
** (store/erasure.h) that is newer than the backup, and carries them out anew in the transaction
** that brings the rows, before anybody may open the store: names, free texts, study data, the
** journal's cells, as erase_person does it; uploads and exports go altogether.  The restored
** store's journal says so, and it has the list from then on.
**
** Lists come from `erasures` (a list, a newer backup, or a data folder with its list), and from the
** one that `varde backup` keeps beside the backup.  With none that is newer than the backup
** nobody can know who was erased since: refused, unless `without` says to go on.
** Checked: tests/app/test_restore.c, on every engine and across; killed at every step. */
#ifndef VARDE_APP_RESTORE_H
#define VARDE_APP_RESTORE_H

#include "app/act.h"
#include "store/backup.h"
#include "store/erasure.h"

struct restore_ask {
    const char *backup, *folder;
    const char *store;    /* the address of a server's database; NULL: varde.db */
    const char *key_path; /* as varde.yaml is to name it */
    const char *erasures; /* NULL: only what lies beside the backup */
    bool without;
    instant now;
    day today;
    void (*step)(void *arg, const char *what); /* tests */
    void *step_arg;
    i64 fail_after; /* tests: the n-th statement fails; 0: none */
};
struct restore_told {
    struct backup_told backup;
    struct str as_of; /* of the newest list; empty: none */
    i64 listed;       /* erasures that the list knows and the backup does not */
    i64 erased;       /* who was found in the backup, and erased */
};
/* Errors: E_CONSTRAINT (no list that is newer; a list of another store; not empty), those of
** backup_restore_into and erasure_read. */
MUST_CHECK int restore_run(const struct restore_ask *in, const struct key *k,
                           struct restore_told *out, struct arena *a, struct err *e);

#endif
