#include "report/doc.h"
#include "base/num.h"
#include <math.h>

struct doc *doc_new(struct str id, struct str title, enum lang lang, struct arena *a)
{
    struct doc *d = NEW(a, struct doc, 1);
    *d = (struct doc){.id = id, .title = title, .lang = lang, .a = a};
    return d;
}

static struct doc_block *block(struct doc *d, enum doc_kind kind, struct str text)
{
    struct doc_block *b = PUSH(d->a, d);
    *b = (struct doc_block){.kind = kind, .text = text};
    return b;
}

void doc_heading(struct doc *d, int level, struct str s)
{
    if (s.n == 0) return;
    block(d, DOC_HEADING, s)->level = level;
}

void doc_para(struct doc *d, struct str s)
{
    if (s.n == 0) return;
    block(d, DOC_PARA, s);
}

void doc_lead(struct doc *d, struct str s)
{
    if (s.n == 0) return;
    block(d, DOC_LEAD, s);
}

void doc_note(struct doc *d, struct str s)
{
    if (s.n == 0) return;
    block(d, DOC_NOTE, s);
}

void doc_break(struct doc *d)
{
    block(d, DOC_BREAK, S(""));
}

void doc_source(struct doc *d, const char *key, struct str head, struct str value)
{
    *PUSH(d->a, &d->source) = (struct doc_source){str_of(key), head, value};
}

struct doc_table *doc_table_aside(struct doc *d, const char *id, struct str caption,
                                  const struct doc_col *col, isize n_cols)
{
    struct doc_table *t = NEW(d->a, struct doc_table, 1);
    struct doc_col *own = NEW(d->a, struct doc_col, n_cols);
    for (isize i = 0; i < n_cols; i++) own[i] = col[i];
    *t = (struct doc_table){.id = str_dup(str_of(id), d->a),
                            .caption = caption,
                            .col = own,
                            .n_cols = n_cols,
                            .a = d->a};
    return t;
}

struct doc_table *doc_table(struct doc *d, const char *id, struct str caption,
                            const struct doc_col *col, isize n_cols)
{
    struct doc_table *t = doc_table_aside(d, id, caption, col, n_cols);
    block(d, DOC_TABLE, S(""))->table = t;
    return t;
}

void doc_figure(struct doc *d, const char *id, struct str caption, struct str desc,
                struct drawing *drawing, struct doc_table *behind)
{
    struct doc_block *b = block(d, DOC_FIGURE, caption);
    b->id = str_dup(str_of(id), d->a);
    b->desc = desc;
    b->drawing = drawing;
    b->table = behind;
}

struct doc_cell *doc_row(struct doc_table *t)
{
    if (t->n == t->cap) {
        isize cap = t->cap ? 2 * t->cap : 8;
        struct doc_cell *more = NEW_RAW(t->a, struct doc_cell, cap * t->n_cols);
        for (isize i = 0; i < t->n * t->n_cols; i++) more[i] = t->cell[i];
        t->cell = more;
        t->cap = cap;
    }
    struct doc_cell *row = t->cell + t->n * t->n_cols;
    for (isize i = 0; i < t->n_cols; i++) row[i] = (struct doc_cell){.value = NAN};
    t->n++;
    return row;
}

void doc_table_note(struct doc_table *t, struct str s)
{
    *PUSH(t->a, &t->note) = s;
}

void doc_words(struct doc_cell *c, struct str s)
{
    c->text = s;
    c->value = NAN;
}

void doc_number(struct doc_cell *c, double x, int places, struct arena *a)
{
    c->value = x;
    if (isnan(x))
        c->text = S("\xE2\x80\x93");
    else if (fabs(x) >= 1e12) /* three hundred digits say nothing */
        c->text = num_shortest(x, a);
    else
        c->text = num_fixed(x, places, a);
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_minus(struct str s, isize i)
{
    if (s.at[i] != '-' || i + 1 >= s.n) return false;
    bool before_digit =
        digit(s.at[i + 1]) || (s.at[i + 1] == '.' && i + 2 < s.n && digit(s.at[i + 2]));
    return before_digit && (i == 0 || str_find(S(" ([{=<>,;:\n\t"), s.at[i - 1]) >= 0);
}

struct str doc_typeset(struct str s, struct arena *a)
{
    isize n = 0;
    for (isize i = 0; i < s.n; i++) n += is_minus(s, i);
    if (n == 0) return s;
    struct buf b = buf_in(a, s.n + 2 * n);
    for (isize i = 0; i < s.n; i++) {
        if (is_minus(s, i))
            buf_put(&b, S("\xE2\x88\x92"));
        else
            buf_putc(&b, s.at[i]);
    }
    return buf_str(&b);
}

struct str doc_mark_word(enum lang lang, enum doc_mark m)
{
    static const char *const id[] = {"", "DOC_AGREES", "DOC_DIFFERS", "DOC_CANNOT"};
    return m == DOC_PLAIN ? S("") : text_of(lang, id[m]);
}

static int check_id(struct str id, const char *of, struct err *e)
{
    bool fine = id.n > 0;
    for (isize i = 0; i < id.n; i++)
        fine = fine && ((id.at[i] >= 'a' && id.at[i] <= 'z') || digit(id.at[i]) ||
                        id.at[i] == '-');
    if (fine) return OK;
    return err_set(e, E_DEFINITION,
                   "the %s '%.*s' cannot name a file: use a-z, 0-9 and - only", of,
                   (int)MIN(id.n, 60), id.at);
}

static int check_unlike(const struct str *id, isize n, const char *of, struct err *e)
{
    for (isize i = 0; i < n; i++)
        for (isize k = 0; k < i; k++)
            if (str_eq(id[i], id[k]))
                return err_set(e, E_DEFINITION,
                               "two %s of the document are called '%.*s'", of,
                               FMT(id[i]));
    return OK;
}

int doc_check(const struct doc *d, struct arena tmp, struct err *e)
{
    struct str *table = NEW(&tmp, struct str, d->n),
               *figure = NEW(&tmp, struct str, d->n);
    isize tables = 0, figures = 0;
    TRY(check_id(d->id, "document", e));
    for (isize i = 0; i < d->n; i++) {
        const struct doc_block *b = &d->at[i];
        if (b->table) TRY(check_id(table[tables++] = b->table->id, "table", e));
        if (b->kind == DOC_FIGURE) TRY(check_id(figure[figures++] = b->id, "figure", e));
    }
    TRY(check_unlike(table, tables, "tables", e));
    return check_unlike(figure, figures, "figures", e);
}

struct doc_table **doc_tables(const struct doc *d, bool behind, isize *n, struct arena *a)
{
    struct doc_table **at = NEW(a, struct doc_table *, d->n);
    *n = 0;
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].table && (d->at[i].kind == DOC_FIGURE) == behind)
            at[(*n)++] = d->at[i].table;
    return at;
}
