#include "stats/nls.h"
#include "stats/dist.h"
#include "stats/qr.h"
#include <string.h>

/* ---- the model ------------------------------------------------------------------- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* b2 before b10: runs of digits compare as numbers. */
static bool before(struct str s, struct str t)
{
    isize i = 0, j = 0;
    while (i < s.n && j < t.n) {
        if (digit(s.at[i]) && digit(t.at[j])) {
            isize i0 = i, j0 = j;
            while (i < s.n && digit(s.at[i])) i++;
            while (j < t.n && digit(t.at[j])) j++;
            if (i - i0 != j - j0) return i - i0 < j - j0;
            int c = memcmp(s.at + i0, t.at + j0, (size_t)(i - i0));
            if (c != 0) return c < 0;
        } else {
            if (s.at[i] != t.at[j]) return (u8)s.at[i] < (u8)t.at[j];
            i++, j++;
        }
    }
    return s.n - i < t.n - j;
}

static void sort_names(struct expr_names *names)
{
    for (isize i = 1; i < names->n; i++)
        for (isize j = i; j > 0 && before(names->at[j], names->at[j - 1]); j--) {
            struct str s = names->at[j];
            names->at[j] = names->at[j - 1];
            names->at[j - 1] = s;
        }
}

/* Values of expressions over the columns at the rows used. */
static int rows(struct nls_model *m, const struct frame *f, const struct expr_names *cols,
                struct arena *a, struct err *e)
{
    struct expr_names in_y = {0};
    expr_names(m->response, &in_y, a);
    isize n_cols = 0, *col = NEW(a, isize, cols->n + in_y.n);
    for (isize k = 0; k < cols->n + in_y.n; k++) {
        struct str name = k < cols->n ? cols->at[k] : in_y.at[k - cols->n];
        const double *x;
        TRY(frame_numbers(f, name, &x, e));
        col[n_cols++] = frame_find(f, name);
    }
    const isize *row = frame_complete(f, col, n_cols, &m->n, a);
    m->dropped = f->n - m->n;
    m->n_columns = cols->n;
    m->x = NEW(a, struct dd, m->n * cols->n);
    m->y = NEW(a, struct dd, m->n);
    struct expr_code code;
    TRY(expr_compile(m->response, in_y.at, in_y.n, &code, a, e));
    struct dd *at = NEW(a, struct dd, n_cols), *room = NEW(a, struct dd, code.n);
    for (isize i = 0; i < m->n; i++) {
        for (isize k = 0; k < n_cols; k++) {
            const struct frame_col *c = &f->cols.at[col[k]];
            at[k] = (struct dd){c->x[row[i]], c->lo ? c->lo[row[i]] : 0};
        }
        for (isize k = 0; k < cols->n; k++) m->x[i * cols->n + k] = at[k];
        m->y[i] = expr_value(&code, at + cols->n, room);
        if (!(fabs(m->y[i].hi) < 1e150))
            return err_set(e, E_DOMAIN, "the response is not defined in data row %td",
                           row[i] + 1);
    }
    return OK;
}

int nls_read(struct str text, struct str response, const struct frame *f,
             struct nls_model *out, struct arena *a, struct err *e)
{
    struct expr *root, *y = NULL;
    struct expr_names all = {0}, par = {0}, cols = {0}, both = {0};
    *out = (struct nls_model){.text = text};
    int code = expr_read(text, true, &root, a, e);
    if (code != OK) return err_at(e, code, "model");
    if (root->op == EXPR_TILDE) {
        y = root->kid[0];
        root = root->kid[1];
    }
    if (!y) {
        code = expr_read(response, false, &y, a, e);
        if (code != OK) return err_at(e, code, "response");
    }
    out->response = y;
    expr_names(root, &all, a);
    for (isize i = 0; i < all.n; i++)
        *PUSH(a, frame_find(f, all.at[i]) < 0 ? &par : &cols) = all.at[i];
    if (par.n == 0 || par.n > NLS_PARAMETERS)
        return err_set(e, E_FORMULA, "the model has %td parameters; 1 to %d are possible",
                       par.n, NLS_PARAMETERS);
    sort_names(&par);
    for (isize i = 0; i < par.n; i++) *PUSH(a, &both) = par.at[i];
    for (isize i = 0; i < cols.n; i++) *PUSH(a, &both) = cols.at[i];
    code = expr_compile(root, both.at, both.n, &out->code, a, e);
    if (code != OK) return err_at(e, code, "model");
    out->parameter = par.at;
    out->n_parameters = par.n;
    return rows(out, f, &cols, a, e);
}

