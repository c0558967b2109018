/* Entering a form, entering it a second time, correcting it: one page. What was typed stands in it
** again whatever happened. */
#include "base/json.h"
#include "base/num.h"
#include "tpl.h"
#include "web/form_rows.h"
#include "web/routes.h"

struct entering {
    const struct collect_kit *kit;
    struct form_key key;
    const struct instrument *in; /* with the wording of the page's language */
    i64 wording;
    int pass;
    i64 corrects; /* the response to correct; 0: none */
    struct str action;
};

static int open_form(struct call *c, int pass, struct entering *x, struct err *e)
{
    *x = (struct entering){.pass = pass};
    TRY(forms_key(c, &x->kit, &x->key, e));
    struct str path = forms_path(c, x->kit, &x->key);
    x->action = pass == 2 ? str_fmt(c->q->a, "%.*s/second", FMT(path)) : path;
    x->in = house_wording(c->house, x->kit, x->key.measure, str_of(lang_code[c->lang]),
                          &x->wording);
    return OK;
}

static struct str title_of(struct call *c, const struct entering *x, struct str code,
                           i64 part)
{
    struct str who = forms_who(c, code, part), time = forms_time(c, x->kit, x->key.time);
    return time.n ? str_fmt(c->q->a, "%.*s \302\267 %.*s \302\267 %.*s",
                            FMT(forms_measure(c, x->kit, x->key.measure)), FMT(who),
                            FMT(time))
                  : str_fmt(c->q->a, "%.*s \302\267 %.*s",
                            FMT(forms_measure(c, x->kit, x->key.measure)), FMT(who));
}

/* The answers of the time before, softly, when somebody wants them. */
static int before(struct call *c, const struct entering *x, struct form_enter_page *m,
                  struct err *e)
{
    struct form_versions all;
    const struct form_version *last = NULL;
    TRY(collect_of(&c->act, x->kit, x->key.subject, AS_NOW, &all, e));
    struct str measure = x->kit->s->measures.at[x->key.measure].id;
    for (isize i = 0; i < all.n; i++) {
        const struct form_version *v = &all.at[i];
        bool other =
            x->key.time < 0 || !str_eq(v->r.time, x->kit->s->times.at[x->key.time].id);
        if (v->r.pass == 1 && other && v->answer && str_eq(v->r.measure, measure) &&
            v->r.definition == x->kit->definition[x->key.measure] &&
            (!last || v->r.day > last->r.day))
            last = v;
    }
    if (!last) return OK;
    m->before_when = forms_day(c, last->r.day);
    for (isize i = 0; i < x->in->items.n; i++)
        m->rows.at[i].before = form_rows_words(c, &x->in->items.at[i], &last->answer[i]);
    return OK;
}

/* Marks what stands now where it is not what this page holds. */
static void beside(struct call *c, const struct entering *x, const struct form_cell *cell,
                   const struct form_version *now, struct form_enter_page *m)
{
    struct answer *mine = NEW(c->q->a, struct answer, x->in->items.n);
    struct form_faults none = {0};
    collect_read(x->in, cell, mine, &none, c->q->a);
    for (isize i = 0; i < x->in->items.n; i++)
        if (!packed_same(&mine[i], &now->answer[i]))
            m->rows.at[i].other =
                form_rows_words(c, &x->in->items.at[i], &now->answer[i]);
}

static void day_and_mode(struct call *c, const struct form_page *p, bool posted,
                         const struct form_version *now, struct form_enter_page *m)
{
    struct str typed = call_field(c, "day"), mode = call_field(c, "mode");
    if (!posted) typed = part_day(now->r.id ? now->r.day : c->act.today, c->q->a);
    if (!posted && now->r.id) mode = str_of(response_mode_word[now->r.mode]);
    m->day = (struct part_date){
        .name = "day", .label = call_text(c, "FORM_DAY_OF"), .value = typed};
    bool staff = p->may_enter && !m->second;
    if (m->second) mode = S("paper");
    if (!mode.n)
        mode = staff && !str_is(p->measure->rater, "consumer") ? S("staff") : S("paper");
    m->mode_now = mode;
    m->choose_mode = staff && p->may_transcribe;
    m->mode = (struct part_choices){
        .name = "mode", .legend = call_text(c, "FORM_MODE"), .beside = true};
    *PUSH(c->q->a, &m->mode.of) =
        (struct part_choice){.value = S("staff"),
                             .words = call_text(c, "FORM_MODE_STAFF"),
                             .chosen = str_is(mode, "staff")};
    *PUSH(c->q->a, &m->mode.of) =
        (struct part_choice){.value = S("paper"),
                             .words = call_text(c, "FORM_MODE_PAPER"),
                             .help = call_text(c, "FORM_MODE_PAPER_HELP"),
                             .chosen = str_is(mode, "paper")};
}

