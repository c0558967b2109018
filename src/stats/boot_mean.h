/* The inner loop of the bootstrap of a mean: sums of n draws from a table of whole
** numbers.
**
** Sixteen resamples are drawn at a time, two in each of the eight lanes of rng_lanes: the
** low half of the lane's number serves resample 2 l, the high half 2 l + 1.  For n <=
** BOOT_PAIRED a draw is a pair: the table holds all n^2 sums of two, index = high word of
** half * n^2, so half as many numbers are needed.  The choice depends on n alone and all
** arithmetic is on whole numbers: every kernel gives the same sums.
**
** Bias: an index is too probable or too rare by at most n^2 / 2^32 (pairs: below 2.2e-6)
** or n / 2^32, relative; the mean of the replicates moves by less than that many standard
** errors. */
#ifndef VARDE_STATS_BOOT_MEAN_H
#define VARDE_STATS_BOOT_MEAN_H

#include "base/arena.h"
#include "stats/boot.h"
#include "stats/lattice.h"
#include "stats/rng.h"

enum { BOOT_PAIRED = 96, BOOT_GROUP = 16 };

struct boot_mean {
    isize n;
    const u32 *one; /* n */
    const u32 *two; /* n x n, or NULL */
};

/* value[0..n), n times the largest below 2^32. */
struct boot_mean boot_mean_of(const u32 *value, isize n, struct arena *a);

/* Sums of RNG_BLOCK resamples: out[0..RNG_BLOCK). cpu must be one that this machine
** has. */
void boot_mean_block(const struct boot_mean *b, struct rng_lanes r, enum boot_cpu cpu,
                     u32 *out);

/* The best that this machine has, or E_UNSUPPORTED for one that it has not. */
MUST_CHECK int boot_mean_cpu(enum boot_cpu wanted, enum boot_cpu *out, struct err *e);

/* A sample as whole numbers: its places on a lattice if n times the longest is below
** 2^32, else fixed-point numbers, whose grain moves a mean by about 7e-10 n standard
** errors. */
struct boot_sum {
    struct lattice l; /* grain 0: a sum s stands for lattice_mean(l, s, n), */
    double grain;     /* else for estimate + (s - all) grain */
    double estimate;  /* what the sum of the sample stands for */
    u32 *value;
    u64 all, most; /* the sum of the sample; n times the largest */
    isize n;
};
struct boot_sum boot_mean_sum(const double *x, isize n, struct arena *a);
double boot_mean_value(const struct boot_sum *s, u32 sum);
void boot_mean_values(const struct boot_sum *s, const u32 *sum, isize n, double *out);

/* How many threads p->reps resamples of n draws are worth. */
int boot_mean_threads(const struct boot_plan *p, isize n);

/* Sums of at least p->reps resamples from the streams (p->seed, id, block). */
MUST_CHECK int boot_mean_draw(const struct boot_sum *s, const struct boot_plan *p, u64 id,
                              u32 **out, struct arena *a, struct err *e);

#endif
