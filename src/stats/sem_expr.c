#include "stats/sem_expr.h"
#include <math.h>

enum { NUMBER, NAME, NEG, ADD, SUB, MUL, DIV, POW, EXP, LOG, SQRT, ABS };
enum { DEPTH = 64, LENGTH = 1000 }; /* nested signs and parentheses; terms */

struct reader {
    struct sem_lex *x;
    struct sem_expr *f;
    struct arena *a;
    int depth;
};

struct exprs LIST(struct sem_expr_op);
struct names LIST(struct sem_expr_name);

static void emit(struct reader *r, u8 op, int name, double number)
{
    struct exprs l = {r->f->at, r->f->n, r->f->cap};
    *PUSH(r->a, &l) = (struct sem_expr_op){op, name, number};
    r->f->at = l.at;
    r->f->n = l.n;
    r->f->cap = l.cap;
}

static int name_index(struct reader *r, const struct sem_token *t)
{
    for (isize i = 0; i < r->f->n_names; i++)
        if (str_eq(r->f->name[i].text, t->text)) return (int)i;
    struct names l = {r->f->name, r->f->n_names, r->f->cap_names};
    *PUSH(r->a, &l) = (struct sem_expr_name){t->text, t->line, t->col};
    r->f->name = l.at;
    r->f->n_names = l.n;
    r->f->cap_names = l.cap;
    return (int)l.n - 1;
}

static int read_sum(struct reader *r, struct err *e);

static int read_parenthesis(struct reader *r, struct err *e)
{
    TRY(sem_lex_next(r->x, e));
    TRY(sem_lex_skip_lines(r->x, e));
    TRY(read_sum(r, e));
    TRY(sem_lex_skip_lines(r->x, e));
    if (!sem_lex_is(r->x, ")")) return sem_lex_expected(r->x, e, "')'");
    return sem_lex_next(r->x, e);
}

static int read_atom(struct reader *r, struct err *e)
{
    static const struct {
        const char *name;
        u8 op;
    } fn[] = {{"exp", EXP}, {"log", LOG}, {"sqrt", SQRT}, {"abs", ABS}};
    struct sem_token t = r->x->now;
    if (t.kind == SEM_T_NUMBER) {
        emit(r, NUMBER, 0, t.number);
        return sem_lex_next(r->x, e);
    }
    if (sem_lex_is(r->x, "(")) return read_parenthesis(r, e);
    if (t.kind != SEM_T_NAME && t.kind != SEM_T_STRING)
        return sem_lex_expected(r->x, e, "a label, a number or '('");
    TRY(sem_lex_next(r->x, e));
    if (t.kind == SEM_T_NAME && sem_lex_is(r->x, "(")) {
        for (isize i = 0; i < COUNT(fn); i++)
            if (str_is(t.text, fn[i].name)) {
                TRY(read_parenthesis(r, e));
                emit(r, fn[i].op, 0, 0);
                return OK;
            }
        return sem_lex_refuse(r->x, &t, e,
                              "'%.*s' is not a function here; exp, log, sqrt and abs are",
                              (int)MIN(t.text.n, 60), t.text.at);
    }
    emit(r, NAME, name_index(r, &t), 0);
    return OK;
}

static int read_signed(struct reader *r, struct err *e);

/* atom, or atom ^ signed: the exponent may carry a sign and another power */
static int read_power(struct reader *r, struct err *e)
{
    TRY(read_atom(r, e));
    if (!sem_lex_is(r->x, "^")) return OK;
    TRY(sem_lex_next(r->x, e));
    TRY(sem_lex_skip_lines(r->x, e));
    TRY(read_signed(r, e));
    emit(r, POW, 0, 0);
    return OK;
}

static int read_signed(struct reader *r, struct err *e)
{
    if (++r->depth > DEPTH)
        return sem_lex_refuse(r->x, &r->x->now, e, "nested more than %d deep", DEPTH);
    bool minus = sem_lex_is(r->x, "-");
    if (minus || sem_lex_is(r->x, "+")) {
        TRY(sem_lex_next(r->x, e));
        TRY(sem_lex_skip_lines(r->x, e));
        TRY(read_signed(r, e));
        if (minus) emit(r, NEG, 0, 0);
    } else {
        TRY(read_power(r, e));
    }
    r->depth--;
    return OK;
}

