#define _GNU_SOURCE /* open */
#include "base/file.h"
#include "store/backup_parts.h"
#include "store/statements.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { AT_ONCE = 500 };

struct str backup_line(const struct key *k, struct arena *a)
{
    return str_fmt(a, "varde backup 1 %s\n", key_mark(k).hex);
}

const struct table *backup_table(struct str name, i64 step)
{
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        if (str_is(name, t->name) && t->step <= step && (t->last == 0 || t->last >= step))
            return t;
    }
    return NULL;
}

static void put_number(struct buf *b, u64 x, int bytes)
{
    for (int i = 0; i < bytes; i++) buf_putc(b, (char)(x >> (8 * i) & 0xFF));
}

static void put_value(struct buf *b, const struct db_arg *v)
{
    u64 bits = 0;
    static const char letter[] = {[DB_NULL] = 'n',
                                  [DB_INT] = 'i',
                                  [DB_REAL] = 'r',
                                  [DB_TEXT] = 't',
                                  [DB_BLOB] = 'b'};
    buf_putc(b, letter[v->type]);
    if (v->type == DB_INT) put_number(b, (u64)v->i, 8);
    if (v->type == DB_REAL) {
        memcpy(&bits, &v->x, 8);
        put_number(b, bits, 8);
    }
    if (v->type == DB_TEXT || v->type == DB_BLOB) {
        put_number(b, (u64)v->s.n, 4);
        buf_put(b, v->s);
    }
}

static int put_record(struct seal_out *o, char letter, const struct db_arg *v, isize n,
                      struct arena tmp, struct err *e)
{
    struct buf b = buf_in(&tmp, 512), head = buf_in(&tmp, 8);
    for (isize i = 0; i < n; i++) put_value(&b, &v[i]);
    if (b.n > BACKUP_MOST)
        return err_set(e, E_TOO_BIG, "a row is too large for a backup");
    buf_putc(&head, letter);
    put_number(&head, (u64)b.n, 4);
    TRY(seal_out_put(o, buf_str(&head), e));
    return seal_out_put(o, buf_str(&b), e);
}

static struct db_arg read_value(struct rows *r, int col, char type, struct arena *a)
{
    if (db_is_null(r, col)) return NIL;
    switch (type) {
    case 'i': return I(db_i64(r, col));
    case 'r': return R(db_real(r, col));
    case 'b': return B(db_blob(r, col, a));
    default: return T(db_str(r, col, a));
    }
}

/* A page of rows; the key of the last one is left in `arg` for the next page. Two arenas by
** turns, so that memory is that of one page. */
static int put_page(struct db *db, struct seal_out *o, const struct table *t, bool first,
                    struct db_arg *arg, isize *got, struct arena *a, struct err *e)
{
    struct db_arg key[9], v[BACKUP_COLUMNS] = {{0}};
    ROWS r = {0};
    for (int i = 0; i < t->n_key; i++) key[i] = arg[i];
    key[first ? 0 : t->n_key] = I(AT_ONCE);
    TRY(db_query(db, &r, first ? t->first : t->next, key, first ? 1 : t->n_key + 1, e));
    struct arena start = *a;
    for (*got = 0; db_next(&r); ++*got) {
        *a = start;
        for (int i = 0; i < t->n; i++) v[i] = read_value(&r, i, t->types[i], a);
        TRY(put_record(o, 'R', v, t->n, *a, e));
        for (int i = 0; i < t->n_key; i++) arg[i] = v[t->key[i]];
    }
    return db_end(&r, e);
}

static int put_table(struct db *db, struct seal_out *o, const struct table *t, i64 *rows,
                     struct arena tmp, struct err *e)
{
    struct db_arg arg[8] = {{0}};
    struct arena half[2] = {tmp, tmp};
    half[0].end = tmp.at + (tmp.end - tmp.at) / 2;
    half[1].at = half[0].end;
    TRY(put_record(o, 'T', ARGS(T(str_of(t->name)), T(str_of(t->columns))), tmp, e));
    isize got = AT_ONCE;
    for (int turn = 0; got == AT_ONCE; turn++) {
        struct arena a = half[turn % 2];
        TRY(put_page(db, o, t, turn == 0, arg, &got, &a, e));
        *rows += got;
    }
    return OK;
}

