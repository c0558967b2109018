#include "base/json.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct json_out json_to(struct buf *b, int indent)
{
    return (struct json_out){.b = b, .indent = indent};
}

/* 0: stands as it is; a letter: \letter; 'u': \u00XX. */
static char escape_of(u8 c)
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return c < 0x20 ? 'u' : 0;
    }
}

/* Whatever comes in, what goes out reads back: bytes that are no UTF-8, and U+0000,
** become the replacement character. */
static void put_quoted(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    bool sound = str_utf8_ok(s);
    buf_putc(b, '"');
    for (isize i = 0, plain = 0; i <= s.n; i++) {
        bool end = i == s.n;
        u8 c = end ? 0 : (u8)s.at[i];
        bool bad = !end && (c == 0 || (!sound && c >= 0x80));
        char esc = end || bad ? 0 : escape_of(c);
        if (!end && !bad && !esc) continue;
        buf_put(b, str_upto(str_from(s, plain), i - plain)); /* s.at may be NULL */
        plain = i + 1;
        if (bad) {
            buf_put(b, S("\xEF\xBF\xBD"));
        } else if (esc == 'u') {
            buf_put(b, S("\\u00"));
            buf_putc(b, hex[c >> 4]);
            buf_putc(b, hex[c & 15]);
        } else if (esc) {
            buf_putc(b, '\\');
            buf_putc(b, esc);
        }
    }
    buf_putc(b, '"');
}

static void new_line(struct json_out *w)
{
    if (w->indent == 0) return;
    buf_putc(w->b, '\n');
    for (int i = 0; i < w->indent * w->depth; i++) buf_putc(w->b, ' ');
}

static bool just_opened(const struct json_out *w)
{
    char last = w->b->n ? w->b->at[w->b->n - 1] : 0;
    return last == '{' || last == '['; /* a text ends with its quote */
}

/* What stands before a value: the comma, the line, the key. */
static void before(struct json_out *w, const char *key)
{
    if (w->depth > 0) {
        if (!just_opened(w)) buf_putc(w->b, ',');
        new_line(w);
    }
    if (key) {
        put_quoted(w->b, str_of(key));
        buf_put(w->b, w->indent ? S(": ") : S(":"));
    }
}

void json_open(struct json_out *w, const char *key, char bracket)
{
    before(w, key);
    buf_putc(w->b, bracket);
    w->depth++;
}

void json_close(struct json_out *w, char bracket)
{
    w->depth--;
    if (!just_opened(w)) new_line(w);
    buf_putc(w->b, bracket);
}

void json_put_str(struct json_out *w, const char *key, struct str s)
{
    before(w, key);
    put_quoted(w->b, s);
}

void json_put_num(struct json_out *w, const char *key, double x)
{
    char room[64];
    struct arena tmp = {.at = room, .end = room + sizeof room};
    struct str s = num_shortest(x, &tmp);
    if (isinf(x)) {
        json_put_str(w, key, s);
    } else {
        before(w, key);
        buf_put(w->b, isnan(x) ? S("null") : s);
    }
}

void json_put_int(struct json_out *w, const char *key, i64 x)
{
    before(w, key);
    buf_fmt(w->b, "%" PRId64, x);
}

void json_put_bool(struct json_out *w, const char *key, bool x)
{
    before(w, key);
    buf_put(w->b, x ? S("true") : S("false"));
}

void json_put_null(struct json_out *w, const char *key)
{
    before(w, key);
    buf_put(w->b, S("null"));
}

static void put_plain(struct buf *b, const struct json *v)
{
    switch (v->kind) {
    case JSON_NULL: buf_put(b, S("null")); break;
    case JSON_BOOL: buf_put(b, v->truth ? S("true") : S("false")); break;
    case JSON_NUMBER: buf_put(b, v->text); break;
    default: put_quoted(b, v->text); break;
    }
}

/* The members of a tree, in their order or sorted. */
static void put_tree(struct json_out *w, const struct json *v)
{
    if (v->kind != JSON_OBJECT && v->kind != JSON_ARRAY) {
        put_plain(w->b, v);
        return;
    }
    bool object = v->kind == JSON_OBJECT;
    buf_putc(w->b, object ? '{' : '[');
    w->depth++;
    for (const struct json *kid = v->kid; kid; kid = kid->next) {
        before(w, NULL);
        if (object) {
            put_quoted(w->b, kid->key);
            buf_put(w->b, w->indent ? S(": ") : S(":"));
        }
        put_tree(w, kid);
    }
    json_close(w, object ? '}' : ']');
}

void json_put(struct json_out *w, const char *key, const struct json *v)
{
    before(w, key);
    put_tree(w, v);
}

static int by_key(const void *x, const void *y)
{
    const struct json *const *u = x, *const *v = y;
    return str_cmp((*u)->key, (*v)->key);
}

/* b has all its room already, so `tmp` may begin right behind it. */
static void put_sorted(struct buf *b, const struct json *v, struct arena tmp)
{
    if (v->kind != JSON_OBJECT && v->kind != JSON_ARRAY) {
        put_plain(b, v);
        return;
    }
    bool object = v->kind == JSON_OBJECT;
    const struct json **kid = NEW_RAW(&tmp, const struct json *, v->n);
    isize n = 0;
    for (const struct json *k = v->kid; k; k = k->next) kid[n++] = k;
    if (object && n > 1) qsort(kid, (size_t)n, sizeof *kid, by_key);
    buf_putc(b, object ? '{' : '[');
    for (isize i = 0; i < n; i++) {
        if (i) buf_putc(b, ',');
        if (object) {
            put_quoted(b, kid[i]->key);
            buf_putc(b, ':');
        }
        put_sorted(b, kid[i], tmp);
    }
    buf_putc(b, object ? '}' : ']');
}

/* Room that is enough for the canonical form: a byte of a text becomes at most six
** (\u001f), and brackets, comma and colon are at most four a value. */
static isize room_for(const struct json *v)
{
    isize n = 6 * (v->text.n + v->key.n) + 10;
    for (const struct json *k = v->kid; k; k = k->next) n += room_for(k);
    return n;
}

struct str json_canonical(const struct json *v, struct arena *a)
{
    struct arena before_it = *a;
    struct buf b = buf_in(a, room_for(v));
    put_sorted(&b, v, *a);
    *a = before_it; /* give back what was not needed: the text lies at the front */
    (void)NEW_RAW(a, char, b.n);
    return buf_str(&b);
}
