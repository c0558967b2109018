#include "stats/ideal.h"
#include "stats/bca.h"
#include "stats/boot.h"
#include "stats/dist.h"
#include "stats/lattice.h"
#include "stats/wave.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A sample scaled and centred, so that neither 1e300 nor 1e-300 nor a far origin matters:
** x = scale v + mean, the largest |v| between 1/2 and 2. */
struct group {
    const double *x;
    isize n;
    double mean, weight; /* weight of the mean in the estimate: 1 or -1 */
    const double *v;
    struct lattice l;
    const i64 *k; /* places, or NULL */
};

/* The distribution of the estimate: a wave on a lattice or without one, or a list. */
struct law {
    enum ideal_how how;
    struct wave_sum sum;
    struct wave wave;
    double at;            /* where the estimate lies, in the wave's places */
    double base, step;    /* estimate = base + step place, */
    double num, per, den; /* = (num + per place) / den where den > 0 */
    const double *value;  /* listed: ascending, */
    const double *p;      /* probability of each, */
    const double *upto;   /* and of it and all below */
    isize n;
};

struct share {
    double below, equal, above; /* each in its own tail */
};

static int check(const double *x, isize n, const char *which, struct err *e)
{
    if (n < 2)
        return err_set(e, E_TOO_FEW, "a bootstrap needs 2 observations%s, there %s %td",
                       which, n == 1 ? "is" : "are", n);
    if (n > 1000000)
        return err_set(e, E_TOO_BIG, "more than 1,000,000 observations%s", which);
    for (isize i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return err_set(e, E_DOMAIN, "observation %td%s is missing or not finite",
                           i + 1, which);
    return OK;
}

static struct group group_of(const double *x, isize n, double weight, struct arena *a)
{
    struct group g = {.x = x, .n = n, .weight = weight};
    double half = 0, sum = 0; /* halves: sums near the end of the range */
    for (isize i = 0; i < n; i++) sum += (0.5 * x[i] - 0.5 * x[0]) / (double)n;
    half = sum + 0.5 * x[0];
    g.mean = 2 * half;
    i64 *k = NEW_RAW(a, i64, n);
    if (lattice_find(x, n, (i64)1 << 40, &g.l, k)) {
        g.k = k;
        i64 all = 0;
        for (isize i = 0; i < n; i++) all += k[i];
        g.mean = lattice_mean(&g.l, all, n);
    }
    return g;
}

/* Different values with their shares. */
struct pair {
    double v, p;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct pair *)a)->v, y = ((const struct pair *)b)->v;
    return (x > y) - (x < y);
}

/* Sorts pairs and joins those whose values are equal within `slack`; returns how many
** stay. */
static isize join(struct pair *at, isize n, double slack)
{
    qsort(at, (size_t)n, sizeof *at, by_value);
    isize kept = 0;
    for (isize i = 0; i < n; i++) {
        if (kept > 0 && at[i].v - at[kept - 1].v <= slack)
            at[kept - 1].p += at[i].p;
        else
            at[kept++] = at[i];
    }
    return kept;
}

