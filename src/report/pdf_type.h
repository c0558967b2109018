/* Type for PDF: the program's own two fonts, shaped by HarfBuzz, from memory.
**
** What those fonts have no letters for (Greek, Arabic, signs) is set by pango word by
** word in the machine's own fonts, which are looked up only then: the look-up costs more
** than all the rest.  Texts must be clean: pdf_type_clean.  Widths and positions are in
** points. */
#ifndef VARDE_REPORT_PDF_TYPE_H
#define VARDE_REPORT_PDF_TYPE_H

#include "base/str.h"
#include <cairo.h>

struct pdf_style {
    double size;
    bool bold;
    bool tabular; /* digits of one width */
};

struct pdf_type;

/* NULL when the fonts cannot be opened: no memory. */
struct pdf_type *pdf_type_open(struct arena *a);
void pdf_type_close(struct pdf_type *t);

/* Typeset, and without what cannot be drawn: bytes that are not UTF-8 become U+FFFD,
** control characters blanks. */
struct str pdf_type_clean(struct str s, struct arena *a);

double pdf_type_width(struct pdf_type *t, struct str s, struct pdf_style style);

/* Draws from x rightwards on the base line y in the colour that is set. */
void pdf_type_show(struct pdf_type *t, cairo_t *cr, double x, double y, struct str s,
                   struct pdf_style style);

#endif
