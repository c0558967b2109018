/* Long work: what is under way, with a way to stop it; what came of the rest. */
#include "app/job.h"
#include "store/staff.h"
#include "tpl.h"
#include "web/jobs_page.h"
#include "web/routes.h"

static struct str text(const struct call *c, const char *id)
{
    return call_text(c, id);
}

static const struct {
    const char *text;
    enum part_kind kind;
} states[] = {[JOB_WAITING] = {"TRANSFER_IS_WAITING", PART_OFF},
              [JOB_RUNNING] = {"TRANSFER_IS_RUNNING", PART_OFF},
              [JOB_DONE] = {"TRANSFER_IS_DONE", PART_GOOD},
              [JOB_FAILED] = {"TRANSFER_IS_FAILED", PART_WRONG},
              [JOB_CANCELLED] = {"TRANSFER_IS_CANCELLED", PART_OFF}};

/* What it is, and the page of its kind where there is one: only for who asked for it. */
static struct html_link what(struct call *c, const struct job *j)
{
    struct arena *a = c->act.a;
    struct html_link l = {.words = j->kind};
    struct json *args = NULL;
    bool mine = j->staff == c->act.who.staff;
    if (str_is(j->kind, "check")) l.words = text(c, "JOBS_CHECK");
    if (str_is(j->kind, "export")) {
        l.words = text(c, "JOBS_EXPORT");
        if (mine) l.path = path_export_one(a, j->id);
    }
    if (str_is(j->kind, "rehearsal") || str_is(j->kind, "import")) {
        l.words = text(c, str_is(j->kind, "import") ? "JOBS_IMPORT" : "JOBS_REHEARSAL");
        if (mine) l.path = path_import_one(a, j->id);
    }
    if (str_is(j->kind, "document")) {
        l.words = text(c, "JOBS_DOCUMENT");
        if (mine && json_read(j->args, "what the job was told", &args, a, NULL) == OK)
            l.path = path_document(a, json_text(args, "study"), j->id);
    }
    return l;
}

/* "22 Nov 2026, 13:43 · Dag Data" */
static struct str when_who(struct call *c, const struct job *j)
{
    struct staff s;
    struct err none;
    struct str at = call_when(c, j->at);
    if (!j->staff || staff_get(c->act.db, j->staff, &s, c->act.a, &none) != OK) return at;
    return str_fmt(c->act.a, "%.*s \302\267 %.*s", FMT(at), FMT(s.name));
}

static void going(struct call *c, const struct job *j, struct jobs_page *m)
{
    struct arena *a = c->act.a;
    struct str both[2] = {str_fmt(a, "%" PRId64, j->done),
                          str_fmt(a, "%" PRId64, j->total)};
    *PUSH(a, &m->going) = (struct jobs_going){
        .what = what(c, j),
        .soft = j->cancel ? text(c, "TRANSFER_STOPPING") : when_who(c, j),
        .progress = text_fill(c->lang, "TRANSFER_OF", both, 2, a),
        .stop = j->cancel ? S("") : path_job_stop(a, j->id),
        .at = j->done,
        .of = j->total};
}

static void over(struct call *c, const struct job *j, struct part_table *t)
{
    struct arena *a = c->act.a;
    struct html_link l = what(c, j);
    struct part_row *r = PUSH(a, &t->rows);
    *PUSH(a, r) = (struct part_cell){.words = l.words, .path = l.path};
    *PUSH(a, r) = (struct part_cell){.words = when_who(c, j)};
    *PUSH(a, r) = (struct part_cell){.words = text(c, states[j->state].text),
                                     .tag = true,
                                     .kind = states[j->state].kind};
}

int page_jobs(struct call *c, struct err *e)
{
    enum { MOST = 50 };
    struct arena *a = c->act.a;
    struct jobs all = {0};
    static const char *const head[] = {"JOBS_WHAT", "TRANSFER_WHEN", "TRANSFER_STATE"};
    TRY(job_all(&c->act, 0, MOST, &all, e));
    struct jobs_page m = {
        .over = {.caption = text(c, "JOBS_OVER"), .note = text(c, "JOBS_OVER_NOTE")}};
    for (isize i = 0; i < COUNT(head); i++)
        PUSH(a, &m.over.columns)->words = text(c, head[i]);
    for (isize i = 0; i < all.n; i++) {
        const struct job *j = &all.at[i];
        if (j->state == JOB_WAITING || j->state == JOB_RUNNING)
            going(c, j, &m);
        else
            over(c, j, &m.over);
    }
    m.answer = text(c, m.going.n ? "JOBS_GOING" : all.n == 0 ? "JOBS_NONE" : "JOBS_REST");
    if (m.going.n) http_reply_header(c->q, "Refresh", S("5"));
    tpl_jobs(&c->html, &m);
    return call_page(c, 200);
}

int post_job_stop(struct call *c, struct err *e)
{
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(job_stop(&c->act, id, e));
    return call_redirect(c, path_jobs(c->act.a));
}
