#define _GNU_SOURCE /* setrlimit, unlink */
#include "store/backup.h"
#include "base/file.h"
#include "base/par.h"
#include "sealed.h"
#include "store/attachment.h"
#include "store/identity_parts.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "store/writer.h"
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct identity_act act = {7, {"2026-11-22T12:00:00.000Z", 24}};

/* A place of its own for each test: a store, its attachments, its key, a backup. */
struct place {
    const char *folder, *attachments, *backup;
    struct db *db;
    struct key *key;
};

static struct place place_of(const char *url, struct arena *a)
{
    const char *f = test_folder();
    return (struct place){.folder = f,
                          .attachments = file_join(a, f, "attachments"),
                          .backup = file_join(a, f, "backup"),
                          .db = sealed_store(url, *a),
                          .key = sealed_key(f, "key", *a)};
}

static void leave(struct place *p)
{
    db_close(p->db);
    key_close(p->key);
}

static int person(struct db *db, const struct key *k, i64 id, struct arena tmp,
                  struct err *e)
{
    TXN t = {0};
    struct str name = str_fmt(&tmp, "Kari %" PRId64, id);
    TRY(db_begin(&t, db, "identity", e));
    TRY(identity_put(db, k, id, ID_name, name, &act, tmp, e));
    return db_commit(&t, e);
}

static i64 attach(struct place *p, isize n, struct arena tmp)
{
    struct attachment_box b = {p->attachments, p->key};
    struct attachment_in *in = NULL;
    struct attachment t = {0};
    struct err e = {0};
    char *at = NEW(&tmp, char, n + 1);
    for (isize i = 0; i < n; i++) at[i] = (char)(i * 31 >> 3);
    memcpy(at, "OggS", 5);
    CHECK_CODE(attachment_begin(&in, &b, 1 << 30, &tmp, &e), OK, e);
    CHECK_CODE(attachment_more(in, (struct str){at, n}, &e), OK, e);
    CHECK_CODE(attachment_end(in, SEALED_AT, &t, &e), OK, e);
    CHECK_CODE(attachment_add(p->db, &t, &e), OK, e);
    return t.id;
}

static int make(struct place *p, struct backup_told *told, struct arena tmp,
                struct err *e)
{
    (void)unlink(p->backup);
    return backup_make(p->db, p->attachments, p->key, p->backup, SEALED_AT, S("abc"),
                       told, &tmp, e);
}

/* Every row of every table as text, so that two stores can be compared. */
static struct str all_rows(struct db *db, struct arena *a)
{
    struct buf b = buf_in(a, 1 << 16);
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        struct err e = {0};
        ROWS r = {0};
        if (t->last) continue;
        buf_fmt(&b, "\n%s", t->name);
        CHECK_CODE(db_query(db, &r, t->first, ARGS(I(100000)), &e), OK, e);
        while (db_next(&r))
            for (int k = 0; k < t->n; k++) {
                struct arena one = arena_reserve(1 << 20);
                struct str s =
                    t->types[k] == 'b' ? db_blob(&r, k, &one) : db_str(&r, k, &one);
                buf_fmt(&b, "%s%td:", db_is_null(&r, k) ? "-" : "+", s.n);
                buf_put(&b, s);
                arena_release(&one);
            }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return buf_str(&b);
}

static isize n_in(const char *folder, struct arena tmp)
{
    struct file_names names = {0};
    return file_list(folder, &names, &tmp, NULL) == OK ? names.n : -1;
}

