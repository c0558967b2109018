/* A whole store in one sealed file, while it is in use; and back.
**
** The file is a sealed stream (store/seal.h) of records: what it is, every row of every table
** (table_list), every attachment's file as it is, how many there were.  The rows are read in
** one snapshot, so the copy is the store at one moment whoever writes meanwhile, and its
** journal verifies.  Nothing in it belongs to an engine: a backup of one restores into the
** other.  It opens with the key file of the store only.
**
** An attachment that is deleted while the backup runs is in it as a row without a file, and
** counted as lost; so is one that was lost before.
**
** Checked: tests/store/test_backup.c, on every engine and from each to the other. */
#ifndef VARDE_STORE_BACKUP_H
#define VARDE_STORE_BACKUP_H

#include "store/key.h"

struct backup_told {
    struct str at;          /* as given to backup_make */
    struct str definitions; /* the same; may be empty */
    struct str store;       /* the store's id; may be empty */
    i64 step;               /* of the schema */
    i64 rows, files, lost;
};

/* attachments: the folder of store/attachment.h. The file appears whole or not at all, 0600.
** Errors: E_CONSTRAINT (there is a file of that name), E_IO, E_DB. */
MUST_CHECK int backup_make(struct db *db, const char *attachments, const struct key *k,
                           const char *path, struct str at, struct str definitions,
                           struct backup_told *out, struct arena *a, struct err *e);

/* Reads all of it and counts. Errors: E_NO_FILE, E_IO, E_SEAL, E_REVISION (made by a newer
** program). */
MUST_CHECK int backup_verify(const char *path, const struct key *k,
                             struct backup_told *out, struct arena *a, struct err *e);

/* Into `folder`, which is empty or not there: varde.db and attachments/; with a url (of a
** PostgreSQL database without a store): the rows there, attachments/ in the folder.  Counts
** and journal are checked before any of it takes its place; refused, nothing is changed.
** The schema is the backup's: migrate() goes on from there.
** Errors: E_CONSTRAINT (not empty), E_JOURNAL, and those of backup_verify. */
MUST_CHECK int backup_restore(const char *path, const struct key *k, const char *folder,
                              const char *url, struct backup_told *out, struct arena *a,
                              struct err *e);

/* Tests: the same, and the n-th statement fails (0: none). */
MUST_CHECK int backup_restore_failing(const char *path, const struct key *k,
                                      const char *folder, const char *url, i64 fail_after,
                                      struct backup_told *out, struct arena *a,
                                      struct err *e);

#endif
