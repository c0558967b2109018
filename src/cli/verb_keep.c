/* varde backup, restore, verify, selfcheck: keeping a store safe, and knowing that it is. */
#define _GNU_SOURCE /* statvfs, gethostname */
#include "app/check.h"
#include "app/known.h"
#include "base/file.h"
#include "cli/at_house.h"
#include "store/backup.h"
#include "store/statements.h"
#include "study/worked.h"
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *attachments(struct house *h, struct arena *a)
{
    return file_join(a, house_folder(h), "attachments");
}

/* Whoever is erased stays in backups of before: each has an end, so that an erasure has one. */
enum { BACKUP_DAYS = 90 };

static struct str delete_by(const struct backup_told *t, struct arena *a)
{
    struct err none;
    day made;
    if (t->at.n < 10 || day_read(str_upto(t->at, 10), &made, &none) != OK) return S("");
    return day_text(made + BACKUP_DAYS, a);
}

static void tell(struct cli *c, const char *what, const char *path,
                 const struct backup_told *t)
{
    if (c->json) {
        struct buf b = buf_in(c->a, 512);
        struct json_out w = json_to(&b, 2);
        json_open(&w, NULL, '{');
        json_put_str(&w, "file", str_of(path));
        json_put_str(&w, "at", t->at);
        json_put_str(&w, "store", t->store);
        json_put_int(&w, "step", t->step);
        json_put_int(&w, "rows", t->rows);
        json_put_int(&w, "attachments", t->files);
        json_put_int(&w, "lost", t->lost);
        json_put_str(&w, "delete_by", delete_by(t, c->a));
        json_close(&w, '}');
        cli_put(c, &b);
        return;
    }
    fprintf(c->out,
            "%s %s: the store at %.*s, %" PRId64 " rows, %" PRId64 " attachments\n", what,
            path, FMT(t->at), t->rows, t->files);
    fprintf(c->out, "Delete it by %.*s: who is erased meanwhile is still in it.\n",
            FMT(delete_by(t, c->a)));
    if (t->lost)
        fprintf(c->out, "%" PRId64 " attachments had lost their files\n", t->lost);
}

/* --- backup --------------------------------------------------------------------- */

static int make(struct cli *c, struct house *h, void *arg, struct err *e)
{
    const char *path = arg;
    struct db *db = NULL;
    struct backup_told told;
    TRY(house_reader(h, false, &db, e));
    int code = backup_make(db, attachments(h, c->a), house_key(h), path,
                           instant_text(house_now(h), c->a), S(""), &told, c->a, e);
    house_reader_back(h, false, db);
    TRY(code);
    /* a backup that was not read again is a hope */
    struct backup_told again;
    TRY(backup_verify(path, house_key(h), &again, c->a, e));
    if (again.rows != told.rows || again.files != told.files)
        return err_set(e, E_SEAL, "%s: does not read back as it was written", path);
    tell(c, "Written to", path, &told);
    return OK;
}

int verb_backup(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    const char *path;
    TRY(at_options(c, &hc, e));
    TRY(cli_arg(c, "the file to write", &path, e));
    TRY(cli_end(c, e));
    char *p = str_dup(str_of(path), c->a).n ? NEW(c->a, char, strlen(path) + 1) : NULL;
    if (!p) return err_set(e, E_USAGE, "the file to write has no name");
    memcpy(p, path, strlen(path));
    return at_house(c, &hc, make, p, e);
}

/* --- restore -------------------------------------------------------------------- */

int verb_restore(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct backup_told told;
    struct key *key = NULL;
    const char *path;
    TRY(at_options(c, &hc, e));
    TRY(cli_arg(c, "the backup", &path, e));
    TRY(cli_end(c, e));
    if (!hc.key)
        return err_set(e, E_USAGE, "--key FILE is missing: the key of the store");
    if (!hc.folder) hc.folder = "varde-data";
    TRY(key_open(hc.key, hc.folder, &key, e));
    int code = backup_restore(path, key, hc.folder, hc.store, &told, c->a, e);
    key_close(key);
    TRY(code);
    TRY(house_make(&hc, e));
    tell(c, "Restored from", path, &told);
    if (!c->json)
        fprintf(c->out,
                "Who was erased after that moment is there again: erase them anew before "
                "anybody works with it.\n");
    return OK;
}

/* --- verify --------------------------------------------------------------------- */

static void show_checks(struct cli *c, const struct check_lines *l, i64 wrong)
{
    if (c->json) {
        fprintf(c->out, "%.*s\n", FMT(check_json(l, wrong, c->a)));
        return;
    }
    for (isize i = 0; i < l->n; i++) {
        const struct check_line *k = &l->at[i];
        fprintf(c->out, "%-8s %-12s", check_state_word(k->state), k->what);
        if (k->words.n)
            fprintf(c->out, " %.*s", FMT(k->words));
        else
            fprintf(c->out, " %" PRId64 " looked at", k->n);
        fputc('\n', c->out);
    }
}

static int verify(struct cli *c, struct house *h, void *arg, struct err *e)
{
    struct db *db = NULL;
    struct check_lines l;
    i64 wrong = 0;
    TRY(house_reader(h, false, &db, e));
    struct check_in in = {.db = db,
                          .key = house_key(h),
                          .attachments = attachments(h, c->a),
                          .now = house_now(h)};
    int code = check_store(&in, &l, &wrong, c->a, e);
    house_reader_back(h, false, db);
    TRY(code);
    show_checks(c, &l, wrong);
    return wrong
               ? err_set(e, E_DIFFERS, "%" PRId64 " checks found something wrong", wrong)
               : OK;
}

