/* Invented participants by the hundred thousand: for benches and tests of size.
**
** They go straight into the tables, some hundred a transaction and all of them with one statement a table,
** without the acts that real ones go through; what those acts keep in step is kept in step here too:
** counts, events, anchors, visits, responses with their scores.  Every INVENT_LEFT-th dropped
** out, every INVENT_RAISED-th raised an alert, of which every INVENT_OPEN-th nobody has seen to. With
** a key everybody has a name, one of ten thousand, which says that it is invented; each is
** sealed and has its journal row as a real one, and that is most of the time.  The same ask
** gives the same rows.  Checked: tests/app/test_invent.c. */
#ifndef VARDE_APP_INVENT_H
#define VARDE_APP_INVENT_H

#include "app/kits.h"

enum {
    INVENT_LEFT = 37,
    INVENT_RAISED = 50,
    INVENT_OPEN = 7,
    INVENT_SERIES = 10,
    INVENT_WAITING = 10
};

struct invent_ask {
    i64 study;
    const i64 *site; /* of the study; participants go round them */
    isize n_sites;
    isize n;               /* how many: P0000001, P0000002, ... */
    const struct key *key; /* of the house; NULL: nobody has a name */
    const i64
        *clinician; /* members of staff, whom participants go round too; 0: nobody */
    isize n_clinicians;
    isize round; /* more than n_clinicians: the others of so many are nobody's */
    bool series; /* every INVENT_SERIES-th has answered at the second time point too */
    void (*progress)(void *arg, isize done, isize of); /* NULL: nobody asks */
    void *arg;
};

/* Each is enrolled, has a visit held at the first time point with the answers to
** invent_measure, and one planned at its second, whose answers are still to come.  Every
** INVENT_WAITING-th of those that were held waits for its other forms; the others are closed.  *first:
** the row of the first; the others follow it.  For act->console, into a study without
** participants.  Errors: E_NOT_ALLOWED, E_CONSTRAINT. */
MUST_CHECK int invent_people(struct act *act, const struct invent_ask *in, i64 *first,
                             struct err *e);

/* The name of the n-th, from 0. */
struct str invent_name(i64 n, struct arena *a);

/* The first measure that participants rate at more than one time point; -1: none. */
isize invent_measure(const struct study *s);

#endif
