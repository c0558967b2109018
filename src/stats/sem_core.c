#include "stats/sem_core.h"
#include <math.h>
#include <string.h>

/* ---- linear algebra ---------------------------------------------------------------- */

bool sem_chol(const double *S, isize n, double *L, double tiny, double *log_det,
              isize *at)
{
    double log_sum = 0, product = 1; /* one log for several pivots */
    for (isize j = 0; j < n; j++) {
        double diag = S[j * n + j], sum = diag;
        for (isize k = 0; k < j; k++) sum -= L[j * n + k] * L[j * n + k];
        if (at) *at = j;
        if (!(sum > tiny * fabs(diag)) || !(sum > 0) || !isfinite(sum)) return false;
        double root = sqrt(sum), inv = 1 / root;
        if (log_det) product *= sum;
        if (log_det && (product < 1e-200 || product > 1e200 || j + 1 == n)) {
            log_sum += log(product);
            product = 1;
        }
        L[j * n + j] = root;
        for (isize i = j + 1; i < n; i++) {
            double s = S[i * n + j];
            for (isize k = 0; k < j; k++) s -= L[i * n + k] * L[j * n + k];
            L[i * n + j] = s * inv;
        }
    }
    if (log_det) *log_det = log_sum;
    return true;
}

void sem_chol_solve(const double *L, isize n, double *x)
{
    for (isize i = 0; i < n; i++) {
        for (isize k = 0; k < i; k++) x[i] -= L[i * n + k] * x[k];
        x[i] /= L[i * n + i];
    }
    for (isize i = n - 1; i >= 0; i--) {
        for (isize k = i + 1; k < n; k++) x[i] -= L[k * n + i] * x[k];
        x[i] /= L[i * n + i];
    }
}

void sem_chol_inverse(const double *L, isize n, double *V, double *tmp_n)
{
    for (isize j = 0; j < n; j++) {
        for (isize i = 0; i < n; i++) tmp_n[i] = i == j;
        sem_chol_solve(L, n, tmp_n);
        for (isize i = 0; i < n; i++) V[i * n + j] = tmp_n[i];
    }
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < i; j++)
            V[i * n + j] = V[j * n + i] = 0.5 * (V[i * n + j] + V[j * n + i]);
}

bool sem_inverse(double *S, isize n, double *V)
{
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < n; j++) V[i * n + j] = i == j;
    for (isize j = 0; j < n; j++) {
        isize p = j;
        for (isize i = j + 1; i < n; i++)
            if (fabs(S[i * n + j]) > fabs(S[p * n + j])) p = i;
        if (!(fabs(S[p * n + j]) > 1e-14)) return false;
        for (isize c = 0; p != j && c < n; c++) {
            double t = S[p * n + c];
            S[p * n + c] = S[j * n + c];
            S[j * n + c] = t;
            t = V[p * n + c];
            V[p * n + c] = V[j * n + c];
            V[j * n + c] = t;
        }
        double inv = 1 / S[j * n + j];
        if (inv != 1)
            for (isize c = 0; c < n; c++) {
                S[j * n + c] *= inv;
                V[j * n + c] *= inv;
            }
        for (isize i = 0; i < n; i++) {
            double f = S[i * n + j];
            if (i == j || f == 0) continue;
            for (isize c = 0; c < n; c++) {
                S[i * n + c] -= f * S[j * n + c];
                V[i * n + c] -= f * V[j * n + c];
            }
        }
    }
    return true;
}

/* ---- rows -------------------------------------------------------------------------- */

void sem_rows_at(const struct sem_model *m, const struct sem_moments *d,
                 const double *theta, double *est)
{
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        if (q->exo) {
            est[i] = q->op == SEM_MEAN ? d->mean[q->r] : d->cov[q->r * d->p + q->c];
        } else if (q->theta < 0) {
            est[i] = q->value;
        } else if (!m->K) {
            est[i] = theta[q->theta];
        } else {
            const double *K = m->K + q->theta * m->n_par;
            est[i] = m->base[q->theta];
            for (isize j = 0; j < m->n_par; j++)
                if (K[j] != 0) est[i] += K[j] * theta[j];
        }
    }
}

