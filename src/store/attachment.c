#define _GNU_SOURCE /* memmem, unlink, stat */
#include "store/attachment.h"
#include "base/file.h"
#include "store/statements.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- what it is ------------------------------------------------------------- */

static const struct {
    const char *kind;
    isize at[2];
    const char *bytes[2];
    isize n[2];
} kinds[] = {
#define KIND(name, at1, bytes1, at2, bytes2) \
    {name, {at1, at2}, {bytes1, bytes2}, {sizeof(bytes1) - 1, sizeof(bytes2) - 1}},
#include "store/attachment_kinds.def"
#undef KIND
};

static bool fits(struct str s, isize i, int part)
{
    isize at = kinds[i].at[part], n = kinds[i].n[part];
    return s.n >= at + n && memcmp(s.at + at, kinds[i].bytes[part], (size_t)n) == 0;
}

/* EBML, and its DocType (element 4282, length 4) is "webm", not "matroska". */
static bool is_webm(struct str s)
{
    static const char type[] = "\x42\x82\x84webm";
    return str_starts(s, S("\x1a\x45\xdf\xa3")) &&
           memmem(s.at, (size_t)MIN(s.n, 64), type, sizeof type - 1) != NULL;
}

/* A frame's head without a tag before it: 11 bits of sync, MPEG 1 or 2, layer III, a bit
** rate and a sampling rate that exist. */
static bool is_mp3(struct str s)
{
    const u8 *p = (const u8 *)s.at;
    return s.n >= 4 && p[0] == 0xFF && (p[1] & 0xE6) == 0xE2 && (p[1] >> 3 & 3) != 1 &&
           p[2] >> 4 != 0 && p[2] >> 4 != 15 && (p[2] >> 2 & 3) != 3;
}

const char *attachment_kind(struct str s)
{
    if (is_webm(s)) return "audio/webm";
    for (isize i = 0; i < COUNT(kinds); i++)
        if (fits(s, i, 0) && fits(s, i, 1)) return kinds[i].kind;
    return is_mp3(s) ? "audio/mpeg" : NULL;
}

/* --- writing ---------------------------------------------------------------- */

enum { HEAD = 64 };
static const char LINE[] = "varde attachment 1\n";

struct attachment_in {
    struct seal_file file;
    struct seal_out seal;
    crypto_generichash_state hash;
    i64 size, limit;
    u8 head[HEAD];
    isize n_head;
    u8 key[KEY_BYTES];
    const struct attachment_box *box;
    const char *name;
    struct arena *a;
};

static void hash_begin(crypto_generichash_state *h, const struct key *k)
{
    u8 key[KEY_BYTES];
    key_of(k, KEY_FIND, key);
    crypto_generichash_init(h, key, sizeof key, crypto_generichash_BYTES);
    sodium_memzero(key, sizeof key);
    /* Never the hash by which a person is found. */
    crypto_generichash_update(h, (const u8 *)LINE, sizeof LINE - 1);
}

static struct str hash_end(crypto_generichash_state *h, struct arena *a)
{
    u8 raw[crypto_generichash_BYTES];
    char *hex = NEW(a, char, 2 * (isize)sizeof raw + 1);
    crypto_generichash_final(h, raw, sizeof raw);
    sodium_bin2hex(hex, 2 * sizeof raw + 1, raw, sizeof raw);
    return str_of(hex);
}

int attachment_begin(struct attachment_in **out, const struct attachment_box *b,
                     i64 limit, struct arena *a, struct err *e)
{
    struct attachment_in *in = NEW(a, struct attachment_in, 1);
    u8 name[16];
    char hex[2 * sizeof name + 1];
    *out = in;
    in->file.fd = -1;
    in->limit = limit;
    in->box = b;
    in->a = a;
    TRY(file_mkdirs(b->folder, e));
    randombytes_buf(name, sizeof name);
    sodium_bin2hex(hex, sizeof hex, name, sizeof name);
    in->name = str_c(str_of(hex), a);
    randombytes_buf(in->key, sizeof in->key);
    hash_begin(&in->hash, b->key);
    TRY(seal_file_begin(&in->file, file_join(a, b->folder, in->name), e));
    int code = seal_out_begin(&in->seal, &in->file, in->key, str_of(LINE), e);
    if (code != OK) attachment_cancel(in);
    return code;
}

