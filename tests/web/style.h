/* The sample page of all parts (tests/web/style.html), filled with an invented service. */
#ifndef VARDE_TESTS_WEB_STYLE_H
#define VARDE_TESTS_WEB_STYLE_H

#include "web/parts.h"

struct style {
    struct str where, title, answer, button, form, progress;
    struct part_print print;
    struct html_links crumbs, tabs;
    struct part_notice waits;
    struct html_faults faults; /* for the frame */
    struct part_search search;
    struct part_table people;
    struct part_pager pager;
    struct part_steps steps;
    struct part_field name, note;
    struct part_date day;
    struct part_choices one, yes, any, staff;
    struct part_facts facts;
    struct part_timeline timeline;
    struct LIST(struct str) tags;
    struct part_empty empty;
};

/* With `hostile` (not empty) that text stands wherever the page takes a text. */
struct style style_of(enum lang lang, struct str hostile, struct arena *a);
struct part_confirm style_confirm(enum lang lang, struct arena *a);

#endif
