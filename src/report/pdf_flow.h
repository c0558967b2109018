/* Pages filled from top to bottom: a list of marks with their places, drawn afterwards.
**
** Laying out first and drawing later lets a page say how many there are and the contents
** say where things stand.  Lengths in points; y goes down from the top of the page. */
#ifndef VARDE_REPORT_PDF_FLOW_H
#define VARDE_REPORT_PDF_FLOW_H

#include "report/doc.h"
#include "report/pdf_type.h"

#define PDF_W    595.28 /* A4 */
#define PDF_H    841.89
#define PDF_LEFT 57.0
#define PDF_TOP  66.0

enum pdf_kind {
    PDF_TEXT,
    PDF_RULE, /* a line from x to x2 */
    PDF_BAR,  /* the bar beside a note, from y to y2 */
    PDF_SIGN, /* the sign of a mark */
    PDF_FIGURE,
    PDF_OPEN, /* structure for readers: a tag opens */
    PDF_CLOSE,
    PDF_SECTION /* a heading starts here: for the outline */
};

struct pdf_put {
    enum pdf_kind kind;
    int page; /* from 0 */
    double x, y, x2, y2;
    struct pdf_style style;
    enum draw_role ink;
    struct str text; /* text; name of the tag; title of the section */
    enum doc_mark mark;
    const struct drawing *drawing;
    double scale;
    int level;        /* of a section */
    isize link;       /* a text that leads to this section, from 1; 0: none */
    double thickness; /* of a rule */
};

struct pdf_flow {
    struct pdf_put *at; /* first, as PUSH wants it */
    isize n, cap;
    int page;
    double y; /* where the next thing goes */
    isize sections;
    double scale; /* of everything: 1, or larger type on the same paper */
    enum lang lang;
    struct pdf_type *type;
    struct arena *a;
};

double pdf_column(const struct pdf_flow *f); /* width and foot, in lengths of the flow */
double pdf_bottom(const struct pdf_flow *f);

void pdf_new_page(struct pdf_flow *f);
double pdf_left(const struct pdf_flow *f); /* height left on the page */
struct pdf_put *pdf_put(struct pdf_flow *f, enum pdf_kind kind);
void pdf_open(struct pdf_flow *f, const char *tag);
void pdf_close(struct pdf_flow *f, const char *tag);
void pdf_rule(struct pdf_flow *f, double x, double x2, double y, double thickness,
              enum draw_role ink);

/* A text broken into lines: an optional bold beginning, the text, an optional mark
** behind. */
struct pdf_words {
    struct str lead, text;
    enum doc_mark mark;
    bool brief; /* the mark's sign without its word */
    struct pdf_style style;
    enum draw_role ink;
    double leading;
};
struct pdf_line {
    isize first, n; /* words */
    double w;
};
struct pdf_word {
    struct str s;
    double w;
    bool bold, sign;
};
struct pdf_lines {
    struct pdf_word *word;
    struct pdf_line *line;
    isize n;
    double min_w; /* of the longest word */
    double all_w; /* on one line */
};

/* Room for everything on one line gives n = 1 with all_w. Words too long are cut. */
struct pdf_lines pdf_break(struct pdf_flow *f, const struct pdf_words *w, double room);
/* One line of it at the base line y, from x or ending at x (right). */
void pdf_put_line(struct pdf_flow *f, const struct pdf_words *w,
                  const struct pdf_lines *l, isize i, double x, double y, bool right);

/* A paragraph at x, over pages with at least two lines on each side; `after`: the air
** below. Returns nothing: f->y says where it ended. */
void pdf_para(struct pdf_flow *f, const struct pdf_words *w, double x, double room,
              const char *tag, double after);

/* A table with its caption, heads repeated on each page, notes below. */
void pdf_table(struct pdf_flow *f, const struct doc_table *t, struct str lead);
/* The height that must be free to start it. */
double pdf_table_start(struct pdf_flow *f, const struct doc_table *t);
/* The height of all of it on one page. */
double pdf_table_whole(struct pdf_flow *f, const struct doc_table *t);

/* Draws all pages; the writer adds head and foot. */
void pdf_draw(const struct pdf_flow *f, const struct pdf_put *p, cairo_t *cr,
              struct arena tmp);

#endif
