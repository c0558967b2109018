#include "stats/rank.h"
#include "stats/rng.h"
#include "test.h"

/* Twice the midrank of |d[i]| among the differences that are not zero. */
static double rank2(const double *d, isize n, isize i)
{
    double r = 1;
    for (isize j = 0; j < n; j++) {
        if (d[j] == 0) continue;
        r += 2 * (fabs(d[j]) < fabs(d[i])) + (fabs(d[j]) == fabs(d[i]));
    }
    return r;
}

/* Law: the exact p are the shares over all 2^n signs. */
TEST(rank_signed_is_the_count_over_all_signs)
{
    struct rng g = rng_stream(11, 0, 0);
    struct err e = {0};
    for (isize n = 1; n <= 11; n++) {
        double d[11], v = 0, less = 0, greater = 0, far = 0, top = 0;
        for (isize i = 0; i < n; i++) d[i] = (double)rng_below(&g, 9) - 4;
        d[0] = 2; /* not all zero */
        struct rank_signed r;
        CHECK_CODE(rank_signed(d, n, 0.95, &r, tmp, &e), OK, e);
        for (isize i = 0; i < n; i++) {
            if (d[i] > 0) v += rank2(d, n, i);
            if (d[i] != 0) top += rank2(d, n, i);
        }
        for (int code = 0; code < 1 << n; code++) {
            double s = 0;
            for (isize i = 0; i < n; i++)
                if (d[i] != 0 && code >> i & 1) s += rank2(d, n, i);
            less += s <= v;
            greater += s >= v;
            far += fabs(s - top / 2) >= fabs(v - top / 2);
        }
        double all = ldexp(1, (int)n);
        CHECK_NEAR(r.v, v / 2, 0);
        CHECK_NEAR(r.p_less, less / all, 1e-15);
        CHECK_NEAR(r.p_greater, greater / all, 1e-15);
        CHECK_NEAR(r.p_distance, far / all, 1e-15);
    }
}

/* Law: the exact p are the shares over all choices of the first group. */
TEST(rank_two_is_the_count_over_all_choices)
{
    struct rng g = rng_stream(12, 0, 0);
    struct err e = {0};
    for (isize m = 1; m <= 5; m++) {
        enum { N = 9 };
        double x[N];
        for (isize i = 0; i < N; i++) x[i] = (double)rng_below(&g, 7);
        x[0] = 7; /* not all equal */
        struct rank_two r;
        CHECK_CODE(rank_two(x, m, x + m, N - m, 0.95, &r, tmp, &e), OK, e);
        double less = 0, greater = 0, far = 0, all = 0, mean = (double)(m * (N - m)) / 2;
        for (int code = 0; code < 1 << N; code++) {
            if (__builtin_popcount((unsigned)code) != m) continue;
            double u = 0;
            for (isize i = 0; i < N; i++)
                for (isize j = 0; j < N; j++)
                    if ((code >> i & 1) && !(code >> j & 1))
                        u += (x[i] > x[j]) + 0.5 * (x[i] == x[j]);
            all++;
            less += u <= r.u;
            greater += u >= r.u;
            far += fabs(u - mean) >= fabs(r.u - mean);
        }
        CHECK_NEAR(r.p_less, less / all, 1e-14);
        CHECK_NEAR(r.p_greater, greater / all, 1e-14);
        CHECK_NEAR(r.p_distance, far / all, 1e-14);
    }
}

