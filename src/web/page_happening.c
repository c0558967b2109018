/* Whatever else happens to a participant, one form an event; and taking the last one back. */
#include "web/person.h"
#include "web/routes.h"

/* What a page of an event asks beside the day and a note. */
enum { ASKS_REASON = 1, ASKS_SITE = 2, ASKS_CLINICIAN = 4, QUIET = 8 };
static const struct {
    enum participant_event kind;
    int asks;
    const char *answer, *day, *button;
} page_of[] = {
    {EV_DECLINED, ASKS_REASON, "PEOPLE_DECLINED_ANSWER", "PEOPLE_ON", "PEOPLE_SAVE"},
    {EV_ENROLLED, ASKS_CLINICIAN, "PEOPLE_ENROLLED_ANSWER", "PEOPLE_ENROLLED_ON",
     "PEOPLE_DO_ENROL"},
    {EV_NOT_STARTED, ASKS_REASON, "PEOPLE_NOT_STARTED_ANSWER", "PEOPLE_ON",
     "PEOPLE_SAVE"},
    {EV_DROPPED_OUT, ASKS_REASON, "PEOPLE_DROPPED_OUT_ANSWER", "PEOPLE_DROPPED_OUT_ON",
     "PEOPLE_SAVE"},
    {EV_COMPLETED, 0, "PEOPLE_COMPLETED_ANSWER", "PEOPLE_ON", "PEOPLE_SAVE"},
    {EV_DIED, QUIET, "PEOPLE_DIED_ANSWER", "PEOPLE_DIED_ON", "PEOPLE_SAVE"},
    {EV_RETURNED, 0, "PEOPLE_RETURNED_ANSWER", "PEOPLE_RETURNED_ON", "PEOPLE_SAVE"},
    {EV_TRANSFERRED, ASKS_SITE, "PEOPLE_TRANSFERRED_ANSWER", "PEOPLE_ON", "PEOPLE_SAVE"},
    {EV_CLINICIAN, ASKS_CLINICIAN, "PEOPLE_CLINICIAN_ANSWER", "PEOPLE_FROM",
     "PEOPLE_SAVE"},
};

static int row_of(enum participant_event k)
{
    for (int i = 0; i < (int)COUNT(page_of); i++)
        if (page_of[i].kind == k) return i;
    return -1;
}

static void reasons(struct call *c, struct person_form *f, const struct study *s)
{
    if (!s->reasons.n) return;
    person_form_choices(c, f, "cause", call_text(c, "PEOPLE_REASON"));
    for (isize i = 0; i < s->reasons.n; i++)
        if (!str_is(s->reasons.at[i].id,
                    "consent-withdrawn")) /* its own page, with effects */
            person_form_choice(c, f, s->reasons.at[i].id,
                               study_word(&s->reasons.at[i].label, c->lang), false);
}

static void missing(struct call *c, struct person_form *f, const struct person *p)
{
    const struct people_file *q = &p->file;
    if (q->now.state != IN_ELIGIBLE)
        *PUSH(c->act.a, &f->missing) =
            (struct html_link){.words = call_text(c, "PEOPLE_MISSING_SCREENING"),
                               .path = path_screening(c->act.a, p->id)};
    for (isize i = 0; i < q->study->consents.n; i++) {
        const struct study_consent *s = &q->study->consents.at[i];
        bool holds = !s->required || s->table != q->study->participants.table;
        for (isize j = 0; j < q->consents.n; j++) {
            const struct consent *k = &q->consents.at[j];
            holds = holds || (str_eq(k->purpose, s->id) && !k->gone && !k->withdrawn);
        }
        if (!holds)
            *PUSH(c->act.a, &f->missing) =
                (struct html_link){.words = person_words(c, "PEOPLE_MISSING_CONSENT",
                                                         study_word(&s->label, c->lang)),
                                   .path = path_consent(c->act.a, p->id, s->id)};
    }
    f->blocked = f->missing.n > 0;
}

