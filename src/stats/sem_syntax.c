#include "stats/sem_syntax.h"
#include <math.h>
#include <string.h>

const char *const sem_op_text[4] = {"=~", "~", "~~", "~1"};

struct modifier {
    bool any, fixed, freed, equal;
    double value, start;
    struct str label;
};

struct words LIST(struct sem_token);

/* A constant before '*': "0.5", "-1", "1/3", "(2/3)" */
static int read_constant(struct sem_lex *x, double *out, struct arena *a, struct err *e)
{
    bool minus = sem_lex_is(x, "-");
    if (minus || sem_lex_is(x, "+")) TRY(sem_lex_next(x, e));
    struct sem_token at = x->now;
    if (sem_lex_is(x, "(")) {
        struct sem_expr f;
        TRY(sem_lex_next(x, e));
        TRY(sem_expr_read(x, &f, a, e));
        if (f.n_names > 0)
            return sem_lex_refuse(x, &at, e,
                                  "a modifier in parentheses must be a number");
        if (!sem_lex_is(x, ")")) return sem_lex_expected(x, e, "')'");
        *out = sem_expr_value(&f, NULL, NULL, *a);
    } else if (x->now.kind == SEM_T_NUMBER) {
        *out = x->now.number;
    } else {
        return sem_lex_expected(x, e, "a number");
    }
    TRY(sem_lex_next(x, e));
    if (sem_lex_is(x, "/")) {
        TRY(sem_lex_next(x, e));
        if (x->now.kind != SEM_T_NUMBER) return sem_lex_expected(x, e, "a number");
        *out /= x->now.number;
        TRY(sem_lex_next(x, e));
    }
    if (minus) *out = -*out;
    if (!isfinite(*out)) return sem_lex_refuse(x, &at, e, "this number is not finite");
    return OK;
}

/* start(0.3), label("a"), equal("f=~x1"); the name is taken, x stands at '(' */
static int read_call(struct sem_lex *x, const struct sem_token *name, struct modifier *m,
                     struct arena *a, struct err *e)
{
    if (str_is(name->text, "c"))
        return sem_lex_refuse(
            x, name, e,
            "c(...) gives values per group; models here have one group, "
            "so write a single number or label");
    TRY(sem_lex_next(x, e));
    if (str_is(name->text, "start")) {
        TRY(read_constant(x, &m->start, a, e));
    } else if (str_is(name->text, "label") || str_is(name->text, "equal")) {
        if (x->now.kind != SEM_T_STRING)
            return sem_lex_expected(x, e, "a name in quotation marks");
        m->label = x->now.text;
        m->equal = str_is(name->text, "equal");
        if (m->label.n == 0) return sem_lex_refuse(x, &x->now, e, "an empty label");
        TRY(sem_lex_next(x, e));
    } else {
        return sem_lex_refuse(x, name, e,
                              "the modifier %.*s(...) is not available; start(), label() "
                              "and equal() are",
                              (int)MIN(name->text.n, 60), name->text.at);
    }
    if (!sem_lex_is(x, ")")) return sem_lex_expected(x, e, "')'");
    return sem_lex_next(x, e);
}

static int read_star(struct sem_lex *x, struct modifier *m, struct err *e)
{
    m->any = true;
    TRY(sem_lex_next(x, e));
    return sem_lex_skip_lines(x, e);
}

