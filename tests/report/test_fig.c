/* Laws of every figure on many data sets: nothing outside the drawing, no text on a text;
** in a path diagram no label on a box or an arrow.  Sizes come from the built-in widths,
** which are those of the fonts (test_draw.c). */
#include "report/fig.h"
#include "report/fig_change.h"
#include "report/fig_bars.h"
#include "report/fig_flow.h"
#include "report/fig_interval.h"
#include "report/fig_path.h"
#include "report/fig_sites.h"
#include "report/fig_strip.h"
#include "sample.h"
#include "stats/rng.h"
#include "test.h"
#include <stdio.h>

static bool inside(const struct drawing *d, double x, double y)
{
    return x >= -0.75 && y >= -0.75 && x <= d->w + 0.75 && y <= d->h + 0.75;
}

static bool shape_inside(const struct drawing *d, const struct draw_shape *s)
{
    struct fig_rect t;
    bool fine = true;
    switch (s->kind) {
    case DRAW_LINE:
    case DRAW_ARROW: return inside(d, s->x, s->y) && inside(d, s->x2, s->y2);
    case DRAW_RECT: return inside(d, s->x, s->y) && inside(d, s->x + s->x2, s->y + s->y2);
    case DRAW_CIRCLE:
        return inside(d, s->x - s->r, s->y - s->r) && inside(d, s->x + s->r, s->y + s->r);
    case DRAW_POLYLINE:
        for (isize i = 0; i < s->n; i++)
            fine = fine && inside(d, s->xy[2 * i], s->xy[2 * i + 1]);
        return fine;
    case DRAW_TEXT:
        t = fig_text_rect(s);
        return inside(d, t.x, t.y) && inside(d, t.x + t.w, t.y + t.h);
    }
    return false;
}

/* `what` names the data set in a failure. */
static void check_laws(const struct drawing *d, const char *what)
{
    isize outside = 0, over = 0;
    for (isize i = 0; i < d->n; i++) {
        if (!shape_inside(d, &d->at[i])) outside++;
        if (d->at[i].kind != DRAW_TEXT) continue;
        struct fig_rect r = fig_text_rect(&d->at[i]);
        for (isize k = 0; k < i; k++)
            if (d->at[k].kind == DRAW_TEXT && fig_overlap(r, fig_text_rect(&d->at[k]))) {
                over++;
                printf("# %s: '%.*s' on '%.*s'\n", what, FMT(d->at[i].text),
                       FMT(d->at[k].text));
            }
    }
    test_check(outside == 0, __FILE__, __LINE__, "%s: %td shapes outside", what, outside);
    test_check(over == 0, __FILE__, __LINE__, "%s: %td texts on texts", what, over);
    test_check(d->w > 0 && d->h > 0, __FILE__, __LINE__, "%s: has a size", what);
}

static const char *const word[] = {"Training",
                                   "Clinical consultations",
                                   "Recruitment",
                                   "Further use of IMR",
                                   "Illness self-management in daily life",
                                   "Hope",
                                   "Organisasjonsutviklingsprogram",
                                   "GAF, symptoms",
                                   "\xC3\x86\xC3\xB8\xC3\xA5",
                                   "x"};

static struct str pick(struct rng *r)
{
    return str_of(word[rng_below(r, (u64)COUNT(word))]);
}

/* A line of a path against a label; the key under the figure is not a label. */
static isize labels_hit(const struct drawing *d)
{
    isize hits = 0;
    for (isize i = 0; i < d->n; i++) {
        const struct draw_shape *t = &d->at[i];
        if (t->kind != DRAW_TEXT || t->r != FIG_TEXT) continue;
        struct fig_rect r = fig_text_rect(t);
        bool in_box = false;
        for (isize k = 0; k < d->n; k++) {
            const struct draw_shape *s = &d->at[k];
            struct fig_rect box = {s->x, s->y, s->x2, s->y2};
            if (s->kind == DRAW_RECT && r.x >= box.x && r.y >= box.y &&
                r.x + r.w <= box.x + box.w && r.y + r.h <= box.y + box.h)
                in_box = true;
        }
        for (isize k = 0; k < d->n; k++) {
            const struct draw_shape *s = &d->at[k];
            struct fig_rect box = {s->x, s->y, s->x2, s->y2};
            if (s->kind == DRAW_RECT && !in_box) hits += fig_overlap(r, box);
            if (s->kind == DRAW_ARROW) hits += fig_crossed(r, s->x, s->y, s->x2, s->y2);
            for (isize p = 0; s->kind == DRAW_POLYLINE && p + 1 < s->n; p++)
                hits += fig_crossed(r, s->xy[2 * p], s->xy[2 * p + 1], s->xy[2 * p + 2],
                                    s->xy[2 * p + 3]);
        }
    }
    return hits;
}

