#define _GNU_SOURCE /* O_CLOEXEC */
#include "store/seal.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- cells ------------------------------------------------------------------ */

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
};

struct str seal_cell(const u8 key[32], struct str place, struct str plain,
                     struct arena *a)
{
    u8 *p = NEW(a, u8, NONCE + plain.n + TAG);
    randombytes_buf(p, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        p + NONCE, NULL, (const u8 *)plain.at, (unsigned long long)plain.n,
        (const u8 *)place.at, (unsigned long long)place.n, NULL, p, key);
    return (struct str){(char *)p, NONCE + plain.n + TAG};
}

int seal_open(const u8 key[32], struct str place, struct str cell, struct str *plain,
              struct arena *a, struct err *e)
{
    const u8 *c = (const u8 *)cell.at;
    isize n = cell.n - NONCE - TAG;
    u8 *p = NEW(a, u8, MAX(n, 0) + 1);
    if (n < 0 || crypto_aead_xchacha20poly1305_ietf_decrypt(
                     p, NULL, NULL, c + NONCE, (unsigned long long)(n + TAG),
                     (const u8 *)place.at, (unsigned long long)place.n, c, key) != 0)
        return err_set(
            e, E_SEAL,
            "a sealed value does not open: it was changed or moved, or the key "
            "is another");
    *plain = (struct str){(char *)p, n};
    return OK;
}

/* --- new files -------------------------------------------------------------- */

