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
#include "app/consent.h"
#include "app/import_parts.h"
#include "store/statements.h"
#include "store/subject_parts.h"

enum { E_EVENT = 3, E_DAY_, E_REASON, E_SITE, E_CLINICIAN };
enum { C_SCREENING = 3, C_CRITERION, C_MET, C_DAY };
enum {
    K_PURPOSE = 3,
    K_VERSION,
    K_HOW,
    K_GIVER,
    K_WITNESS,
    K_DAY,
    K_WITHDRAWN,
    K_EFFECT
};

/* What became of a row; it is told when all is over. */
struct said {
    int code;
    const char *why;
    enum import_verdict verdict;
};

struct event {
    const struct import_line *l;
    struct said s;
    enum participant_event kind;
    day day;
    struct str reason;
    i64 site, clinician;
    bool there;   /* in the store */
    isize round;  /* of screenings; -1: none */
    isize leaves; /* the consent whose withdrawal brings it about; -1: none */
};
struct answered {
    const struct import_line *l;
    struct said s;
    isize round;
    struct screening_answer is;
    day day;
    bool there;
};
struct round { /* a screening: answers of one number */
    struct str number;
    day day;
    isize event; /* -1: none in the file */
    bool done;
};
struct agreed {
    const struct import_line *l;
    struct said s;
    struct consent_given in;
    bool there, withdrawn, withdrawn_there, given, paired, out;
    day withdrawn_day;
    enum participant_data effect;
    isize before; /* the consent to the same purpose before it; -1: none */
    i64 id;
};

struct life {
    struct import_unit *u;
    struct arena *a;
    struct events LIST(struct event) events;
    struct answereds LIST(struct answered) answers;
    struct rounds LIST(struct round) rounds;
    struct agreeds LIST(struct agreed) consents;
    instant now;
    bool placed; /* values, visits and answers are in */
};

static const struct study *study_of(const struct life *f)
{
    return f->u->m->p.study;
}

/* Keeps a refusal for later; whatever else goes wrong comes back. */
static int hear(struct life *f, struct said *s, const struct import_line *l, int code,
                struct err *e)
{
    if (code != OK && !import_of_row(code)) return code;
    if (code == OK || s->code != OK) return OK;
    s->code = code;
    s->why = str_c(str_of(e->text), f->a);
    if (!f->u->broken) f->u->broken = l;
    *e = (struct err){0};
    return OK;
}

/* --- reading ------------------------------------------------------------------------ */

static int read_event(struct life *f, const struct import_line *l, struct event *v,
                      struct err *e)
{
    TRY(import_at(TIDY_events, l, E_EVENT,
                  participant_event_read(l->cell[E_EVENT], &v->kind, e), e));
    TRY(import_day(TIDY_events, l, E_DAY_, &v->day, e));
    v->reason = l->cell[E_REASON];
    v->site = import_site(f->u->m, l->cell[E_SITE]);
    if (l->cell[E_SITE].n && !v->site)
        return import_no(TIDY_events, l, E_SITE, e, "no site of the study has this code");
    return import_staff(f->u, TIDY_events, l, E_CLINICIAN, &v->clinician, e);
}

static bool is_screening(enum participant_event k)
{
    return k == EV_SCREENING || k == EV_ELIGIBLE || k == EV_INELIGIBLE;
}

static bool same_line(const struct import_line *p, const struct import_line *q, int n)
{
    for (int k = 3; k < n; k++)
        if (!str_eq(p->cell[k], q->cell[k])) return false;
    return true;
}

static int read_events(struct life *f, struct err *e)
{
    struct import_lines all;
    TRY(import_lines_of(&f->u->m->rows, f->u->at, TIDY_events, &all, f->a, e));
    for (isize i = 0; i < all.n; i++) {
        struct event *v = PUSH(f->a, &f->events);
        *v = (struct event){.l = &all.at[i], .round = -1, .leaves = -1};
        int code = i > 0 && same_line(&all.at[i], &all.at[i - 1], 8)
                       ? import_no(TIDY_events, v->l, E_EVENT, e,
                                   "this stands twice in the files; take one away")
                       : read_event(f, v->l, v, e);
        TRY(hear(f, &v->s, v->l, code, e));
    }
    return OK;
}

