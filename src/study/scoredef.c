#include "study/scoredef.h"
#include <math.h>

const char *const metric_word[METRIC_N] = {
    "sum",    "mean",    "prorated sum", "POMP",      "weighted sum", "weighted mean",
    "lowest", "highest", "count",        "criterion", "band"};
const char *const missing_word[MISSING_N] = {"none", "answered", "prorate",
                                             "person mean"};

static bool is_item_list(const struct instrument *in, const struct yaml *first)
{
    return !first || instrument_item(in, first->text) >= 0 ||
           instrument_score(in, first->text) < 0;
}

/* `all`, or a list of items by id or number on paper, each once. */
static int read_items_of(struct reading *r, const struct instrument *in,
                         const struct yaml *v, const struct yaml *map, const char *key,
                         const int **out, isize *n, struct err *e)
{
    bool all = v && v->kind == YAML_TEXT && str_is(v->text, "all");
    if (!all) TRY(yaml_list(v, map, key, &v, e));
    *n = all ? in->items.n : v->n;
    int *of = NEW(r->a, int, *n);
    isize k = 0;
    for (isize i = 0; all && i < *n; i++) of[i] = (int)i;
    for (const struct yaml *o = all ? NULL : v->kid; o; o = o->next, k++) {
        TRY(instrument_item_at(in, o, v, &of[k], e));
        for (isize i = 0; i < k; i++)
            if (of[i] == of[k])
                return yaml_refuse(o, e, "item '%.*s' stands in %s twice",
                                   FMT(in->items.at[of[k]].id), key);
    }
    *out = of;
    return OK;
}

static int read_scores_of(struct reading *r, const struct instrument *in,
                          const struct yaml *list, struct scoredef *d, struct err *e)
{
    int *of = NEW(r->a, int, list->n);
    isize k = 0;
    for (const struct yaml *o = list->kid; o; o = o->next, k++) {
        struct str id = {0};
        TRY(yaml_str(o, list, "of", &id, e));
        if (instrument_item(in, id) >= 0)
            return yaml_refuse(o, e,
                               "a score is made of items or of scores, not of both");
        TRY(instrument_score_at(in, o, id, &of[k], e));
        for (isize i = 0; i < k; i++)
            if (of[i] == of[k])
                return yaml_refuse(o, e, "score '%.*s' stands in of twice", FMT(id));
    }
    d->of = of;
    d->n = list->n;
    d->of_scores = true;
    return OK;
}

/* The items underneath, each once, ascending. */
static void settle_leaves(struct reading *r, const struct instrument *in,
                          struct scoredef *d)
{
    bool under[INSTRUMENT_ITEMS] = {0};
    for (isize i = 0; i < d->n; i++) {
        if (!d->of_scores) {
            under[d->of[i]] = true;
            continue;
        }
        const struct scoredef *part = &in->scores.at[d->of[i]];
        for (isize k = 0; k < part->n_leaf; k++) under[part->leaf[k]] = true;
    }
    int *leaf = NEW(r->a, int, in->items.n);
    for (int i = 0; i < (int)in->items.n; i++)
        if (under[i]) leaf[d->n_leaf++] = i;
    d->leaf = leaf;
}

static int read_of(struct reading *r, const struct instrument *in, const struct yaml *v,
                   struct scoredef *d, struct err *e)
{
    const struct yaml *of = yaml_get(v, "of");
    if (of && of->kind == YAML_LIST && !is_item_list(in, of->kid))
        TRY(read_scores_of(r, in, of, d, e));
    else
        TRY(read_items_of(r, in, of, v, "of", &d->of, &d->n, e));
    if (d->n == 0)
        return yaml_refuse(of, e, "score '%.*s' is made of nothing", FMT(d->id));
    settle_leaves(r, in, d);
    return OK;
}

static int read_weights(struct reading *r, const struct yaml *v, struct scoredef *d,
                        struct err *e)
{
    bool weighted = d->metric == METRIC_WEIGHTED_SUM || d->metric == METRIC_WEIGHTED_MEAN;
    const struct yaml *list = yaml_get(v, "weights");
    if (!weighted && list)
        return yaml_refuse(list, e, "weights belong to a weighted sum or mean, not to %s",
                           metric_word[d->metric]);
    if (!weighted) return OK;
    TRY(yaml_list(list, v, "weights", &list, e));
    if (list->n != d->n)
        return yaml_refuse(list, e, "%td weights for %td parts", list->n, d->n);
    double *w = NEW(r->a, double, d->n);
    double least = d->metric == METRIC_WEIGHTED_MEAN ? 0 : -1e6;
    for (isize i = 0; i < d->n; i++) {
        TRY(yaml_num(yaml_at(list, i), list, "a weight", least, 1e6, &w[i], e));
        if (w[i] == 0)
            return yaml_refuse(yaml_at(list, i), e,
                               "a weight of 0 takes the part out; "
                               "leave it out of the list instead");
    }
    d->weight = w;
    return OK;
}

