/* A house with the shipped Norwegian study in it: two sites, staff, three consumers (P01 and P02
** at the first site, P03 at the other), a service and a clinician, put there by hand. */
#ifndef VARDE_TESTS_APP_ANSWERED_H
#define VARDE_TESTS_APP_ANSWERED_H

#include "app/formlink.h"
#include "house.h"

struct answered {
    struct house h;
    struct collect_kit kit;
    i64 coordinator, clinician, elsewhere, manager, leader, assessor; /* staff */
    i64 p[3], service;                                                /* subjects */
};
void answered_open(struct answered *f, const char *url, struct arena *a);
void answered_close(struct answered *f, struct arena tmp);
struct act answered_act(struct answered *f, i64 staff, struct arena *a);
/* "honos", "t1" */
struct form_key answered_key(const struct answered *f, i64 subject, const char *measure,
                             const char *time);
/* Answers as typed, blanks between; "-" is none. */
struct answer *answered_of(const struct answered *f, const char *measure,
                           const char *cells, struct arena *a);
/* How many rows a table has. */
i64 answered_count(struct answered *f, const char *table, struct arena tmp);

#endif
