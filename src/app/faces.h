/* Who asks, kept from one request to the next, so that a request does not ask the store again who
** shows this token or session, and in which roles.
**
** What is kept is exact, not recent: it is used only while db_kept says that no commit since can
** have changed it, and only on the day for which it was read.  So whoever lost a role is refused
** from the moment on at which somebody was told that it has ended.  Where several programs write one
** store nothing is kept.  Tokens themselves are not here, only their hashes.  For threads.
** Checked: tests/app/test_faces.c. */
#ifndef VARDE_APP_FACES_H
#define VARDE_APP_FACES_H

#include "app/act.h"

struct faces;

struct face {
    i64 id, staff; /* of the token or session, and whose it is */
    instant seen, ends;
    u64 only;          /* of a token: its rights, as in struct act */
    struct viewer who; /* as staff_viewer gives it */
};

MUST_CHECK int faces_open(struct faces **out, struct err *e);
void faces_close(struct faces *f); /* NULL is fine */

/* Reads all of a face but `who`. Error: E_NOT_FOUND (nobody, or not any more). */
typedef int face_read(struct act *act, struct str hash, struct face *out, struct err *e);

/* The face behind a hash: kept, or read now; act->kept says as of when.  Errors: of `read`;
** E_NOT_FOUND also when the account was closed. */
MUST_CHECK int faces_ask(struct act *act, struct str hash, face_read *read,
                         struct face *out, struct err *e);

#endif
