/* What the pages of log-in show. */
#ifndef VARDE_WEB_LOGIN_PAGES_H
#define VARDE_WEB_LOGIN_PAGES_H

#include "web/call.h"
#include "web/error_page.h"

struct login_page {
    struct str login; /* as typed */
    struct str next;  /* path to go to afterwards */
    struct str step;  /* sealed name and password, while the code is asked for */
    struct kept_form kept;
    bool over; /* there was a session */
};

struct resume_page {
    struct kept_form kept;
    struct str name;
};

struct setup_page {
    struct str action; /* the form's own path */
    struct str login, name;
    bool first; /* the first administrator: name and log-in too */
};

#endif
