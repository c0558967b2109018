/* Answers that somebody must hear of, and that they did. */
#include "base/num.h"
#include "store/studies.h"
#include "tpl.h"
#include "web/due_pages.h"
#include "web/routes.h"

enum { PAGE_ALERTS = 20 };

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
    x->named = !r->staff ? call_text(c, "ALERT_NOBODY")
               : r->staff == c->act.who.staff
                   ? call_text(c, "ALERT_YOU")
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

static int show(struct call *c, int status, struct err *e)
{
    const struct collect_kit *k = NULL;
    struct alert_views list = {0};
    struct alerts_page m = {.tabs_words = call_text(c, "ALERT_TITLE")};
    struct err none;
    struct arena *a = c->q->a;
    i64 after = 0;
    struct str last = http_query(c->q, "after"), whose = http_query(c->q, "whose");
    if (!whose.n) whose = call_field(c, "mine");
    bool mine = !str_is(whose, "all");
    if (last.n && num_read_int(last, 1, INT64_MAX, &after, &none) != OK) after = 0;
    m.mine = mine ? S("mine") : S("all");
    *PUSH(a, &m.tabs) = (struct html_link){
        .words = call_text(c, "ALERT_MINE"), .path = S("/alerts"), .here = mine};
    *PUSH(a, &m.tabs) = (struct html_link){.words = call_text(c, "ALERT_ALL"),
                                           .path = S("/alerts?whose=all"),
                                           .here = !mine};
    TRY(forms_kit(c, &k, e));
    if (k) TRY(collect_alerts(&c->act, k, mine, after, PAGE_ALERTS, &list, e));
    for (isize i = 0; i < list.n; i++) one(c, k, &list.at[i], PUSH(a, &m.all));
    m.answer = list.n == 0   ? call_text(c, mine ? "ALERT_NONE_MINE" : "ALERT_NONE")
               : list.n == 1 ? call_text(c, "ALERT_ONE")
                             : forms_words(c, "ALERT_SOME", forms_int(c, list.n));
    struct str base = str_fmt(a, "/alerts?whose=%.*s", FMT(m.mine));
    if (after) m.pager.first = base;
    if (list.n == PAGE_ALERTS)
        m.pager.next =
            str_fmt(a, "%.*s&after=%" PRId64, FMT(base), list.at[list.n - 1].row.id);
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
