#include "store/db.h"
#include "store/engine.h"
#include "store/statements.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const struct engine *const engines[] = {
#define BACKEND(name) &name,
#include "store/backends.def"
#undef BACKEND
};

struct db {
    const struct engine *engine;
    void *conn;
    enum db_mode mode;
    i64 fail_after;
    int open_rows; /* cursors that nobody has closed yet */
    int depth;     /* of savepoints */
    bool
        touched; /* what somebody keeps may have been written; told when it is committed */
    _Atomic(u64) kept;
    bool forgets; /* something was erased, and may still stand in the engine's log */
};

int db_open(const char *url, enum db_mode mode, struct db **out, struct err *e)
{
    *out = NULL;
    struct str scheme = str_of(url);
    isize colon = str_find(scheme, ':');
    scheme = str_upto(scheme, MAX(colon, 0));
    for (isize i = 0; i < COUNT(engines); i++) {
        if (!str_is(scheme, engines[i]->scheme)) continue;
        void *conn = NULL;
        TRY(engines[i]->open(url, mode, &conn, e));
        struct db *db = calloc(1, sizeof *db);
        if (!db) {
            engines[i]->close(conn);
            return err_set(e, E_NO_MEMORY, "no memory for a connection");
        }
        /* whoever wrote before may have been killed between an erasure and that */
        *db = (struct db){.engine = engines[i],
                          .conn = conn,
                          .mode = mode,
                          .kept = 1,
                          .forgets = mode == DB_WRITER};
        *out = db;
        return OK;
    }
    /* The rest of the URL may hold a password: it is not repeated. */
    return err_set(e, E_NOT_FOUND,
                   "'%.*s' is no database; write sqlite:PATH or postgresql://HOST/NAME",
                   FMT(scheme));
}

void db_close(struct db *db)
{
    if (!db) return;
    db->engine->close(db->conn);
    free(db);
}

enum db_mode db_mode_of(const struct db *db)
{
    return db->mode;
}

const char *db_engine(const struct db *db)
{
    return db->engine->scheme;
}

void db_fail_after(struct db *db, i64 n)
{
    db->fail_after = n;
}

static int injected(struct db *db, const char *name, struct err *e)
{
    if (db->fail_after > 0 && --db->fail_after == 0)
        return err_set(e, E_DB, "%s: refused for a test", name);
    return OK;
}

/* --- what is kept in memory --------------------------------------------------- */

u64 db_kept(const struct db *db)
{
    return db->engine->alone ? atomic_load(&db->kept) : 0;
}

u64 db_kept_inside(const struct db *db)
{
    return db->touched ? 0 : db_kept(db);
}

/* After the end of a transaction, however it ended: once too often does no harm. */
static void tell_kept(struct db *db)
{
    if (!db->touched) return;
    db->touched = false;
    atomic_fetch_add(&db->kept, 1);
}

/* After a statement that was a transaction of its own. */
static void tell_kept_alone(struct db *db)
{
    if (db->touched && !db_in_transaction(db)) tell_kept(db);
}

/* --- rows ------------------------------------------------------------------- */

static int start(struct db *db, const struct sql *q, const struct db_arg *arg, isize n,
                 void **at, struct err *e)
{
    TRY(injected(db, q->name, e));
    if (n != q->n_args)
        return err_set(e, E_DB, "%s: %td values for %d places", q->name, n, q->n_args);
    db->touched = db->touched || q->id < 0 || sql_keeps[q->id];
    int code = db->engine->run(db->conn, q, arg, n, at, e);
    if (code != OK) return err_at(e, code, "%s", q->name);
    return OK;
}

int db_query(struct db *db, struct rows *r, const struct sql *q, const struct db_arg *arg,
             isize n, struct err *e)
{
    *r = (struct rows){.db = db, .q = q, .row = -1};
    TRY(start(db, q, arg, n, &r->at, e));
    db->open_rows++;
    return OK;
}

bool db_next(struct rows *r)
{
    if (r->why.code != OK || !r->at) return false;
    return r->db->engine->step(r->db->conn, r->at, ++r->row, NULL, &r->why) > 0;
}

void rows_close(struct rows *r)
{
    if (!r->at) return;
    r->db->engine->done(r->db->conn, r->at);
    r->db->open_rows--;
    r->at = NULL;
    tell_kept_alone(r->db);
}

void db_drop_rows(struct db *db)
{
    db->engine->drop(db->conn);
    db->open_rows = 0;
    tell_kept_alone(db);
}

bool db_idle(const struct db *db)
{
    return db->open_rows == 0 && !db_in_transaction(db);
}

int db_end(struct rows *r, struct err *e)
{
    rows_close(r);
    if (r->why.code == OK) return OK;
    return err_set(e, r->why.code, "%s: %s", r->q->name, r->why.text);
}

bool db_is_null(struct rows *r, int col)
{
    return r->db->engine->is_null(r->at, r->row, col);
}

i64 db_i64(struct rows *r, int col)
{
    return db_is_null(r, col) ? 0 : r->db->engine->i64(r->at, r->row, col);
}

