#include "app/visiting.h"
#include "app/collect_parts.h"
#include "base/json.h"
#include "store/statements.h"
#include <stdlib.h>

/* --- planning ----------------------------------------------------------------------- */

static isize anchors_known(const struct anchors *a, struct schedule_anchor *out)
{
    isize n = 0;
    for (isize i = 0; i < a->n && n < STUDY_FROMS; i++)
        for (int f = FROM_ENROLMENT; f < FROM_DATE; f++)
            if (str_is(a->at[i].name, study_from_word[f]))
                out[n++] = (struct schedule_anchor){(enum study_from)f, a->at[i].day};
    return n;
}

static struct visit *at_time(struct visits *v, struct str time)
{
    for (isize i = 0; i < v->n; i++)
        if (str_eq(v->at[i].time, time)) return &v->at[i];
    return NULL;
}

/* Visits that are not there are made; planned ones follow. *n: how many changed. */
static int plan(struct db *db, const struct study *s, i64 subject,
                const struct visit_subject *of, i64 *n, struct arena tmp, struct err *e)
{
    struct anchors known;
    struct visits have;
    struct schedule_anchor from[STUDY_FROMS];
    TRY(anchor_of(db, subject, &known, &tmp, e));
    TRY(visit_for_change(db, subject, &have, &tmp, e));
    struct schedule want =
        schedule_of(s, study_table(s, of->kind), from, anchors_known(&known, from), &tmp);
    for (isize i = 0; i < want.n; i++) {
        const struct schedule_visit *w = &want.at[i];
        struct visit *v = at_time(&have, s->times.at[w->time].id);
        struct visit fresh = {.subject = subject,
                              .time = s->times.at[w->time].id,
                              .site = of->site,
                              .due = w->due,
                              .opens = w->opens,
                              .closes = w->closes};
        if (!v) {
            struct visit_answered done; /* answers may be older than the plan */
            struct arena room = tmp;
            TRY(visit_answered(db, subject, fresh.time, &done, &room, e));
            fresh.waits =
                asked_waits(s, study_table(s, of->kind), w->time, done.at, done.n);
            TRY(visit_put(db, &fresh, e));
        } else {
            bool stays =
                v->state != VISIT_PLANNED || v->moved ||
                (v->due == w->due && v->opens == w->opens && v->closes == w->closes);
            if (stays) continue;
            v->due = w->due;
            v->opens = w->opens;
            v->closes = w->closes;
            TRY(visit_set(db, v, e));
        }
        ++*n;
    }
    return OK;
}

int visiting_anchor_in(struct db *db, const struct act *act, const struct study *s,
                       i64 subject, enum study_from anchor, day on, struct err *e)
{
    struct arena tmp = act_room(act);
    struct visit_subject of;
    i64 n = 0;
    TRY(visit_subject(db, subject, &of, &tmp, e));
    if (study_table(s, of.kind) < 0) return collect_hidden(e);
    TRY(anchor_put(db, subject, str_of(study_from_word[anchor]), on, act->now,
                   act->who.staff, e));
    TRY(plan(db, s, subject, &of, &n, tmp, e));
    struct str after = str_fmt(&tmp, "{\"%s\":\"%.*s\",\"visits\":%" PRId64 "}",
                               study_from_word[anchor], FMT(day_text(on, &tmp)), n);
    return act_note(act, db, "visit.plan", "subject", subject, (struct str){0}, after,
                    tmp, e);
}

struct change {
    const struct act *act;
    const struct collect_kit *k;
    i64 subject, visit;
    enum study_from anchor;
    const char *what;
    enum visit_state to;
    bool ends; /* no more forms are asked for */
    day on, due, opens, closes;
};

static int set_anchor(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    struct act inner = *c->act;
    const struct study *s;
    TRY(visiting_study(db, c->act, c->k, &s, &tmp, e));
    inner.a = &tmp; /* its room begins behind what is held here */
    return visiting_anchor_in(db, &inner, s, c->subject, c->anchor, c->on, e);
}

