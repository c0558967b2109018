#include "stats/ttest.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include "stats/effect.h"
#include <math.h>

static int level_ok(double level, struct err *e)
{
    if (level > 0 && level < 1) return OK;
    return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g", level);
}

/* Limits of d are noncentralities times `unit`; where |t| is beyond what the noncentral t
** is computed for, they are NAN and a note says so. */
static void d_limits(double t, double df, double level, double unit, double *lower,
                     double *upper, struct notes *notes)
{
    struct err e = {0};
    *lower = *upper = NAN;
    if (effect_nc_limits(t, df, level, lower, upper, &e) == OK) {
        *lower *= unit;
        *upper *= unit;
    } else {
        note_add(notes, NOTE_NO_LIMITS, 0, 0);
    }
}

/* ---- paired -------------------------------------------------------------------- */

int ttest_paired(const double *before, const double *after, isize rows, double level,
                 struct ttest_paired *out, struct arena tmp, struct err *e)
{
    TRY(ttest_paired_plain(before, after, rows, level, out, tmp, e));
    d_limits(out->t, out->df, level, 1 / sqrt((double)out->n), &out->d_z_lower,
             &out->d_z_upper, &out->notes);
    return OK;
}

int ttest_paired_plain(const double *before, const double *after, isize rows,
                       double level, struct ttest_paired *out, struct arena tmp,
                       struct err *e)
{
    double *x, *y;
    isize n;
    TRY(level_ok(level, e));
    TRY(desc_pairs(before, after, rows, &x, &y, &n, &tmp, e));
    if (n < 2)
        return err_set(e, E_TOO_FEW,
                       "a paired t test needs 2 complete pairs, there %s "
                       "%td in %td rows",
                       n == 1 ? "is" : "are", n, rows);
    double *d = NEW_RAW(&tmp, double, n), k = (double)n;
    for (isize i = 0; i < n; i++) d[i] = y[i] - x[i];
    *out = (struct ttest_paired){.n = n, .incomplete = rows - n, .df = k - 1};
    out->mean1 = desc_mean(x, n);
    out->mean2 = desc_mean(y, n);
    out->sd1 = desc_sd(x, n);
    out->sd2 = desc_sd(y, n);
    out->diff = desc_mean(d, n);
    out->sd_diff = desc_sd(d, n);
    /* Differences like 0.3 - 0.2 and 0.2 - 0.1 are equal but for rounding. */
    double rounding = 1e-14 * (fabs(out->mean1) + fabs(out->mean2));
    if (!(out->sd_diff > rounding))
        return err_set(e, E_DEGENERATE,
                       "all %td differences are equal: a t test has no "
                       "spread to judge by",
                       n);
    out->se = out->sd_diff / sqrt(k);
    out->r = fmax(-1, fmin(1, desc_cov(x, y, n) / (out->sd1 * out->sd2)));
    if (desc_constant(x, n) || desc_constant(y, n)) out->r = NAN;
    out->t = out->diff / out->se;
    out->p = dist_t_two(out->t, out->df);
    double half = dist_t_quantile((1 + level) / 2, out->df) * out->se;
    out->lower = out->diff - half;
    out->upper = out->diff + half;
    out->d_z = out->diff / out->sd_diff;
    out->d_z_lower = out->d_z_upper = NAN;
    double sd_mean = (out->sd1 + out->sd2) / 2;
    double sd_av = sqrt((out->sd1 * out->sd1 + out->sd2 * out->sd2) / 2);
    out->d_av = out->diff / sd_av;
    out->d_av_mean_sd = out->diff / sd_mean;
    out->d_rm = out->d_z * sqrt(2 * (1 - out->r));
    out->j = effect_j(out->df);
    out->j_approx = effect_j_approx(out->df);
    out->g_z = out->j * out->d_z;
    out->g_av = out->j * out->d_av;
    out->g_rm = out->j * out->d_rm;
    if (n < 5) note_add(&out->notes, NOTE_FEW, k, 0);
    return OK;
}

/* ---- two groups ------------------------------------------------------------------ */

static struct ttest_line line_of(double diff, double se, double df, double level)
{
    struct ttest_line l = {.t = diff / se, .df = df};
    double half = dist_t_quantile((1 + level) / 2, df) * se;
    l.p = dist_t_two(l.t, df);
    l.lower = diff - half;
    l.upper = diff + half;
    return l;
}

