/* Requests as people make them: who may take which route, forms that are one's own, sessions. */
#include "client.h"
#include "desk.h"
#include "reached.h"
#include "store/statements.h"
#include "web/qr_code.h"
#include "web/routes.h"
#include <stdio.h>
#include <string.h>

static bool has(struct str s, const char *piece)
{
    return str_find_str(s, str_of(piece)) >= 0;
}

/* A path of a pattern: 1 for every place. */
static const char *path_of(const char *pattern, struct arena *a)
{
    struct buf b = buf_in(a, 100);
    for (const char *p = pattern; *p; p++) {
        if (*p == '{') {
            buf_putc(&b, '1');
            p = strchr(p, '}');
        } else {
            buf_putc(&b, *p);
        }
    }
    return str_c(buf_str(&b), a);
}

static bool is_api(const struct route *r)
{
    return str_starts(str_of(r->pattern), S("/api/v1")); /* tokens: test_api.c */
}

/* Nobody: every route that needs a log-in says so, and none of the others does. */
TEST(walk_without_session)
{
    reached_off();
    struct desk d = desk_open(&tmp);
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        struct arena a = tmp;
        struct desk_browser b = {0};
        bool open =
            r->right == MAY_ANYONE || r->right == MAY_MACHINE || r->right == MAY_LINK;
        if (is_api(r)) continue;
        d.a = &a;
        desk_ask(&d, &b, r->method, path_of(r->pattern, &a), "",
                 str_is(str_of(r->method), "GET") ? NULL : "a=b");
        bool asked = b.status == 401 || (b.status == 303 && has(b.location, "/login"));
        if (strcmp(r->pattern, "/login") == 0) asked = false;
        if (!CHECK(asked == !open && b.status < 500))
            printf("# %s %s: %d\n", r->method, r->pattern, b.status);
    }
    d.a = &tmp;
    desk_close(&d);
}

/* Every role on every route: refused with 403 exactly when the table of rights says so. */
TEST(walk_of_every_role)
{
    reached_off();
    struct desk d = desk_open(&tmp);
    for (int k = 0; k < ROLE_N; k++) {
        char login[64] = "";
        strncat(login, role_word((enum role)(1 << k)), sizeof login - 1);
        for (char *p = login; *p; p++)
            if (*p == ' ') *p = '-';
        struct desk_browser in = desk_in(&d, login);
        struct act act = {.a = &tmp};
        struct db *db = NULL;
        struct err e = {0};
        CHECK_CODE(house_reader(d.house, false, &db, &e), OK, e);
        CHECK_CODE(
            staff_viewer(db, d.staff[k], house_today(DESK_NOW), &act.who, &tmp, &e), OK,
            e);
        house_reader_back(d.house, false, db);
        for (isize i = 0; i < routes.n; i++) {
            const struct route *r = &routes.at[i];
            struct arena a = tmp;
            struct desk_browser b = in;
            if (r->right < 0 || is_api(r)) continue;
            d.a = &a;
            bool may = act_may_somewhere(&act, (enum right)r->right, &e) == OK;
            if (str_is(str_of(r->method), "GET"))
                desk_get(&d, &b, path_of(r->pattern, &a));
            else if (!may) /* what is allowed would be done */
                desk_post(&d, &b, path_of(r->pattern, &a), "x=y");
            else
                continue;
            if (!CHECK((b.status == 403) == !may && b.status < 500))
                printf("# %s: %s %s: %d\n", login, r->method, r->pattern, b.status);
        }
        d.a = &tmp;
    }
    desk_close(&d);
}

