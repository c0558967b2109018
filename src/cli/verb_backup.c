/* varde backup, restore: a store in a file, and back. */
#define _GNU_SOURCE /* unlink */
#include "app/erased.h"
#include "app/restore.h"
#include "base/file.h"
#include "cli/at_house.h"
#include "cli/backup_tell.h"
#include "store/migrate.h"
#include <string.h>
#include <unistd.h>

static struct str delete_by(const struct backup_told *t, i64 days, struct arena *a)
{
    struct err none;
    day made;
    if (t->at.n < 10 || day_read(str_upto(t->at, 10), &made, &none) != OK) return S("");
    return day_text(made + (day)days, a);
}

static void put_told(struct json_out *w, const char *path, const struct backup_told *t,
                     i64 days, struct arena *a)
{
    json_put_str(w, "file", str_of(path));
    json_put_str(w, "at", t->at);
    json_put_str(w, "store", t->store);
    json_put_int(w, "step", t->step);
    json_put_int(w, "rows", t->rows);
    json_put_int(w, "attachments", t->files);
    json_put_int(w, "lost", t->lost);
    json_put_str(w, "delete_by", delete_by(t, days, a));
}

static void tell_words(struct cli *c, const char *what, const char *path,
                       const struct backup_told *t, i64 days)
{
    fprintf(c->out,
            "%s %s: the store at %.*s, %" PRId64 " rows, %" PRId64 " attachments\n", what,
            path, FMT(t->at), t->rows, t->files);
    fprintf(c->out, "Delete it by %.*s: who is erased meanwhile is still in it.\n",
            FMT(delete_by(t, days, c->a)));
    if (t->lost)
        fprintf(c->out, "%" PRId64 " attachments had lost their files\n", t->lost);
}

void backup_tell(struct cli *c, const char *what, const char *path,
                 const struct backup_told *t, i64 days)
{
    if (!c->json) {
        tell_words(c, what, path, t, days);
        return;
    }
    struct buf b = buf_in(c->a, 512);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '{');
    put_told(&w, path, t, days, c->a);
    json_close(&w, '}');
    cli_put(c, &b);
}

/* --- backup --------------------------------------------------------------------- */

struct backing {
    const char *path; /* of a file, or of a folder that is there */
    i64 keep;         /* days; 0: nothing is taken away */
};

/* "varde-1a2b3c4d-20261122T134348Z.backup" in a folder. */
static const char *file_of(const char *path, struct house *h, struct str at,
                           struct arena *a)
{
    if (!file_is_folder(path)) return path;
    struct buf b = buf_in(a, 64);
    for (isize i = 0; i < MIN(at.n, (isize)19); i++)
        if (at.at[i] != '-' && at.at[i] != ':') buf_putc(&b, at.at[i]);
    struct str id = house_id(h);
    return file_join(a, path,
                     str_fmt(a, "varde-%.*s-%.*sZ.backup",
                             FMT(str_upto(id, MIN(id.n, (isize)8))), FMT(buf_str(&b)))
                         .at);
}

/* The list of erasures beside it; an older store than this program has none yet. */
static int write_list(struct cli *c, struct house *h, struct db *db, const char *path,
                      struct str at, struct err *e)
{
    struct err none;
    if (migrate_check(db, *c->a, &none) != OK) return OK;
    return erased_write(db, house_key(h), erased_beside(path, house_id(h), c->a),
                        house_id(h), at, *c->a, e);
}

/* A backup that was not read again is a hope. */
static int write_and_read(struct cli *c, struct house *h, struct db *db, const char *path,
                          struct str at, struct backup_told *told, struct err *e)
{
    struct backup_told again;
    const char *attachments = file_join(c->a, house_folder(h), "attachments");
    TRY(backup_make(db, attachments, house_key(h), path, at, S(""), told, c->a, e));
    TRY(backup_verify(path, house_key(h), &again, c->a, e));
    if (again.rows != told->rows || again.files != told->files)
        return err_set(e, E_SEAL, "%s: does not read back as it was written", path);
    return write_list(c, h, db, path, at, e);
}

