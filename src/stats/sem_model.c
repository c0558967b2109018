#include "stats/sem_model.h"
#include <math.h>
#include <stdio.h>

struct rows LIST(struct sem_row);

struct maker {
    const struct sem_syntax *s;
    const struct sem_options *o;
    struct sem_model *m;
    struct rows rows;
    bool *indicator, *outcome, *predictor, *written_moment;
    struct arena *a;
};

static int refuse(const struct maker *k, int line, int col, struct err *e,
                  const char *fmt, ...) PRINTF_LIKE(5, 6);
static int refuse(const struct maker *k, int line, int col, struct err *e,
                  const char *fmt, ...)
{
    struct sem_lex x = {.name = k->s->name};
    struct sem_token at = {.line = line, .col = col};
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return sem_lex_refuse(&x, &at, e, "%s", text);
}

int sem_model_var(const struct sem_model *m, struct str name)
{
    for (isize i = 0; i < m->n_var; i++)
        if (str_eq(m->var[i], name)) return (int)i;
    return -1;
}

struct str sem_model_key(const struct sem_row *r, struct arena *a)
{
    return str_fmt(a, "%.*s%s%.*s", FMT(r->lhs), sem_op_text[r->op], FMT(r->rhs));
}

/* ---- variables --------------------------------------------------------------------- */

static bool among(const struct str *at, isize n, struct str s)
{
    for (isize i = 0; i < n; i++)
        if (str_eq(at[i], s)) return true;
    return false;
}

struct order {
    struct str *at;
    isize n;
};

static void put_once(struct order *l, struct str s)
{
    if (!among(l->at, l->n, s)) l->at[l->n++] = s;
}

/* Observed variables in lavaan's order: indicators, outcomes, predictors, and those that
** only appear in variances, covariances and intercepts. */
static int list_variables(struct maker *k, const struct str *column, isize n_columns,
                          struct err *e)
{
    const struct sem_terms *t = &k->s->term;
    isize room = 2 * t->n + 1;
    struct order lv = {NEW(k->a, struct str, room), 0},
                 ov = {NEW(k->a, struct str, room), 0};
    for (isize i = 0; i < t->n; i++)
        if (t->at[i].op == SEM_LOADS) put_once(&lv, t->at[i].lhs);
#define OBSERVED(which, side)                                             \
    for (isize i = 0; i < t->n; i++)                                      \
        if (t->at[i].op == (which) && !among(lv.at, lv.n, t->at[i].side)) \
            put_once(&ov, t->at[i].side);
    OBSERVED(SEM_LOADS, rhs)
    OBSERVED(SEM_ON, lhs)
    OBSERVED(SEM_ON, rhs)
    OBSERVED(SEM_WITH, lhs)
    OBSERVED(SEM_WITH, rhs)
    OBSERVED(SEM_MEAN, lhs)
#undef OBSERVED
    struct sem_model *m = k->m;
    m->n_ov = ov.n;
    m->n_lv = lv.n;
    m->n_var = ov.n + lv.n;
    if (m->n_var > SEM_MAX_VARS)
        return err_set(e, E_TOO_BIG, "%s: %td variables; at most %d are possible",
                       k->s->name, m->n_var, SEM_MAX_VARS);
    m->var = NEW(k->a, struct str, m->n_var);
    for (isize i = 0; i < ov.n; i++) m->var[i] = ov.at[i];
    for (isize i = 0; i < lv.n; i++) m->var[ov.n + i] = lv.at[i];
    for (isize i = 0; i < t->n; i++) {
        const struct sem_term *q = &t->at[i];
        for (int side = 0; side < 2; side++) {
            struct str v = side ? q->rhs : q->lhs;
            if (v.n == 0) continue;
            bool column_too = among(column, n_columns, v);
            if (among(lv.at, lv.n, v)) {
                if (column_too)
                    return refuse(k, q->line, q->col, e,
                                  "'%.*s' is a latent variable here and a column of the "
                                  "data; rename one",
                                  (int)MIN(v.n, 60), v.at);
            } else if (!column_too) {
                struct str near = str_near(v, column, n_columns);
                if (near.n > 0)
                    return refuse(k, q->line, q->col, e,
                                  "no column '%.*s' in the data; did you mean '%.*s'?",
                                  (int)MIN(v.n, 60), v.at, (int)MIN(near.n, 60), near.at);
                return refuse(k, q->line, q->col, e,
                              "'%.*s' is neither a column of the data nor a latent "
                              "variable (=~)",
                              (int)MIN(v.n, 60), v.at);
            }
        }
    }
    return OK;
}

