/* Standardised mean differences and their exact limits. */
#ifndef VARDE_STATS_EFFECT_H
#define VARDE_STATS_EFFECT_H

#include "base/err.h"

/* Hedges' factor that makes d unbiased: Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), m the
** degrees of freedom, m > 1; about 1 - 3/(4m - 1).  NAN below.
** Source: Hedges 1981, Journal of Educational Statistics 6, eq. 6e. */
double effect_j(double m);
double effect_j_approx(double m);

/* Limits of the noncentrality of an observed t: the values for which t is the upper and
** the lower (1 - level)/2 point of the noncentral t.  Divide by sqrt(n), or multiply by
** sqrt(1/n1 + 1/n2), for limits of d.
** Errors: E_DOMAIN (t not finite, df <= 0, level outside (0, 1)).
** Source: Steiger & Fouladi 1997; roots by Newton inside a bracket, to 1e-13. */
MUST_CHECK int effect_nc_limits(double t, double df, double level, double *lower,
                                double *upper, struct err *e);

#endif
