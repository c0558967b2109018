#include "report/fig_bars.h"
#include "report/fig.h"
#include <math.h>

enum { NAME_W = 180, BAR_X = 192, BAR_END = 392, BAR_H = 12, LEAD = 11, AIR = 12 };

static double row_height(const struct fig_bars_row *r)
{
    isize n = fig_count_lines(FIG_TEXT, false, NAME_W, r->name);
    isize k = fig_count_lines(FIG_TEXT, false, DRAW_COLUMN - BAR_END - 8, r->text);
    return LEAD * (double)MAX(MAX(n, k), 1) + AIR;
}

struct drawing *fig_bars(const struct fig_bars_row *row, isize n, double of,
                         struct arena *a)
{
    double h = 4, top = 4;
    for (isize i = 0; i < n; i++) h += row_height(&row[i]);
    struct drawing *d = draw_new(DRAW_COLUMN, h, a);
    for (isize i = 0; i < n; i++) {
        double x = fig_place(row[i].n, 0, of, BAR_X, BAR_END);
        fig_lines(d, DRAW_INK, 0, top + 9, LEAD, FIG_TEXT, DRAW_START, false, NAME_W,
                  row[i].name);
        if (row[i].n > 0) draw_rect(d, DRAW_A, BAR_X, top, x - BAR_X, BAR_H, 0);
        fig_lines(d, DRAW_INK, DRAW_COLUMN, top + 9, LEAD, FIG_TEXT, DRAW_END, false,
                  DRAW_COLUMN - BAR_END - 8, row[i].text);
        top += row_height(&row[i]);
    }
    draw_line(d, DRAW_SOFT, BAR_X, 0, BAR_X, h, 0.8);
    return d;
}
