/* A response: its scores and what they say, answers, who changed what; two entries settled. */
#include "app/kits.h"
#include "base/num.h"
#include "store/studies.h"
#include "study/scoredef.h"
#include "tpl.h"
#include "web/form_print.h"
#include "web/form_rows.h"
#include "web/routes.h"
#include <math.h>

struct looking {
    const struct collect_kit *kit;
    struct form_key key;
    struct form_version v;
    struct form_page p;
    const struct instrument *in; /* of the response, with the words of the page */
};

static int open_response(struct call *c, struct looking *x, struct err *e)
{
    i64 id, wording;
    TRY(forms_kit_of_response(c, &x->kit, &id, e));
    TRY(collect_response(&c->act, x->kit, id, &x->key, &x->v, e));
    TRY(collect_form(&c->act, x->kit, &x->key, &x->p, e));
    x->in = x->v.r.definition == x->kit->definition[x->key.measure]
                ? house_wording(c->house, x->kit, x->key.measure,
                                str_of(lang_code[c->lang]), &wording)
                : x->v.in;
    return OK;
}

/* --- scores -------------------------------------------------------------------------- */

/* The missing rule, said when something is missing. */
static struct str rule_of(struct call *c, const struct scoredef *d, const struct score *s)
{
    static const char *const id[MISSING_N] = {
        [MISSING_NONE] = "FORM_RULE_NONE",
        [MISSING_ANSWERED] = "FORM_RULE_ANSWERED",
        [MISSING_PRORATE] = "FORM_RULE_PRORATE",
        [MISSING_PERSON_MEAN] = "FORM_RULE_PERSON",
    };
    if (s->n_answered >= s->n_items) return S("");
    isize may = d->up_to >= 0 ? d->up_to : d->n_leaf - MAX(d->at_least, 1);
    struct str missing =
        forms_words(c, "FORM_MISSING", forms_int(c, s->n_items - s->n_answered),
                    forms_int(c, s->n_items));
    return str_fmt(c->q->a, "%.*s %.*s", FMT(missing),
                   FMT(forms_words(c, id[d->rule], forms_int(c, may))));
}

static void scores(struct call *c, const struct looking *x, struct form_response_page *m)
{
    for (isize i = 0; i < x->in->scores.n; i++) {
        const struct scoredef *d = &x->in->scores.at[i];
        const struct score *s = &x->v.score[i];
        struct form_score *out = PUSH(c->q->a, &m->scores);
        *out = (struct form_score){.title = d->title, .none = isnan(s->value)};
        out->value = out->none ? call_text(c, "FORM_NO_SCORE") : forms_num(c, s->value);
        out->range =
            forms_words(c, "FORM_RANGE_WORDS", forms_num(c, out->none ? d->lo : s->lo),
                        forms_num(c, out->none ? d->hi : s->hi));
        out->band = scoredef_band(x->in, d, score_band(d, *s));
        if (d->direction != NO_DIRECTION)
            out->said = call_text(c, d->direction == LOWER_IS_BETTER ? "FORM_LOWER"
                                                                     : "FORM_HIGHER");
        out->rule = rule_of(c, d, s);
    }
}

/* --- answers and history ------------------------------------------------------------- */

static void answers(struct call *c, const struct looking *x, struct part_table *t)
{
    struct arena *a = c->q->a;
    t->caption = call_text(c, "FORM_ANSWERS");
    *PUSH(a, &t->columns) = (struct part_column){call_text(c, "FORM_ITEM"), false};
    *PUSH(a, &t->columns) = (struct part_column){call_text(c, "FORM_ANSWER"), false};
    for (isize i = 0; i < x->in->items.n; i++) {
        const struct item *it = &x->in->items.at[i];
        struct part_row *r = PUSH(a, &t->rows);
        *PUSH(a, r) = (struct part_cell){
            .words = str_fmt(a, "%.*s  %.*s", FMT(it->no), FMT(it->text))};
        *PUSH(a, r) =
            (struct part_cell){.words = form_rows_words(c, it, &x->v.answer[i])};
    }
}

