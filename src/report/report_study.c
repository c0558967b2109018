#include "report/report_study.h"
#include "base/num.h"
#include "report/tell.h"
#include "stats/rng.h"

#include <math.h>

/* --- agreement ---------------------------------------------------------------------- */

static void count_section(const struct telling *t, isize section, isize n[4])
{
    for (isize i = 0; i < t->m->plan->analyses.n; i++)
        if (t->m->result[i].an->section == section || section < 0)
            compare_count(t->m, &t->m->result[i], n);
}

static struct str count_text(const struct telling *t, isize n)
{
    return str_fmt(t->a, "%td", n);
}

static void put_agreement_lead(const struct telling *t)
{
    isize n[4] = {0, 0, 0, 0};
    count_section(t, -1, n);
    isize all = n[DOC_AGREES] + n[DOC_DIFFERS] + n[DOC_CANNOT];
    if (all == 0) return;
    doc_lead(t->d, TELL(t, "REPORT_AGREEMENT_LEAD", count_text(t, all),
                        count_text(t, n[DOC_AGREES]), count_text(t, n[DOC_DIFFERS]),
                        count_text(t, n[DOC_CANNOT])));
}

static struct doc_table *open_list(const struct telling *t)
{
    struct tell_cols c = {0};
    tell_col(t, &c, "analysis", "REPORT_WHAT", "", false);
    tell_col(t, &c, "quantity", "REPORT_QUANTITY", "", false);
    tell_col(t, &c, "here", "REPORT_HERE", "", true);
    tell_col(t, &c, "printed", "REPORT_PRINTED", "", false);
    tell_col(t, &c, "why", "REPORT_WHY", "", false);
    struct doc_table *table = doc_table(
        t->d, "not-agreeing", tell_word(t, "REPORT_NOT_AGREEING"), tell_cols(t, &c), c.n);
    table->brief = true;
    return table;
}

static struct str reason_of(const struct telling *t, const struct result *r,
                            const struct plan_printed *p, struct comparison c)
{
    struct str garbled = tell_in(t, &p->garbled);
    if (garbled.n > 0)
        return TELL(t, c.as_read_agrees ? "REPORT_READ_AGREES" : "REPORT_READ_DIFFERS",
                    garbled);
    if (p->lost.in[LANG_EN].n > 0) return tell_in(t, &p->lost);
    if (p->remark.in[LANG_EN].n > 0) return tell_in(t, &p->remark);
    return S("");
}

/* Printed of what the records do not hold at all: said in one line, without a row
** each. */
static bool only_stated(const struct result *r, const struct plan_printed *p)
{
    return r->an->method == PLAN_STATED && p->garbled.in[LANG_EN].n == 0 &&
           p->remark.in[LANG_EN].n == 0;
}

static void put_stated(const struct telling *t, struct doc_table *table)
{
    struct buf b = buf_in(t->a, 400);
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        for (isize k = 0; k < r->an->printed.n; k++)
            if (only_stated(r, &r->an->printed.at[k]))
                buf_fmt(&b, "%s%.*s: %.*s", b.n > 0 ? "; " : "",
                        FMT(tell_in(t, &r->an->label)), FMT(r->an->printed.at[k].text));
    }
    if (b.n > 0) doc_table_note(table, TELL(t, "REPORT_NOT_IN_RECORDS", buf_str(&b)));
}

/* The figures of an analysis with this verdict; lost ones with the same reason in one
** row. */
static void put_open(const struct telling *t, struct doc_table *table,
                     const struct result *r, enum doc_mark want)
{
    struct str last = {0};
    struct doc_cell *cell = NULL;
    for (isize k = 0; k < r->an->printed.n; k++) {
        const struct plan_printed *p = &r->an->printed.at[k];
        struct comparison v = compare_of(t->m, r, p);
        if (v.mark != want || only_stated(r, p)) continue;
        struct str name = tell_name(t, r, p->quantity), why = reason_of(t, r, p, v);
        if (cell && p->text.n == 0 && str_eq(why, last)) {
            cell[1].text = str_fmt(t->a, "%.*s, %.*s", FMT(cell[1].text), FMT(name));
            cell[2].text = S("");
            cell[2].value = NAN;
            continue;
        }
        last = why;
        cell = doc_row(table);
        doc_words(&cell[0], tell_in(t, &r->an->label));
        cell[0].rows = r->an->id;
        doc_words(&cell[1], name);
        struct quantity q = analyse_quantity(r, p->quantity);
        cell[2].text = tell_quantity(t, r, q);
        cell[2].value = q.value;
        tell_printed(t, &cell[3], r, p->quantity);
        doc_words(&cell[4], why);
    }
}

