/* Bringing records in: files, what they would do row by row, and only then doing it. */
#include "app/transfer.h"
#include "base/csv.h"
#include "base/num.h"
#include "tpl.h"
#include "web/routes.h"
#include "web/transfer_page.h"

#include <string.h>

static struct str text(const struct call *c, const char *id)
{
    return call_text(c, id);
}

static struct str number(struct call *c, i64 n)
{
    return str_fmt(c->act.a, "%" PRId64, n);
}

static int show(struct call *c, struct err *e)
{
    struct arena *a = c->act.a;
    struct transfer_start m = {.title = text(c, "TRANSFER_IMPORT"),
                               .answer = text(c, "TRANSFER_IMPORT_ANSWER"),
                               .action = path_import(a),
                               .button = text(c, "TRANSFER_REHEARSE"),
                               .file = true,
                               .file_fault = html_fault_of(&c->html, "files"),
                               .why = {.name = "reason",
                                       .label = text(c, "FORM_REASON"),
                                       .help = text(c, "TRANSFER_REASON_HELP"),
                                       .value = call_field(c, "reason"),
                                       .most = 200,
                                       .optional = true}};
    transfer_crumb(c, &m.crumbs, "STUDY_ALL", path_studies(a));
    TRY(transfer_studies(c, MAY_IMPORT, &m.study, e));
    if (!m.study.of.n) {
        m.button = S("");
        m.none = (struct part_notice){.kind = PART_WANTS,
                                      .words = text(c, "TRANSFER_NO_STUDY")};
    }
    TRY(transfer_own(c, true, &m.own, e));
    tpl_transfer_start(&c->html, &m);
    return c->faults.n ? call_refuse(c) : call_page(c, 200);
}

int page_import(struct call *c, struct err *e)
{
    return show(c, e);
}

/* What came with the form; the names are shown, and nothing else is done with them. */
static isize files_of(struct call *c, struct import_file *out)
{
    isize n = 0;
    for (isize i = 0; i < c->q->files.n && n < IMPORT_FILES; i++) {
        const struct http_file *f = &c->q->files.at[i];
        if (!str_is(f->field, "files")) continue;
        if (f->kind != FILE_TEXT && f->kind != FILE_EMPTY)
            call_fault_words(
                c, "files",
                text_fill(c->lang, "TRANSFER_NO_TEXT", &f->name, 1, c->act.a));
        out[n++] = (struct import_file){.name = str_c(f->name, c->act.a), .fd = f->fd};
    }
    return n;
}

int post_import(struct call *c, struct err *e)
{
    struct part_choices studies;
    struct import_file file[IMPORT_FILES];
    bool known = false;
    i64 upload, job;
    TRY(transfer_studies(c, MAY_IMPORT, &studies, e));
    for (isize i = 0; i < studies.of.n; i++) known |= studies.of.at[i].chosen;
    if (!known) call_fault(c, "study", "TRANSFER_STUDY_NONE");
    isize n = files_of(c, file);
    if (n == 0) call_fault(c, "files", "TRANSFER_FILES_NONE");
    if (c->q->files.n > IMPORT_FILES) call_fault(c, "files", "TRANSFER_FILES_MANY");
    if (c->faults.n) return show(c, e);
    TRY(transfer_keep(&c->act, house_box(c->house), file, n, &upload, e));
    TRY(transfer_rehearse(&c->act, call_field(c, "study"), upload,
                          call_field(c, "reason"), str_of(lang_code[c->lang]), &job, e));
    transfer_asked(c);
    return call_redirect(c, path_import_one(c->act.a, job));
}

/* --- what it would do, or did ---------------------------------------------------------- */

static const char *const verdict_text[IMPORT_VERDICTS] = {
    "TRANSFER_NEW", "TRANSFER_SAME", "TRANSFER_CHANGES", "TRANSFER_REFUSED"};
static const enum part_kind verdict_kind[IMPORT_VERDICTS] = {PART_GOOD, PART_OFF,
                                                             PART_WANTS, PART_WRONG};

static i64 count(const struct json *v, const char *key)
{
    const struct json *x = v ? json_get(v, key) : NULL;
    double n = 0;
    return x && x->kind == JSON_NUMBER && num_read(x->text, &n, NULL) == OK ? (i64)n : 0;
}

