/* Regressions and path models of a plan. */
#include "report/analyse.h"

#include <math.h>

/* The analysis's rows of its table. */
static struct frame rows_of(const struct analysed *m, const struct plan_analysis *an,
                            struct arena *a)
{
    const struct frame *f = &m->records->table[an->table].frame;
    if (an->where.n == 0) return *f;
    isize *row = NEW(a, isize, f->n), n = 0;
    for (isize i = 0; i < f->n; i++)
        if (analyse_meets(m->records, an, i)) row[n++] = i;
    return frame_rows(f, row, n, a);
}

int analyse_regression(const struct analysed *m, struct result *r, struct arena *a,
                       struct err *e)
{
    const struct plan_analysis *an = r->an;
    struct frame *f = NEW(a, struct frame, 1);
    *f = rows_of(m, an, a);
    struct formula *fm = NEW(a, struct formula, 1);
    struct design *d = NEW(a, struct design, 1);
    TRY(formula_read(an->model, f, fm, a, e));
    isize cluster = -1;
    if (an->cluster >= 0)
        cluster = frame_find(f, m->records->study->variables.at[an->cluster].id);
    TRY(design_of(fm, f, &cluster, cluster >= 0, d, a, e));
    r->lm = NEW(a, struct lm, 1);
    TRY(lm_fit(d, an->level, r->lm, a, e));

    isize k = 0;
    while (k < r->lm->p && !str_eq(r->lm->coef[k].name, an->term)) k++;
    if (k == r->lm->p)
        return err_set(e, E_NOT_FOUND, "the model has no coefficient '%.*s'",
                       FMT(an->term));
    const struct lm_coef *c = &r->lm->coef[k];
    analyse_put(r, "n", (double)r->lm->n, QUANTITY_COUNT, a);
    analyse_put(r, "b", c->estimate, QUANTITY_VALUE, a);
    analyse_put(r, "se", c->se, QUANTITY_VALUE, a);
    analyse_put(r, "lo", c->lower, QUANTITY_VALUE, a);
    analyse_put(r, "hi", c->upper, QUANTITY_VALUE, a);
    analyse_put(r, "t", c->t, QUANTITY_VALUE, a);
    analyse_put(r, "df", (double)r->lm->df, QUANTITY_COUNT, a);
    analyse_put(r, "p", c->p, QUANTITY_P, a);
    analyse_put(r, "beta", c->beta, QUANTITY_VALUE, a);
    analyse_put(r, "r2", r->lm->r2, QUANTITY_VALUE, a);
    note_add_all(&r->notes, &r->lm->notes);

    if (cluster < 0) return OK;
    /* The codes of the rows used, numbered from 0 in the order they come. */
    i32 *code = NEW(a, i32, d->n), *seen = NEW(a, i32, f->cols.at[cluster].n_levels);
    isize n = 0;
    for (isize i = 0; i < d->n; i++) {
        i32 level = f->cols.at[cluster].code[d->row[i]];
        if (seen[level] == 0) seen[level] = (i32)++n;
        code[i] = seen[level] - 1;
    }
    struct lm_cluster *robust = NEW(a, struct lm_cluster, r->lm->p);
    TRY(lm_cluster(r->lm, code, n, robust, &r->notes, *a, e));
    analyse_put(r, "robust.se", robust[k].cr2, QUANTITY_VALUE, a);
    analyse_put(r, "robust.p", robust[k].p, QUANTITY_P, a);
    analyse_put(r, "clusters", (double)n, QUANTITY_COUNT, a);
    return OK;
}

int analyse_path(const struct analysed *m, struct result *r, struct arena *a,
                 struct err *e)
{
    const struct plan_analysis *an = r->an;
    struct frame f = rows_of(m, an, a);
    struct str *name = NEW(a, struct str, f.cols.n);
    for (isize i = 0; i < f.cols.n; i++) name[i] = f.cols.at[i].name;
    struct result_path *p = NEW(a, struct result_path, 1);
    struct sem_options opt = {.meanstructure = an->means};
    TRY(sem_model_read(an->model, str_c(an->id, a), &opt, name, f.cols.n, &p->model, a,
                       e));
    const double **col = NEW(a, const double *, p->model.n_ov);
    for (isize i = 0; i < p->model.n_ov; i++)
        TRY(frame_numbers(&f, p->model.var[i], &col[i], e));
    TRY(sem_moments_of(&p->model, col, f.n, false, &p->moments, a, e));
    TRY(sem_fit(&p->model, &p->moments, &p->fit, a, e));
    TRY(sem_std(&p->fit, &p->standard, a, e));
    sem_index(&p->fit, &p->index, *a);
    r->path = p;
    const struct sem_index *x = &p->index;
    analyse_put(r, "n", (double)x->n, QUANTITY_COUNT, a);
    analyse_put(r, "chisq", x->chisq, QUANTITY_VALUE, a);
    analyse_put(r, "df", (double)x->df, QUANTITY_COUNT, a);
    analyse_put(r, "p", x->p, QUANTITY_P, a);
    analyse_put(r, "cfi", x->cfi, QUANTITY_VALUE, a);
    analyse_put(r, "tli", x->tli, QUANTITY_VALUE, a);
    analyse_put(r, "rmsea", x->rmsea, QUANTITY_VALUE, a);
    analyse_put(r, "rmsea.lo", x->rmsea_lo, QUANTITY_VALUE, a);
    analyse_put(r, "rmsea.hi", x->rmsea_hi, QUANTITY_VALUE, a);
    analyse_put(r, "srmr", x->srmr, QUANTITY_VALUE, a);
    analyse_put(r, "aic", x->aic, QUANTITY_VALUE, a);
    analyse_put(r, "bic", x->bic, QUANTITY_VALUE, a);
    for (isize i = 0; i < p->model.n_rows; i++) {
        const struct sem_row *row = &p->model.row[i];
        if (row->op != SEM_ON) continue;
        struct quantity q = {.id = sem_model_key(row, a),
                             .value = p->standard.all[i],
                             .kind = QUANTITY_VALUE};
        *PUSH(a, &r->q) = q;
    }
    note_add_all(&r->notes, &p->fit.notes);
    return OK;
}
