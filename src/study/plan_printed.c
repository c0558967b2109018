/* What a paper printed for a plan's analyses, and which quantities there are. */
#include "base/num.h"
#include "study/plan_parts.h"

#include <math.h>
#include <string.h>

static const char *const QUANTITIES[PLAN_METHODS] = {
#define PLAN_METHOD(name, word, quantities) quantities,
#include "study/plan_methods.def"
#undef PLAN_METHOD
};
static const char *const COMPARE[COMPARES] = {"rounded", "monte carlo", "floor"};

int plan_refuse_near(const struct plan_reading *r, const struct yaml *at, struct str got,
                     const char *what, const struct str *known, isize n)
{
    struct str near = str_near(got, known, n);
    if (near.n > 0)
        return yaml_refuse(at, r->e, "'%.*s' is not %s; did you mean '%.*s'?",
                           FMT(str_brief(got, 60)), what, FMT(near));
    return yaml_refuse(at, r->e, "'%.*s' is not %s", FMT(str_brief(got, 60)), what);
}

/* --- quantities --------------------------------------------------------------------- */

/* The codes a quantity may begin with: of the variable, and the analysis's groups. */
static isize codes_of(const struct plan_reading *r, const struct plan_analysis *an,
                      isize variable, struct str *out)
{
    isize n = 0;
    for (isize i = 0; i < an->groups.n; i++) out[n++] = an->groups.at[i].id;
    const struct study_variable *v = &r->s->variables.at[variable];
    if (v->kind != VARIABLE_COLUMN) return n;
    const struct study_column *c = &r->s->tables.at[v->table].columns.at[v->at];
    for (isize i = 0; i < c->codes.n; i++) out[n++] = c->codes.at[i].id;
    return n;
}

int plan_quantity_check(const struct plan_reading *r, const struct plan_analysis *an,
                        const struct yaml *at, struct str q)
{
    struct arena tmp = *r->a;
    enum { MANY = 400 };
    struct str *known = NEW(&tmp, struct str, MANY);
    isize n = 0;
    struct str rest = str_of(QUANTITIES[an->method]), word;
    while (str_cut(&rest, ' ', &word)) {
        if (str_is(word, "<path>")) {
            if (str_find(q, '~') > 0) {
                /* Both sides are variables of the table. */
                struct str lhs = str_upto(q, str_find(q, '~'));
                struct str rhs = str_from(q, lhs.n + 1);
                isize v;
                TRY(study_variable_find(r->s, an->table, at, lhs, &v, tmp, r->e));
                return study_variable_find(r->s, an->table, at, rhs, &v, tmp, r->e);
            }
        } else if (str_starts(word, S("<code>"))) {
            struct str *code = NEW(&tmp, struct str, 200);
            isize m = codes_of(r, an, an->method == PLAN_GROUPS ? an->y : an->x, code);
            for (isize i = 0; i < m && n < MANY; i++)
                known[n++] =
                    str_fmt(&tmp, "%.*s%.*s", FMT(code[i]), FMT(str_from(word, 6)));
        } else if (n < MANY)
            known[n++] = word;
    }
    for (isize i = 0; i < n; i++)
        if (str_eq(known[i], q)) return OK;
    struct str what =
        str_fmt(&tmp, "a quantity of method '%s'", plan_method_word[an->method]);
    return plan_refuse_near(r, at, q, str_c(what, &tmp), known, n);
}

/* "-.413" and "3.50" as numbers with their decimals; words stay words. */
static void read_figure(struct str t, double *value, int *places)
{
    *value = NAN;
    *places = 0;
    char buf[40];
    isize n = 0;
    bool neg = str_starts(t, S("-"));
    struct str digits = neg ? str_from(t, 1) : t;
    if (digits.n == 0 || digits.n > 30) return;
    if (neg) buf[n++] = '-';
    if (digits.at[0] == '.') buf[n++] = '0';
    memcpy(buf + n, digits.at, (size_t)digits.n);
    n += digits.n;
    double x;
    if (num_read((struct str){buf, n}, &x, NULL) != OK) return;
    *value = x;
    isize dot = str_find(digits, '.');
    *places = dot < 0 ? 0 : (int)(digits.n - dot - 1);
}

