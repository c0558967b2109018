#include "stats/paper.h"
#include "test.h"
#include <string.h>

static struct paper_num of(const char *text)
{
    struct paper_num x = {0};
    struct err e = {0};
    CHECK_CODE(paper_num_read(str_of(text), &x, &e), OK, e);
    return x;
}

static struct paper_num p_of(const char *text)
{
    struct paper_num x = {0};
    struct err e = {0};
    CHECK_CODE(paper_p_read(str_of(text), &x, &e), OK, e);
    return x;
}

static void expect(struct paper_result r, enum paper_verdict want, const char *piece,
                   int line)
{
    test_check(r.verdict == want, __FILE__, line, "%s, want %s: %.*s",
               paper_word[r.verdict], paper_word[want], FMT(r.says));
    test_check(str_find_str(r.says, str_of(piece)) >= 0, __FILE__, line,
               "'%.*s' does not say '%s'", FMT(r.says), piece);
}
#define EXPECT(r, want, piece) expect((r), (want), (piece), __LINE__)

TEST(paper_numbers_keep_their_precision)
{
    (void)tmp;
    struct paper_num x = of("3.62");
    CHECK_NEAR(x.lo, 3.615, 1e-12);
    CHECK_NEAR(x.hi, 3.625, 1e-12);
    x = of("-.230"); /* the zero counts */
    CHECK_NEAR(x.lo, -.2305, 1e-12);
    CHECK_NEAR(x.hi, -.2295, 1e-12);
    x = of("44");
    CHECK_NEAR(x.lo, 43.5, 0);
    x = p_of("< .001");
    CHECK(x.lo == 0 && x.hi == 0.001);
    x = p_of("<= .001");
    CHECK(x.lo == 0);
    CHECK_NEAR(x.hi, 0.0015, 1e-12);
    x = p_of("> .05");
    CHECK(x.lo == 0.05 && x.hi == 1);
    x = p_of("= .00");
    CHECK(x.lo == 0);
    static const char *const wrong[] = {"", "3,62", "1e3", "3.6.2", "a", " 1"};
    struct err e = {0};
    for (isize i = 0; i < COUNT(wrong); i++)
        CHECK_CODE(paper_num_read(str_of(wrong[i]), &x, &e), E_NUMBER, e);
    CHECK_CODE(paper_p_read(S("1.2"), &x, &e), E_NUMBER, e);
    CHECK_CODE(paper_p_read(S("ns"), &x, &e), E_NUMBER, e);
}

