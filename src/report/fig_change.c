#include "report/fig_change.h"
#include "report/fig.h"
#include <math.h>

enum { TOP = 26, NAME_W = 118, VALUE_W = 44, LEAD = 12 };

struct across { /* where things stand, from left to right */
    double axis0, axis1, was, now, change;
};

static struct str direction(enum fig_better b, enum lang lang)
{
    if (b == FIG_NEITHER) return S("");
    return text_of(lang, b == FIG_LOWER ? "FIG_LOWER_BETTER" : "FIG_HIGHER_BETTER");
}

static double change_width(const struct fig_change_row *row, isize n, struct str head,
                           struct arena tmp)
{
    double w = draw_text_width(head, FIG_SMALL, false);
    for (isize i = 0; i < n; i++) {
        struct str s =
            fig_estimate(row[i].change, row[i].ci_lo, row[i].ci_hi, row[i].places, &tmp);
        w = fmax(w, draw_text_width(s, FIG_TEXT, false));
    }
    return w;
}

static double row_height(const struct fig_change_row *r, enum lang lang)
{
    isize n = fig_count_lines(FIG_TEXT, false, NAME_W, r->name) +
              fig_count_lines(FIG_SMALL, false, NAME_W, direction(r->better, lang));
    return fmax(LEAD * (double)n + 12, 34);
}

static void put_axis(struct drawing *d, const struct across *at,
                     const struct fig_change_row *r, double y)
{
    draw_line(d, DRAW_GRID, at->axis0, y, at->axis1, y, 1);
    draw_line(d, DRAW_GRID, at->axis0, y - 3, at->axis0, y + 3, 1);
    draw_line(d, DRAW_GRID, at->axis1, y - 3, at->axis1, y + 3, 1);
    int places = r->lo == floor(r->lo) && r->hi == floor(r->hi) ? 0 : 1;
    draw_text(d, DRAW_SOFT, at->axis0, y + 14, FIG_SMALL, DRAW_MIDDLE, false,
              fig_num(r->lo, places, d->a));
    draw_text(d, DRAW_SOFT, at->axis1, y + 14, FIG_SMALL, DRAW_MIDDLE, false,
              fig_num(r->hi, places, d->a));
}

static void put_row(struct drawing *d, const struct across *at,
                    const struct fig_change_row *r, double top, enum lang lang)
{
    double y = top + 10;
    isize n = fig_lines(d, DRAW_INK, 0, y + 3, LEAD, FIG_TEXT, DRAW_START, false, NAME_W,
                        r->name);
    fig_lines(d, DRAW_SOFT, 0, y + 2 + LEAD * (double)n, LEAD - 1, FIG_SMALL, DRAW_START,
              false, NAME_W, direction(r->better, lang));
    put_axis(d, at, r, y);
    double x0 = fig_place(r->before, r->lo, r->hi, at->axis0, at->axis1);
    double x1 = fig_place(r->after, r->lo, r->hi, at->axis0, at->axis1);
    fig_pair(d, isnan(r->before) ? NAN : x0, isnan(r->after) ? NAN : x1, y);
    draw_text(d, DRAW_INK, at->was, y + 3, FIG_TEXT, DRAW_END, false,
              fig_num(r->before, r->places, d->a));
    draw_text(d, DRAW_INK, at->now, y + 3, FIG_TEXT, DRAW_END, false,
              fig_num(r->after, r->places, d->a));
    draw_text(d, DRAW_INK, at->change, y + 3, FIG_TEXT, DRAW_START, false,
              fig_estimate(r->change, r->ci_lo, r->ci_hi, r->places, d->a));
}

struct drawing *fig_change(const struct fig_change_row *row, isize n, struct str was,
                           struct str now, struct str head, enum lang lang,
                           struct arena *a)
{
    double value = VALUE_W;
    value = fmax(value, draw_text_width(was, FIG_SMALL, false) + 20);
    value = fmax(value, draw_text_width(now, FIG_SMALL, false) + 20);
    struct across at = {.axis0 = NAME_W + 14};
    at.change = DRAW_COLUMN - change_width(row, n, head, *a);
    at.now = at.change - 16;
    at.was = at.now - value;
    at.axis1 = fmax(at.was - value - 4, at.axis0 + 60);
    double h = TOP;
    for (isize i = 0; i < n; i++) h += row_height(&row[i], lang);
    struct drawing *d = draw_new(DRAW_COLUMN, h, a);
    fig_key(d, at.was, true, was);
    fig_key(d, at.now, false, now);
    draw_text(d, DRAW_SOFT, at.change, 11, FIG_SMALL, DRAW_START, false, head);
    double y = TOP;
    for (isize i = 0; i < n; i++) {
        put_row(d, &at, &row[i], y, lang);
        y += row_height(&row[i], lang);
    }
    return d;
}
