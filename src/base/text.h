/* Interface texts in several languages, from PO files compiled into the program.
**
** data/text/en.po is the list of texts: msgid is a short upper-case name (VISITS_DUE),
** msgstr the words.  nb.po and da.po translate each of them; the build refuses a missing
** one. The compiled tables are made by tools/embed. */
#ifndef VARDE_BASE_TEXT_H
#define VARDE_BASE_TEXT_H

#include "base/err.h"

enum lang { LANG_EN, LANG_NB, LANG_DA, LANG_N };

extern const char *const lang_code[LANG_N]; /* "en", "nb", "da" */

/* Errors: E_NOT_FOUND, listing the languages. */
MUST_CHECK int lang_read(struct str s, enum lang *out, struct err *e);

/* One catalogue: entries in file order. Plain msgid/msgstr, comments, joined lines, the
** usual escapes; plural forms and contexts are refused. Errors: E_CATALOGUE with file and
** line.
 */
struct po_entry {
    struct str id, text;
    int line;
};
struct po LIST(struct po_entry);
MUST_CHECK int po_read(struct str text, const char *file, struct po *out, struct arena *a,
                       struct err *e);

/* The words for a name; English when the language has none; the name itself when unknown.
 */
struct str text_of(enum lang lang, const char *id);

#endif
