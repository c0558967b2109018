/* Random numbers that can be replayed.
**
** A stream is a function of (seed, id, block) alone: the three are hashed into the state
** of xoshiro256++ (Blackman & Vigna 2021).  Work is cut into blocks, each draws from its
** own stream, so neither the number of threads nor the order of blocks changes a digit,
** and one block can be replayed.  `id` tells analyses apart that share a seed.
**
** Streams are not spaced by construction; that two of B streams of L numbers overlap has
** a probability of about B^2 L / 2^256.  Not for secrets.
**
** Vectors: tests/stats/test_rng.c (the authors' algorithm in an independent program). */
#ifndef VARDE_STATS_RNG_H
#define VARDE_STATS_RNG_H

#include "base/str.h"

#define RNG_NAME "xoshiro256++ by block of 1024, hashed seeds (1)"

enum { RNG_LANES = 8, RNG_BLOCK = 1024 };

struct rng {
    u64 s[4];
};

u64 rng_id(struct str name); /* FNV-1a; of the analysis' name */
struct rng rng_stream(u64 seed, u64 id, u64 block);

u64 rng_next(struct rng *r);
double rng_unit(struct rng *r);      /* in (0, 1), 53 bits, never 0 or 1 */
u64 rng_below(struct rng *r, u64 n); /* in [0, n), n >= 1; exact (Lemire 2019) */
double rng_normal(struct rng *r);    /* by inversion of rng_unit */

/* Eight generators side by side, for kernels: lane l of stream (seed, id, block) is the
** scalar stream (seed, id, 8 block + l) under another hash, word by word:
** s[word][lane]. */
struct rng_lanes {
    u64 s[4][RNG_LANES];
};
struct rng_lanes rng_lanes(u64 seed, u64 id, u64 block);

/* n indices in [0, below), below <= 2^24, two from each number by multiply-shift of its
** halves, low half first; the relative bias is at most below / 2^32. */
void rng_indices(struct rng *r, i32 below, isize n, i32 *out);

#endif
