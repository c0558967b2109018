/* The server over raw sockets: an ephemeral port of loopback, or a Unix socket.
** What a strict server answers is from RFC 9112; nothing here depends on speed: a wait ends
** when something happens, and its bound is half a minute. */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/json.h"
#include "client.h"
#include "test.h"
#include "web/http.h"
#include "web/routes.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DOWNLOAD = 48 << 20 }; /* more than sockets hold, so it waits for its reader */

static atomic_int streams_ended;

static int page_echo(struct call *c, struct err *e)
{
    struct req *q = c->q;
    (void)e;
    return http_reply(q, 200, "text/plain", q->body);
}

static int page_field(struct call *c, struct err *e)
{
    struct req *q = c->q;
    (void)e;
    return http_reply(q, 200, "text/plain",
                      str_fmt(q->a, "%.*s,%.*s,%.*s,%.*s", FMT(q->arg[0]),
                              FMT(http_query(q, "q")), FMT(http_form(q, "f")),
                              FMT(http_cookie(q, "c"))));
}

static isize fill(void *arg, i64 at, char *out, isize cap)
{
    (void)arg;
    isize n = MIN(cap, (isize)(DOWNLOAD - at));
    memset(out, 'x', (size_t)n);
    return n;
}

static void ended(void *arg)
{
    (void)arg;
    atomic_fetch_add(&streams_ended, 1);
}

static int page_stream(struct call *c, struct err *e)
{
    struct req *q = c->q;
    (void)e;
    return http_reply_stream(q, 200, "application/octet-stream", fill, NULL, ended);
}

static int page_broken(struct call *c, struct err *e)
{
    struct req *q = c->q;
    http_reply_header(q, "X-Own", http_query(q, "v"));
    return str_is(http_query(q, "how"), "error")
               ? err_set(e, E_IO, "secret inside of the server")
               : http_reply(q, 200, "text/plain", S("fine"));
}

/* How often the byte stands beyond what this request has taken so far: left by another one. */
static int page_left(struct call *c, struct err *e)
{
    enum { LOOK = 8 << 20 };
    struct req *q = c->q;
    (void)e;
    char want = http_query(q, "byte").n ? http_query(q, "byte").at[0] : 0;
    isize n = 0;
    for (const char *p = q->a->at; want && p < q->a->base + LOOK; p++) n += *p == want;
    return http_reply(q, 200, "text/plain", str_fmt(q->a, "%td", n));
}

/* Room that is taken and dropped again. */
static int page_scratch(struct call *c, struct err *e)
{
    struct arena tmp = *c->q->a;
    (void)e;
    memset(NEW_RAW(&tmp, char, 2 << 20), '\xC5', 2 << 20);
    return http_reply(c->q, 200, "text/plain", S("done"));
}

static const struct route table[] = {
    {"GET", "/left", page_left, MAY_ANYONE, "what others left"},
    {"GET", "/scratch", page_scratch, MAY_ANYONE, "room for a moment"},
    {"GET", "/health", page_health, MAY_ANYONE, "of the product"},
    {"GET", "/metrics", page_metrics, MAY_ANYONE, "of the product"},
    {"POST", "/echo", page_echo, MAY_ANYONE, "its body"},
    {"GET", "/field/{id}", page_field, MAY_ANYONE, "what was read"},
    {"POST", "/field/{id}", page_field, MAY_ANYONE, "what was read"},
    {"GET", "/stream", page_stream, MAY_ANYONE, "a long download"},
    {"GET", "/broken", page_broken, MAY_ANYONE, "a faulty handler"},
    {"GET", "/closed", page_echo, MAY_SEE_STAFF, "a right that nobody has"},
};

static int answer(struct req *q, struct err *e)
{
    struct call c = {.q = q};
    return routes_run(&c, &(struct routes){table, COUNT(table)}, NULL, e);
}

static struct http *server(struct http_config c)
{
    struct http *h = NULL;
    struct err e = {0};
    c.handle = answer;
    CHECK_CODE(http_start(&c, &h, &e), OK, e);
    if (!h) abort();
    return h;
}

#define HOST  "Host: localhost\r\n"
#define CLOSE "Connection: close\r\n"
#define NEXT \
    "GET /health HTTP/1.1\r\n" HOST CLOSE "\r\n" /* would show a second reading */

/* For tables: as S, but a constant. */
#define P(literal)                          \
    {                                       \
        literal, (isize)sizeof(literal) - 1 \
    }

