#include "stats/boot_mean.h"
#include "base/par.h"
#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_X86 1
#else
#define HAVE_X86 0
#endif

struct boot_mean boot_mean_of(const u32 *value, isize n, struct arena *a)
{
    struct boot_mean b = {.n = n, .one = value};
    if (n > BOOT_PAIRED) return b;
    u32 *two = NEW_RAW(a, u32, n * n);
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < n; j++) two[i * n + j] = value[i] + value[j];
    b.two = two;
    return b;
}

/* One step of all lanes as the plain kernel does it; the vector kernels do the same. */
static u64 step(struct rng_lanes *r, int l)
{
    u64 a = r->s[0][l], b = r->s[1][l], c = r->s[2][l], d = r->s[3][l];
    u64 x = a + d, out = (x << 23 | x >> 41) + a;
    c ^= a;
    d ^= b;
    r->s[1][l] = b ^ c;
    r->s[0][l] = a ^ d;
    r->s[2][l] = c ^ b << 17;
    r->s[3][l] = d << 45 | d >> 19;
    return out;
}

static void draw_plain(const u32 *table, u64 size, isize times, struct rng_lanes *r,
                       u32 *sum)
{
    for (isize t = 0; t < times; t++)
        for (int l = 0; l < RNG_LANES; l++) {
            u64 x = step(r, l);
            sum[2 * l] += table[(x & 0xffffffffu) * size >> 32];
            sum[2 * l + 1] += table[(x >> 32) * size >> 32];
        }
}

static void block_plain(const struct boot_mean *b, struct rng_lanes *r, u32 *out)
{
    u64 n = (u64)b->n;
    for (isize g = 0; g < RNG_BLOCK; g += BOOT_GROUP) {
        u32 sum[BOOT_GROUP] = {0};
        if (b->two) {
            draw_plain(b->two, n * n, b->n / 2, r, sum);
            draw_plain(b->one, n, b->n % 2, r, sum);
        } else {
            draw_plain(b->one, n, b->n, r, sum);
        }
        for (int i = 0; i < BOOT_GROUP; i++) out[g + i] = sum[i];
    }
}

#if HAVE_X86
/* ---------------------------------------------------------------- AVX2: two halves of
** four */
#define TARGET __attribute__((target("avx2")))

struct half {
    __m256i a, b, c, d;
};

TARGET static inline __m256i step_avx2(struct half *s)
{
    __m256i x = _mm256_add_epi64(s->a, s->d);
    x = _mm256_or_si256(_mm256_slli_epi64(x, 23), _mm256_srli_epi64(x, 41));
    __m256i out = _mm256_add_epi64(x, s->a), t = _mm256_slli_epi64(s->b, 17);
    s->c = _mm256_xor_si256(s->c, s->a);
    s->d = _mm256_xor_si256(s->d, s->b);
    s->b = _mm256_xor_si256(s->b, s->c);
    s->a = _mm256_xor_si256(s->a, s->d);
    s->c = _mm256_xor_si256(s->c, t);
    s->d = _mm256_or_si256(_mm256_slli_epi64(s->d, 45), _mm256_srli_epi64(s->d, 19));
    return out;
}

/* table[high word of half * size] for the eight halves of x. */
TARGET static inline __m256i look_avx2(const u32 *table, __m256i size, __m256i x)
{
    __m256i even = _mm256_srli_epi64(_mm256_mul_epu32(x, size), 32);
    __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), size);
    __m256i index = _mm256_blend_epi32(even, odd, 0xaa);
    return _mm256_i32gather_epi32((const int *)table, index, 4);
}

TARGET static inline void draw_avx2(const u32 *table, isize size, isize times,
                                    struct half *s, __m256i *sum)
{
    __m256i m = _mm256_set1_epi64x(size);
    struct half s0 = s[0], s1 = s[1];
    __m256i sum0 = sum[0], sum1 = sum[1];
    for (isize t = 0; t < times; t++) {
        sum0 = _mm256_add_epi32(sum0, look_avx2(table, m, step_avx2(&s0)));
        sum1 = _mm256_add_epi32(sum1, look_avx2(table, m, step_avx2(&s1)));
    }
    s[0] = s0, s[1] = s1;
    sum[0] = sum0, sum[1] = sum1;
}

