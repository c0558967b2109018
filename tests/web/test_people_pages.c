/* Pages about participants over HTTP: who sees what, the way from referral to transfer, refused
** forms that come back filled, hostile text in every field, finding somebody. */
#include "app/allocate.h"
#include "app/apply.h"
#include "app/people.h"
#include "base/file.h"
#include "desk.h"
#include "web/routes.h"
#include <stdio.h>
#include <string.h>

/* --- a desk with a study --------------------------------------------------------- */

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

struct place {
    struct desk d;
    i64 study, coordinator[2], clinician;
};

/* The project's definitions with two arms in the study, in a folder of their own. */
static const char *with_arms(struct arena *a)
{
    static const char *const folder[] = {"instruments", "programmes/imr",
                                         "studies/norway2013"};
    const char *to = file_join(a, test_folder(), "arms");
    struct err e = {0};
    for (isize i = 0; i < COUNT(folder); i++) {
        struct file_names names;
        const char *from = file_join(a, test_path("data"), folder[i]),
                   *there = file_join(a, to, folder[i]);
        CHECK_CODE(file_mkdirs(there, &e), OK, e);
        CHECK_CODE(file_list(from, &names, a, &e), OK, e);
        for (isize k = 0; k < names.n; k++) {
            struct str text;
            const char *name = str_c(names.at[k], a);
            if (!str_ends(names.at[k], S(".yaml"))) continue;
            CHECK_CODE(file_read(file_join(a, from, name), FILE_LIMIT, &text, a, &e), OK,
                       e);
            isize none = str_find_str(text, S("\narms: []\n"));
            if (none >= 0)
                text = str_fmt(a, "%.*s\narms: [imr, usual]\n%.*s",
                               FMT(str_upto(text, none)), FMT(str_from(text, none + 10)));
            CHECK_CODE(file_publish(file_join(a, there, name), text, &e), OK, e);
        }
    }
    return to;
}

static struct place open_with(const char *definitions, struct arena *a)
{
    struct place p = {.d = desk_open(a)};
    struct db *db = NULL;
    struct err e = {0};
    struct applied done;
    CHECK_CODE(house_reader(p.d.house, false, &db, &e), OK, e);
    struct act act = house_self(p.d.house, db, a);
    CHECK_CODE(staff_viewer(db, p.d.staff[0], act.today, &act.who, a, &e), OK, e);
    CHECK_CODE(apply_study(&act, definitions, "norway2013", &done, &e), OK, e);
    p.study = done.study;
    CHECK_CODE(apply_site(&act, p.study, p.d.site[0], S("S1"), &e), OK, e);
    CHECK_CODE(apply_site(&act, p.study, p.d.site[1], S("S2"), &e), OK, e);
    house_reader_back(p.d.house, false, db);
    desk_person(&p.d, "harbour", COORDINATOR, p.d.site[0], &p.coordinator[0]);
    desk_person(&p.d, "hill", COORDINATOR, p.d.site[1], &p.coordinator[1]);
    desk_person(&p.d, "clara", CLINICIAN, p.d.site[0], &p.clinician);
    return p;
}

static struct place open_place(struct arena *a)
{
    return open_with(test_path("data"), a);
}

/* Posts a form as a page showed it: with the value of its field "seen". */
static void send(struct place *p, struct desk_browser *b, const char *path,
                 const char *form)
{
    struct arena *a = p->d.a;
    desk_get(&p->d, b, path);
    struct str mark = S("name=\"seen\" value=\""), seen = S("");
    isize at = str_find_str(b->body, mark);
    if (at >= 0) {
        seen = str_from(b->body, at + mark.n);
        seen = str_upto(seen, str_find(seen, '"'));
    }
    desk_post(&p->d, b, path,
              str_fmt(a, "%s%sseen=%.*s", form, form[0] ? "&" : "", FMT(seen)).at);
}

static const char *at(struct place *p, i64 id, const char *tail)
{
    return str_fmt(p->d.a, "/participants/%" PRId64 "%s", id, tail).at;
}

