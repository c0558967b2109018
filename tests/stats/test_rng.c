#include "stats/order.h"
#include "stats/rng.h"
#include "test.h"
#include <stdlib.h>
#include <string.h>

/* The authors' reference program with state {1, 2, 3, 4}; the first is (5 << 23) + 1. */
TEST(rng_is_xoshiro256pp)
{
    (void)tmp;
    static const u64 want[] = {41943041,
                               58720359,
                               3588806011781223,
                               3591011842654386,
                               9228616714210784205u,
                               9973669472204895162u};
    struct rng r = {{1, 2, 3, 4}};
    for (isize i = 0; i < COUNT(want); i++) CHECK(rng_next(&r) == want[i]);
}

/* Law: another seed, id, block or lane gives another stream; the same gives the same. */
TEST(rng_streams_stand_apart)
{
    (void)tmp;
    struct rng a = rng_stream(1, 2, 3), b = rng_stream(1, 2, 3);
    CHECK(memcmp(&a, &b, sizeof a) == 0);
    u64 first[64];
    isize n = 0;
    for (u64 k = 0; k < 27; k++) {
        struct rng r = rng_stream(k % 3, k / 3 % 3, k / 9);
        first[n++] = rng_next(&r);
    }
    struct rng_lanes l = rng_lanes(1, 2, 3);
    for (int i = 0; i < RNG_LANES; i++) {
        struct rng r = {{l.s[0][i], l.s[1][i], l.s[2][i], l.s[3][i]}};
        first[n++] = rng_next(&r);
    }
    bool differ = true;
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < i; j++) differ = differ && first[i] != first[j];
    CHECK(differ);
    CHECK(rng_id(S("hope")) != rng_id(S("hops")));
}

static double chi_square(const i64 *count, isize cells, double each)
{
    double sum = 0;
    for (isize i = 0; i < cells; i++)
        sum += ((double)count[i] - each) * ((double)count[i] - each) / each;
    return sum;
}

/* 35 cells, 34 degrees of freedom: beyond 80 once in 60,000. */
TEST(rng_indices_are_uniform)
{
    (void)tmp;
    enum { N = 35, DRAWS = 700000 };
    i64 below[N] = {0}, index[N] = {0}, second[N] = {0};
    i32 some[7];
    for (u64 b = 0; b < 10; b++) {
        struct rng r = rng_stream(7, 7, b), s = rng_stream(7, 8, b);
        for (isize i = 0; i < DRAWS / 10; i++) below[rng_below(&r, N)]++;
        for (isize i = 0; i < DRAWS / 70; i++) {
            rng_indices(&s, N, 7, some);
            for (int k = 0; k < 7; k++) index[some[k]]++;
            second[some[1]]++;
        }
    }
    CHECK(chi_square(below, N, DRAWS / (double)N) < 80);
    CHECK(chi_square(index, N, DRAWS / (double)N) < 80);
    CHECK(chi_square(second, N, DRAWS / 7 / (double)N) < 80);
    struct rng r = rng_stream(1, 1, 1);
    for (int i = 0; i < 100; i++) CHECK_INT(rng_below(&r, 1), 0);
}

TEST(rng_normal_has_its_moments)
{
    (void)tmp;
    enum { N = 200000 };
    double m1 = 0, m2 = 0, m4 = 0;
    struct rng r = rng_stream(3, 1, 4);
    for (int i = 0; i < N; i++) {
        double z = rng_normal(&r), u = rng_unit(&r);
        CHECK(u > 0 && u < 1);
        m1 += z / N;
        m2 += z * z / N;
        m4 += z * z * z * z / N;
    }
    CHECK_NEAR(m1, 0, 4 / sqrt(N)); /* 4 standard errors: 1, sqrt 2, sqrt 96 */
    CHECK_NEAR(m2, 1, 4 * sqrt(2.0 / N));
    CHECK_NEAR(m4, 3, 4 * sqrt(96.0 / N));
}

static int by_size(const void *p, const void *q)
{
    double a = *(const double *)p, b = *(const double *)q;
    return (a > b) - (a < b);
}

/* Against the C library's sort: smooth, with many ties, all equal, heavy tails, huge. */
TEST(order_pick_agrees_with_sorting)
{
    enum { N = 5000, RANKS = 12 };
    struct rng r = rng_stream(2, 0, 0);
    for (int kind = 0; kind < 7; kind++)
        for (isize n = 1; n <= N; n = n * 5 + 3) {
            double *v = NEW(&tmp, double, n), *sorted = NEW(&tmp, double, n), out[RANKS];
            isize rank[RANKS];
            for (isize i = 0; i < n; i++) {
                double z = rng_normal(&r);
                v[i] = kind == 0   ? z
                       : kind == 1 ? round(z)
                       : kind == 2 ? 3
                       : kind == 3 ? 1 / (z * z * z)
                       : kind == 4 ? z * 4e307
                       : kind == 5 ? z * 5e-324 * 9
                                   : (i == 0 ? 1e300 : z);
                sorted[i] = v[i];
            }
            qsort(sorted, (size_t)n, sizeof *sorted, by_size);
            for (int k = 0; k < RANKS; k++)
                rank[k] = k == 0 ? 1 : k == 1 ? n : 1 + (isize)rng_below(&r, (u64)n);
            order_pick(v, n, rank, RANKS, out, tmp);
            bool same = true;
            for (int k = 0; k < RANKS; k++) same = same && out[k] == sorted[rank[k] - 1];
            CHECK(same);
        }
}
