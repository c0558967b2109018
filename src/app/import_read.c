/* Files of records, read once: rows by subject in a temporary file without a name.
**
** A row there: bytes of what follows, file, line, comma, place, and its cells, each behind its
** length. */
#define _GNU_SOURCE /* O_TMPFILE, pread */
#include "app/import_parts.h"
#include "base/csv.h"
#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16, SPOOL = 1 << 18, ROW = CSV_ROW_LIMIT + 4096 };

struct import_reading {
    const struct import_in *in;
    const struct protocol *p;
    struct import_rows *out;
    struct arena *a;
    int file;
    bool comma;
    struct buf b; /* of the spool, not written yet */
};

struct str import_column(enum tidy_table t, isize k)
{
    struct str rest = str_of(tidy_columns(t)), name = {0};
    for (isize i = 0; i <= k; i++)
        if (!str_cut(&rest, ',', &name)) return S("");
    return name;
}

static u64 hash_key(struct str kind, struct str code, struct str part)
{
    u64 h = 1469598103934665603u; /* FNV-1a */
    struct str all[] = {kind, code, part};
    for (int k = 0; k < 3; k++) {
        for (isize i = 0; i < all[k].n; i++) h = (h ^ (u8)all[k].at[i]) * 1099511628211u;
        h = (h ^ 31) * 1099511628211u;
    }
    return h ^ h >> 29;
}

static void seek_grow(struct import_rows *r, struct arena *a)
{
    r->n_seek = MAX(r->n_seek * 2, 1024);
    r->seek = NEW(a, isize, r->n_seek); /* subject + 1; 0: free */
    for (isize i = 0; i < r->subjects.n; i++) {
        const struct import_subject *s = &r->subjects.at[i];
        isize k = (isize)(hash_key(s->kind, s->code, s->part) & (u64)(r->n_seek - 1));
        while (r->seek[k]) k = (k + 1) & (r->n_seek - 1);
        r->seek[k] = i + 1;
    }
}

/* "01" and "" are other keys than "1" and "0" only to a machine. */
static struct str plain_part(struct str part, struct arena *tmp)
{
    double x = 0;
    if (part.n == 0) return S("0");
    return num_read(part, &x, NULL) == OK && x >= 0 && x < 1e9 && x == (double)(i64)x
               ? str_fmt(tmp, "%" PRId64, (i64)x)
               : part;
}

static isize subject_of(struct import_reading *r, struct str kind, struct str code,
                        struct str part)
{
    struct import_rows *o = r->out;
    if (o->subjects.n * 2 >= o->n_seek) seek_grow(o, r->a);
    isize k = (isize)(hash_key(kind, code, part) & (u64)(o->n_seek - 1));
    for (; o->seek[k]; k = (k + 1) & (o->n_seek - 1)) {
        const struct import_subject *s = &o->subjects.at[o->seek[k] - 1];
        if (str_eq(s->kind, kind) && str_eq(s->code, code) && str_eq(s->part, part))
            return o->seek[k] - 1;
    }
    /* Kinds are few: the one before is nearly always the same. */
    struct str same =
        o->subjects.n && str_eq(o->subjects.at[o->subjects.n - 1].kind, kind)
            ? o->subjects.at[o->subjects.n - 1].kind
            : str_dup(kind, r->a);
    *PUSH(r->a, &o->subjects) =
        (struct import_subject){.kind = same,
                                .code = str_dup(code, r->a),
                                .part = str_is(part, "0") ? S("0") : str_dup(part, r->a)};
    o->seek[k] = o->subjects.n;
    return o->subjects.n - 1;
}

static int flush(struct import_reading *r, struct err *e)
{
    struct str s = buf_str(&r->b);
    while (s.n > 0) {
        ssize_t k = write(r->out->fd, s.at, (size_t)s.n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0)
            return err_set(e, E_IO, "there is no room for the rows: %s", strerror(errno));
        s = str_from(s, k);
    }
    r->b.n = 0;
    return OK;
}

