/* A calendar day as a count: 1970-01-01 is 0, the day before is -1.  No time, no zone. */
#ifndef VARDE_BASE_DAY_H
#define VARDE_BASE_DAY_H

#include "base/err.h"

typedef i32 day;

/* "2013-11-04", years 1600 to 9999, a day that exists. Errors: E_DAY. */
MUST_CHECK int day_read(struct str s, day *out, struct err *e);
struct str day_text(day d, struct arena *a);

day day_of(int year, int month, int mday); /* proleptic Gregorian; no check */
void day_split(day d, int *year, int *month, int *mday);

#endif
