/* What the pages of lists are filled with: participants, and rows of other tables. */
#ifndef VARDE_WEB_PARTICIPANTS_PAGE_H
#define VARDE_WEB_PARTICIPANTS_PAGE_H

#include "web/person.h"

struct participants_page {
    struct str study, answer, caution;
    struct str find; /* what was sought; empty: nothing */
    struct part_choices studies, sites, states;
    bool mine, has_mine, filtered, may_refer, named;
    i64 study_id;
    struct part_table table;
    struct part_pager pager;
    struct part_empty empty;
    struct html_links others; /* other tables of the study */
};

struct subjects_page {
    struct html_links crumbs;
    struct str title, answer, add;
    struct part_table table;
    struct part_pager pager;
    struct part_empty empty;
};

struct subject_page {
    struct html_links crumbs;
    struct str title, answer, edit;
    struct part_facts facts;
};

#endif
