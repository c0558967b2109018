/* Whose erasure was done: a list without personal data, kept in the store, in a file of the data
** folder, and in one beside the backups, so that a backup from before an erasure is put back
** without the person.
**
** A person's mark is a hash over the number, the instant and the journal row of their referral,
** which random salts went into: whoever has no copy of the records learns nothing from it, and
** backups of any age, of either engine, have the same.  The rows are chained, so none can be
** left out; a list in a file is signed with the journal's key and says up to when it is
** complete.
**
** Lists are put together as sets: a store that was restored and went on, and the one that was
** lost, may both have erased since.  Checked: tests/app/test_restore.c. */
#ifndef VARDE_STORE_ERASURE_H
#define VARDE_STORE_ERASURE_H

#include "store/key.h"

struct erasure {
    struct str mark; /* 64 hexadecimal letters */
    bool whole;      /* the study data too; else the name and free texts */
    struct str at;   /* UTC */
};
struct erasures LIST(struct erasure);

/* Error: E_NOT_FOUND (no participant). */
MUST_CHECK int erasure_mark(struct db *db, i64 subject, struct hash *out, struct err *e);
/* Participants and their marks, by number, some at a time: those after `after`. */
struct erasure_person {
    i64 subject;
    struct hash mark;
};
struct erasure_people LIST(struct erasure_person);
MUST_CHECK int erasure_people(struct db *db, i64 after, i64 limit,
                              struct erasure_people *out, struct arena *a, struct err *e);

/* In the transaction of the caller; fine when it is there. */
MUST_CHECK int erasure_add(struct db *db, const struct erasure *one, struct arena tmp,
                           struct err *e);
/* Those that only the journal of an older store knows; once, in the transaction of the caller. */
MUST_CHECK int erasure_gather(struct db *db, struct arena tmp, struct err *e);
/* In order, the chain gone through. Error: E_JOURNAL. */
MUST_CHECK int erasure_all(struct db *db, struct erasures *out, struct arena *a,
                           struct err *e);

/* --- lists outside the store ------------------------------------------------- */

struct erasure_list {
    struct erasures all;
    struct str store; /* its id */
    struct str as_of; /* all that were done up to then are in it */
};
/* Durable, in place of the one that is there. Error: E_IO. */
MUST_CHECK int erasure_write(const char *path, const struct key *k,
                             const struct erasure_list *in, struct arena tmp,
                             struct err *e);
/* Errors: E_NO_FILE, E_IO, E_SEAL (of another key, changed, no list). */
MUST_CHECK int erasure_read(const char *path, const struct key *k,
                            struct erasure_list *out, struct arena *a, struct err *e);
/* Puts what `more` has besides into `all`. */
void erasure_join(struct erasures *all, const struct erasures *more, struct arena *a);
/* Whether there is one of this mark, for the whole or for less. */
bool erasure_known(const struct erasures *all, const struct erasure *one);

#endif
