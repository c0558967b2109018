/* What the pages of visits and alerts show. */
#ifndef VARDE_WEB_DUE_PAGES_H
#define VARDE_WEB_DUE_PAGES_H

#include "web/waiting.h"

struct due_page {
    struct str answer;
    struct part_choices studies, sites, which; /* fewer than two: not shown */
    struct forms_visits visits;
    struct part_empty empty;
    struct part_pager pager;
};

struct visit_page_m {
    i64 id;
    struct html_links crumbs;
    struct str title, answer;
    struct forms_visit v;
    struct part_facts facts;
    bool may_change, may_link, planned, closed, may_close, may_reopen;
    int open; /* which of the changes stands open: 1 held ... 5 closed */
    struct part_date held, due, opens, closes;
    struct part_field why_missed, why_cancelled, why_moved, why_closed;
};

struct alerts_one {
    i64 id;
    struct str title, said, text, named, path;
    bool may; /* to say that it was seen */
    struct part_field note;
};
struct alerts_study {
    struct str name; /* empty: there is one study only */
    struct LIST(struct alerts_one) all;
};
struct alerts_page {
    struct str answer, tabs_words, mine;
    struct html_links tabs;
    struct LIST(struct alerts_study) studies;
    struct part_empty empty;
    struct part_pager pager;
};

#endif
