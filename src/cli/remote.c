#define _GNU_SOURCE
#include "cli/remote.h"
#include "base/file.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static bool is_plain(struct str s)
{
    for (isize i = 0; i < s.n; i++)
        if ((unsigned char)s.at[i] <= 0x20 || (unsigned char)s.at[i] >= 0x7f)
            return false;
    return true;
}

int remote_read_server(const char *text, struct remote_server *out, struct arena *a,
                       struct err *e)
{
    struct str s = str_of(text);
    *out = (struct remote_server){0};
    if (str_starts(s, S("unix:"))) {
        out->unix_path = str_c(str_from(s, 5), a);
        out->name = "localhost";
        out->local = true;
        struct sockaddr_un un;
        if (s.n == 5 || s.n - 5 >= (isize)sizeof un.sun_path)
            return err_set(e, E_USAGE, "the path of the socket is empty or too long");
        return OK;
    }
    out->tls = str_starts(s, S("https://"));
    if (!out->tls && !str_starts(s, S("http://")))
        return err_set(e, E_USAGE,
                       "a server is http://HOST:PORT, https://HOST[:PORT] or unix:PATH");
    s = str_from(s, out->tls ? 8 : 7);
    if (str_ends(s, S("/"))) s = str_upto(s, s.n - 1);
    isize close = str_find(s, ']');
    bool six = s.n && s.at[0] == '[';
    isize colon = str_find(six && close > 0 ? str_from(s, close) : s, ':');
    if (six && close > 0 && colon >= 0) colon += close;
    struct str host = colon < 0 ? s : str_upto(s, colon);
    struct str port =
        colon < 0 ? (out->tls ? S("443") : S("80")) : str_from(s, colon + 1);
    out->name = str_c(s, a);
    if (six) host = close > 1 ? str_upto(str_from(host, 1), close - 1) : S("");
    if (host.n == 0 || port.n == 0 || !is_plain(s) || str_find(host, '/') >= 0 ||
        str_find(host, '@') >= 0 ||
        strspn(str_c(port, a), "0123456789") != (size_t)port.n)
        return err_set(e, E_USAGE,
                       "the server's address has no host, or more than a host "
                       "and a port");
    out->host = str_c(host, a);
    out->port = str_c(port, a);
    out->local =
        str_is(host, "127.0.0.1") || str_is(host, "::1") || str_is(host, "localhost");
    return OK;
}

/* An open connection; TLS when ssl is there. */
struct line {
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
};

static void line_close(struct line *l)
{
    if (l->ssl) SSL_free(l->ssl);
    if (l->ctx) SSL_CTX_free(l->ctx);
    if (l->fd >= 0) close(l->fd);
}
#define LINE struct line __attribute__((cleanup(line_close)))

