#include "stats/dd.h"
#include "base/num.h"
#include <stdlib.h>

/* One Newton step on the quotient of the leading parts, then one more. */
struct dd dd_div(struct dd a, struct dd b)
{
    double q1 = a.hi / b.hi;
    if (!isfinite(q1) || q1 == 0) return dd_of(q1);
    struct dd r = dd_sub(a, dd_mul(b, dd_of(q1)));
    double q2 = r.hi / b.hi;
    r = dd_sub(r, dd_mul(b, dd_of(q2)));
    return dd_add(dd_quick_sum(q1, q2), dd_of(r.hi / b.hi));
}

struct dd dd_sqrt(struct dd a)
{
    if (!(a.hi > 0) || isinf(a.hi)) return dd_of(sqrt(a.hi));
    struct dd s = dd_of(sqrt(a.hi));
    for (int k = 0; k < 2; k++) /* s + (a - s^2) / 2s: 53 digits become 106 */
        s = dd_add(s, dd_div(dd_sub(a, dd_mul(s, s)), dd_scale(s, 2)));
    return s;
}

struct dd dd_pow_int(struct dd a, int n)
{
    struct dd p = dd_of(1);
    for (unsigned k = n < 0 ? 0u - (unsigned)n : (unsigned)n; k; k >>= 1) {
        if (k & 1) p = dd_mul(p, a);
        if (k > 1) a = dd_mul(a, a);
    }
    return n < 0 ? dd_div(dd_of(1), p) : p;
}

struct dd dd_pow(struct dd a, struct dd b)
{
    if (b.lo == 0 && fabs(b.hi) <= 1024 && b.hi == floor(b.hi))
        return dd_pow_int(a, (int)b.hi);
    if (a.hi == 0) return dd_of(pow(a.hi, b.hi));
    return dd_exp(dd_mul(b, dd_log(a)));
}

static const struct dd LN2 = {6.931471805599452862e-01, 2.319046813846299558e-17};

/* 1/2! to 1/10!. */
static const struct dd INV_FACTORIAL[] = {
    {5.00000000000000000e-01, 0},
    {1.66666666666666657e-01, 9.25185853854297066e-18},
    {4.16666666666666644e-02, 2.31296463463574266e-18},
    {8.33333333333333322e-03, 1.15648231731787138e-19},
    {1.38888888888888894e-03, -5.30054395437357706e-20},
    {1.98412698412698413e-04, 1.72095582934207053e-22},
    {2.48015873015873016e-05, 2.15119478667758816e-23},
    {2.75573192239858925e-06, -1.85839327404647208e-22},
    {2.75573192239858883e-07, 2.37677146222502973e-23},
};

/* e^x = 2^k (e^r)^512 with r = (x - k ln 2) / 512, |r| < 7e-4: ten terms give 1e-36.
** The squarings work on e^r - 1, so that they lose nothing. */
struct dd dd_exp(struct dd a)
{
    enum { SQUARINGS = 9 };
    if (!(fabs(a.hi) < 700)) return dd_of(exp(a.hi));
    double k = floor(a.hi / LN2.hi + 0.5);
    struct dd r = dd_scale(dd_sub(a, dd_mul(dd_of(k), LN2)), 1.0 / (1 << SQUARINGS));
    struct dd sum = r, power = r;
    for (isize n = 0; n < COUNT(INV_FACTORIAL); n++) {
        power = dd_mul(power, r);
        sum = dd_add(sum, dd_mul(power, INV_FACTORIAL[n]));
    }
    for (int n = 0; n < SQUARINGS; n++) /* (1 + s)^2 - 1 = 2s + s^2 */
        sum = dd_add(dd_scale(sum, 2), dd_mul(sum, sum));
    sum = dd_add(sum, dd_of(1));
    return (struct dd){ldexp(sum.hi, (int)k), ldexp(sum.lo, (int)k)};
}

/* Newton on e^y = a: y + a e^-y - 1 doubles the digits of log(a.hi); twice near 1, where
** the first guess has few digits relative to the answer. */
struct dd dd_log(struct dd a)
{
    struct dd y = dd_of(log(a.hi));
    if (!isfinite(y.hi)) return y;
    for (int k = 0; k < 2; k++)
        y = dd_add(y, dd_sub(dd_mul(a, dd_exp(dd_neg(y))), dd_of(1)));
    return y;
}

