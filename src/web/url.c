#include "web/url.h"

struct url_arg url_str(struct str s)
{
    return (struct url_arg){.s = s, .text = true};
}

struct url_arg url_c(const char *c)
{
    return url_str(str_of(c));
}

struct url_arg url_int(i64 x)
{
    return (struct url_arg){.i = x};
}

void url_put(struct html *h, const char *pattern, const struct url_arg *arg, isize n)
{
    isize k = 0;
    for (const char *p = pattern; *p; p++) {
        if (*p != '{') {
            buf_putc(&h->b, *p);
            continue;
        }
        while (*p != '}') p++;
        if (k == n) continue; /* the generator counts: not reached */
        if (arg[k].text)
            html_url_text(h, arg[k].s);
        else
            html_url_int(h, arg[k].i);
        k++;
    }
}

struct str url_path(struct arena *a, const char *pattern, const struct url_arg *arg,
                    isize n)
{
    struct html h = {.b = buf_in(a, 64)};
    url_put(&h, pattern, arg, n);
    return buf_str(&h.b);
}
