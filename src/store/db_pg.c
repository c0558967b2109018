/* PostgreSQL.  The only file that knows libpq.
**
** Values go as text but for bytes; results come as text.  Statements are prepared once a
** connection under their own names.  A connection that was lost is made again for the next
** question or transaction; what was under way in it is refused with E_BUSY and may run again,
** but for a COMMIT without an answer: that may have been done.  SQLite's words in a migration are put into
** PostgreSQL's: see script_words. */
#include "store/engine.h"
#include "store/guard.h"
#include "store/statements.h"
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PG_OPEN = 32 }; /* more at once than any code asks for */

struct conn {
    PGconn *pg;
    enum db_mode mode;
    bool prepared[SQL_N];
    PGresult *open[PG_OPEN]; /* results that somebody reads, for pg_drop */
};

/* The server's first line without DETAIL, which would quote values of the row; that of class 22,
** data that do not fit, quotes them itself. */
static int refused(PGconn *pg, const PGresult *r, struct err *e)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    int code = E_DB;
    /* libpq's own failure. When it could not write, it has not looked yet whether the other side is
    ** there, and would call the connection fine. */
    for (int i = 0; !state && i < 2 && PQstatus(pg) == CONNECTION_OK; i++)
        (void)PQconsumeInput(pg);
    if (!state) state = PQstatus(pg) == CONNECTION_OK ? "" : "08006";
    /* 40: serialization; 08, 57P0: the server or the way to it went away */
    if (strncmp(state, "40", 2) == 0 || strncmp(state, "55P03", 5) == 0 ||
        strncmp(state, "08", 2) == 0 || strncmp(state, "57P0", 4) == 0)
        code = E_BUSY;
    else if (strncmp(state, "23", 2) == 0)
        code = E_CONSTRAINT;
    else if (strncmp(state, "53", 2) == 0 || strncmp(state, "58", 2) == 0)
        code = E_IO;
    if (strncmp(state, "22", 2) == 0) text = "a value does not fit its column";
    if (!text)
        text = PQstatus(pg) == CONNECTION_OK ? "no answer" : "the connection is gone";
    return err_set(e, code, "%s%s%s", text, state[0] ? ", SQLSTATE " : "", state);
}

static int simple(PGconn *pg, const char *text, struct err *e)
{
    PGresult *r = PQexec(pg, text);
    ExecStatusType s = PQresultStatus(r);
    int code = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK ? OK : refused(pg, r, e);
    PQclear(r);
    return code;
}

/* The first value of the first row is "t". */
static int asks(PGconn *pg, const char *text, bool *yes, struct err *e)
{
    PGresult *r = PQexec(pg, text);
    int code = PQresultStatus(r) == PGRES_TUPLES_OK ? OK : refused(pg, r, e);
    *yes = code == OK && PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    PQclear(r);
    return code;
}

static int no_role(PGconn *pg, struct err *e)
{
    return err_set(
        e, E_NOT_ALLOWED,
        "the database does not let this program keep blinded readers apart: an "
        "administrator of PostgreSQL has to run  CREATE ROLE varde_blinded "
        "NOLOGIN; GRANT varde_blinded TO \"%s\";  once, and then Varde has to "
        "be started again",
        PQuser(pg));
}

/* The lines of one kind as 'a', 'b', ... */
static void tables_of(struct buf *b, enum guard guard)
{
    const char *comma = "";
    for (isize i = 0; i < guard_n; i++) {
        if (guard_list[i].guard != guard) continue;
        buf_fmt(b, "%s'%s'", comma, guard_list[i].table);
        comma = ", ";
    }
}

