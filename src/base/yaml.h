/* Definitions in YAML, read strictly over libyaml.
**
** A document is maps, lists and texts; every scalar is text until a getter below types
** it, so `no` stays a language and 01 an item.  Refused: anchors, aliases, tags, several
** documents, duplicate keys, tabs, control characters, invalid UTF-8.  Every node knows
** its place, and every refusal says file:line:column, what was found, what was expected,
** and which known word is near.
**
** A definition is read like this; each getter refuses a wrong type at its place:
**     TRY(yaml_keys(m, KNOWN, COUNT(KNOWN), e));            nothing unknown in the map
**     TRY(yaml_str(yaml_get(m, "id"), m, "id", &id, e));    required
**     if ((v = yaml_get(m, "sd"))) TRY(yaml_num(v, m, "sd", 0, 1e6, &sd, e));   optional */
#ifndef VARDE_BASE_YAML_H
#define VARDE_BASE_YAML_H

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    bool quoted; /* a text that stood in quotes or a block: never null, never a number */
    struct str text; /* of a YAML_TEXT */
    struct str key;  /* when it stands in a map */
    isize n;
    struct yaml *kid, *next;
    int line, col, key_line, key_col; /* from 1 */
    const char *file;
};

/* Errors: E_YAML, E_TOO_BIG. An empty document is an empty map. */
MUST_CHECK int yaml_read(struct str text, const char *file, struct yaml **out,
                         struct arena *a, struct err *e);
/* Reads the file too. Errors also: E_NO_FILE, E_IO. */
MUST_CHECK int yaml_read_file(const char *path, struct yaml **out, struct arena *a,
                              struct err *e);

const struct yaml *yaml_get(const struct yaml *map, const char *key); /* NULL if absent */
const struct yaml *yaml_at(const struct yaml *list, isize i); /* NULL if outside */
bool yaml_null(const struct yaml *v); /* NULL, or an unquoted null, ~ or empty text */

/* Refuses at a node: "data/x.yaml:12:3: <sentence>". Returns E_DEFINITION. */
int yaml_refuse(const struct yaml *at, struct err *e, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Nothing in `map` but these keys; also refuses what is not a map. */
MUST_CHECK int yaml_keys(const struct yaml *map, const char *const *known, isize n,
                         struct err *e);

/* Getters: v is the value (NULL when the key is absent, then refused at `map`), `key` is
** for the sentence.  All return E_DEFINITION. */
MUST_CHECK int yaml_str(const struct yaml *v, const struct yaml *map, const char *key,
                        struct str *out, struct err *e);
MUST_CHECK int yaml_num(const struct yaml *v, const struct yaml *map, const char *key,
                        double lo, double hi, double *out, struct err *e);
MUST_CHECK int yaml_int(const struct yaml *v, const struct yaml *map, const char *key,
                        i64 lo, i64 hi, i64 *out, struct err *e);
MUST_CHECK int yaml_bool(const struct yaml *v, const struct yaml *map, const char *key,
                         bool *out, struct err *e); /* true or false, nothing else */
MUST_CHECK int yaml_day(const struct yaml *v, const struct yaml *map, const char *key,
                        day *out, struct err *e);
MUST_CHECK int yaml_list(const struct yaml *v, const struct yaml *map, const char *key,
                         const struct yaml **out, struct err *e);
MUST_CHECK int yaml_map(const struct yaml *v, const struct yaml *map, const char *key,
                        const struct yaml **out, struct err *e);
/* One of `word`; *out is its index. */
MUST_CHECK int yaml_word(const struct yaml *v, const struct yaml *map, const char *key,
                         const char *const *word, isize n, int *out, struct err *e);

/* The definition as a JSON tree (texts stay texts), for hashing by json_canonical:
** layout, comments and quoting style do not change it. */
struct json *yaml_to_json(const struct yaml *v, struct arena *a);

#endif
