/* What the error page shows. */
#ifndef VARDE_WEB_ERROR_PAGE_H
#define VARDE_WEB_ERROR_PAGE_H

#include "web/http.h"

/* A form that could not be taken when it came: offered again, after log-in when its session was over,
** and where the store did not answer.  Nothing of it is kept on the server. */
struct kept_form {
    struct str path; /* empty: none */
    struct http_pairs fields;
};

struct error_page {
    struct str title, action; /* what happened, what to do; in the viewer's language */
    struct str why;           /* the error's own sentence; may be empty */
    struct str request;
    struct kept_form kept;
};

#endif
