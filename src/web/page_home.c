/* Where everybody starts: by role, what waits in sentences, then the lists and the ways on. */
#include "app/allocate.h"
#include "store/studies.h"
#include "tpl.h"
#include "web/home.h"
#include "web/routes.h"

enum { ALERTS = 10, VISITS = 20, WANTED = 20 };

static void column(struct call *c, struct part_table *t, const char *text_id, bool num)
{
    *PUSH(c->q->a, &t->columns) = (struct part_column){call_text(c, text_id), num};
}

static bool is(const struct call *c, unsigned roles)
{
    for (isize i = 0; i < c->act.who.n_roles; i++)
        if ((unsigned)c->act.who.role[i].role & roles) return true;
    return false;
}

/* A clinician who is nothing else sees what is the clinician's own first. */
static bool own_only(const struct call *c)
{
    return is(c, CLINICIAN) && !is(c, LEADER | COORDINATOR | DATA_MANAGER);
}

static struct part_row *row(struct call *c, struct part_table *t)
{
    struct part_row *r = PUSH(c->q->a, &t->rows);
    *r = (struct part_row){0};
    return r;
}

static struct str of_study(struct call *c, const char *path, i64 study)
{
    return str_fmt(c->q->a, "%sstudy=%" PRId64, path, study);
}

static void link_to(struct call *c, struct home_study *s, const char *text_id,
                    struct str path)
{
    *PUSH(c->q->a, &s->links) =
        (struct html_link){.words = call_text(c, text_id), .path = path};
}

/* --- what waits --------------------------------------------------------------------- */

static int alerts(struct call *c, const struct collect_kit *k, struct home_study *s,
                  struct err *e)
{
    struct arena *a = c->q->a;
    struct alert_views all = {0};
    bool mine = own_only(c);
    TRY(collect_alerts(&c->act, k, mine, 0, ALERTS, &all, e));
    s->n_alerts = all.n;
    s->alerts.caption = call_text(c, mine ? "HOME_ALERTS" : "HOME_ALERTS_ALL");
    column(c, &s->alerts, "HOME_PARTICIPANT", false);
    column(c, &s->alerts, "HOME_WHAT", false);
    column(c, &s->alerts, "HOME_SINCE", false);
    for (isize i = 0; i < all.n; i++) {
        const struct alert_row *x = &all.at[i].row;
        struct part_row *r = row(c, &s->alerts);
        *PUSH(a, r) = (struct part_cell){.words = forms_who(c, x->code, x->part),
                                         .path = path_response(a, x->response)};
        *PUSH(a, r) = (struct part_cell){.words = all.at[i].item,
                                         .soft = forms_measure(c, k, all.at[i].measure)};
        *PUSH(a, r) = (struct part_cell){.words = forms_day(c, house_today(x->at))};
    }
    if (all.n > 0)
        link_to(c, s, "HOME_TO_ALERTS",
                of_study(c, mine ? "/alerts?" : "/alerts?whose=all&", k->study));
    return OK;
}

/* Whether this viewer has something to enter at the visit. */
static bool waits(const struct due_visit *v)
{
    for (isize i = 0; i < v->forms.n; i++)
        if (v->forms.at[i].mine && v->forms.at[i].state != FORM_DONE) return true;
    return false;
}

static int due(struct call *c, const struct collect_kit *k, struct home_study *s,
               struct err *e)
{
    struct arena *a = c->q->a;
    struct due_visits v = {0};
    struct due_ask ask = {.my_people = own_only(c), .limit = VISITS};
    TRY(visiting_due(&c->act, k, &ask, &v, e));
    s->due = (struct forms_visits){
        .with_who = true,
        .caption = call_text(c, ask.my_people ? "HOME_DUE_MINE" : "HOME_DUE")};
    for (isize i = 0; i < v.n; i++) {
        if (!waits(&v.at[i])) continue;
        s->n_overdue += v.at[i].overdue;
        s->n_due += !v.at[i].overdue;
        forms_visit(c, k, &v.at[i], PUSH(a, &s->due.all));
    }
    link_to(c, s, "HOME_TO_DUE",
            of_study(c, ask.my_people ? "/due?which=mine&" : "/due?", k->study));
    return OK;
}

static int wanted(struct call *c, const struct collect_kit *k, struct home_study *s,
                  struct err *e)
{
    struct arena *a = c->q->a;
    struct allocation_wants all = {0};
    if (k->s->arms.n == 0) return OK;
    TRY(allocation_wanted(c->act.db, &c->act.who, act_roles(&c->act, MAY_ALLOCATE),
                          k->study, WANTED, &all, a, e));
    s->n_wanted = all.n;
    s->wanted.caption = call_text(c, "HOME_WANTED");
    column(c, &s->wanted, "HOME_PARTICIPANT", false);
    column(c, &s->wanted, "HOME_SITE", false);
    column(c, &s->wanted, "HOME_ENROLLED_ON", false);
    for (isize i = 0; i < all.n; i++) {
        struct part_row *r = row(c, &s->wanted);
        *PUSH(a, r) = (struct part_cell){.words = all.at[i].code,
                                         .path = path_allocation(a, all.at[i].subject)};
        *PUSH(a, r) = (struct part_cell){.words = all.at[i].site};
        *PUSH(a, r) = (struct part_cell){.words = forms_day(c, all.at[i].since)};
    }
    return OK;
}

