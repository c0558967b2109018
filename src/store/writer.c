#include "store/writer.h"
#include <pthread.h>
#include <stdlib.h>

/* A change that waits, on its thread's stack. */
struct job {
    writer_change *f;
    void *arg;
    struct err e;
    int code;
    bool open;           /* to run in the next round */
    bool done;           /* answered */
    pthread_cond_t wake; /* done, or it is this one's turn to lead */
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

/* The open ones in one transaction. OK: all that have code OK are durable. */
static int run_group(struct db *db, struct job *group, struct err *e)
{
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
        commits += code == OK;
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

/* Each waiting thread has a condition of its own: a crowd that is woken for one answer
** would cost more than the answer. */
int writer_run(struct writer *w, writer_change *f, void *arg, struct err *e)
{
    struct job mine = {
        .f = f, .arg = arg, .open = true, .wake = PTHREAD_COND_INITIALIZER};
    pthread_mutex_lock(&w->lock);
    *w->last = &mine;
    w->last = &mine.next;
    while (w->leading && !mine.done) pthread_cond_wait(&mine.wake, &w->lock);
    if (!mine.done) {
        struct job *group = w->first;
        w->first = NULL;
        w->last = &w->first;
        w->leading = true;
        pthread_mutex_unlock(&w->lock);
        isize commits = lead(w, group);
        pthread_mutex_lock(&w->lock);
        w->leading = false;
        w->commits += commits;
        for (struct job *j = group, *next; j; j = next) {
            next = j->next; /* its stack may be gone once it is done */
            w->changes += j->code == OK;
            j->done = true;
            if (j != &mine) pthread_cond_signal(&j->wake);
        }
        if (w->first)
            pthread_cond_signal(&w->first->wake); /* it leads the next group */
        else
            pthread_cond_signal(&w->idle);
    }
    pthread_mutex_unlock(&w->lock);
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
