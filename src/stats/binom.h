/* Proportions and paired yes-or-no answers; the sign-flip test of a mean. */
#ifndef VARDE_STATS_BINOM_H
#define VARDE_STATS_BINOM_H

#include "base/err.h"
#include "stats/note.h"

/* x of n, with limits of the proportion: Clopper-Pearson (never below the level) and
** Wilson (near the level on average). p_half: two-sided exact against one half. Errors:
** E_DOMAIN (x, n not whole, x outside 0..n, level), E_TOO_FEW (n = 0). Source: Clopper &
** Pearson 1934; Wilson 1927. Checked: tests/reference (kind binomial). */
struct binom {
    double x, n, share;
    double exact_lower, exact_upper, wilson_lower, wilson_upper, p_half;
};
MUST_CHECK int binom_of(double x, double n, double level, struct binom *out,
                        struct err *e);

/* McNemar: b pairs changed from 1 to 0, c from 0 to 1.
** Errors: E_DEGENERATE (no pair changed), E_DOMAIN (a value that is not 0, 1 or NAN).
** Checked: tests/reference (kind mcnemar). */
struct binom_mcnemar {
    isize n; /* complete pairs */
    double b, c, p_exact, p_mid, chisq, chisq_p, chisq_cc;
};
MUST_CHECK int binom_mcnemar(const double *before, const double *after, isize rows,
                             struct binom_mcnemar *out, struct err *e);

/* The mean of n differences under all 2^n sign flips. Sums count as extreme when they are
** within 1e-9 of the largest. Exact by whole numbers when the differences lie on a
** lattice, by Gray code up to n = 25; else the values are rounded to 1/8192 of the
** largest (NOTE_APPROXIMATE). Errors: E_TOO_FEW (n = 0), E_DEGENERATE (all zero),
** E_DOMAIN. Checked: tests/reference (kind sign_flip); hand cases. */
struct binom_flip {
    isize n;
    double flips; /* 2^n */
    double mean, p, p_greater;
    struct notes notes;
};
MUST_CHECK int binom_flip(const double *d, isize rows, struct binom_flip *out,
                          struct arena tmp, struct err *e);

#endif
