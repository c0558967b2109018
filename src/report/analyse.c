#include "report/analyse.h"
#include "base/num.h"
#include "stats/desc.h"

#include <math.h>

struct quantity analyse_quantity(const struct result *r, struct str id)
{
    for (isize i = 0; i < r->q.n; i++)
        if (str_eq(r->q.at[i].id, id)) return r->q.at[i];
    return (struct quantity){.id = id, .value = NAN};
}

void analyse_put(struct result *r, const char *id, double value, enum quantity_kind k,
                 struct arena *a)
{
    *PUSH(a, &r->q) = (struct quantity){str_of(id), value, k};
}

void analyse_put_of(struct result *r, struct str of, const char *what, double value,
                    enum quantity_kind k, struct arena *a)
{
    struct str id = str_fmt(a, "%.*s.%s", FMT(of), what);
    *PUSH(a, &r->q) = (struct quantity){id, value, k};
}

bool analyse_meets(const struct records *r, const struct plan_analysis *an, isize row)
{
    for (isize i = 0; i < an->where.n; i++) {
        const struct plan_condition *c = &an->where.at[i];
        const double *x = records_numbers(r, c->variable);
        bool met = false;
        for (isize k = 0; k < c->values.n && !met; k++) {
            double want;
            if (!x)
                met = str_eq(records_code(r, c->variable, row), c->values.at[k]);
            else
                met = num_read(c->values.at[k], &want, NULL) == OK && x[row] == want;
        }
        if (!met) return false;
    }
    return true;
}

/* --- counting ----------------------------------------------------------------------- */

static void rows(const struct analysed *m, struct result *r, struct arena *a)
{
    isize n = 0, of = m->records->table[r->an->table].n;
    for (isize i = 0; i < of; i++) n += analyse_meets(m->records, r->an, i);
    analyse_put(r, "n", (double)n, QUANTITY_COUNT, a);
    analyse_put(r, "of", (double)of, QUANTITY_COUNT, a);
    analyse_put(r, "percent", 100 * (double)n / (double)of, QUANTITY_PERCENT, a);
}

/* Items without an answer among the answers of those who gave any. */
static void missing(const struct analysed *m, struct result *r, struct arena *a)
{
    const struct rec_table *t = &m->records->table[r->an->table];
    isize n = 0, of = 0;
    for (isize k = 0; k < t->n_sets; k++)
        for (isize i = 0; i < t->n; i++) {
            const struct answer *row = t->sets[k].answer + i * t->sets[k].n_items;
            isize given = 0, none = 0;
            for (isize j = 0; j < t->sets[k].n_items; j++) {
                given += row[j].state == ANSWER_GIVEN;
                none += row[j].state == ANSWER_MISSING;
            }
            if (given == 0) continue;
            n += none;
            of += t->sets[k].n_items;
        }
    analyse_put(r, "n", (double)n, QUANTITY_COUNT, a);
    analyse_put(r, "of", (double)of, QUANTITY_COUNT, a);
    analyse_put(r, "percent", 100 * (double)n / (double)of, QUANTITY_PERCENT, a);
}

/* The levels of a code in their order in the study, those that occur; of a number, its
** values in order. */
static struct str *levels_of(const struct records *rec, isize variable, isize *n,
                             struct arena *a)
{
    const struct study_variable *v = &rec->study->variables.at[variable];
    const struct frame *f = &rec->table[v->table].frame;
    isize at = frame_find(f, v->id);
    const struct frame_col *c = &f->cols.at[at];
    if (c->kind == FRAME_FACTOR) {
        struct str *out = NEW(a, struct str, c->n_levels);
        *n = 0;
        if (v->kind == VARIABLE_COLUMN) {
            const struct study_column *col =
                &rec->study->tables.at[v->table].columns.at[v->at];
            for (isize i = 0; i < col->codes.n; i++)
                for (isize k = 0; k < c->n_levels; k++)
                    if (str_eq(col->codes.at[i].id, c->level[k]))
                        out[(*n)++] = c->level[k];
        }
        if (*n == 0)
            for (; *n < c->n_levels; (*n)++) out[*n] = c->level[*n];
        return out;
    }
    double *x = NEW(a, double, f->n);
    isize m = 0;
    for (isize i = 0; i < f->n; i++)
        if (!isnan(c->x[i])) x[m++] = c->x[i];
    desc_sort(x, m);
    struct str *out = NEW(a, struct str, m);
    *n = 0;
    for (isize i = 0; i < m; i++)
        if (i == 0 || x[i] != x[i - 1]) out[(*n)++] = num_shortest(x[i], a);
    return out;
}

