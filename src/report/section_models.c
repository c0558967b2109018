/* Sections about models: the path diagram, the regressions. */
#include "report/fig_path.h"
#include "report/tell.h"

#include <math.h>

/* --- path model --------------------------------------------------------------------- */

static struct str variable_name(const struct telling *t, const struct result *r,
                                struct str id)
{
    isize v = study_variable(t->m->records->study, r->an->table, id);
    return v >= 0 ? records_label(t->m->records, v, t->lang, t->a) : id;
}

/* p of a row of the fitted model, by its estimate and standard error. */
static double row_p(const struct result_path *p, isize row)
{
    double z = fabs(p->fit.est[row] / p->fit.se[row]);
    return isnan(z) ? NAN : erfc(z / sqrt(2));
}

static void path_lead(const struct telling *t, const struct result *r)
{
    const struct result_path *p = r->path;
    struct str *yes = NEW(t->a, struct str, p->model.n_rows),
               *no = NEW(t->a, struct str, p->model.n_rows);
    isize n_yes = 0, n_no = 0;
    for (isize i = 0; i < p->model.n_rows; i++) {
        const struct sem_row *row = &p->model.row[i];
        if (row->op != SEM_ON) continue;
        struct str s =
            TELL(t, "PATH_PART", variable_name(t, r, row->rhs),
                 variable_name(t, r, row->lhs), tell_num(t, p->standard.all[i], 2));
        if (row_p(p, i) < 0.05)
            yes[n_yes++] = s;
        else
            no[n_no++] = s;
    }
    struct buf b = buf_in(t->a, 400);
    if (n_yes > 0) buf_put(&b, TELL(t, "PATH_YES", tell_list(t, yes, n_yes)));
    if (n_no > 0) {
        if (b.n > 0) buf_putc(&b, ' ');
        buf_put(&b, TELL(t, "PATH_NO", tell_list(t, no, n_no)));
    }
    doc_lead(t->d, buf_str(&b));
}

/* "A → B → C, indirect" of a product of paths, one behind the other; else its name. */
static struct str defined_name(const struct telling *t, const struct result *r, isize at)
{
    const struct sem_model *m = &r->path->model;
    const struct sem_def *d = &m->def[at];
    struct str rest = d->expr.text, one;
    struct buf b = buf_in(t->a, 100);
    isize n = 0;
    for (; str_cut(&rest, '*', &one); n++) {
        if (n >= d->expr.n_names || !str_eq(one, d->expr.name[n].text)) return d->name;
        if (d->from[n] < 0 || m->row[d->from[n]].op != SEM_ON) return d->name;
        const struct sem_row *row = &m->row[d->from[n]];
        if (n > 0 && !str_eq(row->rhs, m->row[d->from[n - 1]].lhs)) return d->name;
        if (n == 0) buf_put(&b, variable_name(t, r, row->rhs));
        buf_fmt(&b, " → %.*s", FMT(variable_name(t, r, row->lhs)));
    }
    return n > 1 ? TELL(t, "PATH_INDIRECT", buf_str(&b)) : d->name;
}

