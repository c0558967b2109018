#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>

/* varde with the shipped definitions. */
static struct said say(struct arena *a, const char *line)
{
    return said_line(a, str_fmt(a, "%s --definitions %s", line, test_path("data")).at);
}

static const char *put(const char *name, const char *text, struct arena *a)
{
    struct err e = {0};
    const char *path = file_join(a, test_folder(), name);
    CHECK_CODE(file_replace(path, str_of(text), &e), OK, e);
    return path;
}

TEST(instrument_verbs_show_what_is_there)
{
    struct said s = say(&tmp, "instrument list");
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "imrs-consumer") && said_holds(s.out, "panss") &&
          said_holds(s.out, "unverified"));
    s = say(&tmp, "instrument show honos");
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "Royal College of Psychiatrists"));
    CHECK(said_holds(s.out, "wording:  own short labels"));
    CHECK(said_holds(s.out, "Behaviour [RCPSYCH] [unverified]"));
    CHECK(said_holds(s.out, "alert on item 2"));
    s = say(&tmp, "instrument show phq9 --lang nb");
    CHECK(said_holds(s.out, "ikke en validert"));
    CHECK(said_holds(s.out, "unverified: 1 fact from memory"));
    s = say(&tmp, "instrument show honnos");
    CHECK_INT(s.code, 4);
    CHECK(said_holds(s.err, "did you mean 'honos'"));
}

/* What --json prints is JSON, for each verb. */
TEST(instrument_verbs_speak_json)
{
    const char *csv = put("g.csv", "id,S,F\nA,50,\n", &tmp);
    const char *line[] = {
        "instrument list --json",
        "instrument show qol5 --json",
        "instrument cases gaf --json",
        str_fmt(&tmp, "instrument score gaf --data %s --json", csv).at,
        "study check --json",
        str_fmt(&tmp, "study diff %s %s --json",
                test_path("data/instruments/ashs-7.yaml"),
                str_c(str_of(test_path("data/instruments/ashs-8.yaml")), &tmp))
            .at};
    for (isize i = 0; i < COUNT(line); i++) {
        struct said s = say(&tmp, line[i]);
        struct json *v = NULL;
        struct err e = {0};
        CHECK_INT(s.code, 0);
        CHECK_CODE(json_read(s.out, line[i], &v, &tmp, &e), OK, e);
    }
}

/* A spreadsheet as people have it: semicolons, decimal commas, a byte-order mark. */
TEST(instrument_score_reads_a_table)
{
    const char *csv = put("h.csv",
                          "\xEF\xBB\xBFname;x_01;x_02;x_03;x_04;x_05;x_06\r\n"
                          "Kari;5;3,0;6;4;7;2\r\nOla;;;6;4;7;\r\n",
                          &tmp);
    struct said s =
        say(&tmp, str_fmt(&tmp, "instrument score ashs-8 --prefix x_ --data %s", csv).at);
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "Kari") && said_holds(s.out, "27.000") &&
          said_holds(s.out, "6 of 6"));
    CHECK(said_holds(s.out, "too few answered") && said_holds(s.out, "3 of 6"));
    CHECK(said_holds(s.out, "up to 2 of 6 items missing"));
    s = say(
        &tmp,
        str_fmt(&tmp, "instrument score ashs-7 --prefix x_ --data %s --score mean", csv)
            .at);
    CHECK_INT(s.code, 0);
    CHECK(!said_holds(s.out, "agency"));
}

/* An answer that a named human must hear of is said below the scores, however few
** answered. */
TEST(instrument_score_says_alerts)
{
    const char *csv = put("alert.csv",
                          "id,1,2,3,4,5,6,7,8,9,10\nA,0,0,0,0,0,0,0,0,0,\n"
                          "B,,,,,,,,,1,\n",
                          &tmp);
    struct said s = say(&tmp, str_fmt(&tmp, "instrument score phq9 --data %s", csv).at);
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "  B, item 9: tell the treating clinician, the same day"));
    CHECK(!said_holds(s.out, "A, item 9"));
    s = say(&tmp, str_fmt(&tmp, "instrument score phq9 --json --data %s", csv).at);
    CHECK(said_holds(s.out, "\"alerts\": []") &&
          said_holds(s.out, "\"item\": \"death\""));
}

/* An overlay alone is held against its definition, beside it or among the definitions. */
TEST(study_check_lays_an_overlay_over_its_definition)
{
    static const char head[] =
        "overlay: phq9\nrevision: 1\nof-revision: 1\nlanguage: nb\n"
        "translator: NN\nvalidation: not validated\nlicence: ours\nitems:\n";
    const char *path =
        put("wording.yaml", str_fmt(&tmp, "%s  deth: Tanker\n", head).at, &tmp);
    struct said s = say(&tmp, str_fmt(&tmp, "study check %s", path).at);
    CHECK_INT(s.code, 3);
    CHECK(said_holds(s.err,
                     "wording.yaml:9:9: phq9 has no item 'deth'; did you mean 'death'?"));
    path = put("wording.yaml", str_fmt(&tmp, "%s  death: Tanker\n", head).at, &tmp);
    s = say(&tmp, str_fmt(&tmp, "study check %s", path).at);
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "overlay phq9.nb, revision 1, is sound"));
    /* one beside it is taken first: there it has no item of that name */
    put("phq9.yaml",
        "instrument: phq9\nrevision: 1\nlicence: ours\nchoices: {0: no, 1: yes}\n"
        "items: [{id: a}]\nscores: [{id: t, of: all, metric: sum, direction: lower is "
        "better}]\n",
        &tmp);
    s = say(&tmp, str_fmt(&tmp, "study check %s", path).at);
    CHECK_INT(s.code, 3);
    CHECK(said_holds(s.err, "phq9 has no item 'death'"));
}

