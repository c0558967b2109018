#include "study/plan_parts.h"
#include "base/num.h"

#include <math.h>
#include <string.h>

const char *const plan_method_word[PLAN_METHODS] = {
#define PLAN_METHOD(name, word, quantities) word,
#include "study/plan_methods.def"
#undef PLAN_METHOD
};
static const char *const LAYOUT[LAYOUTS] = {"flow", "units",   "quantities", "counts",
                                            "path", "changes", "regression", "reliable"};

isize plan_analysis(const struct plan *p, struct str id)
{
    for (isize i = 0; i < p->analyses.n; i++)
        if (str_eq(p->analyses.at[i].id, id)) return i;
    return -1;
}

const struct plan_printed *plan_printed(const struct plan_analysis *an,
                                        struct str quantity)
{
    for (isize i = 0; i < an->printed.n; i++)
        if (str_eq(an->printed.at[i].quantity, quantity)) return &an->printed.at[i];
    return NULL;
}

bool plan_place(struct str *rest, struct str *before, struct str *name)
{
    isize open = str_find(*rest, '{');
    if (open < 0) return false;
    isize close = str_find(str_from(*rest, open), '}');
    if (close < 0) return false;
    if (before) *before = str_upto(*rest, open);
    *name = str_upto(str_from(*rest, open + 1), close - 1);
    *rest = str_from(*rest, open + close + 1);
    return true;
}

/* --- variables ---------------------------------------------------------------------- */

enum wanted { ANY_VARIABLE, A_NUMBER, A_CODE };

static int read_variable(const struct plan_reading *r, struct plan_analysis *an,
                         const char *key, enum wanted want, isize *out)
{
    const struct yaml *v = yaml_get(an->node, key);
    struct str id;
    TRY(yaml_str(v, an->node, key, &id, r->e));
    TRY(study_variable_find(r->s, an->table, v, id, out, *r->a, r->e));
    bool number = r->s->variables.at[*out].number;
    if (want == A_NUMBER && !number)
        return yaml_refuse(v, r->e, "'%.*s' is no number", FMT(id));
    if (want == A_CODE && number)
        return yaml_refuse(v, r->e, "'%.*s' is a number; a code or site is needed here",
                           FMT(id));
    return OK;
}

static bool word_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && ((c >= '0' && c <= '9') || c == '.'));
}

/* Every name in a formula or model must be a variable of the table.  Labels before '*'
** and lines that define parameters by ':=' are the model's own; so are names before
** '('. */
static int check_model(const struct plan_reading *r, const struct plan_analysis *an,
                       const struct yaml *at)
{
    struct str rest = an->model, line;
    while (str_cut(&rest, '\n', &line)) {
        isize hash = str_find(line, '#');
        if (hash >= 0) line = str_upto(line, hash);
        if (str_find_str(line, S(":=")) >= 0) continue;
        for (isize i = 0; i < line.n;) {
            if (!word_char(line.at[i], true)) {
                i++;
                while (i < line.n && word_char(line.at[i], false) &&
                       !word_char(line.at[i - 1], false) && !word_char(line.at[i], true))
                    i++;
                continue;
            }
            isize end = i + 1;
            while (end < line.n && word_char(line.at[end], false)) end++;
            isize after = end;
            while (after < line.n && line.at[after] == ' ') after++;
            char next = after < line.n ? line.at[after] : ' ';
            struct str id = str_upto(str_from(line, i), end - i);
            isize v;
            if (!(an->method == PLAN_PATH && next == '*') && next != '(')
                TRY(study_variable_find(r->s, an->table, at, id, &v, *r->a, r->e));
            i = end;
        }
    }
    return OK;
}

