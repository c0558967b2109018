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

/* ---- the statistic, as text -------------------------------------------------------- */

/* "mean(x)/mean(u)", "mean/sd", "slope(y~x)", "mean(trim=0.1)": words, and what stands in
** their brackets. */
struct words {
    struct str word[2], arg[2];
    isize n;           /* words: 1, or 2 around / or - */
    char between;      /* '/' or '-' */
    struct str option; /* what follows the column: "trim=0.1", or the second column */
};

static struct str blankless(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, s.n + 1);
    for (isize i = 0; i < s.n; i++)
        if (s.at[i] != ' ') buf_putc(&b, s.at[i]);
    return buf_str(&b);
}

static void read_brackets(struct str in, struct str *arg, struct str *option)
{
    isize cut = str_find(in, '~') >= 0 ? str_find(in, '~') : str_find(in, ',');
    if (cut < 0 && str_find(in, '=') >= 0) { /* no column, but an option */
        *arg = S("");
        *option = in;
        return;
    }
    *arg = cut < 0 ? in : str_upto(in, cut);
    if (cut >= 0) *option = str_from(in, cut + 1);
}

static int read_words(struct str s, struct words *out, struct err *e)
{
    struct str all = s;
    *out = (struct words){0};
    while (s.n > 0 && out->n < 2) {
        isize end = 0;
        while (end < s.n && s.at[end] != '(' && s.at[end] != '/' && s.at[end] != '-')
            end++;
        out->word[out->n] = str_upto(s, end);
        s = str_from(s, end);
        if (s.n > 0 && s.at[0] == '(') {
            isize close = str_find(s, ')');
            if (close < 0) break;
            read_brackets(str_upto(str_from(s, 1), close - 1), &out->arg[out->n],
                          &out->option);
            s = str_from(s, close + 1);
        }
        out->n++;
        if (s.n == 0) return OK;
        out->between = s.at[0];
        if (s.at[0] != '/' && s.at[0] != '-') break;
        s = str_from(s, 1);
    }
    return err_set(e, E_UNSUPPORTED, "no statistic '%.*s' is known for resamples",
                   FMT(all));
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

/* What the words stand for: the statistic, and the columns between which a mean is that
** of the differences: mean(b - a), or mean(b) - mean(a), which is kept as two means
** because the last bit of their difference may be another one. */
struct asked {
    struct boot_what what;
    double *less; /* of mean(x) - mean(less), else NULL */
};

static int unknown(struct str text, struct err *e)
{
    return err_set(e, E_UNSUPPORTED, "no statistic '%.*s' is known for resamples",
                   FMT(text));
}

/* One statistic of two words: "mean(x)/mean(u)", "mean/sd", "mean(b)-mean(a)". */
static int two_words(const struct words *s, struct str text, struct boot_what *w,
                     bool *minus, struct err *e)
{
    enum boot_of second = one_of(s->word[1]);
    *minus = false;
    if (w->of != BOOT_MEAN) return unknown(text, e);
    if (s->between == '/' && second == BOOT_MEAN) {
        w->of = BOOT_RATIO;
    } else if (s->between == '/' && second == BOOT_SD &&
               (s->arg[1].n == 0 || str_eq(s->arg[0], s->arg[1]))) {
        w->of = BOOT_D_Z;
    } else if (s->between == '-' && second == BOOT_MEAN) {
        *minus = true;
    } else {
        return unknown(text, e);
    }
    return OK;
}

static int statistic(const struct case_file *c, const struct csv *t, struct asked *out,
                     struct arena *a, struct err *e)
{
    struct str text = blankless(str_of(case_word(c, "statistic", "mean", a)), a);
    struct words s;
    TRY(read_words(text, &s, e));
    double *x = NULL, *y = NULL;
    bool minus = false;
    *out = (struct asked){.what = {.n = t->n, .of = one_of(s.word[0])}};
    struct boot_what *w = &out->what;
    if (w->of == BOOT_CALL) return unknown(text, e);
    if (s.n == 2)
        TRY(two_words(&s, text, w, &minus, e));
    else
        s.arg[1] = s.option;
    w->trim = case_option(c, "trim", 0.2);
    isize equals = str_find(s.option, '=');
    if (w->of == BOOT_TRIMMED || (w->of == BOOT_MEAN && s.option.n > 0)) {
        struct json number = {.kind = JSON_NUMBER,
                              .text = str_from(s.option, equals + 1)};
        if (s.option.n > 0) w->trim = json_number(&number);
        w->of = BOOT_TRIMMED;
    }
    isize dash = str_find(s.arg[0], '-');
    if (dash > 0 && s.n == 1 && w->of != BOOT_RATIO) { /* mean(b-a) */
        TRY(column(t, str_upto(s.arg[0], dash), 0, &x, a, e));
        TRY(column(t, str_from(s.arg[0], dash + 1), 1, &y, a, e));
        for (isize i = 0; i < t->n; i++) x[i] -= y[i];
        w->x = x;
        return OK;
    }
    TRY(column(t, s.arg[0], 0, &x, a, e));
    w->x = x;
    bool two = w->of == BOOT_RATIO || w->of == BOOT_PEARSON || w->of == BOOT_SLOPE;
    if (two || minus) TRY(column(t, s.arg[1], 1, &y, a, e));
    if (two) w->y = y;
    if (minus) out->less = y;
    return OK;
}

/* For methods that know no difference of means: the mean of the differences. */
static void one_mean(struct asked *q, struct arena *a)
{
    if (!q->less) return;
    double *d = NEW_RAW(a, double, q->what.n);
    for (isize i = 0; i < q->what.n; i++) d[i] = q->what.x[i] - q->less[i];
    q->what.x = d;
    q->less = NULL;
}

/* ---- the resamples ----------------------------------------------------------------- */

static int index_bytes(const struct case_file *c, isize n, isize reps, i32 *out,
                       struct arena *a, struct err *e)
{
    struct str name = json_text(json_get(c->root, "data"), "index"), bytes;
    TRY(file_read(file_join(a, c->dir, str_c(name, a)), FILE_LIMIT, &bytes, a, e));
    if (bytes.n != n * reps)
        return err_set(e, E_JSON, "%.*s has %td bytes, %td x %td were expected",
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
        return err_set(e, E_JSON, "the resamples are %td x %td, %td x %td were expected",
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

/* ---- acceleration by regression ---------------------------------------------------- */

/* Solves the normal equations A b = y by Cholesky; A (k x k) is destroyed.  The columns
** are centred counts of a multinomial: as well conditioned as normal equations ever
** are. */
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

/* Influence values as the slopes of t* on the shares in which rows were drawn, without
** the first row's (R's boot::empinf, type "reg"). */
static double regression_accel(const double *t, const i32 *index, isize reps, isize n,
                               struct arena tmp)
{
    isize k = n - 1;
    double *m = NEW(&tmp, double, (k * k)), *y = NEW(&tmp, double, n), mean = 0;
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

/* ---- kinds ------------------------------------------------------------------------- */

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

static int given(const struct asked *q, const i32 *index, isize reps, double *out,
                 double *estimate, struct arena tmp, struct err *e)
{
    TRY(boot_given(&q->what, index, reps, out, tmp, e));
    *estimate = boot_given_value(&q->what, NULL, q->what.n, tmp);
    if (!q->less) return OK;
    struct boot_what less = q->what;
    less.x = q->less;
    double *minus = NEW_RAW(&tmp, double, reps);
    TRY(boot_given(&less, index, reps, minus, tmp, e));
    for (isize i = 0; i < reps; i++) out[i] -= minus[i];
    *estimate -= boot_given_value(&less, NULL, less.n, tmp);
    return OK;
}

int case_bca_fixed_index(const struct case_file *c, struct json_out *w, struct arena *a,
                         struct err *e)
{
    struct csv t;
    TRY(case_table(c, "data", true, &t, a, e));
    struct asked q;
    TRY(statistic(c, &t, &q, a, e));
    isize n = q.what.n, reps = (isize)case_option(c, "R", 0);
    if (reps < 1 || reps > 10000000)
        return err_set(e, E_JSON, "call.R must say how many resamples there are");
    i32 *index;
    TRY(resamples(c, n, reps, &index, a, e));
    double *x = NEW_RAW(a, double, reps), *jack = NEW_RAW(a, double, n), estimate;
    TRY(given(&q, index, reps, x, &estimate, *a, e));
    one_mean(&q, a);
    boot_jackknife(&q.what, jack, *a);
    double sum = 0;
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
    struct asked q;
    TRY(statistic(c, &t, &q, a, e));
    one_mean(&q, a);
    struct abc_result r;
    TRY(abc_interval(&q.what, case_option(c, "conf", 0.95), &r, *a, e));
    json_put_num(w, "lower", r.lo);
    json_put_num(w, "upper", r.hi);
    json_put_num(w, "accel", r.accel);
    json_put_num(w, "mean", r.estimate);
    json_put_num(w, "estimate", r.estimate);
    return OK;
}
