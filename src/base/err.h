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

/* What a refusal tells: {1}, {2}, {3} of its text. */
enum err_kind { SAID_NOTHING, SAID_INT, SAID_DAY, SAID_CODE, SAID_TEXT };
struct err_value {
    enum err_kind kind;
    i64 n;
    const char *key;
    char code[200];
};

struct err {
    int code;
    char text[600];  /* in English */
    const char *key; /* of err_say; NULL: the sentence is of err_set */
    struct err_value value[3];
    const char *where; /* of err_in; NULL: no place is said */
    struct err_value place[3];
    int clause; /* where in `text` what stands behind the place begins */
};

/* Sets the sentence, cut at 599 bytes between letters; returns the code. e may be
** NULL. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* What a person may meet on a page is said by a name of data/text instead: REFUSED_..., a clause
** without capital and full stop.  e->text is the English one; a page shows err_said.
** The values are numbers, days, codes of definitions, and names of texts; never a person's
** name, answers or free text.
**
**     return err_say(e, E_CONSTRAINT, "REFUSED_CONSENT_TWICE");
**     return err_say_of(e, E_RECORD, "REFUSED_DAY_BEFORE", SAID(SAY_DAY(d)));
**
** tools/house refuses err_set in app and pages where a person would read it. */
struct err_say {
    enum err_kind kind;
    i64 n;
    struct str s;
};
#define SAY_INT(x)  ((struct err_say){.kind = SAID_INT, .n = (x)})
#define SAY_DAY(x)  ((struct err_say){.kind = SAID_DAY, .n = (x)})
#define SAY_CODE(x) ((struct err_say){.kind = SAID_CODE, .s = (x)}) /* cut at 199 bytes */
#define SAY_TEXT(x) ((struct err_say){.kind = SAID_TEXT, .s = {(x), 0}})
#define SAID(...)                            \
    ((const struct err_say[]){__VA_ARGS__}), \
        (int)(sizeof((const struct err_say[]){__VA_ARGS__}) / sizeof(struct err_say))
int err_say(struct err *e, int code, const char *key);
int err_say_of(struct err *e, int code, const char *key, const struct err_say *value,
               int n);

/* Says where, in each language: `where` names a text such as "line {1}, column {2}", which stands
** before the sentence with a colon between; a place that was said before is replaced.
**
**     return err_in(e, code, "IMPORT_COLUMN", SAID(SAY_CODE(name)));              */
int err_in(struct err *e, int code, const char *where, const struct err_say *value,
           int n);

/* The same error as `why`, perhaps under another code; returns the code. */
int err_pass(struct err *e, int code, const struct err *why);

/* Puts "prefix: " before the sentence: the place, when a caller knows more of it.
** A key stays: err_said says only a place of err_in. */
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
