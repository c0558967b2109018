/* Bodies that are too large for memory: the files of a form of parts, or a body that is one
** file, each into a temporary file without a name.
**
** Fields of a form stay in memory, all together within the limit of bodies.  What files of
** all requests together may take is bounded; so is, per request, what http_takes allows. */
#define _GNU_SOURCE
#include "web/http_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int file_open(struct http_upload *u, struct str field, struct str name,
                     struct err *e)
{
    u->file = PUSH(u->a, &u->files);
    u->file->fd = -1;
    u->file->field = str_dup(field, u->a);
    u->file->name = str_dup(name, u->a);
    u->file->fd = open(u->spool, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (u->file->fd < 0)
        return err_set(e, E_IO, "no temporary file in %s: %s", u->spool, strerror(errno));
    return OK;
}

static int file_put(struct http_upload *u, struct str s, struct err *e)
{
    struct http_file *f = u->file;
    isize look = MIN(s.n, (isize)sizeof u->start - u->n_start);
    memcpy(u->start + u->n_start, s.at, (size_t)look);
    u->n_start += look;
    if (atomic_fetch_add(u->spooled, s.n) + s.n > u->spool_bytes) {
        atomic_fetch_sub(u->spooled, s.n);
        return err_set(e, E_BUSY, "too many files are coming in; try again later");
    }
    u->mine += s.n;
    f->bytes += s.n;
    while (s.n > 0) {
        ssize_t k = write(f->fd, s.at, (size_t)s.n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0)
            return err_set(e, errno == ENOSPC || errno == EDQUOT ? E_BUSY : E_IO,
                           "the file could not be kept: %s", strerror(errno));
        s = str_from(s, k);
    }
    return OK;
}

static int file_end(struct http_upload *u, struct err *e)
{
    struct http_file *f = u->file;
    u->file = NULL;
    f->kind =
        file_kind_of((struct str){u->start, u->n_start}, f->bytes == (i64)u->n_start);
    u->n_start = 0;
    if (lseek(f->fd, 0, SEEK_SET) == 0) return OK;
    return err_set(e, E_IO, "a temporary file cannot be read: %s", strerror(errno));
}

static int part_begin(void *arg, const struct multipart_part *p, struct err *e)
{
    struct http_upload *u = arg;
    u->nothing = p->is_file && p->filename.n == 0;
    if (p->is_file && !u->nothing) return file_open(u, p->name, p->filename, e);
    u->field.n = 0;
    u->name = str_dup(p->name, u->a);
    u->fields += p->name.n + (isize)sizeof(struct http_pair);
    return OK;
}

static int part_piece(void *arg, struct str s, struct err *e)
{
    struct http_upload *u = arg;
    if (u->file) return file_put(u, s, e);
    if (u->nothing) return err_set(e, E_REQUEST, "a file without a name");
    u->fields += s.n;
    if (u->fields > u->field_bytes)
        return err_set(e, E_TOO_BIG, "the fields of the form are too large");
    buf_put(&u->field, s);
    return OK;
}

static int part_end(void *arg, struct err *e)
{
    struct http_upload *u = arg;
    if (u->file) return file_end(u, e);
    if (u->nothing) return OK; /* no file was chosen */
    struct str s = buf_str(&u->field);
    if (str_find(s, 0) >= 0) return err_set(e, E_REQUEST, "a zero byte in a field");
    if (!str_utf8_ok(s)) return err_set(e, E_REQUEST, "a field that is not UTF-8");
    *PUSH(u->a, &u->form) = (struct http_pair){u->name, str_dup(s, u->a)};
    return OK;
}

int http_upload_begin(struct http_upload *u, struct str type, bool parts, struct err *e)
{
    struct multipart_sink sink = {u, part_begin, part_piece, part_end};
    u->field = buf_in(u->a, 4096);
    if (!parts) return file_open(u, S(""), S(""), e);
    u->parts = NEW(u->a, struct multipart, 1);
    return multipart_begin(u->parts, type, sink, e);
}

int http_upload_take(struct http_upload *u, struct str piece, struct err *e)
{
    return u->parts ? multipart_feed(u->parts, piece, e) : file_put(u, piece, e);
}

int http_upload_end(struct http_upload *u, struct err *e)
{
    return u->parts ? multipart_end(u->parts, e) : file_end(u, e);
}

void http_upload_drop(struct http_upload *u)
{
    for (isize i = 0; i < u->files.n; i++)
        if (u->files.at[i].fd >= 0) close(u->files.at[i].fd);
    u->files = (struct http_files){0};
    if (u->spooled) atomic_fetch_sub(u->spooled, u->mine);
    u->mine = 0;
}

const struct http_file *http_file(const struct req *q, const char *field)
{
    for (isize i = 0; i < q->files.n; i++)
        if (str_is(q->files.at[i].field, field)) return &q->files.at[i];
    return NULL;
}
