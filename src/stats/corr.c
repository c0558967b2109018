#include "stats/corr.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include <math.h>
#include <string.h>

double corr_pearson(const double *x, const double *y, isize n)
{
    if (desc_constant(x, n) || desc_constant(y, n)) return NAN;
    double r = desc_cov(x, y, n) / (desc_sd(x, n) * desc_sd(y, n));
    return fmax(-1, fmin(1, r));
}

/* ---- Kendall (Knight 1966) ------------------------------------------------------
**
** Sort by x, ties by y; the pairs that y has in the wrong order are the exchanges that
** sorting y then takes.  With T pairs in all, tx and ty tied, txy tied in both, and
** `swaps` discordant ones: S = T - tx - ty + txy - 2 swaps. */

struct point {
    double x, y;
};

static bool before(struct point a, struct point b, bool by_x)
{
    if (!by_x) return a.y <= b.y;
    return a.x < b.x || (a.x == b.x && a.y <= b.y);
}

/* Sorts p by merging; returns the exchanges of neighbours it amounts to. */
static double merge_sort(struct point *p, isize n, bool by_x, struct point *room)
{
    double swaps = 0;
    for (isize width = 1; width < n; width *= 2) {
        for (isize lo = 0; lo < n; lo += 2 * width) {
            isize mid = MIN(lo + width, n), hi = MIN(lo + 2 * width, n);
            isize i = lo, j = mid;
            for (isize at = lo; at < hi; at++) {
                if (i < mid && (j >= hi || before(p[i], p[j], by_x))) {
                    room[at] = p[i++];
                } else {
                    swaps += (double)(mid - i);
                    room[at] = p[j++];
                }
            }
        }
        memcpy(p, room, (size_t)n * sizeof *p);
    }
    return swaps;
}

struct ties {
    double pairs;      /* sum t(t-1)/2 */
    double t2, t3, t5; /* sums of t(t-1), t(t-1)(t-2), t(t-1)(2t+5) */
};

static void add_run(struct ties *s, isize run)
{
    double t = (double)run;
    s->pairs += t * (t - 1) / 2;
    s->t2 += t * (t - 1);
    s->t3 += t * (t - 1) * (t - 2);
    s->t5 += t * (t - 1) * (2 * t + 5);
}

struct kendall {
    double score, tau, var; /* S, tau-b, variance of S without association */
};

static struct kendall kendall_of(const double *x, const double *y, isize n,
                                 struct arena tmp)
{
    struct point *p = NEW_RAW(&tmp, struct point, n),
                 *room = NEW_RAW(&tmp, struct point, n);
    for (isize i = 0; i < n; i++) p[i] = (struct point){x[i], y[i]};
    merge_sort(p, n, true, room);
    struct ties tx = {0}, ty = {0}, both = {0};
    for (isize i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && p[end].x == p[i].x;) end++;
        add_run(&tx, end - i);
    }
    for (isize i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && p[end].x == p[i].x && p[end].y == p[i].y;) end++;
        add_run(&both, end - i);
    }
    double swaps = merge_sort(p, n, false, room);
    for (isize i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && p[end].y == p[i].y;) end++;
        add_run(&ty, end - i);
    }
    double k = (double)n, all = k * (k - 1) / 2;
    double score = all - tx.pairs - ty.pairs + both.pairs - 2 * swaps;
    double room_x = all - tx.pairs, room_y = all - ty.pairs;
    double var = (k * (k - 1) * (2 * k + 5) - tx.t5 - ty.t5) / 18 +
                 tx.t2 * ty.t2 / (2 * k * (k - 1));
    if (n > 2) var += tx.t3 * ty.t3 / (9 * k * (k - 1) * (k - 2));
    double tau = NAN;
    if (room_x > 0 && room_y > 0)
        tau = fmax(-1, fmin(1, score / (sqrt(room_x) * sqrt(room_y))));
    return (struct kendall){score, tau, var};
}

double corr_kendall(const double *x, const double *y, isize n, struct arena tmp)
{
    return kendall_of(x, y, n, tmp).tau;
}

/* ---- all three -------------------------------------------------------------------- */

static double t_of(double r, double df)
{
    return r * sqrt(df / ((1 - r) * (1 + r))); /* infinite at r = 1 and -1 */
}

static void fisher_limits(struct corr_line *l, double se, double level)
{
    double half = dist_norm_quantile((1 + level) / 2) * se, z = atanh(l->r);
    l->lower = l->upper = NAN;
    if (isnan(se)) return;
    if (isinf(se)) {
        l->lower = -1;
        l->upper = 1;
        return;
    }
    l->lower = tanh(z - half); /* r = 1 gives 1 to 1 */
    l->upper = tanh(z + half);
}

int corr_of(const double *x, const double *y, isize rows, double level, struct corr *out,
            struct arena tmp, struct err *e)
{
    double *a, *b;
    isize n;
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    TRY(desc_pairs(x, y, rows, &a, &b, &n, &tmp, e));
    if (n < 3)
        return err_set(e, E_TOO_FEW,
                       "a correlation needs 3 complete pairs, there are %td "
                       "in %td rows",
                       n, rows);
    if (desc_constant(a, n) || desc_constant(b, n))
        return err_set(e, E_DEGENERATE,
                       "a variable is constant over the %td complete "
                       "pairs: there is no correlation",
                       n);
    double *ra = NEW_RAW(&tmp, double, n), *rb = NEW_RAW(&tmp, double, n), k = (double)n;
    desc_midranks(a, n, ra, NULL, tmp);
    desc_midranks(b, n, rb, NULL, tmp);
    *out = (struct corr){.n = n, .incomplete = rows - n, .df = k - 2};
    out->pearson.r = corr_pearson(a, b, n);
    out->t = t_of(out->pearson.r, out->df);
    out->pearson.p = dist_t_two(out->t, out->df);
    double rho = out->spearman.r = corr_pearson(ra, rb, n);
    out->spearman.p = dist_t_two(t_of(rho, out->df), out->df);
    struct kendall tau = kendall_of(a, b, n, tmp);
    out->kendall.r = tau.tau;
    out->kendall.p = 2 * dist_norm(-fabs(tau.score) / sqrt(tau.var));
    fisher_limits(&out->pearson, 1 / sqrt(k - 3), level); /* -1 to 1 of three pairs */
    fisher_limits(&out->spearman, n > 3 ? sqrt((1 + rho * rho / 2) / (k - 3)) : NAN,
                  level);
    fisher_limits(&out->kendall, n > 4 ? sqrt(0.437 / (k - 4)) : NAN, level);
    if (n < 10) note_add(&out->notes, NOTE_FEW, k, 0);
    return OK;
}