static void put_u32(struct buf *b, u32 x)
{
    buf_put(b, (struct str){(const char *)&x, sizeof x});
}

static void put_text(struct buf *b, struct str s)
{
    put_u32(b, (u32)s.n);
    buf_put(b, s);
}

int import_put(struct import_reading *r, enum tidy_table t, int line, struct str place,
               const struct str *cell, struct err *e)
{
    struct import_rows *o = r->out;
    char digits[32];
    struct arena room = {.at = digits, .end = digits + sizeof digits};
    isize subject = subject_of(r, cell[0], cell[1], plain_part(cell[2], &room)), n = 0;
    if (++o->n > IMPORT_ROWS)
        return err_say_of(e, E_TOO_BIG, "IMPORT_ROWS", SAID(SAY_INT(IMPORT_ROWS)));
    if (++o->subjects.at[subject].rows > IMPORT_OF_ONE)
        return err_in(e,
                      err_say_of(e, E_TOO_BIG, "IMPORT_OF_ONE",
                                 SAID(SAY_INT(IMPORT_OF_ONE), SAY_CODE(cell[1]))),
                      "CSV_LINE",
                      SAID(SAY_CODE(str_of(r->in->file[r->file].name)), SAY_INT(line)));
    struct str rest = str_of(tidy_columns(t)), name;
    while (str_cut(&rest, ',', &name)) n++;
    isize from = r->b.n;
    put_u32(&r->b, 0);
    put_u32(&r->b, (u32)r->file);
    put_u32(&r->b, (u32)line);
    put_u32(&r->b, r->comma);
    put_text(&r->b, place);
    for (isize k = 3; k < n; k++) put_text(&r->b, cell[k]);
    u32 bytes = (u32)(r->b.n - from - 4);
    memcpy(r->b.at + from, &bytes, sizeof bytes);
    isize at = o->extents.n - 1;
    struct import_extent *x = at >= 0 ? &o->extents.at[at] : NULL;
    if (!x || x->subject != subject || x->table != (int)t || x->bytes > INT32_MAX - ROW)
        *(x = PUSH(r->a, &o->extents)) =
            (struct import_extent){.at = o->bytes,
                                   .subject = (i32)subject,
                                   .table = (int)t,
                                   .order = (int)o->extents.n};
    x->bytes += (i32)bytes + 4;
    o->bytes += (i64)bytes + 4;
    return r->b.n > SPOOL ? flush(r, e) : OK;
}

/* --- a file ------------------------------------------------------------------------- */

static int more(void *arg, char *room, isize cap, isize *n, struct err *e)
{
    const int *fd = arg;
    ssize_t k;
    do k = read(*fd, room, (size_t)cap);
    while (k < 0 && errno == EINTR);
    *n = k > 0 ? k : 0;
    return k < 0 ? err_set(e, E_IO, "a file cannot be read: %s", strerror(errno)) : OK;
}

/* Which table a head belongs to, and where its columns stand; TIDY_N: none. */
static enum tidy_table table_of(const struct csv *head, isize *col)
{
    for (int t = 0; t < TIDY_N; t++) {
        struct str rest = str_of(tidy_columns((enum tidy_table)t)), name;
        isize n = 0, found = 0, besides = 0;
        for (; str_cut(&rest, ',', &name); n++) {
            col[n] = -1;
            for (isize i = 0; i < head->n_cols; i++)
                if (str_eq(head->head[i], name)) col[n] = i;
            found += col[n] >= 0;
        }
        col[n] = -1;
        for (isize i = 0; i < head->n_cols && t == TIDY_subjects; i++)
            if (str_is(head->head[i], "login")) {
                col[n] = i;
                besides = 1;
            }
        if (found == n && n + besides == head->n_cols) return (enum tidy_table)t;
    }
    return TIDY_N;
}

