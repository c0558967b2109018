/* The interface for other programs, over sockets: every route of it with a token, without one,
** with the wrong one, without the right, with bodies that are wrong in every field; replies have
** the shape that the document says; the document is whole. */
#include "app/apply.h"
#include "app/login_parts.h"
#include "app/staffing.h"
#include "app/token.h"
#include "app/visiting.h"
#include "base/json.h"
#include "client.h"
#include "reached.h"
#include "store/engines.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "study/protocol.h"
#include "test.h"
#include "web/api.h"
#include <stdlib.h>
#include <string.h>

#define NOON     ((instant)1795348800000) /* 2026-11-22T12:00:00Z */
#define NOON_DAY 20779                    /* 2026-11-22 */

static instant noon(void)
{
    return NOON;
}

struct place {
    struct house *house;
    struct http *http;
    struct call_front front;
    i64 admin, service, site[2];
};

static int first(struct db *db, void *arg, struct err *e)
{
    struct place *p = arg;
    i64 id = 0;
    TRY(db_one(db, &p->admin, SQL_staff_add, ARGS(T(S("ada")), T(S("Ada")), T(S("nb"))),
               e));
    return db_one(db, &id, SQL_staff_role_give,
                  ARGS(I(p->admin), T(S("administrator")), NIL, NIL, I(20000), NIL), e);
}

static struct act act_of(struct place *p, struct db *db, i64 staff, struct arena *a)
{
    struct act act = house_self(p->house, db, a);
    struct err e = {0};
    CHECK_CODE(staff_viewer(db, staff, act.today, &act.who, a, &e), OK, e);
    return act;
}

static struct str token(struct place *p, i64 staff, u64 rights, struct arena *a)
{
    struct db *db = NULL;
    struct err e = {0};
    struct str secret = {0};
    i64 id = 0;
    CHECK_CODE(house_reader(p->house, false, &db, &e), OK, e);
    struct act act = act_of(p, db, staff, a);
    struct token_ask ask = {S("test"), rights, 10};
    CHECK_CODE(token_make(&act, &ask, &id, &secret, &e), OK, e);
    house_reader_back(p->house, false, db);
    return secret;
}

static void open_place(struct place *p, const char *url, struct arena *a)
{
    struct err e = {0};
    struct house_config c = {.folder = str_fmt(a, "%s/data", test_folder()).at,
                             .key = str_fmt(a, "%s/key", test_folder()).at,
                             .store = url,
                             .definitions = test_path("data"),
                             .clock = noon};
    *p = (struct place){0};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &p->house, &e), OK, e);
    if (!p->house) abort();
    CHECK_CODE(writer_run(house_writer(p->house), first, p, &e), OK, e);
    struct db *db = NULL;
    CHECK_CODE(house_reader(p->house, false, &db, &e), OK, e);
    struct act act = act_of(p, db, p->admin, a);
    CHECK_CODE(staffing_service_add(&act, S("North"), &p->service, &e), OK, e);
    CHECK_CODE(staffing_site_add(&act, p->service, S("Harbour"), &p->site[0], &e), OK, e);
    CHECK_CODE(staffing_site_add(&act, p->service, S("Hill"), &p->site[1], &e), OK, e);
    house_reader_back(p->house, false, db);
    p->front = (struct call_front){.house = p->house};
    struct http_config h = {.handle = reached_answer, .app = &p->front};
    CHECK_CODE(http_start(&h, &p->http, &e), OK, e);
}

static void close_place(struct place *p)
{
    if (p->http) http_stop(p->http, 30000);
    house_close(p->house);
}

static i64 person(struct place *p, const char *login, enum role role, i64 site,
                  struct arena *a)
{
    struct db *db = NULL;
    struct err e = {0};
    i64 id = 0, given = 0;
    CHECK_CODE(house_reader(p->house, false, &db, &e), OK, e);
    struct act act = act_of(p, db, p->admin, a);
    CHECK_CODE(staffing_add(&act, str_of(login), S("Somebody"), S("en"), &id, &e), OK, e);
    struct role_given g = {
        .staff = id, .role = role, .site = site, .starts = act.today, .open = true};
    CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
    house_reader_back(p->house, false, db);
    return id;
}

struct said {
    int status;
    struct str head, body;
    struct json *j;
};

static struct said ask_as(struct place *p, struct str headers, const char *method,
                          const char *path, struct str body, struct arena *a)
{
    struct said s = {0};
    struct str got = client_ask(
        http_port(p->http),
        str_fmt(a,
                "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%.*s"
                "Content-Length: %td\r\n\r\n%.*s",
                method, path, FMT(headers), body.n, FMT(body)),
        a);
    isize end = str_find_str(got, S("\r\n\r\n"));
    if (end < 0) return s;
    s.head = str_upto(got, end);
    s.body = str_from(got, end + 4);
    s.status = (int)strtol(str_c(str_upto(str_from(got, 9), 3), a), NULL, 10);
    struct err e = {0};
    if (s.body.n && json_read(s.body, "reply", &s.j, a, &e) != OK) s.j = NULL;
    return s;
}

static struct said ask(struct place *p, struct str secret, const char *method,
                       const char *path, const char *body, struct arena *a)
{
    /* every change with a key of its own: none is changed by having one */
    static i64 n;
    struct str headers =
        str_fmt(a, "Authorization: Bearer %.*s\r\n%sIdempotency-Key: k%" PRId64 "\r\n",
                FMT(secret), body ? "Content-Type: application/json\r\n" : "", ++n);
    return ask_as(p, headers, method, path, str_of(body), a);
}

static bool shaped(const struct said *s, enum api_schema schema, struct arena *a)
{
    struct str place;
    struct err e = {0};
    if (!s->j) return false;
    bool fine = api_check(s->j, schema, &place, a, &e) == OK;
    return test_check(fine, __FILE__, __LINE__, "a reply is not a %s: %s",
                      api_schema_name(schema), e.text);
}

/* A refusal: its shape, its code and what its sentence or place holds. */
static void refused(const struct said *s, int status, const char *code, const char *holds,
                    const char *what, struct arena *a)
{
    bool fine = s->status == status && s->j && shaped(s, API_Problem, a) &&
                str_is(json_text(s->j, "code"), code) &&
                str_find_str(s->body, str_of(holds)) >= 0 &&
                str_find_str(s->head, S("application/problem+json")) >= 0;
    test_check(fine, __FILE__, __LINE__, "%s: %d %.*s", what, s->status, FMT(s->body));
}

/* "/api/v1/staff/{id}" with 999999 at its places. */
static const char *path_of(const struct route *r, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    struct str rest = str_from(str_of(r->pattern), 1), piece;
    while (str_cut(&rest, '/', &piece)) {
        buf_putc(&b, '/');
        buf_put(&b, piece.n && piece.at[0] == '{' ? S("999999") : piece);
    }
    return str_c(buf_str(&b), a);
}

