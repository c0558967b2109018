/* Studies; participants from referral to the end, by code; who they are, for those who may know. */
#include "app/apply.h"
#include "app/consent.h"
#include "app/people.h"
#include "web/api.h"

/* What stands already is no change and no error: the same answer again. */
int api_study_take(struct call *c, struct err *e)
{
    const struct json *in;
    struct applied done;
    const char *dir = house_library(c->house)->dir;
    TRY(api_body(c, &in, e));
    if (!dir) return err_set(e, E_NO_FILE, "the server was started without definitions");
    TRY(apply_study(&c->act, dir, str_c(json_text(in, "name"), c->q->a), &done, e));
    return api_made(c, done.study);
}

int api_study_site(struct call *c, struct err *e)
{
    const struct json *in;
    i64 study = 0;
    TRY(call_id(c, 0, &study, e));
    TRY(api_body(c, &in, e));
    TRY(apply_site(&c->act, study, api_int(in, "site", 0), json_text(in, "code"), e));
    return api_nothing(c);
}

int api_studies(struct call *c, struct err *e)
{
    struct studies_rows list = {0};
    TRY(studies_all(c->act.db, &list, c->q->a, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < list.n; i++) {
        struct studies_sites sites = {0};
        TRY(studies_sites_of(c->act.db, list.at[i].id, &sites, c->q->a, e));
        json_open(&w, NULL, '{');
        json_put_int(&w, "id", list.at[i].id);
        json_put_str(&w, "name", list.at[i].name);
        json_put_int(&w, "revision", list.at[i].revision);
        json_open(&w, "sites", '[');
        for (isize k = 0; k < sites.n; k++) {
            json_open(&w, NULL, '{');
            json_put_int(&w, "site", sites.at[k].site);
            json_put_str(&w, "code", sites.at[k].code);
            json_put_str(&w, "name", sites.at[k].name);
            json_close(&w, '}');
        }
        json_close(&w, ']');
        json_close(&w, '}');
    }
    json_close(&w, ']');
    return api_done(c, &w);
}

static void participant_put(struct call *c, struct json_out *w, const char *key,
                            const struct participant *p)
{
    json_open(w, key, '{');
    json_put_int(w, "id", p->subject);
    json_put_int(w, "study", p->study);
    json_put_str(w, "code", p->code);
    json_put_int(w, "site", p->site);
    json_put_str(w, "state", str_of(participant_state_word(p->state)));
    api_put_day(w, "since", p->since, c->q->a);
    if (p->clinician) json_put_int(w, "clinician", p->clinician);
    json_put_str(w, "data", str_of(participant_data_word(p->data)));
    json_close(w, '}');
}

int api_participants(struct call *c, struct err *e)
{
    struct participant_filter f = {.code = http_query(c->q, "code"),
                                   .after = http_query(c->q, "after")};
    struct participant_page page = {0};
    struct str state = http_query(c->q, "state");
    i64 limit;
    TRY(call_id(c, 0, &f.study, e));
    TRY(api_query_id(c, "site", &f.site, e));
    TRY(api_query_id(c, "clinician", &f.clinician, e));
    TRY(api_query(c, "limit", 1, 200, 50, &limit, e));
    f.n = (isize)limit;
    if (state.at && participant_state_read(state, &f.state, e) != OK)
        return err_at(e, E_RECORD, "the parameter state");
    TRY(people_list(&c->act, &f, &page, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < page.rows.n; i++)
        participant_put(c, &w, NULL, &page.rows.at[i]);
    json_close(&w, ']');
    if (page.more) json_put_str(&w, "next", page.rows.at[page.rows.n - 1].code);
    return api_done(c, &w);
}

static void maybe_put(struct json_out *w, const char *key, struct str s)
{
    if (s.n) json_put_str(w, key, s);
}

static void events_put(struct call *c, struct json_out *w,
                       const struct participant_events *list)
{
    json_open(w, "events", '[');
    for (isize i = 0; i < list->n; i++) {
        const struct participant_happened *h = &list->at[i];
        json_open(w, NULL, '{');
        json_put_int(w, "id", h->id);
        json_put_str(w, "event", str_of(participant_event_word(h->kind)));
        api_put_day(w, "day", h->day, c->q->a);
        api_put_time(w, "at", h->at, c->q->a);
        maybe_put(w, "reason", h->reason);
        maybe_put(w, "note", h->note);
        if (h->gone) api_put_time(w, "gone", h->gone, c->q->a);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void consents_put(struct call *c, struct json_out *w, const struct consents *list)
{
    json_open(w, "consents", '[');
    for (isize i = 0; i < list->n; i++) {
        const struct consent *k = &list->at[i];
        if (k->gone) continue;
        json_open(w, NULL, '{');
        json_put_int(w, "id", k->id);
        json_put_str(w, "purpose", k->purpose);
        json_put_str(w, "version", k->version);
        json_put_str(w, "how", str_of(consent_how_word(k->how)));
        json_put_str(w, "giver", str_of(consent_giver_word(k->giver)));
        api_put_day(w, "day", k->day, c->q->a);
        if (k->withdrawn) {
            api_put_day(w, "withdrawn", k->withdrawn_day, c->q->a);
            json_put_str(w, "effect", str_of(participant_data_word(k->effect)));
        }
        json_close(w, '}');
    }
    json_close(w, ']');
}

int api_participant(struct call *c, struct err *e)
{
    struct people_file f = {0};
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(people_file(&c->act, id, INSTANT_NOW, &f, e));
    struct json_out w = api_out(c);
    participant_put(c, &w, "participant", &f.now);
    events_put(c, &w, &f.events);
    json_open(&w, "criteria", '[');
    for (isize i = 0; i < f.criteria.n; i++) {
        if (f.criteria.at[i].gone) continue;
        json_open(&w, NULL, '{');
        json_put_str(&w, "criterion", f.criteria.at[i].criterion);
        json_put_str(&w, "met", str_of(criterion_word(f.criteria.at[i].met)));
        maybe_put(&w, "reason", f.criteria.at[i].reason);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    consents_put(c, &w, &f.consents);
    json_open(&w, "attributes", '[');
    for (isize i = 0; i < f.attributes.n; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "name", f.attributes.at[i].name);
        json_put_str(&w, "value", f.attributes.at[i].value);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_open(&w, "next", '[');
    for (int k = 0; k < EV_N; k++)
        if (f.may[k])
            json_put_str(&w, NULL,
                         str_of(participant_event_word((enum participant_event)k)));
    json_close(&w, ']');
    return api_done(c, &w);
}

int api_person(struct call *c, struct err *e)
{
    struct identity who = {0};
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(people_name(&c->act, house_key(c->house), id, &who, e));
    struct json_out w = api_out(c);
    for (int k = 0; k < ID_N; k++)
        maybe_put(&w, identity_field_name((enum identity_field)k), who.at[k]);
    return api_done(c, &w);
}

int api_refer(struct call *c, struct err *e)
{
    const struct json *in, *who;
    struct referral r = {0};
    struct referred done = {0};
    TRY(call_id(c, 0, &r.study, e));
    TRY(api_body(c, &in, e));
    who = json_get(in, "person");
    r.site = api_int(in, "site", 0);
    r.code = json_text(in, "code");
    r.day = api_day(in, "day", c->act.today);
    r.clinician = api_int(in, "clinician", 0);
    r.note = json_text(in, "note");
    r.twin_seen = json_get(in, "twin_seen") && json_get(in, "twin_seen")->truth;
    for (int k = 0; who && k < ID_N; k++)
        r.who.at[k] = json_text(who, identity_field_name((enum identity_field)k));
    TRY(people_refer(&c->act, house_key(c->house), &r, &done, e));
    struct json_out w = api_out(c);
    json_put_int(&w, "id", done.subject);
    json_put_str(&w, "code", str_of(done.code));
    return api_done(c, &w);
}

static int met_read(struct call *c, isize i, struct str word, enum criterion_met *out,
                    struct err *e)
{
    for (int m = 0; m < MET_N; m++)
        if (str_is(word, criterion_word((enum criterion_met)m)))
            return *out = (enum criterion_met)m, OK;
    err_set(e, E_RECORD, "it is met, not met or not known");
    return api_wrong(c, str_fmt(c->q->a, "answers[%td].met", i).at, E_RECORD, e);
}

int api_screen(struct call *c, struct err *e)
{
    const struct json *in, *list;
    struct screening s = {0};
    enum participant_state to = IN_NOBODY;
    TRY(call_id(c, 0, &s.subject, e));
    TRY(api_body(c, &in, e));
    list = json_get(in, "answers");
    struct screening_answer *answer = NEW(c->q->a, struct screening_answer, list->n + 1);
    for (const struct json *k = list->kid; k; k = k->next, s.n++) {
        answer[s.n].criterion = json_text(k, "criterion");
        answer[s.n].reason = json_text(k, "reason");
        TRY(met_read(c, s.n, json_text(k, "met"), &answer[s.n].met, e));
    }
    s.answer = answer;
    s.day = api_day(in, "day", c->act.today);
    s.note = json_text(in, "note");
    TRY(people_screen(&c->act, &s, &to, e));
    struct json_out w = api_out(c);
    json_put_str(&w, "state", str_of(participant_state_word(to)));
    return api_done(c, &w);
}

int api_consent(struct call *c, struct err *e)
{
    const struct json *in;
    struct consent_given g = {0};
    i64 id = 0;
    TRY(call_id(c, 0, &g.participant, e));
    TRY(api_body(c, &in, e));
    if (consent_how_read(json_text(in, "how"), &g.how, e) != OK)
        return api_wrong(c, "how", E_RECORD, e);
    if (consent_giver_read(json_text(in, "giver"), &g.giver, e) != OK)
        return api_wrong(c, "giver", E_RECORD, e);
    g.purpose = json_text(in, "purpose");
    g.version = json_text(in, "version");
    g.witness = api_int(in, "witness", 0);
    g.day = api_day(in, "day", c->act.today);
    TRY(consent_give(&c->act, &g, &id, e));
    return api_made(c, id);
}

int api_withdraw(struct call *c, struct err *e)
{
    const struct json *in;
    struct consent_withdrawn w = {0};
    TRY(call_id(c, 0, &w.consent, e));
    TRY(api_body(c, &in, e));
    struct str effect = json_text(in, "effect");
    for (int d = DATA_KEEP; d <= DATA_ERASE; d++)
        if (str_is(effect, participant_data_word((enum participant_data)d)))
            w.effect = (enum participant_data)d;
    if (w.effect == DATA_OPEN) {
        err_set(e, E_RECORD, "it is keep, stop or erase");
        return api_wrong(c, "effect", E_RECORD, e);
    }
    w.day = api_day(in, "day", c->act.today);
    w.reason = json_text(in, "reason");
    TRY(consent_withdraw(&c->act, &w, e));
    return api_nothing(c);
}

int api_happen(struct call *c, struct err *e)
{
    const struct json *in;
    struct happening h = {0};
    i64 id = 0;
    TRY(call_id(c, 0, &h.subject, e));
    TRY(api_body(c, &in, e));
    if (participant_event_read(json_text(in, "event"), &h.kind, e) != OK)
        return api_wrong(c, "event", E_RECORD, e);
    h.day = api_day(in, "day", c->act.today);
    h.reason = json_text(in, "reason");
    h.note = json_text(in, "note");
    h.site = api_int(in, "site", 0);
    h.clinician = api_int(in, "clinician", 0);
    TRY(people_happen(&c->act, &h, &id, e));
    return api_made(c, id);
}

int api_take_back(struct call *c, struct err *e)
{
    const struct json *in;
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(api_body(c, &in, e));
    c->act.why = json_text(in, "reason");
    TRY(people_take_back(&c->act, id, e));
    return api_nothing(c);
}
