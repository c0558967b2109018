#include "engines.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "store/writer.h"
#include <stdio.h>
#include <string.h>

static struct db *opened(const char *url, enum db_mode mode)
{
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(db_open(url, mode, &db, &e), OK, e);
    return db;
}

static struct db *migrated(const char *url, struct arena tmp)
{
    struct db *db = opened(url, DB_WRITER);
    struct err e = {0};
    if (db) CHECK_CODE(migrate(db, S("2026-01-01T00:00:00.000Z"), NULL, tmp, &e), OK, e);
    return db;
}

static bool has(struct db *db, const char *key, struct str want, struct arena tmp)
{
    struct err e = {0};
    ROWS r = {0};
    CHECK_CODE(db_query(db, &r, SQL_meta_get, ARGS(T(str_of(key))), &e), OK, e);
    bool found = db_next(&r) && str_eq(db_str(&r, 0, &tmp), want);
    CHECK_CODE(db_end(&r, &e), OK, e);
    return found;
}

/* What goes in comes out: every kind of text, and the statement is prepared once. */
EACH_ENGINE(db_values_survive)
{
    struct db *db = migrated(url, tmp);
    struct err e = {0};
    static const char *const text[] = {
        "",
        "plain",
        "'; DROP TABLE meta; --",
        "bl\xc3\xa5 \xf0\x9f\x98\x80",
        "two\nlines\tand a tab",
        "%s $1 ? :x",
        "\\x41",
    };
    for (isize i = 0; i < COUNT(text); i++) {
        struct str key = str_fmt(&tmp, "k%td", i);
        CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(key), T(str_of(text[i]))), &e), OK, e);
        CHECK(has(db, key.at, str_of(text[i]), tmp));
    }
    db_close(db);
}

EACH_ENGINE(db_transactions_are_whole)
{
    struct db *db = migrated(url, tmp);
    struct err e = {0};
    {
        TXN t = {0};
        CHECK_CODE(db_begin(&t, db, "given up", &e), OK, e);
        CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("a")), T(S("1"))), &e), OK, e);
    } /* leaves without commit */
    CHECK(!has(db, "a", S("1"), tmp));
    CHECK(!db_in_transaction(db));
    {
        TXN t = {0}, nested = {0};
        CHECK_CODE(db_begin(&t, db, "kept", &e), OK, e);
        CHECK_CODE(db_begin(&nested, db, "nested", &e), E_DB, e);
        CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("b")), T(S("1"))), &e), OK, e);
        {
            TXN s = {0};
            CHECK_CODE(db_savepoint(&s, db, &e), OK, e);
            CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("b")), T(S("2"))), &e), OK, e);
        }
        {
            TXN s = {0};
            CHECK_CODE(db_savepoint(&s, db, &e), OK, e);
            CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("c")), T(S("3"))), &e), OK, e);
            CHECK_CODE(db_commit(&s, &e), OK, e);
        }
        CHECK_CODE(db_commit(&t, &e), OK, e);
    }
    CHECK(has(db, "b", S("1"), tmp));
    CHECK(has(db, "c", S("3"), tmp));
    db_close(db);
}

/* A broken rule is E_CONSTRAINT, writes nothing, and a savepoint keeps the
** transaction. */
EACH_ENGINE(db_constraints_hold)
{
    struct db *db = migrated(url, tmp);
    struct err e = {0};
    struct db_arg row[] = {I(1), T(S("x")), T(S("x")), T(S("x"))};
    TXN t = {0};
    CHECK_CODE(db_begin(&t, db, "t", &e), OK, e);
    CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("k")), T(S("v"))), &e), OK, e);
    {
        TXN s = {0};
        CHECK_CODE(db_savepoint(&s, db, &e), OK, e);
        CHECK_CODE(db_run(db, SQL_migration_put, row, COUNT(row), &e), E_CONSTRAINT, e);
        CHECK_SAYS(e, "migration_put");
    }
    CHECK_CODE(db_commit(&t, &e), OK, e);
    CHECK(has(db, "k", S("v"), tmp));
    db_close(db);
}

/* A reader sees what was committed and may not write. */
EACH_ENGINE(db_reader_only_reads)
{
    struct db *db = migrated(url, tmp), *reader = opened(url, DB_READER);
    struct err e = {0};
    CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("k")), T(S("v"))), &e), OK, e);
    CHECK(has(reader, "k", S("v"), tmp));
    CHECK(db_run(reader, SQL_meta_put, ARGS(T(S("k")), T(S("w"))), &e) != OK);
    CHECK(has(db, "k", S("v"), tmp));
    db_close(reader);
    db_close(db);
}