static bool below(const struct route *r)
{
    return strncmp(r->pattern, "/api/v1/", 8) == 0;
}

static bool reached(enum api_schema s, bool *seen)
{
    if (seen[s]) return true;
    seen[s] = true;
    for (isize i = 0; i < api_field_n; i++)
        if (api_field[i].schema == s && api_field[i].of) reached(api_field[i].of, seen);
    return true;
}

TEST(api_tables_fit_each_other)
{
    bool seen[API_SCHEMAS] = {[API_Problem] = true};
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        const struct api_line *l = api_line_of(r->run);
        test_check(below(r) == (l != NULL), __FILE__, __LINE__, "%s %s and api.def",
                   r->method, r->pattern);
        if (!l) continue;
        CHECK(r->right >= 0 || r->right == MAY_STAFF);
        CHECK((l->status == 204) == (l->out == API_NONE));
        CHECK(!l->in || strcmp(r->method, "GET") != 0);
    }
    for (isize i = 0; i < api_line_n; i++) {
        isize n = 0;
        for (isize k = 0; k < routes.n; k++) n += routes.at[k].run == api_line[i].run;
        test_check(n == 1, __FILE__, __LINE__, "%s has %td routes", api_line[i].name, n);
        if (api_line[i].in) reached(api_line[i].in, seen);
        if (api_line[i].out) reached(api_line[i].out, seen);
    }
    for (int s = API_NONE + 1; s < API_SCHEMAS; s++)
        test_check(seen[s], __FILE__, __LINE__, "nothing uses %s",
                   api_schema_name((enum api_schema)s));
    for (isize i = 0; i < api_field_n; i++) {
        const struct api_field *f = &api_field[i];
        CHECK((f->type == API_OBJ || f->type == API_LIST) == (f->of != API_NONE));
        for (isize k = 0; k < i; k++)
            CHECK(api_field[k].schema != f->schema || strcmp(api_field[k].key, f->key));
    }
    for (isize i = 0; i < api_param_n; i++) CHECK(api_line_of(api_param[i].run) != NULL);
}

TEST(api_check_says_where)
{
    static const struct {
        enum api_schema s;
        const char *text, *place, *says;
    } row[] = {
        {API_ServiceNew, "{\"name\":\"x\"}", NULL, NULL},
        {API_ServiceNew, "{}", "name", "needed"},
        {API_ServiceNew, "[]", "", "an object is expected, not a list"},
        {API_ServiceNew, "{\"name\":7}", "name", "a text is expected, not a number"},
        {API_ServiceNew, "{\"name\":null}", "name", "not null"},
        {API_ServiceNew, "{\"name\":\"x\",\"nam\":1}", "nam", "is name meant?"},
        {API_SiteNew, "{\"name\":\"x\",\"service\":-1}", "service", "whole number"},
        {API_SiteNew, "{\"name\":\"x\",\"service\":1.5}", "service", "whole number"},
        {API_SiteNew, "{\"name\":\"x\",\"service\":9007199254740992}", "service",
         "whole"},
        {API_RoleNew, "{\"role\":\"x\",\"ends\":null}", NULL, NULL},
        {API_RoleNew, "{\"role\":\"x\",\"starts\":null}", "starts", "a day"},
        {API_RoleNew, "{\"role\":\"x\",\"starts\":\"2026-02-30\"}", "starts", "a day"},
        {API_StaffChange, "{\"active\":1}", "active", "true or false"},
        {API_Me,
         "{\"staff\":1,\"login\":\"\",\"name\":\"\",\"language\":\"\",\"blinded\":false,"
         "\"rights\":[\"a\",2],\"roles\":[]}",
         "rights[1]", "a text"},
        {API_Me,
         "{\"staff\":1,\"login\":\"\",\"name\":\"\",\"language\":\"\",\"blinded\":false,"
         "\"rights\":[],\"roles\":[{\"id\":1,\"role\":\"x\"},{\"id\":1,\"role\":\"x\","
         "\"site\":\"7\"}]}",
         "roles[1].site", "whole number"},
        {API_Jobs,
         "{\"items\":[{\"id\":1,\"kind\":\"\",\"state\":\"\",\"done\":0,\"total\":0,"
         "\"cancel\":false,\"at\":\"2026-11-22 12:00\"}]}",
         "items[0].at", "an instant"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct json *j = NULL;
        struct str place;
        struct err e = {0};
        CHECK_CODE(json_read(str_of(row[i].text), "row", &j, &tmp, &e), OK, e);
        CHECK_CODE(api_check(j, row[i].s, &place, &tmp, &e), row[i].place ? E_RECORD : OK,
                   e);
        if (!row[i].place) continue;
        CHECK_STR(place, row[i].place);
        CHECK_SAYS(e, row[i].says);
    }
}

static void walk_refs(const struct json *v, const struct json *schemas, isize *n)
{
    for (const struct json *k = v->kid; k; k = k->next) {
        if (str_is(k->key, "$ref")) {
            struct str name = str_from(k->text, 21);
            bool found = str_starts(k->text, S("#/components/schemas/"));
            bool there = false;
            for (const struct json *s = schemas->kid; s; s = s->next)
                there = there || str_eq(s->key, name);
            test_check(found && there, __FILE__, __LINE__, "%.*s leads nowhere",
                       FMT(k->text));
            ++*n;
        }
        walk_refs(k, schemas, n);
    }
}

/* The structure as OpenAPI 3.1 asks for it; tests/web/openapi.test.mjs has a validator do so. */
TEST(api_document_is_whole)
{
    struct json *doc = NULL;
    struct err e = {0};
    CHECK_CODE(json_read(openapi(&tmp), "openapi", &doc, &tmp, &e), OK, e);
    if (!doc) return;
    const struct json *paths = json_get(doc, "paths"),
                      *schemas = json_get(json_get(doc, "components"), "schemas");
    CHECK_STR(json_text(doc, "openapi"), "3.1.0");
    CHECK(json_text(json_get(doc, "info"), "title").n && schemas);
    CHECK_INT(schemas->n, API_SCHEMAS - 1);
    isize operations = 0, refs = 0;
    for (const struct json *p = paths->kid; p; p = p->next)
        for (const struct json *m = p->kid; m; m = m->next, operations++) {
            CHECK(json_text(m, "operationId").n && json_text(m, "summary").n);
            isize places = 0, named = 0;
            for (isize i = 0; i < p->key.n; i++) places += p->key.at[i] == '{';
            const struct json *params = json_get(m, "parameters");
            for (const struct json *k = params->kid; k; k = k->next)
                named += str_is(json_text(k, "in"), "path");
            CHECK_INT(named, places);
            CHECK(json_get(m, "responses")->n == 2);
        }
    CHECK_INT(operations, api_line_n);
    walk_refs(doc, schemas, &refs);
    CHECK(refs > operations);
}

/* Without a token, with a cookie alone, with nonsense; the answer is the same for what is there
** and what is not. */
EACH_ENGINE(api_needs_a_token)
{
    struct place p;
    open_place(&p, url, &tmp);
    static const struct {
        const char *headers;
        const char *what;
    } row[] = {
        {"", "no token"},
        {"Cookie: varde-session="
         "0000000000000000000000000000000000000000000000000000000000000000\r\n",
         "a cookie"},
        {"Authorization: Basic YTpi\r\n", "a password"},
        {"Authorization: Bearer\r\n", "an empty token"},
        {"Authorization: Bearer abc\r\n", "a short token"},
    };
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        if (!below(r)) continue;
        for (isize k = 0; k < COUNT(row); k++) {
            struct arena a = tmp;
            struct said s =
                ask_as(&p, str_of(row[k].headers), r->method, path_of(r, &a), S(""), &a);
            refused(&s, 401, "E_TOKEN", "oken", row[k].what, &a);
            CHECK(str_find_str(s.head, S("WWW-Authenticate: Bearer")) >= 0);
        }
    }
    struct said s = ask_as(&p, S(""), "GET", "/api/v1/none", S(""), &tmp);
    refused(&s, 404, "E_NOT_FOUND", "", "no such path", &tmp);
    s = ask_as(&p, S(""), "PUT", "/api/v1/me", S(""), &tmp);
    refused(&s, 405, "E_REQUEST", "method", "another method", &tmp);
    CHECK(str_find_str(s.head, S("Allow: GET, HEAD, OPTIONS")) >= 0);
    close_place(&p);
}

