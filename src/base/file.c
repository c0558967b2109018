#define _GNU_SOURCE /* O_CLOEXEC, O_TMPFILE, mkdir and friends */
#include "base/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
    int fd, broken;
    isize size, limit;
    struct arena *a;
    struct buf b;
};

/* The size is a hint: pipes say 0, files may grow while being read. */
static void read_all(void *arg)
{
    struct reading *r = arg;
    struct buf *b = &r->b;
    *b = buf_in(r->a, MIN(r->limit, MAX(r->size, 4095)) + 1);
    isize got = 1;
    while (got > 0 && b->n <= r->limit) {
        if (b->n == b->cap) {
            buf_putc(b, 0); /* makes room */
            b->n--;
        }
        got = read(r->fd, b->at + b->n, (size_t)(b->cap - b->n));
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            b->n += got;
    }
    r->broken = got < 0 ? errno : 0;
}

int file_read(const char *path, isize limit, struct str *out, struct arena *a,
              struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno == ENOENT || errno == ENOTDIR ? E_NO_FILE : E_IO,
                       "%s: cannot be opened: %s", path, strerror(errno));
    struct stat st = {0};
    bool known = fstat(fd, &st) == 0;
    if (!known || S_ISDIR(st.st_mode)) {
        close(fd);
        return err_set(e, E_IO, "%s: %s", path,
                       known ? "is a folder, not a file" : "cannot be read");
    }
    struct reading r = {.fd = fd, .size = (isize)st.st_size, .limit = limit, .a = a};
    bool full = arena_caught(read_all, &r);
    close(fd);
    if (full) arena_refuse(a);
    if (r.broken)
        return err_set(e, E_IO, "%s: reading failed: %s", path, strerror(r.broken));
    if (r.b.n > limit)
        return err_set(e, E_TOO_BIG, "%s: larger than %td bytes", path, limit);
    *out = buf_str(&r.b);
    return OK;
}

int file_read_secret(const char *path, struct str *out, struct arena *a, struct err *e)
{
    struct stat st;
    if (stat(path, &st) == 0 && (st.st_mode & 0077))
        return err_set(e, E_USAGE, "the secret in %s may be read by others: chmod 600 it",
                       path);
    TRY(file_read(path, 4096, out, a, e));
    while (out->n > 0 && strchr(" \t\r\n", out->at[out->n - 1]))
        *out = str_upto(*out, out->n - 1);
    *out = str_trim(*out);
    return OK;
}

static bool write_all(int fd, struct str s)
{
    while (s.n > 0) {
        isize put = write(fd, s.at, (size_t)s.n);
        if (put < 0 && errno != EINTR) return false;
        if (put > 0) s = (struct str){s.at + put, s.n - put};
    }
    return true;
}

int file_sync_folder(const char *path, struct err *e)
{
    char dir[4096];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (!slash)
        snprintf(dir, sizeof dir, ".");
    else if (slash == dir)
        slash[1] = 0;
    else
        *slash = 0;
    int fd = open(dir, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    bool fine = fd >= 0 && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0) close(fd);
    return fine ? OK : err_set(e, E_IO, "%s: cannot be synced: %s", dir, strerror(why));
}

/* Taking the name of a device or a pipe would destroy it. */
static bool replaceable(const char *path)
{
    struct stat st;
    return lstat(path, &st) < 0 || S_ISREG(st.st_mode) || S_ISLNK(st.st_mode);
}

static int put(const char *path, struct str content, bool sync, struct err *e)
{
    char beside[4096];
    if (!replaceable(path))
        return err_set(e, E_IO, "%s: cannot be written: it is no ordinary file", path);
    if (snprintf(beside, sizeof beside, "%s.new-%ld", path, (long)getpid()) >=
        (int)sizeof beside)
        return err_set(e, E_IO, "%.80s...: the name is too long", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set(e, E_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool fine = write_all(fd, content) && (!sync || fsync(fd) == 0);
    int why = errno;
    if (close(fd) < 0 && fine) fine = false, why = errno;
    if (fine && rename(beside, path) < 0) fine = false, why = errno;
    if (!fine) {
        unlink(beside);
        return err_set(e, E_IO, "%s: cannot be written: %s", path, strerror(why));
    }
    /* The new content has its name; that a file system cannot sync a folder undoes
    ** nothing. */
    if (sync) (void)!file_sync_folder(path, NULL);
    return OK;
}

int file_replace(const char *path, struct str content, struct err *e)
{
    return put(path, content, true, e);
}

/* Whether the file holds exactly this already. A file system may make whoever renames over
** a file wait for the disk; a report that came out the same need not. */
static bool holds(const char *path, struct str content)
{
    struct stat st;
    char piece[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    bool same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == content.n;
    isize at = 0;
    while (same && at < content.n) {
        isize got = read(fd, piece, sizeof piece);
        same = got > 0 && got <= content.n - at &&
               memcmp(piece, content.at + at, (size_t)got) == 0;
        at += got;
    }
    close(fd);
    return same;
}

int file_publish(const char *path, struct str content, struct err *e)
{
    return holds(path, content) ? OK : put(path, content, false, e);
}

int file_mkdirs(const char *path, struct err *e)
{
    char part[4096];
    if (path[0] == 0) return err_set(e, E_IO, "the name of a folder is empty");
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return err_set(e, E_IO, "%.80s...: the name is too long", path);
    for (char *p = part + 1;; p++) {
        if (*p != '/' && *p != 0) continue;
        char was = *p;
        *p = 0;
        if (mkdir(part, 0777) < 0 && errno != EEXIST)
            return err_set(e, E_IO, "%s: cannot make the folder: %s", part,
                           strerror(errno));
        *p = was;
        if (was == 0) break;
    }
    if (!file_is_folder(path)) return err_set(e, E_IO, "%s: is not a folder", path);
    return OK;
}

static int by_name(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct listing {
    DIR *d;
    struct file_names *out;
    struct arena *a;
    int broken;
};

static void list_all(void *arg)
{
    struct listing *l = arg;
    errno = 0; /* readdir tells its end from a failure by nothing else */
    for (struct dirent *n = readdir(l->d); n; n = readdir(l->d))
        if (strcmp(n->d_name, ".") != 0 && strcmp(n->d_name, "..") != 0)
            *PUSH(l->a, l->out) = str_dup(str_of(n->d_name), l->a);
    l->broken = errno;
}

int file_list(const char *path, struct file_names *out, struct arena *a, struct err *e)
{
    DIR *d = opendir(path);
    if (!d)
        return err_set(e, errno == ENOENT ? E_NO_FILE : E_IO, "%s: cannot be listed: %s",
                       path, strerror(errno));
    *out = (struct file_names){0};
    struct listing l = {.d = d, .out = out, .a = a};
    bool full = arena_caught(list_all, &l);
    closedir(d);
    if (full) arena_refuse(a);
    if (l.broken)
        return err_set(e, E_IO, "%s: listing failed: %s", path, strerror(l.broken));
    if (out->n) qsort(out->at, (size_t)out->n, sizeof *out->at, by_name);
    return OK;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *file_join(struct arena *a, const char *dir, const char *name)
{
    if (dir[0] == 0) return str_c(str_of(name), a);
    bool slash = dir[strlen(dir) - 1] == '/';
    return str_fmt(a, slash ? "%s%s" : "%s/%s", dir, name).at;
}
