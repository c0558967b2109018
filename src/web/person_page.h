/* What the pages about one participant are filled with. */
#ifndef VARDE_WEB_PERSON_PAGE_H
#define VARDE_WEB_PERSON_PAGE_H

#include "web/forms.h"
#include "web/person.h"

struct participant_consent {
    struct str purpose, detail, words; /* words: of the state, in a tag */
    enum part_kind kind;
    struct html_links links; /* what may be done with it */
};
struct participant_criterion {
    struct str words, met, reason;
    bool exclude;
    enum part_kind kind;
};
struct person_page {
    struct html_links crumbs;
    struct str code, name, answer;
    struct part_notice notice;
    struct html_link next;   /* what is to be done now */
    struct html_links other; /* what else may have happened */
    struct LIST(struct participant_consent) consents;
    struct LIST(struct participant_criterion) criteria;
    struct str criteria_said; /* "6 of 6 answered, on 3 Mar 2026" */
    struct html_link take_back;
    struct part_facts who, attributes;
    struct str edit_who, edit_attributes;
    struct part_timeline timeline;
    struct html_links more; /* copy, history, erasure */
    struct part_date as_of;
    struct str path;
    struct part_print print;
    struct forms_visits visits;
    struct forms_series series;
};

struct history_page {
    struct html_links crumbs;
    struct str title, answer;
    struct part_table table;
};

#endif
