/* Reference cases of the bootstrap: resamples given as indices, ideal, ABC. */
#include "base/file.h"
#include "exchange/case.h"
#include "stats/abc.h"
#include "stats/bca.h"
#include "stats/boot.h"
#include "stats/dist.h"
#include "stats/ideal.h"
#include <math.h>
#include <string.h>

/* ---- the statistic, as text ---------------------------------------------------------- */

/* "mean(x)/mean(u)": words, and the column names in brackets. */
struct words {
    struct str word[2], arg[2];
    isize n;           /* words: 1, or 2 around / or - */
    char between;      /* '/' or '-' */
    struct str option; /* "trim = .2": what follows the column */
};

static struct str blankless(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, s.n + 1);
    for (isize i = 0; i < s.n; i++)
        if (s.at[i] != ' ') buf_putc(&b, s.at[i]);
    return buf_str(&b);
}

static int read_words(struct str s, struct words *out, struct err *e)
{
    *out = (struct words){0};
    while (s.n > 0 && out->n < 2) {
        isize open = str_find(s, '('), close = str_find(s, ')');
        if (open < 0) {
            out->word[out->n++] = s;
            return OK;
        }
        if (close < open) break;
        struct str in = str_upto(str_from(s, open + 1), close - open - 1);
        out->word[out->n] = str_upto(s, open);
        isize comma = str_find(in, ',');
        out->arg[out->n] = comma < 0 ? in : str_upto(in, comma);
        if (comma >= 0) out->option = str_from(in, comma + 1);
        out->n++;
        s = str_from(s, close + 1);
        if (s.n == 0) return OK;
        out->between = s.at[0];
        if (out->n == 2 || (s.at[0] != '/' && s.at[0] != '-')) break;
        s = str_from(s, 1);
    }
    return err_set(e, E_UNSUPPORTED, "no statistic '%.*s' is known for resamples",
                   FMT(s));
}

static enum boot_of one_of(struct str word)
{
    static const struct {
        const char *word;
        enum boot_of of;
    } known[] = {
        {"mean", BOOT_MEAN},
        {"median", BOOT_MEDIAN},
        {"sd", BOOT_SD},
        {"d_z", BOOT_D_Z},
        {"dz", BOOT_D_Z},
        {"trimmed", BOOT_TRIMMED},
        {"trimmed_mean", BOOT_TRIMMED},
        {"ratio", BOOT_RATIO},
        {"pearson", BOOT_PEARSON},
        {"cor", BOOT_PEARSON},
        {"slope", BOOT_SLOPE},
        {"correlation", BOOT_PEARSON},
    };
    for (isize i = 0; i < COUNT(known); i++)
        if (str_is(word, known[i].word)) return known[i].of;
    return BOOT_CALL;
}

/* x or y of the statistic: the column that is named, else the first or second one. */
static int column(const struct csv *t, struct str name, isize otherwise, double **out,
                  struct arena *a, struct err *e)
{
    if (name.n == 0 || str_is(name, "x") || str_is(name, "data")) {
        /* "x" may stand for the only column whatever its head */
        isize at = -1;
        for (isize i = 0; i < t->n_cols; i++)
            if (str_eq(t->head[i], name)) at = i;
        if (at < 0 && otherwise < t->n_cols) name = t->head[otherwise];
    }
    return case_column(t, str_c(name, a), out, a, e);
}

