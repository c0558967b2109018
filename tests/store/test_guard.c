#include "store/guard.h"
#include "engines.h"
#include "sealed.h"
#include "store/journal.h"
#include "store/statements.h"
#include <stdlib.h>
#include <string.h>

/* Statements that tests make up have no place in a connection's cache. */
static struct sql made(struct str text)
{
    return (struct sql){"made", text.at, -1, 0};
}

static int ask(struct db *db, const struct sql *q, const struct db_arg *arg,
               struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, q, arg, q->n_args, e));
    db_next(&r);
    return db_end(&r, e);
}

static struct db *opened(const char *url, enum db_mode mode)
{
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(db_open(url, mode, &db, &e), OK, e);
    return db;
}

static void script(struct db *db, const char *text)
{
    struct err e = {0};
    CHECK_CODE(db_script(db, "test", str_of(text), &e), OK, e);
}

/* A table that nobody put into a list would be read by a blinded reader nowhere, and that
** is found when it is too late: here it is found when the table is made. */
TEST(guard_knows_every_table)
{
    for (isize i = 0; i < TABLE_N; i++)
        test_check(guard_of(str_of(table_list[i].name)) != GUARD_UNKNOWN, __FILE__,
                   __LINE__, "%s has no line in src/store/guard.def: OPEN or GUARDED",
                   table_list[i].name);
    for (isize i = 0; i < guard_n; i++)
        for (isize k = 0; k < i; k++)
            test_check(strcmp(guard_list[i].table, guard_list[k].table) != 0, __FILE__,
                       __LINE__, "%s stands in guard.def twice", guard_list[i].table);
    CHECK_INT(guard_of(S("journal")), GUARD_CLOSED);
    CHECK_INT(guard_of(S("allocation")), GUARD_CLOSED);
    CHECK_INT(guard_of(S("site")), GUARD_OPEN);
    CHECK_INT(guard_of(S("Site")), GUARD_UNKNOWN);
    CHECK_INT(guard_of(S("")), GUARD_UNKNOWN);
}

