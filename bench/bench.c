#define _GNU_SOURCE /* clock_gettime */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct bench_case *first;
static volatile double sink;

void bench_add(struct bench_case *c)
{
    c->next = first;
    first = c;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bench_start(struct bench *b)
{
    b->started = now();
}

void bench_keep(double x)
{
    sink = x;
}

static double once(struct bench_case *c, struct bench *b, isize loops, struct arena tmp)
{
    *b = (struct bench){.loops = loops, .work = 1, .unit = "loop"};
    b->started = now();
    c->run(b, tmp);
    return now() - b->started;
}

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void say(double s)
{
    if (s < 1e-6)
        printf("%8.1f ns", s * 1e9);
    else if (s < 1e-3)
        printf("%8.2f us", s * 1e6);
    else
        printf("%8.2f ms", s * 1e3);
}

int main(int argc, char **argv)
{
    enum { RUNS = 9 };
    struct arena tmp = arena_reserve((isize)1 << 34);
    struct bench_case *list = NULL;
    for (struct bench_case *c = first, *next; c; c = next) {
        next = c->next;
        c->next = list;
        list = c;
    }
    printf("%-44s %11s %11s\n", "bench", "min", "median");
    for (struct bench_case *c = list; c; c = c->next) {
        bool wanted = argc < 2;
        for (int k = 1; k < argc; k++) wanted = wanted || strstr(c->name, argv[k]);
        if (!wanted) continue;
        struct bench b;
        isize loops = 1;
        while (once(c, &b, loops, tmp) < 0.05 && loops < ((isize)1 << 30)) loops *= 2;
        double t[RUNS];
        for (int i = 0; i < RUNS; i++) t[i] = once(c, &b, loops, tmp) / (double)loops;
        qsort(t, RUNS, sizeof *t, by_size);
        printf("%-44s ", c->name);
        say(t[0]);
        printf(" ");
        say(t[RUNS / 2]);
        if (b.work != 1) {
            printf("   ");
            say(t[0] / b.work);
            printf(" per %s", b.unit);
        }
        printf("\n");
    }
    return 0;
}
