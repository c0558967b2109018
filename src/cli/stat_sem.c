/* varde stat sem: structural equation models on people's own tables. */
#include "base/file.h"
#include "base/num.h"
#include "cli/stat_ask.h"
#include "cli/verbs.h"
#include "stats/dist.h"
#include "stats/sem.h"
#include <math.h>
#include <string.h>

struct asked {
    struct sem_options o;
    struct str text;
    const char *name;
    bool fiml;
    i64 reps, seed;
    double level;
};

struct answer {
    struct sem_model m;
    struct sem_moments d;
    struct sem_fit fit;
    struct sem_standard std;
    struct sem_index index;
    struct sem_boot boot;
    struct notes notes;
    bool booted;
};

static int read_request(struct cli *c, struct asked *q, struct err *e)
{
    const char *model = NULL, *file = NULL, *missing = "listwise", *kind = "sem";
    *q = (struct asked){.seed = 1, .level = 0.95};
    TRY(cli_opt(c, "--model", &model, e));
    TRY(cli_opt(c, "--model-file", &file, e));
    TRY(cli_opt(c, "--missing", &missing, e));
    TRY(cli_opt(c, "--defaults", &kind, e));
    TRY(cli_opt_int(c, "--bootstrap", 2, 10000000, &q->reps, e));
    TRY(cli_opt_int(c, "--seed", 0, INT64_MAX, &q->seed, e));
    TRY(cli_opt_num(c, "--level", 0.5, 0.9999, &q->level, e));
    q->o.std_lv = cli_flag(c, "--std-lv");
    q->o.meanstructure = cli_flag(c, "--meanstructure");
    q->o.orthogonal = cli_flag(c, "--orthogonal");
    q->o.random_x = cli_flag(c, "--random-x");
    if (strcmp(kind, "growth") == 0)
        q->o.growth = true;
    else if (strcmp(kind, "none") == 0)
        q->o.bare = true;
    else if (strcmp(kind, "sem") != 0)
        return err_set(e, E_USAGE, "--defaults is sem, growth or none, not '%s'", kind);
    q->fiml = strcmp(missing, "fiml") == 0;
    if (!q->fiml && strcmp(missing, "listwise") != 0)
        return err_set(e, E_USAGE, "--missing is listwise or fiml, not '%s'", missing);
    if (q->fiml) q->o.meanstructure = true;
    if ((model != NULL) == (file != NULL))
        return err_set(e, E_USAGE,
                       "give the model as --model 'y ~ x' or --model-file FILE");
    if (model) {
        q->text = str_of(model);
        q->name = "--model";
        return OK;
    }
    q->name = file;
    return file_read(file, SEM_TEXT_LIMIT, &q->text, c->a, e);
}

static int compute(struct cli *c, const struct asked *q, const struct frame *f,
                   struct answer *r, struct err *e)
{
    struct str *name = NEW(c->a, struct str, f->cols.n + 1);
    for (isize i = 0; i < f->cols.n; i++) name[i] = f->cols.at[i].name;
    TRY(sem_model_read(q->text, q->name, &q->o, name, f->cols.n, &r->m, c->a, e));
    const double **col = NEW(c->a, const double *, r->m.n_ov + 1);
    for (isize i = 0; i < r->m.n_ov; i++) TRY(frame_numbers(f, r->m.var[i], &col[i], e));
    TRY(sem_moments_of(&r->m, col, f->n, q->fiml, &r->d, c->a, e));
    TRY(sem_fit(&r->m, &r->d, &r->fit, c->a, e));
    TRY(sem_std(&r->fit, &r->std, c->a, e));
    sem_index(&r->fit, &r->index, *c->a);
    r->notes = r->fit.notes;
    if (q->reps == 0) return OK;
    r->booted = true;
    TRY(sem_boot(&r->fit, col, f->n, (isize)q->reps, NULL, (u64)q->seed, q->level,
                 c->threads, &r->boot, c->a, e));
    for (int i = 0; i < r->boot.notes.n; i++)
        note_add(&r->notes, r->boot.notes.at[i].code, r->boot.notes.at[i].x[0],
                 r->boot.notes.at[i].x[1]);
    return OK;
}

static double p_of(double est, double se)
{
    return 2 * dist_norm_upper(fabs(est / se));
}

/* ---- for people -------------------------------------------------------------------- */

