#include "base/num.h"
#include "stats/formula.h"
#include <string.h>

/* A variable over the rows in use. */
struct source {
    bool factor;
    const double *x, *lo; /* a number; lo may be NULL */
    const i32 *code;      /* a factor */
    const struct str *level;
    isize n_levels;
    struct str name;
};

struct make {
    const struct formula *m;
    struct frame f; /* complete rows, only the levels that occur */
    const isize *row;
    struct source *var;
    struct arena *a;
    struct err *e;
};

/* ---- rows ------------------------------------------------------------------------ */

static void mark(const struct frame *f, const struct expr *x, bool *used)
{
    if (!x) return;
    isize j = x->op == EXPR_NAME ? frame_find(f, x->name) : -1;
    if (j >= 0) used[j] = true;
    mark(f, x->kid[0], used);
    mark(f, x->kid[1], used);
}

/* The columns of f that the model needs, at the rows where they are complete. */
static int rows_in_use(struct make *k, const struct frame *f, const isize *also,
                       isize n_also, struct design *d)
{
    bool *used = NEW(k->a, bool, f->cols.n);
    if (k->m->response) mark(f, k->m->response, used);
    for (isize i = 0; i < k->m->vars.n; i++) mark(f, k->m->vars.at[i].e, used);
    for (isize i = 0; i < k->m->offsets.n; i++) mark(f, k->m->offsets.at[i], used);
    struct frame slim = frame_of(f->n);
    for (isize j = 0; j < f->cols.n; j++)
        if (used[j]) *PUSH(k->a, &slim.cols) = f->cols.at[j];
    for (isize i = 0; i < n_also; i++) used[also[i]] = true;
    isize *col = NEW(k->a, isize, f->cols.n), n_cols = 0;
    for (isize j = 0; j < f->cols.n; j++)
        if (used[j]) col[n_cols++] = j;
    d->row = k->row = frame_complete(f, col, n_cols, &d->n, k->a);
    d->dropped = f->n - d->n;
    if (d->n == 0)
        return err_set(k->e, E_TOO_FEW,
                       "no row has a value in every column of the model");
    if (d->dropped > 0) slim = frame_rows(&slim, d->row, d->n, k->a);
    k->f = frame_drop_levels(&slim, k->a);
    return OK;
}

/* ---- variables ------------------------------------------------------------------- */

/* An expression at every row.  lo is NULL when every value is a double. */
static int compute(struct make *k, const struct expr *x, struct str name,
                   const double **out, const double **out_lo)
{
    struct frame *f = &k->f;
    while (x->op == EXPR_PAREN) x = x->kid[0];
    if (x->op == EXPR_NAME) {
        TRY(frame_numbers(f, x->name, out, k->e));
        *out_lo = f->cols.at[frame_find(f, x->name)].lo;
        return OK;
    }
    struct expr_names names = {0};
    expr_names(x, &names, k->a);
    isize n_vars = names.n;
    const struct frame_col **col = NEW(k->a, const struct frame_col *, n_vars);
    for (isize j = 0; j < n_vars; j++) {
        const double *unused;
        TRY(frame_numbers(f, names.at[j], &unused, k->e));
        col[j] = &f->cols.at[frame_find(f, names.at[j])];
    }
    struct expr_code code;
    int rc = expr_compile(x, names.at, n_vars, &code, k->a, k->e);
    if (rc != OK) return err_at(k->e, rc, "formula");
    double *hi = NEW_RAW(k->a, double, f->n), *lo = NEW_RAW(k->a, double, f->n);
    struct arena tmp = *k->a;
    struct dd *room = NEW(&tmp, struct dd, code.n), *at = NEW(&tmp, struct dd, n_vars);
    bool exact = true;
    for (isize i = 0; i < f->n; i++) {
        for (isize j = 0; j < n_vars; j++)
            at[j] = (struct dd){col[j]->x[i], col[j]->lo ? col[j]->lo[i] : 0};
        struct dd v = expr_value(&code, at, room);
        if (!isfinite(v.hi))
            return err_set(k->e, E_DOMAIN, "%.*s is not defined in data row %td",
                           FMT(name), k->row[i] + 1);
        hi[i] = v.hi;
        lo[i] = isfinite(v.lo) ? v.lo : 0;
        exact = exact && lo[i] == 0;
    }
    *out = hi;
    *out_lo = exact ? NULL : lo;
    return OK;
}

static void sort_numbers(double *x, double *room, isize n)
{
    if (n < 2) return;
    isize half = n / 2, i = 0, j = half, m = 0;
    sort_numbers(x, room, half);
    sort_numbers(x + half, room, n - half);
    while (i < half && j < n) room[m++] = x[j] < x[i] ? x[j++] : x[i++];
    while (i < half) room[m++] = x[i++];
    memcpy(x, room, (size_t)m * sizeof *x);
}