/* mean(b) - mean(a) of pairs is the mean of the differences. */
static int statistic(const struct case_file *c, const struct csv *t, struct boot_what *w,
                     struct arena *a, struct err *e)
{
    struct str text = blankless(str_of(case_word(c, "statistic", "mean", a)), a);
    struct words s;
    TRY(read_words(text, &s, e));
    double *x = NULL, *y = NULL;
    bool minus = false;
    *w = (struct boot_what){.n = t->n, .of = one_of(s.word[0])};
    if (w->of == BOOT_CALL)
        return err_set(e, E_UNSUPPORTED, "no statistic '%.*s' is known for resamples",
                       FMT(text));
    if (s.n == 2) {
        bool means = w->of == BOOT_MEAN && one_of(s.word[1]) == BOOT_MEAN;
        if (means && s.between == '/') {
            w->of = BOOT_RATIO;
        } else if (means && s.between == '-') {
            minus = true;
        } else if (w->of == BOOT_MEAN && one_of(s.word[1]) == BOOT_SD &&
                   s.between == '/') {
            s.n = 1;
            w->of = BOOT_D_Z;
        } else {
            return err_set(e, E_UNSUPPORTED, "no statistic '%.*s' is known for resamples",
                           FMT(text));
        }
    } else {
        s.arg[1] = s.option;
    }
    w->trim = case_option(c, "trim", 0.2);
    isize equals = str_find(s.option, '=');
    if (w->of == BOOT_TRIMMED || (w->of == BOOT_MEAN && s.option.n > 0)) {
        struct json number = {.kind = JSON_NUMBER,
                              .text = str_from(s.option, equals + 1)};
        if (s.option.n > 0) w->trim = json_number(&number);
        w->of = BOOT_TRIMMED;
    }
    TRY(column(t, s.arg[0], 0, &x, a, e));
    w->x = x;
    if (w->of == BOOT_RATIO || w->of == BOOT_PEARSON || w->of == BOOT_SLOPE || minus) {
        TRY(column(t, s.arg[1], 1, &y, a, e));
        w->y = y;
    }
    for (isize i = 0; minus && i < t->n; i++) x[i] -= y[i];
    return OK;
}

/* ---- the resamples ------------------------------------------------------------------- */

static int index_bytes(const struct case_file *c, isize n, isize reps, i32 *out,
                       struct arena *a, struct err *e)
{
    struct str name = json_text(json_get(c->root, "data"), "index"), bytes;
    TRY(file_read(file_join(a, c->dir, str_c(name, a)), FILE_LIMIT, &bytes, a, e));
    if (bytes.n != n * reps)
        return err_set(e, E_CASE, "%.*s has %td bytes, %td x %td were expected",
                       FMT(name), bytes.n, reps, n);
    for (isize i = 0; i < bytes.n; i++) out[i] = (u8)bytes.at[i];
    return OK;
}

static int index_table(const struct case_file *c, isize n, isize reps, i32 *out,
                       struct arena *a, struct err *e)
{
    struct csv t;
    TRY(case_table(c, "index", false, &t, a, e));
    if (t.n_cols != n || t.n != reps)
        return err_set(e, E_CASE, "the resamples are %td x %td, %td x %td were expected",
                       t.n, t.n_cols, reps, n);
    for (isize r = 0; r < t.n; r++)
        for (isize k = 0; k < n; k++) {
            double x;
            TRY(csv_num(&t, r, k, &x, e));
            out[r * n + k] = x >= 0 && x < (double)n ? (i32)x : -1;
        }
    return OK;
}

static int resamples(const struct case_file *c, isize n, isize reps, i32 **out,
                     struct arena *a, struct err *e)
{
    struct str format = json_text(c->call, "index_format");
    struct str name = json_text(json_get(c->root, "data"), "index");
    *out = NEW_RAW(a, i32, n * reps);
    if (str_ends(name, S(".u8")) || str_find_str(format, S("byte")) >= 0)
        return index_bytes(c, n, reps, *out, a, e);
    return index_table(c, n, reps, *out, a, e);
}

/* ---- acceleration by regression ------------------------------------------------------- */

/* Solves the normal equations A b = y by Cholesky; A (k x k) is destroyed.  The columns are
** centred counts of a multinomial: as well conditioned as normal equations ever are. */
static bool solve(double *m, double *y, isize k)
{
    for (isize j = 0; j < k; j++) {
        for (isize i = j; i < k; i++) {
            double s = m[i * k + j];
            for (isize l = 0; l < j; l++) s -= m[i * k + l] * m[j * k + l];
            if (i == j && !(s > 0)) return false;
            m[i * k + j] = i == j ? sqrt(s) : s / m[j * k + j];
        }
        for (isize l = 0; l < j; l++) y[j] -= m[j * k + l] * y[l];
        y[j] /= m[j * k + j];
    }
    for (isize j = k - 1; j >= 0; j--) {
        for (isize i = j + 1; i < k; i++) y[j] -= m[i * k + j] * y[i];
        y[j] /= m[j * k + j];
    }
    return true;
}

