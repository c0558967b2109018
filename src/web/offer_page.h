/* What the pages that take a study into use show (page_offer.c). */
#ifndef VARDE_WEB_OFFER_PAGE_H
#define VARDE_WEB_OFFER_PAGE_H

#include "web/parts.h"

struct offers_page {
    struct html_links crumbs;
    struct str answer;
    struct part_table table;
    struct part_empty none;
};

/* How far a change reaches, and what changes so; the words of the changes are English. */
struct offer_reach {
    enum part_kind kind;
    struct str words;
    struct LIST(struct str) changes;
};
struct offer_news {
    struct str title; /* "honos: revision 1 to 2" */
    struct LIST(struct offer_reach) reaches;
};

struct offer_page {
    struct html_links crumbs;
    struct str name; /* of the study */
    struct str title, about, caution;
    struct part_notice stands; /* in use, or what stands in the way */
    struct part_facts facts;
    struct part_table asked; /* what is asked of whom, and when */
    struct LIST(struct str) criteria, consents;
    struct LIST(struct offer_news) news;
    struct part_field why;
    struct str button; /* empty: nothing is to be done */
};

/* Sites that take part in a study, on its own page. */
struct study_sites_part {
    struct part_table table;
    struct part_choices site, code;
    struct part_notice none; /* why no site can be added now */
    bool may_add;
};

#endif
