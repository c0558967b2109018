/* Two measurements of the same rows, two groups of rows, and change of single persons. */
#include "report/analyse.h"
#include "stats/boot.h"
#include "stats/desc.h"
#include "stats/ideal.h"
#include "stats/rng.h"
#include "stats/ttest.h"

#include <math.h>

/* What a row is called in a figure: its key. */
static struct result_pairs pairs_of(const struct analysed *m, struct result *r,
                                    struct arena *a)
{
    const struct plan_analysis *an = r->an;
    const struct rec_table *t = &m->records->table[an->table];
    const double *x = records_numbers(m->records, an->x);
    const double *y = records_numbers(m->records, an->y);
    struct result_pairs p = {.before = NEW(a, double, t->n),
                             .after = NEW(a, double, t->n),
                             .name = NEW(a, struct str, t->n)};
    for (isize i = 0; i < t->n; i++) {
        if (!analyse_meets(m->records, an, i) || isnan(x[i]) || isnan(y[i])) continue;
        p.before[p.n] = x[i];
        p.after[p.n] = y[i];
        p.name[p.n++] = t->key[i];
    }
    r->filled = m->records->tally[an->x].filled + m->records->tally[an->y].filled;
    return p;
}

/* All but the floor of p by BCa, which the report does not show first, and the share of
** ties, which infinitely many resamples and those drawn would say each. */
static void keep_notes(struct notes *to, const struct notes *from)
{
    bool ties = false;
    for (int i = 0; i < to->n; i++) ties |= to->at[i].code == NOTE_TIES;
    for (int i = 0; i < from->n; i++) {
        const struct note *n = &from->at[i];
        if (n->code == NOTE_P_FLOOR || n->code == NOTE_NO_RESAMPLE) continue;
        if (n->code == NOTE_TIES && ties) continue;
        note_add(to, n->code, n->x[0], n->x[1]);
    }
}

static void put_column(struct result *r, const char *of, const double *x, isize n,
                       double mean, double sd, struct arena *a)
{
    double lo = INFINITY, hi = -INFINITY;
    for (isize i = 0; i < n; i++) {
        lo = fmin(lo, x[i]);
        hi = fmax(hi, x[i]);
    }
    analyse_put_of(r, str_of(of), "mean", mean, QUANTITY_VALUE, a);
    analyse_put_of(r, str_of(of), "sd", sd, QUANTITY_VALUE, a);
    analyse_put_of(r, str_of(of), "min", lo, QUANTITY_VALUE, a);
    analyse_put_of(r, str_of(of), "max", hi, QUANTITY_VALUE, a);
}

/* The interval is the ideal BCa: what resampling would give with infinitely many
** resamples. Resampling stands beside it, and gives the p that SPSS prints. */
int analyse_paired(const struct analysed *m, struct result *r, struct arena *a,
                   struct err *e)
{
    r->pairs = pairs_of(m, r, a);
    const struct result_pairs *p = &r->pairs;
    struct ttest_paired t;
    TRY(ttest_paired_plain(p->before, p->after, p->n, r->an->level, &t, *a, e));
    double *d = NEW(a, double, p->n);
    for (isize i = 0; i < p->n; i++) d[i] = p->after[i] - p->before[i];

    struct ideal_plan how = IDEAL_PLAN;
    how.level = r->an->level;
    struct ideal_result ideal;
    TRY(ideal_mean(d, p->n, NULL, 0, &how, &ideal, *a, e));

    struct boot_plan plan = BOOT_PLAN;
    plan.level = r->an->level;
    plan.reps = m->options.resamples > 0 ? m->resamples : r->an->resamples;
    plan.seed = (u64)(m->options.seed >= 0 ? m->seed : r->an->seed);
    plan.id = rng_id(r->an->id);
    plan.threads = m->options.threads;
    struct boot_result boot;
    struct boot_what what = {.of = BOOT_MEAN, .x = d, .n = p->n};
    TRY(boot_run(&what, &plan, &boot, *a, e));

