#include "bench.h"
#include "stats/lm.h"

/* Numbers that look like data: a fixed recurrence, nothing random. */
static double next(u64 *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (double)(*s >> 33) / 2147483648.0;
}

static struct frame made(isize n, isize predictors, struct arena *a)
{
    static const char *const name[] = {"x1", "x2", "x3", "x4", "x5"};
    struct frame f = frame_of(n);
    double *y = NEW(a, double, n);
    u64 s = 1;
    for (isize j = 0; j < predictors; j++) {
        double *x = NEW(a, double, n);
        for (isize i = 0; i < n; i++) {
            x[i] = 20 + 10 * next(&s);
            y[i] += 0.3 * x[i] + 4 * next(&s);
        }
        frame_put_numbers(&f, str_of(name[j]), x, NULL, a);
    }
    frame_put_numbers(&f, S("y"), y, NULL, a);
    return f;
}

BENCH(lm_n44_3_predictors) /* the size of the Norwegian study, formula to HC errors */
{
    struct frame f = made(44, 3, &tmp);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct lm m;
        struct err e;
        if (lm_of(&f, S("y ~ x1 + x2 + x3"), 0.95, &m, &a, &e) != OK) return;
        bench_keep(m.coef[1].estimate);
    }
}

BENCH(lm_n44_fit_only)
{
    struct frame f = made(44, 3, &tmp);
    struct formula fm;
    struct design d;
    struct err e;
    if (formula_read(S("y ~ x1 + x2 + x3"), &f, &fm, &tmp, &e) != OK) return;
    if (design_of(&fm, &f, NULL, 0, &d, &tmp, &e) != OK) return;
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct lm m;
        if (lm_fit(&d, 0.95, &m, &a, &e) != OK) return;
        bench_keep(m.coef[1].estimate);
    }
}

BENCH(lm_n100k_5_predictors)
{
    struct frame f = made(100000, 5, &tmp);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct lm m;
        struct err e;
        if (lm_of(&f, S("y ~ x1 + x2 + x3 + x4 + x5"), 0.95, &m, &a, &e) != OK) return;
        bench_keep(m.coef[1].estimate);
    }
    b->work = 100000;
    b->unit = "row";
}
