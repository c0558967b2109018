/* Double-double numbers: hi + lo, about 32 decimal digits, out of ordinary arithmetic.
**
** hi is the sum rounded to a double, |lo| at most half a unit in its last place.  Error
** of add, sub, mul: a few 2^-104 relative; div, sqrt, exp, log, sin, cos, atan: below
** 1e-30 relative (sin and cos: absolute, for |x| < 1e5).  Results outside about 1e-290
** to 1e290 are not promised: scale first.  NaN and infinity stay what they are in hi.
**
** No fused multiply-add: the base machine has none, and a software one costs more than
** the split.  Every compiler gives the same bits (-ffp-contract=off).
**
** Source: Dekker 1971; Knuth 1998, 4.2.2; Hida, Li & Bailey 2001.
** Checked: against values of 40 digits, tests/stats/test_dd.c. */
#ifndef VARDE_STATS_DD_H
#define VARDE_STATS_DD_H

#include "base/err.h"
#include <math.h>

struct dd {
    double hi, lo;
};

static inline struct dd dd_of(double x)
{
    return (struct dd){x, 0};
}

/* a + b exactly; |a| >= |b| or a = 0. */
static inline struct dd dd_quick_sum(double a, double b)
{
    double s = a + b;
    return (struct dd){s, b - (s - a)};
}

/* a + b exactly. */
static inline struct dd dd_sum(double a, double b)
{
    double s = a + b, v = s - a;
    return (struct dd){s, (a - (s - v)) + (b - v)};
}

/* a * b exactly, for |a|, |b| < 1e300 and a product above 1e-290. */
static inline struct dd dd_product(double a, double b)
{
    enum { SPLIT = (1 << 27) + 1 };
    double p = a * b;
    double ta = SPLIT * a, ah = ta - (ta - a), al = a - ah;
    double tb = SPLIT * b, bh = tb - (tb - b), bl = b - bh;
    return (struct dd){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static inline struct dd dd_neg(struct dd a)
{
    return (struct dd){-a.hi, -a.lo};
}

static inline struct dd dd_add(struct dd a, struct dd b)
{
    struct dd s = dd_sum(a.hi, b.hi), t = dd_sum(a.lo, b.lo);
    s = dd_quick_sum(s.hi, s.lo + t.hi);
    return dd_quick_sum(s.hi, s.lo + t.lo);
}

static inline struct dd dd_sub(struct dd a, struct dd b)
{
    return dd_add(a, dd_neg(b));
}

static inline struct dd dd_mul(struct dd a, struct dd b)
{
    struct dd p = dd_product(a.hi, b.hi);
    return dd_quick_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/* b a power of two: exact. */
static inline struct dd dd_scale(struct dd a, double b)
{
    return (struct dd){a.hi * b, a.lo * b};
}

static inline double dd_out(struct dd a)
{
    return a.hi + a.lo;
}

static inline bool dd_less(struct dd a, struct dd b)
{
    return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

struct dd dd_div(struct dd a, struct dd b);
struct dd dd_sqrt(struct dd a); /* NaN below zero */
struct dd dd_pow_int(struct dd a, int n);
struct dd dd_pow(struct dd a, struct dd b); /* a > 0, or b a whole number */
struct dd dd_exp(struct dd a);
struct dd dd_log(struct dd a); /* NaN below zero, -Inf at zero */
struct dd dd_sin(struct dd a);
struct dd dd_cos(struct dd a);
struct dd dd_atan(struct dd a);

#define DD_PI ((struct dd){3.141592653589793116e+00, 1.224646799147353207e-16})

/* A decimal text as the number it says, to 31 digits: hi is what num_read gives, lo is
** what that double misses.  Grammar and errors as num_read; comma: the decimal mark is
** ','. */
MUST_CHECK int dd_read(struct str s, bool comma, struct dd *out, struct err *e);

#endif
