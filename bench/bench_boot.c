/* The bootstrap at the size of a clinical study: 35 people measured twice. */
#include "bench.h"
#include "stats/boot.h"
#include "stats/ideal.h"
#include "stats/rng.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 35 };

/* Differences of a 0-100 scale, mean 5.6, sd 12; smooth: the same off any lattice. */
static void sample(double *x, isize n, bool smooth, u64 seed)
{
    struct rng r = rng_stream(seed, 0, 0);
    for (isize i = 0; i < n; i++) {
        double d = 5.6 + 12 * rng_normal(&r);
        x[i] = smooth ? d : round(d);
    }
}

static void run(struct bench *b, struct arena tmp, enum boot_of of, isize n, bool smooth,
                i64 reps, enum boot_cpu cpu, int threads)
{
    double *x = NEW(&tmp, double, n), *y = NEW(&tmp, double, n);
    sample(x, n, smooth, 1);
    sample(y, n, smooth, 2);
    for (isize i = 0; i < n; i++) y[i] += 50; /* a ratio wants a denominator off 0 */
    struct boot_what w = {.of = of, .x = x, .n = n, .y = y, .m = n};
    struct boot_plan p = BOOT_PLAN;
    p.reps = reps;
    p.cpu = cpu;
    p.threads = threads;
    struct boot_result r;
    struct err e;
    b->work = (double)reps;
    b->unit = "resample";
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        p.seed = (u64)i;
        if (boot_run(&w, &p, &r, tmp, &e) != OK) {
            printf("bench: %s\n", e.text);
            exit(1);
        }
        bench_keep(r.bca.lo);
    }
}

BENCH(boot_bca_mean_n35_r10000_plain)
{
    run(b, tmp, BOOT_MEAN, N, false, 10000, BOOT_CPU_PLAIN, 1);
}
BENCH(boot_bca_mean_n35_r10000)
{
    run(b, tmp, BOOT_MEAN, N, false, 10000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_mean_n35_r100000_plain)
{
    run(b, tmp, BOOT_MEAN, N, false, 100000, BOOT_CPU_PLAIN, 1);
}
BENCH(boot_bca_mean_n35_r100000)
{
    run(b, tmp, BOOT_MEAN, N, false, 100000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_mean_n35_r100000_2threads)
{
    run(b, tmp, BOOT_MEAN, N, false, 100000, BOOT_CPU_BEST, 2);
}
BENCH(boot_bca_mean_n35_r100000_off_lattice)
{
    run(b, tmp, BOOT_MEAN, N, true, 100000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_diff_n35_r10000)
{
    run(b, tmp, BOOT_MEAN_DIFF, N, false, 10000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_ratio_n35_r10000)
{
    run(b, tmp, BOOT_RATIO, N, false, 10000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_pearson_n35_r10000)
{
    run(b, tmp, BOOT_PEARSON, N, false, 10000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_pearson_n35_r10000_off_lattice)
{
    run(b, tmp, BOOT_PEARSON, N, true, 10000, BOOT_CPU_BEST, 1);
}
BENCH(boot_bca_median_n35_r10000)
{
    run(b, tmp, BOOT_MEDIAN, N, false, 10000, BOOT_CPU_BEST, 1);
}

static void ideal(struct bench *b, struct arena tmp, isize n, isize m, bool smooth)
{
    double *x = NEW(&tmp, double, n), *y = NEW(&tmp, double, m + 1);
    sample(x, n, smooth, 1);
    sample(y, m, smooth, 2);
    struct ideal_plan p = IDEAL_PLAN;
    struct ideal_result r;
    struct err e;
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        if (ideal_mean(x, n, m ? y : NULL, m, &p, &r, tmp, &e) != OK) {
            printf("bench: %s\n", e.text);
            exit(1);
        }
        bench_keep(r.half_ties.lo);
    }
}

BENCH(ideal_bca_mean_n35)
{
    ideal(b, tmp, N, 0, false);
}
BENCH(ideal_bca_mean_n35_off_lattice)
{
    ideal(b, tmp, N, 0, true);
}
BENCH(ideal_bca_mean_n198)
{
    ideal(b, tmp, 198, 0, false);
}
BENCH(ideal_bca_diff_n99_n99)
{
    ideal(b, tmp, 99, 99, false);
}
