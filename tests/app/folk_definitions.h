/* Definitions of the project with something changed, for tests: the Norwegian study. */
#ifndef VARDE_TESTS_APP_FOLK_DEFINITIONS_H
#define VARDE_TESTS_APP_FOLK_DEFINITIONS_H

#include "base/err.h"

/* The project's definitions in a folder of their own, the study in a revision of its own (105 for 5) and one text in it
** replaced; and another replacement in it. */
int folk_definitions(const char *to, const char *was, const char *now, struct arena *a,
                     struct err *e);
int folk_edit(const char *to, const char *was, const char *now, struct arena *a,
              struct err *e);

#endif
