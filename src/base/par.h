/* Work in numbered blocks on several threads.
**
** A block's result may depend on its number and its input alone, never on the thread or
** the order, so any number of threads gives the same bits.  Reductions over blocks are
** done afterwards, in block order, by the caller. */
#ifndef VARDE_BASE_PAR_H
#define VARDE_BASE_PAR_H

#include "base/types.h"

typedef void par_block(isize block, void *arg);

/* Runs f(0..n-1) on up to `threads` threads (0: as many as the machine has), the caller's
** among them; returns when all are done.  If threads cannot be made, it runs on fewer. */
void par_run(isize n, int threads, par_block *f, void *arg);

int par_cores(void);

#endif
