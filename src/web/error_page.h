/* What the error page shows. */
#ifndef VARDE_WEB_ERROR_PAGE_H
#define VARDE_WEB_ERROR_PAGE_H

#include "base/str.h"

struct error_page {
    struct str title, action; /* what happened, what to do; in the viewer's language */
    struct str why;           /* the error's own sentence, in English; may be empty */
    struct str request;
};

#endif
