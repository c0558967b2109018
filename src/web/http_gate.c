/* The gate: what the library let through and a strict server would not.
**
** libmicrohttpd 0.9.75 reads leniently: it takes two Content-Lengths, a length beside
** chunked, unknown codings, two Hosts or none.  Two servers that read one stream differently
** are a hole (request smuggling), so each of these is refused here, before any body byte is
** read, with Connection: close.
**
** Three more it hides from whoever looks at names and values: lines that end in LF alone, a
** zero byte, which cuts a value, and a header continued on the next line, whose continuation
** it appends to the *name* ("Content-Length: 7 CRLF blank 7" is called Content-Length7, and
** the body becomes the next request).  But names and values point into the head as it came,
** so the gate also asks that they lie there without gaps: name, colon, blanks, value, CR LF,
** next name, up to the size of the head.  From 1.0 on the library refuses these itself. */
#include "web/http_parts.h"
#include <string.h>

enum { MAX_HEADERS = 100, MAX_URI = 4096 };

static const char *const methods[] = {"GET",   "HEAD",   "POST",   "PUT",
                                      "PATCH", "DELETE", "OPTIONS"};

struct seen {
    struct http_head *head;
    int n, hosts, lengths, codings;
    const char *next; /* where the next name must stand */
    int status;
    const char *why;
};

static bool is_token(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool alnum =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return n > 0;
}

static bool is_host(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool alnum =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == 0 || !strchr("-.:[]_", c))) return false;
    }
    return n > 0 && n <= 255;
}

static bool is_named(const char *s, size_t n, const char *name)
{
    if (n != strlen(name)) return false;
    for (size_t i = 0; i < n; i++)
        if ((s[i] | 0x20) != name[i]) return false;
    return true;
}

/* Digits alone, at most 15 of them: fits every integer. */
static isize length_of(const char *s, size_t n)
{
    isize x = 0;
    if (n == 0 || n > 15) return -1;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') return -1;
        x = 10 * x + (s[i] - '0');
    }
    return x;
}

static enum MHD_Result refuse(struct seen *s, int status, const char *why)
{
    s->status = status;
    s->why = why;
    return MHD_NO; /* no further headers */
}

/* Whether the header stands as sent: see the top. The library has put zeros for the colon and
** for CR LF. */
static bool in_place(struct seen *s, const char *name, size_t nn, const char *value,
                     size_t nv)
{
    if (MHD_VERSION >= 0x01000000) return true;
    if (name != s->next || value <= name + nn) return false;
    for (const char *c = name + nn + 1; c < value; c++)
        if (*c != ' ' && *c != '\t') return false;
    s->next = value + nv + 2;
    return true;
}

static enum MHD_Result one(void *arg, enum MHD_ValueKind kind, const char *name,
                           size_t nn, const char *value, size_t nv)
{
    (void)kind;
    struct seen *s = arg;
    if (++s->n > MAX_HEADERS) return refuse(s, 431, "too many headers");
    if (!is_token(name, nn)) return refuse(s, 400, "a header's name is no token");
    for (size_t i = 0; i < nv; i++)
        if (((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
            return refuse(s, 400, "a control character in a header");
    if (!in_place(s, name, nn, value, nv))
        return refuse(s, 400, "a header of several lines, or not ended by CR LF");
    if (is_named(name, nn, "host")) {
        if (++s->hosts > 1) return refuse(s, 400, "two Hosts");
        if (!is_host(value, nv)) return refuse(s, 400, "a Host that is none");
    } else if (is_named(name, nn, "content-length")) {
        s->head->length = length_of(value, nv);
        if (++s->lengths > 1) return refuse(s, 400, "two Content-Lengths");
        if (s->head->length < 0) return refuse(s, 400, "a length that is no number");
    } else if (is_named(name, nn, "transfer-encoding")) {
        if (++s->codings > 1 || !is_named(value, nv, "chunked"))
            return refuse(s, 400, "a Transfer-Encoding other than chunked");
    } else if (is_named(name, nn, "expect")) {
        if (!is_named(value, nv, "100-continue"))
            return refuse(s, 417, "an expectation other than 100-continue");
    }
    return MHD_YES;
}

static int uri_fault(const char *uri, const char *method, const char **why)
{
    if (strlen(uri) > MAX_URI) return *why = "the address is too long", 414;
    for (const char *c = uri; *c; c++)
        if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f || *c == '#')
            return *why = "a character that no address has", 400;
    bool star = strcmp(uri, "*") == 0 && strcmp(method, "OPTIONS") == 0;
    if (uri[0] != '/' && !star) return *why = "an address that is no path", 400;
    return 0;
}

int http_gate(struct http_head *head, const char **why)
{
    head->length = -1;
    bool known = false;
    for (isize i = 0; i < COUNT(methods); i++)
        known = known || strcmp(methods[i], head->method) == 0;
    if (!known) return *why = "an unknown method", 400;
    bool v11 = strcmp(head->version, "HTTP/1.1") == 0;
    if (!v11 && strcmp(head->version, "HTTP/1.0") != 0)
        return *why = "an unknown version of HTTP", 400;
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(head->raw, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (size && (isize)size->header_size > head->head_bytes)
        return *why = "the head is too large", 431;
    int bad = uri_fault(head->uri, head->method, why);
    if (bad) return bad;

    struct seen s = {.head = head, .next = head->version + strlen(head->version) + 2};
    MHD_get_connection_values_n(head->raw, MHD_HEADER_KIND, one, &s);
    *why = s.why;
    if (s.status) return s.status;
    if (MHD_VERSION < 0x01000000 && size &&
        s.next + 2 != head->method + (isize)size->header_size)
        return *why = "a line that does not end in CR LF", 400;
    if (s.hosts != 1) return *why = "no Host", 400;
    if (s.lengths && s.codings) return *why = "a length and a coding", 400;
    if (s.codings && !v11) return *why = "a coding in HTTP/1.0", 400;
    return 0;
}
