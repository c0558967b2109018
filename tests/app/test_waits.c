/* A visit is due until its last form is in: who sees it, what closes it, and the law that its count
** is what counting anew gives, whatever happened before. */
#include "app/check.h"
#include "app/erase.h"
#include "app/formlink.h"
#include "app/kits.h"
#include "base/file.h"
#include "folk.h"
#include "stats/rng.h"
#include "store/statements.h"

struct waits {
    struct folk f;
    struct kits *kits;
    const struct collect_kit *kit;
};

static void open(struct waits *t, const char *url, struct arena *a)
{
    struct err e = {0};
    const struct kits_study *s;
    folk_open(&t->f, url, a);
    CHECK_CODE(kits_open(&t->kits, &e), OK, e);
    CHECK_CODE(kits_get(t->kits, t->f.h.db, t->f.study, &s, &e), OK, e);
    t->kit = &s->kit;
}

static void close(struct waits *t, struct arena tmp)
{
    kits_close(t->kits);
    folk_close(&t->f, tmp);
}

/* Every item "1" where that is allowed, else declined. */
static struct answer *ones(const struct instrument *q, bool declined, struct arena *a)
{
    struct answer *x = NEW(a, struct answer, q->items.n);
    for (isize i = 0; i < q->items.n; i++) {
        struct err none;
        int code = answer_read(&q->items.at[i], S("1"), &x[i], &none);
        if (code != OK || declined) x[i] = (struct answer){.state = ANSWER_DECLINED};
    }
    return x;
}

static int enter(struct waits *t, i64 staff, const struct form_key *key, i64 version,
                 int pass, struct arena *a, struct err *e)
{
    struct act act = folk_act(&t->f, staff, a);
    struct form_done done;
    struct form_in in = {.key = *key,
                         .answer = ones(t->kit->in[key->measure], version > 0, a),
                         .pass = pass,
                         .day = t->f.today,
                         .mode = pass == 2 ? MODE_PAPER : MODE_STAFF,
                         .lang = S("nb"),
                         .version = version};
    act.why = version ? S("typed wrong") : S("");
    return collect_submit(&act, t->kit, &in, &done, e);
}

static struct form_key form_at(const struct waits *t, i64 subject, const char *measure,
                               const char *time)
{
    struct form_key k = {.subject = subject, .time = study_time(t->kit->s, str_of(time))};
    for (isize i = 0; i < t->kit->s->measures.n; i++)
        if (str_is(t->kit->s->measures.at[i].id, measure)) k.measure = i;
    return k;
}

static struct due_visits due(struct waits *t, i64 staff, struct arena *a)
{
    struct act act = folk_act(&t->f, staff, a);
    struct due_visits out = {0};
    struct due_ask ask = {.limit = 50};
    struct err e = {0};
    CHECK_CODE(visiting_due(&act, t->kit, &ask, &out, &e), OK, e);
    return out;
}

/* How many forms of the one visit are left as this viewer sees them; 0: it is not due. */
static isize left(struct waits *t, i64 staff, struct arena tmp)
{
    struct due_visits v = due(t, staff, &tmp);
    CHECK(v.n < 2);
    return v.n == 1 ? v.at[0].left : 0;
}

static void fill(struct waits *t, i64 p, const char *measure, struct arena tmp)
{
    struct err e = {0};
    struct form_key k = form_at(t, p, measure, "t1");
    CHECK_CODE(enter(t, t->f.clinician, &k, 0, 1, &tmp, &e), OK, e);
}