static int read_when(struct reading *r, const struct yaml *v, struct scoredef *d,
                     struct err *e)
{
    static const char *const known[] = {"at-least", "at-most", FACT_KEYS};
    bool wants = d->metric == METRIC_COUNT || d->metric == METRIC_CRITERION;
    const struct yaml *w = yaml_get(v, "when"), *k = NULL;
    d->when_lo = -INFINITY;
    d->when_hi = INFINITY;
    if (!wants && w)
        return yaml_refuse(w, e, "when belongs to count and criterion, not to %s",
                           metric_word[d->metric]);
    if (!wants) return OK;
    TRY(yaml_map(w, v, "when", &w, e));
    TRY(yaml_keys(w, known, COUNT(known), e));
    TRY(fact_mark(r, w, str_fmt(r->a, "score %.*s when", FMT(d->id)), &d->how_mark, e));
    if ((k = yaml_get(w, "at-least")))
        TRY(yaml_num(k, w, "at-least", -1e9, 1e9, &d->when_lo, e));
    if ((k = yaml_get(w, "at-most")))
        TRY(yaml_num(k, w, "at-most", -1e9, 1e9, &d->when_hi, e));
    if (isinf(d->when_lo) && isinf(d->when_hi))
        return yaml_refuse(w, e, "when needs at-least or at-most");
    if (d->when_lo > d->when_hi)
        return yaml_refuse(w, e, "when is never true: at least %g and at most %g",
                           d->when_lo, d->when_hi);
    return OK;
}

void scoredef_part_range(const struct instrument *in, const struct scoredef *d, isize i,
                         double *lo, double *hi)
{
    if (d->of_scores) {
        *lo = in->scores.at[d->of[i]].lo;
        *hi = in->scores.at[d->of[i]].hi;
    } else {
        *lo = in->items.at[d->of[i]].lo;
        *hi = in->items.at[d->of[i]].hi;
    }
}

static bool ranges_equal(const struct instrument *in, const struct scoredef *d)
{
    double lo0, hi0, lo, hi;
    scoredef_part_range(in, d, 0, &lo0, &hi0);
    for (isize i = 1; i < d->n; i++) {
        scoredef_part_range(in, d, i, &lo, &hi);
        if (lo != lo0 || hi != hi0) return false;
    }
    for (isize i = 0; i < d->n_over; i++) {
        const struct item *it = &in->items.at[d->over[i]];
        if (it->lo != lo0 || it->hi != hi0) return false;
    }
    return true;
}

static bool fills(const struct scoredef *d)
{
    return d->rule == MISSING_PRORATE || d->rule == MISSING_PERSON_MEAN;
}

static int read_enough(const struct yaml *v, struct scoredef *d, struct err *e)
{
    isize n = d->over ? d->n_over : d->n; /* where the missing are counted */
    const struct yaml *least = yaml_get(v, "at-least"), *most = yaml_get(v, "up-to");
    i64 x = 0;
    if (d->rule == MISSING_NONE) {
        if (least || most)
            return yaml_refuse(v, e, "rule none has neither at-least nor up-to");
        d->up_to = 0;
        return OK;
    }
    if (!least == !most)
        return yaml_refuse(v, e,
                           "say at-least (how many must be answered) or up-to (how "
                           "many may be missing), one of them");
    if (least) {
        TRY(yaml_int(least, v, "at-least", 1, n, &x, e));
        d->at_least = (isize)x;
        d->up_to = -1;
    } else {
        TRY(yaml_int(most, v, "up-to", 0, n - 1, &x, e));
        d->up_to = (isize)x;
    }
    return OK;
}

