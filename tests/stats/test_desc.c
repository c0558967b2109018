#include "stats/desc.h"
#include "stats/rng.h"
#include "test.h"
#include <stdlib.h>
#include <string.h>

TEST(desc_by_hand)
{
    static const double x[] = {4, 1, NAN, 5, 3, 2};
    struct err e = {0};
    struct desc d;
    CHECK_CODE(desc_of(x, 6, 0.95, &d, tmp, &e), OK, e);
    CHECK_INT(d.n, 5);
    CHECK_INT(d.missing, 1);
    CHECK_NEAR(d.mean, 3, 0);
    CHECK_NEAR(d.sd, sqrt(2.5), 1e-15);
    CHECK_NEAR(d.median, 3, 0);
    CHECK_NEAR(d.q25, 2, 0);        /* 1 + .25 * 4 = 2nd */
    CHECK_NEAR(d.q25_spss, 1.5, 0); /* .25 * 6 = 1.5: between the 1st and the 2nd */
    CHECK_NEAR(d.q75_spss, 4.5, 0);
    CHECK_NEAR(d.mad, 1.4826, 1e-15); /* distances 2 1 0 1 2 */
    CHECK_NEAR(d.trimmed, 3, 0);      /* without 1 and 5 */
    CHECK_NEAR(d.skew, 0, 1e-15);
    CHECK_NEAR(d.kurtosis_big, -1.2, 1e-14);           /* 4/6 (6 (34/20 - 3) + 6) */
    CHECK_REL(d.shapiro_w, 0.9867621554477194, 1e-12); /* R shapiro.test(1:5) */
    CHECK_REL(d.shapiro_p, 0.9671739359680398, 1e-9);
}

