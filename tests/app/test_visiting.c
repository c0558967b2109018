/* Visits: planned, moved, held, missed; what is due to whom.  MORNING is 2026-11-22. */
#include "answered.h"
#include "base/instant.h"

static void plan(struct answered *f, i64 subject, day on, struct arena *a)
{
    struct act act = answered_act(f, f->manager, a);
    struct err e = {0};
    act.who = answered_act(f, subject == f->p[2] ? f->elsewhere : f->coordinator, a).who;
    CHECK_CODE(visiting_anchor(&act, &f->kit, subject, FROM_ENROLMENT, on, &e), OK, e);
}

static struct due_visits visits(struct answered *f, i64 staff, i64 subject,
                                struct arena *a)
{
    struct act act = answered_act(f, staff, a);
    struct due_visits out;
    struct err e = {0};
    CHECK_CODE(visiting_of(&act, &f->kit, subject, &out, &e), OK, e);
    return out;
}

static void is_due(const struct due_visits *v, isize i, const char *time, const char *due,
                   struct arena tmp)
{
    CHECK(i < v->n);
    if (i >= v->n) return;
    CHECK_STR(v->at[i].v.time, time);
    CHECK_STR(day_text(v->at[i].v.due, &tmp), due);
}

/* The study says t1 at enrolment and t2 320 days later. */
EACH_ENGINE(visiting_follows_its_anchor)
{
    struct answered f;
    struct err e = {0};
    answered_open(&f, url, &tmp);
    plan(&f, f.p[0], day_of(2026, 10, 1), &tmp);
    struct due_visits v = visits(&f, f.clinician, f.p[0], &tmp);
    CHECK_INT(v.n, 2);
    is_due(&v, 0, "t1", "2026-10-01", tmp);
    is_due(&v, 1, "t2", "2027-08-17", tmp); /* 365 - 45 = 320: 1 October 2027 less 45 */
    if (v.n < 2) return;
    CHECK_INT(v.at[0].forms.n, 6); /* all but satisfaction, which is asked at the end */
    CHECK_INT(v.at[1].forms.n, 7);
    /* the first is held: it stays; the other follows the corrected day */
    struct act act = answered_act(&f, f.clinician, &tmp);
    CHECK_CODE(visiting_held(&act, &f.kit, v.at[0].v.id, act.today + 1, &e), E_RECORD, e);
    CHECK_CODE(visiting_held(&act, &f.kit, v.at[0].v.id, day_of(2026, 10, 2), &e), OK, e);
    plan(&f, f.p[0], day_of(2026, 10, 11), &tmp);
    v = visits(&f, f.clinician, f.p[0], &tmp);
    CHECK_INT(v.n, 2);
    is_due(&v, 0, "t1", "2026-10-01", tmp);
    is_due(&v, 1, "t2", "2027-08-27", tmp);
    CHECK_INT(v.at[0].v.state, VISIT_HELD);
    CHECK_INT(v.at[0].v.held, day_of(2026, 10, 2));
    /* moved by hand: it does not follow any more, and back to planned is refused for held */
    day d = day_of(2027, 9, 1);
    CHECK_CODE(visiting_moved(&act, &f.kit, v.at[1].v.id, d, d - 7, d + 7, &e), E_RECORD,
               e);
    act.why = S("abroad until then");
    CHECK_CODE(visiting_moved(&act, &f.kit, v.at[1].v.id, d, d + 7, d + 9, &e), E_RECORD,
               e);
    CHECK_CODE(visiting_moved(&act, &f.kit, v.at[1].v.id, d, d - 200, d + 200, &e),
               E_RECORD, e);
    CHECK_CODE(visiting_moved(&act, &f.kit, v.at[1].v.id, d, d - 7, d + 7, &e), OK, e);
    plan(&f, f.p[0], day_of(2026, 10, 1), &tmp);
    v = visits(&f, f.clinician, f.p[0], &tmp);
    is_due(&v, 1, "t2", "2027-09-01", tmp);
    CHECK_CODE(visiting_moved(&act, &f.kit, v.at[0].v.id, d, d, d, &e), E_RECORD, e);
    /* a service has its own time points */
    plan(&f, f.service, day_of(2026, 1, 1), &tmp);
    v = visits(&f, f.coordinator, f.service, &tmp);
    CHECK_INT(v.n, 2);
    is_due(&v, 0, "m6", "2026-07-03", tmp); /* 183 days after 1 January */
    CHECK_INT(answered_count(&f, "anchor", tmp), 4);
    answered_close(&f, tmp);
}

