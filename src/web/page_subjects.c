/* Rows of a study's other tables: clinicians, services, recordings. */
#include "app/collect.h"
#include "base/num.h"
#include "web/participants_page.h"
#include "web/routes.h"
#include "tpl.h"

enum { PAGE = 50 };

struct kind {
    struct studies_row row;
    const struct study *study;
    isize table;
    struct studies_sites sites;
};

/* The study and table of the path, or of a row. */
static int kind_read(struct call *c, i64 study, struct str table, struct kind *out,
                     struct err *e)
{
    const struct collect_kit *k;
    *out = (struct kind){0};
    TRY(studies_get(c->act.db, study, &out->row, c->act.a, e));
    TRY(house_study(c->house, c->act.db, out->row.id, &k, e));
    out->study = k->s;
    TRY(studies_sites_of(c->act.db, study, &out->sites, c->act.a, e));
    out->table = study_table(out->study, table);
    return out->table >= 0 ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_SUCH_TABLE");
}

static const struct study_table *table_of(const struct kind *k)
{
    return &k->study->tables.at[k->table];
}

static struct str site_name(const struct kind *k, i64 site)
{
    for (isize i = 0; i < k->sites.n; i++)
        if (k->sites.at[i].site == site) return k->sites.at[i].name;
    return S("");
}

static bool may_add(const struct call *c, const struct kind *k)
{
    return k->table != k->study->participants.table &&
           (call_can(c, MAY_ENROL) || call_can(c, MAY_IMPORT));
}

static void way(struct call *c, struct html_links *l, struct str words, struct str path)
{
    *PUSH(c->act.a, l) = (struct html_link){.words = words, .path = path};
}

static struct str code_of(struct call *c, const struct subject *s)
{
    return s->part ? str_fmt(c->act.a, "%.*s / %" PRId64, FMT(s->code), s->part)
                   : s->code;
}

/* --- the list ------------------------------------------------------------------------ */

static void column(struct call *c, struct part_table *t, struct str words)
{
    *PUSH(c->act.a, &t->columns) = (struct part_column){.words = words};
}

int page_subjects(struct call *c, struct err *e)
{
    struct kind k;
    struct subjects all = {0};
    struct err none;
    i64 study, part = 0;
    TRY(call_id(c, 0, &study, e));
    TRY(kind_read(c, study, c->q->arg[1], &k, e));
    if (k.table == k.study->participants.table)
        return call_redirect(c, path_participants(c->act.a));
    struct str kind = table_of(&k)->id, after = http_query(c->q, "after");
    if (num_read_int(http_query(c->q, "part"), 0, INT64_MAX, &part, &none) != OK)
        part = 0;
    TRY(people_subjects(&c->act, study, kind, after, part, PAGE + 1, &all, e));
    bool further = all.n > PAGE;
    all.n = MIN(all.n, PAGE);
    struct subjects_page m = {.title = study_word(&table_of(&k)->row, c->lang)};
    struct str words = study_word(&k.study->title, c->lang);
    m.answer = words;
    way(c, &m.crumbs, call_text(c, "PEOPLE_PARTICIPANTS"), path_participants(c->act.a));
    if (may_add(c, &k)) m.add = path_subject_new(c->act.a, study, kind);
    m.table.caption = person_words(c, "PEOPLE_ROWS", m.title);
    column(c, &m.table, call_text(c, "PEOPLE_CODE"));
    column(c, &m.table, call_text(c, "PEOPLE_SITE"));
    for (isize i = 0; i < all.n; i++) {
        struct part_row *r = PUSH(c->act.a, &m.table.rows);
        *r = (struct part_row){0};
        *PUSH(c->act.a, r) =
            (struct part_cell){.words = code_of(c, &all.at[i]),
                               .path = path_subject(c->act.a, all.at[i].id)};
        *PUSH(c->act.a, r) = (struct part_cell){.words = site_name(&k, all.at[i].site)};
    }
    struct str here = path_subjects(c->act.a, study, kind);
    if (after.n) m.pager.first = here;
    if (further) {
        const struct subject *last = &all.at[all.n - 1];
        struct html h = {.b = buf_in(c->act.a, 96)};
        buf_fmt(&h.b, "%.*s?after=", FMT(here));
        html_url_text(&h, last->code);
        buf_fmt(&h.b, "&part=%" PRId64, last->part);
        m.pager.next = buf_str(&h.b);
    }
    if (!all.n) {
        m.empty.words = call_text(c, "PEOPLE_ROWS_NONE");
        if (m.add.n)
            m.empty.next = (struct html_link){.words = call_text(c, "PEOPLE_ROW_ADD"),
                                              .path = m.add};
    }
    tpl_subjects(&c->html, &m);
    return call_page(c, 200);
}

/* --- one row ---------------------------------------------------------------------------- */

