/* Agreement of raters: intraclass correlations, kappa, Krippendorff's alpha. */
#ifndef VARDE_STATS_AGREE_H
#define VARDE_STATS_AGREE_H

#include "base/err.h"
#include "stats/note.h"

/* ---- intraclass correlations -------------------------------------------------- */

struct agree_icc_form {
    double icc, lower, upper;
};

/* Shrout & Fleiss' six forms: 1 raters differ from subject to subject, 2 they are a
** sample of raters (absolute agreement), 3 they are these raters (consistency); of one
** rating and of the mean of k. */
struct agree_icc {
    isize n, k, incomplete; /* subjects, raters; rows left out */
    double ms_subjects, ms_raters, ms_error, ms_within;
    double f1, df1, df2_1, p1; /* test of form 1: F, degrees of freedom, p */
    double f3, df2_3, p3;      /* of forms 2 and 3 */
    double v;                  /* Satterthwaite degrees of freedom for form 2 */
    struct agree_icc_form one1, two1, three1, onek, twok, threek;
    struct notes notes;
};

/* x: rows x k ratings, row by row; a row with NAN is left out.
** Errors: E_TOO_FEW (fewer than 2 complete subjects or 2 raters), E_DEGENERATE (subjects
** or errors do not vary), E_DOMAIN.
** Source: Shrout & Fleiss 1979; McGraw & Wong 1996. Checked: R, tests/reference (icc). */
MUST_CHECK int agree_icc(const double *x, isize rows, isize k, double level,
                         struct agree_icc *out, struct arena tmp, struct err *e);

/* ---- two raters, categories ---------------------------------------------------- */

enum agree_weight { AGREE_PLAIN, AGREE_LINEAR, AGREE_QUADRATIC };

/* ase: standard error; ase0: without any agreement but chance, for z and p.
** Source: Fleiss, Cohen & Everitt 1969. */
struct agree_kappa {
    double n, kappa, po, pe, ase, ase0, z, p, lower, upper;
};

/* table: k x k counts, rows the first rater, categories in their order.
** Errors: E_TOO_FEW (k < 2 or no counts), E_DEGENERATE (both raters used one category
** only), E_DOMAIN.  Checked: tests/reference (kappa). */
MUST_CHECK int agree_kappa(const double *table, isize k, enum agree_weight weight,
                           double level, struct agree_kappa *out, struct arena tmp,
                           struct err *e);

/* ---- several raters, categories -------------------------------------------------- */

struct agree_many {
    isize n, raters, incomplete; /* subjects rated by all; rows left out of kappa */
    double kappa, se0, z, p;     /* Fleiss, with the null standard error of 1979 */
    /* Krippendorff's alpha uses every row with two ratings or more. Interval distances
    ** are those of the values themselves. */
    double alpha_nominal, alpha_ordinal, alpha_interval;
    isize units; /* rows that alpha used */
    struct notes notes;
};

/* x: rows x k values, row by row; NAN missing.  Cost: rows k + categories^2.
** Errors: E_TOO_FEW (no row with two ratings), E_DEGENERATE (one category only), E_DOMAIN
** (more than 1000 categories).
** Source: Fleiss 1971; Fleiss, Nee & Landis 1979; Krippendorff 2011.
** Checked: tests/reference (fleiss_kappa). */
MUST_CHECK int agree_many(const double *x, isize rows, isize k, struct agree_many *out,
                          struct arena tmp, struct err *e);

#endif
