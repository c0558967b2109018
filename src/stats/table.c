#include "stats/table.h"
#include "stats/dist.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- layers of nodes ---------------------------------------------------------------
**
** With L = sum of log x_ij! the likelihood of a table is D exp(-L), D the same for all,
** and p is the share of tables with L >= L of the observed one. Columns are taken one by
** one. A node is what is left of the row sums (sorted: their order does not matter), L so
** far, and the number of ways there. */

enum { MAX_NODES = 4000000, MAX_WORK = 300000000 };
static const double same_cell = 1e-9; /* two L so far closer than this are one */

/* Places of things in a hash table: 1 + place, 0 empty; n_slots a power of 2. */
struct slots {
    i32 *at;
    isize n_slots;
};

/* Every completion of two columns: its L, ascending, and tail[i], the sum of
** exp(base - L) from i on. */
struct future {
    isize n; /* -1: not yet asked for */
    const double *value, *tail;
};

/* What is left of the rows, and what may still come: bounds of L, and the log of the sum
** of exp(-L) over all completions. */
struct rests {
    isize n;
    i32 *left; /* rows per rest */
    double *least, *most, *log_total;
    struct future *future; /* where two columns are left */
    struct slots slots;
};

struct nodes {
    isize n;
    i32 *rest;
    double *past, *ways;
    struct slots slots;
};

struct layer {
    struct rests rests;
    struct nodes nodes;
};

static struct layer layer_make(isize rows, struct arena *a)
{
    struct layer l = {0}; /* address space, not yet memory, but for the slots */
    l.rests.left = NEW_RAW(a, i32, MAX_NODES * rows);
    l.rests.least = NEW_RAW(a, double, MAX_NODES);
    l.rests.most = NEW_RAW(a, double, MAX_NODES);
    l.rests.log_total = NEW_RAW(a, double, MAX_NODES);
    l.rests.future = NEW_RAW(a, struct future, MAX_NODES);
    l.nodes.rest = NEW_RAW(a, i32, MAX_NODES);
    l.nodes.past = NEW_RAW(a, double, MAX_NODES);
    l.nodes.ways = NEW_RAW(a, double, MAX_NODES);
    l.rests.slots = (struct slots){NEW(a, i32, 1024), 1024};
    l.nodes.slots = (struct slots){NEW(a, i32, 1024), 1024};
    return l;
}

static void layer_empty(struct layer *l)
{
    l->rests.n = l->nodes.n = 0;
    memset(l->rests.slots.at, 0, (size_t)l->rests.slots.n_slots * sizeof(i32));
    memset(l->nodes.slots.at, 0, (size_t)l->nodes.slots.n_slots * sizeof(i32));
}

static i32 *slot_of(const struct slots *s, u64 hash)
{
    return &s->at[hash & (u64)(s->n_slots - 1)];
}

