/* Whom a participant can turn to who needs somebody now: the site's own words, in each
** language it wrote, shown where forms are filled in.  Nothing is made up where a site has
** said nothing.  Checked: tests/app/test_contact.c, on every engine. */
#ifndef VARDE_APP_CONTACT_H
#define VARDE_APP_CONTACT_H

#include "app/act.h"
#include "base/text.h"

enum { CONTACT_MOST = 600 }; /* bytes of a text */

struct contact {
    struct str service, site; /* their names */
    struct str text[LANG_N];  /* as it stands now; empty: not written */
};
/* Of a site, for anybody: it is made to be shown. Error: E_NOT_FOUND. */
MUST_CHECK int contact_of(struct act *act, i64 site, struct contact *out, struct err *e);
/* The words for a reader of `lang`, or those of another language when there are no others;
** *in: which. Empty: none. */
struct str contact_words(const struct contact *c, enum lang lang, enum lang *in);

/* All languages of a site at once; an empty text takes it away.  Needs MAY_SET_CONTACT at the
** site. Errors: E_NOT_ALLOWED, E_NOT_FOUND, E_RECORD (too long). */
MUST_CHECK int contact_set(struct act *act, i64 site, const struct str text[LANG_N],
                           struct err *e);

#endif