/* The form's token and where it came from: one without the other is nothing. */
TEST(walk_of_forged_posts)
{
    reached_off();
    struct desk d = desk_open(&tmp);
    struct desk_browser in = desk_in(&d, "administrator");
    struct desk_browser other = desk_in(&d, "leader");
    struct str own = str_fmt(&tmp, "csrf=%.*s", FMT(in.csrf));
    const struct {
        const char *head, *body;
    } forged[] = {
        {"", "a=b"},
        {"", "csrf="},
        {"", "csrf=0000000000000000000000000000000000000000000000000000000000000000"},
        {"", str_fmt(&tmp, "csrf=%.*s", FMT(other.csrf)).at},
        {"Sec-Fetch-Site: cross-site\r\n", own.at},
        {"Sec-Fetch-Site: same-site\r\n", own.at},
        {"Origin: https://elsewhere.example\r\n", own.at},
        {"Origin: null\r\n", own.at},
        {"Origin: http://localhost.elsewhere.example\r\n", own.at},
    };
    isize n = 0;
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        if (str_is(str_of(r->method), "GET") || is_api(r)) continue;
        for (isize k = 0; k < COUNT(forged); k++) {
            struct arena a = tmp;
            struct desk_browser b = in;
            /* the path is the secret: only where the form stood is looked at */
            if (r->right == MAY_LINK &&
                (forged[k].head[0] == 0 || has(str_of(forged[k].head), "null")))
                continue;
            d.a = &a;
            desk_ask(&d, &b, r->method, path_of(r->pattern, &a), forged[k].head,
                     forged[k].body);
            if (!CHECK_INT(b.status, 403)) printf("# %s, %d\n", r->pattern, (int)k);
            n++;
        }
    }
    CHECK(n > 100);
    d.a = &tmp;
    desk_get(&d, &in, "/staff/1"); /* and nothing was done */
    CHECK_INT(in.status, 200);
    desk_close(&d);
}

/* What a role at one site gives: the page, and nothing of the other site. */
TEST(call_at_one_site)
{
    struct desk d = desk_open(&tmp);
    i64 id = 0;
    desk_person(&d, "harbour", ADMINISTRATOR, d.site[0], &id);
    struct desk_browser b = desk_in(&d, "harbour");
    desk_get(&d, &b, "/staff/1");
    CHECK_INT(b.status, 200);
    CHECK(has(b.body, "North, Harbour") && !has(b.body, "North, Hill"));
    const struct {
        const char *path, *form;
        int status;
    } row[] = {
        {"/sites", "service=1&site_name=New", 403}, /* for the whole installation only */
        {"/staff/2/roles", "role=clinician&site=1&starts=2026-11-22", 303},
        {"/staff/2/roles", "role=clinician&site=2&starts=2026-11-22", 403},
        {"/staff/2/roles", "role=clinician&site=0&starts=2026-11-22", 403},
        {"/staff/1/roles/1/end", "", 403},
        {"/staff/2/close", "", 403},
        {"/staff/2/factor/off", "", 403},
        {"/staff/2/invitation", "", 403},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        desk_post(&d, &b, row[i].path, row[i].form);
        if (!CHECK_INT(b.status, row[i].status)) printf("# %s\n", row[i].path);
    }
    desk_close(&d);
}

/* A form that comes when the session is over is kept, without its passwords, and only when it
** came from here. */
TEST(form_outlives_its_session)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "administrator");
    desk_get(&d, &b, "/sites");
    desk_wait(31 * MINUTE);
    desk_ask(&d, &b, "POST", "/services", "Sec-Fetch-Site: cross-site\r\n",
             str_fmt(&tmp, "csrf=%.*s&service_name=Forged", FMT(b.csrf)).at);
    CHECK_INT(b.status, 401);
    CHECK(!has(b.body, "Forged"));
    desk_wait(0);
    struct desk_browser c = desk_in(&d, "administrator");
    desk_get(&d, &c, "/sites");
    desk_wait(31 * MINUTE);
    desk_post(&d, &c, "/services",
              "service_name=S%C3%B8r+%26+%3Cvest%3E&password=no+no+no");
    CHECK_INT(c.status, 401);
    CHECK(has(c.body, "name=\"kept.service_name\" value=\"Sør &amp; &lt;vest&gt;\""));
    CHECK(!has(c.body, "no no no"));
    desk_post(&d, &c, "/login",
              "login=administrator&password=" DESK_PASSWORD
              "&kept-path=/services&kept.service_name=S%C3%B8r+%26+%3Cvest%3E");
    CHECK_INT(c.status, 200);
    CHECK(has(c.body, "action=\"/services\""));
    CHECK(has(c.body, "name=\"service_name\" value=\"Sør &amp; &lt;vest&gt;\""));
    desk_post(&d, &c, "/services", "service_name=S%C3%B8r+%26+%3Cvest%3E");
    CHECK_INT(c.status, 303);
    desk_get(&d, &c, "/sites");
    CHECK(has(c.body, "Sør &amp; &lt;vest&gt;"));
    CHECK(!has(c.body, "Forged"));
    desk_close(&d);
}