/* Of t1 the clinician fills in three forms and the participant three; enrolled ten days ago, so t1 is
** open. One of them is answered with "declined" throughout: that is an answer. */
EACH_ENGINE(waits_until_the_last_form)
{
    struct waits t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp);
    struct due_visits v = due(&t, f->clinician, &tmp);
    CHECK_INT(v.n, 1);
    CHECK_INT(v.at[0].v.waits, 3003);
    CHECK_INT(left(&t, f->clinician, tmp), 6);
    CHECK_INT(left(&t, f->assessor, tmp), 3); /* blinded: what participants fill in */
    fill(&t, p, "imrs_cons", tmp);
    v = due(&t, f->clinician, &tmp);
    CHECK_INT(v.n, 1); /* it used to go with its first form */
    CHECK_INT(v.at[0].v.state, VISIT_HELD);
    CHECK_INT(v.at[0].v.waits, 3002);
    CHECK_INT(v.at[0].left, 5);
    for (isize i = 0; i < v.at[0].forms.n; i++)
        CHECK(v.at[0].forms.at[i].left == (v.at[0].forms.at[i].response == 0));
    fill(&t, p, "ashs", tmp);
    fill(&t, p, "qol5", tmp);
    /* what is left now is the clinician's: of no concern to the assessor, who must not see it */
    CHECK_INT(left(&t, f->assessor, tmp), 0);
    CHECK_INT(left(&t, f->clinician, tmp), 3);
    CHECK_INT(left(&t, f->leader, tmp), 3);
    CHECK_INT(left(&t, f->coordinator[1], tmp), 0);
    fill(&t, p, "honos", tmp);
    fill(&t, p, "gaf", tmp);
    CHECK_INT(left(&t, f->leader, tmp), 1);
    struct form_key last = form_at(&t, p, "imrs_clin", "t1");
    CHECK_CODE(enter(&t, f->clinician, &last, 0, 1, &tmp, &e), OK, e);
    CHECK_INT(left(&t, f->leader, tmp), 0);
    CHECK_INT(left(&t, f->clinician, tmp), 0);
    /* a correction and a second entry bring nothing back */
    struct act act = folk_act(f, f->coordinator[0], &tmp);
    struct form_page page;
    CHECK_CODE(collect_form(&act, t.kit, &last, &page, &e), OK, e);
    CHECK_CODE(enter(&t, f->coordinator[0], &last, page.first.r.id, 1, &tmp, &e), OK, e);
    CHECK_CODE(enter(&t, f->coordinator[0], &last, 0, 2, &tmp, &e), E_RECORD, e);
    CHECK_CODE(enter(&t, f->manager, &last, 0, 2, &tmp, &e), OK, e);
    CHECK_INT(left(&t, f->leader, tmp), 0);
    close(&t, tmp);
}

/* By the participant's link: the visit waits for the others, and for the participant no more. */
EACH_ENGINE(waits_for_the_others_after_a_link)
{
    struct waits t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp), id = 0;
    struct str token;
    struct act act = folk_act(f, f->coordinator[0], &tmp);
    struct due_visits v = due(&t, f->coordinator[0], &tmp);
    CHECK_CODE(formlink_make(&act, t.kit, v.at[0].v.id, S("nb"), 14, &token, &id, &e), OK,
               e);
    static const char *const self[] = {"imrs_cons", "ashs", "qol5"};
    for (isize i = 0; i < COUNT(self); i++) {
        struct act nobody = folk_act(f, 0, &tmp);
        struct form_key k = form_at(&t, p, self[i], "t1");
        struct form_done done;
        CHECK_CODE(formlink_submit(&nobody, t.kit, token, k.measure,
                                   ones(t.kit->in[k.measure], false, &tmp), NULL, &done,
                                   &e),
                   OK, e);
    }
    v = due(&t, f->clinician, &tmp);
    CHECK_INT(v.n, 1);
    CHECK_INT(v.at[0].v.waits, 3000);
    CHECK_INT(left(&t, f->assessor, tmp), 0);
    close(&t, tmp);
}

