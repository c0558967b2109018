/* Paths of routes: for each line of routes.def whose function is page_NAME, post_NAME or
** api_NAME (which keeps its api_), made by tools/routes.py:
**     url_NAME(h, ...)   writes the path; templates say {url NAME ...}
**     path_NAME(a, ...)  gives it, for redirects
** with one argument, text or whole number, for each {place} of the pattern. */
#ifndef VARDE_WEB_URL_H
#define VARDE_WEB_URL_H

#include "web/html.h"

struct url_arg {
    struct str s;
    i64 i;
    bool text;
};
void url_put(struct html *h, const char *pattern, const struct url_arg *arg, isize n);
struct str url_path(struct arena *a, const char *pattern, const struct url_arg *arg,
                    isize n);

struct url_arg url_str(struct str s);
struct url_arg url_c(const char *c);
struct url_arg url_int(i64 x);
#define URL_ARG(x) \
    _Generic((x), struct str: url_str, char *: url_c, const char *: url_c, default: url_int)(x)

#include "web/url_routes.h"

#endif