/* The probes.  A stream of replies ends by itself: each refusal closes, and the last
** request that is served asks for it.  Where the library hides something from the gate, the
** row says what stands and why. */
/* Which row holds which probe of a survey of six servers' strictness (RFC 9112: 2.2, 3, 5, 6, 7):
**   1 duplicate CL, same     2 CL 0 then CL 7         3 CL +7               4 CL 7x
**   5 CL and TE              6 TE xchunked            7 chunk size 0x7      8 bare LF lines
**   9 space before colon    10 obs-fold              11 NUL in value       12 bare CR in value
**  13 no Host               14 two Hosts             15 HTTP/1.9           16 64 KB header
**  17 a header that drips: http_reaper_slow_head, below
**  18 plain GET             19 plain POST            20 chunked POST       21 pipelined
**  22 CL 7 then CL 0        23 CL list               24 CL -7              25 CL 0x7
**  26 CL empty              27 CL beyond 64 bits     28 CL above the limit 29 TE and CL
**  30 TE gzip, chunked      31 TE twice              32 TE in HTTP/1.0     33 chunk size -1
**  34 header without colon  35 unknown method        36 absolute address
** and what was found besides. The test looks that each of them is there. */
static const struct probe {
    const char *name;
    struct str send;
    const char *want;
    const char *stands; /* NULL: as it should be */
} probes[] = {
    {"plain GET", P("GET /health HTTP/1.1\r\n" HOST CLOSE "\r\n"), "200", NULL},
    {"plain POST",
     P("POST /echo HTTP/1.1\r\n" HOST CLOSE "Content-Length: 7\r\n\r\nGET /x "), "200",
     NULL},
    {"chunked POST",
     P("POST /echo HTTP/1.1\r\n" HOST CLOSE "Transfer-Encoding: chunked\r\n\r\n"
       "7\r\nGET /x \r\n0\r\n\r\n"),
     "200", NULL},
    {"pipelined", P("GET /health HTTP/1.1\r\n" HOST "\r\n" NEXT), "200 200", NULL},
    {"duplicate CL, same",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 7\r\nContent-Length: 7\r\n\r\n"
       "GET /x " NEXT),
     "400", NULL},
    {"CL 0 then CL 7",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 7\r\n\r\n"
       "GET /x " NEXT),
     "400", NULL},
    {"CL 7 then CL 0",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 7\r\nContent-Length: 0\r\n\r\n"
       "GET /x " NEXT),
     "400", NULL},
    {"CL list",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 7, 7\r\n\r\nGET /x " NEXT), "400",
     NULL},
    {"CL +7", P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: +7\r\n\r\nGET /x " NEXT),
     "400", NULL},
    {"CL -7", P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: -7\r\n\r\nGET /x " NEXT),
     "400", NULL},
    {"CL 7x", P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 7x\r\n\r\nGET /x " NEXT),
     "400", NULL},
    {"CL 0x7",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0x7\r\n\r\nGET /x " NEXT), "400",
     NULL},
    {"CL empty", P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\nGET /x " NEXT),
     "400", NULL},
    {"CL beyond 64 bits",
     P("POST /echo HTTP/1.1\r\n" HOST
       "Content-Length: 99999999999999999999999\r\n\r\nGET /x " NEXT),
     "413", "the library answers: larger than its numbers"},
    {"CL above the limit",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2000000\r\n\r\nGET /x " NEXT),
     "413", NULL},
    {"CL and TE",
     P("POST /echo HTTP/1.1\r\n" HOST
       "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n"
       "0\r\n\r\n" NEXT),
     "400", NULL},
    {"TE and CL",
     P("POST /echo HTTP/1.1\r\n" HOST
       "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n"
       "0\r\n\r\n" NEXT),
     "400", NULL},
    {"TE xchunked",
     P("POST /echo HTTP/1.1\r\n" HOST
       "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" NEXT),
     "400", NULL},
    {"TE gzip, chunked",
     P("POST /echo HTTP/1.1\r\n" HOST
       "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" NEXT),
     "400", NULL},
    {"TE twice",
     P("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
       "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" NEXT),
     "400", NULL},
    {"TE in HTTP/1.0",
     P("POST /echo HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT),
     "400", NULL},
    {"chunk size 0x7",
     P("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
       "0x7\r\nGET /x \r\n0\r\n\r\n" NEXT),
     "400", NULL},
    {"chunk size -1",
     P("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
       "-1\r\nGET /x \r\n0\r\n\r\n" NEXT),
     "400", NULL},
    {"bare LF lines", P("GET /health HTTP/1.1\nHost: localhost\n\n" NEXT), "400", NULL},
    {"bare LF after one header",
     P("GET /health HTTP/1.1\r\n" HOST "X-A: b\nX-B: c\r\n\r\n" NEXT), "400", NULL},
    {"bare LF at the end", P("GET /health HTTP/1.1\r\n" HOST "\n" NEXT), "400", NULL},
    {"space before colon", P("GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n" NEXT),
     "400", NULL},
    {"space before the CL's colon",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length : 7\r\n\r\nGET /x " NEXT), "400",
     NULL},
    {"header without colon", P("GET /health HTTP/1.1\r\n" HOST "nonsense\r\n\r\n" NEXT),
     "400", NULL},
    {"obs-fold", P("GET /health HTTP/1.1\r\n" HOST "X-A: b\r\n c\r\n\r\n" NEXT), "400",
     NULL},
    {"obs-fold in the CL",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 7\r\n 7\r\n\r\nGET /x " NEXT),
     "400", NULL},
    {"obs-fold before the CL's value",
     P("POST /echo HTTP/1.1\r\n" HOST "Content-Length:\r\n 7\r\n\r\nGET /x " NEXT), "400",
     NULL},
    {"obs-fold that hides the CL",
     P("POST /echo HTTP/1.1\r\n" HOST "X-A: b\r\n Content-Length: 7\r\n\r\nGET /x " NEXT),
     "400", NULL},
    {"NUL in value", P("GET /health HTTP/1.1\r\n" HOST "X-A: b\0c\r\n\r\n" NEXT), "400",
     NULL},
    {"NUL in the last value",
     P("GET /health HTTP/1.1\r\nX-A: b\r\nHost: localhost\0c\r\n\r\n" NEXT), "400", NULL},
    {"blanks around values",
     P("GET /health HTTP/1.1\r\nHost: \t localhost\r\nX-A:\r\nX-B:b\r\n" CLOSE "\r\n"),
     "200", NULL},
    {"bare CR in value", P("GET /health HTTP/1.1\r\n" HOST "X-A: b\rc\r\n\r\n" NEXT),
     "400", NULL},
    {"no Host", P("GET /health HTTP/1.1\r\n\r\n" NEXT), "400", NULL},
    {"two Hosts", P("GET /health HTTP/1.1\r\n" HOST "Host: other\r\n\r\n" NEXT), "400",
     NULL},
    {"HTTP/1.9", P("GET /health HTTP/1.9\r\n" HOST "\r\n" NEXT), "400", NULL},
    {"HTTP/2.0", P("GET /health HTTP/2.0\r\n" HOST "\r\n" NEXT), "505",
     "the library answers before the gate"},
    {"unknown method", P("BREW /health HTTP/1.1\r\n" HOST "\r\n" NEXT), "400", NULL},
    {"absolute address", P("GET http://other/health HTTP/1.1\r\n" HOST "\r\n" NEXT),
     "400", NULL},
    {"long address", {0}, "414", NULL},
    {"64 KB header", {0}, "431", NULL},
};

