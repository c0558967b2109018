/* One person on one page: where they stand, what is next, and what it rests on. */
#include "base/json.h"
#include "web/forms.h"
#include "web/person_page.h"
#include "web/routes.h"
#include "store/journal.h"
#include "tpl.h"

static void link_to(struct call *c, struct html_links *l, struct str words,
                    struct str path)
{
    *PUSH(c->act.a, l) = (struct html_link){.words = words, .path = path};
}

/* "a · b": what there is of it. */
static void put_with(struct buf *b, struct str s)
{
    if (!s.n) return;
    if (b->n) buf_put(b, S(" \302\267 "));
    buf_put(b, s);
}

/* --- consents --------------------------------------------------------------------- */

static const struct consent *latest(const struct consents *all, struct str purpose)
{
    const struct consent *found = NULL;
    for (isize i = 0; i < all->n; i++)
        if (!all->at[i].gone && str_eq(all->at[i].purpose, purpose)) found = &all->at[i];
    return found;
}

/* The first required consent that does not hold; NULL when all do. */
static const struct study_consent *consent_lacks(const struct people_file *f)
{
    for (isize i = 0; i < f->study->consents.n; i++) {
        const struct study_consent *s = &f->study->consents.at[i];
        if (!s->required || s->table != f->study->participants.table) continue;
        const struct consent *k = latest(&f->consents, s->id);
        if (!k || k->withdrawn) return s;
    }
    return NULL;
}

static struct str consent_detail(struct call *c, const struct consent *k)
{
    static const char *const how[HOW_N] = {"PEOPLE_HOW_PAPER", "PEOPLE_HOW_ELECTRONIC",
                                           "PEOPLE_HOW_ORAL"};
    static const char *const giver[GIVER_N] = {
        "PEOPLE_GIVER_SELF", "PEOPLE_GIVER_GUARDIAN", "PEOPLE_GIVER_WITNESS"};
    static const char *const effect[DATA_N] = {
        [DATA_KEEP] = "PEOPLE_EFFECT_KEEP",
        [DATA_STOP] = "PEOPLE_EFFECT_STOP",
        [DATA_ERASE] = "PEOPLE_EFFECT_ERASE",
    };
    struct buf b = buf_in(c->act.a, 128);
    put_with(&b,
             person_words(c, "PEOPLE_CONSENT_GIVEN", person_day(c, k->day), k->version));
    put_with(&b, call_text(c, giver[k->giver]));
    put_with(&b, call_text(c, how[k->how]));
    if (k->witness) put_with(&b, person_words(c, "PEOPLE_WITNESSED", k->witness_name));
    if (k->withdrawn) {
        put_with(&b, person_words(c, "PEOPLE_CONSENT_WITHDRAWN",
                                  person_day(c, k->withdrawn_day)));
        if (k->effect < DATA_N && effect[k->effect])
            put_with(&b, call_text(c, effect[k->effect]));
    }
    return buf_str(&b);
}

static void consents(struct call *c, struct person_page *m, const struct person *p,
                     bool acts)
{
    const struct people_file *f = &p->file;
    for (isize i = 0; i < f->study->consents.n; i++) {
        const struct study_consent *s = &f->study->consents.at[i];
        if (s->table != f->study->participants.table) continue;
        const struct consent *k = latest(&f->consents, s->id);
        bool holds = k && !k->withdrawn;
        struct participant_consent *x = PUSH(c->act.a, &m->consents);
        *x = (struct participant_consent){.purpose = study_word(&s->label, c->lang)};
        if (k) x->detail = consent_detail(c, k);
        x->words = call_text(c, holds         ? "PEOPLE_CONSENT_HOLDS"
                                : k           ? "PEOPLE_CONSENT_ENDED"
                                : s->required ? "PEOPLE_CONSENT_NEEDED"
                                              : "PEOPLE_CONSENT_NONE");
        x->kind = holds                                           ? PART_GOOD
                  : s->required && participant_live(f->now.state) ? PART_WANTS
                                                                  : PART_OFF;
        if (!acts || !f->may_enrol) continue;
        if (holds) {
            link_to(c, &x->links, call_text(c, "PEOPLE_WITHDRAW"),
                    path_withdraw(c->act.a, p->id, k->id));
            link_to(c, &x->links, call_text(c, "PEOPLE_MISTAKE"),
                    path_consent_back(c->act.a, p->id, k->id));
        } else if (participant_live(f->now.state)) {
            link_to(c, &x->links, call_text(c, "PEOPLE_CONSENT_ENTER"),
                    path_consent(c->act.a, p->id, s->id));
        }
    }
}

