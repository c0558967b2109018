/* What happened to one participant: referral, screenings, consents, events, from three tables, in
** the order in which it can have happened.
**
** The events stand in the order of their rows.  A first consent to a purpose follows the
** referral; a withdrawal stands where the event that it brought about stands (dropped out or
** declined, with the reason consent-withdrawn), else behind the last event up to its day; the
** consent after it follows at once.  A screening is the answers of one number, and the event
** `screening`, `eligible` or `ineligible` is what it must lead to: the last event belongs to the
** last screening, and so on backwards.  Values, visits and answers come before the participant
** leaves for the last time, because some of what is known cannot be entered afterwards.
**
** What stands in the store already is matched in order, by all that a row says; it is never
** changed.  Each act is a millisecond after the one before it: what came first stays first. */
#include "app/import_life.h"

/* --- acting ------------------------------------------------------------------------- */

static void tick(struct life *f)
{
    f->u->act->now = f->now++;
}

static int refer(struct life *f, struct event *v, struct err *e)
{
    struct import_unit *u = f->u;
    struct referred done;
    struct referral in = {.study = u->m->study.id,
                          .site = v->site,
                          .code = u->key->code,
                          .day = v->day,
                          .clinician = v->clinician};
    if (!v->site) return import_no(TIDY_events, v->l, E_SITE, e, "IMPORT_WHERE_REFERRED");
    TRY(act_may_in(u->act, MAY_IMPORT, v->site, u->m->study.name, e));
    TRY(people_refer(u->act, NULL, &in, &done, e));
    u->id = done.subject;
    u->site = v->site;
    u->made = true;
    return OK;
}

static int take_screening(struct life *f, isize round, struct event *v, struct err *e)
{
    struct screening_answer *x = NEW(f->a, struct screening_answer, f->answers.n + 1);
    struct screening in = {.subject = f->u->id, .answer = x};
    enum participant_state to = IN_NOBODY;
    isize first = -1, there = 0;
    for (isize i = 0; i < f->answers.n; i++) {
        if (f->answers.at[i].round != round) continue;
        first = i;
        there += f->answers.at[i].there;
        x[in.n++] = f->answers.at[i].is;
    }
    in.day = round >= 0 ? f->rounds.at[round].day : v->day;
    if (round >= 0) f->rounds.at[round].done = true;
    int code = OK;
    if (v && v->there && there == in.n) return OK;
    if (!v && there == in.n) return OK;
    if (v && v->there)
        code = import_in_column(TIDY_criteria, C_CRITERION,
                                err_say(e, E_RECORD, "IMPORT_SCREENING_OTHER"), e);
    else if (v && in.day != v->day)
        code = import_no(TIDY_events, v->l, E_DAY_, e, "IMPORT_SCREENING_DAY");
    else {
        tick(f);
        code = people_screen(f->u->act, &in, &to, e);
        if (code == OK && v && !str_is(v->l->cell[E_EVENT], participant_state_word(to)))
            code =
                import_at(TIDY_events, v->l, E_EVENT,
                          err_say_of(e, E_RECORD, "IMPORT_SCREENING_LEADS",
                                     SAID(SAY_CODE(str_of(participant_state_word(to))))),
                          e);
    }
    for (isize i = 0; i < f->answers.n && code != OK && !v; i++)
        if (i == first)
            return life_hear(f, &f->answers.at[i].s, f->answers.at[i].l, code, e);
    return v ? life_hear(f, &v->s, v->l, code, e) : OK;
}

static int give(struct life *f, struct agreed *k, struct err *e)
{
    if (k->given || k->s.code != OK) return OK;
    k->given = true;
    k->in.participant = f->u->id;
    tick(f);
    return life_hear(f, &k->s, k->l,
                     import_at(TIDY_consents, k->l, K_PURPOSE,
                               consent_give(f->u->act, &k->in, &k->id, e), e),
                     e);
}