static isize count_kind(const struct drawing *d, enum draw_kind k)
{
    isize n = 0;
    for (isize i = 0; i < d->n; i++) n += d->at[i].kind == k;
    return n;
}

static void check_path(const struct fig_path *m, enum lang lang, const char *what,
                       struct arena tmp)
{
    struct drawing *d = fig_path(m, lang, &tmp);
    check_laws(d, what);
    isize hits = labels_hit(d);
    test_check(hits == 0, __FILE__, __LINE__, "%s: %td labels on boxes or arrows", what,
               hits);
    CHECK_INT(count_kind(d, DRAW_RECT), m->n_vars);
    isize drawn = 0;
    for (isize k = 0; k < m->n_paths; k++) drawn += m->path[k].from != m->path[k].to;
    CHECK_INT(count_kind(d, DRAW_ARROW), drawn);
}

TEST(fig_path_known)
{
    static const struct fig_path_var var[] = {
        {S_("A"), NAN}, {S_("B"), 0.5}, {S_("C"), 0}};
    static const struct fig_path_arrow arrow[] = {
        {0, 1, 0.7071, 0.0009}, {1, 2, -0.25, 0.05}, {0, 2, 0.5, 0.01}};
    const struct fig_path m = {var, 3, arrow, 3};
    struct drawing *d = fig_path(&m, LANG_EN, &tmp);
    isize found = 0;
    for (isize i = 0; i < d->n; i++) {
        const struct draw_shape *s = &d->at[i];
        if (s->kind != DRAW_TEXT) continue;
        /* p of exactly .05 is not below it, and exactly .01 has one star */
        if (str_is(s->text, "0.71***")) found += s->role == DRAW_INK && s->bold;
        if (str_is(s->text, "\xE2\x88\x92"
                            "0.25 n.s."))
            found += s->role == DRAW_SOFT && !s->bold;
        if (str_is(s->text, "0.50*")) found++;
        if (str_is(s->text, "R\xC2\xB2 = 0.50")) found++;
        if (str_is(s->text, "R\xC2\xB2 = 0.00")) found++;
    }
    CHECK_INT(found, 5);
    isize dashed = 0;
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DRAW_ARROW) dashed += d->at[i].dashed;
    CHECK_INT(dashed, 1);
    /* Every arrow goes to the right. */
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DRAW_ARROW) CHECK(d->at[i].x2 > d->at[i].x);
}

TEST(fig_path_small_and_odd)
{
    static const struct fig_path_var var[] = {
        {S_("A"), NAN}, {S_("B"), 0.5}, {S_("C"), NAN}, {S_(""), NAN}};
    static const struct fig_path_arrow one[] = {{0, 1, NAN, NAN}};
    static const struct fig_path_arrow cycle[] = {
        {0, 1, 0.5, 0.01}, {1, 2, 0.5, 0.2}, {2, 0, 0.5, NAN}, {1, 1, 0.2, 0.1}};
    static const struct fig_path_arrow both[] = {{0, 1, 0.5, 0.01}, {1, 0, 0.4, 0.2}};
    check_path(&(struct fig_path){var, 0, NULL, 0}, LANG_EN, "nothing", tmp);
    check_path(&(struct fig_path){var, 1, NULL, 0}, LANG_NB, "one variable", tmp);
    check_path(&(struct fig_path){var, 4, NULL, 0}, LANG_EN, "no paths", tmp);
    check_path(&(struct fig_path){var, 4, one, 1}, LANG_DA, "one path", tmp);
    check_path(&(struct fig_path){var, 3, cycle, 4}, LANG_EN, "a cycle", tmp);
    check_path(&(struct fig_path){var, 2, both, 2}, LANG_EN, "both ways", tmp);
}

