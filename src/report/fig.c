#include "report/fig.h"
#include "base/num.h"
#include <math.h>

enum { MAX_LINES = 12 };

struct str fig_num(double x, int places, struct arena *a)
{
    if (isnan(x)) return S("\xE2\x80\x93");
    return doc_typeset(num_fixed(x, places, a), a);
}

struct str fig_estimate(double x, double lo, double hi, int places, struct arena *a)
{
    struct str est = fig_num(x, places, a);
    if (isnan(lo) || isnan(hi)) return est;
    return str_fmt(a, "%.*s [%.*s, %.*s]", FMT(est), FMT(fig_num(lo, places, a)),
                   FMT(fig_num(hi, places, a)));
}

double fig_place(double x, double lo, double hi, double x0, double x1)
{
    if (!(hi > lo) || isnan(x)) return (x0 + x1) / 2;
    double share = (x - lo) / (hi - lo);
    return x0 + (x1 - x0) * fmin(fmax(share, 0), 1);
}

double fig_step(double lo, double hi, int most)
{
    double span = hi - lo;
    if (!(span > 0) || !isfinite(span) || most < 1) return 1;
    double ten = pow(10, floor(log10(span / most)));
    static const double cut[] = {1, 2, 5, 10};
    for (isize i = 0; i < COUNT(cut); i++)
        if (span <= most * cut[i] * ten * (1 + 1e-12)) return cut[i] * ten;
    return 10 * ten;
}

isize fig_lines(struct drawing *d, enum draw_role r, double x, double y, double lead,
                double size, enum draw_anchor anchor, bool bold, double room,
                struct str s)
{
    struct str line[MAX_LINES];
    isize n = draw_wrap(s, size, bold, room, line, MAX_LINES);
    for (isize i = 0; i < n; i++)
        draw_text(d, r, x, y + (double)i * lead, size, anchor, bold, line[i]);
    return n;
}

isize fig_count_lines(double size, bool bold, double room, struct str s)
{
    struct str line[MAX_LINES];
    return draw_wrap(s, size, bold, room, line, MAX_LINES);
}

void fig_pair(struct drawing *d, double x0, double x1, double y)
{
    bool close = fabs(x1 - x0) < FIG_RING; /* false when one is NAN */
    if (!isnan(x0) && !isnan(x1) && !close) draw_line(d, DRAW_A, x0, y, x1, y, 2.5);
    if (!isnan(x0)) draw_circle(d, DRAW_WAS, x0, y, close ? FIG_RING + 2.5 : FIG_RING);
    if (!isnan(x1))
        draw_circle(d, DRAW_A, x1, y, close ? FIG_RING - 0.5 : FIG_RING + 0.5);
}

void fig_key(struct drawing *d, double right, bool ring, struct str s)
{
    double w = draw_text_width(s, FIG_SMALL, false);
    draw_circle(d, ring ? DRAW_WAS : DRAW_A, right - w - 8, 8, FIG_RING - 0.5);
    draw_text(d, DRAW_SOFT, right, 11, FIG_SMALL, DRAW_END, false, s);
}

bool fig_overlap(struct fig_rect r, struct fig_rect s)
{
    return r.x < s.x + s.w && s.x < r.x + r.w && r.y < s.y + s.h && s.y < r.y + r.h;
}

/* Liang and Barsky: the part of the segment inside each of the four edges. */
bool fig_crossed(struct fig_rect r, double x, double y, double x2, double y2)
{
    double dx = x2 - x, dy = y2 - y, from = 0, to = 1;
    const double p[] = {-dx, dx, -dy, dy};
    const double q[] = {x - r.x, r.x + r.w - x, y - r.y, r.y + r.h - y};
    for (int i = 0; i < 4; i++) {
        if (p[i] == 0) {
            if (q[i] <= 0) return false;
        } else if (p[i] < 0) {
            from = fmax(from, q[i] / p[i]);
        } else {
            to = fmin(to, q[i] / p[i]);
        }
    }
    return from < to;
}

struct fig_rect fig_text_rect(const struct draw_shape *t)
{
    double w = draw_text_width(t->text, t->r, t->bold);
    double shift = t->anchor == DRAW_START ? 0 : t->anchor == DRAW_MIDDLE ? w / 2 : w;
    return (struct fig_rect){t->x - shift, t->y - 0.75 * t->r, w, t->r};
}
