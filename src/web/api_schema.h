/* The shapes of api_schema.def: bodies are checked against them before a function sees any, and
** they are what the OpenAPI document says. */
#ifndef VARDE_WEB_API_SCHEMA_H
#define VARDE_WEB_API_SCHEMA_H

#include "base/json.h"

enum api_schema {
    API_NONE,
#define SCHEMA(name, words) API_##name,
#define FIELD(schema, key, type, of, need, words)
#include "web/api_schema.def"
#undef SCHEMA
#undef FIELD
    API_SCHEMAS
};
enum api_type {
    API_TEXT,
    API_INT,
    API_NUM,
    API_BOOL,
    API_DAY,
    API_TIME,
    API_WORDS,
    API_OBJ,
    API_LIST,
    API_ANY
};
enum api_need { API_NEEDED, API_MAYBE, API_BOTH };
struct api_field {
    enum api_schema schema;
    const char *key;
    enum api_type type;
    enum api_schema of;
    enum api_need need;
    const char *words;
};
extern const struct api_field api_field[];
extern const isize api_field_n;
const char *api_schema_name(enum api_schema s); /* "Me"; "" of API_NONE */
const char *api_schema_words(enum api_schema s);

/* Whether v is of that shape: every key known, those that are needed there, each of its type,
** texts of at most API_TEXT_BYTES.  *place: where it is not ("roles[2].site"), empty: the whole.
** The sentence never repeats a value. Errors: E_RECORD. */
enum { API_TEXT_BYTES = 10000, API_LIST_N = 10000 };
MUST_CHECK int api_check(const struct json *v, enum api_schema s, struct str *place,
                         struct arena *a, struct err *e);

/* {"Me":{"type":"object",...},...}: JSON Schema 2020-12, as OpenAPI 3.1 has it. */
void api_schema_put(struct json_out *w);
void api_type_put(struct json_out *w, const char *key, enum api_type t,
                  enum api_schema of, enum api_need need, const char *words);

#endif
