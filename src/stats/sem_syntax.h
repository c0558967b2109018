/* Model text in lavaan's language, as a list of what it says; nothing is filled in here.
**
**   f =~ x1 + x2     f is measured by x1 and x2         y ~ x + z     regression
**   x ~~ y           variance or covariance             y ~ 1         intercept
**   ab := a*b        defined parameter                  a == 2*b      linear equality
**
** Before a variable may stand one modifier: 0.5* (fixed), NA* (free), a* or "a"* (label),
** start(0.3)* or 0.3? (start), label("a")*, equal("f=~x1")*.  A term that is repeated in
** one formula joins its modifiers: a*x + start(0.3)*x.  Several statements on a line are
** separated by ';'; a formula may run over lines where something is clearly missing or
** where the next line starts with '+'.  Comments start with # or !.
**
** Refused, with place and sentence: groups and levels, c(...), efa(), priors and bounds,
** <~, ~*~, |, interactions a:b, inequalities.
**
** Source: the language of lavaan (Rosseel 2012, J Stat Softw 48(2)), version 0.6.14.
** Checked: tests/stats/test_sem_model.c; fuzz/fuzz_sem.c. */
#ifndef VARDE_STATS_SEM_SYNTAX_H
#define VARDE_STATS_SEM_SYNTAX_H

#include "stats/sem_expr.h"

enum sem_op {
    SEM_LOADS, /* =~ */
    SEM_ON,    /* ~  */
    SEM_WITH,  /* ~~ */
    SEM_MEAN,  /* ~1 */
};
extern const char *const sem_op_text[4];

struct sem_term {
    struct str lhs, rhs; /* rhs is empty for SEM_MEAN */
    enum sem_op op;
    bool fixed, freed; /* a number or NA before the variable */
    double value;      /* when fixed */
    double start;      /* NAN: none given */
    struct str label;
    bool equal; /* the label came from equal("...") */
    int line, col;
};

struct sem_defined {
    struct str name;
    struct sem_expr expr;
    int line, col;
};

struct sem_equality {
    struct sem_expr left, right;
    int line, col;
};

struct sem_syntax {
    const char *name;
    struct sem_terms LIST(struct sem_term) term;
    struct sem_defineds LIST(struct sem_defined) defined;
    struct sem_equalities LIST(struct sem_equality) equality;
};

/* Errors: E_FORMULA, E_TOO_BIG. */
MUST_CHECK int sem_syntax_read(struct str text, const char *name, struct sem_syntax *out,
                               struct arena *a, struct err *e);

#endif
