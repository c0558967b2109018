/* The flow of people through a study: steps from top to bottom with their counts, at the
** right those who left between one step and the next, with reasons. */
#ifndef VARDE_REPORT_FIG_FLOW_H
#define VARDE_REPORT_FIG_FLOW_H

#include "report/doc.h"

struct fig_flow_exit {
    struct str text; /* "never started" */
    i64 n;
};
struct fig_flow_step {
    struct str text; /* "Consented" */
    i64 n;
    const struct fig_flow_exit
        *exit;     /* between this step and the next; their sum is not */
    isize n_exits; /* checked: notes of the report say when it is off */
};
struct drawing *fig_flow(const struct fig_flow_step *step, isize n, enum lang lang,
                         struct arena *a);

#endif
