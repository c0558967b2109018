#include "sealed.h"
#include "base/file.h"
#include "store/migrate.h"

struct db *sealed_store(const char *url, struct arena tmp)
{
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(migrate(db, SEALED_AT, NULL, tmp, &e), OK, e);
    return db;
}

struct key *sealed_key(const char *folder, const char *name, struct arena tmp)
{
    struct key *k = NULL;
    struct err e = {0};
    const char *path = file_join(&tmp, folder, name);
    CHECK_CODE(key_make(path, &e), OK, e);
    CHECK_CODE(key_open(path, NULL, &k, &e), OK, e);
    return k;
}

struct str sealed_bytes(const char *path, struct arena *a)
{
    struct str s = {0};
    struct err e = {0};
    CHECK_CODE(file_read(path, FILE_LIMIT, &s, a, &e), OK, e);
    return s;
}

void sealed_write(const char *path, struct str bytes)
{
    struct err e = {0};
    CHECK_CODE(file_publish(path, bytes, &e), OK, e);
}

struct str sealed_flip(struct str bytes, isize bit, struct arena *a)
{
    char *p = NEW(a, char, bytes.n + 1);
    for (isize i = 0; i < bytes.n; i++) p[i] = bytes.at[i];
    p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
    return (struct str){p, bytes.n};
}