/* --- criteria --------------------------------------------------------------------------- */

static void criteria(struct call *c, struct person_page *m, const struct person *p)
{
    const struct people_file *f = &p->file;
    isize known = 0, all = 0;
    day last = 0;
    for (isize i = 0; i < f->study->criteria.n; i++) {
        const struct study_criterion *k = &f->study->criteria.at[i];
        if (k->table != f->study->participants.table) continue;
        all++;
        const struct criterion_answer *answer = NULL;
        for (isize j = 0; j < f->criteria.n; j++)
            if (!f->criteria.at[j].gone && str_eq(f->criteria.at[j].criterion, k->id))
                answer = &f->criteria.at[j];
        if (!answer) continue;
        known += answer->met != MET_NOT_KNOWN;
        last = MAX(last, answer->day);
        *PUSH(c->act.a, &m->criteria) =
            (struct participant_criterion){.words = study_word(&k->label, c->lang),
                                           .met = person_met(c, answer->met),
                                           .reason = answer->reason,
                                           .exclude = k->exclude,
                                           .kind = person_met_kind(k, answer->met)};
    }
    m->criteria_said = m->criteria.n
                           ? person_words(c, "PEOPLE_CRITERIA_SAID", person_int(c, known),
                                          person_int(c, all), person_day(c, last))
                           : call_text(c, "PEOPLE_CRITERIA_NONE");
}

/* --- what may happen now -------------------------------------------------------------------- */

static struct str event_path(struct call *c, const struct person *p,
                             enum participant_event k)
{
    return path_happening(c->act.a, p->id, person_slug(c, k));
}

static void next_step(struct call *c, struct person_page *m, const struct person *p)
{
    const struct people_file *f = &p->file;
    const struct study_consent *lacks = consent_lacks(f);
    enum participant_state s = f->now.state;
    if ((s == IN_REFERRED || s == IN_SCREENING) && f->may[EV_SCREENING])
        m->next = (struct html_link){.words = call_text(c, "PEOPLE_DO_SCREEN"),
                                     .path = path_screening(c->act.a, p->id)};
    else if (s == IN_ELIGIBLE && f->may_enrol && lacks)
        m->next =
            (struct html_link){.words = person_words(c, "PEOPLE_DO_CONSENT",
                                                     study_word(&lacks->label, c->lang)),
                               .path = path_consent(c->act.a, p->id, lacks->id)};
    else if (f->may[EV_ENROLLED])
        m->next = (struct html_link){.words = call_text(c, "PEOPLE_DO_ENROL"),
                                     .path = event_path(c, p, EV_ENROLLED)};
    else if (f->may[EV_RETURNED])
        m->next = (struct html_link){.words = person_event(c, EV_RETURNED),
                                     .path = event_path(c, p, EV_RETURNED)};
}

static void others(struct call *c, struct person_page *m, const struct person *p)
{
    static const enum participant_event in_order[] = {
        EV_DECLINED,  EV_NOT_STARTED, EV_DROPPED_OUT, EV_COMPLETED,
        EV_CLINICIAN, EV_TRANSFERRED, EV_DIED};
    const struct people_file *f = &p->file;
    if (f->may[EV_SCREENING] && f->now.state != IN_REFERRED &&
        f->now.state != IN_SCREENING)
        link_to(c, &m->other, call_text(c, "PEOPLE_DO_SCREEN_AGAIN"),
                path_screening(c->act.a, p->id));
    for (isize i = 0; i < COUNT(in_order); i++)
        if (f->may[in_order[i]])
            link_to(c, &m->other, person_event(c, in_order[i]),
                    event_path(c, p, in_order[i]));
}

/* --- what happened ---------------------------------------------------------------------------- */

static struct str reason_words(const struct call *c, const struct study *s,
                               struct str code)
{
    const struct study_reason *r = code.n ? study_reason(s, code) : NULL;
    return r ? study_word(&r->label, c->lang) : code;
}

/* The day it was entered is said when it is another. */
static struct str entered(struct call *c, const struct participant_happened *x)
{
    enum { DAY_MS = 24 * HOUR };
    day on = (day)(x->at / DAY_MS);
    return on == x->day
               ? person_words(c, "PEOPLE_ENTERED_BY", forms_name(c, x->staff_name))
               : person_words(c, "PEOPLE_ENTERED_ON", forms_name(c, x->staff_name),
                              person_day(c, on));
}

