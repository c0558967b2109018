/* What of a study somebody who is blinded may see, as rows that the engine reads (store/guard.def).
**
** They follow from the study's definition (study_open_... of study/study.h) and from nothing else:
** whoever takes a definition into use writes them in the same transaction (app/apply.c), and a
** program that starts brings them up to date.  A study without rows shows nobody blinded more
** than that its participants are there.
** Checked: tests/store/test_guard.c, tests/web/test_blind.c, on every engine. */
#ifndef VARDE_STORE_BLIND_H
#define VARDE_STORE_BLIND_H

#include "store/staff.h"
#include "study/study.h"

/* Whether the rows are what the definition says. */
MUST_CHECK int blind_same(struct db *db, i64 study, const struct study *s, bool *same,
                          struct arena tmp, struct err *e);
/* Makes them so; writes nothing when they are. In the transaction of the caller. */
MUST_CHECK int blind_put(struct db *db, i64 study, const struct study *s,
                         struct arena tmp, struct err *e);

/* Whether anything of that kind is open to this viewer: "clinician", who treats whom; "time", a visit.
** Where nothing is, nobody is anybody's in the engine's view and no visit is there, and looking
** through a whole study for them would find as much. */
MUST_CHECK int blind_any(struct db *db, const struct viewer *who, i64 study,
                         const char *kind, bool *shown, struct err *e);

#endif
