/* varde stat alpha, rci, icc, kappa, fisher, power: scales, raters, tables and sizes. */
#include "cli/stat_ask.h"
#include "exchange/case_put.h"
#include "stats/power.h"
#include "stats/rci.h"
#include <math.h>
#include <string.h>

/* ---- alpha ---------------------------------------------------------------------- */

int stat_alpha(struct cli *c, struct err *e)
{
    struct ask q;
    struct ask_columns col;
    struct reliab r;
    struct buf b;
    TRY(ask_data(c, &q, e));
    TRY(ask_columns(c, &q, &col, e));
    TRY(cli_end(c, e));
    TRY(reliab_of(col.x, col.n, q.frame.n, q.level, &r, c->a, e));
    if (c->json) {
        struct json_out w = ask_json(c, &q, &b);
        case_put_reliab(&w, &r, col.name, *c->a);
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    static const char *const head[] = {"item", "r with the rest", "alpha without it",
                                       "loading"};
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (isize j = 0; j < col.n; j++) {
        cli_cell(&t, col.name[j]);
        cli_cell_num(&t, r.item_rest[j], 3);
        cli_cell_num(&t, r.if_deleted[j], 3);
        cli_cell_num(&t, r.loading[j], 3);
    }
    cli_print(&t);
    fprintf(c->out,
            "\n%td people with all %td items: Cronbach's alpha %s (%s interval %s), "
            "standardised %s, omega %s.\n",
            r.n, r.items, ask_num(c, r.alpha, 3), ask_percent(c, q.level),
            ask_span(c, r.lower, r.upper, 3), ask_num(c, r.alpha_standardised, 3),
            ask_num(c, r.omega, 3));
    fprintf(c->out,
            "Guttman's lambda-2 %s, lambda-6 %s; mean correlation of the items %s; "
            "standard error of measurement of the sum %s.\n",
            ask_num(c, r.lambda2, 3), ask_num(c, r.lambda6, 3), ask_num(c, r.mean_r, 3),
            ask_num(c, r.sem, 3));
    stat_note_print(c, &r.notes);
    return OK;
}

/* ---- rci ------------------------------------------------------------------------ */

static int rci_asked(struct cli *c, const struct ask *q, const struct ask_compare *k,
                     double reliability, double threshold, double sd,
                     struct rci_rule *rule, struct err *e)
{
    if (isnan(reliability) == isnan(threshold))
        return err_set(e, E_USAGE, "give either --reliability R or --threshold X");
    if (!isnan(threshold)) return rci_from_published(threshold, q->level, rule, e);
    if (isnan(sd)) {
        double *x, *y;
        isize n;
        struct arena tmp = *c->a;
        TRY(desc_pairs(k->x[1], k->x[0], q->frame.n, &x, &y, &n, &tmp, e));
        if (n < 2)
            return err_set(e, E_TOO_FEW, "an SD needs 2 complete pairs; give it by --sd");
        sd = desc_sd(x, n);
    }
    return rci_from_reliability(sd, reliability, q->level, rule, e);
}

int stat_rci(struct cli *c, struct err *e)
{
    struct ask q;
    struct ask_compare k;
    struct rci_rule rule;
    struct rci r;
    struct buf b;
    double reliability = NAN, threshold = NAN, sd = NAN;
    TRY(ask_data(c, &q, e));
    TRY(cli_opt_num(c, "--reliability", 0, 0.9999999, &reliability, e));
    TRY(cli_opt_num(c, "--threshold", 1e-9, 1e9, &threshold, e));
    TRY(cli_opt_num(c, "--sd", 1e-9, 1e9, &sd, e));
    bool lower = cli_flag(c, "--lower-is-better");
    TRY(ask_compare(c, &q, &k, e));
    TRY(cli_end(c, e));
    if (!k.paired)
        return err_set(e, E_USAGE, "reliable change needs two times: 'AFTER - BEFORE'");
    TRY(rci_asked(c, &q, &k, reliability, threshold, sd, &rule, e));
    double *index = NEW(c->a, double, q.frame.n);
    TRY(rci_count(k.x[1], k.x[0], q.frame.n, &rule, !lower, index, &r, e));
    struct notes notes = {0};
    if (r.missing > 0) note_add(&notes, NOTE_DROPPED, (double)r.missing, 0);
    if (c->json) {
        struct json_out w = ask_json(c, &q, &b);
        json_put_num(&w, "sd", rule.sd);
        json_put_num(&w, "reliability", rule.r);
        json_put_num(&w, "sem", rule.sem);
        json_put_num(&w, "s_diff", rule.s_diff);
        json_put_num(&w, "threshold", rule.threshold);
        json_put_int(&w, "n", r.n);
        json_put_int(&w, "n_improved", r.improved);
        json_put_int(&w, "n_unchanged", r.unchanged);
        json_put_int(&w, "n_deteriorated", r.deteriorated);
        json_open(&w, "rci", '[');
        for (isize i = 0; i < q.frame.n; i++) json_put_num(&w, NULL, index[i]);
        json_close(&w, ']');
        ask_json_end(c, &w, &notes);
        return OK;
    }
    fprintf(c->out, "A change of more than %s is beyond measurement error (%s).\n",
            ask_num(c, rule.threshold, 2), ask_percent(c, q.level));
    if (!isnan(rule.sd))
        fprintf(c->out,
                "From SD %s and reliability %s: standard error of measurement %s.\n",
                ask_num(c, rule.sd, 2), ask_num(c, rule.r, 2), ask_num(c, rule.sem, 2));
    fprintf(c->out,
            "Of %td people %td improved reliably, %td deteriorated, %td did not "
            "change reliably (%s is better).\n",
            r.n, r.improved, r.deteriorated, r.unchanged, lower ? "lower" : "higher");
    stat_note_print(c, &notes);
    return OK;
}

/* ---- icc, kappa ----------------------------------------------------------------- */

int stat_icc(struct cli *c, struct err *e)
{
    struct ask q;
    struct ask_columns col;
    struct agree_icc r;
    struct buf b;
    TRY(ask_data(c, &q, e));
    TRY(ask_columns(c, &q, &col, e));
    TRY(cli_end(c, e));
    double *x = NEW(c->a, double, (q.frame.n * col.n) + 1);
    for (isize i = 0; i < q.frame.n; i++)
        for (isize j = 0; j < col.n; j++) x[i * col.n + j] = col.x[j][i];
    TRY(agree_icc(x, q.frame.n, col.n, q.level, &r, *c->a, e));
    if (r.incomplete > 0) note_add(&r.notes, NOTE_DROPPED, (double)r.incomplete, 0);
    if (c->json) {
        struct json_out w = ask_json(c, &q, &b);
        case_put_icc(&w, &r);
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    const struct {
        const char *what;
        const struct agree_icc_form *one, *mean;
    } row[] = {{"raters differ from subject to subject (1)", &r.one1, &r.onek},
               {"raters are a sample, agreement (2)", &r.two1, &r.twok},
               {"these raters, consistency (3)", &r.three1, &r.threek}};
    static const char *const head[] = {
        "", "one rating", "lower", "upper", "mean of all", "lower", "upper"};
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (isize i = 0; i < COUNT(row); i++) {
        cli_cell(&t, str_of(row[i].what));
        const struct agree_icc_form *f[2] = {row[i].one, row[i].mean};
        for (int k = 0; k < 2; k++) {
            cli_cell_num(&t, f[k]->icc, 3);
            cli_cell_num(&t, f[k]->lower, 3);
            cli_cell_num(&t, f[k]->upper, 3);
        }
    }
    cli_print(&t);
    fprintf(c->out,
            "\nIntraclass correlations of %td subjects by %td raters, with %s "
            "intervals.\n",
            r.n, r.k, ask_percent(c, q.level));
    stat_note_print(c, &r.notes);
    return OK;
}

/* ---- fisher --------------------------------------------------------------------- */

struct crossed {
    struct str row[32], col[32];
    isize rows, cols;
    double count[32 * 32];
};

static isize place_of(struct str *seen, isize *n, struct str s)
{
    isize i = 0;
    while (i < *n && !str_eq(seen[i], s)) i++;
    if (i == *n && *n < 32) seen[(*n)++] = s;
    return i;
}

static void sort_names(struct str *s, isize n)
{
    for (isize i = 1; i < n; i++)
        for (isize k = i; k > 0 && str_cmp(s[k - 1], s[k]) > 0; k--) {
            struct str swap = s[k];
            s[k] = s[k - 1];
            s[k - 1] = swap;
        }
}

/* Rows of the table count one each, or what `count` says. */
static int cross(const struct ask *q, const char *row, const char *col, const char *count,
                 struct crossed *x, struct err *e)
{
    isize r, k;
    const double *weight = NULL;
    TRY(frame_get(&q->frame, str_of(row), &r, e));
    TRY(frame_get(&q->frame, str_of(col), &k, e));
    if (count) TRY(frame_numbers(&q->frame, str_of(count), &weight, e));
    for (int pass = 0; pass < 2; pass++) {
        for (isize i = 0; i < q->csv.n; i++) {
            if (frame_missing(&q->frame.cols.at[r], i) ||
                frame_missing(&q->frame.cols.at[k], i) || (weight && isnan(weight[i])))
                continue;
            isize at = place_of(x->row, &x->rows, str_trim(csv_cell(&q->csv, i, r)));
            isize by = place_of(x->col, &x->cols, str_trim(csv_cell(&q->csv, i, k)));
            if (at == 32 || by == 32)
                return err_set(
                    e, E_DOMAIN,
                    "%s: the column '%s' has more than 32 different values: put "
                    "them into groups first",
                    q->csv.file, at == 32 ? row : col);
            if (pass == 1) x->count[at * x->cols + by] += weight ? weight[i] : 1;
        }
        sort_names(x->row, x->rows);
        sort_names(x->col, x->cols);
    }
    return OK;
}

static void print_crossed(struct cli *c, const struct crossed *x)
{
    struct cli_table t = cli_table(c, x->cols + 1);
    cli_cell(&t, S(""));
    for (isize j = 0; j < x->cols; j++) cli_cell(&t, x->col[j]);
    for (isize i = 0; i < x->rows; i++) {
        cli_cell(&t, x->row[i]);
        for (isize j = 0; j < x->cols; j++)
            cli_cell_num(&t, x->count[i * x->cols + j], 0);
    }
    cli_print(&t);
    fputc('\n', c->out);
}

int stat_fisher(struct cli *c, struct err *e)
{
    const char *row, *col, *count = NULL;
    struct ask q;
    struct crossed *x = NEW(c->a, struct crossed, 1);
    struct fisher r;
    struct fisher_2x2 two;
    struct buf b;
    TRY(ask_data(c, &q, e));
    TRY(cli_opt(c, "--count", &count, e));
    TRY(cli_arg(c, "the column of the rows", &row, e));
    TRY(cli_arg(c, "the column of the columns", &col, e));
    TRY(cli_end(c, e));
    TRY(cross(&q, row, col, count, x, e));
    TRY(fisher_of(x->count, x->rows, x->cols, &r, *c->a, e));
    bool small = x->rows == 2 && x->cols == 2;
    if (small) TRY(fisher_2x2(x->count, q.level, &two, *c->a, e));
    if (c->json) {
        struct json_out w = ask_json(c, &q, &b);
        case_put_fisher(&w, &r);
        if (small) {
            json_put_num(&w, "or_conditional_mle", two.or_exact);
            json_put_num(&w, "or_ci_lower", two.or_lower);
            json_put_num(&w, "or_ci_upper", two.or_upper);
            case_put_2x2(&w, &two);
        }
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    print_crossed(c, x);
    fprintf(c->out,
            "Fisher's exact test: %s (n = %s). Chi-square(%s) = %s, %s; Cramer's V "
            "%s.\n",
            ask_p(c, r.p), ask_num(c, r.n, 0), ask_num(c, r.df, 0),
            ask_num(c, r.chisq, 2), ask_p(c, r.chisq_p), ask_num(c, r.cramers_v, 2));
    if (small)
        fprintf(c->out,
                "Odds ratio %s (exact %s interval %s). Share of %s %.*s among %s %.*s "
                "less that among %.*s: %s.\n",
                ask_num(c, two.or_exact, 2), ask_percent(c, q.level),
                ask_span(c, two.or_lower, two.or_upper, 2), col, FMT(x->col[0]), row,
                FMT(x->row[0]), FMT(x->row[1]), ask_num(c, two.risk_difference, 3));
    stat_note_print(c, &r.notes);
    return OK;
}

/* ---- power ---------------------------------------------------------------------- */

int stat_power(struct cli *c, struct err *e)
{
    double d = NAN, n = NAN, power = NAN, alpha = 0.05;
    struct buf b;
    TRY(cli_opt_num(c, "--d", -100, 100, &d, e));
    TRY(cli_opt_num(c, "--n", 2, 1e7, &n, e));
    TRY(cli_opt_num(c, "--power", 0.01, 0.9999, &power, e));
    TRY(cli_opt_num(c, "--alpha", 1e-6, 0.5, &alpha, e));
    bool paired = cli_flag(c, "--paired");
    TRY(cli_end(c, e));
    if (isnan(d))
        return err_set(e, E_USAGE, "--d D is missing: the standardised difference");
    if (isnan(n) == isnan(power))
        return err_set(e, E_USAGE, "give --n N for the power, or --power P for the size");
    if (isnan(n)) {
        isize size;
        TRY(power_t_size(power, d, alpha, paired, &size, e));
        n = (double)size;
    }
    TRY(power_t(n, d, alpha, paired, &power, e));
    if (c->json) {
        struct json_out w = ask_json(c, NULL, &b);
        json_put_num(&w, "n", n);
        json_put_num(&w, "d", d);
        json_put_num(&w, "alpha", alpha);
        json_put_bool(&w, "paired", paired);
        json_put_num(&w, "power", power);
        ask_json_end(c, &w, NULL);
        return OK;
    }
    fprintf(c->out,
            "A two-sided t test at %g with %s %s finds a standardised difference of "
            "%g with power %s.\n",
            alpha, ask_num(c, n, 0), paired ? "pairs" : "in each of two groups", d,
            ask_num(c, power, 3));
    return OK;
}
