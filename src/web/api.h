/* The interface for other programs: the same acts as the pages, as JSON over HTTP, below /api/v1.
**
** Who asks shows a token of app/token.h, `Authorization: Bearer ...`; a cookie is not looked at,
** so there is nothing that a page of elsewhere could make a browser send.  Rights are those
** of the token's owner, cut to the token's; a blinded owner gets the blinded reader.  A wrong
** token is counted against its address, and waits as a wrong password does.
**
** What goes in and out stands in api.def and api_schema.def.  Bodies are JSON alone
** (application/json), read strictly: a key or a parameter that is not known is refused, with
** its place.  Refusals are application/problem+json (RFC 9457) with code, sentence, place and
** the request's id. Adding one: a line in routes.def and in api.def, and
**     int api_x(struct call *c, struct err *e)
**     {
**         const struct json *in;
**         TRY(api_body(c, &in, e));
**         TRY(staffing_...(&c->act, json_text(in, "name"), &id, e));
**         return api_made(c, id);
**     }
** Checked: tests/web/test_api.c, on every engine. */
#ifndef VARDE_WEB_API_H
#define VARDE_WEB_API_H

#include "web/api_schema.h"
#include "web/routes.h"

struct api_line {
    const char *name; /* of the function */
    call_handler *run;
    enum api_schema in, out;
    int status;
};
extern const struct api_line api_line[];
extern const isize api_line_n;
const struct api_line *api_line_of(call_handler *run); /* NULL: none */

struct api_param {
    call_handler *run;
    const char *name;
    enum api_type type;
    const char *words;
};
extern const struct api_param api_param[];
extern const isize api_param_n;

bool api_is(const struct req *q); /* below /api/v1 */
/* For call.c: finds who asks and the route, and runs it. */
MUST_CHECK int api_answer(struct call *c, struct err *e);
/* The same as far as whether who asks may. */
MUST_CHECK int api_admit(struct call *c, struct err *e);
/* The header by which a change that is sent twice is done once (app/once.h). */
#define API_ONCE "Idempotency-Key"

int api_problem(struct call *c, int code, const struct err *why);

/* For the functions. The body, of the shape that api.def says. Errors: E_REQUEST (no JSON), E_RECORD
** (c->place says where). */
MUST_CHECK int api_body(struct call *c, const struct json **in, struct err *e);
/* Of a body that was checked; absent or null: `none`. */
i64 api_int(const struct json *in, const char *key, i64 none);
day api_day(const struct json *in, const char *key, day none);
bool api_has(const struct json *in, const char *key); /* there, and not null */
/* A parameter of the query that is a number. Errors: E_RECORD. */
MUST_CHECK int api_query(struct call *c, const char *name, i64 lo, i64 hi, i64 none,
                         i64 *out, struct err *e);
MUST_CHECK int api_query_id(struct call *c, const char *name, i64 *out, struct err *e);
/* What stands wrong in the body, when a function finds it itself. Returns `code`. */
int api_wrong(struct call *c, const char *place, int code, struct err *e);

/* A reply: struct json_out w = api_out(c); json_put_...; return api_done(c, &w); with the status
** of api.def.  The outermost object is open already. */
struct json_out api_out(struct call *c);
int api_done(struct call *c, struct json_out *w);
int api_made(struct call *c, i64 id); /* {"id":id} */
int api_nothing(struct call *c);      /* 204 */
void api_put_time(struct json_out *w, const char *key, instant t, struct arena *a);
void api_put_day(struct json_out *w, const char *key, day d, struct arena *a);

/* The document. */
struct str openapi(struct arena *a);

#endif