/* "3: 2 became 4; 8: 1 became declined", against the version before. */
static struct str what_changed(struct call *c, const struct looking *x,
                               const struct form_version *now,
                               const struct form_version *was)
{
    bool same = now->r.definition == x->v.r.definition; /* then its words fit */
    const struct instrument *in = same ? x->in : now->in;
    struct buf b = buf_in(c->q->a, 120);
    if (!was || now->r.definition != was->r.definition) return S("");
    struct packed_diff d = packed_differ(now->in, was->answer, now->answer, c->q->a);
    for (isize i = 0; i < d.n; i++) {
        const struct item *it = &in->items.at[d.at[i]];
        if (b.n) buf_put(&b, S("; "));
        buf_put(&b, forms_words(c, "FORM_BECAME", it->no,
                                form_rows_words(c, it, &was->answer[d.at[i]]),
                                form_rows_words(c, it, &now->answer[d.at[i]])));
    }
    if (now->r.day != was->r.day)
        buf_fmt(&b, "%s%.*s", b.n ? "; " : "",
                FMT(forms_words(c, "FORM_BECAME", call_text(c, "FORM_DAY_OF"),
                                forms_day(c, was->r.day), forms_day(c, now->r.day))));
    return buf_str(&b);
}

static struct str mode_words(struct call *c, const struct response *r)
{
    static const char *const id[MODE_N] = {"FORM_MODE_STAFF", "FORM_MODE_PAPER",
                                           "FORM_MODE_PARTICIPANT", "FORM_MODE_IMPORT"};
    return call_text(c, id[r->mode]);
}

static struct str who_entered(struct call *c, const struct response *r)
{
    return forms_by(c, r);
}

static int history(struct call *c, const struct looking *x, struct form_response_page *m,
                   struct err *e)
{
    struct form_versions all;
    TRY(collect_history(&c->act, x->kit, &x->key, x->v.r.pass, &all, e));
    for (isize i = 0; i < all.n; i++) {
        const struct form_version *v = &all.at[i];
        const struct form_version *was = i + 1 < all.n ? &all.at[i + 1] : NULL;
        *PUSH(c->q->a, &m->history) =
            (struct form_history){.when = call_when(c, v->r.at),
                                  .who = who_entered(c, &v->r),
                                  .why = v->r.reason,
                                  .what = what_changed(c, x, v, was),
                                  .path = path_response(c->q->a, v->r.id),
                                  .here = v->r.id == x->v.r.id};
    }
    return OK;
}

/* --- the page ------------------------------------------------------------------------ */

static void act_link(struct call *c, struct html_links *l, const char *words,
                     struct str path)
{
    *PUSH(c->q->a, l) = (struct html_link){.words = call_text(c, words), .path = path};
}

static void acts(struct call *c, const struct looking *x, struct form_response_page *m)
{
    struct arena *a = c->q->a;
    const struct form_page *p = &x->p;
    struct str path = forms_path(c, x->kit, &x->key);
    bool first = x->v.r.pass == 1;
    i64 standing = first ? p->first.r.id : p->second.r.id;
    if (x->v.r.id != standing) {
        m->notice = (struct part_notice){.kind = PART_WANTS,
                                         .words = call_text(c, "FORM_OLDER"),
                                         .next = {.words = call_text(c, "FORM_NEWEST"),
                                                  .path = path_response(a, standing)}};
        return;
    }
    if (p->state == FORM_DIFFERS) {
        m->notice = (struct part_notice){
            .kind = PART_WRONG,
            .words = forms_words(c, "FORM_DIFFER", forms_int(c, p->n_differ))};
        if (p->may_correct)
            m->notice.next =
                (struct html_link){.words = call_text(c, "FORM_SETTLE"),
                                   .path = str_fmt(a, "%.*s/settle", FMT(path))};
    } else if (p->state == FORM_SECOND && first) {
        bool mine = p->first.r.staff == c->act.who.staff;
        m->notice = (struct part_notice){
            .kind = PART_WANTS,
            .words = call_text(c, mine ? "FORM_WANTS_OTHER" : "FORM_WANTS_SECOND")};
        if (!mine && p->may_transcribe)
            m->notice.next =
                (struct html_link){.words = call_text(c, "FORM_SECOND_ENTER"),
                                   .path = str_fmt(a, "%.*s/second", FMT(path))};
    } else if (!first) {
        m->notice =
            (struct part_notice){.kind = PART_GOOD, .words = call_text(c, "FORM_AGREE")};
    }
    if (p->may_correct && x->v.r.definition == x->kit->definition[x->key.measure])
        act_link(c, &m->acts, "FORM_CORRECT", path_correct(a, x->v.r.id));
    if (!first)
        act_link(c, &m->acts, "FORM_FIRST_ENTRY", path_response(a, p->first.r.id));
}

