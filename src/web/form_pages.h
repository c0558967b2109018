/* What the pages show on which a form is entered, corrected, entered again, settled; and a
** response with its scores. */
#ifndef VARDE_WEB_FORM_PAGES_H
#define VARDE_WEB_FORM_PAGES_H

#include "web/forms.h"

struct form_choice {
    struct str value, words, id;
    bool chosen, reason; /* reason: why there is no answer */
};
struct form_choices LIST(struct form_choice);

struct form_row {
    const char *name; /* of the answer: "a3"; the id of its first field */
    struct str no, text, help;
    struct form_choices choices; /* answers and reasons as radio buttons */
    bool typed;      /* a number is typed; choices are the reasons, as a list */
    const char *why; /* its field of reasons: "r3" */
    struct str value;
    const char *detail; /* its second answer: "d3"; NULL: none */
    struct str ask, detail_value;
    struct str before; /* the last time: words; empty: nothing to show */
    struct str other;  /* what stands now and differs; empty: nothing */
};
struct form_enter_page {
    struct html_links crumbs;
    struct str title, about, answer, action, draft, saved, before_when;
    struct part_notice notice;
    struct html_link other; /* what stands now */
    struct LIST(struct form_row) rows;
    struct part_date day;
    struct part_choices mode;
    struct part_field reason;
    bool choose_mode, with_reason, may_save, second;
    i64 version, draft_version;
    struct str button, print, mode_now;
    struct part_print paper;
};

/* Two entries, item by item. */
struct form_settle_row {
    const char *name, *typed; /* "c3", "x3" */
    struct str no, text, first, second, value;
    int chosen; /* 1, 2, 3: typed; 0: not yet */
};
struct form_settle_page {
    struct html_links crumbs;
    struct str title, answer, action, first_head, second_head;
    i64 version, second;
    struct LIST(struct form_settle_row) rows;
    struct part_field reason;
};

struct form_score {
    struct str title, value, range, band, said, rule;
    bool none;
};
struct form_history {
    struct str when, who, why, what, path;
    bool here;
};
struct form_alert {
    struct str said, path;
};
struct form_response_page {
    struct html_links crumbs;
    struct str title, answer, print;
    struct part_notice notice;
    struct html_links acts; /* correct, second entry, settle */
    struct html_link next;  /* the next form that is due */
    struct LIST(struct form_score) scores;
    struct forms_series series;
    struct LIST(struct form_alert) alerts;
    struct part_table answers;
    struct part_facts facts;
    struct LIST(struct form_history) history;
    struct part_print paper;
};

#endif
