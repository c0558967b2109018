/* People: referral, screening, enrolment and what comes after; rows of a study's other tables;
** attributes. Each is one change with its right, its rules and its journal row.
**
** Everything that a study may set is data of its definition (study/study.h): criteria, consents,
** reasons, the pattern of codes. A refusal says what is missing and what to do. Days: not in
** the future, not before the event before. Somebody without the right gets the answer of a
** participant who is not there (E_NOT_FOUND).
**
** Each change runs alone, or as part of others by act_together (app/act.h: an import is all or
** nothing). Whoever runs many sets act->known, or the study is read again for each.
**
** Errors of all changes: E_NOT_FOUND, E_NOT_ALLOWED, E_RECORD (a value is refused), E_CONSTRAINT (a
** rule forbids it now), E_DAY. Checked: tests/app/test_people.c. */
#ifndef VARDE_APP_PEOPLE_H
#define VARDE_APP_PEOPLE_H

#include "app/act.h"
#include "store/identity.h"
#include "store/participant.h"
#include "store/studies.h"

/* --- who is there: pages ------------------------------------------------------ */

/* Lists, counts, one of them. Right: MAY_SEE_PARTICIPANTS. */
MUST_CHECK int people_list(struct act *act, const struct participant_filter *f,
                           struct participant_page *out, struct err *e);
MUST_CHECK int people_counts(struct act *act, i64 study, struct participant_counts *out,
                             struct err *e);
MUST_CHECK int people_get(struct act *act, i64 subject, struct participant *out,
                          struct err *e);

/* Everything that a page of one participant shows but the name; as_of INSTANT_NOW or the past. */
struct people_file {
    struct participant now; /* as of then */
    struct participant_events events;
    struct criterion_answers criteria;
    struct consents consents;
    struct attributes attributes;
    const struct study *study;
    bool may_enrol; /* the viewer may change something here */
    bool may[EV_N]; /* events that may happen next, and the viewer may enter */
};
MUST_CHECK int people_file(struct act *act, i64 subject, instant as_of,
                           struct people_file *out, struct err *e);

/* Rows of another table of the study: clinicians, services, recordings. */
MUST_CHECK int people_subjects(struct act *act, i64 study, struct str kind,
                               struct str after, i64 after_part, isize n,
                               struct subjects *out, struct err *e);
MUST_CHECK int people_subject(struct act *act, i64 id, struct subject *out,
                              struct err *e);
MUST_CHECK int people_attributes(struct act *act, i64 subject, instant as_of,
                                 struct attributes *out, struct err *e);

/* --- names -------------------------------------------------------------------- */

/* Right: MAY_SEE_IDENTITY at the participant's site. */
MUST_CHECK int people_name(struct act *act, const struct key *k, i64 subject,
                           struct identity *out, struct err *e);
/* Exactly this name, birth date or phone number (normal form), among those whose names the
** viewer may see. */
MUST_CHECK int people_find(struct act *act, const struct key *k, enum identity_field f,
                           struct str value, struct participants *out, struct err *e);
/* The same name and birth date, anywhere in the installation. `here`: whom the viewer may see;
** elsewhere: there is one besides, and nothing else is said of it. */
struct people_twins {
    struct participants here;
    bool elsewhere;
};
MUST_CHECK int people_twins(struct act *act, const struct key *k, struct str name,
                            struct str birth, struct people_twins *out, struct err *e);
/* Corrects a field; empty takes it away. */
MUST_CHECK int people_name_set(struct act *act, const struct key *k, i64 subject,
                               enum identity_field f, struct str value, struct err *e);

/* --- from referral to enrolment: MAY_ENROL at the site ------------------------- */

struct referral {
    i64 study, site;
    struct str code; /* empty: the next of the study's pattern */
    day day;
    i64 clinician;       /* staff; 0: none yet */
    struct str note;     /* free text */
    struct identity who; /* what is known; k may be NULL when nothing is */
    bool twin_seen;      /* the same name and birth date was shown: refer all the same */
};
struct referred {
    i64 subject;
    char code[64];
};
/* Errors also: E_CONSTRAINT when name and birth date are here already and !twin_seen. */
MUST_CHECK int people_refer(struct act *act, const struct key *k,
                            const struct referral *in, struct referred *out,
                            struct err *e);

/* Answers to criteria, some or all; earlier answers to the others stand. Leads to: eligible when every
** inclusion criterion is met and no exclusion criterion; ineligible when one decides so;
** screening when something is not known. `not met` of an inclusion, `met` of an exclusion
** and `not known` need no reason, but may have one. */
struct screening_answer {
    struct str criterion;
    enum criterion_met met;
    struct str reason;
};
struct screening {
    i64 subject;
    day day;
    const struct screening_answer *answer;
    isize n;
    struct str note;
};
MUST_CHECK int people_screen(struct act *act, const struct screening *in,
                             enum participant_state *out, struct err *e);

/* Whatever else happens: declined, enrolled, not started, dropped out, completed, died, returned,
** transferred, clinician. `enrolled` is refused without eligibility and every consent that the
** study requires, naming them. */
struct happening {
    i64 subject;
    enum participant_event kind;
    day day;
    struct str
        reason;      /* a code of the study's reasons; needed by declined, not started and
                       ** dropped out when the study lists some */
    struct str note; /* free text */
    i64 site;        /* of a transfer */
    i64 clinician;   /* staff; of EV_CLINICIAN, and of a transfer or enrolment if known */
};
MUST_CHECK int people_happen(struct act *act, const struct happening *in, i64 *event,
                             struct err *e);

/* The last event that holds was entered by mistake; act->why says why and is needed. The
** referral is not taken back: erase instead. */
MUST_CHECK int people_take_back(struct act *act, i64 event, struct err *e);

/* --- rows and attributes -------------------------------------------------------- */

struct new_subject {
    i64 study, site;
    struct str kind, code;
    i64 part;
    i64 staff;
};
/* A row of a table that is not the participants'. Right: MAY_ENROL at the site, or MAY_IMPORT. */
MUST_CHECK int people_subject_add(struct act *act, const struct new_subject *in, i64 *id,
                                  struct err *e);

/* A column of the subject's table: checked by the study's definition (code, range, site, link to
** a row that is there); an empty value takes it away. A second key is not an attribute. Right:
** MAY_ENTER_ANSWERS at the site; changing what is there also needs act->why. */
MUST_CHECK int people_attribute(struct act *act, i64 subject, struct str name,
                                struct str value, struct err *e);

/* --- for others inside transactions ---------------------------------------------- */

/* Whether new data may be entered for a subject: E_CONSTRAINT with the reason when not (no
** enrolment yet, consent withdrawn, erased). A subject that is no participant: OK. */
MUST_CHECK int people_open_in(struct db *db, i64 subject, struct err *e);

/* Called in the transaction of an enrolment, a withdrawal, an erasure: the lines of
** people_hooks.def. */
typedef int people_hook(struct db *db, const struct act *act, i64 subject, day on,
                        struct err *e);

/* Says what one subject keeps about a person, in a copy that is being made: app/copy_parts.h. */
struct telling;
typedef int people_teller(struct telling *t, struct err *e);

#endif