static struct part_print paper(struct call *c, const struct entering *x, struct str who)
{
    return (struct part_print){.study = study_word(&x->kit->s->title, c->lang),
                               .whose = who,
                               .what = x->in->title,
                               .version = forms_words(c, "FORM_REVISION", x->in->id,
                                                      forms_int(c, x->in->revision)),
                               .made = call_when(c, c->act.now)};
}

static void heads(struct call *c, const struct entering *x, const struct form_page *p,
                  struct form_enter_page *m)
{
    struct arena *a = c->q->a;
    m->title = title_of(c, x, p->code, p->part);
    m->about = str_is(x->in->title, "") ? S("") : x->in->title;
    m->action = x->action;
    *PUSH(a, &m->crumbs) =
        (struct html_link){.words = call_text(c, "DUE_TITLE"), .path = path_due(a)};
    *PUSH(a, &m->crumbs) =
        (struct html_link){.words = forms_who(c, p->code, p->part),
                           .path = forms_subject(c, x->kit, p->kind, x->key.subject)};
    if (p->visit)
        *PUSH(a, &m->crumbs) = (struct html_link){
            .words = forms_time(c, x->kit, x->key.time), .path = path_visit(a, p->visit)};
    if (!x->corrects && x->pass == 1) {
        m->draft = str_fmt(a, "%.*s/draft", FMT(x->action));
        m->print = str_fmt(a, "%.*s/print.pdf", FMT(x->action));
    } else if (x->pass == 2) {
        m->draft = str_fmt(a, "%.*s/draft?pass=2",
                           FMT(str_upto(x->action, x->action.n - 7))); /* "/second" */
    }
    m->paper = paper(c, x, forms_who(c, p->code, p->part));
}

enum why_shown { SHOWN_FIRST, SHOWN_REFUSED, SHOWN_CHANGED };

static int show(struct call *c, const struct entering *x, const struct form_page *p,
                enum why_shown why, struct err *e)
{
    struct form_enter_page m = {.second = x->pass == 2};
    const struct form_version *now = x->pass == 2 ? &p->second : &p->first;
    bool posted = why != SHOWN_FIRST;
    struct form_cell *cell = NULL;
    i64 version = 0;
    struct err none;
    if (posted) {
        cell = form_rows_typed(c, x->in);
        if (num_read_int(call_field(c, "version"), 0, INT64_MAX, &version, &none) != OK)
            version = 0;
        if (num_read_int(call_field(c, "draft"), 0, INT64_MAX, &m.draft_version, &none) !=
            OK)
            m.draft_version = 0;
    } else if (x->corrects) {
        cell = form_rows_cells(c, x->in, now->answer);
        version = x->corrects;
    } else if (p->has_draft && p->draft) {
        cell = p->draft;
        m.draft_version = p->draft_version;
        m.saved = call_text(c, "FORM_RESUMED");
    }
    heads(c, x, p, &m);
    for (isize i = 0; i < x->in->items.n; i++)
        form_rows_make(c, x->in, i, cell ? &cell[i] : NULL, PUSH(c->q->a, &m.rows));
    if (x->pass == 1 && !x->corrects) TRY(before(c, x, &m, e));
    day_and_mode(c, p, posted,
                 x->corrects || why == SHOWN_CHANGED ? now : &(struct form_version){0},
                 &m);
    m.may_save = true;
    if (why == SHOWN_CHANGED && now->r.id) {
        struct str who = forms_by(c, &now->r);
        if (now->answer && x->pass == 1) beside(c, x, cell, now, &m);
        version = now->r.id;
        m.may_save = p->may_correct;
        m.notice = (struct part_notice){
            .kind = PART_WANTS,
            .words = forms_words(c, p->may_correct ? "FORM_CHANGED" : "FORM_CHANGED_ONLY",
                                 who, call_when(c, now->r.at))};
        if (x->pass == 1)
            m.other = (struct html_link){.words = call_text(c, "FORM_LEAVE_THEIRS"),
                                         .path = path_response(c->q->a, now->r.id)};
    }
    m.version = version;
    m.with_reason = version > 0;
    m.reason = (struct part_field){.name = "reason",
                                   .label = call_text(c, "FORM_REASON"),
                                   .help = call_text(c, "FORM_REASON_HELP"),
                                   .value = call_field(c, "reason"),
                                   .most = 500};
    m.button = call_text(c, version    ? "FORM_CORRECT_GO"
                            : m.second ? "FORM_SECOND_GO"
                                       : "FORM_SAVE_GO");
    m.answer = call_text(c, x->corrects ? "FORM_CORRECT_WORDS"
                            : m.second  ? "FORM_SECOND_WORDS"
                                        : "FORM_ENTER_WORDS");
    tpl_form_enter(&c->html, &m);
    return call_page(c, posted ? 422 : 200);
}

