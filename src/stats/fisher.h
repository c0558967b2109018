/* Tables of counts: Fisher's exact test of r x c, and what goes with a 2 x 2 table. */
#ifndef VARDE_STATS_FISHER_H
#define VARDE_STATS_FISHER_H

#include "base/err.h"
#include "stats/note.h"

/* Pearson's chi-square (no continuity correction), likelihood ratio G, Cramer's V. */
struct fisher {
    double n, p; /* p: P(a table with the same margins is at most as likely) */
    double chisq, df, chisq_p, g, cramers_v;
    struct notes notes;
};

/* count: rows x cols whole numbers, row by row, >= 0. Rows and columns of zeros are left
** out of everything. Tables count as equally likely within 1e-7 relative, as in R.
** Method: column by column, a list of what is left of the rows with the likelihood so
** far; equal ones are merged; all those whose every completion is in, or out, are settled
** at once by bounds (after Mehta & Patel 1983); the last two columns by their sorted
** completions. Work is bounded: beyond 4e6 nodes or about 3e8 steps (seconds) p is that
** of the chi-square (NOTE_APPROXIMATE). Errors: E_DOMAIN (negative, not whole, above 1e6;
** more than 32 rows and columns), E_DEGENERATE (fewer than two rows or columns with
** counts). Checked: R fisher.test, tests/reference (kind fisher). */
MUST_CHECK int fisher_of(const double *count, isize rows, isize cols, struct fisher *out,
                         struct arena tmp, struct err *e);

/* A 2 x 2 table {a, b, c, d}: rows (a b) and (c d).  The conditional odds ratio and its
** limits satisfy their equations (mean = a; tail = (1 - level)/2) to 1e-13; 0 and Inf at
** the edges of the support.  The sample odds ratio with its limits on the log scale, the
** risk ratio and difference (first row minus second) are NAN or Inf where a division says
** so. */
struct fisher_2x2 {
    double p_less, p_greater; /* of an odds ratio below, above 1 */
    double p_mid;             /* two-sided, tables as likely as this one counted half */
    double or_exact, or_lower, or_upper;
    double or_sample, wald_lower, wald_upper;
    double risk_ratio, risk_difference;
    double yates_p; /* chi-square with continuity correction */
};

/* Errors: E_DOMAIN as above, E_DEGENERATE (an empty row or column). */
MUST_CHECK int fisher_2x2(const double count[4], double level, struct fisher_2x2 *out,
                          struct arena tmp, struct err *e);

/* The first cell given the margins, at a log odds ratio (-Inf too): its mean, or the
** chance of as many or more, or of as many or fewer as observed. The equations of the
** limits, for those who solve them in their own way. Errors: as fisher_2x2. */
enum fisher_part { FISHER_MEAN, FISHER_FROM, FISHER_UPTO };
MUST_CHECK int fisher_at(const double count[4], double log_or, enum fisher_part part,
                         double *out, struct arena tmp, struct err *e);

#endif
