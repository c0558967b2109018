/* varde as a client of a running server: the same acts as its pages, over its interface for
** other programs (docs: GET /api on the server, or GET /api/openapi.json). */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/json.h"
#include "cli/ask.h"
#include "cli/verbs.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --token-file, else the environment's VARDE_TOKEN; never an argument, which everybody on the
** machine can read. */
static int token_read(struct cli *c, struct str *out, struct err *e)
{
    const char *path = NULL, *said = getenv("VARDE_TOKEN");
    TRY(cli_opt(c, "--token-file", &path, e));
    *out = str_trim(str_of(said));
    return path ? file_read_secret(path, out, c->a, e) : OK;
}

/* --server, --authorities and the token, for every verb that asks a server. */
int ask_server(struct cli *c, struct remote_ask *q, struct err *e)
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
int ask_refused(const struct remote_reply *r, struct arena *a, struct err *e)
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
    TRY(ask_server(c, &q, e));
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
    if (r.status >= 400) return ask_refused(&r, c->a, e);
    if (r.body.n) fwrite(r.body.at, 1, (size_t)r.body.n, c->out);
    if (r.body.n && r.body.at[r.body.n - 1] != '\n') fputc('\n', c->out);
    return OK;
}

/* --- participants and answers --------------------------------------------------------- */

/* A GET that must succeed, its body read. */
int ask_get(struct cli *c, struct remote_ask *q, struct str path, struct json **out,
            struct err *e)
{
    struct remote_reply r;
    q->method = S("GET");
    q->path = path;
    TRY(remote_send(q, &r, c->a, e));
    if (r.status >= 400) return ask_refused(&r, c->a, e);
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
    TRY(ask_server(c, &q, e));
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
        TRY(ask_get(c, &q, buf_str(&b), &page, e));
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
    if (r.status >= 400) return ask_refused(&r, c->a, e);
    fprintf(c->out, "%.*s\n", FMT(r.body));
    return OK;
}

int verb_participant_show(struct cli *c, struct err *e)
{
    const char *id = NULL;
    struct remote_ask q = {.method = S("GET")};
    struct buf b = buf_in(c->a, 100);
    TRY(ask_server(c, &q, e));
    TRY(cli_arg(c, "ID", &id, e));
    TRY(cli_end(c, e));
    buf_put(&b, S("/api/v1/participants/"));
    put_coded(&b, str_of(id));
    q.path = buf_str(&b);
    return raw(c, &q, e);
}

/* A new file that nobody else may read: it holds a name. */
static int file_private(const char *path, struct str s, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return err_set(e, E_IO, "%s: cannot be made: %s", path, strerror(errno));
    bool fine = true;
    for (isize at = 0; at < s.n && fine;) {
        ssize_t n = write(fd, s.at + at, (size_t)(s.n - at));
        fine = n > 0;
        at += fine ? n : 0;
    }
    fine = close(fd) == 0 && fine;
    if (fine) return OK;
    (void)unlink(path);
    return err_set(e, E_IO, "%s: cannot be written", path);
}

static int unpacked(struct str text, struct buf *out, struct err *e)
{
    size_t n = 0;
    const char *end = NULL;
    struct arena *a = out->a;
    unsigned char *at = NEW(a, unsigned char, text.n + 1);
    if (text.n == 0 ||
        sodium_base642bin(at, (size_t)text.n, text.at, (size_t)text.n, NULL, &n, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text.at + text.n)
        return err_set(e, E_REQUEST, "the server sent no document");
    buf_put(out, (struct str){(const char *)at, (isize)n});
    return OK;
}

/* The document or the data, by the name of the file. */
int verb_participant_copy(struct cli *c, struct err *e)
{
    const char *id = NULL, *out = NULL, *note = "", *way = "other";
    struct remote_ask q = {.method = S("POST"), .type = S("application/json")};
    struct remote_reply r;
    struct buf path = buf_in(c->a, 100), body = buf_in(c->a, 200);
    struct json *got = NULL;
    TRY(ask_server(c, &q, e));
    TRY(cli_opt(c, "--out", &out, e));
    TRY(cli_opt(c, "--way", &way, e));
    TRY(cli_opt(c, "--note", &note, e));
    TRY(cli_arg(c, "ID", &id, e));
    TRY(cli_end(c, e));
    if (!out) return err_set(e, E_USAGE, "--out FILE is missing: FILE.pdf or FILE.json");
    bool pdf = str_ends(str_of(out), S(".pdf"));
    if (!pdf && !str_ends(str_of(out), S(".json")))
        return err_set(e, E_USAGE, "--out: the file is FILE.pdf or FILE.json");
    buf_put(&path, S("/api/v1/participants/"));
    put_coded(&path, str_of(id));
    buf_put(&path, S("/copy"));
    q.path = buf_str(&path);
    struct json_out w = json_to(&body, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "language", str_of(lang_code[c->lang]));
    json_put_str(&w, "way", str_of(way));
    if (note[0]) json_put_str(&w, "note", str_of(note));
    json_put_bool(&w, "pdf", pdf);
    json_close(&w, '}');
    q.body = buf_str(&body);
    TRY(remote_send(&q, &r, c->a, e));
    if (r.status >= 400) return ask_refused(&r, c->a, e);
    TRY(json_read(r.body, "the server's reply", &got, c->a, e));
    struct buf text = buf_in(c->a, 1000);
    if (pdf) {
        TRY(unpacked(json_text(got, "pdf"), &text, e));
    } else {
        struct json_out to = json_to(&text, 1);
        if (json_get(got, "copy")) json_put(&to, NULL, json_get(got, "copy"));
        buf_putc(&text, '\n');
    }
    return file_private(out, buf_str(&text), e);
}

int verb_answer_submit(struct cli *c, struct err *e)
{
    const char *study = NULL, *file = NULL;
    struct remote_ask q = {.method = S("POST"), .type = S("application/json")};
    struct buf b = buf_in(c->a, 100);
    TRY(ask_server(c, &q, e));
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
