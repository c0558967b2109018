#include "report/pdf_flow.h"
#include "report/draw_cairo.h"
#include "report/markup.h"
#include <math.h>

#define SIGN_W 12.0 /* a sign and the air behind it */

double pdf_column(const struct pdf_flow *f)
{
    return PDF_W / f->scale - 2 * PDF_LEFT;
}

double pdf_bottom(const struct pdf_flow *f)
{
    return PDF_H / f->scale - PDF_TOP;
}

void pdf_new_page(struct pdf_flow *f)
{
    f->page++;
    f->y = PDF_TOP;
}

double pdf_left(const struct pdf_flow *f)
{
    return pdf_bottom(f) - f->y;
}

struct pdf_put *pdf_put(struct pdf_flow *f, enum pdf_kind kind)
{
    struct pdf_put *p = PUSH(f->a, f);
    *p = (struct pdf_put){.kind = kind, .page = f->page, .y = f->y};
    return p;
}

void pdf_open(struct pdf_flow *f, const char *tag)
{
    pdf_put(f, PDF_OPEN)->text = str_of(tag);
}

void pdf_close(struct pdf_flow *f, const char *tag)
{
    pdf_put(f, PDF_CLOSE)->text = str_of(tag);
}

void pdf_rule(struct pdf_flow *f, double x, double x2, double y, double thickness,
              enum draw_role ink)
{
    struct pdf_put *p = pdf_put(f, PDF_RULE);
    p->x = x;
    p->x2 = x2;
    p->y = y;
    p->thickness = thickness;
    p->ink = ink;
}

static isize count_words(struct str s)
{
    isize n = 1;
    for (isize i = 0; i < s.n; i++) n += s.at[i] == ' ';
    return n;
}

/* Words of s behind those there are; a word wider than the room is cut into pieces. */
static isize add_words(struct pdf_flow *f, struct pdf_word **word, isize n, struct str s,
                       struct pdf_style style, double room)
{
    struct str rest = pdf_type_clean(s, f->a), one;
    while (str_cut(&rest, ' ', &one)) {
        while (one.n) {
            double w = pdf_type_width(f->type, one, style);
            isize end = one.n;
            if (w > room + 1e-6) { /* by the built-in widths, at least one character */
                struct str line[2];
                end = draw_wrap(one, style.size, style.bold, room, line, 2) > 1
                          ? line[0].n
                          : one.n;
                w = pdf_type_width(f->type, str_upto(one, end), style);
            }
            (*word)[n++] = (struct pdf_word){str_upto(one, end), w, style.bold, false};
            one = str_from(one, end);
        }
    }
    return n;
}

struct pdf_lines pdf_break(struct pdf_flow *f, const struct pdf_words *w, double room)
{
    struct pdf_lines l = {0};
    struct str mark = doc_mark_word(f->lang, w->mark);
    if (w->brief) mark = S("");
    struct pdf_style bold = w->style;
    bold.bold = true;
    /* Cut words make more of them: at most one for each character. */
    isize most = w->lead.n + w->text.n + mark.n + 4;
    if (room > 1e6)
        most = count_words(w->lead) + count_words(w->text) + count_words(mark);
    l.word = NEW_RAW(f->a, struct pdf_word, most);
    isize n = add_words(f, &l.word, 0, w->lead, bold, room);
    n = add_words(f, &l.word, n, w->text, w->style, room);
    isize sign = n;
    if (w->brief && w->mark != DOC_PLAIN) /* a word without letters */
        l.word[n++] = (struct pdf_word){.bold = w->style.bold};
    else
        n = add_words(f, &l.word, n, mark, w->style, room);
    if (n > sign) l.word[sign].sign = true, l.word[sign].w += SIGN_W;
    double blank = pdf_type_width(f->type, S(" "), w->style);
    l.line = NEW_RAW(f->a, struct pdf_line, n + 1);
    for (isize i = 0; i < n; i++) {
        struct pdf_line *now = l.line + MAX(l.n - 1, 0); /* if there is one */
        /* A mark of several words stays together with its sign. */
        double ahead = l.word[i].w;
        if (i == sign)
            for (isize k = i + 1; k < n; k++) ahead += blank + l.word[k].w;
        bool fits = l.n && now->w + blank + ahead <= room + 1e-6;
        if (fits || (l.n && i > sign && ahead + now->w + blank <= room + 1e-6)) {
            now->w += blank + l.word[i].w;
            now->n++;
        } else {
            l.line[l.n++] = (struct pdf_line){i, 1, l.word[i].w};
        }
        l.min_w = fmax(l.min_w, i == sign ? ahead : l.word[i].w);
        l.all_w += l.word[i].w + (i ? blank : 0);
    }
    return l;
}

