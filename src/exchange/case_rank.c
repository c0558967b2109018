/* Reference cases of rank and exact tests, tables, proportions and adjusted p values. */
#include "exchange/case.h"
#include "exchange/case_put.h"
#include "stats/binom.h"
#include "stats/padjust.h"
#include <float.h>
#include <math.h>

void case_put_signed(struct json_out *w, const struct rank_signed *r)
{
    json_put_int(w, "n", r->n);
    json_put_num(w, "V", r->v);
    json_put_num(w, "p_less", r->p_less);
    json_put_num(w, "p_greater", r->p_greater);
    json_put_num(w, "p_two_sided_doubling", r->p);
    json_put_num(w, "p_two_sided_symmetric", r->p_distance);
    json_put_int(w, "zeros", r->zeros);
    json_put_num(w, "p_normal", r->p_normal);
    json_put_num(w, "p_normal_continuity", r->p_normal_cc);
    json_open(w, "pratt", '{');
    json_put_num(w, "V", r->pratt_v);
    json_put_num(w, "p_two_sided_doubling", r->pratt_p);
    json_close(w, '}');
    json_put_num(w, "rank_biserial", r->rank_biserial);
    json_put_num(w, "sign_test_p", r->sign_p);
    json_put_num(w, "hodges_lehmann_with_zeros", r->hl_zeros);
    json_put_num(w, "hodges_lehmann", r->hl);
    json_put_num(w, "ci_lower", r->lower);
    json_put_num(w, "ci_upper", r->upper);
    json_put_num(w, "achieved", r->achieved);
}

/* The cases are defined on the differences as doubles subtract them, so ties that only
** rounding breaks stay broken here (see stats/rank.h). */
int case_wilcoxon(const struct case_file *c, struct json_out *w, struct arena *a,
                  struct err *e)
{
    struct csv t;
    double *x, *y;
    struct rank_signed r;
    TRY(case_pair(c, &t, &x, &y, a, e));
    double *d = NEW(a, double, t.n);
    for (isize i = 0; i < t.n; i++) d[i] = y[i] - x[i];
    TRY(rank_signed(d, t.n, case_option(c, "conf", 0.95), &r, *a, e));
    case_put_signed(w, &r);
    return OK;
}

void case_put_ranks(struct json_out *w, const struct rank_two *r)
{
    json_put_int(w, "n1", r->n1);
    json_put_int(w, "n2", r->n2);
    json_put_num(w, "U1", r->u);
    json_put_num(w, "p_exact_less", r->p_less);
    json_put_num(w, "p_exact_greater", r->p_greater);
    json_put_num(w, "p_exact_two_sided_doubling", r->p);
    json_put_num(w, "p_exact_two_sided_distance", r->p_distance);
    json_put_num(w, "p_normal", r->p_normal);
    json_put_num(w, "p_normal_continuity", r->p_normal_cc);
    json_put_num(w, "rank_biserial", r->rank_biserial);
    json_put_num(w, "vargha_delaney_A", r->a);
    json_put_num(w, "hodges_lehmann", r->hl);
    json_put_num(w, "ci_lower", r->lower);
    json_put_num(w, "ci_upper", r->upper);
    json_put_num(w, "achieved", r->achieved);
    json_open(w, "brunner_munzel", '{');
    json_put_num(w, "t", r->bm_t);
    json_put_num(w, "df", r->bm_df);
    json_put_num(w, "p", r->bm_p);
    json_put_num(w, "p_hat", r->bm_chance);
    json_close(w, '}');
}

int case_mann_whitney(const struct case_file *c, struct json_out *w, struct arena *a,
                      struct err *e)
{
    double *x, *y;
    isize n1, n2;
    struct rank_two r;
    TRY(case_groups(c, &x, &n1, &y, &n2, a, e));
    TRY(rank_two(x, n1, y, n2, case_option(c, "conf", 0.95), &r, *a, e));
    case_put_ranks(w, &r);
    return OK;
}

/* ---- tables ------------------------------------------------------------------- */

/* The place of a text in a list that grows by first sight: the order of the matrix that
** the table was written from. */
static isize place_of(struct str s, struct str *seen, isize *n)
{
    isize i = 0;
    while (i < *n && !str_eq(seen[i], s)) i++;
    if (i == *n) seen[(*n)++] = s;
    return i;
}

