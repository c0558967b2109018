/* The life of one participant as the rows of three tables tell it: read, matched with what stands
** already, and put together (import_life.c); import_people.c lets it happen. For them only. */
#ifndef VARDE_APP_IMPORT_LIFE_H
#define VARDE_APP_IMPORT_LIFE_H

#include "app/consent.h"
#include "app/import_parts.h"
#include "store/subject_parts.h"

enum { E_EVENT = 3, E_DAY_, E_REASON, E_SITE, E_CLINICIAN };
enum { C_SCREENING = 3, C_CRITERION, C_MET, C_DAY };
enum {
    K_PURPOSE = 3,
    K_VERSION,
    K_HOW,
    K_GIVER,
    K_WITNESS,
    K_DAY,
    K_WITHDRAWN,
    K_EFFECT
};

/* What became of a row; it is told when all is over. */
struct said {
    int code;
    const struct err *why;
    enum import_verdict verdict;
};

struct event {
    const struct import_line *l;
    struct said s;
    enum participant_event kind;
    day day;
    struct str reason;
    i64 site, clinician;
    bool there;   /* in the store */
    isize round;  /* of screenings; -1: none */
    isize leaves; /* the consent whose withdrawal brings it about; -1: none */
};
struct answered {
    const struct import_line *l;
    struct said s;
    isize round;
    struct screening_answer is;
    day day;
    bool there;
};
struct round { /* a screening: answers of one number */
    struct str number;
    day day;
    isize event; /* -1: none in the file */
    bool done;
};
struct agreed {
    const struct import_line *l;
    struct said s;
    struct consent_given in;
    bool there, withdrawn, withdrawn_there, given, paired, out;
    day withdrawn_day;
    enum participant_data effect;
    isize before; /* the consent to the same purpose before it; -1: none */
    i64 id;
};

struct life {
    struct import_unit *u;
    struct arena *a;
    struct events LIST(struct event) events;
    struct answereds LIST(struct answered) answers;
    struct rounds LIST(struct round) rounds;
    struct agreeds LIST(struct agreed) consents;
    instant now;
    bool placed; /* values, visits and answers are in */
};

/* Errors: of the machine; what is refused of a row is kept with it. */
MUST_CHECK int life_read(struct life *f, struct err *e);

/* Keeps a refusal for later; whatever else goes wrong comes back. */
MUST_CHECK int life_hear(struct life *f, struct said *s, const struct import_line *l,
                         int code, struct err *e);
bool life_screening(enum participant_event k);
bool life_same_event(const struct event *v, const struct participant_happened *h);
/* Whether the study asks this consent of everybody. */
bool life_required(const struct life *f, const struct agreed *k);

#endif
