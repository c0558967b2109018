/* What the pages of studies show (page_study.c). */
#ifndef VARDE_WEB_STUDY_PAGE_H
#define VARDE_WEB_STUDY_PAGE_H

#include "web/parts.h"

struct studies_page {
    struct str answer;
    struct part_table table;
    struct part_empty none;
};

struct study_part {
    struct str title;
    struct part_table table; /* its analyses, each with the records under it */
};

struct study_page {
    struct html_links crumbs;
    struct str title, about, caution;
    struct part_facts facts;
    bool may_analyse;
    struct html_links report; /* as a page, as PDF, as JSON */
    struct study_parts LIST(struct study_part) parts;
};

struct under_page {
    struct html_links crumbs;
    struct str title, answer, caution, note;
    struct part_table table;
};

#endif
