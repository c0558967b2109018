#include "app/consent.h"
#include "app/people_parts.h"
#include "store/statements.h"
#include "store/subject_parts.h"

/* What the consents that the study requires leave open: of each purpose the last one counts. */
static int data_of(struct db *db, const struct study *s, const struct participant *p,
                   enum participant_data *out, struct arena tmp, struct err *e)
{
    struct consents all;
    *out = DATA_OPEN;
    if (p->data == DATA_ERASED) *out = DATA_ERASED;
    if (p->data == DATA_ERASED) return OK;
    TRY(consent_rows(db, p->subject, INSTANT_NOW, &all, &tmp, e));
    for (isize i = 0; i < s->consents.n; i++) {
        const struct study_consent *k = &s->consents.at[i];
        const struct consent *last = NULL;
        if (k->table != s->participants.table || !k->required) continue;
        for (isize j = 0; j < all.n; j++)
            if (str_eq(all.at[j].purpose, k->id)) last = &all.at[j];
        if (last && last->withdrawn) *out = MAX(*out, last->effect);
    }
    return OK;
}

static int settle(struct db *db, const struct people_change *c,
                  const struct participant *p, day on, struct arena tmp, struct err *e)
{
    enum participant_data data = DATA_OPEN;
    TRY(data_of(db, c->s, p, &data, tmp, e));
    return people_settle(db, c->act, p, data, on, tmp, e);
}

static struct str json_consent(const struct consent *k, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "day", day_text(k->withdrawn ? k->withdrawn_day : k->day, a));
    if (k->withdrawn)
        json_put_str(&w, "effect", str_of(participant_data_word(k->effect)));
    json_put_str(&w, "giver", str_of(consent_giver_word(k->giver)));
    json_put_str(&w, "how", str_of(consent_how_word(k->how)));
    json_put_str(&w, "purpose", k->purpose);
    json_put_str(&w, "version", k->version);
    if (k->witness) json_put_int(&w, "witness", k->witness);
    json_close(&w, '}');
    return buf_str(&b);
}

/* --- giving ----------------------------------------------------------------------- */

static int give(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    const struct consent_given *in = c->in;
    const struct act *act = c->act;
    struct arena tmp = act_room(act);
    struct participant p;
    struct consents all;
    struct str version =
        in->version.n ? in->version : study_consent(c->s, in->purpose)->version;
    TRY(people_reach(act, db, MAY_ENROL, c->subject, &p, &tmp, e));
    if (p.state == IN_DIED || p.state == IN_ERASED)
        return err_say_of(e, E_CONSTRAINT, "REFUSED_CONSENT_STATE",
                          SAID(SAY_TEXT(participant_state_text(p.state))));
    TRY(consent_rows(db, p.subject, INSTANT_NOW, &all, &tmp, e));
    for (isize i = 0; i < all.n; i++)
        if (str_eq(all.at[i].purpose, in->purpose) && !all.at[i].withdrawn &&
            str_eq(all.at[i].version, version))
            return err_say(e, E_CONSTRAINT, "REFUSED_CONSENT_TWICE");
    TRY(db_one(db, &c->id, SQL_consent_add,
               ARGS(I(p.subject), T(in->purpose), T(version),
                    T(str_of(consent_how_word(in->how))),
                    T(str_of(consent_giver_word(in->giver))),
                    in->witness ? I(in->witness) : NIL, I(in->day), I(act->now),
                    act->who.staff ? I(act->who.staff) : NIL),
               e));
    TRY(settle(db, c, &p, in->day, tmp, e));
    struct consent k = {.purpose = in->purpose,
                        .version = version,
                        .how = in->how,
                        .giver = in->giver,
                        .witness = in->witness,
                        .day = in->day};
    return act_note(act, db, "consent.give", "participant", p.subject, (struct str){0},
                    json_consent(&k, &tmp), tmp, e);
}