static void timeline(struct call *c, struct person_page *m, const struct person *p)
{
    const struct participant_events *all = &p->file.events;
    for (isize i = all->n; i-- > 0;) {
        const struct participant_happened *x = &all->at[i];
        struct buf b = buf_in(c->act.a, 160);
        put_with(&b, reason_words(c, p->file.study, x->reason));
        if (x->kind == EV_TRANSFERRED) put_with(&b, x->site_name);
        put_with(&b, x->clinician_name);
        put_with(&b, x->note);
        put_with(&b, entered(c, x));
        if (x->gone)
            put_with(&b, person_words(c, "PEOPLE_TAKEN_BACK",
                                      forms_name(c, x->gone_staff_name), x->gone_why));
        *PUSH(c->act.a, &m->timeline) = (struct part_event){
            .on = x->day,
            .words = person_event(c, x->kind),
            .detail = buf_str(&b),
            .kind = x->gone                                            ? PART_OFF
                    : x->kind == EV_ENROLLED || x->kind == EV_RETURNED ? PART_GOOD
                                                                       : PART_PLAIN};
    }
}

/* The last event that holds; NULL when that is the referral, which is not taken back. */
static const struct participant_happened *last_event(const struct people_file *f)
{
    for (isize i = f->events.n; i-- > 0;)
        if (!f->events.at[i].gone)
            return f->events.at[i].kind == EV_REFERRED ? NULL : &f->events.at[i];
    return NULL;
}

/* --- who ------------------------------------------------------------------------------------------ */

static void fact(struct call *c, struct part_facts *l, struct str term, struct str words)
{
    *PUSH(c->act.a, l) = (struct part_fact){.term = term, .words = words};
}

static void who(struct call *c, struct person_page *m, const struct person *p, bool acts)
{
    static const char *const label[ID_N] = {[ID_birth] = "PEOPLE_BIRTH",
                                            [ID_phone] = "PEOPLE_PHONE",
                                            [ID_email] = "PEOPLE_EMAIL",
                                            [ID_address] = "PEOPLE_ADDRESS"};
    struct err none;
    for (int i = ID_birth; p->named && i < ID_N; i++) { /* the name stands on top */
        day birth;
        struct str words = p->who.at[i];
        if (i == ID_birth && words.n && day_read(words, &birth, &none) == OK)
            words = person_day(c, birth);
        if (words.n || i < ID_email) fact(c, &m->who, call_text(c, label[i]), words);
    }
    fact(c, &m->who, call_text(c, "PEOPLE_STUDY"),
         study_word(&p->file.study->title, c->lang));
    if (acts && p->named && p->file.may_enrol) m->edit_who = path_names(c->act.a, p->id);
}

static void attributes(struct call *c, struct person_page *m, const struct person *p,
                       bool acts)
{
    const struct study *s = p->file.study;
    if (s->participants.table < 0) return;
    const struct study_table *t = &s->tables.at[s->participants.table];
    for (isize i = 0; i < p->file.attributes.n; i++) {
        const struct attribute *x = &p->file.attributes.at[i];
        if (x->gone) continue;
        const struct study_column *k = study_column(s, s->participants.table, x->name);
        struct str label = k ? study_word(&k->label, c->lang) : x->name;
        fact(c, &m->attributes, label.n ? label : x->name,
             k ? study_code_label(k, x->value, c->lang) : x->value);
    }
    if (acts && t->columns.n && person_may(c, p, MAY_ENTER_ANSWERS) &&
        p->file.now.data == DATA_OPEN)
        m->edit_attributes = path_attributes(c->act.a, p->id);
}

static struct str answer_words(struct call *c, const struct person *p)
{
    const struct participant *x = &p->file.now;
    struct str state = person_state(c, x->state), since = person_day(c, x->since);
    return x->clinician ? person_words(c, "PEOPLE_ANSWER_WITH", state, since,
                                       x->site_name, x->clinician_name)
                        : person_words(c, "PEOPLE_ANSWER", state, since, x->site_name);
}

static void notice(struct call *c, struct person_page *m, const struct person *p,
                   bool then, day as_of)
{
    static const char *const data[DATA_N] = {
        [DATA_KEEP] = "PEOPLE_DATA_KEEP",
        [DATA_STOP] = "PEOPLE_DATA_STOP",
        [DATA_ERASE] = "PEOPLE_DATA_ERASE",
    };
    enum participant_data d = p->file.now.data;
    if (then)
        m->notice = (struct part_notice){
            .kind = PART_WANTS,
            .words = person_words(c, "PEOPLE_AS_OF_SAID", person_day(c, as_of)),
            .next = {.words = call_text(c, "PEOPLE_AS_OF_NOW"), .path = m->path}};
    else if (d < DATA_N && data[d])
        m->notice =
            (struct part_notice){.kind = PART_WANTS, .words = call_text(c, data[d])};
    if (!then && d == DATA_ERASE && person_may(c, p, MAY_ERASE))
        m->notice.next = (struct html_link){.words = call_text(c, "PEOPLE_ERASE"),
                                            .path = path_erasure(c->act.a, p->id)};
}

