/* varde verify, selfcheck: knowing that a store is safe. */
#define _GNU_SOURCE /* statvfs, gethostname */
#include "app/check.h"
#include "app/erased.h"
#include "app/known.h"
#include "base/file.h"
#include "cli/at_house.h"
#include "cli/backup_tell.h"
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
                          .erasures = file_join(c->a, house_folder(h), ERASED_LIST),
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
    backup_tell(c, "Whole:", backup, &told, BACKUP_DAYS);
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
