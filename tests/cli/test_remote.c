/* The client: addresses, replies as they come (RFC 9112), and a server of a few lines that sends
** what it is told. */
#define _GNU_SOURCE
#include "base/file.h"
#include "cli/remote.h"
#include "cli/verbs.h"
#include "test.h"
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

TEST(remote_addresses)
{
    static const struct {
        const char *text, *host, *port, *unix_path;
        bool tls, local;
    } row[] = {
        {"http://127.0.0.1:8080", "127.0.0.1", "8080", NULL, false, true},
        {"http://localhost/", "localhost", "80", NULL, false, true},
        {"https://varde.example", "varde.example", "443", NULL, true, false},
        {"https://[::1]:8443", "::1", "8443", NULL, true, true},
        {"unix:/run/varde.sock", NULL, NULL, "/run/varde.sock", false, true},
    };
    static const char *const wrong[] = {"",
                                        "varde.example",
                                        "ftp://a",
                                        "http://",
                                        "http://a:",
                                        "http://a:x",
                                        "http://a/b",
                                        "http://u@a",
                                        "http://a b",
                                        "unix:",
                                        "http://a:1:2",
                                        "https://[::1",
                                        "http://a\r\nb:1"};
    for (isize i = 0; i < COUNT(row); i++) {
        struct remote_server s;
        struct err e = {0};
        CHECK_CODE(remote_read_server(row[i].text, &s, &tmp, &e), OK, e);
        CHECK(s.tls == row[i].tls && s.local == row[i].local);
        CHECK_STR(str_of(s.host), row[i].host ? row[i].host : "");
        CHECK_STR(str_of(s.port), row[i].port ? row[i].port : "");
        CHECK_STR(str_of(s.unix_path), row[i].unix_path ? row[i].unix_path : "");
    }
    for (isize i = 0; i < COUNT(wrong); i++) {
        struct remote_server s;
        struct err e = {0};
        test_check(remote_read_server(wrong[i], &s, &tmp, &e) == E_USAGE, __FILE__,
                   __LINE__, "'%s' is taken", wrong[i]);
    }
}

