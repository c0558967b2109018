#include "study/instrument.h"
#include "base/file.h"
#include "study/answer.h"
#include "study/change.h"
#include "study/overlay.h"
#include "study/worked.h"
#include "test.h"

/* A sound definition; the tests below break one place of it at a time. */
static const char *const sound =                                     /* line */
    "instrument: mood3\n"                                            /*  1 */
    "revision: 1\n"                                                  /*  2 */
    "licence: free\n"                                                /*  3 */
    "direction: lower is better\n"                                   /*  4 */
    "choices: {0: no, 1: some, 2: much}\n"                           /*  5 */
    "items:\n"                                                       /*  6 */
    "  - {id: sleep, text: Slept badly}\n"                           /*  7 */
    "  - {id: calm, text: Felt calm, reverse: true}\n"               /*  8 */
    "  - {id: worry, text: Worried}\n"                               /*  9 */
    "scores:\n"                                                      /* 10 */
    "  - id: total\n"                                                /* 11 */
    "    of: [sleep, calm, worry]\n"                                 /* 12 */
    "    metric: sum\n"                                              /* 13 */
    "    missing: {rule: prorate, at-least: 2}\n"                    /* 14 */
    "    bands: [{from: 0, name: low}, {from: 4, name: high}]\n"     /* 15 */
    "  - {id: twice, of: [total], metric: mean, then: {times: 2}}\n" /* 16 */
    "alerts:\n"                                                      /* 17 */
    "  - {item: worry, at-least: 2, tell: the clinician}\n"          /* 18 */
    "cases:\n"                                                       /* 19 */
    "  - about: calm is turned, 1 + (2 - 2) + 0\n"                   /* 20 */
    "    answers: [1, 2, 0]\n"                                       /* 21 */
    "    total: 1\n";                                                /* 22 */

/* The text with the first `old` replaced. */
static struct str with(const char *text, const char *old, const char *now,
                       struct arena *a)
{
    struct str s = str_of(text), o = str_of(old);
    isize at = str_find_str(s, o);
    test_check(at >= 0, __FILE__, __LINE__, "'%s' is not in the text", old);
    struct buf b = buf_in(a, s.n + 200);
    buf_put(&b, str_upto(s, at));
    buf_put(&b, str_of(now));
    buf_put(&b, str_from(s, at + o.n));
    return buf_str(&b);
}

static int read(struct str text, struct instrument **in, struct arena *a, struct err *e)
{
    struct yaml *doc = NULL;
    TRY(yaml_read(text, "t.yaml", &doc, a, e));
    return instrument_read(doc, in, a, e);
}

TEST(instrument_reads_a_sound_definition)
{
    struct instrument *in = NULL;
    struct err e = {0};
    CHECK_CODE(read(str_of(sound), &in, &tmp, &e), OK, e);
    CHECK_STR(in->title, "mood3");
    CHECK_INT(in->items.n, 3);
    CHECK(in->items.at[1].reverse);
    CHECK(in->items.at[0].lo == 0 && in->items.at[0].hi == 2);
    CHECK(in->scores.at[0].lo == 0 && in->scores.at[0].hi == 6);
    CHECK(in->scores.at[1].hi == 12);
    CHECK_INT(instrument_item(in, S("worry")), 2);
    CHECK_INT(instrument_item(in, S("2")), 1);
    CHECK_INT(instrument_item(in, S("4")), -1);
    CHECK_CODE(worked_run(in, &in->cases.at[0], &e), OK, e);
}

