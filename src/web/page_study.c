/* Studies: which there are, one of them, its document computed on the spot from what stands in
** the store, and the records under each of its figures.
**
** ?as-of=2026-11-22 (or an instant in UTC) shows any of it as it stood then. */
#define _GNU_SOURCE /* clock_gettime */
#include "app/collect.h"
#include "web/study_page.h"
#include "app/analysis.h"
#include "app/document.h"
#include "base/csv.h"
#include "report/report_study.h"
#include "report/under.h"
#include "store/subject.h"
#include "tpl.h"
#include "web/routes.h"
#include "web/transfer_page.h"

#include <math.h>
#include <time.h>

static struct str text(const struct call *c, const char *id)
{
    return call_text(c, id);
}

static struct str fill1(struct call *c, const char *id, struct str x)
{
    return text_fill(c->lang, id, &x, 1, c->act.a);
}

static struct str number(struct call *c, isize n)
{
    return str_fmt(c->act.a, "%td", n);
}

static void crumb(struct call *c, struct html_links *l, struct str words, struct str path)
{
    *PUSH(c->act.a, l) = (struct html_link){.words = words, .path = path};
}

/* "?as-of=..." of this request, to be carried along; empty when it is now. */
static struct str as_of_query(struct call *c)
{
    struct str s = http_query(c->q, "as-of");
    if (s.n == 0) return S("");
    struct html h = html_in(c->act.a, c->lang, NULL);
    html_put(&h, S("?as-of="));
    html_url_text(&h, s);
    return buf_str(&h.b);
}

static int as_of(struct call *c, instant *out, struct err *e)
{
    struct str s = http_query(c->q, "as-of");
    *out = INSTANT_NOW;
    return s.n > 0 ? instant_read(s, out, e) : OK;
}

static struct str with_query(struct call *c, struct str path)
{
    return str_fmt(c->act.a, "%.*s%.*s", FMT(path), FMT(as_of_query(c)));
}

/* --- which there are ---------------------------------------------------------------- */

int page_studies(struct call *c, struct err *e)
{
    struct studies_rows all = {0};
    struct arena *a = c->act.a;
    TRY(studies_all(c->act.db, &all, a, e));
    struct studies_page m = {.answer = all.n == 0 ? text(c, "STUDY_NONE")
                                                  : text(c, "STUDY_ALL_HOW"),
                             .may_take = call_can(c, MAY_SET_UP_STUDIES),
                             .none = {.words = text(c, "STUDY_NONE_DO")},
                             .table = {.caption = text(c, "STUDY_ALL")}};
    PUSH(a, &m.table.columns)->words = text(c, "STUDY_NAME");
    PUSH(a, &m.table.columns)->words = text(c, "STUDY_TITLE");
    for (isize i = 0; i < all.n; i++) {
        const struct collect_kit *k;
        TRY(house_study(c->house, c->act.db, all.at[i].id, &k, e));
        struct str title = study_word(&k->s->title, c->lang);
        struct part_row *r = PUSH(a, &m.table.rows);
        *PUSH(a, r) = (struct part_cell){.words = all.at[i].name,
                                         .path = path_study(a, all.at[i].name)};
        *PUSH(a, r) = (struct part_cell){.words = title};
    }
    if (m.may_take)
        m.none.next = (struct html_link){.words = text(c, "OFFER_TITLE"),
                                         .path = path_studies_new(a)};
    tpl_studies(&c->html, &m);
    return call_page(c, 200);
}

/* --- one ---------------------------------------------------------------------------- */

static void fact(struct call *c, struct study_page *m, const char *term, struct str words)
{
    if (words.n > 0)
        *PUSH(c->act.a, &m->facts) =
            (struct part_fact){.term = text(c, term), .words = words};
}