static void note_roles(struct maker *k)
{
    const struct sem_terms *t = &k->s->term;
    struct sem_model *m = k->m;
    for (isize i = 0; i < t->n; i++) {
        int l = sem_model_var(m, t->at[i].lhs), r = sem_model_var(m, t->at[i].rhs);
        switch (t->at[i].op) {
        case SEM_LOADS: k->indicator[r] = true; break;
        case SEM_ON:
            k->outcome[l] = true;
            k->predictor[r] = true;
            break;
        case SEM_WITH: k->written_moment[l] = k->written_moment[r] = true; break;
        case SEM_MEAN: k->written_moment[l] = true; break;
        }
    }
    for (isize i = 0; i < m->n_ov; i++) {
        m->is_x[i] = k->predictor[i] && !k->indicator[i] && !k->outcome[i] &&
                     !k->written_moment[i];
        m->n_x += m->is_x[i];
    }
}

/* ---- rows -------------------------------------------------------------------------- */

static struct sem_row *row_of(struct maker *k, enum sem_op op, int l, int r)
{
    for (isize i = 0; i < k->rows.n; i++) {
        struct sem_row *q = &k->rows.at[i];
        int ql = op == SEM_LOADS ? q->c : q->r, qr = op == SEM_LOADS ? q->r : q->c;
        if (q->op != op) continue;
        if ((ql == l && (op == SEM_MEAN || qr == r)) ||
            (op == SEM_WITH && ql == r && qr == l))
            return q;
    }
    return NULL;
}

/* lhs op rhs, free; NULL when the text says it already. */
static struct sem_row *add_row(struct maker *k, enum sem_op op, int l, int r)
{
    if (row_of(k, op, l, r)) return NULL;
    struct sem_row *q = PUSH(k->a, &k->rows);
    *q = (struct sem_row){.lhs = k->m->var[l], .op = op, .start = NAN};
    if (op != SEM_MEAN) q->rhs = k->m->var[r];
    q->r = op == SEM_LOADS ? r : l;
    q->c = op == SEM_LOADS ? l : op == SEM_MEAN ? l : r;
    return q;
}

static void fix(struct sem_row *q, double value)
{
    if (!q) return;
    q->theta = -1;
    q->value = value;
}

/* Covariances are written with the earlier variable first: latent before observed, each
** in its order. */
static void written_rows(struct maker *k)
{
    struct sem_model *m = k->m;
    for (isize i = 0; i < k->s->term.n; i++) {
        const struct sem_term *t = &k->s->term.at[i];
        int l = sem_model_var(m, t->lhs), r = sem_model_var(m, t->rhs);
        if (t->op == SEM_WITH) {
            isize pl = l < m->n_ov ? l + m->n_lv : l - m->n_ov;
            isize pr = r < m->n_ov ? r + m->n_lv : r - m->n_ov;
            if (pl > pr) {
                int swap = l;
                l = r;
                r = swap;
            }
        }
        struct sem_row *q = add_row(k, t->op, l, r);
        if (!q) continue; /* cannot be: the text refuses doubles */
        q->written = true;
        q->line = t->line;
        q->col = t->col;
    }
}

