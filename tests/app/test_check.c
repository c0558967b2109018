#define _GNU_SOURCE /* unlink */
#include "app/check.h"
#include "app/collect.h"
#include "base/file.h"
#include "folk.h"
#include "store/definition.h"
#include "store/journal.h"
#include "store/sealed.h"
#include "store/statements.h"
#include "store/studies.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct check_line *line(const struct check_lines *l, const char *what)
{
    static const struct check_line none = {.state = CHECK_WRONG};
    for (isize i = 0; i < l->n; i++)
        if (strcmp(l->at[i].what, what) == 0) return &l->at[i];
    CHECK(!"there is such a line");
    return &none;
}

static struct attachment put_attachment(struct db *db, const struct attachment_box *box,
                                        struct arena *a)
{
    struct attachment_in *in = NULL;
    struct attachment att = {0};
    struct err e = {0};
    CHECK_CODE(attachment_begin(&in, box, 1 << 20, a, &e), OK, e);
    CHECK_CODE(attachment_more(in, S("%PDF-1.7 a page"), &e), OK, e);
    CHECK_CODE(attachment_end(in, SEALED_AT, &att, &e), OK, e);
    CHECK_CODE(attachment_add(db, &att, &e), OK, e);
    return att;
}

/* A whole store is fine; each damage is found by the check whose business it is, and by no
** other. */
EACH_ENGINE(check_finds_each_damage)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct err e = {0};
    struct key *key = sealed_key(test_folder(), "a.key", tmp),
               *other = sealed_key(test_folder(), "b.key", tmp);
    const struct attachment_box box = {str_fmt(&tmp, "%s/att", test_folder()).at, key};
    struct db *db = NULL;
    /* a second writer only because nothing else writes meanwhile */
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    struct attachment one = put_attachment(db, &box, &tmp);
    put_attachment(db, &box, &tmp);
    struct journal_key sign;
    key_journal(key, &sign);
    CHECK_CODE(journal_sign(db, &sign, SEALED_AT, tmp, &e), OK, e);

    i64 id = 0;
    bool fresh = false;
    struct str text;
    CHECK_CODE(
        file_read(test_path("data/instruments/honos.yaml"), FILE_LIMIT, &text, &tmp, &e),
        OK, e);
    CHECK_CODE(definition_put(db, text, "honos.yaml", MORNING, &id, &fresh, tmp, &e), OK,
               e);
    struct check_in in = {
        .db = h.db, .key = key, .attachments = box.folder, .now = MORNING};
    struct check_lines l;
    i64 wrong = -1;
    CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
    for (isize i = 0; i < l.n; i++)
        test_check(l.at[i].state != CHECK_WRONG, __FILE__, __LINE__, "%s: %.*s",
                   l.at[i].what, FMT(l.at[i].words));
    CHECK_INT(wrong, 0);
    CHECK_INT(line(&l, "attachments")->n, 2);
    CHECK_INT(line(&l, "key")->n, 1);
    CHECK_INT(line(&l, "definitions")->n, 1);
    CHECK_INT(line(&l, "journal")->n, 3);
    CHECK(line(&l, "rows")->n > 10);

    in.key = other;
    in.attachments = NULL;
    CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 1);
    CHECK_INT(line(&l, "key")->state, CHECK_WRONG);
    in.key = key;
    /* a head of another key before the last one, which is ours */
    CHECK_CODE(db_script(db, "harm",
                         S("INSERT INTO journal_head (seq, at, hash, key, signature) "
                           "VALUES (1, 'x', 'x', 'aa', 'x')"),
                         &e),
               OK, e);
    CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(line(&l, "key")->state, CHECK_WRONG);
    CHECK_INT(line(&l, "key")->n, 2);
    CHECK_CODE(db_script(db, "back", S("DELETE FROM journal_head WHERE seq = 1"), &e), OK,
               e);

    static const struct {
        const char *harm, *back, *what, *says;
    } row[] = {
        {"UPDATE journal SET act = 'x' WHERE seq = 2",
         "UPDATE journal SET act = 'site.add' WHERE seq = 2", "journal", "row 2 was"},
        {"UPDATE migration SET hash = 'x' || hash WHERE step = 2",
         "UPDATE migration SET hash = substr(hash, 2) WHERE step = 2", "schema",
         "0002_staff"},
        {"UPDATE definition SET text = replace(text, 'revision: 1', 'revision: 1 ') || "
         "'\nextra: 1\n'",
         "UPDATE definition SET text = replace(text, '\nextra: 1\n', '')", "definitions",
         "honos, revision 1: the text was changed"},
        {"UPDATE definition SET hash = 'x' || hash",
         "UPDATE definition SET hash = substr(hash, 2)", "definitions", "the text was"},
        {"UPDATE attachment SET size = size + 1 WHERE id = 1",
         "UPDATE attachment SET size = size - 1 WHERE id = 1", "attachments",
         "attachment 1"},
    };
    in.attachments = box.folder;
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(db_script(db, "harm", str_of(row[i].harm), &e), OK, e);
        CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
        CHECK_INT(wrong, 1);
        CHECK_INT(line(&l, row[i].what)->state, CHECK_WRONG);
        test_check(str_find_str(line(&l, row[i].what)->words, str_of(row[i].says)) >= 0,
                   __FILE__, __LINE__, "%.*s", FMT(line(&l, row[i].what)->words));
        CHECK_CODE(db_script(db, "back", str_of(row[i].back), &e), OK, e);
    }
    /* a bit of a sealed file, then the file */
    const char *path = str_fmt(&tmp, "%s/%.*s", box.folder, FMT(one.file)).at;
    struct str was = sealed_bytes(path, &tmp);
    sealed_write(path, sealed_flip(was, 8 * (was.n - 3), &tmp));
    CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 1);
    CHECK_INT(line(&l, "attachments")->state, CHECK_WRONG);
    CHECK(unlink(path) == 0);
    in.key = NULL; /* without the key it is still seen that it is not there */
    CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 1);
    struct str json = check_json(&l, wrong, &tmp);
    CHECK(str_starts(json, S("{\"wrong\":1,\"checks\":[{\"what\":\"file\"")));
    key_close(key);
    key_close(other);
    db_close(db);
    house_close(&h, tmp);
}