/* From any engine into an embedded store: the same rows, the same files, readable. */
EACH_ENGINE(backup_comes_back_as_it_was)
{
    struct place p = place_of(url, &tmp);
    struct err e = {0};
    struct backup_told made, seen, back;
    CHECK_CODE(make(&p, &made, tmp, &e), OK, e); /* an empty store */
    CHECK_CODE(backup_verify(p.backup, p.key, &seen, &tmp, &e), OK, e);
    CHECK_INT(seen.rows, MIGRATION_N);
    CHECK_INT(seen.files, 0);
    TXN t = {0};
    CHECK_CODE(db_begin(&t, p.db, "many", &e), OK, e);
    for (i64 i = 1; i <= 1203; i++) { /* more than two pages */
        struct arena one = tmp;
        CHECK_CODE(identity_put(p.db, p.key, i, ID_name, str_fmt(&one, "Kari %d", (int)i),
                                &act, one, &e),
                   OK, e);
    }
    CHECK_CODE(db_commit(&t, &e), OK, e);
    CHECK_CODE(db_run(p.db, SQL_meta_put, ARGS(T(S("store")), T(S("id 1"))), &e), OK, e);
    CHECK_CODE(db_run(p.db, SQL_meta_put, ARGS(T(S("empty")), T(S(""))), &e), OK, e);
    i64 id = attach(&p, 3000000, tmp), lost = attach(&p, 5, tmp);
    struct attachment gone;
    struct attachment_box b = {p.attachments, p.key};
    CHECK_CODE(attachment_get(p.db, lost, &gone, &tmp, &e), OK, e);
    CHECK_CODE(attachment_wipe(&b, &gone, tmp, &e), OK, e);
    CHECK_CODE(make(&p, &made, tmp, &e), OK, e);
    CHECK_CODE(backup_make(p.db, p.attachments, p.key, p.backup, SEALED_AT, S(""), &seen,
                           &tmp, &e),
               E_CONSTRAINT, e); /* never over another */
    CHECK_CODE(backup_verify(p.backup, p.key, &seen, &tmp, &e), OK, e);
    CHECK(seen.rows == made.rows && seen.files == 1 && seen.lost == 1);
    CHECK_STR(seen.at, "2026-11-22T12:00:00.000Z");
    CHECK_STR(seen.definitions, "abc");
    CHECK_STR(seen.store, "id 1");
    const char *to = file_join(&tmp, p.folder, "restored");
    CHECK_CODE(backup_restore(p.backup, p.key, to, NULL, &back, &tmp, &e), OK, e);
    CHECK_INT(back.rows, made.rows);
    struct db *db = NULL;
    const char *at = str_fmt(&tmp, "sqlite:%s/varde.db", to).at;
    CHECK_CODE(db_open(at, DB_WRITER, &db, &e), OK, e);
    CHECK(str_eq(all_rows(db, &tmp), all_rows(p.db, &tmp)));
    int steps = -1;
    CHECK_CODE(migrate(db, SEALED_AT, &steps, tmp, &e), OK, e);
    CHECK_INT(steps, 0);
    struct identity who;
    CHECK_CODE(identity_open(db, p.key, 1203, &who, &tmp, &e), OK, e);
    CHECK_STR(who.at[ID_name], "Kari 1203");
    struct attachment att;
    CHECK_CODE(attachment_get(db, id, &att, &tmp, &e), OK, e);
    const char *there = file_join(&tmp, file_join(&tmp, to, "attachments"), att.file.at);
    CHECK(str_eq(sealed_bytes(there, &tmp),
                 sealed_bytes(file_join(&tmp, p.attachments, att.file.at), &tmp)));
    CHECK_CODE(backup_restore(p.backup, p.key, to, NULL, &back, &tmp, &e), E_CONSTRAINT,
               e);
    CHECK_SAYS(e, "is not empty");
    CHECK_INT(n_in(to, tmp), 2 + 2 * (db_engine(db)[0] == 's')); /* -wal, -shm: open */
    db_close(db);
    leave(&p);
}

/* From an embedded store into a server: the same rows, and new ids are new. */
TEST(backup_goes_from_one_engine_to_the_other)
{
    const char *url = engine_url("postgresql", &tmp);
    if (!url) return;
    struct place p = place_of(engine_url("sqlite", &tmp), &tmp);
    struct err e = {0};
    struct backup_told told;
    CHECK_CODE(person(p.db, p.key, 1, tmp, &e), OK, e);
    i64 id = attach(&p, 100, tmp);
    CHECK_CODE(make(&p, &told, tmp, &e), OK, e);
    const char *to = file_join(&tmp, p.folder, "restored");
    for (i64 n = 1; n < 60; n += 7) { /* a statement fails: nothing half */
        CHECK_CODE(backup_restore_failing(p.backup, p.key, to, url, n, &told, &tmp, &e),
                   E_DB, e);
        CHECK(!file_exists(to));
    }
    CHECK_CODE(backup_restore(p.backup, p.key, to, url, &told, &tmp, &e), OK, e);
    struct db *db = sealed_store(url, tmp);
    CHECK(str_eq(all_rows(db, &tmp), all_rows(p.db, &tmp)));
    struct attachment att;
    CHECK_CODE(attachment_get(db, id, &att, &tmp, &e), OK, e);
    CHECK(file_exists(file_join(&tmp, file_join(&tmp, to, "attachments"), att.file.at)));
    att.file = S("another");
    CHECK_CODE(attachment_add(db, &att, &e), OK, e);
    CHECK(att.id > id);
    CHECK_CODE(backup_restore(p.backup, p.key, file_join(&tmp, p.folder, "second"), url,
                              &told, &tmp, &e),
               E_CONSTRAINT, e);
    CHECK_SAYS(e, "holds a store");
    CHECK(!file_exists(file_join(&tmp, p.folder, "second")));
    db_close(db);
    leave(&p);
    engine_drop("postgresql", tmp);
}

