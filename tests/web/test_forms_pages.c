/* Pages of visits and forms over HTTP, on the Norwegian study: entering, scores, correcting, two
** entries settled, two people at one form, hostile text, who sees what. */
#include "app/apply.h"
#include "app/visiting.h"
#include "desk.h"
#include <stdio.h>
#include <string.h>

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

struct place {
    struct desk d;
    i64 coordinator[2], clinician, assessor, manager, p, visit;
};

static void send(struct place *p, struct desk_browser *b, const char *path,
                 const char *form)
{
    struct str mark = S("name=\"seen\" value=\""), seen = S("");
    desk_get(&p->d, b, path);
    isize at = str_find_str(b->body, mark);
    if (at >= 0) seen = str_from(b->body, at + mark.n);
    if (at >= 0) seen = str_upto(seen, str_find(seen, '"'));
    desk_post(&p->d, b, path,
              str_fmt(p->d.a, "%s%sseen=%.*s", form, form[0] ? "&" : "", FMT(seen)).at);
    CHECK_INT(b->status, 303);
}

static i64 number_in(struct str s)
{
    i64 id = 0;
    for (isize i = 0; i < s.n; i++)
        if (s.at[i] >= '0' && s.at[i] <= '9') id = 10 * id + s.at[i] - '0';
    return id;
}

/* The visits of a participant who began on 5 Nov 2026, whoever planned them. */
static void plan(struct place *p)
{
    struct db *db = NULL;
    struct err e = {0};
    const struct collect_kit *kit = NULL;
    struct visit_subject of;
    CHECK_CODE(house_reader(p->d.house, false, &db, &e), OK, e);
    struct act act = house_self(p->d.house, db, p->d.a);
    CHECK_CODE(staff_viewer(db, p->coordinator[0], act.today, &act.who, act.a, &e), OK,
               e);
    CHECK_CODE(visit_subject(db, p->p, &of, act.a, &e), OK, e);
    CHECK_CODE(house_study(p->d.house, db, of.study, &kit, &e), OK, e);
    CHECK_CODE(visiting_anchor(&act, kit, p->p, FROM_ENROLMENT, day_of(2026, 11, 5), &e),
               OK, e);
    house_reader_back(p->d.house, false, db);
}

/* The number behind a piece of a page: the value of a hidden field, the id of a link. */
static i64 number_after(const struct desk_browser *b, const char *piece)
{
    isize at = str_find_str(b->body, str_of(piece));
    if (!CHECK(at >= 0)) return 0;
    struct str s = str_from(b->body, at + (isize)strlen(piece));
    isize n = 0;
    while (n < s.n && s.at[n] >= '0' && s.at[n] <= '9') n++;
    return number_in(str_upto(s, n));
}

/* A desk with the study, and one participant at Harbour, enrolled on 5 Nov 2026. */
static void open_place(struct place *out, struct arena *a)
{
    *out = (struct place){.d = desk_open(a)};
    struct db *db = NULL;
    struct err e = {0};
    struct applied done;
    CHECK_CODE(house_reader(out->d.house, false, &db, &e), OK, e);
    struct act act = house_self(out->d.house, db, a);
    CHECK_CODE(staff_viewer(db, out->d.staff[0], act.today, &act.who, a, &e), OK, e);
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2013", &done, &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, out->d.site[0], S("S1"), &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, out->d.site[1], S("S2"), &e), OK, e);
    house_reader_back(out->d.house, false, db);
    desk_person(&out->d, "harbour", COORDINATOR, out->d.site[0], &out->coordinator[0]);
    desk_person(&out->d, "hill", COORDINATOR, out->d.site[1], &out->coordinator[1]);
    desk_person(&out->d, "clara", CLINICIAN, out->d.site[0], &out->clinician);
    desk_person(&out->d, "rita", OUTCOME_ASSESSOR, out->d.site[0], &out->assessor);
    struct desk_browser b = desk_in(&out->d, "harbour");
    send(out, &b, "/refer",
         str_fmt(a, "site=%" PRId64 "&day=1.11.2026", out->d.site[0]).at);
    out->p = number_in(b.location);
    const char *at = str_fmt(a, "/participants/%" PRId64, out->p).at;
    send(out, &b, str_fmt(a, "%s/screening", at).at,
         "c-adult=met&c-attached=met&c-illness=met&c-informed=met&c-suicide-risk=not+met&"
         "c-language=not+met&day=3.11.2026");
    send(out, &b, str_fmt(a, "%s/consents/research", at).at,
         "version=1&how=paper&giver=self&day=4+Nov+2026&witness=");
    send(out, &b, str_fmt(a, "%s/events/enrolled", at).at,
         str_fmt(a, "day=5.11.2026&clinician=%" PRId64 "&note=", out->clinician).at);
    plan(out);
}

