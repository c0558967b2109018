/* What the pages of visits, forms and alerts share: which study a path is about, the words of
** states and days, and two parts for pages of others:
**
**     struct forms_visits v;  TRY(forms_visits_of(c, kit, subject, &v, e));
**     {call visits_of(h, &v)}       the visits of one subject with their forms
**     struct forms_series s;  TRY(forms_series_of(c, kit, subject, -1, &s, e));
**     {call series_of(h, &s)}       its scores over time, each as a picture, a sentence, a table
**
** Both show nothing when there is nothing this viewer may see.
** Checked: tests/web/test_forms_pages.c. */
#ifndef VARDE_WEB_FORMS_H
#define VARDE_WEB_FORMS_H

#include "app/visiting.h"
#include "web/call.h"
#include "web/parts.h"

/* --- which study ------------------------------------------------------------------------- */

/* The kit of what the first place of the path names. Error: E_NOT_FOUND. */
MUST_CHECK int forms_kit_of_visit(struct call *c, const struct collect_kit **kit,
                                  i64 *visit, struct err *e);
MUST_CHECK int forms_kit_of_subject(struct call *c, i64 subject,
                                    const struct collect_kit **kit, struct err *e);
MUST_CHECK int forms_kit_of_response(struct call *c, const struct collect_kit **kit,
                                     i64 *response, struct err *e);
/* /forms/{subject}/{measure}/{time}; a form without time point has "-". */
MUST_CHECK int forms_key(struct call *c, const struct collect_kit **kit,
                         struct form_key *key, struct err *e);
struct str forms_path(struct call *c, const struct collect_kit *kit,
                      const struct form_key *key);

/* --- words ------------------------------------------------------------------------------- */

#define forms_words(c, id, ...)                          \
    forms_fill(c, id, (const struct str[]){__VA_ARGS__}, \
               COUNT(((const struct str[]){__VA_ARGS__})))
struct str forms_fill(const struct call *c, const char *id, const struct str *arg,
                      isize n);
struct str forms_int(const struct call *c, i64 x);
struct str forms_num(const struct call *c, double x); /* at most two decimals */
struct str forms_day(const struct call *c, day d);
struct str forms_measure(const struct call *c, const struct collect_kit *k,
                         isize measure);
struct str forms_time(const struct call *c, const struct collect_kit *k, isize time);
/* Of the words that are shown: the wording's own, else the instrument's. */
struct str forms_licence(const struct instrument *in);
struct str forms_who(const struct call *c, struct str code,
                     i64 part); /* "P01", "K1, 2" */
/* The page about a subject. */
struct str forms_subject(const struct call *c, const struct collect_kit *k,
                         struct str kind, i64 subject);

/* --- visits ------------------------------------------------------------------------------ */

struct forms_form {
    struct str label, path, state; /* path empty: nothing to do there for this viewer */
    struct str verb;               /* "Enter", "Look at" */
    enum part_kind kind;
    struct str print; /* the blank form; empty: not offered */
    bool left;        /* it is asked for and has no entry */
    struct str by;    /* who fills it in, while it is left */
};
struct forms_visit {
    struct str who, who_path, time, path, when, state, reason;
    struct str study; /* shown when a list holds several; empty: not */
    struct str left;  /* "2 of 3 left"; empty: nothing is */
    struct str which; /* "2 of 3 left: HoNOS (clinician), ..." */
    enum part_kind kind;
    isize done;
    struct LIST(struct forms_form) forms;
};
struct forms_visits {
    bool with_who; /* a column that says whose */
    struct str caption;
    struct LIST(struct forms_visit) all;
};
void forms_visit(struct call *c, const struct collect_kit *k, const struct due_visit *v,
                 struct forms_visit *out);
MUST_CHECK int forms_visits_of(struct call *c, const struct collect_kit *k, i64 subject,
                               struct forms_visits *out, struct err *e);

/* For a list of what is due: only the forms that are left. */
void forms_only_left(struct forms_visit *v);

/* Forms of the study for a row of this table at this time point. */
isize forms_at_time(const struct study *s, isize table, isize time);

/* --- scores over time -------------------------------------------------------------------- */

struct forms_scores {
    struct str title, said; /* what changed, in words */
    struct html_safe figure;
    struct part_table table;
};
struct forms_series {
    struct LIST(struct forms_scores) all;
};
/* measure -1: one score of each. */
MUST_CHECK int forms_series_of(struct call *c, const struct collect_kit *k, i64 subject,
                               isize measure, struct forms_series *out, struct err *e);

/* A name that the store gave; "a member of staff" where it is not shown (store/guard.def). */
struct str forms_name(struct call *c, struct str name);
/* Who entered a response: a participant has no name. */
struct str forms_by(struct call *c, const struct response *r);

#endif