/* Each statement of a restore fails in turn: no folder, nothing beside it. */
TEST(backup_restored_whole_or_not_at_all)
{
    struct place p = place_of(engine_url("sqlite", &tmp), &tmp);
    struct err e = {0};
    struct backup_told told;
    const char *out = file_join(&tmp, p.folder, "out"), *to = file_join(&tmp, out, "s");
    CHECK_CODE(person(p.db, p.key, 1, tmp, &e), OK, e);
    (void)attach(&p, 100, tmp);
    CHECK_CODE(make(&p, &told, tmp, &e), OK, e);
    CHECK_CODE(file_mkdirs(out, &e), OK, e);
    int code = E_DB;
    i64 n = 1;
    for (; code != OK && n < 200; n++) {
        struct arena a = tmp;
        code = backup_restore_failing(p.backup, p.key, to, NULL, n, &told, &a, &e);
        CHECK(code == OK || code == E_DB);
        CHECK_INT(n_in(out, a), code == OK);
    }
    CHECK(n > 30 && code == OK);
    leave(&p);
}

/* A changed row in the journal is written and sealed, and does not come back. */
TEST(backup_with_a_broken_journal_is_refused)
{
    struct place p = place_of(engine_url("sqlite", &tmp), &tmp);
    struct err e = {0};
    struct backup_told told;
    const char *to = file_join(&tmp, p.folder, "to");
    CHECK_CODE(file_mkdirs(to, &e), OK, e); /* empty: may be used, and stays */
    CHECK_CODE(person(p.db, p.key, 1, tmp, &e), OK, e);
    CHECK_CODE(db_script(p.db, "x", S("UPDATE journal SET act = 'other'"), &e), OK, e);
    CHECK_CODE(make(&p, &told, tmp, &e), OK, e);
    CHECK_CODE(backup_restore(p.backup, p.key, to, NULL, &told, &tmp, &e), E_JOURNAL, e);
    CHECK_INT(n_in(to, tmp), 0);
    leave(&p);
}

/* Bits, ends, another key: refused, by verify and by restore. */
TEST(backup_damage_is_refused)
{
    struct place p = place_of(engine_url("sqlite", &tmp), &tmp);
    struct key *other = sealed_key(p.folder, "other", tmp);
    struct err e = {0};
    struct backup_told told;
    const char *bad = file_join(&tmp, p.folder, "bad"),
               *to = file_join(&tmp, p.folder, "to");
    CHECK_CODE(person(p.db, p.key, 1, tmp, &e), OK, e);
    (void)attach(&p, 200000, tmp);
    CHECK_CODE(make(&p, &told, tmp, &e), OK, e);
    CHECK_CODE(backup_verify(p.backup, other, &told, &tmp, &e), E_SEAL, e);
    struct str good = sealed_bytes(p.backup, &tmp);
    CHECK(str_find_str(good, S("Kari")) < 0 && str_find_str(good, S("identity")) < 0);
    isize step = good.n * 8 / 150;
    for (isize bit = 0; bit < 8 * good.n; bit += bit < 700 ? 1 : step) {
        struct arena a = tmp;
        sealed_write(bad, sealed_flip(good, bit, &a));
        CHECK_CODE(backup_verify(bad, p.key, &told, &a, &e), E_SEAL, e);
        if (bit % 50) continue;
        CHECK_CODE(backup_restore(bad, p.key, to, NULL, &told, &a, &e), E_SEAL, e);
        CHECK(!file_exists(to));
    }
    isize head = 34 + 24; /* first line, header of the stream */
    for (isize n = head; n < good.n; n += SEAL_PIECE + SEAL_OVER)
        for (isize k = -1; k <= 1; k++) {
            struct arena a = tmp;
            sealed_write(bad, str_upto(good, n + k));
            CHECK_CODE(backup_verify(bad, p.key, &told, &a, &e), E_SEAL, e);
            CHECK_CODE(backup_restore(bad, p.key, to, NULL, &told, &a, &e), E_SEAL, e);
        }
    CHECK(!file_exists(to));
    CHECK_CODE(backup_verify(p.backup, p.key, &told, &tmp, &e), OK, e);
    key_close(other);
    leave(&p);
}