static const char *form_at(struct place *p, const char *form)
{
    return str_fmt(p->d.a, "/forms/%" PRId64 "/%s", p->p, form).at;
}

/* HoNOS: 1 0 2 0 1 3 2 1 2 1 0 2, the worked case of data/instruments/honos.yaml: the total
** is 15, the mean 15/12. */
static const char honos[] =
    "a1=1&a2=0&a3=2&a4=0&a5=1&a6=3&a7=2&a8=1&d8=D&a9=2&a10=1&a11=0&"
    "a12=2&day=20.11.2026&mode=staff&version=0&draft=0";

TEST(forms_pages_enter_correct_history)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser clara = desk_in(&p.d, "clara"), hill = desk_in(&p.d, "hill"),
                        harbour = desk_in(&p.d, "harbour");
    desk_get(&p.d, &clara, "/due");
    CHECK_INT(clara.status, 200);
    CHECK(has(&clara, ">P01</a>") && has(&clara, "HoNOS"));
    const char *visit =
        str_fmt(&tmp, "/visits/%" PRId64, number_after(&clara, "/visits/")).at;
    desk_get(&p.d, &clara, visit);
    CHECK_INT(clara.status, 200);
    CHECK(has(&clara, "0 of ") && has(&clara, form_at(&p, "honos/t1")));
    desk_get(&p.d, &clara, form_at(&p, "honos/t1"));
    CHECK_INT(clara.status, 200);
    CHECK(has(&clara, "id=\"a12\"") && has(&clara, "Occupation and activities"));

    /* refused: filled, the fault at its item */
    desk_post(&p.d, &clara, form_at(&p, "honos/t1"),
              "a1=7&a2=1&d8=%3Cb%3Ehostile&day=1.1.2027&mode=staff&version=0");
    CHECK_INT(clara.status, 422);
    CHECK(has(&clara, "href=\"#a1\"") && has(&clara, "This day is still to come."));
    CHECK(has(&clara, "&lt;b&gt;hostile") && !has(&clara, "<b>hostile"));
    CHECK(has(&clara, "id=\"a2-1\" name=\"a2\" value=\"1\" checked"));

    desk_post(&p.d, &clara, form_at(&p, "honos/t1"), honos);
    CHECK_INT(clara.status, 303);
    const char *response = str_c(clara.location, &tmp);
    desk_get(&p.d, &clara, response);
    CHECK_INT(clara.status, 200);
    CHECK(has(&clara, "The form is saved."));
    CHECK(has(&clara, "<strong>15</strong>") && has(&clara, "<strong>1.25</strong>"));
    CHECK(has(&clara, "Lower is better.") && has(&clara, "<svg"));
    CHECK(has(&clara, "Next: "));                    /* the next form of the visit */
    CHECK(!has(&clara, "/correct"));                 /* a clinician does not correct */
    desk_get(&p.d, &clara, form_at(&p, "honos/t1")); /* answered: to its answers */
    CHECK_INT(clara.status, 303);

    /* other sites: as if it were not there */
    desk_get(&p.d, &hill, response);
    CHECK_INT(hill.status, 404);
    desk_get(&p.d, &hill, form_at(&p, "gaf/t1"));
    CHECK_INT(hill.status, 404);
    desk_post(&p.d, &hill, form_at(&p, "gaf/t1"),
              "a1=50&a2=50&day=20.11.2026&mode=staff");
    CHECK_INT(hill.status, 404);
    desk_get(&p.d, &hill, visit);
    CHECK_INT(hill.status, 404);

    /* corrected: a self-injury item of 2 raises its alert */
    const char *correct = str_fmt(&tmp, "%s/correct", response).at;
    desk_get(&p.d, &harbour, correct);
    CHECK_INT(harbour.status, 200);
    CHECK(has(&harbour, "name=\"a6\" value=\"3\" checked"));
    i64 version = number_after(&harbour, "name=\"version\" value=\"");
    struct str body = str_fmt(&tmp,
                              "a1=1&a2=2&a3=2&a4=0&a5=1&a6=3&a7=2&a8=1&d8=D&a9=2&a10=1&"
                              "a11=0&a12=2&day=20.11.2026&mode=staff&version=%" PRId64,
                              version);
    desk_post(&p.d, &harbour, correct, body.at);
    CHECK_INT(harbour.status, 422); /* no reason */
    desk_post(&p.d, &harbour, correct,
              str_fmt(&tmp, "%s&reason=misread+%%3Ci%%3E", body.at).at);
    CHECK_INT(harbour.status, 303);
    desk_get(&p.d, &harbour, str_c(harbour.location, &tmp));
    CHECK(has(&harbour, "<strong>17</strong>") && has(&harbour, "misread &lt;i&gt;"));
    CHECK(has(&harbour, "2: 0: none became 2: mild but definite"));
    CHECK(has(&harbour, "clara has been told."));
    struct desk_browser keeper = desk_in(&p.d, "data-manager"); /* and in the history */
    desk_get(&p.d, &keeper, str_fmt(&tmp, "/participants/%" PRId64 "/history", p.p).at);
    CHECK(has(&keeper, "answers.submit") && has(&keeper, "answers.correct") &&
          has(&keeper, "misread &lt;i&gt;"));
    desk_get(&p.d, &harbour, response); /* the older one says so */
    CHECK(has(&harbour, "This is an older version."));
    desk_get(&p.d, &harbour, "/alerts");
    CHECK(has(&harbour, "No alerts are waiting for you."));
    desk_get(&p.d, &clara, "/alerts");
    CHECK(has(&clara, "P01: HoNOS") && has(&clara, "You have been told."));
    i64 alert = number_after(&clara, "action=\"/alerts/");
    /* in the reader's own words, also on the first page */
    desk_post(&p.d, &clara, "/account/language", "language=nb");
    CHECK_INT(clara.status, 303);
    desk_get(&p.d, &clara, "/alerts");
    CHECK(has(&clara, "Selvskading som ikke er et uhell") &&
          has(&clara, "en tydelig risiko for selvskading") &&
          !has(&clara, "Self-injury"));
    desk_get(&p.d, &clara, "/");
    CHECK(has(&clara, "Selvskading som ikke er et uhell"));
    desk_post(&p.d, &clara, "/account/language", "language=en");
    desk_post(&p.d, &clara, str_fmt(&tmp, "/alerts/%" PRId64 "/seen", alert).at,
              str_fmt(&tmp, "note-%" PRId64 "=talked&mine=mine", alert).at);
    CHECK_INT(clara.status, 303);
    desk_get(&p.d, &clara, "/alerts");
    CHECK(has(&clara, "No alerts are waiting for you."));
    desk_close(&p.d);
}

