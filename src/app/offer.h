/* What a folder of definitions offers beside what the store uses: studies that can be taken into
** use, and newer revisions of those that are in use, with what each change touches.
**
** The folder is read anew each time, so a study that somebody put there shows without a new start
** of the server. A study that cannot be read is offered with the reason, at file and line.
** Right: MAY_SET_UP_STUDIES. Taking one into use is app/apply.h. Checked: tests/app/test_apply.c. */
#ifndef VARDE_APP_OFFER_H
#define VARDE_APP_OFFER_H

#include "app/apply.h"
#include "study/change.h"

struct offer {
    struct str name; /* of the study, and of its folder */
    struct words_in title;
    i64 revision;     /* in the folder; 0: it cannot be read, for which see fault */
    i64 used;         /* the revision that the store uses; 0: none */
    bool same;        /* everything it is made of is in use */
    struct str fault; /* empty: none */
};
struct offers LIST(struct offer);
/* By name. Errors: E_NOT_ALLOWED, E_NO_FILE (no such folder). */
MUST_CHECK int offer_list(struct act *act, const char *data, struct offers *out,
                          struct err *e);

/* A definition of the study that is new, or of which another revision is in use. */
struct offer_change {
    struct str kind, name;
    i64 was, now; /* revisions; was 0: not in use */
    struct changes touches;
};
struct offer_one {
    struct protocol p; /* of the folder */
    i64 used;
    bool same;
    struct LIST(struct offer_change) changes;
};
/* Errors: E_NOT_ALLOWED, E_NOT_FOUND, E_DEFINITION, E_YAML; E_REVISION: the content of a
** definition is other than the store has under the same revision. */
MUST_CHECK int offer_read(struct act *act, const char *data, const char *name,
                          struct offer_one *out, struct err *e);

#endif
