/* JSON (RFC 8259), read strictly and written canonically or for people.
**
** Refused with line and column: duplicate keys, invalid UTF-8, a lone surrogate, U+0000,
** control characters in strings, 01, NaN, anything after the value, more than
** JSON_DEPTH levels or the limit in bytes.  Numbers keep their own text: 1.10 stays
** 1.10. */
#ifndef VARDE_BASE_JSON_H
#define VARDE_BASE_JSON_H

#include "base/err.h"

enum { JSON_DEPTH = 64 };
enum json_kind {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_kind kind;
    bool truth;              /* of a JSON_BOOL */
    struct str text;         /* a string's value, a number's own text */
    struct str key;          /* when it stands in an object */
    isize n;                 /* of an array or object */
    struct json *kid, *next; /* first member; next sibling */
    int line;
};

/* `file` names the text in errors. Strings without escapes point into `text`.
** Errors: E_JSON, E_TOO_BIG (above FILE_LIMIT). */
MUST_CHECK int json_read(struct str text, const char *file, struct json **out,
                         struct arena *a, struct err *e);

const struct json *json_get(const struct json *o, const char *key); /* NULL if absent */
const struct json *json_at(const struct json *array, isize i);      /* NULL if outside */
/* A string's value, or empty. */
struct str json_text(const struct json *o, const char *key);
/* NAN if v is no number; the strings "Inf" and "-Inf" count. */
double json_number(const struct json *v);

/* Writing.  Commas and indentation come by themselves:
**     struct json_out w = json_to(&b, 1);
**     json_open(&w, NULL, '{');  json_put_num(&w, "n", 35);  json_close(&w, '}');
** key is NULL in arrays and at the top.  A number that is not finite is written as the
** string "Inf" or "-Inf", and NaN as null.  Whatever goes in, what comes out is valid: in
** a text that is not UTF-8 every byte beyond ASCII, and in any text U+0000, becomes
** U+FFFD. */
struct json_out {
    struct buf *b;
    int indent; /* blanks per level; 0: everything on one line without blanks */
    int depth;
};
struct json_out json_to(struct buf *b, int indent);
void json_open(struct json_out *w, const char *key, char bracket);
void json_close(struct json_out *w, char bracket);
void json_put_str(struct json_out *w, const char *key, struct str s);
void json_put_num(struct json_out *w, const char *key, double x); /* as num_shortest */
void json_put_int(struct json_out *w, const char *key, i64 x);
void json_put_bool(struct json_out *w, const char *key, bool x);
void json_put_null(struct json_out *w, const char *key);
void json_put(struct json_out *w, const char *key, const struct json *v); /* a tree */

/* The canonical form, for hashes and the journal: keys sorted by bytes, no blanks, number
** text as it was, strings with the fewest escapes. */
struct str json_canonical(const struct json *v, struct arena *a);

#endif
