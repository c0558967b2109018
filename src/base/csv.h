/* Tables as people's programs write them (RFC 4180 and its neighbours).
**
** A byte-order mark is skipped; the separator is found among , ; and TAB in the first
** line (a TAB decides, else a semicolon); quotes may hold separators and line ends; lines
** end with LF or CRLF; blank lines are passed over; column names are trimmed, cells are
** not.  With ';' a number may have a decimal comma.  Refused with file, line and column:
** ragged rows, duplicate or empty column names, text after a closing quote, invalid UTF-8
** (with how to save the table instead), more than CSV_COLUMNS columns, an empty file.  Each
** says file, line, column and remedy in every language (err_in), and never what stands in a
** cell: it may be somebody's answer. */
#ifndef VARDE_BASE_CSV_H
#define VARDE_BASE_CSV_H

#include "base/err.h"

enum { CSV_COLUMNS = 20000 };

struct csv {
    const char *file;
    isize n, n_cols;        /* rows without the head; columns */
    const struct str *head; /* n_cols */
    const struct str *cell; /* n x n_cols, row by row */
    const int *line;        /* n: where in the file a row starts, from 1 */
    char sep;
};

/* has_head false: columns are named 1, 2, ... Errors: E_CSV, E_TOO_BIG. */
MUST_CHECK int csv_read(struct str text, const char *file, bool has_head, struct csv *out,
                        struct arena *a, struct err *e);
MUST_CHECK int csv_read_file(const char *path, struct csv *out, struct arena *a,
                             struct err *e);

struct str csv_cell(const struct csv *c, isize row, isize col);

/* Index of a column. Error: E_CSV, naming a near one and listing what is there. */
MUST_CHECK int csv_col(const struct csv *c, const char *name, isize *out, struct err *e);

/* A cell as a number; empty or NA is NAN. Error: E_CSV with file, line, column name. */
MUST_CHECK int csv_num(const struct csv *c, isize row, isize col, double *out,
                       struct err *e);

/* Refuses at a cell: "services.csv, line 3, column goi_m6_02: <sentence>".
** Returns code. */
int csv_refuse(const struct csv *c, isize row, isize col, int code, struct err *e,
               const char *fmt, ...) PRINTF_LIKE(6, 7);

/* A table in pieces, for one that does not fit into memory: whole rows each time, about
** `block` bytes of them.  `more` puts up to cap bytes into room and says how many; 0 is
** the end.  Refused like a table in one piece, with the line of the whole file, and rows of
** more than CSV_ROW_LIMIT bytes (E_TOO_BIG).
**
**     struct csv_feed f;
**     TRY(csv_feed_open(&f, more, arg, "answers.csv", 1 << 16, a, e));
**     for (;;) {
**         struct arena piece = *a;            what the piece takes goes with the next
**         TRY(csv_feed_next(&f, &t, &piece, e));
**         if (t.n == 0) break; ... csv_cell(&t, row, col) ...
**     }                                                                              */
enum { CSV_ROW_LIMIT = 1 << 20 };
typedef int csv_more(void *arg, char *room, isize cap, isize *n, struct err *e);
struct csv_feed {
    csv_more *more;
    void *arg;
    struct csv head; /* of the file: name, columns, separator; no rows */
    char *at;        /* what was read and not given out yet: [from, n) */
    isize from, n, cap, block;
    int line; /* where `from` stands */
    bool ended;
};
/* Reads the names of the columns. Errors: E_CSV, E_TOO_BIG, those of more. */
MUST_CHECK int csv_feed_open(struct csv_feed *f, csv_more *more, void *arg,
                             const char *file, isize block, struct arena *a,
                             struct err *e);
MUST_CHECK int csv_feed_next(struct csv_feed *f, struct csv *out, struct arena *a,
                             struct err *e);

/* Writing, with commas: quotes where needed, CRLF never; a cell that a spreadsheet would
** run as a formula (starts with = + - @ TAB CR and is not a number) gets a leading
** apostrophe, and so does one that looks as if it had got one.  csv_plain takes it away
** again: csv_plain of what csv_put wrote and csv_read read is the cell. */
void csv_put(struct buf *b, struct str cell, bool last);
struct str csv_plain(struct str cell);

#endif
