/* Where the iteration starts: loadings from the indicators' main axis, half of the
** rest. */
#include "stats/sem_start.h"
#include <math.h>

static void put(const struct sem_model *m, double *raw, enum sem_op op, isize r, isize c,
                double x)
{
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        if (q->op != op || q->theta < 0 || !isnan(q->start)) continue;
        if ((q->r == r && q->c == c) || (op == SEM_WITH && q->r == c && q->c == r))
            raw[q->theta] = x;
    }
}

static const struct sem_row *find(const struct sem_model *m, enum sem_op op, isize r,
                                  isize c)
{
    for (isize i = 0; i < m->n_rows; i++)
        if (m->row[i].op == op && m->row[i].r == r && m->row[i].c == c) return &m->row[i];
    return NULL;
}

/* Standardised loadings of one factor's indicators: power iterations on the correlations
** with the communalities on the diagonal (principal axes), a few rounds. */
static void main_axis(const double *cov, isize p, const int *x, isize q, double *l,
                      double *next)
{
    for (isize i = 0; i < q; i++) l[i] = 0.7;
    for (int round = 0; q > 1 && round < 25; round++) {
        double norm = 0, fit = 0;
        for (isize i = 0; i < q; i++) {
            next[i] = 0;
            for (isize j = 0; j < q; j++) {
                double r = cov[x[i] * p + x[j]] /
                           sqrt(cov[x[i] * p + x[i]] * cov[x[j] * p + x[j]]);
                next[i] += (i == j ? fmin(l[i] * l[i], 0.95) : r) * l[j];
            }
            norm += l[i] * l[i];
            fit += l[i] * next[i];
        }
        double root = 0;
        for (isize i = 0; i < q; i++) root += next[i] * next[i];
        if (!(root > 0) || !(norm > 0)) break;
        double value = fmax(fit / norm, 0.05);
        for (isize i = 0; i < q; i++) l[i] = next[i] / sqrt(root) * sqrt(value);
    }
    for (isize i = 0; i < q; i++)
        if (fabs(l[i]) > 0.95 || !isfinite(l[i])) l[i] = l[i] < 0 ? -0.95 : 0.95;
}

void sem_start(const struct sem_model *m, const struct sem_moments *d, double *theta,
               struct arena tmp)
{
    isize p = d->p;
    double *raw = NEW(&tmp, double, m->n_raw + 1), *l = NEW(&tmp, double, p),
           *next = NEW(&tmp, double, p);
    int *x = NEW(&tmp, int, p);
    for (isize i = 0; i < p; i++) {
        put(m, raw, SEM_WITH, i, i, 0.5 * d->cov[i * p + i]);
        put(m, raw, SEM_MEAN, i, i, d->mean[i]);
        if (!m->is_x[i]) continue;
        for (isize j = 0; j <= i; j++)
            if (m->is_x[j]) put(m, raw, SEM_WITH, i, j, d->cov[i * p + j]);
    }
    for (isize f = p; f < m->n_var; f++) {
        const struct sem_row *var = find(m, SEM_WITH, f, f);
        isize q = 0, marker = -1;
        bool all_fixed = true;
        double mark = 1, spread = 0, load2 = 0;
        put(m, raw, SEM_WITH, f, f, 1); /* if nothing better is known */
        for (isize i = 0; i < m->n_rows; i++) {
            const struct sem_row *r = &m->row[i];
            if (r->op != SEM_LOADS || r->c != f || r->r >= p) continue;
            if (r->theta < 0 && r->value != 0 && marker < 0) marker = q, mark = r->value;
            if (r->theta >= 0) all_fixed = false;
            if (r->theta < 0) load2 += r->value * r->value;
            spread += d->cov[r->r * p + r->r];
            x[q++] = r->r;
        }
        if (q == 0) continue;
        if (all_fixed) { /* growth factors and the like */
            if (load2 > 0) put(m, raw, SEM_WITH, f, f, 0.4 * spread / load2);
            continue;
        }
        main_axis(d->cov, p, x, q, l, next);
        /* no marker: the first indicator is positive, as lavaan has it */
        double turn = marker < 0 && l[0] < 0 ? -1 : 1;
        for (isize i = 0; i < q; i++) l[i] *= turn;
        double scale = var && var->theta < 0 && var->value > 0 ? 1 / sqrt(var->value) : 1;
        if (marker >= 0)
            scale = l[marker] * sqrt(d->cov[x[marker] * p + x[marker]]) / mark;
        if (fabs(scale) < 1e-3 * sqrt(spread / (double)q) && marker >= 0)
            scale = 0.3 * sqrt(spread / (double)q) / mark;
        for (isize i = 0; i < q; i++) {
            double sd = sqrt(d->cov[x[i] * p + x[i]]);
            put(m, raw, SEM_LOADS, x[i], f,
                marker >= 0 ? l[i] * sd / scale : l[i] * sd * scale);
            put(m, raw, SEM_WITH, x[i], x[i], (1 - l[i] * l[i]) * sd * sd);
        }
        if (marker >= 0) put(m, raw, SEM_WITH, f, f, scale * scale);
    }
    for (isize i = 0; i < m->n_rows; i++)
        if (m->row[i].theta >= 0 && !isnan(m->row[i].start))
            raw[m->row[i].theta] = m->row[i].start;
    if (!m->K) {
        for (isize i = 0; i < m->n_par; i++) theta[i] = raw[i];
        return;
    }
    /* a parameter that stands for itself keeps its start */
    for (isize i = 0; i < m->n_raw; i++) {
        isize ones = 0, others = 0, at = 0;
        for (isize j = 0; j < m->n_par; j++) {
            double k = m->K[i * m->n_par + j];
            if (k == 1) ones++, at = j;
            if (k != 0 && k != 1) others++;
        }
        if (ones == 1 && others == 0 && m->base[i] == 0) theta[at] = raw[i];
    }
}
