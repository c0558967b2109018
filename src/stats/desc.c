#include "stats/desc.h"
#include "stats/dd.h"
#include "stats/dist.h"
#include <math.h>
#include <string.h>

/* ---- sums in double-double --------------------------------------------------- */

static struct dd dd_plus(struct dd s, double x)
{
    struct dd t = dd_sum(s.hi, x);
    return dd_quick_sum(t.hi, t.lo + s.lo);
}

static struct dd sum_of(const double *x, isize n)
{
    struct dd s = {0, 0};
    for (isize i = 0; i < n; i++) s = dd_plus(s, x[i]);
    return s;
}

static struct dd mean_of(const double *x, isize n)
{
    return dd_div(sum_of(x, n), dd_of((double)n));
}

double desc_sum(const double *x, isize n)
{
    return sum_of(x, n).hi;
}

double desc_mean(const double *x, isize n)
{
    return n > 0 ? mean_of(x, n).hi : NAN;
}

/* Two passes; the squared sum of the deviations takes back what rounding left of the
** mean. */
double desc_cov(const double *x, const double *y, isize n)
{
    if (n < 2) return NAN;
    struct dd mx = mean_of(x, n), my = mean_of(y, n);
    struct dd sxy = {0, 0}, sx = {0, 0}, sy = {0, 0};
    for (isize i = 0; i < n; i++) {
        double dx = (x[i] - mx.hi) - mx.lo, dy = (y[i] - my.hi) - my.lo;
        sxy = dd_plus(sxy, dx * dy);
        sx = dd_plus(sx, dx);
        sy = dd_plus(sy, dy);
    }
    return (sxy.hi - sx.hi * sy.hi / (double)n) / (double)(n - 1);
}

double desc_var(const double *x, isize n)
{
    return desc_constant(x, n) && n > 1 ? 0 : desc_cov(x, x, n);
}

double desc_sd(const double *x, isize n)
{
    return sqrt(desc_var(x, n));
}

void desc_series(const double *x, const double *lo, isize n, double *mean, double *sd,
                 double *lag1)
{
    struct dd sum = {0, 0}, all = {0, 0}, lag = {0, 0}, before = {0, 0};
    for (isize i = 0; i < n; i++) sum = dd_add(sum, (struct dd){x[i], lo ? lo[i] : 0});
    struct dd m = dd_div(sum, dd_of((double)n));
    for (isize i = 0; i < n; i++) {
        struct dd d = dd_sub((struct dd){x[i], lo ? lo[i] : 0}, m);
        all = dd_add(all, dd_mul(d, d));
        if (i > 0) lag = dd_add(lag, dd_mul(before, d));
        before = d;
    }
    *mean = dd_out(m);
    *sd = n > 1 ? dd_out(dd_sqrt(dd_div(all, dd_of((double)(n - 1))))) : NAN;
    *lag1 = all.hi > 0 ? dd_out(dd_div(lag, all)) : NAN;
}

bool desc_constant(const double *x, isize n)
{
    for (isize i = 1; i < n; i++)
        if (x[i] != x[0]) return false;
    return true;
}

/* ---- order ------------------------------------------------------------------- */

static void sink(double *x, isize root, isize n)
{
    double v = x[root];
    for (isize kid; (kid = 2 * root + 1) < n; root = kid) {
        if (kid + 1 < n && x[kid + 1] > x[kid]) kid++;
        if (x[kid] <= v) break;
        x[root] = x[kid];
    }
    x[root] = v;
}

/* Insertion for the short lists of this program, a heap for the rest. */
void desc_sort(double *x, isize n)
{
    if (n <= 40) {
        for (isize i = 1; i < n; i++) {
            double v = x[i];
            isize k = i;
            for (; k > 0 && x[k - 1] > v; k--) x[k] = x[k - 1];
            x[k] = v;
        }
        return;
    }
    for (isize i = n / 2; i-- > 0;) sink(x, i, n);
    for (isize end = n - 1; end > 0; end--) {
        double top = x[0];
        x[0] = x[end];
        x[end] = top;
        sink(x, 0, end);
    }
}

