/* A plan carried out on records: every analysis becomes named quantities.
**
** What a method computes is in plan_methods.def; a result keeps besides what figures and
** tables need (the pairs behind a change, the fitted model).  The same records, plan and
** options give the same bits on any number of threads: ideal intervals need no chance,
** and resampling draws from streams of (seed, analysis, block).
**
** An analysis without an answer (one person, no spread) does not spoil the others: its result says
** why (`why`), stands in no section any more, and the report names it where it would have stood,
** so a report never silently lacks what its plan promises.  What is wrong with the plan itself
** refuses the whole, with its place.
**
** Checked: tests/exchange/test_study_report.c against R on the same files
** (tests/reference/norway). */
#ifndef VARDE_REPORT_ANALYSE_H
#define VARDE_REPORT_ANALYSE_H

#include "stats/lm.h"
#include "stats/sem.h"
#include "study/plan.h"
#include "study/records.h"

enum quantity_kind { QUANTITY_VALUE, QUANTITY_COUNT, QUANTITY_PERCENT, QUANTITY_P };

struct quantity {
    struct str id;
    double value; /* NAN: not defined, or not in the records */
    enum quantity_kind kind;
};

/* A row's values before and after, those with both, in the order of the records. */
struct result_pairs {
    isize n;
    double *before, *after;
    struct str *name;
};

struct result_path {
    struct sem_model model;
    struct sem_moments moments;
    struct sem_fit fit;
    struct sem_standard standard;
    struct sem_index index;
};

struct result {
    const struct plan_analysis *an;
    struct quantities LIST(struct quantity) q;
    struct notes notes;
    struct result_pairs pairs;       /* PLAN_PAIRED, PLAN_CHANGE */
    struct lm *lm;                   /* PLAN_REGRESSION */
    struct result_path *path;        /* PLAN_PATH */
    const struct reliable *reliable; /* PLAN_CHANGE; NULL: the score has none */
    isize filled;                    /* scores with a missing item filled in */
    const struct err *why;           /* there is no answer; else NULL */
    isize section;                   /* of the plan, also without answer */
};

struct analyse_options {
    int threads;   /* 0: as many as the machine has */
    i64 resamples; /* 0: as the plan says */
    i64 seed;      /* -1: as the plan says */
    /* Asked before each analysis of the plan, NULL: never; what it gives but OK ends the run and is
    ** its error. */
    int (*step)(void *arg, isize done, isize of, struct err *e);
    void *arg;
};

struct analysed {
    const struct plan *plan;
    const struct records *records;
    struct analyse_options options;
    i64 resamples, seed;   /* used */
    struct result *result; /* one an analysis of the plan */
};

/* Errors: those of the methods, with the analysis and its place in the plan. */
MUST_CHECK int analyse_run(const struct plan *p, const struct records *r,
                           const struct analyse_options *o, struct analysed *out,
                           struct arena *a, struct err *e);

/* The quantity, or one with value NAN. */
struct quantity analyse_quantity(const struct result *r, struct str id);
#define ANALYSE_VALUE(r, id) (analyse_quantity((r), S(id)).value)

/* For the files of this subject. */
void analyse_put(struct result *r, const char *id, double value, enum quantity_kind k,
                 struct arena *a);
void analyse_put_of(struct result *r, struct str of, const char *what, double value,
                    enum quantity_kind k, struct arena *a);
/* Whether a row meets all of the analysis's conditions. */
bool analyse_meets(const struct records *r, const struct plan_analysis *an, isize row);

MUST_CHECK int analyse_regression(const struct analysed *m, struct result *r,
                                  struct arena *a, struct err *e);
MUST_CHECK int analyse_path(const struct analysed *m, struct result *r, struct arena *a,
                            struct err *e);
MUST_CHECK int analyse_paired(const struct analysed *m, struct result *r, struct arena *a,
                              struct err *e);
MUST_CHECK int analyse_groups(const struct analysed *m, struct result *r, struct arena *a,
                              struct err *e);
MUST_CHECK int analyse_change(const struct analysed *m, struct result *r, struct arena *a,
                              struct err *e);

#endif
