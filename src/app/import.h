/* Records that come in as tidy CSV, as `varde export` writes it: first said row by row, then
** done, all of it or nothing, through the acts that a page uses.
**
** A file is known by its columns (exchange/tidy.def): subjects, attributes, answers, taken in that
** order.  Columns may stand in any order; a byte-order mark, `;`, TAB and decimal commas are read
** as meant; the guard against formulas is taken off.  The lines of one form stand together, one
** for each of its items.  Events, consents and visits happen to people and are entered on
** their pages: their tables are refused, and a participant who is not there is refused too.
**
** A row, or a form as a whole, is one of
**     new       nothing stood there
**     same      what stands there says the same, but for the mode
**     changes   something else stands there: it is corrected, and needs act->why
**     refused   with line, column and what to do.  One refused row refuses all
** What is there and not in the files stays: an import takes nothing away.  The same thing twice in
** the files is refused the second time.
**
** The rehearsal is the import itself, undone: so it says what the import does.  `mark` stands for
** everything that it said; an import with another mark than its rehearsal had (another file,
** or a store that changed meanwhile in what these rows touch) is E_CHANGED, and nothing is done.
** While it runs others wait for the writer.
**
** Memory: a piece of a file, and 16 to 32 bytes for each row or form met.
** Rights: MAY_IMPORT at the site of each row, and those of the acts.
** Checked: tests/app/test_import.c, on every engine. */
#ifndef VARDE_APP_IMPORT_H
#define VARDE_APP_IMPORT_H

#include "app/collect.h"
#include "exchange/tidy.h"

enum import_verdict {
    IMPORT_NEW,
    IMPORT_SAME,
    IMPORT_CHANGES,
    IMPORT_REFUSED,
    IMPORT_VERDICTS
};
extern const char *const import_verdict_word[IMPORT_VERDICTS]; /* "new", ... */

struct import_row {
    const char *file;
    int line; /* of a form: its first */
    enum tidy_table table;
    enum import_verdict verdict;
    struct str key;      /* "consumers P01 age", "consumers P01 gaf t1" */
    struct str was, now; /* of what changes; for who may see it, not for a log */
    const char *why;     /* of what is refused: with column and remedy; else empty */
};

struct import_in {
    struct str study;
    const char *const *file; /* paths */
    isize n;
    bool apply;       /* false: a rehearsal */
    const char *mark; /* what the rehearsal said; NULL: whatever it would */
    struct str lang;  /* in which forms were answered: "nb" */
    /* Row by row; `begin` when the rows start anew: a change may run twice. Both may be NULL. */
    int (*begin)(void *arg, struct err *e);
    int (*tell)(void *arg, const struct import_row *row, struct err *e);
    void *arg;
};
struct import_done {
    isize n[TIDY_N][IMPORT_VERDICTS];
    isize all[IMPORT_VERDICTS];
    char mark[17];
};

/* Errors: E_NOT_ALLOWED (MAY_IMPORT at no site), E_NOT_FOUND (the study), E_NO_FILE, E_CSV (a file
** that is no table), E_UNSUPPORTED (a table that is not imported), E_RECORD (rows are refused; only
** when it was to be applied), E_CHANGED (the mark). *out is set up in every case. */
MUST_CHECK int import_run(struct act *act, const struct import_in *in,
                          struct import_done *out, struct err *e);

#endif