/* The next form of this visit that this viewer may enter. */
static int next_form(struct call *c, const struct looking *x,
                     struct form_response_page *m, struct err *e)
{
    struct due_visit v;
    if (!x->p.visit) return OK;
    TRY(visiting_get(&c->act, x->kit, x->p.visit, &v, e));
    *PUSH(c->q->a, &m->crumbs) =
        (struct html_link){.words = forms_time(c, x->kit, x->key.time),
                           .path = path_visit(c->q->a, x->p.visit)};
    for (isize i = 0; i < v.forms.n; i++) {
        const struct due_form *f = &v.forms.at[i];
        struct form_key key = {x->key.subject, f->measure, x->key.time};
        if (f->response || !f->mine) continue;
        m->next = (struct html_link){
            .words = forms_words(c, "FORM_NEXT", forms_measure(c, x->kit, f->measure)),
            .path = forms_path(c, x->kit, &key)};
        return OK;
    }
    return OK;
}

static int alerts(struct call *c, const struct looking *x, struct form_response_page *m,
                  struct err *e)
{
    struct alert_views all;
    if (x->in->alerts.n == 0) return OK;
    TRY(collect_alerts_of(&c->act, x->kit, x->key.subject, &all, e));
    for (isize i = 0; i < all.n; i++) {
        struct alert_view *v = &all.at[i];
        if (v->row.response != x->v.r.id) continue;
        collect_alert_words(&c->act, x->kit, c->lang, v);
        struct str who = v->row.staff_name;
        if (v->row.seen)
            who = forms_words(c, "ALERT_SEEN_BY", forms_name(c, v->row.seen_name),
                              call_when(c, v->row.seen));
        else if (!v->row.staff)
            who = call_text(c, c->act.who.blinded ? "BLIND_SOMEBODY" : "ALERT_NOBODY");
        else
            who = forms_words(c, "ALERT_NAMED", who);
        *PUSH(c->q->a, &m->alerts) = (struct form_alert){
            .said = str_fmt(c->q->a, "%.*s. %.*s%s%.*s", FMT(v->item), FMT(who),
                            v->row.note.n ? " " : "", FMT(v->row.note)),
            .path = path_alerts(c->q->a)};
    }
    return OK;
}

static void fact(struct call *c, struct part_facts *f, const char *term, struct str words)
{
    if (words.n)
        *PUSH(c->q->a, f) =
            (struct part_fact){.term = call_text(c, term), .words = words};
}