/* Neighbours of one weight become one text, so that what is copied has its blanks. */
void pdf_put_line(struct pdf_flow *f, const struct pdf_words *w,
                  const struct pdf_lines *l, isize i, double x, double y, bool right)
{
    const struct pdf_line *line = &l->line[i];
    if (right) x -= line->w;
    isize end = line->first + line->n;
    for (isize k = line->first; k < end;) {
        const struct pdf_word *first = &l->word[k];
        enum draw_role ink = w->ink;
        if (first->sign) {
            struct pdf_put *p = pdf_put(f, PDF_SIGN);
            p->x = x + 2;
            p->y = y;
            p->ink = ink;
            p->mark = w->mark;
            x += SIGN_W;
        }
        struct buf b = buf_in(f->a, 80);
        for (bool same = true; same;
             same = k < end && l->word[k].bold == first->bold && !l->word[k].sign) {
            if (b.n) buf_putc(&b, ' ');
            buf_put(&b, l->word[k++].s);
        }
        if (k < end || i + 1 < l->n) buf_putc(&b, ' '); /* also for who reads it aloud */
        struct pdf_put *p = pdf_put(f, PDF_TEXT);
        p->x = x;
        p->y = y;
        p->style = w->style;
        p->style.bold = first->bold;
        p->ink = ink;
        p->text = buf_str(&b);
        if (k < end) x += pdf_type_width(f->type, p->text, p->style);
    }
}

void pdf_para(struct pdf_flow *f, const struct pdf_words *w, double x, double room,
              const char *tag, double after)
{
    struct pdf_lines l = pdf_break(f, w, room);
    if (l.n == 0) return;
    double rise = 0.76 * w->style.size + (w->leading - w->style.size) / 2;
    isize i = 0;
    while (i < l.n) {
        isize fit = (isize)floor((pdf_left(f) + 1e-6) / w->leading), left = l.n - i;
        if (fit < left) {                       /* it goes on: two lines at least on */
            if (left - fit < 2) fit = left - 2; /* each side, or all of a short one */
            if (fit < 2 || left < 4) fit = 0;
        }
        fit = MIN(fit, left);
        if (fit <= 0 && f->y <= PDF_TOP) fit = left;
        if (fit > 0) {
            pdf_open(f, tag);
            for (isize k = 0; k < fit; k++, i++, f->y += w->leading)
                pdf_put_line(f, w, &l, i, x, f->y + rise, false);
            pdf_close(f, tag);
        }
        if (i < l.n) pdf_new_page(f);
    }
    f->y += after;
}

static void draw_sign(cairo_t *cr, enum doc_mark m, double x, double y)
{
    static const double tick[] = {0, -2.6, 2.2, -0.6, 6, -6};
    cairo_set_line_width(cr, 1.1);
    cairo_set_dash(cr, NULL, 0, 0);
    cairo_new_path(cr); /* text leaves its end as the current point */
    if (m == DOC_AGREES) {
        for (int i = 0; i < 3; i++)
            cairo_line_to(cr, x + tick[2 * i], y + tick[2 * i + 1]);
    } else if (m == DOC_DIFFERS) {
        cairo_move_to(cr, x, y - 4.4);
        cairo_line_to(cr, x + 6.5, y - 4.4);
        cairo_move_to(cr, x, y - 1.9);
        cairo_line_to(cr, x + 6.5, y - 1.9);
        cairo_move_to(cr, x + 1.6, y + 0.2);
        cairo_line_to(cr, x + 5, y - 6.5);
    } else {
        cairo_move_to(cr, x + 1, y - 3);
        cairo_line_to(cr, x + 5.5, y - 3);
    }
    cairo_stroke(cr);
}

void pdf_draw(const struct pdf_flow *f, const struct pdf_put *p, cairo_t *cr,
              struct arena tmp)
{
    draw_cairo_ink(cr, p->ink);
    switch (p->kind) {
    case PDF_TEXT: pdf_type_show(f->type, cr, p->x, p->y, p->text, p->style); break;
    case PDF_RULE:
    case PDF_BAR:
        cairo_set_line_width(cr, p->thickness);
        cairo_set_dash(cr, NULL, 0, 0);
        cairo_move_to(cr, p->x, p->y);
        cairo_line_to(cr, p->kind == PDF_RULE ? p->x2 : p->x,
                      p->kind == PDF_RULE ? p->y : p->y2);
        cairo_stroke(cr);
        break;
    case PDF_SIGN: draw_sign(cr, p->mark, p->x, p->y); break;
    case PDF_FIGURE:
        draw_cairo(p->drawing, cr, f->type, p->x, p->y, p->scale, tmp);
        break;
    case PDF_OPEN: cairo_tag_begin(cr, str_c(p->text, &tmp), NULL); break;
    case PDF_CLOSE: cairo_tag_end(cr, str_c(p->text, &tmp)); break;
    case PDF_SECTION: break;
    }
}