static int read_table(const struct case_file *c, double **count, isize *rows, isize *cols,
                      struct arena *a, struct err *e)
{
    struct csv t;
    isize row, col, number;
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(csv_col(&t, "row", &row, e));
    TRY(csv_col(&t, "col", &col, e));
    TRY(csv_col(&t, "count", &number, e));
    struct str *r = NEW(a, struct str, t.n), *k = NEW(a, struct str, t.n);
    *rows = *cols = 0;
    for (isize i = 0; i < t.n; i++) {
        place_of(csv_cell(&t, i, row), r, rows);
        place_of(csv_cell(&t, i, col), k, cols);
    }
    *count = NEW(a, double, (*rows) * (*cols));
    for (isize i = 0; i < t.n; i++) {
        double x;
        TRY(csv_num(&t, i, number, &x, e));
        isize at = place_of(csv_cell(&t, i, row), r, rows) * *cols +
                   place_of(csv_cell(&t, i, col), k, cols);
        (*count)[at] += x;
    }
    return OK;
}

/* R's fisher.test looks for the odds ratio, or its inverse when it is above 1, in (0, 1)
** with a root search that stops within 1.2e-4: two or three digits for a large one.  The
** cases give those values; to compare like with like the same search is made here, on our
** equations.  The exact values stand beside them in `or_exact`, and alone elsewhere. */
struct r_search {
    const double *count;
    enum fisher_part part;
    double want;
    bool inverse;
    struct arena tmp;
};

static int r_gap(const struct r_search *s, double t, double *gap, struct err *e)
{
    double log_or = s->inverse ? -log(t) : log(t);
    TRY(fisher_at(s->count, log_or, s->part, gap, s->tmp, e));
    *gap -= s->want;
    return OK;
}

/* Brent 1973, ch. 4: b is the best so far, the root lies between b and c, a was
** before. */
static int r_root(const struct r_search *s, double a, double b, double *root,
                  struct err *e)
{
    double fa, fb, c = a, fc, tol = pow(DBL_EPSILON, 0.25);
    TRY(r_gap(s, a, &fa, e));
    TRY(r_gap(s, b, &fb, e));
    fc = fa;
    for (int i = 0; i < 1000; i++) {
        double last = b - a;
        if (fabs(fc) < fabs(fb)) {
            a = b, b = c, c = a;
            fa = fb, fb = fc, fc = fa;
        }
        double near = 2 * DBL_EPSILON * fabs(b) + tol / 2, step = (c - b) / 2;
        if (fabs(step) <= near || fb == 0) break;
        if (fabs(last) >= near && fabs(fa) > fabs(fb)) {
            double p, q, u = fb / fa, cb = c - b;
            if (a == c) { /* a line */
                p = cb * u;
                q = 1 - u;
            } else { /* a parabola the other way round */
                double v = fa / fc, w = fb / fc;
                p = u * (cb * v * (v - w) - (b - a) * (w - 1));
                q = (v - 1) * (w - 1) * (u - 1);
            }
            if (p > 0)
                q = -q;
            else
                p = -p;
            if (p < 0.75 * cb * q - fabs(near * q) / 2 && p < fabs(last * q / 2))
                step = p / q;
        }
        if (fabs(step) < near) step = step > 0 ? near : -near;
        a = b, fa = fb;
        b += step;
        TRY(r_gap(s, b, &fb, e));
        if ((fb > 0) == (fc > 0)) c = a, fc = fa;
    }
    *root = b;
    return OK;
}

static int r_odds(const double count[4], enum fisher_part part, double want, double exact,
                  double *out, struct arena tmp, struct err *e)
{
    double at_one;
    *out = exact;
    if (exact == 0 || isinf(exact)) return OK;
    TRY(fisher_at(count, 0, part, &at_one, tmp, e));
    *out = 1;
    if (at_one == want) return OK;
    struct r_search s = {count, part, want, exact > 1, tmp};
    TRY(r_root(&s, s.inverse ? DBL_EPSILON : 0, 1, out, e));
    if (s.inverse) *out = 1 / *out;
    return OK;
}

static int put_odds(struct json_out *w, const double count[4], double level,
                    const struct fisher_2x2 *r, struct arena tmp, struct err *e)
{
    double mle, lower, upper, tail = (1 - level) / 2;
    TRY(r_odds(count, FISHER_MEAN, count[0], r->or_exact, &mle, tmp, e));
    TRY(r_odds(count, FISHER_FROM, tail, r->or_lower, &lower, tmp, e));
    TRY(r_odds(count, FISHER_UPTO, tail, r->or_upper, &upper, tmp, e));
    json_put_num(w, "or_conditional_mle", mle);
    json_put_num(w, "or_ci_lower", lower);
    json_put_num(w, "or_ci_upper", upper);
    json_open(w, "or_exact", '{');
    json_put_num(w, "mle", r->or_exact);
    json_put_num(w, "lower", r->or_lower);
    json_put_num(w, "upper", r->or_upper);
    json_close(w, '}');
    return OK;
}

