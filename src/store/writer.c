#include "store/writer.h"
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

/* A change that waits, on its thread's stack. */
struct job {
    writer_change *f;
    void *arg;
    struct err e;
    int code;
    bool open;  /* to run in the next round */
    bool leads; /* woken, and not answered: it is this one's turn to lead */
    sem_t wake;
    struct job *next;
};

struct writer {
    struct db *db;
    pthread_mutex_t lock;
    pthread_cond_t idle; /* nobody leads and nobody waits */
    struct job *first, **last;
    bool leading;
    i64 changes, commits;
};

int writer_open(struct db *db, struct writer **out, struct err *e)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w) return err_set(e, E_NO_MEMORY, "no memory for the writer");
    w->db = db;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->idle, NULL);
    *out = w;
    return OK;
}

void writer_close(struct writer *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    while (w->leading || w->first) pthread_cond_wait(&w->idle, &w->lock);
    pthread_mutex_unlock(&w->lock);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->idle);
    db_close(w->db);
    free(w);
}

/* A change that needs more memory than its request may have is refused: neither the program nor
** the changes beside it end with it. */
static int run_in(struct db *db, struct job *j)
{
    struct arena_trap here = {.fail_after = 0}, *before = arena_landing(&here);
    if (setjmp(here.home) == 0) {
        int code = j->f(db, j->arg, &j->e);
        arena_landing(before);
        return code;
    }
    arena_landing(before);
    db_drop_rows(db); /* what the jump left open */
    return err_set(&j->e, E_NO_MEMORY,
                   "this change needs more memory than one may have; nothing was saved");
}

/* One change under its savepoint. */
static int run_one(struct db *db, struct job *j)
{
    TXN s = {0};
    j->e = (struct err){0};
    TRY(db_savepoint(&s, db, &j->e));
    TRY(run_in(db, j));
    return db_commit(&s, &j->e);
}

/* The only open one: its transaction is undone with it, so it needs no savepoint.  That is more than
** two words saved.  Of what a savepoint can undo SQLite keeps the pages as they were in a list in
** memory, and walks all of it after each statement of several rows: a change of many rows, an
** import, took time by its square. */
static int run_alone(struct db *db, struct job *j, struct err *e)
{
    TXN t = {0};
    TRY(db_begin(&t, db, "a change", e));
    j->e = (struct err){0};
    j->code = run_in(db, j);
    if (j->code != OK) return j->code == E_BUSY ? E_BUSY : OK;
    if (!db_in_transaction(db))
        return err_set(e, E_BUSY, "the transaction was given up by the engine");
    return db_commit(&t, e);
}

static bool is_alone(const struct job *group)
{
    isize open = 0;
    for (const struct job *j = group; j; j = j->next) open += j->open;
    return open == 1;
}

/* The open ones in one transaction. OK: all that have code OK are durable. */
static int run_group(struct db *db, struct job *group, struct err *e)
{
    if (is_alone(group)) {
        while (!group->open) group = group->next;
        return run_alone(db, group, e);
    }
    TXN t = {0};
    TRY(db_begin(&t, db, "a group of changes", e));
    for (struct job *j = group; j; j = j->next) {
        if (!j->open) continue;
        j->code = run_one(db, j);
        /* The engine gave the whole transaction up: nothing of it stands. */
        if (!db_in_transaction(db))
            return err_set(e, E_BUSY, "the transaction was given up by the engine");
    }
    return db_commit(&t, e);
}

/* Whether one of the round was not refused. */
static bool wrote(const struct job *group)
{
    for (const struct job *j = group; j; j = j->next)
        if (j->open && j->code == OK) return true;
    return false;
}

/* Rounds, until every change is durable or refused.  A change that came too late
** (E_BUSY) stays open for the next round; one that was committed never runs again. */
static isize lead(struct writer *w, struct job *group)
{
    enum { ROUNDS = 8 };
    isize commits = 0;
    bool more = true;
    for (int round = 1; more; round++) {
        struct err e = {0};
        int code = run_group(w->db, group, &e);
        commits += code == OK && wrote(group);
        more = false;
        for (struct job *j = group; j; j = j->next) {
            if (!j->open) continue;
            if (code != OK && j->code == OK) {
                j->code = code;
                j->e = e;
            }
            j->open = (j->code == E_BUSY || code == E_BUSY) && round < ROUNDS;
            more = more || j->open;
        }
    }
    return commits;
}

static void answer(struct job *group, const struct job *mine)
{
    for (struct job *j = group, *next; j; j = next) {
        next = j->next; /* its stack may be gone once it is woken */
        if (j != mine) sem_post(&j->wake);
    }
}

/* Leads the group that waits.  Who leads the next one is woken first, so that it works while the
** others of this one are woken. */
static void lead_one(struct writer *w, const struct job *mine)
{
    struct job *group = w->first;
    w->first = NULL;
    w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    isize commits = lead(w, group), changes = 0;
    for (struct job *j = group; j; j = j->next) changes += j->code == OK;
    pthread_mutex_lock(&w->lock);
    w->commits += commits;
    w->changes += changes;
    struct job *heir = w->first;
    w->leading = heir != NULL;
    if (heir) heir->leads = true;
    if (!heir) pthread_cond_signal(&w->idle);
    pthread_mutex_unlock(&w->lock);
    if (heir) sem_post(&heir->wake);
    answer(group, mine);
}

/* Each waiting thread has a semaphore of its own: a crowd that is woken for one answer would cost more
** than the answer, and whoever is answered needs the lock no more. */
int writer_run(struct writer *w, writer_change *f, void *arg, struct err *e)
{
    struct job mine = {.f = f, .arg = arg, .open = true};
    sem_init(&mine.wake, 0, 0);
    pthread_mutex_lock(&w->lock);
    *w->last = &mine;
    w->last = &mine.next;
    mine.leads = !w->leading;
    w->leading = true;
    bool leads = mine.leads;
    if (!leads) {
        pthread_mutex_unlock(&w->lock);
        while (sem_wait(&mine.wake) != 0 && errno == EINTR) {}
        leads = mine.leads;
        if (leads) pthread_mutex_lock(&w->lock);
    }
    if (leads) lead_one(w, &mine);
    sem_destroy(&mine.wake);
    if (mine.code != OK && e) *e = mine.e;
    return mine.code;
}

u64 writer_kept(const struct writer *w)
{
    return w ? db_kept(w->db) : 0;
}

void writer_counts(struct writer *w, i64 *changes, i64 *commits)
{
    pthread_mutex_lock(&w->lock);
    *changes = w->changes;
    *commits = w->commits;
    pthread_mutex_unlock(&w->lock);
}
