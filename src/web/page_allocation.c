/* Who is in which arm: for the trial unit, and nowhere else. */
#include "app/allocate.h"
#include "web/person.h"
#include "web/routes.h"

static void column(struct call *c, struct part_table *t, const char *id)
{
    *PUSH(c->act.a, &t->columns) = (struct part_column){.words = call_text(c, id)};
}

static void cell(struct call *c, struct part_row *r, struct str words)
{
    *PUSH(c->act.a, r) = (struct part_cell){.words = words};
}

static void history(struct call *c, struct part_table *t, const struct allocations *all)
{
    t->caption = call_text(c, "PEOPLE_ALLOCATION_TABLE");
    column(c, t, "PEOPLE_ARM");
    column(c, t, "PEOPLE_ON");
    column(c, t, "PEOPLE_ENTERED");
    column(c, t, "PEOPLE_WHY");
    for (isize i = all->n; i-- > 0;) {
        const struct allocation *x = &all->at[i];
        struct part_row *r = PUSH(c->act.a, &t->rows);
        *r = (struct part_row){0};
        cell(c, r, x->gone ? person_words(c, "PEOPLE_ARM_CORRECTED", x->arm) : x->arm);
        cell(c, r, person_day(c, x->day));
        cell(c, r, person_instant(c, x->at));
        cell(c, r, x->reason);
    }
}

static int form(struct call *c, const struct person *p, const struct allocations *all,
                const struct allocation *now)
{
    const struct study *s = p->file.study;
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_ALLOCATION",
                       now ? "PEOPLE_ALLOCATION_CORRECT" : "PEOPLE_ALLOCATION_ENTER",
                       path_allocation(c->act.a, p->id));
    f->answer =
        now ? person_words(c, "PEOPLE_ALLOCATED", now->arm, person_day(c, now->day))
            : call_text(c, "PEOPLE_NOT_ALLOCATED");
    const char *blocked = !s->arms.n ? "PEOPLE_NO_ARMS"
                          : p->file.now.state != IN_ENROLLED && !now
                              ? "PEOPLE_ALLOCATION_LATER"
                          : !person_may(c, p, MAY_ALLOCATE) ? "PEOPLE_ALLOCATION_READ"
                                                            : NULL;
    if (blocked) {
        f->blocked = true;
        f->notice = (struct part_notice){.words = call_text(c, blocked)};
    }
    person_form_choices(c, f, "arm", call_text(c, "PEOPLE_ARM"));
    for (isize i = 0; i < s->arms.n; i++)
        person_form_choice(c, f, s->arms.at[i], s->arms.at[i], false);
    person_form_day(c, f, "day", call_text(c, "PEOPLE_ALLOCATED_ON"),
                    part_day(now ? now->day : c->act.today, c->act.a));
    if (now) {
        struct part_field *why =
            person_form_text(c, f, "reason", call_text(c, "PEOPLE_CORRECT_WHY"), S(""));
        why->most = 500;
        why->help = call_text(c, "PEOPLE_CORRECT_HELP");
    }
    person_form_hide(c, f, "holds", person_int(c, now ? now->id : 0));
    if (all->n) history(c, &f->table, all);
    return person_form_page(c, f);
}

static int start(struct call *c, struct person *p, struct allocations *all,
                 const struct allocation **now, struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    TRY(allocate_of(&c->act, p->id, all, e));
    *now = NULL;
    for (isize i = 0; i < all->n; i++)
        if (!all->at[i].gone) *now = &all->at[i];
    return OK;
}

int page_allocation(struct call *c, struct err *e)
{
    struct person p;
    struct allocations all = {0};
    const struct allocation *now;
    TRY(start(c, &p, &all, &now, e));
    return form(c, &p, &all, now);
}

int post_allocation(struct call *c, struct err *e)
{
    struct person p;
    struct allocations all = {0};
    const struct allocation *now;
    day on;
    i64 id, holds = 0;
    TRY(start(c, &p, &all, &now, e));
    struct str arm = call_field(c, "arm");
    bool known = false;
    for (isize i = 0; i < p.file.study->arms.n; i++)
        known = known || str_eq(arm, p.file.study->arms.at[i]);
    if (!known) call_fault(c, "arm", "PEOPLE_CHOOSE_ONE");
    if (now && str_eq(arm, now->arm)) call_fault(c, "arm", "PEOPLE_SAME_ARM");
    if (now && !c->act.why.n) call_fault(c, "reason", "FORM_NEEDED");
    if (!person_form_day_read(c, "day", &on)) on = c->act.today;
    if (!call_int(c, "holds", 0, INT64_MAX, &holds) || holds != (now ? now->id : 0))
        call_fault(c, "", "PEOPLE_ALLOCATION_CHANGED");
    if (c->faults.n) return form(c, &p, &all, now);
    int code = now ? allocate_correct(&c->act, p.id, arm, on, &id, e)
                   : allocate_enter(&c->act, p.id, arm, on, &id, e);
    if (person_form_refused(c, code, e)) return form(c, &p, &all, now);
    TRY(code);
    return call_redirect_said(c, path_allocation(c->act.a, p.id), "FORM_SAVED");
}
