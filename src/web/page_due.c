/* What is due, and one visit with its forms. */
#include "base/num.h"
#include "store/journal.h"
#include "store/studies.h"
#include "tpl.h"
#include "web/due_pages.h"
#include "web/routes.h"

enum { AHEAD = 14 };

/* --- what is due --------------------------------------------------------------------- */

static const char *const which_word[] = {"all", "mine", "overdue", "ahead"};

static i64 query_id(struct call *c, const char *name)
{
    struct err none;
    i64 id = 0;
    struct str s = http_query(c->q, name);
    return s.n && num_read_int(s, 1, INT64_MAX, &id, &none) == OK ? id : 0;
}

/* Sites of the studies shown where this viewer may see something, each once. */
static int sites(struct call *c, const struct waiting_studies *all, i64 study, i64 site,
                 struct part_choices *out, struct err *e)
{
    struct arena *a = c->q->a;
    *out = (struct part_choices){.name = "site", .legend = call_text(c, "DUE_SITE")};
    *PUSH(a, &out->of) = (struct part_choice){
        .value = S("0"), .words = call_text(c, "DUE_ALL_SITES"), .chosen = site == 0};
    for (isize i = 0; i < all->n; i++) {
        const struct waiting_study *u = &all->at[i];
        struct studies_sites of;
        if (study && u->id != study) continue;
        TRY(studies_sites_of(c->act.db, u->id, &of, a, e));
        for (isize j = 0; j < of.n; j++) {
            struct str value = forms_int(c, of.at[j].site);
            bool twice = false;
            for (isize k = 0; k < out->of.n; k++)
                twice = twice || str_eq(out->of.at[k].value, value);
            if (twice || (act_may_in(&c->act, MAY_SEE_PARTICIPANTS, of.at[j].site,
                                     u->name, NULL) != OK &&
                          act_may_in(&c->act, MAY_SEE_IMPLEMENTATION, of.at[j].site,
                                     u->name, NULL) != OK))
                continue;
            *PUSH(a, &out->of) = (struct part_choice){
                .value = value, .words = of.at[j].name, .chosen = of.at[j].site == site};
        }
    }
    return OK;
}

static int filters(struct call *c, const struct waiting_studies *all, i64 study, i64 site,
                   int which, struct due_page *m, struct err *e)
{
    static const char *const words[] = {"DUE_ALL", "DUE_MINE", "DUE_OVERDUE",
                                        "DUE_AHEAD"};
    m->which =
        (struct part_choices){.name = "which", .legend = call_text(c, "DUE_WHICH")};
    for (int i = 0; i < COUNT(words); i++)
        if (i != 1 || call_can(c, MAY_ENROL))
            *PUSH(c->q->a, &m->which.of) =
                (struct part_choice){.value = str_of(which_word[i]),
                                     .words = call_text(c, words[i]),
                                     .chosen = which == i};
    waiting_filter(c, all, study, true, &m->studies);
    return sites(c, all, study, site, &m->sites, e);
}

static void nothing(struct call *c, const struct waiting_studies *all, bool filtered,
                    struct due_page *m)
{
    m->answer = call_text(c, "DUE_NOTHING");
    m->empty.words = call_text(c, all->n == 0 ? "DUE_NO_STUDY"
                                  : filtered  ? "DUE_NOTHING_FILTERED"
                                              : "DUE_NOTHING_MORE");
    if (filtered)
        m->empty.next = (struct html_link){.words = call_text(c, "DUE_SHOW_ALL"),
                                           .path = S("/due?which=all&study=0&site=0")};
    else if (call_can(c, MAY_ENROL) && all->n > 0)
        m->empty.next = (struct html_link){.words = call_text(c, "DUE_TO_PEOPLE"),
                                           .path = path_participants(c->q->a)};
}

/* Where the page before ended; a visit that is not there any more: from the start. */
static int behind(struct call *c, struct due_ask *ask, struct visit *after, struct err *e)
{
    struct err none;
    i64 last = query_id(c, "after");
    if (!last) return OK;
    int code = visit_get(c->act.db, &c->act.who, last, after, c->q->a, &none);
    if (code == E_NOT_FOUND) return OK;
    if (code != OK) return err_pass(e, code, &none);
    ask->after = after;
    return OK;
}