EACH_ENGINE(waits_no_more_when_closed)
{
    struct waits t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp);
    i64 visit = due(&t, f->clinician, &tmp).at[0].v.id;
    struct act act = folk_act(f, f->clinician, &tmp);
    struct due_visit v;
    act.why = S("will not come again");
    CHECK_CODE(visiting_closed(&act, t.kit, visit, &e), E_RECORD, e); /* not held */
    fill(&t, p, "honos", tmp);
    act.why = S(" ");
    CHECK_CODE(visiting_closed(&act, t.kit, visit, &e), E_RECORD, e);
    act.why = S("will not come again");
    struct act looks = folk_act(f, f->leader, &tmp);
    looks.why = act.why;
    CHECK_CODE(visiting_closed(&looks, t.kit, visit, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(visiting_closed(&act, t.kit, visit, &e), OK, e);
    CHECK_CODE(visiting_closed(&act, t.kit, visit, &e), E_RECORD, e);
    CHECK_INT(left(&t, f->clinician, tmp), 0);
    CHECK_CODE(visiting_get(&act, t.kit, visit, &v, &e), OK, e);
    CHECK(v.v.state == VISIT_HELD && v.left == 0 && !v.overdue);
    CHECK_STR(v.v.reason, "will not come again");
    /* one that comes after all: it stays closed */
    fill(&t, p, "gaf", tmp);
    CHECK_INT(left(&t, f->clinician, tmp), 0);
    CHECK_CODE(visiting_reopened(&act, t.kit, visit, &e), OK, e);
    CHECK_CODE(visiting_get(&act, t.kit, visit, &v, &e), OK, e);
    CHECK(v.v.state == VISIT_HELD && v.v.reason.n == 0 && v.v.held == f->today);
    CHECK_INT(left(&t, f->clinician, tmp), 4);
    CHECK_CODE(visiting_reopened(&act, t.kit, visit, &e), E_RECORD, e); /* answered */
    /* the assessor's share is done: nothing is left to close, whatever the clinician's is */
    static const char *const self[] = {"imrs_cons", "ashs", "qol5"};
    for (isize i = 0; i < COUNT(self); i++) fill(&t, p, self[i], tmp);
    struct act blind = folk_act(f, f->assessor, &tmp);
    blind.why = act.why;
    CHECK_CODE(visiting_closed(&blind, t.kit, visit, &e), E_RECORD, e);
    fill(&t, p, "imrs_clin", tmp);
    CHECK_CODE(visiting_closed(&act, t.kit, visit, &e), E_RECORD, e);
    close(&t, tmp);
}

/* A form of a visit that had been missed: it was held after all, and nobody asks for the rest. */
EACH_ENGINE(waits_not_after_a_late_form)
{
    struct waits t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp);
    i64 visit = due(&t, f->clinician, &tmp).at[0].v.id;
    struct act act = folk_act(f, f->clinician, &tmp);
    struct due_visit v;
    act.why = S("ill");
    CHECK_CODE(visiting_missed(&act, t.kit, visit, &e), OK, e);
    fill(&t, p, "honos", tmp);
    CHECK_CODE(visiting_get(&act, t.kit, visit, &v, &e), OK, e);
    CHECK(v.v.state == VISIT_HELD && v.v.waits == 0);
    CHECK_INT(left(&t, f->clinician, tmp), 0);
    close(&t, tmp);
}

/* Another revision asks for satisfaction at the start too: every visit follows, and so does a save by
** whoever had read the study before. */
EACH_ENGINE(waits_for_what_the_study_asks_now)
{
    struct waits t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp);
    fill(&t, p, "honos", tmp);
    const char *more = file_join(&tmp, test_folder(), "more");
    CHECK_CODE(folk_definitions(more, "file: items.csv, at: [t2],",
                                "file: items.csv, at: [t1, t2],", &tmp, &e),
               OK, e);
    struct act act = folk_act(f, f->h.admin, &tmp);
    struct applied done;
    CHECK_INT(due(&t, f->clinician, &tmp).at[0].v.waits, 2003);
    CHECK_CODE(apply_study(&act, more, "norway2013", &done, &e), OK, e);
    CHECK_INT(due(&t, f->clinician, &tmp).at[0].v.waits, 2004);
    fill(&t, p, "gaf", tmp); /* by the kit of before */
    CHECK_INT(due(&t, f->clinician, &tmp).at[0].v.waits, 1004);
    close(&t, tmp);
}

