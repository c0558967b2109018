/* Nonlinear least squares: y ~ b1 * (1 - exp(-b2 * x)), from starting values.
**
** Levenberg's and Marquardt's damped steps with exact derivatives (stats/expr.h) lead to
** the minimum; Gauss's steps in double-double polish it, so that estimates and errors
** have the digits that the data have (all of NIST's problems: 10 and more).  Steps into
** places where the model is not defined are shortened.  Several ways of scaling and
** damping are tried before it gives up; the first minimum reached is the answer, and it
** may be a local one: start from elsewhere too.
**
** Missing: rows with a NaN in a column of the model are left out (NOTE_DROPPED).
** Source: More 1978; Nielsen 1999; Bates & Watts 1988 (relative offset as the criterion).
** Checked: nist_nonlinear cases from both starts; tests/stats/test_nls.c. */
#ifndef VARDE_STATS_NLS_H
#define VARDE_STATS_NLS_H

#include "stats/expr.h"
#include "stats/frame.h"
#include "stats/note.h"

enum { NLS_PARAMETERS = 50 };

struct nls_model {
    struct str text;
    const struct expr *response;
    struct expr_code code; /* over the parameters, then the columns */
    struct str *parameter; /* n_parameters */
    isize n_parameters, n_columns;
    isize n, dropped; /* rows used, rows left out */
    struct dd *y, *x; /* n; n x n_columns, row by row */
};

/* "y ~ model", or the model alone with the response's name.  Parameters are the names
** that are no column, in natural order (b2 before b10). Errors: E_FORMULA, E_TOO_FEW,
** E_DOMAIN, E_NUMBER. */
MUST_CHECK int nls_read(struct str text, struct str response, const struct frame *f,
                        struct nls_model *out, struct arena *a, struct err *e);

struct nls_coef {
    struct str name;
    double estimate, se, t, p, lower, upper;
};

struct nls {
    isize n, p, df, dropped;
    struct nls_coef *coef; /* p */
    double rss, sigma, loglik, aic, bic;
    double offset;    /* relative offset at the end: 0 at a minimum */
    isize iterations; /* of the way that won */
    struct notes notes;
};

/* start: n_parameters values, in the order of m->parameter.
** Errors: E_TOO_FEW, E_DOMAIN (not defined at the start), E_NO_CONVERGENCE,
** E_NOT_IDENTIFIED (a parameter that the data do not determine). */
MUST_CHECK int nls_fit(const struct nls_model *m, const double *start, double level,
                       struct nls *out, struct arena *a, struct err *e);

#endif
