/* Counts of groups as bars from zero, a row each, the count and its share at the
** right. */
#ifndef VARDE_REPORT_FIG_BARS_H
#define VARDE_REPORT_FIG_BARS_H

#include "report/doc.h"

struct fig_bars_row {
    struct str name;
    double n;        /* 0 or more; NAN: no bar */
    struct str text; /* "19 (61.3 %)" */
};

/* `of`: what a bar over the whole width would count; above 0. */
struct drawing *fig_bars(const struct fig_bars_row *row, isize n, double of,
                         struct arena *a);

#endif