/* Who withdraws a consent also says what becomes of the data: that is asked elsewhere. */
static void withdraw_instead(struct call *c, struct person_form *f,
                             const struct person *p)
{
    for (isize i = 0; i < p->file.consents.n && !f->blocked; i++) {
        const struct consent *k = &p->file.consents.at[i];
        const struct study_consent *s = study_consent(p->file.study, k->purpose);
        if (k->gone || k->withdrawn || !s || !s->required) continue;
        f->notice =
            (struct part_notice){.words = call_text(c, "PEOPLE_WITHDRAW_INSTEAD"),
                                 .next = {.words = call_text(c, "PEOPLE_WITHDRAWAL"),
                                          .path = path_withdraw(c->act.a, p->id, k->id)}};
    }
}

static int form(struct call *c, const struct person *p, int row, struct err *e)
{
    enum participant_event k = page_of[row].kind;
    int asks = page_of[row].asks;
    const struct people_file *q = &p->file;
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_PARTICIPANT", page_of[row].button,
                       path_happening(c->act.a, p->id, person_slug(c, k)));
    f->title = person_event(c, k);
    f->answer = call_text(c, page_of[row].answer);
    if (k == EV_ENROLLED) missing(c, f, p);
    if (k != EV_ENROLLED && !q->may[k]) {
        f->blocked = true;
        f->notice = (struct part_notice){
            .kind = PART_WANTS,
            .words = person_words(c, "PEOPLE_NOT_NOW", person_state(c, q->now.state),
                                  person_day(c, q->now.since))};
    }
    if (asks & ASKS_REASON) {
        reasons(c, f, q->study);
        withdraw_instead(c, f, p);
    }
    if (asks & ASKS_SITE)
        TRY(person_form_sites(c, f, "site", call_text(c, "PEOPLE_TO_SITE"), q->now.study,
                              q->study->id, RIGHT_N, q->now.site, e));
    if (asks & ASKS_CLINICIAN) {
        bool only = k == EV_CLINICIAN;
        TRY(person_form_staff(c, f, "clinician", call_text(c, "PEOPLE_CLINICIAN"),
                              q->study, q->now.site, q->now.clinician,
                              call_text(c, only ? "PEOPLE_CHOOSE" : "PEOPLE_NOBODY_YET"),
                              e));
    }
    person_form_day(c, f, "day", call_text(c, page_of[row].day),
                    asks & QUIET ? S("") : part_day(c->act.today, c->act.a));
    struct part_field *t =
        person_form_text(c, f, "note", call_text(c, "PEOPLE_NOTE"), S(""));
    t->optional = true;
    t->rows = 2;
    t->help = call_text(c, "PEOPLE_NOTE_HELP");
    return person_form_page(c, f);
}

static int start(struct call *c, struct person *p, int *row, struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    *row = row_of(person_event_of(c->q->arg[1]));
    if (*row < 0 || !p->file.may_enrol) return err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
    return OK;
}

int page_happening(struct call *c, struct err *e)
{
    struct person p;
    int row;
    TRY(start(c, &p, &row, e));
    return form(c, &p, row, e);
}

static day last_day(const struct person *p)
{
    day last = INT32_MIN;
    for (isize i = 0; i < p->file.events.n; i++)
        if (!p->file.events.at[i].gone) last = p->file.events.at[i].day;
    return last;
}

