/* Starting values: user's start() first, then factor loadings by principal axes of the
** indicators, half of a variable's variance as its residual, zero paths. */
#ifndef VARDE_STATS_SEM_START_H
#define VARDE_STATS_SEM_START_H

#include "stats/sem.h"

void sem_start(const struct sem_model *m, const struct sem_moments *d, double *theta,
               struct arena tmp);

#endif
