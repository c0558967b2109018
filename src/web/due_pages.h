/* What the pages of visits and alerts show. */
#ifndef VARDE_WEB_DUE_PAGES_H
#define VARDE_WEB_DUE_PAGES_H

#include "web/forms.h"

struct due_page {
    struct str answer;
    i64 study; /* 0: the first */
    struct part_choices sites, which;
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
    bool may_change, may_link, planned;
    int open; /* which of the changes stands open: 1 held ... */
    struct part_date held, due, opens, closes;
    struct part_field why_missed, why_cancelled, why_moved;
};

struct alerts_one {
    i64 id;
    struct str title, said, text, named, path;
    bool may; /* to say that it was seen */
    struct part_field note;
};
struct alerts_page {
    struct str answer, tabs_words, mine;
    struct html_links tabs;
    struct LIST(struct alerts_one) all;
    struct part_pager pager;
};

#endif