static void read_form(struct call *c, const struct person *p, int row,
                      struct happening *in)
{
    int asks = page_of[row].asks;
    in->subject = p->id;
    in->kind = page_of[row].kind;
    in->note = call_field(c, "note");
    if (asks & ASKS_REASON) {
        in->reason = call_field(c, "cause");
        bool known = study_reason(p->file.study, in->reason) != NULL;
        if (p->file.study->reasons.n && !known)
            call_fault(c, "cause", "PEOPLE_CHOOSE_ONE");
    }
    if (asks & ASKS_SITE && !call_int(c, "site", 1, INT64_MAX, &in->site)) in->site = 0;
    if (in->kind == EV_CLINICIAN) {
        if (!call_int(c, "clinician", 1, INT64_MAX, &in->clinician)) in->clinician = 0;
    } else if (asks & ASKS_CLINICIAN && !person_form_id(c, "clinician", &in->clinician)) {
        in->clinician = 0;
    }
    if (!person_form_day_read(c, "day", &in->day))
        in->day = c->act.today;
    else if (in->day < last_day(p))
        call_fault_words(
            c, "day", person_words(c, "PEOPLE_DAY_BEFORE", person_day(c, last_day(p))));
}

int post_happening(struct call *c, struct err *e)
{
    static const char *const said[EV_N] = {
        [EV_ENROLLED] = "PEOPLE_ENROLLED_SAID",
        [EV_DIED] = "PEOPLE_DIED_SAID",
        [EV_TRANSFERRED] = "PEOPLE_TRANSFERRED_SAID",
    };
    struct person p;
    struct happening in = {0};
    struct participant now;
    struct err none;
    int row;
    i64 event;
    TRY(start(c, &p, &row, e));
    read_form(c, &p, row, &in);
    if (!person_form_current(c, &p) || c->faults.n) return form(c, &p, row, e);
    int code = people_happen(&c->act, &in, &event, e);
    if (person_form_refused(c, code, e)) return form(c, &p, row, e);
    TRY(code);
    /* Who sends somebody to a site where they have no role does not see them any more. */
    bool seen = people_get(&c->act, p.id, &now, &none) == OK;
    return call_redirect_said(
        c, seen ? path_participant(c->act.a, p.id) : path_participants(c->act.a),
        said[in.kind] ? said[in.kind] : "FORM_SAVED");
}

/* --- the last event was entered by mistake --------------------------------------------------- */

static const struct participant_happened *last_event(const struct person *p)
{
    for (isize i = p->file.events.n; i-- > 0;)
        if (!p->file.events.at[i].gone) return &p->file.events.at[i];
    return NULL;
}

static int back_form(struct call *c, const struct person *p)
{
    const struct participant_happened *x = last_event(p);
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_EVENT_BACK", "PEOPLE_TAKE_BACK_DO",
                       path_event_back(c->act.a, p->id));
    f->answer = person_words(c, "PEOPLE_EVENT_BACK_OF", person_event(c, x->kind),
                             person_day(c, x->day), x->staff_name);
    *PUSH(c->act.a, &f->effects) = call_text(c, "PEOPLE_BACK_STATE");
    *PUSH(c->act.a, &f->effects) = call_text(c, "PEOPLE_BACK_KEPT");
    struct part_field *why =
        person_form_text(c, f, "reason", call_text(c, "PEOPLE_BACK_WHY"), S(""));
    why->most = 500;
    return person_form_page(c, f);
}

static int start_back(struct call *c, struct person *p, struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    const struct participant_happened *x = last_event(p);
    if (!p->file.may_enrol || !x || x->kind == EV_REFERRED || x->kind == EV_ERASED)
        return err_say(e, E_NOT_FOUND, "REFUSED_NOTHING_BACK");
    return OK;
}

int page_event_back(struct call *c, struct err *e)
{
    struct person p;
    TRY(start_back(c, &p, e));
    return back_form(c, &p);
}

int post_event_back(struct call *c, struct err *e)
{
    struct person p;
    TRY(start_back(c, &p, e));
    if (!c->act.why.n) call_fault(c, "reason", "FORM_NEEDED");
    if (!person_form_current(c, &p) || c->faults.n) return back_form(c, &p);
    int code = people_take_back(&c->act, last_event(&p)->id, e);
    if (person_form_refused(c, code, e)) return back_form(c, &p);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, p.id), "PEOPLE_BACK_SAID");
}
