#define _GNU_SOURCE /* flock, O_CLOEXEC */
#include "store/hold.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int hold_take(const char *folder, int *out, struct err *e)
{
    char path[4096], pid[32] = {0};
    *out = -1;
    if (snprintf(path, sizeof path, "%s/varde.lock", folder) >= (int)sizeof path)
        return err_set(e, E_IO, "%.80s...: the name is too long", folder);
    /* The lock may be there from before; what comes beside it needs the folder. */
    int fd = faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0
                 ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)
                 : -1;
    if (fd < 0) {
        int why = errno;
        return err_set(e, E_IO, "%s: cannot be opened: %s%s", path, strerror(why),
                       why == EACCES || why == EROFS
                           ? "; make the folder writable for the user who runs Varde"
                           : "");
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int why = errno;
        isize n = pread(fd, pid, sizeof pid - 1, 0);
        close(fd);
        if (why != EWOULDBLOCK)
            return err_set(e, E_IO, "%s: cannot be locked: %s", path, strerror(why));
        n = n < 0 ? 0 : (isize)strspn(pid, "0123456789");
        return err_set(e, E_BUSY,
                       "%s: the store is in use by process %.*s; only one may write it: "
                       "stop that one, or let it do the work",
                       folder, n ? (int)n : 9, n ? pid : "(unknown)");
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, pid, (size_t)n, 0) != n) {
        int why = errno;
        close(fd);
        return err_set(e, E_IO, "%s: cannot be written: %s", path, strerror(why));
    }
    *out = fd;
    return OK;
}

void hold_release(int fd)
{
    if (fd >= 0) close(fd);
}
