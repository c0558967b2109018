/* Tables as journals set them: rules above, under the heads and below, none between
** columns; numbers to the right in digits of one width; words wrapped where the columns
** do not fit. */
#include "report/pdf_flow.h"
#include <math.h>

enum { MAX_GAP = 26, MIN_GAP = 9, PAD = 3 };
enum { MANY = 8 }; /* with as many columns smaller type comes before wrapped words */

struct columns {
    const struct doc_table *t;
    double *x, *w; /* left edge and width */
    double gap, right;
    double size, leading;
    bool grouped, wraps;
};

static struct pdf_words words_of(const struct columns *c, struct str s, bool head)
{
    return (struct pdf_words){
        .text = s,
        .style = {.size = head ? c->size - 0.5 : c->size, .tabular = !head},
        .ink = head ? DRAW_SOFT : DRAW_INK,
        .leading = c->leading};
}

/* The first cell of row r, when it stands on a line over the whole table. */
static const struct doc_cell *over(const struct doc_table *t, isize r)
{
    const struct doc_cell *c = &t->cell[r * t->n_cols];
    return t->below.n > 0 && c->strong && c->text.n > 0 ? c : NULL;
}

static struct pdf_words cell_words(const struct columns *c, const struct doc_cell *cell)
{
    struct pdf_words w = words_of(c, cell->text, false);
    w.mark = cell->mark;
    w.brief = c->t->brief;
    w.style.bold = cell->strong;
    return w;
}

/* The narrowest a column can be and the width at which nothing wraps.  Numbers never
** wrap. */
static void natural(struct pdf_flow *f, const struct columns *c, isize i, double *min,
                    double *max)
{
    const struct doc_table *t = c->t;
    struct arena *keep = f->a, tmp = *f->a;
    f->a = &tmp;
    struct pdf_words w = words_of(c, t->col[i].head, true);
    struct pdf_lines l = pdf_break(f, &w, 1e9);
    *min = l.min_w;
    *max = fmin(l.all_w, fmax(l.min_w, 70)); /* heads may wrap: they do not widen */
    for (isize r = 0; r < t->n; r++) {
        tmp = *keep;
        const struct doc_cell *cell = &t->cell[r * t->n_cols + i];
        if (cell->text.n == 0 && cell->mark == DOC_PLAIN) continue;
        w = cell_words(c, cell);
        if (i == 0 && over(t, r)) w = words_of(c, t->below, false);
        l = pdf_break(f, &w, 1e9);
        bool whole = t->col[i].num && (t->brief || cell->mark == DOC_PLAIN);
        *min = fmax(*min, whole ? l.all_w : l.min_w);
        *max = fmax(*max, l.all_w);
    }
    *max = fmax(*max, *min);
    f->a = keep;
}

/* A heading over several columns may be wider than they are: the last one gives way. */
static void widen_groups(struct pdf_flow *f, const struct columns *c, double *min,
                         double *max)
{
    const struct doc_table *t = c->t;
    for (isize i = 0; i < t->n_cols;) {
        isize end = i + 1;
        while (end < t->n_cols && t->col[i].group.n &&
               str_eq(t->col[end].group, t->col[i].group))
            end++;
        if (t->col[i].group.n) {
            struct pdf_words w = words_of(c, t->col[i].group, true);
            double need = pdf_break(f, &w, 1e9).min_w, has = 0, least = 0;
            for (isize k = i; k < end; k++) has += max[k], least += min[k];
            double gaps = (double)(end - i - 1) * MIN_GAP;
            if (has + gaps < need) max[end - 1] += need - has - gaps;
            if (least + gaps < need) min[end - 1] += need - least - gaps;
        }
        i = end;
    }
}

/* Columns that cannot all have their least width: only the widest give way, all to one
** width, so that a column of numbers beside a very long word stays whole. */
static double widest(const double *min, isize n, double room)
{
    double cap = room / (double)n;
    for (isize round = 0; round < n; round++) {
        double rest = room;
        isize wide = 0;
        for (isize i = 0; i < n; i++) {
            if (min[i] > cap)
                wide++;
            else
                rest -= min[i];
        }
        if (wide == 0) break;
        cap = rest / (double)wide;
    }
    return cap;
}

/* Widths as k times the root of what a column would take on one line, within its bounds,
** so that short columns stay whole and long ones get more lines, not all of the page; k
** such that they fill the room. */
static double roots(const double *min, const double *max, isize n, double room)
{
    double low = 0, high = room;
    for (int step = 0; step < 40; step++) {
        double k = (low + high) / 2, sum = 0;
        for (isize i = 0; i < n; i++) sum += fmin(fmax(k * sqrt(max[i]), min[i]), max[i]);
        if (sum > room)
            high = k;
        else
            low = k;
    }
    return low;
}

