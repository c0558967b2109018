#include "study/paper_file.h"
#include "base/num.h"
#include <math.h>
#include <string.h>

enum { PARTS_MAX = 40 };

/* One claim while it is read. */
struct claim {
    const struct yaml *m;
    struct str at, restored;
    bool has_scale;
    struct paper_scale scale;
    const struct yaml *scales;
    struct paper_report *out;
    struct arena *a;
    struct err *e;
};

static void add(struct claim *c, const char *check, struct str printed,
                struct paper_result is)
{
    struct paper_line *l = PUSH(c->a, c->out);
    *l = (struct paper_line){c->at, str_of(check), printed, c->restored, is};
    c->out->count[is.verdict]++;
}

/* ---- getters ------------------------------------------------------------------ */

/* A printed number, from a text without quotes. */
static int num_of(const struct claim *c, const struct yaml *v, const struct yaml *map,
                  const char *key, struct paper_num *out)
{
    struct str s;
    struct err why = {0};
    TRY(yaml_str(v, map, key, &s, c->e));
    if (paper_num_read(s, out, &why) != OK)
        return yaml_refuse(v, c->e, "'%s': %s", key, why.text);
    return OK;
}

static int num(const struct claim *c, const char *key, struct paper_num *out)
{
    return num_of(c, yaml_get(c->m, key), c->m, key, out);
}

/* The same, when it may be absent. */
static int num_if(const struct claim *c, const char *key, struct paper_num *out)
{
    *out = (struct paper_num){0};
    return yaml_get(c->m, key) ? num(c, key, out) : OK;
}

static int p_if(const struct claim *c, struct paper_num *out)
{
    const struct yaml *v = yaml_get(c->m, "p");
    struct str s;
    struct err why = {0};
    *out = (struct paper_num){0};
    if (!v) return OK;
    TRY(yaml_str(v, c->m, "p", &s, c->e));
    if (paper_p_read(s, out, &why) != OK) return yaml_refuse(v, c->e, "%s", why.text);
    return OK;
}

/* [lo, hi] */
static int pair_if(const struct claim *c, const char *key, struct paper_num *lo,
                   struct paper_num *hi)
{
    const struct yaml *v = yaml_get(c->m, key), *l;
    *lo = *hi = (struct paper_num){0};
    if (!v) return OK;
    TRY(yaml_list(v, c->m, key, &l, c->e));
    if (l->n != 2)
        return yaml_refuse(v, c->e, "'%s' should be [lower, upper], found %td members",
                           key, l->n);
    TRY(num_of(c, yaml_at(l, 0), l, key, lo));
    return num_of(c, yaml_at(l, 1), l, key, hi);
}

static int count_of(const struct claim *c, const struct yaml *map, const char *key,
                    isize *out)
{
    i64 n;
    TRY(yaml_int(yaml_get(map, key), map, key, 1, 100000000, &n, c->e));
    *out = (isize)n;
    return OK;
}

static int flag(const struct claim *c, const char *key, bool *out)
{
    const struct yaml *v = yaml_get(c->m, key);
    return v ? yaml_bool(v, c->m, key, out, c->e) : OK;
}

static int keys(const struct claim *c, const char *const *known, isize n)
{
    return yaml_keys(c->m, known, n, c->e);
}
#define KEYS(c, ...)                                                                 \
    keys(                                                                            \
        (c), (const char *const[]){"check", "at", "restored", "scale", __VA_ARGS__}, \
        COUNT(((const char *const[]){"check", "at", "restored", "scale", __VA_ARGS__})))

static int need_scale(const struct claim *c, const char *what)
{
    if (c->has_scale) return OK;
    return yaml_refuse(c->m, c->e, "%s needs 'scale', one of those under 'scales'", what);
}

/* ---- scales ------------------------------------------------------------------- */

