#include "study/study.h"
#include "study/study_parts.h"

static const char *const COLUMN_TYPE[COLUMN_TYPES] = {"number", "whole", "code", "site",
                                                      "link"};
const char *const study_from_word[STUDY_FROMS] = {"", "enrolment", "allocation", "date"};
static const char *const PICK[PICKS] = {"first", "last", "mean", "count", "only"};

/* --- words -------------------------------------------------------------------------- */

int study_words(const struct yaml *v, struct words_in *out, struct err *e)
{
    *out = (struct words_in){0};
    if (yaml_null(v)) return OK;
    if (v->kind == YAML_TEXT) {
        out->in[LANG_EN] = v->text;
        return OK;
    }
    TRY(yaml_keys(v, lang_code, LANG_N, e));
    for (int l = 0; l < LANG_N; l++) {
        const struct yaml *t = yaml_get(v, lang_code[l]);
        if (t || l == LANG_EN) TRY(yaml_str(t, v, lang_code[l], &out->in[l], e));
    }
    return OK;
}

struct str study_word(const struct words_in *w, enum lang lang)
{
    return w->in[lang].n > 0 ? w->in[lang] : w->in[LANG_EN];
}

/* --- finding ------------------------------------------------------------------------ */

isize study_table(const struct study *s, struct str id)
{
    for (isize i = 0; i < s->tables.n; i++)
        if (str_eq(s->tables.at[i].id, id)) return i;
    return -1;
}

isize study_time(const struct study *s, struct str id)
{
    for (isize i = 0; i < s->times.n; i++)
        if (str_eq(s->times.at[i].id, id)) return i;
    return -1;
}

isize study_variable(const struct study *s, isize table, struct str id)
{
    for (isize i = 0; i < s->variables.n; i++)
        if (s->variables.at[i].table == table && str_eq(s->variables.at[i].id, id))
            return i;
    return -1;
}

const struct study_column *study_column(const struct study *s, isize table, struct str id)
{
    const struct study_table *t = &s->tables.at[table];
    for (isize i = 0; i < t->columns.n; i++)
        if (str_eq(t->columns.at[i].id, id)) return &t->columns.at[i];
    return NULL;
}

struct str study_code_label(const struct study_column *c, struct str code, enum lang lang)
{
    for (isize i = 0; i < c->codes.n; i++)
        if (str_eq(c->codes.at[i].id, code) && c->codes.at[i].label.in[LANG_EN].n > 0)
            return study_word(&c->codes.at[i].label, lang);
    return code;
}

struct str study_item_column(const struct study *s, const struct study_measure *m,
                             isize time, isize item, struct arena *a)
{
    struct str rest = m->items.at[m->items.n > 1 ? item : 0];
    struct buf b = buf_in(a, rest.n + 16);
    while (rest.n > 0) {
        if (str_starts(rest, S("{t}"))) {
            if (time >= 0) buf_put(&b, s->times.at[time].id);
            rest = str_from(rest, 3);
        } else if (str_starts(rest, S("{nn}"))) {
            buf_fmt(&b, "%02d", (int)item + 1);
            rest = str_from(rest, 4);
        } else {
            buf_putc(&b, rest.at[0]);
            rest = str_from(rest, 1);
        }
    }
    return buf_str(&b);
}

/* --- small readers ------------------------------------------------------------------ */

