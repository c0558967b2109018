#include "report/fig_strip.h"
#include "report/fig.h"
#include <math.h>

enum { TOP = 30, HEIGHT = 190, LEFT = 150, RIGHT = 330, AXIS = 44, DOT = 6 };

static bool paired(const struct fig_strip *m, isize i)
{
    return !isnan(m->first[i]) && !isnan(m->second[i]);
}

static double height(const struct fig_strip *m, double x)
{
    return fig_place(x, m->lo, m->hi, TOP + HEIGHT, TOP);
}

/* Dots that would lie on one another stand side by side, away from the lines: the first
** place where none of those before is nearer than a dot's width. */
static void set_shifts(const struct fig_strip *m, const double *v, double *shift)
{
    for (isize i = 0; i < m->n; i++) {
        bool taken = true;
        shift[i] = -DOT;
        while (taken && shift[i] < 7 * DOT) {
            shift[i] += DOT;
            taken = false;
            for (isize k = 0; k < i && !taken; k++)
                taken = paired(m, k) && shift[k] == shift[i] &&
                        fabs(height(m, v[k]) - height(m, v[i])) < DOT;
        }
    }
}

static void put_axis(struct drawing *d, const struct fig_strip *m)
{
    double step = fig_step(m->lo, m->hi, 5);
    int places = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
    isize first = (isize)ceil(m->lo / step - 1e-9),
          last = (isize)floor(m->hi / step + 1e-9);
    for (isize i = first; i <= last; i++) {
        double y = height(m, (double)i * step);
        draw_line(d, DRAW_GRID, AXIS, y, 440, y, 0.5);
        draw_text(d, DRAW_SOFT, AXIS - 6, y + 3, FIG_SMALL, DRAW_END, false,
                  fig_num((double)i * step, places, d->a));
    }
    draw_text(d, DRAW_SOFT, 0, 9, FIG_SMALL, DRAW_START, false, m->name);
}

/* A mean beside its column: a short strong line, its word and number. */
static void put_mean(struct drawing *d, const struct fig_strip *m, double mean, bool left,
                     enum lang lang)
{
    double y = height(m, mean), x = left ? LEFT - 60 : RIGHT + 60;
    struct str word = text_of(lang, "FIG_MEAN");
    struct str text =
        str_fmt(d->a, "%.*s %.*s", FMT(word), FMT(fig_num(mean, m->places, d->a)));
    double w = draw_text_width(text, FIG_SMALL, false) + 6;
    draw_rect(d, DRAW_PAPER, x - w / 2, y - 13, w, 16, 0);
    draw_line(d, DRAW_INK, x - 11, y, x + 11, y, 2);
    draw_text(d, DRAW_INK, x, y - 5, FIG_SMALL, DRAW_MIDDLE, false, text);
}

struct drawing *fig_strip(const struct fig_strip *m, enum lang lang, struct arena *a)
{
    struct drawing *d = draw_new(DRAW_COLUMN, TOP + HEIGHT + 32, a);
    put_axis(d, m);
    double *shift = NEW(a, double, m->n), *shift2 = NEW(a, double, m->n);
    set_shifts(m, m->first, shift);
    set_shifts(m, m->second, shift2);
    double sum1 = 0, sum2 = 0;
    isize pairs = 0, higher = 0;
    for (isize i = 0; i < m->n; i++) {
        if (!paired(m, i)) continue;
        bool rose = m->second[i] > m->first[i];
        double x = LEFT - shift[i], x2 = RIGHT + shift2[i];
        double y = height(m, m->first[i]), y2 = height(m, m->second[i]);
        if (rose)
            draw_line(d, DRAW_A, x, y, x2, y2, 1);
        else
            draw_dashed(d, DRAW_SOFT, x, y, x2, y2, 1);
        pairs++;
        higher += rose;
        sum1 += m->first[i];
        sum2 += m->second[i];
    }
    for (isize i = 0; i < m->n; i++) {
        if (!paired(m, i)) continue;
        draw_circle(d, DRAW_WAS, LEFT - shift[i], height(m, m->first[i]), 3);
        draw_circle(d, DRAW_A, RIGHT + shift2[i], height(m, m->second[i]), 3);
    }
    if (pairs) {
        put_mean(d, m, sum1 / (double)pairs, true, lang);
        put_mean(d, m, sum2 / (double)pairs, false, lang);
    }
    double y = TOP + HEIGHT + 14;
    draw_text(d, DRAW_INK, LEFT, y, FIG_TEXT, DRAW_MIDDLE, false, m->first_name);
    draw_text(d, DRAW_INK, RIGHT, y, FIG_TEXT, DRAW_MIDDLE, false, m->second_name);
    const struct str count[] = {str_fmt(a, "%td", higher), str_fmt(a, "%td", pairs)};
    draw_text(d, DRAW_SOFT, (LEFT + RIGHT) / 2.0, y + 14, FIG_SMALL, DRAW_MIDDLE, false,
              text_fill(lang, "FIG_ROSE", count, 2, a));
    return d;
}