/* Chains, everything on everything, and models drawn at random with up to 8 variables. */
TEST(fig_path_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_path_law")), 0);
    for (int round = 0; round < 300; round++) {
        struct fig_path_var var[8];
        struct fig_path_arrow path[28];
        isize n = 1 + (isize)rng_below(&r, 8), k = 0;
        u64 dense = round % 3 == 0 ? 100 : round % 3 == 1 ? 45 : 20;
        if (dense == 100) n = MIN(n, 5); /* ten paths among five */
        for (isize i = 0; i < n; i++)
            var[i] = (struct fig_path_var){pick(&r), i % 3 ? rng_unit(&r) : NAN};
        for (isize i = 0; i < n; i++)
            for (isize j = 0; j < i; j++) {
                if (rng_below(&r, 100) >= dense || k >= 12) continue;
                path[k++] = (struct fig_path_arrow){j, i, 2 * rng_unit(&r) - 1,
                                                    rng_unit(&r) * 0.1};
            }
        struct arena one = tmp;
        struct str what =
            str_fmt(&one, "model %d: %td variables, %td paths", round, n, k);
        check_path(&(struct fig_path){var, n, path, k}, (enum lang)(round % LANG_N),
                   what.at, one);
    }
}

/* A value of the range, now and then outside it or missing. */
static double value(struct rng *r, double lo, double hi)
{
    u64 odd = rng_below(r, 12);
    if (odd == 0) return NAN;
    if (odd == 1) return lo;
    if (odd == 2) return hi;
    if (odd == 3) return hi + (hi - lo);
    return lo + (hi - lo) * rng_unit(r);
}

TEST(fig_change_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_change_law")), 0);
    static const double range[][2] = {{1, 5},   {0, 4},  {1, 100},
                                      {15, 75}, {0, 48}, {6.5, 8.25}};
    for (int round = 0; round < 100; round++) {
        struct fig_change_row row[12];
        isize n = (isize)rng_below(&r, 13);
        for (isize i = 0; i < n; i++) {
            const double *lim = range[rng_below(&r, (u64)COUNT(range))];
            row[i] = (struct fig_change_row){.name = pick(&r),
                                             .lo = lim[0],
                                             .hi = lim[1],
                                             .better = (enum fig_better)rng_below(&r, 3),
                                             .places = (int)rng_below(&r, 3)};
            row[i].before = value(&r, lim[0], lim[1]);
            row[i].after = value(&r, lim[0], lim[1]);
            row[i].change = row[i].after - row[i].before;
            row[i].ci_lo = row[i].change - rng_unit(&r);
            row[i].ci_hi = row[i].change + rng_unit(&r);
        }
        struct arena one = tmp;
        check_laws(fig_change(row, n, S("before"), S("after"), S("Change [95 % CI]"),
                              (enum lang)(round % LANG_N), &one),
                   str_fmt(&one, "change %d", round).at);
    }
}

TEST(fig_sites_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_sites_law")), 0);
    static const struct fig_sites_band band[] = {
        {1, S_("low"), false}, {3, S_("moderate"), false}, {4, S_("high"), true}};
    for (int round = 0; round < 100; round++) {
        struct fig_sites_row row[20];
        isize n = (isize)rng_below(&r, 21);
        for (isize i = 0; i < n; i++)
            row[i] = (struct fig_sites_row){pick(&r), value(&r, 1, 5), value(&r, 1, 5),
                                            rng_below(&r, 4) ? S("") : pick(&r)};
        struct fig_sites m = {
            row, n, 1, 5, band, round % 4, S("6 months"), S("12 months"), 2};
        struct arena one = tmp;
        check_laws(fig_sites(&m, LANG_EN, &one), str_fmt(&one, "sites %d", round).at);
    }
}

TEST(fig_bars_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_bars_law")), 0);
    for (int round = 0; round < 100; round++) {
        struct fig_bars_row row[12];
        isize n = (isize)rng_below(&r, 13);
        for (isize i = 0; i < n; i++)
            row[i] = (struct fig_bars_row){pick(&r), value(&r, 0, 31), S("19 (61.3 %)")};
        struct arena one = tmp;
        check_laws(fig_bars(row, n, 31, &one), str_fmt(&one, "bars %d", round).at);
    }
}

/* 31 of 31 fills the width, half of it half; none has no bar. */
TEST(fig_bars_length)
{
    const struct fig_bars_row row[] = {{S_("all"), 31, S_("31")},
                                       {S_("half"), 15.5, S_("15.5")},
                                       {S_("none"), 0, S_("0")}};
    struct drawing *d = fig_bars(row, COUNT(row), 31, &tmp);
    double w[3] = {0};
    isize n = 0;
    for (isize i = 0; i < d->n && n < 3; i++)
        if (d->at[i].kind == DRAW_RECT) w[n++] = d->at[i].x2;
    CHECK_INT(n, 2);
    CHECK(w[0] > 100);
    CHECK_NEAR(w[1], w[0] / 2, 1e-9);
}

