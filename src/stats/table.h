/* Exact p of an r x c table: the walk over all tables with the same margins.
**
** Column by column, a list of what is left of the rows with the likelihood so far; equal
** ones are merged; all those whose every completion is in, or out, are settled at once by
** bounds; the last two columns by their sorted completions.
** Source: after Mehta & Patel 1983. Checked: through fisher_of,
** tests/stats/test_exact.c. */
#ifndef VARDE_STATS_TABLE_H
#define VARDE_STATS_TABLE_H

#include "base/arena.h"

enum { TABLE_LINES = 32 };

struct table_margins {
    i32 row[TABLE_LINES],
        col[TABLE_LINES]; /* of the lines that are not empty, each > 0 */
    isize rows, cols;     /* >= 2 */
    double n;
};

/* *p: the probability, given the margins, of a table that is at most as likely as `count`
** (whole numbers, `cells` of them), equal within 1e-7. false: more work than 4e6 nodes or
** about 3e8 steps; *p is then not set. */
bool table_exact_p(const struct table_margins *m, const double *count, isize cells,
                   double *p, struct arena tmp);

#endif
