/* A study's document as a job, for plans that take longer than a page may: computed by a worker, with
** how far it is and a way to stop it, sealed, and there to be read for a day (app/transfer.h).
**
**     document    {"study", "as-of" (an instant; none: now), "lang", "rows-at", "rows-end"}
**                 gives a ZIP: the page, PDF, JSON, a CSV a table; byte for byte what the page of the
**                 report would have shown.  rows-at, rows-end: struct doc of report/doc.h.
**
** Checked: tests/web/test_study_pages.c. */
#ifndef VARDE_APP_DOCUMENT_H
#define VARDE_APP_DOCUMENT_H

#include "app/transfer.h"
#include "report/doc.h"

int document_job(struct job_run *w, struct err *e);

struct document_file {
    struct str name, bytes;
};
struct document_files LIST(struct document_file);
/* What the writer makes of a document, read back.  It is written into a folder of its own below
** `folder`, which goes again. Errors: E_IO; the writer's. */
MUST_CHECK int document_written(const struct doc *d, doc_writer *write,
                                const char *folder, struct document_files *out,
                                struct arena *a, struct err *e);

/* One file of a job that is done. Errors: E_NOT_FOUND; of transfer_open. */
MUST_CHECK int document_file(struct act *act, const struct attachment_box *box,
                             const struct job *j, struct str name, struct str *out,
                             struct err *e);

#endif
