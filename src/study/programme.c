#include "study/programme.h"
#include <math.h>

const char *const strategy_stage_word[STAGE_N] = {"preparation", "implementation",
                                                  "maintenance"};
const char *const strategy_field_word[FIELD_N] = {
    "name",        "definition", "actor",   "action",       "target",
    "temporality", "dose",       "outcome", "justification"};

static struct hash definition_hash(const struct yaml *doc, struct arena *a)
{
    return hash_of(json_canonical(yaml_to_json(doc, a), a));
}

/* [1, 3] or 60 minutes. */
static int read_minutes(const struct yaml *map, double *from, double *upto, struct err *e)
{
    const struct yaml *v = yaml_get(map, "minutes");
    *from = *upto = NAN;
    if (!v) return OK;
    if (v->kind == YAML_TEXT) {
        TRY(yaml_num(v, map, "minutes", 0, 1000, from, e));
        *upto = *from;
        return OK;
    }
    TRY(yaml_list(v, map, "minutes", &v, e));
    if (v->n != 2) return yaml_refuse(v, e, "minutes want [from, to]");
    TRY(yaml_num(yaml_at(v, 0), v, "from", 0, 1000, from, e));
    return yaml_num(yaml_at(v, 1), v, "to", *from, 1000, upto, e);
}

static int read_module(struct reading *r, struct programme *p, const struct yaml *v,
                       struct err *e)
{
    static const char *const known[] = {"id", "title", "covers", "sessions", FACT_KEYS};
    struct module *m = PUSH(r->a, &p->modules);
    const struct yaml *k = NULL;
    i64 n = 0;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_id(yaml_get(v, "id"), v, "id", &m->id, e));
    for (isize i = 0; i < p->modules.n - 1; i++)
        if (str_eq(p->modules.at[i].id, m->id))
            return yaml_refuse(v, e, "module '%.*s' is there already", FMT(m->id));
    TRY(fact_mark(r, v, str_fmt(r->a, "module %.*s", FMT(m->id)), &m->mark, e));
    TRY(fact_text(r, v, "title", str_fmt(r->a, "module %.*s title", FMT(m->id)),
                  &m->title, &m->title_mark, e));
    if (m->title.n == 0)
        return yaml_refuse(v, e, "module '%.*s' has no title", FMT(m->id));
    TRY(fact_text(r, v, "covers", str_fmt(r->a, "module %.*s covers", FMT(m->id)),
                  &m->covers, &m->covers_mark, e));
    TRY(fact_open(r, yaml_get(v, "sessions"),
                  str_fmt(r->a, "module %.*s sessions", FMT(m->id)), &k,
                  &m->sessions_mark, e));
    if (k) TRY(yaml_int(k, v, "sessions", 1, 100, &n, e));
    m->sessions = (isize)n;
    return OK;
}

isize programme_module(const struct programme *p, struct str id)
{
    for (isize i = 0; i < p->modules.n; i++)
        if (str_eq(p->modules.at[i].id, id)) return i;
    return -1;
}

isize programme_position(const struct edition *ed, isize module)
{
    for (isize i = 0; i < ed->n; i++)
        if (ed->module[i] == (int)module) return i + 1;
    return 0;
}

static int unknown_module(const struct programme *p, const struct yaml *v, struct err *e)
{
    struct str known[100];
    isize n = MIN(p->modules.n, COUNT(known));
    for (isize i = 0; i < n; i++) known[i] = p->modules.at[i].id;
    return yaml_refuse(v, e, "'%.*s' is not a module of the catalogue%s", FMT(v->text),
                       fact_hint(v->text, known, n).text);
}

static int read_edition(struct reading *r, struct programme *p, const struct yaml *v,
                        struct err *e)
{
    static const char *const known[] = {"id", "title", "modules", FACT_KEYS};
    struct edition *ed = PUSH(r->a, &p->editions);
    const struct yaml *list = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_id(yaml_get(v, "id"), v, "id", &ed->id, e));
    for (isize i = 0; i < p->editions.n - 1; i++)
        if (str_eq(p->editions.at[i].id, ed->id))
            return yaml_refuse(v, e, "edition '%.*s' is there already", FMT(ed->id));
    TRY(fact_mark(r, v, str_fmt(r->a, "edition %.*s", FMT(ed->id)), &ed->mark, e));
    TRY(yaml_str(yaml_get(v, "title"), v, "title", &ed->title, e));
    TRY(fact_open(r, yaml_get(v, "modules"),
                  str_fmt(r->a, "edition %.*s order of modules", FMT(ed->id)), &list,
                  &ed->order_mark, e));
    TRY(yaml_list(list, v, "modules", &list, e));
    if (list->n == 0) return yaml_refuse(list, e, "an edition needs modules");
    int *at = NEW(r->a, int, list->n);
    ed->module = at;
    for (const struct yaml *k = list->kid; k; k = k->next) {
        struct str id = {0};
        TRY(yaml_str(k, list, "a module", &id, e));
        isize i = programme_module(p, id);
        if (i < 0) return unknown_module(p, k, e);
        if (programme_position(ed, i) > 0)
            return yaml_refuse(k, e, "module '%.*s' stands in the edition twice",
                               FMT(id));
        at[ed->n++] = (int)i;
    }
    return OK;
}

