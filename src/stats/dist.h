/* Distribution functions and quantiles.
**
** Tails are computed in the tail, never as 1 - cdf: `_upper` is P(X > x) and keeps its
** digits where it is 1e-200.  Central ones come from libRmath behind checks of the
** arguments (it would print warnings); noncentral ones and the studentised range are
** our own sums of positive terms, because libRmath loses all digits in their tails.
**
** Arguments: x any number or infinity, df > 0 (Inf where said), probabilities in [0, 1].
** Outside of these, and for NAN in, the result is NAN; callers that face people check
** before.  Checked: 40-digit values, tests/reference/cases/o_distributions.json. */
#ifndef VARDE_STATS_DIST_H
#define VARDE_STATS_DIST_H

#include "base/types.h"

double dist_norm(double z);
double dist_norm_upper(double z);
double dist_norm_log(double z); /* log of the lower tail */
double dist_norm_density(double z);
double dist_norm_quantile(double p);

/* Student's t; df may be Inf. */
double dist_t(double t, double df);
double dist_t_upper(double t, double df);
double dist_t_two(double t, double df); /* P(|T| > |t|) */
double dist_t_quantile(double p, double df);

double dist_chisq(double x, double df);
double dist_chisq_upper(double x, double df);
double dist_chisq_quantile(double p, double df);

double dist_f(double x, double df1, double df2);
double dist_f_upper(double x, double df1, double df2);
double dist_f_quantile(double p, double df1, double df2);

double dist_beta(double x, double a, double b);
double dist_beta_upper(double x, double a, double b);
double dist_beta_quantile(double p, double a, double b);

/* Binomial mass and lower and upper (P(X >= x)) tails; x, n whole, 0 <= p <= 1. */
double dist_binom_mass(double x, double n, double p);
double dist_binom(double x, double n, double p);
double dist_binom_from(double x, double n, double p);

/* log of the mass of x white among k drawn from m white and n black. */
double dist_hyper_mass_log(double x, double m, double n, double k);

/* Noncentral t: P(T <= t), P(T > t) with noncentrality nc (any number).  `slope`, unless
** NULL, becomes the derivative in nc (of the function that was called).
** Method: the mean of Phi(t S - nc) over S = chi/sqrt(df) by the trapezoidal rule in
** log S, which converges geometrically; all terms are positive, so both tails are right
** to about 1e-13 relative.  Cost: 60-400 terms, most for df near 1. */
double dist_nct(double t, double df, double nc, double *slope);
double dist_nct_upper(double t, double df, double nc, double *slope);

/* Noncentral chi-square and F, 0 <= nc <= 1e8: Poisson mixtures summed outward from the
** mode.  Cost: grows with sqrt(nc). */
double dist_ncchisq(double x, double df, double nc);
double dist_ncchisq_upper(double x, double df, double nc);
double dist_ncf(double x, double df1, double df2, double nc);
double dist_ncf_upper(double x, double df1, double df2, double nc);

/* P(Q > q) of the studentised range of k >= 2 means, df > 0. */
double dist_tukey_upper(double q, double k, double df);

/* The gamma function's logarithm for x > 0, the same in every thread. */
double dist_lgamma(double x);

#endif
