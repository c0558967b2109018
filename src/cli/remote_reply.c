/* A reply of HTTP/1.1, read strictly: what a proxy in between may have mangled is not
** guessed at. */
#include "cli/remote.h"
#include "base/num.h"
#include <string.h>

static int wrong(struct err *e, const char *why)
{
    return err_set(e, E_REQUEST, "the server's reply: %s", why);
}

static bool line_cut(struct str *rest, struct str *line)
{
    isize end = str_find_str(*rest, S("\r\n"));
    if (end < 0) return false;
    *line = str_upto(*rest, end);
    *rest = str_from(*rest, end + 2);
    return true;
}

static bool is_named(struct str s, const char *low)
{
    if (s.n != (isize)strlen(low)) return false;
    for (isize i = 0; i < s.n; i++)
        if ((s.at[i] >= 'A' && s.at[i] <= 'Z' ? s.at[i] | 0x20 : s.at[i]) != low[i])
            return false;
    return true;
}

static int hex_read(struct str s, isize *out, struct err *e)
{
    isize x = 0;
    if (s.n == 0 || s.n > 8) return wrong(e, "a piece without its size");
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i], l = (char)(c | 0x20);
        int v = c >= '0' && c <= '9' ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
        if (v < 0) return wrong(e, "a piece without its size");
        x = 16 * x + v;
    }
    *out = x;
    return OK;
}

static int give(FILE *to, struct str s, struct err *e)
{
    return fwrite(s.at, 1, (size_t)s.n, to) == (size_t)s.n
               ? OK
               : err_set(e, E_IO, "what came cannot be written");
}

static int chunks_read(struct str rest, FILE *to, struct str *out, struct arena *a,
                       struct err *e)
{
    struct buf b = buf_in(a, to ? 0 : rest.n);
    for (;;) {
        struct str line;
        isize n = 0;
        if (!line_cut(&rest, &line)) return wrong(e, "it ends in the middle");
        TRY(hex_read(line, &n, e));
        if (n == 0) break;
        if (rest.n < n + 2 || memcmp(rest.at + n, "\r\n", 2) != 0)
            return wrong(e, "it ends in the middle");
        if (to)
            TRY(give(to, str_upto(rest, n), e));
        else
            buf_put(&b, str_upto(rest, n));
        rest = str_from(rest, n + 2);
    }
    if (!str_is(rest, "\r\n")) return wrong(e, "something follows it");
    *out = buf_str(&b);
    return OK;
}

int remote_read_reply(struct str all, bool head, FILE *to, struct remote_reply *out,
                      struct arena *a, struct err *e)
{
    *out = (struct remote_reply){0};
    struct str rest = all, line;
    i64 status = 0, length = -1;
    bool chunked = false;
    do { /* "100 Continue" and its kin go before */
        if (all.n == 0) return err_set(e, E_IO, "the server closed the connection");
        if (!line_cut(&rest, &line) || line.n < 12 ||
            !(str_starts(line, S("HTTP/1.1 ")) || str_starts(line, S("HTTP/1.0 "))) ||
            num_read_int(str_upto(str_from(line, 9), 3), 100, 599, &status, NULL) != OK ||
            (line.n > 12 && line.at[12] != ' '))
            return wrong(e, "it is no HTTP");
        for (;;) {
            if (!line_cut(&rest, &line)) return wrong(e, "its head does not end");
            if (line.n == 0) break;
            isize colon = str_find(line, ':');
            if (colon <= 0) return wrong(e, "a header without a name");
            struct str name = str_upto(line, colon);
            struct str value = str_trim(str_from(line, colon + 1));
            if (is_named(name, "content-length")) {
                if (length >= 0 ||
                    num_read_int(value, 0, (i64)1 << 40, &length, NULL) != OK)
                    return wrong(e, "its length is no number, or told twice");
            } else if (is_named(name, "transfer-encoding")) {
                if (!is_named(value, "chunked")) return wrong(e, "an unknown coding");
                chunked = true;
            } else if (is_named(name, "content-type")) {
                out->type = str_dup(value, a);
            } else if (is_named(name, "etag")) {
                out->etag = str_dup(value, a);
            }
        }
    } while (status < 200);
    out->status = (int)status;
    if (head || status == 204 || status == 304) return OK;
    if (chunked && length >= 0) return wrong(e, "a length and a coding");
    if (status >= 300) to = NULL;
    if (chunked) return chunks_read(rest, to, &out->body, a, e);
    if (length >= 0 && rest.n < length)
        return err_set(e, E_IO, "the connection broke: the reply is not whole");
    struct str body = length >= 0 ? str_upto(rest, (isize)length) : rest;
    if (to) return give(to, body, e);
    out->body = str_dup(body, a);
    return OK;
}
