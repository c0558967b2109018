#include "stats/dist.h"
#include "stats/lm.h"
#include "stats/qr.h"
#include <string.h>

/* Everything happens in the p dimensions of Q.  With rows Q_g of a cluster, S = Q_g'Q_g
** and M = (I - S)^(-1/2), the adjusted residuals of CR2, (I - H_gg)^(-1/2) e_g, satisfy
** Q_g'(I - H_gg)^(-1/2) = M Q_g', so no matrix of the cluster's size is formed.  Where
** the cluster has a direction to itself (an eigenvalue of S at 1) M is 0 there:
** Moore-Penrose, with the bound 1e-12 of Pustejovsky & Tipton's program. */
struct part {
    double *s;   /* p x p: Q_g'Q_g */
    double *m;   /* p x p: M */
    double *sum; /* p: Q_g'e_g */
};

static void half_inverse(const double *s, isize p, double *m, struct arena tmp)
{
    double *work = NEW(&tmp, double, (p * p)), *v = NEW(&tmp, double, (p * p));
    double *value = NEW(&tmp, double, p);
    memcpy(work, s, (size_t)(p * p) * sizeof *s);
    qr_eigen(work, p, value, v);
    for (isize i = 0; i < p; i++) {
        double left = 1 - value[i];
        value[i] = left > 1e-12 ? 1 / sqrt(left) : 0;
    }
    for (isize i = 0; i < p; i++)
        for (isize j = 0; j < p; j++) {
            double x = 0;
            for (isize k = 0; k < p; k++) x += v[i * p + k] * value[k] * v[j * p + k];
            m[i * p + j] = x;
        }
}

static void times(const double *m, const double *x, isize p, double *out)
{
    for (isize i = 0; i < p; i++) out[i] = qr_dot(m + i * p, x, p);
}

/* Of one coefficient, whose row of the inverse of R is w.  Satterthwaite's degrees of
** freedom under independent, equal errors: the matrix P of p_g'p_h, with p_g the column
** (I - H) a_g, has P_gh = [g = h] a_g'a_g - u_g'u_h; df = trace^2 / sum of squares. */
static void coefficient(const struct lm *m, const struct part *part, isize G,
                        const double *w, isize j, struct lm_cluster *out,
                        struct arena tmp)
{
    isize p = m->p;
    double *mw = NEW(&tmp, double, p), *u = NEW(&tmp, double, p);
    double *uu = NEW(&tmp, double, (p * p));
    double trace = 0, squares = 0, v0 = 0, v2 = 0;
    for (isize g = 0; g < G; g++) {
        times(part[g].m, w, p, mw);
        times(part[g].s, mw, p, u);
        double aa = qr_dot(mw, u, p), both = qr_dot(u, u, p);
        trace += aa - both;
        squares += aa * aa - 2 * aa * both;
        for (isize i = 0; i < p; i++)
            for (isize k = 0; k < p; k++) uu[i * p + k] += u[i] * u[k];
        double e0 = qr_dot(w, part[g].sum, p), e2 = qr_dot(mw, part[g].sum, p);
        v0 += e0 * e0;
        v2 += e2 * e2;
    }
    squares += qr_dot(uu, uu, p * p);
    double n = (double)m->n, clusters = (double)G;
    out->cr0 = sqrt(v0);
    out->cr1 = sqrt(v0 * clusters / (clusters - 1) * (n - 1) / (double)m->df);
    out->cr2 = sqrt(v2);
    out->df = trace * trace / squares;
    double b = m->coef[j].estimate, q = dist_t_quantile(0.5 + m->level / 2, out->df);
    out->t = out->cr2 > 0 ? b / out->cr2 : NAN;
    out->p = dist_t_two(out->t, out->df);
    out->lower = b - q * out->cr2;
    out->upper = b + q * out->cr2;
}

int lm_cluster(const struct lm *m, const i32 *cluster, isize n_clusters,
               struct lm_cluster *out, struct notes *notes, struct arena tmp,
               struct err *e)
{
    isize n = m->n, p = m->p, G = 0;
    struct part *part = NEW(&tmp, struct part, n_clusters);
    for (isize i = 0; i < n; i++) {
        struct part *g = &part[cluster[i]];
        if (!g->s) {
            G++;
            *g = (struct part){NEW(&tmp, double, (p * p)), NEW(&tmp, double, (p * p)),
                               NEW(&tmp, double, p)};
        }
        for (isize a = 0; a < p; a++) {
            double qa = m->q[a * n + i];
            g->sum[a] += qa * m->resid[i];
            for (isize b = 0; b < p; b++) g->s[a * p + b] += qa * m->q[b * n + i];
        }
    }
    isize kept = 0; /* a number that no row has is no cluster */
    for (isize g = 0; g < n_clusters; g++)
        if (part[g].s) part[kept++] = part[g];
    if (G < 2)
        return err_set(e, E_TOO_FEW,
                       "there is %td cluster in the rows used; at least two are needed",
                       G);
    for (isize g = 0; g < G; g++) half_inverse(part[g].s, p, part[g].m, tmp);
    for (isize j = 0; j < p; j++) coefficient(m, part, G, m->r + j * p, j, &out[j], tmp);
    if (G < 10) note_add(notes, NOTE_FEW_CLUSTERS, (double)G, 0);
    return OK;
}
