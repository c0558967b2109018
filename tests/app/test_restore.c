/* A backup from before an erasure put back: without the person, or not at all; whoever kills it, and
** wherever it fails. */
#define _GNU_SOURCE /* fork, kill */
#include "app/check.h"
#include "app/erase.h"
#include "app/erased.h"
#include "app/restore.h"
#include "base/file.h"
#include "folk.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/statements.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STORE S("00112233445566778899aabbccddeeff")

/* A store with three people and a backup of them; then one is erased wholly, one by name. */
struct lost {
    struct folk f;
    const char *folder, *backup, *list, *to, *attachments;
    i64 all, name, kept;
    instant now;
};

static i64 person(struct folk *f, const char *name, struct arena *a)
{
    struct act act = folk_act(f, f->coordinator[0], a);
    struct referral in = {.study = f->study,
                          .site = f->h.site[0],
                          .day = f->today - 20,
                          .note = str_fmt(a, "note%s", name)};
    struct referred out;
    struct err e = {0};
    i64 id = 0;
    in.who.at[ID_name] = str_of(name);
    in.twin_seen = true;
    CHECK_CODE(people_refer(&act, f->key, &in, &out, &e), OK, e);
    CHECK_CODE(folk_screen(f, out.subject, 18, a, &e), OK, e);
    CHECK_CODE(folk_consent(f, out.subject, "research", 17, &id, a, &e), OK, e);
    CHECK_CODE(folk_happen(f, out.subject, EV_ENROLLED, 16, a, &e), OK, e);
    CHECK_CODE(people_attribute(&act, out.subject, S("age"), S("41.25"), &e), OK, e);
    return out.subject;
}

static int sql(struct db *db, void *arg, struct err *e)
{
    return db_script(db, "by hand", str_of(arg), e);
}

/* An export with its file, as transfers leave one for a day; an upload that waits. */
static void exports(struct lost *l, struct arena tmp)
{
    struct attachment_box box = {l->attachments, l->f.key};
    struct err e = {0};
    for (int i = 0; i < 2; i++) {
        struct attachment_in *in = NULL;
        struct attachment att = {0};
        CHECK_CODE(attachment_begin(&in, &box, 1 << 20, &tmp, &e), OK, e);
        CHECK_CODE(attachment_more(in, S("PK\003\004rows of zebra"), &e), OK, e);
        CHECK_CODE(attachment_end_as(in, "application/zip", S("2026-11-22T08:00:00.000Z"),
                                     &att, &e),
                   OK, e);
        TXN t = {0};
        CHECK_CODE(db_begin(&t, l->f.h.writing, "export", &e), OK, e);
        CHECK_CODE(attachment_add(l->f.h.writing, &att, &e), OK, e);
        CHECK_CODE(db_commit(&t, &e), OK, e);
    }
    static char job[] =
        "INSERT INTO job (id, kind, args, state, done, total, cancel, file, at, ended, "
        "tries) VALUES (901, 'export', '{}', 'done', 1, 1, 0, 1, 1, 2, 1);"
        "INSERT INTO job (id, kind, args, state, done, total, cancel, at, tries) "
        "VALUES (902, 'rehearsal', '{\"upload\":2}', 'waiting', 0, 0, 0, 1, 0)";
    CHECK_CODE(writer_run(l->f.h.w, sql, job, &e), OK, e);
}

static int put_id(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return db_run(db, SQL_meta_put, ARGS(T(S("store")), T(STORE)), e);
}

static struct str at_second(int s, struct arena *a)
{
    return instant_text(MORNING + (instant)s * SECOND, a);
}

static void backup(struct lost *l, const char *path, int second, struct arena tmp)
{
    struct backup_told told;
    struct err e = {0};
    CHECK_CODE(backup_make(l->f.h.db, l->attachments, l->f.key, path,
                           at_second(second, &tmp), S(""), &told, &tmp, &e),
               OK, e);
}

