#include "stats/power.h"
#include "stats/dist.h"
#include <math.h>

static double power_at(double n, double d, double alpha, bool paired)
{
    double df = paired ? n - 1 : 2 * n - 2;
    double nc = d * (paired ? sqrt(n) : sqrt(n / 2));
    double limit = -dist_t_quantile(alpha / 2, df);
    return dist_nct_upper(limit, df, nc, NULL) + dist_nct(-limit, df, nc, NULL);
}

static int alpha_ok(double d, double alpha, struct err *e)
{
    if (!(alpha > 0 && alpha < 1))
        return err_set(e, E_DOMAIN, "alpha must lie between 0 and 1, not at %g", alpha);
    if (!isfinite(d))
        return err_set(e, E_DOMAIN, "the standardised difference must be a number");
    return OK;
}

int power_t(double n, double d, double alpha, bool paired, double *power, struct err *e)
{
    TRY(alpha_ok(d, alpha, e));
    if (!(n >= 2))
        return err_set(e, E_TOO_FEW, "a t test needs at least 2 %s, not %g",
                       paired ? "pairs" : "in each group", n);
    *power = fmin(1, power_at(n, d, alpha, paired));
    return OK;
}

int power_t_size(double power, double d, double alpha, bool paired, isize *n,
                 struct err *e)
{
    TRY(alpha_ok(d, alpha, e));
    if (!(power > alpha && power < 1))
        return err_set(e, E_DOMAIN,
                       "the power must lie between alpha (%g) and 1, not at "
                       "%g",
                       alpha, power);
    isize lo = 1, hi = 2; /* lo is too small, hi perhaps enough */
    while (d == 0 || power_at((double)hi, d, alpha, paired) < power) {
        if (d == 0 || hi > 10000000)
            return err_set(e, E_DOMAIN,
                           "a standardised difference of %g needs more than "
                           "10 million %s",
                           d, paired ? "pairs" : "in each group");
        lo = hi;
        hi *= 2;
    }
    while (hi - lo > 1) {
        isize mid = lo + (hi - lo) / 2;
        if (power_at((double)mid, d, alpha, paired) < power)
            lo = mid;
        else
            hi = mid;
    }
    *n = hi;
    return OK;
}