/* `term` is a coefficient: it begins with one of the formula's predictors. */
static int check_term(const struct plan_reading *r, const struct plan_analysis *an)
{
    struct arena tmp = *r->a;
    struct str rest = str_from(an->model, str_find(an->model, '~') + 1);
    struct predictors LIST(struct str) known = {0};
    for (isize i = 0; i < rest.n;) {
        isize end = i;
        while (end < rest.n && word_char(rest.at[end], end == i)) end++;
        struct str id = str_upto(str_from(rest, i), end - i);
        if (id.n > 0 && str_starts(an->term, id)) return OK;
        if (id.n > 0) *PUSH(&tmp, &known) = id;
        i = end + (end == i);
    }
    return plan_refuse_near(r, yaml_get(an->node, "term"), an->term,
                            "a predictor of the formula", known.at, known.n);
}

static const struct study_column *column_of(const struct plan_reading *r, isize variable)
{
    const struct study_variable *v = &r->s->variables.at[variable];
    return v->kind == VARIABLE_COLUMN ? &r->s->tables.at[v->table].columns.at[v->at]
                                      : NULL;
}

static int check_two_groups(const struct plan_reading *r, const struct plan_analysis *an)
{
    const struct study_column *col = column_of(r, an->y);
    if (col && col->codes.n == 2) return OK;
    return yaml_refuse(yaml_get(an->node, "by"), r->e,
                       "two groups are compared, and '%.*s' has %td codes; name a "
                       "variable with two",
                       FMT(r->s->variables.at[an->y].id), col ? col->codes.n : (isize)0);
}

static bool is_code(const struct study_column *col, struct str value)
{
    double x;
    if (col->type == COLUMN_NUMBER || col->type == COLUMN_WHOLE)
        return num_read(value, &x, NULL) == OK && x >= col->lo && x <= col->hi;
    bool there = col->type != COLUMN_CODE;
    for (isize i = 0; i < col->codes.n && !there; i++)
        there = str_eq(col->codes.at[i].id, value);
    return there;
}

/* Groups of a count share no value, and each value can occur. */
static int check_groups(const struct plan_reading *r, const struct plan_analysis *an)
{
    const struct yaml *list = yaml_get(an->node, "groups");
    const struct study_column *col = column_of(r, an->x);
    for (isize g = 0; g < an->groups.n; g++)
        for (isize i = 0; i < an->groups.at[g].values.n; i++) {
            struct str value = an->groups.at[g].values.at[i];
            const struct yaml *at = yaml_get(yaml_at(list, g), "values");
            if (col && !is_code(col, value))
                return yaml_refuse(at, r->e, "'%.*s' is no value of '%.*s'",
                                   FMT(str_brief(value, 40)), FMT(col->id));
            for (isize h = 0; h < g; h++)
                for (isize k = 0; k < an->groups.at[h].values.n; k++)
                    if (str_eq(an->groups.at[h].values.at[k], value))
                        return yaml_refuse(at, r->e, "'%.*s' is in group '%.*s' already",
                                           FMT(value), FMT(an->groups.at[h].id));
        }
    return OK;
}

static int read_where(const struct plan_reading *r, struct plan_analysis *an)
{
    const struct yaml *v = yaml_get(an->node, "where"), *m;
    if (!v) return OK;
    TRY(yaml_map(v, an->node, "where", &m, r->e));
    for (const struct yaml *k = m->kid; k; k = k->next) {
        struct plan_condition c = {0};
        TRY(study_variable_find(r->s, an->table, k, k->key, &c.variable, *r->a, r->e));
        if (k->kind == YAML_TEXT)
            *PUSH(r->a, &c.values) = k->text;
        else {
            const struct yaml *list;
            TRY(yaml_list(k, m, "values", &list, r->e));
            for (const struct yaml *t = list->kid; t; t = t->next) {
                struct str s;
                TRY(yaml_str(t, list, "value", &s, r->e));
                *PUSH(r->a, &c.values) = s;
            }
        }
        const struct study_variable *sv = &r->s->variables.at[c.variable];
        const struct study_column *col = column_of(r, c.variable);
        for (isize i = 0; i < c.values.n; i++) {
            double x;
            if (sv->number && num_read(c.values.at[i], &x, NULL) != OK)
                return yaml_refuse(k, r->e, "'%.*s' is a number; compare it with one",
                                   FMT(sv->id));
            if (!col || col->type != COLUMN_CODE || is_code(col, c.values.at[i]))
                continue;
            struct arena tmp = *r->a;
            struct str *known = NEW(&tmp, struct str, col->codes.n);
            for (isize j = 0; j < col->codes.n; j++) known[j] = col->codes.at[j].id;
            return plan_refuse_near(r, k, c.values.at[i], "a code of that variable",
                                    known, col->codes.n);
        }
        *PUSH(r->a, &an->where) = c;
    }
    return OK;
}

