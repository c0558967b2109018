#include "stats/expr.h"
#include "base/num.h"
#include <string.h>

/* ---- reading ---------------------------------------------------------------- */

enum token { T_END, T_NUMBER, T_NAME, T_OPEN, T_CLOSE, T_OPERATOR, T_BARS };

struct reader {
    struct str text;
    bool formula;
    enum token token;
    struct str word; /* of the token */
    isize at, next;  /* where the token starts; where to go on */
    int depth;
    struct arena *a;
    struct err *e;
};

static bool name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           (unsigned char)c >= 128;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static int refuse(struct reader *r, const char *wanted)
{
    if (r->token == T_END)
        return err_set(r->e, E_FORMULA,
                       "position %td: the text ends where %s is expected", r->at + 1,
                       wanted);
    return err_set(r->e, E_FORMULA, "position %td: '%.*s' stands where %s is expected",
                   r->at + 1, FMT(str_upto(r->word, MIN(r->word.n, 40))), wanted);
}

static isize number_end(struct str s, isize i)
{
    while (i < s.n && digit(s.at[i])) i++;
    if (i < s.n && s.at[i] == '.') i++;
    while (i < s.n && digit(s.at[i])) i++;
    if (i < s.n && (s.at[i] == 'e' || s.at[i] == 'E')) {
        isize k = i + 1;
        if (k < s.n && (s.at[k] == '+' || s.at[k] == '-')) k++;
        if (k < s.n && digit(s.at[k])) {
            while (k < s.n && digit(s.at[k])) k++;
            i = k;
        }
    }
    return i;
}

static int advance(struct reader *r)
{
    struct str s = r->text;
    isize i = r->next;
    while (i < s.n &&
           (s.at[i] == ' ' || s.at[i] == '\t' || s.at[i] == '\n' || s.at[i] == '\r'))
        i++;
    r->at = i;
    isize end = i + 1;
    if (i == s.n) {
        r->token = T_END;
        end = i;
    } else if (digit(s.at[i]) || (s.at[i] == '.' && i + 1 < s.n && digit(s.at[i + 1]))) {
        r->token = T_NUMBER;
        end = number_end(s, i);
    } else if (name_start(s.at[i])) {
        r->token = T_NAME;
        while (end < s.n && (name_start(s.at[end]) || digit(s.at[end]))) end++;
    } else if (s.at[i] == '`') {
        while (end < s.n && s.at[end] != '`') end++;
        if (end == s.n || end == i + 1)
            return err_set(r->e, E_FORMULA,
                           "position %td: this backtick has no name and partner", i + 1);
        r->token = T_NAME;
        r->word = (struct str){s.at + i + 1, end - i - 1};
        r->next = end + 1;
        return OK;
    } else if (s.at[i] == '(' || s.at[i] == ')') {
        r->token = s.at[i] == '(' ? T_OPEN : T_CLOSE;
    } else if (s.at[i] == '|' && end < s.n && s.at[end] == '|') {
        r->token = T_BARS;
        end++;
    } else if (strchr("+-*/^", s.at[i]) || (r->formula && strchr(":|~", s.at[i]))) {
        r->token = T_OPERATOR;
    } else {
        r->word = (struct str){s.at + i, 1};
        return err_set(r->e, E_FORMULA, "position %td: '%c' has no meaning here", i + 1,
                       s.at[i] >= ' ' && s.at[i] < 127 ? s.at[i] : '?');
    }
    r->word = (struct str){s.at + i, end - i};
    r->next = end;
    return OK;
}

static struct expr *node(struct reader *r, enum expr_op op, isize at, struct expr *x,
                         struct expr *y)
{
    struct expr *n = NEW(r->a, struct expr, 1);
    *n = (struct expr){.op = op, .kid = {x, y}, .at = at};
    return n;
}