static void fact(struct call *c, struct part_facts *l, struct str term, struct str words)
{
    *PUSH(c->act.a, l) = (struct part_fact){.term = term, .words = words};
}

int page_subject(struct call *c, struct err *e)
{
    struct kind k;
    struct subject s;
    struct attributes now;
    struct staff who;
    i64 id;
    TRY(call_id(c, 0, &id, e));
    TRY(people_subject(&c->act, id, &s, e));
    TRY(kind_read(c, s.study, s.kind, &k, e));
    if (k.table == k.study->participants.table)
        return call_redirect(c, path_participant(c->act.a, id));
    TRY(people_attributes(&c->act, id, INSTANT_NOW, &now, e));
    struct subject_page m = {.title = code_of(c, &s),
                             .answer = study_word(&table_of(&k)->row, c->lang)};
    way(c, &m.crumbs, call_text(c, "PEOPLE_PARTICIPANTS"), path_participants(c->act.a));
    way(c, &m.crumbs, m.answer, path_subjects(c->act.a, s.study, s.kind));
    fact(c, &m.facts, call_text(c, "PEOPLE_SITE"), site_name(&k, s.site));
    if (s.staff) {
        TRY(staff_get(c->act.db, s.staff, &who, c->act.a, e));
        fact(c, &m.facts, call_text(c, "PEOPLE_STAFF"), who.name);
    }
    const struct study_table *t = table_of(&k);
    for (isize i = 0; i < t->columns.n; i++) {
        const struct study_column *col = &t->columns.at[i];
        struct str value = S("");
        for (isize j = 0; j < now.n; j++)
            if (!now.at[j].gone && str_eq(now.at[j].name, col->id))
                value = study_code_label(col, now.at[j].value, c->lang);
        struct str label = study_word(&col->label, c->lang);
        if (value.n) fact(c, &m.facts, label.n ? label : col->id, value);
    }
    struct err none;
    if (act_may_in(&c->act, MAY_ENTER_ANSWERS, s.site, k.row.name, &none) == OK &&
        t->columns.n)
        m.edit = path_attributes(c->act.a, id);
    tpl_subject(&c->html, &m);
    return call_page(c, 200);
}

/* --- a new row ------------------------------------------------------------------------------ */

static int form(struct call *c, const struct kind *k, struct err *e)
{
    const struct study_table *t = table_of(k);
    struct str title = study_word(&t->row, c->lang);
    struct person_form *f = person_form_of(c, NULL, "PEOPLE_ROW_ADD", "PEOPLE_SAVE",
                                           path_subject_new(c->act.a, k->row.id, t->id));
    f->back = path_subjects(c->act.a, k->row.id, t->id);
    way(c, &f->crumbs, title, f->back);
    f->answer = title;
    TRY(person_form_sites(c, f, "site", call_text(c, "PEOPLE_SITE"), k->row.id,
                          k->row.name, call_can(c, MAY_IMPORT) ? RIGHT_N : MAY_ENROL, 0,
                          e));
    if (!t->site_key) {
        struct part_field *code =
            person_form_text(c, f, "code", call_text(c, "PEOPLE_CODE"), S(""));
        code->size = 12;
        code->help = call_text(c, "PEOPLE_CODE_HELP");
    }
    if (t->key.n > 1) {
        struct part_field *part =
            person_form_text(c, f, "part", call_text(c, "PEOPLE_PART"), S(""));
        part->size = 6;
        part->inputmode = "numeric";
    }
    return person_form_page(c, f);
}

static int start(struct call *c, struct kind *k, struct err *e)
{
    i64 study;
    TRY(call_id(c, 0, &study, e));
    TRY(kind_read(c, study, c->q->arg[1], k, e));
    return may_add(c, k) ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
}

int page_subject_new(struct call *c, struct err *e)
{
    struct kind k;
    TRY(start(c, &k, e));
    return form(c, &k, e);
}

int post_subject_new(struct call *c, struct err *e)
{
    struct kind k;
    i64 id;
    TRY(start(c, &k, e));
    const struct study_table *t = table_of(&k);
    struct new_subject in = {
        .study = k.row.id, .kind = t->id, .code = call_field(c, "code")};
    if (!call_int(c, "site", 1, INT64_MAX, &in.site)) in.site = 0;
    for (isize i = 0; t->site_key && i < k.sites.n; i++)
        if (k.sites.at[i].site == in.site) in.code = k.sites.at[i].code;
    if (!t->site_key && !in.code.n) call_fault(c, "code", "FORM_NEEDED");
    if (t->key.n > 1 && !call_int(c, "part", 1, 1000000, &in.part)) in.part = 0;
    if (c->faults.n) return form(c, &k, e);
    int code = people_subject_add(&c->act, &in, &id, e);
    if (person_form_refused(c, code, e)) return form(c, &k, e);
    TRY(code);
    return call_redirect_said(c, path_subject(c->act.a, id), "FORM_SAVED");
}
