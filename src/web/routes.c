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

int routes_find(struct call *c, const struct routes *t, struct err *e)
{
    struct req *q = c->q;
    struct buf allow = buf_in(q->a, 64);
    const struct route *near = NULL;
    bool star = str_is(q->path, "*");
    c->route = NULL;
    for (isize i = 0; i < t->n && !c->route; i++) {
        struct str arg[HTTP_ARGS] = {0};
        if (!star && !routes_fit(t->at[i].pattern, q, arg)) continue;
        near = &t->at[i];
        allow_one(&allow, near->method);
        if (star || !serves(near->method, q->method)) continue;
        c->route = near;
        memcpy(q->arg, arg, sizeof arg);
    }
    if (!near) return err_set(e, E_NOT_FOUND, "there is no such page");
    if (!star) q->pattern = near->pattern;
    if (c->route) return OK;
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

int routes_run(struct call *c, const struct routes *t, route_may *may, struct err *e)
{
    TRY(routes_find(c, t, e));
    if (!c->route) return OK; /* answered */
    if (c->route->right != MAY_ANYONE && c->route->right != MAY_MACHINE &&
        c->route->right != MAY_LINK) {
        if (!may) return err_set(e, E_NOT_ALLOWED, "nobody is logged in");
        TRY(may(c, e));
    }
    return c->route->run(c, e);
}
