/* A study's records from the store, as they are or were at an instant.
**
** The same people give the same frames, the same hash and the same report as from a folder
** of files (exchange/records_csv.h).  What stands in the store was checked when it came in;
** what a newer revision of the study no longer has or allows is refused with the number of
** its row, never with its value.
**
** Who is in it: participants who were enrolled by then and whose data may be used; every
** row of the other tables; each only where the viewer holds one of `roles` at its site.
** A column with `from` in the study's definition follows from what happened to the participant:
** a drop-out that is entered counts as one.
** Answers: the first entry of a form, as it stood; of a trial, a blinded viewer gets only
** what participants and blinded assessors answered.
** Checked: tests/app/test_replay.c: the Norwegian records, byte for byte, on every engine. */
#ifndef VARDE_EXCHANGE_RECORDS_STORE_H
#define VARDE_EXCHANGE_RECORDS_STORE_H

#include "base/instant.h"
#include "store/staff.h"
#include "study/protocol.h"
#include "study/records.h"

struct records_cut {
    i64 study;        /* its row in the store */
    struct str roles; /* words of the roles that have the right: right_roles */
    instant as_of;    /* INSTANT_NOW: as it is */
    const struct protocol *protocol;
    bool everybody;        /* whoever has the folder and the key of the store itself */
    const i64 *definition; /* one a measure: the row of its instrument; NULL: not known */
};

/* Takes the next piece; `step` (may be NULL) hears of subjects gone by, and may stop it. */
struct tidy_sink {
    int (*put)(void *arg, struct str piece, struct err *e);
    void *arg;
    int (*step)(void *arg, isize done, struct err *e);
};

/* Whether one of the roles is the viewer's at that site, for that study or in general. */
bool records_may(const struct viewer *who, const struct records_cut *cut, i64 site);

/* Whether a measure is withheld from this viewer of a trial, because it could tell an arm. */
bool records_tells_arm(const struct viewer *who, const struct study *s,
                       struct str measure);

/* Errors: E_RECORD (a table without rows; a row that the definition no longer allows),
** E_ANSWER, E_DB. */
MUST_CHECK int records_store_read(struct db *db, const struct viewer *who,
                                  const struct records_cut *cut, struct records *out,
                                  struct arena *a, struct err *e);

/* One file of the study's own layout, as records_csv_file of all of it gives: a page of subjects at
** a time, so memory is that of a page. Errors: E_RECORD, E_ANSWER, E_DB, those of the sink. */
MUST_CHECK int records_store_put(struct db *db, const struct viewer *who,
                                 const struct records_cut *cut, isize table,
                                 struct str file, const struct tidy_sink *to,
                                 struct arena tmp, struct err *e);
/* Whether every table has a row: a layout that lacks one is not read again, so it is not
** written. */
MUST_CHECK int records_store_whole(struct db *db, const struct viewer *who,
                                   const struct records_cut *cut, bool *whole,
                                   struct arena tmp, struct err *e);

#endif
