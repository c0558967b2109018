/* What the sample pages of tests/web/pages.html show. */
#ifndef VARDE_TESTS_WEB_PAGES_H
#define VARDE_TESTS_WEB_PAGES_H

#include "web/html.h"

struct note_person {
    struct str name, goal, next;
    int last; /* 0 done, 1 partly, 2 not done */
    bool here;
};
struct note {
    struct str group, saved, comment;
    const char *place;
    day on;
    int session, of;
    double minutes;
    struct LIST(struct note_person) people;
};
struct ask {
    struct str question;
    int at, of, chosen;
    struct LIST(struct str) choices;
};

/* Every context a value can stand in, each with the same text. */
struct everywhere {
    struct str s;
};

/* What the routes table will make: /sample/S. */
void url_sample(struct html *h, struct str s);

#endif