/* A name that serves as variable and file name: a-z, 0-9, '_', '-', a letter first. */
int study_id_read(const struct yaml *v, const struct yaml *map, const char *key,
                  struct str *out, struct err *e)
{
    TRY(yaml_str(v, map, key, out, e));
    bool fine = out->n > 0 && out->n <= 60 && out->at[0] >= 'a' && out->at[0] <= 'z';
    for (isize i = 0; fine && i < out->n; i++) {
        char c = out->at[i];
        fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    if (!fine)
        return yaml_refuse(v, e,
                           "'%.*s' cannot be a name: use a-z, 0-9, _ and -, beginning "
                           "with a letter",
                           FMT(str_brief(*out, 40)));
    return OK;
}

static int opt_str(const struct yaml *map, const char *key, struct str *out,
                   struct err *e)
{
    const struct yaml *v = yaml_get(map, key);
    return v ? yaml_str(v, map, key, out, e) : OK;
}

/* "'x' is not <what>; did you mean 'y'?" with what is there. */
static int refuse_name(const struct yaml *at, struct str got, const char *what,
                       const struct str *known, isize n, struct err *e)
{
    struct str near = str_near(got, known, n);
    if (near.n > 0)
        return yaml_refuse(at, e, "'%.*s' is not %s; did you mean '%.*s'?",
                           FMT(str_brief(got, 60)), what, FMT(near));
    return yaml_refuse(at, e, "'%.*s' is not %s", FMT(str_brief(got, 60)), what);
}

int study_table_read(const struct study *s, const struct yaml *map, const char *key,
                     isize *out, struct arena tmp, struct err *e)
{
    const struct yaml *v = yaml_get(map, key);
    struct str id;
    TRY(yaml_str(v, map, key, &id, e));
    *out = study_table(s, id);
    if (*out >= 0) return OK;
    struct str *known = NEW(&tmp, struct str, s->tables.n);
    for (isize i = 0; i < s->tables.n; i++) known[i] = s->tables.at[i].id;
    return refuse_name(v, id, "a table of this study", known, s->tables.n, e);
}

static int read_strs(const struct yaml *map, const char *key, bool needed,
                     struct study_sites *out, struct arena *a, struct err *e)
{
    const struct yaml *v = yaml_get(map, key), *list;
    if (!v && !needed) return OK;
    TRY(yaml_list(v, map, key, &list, e));
    for (const struct yaml *k = list->kid; k; k = k->next) {
        struct str t;
        TRY(yaml_str(k, list, key, &t, e));
        *PUSH(a, out) = t;
    }
    return OK;
}

static bool among(const struct str *at, isize n, struct str x)
{
    for (isize i = 0; i < n; i++)
        if (str_eq(at[i], x)) return true;
    return false;
}

/* --- tables ------------------------------------------------------------------------- */

static int read_range(const struct yaml *map, double *lo, double *hi, struct err *e)
{
    const struct yaml *v = yaml_get(map, "range"), *list;
    TRY(yaml_list(v, map, "range", &list, e));
    if (list->n != 2) return yaml_refuse(list, e, "a range is [lowest, highest]");
    TRY(yaml_num(yaml_at(list, 0), list, "lowest", -1e12, 1e12, lo, e));
    return yaml_num(yaml_at(list, 1), list, "highest", *lo, 1e12, hi, e);
}

static int read_column(const struct study *s, const struct study_table *t,
                       const struct yaml *m, struct study_column *c, struct arena *a,
                       struct err *e)
{
    static const char *const KNOWN[] = {"file",  "type", "range",  "codes",  "to",
                                        "label", "from", "states", "reveals"};
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    c->id = m->key;
    c->node = m;
    TRY(study_reveals_read(m, &c->open, e));
    TRY(yaml_str(yaml_get(m, "file"), m, "file", &c->file, e));
    if (!among(t->files.at, t->files.n, c->file))
        return refuse_name(yaml_get(m, "file"), c->file, "one of the table's files",
                           t->files.at, t->files.n, e);
    int type;
    TRY(yaml_word(yaml_get(m, "type"), m, "type", COLUMN_TYPE, COLUMN_TYPES, &type, e));
    c->type = (enum column_type)type;
    TRY(study_words(yaml_get(m, "label"), &c->label, e));
    if (c->type == COLUMN_NUMBER || c->type == COLUMN_WHOLE)
        TRY(read_range(m, &c->lo, &c->hi, e));
    else if (yaml_get(m, "range"))
        return yaml_refuse(yaml_get(m, "range"), e, "only numbers have a range");
    if (c->type == COLUMN_CODE) {
        const struct yaml *codes;
        TRY(yaml_map(yaml_get(m, "codes"), m, "codes", &codes, e));
        for (const struct yaml *k = codes->kid; k; k = k->next) {
            struct study_code *code = PUSH(a, &c->codes);
            code->id = k->key;
            TRY(study_words(k, &code->label, e));
        }
        if (c->codes.n == 0) return yaml_refuse(codes, e, "at least one code is needed");
    }
    c->link = -1;
    if (c->type == COLUMN_LINK) TRY(study_table_read(s, m, "to", &c->link, *a, e));
    return OK;
}

static int read_tables(struct study *s, const struct yaml *doc, struct arena *a,
                       struct err *e)
{
    static const char *const KNOWN[] = {"id",      "row",      "key",    "files",
                                        "columns", "key-type", "reveals"};
    const struct yaml *list;
    TRY(yaml_list(yaml_get(doc, "tables"), doc, "tables", &list, e));
    /* The names first: a column may link to a table that stands further down. */
    for (const struct yaml *m = list->kid; m; m = m->next) {
        TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
        struct study_table t = {.node = m};
        TRY(study_id_read(yaml_get(m, "id"), m, "id", &t.id, e));
        if (study_table(s, t.id) >= 0)
            return yaml_refuse(m, e, "table '%.*s' stands twice", FMT(t.id));
        TRY(study_words(yaml_get(m, "row"), &t.row, e));
        TRY(study_reveals_read(m, &t.open, e));
        struct study_sites strs = {0};
        TRY(read_strs(m, "key", true, &strs, a, e));
        for (isize i = 0; i < strs.n; i++) *PUSH(a, &t.key) = strs.at[i];
        strs = (struct study_sites){0};
        TRY(read_strs(m, "files", true, &strs, a, e));
        for (isize i = 0; i < strs.n; i++) *PUSH(a, &t.files) = strs.at[i];
        if (t.key.n == 0 || t.key.n > 2 || t.files.n == 0)
            return yaml_refuse(m, e, "a table needs one or two key columns and a file");
        if (yaml_get(m, "key-type")) {
            static const char *const SITE[] = {"site"};
            int w;
            TRY(yaml_word(yaml_get(m, "key-type"), m, "key-type", SITE, 1, &w, e));
            t.site_key = true;
        }
        *PUSH(a, &s->tables) = t;
    }
    if (s->tables.n == 0) return yaml_refuse(list, e, "a study needs a table of records");
    for (isize i = 0; i < s->tables.n; i++) {
        struct study_table *t = &s->tables.at[i];
        const struct yaml *cols;
        TRY(yaml_map(yaml_get(t->node, "columns"), t->node, "columns", &cols, e));
        for (const struct yaml *m = cols->kid; m; m = m->next) {
            struct study_column c = {0};
            TRY(read_column(s, t, m, &c, a, e));
            *PUSH(a, &t->columns) = c;
        }
        /* The second part of a key orders the rows: it must be a number of the table. */
        if (t->key.n == 2) {
            const struct study_column *k = study_column(s, i, t->key.at[1]);
            if (!k || (k->type != COLUMN_WHOLE && k->type != COLUMN_NUMBER))
                return yaml_refuse(t->node, e,
                                   "the second key '%.*s' must be a number among the "
                                   "columns",
                                   FMT(t->key.at[1]));
        }
    }
    return OK;
}

/* --- measures, derived -------------------------------------------------------------- */

/* {from: enrolment, day: 320, window: [-46, 45]}, or {from: 2014-05-01}. */
static int read_plan_of(const struct yaml *m, struct study_time *t, struct err *e)
{
    enum { MOST = 36600 }; /* a hundred years */
    const struct yaml *from = yaml_get(m, "from"), *after = yaml_get(m, "day"),
                      *window = yaml_get(m, "window"), *v, *list;
    if ((v = yaml_get(m, "verified"))) {
        bool known;
        TRY(yaml_bool(v, m, "verified", &known, e));
        t->unverified = !known;
    }
    TRY(opt_str(m, "note", &t->note, e));
    if (!from) {
        if (after || window)
            return yaml_refuse(after ? after : window, e,
                               "days are counted from something: 'from' is missing");
        return OK;
    }
    struct str word;
    TRY(yaml_str(from, m, "from", &word, e));
    int w = 0;
    if (word.n && word.at[0] >= '0' && word.at[0] <= '9') {
        TRY(yaml_day(from, m, "from", &t->date, e));
        t->from = FROM_DATE;
    } else {
        TRY(yaml_word(from, m, "from", study_from_word + FROM_ENROLMENT,
                      FROM_DATE - FROM_ENROLMENT, &w, e));
        t->from = (enum study_from)(FROM_ENROLMENT + w);
    }
    i64 n = 0, lo = 0, hi = 0;
    if (after) TRY(yaml_int(after, m, "day", -MOST, MOST, &n, e));
    if (window) {
        TRY(yaml_list(window, m, "window", &list, e));
        if (list->n != 2)
            return yaml_refuse(list, e,
                               "a window is [days before, days after], as in "
                               "[-14, 14]");
        TRY(yaml_int(yaml_at(list, 0), list, "before", -MOST, 0, &lo, e));
        TRY(yaml_int(yaml_at(list, 1), list, "after", 0, MOST, &hi, e));
    }
    t->days = (i32)n;
    t->lo = (i32)lo;
    t->hi = (i32)hi;
    return OK;
}

static int read_times(struct study *s, const struct yaml *doc, struct arena *a,
                      struct err *e)
{
    static const char *const KNOWN[] = {"id",     "label",    "from", "day",
                                        "window", "verified", "note"};
    const struct yaml *list;
    TRY(yaml_list(yaml_get(doc, "time-points"), doc, "time-points", &list, e));
    for (const struct yaml *m = list->kid; m; m = m->next) {
        TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
        struct study_time t = {0};
        TRY(study_id_read(yaml_get(m, "id"), m, "id", &t.id, e));
        if (study_time(s, t.id) >= 0)
            return yaml_refuse(m, e, "time point '%.*s' stands twice", FMT(t.id));
        TRY(study_words(yaml_get(m, "label"), &t.label, e));
        TRY(read_plan_of(m, &t, e));
        *PUSH(a, &s->times) = t;
    }
    return OK;
}

static int read_measure(struct study *s, const struct yaml *m, struct arena *a,
                        struct err *e)
{
    static const char *const KNOWN[] = {"id",     "instrument", "per",    "file",
                                        "at",     "items",      "scores", "rater",
                                        "remark", "label",      "reveals"};
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    struct study_measure q = {.node = m};
    TRY(study_id_read(yaml_get(m, "id"), m, "id", &q.id, e));
    for (isize i = 0; i < s->measures.n; i++)
        if (str_eq(s->measures.at[i].id, q.id))
            return yaml_refuse(m, e, "measure '%.*s' stands twice", FMT(q.id));
    TRY(study_id_read(yaml_get(m, "instrument"), m, "instrument", &q.instrument, e));
    TRY(opt_str(m, "rater", &q.rater, e));
    TRY(study_reveals_read(m, &q.open, e));
    TRY(study_words(yaml_get(m, "remark"), &q.remark, e));
    TRY(study_words(yaml_get(m, "label"), &q.label, e));
    TRY(study_table_read(s, m, "per", &q.table, *a, e));
    TRY(yaml_str(yaml_get(m, "file"), m, "file", &q.file, e));
    const struct study_table *t = &s->tables.at[q.table];
    if (!among(t->files.at, t->files.n, q.file))
        return refuse_name(yaml_get(m, "file"), q.file, "one of the table's files",
                           t->files.at, t->files.n, e);
    struct study_sites patterns = {0};
    const struct yaml *items = yaml_get(m, "items");
    if (items && items->kind == YAML_LIST)
        TRY(read_strs(m, "items", true, &patterns, a, e));
    else
        TRY(yaml_str(items, m, "items", PUSH(a, &patterns), e));
    for (isize i = 0; i < patterns.n; i++) *PUSH(a, &q.items) = patterns.at[i];
    if (q.items.n == 0) return yaml_refuse(items, e, "at least one name is needed");
    struct study_sites at = {0};
    TRY(read_strs(m, "at", false, &at, a, e));
    for (isize i = 0; i < at.n; i++) {
        isize k = study_time(s, at.at[i]);
        if (k < 0) {
            struct arena tmp = *a;
            struct str *known = NEW(&tmp, struct str, s->times.n);
            for (isize j = 0; j < s->times.n; j++) known[j] = s->times.at[j].id;
            return refuse_name(yaml_at(yaml_get(m, "at"), i), at.at[i],
                               "a time point of this study", known, s->times.n, e);
        }
        *PUSH(a, &q.at) = k;
    }
    for (isize i = 0; i < q.items.n; i++) {
        bool timed = str_find_str(q.items.at[i], S("{t}")) >= 0;
        if (timed != (q.at.n > 0))
            return yaml_refuse(items, e,
                               timed ? "the items have {t} but the measure has no 'at'"
                                     : "the measure has time points, so its items need "
                                       "{t}");
        if ((str_find_str(q.items.at[i], S("{nn}")) >= 0) != (q.items.n == 1))
            return yaml_refuse(
                items, e, "give one name with {nn}, or a list with one name an item");
    }
    const struct yaml *scores;
    TRY(yaml_map(yaml_get(m, "scores"), m, "scores", &scores, e));
    for (const struct yaml *k = scores->kid; k; k = k->next) {
        struct study_score sc = {.stem = k->key};
        TRY(yaml_str(k, scores, "score", &sc.score, e));
        *PUSH(a, &q.scores) = sc;
    }
    if (q.scores.n == 0) return yaml_refuse(scores, e, "at least one score is needed");
    *PUSH(a, &s->measures) = q;
    return OK;
}

static int add_variable(struct study *s, const struct yaml *at, struct study_variable v,
                        struct arena *a, struct err *e)
{
    if (study_variable(s, v.table, v.id) >= 0)
        return yaml_refuse(at, e, "table '%.*s' has two variables '%.*s'",
                           FMT(s->tables.at[v.table].id), FMT(v.id));
    *PUSH(a, &s->variables) = v;
    return OK;
}

int study_variable_find(const struct study *s, isize table, const struct yaml *at,
                        struct str id, isize *out, struct arena tmp, struct err *e)
{
    *out = study_variable(s, table, id);
    if (*out >= 0) return OK;
    struct str *known = NEW(&tmp, struct str, s->variables.n);
    isize n = 0;
    for (isize i = 0; i < s->variables.n; i++)
        if (s->variables.at[i].table == table) known[n++] = s->variables.at[i].id;
    struct str what =
        str_fmt(&tmp, "a variable of table '%.*s'", FMT(s->tables.at[table].id));
    return refuse_name(at, id, str_c(what, &tmp), known, n, e);
}

static int read_derived(struct study *s, const struct yaml *m, struct arena *a,
                        struct err *e)
{
    static const char *const KNOWN[] = {"id", "table", "from",  "value",
                                        "by", "pick",  "order", "label"};
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    struct study_derived d = {.node = m};
    TRY(study_id_read(yaml_get(m, "id"), m, "id", &d.id, e));
    TRY(study_words(yaml_get(m, "label"), &d.label, e));
    TRY(study_table_read(s, m, "table", &d.table, *a, e));
    TRY(study_table_read(s, m, "from", &d.from, *a, e));
    int pick;
    TRY(yaml_word(yaml_get(m, "pick"), m, "pick", PICK, PICKS, &pick, e));
    d.pick = (enum derived_pick)pick;
    isize v;
    TRY(yaml_str(yaml_get(m, "value"), m, "value", &d.value, e));
    TRY(study_variable_find(s, d.from, yaml_get(m, "value"), d.value, &v, *a, e));
    if (!s->variables.at[v].number)
        return yaml_refuse(yaml_get(m, "value"), e, "'%.*s' is no number", FMT(d.value));

