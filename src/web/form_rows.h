/* A form's answers between a page and the store: rows to fill in from what was typed or stands,
** cells from what a page sent, and an answer in words.
** Checked: tests/web/test_forms_pages.c. */
#ifndef VARDE_WEB_FORM_ROWS_H
#define VARDE_WEB_FORM_ROWS_H

#include "web/form_pages.h"

/* One row of a page; `in`: with the wording that is shown. */
void form_rows_make(struct call *c, const struct instrument *in, isize item,
                    const struct form_cell *cell, struct form_row *out);
/* What was typed: one an item, in the request's memory. */
struct form_cell *form_rows_typed(const struct call *c, const struct instrument *in);
/* Answers as cells: what a page would have sent. */
struct form_cell *form_rows_cells(struct call *c, const struct instrument *in,
                                  const struct answer *x);
/* Reads them; what is wrong becomes faults of the page, at the items. */
struct answer *form_rows_read(struct call *c, const struct instrument *in,
                              const struct form_cell *cell);
/* "2: mild but definite", "declined", "-". */
struct str form_rows_words(struct call *c, const struct item *it, const struct answer *x);

#endif
