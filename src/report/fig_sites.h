/* Services on one axis at two times: ring first, dot second, a row each, the bands of the
** scale shaded and named. */
#ifndef VARDE_REPORT_FIG_SITES_H
#define VARDE_REPORT_FIG_SITES_H

#include "report/doc.h"

struct fig_sites_row {
    struct str name;
    double first, second; /* NAN: not rated */
    struct str remark;    /* under the name: "left after 7 months" */
};
struct fig_sites_band {
    double from; /* up to the next band or the end of the axis */
    struct str name;
    bool shaded; /* the band that matters */
};
struct fig_sites {
    const struct fig_sites_row *row;
    isize n;
    double lo, hi;                     /* the axis: 1 to 5 */
    const struct fig_sites_band *band; /* ascending */
    isize n_bands;
    struct str first, second; /* "6 months", "12 months" */
    int places;
};
struct drawing *fig_sites(const struct fig_sites *m, enum lang lang, struct arena *a);

#endif
