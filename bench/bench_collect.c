/* Saving a form of 15 items: answers, scores, journal, through the writer, from one thread and
** from 32; against the same rows put by a bare program with the same library and settings,
** into tables without keys, checks or indexes, a commit each and one for 32. */
#define _GNU_SOURCE /* mkdtemp, unlink */
#include "app/collect.h"
#include "base/par.h"
#include "bench.h"
#include "store/migrate.h"
#include "study/protocol.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ITEMS = 15, SCORES = 4 };
static const char AT[] = "2026-11-22T12:00:00.000Z";

struct crowd {
    struct writer *w;
    struct collect_kit kit;
    isize measure, time;
    struct answer answer[ITEMS];
};

struct one {
    struct act act;
    const struct crowd *c;
    struct form_in in;
};

static int save(struct db *db, void *arg, struct err *e)
{
    struct one *o = arg;
    struct form_done done = {0};
    return collect_submit_in(db, &o->act, &o->c->kit, &o->in, &done, e);
}

static void one(isize i, void *arg)
{
    const struct crowd *c = arg;
    char room[32768];
    struct arena a = {.at = room, .end = room + sizeof room};
    struct err e = {0};
    struct one o = {
        .act = {.writer = c->w, .now = 1795334400000, .today = 20779, .a = &a},
        .c = c,
        .in = {.key = {i + 1, c->measure, c->time},
               .answer = c->answer,
               .pass = 1,
               .day = 20779,
               .mode = MODE_STAFF,
               .lang = S("nb")}};
    o.act.who.staff = 1;
    if (writer_run(c->w, save, &o, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
}

static int people(struct db *db, void *arg, struct err *e)
{
    return db_script(db, "people", *(struct str *)arg, e);
}

static void store(struct crowd *c, const char *dir, isize n, struct arena *a)
{
    struct protocol p;
    struct err e = {0};
    struct db *db = NULL;
    if (protocol_open(VARDE_SOURCE "/data", "norway2013", &p, a, &e) != OK ||
        db_open(str_fmt(a, "sqlite:%s/s.db", dir).at, DB_WRITER, &db, &e) != OK ||
        migrate(db, str_of(AT), NULL, *a, &e) != OK || writer_open(db, &c->w, &e) != OK)
        abort();
    i64 *definition = NEW(a, i64, p.study->measures.n);
    for (isize i = 0; i < p.study->measures.n; i++) {
        definition[i] = 1;
        if (str_is(p.study->measures.at[i].id, "imrs_cons")) c->measure = i;
    }
    c->time = study_time(p.study, S("t1"));
    c->kit = (struct collect_kit){1, p.study, p.in, definition};
    if (p.in[c->measure]->items.n != ITEMS || p.in[c->measure]->scores.n != SCORES)
        abort();
    for (int i = 0; i < ITEMS; i++)
        c->answer[i] = (struct answer){.state = ANSWER_GIVEN, .value = 1 + i % 5};
    struct str text = str_fmt(
        a,
        "INSERT INTO staff (id, login, name, language, active) VALUES (1, 'x', 'X', "
        "'en', 1);"
        "INSERT INTO service (id, name) VALUES (1, 'a');"
        "INSERT INTO site (id, service, name) VALUES (1, 1, 'b');"
        "INSERT INTO definition (id, kind, name, revision, hash, text, at) VALUES (1, "
        "'instrument', 'i', 1, 'h', 't', 0);"
        "INSERT INTO study (id, name, definition) VALUES (1, 'norway2013', 1);"
        "INSERT INTO subject (id, study, kind, code, part, site, at) WITH RECURSIVE c "
        "(i) "
        "AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %td) SELECT i, 1, "
        "'consumers', 'P' || i, 0, 1, 0 FROM c;"
        "INSERT INTO participant (subject, study, site, code, state, since, clinician, "
        "data) "
        "SELECT id, 1, 1, code, 'enrolled', 0, 1, 'open' FROM subject;",
        n);
    if (writer_run(c->w, people, &text, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
}

static void gone(const char *dir, struct arena tmp)
{
    for (const char *const *f =
             (const char *const[]){"s.db", "s.db-wal", "s.db-shm", NULL};
         *f; f++)
        unlink(str_fmt(&tmp, "%s/%s", dir, *f).at);
    rmdir(dir);
}

static void forms(struct bench *b, int threads, struct arena tmp)
{
    char dir[] = "/tmp/varde-bench-XXXXXX";
    struct crowd c = {0};
    if (!mkdtemp(dir)) abort();
    store(&c, dir, b->loops, &tmp);
    bench_start(b);
    par_run(b->loops, threads, one, &c);
    bench_keep((double)b->loops);
    b->unit = "form";
    writer_close(c.w);
    gone(dir, tmp);
}

BENCH(collect_form_1_thread)
{
    forms(b, 1, tmp);
}

BENCH(collect_form_32_threads)
{
    forms(b, 32, tmp);
}

static void put(sqlite3 *db, sqlite3_stmt *s, const char *const *value, int n)
{
    for (int i = 0; i < n; i++) sqlite3_bind_text(s, i + 1, value[i], -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_DONE) abort();
    sqlite3_reset(s);
}

/* The same rows and as many bytes, and nothing that keeps them right. */
static void bare(struct bench *b, int group, struct arena tmp)
{
    static const char *const response[] = {"11",
                                           "12",
                                           "imrs_cons",
                                           "t1",
                                           "1",
                                           "101",
                                           "20779",
                                           "staff",
                                           "7",
                                           "nb",
                                           "[1,2,3,4,5,1,2,3,4,5,1,2,3,4,5]",
                                           "1795334400000"};
    static const char *const score[] = {"11", "mean", "3", "1", "5", "15", "15", "0"};
    static const char *const journal[] = {
        "2026-11-22T12:00:00.000Z",
        "7",
        "answers.submit",
        "response",
        "11",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000"};
    static const char *const cell[] = {
        "00000000000000000000000000000000",
        "{\"measure\":\"imrs_cons\",\"mode\":\"staff\",\"pass\":1,\"subject\":11,"
        "\"time\":\"t1\"}"};
    static const char *const sql[] = {
        "INSERT INTO r VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "INSERT INTO s VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
        "INSERT INTO j VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
        "INSERT INTO c VALUES (NULL, ?, ?)"};
    char dir[] = "/tmp/varde-bench-XXXXXX";
    sqlite3 *db = NULL;
    sqlite3_stmt *s[4];
    if (!mkdtemp(dir) || sqlite3_open(str_fmt(&tmp, "%s/s.db", dir).at, &db) != SQLITE_OK)
        abort();
    sqlite3_exec(
        db,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE r (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h, i, j, k, l);"
        "CREATE TABLE s (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h);"
        "CREATE TABLE j (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, a, b)",
        NULL, NULL, NULL);
    for (int i = 0; i < 4; i++)
        if (sqlite3_prepare_v2(db, sql[i], -1, &s[i], NULL) != SQLITE_OK) abort();
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        if (i % group == 0) sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        put(db, s[0], response, COUNT(response));
        for (int k = 0; k < SCORES; k++) put(db, s[1], score, COUNT(score));
        put(db, s[2], journal, COUNT(journal));
        put(db, s[3], cell, COUNT(cell));
        if (i % group == group - 1 || i + 1 == b->loops)
            sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    b->unit = "form";
    for (int i = 0; i < 4; i++) sqlite3_finalize(s[i]);
    sqlite3_close(db);
    gone(dir, tmp);
}

BENCH(collect_bare_commit_each)
{
    bare(b, 1, tmp);
}

BENCH(collect_bare_commit_32)
{
    bare(b, 32, tmp);
}
