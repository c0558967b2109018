/* SQLite: one file, WAL, synchronous FULL.  The only file that knows libsqlite3.
**
** Debian's 3.40.1 can damage the WAL when two connections write or checkpoint at the same
** moment, so only the WRITER may: a READER is opened read-only, never checkpoints, and
** does not checkpoint when it closes. */
#include "base/file.h"
#include "store/engine.h"
#include "store/guard.h"
#include "store/statements.h"
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 40 }; /* values of a statement, at most: the widest table has no more */

/* Words of transactions; a save has some, so they are prepared as statements are. */
static const char *const words[] = {"BEGIN",
                                    "BEGIN IMMEDIATE",
                                    "COMMIT",
                                    "ROLLBACK",
                                    "SAVEPOINT varde",
                                    "RELEASE SAVEPOINT varde",
                                    "ROLLBACK TO SAVEPOINT varde"};

enum { BUSY_MS = 10000 };

struct cursor;
struct conn {
    sqlite3 *db;
    bool blinded;
    struct cursor *open;
    sqlite3_stmt *word[COUNT(words)];
    i64 work;                  /* instructions of statements that are over */
    sqlite3_stmt *kept[SQL_N]; /* prepared once, by the statement's id */
    bool busy[SQL_N];          /* in use: a second cursor gets its own */
    bool gives_id[SQL_N];      /* prepared without its RETURNING id: see without_id */
    u8 place[SQL_N]
            [PLACES]; /* where $1, $2, ... stand among its parameters; 0: nowhere */
};

struct cursor {
    sqlite3_stmt *stmt;
    int id;               /* -1: not from the cache */
    bool gives_id, given; /* its one row is the id of what it put in */
    i64 made;
    struct cursor *next, **here; /* the open ones of a connection */
};