/* --- the law ------------------------------------------------------------------------ */

static int counted(struct db *db, const struct visiting_count *c, void *arg,
                   struct err *e)
{
    i64 *bad = arg;
    (void)db, (void)e;
    *bad += c->v.waits != c->waits || c->on != asked_on(c->waits);
    return OK;
}

/* By hand, from what a page shows of each subject's visits, and by the store's own counting. */
static void holds(struct waits *t, const i64 *p, isize n, struct arena tmp)
{
    struct err e = {0};
    i64 bad = 0;
    CHECK_CODE(visiting_count_all(t->f.h.db, 0, counted, &bad, tmp, &e), OK, e);
    CHECK_INT(bad, 0);
    for (isize i = 0; i < n; i++) {
        struct arena one = tmp;
        struct act act = folk_act(&t->f, t->f.manager, &one);
        struct due_visits all;
        CHECK_CODE(visiting_of(&act, t->kit, p[i], &all, &e), OK, e);
        for (isize k = 0; k < all.n; k++) {
            const struct due_visit *v = &all.at[k];
            bool over = v->v.state == VISIT_MISSED || v->v.state == VISIT_CANCELLED ||
                        (v->v.state == VISIT_HELD && v->v.reason.n > 0);
            i64 want = 0;
            for (isize m = 0; m < v->forms.n && !over; m++) {
                const struct study_measure *q =
                    &t->kit->s->measures.at[v->forms.at[m].measure];
                if (v->forms.at[m].response == 0)
                    want += str_is(q->rater, "clinician") ? 1000 : 1;
            }
            CHECK_INT(v->v.waits, want);
        }
    }
}

static i64 any_visit(struct waits *t, i64 p, struct rng *r, struct arena tmp)
{
    struct act act = folk_act(&t->f, t->f.manager, &tmp);
    struct due_visits v = {0};
    struct err e = {0};
    CHECK_CODE(visiting_of(&act, t->kit, p, &v, &e), OK, e);
    return v.n ? v.at[rng_below(r, (u64)v.n)].v.id : 0;
}

static int some_act(struct waits *t, i64 p, struct rng *r, struct arena tmp,
                    struct err *e)
{
    struct folk *f = &t->f;
    struct act act = folk_act(f, f->manager, &tmp);
    i64 visit = any_visit(t, p, r, tmp);
    day d = f->today - 20 + (day)rng_below(r, 15);
    struct form_key key = form_at(t, p, "honos", rng_below(r, 4) ? "t1" : "t2");
    struct form_page page;
    act.why = S("as it happened");
    switch (rng_below(r, 16)) {
    case 0: return visiting_held(&act, t->kit, visit, d, e);
    case 1: return visiting_missed(&act, t->kit, visit, e);
    case 2: return visiting_cancelled(&act, t->kit, visit, e);
    case 3: return visiting_closed(&act, t->kit, visit, e);
    case 4:
    case 5: return visiting_reopened(&act, t->kit, visit, e);
    case 6: return visiting_moved(&act, t->kit, visit, d, d - 3, d + 9, e);
    case 7:
        act = folk_act(f, f->coordinator[0], &tmp);
        return visiting_anchor(&act, t->kit, p, FROM_ENROLMENT, d, e);
    case 8: return folk_happen(f, p, EV_DROPPED_OUT, 1, &tmp, e);
    case 9: return folk_happen(f, p, EV_ENROLLED, 1, &tmp, e);
    case 10: return folk_happen(f, p, EV_TRANSFERRED, 0, &tmp, e);
    case 11: return folk_happen(f, p, EV_COMPLETED, 0, &tmp, e);
    default: break;
    }
    for (isize at = (isize)rng_below(r, (u64)t->kit->s->measures.n), i = 0;
         i < t->kit->s->measures.n; i++) {
        key.measure = (at + i) % t->kit->s->measures.n;
        if (collect_form(&act, t->kit, &key, &page, NULL) == OK) break;
    }
    return enter(t, f->manager, &key,
                 page.first.r.id && rng_below(r, 2) ? page.first.r.id : 0, 1, &tmp, e);
}

