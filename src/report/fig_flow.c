#include "report/fig_flow.h"
#include "report/fig.h"
#include <math.h>

enum { BOX_X = 1, BOX_W = 236, EXIT_X = 286, LEAD = 13, PAD = 9, GAP = 22 };
#define EXIT_W (DRAW_COLUMN - EXIT_X - 1)

/* No line ends inside the count. */
static struct str counted(struct str s, i64 n, struct arena *a)
{
    return str_fmt(a, "%.*s (n\xC2\xA0=\xC2\xA0%" PRId64 ")", FMT(s), n);
}

static double box_height(isize lines)
{
    return LEAD * (double)MAX(lines, 1) + 2 * PAD - 4;
}

static isize step_lines(const struct fig_flow_step *s, struct arena tmp)
{
    return fig_count_lines(FIG_TEXT, true, BOX_W - 2 * PAD, counted(s->text, s->n, &tmp));
}

static isize exit_lines(const struct fig_flow_step *s, struct arena tmp)
{
    isize n = 0;
    for (isize i = 0; i < s->n_exits; i++)
        n += fig_count_lines(FIG_TEXT, false, EXIT_W - 2 * PAD,
                             counted(s->exit[i].text, s->exit[i].n, &tmp));
    return n;
}

/* Between a step and the next: the room of an exit box with air, or an arrow's length. */
static double between(const struct fig_flow_step *s, struct arena tmp)
{
    return s->n_exits ? box_height(exit_lines(s, tmp)) + 16 : GAP;
}

static void put_exits(struct drawing *d, const struct fig_flow_step *s, double y)
{
    double h = box_height(exit_lines(s, *d->a));
    double x = BOX_X + BOX_W / 2.0;
    draw_arrow(d, DRAW_INK, x, y, EXIT_X - 1, y, 1, false);
    draw_rect(d, DRAW_BOX, EXIT_X, y - h / 2, EXIT_W, h, 3);
    double line = y - h / 2 + PAD + 7;
    for (isize i = 0; i < s->n_exits; i++)
        line += LEAD * (double)fig_lines(d, DRAW_INK, EXIT_X + PAD, line, LEAD, FIG_TEXT,
                                         DRAW_START, false, EXIT_W - 2 * PAD,
                                         counted(s->exit[i].text, s->exit[i].n, d->a));
}

struct drawing *fig_flow(const struct fig_flow_step *step, isize n, enum lang lang,
                         struct arena *a)
{
    (void)lang;
    double h = 2;
    for (isize i = 0; i < n; i++) {
        h += box_height(step_lines(&step[i], *a));
        if (i + 1 < n || step[i].n_exits) h += between(&step[i], *a);
    }
    struct drawing *d = draw_new(DRAW_COLUMN, h, a);
    double y = 1, x = BOX_X + BOX_W / 2.0;
    for (isize i = 0; i < n; i++) {
        double box = box_height(step_lines(&step[i], *a));
        draw_rect(d, DRAW_BOX, BOX_X, y, BOX_W, box, 3);
        fig_lines(d, DRAW_INK, x, y + PAD + 7, LEAD, FIG_TEXT, DRAW_MIDDLE, true,
                  BOX_W - 2 * PAD, counted(step[i].text, step[i].n, a));
        y += box;
        double gap = between(&step[i], *a);
        if (i + 1 < n)
            draw_arrow(d, DRAW_INK, x, y, x, y + gap - 1, 1, false);
        else if (step[i].n_exits)
            draw_line(d, DRAW_INK, x, y, x, y + gap / 2, 1);
        if (step[i].n_exits) put_exits(d, &step[i], y + gap / 2);
        y += gap;
    }
    return d;
}
