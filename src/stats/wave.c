#define _GNU_SOURCE /* sincos */
#include "stats/wave.h"
#include <math.h>

static const double TWO_PI = 6.283185307179586;
static const double GONE = 42; /* e^-42 is nothing beside 1 */

/* ---------------------------------------------------------------- moments and windows */

static double source_mean(const struct wave_source *o)
{
    double mean = 0;
    for (isize i = 0; i < o->kinds; i++) mean += o->p[i] * o->value[i];
    return mean;
}

double wave_mean(const struct wave_sum *s)
{
    double mean = 0;
    for (int k = 0; k < s->n; k++)
        mean += (double)s->of[k].times * source_mean(&s->of[k]);
    return mean;
}

double wave_sd(const struct wave_sum *s)
{
    double var = 0;
    for (int k = 0; k < s->n; k++) {
        const struct wave_source *o = &s->of[k];
        double mean = source_mean(o), one = 0;
        for (isize i = 0; i < o->kinds; i++)
            one += o->p[i] * (o->value[i] - mean) * (o->value[i] - mean);
        var += (double)o->times * one;
    }
    return sqrt(var);
}

void wave_ends(const struct wave_sum *s, double *least, double *most)
{
    *least = *most = 0;
    for (int k = 0; k < s->n; k++) {
        const struct wave_source *o = &s->of[k];
        double lo = o->value[0], hi = o->value[0];
        for (isize i = 1; i < o->kinds; i++) {
            lo = fmin(lo, o->value[i]);
            hi = fmax(hi, o->value[i]);
        }
        *least += (double)o->times * lo;
        *most += (double)o->times * hi;
    }
}

/* log E exp(h (S - mean)), and its derivative: the tilted mean of S - mean.  Terms are
** taken relative to the value that weighs most, so nothing overflows. */
static double cumulant(const struct wave_sum *s, double h, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (int k = 0; k < s->n; k++) {
        const struct wave_source *o = &s->of[k];
        double mean = source_mean(o), top = o->value[0], all = 0, first = 0;
        for (isize i = 1; i < o->kinds; i++)
            if (h * (o->value[i] - top) > 0) top = o->value[i];
        for (isize i = 0; i < o->kinds; i++) {
            double e = o->p[i] * exp(h * (o->value[i] - top));
            all += e;
            first += e * (o->value[i] - mean);
        }
        sum += (double)o->times * (log(all) + h * (top - mean));
        *slope += (double)o->times * (first / all);
    }
    return sum;
}

/* How far from the mean the mass on one side (sign of h) goes. */
static double reach(const struct wave_sum *s, double h, double end)
{
    for (int i = 0; i < 80; i++, h *= 1.3) {
        double at, bound = cumulant(s, h, &at);
        if (bound - h * at <= -GONE) return at;
        if (fabs(at) > (1 - 1e-6) * fabs(end)) break;
    }
    return end;
}

static void window(const struct wave_sum *s, double *lo, double *hi)
{
    double least, most, mean = wave_mean(s), sd = wave_sd(s);
    wave_ends(s, &least, &most);
    *lo = mean + reach(s, -4 / sd, least - mean);
    *hi = mean + reach(s, 4 / sd, most - mean);
    if (s->lattice) {
        *lo = fmax(floor(*lo), least);
        *hi = fmin(ceil(*hi), most);
    }
}

static double cycle(double lo, double hi)
{
    double n = hi - lo + 1;
    return fmod(n, 2) == 0 ? n + 1 : n; /* odd: every frequency but 0 comes in pairs */
}

double wave_cost(const struct wave_sum *s)
{
    double lo, hi, kinds = 0;
    for (int k = 0; k < s->n; k++) kinds += (double)s->of[k].kinds;
    window(s, &lo, &hi);
    double n = cycle(lo, hi), draws = (double)s->of[0].times;
    /* with few draws no frequency vanishes, and each reading goes through them all */
    return s->lattice ? n * (1 + 0.5 * kinds + (draws < 16 ? 30 : 0)) : 64 * kinds;
}

/* ---------------------------------------------------------------- the transform */

struct complex {
    double re, im;
};