double desc_quantile(const double *sorted, isize n, double p, int type)
{
    if (n < 1 || !(p >= 0 && p <= 1)) return NAN;
    double at = type == 6 ? p * (double)(n + 1) : 1 + p * (double)(n - 1);
    double below = floor(at + 1e-13), part = at - below; /* 1e-13: .3 * 10 is a place */
    if (fabs(part) < 1e-13) part = 0;
    if (below < 1) return sorted[0];
    if (below >= (double)n) return sorted[n - 1];
    isize i = (isize)below;
    return part == 0 ? sorted[i - 1] : (1 - part) * sorted[i - 1] + part * sorted[i];
}

double desc_median(const double *sorted, isize n)
{
    if (n < 1) return NAN;
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

struct keyed {
    double x;
    isize row;
};

/* Merge sort from below: stable, n log n whatever the order. */
static void sort_keyed(struct keyed *k, isize n, struct arena tmp)
{
    struct keyed *from = k, *to = NEW_RAW(&tmp, struct keyed, n);
    for (isize width = 1; width < n; width *= 2) {
        for (isize lo = 0; lo < n; lo += 2 * width) {
            isize mid = MIN(lo + width, n), hi = MIN(lo + 2 * width, n);
            isize i = lo, j = mid;
            for (isize at = lo; at < hi; at++)
                to[at] = i < mid && (j >= hi || from[i].x <= from[j].x) ? from[i++]
                                                                        : from[j++];
        }
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    if (from != k && n > 0) memcpy(k, from, (size_t)n * sizeof *k);
}

void desc_midranks(const double *x, isize n, double *rank, double *ties, struct arena tmp)
{
    struct keyed *k = NEW_RAW(&tmp, struct keyed, n);
    double sum = 0;
    for (isize i = 0; i < n; i++) k[i] = (struct keyed){x[i], i};
    sort_keyed(k, n, tmp);
    for (isize i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && k[end].x == k[i].x;) end++;
        double t = (double)(end - i);
        sum += t * t * t - t;
        for (isize j = i; j < end; j++) rank[k[j].row] = (double)(i + 1 + end) / 2;
    }
    if (ties) *ties = sum;
}

/* ---- what is present ------------------------------------------------------------ */

static int fits(double biggest, isize row, struct err *e)
{
    if (isinf(biggest))
        return err_set(e, E_DOMAIN, "row %td holds an infinite value", row + 1);
    if (biggest > 1e100)
        return err_set(e, E_DOMAIN,
                       "row %td holds a value beyond 1e100: rescale the data", row + 1);
    if (biggest > 0 && biggest < 1e-100)
        return err_set(e, E_DOMAIN,
                       "all values are within 1e-100 of zero: rescale the "
                       "data");
    return OK;
}

static int sizes_ok(const double *x, isize n, struct err *e)
{
    double biggest = 0;
    isize row = 0;
    for (isize i = 0; i < n; i++)
        if (fabs(x[i]) > biggest) { /* false for NAN */
            biggest = fabs(x[i]);
            row = i;
        }
    return fits(biggest, row, e);
}

int desc_present(const double *x, isize rows, double **out, isize *n, struct arena *a,
                 struct err *e)
{
    TRY(sizes_ok(x, rows, e));
    *out = NEW_RAW(a, double, rows);
    *n = 0;
    for (isize i = 0; i < rows; i++)
        if (!isnan(x[i])) (*out)[(*n)++] = x[i];
    return OK;
}

int desc_pairs(const double *x, const double *y, isize rows, double **x_out,
               double **y_out, isize *n, struct arena *a, struct err *e)
{
    TRY(sizes_ok(x, rows, e));
    TRY(sizes_ok(y, rows, e));
    *x_out = NEW_RAW(a, double, rows);
    *y_out = NEW_RAW(a, double, rows);
    *n = 0;
    for (isize i = 0; i < rows; i++) {
        if (isnan(x[i]) || isnan(y[i])) continue;
        (*x_out)[*n] = x[i];
        (*y_out)[(*n)++] = y[i];
    }
    return OK;
}

/* ---- Shapiro-Wilk ---------------------------------------------------------------- */

static double poly(const double *c, int n, double x)
{
    double y = c[n - 1];
    for (int i = n - 2; i >= 0; i--) y = y * x + c[i];
    return y;
}

/* Weights a[0..n/2) of the lower half (the upper half has them with the other sign),
** positive here as in AS R94. */
static void shapiro_weights(isize n, double *a)
{
    static const double c1[] = {0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
    static const double c2[] = {0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
    isize half = n / 2;
    if (n == 3) {
        a[0] = 0.7071067811865476;
        return;
    }
    double all = 0; /* of the squared scores, both halves */
    for (isize i = 0; i < half; i++) {
        a[i] = -dist_norm_quantile(((double)i + 0.625) / ((double)n + 0.25));
        all += a[i] * a[i];
    }
    all *= 2;
    double root = sqrt(all), u = 1 / sqrt((double)n), m1 = a[0], m2 = a[1];
    double a1 = poly(c1, 6, u) + m1 / root, a2 = poly(c2, 6, u) + m2 / root;
    isize done = n > 5 ? 2 : 1;
    double left = all - 2 * m1 * m1, share = 1 - 2 * a1 * a1;
    if (done == 2) {
        left -= 2 * m2 * m2;
        share -= 2 * a2 * a2;
        a[1] = a2;
    }
    a[0] = a1;
    double scale = sqrt(left / share);
    for (isize i = done; i < half; i++) a[i] /= scale;
}

/* 1 - W, formed so that W near 1 keeps its digits. */
static double shapiro_gap(const double *x, isize n, const double *a)
{
    double range = x[n - 1] - x[0], middle = desc_median(x, n), mean = 0;
    for (isize i = 0; i < n; i++) mean += (x[i] - middle) / range;
    mean /= (double)n;
    double saa = 0, sxx = 0, sax = 0; /* the weights sum to 0 */
    for (isize i = 0; i < n; i++) {
        isize k = MIN(i, n - 1 - i);
        double w = 2 * i + 1 == n ? 0 : i < n / 2 ? -a[k] : a[k];
        double d = (x[i] - middle) / range - mean;
        saa += w * w;
        sxx += d * d;
        sax += w * d;
    }
    double s = sqrt(saa * sxx);
    return (s - sax) * (s + sax) / (saa * sxx);
}

static double shapiro_tail(double gap, isize n)
{
    static const double g[] = {-2.273, 0.459};
    static const double c3[] = {0.544, -0.39978, 0.025054, -6.714e-4};
    static const double c4[] = {1.3822, -0.77857, 0.062767, -0.0020322};
    static const double c5[] = {-1.5861, -0.31082, -0.083751, 0.0038915};
    static const double c6[] = {-0.4803, -0.082676, 0.0030302};
    double y = log(gap), m, s;
    if (n == 3) { /* exact */
        /* 6/pi (asin sqrt W - asin sqrt 3/4), and asin sqrt 3/4 is pi/3 */
        double p = 1.909859317102744 * asin(sqrt(1 - gap)) - 2;
        return fmax(0, p);
    }
    if (n <= 11) {
        double limit = poly(g, 2, (double)n);
        if (y >= limit) return 1e-99; /* R's answer beyond the approximation's range */
        y = -log(limit - y);
        m = poly(c3, 4, (double)n);
        s = exp(poly(c4, 4, (double)n));
    } else {
        m = poly(c5, 4, log((double)n));
        s = exp(poly(c6, 3, log((double)n)));
    }
    return dist_norm_upper((y - m) / s);
}

int desc_shapiro(const double *sorted, isize n, double *w, double *p, struct arena tmp,
                 struct err *e)
{
    if (n < 3)
        return err_set(e, E_TOO_FEW, "Shapiro-Wilk needs at least 3 values, not %td", n);
    if (n > 5000)
        return err_set(e, E_DOMAIN, "Shapiro-Wilk is known up to 5000 values, not %td",
                       n);
    if (!(sorted[n - 1] > sorted[0]))
        return err_set(e, E_DEGENERATE,
                       "all values are equal: Shapiro-Wilk has no "
                       "answer");
    double *a = NEW(&tmp, double, n / 2);
    shapiro_weights(n, a);
    double gap = shapiro_gap(sorted, n, a);
    *w = 1 - gap;
    *p = gap > 0 ? shapiro_tail(gap, n) : 1;
    return OK;
}

/* ---- all of it ------------------------------------------------------------ */

/* From standardised values, so that no power overflows. */
static void shape_of(const double *x, isize n, struct desc *d)
{
    double m = d->mean, s = d->sd * sqrt((double)(n - 1) / (double)n), k = (double)n;
    struct dd m3 = {0, 0}, m4 = {0, 0};
    for (isize i = 0; i < n; i++) {
        double z = (x[i] - m) / s;
        m3 = dd_plus(m3, z * z * z);
        m4 = dd_plus(m4, z * z * z * z);
    }
    d->skew = m3.hi / k;
    if (n >= 3) {
        d->skew_big = d->skew * sqrt(k * (k - 1)) / (k - 2);
        d->skew_se = sqrt(6 * k * (k - 1) / ((k - 2) * (k + 1) * (k + 3)));
    }
    if (n >= 4)
        d->kurtosis_big = (k - 1) / ((k - 2) * (k - 3)) * ((k + 1) * (m4.hi / k - 3) + 6);
}

static double mad_of(const double *sorted, isize n, double median, struct arena tmp)
{
    double *d = NEW_RAW(&tmp, double, n);
    for (isize i = 0; i < n; i++) d[i] = fabs(sorted[i] - median);
    desc_sort(d, n);
    return 1.4826 * desc_median(d, n);
}

int desc_of(const double *x, isize rows, double level, struct desc *out, struct arena tmp,
            struct err *e)
{
    double *v;
    isize n;
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    TRY(desc_present(x, rows, &v, &n, &tmp, e));
    if (n == 0) return err_set(e, E_TOO_FEW, "there is no value in %td rows", rows);
    *out = (struct desc){.n = n, .missing = rows - n};
    out->sd = out->se = out->ci_lower = out->ci_upper = NAN;
    out->skew = out->skew_big = out->skew_se = out->kurtosis_big = NAN;
    out->shapiro_w = out->shapiro_p = NAN;
    out->mean = desc_mean(v, n);
    desc_sort(v, n);
    out->min = v[0];
    out->max = v[n - 1];
    out->median = desc_median(v, n);
    out->q25 = desc_quantile(v, n, 0.25, 7);
    out->q75 = desc_quantile(v, n, 0.75, 7);
    out->q25_spss = desc_quantile(v, n, 0.25, 6);
    out->q75_spss = desc_quantile(v, n, 0.75, 6);
    out->mad = mad_of(v, n, out->median, tmp);
    isize cut = n / 5;
    out->trimmed = desc_mean(v + cut, n - 2 * cut);
    if (n < 5) note_add(&out->notes, NOTE_FEW, (double)n, 0);
    if (n < 2) return OK;
    out->sd = desc_sd(v, n);
    out->se = out->sd / sqrt((double)n);
    double half = dist_t_quantile((1 + level) / 2, (double)(n - 1)) * out->se;
    out->ci_lower = out->mean - half;
    out->ci_upper = out->mean + half;
    if (desc_constant(v, n)) {
        note_add(&out->notes, NOTE_CONSTANT, 0, 0);
        return OK;
    }
    shape_of(v, n, out);
    if (n >= 3 && n <= 5000)
        TRY(desc_shapiro(v, n, &out->shapiro_w, &out->shapiro_p, tmp, e));
    return OK;
}
