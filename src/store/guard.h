/* The wall of blinding: which tables a blinded reader may read.
**
** Whoever may not learn of anybody's arm is answered from a connection of mode DB_BLINDED,
** and there the engine itself refuses, whatever the statement looks like: a join, a
** subselect, EXISTS, count(*), ORDER BY, a view.  So a page that asks too much gets
** E_NOT_ALLOWED, always the same sentence, and no arm.
**
** SQLite: an authorizer stands on the connection from before its first statement.  What it
** does not know it refuses.
** PostgreSQL: the connection becomes the role varde_blinded, which holds SELECT on the open
** tables and on nothing else; migrate() makes the role and gives it its rights, each time.
** db_open looks that it is so, and that no view and no function of the schema goes round it.
** Where the store's user may not make roles, db_open says what an administrator of the
** database has to run once.
**
** Checked: tests/store/test_guard.c: every statement of the program, on every engine. */
#ifndef VARDE_STORE_GUARD_H
#define VARDE_STORE_GUARD_H

#include "base/err.h"

enum guard { GUARD_UNKNOWN, GUARD_OPEN, GUARD_CLOSED };
enum guard guard_of(struct str table);

/* The lines of guard.def. */
struct guard_line {
    const char *table;
    enum guard guard;
};
extern const struct guard_line guard_list[];
extern const isize guard_n;

/* Sets E_NOT_ALLOWED and the one sentence of every refusal; returns the code. */
int guard_refuse(struct err *e);

#endif