/* R: wilcox.test(c(1.1, 2.2, 0.3, 4.4), c(0.5, 6.1, 2.0, 3.3, 7.7)) */
TEST(rank_two_as_r_has_it)
{
    static const double x[] = {1.1, 2.2, 0.3, NAN, 4.4}, y[] = {0.5, 6.1, 2, 3.3, 7.7};
    struct err e = {0};
    struct rank_two r, s;
    CHECK_CODE(rank_two(x, 5, y, 5, 0.95, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, 0.4126984126984127, 1e-14);
    CHECK_NEAR(r.u, 6, 0); /* 1.1 beats .5; 2.2 two; .3 none; 4.4 three */
    CHECK_CODE(rank_two(y, 5, x, 5, 0.95, &s, tmp, &e), OK, e);
    CHECK_NEAR(s.p_less, r.p_greater, 1e-15);
    CHECK_NEAR(s.hl, -r.hl, 0);
    CHECK_NEAR(s.lower, -r.upper, 0);
    CHECK_NEAR(s.bm_t, -r.bm_t, 1e-14);
}

/* Differences 1, 2, 3: means of pairs 1 1.5 2 2 2.5 3, median 2; n = 3 gives no 95 %. */
TEST(rank_signed_limits)
{
    struct err e = {0};
    struct rank_signed r;
    CHECK_CODE(rank_signed((double[]){3, 1, 2}, 3, 0.95, &r, tmp, &e), OK, e);
    CHECK_NEAR(r.hl, 2, 0);
    CHECK_NEAR(r.lower, 1, 0);
    CHECK_NEAR(r.upper, 3, 0);
    CHECK_NEAR(r.achieved, 0.75, 1e-15); /* 1 - 2/8 */
    CHECK_NEAR(r.p, 0.25, 1e-15);
    CHECK(r.notes.n == 1 && r.notes.at[0].code == NOTE_FEW);
    /* n = 6 is the first with more than 95 %: extremes have 2/64 */
    CHECK_CODE(rank_signed((double[]){1, 2, 3, 4, 5, 6}, 6, 0.95, &r, tmp, &e), OK, e);
    CHECK_NEAR(r.achieved, 0.96875, 1e-15);
}

TEST(rank_refuses_and_remarks)
{
    struct err e = {0};
    struct rank_signed r;
    struct rank_two s;
    double zero[3] = {0}, *many = NEW(&tmp, double, 1500), *x = NEW(&tmp, double, 3000);
    CHECK_CODE(rank_signed(zero, 3, 0.95, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(rank_signed(zero, 0, 0.95, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(rank_signed((double[]){NAN}, 1, 0.95, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(rank_signed((double[]){INFINITY}, 1, 0.95, &r, tmp, &e), E_DOMAIN, e);
    CHECK_CODE(rank_two(zero, 3, zero, 3, 0.95, &s, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(rank_two(zero, 3, zero, 0, 0.95, &s, tmp, &e), E_TOO_FEW, e);
    /* beyond the bound on work: the normal distribution, and it says so */
    for (isize i = 0; i < 1500; i++) many[i] = (double)(i % 7) - 2.9;
    CHECK_CODE(rank_signed(many, 1500, 0.95, &r, tmp, &e), OK, e);
    CHECK(r.notes.at[0].code == NOTE_APPROXIMATE && r.p == r.p_normal_cc);
    for (isize i = 0; i < 3000; i++) x[i] = (double)(i * 7 % 1001);
    CHECK_CODE(rank_two(x, 1500, x + 1500, 1500, 0.95, &s, tmp, &e), OK, e);
    CHECK(s.notes.at[0].code == NOTE_APPROXIMATE && s.p == s.p_normal_cc);
    /* groups apart: no variance for Brunner and Munzel */
    CHECK_CODE(rank_two((double[]){1, 2}, 2, (double[]){5, 6}, 2, 0.95, &s, tmp, &e), OK,
               e);
    CHECK(isnan(s.bm_p) && s.bm_chance == 1 && s.bm_t == INFINITY);
}

TEST(rank_differences_take_back_rounding)
{
    (void)tmp;
    static const double x[] = {0.7, -1.6, 3.4, NAN, 0}, y[] = {1.9, 0.8, 4.4, 1, 1e-30};
    double d[5];
    rank_differences(x, y, 5, d);
    CHECK(d[0] == 1.2 && d[1] == 2.4 && d[2] == 1 && isnan(d[3]));
    CHECK_REL(d[4], 1e-30, 1e-12);
}
