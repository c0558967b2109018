/* From an empty installation to a study in which a site takes part, over HTTP. */
#include "desk.h"
#include "web/routes.h"

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

TEST(offer_pages_take_a_study_into_use)
{
    struct desk d = desk_open_with(test_path("data"), &tmp);
    struct desk_browser b = desk_in(&d, "administrator");
    desk_get(&d, &b, "/studies");
    CHECK(has(&b, "There is no study in this installation yet."));
    CHECK(has(&b, "href=\"/studies/new\""));
    desk_get(&d, &b, "/studies/new");
    CHECK(has(&b, "href=\"/studies/new/routine\"") && has(&b, "not in use"));
    desk_get(&d, &b, "/studies/new/routine");
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "HoNOS") && has(&b, "start, 3 months, 6 months"));
    CHECK(has(&b, "not: in a crisis that must be met first"));
    CHECK(has(&b, "Take it into use"));
    desk_post(&d, &b, "/studies/new/routine", "reason=begins");
    CHECK_INT(b.status, 303);
    CHECK_STR(b.location, "/studies/routine");
    desk_get(&d, &b, "/studies/routine");
    CHECK(has(&b, "Say now which sites take part.") && has(&b, "No site takes part yet"));
    /* A site under a code; the same code again; a code that there is not. */
    desk_post(&d, &b, "/studies/routine/sites", "site=1&code=R1");
    CHECK_INT(b.status, 303);
    desk_post(&d, &b, "/studies/routine/sites", "site=2&code=R1");
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "This site or this code takes part already."));
    CHECK(has(&b, "value=\"2\" selected"));
    desk_post(&d, &b, "/studies/routine/sites", "site=2&code=Z1");
    CHECK_INT(b.status, 422);
    CHECK(has(&b, "The study has no such code."));
    desk_post(&d, &b, "/studies/routine/sites", "site=2&code=R2");
    CHECK_INT(b.status, 303);
    desk_get(&d, &b, "/studies/routine");
    CHECK(has(&b, "Another site is made under"));
    desk_get(&d, &b, "/studies/new/routine");
    CHECK(has(&b, "in use just as it stands here") && !has(&b, "Take it into use"));
    desk_get(&d, &b, "/studies/new/rutine");
    CHECK_INT(b.status, 404);
    /* Whoever may not set up studies sees which sites take part, and no more. */
    struct desk_browser s = desk_in(&d, "statistician");
    desk_get(&d, &s, "/studies/routine");
    CHECK(has(&s, "Harbour") && !has(&s, "studies/routine/sites"));
    desk_get(&d, &s, "/studies/new");
    CHECK_INT(s.status, 403);
    desk_post(&d, &s, "/studies/routine/sites", "site=1&code=R3");
    CHECK_INT(s.status, 403);
    desk_close(&d);
}

TEST(offer_pages_without_definitions_say_so)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "administrator");
    desk_get(&d, &b, "/studies/new");
    CHECK(b.status >= 400 && b.status < 600);
    desk_close(&d);
}
