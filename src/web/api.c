#define _GNU_SOURCE /* strncasecmp, explicit_bzero */
#include "web/api.h"
#include "app/once.h"
#include "app/token.h"
#include "base/hash.h"
#include "base/num.h"
#include <string.h>
#include <strings.h>

#define API(run, in, out, status) {#run, run, API_##in, API_##out, status},
#define PARAM(run, name, type, words)
const struct api_line api_line[] = {
#include "web/api.def"
};
#undef API
#undef PARAM
const isize api_line_n = COUNT(api_line);

#define API(run, in, out, status)
#define PARAM(run, name, type, words) {run, #name, API_##type, words},
const struct api_param api_param[] = {
#include "web/api.def"
};
#undef API
#undef PARAM
const isize api_param_n = COUNT(api_param);

const struct api_line *api_line_of(call_handler *run)
{
    for (isize i = 0; i < api_line_n; i++)
        if (api_line[i].run == run) return &api_line[i];
    return NULL;
}

bool api_is(const struct req *q)
{
    return q->seg.n >= 2 && str_is(q->seg.at[0], "api") && str_is(q->seg.at[1], "v1");
}

/* --- refusals ----------------------------------------------------------------------- */

static int status_of(int code)
{
    if (code == E_TOKEN) return 401;
    if (code == E_CHANGED) return 409;
    return http_status_of(code);
}

static int problem(struct call *c, int status, int code, struct str why, const char *key)
{
    struct req *q = c->q;
    struct buf b = buf_in(q->a, 512);
    struct json_out w = json_to(&b, 0);
    struct http_pairs kept = q->reply.headers; /* Allow */
    if (q->reply.done) q->reply.done(q->reply.arg);
    q->reply = (struct reply){.headers = kept};
    if (status >= 500 && code != E_BUSY && code != E_UNSURE) {
        why = (struct str){0};
        key = NULL;
    }
    json_open(&w, NULL, '{');
    json_put_str(&w, "title", str_of(http_status_words(status)));
    json_put_int(&w, "status", status);
    json_put_str(&w, "code", str_of(err_name(code)));
    if (key) json_put_str(&w, "reason", str_of(key));
    if (why.n) json_put_str(&w, "detail", why);
    if (c->place.n) json_put_str(&w, "place", c->place);
    json_put_str(&w, "request", q->id);
    json_close(&w, '}');
    if (status == 401) http_reply_header(q, "WWW-Authenticate", S("Bearer"));
    return http_reply(q, status, "application/problem+json", buf_str(&b));
}

int api_problem(struct call *c, int code, const struct err *why)
{
    return problem(c, status_of(code), code, str_of(why->text), why->key);
}

/* --- who asks --------------------------------------------------------------------- */

static int token_of(const struct req *q, struct str *out, struct err *e)
{
    struct str s = http_header(q, "Authorization");
    if (s.n == 0)
        return err_set(e, E_TOKEN,
                       "a token is needed, Authorization: Bearer ...; staff make them at "
                       "/account/tokens");
    if (s.n < 8 || strncasecmp(s.at, "Bearer ", 7) != 0)
        return err_set(e, E_TOKEN, "the way to log in here is a token: Bearer");
    *out = str_trim(str_from(s, 7));
    if (out->n != 64 || strspn(out->at, "0123456789abcdef") < 64)
        return err_set(e, E_TOKEN, "the token is unknown or has ended");
    return OK;
}

static int enter(struct call *c, struct err *e)
{
    struct str secret;
    i64 id = 0;
    TRY(token_of(c->q, &secret, e));
    TRY(house_reader(c->house, false, &c->act.db, e));
    struct login_kit kit = house_kit(c->house);
    int rc = token_try(&c->act, &kit, secret, c->q->remote, &id, e);
    explicit_bzero(&kit, sizeof kit);
    c->key = id;
    if (rc != OK) { /* the reader was lent to nobody who is blinded */
        house_reader_back(c->house, false, c->act.db);
        c->act.db = NULL;
        c->act.who = (struct viewer){0};
        return rc == E_NOT_FOUND
                   ? err_set(e, E_TOKEN, "the token is unknown or has ended")
                   : rc;
    }
    if (!c->act.who.blinded) return OK;
    house_reader_back(c->house, false, c->act.db);
    c->act.db = NULL;
    return house_reader(c->house, true, &c->act.db, e);
}

