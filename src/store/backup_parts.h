/* What the files of backups share; for them only. */
#ifndef VARDE_STORE_BACKUP_PARTS_H
#define VARDE_STORE_BACKUP_PARTS_H

#include "store/backup.h"
#include "store/erasure.h"
#include "store/seal.h"

/* A record: a letter, the length of what follows (4 bytes), values.  A value: a letter of its
** type (n i r t b), then 8 bytes, or a length (4 bytes) and bytes.  Least byte first.
**   H  version, step, instant, definitions, store    first
**   T  table, columns                                then its rows:
**   R  one value a column
**   F  name of a file                                then its content:
**   D  bytes
**   Z  rows, files, lost                             last */
enum { BACKUP_VERSION = 1, BACKUP_MOST = 64 << 20, BACKUP_COLUMNS = 40 };

struct table; /* of store/statements.h */

/* The first line, in the open. */
struct str backup_line(const struct key *k, struct arena *a);
/* The form that a table had at a step; NULL: not there yet. */
const struct table *backup_table(struct str name, i64 step);

/* A file being read. db NULL: only counted; folder (of attachments) NULL: likewise. */
typedef int backup_row(void *arg, const struct table *t, const struct db_arg *v,
                       struct err *e);
struct backup_load {
    struct seal_in *in;
    struct str piece;
    const char *path;
    struct db *db;
    const char *folder;
    struct seal_file file;
    const struct table *table;
    i64 in_table;
    bool in_file;    /* tables are over */
    backup_row *row; /* told of each row; NULL: nobody is */
    void *arg;
    struct backup_told told;
};

/* Up to behind the head: *l says what it is. seal_in_end(l->in) in any case. */
MUST_CHECK int backup_load_open(struct backup_load *l, const char *path,
                                const struct key *k, struct arena *a, struct err *e);
/* All records; those after the head. */
MUST_CHECK int backup_load_all(struct backup_load *l, struct arena *a, struct err *e);

#endif