static void list_analyses(struct call *c, const struct analysis *x, struct study_page *m)
{
    const struct plan *p = x->protocol.plan;
    struct arena *a = c->act.a;
    for (isize s = 0; p && s < p->sections.n; s++) {
        struct study_part *part = NULL;
        for (isize i = 0; i < p->analyses.n; i++) {
            const struct plan_analysis *an = &p->analyses.at[i];
            if (an->section != s || an->method == PLAN_STATED) continue;
            if (!part) {
                part = PUSH(a, &m->parts);
                part->title = study_word(&p->sections.at[s].title, c->lang);
                part->table.caption = part->title;
                PUSH(a, &part->table.columns)->words = text(c, "STUDY_FIGURE");
                PUSH(a, &part->table.columns)->words = text(c, "STUDY_ROWS_OF");
            }
            struct part_row *r = PUSH(a, &part->table.rows);
            *PUSH(a, r) = (struct part_cell){
                .words = study_word(&an->label, c->lang),
                .path = with_query(c, path_under(a, x->study.name, an->id))};
            const struct study_table *t = &x->protocol.study->tables.at[an->table];
            *PUSH(a, r) = (struct part_cell){.words = study_word(&t->row, c->lang)};
        }
    }
}

int page_study(struct call *c, struct err *e)
{
    struct analysis x;
    struct arena *a = c->act.a;
    TRY(analysis_study(&c->act, c->q->arg[0], &x, e));
    const struct study *s = x.protocol.study;
    struct study_page m = {.id = x.study.name,
                           .title = study_word(&s->title, c->lang),
                           .about = study_word(&s->about, c->lang),
                           .caution = study_word(&s->caution, c->lang),
                           .may_analyse = x.protocol.plan && call_can(c, MAY_ANALYSE)};
    crumb(c, &m.crumbs, text(c, "STUDY_ALL"), path_studies(a));
    fact(c, &m, "STUDY_NAME", s->id);
    fact(c, &m, "STUDY_DESIGN", s->design);
    if (s->registration.id.n > 0)
        fact(c, &m, "STUDY_REGISTERED",
             str_fmt(a, "%.*s %.*s", FMT(s->registration.registry),
                     FMT(s->registration.id)));
    fact(c, &m, "STUDY_REVISION", number(c, (isize)x.study.revision));
    fact(c, &m, "STUDY_PAPER", s->paper);
    struct str id = x.study.name;
    crumb(c, &m.report, text(c, "STUDY_AS_PAGE"), with_query(c, path_report(a, id)));
    crumb(c, &m.report, text(c, "STUDY_AS_PDF"),
          with_query(c, path_report_file(a, id, str_fmt(a, "%.*s.pdf", FMT(id)))));
    crumb(c, &m.report, text(c, "STUDY_AS_JSON"),
          with_query(c, path_report_file(a, id, str_fmt(a, "%.*s.json", FMT(id)))));
    if (m.may_analyse) list_analyses(c, &x, &m);
    TRY(offer_sites(c, s, x.study.id, &m.sites, e));
    tpl_study(&c->html, &m);
    return c->faults.n ? call_refuse(c) : call_page(c, 200);
}

/* --- its document ------------------------------------------------------------------- */

/* What a page may take: a plan that takes longer is a job's. */
struct budget {
    i64 until_ms;
    bool over;
};

static i64 now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (i64)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int within(void *arg, isize done, isize of, struct err *e)
{
    struct budget *b = arg;
    (void)done, (void)of;
    b->over = now_ms() >= b->until_ms;
    return b->over ? err_say(e, E_CANCELLED, "REFUSED_JOB_STOPPED") : OK;
}

static int make_document(struct call *c, struct analysis *x, struct doc **out,
                         struct budget *b, struct err *e)
{
    enum { PAGE_MS = 1000 };
    const struct call_front *f = http_app(c->q);
    instant when;
    struct analyse_options o = {.threads = 1, .seed = -1, .step = within, .arg = b};
    *b = (struct budget){.until_ms = now_ms() + (f->report_ms ? f->report_ms : PAGE_MS)};
    TRY(as_of(c, &when, e));
    TRY(analysis_run(&c->act, c->q->arg[0], when, &o, x, e));
    *out = report_study(&x->analysed, c->lang, S(VARDE_VERSION), c->act.a);
    return OK;
}

