/* Does a computed figure agree with a printed one?
**
**   rounded      ours lies within half a unit of the last printed digit, both ends included
**   monte carlo  the same, plus three standard errors of what the paper's own resamples
**   leave
**                to chance: for p, sqrt(p (1 - p) / R); for a limit of a 95 % interval,
**                the standard error of a quantile of R normal draws,
**                sqrt(a (1 - a) / R) / phi(z_a) in units of the estimate's standard error
**   floor        p: ours is not above the printed one by more than half a unit
** Printed figures that are lost, are words, or belong to what the records do not hold
** cannot be compared.  A garbled one is compared as it must be read, and the verdict
** stays "cannot be compared" with the reason. */
#ifndef VARDE_REPORT_COMPARE_H
#define VARDE_REPORT_COMPARE_H

#include "report/analyse.h"
#include "report/doc.h"

struct comparison {
    enum doc_mark mark;  /* DOC_PLAIN: nothing is printed for it */
    bool as_read_agrees; /* of a garbled figure, read as it must be */
    double tolerance;    /* NAN when there is none */
};

struct comparison compare_of(const struct analysed *m, const struct result *r,
                             const struct plan_printed *printed);

/* How many printed figures of an analysis agree, differ, cannot be compared: by
** doc_mark. */
void compare_count(const struct analysed *m, const struct result *r, isize n[4]);

#endif