int attachment_more(struct attachment_in *in, struct str piece, struct err *e)
{
    if (piece.n == 0) return OK;
    if (piece.n > in->limit - in->size)
        return err_set(e, E_TOO_BIG, "the attachment is larger than %" PRId64 " bytes",
                       in->limit);
    isize n = MIN(piece.n, HEAD - in->n_head);
    memcpy(in->head + in->n_head, piece.at, (size_t)n);
    in->n_head += n;
    in->size += piece.n;
    crypto_generichash_update(&in->hash, (const u8 *)piece.at,
                              (unsigned long long)piece.n);
    return seal_out_put(&in->seal, piece, e);
}

static struct str wrap_place(struct str file, struct arena *a)
{
    return str_fmt(a, "varde attachment key %.*s", FMT(file));
}

static int finish(struct attachment_in *in, const char *kind, struct str at,
                  struct attachment *out, struct err *e)
{
    if (!kind) kind = attachment_kind((struct str){(char *)in->head, in->n_head});
    if (!kind)
        return err_set(e, E_UNSUPPORTED,
                       "the file is none of: webm, ogg, mp4, wav or mp3 sound, PDF, PNG, "
                       "JPEG");
    u8 wrap[KEY_BYTES];
    key_of(in->box->key, KEY_ATTACHMENT, wrap);
    struct str file = str_of(in->name);
    *out = (struct attachment){
        .file = file,
        .kind = str_of(kind),
        .size = in->size,
        .hash = hash_end(&in->hash, in->a),
        .sealed = seal_cell(wrap, wrap_place(file, in->a),
                            (struct str){(char *)in->key, KEY_BYTES}, in->a),
        .at = str_dup(at, in->a),
    };
    sodium_memzero(wrap, sizeof wrap);
    TRY(seal_out_end(&in->seal, e));
    return seal_file_end(&in->file, e);
}

int attachment_end_as(struct attachment_in *in, const char *kind, struct str at,
                      struct attachment *out, struct err *e)
{
    int code = finish(in, kind, at, out, e);
    attachment_cancel(in);
    return code;
}

int attachment_end(struct attachment_in *in, struct str at, struct attachment *out,
                   struct err *e)
{
    return attachment_end_as(in, NULL, at, out, e);
}

void attachment_cancel(struct attachment_in *in)
{
    if (!in) return;
    seal_file_drop(&in->file);
    sodium_memzero(in->key, sizeof in->key);
    sodium_memzero(&in->seal, sizeof in->seal);
}

/* --- rows ------------------------------------------------------------------- */

int attachment_add(struct db *db, struct attachment *t, struct err *e)
{
    return db_one(
        db, &t->id, SQL_attachment_put,
        ARGS(T(t->file), T(t->kind), I(t->size), T(t->hash), B(t->sealed), T(t->at)), e);
}

int attachment_get(struct db *db, i64 id, struct attachment *out, struct arena *a,
                   struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_attachment_get, ARGS(I(id)), e));
    *out = (struct attachment){0};
    if (db_next(&r))
        *out = (struct attachment){.id = db_i64(&r, 0),
                                   .file = db_str(&r, 1, a),
                                   .kind = db_str(&r, 2, a),
                                   .size = db_i64(&r, 3),
                                   .hash = db_str(&r, 4, a),
                                   .sealed = db_blob(&r, 5, a),
                                   .at = db_str(&r, 6, a)};
    TRY(db_end(&r, e));
    return out->file.n ? OK
                       : err_set(e, E_NOT_FOUND, "there is no attachment %" PRId64, id);
}

int attachment_drop(struct db *db, i64 id, struct err *e)
{
    i64 n = 0;
    TRY(db_run_count(db, SQL_attachment_drop, ARGS(I(id)), &n, e));
    return n ? OK : err_set(e, E_NOT_FOUND, "there is no attachment %" PRId64, id);
}

