/* A4 pages for a journal or an archive.  The document is laid out first (pdf_flow), then
** drawn with head and foot, then given what cairo does not write (pdf_finish).  Nothing
** in the file depends on the clock: its dates are SOURCE_DATE_EPOCH's day, else the
** document's. */
#include "base/day.h"
#include "base/file.h"
#include "base/num.h"
#include "report/doc.h"
#include "report/draw_cairo.h"
#include "report/pdf_finish.h"
#include "report/pdf_flow.h"
#include <cairo-pdf.h>
#include <math.h>
#include <stdlib.h>

#define SMALLER 0.8 /* a figure may be so much smaller where that saves a page */
#define LETTER  1.3 /* type of a letter: 13 points, as guides to easy reading ask for */

struct layout {
    struct pdf_flow f;
    const struct doc *d;
    isize tables, figures;
    isize first_entry;  /* the puts of the contents, whose page numbers come last */
    struct str *figure; /* "Figure 3. " of each block that is one */
};

static struct pdf_words set(struct str text, double size, enum draw_role ink)
{
    return (struct pdf_words){
        .text = text, .style = {.size = size}, .ink = ink, .leading = 1.4 * size};
}

static struct str numbered(struct layout *p, const char *id, isize n)
{
    return str_fmt(p->f.a, "%.*s %td.", FMT(text_of(p->d->lang, id)), n);
}

static void title(struct layout *p)
{
    struct pdf_words w;
    if (p->d->date.n) {
        w = set(p->d->date, 9, DRAW_SOFT);
        pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "P", 2);
    }
    w = set(p->d->title, 21, DRAW_INK);
    w.style.bold = true;
    w.leading = 26;
    pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "H1", 4);
    if (p->d->subtitle.n) {
        w = set(p->d->subtitle, 11, DRAW_SOFT);
        pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "P", 0);
    }
    p->f.y += 18;
}

/* A line of the contents; the number of its page is filled in when it is known. */
static void entry(struct layout *p, isize section, struct str text, int level)
{
    double x = PDF_LEFT + (level > 2 ? 14 : 0),
           room = pdf_column(&p->f) - 40 - (x - PDF_LEFT);
    struct pdf_words w = set(text, 9.5, DRAW_INK);
    w.leading = 14;
    struct pdf_lines l = pdf_break(&p->f, &w, room);
    if (pdf_left(&p->f) < w.leading) pdf_new_page(&p->f);
    isize first = p->f.n;
    if (l.n) pdf_put_line(&p->f, &w, &l, 0, x, p->f.y + 10, false);
    for (isize i = first; i < p->f.n; i++) p->f.at[i].link = section;
    struct pdf_put *page = pdf_put(&p->f, PDF_TEXT);
    page->link = section;
    page->style = (struct pdf_style){.size = 9.5, .tabular = true};
    page->x2 = PDF_LEFT + pdf_column(&p->f); /* ends there */
    page->y = p->f.y + 10;
    p->f.y += w.leading;
}

static bool any_behind(const struct doc *d)
{
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DOC_FIGURE && d->at[i].table) return true;
    return false;
}

static isize count(const struct doc *d, enum doc_kind kind)
{
    isize n = 0;
    for (isize i = 0; i < d->n; i++) n += d->at[i].kind == kind;
    return n;
}

static void contents(struct layout *p)
{
    const struct doc *d = p->d;
    if (count(d, DOC_HEADING) < 3) return;
    struct pdf_words w = set(text_of(d->lang, "DOC_CONTENTS"), 11, DRAW_INK);
    w.style.bold = true;
    pdf_open(&p->f, "TOC");
    pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "P", 3);
    isize section = 0;
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DOC_HEADING)
            entry(p, ++section, d->at[i].text, d->at[i].level);
    if (any_behind(d)) entry(p, ++section, text_of(d->lang, "DOC_BEHIND_ALL"), 2);
    if (d->source.n) entry(p, ++section, text_of(d->lang, "DOC_SOURCES"), 2);
    pdf_close(&p->f, "TOC");
    p->f.y += 16;
}