    /* Joined by the key of one side: the rows of `from` know theirs in `table`, or the
    ** other way round for PICK_ONLY. */
    TRY(yaml_str(yaml_get(m, "by"), m, "by", &d.by, e));
    isize with_key = d.pick == PICK_ONLY ? d.from : d.table;
    isize with_col = d.pick == PICK_ONLY ? d.table : d.from;
    if (s->tables.at[with_key].key.n != 1)
        return yaml_refuse(m, e, "table '%.*s' has no single key to join by",
                           FMT(s->tables.at[with_key].id));
    TRY(study_variable_find(s, with_col, yaml_get(m, "by"), d.by, &v, *a, e));
    if (s->variables.at[v].number)
        return yaml_refuse(yaml_get(m, "by"), e,
                           "'%.*s' is a number; rows are joined by a site or a link",
                           FMT(d.by));
    bool ordered = d.pick == PICK_FIRST || d.pick == PICK_LAST;
    if (ordered) {
        TRY(yaml_str(yaml_get(m, "order"), m, "order", &d.order, e));
        TRY(study_variable_find(s, d.from, yaml_get(m, "order"), d.order, &v, *a, e));
        if (!s->variables.at[v].number)
            return yaml_refuse(yaml_get(m, "order"), e, "'%.*s' is no number",
                               FMT(d.order));
    } else if (yaml_get(m, "order"))
        return yaml_refuse(yaml_get(m, "order"), e, "only first and last have an order");
    *PUSH(a, &s->derived) = d;
    return add_variable(s, m,
                        (struct study_variable){.id = d.id,
                                                .table = d.table,
                                                .kind = VARIABLE_DERIVED,
                                                .number = true,
                                                .at = s->derived.n - 1,
                                                .time = -1},
                        a, e);
}

/* Columns and scores; derived variables join them one by one. */
static int list_variables(struct study *s, struct arena *a, struct err *e)
{
    for (isize t = 0; t < s->tables.n; t++)
        for (isize c = 0; c < s->tables.at[t].columns.n; c++) {
            const struct study_column *col = &s->tables.at[t].columns.at[c];
            bool number = col->type == COLUMN_NUMBER || col->type == COLUMN_WHOLE;
            struct study_variable v = {.id = col->id,
                                       .table = t,
                                       .kind = VARIABLE_COLUMN,
                                       .number = number,
                                       .at = c,
                                       .time = -1};
            TRY(add_variable(s, col->node, v, a, e));
        }
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        for (isize k = 0; k < m->scores.n; k++)
            for (isize t = 0; t < MAX(m->at.n, 1); t++) {
                isize time = m->at.n > 0 ? m->at.at[t] : -1;
                struct str id = m->scores.at[k].stem;
                if (time >= 0)
                    id = str_fmt(a, "%.*s_%.*s", FMT(id), FMT(s->times.at[time].id));
                struct study_variable v = {.id = id,
                                           .table = m->table,
                                           .kind = VARIABLE_SCORE,
                                           .number = true,
                                           .at = i,
                                           .score = k,
                                           .time = time};
                TRY(add_variable(s, m->node, v, a, e));
            }
    }
    return OK;
}

