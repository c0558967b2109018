#include "stats/rank.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include <math.h>

/* x rounded to a number of digits of `size`, which is not smaller. */
static double rounded(double x, double size, int digits)
{
    double unit = size > 0 ? pow(10, digits - ceil(log10(size))) : 0;
    return unit > 0 && isfinite(unit) ? nearbyint(x * unit) / unit : x;
}

void rank_differences(const double *before, const double *after, isize rows, double *d)
{
    for (isize i = 0; i < rows; i++) {
        double size = fmax(fabs(before[i]), fabs(after[i]));
        d[i] = rounded(after[i] - before[i], size, 12);
    }
}

/* ---- distributions -------------------------------------------------------------
**
** Doubled midranks are whole numbers, so sums are array places.  Adding one more rank r
** with either sign: new[s] = (old[s] + old[s - r]) / 2.  All terms are positive, so every
** probability is right to n roundings. */

struct masses {
    double *p; /* of the sums 0 .. top */
    isize top;
};

static struct masses signed_masses(const i64 *rank2, isize n, struct arena *a)
{
    isize top = 0;
    for (isize i = 0; i < n; i++) top += rank2[i];
    struct masses m = {NEW(a, double, top + 1), top};
    m.p[0] = 1;
    isize reach = 0;
    for (isize i = 0; i < n; i++) {
        reach += rank2[i];
        for (isize s = reach; s >= rank2[i]; s--)
            m.p[s] = (m.p[s] + m.p[s - rank2[i]]) / 2;
        for (isize s = MIN(reach, rank2[i] - 1); s >= 0; s--) m.p[s] /= 2;
    }
    return m;
}

/* Sums of m ranks out of n, ascending: ways[j] holds those of j ranks; divided by
** choose(n, m). */
static struct masses drawn_masses(const i64 *rank2, isize n, isize m, struct arena *a)
{
    isize top = 0;
    double all = 1;
    for (isize i = 0; i < n; i++) top += rank2[i];
    struct masses out = {NEW_RAW(a, double, top + 1), top};
    struct arena tmp = *a;
    isize width = top + 1, *upto = NEW(&tmp, isize, n + 1); /* sums of the first ranks */
    double *ways = NEW(&tmp, double, (m + 1) * width);
    ways[0] = 1;
    for (isize i = 0; i < n; i++) upto[i + 1] = upto[i] + rank2[i];
    for (isize i = 0; i < n; i++) {
        isize r = rank2[i];
        /* j - 1 of the ranks before, and so many that m can still be reached; their sums
        ** lie between those of the smallest and the largest */
        for (isize j = MIN(i + 1, m); j > MAX(0, m - (n - i)); j--) {
            double *to = ways + j * width + r, *from = ways + (j - 1) * width;
            isize lo = upto[j - 1], hi = upto[i] - upto[i - (j - 1)];
            for (isize s = lo; s <= hi; s++) to[s] += from[s];
        }
    }
    for (isize i = 1; i <= m; i++) all = all * (double)(n - m + i) / (double)i;
    for (isize s = 0; s < width; s++) out.p[s] = ways[m * width + s] / all;
    return out;
}

struct tails {
    double less, greater, doubled, distance;
};

static struct tails tails_of(const struct masses *m, i64 at)
{
    struct tails t = {0};
    double mean = 0;
    for (isize s = 0; s <= m->top; s++) mean += m->p[s] * (double)s;
    for (isize s = 0; s <= at; s++) t.less += m->p[s];
    for (isize s = m->top; s >= at; s--) t.greater += m->p[s];
    /* 1e-6: the mean is a half or a whole number up to rounding */
    double far = fabs((double)at - mean) - 1e-6;
    for (isize s = 0; s <= m->top; s++)
        if (fabs((double)s - mean) >= far) t.distance += m->p[s];
    t.less = fmin(1, t.less);
    t.greater = fmin(1, t.greater);
    t.distance = fmin(1, t.distance);
    t.doubled = fmin(1, 2 * fmin(t.less, t.greater));
    return t;
}

