/* What follows for visits and answers from changes to a participant: people_hooks.def. */
#include "app/collect_parts.h"
#include "app/people_parts.h"
#include "app/visiting.h"
#include "store/statements.h"

/* Every one of the list is a people_hook. */
#define ENROLLED(f) people_hook f;
#define LEFT(f)     people_hook f;
#define MOVED(f)    people_hook f;
#define BLANKED(f)  people_hook f;
#define ERASED(f)   people_hook f;
#include "app/people_hooks.def"

/* s: the study, where something may wait afterwards. */
static int set(struct db *db, const struct act *act, const char *what, struct visit *v,
               enum visit_state to, struct str reason, const struct study *s,
               struct arena tmp, struct err *e)
{
    struct str before = visiting_json(v, &tmp);
    v->state = to;
    v->reason = reason;
    v->waits = s ? visiting_waits(s, v, tmp) : 0;
    TRY(visit_set(db, v, e));
    return act_note(act, db, what, "visit", v->id, before, visiting_json(v, &tmp), tmp,
                    e);
}

/* The day of the enrolment that holds; who comes back keeps that of before. */
static int enrolled_on(struct db *db, i64 subject, day *out, struct arena tmp,
                       struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_participant_events_fold, ARGS(I(subject), I(INSTANT_NOW)),
                 e));
    while (db_next(&r)) {
        struct arena one = tmp;
        if (str_is(db_str(&r, 0, &one), participant_event_word(EV_ENROLLED)))
            *out = (day)db_i64(&r, 1);
    }
    return db_end(&r, e);
}

int visiting_follow_enrolled(struct db *db, const struct act *act, i64 subject, day on,
                             struct err *e)
{
    struct arena tmp = act_room(act);
    const char *word = study_from_word[FROM_ENROLMENT];
    const struct study *s = NULL;
    struct visit_subject of;
    struct visits all;
    struct anchors known;
    day from = on;
    bool moves = true;
    TRY(enrolled_on(db, subject, &from, tmp, e));
    TRY(visit_subject(db, subject, &of, &tmp, e));
    TRY(anchor_of(db, subject, &known, &tmp, e));
    for (isize i = 0; i < known.n; i++)
        if (str_is(known.at[i].name, word) && known.at[i].day == from) moves = false;
    TRY(visit_for_change(db, subject, &all, &tmp, e));
    for (isize i = 0; i < all.n; i++) {
        struct visit *v = &all.at[i];
        bool left = v->state == VISIT_CANCELLED && str_eq(v->reason, VISITING_LEFT);
        if (!left || !(moves || v->closes >= on)) continue;
        if (!s) TRY(people_study_in(db, act, of.study, &s, &tmp, e));
        TRY(set(db, act, "visit.reopened", v, VISIT_PLANNED, (struct str){0}, s, tmp, e));
    }
    if (!moves) return OK;
    if (!s) TRY(people_study_in(db, act, of.study, &s, &tmp, e));
    struct act inner = *act; /* its room begins behind what is held here */
    inner.a = &tmp;
    return visiting_anchor_in(db, &inner, s, subject, FROM_ENROLMENT, from, e);
}

int visiting_follow_left(struct db *db, const struct act *act, i64 subject, day on,
                         struct err *e)
{
    struct arena tmp = act_room(act);
    struct visits all;
    (void)on;
    TRY(visit_for_change(db, subject, &all, &tmp, e));
    for (isize i = 0; i < all.n; i++)
        if (all.at[i].state == VISIT_PLANNED)
            TRY(set(db, act, "visit.cancelled", &all.at[i], VISIT_CANCELLED,
                    VISITING_LEFT, NULL, tmp, e));
    return OK;
}

int visiting_follow_moved(struct db *db, const struct act *act, i64 subject, day on,
                          struct err *e)
{
    struct arena tmp = act_room(act);
    struct visit_subject of;
    struct visits all;
    (void)on;
    TRY(visit_subject(db, subject, &of, &tmp, e));
    TRY(visit_for_change(db, subject, &all, &tmp, e));
    for (isize i = 0; i < all.n; i++) {
        if (all.at[i].state != VISIT_PLANNED || all.at[i].site == of.site) continue;
        all.at[i].site = of.site;
        TRY(visit_set(db, &all.at[i], e));
    }
    return OK;
}

static int each(struct db *db, const struct sql *const *q, i64 subject, struct err *e)
{
    for (; *q; q++) TRY(db_run(db, *q, ARGS(I(subject)), e));
    return OK;
}

/* --- erasing --------------------------------------------------------------------- */

int visiting_blank(struct db *db, const struct act *act, i64 subject, day on,
                   struct err *e)
{
    struct arena tmp = act_room(act);
    (void)on;
    struct str at = instant_text(act->now, &tmp);
    TRY(db_run(db, SQL_visit_blank_journal, ARGS(I(subject), T(at)), e));
    return db_run(db, SQL_visit_blank, ARGS(I(subject), T(VISITING_LEFT)), e);
}

int collect_blank(struct db *db, const struct act *act, i64 subject, day on,
                  struct err *e)
{
    static const struct sql *const last[] = {SQL_draft_drop_subject, SQL_alert_blank,
                                             SQL_response_blank, NULL};
    struct arena tmp = act_room(act);
    (void)on;
    struct str at = instant_text(act->now, &tmp);
    TRY(db_run(db, SQL_response_blank_journal, ARGS(I(subject), T(at)), e));
    return each(db, last, subject, e);
}

/* What refers to a row goes before it. */
int collect_erase(struct db *db, const struct act *act, i64 subject, day on,
                  struct err *e)
{
    static const struct sql *const last[] = {
        SQL_draft_drop_subject, SQL_alert_drop_subject, SQL_score_drop_subject,
        SQL_response_drop_subject, NULL};
    (void)act;
    (void)on;
    return each(db, last, subject, e);
}

int visiting_erase(struct db *db, const struct act *act, i64 subject, day on,
                   struct err *e)
{
    static const struct sql *const last[] = {SQL_form_link_drop_subject,
                                             SQL_visit_drop_subject,
                                             SQL_anchor_drop_subject, NULL};
    (void)act;
    (void)on;
    return each(db, last, subject, e);
}
