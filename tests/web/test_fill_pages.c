/* A participant fills in forms by a link, over HTTP: the whole way, on two devices, in another
** language, without cookies, with hostile text; and what a link that ended says. */
#include "app/apply.h"
#include "app/contact.h"
#include "app/formlink.h"
#include "desk.h"
#include <stdio.h>
#include <string.h>

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

struct place {
    struct desk d;
    i64 study, subject, visit;
    struct db *db;
    const struct collect_kit *k;
};

static struct act act_of(struct place *p, i64 staff)
{
    struct err e = {0};
    struct act act = house_self(p->d.house, p->db, p->d.a);
    if (staff)
        CHECK_CODE(staff_viewer(p->db, staff, act.today, &act.who, p->d.a, &e), OK, e);
    return act;
}

static int put_subject(struct db *db, void *arg, struct err *e)
{
    struct place *p = arg;
    return db_script(db, "fill",
                     str_fmt(p->d.a,
                             "INSERT INTO subject (study, kind, code, part, site, at) "
                             "VALUES (%" PRId64 ", 'consumers', 'P01', 0, %" PRId64
                             ", 0)",
                             p->study, p->d.site[0]),
                     e);
}

/* Somebody of the Norwegian study, at the first visit. */
static struct place open_place(struct arena *a)
{
    struct place p = {.d = desk_open(a)};
    struct err e = {0};
    struct applied done;
    struct due_visits v;
    i64 none = 0;
    CHECK_CODE(house_reader(p.d.house, false, &p.db, &e), OK, e);
    struct act act = act_of(&p, p.d.staff[0]);
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2013", &done, &e), OK, e);
    p.study = done.study;
    CHECK_CODE(apply_site(&act, p.study, p.d.site[0], S("S1"), &e), OK, e);
    desk_person(&p.d, "harbour", COORDINATOR, p.d.site[0], &none);
    CHECK_CODE(act_change(&act, put_subject, &p, &e), OK, e);
    p.subject = 1;
    CHECK_CODE(house_study(p.d.house, p.db, p.study, &p.k, &e), OK, e);
    act = act_of(&p, none);
    CHECK_CODE(visiting_anchor(&act, p.k, p.subject, FROM_ENROLMENT, act.today, &e), OK,
               e);
    CHECK_CODE(visiting_of(&act, p.k, p.subject, &v, &e), OK, e);
    p.visit = v.n ? v.at[0].v.id : 0;
    CHECK(p.visit > 0);
    return p;
}

static void close_place(struct place *p)
{
    house_reader_back(p->d.house, false, p->db);
    desk_close(&p->d);
}

static const char *links_path(struct place *p)
{
    return str_fmt(p->d.a, "/visits/%" PRId64 "/links", p->visit).at;
}

/* A link as a page shows it: "/f/TOKEN". */
static const char *make_link(struct place *p, const char *form)
{
    struct desk_browser b = desk_in(&p->d, "harbour");
    desk_get(&p->d, &b, links_path(p));
    CHECK_INT(b.status, 200);
    desk_post(&p->d, &b, links_path(p), form);
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "<svg"));
    isize at = str_find_str(b.body, S("http://localhost/f/"));
    if (!CHECK(at >= 0)) return "/f/0";
    return str_fmt(p->d.a, "%.*s", FMT(str_upto(str_from(b.body, at + 16), 67))).at;
}

/* What a phone without cookies sends. */
static void post(struct place *p, struct desk_browser *b, const char *path,
                 const char *form)
{
    b->cookies.n = 0;
    desk_ask(&p->d, b, "POST", path, "Sec-Fetch-Site: same-origin\r\n", form);
}

static const char *deeper(struct place *p, const char *link, const char *tail)
{
    return str_fmt(p->d.a, "%s/%s", link, tail).at;
}

static i64 version_of(const struct desk_browser *b)
{
    struct str mark = S("name=\"version\" value=\"");
    isize at = str_find_str(b->body, mark);
    i64 v = 0;
    for (isize i = at + mark.n; at >= 0 && b->body.at[i] != '"'; i++)
        v = 10 * v + b->body.at[i] - '0';
    return v;
}

/* Answers the screen that stands at `path` and presses Next; gives where it leads. */
static const char *answer(struct place *p, struct desk_browser *b, const char *path,
                          const char *form)
{
    desk_get(&p->d, b, path);
    CHECK_INT(b->status, 200);
    post(p, b, path,
         str_fmt(p->d.a, "version=%" PRId64 "&go=next&%s", version_of(b), form).at);
    if (!CHECK_INT(b->status, 303)) printf("# %s\n%.*s\n", path, FMT(b->body));
    return str_c(b->location, p->d.a);
}

