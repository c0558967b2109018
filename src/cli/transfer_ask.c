#define _GNU_SOURCE /* sigtimedwait */
#include "cli/transfer_ask.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/num.h"
#include "exchange/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool transfer_remote(const struct cli *c)
{
    for (isize i = 0; i < c->n; i++)
        if (strcmp(c->arg[i], "--server") == 0 || strncmp(c->arg[i], "--server=", 9) == 0)
            return true;
    return false;
}

/* --- a job on the server ------------------------------------------------------------------ */

static i64 number_of(const struct json *v, const char *key)
{
    i64 x = 0;
    const struct json *n = v ? json_get(v, key) : NULL;
    return n && n->kind == JSON_NUMBER &&
                   num_read_int(n->text, 0, INT64_MAX, &x, NULL) == OK
               ? x
               : 0;
}

/* What was made: its number. */
static int made(struct cli *c, struct remote_ask *q, i64 *id, struct err *e)
{
    struct remote_reply r;
    struct json *v;
    q->method = S("POST");
    TRY(remote_send(q, &r, c->a, e));
    q->part = NULL;
    q->n_part = 0;
    q->type = q->body = S("");
    if (r.status >= 400) return ask_refused(&r, c->a, e);
    TRY(json_read(r.body, "the server's reply", &v, c->a, e));
    *id = number_of(v, "id");
    return OK;
}

static int asked(struct cli *c, struct remote_ask *q, struct str path, struct str body,
                 i64 *id, struct err *e)
{
    q->path = path;
    q->type = S("application/json");
    q->body = body;
    return made(c, q, id, e);
}

static void progress(struct cli *c, const struct json *job, bool over)
{
    if (c->json || !isatty(fileno(c->err))) return;
    if (over)
        fprintf(c->err, "\r                              \r");
    else if (number_of(job, "total"))
        fprintf(c->err, "\r%" PRId64 " of %" PRId64, number_of(job, "done"),
                number_of(job, "total"));
    fflush(c->err);
}

static int stop(struct cli *c, struct remote_ask *q, struct str path, struct err *e)
{
    struct remote_reply r;
    q->method = S("DELETE");
    q->path = path;
    TRY(remote_send(q, &r, c->a, e));
    /* over already: then what came of it is said */
    return r.status >= 400 && r.status != 404 ? ask_refused(&r, c->a, e) : OK;
}

/* Until the job is over. Ctrl-C is not taken while a request is under way; it waits for the pause
** between two, and tells the server to stop. */
static int wait_for(struct cli *c, struct remote_ask *q, i64 id, struct json **job,
                    struct err *e)
{
    sigset_t stopping, before;
    struct str path = str_fmt(c->a, "/api/v1/jobs/%" PRId64, id);
    char *round = c->a->at;
    int code = OK, ms = 20;
    bool told = false;
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGINT);
    sigaddset(&stopping, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stopping, &before);
    for (;;) {
        c->a->at = round; /* each answer over the one before */
        code = ask_get(c, q, path, job, e);
        if (code != OK) break;
        struct str state = json_text(*job, "state");
        if (!str_is(state, "waiting") && !str_is(state, "running")) break;
        progress(c, *job, false);
        struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
        if (sigtimedwait(&stopping, NULL, &pause) > 0) {
            if (told) break;
            told = true;
            code = stop(c, q, path, e);
            if (code != OK) break;
        }
        ms = MIN(ms * 2, 500);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    progress(c, NULL, true);
    if (code != OK) return code;
    struct str state = json_text(*job, "state");
    if (str_is(state, "done")) return OK;
    if (str_is(state, "failed"))
        return err_set(e, E_RECORD, "%.*s", FMT(json_text(*job, "error")));
    return err_set(e, E_CANCELLED, "stopped; nothing was changed");
}

/* What came of it, in a temporary file. */
static int fetch(struct cli *c, struct remote_ask *q, i64 id, FILE **out, struct err *e)
{
    struct remote_reply r;
    *out = tmpfile();
    if (!*out) return err_set(e, E_IO, "no temporary file: %s", strerror(errno));
    q->method = S("GET");
    q->path = str_fmt(c->a, "/api/v1/jobs/%" PRId64 "/file", id);
    q->to = *out;
    int code = remote_send(q, &r, c->a, e);
    q->to = NULL;
    if (code == OK && r.status >= 300) code = ask_refused(&r, c->a, e);
    if (code == OK && fflush(*out) != 0)
        code = err_set(e, E_IO, "no room for what comes: %s", strerror(errno));
    if (code == OK) return OK;
    (void)fclose(*out);
    *out = NULL;
    return code;
}

/* --- in ------------------------------------------------------------------------------------ */

struct uploading {
    struct remote_part *part;
    isize n, n_open;
    struct remote_part room[IMPORT_FILES + 3];
};

