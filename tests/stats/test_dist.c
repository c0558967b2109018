#include "stats/dist.h"
#include "stats/rng.h"
#include "test.h"

/* The 40-digit values stand in tests/reference/cases/o_distributions.json. */

TEST(dist_known_values)
{
    (void)tmp;
    CHECK_REL(dist_norm_quantile(0.975), 1.959963984540054, 1e-15);
    CHECK_REL(dist_f_quantile(0.975, 3, 7), 5.889819167203254, 1e-13); /* R qf */
    CHECK_REL(dist_nct(2.5, 7, 1.2, NULL), 0.8448112559219372, 1e-12); /* R pt */
    CHECK_REL(dist_ncchisq(9, 3, 4), 0.7203598405171572, 1e-12);       /* R pchisq */
    CHECK_REL(dist_t_two(1, 1), 0.5, 1e-15);                           /* Cauchy */
    CHECK_REL(dist_binom(2, 10, 0.5), 56. / 1024, 1e-14);
    CHECK_REL(dist_binom_from(8, 10, 0.5), 56. / 1024, 1e-14);
    CHECK_REL(exp(dist_hyper_mass_log(3, 4, 4, 4)), 16. / 70, 1e-13);
}

TEST(dist_outside_its_domain_is_nan)
{
    (void)tmp;
    const double x[] = {dist_t(1, 0),
                        dist_t(1, -1),
                        dist_t(NAN, 3),
                        dist_t_two(1, NAN),
                        dist_t_two(1, 0),
                        dist_t_two(NAN, 3),
                        dist_t_quantile(1.1, 3),
                        dist_t_quantile(-0.1, 3),
                        dist_chisq(1, -1),
                        dist_f_upper(1, 0, 3),
                        dist_f_quantile(0.5, 1, NAN),
                        dist_beta(0.5, 0, 1),
                        dist_norm_quantile(2),
                        dist_binom(0.5, 3, 0.5),
                        dist_binom_mass(1, -3, 0.5),
                        dist_nct(1, 0, 1, NULL),
                        dist_nct(1, 3, INFINITY, NULL),
                        dist_ncchisq(1, 2, -1),
                        dist_ncf_upper(1, 2, 0, 1),
                        dist_tukey_upper(3, 1, 10),
                        dist_tukey_upper(3, 3, 0),
                        dist_lgamma(0),
                        dist_hyper_mass_log(1, 2, 2, 5)};
    for (isize i = 0; i < COUNT(x); i++)
        test_check(isnan(x[i]), __FILE__, __LINE__, "place %td gives %g", i, x[i]);
}

/* Law: without noncentrality the central distribution is left. */
TEST(dist_noncentral_at_zero_is_central)
{
    (void)tmp;
    static const double x[] = {0.01, 0.7, 2, 9, 40};
    for (isize i = 0; i < COUNT(x); i++) {
        CHECK_REL(dist_nct(-x[i], 5, 0, NULL), dist_t(-x[i], 5), 1e-12);
        CHECK_REL(dist_nct_upper(x[i], 5, 0, NULL), dist_t_upper(x[i], 5), 1e-12);
        CHECK_REL(dist_ncchisq_upper(x[i], 5, 0), dist_chisq_upper(x[i], 5), 1e-13);
        CHECK_REL(dist_ncf_upper(x[i], 5, 8, 0), dist_f_upper(x[i], 5, 8), 1e-13);
        CHECK_REL(dist_ncf(x[i], 5, 8, 0), dist_f(x[i], 5, 8), 1e-13);
    }
}

/* Laws: the tails add up to 1; the mirror image; the square of a noncentral t is a
** noncentral F; the slope is the difference quotient. */
TEST(dist_noncentral_t_laws)
{
    (void)tmp;
    struct rng r = rng_stream(1, 2, 3);
    for (int i = 0; i < 200; i++) {
        double df = exp(8 * rng_unit(&r)), nc = 12 * rng_unit(&r) - 6;
        double t = nc + 6 * rng_unit(&r) - 3, slope;
        double low = dist_nct(t, df, nc, &slope), up = dist_nct_upper(t, df, nc, NULL);
        CHECK_NEAR(low + up, 1, 1e-12);
        CHECK_REL(dist_nct_upper(-t, df, -nc, NULL), low, 1e-11);
        double h = 1e-4,
               step = dist_nct(t, df, nc + h, NULL) - dist_nct(t, df, nc - h, NULL);
        CHECK_NEAR(slope, step / (2 * h), 1e-7);
        double far = fabs(t);
        double both = dist_nct_upper(far, df, nc, NULL) + dist_nct(-far, df, nc, NULL);
        CHECK_REL(both, dist_ncf_upper(t * t, 1, df, nc * nc), 1e-10);
    }
}

/* Law: with many degrees of freedom S is 1, and the normal distribution is left; the tail
** at z is off by about z^2 t^2 / (4 df) of itself. */
TEST(dist_noncentral_t_grows_normal)
{
    (void)tmp;
    for (double df = 1e9; df < 1e20; df *= 100) {
        CHECK_REL(dist_nct(-3, df, 2, NULL), dist_norm(-5), 70 / df + 1e-13);
        CHECK_REL(dist_nct_upper(9, df, 2, NULL), dist_norm(-7), 1100 / df + 1e-13);
    }
}

/* Law: two means' studentised range is sqrt(2) |t|; also where the tail is 1e-30. */
TEST(dist_tukey_of_two_is_t)
{
    (void)tmp;
    static const double q[] = {0.1, 1, 3, 8, 60}, df[] = {1, 2.5, 12, 300};
    for (isize i = 0; i < COUNT(q); i++)
        for (isize k = 0; k < COUNT(df); k++)
            CHECK_REL(dist_tukey_upper(q[i], 2, df[k]), dist_t_two(q[i] / sqrt(2), df[k]),
                      1e-11);
    CHECK(dist_tukey_upper(0, 3, 5) == 1);
}

TEST(dist_quantiles_invert)
{
    (void)tmp;
    static const double p[] = {1e-12, 0.001, 0.3, 0.5, 0.975};
    for (isize i = 0; i < COUNT(p); i++) {
        CHECK_REL(dist_t(dist_t_quantile(p[i], 4.5), 4.5), p[i], 1e-11);
        CHECK_REL(dist_chisq(dist_chisq_quantile(p[i], 3), 3), p[i], 1e-11);
        CHECK_REL(dist_beta(dist_beta_quantile(p[i], 2, 7), 2, 7), p[i], 1e-11);
    }
}
