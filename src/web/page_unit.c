/* The state of each study at the viewer's sites on one page: who takes part, what waits, how
** complete the forms are, who left and why. For a leader's meeting, and for paper. */
#include "app/people.h"
#include "app/tally.h"
#include "store/overview.h"
#include "tpl.h"
#include "web/home.h"
#include "web/routes.h"

enum { MOST = 200 }; /* visits and alerts are counted up to here */

static struct part_cell *cell(struct call *c, struct part_row *r, struct str words)
{
    struct part_cell *x = PUSH(c->q->a, r);
    *x = (struct part_cell){.words = words};
    return x;
}

static void columns(struct call *c, struct part_table *t, const char *caption,
                    const char *const *text_id, isize n, isize n_words)
{
    t->caption = call_text(c, caption);
    t->note = forms_day(c, c->act.today);
    for (isize i = 0; i < n; i++)
        *PUSH(c->q->a, &t->columns) =
            (struct part_column){call_text(c, text_id[i]), i >= n_words};
}

static struct part_row *row(struct call *c, struct part_table *t)
{
    struct part_row *r = PUSH(c->q->a, &t->rows);
    *r = (struct part_row){0};
    return r;
}

static void fact(struct call *c, struct unit_study *s, const char *text_id, i64 n,
                 bool more)
{
    *PUSH(c->q->a, &s->facts) = (struct part_fact){
        .term = call_text(c, text_id),
        .words =
            more ? forms_words(c, "UNIT_AT_LEAST", forms_int(c, n)) : forms_int(c, n)};
}

/* "18 of 24 (75 %)": no share of nothing. */
static struct str of(struct call *c, i64 n, i64 all)
{
    if (all == 0) return forms_int(c, n);
    return forms_words(c, "UNIT_OF", forms_int(c, n), forms_int(c, all),
                       forms_int(c, (100 * n + all / 2) / all));
}

static int people(struct call *c, const struct collect_kit *k, struct unit_study *s,
                  i64 sum[IN_N], struct err *e)
{
    static const char *const head[] = {"HOME_SITE",      "UNIT_WAIT", "HOME_ENROLLED",
                                       "HOME_COMPLETED", "HOME_LEFT", "HOME_ALL"};
    struct participant_counts n = {0};
    TRY(people_counts(&c->act, k->study, &n, e));
    columns(c, &s->sites, "HOME_SITES", head, COUNT(head), 1);
    for (isize i = 0; i < n.n; i++) {
        const i64 *x = n.at[i].n;
        i64 count[] = {x[IN_REFERRED] + x[IN_SCREENING] + x[IN_ELIGIBLE], x[IN_ENROLLED],
                       x[IN_COMPLETED], x[IN_DROPPED_OUT] + x[IN_NOT_STARTED],
                       x[IN_NOBODY]};
        struct part_row *r = row(c, &s->sites);
        cell(c, r, n.at[i].name)->soft = n.at[i].code;
        for (isize j = 0; j < COUNT(count); j++) cell(c, r, forms_int(c, count[j]));
        for (int j = 0; j < IN_N; j++) sum[j] += x[j];
    }
    return OK;
}

static void times(struct call *c, const struct collect_kit *k, const struct overview *o,
                  struct unit_study *s)
{
    static const char *const head[] = {"UNIT_TIME", "UNIT_VISITS", "UNIT_MISSED",
                                       "UNIT_FORMS"};
    columns(c, &s->times, "UNIT_TIMES", head, COUNT(head), 1);
    for (isize i = 0; i < o->times.n; i++) {
        const struct overview_time *t = &o->times.at[i];
        isize table = study_table(k->s, t->kind), time = study_time(k->s, t->time);
        if (table < 0 || time < 0) continue; /* of an older revision */
        struct part_row *r = row(c, &s->times);
        cell(c, r, forms_time(c, k, time))->soft =
            study_word(&k->s->tables.at[table].row, c->lang);
        cell(c, r, of(c, t->held, t->n));
        cell(c, r, forms_int(c, t->missed));
        cell(c, r, of(c, t->forms, t->n * forms_at_time(k->s, table, time)));
    }
}

static void left(struct call *c, const struct collect_kit *k, const struct overview *o,
                 struct unit_study *s)
{
    static const char *const head[] = {"UNIT_HOW", "UNIT_WHY", "UNIT_PEOPLE"};
    static const char *const state[IN_N] = {[IN_DECLINED] = "PEOPLE_STATE_DECLINED",
                                            [IN_NOT_STARTED] = "PEOPLE_STATE_NOT_STARTED",
                                            [IN_DROPPED_OUT] = "PEOPLE_STATE_DROPPED_OUT",
                                            [IN_DIED] = "PEOPLE_STATE_DIED"};
    columns(c, &s->left, "UNIT_LEFT", head, COUNT(head), 2);
    for (isize i = 0; i < o->left.n; i++) {
        const struct overview_left *x = &o->left.at[i];
        const struct study_reason *why = study_reason(k->s, x->reason);
        struct part_row *r = row(c, &s->left);
        cell(c, r, call_text(c, state[x->state]));
        cell(c, r, why ? study_word(&why->label, c->lang) : call_text(c, "UNIT_NO_WHY"));
        cell(c, r, forms_int(c, x->n));
    }
}

