/* What the page about the interface shows. */
#ifndef VARDE_WEB_API_PAGE_H
#define VARDE_WEB_API_PAGE_H

#include "base/str.h"

struct api_page_row {
    struct str method, path, words, right; /* right: in words; empty: none is needed */
};
struct api_page {
    struct LIST(struct api_page_row) rows;
};

#endif
