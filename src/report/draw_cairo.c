#include "report/draw_cairo.h"

/* Told apart in grey too: ink, soft and the series differ in darkness. */
static const struct {
    double r, g, b;
} ink[DRAW_ROLE_N] = {
    [DRAW_INK] = {0.07, 0.09, 0.10},  [DRAW_SOFT] = {0.30, 0.34, 0.36},
    [DRAW_GRID] = {0.80, 0.80, 0.80}, [DRAW_BAND] = {0.91, 0.945, 0.925},
    [DRAW_A] = {0.12, 0.32, 0.25},    [DRAW_B] = {0.14, 0.27, 0.45},
    [DRAW_WAS] = {0.07, 0.09, 0.10},  [DRAW_BOX] = {0.30, 0.34, 0.36},
    [DRAW_PAPER] = {1, 1, 1},
};

void draw_cairo_ink(cairo_t *cr, enum draw_role role)
{
    cairo_set_source_rgb(cr, ink[role].r, ink[role].g, ink[role].b);
}

static void stroke(cairo_t *cr, const struct draw_shape *s)
{
    static const double dash[] = {4, 3};
    cairo_set_line_width(cr, s->width > 0 ? s->width : 1);
    cairo_set_dash(cr, dash, s->dashed ? 2 : 0, 0);
    cairo_stroke(cr);
}

/* White ground first, so that a ring or a box hides the lines behind it. */
static void on_white(cairo_t *cr, const struct draw_shape *s, double width)
{
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_fill_preserve(cr);
    draw_cairo_ink(cr, s->role);
    cairo_set_line_width(cr, width);
    cairo_set_dash(cr, NULL, 0, 0);
    cairo_stroke(cr);
}

static void rect_path(cairo_t *cr, const struct draw_shape *s)
{
    double r = MIN(s->r, MIN(s->x2, s->y2) / 2), x = s->x, y = s->y;
    if (!(r > 0)) {
        cairo_rectangle(cr, x, y, s->x2, s->y2);
        return;
    }
    const double q = 1.5707963267948966;
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + s->x2 - r, y + r, r, -q, 0);
    cairo_arc(cr, x + s->x2 - r, y + s->y2 - r, r, 0, q);
    cairo_arc(cr, x + r, y + s->y2 - r, r, q, 2 * q);
    cairo_arc(cr, x + r, y + r, r, 2 * q, 3 * q);
    cairo_close_path(cr);
}

static void put_text(cairo_t *cr, struct pdf_type *t, const struct draw_shape *s,
                     struct arena tmp)
{
    struct str text = pdf_type_clean(s->text, &tmp);
    struct pdf_style style = {.size = s->r, .bold = s->bold};
    double x = s->x;
    if (s->anchor != DRAW_START) {
        double w = pdf_type_width(t, text, style);
        x -= s->anchor == DRAW_END ? w : w / 2;
    }
    pdf_type_show(t, cr, x, s->y, text, style);
}

static void put_arrow(cairo_t *cr, const struct draw_shape *s)
{
    double head[6], x, y;
    draw_head(s, head, &x, &y);
    cairo_move_to(cr, s->x, s->y);
    cairo_line_to(cr, x, y);
    stroke(cr, s);
    cairo_move_to(cr, head[0], head[1]);
    cairo_line_to(cr, head[2], head[3]);
    cairo_line_to(cr, head[4], head[5]);
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void put_shape(cairo_t *cr, struct pdf_type *t, const struct draw_shape *s,
                      struct arena tmp)
{
    draw_cairo_ink(cr, s->role);
    switch (s->kind) {
    case DRAW_LINE:
        cairo_move_to(cr, s->x, s->y);
        cairo_line_to(cr, s->x2, s->y2);
        stroke(cr, s);
        break;
    case DRAW_POLYLINE:
        for (isize i = 0; i < s->n; i++)
            cairo_line_to(cr, s->xy[2 * i], s->xy[2 * i + 1]);
        stroke(cr, s);
        break;
    case DRAW_ARROW: put_arrow(cr, s); break;
    case DRAW_RECT:
        rect_path(cr, s);
        if (s->role == DRAW_BOX)
            on_white(cr, s, 1);
        else
            cairo_fill(cr);
        break;
    case DRAW_CIRCLE:
        cairo_new_sub_path(cr);
        cairo_arc(cr, s->x, s->y, s->r, 0, 6.283185307179586);
        if (s->role == DRAW_WAS)
            on_white(cr, s, 1.3);
        else
            cairo_fill(cr);
        break;
    case DRAW_TEXT: put_text(cr, t, s, tmp); break;
    }
}

void draw_cairo(const struct drawing *d, cairo_t *cr, struct pdf_type *t, double x,
                double y, double scale, struct arena tmp)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, scale, scale);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    for (isize i = 0; i < d->n; i++) put_shape(cr, t, &d->at[i], tmp);
    cairo_restore(cr);
}