void case_put_fisher(struct json_out *w, const struct fisher *r)
{
    json_put_num(w, "p", r->p);
    json_put_num(w, "chisq", r->chisq);
    json_put_num(w, "df", r->df);
    json_put_num(w, "chisq_p", r->chisq_p);
    json_put_num(w, "G", r->g);
    json_put_num(w, "cramers_v", r->cramers_v);
}

void case_put_2x2(struct json_out *w, const struct fisher_2x2 *r)
{
    json_put_num(w, "p_less", r->p_less);
    json_put_num(w, "p_greater", r->p_greater);
    json_put_num(w, "mid_p_two_sided", r->p_mid);
    json_put_num(w, "or_sample", r->or_sample);
    json_put_num(w, "or_wald_lower", r->wald_lower);
    json_put_num(w, "or_wald_upper", r->wald_upper);
    json_put_num(w, "risk_ratio", r->risk_ratio);
    json_put_num(w, "risk_difference", r->risk_difference);
    json_put_num(w, "yates_p", r->yates_p);
}

int case_fisher(const struct case_file *c, struct json_out *w, struct arena *a,
                struct err *e)
{
    double *count;
    isize rows, cols;
    struct fisher r;
    struct fisher_2x2 two;
    double level = case_option(c, "conf", 0.95);
    TRY(read_table(c, &count, &rows, &cols, a, e));
    TRY(fisher_of(count, rows, cols, &r, *a, e));
    case_put_fisher(w, &r);
    if (rows != 2 || cols != 2) return OK;
    TRY(fisher_2x2(count, level, &two, *a, e));
    TRY(put_odds(w, count, level, &two, *a, e));
    case_put_2x2(w, &two);
    return OK;
}

int case_binomial(const struct case_file *c, struct json_out *w, struct arena *a,
                  struct err *e)
{
    struct csv t;
    double *x, *n;
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(case_column(&t, "x", &x, a, e));
    TRY(case_column(&t, "n", &n, a, e));
    json_open(w, "rows", '[');
    for (isize i = 0; i < t.n; i++) {
        struct binom b;
        TRY(binom_of(x[i], n[i], case_option(c, "conf", 0.95), &b, e));
        json_open(w, NULL, '{');
        json_put_num(w, "x", b.x);
        json_put_num(w, "n", b.n);
        json_put_num(w, "cp_lower", b.exact_lower);
        json_put_num(w, "cp_upper", b.exact_upper);
        json_put_num(w, "wilson_lower", b.wilson_lower);
        json_put_num(w, "wilson_upper", b.wilson_upper);
        json_put_num(w, "p_half", b.p_half);
        json_close(w, '}');
    }
    json_close(w, ']');
    return OK;
}

int case_mcnemar(const struct case_file *c, struct json_out *w, struct arena *a,
                 struct err *e)
{
    struct csv t;
    double *x, *y;
    struct binom_mcnemar r;
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(case_column(&t, case_word(c, "before", "before", a), &x, a, e));
    TRY(case_column(&t, case_word(c, "after", "after", a), &y, a, e));
    TRY(binom_mcnemar(x, y, t.n, &r, e));
    json_put_num(w, "b", r.b);
    json_put_num(w, "c", r.c);
    json_put_num(w, "p_exact", r.p_exact);
    json_put_num(w, "p_mid", r.p_mid);
    json_put_num(w, "chisq", r.chisq);
    json_put_num(w, "chisq_p", r.chisq_p);
    json_put_num(w, "chisq_cc", r.chisq_cc);
    return OK;
}

int case_sign_flip(const struct case_file *c, struct json_out *w, struct arena *a,
                   struct err *e)
{
    struct csv t;
    double *d;
    struct binom_flip r;
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(case_column(&t, "d", &d, a, e));
    TRY(binom_flip(d, t.n, &r, *a, e));
    json_put_int(w, "n", r.n);
    json_put_num(w, "flips", r.flips);
    json_put_num(w, "p_two_sided", r.p);
    json_put_num(w, "p_greater", r.p_greater);
    return OK;
}

int case_p_adjust(const struct case_file *c, struct json_out *w, struct arena *a,
                  struct err *e)
{
    struct csv t;
    double *p;
    TRY(case_table(c, NULL, true, &t, a, e));
    TRY(case_column(&t, "p", &p, a, e));
    double *q = NEW(a, double, t.n);
    for (int m = 0; m < PADJUST_N; m++) {
        TRY(padjust_of(p, t.n, (enum padjust_method)m, q, *a, e));
        json_open(w, padjust_name((enum padjust_method)m), '[');
        for (isize i = 0; i < t.n; i++) json_put_num(w, NULL, q[i]);
        json_close(w, ']');
    }
    return OK;
}
