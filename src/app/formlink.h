/* Form links: a participant fills in the self-rated forms of one visit, without an account.
**
** The token is shown once, to the member of staff who made the link; the store keeps its
** hash.  It opens the forms that the study has the consumer rate at that visit, in one
** language, until it ends, is revoked, or is used: the last form is in, or the person says
** that they are done.  What is typed is saved as a draft of the link.  No token goes into an
** error, the journal or a log.
** Checked: tests/app/test_formlink.c, on every engine. */
#ifndef VARDE_APP_FORMLINK_H
#define VARDE_APP_FORMLINK_H

#include "app/visiting.h"

/* Needs MAY_ENTER_ANSWERS at the visit's site.  `days`: how long it opens, 1 to 60.
** Errors: E_NOT_FOUND, E_NOT_ALLOWED, E_RECORD (no self-rated form there; cancelled). */
MUST_CHECK int formlink_make(struct act *act, const struct collect_kit *k, i64 visit,
                             struct str lang, int days, struct str *token, i64 *id,
                             struct err *e);
MUST_CHECK int formlink_revoke(struct act *act, const struct collect_kit *k, i64 id,
                               struct err *e);

struct formlink {
    i64 id, visit;
    struct str lang, staff_name;               /* who made it */
    instant made, ends, opened, used, revoked; /* 0: not */
};
struct formlinks LIST(struct formlink);
/* Of one visit, the newest first. Error: E_NOT_FOUND. */
MUST_CHECK int formlink_of(struct act *act, const struct collect_kit *k, i64 visit,
                           struct formlinks *out, struct err *e);

/* --- with the token, without an account ---------------------------------------------------- */

enum formlink_state {
    LINK_FINE,
    LINK_UNKNOWN, /* mistyped, or never was */
    LINK_ENDED,
    LINK_USED,
    LINK_REVOKED,
    LINK_STATES
};
struct formlink_form {
    isize measure;
    bool done;
    i64 draft_version;       /* 0: no draft */
    struct form_cell *draft; /* one an item, or NULL */
};
struct formlink_page {
    enum formlink_state state; /* of anything but LINK_FINE only lang is filled in */
    struct str lang;           /* in which it speaks, also when it says that it is over */
    i64 id, visit, subject, site;
    instant ends;
    isize time;
    struct formlink_forms LIST(struct formlink_form) forms;
};
/* Which study the token's forms are of: whose kit to open it with; 0: there is no such link.
** Needs no right: the token is one. */
MUST_CHECK int formlink_study(struct act *act, struct str token, i64 *study,
                              struct err *e);
/* What the link opens; OK whatever its state, so that the page can say it kindly. */
MUST_CHECK int formlink_open(struct act *act, const struct collect_kit *k,
                             struct str token, struct formlink_page *out, struct err *e);
/* Error of all: E_TOKEN when the link is not LINK_FINE; E_NOT_FOUND: not a form of it. */
MUST_CHECK int formlink_draft(struct act *act, const struct collect_kit *k,
                              struct str token, isize measure,
                              const struct form_cell *cell, i64 *version, struct err *e);
/* The language that the person chose, on whichever device; what was answered stays. No record. */
MUST_CHECK int formlink_speak(struct act *act, const struct collect_kit *k,
                              struct str token, enum lang lang, struct err *e);
/* The words that the person read: their language, and the overlay's definition (0: none). */
struct formlink_words {
    struct str lang;
    i64 wording;
};
/* words NULL: in the link's language.  Errors also: E_ANSWER, E_CHANGED (the form is in already). */
MUST_CHECK int formlink_submit(struct act *act, const struct collect_kit *k,
                               struct str token, isize measure,
                               const struct answer *answer,
                               const struct formlink_words *words, struct form_done *out,
                               struct err *e);
/* "I am done", with forms left unanswered. */
MUST_CHECK int formlink_finish(struct act *act, const struct collect_kit *k,
                               struct str token, struct err *e);

#endif
