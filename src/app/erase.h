/* What a person may ask for: to be erased.
**
** Erasing removes the name for good (store/identity.h), empties the journal's cells about the
** participant, and removes free texts; with `study_data` also attributes, criteria, consents'
** texts, allocation, answers (people_hooks.def), and the code. What stays is a stone: the subject's
** number, that there was somebody, and a journal that verifies. Backups from before hold what
** they hold; the list of erasures (store/erasure.h) sees to it that they come back without the
** person (app/restore.h).  Exports and answers kept for other programs go, whoever is in them.
** Refused without study_data when the person asked for it with a withdrawal (DATA_ERASE).
** Checked: tests/app/test_erase.c: no byte of name or free text is left in the store. */
#ifndef VARDE_APP_ERASE_H
#define VARDE_APP_ERASE_H

#include "app/people.h"

/* Right: MAY_ERASE at the site. No reason is kept: it might name the person. Errors as app/people.h. */
MUST_CHECK int erase_person(struct act *act, i64 subject, bool study_data, struct err *e);

/* The same for who was erased before, in the store that this one was before (app/restore.h): `act` is
** inside a change of the program, no right is asked.  first: when it was done first.  Fine when
** nothing is left to do. */
MUST_CHECK int erase_again(struct act *act, i64 subject, bool study_data,
                           struct str first, struct err *e);

/* Whose erasure was asked for and has not been done. Right: MAY_ERASE. */
MUST_CHECK int erase_owed(struct act *act, i64 study, struct participants *out,
                          struct err *e);

#endif