/* The views of this connection (store/guard.h), and the role's right to read them: a name finds them
** before the tables, and whoever goes past them has no right.  They are read with the rights of
** whom the connection was opened for.  Of a store without tables there is nothing to read. */
static int veil(PGconn *pg, struct err *e)
{
    bool empty = false;
    TRY(asks(pg, "SELECT to_regclass('blind_open') IS NULL", &empty, e));
    if (empty) return OK;
    char schema[200];
    PGresult *r = PQexec(pg, "SELECT quote_ident(current_schema()) || '.'");
    int code = PQresultStatus(r) == PGRES_TUPLES_OK ? OK : refused(pg, r, e);
    if (code == OK) snprintf(schema, sizeof schema, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    TRY(code);
    struct arena a = arena_reserve(1 << 18);
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for a connection");
    struct buf b = buf_in(&a, 1 << 15);
    guard_views(&b, schema);
    for (isize i = 0; i < guard_n; i++)
        if (guard_list[i].guard == GUARD_VEILED)
            buf_fmt(&b, "GRANT SELECT ON pg_temp.%s TO varde_blinded; ",
                    guard_list[i].table);
    buf_putc(&b, 0);
    struct err why = {0};
    code = simple(pg, buf_str(&b).at, &why);
    arena_release(&a);
    if (code == OK) return OK;
    if (code == E_BUSY) return err_pass(e, code, &why);
    bool there = false;
    TRY(asks(pg, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'varde_blinded')",
             &there, e));
    if (!there) return no_role(pg, e);
    return err_set(e, E_NOT_ALLOWED,
                   "the database does not let this program keep blinded readers apart "
                   "(%s): an administrator of PostgreSQL has to run  GRANT TEMPORARY ON "
                   "DATABASE \"%s\" TO \"%s\", varde_blinded;  once",
                   why.text, PQdb(pg), PQuser(pg));
}

/* From here on the connection is the role, and the role can do what it should and no more:
** it owns nothing, is nobody else, reads nothing of the schema but open tables, and no
** function there runs with its maker's rights. */
static int blind(PGconn *pg, struct err *e)
{
    bool fine = false;
    struct arena a = arena_reserve(1 << 16);
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for a connection");
    struct buf b = buf_in(&a, 4096);
    buf_put(&b,
            S("SELECT current_user = 'varde_blinded' "
              "AND NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = current_user AND "
              "(rolsuper OR rolcreaterole)) "
              "AND NOT EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid "
              "= m.member WHERE r.rolname = current_user) "
              "AND NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = "
              "current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f') "
              "AND has_any_column_privilege(c.oid, 'SELECT') AND c.relname NOT IN ("));
    tables_of(&b, GUARD_OPEN);
    buf_put(&b, S(")) AND NOT EXISTS (SELECT 1 FROM pg_proc WHERE pronamespace = "
                  "current_schema()::regnamespace AND prosecdef)"));
    buf_putc(&b, 0);
    int code = OK;
    if (simple(pg, "SET ROLE varde_blinded", NULL) != OK) code = no_role(pg, e);
    if (code == OK) code = asks(pg, buf_str(&b).at, &fine, e);
    if (code == OK && !fine)
        code =
            err_set(e, E_NOT_ALLOWED,
                    "the role varde_blinded of the database can do more than read open "
                    "tables: take from it what was given by hand, also to PUBLIC");
    arena_release(&a);
    return code;
}

/* Two programs may make the role at the same moment: it is there is all that counts. */
static int make_role(PGconn *pg, struct err *e)
{
    static const char there[] =
        "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'varde_blinded')";
    static const char ours[] = "SELECT pg_has_role('varde_blinded', 'MEMBER')";
    bool yes = false;
    TRY(asks(pg, there, &yes, e));
    if (!yes) {
        (void)simple(pg, "CREATE ROLE varde_blinded NOLOGIN", NULL);
        TRY(asks(pg, there, &yes, e));
        if (!yes) return no_role(pg, e);
    }
    TRY(asks(pg, ours, &yes, e));
    if (yes) return OK;
    (void)simple(pg, "GRANT varde_blinded TO CURRENT_USER", NULL);
    TRY(asks(pg, ours, &yes, e));
    return yes ? OK : no_role(pg, e);
}

static int pg_guard(void *conn, struct err *e)
{
    PGconn *pg = ((struct conn *)conn)->pg;
    TRY(make_role(pg, e));
    struct arena a = arena_reserve(1 << 18);
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for rights");
    struct buf b = buf_in(&a, 1 << 14);
    buf_put(&b, S("DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO "
                  "varde_blinded', current_schema()); END $$; "));
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        if (t->last) continue;
        const struct guard_line *g = guard_line(str_of(t->name));
        buf_fmt(&b, "REVOKE ALL ON %s FROM varde_blinded, PUBLIC; ", t->name);
        if (g && g->guard == GUARD_OPEN)
            buf_fmt(&b, "GRANT SELECT (%s) ON %s TO varde_blinded; ", g->columns,
                    t->name);
    }
    buf_putc(&b, 0);
    int code = simple(pg, buf_str(&b).at, e);
    arena_release(&a);
    return code;
}

static void quiet(void *arg, const char *message)
{
    (void)arg, (void)message; /* notices ("relation exists, skipping") say nothing new */
}

