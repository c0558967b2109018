/* Files with one row a subject, and a column for each thing known of it, as the study's definition
** names them: the key, columns of the table, items of measures at their time points.
**
** An empty cell, or NA, says nothing.  A form of which any item is there comes in, its empty
** cells as missing; all items of a measure at a time point have a column, or none has.  The day
** on which forms were answered is in a column `day_t1`, or `day` for measures without time
** points; without it, it is the day on which the visit was held, or is due.
** Columns that follow from what happened (`from` in the definition) are left: events.csv says it. */
#include "app/import_parts.h"
#include "base/csv.h"

#include <string.h>

struct whole { /* all items of a measure at a time point */
    isize measure, time, *col;
};

struct import_wide {
    const struct protocol *p;
    isize table, key, second; /* columns of the file; second -1: none */
    isize site;               /* -1: no such column */
    isize *attribute;         /* by column of the table: of the file, or -1 */
    isize day, *day_at;       /* by time point, of the file, or -1 */
    struct wholes LIST(struct whole) wholes;
    isize left;
};

isize import_wide_left(const struct import_wide *w)
{
    return w->left;
}

static isize column(const struct csv *head, struct str name)
{
    for (isize i = 0; i < head->n_cols; i++)
        if (str_eq(head->head[i], name)) return i;
    return -1;
}

/* The table whose key stands in the head; of two, the one with the longer key. */
static isize table_of(const struct study *s, const struct csv *head)
{
    isize best = -1, most = 0;
    for (isize t = 0; t < s->tables.n; t++) {
        const struct study_table *x = &s->tables.at[t];
        isize n = 0;
        for (isize k = 0; k < x->key.n; k++) n += column(head, x->key.at[k]) >= 0;
        if (n < x->key.n || n <= most) continue;
        best = t;
        most = n;
    }
    return best;
}

/* "people.csv, line 1: ..." */
static int in_head(const struct csv *head, int code, struct err *e)
{
    return err_in(e, code, "CSV_LINE", SAID(SAY_CODE(str_of(head->file)), SAY_INT(1)));
}

static int find_items(struct import_wide *w, const struct csv *head, bool *known,
                      isize measure, isize time, struct arena *a, struct err *e)
{
    const struct study *s = w->p->study;
    isize n = w->p->in[measure]->items.n, there = 0;
    struct whole x = {measure, time, NEW(a, isize, n)};
    struct str absent = {0};
    for (isize i = 0; i < n; i++) {
        struct str name = study_item_column(s, &s->measures.at[measure], time, i, a);
        x.col[i] = column(head, name);
        there += x.col[i] >= 0;
        if (x.col[i] >= 0)
            known[x.col[i]] = true;
        else
            absent = name;
    }
    if (there == 0) return OK;
    if (there < n)
        return in_head(
            head, err_say_of(e, E_CSV, "IMPORT_WIDE_ABSENT", SAID(SAY_CODE(absent))), e);
    *PUSH(a, &w->wholes) = x;
    return OK;
}

static void find_columns(struct import_wide *w, const struct csv *head, bool *known,
                         struct arena *a)
{
    const struct study *s = w->p->study;
    const struct study_table *t = &s->tables.at[w->table];
    w->key = column(head, t->key.at[0]);
    w->second = t->key.n == 2 ? column(head, t->key.at[1]) : -1;
    known[w->key] = true;
    if (w->second >= 0) known[w->second] = true;
    w->site = t->site_key ? w->key : -1;
    w->attribute = NEW(a, isize, t->columns.n);
    for (isize k = 0; k < t->columns.n; k++) {
        isize at = column(head, t->columns.at[k].id);
        w->attribute[k] = -1;
        if (at < 0 || at == w->key || at == w->second) continue;
        known[at] = true;
        if (t->columns.at[k].type == COLUMN_SITE)
            w->site = at;
        else if (study_column_entered(t, &t->columns.at[k]))
            w->attribute[k] = at;
        else
            w->left++;
    }
    w->day_at = NEW(a, isize, s->times.n);
    w->day = column(head, S("day"));
    if (w->day >= 0) known[w->day] = true;
    for (isize k = 0; k < s->times.n; k++) {
        struct arena tmp = *a;
        w->day_at[k] = column(head, str_fmt(&tmp, "day_%.*s", FMT(s->times.at[k].id)));
        if (w->day_at[k] >= 0) known[w->day_at[k]] = true;
    }
}