static int read_groups(const struct plan_reading *r, struct plan_analysis *an)
{
    static const char *const KNOWN[] = {"id", "values", "label"};
    const struct yaml *v = yaml_get(an->node, "groups"), *list, *values;
    if (!v) return OK;
    TRY(yaml_list(v, an->node, "groups", &list, r->e));
    for (const struct yaml *m = list->kid; m; m = m->next) {
        TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), r->e));
        struct plan_group g = {0};
        TRY(yaml_str(yaml_get(m, "id"), m, "id", &g.id, r->e));
        TRY(study_words(yaml_get(m, "label"), &g.label, r->e));
        TRY(yaml_list(yaml_get(m, "values"), m, "values", &values, r->e));
        for (const struct yaml *k = values->kid; k; k = k->next) {
            struct str t;
            TRY(yaml_str(k, values, "value", &t, r->e));
            *PUSH(r->a, &g.values) = t;
        }
        *PUSH(r->a, &an->groups) = g;
    }
    return OK;
}

/* names: {en: [first, last], ...} */
static int read_names(const struct plan_reading *r, struct plan_analysis *an)
{
    const struct yaml *v = yaml_get(an->node, "names");
    if (!v) return OK;
    TRY(yaml_keys(v, lang_code, LANG_N, r->e));
    for (int l = 0; l < LANG_N; l++) {
        const struct yaml *t = yaml_get(v, lang_code[l]), *list;
        if (!t && l != LANG_EN) continue;
        TRY(yaml_list(t, v, lang_code[l], &list, r->e));
        if (list->n != 2) return yaml_refuse(list, r->e, "two names: before and after");
        TRY(yaml_str(yaml_at(list, 0), list, "before", &an->before_name.in[l], r->e));
        TRY(yaml_str(yaml_at(list, 1), list, "after", &an->after_name.in[l], r->e));
    }
    return OK;
}

/* --- an analysis -------------------------------------------------------------------- */

static int read_table(const struct plan_reading *r, struct plan_analysis *an)
{
    const struct yaml *v = yaml_get(an->node, "table");
    struct str id;
    TRY(yaml_str(v, an->node, "table", &id, r->e));
    an->table = study_table(r->s, id);
    if (an->table >= 0) return OK;
    struct arena tmp = *r->a;
    struct str *known = NEW(&tmp, struct str, r->s->tables.n);
    for (isize i = 0; i < r->s->tables.n; i++) known[i] = r->s->tables.at[i].id;
    return plan_refuse_near(r, v, id, "a table of this study", known, r->s->tables.n);
}