static int params_known(const struct call *c, struct err *e)
{
    for (isize i = 0; i < c->q->query.n; i++) {
        bool known = false;
        for (isize k = 0; k < api_param_n; k++)
            known = known || (api_param[k].run == c->route->run &&
                              str_is(c->q->query.at[i].name, api_param[k].name));
        if (!known)
            return err_set(e, E_REQUEST,
                           "no parameter of that name is known here: GET "
                           "/api/openapi.json lists them");
        for (isize k = 0; k < i; k++)
            if (str_eq(c->q->query.at[k].name, c->q->query.at[i].name))
                return err_set(e, E_REQUEST, "a parameter is given twice");
    }
    return OK;
}

int api_admit(struct call *c, struct err *e)
{
    const struct call_front *f = http_app(c->q);
    TRY(routes_find(c, f->table ? f->table : &routes, e));
    if (!c->route) return err_set(e, E_REQUEST, "this path is not for that method");
    TRY(enter(c, e));
    int right = c->route->right;
    return right >= 0 ? call_may(c, (enum right)right, e) : OK;
}

/* --- sent twice, done once ------------------------------------------------------------- */

struct once_run {
    struct call *c;
    struct reply before;
    bool refused; /* by a reply: nothing is kept */
};

static int run_once(struct act *inside, void *arg, struct once_answer *out, struct err *e)
{
    struct once_run *r = arg;
    struct call *c = r->c;
    struct act own = c->act;
    struct reply *reply = &c->q->reply;
    *reply = r->before; /* it may run twice */
    c->act = *inside;
    int code = c->route->run(c, e);
    c->act = own;
    TRY(code);
    r->refused = reply->status >= 300 || reply->stream;
    if (r->refused) return err_set(e, E_CANCELLED, "refused by its reply");
    *out = (struct once_answer){.status = reply->status, .body = reply->body};
    for (isize i = 0; i < reply->headers.n; i++)
        if (str_is(reply->headers.at[i].name, "ETag"))
            out->etag = reply->headers.at[i].value;
    return OK;
}

/* All that makes a request: the same key with anything else is refused. */
static struct str what(const struct req *q)
{
    struct LIST(struct str) part = {0};
    *PUSH(q->a, &part) = q->method;
    *PUSH(q->a, &part) = q->path;
    for (isize i = 0; i < q->query.n; i++) {
        *PUSH(q->a, &part) = q->query.at[i].name;
        *PUSH(q->a, &part) = q->query.at[i].value;
    }
    *PUSH(q->a, &part) = http_header(q, "If-Match");
    *PUSH(q->a, &part) = q->body;
    return str_dup(str_of(hash_of_all(part.at, part.n).hex), q->a);
}

static int once(struct call *c, struct err *e)
{
    struct req *q = c->q;
    struct once_run r = {.c = c, .before = q->reply};
    struct once_answer answer = {0};
    bool again = false;
    struct once_ask ask = {c->key, http_header(q, API_ONCE), what(q)};
    if (str_is(q->method, "GET") || str_is(q->method, "HEAD")) return c->route->run(c, e);
    int code = once_do(&c->act, &ask, run_once, &r, &answer, &again, e);
    if (r.refused && code == E_CANCELLED) return OK;
    TRY(code);
    if (!again) return OK;
    q->reply = r.before;
    if (answer.etag.n) http_reply_header(q, "ETag", answer.etag);
    http_reply_header(q, "Idempotency-Replayed", S("true"));
    return http_reply(q, answer.status, answer.body.n ? "application/json" : NULL,
                      answer.body);
}

