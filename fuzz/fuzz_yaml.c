/* Laws: a definition's canonical JSON, where YAML can read it, is the same definition;
** every node has a place; the getters answer for every node. */
#include "base/yaml.h"
#include "fuzz.h"
#include <stdlib.h>

static void ask(const struct yaml *v)
{
    static const char *const word[] = {"sum", "mean", "median"};
    struct err e = {0};
    struct str s;
    double x;
    i64 i;
    bool b;
    day d;
    int w;
    if (v->line < 1 || v->col < 1) abort();
    int rc[] = {yaml_str(v, NULL, "x", &s, &e),
                yaml_num(v, NULL, "x", -1, 1, &x, &e),
                yaml_int(v, NULL, "x", -1, 1, &i, &e),
                yaml_bool(v, NULL, "x", &b, &e),
                yaml_day(v, NULL, "x", &d, &e),
                yaml_word(v, NULL, "x", word, COUNT(word), &w, &e),
                yaml_keys(v, word, COUNT(word), &e)};
    for (isize k = 0; k < COUNT(rc); k++)
        if (rc[k] != OK && rc[k] != E_DEFINITION) abort();
    for (const struct yaml *k = v->kid; k; k = k->next) ask(k);
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    struct yaml *v, *back;
    if (yaml_read((struct str){(const char *)at, (isize)n}, "fuzz", &v, &a, &e) == OK) {
        ask(v);
        struct str c = json_canonical(yaml_to_json(v, &a), &a);
        struct json *j;
        if (json_read(c, "canonical", &j, &a, NULL) != OK) abort();
        /* refused are only odd letters and keys of more than 1024 bytes */
        if (yaml_read(c, "again", &back, &a, &e) == OK &&
            !str_eq(c, json_canonical(yaml_to_json(back, &a), &a)))
            abort();
    } else if (!e.text[0]) {
        abort();
    }
    arena_release(&a);
    return 0;
}