/* The version of the definition in use, or of one that the study used before. */
static int check_version(struct act *act, i64 study, const struct consent_given *in,
                         struct err *e)
{
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_study_used, ARGS(I(study)), e));
    while (db_next(&r)) {
        struct arena a = *act->a;
        struct yaml *doc = NULL;
        struct study *s = NULL;
        TRY(yaml_read(db_str(&r, 2, &a), "an earlier definition", &doc, &a, e));
        TRY(study_read(doc, &s, &a, e));
        const struct study_consent *k = study_consent(s, in->purpose);
        if (k && str_eq(k->version, in->version)) return OK;
    }
    TRY(db_end(&r, e));
    return err_say(e, E_RECORD, "REFUSED_CONSENT_VERSION");
}

int consent_give(struct act *act, const struct consent_given *in, i64 *id, struct err *e)
{
    struct people_change c = {.act = act, .in = in, .subject = in->participant};
    struct participant p;
    struct staff s;
    TRY(people_reach(act, act->db, MAY_ENROL, in->participant, &p, act->a, e));
    TRY(people_study(act, p.study, &c.s, e));
    const struct study_consent *k = study_consent(c.s, in->purpose);
    if (!k || k->table != c.s->participants.table)
        return err_say_of(e, E_RECORD, "REFUSED_CONSENT_PURPOSE",
                          SAID(SAY_CODE(str_brief(in->purpose, 60))));
    if (in->how < 0 || in->how >= HOW_N || in->giver < 0 || in->giver >= GIVER_N)
        return err_say(e, E_RECORD, "REFUSED_CONSENT_HOW");
    TRY(people_day(act, in->day, e));
    if ((in->how == HOW_ORAL || in->giver == GIVER_WITNESS) && !in->witness)
        return err_say(e, E_RECORD, "REFUSED_CONSENT_WITNESS");
    if (in->witness && in->witness == act->who.staff)
        return err_say(e, E_RECORD, "REFUSED_CONSENT_WITNESS_SELF");
    if (in->witness) TRY(staff_get(act->db, in->witness, &s, act->a, e));
    if (in->version.n && !str_eq(in->version, k->version))
        TRY(check_version(act, p.study, in, e));
    TRY(act_change(act, give, &c, e));
    *id = c.id;
    return OK;
}

/* --- withdrawing -------------------------------------------------------------------- */

static const struct consent *by_id(const struct consents *all, i64 id)
{
    for (isize i = 0; i < all->n; i++)
        if (all->at[i].id == id) return &all->at[i];
    return NULL;
}

/* Taking part ends with a consent that the study requires, whatever day it is entered for: the
** event comes not before the last one. */
static int leave(struct db *db, const struct people_change *c,
                 const struct participant *p, day on, struct arena tmp, struct err *e)
{
    struct participant_fold f;
    i64 id = 0;
    TRY(participant_fold(db, p->subject, INSTANT_NOW, &f, tmp, e));
    struct people_event v = {
        .kind = p->state == IN_ENROLLED ? EV_DROPPED_OUT : EV_DECLINED,
        .day = MAX(on, f.last),
        .reason = study_reason(c->s, PEOPLE_WITHDREW) ? PEOPLE_WITHDREW : (struct str){0},
    };
    enum participant_state to;
    if (participant_step(p->state, v.kind, &to, NULL) != OK) return OK;
    return people_event_put(db, c->act, p, &v, &id, tmp, e);
}

