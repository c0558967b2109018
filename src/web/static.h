/* Files that the program carries and serves as they are (static.def).
**
** Each has one path, /static/HASH/NAME, where HASH is of its content: it never changes
** under its path and is kept by browsers for good; a path with another hash is not found. */
#ifndef VARDE_WEB_STATIC_H
#define VARDE_WEB_STATIC_H

#include "base/err.h"

enum static_id {
#define STATIC(id, name, type, asset) STATIC_##id,
#include "web/static.def"
#undef STATIC
    STATIC_N
};

struct static_file {
    const char *path, *type;
    struct str content;
};
struct static_file static_file(enum static_id id);

/* The file of a path. Errors: E_NOT_FOUND. */
MUST_CHECK int static_find(struct str path, struct static_file *out, struct err *e);

struct html;
void html_file(struct html *h, enum static_id id); /* its path */

#endif
