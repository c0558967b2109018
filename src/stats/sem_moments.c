#include "stats/sem_core.h"
#include <math.h>
#include <string.h>

struct people {
    const double *const *col;
    isize p, n;
    isize *at; /* rows of the data that are used */
};

static int name_error(const struct sem_model *m, isize i, int code, struct err *e,
                      const char *what)
{
    return err_set(e, code, "column '%.*s' %s", (int)MIN(m->var[i].n, 80), m->var[i].at,
                   what);
}

static int choose_people(const struct sem_model *m, const double *const *col,
                         isize n_rows, bool fiml, struct people *out, struct arena *a,
                         struct err *e)
{
    isize p = m->n_ov;
    *out = (struct people){.col = col, .p = p, .at = NEW(a, isize, n_rows + 1)};
    for (isize r = 0; r < n_rows; r++) {
        isize there = 0;
        bool keep = true;
        for (isize i = 0; i < p; i++) {
            double x = col[i][r];
            if (isinf(x)) return name_error(m, i, E_DOMAIN, e, "holds an infinite value");
            if (!isnan(x))
                there++;
            else if (!fiml || (m->fixed_x && m->is_x[i]))
                keep = false;
        }
        if (keep && there > 0) out->at[out->n++] = r;
    }
    if (out->n <= p)
        return err_set(
            e, E_TOO_FEW,
            "%td people can be used (%td left out for missing values) and %td "
            "variables are in the model; more people than variables are needed",
            out->n, n_rows - out->n, p);
    return OK;
}

/* Mean and covariance (divisor n) of variables at[q] over n people; two passes. */
static void moments(const struct people *g, const isize *who, isize n, const int *at,
                    isize q, double *mean, double *cov)
{
    for (isize i = 0; i < q; i++) {
        const double *x = g->col[at[i]];
        double sum = 0, rest = 0;
        for (isize k = 0; k < n; k++) sum += x[who[k]];
        mean[i] = sum / (double)n;
        for (isize k = 0; k < n; k++) rest += x[who[k]] - mean[i];
        mean[i] += rest / (double)n;
    }
    for (isize i = 0; i < q; i++)
        for (isize j = 0; j <= i; j++) {
            const double *x = g->col[at[i]], *y = g->col[at[j]];
            double sum = 0;
            for (isize k = 0; k < n; k++)
                sum += (x[who[k]] - mean[i]) * (y[who[k]] - mean[j]);
            cov[i * q + j] = cov[j * q + i] = sum / (double)n;
        }
}

/* Each column varies, and none is a combination of others. */
static int check_variation(const struct sem_model *m, const double *mean,
                           const double *cov, isize p, double *log_det, struct arena tmp,
                           struct err *e)
{
    double *R = NEW(&tmp, double, (p * p));
    isize at = 0;
    double log_scale = 0;
    for (isize i = 0; i < p; i++) {
        double v = cov[i * p + i], tiny = 1e-13 * mean[i];
        if (!isfinite(v) || v > 1e280)
            return name_error(m, i, E_DOMAIN, e, "has values too large to square");
        if (!(v > tiny * tiny) || v < 1e-280)
            return name_error(m, i, E_DEGENERATE, e, "does not vary");
        log_scale += log(v);
    }
    for (isize i = 0; i < p; i++)
        for (isize j = 0; j < p; j++)
            R[i * p + j] = cov[i * p + j] / sqrt(cov[i * p + i]) / sqrt(cov[j * p + j]);
    if (!sem_chol(R, p, R, 1e-11, log_det, &at))
        return name_error(m, at, E_DEGENERATE, e,
                          "is determined by the other columns of the model");
    *log_det += log_scale;
    return OK;
}

/* ---- missing values ---------------------------------------------------------------- */

static void find_patterns(const struct people *g, struct sem_moments *out,
                          struct arena *a)
{
    isize p = g->p;
    u8 *key = NEW(a, u8, g->n * p);
    isize *of = NEW(a, isize, g->n), *first = NEW(a, isize, g->n);
    for (isize k = 0; k < g->n; k++) {
        for (isize i = 0; i < p; i++) key[k * p + i] = !isnan(g->col[i][g->at[k]]);
        isize t = 0;
        while (t < out->n_patterns &&
               memcmp(key + first[t] * p, key + k * p, (size_t)p) != 0)
            t++;
        if (t == out->n_patterns) first[out->n_patterns++] = k;
        of[k] = t;
    }
    out->at = NEW(a, struct sem_pattern, out->n_patterns);
    isize *who = NEW(a, isize, g->n);
    for (isize t = 0; t < out->n_patterns; t++) {
        struct sem_pattern *w = &out->at[t];
        w->at = NEW(a, int, p);
        for (isize i = 0; i < p; i++)
            if (key[first[t] * p + i]) w->at[w->q++] = (int)i;
        for (isize k = 0; k < g->n; k++)
            if (of[k] == t) who[w->n++] = g->at[k];
        w->mean = NEW(a, double, w->q);
        w->cov = NEW(a, double, w->q * w->q);
        moments(g, who, w->n, w->at, w->q, w->mean, w->cov);
    }
}