static void path_numbers(const struct telling *t, const struct result *r)
{
    struct tell_cols c = {0};
    tell_col(t, &c, "path", "PATH_PATH", "", false);
    tell_col(t, &c, "b", "Q_B", "", true);
    tell_col(t, &c, "se", "Q_SE", "", true);
    tell_col(t, &c, "p", "Q_P", "", true);
    tell_col(t, &c, "std", "PATH_STANDARDISED", "", true);
    tell_col(t, &c, "std_se", "Q_SE", "", true);
    tell_col(t, &c, "printed", "REPORT_PRINTED", "", false);
    struct str caption = TELL(t, "PATH_TABLE", tell_in(t, &r->an->label));
    const char *id = str_c(str_fmt(t->a, "%.*s-coefficients", FMT(r->an->id)), t->a);
    struct doc_table *table = doc_table(t->d, id, caption, tell_cols(t, &c), c.n);
    table->brief = true;
    const struct result_path *p = r->path;
    for (isize i = 0; i < p->model.n_rows; i++) {
        const struct sem_row *row = &p->model.row[i];
        if (row->op != SEM_ON) continue;
        struct str key = sem_model_key(row, t->a);
        struct doc_cell *cell = doc_row(table);
        doc_words(&cell[0], tell_name(t, r, key));
        cell[0].rows = r->an->id;
        doc_number(&cell[1], p->fit.est[i], 3, t->a);
        doc_number(&cell[2], p->fit.se[i], 3, t->a);
        cell[3] = (struct doc_cell){.text = tell_p(t, row_p(p, i)), .value = row_p(p, i)};
        doc_number(&cell[4], p->standard.all[i], 3, t->a);
        doc_number(&cell[5], p->standard.all_se[i], 3, t->a);
        tell_printed(t, &cell[6], r, key);
    }
    for (isize i = 0; i < p->model.n_defs; i++) {
        struct doc_cell *cell = doc_row(table);
        double z = fabs(p->fit.def[i] / p->fit.def_se[i]);
        double pv = isnan(z) ? NAN : erfc(z / sqrt(2));
        doc_words(&cell[0], defined_name(t, r, i));
        cell[0].rows = r->an->id;
        doc_number(&cell[1], p->fit.def[i], 3, t->a);
        doc_number(&cell[2], p->fit.def_se[i], 3, t->a);
        cell[3] = (struct doc_cell){.text = tell_p(t, pv), .value = pv};
        doc_number(&cell[4], p->standard.def[i], 3, t->a);
        doc_number(&cell[5], p->standard.def_se[i], 3, t->a);
    }
}

static void path_figure(const struct telling *t, const struct result *r)
{
    const struct result_path *p = r->path;
    struct fig_path_var *var = NEW(t->a, struct fig_path_var, p->model.n_ov);
    struct fig_path_arrow *arrow = NEW(t->a, struct fig_path_arrow, p->model.n_rows);
    isize n = 0;
    for (isize i = 0; i < p->model.n_ov; i++)
        var[i] = (struct fig_path_var){variable_name(t, r, p->model.var[i]),
                                       p->standard.r2[i]};
    struct buf desc = buf_in(t->a, 400);
    for (isize i = 0; i < p->model.n_rows; i++) {
        const struct sem_row *row = &p->model.row[i];
        if (row->op != SEM_ON) continue;
        arrow[n++] = (struct fig_path_arrow){.from = sem_model_var(&p->model, row->rhs),
                                             .to = sem_model_var(&p->model, row->lhs),
                                             .std = p->standard.all[i],
                                             .p = row_p(p, i)};
        struct str s =
            TELL(t, "PATH_PART", variable_name(t, r, row->rhs),
                 variable_name(t, r, row->lhs), tell_num(t, p->standard.all[i], 2));
        buf_fmt(&desc, "%s%.*s", desc.n > 0 ? "; " : "", FMT(s));
    }
    struct fig_path m = {var, p->model.n_ov, arrow, n};
    doc_figure(t->d, str_c(r->an->id, t->a),
               TELL(t, "PATH_CAPTION", tell_in(t, &r->an->label),
                    tell_num(t, (double)p->index.n, 0)),
               buf_str(&desc), fig_path(&m, t->lang, t->a), NULL);
}

/* Fit indices of few degrees of freedom and few cases need a word of caution. */
static void fit_note(const struct telling *t, const struct sem_index *x)
{
    struct str rmsea = TELL(t, "PATH_RMSEA", tell_num(t, (double)x->df, 0),
                            tell_num(t, (double)x->n, 0), tell_num(t, x->rmsea, 3),
                            tell_num(t, x->rmsea_lo, 3), tell_num(t, x->rmsea_hi, 3));
    struct str high = x->rmsea > 0.1 ? tell_word(t, "PATH_RMSEA_HIGH") : S("");
    struct str exact = TELL(t, x->p < 0.05 ? "PATH_EXACT_YES" : "PATH_EXACT_NO",
                            tell_num(t, x->chisq, 2), tell_p(t, x->p));
    doc_note(t->d, str_fmt(t->a, "%.*s%s%.*s %.*s", FMT(rmsea), high.n > 0 ? " " : "",
                           FMT(high), FMT(exact)));
}

