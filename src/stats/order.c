#include "stats/order.h"
#include <string.h>

/* The values are cut into CELLS equal cells between the smallest and the largest; ranks
** say which cells are wanted; their values are copied out and selected among.  Equal
** values share a cell whatever the rounding, since the cell of v is a monotone function
** of v. */
enum { CELLS = 4096 };

struct cells {
    u32 count[CELLS];
    u32 start[CELLS + 1]; /* values in the cells before */
    u32 place[CELLS];     /* where a wanted cell's values go; NONE for the others */
};
static const u32 NONE = UINT32_MAX;

static i32 cell_of_rank(const struct cells *c, isize rank)
{
    i32 lo = 0, hi = CELLS - 1;
    while (lo < hi) { /* the first cell with start of the next >= rank */
        i32 mid = (lo + hi) / 2;
        if ((isize)c->start[mid + 1] >= rank)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

/* Marks the cells of the ranks; returns how many values they hold. */
static isize mark(struct cells *c, const isize *rank, int n_ranks)
{
    c->start[0] = 0;
    for (i32 i = 0; i < CELLS; i++) {
        c->start[i + 1] = c->start[i] + c->count[i];
        c->place[i] = NONE;
    }
    isize room = 0;
    for (int r = 0; r < n_ranks; r++) {
        i32 k = cell_of_rank(c, rank[r]);
        if (c->place[k] != NONE) continue;
        c->place[k] = (u32)room;
        room += c->count[k];
    }
    return room;
}

/* The k-th smallest (from 0) by three-way partition about the median of three. */
static double select_of(double *v, isize n, isize k)
{
    while (n > 1) {
        double a = v[0], b = v[n / 2], c = v[n - 1];
        double pivot = MAX(MIN(a, b), MIN(MAX(a, b), c));
        isize lt = 0, gt = n;
        for (isize i = 0; i < gt;) {
            double x = v[i];
            if (x < pivot) {
                v[i++] = v[lt];
                v[lt++] = x;
            } else if (x > pivot) {
                v[i] = v[--gt];
                v[gt] = x;
            } else {
                i++;
            }
        }
        if (k < lt) {
            n = lt;
        } else if (k < gt) {
            return pivot;
        } else {
            v += gt;
            n -= gt;
            k -= gt;
        }
    }
    return v[0];
}

/* Halves keep hi - lo finite for values near the end of the range. */
static i32 cell_of(double v, double half_lo, double scale)
{
    double x = (0.5 * v - half_lo) * scale;
    return x >= CELLS - 1 ? CELLS - 1 : (i32)x;
}

void order_pick(const double *v, isize n, const isize *rank, int n_ranks, double *out,
                struct arena tmp)
{
    struct cells *c = NEW(&tmp, struct cells, 1);
    double lo = v[0], hi = v[0];
    for (isize i = 1; i < n; i++) {
        lo = MIN(lo, v[i]);
        hi = MAX(hi, v[i]);
    }
    double half_lo = 0.5 * lo, width = 0.5 * hi - half_lo;
    double scale = width > 1e-290 ? CELLS / width : 0; /* 0: all in one cell */
    uint16_t *cell = NEW_RAW(&tmp, uint16_t, n);
    for (isize i = 0; i < n; i++) {
        cell[i] = (uint16_t)cell_of(v[i], half_lo, scale);
        c->count[cell[i]]++;
    }
    isize room = mark(c, rank, n_ranks);
    double *kept = NEW_RAW(&tmp, double, room);
    for (isize i = 0; i < n; i++) {
        u32 *place = &c->place[cell[i]];
        if (*place != NONE) kept[(*place)++] = v[i];
    }
    for (int r = 0; r < n_ranks; r++) {
        i32 k = cell_of_rank(c, rank[r]);
        double *at = kept + c->place[k] - c->count[k];
        out[r] = select_of(at, c->count[k], rank[r] - c->start[k] - 1);
    }
}
