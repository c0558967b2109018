/* What is known of a row: the person's name and contact; the columns of the study's table. */
#include "app/collect.h"
#include "web/person.h"
#include "web/routes.h"

/* --- name, birth date, contact ------------------------------------------------------ */

static const struct {
    enum identity_field field;
    const char *name, *label, *type;
} names[] = {
    {ID_name, "name", "PEOPLE_NAME", "text"},
    {ID_birth, "birth", "PEOPLE_BIRTH", NULL},
    {ID_phone, "phone", "PEOPLE_PHONE", "tel"},
    {ID_email, "email", "PEOPLE_EMAIL", "email"},
    {ID_address, "address", "PEOPLE_ADDRESS", "text"},
};

/* As it stands in the field: a birth date as people write it. */
static struct str shown(struct call *c, const struct person *p, enum identity_field field)
{
    struct err none;
    day birth;
    struct str s = p->who.at[field];
    if (field == ID_birth && s.n && day_read(s, &birth, &none) == OK)
        return part_day(birth, c->act.a);
    return s;
}

static int names_form(struct call *c, const struct person *p)
{
    struct person_form *f =
        person_form_of(c, p, "PEOPLE_NAMES", "PEOPLE_SAVE", path_names(c->act.a, p->id));
    f->answer = call_text(c, "PEOPLE_NAMES_SAID");
    for (isize i = 0; i < COUNT(names); i++) {
        struct str label = call_text(c, names[i].label);
        struct str value = shown(c, p, names[i].field);
        if (names[i].field == ID_birth) {
            person_form_day(c, f, names[i].name, label, value)->optional = true;
            continue;
        }
        struct part_field *t = person_form_text(c, f, names[i].name, label, value);
        t->optional = true;
        t->type = names[i].type;
        t->most = 200;
    }
    return person_form_page(c, f);
}

static int named(struct call *c, struct person *p, struct err *e)
{
    TRY(person_read(c, INSTANT_NOW, p, e));
    return p->named && p->file.may_enrol ? OK
                                         : err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
}

int page_names(struct call *c, struct err *e)
{
    struct person p;
    TRY(named(c, &p, e));
    return names_form(c, &p);
}

struct naming {
    const struct key *k;
    i64 subject;
    struct str value[COUNT(names)];
    bool change[COUNT(names)];
};

static int name_all(struct act *act, void *arg, struct err *e)
{
    const struct naming *n = arg;
    for (isize i = 0; i < COUNT(names); i++)
        if (n->change[i])
            TRY(people_name_set(act, n->k, n->subject, names[i].field, n->value[i], e));
    return OK;
}

int post_names(struct call *c, struct err *e)
{
    struct person p;
    struct err none;
    TRY(named(c, &p, e));
    struct naming n = {.k = house_key(c->house), .subject = p.id};
    for (isize i = 0; i < COUNT(names); i++) {
        struct str s = call_field(c, names[i].name), normal;
        day birth;
        if (names[i].field == ID_birth && s.n)
            s = person_form_day_read(c, "birth", &birth) ? day_text(birth, c->act.a)
                                                         : S("");
        else if (s.n &&
                 identity_normal(names[i].field, s, &normal, c->act.a, &none) != OK)
            call_fault(c, names[i].name, "PEOPLE_PHONE_WRONG");
        n.value[i] = s;
        n.change[i] = !str_eq(s, p.who.at[names[i].field]);
    }
    if (!person_form_current(c, &p) || c->faults.n) return names_form(c, &p);
    int code = act_together(&c->act, name_all, &n, e);
    if (person_form_refused(c, code, e)) return names_form(c, &p);
    TRY(code);
    return call_redirect_said(c, path_participant(c->act.a, p.id), "FORM_SAVED");
}

/* --- columns of a table ------------------------------------------------------------------ */

struct row {
    struct subject subject;
    const struct study *study;
    isize table;
    struct attributes now;
    struct str back, title;
};

static int read_row(struct call *c, struct row *r, struct err *e)
{
    const struct collect_kit *k;
    struct studies_row study;
    i64 id;
    *r = (struct row){0};
    TRY(call_id(c, 0, &id, e));
    TRY(people_subject(&c->act, id, &r->subject, e));
    TRY(studies_get(c->act.db, r->subject.study, &study, c->act.a, e));
    TRY(act_may_in(&c->act, MAY_ENTER_ANSWERS, r->subject.site, study.name, e));
    TRY(house_study(c->house, c->act.db, study.id, &k, e));
    r->study = k->s;
    TRY(people_attributes(&c->act, id, INSTANT_NOW, &r->now, e));
    r->table = study_table(r->study, r->subject.kind);
    bool person = r->table == r->study->participants.table;
    r->back = person ? path_participant(c->act.a, id) : path_subject(c->act.a, id);
    r->title = r->subject.code;
    return r->table >= 0 ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_SUCH_TABLE");
}

