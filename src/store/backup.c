#define _GNU_SOURCE /* open, rename, rmdir */
#include "store/backup.h"
#include "base/file.h"
#include "store/seal.h"
#include "store/statements.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A record: a letter, the length of what follows (4 bytes), values.  A value: a letter of its
** type (n i r t b), then 8 bytes, or a length (4 bytes) and bytes.  Least byte first.
**   H  version, step, instant, definitions, store    first
**   T  table, columns                                then its rows:
**   R  one value a column
**   F  name of a file                                then its content:
**   D  bytes
**   Z  rows, files, lost                             last */
enum { VERSION = 1, MOST = 64 << 20, AT_ONCE = 500, COLUMNS = 40 };

static struct str line_of(const struct key *k, struct arena *a)
{
    return str_fmt(a, "varde backup 1 %s\n", key_mark(k).hex);
}

/* The form that a table had at a step; NULL: not there yet. */
static const struct table *table_at(struct str name, i64 step)
{
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        if (str_is(name, t->name) && t->step <= step && (t->last == 0 || t->last >= step))
            return t;
    }
    return NULL;
}

/* --- making ----------------------------------------------------------------- */

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
    if (b.n > MOST) return err_set(e, E_TOO_BIG, "a row is too large for a backup");
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
    struct db_arg key[9], v[COLUMNS] = {{0}};
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
                   ARGS(I(VERSION), I(told->step), T(told->at), T(told->definitions),
                        T(told->store)),
                   *a, e));
    for (isize i = 0; i < TABLE_N; i++)
        if (table_at(str_of(table_list[i].name), told->step) == &table_list[i])
            TRY(put_table(db, o, &table_list[i], &told->rows, *a, e));
    if (table_at(S("attachment"), told->step)) TRY(put_files(db, o, folder, told, *a, e));
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
    if (code == OK) code = seal_out_begin(o, &f, key, line_of(k, a), e);
    sodium_memzero(key, sizeof key);
    if (code == OK) code = put_all(db, attachments, o, out, a, e);
    if (code == OK) code = seal_out_end(o, e);
    if (code == OK) code = seal_file_end(&f, e);
    seal_file_drop(&f);
    sodium_memzero(o, sizeof *o);
    return code;
}

/* --- reading ---------------------------------------------------------------- */

struct load {
    struct seal_in *in;
    struct str piece;
    const char *path;
    struct db *db;      /* NULL: only counted */
    const char *folder; /* of attachments; NULL: only counted */
    struct seal_file file;
    const struct table *table;
    i64 in_table;
    bool in_file; /* tables are over */
    struct backup_told told;
};

static int wrong(const struct load *l, const char *what, struct err *e)
{
    return err_set(e, E_SEAL, "%s: is no backup that can be read: %s", l->path, what);
}

static int take(struct load *l, char *at, isize n, struct err *e)
{
    while (n > 0) {
        if (l->piece.n == 0) {
            TRY(seal_in_next(l->in, &l->piece, e));
            if (l->piece.n == 0) return wrong(l, "it ends too early", e);
        }
        isize m = MIN(n, l->piece.n);
        memcpy(at, l->piece.at, (size_t)m);
        l->piece = str_from(l->piece, m);
        at += m;
        n -= m;
    }
    return OK;
}

static u64 number(const char *at, int bytes)
{
    u64 x = 0;
    for (int i = 0; i < bytes; i++) x |= (u64)(u8)at[i] << (8 * i);
    return x;
}

struct record {
    char letter;
    struct db_arg v[COLUMNS];
    isize n;
};