static int take_row(struct import_reading *r, enum tidy_table t, const isize *col,
                    const struct csv *c, isize row, struct err *e)
{
    struct str cell[IMPORT_CELLS + 1] = {0};
    isize n = 0;
    for (struct str rest = str_of(tidy_columns(t)), name; str_cut(&rest, ',', &name); n++)
        cell[n] = str_trim(csv_plain(csv_cell(c, row, col[n])));
    /* The account of a member of staff, of subjects: rides behind the site. */
    struct str place = t == TIDY_subjects && col[n] >= 0
                           ? str_trim(csv_plain(csv_cell(c, row, col[n])))
                           : S("");
    return import_put(r, t, c->line[row], place, cell, e);
}

static int no_table(const struct csv *head, struct err *e)
{
    return err_in(e, err_say(e, E_CSV, "IMPORT_UNKNOWN_COLUMNS"), "CSV_FILE",
                  SAID(SAY_CODE(str_of(head->file))));
}

static int take_open(struct import_reading *r, int fd, const char *name, struct arena tmp,
                     struct err *e)
{
    struct csv_feed feed;
    struct csv c;
    isize col[IMPORT_CELLS + 1];
    struct import_wide *wide = NULL;
    TRY(csv_feed_open(&feed, more, &fd, name, PIECE, &tmp, e));
    enum tidy_table t = table_of(&feed.head, col);
    if (t == TIDY_N) {
        TRY(import_wide_of(r->p, &feed.head, &wide, &tmp, e));
        if (!wide) return no_table(&feed.head, e);
        r->out->left += import_wide_left(wide);
    }
    r->comma = feed.head.sep == ';';
    for (;;) {
        struct arena piece = tmp;
        TRY(csv_feed_next(&feed, &c, &piece, e));
        if (c.n == 0) return OK;
        for (isize i = 0; i < c.n; i++)
            if (wide)
                TRY(import_wide_row(wide, r, &c, i, piece, e));
            else
                TRY(take_row(r, t, col, &c, i, e));
    }
}

static int take_file(struct import_reading *r, struct arena tmp, struct err *e)
{
    const struct import_file *f = &r->in->file[r->file];
    if (!f->path) {
        if (lseek(f->fd, 0, SEEK_SET) != 0)
            return err_set(e, E_IO, "%s: cannot be read: %s", f->name, strerror(errno));
        return take_open(r, f->fd, f->name, tmp, e);
    }
    int *fd = &r->out->file;
    *fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 && errno == ENOENT)
        return err_set(e, E_NO_FILE, "%s: there is no such file", f->path);
    if (*fd < 0)
        return err_set(e, E_IO, "%s: cannot be read: %s", f->path, strerror(errno));
    TRY(take_open(r, *fd, f->name, tmp, e));
    (void)close(*fd);
    *fd = -1;
    return OK;
}

/* --- in which order ----------------------------------------------------------------- */

static bool links(const struct study *s, isize from, isize to)
{
    for (isize c = 0; c < s->tables.at[from].columns.n; c++) {
        const struct study_column *k = &s->tables.at[from].columns.at[c];
        if (k->type == COLUMN_LINK && k->link == to) return true;
    }
    return false;
}

/* Tables that others link to come before them, and all before the participants, whose events
** name clinicians. A circle of tables ends after as many rounds as there are tables. */
static const int *ranks(const struct study *s, struct arena *a)
{
    int *rank = NEW(a, int, s->tables.n);
    isize people = s->participants.table;
    for (isize round = 1; round < s->tables.n; round++)
        for (isize t = 0; t < s->tables.n; t++)
            for (isize u = 0; u < s->tables.n; u++)
                if (t != u && (links(s, t, u) || (t == people && !links(s, u, t))))
                    rank[t] = MAX(rank[t], rank[u] + 1);
    return rank;
}

bool import_linked(const struct study *s, isize table)
{
    for (isize t = 0; t < s->tables.n; t++)
        if (links(s, t, table)) return true;
    return false;
}

static int by_subject(const void *pa, const void *pb)
{
    const struct import_extent *p = pa, *q = pb;
    if (p->subject != q->subject) return p->subject < q->subject ? -1 : 1;
    if (p->table != q->table) return p->table < q->table ? -1 : 1;
    return (p->order > q->order) - (p->order < q->order);
}