double db_real(struct rows *r, int col)
{
    return db_is_null(r, col) ? __builtin_nan("")
                              : r->db->engine->real(r->at, r->row, col);
}

struct str db_str(struct rows *r, int col, struct arena *a)
{
    if (db_is_null(r, col)) return (struct str){0};
    return r->db->engine->bytes(r->at, r->row, col, false, a);
}

struct str db_blob(struct rows *r, int col, struct arena *a)
{
    if (db_is_null(r, col)) return (struct str){0};
    return r->db->engine->bytes(r->at, r->row, col, true, a);
}

/* --- statements without rows ------------------------------------------------ */

int db_run_count(struct db *db, const struct sql *q, const struct db_arg *arg, isize n,
                 i64 *changed, struct err *e)
{
    void *at = NULL;
    struct err why = {0};
    TRY(start(db, q, arg, n, &at, e));
    int got = db->engine->step(db->conn, at, 0, changed, &why);
    db->engine->done(db->conn, at);
    tell_kept_alone(db);
    if (got < 0) return err_set(e, why.code, "%s: %s", q->name, why.text);
    if (got > 0) return err_set(e, E_DB, "%s: rows that nobody reads", q->name);
    return OK;
}

int db_run(struct db *db, const struct sql *q, const struct db_arg *arg, isize n,
           struct err *e)
{
    return db_run_count(db, q, arg, n, NULL, e);
}

int db_one(struct db *db, i64 *out, const struct sql *q, const struct db_arg *arg,
           isize n, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, q, arg, n, e));
    bool found = db_next(&r);
    if (found) *out = db_i64(&r, 0);
    TRY(db_end(&r, e));
    return found ? OK : err_set(e, E_NOT_FOUND, "%s: there is none", q->name);
}

/* --- transactions ----------------------------------------------------------- */

i64 db_work(const struct db *db)
{
    return db->engine->work(db->conn);
}

bool db_in_transaction(const struct db *db)
{
    return db->engine->in_transaction(db->conn);
}

static int begin(struct txn *t, struct db *db, const char *word, const char *what,
                 struct err *e)
{
    TRY(injected(db, "begin", e));
    if (db_in_transaction(db))
        return err_set(e, E_DB, "%s: a transaction is open already", what);
    TRY(db->engine->word(db->conn, word, e));
    *t = (struct txn){.db = db, .what = what, .open = true};
    return OK;
}

int db_begin(struct txn *t, struct db *db, const char *what, struct err *e)
{
    return begin(t, db, "BEGIN", what, e);
}

int db_snapshot(struct txn *t, struct db *db, const char *what, struct err *e)
{
    return begin(t, db, "SNAPSHOT", what, e);
}

int db_renumber(struct db *db, const char *table, const char *column, struct err *e)
{
    TRY(injected(db, table, e));
    return db->engine->renumber(db->conn, table, column, e);
}

int db_savepoint(struct txn *t, struct db *db, struct err *e)
{
    TRY(injected(db, "savepoint", e));
    TRY(db->engine->word(db->conn, "SAVEPOINT varde", e));
    db->depth++;
    *t = (struct txn){.db = db, .what = "savepoint", .open = true, .savepoint = true};
    return OK;
}

int db_commit(struct txn *t, struct err *e)
{
    TRY(injected(t->db, "commit", e));
    int code = t->db->engine->word(
        t->db->conn, t->savepoint ? "RELEASE SAVEPOINT varde" : "COMMIT", e);
    if (code != OK) return err_at(e, code, "%s", t->what); /* txn_close rolls back */
    t->open = false;
    if (t->savepoint) {
        t->db->depth--;
        return OK;
    }
    tell_kept(t->db);
    if (t->db->forgets) t->db->forgets = !t->db->engine->forget(t->db->conn);
    return OK;
}

void db_forget(struct db *db)
{
    db->forgets = true;
}

/* Rolling back cannot be refused in a way that matters: if the connection is gone, so is
** what it had not committed. */
void txn_close(struct txn *t)
{
    if (!t->open) return;
    const struct engine *g = t->db->engine;
    if (t->savepoint) {
        (void)g->word(t->db->conn, "ROLLBACK TO SAVEPOINT varde", NULL);
        (void)g->word(t->db->conn, "RELEASE SAVEPOINT varde", NULL);
        t->db->depth--;
    } else {
        if (g->in_transaction(t->db->conn)) (void)g->word(t->db->conn, "ROLLBACK", NULL);
        tell_kept(t->db);
    }
    t->open = false;
}

int db_guard(struct db *db, struct err *e)
{
    return db->engine->guard(db->conn, e);
}

int db_check(struct db *db, i64 *n, struct str *first, struct arena *a, struct err *e)
{
    *n = 0;
    *first = (struct str){0};
    TRY(injected(db, "check", e));
    return db->engine->check(db->conn, n, first, a, e);
}

int db_script(struct db *db, const char *name, struct str text, struct err *e)
{
    TRY(injected(db, name, e));
    db->touched = true;
    int code = db->engine->script(db->conn, name, text, e);
    tell_kept_alone(db);
    return code == OK ? OK : err_at(e, code, "%s", name);
}
