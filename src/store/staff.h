/* Services, sites, staff and their dated roles; and the viewer, who stands behind every
** question that is asked of the store.
**
** These functions read, or write a row inside somebody's transaction; who may do so, and
** the journal, is the business of app/staffing.h. Checked: tests/app/test_act.c, on every
** engine. */
#ifndef VARDE_STORE_STAFF_H
#define VARDE_STORE_STAFF_H

#include "base/day.h"
#include "store/db.h"

enum role_number {
#define ROLE(name, word, blinded) NUMBER_OF_##name,
#include "store/role.def"
#undef ROLE
    ROLE_N
};
/* Sets of roles are sums of these. */
enum role {
#define ROLE(name, word, blinded) name = 1 << NUMBER_OF_##name,
#include "store/role.def"
#undef ROLE
};
const char *role_word(enum role r);
/* Error: E_NOT_FOUND, with the nearest word. */
MUST_CHECK int role_read(struct str word, enum role *out, struct err *e);
bool role_blinded(enum role r);

struct staff_role {
    i64 id;
    enum role role;
    i64 site;         /* 0: at every site */
    struct str study; /* empty: not for one study only */
};

/* Who asks.  Whatever returns rows about people takes one; staff 0 is nobody and sees
** nothing. */
struct viewer {
    i64 staff;
    struct str login, name, language;
    struct staff_role *role; /* those of today */
    isize n_roles;
    bool blinded; /* holds a blinded role, at whichever site */
    day today;    /* the day these are the roles of */
};

struct staff {
    i64 id;
    struct str login, name, language;
    bool active;
};
struct staff_list LIST(struct staff);

struct site {
    i64 id, service;
    struct str name, service_name;
};
struct site_list LIST(struct site);

/* A login name in its one spelling: 2 to 64 of a-z 0-9 . _ - @, capitals made small.
** Error: E_RECORD, without the name. */
MUST_CHECK int staff_login_read(struct str typed, struct str *out, struct arena *a,
                                struct err *e);

/* Errors: E_NOT_FOUND. */
MUST_CHECK int staff_get(struct db *db, i64 id, struct staff *out, struct arena *a,
                         struct err *e);
MUST_CHECK int staff_by_login(struct db *db, struct str login, struct staff *out,
                              struct arena *a, struct err *e);
/* Everybody, by shown name; every site, by service. */
MUST_CHECK int staff_all(struct db *db, struct staff_list *out, struct arena *a,
                         struct err *e);
MUST_CHECK int staff_sites(struct db *db, struct site_list *out, struct arena *a,
                           struct err *e);

struct service {
    i64 id;
    struct str name;
};
struct service_list LIST(struct service);
MUST_CHECK int staff_services(struct db *db, struct service_list *out, struct arena *a,
                              struct err *e);

/* All roles that somebody ever held, the latest first. */
struct role_held {
    i64 id;
    enum role role;
    i64 site; /* 0: at every site */
    struct str study;
    day starts, ends;
    bool open; /* no end; ends is not read */
};
struct role_held_list LIST(struct role_held);
MUST_CHECK int staff_roles(struct db *db, i64 staff, struct role_held_list *out,
                           struct arena *a, struct err *e);

/* Active staff who hold one of `roles` (",leader,clinician,": right_roles of app/act.h) on a day
** at a site, for a study or in general; by shown name. */
MUST_CHECK int staff_at(struct db *db, struct str roles, i64 site, struct str study,
                        day today, struct staff_list *out, struct arena *a,
                        struct err *e);

/* Somebody as a viewer on a day. Error: E_NOT_FOUND, also when not active. */
MUST_CHECK int staff_viewer(struct db *db, i64 staff, day today, struct viewer *out,
                            struct arena *a, struct err *e);

#endif
