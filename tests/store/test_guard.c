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

/* A column that nobody put into its table's line would be read by nobody blinded, and its absence
** found by them: here it is found when it is made.  A cell is veiled under its own name. */
TEST(guard_knows_every_column)
{
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        const struct guard_line *g = guard_line(str_of(t->name));
        struct str rest = str_of(t->columns), column;
        isize n = 0, listed = g && g->columns[0] ? 1 : 0;
        if (t->last || !g || g->guard == GUARD_CLOSED) continue;
        for (const char *p = g->columns; *p; p++) listed += *p == ',';
        for (bool more = true; more; n++) {
            isize end = str_find(rest, ',');
            more = end >= 0;
            column = str_trim(more ? str_upto(rest, end) : rest);
            if (more) rest = str_from(rest, end + 1);
            struct arena a = tmp;
            const char *as = str_fmt(&a, "END AS %.*s", FMT(column)).at;
            bool veiled = false;
            for (const char *p = g->cells; (p = strstr(p, as)) != NULL; p++)
                veiled = veiled || p[strlen(as)] == 0 || p[strlen(as)] == ',';
            listed += veiled;
            test_check(guard_column(g, column) != veiled, __FILE__, __LINE__,
                       "%s.%.*s has no place in src/store/guard.def, or two", t->name,
                       FMT(column));
        }
        test_check(listed == n, __FILE__, __LINE__,
                   "%s has a place for a column it lacks", t->name);
    }
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

/* Study 1 has arms and opens the table and the measure `seen`, the column `age`, the time t1; study 2
** opens all but the clinician.  Staff 1 works blinded until day 20000, 2 never. */
static const char two_studies[] =
    "INSERT INTO service VALUES (1, 'n'); INSERT INTO site VALUES (1, 1, 's');"
    "INSERT INTO staff VALUES (1, 'a', 'A', 'en', 1), (2, 'b', 'B', 'en', 1);"
    "INSERT INTO staff_role VALUES (1, 1, 'outcome assessor', NULL, NULL, 1, 20000),"
    " (2, 2, 'clinician', NULL, NULL, 1, NULL);"
    "INSERT INTO definition VALUES (1, 'study', 's', 1, 'h', 't', 1);"
    "INSERT INTO study VALUES (1, 'one', 1, NULL), (2, 'two', 1, NULL);"
    "INSERT INTO blind_open VALUES (1, 'table', 'people'), (1, 'column', 'people.age'),"
    " (1, 'measure', 'seen'), (1, 'time', 't1'),"
    " (2, 'table', 'people'), (2, 'table', 'groups'), (2, 'words', ''),"
    " (2, 'measure', 'hidden'), (2, 'time', 't2'), (2, 'column', 'people.group');"
    "INSERT INTO subject VALUES (1, 1, 'people', 'P1', 0, 1, NULL, 1, NULL),"
    " (2, 1, 'groups', 'G1', 0, 1, NULL, 1, NULL),"
    " (3, 2, 'people', 'P1', 0, 1, NULL, 1, NULL),"
    " (4, 2, 'groups', 'G1', 0, 1, NULL, 1, NULL);"
    "INSERT INTO attribute VALUES (1, 1, 'age', '30', 1, NULL, 2),"
    " (2, 1, 'group', 'g', 1, NULL, 2), (3, 3, 'group', 'g', 1, NULL, 2),"
    " (4, 3, 'age', '31', 1, NULL, 2);"
    "INSERT INTO participant VALUES (1, 1, 1, 'P1', 'enrolled', 1, 2, 'open', 1),"
    " (3, 2, 1, 'P1', 'enrolled', 1, 2, 'open', 0);"
    "INSERT INTO participant_event VALUES (1, 1, 'dropped out', 1, 1, 2, 'r', 'n', 1, 2, "
    "5,"
    " 2, 'w'), (2, 3, 'dropped out', 1, 1, 2, 'r', 'n', 1, 2, 5, 2, 'w');"
    "INSERT INTO visit (id, subject, time, site, due, opens, closes, moved, state, held, "
    "reason) VALUES (1, 1, 't1', 1, 1, 1, 1, 0, 'missed', NULL, 'r'),"
    " (2, 1, 't2', 1, 1, 1, 1, 0, 'missed', NULL, 'r'),"
    " (3, 3, 't2', 1, 1, 1, 1, 0, 'missed', NULL, 'r'),"
    " (4, 2, 't1', 1, 1, 1, 1, 0, 'missed', NULL, 'r');"
    "INSERT INTO response (id, subject, measure, time, pass, definition, day, mode, "
    "staff,"
    " lang, answers, at, gone, replaces, reason) VALUES"
    " (1, 1, 'seen', 't1', 1, 1, 1, 'staff', 1, 'en', '[]', 86400000, NULL, NULL, NULL),"
    " (2, 1, 'hidden', 't1', 1, 1, 1, 'staff', 2, 'en', '[]', 1, NULL, NULL, NULL),"
    " (3, 1, 'seen', 't1', 2, 1, 1, 'paper', 2, 'en', '[]', 1, NULL, 1, 'r'),"
    " (4, 3, 'hidden', 't2', 1, 1, 1, 'staff', 2, 'en', '[]', 1, NULL, 4, 'r'),"
    " (5, 1, 'seen', '', 1, 1, 1, 'staff', 1, 'en', '[]', 1728086400000, NULL, NULL, "
    "NULL);"
    "INSERT INTO score VALUES (1, 's', 1, 0, 1, 1, 1, 0, NULL), (2, 's', 2, 0, 1, 1, 1, "
    "0,"
    " NULL);"
    "INSERT INTO alert VALUES (1, 1, 'i', 1, 1, 2, 1, 2, 2, 'n'),"
    " (2, 2, 'i', 1, 1, 2, 1, 2, 2, 'n');"
    "INSERT INTO job (id, kind, args, state, done, total, cancel, result, error, at, "
    "ended, "
    "tries,"
    " blinded) VALUES (1, 'k', '{}', 'done', 1, 1, 0, 'r', 'e', 1, 1, 1, 0),"
    " (2, 'k', '{}', 'done', 1, 1, 0, 'r', 'e', 1, 1, 1, 1)";

