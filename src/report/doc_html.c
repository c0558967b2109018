/* One page in one file: no script, nothing fetched, style and fonts inside.  The policy
** in its head allows that style (by its hash) and those fonts and nothing else, so even a
** mistake in escaping could not load or run anything. */
#include "base/file.h"
#include "base/hash.h"
#include "report/assets.h"
#include "report/doc.h"
#include "report/markup.h"
#include <math.h>

struct page {
    const struct doc *d;
    struct buf *b;
    struct arena tmp;
    isize sections, tables, figures; /* counted while written */
};

static void raw(struct page *p, const char *markup)
{
    buf_put(p->b, str_of(markup));
}

/* Text of a document into the page: typeset, then escaped. */
static void text(struct page *p, struct str s)
{
    struct arena tmp = p->tmp;
    markup_put(p->b, doc_typeset(s, &tmp));
}

static void word(struct page *p, const char *id)
{
    markup_put(p->b, text_of(p->d->lang, id));
}

static void put_int(struct page *p, isize n)
{
    buf_fmt(p->b, "%td", n);
}

/* The policy wants the hash of the style in base64; hash_of gives hexadecimal. */
static void style_hash(struct buf *b)
{
    static const char digit[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct hash h = hash_of((struct str){(const char *)asset_css, asset_css_n});
    u32 v[33] = {0};
    for (int i = 0; i < 64; i++) {
        u32 c = (u32)h.hex[i];
        v[i / 2] = v[i / 2] << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    for (int i = 0; i < 33; i += 3) { /* 32 bytes: the last group has two */
        u32 w = v[i] << 16 | v[i + 1] << 8 | v[i + 2];
        buf_putc(b, digit[w >> 18]);
        buf_putc(b, digit[w >> 12 & 63]);
        buf_putc(b, digit[w >> 6 & 63]);
        buf_putc(b, i == 30 ? '=' : digit[w & 63]);
    }
}

static void policy(struct buf *b)
{
    buf_put(b, S("default-src 'none'; style-src 'sha256-"));
    style_hash(b);
    buf_put(b, S("'; font-src data:; base-uri 'none'; form-action 'none'"));
}

struct str doc_page_policy(struct arena *a)
{
    struct buf b = buf_in(a, 200);
    policy(&b);
    buf_put(&b, S("; frame-ancestors 'none'")); /* a header's; ignored in a page */
    return buf_str(&b);
}

static void head(struct page *p)
{
    raw(p, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"");
    raw(p, lang_code[p->d->lang]);
    raw(p, "\">\n<head>\n<meta charset=\"utf-8\"/>\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"");
    policy(p->b);
    raw(p, "\"/>\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
           "<meta name=\"generator\" content=\"Varde\"/>\n<title>");
    text(p, p->d->title);
    raw(p, "</title>\n<style>");
    buf_put(p->b, (struct str){(const char *)asset_css, asset_css_n});
    raw(p, "</style>\n</head>\n<body>\n");
}

static void title(struct page *p)
{
    raw(p, "<header>\n");
    if (p->d->date.n) {
        raw(p, "<p class=\"date\">");
        text(p, p->d->date);
        raw(p, "</p>\n");
    }
    raw(p, "<h1>");
    text(p, p->d->title);
    raw(p, "</h1>\n");
    if (p->d->subtitle.n) {
        raw(p, "<p class=\"subtitle\">");
        text(p, p->d->subtitle);
        raw(p, "</p>\n");
    }
    raw(p, "</header>\n");
}

static void entry(struct page *p, isize section, struct str s)
{
    raw(p, "<a href=\"#section-");
    put_int(p, section);
    raw(p, "\">");
    text(p, s);
    raw(p, "</a>");
}

/* Sections are numbered as section() meets them: every heading, then the sources. */
static void contents(struct page *p)
{
    isize section = 0;
    bool any = false, sub = false;
    for (isize i = 0; i < p->d->n; i++) any = any || p->d->at[i].kind == DOC_HEADING;
    if (!any) return;
    raw(p, "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">");
    word(p, "DOC_CONTENTS");
    raw(p, "</h2>\n<ol>\n");
    bool open = false;
    for (isize i = 0; i < p->d->n; i++) {
        const struct doc_block *h = &p->d->at[i];
        if (h->kind != DOC_HEADING) continue;
        bool deeper = h->level > 2 && open;
        if (sub && !deeper) raw(p, "</ol>\n");
        if (open && !deeper) raw(p, "</li>\n");
        if (deeper && !sub) raw(p, "\n<ol>\n");
        raw(p, "<li>");
        entry(p, ++section, h->text);
        if (deeper) raw(p, "</li>\n");
        sub = deeper;
        open = true;
    }
    raw(p, sub ? "</ol>\n</li>\n" : "</li>\n");
    if (p->d->source.n) {
        raw(p, "<li>");
        entry(p, ++section, text_of(p->d->lang, "DOC_SOURCES"));
        raw(p, "</li>\n");
    }
    raw(p, "</ol>\n</nav>\n");
}

static void section(struct page *p, int level, struct str s)
{
    const char *tag = level > 2 ? "h3" : "h2";
    buf_fmt(p->b, "<%s id=\"section-%td\">", tag, ++p->sections);
    text(p, s);
    buf_fmt(p->b, "</%s>\n", tag);
}

static void para(struct page *p, const char *class, struct str s)
{
    raw(p, "<p");
    if (class) buf_fmt(p->b, " class=\"%s\"", class);
    raw(p, ">");
    text(p, s);
    raw(p, "</p>\n");
}

static void note(struct page *p, struct str s)
{
    raw(p, "<p class=\"note\"><strong>");
    word(p, "DOC_NOTE");
    raw(p, ".</strong> ");
    text(p, s);
    raw(p, "</p>\n");
}

/* A tick, a crossed equals sign, a bar: drawn, because few fonts have them alike. */
static void mark(struct page *p, enum doc_mark m, bool brief)
{
    static const char *const class[] = {"", "agrees", "differs", "cannot"};
    static const char *const path[] = {"", "M1.5 5.5 4 8 8.5 2",
                                       "M1 3.5H9M1 6.5H9M7 1 3 9", "M2 5H8"};
    if (m == DOC_PLAIN) return;
    buf_fmt(
        p->b,
        "<span class=\"mark %s\"><svg viewBox=\"0 0 10 10\" width=\"10\" height=\"10\" "
        "aria-hidden=\"true\"><path d=\"%s\"/></svg>",
        class[m], path[m]);
    if (brief) raw(p, "<span class=\"unseen\">");
    markup_put(p->b, doc_mark_word(p->d->lang, m));
    raw(p, brief ? "</span></span>" : "</span>");
}

/* A number of ours leads to the records behind it; what a paper printed does not. */
static bool open_link(struct page *p, const struct doc_cell *c, struct str rows)
{
    if (p->d->rows_at.n == 0 || rows.n == 0 || isnan(c->value) || c->mark != DOC_PLAIN)
        return false;
    raw(p, "<a href=\"");
    markup_put(p->b, p->d->rows_at);
    markup_put(p->b, rows);
    markup_put(p->b, p->d->rows_end);
    raw(p, "\">");
    return true;
}

static void put_cell(struct page *p, const struct doc_col *col, const struct doc_cell *c,
                     bool first, bool brief, struct str rows)
{
    bool row_head = first && !col->num && c->text.n > 0;
    raw(p, row_head ? "<th scope=\"row\"" : "<td");
    raw(p, col->num ? " class=\"num\">" : ">");
    if (c->strong) raw(p, "<strong>");
    bool linked = open_link(p, c, rows);
    text(p, c->text);
    if (linked) raw(p, "</a>");
    if (c->strong) raw(p, "</strong>");
    if (c->mark != DOC_PLAIN && c->text.n) raw(p, brief ? "&#160;" : " ");
    mark(p, c->mark, brief);
    raw(p, row_head ? "</th>" : "</td>");
}

static void col_head(struct page *p, const struct doc_col *c, int rows)
{
    /* An empty heading would be read aloud as one; then it is a plain cell. */
    raw(p, c->head.n ? "<th scope=\"col\"" : "<td");
    if (rows > 1) buf_fmt(p->b, " rowspan=\"%d\"", rows);
    raw(p, c->num ? " class=\"num\">" : ">");
    text(p, c->head);
    raw(p, c->head.n ? "</th>" : "</td>");
}

static void table_head(struct page *p, const struct doc_table *t)
{
    bool grouped = false;
    for (isize i = 0; i < t->n_cols; i++) grouped = grouped || t->col[i].group.n > 0;
    raw(p, "<thead>\n<tr>");
    for (isize i = 0; i < t->n_cols;) {
        isize end = i + 1;
        if (t->col[i].group.n == 0) {
            col_head(p, &t->col[i], grouped ? 2 : 1);
        } else {
            while (end < t->n_cols && str_eq(t->col[end].group, t->col[i].group)) end++;
            buf_fmt(p->b, "<th scope=\"colgroup\" colspan=\"%td\">", end - i);
            text(p, t->col[i].group);
            raw(p, "</th>");
        }
        i = end;
    }
    raw(p, "</tr>\n");
    if (grouped) {
        raw(p, "<tr>");
        for (isize i = 0; i < t->n_cols; i++)
            if (t->col[i].group.n) col_head(p, &t->col[i], 1);
        raw(p, "</tr>\n");
    }
    raw(p, "</thead>\n");
}

/* `number` 0: a table behind a figure, which the summary has named. */
static void put_table(struct page *p, const struct doc_table *t, isize number)
{
    buf_fmt(p->b,
            "<div class=\"wide\" id=\"table-%.*s\" role=\"region\" tabindex=\"0\" "
            "aria-labelledby=\"caption-%.*s\">\n<table>\n"
            "<caption id=\"caption-%.*s\"><span>",
            FMT(t->id), FMT(t->id), FMT(t->id));
    if (number) {
        raw(p, "<strong>");
        word(p, "DOC_TABLE");
        buf_fmt(p->b, " %td.</strong> ", number);
    }
    text(p, t->caption);
    raw(p, "</span></caption>\n");
    table_head(p, t);
    raw(p, "<tbody>\n");
    for (isize r = 0; r < t->n; r++) {
        struct doc_cell first = t->cell[r * t->n_cols];
        if (t->below.n > 0 && first.strong && first.text.n > 0) {
            buf_fmt(p->b, "<tr class=\"over\"><th scope=\"row\" colspan=\"%td\">",
                    t->n_cols);
            raw(p, "<strong>");
            text(p, first.text);
            raw(p, "</strong></th></tr>\n");
            first = (struct doc_cell){.text = t->below, .value = NAN};
        }
        raw(p, "<tr>");
        for (isize c = 0; c < t->n_cols; c++)
            put_cell(p, &t->col[c], c == 0 ? &first : &t->cell[r * t->n_cols + c], c == 0,
                     t->brief, t->cell[r * t->n_cols].rows);
        raw(p, "</tr>\n");
    }
    if (t->n == 0) {
        buf_fmt(p->b, "<tr><td colspan=\"%td\">", t->n_cols);
        word(p, "DOC_EMPTY");
        raw(p, "</td></tr>\n");
    }
    raw(p, "</tbody>\n</table>\n</div>\n");
    if (t->brief) {
        raw(p, "<p class=\"under\" aria-hidden=\"true\">");
        for (int m = DOC_AGREES; m <= DOC_CANNOT; m++) {
            mark(p, (enum doc_mark)m, false);
            raw(p, m < DOC_CANNOT ? " &#160; " : "</p>\n");
        }
    }
    for (isize i = 0; i < t->note.n; i++) para(p, "under", t->note.at[i]);
}

static void put_figure(struct page *p, const struct doc_block *f)
{
    isize number = ++p->figures;
    struct arena tmp = p->tmp;
    struct str id = str_fmt(&tmp, "figure-%.*s", FMT(f->id));
    struct str name = text_of(p->d->lang, "DOC_FIGURE");
    buf_fmt(p->b,
            "<figure id=\"%.*s\">\n<div class=\"wide\" role=\"region\" "
            "tabindex=\"0\" aria-label=\"%.*s %td\">\n",
            FMT(id), FMT(name), number);
    draw_svg(f->drawing, id, doc_typeset(f->text, &tmp), doc_typeset(f->desc, &tmp),
             p->b);
    raw(p, "</div>\n<figcaption><strong>");
    buf_fmt(p->b, "%.*s %td.</strong> ", FMT(name), number);
    text(p, f->text);
    raw(p, "</figcaption>\n</figure>\n");
    if (!f->table) return;
    raw(p, "<details>\n<summary>");
    struct str of = str_fmt(&tmp, "%td", number);
    markup_put(p->b, text_fill(p->d->lang, "DOC_BEHIND", &of, 1, &tmp));
    raw(p, "</summary>\n");
    put_table(p, f->table, 0);
    raw(p, "</details>\n");
}

static void put_block(struct page *p, const struct doc_block *b)
{
    switch (b->kind) {
    case DOC_HEADING: section(p, b->level, b->text); break;
    case DOC_PARA: para(p, NULL, b->text); break;
    case DOC_LEAD: para(p, "lead", b->text); break;
    case DOC_NOTE: note(p, b->text); break;
    case DOC_TABLE: put_table(p, b->table, ++p->tables); break;
    case DOC_FIGURE: put_figure(p, b); break;
    case DOC_BREAK: raw(p, "<div class=\"break\"></div>\n"); break;
    }
}

static void sources(struct page *p)
{
    if (p->d->source.n == 0) return;
    section(p, 2, text_of(p->d->lang, "DOC_SOURCES"));
    raw(p, "<dl>\n");
    for (isize i = 0; i < p->d->source.n; i++) {
        raw(p, "<dt>");
        text(p, p->d->source.at[i].head);
        raw(p, "</dt><dd>");
        markup_put(p->b, p->d->source.at[i].value);
        raw(p, "</dd>\n");
    }
    raw(p, "</dl>\n");
}

int doc_page(const struct doc *d, struct str *out, struct arena *a, struct err *e)
{
    TRY(doc_check(d, *a, e));
    /* The page grows at the end of the arena while scratch comes from a piece before
    ** it. */
    enum { SCRATCH = 1 << 20 };
    char *room = NEW_RAW(a, char, SCRATCH);
    struct buf b = buf_in(a, asset_css_n + (1 << 16));
    struct page p = {.d = d, .b = &b, .tmp = {.at = room, .end = room + SCRATCH}};
    head(&p);
    title(&p);
    raw(&p, "<main>\n");
    contents(&p);
    for (isize i = 0; i < d->n; i++) put_block(&p, &d->at[i]);
    sources(&p);
    raw(&p, "</main>\n</body>\n</html>\n");
    *out = buf_str(&b);
    return OK;
}

int doc_html(const struct doc *d, const char *dir, struct arena tmp, struct err *e)
{
    struct str page;
    TRY(doc_page(d, &page, &tmp, e));
    TRY(file_mkdirs(dir, e));
    const char *path = file_join(&tmp, dir, str_fmt(&tmp, "%.*s.html", FMT(d->id)).at);
    return file_publish(path, page, e);
}
