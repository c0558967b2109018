/* Taking records out: which study, tables, day and layout; then a job, and a file to fetch. */
#include "app/transfer.h"
#include "tpl.h"
#include "web/routes.h"
#include "web/transfer_page.h"

static struct str text(const struct call *c, const char *id)
{
    return call_text(c, id);
}

/* "TRANSFER_TABLE_events" in the catalogue. */
static const char *const table_text[TIDY_N] = {
    [TIDY_subjects] = "TRANSFER_TABLE_SUBJECTS",
    [TIDY_attributes] = "TRANSFER_TABLE_ATTRIBUTES",
    [TIDY_anchors] = "TRANSFER_TABLE_ANCHORS",
    [TIDY_events] = "TRANSFER_TABLE_EVENTS",
    [TIDY_criteria] = "TRANSFER_TABLE_CRITERIA",
    [TIDY_consents] = "TRANSFER_TABLE_CONSENTS",
    [TIDY_visits] = "TRANSFER_TABLE_VISITS",
    [TIDY_answers] = "TRANSFER_TABLE_ANSWERS",
};

static bool chosen(const struct call *c, const char *field, const char *value, bool first)
{
    bool any = false;
    for (isize i = 0; i < c->q->form.n; i++) {
        any = true;
        if (str_is(c->q->form.at[i].name, field) && str_is(c->q->form.at[i].value, value))
            return true;
    }
    return first && !any;
}

static int show(struct call *c, struct err *e)
{
    struct arena *a = c->act.a;
    struct transfer_start m = {
        .title = text(c, "TRANSFER_EXPORT"),
        .answer = text(c, "TRANSFER_EXPORT_ANSWER"),
        .action = path_export(a),
        .button = text(c, "TRANSFER_EXPORT_DO"),
        .tables = {.name = "tables", .legend = text(c, "TRANSFER_TABLES"), .many = true},
        .layout = {.name = "layout", .legend = text(c, "TRANSFER_LAYOUT")},
        .sheet = {.name = "sheet",
                  .legend = text(c, "TRANSFER_SHEET"),
                  .help = text(c, "TRANSFER_SHEET_HELP")},
        .day = {.name = "day",
                .label = text(c, "TRANSFER_DAY"),
                .help = text(c, "TRANSFER_DAY_HELP"),
                .value = call_field(c, "day"),
                .optional = true}};
    static const char *const layout[][3] = {
        {"long", "TRANSFER_LONG", "TRANSFER_LONG_HELP"},
        {"wide", "TRANSFER_WIDE", "TRANSFER_WIDE_HELP"}};
    static const char *const sheet[][3] = {
        {"excel", "TRANSFER_EXCEL", "TRANSFER_EXCEL_HELP"},
        {"plain", "TRANSFER_PLAIN", "TRANSFER_PLAIN_HELP"}};
    transfer_crumb(c, &m.crumbs, "STUDY_ALL", path_studies(a));
    TRY(transfer_studies(c, MAY_EXPORT, &m.study, e));
    for (int t = 0; t < TIDY_N; t++) {
        const char *name = tidy_name((enum tidy_table)t);
        *PUSH(a, &m.tables.of) =
            (struct part_choice){.value = str_of(name),
                                 .words = text(c, table_text[t]),
                                 .chosen = chosen(c, "tables", name, true)};
    }
    for (int k = 0; k < 2; k++) {
        *PUSH(a, &m.layout.of) =
            (struct part_choice){.value = str_of(layout[k][0]),
                                 .words = text(c, layout[k][1]),
                                 .help = text(c, layout[k][2]),
                                 .chosen = chosen(c, "layout", layout[k][0], k == 0)};
        *PUSH(a, &m.sheet.of) =
            (struct part_choice){.value = str_of(sheet[k][0]),
                                 .words = text(c, sheet[k][1]),
                                 .help = text(c, sheet[k][2]),
                                 .chosen = chosen(c, "sheet", sheet[k][0], k == 0)};
    }
    if (!m.study.of.n) {
        m.button = S("");
        m.none = (struct part_notice){.kind = PART_WANTS,
                                      .words = text(c, "TRANSFER_NO_STUDY")};
    }
    TRY(transfer_own(c, false, &m.own, e));
    tpl_transfer_start(&c->html, &m);
    return c->faults.n ? call_refuse(c) : call_page(c, 200);
}

int page_export(struct call *c, struct err *e)
{
    return show(c, e);
}

int post_export(struct call *c, struct err *e)
{
    struct arena *a = c->act.a;
    struct part_choices studies;
    struct buf list = buf_in(a, 200);
    bool known = false;
    day on = 0;
    i64 id;
    TRY(transfer_studies(c, MAY_EXPORT, &studies, e));
    for (isize i = 0; i < studies.of.n; i++) known |= studies.of.at[i].chosen;
    if (!known) call_fault(c, "study", "TRANSFER_STUDY_NONE");
    for (isize i = 0; i < c->q->form.n; i++) {
        enum tidy_table t;
        if (str_is(c->q->form.at[i].name, "tables") &&
            tidy_read(c->q->form.at[i].value, &t, NULL) == OK)
            buf_fmt(&list, "%s%s", list.n ? "," : "", tidy_name(t));
    }
    if (!list.n) call_fault(c, "tables", "TRANSFER_TABLES_NONE");
    if (call_field(c, "day").n && call_day(c, "day", &on) && on > c->act.today)
        call_fault(c, "day", "TRANSFER_DAY_LATER");
    if (call_field(c, "layout").n && !str_is(call_field(c, "layout"), "long") &&
        !str_is(call_field(c, "layout"), "wide"))
        call_fault(c, "layout", "PEOPLE_CHOOSE_ONE");
    if (call_field(c, "sheet").n && !str_is(call_field(c, "sheet"), "plain") &&
        !str_is(call_field(c, "sheet"), "excel"))
        call_fault(c, "sheet", "PEOPLE_CHOOSE_ONE");
    if (c->faults.n) return show(c, e);
    struct transfer_wanted w = {.study = call_field(c, "study"),
                                .tables = buf_str(&list),
                                .lang = str_of(lang_code[c->lang]),
                                .day = on,
                                .wide = str_is(call_field(c, "layout"), "wide"),
                                .excel = !str_is(call_field(c, "sheet"), "plain")};
    TRY(transfer_ask(&c->act, &w, &id, e));
    transfer_asked(c);
    return call_redirect(c, path_export_one(a, id));
}

int page_export_one(struct call *c, struct err *e)
{
    struct job j;
    struct arena *a = c->act.a;
    TRY(transfer_job(c, false, &j, e));
    struct transfer_job m = {.title = text(c, "TRANSFER_EXPORT")};
    transfer_crumb(c, &m.crumbs, "TRANSFER_EXPORT", path_export(a));
    transfer_state(c, &j, path_export_stop(a, j.id), &m);
    if (j.state == JOB_DONE) {
        m.answer = text(c, "TRANSFER_EXPORTED");
        m.fetch = (struct html_link){.words = text(c, "TRANSFER_FETCH"),
                                     .path = path_export_file(a, j.id)};
    }
    tpl_transfer_job(&c->html, &m);
    return call_page(c, 200);
}

int page_export_file(struct call *c, struct err *e)
{
    struct job j;
    TRY(transfer_job(c, false, &j, e));
    return transfer_file(c, &j, "varde.zip", "application/zip", e);
}

int post_export_stop(struct call *c, struct err *e)
{
    struct job j;
    TRY(transfer_job(c, false, &j, e));
    TRY(job_stop(&c->act, j.id, e));
    return call_redirect(c, path_export_one(c->act.a, j.id));
}