static int read_answer(struct life *f, const struct import_line *l, struct answered *x,
                       struct err *e)
{
    int k = 0;
    const struct study_criterion *c = study_criterion(study_of(f), l->cell[C_CRITERION]);
    x->is.criterion = l->cell[C_CRITERION];
    if (!c || c->table != study_of(f)->participants.table)
        return import_no(TIDY_criteria, l, C_CRITERION, e,
                         "the study has no such criterion for participants");
    while (k < MET_N && !str_is(l->cell[C_MET], criterion_word((enum criterion_met)k)))
        k++;
    if (k == MET_N)
        return import_no(TIDY_criteria, l, C_MET, e,
                         "met, not met or not known is expected");
    x->is.met = (enum criterion_met)k;
    return import_day(TIDY_criteria, l, C_DAY, &x->day, e);
}

/* Screenings in the order in which their numbers come. */
static isize round_of(struct life *f, const struct import_line *l)
{
    for (isize i = 0; i < f->rounds.n; i++)
        if (str_eq(f->rounds.at[i].number, l->cell[C_SCREENING])) return i;
    *PUSH(f->a, &f->rounds) = (struct round){.number = l->cell[C_SCREENING], .event = -1};
    return f->rounds.n - 1;
}

static int read_criteria(struct life *f, struct err *e)
{
    struct import_lines all;
    TRY(import_lines_of(&f->u->m->rows, f->u->at, TIDY_criteria, &all, f->a, e));
    for (isize i = 0; i < all.n; i++) {
        isize round = round_of(f, &all.at[i]);
        bool twice = false;
        for (isize j = 0; j < f->answers.n; j++)
            twice |= f->answers.at[j].round == round &&
                     str_eq(f->answers.at[j].is.criterion, all.at[i].cell[C_CRITERION]);
        struct answered *x = PUSH(f->a, &f->answers);
        *x = (struct answered){.l = &all.at[i], .round = round};
        int code = twice ? import_no(TIDY_criteria, x->l, C_CRITERION, e,
                                     "this stands twice in one screening; take one away")
                         : read_answer(f, x->l, x, e);
        struct round *r = &f->rounds.at[round];
        if (code == OK && !r->day) r->day = x->day;
        if (code == OK && x->day != r->day)
            code = import_no(TIDY_criteria, x->l, C_DAY, e,
                             "the answers of one screening are of one day");
        TRY(hear(f, &x->s, x->l, code, e));
    }
    return OK;
}

static int effect_read(const struct import_line *l, enum participant_data *out,
                       struct err *e)
{
    for (int k = DATA_KEEP; k <= DATA_ERASE; k++) {
        *out = (enum participant_data)k;
        if (str_is(l->cell[K_EFFECT], participant_data_word(*out))) return OK;
    }
    return import_no(TIDY_consents, l, K_EFFECT, e,
                     "say what becomes of what is there: keep, stop or erase");
}

static int read_consent(struct life *f, const struct import_line *l, struct agreed *k,
                        struct err *e)
{
    const struct study_consent *c = study_consent(study_of(f), l->cell[K_PURPOSE]);
    k->in = (struct consent_given){.purpose = l->cell[K_PURPOSE],
                                   .version = l->cell[K_VERSION]};
    if (!c || c->table != study_of(f)->participants.table)
        return import_no(TIDY_consents, l, K_PURPOSE, e,
                         "the study asks no consent for this");
    if (!k->in.version.n) k->in.version = c->version;
    TRY(import_at(TIDY_consents, l, K_HOW,
                  consent_how_read(l->cell[K_HOW], &k->in.how, e), e));
    TRY(import_at(TIDY_consents, l, K_GIVER,
                  consent_giver_read(l->cell[K_GIVER], &k->in.giver, e), e));
    TRY(import_staff(f->u, TIDY_consents, l, K_WITNESS, &k->in.witness, e));
    TRY(import_day(TIDY_consents, l, K_DAY, &k->in.day, e));
    k->withdrawn = l->cell[K_WITHDRAWN].n > 0;
    if (!k->withdrawn) return OK;
    TRY(import_day(TIDY_consents, l, K_WITHDRAWN, &k->withdrawn_day, e));
    return effect_read(l, &k->effect, e);
}