static int read_missing(struct reading *r, const struct instrument *in,
                        const struct yaml *map, struct scoredef *d, struct err *e)
{
    static const char *const known[] = {"rule", "at-least", "up-to", "over", FACT_KEYS};
    const struct yaml *v = yaml_get(map, "missing"), *k = NULL;
    int rule = MISSING_NONE;
    d->up_to = 0;
    if (!v) return OK; /* none may be missing, unless it is said */
    if (v->kind == YAML_TEXT) {
        TRY(yaml_word(v, map, "missing", missing_word, MISSING_N, &rule, e));
        if (rule != MISSING_NONE)
            return yaml_refuse(v, e,
                               "write {rule: %s, at-least: ...} or {..., up-to: ...}",
                               missing_word[rule]);
        return OK;
    }
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_mark(r, v, str_fmt(r->a, "score %.*s missing rule", FMT(d->id)),
                  &d->missing_mark, e));
    TRY(yaml_word(yaml_get(v, "rule"), v, "rule", missing_word, MISSING_N, &rule, e));
    d->rule = (enum missing_rule)rule;
    if ((k = yaml_get(v, "over"))) {
        if (d->rule != MISSING_PERSON_MEAN || d->of_scores)
            return yaml_refuse(k, e,
                               "over belongs to rule person mean of a score of items");
        TRY(read_items_of(r, in, k, v, "over", &d->over, &d->n_over, e));
        if (d->n_over == 0) return yaml_refuse(k, e, "over is empty");
    }
    TRY(read_enough(v, d, e));
    bool counts = d->metric >= METRIC_LOWEST;
    if (fills(d) && counts)
        return yaml_refuse(v, e, "rule %s does not fit metric %s: use none or answered",
                           missing_word[rule], metric_word[d->metric]);
    if (fills(d) && !ranges_equal(in, d))
        return yaml_refuse(
            v, e,
            "rule %s over items of different ranges could leave the score's "
            "own range: use none or answered",
            missing_word[rule]);
    return OK;
}

/* What follows from the parts' ranges. */
static void derive_range(const struct instrument *in, struct scoredef *d)
{
    double sum_lo = 0, sum_hi = 0, w_lo = 0, w_hi = 0, w = 0;
    double min_lo = INFINITY, min_hi = INFINITY, max_lo = -INFINITY, max_hi = -INFINITY;
    for (isize i = 0; i < d->n; i++) {
        double lo, hi, weight = d->weight ? d->weight[i] : 1;
        scoredef_part_range(in, d, i, &lo, &hi);
        sum_lo += lo;
        sum_hi += hi;
        w_lo += weight * (weight > 0 ? lo : hi);
        w_hi += weight * (weight > 0 ? hi : lo);
        w += weight;
        min_lo = fmin(min_lo, lo);
        min_hi = fmin(min_hi, hi);
        max_lo = fmax(max_lo, lo);
        max_hi = fmax(max_hi, hi);
    }
    double n = (double)d->n, lo = 0, hi = 0;
    switch (d->metric) {
    case METRIC_SUM:
    case METRIC_PRORATED: lo = sum_lo, hi = sum_hi; break;
    case METRIC_MEAN: lo = sum_lo / n, hi = sum_hi / n; break;
    case METRIC_POMP: hi = 100; break;
    case METRIC_WEIGHTED_SUM: lo = w_lo, hi = w_hi; break;
    case METRIC_WEIGHTED_MEAN: lo = w_lo / w, hi = w_hi / w; break;
    case METRIC_LOWEST: lo = min_lo, hi = min_hi; break;
    case METRIC_HIGHEST: lo = max_lo, hi = max_hi; break;
    case METRIC_COUNT: hi = n; break;
    case METRIC_CRITERION: hi = 1; break;
    case METRIC_BAND:
    case METRIC_N: lo = 1, hi = (double)in->scores.at[d->of[0]].bands.n; break;
    }
    double x = d->times * lo + d->plus, y = d->times * hi + d->plus;
    d->lo = fmin(x, y);
    d->hi = fmax(x, y);
}

static int read_range(struct reading *r, const struct instrument *in,
                      const struct yaml *v, struct scoredef *d, struct err *e)
{
    static const char *const known[] = {"times", "plus", FACT_KEYS};
    const struct yaml *then = yaml_get(v, "then"), *k = NULL;
    d->times = 1;
    if (then) {
        TRY(yaml_keys(then, known, COUNT(known), e));
        TRY(fact_mark(r, then, str_fmt(r->a, "score %.*s then", FMT(d->id)), &d->how_mark,
                      e));
        if ((k = yaml_get(then, "times")))
            TRY(yaml_num(k, then, "times", -1e6, 1e6, &d->times, e));
        if ((k = yaml_get(then, "plus")))
            TRY(yaml_num(k, then, "plus", -1e6, 1e6, &d->plus, e));
        if (d->times == 0)
            return yaml_refuse(then, e, "times 0 makes every score the same");
    }
    derive_range(in, d);
    const struct yaml *range = yaml_get(v, "range");
    if (!range) return OK;
    double lo, hi;
    TRY(instrument_range(r, range, v, str_fmt(r->a, "score %.*s range", FMT(d->id)), &lo,
                         &hi, e));
    if (fabs(lo - d->lo) > 1e-9 || fabs(hi - d->hi) > 1e-9)
        return yaml_refuse(
            range, e,
            "the range %g to %g is written, but %g to %g follows from what "
            "the score is made of",
            lo, hi, d->lo, d->hi);
    return OK;
}

