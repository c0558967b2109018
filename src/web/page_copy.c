/* A copy of all that is kept about a participant: what it is and to whom it goes, then the file. */
#include "app/copy.h"
#include "web/forms.h"
#include "web/person.h"
#include "web/routes.h"

static const char *const way_text[COPY_WAYS] = {
    "PEOPLE_COPY_BY_HAND", "PEOPLE_COPY_BY_POST", "PEOPLE_COPY_DIGITAL",
    "PEOPLE_COPY_OTHER"};
static const char *const lang_name[LANG_N] = {"English", "Norsk", "Dansk"};

static void effect(struct call *c, struct person_form *f, const char *id)
{
    *PUSH(c->act.a, &f->effects) = call_text(c, id);
}

static int form(struct call *c, const struct person *p)
{
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_COPY", "PEOPLE_COPY_DO", path_copy(c->act.a, p->id));
    const struct study *s = p->file.study;
    f->answer = person_words(c, "PEOPLE_COPY_SAID", person_title(c, p));
    effect(c, f, "PEOPLE_COPY_ALL");
    effect(c, f, "PEOPLE_COPY_READ_FIRST");
    if (s->arms.n && !s->participants.tells_arm) effect(c, f, "PEOPLE_COPY_ARM");
    effect(c, f, "PEOPLE_COPY_NOTED");
    person_form_choices(c, f, "format", call_text(c, "PEOPLE_COPY_FORM"));
    person_form_choice(c, f, S("pdf"), call_text(c, "PEOPLE_COPY_READ"), true);
    person_form_choice(c, f, S("json"), call_text(c, "PEOPLE_COPY_JSON"), false);
    person_form_choices(c, f, "language", call_text(c, "PEOPLE_COPY_LANGUAGE"))->beside =
        true;
    for (int i = 0; i < LANG_N; i++)
        person_form_choice(c, f, str_of(lang_code[i]), str_of(lang_name[i]),
                           i == (int)c->lang);
    person_form_choices(c, f, "way", call_text(c, "PEOPLE_COPY_HOW"));
    for (int i = 0; i < COPY_WAYS; i++)
        person_form_choice(c, f, str_of(copy_way_word[i]), call_text(c, way_text[i]),
                           false);
    struct part_field *t =
        person_form_text(c, f, "reason", call_text(c, "PEOPLE_COPY_NOTE"), S(""));
    t->help = call_text(c, "PEOPLE_COPY_NOTE_HELP");
    t->optional = true;
    t->rows = 2;
    return person_form_page(c, f);
}

static int start(struct call *c, struct person *p, struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    return person_may(c, p, MAY_TELL_PERSON) && p->file.now.data != DATA_ERASED
               ? OK
               : err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
}

int page_copy(struct call *c, struct err *e)
{
    struct person p;
    TRY(start(c, &p, e));
    return form(c, &p);
}

int post_copy(struct call *c, struct err *e)
{
    struct person p;
    struct copy out;
    struct copy_ask ask = {.note = call_field(c, "reason")};
    const struct collect_kit *kit = NULL;
    struct err why = {0};
    TRY(start(c, &p, e));
    struct str format = call_field(c, "format");
    bool json = str_is(format, "json");
    if (!json && !str_is(format, "pdf")) call_fault(c, "format", "PEOPLE_CHOOSE_ONE");
    if (lang_read(call_field(c, "language"), &ask.lang, &why) != OK)
        call_fault(c, "language", "PEOPLE_CHOOSE_ONE");
    if (copy_way_read(call_field(c, "way"), &ask.way, &why) != OK)
        call_fault(c, "way", "PEOPLE_CHOOSE_ONE");
    if (ask.note.n > COPY_NOTE_MOST) call_fault(c, "reason", "PEOPLE_COPY_NOTE_LONG");
    if (c->faults.n) return form(c, &p);
    ask.subject = p.id;
    TRY(house_study(c->house, c->act.db, p.file.now.study, &kit, e));
    TRY(copy_make(&c->act, house_key(c->house), kit, &ask, &out, e));
    struct str name = str_fmt(c->act.a, "attachment; filename=\"copy-%.*s.%s\"",
                              FMT(out.code), json ? "json" : "pdf");
    http_reply_header(c->q, "Content-Disposition", name);
    if (json) return http_reply(c->q, 200, "application/json", out.json);
    struct str pdf;
    TRY(doc_pdf_bytes(out.doc, &pdf, c->act.a, e));
    return http_reply(c->q, 200, "application/pdf", pdf);
}
