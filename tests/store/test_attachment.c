#define _GNU_SOURCE /* setrlimit */
#include "store/attachment.h"
#include "base/file.h"
#include "sealed.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* A WAVE head and bytes that repeat in no piece. */
static struct str sound(isize n, struct arena *a)
{
    char *p = NEW(a, char, MAX(n, 12) + 1);
    u32 x = 1;
    for (isize i = 0; i < n; i++) {
        x = x * 1664525u + 1013904223u;
        p[i] = (char)(x >> 24);
    }
    if (n >= 12) memcpy(p, "RIFF\0\0\0\0WAVE", 12);
    return (struct str){p, n};
}

/* Written in steps of an odd size. */
static int store(const struct attachment_box *b, struct str s, isize step,
                 struct attachment *out, struct arena *a, struct err *e)
{
    struct attachment_in *in = NULL;
    TRY(attachment_begin(&in, b, (i64)10 << 20, a, e));
    for (isize i = 0; i < s.n; i += step) {
        struct str piece = str_upto(str_from(s, i), MIN(step, s.n - i));
        int code = attachment_more(in, piece, e);
        if (code != OK) {
            attachment_cancel(in);
            return code;
        }
    }
    return attachment_end(in, SEALED_AT, out, e);
}

static int load(const struct attachment_box *b, const struct attachment *t,
                struct buf *out, struct arena *a, struct err *e)
{
    struct attachment_out *o = NULL;
    struct str piece = {NULL, 1};
    out->n = 0;
    TRY(attachment_open(&o, b, t, a, e));
    int code = OK;
    while (code == OK && piece.n > 0) {
        code = attachment_next(o, &piece, e);
        if (code == OK) buf_put(out, piece);
    }
    attachment_close(o);
    return code;
}

TEST(attachment_kinds_by_content)
{
    static const struct {
        const char *at;
        isize n;
        const char *kind;
    } row[] = {
#define BYTES(s) s, sizeof(s) - 1
        {BYTES("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42"
               "\xf3\x81\x08\x42\x82\x84webm"),
         "audio/webm"},
        {BYTES("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska"), NULL},
        {BYTES("OggS\0\2"), "audio/ogg"},
        {BYTES("\0\0\0\x20"
               "ftypM4A "),
         "audio/mp4"},
        {BYTES("\0\0\0\x20"
               "ftypisom"),
         "audio/mp4"},
        {BYTES("\0\0\0\x20"
               "ftypheic"),
         NULL},
        {BYTES("RIFF\x24\0\0\0WAVEfmt "), "audio/wav"},
        {BYTES("RIFF\x24\0\0\0WEBPVP8 "), NULL},
        {BYTES("ID3\4\0"), "audio/mpeg"},
        {BYTES("\xff\xfb\x90\x64"), "audio/mpeg"}, /* MPEG 1 layer III, 128 kbit/s */
        {BYTES("\xff\xf3\x40\xc4"), "audio/mpeg"}, /* MPEG 2 */
        {BYTES("\xff\xfb\xf0\x64"), NULL},         /* a bit rate that is none */
        {BYTES("\xff\xfe\x3c\0"), NULL},           /* UTF-16 text */
        {BYTES("\xff\xf1\x50\x80"), NULL},         /* AAC frames */
        {BYTES("%PDF-1.7\n"), "application/pdf"},
        {BYTES("\x89PNG\r\n\x1a\n\0\0"), "image/png"},
        {BYTES("\xff\xd8\xff\xe0"), "image/jpeg"},
        {BYTES("<html>"), NULL},
        {BYTES("MZ"), NULL},
        {BYTES(""), NULL},
        {BYTES("RIF"), NULL},
#undef BYTES
    };
    for (isize i = 0; i < COUNT(row); i++) {
        const char *k = attachment_kind((struct str){row[i].at, row[i].n});
        test_check(row[i].kind ? k && strcmp(k, row[i].kind) == 0 : !k, __FILE__,
                   __LINE__, "row %td: %s", i, k ? k : "none");
    }
}

