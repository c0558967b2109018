#include "stats/paper.h"
#include "base/num.h"
#include "stats/dist.h"
#include <math.h>
#include <string.h>

const char *const paper_word[4] = {"possible", "doubtful", "impossible",
                                   "cannot be decided"};

/* Ends of intervals are sums of a few decimal fractions: equal up to this. */
static double slack(double x)
{
    return 1e-9 * fmax(1, fabs(x));
}

static bool meet(double lo1, double hi1, double lo2, double hi2)
{
    return lo1 <= hi2 + slack(hi2) && lo2 <= hi1 + slack(hi1);
}

static struct paper_result result(enum paper_verdict v, struct arena *a, const char *fmt,
                                  ...) PRINTF_LIKE(3, 4);
static struct paper_result result(enum paper_verdict v, struct arena *a, const char *fmt,
                                  ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct paper_result r = {v, str_vfmt(a, fmt, ap)};
    va_end(ap);
    return r;
}

/* ---- printed numbers ---------------------------------------------------------- */

int paper_num_read(struct str s, struct paper_num *out, struct err *e)
{
    double x = 0;
    isize point = str_find(s, '.');
    if (s.n > 15 || num_read(s, &x, NULL) != OK || str_find(s, 'e') >= 0 ||
        str_find(s, 'E') >= 0)
        return err_set(e, E_NUMBER,
                       "'%.*s' is not a printed number, like 3.62, -.5 or 44",
                       FMT(str_brief(s, 40)));
    isize places = point < 0 ? 0 : s.n - point - 1;
    double half = 0.5 * pow(10, -(double)places);
    *out = (struct paper_num){
        .x = x, .lo = x - half, .hi = x + half, .text = s, .given = true};
    return OK;
}

int paper_p_read(struct str s, struct paper_num *out, struct err *e)
{
    struct str rest = str_trim(s);
    bool less = str_starts(rest, S("<")), more = str_starts(rest, S(">"));
    if (less || more) rest = str_from(rest, 1);
    bool equal = str_starts(rest, S("="));
    if (equal) rest = str_from(rest, 1);
    if (paper_num_read(str_trim(rest), out, NULL) != OK || out->x < 0 || out->x > 1)
        return err_set(e, E_NUMBER, "'%.*s' is not a printed p, like .012 or < .001",
                       FMT(str_brief(s, 40)));
    if (less || out->lo < 0) out->lo = 0;
    if (more || out->hi > 1) out->hi = 1;
    if (less && !equal) out->hi = out->x;
    if (more && !equal) out->lo = out->x;
    out->text = s;
    return OK;
}

/* ---- means -------------------------------------------------------------------- */

/* The whole number k with k / parts inside the printed mean, or -1. */
static double whole(const struct paper_num *mean, double parts)
{
    double k = ceil(mean->lo * parts - slack(mean->lo * parts));
    return k <= mean->hi * parts + slack(mean->hi * parts) ? k : NAN;
}

struct paper_result paper_grim(const struct paper_num *mean, isize n,
                               const struct paper_scale *s, bool imputed, bool n_printed,
                               struct arena *a)
{
    for (isize d = s->steps; d <= MAX(s->steps, s->steps_max); d++) {
        double parts = (double)n * (double)d;
        if (parts * (mean->hi - mean->lo) >= 1 - slack(1))
            return result(PAPER_UNDECIDED, a,
                          "steps of 1 / %g are finer than the print: every mean fits",
                          parts);
        double k = whole(mean, parts);
        if (!isnan(k))
            return result(PAPER_POSSIBLE, a, "%.0f / %.0f = %.5g", k, parts, k / parts);
    }
    double parts = (double)n * (double)s->steps;
    if (imputed)
        return result(
            PAPER_UNDECIDED, a,
            "%.*s x %.0f = %.6g is near no whole number, but items filled in by "
            "a mean allow others",
            FMT(mean->text), parts, mean->x * parts);
    if (n_printed)
        return result(PAPER_IMPOSSIBLE, a,
                      "%.*s x %.0f lies between %.6g and %.6g: no whole number",
                      FMT(mean->text), parts, mean->lo * parts, mean->hi * parts);
    isize near = n - 1; /* the next n below that would fit */
    while (near > 0 && isnan(whole(mean, (double)near * (double)s->steps))) near--;
    return result(
        PAPER_DOUBTFUL, a,
        "%.*s x %.0f lies between %.6g and %.6g: no whole number; n is not printed "
        "here, and n = %td would fit",
        FMT(mean->text), parts, mean->lo * parts, mean->hi * parts, near);
}

