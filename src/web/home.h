/* The page everybody starts at: what waits for this viewer, in sentences, then the lists; and
** the state of a study at the viewer's sites on one page, to be printed. */
#ifndef VARDE_WEB_HOME_H
#define VARDE_WEB_HOME_H

#include "web/call.h"
#include "web/forms.h"
#include "web/parts.h"

struct home_study {
    struct str name;
    struct part_table sites; /* participants by site; no rows: not shown */
    struct part_table alerts, wanted;
    struct forms_visits due;
    struct html_links links;                    /* where to go on */
    isize n_alerts, n_due, n_overdue, n_wanted; /* wanted: allocations to enter */
    bool sees;
};
struct home {
    struct str answer;
    struct LIST(struct home_study) studies;
    struct part_steps setup; /* for who sets up; no steps: not shown */
    bool setup_done;
    isize n_staff;
};

/* One study on one page (/unit). */
struct unit_study {
    struct str name, answer, wait;
    struct part_facts facts;
    struct part_table sites, times, left;
    struct str paper; /* second entries that wait; empty: none */
};
struct unit {
    struct str answer;
    struct LIST(struct unit_study) studies;
    struct part_print print;
};

#endif
