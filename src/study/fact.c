#include "study/fact.h"
#include <stdio.h>

int fact_sources(struct reading *r, const struct yaml *doc, struct err *e)
{
    const struct yaml *m = yaml_get(doc, "sources");
    if (!m) return OK;
    TRY(yaml_map(m, doc, "sources", &m, e));
    for (const struct yaml *v = m->kid; v; v = v->next) {
        struct source *s = PUSH(r->a, &r->sources);
        s->key = v->key;
        TRY(yaml_str(v, m, "a source", &s->text, e));
    }
    return OK;
}

static int check_source(const struct reading *r, const struct yaml *v, struct err *e)
{
    if (r->sources.n == 0) return OK;
    struct arena tmp = *r->a;
    struct str *known = NEW(&tmp, struct str, r->sources.n);
    for (isize i = 0; i < r->sources.n; i++) {
        known[i] = r->sources.at[i].key;
        if (str_eq(known[i], v->text)) return OK;
    }
    return yaml_refuse(v, e, "source '%.*s' is not among this definition's sources%s",
                       FMT(v->text), fact_hint(v->text, known, r->sources.n).text);
}

int fact_mark(struct reading *r, const struct yaml *map, struct str what,
              struct mark *out, struct err *e)
{
    const struct yaml *v = NULL;
    *out = (struct mark){0};
    if ((v = yaml_get(map, "source"))) {
        TRY(yaml_str(v, map, "source", &out->source, e));
        TRY(check_source(r, v, e));
    }
    if ((v = yaml_get(map, "note"))) TRY(yaml_str(v, map, "note", &out->note, e));
    if ((v = yaml_get(map, "verified"))) {
        bool verified = true;
        TRY(yaml_bool(v, map, "verified", &verified, e));
        out->unverified = !verified;
    }
    if (out->unverified || out->source.n || out->note.n)
        *PUSH(r->a, &r->facts) = (struct fact){what, *out, map->line};
    return OK;
}

int fact_open(struct reading *r, const struct yaml *v, struct str what,
              const struct yaml **value, struct mark *out, struct err *e)
{
    static const char *const known[] = {"is", FACT_KEYS};
    *value = v;
    *out = (struct mark){0};
    if (!v || v->kind != YAML_MAP || !yaml_get(v, "is")) return OK;
    TRY(yaml_keys(v, known, COUNT(known), e));
    *value = yaml_get(v, "is");
    return fact_mark(r, v, what, out, e);
}

int fact_text(struct reading *r, const struct yaml *map, const char *key, struct str what,
              struct str *out, struct mark *m, struct err *e)
{
    const struct yaml *v = NULL;
    struct mark own;
    TRY(fact_open(r, yaml_get(map, key), what, &v, m ? m : &own, e));
    return v ? yaml_str(v, map, key, out, e) : OK;
}

static bool id_ok(struct str s)
{
    if (s.n == 0 || s.n > 60 || s.at[0] < 'a' || s.at[0] > 'z') return false;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (!fine) return false;
    }
    return true;
}

int fact_id(const struct yaml *v, const struct yaml *map, const char *key,
            struct str *out, struct err *e)
{
    TRY(yaml_str(v, map, key, out, e));
    if (id_ok(*out)) return OK;
    return yaml_refuse(v, e,
                       "%s '%.*s' must be a small letter, then small letters, digits "
                       "and '-' (at most 60)",
                       key, (int)MIN(out->n, 60), out->at);
}

struct hint fact_hint(struct str s, const struct str *known, isize n)
{
    struct hint h = {""};
    struct str near = str_near(s, known, n);
    if (near.n && near.n < 80)
        snprintf(h.text, sizeof h.text, "; did you mean '%.*s'?", FMT(near));
    return h;
}