/* The binary operator at hand and how strongly it binds; 0 when there is none. */
static int strength(const struct reader *r, enum expr_op *op)
{
    if (r->token == T_BARS) {
        *op = EXPR_BARS;
        return r->formula ? 2 : 0;
    }
    if (r->token != T_OPERATOR) return 0;
    switch (r->word.at[0]) {
    case '~': *op = EXPR_TILDE; return 1;
    case '|': *op = EXPR_BAR; return 2;
    case '+': *op = EXPR_ADD; return 3;
    case '-': *op = EXPR_SUB; return 3;
    case '*': *op = EXPR_MUL; return 4;
    case '/': *op = EXPR_DIV; return 4;
    case ':': *op = EXPR_COLON; return 5;
    default: *op = EXPR_POW; return 7;
    }
}

enum { SIGN = 6 };

static int binary(struct reader *r, int least, struct expr **out);

static int operand(struct reader *r, struct expr **out)
{
    isize at = r->at;
    if (r->token == T_NUMBER) {
        struct expr *x = node(r, EXPR_NUMBER, at, NULL, NULL);
        TRY(dd_read(r->word, false, &x->value, r->e));
        *out = x;
        return advance(r);
    }
    if (r->token == T_NAME) {
        struct expr *x = node(r, EXPR_NAME, at, NULL, NULL);
        bool quoted = r->text.at[at] == '`';
        x->name = r->word;
        TRY(advance(r));
        if (r->token == T_OPEN && !quoted) {
            x->op = EXPR_CALL;
            TRY(advance(r));
            TRY(binary(r, 1, &x->kid[0]));
            if (r->token != T_CLOSE) return refuse(r, "')'");
            TRY(advance(r));
        }
        *out = x;
        return OK;
    }
    if (r->token == T_OPEN) {
        *out = node(r, EXPR_PAREN, at, NULL, NULL);
        TRY(advance(r));
        TRY(binary(r, 1, &(*out)->kid[0]));
        if (r->token != T_CLOSE) return refuse(r, "')'");
        return advance(r);
    }
    if (r->token == T_OPERATOR && (r->word.at[0] == '-' || r->word.at[0] == '+')) {
        *out = node(r, r->word.at[0] == '-' ? EXPR_MINUS : EXPR_PLUS, at, NULL, NULL);
        TRY(advance(r));
        return binary(r, SIGN, &(*out)->kid[0]);
    }
    if (r->token == T_OPERATOR && r->word.at[0] == '~') {
        *out = node(r, EXPR_TILDE, at, NULL, NULL);
        TRY(advance(r));
        return binary(r, 2, &(*out)->kid[1]);
    }
    return refuse(r, "a name, a number or '('");
}

/* An operand and all operators behind it that bind at least as strongly as `least`. */
static int binary(struct reader *r, int least, struct expr **out)
{
    if (++r->depth > EXPR_DEPTH)
        return err_set(r->e, E_FORMULA, "position %td: nested more than %d deep",
                       r->at + 1, EXPR_DEPTH);
    TRY(operand(r, out));
    enum expr_op op;
    int s;
    while ((s = strength(r, &op)) >= least && s > 0) {
        isize at = r->at;
        struct expr *right;
        TRY(advance(r));
        TRY(binary(r, op == EXPR_POW ? SIGN : s + 1, &right));
        *out = node(r, op, at, *out, right);
    }
    r->depth--;
    return OK;
}

int expr_read(struct str text, bool formula, struct expr **out, struct arena *a,
              struct err *e)
{
    struct reader r = {.text = text, .formula = formula, .a = a, .e = e};
    if (text.n > EXPR_TEXT)
        return err_set(e, E_FORMULA, "longer than %d letters", EXPR_TEXT);
    if (!str_utf8_ok(text)) return err_set(e, E_FORMULA, "the text is not valid UTF-8");
    for (isize i = 0; i < text.n; i++)
        if ((u8)text.at[i] < ' ' && !memchr("\t\n\r", text.at[i], 3))
            return err_set(e, E_FORMULA, "position %td: a control character", i + 1);
    TRY(advance(&r));
    TRY(binary(&r, 1, out));
    if (r.token != T_END) return refuse(&r, "an operator or the end");
    return OK;
}

