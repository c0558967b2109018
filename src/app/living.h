/* Invented people who are in the programme today, for a store that is tried: the study
** `routine` with visits that are due, overdue and to come, people who wait, one who left, and one
** alert. Days are counted back from today, so it lives whenever it is made.
**
** All through the acts that a page would use, in one change. A store that has the study already is
** left as it is. Right: those of an administrator, who acts as the clinician given.
** Checked: tests/app/test_living.c. */
#ifndef VARDE_APP_LIVING_H
#define VARDE_APP_LIVING_H

#include "app/act.h"
#include "store/key.h"

struct living_in {
    const char *definitions; /* folder */
    i64 clinician, site;     /* whose people they become, and where */
    const struct key
        *key; /* seals their names, all of one family, which marks them; NULL: none */
};
/* *people: how many; 0: they were there. Errors: those of apply.h, people.h, collect.h. */
MUST_CHECK int living_make(struct act *act, const struct living_in *in, isize *people,
                           struct err *e);

#endif