int visiting_anchor(struct act *act, const struct collect_kit *k, i64 subject,
                    enum study_from anchor, day on, struct err *e)
{
    struct visit_subject of;
    int code = visit_subject(act->db, subject, &of, act->a, e);
    if (code == E_NOT_FOUND || (code == OK && of.study != k->study))
        return collect_hidden(e);
    TRY(code);
    if (act_may_in(act, MAY_SEE_PARTICIPANTS, of.site, k->s->id, NULL) != OK)
        return collect_hidden(e);
    TRY(act_may_in(act, MAY_ENROL, of.site, k->s->id, e));
    if (anchor != FROM_ENROLMENT && anchor != FROM_ALLOCATION)
        return err_say(e, E_RECORD, "REFUSED_VISIT_ANCHOR");
    struct change c = {
        .act = act, .k = k, .subject = subject, .anchor = anchor, .on = on};
    return act_change(act, set_anchor, &c, e);
}

/* --- what became of a visit --------------------------------------------------------- */

struct str visiting_json(const struct visit *v, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    if (v->state == VISIT_HELD && v->reason.n) json_put_bool(&w, "closed", true);
    json_put_str(&w, "closes", day_text(v->closes, a));
    json_put_str(&w, "due", day_text(v->due, a));
    if (v->state == VISIT_HELD) json_put_str(&w, "held", day_text(v->held, a));
    json_put_str(&w, "opens", day_text(v->opens, a));
    json_put_str(&w, "state", str_of(visit_state_word[v->state]));
    json_close(&w, '}');
    return buf_str(&b);
}

/* Longer windows would be looked for in vain: lists end where no window reaches. */
static day widest(const struct study *s)
{
    day most = 366;
    for (isize i = 0; i < s->times.n; i++)
        most = MAX(most, s->times.at[i].hi - s->times.at[i].lo);
    return most;
}

static int refuse_state(const struct visit *v, struct err *e)
{
    return err_say_of(e, E_RECORD, "REFUSED_VISIT_ALREADY",
                      SAID(SAY_TEXT(visit_state_text[v->state])));
}

static int nothing_left(struct err *e)
{
    return err_say(e, E_RECORD, "REFUSED_VISIT_COMPLETE");
}

/* What follows from the change for the visit's state. */
static int turn(struct change *c, struct visit *v, struct err *e)
{
    struct str why = str_trim(c->act->why);
    bool closed = v->state == VISIT_HELD && v->reason.n > 0;
    if (c->due) { /* moved */
        if (v->state != VISIT_PLANNED) return refuse_state(v, e);
        v->due = c->due;
        v->opens = c->opens;
        v->closes = c->closes;
        v->moved = true;
        return OK;
    }
    if (c->ends) {
        if (v->state != VISIT_HELD || closed) return refuse_state(v, e);
        if (v->waits == 0) return nothing_left(e);
        v->reason = why;
        return OK;
    }
    bool back = c->to == VISIT_PLANNED;
    bool fine = back ? v->state != VISIT_PLANNED
                     : v->state == VISIT_PLANNED ||
                           (v->state == VISIT_MISSED && c->to == VISIT_HELD);
    if (!fine) return refuse_state(v, e);
    if (back && v->entries.n > 0 && !closed)
        return err_say(e, E_RECORD, "REFUSED_VISIT_ANSWERED");
    bool ended = c->to == VISIT_MISSED || c->to == VISIT_CANCELLED;
    v->reason = ended ? why : (struct str){0};
    if (back && closed) return OK; /* it was held all the same */
    v->state = c->to;
    v->held = c->on;
    return OK;
}

static int set_state(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    const struct study *s;
    struct visit v;
    TRY(visit_get(db, &c->act->who, c->visit, &v, &tmp, e));
    TRY(visiting_study(db, c->act, c->k, &s, &tmp, e));
    struct str before = visiting_json(&v, &tmp);
    TRY(turn(c, &v, e));
    v.waits = visiting_waits(s, &v, tmp);
    TRY(visit_set(db, &v, e));
    return act_note(c->act, db, c->what, "visit", v.id, before, visiting_json(&v, &tmp),
                    tmp, e);
}

