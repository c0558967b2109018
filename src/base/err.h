/* Errors are numbers with a sentence.
**
** A function that may fail returns int: OK or a code of errors.def, and writes one
** sentence into *e, which says what is wrong, where, and what to do.  Details hold ids,
** counts, dates, file names and positions; never answers, names or free text.
**
** A result that stands but needs a remark is not an error: see stats/note.h. */
#ifndef VARDE_BASE_ERR_H
#define VARDE_BASE_ERR_H

#include "base/str.h"

enum err_code {
    OK = 0,
#define ERR(name, number, exit, text) name = number,
#include "base/errors.def"
#undef ERR
};

struct err {
    int code;
    char text[600];
};

/* Sets the sentence, cut at 599 bytes between letters; returns the code. e may be
** NULL. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "prefix: " before the sentence: the place, when a caller knows more of it. */
int err_at(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

const char *err_name(int code);    /* "E_USAGE" */
const char *err_meaning(int code); /* the general meaning */
int err_exit(int code);            /* the program's exit code */

#define TRY(call)                          \
    do {                                   \
        int try_rc_ = (call);              \
        if (try_rc_ != OK) return try_rc_; \
    } while (0)

#endif
