/* Estimates with their intervals, a row each, on one axis with a line at zero (or at
** another value that means nothing happened). */
#ifndef VARDE_REPORT_FIG_INTERVAL_H
#define VARDE_REPORT_FIG_INTERVAL_H

#include "report/doc.h"

struct fig_interval_row {
    struct str name;
    double est, lo, hi; /* NAN: "not estimated" in words */
};
struct fig_interval {
    const struct fig_interval_row *row;
    isize n;
    double null;             /* where the line stands: 0 for differences, 1 for ratios */
    struct str axis;         /* under the axis: what is measured, in which unit */
    struct str below, above; /* which side means what ("less symptoms"); "" for none */
    int places;
};
struct drawing *fig_interval(const struct fig_interval *m, enum lang lang,
                             struct arena *a);

#endif
