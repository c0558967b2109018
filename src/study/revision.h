/* The lock on definitions: which content stands under which revision.
**
** data/revisions.txt has a line for every definition that records may have been made
** under: kind id revision hash, sorted.  The hash is SHA-256 over the canonical JSON of
** the YAML, so layout, order of keys and comments may change freely; anything else under
** an old revision is refused, because answers given under it would change their
** meaning. */
#ifndef VARDE_STUDY_REVISION_H
#define VARDE_STUDY_REVISION_H

#include "study/library.h"

struct locked {
    struct str kind, id;
    int revision;
    struct hash hash;
};
struct locks LIST(struct locked);

/* The lock file of a data folder; none is an empty lock.
** Errors: E_DEFINITION with file and line, E_IO. */
MUST_CHECK int revision_read(const char *dir, struct locks *out, struct arena *a,
                             struct err *e);

enum revision_state {
    REVISION_RECORDED, /* the same content under the same revision */
    REVISION_NEW,      /* not in the lock: `varde study check --accept` records it */
    REVISION_CHANGED,  /* other content under a recorded revision: refused */
    REVISION_OLDER     /* a lower revision than the last that was recorded: refused */
};
enum revision_state revision_state_of(const struct locks *l, const struct definition *d,
                                      int *last);

/* Whether nothing is changed or older. Error: E_REVISION, the first and what to do. */
MUST_CHECK int revision_check(const struct locks *l, const struct library *lib,
                              struct err *e);

/* The lock with the new definitions added, as the file has it; *added counts them. */
struct str revision_accept(const struct locks *l, const struct library *lib, isize *added,
                           struct arena *a);

#define REVISION_FILE "revisions.txt"

#endif