/* Wrong tokens of the right shape wait longer and longer; a right one never does. */
EACH_ENGINE(api_wrong_tokens_wait)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct str good = token(&p, p.admin, 0, &tmp);
    int n = 0;
    struct said s = {0};
    for (; n < 200; n++) {
        struct arena a = tmp;
        s = ask(&p, str_fmt(&a, "%064x", (unsigned)n), "GET", "/api/v1/me", NULL, &a);
        if (s.status != 401) break;
    }
    CHECK_INT(s.status, 429);
    CHECK(n >= 1);
    CHECK_INT(ask(&p, good, "GET", "/api/v1/me", NULL, &tmp).status, 200);
    close_place(&p);
}

/* Every route x every role: refused exactly when the role does not have the route's right. */
EACH_ENGINE(api_rights_of_every_role)
{
    struct place p;
    open_place(&p, url, &tmp);
    for (int k = 0; k < ROLE_N; k++) {
        struct arena a = tmp;
        enum role role = (enum role)(1 << k);
        const char *login = str_fmt(&a, "role%d", k).at;
        i64 id = person(&p, login, role, 0, &a);
        struct str secret = token(&p, id, 0, &a);
        struct viewer v = {0};
        struct err e = {0};
        struct db *db = NULL;
        CHECK_CODE(house_reader(p.house, false, &db, &e), OK, e);
        CHECK_CODE(staff_viewer(db, id, house_today(NOON), &v, &a, &e), OK, e);
        house_reader_back(p.house, false, db);
        struct act act = {.who = v, .a = &a};
        for (isize i = 0; i < routes.n; i++) {
            const struct route *r = &routes.at[i];
            if (!below(r)) continue;
            struct err none = {0};
            bool may = r->right < 0 ||
                       act_may_somewhere(&act, (enum right)r->right, &none) == OK;
            struct said s = ask(&p, secret, r->method, path_of(r, &a), "{}", &a);
            test_check((s.status != 403) == may ||
                           (may && s.status == 403 && r->right < 0),
                       __FILE__, __LINE__, "%s %s for %s: %d", r->method, r->pattern,
                       role_word(role), s.status);
            CHECK(s.status != 401 && s.status != 500);
        }
    }
    close_place(&p);
}

/* A value that no field of this type takes. */
static const char *wrong_value(enum api_type t)
{
    return t == API_TEXT || t == API_DAY || t == API_TIME ? "7" : "\"x\"";
}

/* Each field of each body with a value of another type; bodies that are none. */
EACH_ENGINE(api_bodies_are_strict)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct str secret = token(&p, p.admin, 0, &tmp);
    isize tried = 0;
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        const struct api_line *l = api_line_of(r->run);
        struct err none = {0};
        struct db *db = NULL;
        if (!l || !l->in) continue;
        struct arena b = tmp;
        CHECK_CODE(house_reader(p.house, false, &db, &none), OK, none);
        struct act act = act_of(&p, db, p.admin, &b);
        bool may =
            r->right < 0 || act_may_somewhere(&act, (enum right)r->right, &none) == OK;
        house_reader_back(p.house, false, db);
        if (!may) continue;
        tried++;
        const char *path = path_of(r, &b);
        struct said s = ask(&p, secret, r->method, path, "{\"a\":", &b);
        refused(&s, 400, "E_REQUEST", "body", r->pattern, &b);
        s = ask(&p, secret, r->method, path, "{} {}", &b);
        refused(&s, 400, "E_REQUEST", "body", r->pattern, &b);
        s = ask(&p, secret, r->method, path, "[]", &b);
        refused(&s, 422, "E_RECORD", "an object is expected", r->pattern, &b);
        s = ask(&p, secret, r->method, path, "{\"no_such\":1}", &b);
        refused(&s, 422, "E_RECORD", "\"place\":\"no_such\"", r->pattern, &b);
        s = ask(&p, secret, r->method, path, NULL, &b);
        refused(&s, 400, "E_REQUEST", "application/json", r->pattern, &b);
        for (isize k = 0; k < api_field_n; k++) {
            const struct api_field *f = &api_field[k];
            if (f->schema != l->in || f->type == API_ANY) continue;
            struct arena a = b;
            s = ask(&p, secret, r->method, path,
                    str_fmt(&a, "{\"%s\":%s}", f->key, wrong_value(f->type)).at, &a);
            refused(&s, 422, "E_RECORD", str_fmt(&a, "\"place\":\"%s\"", f->key).at,
                    r->pattern, &a);
        }
    }
    CHECK(tried >= 6);
    close_place(&p);
}

