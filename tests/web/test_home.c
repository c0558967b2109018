/* The first page by role and the page of a unit, over HTTP: one participant at Harbour, enrolled
** on 5 Nov 2026, so the first visit is open on 22 Nov and overdue on 4 Dec. */
#include "app/apply.h"
#include "app/living.h"
#include "app/people.h"
#include "app/visiting.h"
#include "store/studies.h"
#include "desk.h"

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

static const char *const criteria[] = {"adult",    "attached",     "illness",
                                       "informed", "suicide-risk", "language"};

/* Referred on 1 Nov, found eligible, with consent. */
static i64 refer(struct desk *d, struct act *act, i64 study)
{
    struct err e = {0};
    struct referral in = {.study = study, .site = d->site[0], .day = day_of(2026, 11, 1)};
    struct referred done;
    struct screening_answer x[COUNT(criteria)];
    struct screening s = {.answer = x, .n = COUNT(criteria), .day = day_of(2026, 11, 3)};
    enum participant_state state;
    CHECK_CODE(people_refer(act, NULL, &in, &done, &e), OK, e);
    for (int i = 0; i < COUNT(criteria); i++)
        x[i] = (struct screening_answer){.criterion = str_of(criteria[i]),
                                         .met = i < 4 ? MET : MET_NOT};
    s.subject = done.subject;
    CHECK_CODE(people_screen(act, &s, &state, &e), OK, e);
    return done.subject;
}

struct place {
    struct desk d;
    i64 coordinator, clinician, leader, elsewhere, p;
};

static void open_place(struct place *out, struct arena *a)
{
    *out = (struct place){.d = desk_open(a)};
    struct desk *d = &out->d;
    struct db *db = NULL;
    struct err e = {0};
    struct applied done;
    i64 id = 0;
    desk_person(d, "harbour", COORDINATOR, d->site[0], &out->coordinator);
    desk_person(d, "clara", CLINICIAN, d->site[0], &out->clinician);
    desk_person(d, "lise", LEADER, d->site[0], &out->leader);
    desk_person(d, "hill", LEADER, d->site[1], &out->elsewhere);
    CHECK_CODE(house_reader(d->house, false, &db, &e), OK, e);
    struct act act = house_self(d->house, db, a);
    CHECK_CODE(staff_viewer(db, d->staff[0], act.today, &act.who, a, &e), OK, e);
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2013", &done, &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, d->site[0], S("S1"), &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, d->site[1], S("S2"), &e), OK, e);
    house_reader_back(d->house, false, db);
    CHECK_CODE(house_reader(d->house, false, &db, &e), OK, e);
    act = house_self(d->house, db, a);
    CHECK_CODE(staff_viewer(db, out->coordinator, act.today, &act.who, a, &e), OK, e);
    out->p = refer(d, &act, done.study);
    refer(d, &act, done.study); /* a second one, who waits */
    house_reader_back(d->house, false, db);
    struct desk_browser b = desk_in(d, "harbour");
    const char *at = str_fmt(a, "/participants/%" PRId64, out->p).at;
    desk_get(d, &b, str_fmt(a, "%s/consents/research", at).at);
    struct str mark = S("name=\"seen\" value=\""), seen;
    seen = str_from(b.body, str_find_str(b.body, mark) + mark.n);
    seen = str_upto(seen, str_find(seen, '"'));
    desk_post(d, &b, str_fmt(a, "%s/consents/research", at).at,
              str_fmt(a,
                      "version=1&how=paper&giver=self&day=4+Nov+2026&witness=&seen=%.*s",
                      FMT(seen))
                  .at);
    CHECK_INT(b.status, 303);
    CHECK_CODE(house_reader(d->house, false, &db, &e), OK, e);
    act = house_self(d->house, db, a);
    CHECK_CODE(staff_viewer(db, out->coordinator, act.today, &act.who, a, &e), OK, e);
    struct happening h = {.subject = out->p,
                          .kind = EV_ENROLLED,
                          .day = day_of(2026, 11, 5),
                          .clinician = out->clinician};
    const struct collect_kit *kit = NULL;
    CHECK_CODE(people_happen(&act, &h, &id, &e), OK, e);
    CHECK_CODE(house_study(d->house, db, done.study, &kit, &e), OK, e);
    CHECK_CODE(visiting_anchor(&act, kit, out->p, FROM_ENROLMENT, h.day, &e), OK, e);
    house_reader_back(d->house, false, db);
}