int seal_file_begin(struct seal_file *f, const char *path, struct err *e)
{
    *f = (struct seal_file){.fd = -1, .path = path};
    u8 r[8];
    char hex[2 * sizeof r + 1];
    randombytes_buf(r, sizeof r);
    sodium_bin2hex(hex, sizeof hex, r, sizeof r);
    if (snprintf(f->beside, sizeof f->beside, "%s.new-%s", path, hex) >=
        (int)sizeof f->beside) {
        f->beside[0] = 0;
        return err_set(e, E_IO, "%.80s...: the name is too long", path);
    }
    f->fd = open(f->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (f->fd >= 0) return OK;
    f->beside[0] = 0;
    return err_set(e, E_IO, "%s: cannot be written: %s", path, strerror(errno));
}

int seal_file_write(struct seal_file *f, struct str s, struct err *e)
{
    while (s.n > 0) {
        isize put = write(f->fd, s.at, (size_t)s.n);
        if (put < 0 && errno != EINTR)
            return err_set(e, E_IO, "%s: cannot be written: %s", f->path,
                           strerror(errno));
        if (put > 0) s = str_from(s, put);
    }
    return OK;
}

/* link, unlike rename, refuses to take the place of another file. */
int seal_file_end(struct seal_file *f, struct err *e)
{
    if (fsync(f->fd) < 0)
        return err_set(e, E_IO, "%s: cannot be written: %s", f->path, strerror(errno));
    if (link(f->beside, f->path) < 0)
        return errno == EEXIST
                   ? err_set(e, E_CONSTRAINT,
                             "%s: there is such a file, and it is never overwritten",
                             f->path)
                   : err_set(e, E_IO, "%s: cannot be written: %s", f->path,
                             strerror(errno));
    seal_file_drop(f);
    return file_sync_folder(f->path, e);
}

void seal_file_drop(struct seal_file *f)
{
    if (f->fd >= 0) close(f->fd);
    if (f->beside[0]) unlink(f->beside);
    f->fd = -1;
    f->beside[0] = 0;
}

/* --- streams ---------------------------------------------------------------- */

enum { HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES };
#define MESSAGE crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
#define FINAL   crypto_secretstream_xchacha20poly1305_TAG_FINAL

int seal_out_begin(struct seal_out *o, struct seal_file *to, const u8 key[32],
                   struct str line, struct err *e)
{
    u8 header[HEADER];
    o->to = to;
    o->line = line;
    o->n = 0;
    crypto_secretstream_xchacha20poly1305_init_push(&o->state, header, key);
    TRY(seal_file_write(to, line, e));
    return seal_file_write(to, (struct str){(char *)header, HEADER}, e);
}

static int push(struct seal_out *o, u8 tag, struct err *e)
{
    crypto_secretstream_xchacha20poly1305_push(
        &o->state, o->sealed, NULL, o->plain, (unsigned long long)o->n,
        (const u8 *)o->line.at, (unsigned long long)o->line.n, tag);
    struct str s = {(char *)o->sealed, o->n + SEAL_OVER};
    o->n = 0;
    return seal_file_write(o->to, s, e);
}

int seal_out_put(struct seal_out *o, struct str s, struct err *e)
{
    while (s.n > 0) {
        /* Only when more comes: the last piece, full or not, is sealed as the last. */
        if (o->n == SEAL_PIECE) TRY(push(o, MESSAGE, e));
        isize n = MIN(s.n, SEAL_PIECE - o->n);
        memcpy(o->plain + o->n, s.at, (size_t)n);
        o->n += n;
        s = str_from(s, n);
    }
    return OK;
}

int seal_out_end(struct seal_out *o, struct err *e)
{
    int code = push(o, FINAL, e);
    sodium_memzero(o, sizeof *o);
    return code;
}

/* Up to n bytes; fewer only at the end of the file. */
static int fill(struct seal_in *in, u8 *at, isize n, isize *got, struct err *e)
{
    *got = 0;
    for (isize k = 1; k != 0 && *got < n;) {
        k = read(in->fd, at + *got, (size_t)(n - *got));
        if (k < 0 && errno != EINTR)
            return err_set(e, E_IO, "%s: cannot be read: %s", in->path, strerror(errno));
        if (k > 0) *got += k;
    }
    return OK;
}

static int broken(const struct seal_in *in, struct err *e)
{
    return err_set(e, E_SEAL,
                   "%s: does not open: it was changed, cut off, or sealed with another "
                   "key",
                   in->path);
}

int seal_in_begin(struct seal_in *in, const char *path, const u8 key[32], struct str line,
                  struct err *e)
{
    u8 head[HEADER];
    isize got = 0;
    in->path = path;
    in->line = line;
    in->last = false;
    in->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        return err_set(e, errno == ENOENT ? E_NO_FILE : E_IO, "%s: cannot be opened: %s",
                       path, strerror(errno));
    TRY(fill(in, in->sealed, line.n, &got, e));
    if (got != line.n || memcmp(in->sealed, line.at, (size_t)line.n) != 0)
        return broken(in, e);
    TRY(fill(in, head, HEADER, &got, e));
    if (got != HEADER ||
        crypto_secretstream_xchacha20poly1305_init_pull(&in->state, head, key) != 0)
        return broken(in, e);
    return OK;
}

int seal_in_next(struct seal_in *in, struct str *piece, struct err *e)
{
    isize got = 0;
    unsigned long long n = 0;
    u8 tag = 0, more;
    *piece = (struct str){(char *)in->plain, 0};
    if (in->last) return OK;
    TRY(fill(in, in->sealed, SEAL_PIECE + SEAL_OVER, &got, e));
    if (got < SEAL_OVER ||
        crypto_secretstream_xchacha20poly1305_pull(
            &in->state, in->plain, &n, &tag, in->sealed, (unsigned long long)got,
            (const u8 *)in->line.at, (unsigned long long)in->line.n) != 0 ||
        (tag != FINAL && (tag != MESSAGE || n != SEAL_PIECE)))
        return broken(in, e);
    in->last = tag == FINAL;
    if (in->last) {
        TRY(fill(in, &more, 1, &got, e));
        if (got != 0) return broken(in, e);
    }
    piece->n = (isize)n;
    return OK;
}

void seal_in_end(struct seal_in *in)
{
    if (in->fd >= 0) close(in->fd);
    in->fd = -1;
    sodium_memzero(&in->state, sizeof in->state);
    sodium_memzero(in->plain, sizeof in->plain);
}
