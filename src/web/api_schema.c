#include "web/api_schema.h"
#include "base/day.h"
#include "base/num.h"
#include <math.h>
#include <string.h>

#define API_ API_NONE
const struct api_field api_field[] = {
#define SCHEMA(name, words)
#define FIELD(schema, key, type, of, need, words) \
    {API_##schema, #key, API_##type, API_##of, API_##need, words},
#include "web/api_schema.def"
#undef SCHEMA
#undef FIELD
};
const isize api_field_n = COUNT(api_field);

static const char *const schemas[][2] = {
    {"", ""},
#define SCHEMA(name, words) {#name, words},
#define FIELD(schema, key, type, of, need, words)
#include "web/api_schema.def"
#undef SCHEMA
#undef FIELD
};

const char *api_schema_name(enum api_schema s)
{
    return schemas[s][0];
}

const char *api_schema_words(enum api_schema s)
{
    return schemas[s][1];
}

static const char *const wanted[] = {
    [API_TEXT] = "a text",
    [API_INT] = "a whole number of 0 or more",
    [API_NUM] = "a number",
    [API_BOOL] = "true or false",
    [API_DAY] = "a day such as \"2026-11-22\"",
    [API_TIME] = "an instant such as \"2026-11-22T13:43:48.123Z\"",
    [API_WORDS] = "a list of texts",
    [API_OBJ] = "an object",
    [API_LIST] = "a list",
    [API_ANY] = "anything",
};
static const char *const kinds[] = {
    [JSON_NULL] = "null",     [JSON_BOOL] = "true or false", [JSON_NUMBER] = "a number",
    [JSON_STRING] = "a text", [JSON_ARRAY] = "a list",       [JSON_OBJECT] = "an object"};

struct walk {
    struct buf path;
    struct str *place;
    struct err *e;
};

static int wrong(struct walk *w, const char *fmt, const char *what, const char *got)
{
    char text[300];
    struct arena a = {.at = text, .end = text + sizeof text, .base = text};
    struct str s = str_fmt(&a, fmt, what, got);
    struct str at = buf_str(&w->path);
    *w->place = at;
    return err_set(w->e, E_RECORD, "%.*s%s%.*s", FMT(at), at.n ? ": " : "", FMT(s));
}

static bool is_int(const struct json *v)
{
    i64 x;
    return v->kind == JSON_NUMBER &&
           num_read_int(v->text, 0, ((i64)1 << 53) - 1, &x, NULL) == OK;
}

static bool is_time(struct str s)
{
    static const char like[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    day d;
    if (s.n != (isize)sizeof like - 1 || day_read(str_upto(s, 10), &d, NULL) != OK)
        return false;
    for (isize i = 0; i < s.n; i++)
        if (like[i] == 'd' ? s.at[i] < '0' || s.at[i] > '9' : s.at[i] != like[i])
            return false;
    return true;
}

static bool fits(const struct json *v, enum api_type t)
{
    day d;
    switch (t) {
    case API_TEXT: return v->kind == JSON_STRING;
    case API_INT: return is_int(v);
    case API_NUM: return v->kind == JSON_NUMBER && isfinite(json_number(v));
    case API_BOOL: return v->kind == JSON_BOOL;
    case API_DAY: return v->kind == JSON_STRING && day_read(v->text, &d, NULL) == OK;
    case API_TIME: return v->kind == JSON_STRING && is_time(v->text);
    case API_OBJ: return v->kind == JSON_OBJECT;
    case API_WORDS:
    case API_LIST: return v->kind == JSON_ARRAY;
    case API_ANY: return true;
    }
    return false;
}

static int check(struct walk *w, const struct json *v, enum api_schema s);

static int value(struct walk *w, const struct json *v, enum api_type t,
                 enum api_schema of)
{
    isize i = 0, mark = w->path.n;
    if (!fits(v, t)) return wrong(w, "%s is expected, not %s", wanted[t], kinds[v->kind]);
    if (t == API_TEXT && v->text.n > API_TEXT_BYTES)
        return wrong(w, "%s is too long%s", "the text", "");
    if (t == API_OBJ) return check(w, v, of);
    if (t != API_WORDS && t != API_LIST) return OK;
    if (v->n > API_LIST_N) return wrong(w, "%s is too long%s", "the list", "");
    for (const struct json *k = v->kid; k; k = k->next, i++) {
        buf_fmt(&w->path, "[%td]", i);
        TRY(value(w, k, t == API_LIST ? API_OBJ : API_TEXT, of));
        w->path.n = mark;
    }
    return OK;
}

static void path_put(struct walk *w, const char *key)
{
    if (w->path.n) buf_putc(&w->path, '.');
    buf_put(&w->path, str_of(key));
}

static const struct api_field *field_of(enum api_schema s, struct str key)
{
    for (isize i = 0; i < api_field_n; i++)
        if (api_field[i].schema == s && str_is(key, api_field[i].key))
            return &api_field[i];
    return NULL;
}

static int unknown(struct walk *w, enum api_schema s, struct str key)
{
    struct str known[64], near;
    isize n = 0;
    for (isize i = 0; i < api_field_n && n < COUNT(known); i++)
        if (api_field[i].schema == s) known[n++] = str_of(api_field[i].key);
    near = str_near(key, known, n);
    path_put(w, str_c(str_brief(key, 40), w->path.a));
    return near.n ? wrong(w, "no such key%s; is %s meant?", "", near.at)
                  : wrong(w, "no such key in %s%s", api_schema_name(s), "");
}

static int check(struct walk *w, const struct json *v, enum api_schema s)
{
    isize mark = w->path.n;
    for (const struct json *k = v->kid; k; k = k->next) {
        const struct api_field *f = field_of(s, k->key);
        if (!f) return unknown(w, s, k->key);
        path_put(w, f->key);
        if (!(f->need == API_BOTH && k->kind == JSON_NULL))
            TRY(value(w, k, f->type, f->of));
        w->path.n = mark;
    }
    for (isize i = 0; i < api_field_n; i++) {
        const struct api_field *f = &api_field[i];
        if (f->schema != s || f->need != API_NEEDED || json_get(v, f->key)) continue;
        path_put(w, f->key);
        return wrong(w, "it is needed: %s%s", f->words, "");
    }
    return OK;
}

int api_check(const struct json *v, enum api_schema s, struct str *place, struct arena *a,
              struct err *e)
{
    struct walk w = {buf_in(a, 64), place, e};
    *place = (struct str){0};
    return value(&w, v, API_OBJ, s);
}

/* --- JSON Schema ------------------------------------------------------------------- */

static void ref_put(struct json_out *w, const char *key, enum api_schema s)
{
    char text[100];
    struct arena a = {.at = text, .end = text + sizeof text, .base = text};
    if (key) json_open(w, key, '{');
    json_put_str(w, "$ref", str_fmt(&a, "#/components/schemas/%s", api_schema_name(s)));
    if (key) json_close(w, '}');
}

static void kind_put(struct json_out *w, const char *type, bool null)
{
    if (!null) {
        json_put_str(w, "type", str_of(type));
        return;
    }
    json_open(w, "type", '[');
    json_put_str(w, NULL, str_of(type));
    json_put_str(w, NULL, S("null"));
    json_close(w, ']');
}

void api_type_put(struct json_out *w, const char *key, enum api_type t,
                  enum api_schema of, enum api_need need, const char *words)
{
    bool null = need == API_BOTH;
    json_open(w, key, '{');
    switch (t) {
    case API_TEXT:
        kind_put(w, "string", null);
        json_put_int(w, "maxLength", API_TEXT_BYTES);
        break;
    case API_INT:
        kind_put(w, "integer", null);
        json_put_int(w, "minimum", 0);
        json_put_int(w, "maximum", ((i64)1 << 53) - 1);
        break;
    case API_NUM: kind_put(w, "number", null); break;
    case API_BOOL: kind_put(w, "boolean", null); break;
    case API_DAY:
        kind_put(w, "string", null);
        json_put_str(w, "format", S("date"));
        break;
    case API_TIME:
        kind_put(w, "string", null);
        json_put_str(w, "format", S("date-time"));
        break;
    case API_OBJ: ref_put(w, NULL, of); break;
    case API_WORDS:
        kind_put(w, "array", null);
        json_put_int(w, "maxItems", API_LIST_N);
        json_open(w, "items", '{');
        json_put_str(w, "type", S("string"));
        json_put_int(w, "maxLength", API_TEXT_BYTES);
        json_close(w, '}');
        break;
    case API_LIST:
        kind_put(w, "array", null);
        json_put_int(w, "maxItems", API_LIST_N);
        ref_put(w, "items", of);
        break;
    case API_ANY: break;
    }
    if (words) json_put_str(w, "description", str_of(words));
    json_close(w, '}');
}

static void one_put(struct json_out *w, enum api_schema s)
{
    json_open(w, api_schema_name(s), '{');
    json_put_str(w, "description", str_of(api_schema_words(s)));
    json_put_str(w, "type", S("object"));
    json_put_bool(w, "additionalProperties", false);
    json_open(w, "required", '[');
    for (isize i = 0; i < api_field_n; i++)
        if (api_field[i].schema == s && api_field[i].need == API_NEEDED)
            json_put_str(w, NULL, str_of(api_field[i].key));
    json_close(w, ']');
    json_open(w, "properties", '{');
    for (isize i = 0; i < api_field_n; i++) {
        const struct api_field *f = &api_field[i];
        if (f->schema == s) api_type_put(w, f->key, f->type, f->of, f->need, f->words);
    }
    json_close(w, '}');
    json_close(w, '}');
}

void api_schema_put(struct json_out *w)
{
    json_open(w, "schemas", '{');
    for (int s = API_NONE + 1; s < API_SCHEMAS; s++) one_put(w, (enum api_schema)s);
    json_close(w, '}');
}
