/* HTML as it is written: text escaped for where it stands, numbers and days as the
** language writes them, and the frame around a page.
**
** Pages are templates in src/web/tpl, compiled to functions tpl_NAME by tools/template,
** which chooses the function here for each place. Nothing here fails: what cannot be
** written in a place is replaced, as said below. */
#ifndef VARDE_WEB_HTML_H
#define VARDE_WEB_HTML_H

#include "base/day.h"
#include "base/text.h"
#include "web/static.h"

/* Markup that was escaped when it was made: figures, the body of a page. The only type that
** {raw} takes; made from text by nobody but who wrote the markup. */
struct html_safe {
    struct str markup;
};

struct html_link {
    struct str words, path;
    bool here; /* the page one is on, or the language it is in */
};
struct html_links LIST(struct html_link);

/* What is to be put right in a form: shown on top with links, and at the field. */
struct html_fault {
    struct str field; /* its name and id; empty: of the form as a whole */
    struct str words;
    struct str label; /* of the field, once the page has shown it (html_fault_here) */
};
struct html_faults LIST(struct html_fault);

/* What stands around every page of a request. */
struct html_frame {
    struct html_links nav, languages;
    struct str who;             /* "Anna L., North service"; empty without a session */
    struct str help;            /* the topic of this page: "due"; empty: no help */
    struct str home;            /* the path of the mark; empty: "/" */
    struct str csrf;            /* the token that {call csrf(h)} puts into a form */
    struct str said;            /* what the last page did ("Saved."); empty: nothing */
    struct html_faults *faults; /* NULL: none; the frame lists them */
    bool fills;                 /* a participant's form: with its script */
};
/* The words at a field, empty when nothing is wrong with it. */
struct str html_fault_of(const struct html *h, const char *field);
/* The same, and the list on top names the field by its label. */
struct str html_fault_here(const struct html *h, const char *field, struct str label);

struct html {
    struct buf b; /* b.a is the request's arena, also for what is made on the way */
    enum lang lang;
    const struct html_frame *frame; /* NULL: a bare one */
};
struct html html_in(struct arena *a, enum lang lang, const struct html_frame *frame);

void html_put(struct html *h, struct str markup); /* fixed markup of a template */
void html_raw(struct html *h, struct html_safe s);

/* Text, and values in double quotes: & < > " ' and the carriage return as references, so
** that a reader gets back what went in. A byte that is not UTF-8, and zero, which no HTML
** can hold, become U+FFFD. */
void html_text(struct html *h, struct str s);

/* A whole URL in an attribute: a path of this server, #..., ?..., http://, https:// or
** mailto:, without blanks, controls and backslashes; anything else, and so javascript:,
** data: and //host, is written "#". */
void html_url(struct html *h, struct str s);

/* One segment of a path, or one value of a query: all but letters, digits and - . _ ~ as
** %XX. "." and ".." as a whole would climb, even as %2E: they are written %252E, which
** names nothing. */
void html_url_text(struct html *h, struct str s);
void html_url_int(struct html *h, i64 x);
#define html_url_part(h, x) \
    _Generic((x), struct str: html_url_text, char *: html_url_c, const char *: html_url_c, \
             default: html_url_int)(h, x)
void html_url_c(struct html *h, const char *c);

void html_int(struct html *h, i64 x);
/* `places` decimals, a comma where the language writes one, a minus sign, and a dash for
** what is not a number. */
void html_num(struct html *h, double x, int places);
void html_day(struct html *h, day d); /* 4 Nov 2013; 4. nov. 2013 */

/* Words of the catalogue with {1} to {9} filled in, then escaped as a whole. */
void html_fill(struct html *h, const char *id, const struct str *arg, isize n);

/* Text given as struct str or as C string. */
#define HTML_STR(x) \
    _Generic((x), struct str : html_str, char * : str_of, const char * : str_of)(x)
struct str html_str(struct str s);
/* The same, or a whole number, for {t}. A double does not compile: {num} says its places. */
#define HTML_ARG(h, x) \
    _Generic((x), struct str: html_arg, char *: html_arg_c, const char *: html_arg_c,    \
             int: html_arg_int, long: html_arg_int, long long: html_arg_int,             \
             unsigned: html_arg_int)(h, x)
struct str html_arg(struct html *h, struct str s);
struct str html_arg_c(struct html *h, const char *c);
struct str html_arg_int(struct html *h, i64 x);

/* Around the body of a {page}: the frame is written when the body and its <h1>, which is
** also the title, are known. */
struct html_page {
    struct buf before;
    isize title, title_end; /* in the body */
};
struct html_page html_page_begin(struct html *h);
void html_title_begin(struct html *h, struct html_page *p);
void html_title_end(struct html *h, struct html_page *p);
void html_page_end(struct html *h, const struct html_page *p);

#endif
