/* Studies of the store read once and kept: a hundred kilobytes of YAML are not read for each
** request.  One reading per set of definitions; readings are kept as long as the house is open,
** since a request may still work with an older one.  For threads; app/house.h is the door.
** Checked: tests/app/test_kits.c, on every engine. */
#ifndef VARDE_APP_KITS_H
#define VARDE_APP_KITS_H

#include "app/collect.h"
#include "study/protocol.h"

struct kits;

/* A measure's instrument with a wording of the store laid over it. */
struct kits_wording {
    isize measure;
    i64 definition; /* of the overlay */
    const struct instrument *in;
};

struct kits_study {
    struct collect_kit kit; /* first: a kit is its study */
    struct protocol protocol;
    u64 stamp;
    u64 kept; /* db_kept as of which it is the one in use */
    struct kits_wordings LIST(struct kits_wording) wordings;
};

MUST_CHECK int kits_open(struct kits **out, struct err *e);
void kits_close(struct kits *k); /* NULL is fine */
/* Who writes the store: what was read stands until a commit may have changed it.  Without, the store
** is asked each time. */
void kits_watch(struct kits *k, const struct writer *w);

/* Errors: E_NOT_FOUND, E_DEFINITION, E_DB. */
MUST_CHECK int kits_get(struct kits *k, struct db *db, i64 study,
                        const struct kits_study **out, struct err *e);

/* The words of a measure's instrument for whoever acts: those of a language where the study has such
** a wording, else the definition's. */
const struct instrument *kits_words(const struct act *act, const struct collect_kit *kit,
                                    isize measure, enum lang lang);
/* As house_wording. */
const struct instrument *kits_wording(struct kits *k, const struct collect_kit *kit,
                                      isize measure, struct str lang, i64 *definition);

#endif
