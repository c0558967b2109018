/* Old backups in a folder: only files that this key opens and that say whose they are. */
#define _GNU_SOURCE /* lstat, unlink */
#include "base/file.h"
#include "store/backup_parts.h"
#include "store/statements.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 16 };

/* What a killed backup left: named by seal_file_begin, begun with our first line, or empty. */
static bool left_over(const char *path, struct str name, struct str line, i64 before)
{
    char head[128];
    struct stat st;
    struct str end = str_from(name, MAX(name.n - HEX, (isize)0));
    if (name.n < HEX + 6 || strspn(end.at, "0123456789abcdef") < HEX ||
        memcmp(end.at - 5, ".new-", 5) != 0)
        return false;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_mtime >= before)
        return false;
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    isize n = (isize)fread(head, 1, sizeof head, f);
    fclose(f);
    return n == 0 || (n >= line.n && memcmp(head, line.at, (size_t)line.n) == 0);
}

static bool is_old(const char *path, const struct backup_old *in, struct arena tmp)
{
    struct backup_told told;
    struct stat st, newest;
    struct err none;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
    if (stat(in->newest, &newest) != 0 ||
        (st.st_dev == newest.st_dev && st.st_ino == newest.st_ino))
        return false;
    return backup_look(path, in->key, &told, &tmp, &none) == OK && told.store.n > 0 &&
           str_eq(told.store, in->store) && told.at.n == in->before.n &&
           str_cmp(told.at, in->before) < 0;
}

int backup_prune(const struct backup_old *in, i64 *removed, struct arena tmp,
                 struct err *e)
{
    struct file_names names = {0};
    struct str path = str_of(in->newest);
    isize slash = path.n - 1;
    *removed = 0;
    while (slash >= 0 && path.at[slash] != '/') slash--;
    const char *folder = slash < 0    ? "."
                         : slash == 0 ? "/"
                                      : str_c(str_upto(path, slash), &tmp);
    struct str line = backup_line(in->key, &tmp);
    TRY(file_list(folder, &names, &tmp, e));
    for (isize i = 0; i < names.n; i++) {
        struct arena each = tmp;
        const char *at = file_join(&each, folder, str_c(names.at[i], &each));
        bool left = left_over(at, names.at[i], line, in->begun_before);
        if (!left && (!in->before.n || !is_old(at, in, each))) continue;
        if (unlink(at) != 0)
            return err_set(e, E_IO, "%s: is over and cannot be removed: %s", at,
                           strerror(errno));
        *removed += !left;
    }
    return file_sync_folder(in->newest, e);
}