TEST(instrument_score_refuses_a_table_at_its_place)
{
    static const struct {
        const char *csv, *says;
        int code;
    } row[] = {
        {"id,S,F\nA,50,101\n",
         "line 2, column F: item F (function) allows a whole number", 3},
        {"id,S,F\nA,50,x\n", "line 2, column F", 3},
        {"id,S\nA,50\n", "no column for item F: expected 'function' or 'F'", 3},
        {"", "csv", 3},
        {"id,S,F\nA,50\n", "line 2", 3},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        const char *csv = put("g.csv", row[i].csv, &tmp);
        struct said s =
            say(&tmp, str_fmt(&tmp, "instrument score gaf --data %s", csv).at);
        CHECK_INT(s.code, row[i].code);
        CHECK(said_holds(s.err, row[i].says));
        CHECK(!said_holds(s.err, "101"));
        CHECK_INT(s.out.n, 0);
    }
    CHECK_INT(say(&tmp, "instrument score gaf").code, 2);
    CHECK_INT(say(&tmp, "instrument score gaf --data /no/such.csv").code, 4);
}

TEST(study_check_finds_a_wrong_case_and_a_changed_definition)
{
    static const char *const text =
        "instrument: one\nrevision: 1\nlicence: free\nchoices: {0: no, 1: yes}\n"
        "items:\n  - {id: a, text: A}\n"
        "scores:\n  - {id: s, of: all, metric: sum, direction: no direction}\n"
        "cases:\n  - {about: yes counts, answers: [1], s: %d}\n";
    struct said s = say(&tmp, "study check");
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "definitions are sound"));
    const char *one = put("one.yaml", str_fmt(&tmp, text, 2).at, &tmp);
    s = say(&tmp, str_fmt(&tmp, "study check %s", one).at);
    CHECK_INT(s.code, 1);
    CHECK(said_holds(s.err, "one.yaml:10: case 'yes counts': s is 1, worked by hand 2"));

    struct err e = {0};
    const char *dir = str_fmt(&tmp, "%s/defs", test_folder()).at;
    CHECK_CODE(file_mkdirs(file_join(&tmp, dir, "instruments"), &e), OK, e);
    put("defs/instruments/one.yaml", str_fmt(&tmp, text, 1).at, &tmp);
    s = say(&tmp, str_fmt(&tmp, "study check %s", dir).at);
    CHECK(s.code == 0 && said_holds(s.out, "record the new ones"));
    s = say(&tmp, str_fmt(&tmp, "study check %s --accept", dir).at);
    CHECK(s.code == 0 && said_holds(s.out, "1 new revision recorded"));
    put("defs/instruments/one.yaml",
        str_fmt(&tmp, "%s# a remark\n", str_fmt(&tmp, text, 1).at).at, &tmp);
    CHECK_INT(say(&tmp, str_fmt(&tmp, "study check %s", dir).at).code, 0);
    struct str changed = str_fmt(&tmp, "%sterminology:\n  - {system: x, code: y}\n",
                                 str_fmt(&tmp, text, 1).at);
    put("defs/instruments/one.yaml", changed.at, &tmp);
    s = say(&tmp, str_fmt(&tmp, "study check %s", dir).at);
    CHECK_INT(s.code, 3);
    CHECK(said_holds(s.err, "changed under revision 1"));
    CHECK(said_holds(s.out, "CHANGED"));
}

TEST(study_diff_says_which_records)
{
    const char *a = str_c(str_of(test_path("data/instruments/csq8.yaml")), &tmp);
    const char *b =
        str_c(str_of(test_path("data/instruments/csq8-by-position.yaml")), &tmp);
    struct said s = say(&tmp, str_fmt(&tmp, "study diff %s %s", a, b).at);
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "Affects scores: old answers scored now give other values"));
    CHECK(said_holds(s.out, "item 2 (kind) is now reversed"));
    s = say(&tmp, str_fmt(&tmp, "study diff %s %s", a, a).at);
    CHECK(said_holds(s.out, "The content is the same"));
    const char *p = str_c(str_of(test_path("data/programmes/imr/programme.yaml")), &tmp);
    s = say(&tmp, str_fmt(&tmp, "study diff %s %s", a, p).at);
    CHECK_INT(s.code, 3);
    CHECK(said_holds(s.err, "cannot be compared"));
    /* an overlay has texts only, whatever its keys are called */
    static const char head[] =
        "overlay: csq8\nrevision: 1\nof-revision: 1\nlanguage: nb\nlicence: ours\n"
        "validation: none\n";
    a = put("old.yaml", str_fmt(&tmp, "%stranslator: NN\nitems: {kind: X}\n", head).at,
            &tmp);
    b = put("new.yaml", str_fmt(&tmp, "%stranslator: MM\nitems: {kind: Y}\n", head).at,
            &tmp);
    s = say(&tmp, str_fmt(&tmp, "study diff %s %s", a, b).at);
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "translator differs") &&
          said_holds(s.out, "items / kind differs"));
    CHECK(said_holds(s.out, "Affects no records") &&
          !said_holds(s.out, "how scores are read"));
}