/* modifier* variable.  A number alone is an intercept: *var is empty and *one its
** value. */
static int read_term(struct sem_lex *x, struct sem_token *var, double *one,
                     struct modifier *m, struct arena *a, struct err *e)
{
    *m = (struct modifier){.start = NAN};
    *one = NAN;
    for (;;) {
        struct sem_token t = x->now;
        if (t.kind == SEM_T_NUMBER || sem_lex_is(x, "-") || sem_lex_is(x, "(")) {
            double v;
            TRY(read_constant(x, &v, a, e));
            bool star = sem_lex_is(x, "*"), ask = sem_lex_is(x, "?");
            if (!star && !ask) {
                *var = t;
                *one = v;
                return OK;
            }
            if (m->any) break;
            m->fixed = star;
            if (star)
                m->value = v;
            else
                m->start = v;
            TRY(read_star(x, m, e));
            continue;
        }
        if (t.kind != SEM_T_NAME && t.kind != SEM_T_STRING)
            return sem_lex_expected(x, e, "a variable, a modifier or 1");
        TRY(sem_lex_next(x, e));
        if (t.kind == SEM_T_NAME && sem_lex_is(x, "(")) {
            if (m->any) break;
            TRY(read_call(x, &t, m, a, e));
            if (!sem_lex_is(x, "*")) return sem_lex_expected(x, e, "'*' and a variable");
            TRY(read_star(x, m, e));
            continue;
        }
        if (sem_lex_is(x, "*")) {
            if (m->any) break;
            if (t.kind == SEM_T_NAME && str_is(t.text, "NA"))
                m->freed = true;
            else
                m->label = t.text;
            if (t.text.n == 0) return sem_lex_refuse(x, &t, e, "an empty label");
            TRY(read_star(x, m, e));
            continue;
        }
        if (t.kind == SEM_T_STRING)
            return sem_lex_expected(x, e, "'*' and a variable after the label");
        if (sem_lex_is(x, ":"))
            return sem_lex_refuse(x, &t, e,
                                  "interactions (a:b) are not available; add the product "
                                  "as a column of its own");
        *var = t;
        return OK;
    }
    return sem_lex_refuse(x, &x->now, e,
                          "one modifier per term; to give two, repeat the variable: "
                          "a*x + start(0.3)*x");
}

static int join_modifier(struct sem_lex *x, const struct sem_token *at,
                         struct sem_term *t, const struct modifier *m, struct err *e)
{
    bool twice = (m->fixed || m->freed) && (t->fixed || t->freed);
    if (twice || (m->label.n > 0 && t->label.n > 0) || !m->any)
        return sem_lex_refuse(x, at, e, "'%.*s' stands twice in this formula",
                              (int)MIN(at->text.n, 60), at->text.at);
    if (m->fixed) t->fixed = true, t->value = m->value;
    if (m->freed) t->freed = true;
    if (m->label.n > 0) t->label = m->label, t->equal = m->equal;
    if (!isnan(m->start)) t->start = m->start;
    return OK;
}

/* One term of a formula for each variable on its left side. `from` is where the formula's
** terms start, for repeated terms. */
static int add_term(struct sem_lex *x, struct sem_syntax *s, const struct words *left,
                    enum sem_op op, const struct sem_token *var, double one,
                    const struct modifier *m, isize from, struct arena *a, struct err *e)
{
    bool number = !isnan(one);
    if (number && op == SEM_ON && one != 0 && one != 1)
        return sem_lex_refuse(
            x, var, e, "a number alone can only be 1, the intercept (0.5*1 fixes it)");
    if (number && op == SEM_LOADS && (one != 0 || m->any))
        return sem_lex_refuse(x, var, e, "a latent variable is measured by variables");
    if (number && op == SEM_WITH)
        return sem_lex_refuse(x, var, e, "a number cannot covary; write a variable");
    for (isize i = 0; i < left->n; i++) {
        struct str lhs = left->at[i].text, rhs = number ? (struct str){0} : var->text;
        enum sem_op kind = number && op == SEM_ON ? SEM_MEAN : op;
        if (number && op == SEM_LOADS)
            rhs = lhs; /* f =~ 0: a latent without indicators */
        if (!number && op != SEM_WITH && str_eq(lhs, rhs))
            return sem_lex_refuse(x, var, e,
                                  op == SEM_LOADS
                                      ? "'%.*s' cannot be measured by itself"
                                      : "'%.*s' cannot be regressed on itself",
                                  (int)MIN(lhs.n, 60), lhs.at);
        struct sem_term *t = NULL;
        for (isize k = 0; k < s->term.n; k++) {
            struct sem_term *o = &s->term.at[k];
            bool same = o->op == kind && str_eq(o->lhs, lhs) && str_eq(o->rhs, rhs);
            bool mirror = kind == SEM_WITH && o->op == kind && str_eq(o->lhs, rhs) &&
                          str_eq(o->rhs, lhs);
            if (!same && !mirror) continue;
            if (k < from || !same)
                return sem_lex_refuse(x, var, e,
                                      "%.*s %s %.*s was said before, in line %d",
                                      (int)MIN(lhs.n, 60), lhs.at, sem_op_text[kind],
                                      (int)MIN(rhs.n, 60), rhs.at, o->line);
            t = o;
        }
        if (t) {
            TRY(join_modifier(x, var, t, m, e));
            continue;
        }
        t = PUSH(a, &s->term);
        *t = (struct sem_term){.lhs = lhs,
                               .rhs = rhs,
                               .op = kind,
                               .fixed = m->fixed,
                               .freed = m->freed,
                               .value = m->value,
                               .start = m->start,
                               .label = m->label,
                               .equal = m->equal,
                               .line = var->line,
                               .col = var->col};
        if (number && one == 0) t->fixed = true, t->value = 0;
    }
    return OK;
}

