/* The whole Norwegian analysis, in its parts: definitions, records, computing, the
** document. The budgets stand in bench/README. */
#include "bench.h"
#include "exchange/records_csv.h"
#include "report/report_study.h"
#include "study/protocol.h"

#include <stdio.h>
#include <stdlib.h>

static void must(int rc, const struct err *e)
{
    if (rc == OK) return;
    fprintf(stderr, "%s\n", e->text);
    abort();
}

static void open_all(struct protocol *p, struct records *r, struct arena *a)
{
    struct err e = {0};
    must(protocol_open(VARDE_SOURCE "/data", "norway2013", p, a, &e), &e);
    must(records_csv_read(VARDE_SOURCE "/data/studies/norway2013/records", p->study,
                          p->in, r, a, &e),
         &e);
}

BENCH(analyse_definitions)
{
    struct err e = {0};
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena one = tmp;
        struct protocol p;
        must(protocol_open(VARDE_SOURCE "/data", "norway2013", &p, &one, &e), &e);
    }
    b->unit = "study";
}

BENCH(analyse_records)
{
    struct protocol p;
    struct records r;
    struct err e = {0};
    open_all(&p, &r, &tmp);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena one = tmp;
        must(records_csv_read(VARDE_SOURCE "/data/studies/norway2013/records", p.study,
                              p.in, &r, &one, &e),
             &e);
    }
    b->unit = "study";
}

/* Budget: 5 ms with 10,000 BCa resamples of each pair beside the ideal intervals. */
BENCH(analyse_compute)
{
    struct protocol p;
    struct records r;
    struct analysed m;
    struct err e = {0};
    open_all(&p, &r, &tmp);
    struct analyse_options o = {.threads = 1, .resamples = 10000, .seed = -1};
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena one = tmp;
        must(analyse_run(p.plan, &r, &o, &m, &one, &e), &e);
    }
    b->unit = "study";
}

BENCH(analyse_document)
{
    struct protocol p;
    struct records r;
    struct analysed m;
    struct err e = {0};
    open_all(&p, &r, &tmp);
    struct analyse_options o = {.threads = 1, .resamples = 10000, .seed = -1};
    must(analyse_run(p.plan, &r, &o, &m, &tmp, &e), &e);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena one = tmp;
        bench_keep((double)report_study(&m, LANG_EN, S("bench"), &one)->n);
    }
    b->unit = "study";
}