static int read_printed(const struct plan_reading *r, struct plan_analysis *an,
                        const struct yaml *v)
{
    static const char *const KNOWN[] = {"text",    "read", "compare", "remark",
                                        "garbled", "lost", "place"};
    struct plan_printed q = {.quantity = v->key, .place = {0}, .value = NAN};
    TRY(plan_quantity_check(r, an, v, v->key));
    if (plan_printed(an, v->key))
        return yaml_refuse(v, r->e, "'%.*s' stands twice", FMT(v->key));
    const struct yaml *place = yaml_get(an->node, "place");
    if (place) q.place = place->text;
    if (v->kind == YAML_TEXT) {
        q.text = v->text;
        read_figure(q.text, &q.value, &q.places);
    } else {
        TRY(yaml_keys(v, KNOWN, COUNT(KNOWN), r->e));
        const struct yaml *t = yaml_get(v, "text"), *read = yaml_get(v, "read");
        TRY(study_words(yaml_get(v, "lost"), &q.lost, r->e));
        if (t || q.lost.in[LANG_EN].n == 0) TRY(yaml_str(t, v, "text", &q.text, r->e));
        struct str as = q.text;
        if (read) {
            TRY(yaml_str(read, v, "read", &as, r->e));
            q.restored = true;
        }
        read_figure(as, &q.value, &q.places);
        if (read && isnan(q.value))
            return yaml_refuse(read, r->e, "'read' must be a number");
        if ((t = yaml_get(v, "place"))) TRY(yaml_str(t, v, "place", &q.place, r->e));
        int c = COMPARE_ROUNDED;
        if ((t = yaml_get(v, "compare")))
            TRY(yaml_word(t, v, "compare", COMPARE, COMPARES, &c, r->e));
        q.compare = (enum plan_compare)c;
        TRY(study_words(yaml_get(v, "remark"), &q.remark, r->e));
        TRY(study_words(yaml_get(v, "garbled"), &q.garbled, r->e));
    }
    if (q.text.n > 0 && isnan(q.value) && an->method != PLAN_STATED)
        return yaml_refuse(v, r->e,
                           "'%.*s' is not a number; say under 'read' how it "
                           "must be read",
                           FMT(str_brief(q.text, 40)));
    /* Limits and p of resampling carry the chance of the paper's own resamples. */
    bool drawn = an->method == PLAN_PAIRED &&
                 (str_is(q.quantity, "lo") || str_is(q.quantity, "hi") ||
                  str_is(q.quantity, "p.bootstrap"));
    if (drawn && q.compare == COMPARE_ROUNDED && r->p->printed_resamples > 0)
        q.compare = COMPARE_MONTE_CARLO;
    *PUSH(r->a, &an->printed) = q;
    return OK;
}

int plan_printed_read(const struct plan_reading *r, struct plan_analysis *an)
{
    const struct yaml *v = yaml_get(an->node, "printed"), *m, *list;
    if (v) {
        TRY(yaml_map(v, an->node, "printed", &m, r->e));
        for (const struct yaml *k = m->kid; k; k = k->next) TRY(read_printed(r, an, k));
    }
    if (!(v = yaml_get(an->node, "lost"))) return OK;
    static const char *const KNOWN[] = {"of", "why"};
    TRY(yaml_list(v, an->node, "lost", &list, r->e));
    for (m = list->kid; m; m = m->next) {
        TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), r->e));
        struct words_in why;
        const struct yaml *of;
        TRY(study_words(yaml_get(m, "why"), &why, r->e));
        if (why.in[LANG_EN].n == 0) return yaml_refuse(m, r->e, "say why it is lost");
        TRY(yaml_list(yaml_get(m, "of"), m, "of", &of, r->e));
        for (const struct yaml *k = of->kid; k; k = k->next) {
            struct plan_printed q = {.value = NAN, .lost = why};
            TRY(yaml_str(k, of, "quantity", &q.quantity, r->e));
            TRY(plan_quantity_check(r, an, k, q.quantity));
            if (plan_printed(an, q.quantity))
                return yaml_refuse(k, r->e, "'%.*s' is printed and lost at once",
                                   FMT(q.quantity));
            const struct yaml *place = yaml_get(an->node, "place");
            if (place) q.place = place->text;
            *PUSH(r->a, &an->printed) = q;
        }
    }
    return OK;
}
