/* Documents that are hard to write: for the tests of the writers, and to look at.
**
**     ninja -C build test_report && VARDE_KEEP=/tmp/look build/tests/test_report doc_sample
**
** writes the sample in every format and language into the folder named by VARDE_KEEP. */
#ifndef VARDE_TESTS_REPORT_SAMPLE_H
#define VARDE_TESTS_REPORT_SAMPLE_H

#include "report/doc.h"

/* A report as a study makes one: ten tables, six figures. */
struct doc *sample_report(enum lang lang, struct arena *a);

/* Markup, quotes, control characters and bad UTF-8 in every place that takes text; an empty
** table, one row, sixty rows, very long words, no headings before the first table. */
struct doc *sample_hostile(enum lang lang, struct arena *a);

#endif