static int put_file(struct seal_out *o, const char *path, struct str name, bool *there,
                    struct arena tmp, struct err *e)
{
    char *piece = NEW_RAW(&tmp, char, SEAL_PIECE);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *there = fd >= 0;
    if (fd < 0 && errno == ENOENT) return OK;
    if (fd < 0)
        return err_set(e, E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    int code = put_record(o, 'F', ARGS(T(name)), tmp, e);
    for (isize n = 1; code == OK && n != 0;) {
        n = read(fd, piece, SEAL_PIECE);
        if (n < 0 && errno != EINTR)
            code = err_set(e, E_IO, "%s: cannot be read: %s", path, strerror(errno));
        if (n > 0) code = put_record(o, 'D', ARGS(B(((struct str){piece, n}))), tmp, e);
    }
    close(fd);
    return code;
}

static int put_files(struct db *db, struct seal_out *o, const char *folder,
                     struct backup_told *told, struct arena tmp, struct err *e)
{
    char after[256] = "";
    for (isize got = AT_ONCE; got == AT_ONCE;) {
        struct arena a = tmp;
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_attachment_files, ARGS(T(str_of(after)), I(AT_ONCE)),
                     e));
        struct arena each = a;
        for (got = 0; db_next(&r); got++) {
            bool there = false;
            a = each;
            struct str name = db_str(&r, 0, &a);
            snprintf(after, sizeof after, "%.*s", FMT(name));
            TRY(put_file(o, file_join(&a, folder, after), name, &there, a, e));
            told->files += there;
            told->lost += !there;
        }
        TRY(db_end(&r, e));
    }
    return OK;
}

static int store_id(struct db *db, struct str *id, struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_meta_get, ARGS(T(S("store"))), e));
    if (db_next(&r)) *id = db_str(&r, 0, a);
    return db_end(&r, e);
}

static int put_all(struct db *db, const char *folder, struct seal_out *o,
                   struct backup_told *told, struct arena *a, struct err *e)
{
    TXN t = {0};
    TRY(db_snapshot(&t, db, "backup", e));
    TRY(db_one(db, &told->step, SQL_migration_last, NO_ARGS, e));
    TRY(store_id(db, &told->store, a, e));
    TRY(put_record(o, 'H',
                   ARGS(I(BACKUP_VERSION), I(told->step), T(told->at),
                        T(told->definitions), T(told->store)),
                   *a, e));
    for (isize i = 0; i < TABLE_N; i++)
        if (backup_table(str_of(table_list[i].name), told->step) == &table_list[i])
            TRY(put_table(db, o, &table_list[i], &told->rows, *a, e));
    if (backup_table(S("attachment"), told->step))
        TRY(put_files(db, o, folder, told, *a, e));
    TRY(put_record(o, 'Z', ARGS(I(told->rows), I(told->files), I(told->lost)), *a, e));
    return db_commit(&t, e);
}

int backup_make(struct db *db, const char *attachments, const struct key *k,
                const char *path, struct str at, struct str definitions,
                struct backup_told *out, struct arena *a, struct err *e)
{
    struct seal_file f = {.fd = -1};
    struct seal_out *o = NEW(a, struct seal_out, 1);
    u8 key[KEY_BYTES];
    *out = (struct backup_told){.at = at, .definitions = definitions};
    key_of(k, KEY_BACKUP, key);
    int code = seal_file_begin(&f, path, e);
    if (code == OK) code = seal_out_begin(o, &f, key, backup_line(k, a), e);
    sodium_memzero(key, sizeof key);
    if (code == OK) code = put_all(db, attachments, o, out, a, e);
    if (code == OK) code = seal_out_end(o, e);
    if (code == OK) code = seal_file_end(&f, e);
    seal_file_drop(&f);
    sodium_memzero(o, sizeof *o);
    return code;
}
