/* Answers: saved with scores and alerts, corrected, entered twice, drafted; who may; what is left
** when a statement fails.  HoNOS has 12 items; its total is the plain sum. */
#include "answered.h"
#include "store/journal.h"
#include "store/statements.h"
#include <math.h>

#define CALM "1 0 2 0 3 1 0 2 1 0 0 1" /* sum 11; item 8 without its detail */

static struct form_in form(struct answered *f, i64 subject, const char *measure,
                           const char *time, const char *cells, struct arena *a)
{
    return (struct form_in){.key = answered_key(f, subject, measure, time),
                            .answer = answered_of(f, measure, cells, a),
                            .pass = 1,
                            .day = (day)(MORNING / (24 * HOUR)),
                            .mode = MODE_STAFF,
                            .lang = S("nb")};
}

static int submit(struct answered *f, i64 staff, const struct form_in *in,
                  const char *why, struct form_done *out, struct arena *a, struct err *e)
{
    struct act act = answered_act(f, staff, a);
    act.why = str_of(why);
    return collect_submit(&act, &f->kit, in, out, e);
}

static struct form_page page(struct answered *f, i64 staff, const struct form_key *key,
                             struct arena *a)
{
    struct act act = answered_act(f, staff, a);
    struct form_page p = {0};
    struct err e = {0};
    CHECK_CODE(collect_form(&act, &f->kit, key, &p, &e), OK, e);
    return p;
}

EACH_ENGINE(collect_saves_answers_scores_and_visit)
{
    struct answered f;
    struct err e = {0};
    answered_open(&f, url, &tmp);
    struct act act = answered_act(&f, f.coordinator, &tmp);
    CHECK_CODE(visiting_anchor(&act, &f.kit, f.p[0], FROM_ENROLMENT, act.today - 3, &e),
               OK, e);
    struct form_in in = form(&f, f.p[0], "honos", "t1", CALM, &tmp);
    struct form_done done;
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &done, &tmp, &e), OK, e);
    CHECK_INT(done.n_alerts, 0);
    struct form_page p = page(&f, f.leader, &in.key, &tmp);
    CHECK_INT(p.state, FORM_DONE);
    CHECK(!p.may_enter && p.visit > 0);
    CHECK_STR(p.first.r.answers, "[1,0,2,0,3,1,0,2,1,0,0,1]");
    CHECK_INT(p.first.r.staff, f.clinician);
    CHECK_STR(p.first.r.lang, "nb");
    struct score_rows rows;
    CHECK_CODE(response_scores(f.h.db, &act.who, done.response, &rows, &tmp, &e), OK, e);
    CHECK_INT(rows.n, f.kit.in[in.key.measure]->scores.n);
    for (isize i = 0; i < rows.n; i++)
        if (str_is(rows.at[i].score, "total")) {
            CHECK_NEAR(rows.at[i].value, 11, 0);
            CHECK_INT(rows.at[i].n_answered, 12);
        }
    struct due_visit v;
    CHECK_CODE(visiting_get(&act, &f.kit, p.visit, &v, &e), OK, e);
    CHECK_INT(v.v.state, VISIT_HELD);
    CHECK_INT(v.v.held, act.today);
    /* the journal tells the place and nobody's answers */
    struct journal_entries j;
    CHECK_CODE(journal_of(f.h.db, "response", done.response, &j, &tmp, &e), OK, e);
    CHECK_INT(j.n, 1);
    CHECK_STR(j.at[0].after, "{\"measure\":\"honos\",\"mode\":\"staff\",\"pass\":1,"
                             "\"subject\":11,\"time\":\"t1\"}");
    answered_close(&f, tmp);
}

