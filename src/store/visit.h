/* Visits: a subject at a time point of the study, when it is due, and what became of it.
**
** A visit is due until every form that is asked at it has a first entry: `waits` (study/asked.h)
** counts those that have none.  One that was missed or cancelled, or held and closed with a reason,
** waits for nothing.  Every change keeps the count, in its own transaction (app/visiting_waits.c);
** app/check.c counts anew.
**
** A planned visit moves with its anchor (the day the time points are counted from) unless
** somebody moved it by hand; one that was held, missed or cancelled stays.  These functions
** read, or write a row inside somebody's transaction; who may, and the journal, is the
** business of app/visiting.h.  Rows are filtered by the sites they are asked for; the caller
** takes those from the viewer's rights.  Checked: tests/app/test_visiting.c. */
#ifndef VARDE_STORE_VISIT_H
#define VARDE_STORE_VISIT_H

#include "store/staff.h"
#include "study/asked.h"

enum visit_state {
    VISIT_PLANNED,
    VISIT_HELD,
    VISIT_MISSED,
    VISIT_CANCELLED,
    VISIT_STATES
};
extern const char *const visit_state_word[VISIT_STATES]; /* "planned", ... */
extern const char *const visit_state_text[VISIT_STATES]; /* for text_of */
enum visit_state visit_state_of(struct str word);        /* a word of the store's */

/* A first entry that stands at a visit, and whether its second entry agrees. */
struct visit_entry {
    struct str measure;
    i64 response, second; /* second 0: there is none */
    bool paper, agree;
};
struct visit {
    i64 id, study, subject, site;
    struct str kind, code; /* of the subject: "consumers", "P01" */
    i64 part;              /* its second key; 0: none */
    struct str time;       /* "t1" */
    day due, opens, closes;
    bool moved; /* by hand: it does not follow its anchor */
    enum visit_state state;
    day held;          /* of VISIT_HELD */
    struct str reason; /* why missed or cancelled; of a held one: why no more forms are
                       ** asked for; empty: none */
    i64 waits;         /* study/asked.h; -1: not counted yet */
    struct visit_entries LIST(struct visit_entry) entries;
};
struct visits LIST(struct visit);

/* Errors: E_NOT_FOUND; also when the viewer is nobody. */
MUST_CHECK int visit_get(struct db *db, const struct viewer *who, i64 id,
                         struct visit *out, struct arena *a, struct err *e);
/* Of one subject, by due day. */
MUST_CHECK int visit_of(struct db *db, const struct viewer *who, i64 subject,
                        struct visits *out, struct arena *a, struct err *e);

/* A page of visits that wait for a form and have opened by a day, the most urgent first. */
struct visit_page {
    i64 study;
    i64 site;         /* 0: every site */
    i64 clinician;    /* only whose participants; 0: all */
    unsigned by;      /* bits of asked_on: only what waits for one of them */
    day opened_by;    /* opens <= this */
    day closed_by;    /* closes <= this: yesterday gives the overdue; DAY_NONE: all */
    day after_closes; /* continue behind this visit; after_id 0: from the start */
    i64 after_id;
    isize limit;
};
enum { VISIT_ANY_DAY = 10000000 };
MUST_CHECK int visit_due(struct db *db, const struct viewer *who,
                         const struct visit_page *p, struct visits *out, struct arena *a,
                         struct err *e);

/* Inside a transaction, for a change of it: whoever changes, all visits of the subject. */
MUST_CHECK int visit_for_change(struct db *db, i64 subject, struct visits *out,
                                struct arena *a, struct err *e);
MUST_CHECK int visit_put(struct db *db, struct visit *v, struct err *e); /* fills in id */
MUST_CHECK int visit_set(struct db *db, const struct visit *v, struct err *e);

/* With a first entry: held from that day, unless it was, and `waits` is what waits now.  A visit that
** had been missed, cancelled or closed stays closed, and waits for nothing. */
struct visit_entered {
    i64 id, waits; /* as they stood */
    bool held, closed;
};
MUST_CHECK int visit_enter(struct db *db, const struct visit_entered *v, day on,
                           i64 waits, struct err *e);
/* The measures that have a first entry at a time point. */
struct visit_answered LIST(struct str);
MUST_CHECK int visit_answered(struct db *db, i64 subject, struct str time,
                              struct visit_answered *out, struct arena *a, struct err *e);
MUST_CHECK int visit_set_waits(struct db *db, i64 id, i64 waits, struct err *e);

/* Who or what is visited. Error: E_NOT_FOUND. */
struct visit_subject {
    i64 study, site;
    struct str kind;
};
MUST_CHECK int visit_subject(struct db *db, i64 subject, struct visit_subject *out,
                             struct arena *a, struct err *e);

/* Days the time points are counted from; those that hold. */
struct anchor {
    i64 id;
    struct str name;
    day day;
};
struct anchors LIST(struct anchor);
MUST_CHECK int anchor_of(struct db *db, i64 subject, struct anchors *out, struct arena *a,
                         struct err *e);
MUST_CHECK int anchor_put(struct db *db, i64 subject, struct str name, day on, i64 at,
                          i64 staff, struct err *e);

#endif
