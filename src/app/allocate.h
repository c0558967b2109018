/* Allocation to an arm, entered by the trial unit.
**
** Rights: MAY_ALLOCATE to enter, MAY_SEE_ALLOCATION to read; both refused to blinded viewers,
** and here also to whoever may enrol anywhere in the installation, whatever else they are.
** A correction is a new row with a reason. Its journal rows have the entity `allocation` (acts
** allocation.enter, allocation.correct) and stand in guarded tables; no event, list, count or
** error of a participant says an arm, or that there is one. Checked: tests/app/test_allocate.c. */
#ifndef VARDE_APP_ALLOCATE_H
#define VARDE_APP_ALLOCATE_H

#include "app/people.h"
#include "store/allocation.h"

/* Errors: E_NOT_ALLOWED, E_NOT_FOUND, E_RECORD (no such arm), E_CONSTRAINT (not enrolled;
** allocated already). */
MUST_CHECK int allocate_enter(struct act *act, i64 subject, struct str arm, day on,
                              i64 *id, struct err *e);
/* act->why is needed. Errors also: E_CONSTRAINT (not allocated yet; the same arm). */
MUST_CHECK int allocate_correct(struct act *act, i64 subject, struct str arm, day on,
                                i64 *id, struct err *e);
MUST_CHECK int allocate_of(struct act *act, i64 subject, struct allocations *out,
                           struct err *e);
MUST_CHECK int allocate_list(struct act *act, i64 study, struct str after, isize n,
                             struct allocations *out, struct err *e);

#endif