static int open_files(struct cli *c, const struct bringing *b, struct uploading *u,
                      struct err *e)
{
    if (b->files.n > IMPORT_FILES) return err_say(e, E_TOO_BIG, "REFUSED_IMPORT_FILES");
    u->part = u->room;
    u->part[u->n++] = (struct remote_part){.name = "study", .text = str_of(b->study)};
    u->part[u->n++] =
        (struct remote_part){.name = "lang", .text = str_of(lang_code[c->lang])};
    u->part[u->n++] =
        (struct remote_part){.name = "reason", .text = str_of(b->why ? b->why : "")};
    for (isize i = 0; i < b->files.n; i++) {
        const char *path = b->files.at[i], *slash = strrchr(path, '/');
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return err_set(e, errno == ENOENT ? E_NO_FILE : E_IO,
                           "%s: cannot be read: %s", path, strerror(errno));
        u->part[u->n++] = (struct remote_part){
            .name = "files", .file = slash ? slash + 1 : path, .fd = fd};
    }
    return OK;
}

static int rehearse(struct cli *c, struct remote_ask *q, const struct bringing *b,
                    i64 *id, struct err *e)
{
    struct uploading u = {0};
    int code = open_files(c, b, &u, e);
    q->part = u.part;
    q->n_part = u.n;
    q->path = S("/api/v1/imports");
    if (code == OK) code = made(c, q, id, e);
    for (isize i = 0; i < u.n; i++)
        if (u.part[i].file) (void)close(u.part[i].fd);
    q->part = NULL;
    q->n_part = 0;
    return code;
}

static void read_done(const struct json *job, struct import_done *out)
{
    const struct json *r = json_get(job, "result");
    const struct json *tables = r ? json_get(r, "tables") : NULL;
    *out = (struct import_done){0};
    for (int k = 0; k < IMPORT_VERDICTS; k++)
        out->all[k] = (isize)number_of(r, import_verdict_word[k]);
    for (int t = 0; t < TIDY_N && tables; t++)
        for (int k = 0; k < IMPORT_VERDICTS; k++)
            out->n[t][k] = (isize)number_of(
                json_get(tables, tidy_name((enum tidy_table)t)), import_verdict_word[k]);
    out->left = (isize)number_of(r, "left");
    struct str mark = r ? json_text(r, "mark") : S("");
    snprintf(out->mark, sizeof out->mark, "%.*s", FMT(str_upto(mark, 16)));
}

enum { F_FILE, F_LINE, F_TABLE, F_WHAT, F_ROW, F_WAS, F_NOW, F_WHY, F_N };

static int more(void *arg, char *room, isize cap, isize *n, struct err *e)
{
    FILE *f = arg;
    *n = (isize)fread(room, 1, (size_t)cap, f);
    return ferror(f) ? err_set(e, E_IO, "the rows cannot be read") : OK;
}

static int tell_row(struct bringing *b, const struct csv *x, isize i, struct arena tmp,
                    struct err *e)
{
    struct str cell[F_N];
    i64 line = 0;
    int k = 0;
    for (int f = 0; f < F_N; f++) cell[f] = csv_plain(csv_cell(x, i, f));
    while (k + 1 < IMPORT_VERDICTS && !str_is(cell[F_WHAT], import_verdict_word[k])) k++;
    TRY(num_read_int(cell[F_LINE], 0, INT32_MAX, &line, e));
    struct import_row r = {.file = str_c(cell[F_FILE], &tmp),
                           .line = (int)line,
                           .verdict = (enum import_verdict)k,
                           .key = cell[F_ROW],
                           .was = cell[F_WAS],
                           .now = cell[F_NOW],
                           .why = str_c(cell[F_WHY], &tmp)};
    return bring_tell(b, &r, e);
}

static int tell_rows(struct cli *c, struct bringing *b, FILE *rows, struct err *e)
{
    struct csv_feed feed;
    struct csv x;
    struct arena tmp = *c->a;
    rewind(rows);
    TRY(csv_feed_open(&feed, more, rows, "the server's rows", 1 << 16, &tmp, e));
    if (feed.head.n_cols != F_N)
        return err_set(e, E_REQUEST, "the server's rows have other columns than here");
    for (;;) {
        struct arena piece = tmp;
        TRY(csv_feed_next(&feed, &x, &piece, e));
        if (x.n == 0) return OK;
        for (isize i = 0; i < x.n; i++) TRY(tell_row(b, &x, i, piece, e));
    }
}

/* Prints what a job said. */
static int show(struct cli *c, struct remote_ask *q, struct bringing *b, i64 id,
                const struct import_done *d, struct err *e)
{
    FILE *rows = NULL;
    b->said = tmpfile();
    if (!b->said) return err_set(e, E_IO, "no room for the report: %s", strerror(errno));
    int code = c->json ? OK : fetch(c, q, id, &rows, e);
    if (code == OK && rows) code = tell_rows(c, b, rows, e);
    if (code == OK) bring_show(c, b, d);
    if (rows) (void)fclose(rows);
    (void)fclose(b->said);
    b->said = NULL;
    return code;
}

