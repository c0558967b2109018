/* The job that takes records out: a table a file, packed into one. */
#include "app/analysis.h"
#include "app/transfer_parts.h"
#include "base/csv.h"
#include "base/num.h"
#include "exchange/records_csv.h"
#include "store/subject.h"

/* --- export --------------------------------------------------------------------------- */

/* As a spreadsheet of these countries reads it: `;` and decimal commas. */
struct excel {
    struct scratch *to;
    struct arena *a;
    isize value; /* the column of numbers; -1: every one but the key */
    bool wide;
};

static void excel_cell(struct buf *b, struct str s, bool number, bool last)
{
    double x;
    bool comma = number && num_read(s, &x, NULL) == OK, quote = false;
    for (isize i = 0; i < s.n; i++) quote |= str_find(S(";\"\r\n\t"), s.at[i]) >= 0;
    if (quote) buf_putc(b, '"');
    for (isize i = 0; i < s.n; i++) {
        if (s.at[i] == '"') buf_putc(b, '"');
        buf_putc(b, comma && s.at[i] == '.' ? ',' : s.at[i]);
    }
    if (quote) buf_putc(b, '"');
    buf_putc(b, last ? '\n' : ';');
}

/* Pieces are whole lines. */
static int excel_put(void *arg, struct str piece, struct err *e)
{
    const struct excel *x = arg;
    struct arena tmp = *x->a;
    struct csv c;
    TRY(csv_read(piece, "an export", false, &c, &tmp, e));
    struct buf b = buf_in(&tmp, piece.n * 2);
    for (isize i = 0; i < c.n; i++)
        for (isize k = 0; k < c.n_cols; k++)
            excel_cell(&b, csv_cell(&c, i, k), x->wide ? k > 0 : k == x->value,
                       k + 1 == c.n_cols);
    return transfer_put(x->to, buf_str(&b), e);
}

struct exporting {
    struct job_run *w;
    struct records_cut cut;
    struct analysis x;
    struct zip *z;
    bool excel;
    struct arena room;
    isize done;
};

static isize value_column(struct str columns)
{
    struct str one;
    for (isize k = 0; str_cut(&columns, ',', &one); k++)
        if (str_is(one, "value")) return k;
    return -2;
}

/* One file on its way: pieces into it, steps to the job. */
struct going {
    struct exporting *g;
    struct scratch s;
    struct excel x;
};

static int going_put(void *arg, struct str piece, struct err *e)
{
    struct going *o = arg;
    return o->g->excel ? excel_put(&o->x, piece, e) : transfer_put(&o->s, piece, e);
}

static int going_step(void *arg, isize done, struct err *e)
{
    const struct going *o = arg;
    (void)done;
    return job_step(o->g->w, o->g->done, TIDY_N + 1, e);
}

static enum lang language(const struct job_run *w)
{
    enum lang lang = LANG_EN;
    (void)!lang_read(json_text(w->args, "lang"), &lang, NULL);
    return lang;
}

/* Written to a temporary file, then packed: its size comes first. `file`: of the study's table;
** without, a table of tidy.def, or (-1) the codebook. A file of the study that what stands in the store no longer fits
** is left out. */
static int export_one(struct exporting *g, const char *name, int table, struct str file,
                      struct err *e)
{
    enum { ROOM = 64 << 20 };
    struct going o = {.g = g};
    struct job_run *w = g->w;
    struct arena tmp = g->room;
    struct tidy_sink to = {going_put, &o, going_step};
    char *half = NEW_RAW(&tmp, char, ROOM);
    struct arena lines = {.at = half, .end = half + ROOM, .trap = tmp.trap};
    o.x = (struct excel){.to = &o.s, .a = &lines, .value = -2, .wide = file.n > 0};
    if (table >= 0 && !file.n)
        o.x.value = value_column(str_of(tidy_columns((enum tidy_table)table)));
    TRY(transfer_scratch(&o.s, e));
    int code = g->excel ? transfer_put(&o.s, S("\xEF\xBB\xBF"), e) : OK;
    if (code == OK)
        code = file.n ? records_store_put(w->act.db, &w->act.who, &g->cut, table, file,
                                          &to, tmp, e)
               : table >= 0 ? tidy_put(w->act.db, &w->act.who, &g->cut,
                                       (enum tidy_table)table, &to, tmp, e)
                            : tidy_codebook(&g->x.protocol, language(w), &to, tmp, e);
    bool unfit = code == E_RECORD && file.n;
    if (unfit) code = OK;
    if (code == OK && !unfit)
        code = transfer_pack(g->z, str_of(name), o.s.fd, o.s.bytes, o.s.crc, e);
    transfer_close(&o.s);
    if (code == OK) code = job_step(w, ++g->done, TIDY_N + 1, e);
    return code;
}

