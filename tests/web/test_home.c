/* The first page by role and the page of a unit, over HTTP: one participant at Harbour, enrolled
** on 5 Nov 2026, so the first visit is open on 22 Nov and overdue on 4 Dec. */
#include "app/apply.h"
#include "app/people.h"
#include "app/visiting.h"
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
    CHECK(has(&b, "Visits to hold now: 1."));
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
    b = desk_in(&p.d, "administrator");
    desk_get(&p.d, &b, "/");
    CHECK(has(&b, "Setting up"));
    CHECK(has(&b, "varde backup"));
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