EACH_ENGINE(collect_refuses)
{
    struct answered f;
    struct err e = {0};
    struct form_done done;
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "honos", "t1", CALM, &tmp), bad = in;
    CHECK_CODE(submit(&f, f.elsewhere, &in, NULL, &done, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(submit(&f, 0, &in, NULL, &done, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(submit(&f, f.assessor, &in, NULL, &done, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(submit(&f, f.leader, &in, NULL, &done, &tmp, &e), E_NOT_ALLOWED, e);
    bad.day++;
    CHECK_CODE(submit(&f, f.clinician, &bad, NULL, &done, &tmp, &e), E_RECORD, e);
    bad = in;
    bad.pass = 2;
    CHECK_CODE(submit(&f, f.clinician, &bad, NULL, &done, &tmp, &e), E_RECORD, e);
    bad = in;
    bad.key.subject = f.service; /* no consumer */
    CHECK_CODE(submit(&f, f.clinician, &bad, NULL, &done, &tmp, &e), E_NOT_FOUND, e);
    bad.key.subject = 999;
    CHECK_CODE(submit(&f, f.clinician, &bad, NULL, &done, &tmp, &e), E_NOT_FOUND, e);
    bad = in;
    bad.key.time = study_time(f.kit.s, S("m6"));
    CHECK_CODE(submit(&f, f.clinician, &bad, NULL, &done, &tmp, &e), E_NOT_FOUND, e);
    struct answer *x = answered_of(&f, "honos", CALM, &tmp);
    x[3] = (struct answer){ANSWER_GIVEN, 7, {0}};
    bad = in;
    bad.answer = x;
    CHECK_CODE(submit(&f, f.clinician, &bad, NULL, &done, &tmp, &e), E_ANSWER, e);
    CHECK_INT(answered_count(&f, "response", tmp), 0);
    /* what was typed: every fault is told, none repeats what was typed */
    struct form_cell cell[12] = {[0] = {.text = S("5")},
                                 [4] = {.text = S("x y z")},
                                 [7] = {S(" 2 "), S(" D ")},
                                 [8] = {.text = S("declined")}};
    struct form_faults wrong = {0};
    collect_read(f.kit.in[in.key.measure], cell, x, &wrong, &tmp);
    CHECK_INT(wrong.n, 2);
    if (wrong.n == 2) CHECK(wrong.at[0].item == 0 && wrong.at[1].item == 4);
    CHECK(x[7].value == 2 && str_is(x[7].detail, "D"));
    CHECK_INT(x[8].state, ANSWER_DECLINED);
    answered_close(&f, tmp);
}

/* Item 2 at 2 or more names the participant's clinician; one without an account, the
** coordinator; seen once. */
EACH_ENGINE(collect_alerts_name_somebody)
{
    struct answered f;
    struct err e = {0};
    struct form_done done;
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "honos", "t1", "1 3 2 0 3 1 0 2 1 0 0 1", &tmp);
    CHECK_CODE(submit(&f, f.coordinator, &in, NULL, &done, &tmp, &e), OK, e);
    CHECK_INT(done.n_alerts, 1);
    CHECK_INT(done.named, f.clinician);
    struct act act = answered_act(&f, f.clinician, &tmp);
    struct alert_views v;
    CHECK_CODE(collect_alerts(&act, &f.kit, true, 0, 10, &v, &e), OK, e);
    CHECK_INT(v.n, 1);
    if (v.n != 1) return;
    i64 id = v.at[0].row.id;
    CHECK_STR(v.at[0].row.item, "self-injury");
    CHECK(v.at[0].def && v.at[0].def->tell.n > 0);
    struct act other = answered_act(&f, f.elsewhere, &tmp);
    CHECK_CODE(collect_alert_seen(&other, &f.kit, id, S(""), &e), E_NOT_FOUND, e);
    CHECK_CODE(collect_alerts(&other, &f.kit, false, 0, 10, &v, &e), OK, e);
    CHECK_INT(v.n, 0);
    struct act blind = answered_act(&f, f.assessor, &tmp);
    CHECK_CODE(collect_alerts(&blind, &f.kit, false, 0, 10, &v, &e), OK, e);
    CHECK_INT(v.n, 0);
    struct collect_kit another =
        f.kit; /* by way of another study with the same measures */
    another.study++;
    CHECK_CODE(collect_alert_seen(&act, &another, id, S(""), &e), E_NOT_FOUND, e);
    CHECK_CODE(collect_alerts_of(&act, &another, f.p[0], &v, &e), OK, e);
    CHECK_INT(v.n, 0);
    CHECK_CODE(collect_alert_seen(&act, &f.kit, id, S("called, agreed on a plan"), &e),
               OK, e);
    CHECK_CODE(collect_alert_seen(&act, &f.kit, id, S(""), &e), E_CHANGED, e);
    CHECK_CODE(collect_alerts(&act, &f.kit, true, 0, 10, &v, &e), OK, e);
    CHECK_INT(v.n, 0);
    CHECK_CODE(collect_alerts_of(&act, &f.kit, f.p[0], &v, &e), OK, e);
    CHECK_INT(v.n, 1);
    CHECK_STR(v.at[0].row.note, "called, agreed on a plan");
    /* correcting another item does not raise it again; a higher answer does */
    in.version = done.response;
    in.answer = answered_of(&f, "honos", "2 3 2 0 3 1 0 2 1 0 0 1", &tmp);
    CHECK_CODE(submit(&f, f.manager, &in, "misread", &done, &tmp, &e), OK, e);
    CHECK_INT(done.n_alerts, 0);
    in.version = done.response;
    in.answer = answered_of(&f, "honos", "2 4 2 0 3 1 0 2 1 0 0 1", &tmp);
    CHECK_CODE(submit(&f, f.manager, &in, "misread", &done, &tmp, &e), OK, e);
    CHECK_INT(done.n_alerts, 1);
    /* the clinician's account is closed: the site's coordinator is named */
    struct act admin = answered_act(&f, f.h.admin, &tmp);
    CHECK_CODE(staffing_set_active(&admin, f.clinician, false, &e), OK, e);
    in = form(&f, f.p[1], "honos", "t1", "0 2 0 0 0 0 0 0 0 0 0 0", &tmp);
    CHECK_CODE(submit(&f, f.manager, &in, NULL, &done, &tmp, &e), OK, e);
    CHECK_INT(done.named, f.coordinator);
    /* long ago and from elsewhere: somebody was told then */
    in = form(&f, f.p[1], "honos", "t2", "0 2 0 0 0 0 0 0 0 0 0 0", &tmp);
    in.mode = MODE_IMPORT;
    in.day -= 400;
    CHECK_CODE(submit(&f, f.manager, &in, NULL, &done, &tmp, &e), OK, e);
    CHECK_INT(done.n_alerts, 0);
    answered_close(&f, tmp);
}

/* Two people open one form: the second is told, sees both, and chooses. */
EACH_ENGINE(collect_corrects_with_reason)
{
    struct answered f;
    struct err e = {0};
    struct form_done first, done;
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "honos", "t1", CALM, &tmp);
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &first, &tmp, &e), OK, e);
    CHECK_CODE(submit(&f, f.coordinator, &in, NULL, &done, &tmp, &e), E_CHANGED, e);
    in.version = first.response;
    in.answer = answered_of(&f, "honos", "4 0 2 0 3 1 0 2 1 0 0 1", &tmp);
    CHECK_CODE(submit(&f, f.clinician, &in, "typo", &done, &tmp, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(submit(&f, f.manager, &in, "  ", &done, &tmp, &e), E_RECORD, e);
    CHECK_SAYS(e, "reason");
    struct act later = answered_act(&f, f.manager, &tmp);
    later.now += HOUR;
    later.why = S("the paper says 4");
    CHECK_CODE(collect_submit(&later, &f.kit, &in, &done, &e), OK, e);
    /* the coordinator saw the first one too, and comes second */
    CHECK_CODE(submit(&f, f.coordinator, &in, "me too", &done, &tmp, &e), E_CHANGED, e);
    struct form_versions h;
    CHECK_CODE(collect_history(&later, &f.kit, &in.key, 1, &h, &e), OK, e);
    CHECK_INT(h.n, 2);
    if (h.n == 2) {
        CHECK_STR(h.at[0].r.reason, "the paper says 4");
        CHECK_INT(h.at[0].r.replaces, first.response);
        CHECK_INT(h.at[1].r.id, first.response);
        CHECK_INT(h.at[1].r.gone, MORNING + HOUR);
        CHECK(h.at[1].answer[0].value == 1 && h.at[0].answer[0].value == 4);
    }
    /* as it was a minute after the first, and as it is */
    struct form_versions was;
    CHECK_CODE(collect_of(&later, &f.kit, f.p[0], MORNING + MINUTE, &was, &e), OK, e);
    CHECK_INT(was.n, 1);
    if (was.n == 1) CHECK_INT(was.at[0].r.id, first.response);
    CHECK_CODE(collect_of(&later, &f.kit, f.p[0], AS_NOW, &was, &e), OK, e);
    CHECK_INT(was.n, 1);
    if (was.n == 1) CHECK(was.at[0].r.id != first.response);
    CHECK_CODE(collect_of(&later, &f.kit, f.p[0], MORNING - 1, &was, &e), OK, e);
    CHECK_INT(was.n, 0);
    struct form_key key;
    struct form_version one;
    CHECK_CODE(collect_response(&later, &f.kit, first.response, &key, &one, &e), OK, e);
    CHECK_INT(key.measure, in.key.measure);
    struct act other = answered_act(&f, f.elsewhere, &tmp);
    CHECK_CODE(collect_response(&other, &f.kit, first.response, &key, &one, &e),
               E_NOT_FOUND, e);
    answered_close(&f, tmp);
}

EACH_ENGINE(collect_second_entry)
{
    struct answered f;
    struct err e = {0};
    struct form_done a, b, done;
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "qol5", "t1", "1 2 3 4 5", &tmp);
    in.mode = MODE_PAPER;
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &a, &tmp, &e), OK, e);
    CHECK_INT(page(&f, f.manager, &in.key, &tmp).state, FORM_SECOND);
    in.pass = 2;
    in.answer = answered_of(&f, "qol5", "1 2 4 4 -", &tmp);
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &b, &tmp, &e), E_RECORD, e);
    CHECK_SAYS(e, "somebody else");
    CHECK_CODE(submit(&f, f.coordinator, &in, NULL, &b, &tmp, &e), OK, e);
    struct form_page p = page(&f, f.manager, &in.key, &tmp);
    CHECK_INT(p.state, FORM_DIFFERS);
    CHECK_INT(p.n_differ, 2);
    if (p.n_differ == 2) CHECK(p.differ[0] == 2 && p.differ[1] == 4);
    struct act act = answered_act(&f, f.manager, &tmp);
    struct answer *x = answered_of(&f, "qol5", "1 2 4 4 5", &tmp);
    CHECK_CODE(
        collect_settle(&act, &f.kit, &in.key, x, a.response, b.response, &done, &e),
        E_RECORD, e);
    act.why = S("looked at the paper");
    CHECK_CODE(
        collect_settle(&act, &f.kit, &in.key, x, b.response, a.response, &done, &e),
        E_CHANGED, e);
    CHECK_CODE(
        collect_settle(&act, &f.kit, &in.key, x, a.response, b.response, &done, &e), OK,
        e);
    p = page(&f, f.manager, &in.key, &tmp);
    CHECK_INT(p.state, FORM_DONE);
    CHECK_INT(p.first.r.id, done.response);
    CHECK_STR(p.first.r.answers, "[1,2,4,4,5]");
    CHECK_STR(p.second.r.answers, "[1,2,4,4,5]");
    struct form_versions h;
    CHECK_CODE(collect_history(&act, &f.kit, &in.key, 2, &h, &e), OK, e);
    CHECK_INT(h.n, 2);
    answered_close(&f, tmp);
}