static void lose(struct lost *l, const char *url, struct arena *a)
{
    struct err e = {0};
    *l = (struct lost){.folder = test_folder(), .now = MORNING + 100 * SECOND};
    l->backup = file_join(a, l->folder, "backup");
    l->list = file_join(a, l->folder, "list");
    l->to = file_join(a, l->folder, "back");
    l->attachments = file_join(a, l->folder, "attachments");
    folk_open(&l->f, url, a);
    CHECK_CODE(writer_run(l->f.h.w, put_id, NULL, &e), OK, e);
    l->all = person(&l->f, "zebra", a);
    l->name = person(&l->f, "quagga", a);
    l->kept = person(&l->f, "okapi", a);
    exports(l, *a);
    backup(l, l->backup, 10, *a);
    struct act leader = folk_act(&l->f, l->f.leader, a);
    leader.now = MORNING + 20 * SECOND;
    CHECK_CODE(erase_person(&leader, l->name, false, &e), OK, e);
    CHECK_CODE(erase_person(&leader, l->all, true, &e), OK, e);
    CHECK_CODE(
        erased_write(l->f.h.db, l->f.key, l->list, STORE, at_second(30, a), *a, &e), OK,
        e);
}

static struct restore_ask ask(const struct lost *l, struct arena *a)
{
    return (struct restore_ask){.backup = l->backup,
                                .folder = l->to,
                                .key_path = file_join(a, l->folder, "key"),
                                .erasures = l->list,
                                .now = l->now,
                                .today = l->f.today};
}

