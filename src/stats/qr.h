/* Q and R of a matrix by Householder reflections, in double and in double-double.
**
** z is n x p by columns, n >= p, and becomes Q (orthonormal columns).  r is p x p by
** rows, upper triangular.  left[j] is the length of what remains of column j after the
** columns before it, so left[j] / (length of column j) near 0 says that it depends on
** them. Values of moderate size: the caller scales.  Source: Golub & Van Loan 2013,
** 5.2. */
#ifndef VARDE_STATS_QR_H
#define VARDE_STATS_QR_H

#include "stats/dd.h"

void qr_factor(double *z, isize n, isize p, double *r, double *left, struct arena tmp);
void qr_factor_dd(struct dd *z, isize n, isize p, struct dd *r, double *left,
                  struct arena tmp);

/* Inverse of an upper triangle without zeros on the diagonal, p x p by rows. */
void qr_invert(const double *r, isize p, double *out);
void qr_invert_dd(const struct dd *r, isize p, struct dd *out);

double qr_dot(const double *x, const double *y, isize n); /* in four running sums */
struct dd qr_dot_dd(const struct dd *x, const struct dd *y, isize n);

/* Eigenvalues (rising) and vectors (columns of v) of a symmetric p x p matrix, which is
** destroyed, by Jacobi's rotations. */
void qr_eigen(double *m, isize p, double *value, double *v);

#endif
