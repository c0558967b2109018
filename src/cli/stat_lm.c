/* varde stat lm, anova, nls: regressions on people's own tables. */
#include "base/num.h"
#include "cli/stat_ask.h"
#include "stats/anova.h"
#include "stats/lm.h"
#include "stats/nls.h"
#include <math.h>
#include <string.h>

/* ---- lm ---------------------------------------------------------------------------- */

enum errors_of { EQUAL, ROBUST, CLUSTER };

struct asked {
    struct str formula;
    const char *cluster; /* a column, or NULL */
    enum errors_of kind;
    enum lm_hc hc;
    double level;
};

struct answer {
    struct frame f;
    struct formula fm;
    struct design d;
    struct lm m;
    struct lm_drops drops;
    struct lm_cluster *cluster; /* p, or NULL */
    isize n_clusters;
};

/* A coefficient with the errors that were asked for. */
struct line {
    double se, df, t, p, lower, upper;
};

static int read_request(struct cli *c, struct asked *q, struct ask *in, struct err *e)
{
    const char *formula, *robust = NULL;
    *q = (struct asked){0};
    TRY(cli_opt(c, "--robust", &robust, e));
    TRY(cli_opt(c, "--cluster", &q->cluster, e));
    TRY(ask_data(c, in, e)); /* options first: what is left is the formula */
    q->level = in->level;
    TRY(cli_arg(c, "the formula, as in \"outcome ~ age + arm\"", &formula, e));
    q->formula = str_of(formula);
    if (robust && q->cluster)
        return err_set(e, E_USAGE, "--robust and --cluster exclude each other");
    if (q->cluster) q->kind = CLUSTER;
    if (!robust) return OK;
    q->kind = ROBUST;
    for (int t = 0; t < LM_HC_N; t++)
        if (strcmp(robust, lm_hc_name[t]) == 0) {
            q->hc = (enum lm_hc)t;
            return OK;
        }
    return err_set(e, E_USAGE, "--robust is HC0, HC1, HC2, HC3, HC4 or HC5, not '%s'",
                   robust);
}

static int compute(struct cli *c, const struct asked *q, struct answer *r, struct err *e)
{
    struct arena *a = c->a;
    isize col = -1;
    if (q->cluster) TRY(frame_get(&r->f, str_of(q->cluster), &col, e));
    TRY(formula_read(q->formula, &r->f, &r->fm, a, e));
    TRY(lm_no_random(&r->fm, e));
    TRY(design_of(&r->fm, &r->f, &col, q->cluster != NULL, &r->d, a, e));
    TRY(lm_fit(&r->d, q->level, &r->m, a, e));
    TRY(lm_drop1(&r->m, &r->fm, &r->f, &r->drops, a, e));
    if (!q->cluster) return OK;
    const i32 *group;
    isize n_groups;
    frame_groups(&r->f, col, &group, &n_groups, a);
    i32 *of_row = NEW(a, i32, r->m.n);
    bool *seen = NEW(a, bool, n_groups);
    for (isize i = 0; i < r->m.n; i++) {
        of_row[i] = group[r->d.row[i]];
        r->n_clusters += !seen[of_row[i]];
        seen[of_row[i]] = true;
    }
    r->cluster = NEW(a, struct lm_cluster, r->m.p);
    return lm_cluster(&r->m, of_row, n_groups, r->cluster, &r->m.notes, *a, e);
}

static struct line line_of(const struct asked *q, const struct answer *r, isize j)
{
    const struct lm_coef *k = &r->m.coef[j];
    if (q->kind == CLUSTER) {
        const struct lm_cluster *g = &r->cluster[j];
        return (struct line){g->cr2, g->df, g->t, g->p, g->lower, g->upper};
    }
    if (q->kind == ROBUST) {
        struct lm_robust h = lm_robust(&r->m, j, q->hc);
        return (struct line){k->hc[q->hc], (double)r->m.df, h.t, h.p, h.lower, h.upper};
    }
    return (struct line){k->se, (double)r->m.df, k->t, k->p, k->lower, k->upper};
}

