#define _GNU_SOURCE /* localtime_r, clock_gettime, mkdir */
#include "app/house.h"
#include "app/collect.h"
#include "app/erased.h"
#include "app/once.h"
#include "app/faces.h"
#include "app/kits.h"
#include "app/sweep.h"
#include "app/tally.h"
#include "app/transfer.h"
#include "app/visiting.h"
#include "base/file.h"
#include "store/backup.h"
#include "store/blind.h"
#include "store/hold.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "store/studies.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    KEPT = 32,   /* idle readers of each kind */
    HASHERS = 1, /* passwords hashed at once: 64 MiB, a tenth of a second */
    ID_LETTERS = 32
};

struct house {
    struct arena a; /* names and definitions */
    const char *folder, *store, *key_path;
    struct str id;
    int hold[2]; /* of the data folder, and of the store's when that is another */
    struct key *key;
    struct attachment_box box;
    struct writer *writer;
    struct library library;
    struct kits *kits;
    struct faces *faces;
    struct tally *tally;
    instant (*clock)(void);
    instant signed_at;
    pthread_mutex_t
        list_lock; /* of the list of erasures in the folder, and when it was written */
    i64 listed;
    instant listed_at;
    i64 erased; /* people, when it was opened, that the folder's list knew better than the store */

    pthread_mutex_t lock; /* of what follows */
    struct login_kit kit;
    struct db *reader[2][KEPT]; /* plain, blinded */
    int n_readers[2];
};

instant house_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (instant)t.tv_sec * SECOND + t.tv_nsec / 1000000;
}

instant house_now(const struct house *h)
{
    return h->clock();
}

i64 house_erased_again(const struct house *h)
{
    return h->erased;
}

day house_today(instant now)
{
    time_t t = (time_t)(now / SECOND);
    struct tm tm;
    if (!localtime_r(&t, &tm)) return (day)(now / (24 * HOUR));
    return day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* --- varde.yaml ------------------------------------------------------------- */

static const char *const KNOWN[] = {"store", "key"};

static int read_settings(struct house *h, const struct house_config *c, struct err *e)
{
    const char *path = file_join(&h->a, h->folder, "varde.yaml");
    struct yaml *doc = NULL;
    struct str s = {0};
    if (!file_exists(path))
        return err_set(e, E_NO_FILE,
                       "%s: there is no installation in this folder; "
                       "`varde init --data %s` makes one",
                       h->folder, h->folder);
    TRY(yaml_read_file(path, &doc, &h->a, e));
    TRY(yaml_keys(doc, KNOWN, COUNT(KNOWN), e));
    TRY(yaml_str(yaml_get(doc, "store"), doc, "store", &s, e));
    h->store = c->store ? c->store : str_c(s, &h->a);
    TRY(yaml_str(yaml_get(doc, "key"), doc, "key", &s, e));
    h->key_path = c->key ? c->key : str_c(s, &h->a);
    if (str_is(str_of(h->store), "sqlite"))
        h->store = str_fmt(&h->a, "sqlite:%s/varde.db", h->folder).at;
    return OK;
}

/* --- opening ---------------------------------------------------------------- */

static bool is_sqlite(const struct house *h)
{
    return str_starts(str_of(h->store), S("sqlite:"));
}

/* Statements of the first opening, in one transaction: who this store is, and which key
** belongs to it.  With another key everything sealed would be lost in silence. */
static int name_store(struct db *db, const char *mark, struct err *e)
{
    u8 raw[ID_LETTERS / 2];
    char hex[ID_LETTERS + 1], room[512];
    struct arena a = {.at = room, .end = room + sizeof room, .base = room};
    struct str had[2] = {0};
    static const char *const name[2] = {"store", "key"};
    TXN t = {0};
    TRY(db_begin(&t, db, "house.name", e));
    for (int i = 0; i < 2; i++) {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_meta_get, ARGS(T(str_of(name[i]))), e));
        if (db_next(&r)) had[i] = db_str(&r, 0, &a);
        TRY(db_end(&r, e));
    }
    if (had[1].n && !str_is(had[1], mark))
        return err_set(e, E_KEY,
                       "the key file is not the one of this store: it was made with the "
                       "key %.*s and the file holds the key %s",
                       FMT(had[1]), mark);
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    if (!had[0].n) TRY(db_run(db, SQL_meta_put, ARGS(T(S("store")), T(str_of(hex))), e));
    if (!had[1].n) TRY(db_run(db, SQL_meta_put, ARGS(T(S("key")), T(str_of(mark))), e));
    return db_commit(&t, e);
}

