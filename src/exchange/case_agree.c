/* Reference cases of agreement, reliability and reliable change. */
#include "exchange/case.h"
#include "exchange/case_put.h"
#include "exchange/frame_csv.h"
#include "stats/rci.h"
#include <math.h>

/* ---- ratings: rows subjects, columns raters ------------------------------------- */

/* All cells as numbers, row by row.  If a column holds text, every cell becomes the place
** of its text among all that occur, sorted; *coded says so. */
static int ratings(const struct case_file *c, double **x, isize *n, isize *k, bool *coded,
                   struct arena *a, struct err *e)
{
    struct csv t;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    *n = f.n;
    *k = f.cols.n;
    *x = NEW(a, double, (f.n * f.cols.n));
    *coded = false;
    for (isize j = 0; j < *k; j++) *coded = *coded || f.cols.at[j].kind == FRAME_FACTOR;
    struct str *text = NEW(a, struct str, (f.n * f.cols.n)); /* those that occur */
    isize texts = 0;
    for (isize i = 0; *coded && i < *n * *k; i++) {
        struct str s = str_trim(csv_cell(&t, i / *k, i % *k));
        isize at = 0;
        while (at < texts && !str_eq(text[at], s)) at++;
        if (at == texts) text[texts++] = s;
    }
    for (isize i = 0; i < *n * *k; i++) {
        const struct frame_col *col = &f.cols.at[i % *k];
        struct str s = str_trim(csv_cell(&t, i / *k, i % *k));
        (*x)[i] = frame_missing(col, i / *k) ? NAN : *coded ? 0 : col->x[i / *k];
        for (isize q = 0; *coded && q < texts; q++) (*x)[i] += str_cmp(text[q], s) < 0;
    }
    return OK;
}

static void put_form(struct json_out *w, const char *name, const struct agree_icc_form *f)
{
    json_open(w, name, '{');
    json_put_num(w, "icc", f->icc);
    json_put_num(w, "lower", f->lower);
    json_put_num(w, "upper", f->upper);
    json_close(w, '}');
}

static void put_tested(struct json_out *w, const char *name,
                       const struct agree_icc_form *f, double ratio, double df1,
                       double df2, double p, double v)
{
    json_open(w, name, '{');
    json_put_num(w, "icc", f->icc);
    json_put_num(w, "F", ratio);
    json_put_num(w, "df1", df1);
    json_put_num(w, "df2", df2);
    json_put_num(w, "p", p);
    json_put_num(w, "lower", f->lower);
    json_put_num(w, "upper", f->upper);
    if (!isnan(v)) json_put_num(w, "v", v);
    json_close(w, '}');
}

void case_put_icc(struct json_out *w, const struct agree_icc *r)
{
    json_put_int(w, "n", r->n);
    json_put_int(w, "k", r->k);
    json_put_num(w, "ms_subjects", r->ms_subjects);
    json_put_num(w, "ms_raters", r->ms_raters);
    json_put_num(w, "ms_error", r->ms_error);
    json_put_num(w, "ms_within", r->ms_within);
    put_tested(w, "icc1_1", &r->one1, r->f1, r->df1, r->df2_1, r->p1, NAN);
    put_tested(w, "icc2_1_agreement", &r->two1, r->f3, r->df1, r->df2_3, r->p3, r->v);
    put_form(w, "icc3_1_consistency", &r->three1);
    put_form(w, "icc1_k", &r->onek);
    put_form(w, "icc2_k_agreement", &r->twok);
    put_form(w, "icc3_k_consistency", &r->threek);
}

int case_icc(const struct case_file *c, struct json_out *w, struct arena *a,
             struct err *e)
{
    double *x;
    isize n, k;
    bool coded;
    struct agree_icc r;
    TRY(ratings(c, &x, &n, &k, &coded, a, e));
    if (coded) return err_set(e, E_DOMAIN, "an intraclass correlation needs numbers");
    TRY(agree_icc(x, n, k, case_option(c, "conf", 0.95), &r, *a, e));
    case_put_icc(w, &r);
    return OK;
}

void case_put_kappa(struct json_out *w, const struct agree_kappa *r)
{
    json_put_num(w, "kappa", r->kappa);
    json_put_num(w, "po", r->po);
    json_put_num(w, "pe", r->pe);
    json_put_num(w, "ase", r->ase);
    json_put_num(w, "ase0", r->ase0);
    json_put_num(w, "z", r->z);
    json_put_num(w, "lower", r->lower);
    json_put_num(w, "upper", r->upper);
}

int case_kappa(const struct case_file *c, struct json_out *w, struct arena *a,
               struct err *e)
{
    static const char *const name[] = {"unweighted", "linear", "quadratic"};
    struct csv t;
    TRY(case_table(c, NULL, true, &t, a, e));
    const struct json *levels = json_get(c->call, "levels");
    isize k = levels ? levels->n : 0;
    if (k < 2 || t.n_cols < 2)
        return err_set(e, E_JSON, "call.levels must name the categories of two raters");
    double *table = NEW(a, double, (k * k)), n = 0;
    for (isize i = 0; i < t.n; i++) {
        isize at[2] = {-1, -1};
        for (isize j = 0; j < 2; j++)
            for (isize q = 0; q < k; q++)
                if (str_eq(str_trim(csv_cell(&t, i, j)), json_at(levels, q)->text))
                    at[j] = q;
        if (at[0] < 0 || at[1] < 0) continue; /* missing */
        table[at[0] * k + at[1]]++;
        n++;
    }
    json_put_num(w, "n", n);
    for (int i = 0; i < 3; i++) {
        struct agree_kappa r;
        TRY(agree_kappa(table, k, (enum agree_weight)i, case_option(c, "conf", 0.95), &r,
                        *a, e));
        json_open(w, name[i], '{');
        case_put_kappa(w, &r);
        json_close(w, '}');
    }
    json_open(w, "table", '[');
    for (isize i = 0; i < k; i++) {
        json_open(w, NULL, '[');
        for (isize j = 0; j < k; j++) json_put_num(w, NULL, table[i * k + j]);
        json_close(w, ']');
    }
    json_close(w, ']');
    return OK;
}

