/* What cairo 1.16 does not write, added behind its file as PDF's own update (ISO 32000-1,
** 7.5.6): the language, that the file is tagged, that a reader shows the title, and the
** descriptions of the figures for those who cannot see them.  A file that is not laid out
** as cairo does it stays as it is. */
#ifndef VARDE_REPORT_PDF_FINISH_H
#define VARDE_REPORT_PDF_FINISH_H

#include "report/doc.h"

void pdf_finish(struct buf *pdf, const struct doc *d, struct arena tmp);

#endif
