/* Who takes part in a study: criteria, consents, reasons, how codes are given. */
#include "study/study_parts.h"

const struct study_criterion *study_criterion(const struct study *s, struct str id)
{
    for (isize i = 0; i < s->criteria.n; i++)
        if (str_eq(s->criteria.at[i].id, id)) return &s->criteria.at[i];
    return NULL;
}

const struct study_consent *study_consent(const struct study *s, struct str id)
{
    for (isize i = 0; i < s->consents.n; i++)
        if (str_eq(s->consents.at[i].id, id)) return &s->consents.at[i];
    return NULL;
}

const struct study_reason *study_reason(const struct study *s, struct str id)
{
    for (isize i = 0; i < s->reasons.n; i++)
        if (str_eq(s->reasons.at[i].id, id)) return &s->reasons.at[i];
    return NULL;
}

/* {site} at most once, one {nn...}, at most 40 letters that are no brackets. */
static bool pattern_fine(struct str p)
{
    int sites = 0, numbers = 0;
    if (p.n > 40) return false;
    for (isize i = 0; i < p.n; i++) {
        if (p.at[i] == '}') return false;
        if (p.at[i] != '{') continue;
        struct str rest = str_from(p, i + 1);
        isize end = str_find(rest, '}');
        if (end < 1) return false;
        struct str word = str_upto(rest, end);
        isize n = 0;
        while (n < word.n && word.at[n] == 'n') n++;
        if (str_is(word, "site"))
            sites++;
        else if (n == word.n && n <= 9)
            numbers++;
        else
            return false;
        i += end + 1;
    }
    return numbers == 1 && sites <= 1;
}

static int read_participants(struct study *s, const struct yaml *doc, struct arena *a,
                             struct err *e)
{
    static const char *const KNOWN[] = {"table", "code", "told"};
    const struct yaml *m = yaml_get(doc, "participants"), *v;
    s->participants.table = -1;
    if (!m) return OK;
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    TRY(study_table_read(s, m, "table", &s->participants.table, *a, e));
    if (s->tables.at[s->participants.table].key.n != 1)
        return yaml_refuse(m, e, "a table of participants has one key column");
    if ((v = yaml_get(m, "told"))) {
        if (v->kind != YAML_LIST || v->n != 1 || !str_is(v->kid->text, "arm"))
            return yaml_refuse(v, e,
                               "what a copy for a person may say besides is [arm], or "
                               "this key is left out");
        s->participants.tells_arm = true;
    }
    if (!(v = yaml_get(m, "code"))) return OK;
    TRY(yaml_str(v, m, "code", &s->participants.code, e));
    if (pattern_fine(s->participants.code)) return OK;
    return yaml_refuse(v, e,
                       "a pattern of codes has one number, as in P{nn} or {site}-{nnn}");
}

struct str study_state_code(const struct study_column *c, struct str state)
{
    for (isize i = 0; i < c->states.n; i++)
        if (str_eq(c->states.at[i].state, state)) return c->states.at[i].code;
    return S("");
}

bool study_column_entered(const struct study_table *t, const struct study_column *c)
{
    for (isize k = 0; k < t->key.n; k++)
        if (str_eq(t->key.at[k], c->id)) return false;
    return c->type != COLUMN_SITE && c->from == COLUMN_ENTERED;
}

static int read_states(struct study_column *c, struct arena *a, struct err *e)
{
    /* Who has these was enrolled; the words of store/participant_state.def. */
    static const char *const KNOWN[] = {"enrolled", "not started", "dropped out",
                                        "completed", "died"};
    const struct yaml *map;
    TRY(yaml_map(yaml_get(c->node, "states"), c->node, "states", &map, e));
    TRY(yaml_keys(map, KNOWN, COUNT(KNOWN), e));
    for (const struct yaml *v = map->kid; v; v = v->next) {
        struct study_state s = {.state = v->key};
        bool there = false;
        TRY(yaml_str(v, map, "a code", &s.code, e));
        for (isize i = 0; i < c->codes.n; i++) there |= str_eq(c->codes.at[i].id, s.code);
        if (!there)
            return yaml_refuse(v, e, "'%.*s' is no code of this column",
                               FMT(str_brief(s.code, 40)));
        *PUSH(a, &c->states) = s;
    }
    if (c->states.n == 0) return yaml_refuse(map, e, "at least one state needs a code");
    return OK;
}

