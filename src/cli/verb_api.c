/* varde as a client of a running server: the same acts as its pages, over its interface for
** other programs (docs: GET /api on the server, or GET /api/openapi.json). */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/json.h"
#include "cli/remote.h"
#include "cli/verbs.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --token-file, else the environment's VARDE_TOKEN; never an argument, which everybody on the
** machine can read. */
static int token_read(struct cli *c, struct str *out, struct err *e)
{
    const char *path = NULL, *said = getenv("VARDE_TOKEN");
    struct stat st;
    struct str text = str_of(said);
    TRY(cli_opt(c, "--token-file", &path, e));
    if (path) {
        if (stat(path, &st) == 0 && (st.st_mode & 0077))
            return err_set(e, E_USAGE,
                           "the token in %s may be read by others: chmod 600 it", path);
        TRY(file_read(path, 4096, &text, c->a, e));
    }
    *out = str_trim(text);
    while (out->n > 0 && strchr("\r\n", out->at[out->n - 1]))
        *out = str_upto(*out, out->n - 1);
    return OK;
}

/* --server, --authorities and the token, for every verb that asks a server. */
static int server_read(struct cli *c, struct remote_ask *q, struct err *e)
{
    const char *server = getenv("VARDE_SERVER");
    TRY(cli_opt(c, "--server", &server, e));
    TRY(cli_opt(c, "--authorities", &q->authorities, e));
    TRY(token_read(c, &q->token, e));
    if (!server || !*server)
        return err_set(e, E_USAGE, "which server? give --server URL or set VARDE_SERVER");
    return remote_read_server(server, &q->server, c->a, e);
}

static int code_named(struct str name)
{
    static const struct {
        const char *name;
        int code;
    } known[] = {
#define ERR(name, number, exit, text) {#name, number},
#include "base/errors.def"
#undef ERR
    };
    for (isize i = 0; i < COUNT(known); i++)
        if (str_is(name, known[i].name)) return known[i].code;
    return 0;
}

/* A refusal in the server's own words, and with the code that it has here. */
static int refused(const struct remote_reply *r, struct arena *a, struct err *e)
{
    struct json *j = NULL;
    int code = r->status == 404                       ? E_NOT_FOUND
               : r->status == 401 || r->status == 403 ? E_NOT_ALLOWED
               : r->status == 409 || r->status == 412 ? E_CONSTRAINT
               : r->status >= 500                     ? E_IO
                                                      : E_REQUEST;
    if (json_read(r->body, "reply", &j, a, NULL) != OK || j->kind != JSON_OBJECT)
        return err_set(e, code, "the server answers %d", r->status);
    int named = code_named(json_text(j, "code"));
    struct str why = json_text(j, "detail");
    if (!why.n) why = json_text(j, "title");
    if (!why.n) why = json_text(j, "error");
    return err_set(e, named ? named : code, "%.*s (the server answers %d, request %.*s)",
                   FMT(why), r->status, FMT(json_text(j, "request")));
}

static int body_read(struct cli *c, const char *path, struct remote_ask *q, struct err *e)
{
    const char *type = "application/json";
    TRY(cli_opt(c, "--type", &type, e));
    if (!path) return OK;
    TRY(file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, FILE_LIMIT, &q->body,
                  c->a, e));
    q->type = str_of(type);
    return OK;
}

int verb_api(struct cli *c, struct err *e)
{
    const char *method = NULL, *path = NULL, *file = NULL, *match = NULL;
    struct remote_ask q = {0};
    struct remote_reply r;
    TRY(server_read(c, &q, e));
    TRY(cli_opt(c, "--if-match", &match, e));
    TRY(cli_arg(c, "METHOD", &method, e));
    TRY(cli_arg(c, "PATH", &path, e));
    if (cli_more(c)) TRY(cli_arg(c, "FILE", &file, e));
    TRY(body_read(c, file, &q, e));
    TRY(cli_end(c, e));
    q.method = str_of(method);
    q.path = str_of(path);
    q.if_match = str_of(match);
    if (path[0] != '/') q.path = str_fmt(c->a, "/api/v1/%s", path);
    TRY(remote_send(&q, &r, c->a, e));
    if (r.status >= 400) return refused(&r, c->a, e);
    fwrite(r.body.at, 1, (size_t)r.body.n, c->out);
    if (r.body.n && r.body.at[r.body.n - 1] != '\n') fputc('\n', c->out);
    return OK;
}