/* The three forms of the first visit, in the order of the study: 15, 6 and 5 questions. */
TEST(fill_the_whole_way)
{
    struct place p = open_place(&tmp);
    const char *link = make_link(&p, "language=nb&days=7");
    struct desk_browser b = {0};
    desk_get(&p.d, &b, link);
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "lang=\"nb\"") && has(&b, "Det er North som stiller deg"));
    CHECK(!has(&b, "P01") && !has(&b, "csrf"));
    CHECK(str_find_str(b.head, S("Referrer-Policy: no-referrer")) >= 0);
    CHECK(str_find_str(b.head, S("same-origin\r\nReferrer")) < 0);
    CHECK(str_find_str(b.head, S("X-Robots-Tag: noindex")) >= 0);
    CHECK(str_find_str(b.head, S("no-store")) >= 0);
    CHECK(str_find_str(b.head, S("Set-Cookie")) < 0);
    static const isize n[] = {15, 6, 5};
    for (int form = 0; form < 3; form++) {
        struct str first = str_fmt(&tmp, "%s/%d/1", link, form + 1);
        const char *at = first.at;
        for (isize i = 1; i <= n[form]; i++) {
            const char *v = i == 2 ? "declined" : i == 3 ? "" : "2";
            at = answer(&p, &b, at, str_fmt(&tmp, "q%td=%s", i, v).at);
        }
        desk_get(&p.d, &b, at); /* what was left out */
        CHECK_INT(b.status, 200);
        CHECK(has(&b, str_fmt(&tmp, "%td av %td spørsmål", n[form] - 2, n[form]).at));
        CHECK(has(&b, "Hoppet over"));
        post(&p, &b, at, str_fmt(&tmp, "go=send&version=%" PRId64, version_of(&b)).at);
        CHECK_INT(b.status, 200);
        CHECK(has(&b, "<h1>Takk</h1>"));
    }
    desk_get(&p.d, &b, link);
    CHECK_INT(b.status, 410);
    CHECK(has(&b, "Skjemaene dine er sendt"));
    post(&p, &b, deeper(&p, link, "1/1"), "go=next&q1=5&version=0");
    CHECK(has(&b, "Skjemaene dine er sendt"));
    /* what was kept: a reason, nothing, values; and in which language it was asked */
    struct act act = act_of(&p, p.d.staff[2]);
    struct form_versions all;
    struct err e = {0};
    CHECK_CODE(collect_of(&act, p.k, p.subject, AS_NOW, &all, &e), OK, e);
    CHECK_INT(all.n, 3);
    for (isize i = 0; i < all.n; i++) {
        CHECK(all.at[i].r.mode == MODE_PARTICIPANT);
        CHECK_STR(all.at[i].r.lang, "nb");
        CHECK_INT(all.at[i].answer[0].value, 2);
        CHECK_INT(all.at[i].answer[1].state, ANSWER_DECLINED);
        CHECK_INT(all.at[i].answer[2].state, ANSWER_MISSING);
    }
    close_place(&p);
}

/* Begun on one, continued on the other; both answer the same question. */
TEST(fill_on_two_devices)
{
    struct place p = open_place(&tmp);
    const char *link = make_link(&p, "language=en&days=7");
    struct desk_browser one = {0}, two = {0};
    const char *at = answer(&p, &one, deeper(&p, link, "1/1"), "q1=2");
    at = answer(&p, &one, at, "q2=3");
    desk_get(&p.d, &two, link);
    CHECK(has(&two, deeper(&p, link, "1/3")));
    CHECK(has(&two, "Go on where you stopped"));
    const char *third = deeper(&p, link, "1/3");
    desk_get(&p.d, &one, third);
    i64 old = version_of(&one);
    answer(&p, &two, third, "q3=1");
    /* the first device now says otherwise: it is asked, with both */
    post(&p, &one, third, str_fmt(&tmp, "go=next&q3=4&version=%" PRId64, old).at);
    CHECK_INT(one.status, 409);
    CHECK(has(&one, "You have also answered on another device"));
    CHECK(has(&one, "On the other device:") && has(&one, "never"));
    CHECK(has(&one, "value=\"4\" checked"));
    post(&p, &one, third,
         str_fmt(&tmp, "go=next&q3=4&version=%" PRId64, version_of(&one)).at);
    CHECK_INT(one.status, 303);
    desk_get(&p.d, &two, third);
    CHECK(has(&two, "value=\"4\" checked"));
    /* other questions, old version: nothing to ask, nothing lost */
    post(&p, &two, deeper(&p, link, "1/5"), "go=next&q5=1&version=1");
    CHECK_INT(two.status, 303);
    desk_get(&p.d, &one, third);
    CHECK(has(&one, "value=\"4\" checked"));
    /* a script keeps what is chosen */
    desk_ask(&p.d, &two, "POST", deeper(&p, link, "1/6"),
             "Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\n",
             "go=save&q6=2&version=1");
    CHECK_INT(two.status, 200);
    CHECK(has(&two, "{\"version\":"));
    close_place(&p);
}

