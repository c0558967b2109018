/* Reference cases of description, t tests, correlation, power and distributions. */
#include "exchange/case.h"
#include "exchange/case_put.h"
#include "exchange/frame_csv.h"
#include "stats/dist.h"
#include "stats/power.h"
#include <math.h>

/* ---- paired_t, two_sample ----------------------------------------------------- */

int case_pair(const struct case_file *c, struct csv *t, double **before, double **after,
              struct arena *a, struct err *e)
{
    TRY(case_table(c, NULL, true, t, a, e));
    TRY(case_column(t, case_word(c, "before", "t1", a), before, a, e));
    return case_column(t, case_word(c, "after", "t2", a), after, a, e);
}

void case_put_paired(struct json_out *w, const struct ttest_paired *r)
{
    json_put_int(w, "n", r->n);
    json_put_num(w, "mean1", r->mean1);
    json_put_num(w, "sd1", r->sd1);
    json_put_num(w, "mean2", r->mean2);
    json_put_num(w, "sd2", r->sd2);
    json_put_num(w, "mean_diff", r->diff);
    json_put_num(w, "sd_diff", r->sd_diff);
    json_put_num(w, "se_diff", r->se);
    json_put_num(w, "r", r->r);
    json_put_num(w, "t", r->t);
    json_put_num(w, "df", r->df);
    json_put_num(w, "p", r->p);
    json_put_num(w, "ci_lower", r->lower);
    json_put_num(w, "ci_upper", r->upper);
    json_put_num(w, "d_z", r->d_z);
    json_put_num(w, "d_av", r->d_av);
    json_put_num(w, "d_av_mean_of_sds", r->d_av_mean_sd);
    json_put_num(w, "d_rm", r->d_rm);
    json_put_num(w, "hedges_J_exact", r->j);
    json_put_num(w, "hedges_J_approx", r->j_approx);
    json_put_num(w, "g_z", r->g_z);
    json_put_num(w, "g_av", r->g_av);
    json_put_num(w, "g_rm", r->g_rm);
    json_put_num(w, "d_z_ci_lower", r->d_z_lower);
    json_put_num(w, "d_z_ci_upper", r->d_z_upper);
}

int case_paired_t(const struct case_file *c, struct json_out *w, struct arena *a,
                  struct err *e)
{
    struct csv t;
    double *x, *y;
    struct ttest_paired r;
    TRY(case_pair(c, &t, &x, &y, a, e));
    TRY(ttest_paired(x, y, t.n, case_option(c, "conf", 0.95), &r, *a, e));
    case_put_paired(w, &r);
    return OK;
}

int case_groups(const struct case_file *c, double **x, isize *n1, double **y, isize *n2,
                struct arena *a, struct err *e)
{
    struct csv t;
    isize group;
    double *v;
    struct str level[2] = {0};
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(case_column(&t, case_word(c, "y", "y", a), &v, a, e));
    TRY(csv_col(&t, case_word(c, "group", "group", a), &group, e));
    const struct json *levels = json_get(c->call, "levels");
    if (!levels || levels->n != 2)
        return err_set(e, E_JSON, "call.levels must name two groups");
    for (isize i = 0; i < 2; i++) level[i] = json_at(levels, i)->text;
    *x = NEW(a, double, t.n);
    *y = NEW(a, double, t.n);
    *n1 = *n2 = 0;
    for (isize i = 0; i < t.n; i++) {
        struct str g = str_trim(csv_cell(&t, i, group));
        if (str_eq(g, level[0])) (*x)[(*n1)++] = v[i];
        if (str_eq(g, level[1])) (*y)[(*n2)++] = v[i];
    }
    return OK;
}

static void put_line(struct json_out *w, const char *name, const struct ttest_line *l,
                     struct arena tmp)
{
    const struct {
        const char *what;
        double x;
    } row[] = {{"t", l->t},
               {"df", l->df},
               {"p", l->p},
               {"ci_lower", l->lower},
               {"ci_upper", l->upper}};
    for (isize i = 0; i < COUNT(row); i++)
        json_put_num(w, str_fmt(&tmp, "%s_%s%c", name, row[i].what, 0).at, row[i].x);
}

