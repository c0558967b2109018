#include "stats/reliab.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include "stats/corr.h"
#include "stats/sem.h"
#include <math.h>

/* Rows without a hole; x[j] are columns of n values. */
static int complete(const double *const *col, isize items, isize rows, double ***x,
                    isize *n, struct arena *a, struct err *e)
{
    *x = NEW(a, double *, items);
    for (isize j = 0; j < items; j++) {
        struct arena tmp = *a;
        double *present;
        isize there;
        TRY(desc_present(col[j], rows, &present, &there, &tmp, e));
        (*x)[j] = NEW_RAW(a, double, rows);
    }
    *n = 0;
    for (isize i = 0; i < rows; i++) {
        bool whole = true;
        for (isize j = 0; j < items; j++) {
            (*x)[j][*n] = col[j][i];
            whole = whole && !isnan(col[j][i]);
        }
        *n += whole;
    }
    return OK;
}

/* The diagonal of the inverse of a positive definite matrix by Cholesky; false if it is
** singular to working precision.  With R = L L' it is the column sums of squares
** of L^-1. */
static bool inverse_diagonal(const double *r, isize p, double *out, struct arena tmp)
{
    double *l = NEW(&tmp, double, (p * p)), *inv = NEW(&tmp, double, (p * p));
    for (isize j = 0; j < p; j++)
        for (isize i = j; i < p; i++) {
            double s = r[i * p + j];
            for (isize k = 0; k < j; k++) s -= l[i * p + k] * l[j * p + k];
            if (i == j && !(s > 1e-12)) return false;
            l[i * p + j] = i == j ? sqrt(s) : s / l[j * p + j];
        }
    for (isize j = 0; j < p; j++) {
        out[j] = 0;
        for (isize i = j; i < p; i++) {
            double s = i == j;
            for (isize k = j; k < i; k++) s -= l[i * p + k] * inv[k * p + j];
            inv[i * p + j] = s / l[i * p + i];
            out[j] += inv[i * p + j] * inv[i * p + j];
        }
    }
    return true;
}

/* ---- classical coefficients --------------------------------------------------- */

struct scale {
    isize p, n;
    double **x;        /* p columns of n */
    double *s, *r;     /* p x p covariances and correlations */
    double trace, sum; /* of s */
};

static double alpha_of(double p, double trace, double sum)
{
    return p / (p - 1) * (1 - trace / sum);
}

static void feldt(const struct scale *c, double level, struct reliab *out)
{
    double df1 = (double)(c->n - 1), df2 = df1 * (double)(c->p - 1), gap = 1 - out->alpha;
    out->lower = 1 - gap * dist_f_quantile((1 + level) / 2, df1, df2);
    out->upper = 1 - gap * dist_f_quantile((1 - level) / 2, df1, df2);
}

static void alpha_error(const struct scale *c, struct reliab *out)
{
    double p = (double)c->p, squares = 0, product = 0; /* tr(S S), 1'S S 1 */
    for (isize i = 0; i < c->p; i++) {
        double row = 0;
        for (isize j = 0; j < c->p; j++) {
            squares += c->s[i * c->p + j] * c->s[i * c->p + j];
            row += c->s[i * c->p + j];
        }
        product += row * row;
    }
    double v = 2 * p * p / ((p - 1) * (p - 1) * c->sum * c->sum * c->sum) *
               (c->sum * (squares + c->trace * c->trace) - 2 * c->trace * product);
    out->alpha_se = sqrt(fmax(0, v) / (double)c->n);
}

static void lambdas(const struct scale *c, struct reliab *out, struct arena tmp)
{
    isize p = c->p;
    double k = (double)p, off = 0, off2 = 0, sum_r = 0;
    for (isize i = 0; i < p; i++)
        for (isize j = 0; j < p; j++) {
            sum_r += c->r[i * p + j];
            if (i == j) continue;
            off += c->s[i * p + j];
            off2 += c->s[i * p + j] * c->s[i * p + j];
        }
    out->lambda2 = (off + sqrt(k / (k - 1) * off2)) / c->sum;
    out->mean_r = (sum_r - k) / (k * (k - 1));
    out->alpha_standardised = alpha_of(k, k, sum_r);
    double *d = NEW(&tmp, double, p), unique = 0; /* 1 - smc = 1 / d */
    out->lambda6 = NAN;
    if (!inverse_diagonal(c->r, p, d, tmp)) return;
    for (isize i = 0; i < p; i++) unique += 1 / d[i];
    out->lambda6 = 1 - unique / sum_r;
}

static void by_item(const struct scale *c, struct reliab *out, struct arena tmp)
{
    isize p = c->p, n = c->n;
    double *rest = NEW_RAW(&tmp, double, n), *odd = NEW(&tmp, double, n);
    double *even = NEW(&tmp, double, n);
    for (isize j = 0; j < p; j++) {
        double row = 0, own = c->s[j * p + j];
        for (isize k = 0; k < p; k++) row += c->s[j * p + k];
        double left = c->sum - 2 * row + own;
        out->if_deleted[j] =
            p > 2 ? alpha_of((double)(p - 1), c->trace - own, left) : NAN;
        for (isize i = 0; i < n; i++) {
            rest[i] = 0;
            for (isize k = 0; k < p; k++)
                if (k != j) rest[i] += c->x[k][i];
            *(j % 2 ? even + i : odd + i) += c->x[j][i];
        }
        out->item_rest[j] = corr_pearson(c->x[j], rest, n);
    }
    double r = corr_pearson(odd, even, n);
    out->split_half = 2 * r / (1 + r);
}