/* By section, then every figure that does not agree, with the reason. */
static void put_agreement(const struct telling *t)
{
    isize all[4] = {0, 0, 0, 0};
    count_section(t, -1, all);
    if (all[DOC_AGREES] + all[DOC_DIFFERS] + all[DOC_CANNOT] == 0) return;
    doc_heading(t->d, 2, tell_word(t, "REPORT_AGREEMENT"));
    put_agreement_lead(t);
    doc_para(t->d, tell_word(t, "REPORT_AGREEMENT_RULE"));
    struct tell_cols c = {0};
    tell_col(t, &c, "section", "REPORT_SECTION", "", false);
    tell_col(t, &c, "agree", "DOC_AGREES", "", true);
    tell_col(t, &c, "differ", "DOC_DIFFERS", "", true);
    tell_col(t, &c, "cannot", "DOC_CANNOT", "", true);
    for (isize i = 1; i < c.n; i++)
        c.at[i].head = doc_mark_word(t->lang, (enum doc_mark)i);
    struct doc_table *table = doc_table(
        t->d, "agreement", tell_word(t, "REPORT_AGREEMENT"), tell_cols(t, &c), c.n);
    for (isize s = 0; s <= t->m->plan->sections.n; s++) {
        bool last = s == t->m->plan->sections.n;
        isize n[4] = {0, 0, 0, 0};
        count_section(t, last ? -1 : s, n);
        if (n[1] + n[2] + n[3] == 0) continue;
        struct doc_cell *cell = doc_row(table);
        doc_words(&cell[0], last ? tell_word(t, "REPORT_ALL")
                                 : tell_in(t, &t->m->plan->sections.at[s].title));
        for (int k = 1; k < 4; k++) doc_number(&cell[k], (double)n[k], 0, t->a);
        for (int k = 0; last && k < 4; k++) cell[k].strong = true;
    }
    if (all[DOC_DIFFERS] + all[DOC_CANNOT] == 0) return;
    table = open_list(t);
    for (int want = DOC_DIFFERS; want <= DOC_CANNOT; want++)
        for (isize i = 0; i < t->m->plan->analyses.n; i++)
            put_open(t, table, &t->m->result[i], (enum doc_mark)want);
    put_stated(t, table);
}

/* --- about the study ---------------------------------------------------------------- */

static void put_discrepancies(const struct telling *t)
{
    const struct study *s = t->m->records->study;
    if (s->discrepancies.n == 0) return;
    doc_heading(t->d, 2, tell_word(t, "REPORT_REGISTRY"));
    doc_para(t->d, TELL(t, "REPORT_REGISTRY_TEXT", s->registration.registry,
                        s->registration.id));
    struct tell_cols c = {0};
    tell_col(t, &c, "what", "REPORT_WHAT", "", false);
    tell_col(t, &c, "registry", "REPORT_IN_REGISTRY", "", false);
    tell_col(t, &c, "paper", "REPORT_IN_PAPER", "", false);
    struct doc_table *table = doc_table(t->d, "registry", tell_word(t, "REPORT_REGISTRY"),
                                        tell_cols(t, &c), c.n);
    for (isize i = 0; i < s->discrepancies.n; i++) {
        const struct study_discrepancy *d = &s->discrepancies.at[i];
        struct doc_cell *cell = doc_row(table);
        doc_words(&cell[0], tell_in(t, &d->what));
        doc_words(&cell[1], tell_in(t, &d->registry));
        doc_words(&cell[2], tell_in(t, &d->paper));
    }
}

/* A count for each time point of a score: "start 43, end 34". */
static struct str by_time(const struct telling *t, isize measure, isize score,
                          bool filled)
{
    const struct records *rec = t->m->records;
    const struct study *s = rec->study;
    struct buf b = buf_in(t->a, 60);
    for (isize v = 0; v < s->variables.n; v++) {
        const struct study_variable *q = &s->variables.at[v];
        if (q->kind != VARIABLE_SCORE || q->at != measure || q->score != score) continue;
        if (b.n > 0) buf_put(&b, S(", "));
        if (q->time >= 0)
            buf_fmt(&b, "%.*s ", FMT(tell_in(t, &s->times.at[q->time].label)));
        buf_fmt(&b, "%td", filled ? rec->tally[v].filled : rec->tally[v].scored);
    }
    return buf_str(&b);
}

