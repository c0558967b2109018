/* Sections about two measurements of the same rows: services and clinicians before and
** after, the outcomes of the consumers, and reliable change of single persons. */
#include "report/fig_change.h"
#include "report/fig_sites.h"
#include "report/fig_strip.h"
#include "report/tell.h"

#include <math.h>

enum { FEW = 12 }; /* up to so many rows stand each on a line of their own */

/* +1 better, -1 worse, 0 the interval holds zero (or the direction says nothing). */
static int judged(const struct telling *t, const struct result *r)
{
    double lo = ANALYSE_VALUE(r, "lo"), hi = ANALYSE_VALUE(r, "hi");
    int side = lo > 0 ? 1 : hi < 0 ? -1 : 0;
    const struct scoredef *s = records_score(t->m->records, r->an->y);
    return s && s->direction == LOWER_IS_BETTER ? -side : side;
}

/* --- the table of pairs ------------------------------------------------------------- */

static const char *const SHOWN[] = {"n",          "before.mean", "before.sd",
                                    "after.mean", "after.sd",    "change",
                                    "lo",         "hi",          "p.bootstrap"};

/* The row of printed figures below a row of computed ones: n, and id[] from a column
** on. */
static void printed_row(const struct telling *t, struct doc_table *table,
                        const struct result *r, isize from, const char *const *id,
                        isize n)
{
    if (r->an->printed.n == 0) return;
    struct doc_cell *c = doc_row(table);
    doc_words(&c[0],
              TELL(t, "REPORT_PRINTED_AT", tell_place(t, r->an->printed.at[0].place)));
    tell_printed(t, &c[1], r, S("n"));
    for (isize i = 0; i < n; i++) tell_printed(t, &c[from + i], r, str_of(id[i]));
}

static void pair_rows(const struct telling *t, struct doc_table *table,
                      const struct result *r)
{
    static const char *const AT[] = {"before.mean", "before.sd",   "after.mean",
                                     "after.sd",    "change",      "lo",
                                     "hi",          "p.bootstrap", "dz"};
    struct doc_cell *c = doc_row(table);
    doc_words(&c[0], tell_in(t, &r->an->label));
    c[0].strong = true;
    c[0].rows = r->an->id;
    tell_cell(t, &c[1], r, "n");
    for (isize i = 0; i < COUNT(AT); i++) tell_cell(t, &c[2 + i], r, AT[i]);
    printed_row(t, table, r, 2, AT, COUNT(AT));
}

/* A measure at one time, such as satisfaction at the end, in the same table. */
static void single_rows(const struct telling *t, struct doc_table *table,
                        const struct result *r)
{
    static const char *const AT[] = {"mean", "sd"};
    struct doc_cell *c = doc_row(table);
    doc_words(&c[0], tell_in(t, &r->an->label));
    c[0].strong = true;
    c[0].rows = r->an->id;
    tell_cell(t, &c[1], r, "n");
    for (isize i = 0; i < COUNT(AT); i++) tell_cell(t, &c[4 + i], r, AT[i]);
    printed_row(t, table, r, 4, AT, COUNT(AT));
}

static struct doc_table *pair_table(const struct telling *t, isize section,
                                    struct str before, struct str after)
{
    const struct plan_section *s = &t->m->plan->sections.at[section];
    struct tell_cols c = {0};
    tell_col(t, &c, "outcome", "REPORT_OUTCOME", "", false);
    tell_col(t, &c, "n", "Q_N", "", true);
    tell_col(t, &c, "before_mean", "Q_MEAN_SHORT", "", true);
    tell_col(t, &c, "before_sd", "Q_SD_SHORT", "", true);
    tell_col(t, &c, "after_mean", "Q_MEAN_SHORT", "", true);
    tell_col(t, &c, "after_sd", "Q_SD_SHORT", "", true);
    tell_col(t, &c, "change", "Q_CHANGE", "", true);
    tell_col(t, &c, "lo", "REPORT_FROM", "REPORT_CI", true);
    tell_col(t, &c, "hi", "REPORT_TO", "REPORT_CI", true);
    tell_col(t, &c, "p", "Q_P", "", true);
    tell_col(t, &c, "dz", "Q_DZ_SHORT", "", true);
    c.at[2].group = c.at[3].group = before;
    c.at[4].group = c.at[5].group = after;
    const char *id = str_c(str_fmt(t->a, "%.*s-table", FMT(s->id)), t->a);
    struct doc_table *table =
        doc_table(t->d, id, tell_in(t, &s->title), tell_cols(t, &c), c.n);
    table->brief = true;
    table->below = tell_word(t, "REPORT_BELOW");
    return table;
}

