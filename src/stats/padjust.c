#include "stats/padjust.h"
#include <math.h>

const char *padjust_name(enum padjust_method method)
{
    static const char *const name[] = {"bonferroni", "holm", "hochberg",
                                       "hommel",     "BH",   "BY"};
    return name[method];
}

/* Places of the values of p that are not NAN, by rising p; returns how many. */
static isize ordered(const double *p, isize n, isize *at, isize *room)
{
    isize m = 0;
    for (isize i = 0; i < n; i++)
        if (!isnan(p[i])) at[m++] = i;
    for (isize width = 1; width < m; width *= 2) {
        for (isize lo = 0; lo < m; lo += 2 * width) {
            isize mid = MIN(lo + width, m), hi = MIN(lo + 2 * width, m), i = lo, j = mid;
            for (isize k = lo; k < hi; k++)
                room[k] =
                    i < mid && (j >= hi || p[at[i]] <= p[at[j]]) ? at[i++] : at[j++];
        }
        for (isize k = 0; k < m; k++) at[k] = room[k];
    }
    return m;
}

/* Step down: every value is at least the one before; step up: at most the one behind. */
static void step_down(double *q, isize m)
{
    for (isize i = 0; i < m; i++) q[i] = fmin(1, i > 0 ? fmax(q[i], q[i - 1]) : q[i]);
}

static void step_up(double *q, isize m)
{
    for (isize i = m; i-- > 0;) q[i] = fmin(1, i + 1 < m ? fmin(q[i], q[i + 1]) : q[i]);
}

/* p sorted.  For every size j of a family of the largest values the Simes bound, widened
** from step to step; q ends as the adjusted values. */
static void hommel(const double *p, isize m, double *q, double *pa)
{
    double k = (double)m, least = INFINITY;
    for (isize i = 0; i < m; i++) least = fmin(least, k * p[i] / (double)(i + 1));
    for (isize i = 0; i < m; i++) q[i] = pa[i] = least;
    for (isize j = m - 1; j >= 2; j--) {
        double jj = (double)j, bound = INFINITY;
        for (isize i = 0; i < j - 1;
             i++) /* the j - 1 largest but for the first of them */
            bound = fmin(bound, jj * p[m - j + 1 + i] / (double)(i + 2));
        for (isize i = 0; i <= m - j; i++) q[i] = fmin(jj * p[i], bound);
        for (isize i = m - j + 1; i < m; i++) q[i] = q[m - j];
        for (isize i = 0; i < m; i++) pa[i] = fmax(pa[i], q[i]);
    }
    for (isize i = 0; i < m; i++) q[i] = fmin(1, fmax(pa[i], p[i]));
}

int padjust_of(const double *p, isize n, enum padjust_method method, double *out,
               struct arena tmp, struct err *e)
{
    for (isize i = 0; i < n; i++)
        if (p[i] < 0 || p[i] > 1)
            return err_set(e, E_DOMAIN, "value %td is not a p value between 0 and 1",
                           i + 1);
    isize *at = NEW_RAW(&tmp, isize, n), *room = NEW_RAW(&tmp, isize, n);
    isize m = ordered(p, n, at, room);
    double *s = NEW_RAW(&tmp, double, m), *q = NEW_RAW(&tmp, double, m), k = (double)m;
    double harmonic = 0;
    for (isize i = 0; i < m; i++) {
        s[i] = p[at[i]];
        harmonic += 1 / (double)(i + 1);
    }
    for (isize i = 0; i < m; i++) {
        double place = (double)(i + 1), bh = k / place * s[i];
        switch (method) {
        case PADJUST_BONFERRONI: q[i] = fmin(1, k * s[i]); break;
        case PADJUST_HOLM:
        case PADJUST_HOCHBERG: q[i] = (k + 1 - place) * s[i]; break;
        case PADJUST_BH: q[i] = bh; break;
        case PADJUST_BY: q[i] = harmonic * bh; break;
        case PADJUST_HOMMEL:
        case PADJUST_N: break;
        }
    }
    if (method == PADJUST_HOLM) step_down(q, m);
    if (method == PADJUST_HOCHBERG || method == PADJUST_BH || method == PADJUST_BY)
        step_up(q, m);
    if (method == PADJUST_HOMMEL) hommel(s, m, q, NEW_RAW(&tmp, double, m));
    for (isize i = 0; i < n; i++) out[i] = NAN;
    for (isize i = 0; i < m; i++) out[at[i]] = q[i];
    return OK;
}