/* The folder of the store's file, links followed: two data folders may name one store. */
static int store_folder(const struct house *h, const char **out, struct arena *a,
                        struct err *e)
{
    const char *path = h->store + strlen("sqlite:");
    char *whole = realpath(path, NULL);
    struct str s = str_dup(str_of(whole ? whole : path), a);
    free(whole);
    isize slash = -1;
    for (isize i = 0; i < s.n; i++)
        if (s.at[i] == '/') slash = i;
    const char *folder = slash < 0 ? "." : str_c(str_upto(s, MAX(slash, (isize)1)), a);
    if (file_is_folder(folder)) {
        *out = folder;
        return OK;
    }
    return err_set(e, E_IO, "%s: the folder of the store is not there", folder);
}

static int hold(struct house *h, struct err *e)
{
    const char *other = NULL;
    struct stat one, two;
    TRY(store_folder(h, &other, &h->a, e));
    TRY(hold_take(h->folder, &h->hold[0], e));
    bool same = stat(h->folder, &one) == 0 && stat(other, &two) == 0 &&
                one.st_dev == two.st_dev && one.st_ino == two.st_ino;
    return same ? OK : hold_take(other, &h->hold[1], e);
}

static int open_to_write(struct house *h, struct err *e)
{
    struct db *db = NULL;
    struct key_name mark = key_mark(h->key);
    if (is_sqlite(h)) TRY(hold(h, e));
    TRY(db_open(h->store, DB_WRITER, &db, e));
    int code = backup_restored(db, h->folder, false, h->a, e);
    if (code == OK) code = migrate(db, instant_text(h->clock(), &h->a), NULL, h->a, e);
    if (code == OK) code = visiting_count_old(db, h->a, e);
    if (code == OK) code = name_store(db, mark.hex, e);
    if (code == OK) code = writer_open(db, &h->writer, e);
    if (code != OK) db_close(db);
    return code;
}

/* A house for reading changes nothing, so it cannot bring an older store along. What else is wrong with
** the schema is for app/check.h to say. */
static int not_older(struct house *h, struct err *e)
{
    struct db *db = NULL;
    i64 step = 0;
    struct err none;
    TRY(house_reader(h, false, &db, e));
    int code = db_one(db, &step, SQL_migration_last, NO_ARGS, &none);
    house_reader_back(h, false, db);
    if (code != OK || step >= MIGRATION_N) return OK;
    return err_set(
        e, E_REVISION,
        "the store is of an older program: it is at step %d and this program "
        "needs %d. Make a backup with the older program; `varde serve` of this "
        "one then brings the store along when it starts",
        (int)step, MIGRATION_N);
}

/* What somebody blinded may see follows from the definitions in use; rows of another program, or
** none yet after a step of the schema, are brought up to them before anybody is answered.  A
** definition that cannot be read any more opens nothing. */
static int open_blind(struct db *db, void *arg, struct err *e)
{
    struct house *h = arg;
    struct arena tmp = h->a;
    struct studies_rows all;
    TRY(studies_all(db, &all, &tmp, e));
    for (isize i = 0; i < all.n; i++) {
        struct arena each = tmp;
        struct study *s = NULL;
        struct err none = {0};
        int code = definition_study(db, all.at[i].definition, &s, &each, &none);
        if (code == E_DEFINITION || code == E_YAML)
            TRY(db_run(db, SQL_blind_open_clear, ARGS(I(all.at[i].id)), e));
        else if (code != OK)
            return err_pass(e, code, &none);
        else
            TRY(blind_put(db, all.at[i].id, s, each, e));
    }
    return OK;
}

static int read_id(struct house *h, struct err *e)
{
    struct db *db = NULL;
    TRY(house_reader(h, false, &db, e));
    ROWS r = {0};
    int code = backup_restored(db, h->folder, true, h->a, e);
    if (code == OK) code = db_query(db, &r, SQL_meta_get, ARGS(T(S("store"))), e);
    if (code == OK && db_next(&r)) h->id = db_str(&r, 0, &h->a);
    if (code == OK) code = db_end(&r, e);
    rows_close(&r);
    house_reader_back(h, false, db);
    return code;
}

