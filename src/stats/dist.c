#include "stats/dist.h"
#include <math.h>
#define MATHLIB_STANDALONE 1
#include <Rmath.h>

enum { LOWER = 1, UPPER = 0, PLAIN = 0, LOG = 1 }; /* Rmath's flags */

static bool probability(double p)
{
    return p >= 0 && p <= 1;
}

double dist_lgamma(double x)
{
    return x > 0 && x < INFINITY ? lgammafn(x) : NAN;
}

/* ---- normal ----------------------------------------------------------------- */

double dist_norm(double z)
{
    return isnan(z) ? NAN : pnorm(z, 0, 1, LOWER, PLAIN);
}

double dist_norm_upper(double z)
{
    return isnan(z) ? NAN : pnorm(z, 0, 1, UPPER, PLAIN);
}

double dist_norm_log(double z)
{
    return isnan(z) ? NAN : pnorm(z, 0, 1, LOWER, LOG);
}

double dist_norm_density(double z)
{
    return exp(-z * z / 2) * M_1_SQRT_2PI;
}

double dist_norm_quantile(double p)
{
    return probability(p) ? qnorm(p, 0, 1, LOWER, PLAIN) : NAN;
}

/* ---- t, chi-square, F, beta -------------------------------------------------- */

double dist_t(double t, double df)
{
    return isnan(t) || !(df > 0) ? NAN : pt(t, df, LOWER, PLAIN);
}

double dist_t_upper(double t, double df)
{
    return isnan(t) || !(df > 0) ? NAN : pt(t, df, UPPER, PLAIN);
}

double dist_t_two(double t, double df)
{
    double p = 2 * dist_t(-fabs(t), df);
    return isnan(p) ? NAN : fmin(1, p); /* fmin alone would turn NAN into 1 */
}

double dist_t_quantile(double p, double df)
{
    return probability(p) && df > 0 ? qt(p, df, LOWER, PLAIN) : NAN;
}

double dist_chisq(double x, double df)
{
    return isnan(x) || !(df > 0) ? NAN : pchisq(x, df, LOWER, PLAIN);
}

double dist_chisq_upper(double x, double df)
{
    return isnan(x) || !(df > 0) ? NAN : pchisq(x, df, UPPER, PLAIN);
}

double dist_chisq_quantile(double p, double df)
{
    return probability(p) && df > 0 ? qchisq(p, df, LOWER, PLAIN) : NAN;
}

double dist_f(double x, double df1, double df2)
{
    return isnan(x) || !(df1 > 0 && df2 > 0) ? NAN : pf(x, df1, df2, LOWER, PLAIN);
}

double dist_f_upper(double x, double df1, double df2)
{
    return isnan(x) || !(df1 > 0 && df2 > 0) ? NAN : pf(x, df1, df2, UPPER, PLAIN);
}

double dist_f_quantile(double p, double df1, double df2)
{
    return probability(p) && df1 > 0 && df2 > 0 ? qf(p, df1, df2, LOWER, PLAIN) : NAN;
}

double dist_beta(double x, double a, double b)
{
    return isnan(x) || !(a > 0 && b > 0) ? NAN : pbeta(x, a, b, LOWER, PLAIN);
}

double dist_beta_upper(double x, double a, double b)
{
    return isnan(x) || !(a > 0 && b > 0) ? NAN : pbeta(x, a, b, UPPER, PLAIN);
}

double dist_beta_quantile(double p, double a, double b)
{
    return probability(p) && a > 0 && b > 0 ? qbeta(p, a, b, LOWER, PLAIN) : NAN;
}

/* ---- counts ------------------------------------------------------------------ */

static bool binom_ok(double x, double n, double p)
{
    return n >= 0 && n == floor(n) && n < INFINITY && x == floor(x) && probability(p);
}

double dist_binom_mass(double x, double n, double p)
{
    if (!binom_ok(x, n, p)) return NAN;
    return x < 0 || x > n ? 0 : dbinom(x, n, p, PLAIN);
}

double dist_binom(double x, double n, double p)
{
    return binom_ok(x, n, p) ? pbinom(x, n, p, LOWER, PLAIN) : NAN;
}

double dist_binom_from(double x, double n, double p)
{
    return binom_ok(x, n, p) ? pbinom(x - 1, n, p, UPPER, PLAIN) : NAN;
}

double dist_hyper_mass_log(double x, double m, double n, double k)
{
    bool whole = m == floor(m) && n == floor(n) && k == floor(k) && x == floor(x);
    if (!(m >= 0 && n >= 0 && k >= 0 && k <= m + n && whole)) return NAN;
    return dhyper(x, m, n, k, LOG);
}