static int scale_read(const struct yaml *m, struct paper_scale *out, struct err *e)
{
    static const char *const known[] = {"about", "items",  "items-max", "min",
                                        "max",   "metric", "better"};
    static const char *const metric[] = {"sum", "mean"};
    static const char *const better[] = {"higher", "lower"};
    const struct yaml *v;
    struct str about;
    i64 items = 1, most = 0;
    int k = 0, b = 0;
    TRY(yaml_keys(m, known, COUNT(known), e));
    TRY(yaml_str(yaml_get(m, "about"), m, "about", &about, e));
    TRY(yaml_num(yaml_get(m, "min"), m, "min", -1e6, 1e6, &out->min, e));
    TRY(yaml_num(yaml_get(m, "max"), m, "max", -1e6, 1e6, &out->max, e));
    TRY(yaml_word(yaml_get(m, "metric"), m, "metric", metric, 2, &k, e));
    TRY(yaml_word(yaml_get(m, "better"), m, "better", better, 2, &b, e));
    if ((v = yaml_get(m, "items"))) TRY(yaml_int(v, m, "items", 1, 10000, &items, e));
    if ((v = yaml_get(m, "items-max")))
        TRY(yaml_int(v, m, "items-max", items, 10000, &most, e));
    if (out->max <= out->min) return yaml_refuse(m, e, "'max' should lie above 'min'");
    if (k == 1 && !yaml_get(m, "items"))
        return yaml_refuse(m, e, "a mean of items needs 'items'");
    out->items = yaml_get(m, "items") ? (isize)items : 0;
    out->steps = k == 1 ? (isize)items : 1;
    out->steps_max = k == 1 ? (isize)most : 0;
    out->lower_better = b == 1;
    return OK;
}

static int scale_of(struct claim *c)
{
    const struct yaml *v = yaml_get(c->m, "scale"), *s;
    const char *known[PARTS_MAX];
    struct str name;
    int i;
    isize n = 0;
    c->has_scale = v != NULL;
    if (!v) return OK;
    TRY(yaml_str(v, c->m, "scale", &name, c->e));
    if (c->scales)
        for (s = c->scales->kid; s && n < PARTS_MAX; s = s->next)
            known[n++] = str_c(s->key, c->a);
    TRY(yaml_word(v, c->m, "scale", known, n, &i, c->e));
    return scale_read(yaml_at(c->scales, i), &c->scale, c->e);
}

/* ---- the checks, one function each -------------------------------------------- */

static int check_mean(struct claim *c)
{
    struct paper_num mean, sd, lo, hi;
    isize n;
    bool imputed = false, n_printed = true;
    TRY(KEYS(c, "n", "mean", "sd", "range", "total", "imputed", "n-printed"));
    TRY(need_scale(c, "a mean"));
    TRY(count_of(c, c->m, "n", &n));
    TRY(num(c, "mean", &mean));
    TRY(num_if(c, "sd", &sd));
    TRY(pair_if(c, "range", &lo, &hi));
    TRY(flag(c, "imputed", &imputed));
    TRY(flag(c, "n-printed", &n_printed));
    const struct paper_scale *s = &c->scale;
    struct str shown = str_fmt(c->a, "M %.*s, n %td", FMT(mean.text), n);

    struct paper_result in = paper_inside(&mean, s->min, s->max, c->a);
    add(c, "in scale", shown, in);
    if (in.verdict == PAPER_IMPOSSIBLE) return OK; /* what follows would only repeat it */
    add(c, "mean", shown, paper_grim(&mean, n, s, imputed, n_printed, c->a));
    if (sd.given)
        add(c, "SD", str_fmt(c->a, "M %.*s, SD %.*s", FMT(mean.text), FMT(sd.text)),
            paper_sd(&mean, &sd, n, s, lo.given ? lo.x : s->min, lo.given ? hi.x : s->max,
                     lo.given, imputed || !n_printed, c->a));
    if (yaml_get(c->m, "total")) {
        i64 total;
        TRY(yaml_int(yaml_get(c->m, "total"), c->m, "total", 0, 1000000000, &total,
                     c->e));
        add(c, "mean and total", str_fmt(c->a, "%.*s, total %" PRId64, FMT(shown), total),
            paper_total(&mean, n, total, c->a));
    }
    if (!lo.given) return OK;
    struct str range = str_fmt(c->a, "%.*s to %.*s", FMT(lo.text), FMT(hi.text));
    add(c, "mean in range", str_fmt(c->a, "M %.*s, %.*s", FMT(mean.text), FMT(range)),
        paper_inside(&mean, lo.x, hi.x, c->a));
    for (int i = 0; i < 2; i++) { /* the ends are scores of one */
        struct paper_num *x = i ? &hi : &lo;
        struct paper_result r = paper_inside(x, s->min, s->max, c->a);
        if (r.verdict == PAPER_POSSIBLE && s->steps > 1)
            r = paper_grim(x, 1, s, imputed, true, c->a);
        add(c, i ? "highest" : "lowest", x->text, r);
    }
    return OK;
}