static int refused(sqlite3 *db, int rc, struct err *e)
{
    if ((rc & 0xFF) == SQLITE_AUTH) return guard_refuse(e);
    if ((rc & 0xFF) == SQLITE_CORRUPT || (rc & 0xFF) == SQLITE_NOTADB)
        return err_set(e, E_DAMAGED,
                       "the store's file is damaged: stop the server, keep the file, "
                       "restore the last backup with  varde restore");
    int code = (rc & 0xFF) == SQLITE_BUSY || (rc & 0xFF) == SQLITE_LOCKED ? E_BUSY
               : (rc & 0xFF) == SQLITE_CONSTRAINT                         ? E_CONSTRAINT
               : (rc & 0xFF) == SQLITE_FULL || (rc & 0xFF) == SQLITE_IOERR ||
                       (rc & 0xFF) == SQLITE_READONLY || (rc & 0xFF) == SQLITE_CANTOPEN
                   ? E_IO
                   : E_DB;
    switch (rc & 0xFF) {
    case SQLITE_READONLY:
        return err_set(e, E_IO,
                       "the store's file cannot be written: make the file and its folder "
                       "writable for the user who runs Varde; nothing was changed");
    case SQLITE_CANTOPEN:
        return err_set(
            e, E_IO,
            "the store's file cannot be opened: the file and its folder must be "
            "there, and be readable and writable for the user who runs Varde");
    case SQLITE_FULL:
        return err_set(e, E_IO,
                       "the disk is full: nothing was changed; make room, then go on");
    default: break;
    }
    /* sqlite3_errstr says the kind; errmsg may hold values of a row only in CHECK texts,
    ** which name constraints and columns. */
    return err_set(e, code, "%s", db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
}

static int pragma(sqlite3 *db, const char *text, struct err *e)
{
    int rc = sqlite3_exec(db, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? OK : refused(db, rc, e);
}

/* In an empty store there is nothing under the views yet; who opens one reads nothing. */
static int veil(sqlite3 *db, struct err *e)
{
    struct arena a = arena_reserve(1 << 18);
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for a connection");
    struct buf b = buf_in(&a, 1 << 14);
    guard_views(&b, "main.");
    buf_putc(&b, 0);
    int code = pragma(db, "PRAGMA temp_store = MEMORY", e);
    if (code == OK) code = pragma(db, buf_str(&b).at, e);
    arena_release(&a);
    return code;
}

static int settle(sqlite3 *db, enum db_mode mode, struct err *e)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    TRY(pragma(db, "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON", e));
    if (mode == DB_BLINDED) TRY(veil(db, e));
    if (mode != DB_WRITER) {
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        return pragma(db, "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0", e);
    }
    /* What is deleted is overwritten, so that an erasure leaves no bytes in free pages: one to
    ** two per cent of a save's time. The log is cut after an erasure only (lite_forget): a log that
    ** keeps its length is written in place, and the disk need not write its length too. What a
    ** savepoint needs is kept in memory, not in files that come and go. */
    return pragma(db,
                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                  "PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000;"
                  "PRAGMA temp_store = MEMORY",
                  e);
}

/* What a statement reads is told column by column, with the table's schema and the view through which
** it is read; a thing in FROM of which no column is read, with an empty column: that may be a name of
** WITH, which is in no list, and whose own tables are told besides, or a table under a view that was
** flattened, after its conditions were told. */
static bool may_read(const char *table, const char *column, const char *schema,
                     const char *view)
{
    const struct guard_line *g = guard_line(str_of(table));
    bool whole = !column || !column[0];
    bool own = schema && strcmp(schema, "temp") == 0;
    bool inside = view && guard_of(str_of(view)) == GUARD_VEILED;
    if (!g) return whole && !str_starts(str_of(table), S("sqlite_"));
    switch (g->guard) {
    case GUARD_OPEN: return whole || guard_column(g, str_of(column));
    case GUARD_VEILED: return own || inside || whole;
    default: return false;
    }
}

static int authorize(void *none, int action, const char *table, const char *column,
                     const char *schema, const char *view)
{
    (void)none;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION: return SQLITE_OK;
    case SQLITE_READ:
        return may_read(table, column, schema, view) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static bool in_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* "main" as a word of its own, in whatever quotes: the only way past the views. */
static bool names_schema(const char *text)
{
    static const char word[] = "main";
    for (const char *p = text; *p; p++) {
        int n = 0;
        while (word[n] && (p[n] | 0x20) == word[n]) n++;
        if (word[n]) continue;
        if ((p == text || !in_word(p[-1])) && !in_word(p[n])) return true;
    }
    return false;
}

/* Before the first connection; afterwards the library refuses, and it is as it was said.  Nobody asks
** how much memory it uses, and counting takes a lock each time; and the tables of its own that a
** statement needs for a moment (a CHECK with a list of words is one) do not take room for
** twenty pages. */
static void prepare_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

static int lite_open(const char *url, enum db_mode mode, void **out, struct err *e)
{
    prepare_library();
    const char *path = strchr(url, ':') + 1;
    sqlite3 *db = NULL;
    int flags = mode == DB_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                  : SQLITE_OPEN_READONLY;
    int rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    int code = rc == SQLITE_OK ? settle(db, mode, e) : refused(db, rc, e);
    if (code == OK && mode == DB_BLINDED) sqlite3_set_authorizer(db, authorize, NULL);
    struct conn *c = code == OK ? calloc(1, sizeof *c) : NULL;
    if (code == OK && !c) code = err_set(e, E_NO_MEMORY, "no memory for a connection");
    if (code != OK) {
        sqlite3_close(db);
        return err_at(e, code, "%s", path);
    }
    c->db = db;
    c->blinded = mode == DB_BLINDED;
    *out = c;
    return OK;
}

static void lite_done(void *conn, void *at)
{
    struct conn *c = conn;
    struct cursor *k = at;
    c->work += sqlite3_stmt_status(k->stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
    if (k->id >= 0) {
        sqlite3_reset(k->stmt);
        sqlite3_clear_bindings(k->stmt); /* no personal data stays behind */
        c->busy[k->id] = false;
    } else {
        sqlite3_finalize(k->stmt);
    }
    *k->here = k->next;
    if (k->next) k->next->here = k->here;
    free(k);
}

static void lite_drop(void *conn)
{
    struct conn *c = conn;
    while (c->open) lite_done(conn, c->open);
}

static void lite_close(void *conn)
{
    struct conn *c = conn;
    lite_drop(conn);
    for (isize i = 0; i < SQL_N; i++) sqlite3_finalize(c->kept[i]);
    for (isize i = 0; i < COUNT(words); i++) sqlite3_finalize(c->word[i]);
    sqlite3_close(c->db);
    free(c);
}

/* Places are numbered in the order of the text, not by their names; asking by name for each
** value of each call costs more than binding it. */
static void find_places(sqlite3_stmt *s, u8 place[PLACES])
{
    for (int i = 0; i < PLACES; i++) {
        char name[24];
        snprintf(name, sizeof name, "$%d", i + 1);
        place[i] = (u8)sqlite3_bind_parameter_index(s, name);
    }
}

static int bind(sqlite3_stmt *s, const u8 *place, const struct db_arg *arg, isize n)
{
    for (isize i = 0; i < n; i++) {
        int at = place[i], rc = SQLITE_OK;
        if (at == 0) continue; /* named in the comment, not used in this statement */
        switch (arg[i].type) {
        case DB_NULL: rc = sqlite3_bind_null(s, at); break;
        case DB_INT: rc = sqlite3_bind_int64(s, at, arg[i].i); break;
        case DB_REAL: rc = sqlite3_bind_double(s, at, arg[i].x); break; /* NaN: NULL */
        case DB_TEXT:
            rc = sqlite3_bind_text64(s, at, arg[i].s.n ? arg[i].s.at : "",
                                     (sqlite3_uint64)arg[i].s.n, SQLITE_STATIC,
                                     SQLITE_UTF8);
            break;
        case DB_BLOB:
            rc = sqlite3_bind_blob64(s, at, arg[i].s.n ? arg[i].s.at : "",
                                     (sqlite3_uint64)arg[i].s.n, SQLITE_STATIC);
            break;
        }
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

/* RETURNING makes a table of its own for its rows, which costs more than the row that was put
** in. Where that is the id of one row, the engine knows it: every column `id` is an INTEGER PRIMARY
** KEY (tests/store/test_db.c). Gives the length of the text without it, or -1. */
static int without_id(const struct sql *q)
{
    static const char tail[] = "\nRETURNING id\n", last[] = " RETURNING id\n";
    struct str s = str_of(q->text);
    if (q->id < 0 || !str_starts(s, S("INSERT INTO")) ||
        str_find_str(s, S("SELECT")) >= 0 || str_find_str(s, S("DO UPDATE")) >= 0)
        return -1; /* a row that was there already is not the last one put in */
    if (!str_ends(s, str_of(tail)) && !str_ends(s, str_of(last))) return -1;
    return (int)(s.n - (isize)sizeof last + 1);
}

static int prepare(struct conn *c, const struct sql *q, bool cached, sqlite3_stmt **s,
                   bool *gives_id)
{
    int n = without_id(q);
    *gives_id = n > 0;
    if (c->blinded && names_schema(q->text)) return SQLITE_AUTH;
    return sqlite3_prepare_v3(c->db, q->text, n, cached ? SQLITE_PREPARE_PERSISTENT : 0,
                              s, NULL);
}

static int lite_run(void *conn, const struct sql *q, const struct db_arg *arg, isize n,
                    void **at, struct err *e)
{
    struct conn *c = conn;
    bool cached = q->id >= 0 && q->id < SQL_N && !c->busy[q->id], gives_id = false;
    sqlite3_stmt *s = cached ? c->kept[q->id] : NULL;
    u8 places[PLACES];
    if (n > PLACES) return err_set(e, E_DB, "more than %d values", PLACES);
    if (!s) {
        int rc = prepare(c, q, cached, &s, &gives_id);
        if (rc != SQLITE_OK) return refused(c->db, rc, e);
        if (cached) c->kept[q->id] = s;
        if (cached) c->gives_id[q->id] = gives_id;
        find_places(s, cached ? c->place[q->id] : places);
    }
    if (cached) gives_id = c->gives_id[q->id];
    struct cursor *k = malloc(sizeof *k);
    int rc = k ? bind(s, cached ? c->place[q->id] : places, arg, n) : SQLITE_NOMEM;
    if (rc != SQLITE_OK) {
        if (!cached) sqlite3_finalize(s);
        free(k);
        return refused(c->db, rc, e);
    }
    *k = (struct cursor){.stmt = s,
                         .id = cached ? q->id : -1,
                         .gives_id = gives_id,
                         .next = c->open,
                         .here = &c->open};
    if (k->next) k->next->here = &k->next;
    c->open = k;
    if (cached) c->busy[q->id] = true;
    *at = k;
    return OK;
}

static int lite_step(void *conn, void *at, isize row, i64 *changed, struct err *e)
{
    struct conn *c = conn;
    struct cursor *k = at;
    if (k->given) return 0;
    int rc = sqlite3_step(k->stmt);
    if (rc == SQLITE_ROW) return 1;
    if (rc == SQLITE_DONE && k->gives_id) {
        k->given = true;
        k->made = sqlite3_last_insert_rowid(c->db);
        return sqlite3_changes64(c->db) > 0;
    }
    if (rc == SQLITE_DONE) {
        if (changed) *changed = sqlite3_changes64(c->db);
        return 0;
    }
    refused(c->db, rc, e);
    return -1;
}

static bool lite_is_null(void *at, isize row, int col)
{
    struct cursor *k = at;
    return !k->given && sqlite3_column_type(k->stmt, col) == SQLITE_NULL;
}

static i64 lite_i64(void *at, isize row, int col)
{
    struct cursor *k = at;
    return k->given ? k->made : sqlite3_column_int64(k->stmt, col);
}

static double lite_real(void *at, isize row, int col)
{
    return sqlite3_column_double(((struct cursor *)at)->stmt, col);
}

static struct str lite_bytes(void *at, isize row, int col, bool blob, struct arena *a)
{
    sqlite3_stmt *s = ((struct cursor *)at)->stmt;
    const void *p =
        blob ? sqlite3_column_blob(s, col) : (const void *)sqlite3_column_text(s, col);
    return str_dup((struct str){p, sqlite3_column_bytes(s, col)}, a);
}

static int lite_word(void *conn, const char *word, struct err *e)
{
    struct conn *c = conn;
    /* A writer takes its lock at once: a transaction that reads first and writes later
    ** could be refused in the middle. */
    if (strcmp(word, "BEGIN") == 0 && !sqlite3_db_readonly(c->db, "main"))
        word = "BEGIN IMMEDIATE";
    if (strcmp(word, "SNAPSHOT") == 0) word = "BEGIN"; /* WAL: the first read fixes it */
    isize i = 0;
    while (i < COUNT(words) && strcmp(word, words[i]) != 0) i++;
    if (i == COUNT(words)) return pragma(c->db, word, e);
    int rc = SQLITE_OK;
    if (!c->word[i])
        rc = sqlite3_prepare_v3(c->db, word, -1, SQLITE_PREPARE_PERSISTENT, &c->word[i],
                                NULL);
    if (rc == SQLITE_OK && sqlite3_step(c->word[i]) == SQLITE_DONE) {
        sqlite3_reset(c->word[i]);
        return OK;
    }
    if (rc != SQLITE_OK) return refused(c->db, rc, e);
    return refused(c->db, sqlite3_reset(c->word[i]), e);
}

/* A row without an id gets the largest and one, always. */
static int lite_renumber(void *conn, const char *table, const char *column, struct err *e)
{
    return OK;
}

static int lite_script(void *conn, const char *name, struct str text, struct err *e)
{
    char *copy = malloc((size_t)text.n + 1);
    if (!copy) return err_set(e, E_NO_MEMORY, "no memory for a script");
    memcpy(copy, text.at, (size_t)text.n);
    copy[text.n] = 0;
    int code = pragma(((struct conn *)conn)->db, copy, e);
    free(copy);
    return code;
}

/* Nothing to give: each blinded connection has its authorizer. */
static int lite_guard(void *conn, struct err *e)
{
    (void)conn, (void)e;
    return OK;
}

/* integrity_check says "ok" or a line a fault; foreign_key_check a row a fault: table, rowid,
** the table referred to. */
static int lite_check(void *conn, i64 *n, struct str *first, struct arena *a,
                      struct err *e)
{
    static const char *const ask[] = {"PRAGMA integrity_check(1000)",
                                      "PRAGMA foreign_key_check"};
    struct conn *c = conn;
    for (isize i = 0; i < COUNT(ask); i++) {
        sqlite3_stmt *s = NULL;
        int rc = sqlite3_prepare_v2(c->db, ask[i], -1, &s, NULL);
        while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
            const char *text = (const char *)sqlite3_column_text(s, 0);
            rc = SQLITE_OK;
            if (i == 0 && text && strcmp(text, "ok") == 0) continue;
            if (++*n > 1) continue;
            if (i == 0)
                *first = str_fmt(a, "%s", text ? text : "?");
            else
                *first =
                    str_fmt(a, "row %lld of %s refers to what is not there",
                            (long long)sqlite3_column_int64(s, 1), text ? text : "?");
        }
        sqlite3_finalize(s);
        if (rc != SQLITE_DONE) return refused(c->db, rc, e);
    }
    return OK;
}

static bool lite_in_transaction(void *conn)
{
    return !sqlite3_get_autocommit(((struct conn *)conn)->db);
}

/* Deleted rows are overwritten (secure_delete), but the log holds the pages as they were until it
** is back in the store and cut.  That waits for nobody: while somebody reads from the log it is
** refused, and asked again after the next commit. */
static bool lite_forget(void *conn)
{
    sqlite3 *db = ((struct conn *)conn)->db;
    sqlite3_busy_timeout(db, 0);
    int rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
    return rc == SQLITE_OK;
}

static i64 lite_work(void *conn)
{
    return ((struct conn *)conn)->work;
}

const struct engine engine_sqlite = {
    .scheme = "sqlite",
    .alone = true,
    .open = lite_open,
    .close = lite_close,
    .run = lite_run,
    .step = lite_step,
    .done = lite_done,
    .drop = lite_drop,
    .is_null = lite_is_null,
    .i64 = lite_i64,
    .real = lite_real,
    .bytes = lite_bytes,
    .renumber = lite_renumber,
    .word = lite_word,
    .script = lite_script,
    .guard = lite_guard,
    .check = lite_check,
    .forget = lite_forget,
    .in_transaction = lite_in_transaction,
    .work = lite_work,
};