/* Height of a figure as it is printed, with its caption. */
static double figure_scale(const struct layout *p, const struct drawing *g)
{
    double scale = fmin(1, pdf_column(&p->f) / fmax(g->w, 1));
    return fmin(scale, (pdf_bottom(&p->f) - PDF_TOP - 60) / fmax(g->h, 1));
}

/* What must fit below a heading or stay in one piece: the beginning of the next block. */
static double start_of(struct layout *p, isize i)
{
    if (i >= p->d->n) return 0;
    const struct doc_block *b = &p->d->at[i];
    switch (b->kind) {
    case DOC_HEADING: return 40 + start_of(p, i + 1);
    case DOC_TABLE: return pdf_table_start(&p->f, b->table);
    case DOC_FIGURE: return SMALLER * b->drawing->h * figure_scale(p, b->drawing) + 40;
    case DOC_BREAK: return 0;
    case DOC_PARA:
        return p->d->letter && i + 1 < p->d->n && b[1].kind != DOC_PARA
                   ? 30 + start_of(p, i + 1)
                   : 30;
    default: return 30;
    }
}

static void keep(struct pdf_flow *f, double h)
{
    if (h > pdf_left(f) && f->y > PDF_TOP) pdf_new_page(f);
}

static void section(struct layout *p, int level, struct str text, double below)
{
    struct pdf_words w = set(text, level > 2 ? 11 : 14, DRAW_INK);
    w.style.bold = true;
    w.leading = 1.25 * w.style.size;
    if (p->f.y > PDF_TOP) p->f.y += level > 2 ? 6 : 12;
    keep(&p->f, w.leading * 2 + 6 + below);
    struct pdf_put *s = pdf_put(&p->f, PDF_SECTION);
    s->text = text;
    s->level = level;
    p->f.sections++;
    pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), level > 2 ? "H3" : "H2", 5);
}

static void note(struct layout *p, struct str text)
{
    struct pdf_words w = set(text, 9.5, DRAW_INK);
    w.lead = str_fmt(p->f.a, "%.*s.", FMT(text_of(p->d->lang, "DOC_NOTE")));
    isize lines = pdf_break(&p->f, &w, pdf_column(&p->f) - 12).n;
    keep(&p->f, fmin((double)lines * w.leading, 200));
    int page = p->f.page;
    double from = p->f.y;
    pdf_para(&p->f, &w, PDF_LEFT + 12, pdf_column(&p->f) - 12, "Note", 0);
    struct pdf_put *bar = pdf_put(&p->f, PDF_BAR);
    bar->x = PDF_LEFT + 2;
    bar->y = p->f.page == page ? from : PDF_TOP;
    bar->y2 = p->f.y;
    bar->thickness = 2;
    bar->ink = DRAW_SOFT;
    p->f.y += 10;
}

static void figure(struct layout *p, isize i)
{
    const struct doc_block *b = &p->d->at[i];
    double scale = figure_scale(p, b->drawing), h = b->drawing->h * scale;
    struct pdf_words w = set(b->text, 9.5, DRAW_INK);
    w.lead = numbered(p, "DOC_FIGURE", ++p->figures);
    p->figure[i] = w.lead;
    double caption = w.leading * (double)pdf_break(&p->f, &w, pdf_column(&p->f)).n;
    p->f.y += p->f.y > PDF_TOP ? 6 : 0;
    /* A little smaller rather than on the next page. */
    double room = (pdf_left(&p->f) - 8 - caption) / fmax(h, 1);
    if (room < 1 && room >= SMALLER) {
        scale *= room;
        h *= room;
    }
    keep(&p->f, h + 8 + caption);
    pdf_open(&p->f, "Figure");
    struct pdf_put *g = pdf_put(&p->f, PDF_FIGURE);
    g->x = PDF_LEFT;
    g->drawing = b->drawing;
    g->scale = scale;
    pdf_close(&p->f, "Figure");
    p->f.y += h + 8;
    pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "Caption", 16);
}

