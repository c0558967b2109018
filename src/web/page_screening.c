/* Screening: each criterion of the study, met or not or not known. */
#include "web/person.h"
#include "web/routes.h"

static const char *of(const struct call *c, const char *head,
                      const struct study_criterion *k)
{
    return str_fmt(c->act.a, "%s-%.*s", head, FMT(k->id)).at;
}

static const struct criterion_answer *answered(const struct person *p, struct str id)
{
    const struct criterion_answer *found = NULL;
    for (isize i = 0; i < p->file.criteria.n; i++)
        if (!p->file.criteria.at[i].gone && str_eq(p->file.criteria.at[i].criterion, id))
            found = &p->file.criteria.at[i];
    return found;
}

static bool asked(const struct person *p, const struct study_criterion *k)
{
    return k->table == p->file.study->participants.table;
}

/* Those that include, or those that exclude, under one sentence that says what an answer means. */
static void group(struct call *c, struct person_form *f, const struct person *p,
                  bool exclude)
{
    static const enum criterion_met met[] = {MET, MET_NOT, MET_NOT_KNOWN};
    static const char *const answer[] = {"PEOPLE_YES", "PEOPLE_NO", "PEOPLE_NOT_KNOWN"};
    const struct study *s = p->file.study;
    bool first = true;
    for (isize i = 0; i < s->criteria.n; i++) {
        const struct study_criterion *k = &s->criteria.at[i];
        if (!asked(p, k) || k->exclude != exclude) continue;
        if (first)
            person_form_head(
                c, f, call_text(c, exclude ? "PEOPLE_EXCLUDE" : "PEOPLE_INCLUDE"),
                call_text(c, exclude ? "PEOPLE_EXCLUDE_HELP" : "PEOPLE_INCLUDE_HELP"));
        first = false;
        const struct criterion_answer *was = answered(p, k->id);
        struct str label = study_word(&k->label, c->lang);
        person_form_choices(c, f, of(c, "c", k), label)->beside = true;
        for (isize m = 0; m < COUNT(met); m++)
            person_form_choice(c, f, str_of(criterion_word(met[m])),
                               call_text(c, answer[m]), was && was->met == met[m]);
        struct part_field *r = person_form_text(
            c, f, of(c, "r", k), person_words(c, "PEOPLE_REMARK_ON", label),
            was ? was->reason : S(""));
        r->optional = true;
        r->most = 500;
        person_form_fold(f, call_text(c, "PEOPLE_REMARK"));
    }
}

static int form(struct call *c, const struct person *p)
{
    struct person_form *f = person_form_of(
        c, p, "PEOPLE_SCREENING", "PEOPLE_SCREENING_DO", path_screening(c->act.a, p->id));
    f->answer = call_text(c, "PEOPLE_SCREENING_SAID");
    group(c, f, p, false);
    group(c, f, p, true);
    person_form_day(c, f, "day", call_text(c, "PEOPLE_SCREENED_ON"),
                    part_day(c->act.today, c->act.a));
    return person_form_page(c, f);
}

int page_screening(struct call *c, struct err *e)
{
    struct person p;
    TRY(person_read(c, INSTANT_NOW, &p, e));
    if (!p.file.may[EV_SCREENING]) return err_say(e, E_NOT_FOUND, "REFUSED_NO_SCREENING");
    return form(c, &p);
}

int post_screening(struct call *c, struct err *e)
{
    static const char *const said[IN_N] = {[IN_ELIGIBLE] = "PEOPLE_ELIGIBLE_SAID",
                                           [IN_INELIGIBLE] = "PEOPLE_INELIGIBLE_SAID",
                                           [IN_SCREENING] = "PEOPLE_SCREENING_OPEN_SAID"};
    struct person p;
    struct LIST(struct screening_answer) given = {0};
    struct screening in = {0};
    enum participant_state to = IN_NOBODY;
    TRY(person_read(c, INSTANT_NOW, &p, e));
    in.subject = p.id;
    const struct study *s = p.file.study;
    for (isize i = 0; i < s->criteria.n; i++) {
        const struct study_criterion *k = &s->criteria.at[i];
        struct str met = call_field(c, of(c, "c", k));
        if (!asked(&p, k) || !met.n) continue;
        struct screening_answer a = {
            .criterion = k->id, .met = MET_N, .reason = call_field(c, of(c, "r", k))};
        for (int m = 0; m < MET_N; m++)
            if (str_is(met, criterion_word((enum criterion_met)m)))
                a.met = (enum criterion_met)m;
        if (a.met == MET_N)
            call_fault(c, of(c, "c", k), "PEOPLE_CHOOSE_ONE");
        else
            *PUSH(c->act.a, &given) = a;
    }
    if (!given.n && !c->faults.n) call_fault(c, "", "PEOPLE_SCREENING_NONE");
    if (!person_form_day_read(c, "day", &in.day)) in.day = c->act.today;
    if (!person_form_current(c, &p) || c->faults.n) return form(c, &p);
    in.answer = given.at;
    in.n = given.n;
    int code = people_screen(&c->act, &in, &to, e);
    if (person_form_refused(c, code, e)) return form(c, &p);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, p.id),
                              to < IN_N && said[to] ? said[to] : "FORM_SAVED");
}
