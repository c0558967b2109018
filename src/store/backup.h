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

/* What its head says, which is all that is read. Errors as backup_verify. */
MUST_CHECK int backup_look(const char *path, const struct key *k, struct backup_told *out,
                           struct arena *a, struct err *e);

/* The list of erasures that it holds, all of it read; as of its own moment.  Errors as
** backup_verify. */
struct erasure_list;
MUST_CHECK int backup_erasures(const char *path, const struct key *k,
                               struct erasure_list *out, struct arena *a, struct err *e);

/* Reads all of it and counts. Errors: E_NO_FILE, E_IO, E_SEAL, E_REVISION (made by a newer
** program). */
MUST_CHECK int backup_verify(const char *path, const struct key *k,
                             struct backup_told *out, struct arena *a, struct err *e);

/* Takes away, from the folder of `newest` (which was made and read again just now, and stays): backups
** of this store made before `before`; and what a killed backup left there, last written before
** begun_before (seconds since 1970).  A file is a backup of this store when this key opens its head
** and the head says so; whatever else lies there is not touched, nor is a link.
** *removed: backups. Errors: E_IO. */
struct backup_old {
    const struct key *key;
    struct str store;  /* its id */
    struct str before; /* UTC, as backup_make was given it; empty: no backup goes */
    const char *newest;
    i64 begun_before;
};
MUST_CHECK int backup_prune(const struct backup_old *in, i64 *removed, struct arena tmp,
                            struct err *e);

/* Into `folder`, which is empty or not there: varde.db and attachments/; with a url (of a
** PostgreSQL database without a store): the rows there, attachments/ in the folder.  Counts
** and journal are checked before any of it takes its place; refused, nothing is changed.
** The schema is the backup's: migrate() goes on from there.
**
** Killed in the middle, nothing is there that opens: an embedded store gets its name with a rename
** when all is done; of one on a server the rows come with the last commit, and the folder bears
** BACKUP_MARK until then (backup_restored).  What is left then goes with the next restore into
** the same folder, and nobody's else: it is locked while a restore is at work.
** Errors: E_CONSTRAINT (not empty), E_BUSY (another restore is at work), E_JOURNAL, and those of
** backup_verify. */
MUST_CHECK int backup_restore(const char *path, const struct key *k, const char *folder,
                              const char *url, struct backup_told *out, struct arena *a,
                              struct err *e);

/* The same with what must be done before anybody may open it: `inside` runs in its transaction, after
** the rows and before the journal is verified; `work` is the folder as long as nobody knows it. */
struct backup_into {
    const char *folder, *url;
    int (*inside)(struct db *db, const struct backup_told *told, const char *work,
                  void *arg, struct arena *a, struct err *e);
    void (*step)(void *arg, const char *what); /* tests: before each step; may be NULL */
    void *arg;
    i64 fail_after; /* tests: the n-th statement fails; 0: none */
};
MUST_CHECK int backup_restore_into(const char *path, const struct key *k,
                                   const struct backup_into *to, struct backup_told *out,
                                   struct arena *a, struct err *e);

/* The file in a folder that a restore has not ended in, or whose end nobody has noticed: then the
** store knows its content, and the file is taken away (unless reading).
** Error: E_CONSTRAINT (not ended; what to do). */
#define BACKUP_MARK "restoring"
MUST_CHECK int backup_restored(struct db *db, const char *folder, bool reading,
                               struct arena tmp, struct err *e);

/* Tests: the same, and the n-th statement fails (0: none). */
MUST_CHECK int backup_restore_failing(const char *path, const struct key *k,
                                      const char *folder, const char *url, i64 fail_after,
                                      struct backup_told *out, struct arena *a,
                                      struct err *e);

#endif
