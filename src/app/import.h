/* Records that come in as tidy CSV, as `varde export` writes it, or with one row a participant:
** first said row by row, then done, all of it or nothing, through the acts that a page uses.
**
** A long file is known by its columns (exchange/tidy.def).  A wide one (app/import_wide.c) has
** the key of one of the study's tables and any of its columns and items, as `records/` of an
** export has.  Columns may stand in any order; a byte-order mark, `;`, TAB and decimal commas
** are read as meant; the guard against formulas is taken off.
** The rows of one subject may be scattered over files and lines. They are taken together, in the
** order in which they have to happen: who it is, referral, consents, screening, enrolment,
** values, visits, answers, and at last how it ended (app/import_people.c).
**
** A row, or a form as a whole, is one of
**     new       nothing stood there
**     same      what stands there says the same, but for the mode
**     changes   something else stands there: it is corrected, and needs act->why
**     refused   with line, column and what to do.  One refused row refuses all
** What is there and not in the files stays: an import takes nothing away, and changes no event,
** consent or criterion that was entered.  The same thing twice in the files is refused the
** second time.
**
** The rehearsal is the import itself, undone, IMPORT_TOGETHER rows at a time (or one subject's),
** each time with the rows of tables that others link to; so it says what the import does, and
** others write between.  Only where a table links to participants it is one piece.  The import
** is one change: while it runs, others wait for the writer.
** `mark` stands for everything that the rehearsal said; an import that would do anything else
** (another file, or a store that changed meanwhile in what these rows touch) is E_CHANGED, and
** nothing is done.
**
** Memory: a piece of a file, about 50 bytes a subject and table, and the rows of one subject, of
** which there may be IMPORT_OF_ONE.  The rows lie in a
** temporary file without a name meanwhile.
** Rights: MAY_IMPORT at the site of each row, and those of the acts; MAY_IMPORT stands for
** MAY_ENROL (act->imports).
** Checked: tests/app/test_import.c, tests/app/test_round.c, on every engine. */
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

enum {
    IMPORT_FILES = 20,
    IMPORT_ROWS = 2000000,
    IMPORT_OF_ONE = 20000,
    IMPORT_TOGETHER = 500
};

struct import_row {
    const char *file;
    int line; /* of a form: its first */
    enum tidy_table table;
    enum import_verdict verdict;
    struct str key;      /* "consumers P01 age", "consumers P01 gaf t1" */
    struct str was, now; /* of what changes; for who may see it, not for a log */
    const char
        *why; /* of what is refused, in in->tongue: column, what, remedy; else empty */
};

struct import_file {
    const char *name; /* as people call it */
    const char *path; /* NULL: it is open already */
    int fd;           /* read from its beginning */
};

struct import_in {
    struct str study;
    const struct import_file *file;
    isize n;
    bool apply;        /* false: a rehearsal */
    const char *mark;  /* what the rehearsal said; NULL: whatever it would */
    struct str lang;   /* in which forms were answered: "nb" */
    enum lang tongue;  /* in which refused rows are told */
    const char *spool; /* a folder for the temporary file; NULL: /tmp */
    /* Row by row. A change may run twice: `begin` says that the rows start anew behind those of
    ** the last `keep`. `step` hears of subjects gone by, and may stop it. All may be NULL. */
    int (*begin)(void *arg, struct err *e);
    int (*keep)(void *arg, struct err *e);
    int (*tell)(void *arg, const struct import_row *row, struct err *e);
    int (*step)(void *arg, isize done, isize of, struct err *e);
    void *arg;
};
struct import_done {
    isize n[TIDY_N][IMPORT_VERDICTS];
    isize all[IMPORT_VERDICTS];
    isize subjects; /* met in the files */
    isize left;     /* columns of wide files that follow from something else, not taken */
    char mark[17];
};

/* Errors: E_NOT_ALLOWED (MAY_IMPORT at no site), E_NOT_FOUND (the study), E_NO_FILE, E_CSV (a file
** that is no table, or not one of these), E_TOO_BIG (rows, files), E_RECORD (rows are refused;
** only when it was to be applied), E_CHANGED (the mark), E_CANCELLED (step). *out is set up in
** every case. */
MUST_CHECK int import_run(struct act *act, const struct import_in *in,
                          struct import_done *out, struct err *e);

#endif
