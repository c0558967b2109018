/* Which study a page of visits and forms is about, and its words. */
#include "app/kits.h"
#include "web/forms.h"
#include "web/routes.h"
#include <math.h>

/* --- which study ------------------------------------------------------------------------- */

static int not_there(struct err *e)
{
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_FORM");
}

int forms_kit_of_subject(struct call *c, i64 subject, const struct collect_kit **kit,
                         struct err *e)
{
    struct visit_subject s;
    if (visit_subject(c->act.db, subject, &s, c->q->a, e) == E_NOT_FOUND)
        return not_there(e);
    return house_study(c->house, c->act.db, s.study, kit, e);
}

int forms_kit_of_visit(struct call *c, const struct collect_kit **kit, i64 *visit,
                       struct err *e)
{
    struct visit v;
    TRY(call_id(c, 0, visit, e));
    TRY(visit_get(c->act.db, &c->act.who, *visit, &v, c->q->a, e));
    return house_study(c->house, c->act.db, v.study, kit, e);
}

int forms_kit_of_response(struct call *c, const struct collect_kit **kit, i64 *response,
                          struct err *e)
{
    struct response r;
    TRY(call_id(c, 0, response, e));
    if (response_get(c->act.db, &c->act.who, *response, &r, c->q->a, e) == E_NOT_FOUND)
        return not_there(e);
    return forms_kit_of_subject(c, r.subject, kit, e);
}

int forms_key(struct call *c, const struct collect_kit **kit, struct form_key *key,
              struct err *e)
{
    struct str measure = c->q->arg[1], time = c->q->arg[2];
    TRY(call_id(c, 0, &key->subject, e));
    TRY(forms_kit_of_subject(c, key->subject, kit, e));
    const struct study *s = (*kit)->s;
    key->measure = -1;
    for (isize i = 0; i < s->measures.n; i++)
        if (str_eq(s->measures.at[i].id, measure)) key->measure = i;
    key->time = str_is(time, "-") ? -1 : study_time(s, time);
    if (key->measure < 0 || (key->time < 0 && !str_is(time, "-"))) return not_there(e);
    return OK;
}

struct str forms_path(struct call *c, const struct collect_kit *k,
                      const struct form_key *key)
{
    return path_form(c->q->a, key->subject, k->s->measures.at[key->measure].id,
                     key->time < 0 ? S("-") : k->s->times.at[key->time].id);
}

/* --- words ------------------------------------------------------------------------------- */

struct str forms_fill(const struct call *c, const char *id, const struct str *arg,
                      isize n)
{
    return text_fill(c->lang, id, arg, n, c->q->a);
}

struct str forms_int(const struct call *c, i64 x)
{
    return str_fmt(c->q->a, "%" PRId64, x);
}

struct str forms_num(const struct call *c, double x)
{
    struct html h = {.b = buf_in(c->q->a, 32), .lang = c->lang};
    html_num(&h, x, isnan(x) || x == floor(x) ? 0 : 2);
    return buf_str(&h.b);
}

struct str forms_day(const struct call *c, day d)
{
    struct html h = {.b = buf_in(c->q->a, 32), .lang = c->lang};
    html_day(&h, d);
    return buf_str(&h.b);
}

struct str forms_measure(const struct call *c, const struct collect_kit *k, isize measure)
{
    const struct study_measure *m = &k->s->measures.at[measure];
    struct str s = study_word(&m->label, c->lang);
    return s.n ? s : kits_words(&c->act, k, measure, c->lang)->title;
}

struct str forms_time(const struct call *c, const struct collect_kit *k, isize time)
{
    if (time < 0) return S("");
    struct str s = study_word(&k->s->times.at[time].label, c->lang);
    return s.n ? s : k->s->times.at[time].id;
}

struct str forms_licence(const struct instrument *in)
{
    return in->wording_licence.n ? in->wording_licence : in->licence;
}

struct str forms_who(const struct call *c, struct str code, i64 part)
{
    return part ? str_fmt(c->q->a, "%.*s, %" PRId64, FMT(code), part) : code;
}

struct str forms_subject(const struct call *c, const struct collect_kit *k,
                         struct str kind, i64 subject)
{
    isize t = k->s->participants.table;
    bool person = t >= 0 && str_eq(kind, k->s->tables.at[t].id);
    return str_fmt(c->q->a, "/%s/%" PRId64, person ? "participants" : "subjects",
                   subject);
}

/* --- visits ------------------------------------------------------------------------------ */

static void one_form(struct call *c, const struct collect_kit *k,
                     const struct due_visit *v, const struct due_form *f,
                     struct forms_form *out)
{
    static const struct {
        const char *state;
        enum part_kind kind;
    } shown[FORM_STATES] = {
        [FORM_OPEN] = {"FORM_STATE_OPEN", PART_OFF},
        [FORM_DRAFT] = {"FORM_STATE_DRAFT", PART_PLAIN},
        [FORM_DONE] = {"FORM_STATE_DONE", PART_GOOD},
        [FORM_SECOND] = {"FORM_STATE_SECOND", PART_WANTS},
        [FORM_DIFFERS] = {"FORM_STATE_DIFFERS", PART_WRONG},
    };
    struct form_key key = {v->v.subject, f->measure, v->time};
    bool closed = v->v.state == VISIT_CANCELLED || v->v.state == VISIT_MISSED;
    *out = (struct forms_form){.label = forms_measure(c, k, f->measure),
                               .state = call_text(c, shown[f->state].state),
                               .kind = shown[f->state].kind};
    if (f->left) {
        static const char *const by[ASKED_N] = {"VISIT_BY_PARTICIPANT",
                                                "VISIT_BY_CLINICIAN", "VISIT_BY_OUTCOME",
                                                "VISIT_BY_FIDELITY", "VISIT_BY_TRAINER"};
        out->left = true;
        out->by = call_text(c, by[asked_of(&k->s->measures.at[f->measure])]);
    }
    if (f->response) {
        out->path = path_response(c->q->a, f->response);
        out->verb = call_text(c, "FORM_LOOK");
    } else if (f->mine && !closed) {
        out->path = forms_path(c, k, &key);
        out->verb = call_text(c, f->state == FORM_DRAFT ? "FORM_GO_ON" : "FORM_ENTER");
    }
}