/* The place c >= 1 such that the c-th smallest and c-th largest of the ordered values are
** limits with coverage at least `level`; *achieved as it is (less for tiny n). p: masses
** of the untied statistic, whose possible values are 0, 1, ... */
static isize limit_place(const struct masses *m, double level, double *achieved)
{
    double tail = (1 - level) / 2, below = 0;
    isize c = 0;
    for (;; c++) { /* c: the smallest value with P(<= c) >= tail */
        double next = below + m->p[c];
        if (next >= tail * (1 - 1e-13)) break;
        below = next;
    }
    if (c == 0) {
        c = 1;
        below = m->p[0];
    }
    *achieved = 1 - 2 * below;
    return c;
}

/* rank[i] doubled as whole numbers. */
static i64 *doubled(const double *rank, isize n, struct arena *a)
{
    i64 *r = NEW_RAW(a, i64, n);
    for (isize i = 0; i < n; i++) r[i] = (i64)(2 * rank[i] + 0.5);
    return r;
}

static double normal_p(double z, double sd, double continuity)
{
    double shift = z > 0 ? continuity : z < 0 ? -continuity : 0;
    return 2 * dist_norm(-fabs((z - shift) / sd));
}

/* ---- signed ranks ---------------------------------------------------------------- */

enum { SIGNED_EXACT = 1000, SIGNED_PAIRS = 2000, TWO_PAIRS = 4000000 };

static double *pair_means(const double *d, isize n, isize *pairs, struct arena *a)
{
    isize room = n * (n + 1) / 2;
    double *w = NEW_RAW(a, double, room);
    *pairs = 0;
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j <= i; j++) w[(*pairs)++] = (d[i] + d[j]) / 2;
    desc_sort(w, *pairs);
    return w;
}

/* V over |d| ranked; ranks of zeros are skipped.  v2 is twice the sum. */
static struct masses signed_case(const double *d, isize n, i64 *v2, double *ties,
                                 struct arena *a)
{
    double *size = NEW_RAW(a, double, n), *rank = NEW_RAW(a, double, n);
    for (isize i = 0; i < n; i++) size[i] = fabs(d[i]);
    desc_midranks(size, n, rank, NULL, *a);
    if (ties) { /* the variance counts them as R does: equal to 15 digits */
        struct arena tmp = *a;
        double *near = NEW_RAW(&tmp, double, n), *unused = NEW_RAW(&tmp, double, n);
        for (isize i = 0; i < n; i++) near[i] = rounded(size[i], size[i], 15);
        desc_midranks(near, n, unused, ties, tmp);
    }
    i64 *r = doubled(rank, n, a);
    isize kept = 0;
    *v2 = 0;
    for (isize i = 0; i < n; i++) {
        if (d[i] == 0) continue;
        if (d[i] > 0) *v2 += r[i];
        r[kept++] = r[i];
    }
    return kept <= SIGNED_EXACT ? signed_masses(r, kept, a) : (struct masses){0};
}

static void signed_limits(const double *d, isize n, double level, struct rank_signed *out,
                          struct arena tmp)
{
    isize pairs;
    double *w = pair_means(d, n, &pairs, &tmp);
    out->hl = desc_median(w, pairs);
    isize c;
    if (n <= SIGNED_EXACT) {
        i64 *r = NEW_RAW(&tmp, i64, n);
        for (isize i = 0; i < n; i++) r[i] = i + 1;
        struct masses m = signed_masses(r, n, &tmp);
        c = limit_place(&m, level, &out->achieved);
    } else {
        double k = (double)n, sd = sqrt(k * (k + 1) * (2 * k + 1) / 24);
        c = (isize)(k * (k + 1) / 4 + dist_norm_quantile((1 - level) / 2) * sd);
        out->achieved = level;
    }
    out->lower = w[c - 1];
    out->upper = w[pairs - c];
}