TEST(remote_replies)
{
    static const struct {
        const char *all;
        int code, status;
        const char *body;
    } row[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", OK, 200, "ok"},
        {"HTTP/1.1 200\r\ncontent-length:2\r\n\r\nok", OK, 200, "ok"},
        {"HTTP/1.1 200 OK\r\n\r\nto the end", OK, 200, "to the end"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
         OK, 201, ""},
        {"HTTP/1.1 204 No content\r\n\r\n", OK, 204, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nA\r\n0123456789"
         "\r\n0\r\n\r\n",
         OK, 200, "ok0123456789"},
        {"", E_IO, 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", E_IO, 0, ""},
        {"HTTP/2 200\r\n\r\n", E_REQUEST, 0, ""},
        {"HTTP/1.1 999 OK\r\n\r\n", E_REQUEST, 0, ""},
        {"HTTP/1.1 2000\r\n\r\n", E_REQUEST, 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2", E_REQUEST, 0, ""},
        {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", E_REQUEST, 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", E_REQUEST, 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", E_REQUEST,
         0, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", E_REQUEST, 0, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", E_REQUEST, 0,
         ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n", E_REQUEST,
         0, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\nok\r\n",
         E_REQUEST, 0, ""},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct remote_reply r;
        struct err e = {0};
        CHECK_CODE(remote_read_reply(str_of(row[i].all), false, NULL, &r, &tmp, &e),
                   row[i].code, e);
        if (row[i].code != OK) continue;
        CHECK_INT(r.status, row[i].status);
        CHECK_STR(r.body, row[i].body);
    }
}

struct once {
    int fd; /* listens */
    const char *answer;
    char asked[4096];
};

static void *serve_once(void *arg)
{
    struct once *o = arg;
    int fd = accept(o->fd, NULL, NULL);
    isize n = 0;
    for (ssize_t k;
         (k = recv(fd, o->asked + n, sizeof o->asked - 1 - (size_t)n, 0)) > 0;) {
        n += k;
        o->asked[n] = 0;
        const char *end = strstr(o->asked, "\r\n\r\n");
        const char *length = strstr(o->asked, "Content-Length: ");
        isize body = length ? strtol(length + 16, NULL, 10) : 0;
        if (end && n >= end + 4 - o->asked + body) break;
    }
    send(fd, o->answer, strlen(o->answer), MSG_NOSIGNAL);
    close(fd);
    return NULL;
}

/* What `varde LINE` prints against a server that gives one answer; *asked: what it got. */
static struct str say(const char *line, const char *answer, int *code, char *asked,
                      struct arena *a)
{
    const char *path = file_join(a, test_folder(), "s"), *argv[20] = {"varde"};
    union {
        struct sockaddr any;
        struct sockaddr_un un;
    } at = {.un = {.sun_family = AF_UNIX}};
    struct once o = {.fd = socket(AF_UNIX, SOCK_STREAM, 0), .answer = answer};
    pthread_t thread;
    memcpy(at.un.sun_path, path, strlen(path));
    unlink(path);
    CHECK(bind(o.fd, &at.any, sizeof at.un) == 0 && listen(o.fd, 1) == 0);
    pthread_create(&thread, NULL, serve_once, &o);
    setenv("VARDE_SERVER", str_fmt(a, "unix:%s", path).at, 1);
    int argc = 1;
    struct str rest = str_of(line), word;
    while (str_cut(&rest, ' ', &word)) argv[argc++] = str_c(word, a);
    char *out = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&out, &n);
    *code = cli_run(argc, argv, f, f, a);
    fclose(f);
    shutdown(o.fd, SHUT_RDWR); /* had it not come, the thread would wait */
    pthread_join(thread, NULL);
    close(o.fd);
    struct str got = str_dup((struct str){out, (isize)n}, a);
    free(out);
    if (asked) memcpy(asked, o.asked, sizeof o.asked);
    return got;
}

TEST(remote_verb_api)
{
    int code;
    char asked[4096];
    setenv("VARDE_TOKEN", "abc123", 1);
    struct str got = say("api GET me", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                         &code, asked, &tmp);
    CHECK_STR(got, "{}\n");
    CHECK_INT(code, 0);
    CHECK(str_starts(str_of(asked), S("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n")));
    CHECK(strstr(asked, "Authorization: Bearer abc123\r\n") != NULL);
    got = say("api GET /api/v1/participants/7",
              "HTTP/1.1 404 Not found\r\nContent-Length: 88\r\n\r\n"
              "{\"status\":404,\"title\":\"Not "
              "found\",\"code\":\"E_NOT_FOUND\",\"detail\":\"no "
              "such\",\"request\":\"x\"}",
              &code, NULL, &tmp);
    CHECK_INT(code, 4);
    CHECK(str_find_str(got, S("no such")) >= 0);
    got = say("api GET me", "HTTP/1.1 503 Not now\r\n\r\n<html>", &code, NULL, &tmp);
    CHECK_INT(code, 5);

    struct err e = {0};
    const char *file = file_join(&tmp, test_folder(), "t");
    CHECK_CODE(file_replace(file, S("def456\n"), &e), OK, e);
    chmod(file, 0644);
    setenv("VARDE_SERVER", "unix:/nowhere/s", 1);
    const char *open_token[] = {"varde", "api", "GET", "me", "--token-file", file};
    FILE *null = fopen("/dev/null", "w");
    CHECK_INT(cli_run(6, open_token, null, null, &tmp), 2); /* others may read it */
    setenv("VARDE_SERVER", "http://192.0.2.1", 1);
    CHECK_INT(cli_run(4, open_token, null, null, &tmp), 2); /* in the clear */
    fclose(null);
    CHECK_CODE(file_replace(file, S("{\"a\":1}"), &e), OK, e);
    chmod(file, 0600);
    got = say(str_fmt(&tmp, "api POST me %s --if-match \"7\"", file).at,
              "HTTP/1.1 204 Done\r\n\r\n", &code, asked, &tmp);
    CHECK_STR(got, "");
    CHECK_INT(code, 0);
    CHECK(strstr(asked, "If-Match: \"7\"\r\nContent-Type: application/json\r\n"
                        "Content-Length: 7\r\n\r\n{\"a\":1}") != NULL);
}

TEST(remote_participants)
{
    int code;
    char asked[4096];
    setenv("VARDE_TOKEN", "abc123", 1);
    struct str got =
        say("participant list 3 --state dropped~out/?",
            "HTTP/1.1 200 OK\r\nContent-Length: 83\r\n\r\n"
            "{\"items\":[{\"id\":7,\"code\":\"P01\",\"site\":2,\"state\":\"died\","
            "\"since\":\"2026-11-22\"}]}      ",
            &code, asked, &tmp);
    CHECK_INT(code, 0);
    CHECK(str_find_str(got, S("P01")) >= 0 && str_find_str(got, S("2026-11-22")) >= 0);
    CHECK(
        str_starts(str_of(asked), S("GET /api/v1/studies/3/participants?limit=200&state="
                                    "dropped~out%2F%3F HTTP/1.1\r\n")));
    got = say("participant show 7/../8", "HTTP/1.1 200 OK\r\n\r\n{}", &code, asked, &tmp);
    CHECK(
        str_starts(str_of(asked), S("GET /api/v1/participants/7%2F..%2F8 HTTP/1.1\r\n")));
    struct err e = {0};
    const char *file = file_join(&tmp, test_folder(), "a");
    CHECK_CODE(file_replace(file, S("{\"x\":1}"), &e), OK, e);
    got =
        say(str_fmt(&tmp, "answer submit 3 %s", file).at,
            "HTTP/1.1 422 Not accepted\r\n\r\n{\"code\":\"E_ANSWER\",\"detail\":\"item 3 "
            "allows 1 to 5\"}",
            &code, asked, &tmp);
    CHECK_INT(code, 3); /* as the same error from a command here */
    CHECK(str_find_str(got, S("item 3 allows 1 to 5")) >= 0);
    CHECK(strstr(asked, "POST /api/v1/studies/3/responses HTTP/1.1\r\n") == asked);
    CHECK(strstr(asked, "\r\n\r\n{\"x\":1}") != NULL);
}

/* A copy goes into a file that only its owner reads, never over another. */
TEST(remote_copy_of_a_participant)
{
    int code;
    char asked[4096];
    struct err e = {0};
    struct str text = {0};
    struct stat st = {0};
    setenv("VARDE_TOKEN", "abc123", 1);
    const char *pdf = file_join(&tmp, test_folder(), "c.pdf"),
               *json = file_join(&tmp, test_folder(), "c.json"),
               *yes = "HTTP/1.1 200 OK\r\n\r\n{\"copy\":{\"code\":\"P01\"},"
                      "\"pdf\":\"JVBERi0=\"}";
    say(str_fmt(&tmp, "participant copy 7 --out %s --way digital --lang da", pdf).at, yes,
        &code, asked, &tmp);
    CHECK_INT(code, 0);
    CHECK(strstr(asked, "POST /api/v1/participants/7/copy HTTP/1.1\r\n") == asked);
    CHECK(strstr(asked, "{\"language\":\"da\",\"way\":\"digital\",\"pdf\":true}") !=
          NULL);
    CHECK_CODE(file_read(pdf, 100, &text, &tmp, &e), OK, e);
    CHECK_STR(text, "%PDF-");
    CHECK(stat(pdf, &st) == 0 && (st.st_mode & 0777) == 0600);
    say(str_fmt(&tmp, "participant copy 7 --out %s", pdf).at, yes, &code, asked, &tmp);
    CHECK_INT(code, 5); /* it is there already */
    say(str_fmt(&tmp, "participant copy 7 --out %s", json).at, yes, &code, asked, &tmp);
    CHECK_INT(code, 0);
    CHECK_CODE(file_read(json, 100, &text, &tmp, &e), OK, e);
    CHECK(str_find_str(text, S("\"code\": \"P01\"")) >= 0);
    CHECK(str_find_str(text, S("pdf")) < 0);
}
