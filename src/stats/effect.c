#include "stats/effect.h"
#include "stats/dist.h"
#include <math.h>

double effect_j(double m)
{
    if (!(m > 1)) return NAN;
    /* Above 1e4 the difference of the two logarithms would cost digits; there the series
    ** 1 - 3/(4m) - 7/(32 m^2) + 9/(128 m^3) is exact to rounding. */
    if (m > 1e4) return 1 - (0.75 + (7. / 32 - 9. / 128 / m) / m) / m;
    return exp(dist_lgamma(m / 2) - dist_lgamma((m - 1) / 2)) / sqrt(m / 2);
}

double effect_j_approx(double m)
{
    return m > 0.5 ? 1 - 3 / (4 * m - 1) : NAN;
}

/* The noncentrality at which the tail beyond t is `tail`: the lower tail falls in nc, the
** upper one rises.  Newton on the logarithm of the tail, which is nearly a parabola, held
** in a bracket. */
static double nc_at(double t, double df, double tail, bool upper)
{
    double spread = sqrt(1 + t * t / (2 * df)), z = dist_norm_quantile(tail) * spread;
    double nc = upper ? t + z : t - z, lo = -INFINITY, hi = INFINITY;
    double target = log(tail), step = spread;
    for (int i = 0; i < 100; i++) {
        double slope,
            p = upper ? dist_nct_upper(t, df, nc, &slope) : dist_nct(t, df, nc, &slope);
        bool too_high = upper ? p > tail : p < tail;
        if (too_high)
            hi = nc;
        else
            lo = nc;
        double next = nc - (log(p) - target) * p / slope;
        bool newton = isfinite(next) && next > lo && next < hi;
        if (!newton) {
            if (isinf(lo)) /* still without a bracket: stride */
                next = nc - (step *= 2);
            else if (isinf(hi))
                next = nc + (step *= 2);
            else
                next = (lo + hi) / 2;
        }
        double moved = fabs(next - nc);
        nc = next;
        /* Newton doubles the digits: a step of 1e-8 leaves an error of 1e-16 */
        if (moved <= (newton ? 1e-8 : 1e-14) * (1 + fabs(nc))) break;
    }
    return nc;
}

int effect_nc_limits(double t, double df, double level, double *lower, double *upper,
                     struct err *e)
{
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    if (!isfinite(t) || fabs(t) > 1e6 || !(df > 0))
        return err_set(e, E_DOMAIN,
                       "no limits of the noncentrality for t = %g with %g "
                       "degrees of freedom",
                       t, df);
    double tail = (1 - level) / 2;
    *lower = nc_at(t, df, tail, true);
    *upper = nc_at(t, df, tail, false);
    return OK;
}
