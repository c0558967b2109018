#define _GNU_SOURCE /* unlink */
#include "app/restore.h"
#include "app/erased.h"
#include "app/house.h"
#include "app/transfer.h"
#include "base/file.h"
#include "base/json.h"
#include "store/migrate.h"
#include "store/statements.h"
#include <string.h>
#include <unistd.h>

/* --- which list --------------------------------------------------------------------- */

/* By its first line: a list, or a backup; a data folder has its list inside. */
static int read_any(const char *path, const struct key *k, struct erasure_list *out,
                    struct arena *a, struct err *e)
{
    struct backup_told told;
    struct err why = {0};
    if (file_is_folder(path)) path = file_join(a, path, ERASED_LIST);
    int code = backup_look(path, k, &told, a, &why);
    if (code == OK) return backup_erasures(path, k, out, a, e);
    if (code == E_NO_FILE || code == E_IO) return err_pass(e, code, &why);
    return erasure_read(path, k, out, a, e);
}

static int take_list(struct erasure_list *all, const char *path, const struct key *k,
                     struct str store, struct arena *a, struct err *e)
{
    struct erasure_list one;
    TRY(read_any(path, k, &one, a, e));
    if (store.n && one.store.n && !str_eq(one.store, store))
        return err_set(e, E_CONSTRAINT,
                       "%s: this list of erasures is of another store than the backup",
                       path);
    erasure_join(&all->all, &one.all, a);
    if (str_cmp(one.as_of, all->as_of) > 0) all->as_of = str_dup(one.as_of, a);
    return OK;
}

static int lists(const struct restore_ask *in, const struct key *k,
                 const struct backup_told *told, struct erasure_list *all,
                 struct arena *a, struct err *e)
{
    *all = (struct erasure_list){0};
    if (in->without) return OK;
    const char *beside = erased_beside(in->backup, told->store, a);
    if (in->erasures) TRY(take_list(all, in->erasures, k, told->store, a, e));
    if (file_exists(beside)) TRY(take_list(all, beside, k, told->store, a, e));
    if (str_cmp(all->as_of, told->at) > 0) return OK;
    struct str until =
        all->as_of.n
            ? str_fmt(a, "the newest list of erasures ends with %.*s", FMT(all->as_of))
            : S("there is no list of erasures");
    return err_set(e, E_CONSTRAINT,
                   "%s: is the store of %.*s, and %.*s: who was erased since would be "
                   "there again. Give --erasures FILE: the file `erasures` of the data "
                   "folder that is replaced, or a newer backup; or --without-erasures, "
                   "if nobody was erased since",
                   in->backup, FMT(told->at), FMT(until));
}

/* --- the closed step -------------------------------------------------------------------- */

struct restoring {
    const struct restore_ask *in;
    const struct erasure_list *list;
    struct restore_told *told;
};

static int note(struct act *act, const struct restoring *r, struct err *e)
{
    struct arena tmp = *act->a;
    struct buf b = buf_in(&tmp, 256);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "backup", r->told->backup.at);
    if (r->in->without) json_put_bool(&w, "without_erasures", true);
    if (r->list->as_of.n) json_put_str(&w, "erasures_until", r->list->as_of);
    json_put_int(&w, "erased", r->told->erased);
    json_close(&w, '}');
    return act_note(act, act->db, "store.restore", "store", 0, (struct str){0},
                    buf_str(&b), tmp, e);
}

/* Files that no row names any more; nobody else is in this folder. */
static int drop_files(struct db *db, const char *work, struct arena tmp, struct err *e)
{
    struct orphans o;
    struct attachment_box box = {file_join(&tmp, work, "attachments"), NULL};
    TRY(attachment_orphans(db, &box, INT64_MAX, &o, &tmp, e));
    for (isize i = 0; i < o.files.n; i++) {
        struct arena a = tmp;
        const char *path = file_join(&a, box.folder, str_c(o.files.at[i], &a));
        if (unlink(path) != 0) return err_set(e, E_IO, "%s: cannot be removed", path);
    }
    return OK;
}

static int inside(struct db *db, const struct backup_told *told, const char *work,
                  void *arg, struct arena *a, struct err *e)
{
    struct restoring *r = arg;
    struct act act = {.db = db,
                      .now = r->in->now,
                      .today = r->in->today,
                      .a = a,
                      .inside = true,
                      .console = true};
    struct str at = instant_text(act.now, a);
    r->told->backup = *told;
    TRY(migrate_inside(db, at, *a, e));
    TRY(erasure_gather(db, *a, e));
    TRY(erased_redo(&act, &r->list->all, &r->told->listed, &r->told->erased, e));
    TRY(transfer_forget(db, true, *a, e));
    TRY(note(&act, r, e));
    TRY(drop_files(db, work, *a, e));
    return house_settings(work, r->in->store ? r->in->store : "sqlite", r->in->key_path,
                          *a, e);
}

static void told_step(void *arg, const char *what)
{
    const struct restoring *r = arg;
    if (r->in->step) r->in->step(r->in->step_arg, what);
}

int restore_run(const struct restore_ask *in, const struct key *k,
                struct restore_told *out, struct arena *a, struct err *e)
{
    struct erasure_list list;
    struct restoring r = {in, &list, out};
    *out = (struct restore_told){0};
    TRY(backup_look(in->backup, k, &out->backup, a, e));
    TRY(lists(in, k, &out->backup, &list, a, e));
    out->as_of = list.as_of;
    struct backup_into to = {.folder = in->folder,
                             .url = in->store,
                             .inside = inside,
                             .step = told_step,
                             .arg = &r,
                             .fail_after = in->fail_after};
    return backup_restore_into(in->backup, k, &to, &out->backup, a, e);
}
