/* Recursive path models with uncorrelated residuals: one regression per equation. */
#include "stats/sem_core.h"
#include <math.h>

/* Equations can be put in an order where each uses earlier variables only. */
static bool recursive(const struct sem_model *m)
{
    bool done[SEM_MAX_VARS] = {0};
    isize n_done = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (isize v = 0; v < m->n_var; v++) {
            bool ready = !done[v];
            for (isize i = 0; ready && i < m->n_rows; i++)
                ready = m->row[i].op != SEM_ON || m->row[i].r != v || done[m->row[i].c];
            if (!ready) continue;
            done[v] = moved = true;
            n_done++;
        }
    }
    return n_done == m->n_var;
}

bool sem_path_possible(const struct sem_model *m)
{
    if (m->n_lv > 0 || m->K) return false;
    bool outcome[SEM_MAX_VARS] = {0};
    isize n_free_means = 0, n_x = 0, x_moments = 0;
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        if (q->op == SEM_ON) outcome[q->r] = true;
        bool zero = q->op == SEM_WITH && q->r != q->c && q->value == 0;
        if (q->theta < 0 && !q->exo && !zero) return false;
        for (isize j = 0; q->label.n > 0 && j < i; j++)
            if (m->row[j].theta == q->theta) return false;
    }
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        n_free_means += q->op == SEM_MEAN;
        if (q->op != SEM_WITH) continue;
        if (q->r != q->c && (outcome[q->r] || outcome[q->c])) {
            if (q->theta >= 0) return false;
            continue; /* fixed at zero */
        }
        if (q->theta < 0 && !q->exo) return false;
        x_moments += !outcome[q->r];
    }
    for (isize i = 0; i < m->n_var; i++) n_x += !outcome[i];
    return x_moments == n_x * (n_x + 1) / 2 && (!m->means || n_free_means == m->n_var) &&
           recursive(m);
}

/* y on x[0..q): b and the residual variance by Cholesky of the correlations. */
static bool regress(const double *cov, isize p, int y, const int *x, isize q, double *L,
                    double *b, double *rest)
{
    double sd_y = sqrt(cov[y * p + y]), explained = 0;
    for (isize i = 0; i < q; i++) {
        double di = cov[x[i] * p + x[i]];
        for (isize j = 0; j <= i; j++)
            L[i * q + j] = L[j * q + i] =
                cov[x[i] * p + x[j]] / sqrt(di * cov[x[j] * p + x[j]]);
        b[i] = cov[x[i] * p + y] / (sqrt(di) * sd_y);
    }
    if (!(sd_y > 0) || !sem_chol(L, q, L, 1e-12, NULL, NULL)) return false;
    sem_chol_solve(L, q, b);
    for (isize i = 0; i < q; i++) b[i] *= sd_y / sqrt(cov[x[i] * p + x[i]]);
    for (isize i = 0; i < q; i++) explained += b[i] * cov[x[i] * p + y];
    *rest = cov[y * p + y] - explained;
    return isfinite(*rest);
}

int sem_path(const struct sem_model *m, const double *mean, const double *cov,
             double *theta, struct arena tmp, struct err *e)
{
    isize p = m->n_ov;
    int *x = NEW_RAW(&tmp, int, p), *at = NEW_RAW(&tmp, int, p);
    double *L = NEW_RAW(&tmp, double, (p * p)), *b = NEW_RAW(&tmp, double, p);
    for (int y = 0; y < p; y++) {
        isize q = 0;
        double rest = cov[y * p + y], shift = 0;
        for (isize i = 0; i < m->n_rows; i++)
            if (m->row[i].op == SEM_ON && m->row[i].r == y) {
                x[q] = m->row[i].c;
                at[q++] = m->row[i].theta;
            }
        if (!regress(cov, p, y, x, q, L, b, &rest))
            return err_set(
                e, E_DEGENERATE,
                "the predictors of '%.*s' determine each other, or it does not "
                "vary",
                (int)MIN(m->var[y].n, 80), m->var[y].at);
        for (isize i = 0; i < q; i++) {
            theta[at[i]] = b[i];
            shift += b[i] * mean[x[i]];
        }
        for (isize i = 0; i < m->n_rows; i++) {
            const struct sem_row *r = &m->row[i];
            if (r->theta < 0 || r->r != y) continue;
            if (r->op == SEM_MEAN) theta[r->theta] = mean[y] - shift;
            if (r->op == SEM_WITH) theta[r->theta] = r->c == y ? rest : cov[y * p + r->c];
        }
    }
    return OK;
}
