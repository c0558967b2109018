/* Power of t tests, and the size of study that reaches it. */
#ifndef VARDE_STATS_POWER_H
#define VARDE_STATS_POWER_H

#include "base/err.h"

/* Chance that a two-sided t test at `alpha` rejects when the standardised difference is
** d; both tails are counted.  paired: n pairs and d = d_z; else n in each of two groups.
** Errors: E_DOMAIN (alpha outside (0, 1), d not finite), E_TOO_FEW (n < 2).
** Source: noncentral t; checked with 40 digits, tests/reference (kind power). */
MUST_CHECK int power_t(double n, double d, double alpha, bool paired, double *power,
                       struct err *e);

/* The smallest whole n with at least `power`.
** Errors: E_DOMAIN (power not in (alpha, 1), d = 0, or n would pass 1e7). */
MUST_CHECK int power_t_size(double power, double d, double alpha, bool paired, isize *n,
                            struct err *e);

#endif