static int make(struct cli *c, struct house *h, void *arg, struct err *e)
{
    const struct backing *in = arg;
    struct db *db = NULL;
    struct backup_told told;
    i64 removed = 0, days = in->keep ? in->keep : BACKUP_DAYS;
    instant now = house_now(h);
    struct str at = instant_text(now, c->a);
    const char *path = file_of(in->path, h, at, c->a);
    TRY(house_reader(h, false, &db, e));
    int code = write_and_read(c, h, db, path, at, &told, e);
    house_reader_back(h, false, db);
    TRY(code);
    struct backup_old old = {
        .key = house_key(h),
        .store = house_id(h),
        .before = in->keep ? instant_text(now - in->keep * 24 * HOUR, c->a) : S(""),
        .newest = path,
        .begun_before = (now - 24 * HOUR) / SECOND};
    backup_tell(c, "Written to", path, &told, days);
    TRY(backup_prune(&old, &removed, *c->a, e));
    if (removed && !c->json)
        fprintf(c->out, "Removed: %" PRId64 " backups of this store from before %.*s\n",
                removed, FMT(str_upto(old.before, 10)));
    return OK;
}

int verb_backup(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    struct backing in = {0};
    TRY(at_options(c, &hc, e));
    TRY(cli_opt_int(c, "--keep", 1, BACKUP_DAYS, &in.keep, e));
    TRY(cli_arg(c, "the file to write, or a folder", &in.path, e));
    TRY(cli_end(c, e));
    if (!in.path[0]) return err_set(e, E_USAGE, "the file to write has no name");
    return at_house(c, &hc, make, &in, e);
}

/* --- restore -------------------------------------------------------------------- */

static void tell_restored(struct cli *c, const struct restore_ask *in,
                          const struct restore_told *t)
{
    if (c->json) {
        struct buf b = buf_in(c->a, 512);
        struct json_out w = json_to(&b, 2);
        json_open(&w, NULL, '{');
        put_told(&w, in->backup, &t->backup, BACKUP_DAYS, c->a);
        json_put_bool(&w, "without_erasures", in->without);
        json_put_str(&w, "erasures_until", t->as_of);
        json_put_int(&w, "erasures_since", t->listed);
        json_put_int(&w, "erased", t->erased);
        json_close(&w, '}');
        cli_put(c, &b);
        return;
    }
    fprintf(c->out,
            "Restored from %s: the store at %.*s, %" PRId64 " rows, %" PRId64
            " attachments\n",
            in->backup, FMT(t->backup.at), t->backup.rows, t->backup.files);
    if (in->without)
        fprintf(c->out, "Nobody was erased anew: who was erased after that moment is "
                        "there again.\n");
    else
        fprintf(c->out,
                "Erased anew: %" PRId64 " people, of %" PRId64
                " erasures since; the list of them is complete up to %.*s.\n",
                t->erased, t->listed, FMT(t->as_of));
}

/* The end of it: this program's wall of blinding, the list in the folder. */
static int look_at_it(const struct house_config *hc, struct err *e)
{
    struct house_config c = *hc;
    struct house *h = NULL;
    c.store = c.key = NULL; /* of its varde.yaml */
    TRY(house_open(&c, &h, e));
    house_close(h);
    return OK;
}

int verb_restore(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct restore_told told;
    struct restore_ask in = {0};
    struct key *key = NULL;
    TRY(at_options(c, &hc, e));
    TRY(cli_opt(c, "--erasures", &in.erasures, e));
    in.without = cli_flag(c, "--without-erasures");
    TRY(cli_arg(c, "the backup", &in.backup, e));
    TRY(cli_end(c, e));
    if (!hc.key)
        return err_set(e, E_USAGE, "--key FILE is missing: the key of the store");
    if (in.without && in.erasures)
        return err_set(e, E_USAGE,
                       "--erasures and --without-erasures exclude each other");
    if (!hc.folder) hc.folder = "varde-data";
    in.folder = hc.folder;
    in.key_path = hc.key;
    if (hc.store && !str_is(str_of(hc.store), "sqlite")) in.store = hc.store;
    TRY(key_open(hc.key, hc.folder, &key, e));
    in.now = house_clock();
    in.today = house_today(in.now);
    int code = restore_run(&in, key, &told, c->a, e);
    key_close(key);
    TRY(code);
    TRY(look_at_it(&hc, e));
    tell_restored(c, &in, &told);
    return OK;
}
