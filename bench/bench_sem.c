/* Structural models: one path model of 31 people, its bootstrap, a factor model of 9
** indicators, as in STATISTICS: lavaan takes 89 ms, 28 s (1,000 resamples) and 95 ms. */
#include "bench.h"
#include "stats/rng.h"
#include "stats/sem.h"

struct set {
    struct sem_model m;
    struct sem_moments d;
    struct sem_fit f;
    const double *col[16];
    isize n;
};

/* One common factor and noise: what is measured does not depend on the numbers much. */
static struct set *set_up(const char *model, isize n, struct sem_options o,
                          struct arena *a)
{
    static const char *const name[] = {"x1", "x2", "x3", "x4", "x5",
                                       "x6", "x7", "x8", "x9"};
    struct set *s = NEW(a, struct set, 1);
    struct str var[9];
    double *x[9];
    struct rng r = rng_stream(1, 1, 1);
    for (int i = 0; i < 9; i++) {
        var[i] = str_of(name[i]);
        x[i] = NEW(a, double, n);
    }
    for (isize k = 0; k < n; k++) {
        double g = rng_normal(&r), f[3];
        for (int i = 0; i < 3; i++) f[i] = 0.6 * g + 0.8 * rng_normal(&r);
        for (int i = 0; i < 9; i++) x[i][k] = 5 + f[i / 3] + 0.8 * rng_normal(&r);
    }
    s->n = n;
    int bad = sem_model_read(str_of(model), "bench", &o, var, 9, &s->m, a, NULL);
    for (isize i = 0; bad == 0 && i < s->m.n_ov; i++)
        s->col[i] = x[s->m.var[i].at[1] - '1'];
    bad += sem_moments_of(&s->m, s->col, n, false, &s->d, a, NULL);
    bad += sem_fit(&s->m, &s->d, &s->f, a, NULL);
    if (bad) bench_keep(1 / 0.0);
    return s;
}

static const char PATH[] = "x2 ~ x1\n x3 ~ x2\n x4 ~ x2 + x3";
static const char CFA[] = "f1 =~ x1 + x2 + x3\n f2 =~ x4 + x5 + x6\n f3 =~ x7 + x8 + x9";
static const struct sem_options MEANS = {.meanstructure = true};

static void fit_many(struct bench *b, struct set *s, bool whole, struct arena tmp)
{
    b->unit = "fit";
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct sem_fit f;
        struct sem_standard st;
        struct sem_index x;
        if (sem_fit(&s->m, &s->d, &f, &a, NULL) != 0) continue;
        bench_keep(f.chisq);
        if (!whole || sem_std(&f, &st, &a, NULL) != 0) continue;
        sem_index(&f, &x, a);
        bench_keep(x.rmsea_hi);
    }
}

BENCH(sem_path_n31_estimates_and_errors)
{
    fit_many(b, set_up(PATH, 31, MEANS, &tmp), false, tmp);
}

BENCH(sem_path_n31_with_indices_and_standardised)
{
    fit_many(b, set_up(PATH, 31, MEANS, &tmp), true, tmp);
}

BENCH(sem_path_n31_from_text)
{
    struct set *s = set_up(PATH, 31, MEANS, &tmp);
    struct str name[] = {S("x1"), S("x2"), S("x3"), S("x4")};
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct sem_model m;
        struct sem_moments d;
        struct sem_fit f;
        int bad = sem_model_read(str_of(PATH), "bench", &MEANS, name, 4, &m, &a, NULL);
        bad += sem_moments_of(&m, s->col, s->n, false, &d, &a, NULL);
        bad += sem_fit(&m, &d, &f, &a, NULL);
        bench_keep(bad ? 0 : f.chisq);
    }
}

BENCH(sem_cfa_9_indicators_n301)
{
    fit_many(b, set_up(CFA, 301, (struct sem_options){0}, &tmp), false, tmp);
}

BENCH(sem_cfa_9_indicators_with_indices)
{
    fit_many(b, set_up(CFA, 301, (struct sem_options){0}, &tmp), true, tmp);
}

static void boot_many(struct bench *b, struct set *s, isize reps, int threads,
                      struct arena tmp)
{
    b->work = (double)reps;
    b->unit = "resample";
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct sem_boot out;
        if (sem_boot(&s->f, s->col, s->n, reps, NULL, 1, 0.95, threads, &out, &a, NULL) ==
            0)
            bench_keep(out.par[0].se);
    }
}

BENCH(sem_boot_path_n31_1000)
{
    boot_many(b, set_up(PATH, 31, MEANS, &tmp), 1000, 1, tmp);
}

BENCH(sem_boot_path_n31_100000)
{
    boot_many(b, set_up(PATH, 31, MEANS, &tmp), 100000, 1, tmp);
}

BENCH(sem_boot_path_n31_100000_two_threads)
{
    boot_many(b, set_up(PATH, 31, MEANS, &tmp), 100000, 2, tmp);
}

BENCH(sem_boot_cfa_9_indicators_1000)
{
    boot_many(b, set_up(CFA, 301, (struct sem_options){0}, &tmp), 1000, 1, tmp);
}
