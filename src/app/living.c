#include "app/living.h"
#include "app/apply.h"
#include "app/consent.h"
#include "app/replay_names.h"
#include "app/visiting.h"

/* Days before today; enrolled 0: not. Time points answered; what ended it, so many days ago. */
static const struct invented {
    int referred, enrolled, answered;
    enum participant_event last;
    int ended;
    const char *reason;
    bool alert; /* the last HoNOS has a definite risk of self-injury */
} invented[] = {
    {320, 300, 3, EV_COMPLETED, 90, "", false},
    {270, 250, 3, EV_COMPLETED, 40, "", false},
    {245, 230, 2, EV_ENROLLED, 0, "", false},          /* six months: overdue */
    {215, 200, 2, EV_ENROLLED, 0, "", false},          /* six months: open */
    {190, 170, 1, EV_DROPPED_OUT, 50, "moved", false}, /* the rest is cancelled */
    {140, 120, 1, EV_ENROLLED, 0, "", false},          /* three months: overdue */
    {110, 100, 1, EV_ENROLLED, 0, "", false},          /* three months: open */
    {105, 95, 2, EV_ENROLLED, 0, "", true},            /* answered yesterday: alert */
    {55, 40, 1, EV_ENROLLED, 0, "", false},            /* nothing now */
    {20, 5, 0, EV_ENROLLED, 0, "", false},             /* start: open */
    {30, 0, 0, EV_DECLINED, 20, "no-wish", false},
    {12, 0, 0, EV_ELIGIBLE, 0, "", false},
    {2, 0, 0, EV_REFERRED, 0, "", false},
};

/* Of one family, "example": whoever meets a name knows that it is none. */
static const struct {
    const char *name, *born;
} called[COUNT(invented)] = {
    {"Anna Eksempel", "1968-03-11"},    {"Bj\303\270rn Eksempel", "1975-08-02"},
    {"Cecilie Eksempel", "1990-01-23"}, {"David Eksempel", "1982-11-05"},
    {"Eva Eksempel", "1995-06-17"},     {"Frode Eksempel", "1971-09-30"},
    {"Grete Eksempel", "1963-02-14"},   {"Hans Eksempel", "1988-12-08"},
    {"Ida Eksempel", "1999-04-26"},     {"Jens Eksempel", "1979-07-19"},
    {"Karin Eksempel", "1985-10-03"},   {"Lars Eksempel", "1993-05-12"},
    {"Mette Eksempel", "1977-01-29"},
};

struct living {
    const struct living_in *in;
    isize *people;
    struct collect_kit kit;
};

static int happen(struct act *act, const struct living *l, i64 subject,
                  enum participant_event kind, day on, const char *reason, struct err *e)
{
    i64 id = 0;
    struct happening h = {
        .subject = subject, .kind = kind, .day = on, .reason = str_of(reason)};
    if (kind == EV_ENROLLED) h.clinician = l->in->clinician;
    return people_happen(act, &h, &id, e);
}

static int screen(struct act *act, const struct study *s, i64 subject, day on,
                  struct err *e)
{
    struct screening_answer *x = NEW(act->a, struct screening_answer, s->criteria.n);
    struct screening in = {
        .subject = subject, .day = on, .answer = x, .n = s->criteria.n};
    enum participant_state state;
    for (isize i = 0; i < in.n; i++)
        x[i] =
            (struct screening_answer){.criterion = s->criteria.at[i].id,
                                      .met = s->criteria.at[i].exclude ? MET_NOT : MET};
    return people_screen(act, &in, &state, e);
}

/* Somewhat better from time to time, by chance that follows from the code. */
static double answer(const struct item *it, bool higher, struct str code, int time, int i)
{
    i64 chance = replay_number(code, higher ? "up" : "down", 97) + 31 * i + 7 * time;
    double step = (double)(chance % 3),
           at = higher ? it->lo + step + (time > 1) : it->lo + MAX(0, step - (time > 0));
    return MIN(it->hi, at);
}

