#include "sealed.h"
#include "store/identity_parts.h"
#include "store/statements.h"
#include <string.h>

static const struct identity_act act = {7, {"2026-11-22T12:00:00.000Z", 24}};

static int put(struct db *db, const struct key *k, i64 person, enum identity_field f,
               const char *value, struct arena tmp, struct err *e)
{
    TXN t = {0};
    TRY(db_begin(&t, db, "identity", e));
    TRY(identity_put(db, k, person, f, str_of(value), &act, tmp, e));
    return db_commit(&t, e);
}

static int erase(struct db *db, i64 person, struct arena tmp, struct err *e)
{
    TXN t = {0};
    TRY(db_begin(&t, db, "erase", e));
    TRY(identity_erase(db, person, &act, tmp, e));
    return db_commit(&t, e);
}

EACH_ENGINE(identity_reads_back_what_was_written)
{
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp),
               *other = sealed_key(test_folder(), "other", tmp);
    struct err e = {0};
    struct identity who;
    CHECK_CODE(identity_open(db, k, 1, &who, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(put(db, k, 1, ID_name, "Kari  \xC3\x85s", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_birth, "1970-02-28", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 2, ID_name, "Ola", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_phone, "22 85 50 50", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_phone, "", tmp, &e), OK, e); /* taken away */
    CHECK_CODE(identity_open(db, k, 1, &who, &tmp, &e), OK, e);
    CHECK_STR(who.at[ID_name], "Kari  \xC3\x85s"); /* as typed */
    CHECK_STR(who.at[ID_birth], "1970-02-28");
    CHECK(who.at[ID_phone].n == 0 && who.at[ID_email].n == 0);
    CHECK_CODE(put(db, k, 1, ID_name, "Kari Li", tmp, &e), OK, e);
    CHECK_CODE(identity_open(db, k, 1, &who, &tmp, &e), OK, e);
    CHECK_STR(who.at[ID_name], "Kari Li");
    CHECK_CODE(identity_open(db, other, 1, &who, &tmp, &e), E_SEAL, e);
    CHECK(who.at[ID_name].n == 0);
    struct err out = {0};
    CHECK_CODE(identity_put(db, k, 1, ID_name, S("x"), &act, tmp, &out), E_DB, out);
    db_close(db);
    key_close(k);
    key_close(other);
}

/* Any row put in another's place, any bit of a cell or a wrapped key: refused. */
EACH_ENGINE(identity_rows_cannot_be_swapped)
{
    static const char *const swap[] = {
        "UPDATE identity SET sealed = (SELECT sealed FROM identity WHERE person = 2 AND "
        "field = 'name') WHERE person = 1 AND field = 'name'",
        "UPDATE identity SET sealed = (SELECT sealed FROM identity WHERE person = 1 AND "
        "field = 'email') WHERE person = 1 AND field = 'name'",
        "UPDATE identity SET field = 'address' WHERE person = 1 AND field = 'name'",
        "UPDATE identity_key SET sealed = (SELECT sealed FROM identity_key WHERE person "
        "= "
        "2) WHERE person = 1",
        "DELETE FROM identity WHERE person = 2; UPDATE identity SET person = 2 WHERE "
        "person = 1; UPDATE identity_key SET sealed = (SELECT sealed FROM identity_key "
        "WHERE person = 1) WHERE person = 2",
    };
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp);
    struct err e = {0};
    struct identity who;
    CHECK_CODE(put(db, k, 1, ID_name, "Kari Li", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_email, "kari@example.org", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 2, ID_name, "Ola Nord", tmp, &e), OK, e);
    for (isize i = 0; i < COUNT(swap); i++) {
        TXN t = {0}; /* undone at the end of the round */
        CHECK_CODE(db_begin(&t, db, "swap", &e), OK, e);
        CHECK_CODE(db_script(db, "swap", str_of(swap[i]), &e), OK, e);
        CHECK_CODE(identity_open(db, k, i == 4 ? 2 : 1, &who, &tmp, &e), E_SEAL, e);
        CHECK(str_find_str(str_of(e.text), S("Kari")) < 0);
        CHECK(who.at[ID_name].n == 0);
    }
    struct str cell = {0};
    ROWS r = {0};
    CHECK_CODE(db_query(db, &r, SQL_identity_of, ARGS(I(2)), &e), OK, e);
    if (db_next(&r)) cell = db_blob(&r, 1, &tmp);
    CHECK_CODE(db_end(&r, &e), OK, e);
    CHECK(cell.n == 24 + 8 + 16); /* nonce, text, tag */
    for (isize bit = 0; bit < 8 * cell.n; bit += 3) {
        struct arena a = tmp;
        CHECK_CODE(
            db_run(db, SQL_identity_put,
                   ARGS(I(2), T(S("name")), B(sealed_flip(cell, bit, &a)), T(S("x"))),
                   &e),
            OK, e);
        CHECK_CODE(identity_open(db, k, 2, &who, &a, &e), E_SEAL, e);
    }
    db_close(db);
    key_close(k);
}

