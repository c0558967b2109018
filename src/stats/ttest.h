/* t tests: two measurements of the same people, and two groups.
**
** NAN is missing: a pair is used when both are there, a group value when it is there.
** Differences are "after - before" and "first group - second group". */
#ifndef VARDE_STATS_TTEST_H
#define VARDE_STATS_TTEST_H

#include "base/err.h"
#include "stats/note.h"

struct ttest_paired {
    isize n, incomplete; /* pairs used; rows with one value missing or both */
    double mean1, sd1, mean2, sd2;
    double diff, sd_diff, se; /* of after - before */
    double r;                 /* Pearson, before with after; NAN if one is constant */
    double t, df, p, lower, upper;
    double d_z, d_z_lower, d_z_upper; /* diff / sd_diff, limits from the noncentral t */
    double d_av;                      /* diff / sqrt((sd1^2 + sd2^2) / 2) */
    double d_av_mean_sd;              /* diff / mean of the two sd */
    double d_rm;                      /* d_z sqrt(2 (1 - r)) */
    double j, j_approx;               /* Hedges' factor on n - 1 */
    double g_z, g_av, g_rm;           /* j times d */
    struct notes notes;
};

/* before, after: `rows` values each in one unit; level: coverage, e.g. 0.95.
** Errors: E_TOO_FEW (fewer than 2 pairs), E_DEGENERATE (all differences equal: no spread
** to judge by), E_DOMAIN.
** Source: Lakens 2013, Frontiers in Psychology 4:863 (names of the effect sizes).
** Checked: R t.test and noncentral t, tests/reference (kind paired_t). */
MUST_CHECK int ttest_paired(const double *before, const double *after, isize rows,
                            double level, struct ttest_paired *out, struct arena tmp,
                            struct err *e);

/* The same without the limits of d_z, which take nearly all of the time; they are NAN. */
MUST_CHECK int ttest_paired_plain(const double *before, const double *after, isize rows,
                                  double level, struct ttest_paired *out,
                                  struct arena tmp, struct err *e);

struct ttest_line {
    double t, df, p, lower, upper; /* limits of the mean difference */
};

struct ttest_two {
    isize n1, n2;
    double mean1, sd1, mean2, sd2, diff;
    struct ttest_line student, welch; /* one common variance; two variances */
    double d, d_lower, d_upper;       /* diff / pooled sd, noncentral-t limits */
    double g, g_lower, g_upper;       /* the same times Hedges' factor on n1 + n2 - 2 */
    double d_var;                     /* large-sample variance of d */
    double glass;                     /* diff / sd of the second group */
    double levene_f, levene_p;        /* Brown-Forsythe: distances from the medians */
    double var_f, var_p;              /* ratio of the variances, first / second */
    struct notes notes;
};

/* Errors: E_TOO_FEW (a group below 2), E_DEGENERATE (no spread within the groups),
** E_DOMAIN.  NAN: welch, glass, var_f when a group they need is constant.
** Checked: R t.test, var.test, tests/reference (kind two_sample). */
MUST_CHECK int ttest_two(const double *x, isize rows1, const double *y, isize rows2,
                         double level, struct ttest_two *out, struct arena tmp,
                         struct err *e);

/* The same without the limits of d and g, which are NAN. */
MUST_CHECK int ttest_two_plain(const double *x, isize rows1, const double *y, isize rows2,
                               double level, struct ttest_two *out, struct arena tmp,
                               struct err *e);

#endif
