/* Arithmetic over parameter labels, for defined parameters (ab := a*b) and constraints.
**
** Numbers, labels, + - * / ^, parentheses, exp log sqrt abs.  '^' binds to the right and
** tighter than a sign, as in R: -2^2 is -4.  The value comes with its exact gradient
** (forward differentiation), which the delta method uses. */
#ifndef VARDE_STATS_SEM_EXPR_H
#define VARDE_STATS_SEM_EXPR_H

#include "stats/sem_lex.h"

struct sem_expr {
    struct str text; /* without blanks */
    struct sem_expr_op {
        u8 op;
        int name;
        double number;
    } * at; /* postfix */
    isize n, cap;
    struct sem_expr_name {
        struct str text;
        int line, col;
    } * name; /* distinct labels in order of appearance */
    isize n_names, cap_names;
};

/* Reads an expression from the current token up to what cannot continue it.
** Errors: E_FORMULA with the place. */
MUST_CHECK int sem_expr_read(struct sem_lex *x, struct sem_expr *out, struct arena *a,
                             struct err *e);

/* The value at v[n_names]; grad[n_names] may be NULL. Outside the range of log and the
** like the value is NAN. */
double sem_expr_value(const struct sem_expr *f, const double *v, double *grad,
                      struct arena tmp);

#endif
