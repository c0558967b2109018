#define _GNU_SOURCE /* sched_getaffinity */
#include "base/par.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct crew {
    atomic_long next;
    isize n;
    par_block *f;
    void *arg;
};

static void *work(void *arg)
{
    struct crew *c = arg;
    for (isize b = atomic_fetch_add(&c->next, 1); b < c->n;
         b = atomic_fetch_add(&c->next, 1))
        c->f(b, c->arg);
    return NULL;
}

int par_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return CPU_COUNT(&set);
}

void par_run(isize n, int threads, par_block *f, void *arg)
{
    enum { MOST = 64 };
    struct crew c = {.n = n, .f = f, .arg = arg};
    pthread_t t[MOST];
    int want = threads > 0 ? threads : par_cores(), made = 0;
    want = (int)MIN(MIN(want, MOST), n);
    while (made < want - 1 && pthread_create(&t[made], NULL, work, &c) == 0) made++;
    work(&c);
    for (int i = 0; i < made; i++) pthread_join(t[i], NULL);
}
