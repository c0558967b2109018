/* Before and after, an outcome a row: a ring (before) and a dot (after) on the range of
** the row's own instrument, which direction is better in words, the change with its
** interval at the right. */
#ifndef VARDE_REPORT_FIG_CHANGE_H
#define VARDE_REPORT_FIG_CHANGE_H

#include "report/doc.h"

enum fig_better { FIG_HIGHER, FIG_LOWER, FIG_NEITHER };

struct fig_change_row {
    struct str name;
    double lo, hi; /* the instrument's range */
    enum fig_better better;
    double before, after;        /* means, in the instrument's unit; NAN: not drawn */
    double change, ci_lo, ci_hi; /* NAN: a dash */
    int places;                  /* decimals of everything printed in this row */
};
/* was, now: the words for the ring and the dot ("before", "after"); head: over the
** change, with the level ("Change [95% CI]"). */
struct drawing *fig_change(const struct fig_change_row *row, isize n, struct str was,
                           struct str now, struct str head, enum lang lang,
                           struct arena *a);

#endif