/* Widths that fill no more than the page: all natural if they fit, else words wrap; if
** even the least widths are too wide, the type gets smaller. */
static bool fit(struct pdf_flow *f, struct columns *c, bool last)
{
    const struct doc_table *t = c->t;
    isize n = t->n_cols;
    double *min = NEW(f->a, double, n), *max = NEW(f->a, double, n);
    double least = 0, most = 0, gaps = (double)MAX(n - 1, 1);
    for (isize i = 0; i < n; i++) natural(f, c, i, &min[i], &max[i]);
    widen_groups(f, c, min, max);
    for (isize i = 0; i < n; i++) least += min[i], most += max[i];
    double room = pdf_column(f) - MIN_GAP * (double)(n - 1);
    if (least > room && !last) return false;
    double root = most > room && least <= room ? roots(min, max, n, room) : 0;
    double cap = least > room ? widest(min, n, room) : least;
    c->gap = fmin(fmax((pdf_column(f) - most) / gaps, MIN_GAP), MAX_GAP);
    c->wraps = most > room;
    double x = PDF_LEFT;
    for (isize i = 0; i < n; i++) {
        c->x[i] = x;
        c->w[i] = most <= room   ? max[i]
                  : least > room ? fmin(min[i], cap)
                                 : fmin(fmax(root * sqrt(max[i]), min[i]), max[i]);
        c->right = x + c->w[i];
        x = c->right + c->gap;
    }
    if (t->n == 0) c->right = fmax(c->right, PDF_LEFT + 60); /* room to say so */
    return true;
}

static struct columns columns_of(struct pdf_flow *f, const struct doc_table *t)
{
    struct columns c = {.t = t};
    c.x = NEW(f->a, double, t->n_cols);
    c.w = NEW(f->a, double, t->n_cols);
    for (isize i = 0; i < t->n_cols; i++) c.grouped = c.grouped || t->col[i].group.n > 0;
    static const double size[] = {9, 8.5, 8, 7.5, 7, 6.5};
    for (isize i = 0; i < COUNT(size); i++) {
        c.size = size[i];
        c.leading = size[i] * 1.33;
        if (fit(f, &c, i == COUNT(size) - 1) && (!c.wraps || t->n_cols < MANY || i >= 2))
            break;
    }
    return c;
}

static double rise(const struct columns *c)
{
    return PAD + 0.9 * c->size;
}

/* Heads stand on one line at the bottom of their row. */
static isize head_lines(struct pdf_flow *f, const struct columns *c, isize i, double y,
                        isize rows, bool put)
{
    struct pdf_words w = words_of(c, c->t->col[i].head, true);
    struct pdf_lines l = pdf_break(f, &w, c->w[i]);
    bool right = c->t->col[i].num;
    if (put && l.n) pdf_open(f, "TH");
    for (isize k = 0; put && k < l.n; k++)
        pdf_put_line(f, &w, &l, k, right ? c->x[i] + c->w[i] : c->x[i],
                     y + rise(c) + c->leading * (double)(rows - l.n + k), right);
    if (put && l.n) pdf_close(f, "TH");
    return l.n;
}

static isize group_lines(struct pdf_flow *f, const struct columns *c, isize i, isize end,
                         double y, isize rows, bool put)
{
    struct pdf_words w = words_of(c, c->t->col[i].group, true);
    double x2 = c->x[end - 1] + c->w[end - 1], room = x2 - c->x[i];
    struct pdf_lines l = pdf_break(f, &w, room);
    if (!put) return l.n;
    pdf_open(f, "TH");
    for (isize k = 0; k < l.n; k++)
        pdf_put_line(f, &w, &l, k, c->x[i] + (room - l.line[k].w) / 2,
                     y + rise(c) + c->leading * (double)(rows - l.n + k), false);
    pdf_close(f, "TH");
    pdf_rule(f, c->x[i], x2, y + c->leading * (double)rows + 2 * PAD - 1, 0.4, DRAW_SOFT);
    return l.n;
}

static isize group_row(struct pdf_flow *f, const struct columns *c, double y, isize rows,
                       bool put)
{
    isize most = 0;
    for (isize i = 0; i < c->t->n_cols;) {
        isize end = i + 1;
        struct str g = c->t->col[i].group;
        while (g.n && end < c->t->n_cols && str_eq(c->t->col[end].group, g)) end++;
        isize n = g.n ? group_lines(f, c, i, end, y, rows, put) : 0;
        most = MAX(most, n);
        i = end;
    }
    return most;
}

