/* What the files of import share; for them only. */
#ifndef VARDE_APP_IMPORT_PARTS_H
#define VARDE_APP_IMPORT_PARTS_H

#include "app/import.h"
#include "app/people.h"

/* --- rows, read once and kept by subject (import_read.c) ----------------------------- */

enum { IMPORT_CELLS = 14 };

/* A row of a table of tidy.def: cells in the order of its columns, trimmed, without guards. */
struct import_line {
    int file, line;
    bool comma;        /* a number may have a decimal comma */
    const char *place; /* of a wide file: the column; else NULL */
    struct str cell[IMPORT_CELLS];
};
struct import_lines LIST(struct import_line);

/* All rows of one subject in one table. */
struct import_extent {
    i64 at; /* in the spool */
    i32 bytes, subject;
    int table;
    int order; /* of coming in */
};
struct import_extents LIST(struct import_extent);

struct import_subject {
    struct str kind, code, part;
    isize from, n; /* extents */
    isize rows;
    int rank; /* tables that others link to come first */
};
struct import_subjects LIST(struct import_subject);

struct import_rows {
    int fd;           /* the spool; -1: none */
    int file;         /* that is read just now; -1: none */
    struct arena own; /* while files are read */
    i64 bytes;
    isize n; /* rows */
    struct import_extents extents;
    struct import_subjects subjects;
    isize *seek, n_seek; /* of subjects, by hash */
    isize left;
};

/* Errors: as import_run. What was opened is closed by import_rows_close. */
MUST_CHECK int import_read(const struct import_in *in, const struct protocol *p,
                           struct import_rows *out, struct arena *a, struct err *e);
void import_rows_close(struct import_rows *r);
/* The rows of one subject in one table, in the order they came. */
MUST_CHECK int import_lines_of(const struct import_rows *r, isize subject,
                               enum tidy_table t, struct import_lines *out,
                               struct arena *a, struct err *e);
/* Name of a table's column k: "value". */
struct str import_column(enum tidy_table t, isize k);

/* Whether rows of other tables link to rows of this one. */
bool import_linked(const struct study *s, isize table);

/* While a file is read: one row more. */
struct import_reading;
MUST_CHECK int import_put(struct import_reading *r, enum tidy_table t, int line,
                          struct str place, const struct str *cell, struct err *e);

/* --- wide files (import_wide.c) ------------------------------------------------------ */

struct csv;
struct import_wide;
/* Whether the head is one of a wide table of the study; then how it is read. Errors: E_CSV. */
MUST_CHECK int import_wide_of(const struct protocol *p, const struct csv *head,
                              struct import_wide **out, struct arena *a, struct err *e);
MUST_CHECK int import_wide_row(const struct import_wide *w, struct import_reading *r,
                               const struct csv *c, isize row, struct arena tmp,
                               struct err *e);
isize import_wide_left(const struct import_wide *w);

/* --- one subject at a time (import_people.c, import_life.c, import_values.c, import_forms.c) --------- */

struct import {
    const struct import_in *in;
    struct import_done *out;
    struct import_rows rows;
    struct studies_row study;
    struct studies_sites sites;
    struct protocol p;
    struct collect_kit kit;
    struct studies_known known;
    struct hash so_far; /* of all that was said */
    bool act_blinded;   /* what stood there is not shown */
    bool silent;        /* a subject that others link to, once more: nothing is said */
};

/* The subject at hand. */
struct import_unit {
    struct import *m;
    struct act *act; /* of the closure; its arena is the subject's */
    isize at;        /* in rows.subjects */
    const struct import_subject *key;
    isize table; /* of the study */
    i64 part;
    i64 id;                           /* 0: not there yet */
    i64 site;                         /* where, when it is there */
    bool made;                        /* by this import */
    struct str name;                  /* "consumers P01 0" */
    const struct import_line *broken; /* a refused row that others rest on */
};

/* What became of a row: told; a refusal of the row is said and OK comes back. `name`: behind the
** subject's; may be empty. */
MUST_CHECK int import_settle(struct import_unit *u, enum tidy_table t,
                             const struct import_line *l, struct str name, int code,
                             enum import_verdict verdict, struct str was, struct str now,
                             struct err *e);
/* Whether an error is a refusal of the row; whatever else goes wrong stops the import. */
bool import_of_row(int code);
/* Refused at a column, by a text IMPORT_...: "column value: <its words>". */
int import_no(enum tidy_table t, const struct import_line *l, isize k, struct err *e,
              const char *key);
/* A refusal, with the column it is about. */
int import_at(enum tidy_table t, const struct import_line *l, isize k, int code,
              struct err *e);
/* The same, whatever the row. */
int import_in_column(enum tidy_table t, isize k, int code, struct err *e);
MUST_CHECK int import_number(enum tidy_table t, const struct import_line *l, isize k,
                             double *out, struct err *e);
/* A day; an empty cell is refused. */
MUST_CHECK int import_day(enum tidy_table t, const struct import_line *l, isize k,
                          day *out, struct err *e);
/* A row of the staff's table by its code: who it is. Empty: 0. */
MUST_CHECK int import_staff(struct import_unit *u, enum tidy_table t,
                            const struct import_line *l, isize k, i64 *out,
                            struct err *e);
/* "S1, S2, S3", as far as a sentence holds them. */
struct str import_listed(const struct str *s, isize n, struct arena *a);
/* 0: no site of the study. */
i64 import_site(const struct import *m, struct str code);
int import_no_site(const struct import *m, enum tidy_table t, const struct import_line *l,
                   isize k, struct err *e);
int import_no_time(const struct import *m, enum tidy_table t, const struct import_line *l,
                   isize k, struct err *e);
/* Nobody and nothing of this key is there. */
int import_no_subject(const struct import_unit *u, struct err *e);
/* Refuses all rows of a table for one reason. */
MUST_CHECK int import_refuse_all(struct import_unit *u, enum tidy_table t,
                                 const struct err *why, struct err *e);

/* Each takes the rows of its tables; of participants import_people calls the others at the
** moment they can happen. */
MUST_CHECK int import_subject_rows(struct import_unit *u, struct err *e);
MUST_CHECK int import_people(struct import_unit *u, struct err *e);
MUST_CHECK int import_values(struct import_unit *u, struct err *e); /* all but answers */
MUST_CHECK int import_visits_last(struct import_unit *u, struct err *e);
MUST_CHECK int import_forms(struct import_unit *u, struct err *e);

#endif
