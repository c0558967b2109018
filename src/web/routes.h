/* Which function answers a request: the table routes.def, and the functions it names. */
#ifndef VARDE_WEB_ROUTES_H
#define VARDE_WEB_ROUTES_H

#include "web/call.h"

/* Beside the rights of app/right.def: no log-in needed; any member of staff; asked by
** machines and for files, so that nobody's session is looked up; whoever has the link whose
** token stands first in the path: no session, no cookie (web/call.h). */
enum { MAY_ANYONE = -1, MAY_STAFF = -2, MAY_MACHINE = -3, MAY_LINK = -4 };

struct route {
    const char *method, *pattern;
    call_handler *run;
    int right; /* one of these or an enum right */
    const char *words;
};
struct routes {
    const struct route *at;
    isize n;
};
extern const struct routes routes; /* of routes.def */

/* Finds the route of c->q: c->route and what stands at its places.  A path without route is
** E_NOT_FOUND; one with others for its method is answered 405 with Allow, OPTIONS from the
** table: then c->route stays NULL. */
MUST_CHECK int routes_find(struct call *c, const struct routes *t, struct err *e);

/* Whether this call may take its route. Errors: E_SESSION, E_NOT_ALLOWED. */
typedef int route_may(struct call *c, struct err *e);

/* Finds the route, asks for its right, runs it.  may NULL: only those that need no
** log-in pass. */
MUST_CHECK int routes_run(struct call *c, const struct routes *t, route_may *may,
                          struct err *e);

/* "/visits/{id}" against the pieces of q's path; what stands at places goes to arg[0..). */
bool routes_fit(const char *pattern, const struct req *q, struct str *arg);

/* An http_takes: what uploads.def says of the path. */
i64 routes_takes(const struct req *q);

#define ROUTE(method, pattern, run, right, words) int run(struct call *c, struct err *e);
#include "web/routes.def"
#undef ROUTE

#endif