static void estimate_cells(struct cli_table *t, const struct answer *r, isize col,
                           double est, double se, double std, double std_se)
{
    cli_cell_num(t, est, 3);
    cli_cell_num(t, se, 3);
    cli_cell_num(t, est / se, 2);
    cli_cell_p(t, p_of(est, se));
    cli_cell_num(t, std, 3);
    /* a standardised 1 is one by definition: no error */
    cli_cell_num(t, isnan(se) || std_se < 1e-9 ? NAN : std_se, 3);
    if (!r->booted) return;
    const struct sem_boot_par *b = &r->boot.par[col];
    cli_cell_num(t, isnan(se) ? NAN : b->se, 3);
    cli_cell_num(t, isnan(se) ? NAN : b->bca_lo, 3);
    cli_cell_num(t, isnan(se) ? NAN : b->bca_hi, 3);
}

static void print_parameters(struct cli *c, const struct answer *r)
{
    static const char *const head[] = {"",        "",        "",          "estimate",
                                       "SE",      "z",       "p",         "std",
                                       "SE(std)", "boot SE", "BCa lower", "BCa upper"};
    const struct sem_model *m = &r->m;
    struct cli_table t = cli_table(c, r->booted ? 12 : 9);
    for (isize i = 0; i < t.n_cols; i++) cli_cell(&t, str_of(head[i]));
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        cli_cell(&t, q->lhs);
        cli_cell(&t, str_of(sem_op_text[q->op]));
        cli_cell(&t, q->label.n == 0
                         ? q->rhs
                         : str_fmt(c->a, "%.*s (%.*s)", FMT(q->rhs), FMT(q->label)));
        estimate_cells(&t, r, i, r->fit.est[i], r->fit.se[i], r->std.all[i],
                       r->std.all_se[i]);
    }
    for (isize i = 0; i < m->n_defs; i++) {
        cli_cell(&t, m->def[i].name);
        cli_cell(&t, S(":="));
        cli_cell(&t, m->def[i].expr.text);
        estimate_cells(&t, r, m->n_rows + i, r->fit.def[i], r->fit.def_se[i],
                       r->std.def[i], r->std.def_se[i]);
    }
    cli_print(&t);
}

static void print_fit(struct cli *c, const struct answer *r)
{
    const struct sem_index *x = &r->index;
    struct arena *a = c->a;
#define NUM(v, places) FMT(num_fixed((v), (places), a))
    fprintf(c->out, "\n%td people, %td parameters. ", x->n, x->npar);
    if (x->df == 0) {
        fprintf(c->out, "The model has no degrees of freedom: it fits exactly and cannot "
                        "be tested.\n");
    } else {
        fprintf(c->out, "Chi-square %.*s on %td degrees of freedom, %s.\n",
                NUM(x->chisq, 3), x->df, ask_p(c, x->p));
        fprintf(c->out,
                "CFI %.*s, TLI %.*s (baseline %.*s on %td); RMSEA %.*s, 90 %% interval "
                "%.*s to %.*s, p of close fit %.*s; SRMR %.*s.\n",
                NUM(x->cfi, 3), NUM(x->tli, 3), NUM(x->baseline_chisq, 3), x->baseline_df,
                NUM(x->rmsea, 3), NUM(x->rmsea_lo, 3), NUM(x->rmsea_hi, 3),
                NUM(x->rmsea_p, 3), NUM(x->srmr, 3));
    }
    fprintf(c->out, "Log-likelihood %.*s (saturated %.*s), AIC %.*s, BIC %.*s.\n",
            NUM(x->loglik, 3), NUM(x->loglik_saturated, 3), NUM(x->aic, 3),
            NUM(x->bic, 3));
    const char *before = "R2: ";
    for (isize i = 0; i < r->m.n_var; i++)
        if (!isnan(r->std.r2[i])) {
            fprintf(c->out, "%s%.*s %.*s", before, FMT(r->m.var[i]),
                    NUM(r->std.r2[i], 3));
            before = ", ";
        }
    if (before[0] == ',') fprintf(c->out, ".\n");
#undef NUM
    if (r->booted)
        fprintf(c->out,
                "Bootstrap: %td resamples of people, %td failed; BCa intervals of "
                "level %g.\n",
                r->boot.reps, r->boot.failed, r->boot.level);
}

/* ---- for programs ------------------------------------------------------------------ */