static int read_session(struct reading *r, struct programme *p, const struct yaml *v,
                        struct err *e)
{
    static const char *const known[] = {"id",      "title", "about",
                                        "minutes", "steps", FACT_KEYS};
    static const char *const known_step[] = {"step", "minutes", FACT_KEYS};
    struct session_form *s = PUSH(r->a, &p->sessions);
    const struct yaml *list = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_id(yaml_get(v, "id"), v, "id", &s->id, e));
    TRY(fact_mark(r, v, str_fmt(r->a, "session %.*s", FMT(s->id)), &s->mark, e));
    TRY(yaml_str(yaml_get(v, "title"), v, "title", &s->title, e));
    TRY(fact_text(r, v, "about", str_fmt(r->a, "session %.*s about", FMT(s->id)),
                  &s->text, NULL, e));
    TRY(read_minutes(v, &s->from_min, &s->upto_min, e));
    TRY(yaml_list(yaml_get(v, "steps"), v, "steps", &list, e));
    for (const struct yaml *k = list->kid; k; k = k->next) {
        struct step *st = PUSH(r->a, &s->steps);
        TRY(yaml_keys(k, known_step, COUNT(known_step), e));
        TRY(yaml_str(yaml_get(k, "step"), k, "step", &st->title, e));
        TRY(read_minutes(k, &st->from_min, &st->upto_min, e));
        TRY(fact_mark(r, k,
                      str_fmt(r->a, "session %.*s step %td", FMT(s->id), s->steps.n),
                      &st->mark, e));
    }
    return OK;
}

/* A list of {id, title, about}: techniques, roles, adaptations. */
static int read_entries(struct reading *r, const struct yaml *doc, const char *key,
                        const char *what, bool grouped, struct entries *out,
                        struct err *e)
{
    static const char *const known[] = {"id", "title", "about", FACT_KEYS, "group"};
    const struct yaml *list = yaml_get(doc, key), *k = NULL;
    if (!list) return OK;
    TRY(yaml_list(list, doc, key, &list, e));
    for (const struct yaml *v = list->kid; v; v = v->next) {
        struct entry *t = PUSH(r->a, out);
        TRY(yaml_keys(v, known, COUNT(known) - !grouped, e));
        TRY(fact_id(yaml_get(v, "id"), v, "id", &t->id, e));
        for (isize i = 0; i < out->n - 1; i++)
            if (str_eq(out->at[i].id, t->id))
                return yaml_refuse(v, e, "%s '%.*s' is there already", what, FMT(t->id));
        TRY(fact_mark(r, v, str_fmt(r->a, "%s %.*s", what, FMT(t->id)), &t->mark, e));
        TRY(yaml_str(yaml_get(v, "title"), v, "title", &t->title, e));
        if ((k = yaml_get(v, "about"))) TRY(yaml_str(k, v, "about", &t->text, e));
        if ((k = yaml_get(v, "group"))) TRY(yaml_str(k, v, "group", &t->group, e));
    }
    return OK;
}

typedef int read_one(struct reading *r, struct programme *p, const struct yaml *v,
                     struct err *e);

static int read_list(struct reading *r, struct programme *p, const struct yaml *doc,
                     const char *key, read_one *read, struct err *e)
{
    const struct yaml *list = NULL;
    TRY(yaml_list(yaml_get(doc, key), doc, key, &list, e));
    if (list->n == 0) return yaml_refuse(list, e, "%s are empty", key);
    for (const struct yaml *v = list->kid; v; v = v->next) TRY(read(r, p, v, e));
    return OK;
}