/* Influence values as the slopes of t* on the shares in which rows were drawn, without the
** first row's (R's boot::empinf, type "reg"). */
static double regression_accel(const double *t, const i32 *index, isize reps, isize n,
                               struct arena tmp)
{
    isize k = n - 1;
    double *m = NEW(&tmp, double, k *k), *y = NEW(&tmp, double, n), mean = 0;
    double *row = NEW(&tmp, double, n);
    for (isize r = 0; r < reps; r++) mean += t[r] / (double)reps;
    double *centre = NEW(&tmp, double, n);
    for (isize i = 0; i < reps * n; i++) centre[index[i]] += 1 / (double)reps;
    for (isize r = 0; r < reps; r++) {
        for (isize i = 0; i < n; i++) row[i] = -centre[i];
        for (isize i = 0; i < n; i++) row[index[r * n + i]] += 1;
        for (isize i = 1; i < n; i++) {
            for (isize j = 1; j <= i; j++) m[(i - 1) * k + j - 1] += row[i] * row[j];
            y[i] += row[i] * (t[r] - mean);
        }
    }
    if (!solve(m, y + 1, k)) return NAN;
    y[0] = 0;
    for (isize i = 0; i < n; i++) y[i] = -y[i]; /* boot_accel takes what is left out */
    return boot_accel(y, n);
}

/* ---- kinds ---------------------------------------------------------------------------- */

static void put_bca(struct json_out *w, const char *key, const struct boot_result *r,
                    bool levels)
{
    json_open(w, key, '{');
    json_put_num(w, "z0", r->z0);
    if (levels) {
        json_put_num(w, "alpha_lower", r->level_lo);
        json_put_num(w, "alpha_upper", r->level_hi);
    }
    json_put_num(w, "lower", r->bca.lo);
    json_put_num(w, "upper", r->bca.hi);
    json_close(w, '}');
}

static void put_limits(struct json_out *w, const char *key, struct boot_limits l)
{
    json_open(w, key, '{');
    json_put_num(w, "lower", l.lo);
    json_put_num(w, "upper", l.hi);
    json_close(w, '}');
}

int case_bca_fixed_index(const struct case_file *c, struct json_out *w, struct arena *a,
                         struct err *e)
{
    struct csv t;
    TRY(case_table(c, "data", true, &t, a, e));
    struct boot_what what;
    TRY(statistic(c, &t, &what, a, e));
    isize n = what.n, reps = (isize)case_option(c, "R", 0);
    if (reps < 1 || reps > 10000000)
        return err_set(e, E_CASE, "call.R must say how many resamples there are");
    i32 *index;
    TRY(resamples(c, n, reps, &index, a, e));
    double *x = NEW_RAW(a, double, reps), *jack = NEW_RAW(a, double, n);
    TRY(boot_given(&what, index, reps, x, *a, e));
    double estimate = boot_value(&what, NULL, *a), sum = 0;
    boot_jackknife(&what, jack, *a);
    for (isize i = 0; i < reps; i++) sum += x[i];

    struct boot_plan p = BOOT_PLAN;
    p.level = case_option(c, "conf", 0.95);
    double accel = boot_accel(jack, n), slope = regression_accel(x, index, reps, n, *a);
    struct boot_result half, strict, reg;
    TRY(boot_limits(x, reps, estimate, accel, &p, &half, *a, e));
    p.ties = BOOT_STRICT;
    TRY(boot_limits(x, reps, estimate, accel, &p, &strict, *a, e));
    TRY(boot_limits(x, reps, estimate, slope, &p, &reg, *a, e));

