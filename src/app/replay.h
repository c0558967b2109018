/* A study's shipped records, loaded as a service would have entered them.
**
** Every row goes through the same acts as a page uses, each by somebody who may: services and sites
** by an administrator; referral, screening, consent, enrolment and the forms of the
** clinicians and consumers by the consumer's clinician; fidelity by an assessor, recordings
** by a trainer.  Names and days are invented: they stand in studies/<id>/invented.yaml and
** follow from the codes, so the same load gives the same people.  The journal says what is
** true: who loaded it, now.
**
** All of it or nothing, in one change.
** Rights: MAY_MANAGE_SITES, MAY_MANAGE_STAFF, MAY_GIVE_ROLES and MAY_SET_UP_STUDIES in the
** whole installation.  Checked: tests/app/test_replay.c, on every engine. */
#ifndef VARDE_APP_REPLAY_H
#define VARDE_APP_REPLAY_H

#include "app/act.h"
#include "store/key.h"

struct replay_in {
    const char *definitions; /* the folder of definitions */
    const char *study;       /* "norway2013" */
    const char *records;     /* folder of CSV files; NULL: the shipped ones */
    const struct key *key;   /* seals the names */
    /* Told now and then how far it is; may be NULL. May go back to 0: a change may run
    ** twice. */
    void (*progress)(void *arg, isize done, isize of);
    void *arg;
};

struct replay_done {
    i64 study;
    isize services, staff, participants, subjects, attributes, events, responses;
    i64 person
        [ROLE_N]; /* somebody with each role but ADMINISTRATOR; login as in login[] */
    char login[ROLE_N][24];
};

/* Errors: E_NOT_ALLOWED; E_CONSTRAINT (the study has rows already, a name is taken); those of
** records_csv_read and of the acts. */
MUST_CHECK int replay_load(struct act *act, const struct replay_in *in,
                           struct replay_done *out, struct err *e);

#endif