/* An estimate with its interval, and p beside it. False: nothing can be said from the
** width. */
static bool interval(struct claim *c, const struct paper_num *est,
                     const struct paper_num *lo, const struct paper_num *hi, double level,
                     double df, enum paper_method how, const struct paper_num *p)
{
    struct str shown =
        str_fmt(c->a, "%.*s [%.*s, %.*s]", FMT(est->text), FMT(lo->text), FMT(hi->text));
    struct paper_result in = paper_interval(est, lo, hi, how, c->a);
    add(c, "interval", shown, in);
    if (in.verdict == PAPER_IMPOSSIBLE) return false;
    if (p->given)
        add(c, "p and interval", str_fmt(c->a, "%.*s, p %.*s", FMT(shown), FMT(p->text)),
            paper_p_interval(est, lo, hi, level, df, how, p, c->a));
    return true;
}

static const char *const methods[] = {"t", "normal", "bootstrap"};

static int check_change(struct claim *c)
{
    struct paper_num before, after, sd1, sd2, change, lo, hi, p;
    const struct yaml *v;
    int method = PAPER_T;
    isize n;
    double level = 0.95;
    TRY(KEYS(c, "n", "before", "after", "sd-before", "sd-after", "change", "ci", "level",
             "p", "method"));
    TRY(count_of(c, c->m, "n", &n));
    TRY(num_if(c, "before", &before));
    TRY(num_if(c, "after", &after));
    TRY(num_if(c, "sd-before", &sd1));
    TRY(num_if(c, "sd-after", &sd2));
    TRY(num(c, "change", &change));
    TRY(pair_if(c, "ci", &lo, &hi));
    TRY(p_if(c, &p));
    if ((v = yaml_get(c->m, "level")))
        TRY(yaml_num(v, c->m, "level", 0.5, 0.9999, &level, c->e));
    TRY(yaml_word(yaml_get(c->m, "method"), c->m, "method", methods, 3, &method, c->e));
    enum paper_method how = (enum paper_method)method;
    double df = how == PAPER_NORMAL ? 0 : (double)(n - 1);

    if (before.given && after.given)
        add(c, "difference",
            str_fmt(c->a, "%.*s to %.*s, change %.*s", FMT(before.text), FMT(after.text),
                    FMT(change.text)),
            paper_difference(&before, &after, &change, c->a));
    if (!lo.given || !interval(c, &change, &lo, &hi, level, df, how, &p)) return OK;
    if (sd1.given && sd2.given)
        add(c, "SDs and interval",
            str_fmt(c->a, "SD %.*s, %.*s; [%.*s, %.*s]", FMT(sd1.text), FMT(sd2.text),
                    FMT(lo.text), FMT(hi.text)),
            paper_correlation(&sd1, &sd2, n, &lo, &hi, level, how, c->a));
    return OK;
}

struct group {
    isize n;
    struct paper_num mean, sd, se;
};

