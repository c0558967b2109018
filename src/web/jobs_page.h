/* What the page of long work shows (page_jobs.c). */
#ifndef VARDE_WEB_JOBS_PAGE_H
#define VARDE_WEB_JOBS_PAGE_H

#include "web/parts.h"

struct jobs_going {
    struct html_link what;
    struct str soft; /* when, who */
    struct str progress, stop;
    i64 at, of; /* of 0: not known */
};

struct jobs_page {
    struct str answer;
    struct LIST(struct jobs_going) going;
    struct part_table over;
};

#endif
