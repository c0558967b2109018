/* A drawing through cairo, in the colours of print. */
#ifndef VARDE_REPORT_DRAW_CAIRO_H
#define VARDE_REPORT_DRAW_CAIRO_H

#include "report/draw.h"
#include "report/pdf_type.h"

/* With its corner at (x, y), `scale` times its size. */
void draw_cairo(const struct drawing *d, cairo_t *cr, struct pdf_type *t, double x,
                double y, double scale, struct arena tmp);

/* The colours of print, of text and strong lines among them. */
void draw_cairo_ink(cairo_t *cr, enum draw_role role);

#endif
