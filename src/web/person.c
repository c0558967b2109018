#include "web/person.h"
#include "base/num.h"
#include "web/waiting.h"

/* --- words ---------------------------------------------------------------------- */

static struct str word(const struct call *c, const char *head, const char *name)
{
    struct str id = str_fmt(c->act.a, "%s%s", head, name);
    return call_text(c, id.at);
}

struct str person_state(const struct call *c, enum participant_state s)
{
    static const char *const name[IN_N] = {
        "",
#define STATE(name, word, live) #name,
#include "store/participant_state.def"
#undef STATE
    };
    return s > IN_NOBODY && s < IN_N ? word(c, "PEOPLE_STATE_", name[s]) : S("");
}

enum part_kind person_state_kind(enum participant_state s)
{
    if (s == IN_ENROLLED || s == IN_COMPLETED) return PART_GOOD;
    return participant_live(s) ? PART_WANTS : PART_OFF;
}

struct str person_event(const struct call *c, enum participant_event k)
{
    static const char *const name[EV_N] = {
#define EVENT(name, word, to) #name,
#include "store/participant_event.def"
#undef EVENT
    };
    return word(c, "PEOPLE_EVENT_", name[k]);
}

struct str person_next(const struct call *c, enum participant_state s)
{
    switch (s) {
    case IN_REFERRED: return call_text(c, "PEOPLE_NEXT_SCREEN");
    case IN_SCREENING: return call_text(c, "PEOPLE_NEXT_FINISH");
    case IN_ELIGIBLE: return call_text(c, "PEOPLE_NEXT_ENROL");
    default: return S("");
    }
}

struct str person_met(const struct call *c, enum criterion_met m)
{
    static const char *const id[MET_N] = {"PEOPLE_NOT_KNOWN", "PEOPLE_MET",
                                          "PEOPLE_NOT_MET"};
    return call_text(c, id[m]);
}

enum part_kind person_met_kind(const struct study_criterion *k, enum criterion_met m)
{
    if (m == MET_NOT_KNOWN || !k) return PART_WANTS;
    return (m == MET) == !k->exclude ? PART_GOOD : PART_WRONG;
}

struct str person_slug(const struct call *c, enum participant_event k)
{
    struct str w = str_dup(str_of(participant_event_word(k)), c->act.a);
    char *at = NEW(c->act.a, char, w.n + 1);
    for (isize i = 0; i < w.n; i++) at[i] = w.at[i] == ' ' ? '-' : w.at[i];
    return (struct str){at, w.n};
}

enum participant_event person_event_of(struct str slug)
{
    for (int k = 0; k < EV_N; k++) {
        struct str w = str_of(participant_event_word((enum participant_event)k));
        bool same = w.n == slug.n;
        for (isize i = 0; same && i < w.n; i++)
            same = slug.at[i] == (w.at[i] == ' ' ? '-' : w.at[i]);
        if (same) return (enum participant_event)k;
    }
    return EV_N;
}

struct str person_fill(const struct call *c, const char *id, const struct str *arg,
                       isize n)
{
    return text_fill(c->lang, id, arg, n, c->act.a);
}

struct str person_int(const struct call *c, i64 x)
{
    return str_fmt(c->act.a, "%" PRId64, x);
}

struct str person_day(const struct call *c, day d)
{
    struct html h = html_in(c->act.a, c->lang, NULL);
    html_day(&h, d);
    return buf_str(&h.b);
}

struct str person_instant(const struct call *c, instant t)
{
    struct str s = instant_text(t, c->act.a);
    enum { DAY_MS = 24 * HOUR };
    day d = (day)(t / DAY_MS - (t % DAY_MS < 0));
    return str_fmt(c->act.a, "%.*s, %.*s UTC", FMT(person_day(c, d)),
                   FMT(str_upto(str_from(s, 11), 5)));
}

/* --- one participant --------------------------------------------------------------- */

static bool may_at(const struct call *c, enum right right, i64 site, struct str study)
{
    struct err none;
    return act_may_in(&c->act, right, site, study, &none) == OK;
}

bool person_may(const struct call *c, const struct person *p, enum right right)
{
    return may_at(c, right, p->file.now.site, p->file.study->id);
}

/* Whoever may see names may meet somebody of whom none was entered. */
static int name_of(struct call *c, i64 subject, struct identity *out, bool *may,
                   struct err *e)
{
    struct err none;
    *out = (struct identity){0};
    *may = false;
    if (!call_can(c, MAY_SEE_IDENTITY)) return OK;
    int code = people_name(&c->act, house_key(c->house), subject, out, &none);
    if (code == OK) *may = true;
    if (code == OK || code == E_NOT_FOUND || code == E_NOT_ALLOWED) return OK;
    return err_pass(e, code, &none);
}

int person_name(struct call *c, i64 subject, struct str *out, struct err *e)
{
    struct identity who;
    bool may;
    *out = (struct str){0};
    TRY(name_of(c, subject, &who, &may, e));
    if (may) *out = who.at[ID_name];
    return OK;
}

int person_read(struct call *c, instant as_of, struct person *out, struct err *e)
{
    *out = (struct person){0};
    TRY(call_id(c, 0, &out->id, e));
    TRY(people_file(&c->act, out->id, as_of, &out->file, e));
    bool known;
    TRY(name_of(c, out->id, &out->who, &known, e));
    out->named = person_may(c, out, MAY_SEE_IDENTITY);
    for (isize i = 0; i < out->file.events.n; i++) {
        const struct participant_happened *x = &out->file.events.at[i];
        out->seen += x->gone ? 1 : 1000;
    }
    return OK;
}

struct str person_title(const struct call *c, const struct person *p)
{
    struct str name = p->who.at[ID_name], code = p->file.now.code;
    if (!p->named || !name.n) return code;
    return str_fmt(c->act.a, "%.*s \302\267 %.*s", FMT(code), FMT(name));
}

/* Chosen now, chosen last, or the first in which somebody is followed where this viewer works. */
int person_study(struct call *c, struct studies_rows *rows, struct studies_row *out,
                 struct err *e)
{
    struct err none;
    struct waiting_studies mine;
    struct str typed = call_field(c, "study");
    i64 id = 0;
    *out = (struct studies_row){0};
    TRY(studies_all(c->act.db, rows, c->act.a, e));
    TRY(waiting_studies(c, &mine, e));
    if (!person_posted(c))
        TRY(waiting_chosen(c, &mine, &id, e));
    else if (typed.n && num_read_int(typed, 1, INT64_MAX, &id, &none) != OK)
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_STUDY");
    bool asked = id != 0;
    if (!id && mine.n) id = mine.at[0].id;
    for (isize i = 0; i < rows->n; i++)
        if (rows->at[i].id == id || (!id && i == 0)) *out = rows->at[i];
    if (asked && !out->id) return err_say(e, E_NOT_FOUND, "REFUSED_NO_STUDY");
    return OK;
}