static int read_record(struct load *l, struct record *out, struct arena *a, struct err *e)
{
    char head[5];
    TRY(take(l, head, 5, e));
    *out = (struct record){.letter = head[0]};
    isize n = (isize)number(head + 1, 4);
    if (n > MOST) return wrong(l, "a record is too long", e);
    char *p = NEW_RAW(a, char, n + 1), *end = p + n;
    TRY(take(l, p, n, e));
    while (p < end) {
        char letter = *p++;
        if (out->n == COLUMNS) return wrong(l, "a record has too many values", e);
        struct db_arg *v = &out->v[out->n++];
        bool wide = letter == 'i' || letter == 'r';
        isize need = letter == 'n' ? 0 : wide ? 8 : 4;
        if (need > end - p) return wrong(l, "a value is cut", e);
        u64 x = number(p, (int)need);
        p += need;
        *v = NIL;
        if (letter == 'i') *v = I((i64)x);
        if (letter == 'r') {
            *v = R(0);
            memcpy(&v->x, &x, 8);
        }
        if (letter == 't' || letter == 'b') {
            if ((isize)x > end - p) return wrong(l, "a value is cut", e);
            struct str s = {p, (isize)x};
            *v = letter == 't' ? T(s) : B(s);
            p += x;
        } else if (letter != 'n' && !wide) {
            return wrong(l, "a value of no known type", e);
        }
    }
    return OK;
}

/* The values are of these types: a letter each, as in table_list. */
static bool shaped(const struct record *r, const char *types)
{
    static const struct {
        char letter;
        enum db_type type;
    } of[] = {{'i', DB_INT}, {'r', DB_REAL}, {'t', DB_TEXT}, {'b', DB_BLOB}};
    if (r->n != (isize)strlen(types)) return false;
    for (isize i = 0; i < r->n; i++)
        for (isize k = 0; k < COUNT(of); k++)
            if (of[k].letter == types[i] && r->v[i].type != of[k].type) return false;
    return true;
}

static int read_head(struct load *l, struct arena *a, struct err *e)
{
    struct record r;
    TRY(read_record(l, &r, a, e));
    if (r.letter != 'H' || !shaped(&r, "iittt")) return wrong(l, "no head", e);
    if (r.v[0].i != VERSION || r.v[1].i < 1 || r.v[1].i > MIGRATION_N)
        return err_set(e, E_REVISION,
                       "%s: is of schema step %" PRId64
                       ", and this program knows %d: use the newer program",
                       l->path, r.v[1].i, MIGRATION_N);
    l->told = (struct backup_told){
        .step = r.v[1].i, .at = r.v[2].s, .definitions = r.v[3].s, .store = r.v[4].s};
    return OK;
}

/* Between tables: as many rows as came are there, and new ones get new ids. */
static int end_table(struct load *l, struct err *e)
{
    const struct table *t = l->table;
    i64 n = 0;
    l->table = NULL;
    if (!t || !l->db) return OK;
    TRY(db_one(l->db, &n, t->count, NO_ARGS, e));
    if (n != l->in_table)
        return err_set(e, E_DB,
                       "%s: %" PRId64 " rows were read and %" PRId64 " are there",
                       t->name, l->in_table, n);
    return t->identity ? db_renumber(l->db, t->name, t->identity, e) : OK;
}

static int begin_table(struct load *l, const struct record *r, struct err *e)
{
    TRY(end_table(l, e));
    if (!shaped(r, "tt")) return wrong(l, "a table without a name", e);
    l->table = table_at(r->v[0].s, l->told.step);
    l->in_table = 0;
    return l->table && str_is(r->v[1].s, l->table->columns)
               ? OK
               : wrong(l, "a table that its schema does not have", e);
}

static int load_row(struct load *l, const struct record *r, struct err *e)
{
    if (!l->table || r->n != l->table->n) return wrong(l, "a row of no table", e);
    for (isize i = 0; i < r->n; i++) {
        struct record one = {.v = {r->v[i]}, .n = 1};
        const char type[] = {l->table->types[i], 0};
        if (r->v[i].type != DB_NULL && !shaped(&one, type))
            return wrong(l, "a value of another type", e);
    }
    l->told.rows++;
    l->in_table++;
    return l->db ? db_run(l->db, l->table->put, r->v, r->n, e) : OK;
}

static int end_file(struct load *l, struct err *e)
{
    if (l->file.fd < 0) return OK;
    int code = seal_file_end(&l->file, e);
    seal_file_drop(&l->file);
    return code;
}

