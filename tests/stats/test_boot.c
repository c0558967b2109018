#include "stats/bca.h"
#include "stats/boot.h"
#include "stats/boot_mean.h"
#include "stats/rng.h"
#include "test.h"
#include <string.h>

/* boot::city and boot::aircondit of R's package boot. */
static const double city_x[] = {143, 104, 69, 260, 75, 63, 50, 48, 111, 50};
static const double city_u[] = {138, 93, 61, 179, 48, 37, 29, 23, 30, 2};
static const double hours[] = {3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487};

static struct boot_what what(enum boot_of of)
{
    bool pairs = of == BOOT_RATIO || of == BOOT_PEARSON || of == BOOT_SLOPE;
    struct boot_what w = {.of = of, .trim = 0.2};
    w.x = pairs ? city_x : hours;
    w.n = pairs ? 10 : 12;
    w.y = city_u;
    w.m = 10;
    return w;
}

/* R 4.2.2: f(1:n), f(i), and sum(l^3)/(6 sum(l^2)^1.5) of l = mean(j) - j,
** j <- sapply(1:n, function(i) f((1:n)[-i])), with f = mean, median, sd, mean/sd,
** mean(trim = .2) of hours; mean(x)/mean(u), cor(x, u), coef(lm(x ~ u))[2] of city. */
TEST(boot_statistics_agree_with_r)
{
    static const i32 of_hours[] = {0, 0, 1, 4, 4, 4, 6, 8, 9, 11, 2, 2};
    static const i32 of_city[] = {0, 0, 1, 4, 4, 4, 6, 8, 9, 9};
    static const struct {
        enum boot_of of;
        double all, drawn, accel;
    } row[] = {
        {BOOT_MEAN, 108.08333333333333, 80.166666666666671, 0.0937980738838676},
        {BOOT_MEDIAN, 88, 43, 0},
        {BOOT_SD, 136.23206025904565, 135.14896382970321, 0.14252103204534664},
        {BOOT_D_Z, 0.79337663342837628, 0.59317263258993291, -0.085254137985220788},
        {BOOT_TRIMMED, 71.5, 42.375, -0.00844331846836892},
        {BOOT_RATIO, 1.5203125, 1.5208333333333333, -0.011203193960233608},
        {BOOT_PEARSON, 0.90434475336727926, 0.8980165731708305, 0.08658725267489896},
        {BOOT_SLOPE, 1.0476759721538567, 0.6508613706323918, 0.11455287129429798},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct boot_what w = what(row[i].of);
        const i32 *drawn = w.x == hours ? of_hours : of_city;
        double jack[12];
        boot_jackknife(&w, jack, tmp);
        CHECK_REL(boot_value(&w, NULL, tmp), row[i].all, 1e-14);
        CHECK_REL(boot_value(&w, drawn, tmp), row[i].drawn, 1e-14);
        CHECK_NEAR(boot_accel(jack, w.n), row[i].accel, 1e-13);
        /* the same off any lattice, through the other way of summing */
        double x[12];
        for (isize k = 0; k < w.n; k++) x[k] = w.x[k] * 0.1234567890123;
        bool free = row[i].of == BOOT_PEARSON || row[i].of == BOOT_D_Z;
        w.x = x;
        CHECK_REL(boot_value(&w, drawn, tmp), row[i].drawn * (free ? 1 : 0.1234567890123),
                  1e-13);
        boot_jackknife(&w, jack, tmp);
        CHECK_NEAR(boot_accel(jack, w.n), row[i].accel, 1e-12);
    }
}