int programme_read(const struct yaml *doc, struct programme **out, struct arena *a,
                   struct err *e)
{
    static const char *const known[] = {
        "programme", "revision", "title",    "about",      "licence", "sources",
        "modules",   "editions", "sessions", "techniques", "roles",   "adaptations"};
    struct programme *p = NEW(a, struct programme, 1);
    struct reading r = {.a = a};
    i64 x = 0;
    p->file = doc->file;
    TRY(yaml_keys(doc, known, COUNT(known), e));
    TRY(fact_sources(&r, doc, e));
    TRY(fact_id(yaml_get(doc, "programme"), doc, "programme", &p->id, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &x, e));
    p->revision = (int)x;
    TRY(fact_text(&r, doc, "title", S("title"), &p->title, NULL, e));
    TRY(fact_text(&r, doc, "about", S("about"), &p->about, NULL, e));
    TRY(fact_text(&r, doc, "licence", S("licence"), &p->licence, NULL, e));
    TRY(read_list(&r, p, doc, "modules", read_module, e));
    TRY(read_list(&r, p, doc, "editions", read_edition, e));
    TRY(read_list(&r, p, doc, "sessions", read_session, e));
    TRY(read_entries(&r, doc, "techniques", "technique", true, &p->techniques, e));
    TRY(read_entries(&r, doc, "roles", "role", false, &p->roles, e));
    TRY(read_entries(&r, doc, "adaptations", "adaptation", false, &p->adaptations, e));
    p->sources = r.sources;
    p->facts = r.facts;
    p->hash = definition_hash(doc, a);
    *out = p;
    return OK;
}

int programme_edition(const struct programme *p, struct str id,
                      const struct edition **out, struct err *e)
{
    struct str known[100];
    isize n = MIN(p->editions.n, COUNT(known));
    for (isize i = 0; i < n; i++) {
        known[i] = p->editions.at[i].id;
        *out = &p->editions.at[i];
        if (str_eq(known[i], id)) return OK;
    }
    *out = NULL;
    return err_set(e, E_NOT_FOUND, "programme %.*s has no edition '%.*s'%s", FMT(p->id),
                   FMT(id), fact_hint(id, known, n).text);
}

static int read_strategy_row(struct reading *r, struct strategy *s, const struct yaml *v,
                             struct err *e)
{
    static const char *const known[] = {
        "id",          "name", "definition", "actor",         "action", "target",
        "temporality", "dose", "outcome",    "justification", FACT_KEYS};
    struct strategy_row *row = PUSH(r->a, &s->rows);
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_id(yaml_get(v, "id"), v, "id", &row->id, e));
    for (isize i = 0; i < s->rows.n - 1; i++)
        if (str_eq(s->rows.at[i].id, row->id))
            return yaml_refuse(v, e, "strategy '%.*s' is there already", FMT(row->id));
    TRY(fact_mark(r, v, str_fmt(r->a, "strategy %.*s", FMT(row->id)), &row->mark, e));
    for (int f = 0; f < FIELD_N; f++) {
        const char *key = strategy_field_word[f];
        struct str what = str_fmt(r->a, "strategy %.*s %s", FMT(row->id), key);
        TRY(fact_text(r, v, key, what, &row->field[f], NULL, e));
        if (str_trim(row->field[f]).n == 0)
            return yaml_refuse(v, e,
                               "strategy '%.*s' lacks %s: write it, or `not stated` if "
                               "nobody wrote it down",
                               FMT(row->id), key);
        row->not_stated[f] = str_is(row->field[f], "not stated");
    }
    const struct yaml *stage_at = yaml_get(v, "temporality");
    int stage = 0;
    if (stage_at->kind == YAML_MAP) stage_at = yaml_get(stage_at, "is");
    TRY(yaml_word(stage_at, v, "temporality", strategy_stage_word, STAGE_N, &stage, e));
    row->stage = (enum strategy_stage)stage;
    return OK;
}

int programme_strategy(const struct yaml *doc, struct strategy **out, struct arena *a,
                       struct err *e)
{
    static const char *const known[] = {"strategy", "revision", "programme", "title",
                                        "about",    "sources",  "strategies"};
    struct strategy *s = NEW(a, struct strategy, 1);
    struct reading r = {.a = a};
    const struct yaml *list = NULL;
    i64 x = 0;
    s->file = doc->file;
    TRY(yaml_keys(doc, known, COUNT(known), e));
    TRY(fact_sources(&r, doc, e));
    TRY(fact_id(yaml_get(doc, "strategy"), doc, "strategy", &s->id, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &x, e));
    s->revision = (int)x;
    TRY(fact_id(yaml_get(doc, "programme"), doc, "programme", &s->programme, e));
    TRY(fact_text(&r, doc, "title", S("title"), &s->title, NULL, e));
    TRY(fact_text(&r, doc, "about", S("about"), &s->about, NULL, e));
    TRY(yaml_list(yaml_get(doc, "strategies"), doc, "strategies", &list, e));
    if (list->n == 0) return yaml_refuse(list, e, "strategies are empty");
    for (const struct yaml *v = list->kid; v; v = v->next)
        TRY(read_strategy_row(&r, s, v, e));
    s->sources = r.sources;
    s->facts = r.facts;
    s->hash = definition_hash(doc, a);
    *out = s;
    return OK;
}