/* What the administrator of a service does with it. */
EACH_ENGINE(api_house_acts)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct arena *a = &tmp;
    struct str secret = token(&p, p.admin, 0, a);
    struct said s = ask(&p, secret, "GET", "/api/v1/me", NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Me, a));
    CHECK_STR(json_text(s.j, "login"), "ada");
    CHECK_STR(json_text(s.j, "language"), "nb");
    CHECK_INT(json_get(s.j, "roles")->n, 1);
    CHECK(str_find_str(s.body, S("\"MAY_MANAGE_STAFF\"")) >= 0);
    CHECK(str_find_str(s.head, S("Set-Cookie")) < 0);

    s = ask(&p, secret, "POST", "/api/v1/services", "{\"name\":\"South\"}", a);
    CHECK(s.status == 201 && shaped(&s, API_Id, a));
    i64 service = (i64)json_number(json_get(s.j, "id"));
    s = ask(&p, secret, "POST", "/api/v1/services", "{\"name\":\"South\"}", a);
    refused(&s, 409, "E_CONSTRAINT", "", "the same again", a);
    s = ask(&p, secret, "POST", "/api/v1/sites",
            str_fmt(a, "{\"service\":%" PRId64 ",\"name\":\"Fj\\u00f8rd\"}", service).at,
            a);
    CHECK(s.status == 201 && shaped(&s, API_Id, a));
    s = ask(&p, secret, "GET", "/api/v1/sites", NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Sites, a));
    CHECK_INT(json_get(s.j, "items")->n, 3);
    CHECK(str_find_str(s.body, S("Fj\xc3\xb8rd")) >= 0);

    s = ask(&p, secret, "POST", "/api/v1/staff",
            "{\"login\":\"Bo\",\"name\":\"Bo\",\"language\":\"da\"}", a);
    CHECK(s.status == 201 && shaped(&s, API_Id, a));
    i64 bo = (i64)json_number(json_get(s.j, "id"));
    const char *path, *roles = str_fmt(a, "/api/v1/staff/%" PRId64 "/roles", bo).at;
    s = ask(&p, secret, "POST", roles, "{\"role\":\"clinican\"}", a);
    refused(&s, 422, "E_RECORD", "clinician", "a word that is nearly a role", a);
    s = ask(&p, secret, "POST", roles,
            str_fmt(a, "{\"role\":\"clinician\",\"site\":%" PRId64 ",\"ends\":null}",
                    p.site[0])
                .at,
            a);
    CHECK(s.status == 201 && shaped(&s, API_Id, a));
    i64 role = (i64)json_number(json_get(s.j, "id"));
    s = ask(&p, secret, "GET", "/api/v1/staff", NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_StaffList, a));
    CHECK_INT(json_get(s.j, "items")->n, 2);
    struct str bos = token(&p, bo, 0, a);
    s = ask(&p, bos, "GET", "/api/v1/me", NULL, a);
    CHECK_INT(s.status, 200);
    CHECK_INT(json_number(json_get(json_at(json_get(s.j, "roles"), 0), "site")),
              p.site[0]);
    s = ask(&p, bos, "POST", "/api/v1/staff",
            "{\"login\":\"eve\",\"name\":\"Eve\",\"language\":\"en\"}", a);
    refused(&s, 403, "E_NOT_ALLOWED", "", "a clinician", a);
    s = ask(&p, secret, "PATCH", str_fmt(a, "/api/v1/roles/%" PRId64, role).at,
            "{\"ends\":\"2026-11-21\"}", a);
    CHECK_INT(s.status, 204);
    s = ask(&p, bos, "GET", "/api/v1/me", NULL, a);
    CHECK(s.status == 200 && json_get(s.j, "roles")->n == 0);
    s = ask(&p, secret, "PATCH", str_fmt(a, "/api/v1/staff/%" PRId64, bo).at,
            "{\"active\":false}", a);
    CHECK_INT(s.status, 204);
    s = ask(&p, bos, "GET", "/api/v1/me", NULL, a);
    refused(&s, 401, "E_TOKEN", "", "a closed account", a);
    s = ask(&p, secret, "PATCH", str_fmt(a, "/api/v1/staff/%" PRId64, p.admin).at,
            "{\"active\":false}", a);
    refused(&s, 409, "E_CONSTRAINT", "", "the last administrator", a);

    /* A right at one site is none at another. */
    i64 lea = person(&p, "lea", LEADER, p.site[0], a);
    struct str leas = token(&p, lea, 0, a);
    for (int i = 0; i < 2; i++) {
        path = str_fmt(a, "/api/v1/staff?site=%" PRId64, p.site[i]).at;
        s = ask(&p, leas, "GET", path, NULL, a);
        CHECK_INT(s.status, i ? 403 : 200);
    }

    /* A token with one right only. */
    struct str one = token(&p, p.admin, (u64)1 << MAY_SEE_STAFF, a);
    CHECK_INT(ask(&p, one, "GET", "/api/v1/staff", NULL, a).status, 200);
    s = ask(&p, one, "POST", "/api/v1/services", "{\"name\":\"West\"}", a);
    refused(&s, 403, "E_NOT_ALLOWED", "", "a token that may only read", a);

    s = ask(&p, secret, "GET", "/api/v1/staff?sit=1", NULL, a);
    refused(&s, 400, "E_REQUEST", "parameter", "a parameter that is not known", a);
    s = ask(&p, secret, "GET", "/api/v1/staff?site=x", NULL, a);
    refused(&s, 422, "E_RECORD", "whole number", "a parameter of another type", a);
    s = ask(&p, secret, "GET", "/api/v1/jobs?limit=1&limit=2", NULL, a);
    refused(&s, 400, "E_REQUEST", "twice", "a parameter twice", a);
    close_place(&p);
}

EACH_ENGINE(api_jobs_and_instruments)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct arena *a = &tmp;
    struct str secret = token(&p, p.admin, 0, a);
    struct said s = ask(&p, secret, "POST", "/api/v1/jobs", "{\"kind\":\"brew\"}", a);
    refused(&s, 404, "E_NOT_FOUND", "", "no such kind", a);
    i64 id = 0;
    for (int i = 0; i < 3; i++) {
        s = ask(&p, secret, "POST", "/api/v1/jobs", "{\"kind\":\"check\",\"args\":{}}",
                a);
        CHECK(s.status == 201 && shaped(&s, API_Id, a));
        id = (i64)json_number(json_get(s.j, "id"));
    }
    s = ask(&p, secret, "GET", "/api/v1/jobs?limit=2", NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Jobs, a));
    CHECK_INT(json_get(s.j, "items")->n, 2);
    i64 next = (i64)json_number(json_get(s.j, "next"));
    s = ask(&p, secret, "GET",
            str_fmt(a, "/api/v1/jobs?limit=2&before=%" PRId64, next).at, NULL, a);
    CHECK(s.status == 200 && json_get(s.j, "items")->n == 1 && !json_get(s.j, "next"));
    const char *path = str_fmt(a, "/api/v1/jobs/%" PRId64, id).at;
    s = ask(&p, secret, "GET", path, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Job, a));
    CHECK_STR(json_text(s.j, "state"), "waiting");
    i64 other = person(&p, "bo", LEADER, 0, a);
    s = ask(&p, token(&p, other, 0, a), "GET", path, NULL, a);
    refused(&s, 404, "E_NOT_FOUND", "", "somebody else's", a);
    CHECK_INT(ask(&p, secret, "DELETE", path, NULL, a).status, 204);
    s = ask(&p, secret, "GET", path, NULL, a);
    CHECK_STR(json_text(s.j, "state"), "cancelled");

    s = ask(&p, secret, "GET", "/api/v1/instruments", NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Instruments, a));
    CHECK(json_get(s.j, "items")->n > 3);
    struct str name = json_text(json_at(json_get(s.j, "items"), 0), "id");
    struct str hash = json_text(json_at(json_get(s.j, "items"), 0), "hash");
    s = ask(&p, secret, "GET", str_fmt(a, "/api/v1/instruments/%.*s", FMT(name)).at, NULL,
            a);
    CHECK(s.status == 200 && shaped(&s, API_Instrument, a));
    CHECK(str_eq(json_text(s.j, "hash"), hash));
    CHECK(json_get(json_get(s.j, "definition"), "items") != NULL);
    s = ask(&p, secret, "GET", "/api/v1/instruments/none", NULL, a);
    refused(&s, 404, "E_NOT_FOUND", "", "no such instrument", a);

    s = ask_as(&p, S(""), "GET", "/api/openapi.json", S(""), a);
    CHECK(s.status == 200 && s.j && json_get(s.j, "paths") != NULL);
    s = ask_as(&p, S("Accept-Language: nb\r\n"), "GET", "/api", S(""), a);
    CHECK(s.status == 200 && str_find_str(s.body, S("GET /api/v1/me")) >= 0);
    CHECK(str_find_str(s.body, S("Metode og sti")) >= 0);
    close_place(&p);
}

