/* How often do the intervals cover the truth?  The long form of what tests/stats holds
** briefly.
**
**     varde_coverage [SAMPLES] [RESAMPLES]        2000 and 1999 if not given
**
** Samples of normal, exponential and 0-100 rating-like data; the mean by the ideal
** bootstrap (BCa, percentile) and by resampling (BCa, basic, normal, studentised), and
** the correlation of normal pairs (rho .5) by resampled BCa and percentile.  Nominal 95
** %; beside each share its standard error is sqrt(.05 * .95 / SAMPLES). */
#include "stats/boot.h"
#include "stats/ideal.h"
#include "stats/rng.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { METHODS = 6, MOST = 100 };

static const char *const method[METHODS] = {"ideal BCa", "ideal perc", "BCa",
                                            "basic",     "normal",     "bootstrap-t"};

static double draw(int kind, struct rng *r)
{
    double z = rng_normal(r);
    if (kind == 0) return z;
    if (kind == 1) return -log(rng_unit(r));
    return fmin(fmax(round(50 + 10 * z), 1), 100); /* GAF-like whole numbers */
}

static bool in(struct boot_limits l, double truth)
{
    return l.lo <= truth && truth <= l.hi;
}

static void means(int kind, int n, i64 samples, i64 reps, struct arena tmp)
{
    static const char *const name[] = {"normal", "exponential", "rating"};
    static const double truth[] = {0, 1, 50};
    i64 hit[METHODS] = {0};
    for (i64 k = 0; k < samples; k++) {
        double x[MOST];
        struct rng r = rng_stream(1, (u64)(100 * kind + n), (u64)k);
        for (int i = 0; i < n; i++) x[i] = draw(kind, &r);
        struct boot_what w = {.of = BOOT_MEAN, .x = x, .n = n};
        struct boot_plan p = BOOT_PLAN;
        struct ideal_plan q = IDEAL_PLAN;
        struct ideal_result a;
        struct boot_result b;
        struct err e;
        p.reps = reps;
        p.seed = (u64)k;
        p.studentised = true;
        if (ideal_mean(x, n, NULL, 0, &q, &a, tmp, &e) != OK ||
            boot_run(&w, &p, &b, tmp, &e) != OK)
            continue; /* a miss for every method */
        hit[0] += a.half_ties.lo <= truth[kind] && truth[kind] <= a.half_ties.hi;
        hit[1] += a.perc_lo <= truth[kind] && truth[kind] <= a.perc_hi;
        hit[2] += in(b.bca, truth[kind]);
        hit[3] += in(b.basic, truth[kind]);
        hit[4] += in(b.normal, truth[kind]);
        hit[5] += in(b.studentised, truth[kind]);
    }
    printf("%-12s mean %4d", name[kind], n);
    for (int m = 0; m < METHODS; m++) printf(" %11.3f", (double)hit[m] / (double)samples);
    printf("\n");
}

static void correlations(int n, i64 samples, i64 reps, struct arena tmp)
{
    i64 bca = 0, perc = 0;
    for (i64 k = 0; k < samples; k++) {
        double x[MOST], y[MOST];
        struct rng r = rng_stream(2, (u64)n, (u64)k);
        for (int i = 0; i < n; i++) {
            x[i] = rng_normal(&r);
            y[i] = 0.5 * x[i] + sqrt(0.75) * rng_normal(&r);
        }
        struct boot_what w = {.of = BOOT_PEARSON, .x = x, .y = y, .n = n};
        struct boot_plan p = BOOT_PLAN;
        struct boot_result b;
        struct err e;
        p.reps = reps;
        p.seed = (u64)k;
        if (boot_run(&w, &p, &b, tmp, &e) != OK) continue;
        bca += in(b.bca, 0.5);
        perc += in(b.percentile, 0.5);
    }
    printf("normal pairs r %4d      BCa %.3f   percentile %.3f\n", n,
           (double)bca / (double)samples, (double)perc / (double)samples);
}

int main(int argc, char **argv)
{
    struct arena tmp = arena_reserve((isize)1 << 30);
    i64 samples = argc > 1 ? strtoll(argv[1], NULL, 10) : 2000;
    i64 reps = argc > 2 ? strtoll(argv[2], NULL, 10) : 1999;
    if (samples < 1 || reps < 100 || reps > 1000000) {
        fprintf(stderr, "usage: varde_coverage [SAMPLES] [RESAMPLES >= 100]\n");
        return 2;
    }
    printf("%" PRId64 " samples, %" PRId64
           " resamples, %s, nominal 0.95, standard error %.4f\n",
           samples, reps, RNG_NAME, sqrt(0.05 * 0.95 / (double)samples));
    printf("%-22s", "");
    for (int m = 0; m < METHODS; m++) printf(" %11s", method[m]);
    printf("\n");
    static const int sizes[] = {10, 20, 35};
    for (int kind = 0; kind < 3; kind++)
        for (int k = 0; k < 3; k++) means(kind, sizes[k], samples, reps, tmp);
    for (int k = 0; k < 3; k++) correlations(sizes[k], samples, reps, tmp);
    return 0;
}
