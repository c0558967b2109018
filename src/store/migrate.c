#include "store/migrate.h"
#include "base/hash.h"
#include "store/statements.h"

/* Steps that ran before, against the program's. Before the first step there is no
** table. */
static int compare(struct db *db, int *last, struct arena tmp, struct err *e)
{
    *last = 0;
    ROWS r = {0};
    struct err none = {0};
    int code = db_query(db, &r, SQL_migration_list, NO_ARGS, &none);
    if (code == E_DB) return OK;
    if (code != OK) return err_set(e, code, "%s", none.text);
    while (db_next(&r)) {
        struct arena a = tmp;
        i64 step = db_i64(&r, 0);
        struct str name = db_str(&r, 1, &a), hash = db_str(&r, 2, &a);
        if (step > MIGRATION_N)
            return err_set(e, E_REVISION,
                           "the store is at step %" PRId64
                           " (%.*s) and this program knows %d: "
                           "use the newer program",
                           step, FMT(name), MIGRATION_N);
        struct hash ours = hash_of(str_of(migration_list[step - 1].text));
        if (!str_is(hash, ours.hex))
            return err_set(
                e, E_REVISION,
                "step %.*s is not the one that made this store: a step that has "
                "run is never changed, write a new one",
                FMT(name));
        *last = (int)step;
    }
    return db_end(&r, e);
}

int migrate_check(struct db *db, struct arena tmp, struct err *e)
{
    int last = 0;
    TRY(compare(db, &last, tmp, e));
    if (last == MIGRATION_N) return OK;
    return err_set(e, E_REVISION, "the store is at step %d and this program needs %d",
                   last, MIGRATION_N);
}

static int run_step(struct db *db, int i, struct str at, struct err *e)
{
    const struct migration *m = &migration_list[i];
    struct str text = str_of(m->text);
    TRY(db_script(db, m->name, text, e));
    struct hash h = hash_of(text);
    return db_run(db, SQL_migration_put,
                  ARGS(I(i + 1), T(str_of(m->name)), T(str_of(h.hex)), T(at)), e);
}

int migrate_inside(struct db *db, struct str at, struct arena tmp, struct err *e)
{
    int last = 0;
    TRY(compare(db, &last, tmp, e));
    for (int i = last; i < MIGRATION_N; i++) TRY(run_step(db, i, at, e));
    return OK;
}

int migrate(struct db *db, struct str at, int *done, struct arena tmp, struct err *e)
{
    int last = 0;
    TRY(compare(db, &last, tmp, e));
    if (done) *done = MIGRATION_N - last;
    for (int i = last; i < MIGRATION_N; i++) {
        TXN t = {0};
        TRY(db_begin(&t, db, migration_list[i].name, e));
        TRY(run_step(db, i, at, e));
        TRY(db_commit(&t, e));
    }
    /* Where this user may not make roles everything works but a blinded reader, and
    ** opening one says what to do. */
    struct err role = {0};
    int code = db_guard(db, &role);
    if (code != OK && code != E_NOT_ALLOWED && e) *e = role;
    return code == E_NOT_ALLOWED ? OK : code;
}
