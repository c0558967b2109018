#include "stats/sem_core.h"
#include "stats/sem_scale.h"
#include "stats/sem_start.h"
#include <math.h>
#include <string.h>

enum { STEPS = 1000, STEPS_FIRST = 100 };

/* Cholesky of H in units of its own diagonal: L, and the units in `unit`. */
static bool factor(const double *H, isize n, double tiny, double *L, double *unit,
                   isize *at)
{
    for (isize i = 0; i < n; i++) {
        *at = i;
        if (!(H[i * n + i] > 0) || !isfinite(H[i * n + i])) return false;
        unit[i] = 1 / sqrt(H[i * n + i]);
    }
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j <= i; j++) L[i * n + j] = H[i * n + j] * unit[i] * unit[j];
    return sem_chol(L, n, L, tiny, NULL, at);
}

/* step := H^-1 g; returns g' H^-1 g, twice what a quadratic would still fall. */
static double solve(const double *L, const double *unit, const double *g, isize n,
                    double *step)
{
    double down = 0;
    for (isize i = 0; i < n; i++) step[i] = g[i] * unit[i];
    sem_chol_solve(L, n, step);
    for (isize i = 0; i < n; i++) {
        step[i] *= unit[i];
        down += step[i] * g[i];
    }
    return down;
}

/* step := (H + damp diag H)^-1 g in H's own units, damped further until it can be solved;
** returns g' step, or NAN. */
static double damped_step(const struct sem_core *s, double *damp, double *L, double *unit,
                          double *step)
{
    isize n = s->m->n_par, at;
    double largest = 0;
    for (isize i = 0; i < n; i++) largest = fmax(largest, fabs(s->H[i * n + i]));
    for (isize i = 0; i < n; i++) {
        double h = fabs(s->H[i * n + i]);
        unit[i] = 1 / sqrt(fmax(h, 1e-14 * largest + 1e-300));
    }
    for (int tries = 0; tries < 40; tries++) {
        for (isize i = 0; i < n; i++)
            for (isize j = 0; j <= i; j++)
                L[i * n + j] = s->H[i * n + j] * unit[i] * unit[j] + (i == j ? *damp : 0);
        if (sem_chol(L, n, L, 1e-13, NULL, &at)) return solve(L, unit, s->g, n, step);
        *damp = *damp > 0 ? 5 * *damp : 1e-9;
    }
    return NAN;
}

/* Fisher scoring until the criterion is nearly flat, then Newton, both with Levenberg and
** Marquardt's damping.  Ends on a Newton decrement that only rounding is left of. */
static int minimise(struct sem_core *s, double *theta, isize most, isize *steps,
                    struct arena tmp, struct err *e)
{
    isize n = s->m->n_par;
    double *L = NEW(&tmp, double, (n * n)), *unit = NEW(&tmp, double, n),
           *step = NEW(&tmp, double, n), *next = NEW(&tmp, double, n);
    if (!sem_core_at(s, theta, SEM_VALUE))
        return err_set(e, E_NO_CONVERGENCE,
                       "the starting values give no valid covariances; give others with "
                       "start(...)");
    double damp = 0, last = INFINITY;
    bool newton = false;
    for (isize k = 0; k < most; k++, ++*steps) {
        if (!sem_core_at(s, theta, newton ? SEM_OBSERVED : SEM_EXPECTED)) break;
        double f = s->f, d = 0, kept = damp;
        if (newton) damp = 0;
        bool better = false, blind = false;
        for (int tries = 0; tries < 60 && !better; tries++) {
            d = damped_step(s, &damp, L, unit, step);
            if (!isfinite(d)) break;
            /* below what rounding shows in f, a full Newton step is trusted */
            blind = newton && damp == 0 && d < 1e-9;
            if (blind && (d < 1e-26 || (d < 1e-14 && d > 0.1 * last))) return OK;
            for (isize i = 0; i < n; i++) next[i] = theta[i] - step[i];
            better = sem_core_at(s, next, SEM_VALUE) &&
                     (s->f < f - 1e-4 * d || (blind && s->f < f + 1e-10 * (1 + fabs(f))));
            if (!better) damp = damp > 0 ? 5 * damp : fmax(kept, newton ? 1e-8 : 1e-3);
            if (damp > 1e12) break;
        }
        if (!better && !newton) {
            newton = true; /* the flat bottom: second derivatives see further */
            damp = 0;
            continue;
        }
        if (!better) break;
        memcpy(theta, next, (size_t)n * sizeof(double));
        last = blind ? d : INFINITY;
        damp = damp < (newton ? 1e-9 : 1e-4) ? 0 : damp / 10;
        newton = newton ? d < 1 || k > 20 : d < 1e-2 || k > 20;
    }
    return err_set(e, E_NO_CONVERGENCE,
                   "the iteration did not settle after %td steps; the model may not fit "
                   "these data, or too little tells its parameters apart",
                   *steps);
}