int transfer_ask_import(struct cli *c, struct remote_ask *q, struct bringing *b,
                        struct err *e)
{
    struct json *job = NULL;
    struct import_done done;
    struct buf body = buf_in(c->a, 200);
    struct json_out w = json_to(&body, 0);
    i64 id = 0;
    TRY(rehearse(c, q, b, &id, e));
    TRY(wait_for(c, q, id, &job, e));
    read_done(job, &done);
    if (!b->mark) return show(c, q, b, id, &done, e);
    if (done.all[IMPORT_REFUSED]) {
        TRY(show(c, q, b, id, &done, e));
        return err_say_of(e, E_RECORD, "IMPORT_ROWS_REFUSED",
                          SAID(SAY_INT(done.all[IMPORT_REFUSED])));
    }
    if (strcmp(done.mark, b->mark) != 0) return err_say(e, E_CHANGED, "IMPORT_CHANGED");
    json_open(&w, NULL, '{');
    json_put_str(&w, "mark", str_of(b->mark));
    json_close(&w, '}');
    TRY(asked(c, q, str_fmt(c->a, "/api/v1/imports/%" PRId64, id), buf_str(&body), &id,
              e));
    TRY(wait_for(c, q, id, &job, e));
    read_done(job, &done);
    return show(c, q, b, id, &done, e);
}

/* --- out ----------------------------------------------------------------------------------- */

static struct str wanted(struct cli *c, const struct fetching *f)
{
    struct buf body = buf_in(c->a, 400);
    struct json_out w = json_to(&body, 0);
    struct str rest = str_of(f->tables ? f->tables : ""), one;
    json_open(&w, NULL, '{');
    json_put_str(&w, "study", str_of(f->study));
    json_put_str(&w, "lang", str_of(lang_code[c->lang]));
    json_put_bool(&w, "wide", !f->tables);
    if (f->as_of) json_put_str(&w, "day", str_of(f->as_of));
    if (f->tables) json_open(&w, "tables", '[');
    while (f->tables && str_cut(&rest, ',', &one)) json_put_str(&w, NULL, str_trim(one));
    if (f->tables) json_close(&w, ']');
    json_close(&w, '}');
    return buf_str(&body);
}

/* A name of ours: letters, digits and -._, below nothing but records/. */
static bool name_is_ours(struct str s)
{
    if (str_starts(s, S("records/"))) s = str_from(s, 8);
    bool fine = s.n > 4 && s.n < 100 && str_ends(s, S(".csv")) && s.at[0] != '.';
    for (isize i = 0; i < s.n && fine; i++) {
        char x = s.at[i];
        fine = (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') ||
               (x >= '0' && x <= '9') || x == '-' || x == '_' || x == '.';
    }
    return fine;
}

static int unpack(struct cli *c, struct str zip, const char *out, isize *n, struct err *e)
{
    TRY(file_mkdirs(file_join(c->a, out, "records"), e));
    for (*n = 0;; ++*n) {
        struct zip_file f;
        struct arena tmp = *c->a;
        isize skip;
        bool more_of;
        TRY(zip_next(zip, &f, &skip, &more_of, e));
        if (!more_of) return OK;
        if (!name_is_ours(f.name) || f.bytes > zip.n - skip)
            return err_set(e, E_REQUEST, "the server's ZIP holds what no export holds");
        struct str text = str_upto(str_from(zip, skip), (isize)f.bytes);
        if (zip_crc(0, text) != f.crc)
            return err_set(e, E_REQUEST, "the server's ZIP came damaged; fetch it again");
        TRY(file_publish(file_join(&tmp, out, str_c(f.name, &tmp)), text, e));
        zip = str_from(zip, skip + (isize)f.bytes);
    }
}

int transfer_ask_export(struct cli *c, struct remote_ask *q, const struct fetching *f,
                        struct err *e)
{
    struct json *job = NULL;
    struct stat st;
    FILE *zip = NULL;
    i64 id = 0;
    isize n = 0;
    TRY(asked(c, q, S("/api/v1/exports"), wanted(c, f), &id, e));
    TRY(wait_for(c, q, id, &job, e));
    TRY(fetch(c, q, id, &zip, e));
    if (fstat(fileno(zip), &st) != 0) st.st_size = 0;
    char *at = st.st_size ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
                                 fileno(zip), 0)
                          : MAP_FAILED;
    int code = at == MAP_FAILED
                   ? err_set(e, E_IO, "what came cannot be read")
                   : unpack(c, (struct str){at, (isize)st.st_size}, f->out, &n, e);
    if (at != MAP_FAILED) munmap(at, (size_t)st.st_size);
    (void)fclose(zip);
    TRY(code);
    if (!c->json) fprintf(c->out, "%td files written to %s\n", n, f->out);
    return OK;
}