/* ---- writing ---------------------------------------------------------------- */

static bool plain_name(struct str s)
{
    if (s.n == 0 || !name_start(s.at[0])) return false;
    if (s.at[0] == '.' && s.n > 1 && digit(s.at[1])) return false; /* a number */
    for (isize i = 0; i < s.n; i++)
        if (!name_start(s.at[i]) && !digit(s.at[i])) return false;
    return true;
}

static void put(const struct expr *x, struct buf *b)
{
    static const char *const sign[] = {
        [EXPR_ADD] = " + ", [EXPR_SUB] = " - ",   [EXPR_MUL] = " * ",
        [EXPR_DIV] = "/",   [EXPR_POW] = "^",     [EXPR_COLON] = ":",
        [EXPR_BAR] = " | ", [EXPR_BARS] = " || ", [EXPR_TILDE] = " ~ "};
    switch (x->op) {
    case EXPR_NUMBER: buf_put(b, num_shortest(x->value.hi, b->a)); return;
    case EXPR_NAME:
        if (plain_name(x->name))
            buf_put(b, x->name);
        else {
            buf_putc(b, '`');
            buf_put(b, x->name);
            buf_putc(b, '`');
        }
        return;
    case EXPR_CALL: buf_put(b, x->name); /* fall through */
    case EXPR_PAREN:
        buf_putc(b, '(');
        put(x->kid[0], b);
        buf_putc(b, ')');
        return;
    case EXPR_MINUS:
    case EXPR_PLUS:
        buf_putc(b, x->op == EXPR_MINUS ? '-' : '+');
        put(x->kid[0], b);
        return;
    default:
        if (x->kid[0]) put(x->kid[0], b);
        buf_put(b, str_of(x->kid[0] ? sign[x->op] : "~"));
        put(x->kid[1], b);
    }
}

struct str expr_text(const struct expr *x, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    put(x, &b);
    return buf_str(&b);
}

void expr_names(const struct expr *x, struct expr_names *out, struct arena *a)
{
    if (!x) return;
    if (x->op == EXPR_NAME && !str_is(x->name, "pi")) {
        for (isize i = 0; i < out->n; i++)
            if (str_eq(out->at[i], x->name)) return;
        *PUSH(a, out) = x->name;
    }
    expr_names(x->kid[0], out, a);
    expr_names(x->kid[1], out, a);
}

/* ---- making ready ------------------------------------------------------------ */

enum step_op {
    DO_CONSTANT,
    DO_VARIABLE,
    DO_NEG,
    DO_ADD,
    DO_SUB,
    DO_MUL,
    DO_DIV,
    DO_POW_INT, /* exponent a whole constant, in b */
    DO_POW,
    DO_EXP,
    DO_LOG,
    DO_SQRT,
    DO_SIN,
    DO_COS,
    DO_TAN,
    DO_ATAN,
    DO_ABS
};

struct expr_step {
    enum step_op op;
    isize a, b; /* the steps it uses; of a variable: a is its number */
    struct dd value;
};

/* log10 and log2 are log times a constant. */
static const struct {
    const char *name;
    enum step_op op;
    struct dd times;
} function[] = {
    {"exp", DO_EXP, {1, 0}},
    {"log", DO_LOG, {1, 0}},
    {"log10", DO_LOG, {4.34294481903251817e-01, 1.09831965021676509e-17}},
    {"log2", DO_LOG, {1.44269504088896339e+00, 2.03552737409310331e-17}},
    {"sqrt", DO_SQRT, {1, 0}},
    {"sin", DO_SIN, {1, 0}},
    {"cos", DO_COS, {1, 0}},
    {"tan", DO_TAN, {1, 0}},
    {"atan", DO_ATAN, {1, 0}},
    {"arctan", DO_ATAN, {1, 0}},
    {"abs", DO_ABS, {1, 0}},
};

