/* Definitions kept with their text: every study, plan, instrument, overlay, programme and strategy that
** records were made under, as it was loaded, for good.
**
** A definition is known by kind, name and revision; its hash is that of study/library.h. The
** same content again is the same row; other content under a revision that is there is
** refused, and so is a revision below the newest. A text is read back by the reader of its
** kind. Definitions are no rows about people: everybody may read them.
** Checked: tests/app/test_apply.c, on every engine. */
#ifndef VARDE_STORE_DEFINITION_H
#define VARDE_STORE_DEFINITION_H

#include "base/instant.h"
#include "store/db.h"
#include "study/protocol.h"

struct definition_row {
    i64 id, revision;
    struct str kind, name, hash;
    struct str text; /* the YAML */
    instant at;
};
struct definition_rows LIST(struct definition_row);

/* Puts a text; *id is its row, *fresh whether it was not there before. In the transaction
** of the caller. Errors: E_DEFINITION, E_YAML (the text is none), E_REVISION. */
MUST_CHECK int definition_put(struct db *db, struct str text, const char *file,
                              instant at, i64 *id, bool *fresh, struct arena tmp,
                              struct err *e);

/* Errors: E_NOT_FOUND. */
MUST_CHECK int definition_get(struct db *db, i64 id, struct definition_row *out,
                              struct arena *a, struct err *e);
/* By name; revision 0: the newest. Errors: E_NOT_FOUND. */
MUST_CHECK int definition_of(struct db *db, const char *kind, struct str name,
                             i64 revision, struct definition_row *out, struct arena *a,
                             struct err *e);
/* All, without their texts, by kind, name and revision. */
MUST_CHECK int definition_all(struct db *db, struct definition_rows *out, struct arena *a,
                              struct err *e);

/* Read by the reader of their kind. Errors: E_NOT_FOUND, E_DEFINITION. */
MUST_CHECK int definition_study(struct db *db, i64 id, struct study **out,
                                struct arena *a, struct err *e);
MUST_CHECK int definition_instrument(struct db *db, i64 id, struct instrument **out,
                                     struct arena *a, struct err *e);
/* Against the study that it is the plan of. */
MUST_CHECK int definition_plan(struct db *db, i64 id, const struct study *s,
                               struct plan **out, struct arena *a, struct err *e);

#endif
