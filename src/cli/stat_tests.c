/* varde stat describe, t, wilcoxon, corr: for people, on their own tables. */
#include "cli/stat_ask.h"
#include "exchange/case_put.h"
#include <math.h>

/* ---- describe ------------------------------------------------------------------- */

static void describe_row(struct cli_table *t, struct str name, const struct desc *d)
{
    cli_cell(t, name);
    cli_cell_num(t, (double)d->n, 0);
    cli_cell_num(t, (double)d->missing, 0);
    const double x[] = {d->mean, d->sd,     d->ci_lower, d->ci_upper, d->min,
                        d->q25,  d->median, d->q75,      d->max,      d->skew_big};
    for (isize i = 0; i < COUNT(x); i++) cli_cell_num(t, x[i], 2);
    cli_cell_p(t, d->shapiro_p);
}

int stat_describe(struct cli *c, struct err *e)
{
    static const char *const head[] = {"",      "n",     "missing", "mean",    "SD",
                                       "lower", "upper", "min",     "q25",     "median",
                                       "q75",   "max",   "skew",    "p normal"};
    struct ask q;
    struct ask_columns col;
    struct buf b;
    TRY(ask_data(c, &q, e));
    TRY(ask_columns(c, &q, &col, e));
    TRY(cli_end(c, e));
    struct json_out w = ask_json(c, &q, &b);
    struct cli_table t = cli_headed(c, head, COUNT(head));
    json_open(&w, "columns", '[');
    for (isize i = 0; i < col.n; i++) {
        struct desc d;
        int code = desc_of(col.x[i], q.frame.n, q.level, &d, *c->a, e);
        if (code != OK)
            return err_at(e, code, "%s, column %.*s", q.csv.file, FMT(col.name[i]));
        describe_row(&t, col.name[i], &d);
        json_open(&w, NULL, '{');
        json_put_str(&w, "column", col.name[i]);
        case_put_desc(&w, &d);
        stat_note_json(c, &d.notes, &w);
        json_close(&w, '}');
    }
    if (c->json) {
        json_close(&w, ']');
        ask_json_end(c, &w, NULL);
        return OK;
    }
    cli_print(&t);
    fprintf(c->out,
            "\nlower, upper: %s interval of the mean. skew: as SPSS has it (G1). "
            "p normal: Shapiro-Wilk.\n",
            ask_percent(c, q.level));
    return OK;
}

/* ---- t -------------------------------------------------------------------------- */

static void group_table(struct cli *c, const struct str name[2], const isize n[2],
                        const double mean[2], const double sd[2])
{
    static const char *const head[] = {"", "n", "mean", "SD"};
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (int g = 0; g < 2; g++) {
        cli_cell(&t, name[g]);
        cli_cell_num(&t, (double)n[g], 0);
        cli_cell_num(&t, mean[g], 2);
        cli_cell_num(&t, sd[g], 2);
    }
    cli_print(&t);
    fputc('\n', c->out);
}