/* What the same question gives an ordinary reader, and a blinded one, whichever way it asks. */
EACH_ENGINE(guard_shows_what_a_study_opens)
{
    static const struct {
        const char *ask;
        i64 all, blinded;
    } row[] = {
        {"SELECT COUNT(*) FROM subject", 4, 3},
        {"SELECT COUNT(*) FROM attribute", 4, 2},
        {"SELECT SUM(id) FROM attribute", 10, 4},
        {"SELECT COUNT(clinician) FROM participant", 2, 0},
        {"SELECT COUNT(*) FROM participant WHERE clinician = 2", 2, 0},
        {"SELECT COUNT(*) FROM participant", 2, 2},
        {"SELECT SUM(placed) FROM participant", 1, 1},
        {"SELECT COUNT(note) FROM participant_event", 2, 1},
        {"SELECT COUNT(reason) FROM participant_event", 2, 1},
        {"SELECT COUNT(gone_why) FROM participant_event", 2, 1},
        {"SELECT COUNT(staff) FROM participant_event", 2, 1},
        {"SELECT COUNT(clinician) FROM participant_event", 2, 0},
        {"SELECT COUNT(*) FROM participant_event", 2, 2},
        {"SELECT COUNT(*) FROM visit", 4, 2},
        {"SELECT COUNT(reason) FROM visit", 4, 2}, /* that there is one */
        {"SELECT COUNT(*) FROM visit WHERE reason = 'r'", 4, 1},
        {"SELECT SUM(waits) FROM visit", 0, -1},
        {"SELECT COUNT(*) FROM response", 5, 4},
        {"SELECT COUNT(*) FROM response WHERE measure = 'hidden'", 2, 1},
        {"SELECT COUNT(reason) FROM response", 2, 1},
        {"SELECT COUNT(staff) FROM response", 5, 2}, /* 1: blinded then; 4: no arms */
        {"SELECT COUNT(*) FROM subject s LEFT JOIN response r ON r.subject = s.id", 7, 5},
        {"SELECT COUNT(r.id) FROM visit v LEFT JOIN response r ON r.subject = v.subject "
         "AND "
         "r.time = v.time AND r.measure = 'hidden'",
         2, 1},
        {"SELECT COUNT(*) FROM participant p WHERE EXISTS (SELECT 1 FROM response r "
         "WHERE "
         "r.subject = p.subject AND r.measure = 'hidden')",
         2, 1},
        {"WITH x AS (SELECT id FROM response) SELECT COUNT(*) FROM x", 5, 4},
        {"SELECT COUNT(*) FROM (SELECT id FROM response UNION ALL SELECT response FROM "
         "score) t",
         7, 5},
        {"SELECT COUNT(*) FROM score", 2, 1},
        {"SELECT COUNT(*) FROM alert", 2, 1},
        {"SELECT COUNT(note) + COUNT(staff) + COUNT(seen_by) FROM alert", 6, 0},
        {"SELECT COUNT(result) FROM job", 2, 1},
        {"SELECT COUNT(error) FROM job", 2, 1},
    };
    struct db *db = sealed_store(url, tmp), *blind = NULL,
              *reader = opened(url, DB_READER);
    script(db, two_studies);
    blind = opened(url, DB_BLINDED);
    for (isize i = 0; i < COUNT(row) && blind; i++) {
        struct sql q = made(str_of(row[i].ask));
        struct err e = {0};
        i64 all = -1, seen = -1;
        CHECK_CODE(db_one(reader, &all, &q, NO_ARGS, &e), OK, e);
        CHECK_CODE(db_one(blind, &seen, &q, NO_ARGS, &e), OK, e);
        test_check(all == row[i].all && seen == row[i].blinded, __FILE__, __LINE__,
                   "%s: %" PRId64 " and %" PRId64, row[i].ask, all, seen);
    }
    /* a definition that opens nothing any more closes at once */
    script(db, "DELETE FROM blind_open");
    struct sql q = made(S("SELECT COUNT(*) FROM response"));
    struct err e = {0};
    i64 seen = -1;
    CHECK_CODE(db_one(blind, &seen, &q, NO_ARGS, &e), OK, e);
    CHECK_INT(seen, 0);
    db_close(reader);
    db_close(blind);
    db_close(db);
}

