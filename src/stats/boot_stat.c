#include "stats/boot_stat.h"
#include "stats/lattice.h"
#include <math.h>
#include <stdlib.h>

const char *boot_name(enum boot_of of)
{
    static const char *const name[] = {
        "mean",
        "difference of means",
        "median",
        "standard deviation",
        "d_z",
        "trimmed mean",
        "ratio of means",
        "Pearson correlation",
        "regression slope",
        "statistic",
    };
    return name[of];
}

bool boot_stat_has_se(enum boot_of of)
{
    return of == BOOT_MEAN || of == BOOT_RATIO || of == BOOT_D_Z;
}

static double mean_of(const double *x, isize n)
{
    double shift = x[0], sum = 0; /* a shift keeps 1e300 from overflowing */
    for (isize i = 0; i < n; i++) sum += (x[i] - shift) / (double)n;
    return shift + sum;
}

static struct boot_col column(const double *x, isize n, struct arena *a)
{
    double *v = NEW_RAW(a, double, n);
    struct arena tmp = *a;
    i64 *k = NEW_RAW(&tmp, i64, n);
    struct lattice l;
    /* n^2 v^2 below 2^53 keeps n sum v^2 - (sum v)^2 exact */
    i64 most = (i64)(9e7 / (double)n);
    if (lattice_find(x, n, most, &l, k) && l.span > 0) {
        double sum = 0, num = (double)l.num, per = (double)l.per, den = (double)l.den;
        for (isize i = 0; i < n; i++) sum += (double)k[i];
        double middle = round(sum / (double)n);
        if (l.den == 0 || per * (double)l.span * (double)n > 9e7) {
            den = 1 / l.step; /* counted in steps */
            num = l.origin * den;
            per = 1;
        }
        for (isize i = 0; i < n; i++) v[i] = per * ((double)k[i] - middle);
        return (struct boot_col){v, num + per * middle, den, true};
    }
    double mean = mean_of(x, n), far = 0;
    for (isize i = 0; i < n; i++) far = fmax(far, fabs(x[i] - mean));
    int e =
        far > 0 ? MIN(MAX(ilogb(far), -1000), 1000) : 0; /* squares may not overflow */
    for (isize i = 0; i < n; i++) v[i] = ldexp(x[i] - mean, -e);
    return (struct boot_col){v, ldexp(mean, -e), ldexp(1, -e), false};
}

static void add(struct boot_sums *s, const struct boot_ready *r, isize i, double times)
{
    double x = r->x.v[i], y = r->pairs ? r->y.v[i] : 0;
    s->n += times;
    s->x += times * x;
    s->xx += times * (x * x);
    s->y += times * y;
    s->xy += times * (x * y);
    s->yy += times * (y * y);
}

struct keyed {
    double x;
    i32 i;
};

static int by_value(const void *p, const void *q)
{
    const struct keyed *a = p, *b = q;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return (a->i > b->i) - (a->i < b->i);
}

static void ready_ranks(const struct boot_what *w, struct boot_ready *s, struct arena *a)
{
    struct boot_col c = column(w->x, w->n, a);
    const double *x = w->x;
    s->x = (struct boot_col){NULL, 0, 1, false};
    if (c.whole) { /* else the values themselves: a median is one of them */
        s->x = c;
        x = c.v;
    }
    double *value = NEW_RAW(a, double, w->n);
    i32 *rank = NEW_RAW(a, i32, w->n);
    struct arena tmp = *a;
    struct keyed *k = NEW_RAW(&tmp, struct keyed, w->n);
    for (isize i = 0; i < w->n; i++) k[i] = (struct keyed){x[i], (i32)i};
    qsort(k, (size_t)w->n, sizeof *k, by_value); /* the sample once; never replicates */
    for (isize i = 0; i < w->n; i++) {
        value[i] = k[i].x;
        rank[k[i].i] = (i32)i;
    }
    s->value = value;
    s->rank = rank;
}

void boot_stat_ready(const struct boot_what *w, struct boot_ready *out, struct arena *a)
{
    *out = (struct boot_ready){.w = w};
    if (w->of == BOOT_CALL) return;
    if (w->of == BOOT_MEDIAN || w->of == BOOT_TRIMMED) {
        ready_ranks(w, out, a);
        return;
    }
    out->pairs = w->of == BOOT_RATIO || w->of == BOOT_PEARSON || w->of == BOOT_SLOPE;
    out->x = column(w->x, w->n, a);
    if (out->pairs) out->y = column(w->y, w->n, a);
    out->exact = out->x.whole && (!out->pairs || out->y.whole);
    for (isize i = 0; i < w->n; i++) add(&out->all, out, i, 1);
}