static i64 count(struct place *p, const char *text)
{
    const struct sql q = {.name = "count", .text = text, .id = -1};
    struct db *db = NULL;
    struct err e = {0};
    i64 n = -1;
    CHECK_CODE(house_reader(p->house, false, &db, &e), OK, e);
    CHECK_CODE(db_one(db, &n, &q, NO_ARGS, &e), OK, e);
    house_reader_back(p->house, false, db);
    return n;
}

/* A study is taken into use, a site takes part, and both stand in the list. */
EACH_ENGINE(api_takes_a_study_into_use)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct arena *a = &tmp;
    struct str ada = token(&p, p.admin, 0, a);
    struct said s = ask(&p, ada, "POST", "/api/v1/studies", "{\"name\":\"none\"}", a);
    CHECK_INT(s.status, 404);
    s = ask(&p, ada, "POST", "/api/v1/studies", "{\"name\":\"routine\"}", a);
    CHECK_INT(s.status, 201);
    i64 id = (i64)json_number(json_get(s.j, "id"));
    const char *sites = str_fmt(a, "/api/v1/studies/%" PRId64 "/sites", id).at;
    const char *takes =
        str_fmt(a, "{\"site\":%" PRId64 ",\"code\":\"R1\"}", p.site[1]).at;
    s = ask(&p, ada, "POST", "/api/v1/studies/999/sites", takes, a);
    CHECK_INT(s.status, 404);
    s = ask(&p, ada, "POST", sites, takes, a);
    CHECK_INT(s.status, 204);
    s = ask(&p, ada, "GET", "/api/v1/studies", NULL, a);
    CHECK(str_find_str(s.body, S("\"routine\"")) > 0);
    CHECK(str_find_str(s.body, S("\"code\":\"R1\",\"name\":\"Hill\"")) > 0);
    close_place(&p);
}

/* Sent again with its key a change is answered as it was, and done once; refusals are not kept. */
EACH_ENGINE(api_sent_twice_is_done_once)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct arena *a = &tmp;
    struct str ada = token(&p, p.admin, 0, a), other = token(&p, p.admin, 0, a);
    struct str key = S("Content-Type: application/json\r\nIdempotency-Key: one\r\n");
    struct str in = str_fmt(a, "Authorization: Bearer %.*s\r\n%.*s", FMT(ada), FMT(key));
    struct str by =
        str_fmt(a, "Authorization: Bearer %.*s\r\n%.*s", FMT(other), FMT(key));
    const char *path = "/api/v1/services";
    i64 had = count(&p, "SELECT COUNT(*) FROM service");
    i64 noted = count(&p, "SELECT COUNT(*) FROM journal");
    struct said s = ask_as(&p, in, "POST", path, S("{\"name\":\"East\"}"), a);
    CHECK_INT(s.status, 201);
    CHECK(str_find_str(s.head, S("Idempotency-Replayed")) < 0);
    struct str first = s.body;
    for (int i = 0; i < 3; i++) {
        s = ask_as(&p, in, "POST", path, S("{\"name\":\"East\"}"), a);
        CHECK_INT(s.status, 201);
        CHECK_STR(s.body, str_c(first, a));
        CHECK(str_find_str(s.head, S("Idempotency-Replayed: true")) >= 0);
    }
    CHECK_INT(count(&p, "SELECT COUNT(*) FROM service"), had + 1);
    CHECK_INT(count(&p, "SELECT COUNT(*) FROM journal"), noted + 1);
    /* another body, another path: refused, nothing done */
    s = ask_as(&p, in, "POST", path, S("{\"name\":\"West\"}"), a);
    refused(&s, 422, "E_RECORD", "another request", "another body", a);
    s = ask_as(&p, in, "POST", "/api/v1/sites", S("{\"name\":\"East\"}"), a);
    refused(&s, 422, "E_RECORD", "another request", "another path", a);
    /* the key of another token is another key */
    s = ask_as(&p, by, "POST", path, S("{\"name\":\"West\"}"), a);
    CHECK_INT(s.status, 201);
    CHECK_INT(count(&p, "SELECT COUNT(*) FROM service"), had + 2);
    /* refused is not kept, and what it had done is undone: the name stands already */
    struct str two = str_fmt(a,
                             "Authorization: Bearer %.*s\r\nContent-Type: "
                             "application/json\r\nIdempotency-Key: two\r\n",
                             FMT(ada));
    s = ask_as(&p, two, "POST", path, S("{\"name\":\"East\"}"), a);
    CHECK_INT(s.status, 409);
    s = ask_as(&p, two, "POST", path, S("{\"name\":\"South\"}"), a);
    CHECK_INT(s.status, 201);
    /* a key that is none; a GET does not look at it */
    struct str bad = str_fmt(a,
                             "Authorization: Bearer %.*s\r\nContent-Type: "
                             "application/json\r\nIdempotency-Key: a b\r\n",
                             FMT(ada));
    s = ask_as(&p, bad, "POST", path, S("{\"name\":\"North East\"}"), a);
    refused(&s, 422, "E_RECORD", "printable", "a key with a blank", a);
    s = ask_as(&p, bad, "GET", "/api/v1/me", S(""), a);
    CHECK_INT(s.status, 200);
    CHECK_INT(count(&p, "SELECT COUNT(*) FROM once"), 3);
    close_place(&p);
}

static void set_password(struct place *p, struct arena *a)
{
    struct db *db = NULL;
    struct err e = {0};
    struct login_kit kit = house_kit(p->house);
    kit.rules.memory_kib = 8;
    kit.rules.passes = 1;
    struct login_first first = {.password = S("four quiet herons")};
    i64 staff = 0;
    CHECK_CODE(house_reader(p->house, false, &db, &e), OK, e);
    struct act act = act_of(p, db, p->admin, a);
    CHECK_CODE(login_invite(&act, &kit, p->admin, &first.token, &e), OK, e);
    CHECK_CODE(login_use_token(&act, &kit, &first, &staff, &e), OK, e);
    house_reader_back(p->house, false, db);
}

