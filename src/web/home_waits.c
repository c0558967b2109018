/* What waits for whoever opens the first page: alerts, allocations, visits; and whose next step it is. */
#include "app/allocate.h"
#include "app/people.h"
#include "web/home.h"
#include "web/person.h"
#include "web/routes.h"

enum { WANTED = 20 };

static void link_to(struct call *c, struct html_link *l, const char *text_id,
                    struct str path)
{
    *l = (struct html_link){.words = call_text(c, text_id), .path = path};
}

/* --- alerts ------------------------------------------------------------------------------ */

static int alerts(struct call *c, const struct waiting_studies *all, struct home *m,
                  struct home_counts *n, struct err *e)
{
    static const char *const head[] = {"HOME_PARTICIPANT", "HOME_WHAT", "HOME_SINCE"};
    struct waiting_alerts list;
    bool mine = waiting_own(c);
    TRY(waiting_alerts(c, all, 0, mine, 0, WAITING_ALERTS, &list, e));
    n->alerts = list.at.n;
    n->more_alerts = list.more;
    home_columns(c, &m->alerts.table, mine ? "HOME_ALERTS" : "HOME_ALERTS_ALL", head,
                 COUNT(head), COUNT(head));
    for (isize i = 0; i < MIN(list.at.n, HOME_ROWS); i++) {
        const struct waiting_alert *x = &list.at.at[i];
        const struct alert_row *a = &x->v.row;
        struct part_row *r = home_row(c, &m->alerts.table);
        struct part_cell *who = home_cell(c, r, forms_who(c, a->code, a->part));
        who->path = path_response(c->q->a, a->response);
        if (list.several) who->soft = x->of->title;
        home_cell(c, r, x->v.item)->soft = forms_measure(c, x->of->k, x->v.measure);
        home_cell(c, r, forms_day(c, house_today(a->at)));
    }
    link_to(c, &m->alerts.next, "HOME_TO_ALERTS",
            mine ? S("/alerts?whose=mine&study=0") : S("/alerts?whose=all&study=0"));
    return OK;
}

/* --- allocations ------------------------------------------------------------------------- */

static int wanted(struct call *c, const struct waiting_studies *studies, struct home *m,
                  struct home_counts *n, struct err *e)
{
    static const char *const head[] = {"HOME_PARTICIPANT", "HOME_SITE",
                                       "HOME_ENROLLED_ON"};
    struct arena *a = c->q->a;
    home_columns(c, &m->wanted.table, "HOME_WANTED", head, COUNT(head), COUNT(head));
    for (isize s = 0; s < studies->n; s++) {
        struct allocation_wants all = {0};
        if (studies->at[s].k->s->arms.n == 0) continue;
        TRY(allocation_wanted(c->act.db, &c->act.who, act_roles(&c->act, MAY_ALLOCATE),
                              studies->at[s].id, WANTED, &all, a, e));
        n->wanted += all.n;
        for (isize i = 0; i < all.n; i++) {
            struct part_row *r = home_row(c, &m->wanted.table);
            home_cell(c, r, all.at[i].code)->path = path_allocation(a, all.at[i].subject);
            home_cell(c, r, all.at[i].site);
            home_cell(c, r, forms_day(c, all.at[i].since));
        }
    }
    return OK;
}

/* --- visits ------------------------------------------------------------------------------ */

static int due(struct call *c, const struct waiting_studies *all, struct home *m,
               struct home_counts *n, struct err *e)
{
    struct waiting_visits v;
    struct due_ask ask = {.my_people = waiting_own(c), .limit = WAITING_VISITS};
    TRY(waiting_due(c, all, 0, &ask, &v, e));
    n->due = v.at.n;
    n->late = v.late;
    n->more_due = v.more;
    m->due = (struct forms_visits){
        .with_who = true,
        .caption = call_text(c, ask.my_people ? "HOME_DUE_MINE" : "HOME_DUE")};
    for (isize i = 0; i < MIN(v.at.n, HOME_ROWS); i++) {
        struct forms_visit *x = PUSH(c->q->a, &m->due.all);
        forms_visit(c, v.at.at[i].of->k, &v.at.at[i].v, x);
        forms_only_left(x);
        if (v.several) x->study = v.at.at[i].of->title;
    }
    m->due_next = (struct html_link){
        .words = v.at.n > HOME_ROWS
                     ? forms_words(c, v.more ? "HOME_TO_DUE_MORE" : "HOME_TO_DUE_ALL",
                                   forms_int(c, v.at.n))
                     : call_text(c, "HOME_TO_DUE"),
        .path =
            ask.my_people ? S("/due?which=mine&study=0") : S("/due?which=all&study=0")};
    return OK;
}

