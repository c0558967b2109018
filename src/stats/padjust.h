/* Adjusting p values for their number. */
#ifndef VARDE_STATS_PADJUST_H
#define VARDE_STATS_PADJUST_H

#include "base/err.h"

enum padjust_method {
    PADJUST_BONFERRONI,
    PADJUST_HOLM,
    PADJUST_HOCHBERG,
    PADJUST_HOMMEL,
    PADJUST_BH, /* false discovery rate, Benjamini & Hochberg 1995 */
    PADJUST_BY, /* the same under any dependence, Benjamini & Yekutieli 2001 */
    PADJUST_N
};

/* out: n adjusted values in the order of p; NAN stays NAN and is not counted.
** tmp: 32 n bytes.  Cost: n log n, Hommel n^2.
** Error: E_DOMAIN (a p outside [0, 1]).
** Source: Holm 1979; Hochberg 1988; Hommel 1988 (algorithm of Wright 1992).
** Checked: R p.adjust, tests/reference (kind p_adjust). */
MUST_CHECK int padjust_of(const double *p, isize n, enum padjust_method method,
                          double *out, struct arena tmp, struct err *e);

const char *padjust_name(enum padjust_method method); /* "holm", "BH", as R has them */

#endif