int api_answer(struct call *c, struct err *e)
{
    const struct call_front *f = http_app(c->q);
    TRY(routes_find(c, f->table ? f->table : &routes, e));
    if (!c->route) {
        if (c->q->reply.status == 405)
            return problem(c, 405, E_REQUEST, S("this path is not for that method"),
                           NULL);
        return OK; /* OPTIONS */
    }
    TRY(enter(c, e));
    int right = c->route->right;
    if (right >= 0) TRY(call_may(c, (enum right)right, e));
    TRY(params_known(c, e));
    bool key = http_header(c->q, API_ONCE).n > 0;
    if (key && c->q->files.n) return err_say(e, E_REQUEST, "REFUSED_IMPORT_ONCE");
    return key ? once(c, e) : c->route->run(c, e);
}

int api_wrong(struct call *c, const char *place, int code, struct err *e)
{
    c->place = str_of(place);
    return err_at(e, code, "%s", place);
}

/* --- what comes in ------------------------------------------------------------------- */

int api_body(struct call *c, const struct json **in, struct err *e)
{
    const struct api_line *l = api_line_of(c->route->run);
    struct json *j = NULL;
    struct err why;
    if (!str_is(c->q->type, "application/json"))
        return err_set(e, E_REQUEST,
                       "the body is sent as Content-Type: application/json");
    if (json_read(c->q->body, "body", &j, c->q->a, &why) != OK)
        return err_set(e, E_REQUEST, "%s", why.text);
    *in = j;
    return api_check(j, l->in, &c->place, c->q->a, e);
}

bool api_has(const struct json *in, const char *key)
{
    const struct json *v = json_get(in, key);
    return v && v->kind != JSON_NULL;
}

i64 api_int(const struct json *in, const char *key, i64 none)
{
    i64 x = none;
    const struct json *v = json_get(in, key);
    return v && num_read_int(v->text, INT64_MIN, INT64_MAX, &x, NULL) == OK ? x : none;
}

day api_day(const struct json *in, const char *key, day none)
{
    day d;
    const struct json *v = json_get(in, key);
    return v && v->kind == JSON_STRING && day_read(v->text, &d, NULL) == OK ? d : none;
}

int api_query(struct call *c, const char *name, i64 lo, i64 hi, i64 none, i64 *out,
              struct err *e)
{
    struct str s = http_query(c->q, name);
    *out = none;
    if (!s.at) return OK;
    if (num_read_int(s, lo, hi, out, NULL) == OK) return OK;
    return err_set(e, E_RECORD,
                   "the parameter %s is a whole number from %" PRId64 " to %" PRId64,
                   name, lo, hi);
}

int api_query_id(struct call *c, const char *name, i64 *out, struct err *e)
{
    return api_query(c, name, 1, ((i64)1 << 53) - 1, 0, out, e);
}

/* --- what goes out --------------------------------------------------------------------- */

struct json_out api_out(struct call *c)
{
    struct buf *b = NEW(c->q->a, struct buf, 1);
    *b = buf_in(c->q->a, 4096);
    struct json_out w = json_to(b, 0);
    json_open(&w, NULL, '{');
    return w;
}

int api_done(struct call *c, struct json_out *w)
{
    const struct api_line *l = api_line_of(c->route->run);
    json_close(w, '}');
    return http_reply(c->q, l->status, "application/json", buf_str(w->b));
}

int api_made(struct call *c, i64 id)
{
    struct json_out w = api_out(c);
    json_put_int(&w, "id", id);
    return api_done(c, &w);
}

int api_nothing(struct call *c)
{
    return http_reply(c->q, 204, NULL, S(""));
}

void api_put_time(struct json_out *w, const char *key, instant t, struct arena *a)
{
    json_put_str(w, key, instant_text(t, a));
}

void api_put_day(struct json_out *w, const char *key, day d, struct arena *a)
{
    json_put_str(w, key, day_text(d, a));
}
