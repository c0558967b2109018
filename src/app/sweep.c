#define _GNU_SOURCE /* lstat, unlink, rmdir */
#include "app/sweep.h"
#include "base/file.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OLD_S = 3600, OLD_FILE_S = 24 * 3600 };

#define DIGITS  "0123456789"
#define HEX     DIGITS "abcdef"
#define LETTERS DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool only(struct str s, const char *letters, isize least, isize most)
{
    if (s.n < least || s.n > most) return false;
    for (isize i = 0; i < s.n; i++)
        if (!strchr(letters, s.at[i]) || !s.at[i]) return false;
    return true;
}

static bool is_report(struct str name)
{
    return str_starts(name, S("report-")) && only(str_from(name, 7), LETTERS, 6, 6);
}

static bool is_replacing(struct str name)
{
    static const char *const of[] = {"erasures.new-", "varde.yaml.new-"};
    for (isize i = 0; i < COUNT(of); i++)
        if (str_starts(name, str_of(of[i])) &&
            only(str_from(name, (isize)strlen(of[i])), DIGITS, 1, 10))
            return true;
    return false;
}

static bool is_sealed(struct str name)
{
    if (only(name, HEX, 32, 32)) return true;
    return name.n == 32 + 5 + 16 && only(str_upto(name, 32), HEX, 32, 32) &&
           str_starts(str_from(name, 32), S(".new-")) &&
           only(str_from(name, 37), HEX, 16, 16);
}

static bool is_old(const char *path, mode_t kind, i64 before)
{
    struct stat st;
    return lstat(path, &st) == 0 && (st.st_mode & S_IFMT) == kind && st.st_mtime < before;
}

/* Its files; a folder in it, or what is younger than itself, is not of ours. */
static bool remove_report(const char *path, i64 before, struct arena tmp)
{
    struct file_names names = {0};
    if (file_list(path, &names, &tmp, NULL) != OK) return false;
    for (isize i = 0; i < names.n; i++)
        if (!is_old(file_join(&tmp, path, names.at[i].at), S_IFREG, before)) return false;
    for (isize i = 0; i < names.n; i++)
        (void)unlink(file_join(&tmp, path, names.at[i].at));
    return rmdir(path) == 0;
}

static int sweep_attachments(struct db *db, const char *folder, i64 now, i64 *n,
                             struct arena tmp, struct err *e)
{
    struct attachment_box box = {file_join(&tmp, folder, "attachments"), NULL};
    struct orphans o;
    TRY(attachment_orphans(db, &box, now - OLD_FILE_S, &o, &tmp, e));
    for (isize i = 0; i < o.files.n; i++) {
        struct arena a = tmp;
        const char *path = file_join(&a, box.folder, str_c(o.files.at[i], &a));
        if (is_sealed(o.files.at[i]) && is_old(path, S_IFREG, now - OLD_FILE_S))
            *n += unlink(path) == 0;
    }
    return OK;
}

int sweep_folder(struct db *db, const char *folder, i64 now, i64 *n, struct arena tmp,
                 struct err *e)
{
    struct file_names names = {0};
    *n = 0;
    TRY(file_list(folder, &names, &tmp, e));
    for (isize i = 0; i < names.n; i++) {
        struct arena a = tmp;
        const char *path = file_join(&a, folder, str_c(names.at[i], &a));
        if (is_report(names.at[i]) && is_old(path, S_IFDIR, now - OLD_S))
            *n += remove_report(path, now - OLD_S, a);
        if (is_replacing(names.at[i]) && is_old(path, S_IFREG, now - OLD_S))
            *n += unlink(path) == 0;
    }
    return sweep_attachments(db, folder, now, n, tmp, e);
}
