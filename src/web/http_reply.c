/* Replies: their headers, and errors as JSON or as a page.
**
** The policy lets a page load scripts, styles, fonts and pictures from this server and
** nothing from anywhere else; no inline script or style runs.  The microphone is for the
** recorder.  Nothing is stored by a browser unless the handler says so. */
#include "base/json.h"
#include "web/http_parts.h"
#include <string.h>

#define POLICY                                                                        \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "      \
    "frame-ancestors 'none'"

#define RETRY_S "5" /* a database that starts again is there by then, mostly */

static const char *const always[][2] = {
    {"Server", "varde"},
    {"Content-Security-Policy", POLICY},
    {"X-Content-Type-Options", "nosniff"},
    /* no-referrer would make browsers hide the origin of our own forms */
    {"Referrer-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(self)"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static const struct {
    int status;
    const char *words;
} statuses[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No content"},
    {303, "See other"},
    {304, "Not modified"},
    {400, "Bad request"},
    {401, "Log-in needed"},
    {403, "Not allowed"},
    {404, "Not found"},
    {405, "Method not allowed"},
    {408, "Request timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Body too large"},
    {414, "Address too long"},
    {415, "Type not supported"},
    {417, "Expectation failed"},
    {422, "Not accepted"},
    {429, "Too many requests"},
    {431, "Head too large"},
    {500, "Fault in the server"},
    {503, "Not available now"},
};

const char *http_status_words(int status)
{
    for (isize i = 0; i < COUNT(statuses); i++)
        if (statuses[i].status == status) return statuses[i].words;
    return "Status";
}

int http_status_of(int code)
{
    if (code == OK) return 200;
    if (code == E_REQUEST) return 400;
    if (code == E_TOO_BIG) return 413;
    if (code == E_SESSION || code == E_LOGIN || code == E_CODE) return 401;
    if (code == E_WAIT) return 429;
    if (code == E_BUSY || code == E_UNSURE) return 503;
    if (code == E_CONSTRAINT) return 409;
    switch (err_exit(code)) {
    case 2: return 400;
    case 1:
    case 3:
    case 6: return 422;
    case 4: return 404;
    case 7: return 403;
    default: return 500;
    }
}

int http_reply(struct req *q, int status, const char *type, struct str body)
{
    q->reply.status = status;
    q->reply.type = type;
    q->reply.body = body;
    return OK;
}

int http_reply_stream(struct req *q, int status, const char *type, http_stream *f,
                      void *arg, void (*done)(void *))
{
    q->reply.status = status;
    q->reply.type = type;
    q->reply.stream = f;
    q->reply.arg = arg;
    q->reply.done = done;
    return OK;
}

void http_reply_header(struct req *q, const char *name, struct str value)
{
    *PUSH(q->a, &q->reply.headers) = (struct http_pair){str_of(name), value};
}

/* "//host" and "/\host" lead elsewhere in a browser, and it drops tabs and line ends before it
** looks: "/ TAB /host" is the same. */
bool http_leads_here(struct str path)
{
    if (path.n == 0 || path.at[0] != '/' || str_starts(path, S("//"))) return false;
    for (isize i = 0; i < path.n; i++)
        if ((unsigned char)path.at[i] < 0x20 || path.at[i] == 0x7f || path.at[i] == '\\')
            return false;
    return true;
}

int http_redirect(struct req *q, struct str path)
{
    http_reply_header(q, "Location", http_leads_here(path) ? path : S("/"));
    return http_reply(q, 303, NULL, S(""));
}

static void put_escaped(struct buf *b, struct str s)
{
    for (isize i = 0; i < s.n; i++) {
        switch (s.at[i]) {
        case '&': buf_put(b, S("&amp;")); break;
        case '<': buf_put(b, S("&lt;")); break;
        case '>': buf_put(b, S("&gt;")); break;
        case '"': buf_put(b, S("&quot;")); break;
        case '\'': buf_put(b, S("&#39;")); break;
        default: buf_putc(b, s.at[i]);
        }
    }
}

/* A page for whoever names text/html first or alone; JSON for whoever names JSON first, and
** below /api. */
bool http_wants_json(const struct req *q)
{
    struct str accept = q->raw ? http_header(q, "Accept") : S("");
    isize j = str_find_str(accept, S("application/json"));
    isize h = str_find_str(accept, S("text/html"));
    if (j >= 0) return h < 0 || j < h;
    return h < 0 && (str_starts(q->path, S("/api/")) || str_is(q->path, "/api"));
}

int http_reply_error(struct req *q, int status, struct str why)
{
    const char *words = http_status_words(status);
    struct buf b = buf_in(q->a, 512);
    struct http_pairs kept = q->reply.headers; /* Allow */
    q->reply = (struct reply){.headers = kept};
    if (http_wants_json(q)) {
        struct json_out w = json_to(&b, 0);
        json_open(&w, NULL, '{');
        json_put_int(&w, "status", status);
        json_put_str(&w, "error", str_of(words));
        if (why.n) json_put_str(&w, "why", why);
        json_put_str(&w, "request", q->id);
        json_close(&w, '}');
        return http_reply(q, status, "application/json", buf_str(&b));
    }
    buf_fmt(&b,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n"
            "<title>%d %s</title>\n<main>\n<h1>%s</h1>\n",
            status, words, words);
    if (why.n) {
        buf_put(&b, S("<p>"));
        put_escaped(&b, why);
        buf_put(&b, S("</p>\n"));
    }
    buf_put(&b, S("<p>Request "));
    put_escaped(&b, q->id);
    buf_put(&b, S("</p>\n</main>\n</html>\n"));
    return http_reply(q, status, "text/html; charset=utf-8", buf_str(&b));
}

static ssize_t pull(void *arg, uint64_t at, char *out, size_t cap)
{
    struct http_sending *s = arg;
    isize n = s->reply->stream(s->reply->arg, (i64)at, out, (isize)cap);
    if (n < 0) return MHD_CONTENT_READER_END_WITH_ERROR;
    if (n == 0) return MHD_CONTENT_READER_END_OF_STREAM;
    *s->sent += n;
    return (ssize_t)n;
}

static bool put(struct MHD_Response *r, const char *name, const char *value)
{
    return MHD_add_response_header(r, name, value) == MHD_YES;
}

/* The handler's own, refused when it would break out of its line. */
static bool put_own(struct MHD_Response *r, struct req *q)
{
    bool fine = true;
    for (isize i = 0; fine && i < q->reply.headers.n; i++) {
        struct http_pair p = q->reply.headers.at[i];
        for (isize k = 0; fine && k < p.value.n; k++)
            fine = (unsigned char)p.value.at[k] >= 0x20 && p.value.at[k] != 0x7f;
        fine = fine && put(r, str_c(p.name, q->a), str_c(p.value, q->a));
    }
    return fine;
}

static bool has_own(const struct req *q, const char *name)
{
    for (isize i = 0; i < q->reply.headers.n; i++)
        if (str_is(q->reply.headers.at[i].name, name)) return true;
    return false;
}

struct MHD_Response *http_response(struct req *q, bool close, bool secure,
                                   struct http_sending *s)
{
    struct reply *p = &q->reply;
    struct MHD_Response *r;
    if (p->stream) {
        r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 65536, pull, s, NULL);
    } else {
        *s->sent = str_is(q->method, "HEAD") ? 0 : p->body.n;
#if MHD_VERSION >= 0x01000000
        r = MHD_create_response_from_buffer_static((size_t)p->body.n, p->body.at);
#else
        void *body =
            (void *)(uintptr_t)p->body.at; /* it wants no const, and only reads */
        r = MHD_create_response_from_buffer((size_t)p->body.n, body,
                                            MHD_RESPMEM_PERSISTENT);
#endif
    }
    if (!r) return NULL;
    bool fine = true;
    for (isize i = 0; fine && i < COUNT(always); i++)
        if (!has_own(q, always[i][0])) fine = put(r, always[i][0], always[i][1]);
    fine = fine && put(r, "X-Request-Id", str_c(q->id, q->a));
    if (!has_own(q, "Cache-Control")) fine = fine && put(r, "Cache-Control", "no-store");
    if (p->status == 503 && !has_own(q, "Retry-After"))
        fine = fine && put(r, "Retry-After", RETRY_S);
    if (secure) fine = fine && put(r, "Strict-Transport-Security", "max-age=31536000");
    if (p->type) fine = fine && put(r, "Content-Type", p->type);
    if (close) fine = fine && put(r, "Connection", "close");
    if (fine && put_own(r, q)) return r;
    MHD_destroy_response(r);
    return NULL;
}
