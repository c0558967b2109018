#include "stats/bca.h"
#include "stats/dist.h"
#include <math.h>

double bca_level(double z0, double a, double z, double *slope)
{
    double under = 1 - a * (z0 + z);
    if (slope) *slope = 0;
    if (!isfinite(z0)) return z0 > 0; /* every replicate lies on one side */
    if (!(under > 0)) return a > 0;
    double at = z0 + (z0 + z) / under;
    if (slope) *slope = exp(0.5 * (z0 * z0 - at * at)) * (1 + 1 / (under * under));
    return dist_norm(at);
}

/* The alpha with level w: u = z0 + z solves w - z0 = u / (1 - a u). */
static double side(double share, double z0, double a)
{
    if (!(share > 0)) return 0;
    double w = dist_norm_quantile(share), under = 1 + a * (w - z0);
    if (!(under > 0)) return 0; /* beyond any limit */
    return dist_norm((w - z0) / under - z0);
}

double bca_p(double lower, double upper, double z0, double a)
{
    /* the upper tail is the lower one of the mirrored statistic */
    return fmin(1, 2 * fmin(side(lower, z0, a), side(upper, -z0, -a)));
}
