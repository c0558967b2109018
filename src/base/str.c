#include "base/str.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str str_of(const char *c)
{
    return c ? (struct str){c, (isize)strlen(c)} : (struct str){0};
}

struct str str_dup(struct str s, struct arena *a)
{
    char *p = NEW(a, char, s.n + 1);
    if (s.n) memcpy(p, s.at, (size_t)s.n);
    return (struct str){p, s.n};
}

const char *str_c(struct str s, struct arena *a)
{
    return str_dup(s, a).at;
}

struct str str_vfmt(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *p = NEW(a, char, n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){p, n};
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct str s = str_vfmt(a, fmt, ap);
    va_end(ap);
    return s;
}

bool str_eq(struct str s, struct str t)
{
    return s.n == t.n && (s.n == 0 || memcmp(s.at, t.at, (size_t)s.n) == 0);
}

bool str_is(struct str s, const char *c)
{
    return str_eq(s, str_of(c));
}

int str_cmp(struct str s, struct str t)
{
    isize n = MIN(s.n, t.n);
    int c = n ? memcmp(s.at, t.at, (size_t)n) : 0;
    return c ? c : (s.n > t.n) - (s.n < t.n);
}

bool str_starts(struct str s, struct str head)
{
    return s.n >= head.n && str_eq(str_upto(s, head.n), head);
}

bool str_ends(struct str s, struct str tail)
{
    return s.n >= tail.n && str_eq(str_from(s, s.n - tail.n), tail);
}

isize str_find(struct str s, char c)
{
    const char *p = s.n ? memchr(s.at, c, (size_t)s.n) : NULL;
    return p ? p - s.at : -1;
}

isize str_find_str(struct str s, struct str t)
{
    if (t.n == 0) return 0;
    for (isize i = 0; i + t.n <= s.n; i++) {
        isize at = str_find((struct str){s.at + i, s.n - t.n - i + 1}, t.at[0]);
        if (at < 0) break;
        i += at;
        if (str_starts(str_from(s, i), t)) return i;
    }
    return -1;
}

struct str str_from(struct str s, isize at)
{
    if (at <= 0) return s;
    if (at >= s.n) return (struct str){s.at ? s.at + s.n : s.at, 0};
    return (struct str){s.at + at, s.n - at};
}

struct str str_upto(struct str s, isize end)
{
    return (struct str){s.at, MAX(0, MIN(end, s.n))};
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n && blank(s.at[0])) s = str_from(s, 1);
    while (s.n && blank(s.at[s.n - 1])) s.n--;
    return s;
}

bool str_cut(struct str *rest, char sep, struct str *piece)
{
    if (!rest->at) return false;
    isize i = str_find(*rest, sep);
    if (i < 0) {
        *piece = *rest;
        *rest = (struct str){0};
    } else {
        *piece = str_upto(*rest, i);
        *rest = (struct str){rest->at + i + 1, rest->n - i - 1};
    }
    return true;
}

/* Well-formed UTF-8 as Unicode table 3-7 has it: no overlong forms, no surrogates,
** nothing above U+10FFFF. */
bool str_utf8_ok(struct str s)
{
    const u8 *p = (const u8 *)s.at;
    for (isize i = 0; i < s.n;) {
        u8 c = p[i++];
        if (c < 0x80) continue;
        int more = c >= 0xC2 && c <= 0xDF   ? 1
                   : (c & 0xF0) == 0xE0     ? 2
                   : c >= 0xF0 && c <= 0xF4 ? 3
                                            : 0;
        if (more == 0 || i + more > s.n) return false;
        u8 lo = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
        u8 hi = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
        if (p[i] < lo || p[i] > hi) return false;
        for (int k = 1; k < more; k++)
            if ((p[i + k] & 0xC0) != 0x80) return false;
        i += more;
    }
    return true;
}

struct str str_brief(struct str s, isize n)
{
    if (s.n <= n) return s;
    while (n > 0 && ((u8)s.at[n] & 0xC0) == 0x80) n--;
    return str_upto(s, n);
}