EACH_ENGINE(collect_drafts)
{
    struct answered f;
    struct err e = {0};
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "qol5", "t1", "1 2 3 4 5", &tmp);
    struct form_cell cell[5] = {{S("1"), S("")}, {S("what?"), S("d")}};
    struct act act = answered_act(&f, f.clinician, &tmp);
    i64 version = 0, old = 0;
    CHECK_CODE(collect_draft(&act, &f.kit, &in.key, 1, cell, &version, &e), OK, e);
    CHECK_INT(version, 1);
    CHECK_CODE(collect_draft(&act, &f.kit, &in.key, 1, cell, &old, &e), E_CHANGED, e);
    old = version;
    CHECK_CODE(collect_draft(&act, &f.kit, &in.key, 1, cell, &version, &e), OK, e);
    CHECK_CODE(collect_draft(&act, &f.kit, &in.key, 1, cell, &old, &e), E_CHANGED, e);
    struct form_page p = page(&f, f.clinician, &in.key, &tmp);
    CHECK(p.has_draft && p.draft_version == 2 && p.state == FORM_DRAFT);
    CHECK_STR(p.draft[1].text, "what?");
    CHECK_STR(p.draft[1].detail, "d");
    CHECK_INT(page(&f, f.coordinator, &in.key, &tmp).state, FORM_OPEN); /* of one's own */
    struct act other = answered_act(&f, f.elsewhere, &tmp);
    CHECK_CODE(collect_draft(&other, &f.kit, &in.key, 1, cell, &old, &e), E_NOT_FOUND, e);
    struct form_done done;
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &done, &tmp, &e), OK, e);
    CHECK_INT(answered_count(&f, "draft", tmp), 0);
    version = 0;
    CHECK_CODE(collect_draft(&act, &f.kit, &in.key, 2, cell, &version, &e), OK, e);
    CHECK_CODE(collect_draft_drop(&act, &f.kit, &in.key, 2, &e), OK, e);
    CHECK_INT(answered_count(&f, "draft", tmp), 0);
    /* A forgotten one goes by itself, after its days and not before. */
    version = 0;
    CHECK_CODE(collect_draft(&act, &f.kit, &in.key, 2, cell, &version, &e), OK, e);
    act.now += (instant)COLLECT_DRAFT_DAYS * 86400000;
    CHECK_CODE(collect_tidy(&act, &e), OK, e);
    CHECK_INT(answered_count(&f, "draft", tmp), 1);
    act.now += 1;
    CHECK_CODE(collect_tidy(&act, &e), OK, e);
    CHECK_INT(answered_count(&f, "draft", tmp), 0);
    answered_close(&f, tmp);
}

