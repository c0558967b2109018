#include "stats/formula.h"
#include "base/num.h"

struct build {
    struct formula *m;
    const struct frame *f;
    struct expr_names response; /* names that `.` leaves out */
    struct arena *a;
    struct err *e;
};

static int refuse(struct build *b, isize at, const char *what)
{
    return err_set(b->e, E_FORMULA, "formula, position %td: %s", at + 1, what);
}

/* ---- variables ----------------------------------------------------------------- */

static int check_names(struct build *b, const struct expr *x)
{
    if (!x || !b->f) return OK;
    if (x->op == EXPR_NAME && frame_find(b->f, x->name) < 0 && !str_is(x->name, "pi")) {
        isize none;
        int code = frame_get(b->f, x->name, &none, b->e);
        if (code == OK) return OK;
        return err_at(b->e, E_FORMULA, "formula, position %td", x->at + 1);
    }
    TRY(check_names(b, x->kid[0]));
    return check_names(b, x->kid[1]);
}

static bool is_factor_call(const struct expr *x)
{
    return x->op == EXPR_CALL &&
           (str_is(x->name, "factor") || str_is(x->name, "as.factor"));
}

/* The bit of a variable, entered when it is new. */
static int variable(struct build *b, const struct expr *x, u64 *bit)
{
    struct formula *m = b->m;
    struct str name = x->op == EXPR_NAME ? x->name : expr_text(x, b->a);
    for (isize i = 0; i < m->vars.n; i++)
        if (str_eq(m->vars.at[i].name, name)) {
            *bit = (u64)1 << i;
            return OK;
        }
    if (str_eq(name, m->response_name))
        return refuse(b, x->at, "the response stands on both sides of ~");
    if (m->vars.n == FORMULA_VARS) return refuse(b, x->at, "more than 64 variables");
    if (is_factor_call(x) && x->kid[0]->op != EXPR_NAME)
        return refuse(b, x->at, "factor() takes the name of a column");
    TRY(check_names(b, x));
    *bit = (u64)1 << m->vars.n;
    *PUSH(b->a, &m->vars) = (struct formula_var){name, is_factor_call(x) ? x->kid[0] : x,
                                                 is_factor_call(x), x->at};
    return OK;
}

/* ---- sets of terms: ordered, without repetition; 0 is the intercept ------------- */

struct set LIST(u64);

static void set_add(struct set *s, u64 term, struct arena *a)
{
    for (isize i = 0; i < s->n; i++)
        if (s->at[i] == term) return;
    *PUSH(a, s) = term;
}

static void set_remove(struct set *s, u64 term)
{
    isize kept = 0;
    for (isize i = 0; i < s->n; i++)
        if (s->at[i] != term) s->at[kept++] = s->at[i];
    s->n = kept;
}

enum { TERMS = 4000 }; /* (a + b + ...)^9 is refused at once; all pairs of 64 are 2,080 */

static int cross(struct build *b, const struct set *x, const struct set *y, isize at,
                 struct set *out)
{
    for (isize i = 0; i < x->n; i++)
        for (isize j = 0; j < y->n; j++) {
            set_add(out, x->at[i] | y->at[j], b->a);
            if (out->n > TERMS) return refuse(b, at, "this makes too many terms");
        }
    return OK;
}

static int set_of(struct build *b, const struct expr *x, struct set *out);

static int dot(struct build *b, isize at, struct set *out)
{
    if (!b->f) return refuse(b, at, "'.' needs data to stand for its columns");
    for (isize j = 0; j < b->f->cols.n; j++) {
        struct str name = b->f->cols.at[j].name;
        bool used = false;
        for (isize i = 0; i < b->response.n; i++)
            used = used || str_eq(b->response.at[i], name);
        if (used) continue;
        struct expr x = {.op = EXPR_NAME, .name = name, .at = at}, *kept;
        kept = NEW(b->a, struct expr, 1);
        *kept = x;
        u64 bit;
        TRY(variable(b, kept, &bit));
        set_add(out, bit, b->a);
    }
    return OK;
}

