/* Files over raw sockets: what reaches the handler, what is refused, and that memory and
** temporary files stay bounded. */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/num.h"
#include "client.h"
#include "test.h"
#include "web/http.h"
#include "web/routes.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TAKES = 4 << 20 };

/* "field:name:type:bytes:sum;" for each file, then the fields. */
static int page_sums(struct call *c, struct err *e)
{
    struct req *q = c->q;
    (void)e;
    struct buf b = buf_in(q->a, 256);
    for (isize i = 0; i < q->files.n; i++) {
        const struct http_file *f = &q->files.at[i];
        unsigned char piece[65536];
        i64 sum = 0, n = 0;
        for (ssize_t k; (k = read(f->fd, piece, sizeof piece)) > 0; n += k)
            for (ssize_t j = 0; j < k; j++) sum += piece[j];
        buf_fmt(&b, "%.*s:%.*s:%s:%" PRId64 ":%" PRId64 ";", FMT(f->field), FMT(f->name),
                file_kind_type(f->kind), n == f->bytes ? n : -1, sum);
    }
    for (isize i = 0; i < q->form.n; i++)
        buf_fmt(&b, "%.*s=%.*s;", FMT(q->form.at[i].name), FMT(q->form.at[i].value));
    buf_put(&b, q->body);
    return http_reply(q, 200, "text/plain", buf_str(&b));
}

static const struct route table[] = {
    {"GET", "/health", page_health, MAY_ANYONE, "of the product"},
    {"POST", "/files", page_sums, MAY_ANYONE, "takes files"},
    {"POST", "/plain", page_sums, MAY_ANYONE, "takes none"},
};

static int answer(struct req *q, struct err *e)
{
    struct call c = {.q = q};
    return routes_run(&c, &(struct routes){table, COUNT(table)}, NULL, e);
}

static i64 takes(const struct req *q)
{
    i64 mib = 0;
    struct err e = {0};
    if (!str_is(q->path, "/files")) return 0;
    if (http_query(q, "mib").n &&
        num_read_int(http_query(q, "mib"), 1, 4096, &mib, &e) == OK)
        return mib << 20;
    return TAKES;
}

static struct http *server(struct http_config c)
{
    struct http *h = NULL;
    struct err e = {0};
    c.handle = answer;
    c.takes = takes;
    c.spool = test_folder();
    CHECK_CODE(http_start(&c, &h, &e), OK, e);
    if (!h) abort();
    return h;
}

static struct str post(struct http *h, const char *path, const char *type,
                       struct str body, struct arena *a)
{
    return client_ask(
        http_port(h),
        str_fmt(a,
                "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                "Content-Type: %s\r\nContent-Length: %td\r\n\r\n%.*s",
                path, type, body.n, FMT(body)),
        a);
}

static bool has(struct str s, const char *piece)
{
    return str_find_str(s, str_of(piece)) >= 0;
}

#define FORM  "multipart/form-data; boundary=XyZ"
#define FIELD "Content-Disposition: form-data; name="

TEST(upload_reaches_the_handler)
{
    struct http *h = server((struct http_config){0});
    struct arena *a = &tmp;
    struct str body =
        S("--XyZ\r\n" FIELD "\"csrf\"\r\n\r\nt&k\r\n"
          "--XyZ\r\n" FIELD "\"f\"; filename=\"a.exe\"\r\nContent-Type: image/png\r\n\r\n"
          "a,b\n1,2\n\r\n"
          "--XyZ\r\n" FIELD "\"g\"; filename=\"\"\r\n\r\n\r\n"
          "--XyZ\r\n" FIELD "\"f\"; filename=\"empty.csv\"\r\n\r\n\r\n"
          "--XyZ--\r\n");
    struct str got = post(h, "/files", FORM, body, a);
    /* "a,b\n1,2\n": 97 + 44 + 98 + 10 + 49 + 44 + 50 + 10 = 402 */
    CHECK(str_ends(got, S("\r\n\r\nf:a.exe:text/plain:8:402;"
                          "f:empty.csv:application/x-empty:0:0;csrf=t&k;")));
    got = post(h, "/files", "text/csv", S("a,b\n1,2\n"), a);
    CHECK(str_ends(got, S("\r\n\r\n::text/plain:8:402;")));
    got = post(h, "/files", "application/x-www-form-urlencoded", S("a=b+c"), a);
    CHECK(str_ends(got, S("\r\n\r\na=b c;a=b+c")));
    got = post(h, "/files", "application/json; charset=utf-8", S("{}"), a);
    CHECK(str_ends(got, S("\r\n\r\n{}")));
    got = client_ask(http_port(h),
                     S("POST /files HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                       "Content-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "4\r\na,b\n\r\n4\r\n1,2\n\r\n0\r\n\r\n"),
                     a);
    CHECK(str_ends(got, S("::text/plain:8:402;")));
    http_stop(h, 30000);
    struct file_names left = {0};
    struct err e = {0};
    CHECK_CODE(file_list(test_folder(), &left, a, &e), OK, e);
    CHECK_INT(left.n, 0);
}