TARGET static void block_avx2(const struct boot_mean *b, struct rng_lanes *r, u32 *out)
{
    struct half s[2];
    for (int h = 0; h < 2; h++) {
        s[h].a = _mm256_loadu_si256((const __m256i *)&r->s[0][4 * h]);
        s[h].b = _mm256_loadu_si256((const __m256i *)&r->s[1][4 * h]);
        s[h].c = _mm256_loadu_si256((const __m256i *)&r->s[2][4 * h]);
        s[h].d = _mm256_loadu_si256((const __m256i *)&r->s[3][4 * h]);
    }
    for (isize g = 0; g < RNG_BLOCK; g += BOOT_GROUP) {
        __m256i sum[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        if (b->two) {
            draw_avx2(b->two, b->n * b->n, b->n / 2, s, sum);
            draw_avx2(b->one, b->n, b->n % 2, s, sum);
        } else {
            draw_avx2(b->one, b->n, b->n, s, sum);
        }
        _mm256_storeu_si256((__m256i *)(out + g), sum[0]);
        _mm256_storeu_si256((__m256i *)(out + g + 8), sum[1]);
    }
}
#undef TARGET

/* ---------------------------------------------------------------- AVX-512: all eight
** lanes */
#define TARGET __attribute__((target("avx512f")))

struct whole {
    __m512i a, b, c, d;
};

TARGET static inline __m512i step_avx512(struct whole *s)
{
    __m512i x = _mm512_rol_epi64(_mm512_add_epi64(s->a, s->d), 23);
    __m512i out = _mm512_add_epi64(x, s->a), t = _mm512_slli_epi64(s->b, 17);
    s->c = _mm512_xor_si512(s->c, s->a);
    s->d = _mm512_xor_si512(s->d, s->b);
    s->b = _mm512_xor_si512(s->b, s->c);
    s->a = _mm512_xor_si512(s->a, s->d);
    s->c = _mm512_xor_si512(s->c, t);
    s->d = _mm512_rol_epi64(s->d, 45);
    return out;
}

TARGET static inline __m512i draw_avx512(const u32 *table, isize size, isize times,
                                         struct whole *s, __m512i sum)
{
    __m512i m = _mm512_set1_epi64(size);
    for (isize t = 0; t < times; t++) {
        __m512i x = step_avx512(s);
        __m512i even = _mm512_srli_epi64(_mm512_mul_epu32(x, m), 32);
        __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(x, 32), m);
        __m512i index = _mm512_mask_blend_epi32(0xaaaa, even, odd);
        sum = _mm512_add_epi32(sum, _mm512_i32gather_epi32(index, table, 4));
    }
    return sum;
}

TARGET static void block_avx512(const struct boot_mean *b, struct rng_lanes *r, u32 *out)
{
    struct whole s = {_mm512_loadu_si512(r->s[0]), _mm512_loadu_si512(r->s[1]),
                      _mm512_loadu_si512(r->s[2]), _mm512_loadu_si512(r->s[3])};
    for (isize g = 0; g < RNG_BLOCK; g += BOOT_GROUP) {
        __m512i sum = _mm512_setzero_si512();
        if (b->two) {
            sum = draw_avx512(b->two, b->n * b->n, b->n / 2, &s, sum);
            sum = draw_avx512(b->one, b->n, b->n % 2, &s, sum);
        } else {
            sum = draw_avx512(b->one, b->n, b->n, &s, sum);
        }
        _mm512_storeu_si512(out + g, sum);
    }
}
#undef TARGET
#endif

int boot_mean_cpu(enum boot_cpu wanted, enum boot_cpu *out, struct err *e)
{
    bool avx2 = false, avx512 = false;
#if HAVE_X86
    avx2 = __builtin_cpu_supports("avx2");
    avx512 = __builtin_cpu_supports("avx512f");
#endif
    if ((wanted == BOOT_CPU_AVX2 && !avx2) || (wanted == BOOT_CPU_AVX512 && !avx512))
        return err_set(e, E_UNSUPPORTED, "this processor has no %s",
                       wanted == BOOT_CPU_AVX2 ? "AVX2" : "AVX-512");
    *out = wanted != BOOT_CPU_BEST ? wanted
           : avx512                ? BOOT_CPU_AVX512
           : avx2                  ? BOOT_CPU_AVX2
                                   : BOOT_CPU_PLAIN;
    return OK;
}

