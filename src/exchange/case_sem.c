/* Cases of structural models: sem_ml, sem_fiml, path_bootstrap_fixed_index. */
#include "exchange/case.h"
#include "base/num.h"
#include "exchange/frame_csv.h"
#include "stats/dist.h"
#include "stats/sem.h"
#include <math.h>
#include <string.h>

/* ---- models ------------------------------------------------------------------------ */

static bool truth(const struct json *v)
{
    return v && ((v->kind == JSON_BOOL && v->truth) ||
                 (v->kind == JSON_NUMBER && json_number(v) == 1));
}

/* Options that a maximum likelihood fit may carry with these values only. */
static int check_word(const struct case_file *c, const struct json *v, struct err *e)
{
    static const struct {
        const char *key, *value;
    } fine[] = {
        {"estimator", "ML"},     {"likelihood", "normal"},   {"information", "expected"},
        {"se", "standard"},      {"test", "standard"},       {"mimic", "lavaan"},
        {"missing", "listwise"}, {"optim.method", "nlminb"},
    };
    for (isize i = 0; i < COUNT(fine); i++)
        if (str_is(v->key, fine[i].key) && v->kind == JSON_STRING &&
            (str_is(v->text, fine[i].value) || str_is(v->text, "default")))
            return OK;
    return err_set(e, E_UNSUPPORTED, "the option '%.*s' (%.*s) is not known", FMT(v->key),
                   FMT(v->text));
}

/* One option in lavaan's name; false when it is none. */
static bool take_option(const struct json *v, struct sem_options *o, bool *fiml)
{
    bool on = truth(v);
    if (str_is(v->key, "meanstructure"))
        o->meanstructure = on;
    else if (str_is(v->key, "std.lv") || str_is(v->key, "std_lv"))
        o->std_lv = on;
    else if (str_is(v->key, "orthogonal"))
        o->orthogonal = on;
    else if (str_is(v->key, "fixed.x") || str_is(v->key, "fixed_x"))
        o->random_x = !on;
    else if (str_is(v->key, "auto.cov.y"))
        o->uncorrelated = !on;
    else if (str_is(v->key, "missing") &&
             (str_is(v->text, "fiml") || str_is(v->text, "ml") ||
              str_is(v->text, "direct")))
        *fiml = true;
    else
        return false;
    return true;
}

/* call.defaults "lavaan::sem", cfa, growth or lavaan; options in call and call.options */
static int read_options(const struct case_file *c, struct sem_options *o, bool *fiml,
                        struct arena *a, struct err *e)
{
    *o = (struct sem_options){0};
    struct str f = str_of(case_word(c, "defaults", "lavaan::sem", a));
    isize colon = str_find_str(f, S("::"));
    if (colon >= 0) f = str_from(f, colon + 2);
    if (str_is(f, "growth"))
        o->growth = true;
    else if (str_is(f, "lavaan"))
        o->bare = true;
    else if (!str_is(f, "sem") && !str_is(f, "cfa"))
        return err_set(e, E_UNSUPPORTED, "the defaults of '%.*s' are not known", FMT(f));
    const struct json *options = c->call ? json_get(c->call, "options") : NULL;
    for (const struct json *v = c->call ? c->call->kid : NULL; v; v = v->next)
        take_option(v, o, fiml);
    if (!options || options->kind != JSON_OBJECT) return OK;
    for (const struct json *v = options->kid; v; v = v->next)
        if (!take_option(v, o, fiml)) TRY(check_word(c, v, e));
    return OK;
}

static int read_table(const struct case_file *c, const char *name, struct frame *out,
                      struct arena *a, struct err *e)
{
    struct csv *t = NEW(a, struct csv, 1);
    TRY(case_table(c, name, true, t, a, e));
    *out = frame_csv(t, a);
    return OK;
}

static int columns(const struct frame *f, const struct sem_model *m, const double ***out,
                   struct arena *a, struct err *e)
{
    *out = NEW(a, const double *, m->n_ov);
    for (isize i = 0; i < m->n_ov; i++) TRY(frame_numbers(f, m->var[i], &(*out)[i], e));
    return OK;
}