int home_waits(struct call *c, const struct waiting_studies *all, struct home *m,
               struct home_counts *n, struct err *e)
{
    bool sees = call_can(c, MAY_SEE_PARTICIPANTS);
    bool enters = call_can(c, MAY_ENTER_ANSWERS) || call_can(c, MAY_RATE_OUTCOMES) ||
                  call_can(c, MAY_RATE_FIDELITY);
    *n = (struct home_counts){0};
    if (call_can(c, MAY_ALLOCATE)) TRY(wanted(c, all, m, n, e));
    if (sees && (enters || home_is(c, LEADER))) TRY(alerts(c, all, m, n, e));
    if (enters || sees || call_can(c, MAY_SEE_IMPLEMENTATION)) TRY(due(c, all, m, n, e));
    return OK;
}

/* --- people whose next step it is -------------------------------------------------------- */

/* The next visit of somebody enrolled: the first at which something is left. */
static int next_visit(struct call *c, const struct collect_kit *k, i64 subject,
                      struct part_cell *out, struct err *e)
{
    struct due_visits v = {0};
    TRY(visiting_of(&c->act, k, subject, &v, e));
    for (isize i = 0; i < v.n; i++) {
        if (v.at[i].left == 0) continue;
        out->words = v.at[i].time < 0 ? v.at[i].v.time : forms_time(c, k, v.at[i].time);
        out->path = path_visit(c->q->a, v.at[i].v.id);
        out->soft = forms_words(c, "HOME_NEXT_DUE", forms_day(c, v.at[i].v.due));
        return OK;
    }
    out->words = call_text(c, "HOME_NEXT_NONE");
    return OK;
}

static int person_row(struct call *c, const struct waiting_study *s,
                      const struct participant *p, bool many, struct home *m,
                      struct err *e)
{
    struct part_row *r = home_row(c, &m->people.table);
    struct part_cell *who = home_cell(c, r, p->code);
    who->path = path_participant(c->q->a, p->subject);
    TRY(person_name(c, p->subject, &who->soft, e));
    if (many && !who->soft.n) who->soft = s->title;
    struct part_cell *state = home_cell(c, r, person_state(c, p->state));
    state->tag = true;
    state->kind = person_state_kind(p->state);
    state->soft = forms_words(c, "HOME_STATE_SINCE", forms_day(c, p->since));
    struct part_cell *next = home_cell(c, r, person_next(c, p->state));
    if (p->state == IN_ENROLLED) return next_visit(c, s->k, p->subject, next, e);
    next->path = path_participant(c->q->a, p->subject);
    return OK;
}

/* A clinician's own people; for who coordinates, those who wait for a step before enrolment. */
int home_people(struct call *c, const struct waiting_studies *all, struct home *m,
                struct err *e)
{
    static const char *const head[] = {"HOME_PARTICIPANT", "PEOPLE_STATE", "PEOPLE_NEXT"};
    static const enum participant_state wait[] = {IN_ELIGIBLE, IN_SCREENING, IN_REFERRED,
                                                  IN_ENROLLED};
    bool own = waiting_own(c);
    isize living = 0;
    if (!call_can(c, MAY_ENROL)) return OK;
    for (isize i = 0; i < all->n; i++) living += all->at[i].living;
    home_columns(c, &m->people.table, own ? "HOME_MY_PEOPLE" : "HOME_WAIT_PEOPLE", head,
                 COUNT(head), COUNT(head));
    for (isize i = 0; i < all->n; i++) {
        for (int s = 0; s < (own ? 4 : 3) && all->at[i].living; s++) {
            struct participant_page page;
            struct participant_filter f = {.study = all->at[i].id,
                                           .state = wait[s],
                                           .clinician = own ? c->act.who.staff : 0,
                                           .n = HOME_ROWS};
            TRY(people_list(&c->act, &f, &page, e));
            for (isize k = 0; k < page.rows.n && m->people.table.rows.n < HOME_ROWS; k++)
                TRY(person_row(c, &all->at[i], &page.rows.at[k], living > 1, m, e));
        }
    }
    link_to(c, &m->people.next, own ? "HOME_TO_MINE" : "HOME_TO_PEOPLE",
            own ? S("/participants?mine=1") : S("/participants"));
    return OK;
}
