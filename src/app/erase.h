/* What a person may ask for: to be erased.
**
** Erasing removes the name for good (store/identity.h), empties the journal's cells about the
** participant, and removes free texts; with `study_data` also attributes, criteria, consents'
** texts, allocation, answers (people_hooks.def), and the code. What stays is a stone: the subject's
** number, that there was somebody, and a journal that verifies. Backups from before hold what
** they hold (docs/ARCHITECTURE.md, Sealed data).
** Refused without study_data when the person asked for it with a withdrawal (DATA_ERASE).
** Checked: tests/app/test_erase.c: no byte of name or free text is left in the store. */
#ifndef VARDE_APP_ERASE_H
#define VARDE_APP_ERASE_H

#include "app/people.h"

/* Right: MAY_ERASE at the site. No reason is kept: it might name the person. Errors as app/people.h. */
MUST_CHECK int erase_person(struct act *act, i64 subject, bool study_data, struct err *e);

/* Whose erasure was asked for and has not been done. Right: MAY_ERASE. */
MUST_CHECK int erase_owed(struct act *act, i64 study, struct participants *out,
                          struct err *e);

#endif
