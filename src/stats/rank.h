/* Rank tests by their exact distributions, ties and zeros included.
**
** NAN is missing. Ties are equal doubles: differences of decimals (1.9 - 0.7 and 1.2) can
** be unequal by a rounding; rank_differences takes that back and is what people's tables
** should go through. */
#ifndef VARDE_STATS_RANK_H
#define VARDE_STATS_RANK_H

#include "base/err.h"
#include "stats/note.h"

/* after - before, rounded to 12 digits of the larger operand; NAN where one is
** missing. */
void rank_differences(const double *before, const double *after, isize rows, double *d);

/* Wilcoxon's signed rank test. The distribution is that of the midranks of |d| with every
** sign as likely as its opposite; zeros are dropped first (Pratt: after ranking). */
struct rank_signed {
    isize n, zeros, missing;      /* n: differences that are not zero */
    double v;                     /* sum of the ranks of the positive ones */
    double p_less, p_greater;     /* P(V <= v), P(V >= v) */
    double p;                     /* twice the smaller tail, at most 1 */
    double p_distance;            /* P(|V - mean| >= |v - mean|) */
    double p_normal, p_normal_cc; /* normal approximation, without and with continuity */
    double pratt_v, pratt_p;      /* p: doubled */
    double rank_biserial;         /* (v - v') / (v + v'), v' of the negative ones */
    double sign_p;                /* sign test, two-sided */
    /* Hodges-Lehmann: median of the means of all pairs, each with itself too; without and
    ** with the zeros.  Limits: pair means at the places that the untied distribution
    ** gives (Tukey); achieved: their coverage, at least the level asked unless n is too
    ** small for it, when they are the extremes. */
    double hl, hl_zeros, lower, upper, achieved;
    struct notes notes;
};

/* d: `rows` differences. Cost: n^3 / 6 additions; above n = 1000 the exact p are replaced
** by the normal one (NOTE_APPROXIMATE), above n = 2000 the Hodges-Lehmann values are NAN.
** Errors: E_TOO_FEW (no differences), E_DEGENERATE (all zero), E_DOMAIN. Source:
** Streitberg & Roehmel 1986 (shift algorithm); Pratt 1959; Hollander & Wolfe 1999.
** Checked: tests/reference (kind wilcoxon_signed_rank). */
MUST_CHECK int rank_signed(const double *d, isize rows, double level,
                           struct rank_signed *out, struct arena tmp, struct err *e);

/* Mann-Whitney (Wilcoxon rank sum), given the midranks of all values. */
struct rank_two {
    isize n1, n2;
    double u;                 /* wins of the first group, ties half */
    double p_less, p_greater; /* P(U <= u), P(U >= u) */
    double p, p_distance, p_normal, p_normal_cc;
    double a;             /* u / (n1 n2): chance that the first is larger, ties half */
    double rank_biserial; /* 2 a - 1 */
    double hl, lower, upper, achieved; /* shift, first minus second; as above */
    /* Brunner-Munzel; chance that the second is larger, ties half. Groups that do not
    ** overlap: t infinite, df and p NAN. */
    double bm_t, bm_df, bm_p, bm_chance;
    struct notes notes;
};

/* Cost: about n1 n2 (n1 + n2)^2 / 2 additions; beyond 4e9 the exact p are replaced by the
** normal one (NOTE_APPROXIMATE); beyond 4e6 pairs hl and its limits are NAN.
** Errors: E_TOO_FEW (an empty group), E_DEGENERATE (all values equal), E_DOMAIN.
** Source: Streitberg & Roehmel 1986; Brunner & Munzel 2000.
** Checked: tests/reference (kind mann_whitney). */
MUST_CHECK int rank_two(const double *x, isize rows1, const double *y, isize rows2,
                        double level, struct rank_two *out, struct arena tmp,
                        struct err *e);

#endif
