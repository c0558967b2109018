/* Model formulas in the notation of R, and the columns they stand for.
**
**   y ~ a + b      a * b = a + b + a:b      a:b      (a + b)^2      a / b = a + a:b
**   - term takes away; -1, + 0 leave the intercept out; . is every other column
**   I(x^2), log(x), factor(x) are variables of their own; offset(x) has coefficient 1
**   (1 | g), (x | g), (x || g) are kept apart for mixed models
**
** Terms stand by order (main effects first), else as written.  Up to 64 variables.
**
** Coding: a factor in a term has a column per level but the first (treatment contrasts),
** if an earlier term covers the term without it, else a column per level; without an
** intercept the first factor has all its levels.  Names as in R: cylc6, wt:hp, SexMale.
** In an interaction the first variable runs fastest.
**
** Missing: a row where a variable of the model (or an extra column) is missing is left
** out; the count is kept.  Levels that then have no row are left out.  A value that is
** not defined (log of 0) is refused with its row, not dropped. */
#ifndef VARDE_STATS_FORMULA_H
#define VARDE_STATS_FORMULA_H

#include "stats/expr.h"
#include "stats/frame.h"

enum { FORMULA_VARS = 64 };

struct formula_var {
    struct str name;      /* "wt", "I(x^2)", "factor(cyl)" */
    const struct expr *e; /* what to compute; of factor(x): x */
    bool factor;          /* written factor(x) */
    isize at;             /* where in the text, from 0 */
};

struct formula_term {
    u64 vars;        /* bit i: variable i of the formula; never empty */
    struct str name; /* "a:b" */
};
struct formula_terms LIST(struct formula_term);

/* (left | group): the terms to the left of the bar, the factors to the right. */
struct formula_random {
    struct formula_terms terms;
    bool intercept;
    bool correlated; /* | and not || */
    u64 group; /* variables whose combinations are the groups; a/b gives two entries */
    struct str name; /* "(age | id)" */
    isize at;
};

struct formula {
    struct str text;
    struct str response_name; /* empty when there is nothing before ~ */
    const struct expr *response;
    bool intercept;
    struct formula_terms terms;
    struct formula_vars LIST(struct formula_var) vars;
    struct formula_offsets LIST(const struct expr *) offsets;
    struct formula_randoms LIST(struct formula_random) randoms;
};

/* f gives the columns for `.` and for the check of names; NULL: `.` is refused and names
** are not checked.  Errors: E_FORMULA with the position, and a near column name. */
MUST_CHECK int formula_read(struct str text, const struct frame *f, struct formula *out,
                            struct arena *a, struct err *e);

/* Columns for the fixed part of a formula. */
struct design {
    isize n, p; /* rows used, columns */
    double *x;  /* column by column: x[j * n + i] */
    double *lo; /* what x misses (stats/dd.h); NULL when exact */
    const struct str *name;
    const int *term; /* of a column: 0 the intercept, k the k-th term */
    bool intercept;
    isize n_terms;
    const struct str *term_name; /* n_terms */
    double *y, *y_lo;            /* the response less the offsets; y_lo NULL when exact */
    double *offset;              /* NULL when there is none */
    struct str y_name;
    const isize *row; /* which row of the frame */
    isize dropped;    /* rows with something missing */
};

/* Random parts are not looked at, but the rows must have their group.  also: n_also more
** columns of f that must not be missing (a cluster, weights).
** Errors: E_FORMULA, E_TOO_FEW (no row left), E_NUMBER (text where numbers are needed),
** E_DOMAIN (a value that is not defined), E_TOO_BIG (more than DESIGN_COLUMNS). */
enum { DESIGN_COLUMNS = 5000 };
MUST_CHECK int design_of(const struct formula *m, const struct frame *f,
                         const isize *also, isize n_also, struct design *out,
                         struct arena *a, struct err *e);

#endif