struct maker {
    struct expr_code *code;
    isize cap;
    const struct str *var;
    isize n_vars;
    struct arena *a;
    struct err *e;
};

static isize emit(struct maker *m, struct expr_step s)
{
    m->code->step[m->code->n] = s;
    return m->code->n++;
}

static isize emit_constant(struct maker *m, struct dd value)
{
    return emit(m, (struct expr_step){.op = DO_CONSTANT, .value = value});
}

static int make_name(struct maker *m, const struct expr *x, isize *out)
{
    for (isize i = 0; i < m->n_vars; i++)
        if (str_eq(m->var[i], x->name)) {
            *out = emit(m, (struct expr_step){.op = DO_VARIABLE, .a = i});
            return OK;
        }
    if (str_is(x->name, "pi")) {
        *out = emit_constant(m, DD_PI);
        return OK;
    }
    struct str near = str_near(x->name, m->var, m->n_vars);
    if (near.n > 0)
        return err_set(m->e, E_FORMULA,
                       "position %td: '%.*s' is not known; did you mean '%.*s'?",
                       x->at + 1, FMT(x->name), FMT(near));
    return err_set(m->e, E_FORMULA, "position %td: '%.*s' is not known", x->at + 1,
                   FMT(x->name));
}

static int make(struct maker *m, const struct expr *x, isize *out);

static int make_call(struct maker *m, const struct expr *x, isize *out)
{
    if (str_is(x->name, "I")) return make(m, x->kid[0], out);
    struct str known[COUNT(function)];
    for (isize i = 0; i < COUNT(function); i++) {
        known[i] = str_of(function[i].name);
        if (!str_eq(x->name, known[i])) continue;
        isize k;
        TRY(make(m, x->kid[0], &k));
        *out = emit(m, (struct expr_step){.op = function[i].op, .a = k});
        if (function[i].times.hi != 1) {
            k = emit_constant(m, function[i].times);
            *out = emit(m, (struct expr_step){.op = DO_MUL, .a = *out, .b = k});
        }
        return OK;
    }
    struct str near = str_near(x->name, known, COUNT(known));
    return err_set(m->e, E_FORMULA, "position %td: there is no function '%.*s'%s%.*s%s",
                   x->at + 1, FMT(x->name), near.n ? "; did you mean '" : "", FMT(near),
                   near.n ? "'?" : "");
}

static int make(struct maker *m, const struct expr *x, isize *out)
{
    isize a = -1, b = -1;
    switch (x->op) {
    case EXPR_NUMBER: *out = emit_constant(m, x->value); return OK;
    case EXPR_NAME: return make_name(m, x, out);
    case EXPR_CALL: return make_call(m, x, out);
    case EXPR_PAREN:
    case EXPR_PLUS: return make(m, x->kid[0], out);
    case EXPR_MINUS:
        TRY(make(m, x->kid[0], &a));
        struct expr_step *last = &m->code->step[a];
        if (last->op == DO_CONSTANT) { /* so that x^-2 has a constant exponent */
            last->value = dd_neg(last->value);
            *out = a;
            return OK;
        }
        *out = emit(m, (struct expr_step){.op = DO_NEG, .a = a});
        return OK;
    case EXPR_COLON:
    case EXPR_BAR:
    case EXPR_BARS:
    case EXPR_TILDE:
        return err_set(m->e, E_FORMULA,
                       "position %td: this operator has no meaning in arithmetic",
                       x->at + 1);
    default: break;
    }
    TRY(make(m, x->kid[0], &a));
    TRY(make(m, x->kid[1], &b));
    struct dd power = m->code->step[b].value;
    bool whole = m->code->step[b].op == DO_CONSTANT && power.lo == 0 &&
                 fabs(power.hi) <= 1024 && power.hi == floor(power.hi);
    static const enum step_op op[] = {[EXPR_ADD] = DO_ADD,
                                      [EXPR_SUB] = DO_SUB,
                                      [EXPR_MUL] = DO_MUL,
                                      [EXPR_DIV] = DO_DIV,
                                      [EXPR_POW] = DO_POW};
    struct expr_step s = {.op = op[x->op], .a = a, .b = b};
    if (x->op == EXPR_POW && whole) {
        s.op = DO_POW_INT;
        s.b = (isize)power.hi;
    }
    *out = emit(m, s);
    return OK;
}

