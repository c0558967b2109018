/* Sections that list figures one by one: participants and flow, participation, counts,
** feasibility. */
#include "report/fig_bars.h"
#include "report/fig_flow.h"
#include "report/tell.h"

#include <math.h>

static bool among(struct str s, const char *const *at, isize n)
{
    for (isize i = 0; i < n; i++)
        if (str_is(s, at[i])) return true;
    return false;
}

/* What is shown of an analysis besides its printed figures; n stands beside its name. */
static bool main_quantity(const struct result *r, struct str id)
{
    static const char *const MAIN[] = {
        "mean",       "sd",    "min",  "max", "median",   "value",   "percent",
        "difference", "lo",    "hi",   "p",   "chisq",    "df",      "cfi",
        "tli",        "rmsea", "srmr", "g",   "rmsea.lo", "rmsea.hi"};
    if (plan_printed(r->an, id)) return true;
    switch (r->an->method) {
    case PLAN_COUNT: {
        /* With groups the single codes are left to the data. */
        isize dot = str_find(id, '.');
        for (isize i = 0; dot > 0 && i < r->an->groups.n; i++)
            if (str_eq(r->an->groups.at[i].id, str_upto(id, dot))) return true;
        return r->an->groups.n == 0 && str_ends(id, S(".n"));
    }
    case PLAN_ROWS: return str_is(id, "n");
    case PLAN_DESCRIBE: return !str_is(id, "median") && among(id, MAIN, COUNT(MAIN));
    default: return among(id, MAIN, COUNT(MAIN));
    }
}

/* "Age of the clinicians (n = 31)", when n is not a figure of the paper's own. */
static struct str label_of(const struct telling *t, const struct result *r)
{
    struct str label = tell_in(t, &r->an->label);
    bool counted = r->an->method == PLAN_DESCRIBE || r->an->method == PLAN_COUNT ||
                   r->an->method == PLAN_PATH;
    if (!counted || plan_printed(r->an, S("n"))) return label;
    return str_fmt(t->a, "%.*s (n = %.*s)", FMT(label),
                   FMT(tell_num(t, ANALYSE_VALUE(r, "n"), 0)));
}

static void put_row(const struct telling *t, struct doc_table *table,
                    const struct result *r, struct quantity q, bool first)
{
    const struct plan_printed *p = plan_printed(r->an, q.id);
    struct doc_cell *c = doc_row(table);
    doc_words(&c[0], first ? label_of(t, r) : S(""));
    c[0].rows = r->an->id;
    doc_words(&c[1], tell_name(t, r, q.id));
    c[2].text = tell_quantity(t, r, q);
    c[2].value = q.value;
    tell_printed(t, &c[3], r, q.id);
    doc_words(&c[4], p ? tell_place(t, p->place) : S(""));
}

/* Two groups on several outcomes: a line each, the printed figures below it. */
static void group_table(const struct telling *t, isize section)
{
    const struct plan_section *s = &t->m->plan->sections.at[section];
    struct doc_table *table = NULL;
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || r->an->method != PLAN_GROUPS) continue;
        const struct study *st = t->m->records->study;
        const struct study_column *col =
            study_column(st, r->an->table,
                         st->variables.at[r->an->y].id); /* analyse_groups saw to it */
        struct str code[2] = {col->codes.at[0].id, col->codes.at[1].id};
        if (!table) {
            struct tell_cols c = {0};
            tell_col(t, &c, "outcome", "REPORT_OUTCOME", "", false);
            for (int k = 0; k < 2; k++) {
                static const char *const key[2][3] = {{"n_1", "mean_1", "sd_1"},
                                                      {"n_2", "mean_2", "sd_2"}};
                tell_col(t, &c, key[k][0], "Q_N", "", true);
                tell_col(t, &c, key[k][1], "Q_MEAN_SHORT", "", true);
                tell_col(t, &c, key[k][2], "Q_SD_SHORT", "", true);
                struct str name = study_code_label(col, code[k], t->lang);
                for (isize j = c.n - 3; j < c.n; j++) c.at[j].group = name;
            }
            tell_col(t, &c, "difference", "REPORT_DIFFERENCE", "", true);
            tell_col(t, &c, "lo", "REPORT_FROM", "REPORT_CI", true);
            tell_col(t, &c, "hi", "REPORT_TO", "REPORT_CI", true);
            tell_col(t, &c, "p", "Q_P", "", true);
            table = doc_table(t->d, str_c(str_fmt(t->a, "%.*s-groups", FMT(s->id)), t->a),
                              TELL(t, "GROUPS_CAPTION",
                                   study_code_label(col, code[1], t->lang),
                                   study_code_label(col, code[0], t->lang)),
                              tell_cols(t, &c), c.n);
            table->brief = true;
            table->below = tell_word(t, "REPORT_BELOW");
        }
        static const char *const what[] = {"n", "mean", "sd"}, *const then[] = {
                                                                   "difference", "lo",
                                                                   "hi", "p"};
        struct doc_cell *c = doc_row(table);
        doc_words(&c[0], tell_in(t, &r->an->label));
        c[0].strong = true;
        c[0].rows = r->an->id;
        struct str id[10];
        for (int k = 0; k < 6; k++)
            id[k] = str_fmt(t->a, "%.*s.%s", FMT(code[k / 3]), what[k % 3]);
        for (int k = 0; k < 4; k++) id[6 + k] = str_of(then[k]);
        for (int k = 0; k < 10; k++) tell_cell(t, &c[1 + k], r, str_c(id[k], t->a));
        if (r->an->printed.n == 0) continue;
        c = doc_row(table);
        doc_words(&c[0], TELL(t, "REPORT_PRINTED_AT",
                              tell_place(t, r->an->printed.at[0].place)));
        for (int k = 0; k < 10; k++) tell_printed(t, &c[1 + k], r, id[k]);
    }
}