/* QoL5 plain: higher is better or not, as the instrument says; the points come by day. */
EACH_ENGINE(collect_series_over_time)
{
    struct answered f;
    struct err e = {0};
    struct form_done done;
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "honos", "t2", "0 0 0 0 0 0 0 0 0 0 0 0", &tmp);
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &done, &tmp, &e), OK, e);
    in = form(&f, f.p[0], "honos", "t1", "4 0 4 4 4 4 4 4 4 4 4 4", &tmp);
    in.day -= 300;
    CHECK_CODE(submit(&f, f.clinician, &in, NULL, &done, &tmp, &e), OK, e);
    struct act act = answered_act(&f, f.leader, &tmp);
    struct series_list s;
    CHECK_CODE(collect_series(&act, &f.kit, f.p[0], LANG_NB, &s, &e), OK, e);
    CHECK_INT(s.n, 2); /* the study names the mean and the sum */
    for (isize i = 0; i < s.n; i++) {
        const struct series *q = &s.at[i];
        CHECK_INT(q->points.n, 2);
        CHECK_STR(q->label, "HoNOS");
        if (q->points.n < 2 || !str_is(q->def->id, "total")) continue;
        CHECK_NEAR(q->points.at[0].value, 44, 0);
        CHECK_NEAR(q->points.at[1].value, 0, 0);
        CHECK_INT(q->points.at[0].time, study_time(f.kit.s, S("t1")));
        CHECK_INT(q->points.at[0].changed, 0);
        CHECK_INT(q->points.at[1].changed, q->reliable ? 1 : 0); /* lower is better */
    }
    act = answered_act(&f, f.assessor, &tmp); /* what clinicians rate could tell an arm */
    CHECK_CODE(collect_series(&act, &f.kit, f.p[0], LANG_NB, &s, &e), OK, e);
    CHECK_INT(s.n, 0);
    act = answered_act(&f, f.elsewhere, &tmp);
    CHECK_CODE(collect_series(&act, &f.kit, f.p[0], LANG_NB, &s, &e), OK, e);
    CHECK_INT(s.n, 0);
    answered_close(&f, tmp);
}

