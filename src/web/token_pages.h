/* What the page of one's own tokens shows. */
#ifndef VARDE_WEB_TOKEN_PAGES_H
#define VARDE_WEB_TOKEN_PAGES_H

#include "web/call.h"
#include "web/parts.h"

struct token_row {
    i64 id;
    struct str label, seen, ends; /* seen empty: never used */
    bool some;                    /* for reading only */
};
struct token_page {
    struct LIST(struct token_row) rows;
    struct part_field label, days, again;
    struct part_choices scope;
    struct str secret; /* of the one made just now: shown this once */
};

#endif