static void block(struct layout *p, isize i)
{
    const struct doc_block *b = &p->d->at[i];
    struct pdf_words w;
    switch (b->kind) {
    case DOC_HEADING: section(p, b->level, b->text, start_of(p, i + 1)); break;
    case DOC_PARA:
        w = set(b->text, 10, DRAW_INK);
        if (p->d->letter && i + 1 < p->d->n && b[1].kind == DOC_TABLE)
            keep(&p->f, start_of(p, i + 1) + 30); /* words stay with what they say */
        pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "P", 8);
        break;
    case DOC_LEAD:
        w = set(b->text, 11.5, DRAW_INK);
        pdf_para(&p->f, &w, PDF_LEFT, pdf_column(&p->f), "P", 12);
        break;
    case DOC_NOTE: note(p, b->text); break;
    case DOC_TABLE:
        keep(&p->f, pdf_table_start(&p->f, b->table));
        pdf_table(&p->f, b->table,
                  p->d->letter ? S("") : numbered(p, "DOC_TABLE", ++p->tables));
        break;
    case DOC_FIGURE: figure(p, i); break;
    case DOC_BREAK:
        if (p->f.y > PDF_TOP) pdf_new_page(&p->f);
        break;
    }
}

static void behind(struct layout *p)
{
    if (!any_behind(p->d)) return;
    bool first = true;
    for (isize i = 0; i < p->d->n; i++) {
        const struct doc_block *b = &p->d->at[i];
        if (b->kind != DOC_FIGURE || !b->table) continue;
        double start = pdf_table_start(&p->f, b->table);
        if (first) section(p, 2, text_of(p->d->lang, "DOC_BEHIND_ALL"), start);
        first = false;
        keep(&p->f, start);
        pdf_table(&p->f, b->table, p->figure[i]);
    }
}

static void sources(struct layout *p)
{
    if (p->d->source.n == 0) return;
    section(p, 2, text_of(p->d->lang, "DOC_SOURCES"), 30);
    double left = 0;
    for (isize i = 0; i < p->d->source.n; i++) {
        struct pdf_words w = set(p->d->source.at[i].head, 9, DRAW_SOFT);
        left = fmax(left, pdf_break(&p->f, &w, 1e9).all_w);
    }
    left = fmin(left, 130) + 12;
    for (isize i = 0; i < p->d->source.n; i++) {
        struct pdf_words head = set(p->d->source.at[i].head, 9, DRAW_SOFT);
        struct pdf_words value = set(p->d->source.at[i].value, 8, DRAW_INK);
        isize lines = pdf_break(&p->f, &value, pdf_column(&p->f) - left).n;
        isize heads = pdf_break(&p->f, &head, left - 12).n;
        keep(&p->f, fmin(13 * (double)MAX(lines, heads), 200));
        double y = p->f.y;
        int page = p->f.page;
        pdf_para(&p->f, &head, PDF_LEFT, left - 12, "P", 0);
        double end = p->f.y;
        if (p->f.page == page) p->f.y = y;
        pdf_para(&p->f, &value, PDF_LEFT + left, pdf_column(&p->f) - left, "P", 0);
        if (p->f.page == page) p->f.y = fmax(p->f.y, end);
        p->f.y += 2;
    }
}

static void fill_contents(struct layout *p)
{
    isize n = 0;
    int *page = NEW(p->f.a, int, p->f.sections + 1);
    for (isize i = 0; i < p->f.n; i++)
        if (p->f.at[i].kind == PDF_SECTION) page[++n] = p->f.at[i].page + 1;
    for (isize i = 0; i < p->f.n; i++) {
        struct pdf_put *e = &p->f.at[i];
        if (e->link == 0 || e->x2 == 0) continue;
        e->text = str_fmt(p->f.a, "%d", page[e->link]);
        e->x = e->x2 - pdf_type_width(p->f.type, e->text, e->style);
    }
}

static void put_small(struct layout *p, cairo_t *cr, double x, double y, bool right,
                      struct str s)
{
    struct pdf_style small = {.size = 8};
    if (right) x -= pdf_type_width(p->f.type, s, small);
    draw_cairo_ink(cr, DRAW_SOFT);
    pdf_type_show(p->f.type, cr, x, y, s, small);
}