static bool letter(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* The name stands in the text as a word of its own. */
static bool names(const char *text, const char *table)
{
    size_t n = strlen(table);
    for (const char *p = text; (p = strstr(p, table)) != NULL; p++)
        if ((p == text || !letter(p[-1])) && !letter(p[n])) return true;
    return false;
}

static bool touches(const char *text)
{
    for (isize i = 0; i < guard_n; i++)
        if (guard_list[i].guard == GUARD_CLOSED && names(text, guard_list[i].table))
            return true;
    return false;
}

/* Each statement of the program, told apart by its text: what names a guarded table is
** refused with the one sentence, every other question is answered, and nothing writes.  No
** statement is anything but these five, so none can take the role off again. */
EACH_ENGINE(guard_holds_for_every_statement)
{
    struct db *db = sealed_store(url, tmp), *blind = opened(url, DB_BLINDED);
    struct db_arg one[40];
    int refused = 0, answered = 0;
    for (int i = 0; i < 40; i++) one[i] = I(1);
    for (isize i = 0; i < SQL_N && blind; i++) {
        const struct sql *q = sql_list[i];
        struct str text = str_of(q->text);
        struct err e = {0};
        int code = ask(blind, q, one, &e);
        if (!str_starts(text, S("SELECT")) && !str_starts(text, S("WITH"))) {
            bool known = str_starts(text, S("INSERT")) || str_starts(text, S("UPDATE")) ||
                         str_starts(text, S("DELETE"));
            test_check(known && code != OK, __FILE__, __LINE__, "%s: %s", q->name,
                       e.text);
        } else if (touches(q->text)) {
            bool fine =
                code == E_NOT_ALLOWED &&
                str_ends(str_of(e.text), S(": who works blinded cannot read this: "
                                           "it could tell an arm"));
            test_check(fine, __FILE__, __LINE__, "%s was not refused: %s", q->name,
                       e.text);
            refused++;
        } else {
            test_check(code == OK, __FILE__, __LINE__, "%s: %s", q->name, e.text);
            answered++;
        }
    }
    CHECK(refused >= 12 && answered >= 60);
    db_close(blind);
    db_close(db);
}

/* '@' is the table, '#' its column. */
static struct sql over(const char *way, const char *table, const char *column,
                       struct arena *a)
{
    struct buf b = buf_in(a, 400);
    for (const char *p = way; *p; p++)
        if (*p == '@' || *p == '#')
            buf_put(&b, str_of(*p == '@' ? table : column));
        else
            buf_putc(&b, *p);
    buf_putc(&b, 0);
    return made(buf_str(&b));
}

/* Whatever way a statement takes to a guarded table, and whatever the table holds, the
** answer is one sentence.  The same ways to an open table are answered. */
EACH_ENGINE(guard_holds_on_every_way)
{
    static const char *const way[] = {
        "SELECT * FROM @",
        "SELECT COUNT(*) FROM @",
        "SELECT 1 FROM @",
        "SELECT 1 FROM @ LIMIT 0",
        "SELECT s.id FROM staff s JOIN @ g ON g.# = s.id",
        "SELECT s.id FROM staff s LEFT JOIN @ g ON g.# = s.id",
        "SELECT s.id FROM staff s, @ g",
        "SELECT s.id FROM staff s WHERE s.id IN (SELECT # FROM @)",
        "SELECT s.id FROM staff s WHERE EXISTS (SELECT 1 FROM @)",
        "SELECT s.id FROM staff s WHERE NOT EXISTS (SELECT 1 FROM @ g WHERE g.# = s.id)",
        "SELECT (SELECT MAX(#) FROM @) FROM staff",
        "SELECT s.id FROM staff s ORDER BY (SELECT MIN(g.#) FROM @ g)",
        "SELECT s.id FROM staff s GROUP BY s.id HAVING COUNT(*) > (SELECT COUNT(*) FROM "
        "@)",
        "SELECT id FROM staff UNION ALL SELECT # FROM @",
        "WITH site AS (SELECT # FROM @) SELECT * FROM site",
        "WITH x AS (SELECT 1 FROM @) SELECT COUNT(*) FROM x",
        "WITH x AS (SELECT COUNT(*) AS n FROM @) SELECT s.id FROM staff s WHERE EXISTS "
        "(SELECT 1 FROM x WHERE n > 1)",
        "SELECT COUNT(*) FROM (SELECT DISTINCT # FROM @) t",
        "SELECT SUM(#) OVER (ORDER BY #) FROM @",
    };
    static const char *const content[] = {
        "DELETE FROM journal",
        "INSERT INTO journal VALUES (1, 't', 1, 'a', 'e', 1, 'c', 'p', 'h')",
        "UPDATE journal SET entity_id = 2",
    };
    struct err first[COUNT(way)] = {{0}};
    struct db *db = sealed_store(url, tmp), *blind = opened(url, DB_BLINDED);
    for (isize k = 0; k < COUNT(content) && blind; k++) {
        script(db, content[k]);
        for (isize i = 0; i < COUNT(way); i++) {
            struct arena a = tmp;
            struct err e = {0};
            struct sql q = over(way[i], "journal", "entity_id", &a);
            int code = ask(blind, &q, NULL, &e);
            test_check(code == E_NOT_ALLOWED, __FILE__, __LINE__, "%s: %s", q.text,
                       e.text);
            if (k == 0) first[i] = e;
            CHECK_STR(str_of(e.text), first[i].text);
            q = over(way[i], "staff_role", "staff", &a);
            CHECK_CODE(ask(blind, &q, NULL, &e), OK, e);
        }
    }
    db_close(blind);
    db_close(db);
}

/* A blinded reader that was open before stays one when the schema changes under it. */
EACH_ENGINE(guard_outlives_a_change_of_schema)
{
    struct db *db = sealed_store(url, tmp), *blind = opened(url, DB_BLINDED);
    struct err e = {0};
    struct sql q = made(S("SELECT COUNT(*) FROM journal")),
               fresh = made(S("SELECT n FROM fresh")),
               open = made(S("SELECT id FROM site"));
    CHECK_CODE(ask(blind, &open, NULL, &e), OK, e);
    CHECK_CODE(ask(blind, &q, NULL, &e), E_NOT_ALLOWED, e);
    script(db, "CREATE TABLE fresh (n INTEGER)");
    CHECK_CODE(ask(blind, &q, NULL, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(ask(blind, &fresh, NULL, &e), E_NOT_ALLOWED, e); /* in no list */
    CHECK_CODE(ask(blind, &open, NULL, &e), OK, e);
    CHECK_CODE(db_guard(db, &e), OK, e);
    CHECK_CODE(ask(blind, &q, NULL, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(ask(blind, &open, NULL, &e), OK, e);
    /* an ordinary reader is not held */
    struct db *reader = opened(url, DB_READER);
    CHECK_CODE(ask(reader, &q, NULL, &e), OK, e);
    db_close(reader);
    db_close(blind);
    db_close(db);
}

/* A view over a guarded table is no way round, also when somebody gave the role rights on
** it: then no blinded reader opens at all. */
EACH_ENGINE(guard_sees_through_views)
{
    struct db *db = sealed_store(url, tmp), *blind = opened(url, DB_BLINDED);
    struct err e = {0};
    bool server = strcmp(db_engine(db), "postgresql") == 0;
    script(db, "CREATE VIEW seen AS SELECT seq, entity_id FROM journal");
    static const char *const way[] = {"SELECT * FROM seen", "SELECT COUNT(*) FROM seen",
                                      "SELECT s.id FROM staff s JOIN seen ON seq = s.id"};
    for (isize i = 0; i < COUNT(way); i++) {
        struct sql q = made(str_of(way[i]));
        CHECK_CODE(ask(blind, &q, NULL, &e), E_NOT_ALLOWED, e);
    }
    db_close(blind);
    if (server) {
        static const struct {
            const char *give, *take;
        } hole[] = {
            {"GRANT SELECT ON seen TO varde_blinded",
             "REVOKE ALL ON seen FROM varde_blinded"},
            {"GRANT SELECT (seq) ON journal TO varde_blinded", NULL},
            {"GRANT SELECT ON journal_cell TO PUBLIC", NULL},
            {"CREATE FUNCTION arm() RETURNS BIGINT SECURITY DEFINER LANGUAGE sql AS "
             "'SELECT COUNT(*) FROM journal'",
             "DROP FUNCTION arm()"},
        };
        for (isize i = 0; i < COUNT(hole); i++) {
            script(db, hole[i].give);
            CHECK_CODE(db_open(url, DB_BLINDED, &blind, &e), E_NOT_ALLOWED, e);
            CHECK_SAYS(e, "can do more than read open tables");
            if (hole[i].take) script(db, hole[i].take);
            CHECK_CODE(db_guard(db, &e), OK, e); /* takes the others back */
            CHECK_CODE(db_open(url, DB_BLINDED, &blind, &e), OK, e);
            db_close(blind);
        }
    }
    db_close(db);
}

/* SQLite's own tables say how many rows a table has, and pragmas what is in it. */
TEST(guard_refuses_the_engines_own_tables)
{
    const char *url = engine_url("sqlite", &tmp);
    struct db *db = sealed_store(url, tmp), *blind = opened(url, DB_BLINDED);
    static const char *const way[] = {
        "SELECT * FROM sqlite_stat1",
        "SELECT COUNT(*) FROM sqlite_stat1",
        "SELECT COUNT(*) FROM sqlite_master",
        "SELECT sql FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('journal')",
        "PRAGMA table_info(journal)",
        "PRAGMA integrity_check",
        "CREATE TEMP TABLE t AS SELECT 1",
        "ATTACH 'other' AS o",
    };
    script(db, "ANALYZE");
    for (isize i = 0; i < COUNT(way); i++) {
        struct sql q = made(str_of(way[i]));
        struct err e = {0};
        int code = ask(blind, &q, NULL, &e);
        /* a virtual table's refusal comes as a fault of its making */
        bool fine = code == E_NOT_ALLOWED ||
                    (code == E_DB && str_ends(str_of(e.text), S("not authorized")));
        test_check(fine, __FILE__, __LINE__, "%s: %s", way[i], e.text);
    }
    db_close(blind);
    db_close(db);
}

/* Without the right to make roles everything works but a blinded reader, and opening one
** says which statements an administrator has to run; then it works. */
TEST(guard_says_what_the_database_has_to_give)
{
    const char *url = engine_url("postgresql", &tmp);
    if (!url) return;
    struct db *db = opened(engine_server(), DB_WRITER), *own = NULL, *blind = NULL;
    struct err e = {0};
    const char *user = str_fmt(&tmp, "plain_%s", strstr(url, "varde_test_") + 11).at;
    script(db, str_fmt(&tmp,
                       "CREATE ROLE %s LOGIN; "
                       "GRANT ALL ON SCHEMA varde_test_%s TO %s WITH GRANT OPTION; "
                       "DO $$ BEGIN CREATE ROLE varde_blinded NOLOGIN; EXCEPTION WHEN "
                       "duplicate_object OR unique_violation THEN NULL; END $$",
                       user, user + 6, user)
                   .at);
    const char *at = strstr(url, "user=varde");
    CHECK(at != NULL);
    if (!at) return;
    const char *plain = str_fmt(&tmp, "%.*suser=%s%s", (int)(at - url), url, user,
                                at + strlen("user=varde"))
                            .at;
    own = sealed_store(plain, tmp); /* migrates all the same */
    CHECK_CODE(db_open(plain, DB_BLINDED, &blind, &e), E_NOT_ALLOWED, e);
    CHECK_SAYS(e, str_fmt(&tmp, "GRANT varde_blinded TO \"%s\";", user).at);
    script(db, str_fmt(&tmp, "GRANT varde_blinded TO \"%s\"", user).at);
    CHECK_CODE(db_guard(own, &e), OK, e);
    blind = opened(plain, DB_BLINDED);
    CHECK_CODE(ask(blind, SQL_site_list, NULL, &e), OK, e);
    CHECK_CODE(ask(blind, SQL_journal_last, NULL, &e), E_NOT_ALLOWED, e);
    db_close(blind);
    db_close(own);
    script(db, str_fmt(&tmp, "DROP OWNED BY %s CASCADE; DROP ROLE %s", user, user).at);
    db_close(db);
    engine_drop("postgresql", tmp);
}
