#include "app/people.h"
#include "app/kits.h"
#include "app/people_parts.h"
#include "store/statements.h"
#include "store/subject_parts.h"

/* --- common ground ------------------------------------------------------------ */

int people_study_in(struct db *db, const struct act *act, i64 study,
                    const struct study **out, struct arena *a, struct err *e)
{
    struct studies_row row;
    struct study *s = NULL;
    TRY(studies_get(db, study, &row, a, e));
    for (isize i = 0; act->known && i < act->known->n; i++)
        if (act->known->at[i].definition == row.definition) {
            *out = act->known->at[i].study;
            return OK;
        }
    if (act->kits && !act->inside) { /* what a change sees may yet be undone */
        const struct kits_study *k;
        TRY(kits_get(act->kits, db, study, &k, e));
        *out = k->kit.s;
        return OK;
    }
    TRY(definition_study(db, row.definition, &s, a, e));
    *out = s;
    return OK;
}

int people_study(struct act *act, i64 study, const struct study **out, struct err *e)
{
    return people_study_in(act->db, act, study, out, act->a, e);
}

int people_reach(const struct act *act, struct db *db, enum right r, i64 subject,
                 struct participant *out, struct arena *a, struct err *e)
{
    struct studies_row study;
    TRY(participant_row(db, subject, out, a, e));
    TRY(studies_get(db, out->study, &study, a, e));
    int code = act_may_in(act, r, out->site, study.name, e);
    if (code == OK) return OK;
    if (act_may_in(act, MAY_SEE_PARTICIPANTS, out->site, study.name, NULL) == OK)
        return code;
    *out = (struct participant){0};
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_PARTICIPANT");
}

int people_day(const struct act *act, day d, struct err *e)
{
    if (d <= act->today) return OK;
    return err_say_of(e, E_RECORD, "REFUSED_DAY_TO_COME", SAID(SAY_DAY(d)));
}

static struct db_arg id_or_null(i64 id)
{
    return id ? I(id) : NIL;
}

static struct db_arg text_or_null(struct str s)
{
    return s.n ? T(s) : NIL;
}

/* --- events -------------------------------------------------------------------- */

#define ENROLLED(f) people_hook f;
#define LEFT(f)     people_hook f;
#define MOVED(f)    people_hook f;
#include "app/people_hooks.def"
#define ENROLLED(f) f,
static people_hook *const when_enrolled[] = {
#include "app/people_hooks.def"
    NULL};
#define LEFT(f) f,
static people_hook *const when_left[] = {
#include "app/people_hooks.def"
    NULL};
#define MOVED(f) f,
static people_hook *const when_moved[] = {
#include "app/people_hooks.def"
    NULL};

int people_settle(struct db *db, const struct act *act, const struct participant *was,
                  enum participant_data data, day on, struct arena tmp, struct err *e)
{
    struct participant_fold f;
    TRY(participant_settle(db, was->subject, data, &f, tmp, e));
    bool came = f.state == IN_ENROLLED && was->state != IN_ENROLLED && data == DATA_OPEN;
    bool left = (f.state != IN_ENROLLED && was->state == IN_ENROLLED) ||
                (data != DATA_OPEN && was->data == DATA_OPEN);
    struct act inner = *act; /* its room begins behind what is held here */
    inner.a = &tmp;
    for (people_hook *const *h = when_enrolled; came && *h; h++)
        TRY((*h)(db, &inner, was->subject, on, e));
    for (people_hook *const *h = when_left; left && *h; h++)
        TRY((*h)(db, &inner, was->subject, on, e));
    for (people_hook *const *h = when_moved; f.site != was->site && *h; h++)
        TRY((*h)(db, &inner, was->subject, on, e));
    return OK;
}