/* ---- means over S = chi(df)/sqrt(df) ------------------------------------------
**
** With u = log s the density of S is exp(w(u)) / N, w(u) = df (u - (e^2u - 1)/2), which
** is at most 0, and N = sqrt(2 pi / a) exp(delta(a)) / 2 with a = df/2 and delta the
** error of Stirling's formula.  The trapezoidal rule over u with step h errs like exp(-2
** pi^2 (spread / h)^2) where the integrand is like a normal curve: with h = 0.6 of the
** narrowest spread that is e^-55. */

static double stirling_error(double a)
{
    if (a < 16) return lgammafn(a) - ((a - 0.5) * log(a) - a + M_LN_SQRT_2PI);
    double b = 1 / (a * a);
    return (1. / 12 - b * (1. / 360 - b * (1. / 1260 - b * (1. / 1680 - b / 1188)))) / a;
}

static double chi_norm(double df)
{
    return sqrt(M_PI / df) * exp(stirling_error(df / 2));
}

/* s = e^u.  Near 0, where all of it lies for a large df, by the series -(u^2 + 2/3 u^3 +
** ...): the two terms would cancel. */
static double chi_log_weight(double u, double s, double df)
{
    if (fabs(u) > 0.05) return df * (u - (s * s - 1) / 2);
    double sum = 0;
    for (int k = 11; k >= 3; k--) sum = (sum + 1) * 2 * u / k;
    return -df * u * u * (sum + 1);
}

struct nct {
    double t, df, nc;
    int sign; /* 1: P(T <= t), mean of Phi(ts - nc); -1: P(T > t), of Phi(nc - ts) */
};

/* Derivative in u of the log of the integrand: its only zero is the peak, because the
** integrand is log-concave in s. */
static double nct_climb(const struct nct *p, double u)
{
    double s = exp(u), z = p->sign * (p->t * s - p->nc);
    double mills = exp(-z * z / 2 - M_LN_SQRT_2PI - dist_norm_log(z));
    return -p->df * expm1(2 * u) + p->sign * p->t * s * mills;
}

