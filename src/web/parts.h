/* The parts that pages are made of: src/web/tpl/parts.html, called as {call field(h, &f)}.
**
** A page says what it says in words first: under the <h1> stands <p class="answer">. Then come
** at most one notice, the evidence, and what to do. docs/ADDING.md, "A page", shows one.
**
** Every text here is already in the reader's language; an empty one is left out. The id of a
** field is its name, so the list of faults links to "#name". Nothing needs a script.
**
** Shown together on the page tests/web/style.html; laws in tests/web/test_parts.c; looked at
** by axe-core in three languages, light, dark, 320 px (tests/browser). */
#ifndef VARDE_WEB_PARTS_H
#define VARDE_WEB_PARTS_H

#include "web/html.h"

/* How a thing stands. Each has a shape as well as a colour. */
enum part_kind {
    PART_PLAIN, /* a dot */
    PART_GOOD,  /* a tick */
    PART_WANTS, /* a triangle: somebody has to do something */
    PART_WRONG, /* a cross: it is wrong or dangerous */
    PART_OFF    /* a ring: not begun, ended, not for now */
};

const char *part_class(enum part_kind kind); /* of varde.css: "good" */

/* {call tag(h, PART_GOOD, words)}: a state in a word.
** {call notice(h, &n)}: one sentence about the page, above all else: PART_GOOD after a change
** that was made, PART_WANTS for what stands in the way, PART_WRONG for what failed. */
struct part_notice {
    enum part_kind kind;
    struct str words;
    struct html_link next; /* empty path: none */
};

/* What a form did wrong, and what the last page did, the frame shows by itself: call_fault
** and call_redirect_said (web/call.h). A field below shows its own fault, by its name. */

/* {call field(h, &f)}: one line of text, or several. */
struct part_field {
    const char *name; /* and its id */
    struct str label, help, value;
    const char *type;         /* NULL: text; email, tel, password, number ... */
    const char *autocomplete; /* NULL: none; the words of HTML: username, bday ... */
    const char *inputmode;    /* NULL: by type; numeric, decimal */
    int rows;                 /* > 0: so many lines */
    int size;      /* > 0: so many letters wide; else as wide as there is room */
    int most;      /* > 0: so many letters at most */
    bool optional; /* says so; without it the field is expected */
};

/* {call date(h, &f)}: a day as people write it; part_day_read reads it, part_day writes it. */
struct part_date {
    const char *name;
    struct str label, help, value;
    bool optional;
};
/* "24.11.2026", "24/11/2026", "24 11 2026", "24. nov. 2026", "24 November 2026", "2026-11-24",
** and "today" or "i dag". A month by three letters of its name or more, in any of the languages.
** The day comes first and the year has four digits; what could be meant otherwise is refused.
** Errors: E_DAY, without what was typed. call_day does this for a form's field. */
MUST_CHECK int part_day_read(struct str typed, day today, day *out, struct err *e);
struct str part_day(day d, struct arena *a); /* "24.11.2026", for a field's value */

/* {call choices(h, &c)}: one of few (radio), or any of few (many), a large row each.
** {call pick(h, &c)}: one of many, as a list that opens. */
struct part_choice {
    struct str value, words, help;
    bool chosen;
};
struct part_choices {
    const char *name;
    struct str legend, help;
    struct LIST(struct part_choice) of;
    bool many;
    bool beside; /* next to each other where there is room: yes / no */
    bool optional;
};

/* {call crumbs(h, &links)}: the way here from the start, without the page itself.
** {call tabs(h, words, &links)}: the parts of one subject; `here` is the one shown. */

/* {call table(h, &t)}: rows with a caption; on a phone each row is a small list with the
** columns' names. The first cell names the row. A table whose cells hold more than this is
** written out in the page: <table class="stack">, each <td data-label="name of column">. */
struct part_cell {
    struct str words, path, soft; /* a link if path; soft: a second, quieter line */
    bool tag;                     /* words as a tag of `kind` */
    enum part_kind kind;
};
struct part_row LIST(struct part_cell);
struct part_column {
    struct str words;
    bool num; /* figures, set to the right */
};
struct part_table {
    struct str caption, note; /* note: n, day, source, under the caption */
    struct LIST(struct part_column) columns;
    struct LIST(struct part_row) rows;
};

/* {call pager(h, &p)}: through a long list by the key of its last row, never by number. */
struct part_pager {
    struct str words;             /* "50 of 3120" */
    struct str first, back, next; /* paths; empty: none */
};

/* {call facts(h, &f)}: what is known of one thing. */
struct part_fact {
    struct str term, words, path, soft;
};
struct part_facts LIST(struct part_fact);

/* {call timeline(h, &t)}: what happened, in the order given. */
struct part_event {
    day on;
    struct str words, detail, path;
    enum part_kind kind;
};
struct part_timeline LIST(struct part_event);

/* {call empty(h, &e)}: nothing here yet, and what to do about it. */
struct part_empty {
    struct str words;
    struct html_link next; /* empty path: none */
};

/* {call search(h, &s)}: a GET form with one field `name` ("q"). */
struct part_search {
    const char *name;
    struct str action, label, value, help;
};

/* {call help(h, words, text)}: help where the question arises, closed until asked for. */

/* {call steps(h, words, &steps)}: several pages that belong together; PART_GOOD done, PART_WANTS
** here, PART_OFF to come. {call progress(h, words, at, of)}: how far, words "Question 3 of 15". */
struct part_step {
    struct str words, path;
    enum part_kind kind;
};
struct part_steps LIST(struct part_step);

/* tpl_confirm(h, &c): the whole page before something that cannot be undone: what will happen,
** a reason if one is kept, and the way back first in reading order. `hidden`: more
** hidden fields, made by html_put and html_text. What can be undone is done at once instead. */
struct part_confirm {
    struct str title, answer, action, button, back;
    struct LIST(struct str) effects;
    struct html_safe hidden;
    struct part_field reason; /* name NULL: none is asked */
};

/* {call print_head(h, &p)}, {call print_foot(h, &p)}: on paper only: whose, what, which
** version, when. Codes, never names. */
struct part_print {
    struct str study, whose, what, version, made;
};

#endif
