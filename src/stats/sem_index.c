#include "stats/sem_core.h"
#include "stats/dist.h"
#include <math.h>

static const double LOG_2PI = 1.8378770664093454836;

/* P(X <= x) for a noncentral chi-square and its derivative by the noncentrality, from the
** central one (p0) and t0 = y^a e^-y / Gamma(a + 1), y = x/2, a = df/2: with Poisson
** weights w_j of mean h = nc/2,  P = sum w_j P_j,  P_j+1 = P_j - t_j,  t_j+1 = t_j y / (a
** + j + 1), dP/dnc = -1/2 sum w_j t_j.  Absolute error about 1e-15, which is enough
** between .01 and .99; one pass costs a few nanoseconds a term, where dist_ncchisq takes
** an incomplete gamma each. */
static double mixture(double y, double a, double p0, double t0, double h, double *slope)
{
    double w = exp(-h), sum = 0, down = 0, p = p0, t = t0, left = 1;
    for (double j = 0; left > 1e-17 || j < h; j++) {
        sum += w * p;
        down += w * t;
        left -= w;
        p -= t;
        t *= y / (a + j + 1);
        w *= h / (j + 1);
        if (j > h && w < 1e-18) break;
    }
    *slope = -0.5 * down;
    return sum;
}

/* The noncentrality at which the noncentral chi-square has P(X <= x) = p.  It starts
** where a normal variable of the same mean and variance has p: x = m + z sqrt(2 (df + 2
** nc)), m = df + nc; then Newton inside a bracket. */
static double noncentrality(double x, double df, double p)
{
    double p0 = dist_chisq(x, df), y = x / 2, a = df / 2;
    if (!(p0 > p)) return 0;
    double t0 = exp(a * log(y) - y - dist_lgamma(a + 1));
    double z = dist_norm_quantile(p), lo = 0, hi = INFINITY;
    double root = -z * sqrt(2) + sqrt(fmax(2 * z * z + 2 * x - df, 0)); /* of df + 2 nc */
    double at = fmax((root * root - df) / 2, 0.05 * x);
    for (int i = 0; i < 200; i++) {
        double slope = -1e-3, h = at / 2;
        double f =
            (h < 700 ? mixture(y, a, p0, t0, h, &slope) : dist_ncchisq(x, df, at)) - p;
        if (h >= 700) /* e^-h underflows */
            slope = (dist_ncchisq(x, df + 2, at) - p - f) / 2;
        if (f > 0) /* P falls with nc */
            lo = at;
        else
            hi = at;
        double next = at - f / slope;
        if (!(next > lo && next < hi))
            next = hi < INFINITY ? 0.5 * (lo + hi) : 2 * lo + 1;
        if (fabs(next - at) <= 1e-12 * fmax(1e-3, at)) return next;
        at = next;
    }
    return at;
}

static double log_det_of(const double *S, isize p, const bool *in, struct arena tmp,
                         isize *q)
{
    double *L = NEW(&tmp, double, (p * p)), out = 0;
    isize n = 0, *at = NEW(&tmp, isize, p);
    for (isize i = 0; i < p; i++)
        if (in[i]) at[n++] = i;
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < n; j++) L[i * n + j] = S[at[i] * p + at[j]];
    *q = n;
    return n == 0 || sem_chol(L, n, L, 0, &out, NULL) ? out : NAN;
}

/* With missing values: variances, means and the covariances of exogenous variables
** free. */
static double baseline_fiml(const struct sem_fit *f, struct arena tmp)
{
    const struct sem_model *m = f->m;
    isize p = m->n_ov;
    struct sem_model b = {.var = m->var, .n_ov = p, .n_var = p, .means = true};
    b.is_x = NEW(&tmp, bool, p);
    b.row = NEW(&tmp, struct sem_row, p * (p + 3) / 2);
    for (int i = 0; i < p; i++)
        for (int j = i; j < p; j++)
            if (i == j || (m->is_x[i] && m->is_x[j])) {
                b.row[b.n_rows] = (struct sem_row){
                    .op = SEM_WITH, .theta = (int)b.n_rows, .r = i, .c = j, .start = NAN};
                b.n_rows++;
            }
    for (int i = 0; i < p; i++, b.n_rows++)
        b.row[b.n_rows] = (struct sem_row){
            .op = SEM_MEAN, .theta = (int)b.n_rows, .r = i, .c = i, .start = NAN};
    b.n_raw = b.n_par = b.n_rows;
    struct sem_fit g;
    if (sem_fit_iterate(&b, f->d, &g, &tmp, NULL) != OK) return NAN;
    return (double)f->d->n * (g.f - f->d->f_saturated);
}