struct paper_result paper_total(const struct paper_num *mean, isize n, i64 total,
                                struct arena *a)
{
    double lo = mean->lo * (double)n, hi = mean->hi * (double)n, x = (double)total;
    return result(meet(lo, hi, x, x) ? PAPER_POSSIBLE : PAPER_IMPOSSIBLE, a,
                  "%" PRId64 " / %td = %.4g, printed %.*s", total, n, x / (double)n,
                  FMT(mean->text));
}

struct paper_result paper_inside(const struct paper_num *x, double min, double max,
                                 struct arena *a)
{
    if (meet(x->lo, x->hi, min, max))
        return result(PAPER_POSSIBLE, a, "within %g to %g", min, max);
    return result(PAPER_IMPOSSIBLE, a, "%.*s lies outside %g to %g", FMT(x->text), min,
                  max);
}

/* GRIMMER: with totals in whole steps, S = their sum and Q = their sum of squares are
** whole numbers of the same parity (k and k^2 are both odd or both even), and Q = (n -
** 1) (d SD)^2 + S^2 / n. */
static bool squares_fit(const struct paper_num *mean, const struct paper_num *sd, isize n,
                        isize d)
{
    double parts = (double)n * (double)d;
    double lo = fmax(sd->lo, 0) * (double)d, hi = sd->hi * (double)d;
    for (double s = whole(mean, parts); s <= mean->hi * parts + slack(mean->hi * parts);
         s++) {
        double q_lo = (double)(n - 1) * lo * lo + s * s / (double)n;
        double q_hi = (double)(n - 1) * hi * hi + s * s / (double)n;
        double q = ceil(q_lo - slack(q_lo));
        if (fmod(q, 2) != fmod(fabs(s), 2)) q++;
        if (q <= q_hi + slack(q_hi)) return true;
    }
    return false;
}

struct paper_result paper_sd(const struct paper_num *mean, const struct paper_num *sd,
                             isize n, const struct paper_scale *s, double min, double max,
                             bool reached, bool imputed, struct arena *a)
{
    if (n < 2 || sd->x < 0)
        return result(PAPER_IMPOSSIBLE, a, "SD %.*s of %td", FMT(sd->text), n);
    /* Everybody at an end: SD^2 = (m - min) (max - m) n / (n - 1), largest in the
    ** middle. */
    double m = fmin(fmax((min + max) / 2, mean->lo), mean->hi);
    double most = sqrt(fmax(0, (m - min) * (max - m)) * (double)n / (double)(n - 1));
    /* The ends of an observed range are printed too: room for their rounding. */
    if (sd->lo > most + (reached ? 0.02 * (max - min) : slack(most)))
        return result(PAPER_IMPOSSIBLE, a,
                      "at most %.4g with a mean of %.*s between %g and %g", most,
                      FMT(mean->text), min, max);
    double least = 0;
    if (reached && n > 2) {
        /* One at each end, all others at r, which the mean fixes. The ends are printed
        ** too: a tenth of the bound is left for their rounding. */
        double r = ((double)n * mean->x - min - max) / (double)(n - 2);
        double ss = (min - mean->x) * (min - mean->x) +
                    (max - mean->x) * (max - mean->x) +
                    (double)(n - 2) * (r - mean->x) * (r - mean->x);
        least = sqrt(ss / (double)(n - 1));
        if (sd->hi < 0.9 * least)
            return result(PAPER_IMPOSSIBLE, a,
                          "at least %.4g with a range of %g to %g over %td", least, min,
                          max, n);
    }
    if (s && s->steps_max <= s->steps && !imputed && n <= 1000 &&
        !isnan(whole(mean, (double)n * (double)s->steps)) &&
        !squares_fit(mean, sd, n, s->steps))
        return result(PAPER_IMPOSSIBLE, a,
                      "no %td whole scores with this mean have an SD that prints as %.*s",
                      n, FMT(sd->text));
    if (least > 0)
        return result(PAPER_POSSIBLE, a, "between %.3g and %.3g for this mean and range",
                      least, most);
    return result(PAPER_POSSIBLE, a, "at most %.3g for this mean", most);
}

