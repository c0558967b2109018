/* Statistics of given rows, in the arithmetic that boot.h states for them. */
#include "stats/boot.h"
#include <math.h>

/* The rows that a sum runs over: at[0..n) of x. */
static double value_at(const double *x, const i32 *at, isize i)
{
    return x[at ? at[i] : i];
}

/* A long double holds every sum of doubles: nothing overflows before the end. */
static double mean_of(const double *x, const i32 *at, isize n)
{
    long double sum = 0, rest = 0;
    for (isize i = 0; i < n; i++) sum += (long double)value_at(x, at, i);
    long double mean = sum / (long double)n;
    for (isize i = 0; i < n; i++) rest += (long double)value_at(x, at, i) - mean;
    return (double)(mean + rest / (long double)n);
}

/* Sum of the products of the deviations from the means mx and my. */
static long double products(const double *x, double mx, const double *y, double my,
                            const i32 *at, isize n)
{
    long double sum = 0;
    for (isize i = 0; i < n; i++)
        sum += ((long double)value_at(x, at, i) - (long double)mx) *
               ((long double)value_at(y, at, i) - (long double)my);
    return sum;
}

static double variance(const double *x, const i32 *at, isize n)
{
    double mean = mean_of(x, at, n);
    return (double)(products(x, mean, x, mean, at, n) / (long double)(n - 1));
}

static double slope(const double *y, const double *x, const i32 *at, isize n)
{
    double var = variance(x, at, n), mx = mean_of(x, at, n), my = mean_of(y, at, n);
    double cov = (double)(products(x, mx, y, my, at, n) / (long double)(n - 1));
    return var > 0 ? cov / var : NAN;
}

static double correlation(const double *x, const double *y, const i32 *at, isize n)
{
    long double less = (long double)(n - 1);
    double mx = mean_of(x, at, n), my = mean_of(y, at, n);
    double cov = (double)(products(x, mx, y, my, at, n) / less);
    double sx = (double)sqrtl(products(x, mx, x, mx, at, n) / less);
    double sy = (double)sqrtl(products(y, my, y, my, at, n) / less);
    return sx > 0 && sy > 0 ? fmax(fmin(cov / (sx * sy), 1), -1) : NAN;
}

/* Hoare's FIND (1961): v[k] gets its place in v[lo..hi], smaller ones before it. */
static void find(double *v, isize lo, isize hi, isize k)
{
    while (lo < hi) {
        double pivot = v[k];
        isize i = lo, j = hi;
        while (i <= j) {
            while (v[i] < pivot) i++;
            while (pivot < v[j]) j--;
            if (i > j) break;
            double swap = v[i];
            v[i++] = v[j];
            v[j--] = swap;
        }
        if (j < k) lo = i;
        if (k < i) hi = j;
    }
}

/* The mean of the values without the `cut` smallest and largest, summed in the order in
** which R's partial sort leaves them: it places the first rank, then the last. */
static double middle(const double *x, const i32 *at, isize n, isize cut, struct arena tmp)
{
    double *v = NEW_RAW(&tmp, double, n);
    for (isize i = 0; i < n; i++) v[i] = value_at(x, at, i);
    isize first = cut, last = n - 1 - cut;
    find(v, 0, n - 1, first);
    if (first < last) find(v, first + 1, n - 1, last);
    return mean_of(v + cut, NULL, n - 2 * cut);
}

double boot_given_value(const struct boot_what *w, const i32 *index, isize n,
                        struct arena tmp)
{
    const double *x = w->x, *y = w->y;
    switch (w->of) {
    case BOOT_MEAN: return mean_of(x, index, n);
    case BOOT_SD: return sqrt(variance(x, index, n));
    case BOOT_D_Z: {
        double sd = sqrt(variance(x, index, n));
        return sd > 0 ? mean_of(x, index, n) / sd : NAN;
    }
    case BOOT_RATIO: {
        double under = mean_of(y, index, n);
        return under != 0 ? mean_of(x, index, n) / under : NAN;
    }
    case BOOT_PEARSON: return correlation(x, y, index, n);
    case BOOT_SLOPE: return slope(x, y, index, n);
    case BOOT_MEDIAN: return middle(x, index, n, (n - 1) / 2, tmp);
    case BOOT_TRIMMED:
        if (!(w->trim > 0)) return mean_of(x, index, n);
        return middle(x, index, n, (isize)floor((double)n * w->trim + 1e-9), tmp);
    case BOOT_CALL: return w->call(index, n, w->arg);
    case BOOT_MEAN_DIFF: break;
    }
    return NAN;
}