static isize size_of(const struct expr *x)
{
    return x ? 3 + size_of(x->kid[0]) + size_of(x->kid[1]) : 0;
}

int expr_compile(const struct expr *x, const struct str *var, isize n_vars,
                 struct expr_code *out, struct arena *a, struct err *e)
{
    *out = (struct expr_code){.n_vars = n_vars};
    out->step = NEW(a, struct expr_step, size_of(x));
    struct maker m = {.code = out, .var = var, .n_vars = n_vars, .a = a, .e = e};
    isize last;
    return make(&m, x, &last);
}

/* ---- values and slopes --------------------------------------------------------- */

static struct dd power_int(struct dd a, isize n)
{
    return dd_pow_int(a, (int)n);
}

struct dd expr_value(const struct expr_code *c, const struct dd *var, struct dd *v)
{
    for (isize i = 0; i < c->n; i++) {
        const struct expr_step *s = &c->step[i];
        switch (s->op) {
        case DO_CONSTANT: v[i] = s->value; break;
        case DO_VARIABLE: v[i] = var[s->a]; break;
        case DO_NEG: v[i] = dd_neg(v[s->a]); break;
        case DO_ADD: v[i] = dd_add(v[s->a], v[s->b]); break;
        case DO_SUB: v[i] = dd_sub(v[s->a], v[s->b]); break;
        case DO_MUL: v[i] = dd_mul(v[s->a], v[s->b]); break;
        case DO_DIV: v[i] = dd_div(v[s->a], v[s->b]); break;
        case DO_POW_INT: v[i] = power_int(v[s->a], s->b); break;
        case DO_POW: v[i] = dd_pow(v[s->a], v[s->b]); break;
        case DO_EXP: v[i] = dd_exp(v[s->a]); break;
        case DO_LOG: v[i] = dd_log(v[s->a]); break;
        case DO_SQRT: v[i] = dd_sqrt(v[s->a]); break;
        case DO_SIN: v[i] = dd_sin(v[s->a]); break;
        case DO_COS: v[i] = dd_cos(v[s->a]); break;
        case DO_TAN: v[i] = dd_div(dd_sin(v[s->a]), dd_cos(v[s->a])); break;
        case DO_ATAN: v[i] = dd_atan(v[s->a]); break;
        case DO_ABS: v[i] = v[s->a].hi < 0 ? dd_neg(v[s->a]) : v[s->a]; break;
        }
    }
    return v[c->n - 1];
}

/* d value / d (argument) of the functions of one argument. */
static struct dd function_slope(enum step_op op, struct dd x, struct dd value)
{
    struct dd one = dd_of(1);
    switch (op) {
    case DO_EXP: return value;
    case DO_LOG: return dd_div(one, x);
    case DO_SQRT: return dd_div(dd_of(0.5), value);
    case DO_SIN: return dd_cos(x);
    case DO_COS: return dd_neg(dd_sin(x));
    case DO_TAN: return dd_add(one, dd_mul(value, value));
    case DO_ATAN: return dd_div(one, dd_add(one, dd_mul(x, x)));
    default: return dd_of(x.hi < 0 ? -1 : 1); /* DO_ABS */
    }
}

static void add_to(struct dd *sum, struct dd x)
{
    *sum = dd_add(*sum, x);
}

