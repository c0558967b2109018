/* What the rows of one participant say happened: read, matched with what stands in the store, and
** screenings and withdrawals put together with the events they brought about. */
#include "app/import_life.h"
#include "store/statements.h"

static const struct study *study_of(const struct life *f)
{
    return f->u->m->p.study;
}

int life_hear(struct life *f, struct said *s, const struct import_line *l, int code,
              struct err *e)
{
    if (code != OK && !import_of_row(code)) return code;
    if (code == OK || s->code != OK) return OK;
    s->code = code;
    struct err *why = NEW(f->a, struct err, 1);
    *why = *e;
    s->why = why;
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
        return import_no_site(f->u->m, TIDY_events, l, E_SITE, e);
    return import_staff(f->u, TIDY_events, l, E_CLINICIAN, &v->clinician, e);
}

bool life_screening(enum participant_event k)
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
                       ? import_no(TIDY_events, v->l, E_EVENT, e, "IMPORT_TWICE")
                       : read_event(f, v->l, v, e);
        TRY(life_hear(f, &v->s, v->l, code, e));
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
        return import_no(TIDY_criteria, l, C_CRITERION, e, "IMPORT_NO_CRITERION");
    while (k < MET_N && !str_is(l->cell[C_MET], criterion_word((enum criterion_met)k)))
        k++;
    if (k == MET_N) return import_no(TIDY_criteria, l, C_MET, e, "IMPORT_MET");
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
                                     "IMPORT_SCREENING_TWICE")
                         : read_answer(f, x->l, x, e);
        struct round *r = &f->rounds.at[round];
        if (code == OK && !r->day) r->day = x->day;
        if (code == OK && x->day != r->day)
            code = import_no(TIDY_criteria, x->l, C_DAY, e, "IMPORT_CRITERIA_DAY");
        TRY(life_hear(f, &x->s, x->l, code, e));
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
    return import_no(TIDY_consents, l, K_EFFECT, e, "IMPORT_EFFECT");
}

static int no_consent(const struct life *f, const struct import_line *l, struct err *e)
{
    const struct study *s = study_of(f);
    char room[1024];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str id[16];
    isize n = 0;
    for (isize i = 0; i < s->consents.n && n < COUNT(id); i++)
        if (s->consents.at[i].table == s->participants.table)
            id[n++] = s->consents.at[i].id;
    struct str all = import_listed(id, n, &tmp);
    return import_at(TIDY_consents, l, K_PURPOSE,
                     err_say_of(e, E_RECORD, "IMPORT_NO_CONSENT", SAID(SAY_CODE(all))),
                     e);
}

static int read_consent(struct life *f, const struct import_line *l, struct agreed *k,
                        struct err *e)
{
    const struct study_consent *c = study_consent(study_of(f), l->cell[K_PURPOSE]);
    k->in = (struct consent_given){.purpose = l->cell[K_PURPOSE],
                                   .version = l->cell[K_VERSION]};
    if (!c || c->table != study_of(f)->participants.table) return no_consent(f, l, e);
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
        int code = twice ? import_no(TIDY_consents, k->l, K_PURPOSE, e, "IMPORT_TWICE")
                         : read_consent(f, k->l, k, e);
        TRY(life_hear(f, &k->s, k->l, code, e));
    }
    return OK;
}

/* --- what stands already ------------------------------------------------------------ */

bool life_same_event(const struct event *v, const struct participant_happened *h)
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
            if (all.at[k].gone || !life_same_event(v, &all.at[k])) continue;
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
                int code =
                    import_no(TIDY_consents, k->l, K_WITHDRAWN, e, "IMPORT_WITHDRAWN");
                TRY(life_hear(f, &k->s, k->l, code, e));
            }
        }
    }
    return OK;
}

/* --- what belongs together ---------------------------------------------------------- */

bool life_required(const struct life *f, const struct agreed *k)
{
    const struct study_consent *c = study_consent(study_of(f), k->in.purpose);
    return c && c->required;
}

static void pair(struct life *f)
{
    isize round = f->rounds.n - 1;
    for (isize i = f->events.n - 1; i >= 0 && round >= 0; i--)
        if (life_screening(f->events.at[i].kind)) {
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
            if (c->withdrawn && !c->paired && life_required(f, c) &&
                c->withdrawn_day <= v->day &&
                (best < 0 || c->withdrawn_day < f->consents.at[best].withdrawn_day))
                best = k;
        }
        if (best < 0) continue;
        v->leaves = best;
        f->consents.at[best].paired = true;
    }
}

int life_read(struct life *f, struct err *e)
{
    TRY(read_events(f, e));
    TRY(read_criteria(f, e));
    TRY(read_consents(f, e));
    if (f->u->id) {
        TRY(match_events(f, act_roles(f->u->act, MAY_SEE_PARTICIPANTS), e));
        TRY(match_criteria(f, e));
        TRY(match_consents(f, e));
    }
    pair(f);
    return OK;
}
