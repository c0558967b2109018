/* Erasing a person who asked for it: what goes and what stays in words, and the code typed. */
#include "app/erase.h"
#include "web/person.h"
#include "web/routes.h"

static void effect(struct call *c, struct person_form *f, const char *id)
{
    *PUSH(c->act.a, &f->effects) = call_text(c, id);
}

static int form(struct call *c, const struct person *p)
{
    bool asked = p->file.now.data == DATA_ERASE;
    struct person_form *f = person_form_of(c, p, "PEOPLE_ERASE", "PEOPLE_ERASE_DO",
                                           path_erasure(c->act.a, p->id));
    f->danger = true;
    f->answer = person_words(c, "PEOPLE_ERASE_SAID", p->file.now.code);
    effect(c, f, "PEOPLE_ERASE_NAME");
    effect(c, f, "PEOPLE_ERASE_TEXTS");
    effect(c, f, "PEOPLE_ERASE_STONE");
    if (!asked) effect(c, f, "PEOPLE_ERASE_WHY_KEPT");
    effect(c, f, "PEOPLE_ERASE_BACKUPS");
    person_form_choices(c, f, "what", call_text(c, "PEOPLE_ERASE_WHAT"));
    person_form_choice(c, f, S("all"), call_text(c, "PEOPLE_ERASE_ALL"), asked)->help =
        call_text(c, "PEOPLE_ERASE_ALL_HELP");
    if (!asked)
        person_form_choice(c, f, S("name"), call_text(c, "PEOPLE_ERASE_ONLY"), false)
            ->help = call_text(c, "PEOPLE_ERASE_ONLY_HELP");
    struct part_field *t = person_form_text(
        c, f, "code", person_words(c, "PEOPLE_ERASE_CODE", p->file.now.code), S(""));
    t->size = 12;
    return person_form_page(c, f);
}

static int start(struct call *c, struct person *p, struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    return person_may(c, p, MAY_ERASE) && p->file.now.data != DATA_ERASED
               ? OK
               : err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
}

int page_erasure(struct call *c, struct err *e)
{
    struct person p;
    TRY(start(c, &p, e));
    return form(c, &p);
}

int post_erasure(struct call *c, struct err *e)
{
    struct person p;
    TRY(start(c, &p, e));
    struct str what = call_field(c, "what");
    bool all = str_is(what, "all");
    if (!all && !str_is(what, "name")) call_fault(c, "what", "PEOPLE_CHOOSE_ONE");
    if (!str_eq(call_field(c, "code"), p.file.now.code))
        call_fault(c, "code", "PEOPLE_ERASE_CODE_WRONG");
    if (!person_form_current(c, &p) || c->faults.n) return form(c, &p);
    int code = erase_person(&c->act, p.id, all, e);
    if (person_form_refused(c, code, e)) return form(c, &p);
    TRY(code);
    struct err late; /* it is done; house_tidy writes the list if this did not */
    (void)!house_list_erasures(c->house, &late);
    return call_redirect_said(c, path_participants(c->act.a), "PEOPLE_ERASED_SAID");
}