static int with_self(struct house *h,
                     int (*f)(struct house *h, struct act *self, struct err *e),
                     struct err *e)
{
    struct db *db = NULL;
    struct arena tmp = arena_reserve((isize)1 << 30);
    if (!tmp.base) return err_set(e, E_NO_MEMORY, "no memory for the list of erasures");
    int code = house_reader(h, false, &db, e);
    if (code == OK) {
        struct act self = house_self(h, db, &tmp);
        code = f(h, &self, e);
    }
    house_reader_back(h, false, db);
    arena_release(&tmp);
    return code;
}

/* The file is written when an erasure was done, and each hour: it says up to when it is whole. */
static int keep_list(struct house *h, struct act *self, struct err *e)
{
    i64 n = 0;
    TRY(db_one(self->db, &n, SQL_erasure_count, NO_ARGS, e));
    if (n == h->listed && h->listed_at && self->now >= h->listed_at &&
        self->now - h->listed_at < HOUR)
        return OK;
    TRY(erased_write(self->db, h->key, file_join(self->a, h->folder, ERASED_LIST), h->id,
                     instant_text(self->now, self->a), *self->a, e));
    h->listed = n;
    h->listed_at = self->now;
    return OK;
}

int house_list_erasures(struct house *h, struct err *e)
{
    pthread_mutex_lock(&h->list_lock);
    int code = with_self(h, keep_list, e);
    pthread_mutex_unlock(&h->list_lock);
    return code;
}

static int redo(struct house *h, struct act *self, struct err *e)
{
    return erased_catch_up(self, h->key, h->folder, h->id, &h->erased, e);
}

static int sweep(struct house *h, struct act *self, struct err *e)
{
    i64 n = 0;
    return sweep_folder(self->db, h->folder, self->now / SECOND, &n, *self->a, e);
}

/* Before anybody works with the store. */
static int catch_up(struct house *h, struct err *e)
{
    TRY(with_self(h, redo, e));
    TRY(with_self(h, sweep, e));
    return house_list_erasures(h, e);
}

static int open_all(struct house *h, const struct house_config *c, struct err *e)
{
    struct job_place place = {h,         h->writer,   house_reader, house_reader_back,
                              house_now, house_today, &h->box};
    TRY(read_settings(h, c, e));
    TRY(key_open(h->key_path, h->folder, &h->key, e));
    h->box = (struct attachment_box){file_join(&h->a, h->folder, "attachments"), h->key};
    key_of(h->key, KEY_TOTP, h->kit.key);
    TRY(c->reading ? not_older(h, e) : open_to_write(h, e));
    if (!c->reading) TRY(writer_run(h->writer, open_blind, h, e));
    TRY(hasher_open(HASHERS, &h->kit.hasher, e));
    TRY(kits_open(&h->kits, e));
    kits_watch(h->kits, h->writer);
    TRY(faces_open(&h->faces, e));
    TRY(tally_open(place, &h->tally, e));
    TRY(read_id(h, e));
    TRY(house_rules(h, e));
    if (h->writer) TRY(catch_up(h, e));
    if (c->definitions) TRY(library_read(c->definitions, &h->library, &h->a, e));
    return OK;
}

static int begin(const struct house_config *c, struct house **out, struct err *e)
{
    struct house *h = calloc(1, sizeof *h);
    if (!h) return err_set(e, E_NO_MEMORY, "no memory for the house");
    h->a = arena_reserve((isize)1 << 30);
    if (!h->a.base) {
        free(h);
        return err_set(e, E_NO_MEMORY, "no memory for the house");
    }
    h->hold[0] = h->hold[1] = -1;
    h->clock = c->clock ? c->clock : house_clock;
    h->folder = str_c(str_of(c->folder ? c->folder : "varde-data"), &h->a);
    pthread_mutex_init(&h->lock, NULL);
    pthread_mutex_init(&h->list_lock, NULL);
    *out = h;
    return OK;
}

