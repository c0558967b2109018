/* The words that writers themselves print, by name and language. */
#ifndef VARDE_REPORT_DOC_WORDS_H
#define VARDE_REPORT_DOC_WORDS_H

#include "report/doc.h"

struct str doc_word(enum lang lang, const char *id);

/* "en", "nb", "da": for the lang attribute. */
const char *doc_lang(enum lang lang);

/* "agrees", "differs", "cannot be compared"; "" for DOC_PLAIN. */
struct str doc_mark_word(enum lang lang, enum doc_mark m);

#endif
