/* Records in and out as jobs: an upload that is kept until it is rehearsed and done, and exports
** to fetch.  What is kept is sealed, and goes after TRANSFER_KEPT, with its job.
**
**     export      {"study", "tables": "events,answers" (none: all), "wide": true,
**                  "day": "2026-11-22" (as it stood at its end, UTC), "lang", "excel": true}
**                 gives a ZIP with a table a file, and the codebook. `excel`: as a spreadsheet in
**                 Norwegian or Danish opens it: byte-order mark, `;`, decimal comma. `import`
**                 reads both.
**     rehearsal   {"study", "upload", "why", "lang"} says row by row what an import would do:
**                 counts and the mark as result, the rows as file
**     import      {"rehearsal", "mark", "study", "upload", "why", "lang"} does it, all or nothing
**
** Checked: tests/app/test_transfer.c, on every engine. */
#ifndef VARDE_APP_TRANSFER_H
#define VARDE_APP_TRANSFER_H

#include "app/import.h"
#include "app/job.h"
#include "store/attachment.h"

#define TRANSFER_KEPT (24 * HOUR)

/* What came in is kept, all in one. Errors: E_IO, E_TOO_BIG, E_NOT_ALLOWED. */
MUST_CHECK int transfer_keep(struct act *act, const struct attachment_box *box,
                             const struct import_file *file, isize n, i64 *attachment,
                             struct err *e);
/* Asks for a rehearsal of it. */
MUST_CHECK int transfer_rehearse(struct act *act, struct str study, i64 upload,
                                 struct str why, struct str lang, i64 *job,
                                 struct err *e);
/* Asks for what a rehearsal of one's own said. Errors: E_NOT_FOUND, E_CONSTRAINT (it is not over,
** or rows were refused), E_CHANGED (another mark). */
MUST_CHECK int transfer_apply(struct act *act, i64 rehearsal, struct str mark, i64 *job,
                              struct err *e);

/* Whether a right is held for this study at some site. Errors: E_NOT_FOUND (the study, or none is
** said), E_NOT_ALLOWED. */
MUST_CHECK int transfer_may(struct act *act, enum right right, struct str study,
                            struct err *e);

/* Asks for an export. Errors: those of transfer_may, E_RECORD (the day has not come). */
struct transfer_wanted {
    struct str study, tables, lang; /* tables: names with commas between; empty: all */
    day day;                        /* 0: as it stands now */
    bool wide, excel;
};
MUST_CHECK int transfer_ask(struct act *act, const struct transfer_wanted *w, i64 *job,
                            struct err *e);

/* The file of a job of one's own, to be read. Error: E_NOT_FOUND. */
MUST_CHECK int transfer_open(struct act *act, const struct attachment_box *box,
                             const struct job *j, struct attachment_out **out,
                             struct attachment *what, struct err *e);

/* Takes away what was kept long enough. */
MUST_CHECK int transfer_tidy(struct act *act, const struct attachment_box *box,
                             struct err *e);

/* Inside a change: exports that are over go, with all: uploads too, whatever their state.  With
** its row a file's key is gone; the file itself goes with those that no row names. */
MUST_CHECK int transfer_forget(struct db *db, bool all, struct arena tmp, struct err *e);

int transfer_export(struct job_run *w, struct err *e);
int transfer_rehearsal(struct job_run *w, struct err *e);
int transfer_import(struct job_run *w, struct err *e);

#endif
