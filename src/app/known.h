/* A few answers that somebody else computed, carried in the program: does this machine, with these
** libraries, still compute?  A wrong compiler flag, a changed library or a broken processor
** shows here, before a report does.  Takes about a millisecond; touches no file.
** Not a replacement of ./check, which holds thousands (tests/reference).
** Checked: tests/cli/test_keep.c. */
#ifndef VARDE_APP_KNOWN_H
#define VARDE_APP_KNOWN_H

#include "base/err.h"

/* *n: how many answers were asked. Error: E_DIFFERS, naming the first that is not as it should be. */
MUST_CHECK int known_answers(i64 *n, struct arena tmp, struct err *e);

#endif
