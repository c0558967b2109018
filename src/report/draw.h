/* One drawing layer for every figure: a list of shapes, written as SVG for pages and
** through cairo for PDF.  Units are points of the printed page (1/72 inch) = CSS pixels
** on screen; x goes right, y goes down.  A shape has a role, never a colour: the page's
** style sheet and the printed style decide, so figures follow light, dark and print. */
#ifndef VARDE_REPORT_DRAW_H
#define VARDE_REPORT_DRAW_H

#include "base/str.h"

enum draw_role {
    DRAW_INK,   /* text and strong lines */
    DRAW_SOFT,  /* secondary text, arrows that say "not significant" */
    DRAW_GRID,  /* rules behind the data */
    DRAW_BAND,  /* the shaded band that matters */
    DRAW_A,     /* first series, filled: after */
    DRAW_B,     /* second series */
    DRAW_WAS,   /* a ring: before */
    DRAW_BOX,   /* a framed box on the sheet's own ground */
    DRAW_PAPER, /* hides what is behind it */
    DRAW_ROLE_N
};
enum draw_anchor { DRAW_START, DRAW_MIDDLE, DRAW_END };
enum draw_kind {
    DRAW_LINE,
    DRAW_RECT,
    DRAW_CIRCLE,
    DRAW_POLYLINE,
    DRAW_TEXT,
    DRAW_ARROW
};

struct draw_shape {
    enum draw_kind kind;
    enum draw_role role;
    double x, y, x2, y2; /* line, arrow: ends; rect: corner, then width and height */
    double r;            /* circle: radius; rect: corner radius; text: size */
    double width;        /* of lines; 0: 1 */
    bool dashed, bold;
    enum draw_anchor anchor;
    struct str text;
    const double *xy; /* polyline: n pairs */
    isize n;
};

struct drawing {
    struct draw_shape *at; /* first, as PUSH wants it */
    isize n, cap;
    double w, h;
    struct arena *a;
};

struct drawing *draw_new(double w, double h, struct arena *a);
void draw_line(struct drawing *d, enum draw_role r, double x, double y, double x2,
               double y2, double width);
void draw_dashed(struct drawing *d, enum draw_role r, double x, double y, double x2,
                 double y2, double width);
void draw_arrow(struct drawing *d, enum draw_role r, double x, double y, double x2,
                double y2, double width, bool dashed);
void draw_rect(struct drawing *d, enum draw_role r, double x, double y, double w,
               double h, double corner);
void draw_circle(struct drawing *d, enum draw_role r, double x, double y, double radius);
void draw_polyline(struct drawing *d, enum draw_role r, const double *xy, isize n,
                   double width);
void draw_text(struct drawing *d, enum draw_role r, double x, double y, double size,
               enum draw_anchor anchor, bool bold, struct str s);

/* Width of a text in points at a size, from a built-in table (the same on every machine),
** without kerning, which only narrows. */
double draw_text_width(struct str s, double size, bool bold);

/* Whether the program's own fonts have this character. */
bool draw_has(u32 code);

/* Breaks a text at blanks into lines no wider than `room`; a longer word is cut.  The
** last of `cap` lines takes what is left.  Returns the number of lines, 0 for an empty
** text. */
isize draw_wrap(struct str s, double size, bool bold, double room, struct str *at,
                isize cap);

/* The triangle at the end of an arrow, tip first, and where its shaft ends. */
void draw_head(const struct draw_shape *s, double xy[6], double *x, double *y);

/* The width of a figure that fills a column of the page. */
#define DRAW_COLUMN 480.0

/* An <svg> element with title and description for screen readers; id makes theirs
** unique. */
void draw_svg(const struct drawing *d, struct str id, struct str title, struct str desc,
              struct buf *out);

#endif