static struct complex times(struct complex a, struct complex b)
{
    return (struct complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static struct complex over(struct complex a, struct complex b)
{
    double d = b.re * b.re + b.im * b.im;
    return (struct complex){(a.re * b.re + a.im * b.im) / d,
                            (a.im * b.re - a.re * b.im) / d};
}

static struct complex power(struct complex a, i64 n)
{
    struct complex out = {1, 0};
    for (; n > 0; n >>= 1) {
        if (n & 1) out = times(out, a);
        a = times(a, a);
    }
    return out;
}

static struct complex turn(double angle)
{
    struct complex c;
    sincos(angle, &c.im, &c.re);
    return c;
}

/* exp(-2 pi i j m / length) */
static struct complex back(const struct wave *w, i64 j, double m)
{
    if (!w->lattice) return turn(-TWO_PI * ((double)j * m / w->length));
    i64 n = (i64)w->length, k = j * ((i64)m % n) % n;
    if (k < 0) k += n;
    return (struct complex){w->cosine[k], -w->sine[k]};
}

/* The same for the k-th kept frequency after the one before, *last: a walk needs one turn
** by one step as long as the numbers follow each other, afresh every 32. */
static struct complex walk_back(const struct wave *w, isize k, double m,
                                struct complex unit, struct complex *last)
{
    if (w->lattice || k % 32 == 0 || w->j[k] != w->j[k - 1] + 1)
        *last = back(w, w->j[k], m);
    else
        *last = times(*last, unit);
    return *last;
}

/* cos and sin of 2 pi k / n for all k: products of a coarse and a fine turn, within
** 3e-16. */
static void fill_turns(double *cosine, double *sine, i64 n)
{
    enum { FINE = 64 };
    struct complex fine[FINE];
    for (int k = 0; k < FINE; k++) fine[k] = turn(TWO_PI * k / (double)n);
    for (i64 c = 0; c < n; c += FINE) {
        struct complex coarse = turn(TWO_PI * (double)c / (double)n);
        for (i64 k = 0; k < MIN(FINE, n - c); k++) {
            struct complex t = times(coarse, fine[k]);
            cosine[c + k] = t.re;
            sine[c + k] = t.im;
        }
    }
}

struct keeping {
    i64 *j;
    double *re, *im, *g_re, *g_im;
};

static struct keeping room_for(struct wave *w, isize most, struct arena *a)
{
    struct keeping k = {NEW_RAW(a, i64, most), NEW_RAW(a, double, most),
                        NEW_RAW(a, double, most), NEW_RAW(a, double, most),
                        NEW_RAW(a, double, most)};
    w->j = k.j, w->re = k.re, w->im = k.im, w->g_re = k.g_re, w->g_im = k.g_im;
    return k;
}

static void keep(struct wave *w, struct keeping *k, i64 j, struct complex f)
{
    f = times(f, back(w, j, w->lo));
    struct complex under = {0, TWO_PI * (double)j / w->length};
    if (w->lattice) {
        under = back(w, j, 1);
        under = (struct complex){1 - under.re, -under.im};
    }
    struct complex g = over(f, under);
    k->j[w->n] = j;
    k->re[w->n] = f.re;
    k->im[w->n] = f.im;
    k->g_re[w->n] = g.re;
    k->g_im[w->n++] = g.im;
}

static struct wave of_lattice(const struct wave_sum *s, struct wave w, struct arena *a)
{
    w.length = cycle(w.lo, w.hi);
    i64 n = (i64)w.length;
    double *cosine = NEW_RAW(a, double, n), *sine = NEW_RAW(a, double, n);
    fill_turns(cosine, sine, n);
    w.cosine = cosine, w.sine = sine;
    struct keeping k = room_for(&w, (isize)(n / 2), a);
    struct arena tmp = *a;
    i64 *step[2], *at[2];
    double floor_of[2];
    for (int o = 0; o < s->n; o++) {
        isize kinds = s->of[o].kinds;
        step[o] = NEW_RAW(&tmp, i64, kinds);
        at[o] = NEW(&tmp, i64, kinds);
        floor_of[o] = exp(-2 * GONE / (double)s->of[o].times); /* of |f|^2 */
        for (isize i = 0; i < kinds; i++) {
            step[o][i] = (i64)s->of[o].value[i] % n;
            if (step[o][i] < 0) step[o][i] += n;
        }
    }
    for (i64 j = 1; j <= n / 2; j++) {
        struct complex all = {1, 0};
        bool gone = false;
        for (int o = 0; o < s->n; o++) { /* also when gone: the places move on */
            struct complex f = {0, 0};
            for (isize i = 0; i < s->of[o].kinds; i++) {
                i64 p = at[o][i] + step[o][i];
                if (p >= n) p -= n;
                at[o][i] = p;
                f.re += s->of[o].p[i] * cosine[p];
                f.im += s->of[o].p[i] * sine[p];
            }
            gone = gone || f.re * f.re + f.im * f.im < floor_of[o];
            if (!gone) all = times(all, power(f, s->of[o].times));
        }
        if (!gone) keep(&w, &k, j, all);
    }
    return w;
}

static struct wave of_smooth(const struct wave_sum *s, struct wave w, struct arena *a)
{
    enum { MOST = 1 << 12, FRESH = 32 };
    w.length = w.hi - w.lo;
    struct keeping k = room_for(&w, MOST, a);
    struct arena tmp = *a;
    struct complex *unit[2], *now[2];
    for (int o = 0; o < s->n; o++) {
        unit[o] = NEW_RAW(&tmp, struct complex, s->of[o].kinds);
        now[o] = NEW_RAW(&tmp, struct complex, s->of[o].kinds);
        for (isize i = 0; i < s->of[o].kinds; i++)
            unit[o][i] = turn(TWO_PI * (s->of[o].value[i] / w.length));
    }
    i64 last = 0, j = 1;
    for (; j <= MOST && j <= 3 * last + 48; j++) {
        struct complex all = {1, 0};
        for (int o = 0; o < s->n; o++) {
            struct complex f = {0, 0};
            for (isize i = 0; i < s->of[o].kinds; i++) {
                /* afresh now and then, before rounding adds up */
                now[o][i] =
                    j % FRESH == 1
                        ? turn(TWO_PI * ((double)j * s->of[o].value[i] / w.length))
                        : times(now[o][i], unit[o][i]);
                f.re += s->of[o].p[i] * now[o][i].re;
                f.im += s->of[o].p[i] * now[o][i].im;
            }
            all = times(all, power(f, s->of[o].times));
        }
        double size = hypot(all.re, all.im);
        if (2 * j > MOST) w.left_out += 2 * size * size / MOST;
        if (size < 6e-19) continue;
        keep(&w, &k, j, all);
        last = j;
    }
    /* As if the terms size / (pi j) beyond the last went on with phases at random. */
    w.left_out = sqrt(w.left_out / MOST) / 3.14159265358979;
    return w;
}

struct wave wave_of(const struct wave_sum *s, struct arena *a)
{
    struct wave w = {.lattice = s->lattice};
    window(s, &w.lo, &w.hi);
    return s->lattice ? of_lattice(s, w, a) : of_smooth(s, w, a);
}

/* ---------------------------------------------------------------- reading it */

/* The sum of exp(-i w (u - lo)) over the places up to `at` is a geometric one:
** (1 - exp(-i w edge)) / (1 - exp(-i w)), edge = at - lo + 1; smooth: an integral. */
double wave_upto(const struct wave *w, double at)
{
    double edge = at - w->lo + (w->lattice ? 1 : 0), sum = 0;
    if (edge <= 0) return 0;
    if (at >= w->hi) return 1;
    struct complex unit = back(w, 1, edge), last = unit;
    for (isize k = 0; k < w->n; k++) {
        struct complex b = walk_back(w, k, edge, unit, &last);
        /* re of g (1 - b); seen from lo, so f carries exp(-i w lo) already */
        sum += w->g_re[k] * (1 - b.re) + w->g_im[k] * b.im;
    }
    return (edge + 2 * sum) / w->length;
}

double wave_at(const struct wave *w, double at)
{
    double sum = 0;
    if (at < w->lo || at > w->hi) return 0;
    struct complex unit = back(w, 1, at - w->lo), last = unit;
    for (isize k = 0; k < w->n; k++) {
        struct complex b = walk_back(w, k, at - w->lo, unit, &last);
        sum += w->re[k] * b.re - w->im[k] * b.im;
    }
    return fmax((1 + 2 * sum) / w->length, 0);
}

double wave_quantile(const struct wave *w, double level)
{
    double lo = w->lo, hi = w->hi;
    if (w->lattice) {
        while (lo < hi) {
            double mid = floor(0.5 * (lo + hi));
            if (wave_upto(w, mid) >= level - 1e-14)
                hi = mid;
            else
                lo = mid + 1;
        }
        return lo;
    }
    double x = 0.5 * (lo + hi), fine = 1e-15 * (hi - lo);
    for (int i = 0; i < 100 && hi - lo > fine; i++) { /* Newton inside a bracket */
        double f = wave_upto(w, x) - level, d = wave_at(w, x), next = x - f / d;
        if (f >= 0)
            hi = x;
        else
            lo = x;
        if (!(next > lo && next < hi)) next = 0.5 * (lo + hi);
        if (fabs(next - x) <= fine) return next;
        x = next;
    }
    return x;
}

/* ---------------------------------------------------------------- tails */

/* Probability of the largest sum: every draw is its source's largest value. */
static double end_mass(const struct wave_sum *s)
{
    double log_p = 0;
    for (int k = 0; k < s->n; k++) {
        const struct wave_source *o = &s->of[k];
        double top = o->value[0], p = 0;
        for (isize i = 1; i < o->kinds; i++) top = fmax(top, o->value[i]);
        for (isize i = 0; i < o->kinds; i++) p += o->value[i] == top ? o->p[i] : 0;
        log_p += (double)o->times * log(p);
    }
    return exp(log_p);
}

/* h with tilted mean `far` (> 0) above the mean; near enough is good enough. */
static double tilt_for(const struct wave_sum *s, double far)
{
    double lo = 0, hi = 1 / wave_sd(s), at;
    for (int i = 0; i < 60 && (cumulant(s, hi, &at), at < far); i++) {
        lo = hi;
        hi *= 2;
    }
    for (int i = 0; i < 24; i++) {
        double mid = 0.5 * (lo + hi);
        cumulant(s, mid, &at);
        *(at < far ? &lo : &hi) = mid;
    }
    return 0.5 * (lo + hi);
}

static double upper_tail(const struct wave_sum *s, double at, double *equal,
                         struct arena tmp)
{
    double least, most, mean = wave_mean(s), slope;
    wave_ends(s, &least, &most);
    double slack = s->lattice ? 0 : 1e-12 * (most - least);
    *equal = 0;
    if (at > most + slack) return 0;
    if (at >= most - slack) return *equal = end_mass(s);
    double h = tilt_for(s, at - mean),
           log_scale = cumulant(s, h, &slope) - h * (at - mean);
    struct wave_sum tilted = *s;
    for (int k = 0; k < s->n; k++) {
        const struct wave_source *o = &s->of[k];
        double *p = NEW_RAW(&tmp, double, o->kinds), top = o->value[0], all = 0;
        for (isize i = 1; i < o->kinds; i++) top = fmax(top, o->value[i]);
        for (isize i = 0; i < o->kinds; i++)
            all += p[i] = o->p[i] * exp(h * (o->value[i] - top));
        for (isize i = 0; i < o->kinds; i++) p[i] /= all;
        tilted.of[k].p = p;
    }
    struct wave w = wave_of(&tilted, &tmp);
    /* sum over u = 0 .. from at to the window's end of exp(-h u) times the tilted mass */
    double steps = w.hi - at + (w.lattice ? 1 : 0), last = exp(-h * steps);
    double sum = (1 - last) / (w.lattice ? -expm1(-h) : h);
    for (isize k = 0; k < w.n; k++) {
        struct complex f = {w.re[k], w.im[k]},
                       under = {h, TWO_PI * (double)w.j[k] / w.length};
        struct complex from = back(&w, w.j[k], at - w.lo);
        struct complex to = back(&w, w.j[k], at - w.lo + steps);
        if (w.lattice) {
            struct complex b = back(&w, w.j[k], 1);
            under = (struct complex){1 - exp(-h) * b.re, -exp(-h) * b.im};
        }
        from.re -= last * to.re;
        from.im -= last * to.im;
        sum += 2 * over(times(f, from), under).re;
    }
    if (w.lattice) *equal = exp(log_scale) * wave_at(&w, at);
    return exp(log_scale) * fmax(sum, 0) / w.length;
}

double wave_tail(const struct wave_sum *s, double at, double *equal, struct arena tmp)
{
    if (at >= wave_mean(s)) return upper_tail(s, at, equal, tmp);
    struct wave_sum mirror = *s;
    for (int k = 0; k < s->n; k++) {
        double *v = NEW_RAW(&tmp, double, s->of[k].kinds);
        for (isize i = 0; i < s->of[k].kinds; i++) v[i] = -s->of[k].value[i];
        mirror.of[k].value = v;
    }
    return upper_tail(&mirror, -at, equal, tmp);
}
