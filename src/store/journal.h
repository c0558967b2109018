/* The journal: who changed what, when, from what to what, and why.
**
** Rows are numbered without gaps and chained: hash = SHA-256 over the row's parts, the
** hash of the row before, and the hash of its cell.  The cell (before, after, why) stands
** apart and is salted, so that erasing a person empties cells and leaves the chain whole.
** Once a day the head is signed (Ed25519); with the public key and a signed head kept
** elsewhere, anybody can prove that nothing before it was changed, left out or put in.
**
** A change and its journal row are written in one transaction or not at all: journal_add
** refuses to run outside one.  Source of the construction: Schneier & Kelsey 1999,
** "Secure audit logs", with the erasable cell as in append-only logs under data
** protection law. Checked: tests/store/test_journal.c: every single change to any column
** is found. */
#ifndef VARDE_STORE_JOURNAL_H
#define VARDE_STORE_JOURNAL_H

#include "base/hash.h"
#include "store/db.h"

struct journal_entry {
    i64 seq;
    struct str at; /* UTC instant */
    i64 actor;     /* 0: the program itself */
    struct str act, entity;
    i64 entity_id;
    struct str before, after, why; /* empty: none */
    struct str erased;             /* when the cell was erased, or empty */
    struct hash hash;
};

/* Appends *in (seq and hash are filled in). Errors: E_DB outside a transaction. */
MUST_CHECK int journal_add(struct db *db, struct journal_entry *in, struct arena tmp,
                           struct err *e);

/* Everything that happened to one thing, oldest first. */
struct journal_entries LIST(struct journal_entry);
MUST_CHECK int journal_of(struct db *db, const char *entity, i64 entity_id,
                          struct journal_entries *out, struct arena *a, struct err *e);
/* The same for a participant with their answers and visits. */
MUST_CHECK int journal_of_person(struct db *db, i64 subject, struct journal_entries *out,
                                 struct arena *a, struct err *e);

/* Walks the whole chain and the signed heads. Errors: E_JOURNAL, with the row and what
** does not fit. *n: rows that were checked. */
MUST_CHECK int journal_verify(struct db *db, i64 *n, struct arena tmp, struct err *e);

/* Empties the cells of one thing; the chain still verifies. *n: cells. */
MUST_CHECK int journal_erase(struct db *db, const char *entity, i64 entity_id,
                             struct str at, i64 *n, struct err *e);

/* Keys of the head: 32 and 64 bytes as hexadecimal text. */
struct journal_key {
    char public_hex[65], secret_hex[129];
};
MUST_CHECK int journal_key_make(struct journal_key *out, struct err *e);

/* Signs the head as it is now; fine when there is none. */
MUST_CHECK int journal_sign(struct db *db, const struct journal_key *key, struct str at,
                            struct arena tmp, struct err *e);

#endif
