/* The whole document as JSON: every block in order, cells with the text as printed and
** the number in full, and where the numbers come from. */
#include "base/file.h"
#include "base/json.h"
#include "report/doc.h"
#include <math.h>

static const char *const kind_name[] = {
    [DOC_HEADING] = "heading", [DOC_PARA] = "paragraph", [DOC_LEAD] = "lead",
    [DOC_NOTE] = "note",       [DOC_TABLE] = "table",    [DOC_FIGURE] = "figure",
    [DOC_BREAK] = "break",
};
static const char *const mark_name[] = {[DOC_AGREES] = "agrees",
                                        [DOC_DIFFERS] = "differs",
                                        [DOC_CANNOT] = "cannot be compared"};

static void columns(struct json_out *w, const struct doc_table *t)
{
    json_open(w, "columns", '[');
    for (isize i = 0; i < t->n_cols; i++) {
        const struct doc_col *c = &t->col[i];
        json_open(w, NULL, '{');
        json_put_str(w, "key", c->key);
        json_put_str(w, "head", c->head);
        if (c->group.n) json_put_str(w, "group", c->group);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void cell(struct json_out *w, const struct doc_cell *c)
{
    json_open(w, NULL, '{');
    json_put_str(w, "text", c->text);
    if (!isnan(c->value)) json_put_num(w, "value", c->value);
    if (c->mark != DOC_PLAIN) json_put_str(w, "mark", str_of(mark_name[c->mark]));
    json_close(w, '}');
}

static void table(struct json_out *w, const struct doc_table *t)
{
    json_open(w, "table", '{');
    json_put_str(w, "id", t->id);
    json_put_str(w, "caption", t->caption);
    columns(w, t);
    json_open(w, "rows", '[');
    for (isize r = 0; r < t->n; r++) {
        json_open(w, NULL, '[');
        for (isize c = 0; c < t->n_cols; c++) cell(w, &t->cell[r * t->n_cols + c]);
        json_close(w, ']');
    }
    json_close(w, ']');
    json_open(w, "notes", '[');
    for (isize i = 0; i < t->note.n; i++) json_put_str(w, NULL, t->note.at[i]);
    json_close(w, ']');
    json_close(w, '}');
}

static void block(struct json_out *w, const struct doc_block *b)
{
    json_open(w, NULL, '{');
    json_put_str(w, "kind", str_of(kind_name[b->kind]));
    if (b->kind == DOC_HEADING) json_put_int(w, "level", b->level);
    if (b->kind == DOC_FIGURE) {
        json_put_str(w, "id", b->id);
        json_put_str(w, "caption", b->text);
        json_put_str(w, "description", b->desc);
    } else if (b->kind != DOC_TABLE && b->kind != DOC_BREAK) {
        json_put_str(w, "text", b->text);
    }
    if (b->table) table(w, b->table);
    json_close(w, '}');
}

int doc_json(const struct doc *d, const char *dir, struct arena tmp, struct err *e)
{
    TRY(doc_check(d, tmp, e));
    TRY(file_mkdirs(dir, e));
    const char *path = file_join(&tmp, dir, str_fmt(&tmp, "%.*s.json", FMT(d->id)).at);
    struct buf b = buf_in(&tmp, 1 << 16);
    struct json_out w = json_to(&b, 1);
    json_open(&w, NULL, '{');
    json_put_str(&w, "document", d->id);
    json_put_str(&w, "title", d->title);
    if (d->subtitle.n) json_put_str(&w, "subtitle", d->subtitle);
    if (d->date.n) json_put_str(&w, "date", d->date);
    json_put_str(&w, "language", str_of(lang_code[d->lang]));
    json_open(&w, "blocks", '[');
    for (isize i = 0; i < d->n; i++) block(&w, &d->at[i]);
    json_close(&w, ']');
    json_open(&w, "sources", '[');
    for (isize i = 0; i < d->source.n; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "key", d->source.at[i].key);
        json_put_str(&w, "head", d->source.at[i].head);
        json_put_str(&w, "value", d->source.at[i].value);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    buf_putc(&b, '\n');
    return file_publish(path, buf_str(&b), e);
}
