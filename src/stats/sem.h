/* Structural equation models by normal maximum likelihood: path models, confirmatory
** factor models, growth models, with or without missing values.
**
**   struct sem_model m;                          stats/sem_model.h: text and defaults
**   TRY(sem_model_read(text, "model", &opt, name, n_cols, &m, a, e));
**   TRY(sem_moments_of(&m, col, n, false, &d, a, e));       col[i] is the column of m.var[i]
**   TRY(sem_fit(&m, &d, &fit, a, e));
**   TRY(sem_std(&fit, &std, a, e));  sem_index(&fit, &index, tmp);
**
** The covariance of the observed variables is F (I-A)^-1 P (I-A)^-T F', their mean
** F (I-A)^-1 alpha (RAM).  Minimised is
**
**   sum over patterns n_k/N { log|Sigma_k| + tr Sigma_k^-1 (S_k + d d') },  d = m_k -
**   mu_k
**
** with N, not N - 1, throughout.  Complete data are one pattern.  Gradient, expected and
** observed second derivatives are exact; every derivative is a sum of few products of
** entries of Q' Sigma^-1 Q, Q = [E, E P E'], so that a parameter pair costs O(1).
**
** Missing values: a person without a value in one of the model's variables is left out
** (listwise), or with FIML contributes what is there; with FIML, too, people without a
** value of an exogenous (kept) variable are left out, as lavaan does.
**
** Source: McArdle & McDonald 1984; Lee & Jennrich 1979; Bollen 1989; Rosseel 2012 for the
** conventions.  Checked: reference cases sem_ml, sem_fiml, path_bootstrap_fixed_index;
** lavaan 0.6.14 and laws in tests/stats/test_sem.c. */
#ifndef VARDE_STATS_SEM_H
#define VARDE_STATS_SEM_H

#include "stats/note.h"
#include "stats/sem_model.h"

/* ---- data
** --------------------------------------------------------------------------- */

struct sem_pattern {
    isize n, q;         /* people, variables that are there */
    int *at;            /* q: which, ascending */
    double *mean, *cov; /* q; q x q with divisor n */
};

struct sem_moments {
    isize p;       /* observed variables */
    isize n;       /* people used */
    isize dropped; /* people left out */
    bool fiml;
    struct sem_pattern *at;
    isize n_patterns;
    double *mean, *cov; /* p; p x p: sample, or with FIML the saturated estimates */
    double f_saturated; /* the minimum without any model, same constants as sem_fit.f */
};

/* col[i][0..n_rows): the values of m->var[i], NAN missing, i < m->n_ov.
** Errors: E_TOO_FEW (fewer people than variables + 1, or one without any value),
** E_DEGENERATE (a constant column, or columns that determine each other),
** E_NO_CONVERGENCE (saturated moments). */
MUST_CHECK int sem_moments_of(const struct sem_model *m, const double *const *col,
                              isize n_rows, bool fiml, struct sem_moments *out,
                              struct arena *a, struct err *e);

/* ---- fit
** ---------------------------------------------------------------------------- */

struct sem_fit {
    const struct sem_model *m;
    const struct sem_moments *d;
    double *theta;    /* n_par */
    double *est, *se; /* rows; se is NAN where fixed */
    double *cov;      /* n_raw x n_raw: covariance of the raw parameters */
    double *def, *def_se;
    double f;     /* the minimum */
    double chisq; /* n (f - f_saturated) */
    isize df;
    double *sigma;   /* n_var x n_var: implied covariance of all variables, latent too */
    double *mu;      /* n_var; zero without means */
    isize steps;     /* 0: in closed form */
    double gradient; /* largest |gradient| over root of its second derivative */
    struct notes notes;
};

/* Standard errors are from the expected information, with FIML from the observed.
** Errors: E_NOT_IDENTIFIED (naming a parameter), E_NO_CONVERGENCE, E_TOO_FEW. */
MUST_CHECK int sem_fit(const struct sem_model *m, const struct sem_moments *d,
                       struct sem_fit *out, struct arena *a, struct err *e);

/* The same without closed form, for comparing the two. */
MUST_CHECK int sem_fit_iterate(const struct sem_model *m, const struct sem_moments *d,
                               struct sem_fit *out, struct arena *a, struct err *e);

/* ---- standardised
** ------------------------------------------------------------------- */

struct sem_standard {
    double *all, *all_se; /* rows: in standard deviations of both variables */
    /* The same but for covariances of residuals, which `all` divides by the residuals'
    ** own standard deviations (they are correlations then, as lavaan prints them) and
    ** `total` by those of the variables (lavaan's cov.std = FALSE). */
    double *total, *total_se;
    double *def, *def_se; /* definitions evaluated at `all` */
    double *r2;           /* n_var; NAN for what nothing predicts */
};
MUST_CHECK int sem_std(const struct sem_fit *f, struct sem_standard *out, struct arena *a,
                       struct err *e);

/* ---- fit indices
** -------------------------------------------------------------------- */

struct sem_index {
    double chisq, p; /* p is NAN when df = 0 */
    isize df, n, npar;
    double baseline_chisq, baseline_p; /* independence; exogenous covariances kept */
    isize baseline_df;
    double cfi, tli;
    double rmsea, rmsea_lo, rmsea_hi, rmsea_p; /* 90 %; p: P(RMSEA <= .05) test */
    double srmr;
    double loglik, loglik_saturated; /* without the part of kept exogenous variables */
    double aic, bic;
};
void sem_index(const struct sem_fit *f, struct sem_index *out, struct arena tmp);

/* ---- bootstrap
** ---------------------------------------------------------------------- */

struct sem_boot_par {
    double se;             /* of the replicates, divisor: their number - 1 */
    double lo, hi;         /* percentile, quantiles of type 6 (Hyndman & Fan 1996) */
    double bca_lo, bca_hi; /* Efron 1987, jackknife acceleration, half the ties below */
};
struct sem_boot {
    isize reps, failed, n_cols; /* columns: n_rows, then n_defs */
    double level;
    double *value;            /* n_cols x reps; NAN in a failed replicate */
    struct sem_boot_par *par; /* n_cols; NAN where nothing varies */
    struct notes notes;
};

/* Case resampling with refits: resampled cross-products, closed form where there is one,
** else Newton from the estimate.
**
**   index    reps x n from 0 fixes the resamples of the n people used; NULL draws them:
**            replicates b*1024... come from stream (seed, "sem_boot", b) alone, so any
**            number of threads gives the same bits
**   col      as for sem_moments_of
**
** Errors: E_TOO_FEW (reps < 2), E_NO_CONVERGENCE (more than a tenth failed),
** E_UNSUPPORTED (FIML), E_DOMAIN (index outside). */
MUST_CHECK int sem_boot(const struct sem_fit *f, const double *const *col, isize n_rows,
                        isize reps, const i32 *index, u64 seed, double level, int threads,
                        struct sem_boot *out, struct arena *a, struct err *e);

/* ---- for the files of this subject
** -------------------------------------------------- */

/* Values of rows and definitions at theta. */
void sem_rows_at(const struct sem_model *m, const struct sem_moments *d,
                 const double *theta, double *est);
void sem_defs_at(const struct sem_model *m, const double *est, double *def,
                 double *jacobian, struct arena tmp);

/* A closed form exists: no latent variables, recursive, residuals uncorrelated, nothing
** shared or fixed.  Then theta is filled from the moments' means and covariances. */
bool sem_path_possible(const struct sem_model *m);
MUST_CHECK int sem_path(const struct sem_model *m, const double *mean, const double *cov,
                        double *theta, struct arena tmp, struct err *e);

#endif