static int read_consents(struct life *f, struct err *e)
{
    struct import_lines all;
    TRY(import_lines_of(&f->u->m->rows, f->u->at, TIDY_consents, &all, f->a, e));
    for (isize i = 0; i < all.n; i++) {
        struct agreed *k = PUSH(f->a, &f->consents);
        *k = (struct agreed){.l = &all.at[i], .before = -1};
        bool twice = false;
        for (isize j = 0; j < i; j++) {
            if (!str_eq(all.at[j].cell[K_PURPOSE], k->l->cell[K_PURPOSE])) continue;
            /* A newer version beside one that holds is no new beginning. */
            if (f->consents.at[j].withdrawn) k->before = j;
            twice |= same_line(&all.at[j], k->l, K_WITHDRAWN);
        }
        int code = twice ? import_no(TIDY_consents, k->l, K_PURPOSE, e,
                                     "this stands twice in the files; take one away")
                         : read_consent(f, k->l, k, e);
        TRY(hear(f, &k->s, k->l, code, e));
    }
    return OK;
}

/* --- what stands already ------------------------------------------------------------ */

static bool same_event(const struct event *v, const struct participant_happened *h)
{
    return v->kind == h->kind && v->day == h->day &&
           (!v->reason.n || str_eq(v->reason, h->reason)) &&
           (!v->site || v->site == h->site) &&
           (!v->clinician || v->clinician == h->clinician);
}

static int match_events(struct life *f, struct str roles, struct err *e)
{
    struct act *act = f->u->act;
    struct participant_events all;
    isize next = 0;
    TRY(participant_events(act->db, &act->who, roles, f->u->id, INSTANT_NOW, &all, f->a,
                           e));
    for (isize i = 0; i < f->events.n; i++) {
        struct event *v = &f->events.at[i];
        for (isize k = next; k < all.n && !v->there && v->s.code == OK; k++) {
            if (all.at[k].gone || !same_event(v, &all.at[k])) continue;
            v->there = true;
            next = k + 1;
        }
        if (v->there) v->s.verdict = IMPORT_SAME;
    }
    return OK;
}

static int match_criteria(struct life *f, struct err *e)
{
    struct db *db = f->u->act->db;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_criterion_ever, ARGS(I(f->u->id)), e));
    while (db_next(&r)) {
        struct arena tmp = *f->a;
        struct str id = db_str(&r, 0, &tmp), met = db_str(&r, 1, &tmp);
        for (isize i = 0; i < f->answers.n; i++) {
            struct answered *x = &f->answers.at[i];
            if (x->there || x->s.code != OK || !str_eq(x->is.criterion, id) ||
                !str_is(met, criterion_word(x->is.met)) || x->day != (day)db_i64(&r, 2))
                continue;
            x->there = true;
            x->s.verdict = IMPORT_SAME;
            break;
        }
    }
    return db_end(&r, e);
}

static int match_consents(struct life *f, struct err *e)
{
    struct consents all;
    TRY(consent_rows(f->u->act->db, f->u->id, INSTANT_NOW, &all, f->a, e));
    bool *used = NEW(f->a, bool, all.n);
    for (isize i = 0; i < f->consents.n; i++) {
        struct agreed *k = &f->consents.at[i];
        for (isize j = 0; j < all.n && !k->there && k->s.code == OK; j++) {
            const struct consent *c = &all.at[j];
            if (used[j] || !str_eq(c->purpose, k->in.purpose) ||
                !str_eq(c->version, k->in.version) || c->how != k->in.how ||
                c->giver != k->in.giver || c->day != k->in.day)
                continue;
            used[j] = k->there = k->given = true;
            k->id = c->id;
            k->withdrawn_there = c->withdrawn;
            k->s.verdict = k->withdrawn && !c->withdrawn ? IMPORT_NEW : IMPORT_SAME;
            if (k->withdrawn && c->withdrawn &&
                (c->withdrawn_day != k->withdrawn_day || c->effect != k->effect)) {
                int code = import_no(TIDY_consents, k->l, K_WITHDRAWN, e,
                                     "it was withdrawn in another way; put that right on "
                                     "its page");
                TRY(hear(f, &k->s, k->l, code, e));
            }
        }
    }
    return OK;
}

/* --- what belongs together ---------------------------------------------------------- */