/* R: shapiro.test(c(2,3,5,7,11,13,17,19,23,29,31,37)), shapiro.test(c(1,2,4)) */
TEST(desc_shapiro_as_r_has_it)
{
    static const double prime[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    static const double three[] = {1, 2, 4};
    struct err e = {0};
    double w, p, many[5001] = {0};
    CHECK_CODE(desc_shapiro(prime, 12, &w, &p, tmp, &e), OK, e);
    CHECK_REL(w, 0.9421427738257371, 1e-12);
    CHECK_REL(p, 0.5263209193557224, 1e-9);
    CHECK_CODE(desc_shapiro(three, 3, &w, &p, tmp, &e), OK, e);
    CHECK_REL(w, 0.9642857142857142, 1e-12);
    CHECK_REL(p, 0.6368868450289632, 1e-9);
    CHECK_CODE(desc_shapiro(three, 2, &w, &p, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(desc_shapiro(many, 12, &w, &p, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(desc_shapiro(many, 5001, &w, &p, tmp, &e), E_DOMAIN, e);
}

TEST(desc_tiny_and_constant)
{
    static const double x[] = {7, 7, 7, 7}, none[] = {NAN, NAN};
    struct err e = {0};
    struct desc d;
    CHECK_CODE(desc_of(x, 0, 0.95, &d, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(desc_of(none, 2, 0.95, &d, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(desc_of(x, 1, 0.95, &d, tmp, &e), OK, e);
    CHECK(d.mean == 7 && isnan(d.sd) && isnan(d.ci_lower) && isnan(d.skew));
    CHECK(d.q25 == 7 && d.q75_spss == 7 && d.mad == 0);
    CHECK_CODE(desc_of(x, 4, 0.95, &d, tmp, &e), OK, e);
    CHECK(d.sd == 0 && isnan(d.skew) && isnan(d.shapiro_w));
    CHECK(d.notes.n == 2); /* few, constant */
    CHECK_CODE(desc_of(x, 4, 1, &d, tmp, &e), E_DOMAIN, e);
}

TEST(desc_refuses_what_it_cannot_square)
{
    struct err e = {0};
    struct desc d;
    CHECK_CODE(desc_of((double[]){1, INFINITY}, 2, 0.95, &d, tmp, &e), E_DOMAIN, e);
    CHECK_SAYS(e, "row 2");
    CHECK_CODE(desc_of((double[]){1e300, 1}, 2, 0.95, &d, tmp, &e), E_DOMAIN, e);
    CHECK_CODE(desc_of((double[]){1e-300, 2e-300}, 2, 0.95, &d, tmp, &e), E_DOMAIN, e);
    CHECK_CODE(desc_of((double[]){1e90, 2e90}, 2, 0.95, &d, tmp, &e), OK, e);
    CHECK_REL(d.sd, 1e90 / sqrt(2), 1e-14);
    CHECK_CODE(desc_of((double[]){0, 0}, 2, 0.95, &d, tmp, &e), OK, e);
}

/* What naive sums lose: 1e16 + 1 - 1e16, and a spread of .1 upon a million. */
TEST(desc_sums_keep_their_digits)
{
    (void)tmp;
    static const double x[] = {1e16, 1, -1e16, 1};
    CHECK(desc_sum(x, 4) == 2);
    static const double y[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    CHECK(desc_mean(y, 3) == 1e9 + 2 && desc_sd(y, 3) == 1);
    /* three tenths as written: the doubles alone miss the last digits */
    static const double z[] = {0.1, 0.2, 0.3},
                        lo[] = {-5.551115123125783e-18, -1.1102230246251565e-17,
                                1.1102230246251565e-17};
    double mean, sd, lag;
    desc_series(z, lo, 3, &mean, &sd, &lag);
    CHECK(mean == 0.2 && sd == 0.1 && fabs(lag) < 1e-30);
}

/* Law: adding a number shifts, multiplying scales, order does not matter. */
TEST(desc_moves_with_the_data)
{
    enum { N = 31 };
    double x[N], y[N];
    struct rng r = rng_stream(5, 0, 0);
    struct err e = {0};
    struct desc a, b;
    for (int i = 0; i < N; i++) x[i] = (double)rng_below(&r, 40);
    for (int i = 0; i < N; i++) y[N - 1 - i] = 4 * x[i] + 1024; /* exact in doubles */
    CHECK_CODE(desc_of(x, N, 0.9, &a, tmp, &e), OK, e);
    CHECK_CODE(desc_of(y, N, 0.9, &b, tmp, &e), OK, e);
    CHECK_REL(b.mean, 4 * a.mean + 1024, 1e-15);
    CHECK_REL(b.sd, 4 * a.sd, 1e-14);
    CHECK_REL(b.q25_spss, 4 * a.q25_spss + 1024, 1e-15);
    CHECK_REL(b.mad, 4 * a.mad, 1e-14);
    CHECK_REL(b.skew_big, a.skew_big, 1e-12);
    CHECK_REL(b.kurtosis_big, a.kurtosis_big, 1e-12);
    CHECK_REL(b.shapiro_w, a.shapiro_w, 1e-13);
}

static int rising(const void *p, const void *q)
{
    double x, y;
    memcpy(&x, p, sizeof x);
    memcpy(&y, q, sizeof y);
    return (x > y) - (x < y);
}

TEST(desc_sort_and_midranks)
{
    struct rng r = rng_stream(9, 0, 0);
    for (isize n = 0; n < 400; n += 1 + n / 5) {
        double *x = NEW(&tmp, double, n + 1), *y = NEW(&tmp, double, n + 1);
        double *rank = NEW(&tmp, double, n + 1), ties, sum = 0;
        for (isize i = 0; i < n; i++) x[i] = y[i] = (double)rng_below(&r, 50) - 20;
        desc_midranks(x, n, rank, &ties, tmp);
        for (isize i = 0; i < n; i++) {
            double below = 0, equal = 0; /* rank by counting */
            for (isize j = 0; j < n; j++) {
                below += x[j] < x[i];
                equal += x[j] == x[i];
            }
            CHECK(rank[i] == below + (equal + 1) / 2);
            sum += equal * equal - 1; /* t^3 - t shared among t */
        }
        CHECK_NEAR(ties, sum, 0);
        desc_sort(x, n);
        qsort(y, (size_t)n, sizeof *y, rising);
        CHECK(n == 0 || memcmp(x, y, (size_t)n * sizeof *x) == 0);
    }
}