/* Two cursors of one statement at once, and one that is left in the middle. */
EACH_ENGINE(db_cursors_are_apart)
{
    struct db *db = migrated(url, tmp);
    struct err e = {0};
    CHECK_CODE(db_run(db, SQL_meta_put, ARGS(T(S("k")), T(S("v"))), &e), OK, e);
    {
        ROWS r = {0}, q = {0};
        CHECK_CODE(db_query(db, &r, SQL_meta_get, ARGS(T(S("k"))), &e), OK, e);
        CHECK(db_next(&r));
        CHECK_CODE(db_query(db, &q, SQL_meta_get, ARGS(T(S("none"))), &e), OK, e);
        CHECK(!db_next(&q));
        CHECK_STR(db_str(&r, 0, &tmp), "v");
    }
    CHECK(has(db, "k", S("v"), tmp));
    i64 changed = 7, last = 0;
    CHECK_CODE(db_run_count(db, SQL_journal_erase, ARGS(T(S("x")), I(1), T(S("t"))),
                            &changed, &e),
               OK, e);
    CHECK_INT(changed, 0);
    CHECK_CODE(db_one(db, &last, SQL_migration_last, NO_ARGS, &e), OK, e);
    CHECK_INT(last, MIGRATION_N);
    db_close(db);
}

