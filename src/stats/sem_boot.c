#include "base/par.h"
#include "stats/bca.h"
#include "stats/boot.h"
#include "stats/dist.h"
#include "stats/order.h"
#include "stats/rng.h"
#include "stats/sem_core.h"
#include <math.h>
#include <string.h>

typedef double pair
    __attribute__((vector_size(16))); /* two sums at once, on any x86-64 */

struct job {
    const struct sem_fit *f;
    isize n, p, width; /* people, variables, sums in pairs */
    const pair *table; /* n x width: centred values, then their products */
    isize reps, n_cols;
    const i32 *index;
    u64 seed, id;
    bool closed;
    double *value; /* n_cols x reps */
    isize *failed; /* per block */
    bool no_room;
};

/* Centred columns and their products, person by person: p values, then p (p + 1) / 2. */
static pair *make_table(const struct sem_fit *f, const double *const *col, isize n_rows,
                        isize *width, struct arena *a)
{
    isize p = f->d->p, sums = p + p * (p + 1) / 2, n = 0;
    *width = (sums + 1) / 2;
    pair *t = (pair *)arena_take(a, 2 * (isize)sizeof(double), 16, f->d->n * *width);
    for (isize r = 0; r < n_rows && n < f->d->n; r++) {
        bool all = true;
        for (isize i = 0; i < p; i++) all = all && !isnan(col[i][r]);
        if (!all) continue;
        double *row = (double *)(t + n * *width), *x = row + p;
        for (isize i = 0; i < p; i++) row[i] = col[i][r] - f->d->mean[i];
        for (isize i = 0; i < p; i++)
            for (isize j = 0; j <= i; j++) *x++ = row[i] * row[j];
        n++;
    }
    return t;
}

/* Moments of people counted times[]; false when a variable does not vary. */
static bool moments(const struct job *j, const i32 *times, isize people, double *sum,
                    double *mean, double *cov)
{
    isize p = j->p, w = j->width;
    double inv = 1 / (double)people;
    pair *acc = (pair *)sum;
    memset(sum, 0, (size_t)w * sizeof(pair));
    for (isize i = 0; i < j->n; i++) {
        if (times[i] == 0) continue;
        pair c = {(double)times[i], (double)times[i]};
        const pair *t = j->table + i * w;
        for (isize k = 0; k < w; k++) acc[k] += c * t[k];
    }
    const double *x = sum + p;
    for (isize i = 0; i < p; i++) {
        double mi = sum[i] * inv;
        for (isize k = 0; k <= i; k++)
            cov[i * p + k] = cov[k * p + i] = *x++ * inv - mi * (sum[k] * inv);
        if (!(cov[i * p + i] > 1e-12 * j->f->d->cov[i * p + i])) return false;
    }
    for (isize i = 0; i < p; i++) mean[i] = sum[i] * inv + j->f->d->mean[i];
    return true;
}

struct worker {
    struct sem_moments d;
    struct sem_pattern pattern;
    struct sem_core core;
    double *sum, *theta, *est;
    i32 *times, *drawn;
};

static void begin(struct worker *w, const struct job *j, struct arena *a)
{
    const struct sem_model *m = j->f->m;
    isize p = j->p;
    w->sum = (double *)arena_take(a, 16, 16, j->width);
    w->theta = NEW(a, double, m->n_par + 1);
    w->est = NEW(a, double, j->n_cols);
    w->times = NEW(a, i32, j->n);
    w->drawn = NEW(a, i32, j->n);
    w->d = (struct sem_moments){.p = p, .n = j->n, .n_patterns = 1, .at = &w->pattern};
    w->d.mean = NEW(a, double, p);
    w->d.cov = NEW(a, double, (p * p));
    w->pattern = (struct sem_pattern){j->n, p, NEW(a, int, p), w->d.mean, w->d.cov};
    for (int i = 0; i < p; i++) w->pattern.at[i] = i;
    if (!j->closed) w->core = sem_core_new(m, &w->d, a);
}

