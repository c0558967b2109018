#include "study/score.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/num.h"
#include "study/answer.h"
#include "study/worked.h"
#include "test.h"

static struct instrument *shipped(const char *id, struct arena *a)
{
    struct instrument *in = NULL;
    struct err e = {0};
    const char *path = str_fmt(a, "data/instruments/%s.yaml", id).at;
    CHECK_CODE(instrument_read_file(test_path(path), &in, a, &e), OK, e);
    return in;
}

static struct instrument *of_text(const char *text, struct arena *a)
{
    struct yaml *doc = NULL;
    struct instrument *in = NULL;
    struct err e = {0};
    CHECK_CODE(yaml_read(str_of(text), "t.yaml", &doc, a, &e), OK, e);
    CHECK_CODE(instrument_read(doc, &in, a, &e), OK, e);
    return in;
}

/* Every case that somebody worked by hand beside an instrument. */
TEST(score_worked_cases_of_every_instrument)
{
    struct file_names names;
    struct err e = {0};
    isize n = 0;
    const char *dir = test_path("data/instruments");
    CHECK_CODE(file_list(dir, &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++) {
        isize dots = 0;
        for (isize k = 0; k < names.at[i].n; k++) dots += names.at[i].at[k] == '.';
        if (!str_ends(names.at[i], S(".yaml")) || dots > 1)
            continue; /* overlays have two */
        struct instrument *in = NULL;
        const char *path = file_join(&tmp, dir, names.at[i].at);
        if (!CHECK_CODE(instrument_read_file(path, &in, &tmp, &e), OK, e)) continue;
        CHECK(in->cases.n >= 4);
        for (isize k = 0; k < in->cases.n; k++, n++)
            CHECK_CODE(worked_run(in, &in->cases.at[k], &e), OK, e);
    }
    CHECK(n >= 130);
}

static void read_answers(const struct instrument *in, struct str cells,
                         struct answer *out)
{
    struct str cell;
    struct err e = {0};
    for (isize i = 0; i < in->items.n && str_cut(&cells, ';', &cell); i++) {
        if (str_is(cell, "x")) cell = S("not applicable");
        CHECK_CODE(answer_read(&in->items.at[i], cell, &out[i], &e), OK, e);
    }
}

/* 800 scores of random answers with gaps, computed in R from the published rules:
** tests/study/score_check.R. */
TEST(score_agrees_with_r)
{
    struct csv c;
    struct err e = {0};
    const char *path = test_path("tests/study/score_check.csv");
    if (!CHECK_CODE(csv_read_file(path, &c, &tmp, &e), OK, e)) return;
    struct instrument *in = NULL;
    isize none = 0;
    CHECK_INT(c.n, 800);
    for (isize r = 0; r < c.n; r++) {
        struct arena room = tmp;
        struct str id = csv_cell(&c, r, 0), want = csv_cell(&c, r, 2);
        if (!in || !str_eq(in->id, id)) in = shipped(str_c(id, &tmp), &tmp), room = tmp;
        struct answer *x = NEW(&room, struct answer, in->items.n);
        isize k = instrument_score(in, csv_cell(&c, r, 1));
        double value = NAN;
        if (!CHECK(k >= 0)) return;
        read_answers(in, csv_cell(&c, r, 3), x);
        if (str_is(want, "none"))
            none++;
        else
            CHECK_CODE(num_read(want, &value, &e), OK, e);
        CHECK_NEAR(score_one(in, k, x).value, value, 1e-12 * (1 + fabs(value)));
    }
    CHECK_INT(none, 250);
}

/* Small and missing: every rule on four items of 0 to 3, the third reversed. */
static const char *const rules =
    "instrument: r\nrevision: 1\nlicence: free\ndirection: lower is better\n"
    "range: [0, 3]\n"
    "items:\n  - {id: a}\n  - {id: b}\n  - {id: c, reverse: true}\n"
    "  - {id: d, not-applicable: never mind}\n"
    "scores:\n"
    "  - {id: none,     of: all, metric: sum}\n"
    "  - {id: answered, of: all, metric: sum, missing: {rule: answered, at-least: 2}}\n"
    "  - {id: prorate,  of: all, metric: sum, missing: {rule: prorate, at-least: 2}}\n"
    "  - {id: person,   of: all, metric: sum, missing: {rule: person mean, up-to: 1}}\n"
    "  - {id: full,     of: all, metric: prorated sum, missing: {rule: answered, up-to: "
    "2}}\n"
    "  - {id: mean,     of: all, metric: mean, missing: {rule: prorate, at-least: 2}}\n"
    "  - {id: over,     of: [a, b], metric: mean,\n"
    "     missing: {rule: person mean, up-to: 2, over: all}}\n"
    "  - {id: weighted, of: [a, b, c], metric: weighted mean, weights: [1, 2, 1],\n"
    "     missing: {rule: prorate, at-least: 2}}\n"
    "  - {id: minus,    of: [a, b], metric: weighted sum, weights: [1, -1]}\n"
    "  - {id: lowest,   of: all, metric: lowest, missing: {rule: answered, at-least: "
    "1}}\n"
    "  - {id: highest,  of: all, metric: highest, missing: {rule: answered, at-least: "
    "1}}\n"
    "  - {id: count,    of: all, metric: count, when: {at-least: 2},\n"
    "     missing: {rule: answered, at-least: 1}}\n"
    "  - {id: all-low,  of: all, metric: criterion, when: {at-most: 1}}\n"
    "  - {id: pomp,     of: all, metric: POMP, missing: {rule: answered, at-least: 1}}\n"
    "  - {id: banded,   of: [a, b], metric: sum,\n"
    "     bands: [{from: 0, name: low}, {from: 2, name: mid}, {from: 5, name: high}]}\n"
    "  - {id: band,     of: [banded], metric: band}\n"
    "  - {id: parts,    of: [banded, minus], metric: mean,\n"
    "     missing: {rule: answered, at-least: 1}}\n";

#define G(x)             \
    {                    \
        ANSWER_GIVEN, x, \
        {                \
            0            \
        }                \
    }
#define M                  \
    {                      \
        ANSWER_MISSING, 0, \
        {                  \
            0              \
        }                  \
    }
#define NA                        \
    {                             \
        ANSWER_NOT_APPLICABLE, 0, \
        {                         \
            0                     \
        }                         \
    }

TEST(score_metrics_and_rules)
{
    struct instrument *in = of_text(rules, &tmp);
    static const struct {
        const char *score;
        struct answer x[4];
        double want;
        int answered, items;
        bool prorated, imputed;
    } row[] = {
        /* complete: 1 + 2 + (3 - 3) + 3 = 6 */
        {"none", {G(1), G(2), G(3), G(3)}, 6, 4, 4, false, false},
        {"none", {G(1), G(2), G(3), M}, NAN, 3, 4, false, false},
        {"none", {G(1), G(2), G(3), NA}, 3, 3, 3, false, false},
        /* the third is missing: 1 + 2 + 3 */
        {"answered", {G(1), G(2), M, G(3)}, 6, 3, 4, false, false},
        {"answered", {G(1), M, M, M}, NAN, 1, 4, false, false},
        {"prorate", {G(1), G(2), M, G(3)}, 8, 3, 4, true, false}, /* 6 / 3 * 4 */
        {"prorate", {G(1), G(2), M, NA}, 4.5, 2, 3, true, false}, /* 3 / 2 * 3 */
        {"person", {G(1), G(2), M, G(3)}, 8, 3, 4, false, true},
        {"person", {G(1), G(2), M, M}, NAN, 2, 4, false, false},
        {"person", {M, M, M, M}, NAN, 0, 4, false, false},
        {"full", {G(1), G(2), G(3), NA}, 4, 3, 3, true, false}, /* 3 / 3 * 4 */
        {"full", {G(1), G(2), M, M}, 6, 2, 4, true, false},
        {"mean", {G(1), G(2), M, G(3)}, 2, 3, 4, true, false},
        {"mean", {NA, NA, NA, NA}, NAN, 0, 0, false, false},
        /* a missing: the mean of b, c turned, d = (2 + 3 + 1) / 3 stands for it */
        {"over", {M, G(2), G(0), G(1)}, 2, 1, 2, false, true},
        {"over", {M, M, G(0), G(1)}, 2, 0, 2, false, true},
        {"over", {M, M, M, G(1)}, NAN, 0, 2, false, false},
        {"weighted", {G(3), G(1), G(0), M}, 2, 3, 3, false, false}, /* (3 + 2 + 3) / 4 */
        {"weighted", {G(3), M, G(2), M}, 2, 2, 3, true, false},     /* fill (3 + 1) / 2 */
        {"minus", {G(1), G(3), M, M}, -2, 2, 2, false, false},
        {"lowest", {G(2), G(3), G(1), M}, 2, 3, 4, false, false},
        {"highest", {G(2), G(1), G(3), M}, 2, 3, 4, false, false},
        {"count", {G(2), G(1), G(0), M}, 2, 3, 4, false, false}, /* a, and c turned: 3 */
        {"all-low", {G(1), G(0), G(2), G(1)}, 1, 4, 4, false, false},
        {"all-low", {G(1), G(0), G(1), G(1)}, 0, 4, 4, false, false},
        {"pomp", {G(3), G(3), G(0), G(3)}, 100, 4, 4, false, false},
        {"pomp", {G(1), G(2), M, M}, 50, 2, 4, false, false}, /* 3 of 6 */
        {"band", {G(2), G(3), M, M}, 3, 2, 2, false, false},
        {"band", {G(1), G(0), M, M}, 1, 2, 2, false, false},
        {"band", {G(1), M, M, M}, NAN, 1, 2, false, false},
        {"parts", {G(1), G(3), M, M}, 1, 2, 2, false, false}, /* (4 - 2) / 2 */
    };
    for (isize i = 0; i < COUNT(row); i++) {
        isize k = instrument_score(in, str_of(row[i].score));
        if (!CHECK(k >= 0)) return;
        struct score s = score_one(in, k, row[i].x);
        bool ok = CHECK_NEAR(s.value, row[i].want, 1e-12);
        ok = CHECK_INT(s.n_answered, row[i].answered) && ok;
        ok = CHECK_INT(s.n_items, row[i].items) && ok;
        ok = CHECK(s.prorated == row[i].prorated && s.imputed == row[i].imputed) && ok;
        if (!ok) test_check(false, __FILE__, __LINE__, "row %td: %s", i, row[i].score);
    }
}

/* "Not known" and "declined" are missing; an optional item left empty does not apply. */
TEST(score_reasons_for_no_answer)
{
    struct instrument *in = of_text(rules, &tmp);
    isize k = instrument_score(in, S("prorate"));
    struct answer x[4] = {
        G(1), G(2), {ANSWER_NOT_KNOWN, 9, {0}}, {ANSWER_DECLINED, 9, {0}}};
    struct score s = score_one(in, k, x);
    CHECK_NEAR(s.value, 6, 1e-12);
    CHECK_INT(s.n_items, 4);
    struct instrument *itis = shipped("itis", &tmp);
    struct answer y[16] = {{0}};
    for (int i = 0; i < 13; i++) y[i] = (struct answer)G(4);
    CHECK_INT(score_one(itis, 0, y).n_items, 13);
    CHECK(score_one(itis, 0, y).short_of_all);
    y[2].state = y[3].state = ANSWER_MISSING;
    CHECK_INT(score_one(itis, 0, y).n_items, 13);
    answer_given_in(itis, S("group"), y);
    CHECK_INT(score_one(itis, 0, y).n_items, 13);
    answer_given_in(itis, S("individual"), y);
    CHECK_INT(score_one(itis, 0, y).n_items, 11);
    CHECK_NEAR(score_one(itis, 0, y).value, 4, 0);
    y[2] = y[3] = (struct answer)G(4);
    y[15].state = ANSWER_DECLINED; /* a reason was given: not simply left out */
    CHECK_INT(score_one(itis, 0, y).n_items, 14);
}

/* A mean that is a band's foot, to the last bit or not, lies in that band. */
TEST(score_bands_begin_at_their_foot)
{
    struct instrument *in = shipped("imr-fidelity", &tmp);
    struct answer x[13];
    static const struct {
        int sum;
        const char *band;
    } row[] = {{13, "low"},      {38, "low"},  {39, "moderate"},
               {51, "moderate"}, {52, "high"}, {65, "high"}};
    for (isize r = 0; r < COUNT(row); r++) {
        for (int i = 0, left = row[r].sum; i < 13; i++) {
            int v = left / (13 - i);
            x[i] = (struct answer)G(v);
            left -= v;
        }
        struct score s = score_one(in, 0, x);
        CHECK_NEAR(s.value, row[r].sum / 13.0, 1e-12);
        CHECK_STR(score_band(&in->scores.at[0], s), row[r].band);
    }
}

/* Laws over random answers with gaps: inside its range; counts are consistent; one score
** alone is the same as among all. */
TEST(score_laws_over_random_answers)
{
    static const char *const id[] = {
        "imrs-consumer", "honos", "qol5", "csq8-by-position", "itis", "ymrs", "audit",
        "gaf",           "panss", "goi"};
    u64 state = 12345;
    for (isize f = 0; f < COUNT(id); f++) {
        struct instrument *in = shipped(id[f], &tmp);
        struct answer *x = NEW(&tmp, struct answer, in->items.n);
        struct score *s = NEW(&tmp, struct score, in->scores.n);
        for (int round = 0; round < 200; round++) {
            for (isize i = 0; i < in->items.n; i++) {
                const struct item *it = &in->items.at[i];
                state = state * 6364136223846793005u + 1442695040888963407u;
                u32 r = (u32)(state >> 33);
                double v = it->kind == ITEM_CHOICE
                               ? it->choices.at[r % (u32)it->choices.n].value
                               : it->lo + r % (u32)(it->hi - it->lo + 1);
                x[i] = (struct answer){ANSWER_GIVEN, v, {0}};
                if ((r >> 20) % 12 == 0) x[i].state = ANSWER_MISSING;
                if ((r >> 20) % 12 == 1 && it->not_applicable.n)
                    x[i].state = ANSWER_NOT_APPLICABLE;
            }
            score_all(in, x, s);
            for (isize k = 0; k < in->scores.n; k++) {
                bool fine = isnan(s[k].value) || (s[k].value >= s[k].lo - 1e-9 &&
                                                  s[k].value <= s[k].hi + 1e-9);
                fine &= s[k].n_answered <= s[k].n_items &&
                        s[k].n_items <= (int)in->scores.at[k].n_leaf;
                struct score alone = score_one(in, k, x);
                fine &= isnan(alone.value) == isnan(s[k].value);
                fine &= isnan(alone.value) || alone.value == s[k].value;
                if (!fine)
                    test_check(false, __FILE__, __LINE__, "%s, score %td, round %d",
                               id[f], k, round);
            }
        }
        CHECK(in->scores.n > 0);
    }
}

/* Reversing is the instrument's business: the same opinions coded by meaning, and by the
** position of the box with four items printed the other way round, give the same
** scores. */
TEST(score_reversed_items_are_turned_once)
{
    struct instrument *meaning = shipped("csq8", &tmp);
    struct instrument *position = shipped("csq8-by-position", &tmp);
    struct answer x[8], y[8];
    struct score s[2], t[2];
    for (int code = 0; code < 5 * 5 * 5 * 5 * 5; code++) {
        for (int i = 0, left = code; i < 8; i++, left /= 5) {
            int v = i < 5 ? left % 5 : i - 4; /* 0: missing; the last three 1, 2, 3 */
            x[i] = y[i] = (struct answer){v ? ANSWER_GIVEN : ANSWER_MISSING, v, {0}};
            if (position->items.at[i].reverse) y[i].value = 5 - v;
        }
        score_all(meaning, x, s);
        score_all(position, y, t);
        bool same = isnan(s[0].value)
                        ? isnan(t[0].value)
                        : s[0].value == t[0].value && s[1].value == t[1].value;
        if (!same) test_check(false, __FILE__, __LINE__, "answers %d", code);
    }
    CHECK(position->items.at[1].reverse && !position->items.at[0].reverse);
}

/* HoNOS, Parabiaghi 2005: 8 points on the whole sample; a fall is for the better. */
TEST(score_reliable_change)
{
    struct instrument *in = shipped("honos", &tmp);
    const struct scoredef *d = &in->scores.at[instrument_score(in, S("total"))];
    const struct reliable *r = &d->reliable.at[0];
    CHECK_NEAR(r->change, 8, 0);
    CHECK_INT(score_changed(d, r, 20, 12), 1);
    CHECK_INT(score_changed(d, r, 20, 13), 0);
    CHECK_INT(score_changed(d, r, 12, 20), -1);
    CHECK_INT(score_changed(d, r, NAN, 20), 0);
    /* 1.96 * 7.6 * sqrt(2 * (1 - .79)) = 14.896 * .648074 = 9.65371 */
    in = shipped("imrs-consumer", &tmp);
    d = &in->scores.at[instrument_score(in, S("prorated-sum"))];
    CHECK_NEAR(d->reliable.at[0].change, 9.65371, 1e-5);
    CHECK_INT(score_changed(d, &d->reliable.at[0], 45, 55), 1);
}

TEST(score_rule_in_words)
{
    struct instrument *in = of_text(rules, &tmp);
    static const struct {
        const char *score, *want;
    } row[] = {
        {"none", "no missing items"},
        {"answered", "at least 2 of 4 items answered; over the answered ones"},
        {"person", "up to 1 of 4 items missing; replaced by the person's mean"},
        {"over",
         "up to 2 of 4 items missing; replaced by the person's mean of the whole scale"},
        {"parts", "at least 1 of 2 parts answered; over the answered ones"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        isize k = instrument_score(in, str_of(row[i].score));
        CHECK_STR(score_rule(in, &in->scores.at[k], &tmp), row[i].want);
    }
}