struct paper_result paper_pooled(const struct paper_num *mean, isize n,
                                 const struct paper_num *group, const isize *group_n,
                                 isize k, struct arena *a)
{
    double lo = 0, hi = 0;
    isize sum = 0;
    for (isize i = 0; i < k; i++) {
        lo += group[i].lo * (double)group_n[i];
        hi += group[i].hi * (double)group_n[i];
        sum += group_n[i];
    }
    if (sum != n)
        return result(PAPER_IMPOSSIBLE, a, "the groups have %td people, all have %td",
                      sum, n);
    lo /= (double)n;
    hi /= (double)n;
    return result(meet(lo, hi, mean->lo, mean->hi) ? PAPER_POSSIBLE : PAPER_IMPOSSIBLE, a,
                  "the groups' means give %.4g to %.4g for all %td, printed %.*s", lo, hi,
                  n, FMT(mean->text));
}

struct paper_result paper_difference(const struct paper_num *before,
                                     const struct paper_num *after,
                                     const struct paper_num *change, struct arena *a)
{
    double lo = after->lo - before->hi, hi = after->hi - before->lo;
    bool fits = meet(lo, hi, change->lo, change->hi);
    return result(fits ? PAPER_POSSIBLE : PAPER_IMPOSSIBLE, a,
                  "%.*s - %.*s = %.4g (%.4g to %.4g before rounding), printed %.*s",
                  FMT(after->text), FMT(before->text), after->x - before->x, lo, hi,
                  FMT(change->text));
}

/* ---- counts and words --------------------------------------------------------- */

struct paper_result paper_percent(const struct paper_num *percent, i64 count, i64 of,
                                  struct arena *a)
{
    double unit = percent->hi - percent->lo;
    if (of <= 0) return result(PAPER_IMPOSSIBLE, a, "per cent of nobody");
    bool counted = count >= 0;
    if (!counted) count = (i64)floor(percent->x * (double)of / 100 + 0.5);
    double exact = 100 * (double)count / (double)of;
    if (count > of)
        return result(PAPER_IMPOSSIBLE, a, "%" PRId64 " of %" PRId64 " are more than all",
                      count, of);
    if (meet(exact, exact, percent->lo, percent->hi))
        return result(PAPER_POSSIBLE, a, "%" PRId64 " of %" PRId64 " is %.4g %%", count,
                      of, exact);
    if (exact > percent->x && exact < percent->x + unit)
        return result(PAPER_POSSIBLE, a,
                      "%" PRId64 " of %" PRId64 " is %.4g %%: cut to %.*s, not rounded",
                      count, of, exact, FMT(percent->text));
    return result(PAPER_IMPOSSIBLE, a,
                  "%" PRId64 " of %" PRId64 " is %.4g %%, printed %.*s%s", count, of,
                  exact, FMT(percent->text),
                  counted ? "" : "; every other count is farther off");
}

struct paper_result paper_sum(const i64 *part, isize n, i64 total, struct arena *a)
{
    struct buf b = buf_in(a, 100);
    i64 sum = 0;
    for (isize i = 0; i < n; i++) {
        sum += part[i];
        buf_fmt(&b, "%s%" PRId64, i ? " + " : "", part[i]);
    }
    buf_fmt(&b, " = %" PRId64, sum);
    if (sum != total) buf_fmt(&b, ", printed %" PRId64, total);
    return (struct paper_result){sum == total ? PAPER_POSSIBLE : PAPER_IMPOSSIBLE,
                                 buf_str(&b)};
}