TEST(db_open_says_what_is_wrong)
{
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(db_open("mysql://h/n", DB_WRITER, &db, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "write sqlite:PATH or postgresql://");
    CHECK(db_open("sqlite:/no/such/folder/x.db", DB_WRITER, &db, &e) != OK);
    CHECK_SAYS(e, "/no/such/folder/x.db");
    CHECK(db_open(str_fmt(&tmp, "sqlite:%s/none.db", test_folder()).at, DB_READER, &db,
                  &e) != OK);
    CHECK_CODE(db_open("postgresql://nobody:secret@127.0.0.1:1/none", DB_WRITER, &db, &e),
               E_BUSY, e); /* it may start yet */
    CHECK(str_find_str(str_of(e.text), S("secret")) < 0);
    static const char *const broken[] = {
        "postgresql://nobody:secret@[::1/none", "postgresql://nobody:secret@[::1]x/none",
        "postgresql://nobody:secret%zz@h/none", "postgresql://h/none?password=secret&=x",
        "postgresql://nobody:secret@h:/none?secret=1"};
    for (isize i = 0; i < COUNT(broken); i++) {
        CHECK_CODE(db_open(broken[i], DB_WRITER, &db, &e), E_DB, e);
        CHECK(str_find_str(str_of(e.text), S("secret")) < 0);
    }
}

/* Every statement of the program is understood by every engine. */
EACH_ENGINE(db_every_statement_prepares)
{
    struct db *db = migrated(url, tmp);
    struct db_arg one[40];
    for (int i = 0; i < COUNT(one); i++) one[i] = I(1);
    for (isize i = 0; i < SQL_N; i++) {
        TXN t = {0};
        struct err e = {0};
        CHECK_CODE(db_begin(&t, db, "walk", &e), OK, e);
        ROWS r = {0};
        CHECK(sql_list[i]->n_args <= COUNT(one));
        /* 1 everywhere: only rules of the schema may refuse it */
        int code = db_query(db, &r, sql_list[i], one, sql_list[i]->n_args, &e);
        if (code == OK) {
            db_next(&r);
            code = db_end(&r, &e);
        }
        test_check(code == OK || code == E_CONSTRAINT, __FILE__, __LINE__, "%s: %s",
                   sql_list[i]->name, e.text);
    }
    db_close(db);
}

/* Where a statement gives the id of what it put in, that column numbers itself: db_sqlite.c takes it
** from the engine then, not from a RETURNING of its own. */
TEST(db_ids_are_the_engines)
{
    isize n = 0;
    for (isize i = 0; i < SQL_N; i++) {
        struct str s = str_of(sql_list[i]->text), word;
        if (!str_starts(s, S("INSERT INTO ")) || !str_ends(s, S("RETURNING id\n")))
            continue;
        s = str_from(s, 12);
        CHECK(str_cut(&s, ' ', &word));
        const struct table *t = NULL;
        for (isize k = 0; k < TABLE_N; k++)
            if (str_is(word, table_list[k].name)) t = &table_list[k];
        test_check(t && t->identity && str_is(str_of(t->identity), "id"), __FILE__,
                   __LINE__, "%s", sql_list[i]->name);
        n++;
    }
    CHECK(n > 15);
    (void)tmp;
}

/* The first migration finds nothing, the second run does nothing; a newer store and a
** changed step are refused. */
EACH_ENGINE(migrate_once)
{
    struct db *db = opened(url, DB_WRITER);
    struct err e = {0};
    int done = -1;
    struct str at = S("2026-01-01T00:00:00.000Z");
    CHECK_CODE(migrate(db, at, &done, tmp, &e), OK, e);
    CHECK_INT(done, MIGRATION_N);
    CHECK_CODE(migrate(db, at, &done, tmp, &e), OK, e);
    CHECK_INT(done, 0);
    struct db_arg newer[] = {I(MIGRATION_N + 1), T(S("9999_future")), T(S("h")), T(at)};
    CHECK_CODE(db_run(db, SQL_migration_put, newer, COUNT(newer), &e), OK, e);
    CHECK_CODE(migrate(db, at, &done, tmp, &e), E_REVISION, e);
    CHECK_SAYS(e, "use the newer program");
    CHECK_CODE(
        db_script(db, "t", S("UPDATE migration SET hash = 'other' WHERE step = 1"), &e),
        OK, e);
    CHECK_CODE(migrate(db, at, &done, tmp, &e), E_REVISION, e);
    CHECK_SAYS(e, "never changed");
    db_close(db);
}

/* Whatever statement fails, the migration leaves whole steps and finishes next time. */
EACH_ENGINE(migrate_survives_the_nth_failure)
{
    struct str at = S("2026-01-01T00:00:00.000Z");
    int code = E_DB;
    for (i64 n = 1; code != OK && n < 40; n++) {
        struct db *db = opened(url, DB_WRITER);
        struct err e = {0};
        db_fail_after(db, n);
        code = migrate(db, at, NULL, tmp, &e);
        CHECK(code == OK || code == E_DB);
        db_close(db);
    }
    CHECK_INT(code, OK);
    struct db *db = opened(url, DB_WRITER);
    struct err e = {0};
    int done = -1;
    CHECK_CODE(migrate(db, at, &done, tmp, &e), OK, e);
    CHECK_INT(done, 0);
    db_close(db);
}

struct putting {
    i64 n;
    int runs;
    bool cut; /* the server ends the connection in the middle of the first run */
    struct db *other;
};

/* Ends every other connection of this test, as a restart of the server would. */
static void cut_all(struct db *db)
{
    static const struct sql cut = {
        "cut",
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> "
        "pg_backend_pid() AND application_name = current_setting('application_name')",
        -1, 0};
    struct err e = {0};
    i64 n = 0;
    CHECK_CODE(db_one(db, &n, &cut, NO_ARGS, &e), OK, e);
}

static int put_number(struct db *db, void *arg, struct err *e)
{
    struct putting *p = arg;
    char text[32];
    snprintf(text, sizeof text, "n%" PRId64, p->n);
    TRY(db_run(db, SQL_meta_put, ARGS(T(str_of(text)), T(S("1"))), e));
    if (p->cut && p->runs++ == 0) cut_all(p->other);
    return db_run(db, SQL_meta_put, ARGS(T(S("last")), T(str_of(text))), e);
}

/* The database server restarts: what was under way runs again by itself, readers and the
** writer go on, prepared statements and all, and a blinded reader comes back blinded. */
TEST(db_comes_back_after_a_restart_of_postgresql)
{
    const char *url = engine_url("postgresql", &tmp);
    if (!url) return;
    /* by this name its connections are told from those of other tests */
    url = str_fmt(&tmp, "%s&application_name=%s", url, strstr(url, "varde_test_")).at;
    struct db *db = migrated(url, tmp), *reader = opened(url, DB_READER),
              *blind = opened(url, DB_BLINDED), *other = opened(url, DB_WRITER);
    struct writer *w = NULL;
    struct err e = {0};
    i64 n = 0;
    CHECK_CODE(writer_open(db, &w, &e), OK, e);
    CHECK_CODE(db_one(other, &n, SQL_staff_count, NO_ARGS, &e), OK, e);
    for (int i = 0; i < 6; i++) {
        struct putting p = {.n = i, .cut = i % 2 == 1, .other = other};
        CHECK(has(reader, "none", S(""), tmp) == false);
        CHECK(has(blind, "none", S(""), tmp) == false);
        if (i % 3 == 2) cut_all(other);
        CHECK_CODE(writer_run(w, put_number, &p, &e), OK, e);
        CHECK(has(reader, str_fmt(&tmp, "n%d", i).at, S("1"), tmp));
        CHECK(has(blind, "last", str_fmt(&tmp, "n%d", i), tmp));
        CHECK_CODE(db_one(blind, &n, SQL_journal_last, NO_ARGS, &e), E_NOT_ALLOWED, e);
    }
    /* a transaction of one's own is over and says so; the next begins anew */
    TXN t = {0};
    CHECK_CODE(db_begin(&t, other, "mine", &e), OK, e);
    CHECK_CODE(db_run(other, SQL_meta_put, ARGS(T(S("x")), T(S("1"))), &e), OK, e);
    cut_all(reader);
    CHECK(db_run(other, SQL_meta_put, ARGS(T(S("y")), T(S("1"))), &e) == E_BUSY);
    txn_close(&t);
    CHECK(!db_in_transaction(other));
    CHECK(!has(reader, "x", S("1"), tmp));
    CHECK_CODE(db_begin(&t, other, "mine", &e), OK, e);
    CHECK_CODE(db_commit(&t, &e), OK, e);
    db_close(other);
    db_close(blind);
    db_close(reader);
    writer_close(w);
    engine_drop("postgresql", tmp);
}