static int dial(int family, const struct sockaddr *to, socklen_t n, int ms)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
    if (connect(fd, to, n) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int connected(const struct remote_server *s, int ms, int *fd, struct err *e)
{
    if (s->unix_path) {
        union {
            struct sockaddr any;
            struct sockaddr_un un;
        } to = {.un = {.sun_family = AF_UNIX}};
        memcpy(to.un.sun_path, s->unix_path, strlen(s->unix_path));
        *fd = dial(AF_UNIX, &to.any, sizeof to.un, ms);
        if (*fd >= 0) return OK;
        return err_set(e, E_IO, "no server answers at %s: %s", s->unix_path,
                       strerror(errno));
    }
    struct addrinfo want = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int rc = getaddrinfo(s->host, s->port, &want, &found);
    if (rc != 0)
        return err_set(e, E_IO, "the server %s is not found: %s", s->host,
                       gai_strerror(rc));
    for (const struct addrinfo *p = found; p && *fd < 0; p = p->ai_next) {
        const struct sockaddr_in *v4 = (const void *)p->ai_addr;
        bool loop = p->ai_family == AF_INET ? ntohl(v4->sin_addr.s_addr) >> 24 == 127
                                            : p->ai_family == AF_INET6;
        if (strcmp(s->host, "localhost") == 0 && !loop) continue;
        *fd = dial(p->ai_family, p->ai_addr, p->ai_addrlen, ms);
    }
    int why = errno;
    freeaddrinfo(found);
    if (*fd >= 0) return OK;
    return err_set(e, E_IO, "no server answers at %s:%s: %s", s->host, s->port,
                   strerror(why));
}

static int wrap(struct line *l, const struct remote_ask *q, struct err *e)
{
    l->ctx = SSL_CTX_new(TLS_client_method());
    bool fine = l->ctx && SSL_CTX_set_min_proto_version(l->ctx, TLS1_2_VERSION) == 1;
    if (fine && q->authorities) {
        if (SSL_CTX_load_verify_locations(l->ctx, q->authorities, NULL) != 1)
            return err_set(e, E_USAGE, "%s holds no certificate of an authority",
                           q->authorities);
    } else if (fine) {
        fine = SSL_CTX_set_default_verify_paths(l->ctx) == 1;
    }
    if (fine) SSL_CTX_set_verify(l->ctx, SSL_VERIFY_PEER, NULL);
    l->ssl = fine ? SSL_new(l->ctx) : NULL;
    char name[256]; /* the library's macro wants one that is not const */
    snprintf(name, sizeof name, "%s", q->server.host);
    if (!l->ssl || SSL_set1_host(l->ssl, q->server.host) != 1 ||
        SSL_set_tlsext_host_name(l->ssl, name) != 1 || SSL_set_fd(l->ssl, l->fd) != 1)
        return err_set(e, E_IO, "TLS does not start");
    if (SSL_connect(l->ssl) == 1) return OK;
    long verdict = SSL_get_verify_result(l->ssl);
    return err_set(e, E_IO, "no trusted connection to %s: %s", q->server.host,
                   verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                        : "the server does not speak TLS as we do");
}

static int put_all(struct line *l, struct str s, struct err *e)
{
    while (s.n > 0) {
        int part = (int)MIN(s.n, (isize)1 << 20);
        ssize_t k = l->ssl ? SSL_write(l->ssl, s.at, part)
                           : send(l->fd, s.at, (size_t)part, MSG_NOSIGNAL);
        if (k < 0 && !l->ssl && errno == EINTR) continue;
        /* A server that refuses a body early has answered already: read that. */
        if (k <= 0 && !l->ssl && (errno == EPIPE || errno == ECONNRESET)) return OK;
        if (k <= 0) return err_set(e, E_IO, "the connection broke while sending");
        s = str_from(s, k);
    }
    return OK;
}

/* Into memory, or a temporary file. */
static int get_all(struct line *l, struct buf *b, FILE *kept, struct err *e)
{
    char piece[16384];
    for (;;) {
        ssize_t k = l->ssl ? SSL_read(l->ssl, piece, sizeof piece)
                           : recv(l->fd, piece, sizeof piece, 0);
        if (k < 0 && !l->ssl && errno == EINTR) continue;
        if (k < 0 && !l->ssl && (errno == EAGAIN || errno == EWOULDBLOCK))
            return err_set(e, E_IO, "the server did not answer in time");
        if (k < 0 && !l->ssl && errno != ECONNRESET)
            return err_set(e, E_IO, "the connection broke: %s", strerror(errno));
        if (k <= 0) return OK; /* whether it was whole, the reply itself says */
        if (kept && fwrite(piece, 1, (size_t)k, kept) != (size_t)k)
            return err_set(e, E_IO, "no room for what comes: %s", strerror(errno));
        if (kept) continue;
        buf_put(b, (struct str){piece, k});
        if (b->n > FILE_LIMIT + (64 << 10))
            return err_set(e, E_TOO_BIG, "the reply is larger than %td MiB",
                           FILE_LIMIT >> 20);
    }
}

/* --- a form of parts --------------------------------------------------------------------- */

#define BOUNDARY "varde-7d41e0b6c92f4a58a1f3c5d0e7b29864"

/* What a part begins with. A name may hold neither quote nor line end. */
static int part_head(const struct remote_part *p, struct buf *b, struct err *e)
{
    if (p->file && strpbrk(p->file, "\"\\\r\n"))
        return err_set(e, E_USAGE, "a file's name has a quote or a line end: rename it");
    buf_fmt(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"", p->name);
    if (p->file) buf_fmt(b, "; filename=\"%s\"\r\nContent-Type: text/csv", p->file);
    buf_put(b, S("\r\n\r\n"));
    buf_put(b, p->text);
    return OK;
}

#define PART_END  S("\r\n")
#define PARTS_END S("--" BOUNDARY "--\r\n")

static int parts_length(const struct remote_ask *q, i64 *n, struct arena tmp,
                        struct err *e)
{
    *n = PARTS_END.n;
    for (isize i = 0; i < q->n_part; i++) {
        struct remote_part *p = &q->part[i];
        struct arena room = tmp;
        struct buf b = buf_in(&room, 512);
        struct stat st;
        p->bytes = 0;
        if (p->file && fstat(p->fd, &st) != 0)
            return err_set(e, E_IO, "%s: cannot be read: %s", p->file, strerror(errno));
        if (p->file) p->bytes = st.st_size;
        TRY(part_head(p, &b, e));
        *n += b.n + p->bytes + PART_END.n;
    }
    return OK;
}

static int put_file(struct line *l, const struct remote_part *p, struct err *e)
{
    char room[1 << 16];
    for (i64 left = p->bytes; left > 0;) {
        ssize_t k =
            pread(p->fd, room, (size_t)MIN(left, (i64)sizeof room), p->bytes - left);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0)
            return err_set(e, E_IO, "%s: became shorter while it was sent", p->file);
        TRY(put_all(l, (struct str){room, k}, e));
        left -= k;
    }
    return OK;
}