/* jacobian is n_defs x n_rows, or NULL; a label stands for the first row that carries it,
** and derivatives go there. */
void sem_defs_at(const struct sem_model *m, const double *est, double *def,
                 double *jacobian, struct arena tmp)
{
    for (isize i = 0; i < m->n_defs; i++) {
        const struct sem_def *f = &m->def[i];
        struct arena room = tmp;
        double *v = NEW(&room, double, f->expr.n_names + 1);
        double *g = NEW(&room, double, f->expr.n_names + 1);
        for (isize j = 0; j < f->expr.n_names; j++)
            v[j] = f->from[j] >= 0 ? est[f->from[j]] : def[-1 - f->from[j]];
        def[i] = sem_expr_value(&f->expr, v, g, room);
        if (!jacobian) continue;
        double *J = jacobian + i * m->n_rows;
        for (isize r = 0; r < m->n_rows; r++) J[r] = 0;
        for (isize j = 0; j < f->expr.n_names; j++) {
            if (f->from[j] >= 0) {
                J[f->from[j]] += g[j];
                continue;
            }
            const double *earlier = jacobian + (-1 - f->from[j]) * m->n_rows;
            for (isize r = 0; r < m->n_rows; r++)
                if (earlier[r] != 0) J[r] += g[j] * earlier[r];
        }
    }
}

/* ---- the likelihood ---------------------------------------------------------------- */

struct sem_core sem_core_new(const struct sem_model *m, const struct sem_moments *d,
                             struct arena *a)
{
    struct sem_core s = {.m = m, .d = d};
    isize v = m->n_var, p = m->n_ov, vv = v * v, pp = p * p;
    s.row = NEW(a, int, m->n_rows);
    s.used = NEW(a, int, 2 * v);
    s.place = NEW(a, int, 2 * v);
    for (isize i = 0; i < 2 * v; i++) s.place[i] = -1;
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        if (q->theta < 0) continue;
        s.row[s.k++] = (int)i;
        isize col[2] = {q->r, q->op == SEM_WITH || q->op == SEM_MEAN ? q->c : v + q->c};
        /* second derivatives also need E_c and C_r's partners of paths */
        for (int j = 0; j < 2; j++)
            if (s.place[col[j]] < 0) {
                s.place[col[j]] = (int)s.n_used;
                s.used[s.n_used++] = (int)col[j];
            }
    }
    isize u = s.n_used, n = m->n_par;
    s.est = NEW(a, double, m->n_rows);
    double *at = NEW(a, double, 4 * vv + 2 * v);
    s.A = at;
    s.P = at + vv;
    s.E = at + 2 * vv;
    s.C = at + 3 * vv;
    s.alpha = at + 4 * vv;
    s.eta = s.alpha + v;
    s.raw = NEW(a, double, m->n_raw);
    s.g = NEW(a, double, n);
    s.H = NEW(a, double, (n * n));
    s.g_raw = m->K ? NEW(a, double, m->n_raw) : s.g;
    s.h_raw = m->K ? NEW(a, double, m->n_raw * m->n_raw) : s.H;
    at = NEW(a, double, 6 * pp + vv + 2 * p * u + 3 * u * u + 2 * u + 3 * p);
    s.W = at;
    s.B = s.W + pp;
    s.T = s.B + pp;
    s.M = s.T + pp;
    s.L = s.M + pp;
    s.X = s.L + pp; /* pp or vv */
    s.Q = s.X + MAX(pp, vv);
    s.QWQ = s.Q + 2 * p * u;
    s.QBQ = s.QWQ + u * u;
    s.QMQ = s.QBQ + u * u;
    s.z = s.QMQ + u * u;
    s.gm = s.z + 2 * u;
    return s;
}