/* R 4.2.2, bit by bit, on differences with rounding noise (80.5 - 80.7, ...), of all rows
** and of four resamples:
**   x <- c(80.5-80.7, 84.9-89.4, 81.5-91.8, 82.6-74, 79.9-78.1, 88.7-88.3, 94.9-87.3,
**   76.3-75.1) u <- c(80.7, 89.4, 91.8, 74, 78.1, 88.3, 87.3, 75.1) mean(x[i]); sd(x[i]);
**   mean(x[i])/sd(x[i]); mean(x[i], trim = .2); median(x[i]); mean(x[i])/mean(u[i]);
**   cor(x[i], u[i]); cov(x[i], u[i])/var(u[i]); sprintf("%.17g") */
TEST(boot_given_is_r_to_the_last_bit)
{
    static const double u[] = {80.7, 89.4, 91.8, 74, 78.1, 88.3, 87.3, 75.1};
    static const double before[] = {80.5, 84.9, 81.5, 82.6, 79.9, 88.7, 94.9, 76.3};
    static const i32 drawn[4][8] = {{0, 3, 6, 0, 1, 4, 6, 2},
                                    {5, 1, 2, 2, 0, 4, 4, 1},
                                    {5, 5, 1, 6, 0, 6, 4, 4},
                                    {0, 0, 5, 4, 4, 1, 1, 5}};
    static const struct {
        enum boot_of of;
        double want[5];
    } row[] = {
        {BOOT_MEAN,
         {0.57500000000000284, 1.3000000000000025, -3.2249999999999961, 1.862500000000006,
          -0.62499999999999645}},
        {BOOT_SD,
         {6.0979504753646534, 6.6075714146727167, 5.0164728644736059, 4.0507274478965973,
          2.5143871732775911}},
        {BOOT_D_Z,
         {0.094293976693147583, 0.19674399539795115, -0.64288197845926265,
          0.45979395650703131, -0.24856951492688661}},
        {BOOT_TRIMMED,
         {1.0500000000000043, 2.0166666666666706, -2.8833333333333306, 1.9666666666666732,
          -0.38333333333333047}},
        {BOOT_MEDIAN,
         {0.80000000000000426, 0.80000000000000426, -2.3500000000000014,
          1.1000000000000085, 0.10000000000000142}},
        {BOOT_RATIO,
         {0.0069204152249135288, 0.015538622441356672, -0.037521815008725957,
          0.021992619926199334, -0.0074294205052005523}},
        {BOOT_PEARSON,
         {-0.60813632944760421, -0.51160640203314312, -0.84981511107101904,
          -0.011080323925530784, -0.70933063210112401}},
        {BOOT_SLOPE,
         {-0.53396667197328396, -0.54688807152504804, -0.71538337758468107,
          -0.0092545494575580894, -0.34546429049979943}},
    };
    double x[8], got[4];
    for (isize i = 0; i < 8; i++) x[i] = before[i] - u[i];
    for (isize k = 0; k < COUNT(row); k++) {
        struct boot_what w = {.of = row[k].of, .x = x, .n = 8, .y = u, .trim = 0.2};
        struct err e = {0};
        CHECK_CODE(boot_given(&w, drawn[0], 4, got, tmp, &e), OK, e);
        CHECK_NEAR(boot_given_value(&w, NULL, 8, tmp), row[k].want[0], 0);
        for (isize r = 0; r < 4; r++) CHECK_NEAR(got[r], row[k].want[r + 1], 0);
    }
}

/* Large values meet no overflow on the way; what has no value has none. */
TEST(boot_given_at_the_ends)
{
    static const double big[] = {1.7e308, 1.6e308, 1.5e308}, flat[] = {0.1, 0.1, 0.1};
    struct boot_what w = {.of = BOOT_MEAN, .x = big, .n = 3};
    CHECK_NEAR(boot_given_value(&w, NULL, 3, tmp), 1.6e308, 1e293);
    w = (struct boot_what){.of = BOOT_SD, .x = flat, .n = 3};
    CHECK_NEAR(boot_given_value(&w, NULL, 3, tmp), 0, 0); /* not the noise of 0.3 / 3 */
    w.of = BOOT_D_Z;
    CHECK(isnan(boot_given_value(&w, NULL, 3, tmp)));
    w = (struct boot_what){.of = BOOT_PEARSON, .x = big, .y = flat, .n = 3};
    CHECK(isnan(boot_given_value(&w, NULL, 3, tmp)));
    w.of = BOOT_SLOPE;
    CHECK(isnan(boot_given_value(&w, NULL, 3, tmp)));
}