/* --- the whole ---------------------------------------------------------------------- */

static int read_registration(struct study *s, const struct yaml *doc, struct err *e)
{
    static const char *const KNOWN[] = {"registry", "id", "registered", "ethics"};
    const struct yaml *m = yaml_get(doc, "registration");
    if (!m) return OK;
    TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));
    TRY(opt_str(m, "registry", &s->registration.registry, e));
    TRY(opt_str(m, "id", &s->registration.id, e));
    TRY(opt_str(m, "ethics", &s->registration.ethics, e));
    day d;
    const struct yaml *v = yaml_get(m, "registered");
    return v ? yaml_day(v, m, "registered", &d, e) : OK;
}

static int read_lists(struct study *s, const struct yaml *doc, struct arena *a,
                      struct err *e)
{
    static const char *const DISCREPANCY[] = {"what", "registry", "paper"};
    const struct yaml *v, *list;
    if ((v = yaml_get(doc, "discrepancies"))) {
        TRY(yaml_list(v, doc, "discrepancies", &list, e));
        for (const struct yaml *m = list->kid; m; m = m->next) {
            TRY(yaml_keys(m, DISCREPANCY, COUNT(DISCREPANCY), e));
            struct study_discrepancy d = {0};
            TRY(study_words(yaml_get(m, "what"), &d.what, e));
            TRY(study_words(yaml_get(m, "registry"), &d.registry, e));
            TRY(study_words(yaml_get(m, "paper"), &d.paper, e));
            if (d.registry.in[LANG_EN].n == 0 || d.paper.in[LANG_EN].n == 0)
                return yaml_refuse(m, e, "'registry' and 'paper' are both needed");
            *PUSH(a, &s->discrepancies) = d;
        }
    }
    return OK;
}

