/* The server over TLS: a log-in from the first link on, as a browser sees it; what is not TLS is not
** answered; slow clients.  The certificate is made here. */
#define _GNU_SOURCE
#include "base/file.h"
#include "child.h"
#include "said.h"
#include "store/db.h"
#include "test.h"
#include "web/client.h"
#include "web/http.h"
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A certificate for 127.0.0.1 that signs itself, and its key. */
static void certificate(const char *cert, const char *key)
{
    EVP_PKEY *k = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    X509_set_pubkey(x, k);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const u8 *)"Varde test", -1, -1,
                               0);
    X509_set_issuer_name(x, name);
    X509_EXTENSION *alt =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(x, alt, -1);
    CHECK(X509_sign(x, k, EVP_sha256()) > 0);
    FILE *f = fopen(cert, "w"), *g = fopen(key, "w");
    CHECK(f && g && PEM_write_X509(f, x) == 1 &&
          PEM_write_PrivateKey(g, k, NULL, NULL, 0, NULL, NULL) == 1);
    fclose(f);
    fclose(g);
    chmod(key, 0600);
    X509_EXTENSION_free(alt);
    X509_free(x);
    EVP_PKEY_free(k);
}

struct line {
    int fd;
    SSL_CTX *ctx;
    SSL *ssl; /* NULL: there is no talking */
};

/* Believes the certificate, and no other. */
static struct line call(int port, const char *cert, int newest)
{
    struct line l = {.fd = client_tcp(port), .ctx = SSL_CTX_new(TLS_client_method())};
    CHECK(SSL_CTX_load_verify_locations(l.ctx, cert, NULL) == 1);
    signal(SIGPIPE, SIG_IGN); /* a server that hangs up is no fault of ours */
    SSL_CTX_set_verify(l.ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_security_level(l.ctx, 0); /* it would offer old versions if it may */
    SSL_CTX_set_min_proto_version(l.ctx, TLS1_VERSION);
    if (newest) SSL_CTX_set_max_proto_version(l.ctx, newest);
    l.ssl = SSL_new(l.ctx);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l.ssl), "127.0.0.1");
    SSL_set_fd(l.ssl, l.fd);
    if (SSL_connect(l.ssl) != 1) {
        SSL_free(l.ssl);
        l.ssl = NULL;
    }
    return l;
}

static void hang_up(struct line *l)
{
    if (l->ssl) SSL_free(l->ssl);
    SSL_CTX_free(l->ctx);
    close(l->fd);
}

static bool say(struct line *l, struct str s)
{
    return l->ssl && SSL_write(l->ssl, s.at, (int)s.n) == (int)s.n;
}

static struct str rest(struct line *l, struct arena *a)
{
    struct buf b = buf_in(a, 32768);
    char piece[4096];
    for (int n; l->ssl && (n = SSL_read(l->ssl, piece, sizeof piece)) > 0;)
        buf_put(&b, (struct str){piece, n});
    return buf_str(&b);
}

static struct str ask(int port, const char *cert, struct str s, struct arena *a)
{
    struct line l = call(port, cert, 0);
    CHECK(say(&l, s));
    struct str got = rest(&l, a);
    hang_up(&l);
    return got;
}

/* The first piece between two others. */
static struct str between(struct str s, const char *from, const char *to)
{
    isize i = str_find_str(s, str_of(from));
    if (i < 0) return (struct str){0};
    s = str_from(s, i + str_of(from).n);
    i = str_find_str(s, str_of(to));
    return i < 0 ? (struct str){0} : str_upto(s, i);
}

struct browser {
    int port;
    const char *cert;
    struct str cookie; /* "a=b; c=d" */
    struct arena *a;
};

static struct str visit(struct browser *b, const char *method, const char *path,
                        struct str form)
{
    struct str got =
        ask(b->port, b->cert,
            str_fmt(b->a,
                    "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
                    "Origin: https://127.0.0.1:%d\r\nCookie: %.*s\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\n"
                    "Content-Length: %td\r\n\r\n%.*s",
                    method, path, b->port, b->port, FMT(b->cookie), form.n, FMT(form)),
            b->a);
    CHECK(said_holds(got, "\r\nStrict-Transport-Security: max-age="));
    struct str head = str_upto(got, MAX(str_find_str(got, S("\r\n\r\n")), (isize)0)), one;
    while (str_cut(&head, '\n', &one)) {
        if (!str_starts(one, S("Set-Cookie: "))) continue;
        /* over TLS a cookie is for this host alone, and never goes out in the open */
        CHECK(str_starts(one, S("Set-Cookie: __Host-")) && said_holds(one, "; Secure") &&
              said_holds(one, "; HttpOnly") && said_holds(one, "; Path=/") &&
              said_holds(one, "; SameSite=Lax") && !said_holds(one, "Domain"));
        struct str set = str_from(one, 12);
        set = str_upto(set, MAX(str_find(set, ';'), (isize)0));
        if (!str_ends(set, S("=")))
            b->cookie = str_fmt(b->a, "%.*s%s%.*s", FMT(b->cookie),
                                b->cookie.n ? "; " : "", FMT(set));
    }
    return got;
}