struct paper_result paper_points(i64 points, double min, double max, isize items,
                                 struct arena *a)
{
    double have = max - min + 1;
    if (have == (double)points)
        return result(PAPER_POSSIBLE, a, "%g to %g are %" PRId64 " points", min, max,
                      points);
    if (items == points)
        return result(PAPER_IMPOSSIBLE, a,
                      "%g to %g are %g points, not %" PRId64 "; %" PRId64
                      " is the number of items",
                      min, max, have, points, points);
    return result(PAPER_IMPOSSIBLE, a, "%g to %g are %g points, not %" PRId64, min, max,
                  have, points);
}

struct paper_result paper_direction(enum paper_change word,
                                    const struct paper_num *before,
                                    const struct paper_num *after, bool lower_better,
                                    struct arena *a)
{
    static const char *const name[] = {"increase", "decrease", "improvement",
                                       "worsening"};
    bool up = after->lo > before->hi, down = after->hi < before->lo;
    if (!up && !down)
        return result(PAPER_UNDECIDED, a, "%.*s and %.*s may be equal before rounding",
                      FMT(before->text), FMT(after->text));
    bool better = down == lower_better;
    bool right = word == PAPER_INCREASE      ? up
                 : word == PAPER_DECREASE    ? down
                 : word == PAPER_IMPROVEMENT ? better
                                             : !better;
    enum paper_verdict wrong = word == PAPER_INCREASE || word == PAPER_DECREASE
                                   ? PAPER_DOUBTFUL /* of the number or of the thing? */
                                   : PAPER_IMPOSSIBLE;
    return result(
        right ? PAPER_POSSIBLE : wrong, a,
        "the raw score %s from %.*s to %.*s, and %s is better: %s; printed \"%s\"",
        up ? "rose" : "fell", FMT(before->text), FMT(after->text),
        lower_better ? "lower" : "higher", better ? "an improvement" : "a worsening",
        name[word]);
}

/* ---- intervals and p ---------------------------------------------------------- */

/* Inside the interval, and leaning no more than its method allows? */
static bool inside(const struct paper_num *est, double lo, double hi)
{
    return est->hi >= lo - slack(lo) && est->lo <= hi + slack(hi);
}

static bool upright(const struct paper_num *est, double lo, double hi, double rounding,
                    enum paper_method method)
{
    double up = hi - est->x, down = est->x - lo;
    if (method != PAPER_BOOTSTRAP) return fabs(up - down) <= 2 * rounding + slack(hi);
    return fmax(up, down) - rounding <= 2 * (fmin(up, down) + rounding) + slack(hi);
}

struct paper_result paper_interval(const struct paper_num *est,
                                   const struct paper_num *lo, const struct paper_num *hi,
                                   enum paper_method method, struct arena *a)
{
    static const struct {
        double lo, hi;
        const char *says;
    } slip[] = {
        {0.1, 0.1, "both limits fit if divided by 10"},
        {10, 10, "both limits fit if multiplied by 10"},
        {0.01, 0.01, "both limits fit if divided by 100"},
        {100, 100, "both limits fit if multiplied by 100"},
        {-1, 1, "the lower limit fits with the other sign"},
        {1, -1, "the upper limit fits with the other sign"},
        {-1, -1, "both limits fit with the other sign"},
        {0.1, 1, "the lower limit fits if divided by 10"},
        {1, 0.1, "the upper limit fits if divided by 10"},
        {10, 1, "the lower limit fits if multiplied by 10"},
        {1, 10, "the upper limit fits if multiplied by 10"},
    };
    double rounding = est->hi - est->x + (lo->hi - lo->x + hi->hi - hi->x) / 2;
    bool in = lo->x <= hi->x && inside(est, lo->lo, hi->hi);
    if (in && upright(est, lo->x, hi->x, rounding, method))
        return result(PAPER_POSSIBLE, a, "midpoint %.4g, estimate %.*s",
                      (lo->x + hi->x) / 2, FMT(est->text));
    struct buf says = buf_in(a, 80);
    for (isize i = 0; i < COUNT(slip); i++) {
        double l = lo->x * slip[i].lo, h = hi->x * slip[i].hi;
        if (slip[i].lo < 0 && slip[i].hi < 0) l = -hi->x, h = -lo->x;
        if (l < h && inside(est, l, h) && upright(est, l, h, rounding, method))
            buf_fmt(&says, "%s%s", says.n ? ", or " : "", slip[i].says);
    }
    if (says.n == 0) buf_put(&says, S("no slip of one decimal or sign explains it"));
    if (in)
        return result(method == PAPER_BOOTSTRAP ? PAPER_DOUBTFUL : PAPER_IMPOSSIBLE, a,
                      "%.*s lies %.3g above the lower and %.3g below the upper limit%s%s",
                      FMT(est->text), est->x - lo->x, hi->x - est->x,
                      method == PAPER_BOOTSTRAP ? "" : ", not in the middle: ",
                      method == PAPER_BOOTSTRAP ? "" : str_c(buf_str(&says), a));
    return result(PAPER_IMPOSSIBLE, a, "%.*s lies outside, midpoint %.4g: %.*s",
                  FMT(est->text), (lo->x + hi->x) / 2, FMT(buf_str(&says)));
}