int page_response(struct call *c, struct err *e)
{
    struct looking x;
    struct form_response_page m = {0};
    struct arena *a = c->q->a;
    TRY(open_response(c, &x, e));
    struct str who = forms_who(c, x.p.code, x.p.part),
               time = forms_time(c, x.kit, x.key.time);
    m.title = str_fmt(a, "%.*s \302\267 %.*s%s%.*s",
                      FMT(forms_measure(c, x.kit, x.key.measure)), FMT(who),
                      time.n ? " \302\267 " : "", FMT(time));
    *PUSH(a, &m.crumbs) =
        (struct html_link){.words = call_text(c, "DUE_TITLE"), .path = path_due(a)};
    *PUSH(a, &m.crumbs) = (struct html_link){
        .words = who, .path = forms_subject(c, x.kit, x.p.kind, x.key.subject)};
    m.answer = forms_words(c, "FORM_ANSWERED_ON", forms_day(c, x.v.r.day),
                           who_entered(c, &x.v.r));
    m.print = path_response_print(a, x.v.r.id);
    acts(c, &x, &m);
    TRY(next_form(c, &x, &m, e));
    TRY(alerts(c, &x, &m, e));
    if (x.v.r.pass == 1) scores(c, &x, &m);
    if (x.v.r.pass == 1 && x.v.r.id == x.p.first.r.id)
        TRY(forms_series_of(c, x.kit, x.key.subject, x.key.measure, &m.series, e));
    answers(c, &x, &m.answers);
    TRY(history(c, &x, &m, e));
    fact(c, &m.facts, "VISIT_WHO", who);
    fact(c, &m.facts, "FORM_TIME", time);
    fact(c, &m.facts, "FORM_DAY_OF", forms_day(c, x.v.r.day));
    fact(c, &m.facts, "FORM_MODE", mode_words(c, &x.v.r));
    fact(c, &m.facts, "FORM_INSTRUMENT",
         forms_words(c, "FORM_REVISION", x.in->title, forms_int(c, x.v.in->revision)));
    fact(c, &m.facts, "FORM_WORDING", x.in->validation);
    fact(c, &m.facts, "FORM_LICENCE", forms_licence(x.in));
    m.paper = (struct part_print){.study = study_word(&x.kit->s->title, c->lang),
                                  .whose = who,
                                  .what = x.in->title,
                                  .version = forms_words(c, "FORM_REVISION", x.in->id,
                                                         forms_int(c, x.in->revision)),
                                  .made = call_when(c, c->act.now)};
    tpl_form_response(&c->html, &m);
    return call_page(c, 200);
}

/* --- two entries --------------------------------------------------------------------- */

static const char *cell_name(struct call *c, char letter, isize item)
{
    return str_fmt(c->q->a, "%c%td", letter, item + 1).at;
}

static int settle_show(struct call *c, const struct collect_kit *k,
                       const struct form_key *key, const struct form_page *p, int status)
{
    struct arena *a = c->q->a;
    struct form_settle_page m = {.version = p->first.r.id, .second = p->second.r.id};
    struct str who = forms_who(c, p->code, p->part), time = forms_time(c, k, key->time);
    const struct instrument *in = kits_words(&c->act, k, key->measure, c->lang);
    if (time.n) who = str_fmt(a, "%.*s, %.*s", FMT(who), FMT(time));
    m.title = forms_words(c, "FORM_SETTLE_HEAD", forms_measure(c, k, key->measure), who);
    m.answer = forms_words(c, "FORM_SETTLE_WORDS", forms_int(c, p->n_differ),
                           forms_name(c, p->first.r.staff_name),
                           forms_name(c, p->second.r.staff_name));
    m.action = str_fmt(a, "%.*s/settle", FMT(forms_path(c, k, key)));
    m.first_head = call_text(c, "FORM_FIRST_HEAD");
    m.second_head = call_text(c, "FORM_SECOND_HEAD");
    *PUSH(a, &m.crumbs) =
        (struct html_link){.words = call_text(c, "DUE_TITLE"), .path = path_due(a)};
    *PUSH(a, &m.crumbs) = (struct html_link){
        .words = who, .path = forms_subject(c, k, p->kind, key->subject)};
    for (isize i = 0; i < p->n_differ; i++) {
        isize item = p->differ[i];
        const struct item *it = &in->items.at[item];
        struct str chosen = call_field(c, cell_name(c, 'c', item));
        *PUSH(a, &m.rows) = (struct form_settle_row){
            .name = cell_name(c, 'c', item),
            .typed = cell_name(c, 'x', item),
            .no = it->no,
            .text = it->text,
            .first = form_rows_words(c, it, &p->first.answer[item]),
            .second = form_rows_words(c, it, &p->second.answer[item]),
            .value = call_field(c, cell_name(c, 'x', item)),
            .chosen = str_is(chosen, "1")   ? 1
                      : str_is(chosen, "2") ? 2
                      : str_is(chosen, "3") ? 3
                                            : 0};
    }
    m.reason = (struct part_field){.name = "reason",
                                   .label = call_text(c, "FORM_REASON"),
                                   .help = call_text(c, "FORM_SETTLE_REASON"),
                                   .value = call_field(c, "reason"),
                                   .most = 500};
    tpl_form_settle(&c->html, &m);
    return call_page(c, status);
}