/* The address of the records of an analysis, cut where its name goes. */
static struct str rows_at(struct call *c, struct str study)
{
    struct str at = path_under(c->act.a, study, S("-"));
    return str_upto(at, at.n - S("-/records").n);
}

static struct str rows_end(struct call *c)
{
    return str_fmt(c->act.a, "/records%.*s", FMT(as_of_query(c)));
}

/* A table without rows, as in a study that has just begun. */
static bool lacks_rows(const struct records *r)
{
    bool lacks = !r->study || !r->table;
    for (isize t = 0; !lacks && t < r->study->tables.n; t++) lacks = r->table[t].n == 0;
    return lacks;
}

/* Why there is no document on this page: a worker has to make it, or there is nothing to make it of. */
static int without(struct call *c, const char *answer, bool make)
{
    struct arena *a = c->act.a;
    struct str study = c->q->arg[0];
    struct document_page m = {.title = text(c, "STUDY_REPORT"),
                              .answer = text(c, answer)};
    if (make) m.make = with_query(c, path_report(a, study));
    crumb(c, &m.crumbs, text(c, "STUDY_ALL"), path_studies(a));
    crumb(c, &m.crumbs, study, path_study(a, study));
    tpl_document(&c->html, &m);
    return call_page(c, 200);
}

int page_report(struct call *c, struct err *e)
{
    struct analysis x;
    struct doc *d;
    struct str page;
    struct arena *a = c->act.a;
    struct budget b;
    int code = make_document(c, &x, &d, &b, e);
    if (b.over) return without(c, "DOCUMENT_LONG", true);
    if (code == E_RECORD && lacks_rows(&x.records))
        return without(
            c, http_query(c->q, "as-of").n ? "DOCUMENT_NOTHING_THEN" : "DOCUMENT_NOTHING",
            false);
    TRY(code);
    d->rows_at = rows_at(c, x.study.name);
    d->rows_end = rows_end(c);
    TRY(doc_page(d, &page, a, e));
    http_reply_header(c->q, "Content-Security-Policy", doc_page_policy(a));
    return http_reply(c->q, 200, "text/html; charset=utf-8", page);
}

static int give(struct call *c, struct str file, const char *type, struct str bytes)
{
    http_reply_header(c->q, "Content-Disposition",
                      str_fmt(c->act.a, "inline; filename=\"%.*s\"", FMT(file)));
    return http_reply(c->q, 200, type, bytes);
}

int page_report_file(struct call *c, struct err *e)
{
    static const struct {
        const char *ending, *type;
        doc_writer *write;
    } known[] = {{".pdf", "application/pdf", doc_pdf},
                 {".json", "application/json", doc_json},
                 {".csv", "text/csv; charset=utf-8", doc_csv}};
    struct analysis x;
    struct doc *d;
    struct str file = c->q->arg[1];
    struct document_files made = {0};
    struct budget b;
    isize k = 0;
    while (k < COUNT(known) && !str_ends(file, str_of(known[k].ending))) k++;
    bool plain = str_find(file, '/') < 0 && str_starts(file, c->q->arg[0]);
    if (k == COUNT(known) || !plain) return err_say(e, E_NOT_FOUND, "REFUSED_NO_FILE");
    int code = make_document(c, &x, &d, &b, e);
    if (b.over) return without(c, "DOCUMENT_LONG", true);
    if (code == E_RECORD && lacks_rows(&x.records))
        return without(
            c, http_query(c->q, "as-of").n ? "DOCUMENT_NOTHING_THEN" : "DOCUMENT_NOTHING",
            false);
    TRY(code);
    bool there = k < 2;
    for (isize i = 0; i < d->n && !there; i++)
        there =
            d->at[i].table && str_eq(file, str_fmt(c->act.a, "%.*s-%.*s.csv", FMT(d->id),
                                                   FMT(d->at[i].table->id)));
    if (!there) return err_say(e, E_NOT_FOUND, "REFUSED_NO_TABLE_IN");
    TRY(document_written(d, known[k].write, house_folder(c->house), &made, c->act.a, e));
    for (isize i = 0; i < made.n; i++)
        if (str_eq(made.at[i].name, file))
            return give(c, file, known[k].type, made.at[i].bytes);
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_FILE");
}