static u64 mix(u64 h, u64 x)
{
    h = (h ^ x) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

static u64 rest_hash(const i32 *left, isize rows)
{
    u64 h = 1;
    for (isize i = 0; i < rows; i++) h = mix(h, (u64)left[i]);
    return h;
}

static u64 node_hash(i32 rest, double past)
{
    return mix(mix(2, (u64)rest), (u64)(i64)nearbyint(past / same_cell));
}

/* Twice as many slots, still empty. */
static void slots_grow(struct slots *s, struct arena *a)
{
    s->n_slots *= 2;
    s->at = NEW(a, i32, s->n_slots);
}

static void slots_put(struct slots *s, u64 hash, i32 place)
{
    while (*slot_of(s, hash)) hash++;
    *slot_of(s, hash) = place + 1;
}

/* Two L that are equal but for rounding may fall into two cells and stay two nodes: that
** costs a node and no digit.  False when the layer is full. */
static bool node_add(struct nodes *v, i32 rest, double past, double ways, struct arena *a)
{
    u64 h = node_hash(rest, past);
    for (i32 k; (k = *slot_of(&v->slots, h)) != 0; h++)
        if (v->rest[k - 1] == rest && fabs(v->past[k - 1] - past) <= same_cell) {
            v->ways[k - 1] += ways;
            return true;
        }
    if (v->n == MAX_NODES) return false;
    v->rest[v->n] = rest;
    v->past[v->n] = past;
    v->ways[v->n++] = ways;
    *slot_of(&v->slots, h) = (i32)v->n;
    if (2 * v->n < v->slots.n_slots) return true;
    slots_grow(&v->slots, a);
    for (isize i = 0; i < v->n; i++)
        slots_put(&v->slots, node_hash(v->rest[i], v->past[i]), (i32)i);
    return true;
}

/* A node; or a completion, with rest 0. */
struct past {
    double past, ways;
    i32 rest;
};

/* The nodes of one rest, by their L so far. tail[i]: the ways of the nodes from i on,
** each times exp(base - past), base the smallest past. */
struct pasts {
    isize n;
    const struct past *at;
    const double *tail;
    double base;
};

/* ---- the network --------------------------------------------------------------- */

struct network {
    isize rows, cols;
    i32 col[TABLE_LINES]; /* sums, largest first */
    const double *logfac; /* log k! */
    double goal;          /* L of the observed table, less the width of a tie */
    double log_all;       /* log of the sum of exp(-L) over all tables */
    double in;            /* share of the tables that count, settled so far */
    isize work;           /* fillings tried, times rows; and nodes, by their cost */
    isize n_ends;         /* completions of two columns, and room for those of one rest */
    struct past *ends;
    struct layer *to;
    struct arena *a;
};

/* Sum over all tables of exp(-L) is n! / (rows! cols!). */
static double log_total(const struct network *w, const i32 *left, isize from)
{
    double sum = 0;
    i32 n = 0;
    for (isize i = 0; i < w->rows; i++) {
        n += left[i];
        sum -= w->logfac[left[i]];
    }
    for (isize j = from; j < w->cols; j++) sum -= w->logfac[w->col[j]];
    return sum + w->logfac[n];
}

/* At least this L, by duality: for any u, v the sum over cells of the smallest
** log x! - (u_i + v_j) x, plus u.rows + v.cols, is not above the smallest L.  The prices
** are those of the table that is proportional to its margins. */
static double least(const struct network *w, const i32 *left, isize from)
{
    double u[TABLE_LINES], n = 0, sum = 0, r = (double)w->rows,
                           c = (double)(w->cols - from);
    double eu[TABLE_LINES];
    for (isize i = 0; i < w->rows; i++) n += left[i];
    for (isize i = 0; i < w->rows; i++) {
        eu[i] = (left[i] + c / 2) / (n + r * c / 2);
        u[i] = log(eu[i]);
        sum += u[i] * left[i];
    }
    for (isize j = from; j < w->cols; j++) {
        double ev = w->col[j] + r / 2, v = log(ev);
        sum += v * w->col[j];
        for (isize i = 0; i < w->rows; i++) {
            i32 most = MIN(left[i], w->col[j]);
            i32 x = (i32)fmin(eu[i] * ev, most); /* log(x+1) > u + v from here on */
            sum += w->logfac[x] - (u[i] + v) * x;
        }
    }
    return sum;
}

/* log x! summed when `amount` fills lines from the largest on: the most one line of the
** other direction can have. */
static double filled(const double *logfac, i32 amount, const i32 *line, isize n)
{
    double sum = 0;
    for (isize i = 0; i < n && amount > 0; i++) {
        i32 x = MIN(amount, line[i]);
        sum += logfac[x];
        amount -= x;
    }
    return sum;
}

static double most(const struct network *w, const i32 *left, isize from)
{
    double by_cols = 0, by_rows = 0;
    for (isize j = from; j < w->cols; j++)
        by_cols += filled(w->logfac, w->col[j], left, w->rows);
    for (isize i = 0; i < w->rows; i++)
        by_rows += filled(w->logfac, left[i], w->col + from, w->cols - from);
    return fmin(by_cols, by_rows);
}

/* The place of a rest in the layer, made with its bounds if it is new; -1: full. */
static i32 rest_place(struct network *w, const i32 *left, isize from)
{
    struct rests *r = &w->to->rests;
    size_t bytes = (size_t)w->rows * sizeof *left;
    u64 h = rest_hash(left, w->rows);
    for (i32 k; (k = *slot_of(&r->slots, h)) != 0; h++)
        if (memcmp(r->left + (k - 1) * w->rows, left, bytes) == 0) return k - 1;
    if (r->n == MAX_NODES) return -1;
    i32 at = (i32)r->n++;
    *slot_of(&r->slots, h) = at + 1;
    memcpy(r->left + at * w->rows, left, bytes);
    r->log_total[at] = log_total(w, left, from);
    r->future[at].n = -1;
    if (from == w->cols - 1) { /* one column: what is left is in it */
        r->least[at] = 0;
        for (isize i = 0; i < w->rows; i++) r->least[at] += w->logfac[left[i]];
        r->most[at] = r->least[at];
    } else {
        r->least[at] = least(w, left, from);
        r->most[at] = most(w, left, from);
    }
    if (2 * r->n < r->slots.n_slots) return at;
    slots_grow(&r->slots, w->a);
    for (isize i = 0; i < r->n; i++)
        slots_put(&r->slots, rest_hash(r->left + i * w->rows, w->rows), (i32)i);
    return at;
}

/* Every way to take column j out of `left`, row by row. */
struct filling {
    struct network *w;
    isize col;
    i32 left[TABLE_LINES], behind[TABLE_LINES + 1]; /* behind[i]: room in rows i and on */
    struct pasts pasts;
    bool (*done)(struct filling *f, double step); /* step: L of the column */
};

static bool fill(struct filling *f, isize row, i32 need, double step)
{
    i32 room = f->left[row], lo = MAX(0, need - f->behind[row + 1]), hi = MIN(room, need);
    for (i32 x = lo; x <= hi; x++) {
        double next = step + f->w->logfac[x];
        f->left[row] = room - x;
        bool fine =
            row == f->w->rows - 1 ? f->done(f, next) : fill(f, row + 1, need - x, next);
        if (!fine) return false;
    }
    f->left[row] = room;
    return true;
}

static int by_rest_and_past(const void *p, const void *q)
{
    const struct past *a = p, *b = q;
    if (a->rest != b->rest) return a->rest < b->rest ? -1 : 1;
    return (a->past > b->past) - (a->past < b->past);
}

static struct filling filling_of(struct network *w, const i32 *left, isize col)
{
    struct filling f = {.w = w, .col = col};
    memcpy(f.left, left, (size_t)w->rows * sizeof *left);
    for (isize i = w->rows; i-- > 0;) f.behind[i] = f.behind[i + 1] + f.left[i];
    return f;
}

/* The last column takes what is left. */
static bool completion(struct filling *f, double step)
{
    struct network *w = f->w;
    if (w->n_ends == MAX_NODES) return false;
    for (isize i = 0; i < w->rows; i++) step += w->logfac[f->left[i]];
    w->ends[w->n_ends++] = (struct past){step, 1, 0};
    return true;
}

static bool future_make(struct network *w, const i32 *left, isize col, double least,
                        struct future *out)
{
    struct filling f = filling_of(w, left, col);
    f.done = completion;
    w->n_ends = 0;
    if (!fill(&f, 0, w->col[col], 0)) return false;
    isize n = w->n_ends;
    if ((w->work += 4 * n) > MAX_WORK) return false;
    qsort(w->ends, (size_t)n, sizeof *w->ends, by_rest_and_past);
    double *value = NEW_RAW(w->a, double, n), *tail = NEW_RAW(w->a, double, n), sum = 0;
    for (isize i = n; i-- > 0;) {
        value[i] = w->ends[i].past;
        tail[i] = sum += exp(least - value[i]);
    }
    *out = (struct future){n, value, tail};
    return true;
}

static isize future_from(const struct future *f, double least)
{
    isize lo = 0, n = f->n;
    while (n > 0) {
        isize half = n / 2;
        if (f->value[lo + half] < least) {
            lo += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return lo;
}

/* Two columns left: each node is settled by the completions that count with it. */
static bool settle(struct network *w, const i32 *left, isize from, i32 rest,
                   const struct pasts *p, isize first, isize end, double step)
{
    struct future *f = &w->to->rests.future[rest];
    double base = w->to->rests.least[rest];
    if (f->n < 0 && !future_make(w, left, from, base, f)) return false;
    for (isize i = first; i < end; i++) {
        double past = p->at[i].past + step;
        isize at = future_from(f, w->goal - past);
        if (at < f->n)
            w->in += p->at[i].ways * f->tail[at] * exp(-past - base - w->log_all);
    }
    return true;
}

/* The first node with L so far of at least `least`. */
static isize pasts_from(const struct pasts *p, isize n, double least)
{
    isize lo = 0;
    while (n > 0) {
        isize half = n / 2;
        if (p->at[lo + half].past < least) {
            lo += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return lo;
}

/* One filling, of L `step`, takes all nodes of a rest to one rest of the next layer.
** Those with so large a past that every completion counts are settled by one product,
** those with so small a one that none does are dropped, and only what is between goes
** on. */
static bool reach(struct network *w, const i32 *left, isize from, const struct pasts *p,
                  double step)
{
    i32 rest = rest_place(w, left, from);
    const struct rests *r = &w->to->rests;
    if (rest < 0) return false;
    double need = w->goal - step;
    isize in = pasts_from(p, p->n, need - r->least[rest]);
    isize open = pasts_from(p, in, need - r->most[rest]);
    if (in < p->n)
        w->in += p->tail[in] * exp(r->log_total[rest] - step - p->base - w->log_all);
    w->work += w->rows;
    if (from == w->cols - 2 && open < in) {
        w->work += 2 * (in - open);
        return settle(w, left, from, rest, p, open, in, step) && w->work <= MAX_WORK;
    }
    w->work += 8 * (in - open); /* a search in a table beyond the caches */
    for (isize i = open; i < in; i++)
        if (!node_add(&w->to->nodes, rest, p->at[i].past + step, p->at[i].ways, w->a))
            return false;
    return w->work <= MAX_WORK;
}

static bool child(struct filling *f, double step)
{
    i32 sorted[TABLE_LINES];
    isize n = f->w->rows;
    for (isize i = 0; i < n; i++) {
        isize k = i;
        for (; k > 0 && sorted[k - 1] < f->left[i]; k--) sorted[k] = sorted[k - 1];
        sorted[k] = f->left[i];
    }
    return reach(f->w, sorted, f->col + 1, &f->pasts, step);
}

/* The first column alone can be filled in about this many ways, at most. */
static double first_fillings(const struct network *w, const i32 *row)
{
    double spread = 1, box = 1;
    for (isize i = 1; i < w->rows; i++) { /* the largest row follows from the others */
        spread *= (double)(w->col[0] + i) / (double)i;
        box *= (double)(MIN(row[i], w->col[0]) + 1);
    }
    return fmin(spread, box);
}

/* Room for the nodes of a layer in order. */
struct sorted {
    struct past *at;
    double *tail;
};

/* Copies and sorts the nodes of a layer; those that fell into neighbouring cells though
** they are equal become one. Returns how many are left. */
static isize sort_nodes(const struct nodes *v, struct sorted *s)
{
    isize n = 0;
    for (isize i = 0; i < v->n; i++)
        s->at[i] = (struct past){v->past[i], v->ways[i], v->rest[i]};
    qsort(s->at, (size_t)v->n, sizeof *s->at, by_rest_and_past);
    for (isize i = 0; i < v->n; i++) {
        struct past x = s->at[i];
        if (n > 0 && s->at[n - 1].rest == x.rest &&
            x.past - s->at[n - 1].past <= same_cell)
            s->at[n - 1].ways += x.ways;
        else
            s->at[n++] = x;
    }
    return n;
}

static struct pasts pasts_of(const struct sorted *s, isize first, isize end)
{
    double base = s->at[first].past, sum = 0;
    for (isize i = end; i-- > first;)
        s->tail[i] = sum += s->at[i].ways * exp(base - s->at[i].past);
    return (struct pasts){end - first, s->at + first, s->tail + first, base};
}

/* All that one layer leads to in the next. */
static bool step(struct network *w, const struct layer *from, struct sorted *s, isize col)
{
    isize n = sort_nodes(&from->nodes, s);
    for (isize first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && s->at[end].rest == s->at[first].rest;) end++;
        const i32 *left = from->rests.left + s->at[first].rest * w->rows;
        struct filling f = filling_of(w, left, col);
        f.pasts = pasts_of(s, first, end);
        f.done = child;
        if (!fill(&f, 0, w->col[col], 0)) return false;
    }
    return true;
}

/* False when the work passes its bound. */
static bool walk(struct network *w, const i32 *row)
{
    if (first_fillings(w, row) > 100. * MAX_WORK) return false;
    struct layer from = layer_make(w->rows, w->a), to = layer_make(w->rows, w->a);
    struct sorted s = {NEW_RAW(w->a, struct past, MAX_NODES),
                       NEW_RAW(w->a, double, MAX_NODES)};
    w->ends = NEW_RAW(w->a, struct past, MAX_NODES);
    s.at[0] = (struct past){0, 1, 0};
    struct pasts start = pasts_of(&s, 0, 1);
    w->to = &from;
    if (!reach(w, row, 0, &start, 0)) return false;
    w->to = &to;
    for (isize j = 0; j < w->cols - 2; j++) { /* no node is left with two columns */
        if (!step(w, &from, &s, j)) return false;
        struct layer swap = from;
        from = to;
        to = swap;
        layer_empty(&to);
    }
    return true;
}

static void sort_down(i32 *x, isize n)
{
    for (isize i = 1; i < n; i++)
        for (isize k = i; k > 0 && x[k - 1] < x[k]; k--) {
            i32 swap = x[k];
            x[k] = x[k - 1];
            x[k - 1] = swap;
        }
}

bool table_exact_p(const struct table_margins *m, const double *count, isize cells,
                   double *p, struct arena tmp)
{
    struct network w = {.rows = m->rows, .cols = m->cols, .a = &tmp};
    i32 row[TABLE_LINES];
    double *logfac = NEW_RAW(&tmp, double, (isize)m->n + 1);
    logfac[0] = 0;
    for (isize k = 1; k <= (isize)m->n; k++) logfac[k] = dist_lgamma((double)k + 1);
    w.logfac = logfac;
    memcpy(row, m->row, sizeof row);
    memcpy(w.col, m->col, sizeof w.col);
    if (w.rows > w.cols) { /* nodes are the shorter side */
        memcpy(w.col, m->row, sizeof w.col);
        memcpy(row, m->col, sizeof row);
        w.rows = m->cols;
        w.cols = m->rows;
    }
    sort_down(row, w.rows);
    sort_down(w.col, w.cols);
    for (isize i = 0; i < cells; i++) w.goal += logfac[(isize)count[i]];
    w.goal -= 1e-7; /* tables as likely within 1e-7, as R has it */
    w.log_all = log_total(&w, row, 0);
    if (!walk(&w, row)) return false;
    *p = fmin(1, w.in);
    return true;
}
