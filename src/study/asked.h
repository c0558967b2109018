/* What is asked of a subject at a time point, and how many of those forms still wait: a pure
** function of the study's definition.
**
** A form is asked where a measure of the subject's table is taken at the time point.  It waits
** until it has a first entry, whatever that says: an item that was declined, is not known or
** does not apply is answered with that reason.  A second entry is no form of its own.
**
** `waits` holds the numbers of all raters in one: the participant's, plus a thousand times the
** clinician's, plus a million times the outcome assessor's, and so on in the order of enum
** asked_of; 2001 is one form of the participant and two of the clinician.  So saving a form is a
** subtraction.  Checked: tests/study/test_schedule.c, by hand. */
#ifndef VARDE_STUDY_ASKED_H
#define VARDE_STUDY_ASKED_H

#include "study/study.h"

/* Who fills a form in: a measure's rater; where none is named, the clinician. */
enum asked_of {
    ASKED_PARTICIPANT,
    ASKED_CLINICIAN,
    ASKED_OUTCOME,  /* the outcome assessor */
    ASKED_FIDELITY, /* the fidelity assessor */
    ASKED_TRAINER,
    ASKED_N
};
enum asked_of asked_of(const struct study_measure *m);
bool asked_at(const struct study_measure *m, isize table, isize time);

/* What one form of theirs counts in `waits`. */
i64 asked_unit(enum asked_of who);
/* A bit for each of whom a form waits; of -1 (not counted yet) all and ASKED_UNCOUNTED. */
enum { ASKED_UNCOUNTED = 1 << ASKED_N, ASKED_ALL = ASKED_UNCOUNTED - 1 };
unsigned asked_on(i64 waits);

/* How many wait when the measures of `answered` have an entry. */
i64 asked_waits(const struct study *s, isize table, isize time,
                const struct str *answered, isize n);

/* Whether two definitions ask the same at every time point of every table. */
bool asked_same(const struct study *s, const struct study *t);

#endif