int import_wide_of(const struct protocol *p, const struct csv *head,
                   struct import_wide **out, struct arena *a, struct err *e)
{
    isize table = table_of(p->study, head);
    *out = NULL;
    if (table < 0) return OK;
    struct import_wide *w = NEW(a, struct import_wide, 1);
    bool *known = NEW(a, bool, head->n_cols);
    w->p = p;
    w->table = table;
    find_columns(w, head, known, a);
    for (isize m = 0; m < p->study->measures.n; m++) {
        const struct study_measure *x = &p->study->measures.at[m];
        if (x->table != table) continue;
        if (x->at.n == 0) TRY(find_items(w, head, known, m, -1, a, e));
        for (isize k = 0; k < x->at.n; k++)
            TRY(find_items(w, head, known, m, x->at.at[k], a, e));
    }
    for (isize i = 0; i < head->n_cols; i++)
        if (!known[i])
            return in_head(head,
                           err_say_of(e, E_CSV, "IMPORT_WIDE_UNKNOWN",
                                      SAID(SAY_CODE(str_brief(head->head[i], 60)),
                                           SAY_CODE(p->study->tables.at[table].id))),
                           e);
    *out = w;
    return OK;
}

static struct str cell_of(const struct csv *c, isize row, isize col)
{
    struct str s = col < 0 ? S("") : str_trim(csv_plain(csv_cell(c, row, col)));
    return str_is(s, "NA") ? S("") : s;
}

/* The cells of a row of a long table that all its rows share. */
static void begin(const struct import_wide *w, const struct csv *c, isize row,
                  struct str *cell)
{
    memset(cell, 0, IMPORT_CELLS * sizeof *cell);
    cell[0] = w->p->study->tables.at[w->table].id;
    cell[1] = cell_of(c, row, w->key);
    cell[2] = cell_of(c, row, w->second);
}

static int put_form(const struct import_wide *w, struct import_reading *r,
                    const struct whole *x, const struct csv *c, isize row,
                    struct arena tmp, struct err *e)
{
    enum { MEASURE = 3, TIME, DAY, MODE, INSTRUMENT, REVISION, ITEM, VALUE, MISSING };
    const struct study *s = w->p->study;
    const struct instrument *in = w->p->in[x->measure];
    struct str cell[IMPORT_CELLS];
    isize any = 0;
    for (isize i = 0; i < in->items.n; i++) any += cell_of(c, row, x->col[i]).n > 0;
    if (any == 0) return OK;
    begin(w, c, row, cell);
    cell[MEASURE] = s->measures.at[x->measure].id;
    cell[TIME] = x->time >= 0 ? s->times.at[x->time].id : S("");
    cell[DAY] = cell_of(c, row, x->time >= 0 ? w->day_at[x->time] : w->day);
    cell[INSTRUMENT] = in->id;
    cell[REVISION] = str_fmt(&tmp, "%" PRId64, (i64)in->revision);
    for (isize i = 0; i < in->items.n; i++) {
        struct str v = cell_of(c, row, x->col[i]);
        bool state = false;
        for (int k = 0; k < ANSWER_STATES; k++)
            state |= k != ANSWER_GIVEN && str_is(v, answer_state_word[k]);
        cell[ITEM] = in->items.at[i].id;
        cell[VALUE] = state ? S("") : v;
        cell[MISSING] = state ? v
                        : v.n ? S("")
                              : str_of(answer_state_word[ANSWER_MISSING]);
        TRY(import_put(r, TIDY_answers, c->line[row], c->head[x->col[i]], cell, e));
    }
    return OK;
}

int import_wide_row(const struct import_wide *w, struct import_reading *r,
                    const struct csv *c, isize row, struct arena tmp, struct err *e)
{
    const struct study_table *t = &w->p->study->tables.at[w->table];
    struct str cell[IMPORT_CELLS];
    begin(w, c, row, cell);
    if (w->site >= 0 && cell_of(c, row, w->site).n) {
        cell[3] = cell_of(c, row, w->site);
        TRY(import_put(r, TIDY_subjects, c->line[row], S(""), cell, e));
    }
    for (isize k = 0; k < t->columns.n; k++) {
        cell[3] = t->columns.at[k].id;
        cell[4] = cell_of(c, row, w->attribute[k]);
        if (cell[4].n == 0) continue;
        TRY(import_put(r, TIDY_attributes, c->line[row], cell[3], cell, e));
    }
    for (isize i = 0; i < w->wholes.n; i++)
        TRY(put_form(w, r, &w->wholes.at[i], c, row, tmp, e));
    return OK;
}