static struct str long_one(const struct probe *p, struct arena *a)
{
    char *fill64 = NEW(a, char, 65536);
    memset(fill64, 'a', 65536);
    if (strcmp(p->want, "414") == 0)
        return str_fmt(a, "GET /%.5000s HTTP/1.1\r\n" HOST "\r\n" NEXT, fill64);
    return str_fmt(a, "GET /health HTTP/1.1\r\n" HOST "X-A: %.65000s\r\n\r\n" NEXT,
                   fill64);
}

static const char *const numbered[] = {"duplicate CL, same",
                                       "CL 0 then CL 7",
                                       "CL +7",
                                       "CL 7x",
                                       "CL and TE",
                                       "TE xchunked",
                                       "chunk size 0x7",
                                       "bare LF lines",
                                       "space before colon",
                                       "obs-fold",
                                       "NUL in value",
                                       "bare CR in value",
                                       "no Host",
                                       "two Hosts",
                                       "HTTP/1.9",
                                       "64 KB header",
                                       NULL /* 17: in time */,
                                       "plain GET",
                                       "plain POST",
                                       "chunked POST",
                                       "pipelined",
                                       "CL 7 then CL 0",
                                       "CL list",
                                       "CL -7",
                                       "CL 0x7",
                                       "CL empty",
                                       "CL beyond 64 bits",
                                       "CL above the limit",
                                       "TE and CL",
                                       "TE gzip, chunked",
                                       "TE twice",
                                       "TE in HTTP/1.0",
                                       "chunk size -1",
                                       "header without colon",
                                       "unknown method",
                                       "absolute address"};