TEST(home_by_role)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser b = desk_in(&p.d, "clara");
    desk_get(&p.d, &b, "/");
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "One visit is open."));
    CHECK(has(&b, "Visits of my participants"));
    CHECK(has(&b, str_fmt(&tmp, "/participants/%" PRId64 "\"", p.p).at));
    CHECK(has(&b, "href=\"/visits/"));
    CHECK(has(&b, "/due?which=mine"));
    /* where somebody has no role, nothing is said of anybody */
    b = desk_in(&p.d, "hill");
    desk_get(&p.d, &b, "/");
    CHECK(has(&b, "Nothing waits for you today."));
    CHECK(!has(&b, "P01"));
    CHECK(!has(&b, "Harbour"));
    b = desk_in(&p.d, "outcome-assessor");
    desk_get(&p.d, &b, "/");
    CHECK_INT(b.status, 200);
    /* an assessor sees what participants and assessors rate, never the clinician's forms */
    CHECK(has(&b, "href=\"/visits/"));
    CHECK(!has(&b, "HoNOS"));
    /* who only counts gets the ways on */
    b = desk_in(&p.d, "statistician");
    desk_get(&p.d, &b, "/");
    CHECK(has(&b, "href=\"/studies/norway2013/report\""));
    CHECK(!has(&b, "href=\"/unit\""));
    CHECK(has(&b, "href=\"/export\""));
    b = desk_in(&p.d, "administrator");
    desk_get(&p.d, &b, "/");
    CHECK(has(&b, "Setting up"));
    CHECK(has(&b, "Open accounts"));
    CHECK(has(&b, "Without a second factor") && has(&b, "Version of Varde") &&
          has(&b, "GB left") && has(&b, "not yet by this server"));
    desk_close(&p.d);
}

static void add_recording(struct place *p)
{
    struct db *db = NULL;
    struct err e = {0};
    struct studies_row study;
    i64 id = 0;
    CHECK_CODE(house_reader(p->d.house, false, &db, &e), OK, e);
    struct act act = house_self(p->d.house, db, p->d.a);
    CHECK_CODE(staff_viewer(db, p->coordinator, act.today, &act.who, act.a, &e), OK, e);
    CHECK_CODE(studies_by_name(db, S("norway2013"), &study, act.a, &e), OK, e);
    struct new_subject in = {.study = study.id,
                             .site = p->d.site[0],
                             .kind = S("clinicians"),
                             .code = S("C01")};
    CHECK_CODE(people_subject_add(&act, &in, &id, &e), OK, e);
    in.kind = S("recordings");
    in.part = 2;
    CHECK_CODE(people_subject_add(&act, &in, &id, &e), OK, e);
    house_reader_back(p->d.house, false, db);
}

/* A trainer starts at the recordings nobody has rated; what was rated stands below, and whoever
** follows the implementation reads it and is asked for none. */
TEST(home_of_who_rates)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser trainer = desk_in(&p.d, "trainer"),
                        team = desk_in(&p.d, "implementation-team"),
                        rita = desk_in(&p.d, "outcome-assessor");
    desk_get(&p.d, &trainer, "/");
    CHECK(has(&trainer, "Nothing has been rated yet."));
    add_recording(&p);
    desk_get(&p.d, &trainer, "/");
    CHECK(has(&trainer, "One waits for your rating.") && has(&trainer, "C01, 2"));
    isize at = str_find_str(trainer.body, S("/forms/"));
    CHECK(at >= 0);
    struct str form = str_from(trainer.body, at);
    form = str_upto(form, str_find(form, '"'));
    desk_get(&p.d, &team, "/");
    CHECK(!has(&team, "C01, 2") && has(&team, "Nothing has been rated yet."));
    desk_get(&p.d, &rita, "/");
    CHECK(!has(&rita, "C01, 2"));
    desk_get(&p.d, &trainer, form.n ? str_c(form, &tmp) : "/");
    CHECK_INT(trainer.status, 200);
    desk_post(&p.d, &trainer, str_c(form, &tmp),
              "a1=3&a2=3&a5=3&a6=3&a7=3&a8=3&a9=3&a10=3&a11=3&a12=3&a13=3&"
              "day=20.11.2026&mode=staff&version=0");
    CHECK_INT(trainer.status, 303);
    desk_get(&p.d, &trainer, "/");
    CHECK(!has(&trainer, "waits for your rating") && has(&trainer, "Rated last"));
    desk_get(&p.d, &team, "/");
    CHECK(has(&team, "C01, 2") && has(&team, "Rated last"));
    desk_get(&p.d, &rita, "/");
    CHECK(!has(&rita, "C01, 2"));
    desk_close(&p.d);
}

