/* What a participant sees who fills in forms by a link (app/formlink.h). */
#ifndef VARDE_WEB_FILL_PAGES_H
#define VARDE_WEB_FILL_PAGES_H

#include "web/call.h"
#include "web/parts.h"

/* One choice of a question: a row that a thumb can hit. */
struct fill_choice {
    struct str value, words;
    bool chosen, apart; /* apart: a reason for no answer, below the others */
};
struct fill_item {
    struct str name, no, text;
    struct LIST(struct fill_choice) of; /* empty: a number is typed */
    struct str value, lo, hi;           /* of a number */
    bool declined;                      /* of a number */
    struct str other;       /* what another device kept for it; empty: nothing */
    struct str ask, detail; /* a second question; empty: none */
};
struct fill_items LIST(struct fill_item);

struct fill_form { /* one of the forms of the visit */
    struct str path;
    isize no, n_items, n_given;
    bool done, begun;
};

struct fill_page {
    struct str home, path; /* the link itself; where the form is posted */
    struct html_links languages;
    struct str service, contact; /* contact empty: the site has said nothing */
    struct str contact_lang, ends;
    struct LIST(struct fill_form) forms;
    isize form, n_forms, first, last, of, minutes, n_done; /* counted from 1 */
    struct str next;        /* where to go on; empty: nothing is left */
    struct str about, lang; /* of the instrument; lang: of its words */
    bool foreign;           /* which is not the page's */
    i64 version;
    bool conflict, changed, alert, begun;
    struct fill_items items;
    struct html_links out; /* items left out */
    isize n_given, n_declined;
    struct str title, what; /* of a link that opens nothing */
};

#endif
