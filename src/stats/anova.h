/* Analysis of variance of one factor.
**
** Values are taken about the first one, exactly, and summed in double-double; with the
** decimals of the text in `lo` (stats/dd.h) the certified values of NIST's eleven
** problems come out to 14 digits and more, those with 13 constant leading digits
** included. */
#ifndef VARDE_STATS_ANOVA_H
#define VARDE_STATS_ANOVA_H

#include "base/err.h"
#include "stats/note.h"

struct anova {
    isize n, groups;
    double df_between, df_within;
    double ss_between, ss_within, ms_between, ms_within;
    double F, p;
    double r2, omega2; /* eta squared; omega squared, less biased, may be below 0 */
    double sigma;      /* residual standard deviation */
    double welch_F, welch_df,
        welch_p; /* unequal variances; NAN if a group has no spread */
    struct notes notes;
};

/* x: n values, lo what they miss or NULL; group: from 0 to n_groups - 1.  Rows with a NaN
** or a group of -1 are left out (NOTE_DROPPED); a group without rows does not count.
** Errors: E_TOO_FEW (under two groups, or no more rows than groups), E_DEGENERATE (all
** values equal), E_DOMAIN (squares beyond the range of a double).
** Source: Fisher 1925; Welch 1951; Hays 1963 (omega squared).
** Checked: nist_anova cases; R's oneway.test; tests/stats/test_anova.c. */
MUST_CHECK int anova_oneway(const double *x, const double *lo, const i32 *group, isize n,
                            isize n_groups, struct anova *out, struct arena tmp,
                            struct err *e);

#endif
