/* Which function answers a request: the table routes.def, and the functions it names. */
#ifndef VARDE_WEB_ROUTES_H
#define VARDE_WEB_ROUTES_H

#include "app/act.h"
#include "web/http.h"

enum { MAY_ANYONE = -1 }; /* beside the rights of app/right.def: no log-in needed */

struct route {
    const char *method, *pattern;
    http_handler *run;
    int right; /* MAY_ANYONE or an enum right */
    const char *words;
};
struct routes {
    const struct route *at;
    isize n;
};
extern const struct routes routes; /* of routes.def */

/* Whether this request has that right. Errors: E_NOT_ALLOWED; whatever asking gives. */
typedef int route_may(struct req *q, enum right right, struct err *e);

/* Finds the route, asks for its right, runs it.  A path without route is 404; one with others
** for its method is 405 with Allow; OPTIONS is answered from the table.  may NULL: only
** MAY_ANYONE passes. */
MUST_CHECK int routes_run(struct req *q, const struct routes *t, route_may *may,
                          struct err *e);

/* "/visits/{id}" against the pieces of q's path; what stands at places goes to arg[0..). */
bool routes_fit(const char *pattern, const struct req *q, struct str *arg);

/* An http_takes: what uploads.def says of the path. */
i64 routes_takes(const struct req *q);

/* An http_handler: the table above, nobody logged in. */
int routes_answer(struct req *q, struct err *e);

int page_health(struct req *q, struct err *e);
int page_metrics(struct req *q, struct err *e);

#endif