static int read_by_method(const struct plan_reading *r, struct plan_analysis *an)
{
    const struct yaml *m = an->node, *v;
    switch (an->method) {
    case PLAN_STATED:
    case PLAN_ROWS:
    case PLAN_MISSING: return OK;
    case PLAN_SIZES: return read_variable(r, an, "of", A_CODE, &an->x);
    case PLAN_DESCRIBE: return read_variable(r, an, "of", A_NUMBER, &an->x);
    case PLAN_COUNT:
        TRY(read_variable(r, an, "of", ANY_VARIABLE, &an->x));
        return check_groups(r, an);
    case PLAN_PAIRED:
    case PLAN_CHANGE:
        TRY(read_variable(r, an, "before", A_NUMBER, &an->x));
        TRY(read_variable(r, an, "after", A_NUMBER, &an->y));
        if (an->x == an->y)
            return yaml_refuse(m, r->e, "before and after are the same variable");
        return read_names(r, an);
    case PLAN_GROUPS:
        TRY(read_variable(r, an, "of", A_NUMBER, &an->x));
        TRY(read_variable(r, an, "by", A_CODE, &an->y));
        return check_two_groups(r, an);
    case PLAN_REGRESSION:
        TRY(yaml_str(v = yaml_get(m, "formula"), m, "formula", &an->model, r->e));
        TRY(yaml_str(yaml_get(m, "term"), m, "term", &an->term, r->e));
        if (yaml_get(m, "cluster"))
            TRY(read_variable(r, an, "cluster", A_CODE, &an->cluster));
        TRY(check_model(r, an, v));
        return check_term(r, an);
    case PLAN_PATH:
        TRY(yaml_str(v = yaml_get(m, "model"), m, "model", &an->model, r->e));
        if (yaml_get(m, "mean-structure"))
            TRY(yaml_bool(yaml_get(m, "mean-structure"), m, "mean-structure", &an->means,
                          r->e));
        return check_model(r, an, v);
    case PLAN_METHODS: break;
    }
    return OK;
}

static int read_analysis(const struct plan_reading *r, const struct yaml *m)
{
    static const char *const KNOWN[] = {
        "id",       "section", "method",  "label", "estimand",
        "remark",   "garbled", "place",   "table", "of",
        "by",       "before",  "after",   "names", "where",
        "groups",   "band",    "formula", "term",  "cluster",
        "model",    "seed",    "printed", "lost",  "mean-structure",
        "resamples"};
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), r->e));
    struct plan_analysis an = {.table = -1,
                               .x = -1,
                               .y = -1,
                               .cluster = -1,
                               .band = NAN,
                               .level = r->p->level,
                               .seed = r->p->seed,
                               .resamples = r->p->resamples,
                               .node = m};
    const struct yaml *v;
    TRY(yaml_str(yaml_get(m, "id"), m, "id", &an.id, r->e));
    if (plan_analysis(r->p, an.id) >= 0)
        return yaml_refuse(m, r->e, "analysis '%.*s' stands twice", FMT(an.id));

    struct str section;
    TRY(yaml_str(v = yaml_get(m, "section"), m, "section", &section, r->e));
    an.section = -1;
    struct arena tmp = *r->a;
    struct str *known = NEW(&tmp, struct str, r->p->sections.n);
    for (isize i = 0; i < r->p->sections.n; i++) {
        known[i] = r->p->sections.at[i].id;
        if (str_eq(known[i], section)) an.section = i;
    }
    if (an.section < 0)
        return plan_refuse_near(r, v, section, "a section of this plan", known,
                                r->p->sections.n);

    int method;
    TRY(yaml_word(yaml_get(m, "method"), m, "method", plan_method_word, PLAN_METHODS,
                  &method, r->e));
    an.method = (enum plan_method)method;
    TRY(study_words(yaml_get(m, "label"), &an.label, r->e));
    if (an.label.in[LANG_EN].n == 0) return yaml_refuse(m, r->e, "a label is needed");
    TRY(study_words(yaml_get(m, "estimand"), &an.estimand, r->e));
    TRY(study_words(yaml_get(m, "remark"), &an.remark, r->e));
    TRY(study_words(yaml_get(m, "garbled"), &an.garbled, r->e));
    if ((v = yaml_get(m, "place"))) {
        struct str place;
        TRY(yaml_str(v, m, "place", &place, r->e));
    }
    if ((v = yaml_get(m, "band"))) TRY(yaml_num(v, m, "band", -1e9, 1e9, &an.band, r->e));
    if ((v = yaml_get(m, "seed")))
        TRY(yaml_int(v, m, "seed", 0, (i64)1 << 53, &an.seed, r->e));
    if ((v = yaml_get(m, "resamples")))
        TRY(yaml_int(v, m, "resamples", 100, 10000000, &an.resamples, r->e));
    if (an.method != PLAN_STATED) TRY(read_table(r, &an));
    TRY(read_where(r, &an));
    TRY(read_groups(r, &an));
    TRY(read_by_method(r, &an));
    TRY(plan_printed_read(r, &an));
    *PUSH(r->a, &r->p->analyses) = an;
    return OK;
}