/* ---- the result -------------------------------------------------------------------- */

static int too_many(const struct sem_fit *f, struct err *e)
{
    return err_set(e, E_NOT_IDENTIFIED,
                   "the model has %td free parameters, but these variables have only %td "
                   "moments to tell them (degrees of freedom %td)",
                   f->m->n_par, f->df + f->m->n_par, f->df);
}

static isize degrees(const struct sem_model *m)
{
    isize p = m->n_ov, x = m->fixed_x ? m->n_x : 0;
    isize known = p * (p + 1) / 2 - x * (x + 1) / 2 + (m->means ? p - x : 0);
    return known - m->n_par;
}

/* The row that the data do not tell: the pivot that vanished. */
static int not_identified(const struct sem_model *m, isize at, struct arena tmp,
                          struct err *e)
{
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        bool hit = q->theta == at;
        if (m->K && q->theta >= 0) hit = m->K[q->theta * m->n_par + at] != 0;
        if (!hit) continue;
        struct str key = sem_model_key(q, &tmp);
        return err_set(e, E_NOT_IDENTIFIED,
                       "the data cannot tell %.*s from the other parameters; fix it or "
                       "another one, or take it out",
                       (int)MIN(key.n, 200), key.at);
    }
    return err_set(e, E_NOT_IDENTIFIED, "the model is not identified");
}

static int standard_errors(struct sem_core *s, struct sem_fit *f, struct arena *a,
                           struct err *e)
{
    const struct sem_model *m = f->m;
    isize n = m->n_par, r = m->n_raw, at = 0;
    f->cov = NEW(a, double, (r * r) + 1);
    f->se = NEW(a, double, m->n_rows);
    f->def = NEW(a, double, m->n_defs);
    f->def_se = NEW(a, double, m->n_defs);
    struct arena tmp = *a;
    double *V = m->K ? NEW(&tmp, double, (n * n)) : f->cov;
    double *L = NEW(&tmp, double, (n * n)), *unit = NEW(&tmp, double, n + 1),
           *x = NEW(&tmp, double, n + 1);
    if (!sem_core_at(s, f->theta, f->d->fiml ? SEM_OBSERVED : SEM_EXPECTED) ||
        !factor(s->H, n, 1e-11, L, unit, &at))
        return not_identified(m, at, tmp, e);
    f->f = s->f;
    for (isize i = 0; i < n; i++)
        f->gradient = fmax(f->gradient, fabs(s->g[i] * unit[i]));
    sem_chol_inverse(L, n, V, x);
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < n; j++)
            V[i * n + j] *= 2 / (double)f->d->n * unit[i] * unit[j];
    if (m->K)
        for (isize i = 0; i < r; i++)
            for (isize j = 0; j < r; j++) {
                double sum = 0;
                for (isize p = 0; p < n; p++)
                    for (isize q = 0; q < n; q++)
                        sum += m->K[i * n + p] * V[p * n + q] * m->K[j * n + q];
                f->cov[i * r + j] = sum;
            }
    for (isize i = 0; i < m->n_rows; i++) {
        int t = m->row[i].theta;
        double v = t >= 0 ? f->cov[t * r + t] : NAN;
        f->se[i] = v > 0 ? sqrt(v) : NAN;
    }
    double *J = NEW(&tmp, double, m->n_defs * m->n_rows + 1);
    sem_defs_at(m, f->est, f->def, J, tmp);
    for (isize d = 0; d < m->n_defs; d++) {
        double var = 0;
        const double *j = J + d * m->n_rows;
        for (isize i = 0; i < m->n_rows; i++)
            for (isize k = 0; j[i] != 0 && k < m->n_rows; k++)
                if (j[k] != 0 && m->row[i].theta >= 0 && m->row[k].theta >= 0)
                    var += j[i] * j[k] * f->cov[m->row[i].theta * r + m->row[k].theta];
        f->def_se[d] = var > 0 ? sqrt(var) : NAN;
    }
    return OK;
}

static void add_notes(struct sem_fit *f, struct arena tmp)
{
    const struct sem_model *m = f->m;
    isize negative = 0, v = m->n_var;
    for (isize i = 0; i < m->n_rows; i++)
        negative +=
            m->row[i].op == SEM_WITH && m->row[i].r == m->row[i].c && f->est[i] < 0;
    if (negative > 0) note_add(&f->notes, NOTE_NEGATIVE_VARIANCE, (double)negative, 0);
    if (m->n_lv > 0) {
        double *L = NEW(&tmp, double, m->n_lv * m->n_lv);
        for (isize i = 0; i < m->n_lv; i++)
            for (isize j = 0; j < m->n_lv; j++)
                L[i * m->n_lv + j] = f->sigma[(m->n_ov + i) * v + m->n_ov + j];
        if (!sem_chol(L, m->n_lv, L, 1e-12, NULL, NULL))
            note_add(&f->notes, NOTE_LATENT_NOT_PD, 0, 0);
    }
    if (f->d->dropped > 0) note_add(&f->notes, NOTE_DROPPED, (double)f->d->dropped, 0);
    /* RMSEA is a ratio by df and n: Kenny, Kaniskan & McCoach 2015 */
    if (f->df > 0 && f->df <= 10 && f->d->n < 200)
        note_add(&f->notes, NOTE_RMSEA_UNSTABLE, (double)f->df, (double)f->d->n);
}

