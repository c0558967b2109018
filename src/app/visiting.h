/* Visits: planned from the study's time points, held, missed, cancelled, moved; and what is
** due at them.
**
** Planning is a function of the study and of a subject's anchors.  visiting_anchor_in sets an
** anchor inside the closure of the change that it follows from (enrolment, allocation) and
** plans; setting it again moves the visits that are still planned and were not moved by
** hand.  A visit becomes held with its first response, and is due until each form that is asked at it
** has its first entry, or somebody says why the rest will not come (visiting_closed).
** Needs: to set an anchor MAY_ENROL at the subject's site; to hold, miss, cancel or move a visit
** the right to enter one of its forms; to see it the right to see one (app/collect.h).
** Checked: tests/app/test_visiting.c, on every engine. */
#ifndef VARDE_APP_VISITING_H
#define VARDE_APP_VISITING_H

#include "app/collect.h"
#include "study/schedule.h"

/* "enrolment", "allocation": the day from which time points are counted. Inside a closure; for room see
** collect_submit_in. */
MUST_CHECK int visiting_anchor_in(struct db *db, const struct act *act,
                                  const struct study *s, i64 subject,
                                  enum study_from anchor, day on, struct err *e);
/* The same as an act of its own: the day a service began, or a day put right.
** Errors: E_NOT_FOUND, E_NOT_ALLOWED. */
MUST_CHECK int visiting_anchor(struct act *act, const struct collect_kit *k, i64 subject,
                               enum study_from anchor, day on, struct err *e);

/* Errors of all: E_NOT_FOUND, E_NOT_ALLOWED, E_RECORD (no reason in act->why; it was held; a
** day that is not in order). */
MUST_CHECK int visiting_held(struct act *act, const struct collect_kit *k, i64 visit,
                             day on, struct err *e);
MUST_CHECK int visiting_missed(struct act *act, const struct collect_kit *k, i64 visit,
                               struct err *e);
MUST_CHECK int visiting_cancelled(struct act *act, const struct collect_kit *k, i64 visit,
                                  struct err *e);
/* Held, and the forms that still wait will not come: act->why says why. Needs the right to enter one
** of them. */
MUST_CHECK int visiting_closed(struct act *act, const struct collect_kit *k, i64 visit,
                               struct err *e);
/* The safe way out: of missed and cancelled back to planned, of closed back to waiting. */
MUST_CHECK int visiting_reopened(struct act *act, const struct collect_kit *k, i64 visit,
                                 struct err *e);
MUST_CHECK int visiting_moved(struct act *act, const struct collect_kit *k, i64 visit,
                              day due, day opens, day closes, struct err *e);
/* What follows from changes to participants: lines of people_hooks.def (visiting_follow.c).
** Enrolled: visits are planned from the day of the enrolment that holds; who comes back finds
** those again that leaving cancelled and whose window is not over. Left: what is planned is
** cancelled. Moved: it goes along to the other site. Checked: tests/app/test_follow.c. */
#define VISITING_LEFT S("the participant left") /* the reason of a visit cancelled so */

/* --- what is due ------------------------------------------------------------------------- */

struct due_form {
    isize measure;
    enum form_state state;
    i64 response; /* 0: none yet */
    bool mine;    /* this viewer may enter it */
    bool left;    /* it is asked for and has no entry */
};
struct due_visit {
    struct visit v;
    isize time;   /* of the study; -1: the study no longer has it */
    bool overdue; /* closes before today, and something is left */
    isize left;   /* of the forms below */
    struct due_forms LIST(struct due_form) forms;
};
struct due_visits LIST(struct due_visit);

struct due_ask {
    i64 site;       /* 0: wherever this viewer may see participants */
    bool my_people; /* only participants whose clinician this viewer is */
    bool overdue_only;
    day ahead;                 /* also what opens so many days from today */
    const struct visit *after; /* the last of the page before; NULL: from the start */
    isize limit;               /* at most 200 */
};
/* Visits at which a form is left for this viewer, the most urgent first, each with its forms and
** their state: as many as `limit` while there are so many.  Whoever may enter some of a study's
** forms is shown what waits for them; whoever may only look, or corrects answers, what waits for
** anybody.  Forms of participants and clinicians, and those of trainers and fidelity assessors, are
** looked at apart. */
MUST_CHECK int visiting_due(struct act *act, const struct collect_kit *k,
                            const struct due_ask *ask, struct due_visits *out,
                            struct err *e);
/* All visits of one subject with their forms, by due day. Error: E_NOT_FOUND. */
MUST_CHECK int visiting_of(struct act *act, const struct collect_kit *k, i64 subject,
                           struct due_visits *out, struct err *e);
/* For whom (bits of asked_on) visits at a site are due to this viewer; site 0: at any. */
unsigned visiting_due_by(const struct act *act, const struct collect_kit *k, i64 site);
/* One. Error: E_NOT_FOUND. */
MUST_CHECK int visiting_get(struct act *act, const struct collect_kit *k, i64 visit,
                            struct due_visit *out, struct err *e);

/* --- counting ---------------------------------------------------------------------------- */

/* A visit (id, study, kind, time, state, reason, waits, entries) with what is counted anew. */
struct visiting_count {
    struct visit v;
    unsigned on; /* waits_on as it stands */
    i64 waits;
};
struct visiting_counts LIST(struct visiting_count);
typedef int visiting_counted(struct db *db, const struct visiting_count *c, void *arg,
                             struct err *e);
/* Each visit of a study (0: of all), by id. */
MUST_CHECK int visiting_count_all(struct db *db, i64 study, visiting_counted *f,
                                  void *arg, struct arena tmp, struct err *e);
/* Inside a transaction: what differs is put right; *n: how many. */
MUST_CHECK int visiting_recount(struct db *db, i64 study, i64 *n, struct arena tmp,
                                struct err *e);
/* Visits from before there were counts: after migrations, by a WRITER. One transaction. */
MUST_CHECK int visiting_count_old(struct db *db, struct arena tmp, struct err *e);

#endif