/* --- sections and flow -------------------------------------------------------------- */

static int read_sections(const struct plan_reading *r, const struct yaml *doc)
{
    static const char *const KNOWN[] = {"id", "layout", "title", "lead", "remark"};
    const struct yaml *list;
    TRY(yaml_list(yaml_get(doc, "sections"), doc, "sections", &list, r->e));
    for (const struct yaml *m = list->kid; m; m = m->next) {
        TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), r->e));
        struct plan_section s = {0};
        int layout;
        TRY(yaml_str(yaml_get(m, "id"), m, "id", &s.id, r->e));
        for (isize i = 0; i < r->p->sections.n; i++)
            if (str_eq(r->p->sections.at[i].id, s.id))
                return yaml_refuse(m, r->e, "section '%.*s' stands twice", FMT(s.id));
        TRY(yaml_word(yaml_get(m, "layout"), m, "layout", LAYOUT, LAYOUTS, &layout,
                      r->e));
        s.layout = (enum plan_layout)layout;
        TRY(study_words(yaml_get(m, "title"), &s.title, r->e));
        TRY(study_words(yaml_get(m, "lead"), &s.lead, r->e));
        TRY(study_words(yaml_get(m, "remark"), &s.remark, r->e));
        s.node = m;
        *PUSH(r->a, &r->p->sections) = s;
    }
    return OK;
}

/* `of` and `quantity` under the given keys; the quantity is "value" when not said. */
static int read_box_value(const struct plan_reading *r, const struct yaml *m,
                          const char *of, const char *quantity, isize *analysis,
                          struct str *q)
{
    const struct yaml *v = yaml_get(m, of);
    struct str id;
    TRY(yaml_str(v, m, of, &id, r->e));
    *analysis = plan_analysis(r->p, id);
    if (*analysis < 0) {
        struct arena tmp = *r->a;
        struct str *known = NEW(&tmp, struct str, r->p->analyses.n);
        for (isize i = 0; i < r->p->analyses.n; i++) known[i] = r->p->analyses.at[i].id;
        return plan_refuse_near(r, v, id, "an analysis of this plan", known,
                                r->p->analyses.n);
    }
    *q = S("value");
    if (yaml_get(m, quantity)) TRY(yaml_str(yaml_get(m, quantity), m, quantity, q, r->e));
    const struct yaml *at = yaml_get(m, quantity) ? yaml_get(m, quantity) : v;
    return plan_quantity_check(r, &r->p->analyses.at[*analysis], at, *q);
}

/* Every {analysis:quantity} of the leads must exist. */
static int check_leads(const struct plan_reading *r)
{
    for (isize i = 0; i < r->p->sections.n; i++)
        for (int l = 0; l < LANG_N; l++) {
            const struct plan_section *s = &r->p->sections.at[i];
            struct str rest = s->lead.in[l], name;
            const struct yaml *at = yaml_get(s->node, "lead");
            while (plan_place(&rest, NULL, &name)) {
                isize colon = str_find(name, ':');
                isize an = plan_analysis(r->p, str_upto(name, MAX(colon, 0)));
                if (colon < 0 || an < 0)
                    return yaml_refuse(at, r->e,
                                       "'{%.*s}' is no {analysis:quantity} of this plan",
                                       FMT(str_brief(name, 60)));
                TRY(plan_quantity_check(r, &r->p->analyses.at[an], at,
                                        str_from(name, colon + 1)));
            }
        }
    return OK;
}