/* n sum a^2 - (sum a)^2, 0 when rounding is all that is left of it. */
static double spread(double n, double s, double ss)
{
    double d = n * ss - s * s;
    return d > 1e-13 * (n * ss) ? d : 0;
}

static double value_of(const struct boot_ready *r, const struct boot_sums *s, double *se)
{
    double n = s->n;
    const struct boot_col *x = &r->x, *y = &r->y;
    if (se) *se = NAN;
    switch (r->w->of) {
    case BOOT_MEAN:
        if (se) *se = sqrt(spread(n, s->x, s->xx)) / n / sqrt(n) / x->den;
        return x->whole ? (n * x->base + s->x) / (n * x->den)
                        : (x->base + s->x / n) / x->den;
    case BOOT_SD: return sqrt(spread(n, s->x, s->xx) / (n * (n - 1))) / x->den;
    case BOOT_D_Z: {
        double sd = sqrt(spread(n, s->x, s->xx) / (n * (n - 1)));
        double mean = x->base + s->x / n;
        if (se)
            *se = sqrt(1 / n + (mean / sd) * (mean / sd) / (2 * n)); /* normal theory */
        return sd > 0 ? mean / sd : NAN;
    }
    case BOOT_RATIO: {
        double top = n * x->base + s->x, under = n * y->base + s->y;
        if (under == 0) return NAN;
        if (se) { /* the residuals x - ratio y about their mean, which is 0 */
            double q = top / under, u = spread(n, s->x, s->xx),
                   v = spread(n, s->y, s->yy);
            double c = n * s->xy - s->x * s->y;
            *se = sqrt(fmax(u - 2 * q * c + q * q * v, 0) / n) / fabs(under) * y->den /
                  x->den;
        }
        return top * y->den / (under * x->den);
    }
    case BOOT_PEARSON: {
        double u = spread(n, s->x, s->xx), v = spread(n, s->y, s->yy);
        if (!(u > 0 && v > 0)) return NAN;
        return fmax(fmin((n * s->xy - s->x * s->y) / sqrt(u) / sqrt(v), 1), -1);
    }
    case BOOT_SLOPE: {
        double v = spread(n, s->y, s->yy);
        return v > 0 ? (n * s->xy - s->x * s->y) / v * y->den / x->den : NAN;
    }
    case BOOT_MEDIAN:
    case BOOT_TRIMMED:
    case BOOT_MEAN_DIFF:
    case BOOT_CALL: break;
    }
    return NAN;
}

/* Halves, so that two values near the end of the range do not overflow. */
static double midway(double a, double b)
{
    double sum = a + b;
    return isfinite(sum) ? 0.5 * sum : 0.5 * a + 0.5 * b;
}

static isize cut_of(double trim, isize n)
{
    return (isize)floor((double)n * trim + 1e-9); /* .2 of 35 is 7, not 6.99... */
}

/* From a sum over `kept` drawn values, which is exact on a lattice. */
static double from_sum(const struct boot_col *c, double sum, double kept)
{
    return c->whole ? (kept * c->base + sum) / (kept * c->den) : sum / kept;
}

static double middle_of(const struct boot_col *c, double a, double b)
{
    return c->whole ? from_sum(c, a + b, 2) : midway(a, b);
}

/* The drawn values in order are value[j] count[j] times. */
static double of_ranks(const struct boot_ready *r, const i32 *count)
{
    isize n = r->w->n, seen = 0;
    if (r->w->of == BOOT_MEDIAN) {
        isize lo = (n - 1) / 2, hi = n / 2; /* from 0 */
        double a = NAN;
        bool have = false;
        for (isize j = 0; j < n; j++) {
            seen += count[j];
            if (!have && seen > lo) {
                a = r->value[j];
                have = true;
            }
            if (seen > hi) return middle_of(&r->x, a, r->value[j]);
        }
        return NAN;
    }
    isize cut = cut_of(r->w->trim, n), from = cut, to = n - cut;
    double sum = 0, kept = (double)(to - from), part = r->x.whole ? 1 : 1 / kept;
    for (isize j = 0; j < n && seen < to; j++) {
        isize a = MAX(seen, from), b = MIN(seen + count[j], to);
        if (b > a) sum += (double)(b - a) * part * r->value[j];
        seen += count[j];
    }
    return r->x.whole ? from_sum(&r->x, sum, kept) : sum;
}