static void behind(struct call *c, const struct overview_lates *late,
                   struct unit_study *s)
{
    static const char *const head[] = {"PEOPLE_CLINICIAN", "HOME_OVERDUE", "HOME_OLDEST"};
    columns(c, &s->behind, "HOME_BEHIND", head, COUNT(head), 1);
    for (isize i = 0; i < late->n; i++) {
        const struct overview_late *x = &late->at[i];
        struct part_row *r = row(c, &s->behind);
        cell(c, r, x->clinician.n ? x->clinician : call_text(c, "HOME_BEHIND_NOBODY"));
        cell(c, r, forms_int(c, x->n));
        cell(c, r, forms_day(c, x->since));
    }
}

/* Counted now; of a large study: what was counted last, with its time. */
static int counted(struct call *c, const struct waiting_study *u, struct unit_study *s,
                   struct tally_told *out, struct err *e)
{
    struct str roles = act_roles(&c->act, MAY_SEE_PARTICIPANTS);
    *out = (struct tally_told){.at = c->act.now};
    if (u->people > HOME_LARGE) {
        TRY(tally_ask(house_tally(c->house), &c->act, MAY_SEE_PARTICIPANTS, u->id,
                      u->name, visiting_due_by(&c->act, u->k, 0), out, e));
        s->counted = out->at ? forms_words(c, "UNIT_COUNTED", call_when(c, out->at))
                             : call_text(c, "UNIT_COUNTING");
        return OK;
    }
    TRY(overview_of(c->act.db, &c->act.who, roles, u->id, &out->all, c->q->a, e));
    return overview_behind(c->act.db, &c->act.who, roles, u->id,
                           visiting_due_by(&c->act, u->k, 0), &out->late, c->q->a, e);
}

static int waits(struct call *c, const struct waiting_studies *all,
                 const struct waiting_study *u, struct unit_study *s, struct err *e)
{
    struct waiting_visits v;
    struct due_ask ask = {.limit = MOST};
    struct waiting_alerts alerts;
    TRY(waiting_due(c, all, u->id, &ask, &v, e));
    TRY(waiting_alerts(c, all, u->id, false, 0, MOST, &alerts, e));
    fact(c, s, "UNIT_DUE", v.at.n, v.more);
    fact(c, s, "UNIT_LATE", v.late, v.more);
    fact(c, s, "UNIT_ALERTS", alerts.at.n, alerts.more);
    s->wait = call_text(c, alerts.at.n ? "UNIT_SAY_ALERTS"
                           : v.late    ? "UNIT_SAY_LATE"
                                       : "UNIT_SAY_CALM");
    return OK;
}

static int one(struct call *c, const struct waiting_studies *all,
               const struct waiting_study *u, struct unit_study *s, struct err *e)
{
    const struct collect_kit *k = u->k;
    struct tally_told t;
    i64 n[IN_N] = {0};
    *s = (struct unit_study){.name = u->title};
    TRY(people(c, k, s, n, e));
    i64 wait = n[IN_REFERRED] + n[IN_SCREENING] + n[IN_ELIGIBLE];
    s->answer = n[IN_NOBODY] == 0
                    ? call_text(c, "HOME_NO_PART")
                    : forms_words(c, "UNIT_SAY", forms_int(c, n[IN_ENROLLED]),
                                  forms_int(c, wait), forms_int(c, n[IN_COMPLETED]),
                                  forms_int(c, n[IN_DROPPED_OUT] + n[IN_NOT_STARTED]));
    if (n[IN_NOBODY] == 0) return OK;
    TRY(waits(c, all, u, s, e));
    TRY(counted(c, u, s, &t, e));
    behind(c, &t.late, s);
    times(c, k, &t.all, s);
    left(c, k, &t.all, s);
    if (t.all.second + t.all.differ > 0)
        s->paper = forms_words(c, "UNIT_PAPER", forms_int(c, t.all.second),
                               forms_int(c, t.all.differ));
    return OK;
}

int page_unit(struct call *c, struct err *e)
{
    struct unit m = {.print = {.what = call_text(c, "UNIT_TITLE")}};
    struct waiting_studies all;
    TRY(waiting_studies(c, &all, e));
    for (isize i = 0; i < all.n; i++)
        TRY(one(c, &all, &all.at[i], PUSH(c->q->a, &m.studies), e));
    m.print.made = call_when(c, c->act.now);
    m.answer = all.n ? forms_words(c, "UNIT_ANSWER", forms_day(c, c->act.today))
                     : call_text(c, "STUDY_NONE");
    tpl_unit(&c->html, &m);
    return call_page(c, 200);
}
