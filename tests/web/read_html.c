#include "read_html.h"
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct str read_decoded(struct str s, struct arena *a)
{
    static const struct {
        const char *ref, *is;
    } ref[] = {{"&amp;", "&"}, {"&lt;", "<"},   {"&gt;", ">"},
               {"&#39;", "'"}, {"&#13;", "\r"}, {"&quot;", "\""}};
    struct buf b = buf_in(a, s.n + 1);
    for (isize i = 0; i < s.n;) {
        isize k = 0;
        while (k < COUNT(ref) && !str_starts(str_from(s, i), str_of(ref[k].ref))) k++;
        if (k < COUNT(ref)) {
            buf_put(&b, str_of(ref[k].is));
            i += str_of(ref[k].ref).n;
        } else {
            if (s.at[i] != '\r') /* a bare one becomes a line break: lost */
                buf_putc(&b, s.at[i]);
            i++;
        }
    }
    return buf_str(&b);
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 0;
}

struct str read_unpercent(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, s.n + 1);
    for (isize i = 0; i < s.n; i++) {
        bool coded = s.at[i] == '%' && i + 2 < s.n;
        buf_putc(&b, coded ? (char)(hex(s.at[i + 1]) * 16 + hex(s.at[i + 2])) : s.at[i]);
        if (coded) i += 2;
    }
    return buf_str(&b);
}

static bool is_void(struct str name)
{
    static const char *const none[] = {"meta", "link", "br", "hr", "img", "input"};
    for (isize i = 0; i < COUNT(none); i++)
        if (str_is(name, none[i])) return true;
    return false;
}

/* Attributes up to and with the >; true when the tag closes itself. */
static bool tag(struct str s, isize *i, struct read_el *el, struct arena *a)
{
    bool closed = false;
    while (*i < s.n && s.at[*i] != '>') {
        char c = s.at[*i];
        if (is_blank(c) || c == '/') {
            closed = c == '/';
            ++*i;
            continue;
        }
        isize from = *i;
        while (*i < s.n && !is_blank(s.at[*i]) && !strchr("=>/", s.at[*i])) ++*i;
        struct read_attr x = {.name = {s.at + from, *i - from}, .value = S("")};
        if (*i < s.n && s.at[*i] == '=') {
            char q = *i + 1 < s.n ? s.at[*i + 1] : 0;
            bool quoted = q == '"' || q == '\'';
            from = *i += quoted ? 2 : 1;
            while (*i < s.n &&
                   (quoted ? s.at[*i] != q : !is_blank(s.at[*i]) && s.at[*i] != '>'))
                ++*i;
            x.value = read_decoded((struct str){s.at + from, *i - from}, a);
            *i += quoted;
        }
        if (el->n < COUNT(el->attr)) el->attr[el->n++] = x;
    }
    ++*i;
    return closed;
}

bool read_html(struct str s, struct read_doc *out, struct arena *a)
{
    struct str open[100];
    int deep = 0;
    for (isize i = 0; i < s.n;) {
        struct str rest = str_from(s, i);
        if (rest.at[0] == '<' && rest.n > 2 && rest.at[1] == '/' &&
            is_letter(rest.at[2])) {
            isize end = str_find(rest, '>');
            if (end < 0 || deep == 0 ||
                !str_eq(str_upto(str_from(rest, 2), end - 2), open[--deep]))
                return false;
            i += end + 1;
            continue;
        }
        if (rest.at[0] == '<' && rest.n > 1 && rest.at[1] == '!') {
            isize end = str_find(rest, '>');
            i += end < 0 ? rest.n : end + 1;
            continue;
        }
        if (rest.at[0] == '<' && rest.n > 1 && is_letter(rest.at[1])) {
            isize n = 1;
            while (n < rest.n && !is_blank(rest.at[n]) && !strchr("/>", rest.at[n])) n++;
            struct read_el *el = PUSH(a, out);
            el->name = str_from(str_upto(rest, n), 1);
            el->deep = deep;
            i += n;
            bool closed = tag(s, &i, el, a);
            if (!closed && !is_void(el->name)) {
                if (deep == COUNT(open)) return false;
                open[deep++] = el->name;
            }
            bool drops = str_is(el->name, "textarea") || str_is(el->name, "pre");
            if (drops && i < s.n && s.at[i] == '\n') i++;
            isize from = i;
            bool rc = str_is(el->name, "textarea") || str_is(el->name, "title");
            while (i < s.n && !(s.at[i] == '<' && i + 1 < s.n &&
                                (s.at[i + 1] == '/' || (!rc && (is_letter(s.at[i + 1]) ||
                                                                s.at[i + 1] == '!')))))
                i++;
            el->text = read_decoded((struct str){s.at + from, i - from}, a);
            continue;
        }
        i++;
    }
    return deep == 0;
}

struct str read_attr(const struct read_el *el, const char *name)
{
    for (isize i = 0; el && i < el->n; i++)
        if (str_is(el->attr[i].name, name)) return el->attr[i].value;
    return (struct str){0};
}

const struct read_el *read_by_id(const struct read_doc *d, const char *id)
{
    for (isize i = 0; i < d->n; i++)
        if (str_is(read_attr(&d->at[i], "id"), id)) return &d->at[i];
    return NULL;
}

struct str read_shape(const struct read_doc *d, struct arena *a)
{
    struct buf b = buf_in(a, 1000);
    for (isize i = 0; i < d->n; i++) {
        const struct read_el *el = &d->at[i];
        buf_fmt(&b, "%d %.*s", el->deep, FMT(el->name));
        for (isize k = 0; k < el->n; k++) buf_fmt(&b, " %.*s", FMT(el->attr[k].name));
        buf_putc(&b, '\n');
    }
    return buf_str(&b);
}
