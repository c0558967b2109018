/* One file for each table, <document>-<table>.csv: keys as heads, numbers in full, a cell
** of words as printed, notes not among them.  A cell that was compared with a printed
** figure has its mark in a column of its own, "<key>_compared". */
#include "base/csv.h"
#include "base/file.h"
#include "base/num.h"
#include "report/doc.h"
#include <math.h>

static struct str mark_text(enum doc_mark m)
{
    static const char *const word[] = {"", "agrees", "differs", "cannot be compared"};
    return str_of(word[m]);
}

static bool is_marked(const struct doc_table *t, isize c)
{
    for (isize r = 0; r < t->n; r++)
        if (t->cell[r * t->n_cols + c].mark != DOC_PLAIN) return true;
    return false;
}

static void put_table(const struct doc_table *t, struct buf *b, struct arena tmp)
{
    bool *marked = NEW(&tmp, bool, t->n_cols);
    isize last = t->n_cols - 1;
    for (isize c = 0; c < t->n_cols; c++) {
        marked[c] = is_marked(t, c);
        csv_put(b, t->col[c].key, c == last && !marked[c]);
        if (marked[c])
            csv_put(b, str_fmt(&tmp, "%.*s_compared", FMT(t->col[c].key)), c == last);
    }
    for (isize r = 0; r < t->n; r++)
        for (isize c = 0; c < t->n_cols; c++) {
            const struct doc_cell *cell = &t->cell[r * t->n_cols + c];
            struct arena one = tmp;
            struct str text =
                isnan(cell->value) ? cell->text : num_shortest(cell->value, &one);
            /* The dash of a number that is not there is an empty cell. */
            if (isnan(cell->value) && t->col[c].num && str_is(text, "\xE2\x80\x93"))
                text = S("");
            csv_put(b, text, c == last && !marked[c]);
            if (marked[c]) csv_put(b, mark_text(cell->mark), c == last);
        }
}

static int put_file(const struct doc *d, const struct doc_table *t, const char *dir,
                    struct arena tmp, struct err *e)
{
    struct str name = str_fmt(&tmp, "%.*s-%.*s.csv", FMT(d->id), FMT(t->id));
    const char *path = file_join(&tmp, dir, name.at);
    /* The file grows at the end of the arena; a line's scratch is a piece before it. */
    enum { SCRATCH = 1 << 16 };
    char *room = NEW_RAW(&tmp, char, SCRATCH);
    struct buf b = buf_in(&tmp, 1 << 12);
    put_table(t, &b, (struct arena){.at = room, .end = room + SCRATCH});
    return file_publish(path, buf_str(&b), e);
}

int doc_csv(const struct doc *d, const char *dir, struct arena tmp, struct err *e)
{
    TRY(doc_check(d, tmp, e));
    TRY(file_mkdirs(dir, e));
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].table) TRY(put_file(d, d->at[i].table, dir, tmp, e));
    return OK;
}
