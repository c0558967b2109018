#include "stats/rci.h"
#include "stats/dist.h"
#include <math.h>

static int level_ok(double level, struct err *e)
{
    if (level > 0 && level < 1) return OK;
    return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g", level);
}

int rci_from_reliability(double sd, double r, double level, struct rci_rule *out,
                         struct err *e)
{
    TRY(level_ok(level, e));
    if (!(sd > 0 && sd < INFINITY))
        return err_set(e, E_DOMAIN, "the standard deviation must be above 0, not %g", sd);
    if (!(r >= 0 && r < 1))
        return err_set(e, E_DOMAIN,
                       "the reliability must lie from 0 to below 1, not at "
                       "%g",
                       r);
    *out = (struct rci_rule){.sd = sd, .r = r, .sem = sd * sqrt(1 - r)};
    out->s_diff = sqrt(2) * out->sem;
    out->threshold = dist_norm_quantile((1 + level) / 2) * out->s_diff;
    return OK;
}

int rci_from_published(double threshold, double level, struct rci_rule *out,
                       struct err *e)
{
    TRY(level_ok(level, e));
    if (!(threshold > 0 && threshold < INFINITY))
        return err_set(e, E_DOMAIN, "a reliable change must be above 0, not %g",
                       threshold);
    *out = (struct rci_rule){.sd = NAN, .r = NAN, .threshold = threshold};
    out->s_diff = threshold / dist_norm_quantile((1 + level) / 2);
    out->sem = out->s_diff / sqrt(2);
    return OK;
}

int rci_count(const double *before, const double *after, isize rows,
              const struct rci_rule *rule, bool higher_is_better, double *index,
              struct rci *out, struct err *e)
{
    *out = (struct rci){0};
    for (isize i = 0; i < rows; i++) {
        double change = after[i] - before[i];
        if (isinf(change))
            return err_set(e, E_DOMAIN, "row %td holds an infinite value", i + 1);
        if (index) index[i] = change / rule->s_diff;
        if (isnan(change)) continue;
        out->n++;
        double gain = higher_is_better ? change : -change;
        if (gain > rule->threshold)
            out->improved++;
        else if (gain < -rule->threshold)
            out->deteriorated++;
        else
            out->unchanged++;
        out->beyond_2_sem += !isnan(rule->sd) && fabs(change) > 2 * rule->sem;
    }
    out->missing = rows - out->n;
    if (out->n == 0)
        return err_set(e, E_TOO_FEW, "there is no complete pair in %td rows", rows);
    return OK;
}

double rci_shrunk(double score, double mean, double r)
{
    return r * (score - mean) + mean;
}
