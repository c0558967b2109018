/* The distribution of a sum of independent draws, from its characteristic function.
**
** A source is a distribution over a few values that is drawn from `times` times; the
** draws of one or two sources are added up.
**   lattice   values are whole numbers (of a common step, below 2^53 in sum): the sum is
**             taken on a cycle of whole places, over all frequencies, and is exact
**   smooth    values are any numbers, best centred and of size about 1: frequencies are
**             taken until the characteristic function has vanished
** The cycle is a window which all but e^-42 = 6e-19 of the mass on either side lies in,
** by Chernoff's bound, P(S - mean >= c) <= min over h > 0 of E exp(h (S - mean - c)).
** Absolute error about 1e-14; wave_tail has the relative one. */
#ifndef VARDE_STATS_WAVE_H
#define VARDE_STATS_WAVE_H

#include "base/arena.h"

struct wave_source {
    const double *value, *p; /* `kinds` different values, their probabilities, sum 1 */
    isize kinds;
    i64 times;
};
struct wave_sum {
    struct wave_source of[2];
    int n; /* 1 or 2 sources */
    bool lattice;
};

struct wave {
    bool lattice;
    double lo, hi, length;       /* the window and its cycle */
    isize n;                     /* frequencies kept, */
    const i64 *j;                /* their numbers, */
    const double *re, *im;       /* the characteristic function there, seen from lo, */
    const double *g_re, *g_im;   /* and over what summing up to a place divides it by */
    const double *cosine, *sine; /* on a lattice: of 2 pi k / length */
    double left_out;             /* what a probability may miss by the terms left out */
};

double wave_mean(const struct wave_sum *s);
double wave_sd(const struct wave_sum *s);
void wave_ends(const struct wave_sum *s, double *least, double *most);

/* How many terms wave_of will add up. */
double wave_cost(const struct wave_sum *s);
struct wave wave_of(const struct wave_sum *s, struct arena *a);

double wave_upto(const struct wave *w, double at); /* P(S <= at) */
double wave_at(const struct wave *w, double at);   /* P(S = at); smooth: the density */

/* The smallest place (smooth: the point) with P(S <= place) >= level. */
double wave_quantile(const struct wave *w, double level);

/* P(S >= at) for `at` above the mean, P(S <= at) for one below: about 1e-12 relative down
** to 1e-300.  *equal: P(S = at), 0 when smooth. By exponential tilting (Esscher 1932):
** weights exp(h value) move the mean to `at`, where the sum of the tilted mass, damped by
** exp(-h distance), has no cancellation. */
double wave_tail(const struct wave_sum *s, double at, double *equal, struct arena tmp);

#endif
