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

/* One catalogue: entries in file order, without its head. Plain msgid/msgstr, comments,
** joined lines, the escapes \n \t \" \\; plural forms, contexts, texts marked fuzzy and
** names that stand twice are refused. Errors: E_CATALOGUE with file and line. */
struct po_entry {
    struct str id, text;
    int line;
};
struct po LIST(struct po_entry);
MUST_CHECK int po_read(struct str text, const char *file, struct po *out, struct arena *a,
                       struct err *e);

/* Whether `po` has the names of `base` and no others, words for each, and in them the
** same places {1} to {9} to be filled. Errors: E_CATALOGUE. */
MUST_CHECK int po_compare(const struct po *base, const char *base_file,
                          const struct po *po, const char *file, struct err *e);

/* The compiled table, sorted by name: made by tools/embed while building. */
struct text_row {
    const char *id;
    struct str words[LANG_N];
};
extern const struct text_row text_row[];
extern const isize text_n;

/* The words for a name; English when the language has none; the name itself when it is
** unknown. */
struct str text_of(enum lang lang, const char *id);

/* The same with {1} to {9} filled in from arg[0..n). */
struct str text_fill(enum lang lang, const char *id, const struct str *arg, isize n,
                     struct arena *a);

/* What an error says in a language: the clause of its key; in English else its sentence, in others
** what its code means in general (a text by the code's name, E_TOO_FEW), so a page is
** never half in English. */
struct str err_said(const struct err *e, enum lang lang, struct arena *a);
/* The same as a sentence: a capital, a full stop. */
struct str err_sentence(const struct err *e, enum lang lang, struct arena *a);

#endif
