/* What waits for the viewer, in all studies where they work: one list of visits and one of alerts,
** from which the first page, /due, /alerts and /unit take every number, so that they agree.
**
** A viewer works in a study when a role of today is held there: at every site or at one of the study's,
** for that study or in general. Studies with people in them who are followed now come first, then
** by name. Which one a list shows is the query's "study" (0: all), else what this browser chose last
** (a cookie with the study's row, no more), else what the page asks for.
** Checked: tests/web/test_home.c. */
#ifndef VARDE_WEB_WAITING_H
#define VARDE_WEB_WAITING_H

#include "web/forms.h"

/* As many as the first page counts and a list shows at once. */
enum { WAITING_VISITS = 50, WAITING_ALERTS = 20 };

struct waiting_study {
    i64 id;
    struct str name, title; /* "norway2013"; the title in the page's language */
    const struct collect_kit *k;
    bool living; /* somebody is referred or enrolled now */
    i64 people;  /* who ever were, at all sites */
};
struct waiting_studies LIST(struct waiting_study);
MUST_CHECK int waiting_studies(struct call *c, struct waiting_studies *out,
                               struct err *e);

/* The study that a list shows; 0: all. A choice in the query is remembered. Error: E_NOT_FOUND. */
MUST_CHECK int waiting_chosen(struct call *c, const struct waiting_studies *all, i64 *out,
                              struct err *e);
/* Choices of a filter: all studies (when `every`), then each by its title. */
void waiting_filter(struct call *c, const struct waiting_studies *all, i64 chosen,
                    bool every, struct part_choices *out);

/* A clinician who is nothing else sees what is the clinician's own first. */
bool waiting_own(const struct call *c);

struct waiting_visit {
    const struct waiting_study *of;
    struct due_visit v;
};
struct waiting_visits {
    struct LIST(struct waiting_visit) at; /* the most urgent first */
    isize late;                           /* of them: past their last day */
    bool several;                         /* they are of more than one study */
    bool more; /* as many as were asked for: there may be more */
};
/* study 0: all. ask.limit: of the whole list, at most 200. */
MUST_CHECK int waiting_due(struct call *c, const struct waiting_studies *all, i64 study,
                           const struct due_ask *ask, struct waiting_visits *out,
                           struct err *e);
/* "5 visits are open; 2 of them are past their last day." Empty for none. */
struct str waiting_due_words(struct call *c, isize n, isize late, bool more);

struct waiting_alert {
    const struct waiting_study *of;
    struct alert_view v;
};
struct waiting_alerts {
    struct LIST(struct waiting_alert) at; /* by study, in their order, the oldest first */
    bool more, several;
};
/* after: the last alert of the page before; 0: from the start. */
MUST_CHECK int waiting_alerts(struct call *c, const struct waiting_studies *all,
                              i64 study, bool mine, i64 after, isize limit,
                              struct waiting_alerts *out, struct err *e);
/* "One alert is open: look at it now." Empty for none. */
struct str waiting_alert_words(struct call *c, isize n, bool more);

#endif
