/* Documents for the tests of the writers, and to look at:
**
**     VARDE_LOOK=/tmp/look build/tests/test_report doc_every_format
**
** writes them into that folder in every format, instead of into one that goes away. */
#ifndef VARDE_TESTS_REPORT_SAMPLE_H
#define VARDE_TESTS_REPORT_SAMPLE_H

#include "report/doc.h"

/* A report as a study makes one: ten tables, six figures. */
struct doc *sample_report(enum lang lang, struct arena *a);

/* Markup, quotes, control characters and bad UTF-8 in every place that takes text; an
** empty table, one row, sixty rows, very long words, no heading before the first
** table. */
struct doc *sample_hostile(enum lang lang, struct arena *a);

/* S() of a literal where C wants a constant. */
#define S_(literal)                            \
    {                                          \
        "" literal, (isize)sizeof(literal) - 1 \
    }

#endif
