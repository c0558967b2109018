/* Decoding and routes, without a network. Expected values from RFC 3986 and RFC 3629. */
#include "test.h"
#include "web/http_parts.h"
#include "web/routes.h"
#include <ctype.h>
#include <string.h>

static struct str path_said(struct str path, struct arena *a)
{
    struct http_segs segs = {0};
    struct err e = {0};
    int rc = http_read_path(path, &segs, a, &e);
    if (rc != OK) return str_of(err_name(rc));
    struct buf b = buf_in(a, 64);
    for (isize i = 0; i < segs.n; i++) {
        buf_putc(&b, '[');
        buf_put(&b, segs.at[i]);
        buf_putc(&b, ']');
    }
    return str_dup(buf_str(&b), a);
}

TEST(http_req_path)
{
    static const struct {
        const char *path, *want;
    } row[] = {
        {"/", ""},
        {"/visits/7", "[visits][7]"},
        {"/a%20b/c+d", "[a b][c+d]"}, /* plus is a blank in forms only */
        {"/%c3%a6", "[\xc3\xa6]"},    /* a letter of two bytes */
        {"/%2541", "[%41]"},          /* decoded once */
        {"/.../.a", "[...][.a]"},
        {"", "E_REQUEST"},
        {"a", "E_REQUEST"},
        {"/a/", "E_NOT_FOUND"},
        {"//a", "E_NOT_FOUND"},
        {"/a//b", "E_NOT_FOUND"},
        {"/..", "E_REQUEST"},
        {"/a/../b", "E_REQUEST"},
        {"/%2e%2e/b", "E_REQUEST"},
        {"/%2E.", "E_REQUEST"},
        {"/.", "E_REQUEST"},
        {"/a%2fb", "E_REQUEST"},
        {"/a%5cb", "E_REQUEST"},
        {"/a\\b", "E_REQUEST"},
        {"/a%00", "E_REQUEST"},
        {"/a%0d%0aSet-Cookie:x", "E_REQUEST"},
        {"/a%7f", "E_REQUEST"},
        {"/a%", "E_REQUEST"},
        {"/a%2", "E_REQUEST"},
        {"/a%g1", "E_REQUEST"},
        {"/%c0%ae%c0%ae", "E_REQUEST"}, /* ".." overlong */
        {"/%e0%80%af", "E_REQUEST"},    /* "/" overlong */
        {"/%ed%a0%80", "E_REQUEST"},    /* half a pair */
        {"/%ff", "E_REQUEST"},
        {"/%u0041", "E_REQUEST"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(path_said(str_of(row[i].path), &tmp), row[i].want);
    struct buf deep = buf_in(&tmp, 128);
    for (int i = 0; i < 33; i++) buf_put(&deep, S("/a"));
    CHECK_STR(path_said(buf_str(&deep), &tmp), "E_REQUEST");
}

TEST(http_req_pairs)
{
    struct http_pairs p = {0};
    struct err e = {0};
    CHECK_CODE(http_read_pairs(S("a=1&&b=x+y%26z&c&=v&a=2&d=%0D%0A"), &p, &tmp, &e), OK,
               e);
    CHECK_INT(p.n, 6);
    struct req q = {.query = p};
    CHECK_STR(http_query(&q, "a"), "1");
    CHECK_STR(http_query(&q, "b"), "x y&z");
    CHECK_STR(http_query(&q, "c"), "");
    CHECK(http_query(&q, "c").at != NULL);
    CHECK_STR(http_query(&q, "d"), "\r\n"); /* lines of a text field */
    CHECK(http_query(&q, "none").at == NULL);
    static const char *const bad[] = {"a=%00", "a=%c0%80", "%=1", "a=%4", "a=%ff"};
    for (isize i = 0; i < COUNT(bad); i++)
        CHECK_CODE(http_read_pairs(str_of(bad[i]), &p, &tmp, &e), E_REQUEST, e);
    struct buf many = buf_in(&tmp, 8192);
    for (int i = 0; i < 2001; i++) buf_put(&many, S("a&"));
    p = (struct http_pairs){0};
    CHECK_CODE(http_read_pairs(buf_str(&many), &p, &tmp, &e), E_REQUEST, e);
}

TEST(http_req_cookies)
{
    struct http_pairs p = {0};
    http_read_cookies(S("a=1; sid=x=y ;lone; =no;b="), &p, &tmp);
    struct req q = {.cookies = p};
    CHECK_INT(p.n, 3);
    CHECK_STR(http_cookie(&q, "sid"), "x=y");
    CHECK_STR(http_cookie(&q, "b"), "");
    CHECK(http_cookie(&q, "lone").at == NULL);
}

static int say_args(struct call *c, struct err *e)
{
    struct req *q = c->q;
    (void)e;
    return http_reply(q, 200, NULL,
                      str_fmt(q->a, "%.*s|%.*s", FMT(q->arg[0]), FMT(q->arg[1])));
}

static int may_read(struct call *c, struct err *e)
{
    return c->route->right == MAY_SEE_STAFF ? OK : err_set(e, E_NOT_ALLOWED, "no");
}

static const struct route some[] = {
    {"GET", "/", say_args, MAY_ANYONE, "first"},
    {"GET", "/a/{id}/b/{n}", say_args, MAY_SEE_STAFF, "two places"},
    {"POST", "/a/{id}/b/{n}", say_args, MAY_MANAGE_STAFF, "the same to write"},
    {"GET", "/a/new", say_args, MAY_SEE_STAFF, "a word"},
};

TEST(routes_run)
{
    static const struct {
        const char *method, *path;
        bool viewer;
        int rc, status;
        const char *body;
    } row[] = {
        {"GET", "/", false, OK, 200, "|"},
        {"HEAD", "/", false, OK, 200, "|"},
        {"GET", "/a/1/b/2", true, OK, 200, "1|2"},
        {"GET", "/a/1/b/2", false, E_NOT_ALLOWED, 0, ""}, /* closed until someone may */
        {"POST", "/a/1/b/2", true, E_NOT_ALLOWED, 0, ""},
        {"GET", "/a/1/b", true, E_NOT_FOUND, 0, ""},
        {"GET", "/a/1/b/2/3", true, E_NOT_FOUND, 0, ""},
        {"GET", "/A/new", true, E_NOT_FOUND, 0, ""},
        {"GET", "/a/new", true, OK, 200, "|"},
        {"PUT", "/a/1/b/2", true, OK, 405, NULL},
        {"OPTIONS", "/a/1/b/2", false, OK, 204, ""},
        {"OPTIONS", "/none", false, E_NOT_FOUND, 0, ""},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct req q = {
            .a = &tmp, .method = str_of(row[i].method), .path = str_of(row[i].path)};
        struct err e = {0};
        CHECK_CODE(http_read_path(q.path, &q.seg, &tmp, &e), OK, e);
        struct call c = {.q = &q};
        CHECK_CODE(routes_run(&c, &(struct routes){some, COUNT(some)},
                              row[i].viewer ? may_read : NULL, &e),
                   row[i].rc, e);
        CHECK_INT(q.reply.status, row[i].status);
        if (row[i].body) CHECK_STR(q.reply.body, row[i].body);
        if (row[i].status == 405 || row[i].status == 204) {
            CHECK_INT(q.reply.headers.n, 1);
            CHECK_STR(q.reply.headers.at[0].name, "Allow");
            CHECK_STR(q.reply.headers.at[0].value, "GET, HEAD, POST, OPTIONS");
        }
    }
}

/* The walk over the list: what every line of routes.def must be. */
TEST(routes_are_well_formed)
{
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        CHECK(r->pattern[0] == '/');
        CHECK(r->right >= MAY_LINK && r->right < RIGHT_N);
        CHECK(strlen(r->words) > 8);
        int places = 0;
        for (const char *c = r->pattern; *c; c++) {
            CHECK(islower((unsigned char)*c) || isdigit((unsigned char)*c) ||
                  strchr("/{}-._", *c));
            places += *c == '{';
        }
        CHECK(places <= HTTP_ARGS);
        for (isize k = 0; k < i; k++)
            CHECK(strcmp(r->pattern, routes.at[k].pattern) != 0 ||
                  strcmp(r->method, routes.at[k].method) != 0);
    }
    CHECK(routes.n >= 2);
}

TEST(http_reply_redirects_stay_here)
{
    static const char *const row[][2] = {{"/a", "/a"},
                                         {"//evil.example", "/"},
                                         {"/\\evil.example", "/"},
                                         {"https://evil.example", "/"},
                                         {"", "/"}};
    for (isize i = 0; i < COUNT(row); i++) {
        struct req q = {.a = &tmp};
        CHECK_INT(http_redirect(&q, str_of(row[i][0])), OK);
        CHECK_INT(q.reply.status, 303);
        CHECK_STR(q.reply.headers.at[0].value, row[i][1]);
    }
}