void case_put_two(struct json_out *w, const struct ttest_two *r, struct arena tmp)
{
    json_put_int(w, "n1", r->n1);
    json_put_int(w, "n2", r->n2);
    json_put_num(w, "mean1", r->mean1);
    json_put_num(w, "mean2", r->mean2);
    put_line(w, "student", &r->student, tmp);
    put_line(w, "welch", &r->welch, tmp);
    json_put_num(w, "cohen_d", r->d);
    json_put_num(w, "hedges_g", r->g);
    json_put_num(w, "d_ci_lower", r->d_lower);
    json_put_num(w, "d_ci_upper", r->d_upper);
    json_put_num(w, "g_ci_lower", r->g_lower);
    json_put_num(w, "g_ci_upper", r->g_upper);
    json_put_num(w, "d_var_large_sample", r->d_var);
    json_put_num(w, "glass_delta", r->glass);
    json_put_num(w, "brown_forsythe_F", r->levene_f);
    json_put_num(w, "brown_forsythe_p", r->levene_p);
    json_put_num(w, "var_ratio_F", r->var_f);
    json_put_num(w, "var_ratio_p", r->var_p);
}

int case_two_sample(const struct case_file *c, struct json_out *w, struct arena *a,
                    struct err *e)
{
    double *x, *y;
    isize n1, n2;
    struct ttest_two r;
    TRY(case_groups(c, &x, &n1, &y, &n2, a, e));
    TRY(ttest_two(x, n1, y, n2, case_option(c, "conf", 0.95), &r, *a, e));
    case_put_two(w, &r, *a);
    return OK;
}

/* ---- descriptives, nist_univariate, correlation ------------------------------------ */

void case_put_desc(struct json_out *w, const struct desc *d)
{
    json_put_int(w, "n", d->n);
    json_put_int(w, "missing", d->missing);
    json_put_num(w, "mean", d->mean);
    json_put_num(w, "sd", d->sd);
    json_put_num(w, "median", d->median);
    json_put_num(w, "min", d->min);
    json_put_num(w, "max", d->max);
    json_put_num(w, "q25_type7", d->q25);
    json_put_num(w, "q75_type7", d->q75);
    json_put_num(w, "q25_type6", d->q25_spss);
    json_put_num(w, "q75_type6", d->q75_spss);
    json_put_num(w, "mad", d->mad);
    json_put_num(w, "skewness_g1", d->skew);
    json_put_num(w, "skewness_G1_spss", d->skew_big);
    json_put_num(w, "kurtosis_G2_spss", d->kurtosis_big);
    json_put_num(w, "se_skewness", d->skew_se);
    json_put_num(w, "ci_mean_lower", d->ci_lower);
    json_put_num(w, "ci_mean_upper", d->ci_upper);
    json_put_num(w, "shapiro_W", d->shapiro_w);
    json_put_num(w, "shapiro_p", d->shapiro_p);
    json_put_num(w, "trimmed_mean_20", d->trimmed);
}

int case_descriptives(const struct case_file *c, struct json_out *w, struct arena *a,
                      struct err *e)
{
    struct csv t;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    for (isize i = 0; i < f.cols.n; i++) {
        const struct frame_col *col = &f.cols.at[i];
        struct desc d;
        if (col->kind != FRAME_NUMBER) continue;
        TRY(desc_of(col->x, f.n, case_option(c, "conf", 0.95), &d, *a, e));
        json_open(w, str_c(col->name, a), '{');
        case_put_desc(w, &d);
        json_close(w, '}');
    }
    return OK;
}

int case_nist_univariate(const struct case_file *c, struct json_out *w, struct arena *a,
                         struct err *e)
{
    struct csv t;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    isize y;
    TRY(frame_get(&f, str_of(case_word(c, "y", "y", a)), &y, e));
    const struct frame_col *col = &f.cols.at[y];
    for (isize i = 0; i < f.n; i++)
        if (frame_missing(col, i))
            return err_set(e, E_DOMAIN, "row %td has no value: a series has no holes",
                           i + 1);
    double mean, sd, lag1;
    desc_series(col->x, col->lo, f.n, &mean, &sd, &lag1);
    json_put_int(w, "n", f.n);
    json_put_num(w, "mean", mean);
    json_put_num(w, "sd", sd);
    json_put_num(w, "autocorr1", lag1);
    return OK;
}

void case_put_corr(struct json_out *w, const struct corr *r)
{
    json_put_int(w, "n", r->n);
    json_put_num(w, "pearson", r->pearson.r);
    json_put_num(w, "t", r->t);
    json_put_num(w, "p", r->pearson.p);
    json_put_num(w, "fisher_lower", r->pearson.lower);
    json_put_num(w, "fisher_upper", r->pearson.upper);
    json_put_num(w, "spearman", r->spearman.r);
    json_put_num(w, "kendall_b", r->kendall.r);
}

