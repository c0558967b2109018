/* The records of a study as typed columns, wherever they came from.
**
** A source (exchange/records_csv.h, exchange/records_store.h) makes empty tables with
** records_new and records_rows, fills in keys, columns and answers, and calls
** records_finish.  That puts the rows into the order of their keys, takes the hash,
** scores every measure through its instrument and makes the derived variables, so the
** same people give the same frames, the same hash and the same report from any source, in
** any order of rows.
**
** Missing: a number is NAN, a text is empty, an answer says its own state.  A score is
** NAN when the instrument's missing rule gives none. */
#ifndef VARDE_STUDY_RECORDS_H
#define VARDE_STUDY_RECORDS_H

#include "stats/frame.h"
#include "study/score.h"
#include "study/study.h"

/* The answers to one measure at one time point: rows x n_items. */
struct rec_answers {
    isize measure, time; /* time -1: none */
    isize n_items;
    struct answer *answer;
    i64 *response; /* rows: number in the store; 0: none, or not from a store */
};

/* How the scores of a variable came about. */
struct rec_tally {
    isize measured; /* rows with at least one answer */
    isize scored;
    isize filled; /* of them with a missing item replaced or prorated */
};

struct rec_table {
    isize n;
    bool withheld;     /* from who reads: it may be empty */
    struct str *key;   /* n */
    double *order;     /* n: the second key; NULL when there is none */
    i64 *subject;      /* n: number in the store; 0: not from a store */
    double **x;        /* by column of the study's table: n values, or NULL */
    struct str **text; /* by column: n values, or NULL */
    struct rec_answers *sets;
    isize n_sets;
    /* After records_finish: every variable of the table under its name, first the key
    ** columns that are no variables. */
    struct frame frame;
};

struct records {
    const struct study *study;
    const struct instrument *const *in; /* one a measure */
    struct rec_table *table;            /* one a table of the study */
    struct rec_tally *tally;            /* one a variable of the study */
    struct hash hash;                   /* of all that a source filled in */
};

/* `in` (an instrument for each measure of s) must live as long as the records.
** Error: E_DEFINITION when a measure names a score that its instrument has not. */
MUST_CHECK int records_new(const struct study *s, const struct instrument *const *in,
                           struct records *out, struct arena *a, struct err *e);

/* Room for n rows of a table, all missing. */
void records_rows(struct records *r, isize table, isize n, struct arena *a);

/* The rows of one table into the order of their keys. Error: E_RECORD (a key stands twice). */
MUST_CHECK int records_sort(struct records *r, isize table, struct arena tmp,
                            struct err *e);

/* Errors: E_RECORD (a table without rows; a key that stands twice). */
MUST_CHECK int records_finish(struct records *r, struct arena *a, struct err *e);

/* Numbers of a variable; NULL when it is none. Codes by records_code. */
const double *records_numbers(const struct records *r, isize variable);

/* A row's code, site or link of a variable; empty when missing or the variable is a
** number. */
struct str records_code(const struct records *r, isize variable, isize row);

/* What people call a variable: the label of the column, derived variable or measure (else
** the title of its instrument) with the time point, else its name. */
struct str records_label(const struct records *r, isize variable, enum lang lang,
                         struct arena *a);

/* The score definition behind a variable; NULL when it is no score. */
const struct scoredef *records_score(const struct records *r, isize variable);

#endif
