/* The server as a process: start, refusal with its exit code, stop, what systemd asks of it. */
#define _GNU_SOURCE
#include "base/file.h"
#include "cli/cli.h"
#include "store/db.h"
#include "store/statements.h"
#include "child.h"
#include "said.h"
#include "test.h"
#include "web/client.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(serve_starts_refuses_and_stops)
{
    child_expect("init --data @/d", 0, "/setup/", tmp);
    struct child c = child_start(CHILD_SERVE " --log @/log", &tmp);
    int port = child_port(child_hear(c, "Varde is at", &tmp));
    CHECK(port > 0);
    struct str page = client_ask(
        port, S("GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        &tmp);
    CHECK(said_holds(page, "HTTP/1.1 200 OK") && said_holds(page, "<form"));
    child_expect(CHILD_SERVE, 5, "in use by process", tmp);
    child_expect("init --data @/d", 3, "there is an installation", tmp);
    child_expect("serve --data @/e --definitions " VARDE_SOURCE "/data", 4, "varde init",
                 tmp);
    /* A request under way is finished; a new one finds nobody. */
    int fd = client_tcp(port);
    client_send(fd, S("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                      "application/x-www-form-urlencoded\r\nContent-Length: 3\r\n"
                      "Expect: 100-continue\r\n\r\n"));
    CHECK(said_holds(client_until(fd, "100", &tmp), "100")); /* it has the head */
    kill(c.pid, SIGTERM);
    while (true) { /* until it listens no more */
        int other = client_tcp(port);
        if (other < 0) break;
        close(other);
    }
    client_send(fd, S("a=b"));
    CHECK(said_holds(client_all(fd, &tmp), "HTTP/1.1 403")); /* no token: but answered */
    close(fd);
    CHECK_INT(child_ended(c), 0);
    struct str log;
    struct err e = {0};
    CHECK_CODE(
        file_read(str_fmt(&tmp, "%s/log", test_folder()).at, FILE_LIMIT, &log, &tmp, &e),
        OK, e);
    CHECK(said_holds(log, "\"route\":\"/login\",\"status\":200") &&
          said_holds(log, "\"status\":403"));
    struct stat st;
    CHECK(stat(str_fmt(&tmp, "%s/d/varde.db", test_folder()).at, &st) == 0);
    CHECK_INT(st.st_mode & 077, 0);
}

TEST(serve_says_what_is_wrong)
{
    struct err e = {0};
    struct db *db = NULL;
    child_expect("init --data @/d", 0, "", tmp);
    child_expect("init --data @/other", 0, "", tmp);
    child_expect("serve --data @/d --listen nowhere", 2, "ADDRESS:PORT", tmp);
    child_expect("serve --data @/d --listen 0.0.0.0:0 --definitions " VARDE_SOURCE
                 "/data",
                 2, "needs TLS", tmp);
    child_expect(CHILD_SERVE " --cert @/none", 2, "both a certificate and a key", tmp);
    child_expect(CHILD_SERVE " --cert @/none --key-pem @/none", 4, "none", tmp);
    child_expect(CHILD_SERVE " --key @/other.key", 7, "not the one of this store", tmp);
    child_expect(CHILD_SERVE " --key @/none.key", 4, "none.key", tmp);
    child_expect(CHILD_SERVE " --sore x", 2, "", tmp);
    child_expect("init --data @/x --key @/x/key", 7, "",
                 tmp); /* a copy would hold its own key */
    struct child c = child_start(CHILD_SERVE, &tmp);
    int port = child_port(child_hear(c, "Varde is at", &tmp));
    child_expect(
        str_fmt(&tmp,
                "serve --data @/other --listen 127.0.0.1:%d --definitions " VARDE_SOURCE
                "/data",
                port)
            .at,
        5, "already in use", tmp);
    kill(c.pid, SIGINT);
    CHECK_INT(child_ended(c), 0);
    CHECK_CODE(db_open(str_fmt(&tmp, "sqlite:%s/d/varde.db", test_folder()).at, DB_WRITER,
                       &db, &e),
               OK, e);
    CHECK_CODE(db_run(db, SQL_migration_put,
                      ARGS(I(9999), T(S("later")), T(S("x")), T(S("y"))), &e),
               OK, e);
    db_close(db);
    child_expect(CHILD_SERVE, 3, "use the newer program", tmp);
    /* A folder in which nothing can be written; root writes everywhere. */
    if (geteuid() == 0) return;
    CHECK(chmod(str_fmt(&tmp, "%s/other", test_folder()).at, 0500) == 0);
    child_expect("serve --data @/other --definitions " VARDE_SOURCE "/data", 5,
                 "varde.lock", tmp);
    CHECK(chmod(str_fmt(&tmp, "%s/other", test_folder()).at, 0700) == 0);
}

/* sd_listen_fds(3), sd_notify(3): the socket is handed over as descriptor 3, and the
** states are told as datagrams. */
TEST(serve_under_systemd)
{
    child_expect("init --data @/d", 0, "", tmp);
    struct sockaddr_un at[2] = {{.sun_family = AF_UNIX}, {.sun_family = AF_UNIX}};
    int fd[2] = {socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
                 socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    for (int i = 0; i < 2; i++) {
        snprintf(at[i].sun_path, sizeof at[i].sun_path, "%s/%d", test_folder(), i);
        CHECK(bind(fd[i], (const struct sockaddr *)&at[i], sizeof at[i]) == 0);
    }
    CHECK(listen(fd[0], 5) == 0);
    setenv("NOTIFY_SOCKET", at[1].sun_path, 1);
    setenv("LISTEN_FDS", "1", 1);
    int kept = dup(3); /* whatever has that number here */
    CHECK(dup2(fd[0], 3) == 3 || fd[0] == 3);
    struct child c = child_start(
        "serve --data @/d --activated --proxy --definitions " VARDE_SOURCE "/data", &tmp);
    if (fd[0] != 3) dup2(kept, 3);
    close(kept);
    char state[64] = "";
    CHECK(recv(fd[1], state, sizeof state - 1, 0) == 7);
    CHECK_STR(str_of(state), "READY=1");
    int client = client_unix(at[0].sun_path);
    client_send(client,
                S("GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  "X-Forwarded-Proto: https\r\n\r\n"));
    struct str page = client_all(client, &tmp);
    CHECK(said_holds(page, "HTTP/1.1 200"));
    CHECK(said_holds(page, "Set-Cookie: __Host-varde-visit=") &&
          said_holds(page, "; Secure"));
    close(client);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
    memset(state, 0, sizeof state);
    CHECK(recv(fd[1], state, sizeof state - 1, 0) == 10);
    CHECK_STR(str_of(state), "STOPPING=1");
    close(fd[0]);
    close(fd[1]);
}

/* The budget of a server at rest: 40 MB. */
TEST(serve_is_small)
{
    child_expect("init --data @/d", 0, "", tmp);
    struct child c = child_start(CHILD_SERVE, &tmp);
    int port = child_port(child_hear(c, "Varde is at", &tmp));
    client_ask(port,
               S("GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
               &tmp);
    char text[8192] = "";
    FILE *f = fopen(str_fmt(&tmp, "/proc/%d/status", (int)c.pid).at, "r");
    CHECK(f && fread(text, 1, sizeof text - 1, f) > 0);
    if (f) fclose(f);
    struct str s = str_of(text);
    isize at = str_find_str(s, S("VmRSS:"));
    CHECK(at >= 0);
    long kib = at < 0 ? 0 : strtol(s.at + at + 6, NULL, 10);
    CHECK(TEST_SANITIZED || kib < 40 << 10);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
}
