#include "app/replay_names.h"
#include "base/file.h"

/* A list of names; at least one. */
static int read_list(const struct yaml *map, const char *key, struct replay_list *out,
                     struct arena *a, struct err *e)
{
    const struct yaml *list;
    TRY(yaml_list(yaml_get(map, key), map, key, &list, e));
    if (list->n == 0) return yaml_refuse(list, e, "'%s' is empty", key);
    for (const struct yaml *v = list->kid; v; v = v->next)
        TRY(yaml_str(v, list, key, PUSH(a, out), e));
    return OK;
}

static int read_services(const struct yaml *doc, const struct study *s,
                         struct replay_names *out, struct arena *a, struct err *e)
{
    const struct yaml *map, *v;
    TRY(yaml_map(yaml_get(doc, "services"), doc, "services", &map, e));
    const char **code = NEW(a, const char *, s->sites.n);
    out->service = NEW(a, struct str, s->sites.n);
    out->site = NEW(a, struct str, s->sites.n);
    for (isize i = 0; i < s->sites.n; i++) code[i] = str_c(s->sites.at[i], a);
    TRY(yaml_keys(map, code, s->sites.n, e));
    for (isize i = 0; i < s->sites.n; i++) {
        static const char *const KEYS[] = {"name", "site"};
        TRY(yaml_map(yaml_get(map, code[i]), map, code[i], &v, e));
        TRY(yaml_keys(v, KEYS, COUNT(KEYS), e));
        TRY(yaml_str(yaml_get(v, "name"), v, "name", &out->service[i], e));
        TRY(yaml_str(yaml_get(v, "site"), v, "site", &out->site[i], e));
    }
    return OK;
}

/* A column of a table; absent is empty. */
static int read_column(const struct yaml *map, const char *key, const struct study *s,
                       isize table, struct str *out, struct err *e)
{
    const struct yaml *v = yaml_get(map, key);
    if (!v) return OK;
    TRY(yaml_str(v, map, key, out, e));
    if (table < 0 || !study_column(s, table, *out))
        return yaml_refuse(v, e, "the table has no column '%.*s'", FMT(*out));
    return OK;
}

static int read_people(const struct yaml *doc, const struct study *s,
                       struct replay_names *out, struct err *e)
{
    static const char *const WHO[] = {"clinician", "sex", "age", "left"},
                             *const LEFT[] = {"column", "value"},
                             *const STAFF[] = {"table", "role", "sex"};
    const struct yaml *map, *left;
    struct str table;
    isize at = s->participants.table;
    TRY(yaml_map(yaml_get(doc, "participants"), doc, "participants", &map, e));
    TRY(yaml_keys(map, WHO, COUNT(WHO), e));
    TRY(read_column(map, "clinician", s, at, &out->clinician, e));
    TRY(read_column(map, "sex", s, at, &out->sex, e));
    TRY(read_column(map, "age", s, at, &out->age, e));
    if (yaml_get(map, "left")) {
        TRY(yaml_map(yaml_get(map, "left"), map, "left", &left, e));
        TRY(yaml_keys(left, LEFT, COUNT(LEFT), e));
        TRY(read_column(left, "column", s, at, &out->left_column, e));
        TRY(yaml_str(yaml_get(left, "value"), left, "value", &out->left_value, e));
    }
    out->staff_table = -1;
    if (!yaml_get(doc, "staff")) return OK;
    TRY(yaml_map(yaml_get(doc, "staff"), doc, "staff", &map, e));
    TRY(yaml_keys(map, STAFF, COUNT(STAFF), e));
    TRY(yaml_str(yaml_get(map, "table"), map, "table", &table, e));
    out->staff_table = study_table(s, table);
    if (out->staff_table < 0)
        return yaml_refuse(yaml_get(map, "table"), e, "the study has no table '%.*s'",
                           FMT(table));
    TRY(yaml_str(yaml_get(map, "role"), map, "role", &out->staff_role, e));
    return read_column(map, "sex", s, out->staff_table, &out->staff_sex, e);
}

int replay_names_read(const struct protocol *p, struct replay_names *out, struct arena *a,
                      struct err *e)
{
    static const char *const KEYS[] = {"invented", "begins",   "over",  "participants",
                                       "staff",    "language", "given", "services",
                                       "family",   "reasons"},
                             *const SEX[] = {"f", "m"};
    const char *path = file_join(a, p->dir, "invented.yaml");
    const struct study *s = p->study;
    struct yaml *doc;
    const struct yaml *given;
    struct str id;
    *out = (struct replay_names){0};
    TRY(yaml_read_file(path, &doc, a, e));
    TRY(yaml_keys(doc, KEYS, COUNT(KEYS), e));
    TRY(yaml_str(yaml_get(doc, "invented"), doc, "invented", &id, e));
    if (!str_eq(id, s->id))
        return yaml_refuse(doc, e, "these names are for the study '%.*s'", FMT(id));
    if (s->participants.table < 0)
        return yaml_refuse(doc, e, "the study follows no participants");
    TRY(yaml_day(yaml_get(doc, "begins"), doc, "begins", &out->begins, e));
    TRY(yaml_int(yaml_get(doc, "over"), doc, "over", 1, 3650, &out->over, e));
    TRY(yaml_str(yaml_get(doc, "language"), doc, "language", &out->language, e));
    TRY(yaml_map(yaml_get(doc, "given"), doc, "given", &given, e));
    TRY(yaml_keys(given, SEX, COUNT(SEX), e));
    TRY(read_list(given, "f", &out->given_f, a, e));
    TRY(read_list(given, "m", &out->given_m, a, e));
    TRY(read_list(doc, "family", &out->family, a, e));
    TRY(read_list(doc, "reasons", &out->reasons, a, e));
    TRY(read_services(doc, s, out, a, e));
    return read_people(doc, s, out, e);
}

struct str replay_name(const struct replay_names *n, struct str sex, isize at,
                       struct arena *a)
{
    const struct replay_list *given = str_is(sex, "f") ? &n->given_f : &n->given_m;
    return str_fmt(a, "%.*s %.*s", FMT(given->at[at % given->n]),
                   FMT(n->family.at[at % n->family.n]));
}

/* FNV-1a, with the high bits folded in: small and the same everywhere. */
i64 replay_number(struct str code, const char *word, i64 n)
{
    u64 h = 0xcbf29ce484222325u;
    for (isize i = 0; i < code.n; i++) h = (h ^ (u8)code.at[i]) * 0x100000001b3u;
    for (; *word; word++) h = (h ^ (u8)*word) * 0x100000001b3u;
    return (i64)((h ^ h >> 29) % (u64)n);
}
