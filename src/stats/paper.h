/* Is a printed figure possible?  Checks of published numbers against each other.
**
** A printed 3.62 stands for every number that rounds to it, so all checks work on
** intervals: [3.615, 3.625], both ends counted, because papers round halves up, down and
** to even. A verdict says what follows from that alone:
**
**   possible       some numbers behind the print fit
**   doubtful       they fit only under an assumption that is rarely true; read the paper
**   impossible     no numbers fit: a slip of the pen, of a decimal mark, of a sign
**   undecided      the print is too coarse, or something else would have to be known
**
** Every result carries one sentence with the arithmetic.  Nothing here reads a file. */
#ifndef VARDE_STATS_PAPER_H
#define VARDE_STATS_PAPER_H

#include "base/err.h"

enum paper_verdict { PAPER_POSSIBLE, PAPER_DOUBTFUL, PAPER_IMPOSSIBLE, PAPER_UNDECIDED };
extern const char *const paper_word[4]; /* "possible", ... */

struct paper_result {
    enum paper_verdict verdict;
    struct str says;
};

/* A number as printed. */
struct paper_num {
    double x;      /* the printed value */
    double lo, hi; /* what it may stand for */
    struct str text;
    bool given; /* false: the paper does not print it */
};

/* "3.62", "-.5", "44": digits with an optional sign and point. Errors: E_NUMBER. */
MUST_CHECK int paper_num_read(struct str s, struct paper_num *out, struct err *e);
/* A p value: ".012", "< .001", "<= .001", "> .05"; in [0, 1]. Errors: E_NUMBER. */
MUST_CHECK int paper_p_read(struct str s, struct paper_num *out, struct err *e);

/* A scale: scores from min to max in steps of 1 / steps.  A sum of items has steps 1,
** a mean of 12 items steps 12; when optional items make the divisor vary, steps to
** steps_max. */
struct paper_scale {
    double min, max;
    isize steps, steps_max;
    isize items;       /* as the paper counts them; 0: unknown */
    bool lower_better; /* direction of the raw score */
};

/* GRIM: is there a whole number of steps whose mean over n people prints like this?
** Items filled in by a mean, and an n that the paper does not print, leave a misfit
** undecided or doubtful. Source: Brown & Heathers 2017, Soc Psychol Personal Sci
** 8:363-369. */
struct paper_result paper_grim(const struct paper_num *mean, isize n,
                               const struct paper_scale *s, bool imputed, bool n_printed,
                               struct arena *a);

/* n people with this mean have `total` together. */
struct paper_result paper_total(const struct paper_num *mean, isize n, i64 total,
                                struct arena *a);

/* A value inside the scale. */
struct paper_result paper_inside(const struct paper_num *x, double min, double max,
                                 struct arena *a);

/* A standard deviation (divisor n - 1) beside its mean: at most the one with everybody
** at an end of [min, max]; when both ends were reached by somebody (`reached`), at
** least the one with all others at one place; and for whole numbers (n <= 1000, not
** imputed) a sum of squares of the right parity (GRIMMER). Source: Anaya 2016, PeerJ
** Preprints 4:e2400v1; bounds derived beside the code. */
struct paper_result paper_sd(const struct paper_num *mean, const struct paper_num *sd,
                             isize n, const struct paper_scale *s, double min, double max,
                             bool reached, bool imputed, struct arena *a);

/* after - before = change. */
struct paper_result paper_difference(const struct paper_num *before,
                                     const struct paper_num *after,
                                     const struct paper_num *change, struct arena *a);

/* How an interval was made, as far as the paper says. */
enum paper_method { PAPER_T, PAPER_NORMAL, PAPER_BOOTSTRAP };

/* An estimate and its interval.  By t or normal theory the estimate is the midpoint.
** A bootstrap interval may lean: up to twice as long on one side is possible, more is
** doubtful (BCa limits of a mean lean so far only when the data are extremely skewed).
** An estimate outside is impossible; then the sentence names the slip that would
** explain it: limits ten or a hundred times too large or small, both or one, or a lost
** sign. */
struct paper_result paper_interval(const struct paper_num *est,
                                   const struct paper_num *lo, const struct paper_num *hi,
                                   enum paper_method method, struct arena *a);

/* p beside the interval.  By t (df > 0) or normal theory p follows from estimate and
** width; a bootstrap p and a BCa interval come from different calculations and need
** only agree on which side of 1 - level they stand. */
struct paper_result paper_p_interval(const struct paper_num *est,
                                     const struct paper_num *lo,
                                     const struct paper_num *hi, double level, double df,
                                     enum paper_method method, const struct paper_num *p,
                                     struct arena *a);

/* The correlation between two times that the interval of their difference implies: the SD
** of the differences is SE sqrt(n), and SD_d^2 = SD1^2 + SD2^2 - 2 r SD1 SD2. */
struct paper_result paper_correlation(const struct paper_num *sd1,
                                      const struct paper_num *sd2, isize n,
                                      const struct paper_num *lo,
                                      const struct paper_num *hi, double level,
                                      enum paper_method method, struct arena *a);

/* p of the difference of two estimates with standard errors, by the normal
** distribution. Estimates of separate groups are independent: SE^2 = SE1^2 + SE2^2.  A
** model can make them depend on each other; then SE lies between |SE1 - SE2| and SE1 +
** SE2.  A printed p that needs such a dependence is doubtful, one beyond it
** impossible. */
struct paper_result paper_groups_se(const struct paper_num *m1,
                                    const struct paper_num *se1,
                                    const struct paper_num *m2,
                                    const struct paper_num *se2,
                                    const struct paper_num *p, struct arena *a);

/* p of two group means with SD and n, by Student's or Welch's t. `adjusted`: the
** paper's p comes from a model with other variables in it, and the comparison cannot
** decide. */
struct paper_result paper_groups_sd(const struct paper_num *m1,
                                    const struct paper_num *sd1, isize n1,
                                    const struct paper_num *m2,
                                    const struct paper_num *sd2, isize n2, bool adjusted,
                                    const struct paper_num *p, struct arena *a);

/* count of `of` is this per cent; count < 0: is there any?  One unit of the last place is
** allowed when the digits were cut instead of rounded, and said. */
struct paper_result paper_percent(const struct paper_num *percent, i64 count, i64 of,
                                  struct arena *a);

struct paper_result paper_sum(const i64 *part, isize n, i64 total, struct arena *a);

/* The mean of all from the means of k groups. */
struct paper_result paper_pooled(const struct paper_num *mean, isize n,
                                 const struct paper_num *group, const isize *group_n,
                                 isize k, struct arena *a);

/* Fit of a path model.  (1 - TLI) / (1 - CFI) = df0 / df with df0 of the baseline
** model, so the two indices tell df; RMSEA^2 df N + df is chi-square (N or N - 1:
** programs differ); and CFI then tells the chi-square of the baseline.  df, chi2 may
** be absent (given false). */
struct paper_fit {
    isize n;
    double df0;
    struct paper_num df, chi2, cfi, tli, rmsea;
};
struct paper_result paper_fit(const struct paper_fit *f, struct arena *a);

/* A scale of so many points between two anchors in whole steps. */
struct paper_result paper_points(i64 points, double min, double max, isize items,
                                 struct arena *a);

/* A word for the direction of a change. */
enum paper_change { PAPER_INCREASE, PAPER_DECREASE, PAPER_IMPROVEMENT, PAPER_WORSENING };
struct paper_result paper_direction(enum paper_change word,
                                    const struct paper_num *before,
                                    const struct paper_num *after, bool lower_better,
                                    struct arena *a);

#endif