int people_event_put(struct db *db, const struct act *act, const struct participant *p,
                     const struct people_event *in, i64 *id, struct arena tmp,
                     struct err *e)
{
    struct participant_fold f;
    enum participant_state to = IN_NOBODY;
    TRY(people_day(act, in->day, e));
    TRY(participant_fold(db, p->subject, INSTANT_NOW, &f, tmp, e));
    TRY(participant_step(f.state, in->kind, &to, e));
    if (f.state != IN_NOBODY && in->day < f.last)
        return err_say_of(e, E_RECORD, "REFUSED_DAY_BEFORE_LAST", SAID(SAY_DAY(f.last)));
    TRY(db_one(db, id, SQL_participant_event_add,
               ARGS(I(p->subject), T(str_of(participant_event_word(in->kind))),
                    I(in->day), I(act->now), id_or_null(act->who.staff),
                    text_or_null(in->reason), text_or_null(in->note),
                    id_or_null(in->site), id_or_null(in->clinician)),
               e));
    return people_settle(db, act, p, p->data, in->day, tmp, e);
}

/* {"day": ..., "event": ..., "reason": ...}: no free text. */
static struct str json_event(const struct people_event *v, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    if (v->clinician) json_put_int(&w, "clinician", v->clinician);
    json_put_str(&w, "day", day_text(v->day, a));
    json_put_str(&w, "event", str_of(participant_event_word(v->kind)));
    if (v->reason.n) json_put_str(&w, "reason", v->reason);
    if (v->site) json_put_int(&w, "site", v->site);
    json_close(&w, '}');
    return buf_str(&b);
}

static int check_site(struct db *db, i64 study, i64 site, struct str *code,
                      struct arena *a, struct err *e)
{
    struct studies_sites all;
    TRY(studies_sites_of(db, study, &all, a, e));
    for (isize i = 0; i < all.n; i++)
        if (all.at[i].site == site) {
            *code = all.at[i].code;
            return OK;
        }
    return err_say(e, E_RECORD, "REFUSED_SITE_NOT_IN");
}

static int check_staff(struct db *db, i64 staff, struct arena tmp, struct err *e)
{
    struct staff s;
    if (!staff) return OK;
    TRY(staff_get(db, staff, &s, &tmp, e));
    return s.active ? OK
                    : err_say_of(e, E_RECORD, "REFUSED_STAFF_GONE", SAID(SAY_INT(staff)));
}

/* --- referral ------------------------------------------------------------------ */

int people_code(struct str code, struct err *e)
{
    enum { MOST = 40 };
    bool fine = code.n > 0 && code.n <= MOST;
    for (isize i = 0; fine && i < code.n; i++) {
        char c = code.at[i];
        fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9') || str_find(S("._/-"), c) >= 0;
    }
    return fine ? OK
                : err_say_of(e, E_RECORD, "REFUSED_CODE_LETTERS", SAID(SAY_INT(MOST)));
}

/* "P{nn}" and 7: "P07". */
static struct str fill(struct str pattern, struct str site, i64 n, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    while (pattern.n) {
        isize end = pattern.at[0] == '{' ? str_find(pattern, '}') : 0;
        if (end == 0) {
            buf_putc(&b, pattern.at[0]);
        } else if (pattern.at[1] == 's') {
            buf_put(&b, site);
        } else if (n > 0) {
            buf_fmt(&b, "%0*" PRId64, (int)end - 1, n);
        } else {
            buf_put(&b, str_upto(pattern, end + 1));
        }
        pattern = str_from(pattern, end + 1);
    }
    return buf_str(&b);
}

static int next_code(struct db *db, const struct study *s, i64 study, struct str site,
                     struct str *out, struct arena *a, struct err *e)
{
    struct str pattern = s->participants.code,
               kind = s->tables.at[s->participants.table].id;
    if (pattern.n == 0) return err_say(e, E_RECORD, "REFUSED_CODE_NEEDED");
    struct str stem = fill(pattern, site, 0, a);
    for (i64 taken = 1; taken > 0;) {
        i64 n = 0;
        TRY(db_one(db, &n, SQL_code_next, ARGS(I(study), T(stem)), e));
        *out = fill(pattern, site, n, a);
        TRY(db_one(db, &taken, SQL_subject_there, ARGS(I(study), T(kind), T(*out)), e));
    }
    return OK;
}