/* Two people open one empty form; the second to save sees both and chooses. */
TEST(forms_pages_two_editors)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser clara = desk_in(&p.d, "clara"),
                        harbour = desk_in(&p.d, "harbour");
    const char *gaf = form_at(&p, "gaf/t1");
    desk_get(&p.d, &clara, gaf);
    desk_get(&p.d, &harbour, gaf);
    desk_post(&p.d, &clara, gaf, "a1=50&a2=40&day=20.11.2026&mode=staff&version=0");
    CHECK_INT(clara.status, 303);
    desk_post(&p.d, &harbour, gaf, "a1=50&a2=61&day=20.11.2026&mode=staff&version=0");
    CHECK_INT(harbour.status, 422);
    CHECK(has(&harbour, "clara saved this form on") && has(&harbour, "Stands now: 40"));
    CHECK(has(&harbour, "value=\"61\"") && !has(&harbour, "Stands now: 50"));
    i64 version = number_after(&harbour, "name=\"version\" value=\"");
    desk_post(&p.d, &harbour, gaf,
              str_fmt(&tmp,
                      "a1=50&a2=61&day=20.11.2026&mode=staff&version=%" PRId64
                      "&reason=talked+with+clara",
                      version)
                  .at);
    CHECK_INT(harbour.status, 303);
    desk_get(&p.d, &harbour, str_c(harbour.location, &tmp));
    CHECK(has(&harbour, "talked with clara"));

    /* a number and a reason: which was meant? And a form kept while it is typed */
    const char *two = form_at(&p, "gaf/t2");
    desk_post(&p.d, &clara, two, "a1=50&r1=declined&day=20.11.2026&mode=staff&version=0");
    CHECK_INT(clara.status, 422);
    CHECK(has(&clara, "both a number and a reason"));
    desk_post(&p.d, &clara, str_fmt(&tmp, "%s/draft", two).at, "a1=33&draft=0");
    CHECK_INT(clara.status, 200);
    CHECK(has(&clara, "\"draft\":1"));
    desk_get(&p.d, &clara, two);
    CHECK(has(&clara, "value=\"33\"") && has(&clara, "You began this form earlier"));
    desk_post(&p.d, &clara, str_fmt(&tmp, "%s/draft", two).at, "a1=34&draft=0");
    CHECK_INT(clara.status, 422); /* from another window */
    desk_close(&p.d);
}

