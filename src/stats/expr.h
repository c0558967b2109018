/* Arithmetic as text: `b1 * (1 - exp(-b2 * x))`, with values and exact derivatives.
**
** Operators as in R, strongest first: ^ (from the right), sign, *  /, +  -; parentheses,
** numbers, `pi`, functions of one argument (exp log log10 log2 sqrt sin cos tan atan abs;
** arctan is atan), names of letters, digits, '.', '_' and bytes above 127, or any text in
** backticks.  A formula (stats/formula.h) uses the same reader with : | || ~ besides.
**
** Values are double-double (stats/dd.h).  Derivatives come from the chain rule on the
** operations themselves, taken backwards; no differencing, so they are as exact as the
** values, and a gradient costs about three values however many variables there are. */
#ifndef VARDE_STATS_EXPR_H
#define VARDE_STATS_EXPR_H

#include "base/err.h"
#include "stats/dd.h"

enum expr_op {
    EXPR_NUMBER, /* value */
    EXPR_NAME,   /* name */
    EXPR_CALL,   /* name(kid[0]) */
    EXPR_PAREN,  /* (kid[0]) */
    EXPR_MINUS,  /* -kid[0] */
    EXPR_PLUS,   /* +kid[0] */
    EXPR_ADD,
    EXPR_SUB,
    EXPR_MUL,
    EXPR_DIV,
    EXPR_POW,
    EXPR_COLON, /* the rest only in formulas */
    EXPR_BAR,
    EXPR_BARS,
    EXPR_TILDE
};

struct expr {
    enum expr_op op;
    struct str name;
    struct dd value;
    struct expr *kid[2];
    isize at; /* where its operator or name stands in the text, from 0 */
};

enum { EXPR_DEPTH = 100, EXPR_TEXT = 10000 }; /* nesting, bytes */

/* Errors: E_FORMULA with the position and what was expected there. */
MUST_CHECK int expr_read(struct str text, bool formula, struct expr **out,
                         struct arena *a, struct err *e);

/* The text of an expression with R's blanks: "I(x^2)", "log(a + b)". */
struct str expr_text(const struct expr *x, struct arena *a);

/* Distinct names in order of appearance. */
struct expr_names LIST(struct str);
void expr_names(const struct expr *x, struct expr_names *out, struct arena *a);

/* An expression made ready for many evaluations: steps in an order where each uses only
** earlier ones. */
struct expr_code {
    isize n, n_vars;
    struct expr_step *step;
};

/* var: what the names stand for, in this order. Errors: E_FORMULA for a name that is not
** there or a function that is unknown (with a near one), or an operator of formulas. */
MUST_CHECK int expr_compile(const struct expr *x, const struct str *var, isize n_vars,
                            struct expr_code *out, struct arena *a, struct err *e);

/* The value at var[0..n_vars); room takes c->n numbers. Undefined gives NaN. */
struct dd expr_value(const struct expr_code *c, const struct dd *var, struct dd *room);

/* The value and its derivative by each variable; room takes 2 c->n numbers. */
struct dd expr_slope(const struct expr_code *c, const struct dd *var, struct dd *slope,
                     struct dd *room);

/* Whether the value is linear (affine) in the variables marked in `in`, taken
** together. */
bool expr_linear(const struct expr_code *c, const bool *in, struct arena tmp);

#endif
