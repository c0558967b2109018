/* What staff see who make links for participants, and say whom these can turn to. */
#ifndef VARDE_WEB_LINKS_PAGE_H
#define VARDE_WEB_LINKS_PAGE_H

#include "web/call.h"
#include "web/parts.h"

struct links_row {
    i64 id;
    struct str made, until, by, state;
    enum part_kind kind;
    bool live;
};
struct links_page {
    struct html_links crumbs;
    i64 visit;
    struct str time, code;
    struct part_choices language;
    struct part_field days;
    struct LIST(struct links_row) rows;
    struct str refused;       /* why none can be made; empty: one can */
    struct html_safe handout; /* of a link made just now, in its language */
    struct html_safe qr;
    struct str link, service, until, lang, contact, contact_lang;
};

struct contact_page {
    struct html_links crumbs;
    i64 site;
    struct str name;
    struct part_field text[LANG_N];
    struct part_facts sites;
};

#endif
