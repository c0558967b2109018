#include "report/compare.h"
#include "stats/dist.h"

#include <math.h>

/* The standard error of a limit from R resamples, in units of the estimate's. */
static double limit_error(double level, i64 resamples)
{
    double alpha = (1 - level) / 2, z = dist_norm_quantile(alpha);
    return sqrt(alpha * (1 - alpha) / (double)resamples) / dist_norm_density(z);
}

static double monte_carlo(const struct analysed *m, const struct result *r,
                          const struct plan_printed *q)
{
    double reps = (double)m->plan->printed_resamples;
    if (!(reps > 0)) return 0;
    if (str_starts(q->quantity, S("p"))) {
        double p = fmin(fmax(q->value, 0), 1);
        return 3 * sqrt(p * (1 - p) / reps);
    }
    /* The standard error of the estimate, from our own interval. */
    double width = ANALYSE_VALUE(r, "hi") - ANALYSE_VALUE(r, "lo");
    double z = -dist_norm_quantile((1 - r->an->level) / 2);
    return 3 * limit_error(r->an->level, m->plan->printed_resamples) * width / (2 * z);
}

struct comparison compare_of(const struct analysed *m, const struct result *r,
                             const struct plan_printed *q)
{
    struct comparison c = {.mark = DOC_PLAIN, .tolerance = NAN};
    if (!q) return c;
    c.mark = DOC_CANNOT;
    double ours = analyse_quantity(r, q->quantity).value;
    if (isnan(q->value) || isnan(ours)) return c;
    double half = 0.5 * pow(10, -q->places);
    c.tolerance = half + (q->compare == COMPARE_MONTE_CARLO ? monte_carlo(m, r, q) : 0);
    /* A hair for values that lie on the half itself, such as 4.625 printed as 4.62. */
    double hair = 1e-9 * fmax(1, fabs(ours));
    bool fine = q->compare == COMPARE_FLOOR ? ours <= q->value + c.tolerance + hair
                                            : fabs(ours - q->value) <= c.tolerance + hair;
    c.as_read_agrees = fine;
    if (q->garbled.in[LANG_EN].n > 0) return c;
    c.mark = fine ? DOC_AGREES : DOC_DIFFERS;
    return c;
}

void compare_count(const struct analysed *m, const struct result *r, isize n[4])
{
    for (isize i = 0; i < r->an->printed.n; i++)
        n[compare_of(m, r, &r->an->printed.at[i]).mark]++;
}
