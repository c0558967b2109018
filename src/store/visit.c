#include "store/visit.h"
#include "store/blind.h"
#include "store/statements.h"
#include <stdlib.h>

const char *const visit_state_word[VISIT_STATES] = {"planned", "held", "missed",
                                                    "cancelled"};

const char *const visit_state_text[VISIT_STATES] = {"VISIT_PLANNED", "VISIT_HELD",
                                                    "VISIT_MISSED", "VISIT_CANCELLED"};

enum visit_state visit_state_of(struct str word)
{
    int s = VISIT_STATES - 1;
    while (s > 0 && !str_is(word, visit_state_word[s])) s--;
    return (enum visit_state)s;
}

/* Rows of one visit follow each other, one for each entry. */
static void read_rows(struct rows *r, struct visits *out, struct arena *a)
{
    while (db_next(r)) {
        i64 id = db_i64(r, 0);
        if (out->n == 0 || out->at[out->n - 1].id != id)
            *PUSH(a, out) = (struct visit){.id = id,
                                           .subject = db_i64(r, 1),
                                           .site = db_i64(r, 2),
                                           .kind = db_str(r, 3, a),
                                           .code = db_str(r, 4, a),
                                           .part = db_i64(r, 5),
                                           .time = db_str(r, 6, a),
                                           .due = (day)db_i64(r, 7),
                                           .opens = (day)db_i64(r, 8),
                                           .closes = (day)db_i64(r, 9),
                                           .moved = db_i64(r, 10) != 0,
                                           .state = visit_state_of(db_str(r, 11, a)),
                                           .held = (day)db_i64(r, 12),
                                           .reason = db_str(r, 13, a),
                                           .study = db_i64(r, 19),
                                           .waits = db_i64(r, 20)};
        if (db_is_null(r, 14)) continue;
        struct visit *v = &out->at[out->n - 1];
        *PUSH(a, &v->entries) =
            (struct visit_entry){.response = db_i64(r, 14),
                                 .measure = db_str(r, 15, a),
                                 .paper = str_is(db_str(r, 16, a), "paper"),
                                 .second = db_i64(r, 17),
                                 .agree = db_i64(r, 18) != 0};
    }
}

int visit_get(struct db *db, const struct viewer *who, i64 id, struct visit *out,
              struct arena *a, struct err *e)
{
    struct visits found = {0};
    if (who->staff) {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_visit_get, ARGS(I(id)), e));
        read_rows(&r, &found, a);
        TRY(db_end(&r, e));
    }
    if (found.n == 0)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_VISIT_ROW", SAID(SAY_INT(id)));
    *out = found.at[0];
    return OK;
}

int visit_of(struct db *db, const struct viewer *who, i64 subject, struct visits *out,
             struct arena *a, struct err *e)
{
    *out = (struct visits){0};
    return who->staff ? visit_for_change(db, subject, out, a, e) : OK;
}

int visit_for_change(struct db *db, i64 subject, struct visits *out, struct arena *a,
                     struct err *e)
{
    *out = (struct visits){0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_visit_of, ARGS(I(subject)), e));
    read_rows(&r, out, a);
    return db_end(&r, e);
}

struct lanes LIST(i64);

static int lanes_of(struct db *db, i64 site, struct lanes *out, struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    if (site)
        TRY(db_query(db, &r, SQL_visit_lanes_site, ARGS(I(site)), e));
    else
        TRY(db_query(db, &r, SQL_visit_lanes, NO_ARGS, e));
    while (db_next(&r)) *PUSH(a, out) = db_i64(&r, 0);
    return db_end(&r, e);
}

static int most_urgent(const void *a, const void *b)
{
    const struct visit *v = a, *w = b;
    if (v->closes != w->closes) return v->closes < w->closes ? -1 : 1;
    return (v->id > w->id) - (v->id < w->id);
}

/* By closing day, with what is not open yet in between: a page could walk through everybody whose
** visit opens within the widest window, and through all that waits for somebody else.  Among visits
** of one lane (for whom it waits, how many days it is open) the open ones are those that close by
** a day, so a page is read of each lane that is asked for and they are put together. */
static int due_by_lane(struct db *db, const struct visit_page *p, day after,
                       struct visits *out, struct arena *a, struct err *e)
{
    enum { LANE = 1000000 };
    struct lanes all = {0};
    TRY(lanes_of(db, p->site, &all, a, e));
    for (isize i = 0; i < all.n; i++) {
        i64 lane = all.at[i],
            closed_by = MIN((i64)p->closed_by, p->opened_by + lane % LANE);
        if (((unsigned)(lane / LANE) & p->by) == 0) continue;
        ROWS r = {0};
        if (p->site)
            TRY(db_query(db, &r, SQL_visit_due_site,
                         ARGS(I(p->study), I(p->site), I(p->opened_by), I(closed_by),
                              I(after), I(p->after_id), I(p->limit), I(lane)),
                         e));
        else
            TRY(db_query(db, &r, SQL_visit_due_all,
                         ARGS(I(p->study), I(p->opened_by), I(closed_by), I(after),
                              I(p->after_id), I(p->limit), I(lane)),
                         e));
        read_rows(&r, out, a);
        TRY(db_end(&r, e));
    }
    if (all.n > 1 && out->n) qsort(out->at, (size_t)out->n, sizeof *out->at, most_urgent);
    out->n = MIN(out->n, p->limit);
    return OK;
}