static int withdraw(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    const struct consent_withdrawn *in = c->in;
    const struct act *act = c->act;
    struct arena tmp = act_room(act);
    struct participant p;
    struct consents all;
    TRY(people_reach(act, db, MAY_ENROL, c->subject, &p, &tmp, e));
    TRY(consent_rows(db, p.subject, INSTANT_NOW, &all, &tmp, e));
    const struct consent *k = by_id(&all, in->consent);
    if (!k) return err_say(e, E_NOT_FOUND, "REFUSED_NO_CONSENT");
    if (k->withdrawn) return err_say(e, E_CONSTRAINT, "REFUSED_CONSENT_WITHDRAWN");
    if (in->day < k->day)
        return err_say_of(e, E_RECORD, "REFUSED_CONSENT_BEFORE", SAID(SAY_DAY(k->day)));
    /* All versions that hold: nobody withdraws one sheet of paper. */
    for (isize i = 0; i < all.n; i++)
        if (str_eq(all.at[i].purpose, k->purpose) && !all.at[i].withdrawn)
            TRY(db_run(db, SQL_consent_withdraw,
                       ARGS(I(all.at[i].id), I(in->day), I(act->now),
                            act->who.staff ? I(act->who.staff) : NIL,
                            T(str_of(participant_data_word(in->effect))),
                            in->reason.n ? T(in->reason) : NIL),
                       e));
    const struct study_consent *asked = study_consent(c->s, k->purpose);
    if (asked && asked->required) TRY(leave(db, c, &p, in->day, tmp, e));
    struct participant now;
    TRY(participant_row(db, p.subject, &now, &tmp, e));
    TRY(settle(db, c, &now, in->day, tmp, e));
    struct consent after = *k;
    after.withdrawn = true;
    after.withdrawn_day = in->day;
    after.effect = in->effect;
    return act_note(act, db, "consent.withdraw", "participant", p.subject,
                    json_consent(k, &tmp), json_consent(&after, &tmp), tmp, e);
}

/* Whose consent it is, for who may change it. */
static int reach(struct act *act, i64 consent, struct people_change *c, struct err *e)
{
    struct participant p;
    struct err none = {0};
    int code = db_one(act->db, &c->subject, SQL_consent_whose, ARGS(I(consent)), &none);
    if (code == E_NOT_FOUND) return err_say(e, code, "REFUSED_NO_CONSENT");
    if (code != OK) return err_pass(e, code, &none);
    code = people_reach(act, act->db, MAY_ENROL, c->subject, &p, act->a, e);
    if (code == E_NOT_FOUND) return err_say(e, code, "REFUSED_NO_CONSENT");
    TRY(code);
    return people_study(act, p.study, &c->s, e);
}

int consent_withdraw(struct act *act, const struct consent_withdrawn *in, struct err *e)
{
    struct people_change c = {.act = act, .in = in};
    TRY(reach(act, in->consent, &c, e));
    if (in->effect != DATA_KEEP && in->effect != DATA_STOP && in->effect != DATA_ERASE)
        return err_say(e, E_RECORD, "REFUSED_CONSENT_EFFECT");
    TRY(act_text(in->reason, "REFUSED_A_REASON", e));
    TRY(people_day(act, in->day, e));
    return act_change(act, withdraw, &c, e);
}

/* --- entered by mistake --------------------------------------------------------------- */

static int take_back(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    struct arena tmp = act_room(c->act);
    struct participant p;
    struct consents all;
    TRY(people_reach(c->act, db, MAY_ENROL, c->subject, &p, &tmp, e));
    TRY(consent_rows(db, p.subject, INSTANT_NOW, &all, &tmp, e));
    const struct consent *k = by_id(&all, c->id);
    if (!k) return err_say(e, E_NOT_FOUND, "REFUSED_NO_CONSENT");
    const struct study_consent *asked = study_consent(c->s, k->purpose);
    if (asked && asked->required && !k->withdrawn && p.state == IN_ENROLLED)
        return err_say(e, E_CONSTRAINT, "REFUSED_CONSENT_RESTS");
    TRY(db_run(db, SQL_consent_end, ARGS(I(k->id), I(c->act->now)), e));
    TRY(settle(db, c, &p, k->day, tmp, e));
    return act_note(c->act, db, "consent.take_back", "participant", p.subject,
                    json_consent(k, &tmp), (struct str){0}, tmp, e);
}

int consent_take_back(struct act *act, i64 consent, struct err *e)
{
    struct people_change c = {.act = act, .id = consent};
    TRY(reach(act, consent, &c, e));
    if (str_trim(act->why).n == 0) return err_say(e, E_RECORD, "REFUSED_WHY_BACK");
    return act_change(act, take_back, &c, e);
}

int consent_holds_in(struct db *db, i64 subject, struct str purpose, bool *out,
                     struct err *e)
{
    i64 n = 0;
    TRY(db_one(db, &n, SQL_consent_holds, ARGS(I(subject), T(purpose)), e));
    *out = n > 0;
    return OK;
}
