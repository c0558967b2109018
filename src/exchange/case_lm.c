#include "exchange/case.h"
#include "exchange/frame_csv.h"
#include "stats/lm.h"

static void put_coef(struct json_out *w, const struct lm *m, isize j, struct arena *a)
{
    const struct lm_coef *c = &m->coef[j];
    json_open(w, str_c(c->name, a), '{');
    json_put_num(w, "estimate", c->estimate);
    json_put_num(w, "se", c->se);
    json_put_num(w, "t", c->t);
    json_put_num(w, "p", c->p);
    json_put_num(w, "ci_lower", c->lower);
    json_put_num(w, "ci_upper", c->upper);
    if (!isnan(c->beta)) json_put_num(w, "beta_std", c->beta);
    if (!isnan(c->vif)) json_put_num(w, "vif", c->vif);
    for (int t = 0; t < LM_HC_N; t++)
        json_put_num(w, str_c(str_fmt(a, "se_%s", lm_hc_name[t]), a), c->hc[t]);
    struct lm_robust r = lm_robust(m, j, LM_HC3);
    json_put_num(w, "t_HC3", r.t);
    json_put_num(w, "p_HC3", r.p);
    json_close(w, '}');
}

static void put_fit(struct json_out *w, const struct lm *m)
{
    json_put_num(w, "sigma", m->sigma);
    json_put_num(w, "rss", m->rss);
    json_put_num(w, "r2", m->r2);
    json_put_num(w, "adj_r2", m->adj_r2);
    json_put_num(w, "F", m->F);
    json_put_int(w, "F_df1", m->F_df1);
    json_put_int(w, "F_df2", m->df);
    json_put_num(w, "F_p", m->F_p);
    json_put_num(w, "loglik", m->loglik);
    json_put_num(w, "aic", m->aic);
    json_put_num(w, "bic", m->bic);
    json_put_num(w, "max_cook", m->max_cook);
    json_put_num(w, "max_leverage", m->max_leverage);
    json_put_num(w, "max_abs_rstudent", m->max_rstudent);
    json_put_num(w, "durbin_watson", m->durbin_watson);
    json_put_num(w, "press", m->press);
}

static int put_clusters(struct json_out *w, const struct lm *m, const struct frame *f,
                        isize col, struct arena *a, struct err *e)
{
    const i32 *of_row;
    isize n_clusters;
    frame_groups(f, col, &of_row, &n_clusters, a);
    i32 *cluster = NEW(a, i32, m->n);
    for (isize i = 0; i < m->n; i++) cluster[i] = of_row[m->design->row[i]];
    struct lm_cluster *c = NEW(a, struct lm_cluster, m->p);
    struct notes notes = {0};
    TRY(lm_cluster(m, cluster, n_clusters, c, &notes, *a, e));
    json_open(w, "cluster_CR2", '{');
    for (isize j = 0; j < m->p; j++) {
        json_open(w, str_c(m->coef[j].name, a), '{');
        json_put_num(w, "se", c[j].cr2);
        json_put_num(w, "df", c[j].df);
        json_put_num(w, "p", c[j].p);
        json_close(w, '}');
    }
    json_close(w, '}');
    json_open(w, "cluster_CR1_se", '{');
    for (isize j = 0; j < m->p; j++) json_put_num(w, str_c(m->coef[j].name, a), c[j].cr1);
    json_close(w, '}');
    return OK;
}

int case_ols(const struct case_file *c, struct json_out *w, struct arena *a,
             struct err *e)
{
    struct csv t;
    struct formula fm;
    struct design d;
    struct lm m;
    struct lm_drops drops;
    isize cluster = -1;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    const char *name = case_word(c, "cluster", NULL, a);
    if (name) TRY(frame_get(&f, str_of(name), &cluster, e));
    TRY(formula_read(str_of(case_word(c, "formula", "", a)), &f, &fm, a, e));
    TRY(lm_no_random(&fm, e));
    TRY(design_of(&fm, &f, &cluster, name != NULL, &d, a, e));
    TRY(lm_fit(&d, case_option(c, "conf", 0.95), &m, a, e));
    json_put_int(w, "n", m.n);
    json_put_int(w, "df_residual", m.df);
    json_open(w, "coefficients", '{');
    for (isize j = 0; j < m.p; j++) put_coef(w, &m, j, a);
    json_close(w, '}');
    put_fit(w, &m);
    TRY(lm_drop1(&m, &fm, &f, &drops, a, e));
    json_open(w, "drop1", '{');
    for (isize i = 0; i < drops.n; i++) {
        json_open(w, str_c(drops.at[i].term, a), '{');
        json_put_int(w, "df", drops.at[i].df);
        json_put_num(w, "F", drops.at[i].F);
        json_put_num(w, "p", drops.at[i].p);
        json_close(w, '}');
    }
    json_close(w, '}');
    return name ? put_clusters(w, &m, &f, cluster, a, e) : OK;
}