/* All of a study by subject, now and as it was. */
EACH_ENGINE(collect_streams_in_order)
{
    struct answered f;
    struct err e = {0};
    struct form_done done;
    answered_open(&f, url, &tmp);
    static const int order[] = {2, 0, 1};
    for (int i = 0; i < 3; i++) {
        struct form_in in = form(&f, f.p[order[i]], "qol5", "t2", "1 2 3 4 5", &tmp);
        CHECK_CODE(submit(&f, f.manager, &in, NULL, &done, &tmp, &e), OK, e);
        in.key.time = study_time(f.kit.s, S("t1"));
        CHECK_CODE(submit(&f, f.manager, &in, NULL, &done, &tmp, &e), OK, e);
    }
    struct form_in in = form(&f, f.p[0], "qol5", "t1", "2 2 2 2 2", &tmp);
    struct form_page p = page(&f, f.manager, &in.key, &tmp);
    in.version = p.first.r.id;
    struct act act = answered_act(&f, f.manager, &tmp);
    act.now += HOUR;
    act.why = S("typo");
    CHECK_CODE(collect_submit(&act, &f.kit, &in, &done, &e), OK, e);
    const instant when[] = {AS_NOW, MORNING, MORNING - 1};
    for (int k = 0; k < 3; k++) {
        struct response_stream s;
        struct response_row r;
        CHECK_CODE(response_stream(f.h.db, &act.who, 1, when[k], &s, &tmp, &e), OK, e);
        int n = 0;
        while (response_next(&s, &r, &tmp)) {
            char code[] = "P01";
            code[2] = (char)('1' + n / 2);
            CHECK_STR(r.code, code);
            CHECK_STR(r.r.time, n % 2 ? "t2" : "t1");
            bool first = n == 0 && k == 0;
            CHECK_STR(r.r.answers, first ? "[2,2,2,2,2]" : "[1,2,3,4,5]");
            n++;
        }
        CHECK_CODE(response_stream_end(&s, &e), OK, e);
        CHECK_INT(n, k < 2 ? 6 : 0);
    }
    answered_close(&f, tmp);
}

