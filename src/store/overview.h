/* How a study stands at the sites where the viewer has one of the roles: counts for one page.
** Nothing here says an arm. Checked: tests/web/test_home.c. */
#ifndef VARDE_STORE_OVERVIEW_H
#define VARDE_STORE_OVERVIEW_H

#include "store/participant.h"

/* Visits whose day has passed (held, missed, overdue) and the first entries at them. */
struct overview_time {
    struct str kind, time;
    i64 n, held, missed, forms;
    day due; /* of the first of them; app/tally.h only */
};
struct overview_left {
    enum participant_state state;
    struct str reason; /* of the study's reasons; empty: none */
    i64 n;
};
struct overview {
    struct LIST(struct overview_time) times;
    struct LIST(struct overview_left) left;
    i64 second, differ; /* paper forms that want a second entry; whose entries differ */
};
MUST_CHECK int overview_of(struct db *db, const struct viewer *who, struct str roles,
                           i64 study, struct overview *out, struct arena *a,
                           struct err *e);

/* Overdue visits that wait for one of `by` (bits of asked_on), by the participant's clinician, most
** first. */
struct overview_late {
    struct str clinician; /* name; empty: nobody's */
    i64 n;
    day since; /* the last day of the oldest */
};
struct overview_lates LIST(struct overview_late);
MUST_CHECK int overview_behind(struct db *db, const struct viewer *who, struct str roles,
                               i64 study, unsigned by, struct overview_lates *out,
                               struct arena *a, struct err *e);

/* What a measure rates that is nobody's own: recordings, services. Rows nobody rated come first. */
struct overview_ask {
    i64 study;
    struct str measure, kind, score; /* score: the one that is shown */
    i64 limit;
};
struct overview_rating {
    i64 subject, part, response; /* response 0: not rated */
    struct str code, site, time;
    day on;
    double value; /* NAN: none */
};
struct overview_ratings LIST(struct overview_rating);
MUST_CHECK int overview_ratings(struct db *db, const struct viewer *who, struct str roles,
                                const struct overview_ask *ask,
                                struct overview_ratings *out, struct arena *a,
                                struct err *e);

/* For who keeps the house. */
struct overview_house {
    i64 accounts, plain; /* open; of them with a password and no second factor */
    instant checked;     /* 0: never */
    struct str check;    /* what that said: JSON of app/check.h */
};
MUST_CHECK int overview_house(struct db *db, struct overview_house *out, struct arena *a,
                              struct err *e);

#endif
