#include "stats/anova.h"
#include "test.h"

static const double y[] = {3.1, 4.7, 2.2, 5.9, 6.4, 1.8, 7.3, 5.5};
static const i32 g[] = {0, 1, 2, 0, 1, 2, 0, 1};

/* R 4.2.2: anova(lm(y ~ g)), oneway.test(y ~ g) with g = a b c a b c a b. */
TEST(anova_oneway_as_r)
{
    struct anova v;
    struct err e;
    CHECK_CODE(anova_oneway(y, NULL, g, 8, 3, &v, tmp, &e), OK, e);
    CHECK_REL(v.ss_between, 18.2154166666667, 1e-13);
    CHECK_REL(v.ss_within, 10.6733333333333, 1e-13);
    CHECK_REL(v.F, 4.26657, 2e-6);
    CHECK_REL(v.p, 0.082971, 1e-5);
    CHECK_REL(v.welch_F, 20.4814371844406, 1e-12);
    CHECK_REL(v.welch_df, 3.04855854522989, 1e-12);
    CHECK_REL(v.welch_p, 0.017086079988342, 1e-10);
}

/* Groups {1, 3} and {4, 6}: means 2, 5, grand 3.5; between 4 x 1.5^2 = 9, within 4; F =
** 4.5 on 1 and 2. omega^2 = (9 - 2) / (13 + 2). */
TEST(anova_by_hand)
{
    static const double v4[] = {1, 4, 3, 6};
    static const i32 two[] = {0, 3, 0, 3}; /* groups 1 and 2 have no row */
    struct anova v;
    struct err e;
    CHECK_CODE(anova_oneway(v4, NULL, two, 4, 4, &v, tmp, &e), OK, e);
    CHECK_INT(v.groups, 2);
    CHECK_NEAR(v.ss_between, 9, 0);
    CHECK_NEAR(v.ss_within, 4, 0);
    CHECK_NEAR(v.F, 4.5, 0);
    CHECK_REL(v.omega2, 7.0 / 15, 1e-15);
    CHECK_REL(v.r2, 9.0 / 13, 1e-15);
}

/* A shift of 1e12 with the decimals kept in lo changes nothing. */
TEST(anova_shift)
{
    double far[8], lo[8];
    struct anova a, b;
    struct err e;
    for (int i = 0; i < 8; i++) {
        far[i] = 1e12 + y[i];
        lo[i] = y[i] - (far[i] - 1e12); /* both differences are exact */
    }
    CHECK_CODE(anova_oneway(y, NULL, g, 8, 3, &a, tmp, &e), OK, e);
    CHECK_CODE(anova_oneway(far, lo, g, 8, 3, &b, tmp, &e), OK, e);
    CHECK_REL(b.F, a.F, 1e-14);
    CHECK_REL(b.ss_within, a.ss_within, 1e-14);
}

TEST(anova_refusals_and_notes)
{
    static const double same[] = {2, 2, 2, 2}, level[] = {1, 2, 1, 2};
    static const double gaps[] = {1, NAN, 3, 5, 8, 2};
    static const i32 two[] = {0, 1, 0, 1}, one[] = {0, 0, 0, 0}, each[] = {0, 1, 2, 3};
    static const i32 with_gaps[] = {0, 0, -1, 1, 1, 0};
    struct anova v;
    struct err e;
    CHECK_CODE(anova_oneway(same, NULL, two, 4, 2, &v, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(anova_oneway(level, NULL, one, 4, 1, &v, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(anova_oneway(level, NULL, each, 4, 4, &v, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(anova_oneway(level, NULL, two, 0, 2, &v, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(anova_oneway(level, NULL, two, 4, 2, &v, tmp, &e), OK, e);
    CHECK(isinf(v.F));
    CHECK_NEAR(v.p, 0, 0);
    CHECK(isnan(v.welch_F));
    CHECK_INT(v.notes.at[0].code, NOTE_EXACT_FIT);
    CHECK_CODE(anova_oneway(gaps, NULL, with_gaps, 6, 2, &v, tmp, &e), OK, e);
    CHECK_INT(v.n, 4);
    CHECK_INT(v.notes.at[0].code, NOTE_DROPPED);
}
