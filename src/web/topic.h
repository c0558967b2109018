/* Help: texts by topic and language, and the topic of each page.
**
** A text is a small part of Markdown, read strictly: the first line "# Title"; then paragraphs, and
** blocks of lines that begin with "## " (a heading), "- " (a list) or "1. " (steps; any
** number). In a line: **strong**, `code`, and [words](/path) for a page of this program, with or
** without a query. Everything else is text and is escaped. A link to a page that the viewer may
** not open is written as words.
** Checked: tests/web/test_topic.c. */
#ifndef VARDE_WEB_TOPIC_H
#define VARDE_WEB_TOPIC_H

#include "web/call.h"

enum topic {
#define TOPIC(topic) TOPIC_##topic,
#include "web/topic.def"
#undef TOPIC
    TOPIC_N
};
const char *topic_word(enum topic t);              /* "due" */
bool topic_find(struct str word, enum topic *out); /* false: there is none */
/* Of a route's pattern; false: none is named, and it is the first. */
bool topic_of(const char *pattern, enum topic *out);

/* The text as this installation has it: its own, else the program's. */
struct str topic_text(const struct call *c, enum topic t);
struct str topic_shipped(enum topic t, enum lang lang);
struct str topic_title(struct str text); /* without "# " */

/* All but the title as markup; headings begin at <h{level}>. */
struct html_safe topic_body(struct call *c, struct str text, int level);

/* Faults of a text: its line (from 1) and what is wrong; 0: none. Paths are looked up in routes.def. */
int topic_wrong(struct str text, const char **what);

/* What the pages show. */
struct topic_one {
    struct str word, title;
    struct html_safe body;
    struct html_link before, after;
    bool own; /* a text of this installation */
};
struct topic_list {
    struct LIST(struct topic_one) all;
    struct str made;
};

#endif