/* Every interval and p of the pairs, behind a figure. */
static struct doc_table *detail_table(const struct telling *t, isize section)
{
    static const char *const AT[] = {
        "n", "change",      "change.sd", "lo", "hi", "mc.lo", "mc.hi",
        "p", "p.bootstrap", "p.t",       "t",  "df", "dz",    "r"};
    const struct plan_section *s = &t->m->plan->sections.at[section];
    struct tell_cols c = {0};
    tell_col(t, &c, "outcome", "REPORT_OUTCOME", "", false);
    tell_col(t, &c, "n", "Q_N", "", true);
    tell_col(t, &c, "change", "Q_CHANGE", "", true);
    tell_col(t, &c, "change_sd", "Q_SD_SHORT", "", true);
    tell_col(t, &c, "lo", "REPORT_FROM", "REPORT_IDEAL", true);
    tell_col(t, &c, "hi", "REPORT_TO", "REPORT_IDEAL", true);
    tell_col(t, &c, "mc_lo", "REPORT_FROM", "REPORT_DRAWN", true);
    tell_col(t, &c, "mc_hi", "REPORT_TO", "REPORT_DRAWN", true);
    tell_col(t, &c, "p_bca", "REPORT_P_BCA", "Q_P", true);
    tell_col(t, &c, "p_bootstrap", "REPORT_P_SHIFT", "Q_P", true);
    tell_col(t, &c, "p_t", "REPORT_P_T", "Q_P", true);
    tell_col(t, &c, "t", "Q_T", "", true);
    tell_col(t, &c, "df", "Q_DF", "", true);
    tell_col(t, &c, "dz", "Q_DZ_SHORT", "", true);
    tell_col(t, &c, "r", "Q_R", "", true);
    struct doc_table *table = doc_table_aside(
        t->d, str_c(str_fmt(t->a, "%.*s-intervals", FMT(s->id)), t->a),
        TELL(t, "REPORT_INTERVALS_OF", tell_in(t, &s->title)), tell_cols(t, &c), c.n);
    table->below = tell_word(t, "REPORT_BELOW");
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || r->an->method != PLAN_PAIRED) continue;
        struct doc_cell *cell = doc_row(table);
        doc_words(&cell[0], tell_in(t, &r->an->label));
        cell[0].strong = true;
        cell[0].rows = r->an->id;
        for (isize k = 0; k < COUNT(AT); k++) tell_cell(t, &cell[1 + k], r, AT[k]);
    }
    return table;
}

/* Where no table of every interval stands behind a figure, a line says them. */
static void other_intervals(const struct telling *t, struct doc_table *table,
                            const struct result *r)
{
    int places = tell_places(r, t->m->records, S("change"));
    doc_table_note(table, TELL(t, "UNITS_OTHER", tell_in(t, &r->an->label),
                               tell_num(t, ANALYSE_VALUE(r, "mc.lo"), places),
                               tell_num(t, ANALYSE_VALUE(r, "mc.hi"), places),
                               tell_p(t, ANALYSE_VALUE(r, "p.t")),
                               tell_p(t, ANALYSE_VALUE(r, "p"))));
}

