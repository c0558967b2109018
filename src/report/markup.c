#include "report/markup.h"
#include <math.h>

isize markup_char(struct str s, u32 *code)
{
    const u8 *p = (const u8 *)s.at;
    u8 c = p[0];
    *code = c;
    if (c < 0x80) return 1;
    isize n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (n > s.n || !str_utf8_ok(str_upto(s, n))) {
        *code = 0xFFFD;
        return 1;
    }
    u32 u = c & (0xFFu >> (n + 1));
    for (isize i = 1; i < n; i++) u = u << 6 | (p[i] & 0x3Fu);
    *code = u;
    return n;
}

static struct str reference(char c)
{
    switch (c) {
    case '&': return S("&amp;");
    case '<': return S("&lt;");
    case '>': return S("&gt;");
    case '"': return S("&quot;");
    case '\'': return S("&#39;");
    default: return S("\xEF\xBF\xBD");
    }
}

void markup_put(struct buf *b, struct str s)
{
    if (s.n == 0) return; /* then s.at may be NULL */
    isize from = 0, i = 0;
    while (i < s.n) {
        u8 c = (u8)s.at[i];
        bool plain = c >= 0x20 && c < 0x7F && c != '&' && c != '<' && c != '>' &&
                     c != '"' && c != '\'';
        if (plain || c == '\n' || c == '\t') {
            i++;
            continue;
        }
        u32 u;
        isize n = markup_char(str_from(s, i), &u);
        if (u >= 0xA0 && u != 0xFFFD && u != 0xFFFE && u != 0xFFFF) {
            i += n;
            continue;
        }
        buf_put(b, (struct str){s.at + from, i - from});
        buf_put(b, reference(u < 0x80 ? (char)u : 0));
        from = i += n;
    }
    buf_put(b, (struct str){s.at + from, s.n - from});
}

void markup_id(struct buf *b, struct str s)
{
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        buf_putc(b, fine ? c : '-');
    }
}

void markup_num(struct buf *b, double x)
{
    if (!(fabs(x) < 1e9)) x = 0; /* NaN too */
    i64 v = llround(x * 100);
    if (v < 0) {
        buf_putc(b, '-');
        v = -v;
    }
    char digit[24];
    int n = 0;
    i64 whole = v / 100;
    do digit[n++] = (char)('0' + whole % 10);
    while ((whole /= 10) > 0);
    while (n > 0) buf_putc(b, digit[--n]);
    if (v % 100 == 0) return;
    buf_putc(b, '.');
    buf_putc(b, (char)('0' + v / 10 % 10));
    if (v % 10) buf_putc(b, (char)('0' + v % 10));
}