/* Whether one of the forms of a visit may be seen, or entered. */
static bool may_visit(const struct act *act, const struct collect_kit *k,
                      const struct visit *v, bool enter)
{
    isize time = study_time(k->s, v->time), table = study_table(k->s, v->kind);
    bool fine = false;
    for (isize i = 0; i < k->s->measures.n && v->study == k->study; i++) {
        struct form_key key = {v->subject, i, time};
        if (k->s->measures.at[i].table != table || collect_key(k, &key, NULL) != OK)
            continue;
        fine = fine || (enter ? collect_may_enter(act, k, i, v->site, MODE_PAPER)
                              : collect_may_see(act, k, i, v->site));
    }
    return fine;
}

static int no_visit(struct err *e)
{
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_VISIT");
}

static int get(const struct act *act, const struct collect_kit *k, i64 id,
               struct visit *out, struct err *e)
{
    int code = visit_get(act->db, &act->who, id, out, act->a, e);
    if (code == E_NOT_FOUND || (code == OK && !may_visit(act, k, out, false)))
        return no_visit(e);
    return code;
}

static int change(struct act *act, struct change *c, struct err *e)
{
    struct visit v;
    TRY(get(act, c->k, c->visit, &v, e));
    if (!may_visit(act, c->k, &v, true))
        return act_may_in(act, MAY_ENTER_ANSWERS, v.site, c->k->s->id, e);
    bool reason = c->due || c->ends || c->to == VISIT_MISSED || c->to == VISIT_CANCELLED;
    if (reason && str_trim(act->why).n == 0) return err_say(e, E_RECORD, "REFUSED_WHY");
    return act_change(act, set_state, c, e);
}

int visiting_held(struct act *act, const struct collect_kit *k, i64 visit, day on,
                  struct err *e)
{
    if (on > act->today) return err_say(e, E_RECORD, "REFUSED_VISIT_TO_COME");
    struct change c = {.act = act,
                       .k = k,
                       .visit = visit,
                       .what = "visit.held",
                       .to = VISIT_HELD,
                       .on = on};
    return change(act, &c, e);
}

int visiting_missed(struct act *act, const struct collect_kit *k, i64 visit,
                    struct err *e)
{
    struct change c = {
        .act = act, .k = k, .visit = visit, .what = "visit.missed", .to = VISIT_MISSED};
    return change(act, &c, e);
}

int visiting_cancelled(struct act *act, const struct collect_kit *k, i64 visit,
                       struct err *e)
{
    struct change c = {.act = act,
                       .k = k,
                       .visit = visit,
                       .what = "visit.cancelled",
                       .to = VISIT_CANCELLED};
    return change(act, &c, e);
}

int visiting_closed(struct act *act, const struct collect_kit *k, i64 visit,
                    struct err *e)
{
    struct due_visit v;
    struct change c = {
        .act = act, .k = k, .visit = visit, .what = "visit.closed", .ends = true};
    TRY(visiting_get(act, k, visit, &v, e));
    bool mine = false;
    for (isize i = 0; i < v.forms.n; i++)
        mine = mine || (v.forms.at[i].left && v.forms.at[i].mine);
    /* What waits for somebody whose forms this viewer does not see is as if it did not. */
    if (v.left == 0 && v.v.state == VISIT_HELD && v.v.reason.n == 0)
        return nothing_left(e);
    if (v.left > 0 && !mine)
        return act_may_in(act, MAY_CORRECT_ANSWERS, v.v.site, k->s->id, e) == OK
                   ? change(act, &c, e)
                   : err_say(e, E_NOT_ALLOWED, "REFUSED_VISIT_OTHERS");
    return change(act, &c, e);
}

int visiting_reopened(struct act *act, const struct collect_kit *k, i64 visit,
                      struct err *e)
{
    struct change c = {.act = act,
                       .k = k,
                       .visit = visit,
                       .what = "visit.reopened",
                       .to = VISIT_PLANNED};
    return change(act, &c, e);
}