TEST(unit_on_one_page)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser b = desk_in(&p.d, "lise");
    desk_get(&p.d, &b, "/unit");
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "Enrolled now: 1. Referred and waiting: 1. Completed: 0."));
    CHECK(has(&b, "No alert is open and no visit is overdue."));
    CHECK(!has(&b, "Hill"));
    desk_wait((i64)12 * 86400 * 1000); /* 4 Dec: the first visit closed on the 3rd */
    b = desk_in(&p.d, "lise");
    desk_get(&p.d, &b, "/unit");
    CHECK(has(&b, "Visits are overdue"));
    CHECK(has(&b, "0 of 1 (0 %)")); /* visits held */
    CHECK(has(&b, "0 of 6 (0 %)")); /* t1: both IMRS, HoNOS, GAF, hope, quality of life */
    b = desk_in(&p.d, "hill");
    desk_get(&p.d, &b, "/unit");
    CHECK_INT(b.status, 200);
    CHECK(!has(&b, "Harbour"));
    CHECK(has(&b, "Nobody has been referred yet."));
    b = desk_in(&p.d, "statistician");
    desk_get(&p.d, &b, "/unit");
    CHECK_INT(b.status, 403);
    desk_close(&p.d);
}

/* The number behind `mark` in the page, up to the next sign that is no digit; -1: not there. */
static i64 number_after(struct desk_browser *b, const char *mark)
{
    i64 n = 0;
    isize at = str_find_str(b->body, str_of(mark));
    if (at < 0) return -1;
    for (at += str_of(mark).n; at < b->body.n; at++) {
        if (b->body.at[at] < '0' || b->body.at[at] > '9') break;
        n = 10 * n + (b->body.at[at] - '0');
    }
    return n;
}

/* Over the whole page: the sum of the numbers behind each `mark`, and how often it stands. */
static i64 sum_after(struct desk_browser *b, const char *mark, isize *times)
{
    struct desk_browser rest = *b;
    i64 sum = 0;
    *times = 0;
    for (;;) {
        isize at = str_find_str(rest.body, str_of(mark));
        if (at < 0) return sum;
        sum += number_after(&rest, mark);
        rest.body = str_from(rest.body, at + str_of(mark).n);
        ++*times;
    }
}

/* Two studies at Harbour: that of open_place, where one visit is open; and the invented people of
** routine follow-up, of whom tests/app/test_living.c counts five open visits, two of them
** overdue, and one alert. */
static void two_studies(struct place *p, struct arena *a)
{
    struct db *db = NULL;
    struct err e = {0};
    isize n = 0;
    open_place(p, a);
    CHECK_CODE(house_reader(p->d.house, false, &db, &e), OK, e);
    struct act act = house_self(p->d.house, db, a);
    struct living_in in = {test_path("data"), p->clinician, p->d.site[0]};
    CHECK_CODE(staff_viewer(db, p->d.staff[0], act.today, &act.who, a, &e), OK, e);
    CHECK_CODE(living_make(&act, &in, &n, &e), OK, e);
    house_reader_back(p->d.house, false, db);
}

