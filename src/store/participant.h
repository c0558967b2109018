/* Participants: subjects that are followed from referral on, and what happened to them.
**
** The state follows from the events that hold, in the order they were entered:
** participant_step.def says which event may happen in which state. Lists are pages by code (by
** bytes), behind the last code of the page before: never slower further down. Viewer and roles:
** see store/subject.h. Nothing here says an arm.
** Checked: tests/store/test_participant.c, tests/app/test_people.c. */
#ifndef VARDE_STORE_PARTICIPANT_H
#define VARDE_STORE_PARTICIPANT_H

#include "store/subject.h"

enum participant_state {
    IN_NOBODY, /* before the referral; as a filter: any */
#define STATE(name, word, live) IN_##name,
#include "store/participant_state.def"
#undef STATE
    IN_N,
    IN_SAME /* of an event: the state stays */
};
enum participant_event {
#define EVENT(name, word, to) EV_##name,
#include "store/participant_event.def"
#undef EVENT
    EV_N
};
const char *participant_state_word(enum participant_state s); /* "dropped out" */
const char *participant_event_word(enum participant_event k);
const char *participant_state_text(enum participant_state s); /* for text_of */
const char *participant_event_text(enum participant_event k);
bool participant_live(enum participant_state s);
MUST_CHECK int participant_state_read(struct str word, enum participant_state *out,
                                      struct err *e);
MUST_CHECK int participant_event_read(struct str word, enum participant_event *out,
                                      struct err *e);
/* Where an event leads; E_CONSTRAINT when it cannot happen in this state. */
MUST_CHECK int participant_step(enum participant_state from, enum participant_event k,
                                enum participant_state *to, struct err *e);

/* What may be done with the data of a participant. */
enum participant_data {
    DATA_OPEN,  /* new data may come */
    DATA_KEEP,  /* no new data; what is there is used */
    DATA_STOP,  /* no new data; what is there stays and is used no more */
    DATA_ERASE, /* no new data; what is there is to be erased */
    DATA_ERASED,
    DATA_N
};
const char *participant_data_word(enum participant_data d);

struct participant {
    i64 subject, study, site;
    struct str code;
    struct str site_name;
    enum participant_state state;
    day since;
    i64 clinician; /* staff; 0: none */
    struct str clinician_name;
    enum participant_data data;
};
struct participants LIST(struct participant);

/* Errors: E_NOT_FOUND. */
MUST_CHECK int participant_get(struct db *db, const struct viewer *who, struct str roles,
                               i64 subject, struct participant *out, struct arena *a,
                               struct err *e);

struct participant_filter {
    i64 study;
    i64 site;                     /* 0: every site that the viewer may see */
    enum participant_state state; /* IN_NOBODY: any */
    i64 clinician;                /* 0: any */
    struct str code;              /* how codes begin; empty: any */
    struct str after;             /* the last code of the page before */
    isize n;                      /* at most; 0: 50 */
};
struct participant_page {
    struct participants rows;
    bool more; /* there is a page behind */
};
MUST_CHECK int participant_list(struct db *db, const struct viewer *who, struct str roles,
                                const struct participant_filter *f,
                                struct participant_page *out, struct arena *a,
                                struct err *e);

/* Whose data are to be erased (DATA_ERASE), by code. */
MUST_CHECK int participant_owed(struct db *db, const struct viewer *who, struct str roles,
                                i64 study, struct participants *out, struct arena *a,
                                struct err *e);

/* How many are in each state, a row a site that the viewer may see, by the site's code. */
struct participant_counts_row {
    i64 site;
    struct str code, name;
    i64 n[IN_N]; /* by state; [IN_NOBODY] is the sum */
};
struct participant_counts LIST(struct participant_counts_row);
MUST_CHECK int participant_counts(struct db *db, const struct viewer *who,
                                  struct str roles, i64 study,
                                  struct participant_counts *out, struct arena *a,
                                  struct err *e);

struct participant_happened {
    i64 id;
    enum participant_event kind;
    day day;
    instant at;
    i64 staff;
    struct str staff_name;
    struct str reason; /* code of the study's reasons, or empty */
    struct str note;
    i64 site;
    struct str site_name;
    i64 clinician;
    struct str clinician_name;
    instant gone; /* 0: it holds */
    i64 gone_staff;
    struct str gone_staff_name, gone_why;
};
struct participant_events LIST(struct participant_happened);
/* As entered, oldest first; those taken back too. as_of: as it was known then. */
MUST_CHECK int participant_events(struct db *db, const struct viewer *who,
                                  struct str roles, i64 subject, instant as_of,
                                  struct participant_events *out, struct arena *a,
                                  struct err *e);
/* State, since, site and clinician at that instant, from the events. E_NOT_FOUND when it was not
** there yet. */
MUST_CHECK int participant_as_of(struct db *db, const struct viewer *who,
                                 struct str roles, i64 subject, instant as_of,
                                 struct participant *out, struct arena *a, struct err *e);

/* --- criteria and consents -------------------------------------------------- */

enum criterion_met { MET_NOT_KNOWN, MET, MET_NOT, MET_N };
const char *criterion_word(enum criterion_met m); /* "not known", "met", "not met" */
struct criterion_answer {
    i64 id;
    struct str criterion;
    enum criterion_met met;
    struct str reason;
    day day;
    instant at, gone;
    i64 staff;
};
struct criterion_answers LIST(struct criterion_answer);
MUST_CHECK int criterion_of(struct db *db, const struct viewer *who, struct str roles,
                            i64 subject, instant as_of, struct criterion_answers *out,
                            struct arena *a, struct err *e);

enum consent_how { HOW_PAPER, HOW_ELECTRONIC, HOW_ORAL, HOW_N };
enum consent_giver { GIVER_SELF, GIVER_GUARDIAN, GIVER_WITNESS, GIVER_N };
const char *consent_how_word(enum consent_how h);     /* "paper" */
const char *consent_giver_word(enum consent_giver g); /* "guardian" */
MUST_CHECK int consent_how_read(struct str word, enum consent_how *out, struct err *e);
MUST_CHECK int consent_giver_read(struct str word, enum consent_giver *out,
                                  struct err *e);
struct consent {
    i64 id, participant;
    struct str purpose, version;
    enum consent_how how;
    enum consent_giver giver;
    i64 witness; /* staff; 0: none */
    struct str witness_name;
    day day;
    instant at, gone; /* gone: entered by mistake */
    i64 staff;
    struct str staff_name;
    bool withdrawn;
    day withdrawn_day;
    instant withdrawn_at;
    i64 withdrawn_staff;
    enum participant_data effect; /* DATA_KEEP, DATA_STOP, DATA_ERASE */
    struct str withdrawn_why;
};
struct consents LIST(struct consent);
MUST_CHECK int consent_of(struct db *db, const struct viewer *who, struct str roles,
                          i64 subject, instant as_of, struct consents *out,
                          struct arena *a, struct err *e);

#endif
