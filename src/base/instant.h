/* An instant as milliseconds since 1970-01-01T00:00:00Z.  Nothing here reads a clock: the
** outermost caller does, once, and hands it in.  Checked: tests/base/test_day.c. */
#ifndef VARDE_BASE_INSTANT_H
#define VARDE_BASE_INSTANT_H

#include "base/day.h"

typedef i64 instant;

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* "2026-11-22T13:43:48.123Z": sorts as it happened. */
struct str instant_text(instant t, struct arena *a);

/* The same back, with or without milliseconds and seconds; a day alone is its last
** millisecond, so that "as of" a day counts all of it. Always UTC. Errors: E_DAY. */
MUST_CHECK int instant_read(struct str s, instant *out, struct err *e);

#endif
