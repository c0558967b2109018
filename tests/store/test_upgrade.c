/* A store of before, brought up to date: every row is there, with what the steps say it means. */
#include "base/hash.h"
#include "engines.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "test.h"

/* As a program made the store that knew `steps` steps. */
static void made_at(struct db *db, int steps, struct arena tmp)
{
    struct err e = {0};
    for (int i = 0; i < steps; i++) {
        const struct migration *m = &migration_list[i];
        TXN t = {0};
        CHECK_CODE(db_begin(&t, db, m->name, &e), OK, e);
        CHECK_CODE(db_script(db, m->name, str_of(m->text), &e), OK, e);
        struct hash h = hash_of(str_of(m->text));
        CHECK_CODE(db_run(db, SQL_migration_put,
                          ARGS(I(i + 1), T(str_of(m->name)), T(str_of(h.hex)), T(S("x"))),
                          &e),
                   OK, e);
        CHECK_CODE(db_commit(&t, &e), OK, e);
    }
    (void)tmp;
}

static const char rows_of_10[] =
    "INSERT INTO service (id, name) VALUES (1, 'A');\n"
    "INSERT INTO site (id, service, name) VALUES (1, 1, 'B');\n"
    "INSERT INTO definition (id, kind, name, revision, hash, text, at) VALUES "
    "(1, 'study', 's', 1, 'h', 'x', 0);\n"
    "INSERT INTO study (id, name, definition) VALUES (1, 's', 1);\n"
    "INSERT INTO subject (id, study, kind, code, part, site, at) VALUES "
    "(1, 1, 'people', 'P1', 0, 1, 0);\n"
    "INSERT INTO visit (id, subject, time, site, due, opens, closes, moved, state, held, "
    "reason) VALUES (1, 1, 'a', 1, 5, 4, 6, 0, 'planned', NULL, NULL),"
    "(2, 1, 'b', 1, 5, 4, 6, 1, 'held', 5, NULL),"
    "(3, 1, 'c', 1, 5, 4, 6, 0, 'missed', NULL, 'ill'),"
    "(4, 1, 'd', 1, 5, 4, 6, 0, 'cancelled', NULL, 'gone');\n"
    "INSERT INTO response (id, subject, visit, measure, time, pass, definition, day, "
    "mode, "
    "lang, answers, at) VALUES "
    "(1, 1, 2, 'm1', 'b', 1, 1, 5, 'staff', 'nb', '[1]', 0),"
    "(2, 1, 2, 'm2', 'b', 1, 1, 5, 'paper', 'nb', '[2]', 0),"
    "(3, 1, 2, 'm3', 'b', 1, 1, 5, 'participant', 'nb', '[3]', 0),"
    "(4, 1, 2, 'm4', 'b', 1, 1, 5, 'import', 'nb', '[4]', 0);\n"
    "INSERT INTO score (response, score, value, lo, hi, n_items, n_answered, flags, "
    "band) "
    "VALUES (2, 'y', 0.1, 0, 4, 1, 1, 0, NULL), (1, 'x', NULL, 0, 4, 1, 0, 1, 'low');\n"
    "INSERT INTO alert (response, item, subject, site, at) VALUES (3, 'i', 1, 1, 0);\n";

/* Rows of a question, a line each. */
static struct str told(struct db *db, const char *text, int columns, struct arena *a)
{
    struct sql q = {.name = "told", .text = text, .id = -1};
    struct buf b = buf_in(a, 2000);
    struct err e = {0};
    ROWS r = {0};
    CHECK_CODE(db_query(db, &r, &q, NO_ARGS, &e), OK, e);
    while (db_next(&r)) {
        for (int i = 0; i < columns; i++)
            buf_fmt(&b, "%s%.*s", i ? "|" : "",
                    FMT(db_is_null(&r, i) ? S("-") : db_str(&r, i, a)));
        buf_putc(&b, '\n');
    }
    CHECK_CODE(db_end(&r, &e), OK, e);
    return buf_str(&b);
}

EACH_ENGINE(upgrade_of_visits_and_answers)
{
    struct err e = {0};
    struct db *db = NULL;
    int done = 0;
    i64 n = 0;
    struct str first;
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    made_at(db, 10, tmp);
    CHECK_CODE(db_script(db, "rows", str_of(rows_of_10), &e), OK, e);
    CHECK_CODE(migrate(db, S("2026-11-22"), &done, tmp, &e), OK, e);
    CHECK_INT(done, MIGRATION_N - 10);
    CHECK_STR(told(db,
                   "SELECT time, state, CAST(held AS TEXT), reason, CAST(waits AS TEXT), "
                   "CAST(waits_on AS TEXT), CAST(moved AS TEXT) FROM visit ORDER BY id",
                   7, &tmp),
              "a|planned|-|-|-1|63|0\n"
              "b|held|5|-|-1|63|1\n"
              "c|missed|-|ill|0|0|0\n"
              "d|cancelled|-|gone|0|0|0\n");
    CHECK_STR(
        told(db, "SELECT measure, mode, answers FROM response ORDER BY id", 3, &tmp),
        "m1|staff|[1]\nm2|paper|[2]\nm3|participant|[3]\nm4|import|[4]\n");
    CHECK_STR(
        told(db,
             "SELECT score, band, CAST(response AS TEXT), CAST(n_answered AS TEXT), "
             "CASE WHEN value IS NULL THEN 'none' WHEN value = 0.1 THEN 'tenth' "
             "END FROM score ORDER BY response",
             5, &tmp),
        "x|low|1|0|none\ny|-|2|1|tenth\n");
    CHECK_CODE(db_check(db, &n, &first, &tmp, &e), OK, e);
    CHECK_INT(n, 0);
    /* the rules are the same: each of these is refused */
    static const char *const wrong[] = {
        "UPDATE visit SET state = 'over' WHERE id = 1",
        "UPDATE visit SET state = 'held' WHERE id = 1",
        "UPDATE visit SET state = 'missed' WHERE id = 1",
        "UPDATE visit SET held = 5 WHERE id = 1",
        "UPDATE visit SET reason = NULL WHERE id = 4",
        "UPDATE visit SET state = NULL WHERE id = 1",
        "UPDATE visit SET waits = 0 WHERE id = 1",
        "UPDATE response SET mode = 'post' WHERE id = 1",
        "UPDATE response SET mode = NULL WHERE id = 1",
        "UPDATE score SET response = 9 WHERE response = 1",
        "UPDATE score SET n_items = NULL WHERE response = 1",
        "DELETE FROM response WHERE id = 1",
        "INSERT INTO score VALUES (1, 'x', NULL, NULL, NULL, 1, 1, 1, NULL)",
    };
    for (isize i = 0; i < COUNT(wrong); i++) {
        struct err why = {0};
        int code = db_script(db, "wrong", str_of(wrong[i]), &why);
        test_check(code == E_CONSTRAINT, __FILE__, __LINE__, "%s: %d %s", wrong[i], code,
                   why.text);
    }
    db_close(db);
}
