/* Laws: text that is written holds no letter that ends a text or a value, and reads back
** as it was if it was UTF-8 without zeros; a part of a URL has only its letters and reads
** back; a whole URL is on this server or has one of three schemes. */
#include "fuzz.h"
#include "web/html.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static isize unescaped(const char *p, char *c)
{
    static const struct {
        const char *ref;
        char is;
    } ref[] = {{"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
               {"&quot;", '"'}, {"&#39;", '\''}, {"&#13;", '\r'}};
    for (isize i = 0; i < COUNT(ref); i++)
        if (strncmp(p, ref[i].ref, strlen(ref[i].ref)) == 0) {
            *c = ref[i].is;
            return (isize)strlen(ref[i].ref);
        }
    *c = *p;
    if (*p == '&' || strchr("<>\"'\r", *p)) abort();
    return 1;
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 28);
    struct str s = {(const char *)at, (isize)n};
    struct html h = html_in(&a, LANG_EN, NULL);

    html_text(&h, s);
    if (!str_utf8_ok(buf_str(&h.b))) abort();
    struct buf back = buf_in(&a, s.n + 1);
    const char *text = str_c(buf_str(&h.b), &a);
    for (isize i = 0; i < h.b.n;) {
        char c;
        i += unescaped(text + i, &c);
        buf_putc(&back, c);
    }
    bool whole = str_utf8_ok(s) && str_find(s, 0) < 0;
    if (whole && !str_eq(buf_str(&back), s)) abort();

    h.b.n = 0;
    html_url_text(&h, s);
    const char *part = str_c(buf_str(&h.b), &a);
    isize coded = 0;
    for (isize i = 0; i < h.b.n; i++) {
        coded += part[i] == '%';
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%",
                    part[i]))
            abort();
    }
    bool climbs = str_is(s, ".") || str_is(s, "..");
    if (!climbs && h.b.n - 2 * coded != s.n) abort();
    if (strcmp(part, ".") == 0 || strcmp(part, "..") == 0) abort();

    h.b.n = 0;
    html_url(&h, s);
    const char *url = str_c(buf_str(&h.b), &a);
    bool ours = strchr("#?/", url[0]) && url[0] && strncmp(url, "//", 2) != 0;
    bool named = strncasecmp(url, "https://", 8) == 0 ||
                 strncasecmp(url, "http://", 7) == 0 ||
                 strncasecmp(url, "mailto:", 7) == 0;
    if ((!ours && !named) || strpbrk(url, "\\ \t\r\n\"<>")) abort();
    arena_release(&a);
    return 0;
}