static int session_put(struct db *db, void *arg, struct err *e)
{
    struct place *p = arg;
    char room[4096];
    struct arena a = {.at = room, .end = room + sizeof room, .base = room};
    i64 id = 0;
    struct str hash = login_hash("session", str_fmt(&a, "%064x", 0xabc), &a);
    return db_one(db, &id, SQL_session_put,
                  ARGS(T(hash), I(p->admin), T(S("test")), I(NOON), I(NOON + 8 * HOUR)),
                  e);
}

static struct str between(struct str s, const char *from, char to)
{
    isize at = str_find_str(s, str_of(from));
    if (at < 0) return S("");
    s = str_from(s, at + (isize)strlen(from));
    return str_upto(s, MAX(str_find(s, to), (isize)0));
}

/* A member of staff makes a token on their page, sees it once, and takes it back. */
EACH_ENGINE(api_token_page)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct arena *a = &tmp;
    struct err e = {0};
    set_password(&p, a);
    CHECK_CODE(writer_run(house_writer(p.house), session_put, &p, &e), OK, e);
    struct str cookie = str_fmt(a, "Cookie: varde-session=%064x\r\n", 0xabc);
    struct str form = str_fmt(
        a, "%.*sContent-Type: application/x-www-form-urlencoded\r\n", FMT(cookie));
    struct said s = ask_as(&p, cookie, "GET", "/account/tokens", S(""), a);
    CHECK_INT(s.status, 200);
    struct str csrf = between(s.body, "name=\"csrf\" value=\"", '"');
    CHECK_INT(csrf.n, 64);
    s = ask_as(&p, form, "POST", "/account/tokens",
               str_fmt(a, "csrf=%.*s&label=&scope=read&days=999", FMT(csrf)), a);
    CHECK(s.status == 422 && str_find_str(s.body, S("role=\"alert\"")) >= 0);
    CHECK(str_find_str(s.body, S("value=\"999\"")) >= 0); /* comes back filled */
    s = ask_as(&p, form, "POST", "/account/tokens", S("label=x&scope=all&days=5"), a);
    CHECK_INT(s.status, 403); /* no page of ours */
    s = ask_as(&p, form, "POST", "/account/tokens",
               str_fmt(a,
                       "csrf=%.*s&label=%%3Cb%%3Enightly&scope=read&days=5&"
                       "password_token=four+quiet+herons",
                       FMT(csrf)),
               a);
    CHECK_INT(s.status, 200);
    struct str secret = between(s.body, "<p><code>", '<');
    CHECK_INT(secret.n, 64);
    CHECK(str_find_str(s.body, S("&lt;b&gt;nightly")) >= 0);
    CHECK_INT(ask(&p, secret, "GET", "/api/v1/staff", NULL, a).status, 200);
    CHECK_INT(ask(&p, secret, "POST", "/api/v1/services", "{\"name\":\"W\"}", a).status,
              403); /* only to read */
    s = ask_as(&p, cookie, "GET", "/account/tokens", S(""), a);
    CHECK(str_find_str(s.body, secret) < 0);
    struct str id = between(s.body, "/account/tokens/", '/');
    s = ask_as(&p, form, "POST", str_fmt(a, "/account/tokens/%.*s/end", FMT(id)).at,
               str_fmt(a, "csrf=%.*s", FMT(csrf)), a);
    CHECK_INT(s.status, 303);
    s = ask(&p, secret, "GET", "/api/v1/me", NULL, a);
    refused(&s, 401, "E_TOKEN", "", "a token that was taken back", a);
    close_place(&p);
}

/* The day from which visits count, as enrolment sets it. */
static void plan(struct place *p, i64 staff, i64 study, i64 id, day on, struct arena *a)
{
    struct err e = {0};
    struct db *db = NULL;
    struct protocol protocol;
    i64 *rows = NULL;
    CHECK_CODE(house_reader(p->house, false, &db, &e), OK, e);
    struct act act = act_of(p, db, staff, a);
    CHECK_CODE(studies_protocol(db, study, &protocol, &rows, a, &e), OK, e);
    struct collect_kit k = {study, protocol.study, protocol.in, rows};
    CHECK_CODE(visiting_anchor(&act, &k, id, FROM_ENROLMENT, on, &e), OK, e);
    house_reader_back(p->house, false, db);
}

