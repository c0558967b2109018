/* Invented names and days of a study: studies/<id>/invented.yaml, read strictly.  A name and a
** day follow from a code. */
#ifndef VARDE_APP_REPLAY_NAMES_H
#define VARDE_APP_REPLAY_NAMES_H

#include "base/day.h"
#include "study/protocol.h"

struct replay_names {
    day begins;
    i64 over;                       /* days */
    struct str clinician, sex, age; /* columns of the participants' table; may be empty */
    struct str left_column, left_value;
    isize staff_table; /* -1: none */
    struct str staff_role, staff_sex, language;
    struct str *service, *site; /* one a site of the study */
    struct replay_list LIST(struct str) given_f, given_m, family, reasons;
};

/* Errors: E_NO_FILE, E_YAML, E_DEFINITION. */
MUST_CHECK int replay_names_read(const struct protocol *p, struct replay_names *out,
                                 struct arena *a, struct err *e);

/* The n-th name of those with that sex ("f", else "m"); different ones for every n below the
** product of the lists' lengths, where these have no common divisor. */
struct str replay_name(const struct replay_names *n, struct str sex, isize at,
                       struct arena *a);

/* A number below `n` that follows from a code and a word. */
i64 replay_number(struct str code, const char *word, i64 n);

#endif
