/* Consent: given for a purpose, withdrawn with what becomes of the data, or taken back when it
** was entered by mistake. */
#include "web/person.h"
#include "base/num.h"
#include "web/routes.h"

/* --- given ---------------------------------------------------------------------------- */

static const char *const how_text[HOW_N] = {"PEOPLE_HOW_PAPER", "PEOPLE_HOW_ELECTRONIC",
                                            "PEOPLE_HOW_ORAL"};
static const char *const giver_text[GIVER_N] = {
    "PEOPLE_GIVER_SELF", "PEOPLE_GIVER_GUARDIAN", "PEOPLE_GIVER_WITNESS"};

static int give_form(struct call *c, const struct person *p,
                     const struct study_consent *s, struct err *e)
{
    struct person_form *f = person_form_of(c, p, "PEOPLE_CONSENT", "PEOPLE_CONSENT_DO",
                                           path_consent(c->act.a, p->id, s->id));
    f->answer = study_word(&s->label, c->lang);
    if (!s->required) f->notice.words = call_text(c, "PEOPLE_CONSENT_OPTIONAL");
    person_form_day(c, f, "day", call_text(c, "PEOPLE_GIVEN_ON"),
                    part_day(c->act.today, c->act.a));
    struct part_field *v =
        person_form_text(c, f, "version", call_text(c, "PEOPLE_VERSION"), s->version);
    v->size = 8;
    v->help = call_text(c, "PEOPLE_VERSION_HELP");
    person_form_choices(c, f, "how", call_text(c, "PEOPLE_HOW"));
    for (int i = 0; i < HOW_N; i++)
        person_form_choice(c, f, str_of(consent_how_word((enum consent_how)i)),
                           call_text(c, how_text[i]), i == HOW_PAPER);
    person_form_choices(c, f, "giver", call_text(c, "PEOPLE_GIVER"));
    for (int i = 0; i < GIVER_N; i++)
        person_form_choice(c, f, str_of(consent_giver_word((enum consent_giver)i)),
                           call_text(c, giver_text[i]), i == GIVER_SELF);
    TRY(person_form_staff(c, f, "witness", call_text(c, "PEOPLE_WITNESS"), p->file.study,
                          p->file.now.site, 0, call_text(c, "PEOPLE_NOBODY"), e));
    struct part_choices *w = &f->items.at[f->items.n - 1].choices;
    w->optional = true;
    w->help = call_text(c, "PEOPLE_WITNESS_HELP");
    return person_form_page(c, f);
}

static int purpose(struct call *c, struct person *p, const struct study_consent **out,
                   struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    *out = study_consent(p->file.study, c->q->arg[1]);
    if (!*out || !p->file.may_enrol)
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_CONSENT_HERE");
    return OK;
}

int page_consent(struct call *c, struct err *e)
{
    struct person p;
    const struct study_consent *s;
    TRY(purpose(c, &p, &s, e));
    return give_form(c, &p, s, e);
}

int post_consent(struct call *c, struct err *e)
{
    struct person p;
    const struct study_consent *s;
    struct err none;
    i64 id;
    TRY(purpose(c, &p, &s, e));
    struct consent_given in = {
        .participant = p.id, .purpose = s->id, .version = call_field(c, "version")};
    if (!in.version.n) call_fault(c, "version", "FORM_NEEDED");
    if (consent_how_read(call_field(c, "how"), &in.how, &none) != OK)
        call_fault(c, "how", "PEOPLE_CHOOSE_ONE");
    if (consent_giver_read(call_field(c, "giver"), &in.giver, &none) != OK)
        call_fault(c, "giver", "PEOPLE_CHOOSE_ONE");
    if (!person_form_id(c, "witness", &in.witness)) in.witness = 0;
    if (in.witness == c->act.who.staff && in.witness)
        call_fault(c, "witness", "PEOPLE_WITNESS_SELF");
    else if (!c->faults.n && in.how == HOW_ORAL && !in.witness)
        call_fault(c, "witness", "PEOPLE_WITNESS_NEEDED");
    if (!person_form_day_read(c, "day", &in.day)) in.day = c->act.today;
    if (!person_form_current(c, &p) || c->faults.n) return give_form(c, &p, s, e);
    int code = consent_give(&c->act, &in, &id, e);
    if (person_form_refused(c, code, e)) return give_form(c, &p, s, e);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, p.id), "PEOPLE_CONSENT_SAID");
}

/* --- withdrawn -------------------------------------------------------------------------- */

/* The consent of the path's second place, which holds. */
static int holding(struct call *c, struct person *p, const struct consent **out,
                   struct err *e)
{
    i64 id;
    TRY(person_read(c, INSTANT_NOW, p, e));
    TRY(call_id(c, 1, &id, e));
    *out = NULL;
    for (isize i = 0; i < p->file.consents.n; i++) {
        const struct consent *k = &p->file.consents.at[i];
        if (k->id == id && !k->gone && !k->withdrawn) *out = k;
    }
    return *out && p->file.may_enrol
               ? OK
               : err_say(e, E_NOT_FOUND, "REFUSED_NO_CONSENT_HOLDS");
}

