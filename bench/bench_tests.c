/* Tests of pairs and groups at the size of the studies: 35 pairs, 99 against 99. */
#include "bench.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include "stats/fisher.h"
#include "stats/rank.h"
#include "stats/rng.h"
#include "stats/ttest.h"

enum { PAIRS = 35, ARM = 99 };

static void fill(double *x, isize n, u64 seed)
{
    struct rng r = rng_stream(seed, 0, 0);
    for (isize i = 0; i < n; i++) x[i] = (double)(40 + rng_below(&r, 30));
}

BENCH(ttest_paired_with_limits_of_d)
{
    double x[PAIRS], y[PAIRS];
    struct ttest_paired r = {0};
    fill(x, PAIRS, 1);
    fill(y, PAIRS, 2);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        if (ttest_paired(x, y, PAIRS, 0.95, &r, tmp, NULL) == 0) bench_keep(r.d_z_upper);
}

BENCH(desc_with_shapiro)
{
    double x[2 * ARM];
    struct desc d = {0};
    fill(x, 2 * ARM, 3);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        if (desc_of(x, 2 * ARM, 0.95, &d, tmp, NULL) == 0) bench_keep(d.shapiro_p);
}

BENCH(rank_signed_exact)
{
    double d[PAIRS];
    struct rank_signed r = {0};
    fill(d, PAIRS, 4);
    for (isize i = 0; i < PAIRS; i++) d[i] -= 52;
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        if (rank_signed(d, PAIRS, 0.95, &r, tmp, NULL) == 0) bench_keep(r.p);
}

BENCH(rank_two_exact)
{
    double x[2 * ARM];
    struct rank_two r = {0};
    fill(x, 2 * ARM, 5);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        if (rank_two(x, ARM, x + ARM, ARM, 0.95, &r, tmp, NULL) == 0) bench_keep(r.p);
}

BENCH(fisher_4_by_4)
{
    static const double count[16] = {1, 3, 10, 6, 2, 3, 10, 7, 1, 6, 14, 12, 0, 1, 9, 11};
    struct fisher r = {0};
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        if (fisher_of(count, 4, 4, &r, tmp, NULL) == 0) bench_keep(r.p);
}

BENCH(dist_noncentral_t)
{
    (void)tmp;
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) bench_keep(dist_nct(2.3, 34, 1.7, NULL));
}
