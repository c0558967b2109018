#include "report/draw.h"
#include "report/markup.h"
#include <math.h>

struct drawing *draw_new(double w, double h, struct arena *a)
{
    struct drawing *d = NEW(a, struct drawing, 1);
    *d = (struct drawing){.w = w, .h = h, .a = a};
    return d;
}

static struct draw_shape *shape(struct drawing *d, enum draw_kind kind, enum draw_role r,
                                double x, double y)
{
    struct draw_shape *s = PUSH(d->a, d);
    *s = (struct draw_shape){.kind = kind, .role = r, .x = x, .y = y};
    return s;
}

static void line(struct drawing *d, enum draw_kind kind, enum draw_role r, double x,
                 double y, double x2, double y2, double width, bool dashed)
{
    struct draw_shape *s = shape(d, kind, r, x, y);
    s->x2 = x2;
    s->y2 = y2;
    s->width = width;
    s->dashed = dashed;
}

void draw_line(struct drawing *d, enum draw_role r, double x, double y, double x2,
               double y2, double width)
{
    line(d, DRAW_LINE, r, x, y, x2, y2, width, false);
}

void draw_dashed(struct drawing *d, enum draw_role r, double x, double y, double x2,
                 double y2, double width)
{
    line(d, DRAW_LINE, r, x, y, x2, y2, width, true);
}

void draw_arrow(struct drawing *d, enum draw_role r, double x, double y, double x2,
                double y2, double width, bool dashed)
{
    line(d, DRAW_ARROW, r, x, y, x2, y2, width, dashed);
}

void draw_rect(struct drawing *d, enum draw_role r, double x, double y, double w,
               double h, double corner)
{
    struct draw_shape *s = shape(d, DRAW_RECT, r, x, y);
    s->x2 = w;
    s->y2 = h;
    s->r = corner;
}

void draw_circle(struct drawing *d, enum draw_role r, double x, double y, double radius)
{
    shape(d, DRAW_CIRCLE, r, x, y)->r = radius;
}

void draw_polyline(struct drawing *d, enum draw_role r, const double *xy, isize n,
                   double width)
{
    if (n < 1) return;
    double *own = NEW_RAW(d->a, double, 2 * n);
    for (isize i = 0; i < 2 * n; i++) own[i] = xy[i];
    struct draw_shape *s = shape(d, DRAW_POLYLINE, r, own[0], own[1]);
    s->xy = own;
    s->n = n;
    s->width = width;
}

void draw_text(struct drawing *d, enum draw_role r, double x, double y, double size,
               enum draw_anchor anchor, bool bold, struct str s)
{
    struct draw_shape *t = shape(d, DRAW_TEXT, r, x, y);
    t->r = size;
    t->anchor = anchor;
    t->bold = bold;
    t->text = s;
}

struct width {
    uint16_t code, regular, bold;
};
static const struct width width_of[] = {
#define WIDTH(code, regular, bold) {code, regular, bold},
#include "report/draw_width.def"
#undef WIDTH
};

/* What the font does not have comes from another font of the machine: a guess that is
** wide enough for Greek, arrows and mathematics; Chinese and its neighbours are
** square. */
static int guess(u32 u, bool bold)
{
    if (u >= 0x300 && u < 0x370) return 0; /* marks that stand over a letter */
    return u >= 0x1100 ? (u >= 0x2000 && u < 0x2E80 ? 850 : 1000) : bold ? 720 : 680;
}

static isize find(u32 u)
{
    isize lo = 0, hi = COUNT(width_of) - 1;
    if (u >= 0x20 && u < 0x7F) lo = hi = (isize)u - 0x20; /* the table starts there */
    while (lo < hi) {
        isize mid = (lo + hi) / 2;
        if (width_of[mid].code < u)
            lo = mid + 1;
        else
            hi = mid;
    }
    return width_of[lo].code == u ? lo : -1;
}

static int advance(u32 u, bool bold)
{
    isize i = find(u);
    return i < 0 ? guess(u, bold) : bold ? width_of[i].bold : width_of[i].regular;
}

bool draw_has(u32 code)
{
    return find(code) >= 0;
}

double draw_text_width(struct str s, double size, bool bold)
{
    i64 sum = 0;
    for (isize i = 0; i < s.n;) {
        u32 u;
        i += markup_char(str_from(s, i), &u);
        sum += advance(u, bold);
    }
    return (double)sum * size / 1000;
}

isize draw_wrap(struct str s, double size, bool bold, double room, struct str *at,
                isize cap)
{
    isize n = 0, from = 0, blank = -1;
    double wide = 0;
    s = str_trim(s);
    for (isize i = 0; i < s.n && n < cap - 1;) {
        u32 u;
        isize step = markup_char(str_from(s, i), &u);
        wide += advance(u, bold) * size / 1000;
        if (u == ' ') blank = i;
        if (u == ' ' || wide <= room || i == from) {
            i += step;
            continue;
        }
        /* Too wide: back to the last blank, or cut the word here. */
        isize end = blank > from ? blank : i;
        at[n++] = str_trim((struct str){s.at + from, end - from});
        while (end < s.n && s.at[end] == ' ') end++;
        from = i = end;
        blank = -1;
        wide = 0;
    }
    if (n < cap && from < s.n) at[n++] = str_from(s, from);
    return n;
}

void draw_head(const struct draw_shape *s, double xy[6], double *x, double *y)
{
    double w = s->width > 0 ? s->width : 1;
    double length = 5 + 2 * w, half = 2 + w;
    double dx = s->x2 - s->x, dy = s->y2 - s->y, all = hypot(dx, dy);
    if (all > 0) dx /= all, dy /= all;
    *x = s->x2 - dx * length;
    *y = s->y2 - dy * length;
    xy[0] = s->x2;
    xy[1] = s->y2;
    xy[2] = *x - dy * half;
    xy[3] = *y + dx * half;
    xy[4] = *x + dy * half;
    xy[5] = *y - dx * half;
}