void boot_mean_block(const struct boot_mean *b, struct rng_lanes r, enum boot_cpu cpu,
                     u32 *out)
{
#if HAVE_X86
    if (cpu == BOOT_CPU_AVX512) {
        block_avx512(b, &r, out);
        return;
    }
    if (cpu == BOOT_CPU_AVX2) {
        block_avx2(b, &r, out);
        return;
    }
#endif
    (void)cpu;
    block_plain(b, &r, out);
}

struct boot_sum boot_mean_sum(const double *x, isize n, struct arena *a)
{
    struct boot_sum s = {.n = n, .value = NEW_RAW(a, u32, n)};
    i64 *k = NEW_RAW(a, i64, n);
    i64 room = (i64)UINT32_MAX / n;
    if (lattice_find(x, n, room, &s.l, k)) {
        for (isize i = 0; i < n; i++) s.value[i] = (u32)k[i];
    } else {
        double lo = x[0], hi = x[0], mean = 0;
        for (isize i = 0; i < n; i++) {
            lo = fmin(lo, x[i]);
            hi = fmax(hi, x[i]);
        }
        /* halves: hi - lo may be beyond the largest double */
        double half = 0.5 * hi - 0.5 * lo, top = (double)(room - 1);
        for (isize i = 0; i < n; i++) {
            s.value[i] = (u32)llround((0.5 * x[i] - 0.5 * lo) / half * top);
            mean += (0.5 * x[i] - 0.5 * lo) / (double)n;
        }
        s.grain = 2 * (half / top / (double)n);
        s.estimate = 2 * (0.5 * lo + mean);
    }
    u32 largest = 0;
    for (isize i = 0; i < n; i++) {
        s.all += s.value[i];
        largest = MAX(largest, s.value[i]);
    }
    s.most = (u64)largest * (u64)n;
    if (s.grain == 0) s.estimate = lattice_mean(&s.l, (i64)s.all, n);
    return s;
}

double boot_mean_value(const struct boot_sum *s, u32 sum)
{
    if (s->grain == 0) return lattice_mean(&s->l, sum, s->n);
    return s->estimate + ((double)sum - (double)s->all) * s->grain;
}

void boot_mean_values(const struct boot_sum *s, const u32 *sum, isize n, double *out)
{
    double estimate = s->estimate, all = (double)s->all, grain = s->grain;
    if (grain == 0)
        for (isize i = 0; i < n; i++) out[i] = boot_mean_value(s, sum[i]);
    else
        for (isize i = 0; i < n; i++) out[i] = estimate + ((double)sum[i] - all) * grain;
}

struct mean_job {
    struct boot_mean table;
    u64 seed, id;
    enum boot_cpu cpu;
    u32 *out;
};

static void mean_block(isize block, void *arg)
{
    const struct mean_job *j = arg;
    boot_mean_block(&j->table, rng_lanes(j->seed, j->id, (u64)block), j->cpu,
                    j->out + block * RNG_BLOCK);
}

/* A thread costs some 30 us to make: one for every half millisecond of work. */
int boot_mean_threads(const struct boot_plan *p, isize n)
{
    double draws = (double)p->reps * (double)n;
    int want = p->threads > 0 ? p->threads : par_cores();
    return p->threads > 0 ? want : (int)fmax(1, fmin(want, draws / 7e5));
}

/* Sums of p->reps resamples (a multiple of RNG_BLOCK is drawn). */
int boot_mean_draw(const struct boot_sum *s, const struct boot_plan *p, u64 id, u32 **out,
                   struct arena *a, struct err *e)
{
    isize blocks = (p->reps + RNG_BLOCK - 1) / RNG_BLOCK;
    struct mean_job j = {.seed = p->seed, .id = id};
    TRY(boot_mean_cpu(p->cpu, &j.cpu, e));
    j.out = NEW_RAW(a, u32, blocks * RNG_BLOCK);
    struct arena tmp = *a;
    j.table = boot_mean_of(s->value, s->n, &tmp);
    par_run(blocks, boot_mean_threads(p, s->n), mean_block, &j);
    *out = j.out;
    return OK;
}