static void put_fit(struct json_out *w, const struct sem_index *x)
{
    json_open(w, "fit", '{');
    json_put_num(w, "chisq", x->chisq);
    json_put_int(w, "df", x->df);
    json_put_num(w, "p", x->p);
    json_put_num(w, "baseline_chisq", x->baseline_chisq);
    json_put_int(w, "baseline_df", x->baseline_df);
    json_put_num(w, "cfi", x->cfi);
    json_put_num(w, "tli", x->tli);
    json_put_num(w, "rmsea", x->rmsea);
    json_put_num(w, "rmsea_ci90_lower", x->rmsea_lo);
    json_put_num(w, "rmsea_ci90_upper", x->rmsea_hi);
    json_put_num(w, "rmsea_p_close", x->rmsea_p);
    json_put_num(w, "srmr", x->srmr);
    json_put_num(w, "loglik", x->loglik);
    json_put_num(w, "unrestricted_loglik", x->loglik_saturated);
    json_put_num(w, "saturated_loglik", x->loglik_saturated);
    json_put_num(w, "aic", x->aic);
    json_put_num(w, "bic", x->bic);
    json_put_int(w, "npar", x->npar);
    json_put_int(w, "n", x->n);
    json_close(w, '}');
}

static void put_estimate(struct json_out *w, double est, double se)
{
    json_put_num(w, "est", est);
    if (isnan(se)) return;
    json_put_num(w, "se", se);
    json_put_num(w, "z", est / se);
    json_put_num(w, "p", 2 * dist_norm_upper(fabs(est / se)));
}

/* std_all of the cases is in standard deviations of the variables, residual covariances
** too. */
static void put_parameters(struct json_out *w, const struct sem_fit *f,
                           const struct sem_standard *s, struct arena *a)
{
    const struct sem_model *m = f->m;
    json_open(w, "parameters", '{');
    for (isize i = 0; i < m->n_rows; i++) {
        json_open(w, str_c(sem_model_key(&m->row[i], a), a), '{');
        put_estimate(w, f->est[i], f->se[i]);
        if (m->row[i].theta < 0) json_put_bool(w, "fixed", true);
        json_put_num(w, "std_all", s->total[i]);
        if (m->row[i].theta >= 0) json_put_num(w, "se_std_all", s->total_se[i]);
        json_put_num(w, "std_lavaan", s->all[i]);
        if (m->row[i].theta >= 0) json_put_num(w, "se_std_lavaan", s->all_se[i]);
        json_close(w, '}');
    }
    for (isize i = 0; i < m->n_defs; i++) {
        struct str key =
            str_fmt(a, "%.*s:=%.*s", FMT(m->def[i].name), FMT(m->def[i].expr.text));
        json_open(w, str_c(key, a), '{');
        put_estimate(w, f->def[i], f->def_se[i]);
        json_put_num(w, "std_all", s->def[i]);
        json_put_num(w, "se_std_all", s->def_se[i]);
        json_close(w, '}');
    }
    json_close(w, '}');
}

static int run_model(const struct case_file *c, bool fiml, struct json_out *w,
                     struct arena *a, struct err *e)
{
    struct frame f;
    struct sem_options o;
    struct sem_model m;
    struct sem_moments d;
    struct sem_fit fit;
    struct sem_standard s;
    struct sem_index x;
    const double **col;
    TRY(read_options(c, &o, &fiml, a, e));
    if (fiml) o.meanstructure = true;
    TRY(read_table(c, NULL, &f, a, e));
    struct str *name = NEW(a, struct str, f.cols.n);
    for (isize i = 0; i < f.cols.n; i++) name[i] = f.cols.at[i].name;
    const char *syntax = case_word(c, "syntax", "", a);
    TRY(sem_model_read(str_of(syntax), "syntax", &o, name, f.cols.n, &m, a, e));
    TRY(columns(&f, &m, &col, a, e));
    TRY(sem_moments_of(&m, col, f.n, fiml, &d, a, e));
    TRY(sem_fit(&m, &d, &fit, a, e));
    TRY(sem_std(&fit, &s, a, e));
    sem_index(&fit, &x, *a);
    put_fit(w, &x);
    put_parameters(w, &fit, &s, a);
    json_open(w, "r2", '{');
    for (isize i = 0; i < m.n_var; i++)
        if (!isnan(s.r2[i])) json_put_num(w, str_c(m.var[i], a), s.r2[i]);
    json_close(w, '}');
    if (!fiml) return OK;
    json_open(w, "saturated", '{');
    json_open(w, "mean", '[');
    for (isize i = 0; i < d.p; i++) json_put_num(w, NULL, d.mean[i]);
    json_close(w, ']');
    json_open(w, "cov", '[');
    for (isize i = 0; i < d.p; i++) {
        json_open(w, NULL, '[');
        for (isize j = 0; j < d.p; j++) json_put_num(w, NULL, d.cov[i * d.p + j]);
        json_close(w, ']');
    }
    json_close(w, ']');
    json_close(w, '}');
    return OK;
}

