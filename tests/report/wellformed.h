/* Is this text well-formed XML?  A small reader for tests: elements nest, attributes are
** quoted and not repeated, references are known, every character is allowed.  Comments,
** CDATA and processing instructions are refused: our writers make none.  xmllint is asked
** too where it is installed. */
#ifndef VARDE_TESTS_REPORT_WELLFORMED_H
#define VARDE_TESTS_REPORT_WELLFORMED_H

#include "base/str.h"

/* NULL if it is, else what is wrong; *at is where. */
const char *wellformed(struct str s, isize *at);

/* How often `piece` stands in s. */
isize count_of(struct str s, const char *piece);

#endif