/* The name is one of ours, so it names nothing outside the folder. */
static int begin_file(struct load *l, const struct record *r, struct arena *a,
                      struct err *e)
{
    static const char hex[] = "0123456789abcdef";
    TRY(end_file(l, e));
    if (!shaped(r, "t") || r->v[0].s.n != 32) return wrong(l, "a file without a name", e);
    const char *name = str_c(r->v[0].s, a);
    if (strspn(name, hex) != 32) return wrong(l, "a file without a name", e);
    l->told.files++;
    l->in_file = true;
    return l->folder ? seal_file_begin(&l->file, file_join(a, l->folder, name), e) : OK;
}

/* All records; those after the head. */
static int load_all(struct load *l, struct arena *a, struct err *e)
{
    struct arena file = *a; /* the path of the file that is written lives from F to F */
    file.end = file.at + MIN(8192, (file.end - file.at) / 2);
    struct arena room = *a;
    room.at = file.end;
    for (;;) {
        struct arena tmp = room, names = file;
        struct record r;
        TRY(read_record(l, &r, &tmp, e));
        switch (r.letter) {
        case 'T':
            if (l->in_file) return wrong(l, "a table after files", e);
            TRY(begin_table(l, &r, e));
            break;
        case 'R': TRY(load_row(l, &r, e)); break;
        case 'F':
            TRY(end_table(l, e));
            TRY(begin_file(l, &r, &names, e));
            break;
        case 'D':
            if (!l->in_file || !shaped(&r, "b")) return wrong(l, "bytes of no file", e);
            if (l->folder) TRY(seal_file_write(&l->file, r.v[0].s, e));
            break;
        case 'Z':
            TRY(end_table(l, e));
            TRY(end_file(l, e));
            if (!shaped(&r, "iii") || r.v[0].i != l->told.rows ||
                r.v[1].i != l->told.files)
                return wrong(l, "not as many rows or files as were written", e);
            l->told.lost = r.v[2].i;
            if (l->piece.n == 0) TRY(seal_in_next(l->in, &l->piece, e));
            return l->piece.n == 0 ? OK : wrong(l, "something after its end", e);
        default: return wrong(l, "a record of no known kind", e);
        }
    }
}

static int open_load(struct load *l, const char *path, const struct key *k,
                     struct arena *a, struct err *e)
{
    u8 key[KEY_BYTES];
    *l = (struct load){.path = path, .file = {.fd = -1}};
    l->in = NEW(a, struct seal_in, 1);
    key_of(k, KEY_BACKUP, key);
    int code = seal_in_begin(l->in, path, key, line_of(k, a), e);
    sodium_memzero(key, sizeof key);
    return code == OK ? read_head(l, a, e) : code;
}

int backup_verify(const char *path, const struct key *k, struct backup_told *out,
                  struct arena *a, struct err *e)
{
    struct load l;
    int code = open_load(&l, path, k, a, e);
    if (code == OK) code = load_all(&l, a, e);
    seal_in_end(l.in);
    *out = l.told;
    return code;
}

/* --- back ------------------------------------------------------------------- */

/* Schema, rows and files; the journal verifies. */
static int fill_store(struct load *l, struct arena *a, struct err *e)
{
    i64 n = 0;
    for (i64 i = 0; i < l->told.step; i++)
        TRY(db_script(l->db, migration_list[i].name, str_of(migration_list[i].text), e));
    for (isize i = TABLE_N - 1; i >= 0; i--) /* what a step itself put there */
        if (table_at(str_of(table_list[i].name), l->told.step) == &table_list[i])
            TRY(db_run(l->db, table_list[i].clear, NO_ARGS, e));
    TRY(load_all(l, a, e));
    return journal_verify(l->db, &n, *a, e);
}

static void remove_work(const char *work, struct arena tmp)
{
    static const char *const sub[] = {"attachments", ""};
    for (isize i = 0; i < COUNT(sub); i++) {
        struct file_names names = {0};
        const char *dir = sub[i][0] ? file_join(&tmp, work, sub[i]) : work;
        if (file_list(dir, &names, &tmp, NULL) == OK)
            for (isize k = 0; k < names.n; k++)
                (void)unlink(file_join(&tmp, dir, names.at[k].at));
        (void)rmdir(dir);
    }
}

