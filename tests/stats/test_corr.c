#include "stats/corr.h"
#include "stats/rng.h"
#include "test.h"

/* R: cor.test(c(1,2,2,3,5,8), c(2,1,4,4,6,5)), methods pearson, spearman, kendall */
TEST(corr_as_r_has_it)
{
    static const double x[] = {1, 2, 2, NAN, 3, 5, 8}, y[] = {2, 1, 4, 9, 4, 6, 5};
    struct err e = {0};
    struct corr r;
    CHECK_CODE(corr_of(x, y, 7, 0.95, &r, tmp, &e), OK, e);
    CHECK_INT(r.n, 6);
    CHECK_INT(r.incomplete, 1);
    CHECK_REL(r.pearson.r, 0.7054812462061375, 1e-13);
    CHECK_REL(r.pearson.p, 0.1173384752547206, 1e-12);
    CHECK_REL(r.pearson.lower, -0.2481643791703328, 1e-12);
    CHECK_REL(r.pearson.upper, 0.9647076113318628, 1e-12);
    CHECK_REL(r.spearman.r, 0.8088235294117646, 1e-13);
    CHECK_REL(r.kendall.r, 0.6428571428571428, 1e-13);
    CHECK_REL(r.kendall.p, 0.07983871964585261, 1e-12);
}

/* Law: Knight's count is the count over all pairs. */
TEST(corr_kendall_counts_pairs)
{
    struct rng r = rng_stream(7, 7, 7);
    for (isize n = 2; n < 60; n += 3) {
        double x[60], y[60], s = 0, tx = 0, ty = 0, all = (double)(n * (n - 1)) / 2;
        for (isize i = 0; i < n; i++) {
            x[i] = (double)rng_below(&r, 6);
            y[i] = (double)rng_below(&r, 9);
        }
        for (isize i = 0; i < n; i++)
            for (isize j = 0; j < i; j++) {
                double u = (x[i] > x[j]) - (x[i] < x[j]),
                       v = (y[i] > y[j]) - (y[i] < y[j]);
                s += u * v;
                tx += u == 0;
                ty += v == 0;
            }
        double want = s / (sqrt(all - tx) * sqrt(all - ty));
        double got = corr_kendall(x, y, n, tmp);
        if (tx < all && ty < all)
            CHECK_NEAR(got, want, 1e-14);
        else
            CHECK(isnan(got));
    }
}

TEST(corr_of_lines_and_constants)
{
    static const double x[] = {1, 2, 3, 4}, y[] = {10, 8, 6, 4}, z[] = {5, 5, 5, 5};
    struct err e = {0};
    struct corr r;
    CHECK_CODE(corr_of(x, y, 4, 0.95, &r, tmp, &e), OK, e);
    CHECK_NEAR(r.pearson.r, -1, 1e-15);
    CHECK(r.pearson.p < 1e-7 && r.kendall.r == -1 && isnan(r.kendall.lower));
    CHECK_CODE(corr_of(x, y, 2, 0.95, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(corr_of(x, z, 4, 0.95, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(corr_of(x, y, 4, 95, &r, tmp, &e), E_DOMAIN, e);
    CHECK_CODE(corr_of(x, y, 3, 0.95, &r, tmp, &e), OK, e);
    /* tanh(z -+ 1.96 / sqrt(n - 3)): three pairs exclude nothing */
    CHECK(r.pearson.lower == -1 && r.pearson.upper == 1);
}
