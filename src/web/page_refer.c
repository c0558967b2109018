/* A referral: a form of three minutes. The code comes by itself; what is known of the person
** is optional; somebody with the same name and birth date is shown before there are two. */
#include "app/collect.h"
#include "web/person.h"
#include "web/routes.h"

struct asked {
    struct studies_row study;
    const struct study *def;
    struct people_twins twins;
    i64 site; /* the only one where this viewer may refer; 0: there are several */
};

static int ask(struct call *c, struct asked *q, struct err *e)
{
    const struct collect_kit *k;
    struct studies_rows all = {0};
    struct studies_sites sites;
    struct err none;
    *q = (struct asked){0};
    TRY(person_study(c, &all, &q->study, e));
    if (!q->study.id) return err_say(e, E_NOT_FOUND, "REFUSED_NO_STUDY_YET");
    TRY(house_study(c->house, c->act.db, q->study.id, &k, e));
    q->def = k->s;
    TRY(studies_sites_of(c->act.db, q->study.id, &sites, c->act.a, e));
    isize n = 0;
    for (isize i = 0; i < sites.n; i++) {
        i64 site = sites.at[i].site;
        if (act_may_in(&c->act, MAY_ENROL, site, q->study.name, &none) != OK) continue;
        q->site = n++ ? 0 : site;
    }
    return n ? OK : act_may(&c->act, MAY_ENROL, 0, e);
}

static void clinicians(struct call *c, struct person_form *f)
{
    person_form_pick(c, f, "clinician", call_text(c, "PEOPLE_CLINICIAN"));
    person_form_choice(c, f, S(""), call_text(c, "PEOPLE_NOBODY_YET"), true);
    person_form_choice(c, f, person_int(c, c->act.who.staff), c->act.who.name, false);
}

/* Both ways out: open the one who is there, or say that this is somebody else. */
static void twins(struct call *c, struct person_form *f, const struct asked *q)
{
    const struct participants *here = &q->twins.here;
    if (!here->n && !q->twins.elsewhere) return;
    for (isize i = 0; i < here->n; i++)
        *PUSH(c->act.a, &f->missing) = (struct html_link){
            .words =
                person_words(c, "PEOPLE_TWIN_HERE", here->at[i].code,
                             person_state(c, here->at[i].state), here->at[i].site_name),
            .path = path_participant(c->act.a, here->at[i].subject)};
    if (q->twins.elsewhere)
        *PUSH(c->act.a, &f->missing) =
            (struct html_link){.words = call_text(c, "PEOPLE_TWIN_ELSEWHERE")};
    struct part_choices *t =
        person_form_choices(c, f, "twin", call_text(c, "PEOPLE_TWIN"));
    t->many = true;
    person_form_choice(c, f, S("1"), call_text(c, "PEOPLE_TWIN_OTHER"), false);
}

static int form(struct call *c, const struct asked *q, struct err *e)
{
    struct person_form *f =
        person_form_of(c, NULL, "PEOPLE_REFER", "PEOPLE_REFER_DO", path_refer(c->act.a));
    f->answer = call_text(c, "PEOPLE_REFER_SAID");
    person_form_hide(c, f, "study", person_int(c, q->study.id));
    twins(c, f, q);
    person_form_text(c, f, "name", call_text(c, "PEOPLE_NAME"), S(""))->optional = true;
    struct part_date *b =
        person_form_day(c, f, "birth", call_text(c, "PEOPLE_BIRTH"), S(""));
    b->optional = true;
    struct part_field *t =
        person_form_text(c, f, "phone", call_text(c, "PEOPLE_PHONE"), S(""));
    t->optional = true;
    t->type = "tel";
    t->size = 20;
    if (!q->def->participants.code.n) {
        t = person_form_text(c, f, "code", call_text(c, "PEOPLE_CODE"), S(""));
        t->size = 12;
    }
    TRY(person_form_sites(c, f, "site", call_text(c, "PEOPLE_SITE"), q->study.id,
                          q->study.name, MAY_ENROL, 0, e));
    if (q->site)
        TRY(person_form_staff(c, f, "clinician", call_text(c, "PEOPLE_CLINICIAN"), q->def,
                              q->site, 0, call_text(c, "PEOPLE_NOBODY_YET"), e));
    else
        clinicians(c, f);
    person_form_day(c, f, "day", call_text(c, "PEOPLE_REFERRED_ON"),
                    part_day(c->act.today, c->act.a));
    t = person_form_text(c, f, "note", call_text(c, "PEOPLE_NOTE"), S(""));
    t->optional = true;
    t->rows = 2;
    t->help = call_text(c, "PEOPLE_NOTE_HELP");
    return person_form_page(c, f);
}

int page_refer(struct call *c, struct err *e)
{
    struct asked q;
    TRY(ask(c, &q, e));
    return form(c, &q, e);
}

static int known(struct call *c, struct identity *who, struct err *e)
{
    struct err none;
    struct str normal;
    *who = (struct identity){0};
    who->at[ID_name] = call_field(c, "name");
    if (call_field(c, "birth").n) {
        day birth;
        if (person_form_day_read(c, "birth", &birth))
            who->at[ID_birth] = day_text(birth, c->act.a);
    }
    who->at[ID_phone] = call_field(c, "phone");
    if (who->at[ID_phone].n &&
        identity_normal(ID_phone, who->at[ID_phone], &normal, c->act.a, &none) != OK)
        call_fault(c, "phone", "PEOPLE_PHONE_WRONG");
    (void)e;
    return OK;
}

int post_refer(struct call *c, struct err *e)
{
    struct asked q;
    struct referred out;
    TRY(ask(c, &q, e));
    struct referral in = {.study = q.study.id, .note = call_field(c, "note")};
    TRY(known(c, &in.who, e));
    in.code = call_field(c, "code");
    if (!q.def->participants.code.n && !in.code.n) call_fault(c, "code", "FORM_NEEDED");
    if (!call_int(c, "site", 1, INT64_MAX, &in.site)) in.site = 0;
    if (!person_form_id(c, "clinician", &in.clinician)) in.clinician = 0;
    if (!person_form_day_read(c, "day", &in.day)) in.day = c->act.today;
    in.twin_seen = call_field(c, "twin").n > 0;
    const struct key *k = house_key(c->house);
    if (!c->faults.n && in.who.at[ID_name].n && in.who.at[ID_birth].n && !in.twin_seen) {
        TRY(people_twins(&c->act, k, in.who.at[ID_name], in.who.at[ID_birth], &q.twins,
                         e));
        if (q.twins.here.n || q.twins.elsewhere) call_fault(c, "twin", "PEOPLE_TWIN_IS");
    }
    if (c->faults.n) return form(c, &q, e);
    int code = people_refer(&c->act, k, &in, &out, e);
    if (person_form_refused(c, code, e)) return form(c, &q, e);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, out.subject),
                              "PEOPLE_REFERRED_SAID");
}