/* What the columns are; how they are computed is said once, for all tables. */
static void column_note(const struct telling *t, struct doc_table *table)
{
    doc_table_note(table,
                   TELL(t, "PAIRS_COLUMNS", str_fmt(t->a, "%" PRId64, t->m->resamples)));
}

/* --- services, clinicians ----------------------------------------------------------- */

static void units_lead(const struct telling *t, const struct result *r)
{
    double lo = ANALYSE_VALUE(r, "lo"), hi = ANALYSE_VALUE(r, "hi");
    int places = tell_places(r, t->m->records, S("change"));
    const char *id = lo > 0 ? "UNITS_UP" : hi < 0 ? "UNITS_DOWN" : "UNITS_SAME";
    struct str lead =
        TELL(t, id, tell_in(t, &r->an->label),
             tell_quantity(t, r, analyse_quantity(r, S("before.mean"))),
             tell_quantity(t, r, analyse_quantity(r, S("after.mean"))),
             tell_num(t, ANALYSE_VALUE(r, "n"), 0),
             tell_num(t, ANALYSE_VALUE(r, "change"), places), tell_num(t, lo, places),
             tell_num(t, hi, places), tell_level(t));
    if (!isnan(r->an->band)) {
        isize before = 0, after = 0;
        for (isize i = 0; i < r->pairs.n; i++) {
            before += r->pairs.before[i] >= r->an->band;
            after += r->pairs.after[i] >= r->an->band;
        }
        struct str more = TELL(t, "UNITS_BAND", str_fmt(t->a, "%td", before),
                               str_fmt(t->a, "%td", r->pairs.n),
                               tell_num(t, r->an->band, 1), tell_when(t, r, false),
                               str_fmt(t->a, "%td", after), tell_when(t, r, true));
        lead = str_fmt(t->a, "%.*s %.*s", FMT(lead), FMT(more));
    }
    doc_lead(t->d, lead);
}

static struct doc_table *unit_numbers(const struct telling *t, const struct result *r)
{
    const struct study_table *st = &t->m->records->study->tables.at[r->an->table];
    struct tell_cols c = {0};
    tell_col(t, &c, "unit", "REPORT_WHAT", "", false);
    tell_col(t, &c, "before", "Q_MEAN", "", true);
    tell_col(t, &c, "after", "Q_MEAN", "", true);
    tell_col(t, &c, "change", "Q_CHANGE", "", true);
    c.at[0].head = tell_in(t, &st->row);
    c.at[1].head = tell_when(t, r, false);
    c.at[2].head = tell_when(t, r, true);
    struct doc_table *table =
        doc_table_aside(t->d, str_c(str_fmt(t->a, "%.*s-numbers", FMT(r->an->id)), t->a),
                        tell_in(t, &r->an->label), tell_cols(t, &c), c.n);
    for (isize i = 0; i < r->pairs.n; i++) {
        struct doc_cell *cell = doc_row(table);
        doc_words(&cell[0], r->pairs.name[i]);
        cell[0].rows = r->an->id;
        doc_number(&cell[1], r->pairs.before[i], 2, t->a);
        doc_number(&cell[2], r->pairs.after[i], 2, t->a);
        doc_number(&cell[3], r->pairs.after[i] - r->pairs.before[i], 2, t->a);
    }
    return table;
}

/* The usual bands in the reader's language, others as the definition calls them. */
static struct str band_name(const struct telling *t, struct str name)
{
    static const struct {
        const char *name, *id;
    } known[] = {
        {"low", "BAND_LOW"}, {"moderate", "BAND_MODERATE"}, {"high", "BAND_HIGH"}};
    for (isize i = 0; i < COUNT(known); i++)
        if (str_is(name, known[i].name)) return tell_word(t, known[i].id);
    return name;
}