static int group_read(struct claim *c, const char *key, struct group *g)
{
    static const char *const known[] = {"n", "mean", "sd", "se"};
    const struct yaml *m;
    TRY(yaml_map(yaml_get(c->m, key), c->m, key, &m, c->e));
    TRY(yaml_keys(m, known, COUNT(known), c->e));
    TRY(count_of(c, m, "n", &g->n));
    TRY(num_of(c, yaml_get(m, "mean"), m, "mean", &g->mean));
    if (yaml_get(m, "sd")) TRY(num_of(c, yaml_get(m, "sd"), m, "sd", &g->sd));
    if (yaml_get(m, "se")) TRY(num_of(c, yaml_get(m, "se"), m, "se", &g->se));
    if (g->sd.given == g->se.given)
        return yaml_refuse(m, c->e, "a group has either 'sd' or 'se'");
    return OK;
}

static struct str shown_group(const struct group *g, struct arena *a)
{
    return str_fmt(a, "%.*s (%s %.*s)", FMT(g->mean.text), g->sd.given ? "SD" : "SE",
                   FMT((g->sd.given ? g->sd : g->se).text));
}

static int check_groups(struct claim *c)
{
    struct group g[2] = {0};
    struct paper_num p, diff, lo, hi;
    const struct yaml *v;
    bool adjusted = false, imputed = false;
    int method = PAPER_NORMAL;
    double level = 0.95;
    TRY(KEYS(c, "first", "second", "p", "difference", "ci", "level", "method", "adjusted",
             "imputed"));
    TRY(group_read(c, "first", &g[0]));
    TRY(group_read(c, "second", &g[1]));
    TRY(p_if(c, &p));
    TRY(flag(c, "adjusted", &adjusted));
    TRY(flag(c, "imputed", &imputed));
    TRY(num_if(c, "difference", &diff));
    TRY(pair_if(c, "ci", &lo, &hi));
    if ((v = yaml_get(c->m, "level")))
        TRY(yaml_num(v, c->m, "level", 0.5, 0.9999, &level, c->e));
    if ((v = yaml_get(c->m, "method")))
        TRY(yaml_word(v, c->m, "method", methods, 3, &method, c->e));
    if (lo.given && !diff.given)
        return yaml_refuse(c->m, c->e, "'ci' needs 'difference', first - second");
    if (g[0].sd.given != g[1].sd.given)
        return yaml_refuse(c->m, c->e, "both groups should have 'sd', or both 'se'");
    for (int i = 0; i < 2 && c->has_scale; i++) {
        const struct paper_scale *s = &c->scale;
        struct str shown =
            str_fmt(c->a, "%.*s, n %td", FMT(shown_group(&g[i], c->a)), g[i].n);
        struct paper_result in = paper_inside(&g[i].mean, s->min, s->max, c->a);
        add(c, i ? "second in scale" : "first in scale", shown, in);
        if (in.verdict == PAPER_IMPOSSIBLE || !g[i].sd.given) continue;
        add(c, i ? "second mean" : "first mean", shown,
            paper_grim(&g[i].mean, g[i].n, s, imputed, true, c->a));
        add(c, i ? "second SD" : "first SD", shown,
            paper_sd(&g[i].mean, &g[i].sd, g[i].n, s, s->min, s->max, false, imputed,
                     c->a));
    }
    if (diff.given && !adjusted)
        add(c, "difference", str_fmt(c->a, "%.*s", FMT(diff.text)),
            paper_difference(&g[1].mean, &g[0].mean, &diff, c->a));
    if (lo.given)
        (void)interval(c, &diff, &lo, &hi, level,
                       method == PAPER_T ? (double)(g[0].n + g[1].n - 2) : 0,
                       (enum paper_method)method, &p);
    if (!p.given) return OK;
    add(c, "p of the groups",
        str_fmt(c->a, "%.*s and %.*s, p %.*s", FMT(shown_group(&g[0], c->a)),
                FMT(shown_group(&g[1], c->a)), FMT(p.text)),
        g[0].se.given
            ? paper_groups_se(&g[0].mean, &g[0].se, &g[1].mean, &g[1].se, &p, c->a)
            : paper_groups_sd(&g[0].mean, &g[0].sd, g[0].n, &g[1].mean, &g[1].sd, g[1].n,
                              adjusted, &p, c->a));
    return OK;
}