static struct str value_text(const struct records *rec, isize variable, isize row,
                             struct arena *a)
{
    const double *x = records_numbers(rec, variable);
    if (!x) return records_code(rec, variable, row);
    return isnan(x[row]) ? S("") : num_shortest(x[row], a);
}

static int count(const struct analysed *m, struct result *r, struct arena *a,
                 struct err *e)
{
    const struct plan_analysis *an = r->an;
    const struct records *rec = m->records;
    isize rows_n = rec->table[an->table].n, n_levels, n = 0, none = 0;
    struct str *level = levels_of(rec, an->x, &n_levels, a);
    struct str *value = NEW(a, struct str, rows_n);
    for (isize i = 0; i < rows_n; i++) {
        if (!analyse_meets(rec, an, i)) continue;
        value[i] = value_text(rec, an->x, i, a);
        n += value[i].n > 0;
        none += value[i].n == 0;
    }
    if (n == 0) return err_set(e, E_TOO_FEW, "no row has a value");
    analyse_put(r, "n", (double)n, QUANTITY_COUNT, a);
    analyse_put(r, "missing", (double)none, QUANTITY_COUNT, a);
    for (isize k = 0; k < n_levels; k++) {
        isize in = 0;
        for (isize i = 0; i < rows_n; i++) in += str_eq(value[i], level[k]);
        analyse_put_of(r, level[k], "n", (double)in, QUANTITY_COUNT, a);
        analyse_put_of(r, level[k], "percent", 100 * (double)in / (double)n,
                       QUANTITY_PERCENT, a);
    }
    for (isize g = 0; g < an->groups.n; g++) {
        isize in = 0;
        for (isize i = 0; i < rows_n; i++)
            for (isize k = 0; k < an->groups.at[g].values.n; k++)
                in += str_eq(value[i], an->groups.at[g].values.at[k]);
        analyse_put_of(r, an->groups.at[g].id, "n", (double)in, QUANTITY_COUNT, a);
        analyse_put_of(r, an->groups.at[g].id, "percent", 100 * (double)in / (double)n,
                       QUANTITY_PERCENT, a);
    }
    return OK;
}

static int sizes(const struct analysed *m, struct result *r, struct arena *a,
                 struct err *e)
{
    const struct records *rec = m->records;
    isize n_levels, rows_n = rec->table[r->an->table].n;
    struct str *level = levels_of(rec, r->an->x, &n_levels, a);
    if (n_levels == 0) return err_set(e, E_TOO_FEW, "no row has a value");
    double *size = NEW(a, double, n_levels);
    for (isize k = 0; k < n_levels; k++)
        for (isize i = 0; i < rows_n; i++)
            size[k] += str_eq(records_code(rec, r->an->x, i), level[k]) &&
                       analyse_meets(rec, r->an, i);
    desc_sort(size, n_levels);
    analyse_put(r, "n", (double)n_levels, QUANTITY_COUNT, a);
    analyse_put(r, "median", desc_median(size, n_levels), QUANTITY_VALUE, a);
    analyse_put(r, "min", size[0], QUANTITY_COUNT, a);
    analyse_put(r, "max", size[n_levels - 1], QUANTITY_COUNT, a);
    return OK;
}

