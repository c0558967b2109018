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
    if (r.body.n) fwrite(r.body.at, 1, (size_t)r.body.n, c->out);
    if (r.body.n && r.body.at[r.body.n - 1] != '\n') fputc('\n', c->out);
    return OK;
}

/* --- participants and answers --------------------------------------------------------- */

/* A GET that must succeed, its body read. */
static int get(struct cli *c, struct remote_ask *q, struct str path, struct json **out,
               struct err *e)
{
    struct remote_reply r;
    q->method = S("GET");
    q->path = path;
    TRY(remote_send(q, &r, c->a, e));
    if (r.status >= 400) return refused(&r, c->a, e);
    return json_read(r.body, "the server's reply", out, c->a, e);
}

/* As part of a path or query: letters, digits and -._~ stay. */
static void put_coded(struct buf *b, struct str s)
{
    for (isize i = 0; i < s.n; i++) {
        unsigned char x = (unsigned char)s.at[i];
        bool plain = (x >= '0' && x <= '9') || (x >= 'A' && x <= 'Z') ||
                     (x >= 'a' && x <= 'z') || (x && strchr("-._~", x));
        if (plain)
            buf_putc(b, (char)x);
        else
            buf_fmt(b, "%%%02X", x);
    }
}

int verb_participant_list(struct cli *c, struct err *e)
{
    static const char *const head[] = {"id", "code", "site", "state", "since", "data"};
    const char *study = NULL, *state = NULL;
    struct remote_ask q = {0};
    struct str after = {0};
    i64 site = 0;
    TRY(server_read(c, &q, e));
    TRY(cli_opt(c, "--state", &state, e));
    TRY(cli_opt_int(c, "--site", 1, INT64_MAX, &site, e));
    TRY(cli_arg(c, "STUDY", &study, e));
    TRY(cli_end(c, e));
    struct cli_table t = cli_headed(c, head, COUNT(head));
    do { /* page after page */
        struct buf b = buf_in(c->a, 200);
        struct json *page = NULL;
        buf_put(&b, S("/api/v1/studies/"));
        put_coded(&b, str_of(study));
        buf_put(&b, S("/participants?limit=200"));
        if (site) buf_fmt(&b, "&site=%" PRId64, site);
        if (state) buf_put(&b, S("&state="));
        put_coded(&b, str_of(state));
        if (after.n) buf_put(&b, S("&after="));
        put_coded(&b, after);
        TRY(get(c, &q, buf_str(&b), &page, e));
        const struct json *items = json_get(page, "items");
        for (const struct json *v = items ? items->kid : NULL; v; v = v->next)
            for (isize k = 0; k < COUNT(head); k++) {
                const struct json *cell = json_get(v, head[k]);
                cli_cell(&t, cell ? cell->text : S(""));
            }
        after = json_text(page, "next");
    } while (after.n);
    cli_print(&t);
    return OK;
}

static int raw(struct cli *c, struct remote_ask *q, struct err *e)
{
    struct remote_reply r;
    TRY(remote_send(q, &r, c->a, e));
    if (r.status >= 400) return refused(&r, c->a, e);
    fprintf(c->out, "%.*s\n", FMT(r.body));
    return OK;
}

int verb_participant_show(struct cli *c, struct err *e)
{
    const char *id = NULL;
    struct remote_ask q = {.method = S("GET")};
    struct buf b = buf_in(c->a, 100);
    TRY(server_read(c, &q, e));
    TRY(cli_arg(c, "ID", &id, e));
    TRY(cli_end(c, e));
    buf_put(&b, S("/api/v1/participants/"));
    put_coded(&b, str_of(id));
    q.path = buf_str(&b);
    return raw(c, &q, e);
}

int verb_answer_submit(struct cli *c, struct err *e)
{
    const char *study = NULL, *file = NULL;
    struct remote_ask q = {.method = S("POST"), .type = S("application/json")};
    struct buf b = buf_in(c->a, 100);
    TRY(server_read(c, &q, e));
    TRY(cli_arg(c, "STUDY", &study, e));
    TRY(cli_arg(c, "FILE", &file, e));
    TRY(cli_end(c, e));
    TRY(file_read(strcmp(file, "-") == 0 ? "/dev/stdin" : file, 1 << 20, &q.body, c->a,
                  e));
    buf_put(&b, S("/api/v1/studies/"));
    put_coded(&b, str_of(study));
    buf_put(&b, S("/responses"));
    q.path = buf_str(&b);
    return raw(c, &q, e);
}
