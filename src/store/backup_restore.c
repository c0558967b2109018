#define _GNU_SOURCE /* rename, rmdir, O_DIRECTORY */
#include "base/file.h"
#include "store/backup_parts.h"
#include "store/statements.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORK_LETTERS = 16 };

struct back {
    struct backup_load l;
    const struct backup_into *to;
    const char *work;
    char token[WORK_LETTERS + 1]; /* of the work folder's name, and of the mark */
    int hold;                     /* the folder's lock; -1: none */
    bool embedded, was_there;
};

static void step(const struct back *b, const char *what)
{
    if (b->to->step) b->to->step(b->to->arg, what);
}

/* A mark is needed where a folder can be there before its rows are. */
static bool marked(const struct back *b)
{
    return !b->embedded && b->to->inside;
}

/* Schema, rows and files, what must be done besides; the journal verifies. */
static int fill_store(struct back *b, struct arena *a, struct err *e)
{
    struct backup_load *l = &b->l;
    i64 n = 0;
    for (i64 i = 0; i < l->told.step; i++)
        TRY(db_script(l->db, migration_list[i].name, str_of(migration_list[i].text), e));
    for (isize i = TABLE_N - 1; i >= 0; i--) /* what a step itself put there */
        if (backup_table(str_of(table_list[i].name), l->told.step) == &table_list[i])
            TRY(db_run(l->db, table_list[i].clear, NO_ARGS, e));
    TRY(backup_load_all(l, a, e));
    step(b, "rows");
    if (b->to->inside) TRY(b->to->inside(l->db, &l->told, b->work, b->to->arg, a, e));
    if (marked(b))
        TRY(db_run(l->db, SQL_meta_put, ARGS(T(S("restore")), T(str_of(b->token))), e));
    return journal_verify(l->db, &n, *a, e);
}

static void remove_work(const char *work, struct arena tmp)
{
    static const char *const sub[] = {"attachments", ""};
    for (isize i = 0; i < COUNT(sub); i++) {
        struct file_names names = {0};
        const char *dir = sub[i][0] ? file_join(&tmp, work, sub[i]) : work;
        if (file_list(dir, &names, &tmp, NULL) == OK)
            for (isize k = 0; k < names.n; k++)
                (void)unlink(file_join(&tmp, dir, names.at[k].at));
        (void)rmdir(dir);
    }
}

/* The kernel's lock on a folder: it goes along with a new name, and ends with the process. */
static int lock_folder(const char *folder, int *fd, struct err *e)
{
    *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd >= 0 && flock(*fd, LOCK_EX | LOCK_NB) == 0) return OK;
    int why = errno;
    if (*fd >= 0) close(*fd);
    *fd = -1;
    if (why == EWOULDBLOCK)
        return err_set(e, E_BUSY, "%s: another restore is at work there", folder);
    return err_set(e, E_IO, "%s: cannot be opened: %s", folder, strerror(why));
}

/* What a restore left that was killed: only folders of its naming, and none at work. */
static void sweep(const char *folder, struct arena tmp)
{
    struct file_names names = {0};
    struct str path = str_of(folder);
    while (path.n > 1 && path.at[path.n - 1] == '/') path.n--;
    isize slash = path.n - 1;
    while (slash >= 0 && path.at[slash] != '/') slash--;
    const char *above = slash < 0    ? "."
                        : slash == 0 ? "/"
                                     : str_c(str_upto(path, slash), &tmp);
    struct str own = str_fmt(&tmp, "%.*s.new-", FMT(str_from(path, slash + 1)));
    if (file_list(above, &names, &tmp, NULL) != OK) return;
    for (isize i = 0; i < names.n; i++) {
        struct arena each = tmp;
        struct str s = names.at[i];
        int fd = -1;
        if (!str_starts(s, own) || s.n != own.n + WORK_LETTERS ||
            strspn(s.at + own.n, "0123456789abcdef") != WORK_LETTERS)
            continue;
        const char *left = file_join(&each, above, str_c(s, &each));
        if (lock_folder(left, &fd, NULL) != OK) continue;
        remove_work(left, each);
        close(fd);
    }
}

static int check_empty(const char *folder, struct arena tmp, struct err *e)
{
    struct file_names names = {0};
    struct stat st;
    if (lstat(folder, &st) < 0 && errno == ENOENT) return OK;
    TRY(file_list(folder, &names, &tmp, e));
    return names.n == 0
               ? OK
               : err_set(e, E_CONSTRAINT,
                         "%s: is not empty; a backup is restored into an empty folder",
                         folder);
}

/* A database that has the store's tables is somebody's. */
static int check_no_store(struct db *db, struct err *e)
{
    struct err none = {0};
    ROWS r = {0};
    int code = db_query(db, &r, SQL_migration_list, NO_ARGS, &none);
    if (code == E_DB) return OK; /* no such table */
    if (code != OK) return err_set(e, code, "%s", none.text);
    return err_set(e, E_CONSTRAINT,
                   "the database holds a store; a backup is restored into an empty one");
}

/* An empty folder gives way to the full one in one step. */
static int take_place(const char *work, const char *folder, struct err *e)
{
    if (rename(work, folder) == 0) return file_sync_folder(folder, e);
    return err_set(e, errno == ENOTEMPTY || errno == EEXIST ? E_CONSTRAINT : E_IO,
                   "%s: cannot be made: %s", folder, strerror(errno));
}

