/* When the visits of a subject are due: a pure function of the study's time points and the
** days they are counted from.
**
** A time point of study.yaml may say
**     {id: t2, from: enrolment, day: 320, window: [-46, 45]}
** counted from an anchor (`enrolment`: the day the subject began; `allocation`), or from a
** date that holds for all (`from: 2014-05-01`).  A time point without `from` is not planned.
** Which time points a subject has follows from the measures of its table.
** Missing: an anchor that is not known yet leaves its time points out.
** Checked: tests/study/test_schedule.c, by hand. */
#ifndef VARDE_STUDY_SCHEDULE_H
#define VARDE_STUDY_SCHEDULE_H

#include "base/day.h"
#include "study/study.h"

struct schedule_anchor {
    enum study_from from; /* never FROM_DATE */
    day day;
};

struct schedule_visit {
    isize time; /* of the study */
    day due, opens, closes;
};
struct schedule LIST(struct schedule_visit);

/* Visits of a row of `table`, in the order of the study's time points. */
struct schedule schedule_of(const struct study *s, isize table,
                            const struct schedule_anchor *anchor, isize n,
                            struct arena *a);

/* Whether a measure of that table is taken at that time point. */
bool schedule_has(const struct study *s, isize table, isize time);

#endif
