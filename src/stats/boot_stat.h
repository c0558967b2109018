/* The statistics that the bootstrap knows, as functions of drawn rows.
**
** A column on a lattice becomes whole numbers about its middle, so that sums of them and
** of their products are exact in a double (below 2^53) and do not depend on the order of
** the draws: two resamples with equal sums have equal statistics to the last bit, and
** ties are what they are.  Other columns are centred and summed in row order by counts,
** so that the same rows in another order give the same bits. */
#ifndef VARDE_STATS_BOOT_STAT_H
#define VARDE_STATS_BOOT_STAT_H

#include "stats/boot.h"

struct boot_col {
    const double *v; /* n: x_i = (base + v_i) / den */
    double base, den;
    bool whole; /* v are whole numbers and sums of their squares exact */
};

struct boot_sums {
    double n, x, y, xx, xy, yy;
};

struct boot_ready {
    const struct boot_what *w;
    struct boot_col x, y;
    bool pairs;          /* y belongs to the statistic */
    bool exact;          /* sums do not depend on their order */
    const double *value; /* median, trimmed mean: x sorted, */
    const i32 *rank;     /* and where row i stands in it */
    struct boot_sums all;
};

/* One group only (not BOOT_MEAN_DIFF). */
void boot_stat_ready(const struct boot_what *w, struct boot_ready *out, struct arena *a);

/* Of rows index[0..n). count: room for n numbers, all 0, and 0 again afterwards.
** *se, unless NULL: its standard error by the delta method, NAN where none is defined. */
double boot_stat_of(const struct boot_ready *s, const i32 *index, i32 *count, double *se);

double boot_stat_all(const struct boot_ready *s, double *se);
void boot_stat_jackknife(const struct boot_ready *s, double *out, struct arena tmp);

bool boot_stat_has_se(enum boot_of of);

#endif
