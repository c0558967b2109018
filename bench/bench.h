/* Benches: BENCH(name) { set up; bench_start(b); for (isize i = 0; i < b->loops; i++)
** work; } The harness finds `loops` so that a run takes about 50 ms, repeats it, and
** prints the minimum and median per loop and per unit of work. */
#ifndef VARDE_BENCH_BENCH_H
#define VARDE_BENCH_BENCH_H

#include "base/arena.h"

struct bench {
    isize loops;      /* how often to do the work; set by the harness */
    double work;      /* units in one loop, e.g. resamples; 1 if not set */
    const char *unit; /* "resample" */
    double started;
};
struct bench_case {
    const char *name;
    void (*run)(struct bench *b, struct arena tmp);
    struct bench_case *next;
};
void bench_add(struct bench_case *c);
void bench_start(struct bench *b); /* ends the setting up */
void bench_keep(double x);         /* a result that the compiler must not drop */

#define BENCH(id)                                                 \
    static void bench_##id(struct bench *b, struct arena tmp);    \
    static struct bench_case breg_##id = {#id, bench_##id, NULL}; \
    __attribute__((constructor)) static void badd_##id(void)      \
    {                                                             \
        bench_add(&breg_##id);                                    \
    }                                                             \
    static void bench_##id(struct bench *b, struct arena tmp)

#endif
