#include "stats/bca.h"
#include "stats/boot_sample.h"
#include "stats/dist.h"
#include "stats/order.h"
#include <math.h>

static double tally_value(const struct boot_sample *s, isize sum)
{
    return lattice_mean(&s->l, sum, s->of);
}

static void pick(const struct boot_sample *s, const isize *rank, int n_ranks, double *out,
                 struct arena tmp)
{
    if (s->t) {
        order_pick(s->t, s->n, rank, n_ranks, out, tmp);
        return;
    }
    isize first[ORDER_MOST]; /* ranks in ascending order of their value */
    for (int i = 0; i < n_ranks; i++) {
        int j = i;
        for (; j > 0 && rank[first[j - 1]] > rank[i]; j--) first[j] = first[j - 1];
        first[j] = i;
    }
    isize seen = 0, sum = -1;
    for (int i = 0; i < n_ranks; i++) {
        while (seen < rank[first[i]]) seen += s->tally[++sum];
        out[first[i]] = tally_value(s, sum);
    }
}

/* What one walk over the replicates tells. */
struct walk {
    double bias, sd, least, most;
    i64 below, equal;           /* against the estimate */
    i64 null_below, null_equal; /* against the hypothesis */
    i64 shifted;                /* |t* - t| >= |t - null| */
};

/* Everything in steps of the lattice: `at` is the place of the estimate, a whole
** number. */
static void walk_tally(const struct boot_sample *s, i64 at, double null, struct walk *w)
{
    double place = lattice_place(&s->l, null, s->of), whole = round(place);
    if (fabs(place - whole) < 1e-6) place = whole; /* the hypothesis is on the lattice */
    double far = fabs((double)at - place), sum = 0, square = 0;
    bool any = false;
    for (isize k = 0; k < s->cells; k++) {
        i64 c = s->tally[k];
        if (c == 0) continue;
        if (!any) w->least = tally_value(s, k);
        any = true;
        w->most = tally_value(s, k);
        w->below += k < at ? c : 0;
        w->equal += k == at ? c : 0;
        w->null_below += (double)k < place ? c : 0;
        w->null_equal += (double)k == place ? c : 0;
        w->shifted += fabs((double)(k - at)) >= far ? c : 0;
        sum += (double)c * (double)(k - at);
    }
    double mean = sum / (double)s->n, step = s->l.step / (double)s->of;
    for (isize k = 0; k < s->cells; k++) {
        double d = (double)(k - at) - mean;
        if (s->tally[k]) square += (double)s->tally[k] * (d * d);
    }
    w->bias = mean * step;
    w->sd = sqrt(square / (double)(s->n - 1)) * step;
}

/* Four sums side by side: faster, and the same on every machine. */
struct moments {
    double sum[4], square[4];
};

static void moments_end(const struct moments *m, double n, double down, struct walk *w)
{
    double mean = (m->sum[0] + m->sum[1] + (m->sum[2] + m->sum[3])) / n;
    double all = m->square[0] + m->square[1] + (m->square[2] + m->square[3]);
    w->bias = mean / down;
    w->sd = sqrt(fmax(all - n * mean * mean, 0) / (n - 1)) / down;
}

/* One pass.  Distances are taken from the estimate, which the mean is near to, so the
** squares lose nothing; only where they overflow or vanish they are scaled and done
** again. */
static void walk_list(const struct boot_sample *s, double t, double null, struct walk *w)
{
    struct moments m = {0};
    double wide, least = s->t[0], most = s->t[0];
    /* as far on the other side is as far, whatever the last bit says */
    double far = fabs(t - null) - 0x1p-50 * (fabs(t) + fabs(null));
    for (isize i = 0; i < s->n; i++) {
        double x = s->t[i], d = x - t;
        least = MIN(least, x);
        most = MAX(most, x);
        w->below += x < t;
        w->equal += x == t;
        w->null_below += x < null;
        w->null_equal += x == null;
        w->shifted += fabs(d) >= far;
        m.sum[i & 3] += d;
        m.square[i & 3] += d * d;
    }
    w->least = least;
    w->most = most;
    wide = fmax(fabs(most - t), fabs(least - t));
    moments_end(&m, (double)s->n, 1, w);
    if (wide < 1e140 && wide > 1e-140) return;
    if (!(wide > 0)) return;
    m = (struct moments){0};
    double down = ldexp(1, -MIN(MAX(ilogb(fmin(wide, 1e308)), -1000), 1000));
    for (isize i = 0; i < s->n; i++) {
        double d = (s->t[i] - t) * down;
        m.sum[i & 3] += d;
        m.square[i & 3] += d * d;
    }
    moments_end(&m, (double)s->n, down, w);
}

/* ---------------------------------------------------------------- limits */