/* The row number that a redirect leads to. */
static i64 id_of(struct str location)
{
    i64 id = 0;
    for (isize i = 0; i < location.n; i++)
        if (location.at[i] >= '0' && location.at[i] <= '9')
            id = 10 * id + location.at[i] - '0';
    return id;
}

static i64 refer(struct place *p, struct desk_browser *b, const char *more)
{
    send(p, b, "/refer",
         str_fmt(p->d.a, "site=%" PRId64 "&day=1.11.2026%s", p->d.site[0], more).at);
    CHECK_INT(b->status, 303);
    return id_of(b->location);
}

static const char all_met[] =
    "c-adult=met&c-attached=met&c-illness=met&c-informed=met&c-suicide-risk=not+met&"
    "c-language=not+met&day=3.11.2026";

static const char consent[] = "version=1&how=paper&giver=self&day=4+Nov+2026&witness=";

static i64 enrol(struct place *p, struct desk_browser *b, const char *more)
{
    i64 id = refer(p, b, more);
    send(p, b, at(p, id, "/screening"), all_met);
    CHECK_INT(b->status, 303);
    send(p, b, at(p, id, "/consents/research"), consent);
    CHECK_INT(b->status, 303);
    send(p, b, at(p, id, "/events/enrolled"), "day=2026-11-05&clinician=&note=");
    CHECK_INT(b->status, 303);
    return id;
}

/* --- the way of one person ---------------------------------------------------------- */

TEST(people_pages_way_of_one_person)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    desk_get(&p.d, &b, "/participants");
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "Nobody has been referred yet."));
    i64 id = refer(&p, &b, "&name=Kari+Nordmann&birth=4.11.1980&phone=%2B47+22+33+44+55");
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "Referred. The next step is screening.")); /* once, by the frame */
    CHECK(has(&b, "<h1>P01</h1>") && has(&b, "Kari Nordmann") && has(&b, "4 Nov 1980"));
    CHECK(!has(&b, "<title>P01 · Kari")); /* no name in titles */
    CHECK(has(&b, "Not screened yet."));

    /* enrolment says what is missing, with the way there */
    desk_get(&p.d, &b, at(&p, id, "/events/enrolled"));
    CHECK(has(&b, "The criteria are not all met yet"));
    CHECK(has(&b, "Consent is missing: taking part in the research"));
    CHECK(has(&b, at(&p, id, "/screening")) && has(&b, at(&p, id, "/consents/research")));
    CHECK(!has(&b, "<button>Enrol</button>"));

    send(&p, &b, at(&p, id, "/screening"),
         "c-adult=met&c-language=not+known&day=2.11.2026");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "1 of 6 known") && has(&b, "Being screened since 2 Nov 2026"));
    send(&p, &b, at(&p, id, "/screening"), all_met);
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "Eligible since 3 Nov 2026") && has(&b, "Take consent: taking part"));
    send(&p, &b, at(&p, id, "/consents/research"), consent);
    CHECK_INT(b.status, 303);
    send(&p, &b, at(&p, id, "/events/enrolled"),
         str_fmt(&tmp, "day=5.11.2026&clinician=%" PRId64 "&note=", p.clinician).at);
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "Enrolled since 5 Nov 2026, at Harbour, with clara."));

    send(&p, &b, at(&p, id, "/events/dropped-out"), "cause=moved&day=8.11.2026");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "Dropped out since 8 Nov 2026") && has(&b, "moved or changed service"));
    send(&p, &b, at(&p, id, "/events/returned"), "day=10.11.2026");
    CHECK_INT(b.status, 303);
    send(&p, &b, at(&p, id, "/events/clinician"),
         str_fmt(&tmp, "day=11.11.2026&clinician=%" PRId64, p.coordinator[0]).at);
    CHECK_INT(b.status, 303);

    /* the last event by mistake: a reason is needed, and it stays in the list */
    send(&p, &b, at(&p, id, "/back"), "reason=");
    CHECK_INT(b.status, 422);
    send(&p, &b, at(&p, id, "/back"), "reason=wrong+person");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "taken back by harbour: wrong person") && has(&b, "with clara."));

    /* as it was known before it all: not there yet */
    desk_get(&p.d, &b, at(&p, id, "?as_of=1.10.2026"));
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "was not here yet"));

    /* transferred: the other site has them, this one does not see them any more */
    send(&p, &b, at(&p, id, "/events/transferred"),
         str_fmt(&tmp, "day=12.11.2026&site=%" PRId64, p.d.site[1]).at);
    CHECK_INT(b.status, 303);
    CHECK_STR(b.location, "/participants");
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK_INT(b.status, 404);
    struct desk_browser hill = desk_in(&p.d, "hill");
    desk_get(&p.d, &hill, at(&p, id, ""));
    CHECK(has(&hill, "Kari Nordmann") && has(&hill, "at Hill"));
    desk_get(&p.d, &hill, "/participants");
    CHECK(has(&hill, "1 enrolled.") && has(&hill, "Kari Nordmann"));
    desk_close(&p.d);
}

