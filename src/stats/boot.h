/* The bootstrap: resample the observations, look at how a statistic moves.
**
** For a mean or a difference of means use ideal.h: the same intervals for infinitely many
** resamples, without seed and without Monte Carlo error.  This file is for everything
** else, and for standing beside it.
**
** Intervals, all from the same replicates t*_1..t*_R of the estimate t:
**   bca          Efron 1987, DiCiccio & Efron 1996: z0 from the share of replicates below t,
**                acceleration from the jackknife (not from a regression on the resamples,
**                which R's boot.ci does by default and which changes with the seed)
**   percentile   order statistics at (R+1) alpha
**   basic        2 t - the percentile limits, reversed
**   normal       t - bias -+ z se*
**   studentised  bootstrap-t, where a standard error of each replicate is defined
** Between order statistics limits are interpolated on the scale of normal quantiles at
** (R+1) alpha (Davison & Hinkley 1997, 5.2.1), as R's boot does.  A level outside
** [1/(R+1), R/(R+1)] gives the extreme replicate and NOTE_LEVEL_OUTSIDE.
**
** Ties.  t* = t decides z0, and with scores it happens often: half the ties count as
** below unless BOOT_STRICT.  Whether t* = t is decided on whole numbers where the data
** lie on a lattice (lattice.h), never on sums of doubles whose order could change the
** answer.  Only boot_given follows the sums of the program that drew the resamples.
**
** p, two-sided, for the hypothesis that the statistic is `null`, in two forms:
**   p        inversion: the smallest 1 - level at which the BCa interval leaves `null` out,
**            from the share (1 + number)/(R+1) of replicates on the far side of it.
**            Its floor is 2/(R+1).
**   p_shift  (1 + #{|t* - t| >= |t - null|}) / (R+1): the replicates moved under the
**            hypothesis; SPSS prints this one.  Its floor is 1/(R+1), so that "p = .001"
**            with 1,000 resamples says "not one of them", and no more.
** At the floor NOTE_P_FLOOR stands.  Neither is the p of an exact test.
**
** Missing values: x (and y) must be finite; take incomplete cases out before.
** Undefined replicates (a correlation when all drawn values are equal) are left out with
** NOTE_UNDEFINED_RESAMPLES; above 5 % the result is refused.
**
** Checked: tests/reference (kind bca_fixed_index), tests/stats/test_boot.c. */
#ifndef VARDE_STATS_BOOT_H
#define VARDE_STATS_BOOT_H

#include "base/err.h"
#include "stats/note.h"

enum boot_of {
    BOOT_MEAN,      /* of x */
    BOOT_MEAN_DIFF, /* mean of x - mean of y, two independent groups resampled apart */
    BOOT_MEDIAN,
    BOOT_SD,      /* with n - 1 */
    BOOT_D_Z,     /* mean / sd */
    BOOT_TRIMMED, /* mean without the floor(trim n) smallest and largest */
    BOOT_RATIO,   /* mean of x / mean of y, pairs */
    BOOT_PEARSON, /* of the pairs (x, y) */
    BOOT_SLOPE,   /* of x on y */
    BOOT_CALL,    /* anything: call(index, n, arg) */
};

/* The statistic for the rows index[0..n), NAN when it is undefined.  Called from several
** threads at once; what it returns must not depend on the order of the indices beyond
** rounding. */
typedef double boot_call(const i32 *index, isize n, void *arg);

struct boot_what {
    enum boot_of of;
    const double *x;
    isize n; /* >= 2; of pairs too */
    const double *y;
    isize m;     /* BOOT_MEAN_DIFF: length of y, >= 2 */
    double trim; /* BOOT_TRIMMED: in [0, 0.5) */
    boot_call *call;
    void *arg;
};

enum boot_ties { BOOT_HALF_TIES, BOOT_STRICT };

/* Which machine instructions draw the means; the digits are the same with each. */
enum boot_cpu { BOOT_CPU_BEST, BOOT_CPU_PLAIN, BOOT_CPU_AVX2, BOOT_CPU_AVX512 };

