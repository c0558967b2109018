/* Memory in one direction: take what you need, give all of it back at once.
**
** An arena is a range of address space that the kernel fills as it is touched.  It is
** passed two ways, and the parameter says which:
**
**   struct arena *a     the function returns memory taken from it
**   struct arena tmp    the function only needs room: the copy is dropped, and with it
**                       everything that was taken
**
** A result and scratch may share one arena: take the result first through the pointer,
** then copy the arena and take scratch from the copy.
**
** Memory from NEW is zeroed.  Nothing is freed one by one.  An arena that is full, or
** that was told to fail, jumps to this thread's landing, else to its own trap, and else ends
** the program with a sentence: no caller ever sees NULL. */
#ifndef VARDE_BASE_ARENA_H
#define VARDE_BASE_ARENA_H

#include "base/types.h"
#include <setjmp.h>

struct arena_trap {
    jmp_buf home;   /* where to go when there is no memory */
    i64 fail_after; /* > 0: the n-th allocation fails (tests); 0: never */
    bool over;      /* nobody waits there any more: running out ends the program */
};

struct arena {
    char *at, *end;
    char *base;              /* of the whole range; used by arena_release */
    struct arena_trap *trap; /* may be NULL */
    char **most; /* may be NULL: where to keep how far it and its copies came */
};

/* A range of `bytes` of address space; memory is used only as it is touched.
** An arena with base NULL was refused by the kernel. */
struct arena arena_reserve(isize bytes);
void arena_release(struct arena *a);

/* n zeroed objects of `size`, aligned; n * size may not overflow. */
void *arena_take(struct arena *a, isize size, isize align, isize n);

/* Where this thread goes from now on when any arena is full; NULL: to the arena's own trap.
** For whoever runs functions whose arenas are another thread's, as the writer does.  Gives
** the landing before, which has to be set again. */
struct arena_trap *arena_landing(struct arena_trap *t);
/* Runs f(arg); true when memory ran out in it, of whichever arena.  For who holds what is no
** memory of an arena (a lock, an open file, what a library allocated): it gives that back and
** goes on to where running out leads by arena_refuse. */
bool arena_caught(void (*f)(void *arg), void *arg);
_Noreturn void arena_refuse(const struct arena *a);

/* Tests: the n-th allocation of this thread from now on is refused, whichever arena it is taken
** from; 0: none. */
void arena_fail_after(i64 n);

/* The same without zeroing: for large scratch that is written before it is read. */
void *arena_take_raw(struct arena *a, isize size, isize align, isize n);

#define NEW(a, T, n) ((T *)arena_take((a), (isize)sizeof(T), (isize) _Alignof(T), (n)))
#define NEW_RAW(a, T, n) \
    ((T *)arena_take_raw((a), (isize)sizeof(T), (isize) _Alignof(T), (n)))

/* Room for one more in a list; yields a pointer to it, zeroed.  A list is any struct that
** has `T *at; isize n, cap;` next to each other in this order. */
#define PUSH(a, list)                                                                    \
    (((list)->n == (list)->cap ? list_grow((a), &(list)->at, (isize)sizeof(*(list)->at)) \
                               : (void)0),                                               \
     &(list)->at[(list)->n++])
#define LIST(T)       \
    {                 \
        T *at;        \
        isize n, cap; \
    }
void list_grow(struct arena *a, void *at, isize size); /* of PUSH: the address of .at */

#endif