/* One step of EM (Orchard & Woodbury 1972) for the saturated moments; *change is the
** largest in standard deviations. */
static bool em_step(struct sem_moments *d, double *change, struct arena tmp)
{
    isize p = d->p;
    double *m1 = NEW(&tmp, double, p), *m2 = NEW(&tmp, double, (p * p));
    double *L = NEW(&tmp, double, (p * p)), *B = NEW(&tmp, double, (p * p));
    double *C = NEW(&tmp, double, (p * p)), *x = NEW(&tmp, double, p),
           *BS = NEW(&tmp, double, (p * p));
    for (isize k = 0; k < d->n_patterns; k++) {
        const struct sem_pattern *t = &d->at[k];
        isize q = t->q;
        double w = (double)t->n / (double)d->n;
        for (isize i = 0; i < q; i++)
            for (isize j = 0; j < q; j++) L[i * q + j] = d->cov[t->at[i] * p + t->at[j]];
        if (!sem_chol(L, q, L, 1e-13, NULL, NULL)) return false;
        /* B = Sigma_{.,o} Sigma_oo^-1, p x q: the identity on what is there */
        for (isize i = 0; i < p; i++) {
            for (isize j = 0; j < q; j++) B[i * q + j] = d->cov[i * p + t->at[j]];
            sem_chol_solve(L, q, B + i * q);
        }
        for (isize j = 0; j < q; j++)
            for (isize c = 0; c < q; c++) B[t->at[j] * q + c] = j == c;
        for (isize i = 0; i < p; i++) {
            x[i] = 0; /* from the old mean: means far from zero cost no digits */
            for (isize j = 0; j < q; j++)
                x[i] += B[i * q + j] * (t->mean[j] - d->mean[t->at[j]]);
            m1[i] += w * x[i];
        }
        /* residual covariance of what is missing: Sigma - B Sigma_{o,.} */
        for (isize i = 0; i < p; i++)
            for (isize j = 0; j < p; j++) {
                double sum = d->cov[i * p + j];
                for (isize c = 0; c < q; c++)
                    sum -= B[i * q + c] * d->cov[t->at[c] * p + j];
                C[i * p + j] = sum;
            }
        for (isize j = 0; j < q; j++)
            for (isize i = 0; i < p; i++) C[t->at[j] * p + i] = C[i * p + t->at[j]] = 0;
        for (isize i = 0; i < p; i++)
            for (isize c = 0; c < q; c++) {
                double sum = 0;
                for (isize j = 0; j < q; j++) sum += B[i * q + j] * t->cov[j * q + c];
                BS[i * q + c] = sum;
            }
        for (isize i = 0; i < p; i++)
            for (isize j = 0; j < p; j++) {
                double sum = C[i * p + j] + x[i] * x[j];
                for (isize c = 0; c < q; c++) sum += BS[i * q + c] * B[j * q + c];
                m2[i * p + j] += w * sum;
            }
    }
    *change = 0;
    for (isize i = 0; i < p; i++) {
        d->mean[i] += m1[i];
        *change = fmax(*change, fabs(m1[i]) / sqrt(d->cov[i * p + i]));
        x[i] = d->cov[i * p + i];
    }
    for (isize i = 0; i < p; i++)
        for (isize j = 0; j <= i; j++) {
            double was = d->cov[i * p + j];
            double is = 0.5 * (m2[i * p + j] + m2[j * p + i]) - m1[i] * m1[j];
            *change = fmax(*change, fabs(is - was) / sqrt(x[i] * x[j]));
            d->cov[i * p + j] = d->cov[j * p + i] = is;
        }
    return true;
}

/* The saturated model as a parameter table: every moment is a parameter. */
static struct sem_model saturated(const struct sem_model *m, struct arena *a)
{
    isize p = m->n_ov;
    struct sem_model s = {.var = m->var, .n_ov = p, .n_var = p, .means = true};
    s.row = NEW(a, struct sem_row, p * (p + 3) / 2);
    for (isize i = 0; i < p; i++)
        for (isize j = i; j < p; j++, s.n_rows++)
            s.row[s.n_rows] = (struct sem_row){
                .op = SEM_WITH, .theta = (int)s.n_rows, .r = (int)i, .c = (int)j};
    for (isize i = 0; i < p; i++, s.n_rows++)
        s.row[s.n_rows] = (struct sem_row){
            .op = SEM_MEAN, .theta = (int)s.n_rows, .r = (int)i, .c = (int)i};
    s.n_raw = s.n_par = s.n_rows;
    return s;
}

