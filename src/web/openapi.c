/* The OpenAPI 3.1 document: routes.def says paths, methods, rights and what for; api.def and
** api_schema.def say bodies and parameters.  Nothing here names an endpoint. */
#include "app/once.h"
#include "web/api.h"
#include <string.h>

static void body_put(struct json_out *w, const char *type, enum api_schema s)
{
    char text[100];
    struct arena a = {.at = text, .end = text + sizeof text, .base = text};
    json_open(w, "content", '{');
    json_open(w, type, '{');
    json_open(w, "schema", '{');
    json_put_str(w, "$ref", str_fmt(&a, "#/components/schemas/%s", api_schema_name(s)));
    json_close(w, '}');
    json_close(w, '}');
    json_close(w, '}');
}

/* Whether files come in there, as a form of parts. */
static bool uploads(const struct route *r)
{
    static const char *const takes[] = {
#define UPLOAD(pattern, mib, words) pattern,
#include "web/uploads.def"
#undef UPLOAD
    };
    for (isize i = 0; i < COUNT(takes); i++)
        if (strcmp(r->method, "POST") == 0 && strcmp(r->pattern, takes[i]) == 0)
            return true;
    return false;
}

static void params_put(struct json_out *w, const struct route *r)
{
    json_open(w, "parameters", '[');
    struct str rest = str_from(str_of(r->pattern), 1), piece;
    char name[64];
    while (str_cut(&rest, '/', &piece)) {
        if (piece.n < 3 || piece.at[0] != '{') continue;
        struct arena a = {.at = name, .end = name + sizeof name, .base = name};
        json_open(w, NULL, '{');
        json_put_str(w, "name", str_dup(str_upto(str_from(piece, 1), piece.n - 2), &a));
        json_put_str(w, "in", S("path"));
        json_put_bool(w, "required", true);
        json_open(w, "schema", '{');
        json_put_str(w, "type", S("string"));
        json_close(w, '}');
        json_close(w, '}');
    }
    if (strcmp(r->method, "GET") != 0 && !uploads(r)) {
        json_open(w, NULL, '{');
        json_put_str(w, "name", S(API_ONCE));
        json_put_str(w, "in", S("header"));
        json_put_str(
            w, "description",
            S("a key of this one change, made by the client; sent again with the same "
              "request within 24 hours it gives the same answer, with "
              "Idempotency-Replayed: "
              "true, and has no second effect; with another request it is refused (422). "
              "A "
              "refusal is not kept."));
        json_open(w, "schema", '{');
        json_put_str(w, "type", S("string"));
        json_put_int(w, "minLength", 1);
        json_put_int(w, "maxLength", ONCE_KEY);
        json_put_str(w, "pattern", S("^[!-~]+$"));
        json_close(w, '}');
        json_close(w, '}');
    }
    for (isize i = 0; i < api_param_n; i++) {
        if (api_param[i].run != r->run) continue;
        json_open(w, NULL, '{');
        json_put_str(w, "name", str_of(api_param[i].name));
        json_put_str(w, "in", S("query"));
        json_put_str(w, "description", str_of(api_param[i].words));
        api_type_put(w, "schema", api_param[i].type, API_NONE, API_NEEDED, NULL);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void operation_put(struct json_out *w, const struct route *r,
                          const struct api_line *l)
{
    char method[16], status[16];
    isize n = 0;
    for (; r->method[n]; n++) method[n] = (char)(r->method[n] | 0x20);
    method[n] = 0;
    struct buf b = {.at = status, .cap = sizeof status};
    buf_fmt(&b, "%d%c", l->status, 0);
    json_open(w, method, '{');
    json_put_str(w, "operationId", str_from(str_of(l->name), 4));
    json_put_str(w, "summary", str_of(r->words));
    json_put_str(w, "x-right",
                 r->right >= 0 ? str_of(right_name((enum right)r->right)) : S(""));
    params_put(w, r);
    if (l->in) {
        json_open(w, "requestBody", '{');
        json_put_bool(w, "required", true);
        body_put(w, uploads(r) ? "multipart/form-data" : "application/json", l->in);
        json_close(w, '}');
    }
    json_open(w, "responses", '{');
    json_open(w, status, '{');
    json_put_str(w, "description", l->out ? str_of(api_schema_words(l->out)) : S("done"));
    if (l->out)
        body_put(w, l->out == API_File ? "application/octet-stream" : "application/json",
                 l->out);
    json_close(w, '}');
    json_open(w, "default", '{');
    json_put_str(w, "description", str_of(api_schema_words(API_Problem)));
    body_put(w, "application/problem+json", API_Problem);
    json_close(w, '}');
    json_close(w, '}');
    json_close(w, '}');
}

static void paths_put(struct json_out *w)
{
    json_open(w, "paths", '{');
    for (isize i = 0; i < routes.n; i++) {
        const char *pattern = routes.at[i].pattern;
        bool before = false;
        if (!api_line_of(routes.at[i].run)) continue;
        for (isize k = 0; k < i; k++)
            before = before || strcmp(routes.at[k].pattern, pattern) == 0;
        if (before) continue;
        json_open(w, pattern, '{');
        for (isize k = i; k < routes.n; k++) {
            const struct api_line *l = api_line_of(routes.at[k].run);
            if (l && strcmp(routes.at[k].pattern, pattern) == 0)
                operation_put(w, &routes.at[k], l);
        }
        json_close(w, '}');
    }
    json_close(w, '}');
}

struct str openapi(struct arena *a)
{
    struct buf b = buf_in(a, 1 << 16);
    struct json_out w = json_to(&b, 1);
    json_open(&w, NULL, '{');
    json_put_str(&w, "openapi", S("3.1.0"));
    json_open(&w, "info", '{');
    json_put_str(&w, "title", S("Varde"));
    json_put_str(&w, "version", S("1"));
    json_put_str(
        &w, "description",
        S("The acts of Varde's pages for other programs. Bodies are JSON; keys and "
          "parameters that are not listed are refused. A token is made by a member of "
          "staff, has their rights or fewer, and an end."));
    json_open(&w, "license", '{');
    json_put_str(&w, "name", S("GPL-3.0-or-later"));
    json_put_str(&w, "identifier", S("GPL-3.0-or-later"));
    json_close(&w, '}');
    json_close(&w, '}');
    json_open(&w, "servers", '[');
    json_open(&w, NULL, '{');
    json_put_str(&w, "url", S("/"));
    json_close(&w, '}');
    json_close(&w, ']');
    json_open(&w, "security", '[');
    json_open(&w, NULL, '{');
    json_open(&w, "token", '[');
    json_close(&w, ']');
    json_close(&w, '}');
    json_close(&w, ']');
    paths_put(&w);
    json_open(&w, "components", '{');
    json_open(&w, "securitySchemes", '{');
    json_open(&w, "token", '{');
    json_put_str(&w, "type", S("http"));
    json_put_str(&w, "scheme", S("bearer"));
    json_close(&w, '}');
    json_close(&w, '}');
    api_schema_put(&w);
    json_close(&w, '}');
    json_close(&w, '}');
    buf_putc(&b, '\n');
    return buf_str(&b);
}

int api_openapi(struct call *c, struct err *e)
{
    (void)e;
    return http_reply(c->q, 200, "application/json", openapi(c->q->a));
}