/* Draws the heads (put) or only says how high they are. */
static double heads(struct pdf_flow *f, const struct columns *c, double y, bool put)
{
    isize groups = c->grouped ? group_row(f, c, y, 0, false) : 0, rows = 1;
    for (isize i = 0; i < c->t->n_cols; i++) {
        isize n = head_lines(f, c, i, y, 0, false);
        rows = MAX(rows, n);
    }
    double group_h = groups ? c->leading * (double)groups + 2 * PAD : 0;
    double h = group_h + c->leading * (double)rows + 2 * PAD;
    if (!put) return h;
    pdf_rule(f, PDF_LEFT, c->right, y, 0.9, DRAW_INK);
    if (groups) {
        pdf_open(f, "TR");
        group_row(f, c, y, groups, true);
        pdf_close(f, "TR");
    }
    pdf_open(f, "TR");
    for (isize i = 0; i < c->t->n_cols; i++) head_lines(f, c, i, y + group_h, rows, true);
    pdf_close(f, "TR");
    pdf_rule(f, PDF_LEFT, c->right, y + h, 0.5, DRAW_INK);
    return h;
}

/* A name over the numbers of its row; returns its height. */
static double over_line(struct pdf_flow *f, const struct columns *c,
                        const struct doc_cell *name, double y, bool put)
{
    struct pdf_words w = cell_words(c, name);
    struct pdf_lines l = pdf_break(f, &w, c->right - PDF_LEFT);
    if (put) {
        pdf_open(f, "TR");
        pdf_open(f, "TH");
        for (isize k = 0; k < l.n; k++)
            pdf_put_line(f, &w, &l, k, PDF_LEFT, y + rise(c) + c->leading * (double)k,
                         false);
        pdf_close(f, "TH");
        pdf_close(f, "TR");
    }
    return c->leading * (double)l.n;
}

/* `carried`: the name of the group that goes on from the page before, in the first
** column. */
static double row(struct pdf_flow *f, const struct columns *c, isize r,
                  struct str carried, double y, bool put)
{
    isize most = 1;
    const struct doc_cell *name = over(c->t, r);
    double h = name ? over_line(f, c, name, y, put) : 0;
    if (put) pdf_open(f, "TR");
    for (isize i = 0; i < c->t->n_cols; i++) {
        const struct doc_col *col = &c->t->col[i];
        struct pdf_words w = cell_words(c, &c->t->cell[r * c->t->n_cols + i]);
        if (i == 0 && carried.n) w.text = carried, w.ink = DRAW_SOFT;
        if (i == 0 && name) w = words_of(c, c->t->below, false);
        const char *tag = i == 0 && !col->num ? "TH" : "TD";
        if (put) pdf_open(f, tag);
        struct pdf_lines l = pdf_break(f, &w, c->w[i]);
        for (isize k = 0; put && k < l.n; k++)
            pdf_put_line(f, &w, &l, k, col->num ? c->x[i] + c->w[i] : c->x[i],
                         y + h + rise(c) + c->leading * (double)k, col->num);
        if (put) pdf_close(f, tag);
        most = MAX(most, l.n);
    }
    if (put) pdf_close(f, "TR");
    return h + c->leading * (double)most + 2 * PAD - 1;
}

static struct pdf_words caption_of(struct pdf_flow *f, const struct doc_table *t,
                                   struct str lead, bool more)
{
    struct str text = t->caption;
    if (more) {
        struct str word = text_of(f->lang, "DOC_CONTINUED");
        text = str_fmt(f->a, "%.*s%s(%.*s)", FMT(text), text.n ? " " : "", FMT(word));
    }
    return (struct pdf_words){
        .lead = lead, .text = text, .style = {.size = 9.5}, .leading = 13};
}

static double notes_height(struct pdf_flow *f, const struct doc_table *t)
{
    double h = t->brief ? 11 : 0;
    for (isize i = 0; i < t->note.n; i++) {
        struct pdf_words w = {.text = t->note.at[i], .style = {.size = 8}};
        h += 11 * (double)pdf_break(f, &w, pdf_column(f)).n + 1.5;
    }
    return h;
}

/* Caption, heads and the first `rows` rows. */
static double height(struct pdf_flow *f, const struct doc_table *t, isize rows)
{
    struct arena *keep = f->a, tmp = *f->a;
    f->a = &tmp;
    struct columns c = columns_of(f, t);
    double h = 13 + 6 + heads(f, &c, 0, false);
    for (isize r = 0; r < MIN(rows, t->n); r++) h += row(f, &c, r, S(""), 0, false);
    f->a = keep;
    return h;
}

double pdf_table_whole(struct pdf_flow *f, const struct doc_table *t)
{
    return height(f, t, t->n) + notes_height(f, t);
}