int visiting_moved(struct act *act, const struct collect_kit *k, i64 visit, day due,
                   day opens, day closes, struct err *e)
{
    if (opens > due || closes < due || due == 0)
        return err_say(e, E_RECORD, "REFUSED_VISIT_ORDER");
    if (closes - opens > widest(k->s))
        return err_say_of(e, E_RECORD, "REFUSED_VISIT_WIDE", SAID(SAY_INT(widest(k->s))));
    struct change c = {.act = act,
                       .k = k,
                       .visit = visit,
                       .what = "visit.moved",
                       .due = due,
                       .opens = opens,
                       .closes = closes};
    return change(act, &c, e);
}

/* --- what is due -------------------------------------------------------------------- */

struct begun {
    i64 subject;
    struct str measure, time;
    i64 pass;
};
struct begun_list LIST(struct begun);

static int drafts(struct act *act, struct begun_list *out, struct err *e)
{
    *out = (struct begun_list){0};
    if (!act->who.staff) return OK;
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_draft_of, ARGS(I(act->who.staff), I(0)), e));
    while (db_next(&r))
        *PUSH(act->a, out) = (struct begun){db_i64(&r, 0), db_str(&r, 1, act->a),
                                            db_str(&r, 2, act->a), db_i64(&r, 3)};
    return db_end(&r, e);
}

static bool has_draft(const struct begun_list *d, const struct visit *v,
                      struct str measure)
{
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].subject == v->subject && str_eq(d->at[i].measure, measure) &&
            str_eq(d->at[i].time, v->time) && d->at[i].pass == 1)
            return true;
    return false;
}

/* The forms of a visit that this viewer may see, in the order of the study's measures. */
static void fill(struct act *act, const struct collect_kit *k, const struct visit *v,
                 const struct begun_list *d, struct due_visit *out)
{
    *out = (struct due_visit){.v = *v, .time = study_time(k->s, v->time)};
    isize table = study_table(k->s, v->kind);
    bool over = visiting_closed_for_good(v);
    for (isize i = 0; i < k->s->measures.n; i++) {
        const struct study_measure *m = &k->s->measures.at[i];
        if (!asked_at(m, table, out->time) || !collect_may_see(act, k, i, v->site))
            continue;
        struct visit_entry none = {0};
        const struct visit_entry *x = &none;
        for (isize j = 0; j < v->entries.n; j++)
            if (str_eq(v->entries.at[j].measure, m->id)) x = &v->entries.at[j];
        bool left = !over && x->response == 0;
        *PUSH(act->a, &out->forms) =
            (struct due_form){.measure = i,
                              .state = collect_state(x->response, x->second, x->paper,
                                                     x->agree, has_draft(d, v, m->id)),
                              .response = x->response,
                              .mine = collect_may_enter(act, k, i, v->site, MODE_STAFF),
                              .left = left};
        out->left += left;
    }
    out->overdue = out->left > 0 && v->closes < act->today;
}

/* Forms that one study asks of different people; what tells them apart is who rates. */
static unsigned of_raters(const struct act *act, const struct collect_kit *k, i64 site,
                          bool enter)
{
    unsigned by = 0;
    for (isize i = 0; i < k->s->measures.n; i++)
        if (enter ? collect_may_enter(act, k, i, site, MODE_STAFF)
                  : collect_may_see(act, k, i, site))
            by |= 1u << asked_of(&k->s->measures.at[i]);
    return by;
}

static unsigned due_at(const struct act *act, const struct collect_kit *k, i64 site)
{
    static const unsigned apart[] = {1u << ASKED_PARTICIPANT | 1u << ASKED_CLINICIAN |
                                         1u << ASKED_OUTCOME,
                                     1u << ASKED_FIDELITY | 1u << ASKED_TRAINER};
    unsigned own = of_raters(act, k, site, true), all = of_raters(act, k, site, false),
             by = 0;
    bool corrects = act_may_in(act, MAY_CORRECT_ANSWERS, site, k->s->id, NULL) == OK;
    for (isize i = 0; i < COUNT(apart); i++)
        by |= corrects || !(own & apart[i]) ? all & apart[i] : own & apart[i];
    return by;
}

unsigned visiting_due_by(const struct act *act, const struct collect_kit *k, i64 site)
{
    unsigned by = due_at(act, k, site);
    for (isize i = 0; i < act->who.n_roles && site == 0; i++)
        by |= due_at(act, k, act->who.role[i].site);
    return by;
}