/* A fresh connection, as this program wants it. */
static int settle(PGconn *pg, enum db_mode mode, struct err *e)
{
    PQsetNoticeProcessor(pg, quiet, NULL);
    if (mode == DB_BLINDED) TRY(veil(pg, e)); /* before nothing can be made any more */
    TRY(simple(pg,
               mode == DB_WRITER
                   ? "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL "
                     "SERIALIZABLE"
                   : "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
               e));
    TRY(simple(pg,
               "SET client_encoding = 'UTF8'; SET extra_float_digits = 3; "
               "SET bytea_output = 'hex'; SET standard_conforming_strings = on",
               e));
    /* Statements are shaped so that a list walks an index and stops, each row joined by its key
    ** (tests/store/test_plan.c, tests/app/test_walked.c).  Without these the planner weighs what it
    ** guesses of rights and filters against LIMIT, and now and then reads everybody to hash or
    ** to sort them; it would also plan anew at each call. */
    TRY(simple(pg,
               "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
               "SET enable_bitmapscan = off; SET enable_hashjoin = off; "
               "SET enable_mergejoin = off; SET jit = off",
               e));
    return mode == DB_BLINDED ? blind(pg, e) : OK;
}

/* Makes a lost connection again. Only where nothing is under way in it. */
static int alive(struct conn *c, struct err *e)
{
    if (PQstatus(c->pg) == CONNECTION_OK) return OK;
    PQreset(c->pg);
    memset(c->prepared, 0, sizeof c->prepared);
    if (PQstatus(c->pg) != CONNECTION_OK)
        return err_set(e, E_BUSY,
                       "the PostgreSQL server does not answer; try again in a moment");
    return settle(c->pg, c->mode, e);
}

/* Of an address that it cannot read libpq's message repeats all, the password too. */
static int address_fits(const char *url, struct err *e)
{
    char *why = NULL;
    PQconninfoOption *parts = PQconninfoParse(url, &why);
    bool fits = parts != NULL;
    PQconninfoFree(parts);
    PQfreemem(why);
    return fits ? OK
                : err_set(e, E_DB,
                          "this is no address of a PostgreSQL database: write "
                          "postgresql://USER@HOST/NAME, other characters in it as %%XX");
}

static int pg_open(const char *url, enum db_mode mode, void **out, struct err *e)
{
    TRY(address_fits(url, e));
    PGconn *pg = PQconnectdb(url);
    if (PQstatus(pg) != CONNECTION_OK) {
        /* The message may repeat parts of the URL, but never the password. */
        const char *why = PQerrorMessage(pg);
        int n = (int)strcspn(why, "\n");
        err_set(e, E_BUSY, "the PostgreSQL server cannot be reached: %.*s", n, why);
        PQfinish(pg);
        return E_BUSY;
    }
    int code = settle(pg, mode, e);
    struct conn *c = code == OK ? calloc(1, sizeof *c) : NULL;
    if (!c) {
        PQfinish(pg);
        return code == OK ? err_set(e, E_NO_MEMORY, "no memory for a connection") : code;
    }
    c->pg = pg;
    c->mode = mode;
    *out = c;
    return OK;
}

static void pg_close(void *conn)
{
    struct conn *c = conn;
    PQfinish(c->pg);
    free(c);
}

/* A lost connection has none: what was under way is gone with it. */
static bool pg_in_transaction(void *conn)
{
    PGTransactionStatusType t = PQtransactionStatus(((struct conn *)conn)->pg);
    return t != PQTRANS_IDLE && t != PQTRANS_UNKNOWN;
}

/* To a blinded reader the server's sentence would name the table. */
static int denied(struct conn *c, const PGresult *r, struct err *e)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    bool right = c->mode == DB_BLINDED && state && strcmp(state, "42501") == 0;
    return right ? guard_refuse(e) : refused(c->pg, r, e);
}