static void default_rows(struct maker *k)
{
    struct sem_model *m = k->m;
    const struct sem_options *o = k->o;
    int n_ov = (int)m->n_ov, n_var = (int)m->n_var;
    bool fill = !o->bare;
    for (int i = 0; i < n_var; i++) {
        if (i < n_ov && m->is_x[i]) continue;
        struct sem_row *q = add_row(k, SEM_WITH, i, i);
        if (!fill) fix(q, 0);
    }
    if (fill)
        for (int i = n_ov; i < n_var; i++)
            for (int j = i + 1; j < n_var; j++) {
                bool xi = !k->indicator[i] && !k->outcome[i],
                     xj = !k->indicator[j] && !k->outcome[j];
                if (!xi || !xj) continue;
                struct sem_row *q = add_row(k, SEM_WITH, i, j);
                if (o->orthogonal) fix(q, 0);
            }
    /* outcomes that predict nothing: latent ones come first, then observed ones */
    for (int i = 0; fill && !o->uncorrelated && i < n_var; i++)
        for (int j = i + 1; j < n_var; j++) {
            int p = (int)((i + n_ov) % n_var), q = (int)((j + n_ov) % n_var);
            if (!k->outcome[p] || k->indicator[p] || k->predictor[p] || !k->outcome[q] ||
                k->indicator[q] || k->predictor[q])
                continue;
            struct sem_row *w = add_row(k, SEM_WITH, p, q);
            if (o->orthogonal && p >= n_ov && q >= n_ov) fix(w, 0);
        }
    for (int i = 0; i < n_ov; i++)
        for (int j = i; j < n_ov; j++) {
            if (!m->is_x[i] || !m->is_x[j]) continue;
            struct sem_row *q = add_row(k, SEM_WITH, i, j);
            q->exo = m->fixed_x;
            if (q->exo) q->theta = -1;
            if (!m->fixed_x && !fill && i == j) fix(q, 0);
        }
    if (!m->means) return;
    for (int i = 0; i < n_var; i++) {
        struct sem_row *q = add_row(k, SEM_MEAN, i, i);
        if (!q) continue;
        bool is_free = fill && (i < n_ov) == !o->growth;
        if (!is_free) fix(q, 0);
        if (i < n_ov && m->is_x[i] && m->fixed_x) {
            q->exo = true;
            q->theta = -1;
        }
    }
}

static void fix_scales(struct maker *k)
{
    struct sem_model *m = k->m;
    bool fill = !k->o->bare;
    for (int f = (int)m->n_ov; f < m->n_var; f++) {
        bool first = true;
        isize n = 0;
        int only = -1;
        for (isize i = 0; i < k->rows.n; i++) {
            struct sem_row *q = &k->rows.at[i];
            if (q->op != SEM_LOADS || q->c != f) continue;
            if (first && fill && !k->o->std_lv) fix(q, 1);
            first = false;
            n++;
            only = q->r;
        }
        if (k->o->std_lv) fix(row_of(k, SEM_WITH, f, f), 1);
        if (n != 1 || !fill || only == f) continue;
        isize uses = 0;
        for (isize i = 0; i < k->rows.n; i++)
            uses += k->rows.at[i].op == SEM_LOADS && k->rows.at[i].r == only;
        struct sem_row *q = row_of(k, SEM_WITH, only, only);
        if (uses == 1 && q && !q->written) fix(q, 0);
    }
}

static void apply_modifiers(struct maker *k)
{
    for (isize i = 0; i < k->s->term.n; i++) {
        const struct sem_term *t = &k->s->term.at[i];
        struct sem_row *q =
            row_of(k, t->op, sem_model_var(k->m, t->lhs), sem_model_var(k->m, t->rhs));
        if (t->op == SEM_LOADS && str_eq(t->lhs, t->rhs)) fix(q, 0); /* f =~ 0 */
        if (t->fixed) fix(q, t->value);
        if (t->freed) q->theta = 0;
        if (!isnan(t->start)) q->start = t->start;
        q->label = t->label;
    }
}

