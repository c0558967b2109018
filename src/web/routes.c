#include "web/routes.h"
#include <string.h>

static const struct route table[] = {
#define ROUTE(method, pattern, run, right, words) {method, pattern, run, right, words},
#include "web/routes.def"
#undef ROUTE
};
const struct routes routes = {table, COUNT(table)};

bool routes_fit(const char *pattern, const struct req *q, struct str *arg)
{
    struct str rest = str_from(str_of(pattern), 1), piece;
    isize i = 0, k = 0;
    if (rest.n == 0) return q->seg.n == 0;
    while (str_cut(&rest, '/', &piece)) {
        if (i == q->seg.n) return false;
        struct str seg = q->seg.at[i++];
        if (piece.n > 0 && piece.at[0] == '{') {
            if (k == HTTP_ARGS) return false;
            arg[k++] = seg;
        } else if (!str_eq(piece, seg)) {
            return false;
        }
    }
    return i == q->seg.n;
}

static bool serves(const char *method, struct str asked)
{
    return str_is(asked, method) || (str_is(asked, "HEAD") && strcmp(method, "GET") == 0);
}

static void allow_one(struct buf *b, const char *method)
{
    struct str had = buf_str(b);
    if (str_find_str(had, str_of(method)) >= 0) return;
    if (had.n) buf_put(b, S(", "));
    buf_put(b, str_of(method));
    if (strcmp(method, "GET") == 0) buf_put(b, S(", HEAD"));
}

int routes_run(struct req *q, const struct routes *t, route_may *may, struct err *e)
{
    struct buf allow = buf_in(q->a, 64);
    const struct route *found = NULL, *near = NULL;
    bool star = str_is(q->path, "*");
    for (isize i = 0; i < t->n && !found; i++) {
        struct str arg[HTTP_ARGS] = {0};
        if (!star && !routes_fit(t->at[i].pattern, q, arg)) continue;
        near = &t->at[i];
        allow_one(&allow, near->method);
        if (star || !serves(near->method, q->method)) continue;
        found = near;
        memcpy(q->arg, arg, sizeof arg);
    }
    if (found) {
        q->pattern = found->pattern;
        if (found->right != MAY_ANYONE) {
            if (!may) return err_set(e, E_NOT_ALLOWED, "nobody is logged in");
            TRY(may(q, (enum right)found->right, e));
        }
        return found->run(q, e);
    }
    if (!near) return err_set(e, E_NOT_FOUND, "there is no such page");
    if (!star) q->pattern = near->pattern;
    buf_put(&allow, S(", OPTIONS"));
    http_reply_header(q, "Allow", buf_str(&allow));
    if (str_is(q->method, "OPTIONS")) return http_reply(q, 204, NULL, S(""));
    return http_reply_error(q, 405, S("this page is not for that method"));
}

i64 routes_takes(const struct req *q)
{
    static const struct {
        const char *pattern;
        i64 mib;
    } takes[] = {
        {"", 0},
#define UPLOAD(pattern, mib, words) {pattern, mib},
#include "web/uploads.def"
#undef UPLOAD
    };
    struct str arg[HTTP_ARGS];
    if (!str_is(q->method, "POST")) return 0;
    for (isize i = 1; i < COUNT(takes); i++)
        if (routes_fit(takes[i].pattern, q, arg)) return takes[i].mib << 20;
    return 0;
}

int routes_answer(struct req *q, struct err *e)
{
    return routes_run(q, &routes, NULL, e);
}