/* Consents that follow the one at `before` (-1: those that follow none). */
static int give_after(struct life *f, isize before, struct err *e)
{
    for (isize i = 0; i < f->consents.n; i++)
        if (f->consents.at[i].before == before) TRY(give(f, &f->consents.at[i], e));
    return OK;
}

/* All versions that hold are withdrawn at once: the second has nothing left to do. */
static bool withdrawn_with(const struct life *f, isize at)
{
    const struct agreed *k = &f->consents.at[at];
    for (isize i = 0; i < f->consents.n; i++) {
        const struct agreed *c = &f->consents.at[i];
        if (i != at && c->out && c->given && str_eq(c->in.purpose, k->in.purpose) &&
            c->before == k->before && c->withdrawn_day == k->withdrawn_day &&
            c->effect == k->effect)
            return true;
    }
    return false;
}

static int withdraw(struct life *f, isize at, struct err *e)
{
    struct agreed *k = &f->consents.at[at];
    struct consent_withdrawn in = {
        .consent = k->id, .day = k->withdrawn_day, .effect = k->effect};
    bool done = k->withdrawn_there || withdrawn_with(f, at);
    if (k->out) return OK;
    k->out = true;
    if (k->s.code == OK && !done) {
        tick(f);
        TRY(life_hear(f, &k->s, k->l,
                      import_at(TIDY_consents, k->l, K_WITHDRAWN,
                                consent_withdraw(f->u->act, &in, e), e),
                      e));
    }
    return give_after(f, at, e);
}

/* The event that a withdrawal brought about is the one of the row. */
static int check_left(struct life *f, struct event *v, struct err *e)
{
    struct act *act = f->u->act;
    struct participant_events all;
    if (v->there || v->s.code != OK || f->consents.at[v->leaves].s.code != OK) return OK;
    TRY(participant_events(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS),
                           f->u->id, INSTANT_NOW, &all, f->a, e));
    for (isize i = all.n - 1; i >= 0; i--)
        if (!all.at[i].gone) {
            if (life_same_event(v, &all.at[i])) return OK;
            break;
        }
    return life_hear(f, &v->s, v->l,
                     import_no(TIDY_events, v->l, E_EVENT, e, "IMPORT_LEFT"), e);
}

static int happen(struct life *f, struct event *v, struct err *e)
{
    i64 id = 0;
    struct happening in = {.subject = f->u->id,
                           .kind = v->kind,
                           .day = v->day,
                           .reason = v->reason,
                           .site = v->site,
                           .clinician = v->clinician};
    if (v->there || v->s.code != OK) return OK;
    tick(f);
    int code = v->kind == EV_REFERRED && !f->u->id ? refer(f, v, e)
               : !f->u->id
                   ? import_in_column(TIDY_events, 1,
                                      err_say(e, E_NOT_FOUND, "IMPORT_NO_PERSON_YET"), e)
                   : people_happen(f->u->act, &in, &id, e);
    if (code == OK && f->u->id && v->kind == EV_TRANSFERRED) f->u->site = v->site;
    if (code != OK && !e->where) code = import_at(TIDY_events, v->l, E_EVENT, code, e);
    return life_hear(f, &v->s, v->l, code, e);
}

/* --- in order ----------------------------------------------------------------------- */

static int place_values(struct life *f, struct err *e)
{
    if (f->placed) return OK;
    f->placed = true;
    struct act *act = f->u->act;
    act->now = f->now++;
    TRY(import_values(f->u, e));
    return import_forms(f->u, e);
}

/* Ends taking part: before the last of these the values come. */
static bool leaves(const struct event *v)
{
    return !v->there &&
           (v->leaves >= 0 || v->kind == EV_DROPPED_OUT || v->kind == EV_COMPLETED ||
            v->kind == EV_NOT_STARTED || v->kind == EV_DIED || v->kind == EV_DECLINED);
}