/* What is wrong, where it must be found, and what must be said. */
TEST(instrument_refuses_at_the_place)
{
    static const struct {
        const char *old, *now, *place, *says;
    } row[] = {
        {"licence: free\n", "", "t.yaml:1:", "licence is missing"},
        {"licence:", "license:", "t.yaml:3:1", "licence"},
        {"mood3", "Mood 3", "t.yaml:1:13", "small letter"},
        {"revision: 1", "revision: 0", "t.yaml:2:", "revision"},
        {"lower is better", "lower is beter", "t.yaml:4:", "lower is better"},
        {"{0: no, 1: some, 2: much}", "{0: no, 1: some, 1.0: much}",
         "t.yaml:5:", "does not come after 1"},
        {"{0: no, 1: some, 2: much}", "{no: 0}", "t.yaml:5:", "must be a number"},
        {"choices: {0: no, 1: some, 2: much}\n", "",
         "t.yaml:6:", "'sleep' has neither choices nor a range"},
        {"{id: calm,", "{id: calm, range: [2, 0],", "t.yaml:8:", "lowest comes first"},
        {"{id: calm,", "{id: calm, range: [0, 1],",
         "t.yaml:8:", "choice 2 lies outside 0 to 1"},
        {"{id: calm,", "{id: sleep,", "t.yaml:8:10", "stands on line 7 already"},
        {"{id: calm,", "{id: calm, no: 1,",
         "t.yaml:8:", "number 1 is that of item 'sleep'"},
        {"reverse: true", "reverse: yes", "t.yaml:8:", "true or false"},
        {"reverse: true", "revers: true", "t.yaml:8:", "did you mean 'reverse'"},
        {"{id: calm,", "{id: calm, no-answer: {2: not known},",
         "t.yaml:8:", "2 is an answer and a code for none at once"},
        {"{id: calm,", "{id: calm, no-answer: {9: unknown},", "t.yaml:8:", "not known"},
        {"[sleep, calm, worry]", "[sleep, clam, worry]", "t.yaml:12:17",
         "'clam' is not an item of mood3; did you mean 'calm'?"},
        {"[sleep, calm, worry]", "[sleep, calm, sleep]", "t.yaml:12:", "twice"},
        {"[sleep, calm, worry]", "[]", "t.yaml:12:9", "made of nothing"},
        {"metric: sum", "metric: sums", "t.yaml:13:", "did you mean 'sum'"},
        {"metric: sum", "metric: weighted sum\n    weights: [1, 2]",
         "t.yaml:14:", "2 weights for 3 parts"},
        {"metric: sum", "metric: sum\n    weights: [1, 1, 2]",
         "t.yaml:14:", "weights belong to a weighted"},
        {"metric: sum", "metric: sum\n    range: [0, 8]",
         "t.yaml:14:", "0 to 6 follows from what"},
        {"metric: sum", "metric: count", "t.yaml:11:", "when"},
        {"metric: sum", "metric: count\n    when: {at-least: 1}",
         "t.yaml:15:", "rule prorate does not fit metric count"},
        {"{rule: prorate, at-least: 2}", "prorate", "t.yaml:14:", "at-least: ...}"},
        {"{rule: prorate, at-least: 2}", "{rule: prorate}",
         "t.yaml:14:", "say at-least (how many must be answered) or up-to"},
        {"at-least: 2}", "at-least: 4}", "t.yaml:14:", "4"},
        {"{rule: prorate, at-least: 2}", "{rule: none, up-to: 1}",
         "t.yaml:14:", "neither"},
        {"rule: prorate", "rule: prorated", "t.yaml:14:", "did you mean 'prorate'"},
        {"{id: worry, text: Worried}", "{id: worry, choices: {0: a, 5: b}}",
         "t.yaml:14:", "different ranges"},
        {"[{from: 0,", "[{from: 1,", "t.yaml:15:", "starts at 1, the score at 0"},
        {"{from: 4,", "{from: 0,", "t.yaml:15:", "bands go up"},
        {", {from: 4, name: high}", "", "t.yaml:15:", "two at least"},
        {"of: [total]", "of: [totl]", "t.yaml:16:", "not an item"},
        {"of: [total]", "of: [twice]", "t.yaml:16:", "'twice' is not"},
        {"of: [total]", "of: [total, sleep]", "t.yaml:16:", "not of both"},
        {"{id: twice,", "{id: calm,", "t.yaml:16:", "an item or a score already"},
        {"{times: 2}", "{times: 0}", "t.yaml:16:", "makes every score the same"},
        {"{item: worry,", "{item: wory,", "t.yaml:18:", "did you mean 'worry'"},
        {", at-least: 2, tell", ", tell", "t.yaml:18:", "at-least or at-most"},
        {", tell: the clinician", "", "t.yaml:18:", "tell"},
        {"[1, 2, 0]", "[1, 2]", "t.yaml:21:", "2 answers for 3 items"},
        {"[1, 2, 0]", "[1, 3, 0]", "t.yaml:21:18", "item 2 (calm) allows 0 to 2"},
        {"[1, 2, 0]", "[1, not applicable, 0]", "t.yaml:21:", "always applies"},
        {"[1, 2, 0]", "{all: 1, clam: 2}", "t.yaml:21:", "did you mean 'calm'"},
        {"    total: 1\n", "    totl: 1\n", "t.yaml:22:", "did you mean 'total'"},
        {"    total: 1\n", "    total: one\n", "t.yaml:22:", "a fraction as 37/12"},
        {"    total: 1\n", "    total: {is: 1, band: hgh}\n", "t.yaml:22:", "no band"},
        {"    total: 1\n", "", "t.yaml:20:", "expects nothing"},
        {"licence: free", "licence: {is: free, verified: no}",
         "t.yaml:3:", "true or false"},
        {"licence: free", "licence: {is: free, sauce: x}",
         "t.yaml:3:", "did you mean 'source'"},
        {"licence: free", "sources: {BOOK: a book}\nlicence: {is: free, source: BOK}",
         "t.yaml:4:", "did you mean 'BOOK'"},
    };
    struct instrument *in = NULL;
    for (isize i = 0; i < COUNT(row); i++) {
        struct err e = {0};
        struct str text = with(sound, row[i].old, row[i].now, &tmp);
        bool ok = CHECK_CODE(read(text, &in, &tmp, &e), E_DEFINITION, e);
        ok = CHECK_SAYS(e, row[i].place) && ok;
        ok = CHECK_SAYS(e, row[i].says) && ok;
        if (!ok) test_check(false, __FILE__, __LINE__, "row %td: %s", i, row[i].now);
    }
}

