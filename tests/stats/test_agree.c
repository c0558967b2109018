#include "stats/agree.h"
#include "stats/rci.h"
#include "stats/reliab.h"
#include "stats/rng.h"
#include "test.h"

/* po = 35/50, pe = .5 * .6 + .5 * .4: kappa = .2 / .5 */
TEST(agree_kappa_by_hand)
{
    static const double t[] = {20, 5, 10, 15}, one[] = {9, 0, 0, 0},
                        minus[] = {1, -1, 0, 3};
    struct err e = {0};
    struct agree_kappa r, s;
    CHECK_CODE(agree_kappa(t, 2, AGREE_PLAIN, 0.95, &r, tmp, &e), OK, e);
    CHECK_REL(r.kappa, 0.4, 1e-14);
    CHECK_REL(r.po, 0.7, 1e-15);
    CHECK_CODE(agree_kappa(t, 2, AGREE_QUADRATIC, 0.95, &s, tmp, &e), OK, e);
    CHECK_REL(s.ase, r.ase, 1e-13); /* with two categories all weights are the same */
    CHECK_CODE(agree_kappa(one, 2, AGREE_PLAIN, 0.95, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(agree_kappa(one, 1, AGREE_PLAIN, 0.95, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(agree_kappa(minus, 2, AGREE_PLAIN, 0.95, &r, tmp, &e), E_DOMAIN, e);
}

/* Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section E: four
** observers, twelve units, missing values; printed .743, .815, .849. */
TEST(agree_krippendorff_example)
{
#define X NAN
    static const double x[12][4] = {{1, 1, X, 1}, {2, 2, 3, 2}, {3, 3, 3, 3},
                                    {3, 3, 3, 3}, {2, 2, 2, 2}, {1, 2, 3, 4},
                                    {4, 4, 4, 4}, {1, 1, 2, 1}, {2, 2, 2, 2},
                                    {X, 5, 5, 5}, {X, X, 1, 1}, {X, 3, X, X}};
#undef X
    struct err e = {0};
    struct agree_many r;
    CHECK_CODE(agree_many(&x[0][0], 12, 4, &r, tmp, &e), OK, e);
    CHECK_INT(r.units, 11);
    CHECK_NEAR(r.alpha_nominal, 0.743, 0.0005);
    CHECK_NEAR(r.alpha_ordinal, 0.815, 0.0005);
    CHECK_NEAR(r.alpha_interval, 0.849, 0.0005);
    CHECK_INT(r.n, 8); /* Fleiss takes complete rows */
}

TEST(agree_refuses_what_cannot_agree)
{
    struct err e = {0};
    struct agree_many r;
    struct agree_icc s;
    static const double same[] = {3, 3, 3, 3}, lone[] = {1, NAN, NAN, 2};
    static const double shift[] = {1, 2, 2, 3, 5, 6};
    CHECK_CODE(agree_many(same, 2, 2, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(agree_many(lone, 2, 2, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(agree_many(lone, 0, 2, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(agree_icc(same, 2, 2, 0.95, &s, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(agree_icc(lone, 2, 2, 0.95, &s, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(agree_icc(shift, 3, 2, 0.95, &s, tmp, &e), E_DEGENERATE, e);
    CHECK_SAYS(e, "agree but for a shift");
}

/* Laws: a rater who is always higher by 10 costs agreement and no consistency; a change
** of unit changes nothing; the mean of k is the Spearman-Brown of one. */
TEST(agree_icc_laws)
{
    enum { N = 9, K = 3 };
    double x[N * K], y[N * K], z[N * K];
    struct rng g = rng_stream(41, 0, 0);
    struct err e = {0};
    struct agree_icc a, b, c;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < K; j++) {
            x[i * K + j] = i + (double)rng_below(&g, 4);
            y[i * K + j] = x[i * K + j] + 10 * (j == 1);
            z[i * K + j] = 4 * x[i * K + j] - 256;
        }
    CHECK_CODE(agree_icc(x, N, K, 0.95, &a, tmp, &e), OK, e);
    CHECK_CODE(agree_icc(y, N, K, 0.95, &b, tmp, &e), OK, e);
    CHECK_CODE(agree_icc(z, N, K, 0.95, &c, tmp, &e), OK, e);
    CHECK_REL(b.three1.icc, a.three1.icc, 1e-11);
    CHECK_REL(b.three1.lower, a.three1.lower, 1e-10);
    CHECK(b.two1.icc < a.two1.icc);
    CHECK_REL(c.two1.icc, a.two1.icc, 1e-12);
    CHECK_REL(c.one1.upper, a.one1.upper, 1e-11);
    CHECK_REL(a.onek.icc, K * a.one1.icc / (1 + (K - 1) * a.one1.icc), 1e-12);
    CHECK_REL(a.twok.icc, K * a.two1.icc / (1 + (K - 1) * a.two1.icc), 1e-12);
}

/* Variances 5/3 and 5/3, covariance 1, so r = .6: alpha = 2 * .6 / 1.6 = .75. */
TEST(reliab_of_two_items)
{
    static const double x[] = {1, 2, 3, 4, NAN}, y[] = {2, 1, 4, 3, 5};
    const double *col[] = {x, y};
    struct err e = {0};
    struct reliab r;
    CHECK_CODE(reliab_of(col, 2, 5, 0.95, &r, &tmp, &e), OK, e);
    CHECK_INT(r.n, 4);
    CHECK_REL(r.alpha, 0.75, 1e-14);
    CHECK_REL(r.split_half, 0.75, 1e-14);
    CHECK_REL(r.mean_r, 0.6, 1e-14);
    CHECK_REL(r.lambda6, 1 - 2 * 0.64 / 3.2, 1e-13); /* smc = .36 */
    CHECK(isnan(r.omega) && isnan(r.if_deleted[0]));
    CHECK(r.lower < r.alpha && r.alpha < r.upper);
}

/* Law: items that are one true score plus equal errors: alpha, lambda-2 and omega meet.
** Built without sampling error: orthogonal columns. */
TEST(reliab_of_parallel_items)
{
    static const double sign[8][4] = {{1, 1, 1, 1},   {1, 1, -1, -1},  {1, -1, 1, -1},
                                      {1, -1, -1, 1}, {-1, 1, 1, -1},  {-1, 1, -1, 1},
                                      {-1, -1, 1, 1}, {-1, -1, -1, -1}};
    double x[4][8];
    const double *col[4];
    struct err e = {0};
    struct reliab r;
    for (int j = 0; j < 4; j++) {
        /* true score +-2 by the first sign, errors by the other three and their
        ** product */
        for (int i = 0; i < 8; i++) {
            double error = j < 3 ? sign[i][j + 1] : sign[i][1] * sign[i][2] * sign[i][0];
            x[j][i] = 2 * sign[i][0] + (j < 3 ? error : 0);
        }
        col[j] = x[j];
    }
    /* three items: var 5 each, covariances 4 or 5 pairs by the design, r = .8 */
    CHECK_CODE(reliab_of(col, 3, 8, 0.95, &r, &tmp, &e), OK, e);
    double want = 3 * 0.8 / (1 + 2 * 0.8);
    CHECK_REL(r.alpha, want, 1e-12);
    CHECK_REL(r.lambda2, want, 1e-12);
    CHECK_REL(r.omega, want, 1e-8);
    CHECK_NEAR(r.chisq, 0, 1e-8);
}

TEST(reliab_refuses)
{
    static const double x[] = {1, 2, 3, 4}, y[] = {4, 3, 2, 1}, z[] = {2, 2, 2, 2};
    struct err e = {0};
    struct reliab r;
    CHECK_CODE(reliab_of((const double *[]){x}, 1, 4, 0.95, &r, &tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(reliab_of((const double *[]){x, y}, 2, 2, 0.95, &r, &tmp, &e), E_TOO_FEW,
               e);
    CHECK_CODE(reliab_of((const double *[]){x, z}, 2, 4, 0.95, &r, &tmp, &e),
               E_DEGENERATE, e);
    CHECK_CODE(reliab_of((const double *[]){x, y}, 2, 4, 0.95, &r, &tmp, &e),
               E_DEGENERATE, e);
    /* an item twice: lambda-6 and omega are not defined, alpha is */
    static const double v[] = {2, 1, 4, 4};
    CHECK_CODE(reliab_of((const double *[]){x, x, v}, 3, 4, 0.95, &r, &tmp, &e), OK, e);
    CHECK(isnan(r.lambda6) && isnan(r.omega) && r.alpha > 0.8);
}

/* sd 10, r .84: sem 4, s_diff 4 sqrt 2, threshold 1.96 of them = 11.087 */
TEST(rci_by_hand)
{
    static const double x[] = {10, 10, 10, 10, NAN}, y[] = {22, 21, -2, 18.5, 3};
    struct err e = {0};
    struct rci_rule rule, same;
    struct rci r;
    double index[5];
    CHECK_CODE(rci_from_reliability(10, 0.84, 0.95, &rule, &e), OK, e);
    CHECK_NEAR(rule.sem, 4, 1e-15);
    CHECK_REL(rule.threshold, 1.959963984540054 * 4 * sqrt(2), 1e-14);
    CHECK_CODE(rci_count(x, y, 5, &rule, true, index, &r, &e), OK, e);
    CHECK_INT(r.n, 4);
    CHECK_INT(r.missing, 1);
    CHECK_INT(r.improved, 1);
    CHECK_INT(r.deteriorated, 1);
    CHECK_INT(r.unchanged, 2);
    CHECK_INT(r.beyond_2_sem, 4); /* 12, 11, 12, 8.5 are above 8 */
    CHECK_REL(index[0], 12 / (4 * sqrt(2)), 1e-14);
    CHECK(isnan(index[4]));
    CHECK_CODE(rci_count(x, y, 5, &rule, false, NULL, &r, &e), OK, e);
    CHECK_INT(r.improved, 1); /* lower is better: -12 */
    CHECK_CODE(rci_from_published(rule.threshold, 0.95, &same, &e), OK, e);
    CHECK_REL(same.s_diff, rule.s_diff, 1e-14);
    /* a change of just the threshold is none */
    CHECK_CODE(rci_from_published(12, 0.95, &same, &e), OK, e);
    CHECK_CODE(rci_count(x, y, 1, &same, true, NULL, &r, &e), OK, e);
    CHECK_INT(r.unchanged, 1);
    CHECK_CODE(rci_from_reliability(10, 1, 0.95, &rule, &e), E_DOMAIN, e);
    CHECK_CODE(rci_from_reliability(0, 0.8, 0.95, &rule, &e), E_DOMAIN, e);
    CHECK_CODE(rci_from_published(-1, 0.95, &rule, &e), E_DOMAIN, e);
    CHECK_CODE(rci_count(x + 4, y + 4, 1, &same, true, NULL, &r, &e), E_TOO_FEW, e);
}