static void counts(struct call *c, const struct json *result, struct part_table *t)
{
    struct arena *a = c->act.a;
    const struct json *tables = json_get(result, "tables");
    t->caption = text(c, "TRANSFER_COUNTS");
    PUSH(a, &t->columns)->words = text(c, "TRANSFER_TABLE");
    for (int k = 0; k < IMPORT_VERDICTS; k++)
        *PUSH(a, &t->columns) =
            (struct part_column){.words = text(c, verdict_text[k]), .num = true};
    for (int i = 0; i < TIDY_N; i++) {
        const char *name = tidy_name((enum tidy_table)i);
        const struct json *x = tables ? json_get(tables, name) : NULL;
        if (!x) continue;
        struct part_row *r = PUSH(a, &t->rows);
        *PUSH(a, r) = (struct part_cell){.words = str_fmt(a, "%s.csv", name)};
        for (int k = 0; k < IMPORT_VERDICTS; k++)
            *PUSH(a, r) =
                (struct part_cell){.words = number(c, count(x, import_verdict_word[k]))};
    }
}

struct pulling {
    struct attachment_out *from;
    struct str rest;
    bool ended;
};

static int pull(void *arg, char *room, isize cap, isize *n, struct err *e)
{
    struct pulling *p = arg;
    if (!p->rest.n && !p->ended) {
        TRY(attachment_next(p->from, &p->rest, e));
        p->ended = p->rest.n == 0;
    }
    *n = MIN(cap, p->rest.n);
    if (*n) memcpy(room, p->rest.at, (size_t)*n);
    p->rest = str_from(p->rest, *n);
    return OK;
}

enum { F_FILE, F_LINE, F_TABLE, F_WHAT, F_ROW, F_WAS, F_NOW, F_WHY, F_N };

static void put_row(struct call *c, const struct csv *x, isize i, int verdict,
                    struct part_table *t)
{
    struct arena *a = c->act.a;
    struct str cell[F_N];
    for (int k = 0; k < F_N; k++) cell[k] = str_dup(csv_plain(csv_cell(x, i, k)), a);
    struct part_row *r = PUSH(a, &t->rows);
    struct str soft = cell[F_WHY];
    if (cell[F_WAS].n + cell[F_NOW].n)
        soft = str_fmt(a, "%.*s \xE2\x86\x92 %.*s", FMT(cell[F_WAS]), FMT(cell[F_NOW]));
    *PUSH(a, r) = (struct part_cell){
        .words = str_fmt(a, "%.*s:%.*s", FMT(cell[F_FILE]), FMT(cell[F_LINE]))};
    *PUSH(a, r) = (struct part_cell){.words = cell[F_ROW]};
    *PUSH(a, r) = (struct part_cell){.words = text(c, verdict_text[verdict]),
                                     .tag = true,
                                     .kind = verdict_kind[verdict],
                                     .soft = soft};
}

/* The first of each kind that matters: refused before changed before new. */
static int rows(struct call *c, struct pulling *p, struct part_table *out, isize *shown,
                struct err *e)
{
    static const int most[IMPORT_VERDICTS] = {
        [IMPORT_NEW] = 20, [IMPORT_CHANGES] = 50, [IMPORT_REFUSED] = 100};
    struct arena tmp = arena_reserve((isize)1 << 26);
    struct part_table part[IMPORT_VERDICTS] = {0};
    struct csv_feed feed;
    struct csv x;
    if (!tmp.base) return err_set(e, E_NO_MEMORY, "no memory for the rows");
    int code = csv_feed_open(&feed, pull, p, "the report", 1 << 16, &tmp, e);
    while (code == OK) {
        struct arena piece = tmp;
        code = csv_feed_next(&feed, &x, &piece, e);
        if (code != OK || x.n == 0) break;
        for (isize i = 0; i < x.n; i++)
            for (int k = 0; k < IMPORT_VERDICTS; k++)
                if (part[k].rows.n < most[k] &&
                    str_is(csv_cell(&x, i, F_WHAT), import_verdict_word[k]))
                    put_row(c, &x, i, k, &part[k]);
    }
    arena_release(&tmp);
    for (int k = IMPORT_VERDICTS - 1; k >= 0; k--)
        for (isize i = 0; i < part[k].rows.n; i++)
            *PUSH(c->act.a, &out->rows) = part[k].rows.at[i];
    *shown = out->rows.n;
    return code;
}

