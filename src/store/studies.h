/* The studies of an installation: which definitions each uses now, and which sites take part.
**
** No rows about people: everybody who is logged in may read them.
** Checked: tests/app/test_apply.c. */
#ifndef VARDE_STORE_STUDIES_H
#define VARDE_STORE_STUDIES_H

#include "store/definition.h"

struct studies_row {
    i64 id;
    struct str name;
    i64 definition, plan; /* rows of definition; plan 0: none */
    i64 revision;         /* of the study's definition */
};
struct studies_rows LIST(struct studies_row);

struct studies_site {
    i64 site;
    struct str code; /* in the study */
    struct str name; /* of the site */
};
struct studies_sites LIST(struct studies_site);

/* By name. */
MUST_CHECK int studies_all(struct db *db, struct studies_rows *out, struct arena *a,
                           struct err *e);
/* Errors: E_NOT_FOUND. */
MUST_CHECK int studies_get(struct db *db, i64 id, struct studies_row *out,
                           struct arena *a, struct err *e);
MUST_CHECK int studies_by_name(struct db *db, struct str name, struct studies_row *out,
                               struct arena *a, struct err *e);

/* By code. */
MUST_CHECK int studies_sites_of(struct db *db, i64 study, struct studies_sites *out,
                                struct arena *a, struct err *e);

/* How many are referred, wait or are enrolled in it now, and how many ever were, at all sites. */
MUST_CHECK int studies_size(struct db *db, i64 study, i64 *now, i64 *ever, struct err *e);

/* A number that changes when the study uses another definition, or a wording was loaded; 0: no
** such study. One small statement. */
MUST_CHECK int studies_stamp(struct db *db, i64 study, u64 *out, struct err *e);

/* Everything a study is defined by, as it uses it now: study, plan, an instrument a measure; dir is
** NULL. `rows` (may be NULL): the definition rows of the instruments, in the order of the
** measures. A hundred kilobytes of YAML: keep it (app/house.h does), do not read it for
** each request. Errors: E_NOT_FOUND, E_DEFINITION. */
MUST_CHECK int studies_protocol(struct db *db, i64 study, struct protocol *out,
                                i64 **rows, struct arena *a, struct err *e);

/* Studies that were read before, by their definition row, whose text never changes: whoever runs
** many acts reads once (act->known of app/act.h). */
struct studies_read {
    i64 definition;
    const struct study *study;
};
struct studies_known LIST(struct studies_read);

#endif