static int read_product(struct reader *r, struct err *e)
{
    TRY(read_signed(r, e));
    for (;;) {
        bool times, over = false;
        if (r->f->n > LENGTH)
            return sem_lex_refuse(r->x, &r->x->now, e,
                                  "an expression of more than %d terms", LENGTH);
        TRY(sem_lex_continues(r->x, "*", &times, e));
        if (!times) TRY(sem_lex_continues(r->x, "/", &over, e));
        if (!times && !over) return OK;
        TRY(sem_lex_next(r->x, e));
        TRY(sem_lex_skip_lines(r->x, e));
        TRY(read_signed(r, e));
        emit(r, times ? MUL : DIV, 0, 0);
    }
}

static int read_sum(struct reader *r, struct err *e)
{
    if (++r->depth > DEPTH)
        return sem_lex_refuse(r->x, &r->x->now, e, "nested more than %d deep", DEPTH);
    TRY(read_product(r, e));
    for (;;) {
        bool plus, minus = false;
        if (r->f->n > LENGTH)
            return sem_lex_refuse(r->x, &r->x->now, e,
                                  "an expression of more than %d terms", LENGTH);
        TRY(sem_lex_continues(r->x, "+", &plus, e));
        if (!plus) TRY(sem_lex_continues(r->x, "-", &minus, e));
        if (!plus && !minus) break;
        TRY(sem_lex_next(r->x, e));
        TRY(sem_lex_skip_lines(r->x, e));
        TRY(read_product(r, e));
        emit(r, plus ? ADD : SUB, 0, 0);
    }
    r->depth--;
    return OK;
}

int sem_expr_read(struct sem_lex *x, struct sem_expr *out, struct arena *a, struct err *e)
{
    *out = (struct sem_expr){0};
    struct reader r = {x, out, a, 0};
    isize from = x->now.at;
    TRY(read_sum(&r, e));
    isize to = x->now.at;
    char *text = NEW(a, char, to - from + 1);
    for (isize i = from; i < to; i++) {
        char c = x->text.at[i];
        if (c == '#' || c == '!') /* a comment inside a wrapped expression */
            while (i < to && x->text.at[i] != '\n') i++;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            text[out->text.n++] = c;
    }
    out->text.at = text;
    return OK;
}

double sem_expr_value(const struct sem_expr *f, const double *v, double *grad,
                      struct arena tmp)
{
    isize k = f->n_names, top = 0;
    double *s = NEW(&tmp, double, f->n + 1);
    double *g =
        NEW(&tmp, double, (f->n + 1) * (k + 1)); /* gradient of each stack place */
    for (isize i = 0; i < f->n; i++) {
        const struct sem_expr_op *o = &f->at[i];
        if (o->op == NUMBER || o->op == NAME) {
            s[top] = o->op == NUMBER ? o->number : v[o->name];
            for (isize j = 0; j < k; j++)
                g[top * k + j] = o->op == NAME && o->name == j ? 1 : 0;
            top++;
            continue;
        }
        bool two = o->op >= ADD && o->op <= POW;
        double y = two ? s[--top] : 0;
        double x = s[top - 1], z = 0, dx = 0, dy = 0;
        switch (o->op) {
        case NEG: z = -x, dx = -1; break;
        case ADD: z = x + y, dx = 1, dy = 1; break;
        case SUB: z = x - y, dx = 1, dy = -1; break;
        case MUL: z = x * y, dx = y, dy = x; break;
        case DIV: z = x / y, dx = 1 / y, dy = -z / y; break;
        case POW:
            z = pow(x, y);
            dx = y == 0 ? 0 : y * pow(x, y - 1);
            dy = x > 0 ? z * log(x) : 0; /* a constant exponent of x <= 0 never uses it */
            break;
        case EXP: z = exp(x), dx = z; break;
        case LOG: z = log(x), dx = 1 / x; break;
        case SQRT: z = sqrt(x), dx = 0.5 / z; break;
        case ABS: z = fabs(x), dx = x < 0 ? -1 : 1; break;
        }
        s[top - 1] = z;
        double *gx = g + (top - 1) * k;
        for (isize j = 0; j < k; j++)
            gx[j] = dx * gx[j] + (two && g[top * k + j] != 0 ? dy * g[top * k + j] : 0);
    }
    if (grad)
        for (isize j = 0; j < k; j++) grad[j] = g[j];
    return s[0];
}