void section_rest(const struct telling *t, isize section, const char *const *shown,
                  isize n_shown, bool all)
{
    struct tell_cols cols = {0};
    tell_col(t, &cols, "analysis", "REPORT_WHAT", "", false);
    tell_col(t, &cols, "quantity", "REPORT_QUANTITY", "", false);
    tell_col(t, &cols, "here", "REPORT_HERE", "", true);
    tell_col(t, &cols, "printed", "REPORT_PRINTED", "", false);
    tell_col(t, &cols, "place", "REPORT_PLACE", "", false);
    const struct plan_section *s = &t->m->plan->sections.at[section];
    struct doc_table *table = NULL;
    const char *id = str_c(str_fmt(t->a, "%.*s-figures", FMT(s->id)), t->a);
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || r->an->method == PLAN_GROUPS) continue;
        bool first = true;
        for (isize k = 0; k < r->q.n; k++) {
            struct quantity q = r->q.at[k];
            if (among(q.id, shown, n_shown)) continue;
            if (all ? !main_quantity(r, q.id) : !plan_printed(r->an, q.id)) continue;
            if (!table) {
                table = doc_table(t->d, id,
                                  TELL(t, "REPORT_FIGURES_OF", tell_in(t, &s->title)),
                                  tell_cols(t, &cols), cols.n);
                table->brief = true;
            }
            put_row(t, table, r, q, first);
            first = false;
        }
    }
    if (table && all) tell_remarks(t, table, section);
}

void section_quantities(const struct telling *t, isize section)
{
    section_rest(t, section, NULL, 0, true);
    group_table(t, section);
}

/* --- flow --------------------------------------------------------------------------- */

static i64 step_count(const struct telling *t, isize analysis, struct str quantity)
{
    const struct result *r = &t->m->result[analysis];
    double x = analyse_quantity(r, quantity).value;
    if (isnan(x)) {
        const struct plan_printed *p = plan_printed(r->an, quantity);
        x = p ? p->value : NAN;
    }
    return isnan(x) ? 0 : (i64)x;
}

static bool step_printed(const struct telling *t, isize analysis, struct str quantity)
{
    return isnan(analyse_quantity(&t->m->result[analysis], quantity).value);
}

static void put_flow(const struct telling *t, const struct plan_flow *f, isize number)
{
    struct fig_flow_step *step = NEW(t->a, struct fig_flow_step, f->steps.n);
    struct fig_flow_exit *out = NEW(t->a, struct fig_flow_exit, f->steps.n);
    struct tell_cols cols = {0};
    tell_col(t, &cols, "step", "REPORT_STEP", "", false);
    tell_col(t, &cols, "n", "Q_N", "", true);
    tell_col(t, &cols, "source", "REPORT_SOURCE", "", false);
    const char *id = str_c(str_fmt(t->a, "flow-%td", number), t->a);
    struct str title = TELL(t, "REPORT_FLOW_CAPTION", tell_in(t, &f->title));
    struct doc_table *table =
        doc_table_aside(t->d, str_c(str_fmt(t->a, "flow-%td-numbers", number), t->a),
                        title, tell_cols(t, &cols), cols.n);
    struct buf desc = buf_in(t->a, 300);
    for (isize i = 0; i < f->steps.n; i++) {
        const struct plan_step *s = &f->steps.at[i];
        i64 n = step_count(t, s->of, s->quantity);
        bool only = step_printed(t, s->of, s->quantity);
        struct str label = tell_in(t, &s->label);
        struct str text = only ? TELL(t, "REPORT_AS_PRINTED", label) : label;
        step[i] = (struct fig_flow_step){.text = text, .n = n};
        struct doc_cell *c = doc_row(table);
        doc_words(&c[0], label);
        if (!only) c[0].rows = t->m->plan->analyses.at[s->of].id;
        doc_number(&c[1], (double)n, 0, t->a);
        doc_words(&c[2],
                  tell_word(t, only ? "REPORT_FROM_PAPER" : "REPORT_FROM_RECORDS"));
        buf_fmt(&desc, "%s%.*s: %" PRId64, i > 0 ? ". " : "", FMT(label), n);
        if (s->out.in[LANG_EN].n == 0) continue;
        out[i] = (struct fig_flow_exit){
            .text = tell_in(t, &s->out),
            .n = s->out_of < 0 ? s->out_n : step_count(t, s->out_of, s->out_quantity)};
        step[i].exit = &out[i];
        step[i].n_exits = 1;
        c = doc_row(table);
        doc_words(&c[0], str_fmt(t->a, "– %.*s", FMT(out[i].text)));
        if (s->out_of >= 0 && !step_printed(t, s->out_of, s->out_quantity))
            c[0].rows = t->m->plan->analyses.at[s->out_of].id;
        doc_number(&c[1], (double)out[i].n, 0, t->a);
        doc_words(&c[2], tell_word(t, s->out_of < 0 ? "REPORT_FROM_PAPER"
                                                    : "REPORT_FROM_RECORDS"));
        buf_fmt(&desc, "; %.*s: %" PRId64, FMT(out[i].text), out[i].n);
    }
    doc_figure(t->d, id, title, buf_str(&desc), fig_flow(step, f->steps.n, t->lang, t->a),
               table);
}