double boot_stat_of(const struct boot_ready *r, const i32 *index, i32 *count, double *se)
{
    isize n = r->w->n;
    if (se) *se = NAN;
    if (r->w->of == BOOT_CALL) return r->w->call(index, n, r->w->arg);
    if (r->value) {
        for (isize i = 0; i < n; i++) count[r->rank[index[i]]]++;
        double t = of_ranks(r, count);
        for (isize i = 0; i < n; i++) count[i] = 0;
        return t;
    }
    struct boot_sums s = {0};
    if (r->exact) {
        const double *x = r->x.v, *y = r->y.v;
        if (r->pairs)
            for (isize i = 0; i < n; i++) {
                double u = x[index[i]], v = y[index[i]];
                s.x += u;
                s.y += v;
                s.xx += u * u;
                s.xy += u * v;
                s.yy += v * v;
            }
        else
            for (isize i = 0; i < n; i++) {
                double u = x[index[i]];
                s.x += u;
                s.xx += u * u;
            }
        s.n = (double)n;
    } else {
        for (isize i = 0; i < n; i++) count[index[i]]++;
        for (isize i = 0; i < n; i++) {
            if (count[i]) add(&s, r, i, count[i]);
            count[i] = 0;
        }
    }
    return value_of(r, &s, se);
}

double boot_stat_all(const struct boot_ready *r, double *se)
{
    isize n = r->w->n;
    if (se) *se = NAN;
    if (!r->value) return value_of(r, &r->all, se);
    if (r->w->of == BOOT_MEDIAN)
        return middle_of(&r->x, r->value[(n - 1) / 2], r->value[n / 2]);
    isize cut = cut_of(r->w->trim, n);
    double sum = 0, kept = (double)(n - 2 * cut), part = r->x.whole ? 1 : 1 / kept;
    for (isize j = cut; j < n - cut; j++) sum += part * r->value[j];
    return r->x.whole ? from_sum(&r->x, sum, kept) : sum;
}

static void jackknife_median(const struct boot_ready *r, double *out)
{
    isize n = r->w->n, lo = (n - 2) / 2, hi = (n - 1) / 2; /* of n - 1 values, from 0 */
    for (isize i = 0; i < n; i++) {
        isize gone = r->rank[i];
        out[i] =
            middle_of(&r->x, r->value[lo + (lo >= gone)], r->value[hi + (hi >= gone)]);
    }
}

static void jackknife_trimmed(const struct boot_ready *r, double *out, struct arena tmp)
{
    isize n = r->w->n, cut = cut_of(r->w->trim, n - 1), to = n - 1 - cut;
    double *upto = NEW(&tmp, double, n + 1), kept = (double)(to - cut);
    double part = r->x.whole ? 1 : 1 / kept;
    for (isize j = 0; j < n; j++) upto[j + 1] = upto[j] + part * r->value[j];
    for (isize i = 0; i < n; i++) {
        isize gone = r->rank[i], a = cut + (gone < cut), b = to + (gone < to);
        double sum = upto[b] - upto[a];
        if (gone >= cut && gone < to) sum -= part * r->value[gone];
        out[i] = r->x.whole ? from_sum(&r->x, sum, kept) : sum;
    }
}

void boot_stat_jackknife(const struct boot_ready *r, double *out, struct arena tmp)
{
    isize n = r->w->n;
    if (r->w->of == BOOT_CALL) {
        i32 *rest = NEW(&tmp, i32, n);
        for (isize i = 0; i < n; i++) {
            for (isize j = 0; j < n; j++)
                if (j != i) rest[j - (j > i)] = (i32)j;
            out[i] = r->w->call(rest, n - 1, r->w->arg);
        }
    } else if (r->w->of == BOOT_MEDIAN) {
        jackknife_median(r, out);
    } else if (r->w->of == BOOT_TRIMMED) {
        jackknife_trimmed(r, out, tmp);
    } else {
        for (isize i = 0; i < n; i++) {
            struct boot_sums s = r->all;
            add(&s, r, i, -1);
            out[i] = value_of(r, &s, NULL);
        }
    }
}