static int may_enter(struct call *c, const struct form_page *p, struct err *e)
{
    if (p->may_enter || p->may_transcribe) return OK;
    if (act_may(&c->act, MAY_ENTER_ANSWERS, p->site, NULL) == OK)
        return err_say(e, E_CONSTRAINT, "REFUSED_FORM_NOT_NOW");
    return err_say(e, E_NOT_ALLOWED, "REFUSED_FORM_MAY_NOT");
}

int page_form(struct call *c, struct err *e)
{
    struct entering x;
    struct form_page p;
    TRY(open_form(c, 1, &x, e));
    TRY(collect_form(&c->act, x.kit, &x.key, &p, e));
    if (p.first.r.id) return call_redirect(c, path_response(c->q->a, p.first.r.id));
    TRY(may_enter(c, &p, e));
    return show(c, &x, &p, SHOWN_FIRST, e);
}

int page_form_second(struct call *c, struct err *e)
{
    struct entering x;
    struct form_page p;
    TRY(open_form(c, 2, &x, e));
    TRY(collect_form(&c->act, x.kit, &x.key, &p, e));
    TRY(may_enter(c, &p, e));
    if (!p.first.r.id) return call_redirect(c, forms_path(c, x.kit, &x.key));
    if (p.second.r.id) return call_redirect(c, path_response(c->q->a, p.first.r.id));
    if (p.first.r.staff ==
        c->act.who.staff) { /* blind, by another: so not shown either */
        return call_redirect_said(c, path_response(c->q->a, p.first.r.id),
                                  "FORM_SECOND_OTHER_SAID");
    }
    return show(c, &x, &p, SHOWN_FIRST, e);
}

/* The form of the response in the path, to correct it. */
static int open_response(struct call *c, struct entering *x, struct form_version *v,
                         struct err *e)
{
    i64 id;
    *x = (struct entering){.pass = 1};
    TRY(forms_kit_of_response(c, &x->kit, &id, e));
    TRY(collect_response(&c->act, x->kit, id, &x->key, v, e));
    x->pass = v->r.pass;
    x->corrects = id;
    x->action = path_correct(c->q->a, id);
    x->in = house_wording(c->house, x->kit, x->key.measure, str_of(lang_code[c->lang]),
                          &x->wording);
    return OK;
}

