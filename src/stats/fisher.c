#include "stats/fisher.h"
#include "stats/dist.h"
#include "stats/table.h"
#include <math.h>

static int counts_ok(const double *count, isize n, struct err *e)
{
    for (isize i = 0; i < n; i++)
        if (!(count[i] >= 0 && count[i] <= 1e6 && count[i] == floor(count[i])))
            return err_set(e, E_DOMAIN, "cell %td is not a count from 0 to a million",
                           i + 1);
    return OK;
}

static int margins_of(const double *count, isize rows, isize cols,
                      struct table_margins *m, double *row, double *col, struct err *e)
{
    *m = (struct table_margins){0};
    if (rows > TABLE_LINES || cols > TABLE_LINES)
        return err_set(e, E_DOMAIN, "a table may have %d rows and columns, not %td x %td",
                       TABLE_LINES, rows, cols);
    TRY(counts_ok(count, rows * cols, e));
    for (isize i = 0; i < rows; i++) row[i] = 0;
    for (isize j = 0; j < cols; j++) col[j] = 0;
    for (isize i = 0; i < rows; i++)
        for (isize j = 0; j < cols; j++) {
            row[i] += count[i * cols + j];
            col[j] += count[i * cols + j];
            m->n += count[i * cols + j];
        }
    for (isize i = 0; i < rows; i++)
        if (row[i] > 0) m->row[m->rows++] = (i32)row[i];
    for (isize j = 0; j < cols; j++)
        if (col[j] > 0) m->col[m->cols++] = (i32)col[j];
    if (m->rows < 2 || m->cols < 2)
        return err_set(e, E_DEGENERATE,
                       "a table needs two rows and two columns with "
                       "counts, this one has %td and %td",
                       m->rows, m->cols);
    return OK;
}

int fisher_of(const double *count, isize rows, isize cols, struct fisher *out,
              struct arena tmp, struct err *e)
{
    struct table_margins m;
    double row[TABLE_LINES], col[TABLE_LINES];
    TRY(margins_of(count, rows, cols, &m, row, col, e));
    *out = (struct fisher){.n = m.n, .df = (double)((m.rows - 1) * (m.cols - 1))};
    double least_expected = INFINITY;
    for (isize i = 0; i < rows; i++)
        for (isize j = 0; j < cols; j++) {
            double x = count[i * cols + j], want = row[i] * col[j] / m.n;
            if (want == 0) continue;
            least_expected = fmin(least_expected, want);
            out->chisq += (x - want) * (x - want) / want;
            if (x > 0) out->g += 2 * x * log(x / want);
        }
    out->chisq_p = dist_chisq_upper(out->chisq, out->df);
    out->cramers_v = sqrt(out->chisq / (m.n * (double)(MIN(m.rows, m.cols) - 1)));
    if (!table_exact_p(&m, count, rows * cols, &out->p, tmp)) {
        out->p = out->chisq_p;
        note_add(&out->notes, NOTE_APPROXIMATE, m.n, 0);
    }
    if (least_expected < 5) note_add(&out->notes, NOTE_SMALL_EXPECTED, least_expected, 0);
    return OK;
}

/* ---- 2 x 2 ---------------------------------------------------------------------------
**
** Given the margins the first cell X has masses w_x exp(theta x), theta the log odds
** ratio. Its mean and its tails are monotone in theta. */

struct first_cell {
    double lo, hi, x; /* support; observed */
    double *logw;     /* of lo .. hi */
};

/* The mean, P(X >= x) or P(X <= x) at theta, and its derivative there: the covariance of
** the counted thing with X. */
static double at_theta(const struct first_cell *c, double theta, enum fisher_part part,
                       double *slope)
{
    isize n = (isize)(c->hi - c->lo) + 1;
    double top = -INFINITY, sum = 0, mean = 0, value = 0, cross = 0;
    for (isize i = 0; i < n; i++) top = fmax(top, c->logw[i] + theta * (double)i);
    for (isize i = 0; i < n; i++) {
        double p = exp(c->logw[i] + theta * (double)i - top), x = c->lo + (double)i;
        double f = part == FISHER_MEAN ? x : part == FISHER_FROM ? x >= c->x : x <= c->x;
        sum += p;
        mean += p * x;
        value += p * f;
        cross += p * f * x;
    }
    mean /= sum;
    value /= sum;
    *slope = cross / sum - value * mean;
    return value;
}

