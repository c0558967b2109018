#include "stats/rng.h"
#include "stats/dist.h"

__extension__ typedef unsigned __int128 u128;

static u64 rotl(u64 x, int k)
{
    return x << k | x >> (64 - k);
}

/* The finisher of splitmix64 (Steele, Lea & Flood 2014): a bijection that spreads every
** bit. */
static u64 mix(u64 x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

u64 rng_id(struct str name)
{
    u64 h = 0xcbf29ce484222325u;
    for (isize i = 0; i < name.n; i++) h = (h ^ (u8)name.at[i]) * 0x100000001b3u;
    return h;
}

/* Each word has its own chain over the whole key, so that the key is not squeezed through
** 64 bits on its way into 256. */
static void seed_words(u64 seed, u64 id, u64 block, u64 kind, u64 *s0, u64 *s1, u64 *s2,
                       u64 *s3)
{
    u64 *const word[] = {s0, s1, s2, s3};
    for (u64 k = 0; k < 4; k++) {
        u64 h = mix(0x9e3779b97f4a7c15u * (k + 1) + kind);
        h = mix(h ^ seed) + 0x9e3779b97f4a7c15u;
        h = mix(h ^ id) + 0x9e3779b97f4a7c15u;
        *word[k] = mix(h ^ block);
    }
    *s0 |= (*s0 | *s1 | *s2 | *s3) == 0; /* the one state it may not have */
}

struct rng rng_stream(u64 seed, u64 id, u64 block)
{
    struct rng r;
    seed_words(seed, id, block, 1, &r.s[0], &r.s[1], &r.s[2], &r.s[3]);
    return r;
}

struct rng_lanes rng_lanes(u64 seed, u64 id, u64 block)
{
    struct rng_lanes r;
    for (u64 l = 0; l < RNG_LANES; l++)
        seed_words(seed, id, block * RNG_LANES + l, 2, &r.s[0][l], &r.s[1][l], &r.s[2][l],
                   &r.s[3][l]);
    return r;
}

u64 rng_next(struct rng *r)
{
    u64 *s = r->s, out = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return out;
}

double rng_unit(struct rng *r)
{
    return ((double)(rng_next(r) >> 11) + 0.5) * 0x1p-53;
}

u64 rng_below(struct rng *r, u64 n)
{
    u128 m = (u128)rng_next(r) * n;
    if ((u64)m < n) {
        u64 least = -n % n; /* 2^64 mod n: products below it would be one too many */
        while ((u64)m < least) m = (u128)rng_next(r) * n;
    }
    return (u64)(m >> 64);
}

double rng_normal(struct rng *r)
{
    return dist_norm_quantile(rng_unit(r));
}

void rng_indices(struct rng *r, i32 below, isize n, i32 *out)
{
    u64 m = (u64)below;
    isize i = 0;
    for (; i + 1 < n; i += 2) {
        u64 x = rng_next(r);
        out[i] = (i32)((x & 0xffffffffu) * m >> 32);
        out[i + 1] = (i32)((x >> 32) * m >> 32);
    }
    if (i < n) out[i] = (i32)((rng_next(r) & 0xffffffffu) * m >> 32);
}
