/* Are these numbers whole multiples of a common step?
**
** Sums of items, means of 15 items, differences of such means, values with a few decimals
** all lie on a lattice x = origin + step k.  Sums of the k are exact, so ties are decided
** exactly; sums of the doubles are not (0.1 + 0.2 != 0.3).
**
** Decimals (down to 1e-6) are tried first; else the step is found by Euclid's algorithm
** on the differences.  A value may miss its place by 1e-11 of the largest |x|: more than
** the rounding of a difference of two means, less than any decimal that people print. */
#ifndef VARDE_STATS_LATTICE_H
#define VARDE_STATS_LATTICE_H

#include "base/types.h"

struct lattice {
    double origin, step; /* x_i = origin + step k_i, k_i >= 0, smallest k is 0 */
    i64 span;            /* the largest k */
    /* When the lattice is rational: x_i = (num + per k_i) / den, whole numbers. den 0:
    ** no. */
    i64 num, per, den;
};

/* Finds the coarsest lattice with span at most `most`, for finite x; k gets n numbers.
** A constant x has step 0 and span 0.  False if there is none; then k is not set. */
bool lattice_find(const double *x, isize n, i64 most, struct lattice *out, i64 *k);

/* (a sum of n values whose k add up to s) / n, rounded once when the lattice is
** rational. */
double lattice_mean(const struct lattice *l, i64 s, isize n);

/* The whole number s for which lattice_mean(l, s, n) = x, not rounded. */
double lattice_place(const struct lattice *l, double x, isize n);

#endif