static void head_and_foot(struct layout *p, cairo_t *cr, int page)
{
    struct arena tmp = *p->f.a;
    double right = PDF_LEFT + pdf_column(&p->f);
    struct str title = pdf_type_clean(p->d->title, &tmp), line[2];
    struct str date = pdf_type_clean(p->d->date, &tmp);
    if (page > 0) {
        draw_wrap(title, 8, false, pdf_column(&p->f) - 90, line, 2);
        put_small(p, cr, PDF_LEFT, 42, false, title.n ? line[0] : title);
        if (date.n <= 10) put_small(p, cr, right, 42, true, date);
        draw_cairo_ink(cr, DRAW_GRID);
        cairo_set_line_width(cr, 0.5);
        cairo_set_dash(cr, NULL, 0, 0);
        cairo_move_to(cr, PDF_LEFT, 48);
        cairo_line_to(cr, right, 48);
        cairo_stroke(cr);
    }
    const struct str number[] = {str_fmt(&tmp, "%d", page + 1),
                                 str_fmt(&tmp, "%d", p->f.page + 1)};
    put_small(p, cr, right, PDF_H / p->f.scale - 36, true,
              text_fill(p->d->lang, "DOC_PAGE_OF", number, 2, &tmp));
    put_small(
        p, cr, PDF_LEFT, PDF_H / p->f.scale - 36, false,
        str_fmt(&tmp, "Varde \xC2\xB7 %.*s", FMT(p->d->foot.n ? p->d->foot : p->d->id)));
}

/* Where a section stands, for links. */
static struct str place_of(const struct layout *p, const struct pdf_put *h,
                           struct arena *a)
{
    return str_fmt(a, "page=%d pos=[%d %d]", h->page + 1, (int)(PDF_LEFT * p->f.scale),
                   (int)(h->y * p->f.scale));
}

/* Sections in the outline; level 3 hangs under the last of level 2. */
static void outline(struct layout *p, cairo_surface_t *s)
{
    int parent = CAIRO_PDF_OUTLINE_ROOT;
    for (isize i = 0; i < p->f.n; i++) {
        const struct pdf_put *h = &p->f.at[i];
        if (h->kind != PDF_SECTION) continue;
        struct arena tmp = *p->f.a;
        struct str place = place_of(p, h, &tmp);
        const char *text = str_c(pdf_type_clean(h->text, &tmp), &tmp);
        int id = cairo_pdf_surface_add_outline(
            s, h->level > 2 ? parent : CAIRO_PDF_OUTLINE_ROOT, text, place.at,
            CAIRO_PDF_OUTLINE_FLAG_OPEN);
        if (h->level <= 2) parent = id;
    }
}

static void draw_one(struct layout *p, cairo_t *cr, const struct pdf_put *e,
                     const struct pdf_put **section)
{
    if (e->link == 0) {
        pdf_draw(&p->f, e, cr, *p->f.a);
        return;
    }
    struct arena tmp = *p->f.a;
    struct str to = place_of(p, section[e->link], &tmp);
    cairo_tag_begin(cr, CAIRO_TAG_LINK, to.at);
    pdf_draw(&p->f, e, cr, tmp);
    cairo_tag_end(cr, CAIRO_TAG_LINK);
}

static void draw_pages(struct layout *p, cairo_t *cr)
{
    const struct pdf_put **section =
        NEW(p->f.a, const struct pdf_put *, p->f.sections + 1);
    isize n = 0, i = 0;
    for (isize k = 0; k < p->f.n; k++)
        if (p->f.at[k].kind == PDF_SECTION) section[++n] = &p->f.at[k];
    cairo_tag_begin(cr, "Document", NULL);
    for (int page = 0; page <= p->f.page; page++) {
        for (; i < p->f.n && p->f.at[i].page == page; i++)
            draw_one(p, cr, &p->f.at[i], section);
        head_and_foot(p, cr, page);
        if (page == p->f.page) cairo_tag_end(cr, "Document");
        cairo_show_page(cr);
    }
}

