/* A house for tests: a migrated store of one engine, its writer, a reader, and people.
** The instant is given; MORNING is 2026-11-22T08:00:00Z. */
#ifndef VARDE_TESTS_APP_HOUSE_H
#define VARDE_TESTS_APP_HOUSE_H

#include "app/staffing.h"
#include "store/engines.h"

#define MORNING ((instant)1795334400000)

struct house {
    struct db *db;
    struct writer *w;
    struct db *writing; /* of the writer: to make its n-th statement fail */
    i64 admin, service, site[2];
};
void house_open(struct house *h, const char *url, struct arena *a);
void house_close(struct house *h, struct arena tmp); /* and the journal verifies */

/* Somebody with one role today and open, or none (role 0). */
i64 house_person(struct house *h, const char *login, enum role role, i64 site,
                 struct arena *a);
/* An act of theirs at an instant; staff 0: nobody's. */
struct act house_act(struct house *h, i64 staff, instant now, struct arena *a);

/* Every row of every table, in one hash: what must not change when something is refused. */
struct hash house_hash(struct db *db, struct arena a);

#endif
