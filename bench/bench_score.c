/* A hundred items and five scores for 44 people (the Norwegian study has 84 items a
** person at each time point), and reading the definition they need. */
#include "bench.h"
#include "study/score.h"
#include <stdlib.h>

static struct str definition(struct arena *a)
{
    struct buf b = buf_in(a, 1 << 14);
    buf_put(&b, S("instrument: hundred\nrevision: 1\nlicence: free\n"
                  "choices: {1: never, 2: seldom, 3: at times, 4: often, 5: always}\n"
                  "direction: higher is better\nitems:\n"));
    for (int i = 1; i <= 100; i++)
        buf_fmt(&b, "  - {id: q%d, text: a question%s}\n", i,
                i % 4 == 0 ? ", reverse: true" : "");
    buf_put(&b,
            S("scores:\n"
              "  - {id: mean, of: all, metric: mean,\n"
              "     missing: {rule: person mean, up-to: 20}}\n"
              "  - {id: sum, of: all, metric: sum, missing: {rule: prorate, up-to: 20}}\n"
              "  - {id: pomp, of: all, metric: POMP,\n"
              "     missing: {rule: answered, up-to: 20}}\n"
              "  - {id: first, of: [1, 2, 3, 4, 5, 6, 7, 8], metric: sum}\n"
              "  - {id: both, of: [mean, first], metric: mean}\n"));
    return buf_str(&b);
}

static struct instrument *read(struct str text, struct arena *a)
{
    struct err e;
    struct yaml *doc;
    struct instrument *in;
    if (yaml_read(text, "bench", &doc, a, &e) != OK ||
        instrument_read(doc, &in, a, &e) != OK)
        abort();
    return in;
}

BENCH(score_44_people_100_items)
{
    enum { PEOPLE = 44 };
    struct instrument *in = read(definition(&tmp), &tmp);
    struct answer *x = NEW(&tmp, struct answer, PEOPLE * 100);
    struct score out[5];
    for (isize i = 0; i < PEOPLE * 100; i++)
        x[i] = (struct answer){
            i % 23 ? ANSWER_GIVEN : ANSWER_MISSING, (double)(i % 5 + 1), {0}};
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        for (isize k = 0; k < PEOPLE; k++) {
            score_all(in, x + 100 * k, out);
            bench_keep(out[0].value);
        }
    b->work = PEOPLE;
    b->unit = "person";
}

BENCH(instrument_read_100_items)
{
    struct str text = definition(&tmp);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena one = tmp;
        bench_keep((double)read(text, &one)->items.n);
    }
    b->unit = "definition";
}