/* SOURCE_DATE_EPOCH (seconds) as a day, else the document's day, else the first there
** was. */
static struct str day_of_file(const struct doc *d, struct arena *a)
{
    struct err e;
    i64 epoch = 0;
    day on = 0;
    const char *set_by = getenv("SOURCE_DATE_EPOCH");
    if (set_by && num_read_int(str_of(set_by), 0, 253402300799, &epoch, &e) == OK)
        on = (day)(epoch / 86400);
    else if (day_read(d->date, &on, &e) != OK)
        on = 0;
    return day_text(on, a);
}

static cairo_status_t collect(void *closure, const unsigned char *at, unsigned n)
{
    buf_put(closure, (struct str){(const char *)at, (isize)n});
    return CAIRO_STATUS_SUCCESS;
}

static void properties(cairo_surface_t *s, const struct doc *d, struct arena tmp)
{
    struct str on = day_of_file(d, &tmp);
    const char *date = str_fmt(&tmp, "%.*sT00:00:00Z", FMT(on)).at;
    const char *title = str_c(pdf_type_clean(d->title, &tmp), &tmp);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "Varde");
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, date);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_MOD_DATE, date);
}

/* A figure that goes to the next page lets a table behind it fill this one. */
static bool goes_before(struct layout *p, isize i)
{
    const struct doc_block *b = &p->d->at[i];
    if (b->kind != DOC_FIGURE || i + 1 >= p->d->n || b[1].kind != DOC_TABLE) return false;
    return start_of(p, i) + 6 > pdf_left(&p->f) &&
           pdf_table_whole(&p->f, b[1].table) <= pdf_left(&p->f);
}

static void lay_out(struct layout *p)
{
    p->f.y = PDF_TOP;
    title(p);
    contents(p);
    for (isize i = 0; i < p->d->n; i++) {
        if (!goes_before(p, i)) {
            block(p, i);
            continue;
        }
        block(p, i + 1);
        block(p, i);
        i++;
    }
    behind(p);
    sources(p);
    fill_contents(p);
}

/* The file grows in an arena of its own: it is written while scratch is taken. */
static int pages(const struct doc *d, struct buf *b, struct arena tmp, struct err *e)
{
    struct layout p = {.d = d, .f = {.a = &tmp, .lang = d->lang}};
    p.f.scale = d->letter ? LETTER : 1;
    p.figure = NEW(&tmp, struct str, d->n);
    p.f.type = pdf_type_open(&tmp);
    if (!p.f.type)
        return err_set(e, E_NO_MEMORY, "%.*s: the fonts cannot be opened", FMT(d->id));
    lay_out(&p);
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(collect, b, PDF_W, PDF_H);
    cairo_t *cr = cairo_create(s);
    cairo_scale(cr, p.f.scale, p.f.scale);
    cairo_font_options_t *exact = cairo_font_options_create();
    cairo_font_options_set_hint_style(exact, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(exact, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(cr, exact);
    cairo_font_options_destroy(exact);
    properties(s, d, tmp);
    draw_pages(&p, cr);
    outline(&p, s);
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(s);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(s);
    cairo_surface_destroy(s);
    pdf_type_close(p.f.type);
    if (status != CAIRO_STATUS_SUCCESS)
        return err_set(e, E_IO, "%.*s: the pages could not be drawn: %s", FMT(d->id),
                       cairo_status_to_string(status));
    pdf_finish(b, d, tmp);
    return OK;
}

int doc_pdf_bytes(const struct doc *d, struct str *out, struct arena *a, struct err *e)
{
    TRY(doc_check(d, *a, e));
    struct arena grows = arena_reserve((isize)1 << 28);
    if (!grows.base)
        return err_set(e, E_NO_MEMORY, "%.*s: no room to make the pages", FMT(d->id));
    struct buf b = buf_in(&grows, 1 << 16);
    int code = pages(d, &b, *a, e);
    if (code == OK) *out = str_dup(buf_str(&b), a);
    arena_release(&grows);
    return code;
}

int doc_pdf(const struct doc *d, const char *dir, struct arena tmp, struct err *e)
{
    struct str bytes;
    TRY(doc_pdf_bytes(d, &bytes, &tmp, e));
    TRY(file_mkdirs(dir, e));
    const char *path = file_join(&tmp, dir, str_fmt(&tmp, "%.*s.pdf", FMT(d->id)).at);
    return file_publish(path, bytes, e);
}