/* HoNOS of somebody who is enrolled: due, saved, read, corrected, its alert seen. */
static void answers(struct place *p, struct str here, struct str there, struct str rater,
                    i64 study, i64 id, struct arena *a)
{
    const char *at = str_fmt(a, "/api/v1/studies/%" PRId64, study).at,
               *all = str_fmt(a, "%s/responses", at).at;
    struct said s = ask(p, here, "GET", str_fmt(a, "%s/visits", at).at, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Visits, a));
    CHECK_INT(json_get(s.j, "items")->n, 1);
    CHECK_STR(json_text(json_at(json_get(s.j, "items"), 0), "time"), "t1");
    s = ask(p, there, "GET", str_fmt(a, "%s/visits", at).at, NULL, a);
    CHECK(s.status == 200 && json_get(s.j, "items")->n == 0);

    const char *form = str_fmt(a,
                               "{\"participant\":%" PRId64 ",\"measure\":\"honos\","
                               "\"time\":\"t1\",\"day\":\"2026-11-10\",\"answers\":",
                               id)
                           .at;
    static const struct {
        const char *answers, *code, *place;
    } wrong[] = {
        {"7", "E_RECORD", "answers"},
        {"[1,2]", "E_RECORD", "answers"},
        {"[0,3,0,5,0,0,0,0,0,0,0,0]", "E_ANSWER", "answers[3]"},
        {"[0,3,0,true,0,0,0,0,0,0,0,0]", "E_RECORD", "answers[3]"},
        {"[0,3,0,{\"value\":1},0,0,0,0,0,0,0,0]", "E_RECORD", "answers[3]"},
        {"[0,3,0,\"perhaps\",0,0,0,0,0,0,0,0]", "E_ANSWER", "answers[3]"},
    };
    for (isize i = 0; i < COUNT(wrong); i++) {
        s = ask(p, here, "POST", all, str_fmt(a, "%s%s}", form, wrong[i].answers).at, a);
        refused(&s, 422, wrong[i].code, str_fmt(a, "\"place\":\"%s\"", wrong[i].place).at,
                wrong[i].answers, a);
        CHECK(str_find_str(s.body, S("perhaps")) < 0);
    }
    /* 1 + 3 + 2 = 6 of twelve answered items */
    const char *good =
        str_fmt(a, "%s[1,3,0,2,0,0,0,{\"value\":0,\"detail\":\"\"},0,0,0,0]}", form).at;
    CHECK_INT(ask(p, there, "POST", all, good, a).status, 404); /* another site's */
    s = ask(p, rater, "POST", all, good, a);
    CHECK(s.status == 404 || s.status == 403);
    s = ask(p, here, "POST", all, good, a);
    CHECK(s.status == 201 && shaped(&s, API_Saved, a));
    const struct json *scores = json_get(s.j, "scores");
    bool six = false;
    for (const struct json *k = scores ? scores->kid : NULL; k; k = k->next)
        six = six || (str_is(json_text(k, "score"), "total") &&
                      json_number(json_get(k, "value")) == 6);
    CHECK(six);
    CHECK(json_number(json_get(s.j, "alerts")) >= 1); /* item 2: 3 */
    i64 first_one = (i64)json_number(json_get(s.j, "id"));
    s = ask(p, here, "POST", all, good, a);
    refused(&s, 409, "E_CHANGED", "", "the same form again", a);

    const char *one = str_fmt(a, "%s/%" PRId64, all, first_one).at;
    s = ask(p, here, "GET", one, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Response, a));
    CHECK_INT(json_get(s.j, "answers")->n, 12);
    CHECK(str_find_str(s.head, str_fmt(a, "ETag: \"%" PRId64 "\"", first_one)) >= 0);
    CHECK_INT(ask(p, there, "GET", one, NULL, a).status, 404);
    const char *other = "{\"answers\":[1,2,0,2,0,0,0,0,0,0,0,0],\"reason\":\"misread\"}";
    s = ask(p, here, "PUT", one, other, a);
    refused(&s, 400, "E_REQUEST", "If-Match", "no version", a);
    struct str match = str_fmt(a,
                               "Authorization: Bearer %.*s\r\nIf-Match: \"%" PRId64
                               "\"\r\nContent-Type: application/json\r\n",
                               FMT(here), first_one);
    s = ask_as(p, match, "PUT", one, str_of(other), a);
    CHECK(s.status == 200 && shaped(&s, API_Saved, a));
    s = ask_as(p, match, "PUT", one, str_of(other), a);
    refused(&s, 409, "E_CHANGED", "", "a version that was replaced", a);
    s = ask(p, here, "GET", one, NULL, a);
    CHECK(s.status == 200 && json_text(s.j, "gone").n > 0);

    const char *alerts = str_fmt(a, "%s/alerts", at).at;
    s = ask(p, here, "GET", alerts, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Alerts, a));
    CHECK(json_get(s.j, "items")->n >= 1);
    i64 alert = (i64)json_number(json_get(json_at(json_get(s.j, "items"), 0), "id"));
    const char *seen = str_fmt(a, "%s/%" PRId64 "/seen", alerts, alert).at;
    CHECK_INT(ask(p, there, "POST", seen, "{}", a).status, 404);
    CHECK_INT(ask(p, here, "POST", seen, "{\"note\":\"spoke with them\"}", a).status,
              204);
    s = ask(p, here, "POST", seen, "{}", a);
    refused(&s, 409, "E_CHANGED", "", "an alert that was seen", a);
}

/* A copy for the person, as data and as a document; who may not, and what is refused. */
static void copied(struct place *p, struct str here, struct str there, struct str rater,
                   const char *one, struct arena *a)
{
    const char *path = str_fmt(a, "%s/copy", one).at,
               *good = "{\"language\":\"da\",\"way\":\"by hand\",\"pdf\":true}";
    struct said s = ask(p, here, "POST", path, good, a);
    CHECK(s.status == 200 && shaped(&s, API_CopyMade, a));
    const struct json *copy = json_get(s.j, "copy");
    CHECK_STR(json_text(json_get(copy, "person"), "name"), "Kari Nordmann");
    CHECK(str_starts(json_text(s.j, "pdf"), S("JVBERi0"))); /* %PDF- */
    s = ask(p, here, "POST", path, "{\"language\":\"nb\",\"way\":\"other\"}", a);
    CHECK(s.status == 200 && !json_get(s.j, "pdf"));
    s = ask(p, there, "POST", path, good, a);
    refused(&s, 404, "E_NOT_FOUND", "", "another site's", a);
    s = ask(p, rater, "POST", path, good, a);
    refused(&s, 403, "E_NOT_ALLOWED", "", "who assesses blinded", a);
    s = ask(p, here, "POST", path, "{\"language\":\"fi\",\"way\":\"by hand\"}", a);
    refused(&s, 422, "E_RECORD", "\"place\":\"language\"", "no such language", a);
    s = ask(p, here, "POST", path, "{\"language\":\"nb\",\"way\":\"by owl\"}", a);
    refused(&s, 422, "E_RECORD", "\"place\":\"way\"", "no such way", a);
}