/* What follows from the events of a participant is not entered a second time. */
static int read_from(struct study *s, isize table, struct study_column *c,
                     struct arena *a, struct err *e)
{
    static const char *const FROM[COLUMN_FROMS] = {"", "state", "clinician"};
    static const enum column_type TYPE[COLUMN_FROMS] = {0, COLUMN_CODE, COLUMN_LINK};
    const struct yaml *v = yaml_get(c->node, "from"),
                      *states = yaml_get(c->node, "states");
    int from;
    if (!v && states)
        return yaml_refuse(states, e, "states belong to a column with 'from: state'");
    if (!v) return OK;
    TRY(yaml_word(v, c->node, "from", FROM + 1, COLUMN_FROMS - 1, &from, e));
    c->from = (enum column_from)(from + 1);
    if (table != s->participants.table)
        return yaml_refuse(v, e, "only the table of the participants has such columns");
    if (c->type != TYPE[c->from])
        return yaml_refuse(v, e, "from: %s is for columns of type %s", FROM[c->from],
                           c->from == COLUMN_STATE ? "code" : "link");
    if (c->from == COLUMN_STATE) return read_states(c, a, e);
    return states ? yaml_refuse(states, e, "only 'from: state' has states") : OK;
}

static int read_criterion(struct study *s, const struct yaml *m, struct arena *a,
                          struct err *e)
{
    static const char *const KNOWN[] = {"id", "who", "rule", "criterion"};
    static const char *const RULE[] = {"include", "exclude"};
    struct study_criterion c = {0};
    int rule;
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    TRY(study_id_read(yaml_get(m, "id"), m, "id", &c.id, e));
    if (study_criterion(s, c.id))
        return yaml_refuse(m, e, "criterion '%.*s' stands twice", FMT(c.id));
    TRY(study_table_read(s, m, "who", &c.table, *a, e));
    TRY(yaml_word(yaml_get(m, "rule"), m, "rule", RULE, COUNT(RULE), &rule, e));
    c.exclude = rule == 1;
    TRY(study_words(yaml_get(m, "criterion"), &c.label, e));
    if (c.label.in[LANG_EN].n == 0)
        return yaml_refuse(m, e, "a criterion needs its words under 'criterion'");
    *PUSH(a, &s->criteria) = c;
    return OK;
}

static int read_consent(struct study *s, const struct yaml *m, struct arena *a,
                        struct err *e)
{
    static const char *const KNOWN[] = {"id", "who", "for", "version", "required"};
    struct study_consent c = {.version = S("1"), .required = true};
    const struct yaml *v;
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    TRY(study_id_read(yaml_get(m, "id"), m, "id", &c.id, e));
    if (study_consent(s, c.id))
        return yaml_refuse(m, e, "consent '%.*s' stands twice", FMT(c.id));
    TRY(study_table_read(s, m, "who", &c.table, *a, e));
    TRY(study_words(yaml_get(m, "for"), &c.label, e));
    if (c.label.in[LANG_EN].n == 0)
        return yaml_refuse(m, e, "a consent needs its words under 'for'");
    if ((v = yaml_get(m, "version"))) TRY(yaml_str(v, m, "version", &c.version, e));
    if ((v = yaml_get(m, "required"))) TRY(yaml_bool(v, m, "required", &c.required, e));
    *PUSH(a, &s->consents) = c;
    return OK;
}

static int read_reason(struct study *s, const struct yaml *m, struct arena *a,
                       struct err *e)
{
    static const char *const KNOWN[] = {"id", "label"};
    struct study_reason r = {0};
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    TRY(study_id_read(yaml_get(m, "id"), m, "id", &r.id, e));
    if (study_reason(s, r.id))
        return yaml_refuse(m, e, "reason '%.*s' stands twice", FMT(r.id));
    TRY(study_words(yaml_get(m, "label"), &r.label, e));
    *PUSH(a, &s->reasons) = r;
    return OK;
}

int study_people_read(struct study *s, const struct yaml *doc, struct arena *a,
                      struct err *e)
{
    static const struct {
        const char *key;
        int (*read)(struct study *, const struct yaml *, struct arena *, struct err *);
    } lists[] = {{"eligibility", read_criterion},
                 {"consents", read_consent},
                 {"reasons", read_reason}};
    TRY(read_participants(s, doc, a, e));
    for (isize t = 0; t < s->tables.n; t++)
        for (isize c = 0; c < s->tables.at[t].columns.n; c++)
            TRY(read_from(s, t, &s->tables.at[t].columns.at[c], a, e));
    for (isize i = 0; i < COUNT(lists); i++) {
        const struct yaml *v = yaml_get(doc, lists[i].key), *list;
        if (!v) continue;
        TRY(yaml_list(v, doc, lists[i].key, &list, e));
        for (const struct yaml *m = list->kid; m; m = m->next)
            TRY(lists[i].read(s, m, a, e));
    }
    return OK;
}