/* The plain kernel against a straight reading of its description: lane l of the stream is
** a xoshiro256++ of its own; halves serve resamples 2 l and 2 l + 1; pairs, then the odd
** one. */
TEST(boot_mean_kernel_does_what_it_says)
{
    static const isize sizes[] = {2, 7, 35, 96, 97, 131};
    for (isize c = 0; c < COUNT(sizes); c++) {
        isize n = sizes[c];
        u32 *value = NEW(&tmp, u32, n), got[RNG_BLOCK];
        for (isize i = 0; i < n; i++) value[i] = (u32)(i * i + 3);
        struct boot_mean b = boot_mean_of(value, n, &tmp);
        struct rng_lanes lanes = rng_lanes(9, 9, 9);
        boot_mean_block(&b, lanes, BOOT_CPU_PLAIN, got);
        bool same = true;
        for (int l = 0; l < RNG_LANES; l++) {
            struct rng r = {{lanes.s[0][l], lanes.s[1][l], lanes.s[2][l], lanes.s[3][l]}};
            for (isize g = 0; g < RNG_BLOCK; g += 16) {
                u64 lo = 0, hi = 0, m = (u64)n;
                isize pairs = n <= 96 ? n / 2 : 0;
                for (isize k = 0; k < n - pairs; k++) {
                    u64 x = rng_next(&r), size = k < pairs ? m * m : m;
                    u64 i = (x & 0xffffffff) * size >> 32, j = (x >> 32) * size >> 32;
                    lo += k < pairs ? value[i / m] + value[i % m] : value[i];
                    hi += k < pairs ? value[j / m] + value[j % m] : value[j];
                }
                same = same && got[g + 2 * l] == lo && got[g + 2 * l + 1] == hi;
            }
        }
        CHECK(same);
        for (enum boot_cpu k = BOOT_CPU_AVX2; k <= BOOT_CPU_AVX512; k++) {
            enum boot_cpu cpu;
            u32 other[RNG_BLOCK];
            if (boot_mean_cpu(k, &cpu, NULL) != OK) continue; /* this machine has not */
            boot_mean_block(&b, lanes, cpu, other);
            CHECK(memcmp(got, other, sizeof got) == 0);
        }
    }
}

/* Law: neither threads nor instructions change a digit, and fewer resamples are the first
** ones of more. */
TEST(boot_bits_do_not_depend_on_the_machine)
{
    double x[40], y[40];
    struct rng r = rng_stream(4, 0, 0);
    for (int i = 0; i < 40; i++) {
        x[i] = round(5 + 12 * rng_normal(&r));
        y[i] = 0.3 * x[i] + rng_normal(&r);
    }
    for (enum boot_of of = BOOT_MEAN; of < BOOT_CALL; of++)
        for (int smooth = 0; smooth < 2; smooth++) {
            struct boot_what w = {
                .of = of, .x = smooth ? y : x, .n = 37, .y = y, .m = 40};
            if (of == BOOT_RATIO || of == BOOT_PEARSON || of == BOOT_SLOPE) w.y = x;
            w.trim = 0.1;
            struct boot_plan p = BOOT_PLAN;
            p.reps = 5000;
            p.threads = 1;
            p.cpu = BOOT_CPU_PLAIN;
            struct boot_result first = {0}, other = {0};
            struct err e = {0};
            CHECK_CODE(boot_run(&w, &p, &first, tmp, &e), OK, e);
            p.cpu = BOOT_CPU_BEST;
            static const int threads[] = {1, 2, 5};
            for (int k = 0; k < 3; k++) {
                p.threads = threads[k];
                memset(&other, 0, sizeof other);
                CHECK_CODE(boot_run(&w, &p, &other, tmp, &e), OK, e);
                CHECK(memcmp(&first, &other, sizeof first) == 0);
            }
            double *all = NEW(&tmp, double, 5000), *some = NEW(&tmp, double, 2100);
            CHECK_CODE(boot_replicates(&w, &p, all, tmp, &e), OK, e);
            p.reps = 2100;
            CHECK_CODE(boot_replicates(&w, &p, some, tmp, &e), OK, e);
            CHECK(memcmp(all, some, 2100 * sizeof *some) == 0);
        }
}

/* Law: in other units the limits are the limits in other units, and p stays. */
TEST(boot_limits_move_with_the_units)
{
    double x[25], z[25];
    struct rng r = rng_stream(5, 0, 0);
    for (int i = 0; i < 25; i++) {
        x[i] = (double)rng_below(&r, 60) - 20;
        z[i] = x[i] / 4 + 3; /* exact in binary */
    }
    struct boot_plan p = BOOT_PLAN;
    struct err e = {0};
    static const enum boot_of some[] = {BOOT_MEAN, BOOT_MEDIAN, BOOT_TRIMMED};
    for (int k = 0; k < 3; k++) {
        struct boot_what w = {.of = some[k], .x = x, .n = 25, .trim = 0.25};
        struct boot_result a, b;
        p.null = 1;
        CHECK_CODE(boot_run(&w, &p, &a, tmp, &e), OK, e);
        w.x = z;
        p.null = 3.25;
        CHECK_CODE(boot_run(&w, &p, &b, tmp, &e), OK, e);
        CHECK_NEAR(b.bca.lo, a.bca.lo / 4 + 3, 1e-12);
        CHECK_NEAR(b.bca.hi, a.bca.hi / 4 + 3, 1e-12);
        CHECK_NEAR(b.basic.lo, a.basic.lo / 4 + 3, 1e-12);
        CHECK_NEAR(b.normal.hi, a.normal.hi / 4 + 3, 1e-12);
        CHECK_NEAR(b.bca.mc_lo, a.bca.mc_lo / 4, 1e-12);
        CHECK_NEAR(b.p, a.p, 1e-12);
        CHECK_NEAR(b.p_shift, a.p_shift, 0);
        CHECK_INT(b.equal, a.equal);
    }
}

