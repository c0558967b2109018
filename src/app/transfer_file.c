#define _GNU_SOURCE /* O_TMPFILE */
#include "app/transfer_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

/* --- temporary files and attachments -------------------------------------------------- */

int transfer_scratch(struct scratch *s, struct err *e)
{
    *s = (struct scratch){
        .fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600)};
    return s->fd >= 0 ? OK : err_set(e, E_IO, "no temporary file: %s", strerror(errno));
}

int transfer_put(void *arg, struct str s, struct err *e)
{
    struct scratch *t = arg;
    t->crc = zip_crc(t->crc, s);
    t->bytes += s.n;
    while (s.n > 0) {
        ssize_t k = write(t->fd, s.at, (size_t)s.n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0)
            return err_set(e, E_IO, "no room for temporary files: %s", strerror(errno));
        s = str_from(s, k);
    }
    return OK;
}

void transfer_close(struct scratch *s)
{
    if (s->fd >= 0) (void)close(s->fd);
    s->fd = -1;
}

int transfer_seal_piece(void *arg, struct str piece, struct err *e)
{
    return attachment_more(arg, piece, e);
}

/* A file that is open, into the ZIP. */
int transfer_pack(struct zip *z, struct str name, int fd, i64 bytes, u32 crc,
                  struct err *e)
{
    char room[PIECE];
    i64 left = bytes;
    TRY(zip_add(z, name, bytes, crc, e));
    if (lseek(fd, 0, SEEK_SET) != 0)
        return err_set(e, E_IO, "a temporary file cannot be read: %s", strerror(errno));
    while (left > 0) {
        ssize_t k = read(fd, room, sizeof room);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return err_set(e, E_IO, "a temporary file became shorter");
        k = MIN(k, left);
        left -= k;
        TRY(zip_put(z, (struct str){room, k}, e));
    }
    return OK;
}

struct keeping {
    struct act *act;
    struct attachment *att;
};

static int add(struct db *db, void *arg, struct err *e)
{
    struct keeping *k = arg;
    return attachment_add(db, k->att, e);
}

/* The file is durable; its row too, or it is wiped. */
int transfer_settle(struct act *act, const struct attachment_box *box,
                    struct attachment_in *in, const char *kind, i64 *id, struct err *e)
{
    struct attachment att;
    struct keeping k = {act, &att};
    struct err none;
    TRY(attachment_end_as(in, kind, instant_text(act->now, act->a), &att, e));
    int code = act_change(act, add, &k, e);
    if (code != OK) (void)!attachment_wipe(box, &att, *act->a, &none);
    *id = att.id;
    return code;
}

int transfer_seal(struct job_run *w, struct scratch *s, const char *kind, struct err *e)
{
    char room[PIECE];
    struct arena *a = w->act.a;
    struct attachment_in *in;
    int code = OK;
    TRY(attachment_begin(&in, w->box, TRANSFER_MOST, a, e));
    if (lseek(s->fd, 0, SEEK_SET) != 0)
        code = err_set(e, E_IO, "the report cannot be read");
    while (code == OK) {
        ssize_t k = read(s->fd, room, sizeof room);
        if (k == 0) break;
        code = k < 0 ? err_set(e, E_IO, "the report cannot be read")
                     : attachment_more(in, (struct str){room, k}, e);
    }
    if (code != OK) attachment_cancel(in);
    return code == OK ? transfer_settle(&w->act, w->box, in, kind, &w->file, e) : code;
}
