/* ABC intervals: BCa without resampling, for statistics that are smooth in the weights of
** the observations (DiCiccio & Efron 1992).  A check on the others: it costs a few dozen
** evaluations.
**
**   a = sum l^3 / (6 (sum l^2)^1.5)         l: influence of each observation
**   z0 = Phi^-1(2 Phi(a) Phi(-g))           g = bias / sigma - c_q
**   limit = T(P0 + lambda delta / sigma)    lambda = w / (1 - a w)^2, w = z0 + z_alpha
** R's boot::abc.ci takes z0 = a - g instead, the same to second order and for means.
**
** Derivatives are central differences of two step sizes, extrapolated: 1e-9 relative.
** Checked: tests/reference (kind abc), tests/stats/test_ideal.c. */
#ifndef VARDE_STATS_ABC_H
#define VARDE_STATS_ABC_H

#include "stats/boot.h"

struct abc_result {
    isize n;
    double estimate, se, accel, z0, bias, curve; /* curve: c_q */
    double lo, hi;
};

/* w->of: mean, sd, d_z, ratio, pearson, slope. Errors: E_TOO_FEW, E_DEGENERATE, E_DOMAIN
** (not finite; level), E_UNSUPPORTED (median, trimmed mean: not smooth; two groups). */
MUST_CHECK int abc_interval(const struct boot_what *w, double level,
                            struct abc_result *out, struct arena tmp, struct err *e);

#endif