TEST(http_probes_are_all_there)
{
    CHECK_INT(COUNT(numbered), 36);
    for (isize i = 0; i < COUNT(numbered); i++) {
        int n = numbered[i] == NULL;
        for (isize k = 0; k < COUNT(probes) && numbered[i]; k++)
            n += strcmp(probes[k].name, numbered[i]) == 0;
        test_check(n == 1, __FILE__, __LINE__, "probe %td: %d rows", i + 1, n);
    }
}

/* What the library answers by itself has none of our headers: 0.9.75 asks nobody.  So it may hold
** nothing that was sent, nothing that a browser would run or keep, and be the end. */
TEST(http_replies_of_the_library)
{
    static const struct str sent[] = {
        P("POST /echo HTTP/1.1\r\n" HOST "Cookie: s=<script>\r\nContent-Length: "
          "99999999999999999999999\r\n\r\n<script>" NEXT),
        P("GET /<script> HTTP/2.0\r\n" HOST "\r\n" NEXT),
        P("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
          "<script>\r\n" NEXT),
    };
    struct http *h = server((struct http_config){0});
    for (isize i = 0; i < COUNT(sent); i++) {
        struct str got = client_ask(http_port(h), sent[i], &tmp);
        CHECK(str_find_str(got, S("HTTP/1.1 ")) >= 0);
        CHECK(str_find_str(got, S("script")) < 0 && str_find_str(got, S("Set-")) < 0);
        CHECK(str_find_str(got, S(" 200 ")) < 0);
    }
    http_stop(h, 30000);
}

TEST(http_probes)
{
    struct http *h = server((struct http_config){0});
    CHECK(COUNT(probes) >= 36);
    for (isize i = 0; i < COUNT(probes); i++) {
        const struct probe *p = &probes[i];
        struct arena a = tmp;
        struct str send = p->send.at ? p->send : long_one(p, &a);
        struct str got = client_statuses(client_ask(http_port(h), send, &a), &a);
        test_check(str_is(got, p->want), __FILE__, __LINE__, "%s: %.*s, want %s", p->name,
                   FMT(got), p->want);
    }
    http_stop(h, 30000);
}

static struct str get(struct http *h, const char *path, const char *more, struct arena *a)
{
    return client_ask(http_port(h),
                      str_fmt(a, "GET %s HTTP/1.1\r\n" HOST CLOSE "%s\r\n", path, more),
                      a);
}

static bool has(struct str s, const char *piece)
{
    return str_find_str(s, str_of(piece)) >= 0;
}

TEST(http_reply_headers)
{
    struct http *h = server((struct http_config){0});
    static const char *const paths[] = {"/health", "/none", "/closed", "/%00", "/broken"};
    static const char *const headers[] = {
        "Server: varde\r\n",
        "Content-Security-Policy: default-src 'none'; script-src 'self'; ",
        "style-src 'self'; img-src 'self' data:; ",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: same-origin\r\n",
        "Permissions-Policy: ",
        "Cache-Control: no-store\r\n",
        "X-Request-Id: ",
    };
    for (isize i = 0; i < COUNT(paths); i++) {
        struct str got = get(h, paths[i], "", &tmp);
        for (isize k = 0; k < COUNT(headers); k++) CHECK(has(got, headers[k]));
        CHECK(!has(got, "Strict-Transport-Security")); /* not over TLS */
    }
    http_stop(h, 30000);
}

