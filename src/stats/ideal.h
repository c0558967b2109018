/* The ideal bootstrap of means: what resampling would give with infinitely many
** resamples.
**
** The distribution of the mean of n draws with replacement is the n-fold convolution of
** the sample, and can be computed: no seed, no Monte Carlo error, the same limits for
** everybody.  It is the default for a mean, a paired mean difference (the mean of the
** differences), and the difference of two independent means.
**
** How.  The characteristic function of a draw, f(w) = sum_i e^(i w x_i) / n, to the power
** n is that of the sum; probabilities come back by a Fourier sum over a window which all
** but 1e-18 of the mass lies in (Chernoff's bound finds it, so skewed data get a longer
** one).
**   on a lattice   (scores, item means, few decimals; lattice.h) the sum runs over all
**                  frequencies of the lattice and the answer is exact, to about 1e-14
**   off it, n <= 8 all multisets of draws are listed: exact
**   off it, n > 8  frequencies up to where |f|^n < 1e-18.  The true distribution has
**                  steps, at most n!/n^n high when all values differ (1e-3 for n = 9,
**                  3e-6 for 15, 1e-15 for 35); this one is smooth and passes through
**                  their middle.  `error` says by how much a probability may differ
** A lattice too long for 2 ms of work is treated as none: its steps are as minute.
** A tail below 1e-4 is computed under exponential tilting to its own place (Esscher
** 1932), so that p has relative, not only absolute, accuracy.
**
** Limits are the smallest value whose cumulative probability reaches the adjusted level.
** A sample of n values has n^n equally probable resamples; below n = 8 their distribution
** is coarse and NOTE_FEW stands.
**
** Checked: tests/reference (kind bca_ideal); enumeration of all n^n resamples for small
** n, direct convolution and resampling in tests/stats/test_ideal.c. */
#ifndef VARDE_STATS_IDEAL_H
#define VARDE_STATS_IDEAL_H

#include "base/err.h"
#include "stats/note.h"

/* z0 by half the ties or none of them, and what follows from it. */
struct ideal_bca {
    double z0, level_lo, level_hi, lo, hi;
};

enum ideal_how { IDEAL_LATTICE, IDEAL_LISTED, IDEAL_SMOOTH };

struct ideal_result {
    isize n, m;          /* m: the second group, else 0 */
    double estimate, se; /* se: sd of the resampled estimate, sqrt(sum (x - mean)^2)/n */
    double accel;
    double below, equal; /* probability of a resample below, and equal to, the estimate */
    struct ideal_bca half_ties, strict;
    double perc_lo, perc_hi;
    /* Two-sided p by inversion of the BCa interval (half ties).  Its floor is twice the
    ** probability of the most extreme resample: (count of the extreme value / n)^n. */
    double p, p_floor;
    enum ideal_how how;
    double error; /* of probabilities */
    struct notes notes;
};

struct ideal_plan {
    double level; /* in (0, 1) */
    double null;  /* the value that p asks about */
    bool whole;   /* stay on the lattice whatever it costs (else about 2 ms) */
};
#define IDEAL_PLAN ((struct ideal_plan){.level = 0.95})

/* x finite, n >= 2; y NULL and m 0 for one mean, else the mean of x - the mean of y.
** Errors: E_TOO_FEW, E_DEGENERATE (no group varies), E_DOMAIN (not finite; level).
** Time: 0.1 ms for 35 scores. */
MUST_CHECK int ideal_mean(const double *x, isize n, const double *y, isize m,
                          const struct ideal_plan *p, struct ideal_result *out,
                          struct arena tmp, struct err *e);

/* How many different values the resampled mean of x can take; -1 if x is on no lattice or
** the number is beyond counting. */
i64 ideal_support(const double *x, isize n, struct arena tmp);

#endif