TEST(fig_flow_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_flow_law")), 0);
    for (int round = 0; round < 100; round++) {
        struct fig_flow_exit out[10][4];
        struct fig_flow_step step[10];
        isize n = (isize)rng_below(&r, 11);
        for (isize i = 0; i < n; i++) {
            step[i] = (struct fig_flow_step){pick(&r), (i64)rng_below(&r, 100000), out[i],
                                             (isize)rng_below(&r, 5)};
            for (isize k = 0; k < step[i].n_exits; k++)
                out[i][k] = (struct fig_flow_exit){pick(&r), (i64)rng_below(&r, 100)};
        }
        struct arena one = tmp;
        check_laws(fig_flow(step, n, LANG_EN, &one), str_fmt(&one, "flow %d", round).at);
    }
}

TEST(fig_interval_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_interval_law")), 0);
    for (int round = 0; round < 200; round++) {
        struct fig_interval_row row[12];
        isize n = (isize)rng_below(&r, 13);
        double scale = pow(10, (double)rng_below(&r, 7) - 3);
        for (isize i = 0; i < n; i++) {
            double x = value(&r, -scale, scale), half = scale * rng_unit(&r);
            row[i] = (struct fig_interval_row){pick(&r), x, x - half, x + half};
        }
        struct fig_interval m = {row,
                                 n,
                                 round % 2,
                                 S("Difference in points of the scale"),
                                 S("lower at the end"),
                                 S("higher at the end"),
                                 2};
        struct arena one = tmp;
        check_laws(fig_interval(&m, (enum lang)(round % LANG_N), &one),
                   str_fmt(&one, "interval %d", round).at);
    }
}

TEST(fig_strip_law)
{
    struct rng r = rng_stream(1, rng_id(S("fig_strip_law")), 0);
    for (int round = 0; round < 100; round++) {
        double first[60], last[60];
        isize n = (isize)rng_below(&r, 61);
        for (isize i = 0; i < n; i++) {
            first[i] = round % 3 ? value(&r, 1, 5) : 3; /* all equal */
            last[i] = value(&r, 1, 5);
        }
        struct fig_strip m = {first,
                              last,
                              n,
                              1,
                              5,
                              S("Treatment integrity (IT-IS)"),
                              S("first recording"),
                              S("last recording"),
                              2};
        struct arena one = tmp;
        check_laws(fig_strip(&m, (enum lang)(round % LANG_N), &one),
                   str_fmt(&one, "strip %d", round).at);
    }
}

TEST(fig_steps_and_places)
{
    CHECK_NEAR(fig_step(0, 1, 5), 0.2, 1e-15);
    CHECK_NEAR(fig_step(1, 5, 5), 1, 0);
    CHECK_NEAR(fig_step(0, 7, 6), 2, 0);
    CHECK_NEAR(fig_step(0, 100, 6), 20, 1e-12);
    CHECK_NEAR(fig_step(3, 3, 6), 1, 0);
    CHECK_NEAR(fig_step(0, INFINITY, 6), 1, 0);
    CHECK_NEAR(fig_place(3, 1, 5, 100, 200), 150, 1e-12);
    CHECK_NEAR(fig_place(9, 1, 5, 100, 200), 200, 0);
    CHECK_NEAR(fig_place(NAN, 1, 5, 100, 200), 150, 0);
    struct fig_rect r = {0, 0, 10, 10};
    CHECK(fig_crossed(r, -5, 5, 15, 5) && fig_crossed(r, 5, 5, 6, 6) &&
          fig_crossed(r, -1, 8, 3, 12));
    CHECK(!fig_crossed(r, -5, 11, 15, 11) && !fig_crossed(r, -5, 0, 0, -5) &&
          !fig_crossed(r, 11, 0, 20, 10));
    CHECK(fig_overlap(r, (struct fig_rect){9, 9, 5, 5}) &&
          !fig_overlap(r, (struct fig_rect){10, 0, 5, 5}));
    CHECK_STR(fig_estimate(0.512, 0.359, -0.669, 2, &tmp), "0.51 [0.36, \xE2\x88\x92"
                                                           "0.67]");
    CHECK_STR(fig_estimate(NAN, 1, 2, 2, &tmp), "\xE2\x80\x93 [1.00, 2.00]");
}