/* Whichever statement of a save fails: nothing of it is there. */
struct failing {
    struct answered *f;
    const struct form_in *in;
    struct act *act;
    i64 n;
};

static int fail_at(struct db *db, void *arg, struct err *e)
{
    struct failing *c = arg;
    struct form_done done = {0};
    db_fail_after(db, c->n);
    int code = collect_submit_in(db, c->act, &c->f->kit, c->in, &done, e);
    db_fail_after(db, 0);
    return code;
}

EACH_ENGINE(collect_is_whole_or_not_at_all)
{
    struct answered f;
    struct err e = {0};
    answered_open(&f, url, &tmp);
    struct form_in in = form(&f, f.p[0], "honos", "t1", "1 3 2 0 3 1 0 2 1 0 0 1", &tmp);
    struct act act = answered_act(&f, f.clinician, &tmp);
    i64 journal = answered_count(&f, "journal", tmp);
    struct failing c = {&f, &in, &act, 1};
    int code = E_DB;
    for (; c.n < 60 && code == E_DB; c.n++) {
        code = writer_run(f.h.w, fail_at, &c, &e);
        bool saved = code == OK;
        CHECK_INT(answered_count(&f, "response", tmp), saved);
        CHECK_INT(answered_count(&f, "alert", tmp), saved);
        CHECK_INT(answered_count(&f, "journal", tmp), journal + saved);
        CHECK_INT(answered_count(&f, "score", tmp),
                  saved ? f.kit.in[in.key.measure]->scores.n : 0);
    }
    CHECK_CODE(code, OK, e);
    CHECK(c.n > 10);
    answered_close(&f, tmp);
}