static int report(struct call *c, const struct job *j, const struct json *result,
                  struct transfer_job *m, struct err *e)
{
    struct arena *a = c->act.a;
    static const char *const head[] = {"TRANSFER_PLACE", "TRANSFER_ROW", "TRANSFER_WHAT"};
    struct attachment what;
    struct pulling p = {0};
    isize shown = 0;
    m->rows.caption = text(c, "TRANSFER_ROWS");
    for (isize i = 0; i < COUNT(head); i++)
        PUSH(a, &m->rows.columns)->words = text(c, head[i]);
    TRY(transfer_open(&c->act, house_box(c->house), j, &p.from, &what, e));
    int code = rows(c, &p, &m->rows, &shown, e);
    attachment_close(p.from);
    i64 matter =
        count(result, "new") + count(result, "changes") + count(result, "refused");
    struct str both[2] = {number(c, shown), number(c, matter)};
    if (shown < matter) m->more = text_fill(c->lang, "TRANSFER_MORE", both, 2, a);
    m->fetch = (struct html_link){.words = text(c, "TRANSFER_FETCH_ROWS"),
                                  .path = path_import_rows(a, j->id)};
    return code;
}

static int done(struct call *c, const struct job *j, struct transfer_job *m,
                struct err *e)
{
    struct arena *a = c->act.a;
    struct json *result;
    bool applied = str_is(j->kind, "import");
    TRY(json_read(j->result, "what was said", &result, a, e));
    i64 wrong = count(result, "refused"),
        todo = count(result, "new") + count(result, "changes");
    struct str n = number(c, wrong ? wrong : todo);
    m->answer = text_fill(c->lang,
                          applied     ? "TRANSFER_APPLIED"
                          : wrong > 0 ? "TRANSFER_SAYS_REFUSED"
                          : todo > 0  ? "TRANSFER_SAYS_TODO"
                                      : "TRANSFER_SAYS_NOTHING",
                          &n, 1, a);
    counts(c, result, &m->counts);
    if (count(result, "left"))
        m->notice = (struct part_notice){.words = text(c, "TRANSFER_LEFT")};
    if (!applied && !wrong && todo) {
        m->apply = path_import_one(a, j->id);
        m->mark = json_text(result, "mark");
        m->apply_words = text_fill(c->lang, "TRANSFER_APPLY_SAYS", &n, 1, a);
    }
    if (applied)
        m->next = (struct html_link){.words = text(c, "PEOPLE_PARTICIPANTS"),
                                     .path = path_participants(a)};
    else if (!m->apply.n)
        m->next = (struct html_link){.words = text(c, "TRANSFER_AGAIN"),
                                     .path = path_import(a)};
    m->help = applied || m->apply.n > 0;
    return report(c, j, result, m, e);
}

static int show_one(struct call *c, const struct job *j, struct err *e)
{
    struct transfer_job m = {.title = text(c, "TRANSFER_IMPORT")};
    transfer_crumb(c, &m.crumbs, "TRANSFER_IMPORT", path_import(c->act.a));
    transfer_state(c, j, path_import_stop(c->act.a, j->id), &m);
    if (j->state == JOB_DONE) TRY(done(c, j, &m, e));
    if (!m.waits && j->state != JOB_DONE)
        m.next = (struct html_link){.words = text(c, "TRANSFER_AGAIN"),
                                    .path = path_import(c->act.a)};
    tpl_transfer_job(&c->html, &m);
    return c->faults.n ? call_refuse(c) : call_page(c, 200);
}

int page_import_one(struct call *c, struct err *e)
{
    struct job j;
    TRY(transfer_job(c, true, &j, e));
    return show_one(c, &j, e);
}

int post_import_one(struct call *c, struct err *e)
{
    struct job j;
    i64 id;
    TRY(transfer_job(c, true, &j, e));
    TRY(transfer_apply(&c->act, j.id, call_field(c, "mark"), &id, e));
    transfer_asked(c);
    return call_redirect(c, path_import_one(c->act.a, id));
}

int page_import_rows(struct call *c, struct err *e)
{
    struct job j;
    TRY(transfer_job(c, true, &j, e));
    return transfer_file(c, &j, "rows.csv", "text/csv; charset=utf-8", e);
}

int post_import_stop(struct call *c, struct err *e)
{
    struct job j;
    TRY(transfer_job(c, true, &j, e));
    TRY(job_stop(&c->act, j.id, e));
    return call_redirect(c, path_import_one(c->act.a, j.id));
}
