#include "store/backup_parts.h"
#include "store/statements.h"
#include "base/file.h"
#include <string.h>

static int wrong(const struct backup_load *l, const char *what, struct err *e)
{
    return err_set(e, E_SEAL, "%s: is no backup that can be read: %s", l->path, what);
}

static int take(struct backup_load *l, char *at, isize n, struct err *e)
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
    struct db_arg v[BACKUP_COLUMNS];
    isize n;
};

static int read_record(struct backup_load *l, struct record *out, struct arena *a,
                       struct err *e)
{
    char head[5];
    TRY(take(l, head, 5, e));
    *out = (struct record){.letter = head[0]};
    isize n = (isize)number(head + 1, 4);
    if (n > BACKUP_MOST) return wrong(l, "a record is too long", e);
    char *p = NEW_RAW(a, char, n + 1), *end = p + n;
    TRY(take(l, p, n, e));
    while (p < end) {
        char letter = *p++;
        if (out->n == BACKUP_COLUMNS) return wrong(l, "a record has too many values", e);
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

static int read_head(struct backup_load *l, struct arena *a, struct err *e)
{
    struct record r;
    TRY(read_record(l, &r, a, e));
    if (r.letter != 'H' || !shaped(&r, "iittt")) return wrong(l, "no head", e);
    if (r.v[0].i != BACKUP_VERSION || r.v[1].i < 1 || r.v[1].i > MIGRATION_N)
        return err_set(e, E_REVISION,
                       "%s: is of schema step %" PRId64
                       ", and this program knows %d: use the newer program",
                       l->path, r.v[1].i, MIGRATION_N);
    l->told = (struct backup_told){
        .step = r.v[1].i, .at = r.v[2].s, .definitions = r.v[3].s, .store = r.v[4].s};
    return OK;
}

/* Between tables: as many rows as came are there, and new ones get new ids. */
static int end_table(struct backup_load *l, struct err *e)
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

static int begin_table(struct backup_load *l, const struct record *r, struct err *e)
{
    TRY(end_table(l, e));
    if (!shaped(r, "tt")) return wrong(l, "a table without a name", e);
    l->table = backup_table(r->v[0].s, l->told.step);
    l->in_table = 0;
    return l->table && str_is(r->v[1].s, l->table->columns)
               ? OK
               : wrong(l, "a table that its schema does not have", e);
}

static int load_row(struct backup_load *l, const struct record *r, struct err *e)
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
    if (l->row) TRY(l->row(l->arg, l->table, r->v, e));
    return l->db ? db_run(l->db, l->table->put, r->v, r->n, e) : OK;
}

static int end_file(struct backup_load *l, struct err *e)
{
    if (l->file.fd < 0) return OK;
    int code = seal_file_end(&l->file, e);
    seal_file_drop(&l->file);
    return code;
}

/* The name is one of ours, so it names nothing outside the folder. */
static int begin_file(struct backup_load *l, const struct record *r, struct arena *a,
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
int backup_load_all(struct backup_load *l, struct arena *a, struct err *e)
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

int backup_load_open(struct backup_load *l, const char *path, const struct key *k,
                     struct arena *a, struct err *e)
{
    u8 key[KEY_BYTES];
    *l = (struct backup_load){.path = path, .file = {.fd = -1}};
    l->in = NEW(a, struct seal_in, 1);
    key_of(k, KEY_BACKUP, key);
    int code = seal_in_begin(l->in, path, key, backup_line(k, a), e);
    sodium_memzero(key, sizeof key);
    return code == OK ? read_head(l, a, e) : code;
}

int backup_verify(const char *path, const struct key *k, struct backup_told *out,
                  struct arena *a, struct err *e)
{
    struct backup_load l;
    int code = backup_load_open(&l, path, k, a, e);
    if (code == OK) code = backup_load_all(&l, a, e);
    seal_in_end(l.in);
    *out = l.told;
    return code;
}

int backup_look(const char *path, const struct key *k, struct backup_told *out,
                struct arena *a, struct err *e)
{
    struct backup_load l;
    int code = backup_load_open(&l, path, k, a, e);
    seal_in_end(l.in);
    *out = l.told;
    return code;
}

struct listing {
    struct erasures *all;
    struct arena *a;
};

static int list_row(void *arg, const struct table *t, const struct db_arg *v,
                    struct err *e)
{
    struct listing *in = arg;
    (void)e;
    if (strcmp(t->name, "erasure") == 0) /* seq, mark, whole, at, hash: migrations/0012 */
        *PUSH(in->a, in->all) =
            (struct erasure){str_dup(v[1].s, in->a), v[2].i != 0, str_dup(v[3].s, in->a)};
    return OK;
}

int backup_erasures(const char *path, const struct key *k, struct erasure_list *out,
                    struct arena *a, struct err *e)
{
    struct backup_load l;
    struct arena list = arena_reserve((isize)1 << 28);
    struct erasures all = {0};
    struct listing in = {&all, &list};
    *out = (struct erasure_list){0};
    if (!list.base) return err_set(e, E_NO_MEMORY, "no memory for a list");
    int code = backup_load_open(&l, path, k, a, e);
    l.row = list_row;
    l.arg = &in;
    if (code == OK) code = backup_load_all(&l, a, e);
    seal_in_end(l.in);
    erasure_join(&out->all, &all, a);
    out->store = l.told.store;
    out->as_of = l.told.at;
    arena_release(&list);
    return code;
}