static bool uses(const struct telling *t, enum plan_method method)
{
    for (isize i = 0; i < t->m->plan->analyses.n; i++)
        if (t->m->plan->analyses.at[i].method == method) return true;
    return false;
}

/* What holds for all tables of a method, said once. */
static void put_methods(const struct telling *t)
{
    doc_heading(t->d, 2, tell_word(t, "REPORT_METHODS"));
    i64 printed = t->m->plan->printed_resamples;
    if (uses(t, PLAN_PAIRED))
        doc_para(t->d, TELL(t, "PAIRS_METHOD", str_fmt(t->a, "%" PRId64, t->m->resamples),
                            str_fmt(t->a, "%" PRId64, t->m->seed)));
    if (uses(t, PLAN_PAIRED) && printed > 0)
        doc_para(t->d, TELL(t, "PAIRS_TOLERANCE", str_fmt(t->a, "%" PRId64, printed)));
    if (uses(t, PLAN_GROUPS)) doc_para(t->d, tell_word(t, "GROUPS_METHOD"));
    if (uses(t, PLAN_PATH)) doc_para(t->d, tell_word(t, "PATH_METHOD"));
    if (uses(t, PLAN_REGRESSION)) doc_para(t->d, tell_word(t, "REGRESSION_CLUSTER"));
}

/* The instrument as the study calls it, else by its title, which is in English. */
static struct str measure_name(const struct telling *t, isize measure)
{
    struct str label = tell_in(t, &t->m->records->study->measures.at[measure].label);
    return label.n > 0 ? label : t->m->records->in[measure]->title;
}

/* "mean, 1 to 5" for a score over all items; others by their title. */
static struct str score_name(const struct telling *t, const struct instrument *in,
                             const struct scoredef *d)
{
    static const char *const ID[METRIC_N] = {[METRIC_SUM] = "SCORE_SUM",
                                             [METRIC_MEAN] = "SCORE_MEAN",
                                             [METRIC_PRORATED] = "SCORE_PRORATED"};
    bool plain = d->times == 1 && !(d->plus > 0 || d->plus < 0);
    if (!ID[d->metric] || d->of_scores || d->n < 2 || d->n < in->items.n || !plain)
        return d->title;
    return TELL(t, ID[d->metric], num_shortest(d->lo, t->a), num_shortest(d->hi, t->a));
}

static struct str rule_name(const struct telling *t, const struct scoredef *d)
{
    static const char *const ID[MISSING_N] = {"RULE_NONE", "RULE_ANSWERED",
                                              "RULE_PRORATE", "RULE_PERSON_MEAN"};
    if (d->rule == MISSING_NONE || d->n < 2) return tell_word(t, ID[MISSING_NONE]);
    isize n = d->over ? d->n_over : d->n;
    struct str how = tell_word(t, ID[d->rule]), of = count_text(t, n);
    return d->at_least > 0 ? TELL(t, "RULE_AT_LEAST", count_text(t, d->at_least), of, how)
                           : TELL(t, "RULE_UP_TO", count_text(t, d->up_to), of, how);
}

/* How missing items were treated, by score, as the instrument's definition says. */
static void put_scores(const struct telling *t)
{
    const struct records *rec = t->m->records;
    const struct study *s = rec->study;
    doc_heading(t->d, 2, tell_word(t, "REPORT_SCORES"));
    struct tell_cols c = {0};
    tell_col(t, &c, "instrument", "REPORT_INSTRUMENT", "", false);
    tell_col(t, &c, "score", "REPORT_SCORE", "", false);
    tell_col(t, &c, "scored", "REPORT_SCORED", "", false);
    tell_col(t, &c, "filled", "REPORT_FILLED_HEAD", "", false);
    tell_col(t, &c, "rule", "REPORT_RULE", "", false);
    struct doc_table *table =
        doc_table(t->d, "scores", tell_word(t, "REPORT_SCORES"), tell_cols(t, &c), c.n);
    for (isize m = 0; m < s->measures.n; m++)
        for (isize k = 0; k < s->measures.at[m].scores.n; k++) {
            const struct instrument *in = rec->in[m];
            isize at = instrument_score(in, s->measures.at[m].scores.at[k].score);
            const struct scoredef *def = &in->scores.at[at];
            struct doc_cell *cell = doc_row(table);
            doc_words(&cell[0], k == 0 ? measure_name(t, m) : S(""));
            doc_words(&cell[1], score_name(t, in, def));
            doc_words(&cell[2], by_time(t, m, k, false));
            doc_words(&cell[3], by_time(t, m, k, true));
            doc_words(&cell[4], rule_name(t, def));
        }
}