TEST(people_pages_consent_withdrawn)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    i64 id = enrol(&p, &b, "");
    desk_get(&p.d, &b, at(&p, id, ""));
    isize from = str_find_str(b.body, S("/withdraw\""));
    CHECK(from > 0);
    struct str path = str_upto(b.body, from + 9);
    while (str_find(path, '"') >= 0) path = str_from(path, str_find(path, '"') + 1);
    const char *withdraw = str_c(path, &tmp);
    desk_get(&p.d, &b, withdraw);
    CHECK(has(&b, "no bearing on the person") &&
          has(&b, "Taking part in the study ends"));
    send(&p, &b, withdraw, "day=6.11.2026&note=");
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "Choose one of these."));
    send(&p, &b, withdraw, "effect=erase&day=1.11.2026"); /* before it was given */
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "before the consent was given") && has(&b, "value=\"erase\" checked"));
    send(&p, &b, withdraw, "effect=erase&day=6.11.2026&note=enough");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, "Dropped out since 6 Nov 2026") && has(&b, "asked to be erased"));
    CHECK(has(&b, "withdrawn on 6 Nov 2026"));

    /* a leader erases: the code has to be typed */
    struct desk_browser l = desk_in(&p.d, "leader");
    send(&p, &l, at(&p, id, "/erasure"), "what=all&code=P1");
    CHECK_INT(l.status, 422);
    CHECK(has(&l, "This is not the participant&#39;s code.") && has(&l, "value=\"P1\""));
    send(&p, &l, at(&p, id, "/erasure"), "what=all&code=P01");
    CHECK_INT(l.status, 303);
    desk_get(&p.d, &l, "/participants");
    CHECK(has(&l, "The person is erased.") && !has(&l, ">P01<"));
    desk_close(&p.d);
}

/* --- who sees what ---------------------------------------------------------------------- */

TEST(people_pages_names_by_role)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    i64 id = enrol(&p, &b, "&name=Kari+Nordmann&birth=4.11.1980&phone=22334455");
    static const struct {
        const char *login;
        int page;
        bool named, enrols;
    } row[] = {
        {"leader", 200, true, false},
        {"coordinator", 200, true, true},
        {"clinician", 200, true, true},
        {"outcome-assessor", 200, false, false},
        {"data-manager", 200, false, false},
        {"trial-unit", 200, false, false},
        {"monitor", 200, false, false},
        {"hill", 404, false, false},
        {"statistician", 403, false, false},
        {"administrator", 403, false, false},
        {"trainer", 403, false, false},
        {"fidelity-assessor", 403, false, false},
        {"implementation-team", 403, false, false},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct desk_browser x = desk_in(&p.d, row[i].login);
        desk_get(&p.d, &x, at(&p, id, ""));
        bool fine = CHECK_INT(x.status, row[i].page);
        fine = CHECK(has(&x, "Kari") == row[i].named) && fine;
        fine = CHECK(has(&x, "4 Nov 1980") == row[i].named) && fine;
        fine = CHECK(has(&x, "/events/dropped-out") == row[i].enrols) && fine;
        fine =
            CHECK(has(&x, "/allocation") == (strcmp(row[i].login, "trial-unit") == 0)) &&
            fine;
        desk_get(&p.d, &x, "/participants");
        fine = CHECK(has(&x, "Kari") == row[i].named) && fine;
        fine = CHECK(has(&x, ">P01<") == (row[i].page == 200)) && fine;
        desk_post(&p.d, &x, "/participants", "find=Kari+Nordmann");
        fine = CHECK((x.status == 303) == row[i].named) && fine;
        CHECK(!has(&x, "Kari Nordmann</a>"));
        if (!fine) printf("# %s\n", row[i].login);
    }
    desk_close(&p.d);
}