/* sin and cos of |r| <= pi/4: Taylor at r / 8, then three doublings of (sin, 1 - cos). */
static void sin_cos_small(struct dd r, struct dd *s, struct dd *c)
{
    enum { HALVINGS = 3 };
    r = dd_scale(r, 1.0 / (1 << HALVINGS));
    struct dd r2 = dd_mul(r, r), sn = r, term = r;
    for (int n = 2; n <= 22; n += 2) {
        term = dd_neg(dd_div(dd_mul(term, r2), dd_of((double)n * (n + 1))));
        sn = dd_add(sn, term);
    }
    struct dd v = dd_scale(r2, 0.5); /* 1 - cos r */
    term = v;
    for (int n = 3; n <= 23; n += 2) {
        term = dd_neg(dd_div(dd_mul(term, r2), dd_of((double)n * (n + 1))));
        v = dd_add(v, term);
    }
    for (int k = 0; k < HALVINGS; k++) {
        struct dd cs = dd_sub(dd_of(1), v);
        v = dd_scale(dd_mul(sn, sn), 2); /* 1 - cos 2r = 2 sin^2 r */
        sn = dd_scale(dd_mul(sn, cs), 2);
    }
    *s = sn;
    *c = dd_sub(dd_of(1), v);
}

static void sin_cos(struct dd a, struct dd *s, struct dd *c)
{
    if (!(fabs(a.hi) < 1e8)) {
        *s = dd_of(sin(a.hi));
        *c = dd_of(cos(a.hi));
        return;
    }
    /* k pi / 2 in three parts, so that a large k costs no digits. */
    const double third = -2.9947698097183397e-33;
    struct dd half_pi = dd_scale(DD_PI, 0.5), sn, cs;
    double k = floor(a.hi / half_pi.hi + 0.5);
    a = dd_sub(a, dd_product(k, half_pi.hi));
    a = dd_sub(a, dd_product(k, half_pi.lo));
    a = dd_sub(a, dd_of(k * 0.5 * third));
    sin_cos_small(a, &sn, &cs);
    switch ((i64)k & 3) {
    case 0: *s = sn, *c = cs; break;
    case 1: *s = cs, *c = dd_neg(sn); break;
    case 2: *s = dd_neg(sn), *c = dd_neg(cs); break;
    default: *s = dd_neg(cs), *c = sn; break;
    }
}

struct dd dd_sin(struct dd a)
{
    struct dd s, c;
    sin_cos(a, &s, &c);
    return s;
}

struct dd dd_cos(struct dd a)
{
    struct dd s, c;
    sin_cos(a, &s, &c);
    return c;
}

/* Newton on the angle: t + (a cos t - sin t) / (cos t + a sin t), twice. */
struct dd dd_atan(struct dd a)
{
    struct dd t = dd_of(atan(a.hi));
    if (!isfinite(a.hi) || t.hi == 0) return t;
    for (int k = 0; k < 2; k++) {
        struct dd s, c;
        sin_cos(t, &s, &c);
        t = dd_add(t, dd_div(dd_sub(dd_mul(a, c), s), dd_add(c, dd_mul(a, s))));
    }
    return t;
}

/* 10^n: exact to 45 because 5^45 < 2^105. */
static struct dd ten_to(int n)
{
    return dd_pow_int(dd_of(10), n);
}

int dd_read(struct str s, bool comma, struct dd *out, struct err *e)
{
    enum { DIGITS = 31, FAR = 280 }; /* 10^31 < 2^103 */
    double x;
    TRY(comma ? num_read_comma(s, &x, e) : num_read(s, &x, e));
    struct dd m = {0, 0};
    int scale = 0, digits = 0, power = 0;
    bool minus = s.at[0] == '-', mark = false, power_minus = false;
    isize i = s.at[0] == '-' || s.at[0] == '+';
    for (; i < s.n && s.at[i] != 'e' && s.at[i] != 'E'; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') {
            mark = true;
            continue;
        }
        if (digits < DIGITS) {
            m = dd_add(dd_scale(m, 8), dd_add(dd_scale(m, 2), dd_of(s.at[i] - '0')));
            if (m.hi != 0) digits++;
            scale -= mark;
        } else {
            scale += !mark;
        }
    }
    for (i++; i < s.n; i++) {
        if (s.at[i] == '-') power_minus = true;
        if (s.at[i] >= '0' && power < 10000) power = 10 * power + (s.at[i] - '0');
    }
    scale += power_minus ? -power : power;
    *out = dd_of(x);
    /* Far out, or shorter than a double holds: the double alone. */
    if (x == 0 || abs(scale) > FAR || fabs(x) > 1e280 || fabs(x) < 1e-280) return OK;
    m = scale < 0 ? dd_div(m, ten_to(-scale)) : dd_mul(m, ten_to(scale));
    if (minus) m = dd_neg(m);
    double lo = (m.hi - x) + m.lo;
    if (fabs(lo) > fabs(x) * 1e-31) out->lo = lo;
    return OK;
}
