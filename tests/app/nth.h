/* Acts that are made to fail everywhere: the n-th statement and the n-th allocation refused, for
** every n.  After each failure every row of every table is as it was, nothing is left open in the
** connections, the sentence is there and names nobody; and then the act succeeds.
**
** An act is run in two ways:
**   inside another change that is undone at its end, so that it can be run to its end without a
**   trace: there each of its statements, those that only look too, and each of its allocations;
**   by itself, through the writer: each statement from BEGIN to COMMIT, until it is done. */
#ifndef VARDE_TESTS_APP_NTH_H
#define VARDE_TESTS_APP_NTH_H

#include "house.h"

/* Free texts and names of acts hold this: no error may. */
#define NTH_MARK "zebra"

typedef int nth_run(void *world, struct act *act, struct err *e);
struct nth_act {
    const char *name;
    nth_run *run;
    const char *why; /* the reason given; NULL: none */
    int who;         /* which of the world's staff */
};
struct nth {
    struct house *h;
    void *world;
    const i64 *staff; /* 0 is nobody */
    const struct studies_known *known;
    struct kits *kits;
    instant now;                 /* a second later with each try */
    i64 statements, allocations; /* how many were refused, in all */
};

void nth_walk(struct nth *t, const struct nth_act *act, struct arena tmp);

#endif