static int power(struct build *b, const struct expr *x, struct set *out)
{
    double n = x->kid[1]->op == EXPR_NUMBER ? x->kid[1]->value.hi : 0;
    if (!(n >= 1 && n <= 64 && n == (double)(int)n))
        return refuse(b, x->at,
                      "the power of terms is a whole number from 1 to 64; "
                      "arithmetic stands in I( )");
    struct set s = {0};
    TRY(set_of(b, x->kid[0], &s));
    *out = s;
    for (int k = 1; k < (int)n; k++) {
        struct set next = {0};
        for (isize i = 0; i < out->n; i++) set_add(&next, out->at[i], b->a);
        TRY(cross(b, out, &s, x->at, &next));
        if (next.n == out->n) break;
        *out = next;
    }
    return OK;
}

static int set_of(struct build *b, const struct expr *x, struct set *out)
{
    struct set left = {0}, right = {0};
    u64 bit = 0;
    switch (x->op) {
    case EXPR_NUMBER:
        if (x->value.hi != 1)
            return refuse(b, x->at,
                          "a number among terms is 1, or 0 in a sum; arithmetic "
                          "stands in I( )");
        set_add(out, 0, b->a);
        return OK;
    case EXPR_NAME:
        if (str_is(x->name, ".")) return dot(b, x->at, out);
        TRY(variable(b, x, &bit));
        set_add(out, bit, b->a);
        return OK;
    case EXPR_CALL:
        if (str_is(x->name, "offset"))
            return refuse(b, x->at, "offset( ) stands alone in the sum");
        TRY(variable(b, x, &bit));
        set_add(out, bit, b->a);
        return OK;
    case EXPR_PAREN:
    case EXPR_PLUS: return set_of(b, x->kid[0], out);
    case EXPR_MINUS: return refuse(b, x->at, "a term is taken away from a sum only");
    case EXPR_POW: return power(b, x, out);
    case EXPR_BAR:
    case EXPR_BARS:
        return refuse(b, x->at,
                      "a random part stands alone in parentheses in the sum: "
                      "... + (x | g)");
    case EXPR_TILDE: return refuse(b, x->at, "there is one ~ in a formula");
    default: break;
    }
    TRY(set_of(b, x->kid[0], &left));
    TRY(set_of(b, x->kid[1], &right));
    if (x->op == EXPR_COLON) return cross(b, &left, &right, x->at, out);
    for (isize i = 0; i < left.n; i++) set_add(out, left.at[i], b->a);
    if (x->op == EXPR_DIV) {
        struct set all = {0};
        u64 bits = 0;
        for (isize i = 0; i < left.n; i++) bits |= left.at[i];
        set_add(&all, bits, b->a);
        return cross(b, &all, &right, x->at, out);
    }
    for (isize i = 0; i < right.n; i++)
        if (x->op == EXPR_SUB)
            set_remove(out, right.at[i]);
        else
            set_add(out, right.at[i], b->a);
    return x->op == EXPR_MUL ? cross(b, &left, &right, x->at, out) : OK;
}

/* ---- sums ------------------------------------------------------------------------ */

static struct str term_name(const struct formula *m, u64 vars, struct arena *a)
{
    struct buf b = buf_in(a, 32);
    for (isize i = 0; i < m->vars.n; i++) {
        if (!(vars >> i & 1)) continue;
        if (b.n > 0) buf_putc(&b, ':');
        buf_put(&b, m->vars.at[i].name);
    }
    return buf_str(&b);
}

static int order_of(u64 vars)
{
    return __builtin_popcountll(vars);
}

/* By order, else as they stand (insertion keeps that); the empty term goes. */
static struct formula_terms terms_of(const struct formula *m, const struct set *s,
                                     struct arena *a)
{
    struct formula_terms t = {0};
    for (int order = 1; order <= FORMULA_VARS; order++)
        for (isize i = 0; i < s->n; i++)
            if (order_of(s->at[i]) == order)
                *PUSH(a, &t) = (struct formula_term){s->at[i], term_name(m, s->at[i], a)};
    return t;
}

/* A summand that switches the intercept: 1, 0, with its sign. */
static bool intercept_switch(const struct expr *x, bool minus, bool *on)
{
    if (x->op != EXPR_NUMBER || (x->value.hi != 0 && x->value.hi != 1)) return false;
    *on = (x->value.hi == 1) != minus;
    return true;
}

