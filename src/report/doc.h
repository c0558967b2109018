/* A document: what every report makes and every writer writes.
**
** A report builds blocks in reading order; texts come in the document's language, numbers
** twice: as the text that is printed and as the full double, which CSV and JSON carry.
** The writers are the lines of formats.def.  Same document, same bytes. */
#ifndef VARDE_REPORT_DOC_H
#define VARDE_REPORT_DOC_H

#include "base/text.h"
#include "report/draw.h"

enum doc_kind {
    DOC_HEADING, /* level 2 or 3; the title is level 1 */
    DOC_PARA,
    DOC_LEAD, /* the answer in words, at the top of what it answers */
    DOC_NOTE, /* a remark on the results above */
    DOC_TABLE,
    DOC_FIGURE,
    DOC_BREAK, /* a new page in print, nothing on screen */
};

/* How a number compares with a printed one: a word and a sign, never colour alone. */
enum doc_mark { DOC_PLAIN, DOC_AGREES, DOC_DIFFERS, DOC_CANNOT };

struct doc_cell {
    struct str text; /* as printed; "" is an empty cell */
    double value;    /* in full; NAN when the cell is words */
    enum doc_mark mark;
    bool strong;
    struct str rows; /* in the first cell of a row: the analysis behind its numbers */
};

struct doc_col {
    struct str key;   /* column name in CSV and JSON: lower case, a-z 0-9 _ */
    struct str head;  /* as printed */
    struct str group; /* heading over neighbours that share it; "" for none */
    bool num;         /* right-aligned */
};

struct doc_notes LIST(struct str);

struct doc_table {
    struct str id; /* a-z 0-9 -, unique in the document: file name of its CSV */
    struct str caption;
    const struct doc_col *col;
    isize n_cols;
    struct doc_cell *cell; /* n x n_cols, row by row */
    isize n, cap;
    struct doc_notes note; /* under the table */
    /* Marks by their sign alone, for tables with many; what the signs mean stands
    ** below. */
    bool brief;
    /* When not empty, a first cell that is strong stands on a line of its own over the
    ** whole table, and this word before the numbers of its row. */
    struct str below;
    struct arena *a;
};

struct doc_block {
    enum doc_kind kind;
    int level;
    struct str text;         /* heading, para, lead, note; figure: its caption */
    struct str id;           /* figure */
    struct str desc;         /* figure: for those who cannot see it */
    struct doc_table *table; /* table; figure: the numbers behind it */
    struct drawing *drawing; /* figure */
};

/* Where the numbers come from: (key in JSON, what it is, what it is here). */
struct doc_source {
    struct str key, head, value;
};
struct doc_sources LIST(struct doc_source);

struct doc {
    struct doc_block *at; /* first, as PUSH wants it */
    isize n, cap;
    struct str id; /* file name of the document: a-z 0-9 - */
    struct str title, subtitle;
    struct str foot; /* on each page of paper, what it is; empty: the id */
    struct str
        date; /* YYYY-MM-DD of the data, "" if none: head and properties of the PDF */
    enum lang lang;
    struct doc_sources source; /* printed at the end */
    bool
        letter; /* to one person, not to a journal: larger type, tables without numbers */
    /* Where the records behind a number are shown: rows_at, the analysis, rows_end make
    ** the address, to which a page links every number of ours.  Empty: no links, as in
    ** every file that is written. */
    struct str rows_at, rows_end;
    struct arena *a;
};

struct doc *doc_new(struct str id, struct str title, enum lang lang, struct arena *a);
/* Texts that are empty are left out. */
void doc_heading(struct doc *d, int level, struct str s);
void doc_para(struct doc *d, struct str s);
void doc_lead(struct doc *d, struct str s);
void doc_note(struct doc *d, struct str s);
void doc_break(struct doc *d);
void doc_source(struct doc *d, const char *key, struct str head, struct str value);
struct doc_table *doc_table(struct doc *d, const char *id, struct str caption,
                            const struct doc_col *col, isize n_cols);
/* A table that stands behind a figure only. */
struct doc_table *doc_table_aside(struct doc *d, const char *id, struct str caption,
                                  const struct doc_col *col, isize n_cols);
void doc_figure(struct doc *d, const char *id, struct str caption, struct str desc,
                struct drawing *drawing, struct doc_table *behind);

/* n_cols empty cells (value NAN) to fill; good until the next row is taken. */
struct doc_cell *doc_row(struct doc_table *t);
void doc_table_note(struct doc_table *t, struct str s);
void doc_words(struct doc_cell *c, struct str s);
void doc_number(struct doc_cell *c, double x, int places,
                struct arena *a); /* NAN: dash */

/* A text as it is set in type: a hyphen that stands for minus (before a digit, after
** nothing, a blank, a bracket or a sign) becomes U+2212.  Documents hold the plain
** hyphen, so that CSV and JSON do; HTML, PDF and figures print what this gives. */
struct str doc_typeset(struct str s, struct arena *a);

/* "agrees", "differs", "cannot be compared" in a language; "" for DOC_PLAIN. */
struct str doc_mark_word(enum lang lang, enum doc_mark m);

/* Refuses what would make a wrong file: an empty id, one that is not a-z 0-9 -, or one
** that two tables or two figures share. Errors: E_DEFINITION. */
MUST_CHECK int doc_check(const struct doc *d, struct arena tmp, struct err *e);

/* The page of doc_html as text; it may carry links (rows_at). Errors: E_DEFINITION. */
MUST_CHECK int doc_page(const struct doc *d, struct str *out, struct arena *a,
                        struct err *e);

/* The Content-Security-Policy under which such a page shows itself and nothing more. */
struct str doc_page_policy(struct arena *a);

/* Every table in reading order: those that stand in the text, or those behind figures. */
struct doc_table **doc_tables(const struct doc *d, bool behind, isize *n,
                              struct arena *a);

/* The pages of doc_pdf as bytes. Errors: E_DEFINITION, E_IO, E_NO_MEMORY. */
MUST_CHECK int doc_pdf_bytes(const struct doc *d, struct str *out, struct arena *a,
                             struct err *e);

/* A writer makes one or more files of a document in folder `dir`, which it makes if need
** be; each file is written whole or not at all. Errors: E_DEFINITION, E_IO. */
typedef int doc_writer(const struct doc *d, const char *dir, struct arena tmp,
                       struct err *e);
#define FORMAT(name, writer, text) doc_writer writer;
#include "report/formats.def"
#undef FORMAT

#endif