static void unit_figure(const struct telling *t, const struct result *r)
{
    const struct scoredef *s = records_score(t->m->records, r->an->y);
    double lo = s ? s->lo : NAN, hi = s ? s->hi : NAN;
    for (isize i = 0; !s && i < r->pairs.n; i++) {
        lo = fmin(lo, fmin(r->pairs.before[i], r->pairs.after[i]));
        hi = fmax(hi, fmax(r->pairs.before[i], r->pairs.after[i]));
    }
    isize up = 0;
    for (isize i = 0; i < r->pairs.n; i++) up += r->pairs.after[i] > r->pairs.before[i];
    struct str desc =
        TELL(t, "UNITS_DESC", str_fmt(t->a, "%td", up), str_fmt(t->a, "%td", r->pairs.n),
             tell_when(t, r, true), tell_when(t, r, false));
    struct drawing *d;
    if (r->pairs.n > FEW) {
        struct fig_strip m = {.first = r->pairs.before,
                              .second = r->pairs.after,
                              .n = r->pairs.n,
                              .lo = lo,
                              .hi = hi,
                              .name = tell_in(t, &r->an->label),
                              .first_name = tell_when(t, r, false),
                              .second_name = tell_when(t, r, true),
                              .places = 2};
        d = fig_strip(&m, t->lang, t->a);
    } else {
        struct fig_sites_row *row = NEW(t->a, struct fig_sites_row, r->pairs.n);
        for (isize i = 0; i < r->pairs.n; i++)
            row[i] = (struct fig_sites_row){.name = r->pairs.name[i],
                                            .first = r->pairs.before[i],
                                            .second = r->pairs.after[i]};
        isize n_bands = s ? s->bands.n : 0;
        struct fig_sites_band *band = NEW(t->a, struct fig_sites_band, n_bands);
        for (isize i = 0; i < n_bands; i++)
            band[i] =
                (struct fig_sites_band){.from = s->bands.at[i].from,
                                        .name = band_name(t, s->bands.at[i].name),
                                        .shaded = s->bands.at[i].from >= r->an->band};
        struct fig_sites m = {.row = row,
                              .n = r->pairs.n,
                              .lo = lo,
                              .hi = hi,
                              .band = band,
                              .n_bands = n_bands,
                              .first = tell_when(t, r, false),
                              .second = tell_when(t, r, true),
                              .places = 2};
        d = fig_sites(&m, t->lang, t->a);
    }
    const struct study_table *st = &t->m->records->study->tables.at[r->an->table];
    doc_figure(t->d, str_c(r->an->id, t->a),
               TELL(t, "UNITS_CAPTION", tell_in(t, &r->an->label), tell_in(t, &st->row),
                    tell_when(t, r, false), tell_when(t, r, true)),
               desc, d, unit_numbers(t, r));
}

static isize first_pair(const struct telling *t, isize section)
{
    for (isize i = 0; i < t->m->plan->analyses.n; i++)
        if (t->m->plan->analyses.at[i].section == section &&
            t->m->plan->analyses.at[i].method == PLAN_PAIRED)
            return i;
    return -1;
}

void section_units(const struct telling *t, isize section)
{
    isize first = first_pair(t, section);
    for (isize i = 0; i < t->m->plan->analyses.n; i++)
        if (t->m->result[i].an->section == section &&
            t->m->result[i].an->method == PLAN_PAIRED)
            units_lead(t, &t->m->result[i]);
    if (first >= 0) {
        const struct result *r = &t->m->result[first];
        struct doc_table *table =
            pair_table(t, section, tell_when(t, r, false), tell_when(t, r, true));
        for (isize i = 0; i < t->m->plan->analyses.n; i++) {
            r = &t->m->result[i];
            if (r->an->section != section) continue;
            if (r->an->method == PLAN_PAIRED) pair_rows(t, table, r);
        }
        tell_remarks(t, table, section);
        for (isize i = 0; i < t->m->plan->analyses.n; i++)
            if (t->m->result[i].an->section == section &&
                t->m->result[i].an->method == PLAN_PAIRED)
                other_intervals(t, table, &t->m->result[i]);
        column_note(t, table);
    }
    for (isize i = 0; i < t->m->plan->analyses.n; i++)
        if (t->m->result[i].an->section == section &&
            t->m->result[i].an->method == PLAN_PAIRED)
            unit_figure(t, &t->m->result[i]);
    section_rest(t, section, SHOWN, COUNT(SHOWN), false);
}

