#define _GNU_SOURCE /* pthread_condattr_setclock */
#include "app/job.h"
#include "app/check.h"
#include "app/document.h"
#include "app/transfer.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct job_kind job_kinds[] = {
#define JOB(word, function, right, words)          {word, function, right, words, false},
#define JOB_ANYWHERE(word, function, right, words) {word, function, right, words, true},
#include "app/job_kinds.def"
#undef JOB
#undef JOB_ANYWHERE
};
const isize job_kind_n = COUNT(job_kinds);

const struct job_kind *job_kind_of(struct str word)
{
    for (isize i = 0; i < job_kind_n; i++)
        if (str_is(word, job_kinds[i].word)) return &job_kinds[i];
    return NULL;
}

/* --- asking ------------------------------------------------------------------------- */

struct asking {
    struct act *act;
    struct str kind, args;
    i64 id;
};

static int put(struct db *db, void *arg, struct err *e)
{
    struct asking *c = arg;
    struct act *act = c->act;
    TRY(job_put(db, c->kind, c->args, act->who.staff, act->now, &c->id, e));
    return act_note(act, db, "job.ask", "job", c->id, (struct str){0}, c->args,
                    act_room(act), e);
}

static int may(const struct act *act, const struct job_kind *k, struct err *e)
{
    return k->anywhere ? act_may_somewhere(act, k->right, e)
                       : act_may(act, k->right, 0, e);
}

int job_ask(struct act *act, struct str kind, struct str args, i64 *id, struct err *e)
{
    const struct job_kind *k = job_kind_of(kind);
    struct json *v = NULL;
    if (!k) return err_say(e, E_NOT_FOUND, "REFUSED_JOB_KIND");
    TRY(may(act, k, e));
    TRY(json_read(args.n ? args : S("{}"), "what the job was told", &v, act->a, e));
    struct asking c = {act, kind, json_canonical(v, act->a), 0};
    TRY(act_change(act, put, &c, e));
    *id = c.id;
    return OK;
}

/* Somebody who was blinded since must not read what came of a job that was done unblinded. */
static void hold_back(const struct act *act, struct job *j)
{
    if (!act->who.blinded || j->blinded) return;
    j->result = j->error = (struct str){0};
    j->file = 0;
}

/* Another's job is as one that is not there. */
int job_see(struct act *act, i64 id, struct job *out, struct err *e)
{
    struct err none = {0};
    TRY(job_get(act->db, id, out, act->a, e));
    bool mine = act->who.staff && out->staff == act->who.staff;
    if (mine || (!act->who.blinded && act_may(act, MAY_SET_RULES, 0, &none) == OK)) {
        hold_back(act, out);
        return OK;
    }
    *out = (struct job){0};
    return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_JOB", SAID(SAY_INT(id)));
}

int job_own(struct act *act, i64 before, i64 limit, struct jobs *out, struct err *e)
{
    *out = (struct jobs){0};
    if (!act->who.staff) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    TRY(job_list(act->db, act->who.staff, before, limit, out, act->a, e));
    for (isize i = 0; i < out->n; i++) hold_back(act, &out->at[i]);
    return OK;
}

int job_all(struct act *act, i64 before, i64 limit, struct jobs *out, struct err *e)
{
    struct err none = {0};
    if (act->who.blinded || act_may(act, MAY_SET_RULES, 0, &none) != OK)
        return job_own(act, before, limit, out, e);
    return job_list(act->db, 0, before, limit, out, act->a, e);
}

static int stop(struct db *db, void *arg, struct err *e)
{
    struct asking *c = arg;
    struct act *act = c->act;
    TRY(job_cancel(db, c->id, act->now, e));
    return act_note(act, db, "job.cancel", "job", c->id, (struct str){0}, (struct str){0},
                    act_room(act), e);
}

int job_stop(struct act *act, i64 id, struct err *e)
{
    struct job j;
    struct asking c = {.act = act, .id = id};
    TRY(job_see(act, id, &j, e));
    return act_change(act, stop, &c, e);
}