int visit_due(struct db *db, const struct viewer *who, const struct visit_page *p,
              struct visits *out, struct arena *a, struct err *e)
{
    *out = (struct visits){0};
    if (!who->staff) return OK;
    day after = p->after_id ? p->after_closes : -VISIT_ANY_DAY;
    bool shown = false;
    TRY(blind_any(db, who, p->study, p->clinician ? "clinician" : "time", &shown, e));
    if (!shown) return OK;
    if (!p->clinician) return due_by_lane(db, p, after, out, a, e);
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_visit_due_of,
                 ARGS(I(p->study), I(p->clinician), I(p->site), I(p->opened_by),
                      I(p->closed_by), I(after), I(p->after_id), I(p->limit), I(p->by)),
                 e));
    read_rows(&r, out, a);
    return db_end(&r, e);
}

static struct db_arg text_or_null(struct str s)
{
    return s.n ? T(s) : NIL;
}

int visit_put(struct db *db, struct visit *v, struct err *e)
{
    return db_one(db, &v->id, SQL_visit_put,
                  ARGS(I(v->subject), T(v->time), I(v->site), I(v->due), I(v->opens),
                       I(v->closes), I(v->moved), T(str_of(visit_state_word[v->state])),
                       v->state == VISIT_HELD ? I(v->held) : NIL, text_or_null(v->reason),
                       I(v->waits), I(asked_on(v->waits))),
                  e);
}

int visit_set(struct db *db, const struct visit *v, struct err *e)
{
    return db_run(db, SQL_visit_set,
                  ARGS(I(v->id), I(v->site), I(v->due), I(v->opens), I(v->closes),
                       I(v->moved), T(str_of(visit_state_word[v->state])),
                       v->state == VISIT_HELD ? I(v->held) : NIL, text_or_null(v->reason),
                       I(v->waits), I(asked_on(v->waits))),
                  e);
}

int visit_enter(struct db *db, const struct visit_entered *v, day on, i64 waits,
                struct err *e)
{
    unsigned by = asked_on(waits);
    if (v->held && v->closed) return OK;
    if (v->closed) return db_run(db, SQL_visit_hold, ARGS(I(v->id), I(on)), e);
    if (v->held && waits == v->waits) return OK;
    bool same = by == asked_on(v->waits);
    if (v->held && same) return db_run(db, SQL_visit_waits, ARGS(I(v->id), I(waits)), e);
    if (v->held) return visit_set_waits(db, v->id, waits, e);
    if (same) return db_run(db, SQL_visit_hold_waits, ARGS(I(v->id), I(on), I(waits)), e);
    return db_run(db, SQL_visit_hold_waits_on, ARGS(I(v->id), I(on), I(waits), I(by)), e);
}

int visit_set_waits(struct db *db, i64 id, i64 waits, struct err *e)
{
    return db_run(db, SQL_visit_waits_on, ARGS(I(id), I(waits), I(asked_on(waits))), e);
}

int visit_answered(struct db *db, i64 subject, struct str time,
                   struct visit_answered *out, struct arena *a, struct err *e)
{
    *out = (struct visit_answered){0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_visit_answered, ARGS(I(subject), T(time)), e));
    while (db_next(&r)) *PUSH(a, out) = db_str(&r, 0, a);
    return db_end(&r, e);
}

int visit_subject(struct db *db, i64 subject, struct visit_subject *out, struct arena *a,
                  struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_visit_subject, ARGS(I(subject)), e));
    bool found = db_next(&r);
    if (found)
        *out = (struct visit_subject){
            .study = db_i64(&r, 0), .kind = db_str(&r, 1, a), .site = db_i64(&r, 2)};
    TRY(db_end(&r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_ROW");
}

int anchor_of(struct db *db, i64 subject, struct anchors *out, struct arena *a,
              struct err *e)
{
    ROWS r = {0};
    *out = (struct anchors){0};
    TRY(db_query(db, &r, SQL_anchor_of, ARGS(I(subject)), e));
    while (db_next(&r))
        *PUSH(a, out) = (struct anchor){
            .id = db_i64(&r, 0), .name = db_str(&r, 1, a), .day = (day)db_i64(&r, 2)};
    return db_end(&r, e);
}

int anchor_put(struct db *db, i64 subject, struct str name, day on, i64 at, i64 staff,
               struct err *e)
{
    TRY(db_run(db, SQL_anchor_end, ARGS(I(subject), T(name), I(at)), e));
    return db_run(db, SQL_anchor_put,
                  ARGS(I(subject), T(name), I(on), I(at), staff ? I(staff) : NIL), e);
}
