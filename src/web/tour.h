/* The tour of a store that is tried: who is who, and things to do that work for whoever is logged in.
**
** Only where the file `demo` lies in the data folder, which `varde demo` writes (roles, names,
** log-in names; never a password) and `varde init` does not. It can be put away, and had back:
** a cookie of this browser. Checked: tests/web/test_tour.c. */
#ifndef VARDE_WEB_TOUR_H
#define VARDE_WEB_TOUR_H

#include "web/parts.h"
#include "web/call.h"

#define TOUR_FILE "demo"

struct tour {
    bool there, away; /* a store that is tried; put away by this browser */
    struct html_links things;
    struct html_link document;
    struct part_table who;
};
MUST_CHECK int tour_of(struct call *c, struct tour *out, struct err *e);

/* The words of a role as a name of the catalogue, "TOUR_TRIAL_UNIT". */
struct str tour_role_key(enum role r, struct arena *a);

#endif