void section_flow(const struct telling *t, isize section)
{
    for (isize i = 0; i < t->m->plan->flow.n; i++)
        put_flow(t, &t->m->plan->flow.at[i], i + 1);
    section_rest(t, section, NULL, 0, true);
}

/* --- counts ------------------------------------------------------------------------- */

static void count_figure(const struct telling *t, const struct result *r)
{
    const struct plan_analysis *an = r->an;
    struct fig_bars_row *row = NEW(t->a, struct fig_bars_row, an->groups.n);
    struct tell_cols cols = {0};
    tell_col(t, &cols, "group", "REPORT_WHAT", "", false);
    tell_col(t, &cols, "n", "Q_N", "", true);
    tell_col(t, &cols, "percent", "Q_PERCENT", "", true);
    struct str caption = TELL(t, "COUNTS_CAPTION", tell_in(t, &an->label),
                              tell_num(t, ANALYSE_VALUE(r, "n"), 0));
    struct doc_table *table =
        doc_table_aside(t->d, str_c(str_fmt(t->a, "%.*s-numbers", FMT(an->id)), t->a),
                        caption, tell_cols(t, &cols), cols.n);
    struct buf desc = buf_in(t->a, 200);
    for (isize g = 0; g < an->groups.n; g++) {
        const struct plan_group *q = &an->groups.at[g];
        double n = analyse_quantity(r, str_fmt(t->a, "%.*s.n", FMT(q->id))).value;
        double pc = analyse_quantity(r, str_fmt(t->a, "%.*s.percent", FMT(q->id))).value;
        row[g] = (struct fig_bars_row){.name = tell_in(t, &q->label), .n = n};
        row[g].text = str_fmt(t->a, "%.*s (%.*s %%)", FMT(tell_num(t, n, 0)),
                              FMT(tell_num(t, pc, 1)));
        struct doc_cell *c = doc_row(table);
        doc_words(&c[0], row[g].name);
        c[0].rows = an->id;
        doc_number(&c[1], n, 0, t->a);
        doc_number(&c[2], pc, 1, t->a);
        buf_fmt(&desc, "%s%.*s: %.*s", g > 0 ? "; " : "", FMT(row[g].name),
                FMT(row[g].text));
    }
    doc_figure(t->d, str_c(an->id, t->a), caption, buf_str(&desc),
               fig_bars(row, an->groups.n, fmax(ANALYSE_VALUE(r, "n"), 1), t->a), table);
}

void section_counts(const struct telling *t, isize section)
{
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || r->an->method != PLAN_COUNT) continue;
        struct str *part = NEW(t->a, struct str, r->an->groups.n);
        for (isize g = 0; g < r->an->groups.n; g++) {
            const struct plan_group *q = &r->an->groups.at[g];
            struct str n = str_fmt(t->a, "%.*s.n", FMT(q->id));
            struct str pc = str_fmt(t->a, "%.*s.percent", FMT(q->id));
            part[g] = TELL(t, "COUNTS_PART", tell_num(t, analyse_quantity(r, n).value, 0),
                           tell_num(t, analyse_quantity(r, pc).value, 1),
                           tell_in(t, &q->label));
        }
        if (r->an->groups.n > 0)
            doc_lead(t->d, TELL(t, "COUNTS_LEAD", tell_in(t, &r->an->label),
                                tell_list(t, part, r->an->groups.n),
                                tell_num(t, ANALYSE_VALUE(r, "n"), 0)));
        if (r->an->groups.n > 0) count_figure(t, r);
    }
    section_rest(t, section, NULL, 0, true);
}