TEST(people_pages_allocation_for_the_trial_unit)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour"), u = desk_in(&p.d, "trial-unit");
    i64 id = enrol(&p, &b, "");
    desk_get(&p.d, &u, at(&p, id, "/allocation"));
    CHECK_INT(u.status, 200);
    CHECK(has(&u, "This study has no arms.")); /* the Norwegian study */
    static const char *const others[] = {"harbour",          "clara",
                                         "leader",           "data-manager",
                                         "outcome-assessor", "administrator"};
    for (isize i = 0; i < COUNT(others); i++) {
        struct desk_browser x = desk_in(&p.d, others[i]);
        desk_get(&p.d, &x, at(&p, id, "/allocation"));
        CHECK_INT(x.status, 403);
        desk_get(&p.d, &x, at(&p, id, ""));
        CHECK(!has(&x, "llocat"));
    }
    desk_close(&p.d);
}

/* Entered, corrected with a reason, both in the list; twice at one time is told. */
TEST(people_pages_allocation_entered_and_corrected)
{
    struct place p = open_with(with_arms(&tmp), &tmp);
    struct desk_browser b = desk_in(&p.d, "harbour"), u = desk_in(&p.d, "trial-unit");
    i64 id = enrol(&p, &b, "");
    const char *path = at(&p, id, "/allocation");
    desk_get(&p.d, &u, path);
    CHECK(has(&u, "Not allocated yet.") && has(&u, "Enter the allocation"));
    desk_post(&p.d, &u, path, "arm=other&day=6.11.2026&holds=0");
    CHECK_INT(u.status, 422);
    desk_post(&p.d, &u, path, "arm=imr&day=6.11.2026&holds=0");
    CHECK_INT(u.status, 303);
    desk_get(&p.d, &u, path);
    CHECK(has(&u, "Allocated to imr on 6 Nov 2026."));
    desk_post(&p.d, &u, path, "arm=usual&day=6.11.2026&holds=0&reason=late");
    CHECK_INT(u.status, 422);
    CHECK(has(&u, "Somebody else entered an allocation meanwhile"));
    struct str mark = S("name=\"holds\" value=\"");
    struct str holds = str_from(u.body, str_find_str(u.body, mark) + mark.n);
    holds = str_upto(holds, str_find(holds, '"'));
    struct str form = str_fmt(&tmp, "day=6.11.2026&holds=%.*s", FMT(holds));
    desk_post(&p.d, &u, path, str_fmt(&tmp, "arm=usual&%.*s", FMT(form)).at);
    CHECK_INT(u.status, 422); /* no reason */
    desk_post(&p.d, &u, path, str_fmt(&tmp, "arm=imr&reason=typing&%.*s", FMT(form)).at);
    CHECK(has(&u, "This is the arm that stands already."));
    desk_post(&p.d, &u, path,
              str_fmt(&tmp, "arm=usual&reason=typing&%.*s", FMT(form)).at);
    CHECK_INT(u.status, 303);
    desk_get(&p.d, &u, path);
    CHECK(has(&u, "Allocated to usual on 6 Nov 2026.") &&
          has(&u, "imr (corrected later)") && has(&u, "typing"));
    /* and nobody else sees that there is one */
    static const char *const others[] = {"harbour", "leader", "outcome-assessor",
                                         "data-manager", "monitor"};
    for (isize i = 0; i < COUNT(others); i++) {
        struct desk_browser x = desk_in(&p.d, others[i]);
        desk_get(&p.d, &x, path);
        CHECK(x.status == 403 && !has(&x, "usual"));
        desk_get(&p.d, &x, at(&p, id, ""));
        CHECK(x.status == 200 && !has(&x, "usual") && !has(&x, "llocat"));
    }
    desk_close(&p.d);
}