TEST(log_in_and_out)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = {0};
    desk_get(&d, &b, "/staff?x=1");
    CHECK_INT(b.status, 303);
    CHECK_STR(b.location, "/login?next=%2Fstaff%3Fx%3D1");
    desk_get(&d, &b, "/login?next=%2Fstaff%3Fx%3D1");
    CHECK(has(b.head, "HttpOnly; SameSite=Lax"));
    desk_post(&d, &b, "/login", "login=leader&password=wrong+wrong+wrong");
    CHECK_INT(b.status, 422);
    CHECK(has(b.body, "value=\"leader\"") && !has(b.body, "wrong wrong"));
    desk_post(&d, &b, "/login",
              "login=leader&password=" DESK_PASSWORD "&next=%2Fstaff%3Fx%3D1");
    CHECK_STR(b.location, "/staff?x=1");
    /* to another server: never */
    static const char *const away[] = {"%2F%2Fevil.example", "https%3A%2F%2Fevil.example",
                                       "%2F%5Cevil.example"};
    for (isize i = 0; i < COUNT(away); i++) {
        struct desk_browser x = {0};
        desk_get(&d, &x, "/login");
        desk_post(
            &d, &x, "/login",
            str_fmt(&tmp, "login=leader&password=" DESK_PASSWORD "&next=%s", away[i]).at);
        CHECK_STR(x.location, "/");
    }
    desk_get(&d, &b, "/account");
    struct desk_browser before = b; /* a copy of the cookie */
    desk_post(&d, &b, "/logout", "");
    CHECK_INT(b.status, 303);
    desk_get(&d, &before, "/account");
    CHECK_INT(before.status, 303); /* over on the server, not only forgotten here */
    desk_close(&d);
}

TEST(host_of_elsewhere)
{
    struct desk d = desk_open(&tmp);
    static const char *const name[] = {"varde.example", "VARDE.example:8443"};
    static const char *const host[] = {"varde.example"};
    d.front.host = host;
    d.front.n_hosts = 1;
    struct desk_browser b = {0};
    desk_get(&d, &b, "/login");
    CHECK_INT(b.status, 200);
    for (isize i = 0; i < COUNT(name); i++) {
        struct str q = str_fmt(&tmp,
                               "GET /login HTTP/1.1\r\nHost: %s\r\n"
                               "Connection: close\r\n\r\n",
                               name[i]);
        CHECK(has(client_ask(http_port(d.http), q, &tmp), "200 OK"));
    }
    struct str q = S("GET /login HTTP/1.1\r\nHost: rebound.example\r\n"
                     "Connection: close\r\n\r\n");
    CHECK(has(client_ask(http_port(d.http), q, &tmp), "HTTP/1.1 400"));
    desk_close(&d);
}

/* The chosen language, then one's own, then the cookie's, then the browser's. */
TEST(language_of_a_page)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = {0}, c = {0};
    desk_ask(&d, &b, "GET", "/login", "Accept-Language: fr, nn-NO;q=0.9, en;q=0.5\r\n",
             NULL);
    CHECK(has(b.body, "<html lang=\"nb\">"));
    desk_get(&d, &b, "/login?lang=da");
    CHECK(has(b.body, "<html lang=\"da\">"));
    desk_ask(&d, &b, "GET", "/login", "Accept-Language: nb\r\n", NULL);
    CHECK(has(b.body, "<html lang=\"da\">")); /* the cookie */
    desk_get(&d, &c, "/login?lang=xx");
    CHECK(has(c.body, "<html lang=\"en\">"));
    c = desk_in(&d, "leader");
    desk_post(&d, &c, "/account/language", "language=nb");
    desk_get(&d, &c, "/account");
    CHECK(has(c.body, "<html lang=\"nb\">"));
    CHECK(has(c.body, "Lagret."));
    desk_get(&d, &c, "/account");
    CHECK(!has(c.body, "Lagret.")); /* once */
    desk_close(&d);
}

