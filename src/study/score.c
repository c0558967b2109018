#include "study/score.h"
#include <math.h>

/* A part of a score: an item's answer turned to the score's way, or an earlier score. */
struct part {
    double x, lo, hi;
    enum { PART_MISSING, PART_GIVEN, PART_SKIPPED } state;
};

static void part_of_item(const struct turn *t, const struct answer *answer,
                         struct part *p)
{
    bool skipped = answer->state == ANSWER_NOT_APPLICABLE ||
                   (t->optional && answer->state == ANSWER_MISSING);
    p->lo = t->lo;
    p->hi = t->hi;
    p->x = t->reverse ? t->lo + t->hi - answer->value : answer->value;
    p->state = answer->state == ANSWER_GIVEN ? PART_GIVEN
               : skipped                     ? PART_SKIPPED
                                             : PART_MISSING;
}

static struct part part_of_score(const struct score *s)
{
    struct part p = {s->value, s->lo, s->hi, PART_GIVEN};
    if (isnan(s->value)) p.state = s->n_items == 0 ? PART_SKIPPED : PART_MISSING;
    return p;
}

/* Sums over the parts of one kind: those given, those missing. */
struct heap {
    isize n;
    double sum, lo, hi;           /* of x and of the ranges */
    double wsum, w, wlo, whi;     /* the same weighted, when the definition weighs */
    double least, min_lo, min_hi; /* of METRIC_LOWEST and METRIC_HIGHEST */
    double most, max_lo, max_hi;
    isize singled,
        hits; /* of METRIC_COUNT and METRIC_CRITERION: x in [when_lo, when_hi] */
};

static void heap_put(struct heap *h, const struct part *p)
{
    h->n++;
    h->sum += p->x;
    h->lo += p->lo;
    h->hi += p->hi;
}

static void heap_weigh(struct heap *h, const struct part *p, double w)
{
    h->wsum += w * p->x;
    h->w += w;
    h->wlo += w * (w > 0 ? p->lo : p->hi);
    h->whi += w * (w > 0 ? p->hi : p->lo);
}

/* What only the metrics that single parts out need. */
static void heap_single(struct heap *h, const struct part *p, const struct scoredef *d)
{
    bool first = h->singled++ == 0;
    h->hits += p->x >= d->when_lo && p->x <= d->when_hi;
    h->least = first ? p->x : fmin(h->least, p->x);
    h->most = first ? p->x : fmax(h->most, p->x);
    h->min_lo = first ? p->lo : fmin(h->min_lo, p->lo);
    h->min_hi = first ? p->hi : fmin(h->min_hi, p->hi);
    h->max_lo = first ? p->lo : fmax(h->max_lo, p->lo);
    h->max_hi = first ? p->hi : fmax(h->max_hi, p->hi);
}

/* Sorts items into those given and those missing. */
static void gather_items(const struct scoredef *d, const struct part *item,
                         struct heap *given, struct heap *missing)
{
    struct heap g = {0}, m = {0}; /* here, so that they stay in registers */
    bool singles = d->metric >= METRIC_LOWEST;
    for (isize i = 0; i < d->n; i++) {
        const struct part *p = &item[d->of[i]];
        if (p->state == PART_GIVEN)
            heap_put(&g, p);
        else if (p->state == PART_MISSING)
            heap_put(&m, p);
    }
    for (isize i = 0; (d->weight || singles) && i < d->n; i++) {
        const struct part *p = &item[d->of[i]];
        if (p->state == PART_SKIPPED) continue;
        if (d->weight) heap_weigh(p->state == PART_GIVEN ? &g : &m, p, d->weight[i]);
        if (singles && p->state == PART_GIVEN) heap_single(&g, p, d);
    }
    *given = g;
    *missing = m;
}

/* The same of earlier scores; marks what they bring along. */
static void gather_scores(const struct scoredef *d, const struct score *earlier,
                          struct heap *given, struct heap *missing, struct score *s)
{
    for (isize i = 0; i < d->n; i++) {
        const struct score *part = &earlier[d->of[i]];
        struct part p = part_of_score(part);
        if (p.state == PART_SKIPPED) continue;
        struct heap *h = p.state == PART_GIVEN ? given : missing;
        heap_put(h, &p);
        if (d->weight) heap_weigh(h, &p, d->weight[i]);
        if (h == missing) continue;
        if (d->metric >= METRIC_LOWEST) heap_single(h, &p, d);
        s->prorated |= part->prorated;
        s->imputed |= part->imputed;
    }
}