struct boot_plan {
    double level; /* in (0, 1) */
    i64 reps;     /* 100 to 10,000,000 */
    u64 seed, id; /* id: rng_id of the analysis' name */
    int threads;  /* 0: as many as the machine has */
    enum boot_ties ties;
    enum boot_cpu cpu;
    double null;      /* the value that p asks about */
    bool studentised; /* wanted too; costs more */
};
#define BOOT_PLAN ((struct boot_plan){.level = 0.95, .reps = 10000, .seed = 1})

/* Limits, and the Monte Carlo standard error of each (how much it would move with another
** seed).  NAN where undefined. */
struct boot_limits {
    double lo, hi;
    double mc_lo, mc_hi;
};

struct boot_result {
    isize n, m;          /* m: the second group, else 0 */
    i64 reps, undefined; /* asked for; without a value */
    i64 below, equal;    /* replicates below, and equal to, the estimate */
    double estimate;
    double bias, se;    /* mean of the replicates - estimate; their sd */
    double least, most; /* replicates */
    double accel, z0;
    double level, level_lo, level_hi; /* asked for; where BCa reads its limits */
    struct boot_limits bca, percentile, basic, normal, studentised;
    double p, p_floor, p_shift, p_shift_floor;
    double grain; /* step of the whole-number sums, in the unit of t; 0 if exact */
    struct notes notes;
};

/* The whole bootstrap of a statistic.
**
** Errors: E_TOO_FEW (n < 2), E_DEGENERATE (x does not vary; more than 5 % undefined),
** E_DOMAIN (values not finite, level, reps or trim outside their range), E_TOO_BIG.
** Scratch: about 16 bytes a resample and 4 n bytes a block of 1024. */
MUST_CHECK int boot_run(const struct boot_what *w, const struct boot_plan *p,
                        struct boot_result *out, struct arena tmp, struct err *e);

/* Intervals from replicates that somebody else made: t[0..reps) in the order drawn, NAN
** where undefined, `accel` from boot_accel.  studentised stays NAN. Errors as
** boot_run. */
MUST_CHECK int boot_limits(const double *t, isize reps, double estimate, double accel,
                           const struct boot_plan *p, struct boot_result *out,
                           struct arena tmp, struct err *e);

/* The replicates themselves: out[0..p->reps). */
MUST_CHECK int boot_replicates(const struct boot_what *w, const struct boot_plan *p,
                               double *out, struct arena tmp, struct err *e);

/* Acceleration sum l^3 / (6 (sum l^2)^1.5), l_i = mean of the jackknife values - t_(i);
** 0 when they do not vary. */
double boot_accel(const double *jack, isize n);

/* The statistic of rows index[0..n) of w, and of all rows left out in turn (out: n). */
double boot_value(const struct boot_what *w, const i32 *index, struct arena tmp);
void boot_jackknife(const struct boot_what *w, double *out, struct arena tmp);

/* Resamples given by somebody else: index is reps x n, row by row, from 0 (one group
** only). Here the definition is another program's, down to the ties, so there is no
** lattice: a mean is R's mean(), the sum in the order of the rows divided by n, then the
** mean of the residuals added, both in long double, the result rounded to double; sd,
** correlation and slope are those of R's cov(), from such means. d_z, a ratio and a slope
** divide doubles. A trimmed mean sums its values in the order of R's partial sort. On
** machines where long double is not the 80-bit format of x86 the last bit, and so a tie,
** may differ. boot_given_value: of rows index[0..n) in their order, NULL all of them in
** theirs. Checked: bit by bit against R, tests/stats/test_boot.c. */
MUST_CHECK int boot_given(const struct boot_what *w, const i32 *index, isize reps,
                          double *out, struct arena tmp, struct err *e);
double boot_given_value(const struct boot_what *w, const i32 *index, isize n,
                        struct arena tmp);

/* A limit at `alpha` among t[0..n) (NAN excluded by the caller): (n+1) alpha on the
** normal scale. *outside is set when alpha leaves [1/(n+1), n/(n+1)]. */
double boot_quantile(const double *t, isize n, double alpha, bool *outside,
                     struct arena tmp);

/* "mean(after - before)", "mean(x)", "mean(x)/mean(y)", "pearson(a,b)", ... as text. */
const char *boot_name(enum boot_of of);

#endif