/* ---- labels and constraints -------------------------------------------------------- */

/* equal("f=~x1") names a row: the row gets that name as its label. */
static int resolve_equal(struct maker *k, struct err *e)
{
    for (isize i = 0; i < k->s->term.n; i++) {
        const struct sem_term *t = &k->s->term.at[i];
        if (!t->equal) continue;
        bool found = false;
        struct arena tmp = *k->a;
        for (isize j = 0; j < k->rows.n && !found; j++) {
            struct sem_row *q = &k->rows.at[j];
            if (!str_eq(sem_model_key(q, &tmp), t->label) || j == i) continue;
            found = true;
            if (q->label.n == 0) q->label = t->label;
            struct sem_row *me = row_of(k, t->op, sem_model_var(k->m, t->lhs),
                                        sem_model_var(k->m, t->rhs));
            me->label = q->label;
        }
        if (!found)
            return refuse(k, t->line, t->col, e,
                          "equal(\"%.*s\"): there is no such parameter",
                          (int)MIN(t->label.n, 60), t->label.at);
    }
    return OK;
}

/* One number per label; a fixed row fixes all rows of its label. */
static int number_parameters(struct maker *k, struct err *e)
{
    struct sem_model *m = k->m;
    m->row = k->rows.at;
    m->n_rows = k->rows.n;
    for (isize i = 0; i < m->n_rows; i++) {
        struct sem_row *q = &m->row[i];
        if (q->label.n == 0 || q->theta < 0) continue;
        for (isize j = 0; j < m->n_rows; j++)
            if (m->row[j].theta < 0 && str_eq(m->row[j].label, q->label)) {
                fix(q, m->row[j].value);
                break;
            }
    }
    for (isize i = 0; i < m->n_rows; i++) {
        struct sem_row *q = &m->row[i];
        if (q->theta < 0) continue;
        q->theta = -2;
        for (isize j = 0; j < i && q->label.n > 0; j++)
            if (str_eq(m->row[j].label, q->label)) {
                q->theta = m->row[j].theta;
                break;
            }
        if (q->theta == -2) q->theta = (int)m->n_raw++;
    }
    m->n_par = m->n_raw;
    if (m->n_raw > SEM_MAX_PAR)
        return err_set(e, E_TOO_BIG, "%s: %td free parameters; at most %d are possible",
                       k->s->name, m->n_raw, SEM_MAX_PAR);
    return OK;
}

static int label_row(const struct sem_model *m, struct str label)
{
    for (isize i = 0; i < m->n_rows; i++)
        if (m->row[i].label.n > 0 && str_eq(m->row[i].label, label)) return (int)i;
    return -1;
}

static int unknown_label(struct maker *k, const struct sem_expr_name *n, struct err *e)
{
    struct sem_model *m = k->m;
    struct arena tmp = *k->a;
    struct str *known = NEW(&tmp, struct str, m->n_rows + m->n_defs + 1);
    isize n_known = 0;
    for (isize i = 0; i < m->n_rows; i++)
        if (m->row[i].label.n > 0) known[n_known++] = m->row[i].label;
    for (isize i = 0; i < m->n_defs; i++) known[n_known++] = m->def[i].name;
    struct str near = str_near(n->text, known, n_known);
    if (near.n > 0)
        return refuse(k, n->line, n->col, e,
                      "no parameter has the label '%.*s'; did you mean '%.*s'?",
                      (int)MIN(n->text.n, 60), n->text.at, (int)MIN(near.n, 60), near.at);
    return refuse(k, n->line, n->col, e,
                  "no parameter has the label '%.*s'; give one, as in y ~ %.*s*x",
                  (int)MIN(n->text.n, 60), n->text.at, (int)MIN(n->text.n, 60),
                  n->text.at);
}

