#include "base/num.h"
#include "exchange/case.h"
#include "exchange/frame_csv.h"
#include "stats/anova.h"
#include "stats/lm.h"
#include "stats/nls.h"

/* "polynomial degree 5 in x" is y ~ x + I(x^2) + ... ; anything else is a formula. */
static int linear_formula(const char *text, struct str *out, struct arena *a,
                          struct err *e)
{
    struct str s = str_of(text), head = S("polynomial degree ");
    *out = s;
    if (!str_starts(s, head)) return OK;
    struct str rest = str_from(s, head.n), degree, in, x;
    i64 n;
    if (!str_cut(&rest, ' ', &degree) || !str_cut(&rest, ' ', &in) || !str_is(in, "in") ||
        !str_cut(&rest, ' ', &x))
        return err_set(e, E_FORMULA, "expected: polynomial degree 5 in x");
    TRY(num_read_int(degree, 1, 50, &n, e));
    struct buf b = buf_in(a, 200);
    buf_fmt(&b, "y ~ %.*s", FMT(x));
    for (i64 k = 2; k <= n; k++) buf_fmt(&b, " + I(%.*s^%" PRId64 ")", FMT(x), k);
    *out = buf_str(&b);
    return OK;
}

/* Coefficients are called B0, B1, ...; B0 is the intercept. */
int case_nist_linear(const struct case_file *c, struct json_out *w, struct arena *a,
                     struct err *e)
{
    struct csv t;
    struct str formula;
    struct lm m;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    TRY(linear_formula(case_word(c, "formula", "", a), &formula, a, e));
    TRY(lm_of(&f, formula, 0.95, &m, a, e));
    json_put_int(w, "n", m.n);
    json_put_int(w, "p", m.p);
    json_open(w, "coefficients", '{');
    for (isize j = 0; j < m.p; j++) {
        json_open(w, str_c(str_fmt(a, "B%td", j + !m.intercept), a), '{');
        json_put_num(w, "estimate", m.coef[j].estimate);
        json_put_num(w, "se", m.coef[j].se);
        json_close(w, '}');
    }
    json_close(w, '}');
    json_put_num(w, "residual_sd", m.sigma);
    json_put_num(w, "r2", m.r2);
    json_put_int(w, "df_regression", m.F_df1);
    json_put_num(w, "ss_regression", m.ssr);
    json_put_int(w, "df_residual", m.df);
    json_put_num(w, "ss_residual", m.rss);
    json_put_num(w, "F", m.F);
    return OK;
}

int case_nist_anova(const struct case_file *c, struct json_out *w, struct arena *a,
                    struct err *e)
{
    struct csv t;
    struct anova v;
    isize factor, n_groups;
    const i32 *group;
    const double *y;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    TRY(frame_get(&f, str_of(case_word(c, "factor", "treatment", a)), &factor, e));
    struct str name = str_of(case_word(c, "y", "y", a));
    TRY(frame_numbers(&f, name, &y, e));
    frame_groups(&f, factor, &group, &n_groups, a);
    TRY(anova_oneway(y, f.cols.at[frame_find(&f, name)].lo, group, f.n, n_groups, &v, *a,
                     e));
    json_put_num(w, "df_between", v.df_between);
    json_put_num(w, "ss_between", v.ss_between);
    json_put_num(w, "ms_between", v.ms_between);
    json_put_num(w, "df_within", v.df_within);
    json_put_num(w, "ss_within", v.ss_within);
    json_put_num(w, "ms_within", v.ms_within);
    json_put_num(w, "F", v.F);
    json_put_num(w, "p", v.p);
    json_put_num(w, "r2", v.r2);
    json_put_num(w, "residual_sd", v.sigma);
    return OK;
}

/* From each start that the case has; the answer is the lowest minimum, and "starts" says
** what each of them found. */
int case_nist_nonlinear(const struct case_file *c, struct json_out *w, struct arena *a,
                        struct err *e)
{
    struct csv t;
    struct nls_model model;
    struct nls best = {.rss = INFINITY}, fit[9];
    int code[COUNT(fit)], n_starts = 0, last = E_FORMULA;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct frame f = frame_csv(&t, a);
    TRY(nls_read(str_of(case_word(c, "model", "", a)),
                 str_of(case_word(c, "response", "y", a)), &f, &model, a, e));
    for (int k = 0; k < COUNT(fit); k++) {
        double start[NLS_PARAMETERS];
        const struct json *v = json_get(c->call, str_c(str_fmt(a, "start%d", k + 1), a));
        if (!v) break;
        if (v->n != model.n_parameters)
            return err_set(e, E_FORMULA, "start%d has %td values for %td parameters",
                           k + 1, v->n, model.n_parameters);
        for (isize j = 0; j < v->n; j++) start[j] = json_number(json_at(v, j));
        n_starts++;
        code[k] = nls_fit(&model, start, 0.95, &fit[k], a, e);
        if (code[k] != OK) last = code[k];
        if (code[k] == OK && fit[k].rss < best.rss) best = fit[k];
    }
    if (n_starts == 0) return err_set(e, E_FORMULA, "the case has no start1");
    if (!isfinite(best.rss)) return last;
    json_put_int(w, "n", best.n);
    json_put_int(w, "p", best.p);
    json_open(w, "coefficients", '{');
    for (isize j = 0; j < best.p; j++) {
        json_open(w, str_c(best.coef[j].name, a), '{');
        json_put_num(w, "estimate", best.coef[j].estimate);
        json_put_num(w, "se", best.coef[j].se);
        json_close(w, '}');
    }
    json_close(w, '}');
    json_put_num(w, "ss_residual", best.rss);
    json_put_num(w, "residual_sd", best.sigma);
    json_open(w, "starts", '[');
    for (int k = 0; k < n_starts; k++) {
        json_open(w, NULL, '{');
        json_put_bool(w, "converged", code[k] == OK);
        json_put_num(w, "ss_residual", code[k] == OK ? fit[k].rss : NAN);
        json_put_int(w, "steps", code[k] == OK ? fit[k].iterations : 0);
        json_close(w, '}');
    }
    json_close(w, ']');
    return OK;
}