TEST(upload_refuses)
{
    struct http *h = server((struct http_config){.body_bytes = 1000});
    struct arena *a = &tmp;
    static const struct {
        const char *what, *path, *type, *body, *want;
    } row[] = {
        {"a page that takes none", "/plain", FORM, "--XyZ--", " 415 "},
        {"another kind of parts", "/files", "multipart/mixed; boundary=a", "--a--",
         " 400 "},
        {"no boundary", "/files", "multipart/form-data", "--XyZ--", " 400 "},
        {"wrong boundary", "/files", FORM, "--abc\r\n" FIELD "a\r\n\r\n1\r\n--abc--",
         " 400 "},
        {"no last boundary", "/files", FORM, "--XyZ\r\n" FIELD "a\r\n\r\n1", " 400 "},
        {"empty body", "/files", FORM, "", " 400 "},
        {"empty name", "/files", FORM, "--XyZ\r\n" FIELD "\"\"\r\n\r\n1\r\n--XyZ--",
         " 400 "},
        {"content without a file name", "/files", FORM,
         "--XyZ\r\n" FIELD "f; filename=\"\"\r\n\r\n1\r\n--XyZ--", " 400 "},
        {"a field that is no text", "/files", FORM,
         "--XyZ\r\n" FIELD "f\r\n\r\n\xff\r\n--XyZ--", " 400 "},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct str got = post(h, row[i].path, row[i].type, str_of(row[i].body), a);
        test_check(has(got, row[i].want) && has(got, "X-Request-Id"), __FILE__, __LINE__,
                   "%s: %.*s", row[i].what, (int)MIN(got.n, (isize)300), got.at);
    }
    struct str big = str_fmt(a, "--XyZ\r\n" FIELD "f\r\n\r\n%01000d\r\n--XyZ--", 7);
    CHECK(has(post(h, "/files", FORM, big, a), " 413 ")); /* fields above the limit */
    big =
        str_fmt(a, "--XyZ\r\n" FIELD "f; filename=a\r\nX: %05000d\r\n\r\n\r\n--XyZ--", 7);
    CHECK(has(post(h, "/files", FORM, big, a), " 413 ")); /* headers of a part */
    CHECK(
        has(client_ask(http_port(h),
                       str_fmt(a,
                               "POST /files HTTP/1.1\r\nHost: localhost\r\n"
                               "Content-Type: " FORM "\r\nContent-Length: %d\r\n\r\n--X",
                               TAKES + 1),
                       a),
            " 413 ")); /* before a byte of it was read */
    CHECK(
        has(post(h, "/files", FORM, S("--XyZ--"), a), " 200 ")); /* and it still serves */
    http_stop(h, 30000);
}

static bool send_n(int fd, i64 n)
{
    static char block[1 << 16];
    bool fine = true;
    memset(block, 1, sizeof block);
    for (i64 at = 0; fine && at < n; at += (i64)sizeof block)
        fine =
            client_send(fd, (struct str){block, (isize)MIN((i64)sizeof block, n - at)});
    return fine;
}