static void state_words(struct call *c, const struct due_visit *v,
                        struct forms_visit *out)
{
    enum { SOON = 7 };
    day today = c->act.today;
    const struct visit *x = &v->v;
    switch (x->state) {
    case VISIT_HELD:
        out->state = forms_words(c, "VISIT_HELD_ON", forms_day(c, x->held));
        out->kind = v->overdue ? PART_WRONG : v->left ? PART_WANTS : PART_GOOD;
        break;
    case VISIT_MISSED:
        out->state = call_text(c, "VISIT_MISSED");
        out->kind = PART_OFF;
        break;
    case VISIT_CANCELLED:
        out->state = call_text(c, "VISIT_CANCELLED");
        out->kind = PART_OFF;
        break;
    default:
        if (v->overdue) {
            out->state =
                today - x->closes == 1
                    ? call_text(c, "VISIT_OVER_ONE")
                    : forms_words(c, "VISIT_OVER", forms_int(c, (i64)today - x->closes));
            out->kind = PART_WRONG;
        } else if (x->opens > today) {
            out->state = forms_words(c, "VISIT_OPENS", forms_day(c, x->opens));
            out->kind = PART_OFF;
        } else if (x->closes - today <= SOON) {
            i64 left = (i64)x->closes - today;
            out->state = left == 0   ? call_text(c, "VISIT_LAST_DAY")
                         : left == 1 ? call_text(c, "VISIT_CLOSES_ONE")
                                     : forms_words(c, "VISIT_CLOSES", forms_int(c, left));
            out->kind = PART_WANTS;
        } else {
            out->state = call_text(c, "VISIT_OPEN");
            out->kind = PART_PLAIN;
        }
    }
}

static void left_words(struct call *c, isize left, struct forms_visit *out)
{
    struct str n = forms_int(c, left), all = forms_int(c, out->forms.n);
    struct buf b = buf_in(c->q->a, 200);
    if (left == 0) return;
    for (isize i = 0; i < out->forms.n; i++) {
        const struct forms_form *f = &out->forms.at[i];
        if (!f->left) continue;
        if (b.n) buf_put(&b, S(", "));
        buf_put(&b, forms_words(c, "VISIT_LEFT_ONE", f->label, f->by));
    }
    out->left = forms_words(c, "VISIT_LEFT", n, all);
    out->which = forms_words(c, "VISIT_LEFT_WHICH", n, all, buf_str(&b));
}

void forms_visit(struct call *c, const struct collect_kit *k, const struct due_visit *v,
                 struct forms_visit *out)
{
    *out = (struct forms_visit){
        .who = forms_who(c, v->v.code, v->v.part),
        .who_path = forms_subject(c, k, v->v.kind, v->v.subject),
        .time = v->time < 0 ? v->v.time : forms_time(c, k, v->time),
        .path = path_visit(c->q->a, v->v.id),
        .when = forms_words(c, "VISIT_WINDOW", forms_day(c, v->v.due),
                            forms_day(c, v->v.opens), forms_day(c, v->v.closes)),
        .reason = v->v.reason};
    state_words(c, v, out);
    for (isize i = 0; i < v->forms.n; i++) {
        enum form_state s = v->forms.at[i].state;
        one_form(c, k, v, &v->forms.at[i], PUSH(c->q->a, &out->forms));
        out->done += s == FORM_DONE;
    }
    left_words(c, v->left, out);
}

void forms_only_left(struct forms_visit *v)
{
    isize n = 0;
    for (isize i = 0; i < v->forms.n; i++)
        if (v->forms.at[i].left) v->forms.at[n++] = v->forms.at[i];
    v->forms.n = n;
}

int forms_visits_of(struct call *c, const struct collect_kit *k, i64 subject,
                    struct forms_visits *out, struct err *e)
{
    struct due_visits all;
    *out = (struct forms_visits){.caption = call_text(c, "VISIT_TITLE")};
    TRY(visiting_of(&c->act, k, subject, &all, e));
    for (isize i = 0; i < all.n; i++)
        forms_visit(c, k, &all.at[i], PUSH(c->q->a, &out->all));
    return OK;
}

isize forms_at_time(const struct study *s, isize table, isize time)
{
    isize n = 0;
    for (isize i = 0; i < s->measures.n; i++)
        for (isize j = 0; j < s->measures.at[i].at.n; j++)
            n += s->measures.at[i].table == table && s->measures.at[i].at.at[j] == time;
    return n;
}

struct str forms_name(struct call *c, struct str name)
{
    return name.n ? name : call_text(c, "BLIND_SOMEBODY");
}

struct str forms_by(struct call *c, const struct response *r)
{
    return r->mode == MODE_PARTICIPANT && !r->staff ? call_text(c, "FORM_PARTICIPANT")
                                                    : forms_name(c, r->staff_name);
}