int rank_signed(const double *d, isize rows, double level, struct rank_signed *out,
                struct arena tmp, struct err *e)
{
    double *all, *nz, ties;
    isize n_all, n = 0, plus = 0;
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    TRY(desc_present(d, rows, &all, &n_all, &tmp, e));
    if (n_all == 0)
        return err_set(e, E_TOO_FEW, "there is no complete pair in %td rows", rows);
    nz = NEW_RAW(&tmp, double, n_all);
    for (isize i = 0; i < n_all; i++) {
        if (all[i] != 0) nz[n++] = all[i];
        plus += all[i] > 0;
    }
    if (n == 0)
        return err_set(e, E_DEGENERATE,
                       "all %td differences are zero: there is nothing "
                       "to rank",
                       n_all);
    *out = (struct rank_signed){.n = n, .zeros = n_all - n, .missing = rows - n_all};
    i64 v2, pratt2;
    double k = (double)n, top = k * (k + 1) / 2;
    struct masses m = signed_case(nz, n, &v2, &ties, &tmp);
    out->v = (double)v2 / 2;
    double z = out->v - top / 2, var = k * (k + 1) * (2 * k + 1) / 24 - ties / 48;
    out->p_normal = normal_p(z, sqrt(var), 0);
    out->p_normal_cc = normal_p(z, sqrt(var), 0.5);
    if (m.p) {
        struct tails t = tails_of(&m, v2);
        out->p_less = t.less;
        out->p_greater = t.greater;
        out->p = t.doubled;
        out->p_distance = t.distance;
        struct masses pm = signed_case(all, n_all, &pratt2, NULL, &tmp);
        out->pratt_v = (double)pratt2 / 2;
        out->pratt_p = tails_of(&pm, pratt2).doubled;
    } else {
        out->p = out->p_distance = out->p_normal_cc;
        out->p_less = dist_norm((z + 0.5) / sqrt(var));
        out->p_greater = dist_norm_upper((z - 0.5) / sqrt(var));
        out->pratt_v = out->pratt_p = NAN;
        note_add(&out->notes, NOTE_APPROXIMATE, k, 0);
    }
    out->rank_biserial = (out->v - (top - out->v)) / top;
    double fewer = (double)MIN(plus, n - plus);
    out->sign_p = fmin(1, 2 * dist_binom(fewer, k, 0.5));
    out->hl = out->hl_zeros = out->lower = out->upper = out->achieved = NAN;
    if (n_all <= SIGNED_PAIRS) {
        isize pairs;
        signed_limits(nz, n, level, out, tmp);
        struct arena room = tmp;
        out->hl_zeros =
            desc_median(pair_means(all, n_all, &pairs, &room), n_all * (n_all + 1) / 2);
    }
    if (out->zeros > 0) note_add(&out->notes, NOTE_ZEROS, (double)out->zeros, 0);
    if (n < 6) note_add(&out->notes, NOTE_FEW, k, 0); /* p cannot fall below .05 */
    return OK;
}

/* ---- two groups -------------------------------------------------------------------- */

static void brunner_munzel(const double *a, isize m, const double *b, isize n,
                           const double *rank, struct rank_two *out, struct arena tmp)
{
    double *ra = NEW_RAW(&tmp, double, m), *rb = NEW_RAW(&tmp, double, n);
    desc_midranks(a, m, ra, NULL, tmp);
    desc_midranks(b, n, rb, NULL, tmp);
    double k1 = (double)m, k2 = (double)n;
    double m1 = desc_mean(rank, m), m2 = desc_mean(rank + m, n), s1 = 0, s2 = 0;
    for (isize i = 0; i < m; i++) {
        double d = rank[i] - ra[i] - m1 + (k1 + 1) / 2;
        s1 += d * d;
    }
    for (isize i = 0; i < n; i++) {
        double d = rank[m + i] - rb[i] - m2 + (k2 + 1) / 2;
        s2 += d * d;
    }
    out->bm_chance = (m2 - (k2 + 1) / 2) / k1;
    out->bm_t = out->bm_df = out->bm_p = NAN;
    if (m < 2 || n < 2) return;
    if (!(s1 + s2 > 1e-9)) { /* no overlap: no variance; or all values equal */
        if (m1 != m2) out->bm_t = copysign(INFINITY, m2 - m1);
        return;
    }
    double v1 = k1 * s1 / (k1 - 1), v2 = k2 * s2 / (k2 - 1);
    out->bm_t = k2 * k1 * (m2 - m1) / ((k1 + k2) * sqrt(v1 + v2));
    out->bm_df = (v1 + v2) * (v1 + v2) / (v1 * v1 / (k1 - 1) + v2 * v2 / (k2 - 1));
    out->bm_p = dist_t_two(out->bm_t, out->bm_df);
}

static bool drawn_fits(isize m, isize n, double top)
{
    double small = (double)MIN(m, n), all = (double)(m + n);
    return small * top * all <= 4e9 && small * top < 3e7 && m + n < 1000;
}