#define FORM                                                               \
    "csrf=%.*s&login=ada&name=Ada&language=en&password=four+quiet+herons&" \
    "password_again=four+quiet+herons&next="

TEST(tls_from_the_first_link_to_log_in)
{
    const char *cert = file_join(&tmp, test_folder(), "cert.pem"),
               *key = file_join(&tmp, test_folder(), "key.pem");
    certificate(cert, key);
    struct said made = said_line(&tmp, "init --data @/d");
    struct str token = between(said_both(&tmp, made), "/setup/", "\n");
    CHECK(token.n == 64);
    struct child c =
        child_start(CHILD_SERVE " --cert @/cert.pem --key-pem @/key.pem", &tmp);
    struct str said = child_hear(c, "Varde is at", &tmp);
    struct browser b = {.port = child_port(said), .cert = cert, .a = &tmp};
    CHECK(said_holds(said, "https://127.0.0.1:"));
    const char *setup = str_fmt(&tmp, "/setup/%.*s", FMT(token)).at;
    struct str page = visit(&b, "GET", setup, S(""));
    struct str csrf = between(page, "name=\"csrf\" value=\"", "\"");
    page = visit(&b, "POST", setup, str_fmt(&tmp, FORM, FMT(csrf)));
    said_check(page, "HTTP/1.1 303 ");
    page = visit(&b, "GET", "/login", S(""));
    csrf = between(page, "name=\"csrf\" value=\"", "\"");
    page = visit(&b, "POST", "/login", str_fmt(&tmp, FORM, FMT(csrf)));
    said_check(page, "HTTP/1.1 303 ");
    page = visit(&b, "GET", "/staff", S(""));
    said_check(page, "HTTP/1.1 200 ");
    said_check(page, "Ada");
    /* In the open nothing is answered, not even that there is something. */
    struct str open = client_ask(
        b.port, S("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
        &tmp);
    CHECK(!said_holds(open, "HTTP/1.1") && !said_holds(open, "Varde"));
    struct line old = call(b.port, cert, TLS1_1_VERSION);
    CHECK(old.ssl == NULL);
    hang_up(&old);
    struct line fine = call(b.port, cert, TLS1_2_VERSION);
    CHECK(fine.ssl != NULL);
    hang_up(&fine);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
}

/* What people typed and what opens doors is in nothing that is written beside the store: not in the
** access log, not in what the server says, not in the journal's open columns. */
TEST(tls_logs_hold_no_secret)
{
    const char *cert = file_join(&tmp, test_folder(), "cert.pem"),
               *key = file_join(&tmp, test_folder(), "key.pem"),
               *log = file_join(&tmp, test_folder(), "access.log");
    struct err e = {0};
    certificate(cert, key);
    struct said made = said_line(&tmp, "init --data @/d");
    struct str token = between(said_both(&tmp, made), "/setup/", "\n"), page, csrf;
    struct child c = child_start(
        CHILD_SERVE " --cert @/cert.pem --key-pem @/key.pem --log @/access.log", &tmp);
    struct str said = child_hear(c, "Varde is at", &tmp);
    struct browser b = {.port = child_port(said), .cert = cert, .a = &tmp};
    const char *setup = str_fmt(&tmp, "/setup/%.*s", FMT(token)).at;
    page = visit(&b, "GET", setup, S(""));
    csrf = between(page, "name=\"csrf\" value=\"", "\"");
    said_check(visit(&b, "POST", setup, str_fmt(&tmp, FORM, FMT(csrf))), " 303 ");
    visit(&b, "POST", "/login",
          str_fmt(&tmp, "csrf=%.*s&login=zebra-login&password=zebra+password&next=",
                  FMT(csrf)));
    visit(&b, "POST", "/login", str_fmt(&tmp, FORM, FMT(csrf)));
    /* the form of a page that is not there, a link that is none, a query, a broken form */
    visit(&b, "GET", "/f/zebra-link-zebra-link-zebra-link?name=zebra-query", S(""));
    visit(&b, "POST", "/participants/find", S("csrf=0&name=zebra-name"));
    visit(&b, "POST", "/sites", S("csrf=%zz&site_name=zebra-site"));
    visit(&b, "GET", "/zebra-path/%00", S(""));
    kill(c.pid, SIGTERM);
    said = str_fmt(&tmp, "%.*s%.*s", FMT(said), FMT(child_hear(c, NULL, &tmp)));
    CHECK_INT(child_ended(c), 0);
    struct str text;
    CHECK_CODE(file_read(log, 1 << 20, &text, &tmp, &e), OK, e);
    CHECK(said_holds(text, "\"route\":\"/setup/{token}\"")); /* it is the log */
    struct buf all = buf_in(&tmp, 1 << 18);
    buf_put(&all, text);
    buf_put(&all, said);
    struct db *db = NULL;
    ROWS r = {0};
    static const struct sql journal = {
        .name = "journal",
        .text = "SELECT at || ' ' || act || ' ' || entity || ' ' || hash FROM journal",
        .id = -1};
    CHECK_CODE(db_open(str_fmt(&tmp, "sqlite:%s/d/varde.db", test_folder()).at, DB_READER,
                       &db, &e),
               OK, e);
    CHECK_CODE(db_query(db, &r, &journal, NO_ARGS, &e), OK, e);
    isize rows = 0;
    for (; db_next(&r); rows++) buf_put(&all, db_str(&r, 0, &tmp));
    CHECK_CODE(db_end(&r, &e), OK, e);
    db_close(db);
    CHECK(rows >= 3);
    struct str secret[40] = {token, csrf, S("quiet"), S("herons"), S("ebra"), S("Ada")};
    int n = 6;
    for (struct str rest_of = b.cookie, one; n < 40 && str_cut(&rest_of, ';', &one);)
        secret[n++] = str_from(one, MAX(str_find(one, '='), (isize)0) + 1);
    CHECK(n > 7); /* of before log-in, and of the session */
    for (int i = 0; i < n; i++)
        test_check(secret[i].n > 2 && str_find_str(buf_str(&all), secret[i]) < 0,
                   __FILE__, __LINE__, "secret %d is in a log", i);
}

static int answer(struct req *q, struct err *e)
{
    (void)e;
    return http_reply(q, 200, "text/plain", q->body);
}

static void nap(int ms)
{
    struct timespec t = {.tv_nsec = (long)ms * 1000000};
    nanosleep(&t, NULL);
}

/* A body that says of no chunk that it is the last. */
#define CHUNK                                                   \
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: " \
    "chunked\r\n\r\n3\r\nabc\r\n"

enum { SLOW = 6 };

/* Whoever is slow is cut, in each state that a connection has, and others are served meanwhile. */
TEST(tls_slow_clients_are_cut)
{
    const char *cert = file_join(&tmp, test_folder(), "cert.pem"),
               *key = file_join(&tmp, test_folder(), "key.pem");
    struct http *h = NULL;
    struct err e = {0};
    certificate(cert, key);
    struct http_config c = {.cert = cert,
                            .key = key,
                            .head_ms = 900,
                            .body_ms = 900,
                            .connections = SLOW + 2,
                            .handle = answer};
    CHECK_CODE(http_start(&c, &h, &e), OK, e);
    int port = http_port(h), silent = client_tcp(port), half = client_tcp(port);
    client_send(half,
                S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")); /* a hello begun */
    struct line l[4];
    static const char *const sent[] = {
        "", /* shook hands, and then nothing */
        "GET / HTTP/1.1\r\nHost: localhost\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\nabc",
        CHUNK,
    };
    for (int i = 0; i < 4; i++) {
        l[i] = call(port, cert, 0);
        CHECK(l[i].ssl != NULL);
        if (sent[i][0]) (void)say(&l[i], str_of(sent[i])); /* or it is cut already */
    }
    /* Six are held; somebody else is served. */
    said_check(ask(port, cert,
                   S("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                   &tmp),
               "HTTP/1.1 200 ");
    for (int i = 0; i < 300 && http_count(h).reaped < SLOW; i++) nap(10);
    CHECK_INT(http_count(h).reaped, SLOW);
    for (int i = 0; i < 4; i++) {
        struct str got = rest(&l[i], &tmp);
        CHECK(!said_holds(got, " 200 "));
        hang_up(&l[i]);
    }
    CHECK_STR(client_all(silent, &tmp), "");
    CHECK(!said_holds(client_all(half, &tmp), "HTTP"));
    close(silent);
    close(half);
    /* More than it takes: those above are turned away, the server goes on. */
    int many[SLOW + 6];
    for (int i = 0; i < COUNT(many); i++) many[i] = client_tcp(port);
    for (int i = 0; i < COUNT(many); i++) close(many[i]);
    struct str got = {0};
    for (int i = 0; i < 100 && !said_holds(got, " 200 "); i++) {
        struct line one = call(port, cert, 0);
        if (say(&one,
                S("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")))
            got = rest(&one, &tmp);
        hang_up(&one);
        nap(5);
    }
    said_check(got, " 200 ");
    http_stop(h, 1000);
}