/* Rows and definitions of the people counted in w->times. */
static bool refit(struct worker *w, const struct job *j, isize people, struct arena tmp)
{
    const struct sem_model *m = j->f->m;
    if (!moments(j, w->times, people, w->sum, w->d.mean, w->d.cov)) return false;
    if (j->closed) {
        if (sem_path(m, w->d.mean, w->d.cov, w->theta, tmp, NULL) != OK) return false;
    } else {
        double log_det;
        struct arena room = tmp;
        double *L = NEW(&room, double, j->p * j->p);
        if (!sem_chol(w->d.cov, j->p, L, 1e-11, &log_det, NULL)) return false;
        memcpy(w->theta, j->f->theta, (size_t)m->n_par * sizeof(double));
        if (sem_refit(&w->core, w->theta, tmp, NULL) != OK) return false;
    }
    sem_rows_at(m, &w->d, w->theta, w->est);
    if (m->n_defs > 0) sem_defs_at(m, w->est, w->est + m->n_rows, NULL, tmp);
    for (isize i = 0; i < j->n_cols; i++)
        if (!isfinite(w->est[i])) return false;
    return true;
}

static void run_block(isize block, void *arg)
{
    struct job *j = (struct job *)arg;
    struct worker w = {0};
    struct arena a = arena_reserve((isize)1 << 28);
    if (!a.base) {
        j->no_room = true;
        return;
    }
    begin(&w, j, &a);
    struct rng r = rng_stream(j->seed, j->id, (u64)block);
    isize from = block * RNG_BLOCK, to = MIN(from + RNG_BLOCK, j->reps);
    for (isize rep = from; rep < to; rep++) {
        const i32 *drawn = w.drawn;
        if (j->index)
            drawn = j->index + rep * j->n;
        else
            rng_indices(&r, (i32)j->n, j->n, w.drawn);
        memset(w.times, 0, (size_t)j->n * sizeof(i32));
        for (isize i = 0; i < j->n; i++) w.times[drawn[i]]++;
        bool fine = refit(&w, j, j->n, a);
        if (!fine) j->failed[block]++;
        for (isize i = 0; i < j->n_cols; i++)
            j->value[i * j->reps + rep] = fine ? w.est[i] : NAN;
    }
    arena_release(&a);
}

/* Leaving each person out in turn, n_cols x n; a failed refit leaves the estimate. */
static void jackknife(const struct job *j, const double *whole, double *out,
                      struct arena tmp)
{
    struct worker w = {0};
    begin(&w, j, &tmp);
    w.d.n = w.pattern.n = j->n - 1;
    for (isize i = 0; i < j->n; i++) {
        for (isize k = 0; k < j->n; k++) w.times[k] = k != i;
        bool fine = refit(&w, j, j->n - 1, tmp);
        for (isize c = 0; c < j->n_cols; c++)
            out[c * j->n + i] = fine ? w.est[c] : whole[c];
    }
}

/* Order statistics around (n + 1) alpha: ranks, and the share of the way between them. */
static void around(double alpha, isize n, isize rank[2], double *share)
{
    double at = alpha * (double)(n + 1), low = floor(at);
    rank[0] = (isize)fmin(fmax(low, 1), (double)n);
    rank[1] = (isize)fmin(fmax(low + 1, 1), (double)n);
    *share = at - low;
}

static void summarise(const struct job *j, isize c, double estimate, const double *jack,
                      struct sem_boot *out, struct arena tmp)
{
    const double *v = j->value + c * j->reps;
    double *t = NEW_RAW(&tmp, double, j->reps), sum = 0, ss = 0;
    double below = 0, tiny = 1e-13 * fabs(estimate);
    isize n = 0;
    struct sem_boot_par *q = &out->par[c];
    *q = (struct sem_boot_par){NAN, NAN, NAN, NAN, NAN};
    for (isize i = 0; i < j->reps; i++)
        if (!isnan(v[i])) t[n++] = v[i];
    if (n < 2) return;
    for (isize i = 0; i < n; i++) sum += t[i];
    for (isize i = 0; i < n; i++) {
        double e = t[i] - sum / (double)n;
        ss += e * e;
        below += t[i] < estimate - tiny ? 1 : t[i] <= estimate + tiny ? 0.5 : 0;
    }
    q->se = sqrt(ss / (double)(n - 1));
    if (!(q->se > 1e-12 * fabs(sum / (double)n))) return; /* fixed */

