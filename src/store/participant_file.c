/* What is known of one participant: events, the past, criteria, consents (participant.h). */
#include "store/statements.h"
#include "store/subject_parts.h"

static const char *const MET_WORD[MET_N] = {"not known", "met", "not met"};
static const char *const HOW_WORD[HOW_N] = {"paper", "electronic", "oral"};
static const char *const GIVER_WORD[GIVER_N] = {"self", "guardian", "witness"};

static int word_of(const char *const *word, int n, struct str s)
{
    int i = 0;
    while (i < n && !str_is(s, word[i])) i++;
    return i;
}

const char *criterion_word(enum criterion_met m)
{
    return MET_WORD[m];
}

const char *consent_how_word(enum consent_how h)
{
    return HOW_WORD[h];
}

const char *consent_giver_word(enum consent_giver g)
{
    return GIVER_WORD[g];
}

int consent_how_read(struct str word, enum consent_how *out, struct err *e)
{
    *out = (enum consent_how)word_of(HOW_WORD, HOW_N, word);
    return *out < HOW_N ? OK : err_say(e, E_NOT_FOUND, "REFUSED_CONSENT_HOWS");
}

int consent_giver_read(struct str word, enum consent_giver *out, struct err *e)
{
    *out = (enum consent_giver)word_of(GIVER_WORD, GIVER_N, word);
    return *out < GIVER_N ? OK : err_say(e, E_NOT_FOUND, "REFUSED_CONSENT_GIVERS");
}

int participant_events(struct db *db, const struct viewer *who, struct str roles,
                       i64 subject, instant as_of, struct participant_events *out,
                       struct arena *a, struct err *e)
{
    struct participant p;
    *out = (struct participant_events){0};
    TRY(participant_get(db, who, roles, subject, &p, a, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_participant_events, ARGS(I(subject), I(as_of)), e));
    while (db_next(&r)) {
        struct participant_happened *v = PUSH(a, out);
        TRY(participant_event_read(db_str(&r, 1, a), &v->kind, e));
        v->id = db_i64(&r, 0);
        v->day = (day)db_i64(&r, 2);
        v->at = db_i64(&r, 3);
        v->staff = db_i64(&r, 4);
        v->staff_name = db_str(&r, 5, a);
        v->reason = db_str(&r, 6, a);
        v->note = db_str(&r, 7, a);
        v->site = db_i64(&r, 8);
        v->site_name = db_str(&r, 9, a);
        v->clinician = db_i64(&r, 10);
        v->clinician_name = db_str(&r, 11, a);
        v->gone = db_i64(&r, 12);
        v->gone_staff = db_i64(&r, 13);
        v->gone_staff_name = db_str(&r, 14, a);
        v->gone_why = db_str(&r, 15, a);
    }
    return db_end(&r, e);
}

/* Of the past: only to who may see the participant now, at the site of now. */
int participant_as_of(struct db *db, const struct viewer *who, struct str roles,
                      i64 subject, instant as_of, struct participant *out,
                      struct arena *a, struct err *e)
{
    struct participant_fold f;
    TRY(participant_get(db, who, roles, subject, out, a, e));
    if (as_of == INSTANT_NOW) return OK;
    TRY(participant_fold(db, subject, as_of, &f, *a, e));
    if (f.state == IN_NOBODY) return err_say(e, E_NOT_FOUND, "REFUSED_NOT_THERE_YET");
    out->state = f.state;
    out->since = f.since;
    if (f.clinician != out->clinician) {
        struct staff s = {0};
        if (f.clinician) TRY(staff_get(db, f.clinician, &s, a, e));
        out->clinician = f.clinician;
        out->clinician_name = s.name;
    }
    if (f.site != out->site) {
        struct site_list sites;
        TRY(staff_sites(db, &sites, a, e));
        out->site = f.site;
        for (isize i = 0; i < sites.n; i++)
            if (sites.at[i].id == f.site) out->site_name = sites.at[i].name;
    }
    return OK;
}

int criterion_rows(struct db *db, i64 subject, instant as_of,
                   struct criterion_answers *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct criterion_answers){0};
    TRY(db_query(db, &r, SQL_criterion_of, ARGS(I(subject), I(as_of)), e));
    while (db_next(&r))
        *PUSH(a, out) = (struct criterion_answer){
            .id = db_i64(&r, 0),
            .criterion = db_str(&r, 1, a),
            .met = (enum criterion_met)word_of(MET_WORD, MET_N - 1, db_str(&r, 2, a)),
            .reason = db_str(&r, 3, a),
            .day = (day)db_i64(&r, 4),
            .at = db_i64(&r, 5),
            .gone = db_i64(&r, 6),
            .staff = db_i64(&r, 7)};
    return db_end(&r, e);
}

int criterion_of(struct db *db, const struct viewer *who, struct str roles, i64 subject,
                 instant as_of, struct criterion_answers *out, struct arena *a,
                 struct err *e)
{
    struct participant p;
    *out = (struct criterion_answers){0};
    TRY(participant_get(db, who, roles, subject, &p, a, e));
    return criterion_rows(db, subject, as_of, out, a, e);
}

/* A withdrawal that came after as_of was not known then. */
int consent_rows(struct db *db, i64 subject, instant as_of, struct consents *out,
                 struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct consents){0};
    TRY(db_query(db, &r, SQL_consent_of, ARGS(I(subject), I(as_of)), e));
    while (db_next(&r)) {
        struct consent *k = PUSH(a, out);
        *k = (struct consent){
            .id = db_i64(&r, 0),
            .participant = db_i64(&r, 1),
            .purpose = db_str(&r, 2, a),
            .version = db_str(&r, 3, a),
            .how = (enum consent_how)word_of(HOW_WORD, HOW_N - 1, db_str(&r, 4, a)),
            .giver =
                (enum consent_giver)word_of(GIVER_WORD, GIVER_N - 1, db_str(&r, 5, a)),
            .witness = db_i64(&r, 6),
            .witness_name = db_str(&r, 7, a),
            .day = (day)db_i64(&r, 8),
            .at = db_i64(&r, 9),
            .gone = db_i64(&r, 10),
            .staff = db_i64(&r, 11),
            .staff_name = db_str(&r, 12, a),
        };
        k->withdrawn = !db_is_null(&r, 14) && db_i64(&r, 14) <= as_of;
        if (!k->withdrawn) continue;
        struct str effect = db_str(&r, 16, a);
        k->withdrawn_day = (day)db_i64(&r, 13);
        k->withdrawn_at = db_i64(&r, 14);
        k->withdrawn_staff = db_i64(&r, 15);
        k->effect = str_is(effect, "keep")   ? DATA_KEEP
                    : str_is(effect, "stop") ? DATA_STOP
                                             : DATA_ERASE;
        k->withdrawn_why = db_str(&r, 17, a);
    }
    return db_end(&r, e);
}

int consent_of(struct db *db, const struct viewer *who, struct str roles, i64 subject,
               instant as_of, struct consents *out, struct arena *a, struct err *e)
{
    struct participant p;
    *out = (struct consents){0};
    TRY(participant_get(db, who, roles, subject, &p, a, e));
    return consent_rows(db, subject, as_of, out, a, e);
}