/* A code that somebody typed.  One that is used is refused in the same words wherever its holder
** is; where the study's pattern has the site in it, codes of other sites are refused unseen, but
** for who brings records in, so nobody can try which of them there are. */
static int typed_code(struct db *db, const struct act *act, const struct study *s,
                      struct str study_name, const struct referral *in, struct str site,
                      struct arena tmp, struct err *e)
{
    struct str pattern = s->participants.code,
               kind = s->tables.at[s->participants.table].id;
    isize number = str_find_str(pattern, S("{n")),
          place = str_find_str(pattern, S("{site}"));
    i64 taken = 0;
    TRY(people_code(in->code, e));
    bool foreign = place >= 0 && place < number &&
                   act_may_in(act, MAY_IMPORT, in->site, study_name, NULL) != OK &&
                   !str_starts(in->code, fill(str_upto(pattern, number), site, 0, &tmp));
    if (!foreign)
        TRY(db_one(db, &taken, SQL_subject_there,
                   ARGS(I(in->study), T(kind), T(in->code)), e));
    if (!foreign && taken == 0) return OK;
    return err_say(e, E_CONSTRAINT, "REFUSED_CODE_USED");
}

struct refer_change {
    struct people_change c;
    const struct key *k;
    const struct referral *in;
    struct str study; /* its name */
};

static int refer(struct db *db, void *arg, struct err *e)
{
    struct refer_change *c = arg;
    const struct act *act = c->c.act;
    const struct study *s = c->c.s;
    const struct referral *in = c->in;
    struct arena tmp = act_room(act);
    struct str site = {0}, code = in->code, kind = s->tables.at[s->participants.table].id;
    struct participant p = {.study = in->study, .site = in->site};
    i64 event = 0;
    TRY(check_site(db, in->study, in->site, &site, &tmp, e));
    TRY(check_staff(db, in->clinician, tmp, e));
    if (code.n == 0)
        TRY(next_code(db, s, in->study, site, &code, &tmp, e));
    else
        TRY(typed_code(db, act, s, c->study, in, site, tmp, e));
    TRY(db_one(db, &p.subject, SQL_subject_add,
               ARGS(I(in->study), T(kind), T(code), I(0), I(in->site), NIL, I(act->now)),
               e));
    TRY(db_run(db, SQL_participant_add,
               ARGS(I(p.subject), I(in->study), I(in->site), T(code), I(in->day)), e));
    TRY(participant_count(db, in->study, in->site, IN_REFERRED, 1, e));
    TRY(participant_row(db, p.subject, &p, &tmp, e));
    struct people_event v = {.kind = EV_REFERRED,
                             .day = in->day,
                             .note = in->note,
                             .site = in->site,
                             .clinician = in->clinician};
    TRY(people_event_put(db, act, &p, &v, &event, tmp, e));
    struct identity_act by = {act->who.staff, instant_text(act->now, &tmp)};
    for (int f = 0; f < ID_N; f++)
        if (in->who.at[f].n)
            TRY(identity_put(db, c->k, p.subject, (enum identity_field)f, in->who.at[f],
                             &by, tmp, e));
    c->c.subject = p.subject;
    for (isize i = 0; i < code.n; i++) c->c.code[i] = code.at[i];
    c->c.code[code.n] = 0;
    return act_note(act, db, "participant.refer", "participant", p.subject,
                    (struct str){0}, json_event(&v, &tmp), tmp, e);
}

int people_refer(struct act *act, const struct key *k, const struct referral *in,
                 struct referred *out, struct err *e)
{
    struct refer_change c = {.c = {.act = act}, .k = k, .in = in};
    struct studies_row study;
    bool named = false;
    *out = (struct referred){0};
    TRY(studies_get(act->db, in->study, &study, act->a, e));
    TRY(act_may_in(act, MAY_ENROL, in->site, study.name, e));
    TRY(people_study(act, in->study, &c.c.s, e));
    if (c.c.s->participants.table < 0)
        return err_say(e, E_CONSTRAINT, "REFUSED_NO_REFERRALS");
    TRY(people_day(act, in->day, e));
    TRY(act_text(in->note, "REFUSED_A_NOTE", e));
    for (int f = 0; f < ID_N; f++) {
        struct str normal = {0};
        if (in->who.at[f].n == 0) continue;
        named = true;
        TRY(act_text(in->who.at[f], identity_field_text((enum identity_field)f), e));
        TRY(identity_normal((enum identity_field)f, in->who.at[f], &normal, act->a, e));
    }
    if (named && !k) return err_say(e, E_KEY, "REFUSED_NO_KEY");
    if (!in->twin_seen && in->who.at[ID_name].n && in->who.at[ID_birth].n) {
        struct people_twins twins;
        TRY(people_twins(act, k, in->who.at[ID_name], in->who.at[ID_birth], &twins, e));
        if (twins.here.n || twins.elsewhere)
            return err_say(e, E_CONSTRAINT, "REFUSED_NAME_TWICE");
    }
    c.study = study.name;
    TRY(act_change(act, refer, &c, e));
    out->subject = c.c.subject;
    for (isize i = 0; i < COUNT(out->code); i++) out->code[i] = c.c.code[i];
    return OK;
}