    double alpha[4], share[4], pick[8];
    isize rank[8];
    double z0 = dist_norm_quantile(below / (double)n), a = boot_accel(jack, j->n);
    alpha[0] = (1 - out->level) / 2;
    alpha[1] = 1 - alpha[0];
    for (int i = 0; i < 2; i++)
        alpha[2 + i] = bca_level(z0, a, dist_norm_quantile(alpha[i]), NULL);
    for (int i = 0; i < 4; i++) {
        around(alpha[i], n, rank + 2 * i, &share[i]);
        double floor_level = 1 / (double)(n + 1);
        if (i >= 2 && (alpha[i] < floor_level || alpha[i] > 1 - floor_level))
            note_add(&out->notes, NOTE_LEVEL_OUTSIDE, alpha[i], 0);
    }
    order_pick(t, n, rank, 8, pick, tmp);
    q->lo = pick[0] + share[0] * (pick[1] - pick[0]);
    q->hi = pick[2] + share[1] * (pick[3] - pick[2]);
    for (int i = 2; i < 4; i++) { /* on the scale of normal quantiles */
        double r0 = (double)rank[2 * i] / (double)(n + 1),
               r1 = (double)rank[2 * i + 1] / (double)(n + 1);
        double z = dist_norm_quantile(alpha[i]), s0 = dist_norm_quantile(r0),
               s1 = dist_norm_quantile(r1);
        double part = s1 > s0 ? (z - s0) / (s1 - s0) : 0;
        double x = pick[2 * i] + fmin(fmax(part, 0), 1) * (pick[2 * i + 1] - pick[2 * i]);
        if (i == 2)
            q->bca_lo = x;
        else
            q->bca_hi = x;
    }
}

int sem_boot(const struct sem_fit *f, const double *const *col, isize n_rows, isize reps,
             const i32 *index, u64 seed, double level, int threads, struct sem_boot *out,
             struct arena *a, struct err *e)
{
    const struct sem_model *m = f->m;
    isize n = f->d->n, cols = m->n_rows + m->n_defs;
    *out = (struct sem_boot){.reps = reps, .n_cols = cols, .level = level};
    if (f->d->fiml)
        return err_set(e, E_UNSUPPORTED,
                       "the bootstrap works on complete cases; take listwise instead of "
                       "fiml");
    if (reps < 2 || reps > 10000000)
        return err_set(e, E_TOO_FEW,
                       "%td resamples; between 2 and 10,000,000 are possible", reps);
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "a level lies between 0 and 1");
    if (cols * reps > (isize)1 << 29 || n > (isize)1 << 24)
        return err_set(e, E_TOO_BIG,
                       "%td resamples of %td people and %td parameters are too many",
                       reps, n, cols);
    for (isize i = 0; index && i < reps * n; i++)
        if (index[i] < 0 || index[i] >= n)
            return err_set(e, E_DOMAIN, "resample %td names person %d, but %td are used",
                           i / n, (int)index[i], n);
    out->value = NEW_RAW(a, double, (cols * reps));
    out->par = NEW(a, struct sem_boot_par, cols);
    struct arena tmp = *a;
    isize blocks = (reps + RNG_BLOCK - 1) / RNG_BLOCK;
    struct job j = {.f = f,
                    .n = n,
                    .p = f->d->p,
                    .reps = reps,
                    .n_cols = cols,
                    .index = index,
                    .seed = seed,
                    .id = rng_id(S("sem_boot")),
                    .closed = sem_path_possible(m),
                    .value = out->value,
                    .failed = NEW(&tmp, isize, blocks)};
    j.table = make_table(f, col, n_rows, &j.width, &tmp);
    par_run(blocks, threads, run_block, &j);
    if (j.no_room) return err_set(e, E_NO_MEMORY, "no memory for the bootstrap");
    for (isize b = 0; b < blocks; b++) out->failed += j.failed[b];
    if (out->failed * 10 > reps)
        return err_set(e, E_NO_CONVERGENCE,
                       "%td of %td resamples could not be fitted; the model is too large "
                       "for these data",
                       out->failed, reps);
    if (out->failed > 0)
        note_add(&out->notes, NOTE_UNDEFINED_RESAMPLES, (double)out->failed,
                 (double)reps);
    double *whole = NEW(&tmp, double, cols), *jack = NEW(&tmp, double, (cols * n));
    memcpy(whole, f->est, (size_t)m->n_rows * sizeof(double));
    if (m->n_defs > 0)
        memcpy(whole + m->n_rows, f->def, (size_t)m->n_defs * sizeof(double));
    jackknife(&j, whole, jack, tmp);
    for (isize c = 0; c < cols; c++) summarise(&j, c, whole[c], jack + c * n, out, tmp);
    return OK;
}