/* Past the views, by the name of what is below them. */
EACH_ENGINE(guard_lets_nobody_past_the_views)
{
    static const char *const way[] = {
        "SELECT COUNT(*) FROM @response",
        "SELECT answers FROM @response",
        "SELECT note FROM @participant_event",
        "WITH response AS (SELECT answers FROM @response) SELECT * FROM response",
        "SELECT (SELECT MAX(reason) FROM @response)",
        "SELECT s.id FROM subject s WHERE EXISTS (SELECT 1 FROM @response r WHERE "
        "r.subject "
        "= s.id)",
        "SELECT COUNT(*) FROM @participant",
    };
    struct db *db = sealed_store(url, tmp), *blind = NULL;
    bool server = strcmp(db_engine(db), "postgresql") == 0;
    script(db, two_studies);
    blind = opened(url, DB_BLINDED);
    const char *schema[] = {"main.", "\"main\".", "Main .", "[main]."}, *own = NULL;
    if (server) own = str_fmt(&tmp, "%s.", strstr(url, "varde_test_")).at;
    for (isize i = 0; i < COUNT(way) && blind; i++)
        for (isize k = 0; k < (server ? 1 : COUNT(schema)); k++) {
            struct arena a = tmp;
            struct err e = {0};
            struct buf b = buf_in(&a, 300);
            for (const char *p = way[i]; *p; p++) {
                if (*p == '@')
                    buf_put(&b, str_of(server ? own : schema[k]));
                else
                    buf_putc(&b, *p);
            }
            buf_putc(&b, 0);
            struct sql q = made(buf_str(&b));
            test_check(ask(blind, &q, NULL, &e) == E_NOT_ALLOWED, __FILE__, __LINE__,
                       "%s: %s", q.text, e.text);
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
