#include "report/draw.h"
#include "report/markup.h"

/* Classes, not colours: report.css gives them. */
static const char *const role_class[DRAW_ROLE_N] = {
    [DRAW_INK] = "ink",   [DRAW_SOFT] = "soft", [DRAW_GRID] = "grid",
    [DRAW_BAND] = "band", [DRAW_A] = "a",       [DRAW_B] = "b",
    [DRAW_WAS] = "was",   [DRAW_BOX] = "box",   [DRAW_PAPER] = "paper",
};

static void attr(struct buf *b, const char *name, double x)
{
    buf_putc(b, ' ');
    buf_put(b, str_of(name));
    buf_put(b, S("=\""));
    markup_num(b, x);
    buf_putc(b, '"');
}

static void open_tag(struct buf *b, const char *tag, enum draw_role role)
{
    buf_putc(b, '<');
    buf_put(b, str_of(tag));
    buf_put(b, S(" class=\""));
    buf_put(b, str_of(role_class[role]));
    buf_putc(b, '"');
}

static void stroke(struct buf *b, const struct draw_shape *s)
{
    if (s->width > 0 && s->width != 1) attr(b, "stroke-width", s->width);
    if (s->dashed) buf_put(b, S(" stroke-dasharray=\"4 3\""));
}

static void points(struct buf *b, const double *xy, isize n)
{
    buf_put(b, S(" points=\""));
    for (isize i = 0; i < n; i++) {
        if (i) buf_putc(b, ' ');
        markup_num(b, xy[2 * i]);
        buf_putc(b, ',');
        markup_num(b, xy[2 * i + 1]);
    }
    buf_put(b, S("\"/>"));
}

static void svg_line(struct buf *b, const struct draw_shape *s, double x2, double y2)
{
    open_tag(b, "line", s->role);
    attr(b, "x1", s->x);
    attr(b, "y1", s->y);
    attr(b, "x2", x2);
    attr(b, "y2", y2);
    stroke(b, s);
    buf_put(b, S("/>"));
}

static void svg_text(struct buf *b, const struct draw_shape *s)
{
    open_tag(b, "text", s->role);
    attr(b, "x", s->x);
    attr(b, "y", s->y);
    attr(b, "font-size", s->r);
    if (s->anchor == DRAW_MIDDLE) buf_put(b, S(" text-anchor=\"middle\""));
    if (s->anchor == DRAW_END) buf_put(b, S(" text-anchor=\"end\""));
    if (s->bold) buf_put(b, S(" font-weight=\"700\""));
    buf_putc(b, '>');
    markup_put(b, s->text);
    buf_put(b, S("</text>"));
}

static void svg_shape(struct buf *b, const struct draw_shape *s)
{
    double head[6], x, y;
    switch (s->kind) {
    case DRAW_LINE: svg_line(b, s, s->x2, s->y2); break;
    case DRAW_ARROW:
        draw_head(s, head, &x, &y);
        svg_line(b, s, x, y);
        open_tag(b, "polygon", s->role);
        points(b, head, 3);
        break;
    case DRAW_RECT:
        open_tag(b, "rect", s->role);
        attr(b, "x", s->x);
        attr(b, "y", s->y);
        attr(b, "width", s->x2);
        attr(b, "height", s->y2);
        if (s->r > 0) attr(b, "rx", s->r);
        buf_put(b, S("/>"));
        break;
    case DRAW_CIRCLE:
        open_tag(b, "circle", s->role);
        attr(b, "cx", s->x);
        attr(b, "cy", s->y);
        attr(b, "r", s->r);
        buf_put(b, S("/>"));
        break;
    case DRAW_POLYLINE:
        open_tag(b, "polyline", s->role);
        stroke(b, s);
        points(b, s->xy, s->n);
        break;
    case DRAW_TEXT: svg_text(b, s); break;
    }
}

void draw_svg(const struct drawing *d, struct str id, struct str title, struct str desc,
              struct buf *out)
{
    buf_put(out, S("<svg class=\"figure\" xmlns=\"http://www.w3.org/2000/svg\" "
                   "viewBox=\"0 0 "));
    markup_num(out, d->w);
    buf_putc(out, ' ');
    markup_num(out, d->h);
    buf_putc(out, '"');
    attr(out, "width", d->w);
    attr(out, "height", d->h);
    buf_put(out, S(" role=\"img\" aria-labelledby=\""));
    markup_id(out, id);
    buf_put(out, S("-title "));
    markup_id(out, id);
    buf_put(out, S("-desc\">\n<title id=\""));
    markup_id(out, id);
    buf_put(out, S("-title\">"));
    markup_put(out, title);
    buf_put(out, S("</title>\n<desc id=\""));
    markup_id(out, id);
    buf_put(out, S("-desc\">"));
    markup_put(out, desc);
    buf_put(out, S("</desc>\n"));
    for (isize i = 0; i < d->n; i++) {
        svg_shape(out, &d->at[i]);
        buf_putc(out, '\n');
    }
    buf_put(out, S("</svg>\n"));
}
