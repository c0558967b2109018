/* What another program of the machine says: an independent reader of what we wrote. */
#ifndef VARDE_TESTS_REPORT_ASK_H
#define VARDE_TESTS_REPORT_ASK_H

#include "base/str.h"

/* What argv[0] (found on the PATH) prints on both its outputs; empty, with a remark in
** the output of the test, when it is not installed. */
struct str ask(const char *const *argv, struct arena *a);
#define ASK(a, ...) ask((const char *const[]){__VA_ARGS__, NULL}, (a))

#endif
