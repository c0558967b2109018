/* A plan: what is computed from a study's records, and what a paper printed for it.
**
** data/studies/<id>/plan.yaml lists analyses.  Each has a method (plan_methods.def),
** names variables of one table of the study, and may carry `printed`: for quantities of
** the method the figure exactly as the paper has it, with how it is to be compared, or
** why it cannot be.  An unknown variable, method, quantity or section is refused at its
** line. */
#ifndef VARDE_STUDY_PLAN_H
#define VARDE_STUDY_PLAN_H

#include "study/study.h"

enum plan_method {
#define PLAN_METHOD(name, word, quantities) name,
#include "study/plan_methods.def"
#undef PLAN_METHOD
    PLAN_METHODS
};
extern const char *const plan_method_word[PLAN_METHODS];

/* How a section of the report shows its analyses. */
enum plan_layout {
    LAYOUT_FLOW,       /* the flow figure and a table of quantities */
    LAYOUT_UNITS,      /* before and after of every row, with a band */
    LAYOUT_QUANTITIES, /* a table of quantities */
    LAYOUT_COUNTS,     /* bars */
    LAYOUT_PATH,       /* a path diagram */
    LAYOUT_CHANGES,    /* one line an outcome, with a figure of the changes */
    LAYOUT_REGRESSION, /* one line a model */
    LAYOUT_RELIABLE,   /* counts of people by reliable change */
    LAYOUTS
};

struct plan_section {
    struct str id;
    enum plan_layout layout;
    struct words_in title;
    /* The answer in words, where it needs no judgement on the numbers:
    ** {analysis:quantity} stands for a figure, e.g. {dropouts:n}. May be empty. */
    struct words_in lead;
    struct words_in remark; /* under the section's table */
    const struct yaml *node;
};

enum plan_compare {
    COMPARE_ROUNDED,     /* within half a unit of the last printed digit */
    COMPARE_MONTE_CARLO, /* within three standard errors of the resamples' chance */
    COMPARE_FLOOR,       /* p: printed at its floor, ours must not be above */
    COMPARES
};

struct plan_printed {
    struct str quantity;
    struct str text;  /* as printed; empty when lost */
    double value;     /* how it must be read; NAN when it is words or lost */
    int places;       /* decimals printed */
    bool restored;    /* `read` was given: text and value differ */
    struct str place; /* "Table 2", "p. 6" */
    enum plan_compare compare;
    struct words_in remark, garbled, lost;
};

struct plan_group {
    struct str id;
    struct words_in label;
    struct plan_values LIST(struct str) values;
};

struct plan_condition {
    isize variable;
    struct plan_condition_values LIST(struct str) values;
};

struct plan_analysis {
    struct str id;
    isize section;
    enum plan_method method;
    struct words_in label, estimand, remark, garbled;
    struct words_in before_name, after_name; /* PLAN_PAIRED; empty: the time points */
    isize table;                             /* -1: PLAN_STATED */
    isize x, y;             /* variables: of or before; by or after; -1 */
    isize cluster;          /* variable; -1 */
    struct str model, term; /* formula or lavaan syntax; the coefficient of interest */
    bool means;             /* PLAN_PATH: with a mean structure */
    double level;           /* the plan's: one for all, as the heads of tables say it */
    double band;            /* from here on is what one hopes for; NAN: none */
    i64 seed, resamples;
    struct plan_conditions LIST(struct plan_condition) where;
    struct plan_groups LIST(struct plan_group) groups;
    struct plan_printeds LIST(struct plan_printed) printed;
    const struct yaml *node;
};

/* A step of a flow figure, and who left after it. */
struct plan_step {
    isize of; /* analysis */
    struct str quantity;
    struct words_in label, out;
    isize out_of; /* analysis; -1: out_n, where 0 means nobody */
    struct str out_quantity;
    i64 out_n;
};
struct plan_flow {
    struct words_in title;
    struct plan_steps LIST(struct plan_step) steps;
};

struct plan {
    const char *file;
    struct str id;
    i64 revision;
    struct hash hash;
    i64 seed, resamples, printed_resamples; /* the last 0: not known */
    double level;
    struct plan_sections LIST(struct plan_section) sections;
    struct plan_flows LIST(struct plan_flow) flow;
    struct plan_analyses LIST(struct plan_analysis) analyses;
};

/* Errors: E_DEFINITION with the place. */
MUST_CHECK int plan_read(const struct yaml *doc, const struct study *s, struct plan **out,
                         struct arena *a, struct err *e);
/* Errors also: E_NO_FILE, E_IO, E_YAML, E_TOO_BIG. */
MUST_CHECK int plan_read_file(const char *path, const struct study *s, struct plan **out,
                              struct arena *a, struct err *e);

isize plan_analysis(const struct plan *p, struct str id); /* -1 if absent */

/* The printed figure of a quantity; NULL when there is none. */
const struct plan_printed *plan_printed(const struct plan_analysis *an,
                                        struct str quantity);

/* Cuts the text before the next {name} and the name off *rest; false when none is left.
** `before` may be NULL. */
bool plan_place(struct str *rest, struct str *before, struct str *name);

#endif
