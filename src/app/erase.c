#include "app/erase.h"
#include "app/people_parts.h"
#include "app/transfer.h"
#include "store/erasure.h"
#include "store/statements.h"
#include "store/subject_parts.h"

#define BLANKED(f) people_hook f;
#define ERASED(f)  people_hook f;
#include "app/people_hooks.def"
#define BLANKED(f) f,
static people_hook *const when_blanked[] = {
#include "app/people_hooks.def"
    NULL};
#define ERASED(f) f,
static people_hook *const when_erased[] = {
#include "app/people_hooks.def"
    NULL};

struct erase_change {
    struct act *act;
    i64 subject;
    bool study_data;
    struct str first; /* done before, in another store: when; empty: now */
};

static int run(struct db *db, const struct erase_change *c, people_hook *const *h,
               struct arena tmp, struct err *e)
{
    struct act inner = *c->act; /* its room begins behind what is held here */
    inner.a = &tmp;
    for (; *h; h++) TRY((*h)(db, &inner, c->subject, inner.today, e));
    return OK;
}

/* What people wrote in their own words, wherever it stands. */
static int blank(struct db *db, const struct erase_change *c, struct str at,
                 struct arena tmp, struct err *e)
{
    i64 n = 0;
    struct db_arg id = I(c->subject);
    TRY(run(db, c, when_blanked, tmp, e));
    TRY(db_run(db, SQL_participant_event_blank, ARGS(id), e));
    TRY(db_run(db, SQL_criterion_blank, ARGS(id), e));
    TRY(db_run(db, SQL_consent_blank, ARGS(id), e));
    TRY(db_run(db, SQL_allocation_blank, ARGS(id), e));
    TRY(journal_erase(db, "participant", c->subject, at, &n, e));
    TRY(journal_erase(db, "allocation", c->subject, at, &n, e));
    return journal_erase(db, "identity", c->subject, at, &n, e);
}

/* The study's own data, and the code by which paper could lead here. */
static int erase_data(struct db *db, const struct erase_change *c,
                      const struct participant *p, struct arena tmp, struct err *e)
{
    const struct act *act = c->act;
    struct db_arg id = I(c->subject);
    struct participant_fold f;
    i64 event = 0;
    TRY(run(db, c, when_erased, tmp, e));
    i64 left = 0; /* a promise is not made that a missing line of the list would break */
    TRY(db_one(db, &left, SQL_participant_answers_left, ARGS(id), e));
    if (left > 0)
        return err_say_of(e, E_CONSTRAINT, "REFUSED_ERASE_LEFT", SAID(SAY_INT(left)));
    TRY(db_run(db, SQL_attribute_drop, ARGS(id), e));
    TRY(db_run(db, SQL_criterion_drop, ARGS(id), e));
    TRY(db_run(db, SQL_allocation_drop, ARGS(id), e));
    TRY(participant_fold(db, c->subject, INSTANT_NOW, &f, tmp, e));
    struct people_event v = {.kind = EV_ERASED, .day = MAX(act->today, f.last)};
    TRY(people_event_put(db, act, p, &v, &event, tmp, e));
    struct participant now;
    TRY(participant_row(db, c->subject, &now, &tmp, e));
    TRY(people_settle(db, act, &now, DATA_ERASED, act->today, tmp, e));
    /* No code begins so: see people_code. */
    struct str code = str_fmt(&tmp, "~%" PRId64, c->subject);
    TRY(db_run(db, SQL_subject_erase, ARGS(id, T(code), I(act->now)), e));
    return db_run(db, SQL_participant_set_code, ARGS(id, T(code)), e);
}

/* Of copies that are kept a day nobody knows whose rows are in them, and they can be made anew:
** answers to other programs, exports. */
static int drop_copies(struct db *db, const struct act *act, struct arena tmp,
                       struct err *e)
{
    TRY(db_run(db, SQL_once_tidy, ARGS(I(act->now)), e));
    TRY(db_run(db, SQL_job_stop_exports, NO_ARGS, e));
    return transfer_forget(db, false, tmp, e);
}

static int erase_in(struct db *db, const struct erase_change *c,
                    const struct participant *p, struct arena tmp, struct err *e)
{
    struct str at = instant_text(c->act->now, &tmp);
    struct identity_act by = {c->act->who.staff, at};
    struct err none = {0};
    struct hash mark;
    TRY(erasure_mark(db, c->subject, &mark, e));
    int code = identity_erase(db, c->subject, &by, tmp, &none);
    if (code != OK && code != E_NOT_FOUND) return err_pass(e, code, &none);
    TRY(blank(db, c, at, tmp,
              e)); /* while the rows are there by which its cells are found */
    if (c->study_data) TRY(erase_data(db, c, p, tmp, e));
    TRY(drop_copies(db, c->act, tmp, e));
    db_forget(db);
    struct act quiet = *c->act;
    quiet.why = (struct str){0};
    TRY(act_note(&quiet, db, "participant.erase", "participant", c->subject,
                 (struct str){0},
                 c->study_data ? S("{\"study_data\":true}") : S("{\"study_data\":false}"),
                 tmp, e));
    struct erasure one = {str_of(mark.hex), c->study_data, c->first.n ? c->first : at};
    return erasure_add(db, &one, tmp, e);
}

static int erase(struct db *db, void *arg, struct err *e)
{
    struct erase_change *c = arg;
    struct arena tmp = act_room(c->act);
    struct participant p;
    TRY(people_reach(c->act, db, MAY_ERASE, c->subject, &p, &tmp, e));
    if (p.data == DATA_ERASED) return err_say(e, E_CONSTRAINT, "REFUSED_ERASE_TWICE");
    if (p.data == DATA_ERASE && !c->study_data)
        return err_say(e, E_CONSTRAINT, "REFUSED_ERASE_ALL");
    return erase_in(db, c, &p, tmp, e);
}

int erase_again(struct act *act, i64 subject, bool study_data, struct str first,
                struct err *e)
{
    struct erase_change c = {act, subject, study_data, first};
    struct arena tmp = act_room(act);
    struct participant p;
    TRY(participant_row(act->db, subject, &p, &tmp, e));
    return p.data == DATA_ERASED ? OK : erase_in(act->db, &c, &p, tmp, e);
}

int erase_person(struct act *act, i64 subject, bool study_data, struct err *e)
{
    struct erase_change c = {.act = act, .subject = subject, .study_data = study_data};
    struct participant p;
    TRY(people_reach(act, act->db, MAY_ERASE, subject, &p, act->a, e));
    return act_change(act, erase, &c, e);
}

int erase_owed(struct act *act, i64 study, struct participants *out, struct err *e)
{
    return participant_owed(act->db, &act->who, act_roles(act, MAY_ERASE), study, out,
                            act->a, e);
}