/* A blinded person who logs in leaves no open connection among those of the blinded. */
TEST(readers_are_what_they_are)
{
    struct desk d = desk_open(&tmp);
    for (int i = 0; i < 3; i++) desk_in(&d, "outcome-assessor");
    for (int i = 0; i < 20; i++) {
        struct db *db = NULL;
        struct err e = {0};
        CHECK_CODE(house_reader(d.house, true, &db, &e), OK, e);
        CHECK_INT(db_mode_of(db), DB_BLINDED);
        db_close(db);
    }
    desk_close(&d);
}

/* Version 1 is 21 modules wide; with the quiet zone 29. Three finder patterns of 7 dark
** modules begin its first row (ISO/IEC 18004, 6.3.3). */
TEST(qr_is_drawn)
{
    struct html_safe s;
    struct err e = {0};
    CHECK_CODE(qr_code_svg(S("VARDE"), S("a <title>"), &s, &tmp, &e), OK, e);
    CHECK(has(s.markup, "viewBox=\"0 0 29 29\""));
    CHECK(has(s.markup, "a &lt;title&gt;"));
    CHECK(has(s.markup, "d=\"M4 4h7v1h-7z"));
    CHECK(has(s.markup, "M18 4h7v1h-7z"));
}

/* --- memory ---------------------------------------------------------------------------- */

/* More than any request may have, in the middle of a question. */
static int page_greedy(struct call *c, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(c->act.db, &r, SQL_meta_get, ARGS(T(S("store"))), e));
    if (!db_next(&r)) return err_set(e, E_DB, "a store without a name");
    c->act.why = db_str(&r, 0, c->q->a);
    call_fault_words(c, "x", c->act.why);
    (void)NEW_RAW(c->q->a, char, (isize)1 << 40);
    return OK;
}

static int greedy(struct db *db, void *arg, struct err *e)
{
    struct arena tmp = act_room(arg);
    TRY(db_run(db, SQL_meta_put, ARGS(T(S("greedy")), T(S("1"))), e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_meta_get, ARGS(T(S("greedy"))), e));
    if (db_next(&r)) (void)NEW_RAW(&tmp, char, (isize)1 << 40);
    return OK;
}

static int post_greedy(struct call *c, struct err *e)
{
    return act_change(&c->act, greedy, &c->act, e);
}

static int page_count(struct call *c, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(c->act.db, &r, SQL_meta_get, ARGS(T(S("greedy"))), e));
    bool there = db_next(&r);
    TRY(db_end(&r, e));
    return http_reply(c->q, 200, "text/plain", there ? S("there") : S("none"));
}

/* A request that needs too much is refused alone: outside a change and inside one, the server,
** its readers and its writer go on. */
TEST(greed_of_one_request)
{
    static const struct route table[] = {
        {"GET", "/login", page_login, MAY_ANYONE, "to log in"},
        {"POST", "/login", post_login, MAY_ANYONE, "to log in"},
        {"GET", "/account", page_account, MAY_STAFF, "its token"},
        {"GET", "/greedy", page_greedy, MAY_STAFF, "takes too much"},
        {"POST", "/greedy", post_greedy, MAY_STAFF, "takes too much in a change"},
        {"GET", "/count", page_count, MAY_STAFF, "what was saved"},
    };
    static const struct routes own = {table, COUNT(table)};
    struct desk d = desk_open(&tmp);
    d.front.table = &own;
    struct desk_browser b = desk_in(&d, "leader");
    for (int i = 0; i < 20; i++) { /* more often than there are readers kept */
        desk_get(&d, &b, "/greedy");
        CHECK_INT(b.status, 500);
        desk_post(&d, &b, "/greedy", "");
        CHECK_INT(b.status, 500);
    }
    desk_get(&d, &b, "/count");
    CHECK_INT(b.status, 200);
    CHECK_STR(b.body, "none");
    struct desk_browser more = desk_in(&d, "clinician"); /* writes a session */
    CHECK(more.csrf.n == 64);
    desk_close(&d);
}