static int run_once(struct conn *c, const struct sql *q, const struct db_arg *arg,
                    isize n, void **at, struct err *e)
{
    enum { MOST = 40 };
    const char *value[MOST];
    int length[MOST], format[MOST];
    char number[MOST][32];
    if (n > MOST) return err_set(e, E_DB, "more than %d values", MOST);
    if (!pg_in_transaction(c)) TRY(alive(c, e));
    bool kept = q->id >= 0 && q->id < SQL_N;
    if (kept && !c->prepared[q->id]) {
        PGresult *p = PQprepare(c->pg, q->name, q->text, 0, NULL);
        int code = PQresultStatus(p) == PGRES_COMMAND_OK ? OK : denied(c, p, e);
        PQclear(p);
        if (code != OK) return code;
        c->prepared[q->id] = true;
    }
    /* libpq wants texts ended by zero; ours are copied, and freed below. */
    char *copy[MOST] = {0};
    int code = OK;
    for (isize i = 0; i < n && code == OK; i++) {
        value[i] = NULL;
        length[i] = 0;
        format[i] = 0;
        if (arg[i].type == DB_INT || (arg[i].type == DB_REAL && arg[i].x == arg[i].x)) {
            if (arg[i].type == DB_INT)
                snprintf(number[i], 32, "%" PRId64, arg[i].i);
            else
                snprintf(number[i], 32, "%.17g", arg[i].x);
            value[i] = number[i];
        } else if (arg[i].type == DB_TEXT || arg[i].type == DB_BLOB) {
            copy[i] = malloc((size_t)arg[i].s.n + 1);
            if (!copy[i]) {
                code = err_set(e, E_NO_MEMORY, "no memory for a value");
                break;
            }
            if (arg[i].s.n) memcpy(copy[i], arg[i].s.at, (size_t)arg[i].s.n);
            copy[i][arg[i].s.n] = 0;
            value[i] = copy[i];
            length[i] = (int)arg[i].s.n;
            format[i] = arg[i].type == DB_BLOB;
        }
    }
    PGresult *r = NULL;
    if (code == OK) {
        r = kept ? PQexecPrepared(c->pg, q->name, (int)n, value, length, format, 0)
                 : PQexecParams(c->pg, q->text, (int)n, NULL, value, length, format, 0);
        ExecStatusType s = PQresultStatus(r);
        if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) code = denied(c, r, e);
    }
    for (isize i = 0; i < n; i++) free(copy[i]);
    if (code != OK)
        PQclear(r);
    else
        *at = r;
    return code;
}

/* A question outside a transaction may be asked again when the connection turns out to be
** lost; a change may have been made. */
static int pg_run(void *conn, const struct sql *q, const struct db_arg *arg, isize n,
                  void **at, struct err *e)
{
    struct conn *c = conn;
    bool again = c->mode != DB_WRITER && !pg_in_transaction(c);
    int code = run_once(c, q, arg, n, at, e);
    if (code != OK && again && PQstatus(c->pg) != CONNECTION_OK)
        code = run_once(c, q, arg, n, at, e);
    for (int i = 0; i < PG_OPEN && code == OK; i++)
        if (!c->open[i]) {
            c->open[i] = *at;
            break;
        }
    return code;
}

static int pg_step(void *conn, void *at, isize row, i64 *changed, struct err *e)
{
    (void)conn, (void)e;
    if (row < PQntuples(at)) return 1;
    if (changed) *changed = strtoll(PQcmdTuples(at), NULL, 10);
    return 0;
}

static void pg_done(void *conn, void *at)
{
    struct conn *c = conn;
    for (int i = 0; i < PG_OPEN; i++)
        if (c->open[i] == at) c->open[i] = NULL;
    PQclear(at);
}

/* A result is whole before its first row is read: the server waits for nobody. */
static void pg_drop(void *conn)
{
    struct conn *c = conn;
    for (int i = 0; i < PG_OPEN; i++)
        if (c->open[i]) pg_done(conn, c->open[i]);
}

static bool pg_is_null(void *at, isize row, int col)
{
    return PQgetisnull(at, (int)row, col);
}

static i64 pg_i64(void *at, isize row, int col)
{
    return strtoll(PQgetvalue(at, (int)row, col), NULL, 10);
}

static double pg_real(void *at, isize row, int col)
{
    return strtod(PQgetvalue(at, (int)row, col), NULL);
}