static int check_empty(const char *folder, struct arena tmp, struct err *e)
{
    struct file_names names = {0};
    struct stat st;
    if (lstat(folder, &st) < 0 && errno == ENOENT) return OK;
    TRY(file_list(folder, &names, &tmp, e));
    return names.n == 0
               ? OK
               : err_set(e, E_CONSTRAINT,
                         "%s: is not empty; a backup is restored into an empty folder",
                         folder);
}

/* A database that has the store's tables is somebody's. */
static int check_no_store(struct db *db, struct err *e)
{
    struct err none = {0};
    ROWS r = {0};
    int code = db_query(db, &r, SQL_migration_list, NO_ARGS, &none);
    if (code == E_DB) return OK; /* no such table */
    if (code != OK) return err_set(e, code, "%s", none.text);
    return err_set(e, E_CONSTRAINT,
                   "the database holds a store; a backup is restored into an empty one");
}

/* An empty folder gives way to the full one in one step. */
static int take_place(const char *work, const char *folder, struct err *e)
{
    if (rename(work, folder) == 0) return file_sync_folder(folder, e);
    return err_set(e, errno == ENOTEMPTY || errno == EEXIST ? E_CONSTRAINT : E_IO,
                   "%s: cannot be made: %s", folder, strerror(errno));
}

/* The rows of an embedded store are in the folder, so they are committed before it gets its
** name; those of a server after, and the folder goes back when the server refuses. */
static int settle(struct load *l, struct txn *t, bool embedded, const char *work,
                  const char *folder, struct err *e)
{
    if (embedded) {
        TRY(db_commit(t, e));
        db_close(l->db);
        l->db = NULL;
        return take_place(work, folder, e);
    }
    TRY(take_place(work, folder, e));
    int code = db_commit(t, e);
    if (code != OK) (void)!rename(folder, work);
    return code;
}

int backup_restore_failing(const char *path, const struct key *k, const char *folder,
                           const char *url, i64 fail_after, struct backup_told *out,
                           struct arena *a, struct err *e)
{
    struct load l = {0};
    u8 r[8];
    char hex[2 * sizeof r + 1];
    TRY(check_empty(folder, *a, e));
    bool was_there = file_is_folder(folder);
    int code = open_load(&l, path, k, a, e);
    if (code == OK) {
        randombytes_buf(r, sizeof r);
        sodium_bin2hex(hex, sizeof hex, r, sizeof r);
        const char *work = str_fmt(a, "%s.new-%s", folder, hex).at;
        bool embedded = !url;
        l.folder = file_join(a, work, "attachments");
        if (embedded) url = str_fmt(a, "sqlite:%s/varde.db", work).at;
        TXN t = {0};
        code = file_mkdirs(l.folder, e);
        if (code == OK && chmod(work, 0700) < 0)
            code = err_set(e, E_IO, "%s: cannot be made", work);
        if (code == OK) code = db_open(url, DB_WRITER, &l.db, e);
        if (code == OK) code = check_no_store(l.db, e);
        if (l.db) db_fail_after(l.db, fail_after);
        if (code == OK) code = db_begin(&t, l.db, "restore", e);
        if (code == OK) code = fill_store(&l, a, e);
        if (code == OK) code = settle(&l, &t, embedded, work, folder, e);
        seal_file_drop(&l.file);
        if (l.db) txn_close(&t);
        db_close(l.db);
        t.open = false;
        if (code != OK) {
            remove_work(work, *a);
            if (was_there) (void)mkdir(folder, 0700);
        }
    }
    seal_in_end(l.in);
    *out = l.told;
    return code;
}

int backup_restore(const char *path, const struct key *k, const char *folder,
                   const char *url, struct backup_told *out, struct arena *a,
                   struct err *e)
{
    return backup_restore_failing(path, k, folder, url, 0, out, a, e);
}