EACH_ENGINE(attachment_comes_back_as_it_was)
{
    static const isize size[] = {12,    13,        65535,         65536,
                                 65537, 2 * 65536, 3 * 65536 + 1, 3000000};
    const char *folder = file_join(&tmp, test_folder(), "files");
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp);
    struct attachment_box b = {folder, k};
    for (isize i = 0; i < COUNT(size); i++) {
        struct arena a = tmp;
        struct err e = {0};
        struct attachment t, got;
        struct str s = sound(size[i], &a);
        CHECK_CODE(store(&b, s, 7001, &t, &a, &e), OK, e);
        CHECK_CODE(attachment_add(db, &t, &e), OK, e);
        CHECK_CODE(attachment_get(db, t.id, &got, &a, &e), OK, e);
        CHECK_STR(got.kind, "audio/wav");
        CHECK_INT(got.size, size[i]);
        struct buf out = buf_in(&a, s.n + 1);
        CHECK_CODE(load(&b, &got, &out, &a, &e), OK, e);
        CHECK(str_eq(buf_str(&out), s));
        struct str sealed = sealed_bytes(file_join(&a, folder, str_c(got.file, &a)), &a);
        CHECK(str_find_str(sealed, str_upto(s, 12)) < 0);
        CHECK_CODE(attachment_drop(db, t.id, &e), OK, e);
        CHECK_CODE(attachment_wipe(&b, &t, a, &e), OK, e);
        CHECK_CODE(attachment_wipe(&b, &t, a, &e), OK, e); /* again: fine */
        CHECK_CODE(attachment_get(db, t.id, &got, &a, &e), E_NOT_FOUND, e);
        CHECK_CODE(attachment_drop(db, t.id, &e), E_NOT_FOUND, e);
    }
    struct file_names left = {0};
    struct err e = {0};
    CHECK_CODE(file_list(folder, &left, &tmp, &e), OK, e);
    CHECK_INT(left.n, 0);
    db_close(db);
    key_close(k);
}

/* Every way to damage the file or to take another is refused. */
TEST(attachment_damage_is_refused)
{
    const char *folder = file_join(&tmp, test_folder(), "files");
    struct key *k = sealed_key(test_folder(), "key", tmp),
               *other = sealed_key(test_folder(), "other", tmp);
    struct attachment_box b = {folder, k}, wrong = {folder, other};
    struct err e = {0};
    struct attachment small, big, second;
    struct buf out = buf_in(&tmp, 400000);
    CHECK_CODE(store(&b, sound(40, &tmp), 9, &small, &tmp, &e), OK, e);
    CHECK_CODE(store(&b, sound(200000, &tmp), 70000, &big, &tmp, &e), OK, e);
    CHECK_CODE(store(&b, sound(200000, &tmp), 70000, &second, &tmp, &e), OK, e);
    CHECK(str_eq(big.hash, second.hash) && !str_eq(big.file, second.file));
    CHECK_CODE(load(&wrong, &small, &out, &tmp, &e), E_SEAL, e);
    const char *path = file_join(&tmp, folder, str_c(small.file, &tmp));
    struct str good = sealed_bytes(path, &tmp);
    for (isize bit = 0; bit < 8 * good.n; bit++) {
        struct arena a = tmp;
        sealed_write(path, sealed_flip(good, bit, &a));
        CHECK_CODE(load(&b, &small, &out, &a, &e), E_SEAL, e);
    }
    for (isize n = 0; n < good.n; n++) {
        struct arena a = tmp;
        sealed_write(path, str_upto(good, n));
        CHECK_CODE(load(&b, &small, &out, &a, &e), E_SEAL, e);
    }
    /* Pieces cut off, left out, doubled, swapped; another attachment's file. */
    path = file_join(&tmp, folder, str_c(big.file, &tmp));
    good = sealed_bytes(path, &tmp);
    enum { HEAD = 19 + 24, PIECE = SEAL_PIECE + SEAL_OVER };
    struct str head = str_upto(good, HEAD), p[4];
    for (int i = 0; i < 4; i++) {
        struct str rest = str_from(good, HEAD + (isize)i * PIECE);
        p[i] = str_upto(rest, MIN(rest.n, PIECE));
    }
    CHECK_INT(p[3].n, 200000 - 3 * SEAL_PIECE + SEAL_OVER);
    static const char *const order[] = {"",     "0",    "01",    "012",   "123",
                                        "013",  "0213", "1023",  "01233", "00123",
                                        "0122", "3",    "01230", NULL};
    for (isize i = 0; order[i]; i++) {
        struct arena a = tmp;
        struct buf f = buf_in(&a, 6 * PIECE);
        buf_put(&f, head);
        for (const char *c = order[i]; *c; c++) buf_put(&f, p[*c - '0']);
        sealed_write(path, buf_str(&f));
        test_check(load(&b, &big, &out, &a, &e) == E_SEAL, __FILE__, __LINE__,
                   "order %s: %s", order[i], e.text);
    }
    sealed_write(path, good);
    CHECK_CODE(load(&b, &big, &out, &tmp, &e), OK, e);
    sealed_write(path,
                 sealed_bytes(file_join(&tmp, folder, str_c(second.file, &tmp)), &tmp));
    CHECK_CODE(load(&b, &big, &out, &tmp, &e), E_SEAL, e);
    big.size++;
    sealed_write(path, good);
    CHECK_CODE(load(&b, &big, &out, &tmp, &e), E_SEAL, e);
    CHECK_CODE(attachment_wipe(&b, &big, tmp, &e), OK, e);
    CHECK_CODE(load(&b, &big, &out, &tmp, &e), E_NO_FILE, e);
    key_close(k);
    key_close(other);
}