/* E, C, eta from the rows' values. */
static bool implied(struct sem_core *s)
{
    const struct sem_model *m = s->m;
    isize v = m->n_var;
    memset(s->A, 0, (size_t)(v * v) * 2 * sizeof(double)); /* A and P are neighbours */
    memset(s->alpha, 0, (size_t)v * sizeof(double));
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        double x = s->est[i];
        if (q->op == SEM_MEAN)
            s->alpha[q->r] = x;
        else if (q->op == SEM_WITH)
            s->P[q->r * v + q->c] = s->P[q->c * v + q->r] = x;
        else
            s->A[q->r * v + q->c] = x;
    }
    double *IA = s->X;
    for (isize i = 0; i < v * v; i++) IA[i] = -s->A[i];
    for (isize i = 0; i < v; i++) IA[i * v + i] += 1;
    if (!sem_inverse(IA, v, s->E)) return false;
    double *EP = s->X;
    for (isize i = 0; i < v; i++)
        for (isize j = 0; j < v; j++) {
            double sum = 0;
            for (isize k = 0; k < v; k++) sum += s->E[i * v + k] * s->P[k * v + j];
            EP[i * v + j] = sum;
        }
    for (isize i = 0; i < v; i++)
        for (isize j = 0; j <= i; j++) {
            double sum = 0;
            for (isize k = 0; k < v; k++) sum += EP[i * v + k] * s->E[j * v + k];
            s->C[i * v + j] = s->C[j * v + i] = sum;
        }
    for (isize i = 0; i < v; i++) {
        double sum = 0;
        for (isize k = 0; m->means && k < v; k++) sum += s->E[i * v + k] * s->alpha[k];
        s->eta[i] = sum;
    }
    return true;
}

/* Q[u][i] = column used[u] of [E, C] in observed row at[i] */
static void fill_q(struct sem_core *s, const int *at, isize q, double *Q)
{
    isize v = s->m->n_var;
    for (isize u = 0; u < s->n_used; u++) {
        isize col = s->used[u];
        const double *src = col < v ? s->E + col : s->C + (col - v);
        for (isize i = 0; i < q; i++) Q[u * q + i] = src[(at ? at[i] : i) * v];
    }
}

/* out = Q W Q' for symmetric q x q W; tmp is n_used x q */
static void sandwich(const double *Q, const double *W, isize n, isize q, double *tmp,
                     double *out)
{
    for (isize u = 0; u < n; u++)
        for (isize i = 0; i < q; i++) {
            double sum = 0;
            for (isize k = 0; k < q; k++) sum += Q[u * q + k] * W[k * q + i];
            tmp[u * q + i] = sum;
        }
    for (isize u = 0; u < n; u++)
        for (isize w = 0; w <= u; w++) {
            double sum = 0;
            for (isize i = 0; i < q; i++) sum += tmp[u * q + i] * Q[w * q + i];
            out[u * n + w] = out[w * n + u] = sum;
        }
}

struct part { /* how a row moves Sigma and mu, as places in `used` */
    int u, v, r, c;
    double h, s;
    bool path;
};

static struct part part_of(const struct sem_core *s, isize i)
{
    const struct sem_row *q = &s->m->row[s->row[i]];
    isize v = s->m->n_var;
    struct part t = {.r = q->r, .c = q->c, .u = s->place[q->r], .h = 1};
    if (q->op == SEM_MEAN) {
        t.v = t.u;
        t.h = 0;
        t.s = 1;
    } else if (q->op == SEM_WITH) {
        t.v = s->place[q->c];
        t.h = q->r == q->c ? 0.5 : 1;
    } else {
        t.v = s->place[v + q->c];
        t.s = s->eta[q->c];
        t.path = true;
    }
    return t;
}