static void more(struct call *c, struct person_page *m, const struct person *p)
{
    if (person_may(c, p, MAY_READ_JOURNAL))
        link_to(c, &m->more, call_text(c, "PEOPLE_HISTORY"),
                path_history(c->act.a, p->id));
    if (person_may(c, p, MAY_SEE_ALLOCATION) && !call_can(c, MAY_ENROL))
        link_to(c, &m->more, call_text(c, "PEOPLE_ALLOCATION"),
                path_allocation(c->act.a, p->id));
    if (person_may(c, p, MAY_TELL_PERSON) && p->file.now.data != DATA_ERASED)
        link_to(c, &m->more, call_text(c, "PEOPLE_COPY"), path_copy(c->act.a, p->id));
    if (person_may(c, p, MAY_ERASE) && p->file.now.data != DATA_ERASED)
        link_to(c, &m->more, call_text(c, "PEOPLE_ERASE"), path_erasure(c->act.a, p->id));
}

int page_participant(struct call *c, struct err *e)
{
    enum { DAY_MS = 24 * HOUR };
    struct err none;
    struct person p;
    struct str typed = str_trim(http_query(c->q, "as_of"));
    day as_of = c->act.today;
    bool then = typed.n > 0;
    const char *wrong = NULL; /* with the day that was asked for */
    if (then && part_day_read(typed, c->act.today, &as_of, &none) != OK) {
        wrong = "FORM_DAY";
        then = false;
    }
    then = then && as_of < c->act.today;
    int code =
        person_read(c, then ? ((instant)as_of + 1) * DAY_MS - 1 : INSTANT_NOW, &p, e);
    if (code == E_NOT_FOUND && then) { /* not referred yet, or not this viewer's */
        code = person_read(c, INSTANT_NOW, &p, e);
        wrong = "PEOPLE_AS_OF_BEFORE";
        then = false;
    }
    TRY(code);
    struct person_page m = {.code = p.file.now.code,
                            .name = p.named ? p.who.at[ID_name] : S(""),
                            .answer = answer_words(c, &p),
                            .path = path_participant(c->act.a, p.id)};
    link_to(c, &m.crumbs, call_text(c, "PEOPLE_PARTICIPANTS"),
            path_participants(c->act.a));
    notice(c, &m, &p, then, as_of);
    if (wrong)
        m.notice = (struct part_notice){.kind = PART_WANTS, .words = call_text(c, wrong)};
    consents(c, &m, &p, !then);
    criteria(c, &m, &p);
    timeline(c, &m, &p);
    who(c, &m, &p, !then);
    attributes(c, &m, &p, !then);
    const struct participant_happened *last = last_event(&p.file);
    if (!then) {
        next_step(c, &m, &p);
        others(c, &m, &p);
        more(c, &m, &p);
        if (last && p.file.may_enrol && last->kind != EV_ERASED)
            m.take_back = (struct html_link){
                .words = person_words(c, "PEOPLE_TAKE_BACK", person_event(c, last->kind)),
                .path = path_event_back(c->act.a, p.id)};
    }
    m.as_of = (struct part_date){
        .name = "as_of", .label = call_text(c, "PEOPLE_AS_OF"), .value = typed};
    m.print = (struct part_print){.study = p.file.study->id,
                                  .whose = m.code,
                                  .what = call_text(c, "PEOPLE_PARTICIPANT"),
                                  .made = person_day(c, c->act.today)};
    if (!then) {
        const struct collect_kit *kit = NULL;
        TRY(forms_kit_of_subject(c, p.id, &kit, e));
        TRY(forms_visits_of(c, kit, p.id, &m.visits, e));
        TRY(forms_series_of(c, kit, p.id, -1, &m.series, e));
    }
    tpl_participant(&c->html, &m);
    return call_page(c, 200);
}

/* --- the journal -------------------------------------------------------------------------------------- */

static void column(struct call *c, struct part_table *t, const char *id)
{
    *PUSH(c->act.a, &t->columns) = (struct part_column){.words = call_text(c, id)};
}