/* --- the document as a job ---------------------------------------------------------- */

int post_report(struct call *c, struct err *e)
{
    struct arena *a = c->act.a;
    struct analysis x;
    instant when;
    i64 id = 0;
    TRY(as_of(c, &when, e));
    TRY(analysis_study(&c->act, c->q->arg[0], &x, e));
    if (!x.protocol.plan)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_PLAN",
                          SAID(SAY_CODE(x.study.name)));
    struct buf b = buf_in(a, 400);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    if (when != INSTANT_NOW) json_put_str(&w, "as-of", http_query(c->q, "as-of"));
    json_put_str(&w, "lang", str_of(lang_code[c->lang]));
    json_put_str(&w, "rows-at", rows_at(c, x.study.name));
    json_put_str(&w, "rows-end", rows_end(c));
    json_put_str(&w, "study", x.study.name);
    json_close(&w, '}');
    TRY(job_ask(&c->act, S("document"), buf_str(&b), &id, e));
    return call_redirect(c, path_document(a, x.study.name, id));
}

/* The job that the path names, if it is of this study. */
static int document_of(struct call *c, struct job *out, struct err *e)
{
    i64 id = 0;
    struct json *args = NULL;
    TRY(call_id(c, 1, &id, e));
    TRY(job_see(&c->act, id, out, e));
    TRY(json_read(out->args, "what the job was told", &args, c->act.a, e));
    if (str_is(out->kind, "document") && str_eq(json_text(args, "study"), c->q->arg[0]))
        return OK;
    return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_JOB", SAID(SAY_INT(id)));
}

int page_document(struct call *c, struct err *e)
{
    struct job j;
    struct arena *a = c->act.a;
    struct str study = c->q->arg[0];
    static const char *const as[][2] = {
        {"STUDY_AS_PAGE", "html"}, {"STUDY_AS_PDF", "pdf"}, {"STUDY_AS_JSON", "json"}};
    TRY(document_of(c, &j, e));
    struct document_page m = {.title = text(c, "STUDY_REPORT")};
    struct transfer_job state = {0};
    crumb(c, &m.crumbs, text(c, "STUDY_ALL"), path_studies(a));
    crumb(c, &m.crumbs, study, path_study(a, study));
    transfer_state(c, &j, path_document_stop(a, study, j.id), &state);
    m.answer = state.answer;
    m.notice = state.notice;
    m.stop = state.stop;
    m.progress = state.progress;
    m.at = state.at;
    m.of = state.of;
    if (j.state == JOB_DONE) m.answer = text(c, "DOCUMENT_READY");
    for (isize i = 0; i < COUNT(as) && j.state == JOB_DONE; i++)
        crumb(c, &m.files, text(c, as[i][0]),
              path_document_file(a, study, j.id,
                                 str_fmt(a, "%.*s.%s", FMT(study), as[i][1])));
    if (j.state == JOB_FAILED || j.state == JOB_CANCELLED) m.make = path_report(a, study);
    tpl_document(&c->html, &m);
    return call_page(c, 200);
}

int page_document_file(struct call *c, struct err *e)
{
    struct job j;
    struct str bytes, file = c->q->arg[2];
    TRY(document_of(c, &j, e));
    TRY(document_file(&c->act, house_box(c->house), &j, file, &bytes, e));
    if (str_ends(file, S(".html"))) {
        http_reply_header(c->q, "Content-Security-Policy", doc_page_policy(c->act.a));
        return http_reply(c->q, 200, "text/html; charset=utf-8", bytes);
    }
    return give(c, file,
                str_ends(file, S(".pdf"))    ? "application/pdf"
                : str_ends(file, S(".json")) ? "application/json"
                                             : "text/csv; charset=utf-8",
                bytes);
}