void case_put_many(struct json_out *w, const struct agree_many *r, bool coded)
{
    json_put_int(w, "n", r->n);
    json_put_int(w, "raters", r->raters);
    json_put_num(w, "kappa", r->kappa);
    json_put_num(w, "se0", r->se0);
    json_put_num(w, "z", r->z);
    json_open(w, "krippendorff_alpha", '{');
    json_put_num(w, "nominal", r->alpha_nominal);
    json_put_num(w, "interval", coded ? NAN : r->alpha_interval);
    json_put_num(w, "ordinal", r->alpha_ordinal);
    json_close(w, '}');
}

int case_fleiss(const struct case_file *c, struct json_out *w, struct arena *a,
                struct err *e)
{
    double *x;
    isize n, k;
    bool coded;
    struct agree_many r;
    TRY(ratings(c, &x, &n, &k, &coded, a, e));
    TRY(agree_many(x, n, k, &r, *a, e));
    case_put_many(w, &r, coded);
    return OK;
}

/* ---- reliability, reliable change --------------------------------------------- */

static void put_items(struct json_out *w, const char *name, const char *before,
                      const struct str *item, const double *x, isize n, struct arena *a)
{
    json_open(w, name, '{');
    for (isize j = 0; j < n; j++)
        json_put_num(w, str_c(str_fmt(a, "%s%.*s", before, FMT(item[j])), a), x[j]);
    json_close(w, '}');
}

void case_put_reliab(struct json_out *w, const struct reliab *r, const struct str *item,
                     struct arena tmp)
{
    isize k = r->items;
    struct arena *a = &tmp;
    json_put_int(w, "n", r->n);
    json_put_int(w, "items", r->items);
    json_put_num(w, "alpha", r->alpha);
    json_put_num(w, "alpha_standardised", r->alpha_standardised);
    json_put_num(w, "alpha_feldt_lower", r->lower);
    json_put_num(w, "alpha_feldt_upper", r->upper);
    json_put_num(w, "alpha_se_normal", r->alpha_se);
    json_put_num(w, "lambda2", r->lambda2);
    json_put_num(w, "lambda6", r->lambda6);
    json_put_num(w, "mean_inter_item_r", r->mean_r);
    put_items(w, "alpha_if_deleted", "", item, r->if_deleted, k, a);
    put_items(w, "item_rest_r", "", item, r->item_rest, k, a);
    json_put_num(w, "split_half_odd_even_spearman_brown", r->split_half);
    json_put_num(w, "omega_cfa_ml", r->omega);
    json_put_num(w, "omega_se_delta", r->omega_se);
    json_put_num(w, "omega_observed_total", r->omega_total);
    put_items(w, "loadings", "f=~", item, r->loading, k, a);
    json_put_num(w, "cfa_chisq", r->chisq);
    json_put_num(w, "sem_sd_total", r->sem);
}

int case_reliability(const struct case_file *c, struct json_out *w, struct arena *a,
                     struct err *e)
{
    struct csv t;
    struct reliab r;
    TRY(case_table(c, NULL, true, &t, a, e));
    const struct json *items = json_get(c->call, "items");
    isize k = items ? items->n : t.n_cols;
    struct str *item = NEW(a, struct str, k);
    const double **col = NEW(a, const double *, k);
    for (isize j = 0; j < k; j++) {
        double *x;
        item[j] = items ? json_at(items, j)->text : t.head[j];
        TRY(case_column(&t, str_c(item[j], a), &x, a, e));
        col[j] = x;
    }
    TRY(reliab_of(col, k, t.n, case_option(c, "conf", 0.95), &r, a, e));
    case_put_reliab(w, &r, item, *a);
    return OK;
}

int case_reliable_change(const struct case_file *c, struct json_out *w, struct arena *a,
                         struct err *e)
{
    struct csv t;
    double *x, *y, *px, *py;
    isize n;
    struct rci_rule rule;
    struct rci r;
    TRY(case_pair(c, &t, &x, &y, a, e));
    TRY(desc_pairs(x, y, t.n, &px, &py, &n, a, e));
    double *index = NEW(a, double, t.n), mean = desc_mean(px, n);
    double reliability = case_option(c, "reliability", NAN);
    double level = case_option(c, "conf", 0.95);
    TRY(rci_from_reliability(desc_sd(px, n), reliability, level, &rule, e));
    TRY(rci_count(x, y, t.n, &rule, true, index, &r, e));
    json_put_num(w, "sem", rule.sem);
    json_put_num(w, "s_diff", rule.s_diff);
    json_put_num(w, "rci_threshold_95", rule.threshold);
    json_put_num(w, "mdc95", rule.threshold);
    json_open(w, "rci", '[');
    for (isize i = 0; i < t.n; i++) json_put_num(w, NULL, index[i]);
    json_close(w, ']');
    json_put_int(w, "n_improved", r.improved);
    json_put_int(w, "n_deteriorated", r.deteriorated);
    json_open(w, "edwards_nunnally_true_t1", '[');
    for (isize i = 0; i < t.n; i++)
        json_put_num(w, NULL, rci_shrunk(x[i], mean, reliability));
    json_close(w, ']');
    json_put_num(w, "edwards_nunnally_half_width", 2 * rule.sem);
    json_put_int(w, "sem_rule_count", r.beyond_2_sem);
    return OK;
}
