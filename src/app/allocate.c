#include "app/allocate.h"
#include "app/people_parts.h"
#include "store/statements.h"
#include "store/subject_parts.h"

/* By their roles, whatever a token of theirs leaves out. */
static bool enrols(const struct act *act)
{
    struct act all = *act;
    all.only = 0;
    return act_may_somewhere(&all, MAY_ENROL, NULL) == OK;
}

/* The right, and that the same person enrols nobody. The participant is reached by it, and not
** there for all others. */
static int reach(const struct act *act, struct db *db, enum right r, i64 subject,
                 struct participant *p, struct arena *a, struct err *e)
{
    TRY(act_may_somewhere(act, r, e));
    if (enrols(act)) return err_say(e, E_NOT_ALLOWED, "REFUSED_ALLOCATION_ENROLS");
    return people_reach(act, db, r, subject, p, a, e);
}

struct allocate_change {
    struct people_change c;
    struct str arm;
    day day;
    bool correction;
};

static int put(struct db *db, void *arg, struct err *e)
{
    struct allocate_change *c = arg;
    const struct act *act = c->c.act;
    struct arena tmp = act_room(act);
    struct participant p;
    struct str was = {0};
    bool there = false;
    TRY(reach(act, db, MAY_ALLOCATE, c->c.subject, &p, &tmp, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_allocation_now, ARGS(I(p.subject)), e));
    if (db_next(&r)) {
        there = true;
        was = db_str(&r, 0, &tmp);
    }
    TRY(db_end(&r, e));
    if (there && !c->correction)
        return err_say(e, E_CONSTRAINT, "REFUSED_ALLOCATION_TWICE");
    if (!there && c->correction)
        return err_say(e, E_CONSTRAINT, "REFUSED_ALLOCATION_NONE");
    if (there && str_eq(was, c->arm))
        return err_say(e, E_CONSTRAINT, "REFUSED_ALLOCATION_SAME");
    if (!c->correction && p.state != IN_ENROLLED)
        return err_say(e, E_CONSTRAINT, "REFUSED_ALLOCATION_NOT_ENROLLED");
    TRY(db_run(db, SQL_allocation_end, ARGS(I(p.subject), I(act->now)), e));
    TRY(db_one(db, &c->c.id, SQL_allocation_add,
               ARGS(I(p.subject), T(c->arm),
                    T(c->correction ? S("correction") : S("allocation")), I(c->day),
                    I(act->now), I(act->who.staff), c->correction ? T(act->why) : NIL),
               e));
    TRY(db_run(db, SQL_allocation_placed, ARGS(I(p.subject)), e));
    struct str side[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct str arm = i ? c->arm : was;
        struct buf b = buf_in(&tmp, 100);
        struct json_out w = json_to(&b, 0);
        if (arm.n == 0) continue;
        json_open(&w, NULL, '{');
        json_put_str(&w, "arm", arm);
        json_put_str(&w, "day", day_text(c->day, &tmp));
        json_close(&w, '}');
        side[i] = buf_str(&b);
    }
    return act_note(act, db, c->correction ? "allocation.correct" : "allocation.enter",
                    "allocation", p.subject, side[0], side[1], tmp, e);
}

static int change(struct act *act, struct allocate_change *c, i64 *id, struct err *e)
{
    struct participant p;
    bool known = false;
    TRY(reach(act, act->db, MAY_ALLOCATE, c->c.subject, &p, act->a, e));
    TRY(people_study(act, p.study, &c->c.s, e));
    TRY(people_day(act, c->day, e));
    for (isize i = 0; i < c->c.s->arms.n; i++)
        known = known || str_eq(c->c.s->arms.at[i], c->arm);
    if (!known) return err_say(e, E_RECORD, "REFUSED_ALLOCATION_NO_ARM");
    TRY(act_change(act, put, c, e));
    if (id) *id = c->c.id;
    return OK;
}

int allocate_enter(struct act *act, i64 subject, struct str arm, day on, i64 *id,
                   struct err *e)
{
    struct allocate_change c = {
        .c = {.act = act, .subject = subject}, .arm = arm, .day = on};
    return change(act, &c, id, e);
}

int allocate_correct(struct act *act, i64 subject, struct str arm, day on, i64 *id,
                     struct err *e)
{
    struct allocate_change c = {
        .c = {.act = act, .subject = subject}, .arm = arm, .day = on, .correction = true};
    if (str_trim(act->why).n == 0) return err_say(e, E_RECORD, "REFUSED_WHY_CORRECTED");
    return change(act, &c, id, e);
}

int allocate_of(struct act *act, i64 subject, struct allocations *out, struct err *e)
{
    struct participant p;
    *out = (struct allocations){0};
    TRY(reach(act, act->db, MAY_SEE_ALLOCATION, subject, &p, act->a, e));
    return allocation_of(act->db, &act->who, act_roles(act, MAY_SEE_ALLOCATION), subject,
                         out, act->a, e);
}

int allocate_list(struct act *act, i64 study, struct str after, isize n,
                  struct allocations *out, struct err *e)
{
    *out = (struct allocations){0};
    TRY(act_may_somewhere(act, MAY_SEE_ALLOCATION, e));
    if (enrols(act)) return err_say(e, E_NOT_ALLOWED, "REFUSED_ALLOCATION_ENROLS");
    return allocation_page(act->db, &act->who, act_roles(act, MAY_SEE_ALLOCATION), study,
                           after, n, out, act->a, e);
}