/* --- doing -------------------------------------------------------------------------- */

/* A job under way. The keeper of a crew renews its lease from another thread. */
struct keeper {
    const struct job_place *p;
    struct job_claim claim;
    pthread_mutex_t lock; /* over what is below */
    i64 done, total;
    instant last; /* when the store was told */
    bool cancel, gone;
    atomic_bool *stopping; /* of the crew; NULL: none */
    struct keeper *next;   /* in the crew's list */
};

struct telling {
    struct keeper *k;
    struct act *act;
    enum job_state state;
    struct str result, error;
    i64 file;
    instant now;
    i64 done, total;
    bool cancel, back;
};

static int claim(struct db *db, void *arg, struct err *e)
{
    struct telling *t = arg;
    return job_claim(db, t->now, &t->k->claim, e);
}

static int beat(struct db *db, void *arg, struct err *e)
{
    struct telling *t = arg;
    return job_beat(db, &t->k->claim, t->done, t->total, t->now, &t->cancel, e);
}

static int tell(struct keeper *k, struct err *e)
{
    struct telling t = {.k = k, .now = k->p->now(k->p->house)};
    pthread_mutex_lock(&k->lock);
    t.done = k->done;
    t.total = k->total;
    k->last = t.now;
    pthread_mutex_unlock(&k->lock);
    int code = writer_run(k->p->writer, beat, &t, e);
    pthread_mutex_lock(&k->lock);
    k->cancel = k->cancel || (code == OK && t.cancel);
    k->gone = k->gone || code == E_NOT_FOUND;
    pthread_mutex_unlock(&k->lock);
    return code;
}

int job_step(struct job_run *w, i64 done, i64 total, struct err *e)
{
    struct keeper *k = w->keeper;
    if (!k) return OK; /* a kind that is tested alone */
    instant now = k->p->now(k->p->house);
    pthread_mutex_lock(&k->lock);
    k->done = MAX(done, 0);
    k->total = MAX(total, 0);
    bool due = now - k->last >= SECOND || now < k->last;
    pthread_mutex_unlock(&k->lock);
    if (due) TRY(tell(k, e));
    pthread_mutex_lock(&k->lock);
    bool cancel = k->cancel, gone = k->gone;
    pthread_mutex_unlock(&k->lock);
    if (gone) return err_say(e, E_NOT_FOUND, "REFUSED_JOB_TAKEN");
    if (k->stopping && atomic_load(k->stopping))
        return err_say(e, E_CANCELLED, "REFUSED_JOB_LATER");
    return cancel ? err_say(e, E_CANCELLED, "REFUSED_JOB_STOPPED") : OK;
}

static int finish(struct db *db, void *arg, struct err *e)
{
    struct telling *t = arg;
    struct act *act = t->act;
    if (t->back) return job_back(db, &t->k->claim, e);
    TRY(job_end(db, &t->k->claim, t->state, t->result, t->file, t->error, t->now,
                act->who.blinded, e));
    struct arena tmp = act_room(act);
    struct str after = str_fmt(&tmp, "{\"state\":\"%s\"}", job_state_word(t->state));
    return act_note(act, db, "job.end", "job", t->k->claim.id, (struct str){0}, after,
                    tmp, e);
}

/* The job as its member of staff, with the roles of now. */
static int work(const struct job_place *p, struct keeper *k, struct job_run *w,
                struct arena *a, struct err *e)
{
    const struct job_kind *kind = job_kind_of(w->job.kind);
    struct json *args = NULL;
    struct db *plain = NULL;
    if (!kind) return err_say(e, E_NOT_FOUND, "REFUSED_JOB_UNKNOWN");
    w->keeper = k;
    if (w->job.staff) {
        TRY(p->lend(p->house, false, &plain, e));
        int code = staff_viewer(plain, w->job.staff, w->act.today, &w->act.who, a, e);
        p->back(p->house, false, plain);
        if (code != OK) return err_say(e, E_NOT_ALLOWED, "REFUSED_JOB_CLOSED");
        TRY(may(&w->act, kind, e));
    }
    TRY(json_read(w->job.args, "what the job was told", &args, a, e));
    w->args = args;
    TRY(p->lend(p->house, w->act.who.blinded, &w->act.db, e));
    int code = kind->run(w, e);
    p->back(p->house, w->act.who.blinded, w->act.db);
    w->act.db = NULL;
    return code;
}