static double two_sided(double z, double df)
{
    return df > 0 ? dist_t_two(z, df) : 2 * dist_norm_upper(fabs(z));
}

/* p over all |difference| in [d_lo, d_hi] and standard errors in [se_lo, se_hi]. */
struct span {
    double lo, hi;
};
static struct span p_span(double d_lo, double d_hi, double se_lo, double se_hi, double df)
{
    struct span s = {0, 1};
    if (se_lo > 0) s.lo = two_sided(d_hi / se_lo, df);
    if (se_hi > 0) s.hi = two_sided(d_lo / se_hi, df);
    return s;
}

/* The least and largest |x| of an interval. */
static struct span size_of(double lo, double hi)
{
    return (struct span){lo > 0 ? lo : hi < 0 ? -hi : 0, fmax(fabs(lo), fabs(hi))};
}

struct paper_result paper_p_interval(const struct paper_num *est,
                                     const struct paper_num *lo,
                                     const struct paper_num *hi, double level, double df,
                                     enum paper_method method, const struct paper_num *p,
                                     struct arena *a)
{
    double q = 0.5 + level / 2;
    double crit = df > 0 ? dist_t_quantile(q, df) : dist_norm_quantile(q);
    struct span d = size_of(est->lo, est->hi);
    struct span s = p_span(d.lo, d.hi, fmax(0, hi->lo - lo->hi) / (2 * crit),
                           (hi->hi - lo->lo) / (2 * crit), df);
    if (method != PAPER_BOOTSTRAP)
        return result(meet(s.lo, s.hi, p->lo, p->hi) ? PAPER_POSSIBLE : PAPER_IMPOSSIBLE,
                      a, "estimate and width give p from %.2g to %.2g, printed %.*s",
                      s.lo, s.hi, FMT(p->text));
    double alpha = 1 - level;
    /* before rounding 0 may lie inside, outside, or either */
    bool may_in = lo->lo <= 0 && hi->hi >= 0, may_out = lo->hi > 0 || hi->lo < 0;
    bool fits = (may_in && p->hi >= alpha) || (may_out && p->lo <= alpha);
    return result(fits ? PAPER_POSSIBLE : PAPER_DOUBTFUL, a,
                  "0 lies %s the interval, p is printed as %.*s (t on this width: %.2g)",
                  lo->x <= 0 && hi->x >= 0 ? "in" : "outside", FMT(p->text),
                  (s.lo + s.hi) / 2);
}

