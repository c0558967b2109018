#include "web/html.h"
#include "base/num.h"
#include "tpl.h"
#include <math.h>

struct html html_in(struct arena *a, enum lang lang, const struct html_frame *frame)
{
    return (struct html){.b = buf_in(a, 1 << 14), .lang = lang, .frame = frame};
}

void html_put(struct html *h, struct str markup)
{
    buf_put(&h->b, markup);
}

void html_raw(struct html *h, struct html_safe s)
{
    buf_put(&h->b, s.markup);
}

/* Length of the UTF-8 letter in front, 0 when there is none. */
static isize letter(struct str s)
{
    for (isize n = 1; n <= MIN(s.n, 4); n++)
        if (str_utf8_ok(str_upto(s, n))) return n;
    return 0;
}

void html_text(struct html *h, struct str s)
{
    bool sound = str_utf8_ok(s);
    isize done = 0; /* s[done..i) is written as it is */
    for (isize i = 0; i < s.n;) {
        u8 c = (u8)s.at[i];
        isize n = c < 0x80 || sound ? 1 : letter(str_from(s, i));
        struct str ref = c == '&'           ? S("&amp;")
                         : c == '<'         ? S("&lt;")
                         : c == '>'         ? S("&gt;")
                         : c == '"'         ? S("&quot;")
                         : c == '\''        ? S("&#39;")
                         : c == '\r'        ? S("&#13;")
                         : c == 0 || n == 0 ? S("\xef\xbf\xbd")
                                            : (struct str){0};
        if (ref.n) {
            buf_put(&h->b, (struct str){s.at + done, i - done});
            buf_put(&h->b, ref);
            done = i + 1;
        }
        i += MAX(n, 1);
    }
    buf_put(&h->b, (struct str){s.at + done, s.n - done});
}

static bool begins(struct str s, const char *scheme)
{
    isize i = 0;
    for (; scheme[i]; i++) {
        char c = i < s.n ? s.at[i] : 0;
        if ((c >= 'A' && c <= 'Z' ? (char)(c + 32) : c) != scheme[i]) return false;
    }
    return s.n > i;
}

/* Browsers take out tabs and line breaks before they look at the scheme, and read \ as /. */
static bool url_sound(struct str s)
{
    for (isize i = 0; i < s.n; i++)
        if ((u8)s.at[i] <= ' ' || s.at[i] == 127 || s.at[i] == '\\') return false;
    if (s.n == 0) return false;
    if (s.at[0] == '/') return s.n == 1 || s.at[1] != '/';
    return s.at[0] == '#' || s.at[0] == '?' || begins(s, "https://") ||
           begins(s, "http://") || begins(s, "mailto:");
}

void html_url(struct html *h, struct str s)
{
    html_text(h, url_sound(s) ? s : S("#"));
}

void html_url_text(struct html *h, struct str s)
{
    static const char digit[] = "0123456789ABCDEF";
    if (str_is(s, ".") || str_is(s, "..")) {
        for (isize i = 0; i < s.n; i++) buf_put(&h->b, S("%252E"));
        return;
    }
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                     c == '~';
        if (plain)
            buf_putc(&h->b, (char)c);
        else
            buf_put(&h->b, (struct str){(char[]){'%', digit[c >> 4], digit[c & 15]}, 3});
    }
}

void html_url_c(struct html *h, const char *c)
{
    html_url_text(h, str_of(c));
}

void html_url_int(struct html *h, i64 x)
{
    html_int(h, x);
}

void html_int(struct html *h, i64 x)
{
    buf_fmt(&h->b, "%" PRId64, x);
}

void html_num(struct html *h, double x, int places)
{
    if (!isfinite(x)) {
        buf_put(&h->b, S("–"));
        return;
    }
    struct str s = num_fixed(x, places, h->b.a);
    for (isize i = 0; i < s.n; i++) {
        if (s.at[i] == '-')
            buf_put(&h->b, S("−"));
        else
            buf_putc(&h->b, s.at[i] == '.' && h->lang != LANG_EN ? ',' : s.at[i]);
    }
}

void html_day(struct html *h, day d)
{
    int year, month, mday;
    day_split(d, &year, &month, &mday);
    struct str months = text_of(h->lang, "PAGE_MONTHS"), name = {0};
    for (int i = 0; i < month; i++)
        if (!str_cut(&months, ' ', &name)) break;
    html_fill(h, "PAGE_DAY",
              (const struct str[]){html_arg_int(h, mday), name, html_arg_int(h, year)},
              3);
}

void html_fill(struct html *h, const char *id, const struct str *arg, isize n)
{
    html_text(h, text_fill(h->lang, id, arg, n, h->b.a));
}

struct str html_str(struct str s)
{
    return s;
}

struct str html_arg(struct html *h, struct str s)
{
    (void)h;
    return s;
}

struct str html_arg_c(struct html *h, const char *c)
{
    (void)h;
    return str_of(c);
}

struct str html_arg_int(struct html *h, i64 x)
{
    return str_fmt(h->b.a, "%" PRId64, x);
}

struct str html_fault_of(const struct html *h, const char *field)
{
    const struct html_faults *f = h->frame ? h->frame->faults : NULL;
    for (isize i = 0; f && i < f->n; i++)
        if (str_is(f->at[i].field, field)) return f->at[i].words;
    return (struct str){0};
}

struct str html_fault_here(const struct html *h, const char *field, struct str label)
{
    const struct html_faults *f = h->frame ? h->frame->faults : NULL;
    for (isize i = 0; f && i < f->n; i++)
        if (str_is(f->at[i].field, field)) f->at[i].label = label;
    return html_fault_of(h, field);
}

/* -- the frame ------------------------------------------------------------------------- */

struct html_page html_page_begin(struct html *h)
{
    struct html_page p = {.before = h->b};
    h->b = buf_in(h->b.a, 1 << 14);
    return p;
}

void html_title_begin(struct html *h, struct html_page *p)
{
    p->title = h->b.n;
}

void html_title_end(struct html *h, struct html_page *p)
{
    p->title_end = h->b.n;
}

void html_page_end(struct html *h, const struct html_page *p)
{
    static const struct html_frame bare;
    struct str body = buf_str(&h->b);
    struct str title = str_from(str_upto(body, p->title_end), p->title);
    h->b = p->before;
    tpl_frame(h, h->frame ? h->frame : &bare, (struct html_safe){title},
              (struct html_safe){body});
}