/* A participant from referral to withdrawal, as another program of the service would do it. */
EACH_ENGINE(api_participants)
{
    struct place p;
    open_place(&p, url, &tmp);
    struct arena *a = &tmp;
    struct err e = {0};
    struct db *db = NULL;
    struct applied done = {0};
    CHECK_CODE(house_reader(p.house, false, &db, &e), OK, e);
    struct act act = act_of(&p, db, p.admin, a);
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2013", &done, &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, p.site[0], S("S1"), &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, p.site[1], S("S2"), &e), OK, e);
    house_reader_back(p.house, false, db);
    i64 koord = person(&p, "koord1", COORDINATOR, p.site[0], a);
    struct str here = token(&p, koord, 0, a),
               there = token(&p, person(&p, "koord2", COORDINATOR, p.site[1], a), 0, a),
               rater =
                   token(&p, person(&p, "rater", OUTCOME_ASSESSOR, p.site[0], a), 0, a);
    const char *all =
        str_fmt(a, "/api/v1/studies/%" PRId64 "/participants", done.study).at;

    struct said s = ask(&p, here, "GET", "/api/v1/studies", NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Studies, a));
    CHECK(str_find_str(s.body, S("\"code\":\"S2\"")) >= 0);
    s = ask(&p, here, "POST", all,
            str_fmt(a,
                    "{\"site\":%" PRId64 ",\"day\":\"2026-11-02\",\"person\":{\"name\":"
                    "\"Kari Nordmann\",\"birth\":\"1980-05-17\"}}",
                    p.site[0])
                .at,
            a);
    CHECK(s.status == 201 && shaped(&s, API_Referred, a));
    CHECK_STR(json_text(s.j, "code"), "P01");
    i64 id = (i64)json_number(json_get(s.j, "id"));
    const char *one = str_fmt(a, "/api/v1/participants/%" PRId64, id).at;
    s = ask(&p, here, "POST", all, str_fmt(a, "{\"site\":%" PRId64 "}", p.site[1]).at, a);
    CHECK(s.status == 403 || s.status == 404); /* not their site */
    s = ask(&p, here, "POST", all,
            str_fmt(a,
                    "{\"site\":%" PRId64 ",\"person\":{\"name\":\"kari  nordmann\","
                    "\"birth\":\"1980-05-17\"}}",
                    p.site[0])
                .at,
            a);
    refused(&s, 409, "E_CONSTRAINT", "", "the same person again", a);
    CHECK(str_find_str(s.body, S("ordmann")) < 0);
    s = ask(&p, here, "POST", all, "{\"site\":1,\"person\":{\"birth\":\"17.5.1980\"}}",
            a);
    refused(&s, 422, "E_RECORD", "\"place\":\"person.birth\"", "a day that is none", a);

    /* Another site: as if it were not there. */
    static const char *const below_it[] = {"", "/person"};
    for (isize i = 0; i < COUNT(below_it); i++) {
        const char *path = str_fmt(a, "%s%s", one, below_it[i]).at;
        s = ask(&p, there, "GET", path, NULL, a);
        refused(&s, 404, "E_NOT_FOUND", "", path, a);
        CHECK_INT(ask(&p, here, "GET", path, NULL, a).status, 200);
    }
    s = ask(&p, rater, "GET", str_fmt(a, "%s/person", one).at, NULL, a);
    refused(&s, 403, "E_NOT_ALLOWED", "", "names are not for assessors", a);
    s = ask(&p, here, "GET", str_fmt(a, "%s/person", one).at, NULL, a);
    CHECK(shaped(&s, API_Person, a));
    CHECK_STR(json_text(s.j, "name"), "Kari Nordmann");

    copied(&p, here, there, rater, one, a);
    const char *screening = str_fmt(a, "%s/screening", one).at,
               *consents = str_fmt(a, "%s/consents", one).at,
               *events = str_fmt(a, "%s/events", one).at;
    s = ask(&p, there, "POST", screening, "{\"answers\":[]}", a);
    CHECK_INT(s.status, 404);
    s = ask(&p, here, "POST", screening,
            "{\"answers\":[{\"criterion\":\"adult\",\"met\":\"met\"},"
            "{\"criterion\":\"attached\",\"met\":\"perhaps\"}]}",
            a);
    refused(&s, 422, "E_RECORD", "\"place\":\"answers[1].met\"", "a word that is none",
            a);
    s = ask(&p, here, "POST", screening,
            "{\"day\":\"2026-11-05\",\"answers\":["
            "{\"criterion\":\"adult\",\"met\":\"met\"},"
            "{\"criterion\":\"attached\",\"met\":\"met\"},"
            "{\"criterion\":\"illness\",\"met\":\"met\"},"
            "{\"criterion\":\"informed\",\"met\":\"met\"},"
            "{\"criterion\":\"suicide-risk\",\"met\":\"not met\"},"
            "{\"criterion\":\"language\",\"met\":\"not met\"}]}",
            a);
    CHECK(s.status == 200 && shaped(&s, API_Screened, a));
    CHECK_STR(json_text(s.j, "state"), "eligible");
    s = ask(&p, here, "POST", events, "{\"event\":\"enrolled\"}", a);
    refused(&s, 409, "E_CONSTRAINT", "", "no consent yet", a);
    s = ask(&p, here, "POST", consents,
            "{\"purpose\":\"research\",\"how\":\"fax\",\"giver\":\"self\"}", a);
    refused(&s, 422, "E_RECORD", "\"place\":\"how\"", "a way that is none", a);
    s = ask(&p, here, "POST", consents,
            "{\"purpose\":\"research\",\"how\":\"paper\",\"giver\":\"self\",\"day\":"
            "\"2026-11-06\"}",
            a);
    CHECK(s.status == 201 && shaped(&s, API_Id, a));
    i64 consent = (i64)json_number(json_get(s.j, "id"));
    s = ask(&p, here, "POST", events, "{\"event\":\"enroled\"}", a);
    refused(&s, 422, "E_RECORD", "\"place\":\"event\"", "nearly an event", a);
    s = ask(&p, here, "POST", events, "{\"event\":\"enrolled\",\"day\":\"2026-11-09\"}",
            a);
    CHECK(s.status == 201 && shaped(&s, API_Id, a));
    s = ask(&p, here, "POST", events,
            "{\"event\":\"dropped out\",\"reason\":\"moved\",\"day\":\"2026-11-20\"}", a);
    CHECK_INT(s.status, 201);
    i64 event = (i64)json_number(json_get(s.j, "id"));
    s = ask(&p, here, "POST", str_fmt(a, "/api/v1/events/%" PRId64 "/mistake", event).at,
            "{\"reason\":\"another participant\"}", a);
    CHECK_INT(s.status, 204);
    s = ask(&p, here, "GET", one, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_ParticipantFile, a));
    CHECK_STR(json_text(json_get(s.j, "participant"), "state"), "enrolled");
    CHECK_INT(json_get(s.j, "criteria")->n, 6);
    CHECK_INT(json_get(s.j, "consents")->n, 1);
    CHECK(json_get(s.j, "next")->n > 0 && str_find_str(s.body, S("Nordmann")) < 0);
    s = ask(&p, rater, "GET", one, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_ParticipantFile, a));

    plan(&p, koord, done.study, id, NOON_DAY - 13, a);
    answers(&p, here, there, rater, done.study, id, a);

    /* Pages by key. */
    for (int i = 0; i < 3; i++)
        CHECK_INT(ask(&p, here, "POST", all,
                      str_fmt(a, "{\"site\":%" PRId64 "}", p.site[0]).at, a)
                      .status,
                  201);
    s = ask(&p, here, "GET", str_fmt(a, "%s?limit=3", all).at, NULL, a);
    CHECK(s.status == 200 && shaped(&s, API_Participants, a));
    CHECK_INT(json_get(s.j, "items")->n, 3);
    CHECK_STR(json_text(s.j, "next"), "P03");
    s = ask(&p, here, "GET", str_fmt(a, "%s?limit=3&after=P03", all).at, NULL, a);
    CHECK(json_get(s.j, "items")->n == 1 && !json_get(s.j, "next"));
    s = ask(&p, here, "GET", str_fmt(a, "%s?state=enrolled", all).at, NULL, a);
    CHECK_INT(json_get(s.j, "items")->n, 1);
    s = ask(&p, here, "GET", str_fmt(a, "%s?state=gone", all).at, NULL, a);
    refused(&s, 422, "E_RECORD", "state", "a state that is none", a);
    s = ask(&p, there, "GET", all, NULL, a);
    CHECK(s.status == 200 && json_get(s.j, "items")->n == 0);

    s = ask(&p, here, "POST",
            str_fmt(a, "/api/v1/consents/%" PRId64 "/withdrawal", consent).at,
            "{\"effect\":\"stop\"}", a);
    CHECK_INT(s.status, 204);
    s = ask(&p, here, "GET", one, NULL, a);
    CHECK_STR(json_text(json_get(s.j, "participant"), "state"), "dropped out");
    CHECK_STR(json_text(json_at(json_get(s.j, "consents"), 0), "effect"), "stop");
    close_place(&p);
}
