/* What the pages of records in and out have in common: studies to choose, jobs of one's own, a file
** to fetch. */
#include "app/collect.h"
#include "app/job.h"
#include "app/transfer.h"
#include "store/studies.h"
#include "web/routes.h"
#include "web/transfer_page.h"

#include <string.h>

void transfer_crumb(struct call *c, struct html_links *l, const char *text_id,
                    struct str path)
{
    *PUSH(c->act.a, l) = (struct html_link){.words = call_text(c, text_id), .path = path};
}

/* Its title, and how many take part now. */
static int study_choice(struct call *c, const struct studies_row *s, i64 *now,
                        struct part_choice *out, struct err *e)
{
    const struct collect_kit *k;
    i64 ever = 0;
    TRY(house_study(c->house, c->act.db, s->id, &k, e));
    TRY(studies_size(c->act.db, s->id, now, &ever, e));
    *out = (struct part_choice){.value = s->name,
                                .words = study_word(&k->s->title, c->lang),
                                .chosen = str_eq(s->name, call_field(c, "study"))};
    return OK;
}

/* Those for which the right is held somewhere. A page that opens has the one chosen that is under
** way: in which most people take part now. */
int transfer_studies(struct call *c, enum right right, struct part_choices *out,
                     struct err *e)
{
    struct studies_rows all = {0};
    isize most = -1;
    i64 people = -1;
    *out =
        (struct part_choices){.name = "study", .legend = call_text(c, "TRANSFER_STUDY")};
    TRY(studies_all(c->act.db, &all, c->act.a, e));
    for (isize i = 0; i < all.n; i++) {
        i64 now = 0;
        if (transfer_may(&c->act, right, all.at[i].name, NULL) != OK) continue;
        TRY(study_choice(c, &all.at[i], &now, PUSH(c->act.a, &out->of), e));
        if (now > people) most = out->of.n - 1;
        people = MAX(people, now);
    }
    if (most >= 0 && str_is(c->q->method, "GET")) out->of.at[most].chosen = true;
    return OK;
}

static bool kind_in(const struct job *j, bool in)
{
    return in ? str_is(j->kind, "rehearsal") || str_is(j->kind, "import")
              : str_is(j->kind, "export");
}

static const struct {
    const char *text;
    enum part_kind kind;
} states[] = {[JOB_WAITING] = {"TRANSFER_IS_WAITING", PART_OFF},
              [JOB_RUNNING] = {"TRANSFER_IS_RUNNING", PART_OFF},
              [JOB_DONE] = {"TRANSFER_IS_DONE", PART_GOOD},
              [JOB_FAILED] = {"TRANSFER_IS_FAILED", PART_WRONG},
              [JOB_CANCELLED] = {"TRANSFER_IS_CANCELLED", PART_OFF}};

int transfer_own(struct call *c, bool in, struct part_table *out, struct err *e)
{
    struct arena *a = c->act.a;
    struct jobs all = {0};
    static const char *const head[] = {"TRANSFER_WHEN", "TRANSFER_DID", "TRANSFER_STATE"};
    *out = (struct part_table){.caption = call_text(c, "TRANSFER_OWN"),
                               .note = call_text(c, "TRANSFER_OWN_NOTE")};
    for (isize i = 0; i < COUNT(head); i++)
        PUSH(a, &out->columns)->words = call_text(c, head[i]);
    TRY(job_own(&c->act, 0, 50, &all, e));
    for (isize i = 0; i < all.n && out->rows.n < 10; i++) {
        const struct job *j = &all.at[i];
        if (!kind_in(j, in)) continue;
        struct part_row *r = PUSH(a, &out->rows);
        *PUSH(a, r) = (struct part_cell){.words = call_when(c, j->at),
                                         .path = in ? path_import_one(a, j->id)
                                                    : path_export_one(a, j->id)};
        *PUSH(a, r) = (struct part_cell){
            .words = call_text(c, str_is(j->kind, "import")   ? "TRANSFER_DID_IMPORT"
                                  : str_is(j->kind, "export") ? "TRANSFER_DID_EXPORT"
                                                              : "TRANSFER_DID_REHEARSE")};
        *PUSH(a, r) = (struct part_cell){.words = call_text(c, states[j->state].text),
                                         .tag = true,
                                         .kind = states[j->state].kind};
    }
    return OK;
}

void transfer_state(struct call *c, const struct job *j, struct str stop,
                    struct transfer_job *m)
{
    struct arena *a = c->act.a;
    m->waits = j->state == JOB_WAITING || j->state == JOB_RUNNING;
    if (m->waits) {
        struct str both[2] = {str_fmt(a, "%" PRId64, j->done),
                              str_fmt(a, "%" PRId64, j->total)};
        m->answer = call_text(c, j->cancel                 ? "TRANSFER_STOPPING"
                                 : j->state == JOB_WAITING ? "TRANSFER_WAITS"
                                                           : "TRANSFER_GOES_ON");
        m->stop = stop;
        m->at = j->done;
        m->of = j->total;
        m->progress = text_fill(c->lang, "TRANSFER_OF", both, 2, a);
        http_reply_header(c->q, "Refresh", S("2"));
    } else if (j->state == JOB_FAILED) {
        m->answer = call_text(c, "TRANSFER_FAILED");
        m->notice = (struct part_notice){.kind = PART_WRONG, .words = j->error};
    } else if (j->state == JOB_CANCELLED)
        m->answer = call_text(c, "TRANSFER_STOPPED");
}

int transfer_job(struct call *c, bool in, struct job *out, struct err *e)
{
    i64 id;
    TRY(call_id(c, 0, &id, e));
    int code = job_see(&c->act, id, out, e);
    if (code == E_NOT_FOUND || (code == OK && !kind_in(out, in)))
        return err_say(e, E_NOT_FOUND, "REFUSED_IMPORT_GONE");
    return code;
}

void transfer_asked(struct call *c)
{
    const struct call_front *f = http_app(c->q);
    job_crew_wake(f->crew);
}

/* --- a file to fetch ------------------------------------------------------------------ */

struct fetching {
    struct attachment_out *from;
    struct str rest;
    bool ended;
};

static isize fetch(void *arg, i64 at, char *out, isize cap)
{
    struct fetching *f = arg;
    struct err e;
    (void)at;
    if (!f->rest.n && !f->ended) {
        if (attachment_next(f->from, &f->rest, &e) != OK) return -1;
        f->ended = f->rest.n == 0;
    }
    if (!f->rest.n) return 0;
    isize n = MIN(cap, f->rest.n);
    memcpy(out, f->rest.at, (size_t)n);
    f->rest = str_from(f->rest, n);
    return n;
}

static void fetched(void *arg)
{
    struct fetching *f = arg;
    attachment_close(f->from);
}

int transfer_file(struct call *c, const struct job *j, const char *name, const char *type,
                  struct err *e)
{
    struct attachment what;
    struct fetching *f = NEW(c->act.a, struct fetching, 1);
    TRY(transfer_open(&c->act, house_box(c->house), j, &f->from, &what, e));
    http_reply_header(c->q, "Content-Disposition",
                      str_fmt(c->act.a, "attachment; filename=\"%s\"", name));
    return http_reply_stream(c->q, 200, type, fetch, f, fetched);
}