static int make_definitions(struct maker *k, struct err *e)
{
    struct sem_model *m = k->m;
    m->def = NEW(k->a, struct sem_def, k->s->defined.n);
    for (isize i = 0; i < k->s->defined.n; i++) {
        const struct sem_defined *d = &k->s->defined.at[i];
        struct sem_def *f = &m->def[m->n_defs];
        *f = (struct sem_def){.name = d->name, .expr = d->expr};
        f->from = NEW(k->a, int, d->expr.n_names);
        if (label_row(m, d->name) >= 0)
            return refuse(k, d->line, d->col, e,
                          "'%.*s' is a parameter's label and cannot be defined",
                          (int)MIN(d->name.n, 60), d->name.at);
        for (isize j = 0; j < d->expr.n_names; j++) {
            f->from[j] = label_row(m, d->expr.name[j].text);
            if (f->from[j] >= 0) continue;
            isize g = 0;
            while (g < m->n_defs && !str_eq(m->def[g].name, d->expr.name[j].text)) g++;
            if (g == m->n_defs) return unknown_label(k, &d->expr.name[j], e);
            f->from[j] = (int)(-1 - g);
        }
        m->n_defs++;
    }
    return OK;
}

/* left - right as c0 + c'raw into row[n_raw + 1]; linear when the gradient does not
** depend on where it is taken. */
static int linear_form(struct maker *k, const struct sem_expr *f, double sign, double *c,
                       const struct sem_equality *q, struct err *e)
{
    struct sem_model *m = k->m;
    struct arena tmp = *k->a;
    isize n = f->n_names;
    double *v = NEW(&tmp, double, n + 1), *g1 = NEW(&tmp, double, n + 1),
           *g2 = NEW(&tmp, double, n + 1);
    for (isize i = 0; i < n; i++)
        if (label_row(m, f->name[i].text) < 0) return unknown_label(k, &f->name[i], e);
    for (isize i = 0; i < n; i++) v[i] = 0.37 + 0.11 * (double)i;
    double f1 = sem_expr_value(f, v, g1, tmp);
    double at0 = f1;
    for (isize i = 0; i < n; i++) at0 -= g1[i] * v[i];
    for (isize i = 0; i < n; i++) v[i] = 1.91 + 0.77 * (double)(i * i % 13);
    double f2 = sem_expr_value(f, v, g2, tmp);
    double line = at0;
    for (isize i = 0; i < n; i++) line += g1[i] * v[i];
    bool linear = isfinite(f1) && fabs(f2 - line) <= 1e-12 * (1 + fabs(f2) + fabs(at0));
    for (isize i = 0; i < n; i++)
        linear = linear && fabs(g1[i] - g2[i]) <= 1e-12 * (1 + fabs(g1[i]));
    if (!linear)
        return refuse(k, q->line, q->col, e,
                      "only linear equalities are available, such as a == b or "
                      "a == 2*b + 1");
    if (fabs(at0) < 1e-13) at0 = 0;
    c[m->n_raw] += sign * at0;
    for (isize i = 0; i < n; i++) {
        const struct sem_row *r = &m->row[label_row(m, f->name[i].text)];
        if (r->theta < 0)
            c[m->n_raw] += sign * g1[i] * r->value;
        else
            c[r->theta] += sign * g1[i];
    }
    return OK;
}

