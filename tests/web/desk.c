#include "desk.h"
#include "client.h"
#include "reached.h"
#include <string.h>

static _Atomic(i64) moved;

static instant clock_of_desk(void)
{
    return DESK_NOW + moved;
}

void desk_wait(i64 ms)
{
    moved += ms;
}

static struct act admin_act(struct desk *d, struct db **db)
{
    struct err e = {0};
    CHECK_CODE(house_reader(d->house, false, db, &e), OK, e);
    struct act act = house_self(d->house, *db, d->a);
    CHECK_CODE(staff_viewer(*db, 1, act.today, &act.who, d->a, &e), OK, e);
    return act;
}

/* The cheapest hash: what a password costs is tested elsewhere. */
static struct login_kit kit_of(struct desk *d)
{
    struct login_kit kit = house_kit(d->house);
    kit.rules.memory_kib = 8;
    kit.rules.passes = 1;
    return kit;
}

void desk_person(struct desk *d, const char *login, enum role role, i64 site, i64 *id)
{
    struct db *db = NULL;
    struct act act = admin_act(d, &db);
    struct login_kit kit = kit_of(d);
    struct err e = {0};
    i64 given = 0;
    struct login_first first = {.password = S("four quiet herons")};
    CHECK_CODE(staffing_add(&act, str_of(login), str_of(login), S("en"), id, &e), OK, e);
    struct role_given g = {
        .staff = *id, .role = role, .site = site, .starts = act.today, .open = true};
    CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
    CHECK_CODE(login_invite(&act, &kit, *id, &first.token, &e), OK, e);
    CHECK_CODE(login_use_token(&act, &kit, &first, id, &e), OK, e);
    house_reader_back(d->house, false, db);
}

static void first_ones(struct desk *d, int roles)
{
    struct db *db = NULL;
    struct err e = {0};
    struct login_kit kit = kit_of(d);
    CHECK_CODE(house_reader(d->house, false, &db, &e), OK, e);
    struct act act = house_self(d->house, db, d->a);
    struct login_first f = {.password = S("four quiet herons"),
                            .login = S("administrator"),
                            .name = S("Ada"),
                            .language = S("en")};
    i64 id = 0;
    CHECK_CODE(login_setup_make(&act, &kit, &f.token, &e), OK, e);
    CHECK_CODE(login_use_token(&act, &kit, &f, &id, &e), OK, e);
    house_reader_back(d->house, false, db);
    act = admin_act(d, &db);
    static const char *const rule[] = {"memory_kib", "passes"};
    for (isize i = 0; i < COUNT(rule); i++) /* the least that each may be */
        CHECK_CODE(login_rule_set(&act, str_of(rule[i]), i ? 1 : 8, &e), OK, e);
    CHECK_CODE(house_rules(d->house, &e), OK, e);
    CHECK_CODE(staffing_service_add(&act, S("North"), &d->service, &e), OK, e);
    CHECK_CODE(staffing_site_add(&act, d->service, S("Harbour"), &d->site[0], &e), OK, e);
    CHECK_CODE(staffing_site_add(&act, d->service, S("Hill"), &d->site[1], &e), OK, e);
    house_reader_back(d->house, false, db);
    d->staff[0] = id;
    for (int i = 1; i < roles; i++) {
        char login[64] = "";
        strncat(login, role_word((enum role)(1 << i)), sizeof login - 1);
        for (char *p = login; *p; p++)
            if (*p == ' ') *p = '-';
        desk_person(d, login, (enum role)(1 << i), 0, &d->staff[i]);
    }
}

struct desk desk_open(struct arena *a)
{
    return desk_open_with(NULL, a);
}

static struct desk opened(const char *definitions, int roles, struct arena *a)
{
    struct desk d = {.a = a};
    struct err e = {0};
    const char *folder = str_fmt(a, "%s/desk", test_folder()).at;
    struct house_config c = {
        .folder = folder, .definitions = definitions, .clock = clock_of_desk};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &d.house, &e), OK, e);
    first_ones(&d, roles);
    return d;
}

struct desk desk_open_with(const char *definitions, struct arena *a)
{
    return opened(definitions, ROLE_N, a);
}

struct desk desk_open_alone(const char *definitions, struct arena *a)
{
    return opened(definitions, 1, a);
}

