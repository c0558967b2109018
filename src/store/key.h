/* The key of a store: 32 random bytes in a file of their own, outside the data folder.
**
** Whoever has the data folder or a backup and not this file reads no name, no recording
** and no backup; whoever loses it has lost them too, so a copy belongs in a safe.  What
** is sealed is sealed with subkeys, one a purpose (crypto_kdf), so that none of them
** opens what another sealed.
**
** The file is refused when anybody but its owner may read it, when it lies in the data
** folder (a copy of the folder would hold its own key), or when a letter of it is wrong.
** No error repeats a part of it.  Memory of keys is locked and wiped.
** Checked: tests/store/test_key.c. */
#ifndef VARDE_STORE_KEY_H
#define VARDE_STORE_KEY_H

#include "store/journal.h"

enum { KEY_BYTES = 32 };

/* The number goes into the derivation: never reused, never changed. */
enum key_use {
    KEY_MARK = 0,     /* names the key without telling it: key_mark */
    KEY_IDENTITY = 1, /* wraps the keys of persons */
    KEY_FIND = 2,     /* keyed hashes by which a person is found */
    KEY_ATTACHMENT = 3,
    KEY_JOURNAL = 4, /* seed of the signing key */
    KEY_BACKUP = 5,
    KEY_TOTP = 6,
    KEY_CSRF = 7,
    KEY_USES
};

struct key;

/* Makes a new key file, 0600, durable. Errors: E_CONSTRAINT when there is a file of that
** name (it is never overwritten), E_IO. */
MUST_CHECK int key_make(const char *path, struct err *e);

/* folder: the data folder that must not hold the file; NULL: not asked.
** Errors: E_NO_FILE, E_KEY, E_IO. */
MUST_CHECK int key_open(const char *path, const char *folder, struct key **out,
                        struct err *e);
void key_close(struct key *k); /* NULL is fine */

void key_of(const struct key *k, enum key_use use, u8 out[KEY_BYTES]);

/* 16 hexadecimal letters that tell keys apart. */
struct key_name {
    char hex[17];
};
struct key_name key_mark(const struct key *k);

/* The pair that signs the journal's head: always the same for this key. */
void key_journal(const struct key *k, struct journal_key *out);

#endif