static int arrange(struct import_reading *r, struct err *e)
{
    struct import_rows *o = r->out;
    TRY(flush(r, e));
    if (o->extents.n)
        qsort(o->extents.at, (size_t)o->extents.n, sizeof *o->extents.at, by_subject);
    for (isize i = 0; i < o->extents.n; i++) {
        struct import_subject *s = &o->subjects.at[o->extents.at[i].subject];
        if (s->n++ == 0) s->from = i;
    }
    const int *rank = ranks(r->p->study, r->a);
    for (isize i = 0; i < o->subjects.n; i++) {
        isize t = study_table(r->p->study, o->subjects.at[i].kind);
        o->subjects.at[i].rank = t >= 0 ? rank[t] : 0;
    }
    return OK;
}

int import_read(const struct import_in *in, const struct protocol *p,
                struct import_rows *out, struct arena *a, struct err *e)
{
    *out = (struct import_rows){.fd = -1, .file = -1};
    if (in->n > IMPORT_FILES) return err_say(e, E_TOO_BIG, "REFUSED_IMPORT_FILES");
    out->fd = open(in->spool ? in->spool : "/tmp",
                   O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (out->fd < 0)
        return err_set(e, E_IO, "no temporary file can be made: %s", strerror(errno));
    struct import_reading r = {.in = in, .p = p, .out = out, .a = a};
    out->own = arena_reserve((isize)1 << 26);
    if (!out->own.base) return err_set(e, E_NO_MEMORY, "no memory for reading");
    out->own.trap = a->trap;
    r.b = buf_in(&out->own, SPOOL + 2 * ROW);
    for (isize i = 0; i < in->n; i++) {
        r.file = (int)i;
        TRY(take_file(&r, out->own, e));
    }
    return arrange(&r, e);
}

void import_rows_close(struct import_rows *r)
{
    if (r->fd >= 0) (void)close(r->fd);
    if (r->file >= 0) (void)close(r->file);
    if (r->own.base) arena_release(&r->own);
    r->fd = r->file = -1;
    r->own = (struct arena){0};
}

/* --- given back --------------------------------------------------------------------- */

static u32 get_u32(const char **p)
{
    u32 x;
    memcpy(&x, *p, sizeof x);
    *p += sizeof x;
    return x;
}

static struct str get_text(const char **p)
{
    u32 n = get_u32(p);
    struct str s = {*p, (isize)n};
    *p += n;
    return s;
}

int import_lines_of(const struct import_rows *r, isize subject, enum tidy_table t,
                    struct import_lines *out, struct arena *a, struct err *e)
{
    const struct import_subject *s = &r->subjects.at[subject];
    *out = (struct import_lines){0};
    for (isize i = s->from; i < s->from + s->n; i++) {
        const struct import_extent *x = &r->extents.at[i];
        if (x->table != (int)t) continue;
        char *bytes = NEW_RAW(a, char, x->bytes);
        for (isize n = 0; n < x->bytes;) {
            ssize_t k = pread(r->fd, bytes + n, (size_t)(x->bytes - n), x->at + n);
            if (k < 0 && errno == EINTR) continue;
            if (k <= 0) return err_set(e, E_IO, "the rows cannot be read again");
            n += k;
        }
        for (const char *p = bytes, *end = bytes + x->bytes; p < end;) {
            const char *next = p + 4;
            next += get_u32(&p);
            struct import_line *l = PUSH(a, out);
            l->file = (int)get_u32(&p);
            l->line = (int)get_u32(&p);
            l->comma = get_u32(&p) != 0;
            struct str place = get_text(&p);
            l->place = place.n ? str_c(place, a) : NULL;
            l->cell[0] = s->kind;
            l->cell[1] = s->code;
            l->cell[2] = s->part;
            for (int k = 3; p < next; k++) l->cell[k] = get_text(&p);
        }
    }
    return OK;
}