int case_sem_ml(const struct case_file *c, struct json_out *w, struct arena *a,
                struct err *e)
{
    return run_model(c, false, w, a, e);
}

int case_sem_fiml(const struct case_file *c, struct json_out *w, struct arena *a,
                  struct err *e)
{
    return run_model(c, true, w, a, e);
}

/* ---- bootstrapped path models ------------------------------------------------------ */

static int read_index(const struct case_file *c, isize n, isize *reps, i32 **out,
                      struct arena *a, struct err *e)
{
    struct csv t;
    TRY(case_table(c, "index", false, &t, a, e));
    if (t.n_cols != n)
        return err_set(e, E_CSV, "%s: a resample has %td numbers, the data %td rows",
                       t.file, t.n_cols, n);
    *reps = t.n;
    *out = NEW(a, i32, t.n * n);
    for (isize r = 0; r < t.n; r++)
        for (isize i = 0; i < n; i++) {
            i64 x;
            if (num_read_int(str_trim(csv_cell(&t, r, i)), 0, n - 1, &x, NULL) != OK)
                return csv_refuse(&t, r, i, E_CSV, e, "a row of the data, from 0 to %td",
                                  n - 1);
            (*out)[r * n + i] = (i32)x;
        }
    return OK;
}

/* Standard deviation of the products of two rows of replicates. */
static double product_sd(const double *x, const double *y, isize n)
{
    double sum = 0, ss = 0;
    for (isize i = 0; i < n; i++) sum += x[i] * y[i];
    for (isize i = 0; i < n; i++) {
        double d = x[i] * y[i] - sum / (double)n;
        ss += d * d;
    }
    return sqrt(ss / (double)(n - 1));
}

int case_path_boot(const struct case_file *c, struct json_out *w, struct arena *a,
                   struct err *e)
{
    struct frame f;
    struct sem_options o = {.uncorrelated = true};
    struct sem_model m;
    struct sem_moments d;
    struct sem_fit fit;
    struct sem_boot b;
    const double **col;
    i32 *index = NULL;
    isize reps = 0;
    const struct json *q = c->call ? json_get(c->call, "equations") : NULL;
    struct buf text = buf_in(a, 256);
    for (q = q ? q->kid : NULL; q; q = q->next) {
        buf_put(&text, q->text);
        buf_putc(&text, '\n');
    }
    TRY(read_table(c, "data", &f, a, e));
    struct str *name = NEW(a, struct str, f.cols.n);
    for (isize i = 0; i < f.cols.n; i++) name[i] = f.cols.at[i].name;
    TRY(sem_model_read(buf_str(&text), "equations", &o, name, f.cols.n, &m, a, e));
    TRY(columns(&f, &m, &col, a, e));
    TRY(sem_moments_of(&m, col, f.n, false, &d, a, e));
    TRY(sem_fit(&m, &d, &fit, a, e));
    TRY(read_index(c, d.n, &reps, &index, a, e));
    TRY(sem_boot(&fit, col, f.n, reps, index, 1, 0.95, 1, &b, a, e));
    static const char *const part[] = {"estimate", "boot_se", "percentile_lower_type6",
                                       "percentile_upper_type6", "first_row"};
    isize path[2] = {-1, -1}, found = 0;
    for (isize i = 0; i < m.n_rows && found < 2; i++)
        if (m.row[i].op == SEM_ON) path[found++] = i;
    for (isize k = 0; k < COUNT(part); k++) {
        json_open(w, part[k], '{');
        for (isize i = 0; i < m.n_rows; i++) {
            const struct sem_boot_par *p = &b.par[i];
            double x[] = {fit.est[i], p->se, p->lo, p->hi, b.value[i * reps]};
            if (m.row[i].op == SEM_ON)
                json_put_num(w, str_c(sem_model_key(&m.row[i], a), a), x[k]);
        }
        json_close(w, '}');
    }
    if (found == 2) {
        json_open(w, "indirect_first_times_second", '{');
        json_put_num(w, "estimate", fit.est[path[0]] * fit.est[path[1]]);
        json_put_num(
            w, "boot_se",
            product_sd(b.value + path[0] * reps, b.value + path[1] * reps, reps));
        json_put_str(w, "sobel_note", S("product of the first two coefficients"));
        json_close(w, '}');
    }
    return OK;
}