static int finish(struct sem_core *s, struct sem_fit *f, struct arena *a, struct err *e)
{
    const struct sem_model *m = f->m;
    isize v = m->n_var;
    sem_rows_at(m, f->d, f->theta, f->est);
    TRY(standard_errors(s, f, a, e));
    f->sigma = s->C; /* the engine's own, at the answer */
    f->mu = s->eta;
    f->chisq = (double)f->d->n * (f->f - f->d->f_saturated);
    /* what is left of the difference of two sums of logs is rounding */
    if (fabs(f->chisq) < (f->df == 0 ? 1e-8 : 0) || (f->chisq < 0 && f->chisq > -1e-6))
        f->chisq = 0;
    for (isize i = 0; i < v; i++)
        if (!isfinite(f->sigma[i * v + i]))
            return err_set(e, E_NO_CONVERGENCE, "the implied covariances are not finite");
    add_notes(f, *a);
    return OK;
}

static int begin(const struct sem_model *m, const struct sem_moments *d,
                 struct sem_fit *out, struct arena *a, struct err *e)
{
    *out = (struct sem_fit){.m = m, .d = d, .df = degrees(m)};
    out->theta = NEW(a, double, m->n_par + 1);
    out->est = NEW(a, double, m->n_rows);
    if (out->df < 0) return too_many(out, e);
    if (d->fiml && !m->means)
        return err_set(e, E_DOMAIN,
                       "full information with missing values needs the mean structure");
    return OK;
}

/* The text's own parameters first; if they do not settle soon, through factors in their
** own standard deviations, and from there again; last with patience. */
static int search(struct sem_core *s, double *theta, isize *steps, struct arena tmp,
                  struct err *e)
{
    const struct sem_model *m = s->m;
    struct sem_model own;
    sem_start(m, s->d, theta, tmp);
    if (m->n_par == 0 || minimise(s, theta, STEPS_FIRST, steps, tmp, NULL) == OK)
        return OK;
    if (sem_scale_out(m, &own, &tmp)) {
        struct sem_core t = sem_core_new(&own, s->d, &tmp);
        double *x = NEW(&tmp, double, m->n_par);
        sem_start(&own, s->d, x, tmp);
        if (minimise(&t, x, STEPS, steps, tmp, NULL) == OK) {
            sem_rows_at(&own, s->d, x, t.est);
            if (sem_scale_back(m, &own, t.est, theta, tmp) &&
                minimise(s, theta, STEPS_FIRST, steps, tmp, NULL) == OK)
                return OK;
        }
        sem_start(m, s->d, theta, tmp);
    }
    int code = minimise(s, theta, STEPS, steps, tmp, e);
    isize n = m->n_par, at;
    double *L = NEW(&tmp, double, (n * n)), *unit = NEW(&tmp, double, n), slope = 0;
    if (code == OK || !sem_core_at(s, theta, SEM_EXPECTED)) return code;
    bool told = factor(s->H, n, 1e-9, L, unit, &at);
    for (isize i = 0; !told && i < n; i++)
        slope = fmax(slope, fabs(s->g[i]) / sqrt(fabs(s->H[i * n + i]) + 1e-300));
    /* flat where it stopped, in some direction for good */
    return told || slope > 1e-5 ? code : not_identified(m, at, tmp, e);
}

int sem_refit(struct sem_core *s, double *theta, struct arena tmp, struct err *e)
{
    isize steps = 0;
    if (s->m->n_par == 0 || minimise(s, theta, STEPS_FIRST, &steps, tmp, NULL) == OK)
        return OK;
    return search(s, theta, &steps, tmp, e);
}

int sem_fit_iterate(const struct sem_model *m, const struct sem_moments *d,
                    struct sem_fit *out, struct arena *a, struct err *e)
{
    TRY(begin(m, d, out, a, e));
    struct sem_core s = sem_core_new(m, d, a);
    TRY(search(&s, out->theta, &out->steps, *a, e));
    return finish(&s, out, a, e);
}

int sem_fit(const struct sem_model *m, const struct sem_moments *d, struct sem_fit *out,
            struct arena *a, struct err *e)
{
    if (!sem_path_possible(m) || d->n_patterns != 1)
        return sem_fit_iterate(m, d, out, a, e);
    TRY(begin(m, d, out, a, e));
    struct sem_core s = sem_core_new(m, d, a);
    TRY(sem_path(m, d->mean, d->cov, out->theta, *a, e));
    return finish(&s, out, a, e);
}