/* Running out of memory comes back here and is the job's failure, not the program's. */
static int work_in(const struct job_place *p, struct keeper *k, struct job_run *w,
                   struct arena *a, struct err *e)
{
    struct arena_trap trap = {.fail_after = 0};
    a->trap = &trap;
    struct db *volatile lent = NULL;
    int code =
        setjmp(trap.home) == 0
            ? work(p, k, w, a, e)
            : err_set(e, E_NO_MEMORY, "the job needs more memory than it may have");
    lent = w->act.db; /* the jump left it lent */
    if (lent) p->back(p->house, w->act.who.blinded, lent);
    a->trap = NULL;
    return code;
}

/* In the language in which it was asked for, where that was said. */
static struct str said(const struct job_run *w, const struct err *why)
{
    enum lang lang = LANG_EN;
    if (w->args) (void)!lang_read(json_text(w->args, "lang"), &lang, NULL);
    return err_sentence(why, lang, w->act.a);
}

static void list_add(struct keeper **list, pthread_mutex_t *lock, struct keeper *k)
{
    if (!list) return;
    pthread_mutex_lock(lock);
    k->next = *list;
    *list = k;
    pthread_mutex_unlock(lock);
}

static void list_drop(struct keeper **list, pthread_mutex_t *lock, struct keeper *k)
{
    if (!list) return;
    pthread_mutex_lock(lock);
    while (*list != k) list = &(*list)->next;
    *list = k->next;
    pthread_mutex_unlock(lock);
}

static int do_one(const struct job_place *p, atomic_bool *stopping, struct keeper **list,
                  pthread_mutex_t *lock, bool *did, struct err *e)
{
    enum { ROOM = 1 << 16 };
    i64 ready = 0;
    struct db *db = NULL;
    instant now = p->now(p->house);
    *did = false;
    TRY(p->lend(p->house, false, &db, e));
    int code = job_ready(db, now, &ready, e);
    p->back(p->house, false, db);
    if (code != OK || ready == 0) return code;

    struct keeper k = {.p = p, .last = now, .stopping = stopping};
    struct telling t = {.k = &k, .now = now};
    TRY(writer_run(p->writer, claim, &t, e));
    if (k.claim.id == 0) return OK; /* somebody was faster */
    *did = true;
    /* the act's own arena, which job and result live in, and room for the journal */
    struct arena a = arena_reserve((isize)1 << 32), note = arena_reserve(ROOM);
    if (!a.base || !note.base) {
        arena_release(&a);
        arena_release(&note);
        return err_set(e, E_NO_MEMORY, "no memory for a job");
    }
    pthread_mutex_init(&k.lock, NULL);
    list_add(list, lock, &k);
    struct job_run w = {
        .house = p->house,
        .box = p->box,
        .act = {.writer = p->writer, .now = now, .today = p->today(now), .a = &a}};
    struct err why = {0};
    code = p->lend(p->house, false, &db, &why);
    if (code == OK) code = job_get(db, k.claim.id, &w.job, &a, &why);
    if (db) p->back(p->house, false, db);
    if (code == OK) code = work_in(p, &k, &w, &a, &why);
    list_drop(list, lock, &k);

    w.act.a = &note;
    w.act.now = p->now(p->house);
    t = (struct telling){.k = &k, .act = &w.act, .now = w.act.now};
    t.state = code == OK ? JOB_DONE : code == E_CANCELLED ? JOB_CANCELLED : JOB_FAILED;
    if (code == OK) {
        t.result = w.result;
        t.file = w.file;
    } else {
        t.error = said(&w, &why);
    }
    t.back = (code == E_CANCELLED && !k.cancel) || code == E_BUSY;
    code = k.gone ? OK : writer_run(p->writer, finish, &t, e);
    if (code == E_NOT_FOUND) code = OK; /* another worker has it now */
    pthread_mutex_destroy(&k.lock);
    arena_release(&a);
    arena_release(&note);
    return code;
}