/* Solves C raw + c0 = 0 by elimination: pivots become combinations of the rest. */
static int make_constraints(struct maker *k, struct err *e)
{
    struct sem_model *m = k->m;
    isize n = k->s->equality.n, w = m->n_raw + 1;
    if (n == 0) return OK;
    double *C = NEW(k->a, double, (n * w));
    isize *pivot = NEW(k->a, isize, n), n_pivots = 0;
    for (isize i = 0; i < n; i++) {
        const struct sem_equality *q = &k->s->equality.at[i];
        double *c = C + n_pivots * w, largest = 0, was = 0;
        for (isize j = 0; j < w; j++) c[j] = 0;
        TRY(linear_form(k, &q->left, 1, c, q, e));
        TRY(linear_form(k, &q->right, -1, c, q, e));
        for (isize j = 0; j < m->n_raw; j++) was = fmax(was, fabs(c[j]));
        for (isize p = 0; p < n_pivots; p++) {
            double f = c[pivot[p]];
            for (isize j = 0; j < w; j++) c[j] -= f * C[p * w + j];
        }
        isize at =
            -1; /* the last of the largest: the earlier label stays the parameter */
        for (isize j = 0; j < m->n_raw; j++)
            if (fabs(c[j]) >= largest && fabs(c[j]) > 1e-12 * was)
                largest = fabs(c[j]), at = j;
        if (at < 0) {
            if (fabs(c[m->n_raw]) > 1e-12 * (1 + was))
                return refuse(k, q->line, q->col, e,
                              "this equality cannot hold together with the others");
            continue; /* follows from the others */
        }
        double f = 1 / c[at];
        for (isize j = 0; j < w; j++) c[j] *= f;
        for (isize p = 0; p < n_pivots; p++) {
            double g = C[p * w + at];
            for (isize j = 0; j < w; j++) C[p * w + j] -= g * c[j];
        }
        pivot[n_pivots++] = at;
    }
    m->n_par = m->n_raw - n_pivots;
    m->K = NEW(k->a, double, m->n_raw *(m->n_par + 1));
    m->base = NEW(k->a, double, m->n_raw + 1);
    isize next = 0;
    isize *place = NEW(k->a, isize, m->n_raw + 1); /* of a raw parameter in theta */
    for (isize i = 0; i < m->n_raw; i++) {
        place[i] = -1;
        bool is_pivot = false;
        for (isize p = 0; p < n_pivots; p++) is_pivot = is_pivot || pivot[p] == i;
        if (!is_pivot) place[i] = next++;
    }
    for (isize i = 0; i < m->n_raw; i++)
        if (place[i] >= 0) m->K[i * m->n_par + place[i]] = 1;
    for (isize p = 0; p < n_pivots; p++) {
        m->base[pivot[p]] = -C[p * w + m->n_raw];
        for (isize j = 0; j < m->n_raw; j++)
            if (place[j] >= 0) m->K[pivot[p] * m->n_par + place[j]] = -C[p * w + j];
    }
    return OK;
}

int sem_model_make(const struct sem_syntax *s, const struct sem_options *o,
                   const struct str *column, isize n_columns, struct sem_model *out,
                   struct arena *a, struct err *e)
{
    *out = (struct sem_model){.fixed_x = !o->random_x};
    struct maker k = {.s = s, .o = o, .m = out, .a = a};
    TRY(list_variables(&k, column, n_columns, e));
    out->means = o->meanstructure || o->growth;
    for (isize i = 0; i < s->term.n; i++)
        if (s->term.at[i].op == SEM_MEAN) out->means = true;
    isize n =
        out->n_var + 1; /* one more: the rhs of ~1 has index -1, read as no variable */
    bool *role = NEW(a, bool, 5 * n);
    k.indicator = role + 1;
    k.outcome = k.indicator + n;
    k.predictor = k.outcome + n;
    k.written_moment = k.predictor + n;
    out->is_x = NEW(a, bool, out->n_ov + 1);
    note_roles(&k);
    written_rows(&k);
    default_rows(&k);
    fix_scales(&k);
    apply_modifiers(&k);
    TRY(resolve_equal(&k, e));
    TRY(number_parameters(&k, e));
    TRY(make_definitions(&k, e));
    return make_constraints(&k, e);
}

int sem_model_read(struct str text, const char *name, const struct sem_options *o,
                   const struct str *column, isize n_columns, struct sem_model *out,
                   struct arena *a, struct err *e)
{
    struct sem_syntax s;
    TRY(sem_syntax_read(text, name, &s, a, e));
    return sem_model_make(&s, o, column, n_columns, out, a, e);
}