/* ---- evaluation ------------------------------------------------------------------ */

struct work {
    const struct nls_model *m;
    isize n, p;
    struct dd *e;   /* n: y - f */
    struct dd *jac; /* n x p by columns */
    struct dd *at, *slope, *room;
};

static struct work work_of(const struct nls_model *m, struct arena *a)
{
    isize vars = m->n_parameters + m->n_columns;
    return (struct work){.m = m,
                         .n = m->n,
                         .p = m->n_parameters,
                         .e = NEW(a, struct dd, m->n),
                         .jac = NEW(a, struct dd, m->n * m->n_parameters),
                         .at = NEW(a, struct dd, vars),
                         .slope = NEW(a, struct dd, vars),
                         .room = NEW(a, struct dd, 2 * m->code.n)};
}

/* Sum of squares at b, infinite where the model is not defined; with the derivatives if
** asked. Residuals stay in k->e. */
static struct dd evaluate(struct work *k, const struct dd *b, bool slopes)
{
    isize p = k->p, q = k->m->n_columns;
    struct dd s = {0, 0};
    memcpy(k->at, b, (size_t)p * sizeof *b);
    for (isize i = 0; i < k->n; i++) {
        for (isize j = 0; j < q; j++) k->at[p + j] = k->m->x[i * q + j];
        struct dd f = slopes ? expr_slope(&k->m->code, k->at, k->slope, k->room)
                             : expr_value(&k->m->code, k->at, k->room);
        if (!(fabs(f.hi) < 1e150)) return dd_of(INFINITY);
        for (isize j = 0; j < p && slopes; j++) {
            if (!(fabs(k->slope[j].hi) < 1e150)) return dd_of(INFINITY);
            k->jac[j * k->n + i] = k->slope[j];
        }
        k->e[i] = dd_sub(k->m->y[i], f);
        s = dd_add(s, dd_mul(k->e[i], k->e[i]));
    }
    return s;
}

/* ---- damped steps ---------------------------------------------------------------- */

/* Ways to the minimum.  With `project` the parameters in which the model is linear follow
** the others exactly (Golub & Pereyra 1973, in Kaufman's form): only the others are
** damped, and after each step the linear ones are solved anew.  It follows valleys that
** damped steps in all parameters creep along; but it comes second, because where terms
** are alike (a sum of exponentials) it forgets which of them the start meant. */
static const struct way {
    bool project;
    bool keep; /* lengths of columns: the largest so far (More), or the present ones */
    double damping; /* at the start, relative to the squared length of a column */
} way[] = {{false, true, 1e-3}, {true, true, 1e-3}, {false, false, 1e-3},
           {true, false, 1e-3}, {false, true, 1e3}, {true, true, 1e3}};

enum { STEPS = 1500 };

struct descent {
    bool *linear; /* p: follows the others */
    isize n_linear;
    double *j, *e, *r, *left, *c; /* n x p, n, p x p, p, p */
    double *d;                    /* p: lengths */
    double *stack, *r2, *inv;     /* 2p x p, p x p, p x p */
    double *step;
};

static struct descent descent_of(const struct work *k, struct arena *a)
{
    isize n = k->n, p = k->p;
    return (struct descent){.linear = NEW(a, bool, p),
                            .j = NEW(a, double, (n * p)),
                            .e = NEW(a, double, n),
                            .r = NEW(a, double, (p * p)),
                            .left = NEW(a, double, p),
                            .c = NEW(a, double, p),
                            .d = NEW(a, double, p),
                            .stack = NEW(a, double, 2 * p * p),
                            .r2 = NEW(a, double, (p * p)),
                            .inv = NEW(a, double, (p * p)),
                            .step = NEW(a, double, p)};
}

/* Parameters in which the model is linear jointly, taken from the front as they fit. */
static void find_linear(const struct work *k, struct descent *g, struct arena tmp)
{
    bool *in = NEW(&tmp, bool, k->p + k->m->n_columns);
    for (isize j = 0; j < k->p; j++) {
        in[j] = true;
        g->linear[j] = in[j] = expr_linear(&k->m->code, in, tmp);
        g->n_linear += in[j];
    }
}

