/* Cases worked by hand, beside the definition they belong to: answers and what comes out.
**
**   - about: one missing is prorated, (3 + 2 + 2 + 1) / 4 * 5
**     answers: [3, 2, 2, null, 2]          or {all: 3, family: null}
**     total: 10                            or 37/12, none, {is: 10, answered: 4, band: low}
**   - about: outside the choices
**     answers: {all: 3, family: 6}
**     refused: family
**
** Values are exact: a fraction is written as one.  They are compared within 1e-9. */
#ifndef VARDE_STUDY_WORKED_H
#define VARDE_STUDY_WORKED_H

#include "study/instrument.h"

/* in->items and in->scores are there. Errors: E_DEFINITION, at the line. */
MUST_CHECK int worked_read(const struct instrument *in, const struct yaml *v,
                           struct worked *out, struct arena *a, struct err *e);

/* Scores the answers and compares. Errors: E_CASE, "FILE:LINE: ..." with what differs. */
MUST_CHECK int worked_run(const struct instrument *in, const struct worked *w,
                          struct err *e);

#endif