/* To within a step: further off everything might underflow. */
static double nct_peak(const struct nct *p, double step_size)
{
    double lo = 0, hi = 0;
    for (double step = 0.5; nct_climb(p, lo) < 0 && lo > -300; step *= 2) lo -= step;
    for (double step = 0.5; nct_climb(p, hi) > 0 && hi < 300; step *= 2) hi += step;
    for (int i = 0; i < 100 && hi - lo > step_size; i++) {
        double mid = (lo + hi) / 2;
        if (nct_climb(p, mid) > 0)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}

/* The narrowest feature of the integrand: the weight has a spread of 1/sqrt(2 df) in u,
** the normal part one of 1/(t s) where t s is within 8 of nc; together they are
** narrower. */
static double nct_step(const struct nct *p)
{
    double part = fabs(p->nc) + 8;
    return 0.6 / sqrt(2 * p->df + part * part);
}

static double nct_mean(const struct nct *p, double *slope)
{
    double h = nct_step(p), peak = nct_peak(p, h), sum = 0, sum_slope = 0;
    for (int side = -1; side <= 1; side += 2)
        for (isize i = side > 0; i < 200000; i++) {
            double u = peak + side * (double)i * h, s = exp(u), z = p->t * s - p->nc;
            double weight = exp(chi_log_weight(u, s, p->df));
            double term = weight * dist_norm(p->sign * z), tilt = 0;
            if (slope) tilt = weight * dist_norm_density(z);
            sum += term;
            sum_slope += tilt;
            if (term <= 1e-18 * sum && tilt <= 1e-18 * sum_slope) break;
        }
    double scale = h / chi_norm(p->df);
    if (slope) *slope = -p->sign * sum_slope * scale;
    return fmin(1, sum * scale);
}

static double nct_tail(double t, double df, double nc, int sign, double *slope)
{
    if (slope) *slope = NAN;
    if (isnan(t) || !(df > 0) || !isfinite(nc)) return NAN;
    if (t == 0 || df > 1e15 || isinf(t)) {
        double z = isinf(t) ? t : t - nc;
        if (slope) *slope = -sign * dist_norm_density(z);
        return dist_norm(sign * z);
    }
    struct nct p = {t, df, nc, sign};
    return nct_mean(&p, slope);
}

double dist_nct(double t, double df, double nc, double *slope)
{
    return nct_tail(t, df, nc, 1, slope);
}

double dist_nct_upper(double t, double df, double nc, double *slope)
{
    return nct_tail(t, df, nc, -1, slope);
}

/* ---- studentised range ---------------------------------------------------------
**
** P(range of k standard normals > w) = k * integral of phi(z) (A^m - (A - B)^m) dz with
** A = Phi(z), B = Phi(z - w), m = k - 1; the difference is taken by expm1, so the tail
** keeps its digits. */

static double range_upper(double w, double k)
{
    double h = 0.6 / sqrt(k), sum = 0;
    double top = fmax(9, w / 2 + 9);
    for (double z = -9; z <= top; z += h) {
        double a = dist_norm(z), b = dist_norm(z - w);
        double gone = -expm1((k - 1) * log1p(-b / a));
        sum += dist_norm_density(z) * exp((k - 1) * log(a)) * gone;
    }
    return fmin(1, k * h * sum);
}

double dist_tukey_upper(double q, double k, double df)
{
    if (isnan(q) || !(k >= 2 && k < 1e4 && df > 0)) return NAN;
    if (q <= 0) return 1;
    if (df > 1e15) return range_upper(q, k);
    double h = 0.35 / (sqrt(2 * df) + 10), sum = 0;
    for (int side = -1; side <= 1; side += 2)
        for (isize i = side > 0; i < 100000; i++) {
            double u = side * (double)i * h;
            double weight = exp(chi_log_weight(u, exp(u), df));
            sum += weight * range_upper(q * exp(u), k);
            /* to the left the range's tail still grows, at most to 1 */
            if (weight <= 1e-18 * sum || weight < 1e-300) break;
        }
    return fmin(1, sum * h / chi_norm(df));
}

/* ---- Poisson mixtures ------------------------------------------------------------ */

struct mixture {
    double x, a, b; /* chi-square: df; F: half the degrees of freedom */
    double mean;    /* of the Poisson weights: nc / 2 */
    double (*part)(const struct mixture *m, double j);
};

static double mixture_sum(const struct mixture *m)
{
    double start = floor(m->mean), sum = 0;
    for (int side = -1; side <= 1; side += 2) {
        double last = 0;
        for (double j = start + (side > 0); j >= 0; j += side) {
            double term = dpois(j, m->mean, PLAIN) * m->part(m, j);
            sum += term;
            /* one hump: beyond it, and small, nothing more comes; with the weights
             * exhausted neither */
            if ((sum > 0 && term <= last && term <= 1e-17 * sum) ||
                (fabs(j - m->mean) > 60 * sqrt(m->mean + 1) + 800 && term == 0))
                break;
            last = term;
        }
    }
    return fmin(1, sum);
}

static double chisq_part(const struct mixture *m, double j)
{
    return pchisq(m->x, m->a + 2 * j, LOWER, PLAIN);
}

static double chisq_part_upper(const struct mixture *m, double j)
{
    return pchisq(m->x, m->a + 2 * j, UPPER, PLAIN);
}

static double f_part(const struct mixture *m, double j)
{
    return pbeta(m->x, m->a + j, m->b, LOWER, PLAIN);
}

/* x here is df2 / (df2 + df1 x), small in the tail, so that nothing is subtracted */
static double f_part_upper(const struct mixture *m, double j)
{
    return pbeta(m->x, m->b, m->a + j, LOWER, PLAIN);
}

static bool mixture_ok(double x, double df, double nc)
{
    return !isnan(x) && df > 0 && df < INFINITY && nc >= 0 && nc <= 1e8;
}

double dist_ncchisq(double x, double df, double nc)
{
    if (!mixture_ok(x, df, nc)) return NAN;
    if (x <= 0 || isinf(x)) return x > 0;
    struct mixture m = {x, df, 0, nc / 2, chisq_part};
    return mixture_sum(&m);
}

double dist_ncchisq_upper(double x, double df, double nc)
{
    if (!mixture_ok(x, df, nc)) return NAN;
    if (x <= 0 || isinf(x)) return x <= 0;
    struct mixture m = {x, df, 0, nc / 2, chisq_part_upper};
    return mixture_sum(&m);
}

double dist_ncf(double x, double df1, double df2, double nc)
{
    if (!mixture_ok(x, df1, nc) || !(df2 > 0 && df2 < INFINITY)) return NAN;
    if (x <= 0 || isinf(x)) return x > 0;
    struct mixture m = {df1 * x / (df2 + df1 * x), df1 / 2, df2 / 2, nc / 2, f_part};
    return mixture_sum(&m);
}

double dist_ncf_upper(double x, double df1, double df2, double nc)
{
    if (!mixture_ok(x, df1, nc) || !(df2 > 0 && df2 < INFINITY)) return NAN;
    if (x <= 0 || isinf(x)) return x <= 0;
    struct mixture m = {df2 / (df2 + df1 * x), df1 / 2, df2 / 2, nc / 2, f_part_upper};
    return mixture_sum(&m);
}