int page_correct(struct call *c, struct err *e)
{
    struct entering x;
    struct form_version v;
    struct form_page p;
    TRY(open_response(c, &x, &v, e));
    TRY(collect_form(&c->act, x.kit, &x.key, &p, e));
    TRY(act_may_in(&c->act, MAY_CORRECT_ANSWERS, p.site, x.kit->s->id, e));
    const struct form_version *now = x.pass == 2 ? &p.second : &p.first;
    if (now->r.id != x.corrects) /* an older one: the one that stands is corrected */
        return call_redirect(c,
                             path_response(c->q->a, now->r.id ? now->r.id : x.corrects));
    if (now->r.definition != x.kit->definition[x.key.measure])
        return err_say(e, E_CONSTRAINT, "REFUSED_FORM_OLD_REVISION");
    return show(c, &x, &p, SHOWN_FIRST, e);
}

/* --- saving -------------------------------------------------------------------------- */

static int again(struct call *c, const struct entering *x, enum why_shown why,
                 struct err *e)
{
    struct form_page p;
    TRY(collect_form(&c->act, x->kit, &x->key, &p, e));
    return show(c, x, &p, why, e);
}

static const char *said(const struct form_in *in)
{
    return in->version     ? "FORM_CORRECTED_SAID"
           : in->pass == 2 ? "FORM_SECOND_SAID"
                           : "FORM_SAVED_SAID";
}

static int save(struct call *c, const struct entering *x, struct err *e)
{
    struct form_in in = {.key = x->key,
                         .pass = x->pass,
                         .mode = MODE_STAFF,
                         .lang = x->in->lang,
                         .wording = x->wording};
    struct form_done done = {0};
    struct err why = {0}, none;
    struct form_cell *cell = form_rows_typed(c, x->in);
    struct str mode = call_field(c, "mode");
    in.answer = form_rows_read(c, x->in, cell);
    if (str_is(mode, "paper")) in.mode = MODE_PAPER;
    if (call_day(c, "day", &in.day) && in.day > c->act.today)
        call_fault(c, "day", "FORM_DAY_TO_COME");
    if (num_read_int(call_field(c, "version"), 0, INT64_MAX, &in.version, &none) != OK)
        in.version = x->corrects;
    c->act.why = call_field(c, "reason");
    if (in.version && !c->act.why.n) call_fault(c, "reason", "FORM_NEEDED");
    if (c->faults.n) return again(c, x, SHOWN_REFUSED, e);
    int code = collect_submit(&c->act, x->kit, &in, &done, &why);
    if (code == E_CHANGED) return again(c, x, SHOWN_CHANGED, e);
    if (code == E_RECORD || code == E_ANSWER) {
        if (why.key)
            call_fault_err(c, "", &why);
        else
            call_fault(c, "", "FORM_REFUSED");
        return again(c, x, SHOWN_REFUSED, e);
    }
    if (code != OK) return err_pass(e, code, &why);
    return call_redirect_said(c, path_response(c->q->a, done.response), said(&in));
}

int post_form(struct call *c, struct err *e)
{
    struct entering x;
    TRY(open_form(c, 1, &x, e));
    return save(c, &x, e);
}

int post_form_second(struct call *c, struct err *e)
{
    struct entering x;
    TRY(open_form(c, 2, &x, e));
    return save(c, &x, e);
}

int post_correct(struct call *c, struct err *e)
{
    struct entering x;
    struct form_version v;
    TRY(open_response(c, &x, &v, e));
    return save(c, &x, e);
}

/* What was typed so far, by the page's script. */
int post_form_draft(struct call *c, struct err *e)
{
    struct entering x;
    struct err none;
    i64 version = 0;
    TRY(open_form(c, str_is(http_query(c->q, "pass"), "2") ? 2 : 1, &x, e));
    if (num_read_int(call_field(c, "draft"), 0, INT64_MAX, &version, &none) != OK)
        version = 0;
    TRY(collect_draft(&c->act, x.kit, &x.key, x.pass, form_rows_typed(c, x.in), &version,
                      e));
    struct str when = call_when(c, c->act.now);
    isize comma = str_find_str(when, S(", ")); /* the hour is enough */
    struct buf b = buf_in(c->q->a, 80);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_int(&w, "draft", version);
    json_put_str(&w, "at", comma < 0 ? when : str_from(when, comma + 2));
    json_close(&w, '}');
    return http_reply(c->q, 200, "application/json", buf_str(&b));
}
