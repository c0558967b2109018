/* What pages may be made of, as far as the template compiler must know it. */
#ifndef VARDE_TOOLS_TEMPLATE_HTML_H
#define VARDE_TOOLS_TEMPLATE_HTML_H

#include "base/str.h"

enum {
    EL_VOID = 1,    /* has no end tag */
    EL_WORDS = 2,   /* only text in it */
    EL_NO_TEXT = 4, /* no text directly in it: a browser would move it */
    EL_BLOCK = 8,   /* ends a <p> */
    EL_ONCE = 16,   /* not inside another of its kind */
    EL_SVG = 32,
    EL_FIELD = 64 /* wants a label */
};
struct element {
    const char *name, *in; /* in: the elements it may stand in; NULL: anywhere */
    int flags;
};

const struct element *html_element(struct str name); /* NULL when unknown */
struct str html_name(struct str s); /* the name of an element or attribute in front */
bool html_word_in(const char *words, struct str word); /* of words between blanks */
bool html_is_attribute(struct str name);               /* with a value */
bool html_is_url(struct str name);
bool html_is_boolean(struct str name);
const char *html_booleans(void);

#endif