/* A limit at `alpha` of the replicates, and the ranks that it needs: the two neighbours,
** and two farther ones whose distance tells the density there. */
struct reading {
    double alpha;
    double value[4]; /* at rank[0], rank[1], and the wider pair */
    isize rank[4];
    bool outside;
    double width; /* of the wider pair, as a probability */
};

static struct reading reading_at(isize n, double alpha)
{
    struct reading r = {.alpha = alpha};
    double at = (double)(n + 1) * alpha, whole = round(at);
    /* (R+1) alpha = 25 must not be read as 24.999999999 */
    bool on_rank = fabs(at - whole) < 1e-12 * (double)(n + 1);
    isize k = (isize)(on_rank ? whole : floor(at));
    r.outside = !(alpha >= (1 - 1e-12) / (double)(n + 1) &&
                  1 - alpha >= (1 - 1e-9) / (double)(n + 1));
    if (isnan(alpha)) k = 1;
    r.rank[0] = MIN(MAX(k, 1), n);
    r.rank[1] = k < 1 || on_rank ? r.rank[0] : MIN(k + 1, n);
    /* The bandwidth of Hall & Sheather 1988 for the slope of a quantile function. */
    double z = dist_norm_quantile(fmin(fmax(alpha, 1e-6), 1 - 1e-6));
    double f = exp(-z * z) / (6.283185307179586);
    double h =
        pow((double)n, -1.0 / 3) * pow(1.96 * 1.96 * 1.5 * f / (2 * z * z + 1), 1.0 / 3);
    isize wide = MAX((isize)(h * (double)n), 2);
    r.rank[2] = MAX(r.rank[0] - wide, 1);
    r.rank[3] = MIN(r.rank[0] + wide, n);
    r.width = (double)(r.rank[3] - r.rank[2]) / (double)n;
    return r;
}

/* Between neighbours on the scale of normal quantiles. */
static double reading_value(const struct reading *r, isize n)
{
    if (r->rank[0] == r->rank[1]) return r->value[0];
    double z = dist_norm_quantile(r->alpha), m = (double)(n + 1);
    double z0 = dist_norm_quantile((double)r->rank[0] / m),
           z1 = dist_norm_quantile((double)r->rank[1] / m);
    return r->value[0] + (z - z0) / (z1 - z0) * (r->value[1] - r->value[0]);
}

/* Monte Carlo error: a replicate moves the limit through the count below the limit, and
** through z0 by the count below the estimate; `slope` is d alpha / d p0 (0 without
** z0). */
static double reading_error(const struct reading *r, isize n, double p0, double slope)
{
    double a = r->alpha, step = (r->value[3] - r->value[2]) / r->width;
    double var =
        a * (1 - a) + slope * slope * p0 * (1 - p0) - 2 * slope * (fmin(a, p0) - a * p0);
    return step * sqrt(fmax(var, 0) / (double)n);
}

static void read_all(const struct boot_sample *s, struct reading *r, int n,
                     struct arena tmp)
{
    isize rank[ORDER_MOST];
    double value[ORDER_MOST];
    for (int i = 0; i < 4 * n; i++) rank[i] = r[i / 4].rank[i % 4];
    pick(s, rank, 4 * n, value, tmp);
    for (int i = 0; i < 4 * n; i++) r[i / 4].value[i % 4] = value[i];
}

double boot_quantile(const double *t, isize n, double alpha, bool *outside,
                     struct arena tmp)
{
    struct boot_sample s = {.n = n, .t = t};
    struct reading r = reading_at(n, alpha);
    read_all(&s, &r, 1, tmp);
    *outside = r.outside;
    return reading_value(&r, n);
}

/* One is added to either side, so no share is 0: what has not been seen in R resamples
** may still be as frequent as 1/(R+1). */
static double p_of(double below, double above, double n, const struct boot_result *r)
{
    return bca_p((1 + below) / (n + 1), (1 + above) / (n + 1), r->z0, r->accel);
}

static void p_values(const struct walk *w, double n, struct boot_result *out)
{
    double half = 0.5 * (double)w->null_equal;
    double below = (double)w->null_below + half, above = n - below;
    double none = below < above ? p_of(0, n, n, out) : p_of(n, 0, n, out);
    out->p_floor = fmax(2 / (n + 1), none);
    out->p = fmax(p_of(below, above, n, out), out->p_floor);
    out->p_shift_floor = 1 / (n + 1);
    out->p_shift = (1 + (double)w->shifted) / (n + 1);
    if (out->p <= out->p_floor || w->shifted == 0)
        note_add(&out->notes, NOTE_P_FLOOR, out->p_floor, n);
}

