#include "engines.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/statements.h"

static const char AT[] = "2026-11-22T12:00:00.000Z";

static int add(struct db *db, i64 id, const char *after, struct arena tmp, struct err *e)
{
    struct journal_entry j = {.at = str_of(AT),
                              .actor = 7,
                              .act = S("goal.put"),
                              .entity = S("goal"),
                              .entity_id = id,
                              .after = str_of(after),
                              .why = S("typed wrong")};
    TXN t = {0};
    TRY(db_begin(&t, db, "test", e));
    TRY(journal_add(db, &j, tmp, e));
    return db_commit(&t, e);
}

static struct db *with_rows(const char *url, int n, struct arena tmp)
{
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(migrate(db, str_of(AT), NULL, tmp, &e), OK, e);
    for (int i = 1; i <= n; i++)
        CHECK_CODE(add(db, i % 3, "{\"text\":\"walk\"}", tmp, &e), OK, e);
    return db;
}

EACH_ENGINE(journal_verifies_and_reads_back)
{
    struct db *db = with_rows(url, 5, tmp);
    struct err e = {0};
    i64 n = 0;
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    CHECK_INT(n, 5);
    struct journal_entries of = {0};
    CHECK_CODE(journal_of(db, "goal", 1, &of, &tmp, &e), OK, e);
    CHECK_INT(of.n, 2); /* rows 1 and 4 */
    CHECK_INT(of.at[1].seq, 4);
    CHECK_INT(of.at[1].actor, 7);
    CHECK_STR(of.at[1].why, "typed wrong");
    struct journal_entry j = {.at = str_of(AT), .act = S("x"), .entity = S("x")};
    CHECK_CODE(journal_add(db, &j, tmp, &e), E_DB, e);
    CHECK_SAYS(e, "needs the transaction");
    db_close(db);
}

/* Every way to change a row by hand is found. */
EACH_ENGINE(journal_finds_every_change)
{
    static const struct {
        const char *change, *says;
    } row[] = {
        {"UPDATE journal SET at = '2026-01-01T00:00:00.000Z' WHERE seq = 2",
         "row 2 was changed"},
        {"UPDATE journal SET actor = 8 WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET actor = NULL WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET act = 'other' WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET entity = 'other' WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET entity_id = 99 WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET cell = hash WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET hash = cell WHERE seq = 2", "row 2 was changed"},
        {"UPDATE journal SET prev = cell WHERE seq = 2", "row 2 does not follow"},
        {"UPDATE journal_cell SET after = 'x' WHERE seq = 2",
         "content of row 2 was changed"},
        {"UPDATE journal_cell SET before = 'x' WHERE seq = 2",
         "content of row 2 was changed"},
        {"UPDATE journal_cell SET why = NULL WHERE seq = 2",
         "content of row 2 was changed"},
        {"UPDATE journal_cell SET salt = 'x' WHERE seq = 2",
         "content of row 2 was changed"},
        {"UPDATE journal_cell SET erased = 'now' WHERE seq = 2",
         "marked erased and is not"},
        {"DELETE FROM journal_cell WHERE seq = 2", "content of row 2 is missing"},
        {"DELETE FROM journal_cell WHERE seq = 2; DELETE FROM journal WHERE seq = 2",
         "row 2 is missing"},
        {"DELETE FROM journal_head; DELETE FROM journal_cell WHERE seq = 3; "
         "DELETE FROM journal WHERE seq = 3; "
         "UPDATE journal SET seq = 3 WHERE seq = 99",
         ""}, /* the last row: only a head tells */
        {"UPDATE journal_head SET signature = hash", "signature of the head"},
        {"DELETE FROM journal_cell WHERE seq = 3; DELETE FROM journal_head; "
         "INSERT INTO journal_head SELECT 1, at, hash, cell, prev FROM journal WHERE seq "
         "= 1; "
         "DELETE FROM journal WHERE seq = 3",
         "signature of the head"},
    };
    struct db *db = with_rows(url, 3, tmp);
    struct err e = {0};
    struct journal_key key;
    CHECK_CODE(journal_key_make(&key, &e), OK, e);
    CHECK_CODE(journal_sign(db, &key, str_of(AT), tmp, &e), OK, e);
    i64 n = 0;
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    for (isize i = 0; i < COUNT(row); i++) {
        TXN t = {0}; /* undone at the end of the round */
        CHECK_CODE(db_begin(&t, db, "tamper", &e), OK, e);
        CHECK_CODE(db_script(db, "tamper", str_of(row[i].change), &e), OK, e);
        e = (struct err){0};
        int code = journal_verify(db, &n, tmp, &e);
        test_check(code == (row[i].says[0] ? E_JOURNAL : OK), __FILE__, __LINE__,
                   "%s: %s", row[i].change, e.text);
        if (row[i].says[0]) CHECK_SAYS(e, row[i].says);
    }
    db_close(db);
}

/* Taking the last rows away is seen once a head that covers them was signed. */
EACH_ENGINE(journal_head_keeps_the_end)
{
    struct db *db = with_rows(url, 3, tmp);
    struct err e = {0};
    struct journal_key key;
    i64 n = 0;
    CHECK_CODE(journal_key_make(&key, &e), OK, e);
    CHECK_CODE(journal_sign(db, &key, str_of(AT), tmp, &e), OK, e);
    CHECK_CODE(journal_sign(db, &key, str_of(AT), tmp, &e), OK,
               e); /* again: nothing new */
    CHECK_CODE(add(db, 1, "{}", tmp, &e), OK, e);
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    CHECK_INT(n, 4);
    db_close(db);
}

/* Erasing empties the person's cells and nothing else; the chain holds, the text is
** gone. */
EACH_ENGINE(journal_erases_a_person)
{
    struct db *db = with_rows(url, 6, tmp);
    struct err e = {0};
    i64 n = 0;
    CHECK_CODE(journal_erase(db, "goal", 1, str_of(AT), &n, &e), OK, e);
    CHECK_INT(n, 2);
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    CHECK_INT(n, 6);
    struct journal_entries of = {0};
    CHECK_CODE(journal_of(db, "goal", 1, &of, &tmp, &e), OK, e);
    CHECK(of.at[0].after.n == 0 && of.at[0].why.n == 0 && of.at[0].erased.n > 0);
    CHECK_CODE(journal_of(db, "goal", 2, &of, &tmp, &e), OK, e);
    CHECK_STR(of.at[0].after, "{\"text\":\"walk\"}");
    CHECK_CODE(add(db, 1, "{}", tmp, &e), OK, e);
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    db_close(db);
}
