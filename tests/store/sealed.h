/* What the tests of sealed data share: a store with its schema, a key, damage to
** files. */
#ifndef VARDE_TESTS_STORE_SEALED_H
#define VARDE_TESTS_STORE_SEALED_H

#include "engines.h"
#include "store/key.h"

#define SEALED_AT S("2026-11-22T12:00:00.000Z")

/* A connection to the store at url, brought to the newest schema. */
struct db *sealed_store(const char *url, struct arena tmp);
/* A fresh key from a fresh file in this test's folder. */
struct key *sealed_key(const char *folder, const char *name, struct arena tmp);

/* Writes, reads and damages files of tests. */
struct str sealed_bytes(const char *path, struct arena *a);
void sealed_write(const char *path, struct str bytes);
/* The same bytes with one bit turned. */
struct str sealed_flip(struct str bytes, isize bit, struct arena *a);

#endif
