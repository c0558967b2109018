/* Rows for changes, inside their transactions: for app, which has asked for the right. */
#ifndef VARDE_STORE_SUBJECT_PARTS_H
#define VARDE_STORE_SUBJECT_PARTS_H

#include "store/participant.h"

/* Sites at which the viewer holds one of the roles, for a list that is read a site at a time and put
** together: each is walked along its own index, so a small site in a large study is found as
** fast as a large one.  0: a role at every site, which may be of another study, so the others are
** asked too and rows can come twice.  The engine asks again, with dates and study. */
struct subject_sites LIST(i64);
struct subject_sites subject_sites(const struct viewer *who, struct str roles,
                                   struct arena *a);

/* Errors of all that find: E_NOT_FOUND. */
MUST_CHECK int subject_row(struct db *db, i64 id, struct subject *out, struct arena *a,
                           struct err *e);
MUST_CHECK int participant_row(struct db *db, i64 subject, struct participant *out,
                               struct arena *a, struct err *e);

/* What follows from the events that hold at an instant. */
struct participant_fold {
    enum participant_state state; /* IN_NOBODY: there are none */
    day since, last;              /* of the state; of the last event of all */
    i64 site, clinician;
};
/* Error: E_CONSTRAINT when they do not follow each other. */
MUST_CHECK int participant_fold(struct db *db, i64 subject, instant as_of,
                                struct participant_fold *out, struct arena tmp,
                                struct err *e);

/* One event more: a row with kind, day, site, clinician from a column on. */
MUST_CHECK int participant_fold_event(struct rows *r, int col,
                                      struct participant_fold *out, struct arena tmp,
                                      struct err *e);

/* Writes the participant's row, the subject's site and the counts as the events have it. */
MUST_CHECK int participant_settle(struct db *db, i64 subject, enum participant_data data,
                                  struct participant_fold *out, struct arena tmp,
                                  struct err *e);
MUST_CHECK int participant_count(struct db *db, i64 study, i64 site,
                                 enum participant_state s, int by, struct err *e);

MUST_CHECK int criterion_rows(struct db *db, i64 subject, instant as_of,
                              struct criterion_answers *out, struct arena *a,
                              struct err *e);
MUST_CHECK int consent_rows(struct db *db, i64 subject, instant as_of,
                            struct consents *out, struct arena *a, struct err *e);

#endif
