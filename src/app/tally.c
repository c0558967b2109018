#define _GNU_SOURCE /* clock_gettime */
#include "app/tally.h"
#include "store/statements.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { PIECE = 2000, REST_MOST_MS = 500, ROOM = 256 << 20 };

enum part { TIMES, LEFT, PAPER, BEHIND, PARTS };
static const struct sql *const ask[PARTS] = {
    [TIMES] = SQL_tally_times,
    [LEFT] = SQL_tally_left,
    [PAPER] = SQL_tally_paper,
    [BEHIND] = SQL_tally_behind,
};

/* A row of one of the statements; those of the next range are added to it. */
struct row {
    enum part part;
    i64 study, site;
    struct str one, two;
    i64 n[4];
    unsigned on; /* of BEHIND: for whom they wait */
    day first;
};
struct count {
    struct arena a;
    struct LIST(struct row) rows;
    instant at, took;
};

/* Who is blinded gets what is counted with their eyes: the sums of all would tell of what is closed
** to them. */
enum eyes { ALL_SEEN, BLIND, EYES };

struct tally {
    struct job_place place;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t change;
    pthread_t thread;
    struct count *last[EYES]; /* NULL: nothing was counted yet */
    bool wanted[EYES];        /* to be counted by the thread */
    bool counting, joinable, stop;
};

int tally_open(struct job_place place, struct tally **out, struct err *e)
{
    struct tally *t = calloc(1, sizeof *t);
    if (!t) return err_set(e, E_NO_MEMORY, "no memory for counts");
    t->place = place;
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_t steady_clock;
    pthread_condattr_init(&steady_clock);
    pthread_condattr_setclock(&steady_clock, CLOCK_MONOTONIC);
    pthread_cond_init(&t->change, &steady_clock);
    pthread_condattr_destroy(&steady_clock);
    *out = t;
    return OK;
}

static void drop(struct count *c)
{
    if (!c) return;
    arena_release(&c->a);
    free(c);
}

