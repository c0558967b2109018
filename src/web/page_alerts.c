/* Answers that somebody must hear of, and that they did. */
#include "base/num.h"
#include "tpl.h"
#include "web/due_pages.h"
#include "web/routes.h"

static void one(struct call *c, const struct collect_kit *k, const struct alert_view *v,
                struct alerts_one *x)
{
    struct arena *a = c->q->a;
    const struct alert_row *r = &v->row;
    struct str time = r->time.n ? forms_time(c, k, study_time(k->s, r->time)) : S("");
    *x = (struct alerts_one){.id = r->id, .path = path_response(a, r->response)};
    x->title = forms_words(c, "ALERT_HEAD", forms_who(c, r->code, r->part),
                           forms_measure(c, k, v->measure), time);
    x->said = forms_words(c, "ALERT_ITEM", v->item, call_when(c, r->at));
    if (v->def) x->text = v->def->text;
    x->named =
        !r->staff ? call_text(c, c->act.who.blinded ? "BLIND_SOMEBODY" : "ALERT_NOBODY")
        : r->staff == c->act.who.staff ? call_text(c, "ALERT_YOU")
                                       : forms_words(c, "ALERT_NAMED", r->staff_name);
    x->may = r->staff == c->act.who.staff ||
             act_may_in(&c->act, MAY_ENTER_ANSWERS, r->site, k->s->id, NULL) == OK;
    x->note = (struct part_field){.name = str_fmt(a, "note-%" PRId64, r->id).at,
                                  .label = call_text(c, "ALERT_NOTE"),
                                  .help = call_text(c, "ALERT_NOTE_HELP"),
                                  .rows = 2,
                                  .most = 1000,
                                  .optional = true};
    x->note.value = call_field(c, x->note.name);
}

static void rows(struct call *c, const struct waiting_studies *all,
                 const struct waiting_alerts *list, struct alerts_page *m)
{
    const struct waiting_study *of = NULL;
    struct alerts_study *s = NULL;
    for (isize i = 0; i < list->at.n; i++) {
        const struct waiting_alert *x = &list->at.at[i];
        if (x->of != of) {
            s = PUSH(c->q->a, &m->studies);
            *s = (struct alerts_study){.name = all->n > 1 ? x->of->title : S("")};
            of = x->of;
        }
        one(c, of->k, &x->v, PUSH(c->q->a, &s->all));
    }
}

/* Open alerts of a blinded viewer's colleagues are none of theirs, so "all" may be empty too. */
static int nothing(struct call *c, const struct waiting_studies *all, bool mine,
                   struct alerts_page *m, struct err *e)
{
    struct waiting_alerts others = {0};
    m->answer = call_text(c, mine ? "ALERT_NONE_MINE" : "ALERT_NONE");
    m->empty.words = call_text(c, "ALERT_EMPTY");
    if (!mine) return OK;
    TRY(waiting_alerts(c, all, 0, false, 0, WAITING_ALERTS, &others, e));
    if (others.at.n == 0) return OK;
    m->empty = (struct part_empty){
        forms_words(c, others.more ? "ALERT_OTHERS_MORE" : "ALERT_OTHERS",
                    forms_int(c, others.at.n)),
        {.words = call_text(c, "ALERT_SHOW_ALL"), .path = S("/alerts?whose=all")}};
    return OK;
}

/* Who is named by none sees everybody's first: a leader, who has to know that nobody looked. */
static int show(struct call *c, int status, struct err *e)
{
    struct waiting_studies all;
    struct waiting_alerts list;
    struct alerts_page m = {.tabs_words = call_text(c, "ALERT_TITLE")};
    struct err none;
    struct arena *a = c->q->a;
    i64 after = 0;
    struct str last = http_query(c->q, "after"), whose = http_query(c->q, "whose");
    if (!whose.n) whose = call_field(c, "mine");
    bool mine = whose.n ? !str_is(whose, "all") : call_can(c, MAY_ENTER_ANSWERS);
    if (last.n && num_read_int(last, 1, INT64_MAX, &after, &none) != OK) after = 0;
    m.mine = mine ? S("mine") : S("all");
    *PUSH(a, &m.tabs) = (struct html_link){.words = call_text(c, "ALERT_MINE"),
                                           .path = S("/alerts?whose=mine"),
                                           .here = mine};
    *PUSH(a, &m.tabs) = (struct html_link){.words = call_text(c, "ALERT_ALL"),
                                           .path = S("/alerts?whose=all"),
                                           .here = !mine};
    TRY(waiting_studies(c, &all, e));
    TRY(waiting_alerts(c, &all, 0, mine, after, WAITING_ALERTS, &list, e));
    rows(c, &all, &list, &m);
    if (list.at.n == 0)
        TRY(nothing(c, &all, mine, &m, e));
    else
        m.answer = waiting_alert_words(c, list.at.n, list.more);
    struct str base = str_fmt(a, "/alerts?whose=%.*s", FMT(m.mine));
    if (after) m.pager.first = base;
    if (list.more)
        m.pager.next = str_fmt(a, "%.*s&after=%" PRId64, FMT(base),
                               list.at.at[list.at.n - 1].v.row.id);
    tpl_alerts(&c->html, &m);
    return call_page(c, status);
}

int page_alerts(struct call *c, struct err *e)
{
    return show(c, 200, e);
}

int post_alert_seen(struct call *c, struct err *e)
{
    const struct collect_kit *k = NULL;
    struct alert_row r;
    struct err why = {0};
    i64 id;
    TRY(call_id(c, 0, &id, e));
    TRY(alert_get(c->act.db, &c->act.who, id, &r, c->q->a, e));
    TRY(forms_kit_of_subject(c, r.subject, &k, e));
    struct str note = call_field(c, str_fmt(c->q->a, "note-%" PRId64, id).at);
    int code = collect_alert_seen(&c->act, k, id, note, &why);
    if (code == E_CHANGED) {
        call_fault(c, "", "ALERT_CHANGED");
        return show(c, 422, e);
    }
    if (code != OK) return err_pass(e, code, &why);
    bool all = str_is(call_field(c, "mine"), "all");
    return call_redirect_said(c, all ? S("/alerts?whose=all") : path_alerts(c->q->a),
                              "ALERT_SEEN_SAID");
}