TEST(forms_pages_second_entry)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser clara = desk_in(&p.d, "clara"),
                        harbour = desk_in(&p.d, "harbour");
    const char *qol = form_at(&p, "qol5/t1");
    const char *second = str_fmt(&tmp, "%s/second", qol).at;
    const char *settle = str_fmt(&tmp, "%s/settle", qol).at;
    desk_post(&p.d, &clara, qol,
              "a1=2&a2=4&a3=3&a4=1&a5=5&day=20.11.2026&mode=paper&version=0");
    CHECK_INT(clara.status, 303);
    desk_get(&p.d, &clara, str_c(clara.location, &tmp));
    CHECK(has(&clara, "a second time, by somebody else"));
    desk_get(&p.d, &clara, second); /* not by the same person */
    CHECK_INT(clara.status, 303);
    desk_post(&p.d, &clara, second, "a1=2&a2=4&a3=3&a4=1&a5=5&day=20.11.2026&mode=paper");
    CHECK_INT(clara.status, 422);
    desk_get(&p.d, &harbour, second);
    CHECK_INT(harbour.status, 200);
    CHECK(!has(&harbour, "checked")); /* blind to the first */
    desk_post(&p.d, &harbour, second,
              "a1=2&a2=1&a3=3&a4=1&a5=5&day=20.11.2026&mode=paper&version=0");
    CHECK_INT(harbour.status, 303);
    desk_get(&p.d, &harbour, str_c(harbour.location, &tmp));
    CHECK(has(&harbour, "Items in which the two entries differ: 1.") &&
          has(&harbour, settle));
    desk_get(&p.d, &clara, settle);
    CHECK_INT(clara.status, 403);
    desk_get(&p.d, &harbour, settle);
    CHECK(has(&harbour, "First: 4: low") && has(&harbour, "Second: 1: very high"));
    CHECK(!has(&harbour, "name=\"c1\"")); /* only what differs */
    i64 one = number_after(&harbour, "name=\"version\" value=\""),
        two = number_after(&harbour, "name=\"second\" value=\"");
    const char *both = str_fmt(&tmp, "version=%" PRId64 "&second=%" PRId64, one, two).at;
    desk_post(&p.d, &harbour, settle, str_fmt(&tmp, "%s&reason=paper", both).at);
    CHECK_INT(harbour.status, 422);
    CHECK(has(&harbour, "Choose which entry is right."));
    desk_post(&p.d, &harbour, settle, str_fmt(&tmp, "%s&c2=2&reason=paper", both).at);
    CHECK_INT(harbour.status, 303);
    desk_get(&p.d, &harbour, str_c(harbour.location, &tmp));
    CHECK(has(&harbour, "2: 4: low became 1: very high"));
    desk_close(&p.d);
}