/* --- forms ----------------------------------------------------------------------------------- */

TEST(people_pages_refused_forms_come_back_filled)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    send(&p, &b, "/refer",
         str_fmt(&tmp,
                 "site=%" PRId64 "&name=Ola+Hansen&birth=31.2.1980&phone=none&"
                 "day=1.1.2099&note=from+the+ward",
                 p.d.site[0])
             .at);
    CHECK_INT(b.status, 422);
    static const char *const held[] = {"value=\"Ola Hansen\"", "value=\"31.2.1980\"",
                                       "value=\"none\"",       "value=\"1.1.2099\"",
                                       "from the ward",        "id=\"birth-fault\"",
                                       "id=\"phone-fault\"",   "id=\"day-fault\"",
                                       "href=\"#birth\"",      "has not come yet"};
    for (isize i = 0; i < COUNT(held); i++)
        if (!CHECK(has(&b, held[i]))) printf("# %s\n", held[i]);

    /* the same person twice: both ways out */
    i64 id = refer(&p, &b, "&name=Ola+Hansen&birth=1.2.1980");
    const char *again =
        str_fmt(&tmp, "site=%" PRId64 "&day=1.11.2026&name=OLA++hansen&birth=1980-02-01",
                p.d.site[0])
            .at;
    send(&p, &b, "/refer", again);
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "P01 has the same name and birth date") && has(&b, at(&p, id, "\"")));
    send(&p, &b, "/refer", str_fmt(&tmp, "%s&twin=1", again).at);
    CHECK_INT(b.status, 303);

    /* somebody at a site that one does not see: said without saying who */
    struct desk_browser hill = desk_in(&p.d, "hill");
    send(&p, &hill, "/refer",
         str_fmt(&tmp, "site=%" PRId64 "&day=1.11.2026&name=Ola+Hansen&birth=1.2.1980",
                 p.d.site[1])
             .at);
    CHECK_INT(hill.status, 422);
    CHECK(has(&hill, "at a site that you do not see") && !has(&hill, "P01"));

    /* days in order, reasons needed */
    id = enrol(&p, &b, "");
    send(&p, &b, at(&p, id, "/events/dropped-out"), "day=1.11.2026&note=told+by+phone");
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "before the last event, 5 Nov 2026") && has(&b, "told by phone") &&
          has(&b, "id=\"cause-fault\""));
    desk_close(&p.d);
}

/* What an act refuses is said in the viewer's language. */
TEST(people_pages_refuse_in_the_viewers_language)
{
    static const char *const row[][3] = {
        {"en", "There is no such participant.",
         "this right anywhere: see who is in which arm"},
        {"nb", "Denne deltakeren finnes ikke.",
         "gir denne rettigheten noe sted: se hvem som er i hvilken gruppe"},
        {"da", "Denne deltager findes ikke.",
         "giver denne rettighed noget sted: se hvem der er i hvilken gruppe"},
    };
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    i64 id = enrol(&p, &b, "");
    for (isize i = 0; i < COUNT(row); i++) {
        send(&p, &b, "/account/language", str_fmt(&tmp, "language=%s", row[i][0]).at);
        CHECK_INT(b.status, 303);
        desk_get(&p.d, &b, "/participants/999999");
        CHECK_INT(b.status, 404);
        CHECK(has(&b, row[i][1]));
        desk_get(&p.d, &b, at(&p, id, "/allocation"));
        CHECK_INT(b.status, 403);
        CHECK(has(&b, row[i][2]));
        CHECK(i == 0 || !has(&b, "No role of today"));
    }
    desk_close(&p.d);
}