void section_path(const struct telling *t, isize section)
{
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || !r->path) continue;
        path_lead(t, r);
        path_figure(t, r);
        path_numbers(t, r);
        const struct sem_index *x = &r->path->index;
        if (x->df <= 5 && x->n < 100) fit_note(t, x);
    }
    /* The printed paths stand in the table above; the indices follow. */
    const char **shown = NEW(t->a, const char *, 64);
    isize n = 0;
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section) continue;
        for (isize k = 0; k < r->q.n && n < 64; k++)
            if (str_find(r->q.at[k].id, '~') > 0) shown[n++] = str_c(r->q.at[k].id, t->a);
    }
    section_rest(t, section, shown, n, true);
}

/* --- regressions -------------------------------------------------------------------- */

static void regression_lead(const struct telling *t, const struct result *r)
{
    double lo = ANALYSE_VALUE(r, "lo"), hi = ANALYSE_VALUE(r, "hi");
    const char *id = lo > 0 || hi < 0 ? "REGRESSION_CLEAR" : "REGRESSION_UNCLEAR";
    doc_lead(t->d, TELL(t, id, variable_name(t, r, r->an->term),
                        tell_num(t, ANALYSE_VALUE(r, "b"), 2), tell_in(t, &r->an->label),
                        tell_num(t, lo, 2), tell_num(t, hi, 2),
                        tell_num(t, ANALYSE_VALUE(r, "n"), 0), tell_level(t)));
}

static void put_model(const struct telling *t, struct doc_table *table,
                      const struct result *r)
{
    struct doc_cell *c = doc_row(table);
    doc_words(&c[0], tell_in(t, &r->an->label));
    c[0].strong = true;
    c[0].rows = r->an->id;
    tell_cell(t, &c[1], r, "n");
    tell_cell(t, &c[9], r, "r2");
    for (isize k = 0; k < r->lm->p; k++) {
        const struct lm_coef *q = &r->lm->coef[k];
        bool term = str_eq(q->name, r->an->term);
        c = doc_row(table);
        doc_words(&c[0], q->term == 0 ? tell_word(t, "REGRESSION_INTERCEPT")
                                      : variable_name(t, r, q->name));
        c[0].rows = r->an->id;
        doc_number(&c[2], q->estimate, 2, t->a);
        doc_number(&c[3], q->se, 2, t->a);
        doc_number(&c[4], q->lower, 2, t->a);
        doc_number(&c[5], q->upper, 2, t->a);
        c[6] = (struct doc_cell){.text = tell_p(t, q->p), .value = q->p};
        if (q->term > 0) doc_number(&c[7], q->beta, 2, t->a);
        if (!term) continue;
        tell_cell(t, &c[8], r, "robust.p");
        if (r->an->printed.n == 0) continue;
        c = doc_row(table);
        doc_words(&c[0], TELL(t, "REPORT_PRINTED_AT",
                              tell_place(t, r->an->printed.at[0].place)));
        tell_printed(t, &c[2], r, S("b"));
        tell_printed(t, &c[3], r, S("se"));
        tell_printed(t, &c[4], r, S("lo"));
        tell_printed(t, &c[5], r, S("hi"));
        tell_printed(t, &c[6], r, S("p"));
    }
}

void section_regression(const struct telling *t, isize section)
{
    const struct plan_section *s = &t->m->plan->sections.at[section];
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section == section && r->lm && r->an->printed.n > 0)
            regression_lead(t, r);
    }
    struct tell_cols c = {0};
    tell_col(t, &c, "term", "REGRESSION_TERM", "", false);
    tell_col(t, &c, "n", "Q_N", "", true);
    tell_col(t, &c, "b", "Q_B", "", true);
    tell_col(t, &c, "se", "Q_SE", "", true);
    tell_col(t, &c, "lo", "REPORT_FROM", "REPORT_CI", true);
    tell_col(t, &c, "hi", "REPORT_TO", "REPORT_CI", true);
    tell_col(t, &c, "p", "Q_P", "", true);
    tell_col(t, &c, "beta", "Q_BETA", "", true);
    tell_col(t, &c, "robust_p", "Q_ROBUST_P", "", true);
    tell_col(t, &c, "r2", "Q_R2", "", true);
    struct doc_table *table =
        doc_table(t->d, str_c(str_fmt(t->a, "%.*s-table", FMT(s->id)), t->a),
                  tell_in(t, &s->title), tell_cols(t, &c), c.n);
    table->brief = true;
    table->below = tell_word(t, "REGRESSION_MODEL");
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || !r->lm) continue;
        put_model(t, table, r);
    }
    tell_remarks(t, table, section);
}
