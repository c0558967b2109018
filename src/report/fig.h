/* What the figures share: sizes of type, numbers as printed, ticks, and whether things
** would lie on one another. */
#ifndef VARDE_REPORT_FIG_H
#define VARDE_REPORT_FIG_H

#include "report/doc.h"

#define FIG_TEXT  9.5 /* points: names and values */
#define FIG_SMALL 8.0 /* scales, directions, keys */
#define FIG_RING  4.0 /* radius of a marker */

/* x with `places` decimals and a true minus; NAN is a dash. */
struct str fig_num(double x, int places, struct arena *a);
/* "0.51 [0.36, 0.67]"; without the bracket when the interval is NAN. */
struct str fig_estimate(double x, double lo, double hi, int places, struct arena *a);

/* Where x of [lo, hi] lies between x0 and x1; outside the range it stays at the end. */
double fig_place(double x, double lo, double hi, double x0, double x1);

/* A step of 1, 2 or 5 times a power of ten that cuts [lo, hi] into at most `most`
** pieces. */
double fig_step(double lo, double hi, int most);

/* Lines of text from (x, y) downwards, each `lead` below the one before; returns the
** number of lines.  y is the base line of the first. */
isize fig_lines(struct drawing *d, enum draw_role r, double x, double y, double lead,
                double size, enum draw_anchor anchor, bool bold, double room,
                struct str s);
/* How many lines fig_lines would draw. */
isize fig_count_lines(double size, bool bold, double room, struct str s);

/* Before and after at one height: a ring, a dot, a line between; NAN: not drawn.  Where
** they would cover each other the ring goes around the dot. */
void fig_pair(struct drawing *d, double x0, double x1, double y);

/* The key over a column of numbers that ends at `right`: ring (before) or dot (after),
** word. */
void fig_key(struct drawing *d, double right, bool ring, struct str s);

struct fig_rect {
    double x, y, w, h;
};
bool fig_overlap(struct fig_rect r, struct fig_rect s);
bool fig_crossed(struct fig_rect r, double x, double y, double x2, double y2);

/* The place a text takes: from the built-in widths; 0.75 of its size above the base line,
** 0.25 below. */
struct fig_rect fig_text_rect(const struct draw_shape *t);

#endif