/* --- screening ------------------------------------------------------------------ */

/* Of all answers that hold: one that decides against makes ineligible, all in favour
** eligible. */
static enum participant_event judge(const struct study *s,
                                    const struct criterion_answers *all)
{
    bool known = true;
    for (isize i = 0; i < s->criteria.n; i++) {
        const struct study_criterion *c = &s->criteria.at[i];
        enum criterion_met met = MET_NOT_KNOWN;
        if (c->table != s->participants.table) continue;
        for (isize k = 0; k < all->n; k++)
            if (str_eq(all->at[k].criterion, c->id)) met = all->at[k].met;
        if (met == (c->exclude ? MET : MET_NOT)) return EV_INELIGIBLE;
        known = known && met != MET_NOT_KNOWN;
    }
    return known ? EV_ELIGIBLE : EV_SCREENING;
}

static struct str json_screening(const struct screening *in, enum participant_event k,
                                 struct arena *a)
{
    struct buf b = buf_in(a, 400);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_open(&w, "criteria", '{');
    for (isize i = 0; i < in->n; i++)
        json_put_str(&w, str_c(in->answer[i].criterion, a),
                     str_of(criterion_word(in->answer[i].met)));
    json_close(&w, '}');
    json_put_str(&w, "day", day_text(in->day, a));
    json_put_str(&w, "event", str_of(participant_event_word(k)));
    json_close(&w, '}');
    return buf_str(&b);
}

static int screen(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    const struct screening *in = c->in;
    struct arena tmp = act_room(c->act);
    struct participant p;
    struct criterion_answers all;
    TRY(people_reach(c->act, db, MAY_ENROL, c->subject, &p, &tmp, e));
    for (isize i = 0; i < in->n; i++) {
        const struct screening_answer *q = &in->answer[i];
        TRY(db_run(db, SQL_criterion_end,
                   ARGS(I(p.subject), T(q->criterion), I(c->act->now)), e));
        TRY(db_run(db, SQL_criterion_add,
                   ARGS(I(p.subject), T(q->criterion), T(str_of(criterion_word(q->met))),
                        text_or_null(q->reason), I(in->day), I(c->act->now),
                        id_or_null(c->act->who.staff)),
                   e));
    }
    TRY(criterion_rows(db, p.subject, INSTANT_NOW, &all, &tmp, e));
    struct people_event v = {.kind = judge(c->s, &all), .day = in->day, .note = in->note};
    TRY(people_event_put(db, c->act, &p, &v, &c->id, tmp, e));
    TRY(participant_step(p.state, v.kind, &c->state, e));
    return act_note(c->act, db, "participant.screen", "participant", p.subject,
                    (struct str){0}, json_screening(in, v.kind, &tmp), tmp, e);
}

int people_screen(struct act *act, const struct screening *in,
                  enum participant_state *out, struct err *e)
{
    struct people_change c = {.act = act, .in = in, .subject = in->subject};
    struct participant p;
    TRY(people_reach(act, act->db, MAY_ENROL, in->subject, &p, act->a, e));
    TRY(people_study(act, p.study, &c.s, e));
    TRY(people_day(act, in->day, e));
    TRY(act_text(in->note, "REFUSED_A_NOTE", e));
    for (isize i = 0; i < in->n; i++) {
        const struct study_criterion *k = study_criterion(c.s, in->answer[i].criterion);
        if (!k || k->table != c.s->participants.table)
            return err_say_of(e, E_RECORD, "REFUSED_NO_CRITERION",
                              SAID(SAY_CODE(str_brief(in->answer[i].criterion, 60))));
        TRY(act_text(in->answer[i].reason, "REFUSED_A_REASON", e));
    }
    TRY(act_change(act, screen, &c, e));
    *out = c.state;
    return OK;
}

