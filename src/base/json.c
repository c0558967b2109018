#include "base/json.h"
#include "base/file.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at, *end;
    const char *line_at; /* where the line of `at` begins */
    int line;
    const char *file;
    struct arena *a;
    struct err *e;
};

/* The column counts letters, not bytes, as editors do. */
static int column(const struct reader *r, const char *at)
{
    int col = 1;
    for (const char *p = r->line_at; p < at; p++) col += ((u8)*p & 0xC0) != 0x80;
    return col;
}

/* "file:line:col: <fmt>", at any place of the line being read. */
static int refuse(const struct reader *r, const char *at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
static int refuse(const struct reader *r, const char *at, const char *fmt, ...)
{
    char room[400];
    struct arena tmp = {.at = room, .end = room + sizeof room};
    va_list ap;
    va_start(ap, fmt);
    struct str s = str_vfmt(&tmp, fmt, ap);
    va_end(ap);
    return err_set(r->e, E_JSON, "%s:%d:%d: %.*s", r->file, r->line, column(r, at),
                   FMT(s));
}

/* Something else stands where `what` should: says both. */
static int unexpected(const struct reader *r, const char *what)
{
    if (r->at == r->end)
        return refuse(r, r->at, "the text ends where %s is expected", what);
    if (*r->at > ' ' && *r->at < 127)
        return refuse(r, r->at, "found '%c' where %s is expected", *r->at, what);
    return refuse(r, r->at, "found byte 0x%02X where %s is expected",
                  (unsigned)(u8)*r->at, what);
}

static void blanks(struct reader *r)
{
    while (r->at < r->end) {
        char c = *r->at;
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
        r->at++;
        if (c == '\n') {
            r->line++;
            r->line_at = r->at;
        }
    }
}

/* Whether one of eight bytes ends a plain stretch of a string: a control character, a
** quote, a backslash, or a byte of a letter beyond ASCII.  Each byte is tested on its own
** top bit; a borrow can only cry wolf behind a true hit. */
static bool special_in(const char *p)
{
    const u64 one = 0x0101010101010101, top = 0x8080808080808080;
    u64 w;
    memcpy(&w, p, sizeof w);
    u64 quote = w ^ (one * '"'), slash = w ^ (one * '\\');
    u64 low = (w - one * 0x20) & ~w;
    return ((low | ((quote - one) & ~quote) | ((slash - one) & ~slash) | w) & top) != 0;
}

static bool plain(u8 c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static int hex4(const char *p, const char *end)
{
    int x = 0;
    if (end - p < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0) return -1;
        x = 16 * x + d;
    }
    return x;
}

static char *utf8_put(char *to, int c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* The escape behind the backslash at *p; *p moves behind it. Never grows: the shortest
** escape for a letter of four bytes has twelve. */
static int escape(const struct reader *r, const char **p, char **to)
{
    static const char name[] = "\"\\/bfnrt", is[] = "\"\\/\b\f\n\r\t";
    const char *at = *p + 1;
    const char *known = at < r->end && *at ? strchr(name, *at) : NULL;
    if (known) {
        *(*to)++ = is[known - name];
        *p = at + 1;
        return OK;
    }
    if (at == r->end || *at != 'u')
        return refuse(r, *p,
                      "a backslash must be followed by one of \" \\ / b f n r t u");
    int c = hex4(at + 1, r->end);
    if (c < 0) return refuse(r, *p, "\\u must be followed by four hexadecimal digits");
    if (c == 0) return refuse(r, *p, "\\u0000 is not allowed in a text");
    at += 5;
    if (c >= 0xD800 && c <= 0xDFFF) { /* a pair stands for one letter above U+FFFF */
        bool more = r->end - at >= 2 && at[0] == '\\' && at[1] == 'u';
        int low = more ? hex4(at + 2, r->end) : -1;
        if (c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
            return refuse(r, *p, "half of a surrogate pair, which is no letter");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    *to = utf8_put(*to, c);
    *p = at;
    return OK;
}

/* r->at is behind the opening quote. Without escapes the result points into the text. */
static int string(struct reader *r, struct str *out)
{
    const char *start = r->at, *p = start;
    bool escaped = false, foreign = false;
    for (;;) {
        while (r->end - p >= 8 && !special_in(p)) p += 8;
        while (p < r->end && plain((u8)*p)) p++;
        if (p == r->end)
            return refuse(r, start - 1, "a text in quotes that begins here never ends");
        u8 c = (u8)*p;
        if (c == '"') break;
        if (c < 0x20)
            return refuse(r, p, "control character 0x%02X in a text; write it as \\u%04x",
                          (unsigned)c, (unsigned)c);
        if (c == '\\') {
            escaped = true;
            p++;
            if (p == r->end) continue;
        }
        if (c >= 0x80) foreign = true;
        p++;
    }
    struct str raw = {start, p - start};
    if (foreign && !str_utf8_ok(raw)) {
        isize good = 0, next = 1; /* the first letter that is wrong */
        while (good < raw.n) {
            while (good + next < raw.n && ((u8)raw.at[good + next] & 0xC0) == 0x80)
                next++;
            if (!str_utf8_ok((struct str){raw.at + good, next})) break;
            good += next;
            next = 1;
        }
        return refuse(r, raw.at + good, "byte 0x%02X is not valid UTF-8 here",
                      (unsigned)(u8)raw.at[good]);
    }
    r->at = p + 1;
    *out = raw;
    if (!escaped) return OK;

    char *to = NEW_RAW(r->a, char, raw.n + 1);
    out->at = to;
    for (const char *q = start; q < p;) {
        if (*q == '\\')
            TRY(escape(r, &q, &to));
        else
            *to++ = *q++;
    }
    *to = 0;
    out->n = to - out->at;
    return OK;
}

static bool digits(struct reader *r)
{
    const char *start = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') r->at++;
    return r->at > start;
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static int number(struct reader *r, struct str *out)
{
    const char *start = r->at;
    if (*r->at == '-') r->at++;
    const char *first = r->at;
    if (!digits(r)) return unexpected(r, "a digit");
    if (*first == '0' && r->at - first > 1)
        return refuse(r, start, "a number may not begin with 0 and another digit");
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (!digits(r)) return unexpected(r, "a digit behind the point");
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-')) r->at++;
        if (!digits(r)) return unexpected(r, "a digit of the exponent");
    }
    *out = (struct str){start, r->at - start};
    return OK;
}

static int word(struct reader *r, const char *w, struct json *v, enum json_kind kind)
{
    struct str rest = {r->at, r->end - r->at}, want = str_of(w);
    if (!str_starts(rest, want))
        return refuse(r, r->at, "only true, false and null may stand without quotes");
    r->at += want.n;
    v->kind = kind;
    v->truth = w[0] == 't';
    return OK;
}

/* Few keys are compared with each other, many sorted: a hostile file costs no more. */
static int keys_differ(const struct reader *r, const struct json *o)
{
    const struct json *twice = NULL;
    if (o->n <= 16) {
        for (const struct json *v = o->kid; v && !twice; v = v->next)
            for (const struct json *u = o->kid; u != v && !twice; u = u->next)
                if (u->key.n == v->key.n && str_eq(u->key, v->key)) twice = v;
    } else {
        struct arena tmp = *r->a;
        struct str *key = NEW_RAW(&tmp, struct str, o->n);
        isize n = 0;
        for (const struct json *v = o->kid; v; v = v->next) key[n++] = v->key;
        isize i = str_repeated(key, o->n, tmp);
        if (i >= 0) twice = json_at(o, i);
    }
    if (!twice) return OK;
    return err_set(r->e, E_JSON, "%s:%d: the key \"%.*s\" stands twice in one object",
                   r->file, twice->line, FMT(str_brief(twice->key, 60)));
}

static int value(struct reader *r, struct json *v, int depth);

/* The members of an array or object; r->at is behind the opening bracket. */
static int members(struct reader *r, struct json *v, int depth)
{
    bool object = v->kind == JSON_OBJECT;
    char close = object ? '}' : ']';
    struct json **to = &v->kid;
    blanks(r);
    if (r->at < r->end && *r->at == close) {
        r->at++;
        return OK;
    }
    for (;;) {
        struct json *kid = NEW(r->a, struct json, 1);
        *to = kid;
        to = &kid->next;
        v->n++;
        if (object) {
            blanks(r);
            if (r->at == r->end || *r->at != '"') return unexpected(r, "a key in quotes");
            r->at++;
            TRY(string(r, &kid->key));
            blanks(r);
            if (r->at == r->end || *r->at != ':') return unexpected(r, "':'");
            r->at++;
        }
        TRY(value(r, kid, depth));
        blanks(r);
        if (r->at == r->end || (*r->at != ',' && *r->at != close))
            return unexpected(r, object ? "',' or '}'" : "',' or ']'");
        if (*r->at++ == close) return object ? keys_differ(r, v) : OK;
    }
}

static int value(struct reader *r, struct json *v, int depth)
{
    blanks(r);
    v->line = r->line;
    if (r->at == r->end) return unexpected(r, "a value");
    switch (*r->at) {
    case '{':
    case '[':
        if (depth == JSON_DEPTH)
            return refuse(r, r->at, "more than %d levels of brackets", JSON_DEPTH);
        v->kind = *r->at++ == '{' ? JSON_OBJECT : JSON_ARRAY;
        return members(r, v, depth + 1);
    case '"':
        v->kind = JSON_STRING;
        r->at++;
        return string(r, &v->text);
    case 't': return word(r, "true", v, JSON_BOOL);
    case 'f': return word(r, "false", v, JSON_BOOL);
    case 'n': return word(r, "null", v, JSON_NULL);
    default:
        if (*r->at != '-' && (*r->at < '0' || *r->at > '9'))
            return unexpected(r, "a value");
        v->kind = JSON_NUMBER;
        return number(r, &v->text);
    }
}

int json_read(struct str text, const char *file, struct json **out, struct arena *a,
              struct err *e)
{
    if (!text.at) text = S("");
    struct reader r = {.at = text.at,
                       .end = text.at + text.n,
                       .line_at = text.at,
                       .line = 1,
                       .file = file,
                       .a = a,
                       .e = e};
    if (text.n > FILE_LIMIT)
        return err_set(e, E_TOO_BIG, "%s: larger than %td bytes", file, FILE_LIMIT);
    if (str_starts(text, S("\xEF\xBB\xBF")))
        return refuse(&r, r.at, "begins with a byte-order mark; save it without");
    struct json *v = NEW(a, struct json, 1);
    TRY(value(&r, v, 0));
    blanks(&r);
    if (r.at < r.end) return unexpected(&r, "the end of the text");
    *out = v;
    return OK;
}

const struct json *json_get(const struct json *o, const char *key)
{
    if (!o || o->kind != JSON_OBJECT) return NULL;
    struct str want = str_of(key);
    for (const struct json *v = o->kid; v; v = v->next)
        if (str_eq(v->key, want)) return v;
    return NULL;
}

const struct json *json_at(const struct json *array, isize i)
{
    if (!array || i < 0 || i >= array->n) return NULL;
    const struct json *v = array->kid;
    while (i-- > 0) v = v->next;
    return v;
}

struct str json_text(const struct json *o, const char *key)
{
    const struct json *v = json_get(o, key);
    return v && v->kind == JSON_STRING ? v->text : (struct str){0};
}

double json_number(const struct json *v)
{
    double x = NAN;
    if (!v) return NAN;
    if (v->kind == JSON_STRING)
        return str_is(v->text, "Inf")    ? INFINITY
               : str_is(v->text, "-Inf") ? -INFINITY
                                         : NAN;
    if (v->kind != JSON_NUMBER || num_read(v->text, &x, NULL) != OK) return NAN;
    return x;
}
