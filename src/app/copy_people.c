/* What a copy says of a participant as a person of the study: attributes, criteria, consents,
** events, the arm, and the journal. */
#include "app/copy_parts.h"
#include "store/statements.h"

/* By whom and when a row was entered; until when it held. */
static void put_entered(struct telling *t, instant at, struct str by, instant gone)
{
    copy_put_at(t, "entered", at);
    copy_put(t, "by", by);
    copy_put_at(t, "until", gone);
}

static instant at_of(struct rows *r, int k)
{
    return db_is_null(r, k) ? 0 : db_i64(r, k);
}

/* "entered 4 Nov 2013 by Kari; no longer holds since ..." */
static struct str entered_words(struct telling *t, instant at, struct str by,
                                instant gone)
{
    struct buf b = buf_in(t->a, 80);
    copy_also(&b, by.n ? copy_words(t, "COPY_ENTERED_BY", copy_when(t, at), by)
                       : copy_words(t, "COPY_ENTERED", copy_when(t, at)));
    if (gone) copy_also(&b, copy_words(t, "COPY_GONE", copy_when(t, gone)));
    return buf_str(&b);
}

static void nothing(struct telling *t, isize n)
{
    if (n == 0) doc_para(t->doc, copy_text(t, "COPY_NONE"));
}

/* A table with a row at least, made when the first comes. */
static struct doc_cell *row(struct telling *t, struct doc_table **d,
                            const char *const *head, isize n)
{
    if (!*d) *d = copy_table(t, head, n);
    return doc_row(*d);
}