TEST(every_page_says_the_same_numbers)
{
    static const struct {
        const char *who;
        bool unit;
    } viewer[] = {{"lise", true}, {"clara", true}, {"harbour", true}, {"monitor", true}};
    struct place p;
    isize n;
    two_studies(&p, &tmp);
    for (isize i = 0; i < COUNT(viewer); i++) {
        struct desk_browser b = desk_in(&p.d, viewer[i].who);
        desk_get(&p.d, &b, "/");
        CHECK(has(&b, "6 visits are open; 2 of them are past their last day."));
        desk_get(&p.d, &b, "/due");
        CHECK(has(&b, "6 visits are open; 2 of them are past their last day."));
        sum_after(&b, "href=\"/visits/", &n);
        CHECK_INT(n, 6);
        desk_get(&p.d, &b, "/unit");
        CHECK_INT(sum_after(&b, "Open visits</dt>\n<dd>", &n), 6);
        CHECK_INT(n, 2); /* studies */
        CHECK_INT(sum_after(&b, "Overdue visits</dt>\n<dd>", &n), 2);
        CHECK_INT(sum_after(&b, "Open alerts</dt>\n<dd>", &n), 1);
        desk_get(&p.d, &b, "/alerts?whose=all");
        CHECK(has(&b, "One alert is open"));
    }
    /* the clinician's alert names the clinician; the leader is told that somebody else is */
    struct desk_browser b = desk_in(&p.d, "clara");
    desk_get(&p.d, &b, "/");
    CHECK(has(&b, "One alert is open"));
    CHECK(has(&b, "My participants"));
    b = desk_in(&p.d, "lise");
    desk_get(&p.d, &b, "/");
    CHECK(has(&b, "One alert is open"));
    CHECK(has(&b, "<th scope=\"row\">\nclara")); /* who is behind */
    desk_close(&p.d);
}

TEST(a_chosen_study_is_remembered)
{
    struct place p;
    isize n;
    two_studies(&p, &tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    desk_get(&p.d, &b, "/participants"); /* both live: by name, norway2013 first */
    CHECK(has(&b, "P01"));
    desk_get(&p.d, &b, "/due?study=2");
    CHECK(has(&b, "5 visits are open"));
    desk_get(&p.d, &b, "/due");
    CHECK(has(&b, "5 visits are open"));
    CHECK(has(&b, "<option value=\"2\" selected"));
    desk_get(&p.d, &b, "/participants");
    CHECK(has(&b, "R1-001"));
    CHECK(!has(&b, "P01"));
    desk_get(&p.d, &b, "/due?study=0");
    sum_after(&b, "href=\"/visits/", &n);
    CHECK_INT(n, 6);
    desk_get(&p.d, &b, "/due?study=99");
    CHECK_INT(b.status, 404);
    /* who works elsewhere cannot choose it, and another person's choice says nothing */
    struct desk_browser other = desk_in(&p.d, "hill");
    desk_get(&p.d, &other, "/due?study=2");
    CHECK_INT(other.status, 404);
    desk_get(&p.d, &b, "/due?study=2");
    desk_close(&p.d);
}

/* A study in which nobody is followed any more stands behind the others. */
TEST(the_living_study_comes_first)
{
    struct place p;
    two_studies(&p, &tmp);
    struct desk_browser b = desk_in(&p.d, "hill");
    desk_get(&p.d, &b, "/"); /* works in norway2013 only */
    CHECK(has(&b, "How to implement"));
    CHECK(!has(&b, "Routine follow-up"));
    b = desk_in(&p.d, "harbour");
    desk_get(&p.d, &b, "/unit");
    isize norway = str_find_str(b.body, S("How to implement")),
          routine = str_find_str(b.body, S("Routine follow-up"));
    CHECK(norway >= 0 && routine > norway);
    /* its two people stop: one declines, the other leaves */
    struct db *db = NULL;
    struct err e = {0};
    i64 id = 0;
    CHECK_CODE(house_reader(p.d.house, false, &db, &e), OK, e);
    struct act act = house_self(p.d.house, db, &tmp);
    CHECK_CODE(staff_viewer(db, p.coordinator, act.today, &act.who, &tmp, &e), OK, e);
    struct happening h = {
        .subject = p.p, .kind = EV_DROPPED_OUT, .reason = S("no-wish"), .day = act.today};
    CHECK_CODE(people_happen(&act, &h, &id, &e), OK, e);
    h = (struct happening){.subject = p.p + 1,
                           .kind = EV_DECLINED,
                           .reason = S("no-wish"),
                           .day = act.today};
    CHECK_CODE(people_happen(&act, &h, &id, &e), OK, e);
    house_reader_back(p.d.house, false, db);
    desk_get(&p.d, &b, "/unit");
    norway = str_find_str(b.body, S("How to implement"));
    routine = str_find_str(b.body, S("Routine follow-up"));
    CHECK(routine >= 0 && norway > routine);
    desk_get(&p.d, &b, "/participants");
    CHECK(has(&b, "R1-001"));
    desk_close(&p.d);
}