int job_do(const struct job_place *p, bool *did, struct err *e)
{
    return do_one(p, NULL, NULL, NULL, did, e);
}

/* --- a crew of threads -------------------------------------------------------------- */

enum { CREW = 16, LOOK_MS = 1000, RENEW_MS = 10000 };

struct job_crew {
    struct job_place p;
    pthread_t thread[CREW + 1];
    int n;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool stopping;
    struct keeper *list;
    pthread_mutex_t list_lock;
};

/* Sleeps until woken, told to stop, or ms are over. */
static void doze(struct job_crew *c, int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    pthread_mutex_lock(&c->lock);
    if (!atomic_load(&c->stopping)) pthread_cond_timedwait(&c->wake, &c->lock, &t);
    pthread_mutex_unlock(&c->lock);
}

static void *worker(void *arg)
{
    struct job_crew *c = arg;
    while (!atomic_load(&c->stopping)) {
        bool did = false;
        struct err e = {0};
        /* a store that does not answer now may answer later */
        int code = do_one(&c->p, &c->stopping, &c->list, &c->list_lock, &did, &e);
        if (code != OK || !did) doze(c, LOOK_MS);
    }
    return NULL;
}

/* Renews the leases of jobs that are long between two steps. */
static void *renew(void *arg)
{
    struct job_crew *c = arg;
    while (!atomic_load(&c->stopping)) {
        struct err e = {0};
        pthread_mutex_lock(&c->list_lock);
        instant now = c->p.now(c->p.house);
        for (struct keeper *k = c->list; k; k = k->next)
            if (now - k->last >= RENEW_MS || now < k->last) (void)!tell(k, &e);
        pthread_mutex_unlock(&c->list_lock);
        doze(c, LOOK_MS);
    }
    return NULL;
}

static int free_all(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return job_free_all(db, e);
}

int job_crew_start(const struct job_place *p, int n, bool alone, struct job_crew **out,
                   struct err *e)
{
    *out = NULL;
    if (alone) TRY(writer_run(p->writer, free_all, NULL, e));
    struct job_crew *c = calloc(1, sizeof *c);
    if (!c) return err_set(e, E_NO_MEMORY, "no memory for workers");
    c->p = *p;
    pthread_condattr_t at;
    pthread_condattr_init(&at);
    pthread_condattr_setclock(&at, CLOCK_MONOTONIC);
    pthread_cond_init(&c->wake, &at);
    pthread_condattr_destroy(&at);
    pthread_mutex_init(&c->lock, NULL);
    pthread_mutex_init(&c->list_lock, NULL);
    n = MIN(MAX(n, 1), CREW);
    for (int i = 0; i <= n; i++) {
        if (pthread_create(&c->thread[i], NULL, i ? worker : renew, c) != 0) break;
        c->n++;
    }
    if (c->n < 2) {
        job_crew_stop(c);
        return err_set(e, E_IO, "the system gives no threads for jobs");
    }
    *out = c;
    return OK;
}

void job_crew_wake(struct job_crew *c)
{
    if (!c) return;
    pthread_mutex_lock(&c->lock);
    pthread_cond_broadcast(&c->wake);
    pthread_mutex_unlock(&c->lock);
}

void job_crew_stop(struct job_crew *c)
{
    if (!c) return;
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->stopping, true);
    pthread_cond_broadcast(&c->wake);
    pthread_mutex_unlock(&c->lock);
    for (int i = 0; i < c->n; i++) pthread_join(c->thread[i], NULL);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    pthread_mutex_destroy(&c->list_lock);
    free(c);
}