/* --- outcomes ----------------------------------------------------------------------- */

/* "Hope (ASHS) rose by 1.2 (95 % CI 0.8 to 1.5, n = 35)"; the interval is named once. */
static struct str change_words(const struct telling *t, const struct result *r,
                               bool named)
{
    double change = ANALYSE_VALUE(r, "change"), lo = ANALYSE_VALUE(r, "lo"),
           hi = ANALYSE_VALUE(r, "hi");
    int places = tell_places(r, t->m->records, S("change"));
    bool fell = hi < 0;
    const char *id = fell ? "CHANGES_FELL" : lo > 0 ? "CHANGES_ROSE" : "CHANGES_BY";
    struct str ci =
        named ? str_fmt(t->a, "%.*s ", FMT(tell_word(t, "REPORT_CI"))) : S("");
    return TELL(
        t, id, tell_in(t, &r->an->label), tell_num(t, fell ? -change : change, places),
        tell_num(t, fell ? -hi : lo, places), tell_num(t, fell ? -lo : hi, places), ci,
        tell_num(t, ANALYSE_VALUE(r, "n"), 0));
}

static void changes_lead(const struct telling *t, isize section)
{
    static const struct {
        int judged;
        const char *id;
    } part[] = {{1, "CHANGES_BETTER"}, {-1, "CHANGES_WORSE"}, {0, "CHANGES_SAME"}};
    bool named = false;
    for (isize k = 0; k < COUNT(part); k++) {
        struct buf b = buf_in(t->a, 400);
        for (isize i = 0; i < t->m->plan->analyses.n; i++) {
            const struct result *r = &t->m->result[i];
            if (r->an->section != section || r->an->method != PLAN_PAIRED) continue;
            if (judged(t, r) != part[k].judged) continue;
            buf_fmt(&b, "%s%.*s", b.n > 0 ? "; " : "", FMT(change_words(t, r, !named)));
            named = true;
        }
        if (b.n > 0) doc_lead(t->d, TELL(t, part[k].id, buf_str(&b)));
    }
}

static void changes_figure(const struct telling *t, isize section)
{
    struct fig_change_row *row = NEW(t->a, struct fig_change_row, t->m->plan->analyses.n);
    isize n = 0;
    const struct result *any = NULL;
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        const struct scoredef *s = records_score(t->m->records, r->an->y);
        if (r->an->section != section || r->an->method != PLAN_PAIRED || !s) continue;
        any = r;
        row[n++] = (struct fig_change_row){
            .name = tell_in(t, &r->an->label),
            .lo = s->lo,
            .hi = s->hi,
            .better = s->direction == HIGHER_IS_BETTER  ? FIG_HIGHER
                      : s->direction == LOWER_IS_BETTER ? FIG_LOWER
                                                        : FIG_NEITHER,
            .before = ANALYSE_VALUE(r, "before.mean"),
            .after = ANALYSE_VALUE(r, "after.mean"),
            .change = ANALYSE_VALUE(r, "change"),
            .ci_lo = ANALYSE_VALUE(r, "lo"),
            .ci_hi = ANALYSE_VALUE(r, "hi"),
            .places = s->hi - s->lo > 20 ? 1 : 2};
    }
    if (n == 0) return;
    const struct plan_section *s = &t->m->plan->sections.at[section];
    doc_figure(
        t->d, str_c(str_fmt(t->a, "%.*s-figure", FMT(s->id)), t->a),
        TELL(t, "CHANGES_CAPTION", tell_when(t, any, false), tell_when(t, any, true)),
        TELL(t, "CHANGES_DESC", str_fmt(t->a, "%td", n)),
        fig_change(row, n, tell_when(t, any, false), tell_when(t, any, true),
                   tell_word(t, "CHANGES_HEAD"), t->lang, t->a),
        detail_table(t, section));
}