int case_correlation(const struct case_file *c, struct json_out *w, struct arena *a,
                     struct err *e)
{
    struct csv t;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    const struct frame_col *col = f.cols.at;
    for (isize i = 0; i < f.cols.n; i++)
        for (isize j = i + 1; j < f.cols.n; j++) {
            struct corr r;
            if (col[i].kind != FRAME_NUMBER || col[j].kind != FRAME_NUMBER) continue;
            TRY(corr_of(col[i].x, col[j].x, f.n, case_option(c, "conf", 0.95), &r, *a,
                        e));
            struct str pair = str_fmt(a, "%.*s:%.*s", FMT(col[i].name), FMT(col[j].name));
            json_open(w, str_c(pair, a), '{');
            case_put_corr(w, &r);
            json_close(w, '}');
        }
    return OK;
}

/* ---- distribution, power: the arguments stand in rows ---------------------------- */

/* The rows to answer: call.rows, else those of `expected`, beside the answers. */
static const struct json *rows_of(const struct case_file *c)
{
    const struct json *rows = json_get(c->call, "rows");
    if (!rows || rows->kind != JSON_ARRAY) rows = c->expected;
    return rows && rows->kind == JSON_ARRAY ? rows->kid : NULL;
}

static double dist_named(struct str f, const double *x)
{
    static const struct {
        const char *name;
        double (*one)(double), (*two)(double, double), (*three)(double, double, double);
    } list[] = {
        {"norm_cdf", dist_norm},
        {"norm_sf", dist_norm_upper},
        {"norm_quantile", dist_norm_quantile},
        {"t_cdf", NULL, dist_t},
        {"t_sf", NULL, dist_t_upper},
        {"t_quantile", NULL, dist_t_quantile},
        {"chisq_cdf", NULL, dist_chisq},
        {"chisq_sf", NULL, dist_chisq_upper},
        {"chisq_quantile", NULL, dist_chisq_quantile},
        {"f_cdf", NULL, NULL, dist_f},
        {"f_sf", NULL, NULL, dist_f_upper},
        {"f_quantile", NULL, NULL, dist_f_quantile},
        {"beta_cdf", NULL, NULL, dist_beta},
        {"beta_sf", NULL, NULL, dist_beta_upper},
        {"beta_quantile", NULL, NULL, dist_beta_quantile},
        {"ncchisq_cdf", NULL, NULL, dist_ncchisq},
        {"ncchisq_sf", NULL, NULL, dist_ncchisq_upper},
        {"tukey_sf", NULL, NULL, dist_tukey_upper},
    };
    for (isize i = 0; i < COUNT(list); i++) {
        if (!str_is(f, list[i].name)) continue;
        if (list[i].one) return list[i].one(x[0]);
        if (list[i].two) return list[i].two(x[0], x[1]);
        return list[i].three(x[0], x[1], x[2]);
    }
    if (str_is(f, "nct_cdf")) return dist_nct(x[0], x[1], x[2], NULL);
    if (str_is(f, "nct_sf")) return dist_nct_upper(x[0], x[1], x[2], NULL);
    if (str_is(f, "ncf_cdf")) return dist_ncf(x[0], x[1], x[2], x[3]);
    if (str_is(f, "ncf_sf")) return dist_ncf_upper(x[0], x[1], x[2], x[3]);
    return NAN;
}

int case_distribution(const struct case_file *c, struct json_out *w, struct arena *a,
                      struct err *e)
{
    for (const struct json *row = rows_of(c); row; row = row->next) {
        double x[4] = {NAN, NAN, NAN, NAN};
        const struct json *args = json_get(row, "args");
        for (isize i = 0; args && i < MIN(args->n, COUNT(x)); i++)
            x[i] = json_number(json_at(args, i));
        double value = dist_named(json_text(row, "f"), x);
        if (isnan(value))
            return err_set(e, E_DOMAIN, "line %d: no such function, or outside its range",
                           row->line);
        json_open(w, NULL, '{');
        json_put_str(w, "f", json_text(row, "f"));
        if (args) json_put(w, "args", args);
        json_put_num(w, "value", value);
        json_close(w, '}');
    }
    return OK;
}

static double number_of(const struct json *row, const char *key)
{
    const struct json *v = json_get(row, key);
    return v ? json_number(v) : NAN;
}

int case_power(const struct case_file *c, struct json_out *w, struct arena *a,
               struct err *e)
{
    for (const struct json *row = rows_of(c); row; row = row->next) {
        const struct json *paired = json_get(row, "paired");
        bool one_group = paired && paired->truth;
        double power, n = number_of(row, "n"), d = number_of(row, "d");
        TRY(power_t(n, d, number_of(row, "alpha"), one_group, &power, e));
        json_open(w, NULL, '{');
        json_put_num(w, "n", n);
        json_put_num(w, "d", d);
        json_put_num(w, "alpha", number_of(row, "alpha"));
        json_put_bool(w, "paired", one_group);
        json_put_num(w, "power", power);
        json_close(w, '}');
    }
    return OK;
}
