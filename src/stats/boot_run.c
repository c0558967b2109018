#include "stats/boot.h"
#include "base/par.h"
#include "stats/boot_mean.h"
#include "stats/boot_sample.h"
#include "stats/boot_stat.h"
#include <math.h>

/* The second group draws from streams of its own. */
static const u64 SECOND = 0x5ec09d0000000001u;

static int column_ok(const double *x, isize n, const char *which, struct err *e)
{
    if (n < 2)
        return err_set(e, E_TOO_FEW, "a bootstrap needs 2 observations%s, there %s %td",
                       which, n == 1 ? "is" : "are", n);
    if (n > (isize)1 << 24)
        return err_set(e, E_TOO_BIG, "more than 16,777,216 observations%s", which);
    for (isize i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return err_set(e, E_DOMAIN, "observation %td%s is missing or not finite",
                           i + 1, which);
    return OK;
}

static bool varies(const double *x, isize n)
{
    for (isize i = 1; i < n; i++)
        if (x[i] != x[0]) return true;
    return false;
}

static bool two_columns(enum boot_of of)
{
    return of == BOOT_RATIO || of == BOOT_PEARSON || of == BOOT_SLOPE;
}

static int what_ok(const struct boot_what *w, struct err *e)
{
    if (w->of == BOOT_CALL) {
        if (w->n < 2)
            return err_set(e, E_TOO_FEW,
                           "a bootstrap needs 2 observations, there are %td", w->n);
        return OK;
    }
    TRY(column_ok(w->x, w->n, "", e));
    if (two_columns(w->of)) TRY(column_ok(w->y, w->n, " of the second column", e));
    if (w->of == BOOT_MEAN_DIFF) TRY(column_ok(w->y, w->m, " of the second group", e));
    if (w->of == BOOT_TRIMMED && !(w->trim >= 0 && w->trim < 0.5))
        return err_set(e, E_DOMAIN,
                       "a share of at least 0 and below 0.5 can be trimmed off "
                       "each end");
    bool vary = varies(w->x, w->n);
    if (w->of == BOOT_MEAN_DIFF || w->of == BOOT_RATIO)
        vary = vary || varies(w->y, MAX(w->m, w->n));
    if (w->of == BOOT_PEARSON || w->of == BOOT_SLOPE) vary = vary && varies(w->y, w->n);
    if (!vary)
        return err_set(e, E_DEGENERATE,
                       "all %td observations are equal: resamples cannot "
                       "differ",
                       w->n);
    return OK;
}

/* ---------------------------------------------------------------- any statistic */

struct stat_job {
    struct boot_ready ready;
    u64 seed, id;
    i64 reps;
    i32 *room;      /* 2 n numbers a block */
    double *t, *se; /* se may be NULL */
};

static void stat_block(isize block, void *arg)
{
    const struct stat_job *j = arg;
    isize n = j->ready.w->n;
    i32 *index = j->room + 2 * n * block, *count = index + n;
    struct rng r = rng_stream(j->seed, j->id, (u64)block);
    isize from = block * RNG_BLOCK, to = MIN(from + RNG_BLOCK, j->reps);
    for (isize i = 0; i < n; i++) count[i] = 0;
    for (isize i = from; i < to; i++) {
        rng_indices(&r, (i32)n, n, index);
        j->t[i] = boot_stat_of(&j->ready, index, count, j->se ? &j->se[i] : NULL);
    }
}

static void stat_replicates(const struct boot_ready *ready, const struct boot_plan *p,
                            double *t, double *se, struct arena tmp)
{
    isize blocks = (p->reps + RNG_BLOCK - 1) / RNG_BLOCK;
    struct stat_job j = {*ready, p->seed, p->id, p->reps, .t = t, .se = se};
    j.room = NEW_RAW(&tmp, i32, 2 * ready->w->n * blocks);
    par_run(blocks, boot_mean_threads(p, 4 * ready->w->n), stat_block, &j);
}

/* ---------------------------------------------------------------- means */

static int diff_replicates(const struct boot_what *w, const struct boot_plan *p,
                           double *t, double *estimate, double *grain, struct arena tmp,
                           struct err *e)
{
    struct boot_sum a = boot_mean_sum(w->x, w->n, &tmp),
                    b = boot_mean_sum(w->y, w->m, &tmp);
    u32 *s, *u;
    TRY(boot_mean_draw(&a, p, p->id, &s, &tmp, e));
    TRY(boot_mean_draw(&b, p, p->id ^ SECOND, &u, &tmp, e));
    *grain = fmax(a.grain, b.grain);
    *estimate = a.estimate - b.estimate;
    const struct lattice *k = &a.l, *l = &b.l;
    double n = (double)w->n, m = (double)w->m;
    double top =
        (fabs((double)k->num) * n + (double)k->per * (double)a.most) * (double)l->den *
            m +
        (fabs((double)l->num) * m + (double)l->per * (double)b.most) * (double)k->den * n;
    if (*grain == 0 && k->den > 0 && l->den > 0 && top < 0x1p53) {
        /* Over the common denominator: whole numbers, so equal differences are equal. */
        double f = (double)l->den * m, g = (double)k->den * n, under = f * g;
        double base = (double)k->num * n * f - (double)l->num * m * g;
        double x = (double)k->per * f, y = (double)l->per * g;
        for (isize i = 0; i < p->reps; i++) t[i] = (base + x * s[i] - y * u[i]) / under;
        *estimate = (base + x * (double)a.all - y * (double)b.all) / under;
    } else {
        for (isize i = 0; i < p->reps; i++)
            t[i] = boot_mean_value(&a, s[i]) - boot_mean_value(&b, u[i]);
    }
    return OK;
}

/* Tallies have at most this many cells: they stay in the second cache. */
enum { TALLY = 1 << 16 };

static int run_mean(const struct boot_what *w, const struct boot_plan *p,
                    struct boot_result *out, struct arena tmp, struct err *e)
{
    struct boot_sum b = boot_mean_sum(w->x, w->n, &tmp);
    u32 *sum;
    TRY(boot_mean_draw(&b, p, p->id, &sum, &tmp, e));
    struct boot_sample s = {.n = p->reps, .l = b.l, .of = b.n};
    out->estimate = b.estimate;
    out->grain = b.grain;
    if (b.grain == 0 && b.most < TALLY) {
        u32 *tally = NEW(&tmp, u32, (isize)b.most + 1);
        for (isize i = 0; i < p->reps; i++) tally[sum[i]]++;
        s.tally = tally;
        s.cells = (isize)b.most + 1;
        s.at = (i64)b.all;
    } else {
        double *t = NEW_RAW(&tmp, double, p->reps);
        boot_mean_values(&b, sum, p->reps, t);
        s.t = t;
    }
    boot_sample_limits(&s, p, out, tmp);
    return OK;
}

/* ---------------------------------------------------------------- the whole */

static double mean_of(const double *x, isize n)
{
    double mean = 0;
    for (isize i = 0; i < n; i++) mean += (0.5 * x[i] - 0.5 * x[0]) / (double)n;
    return 2 * (mean + 0.5 * x[0]);
}

void boot_jackknife(const struct boot_what *w, double *out, struct arena tmp)
{
    if (w->of == BOOT_MEAN_DIFF) {
        double a = mean_of(w->x, w->n), b = mean_of(w->y, w->m);
        for (isize i = 0; i < w->n; i++) out[i] = (a - w->x[i]) / (double)w->n;
        for (isize i = 0; i < w->m; i++) out[w->n + i] = (w->y[i] - b) / (double)w->m;
        return;
    }
    struct boot_ready r;
    boot_stat_ready(w, &r, &tmp);
    boot_stat_jackknife(&r, out, tmp);
}

double boot_value(const struct boot_what *w, const i32 *index, struct arena tmp)
{
    if (w->of == BOOT_MEAN_DIFF && !index)
        return mean_of(w->x, w->n) - mean_of(w->y, w->m);
    if (w->of == BOOT_MEAN_DIFF) return NAN;
    struct boot_ready r;
    boot_stat_ready(w, &r, &tmp);
    if (index) return boot_stat_of(&r, index, NEW(&tmp, i32, w->n), NULL);
    if (w->of != BOOT_CALL) return boot_stat_all(&r, NULL);
    i32 *all = NEW(&tmp, i32, w->n);
    for (isize i = 0; i < w->n; i++) all[i] = (i32)i;
    return w->call(all, w->n, w->arg);
}

int boot_given(const struct boot_what *w, const i32 *index, isize reps, double *out,
               struct arena tmp, struct err *e)
{
    TRY(what_ok(w, e));
    if (w->of == BOOT_MEAN_DIFF)
        return err_set(e, E_DOMAIN, "given resamples are of one group");
    for (isize i = 0; i < reps * w->n; i++)
        if (index[i] < 0 || index[i] >= w->n)
            return err_set(e, E_DOMAIN, "resample %td draws row %d of %td", i / w->n + 1,
                           (int)index[i], w->n);
    for (isize i = 0; i < reps; i++)
        out[i] = boot_given_value(w, index + i * w->n, w->n, tmp);
    return OK;
}

int boot_replicates(const struct boot_what *w, const struct boot_plan *p, double *out,
                    struct arena tmp, struct err *e)
{
    TRY(what_ok(w, e));
    TRY(boot_sample_plan(p, e));
    double estimate, grain;
    if (w->of == BOOT_MEAN_DIFF)
        return diff_replicates(w, p, out, &estimate, &grain, tmp, e);
    if (w->of == BOOT_MEAN) {
        struct boot_sum b = boot_mean_sum(w->x, w->n, &tmp);
        u32 *sum;
        TRY(boot_mean_draw(&b, p, p->id, &sum, &tmp, e));
        boot_mean_values(&b, sum, p->reps, out);
        return OK;
    }
    struct boot_ready r;
    boot_stat_ready(w, &r, &tmp);
    stat_replicates(&r, p, out, NULL, tmp);
    return OK;
}

/* Bootstrap-t: limits t - q se, q from the replicates of (t* - t) / se*. */
static int run_studentised(const struct boot_what *w, const struct boot_plan *p,
                           struct boot_result *out, struct arena tmp, struct err *e)
{
    struct boot_ready r;
    boot_stat_ready(w, &r, &tmp);
    double *t = NEW_RAW(&tmp, double, p->reps), *se = NEW_RAW(&tmp, double, p->reps), own;
    double estimate = boot_stat_all(&r, &own);
    stat_replicates(&r, p, t, se, tmp);
    for (isize i = 0; i < p->reps; i++)
        t[i] = se[i] > 0 ? (t[i] - estimate) / se[i] : NAN;
    struct boot_result q = {0};
    i64 undefined;
    struct boot_sample s = {.t = t};
    TRY(boot_sample_list(t, p->reps, &undefined, &s.n, &out->notes, e));
    boot_sample_limits(&s, p, &q, tmp);
    out->studentised = (struct boot_limits){
        estimate - q.percentile.hi * own, estimate - q.percentile.lo * own,
        q.percentile.mc_hi * own, q.percentile.mc_lo * own};
    return OK;
}

int boot_run(const struct boot_what *w, const struct boot_plan *p,
             struct boot_result *out, struct arena tmp, struct err *e)
{
    TRY(boot_sample_plan(p, e));
    TRY(what_ok(w, e));
    *out = (struct boot_result){.n = w->n, .m = w->of == BOOT_MEAN_DIFF ? w->m : 0};
    isize rows = w->n + out->m;
    double *jack = NEW_RAW(&tmp, double, rows);
    boot_jackknife(w, jack, tmp);
    for (isize i = 0; i < rows; i++)
        if (!isfinite(jack[i]))
            return err_set(e, E_DEGENERATE,
                           "without observation %td the statistic has no value", i + 1);
    out->accel = boot_accel(jack, rows);
    if (MIN(w->n, out->m ? out->m : w->n) < 8)
        note_add(&out->notes, NOTE_FEW, (double)MIN(w->n, out->m ? out->m : w->n), 0);
    if (w->of == BOOT_MEAN) {
        TRY(run_mean(w, p, out, tmp, e));
    } else {
        double *t = NEW_RAW(&tmp, double, p->reps);
        if (w->of == BOOT_MEAN_DIFF) {
            TRY(diff_replicates(w, p, t, &out->estimate, &out->grain, tmp, e));
        } else {
            struct boot_ready r;
            boot_stat_ready(w, &r, &tmp);
            out->estimate = boot_value(w, NULL, tmp);
            stat_replicates(&r, p, t, NULL, tmp);
        }
        if (!isfinite(out->estimate))
            return err_set(e, E_DEGENERATE, "the statistic has no value for these data");
        struct boot_sample s = {.t = t};
        TRY(boot_sample_list(t, p->reps, &out->undefined, &s.n, &out->notes, e));
        boot_sample_limits(&s, p, out, tmp);
    }
    if (!p->studentised) return OK;
    if (!boot_stat_has_se(w->of))
        return err_set(e, E_UNSUPPORTED,
                       "no studentised interval for a %s: its replicates "
                       "have no standard error here",
                       boot_name(w->of));
    return run_studentised(w, p, out, tmp, e);
}