TEST(http_methods_and_errors)
{
    struct http *h = server((struct http_config){0});
    struct arena *a = &tmp;
    int port = http_port(h);
    struct str got =
        client_ask(port, S("HEAD /health HTTP/1.1\r\n" HOST CLOSE "\r\n"), a);
    CHECK(has(got, " 200 ") && has(got, "Content-Length: 3\r\n") &&
          str_ends(got, S("\r\n\r\n")));
    got = client_ask(port, S("OPTIONS /health HTTP/1.1\r\n" HOST CLOSE "\r\n"), a);
    CHECK(has(got, " 204 ") && has(got, "Allow: GET, HEAD, OPTIONS\r\n"));
    got = client_ask(port, S("DELETE /field/1 HTTP/1.1\r\n" HOST CLOSE "\r\n"), a);
    CHECK(has(got, " 405 ") && has(got, "Allow: GET, HEAD, POST, OPTIONS\r\n"));
    got = client_ask(port, S("OPTIONS * HTTP/1.1\r\n" HOST CLOSE "\r\n"), a);
    CHECK(has(got, " 204 "));
    got = get(h, "/none", "Accept: text/html\r\n", a);
    CHECK(has(got, " 404 ") && has(got, "<h1>Not found</h1>") && has(got, "text/html"));
    got = get(h, "/none", "Accept: application/json\r\n", a);
    CHECK(has(got, " 404 ") && has(got, "{\"status\":404,\"error\":\"Not found\""));
    got = get(h, "/api/none", "", a);
    CHECK(has(got, "{\"status\":404,"));
    CHECK(has(get(h, "/closed", "", a), " 403 "));
    CHECK(has(get(h, "/health", "Expect: cake\r\n", a), " 417 "));
    got = get(h, "/broken?how=error", "", a);
    CHECK(has(got, " 500 ") && !has(got, "secret"));
    CHECK(has(get(h, "/broken?v=fine", "", a), "X-Own: fine\r\n"));
    got = get(h, "/broken?v=a%0d%0aSet-Cookie:x", "", a);
    CHECK(has(got, " 500 ") && !has(got, "Set-Cookie"));
    got = get(h, "/field/%3Cb%3E?q=%c3%a6+1", "Cookie: c=d\r\n", a);
    CHECK(str_ends(got, S("\r\n\r\n<b>,\xc3\xa6 1,,d")));
    got = client_ask(
        port,
        S("POST /field/x HTTP/1.1\r\n" HOST CLOSE "Content-Length: 9\r\n"
          "Content-Type: Application/X-WWW-Form-Urlencoded; charset=UTF-8\r\n\r\n"
          "f=a%26b+c"),
        a);
    CHECK(str_ends(got, S("\r\n\r\nx,,a&b c,")));
    got = client_ask(port,
                     S("POST /field/x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\n\r\nf=%00"),
                     a);
    CHECK(has(got, " 400 "));
    static const char *const attacks[] = {
        "/field/%00",   "/field/%2e%2e", "/field/..",     "/field/%c0%ae%c0%ae",
        "/field/a%2fb", "/field/%",      "/health?a=%00", "/health?a=%ff"};
    for (isize i = 0; i < COUNT(attacks); i++)
        CHECK(has(get(h, attacks[i], "", a), " 400 "));
    http_stop(h, 30000);
}

/* After a refusal nothing of the same connection is read, however it is cut into packets. */
TEST(http_nothing_after_refusal)
{
    struct http *h = server((struct http_config){0});
    int fd = client_tcp(http_port(h));
    client_send(fd, S("GET /health HTTP/1.1\r\n" HOST "\r\n"));
    CHECK(has(client_until(fd, "ok\n", &tmp), " 200 ")); /* kept alive */
    client_send(fd, S("GET /health HTTP/1.1\r\n\r\n" NEXT NEXT));
    CHECK_STR(client_statuses(client_all(fd, &tmp), &tmp), "400");
    close(fd);
    CHECK_INT(http_count(h).by_class[2], 1);
    http_stop(h, 30000);
}

/* The gate asks where headers lie: it must hold however a head comes in. */
TEST(http_large_head_in_pieces)
{
    struct http *h = server((struct http_config){0});
    int fd = client_tcp(http_port(h));
    struct buf b = buf_in(&tmp, 65536);
    for (int round = 0; round < 2; round++) {
        buf_put(&b, S("GET /health HTTP/1.1\r\n" HOST));
        for (int i = 0; i < 60; i++) buf_fmt(&b, "X-%d: %0200d\r\n", i, i);
        buf_put(&b, round ? S(CLOSE "\r\n") : S("\r\n"));
    }
    struct str all = buf_str(&b);
    for (isize at = 0; at < all.n; at += 777) {
        client_send(fd, str_upto(str_from(all, at), MIN((isize)777, all.n - at)));
        struct timespec nap = {.tv_nsec =
                                   200000}; /* so that it comes in pieces, mostly */
        nanosleep(&nap, NULL);
    }
    CHECK_STR(client_statuses(client_all(fd, &tmp), &tmp), "200 200");
    close(fd);
    http_stop(h, 30000);
}

