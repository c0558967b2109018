/* Records out of the store as tidy tables: CSV, one line a fact, by code.
**
** The tables are the lines of tidy.def, and a codebook that says what every variable,
** item and code means.  Rows stand in the order of their keys, so the same records give the
** same bytes.  Out go codes and what the study measures: never a name or other identity,
** never free text, never an arm; and nothing of whoever said that their data are to be used
** no more.  Only rows of sites where the viewer holds one of the roles.
**
** Memory is flat: two hundred subjects are read with one question a table and given out in
** pieces.  The whole export is one moment of the store.  Cells are guarded against formulas (csv_put), and csv_plain
** takes the guard off again.
** Missing: an item without an answer is a line with the reason in `missing`.
** Checked: tests/app/test_replay.c. */
#ifndef VARDE_EXCHANGE_TIDY_H
#define VARDE_EXCHANGE_TIDY_H

#include "exchange/records_store.h"

enum tidy_table {
#define TIDY(name, columns, what) TIDY_##name,
#include "exchange/tidy.def"
#undef TIDY
    TIDY_N
};
const char *tidy_name(enum tidy_table t);    /* "answers" */
const char *tidy_columns(enum tidy_table t); /* its head */
/* Error: E_NOT_FOUND, naming a near one. */
MUST_CHECK int tidy_read(struct str word, enum tidy_table *out, struct err *e);

/* `cut` as for records_store_read. TIDY_visits has no past: E_UNSUPPORTED with an as_of. */
MUST_CHECK int tidy_put(struct db *db, const struct viewer *who,
                        const struct records_cut *cut, enum tidy_table t,
                        const struct tidy_sink *to, struct arena tmp, struct err *e);

/* A line a variable, item and code: from the definitions alone. */
MUST_CHECK int tidy_codebook(const struct protocol *p, enum lang lang,
                             const struct tidy_sink *to, struct arena tmp, struct err *e);

#endif
