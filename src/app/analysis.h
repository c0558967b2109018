/* A study's plan carried out on what stands in the store, now or at an instant.
**
** Right: MAY_ANALYSE at some site, for this study or in general; whoever has it at one site
** only sees that site's people in the numbers; whoever has the folder and the key (act.console)
** has them all.  The definitions are those that the store
** keeps.  Same store, instant and viewer's sites: same bytes as from files of the same
** records.  Checked: tests/app/test_replay.c. */
#ifndef VARDE_APP_ANALYSIS_H
#define VARDE_APP_ANALYSIS_H

#include "app/act.h"
#include "exchange/records_store.h"
#include "report/analyse.h"
#include "store/studies.h"

struct analysis {
    struct studies_row study;
    struct protocol protocol;
    i64 *instruments; /* one a measure: rows of definition */
    struct records records;
    struct analysed analysed;
};

/* What a study is: no rows about people, for everybody who is logged in.
** Errors: E_NOT_FOUND, E_DEFINITION. */
MUST_CHECK int analysis_study(struct act *act, struct str study, struct analysis *out,
                              struct err *e);
/* Its records too. Errors also: E_NOT_ALLOWED, E_RECORD. */
MUST_CHECK int analysis_read(struct act *act, struct str study, instant as_of,
                             struct analysis *out, struct err *e);
/* The study and the cut alone, by MAY_EXPORT, so that memory stays flat: for tables and files that
** are streamed (tidy_put, records_store_put). Errors: as analysis_read. */
MUST_CHECK int analysis_cut(struct act *act, struct str study, instant as_of,
                            struct analysis *out, struct records_cut *cut, struct err *e);
/* And its plan. Errors also: E_NOT_FOUND (the study has no plan), those of analyse_run. */
MUST_CHECK int analysis_run(struct act *act, struct str study, instant as_of,
                            const struct analyse_options *o, struct analysis *out,
                            struct err *e);

#endif
