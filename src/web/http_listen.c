/* Sockets that listen: TCP, Unix, or handed over by systemd.
**
** Beyond this machine only with TLS: whoever wants plain HTTP on a network puts a proxy in
** front, on the Unix socket or on loopback. */
#define _GNU_SOURCE
#include "base/num.h"
#include "web/http_parts.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un un;
};

enum { BACKLOG = 511 };

static bool is_loopback(const union address *s)
{
    if (s->any.sa_family == AF_UNIX) return true;
    if (s->any.sa_family == AF_INET) return ntohl(s->v4.sin_addr.s_addr) >> 24 == 127;
    return s->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&s->v6.sin6_addr);
}

/* Fills port and loopback from what the kernel says of the socket. */
static int known(struct http_socket *s, bool tls, struct err *e)
{
    union address got = {0};
    socklen_t n = sizeof got;
    if (getsockname(s->fd, &got.any, &n) != 0)
        return err_set(e, E_IO, "a socket without address: %s", strerror(errno));
    s->loopback = is_loopback(&got);
    if (got.any.sa_family == AF_INET) s->port = ntohs(got.v4.sin_port);
    if (got.any.sa_family == AF_INET6) s->port = ntohs(got.v6.sin6_port);
    if (!s->loopback && !tls)
        return err_set(e, E_USAGE,
                       "an address beyond this machine needs TLS: give a certificate and "
                       "a key, or listen on 127.0.0.1 behind a proxy");
    return OK;
}

static int listen_tcp(const struct http_config *c, struct http_socket *s, struct err *e)
{
    const char *at = c->address ? c->address : "127.0.0.1";
    union address a = {0};
    socklen_t n = sizeof a.v4;
    if (c->port < 0 || c->port > 65535)
        return err_set(e, E_USAGE, "no such port: %d", c->port);
    if (inet_pton(AF_INET, at, &a.v4.sin_addr) == 1) {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons((uint16_t)c->port);
    } else if (inet_pton(AF_INET6, at, &a.v6.sin6_addr) == 1) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons((uint16_t)c->port);
        n = sizeof a.v6;
    } else {
        return err_set(e, E_USAGE, "'%s' is no address: give it as a number", at);
    }
    s->fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->fd < 0) return err_set(e, E_IO, "no socket: %s", strerror(errno));
    int one = 1;
    setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s->fd, &a.any, n) != 0)
        return err_set(e, E_IO, "port %d of %s: %s", c->port, at, strerror(errno));
    TRY(known(s, c->cert || c->plain, e));
    if (listen(s->fd, BACKLOG) != 0)
        return err_set(e, E_IO, "port %d of %s: %s", c->port, at, strerror(errno));
    return OK;
}

/* A socket file that nobody answers on was left by a server that died. */
static int make_way(const union address *a, struct err *e)
{
    struct stat st;
    if (lstat(a->un.sun_path, &st) != 0) return OK;
    if (!S_ISSOCK(st.st_mode))
        return err_set(e, E_IO, "%s is there and is no socket", a->un.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool alive = fd >= 0 && connect(fd, &a->any, sizeof a->un) == 0;
    if (fd >= 0) close(fd);
    if (alive) return err_set(e, E_IO, "a server listens on %s already", a->un.sun_path);
    unlink(a->un.sun_path);
    return OK;
}

static int listen_unix(const struct http_config *c, struct http_socket *s, struct err *e)
{
    union address a = {.un = {.sun_family = AF_UNIX}};
    if (strlen(c->unix_path) >= sizeof a.un.sun_path)
        return err_set(e, E_USAGE, "the socket's path is longer than %d bytes",
                       (int)sizeof a.un.sun_path - 1);
    memcpy(a.un.sun_path, c->unix_path, strlen(c->unix_path));
    TRY(make_way(&a, e));
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->fd < 0) return err_set(e, E_IO, "no socket: %s", strerror(errno));
    if (bind(s->fd, &a.any, sizeof a.un) != 0)
        return err_set(e, E_IO, "%s: %s", c->unix_path, strerror(errno));
    memcpy(s->path, a.un.sun_path, sizeof s->path);
    s->loopback = true;
    /* Rights before listen: nobody can connect in between. */
    if (chmod(s->path, (mode_t)(c->unix_mode ? c->unix_mode : 0600)) != 0 ||
        listen(s->fd, BACKLOG) != 0)
        return err_set(e, E_IO, "%s: %s", c->unix_path, strerror(errno));
    return OK;
}

/* sd_listen_fds(3): descriptors from 3 on, if LISTEN_PID is us. */
static int take_activated(const struct http_config *c, struct http_socket *out, int *n,
                          struct err *e)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    i64 who = 0, many = 0;
    if (!pid || !fds || num_read_int(str_of(pid), 1, INT32_MAX, &who, e) != OK ||
        who != getpid() || num_read_int(str_of(fds), 1, HTTP_SOCKETS, &many, e) != OK)
        return err_set(e, E_USAGE,
                       "no sockets were handed over: LISTEN_PID and LISTEN_FDS do not "
                       "speak of this process (at most %d sockets)",
                       HTTP_SOCKETS);
    for (int i = 0; i < (int)many; i++) {
        struct http_socket *s = &out[(*n)++];
        *s = (struct http_socket){.fd = 3 + i, .handed_over = true};
        int on = 0;
        socklen_t len = sizeof on;
        if (getsockopt(s->fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) != 0 || !on)
            return err_set(e, E_USAGE, "descriptor %d does not listen", s->fd);
        fcntl(s->fd, F_SETFD, FD_CLOEXEC);
        TRY(known(s, c->cert || c->plain, e));
    }
    return OK;
}

int http_listen(const struct http_config *c, struct http_socket *out, int *n,
                struct err *e)
{
    *n = 0;
    if (c->activated) return take_activated(c, out, n, e);
    if (c->port >= 0) {
        out[*n] = (struct http_socket){.fd = -1};
        TRY(listen_tcp(c, &out[(*n)++], e));
    }
    if (c->unix_path) {
        out[*n] = (struct http_socket){.fd = -1};
        TRY(listen_unix(c, &out[(*n)++], e));
    }
    if (*n == 0)
        return err_set(e, E_USAGE, "nothing to listen on: give a port or a Unix socket");
    return OK;
}

void http_unlisten(struct http_socket *s)
{
    if (s->fd >= 0) close(s->fd);
    if (s->path[0]) unlink(s->path);
    *s = (struct http_socket){.fd = -1};
}