int verb_verify(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    const char *backup = NULL;
    TRY(at_options(c, &hc, e));
    TRY(cli_opt(c, "--backup", &backup, e));
    TRY(cli_end(c, e));
    if (!backup) return at_house(c, &hc, verify, NULL, e);
    struct key *key = NULL;
    struct backup_told told;
    if (!hc.key)
        return err_set(e, E_USAGE, "--key FILE is missing: the key of the store");
    TRY(key_open(hc.key, NULL, &key, e));
    int code = backup_verify(backup, key, &told, c->a, e);
    key_close(key);
    TRY(code);
    tell(c, "Whole:", backup, &told);
    return OK;
}

/* --- selfcheck ------------------------------------------------------------------ */

struct found {
    struct check_lines l;
    i64 wrong;
};

static void note(struct found *f, const char *what, int code, i64 n, struct str words,
                 struct arena *a)
{
    *PUSH(a, &f->l) = (struct check_line){.what = what,
                                          .state = code == OK ? CHECK_FINE : CHECK_WRONG,
                                          .n = n,
                                          .words = str_dup(words, a)};
    f->wrong += code != OK;
}

/* Every instrument's cases, worked by hand. */
static void check_definitions(struct cli *c, struct found *f)
{
    struct err e = {0};
    struct library lib;
    const char *dir = NULL;
    i64 n = 0;
    int code = cli_data_dir(c, &dir, &e);
    if (code == OK) code = library_read(dir, &lib, c->a, &e);
    for (isize i = 0; code == OK && i < lib.instruments.n; i++)
        for (isize k = 0; code == OK && k < lib.instruments.at[i]->cases.n; k++, n++)
            code = worked_run(lib.instruments.at[i], &lib.instruments.at[i]->cases.at[k],
                              &e);
    note(f, "definitions", code, n, str_of(e.text), c->a);
}

static void check_numbers(struct cli *c, struct found *f)
{
    struct err e = {0};
    i64 n = 0;
    int code = known_answers(&n, *c->a, &e);
    note(f, "numbers", code, n, str_of(e.text), c->a);
}

static void check_room(struct cli *c, struct house *h, struct found *f)
{
    enum { LEAST_MIB = 512 };
    struct statvfs s;
    struct err e = {0};
    int code = OK;
    i64 mib = 0;
    if (statvfs(house_folder(h), &s) != 0)
        code = err_set(&e, E_IO, "the data folder's disk cannot be asked");
    else
        mib = (i64)((u64)s.f_bavail * s.f_frsize >> 20);
    if (code == OK && mib < LEAST_MIB)
        code = err_set(&e, E_IO, "only %" PRId64 " MiB are left; a store needs %d", mib,
                       LEAST_MIB);
    note(f, "disk", code, mib,
         code ? str_of(e.text) : str_fmt(c->a, "%" PRId64 " MiB are left", mib), c->a);
}

static void check_folder(struct cli *c, struct house *h, struct found *f)
{
    struct stat st;
    struct err e = {0};
    int code = OK;
    if (access(house_folder(h), W_OK) != 0)
        code = err_set(&e, E_IO, "%s: cannot be written", house_folder(h));
    else if (stat(house_folder(h), &st) != 0 || (st.st_mode & 077) != 0)
        code =
            err_set(&e, E_KEY, "%s: others than its owner may look in", house_folder(h));
    note(f, "folder", code, 1, str_of(e.text), c->a);
}

/* The clock is not before the last thing that the journal knows, nor before this program. */
static void check_clock(struct cli *c, struct house *h, struct db *db, struct found *f)
{
    struct err e = {0};
    struct str last = {0};
    ROWS r = {0};
    int code = db_query(db, &r, SQL_journal_latest, NO_ARGS, &e);
    if (code == OK && db_next(&r)) last = db_str(&r, 0, c->a);
    if (code == OK) code = db_end(&r, &e);
    struct str now = instant_text(house_now(h), c->a);
    if (code == OK && str_cmp(now, S("2026-01-01")) < 0)
        code = err_set(&e, E_DAY, "the clock says %.*s", FMT(now));
    if (code == OK && str_cmp(now, last) < 0)
        code = err_set(&e, E_DAY, "the clock says %.*s; the last change was at %.*s",
                       FMT(now), FMT(last));
    note(f, "clock", code, 1, code ? str_of(e.text) : now, c->a);
}

static void check_blinding(struct cli *c, struct house *h, struct found *f)
{
    struct err e = {0};
    struct db *db = NULL;
    int code = house_reader(h, true, &db, &e);
    house_reader_back(h, true, db);
    note(f, "blinding", code, 1, str_of(e.text), c->a);
}

static int selfcheck(struct cli *c, struct house *h, void *arg, struct err *e)
{
    struct found f = {0};
    struct db *db = NULL;
    check_definitions(c, &f);
    check_numbers(c, &f);
    TRY(house_reader(h, false, &db, e));
    check_folder(c, h, &f);
    check_room(c, h, &f);
    check_clock(c, h, db, &f);
    house_reader_back(h, false, db);
    check_blinding(c, h, &f);
    show_checks(c, &f.l, f.wrong);
    return f.wrong ? err_set(e, E_DIFFERS, "%" PRId64 " checks found something wrong",
                             f.wrong)
                   : OK;
}

int verb_selfcheck(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    TRY(at_options(c, &hc, e));
    TRY(cli_end(c, e));
    return at_house(c, &hc, selfcheck, NULL, e);
}
