/* Tokens of the model language: names, numbers, quoted labels, operators, line ends.
**
** Comments run from # or ! to the end of the line; blanks and tabs separate; a line end
** and ';' are both SEM_T_LINE.  Every token knows its place, and sem_lex_refuse writes it
** into the sentence: "model, line 2, column 5: ...". */
#ifndef VARDE_STATS_SEM_LEX_H
#define VARDE_STATS_SEM_LEX_H

#include "base/err.h"

enum sem_token_kind {
    SEM_T_END,
    SEM_T_LINE,
    SEM_T_NAME,
    SEM_T_NUMBER,
    SEM_T_STRING, /* text without its quotes */
    SEM_T_OP,     /* one of =~ ~~ ~ == := < > + - * / ^ ( ) , ? : | % ~*~ <~ */
};

struct sem_token {
    enum sem_token_kind kind;
    struct str text;
    double number;
    int line, col;
    isize at; /* offset in the text */
};

struct sem_lex {
    struct str text;
    const char *name; /* of the text, in sentences: "model" or a file name */
    isize at;
    int line;
    isize line_at; /* where the current line starts */
    struct sem_token now;
};

/* Starts reading and takes the first token. Errors: E_FORMULA, E_TOO_BIG. */
MUST_CHECK int sem_lex_open(struct sem_lex *x, struct str text, const char *name,
                            struct err *e);
/* Takes the next token into x->now. Errors: E_FORMULA. */
MUST_CHECK int sem_lex_next(struct sem_lex *x, struct err *e);
MUST_CHECK int sem_lex_skip_lines(struct sem_lex *x, struct err *e);
bool sem_lex_is(const struct sem_lex *x, const char *op);
/* Is x->now `op`, or is it the first token after line ends? Then the line ends are
** skipped. */
MUST_CHECK int sem_lex_continues(struct sem_lex *x, const char *op, bool *yes,
                                 struct err *e);
/* Refuses at a token: "model, line 1, column 3: <sentence>". Returns E_FORMULA. */
int sem_lex_refuse(const struct sem_lex *x, const struct sem_token *at, struct err *e,
                   const char *fmt, ...) PRINTF_LIKE(4, 5);
/* "expected X, found Y" at the current token. */
int sem_lex_expected(const struct sem_lex *x, struct err *e, const char *what);

#define SEM_TEXT_LIMIT ((isize)1 << 18)

#endif