static void put_estimate(struct json_out *w, const struct answer *r, isize col,
                         double est, double se, double std, double std_se)
{
    json_put_num(w, "est", est);
    if (!isnan(se)) {
        json_put_num(w, "se", se);
        json_put_num(w, "z", est / se);
        json_put_num(w, "p", p_of(est, se));
    }
    json_put_num(w, "std_all", std);
    if (!isnan(se)) json_put_num(w, "se_std_all", std_se);
    if (!r->booted || isnan(se) || isnan(r->boot.par[col].bca_lo)) return;
    const struct sem_boot_par *b = &r->boot.par[col];
    json_put_num(w, "boot_se", b->se);
    json_put_num(w, "percentile_lower", b->lo);
    json_put_num(w, "percentile_upper", b->hi);
    json_put_num(w, "bca_lower", b->bca_lo);
    json_put_num(w, "bca_upper", b->bca_hi);
}

static void put_answer(struct cli *c, const struct asked *q, const struct answer *r)
{
    struct buf b;
    struct json_out w = ask_json(c, NULL, &b);
    const struct sem_model *m = &r->m;
    const struct sem_index *x = &r->index;
    json_open(&w, "parameters", '[');
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *p = &m->row[i];
        json_open(&w, NULL, '{');
        json_put_str(&w, "lhs", p->lhs);
        json_put_str(&w, "op", str_of(sem_op_text[p->op]));
        json_put_str(&w, "rhs", p->rhs);
        if (p->label.n > 0) json_put_str(&w, "label", p->label);
        json_put_bool(&w, "fixed", p->theta < 0);
        put_estimate(&w, r, i, r->fit.est[i], r->fit.se[i], r->std.all[i],
                     r->std.all_se[i]);
        json_close(&w, '}');
    }
    for (isize i = 0; i < m->n_defs; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "lhs", m->def[i].name);
        json_put_str(&w, "op", S(":="));
        json_put_str(&w, "rhs", m->def[i].expr.text);
        json_put_bool(&w, "fixed", false);
        put_estimate(&w, r, m->n_rows + i, r->fit.def[i], r->fit.def_se[i], r->std.def[i],
                     r->std.def_se[i]);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_open(&w, "r2", '{');
    for (isize i = 0; i < m->n_var; i++)
        if (!isnan(r->std.r2[i])) json_put_num(&w, str_c(m->var[i], c->a), r->std.r2[i]);
    json_close(&w, '}');
    json_open(&w, "fit", '{');
    const struct {
        const char *key;
        double x;
    } at[] = {
        {"n", (double)x->n},
        {"left_out", (double)r->d.dropped},
        {"npar", (double)x->npar},
        {"chisq", x->chisq},
        {"df", (double)x->df},
        {"p", x->p},
        {"baseline_chisq", x->baseline_chisq},
        {"baseline_df", (double)x->baseline_df},
        {"cfi", x->cfi},
        {"tli", x->tli},
        {"rmsea", x->rmsea},
        {"rmsea_ci90_lower", x->rmsea_lo},
        {"rmsea_ci90_upper", x->rmsea_hi},
        {"rmsea_p_close", x->rmsea_p},
        {"srmr", x->srmr},
        {"loglik", x->loglik},
        {"unrestricted_loglik", x->loglik_saturated},
        {"aic", x->aic},
        {"bic", x->bic},
    };
    for (isize i = 0; i < COUNT(at); i++) json_put_num(&w, at[i].key, at[i].x);
    json_close(&w, '}');
    if (r->booted) {
        json_open(&w, "bootstrap", '{');
        json_put_int(&w, "resamples", r->boot.reps);
        json_put_int(&w, "failed", r->boot.failed);
        json_put_int(&w, "seed", q->seed);
        json_put_num(&w, "level", q->level);
        json_close(&w, '}');
    }
    ask_json_end(c, &w, &r->notes);
}

int stat_sem(struct cli *c, struct err *e)
{
    struct asked q;
    struct ask in;
    struct answer *r = NEW(c->a, struct answer, 1);
    TRY(read_request(c, &q, e));
    TRY(ask_table(c, &in, e));
    TRY(cli_end(c, e));
    TRY(compute(c, &q, &in.frame, r, e));
    if (c->json) {
        put_answer(c, &q, r);
        return OK;
    }
    print_parameters(c, r);
    print_fit(c, r);
    stat_note_print(c, &r->notes);
    return OK;
}