/* Another language keeps what was answered, also on this very screen. */
TEST(fill_in_another_language)
{
    struct place p = open_place(&tmp);
    const char *link = make_link(&p, "language=en&days=7");
    struct desk_browser b = {0};
    const char *first = deeper(&p, link, "1/1");
    post(&p, &b, first, "version=0&lang=da&q1=3");
    CHECK_INT(b.status, 303);
    CHECK_STR(b.location, first);
    desk_get(&p.d, &b, first);
    CHECK(has(&b, "Spørgsmål 1 af 15") && has(&b, "value=\"3\" checked"));
    CHECK(has(&b, "Fremskridt mod et eget mål") && has(&b, "ikke sat noget mål"));
    post(&p, &b, link, "lang=nb");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, first);
    CHECK(has(&b, "Spørsmål 1 av 15") && has(&b, "value=\"3\" checked"));
    CHECK(has(&b, "Fremgang mot et eget mål"));
    close_place(&p);
}

TEST(fill_links_that_open_nothing)
{
    struct place p = open_place(&tmp);
    const char *link = make_link(&p, "language=en&days=1");
    struct desk_browser b = {0}, in = desk_in(&p.d, "harbour");
    desk_get(&p.d, &in, links_path(&p));
    CHECK(has(&in, "Not opened yet") && !has(&in, link));
    desk_post(&p.d, &in, deeper(&p, links_path(&p), "1/revoke"), "");
    CHECK_INT(in.status, 303);
    desk_get(&p.d, &b, link);
    CHECK_INT(b.status, 410);
    CHECK(has(&b, "This link is no longer in use") && !has(&b, "North"));
    const char *late = make_link(&p, "language=en&days=1");
    desk_wait(25 * HOUR);
    desk_get(&p.d, &b, late);
    CHECK(has(&b, "This link has ended") && !has(&b, "North"));
    /* guesses are answered slowly after a while, and say the same */
    int status = 0, n = 0;
    for (; n < 40 && status != 429; n++) {
        desk_get(&p.d, &b, str_fmt(&tmp, "/f/%064d", n).at);
        status = b.status;
        CHECK(status == 429 || has(&b, "This link does not open anything"));
    }
    CHECK_INT(status, 429);
    CHECK_INT(n, 21);
    desk_wait(-25 * HOUR);
    close_place(&p);
}

/* What a form does not offer: refused kindly or left; forms of elsewhere; strange paths. */
TEST(fill_hostile)
{
    struct place p = open_place(&tmp);
    const char *link = make_link(&p, "language=en&days=7");
    struct desk_browser b = {0};
    static const char *const bad[] = {"q1=99", "q1=%3Cscript%3E", "q1=%27%3B--",
                                      "q1=-1", "q1=1e300",        "q1=%00"};
    for (isize i = 0; i < COUNT(bad); i++) {
        post(&p, &b, deeper(&p, link, "1/1"),
             str_fmt(&tmp, "go=next&version=0&%s", bad[i]).at);
        if (!CHECK(b.status >= 400 && b.status < 500)) printf("# %s\n", bad[i]);
        CHECK(!has(&b, "<script>"));
    }
    desk_ask(&p.d, &b, "POST", deeper(&p, link, "1/1"), "Sec-Fetch-Site: cross-site\r\n",
             "go=next&q1=1&version=0");
    CHECK_INT(b.status, 403);
    desk_ask(&p.d, &b, "POST", deeper(&p, link, "1/1"), "Origin: null\r\n",
             "go=next&q1=1&version=0");
    CHECK_INT(b.status, 303); /* an older phone, with no-referrer */
    static const char *const nowhere[] = {"0", "4", "x", "1/0", "1/99", "1/x", "9/paper"};
    for (isize i = 0; i < COUNT(nowhere); i++) {
        desk_get(&p.d, &b, deeper(&p, link, nowhere[i]));
        CHECK_INT(b.status, 404);
    }
    desk_get(&p.d, &b, deeper(&p, link, "1/paper"));
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "15."));
    close_place(&p);
}

/* Staff's own words, where they stand, whatever letters they hold. */
TEST(fill_says_whom_to_turn_to)
{
    struct place p = open_place(&tmp);
    struct desk_browser b = desk_in(&p.d, "harbour");
    desk_get(&p.d, &b, "/contact");
    CHECK(has(&b, "Harbour") && !has(&b, "Hill") && has(&b, "nothing written yet"));
    const char *path = str_fmt(&tmp, "/contact/%" PRId64, p.d.site[0]).at;
    desk_post(&p.d, &b, path, "text_en=Ring+%3Cb%3Eus%3C%2Fb%3E&text_nb=&text_da=");
    CHECK_INT(b.status, 303);
    desk_get(&p.d, &b, str_fmt(&tmp, "/contact/%" PRId64, p.d.site[1]).at);
    CHECK_INT(b.status, 403);
    const char *link = make_link(&p, "language=nb&days=7");
    struct desk_browser person = {0};
    desk_get(&p.d, &person, link);
    CHECK(has(&person, "Ring &lt;b&gt;us&lt;/b&gt;"));
    desk_get(&p.d, &b, links_path(&p));
    desk_post(&p.d, &b, links_path(&p), "language=xx&days=900");
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "value=\"900\""));
    close_place(&p);
}