EACH_ENGINE(identity_finds_equal_normal_forms_only)
{
    static const struct {
        enum identity_field f;
        const char *value;
        int n;
    } row[] = {
        {ID_name, "Kari \xC3\x85s", 1},
        {ID_name, "  kari   \xC3\xA5S ", 1},   /* letter case, blanks */
        {ID_name, "KARI A\xCC\x8AS", 1},       /* A and a ring, as one system types */
        {ID_name, "Kari\xC2\xA0\xC3\x85s", 1}, /* a no-break space */
        {ID_name, "Kari As", 0},               /* another letter */
        {ID_name, "Kari", 0},                  /* a part */
        {ID_name, "Kari\xC3\x85s", 0},         /* the blank counts */
        {ID_name, "%", 0},
        {ID_birth, "1970-02-28", 2},
        {ID_name, "1970-02-28", 0}, /* of another field */
        {ID_phone, "+47 22 85-50-50", 1},
        {ID_phone, "004722855050", 1},
        {ID_phone, "22855050", 0},
        {ID_email, "KARI@Example.org", 1},
        {ID_address, "nowhere", 0},
    };
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp),
               *other = sealed_key(test_folder(), "other", tmp);
    struct err e = {0};
    struct persons got = {0};
    CHECK_CODE(put(db, k, 1, ID_name, "Kari \xC3\x85s", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_birth, "1970-02-28", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_phone, "+4722855050", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 1, ID_email, "kari@example.org", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 2, ID_birth, " 1970-02-28 ", tmp, &e), OK, e);
    for (isize i = 0; i < COUNT(row); i++) {
        struct str value = str_of(row[i].value);
        CHECK_CODE(identity_matches(db, k, row[i].f, value, &got, &tmp, &e), OK, e);
        test_check(got.n == row[i].n, __FILE__, __LINE__, "row %td: %td found", i, got.n);
        CHECK_CODE(identity_matches(db, other, row[i].f, value, &got, &tmp, &e), OK, e);
        CHECK_INT(got.n, 0);
    }
    /* A name that was changed is not found under the old one. */
    CHECK_CODE(put(db, k, 1, ID_name, "Kari Li", tmp, &e), OK, e);
    CHECK_CODE(identity_matches(db, k, ID_name, S("Kari \xC3\x85s"), &got, &tmp, &e), OK,
               e);
    CHECK_INT(got.n, 0);
    static const struct {
        enum identity_field f;
        const char *value;
        int code;
    } bad[] = {{ID_name, "   ", E_RECORD},
               {ID_name, "secret\xFF", E_RECORD},
               {ID_birth, "secret", E_DAY},
               {ID_birth, "1970-02-30", E_DAY},
               {ID_phone, "secret", E_RECORD}};
    for (isize i = 0; i < COUNT(bad); i++) {
        CHECK_CODE(put(db, k, 3, bad[i].f, bad[i].value, tmp, &e), bad[i].code, e);
        CHECK(str_find_str(str_of(e.text), S("secret")) < 0);
        CHECK(str_find_str(str_of(e.text), S("02-30")) < 0);
    }
    db_close(db);
    key_close(k);
    key_close(other);
}

EACH_ENGINE(identity_erased_is_unreadable)
{
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp);
    struct err e = {0};
    struct identity who;
    struct persons got = {0};
    struct str cell = {0};
    i64 n = 0;
    CHECK_CODE(put(db, k, 1, ID_name, "Kari Li", tmp, &e), OK, e);
    CHECK_CODE(put(db, k, 2, ID_name, "Ola", tmp, &e), OK, e);
    ROWS r = {0};
    CHECK_CODE(db_query(db, &r, SQL_identity_of, ARGS(I(1)), &e), OK, e);
    if (db_next(&r)) cell = db_blob(&r, 1, &tmp);
    CHECK_CODE(db_end(&r, &e), OK, e);
    CHECK_CODE(erase(db, 1, tmp, &e), OK, e);
    CHECK_CODE(erase(db, 1, tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(identity_open(db, k, 1, &who, &tmp, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "was erased");
    CHECK_CODE(identity_matches(db, k, ID_name, S("Kari Li"), &got, &tmp, &e), OK, e);
    CHECK_INT(got.n, 0);
    CHECK_CODE(put(db, k, 1, ID_name, "Kari Li", tmp, &e), E_RECORD, e);
    /* The cell from an old copy does not open here, nor under another person's key. */
    CHECK_CODE(
        db_run(db, SQL_identity_put, ARGS(I(1), T(S("name")), B(cell), T(S("x"))), &e),
        OK, e);
    CHECK_CODE(identity_open(db, k, 1, &who, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(identity_open(db, k, 2, &who, &tmp, &e), OK, e);
    CHECK_STR(who.at[ID_name], "Ola");
    /* The journal: that something changed, by whom, and nothing of it. */
    struct journal_entries of = {0};
    CHECK_CODE(journal_of(db, "identity", 1, &of, &tmp, &e), OK, e);
    CHECK_INT(of.n, 2);
    CHECK_STR(of.at[0].after, "{\"changed\":\"name\"}");
    CHECK_STR(of.at[1].act, "identity.erase");
    CHECK(of.at[0].before.n == 0 && of.at[0].actor == 7);
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    CHECK_INT(n, 3);
    db_close(db);
    key_close(k);
}

/* Whatever statement fails, nothing of the change stands. */
EACH_ENGINE(identity_nth_statement_fails)
{
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp);
    int code = E_DB;
    i64 n = 1, rows = 0;
    for (; code != OK && n < 30; n++) {
        struct err e = {0};
        struct identity who;
        db_fail_after(db, n);
        code = put(db, k, 1, ID_name, "Kari Li", tmp, &e);
        db_fail_after(db, 0);
        CHECK(code == OK || code == E_DB);
        CHECK_CODE(identity_open(db, k, 1, &who, &tmp, &e), code == OK ? OK : E_NOT_FOUND,
                   e);
        CHECK_CODE(journal_verify(db, &rows, tmp, &e), OK, e);
        CHECK_INT(rows, code == OK);
    }
    CHECK(n > 5 && code == OK);
    db_close(db);
    key_close(k);
}
