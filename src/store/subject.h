/* Subjects: who or what a study measures, a row of one of its tables; and their attributes, the
** columns of that table.
**
** Whatever is about people takes a viewer and `roles`, the words of the roles that have the
** right (",leader,clinician,": right_roles in app/act.h). A row is given when the viewer holds one of
** them today at the subject's site or everywhere, for its study or in general; what may not be
** seen is not there. Reading what is needed for a change inside a transaction is the
** business of app, which asked for the right; those functions stand in store/subject_parts.h.
** Checked: tests/app/test_people.c. */
#ifndef VARDE_STORE_SUBJECT_H
#define VARDE_STORE_SUBJECT_H

#include "base/instant.h"
#include "store/staff.h"

struct subject {
    i64 id, study;
    struct str kind; /* id of the table */
    struct str code;
    i64 part; /* the second key; 0: none */
    i64 site;
    i64 staff;        /* 0: nobody of the house */
    instant at, gone; /* gone 0: it holds */
};
struct subjects LIST(struct subject);

struct attribute {
    i64 id;
    struct str name, value;
    instant at, gone;
    i64 staff;
};
struct attributes LIST(struct attribute);

/* Errors: E_NOT_FOUND (there is none, or not for this viewer). */
MUST_CHECK int subject_get(struct db *db, const struct viewer *who, struct str roles,
                           i64 id, struct subject *out, struct arena *a, struct err *e);
MUST_CHECK int subject_find(struct db *db, const struct viewer *who, struct str roles,
                            i64 study, struct str kind, struct str code, i64 part,
                            struct subject *out, struct arena *a, struct err *e);

/* A page of a table, by code and part, behind the row (after, after_part); empty: from the
** start. At most n rows. */
MUST_CHECK int subject_page(struct db *db, const struct viewer *who, struct str roles,
                            i64 study, struct str kind, struct str after, i64 after_part,
                            isize n, struct subjects *out, struct arena *a,
                            struct err *e);

/* What held at an instant (INSTANT_NOW: what holds), by name. */
#define INSTANT_NOW ((instant)INT64_MAX)
MUST_CHECK int attribute_of(struct db *db, const struct viewer *who, struct str roles,
                            i64 subject, instant as_of, struct attributes *out,
                            struct arena *a, struct err *e);
/* Everything that was ever entered, oldest first. */
MUST_CHECK int attribute_all(struct db *db, const struct viewer *who, struct str roles,
                             i64 subject, struct attributes *out, struct arena *a,
                             struct err *e);

#endif
