/* Names without asking who wants them: for what stands on the viewer's side of identity.h, and the
** tests of sealing. Nothing above the store includes this. */
#ifndef VARDE_STORE_IDENTITY_PARTS_H
#define VARDE_STORE_IDENTITY_PARTS_H

#include "store/identity.h"

MUST_CHECK int identity_open(struct db *db, const struct key *k, i64 person,
                             struct identity *out, struct arena *a, struct err *e);
MUST_CHECK int identity_matches(struct db *db, const struct key *k, enum identity_field f,
                                struct str value, struct persons *out, struct arena *a,
                                struct err *e);

#endif