EACH_ENGINE(waits_are_what_counting_gives)
{
    enum { PEOPLE = 4, ACTS = 160 };
    struct waits t;
    open(&t, url, &tmp);
    i64 p[PEOPLE];
    struct rng r = rng_stream(20261122, rng_id(S("waits")), 0);
    isize done = 0;
    for (isize i = 0; i < PEOPLE; i++) p[i] = folk_enrol(&t.f, 0, &tmp);
    holds(&t, p, PEOPLE, tmp);
    for (isize i = 0; i < ACTS; i++) {
        struct err e = {0};
        done += some_act(&t, p[rng_below(&r, PEOPLE)], &r, tmp, &e) == OK;
        if (i % 8 == 7) holds(&t, p, PEOPLE, tmp);
    }
    CHECK(done > ACTS / 4); /* many are refused, as they should be */
    /* who is erased with the data leaves nothing that waits */
    struct err e = {0};
    struct act act = folk_act(&t.f, t.f.manager, &tmp);
    CHECK_CODE(erase_person(&act, p[0], true, &e), OK, e);
    holds(&t, p + 1, PEOPLE - 1, tmp);
    close(&t, tmp);
}

/* Somebody changed a count past the program; and rows from before there were counts. */
EACH_ENGINE(waits_are_checked_and_old_rows_counted)
{
    static const char *const harm[] = {
        "UPDATE visit SET waits = 1, waits_on = 1 WHERE time = 't1'",
        "UPDATE visit SET waits_on = 1 WHERE time = 't1'",
        "UPDATE visit SET waits = -1, waits_on = 63 WHERE waits_on > 0",
    };
    struct waits t;
    struct err e = {0};
    struct db *db = NULL;
    open(&t, url, &tmp);
    i64 p = folk_enrol(&t.f, 0, &tmp), wrong = 0;
    fill(&t, p, "honos", tmp);
    struct check_in ask = {.db = t.f.h.db, .now = MORNING};
    struct check_lines l;
    CHECK_CODE(check_store(&ask, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 0);
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    for (isize i = 0; i < COUNT(harm); i++) {
        CHECK_CODE(db_script(db, "harm", str_of(harm[i]), &e), OK, e);
        CHECK_CODE(check_store(&ask, &l, &wrong, &tmp, &e), OK, e);
        CHECK_INT(wrong, 1);
        if (i < 2) { /* nobody counts again what was counted */
            CHECK_CODE(visiting_count_old(db, tmp, &e), OK, e);
            CHECK_CODE(check_store(&ask, &l, &wrong, &tmp, &e), OK, e);
            CHECK_INT(wrong, 1);
        } else {
            CHECK_INT(left(&t, t.f.clinician, tmp), 5); /* due, as its forms say */
            CHECK_CODE(visiting_count_old(db, tmp, &e), OK, e);
        }
    }
    CHECK_CODE(check_store(&ask, &l, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 0);
    CHECK_INT(due(&t, t.f.clinician, &tmp).at[0].v.waits, 2003);
    /* a save before anybody counted counts by itself */
    CHECK_CODE(db_script(db, "harm", str_of(harm[2]), &e), OK, e);
    db_close(db);
    fill(&t, p, "gaf", tmp);
    CHECK_INT(due(&t, t.f.clinician, &tmp).at[0].v.waits, 1003);
    close(&t, tmp);
}