/* --- what else happens ----------------------------------------------------------- */

/* Enrolling needs eligibility (the steps say so) and each consent that the study requires. */
static int check_enrolment(struct db *db, const struct study *s,
                           const struct participant *p, struct arena tmp, struct err *e)
{
    struct criterion_answers all;
    struct buf b = buf_in(&tmp, 120), w = buf_in(&tmp, 120);
    TRY(criterion_rows(db, p->subject, INSTANT_NOW, &all, &tmp, e));
    for (isize i = 0; i < s->criteria.n; i++) {
        const struct study_criterion *c = &s->criteria.at[i];
        enum criterion_met met = MET_NOT_KNOWN;
        if (c->table != s->participants.table) continue;
        for (isize k = 0; k < all.n; k++)
            if (str_eq(all.at[k].criterion, c->id)) met = all.at[k].met;
        if (met != (c->exclude ? MET_NOT : MET))
            buf_fmt(&b, "%s%.*s", b.n ? ", " : "", FMT(c->id));
    }
    for (isize i = 0; i < s->consents.n; i++) {
        const struct study_consent *k = &s->consents.at[i];
        i64 n = 0;
        if (k->table != s->participants.table || !k->required) continue;
        TRY(db_one(db, &n, SQL_consent_holds, ARGS(I(p->subject), T(k->id)), e));
        if (n == 0) buf_fmt(&w, "%s%.*s", w.n ? ", " : "", FMT(k->id));
    }
    if (b.n == 0 && w.n == 0) return OK;
    const char *key = !w.n   ? "REFUSED_ENROL_CRITERIA"
                      : !b.n ? "REFUSED_ENROL_CONSENTS"
                             : "REFUSED_ENROL_BOTH";
    struct str unmet = buf_str(&b), unasked = buf_str(&w);
    return err_say_of(e, E_CONSTRAINT, key, SAID(SAY_CODE(unmet), SAY_CODE(unasked)));
}

static int happen(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    const struct happening *in = c->in;
    struct arena tmp = act_room(c->act);
    struct participant p;
    struct str code = {0};
    TRY(people_reach(c->act, db, MAY_ENROL, c->subject, &p, &tmp, e));
    if (in->kind == EV_ENROLLED) TRY(check_enrolment(db, c->s, &p, tmp, e));
    if (in->kind == EV_RETURNED && p.data != DATA_OPEN)
        return err_say(e, E_CONSTRAINT, "REFUSED_RETURN_CONSENT");
    if (in->kind == EV_TRANSFERRED) {
        TRY(check_site(db, p.study, in->site, &code, &tmp, e));
        if (in->site == p.site) return err_say(e, E_RECORD, "REFUSED_SITE_SAME");
    }
    TRY(check_staff(db, in->clinician, tmp, e));
    bool listed = c->s->reasons.n > 0;
    struct people_event v = {.kind = in->kind,
                             .day = in->day,
                             .reason = listed ? in->reason : (struct str){0},
                             .note = listed || !in->reason.n ? in->note : in->reason,
                             .site = in->kind == EV_TRANSFERRED ? in->site : 0,
                             .clinician = in->clinician};
    TRY(people_event_put(db, c->act, &p, &v, &c->id, tmp, e));
    return act_note(c->act, db, "participant.event", "participant", p.subject,
                    (struct str){0}, json_event(&v, &tmp), tmp, e);
}

static int check_reason(const struct study *s, const struct happening *in, struct err *e)
{
    bool needed = in->kind == EV_DECLINED || in->kind == EV_NOT_STARTED ||
                  in->kind == EV_DROPPED_OUT;
    TRY(act_text(in->reason, "REFUSED_A_REASON", e));
    if (s->reasons.n == 0) {
        if (in->reason.n && in->note.n)
            return err_say(e, E_RECORD, "REFUSED_REASON_TEXT");
        return OK;
    }
    if (in->reason.n == 0 && !needed) return OK;
    if (study_reason(s, in->reason)) return OK;
    char text[300];
    struct str known[40];
    isize n = MIN(s->reasons.n, COUNT(known));
    for (isize i = 0; i < n; i++) known[i] = s->reasons.at[i].id;
    return err_say_of(
        e, E_RECORD, "REFUSED_REASON_OF",
        SAID(SAY_CODE(str_listing(known, n, s->reasons.n, text, COUNT(text)))));
}