/* Two at one time: the second is told, sees the state, and nothing typed is lost. */
TEST(people_pages_changed_meanwhile)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour"), c = desk_in(&p.d, "clara");
    i64 id = enrol(&p, &b, "");
    const char *path = at(&p, id, "/events/completed");
    desk_get(&p.d, &c, path);
    struct str seen = str_from(c.body, str_find_str(c.body, S("name=\"seen\" value=\"")));
    seen = str_from(seen, 19);
    seen = str_upto(seen, str_find(seen, '"'));
    send(&p, &b, at(&p, id, "/events/dropped-out"), "cause=moved&day=8.11.2026");
    CHECK_INT(b.status, 303);
    desk_post(&p.d, &c, path,
              str_fmt(&tmp, "day=9.11.2026&note=all+done&seen=%.*s", FMT(seen)).at);
    CHECK_INT(c.status, 422);
    CHECK(has(&c, "Somebody else changed this participant meanwhile: Dropped out"));
    desk_close(&p.d);
}

/* What people type is text, wherever it comes back. */
TEST(people_pages_hostile_text)
{
    static const char typed[] =
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%26%7B%7B+%2F%2A"
        "%27%3B+DROP+TABLE+participant%3B--";
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    i64 id =
        refer(&p, &b, str_fmt(&tmp, "&name=%s&note=%s&birth=1.1.1990", typed, typed).at);
    const struct {
        const char *path, *fields[7];
    } form[] = {
        {"/refer", {"name", "birth", "phone", "site", "clinician", "day", "note"}},
        {at(&p, id, "/screening"), {"c-adult", "r-adult", "day", "seen"}},
        {at(&p, id, "/consents/research"),
         {"version", "how", "giver", "witness", "day", "seen"}},
        {at(&p, id, "/events/declined"), {"cause", "day", "note", "seen"}},
        {at(&p, id, "/events/transferred"), {"site", "day", "note"}},
        {at(&p, id, "/names"), {"name", "birth", "phone", "email", "address"}},
        {str_fmt(&tmp, "/subjects/%" PRId64 "/attributes", id).at,
         {"a-age", "a-sex", "a-site", "reason"}},
    };
    for (isize i = 0; i < COUNT(form); i++) {
        struct buf f = buf_in(&tmp, 1024);
        for (int k = 0; k < 7 && form[i].fields[k]; k++)
            buf_fmt(&f, "%s%s=%s", k ? "&" : "", form[i].fields[k], typed);
        desk_get(&p.d, &b, form[i].path);
        CHECK_INT(b.status, 200);
        desk_post(&p.d, &b, form[i].path, str_c(buf_str(&f), &tmp));
        if (!CHECK(b.status == 422 && !has(&b, "<script>") && has(&b, "&lt;script&gt;")))
            printf("# %s: %d\n", form[i].path, b.status);
    }
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(!has(&b, "<script>") && has(&b, "&lt;script&gt;alert(1)"));
    desk_get(&p.d, &b, "/participants");
    CHECK(!has(&b, "<script>") && has(&b, "&lt;script&gt;alert(1)"));
    desk_post(&p.d, &b, "/participants", str_fmt(&tmp, "find=%s", typed).at);
    CHECK_INT(b.status, 303); /* found, by the whole name */
    static const char *const query[] = {"after", "site",  "state",
                                        "mine",  "as_of", "study"};
    for (isize i = 0; i < COUNT(query); i++) {
        desk_get(&p.d, &b, str_fmt(&tmp, "/participants?%s=%s", query[i], typed).at);
        CHECK(b.status < 500 && !has(&b, "<script>"));
        desk_get(&p.d, &b, at(&p, id, str_fmt(&tmp, "?%s=%s", query[i], typed).at));
        CHECK(b.status < 500 && !has(&b, "<script>"));
    }
    desk_close(&p.d);
}

