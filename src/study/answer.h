/* Answers: from a cell, checked against their item, and what somebody must hear of.
**
** An answer is a value or one of the reasons for having none.  Refusals name the item and
** what it allows, never the answer. */
#ifndef VARDE_STUDY_ANSWER_H
#define VARDE_STUDY_ANSWER_H

#include "study/instrument.h"

/* A cell of a table or form as an answer.  Empty or NA is missing; "not applicable",
** "not known" and "declined" say themselves; a decimal comma is a comma; the instrument's
** codes for no answer (HoNOS 9) become their state.
** Errors: E_ANSWER: "item 3 (family) allows 1 to 5 or nothing". */
MUST_CHECK int answer_read(const struct item *it, struct str cell, struct answer *out,
                           struct err *e);

/* A number as an answer: NAN is missing, codes for no answer become their state.
** Errors: E_ANSWER. */
MUST_CHECK int answer_of(const struct item *it, double x, struct answer *out,
                         struct err *e);

/* Whether one answer may stand: a value among the choices or in the range, "not
** applicable" only where the item says when.  Errors: E_ANSWER. */
MUST_CHECK int answer_item_check(const struct item *it, const struct answer *x,
                                 struct err *e);

/* Whether a whole row of answers (one an item) may stand.  Errors: E_ANSWER, at the first
** item that is wrong. */
MUST_CHECK int answer_check(const struct instrument *in, const struct answer *answer,
                            struct err *e);

/* Things to say about a row of answers that stands, in item order. */
enum remark_kind {
    REMARK_ALERT,        /* an alert of the instrument: a named human must hear of it */
    REMARK_DETAIL_WANTED /* the value calls for a second answer that is not there */
};
struct remark {
    enum remark_kind kind;
    int item;
    const struct alert *alert; /* of REMARK_ALERT */
};
struct remarks LIST(struct remark);
struct remarks answer_remarks(const struct instrument *in, const struct answer *answer,
                              struct arena *a);

/* Says where the answers were given ("individual", "group"): items that are asked only
** elsewhere and have no answer become not applicable. */
void answer_given_in(const struct instrument *in, struct str where,
                     struct answer *answer);

/* The answer to a counted item (GOI penetration): `count` people among `among`; when
** `among` is NAN, among the estimate from `base` (the target population), and *estimated
** says so. More people than the denominator is a share of 1. Errors: E_DOMAIN: the item
** is no rate, nothing to divide by, a negative number. */
MUST_CHECK int answer_rate(const struct item *it, double count, double among, double base,
                           struct answer *out, bool *estimated, struct err *e);

/* "1 to 5", "0, 2 or 4", "a whole number from 1 to 100": what an item allows. */
struct str answer_allowed(const struct item *it, struct arena *a);

#endif
