#include "report/fig_interval.h"
#include "report/fig.h"
#include <math.h>

enum { NAME_W = 130, ROW = 22, LEAD = 11, TOP = 6 };

static double row_height(const struct fig_interval_row *r)
{
    return fmax(ROW,
                LEAD * (double)fig_count_lines(FIG_TEXT, false, NAME_W, r->name) + 10);
}

/* The axis holds every end and the null, on whole steps. */
static void axis_range(const struct fig_interval *m, double *lo, double *hi, double *step)
{
    *lo = *hi = m->null;
    for (isize i = 0; i < m->n; i++) {
        const double v[] = {m->row[i].est, m->row[i].lo, m->row[i].hi};
        for (isize k = 0; k < COUNT(v); k++)
            if (isfinite(v[k])) *lo = fmin(*lo, v[k]), *hi = fmax(*hi, v[k]);
    }
    if (!(*hi > *lo)) *lo -= 1, *hi += 1;
    *step = fig_step(*lo, *hi, 6);
    *lo = floor(*lo / *step + 1e-9) * *step;
    *hi = ceil(*hi / *step - 1e-9) * *step;
}

static struct str estimate(const struct fig_interval *m, const struct fig_interval_row *r,
                           enum lang lang, struct arena *a)
{
    if (isnan(r->est)) return text_of(lang, "FIG_NOT_ESTIMATED");
    return fig_estimate(r->est, r->lo, r->hi, m->places, a);
}

static void put_axis(struct drawing *d, const struct fig_interval *m, double x0,
                     double x1, double y)
{
    double lo, hi, step;
    axis_range(m, &lo, &hi, &step);
    int places = (int)fmax(0, ceil(-log10(step) - 1e-9));
    isize ticks = llround((hi - lo) / step);
    for (isize i = 0; i <= ticks; i++) {
        double v = lo + (double)i * step, x = fig_place(v, lo, hi, x0, x1);
        draw_line(d, DRAW_GRID, x, TOP, x, y, 0.5);
        draw_text(d, DRAW_SOFT, x, y + 11, FIG_SMALL, DRAW_MIDDLE, false,
                  fig_num(v, places, d->a));
    }
    double zero = fig_place(m->null, lo, hi, x0, x1);
    draw_line(d, DRAW_INK, zero, TOP, zero, y, 1);
    double line = y + 23;
    if (m->below.n || m->above.n) {
        double half = (x1 - x0) / 2 - 6;
        isize below = fig_lines(d, DRAW_SOFT, x0, line, LEAD, FIG_SMALL, DRAW_START,
                                false, half, m->below);
        isize above = fig_lines(d, DRAW_SOFT, x1, line, LEAD, FIG_SMALL, DRAW_END, false,
                                half, m->above);
        line += LEAD * (double)MAX(below, above) + 1;
    }
    fig_lines(d, DRAW_INK, (x0 + x1) / 2, line, LEAD, FIG_SMALL, DRAW_MIDDLE, false,
              x1 - x0 + 40, m->axis);
}

static double foot(const struct fig_interval *m, double axis_w)
{
    double half = axis_w / 2 - 6;
    isize sides = MAX(fig_count_lines(FIG_SMALL, false, half, m->below),
                      fig_count_lines(FIG_SMALL, false, half, m->above));
    isize axis = fig_count_lines(FIG_SMALL, false, axis_w + 40, m->axis);
    return 18 + LEAD * (double)(sides + axis);
}

static void put_row(struct drawing *d, const struct fig_interval *m,
                    const struct fig_interval_row *r, double x0, double x1, double y,
                    enum lang lang)
{
    double lo, hi, step;
    axis_range(m, &lo, &hi, &step);
    fig_lines(d, DRAW_INK, 0, y + 3, LEAD, FIG_TEXT, DRAW_START, false, NAME_W, r->name);
    draw_text(d, isnan(r->est) ? DRAW_SOFT : DRAW_INK, d->w, y + 3, FIG_TEXT, DRAW_END,
              false, estimate(m, r, lang, d->a));
    if (!isnan(r->lo) && !isnan(r->hi)) {
        double a = fig_place(r->lo, lo, hi, x0, x1), b = fig_place(r->hi, lo, hi, x0, x1);
        draw_line(d, DRAW_A, a, y, b, y, 1.5);
        if (isfinite(r->lo)) draw_line(d, DRAW_A, a, y - 3, a, y + 3, 1.5);
        if (isfinite(r->hi)) draw_line(d, DRAW_A, b, y - 3, b, y + 3, 1.5);
    }
    if (!isnan(r->est))
        draw_circle(d, DRAW_A, fig_place(r->est, lo, hi, x0, x1), y, FIG_RING);
}

struct drawing *fig_interval(const struct fig_interval *m, enum lang lang,
                             struct arena *a)
{
    double text_w = 60, x0 = NAME_W + 16, h = TOP;
    for (isize i = 0; i < m->n; i++) {
        struct arena tmp = *a;
        struct str s = estimate(m, &m->row[i], lang, &tmp);
        text_w = fmax(text_w, draw_text_width(s, FIG_TEXT, false));
        h += row_height(&m->row[i]);
    }
    double x1 = fmax(DRAW_COLUMN - text_w - 20, x0 + 80), y = h;
    struct drawing *d = draw_new(DRAW_COLUMN, h + foot(m, x1 - x0), a);
    put_axis(d, m, x0, x1, y);
    y = TOP;
    for (isize i = 0; i < m->n; i++) {
        put_row(d, m, &m->row[i], x0, x1, y + ROW / 2.0, lang);
        y += row_height(&m->row[i]);
    }
    return d;
}