/* Chunked, so nothing says how long it will be. */
TEST(upload_without_length_is_cut)
{
    struct http *h = server((struct http_config){0});
    int fd = client_tcp(http_port(h));
    client_send(fd,
                S("POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n"));
    bool fine = true;
    for (int i = 0; fine && i < TAKES / 65536 + 1; i++)
        fine = client_send(fd, S("10000\r\n")) && send_n(fd, 65536) &&
               client_send(fd, S("\r\n"));
    CHECK(fine && client_send(fd, S("0\r\n\r\n")));
    CHECK_STR(client_statuses(client_all(fd, &tmp), &tmp), "413");
    close(fd);
    http_stop(h, 30000);
}

TEST(upload_never_ends)
{
    struct http *h = server((struct http_config){.body_ms = 200});
    int fd = client_tcp(http_port(h));
    client_send(fd, S("POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Type: " FORM
                      "\r\nContent-Length: 100000\r\n\r\n--XyZ\r\n" FIELD
                      "f; filename=a\r\n\r\nabc"));
    CHECK_STR(client_statuses(client_all(fd, &tmp), &tmp), "408");
    close(fd);
    http_stop(h, 30000);
}

/* Files of all requests share the room, and give it back. */
TEST(upload_room_is_shared)
{
    struct http *h = server((struct http_config){.spool_bytes = 1 << 20});
    static const struct {
        int n;
        const char *want;
    } row[] = {
        {700000, " 200 "}, {1500000, " 503 "}, {700000, " 200 "}, {700000, " 200 "}};
    for (isize i = 0; i < COUNT(row); i++) {
        int fd = client_tcp(http_port(h));
        client_send(fd, str_fmt(&tmp,
                                "POST /files HTTP/1.1\r\nHost: localhost\r\n"
                                "Content-Type: text/csv\r\nConnection: close\r\n"
                                "Content-Length: %d\r\n\r\n",
                                row[i].n));
        send_n(fd, row[i].n);
        CHECK(has(client_all(fd, &tmp), row[i].want));
        close(fd);
    }
    http_stop(h, 30000);
}

/* VARDE_TEST_MIB sets another size; 300 was tried. */
TEST(upload_memory_is_flat)
{
    struct http *h = server((struct http_config){0});
    const char *set = getenv("VARDE_TEST_MIB");
    i64 mib = set ? strtoll(set, NULL, 10) : 32;
    struct rusage before, after;
    int fd = client_tcp(http_port(h));
    getrusage(RUSAGE_SELF, &before);
    struct str head = S("--XyZ\r\n" FIELD "f; filename=a\r\n\r\n"),
               tail = S("\r\n--XyZ--");
    client_send(fd, str_fmt(&tmp,
                            "POST /files?mib=%" PRId64 " HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Type: " FORM "\r\nConnection: close\r\n"
                            "Content-Length: %" PRId64 "\r\n\r\n%.*s",
                            mib + 1, (mib << 20) + head.n + tail.n, FMT(head)));
    CHECK(send_n(fd, mib << 20));
    client_send(fd, tail);
    struct str got = client_all(fd, &tmp);
    close(fd);
    CHECK(str_ends(got,
                   str_fmt(&tmp, "f:a:application/octet-stream:%" PRId64 ":%" PRId64 ";",
                           mib << 20, mib << 20)));
    getrusage(RUSAGE_SELF, &after);
    if (!TEST_SANITIZED) CHECK(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB */
    http_stop(h, 30000);
}

TEST(upload_routes_are_routes)
{
    static const char *const patterns[] = {
        "",
#define UPLOAD(pattern, mib, words) pattern,
#include "web/uploads.def"
#undef UPLOAD
    };
    for (isize i = 0; i < COUNT(patterns); i++) {
        bool found = i == 0;
        for (isize k = 0; k < routes.n; k++)
            found = found || (strcmp(routes.at[k].pattern, patterns[i]) == 0 &&
                              strcmp(routes.at[k].method, "POST") == 0);
        test_check(found, __FILE__, __LINE__, "%s is no POST of routes.def", patterns[i]);
    }
}