static void print_coefficients(struct cli *c, const struct asked *q,
                               const struct answer *r)
{
    struct cli_table t = cli_table(c, q->kind == CLUSTER ? 9 : 8);
    cli_cell(&t, S(""));
    cli_cell(&t, S("estimate"));
    cli_cell(&t, S("SE"));
    cli_cell(&t, str_fmt(c->a, "%g %% from", 100 * q->level));
    cli_cell(&t, S("to"));
    cli_cell(&t, S("t"));
    if (q->kind == CLUSTER) cli_cell(&t, S("df"));
    cli_cell(&t, S("p"));
    cli_cell(&t, S("std"));
    for (isize j = 0; j < r->m.p; j++) {
        const struct lm_coef *k = &r->m.coef[j];
        struct line x = line_of(q, r, j);
        int places = ask_places(x.se);
        cli_cell(&t, k->name);
        cli_cell_num(&t, k->estimate, places);
        cli_cell_num(&t, x.se, places);
        cli_cell_num(&t, x.lower, places);
        cli_cell_num(&t, x.upper, places);
        cli_cell_num(&t, x.t, 2);
        if (q->kind == CLUSTER) cli_cell_num(&t, x.df, 1);
        cli_cell_p(&t, x.p);
        cli_cell_num(&t, k->beta, 3);
    }
    cli_print(&t);
}

/* Terms of several columns have no line of their own above. */
static void print_terms(struct cli *c, const struct answer *r)
{
    for (isize i = 0; i < r->drops.n; i++) {
        const struct lm_drop *d = &r->drops.at[i];
        if (d->df < 2) continue;
        fprintf(c->out, "%.*s as a whole: F(%td, %td) = %.*s, %s.\n", FMT(d->term), d->df,
                r->m.df, FMT(num_fixed(d->F, 2, c->a)), ask_p(c, d->p));
    }
}

static void print_fit(struct cli *c, const struct asked *q, const struct answer *r)
{
    const struct lm *m = &r->m;
    struct arena *a = c->a;
    fprintf(c->out, "\n%td rows. R2 %.*s, adjusted %.*s; residual SD %.*s", m->n,
            FMT(num_fixed(m->r2, 3, a)), FMT(num_fixed(m->adj_r2, 3, a)),
            FMT(num_fixed(m->sigma, ask_places(m->sigma), a)));
    if (m->F_df1 > 0)
        fprintf(c->out, "; F(%td, %td) = %.*s, %s", m->F_df1, m->df,
                FMT(num_fixed(m->F, 2, a)), ask_p(c, m->F_p));
    fprintf(c->out, ".\n");
    print_terms(c, r);
    if (!isnan(m->aic)) /* it is when the model fits exactly */
        fprintf(c->out,
                "AIC %.*s, BIC %.*s; largest Cook's distance %.*s, leverage %.*s.\n",
                FMT(num_fixed(m->aic, 2, a)), FMT(num_fixed(m->bic, 2, a)),
                FMT(num_fixed(m->max_cook, 3, a)), FMT(num_fixed(m->max_leverage, 3, a)));
    if (q->kind == ROBUST)
        fprintf(c->out,
                "SE, interval, t and p allow unequal variances (%s); F, R2, AIC and BIC "
                "assume equal ones.\n",
                lm_hc_name[q->hc]);
    if (q->kind == CLUSTER)
        fprintf(c->out,
                "SE, interval, t and p allow dependence within the %td clusters of %s "
                "(CR2, Satterthwaite's degrees of freedom); F, AIC and BIC do not.\n",
                r->n_clusters, q->cluster);
}

