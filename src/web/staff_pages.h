/* What the pages of staff, sites and rules show. */
#ifndef VARDE_WEB_STAFF_PAGES_H
#define VARDE_WEB_STAFF_PAGES_H

#include "web/call.h"
#include "web/parts.h"

struct staff_list_page {
    struct part_table table;
    bool may_add;
};

struct staff_new_page {
    struct part_field name, login;
    struct part_choices language;
};

struct staff_role_row {
    i64 id;
    struct str role, where, from, to;
    bool may_end; /* holds, or will */
};

struct staff_one_page {
    struct html_links crumbs;
    i64 id;
    struct str name;
    struct part_facts facts;
    struct LIST(struct staff_role_row) roles;
    struct part_choices role, site;
    struct part_field study, again;
    struct part_date starts, ends;
    bool active, factor, may_manage, may_give;
};

struct staff_link_page {
    i64 id;
    struct str name, link, until;
};

struct sites_page {
    struct part_table table;
    struct part_field service_name, site_name;
    struct part_choices service;
};

struct rules_page {
    struct LIST(struct part_field) rules;
};

#endif