void tally_close(struct tally *t)
{
    if (!t) return;
    pthread_mutex_lock(&t->lock);
    t->stop = true;
    bool joinable = t->joinable;
    pthread_cond_broadcast(&t->change);
    pthread_mutex_unlock(&t->lock);
    if (joinable) pthread_join(t->thread, NULL);
    for (int i = 0; i < EYES; i++) drop(t->last[i]);
    pthread_cond_destroy(&t->change);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* --- counting ---------------------------------------------------------------------- */

static void add(struct count *c, const struct row *r)
{
    for (isize i = 0; i < c->rows.n; i++) {
        struct row *x = &c->rows.at[i];
        if (x->part != r->part || x->study != r->study || x->site != r->site ||
            x->on != r->on || !str_eq(x->one, r->one) || !str_eq(x->two, r->two))
            continue;
        for (int k = 0; k < 4; k++) x->n[k] += r->n[k];
        x->first = MIN(x->first, r->first);
        return;
    }
    struct row *x = PUSH(&c->a, &c->rows);
    *x = *r;
    x->one = str_dup(r->one, &c->a);
    x->two = str_dup(r->two, &c->a);
}

static int piece(struct count *c, struct db *db, i64 after, i64 upto, day today,
                 struct arena tmp, struct err *e)
{
    for (int part = 0; part < PARTS; part++) {
        const struct db_arg arg[] = {I(after), I(upto), I(today)};
        ROWS q = {0};
        TRY(db_query(db, &q, ask[part], arg, ask[part]->n_args, e));
        while (db_next(&q)) {
            struct arena a = tmp;
            struct row r = {.part = (enum part)part,
                            .study = db_i64(&q, 0),
                            .site = db_i64(&q, 1),
                            .one = db_str(&q, 2, &a),
                            .two = db_str(&q, 3, &a),
                            .first = (day)db_i64(&q, 8)};
            for (int k = 0; k < 4; k++) r.n[k] = db_i64(&q, 4 + k);
            if (part == BEHIND) r.on = (unsigned)r.n[1];
            add(c, &r);
        }
        TRY(db_end(&q, e));
    }
    return OK;
}

/* As long as the piece took: half of one core at most. false: the house is closed. */
static bool rest(struct tally *t, instant ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    i64 ns = until.tv_nsec + MIN(ms, (instant)REST_MOST_MS) * 1000000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = (long)(ns % 1000000000);
    pthread_mutex_lock(&t->lock);
    while (!t->stop && ms > 0)
        if (pthread_cond_timedwait(&t->change, &t->lock, &until) != 0) break;
    bool goes_on = !t->stop;
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

static instant steady(void)
{
    struct timespec s;
    clock_gettime(CLOCK_MONOTONIC, &s);
    return (instant)s.tv_sec * 1000 + s.tv_nsec / 1000000;
}

/* All of it into c. E_BUSY: the house is closed meanwhile. */
static int count_in(struct tally *t, struct count *c, struct db *db, bool rests,
                    struct arena tmp, struct err *e)
{
    i64 last = 0;
    day today = t->place.today(t->place.now(t->place.house));
    instant began = steady();
    TRY(db_one(db, &last, SQL_tally_last, NO_ARGS, e));
    for (i64 after = 0; after < last; after += PIECE) {
        instant from = steady();
        TRY(piece(c, db, after, after + PIECE, today, tmp, e));
        if (!rest(t, rests ? steady() - from : 0))
            return err_set(e, E_BUSY, "the house is closed");
    }
    c->at = t->place.now(t->place.house);
    c->took = steady() - began;
    return OK;
}

struct going {
    struct tally *t;
    struct count *c;
    struct db *db;
    bool rests;
    struct arena tmp;
    struct err *e;
    int code;
};

static void go(void *arg)
{
    struct going *g = arg;
    g->code = count_in(g->t, g->c, g->db, g->rests, g->tmp, g->e);
}

static int count(struct tally *t, enum eyes eyes, bool rests, struct err *e)
{
    struct count *c = calloc(1, sizeof *c), *old = c;
    struct going g = {.t = t, .c = c, .rests = rests, .e = e};
    g.tmp = arena_reserve(1 << 20);
    if (c) c->a = arena_reserve(ROOM);
    if (!c || !c->a.base || !g.tmp.base)
        g.code = err_set(e, E_NO_MEMORY, "no memory for counts");
    else
        g.code = t->place.lend(t->place.house, eyes == BLIND, &g.db, e);
    if (g.code == OK && arena_caught(go, &g)) {
        db_drop_rows(g.db); /* what the jump left open */
        g.code = err_set(e, E_NO_MEMORY, "no memory for counts");
    }
    t->place.back(t->place.house, eyes == BLIND, g.db);
    arena_release(&g.tmp);
    pthread_mutex_lock(&t->lock);
    if (g.code == OK) {
        old = t->last[eyes];
        t->last[eyes] = c;
    }
    pthread_mutex_unlock(&t->lock);
    drop(old);
    return g.code;
}

int tally_count(struct tally *t, struct err *e)
{
    for (int i = 0; i < EYES; i++) TRY(count(t, (enum eyes)i, false, e));
    return OK;
}

/* A count that fails (the database went away) leaves the last one; who asks starts the next. */
static void *run(void *arg)
{
    struct tally *t = arg;
    pthread_mutex_lock(&t->lock);
    for (int i = 0; i < EYES; i++) {
        struct err e = {0};
        if (!t->wanted[i] || t->stop) continue;
        pthread_mutex_unlock(&t->lock);
        (void)!count(t, (enum eyes)i, true, &e);
        pthread_mutex_lock(&t->lock);
        t->wanted[i] = false;
    }
    t->counting = false;
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

/* With the lock held. */
static void start(struct tally *t, enum eyes eyes)
{
    t->wanted[eyes] =
        true; /* too late for a thread that is past it: the next who asks starts another */
    if (t->counting || t->stop) return;
    if (t->joinable) pthread_join(t->thread, NULL); /* it is over but for its return */
    t->joinable = t->counting = pthread_create(&t->thread, NULL, run, t) == 0;
}

/* --- asking ------------------------------------------------------------------------ */

static struct overview_time *time_of(struct overview *o, const struct row *r,
                                     struct arena *a)
{
    for (isize i = 0; i < o->times.n; i++)
        if (str_eq(o->times.at[i].kind, r->one) && str_eq(o->times.at[i].time, r->two))
            return &o->times.at[i];
    struct overview_time *x = PUSH(a, &o->times);
    *x = (struct overview_time){
        .kind = str_dup(r->one, a), .time = str_dup(r->two, a), .due = r->first};
    return x;
}

static int left_of(struct overview *o, const struct row *r, struct arena *a,
                   struct err *e)
{
    struct overview_left *x = NULL;
    enum participant_state state;
    TRY(participant_state_read(r->one, &state, e));
    for (isize i = 0; i < o->left.n && !x; i++)
        if (o->left.at[i].state == state && str_eq(o->left.at[i].reason, r->two))
            x = &o->left.at[i];
    if (!x) {
        x = PUSH(a, &o->left);
        *x = (struct overview_left){.state = state, .reason = str_dup(r->two, a)};
    }
    x->n += r->n[0];
    return OK;
}

struct clinician {
    struct str id;
    struct overview_late late;
};
struct clinicians LIST(struct clinician);

static void late_of(struct clinicians *all, const struct row *r, struct arena *a)
{
    struct clinician *x = NULL;
    for (isize i = 0; i < all->n && !x; i++)
        if (str_eq(all->at[i].id, r->one)) x = &all->at[i];
    if (!x) {
        x = PUSH(a, all);
        *x = (struct clinician){str_dup(r->one, a), {str_dup(r->two, a), 0, r->first}};
    }
    x->late.n += r->n[0];
    x->late.since = MIN(x->late.since, r->first);
}

static int by_due(const void *p, const void *q)
{
    const struct overview_time *x = p, *y = q;
    int k = str_cmp(x->kind, y->kind);
    if (k == 0) k = (x->due > y->due) - (x->due < y->due);
    return k ? k : str_cmp(x->time, y->time);
}

static int by_most_left(const void *p, const void *q)
{
    const struct overview_left *x = p, *y = q;
    if (x->state != y->state) return x->state < y->state ? -1 : 1;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return str_cmp(x->reason, y->reason);
}

static int by_most_late(const void *p, const void *q)
{
    const struct overview_late *x = &((const struct clinician *)p)->late,
                               *y = &((const struct clinician *)q)->late;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    if (x->since != y->since) return x->since < y->since ? -1 : 1;
    return str_cmp(x->clinician, y->clinician);
}

static int sum(const struct count *c, const struct act *act, enum right r, i64 study,
               struct str name, unsigned by, struct tally_told *out, struct err *e)
{
    struct clinicians late = {0};
    struct arena *a = act->a;
    *out = (struct tally_told){.at = c->at};
    for (isize i = 0; i < c->rows.n; i++) {
        const struct row *x = &c->rows.at[i];
        struct err none = {0};
        if (x->study != study || act_may_in(act, r, x->site, name, &none) != OK) continue;
        switch (x->part) {
        case TIMES: {
            struct overview_time *o = time_of(&out->all, x, a);
            o->n += x->n[0];
            o->held += x->n[1];
            o->missed += x->n[2];
            o->forms += x->n[3];
            o->due = MIN(o->due, x->first);
            break;
        }
        case LEFT: TRY(left_of(&out->all, x, a, e)); break;
        case PAPER:
            out->all.second += x->n[0];
            out->all.differ += x->n[1];
            break;
        case BEHIND:
            if (x->on & by) late_of(&late, x, a);
            break;
        case PARTS: break;
        }
    }
    if (out->all.times.n)
        qsort(out->all.times.at, (size_t)out->all.times.n, sizeof *out->all.times.at,
              by_due);
    if (out->all.left.n)
        qsort(out->all.left.at, (size_t)out->all.left.n, sizeof *out->all.left.at,
              by_most_left);
    if (late.n) qsort(late.at, (size_t)late.n, sizeof *late.at, by_most_late);
    for (isize i = 0; i < late.n; i++) *PUSH(a, &out->late) = late.at[i].late;
    return OK;
}

struct asking {
    const struct count *c;
    const struct act *act;
    enum right right;
    i64 study;
    struct str name;
    unsigned by;
    struct tally_told *out;
    struct err *e;
    int code;
};

static void add_up(void *arg)
{
    struct asking *q = arg;
    q->code = sum(q->c, q->act, q->right, q->study, q->name, q->by, q->out, q->e);
}

int tally_ask(struct tally *t, const struct act *act, enum right r, i64 study,
              struct str name, unsigned by, struct tally_told *out, struct err *e)
{
    struct asking q = {NULL, act, r, study, name, by, out, e, OK};
    enum eyes eyes = act->who.blinded ? BLIND : ALL_SEEN;
    *out = (struct tally_told){0};
    pthread_mutex_lock(&t->lock);
    q.c = t->last[eyes];
    bool full = q.c && arena_caught(add_up, &q);
    instant age = q.c ? act->now - q.c->at : 0;
    if (!q.c || age < 0 || age > MAX((instant)TALLY_AGE, TALLY_TIMES * q.c->took))
        start(t, eyes);
    pthread_mutex_unlock(&t->lock);
    if (full) arena_refuse(act->a);
    return q.code;
}