static int by_text_then_place(const void *x, const void *y)
{
    const struct str *const *s = x, *const *t = y;
    int c = str_cmp(**s, **t);
    return c ? c : (*s > *t) - (*s < *t);
}

isize str_repeated(const struct str *s, isize n, struct arena tmp)
{
    const struct str **p = NEW_RAW(&tmp, const struct str *, n);
    isize first = n;
    for (isize i = 0; i < n; i++) p[i] = &s[i];
    if (n > 1) qsort(p, (size_t)n, sizeof *p, by_text_then_place);
    for (isize i = 1; i < n; i++)
        if (str_eq(*p[i - 1], *p[i])) first = MIN(first, p[i] - s);
    return first < n ? first : -1;
}

struct str str_listing(const struct str *s, isize n, isize total, char *text, isize cap)
{
    isize at = 0, shown = 0;
    for (; shown < n; shown++) {
        const char *comma = shown ? ", " : "";
        if (at + s[shown].n + 2 > cap - 32) break; /* room for what comes behind */
        at += snprintf(text + at, (size_t)(cap - at), "%s%.*s", comma, FMT(s[shown]));
    }
    if (shown < total)
        at += snprintf(text + at, (size_t)(cap - at), "%s%td%s", shown ? " and " : "",
                       total - shown, shown ? " more" : " with long names");
    return (struct str){text, at};
}

/* Optimal string alignment distance; words longer than 63 bytes are never near. */
static int distance(struct str s, struct str t)
{
    enum { CAP = 64 };
    if (s.n >= CAP || t.n >= CAP) return CAP;
    int d[3][CAP] = {0};
    for (int j = 0; j <= t.n; j++) d[0][j] = j;
    for (int i = 1; i <= s.n; i++) {
        int *now = d[i % 3], *up = d[(i + 2) % 3], *up2 = d[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= t.n; j++) {
            int swap = s.at[i - 1] != t.at[j - 1];
            int best = MIN(MIN(up[j] + 1, now[j - 1] + 1), up[j - 1] + swap);
            if (i > 1 && j > 1 && s.at[i - 1] == t.at[j - 2] &&
                s.at[i - 2] == t.at[j - 1])
                best = MIN(best, up2[j - 2] + 1);
            now[j] = best;
        }
    }
    return d[s.n % 3][t.n];
}

struct str str_near(struct str s, const struct str *known, isize n)
{
    struct str best = {0};
    int least = 1000;
    for (isize i = 0; i < n; i++) {
        int d = distance(s, known[i]);
        if (d < least && d <= MAX(1, (int)MAX(s.n, known[i].n) / 3)) {
            least = d;
            best = known[i];
        }
    }
    return best;
}

struct buf buf_in(struct arena *a, isize cap)
{
    return (struct buf){.at = NEW_RAW(a, char, cap), .cap = cap, .a = a};
}

static void buf_room(struct buf *b, isize more)
{
    if (b->n + more <= b->cap) return;
    isize cap = MAX(2 * b->cap, b->n + more);
    /* At the arena's end: grow in place, no copy. */
    if (b->at && b->at + b->cap == b->a->at) {
        (void)NEW_RAW(b->a, char, cap - b->cap);
    } else {
        char *at = NEW_RAW(b->a, char, cap);
        if (b->n) memcpy(at, b->at, (size_t)b->n);
        b->at = at;
    }
    b->cap = cap;
}

void buf_put(struct buf *b, struct str s)
{
    if (s.n == 0) return;
    buf_room(b, s.n);
    memcpy(b->at + b->n, s.at, (size_t)s.n);
    b->n += s.n;
}

void buf_putc(struct buf *b, char c)
{
    buf_room(b, 1);
    b->at[b->n++] = c;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    buf_room(b, n + 1); /* vsnprintf ends with a zero that we do not count */
    vsnprintf(b->at + b->n, (size_t)n + 1, fmt, again);
    b->n += n;
    va_end(again);
    va_end(ap);
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->at, b->n};
}
