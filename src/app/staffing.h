/* Changes of services, sites, staff and roles: each asks for its right, and is in the journal.
** Somebody must always be able to let others in: the last administrator of the whole
** installation (active, without an end) can neither be closed nor lose that role.
** Checked: tests/app/test_act.c. */
#ifndef VARDE_APP_STAFFING_H
#define VARDE_APP_STAFFING_H

#include "app/act.h"

/* Errors of all: E_NOT_ALLOWED, E_CONSTRAINT (the name is taken, no such service or site),
** E_RECORD (empty or overlong name). */
MUST_CHECK int staffing_service_add(struct act *act, struct str name, i64 *id,
                                    struct err *e);
MUST_CHECK int staffing_site_add(struct act *act, i64 service, struct str name, i64 *id,
                                 struct err *e);

/* An account that cannot log in before an invitation was used (app/login.h). */
MUST_CHECK int staffing_add(struct act *act, struct str login, struct str name,
                            struct str language, i64 *id, struct err *e);
/* Closing an account ends its sessions, invitations and tokens at once. */
MUST_CHECK int staffing_set_active(struct act *act, i64 staff, bool active,
                                   struct err *e);

struct role_given {
    i64 staff;
    enum role role;
    i64 site;         /* 0: at every site */
    struct str study; /* empty: not for one study only */
    day starts, ends; /* both counted */
    bool open;        /* no end; ends is not read */
};
/* Needs the right where the role will hold. */
MUST_CHECK int staffing_role_give(struct act *act, const struct role_given *in, i64 *id,
                                  struct err *e);
/* `ends` is the last day it holds; the day before it started takes it back. */
MUST_CHECK int staffing_role_end(struct act *act, i64 id, day ends, struct err *e);

/* Everybody; needs MAY_SEE_STAFF somewhere in `site` (0: everywhere). */
MUST_CHECK int staffing_list(struct act *act, i64 site, struct staff_list *out,
                             struct err *e);

/* One's own language, "nb". Errors: E_NOT_FOUND (no such language), E_SESSION. */
MUST_CHECK int staffing_language(struct act *act, struct str language, struct err *e);

#endif
