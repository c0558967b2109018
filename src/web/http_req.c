/* Text from the network, decoded strictly: percent signs, paths, queries, forms, cookies.
**
** A path is cut at its slashes first and decoded after, so %2f never makes a piece.  What
** decodes to "." or "..", to a slash of either kind, to a control character or to anything
** that is not UTF-8 (overlong forms among them) is refused, not repaired. */
#include "web/http_parts.h"
#include <string.h>

enum { MAX_PAIRS = 2000, MAX_SEGS = 32 };

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    char l = (char)(c | 0x20);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

int http_decode(struct str s, bool plus, struct str *out, struct arena *a, struct err *e)
{
    char *at = NEW_RAW(a, char, s.n + 1);
    isize n = 0;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (c == '%') {
            int hi = i + 2 < s.n ? hex(s.at[i + 1]) : -1;
            int lo = hi >= 0 ? hex(s.at[i + 2]) : -1;
            if (lo < 0) return err_set(e, E_REQUEST, "a percent sign without two digits");
            c = (char)(16 * hi + lo);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == 0) return err_set(e, E_REQUEST, "a zero byte");
        at[n++] = c;
    }
    at[n] = 0;
    *out = (struct str){at, n};
    if (!str_utf8_ok(*out)) return err_set(e, E_REQUEST, "not UTF-8");
    return OK;
}

int http_read_path(struct str path, struct http_segs *out, struct arena *a, struct err *e)
{
    if (str_is(path, "/")) return OK;
    if (path.n == 0 || path.at[0] != '/') return err_set(e, E_REQUEST, "no path");
    struct str rest = str_from(path, 1), piece, seg;
    while (str_cut(&rest, '/', &piece)) {
        if (out->n == MAX_SEGS) return err_set(e, E_REQUEST, "a path of too many pieces");
        TRY(http_decode(piece, false, &seg, a, e));
        if (seg.n == 0) return err_set(e, E_NOT_FOUND, "a path with an empty piece");
        if (str_is(seg, ".") || str_is(seg, ".."))
            return err_set(e, E_REQUEST, "a path that climbs");
        for (isize i = 0; i < seg.n; i++)
            if (strchr("/\\", seg.at[i]) || (unsigned char)seg.at[i] < 0x20 ||
                seg.at[i] == 0x7f)
                return err_set(e, E_REQUEST, "a character that no path has");
        *PUSH(a, out) = seg;
    }
    if (path.at[path.n - 1] == '/')
        return err_set(e, E_NOT_FOUND, "a path with an empty piece");
    return OK;
}

int http_read_pairs(struct str s, struct http_pairs *out, struct arena *a, struct err *e)
{
    struct str piece;
    while (str_cut(&s, '&', &piece)) {
        if (piece.n == 0) continue;
        if (out->n == MAX_PAIRS) return err_set(e, E_REQUEST, "too many fields");
        isize eq = str_find(piece, '=');
        struct http_pair p = {0};
        TRY(http_decode(eq < 0 ? piece : str_upto(piece, eq), true, &p.name, a, e));
        TRY(http_decode(eq < 0 ? S("") : str_from(piece, eq + 1), true, &p.value, a, e));
        *PUSH(a, out) = p;
    }
    return OK;
}

/* As they came: names and values of cookies have no escapes. What is no cookie is left out. */
void http_read_cookies(struct str s, struct http_pairs *out, struct arena *a)
{
    struct str piece;
    while (out->n < MAX_PAIRS && str_cut(&s, ';', &piece)) {
        piece = str_trim(piece);
        isize eq = str_find(piece, '=');
        if (eq > 0)
            *PUSH(a, out) =
                (struct http_pair){str_upto(piece, eq), str_from(piece, eq + 1)};
    }
}

static struct str first(const struct http_pairs *list, const char *name)
{
    for (isize i = 0; i < list->n; i++)
        if (str_is(list->at[i].name, name)) return list->at[i].value;
    return (struct str){0};
}

struct str http_query(const struct req *q, const char *name)
{
    return first(&q->query, name);
}

struct str http_form(const struct req *q, const char *name)
{
    return first(&q->form, name);
}

struct str http_cookie(const struct req *q, const char *name)
{
    return first(&q->cookies, name);
}
