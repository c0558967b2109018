/* The wall of blinding: what a blinded reader may read, by table, column, row and cell.
**
** Whoever may not learn of anybody's arm is answered from a connection of mode DB_BLINDED,
** and there the engine itself holds the lines of guard.def, whatever the statement looks like: a
** join, a subselect, EXISTS, count(*), ORDER BY, a view.
**     closed   a page that asks gets E_NOT_ALLOWED, always the same sentence, and no arm
**     veiled   in the table's place stands a view of the connection, of the same name: rows and cells
**              that could tell are not in it, so a statement that forgot them leaves them out
**     open     read as it is, column by column
** The views are one text for both engines (guard_views).
**
** SQLite: temporary views, which a name finds before the tables; an authorizer stands on the
** connection from before its first statement and lets only these views read what is below them.  What
** it does not know it refuses; a statement that names the schema `main` would go past the views,
** and is refused too.
** PostgreSQL: temporary views in the same way, and the connection becomes the role
** varde_blinded, which holds SELECT on them, on the open columns, and on nothing else; migrate()
** makes the role and gives it its rights, each time.  db_open looks that it is so, and that no
** view and no function of the schema goes round it.  Where the store's user may not make roles or
** temporary views, db_open says what an administrator of the database has to run once.
**
** Checked: tests/store/test_guard.c: every statement of the program, on every engine;
** tests/web/test_blind.c: every route. */
#ifndef VARDE_STORE_GUARD_H
#define VARDE_STORE_GUARD_H

#include "base/err.h"

enum guard { GUARD_UNKNOWN, GUARD_OPEN, GUARD_VEILED, GUARD_CLOSED };
enum guard guard_of(struct str table);

/* The lines of guard.def. */
struct guard_line {
    const char *table;
    enum guard guard;
    const char *columns; /* "id, study": as they are */
    const char *cells;   /* ", CASE WHEN ... THEN x.note END AS note" */
    const char *rows;    /* "", or " WHERE ..." */
};
extern const struct guard_line guard_list[];
extern const isize guard_n;

const struct guard_line *guard_line(struct str table); /* NULL: in no list */
/* Whether the column is one of those that are read as they are. */
bool guard_column(const struct guard_line *g, struct str column);

/* The statements that make the views of a connection; `schema` is put before each table
** ("main."). */
void guard_views(struct buf *b, const char *schema);

/* Sets E_NOT_ALLOWED and the one sentence of every refusal; returns the code. */
int guard_refuse(struct err *e);

#endif