int post_document_stop(struct call *c, struct err *e)
{
    struct job j;
    TRY(document_of(c, &j, e));
    TRY(job_stop(&c->act, j.id, e));
    return call_redirect(c, path_document(c->act.a, c->q->arg[0], j.id));
}

/* --- the records under a figure ----------------------------------------------------- */

/* Why a row was left out, or that it was used. */
static struct part_cell fate(struct call *c, const struct records *r,
                             const struct under_row *u)
{
    struct arena *a = c->act.a;
    if (u->used)
        return (struct part_cell){
            .words = text(c, "UNDER_USED"), .tag = true, .kind = PART_GOOD};
    isize v = u->unmet >= 0 ? u->unmet : u->lacks;
    if (v < 0)
        return (struct part_cell){
            .words = text(c, "UNDER_NO_ANSWER"), .tag = true, .kind = PART_OFF};
    struct str name = records_label(r, v, c->lang, a);
    return (struct part_cell){
        .words = fill1(c, u->unmet >= 0 ? "UNDER_UNMET" : "UNDER_LACKS", name),
        .tag = true,
        .kind = PART_OFF};
}

/* "response 12, 13": where the answers stand in the store. */
static struct str sources(struct call *c, const struct records *r, isize variable,
                          isize row)
{
    struct arena *a = c->act.a;
    struct under_sources s = under_sources(r, variable, row, a);
    struct buf b = buf_in(a, 40);
    for (isize i = 0; i < s.n; i++)
        if (s.at[i].response)
            buf_fmt(&b, "%s%" PRId64, b.n > 0 ? ", " : "", s.at[i].response);
    return b.n > 0 ? fill1(c, "UNDER_RESPONSE", buf_str(&b)) : S("");
}

static struct str row_key(const struct records *r, const struct under *u,
                          const struct under_row *row, struct arena *a)
{
    const struct rec_table *t = &r->table[u->table];
    if (!t->order) return t->key[row->row];
    return str_fmt(a, "%.*s, %g", FMT(t->key[row->row]), t->order[row->row]);
}

/* As people read it: what has up to three decimals as it is, else three that count, at most; all
** digits stand in the file. */
static struct str shown(struct call *c, const struct records *r, isize variable,
                        isize row)
{
    const double *x = records_numbers(r, variable);
    if (!x || isnan(x[row])) {
        struct str s = under_value(r, variable, row, c->lang, c->act.a);
        return s.n > 0 ? s : S("\xE2\x80\x93");
    }
    int places = 0, most = fabs(x[row]) < 1 ? 3 : 2;
    double tens = 1;
    while (places < 3 && fabs(x[row] * tens - nearbyint(x[row] * tens)) > 1e-9) {
        places++;
        tens *= 10;
    }
    bool whole = fabs(x[row] * tens - nearbyint(x[row] * tens)) <= 1e-9;
    struct html h = {.b = buf_in(c->act.a, 32), .lang = c->lang};
    html_num(&h, x[row], whole ? places : most);
    return buf_str(&h.b);
}

static void put_row(struct call *c, const struct records *r, const struct under *u,
                    const struct under_row *row, struct under_page *m)
{
    struct arena *a = c->act.a;
    struct part_row *out = PUSH(a, &m->table.rows);
    *PUSH(a, out) = (struct part_cell){.words = row_key(r, u, row, a)};
    *PUSH(a, out) = fate(c, r, row);
    for (isize i = 0; i < u->variables.n; i++) {
        *PUSH(a, out) =
            (struct part_cell){.words = shown(c, r, u->variables.at[i], row->row),
                               .soft = sources(c, r, u->variables.at[i], row->row)};
    }
}

