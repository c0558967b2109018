/* A form on paper: A4, the items with their numbers, boxes to tick, or what was answered; who, when,
** which revision, the licence.  A blank one and an answered one have the same numbers.
** Checked: tests/web/test_forms_pages.c. */
#ifndef VARDE_WEB_FORM_PRINT_H
#define VARDE_WEB_FORM_PRINT_H

#include "web/forms.h"

/* Replies with the PDF. `v`: the response; NULL: blank. */
MUST_CHECK int form_print(struct call *c, const struct collect_kit *k,
                          const struct form_key *key, const struct form_page *p,
                          const struct instrument *in, const struct form_version *v,
                          struct err *e);

#endif