void section_changes(const struct telling *t, isize section)
{
    changes_lead(t, section);
    isize first = first_pair(t, section);
    if (first < 0) return;
    const struct result *r = &t->m->result[first];
    struct doc_table *table =
        pair_table(t, section, tell_when(t, r, false), tell_when(t, r, true));
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        r = &t->m->result[i];
        if (r->an->section != section) continue;
        if (r->an->method == PLAN_PAIRED) pair_rows(t, table, r);
        if (r->an->method == PLAN_DESCRIBE) single_rows(t, table, r);
    }
    tell_remarks(t, table, section);
    column_note(t, table);
    changes_figure(t, section);
}

/* --- reliable change ---------------------------------------------------------------- */

void section_reliable(const struct telling *t, isize section)
{
    const struct plan_section *ps = &t->m->plan->sections.at[section];
    struct tell_cols c = {0};
    tell_col(t, &c, "outcome", "REPORT_OUTCOME", "", false);
    tell_col(t, &c, "n", "Q_N", "", true);
    tell_col(t, &c, "limit", "Q_LIMIT", "", true);
    tell_col(t, &c, "better", "Q_BETTER", "RELIABLE_PEOPLE", true);
    tell_col(t, &c, "same", "Q_SAME", "RELIABLE_PEOPLE", true);
    tell_col(t, &c, "worse", "Q_WORSE", "RELIABLE_PEOPLE", true);
    struct buf b = buf_in(t->a, 400);
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || r->an->method != PLAN_CHANGE) continue;
        if (!r->reliable) continue;
        struct str s = TELL(t, "RELIABLE_PART", tell_in(t, &r->an->label),
                            tell_num(t, ANALYSE_VALUE(r, "better"), 0),
                            tell_num(t, ANALYSE_VALUE(r, "n"), 0),
                            tell_num(t, ANALYSE_VALUE(r, "worse"), 0));
        buf_fmt(&b, "%s%.*s", b.n > 0 ? " " : "", FMT(s));
    }
    if (b.n > 0) doc_lead(t->d, buf_str(&b));
    struct doc_table *table =
        doc_table(t->d, str_c(str_fmt(t->a, "%.*s-table", FMT(ps->id)), t->a),
                  tell_in(t, &ps->title), tell_cols(t, &c), c.n);
    static const char *const AT[] = {"n", "limit", "better", "same", "worse"};
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section || r->an->method != PLAN_CHANGE) continue;
        struct doc_cell *cell = doc_row(table);
        doc_words(&cell[0], tell_in(t, &r->an->label));
        cell[0].rows = r->an->id;
        for (isize k = 0; k < COUNT(AT); k++) tell_cell(t, &cell[1 + k], r, AT[k]);
        struct str label = tell_in(t, &r->an->label);
        if (!r->reliable)
            doc_table_note(table, TELL(t, "RELIABLE_NONE", label));
        else if (isnan(r->reliable->sd))
            doc_table_note(table, TELL(t, "RELIABLE_PUBLISHED", label,
                                       tell_num(t, r->reliable->change, 1)));
        else
            doc_table_note(table, TELL(t, "RELIABLE_COMPUTED", label,
                                       tell_num(t, r->reliable->sd, 2),
                                       tell_num(t, r->reliable->r, 2)));
        if (r->reliable && r->reliable->mark.unverified)
            doc_table_note(table, TELL(t, "RELIABLE_UNVERIFIED", label));
    }
    struct str remark = tell_in(t, &ps->remark);
    if (remark.n > 0) doc_table_note(table, remark);
}