static void put_sources(const struct telling *t, struct str version)
{
    const struct records *rec = t->m->records;
    const struct study *s = rec->study;
    struct doc *d = t->d;
    doc_source(d, "data", tell_word(t, "SOURCE_DATA"),
               str_fmt(t->a, "sha256:%s", rec->hash.hex));
    for (isize i = 0; i < s->tables.n; i++)
        doc_source(d, str_c(str_fmt(t->a, "rows_%.*s", FMT(s->tables.at[i].id)), t->a),
                   TELL(t, "SOURCE_ROWS", tell_in(t, &s->tables.at[i].row)),
                   count_text(t, rec->table[i].n));
    doc_source(d, "study", tell_word(t, "SOURCE_STUDY"),
               str_fmt(t->a, "%.*s, revision %" PRId64 ", sha256:%s", FMT(s->id),
                       s->revision, s->hash.hex));
    doc_source(d, "plan", tell_word(t, "SOURCE_PLAN"),
               str_fmt(t->a, "%.*s, revision %" PRId64 ", sha256:%s", FMT(t->m->plan->id),
                       t->m->plan->revision, t->m->plan->hash.hex));
    for (isize i = 0; i < s->measures.n; i++) {
        const struct instrument *in = rec->in[i];
        bool said = false;
        for (isize k = 0; k < i; k++) said |= rec->in[k] == in;
        if (said) continue;
        doc_source(d, str_c(str_fmt(t->a, "instrument_%.*s", FMT(in->id)), t->a),
                   TELL(t, "SOURCE_INSTRUMENT", measure_name(t, i)),
                   str_fmt(t->a, "%.*s, revision %d, sha256:%s", FMT(in->id),
                           in->revision, in->hash.hex));
    }
    doc_source(d, "seed", tell_word(t, "SOURCE_SEED"),
               str_fmt(t->a, "%" PRId64, t->m->seed));
    doc_source(d, "resamples", tell_word(t, "SOURCE_RESAMPLES"),
               str_fmt(t->a, "%" PRId64, t->m->resamples));
    doc_source(d, "generator", tell_word(t, "SOURCE_GENERATOR"), S(RNG_NAME));
    doc_source(d, "program", tell_word(t, "SOURCE_PROGRAM"),
               str_fmt(t->a, "varde %.*s", FMT(version)));
    if (s->paper.n > 0) doc_source(d, "paper", tell_word(t, "SOURCE_PAPER"), s->paper);
}

/* --- all ---------------------------------------------------------------------------- */

static tell_section *const SECTION[LAYOUTS] = {[LAYOUT_FLOW] = section_flow,
                                               [LAYOUT_UNITS] = section_units,
                                               [LAYOUT_QUANTITIES] = section_quantities,
                                               [LAYOUT_COUNTS] = section_counts,
                                               [LAYOUT_PATH] = section_path,
                                               [LAYOUT_CHANGES] = section_changes,
                                               [LAYOUT_REGRESSION] = section_regression,
                                               [LAYOUT_RELIABLE] = section_reliable};

/* Names the analyses of a section that have no answer; false: none of it has one. */
static bool put_unanswered(const struct telling *t, isize section)
{
    isize n = 0, answered = 0;
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->section != section) continue;
        answered += !r->why;
        n += r->why != NULL;
        if (r->why)
            doc_note(t->d, TELL(t, "REPORT_UNANSWERED", tell_in(t, &r->an->label),
                                err_said(r->why, t->lang, t->a)));
    }
    return n == 0 || answered > 0;
}

struct doc *report_study(const struct analysed *m, enum lang lang, struct str version,
                         struct arena *a)
{
    const struct study *s = m->records->study;
    struct doc *d = doc_new(s->id, study_word(&s->title, lang), lang, a);
    struct telling t = {.m = m, .d = d, .lang = lang, .a = a};
    d->subtitle = tell_in(&t, &s->about);
    if (s->caution.in[LANG_EN].n > 0) doc_note(d, tell_in(&t, &s->caution));
    put_agreement_lead(&t);
    for (isize i = 0; i < m->plan->sections.n; i++) {
        const struct plan_section *p = &m->plan->sections.at[i];
        doc_heading(d, 2, tell_in(&t, &p->title));
        struct str lead = tell_lead(&t, &p->lead);
        if (lead.n > 0) doc_lead(d, lead);
        if (put_unanswered(&t, i)) SECTION[p->layout](&t, i);
    }
    put_agreement(&t);
    put_discrepancies(&t);
    put_methods(&t);
    put_scores(&t);
    put_sources(&t, version);
    return d;
}
