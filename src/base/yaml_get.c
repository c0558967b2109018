#include "base/num.h"
#include "base/yaml.h"
#include <stdio.h>
#include <string.h>

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    if (!map || map->kind != YAML_MAP) return NULL;
    struct str want = str_of(key);
    for (const struct yaml *v = map->kid; v; v = v->next)
        if (str_eq(v->key, want)) return v;
    return NULL;
}

const struct yaml *yaml_at(const struct yaml *list, isize i)
{
    if (!list || i < 0 || i >= list->n) return NULL;
    const struct yaml *v = list->kid;
    while (i-- > 0) v = v->next;
    return v;
}

bool yaml_null(const struct yaml *v)
{
    if (!v) return true;
    if (v->kind != YAML_TEXT || v->quoted) return false;
    return v->text.n == 0 || str_is(v->text, "~") || str_is(v->text, "null");
}

/* "file:line:col: <sentence>" */
static int refuse(const char *file, int line, int col, struct err *e, const char *fmt,
                  va_list ap)
{
    char text[sizeof e->text];
    vsnprintf(text, sizeof text, fmt, ap);
    return err_set(e, E_DEFINITION, "%s:%d:%d: %s", file, line, col, text);
}

int yaml_refuse(const struct yaml *at, struct err *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = refuse(at->file, at->line, at->col, e, fmt, ap);
    va_end(ap);
    return rc;
}

