/* Who is in which arm. Guarded: a blinded reader's engine refuses the table (DB_BLINDED), and
** app gives it to nobody who enrols. An arm stands nowhere else: not in events, lists,
** counts or errors. Checked: tests/app/test_allocate.c. */
#ifndef VARDE_STORE_ALLOCATION_H
#define VARDE_STORE_ALLOCATION_H

#include "store/subject.h"

struct allocation {
    i64 id, participant;
    struct str code; /* of the participant */
    i64 site;
    struct str arm;
    bool correction;
    day day;
    instant at, gone; /* gone 0: it holds */
    i64 staff;
    struct str reason;
};
struct allocations LIST(struct allocation);

/* All of one participant, oldest first; nothing when there is none. */
MUST_CHECK int allocation_of(struct db *db, const struct viewer *who, struct str roles,
                             i64 subject, struct allocations *out, struct arena *a,
                             struct err *e);
/* Those that hold, of a study, by code behind `after`; at most n. */
MUST_CHECK int allocation_page(struct db *db, const struct viewer *who, struct str roles,
                               i64 study, struct str after, isize n,
                               struct allocations *out, struct arena *a, struct err *e);
/* Enrolled participants of a study who are in no arm yet, who waits longest first; at most n. */
struct allocation_want {
    i64 subject;
    struct str code, site;
    day since; /* enrolled */
};
struct allocation_wants LIST(struct allocation_want);
MUST_CHECK int allocation_wanted(struct db *db, const struct viewer *who,
                                 struct str roles, i64 study, isize n,
                                 struct allocation_wants *out, struct arena *a,
                                 struct err *e);

#endif
