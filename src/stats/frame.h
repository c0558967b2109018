/* Data by columns: numbers and factors of the same length.
**
** A number is missing when it is NaN, a factor when its code is -1.  A factor's levels
** are sorted by code point, and a level may have no row.  A column of numbers may carry
** `lo`: what the double misses of the decimal that was read (stats/dd.h), so that
** methods can work on the text's own value; NULL means the doubles are exact.
**
** A frame points into what it was made of and copies nothing but names; frame_rows makes
** new columns.  Text outside ASCII is compared by bytes. */
#ifndef VARDE_STATS_FRAME_H
#define VARDE_STATS_FRAME_H

#include "base/err.h"

enum frame_kind { FRAME_NUMBER, FRAME_FACTOR };

struct frame_col {
    struct str name;
    enum frame_kind kind;
    const double *x, *lo;    /* FRAME_NUMBER: n values; lo may be NULL */
    const i32 *code;         /* FRAME_FACTOR: n places in `level`, -1 missing */
    const struct str *level; /* n_levels, sorted, distinct */
    isize n_levels;
    int text_line; /* FRAME_FACTOR: a line of the file with a text there; 0: not known */
};

struct frame {
    isize n;          /* rows */
    const char *file; /* where it came from, for sentences; may be NULL */
    struct frame_cols LIST(struct frame_col) cols;
};

/* A frame of n rows without columns; add them in the order they shall have. */
struct frame frame_of(isize n);

/* x (n values) stays the caller's; lo may be NULL. The name is copied. */
void frame_put_numbers(struct frame *f, struct str name, const double *x,
                       const double *lo, struct arena *a);

/* n texts; an empty one is missing. The levels point into `cell`. */
void frame_put_texts(struct frame *f, struct str name, const struct str *cell,
                     struct arena *a);

isize frame_find(const struct frame *f, struct str name); /* -1 if absent */

/* Error: E_NOT_FOUND, naming the file, a near column and what is there. */
MUST_CHECK int frame_get(const struct frame *f, struct str name, isize *col,
                         struct err *e);

/* The same, and it must hold numbers. Errors: E_NOT_FOUND; E_NUMBER, with the first line
** that does not. */
MUST_CHECK int frame_numbers(const struct frame *f, struct str name, const double **x,
                             struct err *e);

bool frame_missing(const struct frame_col *c, isize row);

/* Any column as groups: a number from 0 for each row, -1 where it is missing; equal
** numbers are one group.  Groups stand in the order of levels or of numbers. */
void frame_groups(const struct frame *f, isize col, const i32 **code, isize *n_groups,
                  struct arena *a);

/* Rows where none of the columns `col` (n_cols places; all columns if NULL) is missing,
** in order; f->n - *n_rows were dropped. */
isize *frame_complete(const struct frame *f, const isize *col, isize n_cols,
                      isize *n_rows, struct arena *a);

/* A new frame of these rows (a row may come twice: resamples); factors keep all
** levels. */
struct frame frame_rows(const struct frame *f, const isize *row, isize n,
                        struct arena *a);

/* Without the levels that no row has. */
struct frame frame_drop_levels(const struct frame *f, struct arena *a);

#endif