static int by_site(struct call *c, const struct collect_kit *k, struct home_study *s,
                   struct err *e)
{
    struct arena *a = c->q->a;
    struct participant_counts n = {0};
    TRY(people_counts(&c->act, k->study, &n, e));
    s->sites.caption = call_text(c, "HOME_SITES");
    s->sites.note = forms_day(c, c->act.today);
    column(c, &s->sites, "HOME_SITE", false);
    column(c, &s->sites, "HOME_ALL", true);
    column(c, &s->sites, "HOME_ENROLLED", true);
    column(c, &s->sites, "HOME_COMPLETED", true);
    column(c, &s->sites, "HOME_LEFT", true);
    for (isize i = 0; i < n.n; i++) {
        const struct participant_counts_row *x = &n.at[i];
        struct part_row *r = row(c, &s->sites);
        i64 count[] = {x->n[IN_NOBODY], x->n[IN_ENROLLED], x->n[IN_COMPLETED],
                       x->n[IN_DROPPED_OUT] + x->n[IN_NOT_STARTED]};
        *PUSH(a, r) = (struct part_cell){.words = x->name, .soft = x->code};
        for (isize j = 0; j < COUNT(count); j++)
            *PUSH(a, r) = (struct part_cell){.words = forms_int(c, count[j])};
    }
    return OK;
}

static int study(struct call *c, const struct studies_row *u, struct home *m,
                 struct err *e)
{
    const struct collect_kit *k;
    struct home_study *s = PUSH(c->q->a, &m->studies);
    TRY(house_study(c->house, c->act.db, u->id, &k, e));
    *s = (struct home_study){.name = study_word(&k->s->title, c->lang),
                             .sees = call_can(c, MAY_SEE_PARTICIPANTS)};
    bool enters = call_can(c, MAY_ENTER_ANSWERS) || call_can(c, MAY_RATE_OUTCOMES) ||
                  call_can(c, MAY_RATE_FIDELITY);
    if (call_can(c, MAY_ALLOCATE)) TRY(wanted(c, k, s, e));
    if (s->sees && (enters || is(c, LEADER))) TRY(alerts(c, k, s, e));
    if (enters || is(c, LEADER)) TRY(due(c, k, s, e));
    if (s->sees) TRY(by_site(c, k, s, e));
    if (s->sees) link_to(c, s, "HOME_TO_UNIT", S("/unit"));
    link_to(c, s, "HOME_TO_STUDY", path_study(c->q->a, u->name));
    if (call_can(c, MAY_ANALYSE) && k->s->id.n)
        link_to(c, s, "HOME_TO_REPORT", path_report(c->q->a, u->name));
    return OK;
}

/* --- setting up ---------------------------------------------------------------------- */

static void step(struct call *c, struct home *m, const char *text_id, const char *path,
                 bool done, bool *before)
{
    enum part_kind kind = done ? PART_GOOD : *before ? PART_WANTS : PART_OFF;
    *PUSH(c->q->a, &m->setup) =
        (struct part_step){call_text(c, text_id), str_of(path ? path : ""), kind};
    *before = *before && done;
    m->setup_done = m->setup_done && done;
}

static int setting_up(struct call *c, isize n_studies, struct home *m, struct err *e)
{
    struct site_list sites = {0};
    struct staff_list staff = {0};
    bool before = true;
    TRY(staff_sites(c->act.db, &sites, c->q->a, e));
    TRY(staff_all(c->act.db, &staff, c->q->a, e));
    m->setup_done = true;
    for (isize i = 0; i < staff.n; i++) m->n_staff += staff.at[i].active;
    step(c, m, "HOME_STEP_SITES", "/sites", sites.n > 0, &before);
    step(c, m, "HOME_STEP_STAFF", "/staff", staff.n > 1, &before);
    step(c, m, "HOME_STEP_STUDY", "/studies/new", n_studies > 0, &before);
    return OK;
}

/* --- what it says first ---------------------------------------------------------------- */

static void say(struct call *c, struct buf *b, const char *text_id, isize n)
{
    if (n == 0) return;
    if (b->n) buf_putc(b, ' ');
    buf_put(b, forms_words(c, text_id, forms_int(c, n)));
}

static struct str answer(struct call *c, const struct home *m)
{
    struct buf b = buf_in(c->q->a, 200);
    isize n[4] = {0};
    if (c->act.who.n_roles == 0) return call_text(c, "HOME_NOBODY");
    for (isize i = 0; i < m->studies.n; i++) {
        n[0] += m->studies.at[i].n_alerts;
        n[1] += m->studies.at[i].n_overdue;
        n[2] += m->studies.at[i].n_due;
        n[3] += m->studies.at[i].n_wanted;
    }
    static const char *const words[] = {"HOME_N_ALERTS", "HOME_N_LATE", "HOME_N_DUE",
                                        "HOME_N_WANTED"};
    for (int i = 0; i < 4; i++) say(c, &b, words[i], n[i]);
    if (m->setup.n > 0 && !m->setup_done) say(c, &b, "HOME_N_SETUP", 1);
    return b.n ? buf_str(&b) : call_text(c, "HOME_NOTHING");
}

int page_home(struct call *c, struct err *e)
{
    struct home m = {0};
    struct studies_rows all = {0};
    TRY(studies_all(c->act.db, &all, c->q->a, e));
    for (isize i = 0; i < all.n && c->act.who.n_roles > 0; i++)
        TRY(study(c, &all.at[i], &m, e));
    if (call_can(c, MAY_MANAGE_SITES)) TRY(setting_up(c, all.n, &m, e));
    m.answer = answer(c, &m);
    tpl_home(&c->html, &m);
    return call_page(c, 200);
}