static int read_bands(struct reading *r, const struct yaml *list, const struct yaml *map,
                      struct scoredef *d, struct err *e)
{
    static const char *const known[] = {"from", "name", "about", FACT_KEYS};
    struct mark all;
    const struct yaml *k = NULL;
    TRY(fact_open(r, list, str_fmt(r->a, "score %.*s bands", FMT(d->id)), &list, &all,
                  e));
    TRY(yaml_list(list, map, "bands", &list, e));
    for (const struct yaml *v = list->kid; v; v = v->next) {
        struct band *b = PUSH(r->a, &d->bands);
        TRY(yaml_keys(v, known, COUNT(known), e));
        TRY(yaml_num(yaml_get(v, "from"), v, "from", d->lo, d->hi, &b->from, e));
        TRY(yaml_str(yaml_get(v, "name"), v, "name", &b->name, e));
        if ((k = yaml_get(v, "about"))) TRY(yaml_str(k, v, "about", &b->text, e));
        TRY(fact_mark(r, v,
                      str_fmt(r->a, "score %.*s band %.*s", FMT(d->id), FMT(b->name)),
                      &b->mark, e));
        b->mark.unverified |= all.unverified;
        if (b->mark.source.n == 0) b->mark.source = all.source;
        if (d->bands.n == 1 && b->from != d->lo)
            return yaml_refuse(v, e, "the first band starts at %g, the score at %g",
                               b->from, d->lo);
        if (d->bands.n > 1 && b->from <= d->bands.at[d->bands.n - 2].from)
            return yaml_refuse(v, e, "bands go up: %g does not come after %g", b->from,
                               d->bands.at[d->bands.n - 2].from);
    }
    if (d->bands.n < 2) return yaml_refuse(list, e, "bands are two at least");
    return OK;
}

static int read_cutoff(struct reading *r, const struct yaml *v, struct scoredef *d,
                       struct err *e)
{
    static const char *const known[] = {"at-least", "at-most", "means", "who", FACT_KEYS};
    struct cutoff *c = PUSH(r->a, &d->cutoffs);
    const struct yaml *least = NULL, *most = NULL, *k = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    least = yaml_get(v, "at-least");
    most = yaml_get(v, "at-most");
    if (!least == !most)
        return yaml_refuse(v, e, "a cut-off is at-least or at-most, one of them");
    c->at_least = least != NULL;
    TRY(yaml_num(least ? least : most, v, least ? "at-least" : "at-most", d->lo, d->hi,
                 &c->at, e));
    TRY(yaml_str(yaml_get(v, "means"), v, "means", &c->means, e));
    if ((k = yaml_get(v, "who"))) TRY(yaml_str(k, v, "who", &c->who, e));
    return fact_mark(r, v, str_fmt(r->a, "score %.*s cut-off %g", FMT(d->id), c->at),
                     &c->mark, e);
}

static int read_reliable(struct reading *r, const struct yaml *v, struct scoredef *d,
                         struct err *e)
{
    static const char *const known[] = {"change", "sd", "r", "who", FACT_KEYS};
    struct reliable *c = PUSH(r->a, &d->reliable);
    const struct yaml *k = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    c->sd = c->r = NAN;
    if ((k = yaml_get(v, "change"))) {
        if (yaml_get(v, "sd") || yaml_get(v, "r"))
            return yaml_refuse(v, e,
                               "a reliable change is published (change) or computed "
                               "(sd and r), not both");
        TRY(yaml_num(k, v, "change", 1e-9, 1e9, &c->change, e));
    } else {
        TRY(yaml_num(yaml_get(v, "sd"), v, "sd", 1e-9, 1e9, &c->sd, e));
        TRY(yaml_num(yaml_get(v, "r"), v, "r", 0, 0.999999, &c->r, e));
        /* Jacobson & Truax 1991: 1.96 times the standard error of a difference. */
        c->change = 1.96 * c->sd * sqrt(2 * (1 - c->r));
    }
    if ((k = yaml_get(v, "who"))) TRY(yaml_str(k, v, "who", &c->who, e));
    return fact_mark(r, v, str_fmt(r->a, "score %.*s reliable change", FMT(d->id)),
                     &c->mark, e);
}

