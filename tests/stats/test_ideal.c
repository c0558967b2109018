#include "stats/abc.h"
#include "stats/bca.h"
#include "stats/boot.h"
#include "stats/dist.h"
#include "stats/ideal.h"
#include "stats/rng.h"
#include "stats/wave.h"
#include "test.h"
#include <stdlib.h>

static int by_size(const void *p, const void *q)
{
    double a = *(const double *)p, b = *(const double *)q;
    return (a > b) - (a < b);
}

/* The means of all n^n resamples. */
static isize all_means(const double *x, int n, double *out)
{
    int index[8] = {0};
    isize made = 0;
    for (;;) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += x[index[i]];
        out[made++] = sum / n;
        int i = 0;
        while (i < n && ++index[i] == n) index[i++] = 0;
        if (i == n) return made;
    }
}

/* Against the sorted list of all resamples, values within 1e-9 being equal. */
static void check_listed(const struct ideal_result *r, double *t, isize n, double mean,
                         double null)
{
    double below = 0, equal = 0, under = 0, at = 0;
    qsort(t, (size_t)n, sizeof *t, by_size);
    for (isize i = 0; i < n; i++) {
        below += t[i] < mean - 1e-9;
        equal += fabs(t[i] - mean) <= 1e-9;
        under += t[i] < null - 1e-9;
        at += fabs(t[i] - null) <= 1e-9;
    }
    double all = (double)n;
    CHECK_REL(r->below, below / all, 1e-12);
    CHECK_REL(r->equal, equal / all, 1e-12);
    /* limits: the smallest value with so many at or below it */
    double z0 = dist_norm_quantile((below + equal / 2) / all),
           z = dist_norm_quantile(0.95);
    double level[] = {0.05, 0.95, bca_level(z0, r->accel, -z, NULL),
                      bca_level(z0, r->accel, z, NULL)};
    double got[] = {r->perc_lo, r->perc_hi, r->half_ties.lo, r->half_ties.hi};
    for (int k = 0; k < 4; k++)
        CHECK_NEAR(got[k], t[(isize)ceil(level[k] * all - 1e-9) - 1], 1e-9);
    double p = bca_p((under + at / 2) / all, 1 - (under + at / 2) / all, z0, r->accel);
    CHECK_REL(r->p, fmax(p, r->p_floor), 1e-11);
}

TEST(ideal_agrees_with_all_resamples)
{
    static const double row[][6] = {
        {1, 2, 4, 9},
        {0, 0, 0, 1},
        {-3, 7, 7, 2, 15, 0},
        {2.5, 2.5, 3.0, 1.5, 9.9, -4.0},
        {3.141592653589793, 2.718281828459045, 1.4142135623730951, 0.5772156649015329,
         -1.2},
    };
    static const int size[] = {4, 4, 6, 6, 5};
    double *t = NEW(&tmp, double, 46656);
    struct ideal_plan p = IDEAL_PLAN;
    p.level = 0.9;
    for (isize k = 0; k < COUNT(row); k++)
        for (p.null = -1; p.null < 3; p.null += 0.5) {
            double mean = 0;
            for (int i = 0; i < size[k]; i++) mean += row[k][i] / size[k];
            struct ideal_result r;
            struct err e = {0};
            CHECK_CODE(ideal_mean(row[k], size[k], NULL, 0, &p, &r, tmp, &e), OK, e);
            CHECK_REL(r.estimate, mean, 1e-14);
            check_listed(&r, t, all_means(row[k], size[k], t), mean, p.null);
        }
}

TEST(ideal_difference_agrees_with_all_resamples)
{
    static const double x[] = {5, 8, 8, 13}, y[][5] = {{1, 6, 7}, {0.5, 0.25, 4, 9, 9}};
    static const int size[] = {3, 5};
    double *s = NEW(&tmp, double, 256), *u = NEW(&tmp, double, 3125);
    double *t = NEW(&tmp, double, 256 * 3125);
    all_means(x, 4, s);
    struct ideal_plan p = IDEAL_PLAN;
    p.level = 0.9;
    p.null = 1;
    for (int k = 0; k < 2; k++) {
        isize n = 0, m = all_means(y[k], size[k], u);
        for (int i = 0; i < 256; i++)
            for (isize j = 0; j < m; j++) t[n++] = s[i] - u[j];
        double mean = 8.5;
        for (int i = 0; i < size[k]; i++) mean -= y[k][i] / size[k];
        struct ideal_result r;
        struct err e = {0};
        CHECK_CODE(ideal_mean(x, 4, y[k], size[k], &p, &r, tmp, &e), OK, e);
        CHECK_REL(r.estimate, mean, 1e-14);
        check_listed(&r, t, n, mean, p.null);
    }
}

