/* The page everybody starts at: what waits for this viewer in sentences, then the lists, then how it
** stands and where to go on; and the state of a study at the viewer's sites on one page, to
** be printed. What waits comes from web/waiting.h, as on the pages that these lead to. */
#ifndef VARDE_WEB_HOME_H
#define VARDE_WEB_HOME_H

#include "web/parts.h"
#include "web/tour.h"
#include "web/waiting.h"

/* A table of the first page, and where the whole of it stands. */
struct home_list {
    struct part_table table; /* no rows: not shown */
    struct html_link next;   /* empty path: none */
};
struct home_study {
    struct str name;
    struct html_links links;
};
struct home {
    struct str answer;
    struct tour tour;
    struct home_list alerts, wanted, people, behind, stands, data;
    struct home_list rate, rated; /* recordings and services: to be rated, rated last */
    struct str soon;              /* the next visit, when none is open */
    struct forms_visits due;
    struct html_link due_next;
    struct LIST(struct home_study) studies; /* where to go on, for who reads numbers */
    struct part_steps setup;                /* for who sets up; no steps: not shown */
    struct part_facts house;                /* the same: accounts, backup, check */
    bool setup_done;
    struct part_empty empty; /* nothing waits: what to do next */
};

/* Parts of it: page_home.c, home_waits.c, home_stands.c, home_roles.c. */
enum {
    HOME_ROWS = 12,
    HOME_FEW = 4, /* of what others rate */
    HOME_LARGE = 2000
}; /* a study with more people is counted in the background (app/tally.h) */
struct part_row *home_row(struct call *c, struct part_table *t);
struct part_cell *home_cell(struct call *c, struct part_row *r, struct str words);
void home_columns(struct call *c, struct part_table *t, const char *caption,
                  const char *const *text_id, isize n, isize n_words);
bool home_is(const struct call *c, unsigned roles);

struct home_counts {
    isize alerts, due, late, wanted, rate;
    i64 forms, all_forms; /* of the visits that should be over: answered, asked */
    bool more_alerts, more_due;
};
MUST_CHECK int home_waits(struct call *c, const struct waiting_studies *all,
                          struct home *m, struct home_counts *n, struct err *e);
MUST_CHECK int home_people(struct call *c, const struct waiting_studies *all,
                           struct home *m, struct err *e);
MUST_CHECK int home_stands(struct call *c, const struct waiting_studies *all,
                           struct home *m, struct home_counts *n, struct err *e);
MUST_CHECK int home_ratings(struct call *c, const struct waiting_studies *all,
                            struct home *m, struct home_counts *n, struct err *e);
MUST_CHECK int home_house(struct call *c, struct home *m, struct err *e);

/* One study on one page (/unit). */
struct unit_study {
    struct str name, answer, wait;
    struct part_facts facts;
    struct part_table sites, times, left, behind;
    struct str paper;   /* second entries that wait; empty: none */
    struct str counted; /* of a large study: when, or that it is under way */
};
struct unit {
    struct str answer;
    struct LIST(struct unit_study) studies;
    struct part_print print;
};

#endif