TEST(http_body_limits)
{
    struct http *h = server((struct http_config){.body_bytes = 1000});
    struct buf b = buf_in(&tmp, 8192);
    buf_put(&b, S("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 15; i++) buf_fmt(&b, "64\r\n%0100d\r\n", i);
    buf_put(&b, S("0\r\n\r\n"));
    CHECK_STR(client_statuses(client_ask(http_port(h), buf_str(&b), &tmp), &tmp), "413");
    b.n -= 5;
    for (int i = 0; i < 15; i++) buf_fmt(&b, "64\r\n%0100d\r\n", i);
    /* Far above the limit it is cut, unanswered. */
    CHECK_STR(client_statuses(client_ask(http_port(h), buf_str(&b), &tmp), &tmp), "");
    http_stop(h, 30000);
}

/* A line whenever the last was taken: silence never lasts, and still it is closed. */
TEST(http_reaper_slow_head)
{
    struct http *h = server((struct http_config){.head_ms = 300});
    int fd = client_tcp(http_port(h));
    bool open = client_send(fd, S("GET /health HTTP/1.1\r\n" HOST));
    for (int i = 0; open && i < 1000; i++) {
        char c;
        struct timespec nap = {.tv_nsec = 20000000};
        nanosleep(&nap, NULL);
        open = client_send(fd, S("X-A: b\r\n")) &&
               recv(fd, &c, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
    }
    CHECK(!open);
    CHECK(http_count(h).reaped >= 1);
    close(fd);
    fd = client_tcp(http_port(h)); /* within a line; then not a byte */
    client_send(fd, S("GET /health HTTP/1.1\r\n" HOST));
    CHECK_STR(client_statuses(client_all(fd, &tmp), &tmp), "408");
    close(fd);
    fd = client_tcp(http_port(h));
    CHECK_STR(client_all(fd, &tmp), "");
    close(fd);
    http_stop(h, 30000);
}

TEST(http_body_never_ends)
{
    struct http *h = server((struct http_config){.body_ms = 200});
    struct str got = client_ask(
        http_port(h), S("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 7\r\n\r\nabc"),
        &tmp);
    CHECK_STR(client_statuses(got, &tmp), "408");
    http_stop(h, 30000);
    h = server((struct http_config){.reply_ms = 200}); /* a reader that reads nothing */
    int fd = client_tcp(http_port(h));
    client_send(fd, S("GET /stream HTTP/1.1\r\n" HOST "\r\n"));
    for (int i = 0; i < 3000 && http_count(h).reaped == 0; i++) {
        struct timespec nap = {.tv_nsec = 10000000};
        nanosleep(&nap, NULL);
    }
    CHECK_INT(http_count(h).reaped, 1);
    close(fd);
    http_stop(h, 30000);
    CHECK_INT(atomic_load(&streams_ended), 1);
}

struct stopper {
    struct http *h;
    pthread_t thread;
};

static void *stop_it(void *arg)
{
    struct stopper *s = arg;
    http_stop(s->h, 30000);
    return NULL;
}

TEST(http_stop_lets_downloads_end)
{
    struct stopper s = {.h = server((struct http_config){0})};
    int port = http_port(s.h), fd = client_tcp(port), idle = client_tcp(port), later;
    client_send(idle, S("GET /health HTTP/1.1\r\n" HOST "\r\n"));
    client_until(idle, "ok\n", &tmp);
    client_send(fd, S("GET /stream HTTP/1.1\r\n" HOST "\r\n"));
    client_until(fd, "xx", &tmp);
    pthread_create(&s.thread, NULL, stop_it, &s);
    CHECK_STR(client_all(idle, &tmp), ""); /* who waits for nothing is let go */
    for (int i = 0; i < 3000 && (later = client_tcp(port)) >= 0; i++) close(later);
    CHECK(later < 0);
    CHECK_INT(atomic_load(&streams_ended), 0);
    isize n = 0;
    char *piece = NEW(&tmp, char, 1 << 20);
    for (ssize_t k; (k = recv(fd, piece, 1 << 20, 0)) > 0;) n += k;
    CHECK(n > DOWNLOAD - (1 << 20)); /* what client_until took came before */
    CHECK(memmem(piece, 1 << 20, "0\r\n\r\n", 5)); /* its last chunk */
    pthread_join(s.thread, NULL);
    CHECK_INT(atomic_load(&streams_ended), 1);
    close(fd), close(idle);
}

/* A download that nobody reads is cut when the drain has lasted. */
TEST(http_stop_cuts_at_its_limit)
{
    struct http *h = server((struct http_config){0});
    int fd = client_tcp(http_port(h));
    client_send(fd, S("GET /stream HTTP/1.1\r\n" HOST "\r\n"));
    client_until(fd, "xx", &tmp);
    http_stop(h, 50);
    CHECK_INT(atomic_load(&streams_ended), 1);
    close(fd);
}

enum { MANY = 100 };

TEST(http_many_connections)
{
    struct http *h = server((struct http_config){.connections = MANY});
    int fd[MANY + 8], served = 0;
    for (int i = 0; i < MANY + 8; i++) fd[i] = client_tcp(http_port(h));
    for (int i = 0; i < MANY + 8; i++)
        if (fd[i] >= 0) client_send(fd[i], S(NEXT));
    for (int i = 0; i < MANY + 8; i++) {
        struct arena a = tmp;
        if (fd[i] >= 0) served += has(client_all(fd[i], &a), " 200 ");
        close(fd[i]);
    }
    /* The first hundred; those above may be turned away, or come after one has gone. */
    CHECK(served >= MANY);
    CHECK_INT(http_count(h).by_class[2], served);
    http_stop(h, 30000);
}

TEST(http_unix_socket)
{
    const char *path = file_join(&tmp, test_folder(), "s");
    struct http *h = server((struct http_config){.port = -1, .unix_path = path});
    struct http *other = NULL;
    struct stat st;
    struct err e = {0};
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    int fd = client_unix(path);
    client_send(fd, S(NEXT));
    CHECK(has(client_all(fd, &tmp), " 200 "));
    close(fd);
    struct http_config c = {.port = -1, .unix_path = path, .handle = answer};
    CHECK_CODE(http_start(&c, &other, &e), E_IO, e);
    CHECK_SAYS(e, "listens on");
    CHECK(stat(path, &st) == 0); /* the other's socket is left alone */
    http_stop(h, 30000);
    CHECK(stat(path, &st) != 0);
}

TEST(http_start_refuses)
{
    static const struct {
        struct http_config c;
        int code;
        const char *says;
    } row[] = {
        {{.address = "0.0.0.0"}, E_USAGE, "TLS"},
        {{.address = "::"}, E_USAGE, "TLS"},
        {{.address = "example.org"}, E_USAGE, "number"},
        {{.port = 70000}, E_USAGE, "port"},
        {{.port = -1}, E_USAGE, "nothing to listen on"},
        {{.cert = "/nowhere.pem"}, E_USAGE, "both"},
        {{.cert = "/nowhere.pem", .key = "/nowhere.key"}, E_NO_FILE, "nowhere"},
        {{.log = "/nowhere/log"}, E_IO, "nowhere"},
        {{.activated = true}, E_USAGE, "LISTEN_FDS"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct http *h = NULL;
        struct err e = {0};
        struct http_config c = row[i].c;
        c.handle = answer;
        CHECK_CODE(http_start(&c, &h, &e), row[i].code, e);
        CHECK_SAYS(e, row[i].says);
    }
}

/* As systemd does: sockets that listen, from descriptor 3 on, and their number told. */
static void hand_over(const char *address, struct arena *a)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
    } to = {.v4 = {.sin_family = AF_INET}};
    inet_pton(AF_INET, address, &to.v4.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(fd, &to.any, sizeof to.v4) == 0 && listen(fd, 8) == 0);
    if (fd != 3) {
        dup2(fd, 3);
        close(fd);
    }
    setenv("LISTEN_PID", str_c(str_fmt(a, "%d", (int)getpid()), a), 1);
    setenv("LISTEN_FDS", "1", 1);
}

TEST(http_socket_activation)
{
    struct http *h = NULL;
    struct err e = {0};
    struct http_config c = {.activated = true, .handle = answer};
    hand_over("0.0.0.0", &tmp);
    CHECK_CODE(http_start(&c, &h, &e), E_USAGE, e);
    CHECK_SAYS(e, "TLS");
    hand_over("127.0.0.1", &tmp);
    h = server(c);
    CHECK(has(client_ask(http_port(h), S(NEXT), &tmp), " 200 "));
    http_stop(h, 30000);
}

/* What stands in paths, queries, headers and forms of people never reaches the log. */
TEST(http_log_is_impersonal)
{
    const char *path = file_join(&tmp, test_folder(), "access.log");
    struct call_front front = {.metrics = S("eleven-herons-by-the-lake")};
    struct http *h = server((struct http_config){.log = path, .app = &front});
    get(h, "/field/secret1?secret2=secret3",
        "Cookie: secret4=secret5\r\nX-A: secret6\r\n", &tmp);
    get(h, "/secret7%22%0asecret8", "User-Agent: secret9\r\nReferer: /secret0\r\n", &tmp);
    get(h, "/secret", "Accept: secret\"}\r\n", &tmp);
    client_ask(http_port(h), S("SECRET /secret HTTP/1.1\r\n" HOST "\r\n"), &tmp);
    CHECK(has(
        get(h, "/metrics", "Authorization: Bearer eleven-herons-by-the-lake\r\n", &tmp),
        "varde_http_requests_total{class=\"4xx\"} 3\n"));
    CHECK(has(get(h, "/metrics", "", &tmp), " 403 "));
    http_stop(h, 30000);
    struct str text, line;
    struct err e = {0};
    CHECK_CODE(file_read(path, 1 << 20, &text, &tmp, &e), OK, e);
    CHECK(!has(text, "ecret") && !has(text, "ECRET") && !has(text, "127.0.0.1"));
    static const struct {
        const char *route;
        int status;
    } want[] = {{"/field/{id}", 200}, {"", 400},        {"", 404}, {"", 400},
                {"/metrics", 200},    {"/metrics", 403}};
    for (isize i = 0; i < COUNT(want); i++) {
        struct json *j = NULL;
        CHECK(str_cut(&text, '\n', &line));
        CHECK_CODE(json_read(line, "log", &j, &tmp, &e), OK, e);
        if (!j) continue;
        CHECK_STR(json_text(j, "route"), want[i].route);
        CHECK_INT(json_number(json_get(j, "status")), want[i].status);
        CHECK(json_number(json_get(j, "us")) >= 0);
        CHECK(json_text(j, "id").n == 17 && json_text(j, "time").n == 24);
    }
}

/* Counts go to who shows their token, from wherever: a proxy before us on this machine makes every
** request one of this machine.  Without a token told to the server nobody gets them. */
TEST(http_metrics_want_their_token)
{
    static const char *const shown[] = {
        "", "Authorization: Bearer \r\n", "Authorization: Bearer eleven-herons\r\n",
        "Authorization: Bearer eleven-herons-by-the-lakf\r\n",
        "Authorization: Basic eleven-herons-by-the-lake\r\n"};
    struct call_front with = {.metrics = S("eleven-herons-by-the-lake")}, without = {0};
    struct http *h = server((struct http_config){.app = &with});
    for (isize i = 0; i < COUNT(shown); i++)
        CHECK(has(get(h, "/metrics", shown[i], &tmp), " 403 "));
    CHECK(has(
        get(h, "/metrics", "Authorization: Bearer eleven-herons-by-the-lake\r\n", &tmp),
        " 200 "));
    http_stop(h, 30000);
    h = server((struct http_config){.app = &without});
    for (isize i = 0; i < COUNT(shown); i++)
        CHECK(has(get(h, "/metrics", shown[i], &tmp), " 403 "));
    http_stop(h, 30000);
}

/* Whoever runs the server finds by the request's id what went wrong; the person does not see it. */
TEST(http_log_names_our_faults)
{
    const char *path = file_join(&tmp, test_folder(), "access.log");
    struct http *h = server((struct http_config){.log = path});
    struct err e = {0};
    struct str text;
    struct json *j = NULL;
    struct str got = get(h, "/broken?how=error&v=secret1", "", &tmp);
    CHECK(has(got, " 500 ") && !has(got, "inside of the server"));
    http_stop(h, 30000);
    CHECK_CODE(file_read(path, 1 << 20, &text, &tmp, &e), OK, e);
    CHECK_CODE(json_read(str_trim(text), "log", &j, &tmp, &e), OK, e);
    CHECK_STR(json_text(j, "cause"), "secret inside of the server");
    CHECK(!has(text, "secret1"));
}

/* What stood in a request's memory is gone before the next one gets it: a body that was refused,
** and room that was only scratch. */
TEST(http_memory_is_wiped)
{
    struct http *h = server((struct http_config){0});
    struct buf b = buf_in(&tmp, 1 << 17);
    buf_fmt(&b, "POST /echo HTTP/1.1\r\n" HOST CLOSE
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 100000\r\n\r\np=");
    while (b.n < 100000) buf_putc(&b, '\xC5'); /* no UTF-8: refused when it is whole */
    buf_put(&b,
            S("                                                                      "
              "                                                                      "));
    struct str got = client_ask(http_port(h), buf_str(&b), &tmp);
    CHECK_STR(client_statuses(got, &tmp), "400");
    client_ask(http_port(h), S("GET /scratch HTTP/1.1\r\n" HOST CLOSE "\r\n"), &tmp);
    got = client_ask(http_port(h),
                     S("GET /left?byte=%C5%85 HTTP/1.1\r\n" HOST CLOSE "\r\n"), &tmp);
    CHECK(str_ends(got, S("\r\n\r\n0")));
    http_stop(h, 1000);
}