/* The n-fold convolution, step by step in long double: all terms positive. */
static long double *convolved(const int *k, int n, int span, struct arena *a)
{
    long double *now = NEW(a, long double, (n * span) + 1);
    long double *next = NEW(a, long double, (n * span) + 1);
    now[0] = 1;
    for (int draw = 1; draw <= n; draw++) {
        for (int s = 0; s <= draw * span; s++) next[s] = 0;
        for (int s = 0; s <= (draw - 1) * span; s++)
            for (int i = 0; i < n; i++) next[s + k[i]] += now[s] / n;
        long double *t = now;
        now = next;
        next = t;
    }
    return now;
}

/* Every place of the distribution, absolutely; and tails relatively, down to 1e-40. */
TEST(wave_agrees_with_convolution)
{
    enum { N = 35, SPAN = 70 };
    struct rng r = rng_stream(11, 0, 0);
    for (int kind = 0; kind < 3; kind++) {
        int k[N];
        double v[N], p[N];
        for (int i = 0; i < N; i++) {
            k[i] = kind == 0   ? (int)rng_below(&r, SPAN + 1)
                   : kind == 1 ? (i == 0 ? SPAN : (int)rng_below(&r, 4)) /* one far out */
                               : 10 * (int)rng_below(&r, 8); /* a step within the step */
            v[i] = k[i];
            p[i] = 1.0 / N;
        }
        struct wave_sum s = {{{v, p, N, N}}, 1, true};
        struct wave w = wave_of(&s, &tmp);
        const long double *want = convolved(k, N, SPAN, &tmp);
        long double upto = 0, down = 0;
        double worst = 0, tail = 0, mean = wave_mean(&s);
        for (int at = 0; at <= N * SPAN; at++) {
            upto += want[at];
            worst = fmax(worst, fabs(wave_at(&w, at) - (double)want[at]));
            worst = fmax(worst, fabs(wave_upto(&w, at) - (double)upto));
        }
        for (int at = N * SPAN; at > mean; at--) {
            double equal;
            down += want[at];
            if (at % 37 != 0 || down < 1e-40L) continue;
            double got = wave_tail(&s, at, &equal, tmp);
            tail = fmax(tail, fabs(got / (double)down - 1));
        }
        CHECK_NEAR(worst, 0, 3e-14);
        CHECK_NEAR(tail, 0, 1e-11);
        upto = 0;
        for (int at = 0; at < mean; at++) {
            double equal;
            upto += want[at];
            if (at % 37 != 0 || upto < 1e-40L) continue;
            double got = wave_tail(&s, at, &equal, tmp);
            CHECK_REL(got, (double)upto, 1e-11);
            CHECK_NEAR(equal, (double)want[at], 1e-11 * (double)upto);
        }
    }
}

/* Law: in other units the answer is the same answer; and the order of people is
** nothing. */
TEST(ideal_moves_with_the_units)
{
    double x[30], z[30], y[30];
    struct rng r = rng_stream(12, 0, 0);
    for (int smooth = 0; smooth < 2; smooth++) {
        for (int i = 0; i < 30; i++) {
            x[i] = smooth ? exp(rng_normal(&r)) : (double)rng_below(&r, 40);
            z[29 - i] = x[i];
            y[i] = -8 * x[i] + 100;
        }
        struct ideal_plan p = IDEAL_PLAN;
        struct ideal_result a, b;
        struct err e = {0};
        p.null = smooth ? 1 : 15;
        CHECK_CODE(ideal_mean(x, 30, NULL, 0, &p, &a, tmp, &e), OK, e);
        CHECK_CODE(ideal_mean(z, 30, NULL, 0, &p, &b, tmp, &e), OK, e);
        CHECK_NEAR(a.half_ties.lo, b.half_ties.lo, 1e-12);
        CHECK_REL(a.p, b.p, 1e-10);
        if (!smooth) CHECK(a.half_ties.lo == b.half_ties.lo && a.below == b.below);
        p.null = -8 * p.null + 100;
        CHECK_CODE(ideal_mean(y, 30, NULL, 0, &p, &b, tmp, &e), OK, e);
        CHECK_NEAR(b.half_ties.lo, -8 * a.half_ties.hi + 100,
                   smooth ? 1e-9 : 8 / 30.0 + 1e-9);
        CHECK_NEAR(b.half_ties.hi, -8 * a.half_ties.lo + 100,
                   smooth ? 1e-9 : 8 / 30.0 + 1e-9);
        CHECK_REL(b.p, a.p, 1e-9);
        CHECK_REL(b.se, 8 * a.se, 1e-12);
        CHECK_REL(b.accel, -a.accel, 1e-9);
    }
}