int page_due(struct call *c, struct err *e)
{
    struct due_page m = {0};
    struct waiting_studies all;
    struct waiting_visits list;
    struct visit after;
    struct due_ask ask = {.site = query_id(c, "site"), .limit = WAITING_VISITS};
    i64 study;
    int which = waiting_own(c) ? 1 : 0, usual = which;
    struct str word = http_query(c->q, "which");
    for (int i = 0; i < COUNT(which_word); i++)
        if (str_is(word, which_word[i])) which = i;
    TRY(waiting_studies(c, &all, e));
    TRY(waiting_chosen(c, &all, &study, e));
    ask.my_people = which == 1;
    ask.overdue_only = which == 2;
    ask.ahead = which == 3 ? AHEAD : 0;
    TRY(behind(c, &ask, &after, e));
    TRY(waiting_due(c, &all, study, &ask, &list, e));
    TRY(filters(c, &all, study, ask.site, which, &m, e));
    m.visits =
        (struct forms_visits){.with_who = true, .caption = call_text(c, "HOME_DUE")};
    for (isize i = 0; i < list.at.n; i++) {
        struct forms_visit *x = PUSH(c->q->a, &m.visits.all);
        forms_visit(c, list.at.at[i].of->k, &list.at.at[i].v, x);
        forms_only_left(x);
        if (list.several) x->study = list.at.at[i].of->title;
    }
    m.answer = waiting_due_words(c, list.at.n, list.late, list.more);
    if (list.at.n == 0) nothing(c, &all, study || ask.site || which != usual, &m);
    struct str base = str_fmt(c->q->a, "/due?which=%s&site=%" PRId64 "&study=%" PRId64,
                              which_word[which], ask.site, study);
    if (ask.after) m.pager.first = base;
    if (list.more)
        m.pager.next = str_fmt(c->q->a, "%.*s&after=%" PRId64, FMT(base),
                               list.at.at[list.at.n - 1].v.v.id);
    tpl_due(&c->html, &m);
    return call_page(c, 200);
}

/* --- one visit ----------------------------------------------------------------------- */

static void fact(struct call *c, struct part_facts *f, const char *term, struct str words)
{
    if (words.n)
        *PUSH(c->q->a, f) =
            (struct part_fact){.term = call_text(c, term), .words = words};
}

static struct str typed_day(struct call *c, const char *name, day d)
{
    struct str s = call_field(c, name);
    return s.n ? s : part_day(d, c->q->a);
}

static void changes(struct call *c, const struct due_visit *v, struct visit_page_m *m)
{
    static const char *const act[] = {"held", "missed", "cancelled", "moved", "closed"};
    struct str now = call_field(c, "act");
    for (int i = 0; i < COUNT(act); i++)
        if (str_is(now, act[i])) m->open = i + 1;
    m->held = (struct part_date){.name = "held",
                                 .label = call_text(c, "VISIT_HELD_DAY"),
                                 .value = typed_day(c, "held", c->act.today)};
    m->due = (struct part_date){.name = "due",
                                .label = call_text(c, "VISIT_DUE"),
                                .value = typed_day(c, "due", v->v.due)};
    m->opens = (struct part_date){.name = "opens",
                                  .label = call_text(c, "VISIT_OPENS_DAY"),
                                  .value = typed_day(c, "opens", v->v.opens)};
    m->closes = (struct part_date){.name = "closes",
                                   .label = call_text(c, "VISIT_CLOSES_DAY"),
                                   .value = typed_day(c, "closes", v->v.closes)};
    m->why_missed = (struct part_field){.name = "why-missed"};
    m->why_cancelled = (struct part_field){.name = "why-cancelled"};
    m->why_moved = (struct part_field){.name = "why-moved"};
    m->why_closed = (struct part_field){.name = "why-closed"};
    struct part_field *why[] = {&m->why_missed, &m->why_cancelled, &m->why_moved,
                                &m->why_closed};
    for (int i = 0; i < COUNT(why); i++) {
        why[i]->label = call_text(c, "FORM_REASON");
        why[i]->value = call_field(c, why[i]->name);
        why[i]->most = 500;
    }
}

/* The reason stands in the journal only, where no blinded viewer reads: it is free text. */
static int why_moved(struct call *c, i64 visit, struct visit_page_m *m, struct err *e)
{
    struct journal_entries all;
    if (c->act.who.blinded) return OK;
    TRY(journal_of(c->act.db, "visit", visit, &all, c->q->a, e));
    for (isize i = all.n; i-- > 0;) {
        if (!str_is(all.at[i].act, "visit.moved")) continue;
        fact(c, &m->facts, "VISIT_MOVED_WHY", all.at[i].why);
        return OK;
    }
    return OK;
}

