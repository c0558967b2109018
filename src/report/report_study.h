/* The report of a study: its plan carried out, one document.
**
** A section of the plan is a section of the document, in its order: the answer in words,
** the tables with the printed figure of a paper beside each computed one, the figures,
** the remarks.  Around them stand what the records are, how many printed figures agree,
** where the registry and the paper differ, and where the numbers come from (hashes, seed,
** generator, version).  Same records, plan, language and options: same bytes. */
#ifndef VARDE_REPORT_REPORT_STUDY_H
#define VARDE_REPORT_REPORT_STUDY_H

#include "report/analyse.h"
#include "report/doc.h"

/* `version` is the program's. */
struct doc *report_study(const struct analysed *m, enum lang lang, struct str version,
                         struct arena *a);

#endif
