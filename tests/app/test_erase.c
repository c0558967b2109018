#include "app/erase.h"
#include "app/once.h"
#include "app/token.h"
#include "base/file.h"
#include "folk.h"
#include "store/journal.h"
#include "store/statements.h"
#include <string.h>

/* Every text of every table: names are sealed, so what is looked for is what stands in the open. */
static bool anywhere(struct db *db, const char *piece, struct arena tmp)
{
    bool found = false;
    struct err e = {0};
    for (isize t = 0; t < TABLE_N; t++) {
        const struct table *b = &table_list[t];
        if (b->last) continue;
        ROWS r = {0};
        CHECK_CODE(db_query(db, &r, b->first, ARGS(I(100000)), &e), OK, e);
        while (db_next(&r))
            for (int k = 0; k < b->n; k++)
                if (b->types[k] == 't') {
                    struct arena one = tmp;
                    found =
                        found || str_find_str(db_str(&r, k, &one), str_of(piece)) >= 0;
                }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return found;
}

static i64 full_of(struct folk *f, const char *code, struct arena *a)
{
    struct act act = folk_act(f, f->coordinator[0], a);
    struct referral in = {.study = f->study,
                          .site = f->h.site[0],
                          .code = str_of(code),
                          .day = f->today - 20,
                          .note = S("notezebra")};
    struct referred out;
    struct err e = {0};
    i64 id = 0;
    in.who.at[ID_name] = S("Kari Zebra");
    in.twin_seen = true;
    CHECK_CODE(people_refer(&act, f->key, &in, &out, &e), OK, e);
    struct screening_answer q = {S("adult"), MET_NOT_KNOWN, S("whyzebra")};
    struct screening s = {
        .subject = out.subject, .day = f->today - 19, .answer = &q, .n = 1};
    enum participant_state state;
    CHECK_CODE(people_screen(&act, &s, &state, &e), OK, e);
    CHECK_CODE(folk_screen(f, out.subject, 18, a, &e), OK, e);
    CHECK_CODE(folk_consent(f, out.subject, "research", 17, &id, a, &e), OK, e);
    CHECK_CODE(folk_happen(f, out.subject, EV_ENROLLED, 16, a, &e), OK, e);
    CHECK_CODE(people_attribute(&act, out.subject, S("age"), S("41.25"), &e), OK, e);
    act.why = S("backzebra");
    act.now += 1000;
    CHECK_CODE(people_attribute(&act, out.subject, S("age"), S("42.25"), &e), OK, e);
    return out.subject;
}

static i64 full(struct folk *f, struct arena *a)
{
    return full_of(f, "ZEBRA-1", a);
}

static int answered(struct act *inside, void *arg, struct once_answer *out, struct err *e)
{
    (void)inside, (void)arg, (void)e;
    *out = (struct once_answer){.status = 201, .body = S("bodyzebra"), .etag = S("")};
    return OK;
}

EACH_ENGINE(erase_name_only_or_all)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = full(&f, &tmp), n = 0;
    struct act coordinator = folk_act(&f, f.coordinator[0], &tmp),
               leader = folk_act(&f, f.leader, &tmp);
    struct identity who;
    struct people_file file;
    struct participants owed;
    CHECK_CODE(erase_person(&coordinator, p, true, &e), E_NOT_ALLOWED, e);
    struct act two = folk_act(&f, f.coordinator[1], &tmp);
    CHECK_CODE(erase_person(&two, p, true, &e), E_NOT_FOUND, e);
    CHECK(anywhere(f.h.db, "notezebra", tmp) && anywhere(f.h.db, "whyzebra", tmp) &&
          anywhere(f.h.db, "backzebra", tmp) && anywhere(f.h.db, "41.25", tmp));
    /* The name and all free texts go, and what was answered to other programs; the study keeps its
    ** data. */
    struct token_ask ask = {S("x"), 0, 9};
    struct str secret;
    i64 token = 0;
    CHECK_CODE(token_make(&leader, &ask, &token, &secret, &e), OK, e);
    struct once_ask once = {.token = token, .key = S("k"), .what = S("POST")};
    struct once_answer answer;
    bool again = false;
    CHECK_CODE(once_do(&leader, &once, answered, NULL, &answer, &again, &e), OK, e);
    CHECK(anywhere(f.h.db, "bodyzebra", tmp));
    CHECK_CODE(erase_person(&leader, p, false, &e), OK, e);
    CHECK(!anywhere(f.h.db, "bodyzebra", tmp));
    CHECK_CODE(people_name(&coordinator, f.key, p, &who, &e), E_NOT_FOUND, e);
    CHECK(!anywhere(f.h.db, "notezebra", tmp) && !anywhere(f.h.db, "whyzebra", tmp) &&
          !anywhere(f.h.db, "backzebra", tmp));
    CHECK(anywhere(f.h.db, "42.25", tmp) && anywhere(f.h.db, "ZEBRA-1", tmp));
    CHECK_CODE(people_file(&coordinator, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.now.state, IN_ENROLLED);
    CHECK_CODE(journal_verify(f.h.db, &n, tmp, &e), OK, e);
    /* Who withdraws and wants it erased is on the list until it is done, and wholly. */
    struct consent_withdrawn in = {.consent = file.consents.at[0].id,
                                   .day = f.today,
                                   .effect = DATA_ERASE,
                                   .reason = S("lastzebra")};
    CHECK_CODE(consent_withdraw(&coordinator, &in, &e), OK, e);
    CHECK_CODE(erase_owed(&leader, f.study, &owed, &e), OK, e);
    CHECK_INT(owed.n, 1);
    CHECK_CODE(erase_owed(&coordinator, f.study, &owed, &e), OK, e);
    CHECK_INT(owed.n, 0); /* may not erase, so is not asked to */
    CHECK_CODE(erase_person(&leader, p, false, &e), E_CONSTRAINT, e);
    CHECK_CODE(erase_person(&leader, p, true, &e), OK, e);
    CHECK_CODE(erase_person(&leader, p, true, &e), E_CONSTRAINT, e);
    CHECK_CODE(erase_owed(&leader, f.study, &owed, &e), OK, e);
    CHECK_INT(owed.n, 0);
    CHECK(!anywhere(f.h.db, "ebra", tmp) && !anywhere(f.h.db, "ZEBRA", tmp) &&
          !anywhere(f.h.db, "42.25", tmp) && !anywhere(f.h.db, "41.25", tmp));
    /* The stone: a number, a state, and a journal that verifies. */
    struct participant row;
    CHECK_CODE(people_get(&coordinator, p, &row, &e), OK, e);
    CHECK(row.state == IN_ERASED && row.data == DATA_ERASED);
    CHECK_CODE(people_attribute(&coordinator, p, S("age"), S("40"), &e), E_CONSTRAINT, e);
    CHECK_CODE(people_open_in(f.h.db, p, &e), E_CONSTRAINT, e);
    struct journal_entries of;
    CHECK_CODE(journal_of(f.h.db, "participant", p, &of, &tmp, &e), OK, e);
    CHECK_STR(of.at[of.n - 1].act, "participant.erase");
    CHECK_STR(of.at[of.n - 1].after, "{\"study_data\":true}");
    CHECK(of.at[0].erased.n > 0 && of.at[0].after.n == 0);
    CHECK_CODE(journal_verify(f.h.db, &n, tmp, &e), OK, e);
    folk_close(&f, tmp);
}

/* The sealed cells and the wrapped key of a person, as they stand in the store. */
static int sealed_of(struct db *db, i64 person, struct str *out, int cap, struct arena *a)
{
    static const struct sql q[] = {
        {"cells", "SELECT sealed FROM identity WHERE person = $1", -1, 1},
        {"key", "SELECT sealed FROM identity_key WHERE person = $1", -1, 1},
    };
    int n = 0;
    for (isize i = 0; i < COUNT(q); i++) {
        ROWS r = {0};
        struct err e = {0};
        CHECK_CODE(db_query(db, &r, &q[i], ARGS(I(person)), &e), OK, e);
        while (db_next(&r) && n < cap) out[n++] = db_blob(&r, 0, a);
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return n;
}

enum { WORDS = 9 };

/* Which of them stand in the bytes of the store's file or its log. */
static void in_bytes(const char *path, const struct str *word, int n, bool *there,
                     struct arena tmp)
{
    static const char *const part[] = {"", "-wal"};
    memset(there, 0, WORDS * sizeof *there);
    for (isize i = 0; i < COUNT(part); i++) {
        struct arena a = tmp;
        struct err e = {0};
        struct str bytes;
        const char *file = str_fmt(&a, "%s%s", path, part[i]).at;
        if (!file_exists(file)) continue;
        CHECK_CODE(file_read(file, (isize)1 << 28, &bytes, &a, &e), OK, e);
        for (int w = 0; w < n; w++) there[w] |= str_find_str(bytes, word[w]) >= 0;
    }
}

/* Not in the rows is not enough: what was erased is not in the bytes of the files either, while
** the program goes on; somebody who reads holds that up, and no more. */
TEST(erase_leaves_no_bytes)
{
    const char *url = engine_url("sqlite", &tmp), *path = strchr(url, ':') + 1;
    struct str word[WORDS] = {S("notezebra"), S("whyzebra"), S("backzebra"), S("41.25"),
                              S("42.25")};
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = full(&f, &tmp), other = full_of(&f, "QUAGGA-1", &tmp);
    struct act leader = folk_act(&f, f.leader, &tmp);
    int n = 5 + sealed_of(f.h.db, p, word + 5, WORDS - 5, &tmp);
    CHECK_INT(n, 7); /* a name's cell and a key */
    bool there[WORDS];
    in_bytes(path, word, n, there, tmp);
    for (int w = 0; w < n; w++) CHECK(there[w]);
    struct str name = S("Kari Zebra"); /* never in the open */
    in_bytes(path, &name, 1, there, tmp);
    CHECK(!there[0]);
    leader.why = S("asked for");
    CHECK_CODE(erase_person(&leader, other, true, &e), OK, e);
    CHECK_CODE(erase_person(&leader, p, true, &e), OK, e);
    in_bytes(path, word, n, there, tmp);
    for (int w = 0; w < n; w++)
        test_check(!there[w], __FILE__, __LINE__, "%d is in the files after", w);
    /* Somebody reads: erased it is, and gone from the files with the next change. */
    p = full_of(&f, "ZEBRA-2", &tmp);
    struct db *reader = NULL;
    CHECK_CODE(db_open(url, DB_READER, &reader, &e), OK, e);
    {
        TXN t = {0};
        i64 all = 0;
        CHECK_CODE(db_snapshot(&t, reader, "a long look", &e), OK, e);
        CHECK_CODE(db_one(reader, &all, SQL_staff_count, NO_ARGS, &e), OK, e);
        CHECK_CODE(erase_person(&leader, p, true, &e), OK, e);
        CHECK_CODE(db_commit(&t, &e), OK, e);
    }
    db_close(reader);
    house_person(&f.h, "later", LEADER, 0, &tmp);
    in_bytes(path, word, 5, there, tmp);
    for (int w = 0; w < 5; w++) CHECK(!there[w]);
    folk_close(&f, tmp);
}
