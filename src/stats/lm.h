/* Linear regression by least squares, with what a paper's table needs.
**
** Columns are centred and scaled, factored by Householder reflections, and the answer is
** refined with residuals in double-double; when the columns are nearly dependent all of
** it is done in double-double.  The certified digits of NIST's eleven linear problems
** come out (13 and more).  Normal equations are never formed.
**
** Dependent columns are refused by name, not dropped.  Weights are not offered.  With an
** offset, R2 and F are of the response less the offset (R counts it as explained).
** Missing: design_of leaves incomplete rows out and counts them; NOTE_DROPPED.
** Source: Golub & Van Loan 2013, ch. 5; Bjorck 1996, 2.9; White 1980; MacKinnon & White
** 1985; Cribari-Neto 2004; Bell & McCaffrey 2002; Pustejovsky & Tipton 2018.
** Checked: tests/reference (ols, nist_linear), R 4.2, laws; tests/stats/test_lm.c. */
#ifndef VARDE_STATS_LM_H
#define VARDE_STATS_LM_H

#include "stats/formula.h"
#include "stats/note.h"

enum lm_hc { LM_HC0, LM_HC1, LM_HC2, LM_HC3, LM_HC4, LM_HC5, LM_HC_N };
extern const char *const lm_hc_name[LM_HC_N]; /* "HC0" */

struct lm_coef {
    struct str name;
    int term; /* 0 the intercept */
    double estimate, se, t, p, lower, upper;
    /* beta: b sd(x) / sd(y), about the means also without an intercept; vif: 1 / (1 - R2)
    ** of the column on the others, R2 about 0 without one; NAN for the intercept */
    double beta, vif;
    double hc[LM_HC_N]; /* standard errors that allow unequal variances */
};

struct lm {
    isize n, p, df, dropped;
    double level;
    bool intercept;
    struct lm_coef *coef; /* p */
    double sigma, rss;
    double tss, ssr; /* about the mean, or about 0 without intercept; tss - rss */
    double r2, adj_r2;
    double F, F_p;
    isize F_df1;
    /* NAN of a model that fits exactly: t and p of the coefficients, loglik, aic, bic
    ** (the variance counts as a parameter), cook, rstudent, durbin_watson; rstudent also
    ** with one degree of freedom */
    double loglik, aic, bic;
    double max_cook, max_leverage, max_rstudent, durbin_watson, press;
    double *fitted, *resid, *leverage, *cook, *rstudent; /* each n */
    /* For further use.  q: n x p by columns, orthonormal, the design's Q.  r: p x p by
    ** rows, the inverse of R, so that the covariance of the estimates is sigma^2 r r'. */
    const struct design *design;
    double *q, *r;
    struct notes notes;
};

/* level: coverage of the intervals in (0, 1).
** Errors: E_TOO_FEW (n <= p), E_DEGENERATE (which column depends on which; a constant
** response), E_DOMAIN (values too large: above 1e150). */
MUST_CHECK int lm_fit(const struct design *d, double level, struct lm *out,
                      struct arena *a, struct err *e);

/* Formula and frame in one step; random parts are refused with a sentence. */
MUST_CHECK int lm_of(const struct frame *f, struct str formula, double level,
                     struct lm *out, struct arena *a, struct err *e);

/* Refuses a formula with a random part. Error: E_FORMULA. */
MUST_CHECK int lm_no_random(const struct formula *m, struct err *e);

/* F test of leaving out one term, for each term that no other contains. */
struct lm_drop {
    struct str term;
    isize df;
    double F, p;
};
struct lm_drops LIST(struct lm_drop);
MUST_CHECK int lm_drop1(const struct lm *m, const struct formula *fm,
                        const struct frame *f, struct lm_drops *out, struct arena *a,
                        struct err *e);

/* Errors that allow dependence within clusters. `cluster`: n numbers from 0 in the order
** of the design's rows.  CR1 has the factor G/(G-1) (n-1)/(n-p); CR2 with
** Satterthwaite's degrees of freedom. Errors: E_TOO_FEW (fewer than two clusters). */
struct lm_cluster {
    double cr0, cr1, cr2;          /* standard errors */
    double df, t, p, lower, upper; /* of CR2 */
};
MUST_CHECK int lm_cluster(const struct lm *m, const i32 *cluster, isize n_clusters,
                          struct lm_cluster *out, struct notes *notes, struct arena tmp,
                          struct err *e);

/* t, p and interval with one of the HC errors and n - p degrees of freedom. */
struct lm_robust {
    double t, p, lower, upper;
};
struct lm_robust lm_robust(const struct lm *m, isize coef, enum lm_hc kind);

#endif