/* Numbers as a factor: levels in the order of the numbers. */
static void factor_of(struct make *k, const double *x, struct source *s)
{
    isize n = k->f.n, m = 0;
    double *v = NEW(k->a, double, n), *room = NEW(k->a, double, n);
    i32 *code = NEW(k->a, i32, n);
    memcpy(v, x, (size_t)n * sizeof *v);
    sort_numbers(v, room, n);
    for (isize i = 0; i < n; i++)
        if (m == 0 || v[i] != v[m - 1]) v[m++] = v[i];
    struct str *level = NEW(k->a, struct str, m);
    for (isize l = 0; l < m; l++) level[l] = num_shortest(v[l], k->a);
    for (isize i = 0; i < n; i++) {
        isize lo = 0, hi = m - 1;
        while (lo < hi) {
            isize mid = (lo + hi) / 2;
            if (v[mid] < x[i])
                lo = mid + 1;
            else
                hi = mid;
        }
        code[i] = (i32)lo;
    }
    s->factor = true;
    s->code = code;
    s->level = level;
    s->n_levels = m;
}

static int variable(struct make *k, const struct formula_var *v, struct source *s)
{
    isize j = v->e->op == EXPR_NAME ? frame_find(&k->f, v->e->name) : -1;
    s->name = v->name;
    if (j >= 0 && k->f.cols.at[j].kind == FRAME_FACTOR) {
        const struct frame_col *c = &k->f.cols.at[j];
        s->factor = true;
        s->code = c->code;
        s->level = c->level;
        s->n_levels = c->n_levels;
        return OK;
    }
    TRY(compute(k, v->e, v->name, &s->x, &s->lo));
    if (v->factor) factor_of(k, s->x, s);
    return OK;
}

/* ---- columns --------------------------------------------------------------------- */

/* Whether variable v of term t has all its levels as columns: no earlier term covers the
** term without it.  (The intercept's absence is dealt with by the caller.) */
static bool all_levels(const struct formula *m, isize t, isize v)
{
    u64 rest = m->terms.at[t].vars & ~((u64)1 << v);
    if (rest == 0) return false;
    for (isize i = 0; i < t; i++)
        if ((rest & ~m->terms.at[i].vars) == 0) return false;
    return true;
}

/* The first factor of the first term that has one. */
static bool is_first_factor(const struct make *k, isize t, isize v)
{
    for (isize i = 0; i <= t; i++)
        for (isize j = 0; j < k->m->vars.n; j++)
            if ((k->m->terms.at[i].vars >> j & 1) && k->var[j].factor)
                return i == t && j == v;
    return false;
}

struct part {
    const struct source *v;
    isize first, n; /* levels first .. first + n - 1; of a number n = 1 */
};

static isize parts_of(const struct make *k, isize t, struct part *part, isize *n_parts)
{
    isize columns = 1;
    *n_parts = 0;
    for (isize v = 0; v < k->m->vars.n; v++) {
        if (!(k->m->terms.at[t].vars >> v & 1)) continue;
        const struct source *s = &k->var[v];
        struct part p = {s, 0, 1};
        if (s->factor) {
            bool all =
                all_levels(k->m, t, v) || (!k->m->intercept && is_first_factor(k, t, v));
            p.first = all ? 0 : 1;
            p.n = s->n_levels - p.first;
        }
        part[(*n_parts)++] = p;
        columns = columns > DESIGN_COLUMNS ? columns : columns * p.n;
    }
    return columns;
}

/* Column c of a term: the product of one column of each variable, the first fastest. */
static void column(const struct make *k, struct design *d, isize j,
                   const struct part *part, isize n_parts, isize c, struct str *name)
{
    isize n = d->n;
    double *x = d->x + j * n, *lo = d->lo + j * n;
    struct buf b = buf_in(k->a, 32);
    for (isize i = 0; i < n; i++) x[i] = 1;
    for (isize q = 0; q < n_parts; q++) {
        const struct source *s = part[q].v;
        isize level = part[q].first + c % part[q].n;
        c /= part[q].n;
        if (q > 0) buf_putc(&b, ':');
        buf_put(&b, s->name);
        if (s->factor) {
            buf_put(&b, s->level[level]);
            for (isize i = 0; i < n; i++)
                if (s->code[i] != level) x[i] = lo[i] = 0;
            continue;
        }
        for (isize i = 0; i < n; i++) {
            struct dd v = {s->x[i], s->lo ? s->lo[i] : 0};
            if (x[i] == 0 || v.hi == 0)
                v = dd_of(0);
            else if (x[i] != 1 || lo[i] != 0)
                v = dd_mul((struct dd){x[i], lo[i]}, v);
            x[i] = v.hi;
            lo[i] = v.lo;
        }
    }
    *name = buf_str(&b);
}