EACH_ENGINE(visiting_missed_and_back)
{
    struct answered f;
    struct err e = {0};
    answered_open(&f, url, &tmp);
    plan(&f, f.p[0], day_of(2026, 10, 1), &tmp);
    i64 id = visits(&f, f.clinician, f.p[0], &tmp).at[0].v.id;
    struct act act = answered_act(&f, f.clinician, &tmp);
    CHECK_CODE(visiting_missed(&act, &f.kit, id, &e), E_RECORD, e);
    CHECK_SAYS(e, "reason");
    act.why = S("did not come");
    CHECK_CODE(visiting_missed(&act, &f.kit, id, &e), OK, e);
    CHECK_CODE(visiting_cancelled(&act, &f.kit, id, &e), E_RECORD, e);
    struct due_visit v;
    CHECK_CODE(visiting_get(&act, &f.kit, id, &v, &e), OK, e);
    CHECK_INT(v.v.state, VISIT_MISSED);
    CHECK_STR(v.v.reason, "did not come");
    CHECK_CODE(visiting_reopened(&act, &f.kit, id, &e), OK, e);
    CHECK_CODE(visiting_get(&act, &f.kit, id, &v, &e), OK, e);
    CHECK(v.v.state == VISIT_PLANNED && v.v.reason.n == 0);
    CHECK_CODE(visiting_cancelled(&act, &f.kit, id, &e), OK, e);
    /* who has no right there learns nothing; who may only look is told so */
    struct act other = answered_act(&f, f.elsewhere, &tmp);
    other.why = act.why;
    CHECK_CODE(visiting_get(&other, &f.kit, id, &v, &e), E_NOT_FOUND, e);
    CHECK_CODE(visiting_reopened(&other, &f.kit, id, &e), E_NOT_FOUND, e);
    struct err same = {0};
    CHECK_CODE(visiting_reopened(&other, &f.kit, 99999, &same), E_NOT_FOUND, same);
    CHECK_STR(str_of(e.text), same.text);
    struct act leader = answered_act(&f, f.leader, &tmp);
    CHECK_CODE(visiting_reopened(&leader, &f.kit, id, &e), E_NOT_ALLOWED, e);
    struct act nobody = answered_act(&f, 0, &tmp);
    CHECK_CODE(visiting_get(&nobody, &f.kit, id, &v, &e), E_NOT_FOUND, e);
    answered_close(&f, tmp);
}

static struct due_visits due(struct answered *f, i64 staff, const struct due_ask *ask,
                             struct arena *a)
{
    struct act act = answered_act(f, staff, a);
    struct due_visits out;
    struct err e = {0};
    CHECK_CODE(visiting_due(&act, &f->kit, ask, &out, &e), OK, e);
    return out;
}

/* P01 overdue (window ended 28 days after 1 October), P02 open, P03 elsewhere and open. */
EACH_ENGINE(visiting_due_lists)
{
    struct answered f;
    answered_open(&f, url, &tmp);
    plan(&f, f.p[0], day_of(2026, 10, 1), &tmp);
    plan(&f, f.p[1], day_of(2026, 11, 20), &tmp);
    plan(&f, f.p[2], day_of(2026, 11, 1), &tmp);
    struct due_visits v = due(&f, f.clinician, &(struct due_ask){.limit = 50}, &tmp);
    CHECK_INT(v.n, 2);
    if (v.n == 2) {
        CHECK_STR(v.at[0].v.code, "P01");
        CHECK(v.at[0].overdue && !v.at[1].overdue);
        CHECK_STR(v.at[1].v.code, "P02");
        CHECK_INT(v.at[1].forms.at[0].state, FORM_OPEN);
        CHECK(v.at[1].forms.at[0].mine);
    }
    v = due(&f, f.clinician, &(struct due_ask){.my_people = true, .limit = 50}, &tmp);
    CHECK_INT(v.n, 2);
    v = due(&f, f.coordinator, &(struct due_ask){.my_people = true, .limit = 50}, &tmp);
    CHECK_INT(v.n, 0);
    v = due(&f, f.leader, &(struct due_ask){.overdue_only = true, .limit = 50}, &tmp);
    CHECK_INT(v.n, 1);
    v = due(&f, f.elsewhere, &(struct due_ask){.limit = 50}, &tmp);
    CHECK_INT(v.n, 1);
    /* another site is not shown by asking for it */
    v = due(&f, f.elsewhere, &(struct due_ask){.site = f.h.site[0], .limit = 50}, &tmp);
    CHECK_INT(v.n, 0);
    v = due(&f, 0, &(struct due_ask){.limit = 50}, &tmp);
    CHECK_INT(v.n, 0);
    /* everywhere, one by one: the same three in the same order */
    static const char *const order[] = {"P01", "P03", "P02"};
    struct due_ask one = {.limit = 1};
    for (isize i = 0; i < 3; i++) {
        v = due(&f, f.manager, &one, &tmp);
        CHECK_INT(v.n, 1);
        if (v.n != 1) break;
        CHECK_STR(v.at[0].v.code, order[i]);
        one.after = &v.at[0].v;
    }
    v = due(&f, f.manager, &one, &tmp);
    CHECK_INT(v.n, 0);
    /* what opens in time: t2 of P01 opens 274 days after 1 October */
    v = due(&f, f.manager, &(struct due_ask){.ahead = 230, .limit = 50}, &tmp);
    CHECK_INT(v.n, 4);
    /* a blinded viewer sees the visit with what participants fill in, and nothing of clinicians */
    v = due(&f, f.assessor, &(struct due_ask){.limit = 50}, &tmp);
    CHECK_INT(v.n, 2);
    for (isize i = 0; i < v.n; i++)
        for (isize k = 0; k < v.at[i].forms.n; k++)
            CHECK_STR(f.kit.s->measures.at[v.at[i].forms.at[k].measure].rater,
                      "consumer");
    answered_close(&f, tmp);
}
