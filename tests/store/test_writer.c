#include "engines.h"
#include "base/par.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "store/writer.h"
#include <pthread.h>
#include <stdatomic.h>

static struct writer *started(const char *url, struct arena tmp)
{
    struct db *db = NULL;
    struct writer *w = NULL;
    struct err e = {0};
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(migrate(db, S("2026-01-01T00:00:00.000Z"), NULL, tmp, &e), OK, e);
    CHECK_CODE(writer_open(db, &w, &e), OK, e);
    return w;
}

struct change {
    int id, runs;
    bool fail, constraint;
};

static int put(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    char key[20];
    c->runs++;
    struct buf b = {.at = key, .cap = sizeof key};
    buf_fmt(&b, "%d", c->id);
    TRY(db_run(db, SQL_meta_put, ARGS(T(buf_str(&b)), T(S("v"))), e));
    if (c->fail) return err_set(e, E_RECORD, "change %d is refused", c->id);
    if (c->constraint)
        return db_run(db, SQL_migration_put, ARGS(I(1), T(S("x")), T(S("x")), T(S("x"))),
                      e);
    return OK;
}

struct crowd {
    struct writer *w;
    struct change *c;
    int *code;
};

static void one(isize i, void *arg)
{
    struct crowd *x = arg;
    struct err e = {0};
    x->code[i] = writer_run(x->w, put, &x->c[i], &e);
}

static isize stored(const char *url, struct arena tmp)
{
    struct db *db = NULL;
    struct err e = {0};
    isize n = 0;
    CHECK_CODE(db_open(url, DB_READER, &db, &e), OK, e);
    for (int i = 0; i < 400; i++) {
        ROWS r = {0};
        struct str key = str_fmt(&tmp, "%d", i);
        CHECK_CODE(db_query(db, &r, SQL_meta_get, ARGS(T(key)), &e), OK, e);
        n += db_next(&r);
    }
    db_close(db);
    return n;
}

/* 400 changes from 16 threads, every seventh refused: what was answered OK is there, what
** was refused is not, and they went in groups. */
EACH_ENGINE(writer_keeps_what_it_answered)
{
    enum { N = 400 };
    struct crowd x = {.w = started(url, tmp),
                      .c = NEW(&tmp, struct change, N),
                      .code = NEW(&tmp, int, N)};
    for (int i = 0; i < N; i++)
        x.c[i] = (struct change){.id = i, .fail = i % 7 == 3, .constraint = i % 7 == 5};
    par_run(N, 16, one, &x);
    isize fine = 0;
    for (int i = 0; i < N; i++) {
        int want = x.c[i].fail ? E_RECORD : x.c[i].constraint ? E_CONSTRAINT : OK;
        fine += want == OK;
        CHECK_INT(x.code[i], want);
        CHECK_INT(x.c[i].runs, 1);
    }
    i64 changes = 0, commits = 0;
    writer_counts(x.w, &changes, &commits);
    CHECK_INT(changes, fine);
    CHECK(commits <= N);
    writer_close(x.w);
    CHECK_INT(stored(url, tmp), fine);
}

/* Whatever statement of a change fails: the change is refused, nothing of it stands, and
** the next one goes through. */
EACH_ENGINE(writer_survives_the_nth_failure)
{
    int code = E_DB;
    for (i64 n = 1; code != OK && n < 20; n++) {
        struct db *db = NULL;
        struct writer *w = NULL;
        struct err e = {0};
        CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
        CHECK_CODE(migrate(db, S("t"), NULL, tmp, &e), OK, e);
        CHECK_CODE(writer_open(db, &w, &e), OK, e);
        struct change c = {.id = (int)n}, next = {.id = 100};
        db_fail_after(db, n);
        code = writer_run(w, put, &c, &e);
        CHECK(code == OK || code == E_DB);
        db_fail_after(db, 0);
        CHECK_CODE(writer_run(w, put, &next, &e), OK, e);
        writer_close(w);
        if (code != OK) CHECK_INT(stored(url, tmp), 1); /* only change 100 */
    }
    CHECK_INT(code, OK);
}

/* Takes what nobody has, in the middle of a question. */
static int greedy(struct db *db, void *arg, struct err *e)
{
    struct arena tmp = *(struct arena *)arg;
    tmp.trap = NULL;
    TRY(db_run(db, SQL_meta_put, ARGS(T(S("300")), T(S("v"))), e));
    ROWS r = {0}, twice = {0};
    TRY(db_query(db, &r, SQL_meta_get, ARGS(T(S("300"))), e));
    TRY(db_query(db, &twice, SQL_meta_get, ARGS(T(S("300"))), e));
    if (db_next(&r) && db_next(&twice)) (void)NEW_RAW(&tmp, char, (isize)1 << 40);
    return OK;
}

/* A change that runs out of memory is refused alone: the next ones go through, with the same
** statements, and nothing of it stands. */
EACH_ENGINE(writer_survives_greed)
{
    struct writer *w = started(url, tmp);
    struct err e = {0};
    for (int i = 0; i < 3; i++) {
        struct change c = {.id = i};
        CHECK_CODE(writer_run(w, greedy, &tmp, &e), E_NO_MEMORY, e);
        CHECK_CODE(writer_run(w, put, &c, &e), OK, e);
    }
    writer_close(w);
    CHECK_INT(stored(url, tmp), 3);
}