static int columns(struct make *k, struct design *d)
{
    const struct formula *m = k->m;
    isize n_terms = m->terms.n, p = m->intercept, j = 0, n_parts;
    struct part part[FORMULA_VARS];
    for (isize t = 0; t < n_terms; t++) {
        isize c = parts_of(k, t, part, &n_parts);
        for (isize q = 0; q < n_parts; q++)
            if (part[q].n == 0)
                return err_set(k->e, E_DEGENERATE,
                               "'%.*s' has only one level in the rows used, so it cannot "
                               "be a predictor",
                               FMT(part[q].v->name));
        p += c;
        if (p > DESIGN_COLUMNS)
            return err_set(k->e, E_TOO_BIG, "the model has more than %d columns",
                           DESIGN_COLUMNS);
    }
    if (p == 0)
        return err_set(k->e, E_FORMULA, "the formula has no term and no intercept");
    d->p = p;
    d->x = NEW_RAW(k->a, double, (d->n * p));
    d->lo = NEW(k->a, double, (d->n * p));
    struct str *name = NEW(k->a, struct str, p),
               *term_name = NEW(k->a, struct str, n_terms);
    int *term = NEW(k->a, int, p);
    if (m->intercept) column(k, d, j++, NULL, 0, 0, &name[0]);
    if (m->intercept) name[0] = S("(Intercept)");
    for (isize t = 0; t < n_terms; t++) {
        isize n_cols = parts_of(k, t, part, &n_parts);
        term_name[t] = m->terms.at[t].name;
        for (isize c = 0; c < n_cols; c++, j++) {
            column(k, d, j, part, n_parts, c, &name[j]);
            term[j] = (int)t + 1;
        }
    }
    bool exact = true;
    for (isize i = 0; i < d->n * p && exact; i++) exact = d->lo[i] == 0;
    if (exact) d->lo = NULL;
    for (isize i = 0; i < d->n * p; i++)
        if (!(fabs(d->x[i]) < 1e150))
            return err_set(k->e, E_DOMAIN, "column '%.*s' has values too large to square",
                           FMT(name[i / d->n]));
    d->name = name;
    d->term = term;
    d->term_name = term_name;
    d->n_terms = n_terms;
    d->intercept = m->intercept;
    return OK;
}

/* ---- response -------------------------------------------------------------------- */

static int response(struct make *k, struct design *d)
{
    if (!k->m->response) return OK;
    const double *x, *lo;
    d->y_name = k->m->response_name;
    TRY(compute(k, k->m->response, d->y_name, &x, &lo));
    d->y = NEW_RAW(k->a, double, d->n);
    memcpy(d->y, x, (size_t)d->n * sizeof *x);
    if (lo) {
        d->y_lo = NEW_RAW(k->a, double, d->n);
        memcpy(d->y_lo, lo, (size_t)d->n * sizeof *lo);
    }
    if (k->m->offsets.n > 0) {
        d->offset = NEW(k->a, double, d->n);
        if (!d->y_lo) d->y_lo = NEW(k->a, double, d->n);
    }
    for (isize o = 0; o < k->m->offsets.n; o++) {
        TRY(compute(k, k->m->offsets.at[o], S("the offset"), &x, &lo));
        for (isize i = 0; i < d->n; i++) {
            struct dd v = {x[i], lo ? lo[i] : 0};
            v = dd_sub((struct dd){d->y[i], d->y_lo[i]}, v);
            d->y[i] = v.hi;
            d->y_lo[i] = v.lo;
            d->offset[i] += x[i];
        }
    }
    for (isize i = 0; i < d->n; i++)
        if (!(fabs(d->y[i]) < 1e150))
            return err_set(k->e, E_DOMAIN, "'%.*s' has values too large to square",
                           FMT(d->y_name));
    return OK;
}

int design_of(const struct formula *m, const struct frame *f, const isize *also,
              isize n_also, struct design *out, struct arena *a, struct err *e)
{
    struct make k = {.m = m, .a = a, .e = e};
    *out = (struct design){0};
    TRY(rows_in_use(&k, f, also, n_also, out));
    k.var = NEW(a, struct source, m->vars.n);
    for (isize i = 0; i < m->vars.n; i++) {
        /* A grouping factor of a random part has no column here. */
        u64 in_terms = 0;
        for (isize t = 0; t < m->terms.n; t++) in_terms |= m->terms.at[t].vars;
        if (in_terms >> i & 1) TRY(variable(&k, &m->vars.at[i], &k.var[i]));
    }
    TRY(columns(&k, out));
    return response(&k, out);
}
