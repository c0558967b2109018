/* Reliable change: is one person's difference more than measurement error?
**
** A rule is made from the spread and reliability of a measure, or from a published value;
** then people's changes are put to it.  "Improved" means up or down, as the measure
** says. */
#ifndef VARDE_STATS_RCI_H
#define VARDE_STATS_RCI_H

#include "base/err.h"
#include "stats/note.h"

struct rci_rule {
    double sd, r;  /* of the measure; NAN in a published rule */
    double sem;    /* standard error of measurement, sd sqrt(1 - r) */
    double s_diff; /* sem sqrt(2) */
    double
        threshold; /* the change that is exceeded by error alone with chance 1 - level */
};

/* sd > 0 of the first measurement, 0 <= r < 1 its reliability; level 0.95 gives 1.96.
** Errors: E_DOMAIN.  Source: Jacobson & Truax 1991. */
MUST_CHECK int rci_from_reliability(double sd, double r, double level,
                                    struct rci_rule *out, struct err *e);

/* A threshold as published, > 0. Error: E_DOMAIN. */
MUST_CHECK int rci_from_published(double threshold, double level, struct rci_rule *out,
                                  struct err *e);

struct rci {
    isize n, missing; /* pairs; rows without one */
    isize improved, unchanged, deteriorated;
    isize beyond_2_sem; /* changes of more than twice the sem; 0 in a published rule */
};

/* index (rows values; may be NULL): change / s_diff, NAN where a value is missing.
** A change that equals the threshold is no reliable change.
** Errors: E_TOO_FEW (no pair), E_DOMAIN. */
MUST_CHECK int rci_count(const double *before, const double *after, isize rows,
                         const struct rci_rule *rule, bool higher_is_better,
                         double *index, struct rci *out, struct err *e);

/* Edwards & Nunnally: the first score shrunk to the group's mean by r, and around it an
** interval of twice the sem that the second score must leave. */
double rci_shrunk(double score, double mean, double r);

#endif