int copy_attributes(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_WHAT", "COPY_KEPT", "COPY_ENTERED_HEAD"};
    struct doc_table *d = NULL;
    isize n = 0;
    ROWS r = {0};
    copy_section(t, "COPY_ATTRIBUTES", NULL);
    TRY(db_query(t->act->db, &r, SQL_copy_attributes, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "attributes", '[');
    for (; db_next(&r); n++) {
        struct str name = db_str(&r, 0, t->a), value = db_str(&r, 1, t->a),
                   by = db_str(&r, 4, t->a);
        instant at = db_i64(&r, 2), gone = at_of(&r, 3);
        const struct study_column *k = study_column(t->s, t->s->participants.table, name);
        struct str label = k ? study_word(&k->label, t->lang) : name;
        struct str words = k ? study_code_label(k, value, t->lang) : value;
        struct doc_cell *cell = row(t, &d, HEAD, COUNT(HEAD));
        doc_words(&cell[0], label.n ? label : name);
        doc_words(&cell[1], words);
        doc_words(&cell[2], entered_words(t, at, by, gone));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "name", name);
        copy_put(t, "label", label);
        json_put_str(&t->w, "value", value);
        if (!str_eq(words, value)) json_put_str(&t->w, "words", words);
        put_entered(t, at, by, gone);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    nothing(t, n);
    return db_end(&r, e);
}

int copy_criteria(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_CRITERION", "COPY_ANSWER",
                                       "COPY_ENTERED_HEAD"};
    struct doc_table *d = NULL;
    isize n = 0;
    ROWS r = {0};
    copy_section(t, "COPY_CRITERIA", NULL);
    TRY(db_query(t->act->db, &r, SQL_copy_criteria, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "criteria", '[');
    for (; db_next(&r); n++) {
        struct str id = db_str(&r, 0, t->a), met = db_str(&r, 1, t->a),
                   why = db_str(&r, 2, t->a), by = db_str(&r, 6, t->a);
        day on = (day)db_i64(&r, 3);
        instant at = db_i64(&r, 4), gone = at_of(&r, 5);
        const struct study_criterion *k = study_criterion(t->s, id);
        struct str label = k ? study_word(&k->label, t->lang) : id;
        struct buf b = buf_in(t->a, 64);
        copy_also(&b, copy_word(t, "COPY_MET_", met));
        copy_also(&b, why);
        struct doc_cell *cell = row(t, &d, HEAD, COUNT(HEAD));
        doc_words(&cell[0], label);
        doc_words(&cell[1], buf_str(&b));
        doc_words(&cell[2], entered_words(t, at, by, gone));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "criterion", id);
        copy_put(t, "label", label);
        json_put_str(&t->w, "met", met);
        copy_put(t, "reason", why);
        copy_put_day(t, "day", on);
        put_entered(t, at, by, gone);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    nothing(t, n);
    return db_end(&r, e);
}

/* --- consents ------------------------------------------------------------------------ */

struct told_consent {
    struct str purpose, version, how, giver, witness, by, withdrawn_by, effect, why;
    day on, withdrawn;
    instant at, withdrawn_at, gone;
};

static struct str consent_given(struct telling *t, const struct told_consent *k)
{
    struct buf b = buf_in(t->a, 160);
    copy_also(&b, copy_words(t, "PEOPLE_CONSENT_GIVEN", copy_day(t, k->on), k->version));
    copy_also(&b, copy_word(t, "COPY_GIVER_", k->giver));
    copy_also(&b, copy_word(t, "PEOPLE_HOW_", k->how));
    if (k->witness.n) copy_also(&b, copy_words(t, "PEOPLE_WITNESSED", k->witness));
    copy_also(&b, entered_words(t, k->at, k->by, 0));
    return buf_str(&b);
}

static struct str consent_now(struct telling *t, const struct told_consent *k)
{
    struct buf b = buf_in(t->a, 160);
    if (k->gone) return copy_words(t, "COPY_MISTAKE", copy_when(t, k->gone));
    if (!k->withdrawn_at) return copy_text(t, "COPY_CONSENT_HOLDS");
    copy_also(&b, copy_words(t, "PEOPLE_CONSENT_WITHDRAWN", copy_day(t, k->withdrawn)));
    copy_also(&b, copy_word(t, "COPY_EFFECT_", k->effect));
    copy_also(&b, k->why);
    copy_also(&b, entered_words(t, k->withdrawn_at, k->withdrawn_by, 0));
    return buf_str(&b);
}

static void put_consent(struct telling *t, const struct told_consent *k, struct str label)
{
    json_open(&t->w, NULL, '{');
    json_put_str(&t->w, "purpose", k->purpose);
    copy_put(t, "label", label);
    json_put_str(&t->w, "version", k->version);
    json_put_str(&t->w, "how", k->how);
    json_put_str(&t->w, "giver", k->giver);
    copy_put(t, "witness", k->witness);
    copy_put_day(t, "day", k->on);
    put_entered(t, k->at, k->by, k->gone);
    if (k->withdrawn_at) {
        copy_put_day(t, "withdrawn", k->withdrawn);
        copy_put_at(t, "withdrawn_entered", k->withdrawn_at);
        copy_put(t, "withdrawn_by", k->withdrawn_by);
        copy_put(t, "effect", k->effect);
        copy_put(t, "reason", k->why);
    }
    json_close(&t->w, '}');
}

int copy_consents(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_PURPOSE", "COPY_GIVEN", "COPY_NOW"};
    struct doc_table *d = NULL;
    isize n = 0;
    ROWS r = {0};
    copy_section(t, "COPY_CONSENTS", NULL);
    TRY(db_query(t->act->db, &r, SQL_copy_consents, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "consents", '[');
    for (; db_next(&r); n++) {
        struct told_consent k = {.purpose = db_str(&r, 0, t->a),
                                 .version = db_str(&r, 1, t->a),
                                 .how = db_str(&r, 2, t->a),
                                 .giver = db_str(&r, 3, t->a),
                                 .witness = db_str(&r, 4, t->a),
                                 .on = (day)db_i64(&r, 5),
                                 .at = db_i64(&r, 6),
                                 .by = db_str(&r, 7, t->a),
                                 .withdrawn = (day)at_of(&r, 8),
                                 .withdrawn_at = at_of(&r, 9),
                                 .withdrawn_by = db_str(&r, 10, t->a),
                                 .effect = db_str(&r, 11, t->a),
                                 .why = db_str(&r, 12, t->a),
                                 .gone = at_of(&r, 13)};
        const struct study_consent *s = study_consent(t->s, k.purpose);
        struct str label = s ? study_word(&s->label, t->lang) : k.purpose;
        struct doc_cell *cell = row(t, &d, HEAD, COUNT(HEAD));
        doc_words(&cell[0], label);
        doc_words(&cell[1], consent_given(t, &k));
        doc_words(&cell[2], consent_now(t, &k));
        put_consent(t, &k, label);
    }
    json_close(&t->w, ']');
    nothing(t, n);
    return db_end(&r, e);
}

/* --- events --------------------------------------------------------------------------- */

struct told_event {
    struct str kind, by, reason, note, site, clinician, gone_by, gone_why;
    day on;
    instant at, gone;
};

static void put_event(struct telling *t, const struct told_event *v, struct str reason)
{
    json_open(&t->w, NULL, '{');
    json_put_str(&t->w, "event", v->kind);
    copy_put_day(t, "day", v->on);
    copy_put(t, "reason", v->reason);
    if (!str_eq(reason, v->reason)) copy_put(t, "reason_words", reason);
    copy_put(t, "note", v->note);
    copy_put(t, "site", v->site);
    copy_put(t, "clinician", v->clinician);
    put_entered(t, v->at, v->by, v->gone);
    copy_put(t, "taken_back_by", v->gone_by);
    copy_put(t, "taken_back_why", v->gone_why);
    json_close(&t->w, '}');
}

int copy_events(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_DAY", "COPY_HAPPENED", "COPY_MORE"};
    struct doc_table *d = NULL;
    ROWS r = {0};
    copy_section(t, "COPY_EVENTS", NULL);
    TRY(db_query(t->act->db, &r, SQL_copy_events, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "events", '[');
    while (db_next(&r)) {
        struct told_event v = {.kind = db_str(&r, 0, t->a),
                               .on = (day)db_i64(&r, 1),
                               .at = db_i64(&r, 2),
                               .by = db_str(&r, 3, t->a),
                               .reason = db_str(&r, 4, t->a),
                               .note = db_str(&r, 5, t->a),
                               .site = db_str(&r, 6, t->a),
                               .clinician = db_str(&r, 7, t->a),
                               .gone = at_of(&r, 8),
                               .gone_by = db_str(&r, 9, t->a),
                               .gone_why = db_str(&r, 10, t->a)};
        const struct study_reason *k = v.reason.n ? study_reason(t->s, v.reason) : NULL;
        struct str reason = k ? study_word(&k->label, t->lang) : v.reason;
        struct buf b = buf_in(t->a, 200);
        copy_also(&b, reason);
        copy_also(&b, v.note);
        copy_also(&b, v.site);
        copy_also(&b, v.clinician);
        copy_also(&b, entered_words(t, v.at, v.by, 0));
        if (v.gone) {
            copy_also(&b, copy_words(t, "PEOPLE_TAKEN_BACK", v.gone_by, v.gone_why));
            copy_also(&b, copy_when(t, v.gone));
        }
        struct doc_cell *cell = row(t, &d, HEAD, COUNT(HEAD));
        doc_words(&cell[0], copy_day(t, v.on));
        doc_words(&cell[1], copy_word(t, "PEOPLE_EVENT_", v.kind));
        doc_words(&cell[2], buf_str(&b));
        put_event(t, &v, reason);
    }
    json_close(&t->w, ']');
    return db_end(&r, e);
}

/* --- the arm ---------------------------------------------------------------------------- */

/* Held back it is the same whether there is an allocation or not: the table is not read. */
int copy_arm(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_DAY", "COPY_ARM", "COPY_MORE"};
    struct doc_table *d = NULL;
    isize n = 0;
    if (t->s->arms.n == 0) return OK;
    copy_section(t, "COPY_ARMS", NULL);
    json_put_bool(&t->w, "arm_told", t->s->participants.tells_arm);
    if (!t->s->participants.tells_arm) {
        json_put_str(&t->w, "arm_why_not", copy_text(t, "COPY_ARM_HELD_BACK"));
        doc_para(t->doc, copy_text(t, "COPY_ARM_HELD_BACK"));
        return OK;
    }
    ROWS r = {0};
    TRY(db_query(t->act->db, &r, SQL_copy_allocations, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "arms", '[');
    for (; db_next(&r); n++) {
        struct str arm = db_str(&r, 0, t->a), kind = db_str(&r, 1, t->a),
                   by = db_str(&r, 5, t->a), why = db_str(&r, 6, t->a);
        day on = (day)db_i64(&r, 2);
        instant at = db_i64(&r, 3), gone = at_of(&r, 4);
        struct buf b = buf_in(t->a, 80);
        copy_also(&b, why);
        copy_also(&b, entered_words(t, at, by, gone));
        struct doc_cell *cell = row(t, &d, HEAD, COUNT(HEAD));
        doc_words(&cell[0], copy_day(t, on));
        doc_words(&cell[1], arm);
        doc_words(&cell[2], buf_str(&b));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "arm", arm);
        json_put_str(&t->w, "kind", kind);
        copy_put_day(t, "day", on);
        copy_put(t, "reason", why);
        put_entered(t, at, by, gone);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    nothing(t, n);
    return db_end(&r, e);
}

/* --- the journal -------------------------------------------------------------------------- */

static int put_cell(struct telling *t, const char *key, struct str cell, struct err *e)
{
    struct json *v = NULL;
    if (cell.n == 0) return OK;
    TRY(json_read(cell, "a cell of the journal", &v, t->a, e));
    json_put(&t->w, key, v);
    return OK;
}

int copy_journal(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_WHEN", "COPY_WHO", "COPY_DID"};
    struct doc_table *d = NULL;
    ROWS r = {0};
    copy_section(t, "COPY_JOURNAL", "COPY_JOURNAL_SAID");
    TRY(db_query(t->act->db, &r, SQL_copy_journal, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "journal", '[');
    while (db_next(&r)) {
        struct str at = db_str(&r, 1, t->a), by = db_str(&r, 2, t->a),
                   act = db_str(&r, 3, t->a), why = db_str(&r, 7, t->a),
                   erased = db_str(&r, 8, t->a);
        struct err none = {0};
        instant when = 0;
        struct buf b = buf_in(t->a, 80);
        copy_also(&b, copy_word(t, "COPY_ACT_", act));
        copy_also(&b, why);
        struct doc_cell *cell = row(t, &d, HEAD, COUNT(HEAD));
        doc_words(&cell[0],
                  instant_read(at, &when, &none) == OK ? copy_when(t, when) : at);
        doc_words(&cell[1], by.n ? by : copy_text(t, "COPY_PROGRAM"));
        doc_words(&cell[2], buf_str(&b));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "at", at);
        copy_put(t, "by", by);
        json_put_str(&t->w, "act", act);
        json_put_str(&t->w, "entity", db_str(&r, 4, t->a));
        TRY(put_cell(t, "before", db_str(&r, 5, t->a), e));
        TRY(put_cell(t, "after", db_str(&r, 6, t->a), e));
        copy_put(t, "why", why);
        copy_put(t, "emptied", erased);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    return db_end(&r, e);
}