struct paper_result paper_correlation(const struct paper_num *sd1,
                                      const struct paper_num *sd2, isize n,
                                      const struct paper_num *lo,
                                      const struct paper_num *hi, double level,
                                      enum paper_method method, struct arena *a)
{
    double q = 0.5 + level / 2, df = (double)(n - 1);
    double crit = method == PAPER_T ? dist_t_quantile(q, df) : dist_norm_quantile(q);
    double r_lo = INFINITY, r_hi = -INFINITY, r_mid = 0;
    if (n < 2 || sd1->lo <= 0 || sd2->lo <= 0)
        return result(PAPER_UNDECIDED, a, "an SD may be 0 before rounding");
    for (int i = 0; i < 9; i++) { /* the corners, and the printed values themselves */
        double s1 = i == 8 ? sd1->x : i & 1 ? sd1->lo : sd1->hi;
        double s2 = i == 8 ? sd2->x : i & 2 ? sd2->lo : sd2->hi;
        double w = i == 8 ? hi->x - lo->x : i & 4 ? hi->lo - lo->hi : hi->hi - lo->lo;
        double sd = fmax(w, 0) / (2 * crit) * sqrt((double)n);
        double r = (s1 * s1 + s2 * s2 - sd * sd) / (2 * s1 * s2);
        r_lo = fmin(r_lo, r);
        r_hi = fmax(r_hi, r);
        r_mid = r;
    }
    enum paper_verdict v = meet(r_lo, r_hi, -1, 1) ? PAPER_POSSIBLE
                           : method == PAPER_BOOTSTRAP && meet(r_lo, r_hi, -1.3, 1.3)
                               ? PAPER_DOUBTFUL
                               : PAPER_IMPOSSIBLE;
    return result(v, a, "the width implies a correlation of %.2f between the two times",
                  r_mid);
}

struct paper_result paper_groups_se(const struct paper_num *m1,
                                    const struct paper_num *se1,
                                    const struct paper_num *m2,
                                    const struct paper_num *se2,
                                    const struct paper_num *p, struct arena *a)
{
    struct span d = size_of(m1->lo - m2->hi, m1->hi - m2->lo);
    double diff = m1->x - m2->x, se = hypot(se1->x, se2->x);
    struct span apart = p_span(d.lo, d.hi, hypot(fmax(se1->lo, 0), fmax(se2->lo, 0)),
                               hypot(se1->hi, se2->hi), 0);
    double least = fmax(0, fmax(se1->lo - se2->hi, se2->lo - se1->hi));
    struct span bound = p_span(d.lo, d.hi, least, se1->hi + se2->hi, 0);
    enum paper_verdict v = meet(apart.lo, apart.hi, p->lo, p->hi)   ? PAPER_POSSIBLE
                           : meet(bound.lo, bound.hi, p->lo, p->hi) ? PAPER_DOUBTFUL
                                                                    : PAPER_IMPOSSIBLE;
    const char *tail = v == PAPER_POSSIBLE ? ""
                       : v == PAPER_DOUBTFUL
                           ? "; only estimates that depend on each other give it"
                           : "; no dependence of the estimates gives it";
    return result(v, a,
                  "difference %.3g, SE %.3g, so p = %.2g (%.2g to %.2g before rounding), "
                  "printed %.*s%s",
                  diff, se, two_sided(diff / se, 0), apart.lo, apart.hi, FMT(p->text),
                  tail);
}

struct paper_result paper_groups_sd(const struct paper_num *m1,
                                    const struct paper_num *sd1, isize n1,
                                    const struct paper_num *m2,
                                    const struct paper_num *sd2, isize n2, bool adjusted,
                                    const struct paper_num *p, struct arena *a)
{
    if (n1 < 2 || n2 < 2) return result(PAPER_UNDECIDED, a, "fewer than 2 in a group");
    struct span d = size_of(m1->lo - m2->hi, m1->hi - m2->lo);
    double mid = 0, x1 = (double)n1, x2 = (double)n2;
    struct span s = {1, 0};
    for (int i = 0; i < 3; i++) { /* SDs at their least, their largest, as printed */
        double s1 = i == 0 ? fmax(sd1->lo, 0) : i == 1 ? sd1->hi : sd1->x;
        double s2 = i == 0 ? fmax(sd2->lo, 0) : i == 1 ? sd2->hi : sd2->x;
        double v1 = s1 * s1 / x1, v2 = s2 * s2 / x2;
        double pool = sqrt(((x1 - 1) * s1 * s1 + (x2 - 1) * s2 * s2) / (x1 + x2 - 2) *
                           (1 / x1 + 1 / x2));
        double welch_df =
            (v1 + v2) * (v1 + v2) / (v1 * v1 / (x1 - 1) + v2 * v2 / (x2 - 1));
        if (!(pool > 0))
            return result(PAPER_UNDECIDED, a, "an SD may be 0 before rounding");
        struct span student = p_span(d.lo, d.hi, pool, pool, x1 + x2 - 2);
        struct span welch = p_span(d.lo, d.hi, sqrt(v1 + v2), sqrt(v1 + v2), welch_df);
        s.lo = fmin(s.lo, fmin(student.lo, welch.lo));
        s.hi = fmax(s.hi, fmax(student.hi, welch.hi));
        mid = two_sided((m1->x - m2->x) / pool, x1 + x2 - 2);
    }
    if (adjusted)
        return result(
            PAPER_UNDECIDED, a,
            "without adjustment p would be %.2g; printed %.*s comes from a model "
            "with more in it",
            mid, FMT(p->text));
    return result(meet(s.lo, s.hi, p->lo, p->hi) ? PAPER_POSSIBLE : PAPER_IMPOSSIBLE, a,
                  "t test: p = %.2g (%.2g to %.2g before rounding), printed %.*s", mid,
                  s.lo, s.hi, FMT(p->text));
}

