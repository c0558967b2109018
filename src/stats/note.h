/* "Finished, but say this too": remarks on a result that stands.  Every report prints
** them. */
#ifndef VARDE_STATS_NOTE_H
#define VARDE_STATS_NOTE_H

#include "base/types.h"

enum note_code {
#define NOTE(name, numbers) name,
#include "stats/notes.def"
#undef NOTE
    NOTE_N
};

struct note {
    enum note_code code;
    double x[2];
};

struct notes {
    struct note at[12];
    int n;
};

/* The same note with the same numbers is kept once; a thirteenth is dropped. */
void note_add(struct notes *ns, enum note_code code, double x1, double x2);
void note_add_all(struct notes *to, const struct notes *from);
const char *note_id(enum note_code code); /* "NOTE_FEW" */

#endif