static int settle_open(struct call *c, const struct collect_kit **k, struct form_key *key,
                       struct form_page *p, struct err *e)
{
    TRY(forms_key(c, k, key, e));
    TRY(collect_form(&c->act, *k, key, p, e));
    return act_may_in(&c->act, MAY_CORRECT_ANSWERS, p->site, (*k)->s->id, e);
}

int page_settle(struct call *c, struct err *e)
{
    const struct collect_kit *k = NULL;
    struct form_key key;
    struct form_page p;
    TRY(settle_open(c, &k, &key, &p, e));
    if (p.n_differ == 0)
        return call_redirect(c, p.first.r.id ? path_response(c->q->a, p.first.r.id)
                                             : forms_path(c, k, &key));
    return settle_show(c, k, &key, &p, 200);
}

/* The chosen answers over those in which both agree. */
static struct answer *chosen(struct call *c, const struct form_page *p)
{
    struct answer *x = NEW(c->q->a, struct answer, p->in->items.n);
    struct err none;
    for (isize i = 0; i < p->in->items.n; i++) x[i] = p->first.answer[i];
    for (isize i = 0; i < p->n_differ; i++) {
        isize item = p->differ[i];
        const char *name = cell_name(c, 'c', item);
        struct str which = call_field(c, name);
        /* who typed a value has chosen neither of the two */
        if (!which.n && call_field(c, cell_name(c, 'x', item)).n) which = S("3");
        if (str_is(which, "1")) continue;
        if (str_is(which, "2")) {
            x[item] = p->second.answer[item];
        } else if (!str_is(which, "3")) {
            call_fault(c, name, "FORM_CHOOSE_ENTRY");
        } else if (answer_read(&p->in->items.at[item],
                               call_field(c, cell_name(c, 'x', item)), &x[item],
                               &none) != OK ||
                   answer_item_check(&p->in->items.at[item], &x[item], &none) != OK) {
            call_fault(c, name, "FORM_CHOOSE");
        } else if (x[item].state == ANSWER_GIVEN) {
            x[item].detail = p->first.answer[item].detail;
        }
    }
    return x;
}

int post_settle(struct call *c, struct err *e)
{
    const struct collect_kit *k = NULL;
    struct form_key key;
    struct form_page p;
    struct form_done done = {0};
    struct err why = {0}, none;
    i64 version = 0, second = 0;
    TRY(settle_open(c, &k, &key, &p, e));
    if (p.n_differ == 0)
        return call_redirect_said(c, path_response(c->q->a, p.first.r.id),
                                  "FORM_SETTLED_BEFORE_SAID");
    struct answer *x = chosen(c, &p);
    if (num_read_int(call_field(c, "version"), 0, INT64_MAX, &version, &none) != OK ||
        num_read_int(call_field(c, "second"), 0, INT64_MAX, &second, &none) != OK)
        version = 0;
    c->act.why = call_field(c, "reason");
    if (!c->act.why.n) call_fault(c, "reason", "FORM_NEEDED");
    if (c->faults.n) return settle_show(c, k, &key, &p, 422);
    int code = collect_settle(&c->act, k, &key, x, version, second, &done, &why);
    if (code == E_CHANGED) {
        call_fault(c, "", "FORM_SETTLE_CHANGED");
        return settle_show(c, k, &key, &p, 422);
    }
    if (code != OK) return err_pass(e, code, &why);
    return call_redirect_said(c, path_response(c->q->a, done.response),
                              "FORM_SETTLED_SAID");
}

/* --- on paper ------------------------------------------------------------------------ */

int page_response_print(struct call *c, struct err *e)
{
    struct looking x;
    TRY(open_response(c, &x, e));
    return form_print(c, x.kit, &x.key, &x.p, x.in, &x.v, e);
}

int page_form_print(struct call *c, struct err *e)
{
    const struct collect_kit *k = NULL;
    struct form_key key;
    struct form_page p;
    i64 wording;
    TRY(forms_key(c, &k, &key, e));
    TRY(collect_form(&c->act, k, &key, &p, e));
    return form_print(
        c, k, &key, &p,
        house_wording(c->house, k, key.measure, str_of(lang_code[c->lang]), &wording),
        NULL, e);
}
