#include "report/fig_sites.h"
#include "report/fig.h"
#include <math.h>

enum { NAME_W = 110, ROW = 22, LEAD = 11, MAX_W = 480 };

struct across {
    double axis0, axis1, first, second;
};

static double row_height(const struct fig_sites_row *r)
{
    isize n = fig_count_lines(FIG_TEXT, false, NAME_W, r->name);
    isize more = fig_count_lines(FIG_SMALL, false, NAME_W, r->remark);
    return fmax(ROW, LEAD * (double)n + (LEAD - 1) * (double)more + 10);
}

static void put_scale(struct drawing *d, const struct fig_sites *m,
                      const struct across *at, double top)
{
    for (isize i = 0; i < m->n_bands; i++) {
        double to = i + 1 < m->n_bands ? m->band[i + 1].from : m->hi;
        double x0 = fig_place(m->band[i].from, m->lo, m->hi, at->axis0, at->axis1);
        double x1 = fig_place(to, m->lo, m->hi, at->axis0, at->axis1);
        if (m->band[i].shaded)
            draw_rect(d, DRAW_BAND, x0, top - 14, x1 - x0, d->h - top + 14, 3);
        if (draw_text_width(m->band[i].name, FIG_SMALL, false) <= x1 - x0)
            draw_text(d, DRAW_SOFT, (x0 + x1) / 2, top - 4, FIG_SMALL, DRAW_MIDDLE, false,
                      m->band[i].name);
    }
    double step = fig_step(m->lo, m->hi, 5);
    for (double x = ceil(m->lo / step) * step; x <= m->hi * (1 + 1e-12); x += step) {
        double px = fig_place(x, m->lo, m->hi, at->axis0, at->axis1);
        draw_text(d, DRAW_SOFT, px, 11, FIG_SMALL, DRAW_MIDDLE, false,
                  fig_num(x, step < 1 ? 1 : 0, d->a));
        draw_line(d, DRAW_GRID, px, top + 2, px, d->h, 0.5);
    }
}

static void put_row(struct drawing *d, const struct fig_sites *m, const struct across *at,
                    const struct fig_sites_row *r, double top)
{
    double y = top + ROW / 2.0;
    isize n = fig_lines(d, DRAW_INK, 0, y + 3, LEAD, FIG_TEXT, DRAW_START, false, NAME_W,
                        r->name);
    fig_lines(d, DRAW_SOFT, 0, y + 3 + LEAD * (double)n, LEAD - 1, FIG_SMALL, DRAW_START,
              false, NAME_W, r->remark);
    draw_line(d, DRAW_GRID, at->axis0, y, at->axis1, y, 1);
    double x0 = fig_place(r->first, m->lo, m->hi, at->axis0, at->axis1);
    double x1 = fig_place(r->second, m->lo, m->hi, at->axis0, at->axis1);
    fig_pair(d, isnan(r->first) ? NAN : x0, isnan(r->second) ? NAN : x1, y);
    draw_text(d, DRAW_INK, at->first, y + 3, FIG_TEXT, DRAW_END, false,
              fig_num(r->first, m->places, d->a));
    draw_text(d, DRAW_INK, at->second, y + 3, FIG_TEXT, DRAW_END, false,
              fig_num(r->second, m->places, d->a));
}

struct drawing *fig_sites(const struct fig_sites *m, enum lang lang, struct arena *a)
{
    (void)lang;
    double w1 = fmax(40, draw_text_width(m->first, FIG_SMALL, false) + 24);
    double w2 = fmax(40, draw_text_width(m->second, FIG_SMALL, false) + 24);
    struct across at = {.axis0 = NAME_W + 10,
                        .second = MAX_W,
                        .first = MAX_W - w2,
                        .axis1 = MAX_W - w2 - w1 - 12};
    at.axis1 = fmax(at.axis1, at.axis0 + 80);
    double top = m->n_bands ? 34 : 18, h = top + 4;
    for (isize i = 0; i < m->n; i++) h += row_height(&m->row[i]);
    struct drawing *d = draw_new(MAX_W, h, a);
    put_scale(d, m, &at, top);
    fig_key(d, at.first, true, m->first);
    fig_key(d, at.second, false, m->second);
    for (isize i = 0; i < m->n; i++) {
        put_row(d, m, &at, &m->row[i], top);
        top += row_height(&m->row[i]);
    }
    return d;
}