static void put_coefficients(struct cli *c, const struct asked *q, const struct answer *r,
                             struct json_out *w)
{
    json_open(w, "coefficients", '[');
    for (isize j = 0; j < r->m.p; j++) {
        const struct lm_coef *k = &r->m.coef[j];
        struct line x = line_of(q, r, j);
        json_open(w, NULL, '{');
        json_put_str(w, "name", k->name);
        json_put_num(w, "estimate", k->estimate);
        json_put_num(w, "se", x.se);
        json_put_num(w, "df", x.df);
        json_put_num(w, "t", x.t);
        json_put_num(w, "p", x.p);
        json_put_num(w, "ci_lower", x.lower);
        json_put_num(w, "ci_upper", x.upper);
        json_put_num(w, "beta_std", k->beta);
        json_put_num(w, "vif", k->vif);
        json_put_num(w, "se_equal_variances", k->se);
        for (int t = 0; t < LM_HC_N; t++)
            json_put_num(w, str_c(str_fmt(c->a, "se_%s", lm_hc_name[t]), c->a), k->hc[t]);
        if (r->cluster) {
            json_put_num(w, "se_CR0", r->cluster[j].cr0);
            json_put_num(w, "se_CR1", r->cluster[j].cr1);
            json_put_num(w, "se_CR2", r->cluster[j].cr2);
        }
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void put_answer(struct cli *c, const struct asked *q, const struct answer *r)
{
    const struct lm *m = &r->m;
    const struct {
        const char *key;
        double x;
    } at[] = {
        {"n", (double)m->n},
        {"left_out", (double)m->dropped},
        {"df_residual", (double)m->df},
        {"level", m->level},
        {"sigma", m->sigma},
        {"rss", m->rss},
        {"r2", m->r2},
        {"adj_r2", m->adj_r2},
        {"F", m->F},
        {"F_df1", (double)m->F_df1},
        {"F_p", m->F_p},
        {"loglik", m->loglik},
        {"aic", m->aic},
        {"bic", m->bic},
        {"max_cook", m->max_cook},
        {"max_leverage", m->max_leverage},
        {"max_abs_rstudent", m->max_rstudent},
        {"durbin_watson", m->durbin_watson},
        {"press", m->press},
    };
    struct buf b;
    struct json_out w = ask_json(c, NULL, &b);
    json_put_str(&w, "formula", q->formula);
    json_put_str(&w, "errors",
                 str_of(q->kind == CLUSTER  ? "CR2"
                        : q->kind == ROBUST ? lm_hc_name[q->hc]
                                            : "equal variances"));
    put_coefficients(c, q, r, &w);
    json_open(&w, "terms", '[');
    for (isize i = 0; i < r->drops.n; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "term", r->drops.at[i].term);
        json_put_int(&w, "df", r->drops.at[i].df);
        json_put_num(&w, "F", r->drops.at[i].F);
        json_put_num(&w, "p", r->drops.at[i].p);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    for (isize i = 0; i < COUNT(at); i++) json_put_num(&w, at[i].key, at[i].x);
    ask_json_end(c, &w, &m->notes);
}

int stat_lm(struct cli *c, struct err *e)
{
    struct asked q;
    struct ask in;
    struct answer *r = NEW(c->a, struct answer, 1);
    TRY(read_request(c, &q, &in, e));
    TRY(cli_end(c, e));
    r->f = in.frame;
    TRY(compute(c, &q, r, e));
    if (c->json) {
        put_answer(c, &q, r);
        return OK;
    }
    print_coefficients(c, &q, r);
    print_fit(c, &q, r);
    stat_note_print(c, &r->m.notes);
    return OK;
}

/* ---- anova ------------------------------------------------------------------------- */

/* "y ~ g": one column of numbers, one of groups. */
static int one_way(struct cli *c, const struct frame *f, const char *text,
                   struct anova *out, struct err *e)
{
    struct formula m;
    isize y, g, n_groups;
    const i32 *group;
    const double *x;
    TRY(formula_read(str_of(text), f, &m, c->a, e));
    if (m.terms.n != 1 || m.vars.n != 1 || m.randoms.n > 0 || m.offsets.n > 0 ||
        m.vars.at[0].e->op != EXPR_NAME || !m.response || m.response->op != EXPR_NAME)
        return err_set(
            e, E_FORMULA,
            "a one-way analysis has one outcome and one grouping column, as in "
            "\"outcome ~ arm\"; for more use varde stat lm");
    TRY(frame_numbers(f, m.response_name, &x, e));
    y = frame_find(f, m.response_name);
    g = frame_find(f, m.vars.at[0].e->name);
    frame_groups(f, g, &group, &n_groups, c->a);
    return anova_oneway(x, f->cols.at[y].lo, group, f->n, n_groups, out, *c->a, e);
}

int stat_anova(struct cli *c, struct err *e)
{
    const char *text;
    struct ask in;
    struct anova v;
    struct buf b;
    TRY(ask_table(c, &in, e));
    TRY(cli_arg(c, "the formula, as in \"outcome ~ arm\"", &text, e));
    TRY(cli_end(c, e));
    TRY(one_way(c, &in.frame, text, &v, e));
    struct arena *a = c->a;
    const struct {
        const char *key;
        double x;
    } at[] = {
        {"n", (double)v.n},
        {"groups", (double)v.groups},
        {"df_between", v.df_between},
        {"ss_between", v.ss_between},
        {"ms_between", v.ms_between},
        {"df_within", v.df_within},
        {"ss_within", v.ss_within},
        {"ms_within", v.ms_within},
        {"F", v.F},
        {"p", v.p},
        {"eta2", v.r2},
        {"omega2", v.omega2},
        {"residual_sd", v.sigma},
        {"welch_F", v.welch_F},
        {"welch_df", v.welch_df},
        {"welch_p", v.welch_p},
    };
    if (c->json) {
        struct json_out w = ask_json(c, NULL, &b);
        for (isize i = 0; i < COUNT(at); i++) json_put_num(&w, at[i].key, at[i].x);
        ask_json_end(c, &w, &v.notes);
        return OK;
    }
    int places = ask_places(v.ms_within);
    static const char *const head[] = {"",  "df", "sum of squares", "mean square",
                                       "F", "p"};
    struct cli_table t = cli_headed(c, head, COUNT(head));
    cli_cell(&t, S("between groups"));
    cli_cell_num(&t, v.df_between, 0);
    cli_cell_num(&t, v.ss_between, places);
    cli_cell_num(&t, v.ms_between, places);
    cli_cell_num(&t, v.F, 2);
    cli_cell_p(&t, v.p);
    cli_cell(&t, S("within groups"));
    cli_cell_num(&t, v.df_within, 0);
    cli_cell_num(&t, v.ss_within, places);
    cli_cell_num(&t, v.ms_within, places);
    cli_cell(&t, S(""));
    cli_cell(&t, S(""));
    cli_print(&t);
    fprintf(c->out, "\n%td values in %td groups. eta2 %.*s, omega2 %.*s.", v.n, v.groups,
            FMT(num_fixed(v.r2, 3, a)), FMT(num_fixed(v.omega2, 3, a)));
    if (!isnan(v.welch_F))
        fprintf(c->out, " Without equal variances (Welch): F(%g, %.*s) = %.*s, %s.",
                v.df_between, FMT(num_fixed(v.welch_df, 1, a)),
                FMT(num_fixed(v.welch_F, 2, a)), ask_p(c, v.welch_p));
    fprintf(c->out, "\n");
    stat_note_print(c, &v.notes);
    return OK;
}

/* ---- nls --------------------------------------------------------------------------- */

/* "b1=100,b2=0.5" in any order; each parameter once. */
static int read_start(const char *text, const struct nls_model *m, double *start,
                      struct err *e)
{
    struct str rest = str_of(text), piece;
    bool given[NLS_PARAMETERS] = {false};
    while (str_cut(&rest, ',', &piece)) {
        isize at = str_find(piece, '='), j = 0;
        struct str name = str_trim(str_upto(piece, MAX(at, 0)));
        while (j < m->n_parameters && !str_eq(m->parameter[j], name)) j++;
        if (at < 0 || j == m->n_parameters) {
            struct str near = str_near(name, m->parameter, m->n_parameters);
            return err_set(e, E_USAGE, "--start: '%.*s' is no parameter=number%s%.*s%s",
                           FMT(str_upto(piece, MIN(piece.n, 40))),
                           near.n ? "; did you mean '" : "", FMT(near),
                           near.n ? "'?" : "");
        }
        if (num_read(str_trim(str_from(piece, at + 1)), &start[j], NULL) != OK)
            return err_set(e, E_USAGE, "--start: '%.*s' is no parameter=number",
                           FMT(str_brief(piece, 40)));
        given[j] = true;
    }
    for (isize j = 0; j < m->n_parameters; j++)
        if (!given[j])
            return err_set(e, E_USAGE,
                           "--start: no value for '%.*s'; a name in the model that is no "
                           "column is a parameter",
                           FMT(m->parameter[j]));
    return OK;
}

static void print_nls(struct cli *c, const struct nls *r, double level)
{
    struct arena *a = c->a;
    struct cli_table t = cli_table(c, 7);
    cli_cell(&t, S(""));
    cli_cell(&t, S("estimate"));
    cli_cell(&t, S("SE"));
    cli_cell(&t, str_fmt(a, "%g %% from", 100 * level));
    cli_cell(&t, S("to"));
    cli_cell(&t, S("t"));
    cli_cell(&t, S("p"));
    for (isize j = 0; j < r->p; j++) {
        const struct nls_coef *k = &r->coef[j];
        int places = ask_places(k->se);
        cli_cell(&t, k->name);
        cli_cell_num(&t, k->estimate, places);
        cli_cell_num(&t, k->se, places);
        cli_cell_num(&t, k->lower, places);
        cli_cell_num(&t, k->upper, places);
        cli_cell_num(&t, k->t, 2);
        cli_cell_p(&t, k->p);
    }
    cli_print(&t);
    fprintf(c->out,
            "\n%td rows, %td degrees of freedom; residual SD %.*s; AIC %.*s, BIC %.*s. "
            "The minimum may be a local one: try other starts.\n",
            r->n, r->df, FMT(num_fixed(r->sigma, ask_places(r->sigma), a)),
            FMT(num_fixed(r->aic, 2, a)), FMT(num_fixed(r->bic, 2, a)));
}

int stat_nls(struct cli *c, struct err *e)
{
    const char *text, *start_text = "";
    double start[NLS_PARAMETERS] = {0};
    struct ask in;
    struct buf b;
    struct nls_model m;
    struct nls r;
    TRY(cli_opt(c, "--start", &start_text, e));
    TRY(ask_data(c, &in, e));
    TRY(cli_arg(c, "the model, as in \"y ~ b1 * exp(-b2 * x)\"", &text, e));
    TRY(cli_end(c, e));
    TRY(nls_read(str_of(text), S("y"), &in.frame, &m, c->a, e));
    TRY(read_start(start_text, &m, start, e));
    TRY(nls_fit(&m, start, in.level, &r, c->a, e));
    if (!c->json) {
        print_nls(c, &r, in.level);
        stat_note_print(c, &r.notes);
        return OK;
    }
    struct json_out w = ask_json(c, &in, &b);
    json_open(&w, "coefficients", '[');
    for (isize j = 0; j < r.p; j++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "name", r.coef[j].name);
        json_put_num(&w, "estimate", r.coef[j].estimate);
        json_put_num(&w, "se", r.coef[j].se);
        json_put_num(&w, "t", r.coef[j].t);
        json_put_num(&w, "p", r.coef[j].p);
        json_put_num(&w, "ci_lower", r.coef[j].lower);
        json_put_num(&w, "ci_upper", r.coef[j].upper);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_put_int(&w, "n", r.n);
    json_put_int(&w, "left_out", r.dropped);
    json_put_int(&w, "df_residual", r.df);
    json_put_num(&w, "rss", r.rss);
    json_put_num(&w, "sigma", r.sigma);
    json_put_num(&w, "loglik", r.loglik);
    json_put_num(&w, "aic", r.aic);
    json_put_num(&w, "bic", r.bic);
    json_put_num(&w, "relative_offset", r.offset);
    ask_json_end(c, &w, &r.notes);
    return OK;
}
