#include "stats/binom.h"
#include "stats/fisher.h"
#include "stats/padjust.h"
#include "stats/power.h"
#include "stats/rng.h"
#include "test.h"

/* ---- fisher -------------------------------------------------------------------- */

/* The lady tasting tea: 3 1 / 1 3; tables 0..4 have 1 16 36 16 1 of 70. */
TEST(fisher_tea)
{
    static const double count[] = {3, 1, 1, 3};
    struct err e = {0};
    struct fisher r;
    struct fisher_2x2 t;
    CHECK_CODE(fisher_of(count, 2, 2, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, 34. / 70, 1e-13);
    CHECK_NEAR(r.chisq, 2, 1e-15);
    CHECK_REL(r.cramers_v, 0.5, 1e-15);
    CHECK_CODE(fisher_2x2(count, 0.95, &t, tmp, &e), OK, e);
    CHECK_REL(t.p_greater, 17. / 70, 1e-13);
    CHECK_REL(t.p_less, 69. / 70, 1e-13);
    CHECK_REL(t.p_mid, 18. / 70, 1e-13); /* 2 tables of 1, half of 2 of 16 */
}

/* Law: the odds ratio and its limits satisfy their equations. */
TEST(fisher_limits_satisfy_their_equations)
{
    static const double table[][4] = {
        {3, 1, 1, 3}, {30, 12, 15, 40}, {1, 0, 3, 9}, {250, 4, 9, 300}, {2, 5, 9, 1}};
    struct err e = {0};
    for (isize i = 0; i < COUNT(table); i++) {
        const double *c = table[i];
        struct fisher_2x2 t;
        double x;
        CHECK_CODE(fisher_2x2(c, 0.9, &t, tmp, &e), OK, e);
        CHECK(t.or_lower < t.or_exact && t.or_exact <= t.or_upper);
        if (isfinite(t.or_exact)) {
            CHECK_CODE(fisher_at(c, log(t.or_exact), FISHER_MEAN, &x, tmp, &e), OK, e);
            CHECK_REL(x, c[0], 1e-12);
        }
        CHECK_CODE(fisher_at(c, log(t.or_lower), FISHER_FROM, &x, tmp, &e), OK, e);
        CHECK_REL(x, 0.05, 1e-11);
        if (!isfinite(t.or_upper)) continue;
        CHECK_CODE(fisher_at(c, log(t.or_upper), FISHER_UPTO, &x, tmp, &e), OK, e);
        CHECK_REL(x, 0.05, 1e-11);
    }
}

/* Every 3 x 3 table with the margins of `c`: the share that is at most as likely. */
static double brute_3x3(const int *c)
{
    int r[3], k[3], n = 0;
    double here = 0, all = 0, in = 0;
    for (int i = 0; i < 3; i++) {
        r[i] = c[3 * i] + c[3 * i + 1] + c[3 * i + 2];
        k[i] = c[i] + c[i + 3] + c[i + 6];
        n += r[i];
        for (int j = 0; j < 3; j++) here += lgamma(c[3 * i + j] + 1);
    }
    for (int a = 0; a <= n; a++)
        for (int b = 0; b <= n; b++)
            for (int d = 0; d <= n; d++)
                for (int f = 0; f <= n; f++) {
                    int x[9] = {a, b, r[0] - a - b, d, f, r[1] - d - f};
                    for (int j = 0; j < 3; j++) x[6 + j] = k[j] - x[j] - x[3 + j];
                    double s = 0;
                    bool fits = true;
                    for (int i = 0; i < 9; i++) fits = fits && x[i] >= 0;
                    for (int i = 0; fits && i < 9; i++) s += lgamma(x[i] + 1);
                    if (!fits) continue;
                    all += exp(-s);
                    in += s >= here - 1e-7 ? exp(-s) : 0;
                }
    return in / all;
}

/* Law: p is the sum over all tables; order and transposition do not matter. */
TEST(fisher_is_the_sum_over_all_tables)
{
    struct rng g = rng_stream(21, 0, 0);
    struct err e = {0};
    for (int round = 0; round < 12; round++) {
        int c[9];
        double x[9], y[9];
        for (int i = 0; i < 9; i++) x[i] = c[i] = 1 + (int)rng_below(&g, 3);
        for (int i = 0; i < 9; i++) y[i] = x[i % 3 * 3 + (2 - i / 3)];
        struct fisher r, s;
        CHECK_CODE(fisher_of(x, 3, 3, &r, tmp, &e), OK, e);
        CHECK_CODE(fisher_of(y, 3, 3, &s, tmp, &e), OK, e);
        CHECK_REL(r.p, brute_3x3(c), 1e-11);
        CHECK_REL(r.p, s.p, 1e-12);
        CHECK_REL(r.chisq, s.chisq, 1e-12);
    }
}

/* R 4.2.2: fisher.test(matrix(x, k, byrow = TRUE), workspace = 2e8)$p.value */
TEST(fisher_larger_tables_as_r)
{
    static const double four[] = {22, 5, 5, 0, 7, 2, 2, 7, 5, 2, 2, 8, 0, 4, 0, 9};
    static const double five[] = {8, 3, 4, 0, 0, 6, 4, 5, 2, 0, 2, 5, 3,
                                  1, 3, 0, 2, 3, 1, 4, 0, 0, 0, 0, 4};
    struct err e = {0};
    struct fisher r;
    CHECK_CODE(fisher_of(four, 4, 4, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, 5.1266098730693829e-07, 1e-9);
    CHECK_CODE(fisher_of(five, 5, 5, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, 0.0023017572289522133, 1e-10);
}

/* p of a 3 x 4 table by writing down every table with its margins. */
TEST(fisher_by_enumeration)
{
    static const double x[] = {2, 0, 3, 1, 1, 4, 0, 2, 0, 1, 2, 3};
    static const int row[] = {6, 7, 6}, col[] = {3, 5, 5, 6};
    double log_all = 0, in = 0, all = 0;
    for (int i = 0; i < 12; i++) log_all -= lgamma(x[i] + 1);
    for (int code = 0; code < 4 * 6 * 6 * 4 * 6 * 6; code++) {
        int c = code, t[3][4];
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++) {
                t[i][j] = c % (col[j] + 1);
                c /= col[j] + 1;
            }
        double log_p = 0;
        for (int i = 0; i < 2; i++) t[i][3] = row[i] - t[i][0] - t[i][1] - t[i][2];
        for (int j = 0; j < 4; j++) t[2][j] = col[j] - t[0][j] - t[1][j];
        for (int i = 0; i < 12; i++)
            log_p =
                t[i / 4][i % 4] < 0 ? -INFINITY : log_p - lgamma(t[i / 4][i % 4] + 1.0);
        all += exp(log_p);
        in += log_p <= log_all + 1e-7 ? exp(log_p) : 0;
    }
    struct err e = {0};
    struct fisher r;
    CHECK_CODE(fisher_of(x, 3, 4, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, in / all, 1e-12);
}

TEST(fisher_edges)
{
    struct err e = {0};
    struct fisher r;
    struct fisher_2x2 t;
    static const double empty[] = {3, 0, 4, 0}, half[] = {1, 2.5, 3, 4};
    static const double diagonal[] = {4, 0, 0, 5}, hole[] = {3, 0, 1, 2, 0, 4};
    double *big = NEW(&tmp, double, 100);
    CHECK_CODE(fisher_of(empty, 2, 2, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(fisher_of(half, 2, 2, &r, tmp, &e), E_DOMAIN, e);
    CHECK_CODE(fisher_of(half, 0, 0, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(fisher_2x2(diagonal, 0.95, &t, tmp, &e), OK, e);
    CHECK(isinf(t.or_exact) && isinf(t.or_upper) && t.or_lower > 1);
    /* an empty column is no column: 3 1 / 2 4, tables 1..5 have 4 30 60 30 2.. of 210 */
    CHECK_CODE(fisher_of(hole, 2, 3, &r, tmp, &e), OK, e);
    double two = 0;
    CHECK_CODE(fisher_of((double[]){3, 1, 2, 4}, 2, 2, (struct fisher *)&r, tmp, &e), OK,
               e);
    two = r.p;
    CHECK_CODE(fisher_of(hole, 2, 3, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, two, 1e-13);
    CHECK_NEAR(r.df, 1, 0);
    /* beyond the bound on work: the chi-square, and it says so */
    for (int i = 0; i < 100; i++) big[i] = 20 + i % 7;
    CHECK_CODE(fisher_of(big, 10, 10, &r, tmp, &e), OK, e);
    CHECK(r.notes.at[0].code == NOTE_APPROXIMATE && r.p == r.chisq_p);
}

/* ---- proportions, sign flips
** -------------------------------------------------------- */

/* R: binom.test(3, 17), prop.test(3, 17, correct = FALSE) */
TEST(binom_as_r_has_it)
{
    (void)tmp;
    struct err e = {0};
    struct binom b;
    CHECK_CODE(binom_of(3, 17, 0.95, &b, &e), OK, e);
    CHECK_REL(b.exact_lower, 0.03798506807062598, 1e-12);
    CHECK_REL(b.exact_upper, 0.4343178728442839, 1e-12);
    CHECK_REL(b.p_half, 0.012725830078125, 1e-13);
    CHECK_REL(b.wilson_lower, 0.06191126637620996, 1e-12);
    CHECK_REL(b.wilson_upper, 0.4102945856883412, 1e-12);
    CHECK_CODE(binom_of(0, 10, 0.95, &b, &e), OK, e);
    CHECK(b.exact_lower == 0 && b.wilson_lower == 0);
    CHECK_REL(b.exact_upper, 1 - pow(0.025, 0.1), 1e-13); /* (1 - p)^10 = .025 */
    CHECK_CODE(binom_of(1, 0, 0.95, &b, &e), E_TOO_FEW, e);
    CHECK_CODE(binom_of(3, 2, 0.95, &b, &e), E_DOMAIN, e);
    CHECK_CODE(binom_of(1.5, 2, 0.95, &b, &e), E_DOMAIN, e);
    CHECK_CODE(binom_of(NAN, 2, 0.95, &b, &e), E_DOMAIN, e);
}

/* 8 against 2: 2 (1 + 10 + 45) / 1024 */
TEST(binom_mcnemar_by_hand)
{
    (void)tmp;
    double x[14], y[14];
    struct err e = {0};
    struct binom_mcnemar r;
    for (int i = 0; i < 14; i++) {
        x[i] = i < 8 || i == 10;
        y[i] = i == 8 || i == 9 || i == 10;
    }
    x[13] = NAN;
    CHECK_CODE(binom_mcnemar(x, y, 14, &r, &e), OK, e);
    CHECK(r.b == 8 && r.c == 2 && r.n == 13);
    CHECK_REL(r.p_exact, 112. / 1024, 1e-14);
    CHECK_REL(r.p_mid, 67. / 1024, 1e-13);
    CHECK_REL(r.chisq, 3.6, 1e-15);
    CHECK_CODE(binom_mcnemar(x, x, 13, &r, &e), E_DEGENERATE, e);
    x[0] = 2;
    CHECK_CODE(binom_mcnemar(x, y, 14, &r, &e), E_DOMAIN, e);
}

/* 1 2 3: the sum 6 is 1 of 8. Irrational multiples have the same p by Gray code. */
TEST(binom_flip_by_hand_and_both_ways)
{
    struct err e = {0};
    struct binom_flip r, s;
    CHECK_CODE(binom_flip((double[]){1, 2, NAN, 3}, 4, &r, tmp, &e), OK, e);
    CHECK_REL(r.p_greater, 1. / 8, 1e-15);
    CHECK_REL(r.p, 1. / 4, 1e-15);
    struct rng g = rng_stream(31, 0, 0);
    for (isize n = 1; n <= 12; n++) {
        double x[12], y[12];
        for (isize i = 0; i < n; i++) {
            x[i] = ((double)rng_below(&g, 11) - 4) / 10;
            if (i == 0) x[i] = 0.3;
            y[i] = x[i] * 2.718281828459045;
        }
        CHECK_CODE(binom_flip(x, n, &r, tmp, &e), OK, e);
        CHECK_CODE(binom_flip(y, n, &s, tmp, &e), OK, e);
        CHECK_NEAR(r.p, s.p, 1e-14);
        CHECK_NEAR(r.p_greater, s.p_greater, 1e-14);
        CHECK(r.notes.n == 0 && s.notes.n == 0);
    }
}

/* 1, 2, 3 in any unit: 6 is reached by one flip of eight, -6 by another. */
TEST(binom_flip_in_any_unit)
{
    static const double unit[] = {1e-90, 1e-15, 1e-7, 1, 1e12, 1e90};
    for (isize i = 0; i < COUNT(unit); i++) {
        struct err e = {0};
        struct binom_flip r;
        double d[] = {unit[i], 2 * unit[i], 3 * unit[i]};
        CHECK_CODE(binom_flip(d, 3, &r, tmp, &e), OK, e);
        CHECK_NEAR(r.p, 0.25, 1e-15);
        CHECK_NEAR(r.p_greater, 0.125, 1e-15);
    }
}

TEST(binom_flip_edges)
{
    struct err e = {0};
    struct binom_flip r;
    double x[60];
    struct rng g = rng_stream(32, 0, 0);
    CHECK_CODE(binom_flip(x, 0, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(binom_flip((double[]){0, 0}, 2, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(binom_flip((double[]){1, INFINITY}, 2, &r, tmp, &e), E_DOMAIN, e);
    /* 60 values off any lattice: rounded to one; near the normal tail */
    double s = 0, ss = 0;
    for (int i = 0; i < 60; i++) {
        x[i] = rng_unit(&g) - 0.4;
        s += x[i];
        ss += x[i] * x[i];
    }
    CHECK_CODE(binom_flip(x, 60, &r, tmp, &e), OK, e);
    CHECK(r.notes.n == 1 && r.notes.at[0].code == NOTE_APPROXIMATE);
    CHECK_NEAR(r.p_greater, 0.5 * erfc(s / sqrt(2 * ss)), 0.005);
}

/* ---- p values
** ------------------------------------------------------------------------- */

/* R: p.adjust(c(.04, .01, .03, .02), m), p.adjust(c(.3, .001, .04, .02, .04), m) */
TEST(padjust_as_r_has_it)
{
    static const double p[] = {0.04, 0.01, NAN, 0.03, 0.02};
    static const double want[PADJUST_N][4] = {{0.16, 0.04, 0.12, 0.08},
                                              {0.06, 0.04, 0.06, 0.06},
                                              {0.04, 0.04, 0.04, 0.04},
                                              {0.04, 0.04, 0.04, 0.04},
                                              {0.04, 0.04, 0.04, 0.04},
                                              {0.08333333333333334, 0.08333333333333334,
                                               0.08333333333333334, 0.08333333333333334}};
    static const double other[] = {0.3, 0.001, 0.04, 0.02, 0.04};
    static const double hommel[] = {0.3, 0.005, 0.08, 0.06, 0.08};
    struct err e = {0};
    double q[5];
    for (int m = 0; m < PADJUST_N; m++) {
        CHECK_CODE(padjust_of(p, 5, (enum padjust_method)m, q, tmp, &e), OK, e);
        CHECK(isnan(q[2]));
        for (int i = 0; i < 4; i++) CHECK_REL(q[i + (i > 1)], want[m][i], 1e-14);
    }
    CHECK_CODE(padjust_of(other, 5, PADJUST_HOMMEL, q, tmp, &e), OK, e);
    for (int i = 0; i < 5; i++) CHECK_REL(q[i], hommel[i], 1e-14);
    CHECK_CODE(padjust_of(p, 0, PADJUST_BH, q, tmp, &e), OK, e);
    CHECK_CODE(padjust_of((double[]){1.1}, 1, PADJUST_BH, q, tmp, &e), E_DOMAIN, e);
}

/* ---- power
** ------------------------------------------------------------------------------ */

/* R: power.t.test(n = 20, delta = 1, strict = TRUE); n = 12, delta = .8, type paired */
TEST(power_as_r_has_it)
{
    (void)tmp;
    struct err e = {0};
    double p, more, less;
    isize n;
    CHECK_CODE(power_t(20, 1, 0.05, false, &p, &e), OK, e);
    CHECK_REL(p, 0.8689530277245856, 1e-9);
    CHECK_CODE(power_t(12, 0.8, 0.05, true, &p, &e), OK, e);
    CHECK_REL(p, 0.7136600656002446, 1e-9);
    CHECK_CODE(power_t(12, 0, 0.05, true, &p, &e), OK, e);
    CHECK_REL(p, 0.05, 1e-12); /* nothing to find: alpha is what is found */
    CHECK_CODE(power_t_size(0.8, -0.3, 0.05, false, &n, &e), OK, e);
    CHECK_CODE(power_t((double)n, 0.3, 0.05, false, &more, &e), OK, e);
    CHECK_CODE(power_t((double)n - 1, 0.3, 0.05, false, &less, &e), OK, e);
    CHECK(less < 0.8 && more >= 0.8);
    CHECK_CODE(power_t(1, 1, 0.05, true, &p, &e), E_TOO_FEW, e);
    CHECK_CODE(power_t(9, 1, 0, true, &p, &e), E_DOMAIN, e);
    CHECK_CODE(power_t_size(0.8, 0, 0.05, true, &n, &e), E_DOMAIN, e);
    CHECK_CODE(power_t_size(0.8, 1e-6, 0.05, true, &n, &e), E_DOMAIN, e);
}