/* A full disk (a limit on the size of files gives the same short write): no backup, and
** nothing left of it. */
TEST(backup_on_a_full_disk_leaves_nothing)
{
    struct place p = place_of(engine_url("sqlite", &tmp), &tmp);
    struct err e = {0};
    struct backup_told told;
    const char *out = file_join(&tmp, p.folder, "out");
    CHECK_CODE(file_mkdirs(out, &e), OK, e);
    p.backup = file_join(&tmp, out, "backup");
    (void)attach(&p, 500000, tmp);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit full = {200000, 200000};
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &full), 0);
    CHECK_CODE(make(&p, &told, tmp, &e), E_IO, e);
    CHECK_INT(n_in(out, tmp), 0);
    leave(&p);
}

/* --- under writes ----------------------------------------------------------- */

struct busy {
    struct writer *w;
    const struct key *k;
    const char *url;
    struct place *p;
    struct backup_told told;
    atomic_int written;
    atomic_bool stop;
    int code;
    struct err e;
};

static int put_person(struct db *db, void *arg, struct err *e)
{
    struct busy *b = arg;
    struct arena tmp = arena_reserve(1 << 20);
    int n = atomic_load(&b->written);
    int code = identity_put(db, b->k, n % 50 + 1, ID_name, S("Ola"), &act, tmp, e);
    arena_release(&tmp);
    return code;
}

static void under_writes(isize i, void *arg)
{
    struct busy *b = arg;
    struct err e = {0};
    if (i == 0) {
        while (!atomic_load(&b->stop) && atomic_load(&b->written) < 5000) {
            if (writer_run(b->w, put_person, b, &e) != OK) return;
            atomic_fetch_add(&b->written, 1);
        }
        return;
    }
    struct arena tmp = arena_reserve(64 << 20);
    struct db *db = NULL;
    while (atomic_load(&b->written) < 20) sched_yield();
    b->code = db_open(b->url, DB_READER, &db, &b->e);
    for (int round = 0; b->code == OK && round < 3; round++) {
        struct arena a = tmp;
        (void)unlink(b->p->backup);
        b->code = backup_make(db, b->p->attachments, b->k, b->p->backup, SEALED_AT, S(""),
                              &b->told, &a, &b->e);
    }
    atomic_store(&b->stop, true);
    db_close(db);
    arena_release(&tmp);
}

EACH_ENGINE(backup_under_writes_is_one_moment)
{
    struct place p = place_of(url, &tmp);
    struct busy b = {.k = p.key, .url = url, .p = &p};
    struct err e = {0};
    struct backup_told told;
    i64 n = 0, cells = 0;
    CHECK_CODE(writer_open(p.db, &b.w, &e), OK, e);
    par_run(2, 2, under_writes, &b);
    CHECK_CODE(b.code, OK, b.e);
    CHECK(atomic_load(&b.written) >= 20);
    const char *to = file_join(&tmp, p.folder, "restored");
    CHECK_CODE(backup_restore(p.backup, p.key, to, NULL, &told, &tmp, &e), OK, e);
    struct db *db = NULL;
    const char *at = str_fmt(&tmp, "sqlite:%s/varde.db", to).at;
    CHECK_CODE(db_open(at, DB_READER, &db, &e), OK, e);
    CHECK_CODE(journal_verify(db, &n, tmp, &e), OK, e);
    CHECK(n >= 20);
    CHECK_CODE(db_one(db, &cells, SQL_all_journal_cell_1_count, NO_ARGS, &e), OK, e);
    CHECK_INT(cells, n);
    struct identity who;
    for (i64 i = 1; i <= MIN(n, 50); i++)
        CHECK_CODE(identity_open(db, p.key, i, &who, &tmp, &e), OK, e);
    db_close(db);
    p.db = NULL;
    writer_close(b.w);
    leave(&p);
}