/* Terms came variable by variable of the right side; lavaan lists them by the left. */
static void order_by_left(struct sem_syntax *s, const struct words *left, isize from,
                          struct arena tmp)
{
    isize n = s->term.n - from, to = from;
    struct sem_term *old = NEW(&tmp, struct sem_term, n);
    memcpy(old, s->term.at + from, (size_t)n * sizeof(struct sem_term));
    for (isize i = 0; i < left->n; i++)
        for (isize k = 0; k < n; k++)
            if (str_eq(old[k].lhs, left->at[i].text)) s->term.at[to++] = old[k];
}

static int read_formula(struct sem_lex *x, struct sem_syntax *s, const struct words *left,
                        enum sem_op op, struct arena *a, struct err *e)
{
    isize from = s->term.n;
    for (isize i = 0; i < left->n; i++)
        for (isize k = 0; k < i; k++)
            if (str_eq(left->at[i].text, left->at[k].text))
                return sem_lex_refuse(
                    x, &left->at[i], e, "'%.*s' stands twice on the left",
                    (int)MIN(left->at[i].text.n, 60), left->at[i].text.at);
    TRY(sem_lex_next(x, e));
    TRY(sem_lex_skip_lines(x, e));
    if (sem_lex_is(x, "+")) TRY(sem_lex_next(x, e));
    for (;;) {
        struct sem_token var;
        struct modifier m;
        double one;
        bool more;
        TRY(sem_lex_skip_lines(x, e));
        TRY(read_term(x, &var, &one, &m, a, e));
        TRY(add_term(x, s, left, op, &var, one, &m, from, a, e));
        if (s->term.n > 5000)
            return sem_lex_refuse(x, &var, e, "a model of more than 5000 terms");
        TRY(sem_lex_continues(x, "+", &more, e));
        if (!more) break;
        TRY(sem_lex_next(x, e));
    }
    if (x->now.kind != SEM_T_LINE && x->now.kind != SEM_T_END)
        return sem_lex_expected(x, e, "'+', a new line or ';'");
    if (left->n > 1) order_by_left(s, left, from, *a);
    return OK;
}

static int read_equality(struct sem_lex *x, struct sem_syntax *s, struct arena *a,
                         struct err *e)
{
    struct sem_token at = x->now;
    struct sem_equality q = {.line = at.line, .col = at.col};
    TRY(sem_expr_read(x, &q.left, a, e));
    if (sem_lex_is(x, "<") || sem_lex_is(x, ">"))
        return sem_lex_refuse(x, &x->now, e,
                              "inequalities are not available; estimate without and look "
                              "whether it holds");
    if (!sem_lex_is(x, "==")) return sem_lex_expected(x, e, "one of =~ ~ ~~ := ==");
    TRY(sem_lex_next(x, e));
    TRY(sem_lex_skip_lines(x, e));
    TRY(sem_expr_read(x, &q.right, a, e));
    if (x->now.kind != SEM_T_LINE && x->now.kind != SEM_T_END)
        return sem_lex_expected(x, e, "a new line or ';'");
    *PUSH(a, &s->equality) = q;
    return OK;
}