static int refuse_key(const struct yaml *v, struct err *e, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
static int refuse_key(const struct yaml *v, struct err *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = refuse(v->file, v->key_line, v->key_col, e, fmt, ap);
    va_end(ap);
    return rc;
}

/* "did you mean 'items'? known: id, items, scores", as much as a sentence holds. */
struct hint {
    char text[360];
};
static struct hint hint_of(struct str found, const char *const *known, isize n)
{
    struct hint h = {0};
    struct str word[200];
    isize m = MIN(n, COUNT(word)), at = 0;
    for (isize i = 0; i < m; i++) word[i] = str_of(known[i]);
    struct str best = str_near(found, word, found.n ? m : 0);
    if (best.n) at = snprintf(h.text, sizeof h.text, "did you mean '%.*s'? ", FMT(best));
    at += snprintf(h.text + at, sizeof h.text - (size_t)at, "known: ");
    str_listing(word, m, n, h.text + at, (isize)sizeof h.text - at);
    return h;
}

/* What stands there, for "found ...". */
struct found {
    char text[64];
};
static struct found found(const struct yaml *v)
{
    struct found f;
    if (v->kind == YAML_LIST)
        snprintf(f.text, sizeof f.text, "a list");
    else if (v->kind == YAML_MAP)
        snprintf(f.text, sizeof f.text, "a map");
    else if (yaml_null(v))
        snprintf(f.text, sizeof f.text, "nothing");
    else
        snprintf(f.text, sizeof f.text, "'%.*s'%s", FMT(str_brief(v->text, 40)),
                 v->quoted ? " in quotes" : "");
    return f;
}

int yaml_keys(const struct yaml *map, const char *const *known, isize n, struct err *e)
{
    if (!map) return err_set(e, E_DEFINITION, "a map is missing");
    if (map->kind != YAML_MAP)
        return yaml_refuse(map, e, "found %s where keys are expected, %s",
                           found(map).text, hint_of((struct str){0}, known, n).text);
    for (const struct yaml *v = map->kid; v; v = v->next) {
        bool fine = false;
        for (isize i = 0; i < n && !fine; i++) fine = str_is(v->key, known[i]);
        if (!fine)
            return refuse_key(v, e, "the key '%.*s' is not known here; %s",
                              FMT(str_brief(v->key, 60)), hint_of(v->key, known, n).text);
    }
    return OK;
}

/* Absent or not a text: refused with what should be there. */
static int want_text(const struct yaml *v, const struct yaml *map, const char *key,
                     const char *what, struct err *e)
{
    if (!v && !map) return err_set(e, E_DEFINITION, "'%s' is missing", key);
    if (!v) return yaml_refuse(map, e, "'%s' is missing here: %s", key, what);
    if (v->kind != YAML_TEXT || yaml_null(v))
        return yaml_refuse(v, e, "'%s' should be %s, found %s", key, what, found(v).text);
    return OK;
}

int yaml_str(const struct yaml *v, const struct yaml *map, const char *key,
             struct str *out, struct err *e)
{
    TRY(want_text(v, map, key, "a text", e));
    *out = v->text;
    return OK;
}

int yaml_num(const struct yaml *v, const struct yaml *map, const char *key, double lo,
             double hi, double *out, struct err *e)
{
    char what[80];
    snprintf(what, sizeof what, "a number from %g to %g", lo, hi);
    TRY(want_text(v, map, key, what, e));
    double x = 0;
    if (v->quoted || num_read(v->text, &x, NULL) != OK || x < lo || x > hi) {
        bool comma = !v->quoted && num_read_comma(v->text, &x, NULL) == OK;
        return yaml_refuse(
            v, e, "'%s' should be %s, found %s%s", key, what, found(v).text,
            comma && str_find(v->text, ',') >= 0 ? "; write the decimal mark as a point"
                                                 : "");
    }
    *out = x;
    return OK;
}

int yaml_int(const struct yaml *v, const struct yaml *map, const char *key, i64 lo,
             i64 hi, i64 *out, struct err *e)
{
    char what[80];
    snprintf(what, sizeof what, "a whole number from %" PRId64 " to %" PRId64, lo, hi);
    TRY(want_text(v, map, key, what, e));
    if (v->quoted || num_read_int(v->text, lo, hi, out, NULL) != OK)
        return yaml_refuse(v, e, "'%s' should be %s, found %s", key, what, found(v).text);
    return OK;
}

int yaml_bool(const struct yaml *v, const struct yaml *map, const char *key, bool *out,
              struct err *e)
{
    TRY(want_text(v, map, key, "true or false", e));
    bool yes = str_is(v->text, "true"), no = str_is(v->text, "false");
    if (v->quoted || (!yes && !no))
        return yaml_refuse(v, e, "'%s' should be true or false, found %s", key,
                           found(v).text);
    *out = yes;
    return OK;
}

int yaml_day(const struct yaml *v, const struct yaml *map, const char *key, day *out,
             struct err *e)
{
    TRY(want_text(v, map, key, "a day like 2013-11-04", e));
    if (day_read(v->text, out, NULL) != OK)
        return yaml_refuse(v, e, "'%s' should be a day like 2013-11-04, found %s", key,
                           found(v).text);
    return OK;
}

static int want_kind(const struct yaml *v, const struct yaml *map, const char *key,
                     enum yaml_kind kind, const struct yaml **out, struct err *e)
{
    const char *what = kind == YAML_LIST ? "a list" : "a map";
    if (!v) return want_text(v, map, key, what, e);
    if (v->kind != kind)
        return yaml_refuse(v, e, "'%s' should be %s, found %s", key, what, found(v).text);
    *out = v;
    return OK;
}

int yaml_list(const struct yaml *v, const struct yaml *map, const char *key,
              const struct yaml **out, struct err *e)
{
    return want_kind(v, map, key, YAML_LIST, out, e);
}

int yaml_map(const struct yaml *v, const struct yaml *map, const char *key,
             const struct yaml **out, struct err *e)
{
    return want_kind(v, map, key, YAML_MAP, out, e);
}

int yaml_word(const struct yaml *v, const struct yaml *map, const char *key,
              const char *const *word, isize n, int *out, struct err *e)
{
    TRY(want_text(v, map, key, hint_of((struct str){0}, word, n).text, e));
    for (isize i = 0; i < n; i++)
        if (str_is(v->text, word[i])) {
            *out = (int)i;
            return OK;
        }
    return yaml_refuse(v, e, "'%s' cannot be %s; %s", key, found(v).text,
                       hint_of(v->text, word, n).text);
}

struct json *yaml_to_json(const struct yaml *v, struct arena *a)
{
    struct json *j = NEW(a, struct json, 1);
    j->line = v->line;
    j->key = v->key;
    j->n = v->n;
    j->text = yaml_null(v) ? (struct str){0} : v->text;
    j->kind = v->kind == YAML_MAP    ? JSON_OBJECT
              : v->kind == YAML_LIST ? JSON_ARRAY
              : yaml_null(v)         ? JSON_NULL
                                     : JSON_STRING;
    struct json **to = &j->kid;
    for (const struct yaml *k = v->kid; k; k = k->next) {
        *to = yaml_to_json(k, a);
        to = &(*to)->next;
    }
    return j;
}