static struct wave_source source_of(const double *v, isize n, struct arena *a)
{
    struct pair *at = NEW_RAW(a, struct pair, n);
    for (isize i = 0; i < n; i++) at[i] = (struct pair){v[i], 1};
    isize kinds = join(at, n, 0);
    double *value = NEW_RAW(a, double, kinds), *p = NEW_RAW(a, double, kinds);
    for (isize i = 0; i < kinds; i++) {
        value[i] = at[i].v;
        p[i] = at[i].p / (double)n;
    }
    return (struct wave_source){value, p, kinds, n};
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

/* ---------------------------------------------------------------- on a lattice */

/* The estimate as a whole number of steps: for one mean the sum of places; for two the
** places of either group over the common denominator,
**   mean = (num n + per S) / (den n)   and   x - y = (base + A S - B T) / under. */
static bool on_lattice(const struct group *g, int n_groups, struct law *w,
                       struct arena *a)
{
    double weight[2] = {1, -1};
    if (!g[0].k || (n_groups == 2 && !g[1].k)) return false;
    if (n_groups == 1) {
        const struct lattice *l = &g->l;
        w->base = l->origin;
        w->step = l->step / (double)g->n;
        w->num = (double)l->num * (double)g->n;
        w->per = (double)l->per;
        w->den = (double)l->den * (double)g->n;
    } else {
        const struct lattice *k = &g[0].l, *l = &g[1].l;
        double n = (double)g[0].n, m = (double)g[1].n;
        double big =
            fmax((double)MAX(k->per, llabs(k->num) + k->per * k->span) * (double)l->den,
                 (double)MAX(l->per, llabs(l->num) + l->per * l->span) * (double)k->den) *
            n * m;
        if (k->den == 0 || l->den == 0 || !(big < 0x1p50)) return false;
        i64 f = l->den * g[1].n, h = k->den * g[0].n;
        i64 one = divisor(MAX(k->per * f, l->per * h), MIN(k->per * f, l->per * h));
        weight[0] = (double)(k->per * f / one);
        weight[1] = -(double)(l->per * h / one);
        w->num = (double)(k->num * g[0].n * f - l->num * g[1].n * h);
        w->per = (double)one;
        w->den = (double)f * (double)h;
        w->base = w->num / w->den;
        w->step = w->per / w->den;
    }
    if (w->den > 0 && fabs(w->num) + w->per * (double)g->l.span * (double)g->n > 0x1p52)
        w->den = 0;
    w->sum.n = n_groups;
    w->sum.lattice = true;
    w->at = 0;
    for (int o = 0; o < n_groups; o++) {
        double *v = NEW_RAW(a, double, g[o].n);
        for (isize i = 0; i < g[o].n; i++) {
            v[i] = weight[o] * (double)g[o].k[i];
            w->at += v[i];
        }
        w->sum.of[o] = source_of(v, g[o].n, a);
    }
    return true;
}

/* ---------------------------------------------------------------- off any lattice */

/* Values about the mean, in a common unit. */
static void off_lattice(struct group *g, int n_groups, struct law *w, struct arena *a)
{
    double far = 0;
    for (int o = 0; o < n_groups; o++)
        for (isize i = 0; i < g[o].n; i++)
            far = fmax(far, fabs(0.5 * g[o].x[i] - 0.5 * g[o].mean));
    int e = MIN(ilogb(far) + 1, 1023); /* 2^e must exist */
    double mean = 0;
    w->sum.n = n_groups;
    w->sum.lattice = false;
    w->step = ldexp(1, e);
    for (int o = 0; o < n_groups; o++) {
        double *v = NEW_RAW(a, double, g[o].n);
        for (isize i = 0; i < g[o].n; i++)
            v[i] = ldexp(0.5 * g[o].x[i] - 0.5 * g[o].mean, 1 - e) * g[o].weight /
                   (double)g[o].n;
        g[o].v = v;
        w->sum.of[o] = source_of(v, g[o].n, a);
        mean += g[o].weight * g[o].mean;
    }
    w->base = mean;
    w->at = 0;
}

/* All multisets of n draws from `kinds` values: counts go through the compositions of
** n. */
static isize list_group(const struct wave_source *s, struct pair *out)
{
    isize c[16] = {0}, n = (isize)s->times, made = 0;
    double log_p[16];
    for (isize i = 0; i < s->kinds; i++) log_p[i] = log(s->p[i]);
    c[0] = n;
    for (;;) {
        double v = 0, l = dist_lgamma((double)n + 1);
        for (isize i = 0; i < s->kinds; i++) {
            v += (double)c[i] * s->value[i];
            l += (double)c[i] * log_p[i] - dist_lgamma((double)c[i] + 1);
        }
        out[made++] = (struct pair){v, exp(l)};
        isize i = s->kinds - 2; /* the last but one that can pass one to the right */
        while (i >= 0 && c[i] == 0) i--;
        if (i < 0) return made;
        isize rest = c[s->kinds - 1];
        c[s->kinds - 1] = 0;
        c[i]--;
        c[i + 1] = rest + 1;
    }
}

static double multisets(const struct wave_source *s)
{
    double n = (double)s->times, k = (double)s->kinds;
    return exp(dist_lgamma(n + k) - dist_lgamma(n + 1) - dist_lgamma(k));
}

static bool few_multisets(const struct law *w)
{
    double many = 1;
    for (int o = 0; o < w->sum.n; o++) {
        if (w->sum.of[o].kinds > 16) return false;
        many *= multisets(&w->sum.of[o]);
    }
    return many < 8000; /* 6435 for 8 values */
}

static bool listed(struct law *w, struct arena *a)
{
    if (!few_multisets(w)) return false;
    isize room[2] = {1, 1};
    struct pair *of[2], none = {0, 1};
    of[1] = &none;
    for (int o = 0; o < w->sum.n; o++) {
        of[o] = NEW(a, struct pair, (isize)(multisets(&w->sum.of[o]) + 1.5));
        room[o] = list_group(&w->sum.of[o], of[o]);
    }
    isize n = 0;
    struct pair *all = NEW_RAW(a, struct pair, room[0] * room[1]);
    for (isize i = 0; i < room[0]; i++)
        for (isize j = 0; j < room[1]; j++)
            all[n++] = (struct pair){of[0][i].v + of[1][j].v, of[0][i].p * of[1][j].p};
    w->n = join(all, n, 1e-13);
    double *value = NEW_RAW(a, double, w->n), *p = NEW_RAW(a, double, w->n);
    double *upto = NEW_RAW(a, double, w->n), sum = 0;
    for (isize i = 0; i < w->n; i++) {
        value[i] = all[i].v;
        p[i] = all[i].p;
        upto[i] = sum += p[i];
    }
    w->value = value, w->p = p, w->upto = upto;
    return true;
}

/* ---------------------------------------------------------------- reading the law */

static double value_at(const struct law *w, double place)
{
    if (w->how == IDEAL_LATTICE && w->den > 0) {
        double top = w->num + w->per * place;
        if (fabs(top) < 0x1p53) return top / w->den;
    }
    return w->base + w->step * place;
}

static double quantile(const struct law *w, double level)
{
    if (w->how != IDEAL_LISTED) return value_at(w, wave_quantile(&w->wave, level));
    isize i = 0;
    while (i < w->n - 1 && w->upto[i] < level - 1e-14) i++;
    return value_at(w, w->value[i]);
}

/* The probability of drawing the sample itself: the size of the steps that a smooth law
** passes over. */
static double own_mass(const struct law *w)
{
    double l = 0;
    for (int o = 0; o < w->sum.n; o++) {
        const struct wave_source *s = &w->sum.of[o];
        double n = (double)s->times;
        l += dist_lgamma(n + 1);
        for (isize i = 0; i < s->kinds; i++) {
            double c = round(n * s->p[i]);
            l += c * log(s->p[i]) - dist_lgamma(c + 1);
        }
    }
    return exp(l);
}

static struct share share_listed(const struct law *w, double place)
{
    struct share s = {0};
    for (isize i = 0; i < w->n; i++) {
        double d = w->value[i] - place;
        *(d < -1e-12 ? &s.below : d <= 1e-12 ? &s.equal : &s.above) += w->p[i];
    }
    return s;
}

/* Tails below this are computed in the tail; above it 1e-15 absolute is 1e-11
** relative. */
static const double TAIL = 1e-4;

static struct share share_wave(const struct law *w, double place, struct arena tmp)
{
    struct share s = {0};
    bool whole = true;
    if (w->how == IDEAL_LATTICE) {
        double near = round(place);
        whole = fabs(place - near) < 1e-6;
        place = whole ? near : floor(place);
        s.equal = whole ? wave_at(&w->wave, place) : 0;
        s.below = wave_upto(&w->wave, place) - s.equal;
        s.above = fmax(1 - s.below - s.equal, 0);
    } else {
        s.below = wave_upto(&w->wave, place);
        s.above = 1 - s.below;
    }
    if (s.below + s.equal < TAIL) {
        double to = wave_tail(&w->sum, place, &s.equal, tmp);
        if (!whole) s.equal = 0;
        s.below = fmax(to - s.equal, 0);
    } else if (s.above + s.equal < TAIL) {
        double to = wave_tail(&w->sum, whole ? place : place + 1, &s.equal, tmp);
        if (!whole) s.equal = 0;
        s.above = fmax(to - s.equal, 0);
    }
    return s;
}

static void read_bca(const struct law *w, double below, double accel, double z,
                     struct ideal_bca *out)
{
    out->z0 = dist_norm_quantile(below);
    out->level_lo = bca_level(out->z0, accel, -z, NULL);
    out->level_hi = bca_level(out->z0, accel, z, NULL);
    out->lo = quantile(w, out->level_lo);
    out->hi = quantile(w, out->level_hi);
}

/* Twice the probability of the most extreme resample on the side of `null`. */
static double floor_of(const struct group *g, int n_groups, bool upper)
{
    double l = log(2);
    for (int o = 0; o < n_groups; o++) {
        bool most = upper == (g[o].weight > 0);
        double end = g[o].x[0], count = 0;
        for (isize i = 0; i < g[o].n; i++)
            end = most ? fmax(end, g[o].x[i]) : fmin(end, g[o].x[i]);
        for (isize i = 0; i < g[o].n; i++) count += g[o].x[i] == end;
        l += (double)g[o].n * log(count / (double)g[o].n);
    }
    return fmax(exp(l), 1e-300);
}

static double accel_of(const struct group *g, int n_groups, struct arena tmp)
{
    isize n = g[0].n + (n_groups == 2 ? g[1].n : 0), at = 0;
    double *jack = NEW_RAW(&tmp, double, n);
    for (int o = 0; o < n_groups;
         o++) /* leaving one out moves the mean by this, negative */
        for (isize i = 0; i < g[o].n; i++)
            jack[at++] =
                (0.5 * g[o].mean - 0.5 * g[o].x[i]) * g[o].weight / (double)g[o].n;
    return boot_accel(jack, n);
}

int ideal_mean(const double *x, isize n, const double *y, isize m,
               const struct ideal_plan *p, struct ideal_result *out, struct arena tmp,
               struct err *e)
{
    if (!(p->level > 0 && p->level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, e.g. 0.95");
    if (!isfinite(p->null))
        return err_set(e, E_DOMAIN, "the hypothesis that p asks about must be a number");
    int n_groups = y ? 2 : 1;
    TRY(check(x, n, "", e));
    if (y) TRY(check(y, m, " of the second group", e));
    struct group g[2] = {group_of(x, n, 1, &tmp)};
    if (y) g[1] = group_of(y, m, -1, &tmp);
    bool varies = false;
    for (int o = 0; o < n_groups; o++)
        for (isize i = 1; i < g[o].n; i++) varies = varies || g[o].x[i] != g[o].x[0];
    if (!varies)
        return err_set(e, E_DEGENERATE,
                       "all %td observations are equal: resamples cannot "
                       "differ",
                       n);

    *out = (struct ideal_result){.n = n, .m = y ? m : 0};
    out->accel = accel_of(g, n_groups, tmp);
    struct law w = {.how = IDEAL_LATTICE};
    const double budget = 1e6; /* terms: about 2 ms */
    bool lattice = on_lattice(g, n_groups, &w, &tmp);
    if (lattice) {
        double cost = wave_cost(&w.sum);
        lattice = cost < budget || (p->whole && cost < 1e9);
        if (lattice && cost > 1e5 && few_multisets(&w))
            lattice = false; /* listed: exact */
    }
    if (lattice) {
        w.wave = wave_of(&w.sum, &tmp);
        out->error = 1e-14;
    } else {
        w = (struct law){.how = IDEAL_SMOOTH};
        off_lattice(g, n_groups, &w, &tmp);
        if (listed(&w, &tmp)) {
            w.how = IDEAL_LISTED;
            out->error = 1e-14;
        } else {
            w.wave = wave_of(&w.sum, &tmp);
            out->error = 0.5 * own_mass(&w) + w.wave.left_out + 1e-14;
        }
    }
    out->how = w.how;
    out->estimate = value_at(&w, w.at);
    out->se = wave_sd(&w.sum) * w.step;

    struct share own =
        w.how == IDEAL_LISTED ? share_listed(&w, w.at) : share_wave(&w, w.at, tmp);
    if (w.how == IDEAL_SMOOTH) { /* the smooth law halves the step at the estimate */
        own.equal = own_mass(&w);
        own.below -= 0.5 * own.equal;
        own.above -= 0.5 * own.equal;
    }
    out->below = own.below;
    out->equal = own.equal;
    double tail = 0.5 * (1 - p->level), z = dist_norm_quantile(1 - tail);
    read_bca(&w, own.below + 0.5 * own.equal, out->accel, z, &out->half_ties);
    read_bca(&w, own.below, out->accel, z, &out->strict);
    out->perc_lo = quantile(&w, tail);
    out->perc_hi = quantile(&w, 1 - tail);

    double place = (p->null - w.base) / w.step;
    struct share s =
        w.how == IDEAL_LISTED ? share_listed(&w, place) : share_wave(&w, place, tmp);
    out->p_floor = floor_of(g, n_groups, p->null > out->estimate);
    out->p = bca_p(s.below + 0.5 * s.equal, s.above + 0.5 * s.equal, out->half_ties.z0,
                   out->accel);
    if (!(out->p > out->p_floor)) {
        out->p = out->p_floor;
        note_add(&out->notes, NOTE_NO_RESAMPLE, out->p_floor, 0);
    }
    isize few = y ? MIN(n, m) : n;
    if (few < 8) note_add(&out->notes, NOTE_FEW, (double)few, 0);
    if (own.equal > 0.01) note_add(&out->notes, NOTE_TIES, 100 * own.equal, 0);
    return OK;
}

/* Sums that n draws can reach, as bits: n times, the set is shifted by every value. */
i64 ideal_support(const double *x, isize n, struct arena tmp)
{
    i64 *k = NEW_RAW(&tmp, i64, n);
    struct lattice l;
    if (n < 1 || !lattice_find(x, n, (i64)1 << 24, &l, k)) return -1;
    i64 words = l.span * n / 64 + 1, kinds = 0, count = 0;
    for (isize i = 0; i < n; i++) { /* different values */
        bool seen = false;
        for (isize j = 0; j < kinds; j++) seen = seen || k[j] == k[i];
        if (!seen) k[kinds++] = k[i];
    }
    if ((double)words * (double)n * (double)kinds > 4e9) return -1;
    u64 *now = NEW(&tmp, u64, words), *next = NEW(&tmp, u64, words);
    now[0] = 1;
    for (isize draw = 1; draw <= n; draw++) {
        i64 used = l.span * (draw - 1) / 64 + 1;
        memset(next, 0, (size_t)words * sizeof *next);
        for (isize i = 0; i < kinds; i++) {
            i64 by = k[i] / 64;
            int bit = (int)(k[i] % 64);
            for (i64 j = 0; j < used; j++) {
                next[j + by] |= now[j] << bit;
                if (bit && now[j] >> (64 - bit)) next[j + by + 1] |= now[j] >> (64 - bit);
            }
        }
        u64 *t = now;
        now = next;
        next = t;
    }
    for (i64 j = 0; j < words; j++) count += __builtin_popcountll(now[j]);
    return count;
}