/* a^b: b a^(b-1) by a; a^b log a by b, which is 0 where a = 0 and b > 0. */
static void power_slope(const struct expr_step *s, const struct dd *v, struct dd value,
                        struct dd adjoint, struct dd *adj)
{
    struct dd a = v[s->a], b = v[s->b];
    struct dd by_a = a.hi != 0 ? dd_div(dd_mul(b, value), a)
                               : dd_mul(b, dd_pow(a, dd_sub(b, dd_of(1))));
    add_to(&adj[s->a], dd_mul(adjoint, by_a));
    if (a.hi > 0) add_to(&adj[s->b], dd_mul(adjoint, dd_mul(value, dd_log(a))));
}

struct dd expr_slope(const struct expr_code *c, const struct dd *var, struct dd *slope,
                     struct dd *room)
{
    struct dd *v = room, *adj = room + c->n;
    struct dd value = expr_value(c, var, v);
    for (isize i = 0; i < c->n; i++) adj[i] = dd_of(0);
    for (isize j = 0; j < c->n_vars; j++) slope[j] = dd_of(0);
    adj[c->n - 1] = dd_of(1);
    for (isize i = c->n; i-- > 0;) {
        const struct expr_step *s = &c->step[i];
        struct dd d = adj[i];
        if (d.hi == 0) continue;
        switch (s->op) {
        case DO_CONSTANT: break;
        case DO_VARIABLE: add_to(&slope[s->a], d); break;
        case DO_NEG: add_to(&adj[s->a], dd_neg(d)); break;
        case DO_ADD:
            add_to(&adj[s->a], d);
            add_to(&adj[s->b], d);
            break;
        case DO_SUB:
            add_to(&adj[s->a], d);
            add_to(&adj[s->b], dd_neg(d));
            break;
        case DO_MUL:
            add_to(&adj[s->a], dd_mul(d, v[s->b]));
            add_to(&adj[s->b], dd_mul(d, v[s->a]));
            break;
        case DO_DIV:
            d = dd_div(d, v[s->b]);
            add_to(&adj[s->a], d);
            add_to(&adj[s->b], dd_neg(dd_mul(d, v[i])));
            break;
        case DO_POW_INT:
            if (s->b != 0)
                add_to(&adj[s->a], dd_mul(dd_mul(d, dd_of((double)s->b)),
                                          power_int(v[s->a], s->b - 1)));
            break;
        case DO_POW: power_slope(s, v, v[i], d, adj); break;
        default: add_to(&adj[s->a], dd_mul(d, function_slope(s->op, v[s->a], v[i])));
        }
    }
    return value;
}

/* Degrees: 0 free of the variables, 1 linear in them, 2 anything else. */
bool expr_linear(const struct expr_code *c, const bool *in, struct arena tmp)
{
    u8 *degree = NEW(&tmp, u8, c->n);
    for (isize i = 0; i < c->n; i++) {
        const struct expr_step *s = &c->step[i];
        switch (s->op) {
        case DO_CONSTANT: break;
        case DO_VARIABLE: degree[i] = in[s->a]; break;
        case DO_NEG: degree[i] = degree[s->a]; break;
        case DO_ADD:
        case DO_SUB: degree[i] = MAX(degree[s->a], degree[s->b]); break;
        case DO_MUL: degree[i] = (u8)MIN(degree[s->a] + degree[s->b], 2); break;
        case DO_DIV: degree[i] = degree[s->b] ? 2 : degree[s->a]; break;
        case DO_POW_INT:
            degree[i] = s->b == 1 ? degree[s->a] : degree[s->a] ? 2 : 0;
            break;
        case DO_POW: degree[i] = degree[s->a] || degree[s->b] ? 2 : 0; break;
        default: degree[i] = degree[s->a] ? 2 : 0;
        }
    }
    return degree[c->n - 1] < 2;
}