/* A score of later scores, an instrument without items, too many of them. */
TEST(instrument_bounds)
{
    struct instrument *in = NULL;
    struct err e = {0};
    CHECK_CODE(
        read(S("instrument: x\nrevision: 1\nlicence: free\nitems: []\nscores: []\n"), &in,
             &tmp, &e),
        E_DEFINITION, e);
    CHECK_SAYS(e, "t.yaml:4:");
    struct buf b = buf_in(&tmp, 9000);
    buf_put(&b, S("instrument: x\nrevision: 1\nlicence: free\nrange: [0, 1]\nitems:\n"));
    for (int i = 0; i <= INSTRUMENT_ITEMS; i++) buf_fmt(&b, "  - {id: i%d}\n", i);
    buf_put(&b,
            S("scores:\n  - {id: s, of: all, metric: sum, direction: no direction}\n"));
    CHECK_CODE(read(buf_str(&b), &in, &tmp, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "201 items; at most 200");
    CHECK_CODE(read(S(""), &in, &tmp, &e), E_DEFINITION, e);
    CHECK_CODE(read(S("- a\n- b\n"), &in, &tmp, &e), E_DEFINITION, e);
}

TEST(instrument_case_that_fails_says_so)
{
    struct instrument *in = NULL;
    struct err e = {0};
    CHECK_CODE(read(with(sound, "total: 1", "total: 5/2", &tmp), &in, &tmp, &e), OK, e);
    CHECK_CODE(worked_run(in, &in->cases.at[0], &e), E_CASE, e);
    CHECK_SAYS(e,
               "t.yaml:20: case 'calm is turned, 1 + (2 - 2) + 0': total is 1, worked by "
               "hand 2.5");
    CHECK_CODE(read(with(sound, "total: 1", "total: none", &tmp), &in, &tmp, &e), OK, e);
    CHECK_CODE(worked_run(in, &in->cases.at[0], &e), E_CASE, e);
    CHECK_CODE(read(with(sound, "total: 1", "refused: worry", &tmp), &in, &tmp, &e), OK,
               e);
    CHECK_CODE(worked_run(in, &in->cases.at[0], &e), E_CASE, e);
    CHECK_SAYS(e, "item 3 is not refused");
}

/* The examples of docs/DEFINITIONS.md, as they stand on the page: the n-th ```yaml
** block. */
static struct str example(int n, struct arena *a)
{
    struct str text = {0};
    struct err e = {0};
    CHECK_CODE(file_read(test_path("docs/DEFINITIONS.md"), FILE_LIMIT, &text, a, &e), OK,
               e);
    for (; n >= 0; n--) {
        isize at = str_find_str(text, S("```yaml\n"));
        if (!CHECK(at >= 0)) return S("");
        text = str_from(text, at + 8);
    }
    return str_upto(text, str_find_str(text, S("```")));
}

TEST(instrument_examples_of_the_manual_work)
{
    struct instrument *in = NULL, *out = NULL;
    struct err e = {0};
    CHECK_CODE(read(example(0, &tmp), &in, &tmp, &e), OK, e);
    CHECK_INT(in->cases.n, 1);
    CHECK_CODE(worked_run(in, &in->cases.at[0], &e), OK, e);
    struct yaml *doc = NULL;
    struct overlay *o = NULL;
    CHECK_CODE(yaml_read(example(2, &tmp), "o.yaml", &doc, &tmp, &e), OK, e);
    CHECK_CODE(overlay_read(doc, &o, &tmp, &e), OK, e);
    CHECK_CODE(overlay_apply(in, o, &out, &tmp, &e), OK, e);
    CHECK_STR(out->items.at[1].text, "Var rolig");
}

/* Memory that ends at the n-th request ends the reading there, for every n. */
TEST(instrument_reading_survives_the_nth_failure)
{
    struct arena_trap trap = {.fail_after = 0};
    volatile i64 n = 0;
    volatile bool through = false;
    while (!through && n < 5000) {
        struct arena room = tmp;
        struct instrument *in = NULL;
        struct err e = {0};
        room.trap = &trap;
        n = n + 1;
        trap.fail_after = n;
        if (setjmp(trap.home) == 0) through = read(str_of(sound), &in, &room, &e) == OK;
    }
    CHECK(through && n > 50);
}

/* Layout, comments, quotes and order of keys do not change what a definition is. */
TEST(instrument_hash_is_of_the_content)
{
    struct instrument *in = NULL, *again = NULL;
    struct err e = {0};
    CHECK_CODE(read(str_of(sound), &in, &tmp, &e), OK, e);
    CHECK_CODE(read(with(sound, "revision: 1\nlicence: free\n",
                         "licence: \"free\"   # a remark\n\nrevision: 1\n", &tmp),
                    &again, &tmp, &e),
               OK, e);
    CHECK_STR(str_of(in->hash.hex), again->hash.hex);
    CHECK_CODE(read(with(sound, "Worried", "Worries", &tmp), &again, &tmp, &e), OK, e);
    CHECK(!str_eq(str_of(in->hash.hex), str_of(again->hash.hex)));
}

TEST(instrument_unverified_facts_are_listed)
{
    struct instrument *in = NULL;
    struct err e = {0};
    struct str text =
        with(sound, "lower is better", "{is: lower is better, verified: false}", &tmp);
    CHECK_CODE(read(text, &in, &tmp, &e), OK, e);
    CHECK_INT(in->facts.n, 1);
    CHECK_STR(in->facts.at[0].what, "direction");
    CHECK_INT(in->facts.at[0].line, 4);
    CHECK(in->scores.at[0].direction_mark.unverified);
}

/* Licensed wording is not shipped: these have numbers or own labels only, and say so. */
TEST(instrument_licensed_wording_is_marked)
{
    static const char *const id[] = {"gaf", "panss", "mhrm", "csq8", "csq8-by-position"};
    struct err e = {0};
    for (isize i = 0; i < COUNT(id); i++) {
        struct instrument *in = NULL;
        const char *path = str_fmt(&tmp, "data/instruments/%s.yaml", id[i]).at;
        CHECK_CODE(instrument_read_file(test_path(path), &in, &tmp, &e), OK, e);
        CHECK_INT(in->wording, WORDING_OVERLAY_NEEDED);
        CHECK(in->licence.n > 0);
    }
    struct instrument *panss = NULL;
    const char *path = test_path("data/instruments/panss.yaml");
    CHECK_CODE(instrument_read_file(path, &panss, &tmp, &e), OK, e);
    for (isize i = 0; i < panss->items.n; i++) CHECK_INT(panss->items.at[i].text.n, 0);
}

TEST(instrument_answers_are_read_and_refused)
{
    struct instrument *in = NULL;
    struct err e = {0};
    struct answer x;
    const char *path = test_path("data/instruments/honos.yaml");
    CHECK_CODE(instrument_read_file(path, &in, &tmp, &e), OK, e);
    const struct item *it = &in->items.at[2];
    static const struct {
        const char *cell;
        enum answer_state state;
        double value;
    } row[] = {
        {"3", ANSWER_GIVEN, 3},           {" 3 ", ANSWER_GIVEN, 3},
        {"3.0", ANSWER_GIVEN, 3},         {"3,0", ANSWER_GIVEN, 3},
        {"", ANSWER_MISSING, 0},          {"NA", ANSWER_MISSING, 0},
        {"9", ANSWER_NOT_KNOWN, 0},       {"not known", ANSWER_NOT_KNOWN, 0},
        {"declined", ANSWER_DECLINED, 0},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(answer_read(it, str_of(row[i].cell), &x, &e), OK, e);
        CHECK_INT(x.state, row[i].state);
        CHECK_NEAR(x.value, row[i].value, 0);
    }
    static const char *const wrong[] = {
        "5", "-1", "2.5", "three", "1e300", "not applicable", "missing?", "0x1"};
    for (isize i = 0; i < COUNT(wrong); i++) {
        CHECK_CODE(answer_read(it, str_of(wrong[i]), &x, &e), E_ANSWER, e);
        CHECK_SAYS(e, "item 3 (substance)");
        CHECK_SAYS(e, "0 to 4");
        CHECK(str_find_str(str_of(e.text), S("1e300")) < 0); /* never the answer itself */
    }
    CHECK_STR(answer_allowed(it, &tmp), "0 to 4, 9 for not known");
}

/* HoNOS 2 at two or more names a human; 8 rated without its letter is incomplete. */
TEST(instrument_remarks)
{
    struct instrument *in = NULL;
    struct err e = {0};
    const char *path = test_path("data/instruments/honos.yaml");
    CHECK_CODE(instrument_read_file(path, &in, &tmp, &e), OK, e);
    struct answer *x = NEW(&tmp, struct answer, in->items.n);
    for (isize i = 0; i < in->items.n; i++) x[i].state = ANSWER_GIVEN;
    CHECK_INT(answer_remarks(in, x, &tmp).n, 0);
    x[1].value = 2;
    x[7].value = 1;
    struct remarks r = answer_remarks(in, x, &tmp);
    CHECK_INT(r.n, 2);
    CHECK(r.at[0].kind == REMARK_ALERT && r.at[0].item == 1 && r.at[0].alert->tell.n > 0);
    CHECK(r.at[1].kind == REMARK_DETAIL_WANTED && r.at[1].item == 7);
    x[7].detail = S("K");
    CHECK_INT(answer_remarks(in, x, &tmp).n, 2);
    x[7].detail = S("A");
    x[1].value = 1;
    CHECK_INT(answer_remarks(in, x, &tmp).n, 0);
    x[1] = (struct answer){.state = ANSWER_NOT_KNOWN, .value = 4};
    CHECK_INT(answer_remarks(in, x, &tmp).n, 0);
}

/* GOI G3: counted among the eligible, else among 80 % of the target population; the
** protocol's worked example for another share is 120 x .6 = 72. */
TEST(instrument_penetration)
{
    struct instrument *in = NULL;
    struct err e = {0};
    struct answer x;
    bool estimated = false;
    const char *path = test_path("data/instruments/goi.yaml");
    CHECK_CODE(instrument_read_file(path, &in, &tmp, &e), OK, e);
    const struct item *it = &in->items.at[2];
    static const struct {
        double count, among, base, want;
        bool estimated;
    } row[] = {
        {0, 10, NAN, 1, false},   {2, 10, NAN, 1, false},    {21, 100, NAN, 2, false},
        {40, 100, NAN, 2, false}, {60, 100, NAN, 3, false},  {80, 100, NAN, 4, false},
        {81, 100, NAN, 5, false}, {120, 100, NAN, 5, false}, {32, NAN, 100, 2, true},
        {33, NAN, 100, 3, true},  {65, NAN, 100, 5, true},   {72, 120, NAN, 3, false},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(
            answer_rate(it, row[i].count, row[i].among, row[i].base, &x, &estimated, &e),
            OK, e);
        CHECK_NEAR(x.value, row[i].want, 0);
        CHECK(estimated == row[i].estimated);
    }
    CHECK_CODE(answer_rate(it, 5, NAN, NAN, &x, &estimated, &e), E_DOMAIN, e);
    CHECK_SAYS(e, "target population");
    CHECK_CODE(answer_rate(it, 5, 0, NAN, &x, &estimated, &e), E_DOMAIN, e);
    CHECK_CODE(answer_rate(it, -1, 10, NAN, &x, &estimated, &e), E_DOMAIN, e);
    CHECK_CODE(answer_rate(&in->items.at[0], 1, 2, 3, &x, &estimated, &e), E_DOMAIN, e);
}

static const char *const wording =
    "overlay: mood3\nrevision: 1\nof-revision: 1\nlanguage: nb\n"
    "translator: this test\nvalidation: none\nlicence: free\n"
    "title: Humor\n"
    "choices: {0: nei, 2: mye}\n"
    "items:\n  sleep: Sov dårlig\n  calm: {text: Var rolig}\n"
    "scores:\n  total: {title: Sum, bands: {high: høy}}\n";

static int lay(const char *text, const struct instrument *in, struct instrument **out,
               struct arena *a, struct err *e)
{
    struct yaml *doc = NULL;
    struct overlay *o = NULL;
    TRY(yaml_read(str_of(text), "o.yaml", &doc, a, e));
    TRY(overlay_read(doc, &o, a, e));
    return overlay_apply(in, o, out, a, e);
}

/* Texts change, nothing else does: no change that touches records, the same hash. */
TEST(instrument_overlay_changes_text_and_nothing_else)
{
    struct instrument *in = NULL, *out = NULL;
    struct err e = {0};
    CHECK_CODE(read(str_of(sound), &in, &tmp, &e), OK, e);
    CHECK_CODE(lay(wording, in, &out, &tmp, &e), OK, e);
    CHECK_STR(out->title, "Humor");
    CHECK_STR(out->lang, "nb");
    CHECK_STR(out->items.at[0].text, "Sov dårlig");
    CHECK_STR(out->items.at[2].text, "Worried");
    CHECK_STR(out->items.at[1].choices.at[0].text, "nei");
    CHECK_STR(out->items.at[1].choices.at[1].text, "some");
    CHECK_STR(out->scores.at[0].bands.at[1].text, "høy");
    CHECK_STR(str_of(out->hash.hex), in->hash.hex);
    struct changes c = change_instruments(in, out, &tmp);
    CHECK(c.n > 0);
    CHECK_INT(change_gravest(&c), TOUCHES_TEXT);
    /* and the definition itself is as it was */
    CHECK_STR(in->items.at[0].text, "Slept badly");
    CHECK_STR(in->items.at[1].choices.at[0].text, "no");
    CHECK_INT(in->scores.at[0].bands.at[1].text.n, 0);
    for (isize i = 0; i < out->cases.n; i++)
        CHECK_CODE(worked_run(out, &out->cases.at[i], &e), OK, e);
}

TEST(instrument_overlay_refuses_what_is_not_text)
{
    static const struct {
        const char *old, *now, *place, *says;
    } row[] = {
        {"overlay: mood3", "overlay: other", "o.yaml:1:", "for 'other'"},
        {"of-revision: 1", "of-revision: 2", "o.yaml:3:", "made for revision 2"},
        {"translator: this test\n", "", "o.yaml:1:", "translator"},
        {"validation: none\n", "", "o.yaml:1:", "validation"},
        {"title: Humor", "direction: higher is better", "o.yaml:8:", "direction"},
        {"2: mye", "3: mye", "o.yaml:9:", "no choice 3"},
        {"sleep: Sov", "slep: Sov", "o.yaml:11:", "did you mean 'sleep'"},
        {"{text: Var rolig}", "{text: Var rolig, reverse: false}",
         "o.yaml:12:", "reverse"},
        {"{text: Var rolig}", "{text: x, range: [0, 9]}", "o.yaml:12:", "range"},
        {"{text: Var rolig}", "{not-applicable: x}", "o.yaml:12:", "always applies"},
        {"total: {title", "totl: {title", "o.yaml:14:", "did you mean 'total'"},
        {"title: Sum,", "metric: mean,", "o.yaml:14:", "metric"},
        {"high: ", "hgh: ", "o.yaml:14:", "no band 'hgh'"},
    };
    struct instrument *in = NULL, *out = NULL;
    struct err e = {0};
    CHECK_CODE(read(str_of(sound), &in, &tmp, &e), OK, e);
    for (isize i = 0; i < COUNT(row); i++) {
        struct str text = with(wording, row[i].old, row[i].now, &tmp);
        CHECK_CODE(lay(str_c(text, &tmp), in, &out, &tmp, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].place);
        CHECK_SAYS(e, row[i].says);
    }
}

/* Each change is found, and the gravest kind of record it touches. */
TEST(instrument_changes_in_words)
{
    static const struct {
        const char *old, *now;
        enum change_touch gravest;
        const char *says;
    } row[] = {
        {"Worried", "Worries", TOUCHES_TEXT, "item 3 (worry) is worded otherwise"},
        {"2: much", "2: a lot", TOUCHES_TEXT,
         "choices of item 1 (sleep) are worded otherwise"},
        {"2: much", "2: much, 3: more", TOUCHES_ANSWERS,
         "item 1 (sleep) allowed 0 to 2 and now allows 0 to 3"},
        {", reverse: true", "", TOUCHES_SCORES, "item 2 (calm) is no longer reversed"},
        {"at-least: 2}", "at-least: 3}", TOUCHES_SCORES, "missing rule of score total"},
        {"rule: prorate", "rule: person mean", TOUCHES_SCORES,
         "missing rule of score total"},
        {"metric: sum", "metric: prorated sum", TOUCHES_SCORES,
         "score total was a sum and is a prorated sum"},
        {"[sleep, calm, worry]", "[sleep, calm]", TOUCHES_SCORES, "made of other parts"},
        {"from: 4", "from: 3", TOUCHES_READING, "bands, cut-offs or reliable change"},
        {"lower is better", "higher is better", TOUCHES_READING,
         "was \"lower is better\""},
        {"worry, at-least: 2", "worry, at-least: 1", TOUCHES_READING, "alerts differ"},
        {"times: 2}", "times: 3}", TOUCHES_SCORES, "score twice is computed otherwise"},
        {"  - {id: twice, of: [total], metric: mean, then: {times: 2}}\n", "",
         TOUCHES_SCORES, "score twice is gone"},
        {"  - {id: worry, text: Worried}\n",
         "  - {id: worry, text: Worried}\n  - {id: extra}\n", TOUCHES_ANSWERS,
         "item 4 (extra) is new"},
        {"  - {id: sleep, text: Slept badly}\n  - {id: calm, text: Felt calm, reverse: "
         "true}\n",
         "  - {id: calm, text: Felt calm, reverse: true}\n  - {id: sleep, text: Slept "
         "badly}\n",
         TOUCHES_ANSWERS, "moved"},
    };
    struct instrument *in = NULL, *other = NULL;
    struct err e = {0};
    CHECK_CODE(read(str_of(sound), &in, &tmp, &e), OK, e);
    CHECK_INT(change_instruments(in, in, &tmp).n, 0);
    for (isize i = 0; i < COUNT(row); i++) {
        struct str text = with(sound, row[i].old, row[i].now, &tmp);
        /* the case of the sound text may not fit the other one; it is not compared */
        text = str_upto(text, str_find_str(text, S("cases:")));
        CHECK_CODE(read(text, &other, &tmp, &e), OK, e);
        struct changes c = change_instruments(in, other, &tmp);
        bool found = false;
        for (isize k = 0; k < c.n; k++)
            found |= str_find_str(c.at[k].text, str_of(row[i].says)) >= 0;
        test_check(found, __FILE__, __LINE__, "row %td does not say '%s'", i,
                   row[i].says);
        CHECK_INT(change_gravest(&c), row[i].gravest);
    }
}