static void put(struct call *c, struct part_row *r, struct str words, struct str soft)
{
    *PUSH(c->act.a, r) = (struct part_cell){.words = words, .soft = soft};
}

static struct str staff_name(const struct call *c, const struct staff_list *all, i64 id)
{
    for (isize i = 0; i < all->n; i++)
        if (all->at[i].id == id) return all->at[i].name;
    return call_text(c, "PEOPLE_PROGRAM");
}

/* "day 2026-08-18, event dropped out": what a journal cell holds, for people. */
static void put_json(struct buf *b, const struct json *v)
{
    for (const struct json *k = v->kid; k; k = k->next) {
        if (b->n) buf_put(b, S(", "));
        if (k->key.n) buf_fmt(b, "%.*s ", FMT(k->key));
        if (k->kind == JSON_OBJECT || k->kind == JSON_ARRAY) {
            struct buf in = buf_in(b->a, 64);
            put_json(&in, k);
            buf_fmt(b, "(%.*s)", FMT(buf_str(&in)));
        } else if (k->kind == JSON_BOOL) {
            buf_put(b, k->truth ? S("true") : S("false"));
        } else {
            buf_put(b, k->kind == JSON_NULL ? S("\342\200\223") : k->text);
        }
    }
}

static struct str readable(struct call *c, struct str cell)
{
    struct json *v = NULL;
    struct err none;
    if (!cell.n || json_read(cell, "cell", &v, c->act.a, &none) != OK) return cell;
    struct buf b = buf_in(c->act.a, cell.n + 16);
    put_json(&b, v);
    return buf_str(&b);
}

static struct str minute(struct call *c, struct str at)
{
    struct err none;
    day d;
    if (at.n < 16 || day_read(str_upto(at, 10), &d, &none) != OK) return at;
    return str_fmt(c->act.a, "%.*s, %.*s UTC", FMT(person_day(c, d)),
                   FMT(str_upto(str_from(at, 11), 5)));
}

int page_history(struct call *c, struct err *e)
{
    struct person p;
    struct journal_entries all = {0};
    struct staff_list staff;
    TRY(person_read(c, INSTANT_NOW, &p, e));
    TRY(act_may_in(&c->act, MAY_READ_JOURNAL, p.file.now.site, p.file.study->id, e));
    TRY(journal_of_person(c->act.db, p.id, &all, c->act.a, e));
    TRY(staff_all(c->act.db, &staff, c->act.a, e));
    struct history_page m = {
        .title = call_text(c, "PEOPLE_HISTORY"),
        .answer = person_words(c, "PEOPLE_HISTORY_N", person_int(c, all.n))};
    link_to(c, &m.crumbs, call_text(c, "PEOPLE_PARTICIPANTS"),
            path_participants(c->act.a));
    link_to(c, &m.crumbs, person_title(c, &p), path_participant(c->act.a, p.id));
    m.table.caption = call_text(c, "PEOPLE_HISTORY_TABLE");
    column(c, &m.table, "PEOPLE_WHEN");
    column(c, &m.table, "PEOPLE_WHO");
    column(c, &m.table, "PEOPLE_WHAT");
    bool before = false, why = false; /* columns that would stand empty are left out */
    for (isize i = 0; i < all.n; i++) {
        before = before || all.at[i].before.n;
        why = why || all.at[i].why.n;
    }
    if (before) column(c, &m.table, "PEOPLE_BEFORE");
    column(c, &m.table, "PEOPLE_AFTER");
    if (why) column(c, &m.table, "PEOPLE_WHY");
    for (isize i = all.n; i-- > 0;) {
        const struct journal_entry *x = &all.at[i];
        struct part_row *r = PUSH(c->act.a, &m.table.rows);
        *r = (struct part_row){0};
        put(c, r, minute(c, x->at), S(""));
        put(c, r, staff_name(c, &staff, x->actor), S(""));
        put(c, r, x->act, S(""));
        if (str_is(x->entity, "response"))
            r->at[r->n - 1].path = path_response(c->act.a, x->entity_id);
        if (str_is(x->entity, "visit"))
            r->at[r->n - 1].path = path_visit(c->act.a, x->entity_id);
        if (before) put(c, r, readable(c, x->before), S(""));
        put(c, r, readable(c, x->after),
            x->erased.n ? call_text(c, "PEOPLE_ERASED_CELL") : S(""));
        if (why) put(c, r, x->why, S(""));
    }
    tpl_history(&c->html, &m);
    return call_page(c, 200);
}