/* Whether this viewer is asked for it: not for what is entered elsewhere, nor blinded for what the
** study does not call open. */
static bool asked(const struct call *c, const struct row *r, isize column)
{
    const struct study_table *t = &r->study->tables.at[r->table];
    return study_column_entered(t, &t->columns.at[column]) &&
           (!c->act.who.blinded || study_open_column(r->study, r->table, column));
}

static struct str value_of(const struct row *r, struct str name)
{
    for (isize i = 0; i < r->now.n; i++)
        if (!r->now.at[i].gone && str_eq(r->now.at[i].name, name))
            return r->now.at[i].value;
    return S("");
}

static const char *field_of(const struct call *c, const struct study_column *k)
{
    return str_fmt(c->act.a, "a-%.*s", FMT(k->id)).at;
}

static void column(struct call *c, struct person_form *f, const struct row *r,
                   const struct study_column *k)
{
    const char *name = field_of(c, k);
    struct str label = study_word(&k->label, c->lang), value = value_of(r, k->id);
    if (!label.n) label = k->id;
    if (k->type == COLUMN_CODE) {
        person_form_pick(c, f, name, label)->optional = true;
        person_form_choice(c, f, S(""), call_text(c, "PEOPLE_NOT_ENTERED"), !value.n);
        for (isize i = 0; i < k->codes.n; i++) {
            struct str id = k->codes.at[i].id;
            person_form_choice(c, f, id, study_code_label(k, id, c->lang),
                               str_eq(id, value));
        }
        return;
    }
    struct part_field *t = person_form_text(c, f, name, label, value);
    t->optional = true;
    t->size = 12;
    t->most = 60;
    if (k->type == COLUMN_NUMBER || k->type == COLUMN_WHOLE) {
        t->inputmode = k->type == COLUMN_WHOLE ? "numeric" : "decimal";
        t->help = person_words(c, "PEOPLE_BETWEEN", str_fmt(c->act.a, "%g", k->lo),
                               str_fmt(c->act.a, "%g", k->hi));
    }
}

static int attributes_form(struct call *c, const struct row *r)
{
    const struct study_table *t = &r->study->tables.at[r->table];
    struct person_form *f = person_form_of(c, NULL, "PEOPLE_ATTRIBUTES", "PEOPLE_SAVE",
                                           path_attributes(c->act.a, r->subject.id));
    *PUSH(c->act.a, &f->crumbs) = (struct html_link){.words = r->title, .path = r->back};
    f->back = r->back;
    f->answer = call_text(c, "PEOPLE_ATTRIBUTES_SAID");
    for (isize i = 0; i < t->columns.n; i++)
        if (asked(c, r, i)) column(c, f, r, &t->columns.at[i]);
    struct part_field *why =
        person_form_text(c, f, "reason", call_text(c, "PEOPLE_CHANGE_WHY"), S(""));
    why->optional = true;
    why->most = 500;
    why->help = call_text(c, "PEOPLE_CHANGE_WHY_HELP");
    return person_form_page(c, f);
}

int page_attributes(struct call *c, struct err *e)
{
    struct row r;
    TRY(read_row(c, &r, e));
    return attributes_form(c, &r);
}

struct change {
    struct str name, value;
    const char *field;
};
struct changes {
    i64 subject;
    struct LIST(struct change) of;
    isize refused; /* the one that was: -1 none */
};

static int change_all(struct act *act, void *arg, struct err *e)
{
    struct changes *x = arg;
    for (isize i = 0; i < x->of.n; i++) {
        x->refused = i;
        TRY(people_attribute(act, x->subject, x->of.at[i].name, x->of.at[i].value, e));
    }
    x->refused = -1;
    return OK;
}

int post_attributes(struct call *c, struct err *e)
{
    struct row r;
    bool again = false;
    TRY(read_row(c, &r, e));
    const struct study_table *t = &r.study->tables.at[r.table];
    struct changes x = {.subject = r.subject.id, .refused = -1};
    for (isize i = 0; i < t->columns.n; i++) {
        const struct study_column *k = &t->columns.at[i];
        struct str was = value_of(&r, k->id), is = call_field(c, field_of(c, k));
        if (!asked(c, &r, i) || str_eq(was, is)) continue;
        again = again || was.n;
        *PUSH(c->act.a, &x.of) = (struct change){k->id, is, field_of(c, k)};
    }
    if (again && !c->act.why.n) call_fault(c, "reason", "PEOPLE_CHANGE_NEEDS_WHY");
    if (c->faults.n) return attributes_form(c, &r);
    if (x.of.n) {
        int code = act_together(&c->act, change_all, &x, e);
        if (code == E_RECORD && x.refused >= 0) {
            call_fault(c, x.of.at[x.refused].field, "PEOPLE_VALUE_WRONG");
            return attributes_form(c, &r);
        }
        if (person_form_refused(c, code, e)) return attributes_form(c, &r);
        TRY(code);
    }
    return call_redirect_said(c, r.back, "FORM_SAVED");
}
