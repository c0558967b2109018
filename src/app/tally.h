/* Counts that only going through a whole study gives, of studies too large to be counted while somebody
** waits: visits held and missed, forms, who left and why, who is behind.
**
** They are counted in the background, some thousand subjects at a time and with a rest after each, so
** that others' pages and saves hardly notice; what was counted last is shown with its time, and
** counted anew when somebody asks and it is old (TALLY_AGE, or many times what counting took).  Nothing
** is kept in the store: a save does no more work for it, and servers that share a store do not wait
** for one row.  Counted by site, so everybody gets the sums of the sites where they have the right.
** One count is not of one instant: people saved meanwhile. For threads.
** Who is blinded gets a count of its own, made by a blinded reader.
** Checked: tests/app/test_tally.c, against store/overview.h. */
#ifndef VARDE_APP_TALLY_H
#define VARDE_APP_TALLY_H

#include "app/job.h"
#include "store/overview.h"

enum { TALLY_AGE = 10 * 60 * 1000, TALLY_TIMES = 20 };

struct tally;

/* place: who lends readers and knows the time; its writer is not used. */
MUST_CHECK int tally_open(struct job_place place, struct tally **out, struct err *e);
void tally_close(struct tally *t); /* ends a count under way; NULL is fine */

struct tally_told {
    instant at; /* when it was counted; 0: not yet, all else is empty */
    struct overview all;
    struct overview_lates late;
};

/* by: as of overview_behind.  What was counted last, for whoever has the right, and starts a count when that is old. */
MUST_CHECK int tally_ask(struct tally *t, const struct act *act, enum right r, i64 study,
                         struct str name, unsigned by, struct tally_told *out,
                         struct err *e);

/* Counts now, on this thread, without rests: for tests and for who has the time.  Once it is back,
** tally_ask gives it. */
MUST_CHECK int tally_count(struct tally *t, struct err *e);

#endif