    analyse_put(r, "n", (double)p->n, QUANTITY_COUNT, a);
    put_column(r, "before", p->before, p->n, t.mean1, t.sd1, a);
    put_column(r, "after", p->after, p->n, t.mean2, t.sd2, a);
    analyse_put(r, "change", t.diff, QUANTITY_VALUE, a);
    analyse_put(r, "change.sd", t.sd_diff, QUANTITY_VALUE, a);
    analyse_put(r, "lo", ideal.half_ties.lo, QUANTITY_VALUE, a);
    analyse_put(r, "hi", ideal.half_ties.hi, QUANTITY_VALUE, a);
    analyse_put(r, "p", ideal.p, QUANTITY_P, a);
    analyse_put(r, "p.t", t.p, QUANTITY_P, a);
    analyse_put(r, "p.bootstrap", boot.p_shift, QUANTITY_P, a);
    analyse_put(r, "t", t.t, QUANTITY_VALUE, a);
    analyse_put(r, "df", t.df, QUANTITY_VALUE, a);
    analyse_put(r, "dz", t.d_z, QUANTITY_VALUE, a);
    analyse_put(r, "r", t.r, QUANTITY_VALUE, a);
    analyse_put(r, "mc.lo", boot.bca.lo, QUANTITY_VALUE, a);
    analyse_put(r, "mc.hi", boot.bca.hi, QUANTITY_VALUE, a);
    keep_notes(&r->notes, &ideal.notes);
    keep_notes(&r->notes, &boot.notes);
    if (boot.p_shift <= boot.p_shift_floor)
        note_add(&r->notes, NOTE_P_FLOOR, boot.p_shift_floor, (double)boot.reps);
    return OK;
}

int analyse_groups(const struct analysed *m, struct result *r, struct arena *a,
                   struct err *e)
{
    const struct plan_analysis *an = r->an;
    const struct records *rec = m->records;
    const struct rec_table *t = &rec->table[an->table];
    const double *x = records_numbers(rec, an->x);
    double *part[2] = {NEW(a, double, t->n), NEW(a, double, t->n)};
    isize n[2] = {0, 0};
    const struct study_column *c =
        study_column(rec->study, an->table, rec->study->variables.at[an->y].id);
    if (!c || c->codes.n != 2)
        return err_set(e, E_DOMAIN,
                       "two groups are compared, and the variable has %td "
                       "codes",
                       c ? c->codes.n : 0);
    for (isize i = 0; i < t->n; i++) {
        struct str code = records_code(rec, an->y, i);
        if (!analyse_meets(rec, an, i) || isnan(x[i])) continue;
        for (int k = 0; k < 2; k++)
            if (str_eq(code, c->codes.at[k].id)) part[k][n[k]++] = x[i];
    }
    /* The second code less the first: drop-outs less completers. */
    struct ttest_two two;
    TRY(ttest_two_plain(part[1], n[1], part[0], n[0], an->level, &two, *a, e));
    const double mean[2] = {two.mean2, two.mean1}, sd[2] = {two.sd2, two.sd1};
    for (int k = 0; k < 2; k++) {
        analyse_put_of(r, c->codes.at[k].id, "n", (double)n[k], QUANTITY_COUNT, a);
        analyse_put_of(r, c->codes.at[k].id, "mean", mean[k], QUANTITY_VALUE, a);
        analyse_put_of(r, c->codes.at[k].id, "sd", sd[k], QUANTITY_VALUE, a);
    }
    analyse_put(r, "difference", two.diff, QUANTITY_VALUE, a);
    analyse_put(r, "lo", two.welch.lower, QUANTITY_VALUE, a);
    analyse_put(r, "hi", two.welch.upper, QUANTITY_VALUE, a);
    analyse_put(r, "t", two.welch.t, QUANTITY_VALUE, a);
    analyse_put(r, "df", two.welch.df, QUANTITY_VALUE, a);
    analyse_put(r, "p", two.welch.p, QUANTITY_P, a);
    analyse_put(r, "g", two.g, QUANTITY_VALUE, a);
    note_add_all(&r->notes, &two.notes);
    return OK;
}

int analyse_change(const struct analysed *m, struct result *r, struct arena *a,
                   struct err *e)
{
    r->pairs = pairs_of(m, r, a);
    const struct scoredef *score = records_score(m->records, r->an->y);
    if (r->pairs.n == 0) return err_set(e, E_TOO_FEW, "nobody was measured twice");
    r->reliable = score && score->reliable.n > 0 ? &score->reliable.at[0] : NULL;
    isize n[3] = {0, 0, 0};
    for (isize i = 0; r->reliable && i < r->pairs.n; i++)
        n[1 + score_changed(score, r->reliable, r->pairs.before[i], r->pairs.after[i])]++;
    analyse_put(r, "n", (double)r->pairs.n, QUANTITY_COUNT, a);
    double none = r->reliable ? 0 : NAN;
    analyse_put(r, "better", (double)n[2] + none, QUANTITY_COUNT, a);
    analyse_put(r, "same", (double)n[1] + none, QUANTITY_COUNT, a);
    analyse_put(r, "worse", (double)n[0] + none, QUANTITY_COUNT, a);
    analyse_put(r, "limit", r->reliable ? r->reliable->change : NAN, QUANTITY_VALUE, a);
    return OK;
}
