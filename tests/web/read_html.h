/* A small reader of HTML, for tests: what a browser's tokenizer finds, also in markup that
** Varde never writes (unquoted and single-quoted values), so that an injection shows. */
#ifndef VARDE_TESTS_WEB_READ_HTML_H
#define VARDE_TESTS_WEB_READ_HTML_H

#include "base/str.h"

struct read_attr {
    struct str name, value; /* decoded */
};
struct read_el {
    struct str name;
    struct read_attr attr[16];
    isize n;
    struct str text; /* decoded, up to the next tag */
    int deep;
};
struct read_doc LIST(struct read_el);

/* False when end tags do not fit their start tags. */
bool read_html(struct str s, struct read_doc *out, struct arena *a);

const struct read_el *read_by_id(const struct read_doc *d, const char *id); /* or NULL */
struct str read_attr(const struct read_el *el, const char *name); /* at NULL: not there */
/* Elements with their depth and the names of their attributes: what values cannot change. */
struct str read_shape(const struct read_doc *d, struct arena *a);
struct str read_decoded(struct str s, struct arena *a);
struct str read_unpercent(struct str s, struct arena *a);

#endif