static int read_direction(struct reading *r, const struct yaml *map, int inherited,
                          struct scoredef *d, struct err *e)
{
    const struct yaml *v = yaml_get(map, "direction");
    int word = inherited;
    if (v) {
        TRY(fact_open(r, v, str_fmt(r->a, "score %.*s direction", FMT(d->id)), &v,
                      &d->direction_mark, e));
        TRY(yaml_word(v, map, "direction", direction_word, DIRECTION_N, &word, e));
    }
    if (word < 0)
        return yaml_refuse(map, e,
                           "score '%.*s' does not say its direction: higher is "
                           "better, lower is better, or no direction",
                           FMT(d->id));
    d->direction = (enum direction)word;
    return OK;
}

static int check_metric(const struct instrument *in, const struct yaml *v,
                        const struct scoredef *d, struct err *e)
{
    const struct yaml *at = yaml_get(v, "metric");
    if (d->metric == METRIC_PRORATED && !ranges_equal(in, d))
        return yaml_refuse(at, e, "a prorated sum needs items of one range");
    if (d->metric == METRIC_BAND &&
        (!d->of_scores || d->n != 1 || in->scores.at[d->of[0]].bands.n == 0))
        return yaml_refuse(at, e, "metric band is made of one score that has bands");
    return OK;
}

int scoredef_read(struct reading *r, const struct instrument *in, const struct yaml *v,
                  int direction, struct scoredef *d, struct err *e)
{
    static const char *const known[] = {"id",       "title",           "about",   "of",
                                        "metric",   "weights",         "when",    "then",
                                        "range",    "direction",       "missing", "bands",
                                        "cut-offs", "reliable-change", FACT_KEYS};
    const struct yaml *k = NULL;
    int metric = 0;
    TRY(yaml_keys(v, known, COUNT(known), e));
    d->line = v->line;
    TRY(fact_id(yaml_get(v, "id"), v, "id", &d->id, e));
    if (instrument_item(in, d->id) >= 0 || instrument_score(in, d->id) >= 0)
        return yaml_refuse(yaml_get(v, "id"), e, "'%.*s' is an item or a score already",
                           FMT(d->id));
    TRY(fact_mark(r, v, str_fmt(r->a, "score %.*s", FMT(d->id)), &d->mark, e));
    d->title = d->id;
    if ((k = yaml_get(v, "title"))) TRY(yaml_str(k, v, "title", &d->title, e));
    if ((k = yaml_get(v, "about"))) TRY(yaml_str(k, v, "about", &d->about, e));
    TRY(yaml_word(yaml_get(v, "metric"), v, "metric", metric_word, METRIC_N, &metric, e));
    d->metric = (enum metric)metric;
    TRY(read_of(r, in, v, d, e));
    TRY(check_metric(in, v, d, e));
    TRY(read_weights(r, v, d, e));
    TRY(read_when(r, v, d, e));
    TRY(read_missing(r, in, v, d, e));
    TRY(read_range(r, in, v, d, e));
    TRY(read_direction(r, v, direction, d, e));
    if ((k = yaml_get(v, "bands"))) TRY(read_bands(r, k, v, d, e));
    const struct yaml *list = NULL;
    if ((list = yaml_get(v, "cut-offs"))) {
        TRY(yaml_list(list, v, "cut-offs", &list, e));
        for (k = list->kid; k; k = k->next) TRY(read_cutoff(r, k, d, e));
    }
    if ((list = yaml_get(v, "reliable-change"))) {
        TRY(yaml_list(list, v, "reliable-change", &list, e));
        for (k = list->kid; k; k = k->next) TRY(read_reliable(r, k, d, e));
    }
    return OK;
}

struct str scoredef_band(const struct instrument *in, const struct scoredef *d,
                         struct str name)
{
    for (isize i = 0; in->translation.n && i < d->bands.n; i++)
        if (str_eq(d->bands.at[i].name, name) && d->bands.at[i].text.n)
            return d->bands.at[i].text;
    return name;
}
