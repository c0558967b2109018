/* What an administrator does by pages: staff and their roles, sites, rules, whom participants can turn
** to; the first set-up; sessions; what machines ask for. Each change is looked at afterwards. */
#include "desk.h"
#include "web/routes.h"
#include <stdio.h>

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

/* The number before `tail` in the first address of a page that begins so. */
static i64 number_in(const struct desk_browser *b, const char *path, const char *tail)
{
    struct str s = b->body;
    for (isize at; (at = str_find_str(s, str_of(path))) >= 0;) {
        i64 n = 0;
        s = str_from(s, at + str_of(path).n);
        while (s.n && s.at[0] >= '0' && s.at[0] <= '9') {
            n = 10 * n + s.at[0] - '0';
            s = str_from(s, 1);
        }
        if (n && str_starts(s, str_of(tail))) return n;
    }
    return 0;
}

static void done(struct desk *d, struct desk_browser *b, const char *path,
                 const char *form)
{
    desk_post(d, b, path, form);
    if (!CHECK_INT(b->status, 303)) printf("# %s\n", path);
}

static bool may_log_in(struct desk *d, const char *login)
{
    struct desk_browser b = {0};
    desk_get(d, &b, "/login");
    desk_post(d, &b, "/login",
              str_fmt(d->a, "login=%s&password=" DESK_PASSWORD, login).at);
    return b.status == 303;
}

TEST(house_pages_somebody_comes_and_goes)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "administrator");
    i64 who = 0;
    desk_get(&d, &b, "/staff/new");
    desk_post(&d, &b, "/staff/new", "name=&login=nina&language=nb");
    CHECK(b.status == 422 && has(&b, "value=\"nina\""));
    done(&d, &b, "/staff/new", "name=Nina+Nord&login=nina&language=nb");
    desk_get(&d, &b, "/staff");
    CHECK(has(&b, "Nina Nord"));
    desk_person(&d, "olga", CLINICIAN, d.site[0], &who);
    struct str one = str_fmt(&tmp, "/staff/%" PRId64, who);
    desk_get(&d, &b, one.at);
    i64 role = number_in(&b, "/roles/", "/end");
    CHECK(role > 0 && has(&b, "Harbour"));
    done(&d, &b, str_fmt(&tmp, "%s/roles/%" PRId64 "/end", one.at, role).at,
         "reason=moved");
    struct desk_browser olga = desk_in(&d, "olga");
    desk_wait(26 * HOUR); /* a role ends with its day */
    olga = desk_in(&d, "olga");
    desk_get(&d, &olga, "/participants");
    CHECK_INT(olga.status, 403);
    b = desk_in(&d, "administrator");
    desk_get(&d, &b, one.at);
    done(&d, &b, str_fmt(&tmp, "%s/close", one.at).at, "reason=left");
    desk_get(&d, &olga, "/account");
    CHECK(olga.status != 200 && !may_log_in(&d, "olga"));
    desk_get(&d, &b, one.at);
    done(&d, &b, str_fmt(&tmp, "%s/open", one.at).at, "reason=back");
    CHECK(may_log_in(&d, "olga"));
    desk_close(&d);
}

TEST(house_pages_sites_rules_contact)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "administrator");
    desk_get(&d, &b, "/sites");
    done(&d, &b, "/sites",
         str_fmt(&tmp, "service=%" PRId64 "&site_name=Valley", d.service).at);
    desk_get(&d, &b, "/sites");
    CHECK(has(&b, "Harbour, Hill, Valley"));
    desk_get(&d, &b, "/rules");
    CHECK(has(&b, "name=\"idle_minutes\""));
    static const char all[] =
        "memory_kib=8&passes=1&hash_wait_ms=5000&session_minutes=720&"
        "invitation_minutes=2880&name_free=3&address_free=20&"
        "wait_seconds=2&wait_most_seconds=900&forget_minutes=1440&";
    desk_post(&d, &b, "/rules", str_fmt(&tmp, "%sidle_minutes=0", all).at);
    CHECK_INT(b.status, 422);
    done(&d, &b, "/rules", str_fmt(&tmp, "%sidle_minutes=5", all).at);
    desk_wait(4 * MINUTE);
    desk_get(&d, &b, "/rules");
    CHECK(b.status == 200 && has(&b, "value=\"5\""));
    desk_wait(6 * MINUTE); /* and it holds */
    desk_get(&d, &b, "/rules");
    CHECK(b.status != 200);

    b = desk_in(&d, "leader");
    struct str path = str_fmt(&tmp, "/contact/%" PRId64, d.site[0]);
    desk_get(&d, &b, path.at);
    CHECK_INT(b.status, 200);
    done(&d, &b, path.at, "text_en=Call+Kari%2C+22+33+44+55&text_nb=&text_da=");
    desk_get(&d, &b, path.at);
    CHECK(has(&b, "Call Kari, 22 33 44 55"));
    desk_close(&d);
}

