/* A study's records from a folder of CSV files, as its study.yaml lays them out.
**
** Everything is checked before anything is computed: a missing file, a column that is not
** expected or not there, a key that stands twice or is unknown in another file, a value
** outside its range, its codes, its sites or its item's choices.  Each refusal says file,
** line and column, what is allowed, and what to do; never the answer itself.
** A byte-order mark, ';' or TAB between cells and decimal commas are read as meant. */
#ifndef VARDE_EXCHANGE_RECORDS_CSV_H
#define VARDE_EXCHANGE_RECORDS_CSV_H

#include "base/csv.h"
#include "study/records.h"

/* Errors: E_NO_FILE, E_IO, E_CSV, E_RECORD, E_ANSWER, E_TOO_BIG; E_DEFINITION when two
** columns of the study have the same name in one file. */
MUST_CHECK int records_csv_read(const char *dir, const struct study *s,
                                const struct instrument *const *in, struct records *out,
                                struct arena *a, struct err *e);

/* The same layout out again, a file of the study as text: what records_csv_read reads gives
** the same records. Rows in the order of their keys. */
struct str records_csv_file(const struct records *r, isize table, struct str file,
                            struct arena *a);
/* The same with or without the line of names. */
struct str records_csv_rows(const struct records *r, isize table, struct str file,
                            bool head, struct arena *a);

#endif
