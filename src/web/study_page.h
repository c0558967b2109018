/* What the pages of studies show (page_study.c). */
#ifndef VARDE_WEB_STUDY_PAGE_H
#define VARDE_WEB_STUDY_PAGE_H

#include "app/apply.h"
#include "web/call.h"
#include "web/offer_page.h"

struct studies_page {
    bool may_take;
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
    struct str id; /* its name in paths */
    struct str title, about, caution;
    struct part_facts facts;
    bool may_analyse;
    struct html_links report; /* as a page, as PDF, as JSON */
    struct study_parts LIST(struct study_part) parts;
    struct study_sites_part sites;
};

/* A document that takes longer than a page may: to be asked for, under way, there. */
struct document_page {
    struct html_links crumbs;
    struct str title, answer;
    struct part_notice notice;
    struct str make, stop; /* paths; empty: not now */
    struct str progress;
    i64 at, of;
    struct html_links files;
};

struct under_page {
    struct html_links crumbs;
    struct str title, answer, caution, note;
    struct str file; /* the same rows as CSV; empty: there are none */
    struct part_table table;
};

/* The sites of a study, and what it takes to add one (page_offer.c). */
MUST_CHECK int offer_sites(struct call *c, const struct study *s, i64 study,
                           struct study_sites_part *out, struct err *e);

#endif
