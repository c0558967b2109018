#include "stats/dist.h"
#include "stats/effect.h"
#include "stats/rng.h"
#include "stats/ttest.h"
#include "test.h"

/* Differences 1, 2, 3: mean 2, sd 1, t = 2 sqrt 3. R: t.test(1:3) */
TEST(ttest_paired_by_hand)
{
    static const double x[] = {10, 20, NAN, 30}, y[] = {11, 22, 5, 33};
    struct err e = {0};
    struct ttest_paired r;
    CHECK_CODE(ttest_paired(x, y, 4, 0.95, &r, tmp, &e), OK, e);
    CHECK_INT(r.n, 3);
    CHECK_INT(r.incomplete, 1);
    CHECK_NEAR(r.diff, 2, 0);
    CHECK_REL(r.t, 2 * sqrt(3), 1e-15);
    CHECK_REL(r.p, 0.07417990022744853, 1e-13);
    CHECK_REL(r.lower, -0.4841377117503298, 1e-12);
    CHECK_REL(r.upper, 4.484137711750329, 1e-13);
    CHECK_NEAR(r.d_z, 2, 1e-15);
    CHECK_REL(r.j, 0.5641895835477563, 1e-14); /* 1 / sqrt pi: Gamma(1) / Gamma(1/2) */
}

/* R: t.test(c(1,2,3), c(2,4,5,9), var.equal = TRUE and FALSE), var.test */
TEST(ttest_two_as_r_has_it)
{
    static const double x[] = {1, 2, NAN, 3}, y[] = {2, 4, 5, 9};
    struct err e = {0};
    struct ttest_two r;
    CHECK_CODE(ttest_two(x, 4, y, 4, 0.95, &r, tmp, &e), OK, e);
    CHECK_REL(r.student.t, -1.659850005517465, 1e-13);
    CHECK_REL(r.student.p, 0.1578388106316959, 1e-12);
    CHECK_REL(r.student.lower, -7.646049631758609, 1e-12);
    CHECK_REL(r.welch.t, -1.897366596101028, 1e-13);
    CHECK_REL(r.welch.df, 3.857142857142859, 1e-13);
    CHECK_REL(r.welch.p, 0.1332721674357905, 1e-11);
    CHECK_REL(r.welch.upper, 1.454817153927505, 1e-11);
    CHECK_REL(r.var_p, 0.2104123640610557, 1e-12);
}

TEST(ttest_refuses_what_has_no_answer)
{
    static const double x[] = {0.1, 0.2, 0.3}, y[] = {0.2, 0.3, 0.4}, z[] = {5, 5, 5};
    struct err e = {0};
    struct ttest_paired r;
    struct ttest_two s;
    CHECK_CODE(ttest_paired(x, y, 1, 0.95, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(ttest_paired(x, y, 0, 0.95, &r, tmp, &e), E_TOO_FEW, e);
    /* all .1, but for the last bit of the doubles */
    CHECK_CODE(ttest_paired(x, y, 3, 0.95, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(ttest_paired(x, z, 3, 1.5, &r, tmp, &e), E_DOMAIN, e);
    CHECK_CODE(ttest_two(x, 3, y, 1, 0.95, &s, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(ttest_two(z, 3, z, 3, 0.95, &s, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(ttest_two(x, 3, (double[]){1e200, 1}, 2, 0.95, &s, tmp, &e), E_DOMAIN, e);
    /* one constant group: Student stands, a ratio of variances does not */
    CHECK_CODE(ttest_two(x, 3, z, 3, 0.95, &s, tmp, &e), OK, e);
    CHECK(isfinite(s.student.p) && isfinite(s.welch.p) && isnan(s.var_p));
    CHECK(isnan(s.glass));
}

/* Laws: swapping the times or groups turns signs round; a common shift changes nothing; a
** scale leaves t; Student's t is the paired t's cousin: with r = 0 imposed both agree. */
TEST(ttest_moves_with_the_data)
{
    enum { N = 12 };
    double x[N], y[N], u[N], v[N];
    struct rng g = rng_stream(3, 1, 4);
    struct err e = {0};
    struct ttest_paired a, b;
    struct ttest_two c, d;
    for (int i = 0; i < N; i++) {
        x[i] = (double)rng_below(&g, 30);
        y[i] = x[i] + (double)rng_below(&g, 9) - 2;
        u[i] = 8 * x[i] - 64;
        v[i] = 8 * y[i] - 64;
    }
    CHECK_CODE(ttest_paired(x, y, N, 0.9, &a, tmp, &e), OK, e);
    CHECK_CODE(ttest_paired(v, u, N, 0.9, &b, tmp, &e), OK, e);
    CHECK_REL(b.t, -a.t, 1e-13);
    CHECK_REL(b.p, a.p, 1e-12);
    CHECK_REL(b.lower, -8 * a.upper, 1e-12);
    CHECK_REL(b.d_z_lower, -a.d_z_upper, 1e-10);
    CHECK_REL(b.d_av, -a.d_av, 1e-13);
    CHECK_CODE(ttest_two(x, N, y, N, 0.9, &c, tmp, &e), OK, e);
    CHECK_CODE(ttest_two(v, N, u, N, 0.9, &d, tmp, &e), OK, e);
    CHECK_REL(d.student.t, -c.student.t, 1e-13);
    CHECK_REL(d.g_lower, -c.g_upper, 1e-10);
    CHECK_REL(d.levene_f, c.levene_f, 1e-12);
    CHECK_REL(d.var_p, c.var_p, 1e-12);
    /* var(y - x) = var x + var y - 2 r sd sd, so the paired variance is known from
    ** both */
    double var = a.sd1 * a.sd1 + a.sd2 * a.sd2 - 2 * a.r * a.sd1 * a.sd2;
    CHECK_REL(a.sd_diff * a.sd_diff, var, 1e-12);
}

/* Law: the limits put the observed t at the tails that were asked for. */
TEST(effect_limits_invert_the_noncentral_t)
{
    (void)tmp;
    static const double t[] = {0, 0.3, -2.1, 4, 25, -60}, df[] = {1, 4.5, 34, 1000};
    struct err e = {0};
    for (isize i = 0; i < COUNT(t); i++)
        for (isize k = 0; k < COUNT(df); k++) {
            double lo, hi;
            CHECK_CODE(effect_nc_limits(t[i], df[k], 0.95, &lo, &hi, &e), OK, e);
            CHECK(lo < hi);
            CHECK_REL(dist_nct_upper(t[i], df[k], lo, NULL), 0.025, 1e-10);
            CHECK_REL(dist_nct(t[i], df[k], hi, NULL), 0.025, 1e-10);
        }
    double lo, hi;
    CHECK_CODE(effect_nc_limits(NAN, 3, 0.95, &lo, &hi, &e), E_DOMAIN, e);
    CHECK_CODE(effect_nc_limits(1, 3, 0, &lo, &hi, &e), E_DOMAIN, e);
}

TEST(effect_j_is_continuous_where_it_changes_method)
{
    (void)tmp;
    CHECK(isnan(effect_j(1)) && isnan(effect_j(0)));
    CHECK_REL(effect_j(10000), effect_j(10000 + 1e-6), 1e-11);
    /* J(m) J(m+1) = ((m-1)/2) / (sqrt(m/2) sqrt((m+1)/2)), from Gamma(z+1) = z
    ** Gamma(z) */
    for (double m = 1.5; m < 5000; m *= 1.7)
        CHECK_REL(effect_j(m) * effect_j(m + 1), (m - 1) / sqrt(m * (m + 1)), 1e-11);
}