static int show(struct call *c, const struct collect_kit *k, i64 id, int status,
                struct err *e)
{
    struct due_visit v;
    struct visit_page_m m = {.id = id};
    TRY(visiting_get(&c->act, k, id, &v, e));
    forms_visit(c, k, &v, &m.v);
    for (isize i = 0; i < v.forms.n; i++) {
        struct form_key key = {v.v.subject, v.forms.at[i].measure, v.time};
        m.may_change = m.may_change || v.forms.at[i].mine;
        if (v.time >= 0)
            m.v.forms.at[i].print =
                path_form_print(c->q->a, key.subject, k->s->measures.at[key.measure].id,
                                k->s->times.at[key.time].id);
    }
    m.title = str_fmt(c->q->a, "%.*s: %.*s", FMT(m.v.who), FMT(m.v.time));
    *PUSH(c->q->a, &m.crumbs) =
        (struct html_link){.words = call_text(c, "DUE_TITLE"), .path = path_due(c->q->a)};
    *PUSH(c->q->a, &m.crumbs) =
        (struct html_link){.words = m.v.who, .path = m.v.who_path};
    m.answer = m.v.which.n && m.v.done
                   ? m.v.which
                   : forms_words(c, "VISIT_FORMS_DONE", forms_int(c, m.v.done),
                                 forms_int(c, m.v.forms.n));
    fact(c, &m.facts, "VISIT_DUE", forms_day(c, v.v.due));
    fact(c, &m.facts, "VISIT_OPENS_DAY", forms_day(c, v.v.opens));
    fact(c, &m.facts, "VISIT_CLOSES_DAY", forms_day(c, v.v.closes));
    if (v.v.moved) fact(c, &m.facts, "VISIT_MOVED", call_text(c, "VISIT_MOVED_WORDS"));
    if (v.v.moved) TRY(why_moved(c, v.v.id, &m, e));
    bool held = v.v.state == VISIT_HELD, answered = false, mine = false;
    m.planned = v.v.state == VISIT_PLANNED;
    m.closed = held && v.v.reason.n > 0;
    fact(c, &m.facts, m.closed ? "VISIT_CLOSED_WHY" : "FORM_REASON", v.v.reason);
    m.may_link = m.may_change; /* the participant's form may come after the others */
    for (isize i = 0; i < v.forms.n; i++) {
        answered = answered || v.forms.at[i].response;
        mine = mine || (v.forms.at[i].left && v.forms.at[i].mine);
    }
    m.may_close = held && !m.closed && v.left && mine;
    m.may_reopen = !m.planned && !(held && answered); /* it was held: answers say so */
    m.may_change = m.may_change && (m.planned || m.closed || m.may_close || m.may_reopen);
    changes(c, &v, &m);
    tpl_visit(&c->html, &m);
    return call_page(c, status);
}

int page_visit(struct call *c, struct err *e)
{
    const struct collect_kit *k = NULL;
    i64 id;
    TRY(forms_kit_of_visit(c, &k, &id, e));
    return show(c, k, id, 200, e);
}

static void reason(struct call *c, const char *field)
{
    c->act.why = call_field(c, field);
    if (!c->act.why.n) call_fault(c, field, "FORM_NEEDED");
}

/* What the form says, as an act; *said: what the next page tells. */
static int change(struct call *c, const struct collect_kit *k, i64 id, const char **said,
                  struct err *e)
{
    struct str act = call_field(c, "act");
    struct act *by = &c->act;
    day held, due, opens, closes;
    *said = "FORM_SAVED";
    if (str_is(act, "held")) {
        if (!call_day(c, "held", &held)) return OK;
        if (held > c->act.today) call_fault(c, "held", "FORM_DAY_TO_COME");
        return c->faults.n ? OK : visiting_held(by, k, id, held, e);
    }
    if (str_is(act, "missed")) {
        reason(c, "why-missed");
        return c->faults.n ? OK : visiting_missed(by, k, id, e);
    }
    if (str_is(act, "cancelled")) {
        reason(c, "why-cancelled");
        return c->faults.n ? OK : visiting_cancelled(by, k, id, e);
    }
    if (str_is(act, "closed")) {
        reason(c, "why-closed");
        return c->faults.n ? OK : visiting_closed(by, k, id, e);
    }
    if (str_is(act, "reopened")) return visiting_reopened(by, k, id, e);
    if (!str_is(act, "moved")) return err_say(e, E_REQUEST, "REFUSED_NO_ACT");
    bool fine = call_day(c, "due", &due);
    fine = call_day(c, "opens", &opens) && fine;
    fine = call_day(c, "closes", &closes) && fine;
    if (fine && (opens > due || closes < due)) call_fault(c, "due", "VISIT_DAYS_ORDER");
    reason(c, "why-moved");
    return c->faults.n ? OK : visiting_moved(by, k, id, due, opens, closes, e);
}

int post_visit(struct call *c, struct err *e)
{
    const struct collect_kit *k = NULL;
    const char *said = NULL;
    struct err why = {0};
    i64 id;
    TRY(forms_kit_of_visit(c, &k, &id, e));
    int code = change(c, k, id, &said, &why);
    if (code == E_RECORD) call_fault_err(c, "", &why);
    if (c->faults.n) return show(c, k, id, 422, e);
    if (code != OK) return err_pass(e, code, &why);
    return call_redirect_said(c, path_visit(c->q->a, id), said);
}