/* Refused content, too much of it, a disk that is full (a limit on the size of files
** gives the same short write): nothing is left behind. */
TEST(attachment_refused_leaves_nothing)
{
    const char *folder = file_join(&tmp, test_folder(), "files");
    struct key *k = sealed_key(test_folder(), "key", tmp);
    struct attachment_box b = {folder, k};
    struct err e = {0};
    struct attachment t;
    struct file_names left = {0};
    CHECK_CODE(store(&b, S("<html>secret</html>"), 5, &t, &tmp, &e), E_UNSUPPORTED, e);
    CHECK(str_find_str(str_of(e.text), S("secret")) < 0);
    CHECK_CODE(store(&b, S(""), 5, &t, &tmp, &e), E_UNSUPPORTED, e);
    CHECK_CODE(store(&b, sound((10 << 20) + 1, &tmp), 1 << 20, &t, &tmp, &e), E_TOO_BIG,
               e);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit full = {100000, 100000};
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &full), 0);
    CHECK_CODE(store(&b, sound(300000, &tmp), 1000, &t, &tmp, &e), E_IO, e);
    CHECK_CODE(file_list(folder, &left, &tmp, &e), OK, e);
    CHECK_INT(left.n, 0);
    key_close(k);
}

EACH_ENGINE(attachment_orphans_are_found)
{
    const char *folder = file_join(&tmp, test_folder(), "files");
    struct db *db = sealed_store(url, tmp);
    struct key *k = sealed_key(test_folder(), "key", tmp);
    struct attachment_box b = {folder, k};
    struct err e = {0};
    struct attachment kept, alone, gone;
    struct orphans o;
    i64 far = (i64)1 << 40;
    CHECK_CODE(attachment_orphans(db, &b, far, &o, &tmp, &e), OK, e); /* no folder yet */
    CHECK_INT(o.files.n + o.rows.n, 0);
    CHECK_CODE(store(&b, sound(20, &tmp), 20, &kept, &tmp, &e), OK, e);
    CHECK_CODE(store(&b, sound(20, &tmp), 20, &alone, &tmp, &e), OK, e);
    CHECK_CODE(store(&b, sound(20, &tmp), 20, &gone, &tmp, &e), OK, e);
    CHECK_CODE(attachment_add(db, &kept, &e), OK, e);
    CHECK_CODE(attachment_add(db, &gone, &e), OK, e);
    CHECK_CODE(attachment_wipe(&b, &gone, tmp, &e), OK, e);
    CHECK_CODE(attachment_orphans(db, &b, far, &o, &tmp, &e), OK, e);
    CHECK(o.files.n == 1 && str_eq(o.files.at[0], alone.file));
    CHECK(o.rows.n == 1 && o.rows.at[0] == gone.id);
    CHECK_CODE(attachment_orphans(db, &b, 0, &o, &tmp, &e), OK, e); /* all too young */
    CHECK_INT(o.files.n, 0);
    db_close(db);
    key_close(k);
}