/* A piece of text in some text of some table. */
static bool anywhere(struct db *db, const char *piece, struct arena tmp)
{
    bool found = false;
    struct err e = {0};
    for (isize t = 0; t < TABLE_N; t++) {
        const struct table *b = &table_list[t];
        if (b->last) continue;
        ROWS r = {0};
        CHECK_CODE(db_query(db, &r, b->first, ARGS(I(100000)), &e), OK, e);
        while (db_next(&r))
            for (int k = 0; k < b->n; k++)
                if (b->types[k] == 't') {
                    struct arena one = tmp;
                    struct str s = db_str(&r, k, &one);
                    found = found || str_find_str(s, str_of(piece)) >= 0;
                }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return found;
}

static i64 count(struct db *db, const char *text, i64 arg)
{
    const struct sql q = {.name = "count", .text = text, .id = -1, .n_args = 1};
    struct err e = {0};
    i64 n = -1;
    CHECK_CODE(db_one(db, &n, &q, ARGS(I(arg)), &e), OK, e);
    return n;
}

/* Erased is who was erased; who was not is there; and all of it verifies. */
static void look(const struct lost *l, const char *url, struct arena tmp)
{
    struct db *db = NULL;
    struct err e = {0};
    struct erasures all;
    CHECK_CODE(db_open(url, DB_READER, &db, &e), OK, e);
    if (!db) return;
    CHECK(!anywhere(db, "zebra", tmp) && !anywhere(db, "quagga", tmp));
    CHECK(anywhere(db, "noteokapi", tmp));
    static const char key[] = "SELECT COUNT(*) FROM identity_key WHERE person = $1 AND "
                              "sealed IS NULL",
                      cells[] = "SELECT COUNT(*) FROM identity WHERE person = $1",
                      age[] = "SELECT COUNT(*) FROM attribute WHERE subject = $1",
                      gone[] = "SELECT COUNT(*) FROM participant WHERE subject = $1 AND "
                               "state = 'erased' AND data = 'erased'",
                      told[] = "SELECT COUNT(*) FROM journal WHERE act = 'store.restore' "
                               "AND entity_id = $1",
                      copies[] = "SELECT COUNT(*) FROM job WHERE id > $1",
                      files[] = "SELECT COUNT(*) FROM attachment WHERE id > $1";
    const i64 both[] = {l->all, l->name};
    for (isize i = 0; i < 2; i++) {
        CHECK_INT(count(db, key, both[i]), 1);
        CHECK_INT(count(db, cells, both[i]), 0);
    }
    CHECK_INT(count(db, cells, l->kept), 1);
    CHECK_INT(count(db, key, l->kept), 0);
    CHECK_INT(count(db, age, l->all), 0);
    CHECK_INT(count(db, age, l->name), 1); /* the study keeps its data */
    CHECK_INT(count(db, gone, l->all), 1);
    CHECK_INT(count(db, gone, l->name), 0);
    CHECK_INT(count(db, told, 0), 1);
    CHECK_INT(count(db, copies, 0), 0);
    CHECK_INT(count(db, files, 0), 0);
    struct file_names names = {0};
    const char *box = file_join(&tmp, l->to, "attachments");
    CHECK_CODE(file_list(box, &names, &tmp, &e), OK, e);
    CHECK_INT(names.n, 0);
    CHECK_CODE(erasure_all(db, &all, &tmp, &e), OK, e);
    CHECK_INT(all.n, 2);
    for (isize i = 0; i < all.n; i++) /* when it was done first, not now */
        CHECK(str_eq(all.at[i].at, at_second(20, &tmp)));
    struct check_lines lines;
    i64 wrong = -1;
    struct check_in in = {.db = db,
                          .key = l->f.key,
                          .attachments = box,
                          .erasures = l->list,
                          .now = MORNING};
    CHECK_CODE(check_store(&in, &lines, &wrong, &tmp, &e), OK, e);
    for (isize i = 0; i < lines.n; i++)
        test_check(lines.at[i].state != CHECK_WRONG, __FILE__, __LINE__, "%s: %.*s",
                   lines.at[i].what, FMT(lines.at[i].words));
    CHECK_INT(wrong, 0);
    db_close(db);
}

static const char *embedded(const struct lost *l, struct arena *a)
{
    return str_fmt(a, "sqlite:%s/varde.db", l->to).at;
}

/* Nothing that opens, and no folder of work in progress. */
static bool nothing_left(const struct lost *l, struct arena tmp)
{
    struct file_names names = {0};
    bool left = false;
    struct err e = {0};
    CHECK_CODE(file_list(l->folder, &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++)
        left = left || str_starts(names.at[i], S("back."));
    return !left && !file_exists(l->to);
}

EACH_ENGINE(restore_erases_again)
{
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    lose(&l, url, &tmp);
    /* The live erasure took the export along, and what waits is left to its owner. */
    CHECK_INT(count(l.f.h.db, "SELECT COUNT(*) FROM job WHERE id >= $1", 901), 1);
    CHECK_INT(count(l.f.h.db, "SELECT COUNT(*) FROM attachment WHERE id = $1", 1), 0);
    struct restore_ask in = ask(&l, &tmp);
    CHECK_CODE(restore_run(&in, l.f.key, &told, &tmp, &e), OK, e);
    CHECK_INT(told.listed, 2);
    CHECK_INT(told.erased, 2);
    CHECK(str_eq(told.as_of, at_second(30, &tmp)));
    CHECK_INT(told.backup.step, MIGRATION_N);
    CHECK(!file_exists(file_join(&tmp, l.to, "varde.db-wal")));
    look(&l, embedded(&l, &tmp), tmp);
    CHECK(file_exists(file_join(&tmp, l.to, "varde.yaml")));
    /* No byte of what was erased is in the file either. */
    struct str bytes;
    const char *file = file_join(&tmp, l.to, "varde.db");
    CHECK_CODE(file_read(file, (isize)1 << 28, &bytes, &tmp, &e), OK, e);
    CHECK(str_find_str(bytes, S("notezebra")) < 0 &&
          str_find_str(bytes, S("noteokapi")) >= 0);
    folk_close(&l.f, tmp);
}

TEST(restore_erases_again_on_a_server)
{
    const char *url = engine_url("postgresql", &tmp);
    if (!url) return;
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    lose(&l, engine_url("sqlite", &tmp), &tmp);
    struct restore_ask in = ask(&l, &tmp);
    in.store = url;
    CHECK_CODE(restore_run(&in, l.f.key, &told, &tmp, &e), OK, e);
    CHECK_INT(told.erased, 2);
    look(&l, url, tmp);
    CHECK(!file_exists(file_join(&tmp, l.to, BACKUP_MARK)));
    folk_close(&l.f, tmp);
    engine_drop("postgresql", tmp);
}

/* Where a list may come from, and that without one it is refused. */
TEST(restore_wants_a_list)
{
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    lose(&l, engine_url("sqlite", &tmp), &tmp);
    struct restore_ask in = ask(&l, &tmp);
    struct key *k = l.f.key;
    /* None; and one that ends with the backup itself tells nothing of after. */
    in.erasures = NULL;
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "there is no list of erasures");
    CHECK_SAYS(e, "--erasures FILE");
    CHECK_SAYS(e, "--without-erasures");
    in.erasures = l.backup;
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "ends with 2026-11-22T08:00:10.000Z");
    in.erasures = file_join(&tmp, l.folder, "none");
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), E_NO_FILE, e);
    /* Every letter of it counts. */
    struct str good;
    const char *bad = file_join(&tmp, l.folder, "bad");
    CHECK_CODE(file_read(l.list, FILE_LIMIT, &good, &tmp, &e), OK, e);
    CHECK(str_find_str(good, S("zebra")) < 0);
    in.erasures = bad;
    for (isize i = 0; i < good.n; i += 1 + good.n / 120) {
        struct arena one = tmp;
        char *at = NEW_RAW(&one, char, good.n);
        memcpy(at, good.at, (size_t)good.n);
        at[i] ^= 1;
        CHECK_CODE(file_publish(bad, (struct str){at, good.n}, &e), OK, e);
        CHECK_CODE(restore_run(&in, k, &told, &one, &e), E_SEAL, e);
        CHECK_CODE(file_publish(bad, str_upto(good, i), &e), OK, e);
        CHECK_CODE(restore_run(&in, k, &told, &one, &e), E_SEAL, e);
    }
    /* Of another store. */
    CHECK_CODE(erased_write(l.f.h.db, k, file_join(&tmp, l.folder, "other"), S("ffff"),
                            at_second(30, &tmp), tmp, &e),
               OK, e);
    in.erasures = file_join(&tmp, l.folder, "other");
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "of another store");
    CHECK(nothing_left(&l, tmp));
    /* A newer backup; a data folder; the list beside the backup. */
    const char *newer = file_join(&tmp, l.folder, "newer");
    backup(&l, newer, 40, tmp);
    in.erasures = newer;
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), OK, e);
    CHECK_INT(told.erased, 2);
    look(&l, embedded(&l, &tmp), tmp);
    const char *data = file_join(&tmp, l.folder, "data");
    CHECK_CODE(file_mkdirs(data, &e), OK, e);
    CHECK(rename(l.list, file_join(&tmp, data, ERASED_LIST)) == 0);
    in.erasures = data;
    in.folder = file_join(&tmp, l.folder, "second");
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), OK, e);
    CHECK_INT(told.erased, 2);
    in.erasures = NULL;
    in.folder = file_join(&tmp, l.folder, "third");
    const char *beside = erased_beside(l.backup, STORE, &tmp);
    CHECK_STR(str_of(strrchr(beside, '/')), "/erasures-00112233");
    CHECK(rename(file_join(&tmp, data, ERASED_LIST), beside) == 0);
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), OK, e);
    CHECK_INT(told.erased, 2);
    /* Told so, it goes on without. */
    in.without = true;
    in.folder = file_join(&tmp, l.folder, "fourth");
    CHECK_CODE(restore_run(&in, k, &told, &tmp, &e), OK, e);
    CHECK_INT(told.erased, 0);
    struct db *db = NULL;
    const char *fourth = str_fmt(&tmp, "sqlite:%s/varde.db", in.folder).at;
    CHECK_CODE(db_open(fourth, DB_READER, &db, &e), OK, e);
    CHECK(anywhere(db, "notezebra", tmp) && anywhere(db, "without_erasures", tmp));
    db_close(db);
    folk_close(&l.f, tmp);
}