/* Whether one of the forms that are left is due to this viewer. */
static bool due_here(const struct act *act, const struct collect_kit *k,
                     const struct due_visit *v)
{
    unsigned by = due_at(act, k, v->v.site);
    for (isize i = 0; i < v->forms.n; i++) {
        const struct due_form *f = &v->forms.at[i];
        if (f->left && (by >> asked_of(&k->s->measures.at[f->measure]) & 1)) return true;
    }
    return false;
}

static int most_urgent(const void *a, const void *b)
{
    const struct visit *v = a, *w = b;
    if (v->closes != w->closes) return v->closes < w->closes ? -1 : 1;
    return (v->id > w->id) - (v->id < w->id);
}

/* A page of each site, put together. */
static int open_visits(struct act *act, const struct collect_kit *k,
                       const struct collect_sites *sites, i64 site, struct visit_page *p,
                       struct visits *out, struct err *e)
{
    struct visits part;
    *out = (struct visits){0};
    for (isize i = 0; i < sites->n; i++) {
        if (site && sites->at[i] && sites->at[i] != site) continue;
        p->site = site ? site : sites->at[i];
        p->by = visiting_due_by(act, k, p->site);
        TRY(visit_due(act->db, &act->who, p, &part, act->a, e));
        for (isize j = 0; j < part.n; j++) *PUSH(act->a, out) = part.at[j];
    }
    if (out->n > 1) qsort(out->at, (size_t)out->n, sizeof *out->at, most_urgent);
    return OK;
}

int visiting_due(struct act *act, const struct collect_kit *k, const struct due_ask *ask,
                 struct due_visits *out, struct err *e)
{
    enum { MOST = 200, ROUNDS = 25 };
    *out = (struct due_visits){0};
    struct visit_page p = {.study = k->study,
                           .clinician = ask->my_people ? act->who.staff : 0,
                           .opened_by = act->today + MAX(ask->ahead, 0),
                           .limit = MAX(1, MIN(ask->limit, MOST))};
    p.closed_by = ask->overdue_only ? act->today - 1 : p.opened_by + widest(k->s);
    if (ask->after) {
        p.after_closes = ask->after->closes;
        p.after_id = ask->after->id;
    }
    struct collect_sites sites = collect_sites(act, k, act->a);
    struct begun_list d;
    struct visits all;
    TRY(drafts(act, &d, e));
    /* Visits without a form for this viewer take no place of the page; a viewer who sees none of
    ** very many has a short page rather than a slow one. */
    bool more = true;
    for (int round = 0; more && round < ROUNDS; round++) {
        TRY(open_visits(act, k, &sites, ask->site, &p, &all, e));
        for (isize i = 0; i < MIN(all.n, p.limit) && out->n < p.limit; i++) {
            struct due_visit v;
            fill(act, k, &all.at[i], &d, &v);
            if (due_here(act, k, &v)) *PUSH(act->a, out) = v;
            p.after_closes = v.v.closes;
            p.after_id = v.v.id;
        }
        more = out->n < p.limit && all.n >= p.limit;
    }
    return OK;
}

int visiting_of(struct act *act, const struct collect_kit *k, i64 subject,
                struct due_visits *out, struct err *e)
{
    *out = (struct due_visits){0};
    struct visits all;
    struct begun_list d;
    TRY(visit_of(act->db, &act->who, subject, &all, act->a, e));
    TRY(drafts(act, &d, e));
    for (isize i = 0; i < all.n; i++) {
        struct due_visit v;
        if (all.at[i].study != k->study) continue;
        fill(act, k, &all.at[i], &d, &v);
        if (v.forms.n > 0) *PUSH(act->a, out) = v;
    }
    return OK;
}

int visiting_get(struct act *act, const struct collect_kit *k, i64 visit,
                 struct due_visit *out, struct err *e)
{
    struct visit v;
    struct begun_list d;
    TRY(get(act, k, visit, &v, e));
    TRY(drafts(act, &d, e));
    fill(act, k, &v, &d, out);
    return OK;
}