static int check_percent(struct claim *c)
{
    struct paper_num percent;
    const struct yaml *v;
    i64 count = -1;
    isize of;
    TRY(KEYS(c, "percent", "count", "of"));
    TRY(num(c, "percent", &percent));
    TRY(count_of(c, c->m, "of", &of));
    if ((v = yaml_get(c->m, "count")))
        TRY(yaml_int(v, c->m, "count", 0, of, &count, c->e));
    add(c, "per cent", str_fmt(c->a, "%.*s %% of %td", FMT(percent.text), of),
        paper_percent(&percent, count, of, c->a));
    return OK;
}

static int check_sum(struct claim *c)
{
    i64 part[PARTS_MAX], total;
    isize n = 0;
    const struct yaml *l;
    TRY(KEYS(c, "parts", "total"));
    TRY(yaml_list(yaml_get(c->m, "parts"), c->m, "parts", &l, c->e));
    TRY(yaml_int(yaml_get(c->m, "total"), c->m, "total", -1000000000, 1000000000, &total,
                 c->e));
    if (l->n > PARTS_MAX) return yaml_refuse(l, c->e, "more than %d parts", PARTS_MAX);
    for (const struct yaml *v = l->kid; v; v = v->next)
        TRY(yaml_int(v, l, "parts", -1000000000, 1000000000, &part[n++], c->e));
    add(c, "sum", str_fmt(c->a, "total %" PRId64, total),
        paper_sum(part, n, total, c->a));
    return OK;
}

static int check_pooled(struct claim *c)
{
    static const char *const known[] = {"n", "mean"};
    struct paper_num mean, part[PARTS_MAX];
    isize n, part_n[PARTS_MAX], k = 0;
    const struct yaml *l;
    TRY(KEYS(c, "n", "mean", "groups"));
    TRY(count_of(c, c->m, "n", &n));
    TRY(num(c, "mean", &mean));
    TRY(yaml_list(yaml_get(c->m, "groups"), c->m, "groups", &l, c->e));
    if (l->n > PARTS_MAX) return yaml_refuse(l, c->e, "more than %d groups", PARTS_MAX);
    for (const struct yaml *v = l->kid; v; v = v->next, k++) {
        TRY(yaml_keys(v, known, 2, c->e));
        TRY(count_of(c, v, "n", &part_n[k]));
        TRY(num_of(c, yaml_get(v, "mean"), v, "mean", &part[k]));
    }
    add(c, "mean of all", str_fmt(c->a, "M %.*s, n %td", FMT(mean.text), n),
        paper_pooled(&mean, n, part, part_n, k, c->a));
    return OK;
}

static int check_fit(struct claim *c)
{
    struct paper_fit f = {0};
    i64 variables;
    TRY(KEYS(c, "n", "variables", "df", "chi2", "cfi", "tli", "rmsea"));
    TRY(count_of(c, c->m, "n", &f.n));
    TRY(yaml_int(yaml_get(c->m, "variables"), c->m, "variables", 2, 1000, &variables,
                 c->e));
    f.df0 = (double)(variables * (variables - 1) / 2);
    TRY(num_if(c, "df", &f.df));
    TRY(num_if(c, "chi2", &f.chi2));
    TRY(num_if(c, "cfi", &f.cfi));
    TRY(num_if(c, "tli", &f.tli));
    TRY(num_if(c, "rmsea", &f.rmsea));
    add(c, "fit",
        str_fmt(c->a, "CFI %.*s, TLI %.*s, RMSEA %.*s", FMT(f.cfi.text), FMT(f.tli.text),
                FMT(f.rmsea.text)),
        paper_fit(&f, c->a));
    return OK;
}