static void read_theta(const struct sem_model *s, const struct sem_moments *d, double *x)
{
    for (isize i = 0; i < s->n_rows; i++)
        x[i] = s->row[i].op == SEM_MEAN ? d->mean[s->row[i].r]
                                        : d->cov[s->row[i].r * d->p + s->row[i].c];
}

static void write_theta(const struct sem_model *s, struct sem_moments *d, const double *x)
{
    for (isize i = 0; i < s->n_rows; i++) {
        isize r = s->row[i].r, c = s->row[i].c;
        if (s->row[i].op == SEM_MEAN)
            d->mean[r] = x[i];
        else
            d->cov[r * d->p + c] = d->cov[c * d->p + r] = x[i];
    }
}

/* EM is safe and slow, Newton fast near the answer: EM to a few digits, then Newton steps
** while they lower the criterion, EM again where they do not. */
static int saturate(const struct sem_model *m, struct sem_moments *d, struct arena tmp,
                    struct err *e)
{
    struct sem_model s = saturated(m, &tmp);
    struct sem_core core = sem_core_new(&s, d, &tmp);
    isize n = s.n_par;
    double *x = NEW(&tmp, double, n), *step = NEW(&tmp, double, n),
           *L = NEW(&tmp, double, (n * n));
    bool settled = false;
    for (int round = 0; round < 60; round++) {
        double change = 1;
        for (int i = 0; i < 40 && change > 1e-14; i++)
            if (!em_step(d, &change, tmp))
                return err_set(
                    e, E_DEGENERATE,
                    "the moments of all variables together cannot be estimated "
                    "from what is there");
        if (change <= 1e-14) { /* little is missing: EM is there */
            read_theta(&s, d, x);
            settled = sem_core_at(&core, x, SEM_VALUE);
            d->f_saturated = core.f;
        }
        for (int i = 0; i < 30 && !settled; i++) {
            read_theta(&s, d, x);
            if (!sem_core_at(&core, x, SEM_OBSERVED)) break;
            double before = core.f, down = 0;
            if (!sem_chol(core.H, n, L, 1e-14, NULL, NULL)) break;
            for (isize j = 0; j < n; j++) step[j] = core.g[j];
            sem_chol_solve(L, n, step);
            for (isize j = 0; j < n; j++) {
                down += step[j] * core.g[j];
                x[j] -= step[j];
            }
            if (!sem_core_at(&core, x, SEM_VALUE) || core.f > before + 1e-9) break;
            write_theta(&s, d, x);
            d->f_saturated = core.f;
            settled = down < 1e-22;
        }
        if (settled) return OK;
    }
    return err_set(e, E_NO_CONVERGENCE,
                   "the moments of all variables together did not settle; too much is "
                   "missing for the full-information method");
}

int sem_moments_of(const struct sem_model *m, const double *const *col, isize n_rows,
                   bool fiml, struct sem_moments *out, struct arena *a, struct err *e)
{
    struct people g;
    isize p = m->n_ov;
    TRY(choose_people(m, col, n_rows, fiml, &g, a, e));
    *out = (struct sem_moments){.p = p, .n = g.n, .dropped = n_rows - g.n, .fiml = fiml};
    out->mean = NEW(a, double, p);
    out->cov = NEW(a, double, (p * p));
    double log_det;
    if (fiml) {
        find_patterns(&g, out, a);
        double *v = NEW(a, double, (p * p));
        isize *who = NEW(a, isize, g.n);
        for (int i = 0; i < p; i++) { /* start: what is there, uncorrelated */
            isize n = 0;
            for (isize k = 0; k < g.n; k++)
                if (!isnan(col[i][g.at[k]])) who[n++] = g.at[k];
            if (n < 2) return name_error(m, i, E_TOO_FEW, e, "has fewer than two values");
            moments(&g, who, n, &i, 1, &out->mean[i], &v[i * p + i]);
            out->cov[i * p + i] = v[i * p + i];
        }
        TRY(check_variation(m, out->mean, v, p, &log_det, *a, e));
        if (out->n_patterns > 1) {
            TRY(saturate(m, out, *a, e));
            return check_variation(m, out->mean, out->cov, p, &log_det, *a, e);
        }
        memcpy(out->mean, out->at[0].mean, (size_t)p * sizeof(double));
        memcpy(out->cov, out->at[0].cov, (size_t)(p * p) * sizeof(double));
    } else {
        out->at = NEW(a, struct sem_pattern, 1);
        out->n_patterns = 1;
        int *all = NEW(a, int, p);
        for (int i = 0; i < p; i++) all[i] = i;
        moments(&g, g.at, g.n, all, p, out->mean, out->cov);
        out->at[0] = (struct sem_pattern){g.n, p, all, out->mean, out->cov};
    }
    TRY(check_variation(m, out->mean, out->cov, p, &log_det, *a, e));
    out->f_saturated = log_det + (double)p;
    return OK;
}
