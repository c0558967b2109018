/* What the files that read a study share; for them only. */
#ifndef VARDE_STUDY_STUDY_PARTS_H
#define VARDE_STUDY_STUDY_PARTS_H

#include "study/study.h"

/* A name that serves as variable and file name: a-z, 0-9, '_', '-', a letter first. */
MUST_CHECK int study_id_read(const struct yaml *v, const struct yaml *map,
                             const char *key, struct str *out, struct err *e);
/* A table of the study, by its name. */
MUST_CHECK int study_table_read(const struct study *s, const struct yaml *map,
                                const char *key, isize *out, struct arena tmp,
                                struct err *e);

/* participants, eligibility, consents, reasons: study_people.c. After the tables. */
MUST_CHECK int study_people_read(struct study *s, const struct yaml *doc, struct arena *a,
                                 struct err *e);

/* `reveals: arm` or `reveals: nothing` of a table, column or measure: study_blind.c. */
MUST_CHECK int study_reveals_read(const struct yaml *map, bool *open, struct err *e);
/* Once everything is read: nothing is called open that cannot be, nor closed to its own rater. */
MUST_CHECK int study_reveals_check(const struct study *s, struct err *e);

#endif