/* --- finding and paging -------------------------------------------------------------------------- */

TEST(people_pages_find)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    i64 kari = refer(&p, &b, "&name=Kari+Nordmann&birth=4.11.1980&phone=%2B47+22334455");
    refer(&p, &b, "&name=Ola+Hansen&birth=5.11.1980");
    const struct {
        const char *find;
        int status;
    } row[] = {
        {"P01", 303},
        {"kari+NORDMANN", 303},
        {"4.11.1980", 303},
        {"1980-11-04", 303},
        {"0047+22+33+44+55", 303},
        {"P0", 200},
        {"Kari", 200},
        {"x", 200},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        desk_get(&p.d, &b, "/participants");
        desk_post(&p.d, &b, "/participants", str_fmt(&tmp, "find=%s", row[i].find).at);
        if (!CHECK_INT(b.status, row[i].status)) printf("# %s\n", row[i].find);
        if (b.status == 303) CHECK_INT(id_of(b.location), kari);
    }
    desk_post(&p.d, &b, "/participants", "find=P0");
    CHECK(has(&b, "2 found.") && has(&b, ">P01<") && has(&b, ">P02<"));
    desk_post(&p.d, &b, "/participants", "find=Kari");
    CHECK(has(&b, "A name must be whole") && has(&b, "value=\"Kari\""));
    desk_close(&p.d);
}

TEST(people_pages_by_fifty)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(house_reader(p.d.house, false, &db, &e), OK, e);
    struct act act = house_self(p.d.house, db, &tmp);
    CHECK_CODE(staff_viewer(db, p.coordinator[0], act.today, &act.who, &tmp, &e), OK, e);
    for (int i = 0; i < 60; i++) {
        struct referral in = {
            .study = p.study, .site = p.d.site[0], .day = act.today, .clinician = 0};
        struct referred out;
        CHECK_CODE(people_refer(&act, NULL, &in, &out, &e), OK, e);
    }
    house_reader_back(p.d.house, false, db);
    desk_get(&p.d, &b, "/participants");
    CHECK(has(&b, "60 referred and waiting.") && has(&b, ">P50<") && !has(&b, ">P51<"));
    CHECK(has(&b, "after=P50"));
    desk_get(&p.d, &b,
             str_fmt(&tmp, "/participants?study=%" PRId64 "&after=P50", p.study).at);
    CHECK(has(&b, ">P51<") && has(&b, ">P60<") && !has(&b, ">P50<") &&
          !has(&b, "rel=\"next\""));
    desk_get(&p.d, &b, "/participants?state=enrolled");
    CHECK(has(&b, "Nobody fits what you chose.") && has(&b, "Show all"));
    desk_get(&p.d, &b, "/participants?mine=1");
    CHECK(has(&b, "Nobody fits what you chose."));
    desk_close(&p.d);
}

/* --- rows of other tables ----------------------------------------------------------------------------- */

TEST(people_pages_other_subjects)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    const char *list =
        str_fmt(&tmp, "/studies/%" PRId64 "/subjects/clinicians", p.study).at;
    desk_get(&p.d, &b, list);
    CHECK(b.status == 200 && has(&b, "There is none yet."));
    send(&p, &b, str_fmt(&tmp, "%s/new", list).at,
         str_fmt(&tmp, "site=%" PRId64 "&code=", p.d.site[0]).at);
    CHECK_INT(b.status, 422);
    send(&p, &b, str_fmt(&tmp, "%s/new", list).at,
         str_fmt(&tmp, "site=%" PRId64 "&code=T01", p.d.site[0]).at);
    CHECK_INT(b.status, 303);
    const char *row = str_c(b.location, &tmp);
    desk_get(&p.d, &b, row);
    CHECK(has(&b, "<h1>T01</h1>") && has(&b, "Harbour"));
    const char *edit = str_fmt(&tmp, "%s/attributes", row).at;
    desk_get(&p.d, &b, edit);
    CHECK_INT(b.status, 200);
    desk_get(&p.d, &b, list);
    CHECK(has(&b, ">T01<"));
    desk_close(&p.d);
}