int people_happen(struct act *act, const struct happening *in, i64 *event, struct err *e)
{
    static const bool by_hand[EV_N] = {
        [EV_DECLINED] = true,    [EV_ENROLLED] = true,    [EV_NOT_STARTED] = true,
        [EV_DROPPED_OUT] = true, [EV_COMPLETED] = true,   [EV_DIED] = true,
        [EV_RETURNED] = true,    [EV_TRANSFERRED] = true, [EV_CLINICIAN] = true,
    };
    struct people_change c = {.act = act, .in = in, .subject = in->subject};
    struct participant p;
    TRY(people_reach(act, act->db, MAY_ENROL, in->subject, &p, act->a, e));
    TRY(people_study(act, p.study, &c.s, e));
    if (in->kind < 0 || in->kind >= EV_N || !by_hand[in->kind])
        return err_say(e, E_RECORD, "REFUSED_EVENT_NOT_ALONE");
    if (in->kind == EV_CLINICIAN && !in->clinician)
        return err_say(e, E_RECORD, "REFUSED_CLINICIAN_NEEDED");
    TRY(act_text(in->note, "REFUSED_A_NOTE", e));
    TRY(check_reason(c.s, in, e));
    TRY(act_change(act, happen, &c, e));
    if (event) *event = c.id;
    return OK;
}

static int take_back(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    struct arena tmp = act_room(c->act);
    struct participant p;
    i64 of = 0, gone = 0;
    day when = 0;
    enum participant_event event;
    struct str kind = {0}, reason = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_participant_event_get, ARGS(I(c->id)), e));
    bool found = db_next(&r);
    if (found) {
        of = db_i64(&r, 0);
        kind = db_str(&r, 1, &tmp);
        when = (day)db_i64(&r, 2);
        gone = db_i64(&r, 3);
        reason = db_str(&r, 4, &tmp);
    }
    TRY(db_end(&r, e));
    if (!found) return err_say(e, E_NOT_FOUND, "REFUSED_NO_EVENT");
    TRY(people_reach(c->act, db, MAY_ENROL, of, &p, &tmp, e));
    if (gone) return err_say(e, E_CONSTRAINT, "REFUSED_EVENT_BACK_TWICE");
    TRY(participant_event_read(kind, &event, e));
    if (event == EV_REFERRED || event == EV_ERASED)
        return err_say_of(e, E_CONSTRAINT, "REFUSED_EVENT_STAYS",
                          SAID(SAY_TEXT(participant_event_text(event))));
    if (str_eq(reason, PEOPLE_WITHDREW) && p.data != DATA_OPEN)
        return err_say(e, E_CONSTRAINT, "REFUSED_EVENT_OF_CONSENT");
    TRY(db_run(
        db, SQL_participant_event_end,
        ARGS(I(c->id), I(c->act->now), id_or_null(c->act->who.staff), T(c->act->why)),
        e));
    struct err why = {0};
    int code = people_settle(db, c->act, &p, p.data, when, tmp, &why);
    if (code == E_CONSTRAINT) return err_say(e, code, "REFUSED_EVENT_RESTS");
    if (code != OK) return err_pass(e, code, &why);
    struct str before = str_fmt(&tmp, "{\"event\":\"%.*s\"}", FMT(kind));
    return act_note(c->act, db, "participant.take_back", "participant", p.subject, before,
                    (struct str){0}, tmp, e);
}

int people_take_back(struct act *act, i64 event, struct err *e)
{
    struct people_change c = {.act = act, .id = event};
    if (str_trim(act->why).n == 0) return err_say(e, E_RECORD, "REFUSED_WHY_BACK");
    TRY(act_text(act->why, "REFUSED_A_REASON", e));
    return act_change(act, take_back, &c, e);
}