/* argmin |R s - c|^2 + damping |D s|^2 (D without the parameters that follow), and what
** the linear model promises to gain: |R s|^2 + 2 damping |D s|^2. */
static double damped(const struct work *k, struct descent *g, double damping,
                     bool project, struct arena tmp)
{
    isize p = k->p;
    double gain = 0;
    for (isize j = 0; j < p; j++)
        for (isize i = 0; i < p; i++) {
            bool on = i == j && !(project && g->linear[j]);
            g->stack[j * 2 * p + i] = g->r[i * p + j] / g->d[j];
            g->stack[j * 2 * p + p + i] = on ? sqrt(damping) : 0;
        }
    qr_factor(g->stack, 2 * p, p, g->r2, g->left, tmp);
    for (isize j = 0; j < p; j++)
        if (!(g->left[j] > 1e-300)) return NAN;
    qr_invert(g->r2, p, g->inv);
    for (isize i = 0; i < p; i++) {
        double s = 0;
        for (isize j = i; j < p; j++)
            s += g->inv[i * p + j] * qr_dot(g->stack + j * 2 * p, g->c, p);
        g->step[i] = s / g->d[i];
        if (!(project && g->linear[i])) gain += 2 * damping * s * s;
    }
    for (isize i = 0; i < p; i++) {
        double s = 0;
        for (isize j = i; j < p; j++) s += g->r[i * p + j] * g->step[j];
        gain += s * s;
    }
    return gain;
}

/* Factors the derivatives at hand; the relative offset: how much of the residuals lies in
** the tangent plane, against what is left. */
static double tangent(const struct work *k, struct descent *g, bool keep,
                      struct arena tmp)
{
    isize n = k->n, p = k->p;
    double in = 0, all = 0;
    for (isize j = 0; j < p; j++) {
        for (isize i = 0; i < n; i++) g->j[j * n + i] = k->jac[j * n + i].hi;
        double len = sqrt(qr_dot(g->j + j * n, g->j + j * n, n));
        g->d[j] = keep ? fmax(g->d[j], len) : len;
        if (!(g->d[j] > 0)) g->d[j] = 1;
    }
    for (isize i = 0; i < n; i++) g->e[i] = k->e[i].hi;
    qr_factor(g->j, n, p, g->r, g->left, tmp);
    for (isize j = 0; j < p; j++) {
        g->c[j] = qr_dot(g->j + j * n, g->e, n);
        in += g->c[j] * g->c[j];
    }
    for (isize i = 0; i < n; i++) all += g->e[i] * g->e[i];
    double out = fmax(all - in, 0);
    return out > 0 ? sqrt(in / (double)p) / sqrt(out / (double)MAX(n - p, 1)) : INFINITY;
}

/* The linear parameters at their best, the others as they are: one regression on their
** columns.  False when these depend on each other. */
static bool follow(struct work *k, struct descent *g, struct dd *b, struct arena tmp)
{
    isize n = k->n, p = k->p, m = 0;
    double *z = NEW_RAW(&tmp, double, (n * p)), *r = NEW(&tmp, double, (p * p));
    double *left = NEW(&tmp, double, p), *len = NEW(&tmp, double, p), *e;
    if (!isfinite(evaluate(k, b, true).hi)) return false;
    for (isize j = 0; j < p; j++) {
        if (!g->linear[j]) continue;
        double *col = z + m * n;
        for (isize i = 0; i < n; i++) len[m] = fmax(len[m], fabs(k->jac[j * n + i].hi));
        if (!(len[m] > 1e-200)) return false;
        for (isize i = 0; i < n; i++) col[i] = k->jac[j * n + i].hi / len[m];
        m++;
    }
    qr_factor(z, n, m, r, left, tmp);
    for (isize j = 0; j < m; j++)
        if (!(left[j] > 1e-12)) return false;
    e = NEW(&tmp, double, n);
    for (isize i = 0; i < n; i++) e[i] = k->e[i].hi;
    double *c = NEW(&tmp, double, m);
    for (isize j = m; j-- > 0;) {
        c[j] = qr_dot(z + j * n, e, n);
        for (isize i = j + 1; i < m; i++) c[j] -= r[j * m + i] * c[i];
        c[j] /= r[j * m + j];
    }
    m = 0;
    for (isize j = 0; j < p; j++)
        if (g->linear[j]) {
            b[j] = dd_of(b[j].hi + c[m] / len[m]);
            m++;
        }
    return true;
}

