#include "stats/sem_core.h"
#include <math.h>

/* What a row is divided by: variances of variables, or of residuals, each with its
** derivatives by the raw parameters. */
struct scale {
    const double *var;  /* n_var */
    const double *dvar; /* n_var x n_raw */
};

/* value * sd_c / sd_r, value / (sd_r sd_c) or value / sd_r, and its gradient. */
static double scaled(const struct sem_row *q, double value, const struct scale *s,
                     isize raw, double *g)
{
    double vr = s->var[q->r], vc = s->var[q->c];
    double er = -0.5, ec = q->op == SEM_MEAN ? 0 : q->op == SEM_WITH ? -0.5 : 0.5;
    double k = pow(vr, er) * pow(vc, ec);
    if (!(vr > 0) || !(vc > 0)) k = NAN;
    for (isize j = 0; j < raw; j++)
        g[j] = value * k *
               (er * s->dvar[q->r * raw + j] / vr + ec * s->dvar[q->c * raw + j] / vc);
    if (q->theta >= 0) g[q->theta] += k;
    return value * k;
}

static double spread(const double *g, const double *V, isize n)
{
    double sum = 0;
    for (isize i = 0; i < n; i++)
        for (isize j = 0; g[i] != 0 && j < n; j++) sum += g[i] * V[i * n + j] * g[j];
    return sum > 0 ? sqrt(sum) : sum == 0 ? 0 : NAN;
}

int sem_std(const struct sem_fit *f, struct sem_standard *out, struct arena *a,
            struct err *e)
{
    const struct sem_model *m = f->m;
    isize v = m->n_var, n = m->n_rows, raw = m->n_raw;
    *out = (struct sem_standard){.all = NEW(a, double, n),
                                 .all_se = NEW(a, double, n),
                                 .total = NEW(a, double, n),
                                 .total_se = NEW(a, double, n),
                                 .def = NEW(a, double, m->n_defs),
                                 .def_se = NEW(a, double, m->n_defs),
                                 .r2 = NEW(a, double, v)};
    struct arena tmp = *a;
    struct sem_core s = sem_core_new(m, f->d, &tmp);
    if (!sem_core_at(&s, f->theta, SEM_VALUE))
        return err_set(e, E_NO_CONVERGENCE, "the fitted model has no valid covariances");

    double *var = NEW(&tmp, double, v), *dvar = NEW(&tmp, double, (v * raw) + 1);
    double *res = NEW(&tmp, double, v), *dres = NEW(&tmp, double, (v * raw) + 1);
    for (isize k = 0; k < v; k++) {
        var[k] = s.C[k * v + k];
        /* lavaan divides by the root of |residual variance| */
        res[k] = fabs(s.P[k * v + k]);
    }
    for (isize i = 0; i < s.k; i++) {
        const struct sem_row *q = &m->row[s.row[i]];
        if (q->op == SEM_MEAN) continue;
        const double *partner = q->op == SEM_WITH ? s.E : s.C;
        double h = q->op == SEM_WITH && q->r == q->c ? 1 : 2;
        for (isize k = 0; k < v; k++)
            dvar[k * raw + q->theta] += h * s.E[k * v + q->r] * partner[k * v + q->c];
        if (q->op == SEM_WITH && q->r == q->c)
            dres[q->r * raw + q->theta] += s.P[q->r * v + q->r] < 0 ? -1 : 1;
    }
    struct scale total = {var, dvar}, residual = {res, dres};
    double *g = NEW(&tmp, double, raw + 1), *J = NEW(&tmp, double, (n * raw) + 1);
    for (isize i = 0; i < n; i++) {
        const struct sem_row *q = &m->row[i];
        out->total[i] = scaled(q, f->est[i], &total, raw, g);
        out->total_se[i] = spread(g, f->cov, raw);
        bool correlation = q->op == SEM_WITH && q->r != q->c;
        double *row = J + i * raw;
        out->all[i] = scaled(q, f->est[i], correlation ? &residual : &total, raw, row);
        out->all_se[i] = spread(row, f->cov, raw);
    }
    double *D = NEW(&tmp, double, (m->n_defs * n) + 1);
    sem_defs_at(m, out->all, out->def, D, tmp);
    for (isize d = 0; d < m->n_defs; d++) {
        for (isize j = 0; j < raw; j++) g[j] = 0;
        for (isize i = 0; i < n; i++)
            for (isize j = 0; D[d * n + i] != 0 && j < raw; j++)
                g[j] += D[d * n + i] * J[i * raw + j];
        out->def_se[d] = spread(g, f->cov, raw);
    }
    for (isize k = 0; k < v; k++) {
        bool outcome = false;
        for (isize i = 0; i < n; i++)
            outcome = outcome || ((m->row[i].op == SEM_ON || m->row[i].op == SEM_LOADS) &&
                                  m->row[i].r == k);
        out->r2[k] = outcome ? 1 - s.P[k * v + k] / var[k] : NAN;
    }
    return OK;
}
