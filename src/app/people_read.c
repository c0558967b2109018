/* Lists, one participant, names (people.h): nothing here changes anything but a name. */
#include "app/people_parts.h"
#include "store/statements.h"
#include "store/subject_parts.h"

int people_list(struct act *act, const struct participant_filter *f,
                struct participant_page *out, struct err *e)
{
    return participant_list(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS), f,
                            out, act->a, e);
}

int people_counts(struct act *act, i64 study, struct participant_counts *out,
                  struct err *e)
{
    return participant_counts(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS),
                              study, out, act->a, e);
}

int people_get(struct act *act, i64 subject, struct participant *out, struct err *e)
{
    return participant_get(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS),
                           subject, out, act->a, e);
}

int people_file(struct act *act, i64 subject, instant as_of, struct people_file *out,
                struct err *e)
{
    struct str roles = act_roles(act, MAY_SEE_PARTICIPANTS);
    const struct viewer *who = &act->who;
    struct studies_row study;
    struct participant now;
    *out = (struct people_file){0};
    TXN t = {0};
    if (!db_in_transaction(act->db)) TRY(db_snapshot(&t, act->db, "a participant", e));
    TRY(participant_get(act->db, who, roles, subject, &now, act->a, e));
    TRY(participant_as_of(act->db, who, roles, subject, as_of, &out->now, act->a, e));
    TRY(participant_events(act->db, who, roles, subject, as_of, &out->events, act->a, e));
    TRY(criterion_of(act->db, who, roles, subject, as_of, &out->criteria, act->a, e));
    TRY(consent_of(act->db, who, roles, subject, as_of, &out->consents, act->a, e));
    TRY(attribute_of(act->db, who, roles, subject, as_of, &out->attributes, act->a, e));
    TRY(people_study(act, now.study, &out->study, e));
    TRY(studies_get(act->db, now.study, &study, act->a, e));
    out->may_enrol = as_of == INSTANT_NOW &&
                     act_may_in(act, MAY_ENROL, now.site, study.name, NULL) == OK;
    for (int k = 0; k < EV_N && out->may_enrol; k++) {
        enum participant_state to;
        out->may[k] =
            k != EV_ERASED &&
            participant_step(now.state, (enum participant_event)k, &to, NULL) == OK;
    }
    i64 others = 0; /* a transfer wants somewhere to go */
    if (out->may[EV_TRANSFERRED])
        TRY(db_one(act->db, &others, SQL_study_site_others,
                   ARGS(I(now.study), I(now.site)), e));
    out->may[EV_TRANSFERRED] = others > 0;
    return t.open ? db_commit(&t, e) : OK;
}

/* --- names ----------------------------------------------------------------------- */

int people_name(struct act *act, const struct key *k, i64 subject, struct identity *out,
                struct err *e)
{
    return identity_get(act->db, k, &act->who, act_roles(act, MAY_SEE_IDENTITY), subject,
                        out, act->a, e);
}

static int of_persons(struct act *act, const struct persons *of, struct participants *out,
                      struct err *e)
{
    struct str roles = act_roles(act, MAY_SEE_IDENTITY);
    *out = (struct participants){0};
    for (isize i = 0; i < of->n; i++) {
        struct participant p;
        int code = participant_get(act->db, &act->who, roles, of->at[i], &p, act->a, e);
        if (code == OK) *PUSH(act->a, out) = p;
        if (code != OK && code != E_NOT_FOUND) return code;
    }
    return OK;
}

int people_find(struct act *act, const struct key *k, enum identity_field f,
                struct str value, struct participants *out, struct err *e)
{
    struct persons found;
    TRY(identity_find(act->db, k, &act->who, act_roles(act, MAY_SEE_IDENTITY), f, value,
                      &found, act->a, e));
    return of_persons(act, &found, out, e);
}

int people_twins(struct act *act, const struct key *k, struct str name, struct str birth,
                 struct people_twins *out, struct err *e)
{
    struct persons here;
    *out = (struct people_twins){0};
    /* Asking whether somebody is anywhere is for those who refer. */
    TRY(act_may_somewhere(act, MAY_ENROL, e));
    TRY(identity_twins(act->db, k, &act->who, act_roles(act, MAY_SEE_IDENTITY), name,
                       birth, &here, &out->elsewhere, act->a, e));
    return of_persons(act, &here, &out->here, e);
}

struct name_change {
    struct act *act;
    const struct key *k;
    i64 subject;
    enum identity_field f;
    struct str value;
};

static int set_name(struct db *db, void *arg, struct err *e)
{
    struct name_change *c = arg;
    struct arena tmp = act_room(c->act);
    struct identity_act by = {c->act->who.staff, instant_text(c->act->now, &tmp)};
    struct participant p;
    TRY(people_reach(c->act, db, MAY_ENROL, c->subject, &p, &tmp, e));
    return identity_put(db, c->k, c->subject, c->f, c->value, &by, tmp, e);
}

int people_name_set(struct act *act, const struct key *k, i64 subject,
                    enum identity_field f, struct str value, struct err *e)
{
    struct name_change c = {act, k, subject, f, value};
    struct participant p;
    struct studies_row study;
    TRY(people_reach(act, act->db, MAY_ENROL, subject, &p, act->a, e));
    TRY(studies_get(act->db, p.study, &study, act->a, e));
    TRY(act_may_in(act, MAY_SEE_IDENTITY, p.site, study.name, e));
    return act_change(act, set_name, &c, e);
}

/* --- for others inside transactions ------------------------------------------------ */

int people_open_in(struct db *db, i64 subject, struct err *e)
{
    enum { ROOM = 1 << 14 };
    char room[ROOM];
    struct arena tmp = {room, room + ROOM, room, NULL};
    struct participant p;
    struct err none = {0};
    int code = participant_row(db, subject, &p, &tmp, &none);
    if (code == E_NOT_FOUND) return OK;
    if (code != OK) return err_pass(e, code, &none);
    switch (p.data) {
    case DATA_KEEP:
    case DATA_STOP:
    case DATA_ERASE: return err_say(e, E_CONSTRAINT, "REFUSED_NO_NEW_DATA");
    case DATA_ERASED: return err_say(e, E_CONSTRAINT, "REFUSED_DATA_ERASED");
    case DATA_OPEN:
    case DATA_N: break;
    }
    if (p.state < IN_ENROLLED) return err_say(e, E_CONSTRAINT, "REFUSED_NOT_ENROLLED");
    return OK;
}