static int read_step(const struct plan_reading *r, const struct yaml *k,
                     struct plan_step *b)
{
    static const char *const STEP[] = {"of", "quantity", "label", "out"};
    static const char *const OUT[] = {"of", "quantity", "n", "label"};
    *b = (struct plan_step){.out_of = -1};
    TRY(yaml_keys(k, STEP, COUNT(STEP), r->e));
    TRY(read_box_value(r, k, "of", "quantity", &b->of, &b->quantity));
    TRY(study_words(yaml_get(k, "label"), &b->label, r->e));
    const struct yaml *out = yaml_get(k, "out");
    if (!out) return OK;
    TRY(yaml_keys(out, OUT, COUNT(OUT), r->e));
    TRY(study_words(yaml_get(out, "label"), &b->out, r->e));
    if (yaml_get(out, "n"))
        return yaml_int(yaml_get(out, "n"), out, "n", 0, 1000000000, &b->out_n, r->e);
    return read_box_value(r, out, "of", "quantity", &b->out_of, &b->out_quantity);
}

static int read_flow(const struct plan_reading *r, const struct yaml *doc)
{
    static const char *const KNOWN[] = {"title", "steps"};
    const struct yaml *v = yaml_get(doc, "flow"), *list, *steps;
    if (!v) return OK;
    TRY(yaml_list(v, doc, "flow", &list, r->e));
    for (const struct yaml *m = list->kid; m; m = m->next) {
        TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), r->e));
        struct plan_flow f = {0};
        TRY(study_words(yaml_get(m, "title"), &f.title, r->e));
        TRY(yaml_list(yaml_get(m, "steps"), m, "steps", &steps, r->e));
        for (const struct yaml *k = steps->kid; k; k = k->next) {
            struct plan_step b;
            TRY(read_step(r, k, &b));
            *PUSH(r->a, &f.steps) = b;
        }
        *PUSH(r->a, &r->p->flow) = f;
    }
    return OK;
}

int plan_read(const struct yaml *doc, const struct study *s, struct plan **out,
              struct arena *a, struct err *e)
{
    static const char *const KNOWN[] = {
        "plan",      "revision", "study", "seed",     "level",
        "resamples", "sections", "flow",  "analyses", "printed-resamples"};
    TRY(yaml_keys(doc, KNOWN, COUNT(KNOWN), e));
    struct plan *p = NEW(a, struct plan, 1);
    p->file = doc->file;
    struct plan_reading r = {s, p, a, e};
    struct str study;
    TRY(yaml_str(yaml_get(doc, "plan"), doc, "plan", &p->id, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &p->revision,
                 e));
    TRY(yaml_str(yaml_get(doc, "study"), doc, "study", &study, e));
    if (!str_eq(study, s->id))
        return yaml_refuse(yaml_get(doc, "study"), e,
                           "the plan is for study '%.*s', and this is '%.*s'", FMT(study),
                           FMT(s->id));
    TRY(yaml_int(yaml_get(doc, "seed"), doc, "seed", 0, (i64)1 << 53, &p->seed, e));
    TRY(yaml_int(yaml_get(doc, "resamples"), doc, "resamples", 100, 10000000,
                 &p->resamples, e));
    TRY(yaml_num(yaml_get(doc, "level"), doc, "level", 0.5, 0.9999, &p->level, e));
    const struct yaml *v = yaml_get(doc, "printed-resamples"), *list;
    if (v)
        TRY(yaml_int(v, doc, "printed-resamples", 100, 10000000, &p->printed_resamples,
                     e));
    TRY(read_sections(&r, doc));
    TRY(yaml_list(yaml_get(doc, "analyses"), doc, "analyses", &list, e));
    for (const struct yaml *m = list->kid; m; m = m->next) TRY(read_analysis(&r, m));
    if (p->analyses.n == 0) return yaml_refuse(list, e, "a plan needs an analysis");
    TRY(check_leads(&r));
    TRY(read_flow(&r, doc));
    struct arena tmp = *a;
    p->hash = hash_of(json_canonical(yaml_to_json(doc, &tmp), &tmp));
    *out = p;
    return OK;
}

int plan_read_file(const char *path, const struct study *s, struct plan **out,
                   struct arena *a, struct err *e)
{
    struct yaml *doc;
    TRY(yaml_read_file(path, &doc, a, e));
    return plan_read(doc, s, out, a, e);
}