static int t_paired(struct cli *c, const struct ask *q, const struct ask_compare *k,
                    struct err *e)
{
    struct ttest_paired r;
    struct buf b;
    TRY(ttest_paired(k->x[1], k->x[0], q->frame.n, q->level, &r, *c->a, e));
    if (r.incomplete > 0) note_add(&r.notes, NOTE_DROPPED, (double)r.incomplete, 0);
    if (c->json) {
        struct json_out w = ask_json(c, q, &b);
        case_put_paired(&w, &r);
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    const struct str name[2] = {k->name[1], k->name[0]};
    const isize n[2] = {r.n, r.n};
    group_table(c, name, n, (double[]){r.mean1, r.mean2}, (double[]){r.sd1, r.sd2});
    fprintf(c->out, "%.*s - %.*s: mean difference %s (%s interval %s), t(%s) = %s, %s.\n",
            FMT(k->name[0]), FMT(k->name[1]), ask_num(c, r.diff, 2),
            ask_percent(c, q->level), ask_span(c, r.lower, r.upper, 2),
            ask_num(c, r.df, 0), ask_num(c, r.t, 2), ask_p(c, r.p));
    fprintf(c->out,
            "Standardised: d_z = %s (%s; by the SD of the differences, %s), "
            "d_av = %s (by the SDs of both times), Hedges' g_av = %s.\n",
            ask_num(c, r.d_z, 2), ask_span(c, r.d_z_lower, r.d_z_upper, 2),
            ask_num(c, r.sd_diff, 2), ask_num(c, r.d_av, 2), ask_num(c, r.g_av, 2));
    fprintf(c->out, "Correlation of the two times: %s.\n", ask_num(c, r.r, 2));
    stat_note_print(c, &r.notes);
    return OK;
}

static int t_groups(struct cli *c, const struct ask *q, const struct ask_compare *k,
                    struct err *e)
{
    struct ttest_two r;
    struct buf b;
    TRY(ttest_two(k->x[0], k->n[0], k->x[1], k->n[1], q->level, &r, *c->a, e));
    if (k->dropped > 0) note_add(&r.notes, NOTE_DROPPED, (double)k->dropped, 0);
    if (c->json) {
        struct json_out w = ask_json(c, q, &b);
        json_put_str(&w, "group1", k->name[0]);
        json_put_str(&w, "group2", k->name[1]);
        case_put_two(&w, &r, *c->a);
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    const isize n[2] = {r.n1, r.n2};
    group_table(c, k->name, n, (double[]){r.mean1, r.mean2}, (double[]){r.sd1, r.sd2});
    const struct ttest_line *line[2] = {&r.welch, &r.student};
    static const char *const how[2] = {"Welch (variances may differ)",
                                       "Student (one variance)"};
    fprintf(c->out, "%.*s, %.*s - %.*s: mean difference %s.\n", FMT(k->what),
            FMT(k->name[0]), FMT(k->name[1]), ask_num(c, r.diff, 2));
    for (int i = 0; i < 2; i++)
        fprintf(c->out, "%s: %s interval %s, t(%s) = %s, %s.\n", how[i],
                ask_percent(c, q->level), ask_span(c, line[i]->lower, line[i]->upper, 2),
                ask_num(c, line[i]->df, i == 0), ask_num(c, line[i]->t, 2),
                ask_p(c, line[i]->p));
    fprintf(c->out, "Standardised by the pooled SD: d = %s (%s), Hedges' g = %s (%s).\n",
            ask_num(c, r.d, 2), ask_span(c, r.d_lower, r.d_upper, 2), ask_num(c, r.g, 2),
            ask_span(c, r.g_lower, r.g_upper, 2));
    fprintf(c->out, "Equal variances (Brown-Forsythe): F = %s, %s.\n",
            ask_num(c, r.levene_f, 2), ask_p(c, r.levene_p));
    stat_note_print(c, &r.notes);
    return OK;
}

int stat_t(struct cli *c, struct err *e)
{
    struct ask q;
    struct ask_compare k;
    TRY(ask_data(c, &q, e));
    TRY(ask_compare(c, &q, &k, e));
    TRY(cli_end(c, e));
    return k.paired ? t_paired(c, &q, &k, e) : t_groups(c, &q, &k, e);
}

/* ---- wilcoxon ------------------------------------------------------------------- */

static int wilcoxon_signed(struct cli *c, const struct ask *q,
                           const struct ask_compare *k, struct err *e)
{
    struct rank_signed r;
    struct buf b;
    double *d = NEW(c->a, double, q->frame.n);
    rank_differences(k->x[1], k->x[0], q->frame.n, d);
    TRY(rank_signed(d, q->frame.n, q->level, &r, *c->a, e));
    if (r.missing > 0) note_add(&r.notes, NOTE_DROPPED, (double)r.missing, 0);
    if (c->json) {
        struct json_out w = ask_json(c, q, &b);
        case_put_signed(&w, &r);
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    fprintf(c->out, "%.*s - %.*s, %td pairs that differ, %td that do not.\n",
            FMT(k->name[0]), FMT(k->name[1]), r.n, r.zeros);
    fprintf(c->out,
            "Typical difference (Hodges-Lehmann) %s (%s interval %s), "
            "V = %s, exact %s; with zeros ranked (Pratt) %s.\n",
            ask_num(c, r.hl, 2), ask_percent(c, r.achieved),
            ask_span(c, r.lower, r.upper, 2), ask_num(c, r.v, 1), ask_p(c, r.p),
            ask_p(c, r.pratt_p));
    fprintf(c->out, "Rank-biserial correlation %s. Sign test: %s.\n",
            ask_num(c, r.rank_biserial, 2), ask_p(c, r.sign_p));
    stat_note_print(c, &r.notes);
    return OK;
}

static int wilcoxon_two(struct cli *c, const struct ask *q, const struct ask_compare *k,
                        struct err *e)
{
    struct rank_two r;
    struct buf b;
    TRY(rank_two(k->x[0], k->n[0], k->x[1], k->n[1], q->level, &r, *c->a, e));
    if (k->dropped > 0) note_add(&r.notes, NOTE_DROPPED, (double)k->dropped, 0);
    if (c->json) {
        struct json_out w = ask_json(c, q, &b);
        json_put_str(&w, "group1", k->name[0]);
        json_put_str(&w, "group2", k->name[1]);
        case_put_ranks(&w, &r);
        ask_json_end(c, &w, &r.notes);
        return OK;
    }
    fprintf(c->out, "%.*s, %.*s (n = %td) against %.*s (n = %td).\n", FMT(k->what),
            FMT(k->name[0]), r.n1, FMT(k->name[1]), r.n2);
    fprintf(c->out,
            "Typical difference (Hodges-Lehmann) %s (%s interval %s), "
            "U = %s, exact %s.\n",
            ask_num(c, r.hl, 2), ask_percent(c, r.achieved),
            ask_span(c, r.lower, r.upper, 2), ask_num(c, r.u, 1), ask_p(c, r.p));
    fprintf(c->out,
            "Chance that one of %.*s is above one of %.*s: %s (ties count half; "
            "Brunner-Munzel %s).\n",
            FMT(k->name[0]), FMT(k->name[1]), ask_num(c, r.a, 3), ask_p(c, r.bm_p));
    stat_note_print(c, &r.notes);
    return OK;
}

int stat_wilcoxon(struct cli *c, struct err *e)
{
    struct ask q;
    struct ask_compare k;
    TRY(ask_data(c, &q, e));
    TRY(ask_compare(c, &q, &k, e));
    TRY(cli_end(c, e));
    return k.paired ? wilcoxon_signed(c, &q, &k, e) : wilcoxon_two(c, &q, &k, e);
}

/* ---- corr ----------------------------------------------------------------------- */

int stat_corr(struct cli *c, struct err *e)
{
    static const char *const head[] = {
        "", "", "n", "r", "lower", "upper", "p", "rho", "p of rho", "tau-b", "p of tau"};
    struct ask q;
    struct ask_columns col;
    struct buf b;
    TRY(ask_data(c, &q, e));
    TRY(ask_columns(c, &q, &col, e));
    TRY(cli_end(c, e));
    if (col.n < 2)
        return err_set(e, E_USAGE, "a correlation needs two columns of numbers");
    struct json_out w = ask_json(c, &q, &b);
    struct cli_table t = cli_headed(c, head, COUNT(head));
    json_open(&w, "pairs", '[');
    for (isize i = 0; i < col.n; i++)
        for (isize j = i + 1; j < col.n; j++) {
            struct corr r;
            int code = corr_of(col.x[i], col.x[j], q.frame.n, q.level, &r, *c->a, e);
            if (code != OK)
                return err_at(e, code, "%.*s with %.*s", FMT(col.name[i]),
                              FMT(col.name[j]));
            cli_cell(&t, col.name[i]);
            cli_cell(&t, col.name[j]);
            cli_cell_num(&t, (double)r.n, 0);
            cli_cell_num(&t, r.pearson.r, 3);
            cli_cell_num(&t, r.pearson.lower, 3);
            cli_cell_num(&t, r.pearson.upper, 3);
            cli_cell_p(&t, r.pearson.p);
            cli_cell_num(&t, r.spearman.r, 3);
            cli_cell_p(&t, r.spearman.p);
            cli_cell_num(&t, r.kendall.r, 3);
            cli_cell_p(&t, r.kendall.p);
            json_open(&w, NULL, '{');
            json_put_str(&w, "x", col.name[i]);
            json_put_str(&w, "y", col.name[j]);
            case_put_corr(&w, &r);
            stat_note_json(c, &r.notes, &w);
            json_close(&w, '}');
        }
    if (c->json) {
        json_close(&w, ']');
        ask_json_end(c, &w, NULL);
        return OK;
    }
    cli_print(&t);
    fprintf(c->out,
            "\nr: Pearson with its %s interval; rho: Spearman; tau-b: Kendall. "
            "Rows are used where both columns have a value.\n",
            ask_percent(c, q.level));
    return OK;
}