/* Sessions elsewhere: one is ended, then all. */
TEST(house_pages_sessions_end)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "leader"), phone = desk_in(&d, "leader");
    desk_get(&d, &b, "/account");
    /* of two, the one that is not this one has the form */
    i64 other = number_in(&b, "/account/sessions/", "/end");
    CHECK(other > 0);
    done(&d, &b, str_fmt(&tmp, "/account/sessions/%" PRId64 "/end", other).at, "");
    desk_get(&d, &b, "/account");
    desk_get(&d, &phone, "/account");
    CHECK((b.status == 200) != (phone.status == 200));
    b = desk_in(&d, "leader");
    phone = desk_in(&d, "leader");
    done(&d, &b, "/account/sessions/end", "");
    desk_get(&d, &phone, "/account");
    CHECK(phone.status != 200);
    desk_close(&d);
}

TEST(house_pages_first_set_up)
{
    struct desk d = {.a = &tmp};
    struct house_config c = {.folder = str_fmt(&tmp, "%s/new", test_folder()).at};
    struct err e = {0};
    struct db *db = NULL;
    struct str token = {0};
    struct desk_browser b = {0};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &d.house, &e), OK, e);
    CHECK_CODE(house_reader(d.house, false, &db, &e), OK, e);
    struct act act = house_self(d.house, db, &tmp);
    struct login_kit kit = house_kit(d.house);
    CHECK_CODE(login_setup_make(&act, &kit, &token, &e), OK, e);
    house_reader_back(d.house, false, db);
    struct str path = str_fmt(&tmp, "/setup/%.*s", FMT(token));
    desk_get(&d, &b, "/setup/0000");
    CHECK(b.status == 404 || b.status == 410);
    desk_get(&d, &b, path.at);
    CHECK(b.status == 200 && has(&b, "name=\"password_again\""));
    desk_post(&d, &b, path.at,
              "name=Ada&login=ada&password=password1234&password_again=password1234");
    CHECK_INT(b.status, 422); /* a common one */
    done(&d, &b, path.at,
         "name=Ada&login=ada&password=" DESK_PASSWORD "&password_again=" DESK_PASSWORD);
    desk_get(&d, &b, path.at);
    CHECK_INT(b.status, 410);
    CHECK(may_log_in(&d, "ada"));
    desk_close(&d);
}

/* What machines ask for: no session, no page. */
TEST(house_pages_for_machines)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = {0};
    desk_get(&d, &b, "/health");
    CHECK(b.status == 200 && str_is(b.body, "ok\n"));
    desk_get(&d, &b, "/ready");
    CHECK(b.status == 200 && str_is(b.body, "ready\n"));
    d.front.metrics = S("eleven-herons-by-the-lake");
    desk_ask(&d, &b, "GET", "/metrics",
             "Authorization: Bearer eleven-herons-by-the-lake\r\n", NULL);
    CHECK(b.status == 200 && has(&b, "varde_ready 1\n") &&
          has(&b, "varde_jobs_waiting 0\n"));
    desk_get(&d, &b, "/login");
    isize at = str_find_str(b.body, S("/static/"));
    CHECK(at > 0);
    struct str style = str_from(b.body, MAX(at, 0));
    style = str_upto(style, str_find(style, '"'));
    desk_get(&d, &b, str_c(style, &tmp));
    CHECK(b.status == 200 && str_find_str(b.head, S("immutable")) > 0);
    desk_close(&d);
}