static const char *path_of(const struct attachment_box *b, struct str file,
                           struct arena *a)
{
    return file_join(a, b->folder, str_c(file, a));
}

int attachment_wipe(const struct attachment_box *b, const struct attachment *t,
                    struct arena tmp, struct err *e)
{
    const char *path = path_of(b, t->file, &tmp);
    if (unlink(path) < 0 && errno != ENOENT)
        return err_set(e, E_IO, "%s: cannot be removed: %s", path, strerror(errno));
    return file_sync_folder(path, e);
}

/* --- reading ---------------------------------------------------------------- */

struct attachment_out {
    struct seal_in seal;
    crypto_generichash_state hash;
    struct str want;
    i64 left;
    struct arena *a;
};

int attachment_open(struct attachment_out **out, const struct attachment_box *b,
                    const struct attachment *t, struct arena *a, struct err *e)
{
    struct attachment_out *o = NEW(a, struct attachment_out, 1);
    u8 wrap[KEY_BYTES];
    struct str key = {0};
    *out = o;
    o->seal.fd = -1;
    o->want = t->hash;
    o->left = t->size;
    o->a = a;
    key_of(b->key, KEY_ATTACHMENT, wrap);
    int code = seal_open(wrap, wrap_place(t->file, a), t->sealed, &key, a, e);
    sodium_memzero(wrap, sizeof wrap);
    if (code == OK && key.n != KEY_BYTES)
        code = err_set(e, E_SEAL, "a sealed value has the wrong length");
    if (code == OK)
        code = seal_in_begin(&o->seal, path_of(b, t->file, a), (const u8 *)key.at,
                             str_of(LINE), e);
    hash_begin(&o->hash, b->key);
    if (code != OK) {
        attachment_close(o);
        return err_at(e, code, "attachment %" PRId64, t->id);
    }
    return OK;
}

int attachment_next(struct attachment_out *o, struct str *piece, struct err *e)
{
    TRY(seal_in_next(&o->seal, piece, e));
    o->left -= piece->n;
    if (piece->n > 0) {
        crypto_generichash_update(&o->hash, (const u8 *)piece->at,
                                  (unsigned long long)piece->n);
        return OK;
    }
    if (o->left != 0 || !str_eq(hash_end(&o->hash, o->a), o->want))
        return err_set(e, E_SEAL, "%s: is not the file of its row", o->seal.path);
    return OK;
}

void attachment_close(struct attachment_out *o)
{
    if (o) seal_in_end(&o->seal);
}

/* --- what belongs to nothing ------------------------------------------------ */

static int lost_rows(struct db *db, const struct attachment_box *b, struct ids *out,
                     struct arena *a, struct err *e)
{
    enum { AT_ONCE = 500 };
    struct str after = {0};
    for (isize got = AT_ONCE; got == AT_ONCE;) {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_attachment_files, ARGS(T(after), I(AT_ONCE)), e));
        for (got = 0; db_next(&r); got++) {
            after = db_str(&r, 0, a);
            if (!file_exists(path_of(b, after, a))) *PUSH(a, out) = db_i64(&r, 1);
        }
        TRY(db_end(&r, e));
    }
    return OK;
}

int attachment_orphans(struct db *db, const struct attachment_box *b, i64 before,
                       struct orphans *out, struct arena *a, struct err *e)
{
    struct file_names names = {0};
    *out = (struct orphans){0};
    if (file_is_folder(b->folder)) TRY(file_list(b->folder, &names, a, e));
    for (isize i = 0; i < names.n; i++) {
        struct stat st;
        i64 id = 0;
        if (stat(path_of(b, names.at[i], a), &st) < 0 || st.st_mtime >= before) continue;
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_attachment_by_file, ARGS(T(names.at[i])), e));
        if (db_next(&r)) id = db_i64(&r, 0);
        TRY(db_end(&r, e));
        if (id == 0) *PUSH(a, &out->files) = names.at[i];
    }
    return lost_rows(db, b, &out->rows, a, e);
}
