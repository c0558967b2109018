#define _GNU_SOURCE /* nanosleep */
#include "house.h"
#include "app/job.h"
#include "store/journal.h"
#include "store/statements.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A place with one reader and a clock that the test moves. */
struct stand {
    struct house h;
    instant now;
    struct db *reader, *blind;
    struct job_place place;
};

static struct stand *stand_of(const struct house *h)
{
    return (struct stand *)(uintptr_t)h; /* the house is its first part */
}

static int lend(struct house *h, bool blinded, struct db **out, struct err *e)
{
    struct stand *s = stand_of(h);
    *out = blinded ? s->blind : s->reader;
    return OK;
}

static void back(struct house *h, bool blinded, struct db *db)
{
    (void)h, (void)blinded, (void)db;
}

static instant now(const struct house *h)
{
    return stand_of(h)->now;
}

static day today(instant at)
{
    return (day)(at / (24 * HOUR));
}

static void stand_open(struct stand *s, const char *url, struct arena *a)
{
    struct err e = {0};
    *s = (struct stand){.now = MORNING};
    house_open(&s->h, url, a);
    CHECK_CODE(db_open(url, DB_READER, &s->reader, &e), OK, e);
    CHECK_CODE(db_open(url, DB_BLINDED, &s->blind, &e), OK, e);
    s->place = (struct job_place){&s->h, s->h.w, lend, back, now, today};
}

static void stand_close(struct stand *s, struct arena tmp)
{
    db_close(s->reader);
    db_close(s->blind);
    house_close(&s->h, tmp);
}

static struct job got(struct stand *s, i64 id, struct arena *a)
{
    struct job j = {0};
    struct err e = {0};
    CHECK_CODE(job_get(s->h.db, id, &j, a, &e), OK, e);
    return j;
}

struct change {
    i64 id;
    instant now;
    struct job_claim claim;
    const char *what;
    bool flag;
};

static int change(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    if (strcmp(c->what, "put") == 0)
        return job_put(db, S("check"), S("{}"), 0, c->now, &c->id, e);
    if (strcmp(c->what, "claim") == 0) return job_claim(db, c->now, &c->claim, e);
    if (strcmp(c->what, "beat") == 0)
        return job_beat(db, &c->claim, 3, 9, c->now, &c->flag, e);
    if (strcmp(c->what, "end plain") == 0)
        return job_end(db, &c->claim, JOB_DONE, S("{}"), 0, S(""), c->now, false, e);
    if (strcmp(c->what, "end") == 0)
        return job_end(db, &c->claim, JOB_DONE, S("{}"), 0, S(""), c->now, true, e);
    if (strcmp(c->what, "free") == 0) return job_free_all(db, e);
    return job_back(db, &c->claim, e);
}

static int run(struct stand *s, struct change *c, const char *what, struct err *e)
{
    c->what = what;
    c->now = s->now;
    return writer_run(s->h.w, change, c, e);
}

/* From asking to the result, as the member of staff who asked, and in the journal. */
EACH_ENGINE(job_is_asked_for_and_done)
{
    struct stand s;
    stand_open(&s, url, &tmp);
    struct act act = house_act(&s.h, s.h.admin, MORNING, &tmp);
    struct err e = {0};
    i64 id = 0;
    bool did = true;
    CHECK_CODE(job_do(&s.place, &did, &e), OK, e);
    CHECK(!did);
    CHECK_CODE(job_ask(&act, S("check"), S(" {\"b\": 1, \"a\": 2} "), &id, &e), OK, e);
    struct job j = got(&s, id, &tmp);
    CHECK_INT(j.state, JOB_WAITING);
    CHECK_STR(j.args, "{\"a\":2,\"b\":1}");
    CHECK_INT(j.staff, s.h.admin);
    CHECK_INT(j.at, MORNING);
    s.now += 5 * SECOND;
    CHECK_CODE(job_do(&s.place, &did, &e), OK, e);
    CHECK(did);
    j = got(&s, id, &tmp);
    CHECK_INT(j.state, JOB_DONE);
    CHECK_INT(j.started, MORNING + 5 * SECOND);
    CHECK_INT(j.ended, MORNING + 5 * SECOND);
    CHECK(str_starts(j.result, S("{\"wrong\":0,\"checks\":[{\"what\":\"file\"")));
    CHECK_INT(j.error.n, 0);
    CHECK_CODE(job_do(&s.place, &did, &e), OK, e);
    CHECK(!did);
    struct journal_entries of;
    CHECK_CODE(journal_of(s.h.db, "job", id, &of, &tmp, &e), OK, e);
    CHECK_INT(of.n, 2);
    CHECK_STR(of.at[0].act, "job.ask");
    CHECK_STR(of.at[1].after, "{\"state\":\"done\"}");
    stand_close(&s, tmp);
}

