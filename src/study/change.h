/* What a change of a definition touches, in words, and which records it would affect.
**
** Instruments are compared item by item and score by score (matched by id, so moving one
** is said as moving); other definitions leaf by leaf, with the path to each leaf.  Cases,
** comments and layout are not compared: they touch no record. */
#ifndef VARDE_STUDY_CHANGE_H
#define VARDE_STUDY_CHANGE_H

#include "study/instrument.h"

enum change_touch {
    TOUCHES_TEXT,    /* wording, sources, notes: records stay as they are */
    TOUCHES_READING, /* bands, cut-offs, alerts, reliable change: how scores are read */
    TOUCHES_SCORES,  /* scores of answers that are there come out differently */
    TOUCHES_ANSWERS, /* answers that are there may not be asked or allowed any more */
    TOUCHES_N
};
extern const char *const change_records[TOUCHES_N]; /* "answers already given", ... */

struct change {
    enum change_touch touches;
    struct str text; /* "item 3 (family) is gone" */
};
struct changes LIST(struct change);

struct changes change_instruments(const struct instrument *from,
                                  const struct instrument *to, struct arena *a);

/* Of any two documents; what it touches is TOUCHES_TEXT for texts about a thing (title,
** about, note, source, ...) and all of an overlay, and TOUCHES_READING for the rest. */
struct changes change_documents(const struct yaml *from, const struct yaml *to,
                                struct arena *a);

/* The gravest of them; -1 when there is none. */
int change_gravest(const struct changes *c);

#endif