static void effect(struct call *c, struct person_form *f, const char *id)
{
    *PUSH(c->act.a, &f->effects) = call_text(c, id);
}

static int withdraw_form(struct call *c, const struct person *p, const struct consent *k)
{
    const struct study_consent *s = study_consent(p->file.study, k->purpose);
    bool ends = s && s->required;
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_WITHDRAWAL", "PEOPLE_WITHDRAW_DO",
                       path_withdraw(c->act.a, p->id, k->id));
    f->answer = person_words(c, "PEOPLE_WITHDRAWAL_OF",
                             s ? study_word(&s->label, c->lang) : k->purpose,
                             person_day(c, k->day));
    effect(c, f, "PEOPLE_WITHDRAWAL_CARE");
    if (!ends)
        effect(c, f, "PEOPLE_WITHDRAWAL_ONLY");
    else if (p->file.now.state == IN_ENROLLED)
        effect(c, f, "PEOPLE_WITHDRAWAL_ENDS");
    else
        effect(c, f, "PEOPLE_WITHDRAWAL_DECLINES");
    if (ends) effect(c, f, "PEOPLE_WITHDRAWAL_NO_NEW");
    person_form_choices(c, f, "effect", call_text(c, "PEOPLE_WITHDRAWAL_DATA"));
    static const struct {
        enum participant_data data;
        const char *words, *help;
    } row[] = {
        {DATA_KEEP, "PEOPLE_EFFECT_KEEP", "PEOPLE_EFFECT_KEEP_HELP"},
        {DATA_STOP, "PEOPLE_EFFECT_STOP", "PEOPLE_EFFECT_STOP_HELP"},
        {DATA_ERASE, "PEOPLE_EFFECT_ERASE", "PEOPLE_EFFECT_ERASE_HELP"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        person_form_choice(c, f, str_of(participant_data_word(row[i].data)),
                           call_text(c, row[i].words), false)
            ->help = call_text(c, row[i].help);
    person_form_day(c, f, "day", call_text(c, "PEOPLE_WITHDRAWN_ON"),
                    part_day(c->act.today, c->act.a));
    struct part_field *why =
        person_form_text(c, f, "note", call_text(c, "PEOPLE_WITHDRAWAL_WHY"), S(""));
    why->optional = true;
    why->rows = 2;
    why->help = call_text(c, "PEOPLE_WITHDRAWAL_WHY_HELP");
    return person_form_page(c, f);
}

int page_withdraw(struct call *c, struct err *e)
{
    struct person p;
    const struct consent *k;
    TRY(holding(c, &p, &k, e));
    return withdraw_form(c, &p, k);
}

int post_withdraw(struct call *c, struct err *e)
{
    struct person p;
    const struct consent *k;
    TRY(holding(c, &p, &k, e));
    struct consent_withdrawn in = {
        .consent = k->id, .effect = DATA_N, .reason = call_field(c, "note")};
    struct str typed = call_field(c, "effect");
    for (enum participant_data d = DATA_KEEP; d <= DATA_ERASE; d++)
        if (str_is(typed, participant_data_word(d))) in.effect = d;
    if (in.effect == DATA_N) call_fault(c, "effect", "PEOPLE_CHOOSE_ONE");
    if (!person_form_day_read(c, "day", &in.day))
        in.day = c->act.today;
    else if (in.day < k->day)
        call_fault(c, "day", "PEOPLE_DAY_BEFORE_CONSENT");
    if (!person_form_current(c, &p) || c->faults.n) return withdraw_form(c, &p, k);
    int code = consent_withdraw(&c->act, &in, e);
    if (person_form_refused(c, code, e)) return withdraw_form(c, &p, k);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, p.id),
                              "PEOPLE_WITHDRAWN_SAID");
}

/* --- entered by mistake ------------------------------------------------------------------- */

static int back_form(struct call *c, const struct person *p, const struct consent *k)
{
    const struct study_consent *s = study_consent(p->file.study, k->purpose);
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_CONSENT_BACK", "PEOPLE_TAKE_BACK_DO",
                       path_consent_back(c->act.a, p->id, k->id));
    f->answer = person_words(c, "PEOPLE_CONSENT_BACK_OF",
                             s ? study_word(&s->label, c->lang) : k->purpose,
                             person_day(c, k->day));
    effect(c, f, "PEOPLE_BACK_KEPT");
    struct part_field *why =
        person_form_text(c, f, "reason", call_text(c, "PEOPLE_BACK_WHY"), S(""));
    why->most = 500;
    return person_form_page(c, f);
}

int page_consent_back(struct call *c, struct err *e)
{
    struct person p;
    const struct consent *k;
    TRY(holding(c, &p, &k, e));
    return back_form(c, &p, k);
}

int post_consent_back(struct call *c, struct err *e)
{
    struct person p;
    const struct consent *k;
    TRY(holding(c, &p, &k, e));
    if (!c->act.why.n) call_fault(c, "reason", "FORM_NEEDED");
    if (!person_form_current(c, &p) || c->faults.n) return back_form(c, &p, k);
    int code = consent_take_back(&c->act, k->id, e);
    if (person_form_refused(c, code, e)) return back_form(c, &p, k);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, p.id), "PEOPLE_BACK_SAID");
}
