#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct arena arena_reserve(isize bytes)
{
    void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return (struct arena){0};
    return (struct arena){.at = p, .end = (char *)p + bytes, .base = p};
}

void arena_release(struct arena *a)
{
    if (a->base) munmap(a->base, (size_t)(a->end - a->base));
    *a = (struct arena){0};
}

static _Thread_local struct arena_trap *landing;

struct arena_trap *arena_landing(struct arena_trap *t)
{
    struct arena_trap *before = landing;
    landing = t;
    return before;
}

bool arena_caught(void (*f)(void *arg), void *arg)
{
    struct arena_trap here = {.fail_after = 0}, *before = arena_landing(&here);
    bool full = setjmp(here.home) != 0;
    if (!full) f(arg);
    arena_landing(before);
    return full;
}

static _Thread_local i64 fail_after;

void arena_fail_after(i64 n)
{
    fail_after = n;
}

_Noreturn void arena_refuse(const struct arena *a)
{
    if (landing) longjmp(landing->home, 1);
    if (a->trap && !a->trap->over) longjmp(a->trap->home, 1);
    fprintf(stderr, "varde: out of memory\n");
    abort();
}

_Noreturn static void arena_full(const struct arena *a, isize size, isize n)
{
    if (!landing && (!a->trap || a->trap->over))
        fprintf(stderr, "varde: asked for %td x %td bytes\n", n, size);
    arena_refuse(a);
}

void *arena_take_raw(struct arena *a, isize size, isize align, isize n)
{
    if (fail_after > 0 && --fail_after == 0) arena_full(a, size, n);
    if (a->trap && a->trap->fail_after > 0 && --a->trap->fail_after == 0)
        arena_full(a, size, n);
    isize pad = (isize)(-(uintptr_t)a->at & (uintptr_t)(align - 1));
    isize room = a->end - a->at - pad;
    if (n < 0 || room < 0 || (size > 0 && n > room / size)) arena_full(a, size, n);
    char *p = a->at + pad;
    a->at = p + n * size;
    if (a->most && a->at > *a->most) *a->most = a->at;
    return p;
}

void *arena_take(struct arena *a, isize size, isize align, isize n)
{
    void *p = arena_take_raw(a, size, align, n);
    if (n > 0) memset(p, 0, (size_t)(n * size));
    return p;
}

/* The three members have the same layout whatever T is. */
void list_grow(struct arena *a, void *list, isize size)
{
    struct {
        void *at;
        isize n, cap;
    } l;
    memcpy(&l, list, sizeof l);
    isize cap = l.cap ? 2 * l.cap : 8;
    void *at = arena_take(a, size, 16, cap);
    if (l.n) memcpy(at, l.at, (size_t)(l.n * size));
    l.at = at;
    l.cap = cap;
    memcpy(list, &l, sizeof l);
}