static isize values_before(const struct life *f)
{
    isize from = 0;
    for (isize i = 0; i < f->events.n; i++)
        if (f->events.at[i].kind == EV_ENROLLED || f->events.at[i].kind == EV_RETURNED)
            from = i + 1;
    for (isize i = from; i < f->events.n; i++)
        if (leaves(&f->events.at[i])) return i;
    return f->events.n;
}

/* What has no event of its own in the file, up to a day. */
static int by_day(struct life *f, day before, struct err *e)
{
    for (isize i = 0; i < f->rounds.n; i++) {
        struct round *r = &f->rounds.at[i];
        if (r->event < 0 && !r->done && r->day < before)
            TRY(take_screening(f, i, NULL, e));
    }
    for (isize i = 0; i < f->consents.n; i++) {
        struct agreed *k = &f->consents.at[i];
        if (!k->withdrawn || k->paired || k->out || k->withdrawn_day >= before) continue;
        if (life_required(f, k) && !k->withdrawn_there && k->s.code == OK)
            TRY(place_values(f, e));
        TRY(withdraw(f, i, e));
    }
    return OK;
}

static int live(struct life *f, struct err *e)
{
    enum { NO_DAY = INT32_MAX };
    isize values = values_before(f);
    if (f->u->id) TRY(give_after(f, -1, e));
    for (isize i = 0; i < f->events.n; i++) {
        struct event *v = &f->events.at[i];
        if (i > 0 && f->u->id && v->s.code == OK) TRY(by_day(f, v->day, e));
        if (i == values) TRY(place_values(f, e));
        if (v->leaves >= 0) {
            TRY(withdraw(f, v->leaves, e));
            TRY(check_left(f, v, e));
        } else if (life_screening(v->kind) && v->s.code == OK && f->u->id)
            TRY(take_screening(f, v->round, v, e));
        else
            TRY(happen(f, v, e));
        if (v->kind == EV_REFERRED && f->u->id) TRY(give_after(f, -1, e));
    }
    if (f->u->id) TRY(by_day(f, NO_DAY, e));
    TRY(place_values(f, e));
    return import_visits_last(f->u, e);
}

/* --- told --------------------------------------------------------------------------- */

static int tell(struct life *f, enum tidy_table t, const struct import_line *l,
                struct str name, const struct said *s, bool acted, struct err *e)
{
    int code = s->code;
    if (code != OK)
        (void)err_pass(e, code, s->why);
    else if (!acted)
        code = import_no_subject(f->u, e);
    return import_settle(f->u, t, l, name, code, s->verdict, S(""), S(""), e);
}

static int tell_all(struct life *f, struct err *e)
{
    bool acted = f->u->id != 0;
    for (isize i = 0; i < f->events.n; i++) {
        struct event *v = &f->events.at[i];
        struct str name =
            str_fmt(f->a, "%.*s %.*s", FMT(v->l->cell[E_EVENT]), FMT(v->l->cell[E_DAY_]));
        TRY(tell(f, TIDY_events, v->l, name, &v->s, acted, e));
    }
    for (isize i = 0; i < f->answers.n; i++) {
        struct answered *x = &f->answers.at[i];
        struct str name = str_fmt(f->a, "%.*s %.*s", FMT(x->is.criterion),
                                  FMT(x->l->cell[C_SCREENING]));
        TRY(tell(f, TIDY_criteria, x->l, name, &x->s, acted, e));
    }
    for (isize i = 0; i < f->consents.n; i++) {
        struct agreed *k = &f->consents.at[i];
        TRY(tell(f, TIDY_consents, k->l, k->l->cell[K_PURPOSE], &k->s, acted, e));
    }
    return OK;
}

int import_people(struct import_unit *u, struct err *e)
{
    struct life f = {.u = u, .a = u->act->a, .now = u->act->now};
    TRY(life_read(&f, e));
    TRY(live(&f, e));
    TRY(tell_all(&f, e));
    return import_subject_rows(u, e);
}
