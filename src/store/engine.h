/* What an engine must give; known to db.c and to db_<engine>.c only. */
#ifndef VARDE_STORE_ENGINE_H
#define VARDE_STORE_ENGINE_H

#include "store/db.h"

struct engine {
    const char *scheme; /* of the URL: "sqlite" */
    bool alone;         /* one program writes: it holds the lock of the data folder */
    int (*open)(const char *url, enum db_mode mode, void **out, struct err *e);
    void (*close)(void *conn);
    /* Starts a statement; *at is its cursor (NULL never). */
    int (*run)(void *conn, const struct sql *q, const struct db_arg *arg, isize n,
               void **at, struct err *e);
    /* 1: on a row; 0: no more, and *changed (may be NULL) rows were touched; < 0: failed,
    ** *e says why. `row` counts from 0. */
    int (*step)(void *conn, void *at, isize row, i64 *changed, struct err *e);
    void (*done)(void *conn, void *at);
    void (*drop)(void *conn); /* ends every cursor of which nobody knows any more */
    bool (*is_null)(void *at, isize row, int col);
    i64 (*i64)(void *at, isize row, int col);
    double (*real)(void *at, isize row, int col);
    /* A copy of text or bytes. */
    struct str (*bytes)(void *at, isize row, int col, bool blob, struct arena *a);
    /* Numbers that a column gives itself go on after the largest. */
    int (*renumber)(void *conn, const char *table, const char *column, struct err *e);
    /* BEGIN, SNAPSHOT, COMMIT, ROLLBACK, SAVEPOINT s, ...: words without values. */
    int (*word)(void *conn, const char *word, struct err *e);
    int (*script)(void *conn, const char *name, struct str text, struct err *e);
    int (*guard)(void *conn, struct err *e);
    /* What the engine itself finds wrong: *n, and the first of it in words. */
    int (*check)(void *conn, i64 *n, struct str *first, struct arena *a, struct err *e);
    /* Whether what is gone from the rows is gone from the files too; asked after a commit. */
    bool (*forget)(void *conn);
    bool (*in_transaction)(void *conn);
    i64 (*work)(void *conn); /* steps of its own, up to now; 0: it does not say */
};

#define BACKEND(name) extern const struct engine name;
#include "store/backends.def"
#undef BACKEND

#endif