/* Brown & Heathers 2017: with 25 people and whole scores 3.45 is impossible: 86 / 25 =
** 3.44, 87 / 25 = 3.48. */
TEST(paper_grim_by_hand)
{
    static const struct {
        const char *mean;
        isize n, steps, steps_max;
        bool imputed, n_printed;
        enum paper_verdict want;
        const char *says;
    } row[] = {
        {"3.45", 25, 1, 0, false, true, PAPER_IMPOSSIBLE, "between 86.125 and 86.375"},
        {"3.44", 25, 1, 0, false, true, PAPER_POSSIBLE, "86 / 25 = 3.44"},
        {"3.45", 25, 1, 0, true, true, PAPER_UNDECIDED, "items filled in"},
        /* 3.45 x 22 = 75.9, and 76 / 22 = 3.4545 */
        {"3.45", 25, 1, 0, false, false, PAPER_DOUBTFUL, "n = 22 would fit"},
        {"3.45", 100, 1, 0, false, true, PAPER_UNDECIDED, "finer than the print"},
        {"3.85", 1, 13, 0, false, true, PAPER_POSSIBLE, "50 / 13"},
        {"3.86", 1, 13, 0, false, true, PAPER_IMPOSSIBLE, "no whole number"},
        /* 4.62 is no k / 11 or k / 12, but 60 / 13 = 4.615 */
        {"4.62", 1, 11, 12, false, true, PAPER_IMPOSSIBLE, "no whole number"},
        {"4.62", 1, 11, 16, false, true, PAPER_POSSIBLE, "60 / 13"},
        {"0.00", 7, 1, 0, false, true, PAPER_POSSIBLE, "0 / 7"},
        {"-1.50", 2, 1, 0, false, true, PAPER_POSSIBLE, "-3 / 2"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct paper_num m = of(row[i].mean);
        struct paper_scale s = {
            .min = 0, .max = 5, .steps = row[i].steps, .steps_max = row[i].steps_max};
        EXPECT(paper_grim(&m, row[i].n, &s, row[i].imputed, row[i].n_printed, &tmp),
               row[i].want, row[i].says);
    }
}

/* Law: a mean made of whole scores is never called impossible, however it is rounded. */
TEST(paper_grim_lets_every_true_mean_through)
{
    isize bad = 0, n_tried = 0;
    struct paper_scale s = {.min = 0, .max = 4, .steps = 3};
    for (isize n = 1; n < 60; n++)
        for (isize sum = 0; sum <= 12 * n; sum += 1 + n / 8)
            for (int places = 0; places < 4; places++) {
                struct arena a = tmp;
                struct str t = str_fmt(&a, "%.*f", places, (double)sum / (3 * (double)n));
                struct paper_num m = of(t.at);
                bad += paper_grim(&m, n, &s, false, true, &a).verdict == PAPER_IMPOSSIBLE;
                n_tried++;
            }
    CHECK_INT(bad, 0);
    CHECK(n_tried > 10000);
}

TEST(paper_sd_by_hand)
{
    struct paper_scale s = {.min = 1, .max = 5, .steps = 1};
    struct paper_num m = of("3.00"), sd = of("2.20");
    /* 10 people on 1 to 5 with mean 3: five at each end, SD = sqrt(40 / 9) = 2.108 */
    EXPECT(paper_sd(&m, &sd, 10, &s, 1, 5, false, false, &tmp), PAPER_IMPOSSIBLE,
           "at most 2.1");
    sd = of("2.11");
    EXPECT(paper_sd(&m, &sd, 10, &s, 1, 5, false, false, &tmp), PAPER_POSSIBLE,
           "at most");
    /* Three whole scores with sum 7 (mean 2.33): sums of squares of three whole
    ** numbers that are odd: 17 (2,2,3: SD .58), 19 (1,3,3: 1.15), ... None gives .80:
    ** Q would be 17.6. */
    m = of("2.33");
    sd = of(".58");
    EXPECT(paper_sd(&m, &sd, 3, &s, 1, 5, false, false, &tmp), PAPER_POSSIBLE, "at most");
    sd = of(".80");
    EXPECT(paper_sd(&m, &sd, 3, &s, 1, 5, false, false, &tmp), PAPER_IMPOSSIBLE,
           "no 3 whole scores");
    EXPECT(paper_sd(&m, &sd, 3, &s, 1, 5, false, true, &tmp), PAPER_POSSIBLE, "at most");
    /* 8 services from 2.83 to 3.50 with mean 2.99: with the other six at (8 x 2.99 -
    ** 6.33) / 6 = 2.932: at least sqrt((.16^2 + .51^2 + 6 x .0583^2) / 7) = .2091 */
    struct paper_scale goi = {.min = 1, .max = 5, .steps = 12};
    m = of("2.99");
    sd = of(".15");
    EXPECT(paper_sd(&m, &sd, 8, &goi, 2.83, 3.50, true, false, &tmp), PAPER_IMPOSSIBLE,
           "at least 0.2091");
    sd = of(".22");
    EXPECT(paper_sd(&m, &sd, 8, &goi, 2.83, 3.50, true, false, &tmp), PAPER_POSSIBLE,
           "between 0.209 and 0.309");
    EXPECT(paper_sd(&m, &sd, 1, &goi, 1, 5, false, false, &tmp), PAPER_IMPOSSIBLE,
           "SD .22");
}

/* Law: the mean and SD of any whole scores pass. Scores from a counter, all of 5
** people. */
TEST(paper_sd_lets_every_true_pair_through)
{
    isize bad = 0;
    struct paper_scale s = {.min = 0, .max = 4, .steps = 1};
    for (int code = 0; code < 3125; code++) {
        struct arena a = tmp;
        double sum = 0, sq = 0;
        for (int k = 0, c = code; k < 5; k++, c /= 5)
            sum += c % 5, sq += (c % 5) * (c % 5);
        double sd = sqrt(fmax(0, (sq - sum * sum / 5) / 4));
        struct paper_num m = of(str_fmt(&a, "%.2f", sum / 5).at);
        struct paper_num d = of(str_fmt(&a, "%.2f", sd).at);
        bad += paper_sd(&m, &d, 5, &s, 0, 4, false, false, &a).verdict != PAPER_POSSIBLE;
        bad += paper_grim(&m, 5, &s, false, true, &a).verdict != PAPER_POSSIBLE;
    }
    CHECK_INT(bad, 0);
}

TEST(paper_difference_by_hand)
{
    struct paper_num b = of("3.62"), a = of("4.79"), c = of("1.2");
    EXPECT(paper_difference(&b, &a, &c, &tmp), PAPER_POSSIBLE, "= 1.17");
    c = of("1.20"); /* 1.16 to 1.18, printed 1.195 to 1.205 */
    EXPECT(paper_difference(&b, &a, &c, &tmp), PAPER_IMPOSSIBLE, "printed 1.20");
    /* the edge counts: .736 - .972 may be -.235, and that may print as -.23 */
    b = of(".972"), a = of(".736"), c = of("-.23");
    EXPECT(paper_difference(&b, &a, &c, &tmp), PAPER_POSSIBLE, "-0.236");
}

TEST(paper_interval_names_the_slip)
{
    static const struct {
        const char *est, *lo, *hi;
        enum paper_method how;
        enum paper_verdict want;
        const char *says;
    } row[] = {
        {"-.236", "-4.13", "-.56", PAPER_BOOTSTRAP, PAPER_IMPOSSIBLE, "if divided by 10"},
        {"-.236", "-.413", "-.056", PAPER_BOOTSTRAP, PAPER_POSSIBLE, "midpoint -0.2345"},
        {"23", "1.3", "3.3", PAPER_T, PAPER_IMPOSSIBLE,
         "both limits fit if multiplied by 10"},
        {".46", "3.88", "5.38", PAPER_BOOTSTRAP, PAPER_IMPOSSIBLE,
         "both limits fit if divided by 10, or the lower limit fits with the other sign"},
        {"-.11", ".229", ".010", PAPER_BOOTSTRAP, PAPER_IMPOSSIBLE,
         "lower limit fits with"},
        {"-2.0", "1.0", "3.0", PAPER_T, PAPER_IMPOSSIBLE,
         "both limits fit with the other"},
        {".52", ".413", "6.25", PAPER_BOOTSTRAP, PAPER_DOUBTFUL, "5.73 below the upper"},
        {".52", ".413", "6.25", PAPER_T, PAPER_IMPOSSIBLE,
         "the upper limit fits if divided by 10"},
        {"50", "1.0", "2.0", PAPER_T, PAPER_IMPOSSIBLE, "no slip"},
        /* leaning: 1 to 1.9 is fine for a bootstrap, 1 to 3 is not, by t neither is */
        {"1.00", "0.00", "2.90", PAPER_BOOTSTRAP, PAPER_POSSIBLE, "midpoint 1.45"},
        {"1.00", "0.00", "4.00", PAPER_BOOTSTRAP, PAPER_DOUBTFUL, "3 below the upper"},
        {"1.00", "0.00", "2.90", PAPER_T, PAPER_IMPOSSIBLE, "not in the middle"},
        {"1.45", "0.00", "2.90", PAPER_NORMAL, PAPER_POSSIBLE, "midpoint"},
        {"1.5", "0", "3", PAPER_T, PAPER_POSSIBLE, "midpoint"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct paper_num e = of(row[i].est), l = of(row[i].lo), h = of(row[i].hi);
        EXPECT(paper_interval(&e, &l, &h, row[i].how, &tmp), row[i].want, row[i].says);
    }
}

/* 5.60 [1.48, 9.72]: SE = 8.24 / (2 x 2.0322) = 2.027, t = 2.76 with 34 df.
** R: 2 * pt(-5.60 / (8.24 / (2 * qt(.975, 34))), 34) is 0.00919. */
TEST(paper_p_beside_the_interval)
{
    struct paper_num e = of("5.60"), l = of("1.48"), h = of("9.72"), p = p_of(".009");
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_T, &p, &tmp), PAPER_POSSIBLE,
           "p from");
    p = p_of(".04");
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_T, &p, &tmp), PAPER_IMPOSSIBLE,
           "printed .04");
    p = p_of(".012");
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_BOOTSTRAP, &p, &tmp),
           PAPER_POSSIBLE, "0 lies outside");
    p = p_of(".09");
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_BOOTSTRAP, &p, &tmp),
           PAPER_DOUBTFUL, "0 lies outside the interval, p is printed as .09");
    l = of("-1.48");
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_BOOTSTRAP, &p, &tmp),
           PAPER_POSSIBLE, "0 lies in");
    p = p_of(".012");
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_BOOTSTRAP, &p, &tmp),
           PAPER_DOUBTFUL, "0 lies in");
    l = of(".00"); /* may be below or above 0 before rounding: either side will do */
    EXPECT(paper_p_interval(&e, &l, &h, 0.95, 34, PAPER_BOOTSTRAP, &p, &tmp),
           PAPER_POSSIBLE, "");
}

