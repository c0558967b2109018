/* Reliability of a scale from its items: alpha, lambda, omega. */
#ifndef VARDE_STATS_RELIAB_H
#define VARDE_STATS_RELIAB_H

#include "base/err.h"
#include "stats/note.h"

struct reliab {
    isize n, items, incomplete; /* people with every item; rows left out */
    double alpha, lower, upper; /* Cronbach; limits of Feldt 1965 */
    double alpha_se;            /* normal theory, van Zyl, Neudecker & Nel 2000 */
    double alpha_standardised;  /* of the correlations */
    double lambda2, lambda6;    /* Guttman; lambda6 NAN when items determine each other */
    double mean_r;              /* of the items with each other */
    double split_half;          /* odd against even items, Spearman-Brown */
    double sem;                 /* standard error of measurement of the sum */
    double *if_deleted;         /* items: alpha of the others; NAN with two items */
    double *item_rest;          /* items: correlation with the sum of the others */
    /* One-factor model by maximum likelihood (3 items or more; else NAN): omega with its
    ** delta-method error; omega_total divides by the observed variance of the sum;
    ** loadings in the items' units, chi-square of the model. */
    double omega, omega_se, omega_total, chisq, chisq_df;
    double *loading;
    struct notes notes;
};

/* col[j][i]: item j of person i, NAN missing; a person without an item is left out.
** Errors: E_TOO_FEW (fewer than 2 items or 3 people), E_DEGENERATE (an item or the sum
** does not vary), E_DOMAIN. A one-factor model that does not settle leaves its values NAN
** (NOTE_NO_LIMITS).
** Source: Cronbach 1951; Guttman 1945; McDonald 1999. Checked: R, lavaan, tests/reference
** (kind reliability). */
MUST_CHECK int reliab_of(const double *const *col, isize items, isize rows, double level,
                         struct reliab *out, struct arena *a, struct err *e);

#endif
