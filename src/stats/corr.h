/* How two variables go together: Pearson's r, Spearman's rho, Kendall's tau-b.
**
** NAN is missing; a row is used when both are there. */
#ifndef VARDE_STATS_CORR_H
#define VARDE_STATS_CORR_H

#include "base/err.h"
#include "stats/note.h"

struct corr_line {
    double r, p;         /* two-sided */
    double lower, upper; /* NAN where n is too small for the limits */
};

/* p: Pearson and Spearman from t on n - 2, exact for normal data only; Kendall from the
** normal distribution with the variance corrected for ties (3 n > 30 advised).
** Limits on Fisher's scale: Pearson se 1/sqrt(n-3), so three pairs give -1 to 1; Spearman
** sqrt((1 + r^2/2)/(n-3)), Bonett & Wright 2000; Kendall sqrt(0.437/(n-4)), Fieller,
** Hartley & Pearson 1957. */
struct corr {
    isize n, incomplete;
    double t, df; /* of Pearson's r */
    struct corr_line pearson, spearman, kendall;
    struct notes notes;
};

/* Errors: E_TOO_FEW (fewer than 3 pairs), E_DEGENERATE (a variable is constant),
** E_DOMAIN.  Cost: n log n.
** Checked: R cor, cor.test, tests/reference (kind correlation). */
MUST_CHECK int corr_of(const double *x, const double *y, isize rows, double level,
                       struct corr *out, struct arena tmp, struct err *e);

/* Kernels; n >= 2 values without NAN; NAN if one is constant. */
double corr_pearson(const double *x, const double *y, isize n);
double corr_kendall(const double *x, const double *y, isize n, struct arena tmp);

#endif
