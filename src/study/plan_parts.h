/* What the files that read a plan share; plan.h is for everybody else. */
#ifndef VARDE_STUDY_PLAN_PARTS_H
#define VARDE_STUDY_PLAN_PARTS_H

#include "study/plan.h"

/* What is being read: the study behind it, and where memory comes from. */
struct plan_reading {
    const struct study *s;
    struct plan *p;
    struct arena *a;
    struct err *e;
};

/* "'x' is not <what>; did you mean 'y'?", at the node. Returns E_DEFINITION. */
int plan_refuse_near(const struct plan_reading *r, const struct yaml *at, struct str got,
                     const char *what, const struct str *known, isize n);

/* q is a quantity of the analysis. Error: E_DEFINITION at the node. */
MUST_CHECK int plan_quantity_check(const struct plan_reading *r,
                                   const struct plan_analysis *an, const struct yaml *at,
                                   struct str q);

/* `printed` and `lost` of an analysis. */
MUST_CHECK int plan_printed_read(const struct plan_reading *r, struct plan_analysis *an);

#endif