/* Resampling a million times agrees within its own Monte Carlo error. */
TEST(ideal_is_the_limit_of_resampling)
{
    enum { R = 500000 };
    struct rng g = rng_stream(13, 0, 0);
    for (int kind = 0; kind < 6; kind++) {
        double x[40], y[40];
        isize n = kind < 4 ? 35 : 14;
        for (int i = 0; i < 40; i++) {
            double z = rng_normal(&g);
            x[i] = kind % 2 ? exp(z) : round(5 + 10 * z) / (kind == 2 ? 7 : 1);
            y[i] = round(9 * rng_normal(&g));
        }
        for (int groups = 1; groups <= 2; groups++) {
            struct ideal_plan p = IDEAL_PLAN;
            struct ideal_result a;
            struct err e = {0};
            CHECK_CODE(ideal_mean(x, n, groups == 2 ? y : NULL, groups == 2 ? n + 3 : 0,
                                  &p, &a, tmp, &e),
                       OK, e);
            struct boot_what w = {.of = groups == 2 ? BOOT_MEAN_DIFF : BOOT_MEAN};
            w.x = x, w.n = n, w.y = y, w.m = n + 3;
            struct boot_plan q = BOOT_PLAN;
            struct boot_result b;
            q.reps = R;
            CHECK_CODE(boot_run(&w, &q, &b, tmp, &e), OK, e);
            double step = a.how == IDEAL_LATTICE ? 1.0 / (double)n : 0;
            CHECK_NEAR(b.bca.lo, a.half_ties.lo, 4 * b.bca.mc_lo + step);
            CHECK_NEAR(b.bca.hi, a.half_ties.hi, 4 * b.bca.mc_hi + step);
            CHECK_NEAR(b.percentile.lo, a.perc_lo, 4 * b.percentile.mc_lo + step);
            CHECK_NEAR((double)b.below / R, a.below, 4 * 0.5 / sqrt(R) + a.error);
            CHECK_REL(b.se, a.se, 4 / sqrt(2.0 * R));
            CHECK_REL(b.accel, a.accel, 1e-9);
            if (a.p > 1e-3) CHECK_REL(b.p, a.p, 0.2);
        }
    }
}

/* Normal samples of 25: a percentile interval is the mean -+ 1.96 sqrt(24/25) s / 5,
** nearly, and covers with probability P(|t_24| < 1.96 sqrt(24/25)) = .9335. 2000 samples:
** se .0056. The long form, for skewed data and all methods: bench/coverage.c. */
TEST(ideal_covers)
{
    enum { TIMES = TEST_SANITIZED ? 200 : 2000, N = 25 };
    int in = 0;
    double want = 1 - dist_t_two(1.959963984540054 * sqrt(24 / 25.0), 24);
    for (int k = 0; k < TIMES; k++) {
        struct rng r = rng_stream(14, 0, (u64)k);
        double x[N];
        for (int i = 0; i < N; i++) x[i] = rng_normal(&r);
        struct ideal_plan p = IDEAL_PLAN;
        struct ideal_result a;
        struct err e = {0};
        CHECK_CODE(ideal_mean(x, N, NULL, 0, &p, &a, tmp, &e), OK, e);
        in += a.perc_lo <= 0 && 0 <= a.perc_hi;
    }
    double error = sqrt(want * (1 - want) / TIMES);
    CHECK_NEAR((double)in / TIMES, want, 3 * error + 0.003);
}

TEST(ideal_p_has_its_floor)
{
    double x[] = {3, 4, 9, 3, 5, 8, 6, 7, 9, 12}; /* two of ten are the smallest */
    struct ideal_plan p = IDEAL_PLAN;
    struct ideal_result r;
    struct err e = {0};
    CHECK_CODE(ideal_mean(x, 10, NULL, 0, &p, &r, tmp, &e), OK, e);
    CHECK_REL(r.p_floor, 2 * pow(0.2, 10), 1e-12);
    CHECK(r.p == r.p_floor && r.notes.n > 0 && r.notes.at[0].code == NOTE_NO_RESAMPLE);
    p.null = 13;
    CHECK_CODE(ideal_mean(x, 10, NULL, 0, &p, &r, tmp, &e), OK, e);
    CHECK_REL(r.p, 2 * pow(0.1, 10), 1e-12);
}