/* theta where the part has the value `want`; the bracket is halved where Newton leaves
** it. */
static double theta_where(const struct first_cell *c, enum fisher_part part, double want)
{
    double lo = -800, hi = 800, theta = 0;
    bool rises = part != FISHER_UPTO;
    for (int i = 0; i < 200; i++) {
        double slope, gap = at_theta(c, theta, part, &slope) - want;
        if ((gap > 0) == rises)
            hi = theta;
        else
            lo = theta;
        double next = theta - gap / slope;
        if (!(next > lo && next < hi)) next = (lo + hi) / 2;
        double moved = fabs(next - theta);
        theta = next;
        if (moved <= 1e-15 * (1 + fabs(theta)) || hi - lo < 1e-15) break;
    }
    return theta;
}

static struct first_cell first_cell_of(double x, const double row[2], const double col[2],
                                       struct arena *a)
{
    struct first_cell c = {fmax(0, row[0] - col[1]), fmin(row[0], col[0]), x, NULL};
    isize n = (isize)(c.hi - c.lo) + 1;
    c.logw = NEW_RAW(a, double, n);
    for (isize i = 0; i < n; i++)
        c.logw[i] = dist_hyper_mass_log(c.lo + (double)i, col[0], col[1], row[0]);
    return c;
}

int fisher_at(const double count[4], double log_or, enum fisher_part part, double *out,
              struct arena tmp, struct err *e)
{
    struct table_margins m;
    double row[2], col[2], slope;
    TRY(margins_of(count, 2, 2, &m, row, col, e));
    struct first_cell c = first_cell_of(count[0], row, col, &tmp);
    if (isnan(log_or) || log_or == INFINITY)
        return err_set(e, E_DOMAIN, "the log odds ratio must be a number");
    if (log_or == -INFINITY)
        *out = part == FISHER_MEAN ? c.lo : part == FISHER_FROM ? c.x <= c.lo : 1;
    else
        *out = at_theta(&c, log_or, part, &slope);
    return OK;
}

int fisher_2x2(const double count[4], double level, struct fisher_2x2 *out,
               struct arena tmp, struct err *e)
{
    struct table_margins m;
    double row[2], col[2];
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    TRY(margins_of(count, 2, 2, &m, row, col, e));
    double x = count[0], tail = (1 - level) / 2;
    struct first_cell c = first_cell_of(x, row, col, &tmp);
    isize n = (isize)(c.hi - c.lo) + 1;
    *out = (struct fisher_2x2){0};
    double here = exp(c.logw[(isize)(x - c.lo)]);
    for (isize i = 0; i < n; i++) {
        double p = exp(c.logw[i]), at = c.lo + (double)i;
        if (at <= x) out->p_less += p;
        if (at >= x) out->p_greater += p;
        if (fabs(p - here) <= here * 1e-7)
            out->p_mid += p / 2;
        else if (p < here)
            out->p_mid += p;
    }
    out->p_less = fmin(1, out->p_less);
    out->p_greater = fmin(1, out->p_greater);
    out->or_exact = x == c.lo   ? 0
                    : x == c.hi ? INFINITY
                                : exp(theta_where(&c, FISHER_MEAN, x));
    out->or_lower = x == c.lo ? 0 : exp(theta_where(&c, FISHER_FROM, tail));
    out->or_upper = x == c.hi ? INFINITY : exp(theta_where(&c, FISHER_UPTO, tail));
    out->or_sample = count[0] * count[3] / (count[1] * count[2]);
    double se = sqrt(1 / count[0] + 1 / count[1] + 1 / count[2] + 1 / count[3]);
    double z = dist_norm_quantile(1 - tail);
    out->wald_lower = exp(log(out->or_sample) - z * se);
    out->wald_upper = exp(log(out->or_sample) + z * se);
    out->risk_ratio = (count[0] / row[0]) / (count[2] / row[1]);
    out->risk_difference = count[0] / row[0] - count[2] / row[1];
    double yates = 0, gap = fabs(count[0] - row[0] * col[0] / m.n);
    double less = fmin(0.5, gap); /* the gap is the same in all four cells */
    for (int i = 0; i < 4; i++) {
        double want = row[i / 2] * col[i % 2] / m.n;
        yates += (gap - less) * (gap - less) / want;
    }
    out->yates_p = dist_chisq_upper(yates, 1);
    return OK;
}