static int hex(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static struct str pg_bytes(void *at, isize row, int col, bool blob, struct arena *a)
{
    struct str s = {PQgetvalue(at, (int)row, col), PQgetlength(at, (int)row, col)};
    if (!blob) return str_dup(s, a);
    /* "\x00ff..." */
    isize n = (s.n - 2) / 2;
    char *p = NEW(a, char, n + 1);
    for (isize i = 0; i < n; i++)
        p[i] = (char)(hex(s.at[2 + 2 * i]) * 16 + hex(s.at[3 + 2 * i]));
    return (struct str){p, n};
}

static int pg_word(void *conn, const char *word, struct err *e)
{
    struct conn *c = conn;
    bool begins = strcmp(word, "BEGIN") == 0 || strcmp(word, "SNAPSHOT") == 0;
    if (begins) TRY(alive(c, e));
    if (strcmp(word, "SNAPSHOT") == 0)
        word = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    PGresult *r = PQexec(c->pg, word);
    int code = PQresultStatus(r) == PGRES_COMMAND_OK ? OK : refused(c->pg, r, e);
    if (code == E_BUSY && strcmp(word, "COMMIT") == 0 && c->mode == DB_WRITER &&
        PQstatus(c->pg) != CONNECTION_OK)
        code =
            err_set(e, E_UNSURE,
                    "the PostgreSQL server went away while it was saving: look whether "
                    "the change is there before making it again");
    if (begins && code == E_BUSY && PQstatus(c->pg) != CONNECTION_OK && e) {
        /* it went away before this: nothing was under way */
        PQclear(r);
        TRY(alive(c, e));
        r = PQexec(c->pg, word);
        code = PQresultStatus(r) == PGRES_COMMAND_OK ? OK : refused(c->pg, r, e);
    }
    /* COMMIT of a failed transaction answers ROLLBACK and calls itself fine. */
    if (code == OK && strcmp(word, "COMMIT") == 0 &&
        strcmp(PQcmdStatus(r), "COMMIT") != 0)
        code = err_set(e, E_DB, "the transaction had failed before and was rolled back");
    PQclear(r);
    return code;
}

/* Names come from table_list, so they are words. */
static int pg_renumber(void *conn, const char *table, const char *column, struct err *e)
{
    char text[400];
    snprintf(text, sizeof text,
             "SELECT setval(pg_get_serial_sequence('%s', '%s'), "
             "(SELECT COALESCE(MAX(%s), 0) + 1 FROM %s), false)",
             table, column, column, table);
    return simple(((struct conn *)conn)->pg, text, e);
}

/* A migration is written once, in SQLite's words; these are PostgreSQL's for them. */
static struct str script_words(struct str text, struct arena *a)
{
    static const char *const word[][2] = {
        {" INTEGER PRIMARY KEY", " BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
        {") STRICT, WITHOUT ROWID", ")"},
        {") STRICT", ")"},
        {" INTEGER", " BIGINT"},
        {" REAL", " DOUBLE PRECISION"},
        {" BLOB", " BYTEA"},
        {" TEXT", " TEXT COLLATE \"C\""}, /* sorted by bytes, as SQLite does */
    };
    struct buf b = buf_in(a, text.n + text.n / 2);
    for (isize i = 0; i < text.n;) {
        struct str rest = str_from(text, i);
        isize k = 0;
        while (k < COUNT(word) && !str_starts(rest, str_of(word[k][0]))) k++;
        if (k < COUNT(word)) {
            buf_put(&b, str_of(word[k][1]));
            i += str_of(word[k][0]).n;
        } else {
            buf_putc(&b, text.at[i++]);
        }
    }
    buf_putc(&b, 0);
    return buf_str(&b);
}

static int pg_script(void *conn, const char *name, struct str text, struct err *e)
{
    (void)name;
    struct arena a = arena_reserve(8 * text.n + (1 << 16));
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for a script");
    int code = simple(((struct conn *)conn)->pg, script_words(text, &a).at, e);
    arena_release(&a);
    return code;
}

/* A server looks after its own files, and never lets a reference dangle. */
static int pg_check(void *conn, i64 *n, struct str *first, struct arena *a, struct err *e)
{
    (void)conn, (void)n, (void)first, (void)a, (void)e;
    return OK;
}

/* Its files are its own: old row versions go with VACUUM. */
static bool pg_forget(void *conn)
{
    (void)conn;
    return true;
}

static i64 pg_work(void *conn)
{
    (void)conn;
    return 0;
}

const struct engine engine_pg = {
    .scheme = "postgresql",
    .open = pg_open,
    .close = pg_close,
    .run = pg_run,
    .step = pg_step,
    .done = pg_done,
    .drop = pg_drop,
    .is_null = pg_is_null,
    .i64 = pg_i64,
    .real = pg_real,
    .bytes = pg_bytes,
    .renumber = pg_renumber,
    .word = pg_word,
    .script = pg_script,
    .guard = pg_guard,
    .check = pg_check,
    .forget = pg_forget,
    .in_transaction = pg_in_transaction,
    .work = pg_work,
};