/* SQLite's own: a reference to what is not there, and bytes of the file that were turned: page
** by page, whatever page it is, verify says "wrong", a sentence and what to do, and does not
** fall. */
TEST(check_finds_damage_of_the_file)
{
    const char *url = engine_url("sqlite", &tmp), *path = strchr(url, ':') + 1;
    struct house h;
    house_open(&h, url, &tmp);
    for (int i = 0; i < 40; i++)
        house_person(&h, str_fmt(&tmp, "p%d", i).at, CLINICIAN, h.site[i % 2], &tmp);
    house_close(&h, tmp); /* the last to close puts the log into the file */
    struct str was = sealed_bytes(path, &tmp);
    struct err e = {0};
    isize pages = was.n / 4096, found = 0, opened = 0;
    CHECK(pages > 20);
    for (isize p = 0; p < pages; p++) {
        struct arena a = tmp;
        char *bad = NEW(&a, char, was.n);
        memcpy(bad, was.at, (size_t)was.n);
        memset(bad + p * 4096 + (p == 0 ? 100 : 0), 0x5A, 48);
        sealed_write(path, (struct str){bad, was.n});
        struct db *db = NULL;
        struct check_lines l;
        i64 wrong = 0;
        struct err why = {0};
        int code = db_open(url, DB_READER, &db, &why);
        if (code == OK) {
            opened++;
            struct check_in in = {.db = db, .now = MORNING};
            code = check_store(&in, &l, &wrong, &a, &why);
            if (code == OK && wrong > 0) {
                const struct check_line *file = line(&l, "file");
                found += file->state == CHECK_WRONG && file->words.n > 0;
            }
        }
        found += code == E_DAMAGED;
        test_check(wrong > 0 || code == E_DAMAGED, __FILE__, __LINE__,
                   "page %td: nobody saw it", p + 1);
        db_close(db);
    }
    CHECK_INT(found, pages);
    CHECK(opened > 0);
    sealed_write(path, was);
    struct db *db = NULL;
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(
        db_script(db, "harm", S("PRAGMA foreign_keys = OFF; DELETE FROM service"), &e),
        OK, e);
    struct check_in in = {.db = db, .now = MORNING};
    struct check_lines l;
    i64 wrong = 0;
    CHECK_CODE(check_store(&in, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 1);
    CHECK(str_find_str(line(&l, "file")->words,
                       S("2 faults; the first: row 1 of site")) >= 0);
    db_close(db);
}

/* Scores are computed again from the answers: a score, an answer or a band that somebody changed
** past the program is found, with its response. */
EACH_ENGINE(check_finds_a_changed_score)
{
    struct folk f;
    struct err e = {0};
    struct protocol p;
    struct collect_kit kit;
    i64 *rows = NULL, wrong = -1;
    struct db *db = NULL;
    folk_open(&f, url, &tmp);
    CHECK_CODE(studies_protocol(f.h.db, f.study, &p, &rows, &tmp, &e), OK, e);
    kit = (struct collect_kit){f.study, p.study, p.in, rows};
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    struct form_in in = {.key = {.subject = folk_enrol(&f, 0, &tmp)},
                         .pass = 1,
                         .day = f.today,
                         .mode = MODE_STAFF,
                         .lang = S("en")};
    for (isize i = 0; i < p.study->measures.n; i++)
        if (str_is(p.study->measures.at[i].id, "honos")) in.key.measure = i;
    in.key.time = study_time(p.study, S("t1"));
    const struct instrument *q = kit.in[in.key.measure];
    struct answer *answer = NEW(&tmp, struct answer, q->items.n);
    struct form_cell *cell = NEW(&tmp, struct form_cell, q->items.n);
    struct form_faults faults = {0};
    for (isize i = 0; i < q->items.n; i++) cell[i].text = i ? S("1") : S("0");
    collect_read(q, cell, answer, &faults, &tmp);
    in.answer = answer;
    struct form_done done;
    CHECK_CODE(collect_submit(&act, &kit, &in, &done, &e), OK, e);

    static const struct {
        const char *harm, *back;
    } row[] = {
        {"UPDATE score SET value = value + 0.0009765625",
         "UPDATE score SET value = value - 0.0009765625"},
        {"UPDATE score SET n_answered = n_answered - 1",
         "UPDATE score SET n_answered = n_answered + 1"},
        {"UPDATE response SET answers = '[1' || substr(answers, 3)",
         "UPDATE response SET answers = '[0' || substr(answers, 3)"},
        {"UPDATE response SET answers = '[4]'", ""},
    };
    struct check_in ask = {.db = f.h.db, .now = MORNING};
    struct check_lines l;
    CHECK_CODE(check_store(&ask, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 0);
    CHECK_INT(line(&l, "scores")->n, 1);
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(db_script(db, "harm", str_of(row[i].harm), &e), OK, e);
        CHECK_CODE(check_store(&ask, &l, &wrong, &tmp, &e), OK, e);
        test_check(wrong == 1 && line(&l, "scores")->state == CHECK_WRONG, __FILE__,
                   __LINE__, "%s: not found", row[i].harm);
        CHECK(str_starts(line(&l, "scores")->words, S("response ")));
        if (row[i].back[0])
            CHECK_CODE(db_script(db, "back", str_of(row[i].back), &e), OK, e);
    }
    db_close(db);
    folk_close(&f, tmp);
}
