/* A model as a parameter table: what the text says, completed by the defaults that users
** of lavaan know, in the order in which lavaan prints it.
**
** Order: what was written; variances of observed variables, then of latent ones;
** covariances among exogenous latent variables; among outcomes that predict nothing;
** variances and covariances of exogenous observed variables; intercepts (observed,
** latent).
**
** Defaults of sem() and cfa(): the first loading of each latent variable is 1 (or its
** variance is, with std_lv); variances are free; exogenous latent variables covary; final
** outcomes, latent and observed, have free residual covariances; observed exogenous
** variables keep their sample moments (fixed_x) unless the text gives a variance,
** covariance or intercept of one, which makes that one random; the only indicator of a
** latent variable has no residual.  With a mean structure the intercepts of observed
** variables are free and latent means 0; growth() turns this round.  lavaan() fills in
** nothing.
**
** Parameters are theta; every row of the table is fixed, or one theta (rows that share a
** label share it), or with linear constraints (==) a row's own parameter is base + K
** theta.
**
** Source: lavaan 0.6.14 (Rosseel 2012).  Checked: row by row against lavaan on 32 models
** in tests/exchange/test_case_sem.c; the language in tests/stats/test_sem_model.c. */
#ifndef VARDE_STATS_SEM_MODEL_H
#define VARDE_STATS_SEM_MODEL_H

#include "stats/sem_syntax.h"

struct sem_options {
    bool std_lv, meanstructure, orthogonal, random_x; /* random_x: fixed.x = FALSE */
    bool growth;                                      /* defaults of growth() */
    bool bare;                                        /* defaults of lavaan() */
    bool uncorrelated; /* final outcomes: no residual covariances (auto.cov.y = FALSE) */
};

struct sem_row {
    struct str lhs, rhs, label;
    enum sem_op op;
    bool written; /* in the text, not by default */
    bool exo;     /* kept at its sample value */
    int theta;    /* parameter before constraints, or -1: fixed at `value` */
    double value; /* of a fixed row; an exo row's is set by the data */
    double start; /* NAN: none given */
    int r, c;     /* variables: loads r on c, r on c, r with c, mean of r */
    int line, col;
};

struct sem_model {
    struct str *var; /* observed first (n_ov), then latent */
    isize n_ov, n_lv, n_var;
    bool *is_x; /* n_ov: exogenous with kept moments or, with random_x, would be */
    isize n_x;  /* of those */
    bool fixed_x, means;
    struct sem_row *row;
    isize n_rows;
    isize n_raw;      /* parameters before constraints */
    isize n_par;      /* after */
    double *K, *base; /* raw = base + K theta, n_raw x n_par; NULL without constraints */
    struct sem_def {
        struct str name;
        struct sem_expr expr;
        int *from; /* per name: row >= 0, or -1 - (earlier definition) */
    } * def;
    isize n_defs;
};

/* `column` are the names of the data's columns: a name in the text that is none of them
** must be a latent variable.  Errors: E_FORMULA, E_TOO_BIG. */
MUST_CHECK int sem_model_make(const struct sem_syntax *s, const struct sem_options *o,
                              const struct str *column, isize n_columns,
                              struct sem_model *out, struct arena *a, struct err *e);

/* The same from text. */
MUST_CHECK int sem_model_read(struct str text, const char *name,
                              const struct sem_options *o, const struct str *column,
                              isize n_columns, struct sem_model *out, struct arena *a,
                              struct err *e);

/* Index of a variable, or -1. */
int sem_model_var(const struct sem_model *m, struct str name);
/* "y~x", "f=~x1", "x~~y", "y~1". */
struct str sem_model_key(const struct sem_row *r, struct arena *a);

enum { SEM_MAX_VARS = 200, SEM_MAX_PAR = 1500 };

#endif