static int open_under(struct call *c, struct analysis *x, struct under *u, struct err *e)
{
    instant when;
    TRY(as_of(c, &when, e));
    TRY(analysis_study(&c->act, c->q->arg[0], x, e));
    isize at = x->protocol.plan ? plan_analysis(x->protocol.plan, c->q->arg[1]) : -1;
    if (at < 0) return err_say(e, E_NOT_FOUND, "REFUSED_NO_ANALYSIS");
    TRY(analysis_read(&c->act, c->q->arg[0], when, x, e));
    *u = under_analysis(&x->protocol.plan->analyses.at[at], &x->records, c->act.a);
    return OK;
}

/* The same rows with every digit, for another program: columns by the names of the records. */
int page_under_file(struct call *c, struct err *e)
{
    struct analysis x;
    struct under u;
    struct arena *a = c->act.a;
    struct buf b = buf_in(a, 4096);
    TRY(open_under(c, &x, &u, e));
    if (u.table < 0) return err_say(e, E_NOT_FOUND, "REFUSED_NO_FILE");
    const struct records *r = &x.records;
    csv_put(&b, x.protocol.study->tables.at[u.table].id, false);
    csv_put(&b, S("used"), u.variables.n == 0);
    for (isize k = 0; k < u.variables.n; k++)
        csv_put(&b, x.protocol.study->variables.at[u.variables.at[k]].id,
                k == u.variables.n - 1);
    for (isize i = 0; i < u.n; i++) {
        csv_put(&b, row_key(r, &u, &u.at[i], a), false);
        csv_put(&b, u.at[i].used ? S("1") : S("0"), u.variables.n == 0);
        for (isize k = 0; k < u.variables.n; k++)
            csv_put(&b, under_value(r, u.variables.at[k], u.at[i].row, LANG_EN, a),
                    k == u.variables.n - 1);
    }
    http_reply_header(c->q, "Content-Disposition",
                      str_fmt(a, "attachment; filename=\"%.*s-%.*s.csv\"",
                              FMT(x.study.name), FMT(u.an->id)));
    return http_reply(c->q, 200, "text/csv; charset=utf-8", buf_str(&b));
}

int page_under(struct call *c, struct err *e)
{
    struct analysis x;
    struct under u;
    struct arena *a = c->act.a;
    TRY(open_under(c, &x, &u, e));
    const struct study *s = x.protocol.study;
    const struct plan_analysis *an = u.an;
    struct under_page m = {.title = study_word(&an->label, c->lang),
                           .caution = study_word(&s->caution, c->lang)};
    crumb(c, &m.crumbs, text(c, "STUDY_ALL"), path_studies(a));
    crumb(c, &m.crumbs, study_word(&s->title, c->lang),
          with_query(c, path_study(a, x.study.name)));
    crumb(c, &m.crumbs, text(c, "STUDY_REPORT"),
          with_query(c, path_report(a, x.study.name)));
    if (u.table < 0) {
        m.answer = text(c, "UNDER_STATED");
        tpl_under(&c->html, &m);
        return call_page(c, 200);
    }
    const struct study_table *t = &s->tables.at[u.table];
    struct str n[2] = {number(c, u.n_used), number(c, u.n)};
    m.answer = text_fill(c->lang, "UNDER_ANSWER", n, 2, a);
    if (an->method == PLAN_MISSING) m.note = text(c, "UNDER_ALL_ANSWERS");
    m.file = with_query(c, path_under_file(a, x.study.name, an->id));
    m.table.caption = text(c, "UNDER_CAPTION");
    PUSH(a, &m.table.columns)->words = study_word(&t->row, c->lang);
    PUSH(a, &m.table.columns)->words = text(c, "UNDER_FATE");
    for (isize i = 0; i < u.variables.n; i++)
        PUSH(a, &m.table.columns)->words =
            records_label(&x.records, u.variables.at[i], c->lang, a);
    for (int used = 1; used >= 0; used--) /* those that were used come first */
        for (isize i = 0; i < u.n; i++)
            if (u.at[i].used == (used == 1)) put_row(c, &x.records, &u, &u.at[i], &m);
    tpl_under(&c->html, &m);
    return call_page(c, 200);
}
