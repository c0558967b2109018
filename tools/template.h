/* Templates of pages into C: src/web/tpl/NAME.html become functions tpl_NAME (web/html.h).
**
** A file is any number of these, each up to the next or the end of the file:
**
**     {include "web/x.h"}                 at the top: where the structs stand
**     {page NAME(struct html *h, ...)}    a whole page: exactly one <h1>, which is its title;
**                                         the frame of html.h is put around it
**     {part NAME(struct html *h, ...)}    a piece, without a frame
**
** and inside, with C expressions over the arguments:
**
**     {= E}             text: a struct str or char pointer
**     {int E}  {num E PLACES}  {day E}    numbers and days as the language writes them
**     {t ID E...}       words of the catalogue, its places filled; E with blanks in brackets
**     {url ROUTE E...}  the path of a route: url_ROUTE(h, E...), in URL attributes
**     {file ID}         the path of a file of static.def, in URL attributes
**     {attr NAME E}     a boolean attribute (checked, disabled ...) if E
**     {raw E}           markup made elsewhere: a struct html_safe, nothing else compiles
**     {call NAME(h, ...)}                 another part
**     {if E} {elif E} {else} {end}        also between attributes and in their values
**     {for V in LIST} {end}               V points to each; V - LIST.at counts from 0
**     {{                a brace;  <!-- --> is dropped
**
** The compiler reads the HTML along: what is written is escaped for where it stands, and a
** place where that cannot be done (unquoted values, scripts, styles, event attributes) is
** refused. Elements and attributes are those it knows; tags are balanced (only </li> may
** be left out), in each branch by itself; nothing stands where a browser would move it. An
** <img> has an alt, a field a label of its own or an aria-label, <html> a lang. A URL
** begins with a place of this server, a scheme that is written out, or is checked as a
** whole when written; scripts and style sheets come from static.def alone.
** Blanks with a line break become one line break, but in <pre>.
**
** Errors: E_DEFINITION, "file:line:column: what is wrong and what is expected". */
#ifndef VARDE_TOOLS_TEMPLATE_H
#define VARDE_TOOLS_TEMPLATE_H

#include "base/text.h"

struct template_file {
    const char *name; /* in messages and #line */
    struct str text;
};

/* `head` gets the prototypes, `code` the functions; `texts` is the English catalogue.
** The same input gives the same bytes. */
MUST_CHECK int template_compile(const struct template_file *f, isize n,
                                const struct po *texts, struct buf *head,
                                struct buf *code, struct err *e);

#endif
