/* What we accept as JSON against jansson, over the fuzzer's corpus.  jansson is there for
** this test only; without it the build leaves the file out. */

/* Both call their kinds by the same names: theirs are seen through kind_of only. */
#define JSON_OBJECT THEIR_OBJECT
#define JSON_ARRAY  THEIR_ARRAY
#define JSON_STRING THEIR_STRING
#define JSON_NULL   THEIR_NULL
#include <jansson.h>
static char kind_of(const json_t *j)
{
    return j ? "{[snntf0"[json_typeof(j)] : 0; /* in the order of their json_type */
}
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL

#include "base/file.h"
#include "base/json.h"
#include "test.h"

/* Beyond our limit in depth jansson still reads, and a number beyond a double's range is
** text to us and an error to jansson. */
static bool they_may_differ(const struct json *v, const struct err *e)
{
    if (!v) return str_find_str(str_of(e->text), S("levels of brackets")) >= 0;
    if (v->kind == JSON_NUMBER && !isfinite(json_number(v))) return true;
    for (const struct json *k = v->kid; k; k = k->next)
        if (they_may_differ(k, e)) return true;
    return false;
}

static bool same(const struct json *v, const json_t *j)
{
    isize i = 0;
    switch (v->kind) {
    case JSON_NULL: return kind_of(j) == '0';
    case JSON_BOOL: return kind_of(j) == (v->truth ? 't' : 'f');
    case JSON_NUMBER: return kind_of(j) == 'n' && json_number(v) == json_number_value(j);
    case JSON_STRING:
        return kind_of(j) == 's' &&
               str_eq(v->text,
                      (struct str){json_string_value(j), (isize)json_string_length(j)});
    case JSON_ARRAY:
        if (kind_of(j) != '[' || (isize)json_array_size(j) != v->n) return false;
        for (const struct json *k = v->kid; k; k = k->next)
            if (!same(k, json_array_get(j, (size_t)i++))) return false;
        return true;
    default:
        if (kind_of(j) != '{' || (isize)json_object_size(j) != v->n) return false;
        for (const struct json *k = v->kid; k; k = k->next)
            if (!same(k, json_object_getn(j, k->key.at, (size_t)k->key.n))) return false;
        return true;
    }
}

TEST(json_agrees_with_jansson)
{
    const char *dir = test_path("fuzz/corpus/json");
    struct file_names names = {0};
    struct err e = {0};
    isize compared = 0, both = 0;
    CHECK_CODE(file_list(dir, &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++) {
        struct arena a = tmp;
        struct str s;
        struct json *v = NULL;
        const char *path = file_join(&a, dir, names.at[i].at);
        CHECK_CODE(file_read(path, FILE_LIMIT, &s, &a, &e), OK, e);
        bool ours = json_read(s, "oracle", &v, &a, &e) == OK;
        if (str_find(s, 0) >= 0) continue; /* jansson takes a zero byte for the end */
        if (they_may_differ(ours ? v : NULL, &e)) continue;
        json_t *j = json_loadb(
            s.at, (size_t)s.n,
            JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
        compared++;
        both += ours && j;
        test_check(ours == (j != NULL), __FILE__, __LINE__, "%s: we %s, jansson %s", path,
                   ours ? "accept" : e.text, j ? "accepts" : "refuses");
        if (ours && j)
            test_check(same(v, j), __FILE__, __LINE__, "%s: trees differ", path);
        json_decref(j);
    }
    CHECK(compared > 20);
    CHECK(both > 5);
}