static int check_points(struct claim *c)
{
    struct paper_num lo, hi;
    i64 points;
    TRY(KEYS(c, "points", "anchors"));
    TRY(yaml_int(yaml_get(c->m, "points"), c->m, "points", 1, 100000, &points, c->e));
    TRY(pair_if(c, "anchors", &lo, &hi));
    if (!lo.given)
        return yaml_refuse(c->m, c->e, "'anchors' is missing here: [lowest, highest]");
    add(c, "points",
        str_fmt(c->a, "%" PRId64 "-point, %.*s to %.*s", points, FMT(lo.text),
                FMT(hi.text)),
        paper_points(points, lo.x, hi.x, c->has_scale ? c->scale.items : 0, c->a));
    return OK;
}

static int check_direction(struct claim *c)
{
    static const char *const words[] = {"increase", "decrease", "improvement",
                                        "worsening"};
    struct paper_num before, after;
    int word = 0;
    TRY(KEYS(c, "word", "before", "after"));
    TRY(need_scale(c, "a direction"));
    TRY(yaml_word(yaml_get(c->m, "word"), c->m, "word", words, 4, &word, c->e));
    TRY(num(c, "before", &before));
    TRY(num(c, "after", &after));
    add(c, "direction",
        str_fmt(c->a, "\"%s\", %.*s to %.*s", words[word], FMT(before.text),
                FMT(after.text)),
        paper_direction((enum paper_change)word, &before, &after, c->scale.lower_better,
                        c->a));
    return OK;
}

/* ---- the file ----------------------------------------------------------------- */

static const char *const check_name[] = {"mean",   "change", "groups", "percent",  "sum",
                                         "pooled", "fit",    "points", "direction"};
typedef int check_fn(struct claim *c);
static check_fn *const check_of[] = {check_mean,    check_change, check_groups,
                                     check_percent, check_sum,    check_pooled,
                                     check_fit,     check_points, check_direction};

int paper_file_read(const struct yaml *root, struct paper_report *out, struct arena *a,
                    struct err *e)
{
    static const char *const known[] = {"paper", "title",  "source",
                                        "note",  "scales", "claims"};
    const struct yaml *claims, *scales = NULL, *v;
    *out = (struct paper_report){0};
    TRY(yaml_keys(root, known, COUNT(known), e));
    TRY(yaml_str(yaml_get(root, "paper"), root, "paper", &out->id, e));
    TRY(yaml_str(yaml_get(root, "title"), root, "title", &out->title, e));
    TRY(yaml_str(yaml_get(root, "source"), root, "source", &out->source, e));
    if ((v = yaml_get(root, "note"))) TRY(yaml_str(v, root, "note", &out->note, e));
    if ((v = yaml_get(root, "scales"))) {
        TRY(yaml_map(v, root, "scales", &scales, e));
        if (scales->n > PARTS_MAX)
            return yaml_refuse(v, e, "more than %d scales", PARTS_MAX);
        for (v = scales->kid; v; v = v->next) { /* each, also if no claim uses it */
            struct paper_scale s = {0};
            TRY(scale_read(v, &s, e));
        }
    }
    TRY(yaml_list(yaml_get(root, "claims"), root, "claims", &claims, e));
    for (v = claims->kid; v; v = v->next) {
        struct claim c = {.m = v, .scales = scales, .out = out, .a = a, .e = e};
        const struct yaml *r = yaml_get(v, "restored");
        int check = 0;
        if (v->kind != YAML_MAP)
            return yaml_refuse(v, e, "a claim is a map with 'check'");
        TRY(yaml_word(yaml_get(v, "check"), v, "check", check_name, COUNT(check_name),
                      &check, e));
        TRY(yaml_str(yaml_get(v, "at"), v, "at", &c.at, e));
        if (r) TRY(yaml_str(r, v, "restored", &c.restored, e));
        TRY(scale_of(&c));
        TRY(check_of[check](&c));
    }
    return OK;
}