int study_read(const struct yaml *doc, struct study **out, struct arena *a, struct err *e)
{
    static const char *const KNOWN[] = {
        "study",    "revision",      "programme",   "title",    "about",
        "caution",  "design",        "arms",        "paper",    "registration",
        "sites",    "discrepancies", "eligibility", "consents", "roles",
        "measures", "time-points",   "tables",      "derived",  "participants",
        "reasons"};
    TRY(yaml_keys(doc, KNOWN, COUNT(KNOWN), e));
    struct study *s = NEW(a, struct study, 1);
    s->file = doc->file;
    TRY(study_id_read(yaml_get(doc, "study"), doc, "study", &s->id, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &s->revision,
                 e));
    TRY(study_words(yaml_get(doc, "title"), &s->title, e));
    TRY(study_words(yaml_get(doc, "about"), &s->about, e));
    TRY(study_words(yaml_get(doc, "caution"), &s->caution, e));
    TRY(opt_str(doc, "design", &s->design, e));
    TRY(opt_str(doc, "paper", &s->paper, e));
    TRY(opt_str(doc, "programme", &s->programme, e));
    TRY(read_registration(s, doc, e));
    TRY(read_strs(doc, "sites", true, &s->sites, a, e));
    struct study_sites roles = {0}, arms = {0};
    TRY(read_strs(doc, "roles", false, &roles, a, e));
    TRY(read_strs(doc, "arms", false, &arms, a, e));
    for (isize i = 0; i < arms.n; i++) *PUSH(a, &s->arms) = arms.at[i];
    TRY(read_lists(s, doc, a, e));
    TRY(read_times(s, doc, a, e));
    TRY(read_tables(s, doc, a, e));
    TRY(study_people_read(s, doc, a, e));

    const struct yaml *list;
    TRY(yaml_list(yaml_get(doc, "measures"), doc, "measures", &list, e));
    for (const struct yaml *m = list->kid; m; m = m->next) TRY(read_measure(s, m, a, e));
    TRY(list_variables(s, a, e));
    const struct yaml *v = yaml_get(doc, "derived");
    if (v) {
        TRY(yaml_list(v, doc, "derived", &list, e));
        for (const struct yaml *m = list->kid; m; m = m->next)
            TRY(read_derived(s, m, a, e));
    }
    TRY(study_reveals_check(s, e));
    struct arena tmp = *a;
    s->hash = hash_of(json_canonical(yaml_to_json(doc, &tmp), &tmp));
    *out = s;
    return OK;
}

int study_read_file(const char *path, struct study **out, struct arena *a, struct err *e)
{
    struct yaml *doc;
    TRY(yaml_read_file(path, &doc, a, e));
    return study_read(doc, out, a, e);
}