static bool required(const struct life *f, const struct agreed *k)
{
    const struct study_consent *c = study_consent(study_of(f), k->in.purpose);
    return c && c->required;
}

static void pair(struct life *f)
{
    isize round = f->rounds.n - 1;
    for (isize i = f->events.n - 1; i >= 0 && round >= 0; i--)
        if (is_screening(f->events.at[i].kind)) {
            f->events.at[i].round = round;
            f->rounds.at[round--].event = i;
        }
    for (isize i = 0; i < f->events.n; i++) {
        struct event *v = &f->events.at[i];
        isize best = -1;
        bool ends = v->kind == EV_DROPPED_OUT || v->kind == EV_DECLINED;
        bool says = str_is(v->reason, "consent-withdrawn") ||
                    (!v->reason.n && !study_reason(study_of(f), S("consent-withdrawn")));
        for (isize k = 0; k < f->consents.n && ends && says; k++) {
            const struct agreed *c = &f->consents.at[k];
            if (c->withdrawn && !c->paired && required(f, c) &&
                c->withdrawn_day <= v->day &&
                (best < 0 || c->withdrawn_day < f->consents.at[best].withdrawn_day))
                best = k;
        }
        if (best < 0) continue;
        v->leaves = best;
        f->consents.at[best].paired = true;
    }
}

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
    if (!v->site)
        return import_no(TIDY_events, v->l, E_SITE, e, "where the referral was made");
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
        code = err_set(e, E_RECORD,
                       "column criterion: this screening stands in the store with other "
                       "answers; put them right on the participant's page");
    else if (v && in.day != v->day)
        code = import_no(TIDY_events, v->l, E_DAY_, e,
                         "criteria.csv has another day for this screening");
    else {
        tick(f);
        code = people_screen(f->u->act, &in, &to, e);
        if (code == OK && v && !str_is(v->l->cell[E_EVENT], participant_state_word(to)))
            code =
                err_set(e, E_RECORD,
                        "column event: the answers to the criteria lead to '%s'; bring "
                        "all of them in with criteria.csv, or put the event right",
                        participant_state_word(to));
    }
    for (isize i = 0; i < f->answers.n && code != OK && !v; i++)
        if (i == first) return hear(f, &f->answers.at[i].s, f->answers.at[i].l, code, e);
    return v ? hear(f, &v->s, v->l, code, e) : OK;
}

static int give(struct life *f, struct agreed *k, struct err *e)
{
    if (k->given || k->s.code != OK) return OK;
    k->given = true;
    k->in.participant = f->u->id;
    tick(f);
    return hear(f, &k->s, k->l,
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
        TRY(hear(f, &k->s, k->l,
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
            if (same_event(v, &all.at[i])) return OK;
            break;
        }
    return hear(
        f, &v->s, v->l,
        err_set(e, E_RECORD,
                "column event: the withdrawal of the consent leads to another event "
                "or day here; take this row away, it follows by itself"),
        e);
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
                   ? err_set(e, E_NOT_FOUND,
                             "column code: no participant of this code; refer and enrol "
                             "them, or begin with the event 'referred'")
                   : people_happen(f->u->act, &in, &id, e);
    if (code == OK && f->u->id && v->kind == EV_TRANSFERRED) f->u->site = v->site;
    return hear(f, &v->s, v->l, import_at(TIDY_events, v->l, E_EVENT, code, e), e);
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
        if (required(f, k) && !k->withdrawn_there && k->s.code == OK)
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
        } else if (is_screening(v->kind) && v->s.code == OK && f->u->id)
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
        (void)err_set(e, code, "%s", s->why);
    else if (!acted)
        code =
            err_set(e, E_NOT_FOUND,
                    "column code: no participant of this code; refer and enrol them, or "
                    "bring in events.csv");
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
    TRY(read_events(&f, e));
    TRY(read_criteria(&f, e));
    TRY(read_consents(&f, e));
    if (u->id) {
        TRY(match_events(&f, act_roles(u->act, MAY_SEE_PARTICIPANTS), e));
        TRY(match_criteria(&f, e));
        TRY(match_consents(&f, e));
    }
    pair(&f);
    TRY(live(&f, e));
    TRY(tell_all(&f, e));
    return import_subject_rows(u, e);
}