static double baseline(const struct sem_fit *f, struct arena tmp)
{
    const struct sem_moments *d = f->d;
    isize p = d->p, q;
    if (d->n_patterns > 1) return baseline_fiml(f, tmp);
    double sum = log_det_of(d->cov, p, f->m->is_x, tmp, &q);
    for (isize i = 0; i < p; i++)
        if (!f->m->is_x[i]) sum += log(d->cov[i * p + i]);
    return (double)d->n * (sum + (double)p - d->f_saturated);
}

/* Root mean squared standardised residual, divisor p (p + 1) / 2, plus p with means
** (Bentler 1995).  Residuals are against the sample's own standard deviations. */
static double srmr(const struct sem_fit *f)
{
    const struct sem_moments *d = f->d;
    isize p = d->p, v = f->m->n_var;
    double sum = 0;
    for (isize i = 0; i < p; i++)
        for (isize j = 0; j <= i; j++) {
            double r = (d->cov[i * p + j] - f->sigma[i * v + j]) /
                       sqrt(d->cov[i * p + i]) / sqrt(d->cov[j * p + j]);
            sum += r * r;
        }
    for (isize i = 0; f->m->means && i < p; i++) {
        double r = (d->mean[i] - f->mu[i]) / sqrt(d->cov[i * p + i]);
        sum += r * r;
    }
    return sqrt(sum / (double)(p * (p + 1) / 2 + (f->m->means ? p : 0)));
}

void sem_index(const struct sem_fit *f, struct sem_index *out, struct arena tmp)
{
    const struct sem_moments *d = f->d;
    const struct sem_model *m = f->m;
    isize p = d->p, nx;
    double n = (double)d->n, df = (double)f->df, x2 = f->chisq;
    *out = (struct sem_index){.chisq = x2, .df = f->df, .n = d->n, .npar = m->n_par};
    out->p = f->df > 0 ? dist_chisq_upper(x2, df) : NAN;
    out->baseline_chisq = baseline(f, tmp);
    out->baseline_df = p * (p - 1) / 2 - m->n_x * (m->n_x - 1) / 2;
    double b2 = out->baseline_chisq, bdf = (double)out->baseline_df;
    out->baseline_p = bdf > 0 ? dist_chisq_upper(b2, bdf) : NAN;

    double over = fmax(x2 - df, 0), most = fmax(over, b2 - bdf);
    out->cfi = most > 0 ? 1 - over / most : 1;
    double t = (b2 - bdf) * df;
    out->tli = df > 0 && t != 0 ? 1 - (x2 - df) * bdf / t : 1;

    if (f->df > 0) {
        out->rmsea = sqrt(fmax((x2 - df) / (df * n), 0));
        out->rmsea_lo = sqrt(noncentrality(x2, df, 0.95) / (df * n));
        out->rmsea_hi = sqrt(noncentrality(x2, df, 0.05) / (df * n));
        out->rmsea_p = dist_ncchisq_upper(x2, df, n * df * 0.0025);
    } else {
        out->rmsea_p = NAN;
    }
    out->srmr = srmr(f);

    double values = 0; /* how many numbers the likelihood is of, per person */
    for (isize k = 0; k < d->n_patterns; k++)
        values += (double)d->at[k].n / n * (double)d->at[k].q;
    double x_part = 0;
    if (m->fixed_x && m->n_x > 0) {
        double log_det = log_det_of(d->cov, p, m->is_x, tmp, &nx);
        x_part = (double)nx * (LOG_2PI + 1) + log_det;
    }
    out->loglik = -0.5 * n * (f->f + values * LOG_2PI - x_part);
    out->loglik_saturated = out->loglik + 0.5 * x2;
    out->aic = -2 * out->loglik + 2 * (double)m->n_par;
    out->bic = -2 * out->loglik + log(n) * (double)m->n_par;
}