static int answer_form(struct act *act, const struct living *l, const struct invented *v,
                       i64 subject, struct str code, isize measure, int time,
                       struct err *e)
{
    const struct instrument *in = l->kit.in[measure];
    struct answer *x = NEW(act->a, struct answer, in->items.n);
    bool honos = str_is(in->id, "honos"), alert = v->alert && time == v->answered - 1;
    day due = act->today - v->enrolled + l->kit.s->times.at[time].days;
    struct form_done done;
    struct form_in f = {.key = {subject, measure, time},
                        .answer = x,
                        .pass = 1,
                        .day = MIN(due + 1, act->today - 1),
                        .mode = MODE_STAFF,
                        .lang = S("en")};
    for (int i = 0; i < in->items.n; i++) {
        const struct item *it = &in->items.at[i];
        double value = answer(it, !honos, code, time, i);
        if (honos && str_is(it->id, "self-injury")) value = alert ? 2 : 0;
        if (honos && str_is(it->id, "other")) value = 0; /* else it asks which problem */
        TRY(answer_of(it, value, &x[i], e));
    }
    return collect_submit(act, &l->kit, &f, &done, e);
}

static int answers(struct act *act, const struct living *l, const struct invented *v,
                   i64 subject, struct str code, struct err *e)
{
    for (int time = 0; time < v->answered; time++)
        for (isize m = 0; m < l->kit.s->measures.n; m++)
            TRY(answer_form(act, l, v, subject, code, m, time, e));
    return OK;
}

static int person(struct act *act, const struct living *l, const struct invented *v,
                  struct err *e)
{
    day today = act->today;
    struct referral in = {.study = l->kit.study,
                          .site = l->in->site,
                          .day = today - v->referred,
                          .clinician = l->in->clinician,
                          .note = S("An invented person.")};
    struct referred done;
    if (l->in->key) {
        in.who.at[ID_name] = str_of(called[v - invented].name);
        in.who.at[ID_birth] = str_of(called[v - invented].born);
    }
    struct consent_given consent = {
        .purpose = S("follow-up"), .how = HOW_PAPER, .giver = GIVER_SELF};
    i64 id = 0;
    TRY(people_refer(act, l->in->key, &in, &done, e));
    if (v->last == EV_REFERRED) return OK;
    if (v->last == EV_DECLINED)
        return happen(act, l, done.subject, EV_DECLINED, today - v->ended, v->reason, e);
    TRY(screen(act, l->kit.s, done.subject, in.day + 2, e));
    if (v->enrolled == 0) return OK;
    consent.participant = done.subject;
    consent.day = today - v->enrolled;
    TRY(consent_give(act, &consent, &id, e));
    TRY(happen(act, l, done.subject, EV_ENROLLED, today - v->enrolled, "", e));
    TRY(visiting_anchor(act, &l->kit, done.subject, FROM_ENROLMENT, today - v->enrolled,
                        e));
    TRY(answers(act, l, v, done.subject, str_of(done.code), e));
    if (v->last == EV_ENROLLED) return OK;
    return happen(act, l, done.subject, v->last, today - v->ended, v->reason, e);
}

static int make(struct act *inside, void *arg, struct err *e)
{
    struct living *l = arg;
    struct applied applied;
    struct protocol p;
    i64 *rows;
    *l->people = 0;
    TRY(apply_study(inside, l->in->definitions, "routine", &applied, e));
    if (!applied.fresh) return OK;
    TRY(studies_protocol(inside->db, applied.study, &p, &rows, inside->a, e));
    l->kit = (struct collect_kit){applied.study, p.study, p.in, rows};
    TRY(apply_site(inside, applied.study, l->in->site, p.study->sites.at[0], e));
    struct act act = *inside;
    TRY(staff_viewer(inside->db, l->in->clinician, inside->today, &act.who, inside->a,
                     e));
    act.console = false;
    for (isize i = 0; i < COUNT(invented); i++) TRY(person(&act, l, &invented[i], e));
    *l->people = COUNT(invented);
    return OK;
}

int living_make(struct act *act, const struct living_in *in, isize *people, struct err *e)
{
    struct living l = {.in = in, .people = people};
    TRY(act_may(act, MAY_SET_UP_STUDIES, 0, e));
    return act_together(act, make, &l, e);
}
