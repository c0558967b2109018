/* Where everybody starts. */
#include "web/home.h"
#include "store/participant.h"
#include "store/response.h"
#include "store/studies.h"
#include "store/visit.h"
#include "tpl.h"
#include "web/routes.h"

enum { ALERTS = 10, VISITS = 20 };

static void column(struct call *c, struct part_table *t, const char *text_id, bool num)
{
    *PUSH(c->q->a, &t->columns) = (struct part_column){call_text(c, text_id), num};
}

static struct str day_words(struct call *c, day d)
{
    struct html h = html_in(c->q->a, c->lang, NULL);
    html_day(&h, d);
    return buf_str(&h.b);
}

/* --- what waits --------------------------------------------------------------------- */

static int alerts(struct call *c, i64 study, struct home_study *s, struct err *e)
{
    struct arena *a = c->q->a;
    struct alert_rows rows = {0};
    TRY(alert_open(c->act.db, &c->act.who, study, 0, c->act.who.staff, 0, ALERTS, &rows,
                   a, e));
    s->n_alerts = rows.n;
    s->alerts.caption = call_text(c, "HOME_ALERTS");
    column(c, &s->alerts, "HOME_PARTICIPANT", false);
    column(c, &s->alerts, "HOME_SINCE", false);
    for (isize i = 0; i < rows.n; i++) {
        struct part_row *r = PUSH(a, &s->alerts.rows);
        *r = (struct part_row){0};
        *PUSH(a, r) =
            (struct part_cell){.words = rows.at[i].code, .soft = rows.at[i].time};
        *PUSH(a, r) =
            (struct part_cell){.words = day_words(c, house_today(rows.at[i].at))};
    }
    return OK;
}

static int due(struct call *c, i64 study, struct home_study *s, struct err *e)
{
    struct arena *a = c->q->a;
    struct visits v = {0};
    struct visit_page p = {.study = study,
                           .opened_by = c->act.today,
                           .closed_by = VISIT_ANY_DAY,
                           .limit = VISITS};
    TRY(visit_due(c->act.db, &c->act.who, &p, &v, a, e));
    s->due.caption = call_text(c, "HOME_DUE");
    column(c, &s->due, "HOME_PARTICIPANT", false);
    column(c, &s->due, "HOME_DAY", false);
    column(c, &s->due, "HOME_STATE", false);
    for (isize i = 0; i < v.n; i++) {
        bool late = v.at[i].closes < c->act.today;
        struct part_row *r = PUSH(a, &s->due.rows);
        *r = (struct part_row){0};
        s->n_overdue += late;
        s->n_due += !late;
        *PUSH(a, r) = (struct part_cell){.words = v.at[i].code, .soft = v.at[i].time};
        *PUSH(a, r) = (struct part_cell){.words = day_words(c, v.at[i].due)};
        *PUSH(a, r) =
            (struct part_cell){.words = call_text(c, late ? "HOME_LATE" : "HOME_OPEN"),
                               .tag = true,
                               .kind = late ? PART_WANTS : PART_PLAIN};
    }
    return OK;
}

static int by_site(struct call *c, i64 study, struct home_study *s, struct err *e)
{
    struct arena *a = c->q->a;
    struct participant_counts n = {0};
    TRY(participant_counts(c->act.db, &c->act.who,
                           act_roles(&c->act, MAY_SEE_PARTICIPANTS), study, &n, a, e));
    s->sites.caption = call_text(c, "HOME_SITES");
    s->sites.note = day_words(c, c->act.today);
    column(c, &s->sites, "HOME_SITE", false);
    column(c, &s->sites, "HOME_ALL", true);
    column(c, &s->sites, "HOME_ENROLLED", true);
    column(c, &s->sites, "HOME_COMPLETED", true);
    column(c, &s->sites, "HOME_LEFT", true);
    for (isize i = 0; i < n.n; i++) {
        const struct participant_counts_row *x = &n.at[i];
        struct part_row *r = PUSH(a, &s->sites.rows);
        *r = (struct part_row){0};
        i64 count[] = {x->n[IN_NOBODY], x->n[IN_ENROLLED], x->n[IN_COMPLETED],
                       x->n[IN_DROPPED_OUT] + x->n[IN_NOT_STARTED]};
        s->n_part += (isize)x->n[IN_ENROLLED];
        *PUSH(a, r) = (struct part_cell){.words = x->name, .soft = x->code};
        for (isize k = 0; k < COUNT(count); k++)
            *PUSH(a, r) = (struct part_cell){.words = str_fmt(a, "%" PRId64, count[k])};
    }
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
    step(c, m, "HOME_STEP_SITES", "/sites", sites.n > 0, &before);
    step(c, m, "HOME_STEP_STAFF", "/staff", staff.n > 1, &before);
    step(c, m, "HOME_STEP_STUDY", NULL, n_studies > 0, &before);
    return OK;
}

int page_home(struct call *c, struct err *e)
{
    struct home m = {.nobody = c->act.who.n_roles == 0};
    struct studies_rows all = {0};
    TRY(studies_all(c->act.db, &all, c->q->a, e));
    bool watches = call_can(c, MAY_ENTER_ANSWERS),
         sees = call_can(c, MAY_SEE_PARTICIPANTS);
    for (isize i = 0; i < all.n && (watches || sees); i++) {
        struct home_study *s = PUSH(c->q->a, &m.studies);
        *s = (struct home_study){.name = all.at[i].name, .watches = watches};
        if (sees) TRY(by_site(c, all.at[i].id, s, e));
        if (sees) TRY(alerts(c, all.at[i].id, s, e));
        if (sees) TRY(due(c, all.at[i].id, s, e));
        m.n_alerts += s->n_alerts;
        m.n_due += s->n_due;
        m.n_overdue += s->n_overdue;
    }
    if (call_can(c, MAY_MANAGE_SITES)) TRY(setting_up(c, all.n, &m, e));
    tpl_home(&c->html, &m);
    return call_page(c, 200);
}
