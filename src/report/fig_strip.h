/* Individuals at two times: a dot each, joined by a line; who got higher is drawn strong,
** who did not is drawn soft and dashed.  The means stand beside the columns. */
#ifndef VARDE_REPORT_FIG_STRIP_H
#define VARDE_REPORT_FIG_STRIP_H

#include "report/doc.h"

struct fig_strip {
    const double *first, *second; /* n pairs; a pair with a NAN is left out */
    isize n;
    double lo, hi;                      /* the axis: the instrument's range */
    struct str name;                    /* of the axis */
    struct str first_name, second_name; /* "first recording", "last recording" */
    int places;
};
struct drawing *fig_strip(const struct fig_strip *m, enum lang lang, struct arena *a);

#endif
