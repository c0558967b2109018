/* What the files about people share; for them only. */
#ifndef VARDE_APP_PEOPLE_PARTS_H
#define VARDE_APP_PEOPLE_PARTS_H

#include "app/people.h"
#include "base/json.h"

/* The study's definition as it uses it now: of act->known, or read. */
MUST_CHECK int people_study(struct act *act, i64 study, const struct study **out,
                            struct err *e);
/* The same inside a closure. */
MUST_CHECK int people_study_in(struct db *db, const struct act *act, i64 study,
                               const struct study **out, struct arena *a, struct err *e);

/* A participant, to change something there: without the right E_NOT_ALLOWED for who may see
** it, and for all others it is not there. */
MUST_CHECK int people_reach(const struct act *act, struct db *db, enum right r,
                            i64 subject, struct participant *out, struct arena *a,
                            struct err *e);

/* Not in the future. Error: E_RECORD. */
MUST_CHECK int people_day(const struct act *act, day d, struct err *e);

/* Letters that stand in a code on paper, in a file name, in a spreadsheet. Error: E_RECORD. */
MUST_CHECK int people_code(struct str code, struct err *e);

/* A change to one participant, as its closure gets it. */
struct people_change {
    struct act *act;
    const struct study *s;
    const void *in;
    i64 subject, id; /* id: of the row that was made */
    enum participant_state state;
    char code[64];
};

/* One event: allowed now, entered, the state settled, hooks called. No journal row. */
struct people_event {
    enum participant_event kind;
    day day;
    struct str reason, note;
    i64 site, clinician;
};
MUST_CHECK int people_event_put(struct db *db, const struct act *act,
                                const struct participant *p,
                                const struct people_event *in, i64 *id, struct arena tmp,
                                struct err *e);
/* State, site and counts from the events; hooks when somebody comes or leaves. `on`: the day of what
** happened. */
MUST_CHECK int people_settle(struct db *db, const struct act *act,
                             const struct participant *was, enum participant_data data,
                             day on, struct arena tmp, struct err *e);

#define PEOPLE_WITHDREW S("consent-withdrawn")

#endif