static int read_defined(struct sem_lex *x, struct sem_syntax *s,
                        const struct sem_token *name, struct arena *a, struct err *e)
{
    for (isize i = 0; i < s->defined.n; i++)
        if (str_eq(s->defined.at[i].name, name->text))
            return sem_lex_refuse(x, name, e, "'%.*s' was defined before, in line %d",
                                  (int)MIN(name->text.n, 60), name->text.at,
                                  s->defined.at[i].line);
    TRY(sem_lex_next(x, e));
    TRY(sem_lex_skip_lines(x, e));
    struct sem_defined d = {.name = name->text, .line = name->line, .col = name->col};
    TRY(sem_expr_read(x, &d.expr, a, e));
    if (x->now.kind != SEM_T_LINE && x->now.kind != SEM_T_END)
        return sem_lex_expected(x, e, "an operator, a new line or ';'");
    *PUSH(a, &s->defined) = d;
    return OK;
}

static int read_statement(struct sem_lex *x, struct sem_syntax *s, struct arena *a,
                          struct err *e)
{
    static const struct {
        const char *op, *why;
    } refused[] = {
        {"<~", "formative (composite) variables, <~, are not available"},
        {"~*~", "scaling factors, ~*~, are for ordered data and not available"},
        {"|", "thresholds, |, are for ordered data and not available"},
        {":", "blocks (group:, level:) are not available; one group and level is"},
        {"%", "'%' is not available"},
        {"<",
         "inequalities are not available; estimate without and look whether it holds"},
        {">",
         "inequalities are not available; estimate without and look whether it holds"},
    };
    struct sem_lex start = *x;
    struct words left = {0};
    if (x->now.kind != SEM_T_NAME) return read_equality(x, s, a, e);
    for (;;) {
        *PUSH(a, &left) = x->now;
        TRY(sem_lex_next(x, e));
        if (!sem_lex_is(x, "+")) break;
        TRY(sem_lex_next(x, e));
        TRY(sem_lex_skip_lines(x, e));
        if (x->now.kind != SEM_T_NAME) break;
    }
    for (int op = SEM_LOADS; op <= SEM_WITH; op++)
        if (sem_lex_is(x, sem_op_text[op]))
            return read_formula(x, s, &left, (enum sem_op)op, a, e);
    if (sem_lex_is(x, ":=")) {
        if (left.n > 1)
            return sem_lex_refuse(x, &left.at[1], e, "one name on the left of :=");
        return read_defined(x, s, &left.at[0], a, e);
    }
    for (isize i = 0; i < COUNT(refused); i++)
        if (sem_lex_is(x, refused[i].op))
            return sem_lex_refuse(x, &x->now, e, "%s", refused[i].why);
    if (x->now.kind == SEM_T_LINE || x->now.kind == SEM_T_END)
        return sem_lex_expected(x, e, "one of =~ ~ ~~ := ==");
    *x = start;
    return read_equality(x, s, a, e);
}

int sem_syntax_read(struct str text, const char *name, struct sem_syntax *out,
                    struct arena *a, struct err *e)
{
    struct sem_lex x;
    *out = (struct sem_syntax){.name = name};
    TRY(sem_lex_open(&x, text, name, e));
    for (;;) {
        TRY(sem_lex_skip_lines(&x, e));
        if (x.now.kind == SEM_T_END) break;
        TRY(read_statement(&x, out, a, e));
    }
    if (out->term.n == 0)
        return err_set(e, E_FORMULA,
                       "%s: no formula in it; write for example 'y ~ x' or "
                       "'f =~ x1 + x2 + x3'",
                       name);
    return OK;
}
