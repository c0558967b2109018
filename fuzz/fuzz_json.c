/* Laws: what is read can be written and is then read as the same tree; the canonical form
** of the canonical form is itself. */
#include "base/json.h"
#include "fuzz.h"
#include <stdlib.h>

static bool same(const struct json *x, const struct json *y)
{
    if (x->kind != y->kind || x->truth != y->truth || x->n != y->n) return false;
    if (!str_eq(x->text, y->text) || !str_eq(x->key, y->key)) return false;
    const struct json *u = x->kid, *v = y->kid;
    for (; u && v; u = u->next, v = v->next)
        if (!same(u, v)) return false;
    return !u && !v;
}

static const struct json *again(struct str s, struct arena *a)
{
    struct json *v = NULL;
    if (json_read(s, "again", &v, a, NULL) != OK) abort();
    return v;
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    struct json *v;
    int rc = json_read((struct str){(const char *)at, (isize)n}, "fuzz", &v, &a, &e);
    if (rc == OK) {
        struct buf b = buf_in(&a, 16);
        struct json_out w = json_to(&b, (int)(n % 3));
        json_put(&w, NULL, v);
        if (!same(v, again(buf_str(&b), &a))) abort();
        struct str c = json_canonical(v, &a);
        if (!str_eq(c, json_canonical(again(c, &a), &a))) abort();
        json_number(v);
    } else if (!e.text[0]) {
        abort(); /* no sentence */
    }
    arena_release(&a);
    return 0;
}
