/* What the pages about participants share: words for states and events, the places and staff that
** a form may choose from, and forms as lists of parts.
**
** A form is built by one function, which the GET and a refused POST both call: each part takes
** what was typed (call_field) when the request is a POST, and otherwise what it is given.
** Checked: tests/web/test_people_pages.c. */
#ifndef VARDE_WEB_PERSON_H
#define VARDE_WEB_PERSON_H

#include "app/consent.h"
#include "web/call.h"
#include "web/parts.h"

/* --- words ---------------------------------------------------------------------- */

struct str person_state(const struct call *c,
                        enum participant_state s); /* "dropped out" */
enum part_kind person_state_kind(enum participant_state s);
struct str person_event(const struct call *c,
                        enum participant_event k); /* "Dropped out" */
struct str person_next(const struct call *c, enum participant_state s); /* or empty */
struct str person_met(const struct call *c, enum criterion_met m);
enum part_kind person_met_kind(const struct study_criterion *k, enum criterion_met m);
/* A word of an address for an event: "dropped-out"; EV_N when there is none. */
struct str person_slug(const struct call *c, enum participant_event k);
enum participant_event person_event_of(struct str slug);
/* Words of the catalogue with places filled in. */
#define person_words(c, id, ...)                          \
    person_fill(c, id, (const struct str[]){__VA_ARGS__}, \
                COUNT(((const struct str[]){__VA_ARGS__})))
struct str person_fill(const struct call *c, const char *id, const struct str *arg,
                       isize n);
struct str person_int(const struct call *c, i64 x);
struct str person_day(const struct call *c, day d);         /* "4 Nov 2013" */
struct str person_instant(const struct call *c, instant t); /* "4 Nov 2013, 13:05 UTC" */

/* --- one participant --------------------------------------------------------------- */

struct person {
    i64 id;
    struct people_file file;
    struct identity who; /* what is known, for those who may see it */
    bool named;          /* this viewer may see names here */
    i64 seen;            /* changes with every event: of a form's field "seen" */
};
/* The participant of the first place of the path, with the name if this viewer may see it.
** Errors: E_NOT_FOUND. */
MUST_CHECK int person_read(struct call *c, instant as_of, struct person *out,
                           struct err *e);
/* "P07 · Kari Nordmann", or the code alone. */
struct str person_title(const struct call *c, const struct person *p);
/* A right at the participant's site and study. */
bool person_may(const struct call *c, const struct person *p, enum right right);
/* The name of somebody in a list; empty without the right, or when none is known. */
MUST_CHECK int person_name(struct call *c, i64 subject, struct str *out, struct err *e);

/* The study that a page is about: the query or field "study", else the one chosen last, else the first
** of web/waiting.h. rows: all. Errors: E_NOT_FOUND (none at all: out->id is 0 and OK). */
MUST_CHECK int person_study(struct call *c, struct studies_rows *rows,
                            struct studies_row *out, struct err *e);

/* --- forms ----------------------------------------------------------------------------- */

enum person_part { PERSON_TEXT, PERSON_DATE, PERSON_CHOICES, PERSON_PICK, PERSON_HEAD };
struct person_item {
    enum person_part part;
    struct part_field text; /* the one of `part` is filled */
    struct part_date date;
    struct part_choices choices;
    struct str head, help; /* help: under a head */
    bool folded;           /* of PERSON_TEXT: behind a word until asked for */
    struct str fold;
};
struct person_hidden {
    const char *name;
    struct str value;
};
struct person_form {
    struct html_links crumbs;
    struct str title, answer, action, button, back;
    struct part_notice notice;
    struct LIST(struct str) effects;
    struct html_links
        missing; /* what has to be done before, with where; words end in "." */
    struct LIST(struct person_item) items;
    struct LIST(struct person_hidden) hidden;
    struct part_table table; /* under the form; without columns: none */
    bool danger;             /* the button does what cannot be undone */
    bool blocked;            /* nothing can be sent yet */
};

/* A form about a participant: the way there and back, "seen". `action`: its own address. */
struct person_form *person_form_of(struct call *c, const struct person *p,
                                   const char *title, const char *button,
                                   struct str action);
/* Parts; pointers hold until the next one is added. `value`: what stands there at first. */
struct part_field *person_form_text(struct call *c, struct person_form *f,
                                    const char *name, struct str label, struct str value);
struct part_date *person_form_day(struct call *c, struct person_form *f, const char *name,
                                  struct str label, struct str value);
struct part_choices *person_form_choices(struct call *c, struct person_form *f,
                                         const char *name, struct str legend);
struct part_choices *person_form_pick(struct call *c, struct person_form *f,
                                      const char *name, struct str legend);
/* One choice of the last part; `first`: chosen before anything was. */
struct part_choice *person_form_choice(struct call *c, struct person_form *f,
                                       struct str value, struct str words, bool first);
void person_form_head(struct call *c, struct person_form *f, struct str words,
                      struct str help);
/* The last part, a text, shows `word` until it is asked for or holds something. */
void person_form_fold(struct person_form *f, struct str word);
void person_form_hide(struct call *c, struct person_form *f, const char *name,
                      struct str value);
/* Staff who may enrol at a site, or anybody active there; sites where this viewer may do it. */
MUST_CHECK int person_form_staff(struct call *c, struct person_form *f, const char *name,
                                 struct str legend, const struct study *s, i64 site,
                                 i64 first, struct str none, struct err *e);
MUST_CHECK int person_form_sites(struct call *c, struct person_form *f, const char *name,
                                 struct str legend, i64 study, struct str study_name,
                                 enum right right, i64 but, struct err *e);

bool person_posted(const struct call *c);
/* A day of the form: there, a day, not in the future. */
bool person_form_day_read(struct call *c, const char *name, day *out);
/* An optional row number: 0 when empty; a fault when it is none. */
bool person_form_id(struct call *c, const char *name, i64 *out);
/* Somebody changed the participant since the form was shown: a fault that says the state. */
bool person_form_current(struct call *c, const struct person *p);
/* After an act: whether it was refused for what the form said (now a fault: show the form
** again). Other errors stay in `code`. */
bool person_form_refused(struct call *c, int code, const struct err *e);
int person_form_page(struct call *c, const struct person_form *f);

#endif