/* Put back by other means: whoever opens it with the folder's list has them erased anew. */
TEST(restore_by_other_means_is_noticed)
{
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    lose(&l, engine_url("sqlite", &tmp), &tmp);
    struct restore_ask in = ask(&l, &tmp);
    in.without = true;
    CHECK_CODE(restore_run(&in, l.f.key, &told, &tmp, &e), OK, e);
    struct db *db = NULL;
    struct writer *w = NULL;
    const char *url = embedded(&l, &tmp);
    CHECK_CODE(db_open(url, DB_READER, &db, &e), OK, e);
    struct check_lines lines;
    i64 wrong = -1, erased = -1;
    struct check_in verify = {
        .db = db, .key = l.f.key, .erasures = l.list, .now = MORNING};
    CHECK_CODE(check_store(&verify, &lines, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 1); /* verify says so */
    struct db *writing = NULL;
    CHECK_CODE(db_open(url, DB_WRITER, &writing, &e), OK, e);
    CHECK_CODE(writer_open(writing, &w, &e), OK, e);
    struct act self = {
        .db = db, .writer = w, .now = l.now, .today = l.f.today, .a = &tmp};
    CHECK(rename(l.list, file_join(&tmp, l.to, ERASED_LIST)) == 0);
    CHECK_CODE(erased_catch_up(&self, l.f.key, l.to, S("of another"), &erased, &e), OK,
               e);
    CHECK_INT(erased, 0);
    CHECK_CODE(erased_catch_up(&self, l.f.key, l.to, STORE, &erased, &e), OK, e);
    CHECK_INT(erased, 2);
    CHECK_CODE(erased_catch_up(&self, l.f.key, l.to, STORE, &erased, &e), OK, e);
    CHECK_INT(erased, 0);
    CHECK(!anywhere(db, "zebra", tmp) && anywhere(db, "noteokapi", tmp));
    verify.erasures = file_join(&tmp, l.to, ERASED_LIST);
    CHECK_CODE(check_store(&verify, &lines, &wrong, &tmp, &e), OK, e);
    CHECK_INT(wrong, 0);
    db_close(db);
    writer_close(w);
    folk_close(&l.f, tmp);
}

/* Erasures from before there was a list are taken from the journal, once. */
EACH_ENGINE(restore_list_begins_with_the_journal)
{
    struct lost l;
    struct err e = {0};
    struct erasures was, is;
    lose(&l, url, &tmp);
    CHECK_CODE(erasure_all(l.f.h.db, &was, &tmp, &e), OK, e);
    CHECK_INT(was.n, 2);
    static char forget[] = "DELETE FROM erasure; DELETE FROM meta WHERE key = 'erasures'";
    CHECK_CODE(writer_run(l.f.h.w, sql, forget, &e), OK, e);
    struct act self = house_act(&l.f.h, 0, l.now, &tmp);
    i64 erased = -1;
    CHECK_CODE(erased_catch_up(&self, l.f.key, l.folder, STORE, &erased, &e), OK, e);
    CHECK_INT(erased, 0);
    CHECK_CODE(erasure_all(l.f.h.db, &is, &tmp, &e), OK, e);
    CHECK_INT(is.n, was.n);
    for (isize i = 0; i < is.n; i++)
        CHECK(str_eq(is.at[i].mark, was.at[i].mark) &&
              is.at[i].whole == was.at[i].whole && str_eq(is.at[i].at, was.at[i].at));
    /* A row changed, or left out, is found. */
    static char harm[] = "UPDATE erasure SET whole = 1 - whole WHERE seq = 1";
    CHECK_CODE(writer_run(l.f.h.w, sql, harm, &e), OK, e);
    CHECK_CODE(erasure_all(l.f.h.db, &is, &tmp, &e), E_JOURNAL, e);
    CHECK_CODE(writer_run(l.f.h.w, sql, harm, &e), OK, e);
    static char drop[] = "DELETE FROM erasure WHERE seq = 1";
    CHECK_CODE(writer_run(l.f.h.w, sql, drop, &e), OK, e);
    CHECK_CODE(erasure_all(l.f.h.db, &is, &tmp, &e), E_JOURNAL, e);
    folk_close(&l.f, tmp);
}

/* --- killed, and failing ------------------------------------------------------------- */

static void die(void *arg, const char *what)
{
    if (strcmp(arg, what) == 0) raise(SIGKILL);
}

static int killed_at(const char *what, struct restore_ask in, const struct key *k,
                     struct arena tmp)
{
    char step[32];
    int status = 0;
    snprintf(step, sizeof step, "%s", what);
    in.step = die;
    in.step_arg = step;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct restore_told told;
        struct err e = {0};
        _exit(restore_run(&in, k, &told, &tmp, &e) == OK ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(restore_killed_leaves_nothing_half)
{
    static const char *const step[] = {"begun", "rows", "rows kept"};
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    lose(&l, engine_url("sqlite", &tmp), &tmp);
    struct restore_ask in = ask(&l, &tmp);
    for (isize i = 0; i < COUNT(step); i++) {
        CHECK_INT(killed_at(step[i], in, l.f.key, tmp), SIGKILL);
        CHECK(!file_exists(l.to)); /* the name is there when all is done, or not */
    }
    /* What others named alike is not ours. */
    const char *alike = str_fmt(&tmp, "%s.new-0123", l.to).at;
    CHECK_CODE(file_mkdirs(alike, &e), OK, e);
    CHECK_CODE(restore_run(&in, l.f.key, &told, &tmp, &e), OK, e);
    look(&l, embedded(&l, &tmp), tmp);
    struct file_names names = {0};
    int left = 0;
    CHECK_CODE(file_list(l.folder, &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++) left += str_starts(names.at[i], S("back."));
    CHECK_INT(left, 1);
    CHECK(file_exists(alike));
    folk_close(&l.f, tmp);
}

TEST(restore_killed_on_a_server)
{
    static const char *const step[] = {"begun", "rows", "named"};
    const char *url = engine_url("postgresql", &tmp);
    if (!url) return;
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    struct db *db = NULL;
    lose(&l, engine_url("sqlite", &tmp), &tmp);
    struct restore_ask in = ask(&l, &tmp);
    in.store = url;
    for (isize i = 0; i < COUNT(step); i++) {
        CHECK_INT(killed_at(step[i], in, l.f.key, tmp), SIGKILL);
        bool there = file_exists(l.to);
        CHECK(there == (i == 2));
        if (!there) continue;
        /* The folder has its name and the server no rows: it does not open. */
        CHECK_CODE(db_open(url, DB_READER, &db, &e), OK, e);
        CHECK_CODE(backup_restored(db, l.to, true, tmp, &e), E_CONSTRAINT, e);
        CHECK_SAYS(e, "did not come to its end");
        db_close(db);
    }
    CHECK_INT(killed_at("rows kept", in, l.f.key, tmp), SIGKILL);
    /* All is there but the mark, which the next one who opens it takes away. */
    look(&l, url, tmp);
    CHECK(file_exists(file_join(&tmp, l.to, BACKUP_MARK)));
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(backup_restored(db, l.to, false, tmp, &e), OK, e);
    db_close(db);
    CHECK(!file_exists(file_join(&tmp, l.to, BACKUP_MARK)));
    CHECK_CODE(restore_run(&in, l.f.key, &told, &tmp, &e), E_CONSTRAINT, e);
    folk_close(&l.f, tmp);
    engine_drop("postgresql", tmp);
}

/* Its n-th statement refused: nothing is there, and the next try is as the first. */
static void fails(const char *url, struct arena tmp)
{
    struct lost l;
    struct err e = {0};
    struct restore_told told;
    lose(&l, engine_url("sqlite", &tmp), &tmp);
    struct restore_ask in = ask(&l, &tmp);
    in.store = url;
    int code = E_DB, n = 0;
    for (in.fail_after = 1; code != OK; in.fail_after += 1 + in.fail_after / 8, n++) {
        struct arena one = tmp;
        code = restore_run(&in, l.f.key, &told, &one, &e);
        if (code == OK) break;
        CHECK_CODE(code, E_DB, e);
        CHECK(nothing_left(&l, one));
    }
    CHECK(n > 30);
    look(&l, url ? url : embedded(&l, &tmp), tmp);
    folk_close(&l.f, tmp);
}

TEST(restore_fails_whole)
{
    fails(NULL, tmp);
}

TEST(restore_fails_whole_on_a_server)
{
    const char *url = engine_url("postgresql", &tmp);
    if (!url) return;
    fails(url, tmp);
    engine_drop("postgresql", tmp);
}