static bool enough(const struct scoredef *d, isize given, isize missing)
{
    if (given == 0) return false;
    return d->at_least > 0 ? given >= d->at_least : missing <= d->up_to;
}

/* The mean that stands for missing items, and whether there is a score at all. */
static bool fill_of(const struct scoredef *d, const struct part *item,
                    const struct heap *given, const struct heap *missing, double *fill)
{
    double sum = given->sum;
    isize n = given->n, gaps = missing->n;
    if (d->over) {
        sum = 0;
        n = gaps = 0;
        for (isize i = 0; i < d->n_over; i++) {
            const struct part *p = &item[d->over[i]];
            if (p->state == PART_GIVEN) sum += p->x, n++;
            if (p->state == PART_MISSING) gaps++;
        }
    }
    *fill = n ? sum / (double)n : NAN;
    return enough(d, n, gaps) && given->n + missing->n > 0;
}

/* Sum over given and filled parts.  Scaling the sum rounds once: 13 fives of 15 are
** 75. */
static double filled_sum(const struct scoredef *d, const struct heap *g,
                         const struct heap *m, double fill)
{
    if (m->n == 0) return g->sum;
    if (d->over) return g->sum + (double)m->n * fill;
    return g->sum * (double)(g->n + m->n) / (double)g->n;
}

static void apply_metric(const struct scoredef *d, const struct heap *g,
                         const struct heap *m, double fill, struct score *s)
{
    static const struct heap none = {0};
    bool fills = d->rule == MISSING_PRORATE || d->rule == MISSING_PERSON_MEAN;
    if (!fills) m = &none; /* what is missing does not take part */
    double n = (double)(g->n + m->n), sum = filled_sum(d, g, m, fill);
    double lo = g->lo + m->lo, hi = g->hi + m->hi, w = g->w + m->w;
    double x = NAN, all = (double)d->n;
    switch (d->metric) {
    case METRIC_SUM: x = sum; break;
    case METRIC_MEAN:
        /* a mean over its own items is not changed by filling with it */
        x = m->n && !d->over ? fill : sum / n;
        lo /= n, hi /= n;
        break;
    case METRIC_PRORATED:
        x = m->n && d->over ? sum * all / n : g->sum * all / (double)g->n;
        lo = lo * all / n, hi = hi * all / n;
        break;
    case METRIC_POMP:
        x = 100 * (sum - lo) / (hi - lo);
        lo = 0, hi = 100;
        break;
    case METRIC_WEIGHTED_SUM:
        x = g->wsum + (m->n ? m->w * fill : 0);
        lo = g->wlo + m->wlo, hi = g->whi + m->whi;
        break;
    case METRIC_WEIGHTED_MEAN:
        x = (g->wsum + (m->n ? m->w * fill : 0)) / w;
        lo = (g->wlo + m->wlo) / w, hi = (g->whi + m->whi) / w;
        break;
    case METRIC_LOWEST: x = g->least, lo = g->min_lo, hi = g->min_hi; break;
    case METRIC_HIGHEST: x = g->most, lo = g->max_lo, hi = g->max_hi; break;
    case METRIC_COUNT: x = (double)g->hits, lo = 0, hi = (double)g->n; break;
    case METRIC_CRITERION: x = g->hits == g->n, lo = 0, hi = 1; break;
    case METRIC_BAND:
    case METRIC_N: x = NAN; break; /* done by the caller */
    }
    s->value = x;
    s->lo = lo;
    s->hi = hi;
}

static void count_leaves(const struct scoredef *d, const struct part *item,
                         struct score *s)
{
    for (isize i = 0; i < d->n_leaf; i++) {
        const struct part *p = &item[d->leaf[i]];
        s->n_items += p->state != PART_SKIPPED;
        s->n_answered += p->state == PART_GIVEN;
    }
    s->short_of_all = s->n_items < (int)d->n_leaf;
}

