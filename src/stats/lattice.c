#include "stats/lattice.h"
#include <math.h>

/* How far a value may lie from its place: a part of the largest |x|, but little of the
** range, so that small differences of large numbers are not taken for nothing. */
static double slack_of(double size, double range)
{
    return fmax(fmin(1e-11 * size, 1e-6 * range), 0x1p-49 * size);
}

/* Euclid on two lengths: what is left when the remainder vanishes.  Rounding grows with
** the quotients, so this finds short lattices (k/15) only; decimals are tried before. */
static double common(double a, double b, double slack)
{
    while (b > slack) {
        double r = a - b * round(a / b); /* nearest: halves the steps and the error */
        a = b;
        b = fabs(r);
    }
    return a;
}

/* x = p / q with the smallest q <= 10^6, if x is that near to one. */
static bool rational(double x, double slack, i64 *p, i64 *q)
{
    i64 p0 = 1, q0 = 0, p1 = (i64)floor(x), q1 = 1; /* convergents */
    double rest = x - floor(x);
    for (int i = 0; i < 30; i++) {
        if (fabs(x - (double)p1 / (double)q1) <= slack) {
            *p = p1;
            *q = q1;
            return true;
        }
        double inverse = 1 / rest, whole = floor(inverse);
        if (!(whole < 1e6)) return false;
        rest = inverse - whole;
        i64 p2 = (i64)whole * p1 + p0, q2 = (i64)whole * q1 + q0;
        if (q2 > 1000000) return false;
        p0 = p1, q0 = q1, p1 = p2, q1 = q2;
    }
    return false;
}

static i64 divisor(i64 a, i64 b)
{
    while (b) {
        i64 r = a % b;
        a = b;
        b = r;
    }
    return a;
}

static void make_rational(struct lattice *l, double most, double slack)
{
    i64 p, q, p0, q0;
    l->den = 0;
    if (most > 1e9) return; /* products below would leave i64 */
    if (!rational(l->step, slack / (double)MAX(l->span, 1), &p, &q)) return;
    if (!rational(l->origin, slack, &p0, &q0)) return;
    i64 den = q / divisor(q, q0) * q0;
    if (den > 1000000) return;
    l->den = den;
    l->num = p0 * (den / q0);
    l->per = p * (den / q);
    l->step = (double)l->per / (double)den;
}

/* Decimals: all x are whole multiples of 1/den.  Whole numbers from here on, so that the
** divisor is exact however many steps there are. */
static bool decimal(const double *x, isize n, i64 den, double lo, double size,
                    double slack, i64 most, struct lattice *out, i64 *k)
{
    double d = (double)den;
    if (!(size * d < 1e9)) return false; /* the slack must stay far below a step */
    i64 num = (i64)round(lo * d), per = 0;
    for (isize i = 0; i < n; i++) {
        if (fabs(x[i] * d - round(x[i] * d)) > slack * d) return false;
        k[i] = (i64)round(x[i] * d) - num;
        per = divisor(k[i], per);
    }
    *out = (struct lattice){.origin = lo, .num = num, .per = per, .den = den};
    out->step = (double)per / d;
    for (isize i = 0; i < n && per > 0; i++) {
        k[i] /= per;
        out->span = MAX(out->span, k[i]);
    }
    return out->span <= most;
}

bool lattice_find(const double *x, isize n, i64 most, struct lattice *out, i64 *k)
{
    double lo = x[0], hi = x[0], size = 0;
    for (isize i = 0; i < n; i++) {
        lo = fmin(lo, x[i]);
        hi = fmax(hi, x[i]);
        size = fmax(size, fabs(x[i]));
    }
    *out = (struct lattice){.origin = lo};
    if (!(size < 1e307)) return false; /* hi - lo might overflow */
    double slack = slack_of(size, hi - lo), step = 0;
    for (i64 den = 1; den <= 1000000; den *= 10)
        if (decimal(x, n, den, lo, size, slack, most, out, k)) return true;
    *out = (struct lattice){.origin = lo};
    double finest = (hi - lo) / ((double)most + 0.5);
    double far = 0;
    for (isize i = 0; i < n; i++) {
        double d = x[i] - lo;
        if (d <= slack) continue;
        far = fmax(far, d);
        step = step > 0 ? common(fmax(step, d), fmin(step, d), slack) : d;
        step = far / round(far / step); /* wipes off what the remainders have gathered */
        if (step < finest) return false;
    }
    if (step > 0) {
        /* Least squares: the step that all values agree on. */
        double xk = 0, kk = 0;
        for (isize i = 0; i < n; i++) {
            double at = (x[i] - lo) / step, m = round(at);
            xk += m * at;
            kk += m * m;
        }
        step *= xk / kk;
        if (step < 1000 * slack) return false; /* everything is near to some multiple */
    }
    out->step = step;
    for (isize i = 0; i < n; i++) {
        double m = step > 0 ? round((x[i] - lo) / step) : 0;
        if (fabs(x[i] - lo - m * step) > slack || m > (double)most) return false;
        k[i] = (i64)m;
        out->span = MAX(out->span, k[i]);
    }
    make_rational(out, size, slack);
    return true;
}

double lattice_mean(const struct lattice *l, i64 s, isize n)
{
    if (l->den) { /* below 2^53 for all but absurd samples: one rounding */
        double top = (double)l->num * (double)n + (double)l->per * (double)s;
        if (fabs(top) < 0x1p53) return top / ((double)l->den * (double)n);
    }
    return l->origin + l->step * ((double)s / (double)n);
}

double lattice_place(const struct lattice *l, double x, isize n)
{
    return (x - l->origin) / l->step * (double)n;
}