static int put_parts(struct line *l, const struct remote_ask *q, struct arena tmp,
                     struct err *e)
{
    for (isize i = 0; i < q->n_part; i++) {
        struct arena room = tmp;
        struct buf b = buf_in(&room, 512);
        TRY(part_head(&q->part[i], &b, e));
        TRY(put_all(l, buf_str(&b), e));
        TRY(put_file(l, &q->part[i], e));
        TRY(put_all(l, PART_END, e));
    }
    return put_all(l, PARTS_END, e);
}

/* What was kept in a file, read as one text. */
static int read_kept(FILE *kept, const struct remote_ask *q, struct remote_reply *out,
                     struct arena *a, struct err *e)
{
    struct stat st;
    if (fflush(kept) != 0 || fstat(fileno(kept), &st) != 0)
        return err_set(e, E_IO, "no room for what comes: %s", strerror(errno));
    if (st.st_size == 0) return err_set(e, E_IO, "the server closed the connection");
    char *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fileno(kept), 0);
    if (at == MAP_FAILED) return err_set(e, E_IO, "no room for what came");
    int code =
        remote_read_reply((struct str){at, (isize)st.st_size}, false, q->to, out, a, e);
    munmap(at, (size_t)st.st_size);
    return code;
}

int remote_send(const struct remote_ask *q, struct remote_reply *out, struct arena *a,
                struct err *e)
{
    LINE l = {.fd = -1};
    if (q->token.n && !q->server.tls && !q->server.local)
        return err_set(e, E_USAGE,
                       "a token is not sent over http:// to another machine, "
                       "where it could be read on the way: use https://");
    if (!is_plain(q->method) || !is_plain(q->path) || !is_plain(q->token) ||
        !is_plain(q->type) || !is_plain(q->if_match) || !str_starts(q->path, S("/")))
        return err_set(e, E_USAGE, "the path starts with a slash and has no blanks");
    TRY(connected(&q->server, q->timeout_ms ? q->timeout_ms : 30000, &l.fd, e));
    if (q->server.tls) TRY(wrap(&l, q, e));
    struct buf b = buf_in(a, 1024 + q->body.n);
    buf_fmt(&b,
            "%.*s %.*s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"
            "Accept: application/json\r\nUser-Agent: varde\r\n",
            FMT(q->method), FMT(q->path), q->server.name);
    if (q->token.n) buf_fmt(&b, "Authorization: Bearer %.*s\r\n", FMT(q->token));
    if (q->if_match.n) buf_fmt(&b, "If-Match: %.*s\r\n", FMT(q->if_match));
    i64 length = 0;
    if (q->n_part) TRY(parts_length(q, &length, *a, e));
    if (q->n_part)
        buf_fmt(&b,
                "Content-Type: multipart/form-data; boundary=" BOUNDARY
                "\r\nContent-Length: %" PRId64 "\r\n",
                length);
    else if (q->type.n)
        buf_fmt(&b, "Content-Type: %.*s\r\nContent-Length: %td\r\n", FMT(q->type),
                q->body.n);
    buf_put(&b, S("\r\n"));
    buf_put(&b, q->body);
    TRY(put_all(&l, buf_str(&b), e));
    explicit_bzero(b.at, (size_t)b.n); /* the token */
    if (q->n_part) TRY(put_parts(&l, q, *a, e));
    if (!q->to) {
        struct buf got = buf_in(a, 65536);
        TRY(get_all(&l, &got, NULL, e));
        return remote_read_reply(buf_str(&got), str_is(q->method, "HEAD"), NULL, out, a,
                                 e);
    }
    FILE *kept = tmpfile();
    if (!kept) return err_set(e, E_IO, "no temporary file: %s", strerror(errno));
    int code = get_all(&l, NULL, kept, e);
    if (code == OK) code = read_kept(kept, q, out, a, e);
    (void)fclose(kept);
    return code;
}