/* A folder whose rows never came: its restore was killed before the server had them. */
static int clear_unfinished(const char *folder, const char *url, struct arena tmp,
                            struct err *e)
{
    struct db *db = NULL;
    int fd = -1;
    if (!url || !file_exists(file_join(&tmp, folder, BACKUP_MARK))) return OK;
    TRY(db_open(url, DB_WRITER, &db, e));
    int code = check_no_store(db, e);
    db_close(db);
    TRY(code);
    TRY(lock_folder(folder, &fd, e));
    remove_work(folder, tmp);
    close(fd);
    return OK;
}

/* The rows of an embedded store are in the folder, so they are committed before it gets its
** name; those of a server after, and the folder goes back when the server refuses. */
static int settle(struct back *b, struct txn *t, struct arena tmp, struct err *e)
{
    const char *folder = b->to->folder;
    if (b->embedded) {
        TRY(db_commit(t, e));
        db_close(b->l.db);
        b->l.db = NULL;
        step(b, "rows kept");
        return take_place(b->work, folder, e);
    }
    TRY(take_place(b->work, folder, e));
    step(b, "named");
    int code = db_commit(t, e);
    if (code != OK) (void)!rename(folder, b->work);
    TRY(code);
    step(b, "rows kept");
    return marked(b) ? backup_restored(b->l.db, folder, false, tmp, e) : OK;
}

static int make_work(struct back *b, struct arena *a, struct err *e)
{
    u8 r[WORK_LETTERS / 2];
    randombytes_buf(r, sizeof r);
    sodium_bin2hex(b->token, sizeof b->token, r, sizeof r);
    struct str path = str_of(b->to->folder);
    while (path.n > 1 && path.at[path.n - 1] == '/') path.n--;
    b->work = str_fmt(a, "%.*s.new-%s", FMT(path), b->token).at;
    b->l.folder = file_join(a, b->work, "attachments");
    TRY(file_mkdirs(b->l.folder, e));
    if (chmod(b->work, 0700) < 0) return err_set(e, E_IO, "%s: cannot be made", b->work);
    TRY(lock_folder(b->work, &b->hold, e));
    if (!marked(b)) return OK;
    return file_replace(file_join(a, b->work, BACKUP_MARK), str_of(b->token), e);
}

static int bring_back(struct back *b, struct arena *a, struct err *e)
{
    TXN t = {0};
    const char *url = b->to->url;
    int code = make_work(b, a, e);
    if (b->embedded) url = str_fmt(a, "sqlite:%s/varde.db", b->work).at;
    if (code == OK) step(b, "begun");
    if (code == OK) code = db_open(url, DB_WRITER, &b->l.db, e);
    if (code == OK) code = check_no_store(b->l.db, e);
    if (b->l.db) db_fail_after(b->l.db, b->to->fail_after);
    if (code == OK) code = db_begin(&t, b->l.db, "restore", e);
    if (code == OK) code = fill_store(b, a, e);
    if (code == OK) code = settle(b, &t, *a, e);
    seal_file_drop(&b->l.file);
    if (b->l.db) txn_close(&t);
    db_close(b->l.db);
    t.open = false;
    if (code == OK) return OK;
    remove_work(b->work, *a);
    if (b->was_there) (void)mkdir(b->to->folder, 0700);
    return code;
}

int backup_restore_into(const char *path, const struct key *k,
                        const struct backup_into *to, struct backup_told *out,
                        struct arena *a, struct err *e)
{
    struct back b = {.to = to, .hold = -1, .embedded = !to->url};
    *out = (struct backup_told){0};
    sweep(to->folder, *a);
    TRY(clear_unfinished(to->folder, to->url, *a, e));
    TRY(check_empty(to->folder, *a, e));
    b.was_there = file_is_folder(to->folder);
    int code = backup_load_open(&b.l, path, k, a, e);
    if (code == OK) code = bring_back(&b, a, e);
    seal_in_end(b.l.in);
    if (b.hold >= 0) close(b.hold);
    *out = b.l.told;
    return code;
}

int backup_restored(struct db *db, const char *folder, bool reading, struct arena tmp,
                    struct err *e)
{
    const char *mark = file_join(&tmp, folder, BACKUP_MARK);
    struct str token, known = {0};
    if (!file_exists(mark)) return OK;
    TRY(file_read(mark, 100, &token, &tmp, e));
    ROWS r = {0};
    struct err none = {0};
    int code = db_query(db, &r, SQL_meta_get, ARGS(T(S("restore"))), &none);
    if (code == OK && db_next(&r)) known = db_str(&r, 0, &tmp);
    if (code == OK) code = db_end(&r, &none);
    if (code == OK && known.n && str_eq(known, token)) {
        if (!reading) (void)unlink(mark);
        return OK;
    }
    if (code != OK && code != E_DB) return err_pass(e, code, &none);
    return err_set(e, E_CONSTRAINT,
                   "%s: a restore into this folder did not come to its end: run the same "
                   "`varde restore` again",
                   folder);
}

int backup_restore_failing(const char *path, const struct key *k, const char *folder,
                           const char *url, i64 fail_after, struct backup_told *out,
                           struct arena *a, struct err *e)
{
    const struct backup_into to = {
        .folder = folder, .url = url, .fail_after = fail_after};
    return backup_restore_into(path, k, &to, out, a, e);
}

int backup_restore(const char *path, const struct key *k, const char *folder,
                   const char *url, struct backup_told *out, struct arena *a,
                   struct err *e)
{
    return backup_restore_failing(path, k, folder, url, 0, out, a, e);
}
