/* Forms about people, as lists of parts. */
#include "web/person.h"
#include "base/num.h"
#include "web/routes.h"
#include "tpl.h"

bool person_posted(const struct call *c)
{
    return str_is(c->q->method, "POST");
}

static struct str given(const struct call *c, const char *name, struct str value)
{
    return person_posted(c) ? call_field(c, name) : value;
}

static void way(struct call *c, struct person_form *f, struct str words, struct str path)
{
    *PUSH(c->act.a, &f->crumbs) = (struct html_link){.words = words, .path = path};
}

struct person_form *person_form_of(struct call *c, const struct person *p,
                                   const char *title, const char *button,
                                   struct str action)
{
    struct person_form *f = NEW(c->act.a, struct person_form, 1);
    f->title = call_text(c, title);
    f->button = call_text(c, button);
    f->action = action;
    f->back = path_participants(c->act.a);
    way(c, f, call_text(c, "PEOPLE_PARTICIPANTS"), f->back);
    if (p) {
        f->back = path_participant(c->act.a, p->id);
        way(c, f, person_title(c, p), f->back);
        person_form_hide(c, f, "seen", person_int(c, p->seen));
    }
    return f;
}

static struct person_item *item(struct call *c, struct person_form *f,
                                enum person_part part)
{
    struct person_item *x = PUSH(c->act.a, &f->items);
    *x = (struct person_item){.part = part};
    return x;
}

struct part_field *person_form_text(struct call *c, struct person_form *f,
                                    const char *name, struct str label, struct str value)
{
    struct part_field *t = &item(c, f, PERSON_TEXT)->text;
    *t = (struct part_field){.name = name,
                             .label = label,
                             .value = given(c, name, value),
                             .autocomplete = "off"};
    return t;
}

struct part_date *person_form_day(struct call *c, struct person_form *f, const char *name,
                                  struct str label, struct str value)
{
    struct part_date *t = &item(c, f, PERSON_DATE)->date;
    *t = (struct part_date){.name = name, .label = label, .value = given(c, name, value)};
    return t;
}

static struct part_choices *choices(struct call *c, struct person_form *f,
                                    enum person_part part, const char *name,
                                    struct str legend)
{
    struct part_choices *t = &item(c, f, part)->choices;
    *t = (struct part_choices){.name = name, .legend = legend};
    return t;
}

struct part_choices *person_form_choices(struct call *c, struct person_form *f,
                                         const char *name, struct str legend)
{
    return choices(c, f, PERSON_CHOICES, name, legend);
}

struct part_choices *person_form_pick(struct call *c, struct person_form *f,
                                      const char *name, struct str legend)
{
    return choices(c, f, PERSON_PICK, name, legend);
}

struct part_choice *person_form_choice(struct call *c, struct person_form *f,
                                       struct str value, struct str words, bool first)
{
    struct part_choices *t = &f->items.at[f->items.n - 1].choices;
    struct part_choice *x = PUSH(c->act.a, &t->of);
    *x = (struct part_choice){.value = value, .words = words, .chosen = first};
    if (person_posted(c)) x->chosen = str_eq(call_field(c, t->name), value);
    return x;
}

void person_form_head(struct call *c, struct person_form *f, struct str words,
                      struct str help)
{
    struct person_item *x = item(c, f, PERSON_HEAD);
    x->head = words;
    x->help = help;
}

void person_form_fold(struct person_form *f, struct str word)
{
    struct person_item *x = &f->items.at[f->items.n - 1];
    x->folded = !x->text.value.n;
    x->fold = word;
}

void person_form_hide(struct call *c, struct person_form *f, const char *name,
                      struct str value)
{
    *PUSH(c->act.a, &f->hidden) = (struct person_hidden){name, value};
}

int person_form_staff(struct call *c, struct person_form *f, const char *name,
                      struct str legend, const struct study *s, i64 site, i64 first,
                      struct str none, struct err *e)
{
    struct staff_list all;
    TRY(staff_at(c->act.db, right_roles(&c->act.who, MAY_ENROL, c->act.a), site, s->id,
                 c->act.today, &all, c->act.a, e));
    person_form_pick(c, f, name, legend);
    if (none.n) person_form_choice(c, f, S(""), none, first == 0);
    for (isize i = 0; i < all.n; i++)
        person_form_choice(c, f, person_int(c, all.at[i].id), all.at[i].name,
                           all.at[i].id == first);
    return OK;
}

int person_form_sites(struct call *c, struct person_form *f, const char *name,
                      struct str legend, i64 study, struct str study_name,
                      enum right right, i64 but, struct err *e)
{
    struct studies_sites all;
    TRY(studies_sites_of(c->act.db, study, &all, c->act.a, e));
    struct part_choices *t = person_form_choices(c, f, name, legend);
    isize n = 0;
    for (isize i = 0; i < all.n; i++) {
        struct err no;
        if (all.at[i].site == but ||
            (right < RIGHT_N &&
             act_may_in(&c->act, right, all.at[i].site, study_name, &no) != OK))
            continue;
        n++;
        person_form_choice(c, f, person_int(c, all.at[i].site), all.at[i].name, false);
    }
    enum { FEW = 5 };
    if (n == 1 && !person_posted(c)) t->of.at[0].chosen = true;
    if (n > FEW) {
        f->items.at[f->items.n - 1].part = PERSON_PICK;
        struct part_choices *pick = &f->items.at[f->items.n - 1].choices;
        struct part_choices again = {.name = pick->name, .legend = pick->legend};
        *PUSH(c->act.a, &again.of) =
            (struct part_choice){.words = call_text(c, "PEOPLE_CHOOSE")};
        for (isize i = 0; i < n; i++) *PUSH(c->act.a, &again.of) = pick->of.at[i];
        *pick = again;
    }
    return OK;
}

bool person_form_day_read(struct call *c, const char *name, day *out)
{
    if (!call_day(c, name, out)) return false;
    if (*out <= c->act.today) return true;
    call_fault(c, name, "PEOPLE_DAY_FUTURE");
    return false;
}

bool person_form_id(struct call *c, const char *name, i64 *out)
{
    *out = 0;
    if (!call_field(c, name).n) return true;
    return call_int(c, name, 1, INT64_MAX, out);
}

bool person_form_current(struct call *c, const struct person *p)
{
    struct err none;
    i64 seen = 0;
    struct str s = call_field(c, "seen");
    if (!s.n || (num_read_int(s, 0, INT64_MAX, &seen, &none) == OK && seen == p->seen))
        return true;
    call_fault_words(c, "",
                     person_words(c, "PEOPLE_CHANGED", person_state(c, p->file.now.state),
                                  person_day(c, p->file.now.since)));
    return false;
}

bool person_form_refused(struct call *c, int code, const struct err *e)
{
    if (code != E_RECORD && code != E_CONSTRAINT && code != E_DAY) return false;
    call_fault_words(c, "",
                     person_words(c, "PEOPLE_REFUSED", err_said(e, c->lang, c->q->a)));
    return true;
}

int person_form_page(struct call *c, const struct person_form *f)
{
    tpl_person_form(&c->html, f);
    return c->faults.n ? call_refuse(c) : call_page(c, 200);
}