static const struct expr *bar_of(const struct expr *x)
{
    if (x->op != EXPR_PAREN) return NULL;
    const struct expr *in = x->kid[0];
    return in->op == EXPR_BAR || in->op == EXPR_BARS ? in : NULL;
}

static int random_part(struct build *b, const struct expr *bar);

/* One side of a sum after another; `s` collects terms, `on` is the intercept. fixed:
** random parts and offsets may stand here. */
static int sum(struct build *b, const struct expr *x, bool minus, bool fixed,
               struct set *s, bool *on)
{
    if (x->op == EXPR_ADD || x->op == EXPR_SUB) {
        TRY(sum(b, x->kid[0], minus, fixed, s, on));
        return sum(b, x->kid[1], minus != (x->op == EXPR_SUB), fixed, s, on);
    }
    if (x->op == EXPR_MINUS || x->op == EXPR_PLUS)
        return sum(b, x->kid[0], minus != (x->op == EXPR_MINUS), fixed, s, on);
    if (intercept_switch(x, minus, on)) return OK;
    if (fixed && bar_of(x)) {
        if (minus) return refuse(b, x->at, "a random part cannot be taken away");
        return random_part(b, bar_of(x));
    }
    if (fixed && x->op == EXPR_CALL && str_is(x->name, "offset")) {
        if (minus) return refuse(b, x->at, "an offset cannot be taken away");
        TRY(check_names(b, x->kid[0]));
        *PUSH(b->a, &b->m->offsets) = x->kid[0];
        return OK;
    }
    struct set t = {0};
    TRY(set_of(b, x, &t));
    for (isize i = 0; i < t.n; i++) {
        if (t.at[i] == 0)
            *on = !minus;
        else if (minus)
            set_remove(s, t.at[i]);
        else
            set_add(s, t.at[i], b->a);
    }
    return OK;
}

/* (left | a/b) is (left | a) and (left | a:b). */
static int random_part(struct build *b, const struct expr *bar)
{
    struct set left = {0}, group = {0};
    struct formula_random r = {
        .intercept = true, .correlated = bar->op == EXPR_BAR, .at = bar->at};
    TRY(sum(b, bar->kid[0], false, false, &left, &r.intercept));
    TRY(set_of(b, bar->kid[1], &group));
    r.terms = terms_of(b->m, &left, b->a);
    if (r.terms.n == 0 && !r.intercept)
        return refuse(b, bar->at, "nothing stands before the bar");
    struct str head = expr_text(bar->kid[0], b->a);
    for (isize i = 0; i < group.n; i++) {
        r.group = group.at[i];
        if (r.group == 0) return refuse(b, bar->at, "a group is a column, not 1");
        struct str g = term_name(b->m, r.group, b->a);
        r.name =
            str_fmt(b->a, "(%.*s %s %.*s)", FMT(head), r.correlated ? "|" : "||", FMT(g));
        *PUSH(b->a, &b->m->randoms) = r;
    }
    return OK;
}

int formula_read(struct str text, const struct frame *f, struct formula *out,
                 struct arena *a, struct err *e)
{
    struct expr *root;
    int code = expr_read(text, true, &root, a, e);
    if (code != OK) return err_at(e, code, "formula");
    *out = (struct formula){.text = text, .intercept = true};
    struct build b = {.m = out, .f = f, .a = a, .e = e};
    if (root->op != EXPR_TILDE)
        return err_set(e, E_FORMULA, "a formula has a ~, as in: outcome ~ age + arm");
    if (root->kid[0] && root->kid[0]->op == EXPR_TILDE)
        return refuse(&b, root->at, "there is one ~ in a formula");
    if (root->kid[0]) {
        out->response = root->kid[0];
        while (out->response->op == EXPR_PAREN) out->response = out->response->kid[0];
        out->response_name = out->response->op == EXPR_NAME ? out->response->name
                                                            : expr_text(out->response, a);
        TRY(check_names(&b, out->response));
        expr_names(out->response, &b.response, a);
        if (b.response.n == 0) return refuse(&b, root->at, "the response is no column");
    }
    struct set s = {0};
    TRY(sum(&b, root->kid[1], false, true, &s, &out->intercept));
    out->terms = terms_of(out, &s, a);
    return OK;
}
