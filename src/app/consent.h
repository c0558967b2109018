/* Consents: one for each purpose of the study's definition, in a version, given by whom and how; and
** withdrawal with what it means for the data.
**
** The effect of withdrawing says what becomes of what is there; new data stop in any case:
**     DATA_KEEP    it is used as before
**     DATA_STOP    it stays, and is used no more
**     DATA_ERASE   it is to be erased: done by somebody who may (app/erase.h)
** Of a purpose that the study requires, withdrawing also ends taking part: `declined` before
** enrolment, `dropped out` after, with the reason consent-withdrawn. Of another purpose
** (sound recording) only that purpose ends.
** Right: MAY_ENROL at the site. Errors as app/people.h. Checked: tests/app/test_consent.c. */
#ifndef VARDE_APP_CONSENT_H
#define VARDE_APP_CONSENT_H

#include "app/people.h"

struct consent_given {
    i64 participant;
    struct str purpose;
    struct str
        version; /* empty: the one of the definition; else it must be that one or an
                        ** earlier that the study used */
    enum consent_how how;
    enum consent_giver giver;
    i64 witness; /* staff, not who enters it; needed when it is oral */
    day day;
};
MUST_CHECK int consent_give(struct act *act, const struct consent_given *in, i64 *id,
                            struct err *e);

struct consent_withdrawn {
    i64 consent;
    day day;
    enum participant_data effect; /* DATA_KEEP, DATA_STOP or DATA_ERASE */
    struct str reason;            /* free text; nobody has to give one */
};
MUST_CHECK int consent_withdraw(struct act *act, const struct consent_withdrawn *in,
                                struct err *e);
/* Entered by mistake; act->why is needed. Refused while somebody is enrolled upon it. */
MUST_CHECK int consent_take_back(struct act *act, i64 consent, struct err *e);

/* Whether a purpose has a consent that holds now: for recordings, exports. */
MUST_CHECK int consent_holds_in(struct db *db, i64 subject, struct str purpose, bool *out,
                                struct err *e);

#endif
