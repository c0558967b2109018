/* One variable described: place, spread, shape, and the sums that others build on.
**
** NAN is a missing value; it is counted and left out.  Infinite values are refused, and
** so are values beyond 1e100, or all within 1e-100 of zero: their squares would overflow
** or vanish, and a wrong number would look right.
** Sums run in double-double, so means are right to the last digit and standard
** deviations lose only what the decimal text lost when it became a double. */
#ifndef VARDE_STATS_DESC_H
#define VARDE_STATS_DESC_H

#include "base/err.h"
#include "stats/note.h"

/* What is not defined is NAN: sd, se, ci below 2 values; skew_big below 3; kurtosis_big
** and Shapiro-Wilk outside 3 (4) to 5000; shape of constant data. */
struct desc {
    isize n, missing;
    double mean, sd, se;
    double ci_lower, ci_upper; /* of the mean, from Student's t */
    double min, max, median;
    double q25, q75;             /* type 7 of Hyndman & Fan 1996: R, Excel */
    double q25_spss, q75_spss;   /* type 6: SPSS, Minitab */
    double mad;                  /* 1.4826 times the median distance from the median */
    double trimmed;              /* mean without the outer floor(n / 5) on each side */
    double skew, skew_big;       /* g1, and G1 as SPSS prints it */
    double kurtosis_big;         /* G2, 0 for a normal distribution */
    double skew_se;              /* of G1 */
    double shapiro_w, shapiro_p; /* see desc_shapiro */
    struct notes notes;
};

/* level: coverage of ci in (0, 1).  tmp: 8 n bytes.
** Errors: E_TOO_FEW (no values), E_DOMAIN (a value as above, level outside). */
MUST_CHECK int desc_of(const double *x, isize n, double level, struct desc *out,
                       struct arena tmp, struct err *e);

/* The values of x that are not NAN, in order of the rows; *n is their number.
** Error: E_DOMAIN for an infinite, huge or vanishing value. */
MUST_CHECK int desc_present(const double *x, isize rows, double **out, isize *n,
                            struct arena *a, struct err *e);

/* The rows where both are present.  Error: E_DOMAIN as above. */
MUST_CHECK int desc_pairs(const double *x, const double *y, isize rows, double **x_out,
                          double **y_out, isize *n, struct arena *a, struct err *e);

/* Kernels: n values without NAN; they allocate nothing.  NAN where not defined. */
double desc_sum(const double *x, isize n);
double desc_mean(const double *x, isize n);
double desc_var(const double *x, isize n); /* divisor n - 1 */
double desc_sd(const double *x, isize n);
double desc_cov(const double *x, const double *y, isize n); /* divisor n - 1 */
bool desc_constant(const double *x, isize n);               /* all equal, or n < 2 */

/* Mean, standard deviation and autocorrelation of lag 1 in double-double throughout.  lo
** (may be NULL): what the doubles miss of the decimal texts (dd_read), so that numbers
** like 1000000.1 are taken as written.  n >= 1; NAN where not defined.
** Checked: NIST StRD univariate problems, to the last digit. */
void desc_series(const double *x, const double *lo, isize n, double *mean, double *sd,
                 double *lag1);

void desc_sort(double *x, isize n); /* ascending; n log n in the worst case */
/* Of sorted values; type 6 or 7; p in [0, 1]. */
double desc_quantile(const double *sorted, isize n, double p, int type);
double desc_median(const double *sorted, isize n);

/* Midranks 1..n, ties get the mean of their places. *ties (may be NULL): the sum of
** t^3 - t over groups of t equal values. */
void desc_midranks(const double *x, isize n, double *rank, double *ties,
                   struct arena tmp);

/* Shapiro-Wilk W and p of sorted values, by Royston's approximation: 3 <= n <= 5000.
** Source: Royston 1995, Applied Statistics 44, 547-551 (AS R94), followed digit by digit.
** Errors: E_TOO_FEW, E_DOMAIN (n > 5000), E_DEGENERATE (constant). */
MUST_CHECK int desc_shapiro(const double *sorted, isize n, double *w, double *p,
                            struct arena tmp, struct err *e);

#endif