static int describe(const struct analysed *m, struct result *r, struct arena *a,
                    struct err *e)
{
    const double *x = records_numbers(m->records, r->an->x);
    isize rows_n = m->records->table[r->an->table].n;
    double *v = NEW(a, double, rows_n);
    for (isize i = 0; i < rows_n; i++)
        v[i] = analyse_meets(m->records, r->an, i) ? x[i] : NAN;
    struct desc d;
    TRY(desc_of(v, rows_n, r->an->level, &d, *a, e));
    analyse_put(r, "n", (double)d.n, QUANTITY_COUNT, a);
    analyse_put(r, "missing", (double)d.missing, QUANTITY_COUNT, a);
    analyse_put(r, "mean", d.mean, QUANTITY_VALUE, a);
    analyse_put(r, "sd", d.sd, QUANTITY_VALUE, a);
    analyse_put(r, "median", d.median, QUANTITY_VALUE, a);
    analyse_put(r, "min", d.min, QUANTITY_VALUE, a);
    analyse_put(r, "max", d.max, QUANTITY_VALUE, a);
    return OK;
}

/* --- all ---------------------------------------------------------------------------- */

static int run_one(const struct analysed *m, struct result *r, struct arena *a,
                   struct err *e)
{
    switch (r->an->method) {
    case PLAN_STATED: analyse_put(r, "value", NAN, QUANTITY_VALUE, a); return OK;
    case PLAN_ROWS: rows(m, r, a); return OK;
    case PLAN_MISSING: missing(m, r, a); return OK;
    case PLAN_SIZES: return sizes(m, r, a, e);
    case PLAN_DESCRIBE: return describe(m, r, a, e);
    case PLAN_COUNT: return count(m, r, a, e);
    case PLAN_PAIRED: return analyse_paired(m, r, a, e);
    case PLAN_GROUPS: return analyse_groups(m, r, a, e);
    case PLAN_CHANGE: return analyse_change(m, r, a, e);
    case PLAN_REGRESSION: return analyse_regression(m, r, a, e);
    case PLAN_PATH: return analyse_path(m, r, a, e);
    case PLAN_METHODS: break;
    }
    return OK;
}

/* Numbers without an answer, 400 to 499 of errors.def. */
static const struct err *keep(const struct err *why, struct arena *a)
{
    struct err *out = NEW(a, struct err, 1);
    *out = *why;
    return out;
}

int analyse_run(const struct plan *p, const struct records *r,
                const struct analyse_options *o, struct analysed *out, struct arena *a,
                struct err *e)
{
    *out = (struct analysed){.plan = p,
                             .records = r,
                             .options = *o,
                             .resamples = o->resamples > 0 ? o->resamples : p->resamples,
                             .seed = o->seed >= 0 ? o->seed : p->seed};
    struct plan *own = NEW(a, struct plan, 1);
    struct plan_analysis *an = NEW(a, struct plan_analysis, p->analyses.n);
    *own = *p;
    own->analyses.at = an;
    out->plan = own;
    out->result = NEW(a, struct result, p->analyses.n);
    for (isize i = 0; i < p->analyses.n; i++) {
        struct result *res = &out->result[i];
        if (o->step) TRY(o->step(o->arg, i, p->analyses.n, e));
        an[i] = p->analyses.at[i];
        res->an = &an[i];
        res->section = an[i].section;
        struct err why = {0};
        int rc = run_one(out, res, a, &why);
        if (rc >= E_TOO_FEW && rc <= E_NOT_IDENTIFIED) an[i].section = -1;
        if (an[i].section < 0)
            *res = (struct result){
                .an = &an[i], .section = res->section, .why = keep(&why, a)};
        else if (rc != OK)
            return err_set(
                e, rc, "%s:%d: analysis '%.*s' has no answer on these records: %s. %s",
                res->an->node->file, res->an->node->line, FMT(res->an->id), why.text,
                rc == E_FORMULA || rc == E_NOT_FOUND
                    ? "Correct the model in the plan"
                    : "Add what is missing to the records, or take the analysis out of "
                      "the plan");
    }
    return OK;
}
