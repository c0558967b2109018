#include "report/under.h"
#include "base/num.h"

#include <math.h>

static void add(struct under *u, isize variable, struct arena *a)
{
    if (variable < 0) return;
    for (isize i = 0; i < u->variables.n; i++)
        if (u->variables.at[i] == variable) return;
    *PUSH(a, &u->variables) = variable;
}

static bool word_of(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '.';
}

/* The variables that a formula or path model names.  A label of a path ("a*x") that is
** called as a variable would count as one; the reader of models takes it for one too. */
static void add_named(struct under *u, const struct study *s, struct str text,
                      struct arena *a)
{
    for (isize i = 0; i < text.n;) {
        isize end = i;
        while (end < text.n && word_of(text.at[end])) end++;
        if (end > i)
            add(u, study_variable(s, u->table, (struct str){text.at + i, end - i}), a);
        i = MAX(end, i + 1);
    }
}

static bool missing(const struct records *r, isize variable, isize row)
{
    const double *x = records_numbers(r, variable);
    return x ? isnan(x[row]) : records_code(r, variable, row).n == 0;
}

static bool answered(const struct rec_table *t, isize row)
{
    for (isize k = 0; k < t->n_sets; k++)
        for (isize j = 0; j < t->sets[k].n_items; j++)
            if (t->sets[k].answer[row * t->sets[k].n_items + j].state == ANSWER_GIVEN)
                return true;
    return false;
}

/* One condition at a time, so that the one that failed can be named. */
static isize unmet(const struct records *r, const struct plan_analysis *an, isize row)
{
    for (isize i = 0; i < an->where.n; i++) {
        struct plan_analysis one = *an;
        one.where = (struct plan_conditions){.at = &an->where.at[i], .n = 1};
        if (!analyse_meets(r, &one, row)) return an->where.at[i].variable;
    }
    return -1;
}

struct under under_analysis(const struct plan_analysis *an, const struct records *r,
                            struct arena *a)
{
    struct under u = {.an = an, .table = an->method == PLAN_STATED ? -1 : an->table};
    if (u.table < 0) return u;
    for (isize i = 0; i < an->where.n; i++) add(&u, an->where.at[i].variable, a);
    isize first = u.variables.n;
    add(&u, an->x, a);
    add(&u, an->y, a);
    add(&u, an->cluster, a);
    add_named(&u, r->study, an->model, a);
    const struct rec_table *t = &r->table[an->table];
    u.n = t->n;
    u.at = NEW(a, struct under_row, t->n);
    for (isize i = 0; i < t->n; i++) {
        struct under_row *row = &u.at[i];
        *row = (struct under_row){.row = i, .unmet = unmet(r, an, i), .lacks = -1};
        for (isize k = first; k < u.variables.n && row->lacks < 0; k++)
            if (missing(r, u.variables.at[k], i)) row->lacks = u.variables.at[k];
        row->used = row->unmet < 0 && row->lacks < 0;
        if (an->method == PLAN_MISSING) row->used = answered(t, i);
        u.n_used += row->used;
    }
    return u;
}

struct str under_value(const struct records *r, isize variable, isize row, enum lang lang,
                       struct arena *a)
{
    const struct study_variable *v = &r->study->variables.at[variable];
    const double *x = records_numbers(r, variable);
    if (x) return isnan(x[row]) ? S("") : num_shortest(x[row], a);
    const struct study_column *c = &r->study->tables.at[v->table].columns.at[v->at];
    return study_code_label(c, records_code(r, variable, row), lang);
}

static struct str joined(const struct records *r, isize table, struct str by, isize row)
{
    const struct study_table *t = &r->study->tables.at[table];
    for (isize c = 0; c < t->columns.n; c++)
        if (str_eq(t->columns.at[c].id, by)) return r->table[table].text[c][row];
    return r->table[table].key[row];
}

static void gather(const struct records *r, isize variable, isize row,
                   struct under_sources *out, struct arena *a)
{
    const struct study *s = r->study;
    const struct study_variable *v = &s->variables.at[variable];
    const struct rec_table *t = &r->table[v->table];
    if (v->kind == VARIABLE_SCORE)
        for (isize k = 0; k < t->n_sets; k++)
            if (t->sets[k].measure == v->at && t->sets[k].time == v->time)
                *PUSH(a, out) =
                    (struct under_source){.table = v->table,
                                          .row = row,
                                          .set = k,
                                          .subject = t->subject[row],
                                          .response = t->sets[k].response[row]};
    if (v->kind != VARIABLE_DERIVED) return;
    const struct study_derived *d = &s->derived.at[v->at];
    isize from = study_variable(s, d->from, d->value);
    struct str key = joined(r, d->table, d->by, row);
    for (isize i = 0; from >= 0 && key.n > 0 && i < r->table[d->from].n; i++)
        if (str_eq(joined(r, d->from, d->by, i), key) && !missing(r, from, i))
            gather(r, from, i, out, a);
}

struct under_sources under_sources(const struct records *r, isize variable, isize row,
                                   struct arena *a)
{
    struct under_sources out = {0};
    gather(r, variable, row, &out, a);
    return out;
}
