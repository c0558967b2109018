/* The records under a figure: which rows an analysis used, with which values, and why it
** left out the others.
**
** A row is used when it meets the analysis's conditions and has every value that the
** method needs; of PLAN_MISSING, when it has any answer.  The rule stands here a second
** time beside the methods' own, so a test holds them together: for every analysis of the
** shipped plans the rows used here are as many as its n.
** Checked: tests/exchange/test_study_report.c. */
#ifndef VARDE_REPORT_UNDER_H
#define VARDE_REPORT_UNDER_H

#include "report/analyse.h"

struct under_row {
    isize row; /* of the table */
    bool used;
    isize unmet; /* a variable whose condition is not met; -1 */
    isize lacks; /* a variable without a value; -1 */
};

struct under {
    const struct plan_analysis *an;
    isize table; /* -1: the records do not hold it (PLAN_STATED) */
    struct under_variables LIST(isize) variables; /* conditions first, each once */
    struct under_row *at; /* every row of the table, in its order */
    isize n, n_used;
};

struct under under_analysis(const struct plan_analysis *an, const struct records *r,
                            struct arena *a);

/* A value as text: a code's label, a number with the fewest digits; empty: missing. */
struct str under_value(const struct records *r, isize variable, isize row, enum lang lang,
                       struct arena *a);

/* The answered instruments behind a value, by number in the store: a row's own for a
** score, those of the rows it comes from for a derived variable. */
struct under_source {
    isize table, row, set; /* whose, and which of its sets of answers */
    i64 subject, response;
};
struct under_sources LIST(struct under_source);
struct under_sources under_sources(const struct records *r, isize variable, isize row,
                                   struct arena *a);

#endif
