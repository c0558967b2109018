#define _GNU_SOURCE /* nanosleep */
#include "app/tally.h"
#include "app/invent.h"
#include "app/kits.h"
#include "folk.h"
#include <time.h>

/* Enough for three ranges of subjects. */
enum { PEOPLE = 4300 };

struct hall {
    struct folk f;
    struct db *reader, *blinded;
};

static int lend(struct house *h, bool blinded, struct db **out, struct err *e)
{
    struct hall *l = (struct hall *)(uintptr_t)h; /* the house is the hall's first part */
    (void)e;
    *out = blinded ? l->blinded : l->reader;
    return OK;
}

static void back(struct house *h, bool blinded, struct db *db)
{
    (void)h, (void)blinded, (void)db;
}

static instant now(const struct house *h)
{
    (void)h;
    return MORNING;
}

static day today(instant at)
{
    return (day)(at / (24 * HOUR));
}

/* Some forms were on paper, half of those entered twice, some of them otherwise; some visits were
** missed; some wait for participants only; who dropped out has reasons. */
static int mix(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return db_script(
        db, "mix",
        S("UPDATE response SET mode = 'paper' WHERE id % 9 = 0;"
          "INSERT INTO response (subject, visit, measure, time, pass, definition, day, "
          "mode,"
          " lang, answers, at) SELECT subject, visit, measure, time, 2, definition, day,"
          " 'paper', lang, CASE WHEN id % 81 = 0 THEN '[]' ELSE answers END, at"
          " FROM response WHERE id % 27 = 0;"
          "UPDATE visit SET state = 'missed', reason = 'away', waits = 0, waits_on = 0 "
          "WHERE state = 'planned' AND"
          " id % 7 = 0;"
          "UPDATE visit SET waits_on = 1 WHERE waits_on > 0 AND id % 5 = 0;"
          "UPDATE participant_event SET reason = 'moved' WHERE kind = 'dropped out' AND"
          " participant % 3 = 0"),
        e);
}

/* What counting at once gives; for this viewer. */
static void same(struct hall *l, struct tally *t, i64 staff, unsigned by, bool nobody,
                 struct arena tmp)
{
    struct err e = {0};
    struct overview o;
    struct overview_lates late;
    struct tally_told told;
    struct act act = folk_act(&l->f, staff, &tmp);
    if (act.who.blinded) act.db = l->blinded;
    struct str roles = act_roles(&act, MAY_SEE_PARTICIPANTS);
    CHECK_CODE(overview_of(act.db, &act.who, roles, l->f.study, &o, &tmp, &e), OK, e);
    CHECK_CODE(overview_behind(act.db, &act.who, roles, l->f.study, by, &late, &tmp, &e),
               OK, e);
    CHECK_CODE(tally_ask(t, &act, MAY_SEE_PARTICIPANTS, l->f.study, S("norway2013"), by,
                         &told, &e),
               OK, e);
    CHECK_INT(told.at, MORNING);
    CHECK_INT(told.all.times.n, o.times.n);
    for (isize i = 0; i < MIN(o.times.n, told.all.times.n); i++) {
        const struct overview_time *x = &told.all.times.at[i], *y = &o.times.at[i];
        CHECK(str_eq(x->kind, y->kind) && str_eq(x->time, y->time));
        CHECK(x->n == y->n && x->held == y->held && x->missed == y->missed &&
              x->forms == y->forms);
    }
    CHECK_INT(told.all.left.n, o.left.n);
    for (isize i = 0; i < MIN(o.left.n, told.all.left.n); i++) {
        const struct overview_left *x = &told.all.left.at[i], *y = &o.left.at[i];
        CHECK(x->state == y->state && x->n == y->n && str_eq(x->reason, y->reason));
    }
    CHECK_INT(told.all.second, o.second);
    CHECK_INT(told.all.differ, o.differ);
    CHECK_INT(told.late.n, late.n);
    for (isize i = 0; i < MIN(late.n, told.late.n); i++) {
        const struct overview_late *x = &told.late.at[i], *y = &late.at[i];
        CHECK(x->n == y->n && x->since == y->since && str_eq(x->clinician, y->clinician));
    }
    CHECK((o.times.n == 0) == nobody);
    if (!act.who.blinded)
        CHECK((o.second == 0 || o.differ == 0 || late.n < 2 || o.left.n < 2) == nobody);
}

EACH_ENGINE(tally_sums_are_those_of_counting_at_once)
{
    struct hall l = {0};
    struct err e = {0};
    struct kits *kits = NULL;
    struct tally *t = NULL;
    i64 first = 0;
    folk_open(&l.f, url, &tmp);
    CHECK_CODE(db_open(url, DB_READER, &l.reader, &e), OK, e);
    CHECK_CODE(db_open(url, DB_BLINDED, &l.blinded, &e), OK, e);
    CHECK_CODE(kits_open(&kits, &e), OK, e);
    struct act act = folk_act(&l.f, 0, &tmp);
    act.kits = kits;
    act.console = true;
    i64 clinician[3] = {l.f.clinician, 0, l.f.leader};
    struct invent_ask in = {.study = l.f.study,
                            .site = l.f.h.site,
                            .n_sites = 2,
                            .n = PEOPLE,
                            .clinician = clinician,
                            .n_clinicians = 3,
                            .series = true};
    CHECK_CODE(invent_people(&act, &in, &first, &e), OK, e);
    CHECK_CODE(writer_run(l.f.h.w, mix, NULL, &e), OK, e);
    struct job_place place = {
        .house = &l.f.h, .lend = lend, .back = back, .now = now, .today = today};
    CHECK_CODE(tally_open(place, &t, &e), OK, e);
    /* Of two measures and of nothing else the blinded may see rows: it shows in the sums. */
    CHECK_CODE(db_script(l.f.h.writing, "closed",
                         S("DELETE FROM blind_open WHERE kind <> 'table' AND "
                           "name NOT IN ('honos', 'sgaf', 't1', 't2')"),
                         &e),
               OK, e);
    CHECK_CODE(tally_count(t, &e), OK, e);
    same(&l, t, l.f.assessor, 63, false, tmp);       /* S1, blinded */
    same(&l, t, l.f.manager, 63, false, tmp);        /* every site */
    same(&l, t, l.f.leader, 1, false, tmp);          /* S1 */
    same(&l, t, l.f.coordinator[1], 63, false, tmp); /* S2 */
    same(&l, t, l.f.h.admin, 63, true, tmp);         /* nobody's numbers */
    tally_close(t);

    /* Asked for the first time it counts on a thread of its own; a house may close meanwhile. */
    for (int k = 0; k < 2; k++) {
        struct tally_told told = {0};
        struct act who = folk_act(&l.f, l.f.manager, &tmp);
        CHECK_CODE(tally_open(place, &t, &e), OK, e);
        for (int tries = 0; tries == 0 || (k && told.at == 0 && tries < 3000); tries++) {
            struct arena keep = tmp;
            struct timespec ms = {0, 10000000};
            CHECK_CODE(tally_ask(t, &who, MAY_SEE_PARTICIPANTS, l.f.study,
                                 S("norway2013"), 63, &told, &e),
                       OK, e);
            if (tries == 0) CHECK_INT(told.at, 0);
            if (k) nanosleep(&ms, NULL);
            tmp = keep;
        }
        CHECK_INT(told.at, k ? MORNING : 0);
        tally_close(t);
    }
    db_close(l.blinded);
    db_close(l.reader);
    kits_close(kits);
    folk_close(&l.f, tmp);
}
