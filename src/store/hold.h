/* One process writes a data folder: it holds a lock on a file there.
**
** The lock is the kernel's (flock): it ends with the process however that ends, so a file
** that is left behind hinders nobody.  Checked: tests/store/test_key.c. */
#ifndef VARDE_STORE_HOLD_H
#define VARDE_STORE_HOLD_H

#include "base/err.h"

/* *fd: to keep open while writing. Errors: E_BUSY (says which process has it), E_IO. */
MUST_CHECK int hold_take(const char *folder, int *fd, struct err *e);
void hold_release(int fd); /* -1 is fine */

#endif
