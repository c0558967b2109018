/* The likelihood of a structural model and its exact derivatives, for sem_fit.c and
** sem_boot.c: one place to set up, many points to look at.
**
** With E = (I - A)^-1, C = E P E', Q = [E, C] (rows of observed variables only), each row
** of the parameter table changes Sigma by h (u v' + v u') and mu by s E_r, where
**   y ~ x, f =~ x   u = E_r   v = C_c   h = 1     s = eta_c   (eta = E alpha)
**   x ~~ y          u = E_r   v = E_c   h = 1, or 1/2 on the diagonal
**   y ~ 1                               h = 0     s = 1
** so traces over pairs of parameters are sums of products of entries of Q' W Q. */
#ifndef VARDE_STATS_SEM_CORE_H
#define VARDE_STATS_SEM_CORE_H

#include "stats/sem.h"

enum { SEM_VALUE, SEM_GRADIENT, SEM_EXPECTED, SEM_OBSERVED };

struct sem_core {
    const struct sem_model *m;
    const struct sem_moments *d;
    isize k;             /* rows with a parameter */
    int *row;            /* k: which */
    double *est;         /* n_rows */
    double *A, *P;       /* n_var x n_var */
    double *E, *C;       /* n_var x n_var */
    double *alpha, *eta; /* n_var */
    double *raw;         /* n_raw */
    double f;
    double *g;     /* n_par: gradient of f */
    double *H;     /* n_par x n_par: second derivatives, expected or observed */
    double *h_raw; /* n_raw x n_raw, when there are constraints */
    double *g_raw;
    /* scratch of one evaluation */
    int *used; /* columns of Q that a parameter needs, and their place */
    int *place;
    isize n_used;
    double *Q, *W, *B, *T, *QWQ, *QBQ, *QMQ, *M, *gm, *z, *L, *X;
};

/* Points into m and d; moments may be exchanged afterwards (bootstrap). */
struct sem_core sem_core_new(const struct sem_model *m, const struct sem_moments *d,
                             struct arena *a);

/* f, and up to `what` the derivatives, at theta. False where Sigma is not positive
** definite or I - A singular; then nothing is to be read. */
bool sem_core_at(struct sem_core *s, const double *theta, int what);

/* The nearest minimum from theta on; sem_fit.c. Errors: E_NO_CONVERGENCE. */
MUST_CHECK int sem_refit(struct sem_core *s, double *theta, struct arena tmp,
                         struct err *e);

/* ---- small dense linear algebra, row-major
** ------------------------------------------- */

/* Lower Cholesky factor of the n x n matrix at S into L (may be S); its log determinant
** to *log_det. False if a pivot is not above `tiny` times the diagonal; *at says
** which. */
bool sem_chol(const double *S, isize n, double *L, double tiny, double *log_det,
              isize *at);
void sem_chol_solve(const double *L, isize n, double *x); /* x := (L L')^-1 x */
void sem_chol_inverse(const double *L, isize n, double *V, double *tmp_n);
/* V := S^-1 by elimination with row exchanges; S is destroyed. False if singular. */
bool sem_inverse(double *S, isize n, double *V);

#endif
