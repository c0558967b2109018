/* A path diagram: a box for each observed variable, an arrow for each path.
**
** Variables are placed in columns by the longest chain of paths that leads to them, so
** every arrow points to the right; the order within a column is the one with fewest
** crossings.  A path says its standardised coefficient with stars for p (* < .05, ** <
** .01, *** < .001); one that is not significant is dashed, thin and says so.  R2 stands
** under each box that paths lead to.  No label lies on a box or on another label.  Made
** for up to 8 variables; more are drawn, small. */
#ifndef VARDE_REPORT_FIG_PATH_H
#define VARDE_REPORT_FIG_PATH_H

#include "report/doc.h"

struct fig_path_var {
    struct str name; /* as printed; wrapped in its box */
    double r2;       /* share explained; NAN: not printed */
};
struct fig_path_arrow {
    isize from, to; /* indices of variables */
    double std;     /* standardised coefficient; NAN: the arrow alone */
    double p;       /* NAN: no stars, drawn as significant */
};
struct fig_path {
    const struct fig_path_var *var;
    isize n_vars;
    const struct fig_path_arrow
        *path;     /* without cycles; one that closes a cycle is drawn */
    isize n_paths; /* backwards */
};
struct drawing *fig_path(const struct fig_path *m, enum lang lang, struct arena *a);

#endif
