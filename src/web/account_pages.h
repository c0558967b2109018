/* What the pages of one's own account show. */
#ifndef VARDE_WEB_ACCOUNT_PAGES_H
#define VARDE_WEB_ACCOUNT_PAGES_H

#include "web/call.h"
#include "web/parts.h"

struct account_session {
    i64 id;
    struct str label, seen;
    bool here;
};

struct account_page {
    struct part_facts facts;
    struct LIST(struct account_session) sessions;
    struct part_choices language, keep_tokens;
    struct part_field again; /* the password, before a second factor */
    bool factor;
};

struct factor_page {
    struct html_safe qr; /* empty: a wrong code came, and the picture is gone */
    struct str secret;   /* to be typed where a picture cannot be taken */
    struct str recovery[LOGIN_RECOVERY];
    struct part_choices keep_tokens;
};

#endif
