#include "stats/sem_lex.h"
#include "base/num.h"
#include <stdio.h>
#include <string.h>

int sem_lex_refuse(const struct sem_lex *x, const struct sem_token *at, struct err *e,
                   const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(e, E_FORMULA, "%s, line %d, column %d: %s", x->name, at->line, at->col,
                   text);
}

int sem_lex_expected(const struct sem_lex *x, struct err *e, const char *what)
{
    const struct sem_token *t = &x->now;
    if (t->kind == SEM_T_END)
        return sem_lex_refuse(x, t, e, "expected %s, but the model ends here", what);
    if (t->kind == SEM_T_LINE)
        return sem_lex_refuse(x, t, e, "expected %s, but the line ends here", what);
    return sem_lex_refuse(x, t, e, "expected %s, found '%.*s'", what,
                          (int)MIN(t->text.n, 60), t->text.at);
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of any language (bytes from 128), '_' and, as in R, '.' */
static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
           (unsigned char)c >= 128;
}

static char look(const struct sem_lex *x, isize ahead)
{
    return x->at + ahead < x->text.n ? x->text.at[x->at + ahead] : '\0';
}

static void skip_blanks(struct sem_lex *x)
{
    for (;;) {
        char c = look(x, 0);
        if (x->at < x->text.n && (c == ' ' || c == '\t' || c == '\r')) {
            x->at++;
        } else if (c == '#' || c == '!') {
            while (x->at < x->text.n && look(x, 0) != '\n') x->at++;
        } else {
            return;
        }
    }
}

static isize number_length(const struct sem_lex *x)
{
    isize n = 0;
    while (digit(look(x, n))) n++;
    if (look(x, n) == '.') {
        n++;
        while (digit(look(x, n))) n++;
    }
    char c = look(x, n);
    if (c == 'e' || c == 'E') {
        isize k = n + 1;
        if (look(x, k) == '+' || look(x, k) == '-') k++;
        if (digit(look(x, k))) {
            while (digit(look(x, k))) k++;
            n = k;
        }
    }
    return n;
}

/* num_read wants digits on both sides of the point: "2." and ".5" are completed here. */
static int number_value(const struct sem_lex *x, struct sem_token *t, struct err *e)
{
    char text[80];
    isize n = 0;
    if (t->text.n > 70) return sem_lex_refuse(x, t, e, "a number with too many digits");
    for (isize i = 0; i < t->text.n; i++) {
        char c = t->text.at[i];
        if (c == '.' && (i == 0 || !digit(t->text.at[i - 1]))) text[n++] = '0';
        text[n++] = c;
        if (c == '.' && (i + 1 == t->text.n || !digit(t->text.at[i + 1])))
            text[n++] = '0';
    }
    if (num_read((struct str){text, n}, &t->number, NULL) != OK)
        return sem_lex_refuse(x, t, e, "'%.*s' is not a number", FMT(t->text));
    return OK;
}

int sem_lex_next(struct sem_lex *x, struct err *e)
{
    static const char *const op[] = {"~*~", "=~", "<~", "~~", "==", ":=", "~",
                                     "<",   ">",  "+",  "-",  "*",  "/",  "^",
                                     "(",   ")",  ",",  "?",  ":",  "|",  "%"};
    skip_blanks(x);
    struct sem_token *t = &x->now;
    *t = (struct sem_token){
        .line = x->line, .col = (int)(x->at - x->line_at) + 1, .at = x->at};
    const char *at = x->text.at + x->at;
    if (x->at >= x->text.n) {
        t->kind = SEM_T_END;
        return OK;
    }
    char c = *at;
    if (c == '\n' || c == ';') {
        t->kind = SEM_T_LINE;
        t->text = (struct str){at, 1};
        x->at++;
        if (c == '\n') {
            x->line++;
            x->line_at = x->at;
        }
        return OK;
    }
    if (digit(c) || (c == '.' && digit(look(x, 1)))) {
        t->kind = SEM_T_NUMBER;
        t->text = (struct str){at, number_length(x)};
        x->at += t->text.n;
        return number_value(x, t, e);
    }
    if (letter(c)) {
        isize n = 1;
        while (letter(look(x, n)) || digit(look(x, n))) n++;
        t->kind = SEM_T_NAME;
        t->text = (struct str){at, n};
        x->at += n;
        return OK;
    }
    if (c == '"' || c == '\'') {
        isize n = 1;
        while (x->at + n < x->text.n && look(x, n) != c && look(x, n) != '\n') n++;
        if (look(x, n) != c)
            return sem_lex_refuse(x, t, e, "a quote is opened but not closed");
        t->kind = SEM_T_STRING;
        t->text = (struct str){at + 1, n - 1};
        x->at += n + 1;
        return OK;
    }
    for (isize i = 0; i < COUNT(op); i++)
        if (str_starts(str_from(x->text, x->at), str_of(op[i]))) {
            t->kind = SEM_T_OP;
            t->text = (struct str){at, (isize)strlen(op[i])};
            x->at += t->text.n;
            return OK;
        }
    if (c == '=')
        return sem_lex_refuse(x, t, e,
                              "a single '=': write =~ (is measured by), == (equal) or "
                              ":= (is defined as)");
    if ((unsigned char)c < 32 || c == 127)
        return sem_lex_refuse(x, t, e, "a control character");
    return sem_lex_refuse(x, t, e, "'%c' has no meaning in a model", c);
}

int sem_lex_open(struct sem_lex *x, struct str text, const char *name, struct err *e)
{
    *x = (struct sem_lex){.text = text, .name = name, .line = 1};
    if (text.n > SEM_TEXT_LIMIT)
        return err_set(e, E_TOO_BIG, "%s: the model's text is longer than %td bytes",
                       name, SEM_TEXT_LIMIT);
    if (!str_utf8_ok(text))
        return err_set(e, E_FORMULA, "%s: the text is not valid UTF-8", name);
    return sem_lex_next(x, e);
}

int sem_lex_skip_lines(struct sem_lex *x, struct err *e)
{
    while (x->now.kind == SEM_T_LINE) TRY(sem_lex_next(x, e));
    return OK;
}

bool sem_lex_is(const struct sem_lex *x, const char *op)
{
    return x->now.kind == SEM_T_OP && str_is(x->now.text, op);
}

int sem_lex_continues(struct sem_lex *x, const char *op, bool *yes, struct err *e)
{
    struct sem_lex ahead = *x;
    TRY(sem_lex_skip_lines(&ahead, e));
    *yes = sem_lex_is(&ahead, op);
    if (*yes) *x = ahead;
    return OK;
}