double pdf_table_start(struct pdf_flow *f, const struct doc_table *t)
{
    double h = height(f, t, 3), all = pdf_table_whole(f, t);
    /* In one piece if it fits here, or if going to the next page wastes little of this
    ** one. */
    double page = pdf_bottom(f) - PDF_TOP;
    if (f->scale > 1) return fmin(h, all); /* a letter leaves no half pages empty */
    bool spare = pdf_left(f) < page / 4 && all < page / 2;
    return all <= pdf_left(f) || spare ? all : h;
}

static void empty_row(struct pdf_flow *f, const struct columns *c)
{
    struct pdf_words w = words_of(c, text_of(f->lang, "DOC_EMPTY"), true);
    struct pdf_lines l = pdf_break(f, &w, pdf_column(f));
    pdf_open(f, "TR");
    pdf_open(f, "TD");
    pdf_put_line(f, &w, &l, 0, PDF_LEFT, f->y + rise(c), false);
    pdf_close(f, "TD");
    pdf_close(f, "TR");
    f->y += c->leading + 2 * PAD;
}

/* Height without putting anything; measuring leaves nothing behind. */
static double row_height(struct pdf_flow *f, const struct columns *c, isize r,
                         struct str carried)
{
    struct arena *keep = f->a, tmp = *f->a;
    f->a = &tmp;
    double h = row(f, c, r, carried, 0, false);
    f->a = keep;
    return h;
}

/* A row with a strong beginning heads the next one and is not left alone above a break;
** the last row does not stand alone below one. */
static bool heads_next(const struct doc_table *t, isize r)
{
    return r + 1 < t->n && (t->cell[r * t->n_cols].strong || r + 2 == t->n);
}

/* The first column of row r is empty because its group began on a page before: its
** name. */
static struct str carried_to(const struct doc_table *t, isize r)
{
    if (t->col[0].num || t->cell[r * t->n_cols].text.n) return S("");
    while (r > 0 && t->cell[r * t->n_cols].text.n == 0) r--;
    return t->cell[r * t->n_cols].text;
}

/* One page's part of the rows, from *r on. */
static void part(struct pdf_flow *f, const struct columns *c, isize *r, struct str lead)
{
    struct pdf_words caption = caption_of(f, c->t, lead, *r > 0);
    pdf_para(f, &caption, PDF_LEFT, pdf_column(f), "Caption", 4);
    pdf_open(f, "Table");
    f->y += heads(f, c, f->y, true);
    struct str carried = *r > 0 && *r < c->t->n ? carried_to(c->t, *r) : S("");
    for (bool first = true; *r < c->t->n; first = false, carried = S("")) {
        double h = row_height(f, c, *r, carried);
        if (heads_next(c->t, *r)) h += row_height(f, c, *r + 1, S(""));
        if (h > pdf_left(f) && !first) break; /* a row higher than a page is cut off */
        if (!first) pdf_rule(f, PDF_LEFT, c->right, f->y, 0.3, DRAW_GRID);
        f->y += row(f, c, (*r)++, carried, f->y, true);
    }
    if (c->t->n == 0) empty_row(f, c);
    pdf_rule(f, PDF_LEFT, c->right, f->y, 0.9, DRAW_INK);
    pdf_close(f, "Table");
}

/* What the signs of a brief table mean, on one line. */
static void signs(struct pdf_flow *f)
{
    double x = PDF_LEFT;
    pdf_open(f, "P");
    for (int m = DOC_AGREES; m <= DOC_CANNOT; m++) {
        struct pdf_words w = {.mark = (enum doc_mark)m,
                              .style = {.size = 8},
                              .ink = DRAW_SOFT,
                              .leading = 11};
        struct pdf_lines l = pdf_break(f, &w, 1e9);
        pdf_put_line(f, &w, &l, 0, x, f->y + 7.5, false);
        x += l.all_w + 14;
    }
    pdf_close(f, "P");
    f->y += 11;
}

void pdf_table(struct pdf_flow *f, const struct doc_table *t, struct str lead)
{
    struct columns c = columns_of(f, t);
    isize r = 0;
    part(f, &c, &r, lead);
    while (r < t->n) {
        pdf_new_page(f);
        part(f, &c, &r, lead);
    }
    f->y += 4;
    if (t->brief) signs(f);
    for (isize i = 0; i < t->note.n; i++) {
        struct pdf_words w = {
            .text = t->note.at[i], .style = {.size = 8}, .ink = DRAW_SOFT, .leading = 11};
        pdf_para(f, &w, PDF_LEFT, pdf_column(f), "P", 1.5);
    }
    f->y += 16;
}
