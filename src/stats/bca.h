/* The arithmetic of BCa (Efron 1987), for resampled and ideal distributions alike. */
#ifndef VARDE_STATS_BCA_H
#define VARDE_STATS_BCA_H

#include "base/types.h"

/* Phi(z0 + (z0 + z) / (1 - a (z0 + z))): where the limit of normal quantile z is read; 0
** or 1 when the data are so skewed that there is no such level.  *slope, unless NULL: its
** derivative in p0 = Phi(z0). */
double bca_level(double z0, double a, double z, double *slope);

/* Two-sided p by inversion: twice the smaller alpha at which a BCa limit is the
** hypothesis. lower, upper: the shares of resamples on either side of it (each half the
** ties), each as computed in its own tail. */
double bca_p(double lower, double upper, double z0, double a);

#endif