void boot_sample_limits(const struct boot_sample *s, const struct boot_plan *p,
                        struct boot_result *out, struct arena tmp)
{
    double n = (double)s->n, t = out->estimate, tail = 0.5 * (1 - p->level);
    struct walk w = {0};
    if (s->t)
        walk_list(s, t, p->null, &w);
    else
        walk_tally(s, s->at, p->null, &w);
    out->below = w.below;
    out->equal = w.equal;
    out->bias = w.bias;
    out->se = w.sd;
    out->least = w.least;
    out->most = w.most;
    out->reps = p->reps;
    out->level = p->level;
    double half = p->ties == BOOT_STRICT ? 0 : 0.5 * (double)w.equal;
    double p0 = ((double)w.below + half) / n;
    bool one_side = !(p0 > 0 && p0 < 1);
    p0 = fmin(fmax(p0, 0.5 / n), 1 - 0.5 / n);
    out->z0 = dist_norm_quantile(p0);
    double z = dist_norm_quantile(1 - tail), slope[2];
    out->level_lo = bca_level(out->z0, out->accel, -z, &slope[0]);
    out->level_hi = bca_level(out->z0, out->accel, z, &slope[1]);

    struct reading r[4] = {reading_at(s->n, out->level_lo),
                           reading_at(s->n, out->level_hi), reading_at(s->n, tail),
                           reading_at(s->n, 1 - tail)};
    read_all(s, r, 4, tmp);
    double at[4], mc[4];
    for (int i = 0; i < 4; i++) {
        at[i] = reading_value(&r[i], s->n);
        mc[i] = reading_error(&r[i], s->n, p0, i < 2 ? slope[i] : 0);
        if (r[i].outside) note_add(&out->notes, NOTE_LEVEL_OUTSIDE, r[i].alpha, n);
    }
    if (one_side) note_add(&out->notes, NOTE_LEVEL_OUTSIDE, p0, n);
    out->bca = (struct boot_limits){at[0], at[1], mc[0], mc[1]};
    out->percentile = (struct boot_limits){at[2], at[3], mc[2], mc[3]};
    out->basic = (struct boot_limits){2 * t - at[3], 2 * t - at[2], mc[3], mc[2]};
    /* of the bias and of the sd, as if the replicates were normal */
    double mc_normal = w.sd * sqrt((1 + 0.5 * z * z) / n);
    out->normal = (struct boot_limits){t - out->bias - z * w.sd, t - out->bias + z * w.sd,
                                       mc_normal, mc_normal};
    out->studentised = (struct boot_limits){NAN, NAN, NAN, NAN};
    if ((double)w.equal > 0.01 * n)
        note_add(&out->notes, NOTE_TIES, 100 * (double)w.equal / n, 0);
    p_values(&w, n, out);
}

int boot_sample_plan(const struct boot_plan *p, struct err *e)
{
    if (!(p->level > 0 && p->level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, e.g. 0.95");
    if (p->reps < 100 || p->reps > 10000000)
        return err_set(e, E_DOMAIN,
                       "%" PRId64 " resamples: between 100 and 10,000,000 are "
                       "possible",
                       p->reps);
    if (!isfinite(p->null))
        return err_set(e, E_DOMAIN, "the hypothesis that p asks about must be a number");
    return OK;
}

double boot_accel(const double *jack, isize n)
{
    double mean = 0, far = 0, two = 0, three = 0;
    for (isize i = 0; i < n; i++) mean += (jack[i] - jack[0]) / (double)n;
    for (isize i = 0; i < n; i++) far = fmax(far, fabs(mean - (jack[i] - jack[0])));
    if (!(far > 0)) return 0;
    for (isize i = 0; i < n; i++) {
        double l = (mean - (jack[i] - jack[0])) / far;
        two += l * l;
        three += l * l * l;
    }
    return three / (6 * two * sqrt(two));
}

int boot_sample_list(double *t, isize n, i64 *undefined, isize *defined,
                     struct notes *notes, struct err *e)
{
    isize kept = 0;
    for (isize i = 0; i < n; i++)
        if (isfinite(t[i])) t[kept++] = t[i];
    *undefined = n - kept;
    *defined = kept;
    if ((double)*undefined > 0.05 * (double)n)
        return err_set(e, E_DEGENERATE,
                       "%" PRId64 " of %td resamples have no value: more than "
                       "5 %% cannot be left out",
                       *undefined, n);
    if (*undefined > 0)
        note_add(notes, NOTE_UNDEFINED_RESAMPLES, (double)*undefined, (double)n);
    return OK;
}

int boot_limits(const double *t, isize reps, double estimate, double accel,
                const struct boot_plan *p, struct boot_result *out, struct arena tmp,
                struct err *e)
{
    struct boot_plan plan = *p;
    plan.reps = reps;
    TRY(boot_sample_plan(&plan, e));
    *out = (struct boot_result){.estimate = estimate, .accel = accel};
    double *list = NEW_RAW(&tmp, double, reps);
    for (isize i = 0; i < reps; i++) list[i] = t[i];
    struct boot_sample s = {.t = list};
    TRY(boot_sample_list(list, reps, &out->undefined, &s.n, &out->notes, e));
    boot_sample_limits(&s, &plan, out, tmp);
    return OK;
}