/* ---- one factor ------------------------------------------------------------------- */

static int one_factor(const struct scale *c, struct reliab *out, struct arena *a,
                      struct err *e)
{
    struct buf text = buf_in(a, 64);
    struct str *name = NEW(a, struct str, c->p);
    struct sem_options opt = {.std_lv = true};
    struct sem_model m;
    struct sem_moments d;
    struct sem_fit fit;
    for (isize j = 0; j < c->p; j++) {
        name[j] = str_fmt(a, "i%td", j + 1);
        buf_fmt(&text, "%s%.*s", j ? " + " : "f =~ ", FMT(name[j]));
    }
    TRY(sem_model_read(buf_str(&text), "one factor", &opt, name, c->p, &m, a, e));
    TRY(sem_moments_of(&m, (const double *const *)c->x, c->n, false, &d, a, e));
    TRY(sem_fit(&m, &d, &fit, a, e));
    double load = 0, unique = 0, total = c->sum * (double)(c->n - 1) / (double)c->n;
    for (isize i = 0; i < m.n_rows; i++) {
        if (m.row[i].op == SEM_LOADS) load += fit.est[i];
        if (m.row[i].op == SEM_WITH && m.row[i].theta >= 0) unique += fit.est[i];
    }
    double sign = load < 0 ? -1 : 1, whole = load * load + unique, v = 0;
    double *g = NEW(a, double, m.n_raw); /* derivative of omega in the parameters */
    isize item = 0;
    for (isize i = 0; i < m.n_rows; i++) {
        if (m.row[i].theta < 0) continue;
        bool loads = m.row[i].op == SEM_LOADS;
        if (loads) out->loading[item++] = sign * fit.est[i];
        g[m.row[i].theta] = (loads ? 2 * load * unique : -load * load) / (whole * whole);
    }
    for (isize i = 0; i < m.n_raw; i++)
        for (isize j = 0; j < m.n_raw; j++) v += g[i] * g[j] * fit.cov[i * m.n_raw + j];
    out->omega = load * load / whole;
    out->omega_se = sqrt(v);
    out->omega_total = load * load / total;
    out->chisq = fit.chisq;
    out->chisq_df = (double)fit.df;
    for (int i = 0; i < fit.notes.n; i++)
        note_add(&out->notes, fit.notes.at[i].code, fit.notes.at[i].x[0],
                 fit.notes.at[i].x[1]);
    return OK;
}

/* ---- all of it
** ---------------------------------------------------------------------- */

int reliab_of(const double *const *col, isize items, isize rows, double level,
              struct reliab *out, struct arena *a, struct err *e)
{
    *out = (struct reliab){.items = items};
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    if (items < 2)
        return err_set(e, E_TOO_FEW, "reliability needs 2 items, not %td", items);
    out->if_deleted = NEW(a, double, items);
    out->item_rest = NEW(a, double, items);
    out->loading = NEW(a, double, items);
    struct arena tmp = *a;
    struct scale c = {.p = items};
    TRY(complete(col, items, rows, &c.x, &c.n, &tmp, e));
    if (c.n < 3)
        return err_set(e, E_TOO_FEW,
                       "reliability needs 3 people with all %td items, "
                       "there are %td",
                       items, c.n);
    out->n = c.n;
    out->incomplete = rows - c.n;
    for (isize j = 0; j < items; j++)
        if (desc_constant(c.x[j], c.n))
            return err_set(e, E_DEGENERATE, "item %td is the same for all %td people",
                           j + 1, c.n);
    c.s = NEW(&tmp, double, (items * items));
    c.r = NEW(&tmp, double, (items * items));
    for (isize i = 0; i < items; i++)
        for (isize j = 0; j < items; j++) {
            double s = desc_cov(c.x[i], c.x[j], c.n);
            c.s[i * items + j] = s;
            c.sum += s;
            if (i == j) c.trace += s;
        }
    for (isize i = 0; i < items; i++)
        for (isize j = 0; j < items; j++)
            c.r[i * items + j] = c.s[i * items + j] /
                                 (sqrt(c.s[i * items + i]) * sqrt(c.s[j * items + j]));
    if (!(c.sum > 1e-13 * c.trace))
        return err_set(e, E_DEGENERATE, "the items cancel: their sum does not vary");
    out->alpha = alpha_of((double)items, c.trace, c.sum);
    out->sem = sqrt(c.sum) * sqrt(fmax(0, 1 - out->alpha));
    feldt(&c, level, out);
    alpha_error(&c, out);
    lambdas(&c, out, tmp);
    by_item(&c, out, tmp);
    out->omega = out->omega_se = out->omega_total = out->chisq = out->chisq_df = NAN;
    for (isize j = 0; j < items; j++) out->loading[j] = NAN;
    if (items >= 3 && one_factor(&c, out, &tmp, e) != OK)
        note_add(&out->notes, NOTE_NO_LIMITS, 0, 0);
    if (out->n < 30) note_add(&out->notes, NOTE_FEW, (double)out->n, 0);
    if (out->incomplete > 0)
        note_add(&out->notes, NOTE_DROPPED, (double)out->incomplete, 0);
    return OK;
}
