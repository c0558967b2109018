/* Reading and writing JSON: a bundle of answers like those that other systems send. */
#include "base/json.h"
#include "bench.h"
#include <stdlib.h>

static struct str bundle(struct arena *a)
{
    struct buf b = buf_in(a, 1 << 18);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '{');
    json_put_str(&w, "resourceType", S("Bundle"));
    json_open(&w, "entry", '[');
    for (int i = 0; b.n < 205000; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "id", str_fmt(a, "answer-%d", i));
        json_put_str(&w, "status", S("completed"));
        json_put_str(&w, "text",
                     S("Slept b\xc3\xa5"
                       "dly \"most\" days\n"));
        json_put_num(&w, "value", i / 10.0);
        json_put_bool(&w, "reversed", i % 2);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    return buf_str(&b);
}

BENCH(json_read_205_kb)
{
    struct str s = bundle(&tmp);
    b->work = (double)s.n;
    b->unit = "byte";
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        struct json *v;
        if (json_read(s, "bench", &v, &a, NULL) != OK) abort();
        bench_keep((double)v->n);
    }
}

BENCH(json_canonical_205_kb)
{
    struct str s = bundle(&tmp);
    struct json *v;
    if (json_read(s, "bench", &v, &tmp, NULL) != OK) abort();
    b->work = (double)s.n;
    b->unit = "byte";
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena a = tmp;
        bench_keep((double)json_canonical(v, &a).n);
    }
}