/* The number of steps; *b and *ss are where it ended. */
static isize descend(struct work *k, struct dd *b, const struct way *w, struct dd *ss,
                     struct arena tmp)
{
    isize p = k->p, t = 0;
    struct descent g = descent_of(k, &tmp);
    struct dd *next = NEW(&tmp, struct dd, p);
    find_linear(k, &g, tmp);
    bool project = w->project && g.n_linear > 0;
    *ss = dd_of(INFINITY);
    if (w->project && !project) return 0; /* the way before was the same */
    if (project && !follow(k, &g, b, tmp)) return 0;
    *ss = evaluate(k, b, true);
    if (!isfinite(ss->hi)) return 0;
    double damping = w->damping, grow = 2, offset = tangent(k, &g, w->keep, tmp);
    for (; t < STEPS && offset > 1e-9 && damping < 1e40; t++) {
        double promised = damped(k, &g, damping, project, tmp), size = 0, moved = 0;
        for (isize j = 0; j < p; j++) {
            next[j] = b[j];
            if (project && g.linear[j]) continue;
            next[j] = dd_of(b[j].hi + g.step[j]);
            size = fmax(size, fabs(g.d[j] * b[j].hi));
            moved = fmax(moved, fabs(g.d[j] * g.step[j]));
        }
        if (moved <= 1e-16 * size) break;
        bool there = promised > 0 && (!project || follow(k, &g, next, tmp));
        struct dd s = there ? evaluate(k, next, true) : dd_of(INFINITY);
        double won = dd_sub(*ss, s).hi;
        if (isfinite(s.hi) && won > 0) {
            double u = 2 * won / promised - 1;
            memcpy(b, next, (size_t)p * sizeof *b);
            *ss = s;
            offset = tangent(k, &g, w->keep, tmp);
            damping *= fmax(1.0 / 3, 1 - u * u * u);
            grow = 2;
        } else {
            damping *= grow;
            grow *= 2;
        }
    }
    return t;
}

/* ---- polish ---------------------------------------------------------------------- */

/* Gauss's steps in double-double while they still get shorter.  w becomes the inverse of
** R, the answer's covariance up to sigma^2; false when a parameter is not determined. */
static bool polish(struct work *k, struct dd *b, struct dd *ss, struct dd *w,
                   double *offset, isize *blind, struct arena tmp)
{
    isize n = k->n, p = k->p;
    struct dd *r = NEW(&tmp, struct dd, p * p), *next = NEW(&tmp, struct dd, p);
    struct dd *step = NEW(&tmp, struct dd, p);
    double *left = NEW(&tmp, double, p), *unit = NEW(&tmp, double, p);
    double last = INFINITY;
    *offset = INFINITY;
    memcpy(next, b, (size_t)p * sizeof *b);
    for (int t = 0; t < 60; t++) {
        struct dd s = evaluate(k, next, true);
        if (!isfinite(s.hi) || (t > 0 && s.hi > ss->hi * (1 + 1e-12))) break;
        struct dd in = {0, 0};
        for (isize j = 0; j < p; j++) { /* columns of length near 1 */
            double len = 0;
            for (isize i = 0; i < n; i++) len = fmax(len, fabs(k->jac[j * n + i].hi));
            *blind = j;
            if (!(len > 0)) return false;
            int ex;
            frexp(len, &ex);
            unit[j] = ldexp(1, -ex);
            for (isize i = 0; i < n; i++)
                k->jac[j * n + i] = dd_scale(k->jac[j * n + i], unit[j]);
        }
        qr_factor_dd(k->jac, n, p, r, left, tmp);
        for (isize j = 0; j < p; j++) {
            *blind = j;
            if (!(left[j] > 1e-13)) return false;
        }
        qr_invert_dd(r, p, w);
        for (isize i = 0; i < p; i++) step[i] = dd_of(0);
        for (isize j = 0; j < p; j++) {
            struct dd c = qr_dot_dd(k->jac + j * n, k->e, n);
            in = dd_add(in, dd_mul(c, c));
            for (isize i = 0; i <= j; i++)
                step[i] = dd_add(step[i], dd_mul(w[i * p + j], c));
        }
        for (isize i = 0; i < p * p; i++) w[i] = dd_scale(w[i], unit[i / p]);
        memcpy(b, next, (size_t)p * sizeof *b);
        *ss = s;
        double out = dd_sub(s, in).hi, moved = 0;
        *offset =
            out > 0 ? sqrt(in.hi / (double)p) / sqrt(out / (double)MAX(n - p, 1)) : 0;
        for (isize j = 0; j < p; j++) {
            struct dd d = dd_scale(step[j], unit[j]);
            moved = fmax(moved, fabs(d.hi) / (fabs(b[j].hi) + 1e-300));
            next[j] = dd_add(b[j], d);
        }
        if (moved < 1e-22 || (moved < 1e-15 && moved >= last)) break;
        last = moved;
    }
    return true;
}