static bool wanted(struct str list, const char *name)
{
    struct str one;
    if (!list.n) return true;
    while (str_cut(&list, ',', &one))
        if (str_is(str_trim(one), name)) return true;
    return false;
}

static int export_all(struct exporting *g, struct err *e)
{
    struct job_run *w = g->w;
    const struct json *wide = json_get(w->args, "wide");
    struct str list = json_text(w->args, "tables");
    for (int t = 0; t < TIDY_N; t++) {
        const char *name = tidy_name((enum tidy_table)t);
        bool past = g->cut.as_of != INSTANT_NOW;
        if (!wanted(list, name) || (t == TIDY_visits && past)) continue;
        TRY(export_one(g, str_fmt(w->act.a, "%s.csv", name).at, t, S(""), e));
    }
    TRY(export_one(g, "codebook.csv", -1, S(""), e));
    bool whole = false;
    if (wide && wide->kind == JSON_BOOL && wide->truth)
        TRY(records_store_whole(w->act.db, &w->act.who, &g->cut, &whole, g->room, e));
    const struct study *study = g->x.protocol.study;
    for (isize t = 0; whole && t < study->tables.n; t++)
        for (isize i = 0; i < study->tables.at[t].files.n; i++) {
            struct str file = study->tables.at[t].files.at[i];
            const char *name = str_fmt(w->act.a, "records/%.*s", FMT(file)).at;
            TRY(export_one(g, name, (int)t, file, e));
        }
    return zip_end(g->z, e);
}

static int export_into(struct exporting *g, struct attachment_in *in, struct err *e)
{
    struct job_run *w = g->w;
    TXN t = {0}; /* every table of one moment */
    instant as_of = INSTANT_NOW;
    struct str on = json_text(w->args, "day");
    day d = 0;
    if (on.n) {
        TRY(day_read(on, &d, e));
        as_of = ((instant)d + 1) * 24 * HOUR - 1;
    }
    TRY(db_snapshot(&t, w->act.db, "export", e));
    TRY(analysis_cut(&w->act, json_text(w->args, "study"), as_of, &g->x, &g->cut, e));
    g->z = NEW(w->act.a, struct zip, 1);
    *g->z = (struct zip){.put = transfer_seal_piece, .arg = in, .on = w->act.today};
    TRY(export_all(g, e));
    return db_commit(&t, e);
}

int transfer_export(struct job_run *w, struct err *e)
{
    struct arena *a = w->act.a;
    struct attachment_in *in;
    const struct json *excel = json_get(w->args, "excel");
    struct exporting g = {.w = w,
                          .excel = excel && excel->kind == JSON_BOOL && excel->truth};
    g.room = arena_reserve((isize)1 << 30);
    if (!g.room.base) return err_set(e, E_NO_MEMORY, "no memory for an export");
    g.room.trap = a->trap;
    int code = attachment_begin(&in, w->box, TRANSFER_MOST, a, e);
    if (code == OK) {
        code = export_into(&g, in, e);
        if (code != OK) attachment_cancel(in);
        if (code == OK)
            code = transfer_settle(&w->act, w->box, in, "application/zip", &w->file, e);
    }
    arena_release(&g.room);
    return code;
}
