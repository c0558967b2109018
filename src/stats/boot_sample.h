/* Replicates, and the intervals read from them: what boot.c and boot_run.c share. */
#ifndef VARDE_STATS_BOOT_SAMPLE_H
#define VARDE_STATS_BOOT_SAMPLE_H

#include "stats/boot.h"
#include "stats/lattice.h"

/* A list of finite doubles; or, where the sums are whole numbers of a short range, how
** often each occurred: then everything is a walk over the tally. */
struct boot_sample {
    isize n;          /* replicates */
    const double *t;  /* n values, or NULL */
    const u32 *tally; /* tally[s] replicates with sum s, s < cells */
    isize cells;
    i64 at;           /* of the tally: the estimate */
    struct lattice l; /* of the tally: t = lattice_mean(l, s, of) */
    isize of;
};

/* level, reps and null within their ranges. Error: E_DOMAIN. */
MUST_CHECK int boot_sample_plan(const struct boot_plan *p, struct err *e);

/* Takes what is not finite out of t, keeping the order. Error: E_DEGENERATE above 5 %. */
MUST_CHECK int boot_sample_list(double *t, isize n, i64 *undefined, isize *defined,
                                struct notes *notes, struct err *e);

/* Everything that follows from the replicates; estimate and accel are set before. */
void boot_sample_limits(const struct boot_sample *s, const struct boot_plan *p,
                        struct boot_result *out, struct arena tmp);

#endif