/* Who may not ask is refused; a kind that is not there, and what is no JSON; another's job is
** not there; a role that ended before the work began ends the job. */
EACH_ENGINE(job_asks_for_rights)
{
    struct stand s;
    stand_open(&s, url, &tmp);
    struct err e = {0};
    i64 id = 0, two = 0;
    i64 clin = house_person(&s.h, "clin", CLINICIAN, s.h.site[0], &tmp),
        blind = house_person(&s.h, "rater", OUTCOME_ASSESSOR, 0, &tmp);
    struct act ada = house_act(&s.h, s.h.admin, MORNING, &tmp),
               act = house_act(&s.h, clin, MORNING, &tmp),
               rater = house_act(&s.h, blind, MORNING, &tmp), none = {.a = &tmp};
    CHECK_CODE(job_ask(&act, S("check"), S(""), &id, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(job_ask(&rater, S("check"), S(""), &id, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(job_ask(&ada, S("chek"), S(""), &id, &e), E_NOT_FOUND, e);
    CHECK_CODE(job_ask(&ada, S("check"), S("{"), &id, &e), E_JSON, e);
    CHECK_CODE(job_ask(&ada, S("check"), S(""), &id, &e), OK, e);
    struct job j;
    CHECK_CODE(job_see(&ada, id, &j, &e), OK, e);
    CHECK_CODE(job_see(&act, id, &j, &e), E_NOT_FOUND, e);
    CHECK_CODE(job_see(&rater, id, &j, &e), E_NOT_FOUND, e);
    CHECK_CODE(job_stop(&act, id, &e), E_NOT_FOUND, e);
    struct jobs own;
    none.db = s.h.db;
    CHECK_CODE(job_own(&act, 0, 10, &own, &e), OK, e);
    CHECK_INT(own.n, 0);
    CHECK_CODE(job_own(&none, 0, 10, &own, &e), E_SESSION, e);
    CHECK_CODE(job_ask(&ada, S("check"), S(""), &two, &e), OK, e);
    CHECK_CODE(job_own(&ada, 0, 10, &own, &e), OK, e);
    CHECK(own.n == 2 && own.at[0].id == two && own.at[1].id == id);
    CHECK_CODE(job_own(&ada, two, 10, &own, &e), OK, e);
    CHECK(own.n == 1 && own.at[0].id == id);
    /* somebody with the right for a day asks, and the job waits until that is over */
    i64 late = house_person(&s.h, "late", 0, 0, &tmp), role = 0;
    struct role_given g = {
        .staff = late, .role = ADMINISTRATOR, .starts = ada.today, .ends = ada.today};
    CHECK_CODE(staffing_role_give(&ada, &g, &role, &e), OK, e);
    struct act then = house_act(&s.h, late, MORNING, &tmp);
    i64 three = 0;
    CHECK_CODE(job_ask(&then, S("check"), S(""), &three, &e), OK, e);
    s.now += 24 * HOUR;
    bool did = true;
    while (did) CHECK_CODE(job_do(&s.place, &did, &e), OK, e);
    CHECK_INT(got(&s, id, &tmp).state, JOB_DONE);
    CHECK_INT(got(&s, three, &tmp).state, JOB_FAILED);
    CHECK(str_find_str(got(&s, three, &tmp).error, S("No role of today")) >= 0);
    stand_close(&s, tmp);
}

/* A claim holds until its lease is over; then the next takes the job, and the first, coming
** back late, can neither report nor end it.  After three the job has failed. */
EACH_ENGINE(job_of_a_dead_worker_is_taken_again)
{
    struct stand s;
    stand_open(&s, url, &tmp);
    struct err e = {0};
    struct change first = {0}, second = {0}, none = {0};
    CHECK_CODE(run(&s, &first, "put", &e), OK, e);
    i64 id = first.id;
    CHECK_CODE(run(&s, &first, "claim", &e), OK, e);
    CHECK_INT(first.claim.id, id);
    CHECK_CODE(run(&s, &none, "claim", &e), OK, e);
    CHECK_INT(none.claim.id, 0);
    s.now += JOB_LEASE - 1;
    CHECK_CODE(run(&s, &first, "beat", &e), OK, e); /* alive: the lease begins anew */
    CHECK(!first.flag);
    s.now += JOB_LEASE - 1;
    CHECK_CODE(run(&s, &none, "claim", &e), OK, e);
    CHECK_INT(none.claim.id, 0);
    struct job j = got(&s, id, &tmp);
    CHECK(j.done == 3 && j.total == 9 && j.state == JOB_RUNNING && j.tries == 1);
    s.now += 1;
    CHECK_CODE(run(&s, &second, "claim", &e), OK, e);
    CHECK_INT(second.claim.id, id);
    CHECK_CODE(run(&s, &first, "beat", &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "another worker");
    CHECK_CODE(run(&s, &first, "end", &e), E_NOT_FOUND, e);
    CHECK_CODE(run(&s, &first, "back", &e), OK, e); /* and changes nothing */
    j = got(&s, id, &tmp);
    CHECK(j.state == JOB_RUNNING && j.tries == 2 && j.done == 0);
    /* handed back: waits again, and that was no try */
    CHECK_CODE(run(&s, &second, "back", &e), OK, e);
    j = got(&s, id, &tmp);
    CHECK(j.state == JOB_WAITING && j.tries == 1);
    for (int i = 2; i <= JOB_TRIES; i++) {
        CHECK_CODE(run(&s, &second, "claim", &e), OK, e);
        CHECK_INT(second.claim.id, id);
        s.now += JOB_LEASE;
    }
    CHECK_CODE(run(&s, &second, "claim", &e), OK, e);
    CHECK_INT(second.claim.id, 0);
    j = got(&s, id, &tmp);
    CHECK_INT(j.state, JOB_FAILED);
    CHECK(str_find_str(j.error, S("ended in the middle")) >= 0);
    /* where no other process works, nobody waits for a lease */
    CHECK_CODE(run(&s, &first, "put", &e), OK, e);
    CHECK_CODE(run(&s, &second, "claim", &e), OK, e);
    CHECK_CODE(run(&s, &none, "free", &e), OK, e);
    CHECK_CODE(run(&s, &none, "claim", &e), OK, e);
    CHECK_INT(none.claim.id, first.id);
    CHECK_CODE(run(&s, &none, "end", &e), OK, e);
    /* the clock went back by a year while one was running: nobody waits a year */
    CHECK_CODE(run(&s, &first, "put", &e), OK, e);
    CHECK_CODE(run(&s, &second, "claim", &e), OK, e);
    CHECK_INT(second.claim.id, first.id);
    s.now -= 365 * 24 * (i64)HOUR;
    CHECK_CODE(run(&s, &none, "claim", &e), OK, e);
    CHECK_INT(none.claim.id, first.id);
    stand_close(&s, tmp);
}

/* One that waits is over at once, one that runs is told at its next step. */
EACH_ENGINE(job_can_be_stopped)
{
    struct stand s;
    stand_open(&s, url, &tmp);
    struct act act = house_act(&s.h, s.h.admin, MORNING, &tmp);
    struct err e = {0};
    struct change c = {0};
    i64 id = 0;
    CHECK_CODE(job_ask(&act, S("check"), S(""), &id, &e), OK, e);
    CHECK_CODE(job_stop(&act, id, &e), OK, e);
    CHECK_INT(got(&s, id, &tmp).state, JOB_CANCELLED);
    CHECK_CODE(job_stop(&act, id, &e), E_NOT_FOUND, e);
    CHECK_CODE(job_ask(&act, S("check"), S(""), &id, &e), OK, e);
    CHECK_CODE(run(&s, &c, "claim", &e), OK, e);
    CHECK_INT(c.claim.id, id);
    CHECK_CODE(job_stop(&act, id, &e), OK, e);
    CHECK_INT(got(&s, id, &tmp).state, JOB_RUNNING);
    CHECK_CODE(run(&s, &c, "beat", &e), OK, e);
    CHECK(c.flag);
    stand_close(&s, tmp);
}

/* For threads: a connection of its own each time. */
struct crowd {
    struct house h;
    const char *url;
};

static int lend_new(struct house *h, bool blinded, struct db **out, struct err *e)
{
    struct crowd *c = (struct crowd *)(uintptr_t)h;
    return db_open(c->url, blinded ? DB_BLINDED : DB_READER, out, e);
}

static void back_new(struct house *h, bool blinded, struct db *db)
{
    (void)h, (void)blinded;
    db_close(db);
}

static instant morning(const struct house *h)
{
    (void)h;
    return MORNING;
}

/* Two crews of three threads, with a writer each, as two servers would have them, take many
** jobs: each is done once. */
EACH_ENGINE(job_crews_do_each_once)
{
    enum { N = 12 };
    static struct crowd c;
    struct err e = {0};
    i64 id[N];
    c.url = url;
    house_open(&c.h, url, &tmp);
    struct act act = house_act(&c.h, c.h.admin, MORNING, &tmp);
    for (int i = 0; i < N; i++)
        CHECK_CODE(job_ask(&act, S("check"), S(""), &id[i], &e), OK, e);
    struct db *db = NULL;
    struct writer *w = NULL;
    bool server = strcmp(db_engine(c.h.db), "postgresql") == 0;
    if (server) { /* SQLite has one writer, ever */
        CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
        CHECK_CODE(writer_open(db, &w, &e), OK, e);
    }
    struct job_place p = {&c.h, c.h.w, lend_new, back_new, morning, today},
                     q = {&c.h, server ? w : c.h.w, lend_new, back_new, morning, today};
    struct job_crew *one = NULL, *two = NULL;
    CHECK_CODE(job_crew_start(&p, 3, !server, &one, &e), OK, e);
    CHECK_CODE(job_crew_start(&q, 3, false, &two, &e), OK, e);
    i64 open = N;
    for (int round = 0; open > 0 && round < 3000; round++) {
        struct timespec t = {0, 10000000};
        nanosleep(&t, NULL);
        open = 0;
        for (int i = 0; i < N; i++) {
            struct arena a = tmp;
            struct job j = {0};
            CHECK_CODE(job_get(c.h.db, id[i], &j, &a, &e), OK, e);
            open += j.state == JOB_WAITING || j.state == JOB_RUNNING;
        }
    }
    job_crew_stop(one);
    job_crew_stop(two);
    for (int i = 0; i < N; i++) {
        struct job j = {0};
        struct journal_entries of;
        CHECK_CODE(job_get(c.h.db, id[i], &j, &tmp, &e), OK, e);
        CHECK(j.state == JOB_DONE && j.tries == 1);
        CHECK_CODE(journal_of(c.h.db, "job", id[i], &of, &tmp, &e), OK, e);
        CHECK_INT(of.n, 2);
    }
    writer_close(w);
    house_close(&c.h, tmp);
}

/* Who was blinded after asking does not read what came of it; what was done blinded, they do. */
EACH_ENGINE(job_of_somebody_blinded_since)
{
    struct stand s;
    struct err e = {0};
    stand_open(&s, url, &tmp);
    i64 id[2];
    struct act ada = house_act(&s.h, s.h.admin, MORNING, &tmp);
    for (int i = 0; i < 2; i++) {
        struct change c = {.now = s.now};
        CHECK_CODE(job_ask(&ada, S("check"), S(""), &id[i], &e), OK, e);
        CHECK_CODE(run(&s, &c, "claim", &e), OK, e);
        CHECK_INT(c.claim.id, id[i]);
        CHECK_CODE(run(&s, &c, i ? "end" : "end plain", &e), OK, e);
    }
    struct jobs own;
    for (int blinded = 0; blinded < 2; blinded++) {
        ada.who.blinded = blinded;
        for (int i = 0; i < 2; i++) {
            struct job j;
            CHECK_CODE(job_see(&ada, id[i], &j, &e), OK, e);
            CHECK_STR(j.result, blinded && !i ? "" : "{}");
        }
        CHECK_CODE(job_own(&ada, 0, 10, &own, &e), OK, e);
        CHECK_STR(own.at[1].result, blinded ? "" : "{}");
        CHECK_STR(own.at[0].result, "{}");
    }
    stand_close(&s, tmp);
}