/* One pattern's share of the second derivatives. */
static void add_curvature(struct sem_core *s, double w, int what)
{
    isize n = s->n_used, raw = s->m->n_raw;
    const double *G = s->QWQ, *B = s->QBQ, *z = s->z;
    bool means = s->m->means;
    for (isize i = 0; i < s->k; i++) {
        struct part a = part_of(s, i);
        int ti = s->m->row[s->row[i]].theta;
        for (isize j = 0; j <= i; j++) {
            struct part b = part_of(s, j);
            double hh = a.h * b.h;
            double x = hh * (G[a.v * n + b.u] * G[a.u * n + b.v] +
                             G[a.u * n + b.u] * G[a.v * n + b.v]);
            double sum = 2 * x;
            if (what == SEM_OBSERVED)
                sum = -2 * x + 2 * hh *
                                   (G[a.v * n + b.u] * B[b.v * n + a.u] +
                                    G[a.v * n + b.v] * B[b.u * n + a.u] +
                                    G[a.u * n + b.u] * B[b.v * n + a.v] +
                                    G[a.u * n + b.v] * B[b.u * n + a.v]);
            if (means) {
                sum += 2 * a.s * b.s * G[a.u * n + b.u];
                if (what == SEM_OBSERVED)
                    sum += 2 * a.h * b.s *
                               (z[a.u] * G[a.v * n + b.u] + z[a.v] * G[a.u * n + b.u]) +
                           2 * b.h * a.s *
                               (z[b.u] * G[b.v * n + a.u] + z[b.v] * G[b.u * n + a.u]);
            }
            sum *= w;
            int tj = s->m->row[s->row[j]].theta;
            s->h_raw[ti * raw + tj] += sum;
            if (i != j) s->h_raw[tj * raw + ti] += sum;
        }
    }
}

/* tr(M d2 Sigma) and the like: what M, summed over patterns, contributes. */
static void add_second(struct sem_core *s)
{
    isize n = s->n_used, v = s->m->n_var, raw = s->m->n_raw;
    const double *X = s->QMQ, *E = s->E, *C = s->C;
    double *gq = s->z + n; /* Q' gm */
    for (isize i = 0; i < s->k; i++) {
        struct part a = part_of(s, i);
        int ti = s->m->row[s->row[i]].theta;
        for (isize j = 0; j <= i; j++) {
            struct part b = part_of(s, j);
            double sum = 0;
            if (a.path && b.path) {
                double tr = E[b.c * v + a.r], cs = E[a.c * v + b.r];
                sum = 2 * (tr * X[b.u * n + a.v] + cs * X[a.u * n + b.v] +
                           C[a.c * v + b.c] * X[a.u * n + b.u]);
                sum += gq[b.u] * tr * s->eta[a.c] + gq[a.u] * cs * s->eta[b.c];
            } else if (a.path || b.path) {
                struct part f = a.path ? a : b, g = a.path ? b : a;
                if (g.h > 0)
                    sum = 2 * g.h *
                          (E[f.c * v + g.r] * X[f.u * n + g.v] +
                           E[f.c * v + g.c] * X[f.u * n + g.u]);
                else
                    sum = gq[f.u] * E[f.c * v + g.r];
            }
            if (sum == 0) continue;
            int tj = s->m->row[s->row[j]].theta;
            s->h_raw[ti * raw + tj] += sum;
            if (i != j) s->h_raw[tj * raw + ti] += sum;
        }
    }
}

/* theta's derivatives from those of the raw parameters: K'g, K'HK */
static void constrain(struct sem_core *s, int what)
{
    const struct sem_model *m = s->m;
    isize n = m->n_par, r = m->n_raw;
    if (!m->K) return;
    for (isize j = 0; j < n; j++) {
        s->g[j] = 0;
        for (isize i = 0; i < r; i++) s->g[j] += m->K[i * n + j] * s->g_raw[i];
    }
    if (what < SEM_EXPECTED) return;
    memset(s->H, 0, (size_t)(n * n) * sizeof(double));
    for (isize i = 0; i < r; i++)
        for (isize k = 0; k < r; k++) {
            double h = s->h_raw[i * r + k];
            if (h == 0) continue;
            for (isize a = 0; a < n; a++) {
                double x = m->K[i * n + a] * h;
                if (x == 0) continue;
                for (isize b = 0; b < n; b++) s->H[a * n + b] += x * m->K[k * n + b];
            }
        }
}

