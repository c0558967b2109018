#include "stats/sem_scale.h"
#include <math.h>
#include <string.h>

static bool shared(const struct sem_model *m, isize i)
{
    for (isize j = 0; j < m->n_rows; j++)
        if (j != i && m->row[j].theta == m->row[i].theta) return true;
    return false;
}

/* The marker's and the variance's row of factor f, or false when its scale is tied. */
static bool exchangeable(const struct sem_model *m, int f, isize *marker, isize *var)
{
    *marker = *var = -1;
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        if (q->r != f && q->c != f) continue;
        if (q->theta >= 0) {
            if (shared(m, i)) return false;
            if (q->op == SEM_WITH && q->r == q->c) *var = i;
        } else if (q->exo || q->value != 0) {
            if (q->op != SEM_LOADS || q->c != f || *marker >= 0) return false;
            *marker = i;
        }
    }
    return *marker >= 0 && *var >= 0;
}

bool sem_scale_out(const struct sem_model *m, struct sem_model *out, struct arena *a)
{
    bool any = false;
    if (m->K) return false;
    *out = *m;
    out->row = NEW(a, struct sem_row, m->n_rows);
    memcpy(out->row, m->row, (size_t)m->n_rows * sizeof(struct sem_row));
    for (isize f = m->n_ov; f < m->n_var; f++) {
        isize marker, var;
        if (!exchangeable(m, (int)f, &marker, &var)) continue;
        out->row[marker].theta = m->row[var].theta;
        out->row[var].theta = -1;
        out->row[var].value = 1;
        any = true;
    }
    return any;
}

bool sem_scale_back(const struct sem_model *m, const struct sem_model *free_markers,
                    const double *est, double *theta, struct arena tmp)
{
    isize v = m->n_var;
    double *unit = NEW(&tmp, double, v); /* 0: not known yet */
    for (isize k = 0; k < v; k++) unit[k] = 1;
    for (isize i = 0; i < m->n_rows; i++)
        if (m->row[i].theta < 0 && free_markers->row[i].theta >= 0) unit[m->row[i].c] = 0;
    /* a marker may be a factor itself: from the indicators upwards */
    for (isize round = 0; round < v; round++)
        for (isize i = 0; i < m->n_rows; i++) {
            const struct sem_row *q = &m->row[i];
            if (q->theta < 0 && free_markers->row[i].theta >= 0 && unit[q->c] == 0)
                unit[q->c] = est[i] * unit[q->r] / q->value;
        }
    for (isize k = 0; k < v; k++)
        if (!(fabs(unit[k]) > 1e-10) || !isfinite(unit[k])) return false;
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        if (q->theta < 0) continue;
        double k = q->op == SEM_MEAN   ? unit[q->r]
                   : q->op == SEM_WITH ? unit[q->r] * unit[q->c]
                                       : unit[q->r] / unit[q->c];
        theta[q->theta] = est[i] * k;
    }
    return true;
}
