/* Saving: changes through the writer, from one thread and from 32, against the same rows
** put by a bare program with the same library and settings. */
#define _GNU_SOURCE /* mkdtemp, unlink */
#include "base/par.h"
#include "bench.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/writer.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char AT[] = "2026-11-22T12:00:00.000Z";
/* What a form of 15 answers weighs as canonical JSON. */
static const char FORM[] =
    "{\"a01\":3,\"a02\":4,\"a03\":2,\"a04\":3,\"a05\":5,\"a06\":3,\"a07\":4,"
    "\"a08\":2,\"a09\":3,\"a10\":1,\"a11\":4,\"a12\":3,\"a13\":5,\"a14\":2,"
    "\"a15\":3,\"score\":3.1333333333333333,\"n\":15}";

static int save(struct db *db, void *arg, struct err *e)
{
    char room[8192];
    struct arena tmp = {.at = room, .end = room + sizeof room};
    struct journal_entry j = {.at = str_of(AT),
                              .actor = 1,
                              .act = S("answers.submit"),
                              .entity = S("visit"),
                              .entity_id = *(const i64 *)arg,
                              .after = str_of(FORM)};
    return journal_add(db, &j, tmp, e);
}

struct crowd {
    struct writer *w;
    i64 id;
};

static void one(isize i, void *arg)
{
    struct crowd *c = arg;
    i64 id = i;
    struct err e = {0};
    if (writer_run(c->w, save, &id, &e) != OK) abort();
}

static void through_writer(struct bench *b, int threads, struct arena tmp)
{
    char dir[] = "/tmp/varde-bench-XXXXXX";
    struct db *db = NULL;
    struct crowd c = {0};
    struct err e = {0};
    if (!mkdtemp(dir)) abort();
    if (db_open(str_fmt(&tmp, "sqlite:%s/s.db", dir).at, DB_WRITER, &db, &e) != OK ||
        migrate(db, str_of(AT), NULL, tmp, &e) != OK || writer_open(db, &c.w, &e) != OK)
        abort();
    bench_start(b);
    par_run(b->loops, threads, one, &c);
    bench_keep((double)b->loops);
    b->unit = "save";
    writer_close(c.w);
    for (const char *const *f =
             (const char *const[]){"s.db", "s.db-wal", "s.db-shm", NULL};
         *f; f++)
        unlink(str_fmt(&tmp, "%s/%s", dir, *f).at);
    rmdir(dir);
}

BENCH(store_save_1_thread)
{
    through_writer(b, 1, tmp);
}

BENCH(store_save_32_threads)
{
    through_writer(b, 32, tmp);
}

/* The least that a program could do: one row in one table, a commit each `group` rows. */
static void bare(struct bench *b, int group, struct arena tmp)
{
    char dir[] = "/tmp/varde-bench-XXXXXX";
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    if (!mkdtemp(dir) || sqlite3_open(str_fmt(&tmp, "%s/s.db", dir).at, &db) != SQLITE_OK)
        abort();
    sqlite3_exec(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, after TEXT) STRICT",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t (at, after) VALUES (?1, ?2)", -1, &s, NULL);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        if (i % group == 0) sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        sqlite3_bind_text(s, 1, AT, -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 2, FORM, -1, SQLITE_STATIC);
        if (sqlite3_step(s) != SQLITE_DONE) abort();
        sqlite3_reset(s);
        if (i % group == group - 1 || i + 1 == b->loops)
            sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    b->unit = "save";
    sqlite3_finalize(s);
    sqlite3_close(db);
    for (const char *const *f =
             (const char *const[]){"s.db", "s.db-wal", "s.db-shm", NULL};
         *f; f++)
        unlink(str_fmt(&tmp, "%s/%s", dir, *f).at);
    rmdir(dir);
}

BENCH(store_bare_commit_each)
{
    bare(b, 1, tmp);
}

BENCH(store_bare_commit_32)
{
    bare(b, 32, tmp);
}
