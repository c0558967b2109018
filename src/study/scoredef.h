/* The `scores:` of an instrument: what each is made of, checked as a whole.
**
** Refused beside wrong words: an unknown item, an item twice, an empty score, a score
** made of later ones, weights that do not match, a range that does not follow from the
** items, replacing or prorating over items of different ranges (the result could lie
** outside the score's own range), bands that do not start at the range's foot. */
#ifndef VARDE_STUDY_SCOREDEF_H
#define VARDE_STUDY_SCOREDEF_H

#include "study/instrument.h"

/* `direction` of the instrument, or -1. in->items and the scores before it are there.
** Errors: E_DEFINITION. */
MUST_CHECK int scoredef_read(struct reading *r, const struct instrument *in,
                             const struct yaml *v, int direction, struct scoredef *out,
                             struct err *e);

/* The range of a part: an item's or an earlier score's. */
void scoredef_part_range(const struct instrument *in, const struct scoredef *d, isize i,
                         double *lo, double *hi);

/* A band in words, by its name: a wording's own words, else the name. */
struct str scoredef_band(const struct instrument *in, const struct scoredef *d,
                         struct str name);

#endif
