/* Latent variables measured in their own standard deviation, for the iteration only.
**
** A factor scaled by a marker (loading fixed at 1) has a likelihood that runs to infinity
** where the marker's loading would be zero, so a weak marker leaves the iteration in the
** wrong half. With the factor's (residual) variance fixed at 1 and the marker free there
** is no such wall. A factor can be exchanged when nothing ties its scale otherwise: no
** other fixed non-zero value and no shared label on any row that touches it. */
#ifndef VARDE_STATS_SEM_SCALE_H
#define VARDE_STATS_SEM_SCALE_H

#include "stats/sem.h"

/* The same model with such factors exchanged; false when there is none. The parameter
** that was the variance is the marker's loading in `out`. */
bool sem_scale_out(const struct sem_model *m, struct sem_model *out, struct arena *a);

/* theta of `m` from rows `est` of `free_markers`; false when a marker's loading is
** zero. */
bool sem_scale_back(const struct sem_model *m, const struct sem_model *free_markers,
                    const double *est, double *theta, struct arena tmp);

#endif