/* A copy for the person: explained first, made by a POST, as a file that no browser keeps. */
TEST(people_pages_copy)
{
    struct place p = open_with(with_arms(&tmp), &tmp);
    struct desk_browser b = desk_in(&p.d, "harbour"), hill = desk_in(&p.d, "hill"),
                        leader = desk_in(&p.d, "leader"), clara = desk_in(&p.d, "clara");
    i64 id = enrol(&p, &b, "&name=Kari+Nordmann&birth=3.2.1980&note=quiet+notes");
    const char *path = at(&p, id, "/copy");
    desk_get(&p.d, &b, at(&p, id, ""));
    CHECK(has(&b, path));
    desk_get(&p.d, &b, path);
    CHECK(b.status == 200 && has(&b, "Kari Nordmann") &&
          has(&b, "The group is not in it"));
    desk_get(&p.d, &hill, path);
    CHECK_INT(hill.status, 404);
    desk_get(&p.d, &clara, path);
    CHECK_INT(clara.status, 403);
    desk_get(&p.d, &clara, at(&p, id, ""));
    CHECK(clara.status == 200 && !has(&clara, path));
    send(&p, &b, path, "format=pdf&language=xx&way=&reason=kept+words");
    CHECK(b.status == 422 && has(&b, "kept words") && has(&b, "role=\"alert\""));
    send(&p, &b, path, "format=pdf&language=nb&way=by+hand&reason=");
    CHECK(b.status == 200 && str_starts(b.body, S("%PDF-")));
    CHECK(str_find_str(b.head, S("Cache-Control: no-store")) >= 0 &&
          str_find_str(b.head, S("attachment; filename=\"copy-P01.pdf\"")) >= 0);
    send(&p, &leader, path, "format=json&language=da&way=by+post&reason=passport");
    CHECK(leader.status == 200 && has(&leader, "Kari Nordmann") &&
          has(&leader, "quiet notes") && has(&leader, "arm_why_not"));
    CHECK(str_find_str(leader.head, S("no-store")) >= 0 &&
          str_find_str(leader.head, S("application/json")) >= 0);
    struct desk_browser monitor = desk_in(&p.d, "monitor");
    desk_get(&p.d, &monitor, at(&p, id, "/history"));
    CHECK(has(&monitor, "participant.copy") && has(&monitor, "passport"));
    desk_close(&p.d);
}

/* A consent that was entered by mistake: a reason is needed; it stays in the history, and whoever is
** not enrolled yet may not be without it. */
TEST(people_pages_consent_by_mistake)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    i64 id = refer(&p, &b, "");
    send(&p, &b, at(&p, id, "/screening"), all_met);
    send(&p, &b, at(&p, id, "/consents/research"), consent);
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, ""));
    isize end = str_find_str(b.body, S("/withdraw\""));
    isize from = end;
    while (from > 0 && b.body.at[from - 1] != '/') from--;
    CHECK(end > from);
    struct str one = str_fmt(&tmp, "/consents/%.*s/back",
                             FMT(str_from(str_upto(b.body, MAX(end, 0)), MAX(from, 0))));
    send(&p, &b, at(&p, id, one.at), "reason=");
    CHECK_INT(b.status, 422);
    send(&p, &b, at(&p, id, one.at), "reason=another+person%27s+paper");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, at(&p, id, "/events/enrolled"));
    CHECK(has(&b, "Consent is missing: taking part in the research"));
    desk_get(&p.d, &b, at(&p, id, one.at)); /* it does not hold any more */
    CHECK_INT(b.status, 404);
    desk_close(&p.d);
}