/* --- files ------------------------------------------------------------------------------- */

static i64 takes_all(const struct req *q)
{
    return str_is(q->method, "POST") ? 8 << 20 : 0;
}

static int post_file(struct call *c, struct err *e)
{
    (void)e;
    return http_reply(c->q, 200, "text/plain",
                      c->q->files.n ? S("got it") : S("nothing"));
}

/* A file is refused at its head, before a byte of it is sent: nobody, somebody without the
** right, a page of elsewhere. */
TEST(files_of_strangers)
{
    static const struct route table[] = {
        {"GET", "/login", page_login, MAY_ANYONE, "to log in"},
        {"POST", "/login", post_login, MAY_ANYONE, "to log in"},
        {"GET", "/account", page_account, MAY_STAFF, "its token"},
        {"POST", "/files", post_file, MAY_IMPORT, "takes files"},
        {"POST", "/api/v1/files", post_file, MAY_IMPORT, "takes files"},
    };
    static const struct routes own = {table, COUNT(table)};
    struct desk d = desk_open(&tmp);
    d.front.table = &own;
    d.takes = takes_all;
    struct desk_browser nobody = {0}, leader = desk_in(&d, "leader"),
                        manager = desk_in(&d, "data-manager");
    const char *head = "Content-Type: application/zip\r\nContent-Length: 8000000\r\n";
    struct {
        struct desk_browser *b;
        const char *path, *more;
        int status;
    } asked[] = {
        {&nobody, "/files", "Sec-Fetch-Site: same-origin\r\n", 401},
        {&leader, "/files", "Sec-Fetch-Site: same-origin\r\n", 403},
        {&manager, "/files", "Sec-Fetch-Site: cross-site\r\n", 403},
        {&manager, "/files", "Origin: https://elsewhere.example\r\n", 403},
        {&manager, "/nowhere", "Sec-Fetch-Site: same-origin\r\n", 404},
        {&nobody, "/api/v1/files", "", 401},
        {&manager, "/api/v1/files", "", 401},
    };
    for (isize i = 0; i < COUNT(asked); i++) {
        desk_ask(&d, asked[i].b, "POST", asked[i].path,
                 str_fmt(&tmp, "%s%s", head, asked[i].more).at, NULL);
        if (!CHECK_INT(asked[i].b->status, asked[i].status)) printf("# %d\n", (int)i);
    }
    desk_ask(&d, &manager, "POST", "/files",
             str_fmt(&tmp,
                     "Content-Type: application/zip\r\nContent-Length: 0\r\n"
                     "Sec-Fetch-Site: same-origin\r\nX-Csrf-Token: %.*s\r\n",
                     FMT(manager.csrf))
                 .at,
             NULL);
    CHECK_INT(manager.status, 200);
    CHECK_STR(manager.body, "got it");
    desk_close(&d);
}

/* Where log-in leads: to no other server, however it is written. */
TEST(next_leads_here)
{
    static const char *const elsewhere[] = {
        "//evil.example",    "/\\evil.example",    "/%09/evil.example",
        "/%0a/evil.example", "/%0d%0aX-Evil:%201", "https://evil.example",
        "/a%5c..%5c/evil",   "%2f%2fevil.example", "",
    };
    struct desk d = desk_open(&tmp);
    for (isize i = 0; i < COUNT(elsewhere); i++) {
        struct desk_browser b = {0};
        desk_get(&d, &b, "/login");
        desk_post(
            &d, &b, "/login",
            str_fmt(&tmp, "login=leader&password=" DESK_PASSWORD "&next=%s", elsewhere[i])
                .at);
        CHECK_INT(b.status, 303);
        CHECK_STR(b.location, "/");
        desk_get(&d, &b, str_fmt(&tmp, "/login?next=%s", elsewhere[i]).at);
        CHECK_INT(b.status, 303);
        CHECK_STR(b.location, "/");
    }
    desk_close(&d);
}