bool sem_core_at(struct sem_core *s, const double *theta, int what)
{
    const struct sem_model *m = s->m;
    const struct sem_moments *d = s->d;
    isize v = m->n_var, p = m->n_ov, n = s->n_used, raw = m->n_raw;
    sem_rows_at(m, d, theta, s->est);
    if (!implied(s)) return false;
    s->f = 0;
    if (what >= SEM_GRADIENT) {
        memset(s->M, 0, (size_t)(p * p) * sizeof(double));
        memset(s->gm, 0, (size_t)p * sizeof(double));
        memset(s->g_raw, 0, (size_t)raw * sizeof(double));
    }
    if (what >= SEM_EXPECTED) memset(s->h_raw, 0, (size_t)(raw * raw) * sizeof(double));
    double *diff = s->gm + p, *Wd = s->gm + 2 * p;
    for (isize k = 0; k < d->n_patterns; k++) {
        const struct sem_pattern *t = &d->at[k];
        isize q = t->q;
        const int *at = t->at;
        double w = (double)t->n / (double)d->n, log_det;
        for (isize i = 0; i < q; i++)
            for (isize j = 0; j <= i; j++)
                s->T[i * q + j] = s->T[j * q + i] = s->C[at[i] * v + at[j]];
        if (!sem_chol(s->T, q, s->L, 1e-14, &log_det, NULL)) return false;
        sem_chol_inverse(s->L, q, s->W, Wd);
        for (isize i = 0; i < q; i++) diff[i] = m->means ? t->mean[i] - s->eta[at[i]] : 0;
        double trace = 0;
        for (isize i = 0; i < q; i++)
            for (isize j = 0; j < q; j++) {
                double x = t->cov[i * q + j] + diff[i] * diff[j];
                s->T[i * q + j] = x;
                trace += s->W[i * q + j] * x;
            }
        s->f += w * (log_det + trace);
        if (!isfinite(s->f)) return false;
        if (what == SEM_VALUE) continue;
        double *WT = s->L; /* the factor is done with */
        for (isize i = 0; i < q; i++)
            for (isize j = 0; j < q; j++) {
                double sum = 0;
                for (isize c = 0; c < q; c++) sum += s->W[i * q + c] * s->T[c * q + j];
                WT[i * q + j] = sum;
            }
        for (isize i = 0; i < q; i++)
            for (isize j = 0; j <= i; j++) {
                double sum = 0;
                for (isize c = 0; c < q; c++) sum += WT[i * q + c] * s->W[c * q + j];
                s->B[i * q + j] = s->B[j * q + i] = sum;
            }
        for (isize i = 0; i < q; i++) {
            Wd[i] = 0;
            for (isize c = 0; m->means && c < q; c++) Wd[i] += s->W[i * q + c] * diff[c];
            s->gm[at[i]] -= 2 * w * Wd[i];
            for (isize j = 0; j < q; j++)
                s->M[at[i] * p + at[j]] += w * (s->W[i * q + j] - s->B[i * q + j]);
        }
        if (what < SEM_EXPECTED) continue;
        fill_q(s, at, q, s->Q);
        sandwich(s->Q, s->W, n, q, s->Q + n * p, s->QWQ);
        if (what == SEM_OBSERVED) sandwich(s->Q, s->B, n, q, s->Q + n * p, s->QBQ);
        for (isize u = 0; u < n; u++) {
            s->z[u] = 0;
            for (isize i = 0; i < q; i++) s->z[u] += s->Q[u * q + i] * Wd[i];
        }
        add_curvature(s, w, what);
    }
    if (what == SEM_VALUE) return true;
    fill_q(s, NULL, p, s->Q);
    sandwich(s->Q, s->M, n, p, s->Q + n * p, s->QMQ);
    for (isize u = 0; u < n; u++) {
        double sum = 0;
        for (isize i = 0; i < p; i++) sum += s->Q[u * p + i] * s->gm[i];
        s->z[n + u] = sum;
    }
    for (isize i = 0; i < s->k; i++) {
        struct part a = part_of(s, i);
        s->g_raw[m->row[s->row[i]].theta] +=
            2 * a.h * s->QMQ[a.u * n + a.v] + a.s * s->z[n + a.u];
    }
    if (what == SEM_OBSERVED) add_second(s);
    constrain(s, what);
    return true;
}