TEST(ideal_refuses_what_has_no_answer)
{
    double two[] = {1, 2}, same[] = {3, 3, 3}, hole[] = {1, NAN, 2};
    struct ideal_plan p = IDEAL_PLAN;
    struct ideal_result r;
    struct err e = {0};
    CHECK_CODE(ideal_mean(two, 0, NULL, 0, &p, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(ideal_mean(two, 1, NULL, 0, &p, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(ideal_mean(two, 2, two, 1, &p, &r, tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(ideal_mean(same, 3, NULL, 0, &p, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(ideal_mean(same, 3, same, 3, &p, &r, tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(ideal_mean(hole, 3, NULL, 0, &p, &r, tmp, &e), E_DOMAIN, e);
    CHECK_SAYS(e, "observation 2");
    /* one constant group beside one that varies is fine */
    CHECK_CODE(ideal_mean(two, 2, same, 3, &p, &r, tmp, &e), OK, e);
    CHECK_NEAR(r.estimate, -1.5, 0);
    CHECK_NEAR(r.equal, 0.5, 1e-14);
    p.level = 0;
    CHECK_CODE(ideal_mean(two, 2, NULL, 0, &p, &r, tmp, &e), E_DOMAIN, e);
}

TEST(ideal_keeps_huge_and_tiny_values)
{
    static const double hours[] = {3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487};
    static const double unit[] = {1e300, 1e-300, 3e305};
    /* so near to the end no lattice is looked for: the smooth answer, n = 12 */
    static const double fine[] = {1e-9, 1e-9, 1e-3};
    struct ideal_plan p = IDEAL_PLAN;
    struct ideal_result one, r;
    struct err e = {0};
    for (int irregular = 0; irregular < 2; irregular++) {
        double x[12], y[12];
        for (int i = 0; i < 12; i++) x[i] = irregular ? exp(0.011 * hours[i]) : hours[i];
        CHECK_CODE(ideal_mean(x, 12, NULL, 0, &p, &one, tmp, &e), OK, e);
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < 12; i++) y[i] = x[i] * unit[k];
            CHECK_CODE(ideal_mean(y, 12, NULL, 0, &p, &r, tmp, &e), OK, e);
            CHECK_REL(r.half_ties.lo, one.half_ties.lo * unit[k], fine[k]);
            CHECK_REL(r.half_ties.hi, one.half_ties.hi * unit[k], fine[k]);
            CHECK_REL(r.se, one.se * unit[k], 1e-9);
        }
    }
}

/* Sums reached by resampling {0, 1, 3} three times: 0..7 and 9 but not 8. */
TEST(ideal_support_counts_sums)
{
    double x[] = {10, 11, 13}, y[] = {1.0 / 3, 0.7071, 2.2360679}, z[200];
    CHECK_INT(ideal_support(x, 3, tmp), 9);
    CHECK_INT(ideal_support(y, 3, tmp), -1); /* a lattice beyond counting */
    for (int i = 0; i < 200; i++) z[i] = i % 2;
    CHECK_INT(ideal_support(z, 200, tmp), 201);
}

/* R 4.2.2, boot::abc.ci(x, function(d, w) sum(d * w) / sum(w)) of hours at .95, and for
** the ratio of boot::city, whose z0 differs in the third order only (abc.h). */
TEST(abc_agrees_with_r)
{
    static const double hours[] = {3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487};
    static const double x[] = {143, 104, 69, 260, 75, 63, 50, 48, 111, 50};
    static const double u[] = {138, 93, 61, 179, 48, 37, 29, 23, 30, 2};
    struct boot_what w = {.of = BOOT_MEAN, .x = hours, .n = 12};
    struct abc_result r;
    struct err e = {0};
    CHECK_CODE(abc_interval(&w, 0.95, &r, tmp, &e), OK, e);
    CHECK_REL(r.lo, 57.19276319495927, 1e-7);
    CHECK_REL(r.hi, 226.71727231471743, 1e-7);
    CHECK_REL(r.accel, 0.09379807388386771, 1e-9);
    w = (struct boot_what){.of = BOOT_RATIO, .x = x, .y = u, .n = 10};
    CHECK_CODE(abc_interval(&w, 0.95, &r, tmp, &e), OK, e);
    CHECK_REL(r.lo, 1.2618241516171642, 2e-3);
    CHECK_REL(r.hi, 2.0780850378691058, 2e-3);
    w.of = BOOT_MEDIAN;
    CHECK_CODE(abc_interval(&w, 0.95, &r, tmp, &e), E_UNSUPPORTED, e);
    double same[] = {2, 2, 2};
    w = (struct boot_what){.of = BOOT_MEAN, .x = same, .n = 3};
    CHECK_CODE(abc_interval(&w, 0.95, &r, tmp, &e), E_DEGENERATE, e);
    w.n = 1;
    CHECK_CODE(abc_interval(&w, 0.95, &r, tmp, &e), E_TOO_FEW, e);
}