int house_open(const struct house_config *c, struct house **out, struct err *e)
{
    struct house *h = NULL;
    *out = NULL;
    if (sodium_init() < 0) return err_set(e, E_KEY, "libsodium does not start");
    TRY(begin(c, &h, e));
    int code = open_all(h, c, e);
    if (code == OK)
        *out = h;
    else
        house_close(h);
    return code;
}

void house_close(struct house *h)
{
    if (!h) return;
    tally_close(h->tally);
    if (h->writer &&
        h->id.n) { /* once more, as of its end; the next opening does it else */
        struct err late;
        h->listed_at = 0;
        (void)!house_list_erasures(h, &late);
    }
    for (int i = 0; i < 2; i++)
        while (h->n_readers[i] > 0) db_close(h->reader[i][--h->n_readers[i]]);
    if (h->writer) writer_close(h->writer);
    hold_release(h->hold[1]); /* after the store is closed */
    hold_release(h->hold[0]);
    hasher_close(h->kit.hasher);
    key_close(h->key);
    kits_close(h->kits);
    faces_close(h->faces);
    sodium_memzero(&h->kit, sizeof h->kit);
    pthread_mutex_destroy(&h->lock);
    pthread_mutex_destroy(&h->list_lock);
    arena_release(&h->a);
    free(h);
}

/* --- making ----------------------------------------------------------------- */

/* "dir/x" and "dir/x/" give "dir/x.key". */
static const char *key_beside(const char *folder, struct arena *a)
{
    struct str s = str_of(folder);
    while (s.n > 1 && s.at[s.n - 1] == '/') s.n--;
    return str_fmt(a, "%.*s.key", FMT(s)).at;
}

static int make_in(struct house *h, const struct house_config *c, struct err *e)
{
    struct arena *a = &h->a;
    const char *folder = h->folder, *key = c->key ? c->key : key_beside(folder, a);
    struct house *made = NULL;
    struct house_config again = *c;
    const char *settings = file_join(a, folder, "varde.yaml");
    if (file_exists(settings))
        return err_set(e, E_CONSTRAINT,
                       "%s: there is an installation in this folder already; "
                       "`varde serve --data %s` starts it",
                       folder, folder);
    TRY(file_mkdirs(folder, e));
    if (chmod(folder, 0700) != 0)
        return err_set(e, E_IO, "%s: %s", folder, strerror(errno));
    if (!file_exists(key)) TRY(key_make(key, e));
    const char *store = c->store ? c->store : "sqlite";
    TRY(house_settings(folder, store, key, *a, e));
    again.store = again.key = NULL;
    int code = house_open(&again, &made, e);
    house_close(made);
    if (code != OK) remove(settings); /* or the next try would say that it is there */
    return code;
}

int house_make(const struct house_config *c, struct err *e)
{
    struct house *h = NULL;
    TRY(begin(c, &h, e));
    int code = make_in(h, c, e);
    house_close(h);
    return code;
}

/* --- what is shared ------------------------------------------------------------ */

const char *house_folder(const struct house *h)
{
    return h->folder;
}

const char *house_store(const struct house *h)
{
    return h->store;
}

const char *house_key_path(const struct house *h)
{
    return h->key_path;
}

struct str house_id(const struct house *h)
{
    return h->id;
}

const struct key *house_key(const struct house *h)
{
    return h->key;
}

const struct attachment_box *house_box(const struct house *h)
{
    return &h->box;
}

struct writer *house_writer(struct house *h)
{
    return h->writer;
}

const struct library *house_library(const struct house *h)
{
    return &h->library;
}

struct tally *house_tally(struct house *h)
{
    return h->tally;
}

int house_study(struct house *h, struct db *db, i64 study, const struct collect_kit **out,
                struct err *e)
{
    const struct kits_study *k = NULL;
    TRY(kits_get(h->kits, db, study, &k, e));
    *out = &k->kit;
    return OK;
}

int house_protocol(struct house *h, struct db *db, i64 study, const struct protocol **out,
                   struct err *e)
{
    const struct kits_study *k = NULL;
    TRY(kits_get(h->kits, db, study, &k, e));
    *out = &k->protocol;
    return OK;
}

