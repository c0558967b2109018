/* Which routes the tests of pages reached with what they are for: shared by all tests of this program,
** each of which runs in a process of its own.  Walks that ask every route of a store without people
** do not count (reached_off). */
#ifndef VARDE_TESTS_WEB_REACHED_H
#define VARDE_TESTS_WEB_REACHED_H

#include "web/routes.h"

/* An http_handler: call_answer, and counts what came of it. */
int reached_answer(struct req *q, struct err *e);

void reached_off(void); /* in this test */

/* How often the n-th route gave a page, a file, or did what it is for. */
i64 reached_times(isize n);

#endif