/* ---- the fit --------------------------------------------------------------------- */

static void tell(const struct work *k, const struct dd *b, const struct dd *w,
                 struct dd ss, double level, struct nls *out)
{
    isize p = k->p;
    double df = (double)out->df, n = (double)k->n,
           q = dist_t_quantile(0.5 + level / 2, df);
    out->rss = ss.hi;
    out->sigma = dd_sqrt(dd_div(ss, dd_of(df))).hi;
    out->loglik = -0.5 * n * (1.8378770664093454836 + log(out->rss / n) + 1);
    out->aic = -2 * out->loglik + 2 * (double)(p + 1);
    out->bic = -2 * out->loglik + log(n) * (double)(p + 1);
    for (isize j = 0; j < p; j++) {
        struct nls_coef *c = &out->coef[j];
        c->name = k->m->parameter[j];
        c->estimate = dd_out(b[j]);
        c->se = out->sigma * dd_sqrt(qr_dot_dd(w + j * p, w + j * p, p)).hi;
        c->t = c->estimate / c->se;
        c->p = dist_t_two(c->t, df);
        c->lower = c->estimate - q * c->se;
        c->upper = c->estimate + q * c->se;
    }
}

int nls_fit(const struct nls_model *m, const double *start, double level, struct nls *out,
            struct arena *a, struct err *e)
{
    isize p = m->n_parameters, blind = 0;
    if (m->n <= p)
        return err_set(e, E_TOO_FEW, "%td complete rows cannot determine %td parameters",
                       m->n, p);
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "a level is between 0 and 1, for example 0.95");
    *out = (struct nls){.n = m->n, .p = p, .df = m->n - p, .dropped = m->dropped};
    out->coef = NEW(a, struct nls_coef, p);
    struct arena tmp = *a;
    struct work k = work_of(m, &tmp);
    struct dd *b = NEW(&tmp, struct dd, p), *w = NEW(&tmp, struct dd, p * p), ss;
    bool found = false, flat = false;
    for (isize j = 0; j < p; j++) b[j] = dd_of(start[j]);
    if (!isfinite(evaluate(&k, b, true).hi))
        return err_set(e, E_DOMAIN, "the model is not defined at the starting values");
    for (isize t = 0; t < COUNT(way) && !found; t++) {
        for (isize j = 0; j < p; j++) b[j] = dd_of(start[j]);
        out->iterations = descend(&k, b, &way[t], &ss, tmp);
        if (!isfinite(ss.hi)) continue;
        bool fixed = polish(&k, b, &ss, w, &out->offset, &blind, tmp);
        flat = flat || !fixed;
        found = fixed && out->offset < 1e-9;
    }
    if (!found && flat)
        return err_set(e, E_NOT_IDENTIFIED,
                       "the data do not determine the parameter '%.*s'; other starting "
                       "values may lead elsewhere",
                       FMT(m->parameter[blind]));
    if (!found)
        return err_set(e, E_NO_CONVERGENCE,
                       "no minimum was reached from these starting values; try others "
                       "nearer to the answer");
    if (m->dropped > 0) note_add(&out->notes, NOTE_DROPPED, (double)m->dropped, 0);
    tell(&k, b, w, ss, level, out);
    return OK;
}
