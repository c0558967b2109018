/* Putting a study into the store: its definition, plan, programme and instruments, and which sites
** take part.
**
** study_apply of DESIGN: a text that is there already is the same row; a new revision is added
** and the study uses it from now on; changed content under an old revision is refused
** (E_REVISION). Nothing that was recorded moves: an answer keeps the revision it was given
** under. A new revision is also refused when something recorded would lose its meaning: a table or a
** site that has rows and is no longer there. All of it or nothing.
** Right: MAY_SET_UP_STUDIES. Checked: tests/app/test_apply.c. */
#ifndef VARDE_APP_APPLY_H
#define VARDE_APP_APPLY_H

#include "app/act.h"
#include "store/studies.h"

struct applied {
    i64 study;
    bool fresh;        /* the study was not there before */
    isize added, same; /* definitions put, and those that were there */
};
/* The study `name` of the folder of definitions `data`. Errors: E_NOT_ALLOWED, E_NOT_FOUND,
** E_DEFINITION, E_YAML, E_REVISION, E_CONSTRAINT. */
MUST_CHECK int apply_study(struct act *act, const char *data, const char *name,
                           struct applied *out, struct err *e);

/* A site takes part under one of the codes of the study's definition. A site or code that
** takes part already: E_CONSTRAINT. */
MUST_CHECK int apply_site(struct act *act, i64 study, i64 site, struct str code,
                          struct err *e);

#endif