/* Bands begin at their `from`; 1e-9 forgives the rounding of a mean that is a band's
** foot. */
static int band_of(const struct scoredef *d, double x)
{
    int at = -1;
    if (isnan(x)) return -1;
    for (isize i = 0; i < d->bands.n; i++)
        if (x >= d->bands.at[i].from - 1e-9) at = (int)i;
    return d->bands.n ? MAX(at, 0) : -1;
}

static struct score score_by(const struct scoredef *d, const struct part *item,
                             const struct score *earlier)
{
    struct score s = {.value = NAN, .lo = d->lo, .hi = d->hi, .band = -1};
    struct heap given = {0}, missing = {0};
    if (d->of_scores) {
        gather_scores(d, earlier, &given, &missing, &s);
        count_leaves(d, item, &s);
    } else {
        gather_items(d, item, &given, &missing);
        s.n_answered = (int)given.n;
        s.n_items = (int)(given.n + missing.n);
        s.short_of_all = s.n_items < (int)d->n;
    }
    double fill = NAN;
    if (!fill_of(d, item, &given, &missing, &fill)) return s;
    if (d->metric == METRIC_BAND) {
        s.value = earlier[d->of[0]].band + 1;
    } else {
        apply_metric(d, &given, &missing, fill, &s);
        s.prorated |= missing.n && d->rule == MISSING_PRORATE;
        s.imputed |= missing.n && d->rule == MISSING_PERSON_MEAN;
        s.prorated |= d->metric == METRIC_PRORATED && given.n < d->n && !s.imputed;
    }
    if (d->times != 1 || d->plus != 0) {
        double a = d->times * s.lo + d->plus, b = d->times * s.hi + d->plus;
        s.value = d->times * s.value + d->plus;
        s.lo = fmin(a, b);
        s.hi = fmax(a, b);
    }
    s.band = band_of(d, s.value);
    return s;
}

/* Items are turned once, not once a score. */
static void parts_of(const struct instrument *in, const struct answer *answer,
                     struct part *item)
{
    for (isize i = 0; i < in->items.n; i++)
        part_of_item(&in->turn[i], &answer[i], &item[i]);
}

void score_all(const struct instrument *in, const struct answer *answer,
               struct score *out)
{
    struct part item[INSTRUMENT_ITEMS];
    parts_of(in, answer, item);
    for (isize k = 0; k < in->scores.n; k++)
        out[k] = score_by(&in->scores.at[k], item, out);
}

struct score score_one(const struct instrument *in, isize score,
                       const struct answer *answer)
{
    struct part item[INSTRUMENT_ITEMS];
    struct score out[INSTRUMENT_SCORES];
    parts_of(in, answer, item);
    if (!in->scores.at[score].of_scores)
        return score_by(&in->scores.at[score], item, NULL);
    for (isize k = 0; k <= score; k++) out[k] = score_by(&in->scores.at[k], item, out);
    return out[score];
}

struct str score_band(const struct scoredef *d, struct score s)
{
    return s.band >= 0 ? d->bands.at[s.band].name : (struct str){0};
}

struct str score_rule(const struct instrument *in, const struct scoredef *d,
                      struct arena *a)
{
    static const char *const what[MISSING_N] = {
        "", "over the answered ones", "the answered ones' mean stands for the others",
        "replaced by the person's mean"};
    const char *parts = d->of_scores ? "parts" : "items";
    isize n = d->over ? d->n_over : d->n;
    if (d->rule == MISSING_NONE) return str_fmt(a, "no missing %s", parts);
    struct str over = S("");
    if (d->over && d->n_over == in->items.n) over = S(" of the whole scale");
    if (d->over && d->n_over < in->items.n) over = str_fmt(a, " of %td items", d->n_over);
    if (d->at_least > 0)
        return str_fmt(a, "at least %td of %td %s answered; %s%.*s", d->at_least, n,
                       parts, what[d->rule], FMT(over));
    return str_fmt(a, "up to %td of %td %s missing; %s%.*s", d->up_to, n, parts,
                   what[d->rule], FMT(over));
}

int score_changed(const struct scoredef *d, const struct reliable *r, double from,
                  double to)
{
    double better = d->direction == LOWER_IS_BETTER ? from - to : to - from;
    if (isnan(better) || d->direction == NO_DIRECTION) return 0;
    return better >= r->change ? 1 : better <= -r->change ? -1 : 0;
}