TEST(forms_pages_visit_and_print)
{
    struct place p;
    open_place(&p, &tmp);
    struct desk_browser harbour = desk_in(&p.d, "harbour"), rita = desk_in(&p.d, "rita"),
                        leader = desk_in(&p.d, "leader");
    desk_get(&p.d, &harbour, "/due");
    const char *visit =
        str_fmt(&tmp, "/visits/%" PRId64, number_after(&harbour, "/visits/")).at;
    desk_get(&p.d, &harbour, visit);
    desk_post(&p.d, &harbour, visit, "act=missed&why-missed=");
    CHECK_INT(harbour.status, 422);
    desk_post(&p.d, &harbour, visit, "act=missed&why-missed=in+hospital+%3Cu%3E");
    CHECK_INT(harbour.status, 303);
    desk_get(&p.d, &harbour, visit);
    CHECK(has(&harbour, "in hospital &lt;u&gt;") &&
          has(&harbour, "Make it planned again"));
    desk_post(&p.d, &harbour, visit, "act=reopened");
    CHECK_INT(harbour.status, 303);
    desk_post(&p.d, &harbour, visit,
              "act=moved&due=1.12.2026&opens=20.12.2026&closes=24.12.2026&why-moved=x");
    CHECK_INT(harbour.status, 422);
    CHECK(has(&harbour, "The days must come in order"));
    desk_post(&p.d, &harbour, visit,
              "act=moved&due=1.12.2026&opens=20.11.2026&closes=24.12.2026&"
              "why-moved=ill+that+%3Ci%3Eweek");
    CHECK_INT(harbour.status, 303);
    desk_get(&p.d, &harbour, visit); /* and why; not for who is blinded */
    CHECK(has(&harbour, "Why it was moved") && has(&harbour, "ill that &lt;i&gt;week"));
    desk_get(&p.d, &rita, visit);
    CHECK_INT(rita.status, 200);
    CHECK(!has(&rita, "ill that") && !has(&rita, "Why it was moved"));
    desk_post(&p.d, &leader, visit,
              "act=missed&why-missed=x"); /* looks, changes nothing */
    CHECK_INT(leader.status, 403);

    /* on paper */
    desk_get(&p.d, &harbour, str_fmt(&tmp, "%s/print.pdf", form_at(&p, "honos/t1")).at);
    CHECK_INT(harbour.status, 200);
    CHECK(str_starts(harbour.body, S("%PDF-")));

    /* A blinded assessor sees what participants rate and nothing that clinicians do. */
    desk_get(&p.d, &rita, "/due");
    CHECK_INT(rita.status, 200);
    CHECK(has(&rita, "QoL5") && !has(&rita, "HoNOS"));
    desk_get(&p.d, &rita, form_at(&p, "honos/t1"));
    CHECK_INT(rita.status, 404);
    desk_get(&p.d, &rita, str_fmt(&tmp, "%s/print.pdf", form_at(&p, "honos/t1")).at);
    CHECK_INT(rita.status, 404);
    desk_get(&p.d, &rita, form_at(&p, "qol5/t1"));
    CHECK_INT(rita.status, 200);
    desk_get(&p.d, &rita, "/forms/1/qol5/t9");
    CHECK_INT(rita.status, 404);
    desk_get(&p.d, &rita, "/forms/999/qol5/t1");
    CHECK_INT(rita.status, 404);
    desk_close(&p.d);
}
