#define _GNU_SOURCE
#include "client.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int connected(int fd, const struct sockaddr *to, socklen_t n)
{
    struct timeval bound = {.tv_sec = 30};
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    if (connect(fd, to, n) == 0) return fd;
    close(fd);
    return -1;
}

int client_tcp(int port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
    } to = {.v4 = {.sin_family = AF_INET,
                   .sin_port = htons((uint16_t)port),
                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    return connected(socket(AF_INET, SOCK_STREAM, 0), &to.any, sizeof to.v4);
}

int client_unix(const char *path)
{
    union {
        struct sockaddr any;
        struct sockaddr_un un;
    } to = {.un = {.sun_family = AF_UNIX}};
    memcpy(to.un.sun_path, path, strnlen(path, sizeof to.un.sun_path - 1));
    return connected(socket(AF_UNIX, SOCK_STREAM, 0), &to.any, sizeof to.un);
}

bool client_send(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t k = send(fd, s.at, (size_t)s.n, MSG_NOSIGNAL);
        if (k <= 0) return false;
        s = str_from(s, k);
    }
    return true;
}

static struct str receive(int fd, const char *end, struct arena *a)
{
    struct buf b = buf_in(a, 65536);
    char piece[16384];
    for (;;) {
        ssize_t k = recv(fd, piece, sizeof piece, 0);
        if (k > 0) buf_put(&b, (struct str){piece, k});
        if (k > 0 && end && str_find_str(buf_str(&b), str_of(end)) >= 0) break;
        if (k == 0 || (k < 0 && errno == ECONNRESET)) break;
        if (k < 0 && errno != EINTR) return (struct str){0};
    }
    return str_dup(buf_str(&b), a);
}

struct str client_all(int fd, struct arena *a)
{
    return receive(fd, NULL, a);
}

struct str client_until(int fd, const char *end, struct arena *a)
{
    return receive(fd, end, a);
}

struct str client_ask(int port, struct str s, struct arena *a)
{
    int fd = client_tcp(port);
    if (fd < 0) return (struct str){0};
    client_send(fd, s);
    struct str got = client_all(fd, a);
    close(fd);
    return got;
}

/* As a client reads: head, then as many bytes as it says.  Whatever follows counts only where
** the next reply would begin (libmicrohttpd 0.9.75 sends the heads of its own refusals twice,
** which falls into the first one's body). */
struct str client_statuses(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    while (str_starts(s, S("HTTP/1.1 "))) {
        isize end = str_find_str(s, S("\r\n\r\n"));
        if (end < 0) break;
        struct str head = str_upto(s, end);
        isize at = str_find_str(head, S("Content-Length: ")), n = 0;
        for (isize i = at + 16;
             at >= 0 && i < head.n && head.at[i] >= '0' && head.at[i] <= '9'; i++)
            n = 10 * n + (head.at[i] - '0');
        if (b.n) buf_putc(&b, ' ');
        buf_put(&b, str_upto(str_from(s, 9), 3));
        s = str_from(s, MIN(s.n, end + 4 + n));
    }
    return str_dup(buf_str(&b), a);
}