    json_put_int(w, "n", n);
    json_put_int(w, "R", reps);
    json_put_num(w, "t0", estimate);
    json_open(w, "t_first5", '[');
    for (isize i = 0; i < MIN(reps, 5); i++) json_put_num(w, NULL, x[i]);
    json_close(w, ']');
    json_put_num(w, "t_sum", sum);
    json_put_num(w, "t_min", half.least);
    json_put_num(w, "t_max", half.most);
    json_put_num(w, "bias", half.bias);
    json_put_num(w, "se", half.se);
    json_put_int(w, "count_below", half.below);
    json_put_int(w, "count_equal", half.equal);
    json_put_num(w, "accel_jackknife", accel);
    json_put_num(w, "accel_regression", slope);
    put_bca(w, "bca_jackknife", &strict, true);
    put_bca(w, "bca_jackknife_half_ties", &half, true);
    put_bca(w, "bca_regression_influence", &reg, false);
    put_limits(w, "percentile", half.percentile);
    put_limits(w, "basic", half.basic);
    put_limits(w, "normal", half.normal);
    return OK;
}

static void put_ideal(struct json_out *w, const char *key, const struct ideal_bca *b)
{
    json_open(w, key, '{');
    json_put_num(w, "z0", b->z0);
    json_put_num(w, "alpha_lower", b->level_lo);
    json_put_num(w, "alpha_upper", b->level_hi);
    json_put_num(w, "lower", b->lo);
    json_put_num(w, "upper", b->hi);
    json_close(w, '}');
}

/* The differences after - before of complete pairs, the two groups, or the one column. */
static int ideal_data(const struct case_file *c, double **x, isize *n, double **y,
                      isize *m, struct arena *a, struct err *e)
{
    struct csv t;
    *y = NULL;
    *m = 0;
    if (json_get(c->call, "group")) return case_groups(c, x, n, y, m, a, e);
    if (json_get(c->call, "before")) {
        double *before, *after;
        TRY(case_pair(c, &t, &before, &after, a, e));
        *x = NEW_RAW(a, double, t.n);
        *n = 0;
        for (isize i = 0; i < t.n; i++)
            if (!isnan(before[i]) && !isnan(after[i]))
                (*x)[(*n)++] = after[i] - before[i];
        return OK;
    }
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(column(&t, S(""), 0, x, a, e));
    *n = 0;
    for (isize i = 0; i < t.n; i++)
        if (!isnan((*x)[i])) (*x)[(*n)++] = (*x)[i];
    return OK;
}

int case_bca_ideal(const struct case_file *c, struct json_out *w, struct arena *a,
                   struct err *e)
{
    double *x, *y;
    isize n, m;
    TRY(ideal_data(c, &x, &n, &y, &m, a, e));
    struct ideal_plan p = IDEAL_PLAN;
    p.level = case_option(c, "conf", 0.95);
    p.whole = true;
    struct ideal_result r;
    TRY(ideal_mean(x, n, y, m, &p, &r, *a, e));
    json_put_int(w, "n", n);
    json_put_num(w, "mean", r.estimate);
    json_put_num(w, "accel", r.accel);
    json_put_num(w, "p_below", r.below);
    json_put_num(w, "p_equal", r.equal);
    i64 support = y ? -1 : ideal_support(x, n, *a);
    if (support > 0)
        json_put_int(w, "support", support);
    else
        json_put_null(w, "support");
    put_ideal(w, "half_ties", &r.half_ties);
    put_ideal(w, "strict", &r.strict);
    json_put_num(w, "se", r.se);
    return OK;
}

int case_abc(const struct case_file *c, struct json_out *w, struct arena *a,
             struct err *e)
{
    struct csv t;
    TRY(case_table(c, NULL, true, &t, a, e));
    struct boot_what what;
    TRY(statistic(c, &t, &what, a, e));
    struct abc_result r;
    TRY(abc_interval(&what, case_option(c, "conf", 0.95), &r, *a, e));
    json_put_num(w, "lower", r.lo);
    json_put_num(w, "upper", r.hi);
    json_put_num(w, "accel", r.accel);
    json_put_num(w, "mean", r.estimate);
    json_put_num(w, "estimate", r.estimate);
    return OK;
}
