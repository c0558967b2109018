/* The page everybody starts at: what waits for this viewer, in sentences, then the lists. */
#ifndef VARDE_WEB_HOME_H
#define VARDE_WEB_HOME_H

#include "web/call.h"
#include "web/parts.h"

struct home_study {
    struct str name;
    struct part_table sites; /* participants by site; no rows: not shown */
    struct part_table alerts, due;
    isize n_alerts, n_due, n_overdue, n_part; /* n_part: enrolled now */
    bool watches; /* alerts and visits are this viewer's business */
};
struct home {
    struct LIST(struct home_study) studies;
    struct part_steps setup; /* for who sets up; no steps: not shown */
    bool setup_done, nobody; /* nobody: no role today */
    isize n_alerts, n_overdue, n_due;
};

#endif