/* Brown-Forsythe: the F test of one factor on the distances from each group's median. */
static void levene(const double *x, isize n1, const double *y, isize n2,
                   struct ttest_two *out, struct arena tmp)
{
    double *z[2] = {NEW_RAW(&tmp, double, n1), NEW_RAW(&tmp, double, n2)};
    const double *from[2] = {x, y};
    isize n[2] = {n1, n2};
    for (int g = 0; g < 2; g++) {
        for (isize i = 0; i < n[g]; i++) z[g][i] = from[g][i];
        desc_sort(z[g], n[g]);
        double middle = desc_median(z[g], n[g]);
        for (isize i = 0; i < n[g]; i++) z[g][i] = fabs(z[g][i] - middle);
    }
    double a = (double)n1, b = (double)n2;
    double gap = desc_mean(z[0], n1) - desc_mean(z[1], n2);
    double within = (a - 1) * desc_var(z[0], n1) + (b - 1) * desc_var(z[1], n2);
    out->levene_f =
        within > 0 ? gap * gap * a * b / (a + b) / (within / (a + b - 2)) : NAN;
    out->levene_p = dist_f_upper(out->levene_f, 1, a + b - 2);
}

/* Two-sided: twice the smaller tail, each computed as a tail. */
static double var_ratio_p(double f, double df1, double df2)
{
    if (isnan(f)) return NAN; /* fmin would make it 1 */
    return fmin(1, 2 * fmin(dist_f(f, df1, df2), dist_f_upper(f, df1, df2)));
}

int ttest_two(const double *x, isize rows1, const double *y, isize rows2, double level,
              struct ttest_two *out, struct arena tmp, struct err *e)
{
    TRY(ttest_two_plain(x, rows1, y, rows2, level, out, tmp, e));
    double k1 = (double)out->n1, k2 = (double)out->n2, df = k1 + k2 - 2;
    d_limits(out->student.t, df, level, sqrt(1 / k1 + 1 / k2), &out->d_lower,
             &out->d_upper, &out->notes);
    out->g_lower = effect_j(df) * out->d_lower;
    out->g_upper = effect_j(df) * out->d_upper;
    return OK;
}

int ttest_two_plain(const double *x, isize rows1, const double *y, isize rows2,
                    double level, struct ttest_two *out, struct arena tmp, struct err *e)
{
    double *a, *b;
    isize n1, n2;
    TRY(level_ok(level, e));
    TRY(desc_present(x, rows1, &a, &n1, &tmp, e));
    TRY(desc_present(y, rows2, &b, &n2, &tmp, e));
    if (n1 < 2 || n2 < 2)
        return err_set(e, E_TOO_FEW,
                       "a t test of two groups needs 2 values in each, "
                       "there are %td and %td",
                       n1, n2);
    double k1 = (double)n1, k2 = (double)n2, df = k1 + k2 - 2;
    double v1 = desc_var(a, n1), v2 = desc_var(b, n2);
    double pooled = sqrt(((k1 - 1) * v1 + (k2 - 1) * v2) / df);
    if (!(pooled > 0))
        return err_set(e, E_DEGENERATE,
                       "all values are equal within both groups: a t "
                       "test has no spread to judge by");
    *out = (struct ttest_two){.n1 = n1, .n2 = n2};
    out->mean1 = desc_mean(a, n1);
    out->mean2 = desc_mean(b, n2);
    out->sd1 = sqrt(v1);
    out->sd2 = sqrt(v2);
    double diff = out->diff = out->mean1 - out->mean2;
    out->student = line_of(diff, pooled * sqrt(1 / k1 + 1 / k2), df, level);
    double s1 = v1 / k1, s2 = v2 / k2;
    double welch_df = (s1 + s2) * (s1 + s2) / (s1 * s1 / (k1 - 1) + s2 * s2 / (k2 - 1));
    out->welch = line_of(diff, sqrt(s1 + s2), welch_df, level);
    double j = effect_j(df);
    out->d = diff / pooled;
    out->d_lower = out->d_upper = out->g_lower = out->g_upper = NAN;
    out->g = j * out->d;
    out->d_var = (k1 + k2) / (k1 * k2) + out->d * out->d / (2 * (k1 + k2));
    out->glass = v2 > 0 ? diff / out->sd2 : NAN;
    levene(a, n1, b, n2, out, tmp);
    out->var_f = v1 > 0 && v2 > 0 ? v1 / v2 : NAN;
    out->var_p = var_ratio_p(out->var_f, k1 - 1, k2 - 1);
    if (MIN(n1, n2) < 5) note_add(&out->notes, NOTE_FEW, (double)MIN(n1, n2), 0);
    if (!(v1 > 0 && v2 > 0)) note_add(&out->notes, NOTE_CONSTANT, 0, 0);
    return OK;
}
