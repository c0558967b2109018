/* A connection to a database, the same for every engine.
**
** Statements are named: they stand in src/store/<file>.sql behind a line
**     -- name: visit_due  args: site, today
** and are called as SQL_visit_due.  There is no other way to run one, so every statement
** of the program can be read in one place.  Placeholders are $1, $2, ...; both engines
** understand the same text.
**
**     ROWS r = {0};                                   closes itself on any return
**     TRY(db_query(db, &r, SQL_visit_due, ARGS(I(site), I(today)), e));
**     while (db_next(&r)) { ... db_i64(&r, 0) ... db_str(&r, 1, a) ... }
**     return db_end(&r, e);                           read to the end, or say why not
**
**     TXN t = {0};                                    rolls back unless committed
**     TRY(db_begin(&t, db, "answers.submit", e));
**     TRY(db_run(db, SQL_answer_put, ARGS(...), e));
**     return db_commit(&t, e);
**
** A connection belongs to one thread at a time.  Engines are the lines of backends.def.
**
** Errors: E_DB (the engine's own words, without values), E_BUSY (somebody else was
** faster: the closure may run again), E_CONSTRAINT (a rule of the schema: nothing was
** written), E_DAMAGED (the file cannot be read as what it was), E_NOT_ALLOWED (BLINDED: a guarded table; the same sentence always). Checked: tests/store/test_db.c, on every engine. */
#ifndef VARDE_STORE_DB_H
#define VARDE_STORE_DB_H

#include "base/err.h"

struct db;

struct sql {
    const char *name, *text;
    int id;     /* 0, 1, ...: place in the connection's cache of prepared statements */
    int n_args; /* as its comment names them */
};

enum db_type { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB };
struct db_arg {
    enum db_type type;
    i64 i;
    double x;
    struct str s; /* text or bytes; must live until the call returns */
};
#define I(v) ((struct db_arg){.type = DB_INT, .i = (i64)(v)})
#define R(v) ((struct db_arg){.type = DB_REAL, .x = (v)}) /* NAN is NULL */
#define T(v) ((struct db_arg){.type = DB_TEXT, .s = (v)})
#define B(v) ((struct db_arg){.type = DB_BLOB, .s = (v)})
#define NIL  ((struct db_arg){.type = DB_NULL})
#define ARGS(...) \
    (const struct db_arg[]){__VA_ARGS__}, COUNT(((struct db_arg[]){__VA_ARGS__}))
#define NO_ARGS NULL, 0

/* READER: the connection refuses to write (for SQLite: also to checkpoint, because only
** one connection may, LIBRARIES: the WAL-reset race).
** BLINDED: a READER to whom the engine refuses what could tell an arm (store/guard.h). */
enum db_mode { DB_WRITER, DB_READER, DB_BLINDED };

/* "sqlite:PATH" (made when it is not there, by a WRITER) or "postgresql://...".
** Errors: E_DB, E_NOT_FOUND (an engine that this build does not have). For BLINDED also
** E_NOT_ALLOWED: the engine cannot be held to it; says what to do. */
MUST_CHECK int db_open(const char *url, enum db_mode mode, struct db **out,
                       struct err *e);
void db_close(struct db *db);                 /* NULL is fine */
enum db_mode db_mode_of(const struct db *db); /* as it was opened */
const char *db_engine(const struct db *db);   /* "sqlite", "postgresql" */

struct rows {
    struct db *db;
    const struct sql *q;
    void *at;       /* of the engine */
    isize row;      /* of the engine */
    struct err why; /* code OK until reading failed */
};
void rows_close(struct rows *r);
#define ROWS struct rows __attribute__((cleanup(rows_close)))

MUST_CHECK int db_query(struct db *db, struct rows *r, const struct sql *q,
                        const struct db_arg *arg, isize n, struct err *e);
bool db_next(struct rows *r);
MUST_CHECK int db_end(struct rows *r, struct err *e);
bool db_is_null(struct rows *r, int col);
i64 db_i64(struct rows *r, int col);                         /* 0 for NULL */
double db_real(struct rows *r, int col);                     /* NAN for NULL */
struct str db_str(struct rows *r, int col, struct arena *a); /* empty for NULL; a copy */
struct str db_blob(struct rows *r, int col, struct arena *a);

/* A statement without rows. *changed (may be NULL): how many rows it touched. */
MUST_CHECK int db_run(struct db *db, const struct sql *q, const struct db_arg *arg,
                      isize n, struct err *e);
MUST_CHECK int db_run_count(struct db *db, const struct sql *q, const struct db_arg *arg,
                            isize n, i64 *changed, struct err *e);
/* A statement that gives one whole number (RETURNING id, count). Error: E_NOT_FOUND. */
MUST_CHECK int db_one(struct db *db, i64 *out, const struct sql *q,
                      const struct db_arg *arg, isize n, struct err *e);

/* Transactions do not nest; savepoints do, inside one. */
struct txn {
    struct db *db;
    const char *what;
    bool open, savepoint;
};
void txn_close(struct txn *t);
/* Inside a transaction that erases: what it takes away is to be gone from the engine's log too,
** with its commit, or with the next one at which nobody reads. */
void db_forget(struct db *db);
#define TXN struct txn __attribute__((cleanup(txn_close)))
MUST_CHECK int db_begin(struct txn *t, struct db *db, const char *what, struct err *e);
MUST_CHECK int db_savepoint(struct txn *t, struct db *db, struct err *e);
MUST_CHECK int db_commit(struct txn *t, struct err *e);
/* For reading only: all of it sees the store as it was at one moment, whoever writes
** meanwhile. Ends by db_commit or by itself. */
MUST_CHECK int db_snapshot(struct txn *t, struct db *db, const char *what, struct err *e);
bool db_in_transaction(const struct db *db);
bool db_idle(const struct db *db); /* nor has anybody rows open */
/* Closes the rows of whoever left by a jump (an arena that was full). */
void db_drop_rows(struct db *db);

/* What is kept in memory of some tables (tools/statements.py, KEPT) is as it was while this number
** stays: a WRITER's rises after each commit, and before anybody is told of it, that may have changed
** one.  Whoever keeps reads the number first and the rows then.  0: the engine lets other
** programs write too, so nothing may be kept.  From any thread. */
u64 db_kept(const struct db *db);
/* The same for whoever is inside the writer's transaction: 0 as well if it wrote one itself. */
u64 db_kept_inside(const struct db *db);

/* Who may read what is brought up to guard.def: after migrations, by a WRITER.
** Error: E_NOT_ALLOWED (PostgreSQL: this user may not make roles). */
MUST_CHECK int db_guard(struct db *db, struct err *e);

/* Goes through the whole file, its indexes and its references (SQLite; a server looks after
** its own files). *n: how much is wrong; *first: the first of it, in words without values. */
MUST_CHECK int db_check(struct db *db, i64 *n, struct str *first, struct arena *a,
                        struct err *e);

/* Text of several statements, for migrations only: the SQLite form, put into the engine's
** own words (see db_pg.c). */
MUST_CHECK int db_script(struct db *db, const char *name, struct str text, struct err *e);

/* After rows with given ids came in: the next id that the table gives is a new one. */
MUST_CHECK int db_renumber(struct db *db, const char *table, const char *column,
                           struct err *e);

/* Tests and benches: how much the engine has done for this connection's statements, in steps of
** its own (SQLite: instructions; of the others nobody knows: 0).  A page that costs the same
** among a thousand people as among a million is known by it on any machine. */
i64 db_work(const struct db *db);

/* Tests: the n-th statement from now fails with E_DB; 0: none. */
void db_fail_after(struct db *db, i64 n);

#endif
