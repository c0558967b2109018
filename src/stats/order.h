/* Order statistics by counting, not by sorting: one pass puts values into cells, a second
** looks into the few cells that hold a wanted rank. */
#ifndef VARDE_STATS_ORDER_H
#define VARDE_STATS_ORDER_H

#include "base/arena.h"

enum { ORDER_MOST = 32 };

/* out[i] is the rank[i]-th smallest (from 1) of v[0..n), for 1 <= rank[i] <= n and
** n_ranks <= ORDER_MOST; v is finite, n < 2^32.  Scratch: at most 10 n bytes and 64
** KiB. */
void order_pick(const double *v, isize n, const isize *rank, int n_ranks, double *out,
                struct arena tmp);

#endif