/* ---- fit of a path model ------------------------------------------------------ */

struct paper_result paper_fit(const struct paper_fit *f, struct arena *a)
{
    double df = f->df.given ? f->df.x : 0, r2 = f->rmsea.x * f->rmsea.x;
    double ratio = f->df0 * (1 - f->cfi.x) / (1 - f->tli.x);
    if (f->cfi.given && f->tli.given && f->cfi.hi < 1 && f->tli.hi < 1) {
        double lo = f->df0 * (1 - f->cfi.hi) / (1 - f->tli.lo);
        double hi = f->df0 * (1 - f->cfi.lo) / (1 - f->tli.hi);
        double k = ceil(lo - slack(lo));
        if (k > hi + slack(hi) || (df > 0 && !meet(lo, hi, df, df)))
            return result(
                PAPER_IMPOSSIBLE, a,
                "CFI and TLI give df = %g (1 - %.*s) / (1 - %.*s) = %.3g, which is "
                "%s",
                f->df0, FMT(f->cfi.text), FMT(f->tli.text), ratio,
                df > 0 ? "not the printed one" : "no whole number");
        if (df == 0 && k + 1 > hi + slack(hi)) df = k;
    }
    if (df == 0 || !f->rmsea.given)
        return result(PAPER_UNDECIDED, a, "the indices leave df open");
    double n = (double)f->n, chi2 = df + df * n * r2;
    double lo = df + df * (n - 1) * f->rmsea.lo * f->rmsea.lo;
    double hi = df + df * n * f->rmsea.hi * f->rmsea.hi;
    if (f->rmsea.lo <= 0) lo = 0;
    if (f->chi2.given && !meet(lo, hi, f->chi2.lo, f->chi2.hi))
        return result(PAPER_IMPOSSIBLE, a,
                      "RMSEA %.*s with df = %g and N = %td needs a chi-square of %.3g to "
                      "%.3g, printed %.*s",
                      FMT(f->rmsea.text), df, f->n, lo, hi, FMT(f->chi2.text));
    struct buf b = buf_in(a, 200);
    if (f->cfi.given && f->tli.given)
        buf_fmt(&b, "df = %g (1 - %.*s) / (1 - %.*s) = %.3g, so %g; ", f->df0,
                FMT(f->cfi.text), FMT(f->tli.text), ratio, df);
    buf_fmt(&b, "RMSEA %.*s with df = %g and N = %td: chi-square %.2f, p = %.3f",
            FMT(f->rmsea.text), df, f->n, chi2, dist_chisq_upper(chi2, df));
    if (f->cfi.given && f->cfi.x < 1)
        buf_fmt(&b, "; baseline chi-square %.1f", f->df0 + (chi2 - df) / (1 - f->cfi.x));
    if (df * n < 200) buf_put(&b, S("; so few df and people say little about fit"));
    return (struct paper_result){PAPER_POSSIBLE, buf_str(&b)};
}
