#include "stats/anova.h"
#include "stats/dd.h"
#include "stats/dist.h"

struct cell {
    double n;
    struct dd sum, mean, ss; /* about the first value of the data */
};

static bool missing(const double *x, const i32 *group, isize i)
{
    return isnan(x[i]) || group[i] < 0;
}

/* x - first, exactly but for the rounding of a double-double. */
static struct dd about(const double *x, const double *lo, isize i, isize first)
{
    struct dd d = dd_sum(x[i], -x[first]);
    return lo ? dd_add(d, dd_sum(lo[i], -lo[first])) : d;
}

/* Welch 1951: groups weighted by n / variance. */
static void welch(const struct cell *cell, isize k, struct anova *out)
{
    double W = 0, mean = 0, between = 0, lack = 0, m = (double)k;
    out->welch_F = out->welch_df = out->welch_p = NAN;
    for (isize g = 0; g < k; g++) {
        if (cell[g].n < 2 || !(cell[g].ss.hi > 0)) return;
        double w = cell[g].n * (cell[g].n - 1) / cell[g].ss.hi;
        W += w;
        mean += w * cell[g].mean.hi;
    }
    mean /= W;
    for (isize g = 0; g < k; g++) {
        double w = cell[g].n * (cell[g].n - 1) / cell[g].ss.hi;
        double d = cell[g].mean.hi - mean;
        between += w * d * d;
        lack += (1 - w / W) * (1 - w / W) / (cell[g].n - 1);
    }
    out->welch_F = between / (m - 1) / (1 + 2 * (m - 2) / (m * m - 1) * lack);
    out->welch_df = (m * m - 1) / (3 * lack);
    out->welch_p = dist_f_upper(out->welch_F, m - 1, out->welch_df);
}

int anova_oneway(const double *x, const double *lo, const i32 *group, isize n,
                 isize n_groups, struct anova *out, struct arena tmp, struct err *e)
{
    struct cell *cell = NEW(&tmp, struct cell, n_groups);
    struct dd total = {0, 0}, between = {0, 0}, within = {0, 0};
    isize first = -1, used = 0, k = 0;
    bool varies = false;
    *out = (struct anova){0};
    for (isize i = 0; i < n; i++) {
        if (missing(x, group, i)) continue;
        if (first < 0) first = i;
        struct dd d = about(x, lo, i, first);
        varies = varies || d.hi != 0;
        struct cell *c = &cell[group[i]];
        c->n++;
        c->sum = dd_add(c->sum, d);
        total = dd_add(total, d);
        used++;
    }
    for (isize g = 0; g < n_groups; g++) k += cell[g].n > 0;
    if (k < 2)
        return err_set(e, E_TOO_FEW, "two groups with values are needed, there %s %td",
                       k == 1 ? "is" : "are", k);
    if (used <= k)
        return err_set(e, E_TOO_FEW,
                       "%td values in %td groups leave nothing to judge their spread by",
                       used, k);
    if (!varies) return err_set(e, E_DEGENERATE, "all %td values are equal", used);
    for (isize g = 0; g < n_groups; g++)
        if (cell[g].n > 0) cell[g].mean = dd_div(cell[g].sum, dd_of(cell[g].n));
    struct dd grand = dd_div(total, dd_of((double)used));
    for (isize i = 0; i < n; i++) {
        if (missing(x, group, i)) continue;
        struct cell *c = &cell[group[i]];
        struct dd d = dd_sub(about(x, lo, i, first), c->mean);
        c->ss = dd_add(c->ss, dd_mul(d, d));
    }
    isize m = 0;
    for (isize g = 0; g < n_groups; g++) {
        if (cell[g].n == 0) continue;
        struct dd d = dd_sub(cell[g].mean, grand);
        between = dd_add(between, dd_mul(dd_of(cell[g].n), dd_mul(d, d)));
        within = dd_add(within, cell[g].ss);
        cell[m++] = cell[g];
    }
    out->n = used;
    out->groups = k;
    out->df_between = (double)(k - 1);
    out->df_within = (double)(used - k);
    if (used < n) note_add(&out->notes, NOTE_DROPPED, (double)(n - used), 0);
    if (!isfinite(between.hi) || !isfinite(within.hi))
        return err_set(e, E_DOMAIN, "values too large to square: rescale the data");
    if (between.hi + within.hi == 0)
        return err_set(e, E_DOMAIN,
                       "the values vary too little to be squared: rescale the data");
    /* What is left of values that a group's mean fits to the last bit is rounding. */
    if (within.hi <= 1e-28 * dd_add(between, within).hi) {
        note_add(&out->notes, NOTE_EXACT_FIT, 0, 0);
        within = dd_of(0);
    }
    struct dd msb = dd_div(between, dd_of(out->df_between));
    struct dd msw = dd_div(within, dd_of(out->df_within)), all = dd_add(between, within);
    out->ss_between = between.hi;
    out->ss_within = within.hi;
    out->ms_between = msb.hi;
    out->ms_within = msw.hi;
    out->F = msw.hi > 0 ? dd_div(msb, msw).hi : INFINITY;
    out->p = dist_f_upper(out->F, out->df_between, out->df_within);
    out->r2 = dd_div(between, all).hi;
    out->omega2 =
        (out->ss_between - out->df_between * out->ms_within) / (all.hi + out->ms_within);
    out->sigma = dd_sqrt(msw).hi;
    welch(cell, k, out);
    return OK;
}