/* QoL5: SE = .239 / 3.92 = .06097, SD_d = .3607, r = (.605^2 + .512^2 - .3607^2) / (2
** x .605 x .512) = (.3660 + .2621 - .1301) / .6195 = .80 */
TEST(paper_correlation_by_hand)
{
    struct paper_num s1 = of(".605"), s2 = of(".512"), l = of("-.229"), h = of(".010");
    EXPECT(paper_correlation(&s1, &s2, 35, &l, &h, 0.95, PAPER_BOOTSTRAP, &tmp),
           PAPER_POSSIBLE, "0.80");
    l = of("-2.29");
    EXPECT(paper_correlation(&s1, &s2, 35, &l, &h, 0.95, PAPER_BOOTSTRAP, &tmp),
           PAPER_IMPOSSIBLE, "correlation");
    s1 = of("0");
    EXPECT(paper_correlation(&s1, &s2, 35, &l, &h, 0.95, PAPER_T, &tmp), PAPER_UNDECIDED,
           "an SD may be 0");
}

/* The ten rows of the Danish follow-up, by z = difference / hypot(SE1, SE2).
** R: f <- function(a, s, b, t) 2 * pnorm(-abs(a - b) / sqrt(s^2 + t^2)) gives
** .684 .519 .650 .153 .961 .595 .814 .607 .425 .487,. */
TEST(paper_groups_by_standard_errors)
{
    static const struct {
        const char *m1, *s1, *m2, *s2, *p;
        enum paper_verdict want;
        const char *says;
    } row[] = {
        {"50.6", "1.38", "49.8", "1.40", ".67", PAPER_POSSIBLE, "p = 0.68"},
        {"50.8", "1.54", "52.2", "1.53", ".50", PAPER_POSSIBLE, "p = 0.52"},
        {"52.1", "1.55", "53.1", "1.57", ".63", PAPER_POSSIBLE, "p = 0.65"},
        {"56.5", "1.83", "52.8", "1.83", ".15", PAPER_POSSIBLE, "p = 0.15"},
        {"6.57", ".44", "6.54", ".43", ".96", PAPER_POSSIBLE, "p = 0.96"},
        {"8.56", ".75", "8.0", ".74", ".47", PAPER_DOUBTFUL, "p = 0.6 "},
        {"74.5", "2.0", "75.2", "2.2", ".81", PAPER_POSSIBLE, "p = 0.81"},
        {"34.1", "1.1", "34.9", "1.1", ".62", PAPER_POSSIBLE, "p = 0.61"},
        {"24.4", ".52", "25.3", "1.0", ".84", PAPER_IMPOSSIBLE, "p = 0.42"},
        {"53.4", "1.14", "54.5", "1.10", ".96", PAPER_IMPOSSIBLE, "p = 0.49"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct paper_num m1 = of(row[i].m1), s1 = of(row[i].s1), m2 = of(row[i].m2),
                         s2 = of(row[i].s2), p = p_of(row[i].p);
        EXPECT(paper_groups_se(&m1, &s1, &m2, &s2, &p, &tmp), row[i].want, row[i].says);
    }
}

/* R: x <- c(1,2,3,4,5); y <- c(3,4,5,6,9): means 3 and 5.4, SDs 1.58 and 2.30,
** t.test(x, y, var.equal = TRUE)$p.value is 0.0906, Welch 0.0956. */
TEST(paper_groups_by_standard_deviations)
{
    struct paper_num m1 = of("3.0"), s1 = of("1.58"), m2 = of("5.4"), s2 = of("2.30");
    struct paper_num p = p_of(".09");
    EXPECT(paper_groups_sd(&m1, &s1, 5, &m2, &s2, 5, false, &p, &tmp), PAPER_POSSIBLE,
           "p = 0.09");
    p = p_of(".03");
    EXPECT(paper_groups_sd(&m1, &s1, 5, &m2, &s2, 5, false, &p, &tmp), PAPER_IMPOSSIBLE,
           "printed .03");
    EXPECT(paper_groups_sd(&m1, &s1, 5, &m2, &s2, 5, true, &p, &tmp), PAPER_UNDECIDED,
           "a model with more in it");
    EXPECT(paper_groups_sd(&m1, &s1, 1, &m2, &s2, 5, false, &p, &tmp), PAPER_UNDECIDED,
           "fewer than 2");
    s1 = of("0"), s2 = of("0");
    EXPECT(paper_groups_sd(&m1, &s1, 5, &m2, &s2, 5, false, &p, &tmp), PAPER_UNDECIDED,
           "an SD may be 0");
}

TEST(paper_counts_by_hand)
{
    struct paper_num x = of("61.2");
    EXPECT(paper_percent(&x, -1, 31, &tmp), PAPER_POSSIBLE,
           "19 of 31 is 61.29 %: cut to 61.2, not rounded");
    x = of("61.3");
    EXPECT(paper_percent(&x, 19, 31, &tmp), PAPER_POSSIBLE, "19 of 31 is 61.29 %");
    EXPECT(paper_percent(&x, 18, 31, &tmp), PAPER_IMPOSSIBLE, "18 of 31 is 58.06 %");
    x = of("62.0");
    EXPECT(paper_percent(&x, -1, 31, &tmp), PAPER_IMPOSSIBLE, "farther off");
    x = of("120");
    EXPECT(paper_percent(&x, -1, 31, &tmp), PAPER_IMPOSSIBLE, "more than all");
    EXPECT(paper_percent(&x, 0, 0, &tmp), PAPER_IMPOSSIBLE, "nobody");

    static const i64 part[] = {15, 8, 7, 1};
    EXPECT(paper_sum(part, 4, 31, &tmp), PAPER_POSSIBLE, "15 + 8 + 7 + 1 = 31");
    EXPECT(paper_sum(part, 4, 32, &tmp), PAPER_IMPOSSIBLE, "= 31, printed 32");
    EXPECT(paper_sum(part, 0, 0, &tmp), PAPER_POSSIBLE, "= 0");

    /* (9 x 33 + 35 x 42.5) / 44 = 40.56; before rounding 40.41 to 40.70 */
    struct paper_num g[] = {of("33"), of("42.5")}, all = of("40.7");
    isize n[] = {9, 35};
    EXPECT(paper_pooled(&all, 44, g, n, 2, &tmp), PAPER_POSSIBLE, "40.41 to 40.7");
    all = of("41.7");
    EXPECT(paper_pooled(&all, 44, g, n, 2, &tmp), PAPER_IMPOSSIBLE, "printed 41.7");
    EXPECT(paper_pooled(&all, 45, g, n, 2, &tmp), PAPER_IMPOSSIBLE,
           "44 people, all have 45");
}

TEST(paper_total_by_hand)
{
    struct paper_num m = of("1.4"); /* 44 / 31 = 1.419; 1.35 to 1.45 are 41.85 to 44.95 */
    EXPECT(paper_total(&m, 31, 44, &tmp), PAPER_POSSIBLE, "44 / 31 = 1.419");
    EXPECT(paper_total(&m, 31, 45, &tmp), PAPER_IMPOSSIBLE,
           "45 / 31 = 1.452, printed 1.4");
}

/* Four variables: 6 df in the baseline. 6 x .025 / .074 = 2.03; chi-square = 2 + 2 x
** 31 x .126^2 = 2.98, R: pchisq(2.98, 2, lower.tail = FALSE) is .225; 6 + .984 / .025
** = 45.4 */
TEST(paper_fit_by_hand)
{
    struct paper_fit f = {.n = 31, .df0 = 6};
    f.cfi = of(".975");
    f.tli = of(".926");
    f.rmsea = of(".126");
    EXPECT(paper_fit(&f, &tmp), PAPER_POSSIBLE,
           "= 2.03, so 2; RMSEA .126 with df = 2 and N = 31: chi-square 2.98, p = 0.225; "
           "baseline chi-square 45.4; so few df");
    f.df = of("3");
    EXPECT(paper_fit(&f, &tmp), PAPER_IMPOSSIBLE, "not the printed one");
    f.df = of("2");
    f.chi2 = of("2.98");
    EXPECT(paper_fit(&f, &tmp), PAPER_POSSIBLE, "so 2");
    f.chi2 = of("9.5");
    EXPECT(paper_fit(&f, &tmp), PAPER_IMPOSSIBLE, "printed 9.5");
    f.chi2 = (struct paper_num){0};
    f.df = (struct paper_num){0};
    f.tli = of(".940"); /* 6 x .025 / .06 = 2.5 */
    EXPECT(paper_fit(&f, &tmp), PAPER_IMPOSSIBLE, "no whole number");
    f.cfi = of("1.000");
    EXPECT(paper_fit(&f, &tmp), PAPER_UNDECIDED, "leave df open");
}

TEST(paper_words_by_hand)
{
    EXPECT(paper_points(8, 1, 4, 8, &tmp), PAPER_IMPOSSIBLE, "8 is the number of items");
    EXPECT(paper_points(1, 1, 100, 1, &tmp), PAPER_IMPOSSIBLE, "100 points, not 1");
    EXPECT(paper_points(7, 1, 7, 6, &tmp), PAPER_POSSIBLE, "1 to 7 are 7 points");
    struct paper_num b = of("3.25"), a = of("3.14");
    EXPECT(paper_direction(PAPER_INCREASE, &b, &a, true, &tmp), PAPER_DOUBTFUL,
           "lower is better: an improvement");
    EXPECT(paper_direction(PAPER_DECREASE, &b, &a, true, &tmp), PAPER_POSSIBLE, "fell");
    EXPECT(paper_direction(PAPER_IMPROVEMENT, &b, &a, true, &tmp), PAPER_POSSIBLE,
           "fell");
    EXPECT(paper_direction(PAPER_IMPROVEMENT, &b, &a, false, &tmp), PAPER_IMPOSSIBLE,
           "a worsening");
    EXPECT(paper_direction(PAPER_WORSENING, &b, &a, true, &tmp), PAPER_IMPOSSIBLE,
           "fell");
    a = of("3.2");
    EXPECT(paper_direction(PAPER_INCREASE, &b, &a, true, &tmp), PAPER_UNDECIDED, "equal");
    b = of("5.2");
    EXPECT(paper_inside(&b, 1, 5, &tmp), PAPER_IMPOSSIBLE, "outside 1 to 5");
    b = of("5.0");
    EXPECT(paper_inside(&b, 1, 5, &tmp), PAPER_POSSIBLE, "within");
}
