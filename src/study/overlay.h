/* Wording in another language: <id>.<lang>.yaml beside <id>.yaml.
**
** An overlay changes texts and nothing else: title, about, period, labels of choices,
** texts of items, titles of scores, names of bands, what alerts may mean.  It says who translated it, how far
** the translation is validated and under what licence it stands, because official
** wordings are loaded by a site under its own licence.  Items, choices, scores and bands
** are named as in the definition; what the definition does not have is refused, and so is
** any key that would change scoring.  The instrument that comes out keeps the
** definition's hash, since answers mean the same. */
#ifndef VARDE_STUDY_OVERLAY_H
#define VARDE_STUDY_OVERLAY_H

#include "study/instrument.h"

struct overlay {
    const char *file;
    struct str of;   /* the instrument's id */
    int revision;    /* of this overlay */
    int of_revision; /* of the instrument it was made for */
    struct str lang; /* "nb", "da", "nl", ... */
    struct str translator, validation, licence, source;
    const struct yaml *doc;
    struct hash hash;
};

/* Its own head; the texts are checked when it is laid over. Errors: E_DEFINITION. */
MUST_CHECK int overlay_read(const struct yaml *doc, struct overlay **out, struct arena *a,
                            struct err *e);

/* A copy of the instrument with these texts; `in` is unchanged.
** Errors: E_DEFINITION, at the overlay's line: another instrument, another revision, an
** item, choice, score or band that is not there, a key that is no text. */
MUST_CHECK int overlay_apply(const struct instrument *in, const struct overlay *o,
                             struct instrument **out, struct arena *a, struct err *e);

#endif