static void shift_limits(const double *a, isize m, const double *b, isize n, double level,
                         struct rank_two *out, struct arena tmp)
{
    isize pairs = m * n, at = 0, c;
    double *d = NEW_RAW(&tmp, double, pairs), k1 = (double)m, k2 = (double)n;
    for (isize i = 0; i < m; i++)
        for (isize j = 0; j < n; j++) d[at++] = a[i] - b[j];
    desc_sort(d, pairs);
    out->hl = desc_median(d, pairs);
    if (drawn_fits(m, n, (k1 + k2) * (k1 + k2 + 1) / 2)) {
        i64 *r = NEW_RAW(&tmp, i64, m + n);
        for (isize i = 0; i < m + n; i++) r[i] = i + 1;
        isize small = MIN(m, n);
        struct masses w = drawn_masses(r, m + n, small, &tmp);
        w.p += small * (small + 1) / 2; /* U starts at 0 */
        c = limit_place(&w, level, &out->achieved);
    } else {
        double sd = sqrt(k1 * k2 * (k1 + k2 + 1) / 12);
        c = (isize)(k1 * k2 / 2 + dist_norm_quantile((1 - level) / 2) * sd);
        out->achieved = level;
    }
    c = MIN(c, pairs);
    out->lower = d[c - 1];
    out->upper = d[pairs - c];
}

int rank_two(const double *x, isize rows1, const double *y, isize rows2, double level,
             struct rank_two *out, struct arena tmp, struct err *e)
{
    double *a, *b, ties;
    isize m, n;
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    TRY(desc_present(x, rows1, &a, &m, &tmp, e));
    TRY(desc_present(y, rows2, &b, &n, &tmp, e));
    if (m == 0 || n == 0)
        return err_set(e, E_TOO_FEW,
                       "a comparison needs values in both groups, there are "
                       "%td and %td",
                       m, n);
    double *all = NEW_RAW(&tmp, double, m + n), *rank = NEW_RAW(&tmp, double, m + n);
    for (isize i = 0; i < m + n; i++) all[i] = i < m ? a[i] : b[i - m];
    if (desc_constant(all, m + n))
        return err_set(e, E_DEGENERATE,
                       "all %td values are equal: there is nothing to "
                       "rank",
                       m + n);
    *out = (struct rank_two){.n1 = m, .n2 = n};
    desc_midranks(all, m + n, rank, &ties, tmp);
    double k1 = (double)m, k2 = (double)n, k = k1 + k2;
    double w = desc_sum(rank, m); /* of half numbers: exact */
    out->u = w - k1 * (k1 + 1) / 2;
    out->a = out->u / (k1 * k2);
    out->rank_biserial = 2 * out->u / (k1 * k2) - 1;
    double z = out->u - k1 * k2 / 2;
    double sd = sqrt(k1 * k2 / 12 * (k + 1 - ties / (k * (k - 1))));
    out->p_normal = normal_p(z, sd, 0);
    out->p_normal_cc = normal_p(z, sd, 0.5);
    if (drawn_fits(m, n, k * (k + 1))) {
        /* The smaller group's sum decides as well, and takes less room. */
        i64 *r = doubled(rank, m + n, &tmp);
        bool swap = n < m;
        i64 at = (i64)(2 * (swap ? k * (k + 1) / 2 - w : w) + 0.5);
        for (isize i = 1; i < m + n; i++) /* ascending; they were in the order of rows */
            for (isize s = i; s > 0 && r[s - 1] > r[s]; s--) {
                i64 swap_r = r[s];
                r[s] = r[s - 1];
                r[s - 1] = swap_r;
            }
        struct masses mass = drawn_masses(r, m + n, MIN(m, n), &tmp);
        struct tails t = tails_of(&mass, at);
        out->p_less = swap ? t.greater : t.less;
        out->p_greater = swap ? t.less : t.greater;
        out->p = t.doubled;
        out->p_distance = t.distance;
    } else {
        out->p = out->p_distance = out->p_normal_cc;
        out->p_less = dist_norm((z + 0.5) / sd);
        out->p_greater = dist_norm_upper((z - 0.5) / sd);
        note_add(&out->notes, NOTE_APPROXIMATE, k, 0);
    }
    out->hl = out->lower = out->upper = out->achieved = NAN;
    if (k1 * k2 <= TWO_PAIRS) shift_limits(a, m, b, n, level, out, tmp);
    brunner_munzel(a, m, b, n, rank, out, tmp);
    if (MIN(m, n) < 4) note_add(&out->notes, NOTE_FEW, (double)MIN(m, n), 0);
    return OK;
}