const struct instrument *house_wording(struct house *h, const struct collect_kit *kit,
                                       isize measure, struct str lang, i64 *wording)
{
    return kits_wording(h->kits, kit, measure, lang, wording);
}

/* One place knows how a blinded reader is opened. */
static int reader_open(struct house *h, bool blinded, struct db **out, struct err *e)
{
    int code = db_open(h->store, blinded ? DB_BLINDED : DB_READER, out, e);
    /* The engine's words tell where it is: for who starts the program, not for a request. */
    if (code != E_BUSY || !h->id.n) return code;
    return err_set(e, code, "the database does not answer; try again in a moment");
}

int house_reader(struct house *h, bool blinded, struct db **out, struct err *e)
{
    *out = NULL;
    pthread_mutex_lock(&h->lock);
    if (h->n_readers[blinded] > 0) *out = h->reader[blinded][--h->n_readers[blinded]];
    pthread_mutex_unlock(&h->lock);
    return *out ? OK : reader_open(h, blinded, out, e);
}

void house_reader_back(struct house *h, bool blinded, struct db *db)
{
    if (!db) return;
    /* What the connection is decides, never who says so: a plain one lent to a blinded viewer
    ** would be a hole in the wall. */
    bool fits = (db_mode_of(db) == DB_BLINDED) == blinded && db_idle(db);
    pthread_mutex_lock(&h->lock);
    bool room = fits && h->n_readers[blinded] < KEPT;
    if (room) h->reader[blinded][h->n_readers[blinded]++] = db;
    pthread_mutex_unlock(&h->lock);
    if (!room) db_close(db);
}

struct login_kit house_kit(struct house *h)
{
    pthread_mutex_lock(&h->lock);
    struct login_kit kit = h->kit;
    pthread_mutex_unlock(&h->lock);
    return kit;
}

int house_rules(struct house *h, struct err *e)
{
    struct db *db = NULL;
    struct login_rules rules;
    TRY(house_reader(h, false, &db, e));
    int code = login_rules_read(db, &rules, e);
    house_reader_back(h, false, db);
    TRY(code);
    pthread_mutex_lock(&h->lock);
    h->kit.rules = rules;
    pthread_mutex_unlock(&h->lock);
    return OK;
}

struct act house_self(struct house *h, struct db *db, struct arena *a)
{
    struct act act = {.db = db,
                      .writer = h->writer,
                      .now = h->clock(),
                      .a = a,
                      .kits = h->kits,
                      .faces = h->faces};
    act.today = house_today(act.now);
    return act;
}

struct signing {
    const struct journal_key *key;
    struct str at;
    struct arena *room;
};

static int sign(struct db *db, void *arg, struct err *e)
{
    struct signing *s = arg;
    return journal_sign(db, s->key, s->at, *s->room, e);
}

static int sign_daily(struct house *h, struct act *act, struct err *e)
{
    if (h->signed_at && act->now - h->signed_at < 24 * HOUR) return OK;
    struct journal_key key;
    struct arena room = act_room(act);
    struct signing s = {&key, instant_text(act->now, act->a), &room};
    key_journal(h->key, &key);
    int code = act_change(act, sign, &s, e);
    sodium_memzero(&key, sizeof key);
    if (code == OK) code = sweep(h, act, e);
    if (code == OK) h->signed_at = act->now;
    return code;
}

int house_tidy(struct house *h, struct err *e)
{
    struct db *db = NULL;
    struct arena tmp = arena_reserve(8 << 20);
    if (!tmp.base) return err_set(e, E_NO_MEMORY, "no memory to tidy up");
    int code = house_reader(h, false, &db, e);
    if (code == OK) {
        struct act act = house_self(h, db, &tmp);
        struct login_kit kit = house_kit(h);
        code = login_tidy(&act, &kit, e);
        if (code == OK) code = once_tidy(&act, e);
        if (code == OK) code = collect_tidy(&act, e);
        if (code == OK) code = transfer_tidy(&act, &h->box, e);
        if (code == OK) code = sign_daily(h, &act, e);
        sodium_memzero(&kit, sizeof kit);
    }
    house_reader_back(h, false, db);
    if (code == OK) code = house_list_erasures(h, e);
    if (code == OK) code = house_rules(h, e);
    arena_release(&tmp);
    return code;
}