/* R 4.2.2, boot:::norm.inter((1:9)^2, c(.05, .25, .5, .9)), and its extremes for .05. */
TEST(boot_quantile_is_on_the_normal_scale)
{
    double t[9];
    for (int i = 0; i < 9; i++) t[i] = (i + 1) * (i + 1);
    bool outside = false;
    CHECK_NEAR(boot_quantile(t, 9, 0.5, &outside, tmp), 25, 0);
    CHECK_NEAR(boot_quantile(t, 9, 0.9, &outside, tmp), 81, 0);
    CHECK_REL(boot_quantile(t, 9, 0.25, &outside, tmp), 6.6343090533487796, 1e-14);
    CHECK(!outside);
    CHECK_NEAR(boot_quantile(t, 9, 0.05, &outside, tmp), 1, 0);
    CHECK(outside);
    CHECK_NEAR(boot_quantile(t, 9, 0.95, &outside, tmp), 81, 0);
    CHECK(outside);
}

/* By hand: 199 resamples, none at or below 0; SPSS would print p = 1/200 = .005. */
TEST(boot_p_has_its_floor)
{
    double t[199];
    for (int i = 0; i < 199; i++) t[i] = 9.01 + 0.01 * i; /* 9.01 to 10.99 */
    struct boot_plan p = BOOT_PLAN;
    struct boot_result r;
    struct err e = {0};
    CHECK_CODE(boot_limits(t, 199, 10, 0, &p, &r, tmp, &e), OK, e);
    CHECK_NEAR(r.p_shift, 1 / 200.0, 0);
    CHECK_NEAR(r.p_floor, 2 / 200.0, 1e-15); /* z0 = 0 but for the median replicate */
    CHECK(r.p == r.p_floor);
    bool noted = false;
    for (int i = 0; i < r.notes.n; i++)
        noted = noted || r.notes.at[i].code == NOTE_P_FLOOR;
    CHECK(noted);
    p.null = 10.99; /* only the last reaches it: half of it counts */
    CHECK_CODE(boot_limits(t, 199, 10, 0, &p, &r, tmp, &e), OK, e);
    CHECK_NEAR(r.p, 2 * 1.5 / 200, 1e-4);
}

static double always_nan_if_first(const i32 *index, isize n, void *arg)
{
    (void)arg;
    bool any = false;
    for (isize i = 0; i < n; i++) any = any || index[i] == 0;
    return any ? index[0] : NAN;
}

TEST(boot_refuses_what_has_no_answer)
{
    double two[] = {1, 2}, same[] = {3, 3, 3}, hole[] = {1, NAN, 2},
           far[] = {1, INFINITY};
    struct boot_plan p = BOOT_PLAN;
    struct boot_result r;
    struct err e = {0};
    struct boot_what w = {.of = BOOT_MEAN, .x = two, .n = 1};
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_TOO_FEW, e);
    w.n = 0;
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_TOO_FEW, e);
    w = (struct boot_what){.of = BOOT_MEAN, .x = same, .n = 3};
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DEGENERATE, e);
    w.x = hole;
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DOMAIN, e);
    CHECK_SAYS(e, "observation 2");
    w = (struct boot_what){.of = BOOT_MEDIAN, .x = far, .n = 2};
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DOMAIN, e);
    w = (struct boot_what){.of = BOOT_PEARSON, .x = two, .y = two, .n = 2};
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DEGENERATE, e);
    w = (struct boot_what){.of = BOOT_CALL, .n = 5, .call = always_nan_if_first};
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DEGENERATE, e);
    w = (struct boot_what){.of = BOOT_TRIMMED, .x = hours, .n = 12, .trim = 0.5};
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DOMAIN, e);
    w = what(BOOT_MEAN);
    p.level = 1;
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DOMAIN, e);
    p = BOOT_PLAN;
    p.reps = 5;
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_DOMAIN, e);
    p = BOOT_PLAN;
    p.studentised = true;
    w = what(BOOT_MEDIAN);
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), E_UNSUPPORTED, e);
}