static void serve(struct desk *d)
{
    struct err e = {0};
    d->front.house = d->house;
    struct http_config h = {.handle = reached_answer,
                            .takes = d->takes,
                            .admit = call_admit,
                            .spool = test_folder(),
                            .app = &d->front};
    CHECK_CODE(http_start(&h, &d->http, &e), OK, e);
}

void desk_close(struct desk *d)
{
    if (d->http) http_stop(d->http, 1000);
    house_close(d->house);
}

/* --- a browser ------------------------------------------------------------------ */

static void keep_cookies(struct desk_browser *b, struct arena *a)
{
    struct str rest = b->head, line;
    while (str_cut(&rest, '\n', &line)) {
        if (!str_starts(line, S("Set-Cookie: "))) continue;
        line = str_from(line, 12);
        isize eq = str_find(line, '='), end = str_find(line, ';');
        if (eq < 0 || end < eq) continue;
        struct http_pair got = {str_upto(line, eq),
                                str_from(str_upto(line, end), eq + 1)};
        bool found = false;
        for (isize i = 0; i < b->cookies.n; i++) {
            if (!str_eq(b->cookies.at[i].name, got.name)) continue;
            b->cookies.at[i] = got;
            found = true;
        }
        if (!found) *PUSH(a, &b->cookies) = got;
    }
}

static struct str between(struct str s, const char *from, char to)
{
    isize at = str_find_str(s, str_of(from));
    if (at < 0) return (struct str){0};
    s = str_from(s, at + (isize)strlen(from));
    return str_upto(s, MAX(str_find(s, to), 0));
}

static void read_reply(struct desk_browser *b, struct str reply, struct arena *a)
{
    isize end = str_find_str(reply, S("\r\n\r\n"));
    b->status = 0;
    b->head = str_upto(reply, MAX(end, 0));
    b->body = end < 0 ? S("") : str_from(reply, end + 4);
    for (isize i = 9; i < 12 && b->head.n > 12; i++)
        b->status = 10 * b->status + b->head.at[i] - '0';
    b->location = between(b->head, "\r\nLocation: ", '\r');
    if (!b->location.n) { /* the last line of a head */
        isize at = str_find_str(b->head, S("\r\nLocation: "));
        if (at >= 0) b->location = str_from(b->head, at + 12);
    }
    struct str csrf = between(b->body, "name=\"csrf\" value=\"", '"');
    if (csrf.n) b->csrf = csrf;
    keep_cookies(b, a);
}

void desk_ask(struct desk *d, struct desk_browser *b, const char *method,
              const char *path, const char *head, const char *body)
{
    struct buf q = buf_in(d->a, 1024);
    if (!d->http) serve(d);
    buf_fmt(&q, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method,
            path);
    if (b->cookies.n) {
        buf_put(&q, S("Cookie: "));
        for (isize i = 0; i < b->cookies.n; i++)
            if (b->cookies.at[i].value.n)
                buf_fmt(&q, "%.*s=%.*s; ", FMT(b->cookies.at[i].name),
                        FMT(b->cookies.at[i].value));
        buf_put(&q, S("a=b\r\n"));
    }
    buf_put(&q, str_of(head));
    if (body)
        buf_fmt(&q,
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: %d\r\n",
                (int)strlen(body));
    buf_put(&q, S("\r\n"));
    buf_put(&q, str_of(body));
    read_reply(b, client_ask(http_port(d->http), buf_str(&q), d->a), d->a);
}

void desk_get(struct desk *d, struct desk_browser *b, const char *path)
{
    desk_ask(d, b, "GET", path, "", NULL);
}

void desk_post(struct desk *d, struct desk_browser *b, const char *path, const char *form)
{
    struct str all =
        str_fmt(d->a, "csrf=%.*s%s%s", FMT(b->csrf), form[0] ? "&" : "", form);
    desk_ask(d, b, "POST", path, "Sec-Fetch-Site: same-origin\r\n", str_c(all, d->a));
}

struct desk_browser desk_in(struct desk *d, const char *login)
{
    struct desk_browser b = {0};
    desk_get(d, &b, "/login");
    desk_post(d, &b, "/login",
              str_fmt(d->a, "login=%s&password=" DESK_PASSWORD, login).at);
    CHECK_INT(b.status, 303);
    b.csrf = (struct str){0};
    desk_get(d, &b, "/account"); /* its token */
    CHECK_INT(b.status, 200);
    return b;
}