/* Values near the end of the range, and tiny ones: limits in the same place, finite. */
TEST(boot_keeps_huge_and_tiny_values)
{
    struct boot_plan p = BOOT_PLAN;
    struct err e = {0};
    static const enum boot_of some[] = {BOOT_MEAN, BOOT_MEDIAN, BOOT_SD, BOOT_D_Z,
                                        BOOT_TRIMMED};
    for (int k = 0; k < 5; k++) {
        struct boot_what w = what(some[k]);
        struct boot_result one, big;
        double x[12];
        w.x = x;
        for (int i = 0; i < 12; i++) x[i] = hours[i] * 0.123456789012345;
        CHECK_CODE(boot_run(&w, &p, &one, tmp, &e), OK, e);
        for (int tiny = 0; tiny < 2; tiny++) {
            double unit = tiny ? 1e-290 : 1e300;
            for (int i = 0; i < 12; i++) x[i] = hours[i] * 0.123456789012345 * unit;
            CHECK_CODE(boot_run(&w, &p, &big, tmp, &e), OK, e);
            if (some[k] == BOOT_D_Z) unit = 1;
            CHECK_REL(big.bca.lo, one.bca.lo * unit, 1e-7);
            CHECK_REL(big.bca.hi, one.bca.hi * unit, 1e-7);
            CHECK_REL(big.se, one.se * unit, 1e-7);
        }
    }
}

/* The reported Monte Carlo error against the spread of the limits over 300 seeds. */
TEST(boot_monte_carlo_error_is_true)
{
    enum { SEEDS = 300 };
    double x[35];
    struct rng r = rng_stream(6, 0, 0);
    for (int i = 0; i < 35; i++) x[i] = exp(rng_normal(&r)); /* skewed */
    double sum[4] = {0}, square[4] = {0}, said[4] = {0};
    struct boot_what w = {.of = BOOT_MEAN, .x = x, .n = 35};
    for (int s = 0; s < SEEDS; s++) {
        struct boot_plan p = BOOT_PLAN;
        p.reps = 2000;
        p.seed = (u64)s;
        struct boot_result b;
        struct err e = {0};
        CHECK_CODE(boot_run(&w, &p, &b, tmp, &e), OK, e);
        double at[] = {b.bca.lo, b.bca.hi, b.percentile.lo, b.normal.hi};
        double mc[] = {b.bca.mc_lo, b.bca.mc_hi, b.percentile.mc_lo, b.normal.mc_hi};
        for (int k = 0; k < 4; k++) {
            sum[k] += at[k] / SEEDS;
            square[k] += at[k] * at[k] / SEEDS;
            said[k] += mc[k] / SEEDS;
        }
    }
    for (int k = 0; k < 4; k++) {
        double sd = sqrt(square[k] - sum[k] * sum[k]);
        CHECK_REL(said[k], sd, 0.2); /* an sd of 300 is known to 4 % */
    }
}

/* Undefined replicates: a correlation of three points, two alike, is often undefined. */
TEST(boot_counts_undefined_replicates)
{
    double x[] = {1, 1, 1, 1, 2, 3, 1, 2}, y[] = {2, 1, 4, 3, 5, 9, 6, 6};
    struct boot_what w = {.of = BOOT_PEARSON, .x = x, .y = y, .n = 8};
    struct boot_plan p = BOOT_PLAN;
    struct boot_result r;
    struct err e = {0};
    p.reps = 20000;
    CHECK_CODE(boot_run(&w, &p, &r, tmp, &e), OK, e);
    /* all eight x equal 1: (5/8)^8 = 2.3 %, or 2: (2/8)^8 = 0.0 %; all rows alike is
    ** less */
    CHECK_NEAR((double)r.undefined / 20000, pow(5.0 / 8, 8) + pow(2.0 / 8, 8), 0.005);
    bool noted = false;
    for (int i = 0; i < r.notes.n; i++)
        noted = noted || r.notes.at[i].code == NOTE_UNDEFINED_RESAMPLES;
    CHECK(noted);
}

/* Beyond any level, and where every replicate lies on one side, the extreme is read:
** with a = 0.5 and z0 + z = 3, 1 - a (z0 + z) = -0.5, and the formula would jump to the
** other tail. */
TEST(bca_level_stays_on_its_side)
{
    (void)tmp;
    CHECK_NEAR(bca_level(1, 0.5, 2, NULL), 1, 0);
    CHECK_NEAR(bca_level(-1, -0.5, -2, NULL), 0, 0);
    CHECK_NEAR(bca_level(INFINITY, 0.1, -1.96, NULL), 1, 0);
    CHECK_NEAR(bca_level(-INFINITY, -0.1, 1.96, NULL), 0, 0);
    CHECK_NEAR(bca_level(0, 0, -1.959963984540054, NULL), 0.025, 1e-15);
}
