#include "app/replay.h"
#include "app/apply.h"
#include "app/collect.h"
#include "app/consent.h"
#include "app/people.h"
#include "app/replay_names.h"
#include "app/staffing.h"
#include "app/visiting.h"
#include "base/file.h"
#include "base/num.h"
#include "exchange/records_csv.h"

#include <math.h>
#include <string.h>

/* One load: what is read before, and what the acts of the closure have made so far. */
struct load {
    const struct replay_in *in;
    struct protocol p;
    struct records r;
    struct replay_names names;
    struct replay_done *out;
    isize steps, of;
    /* of one run of the closure */
    struct act *act;            /* whoever loads: the administrator */
    struct collect_kit kit;     /* the study as it stands in the store */
    i64 *site;                  /* one a site of the study */
    struct viewer role[ROLE_N]; /* somebody with each role, at every site */
    struct viewer *staff;       /* one a row of the staff table */
    i64 **subject;              /* by table: one a row */
    day **begun;                /* by table: the day each row began */
};

static void step(struct load *l)
{
    l->steps++;
    if (l->in->progress && l->steps % 16 == 0)
        l->in->progress(l->in->arg, l->steps, l->of);
}

static int index_of_role(enum role r)
{
    int k = 0;
    while (!((unsigned)r >> k & 1)) k++;
    return k;
}

/* The same load as somebody else. */
static struct act as(const struct load *l, const struct viewer *who)
{
    struct act act = *l->act;
    act.who = *who;
    return act;
}

static struct str cell(const struct load *l, isize table, struct str column, isize row)
{
    const struct study_table *t = &l->p.study->tables.at[table];
    const struct rec_table *d = &l->r.table[table];
    for (isize c = 0; c < t->columns.n && column.n > 0; c++) {
        if (!str_eq(t->columns.at[c].id, column)) continue;
        if (d->text[c]) return d->text[c][row];
        return isnan(d->x[c][row]) ? S("") : num_shortest(d->x[c][row], l->act->a);
    }
    return S("");
}

/* The site of a row: its key, or its column that is one; else that of the row it links to. */
static isize site_of(const struct load *l, isize table, isize row)
{
    const struct study *s = l->p.study;
    const struct study_table *t = &s->tables.at[table];
    const struct rec_table *d = &l->r.table[table];
    struct str code = t->site_key ? d->key[row] : S("");
    for (isize c = 0; c < t->columns.n && code.n == 0; c++)
        if (t->columns.at[c].type == COLUMN_SITE) code = d->text[c][row];
    for (isize i = 0; i < s->sites.n; i++)
        if (str_eq(s->sites.at[i], code)) return i;
    for (isize c = 0; c < t->columns.n; c++) {
        if (t->columns.at[c].type != COLUMN_LINK) continue;
        const struct rec_table *to = &l->r.table[t->columns.at[c].link];
        for (isize i = 0; i < to->n; i++)
            if (str_eq(to->key[i], d->text[c][row]))
                return site_of(l, t->columns.at[c].link, i);
    }
    return -1;
}

/* --- services and staff ------------------------------------------------------------- */

static int add_services(struct load *l, struct err *e)
{
    for (isize i = 0; i < l->p.study->sites.n; i++) {
        i64 service = 0;
        TRY(staffing_service_add(l->act, l->names.service[i], &service, e));
        TRY(staffing_site_add(l->act, service, l->names.site[i], &l->site[i], e));
        TRY(apply_site(l->act, l->kit.study, l->site[i], l->p.study->sites.at[i], e));
        l->out->services++;
    }
    return OK;
}

/* site 0: at every one. */
static int add_person(struct load *l, struct str login, struct str name, enum role role,
                      i64 site, struct viewer *out, struct err *e)
{
    i64 id = 0, given = 0;
    TRY(staffing_add(l->act, login, name, l->names.language, &id, e));
    struct role_given g = {.staff = id,
                           .role = role,
                           .site = site,
                           .starts = MIN(l->names.begins - 60, l->act->today),
                           .open = true};
    TRY(staffing_role_give(l->act, &g, &given, e));
    TRY(staff_viewer(l->act->db, id, l->act->today, out, l->act->a, e));
    l->out->staff++;
    int k = index_of_role(role);
    if (l->out->person[k]) return OK;
    l->out->person[k] = id;
    isize n = MIN(out->login.n, (isize)sizeof l->out->login[k] - 1);
    memcpy(l->out->login[k], out->login.at, (size_t)n); /* in small letters */
    return OK;
}

/* Somebody with each role at every site, a leader at each, and the rows that are staff. */
static int add_staff(struct load *l, struct err *e)
{
    struct arena *a = l->act->a;
    isize who = 0; /* names go on from one to the next */
    for (int k = 0; k < ROLE_N; k++) {
        enum role role = (enum role)(1 << k);
        if (role == ADMINISTRATOR || role == LEADER || role == CLINICIAN) continue;
        struct str login = str_dup(str_of(role_word(role)), a);
        struct buf b = buf_in(a, login.n);
        for (isize i = 0; i < login.n; i++)
            buf_putc(&b, login.at[i] == ' ' ? '-' : login.at[i]);
        struct str name = replay_name(&l->names, k % 2 ? S("f") : S("m"), who++, a);
        TRY(add_person(l, buf_str(&b), name, role, 0, &l->role[k], e));
    }
    for (isize i = 0; i < l->p.study->sites.n; i++) {
        struct str login = str_fmt(a, "leader-%.*s", FMT(l->p.study->sites.at[i]));
        struct str name = replay_name(&l->names, i % 2 ? S("f") : S("m"), who++, a);
        struct viewer v;
        TRY(add_person(l, login, name, LEADER, l->site[i], &v, e));
    }
    isize t = l->names.staff_table;
    if (t < 0) return OK;
    enum role role;
    TRY(role_read(l->names.staff_role, &role, e));
    l->staff = NEW(a, struct viewer, l->r.table[t].n);
    for (isize i = 0; i < l->r.table[t].n; i++) {
        isize site = site_of(l, t, i);
        struct str sex = cell(l, t, l->names.staff_sex, i);
        TRY(add_person(l, l->r.table[t].key[i], replay_name(&l->names, sex, who++, a),
                       role, site >= 0 ? l->site[site] : 0, &l->staff[i], e));
    }
    return OK;
}

/* --- rows --------------------------------------------------------------------------- */

static const struct viewer *holder(const struct load *l, enum role role)
{
    return &l->role[index_of_role(role)];
}

/* The clinician of a participant's row, else the coordinator. */
static const struct viewer *clinician_of(const struct load *l, isize row)
{
    isize t = l->names.staff_table;
    struct str code = cell(l, l->p.study->participants.table, l->names.clinician, row);
    for (isize i = 0; t >= 0 && code.n > 0 && i < l->r.table[t].n; i++)
        if (str_eq(l->r.table[t].key[i], code)) return &l->staff[i];
    return holder(l, COORDINATOR);
}

/* Columns that somebody enters: the act asks what is allowed. */
static int put_attributes(struct load *l, const struct viewer *who, isize table,
                          isize row, struct err *e)
{
    const struct study_table *t = &l->p.study->tables.at[table];
    for (isize c = 0; c < t->columns.n; c++) {
        const struct study_column *col = &t->columns.at[c];
        struct str value = cell(l, table, col->id, row);
        if (!study_column_entered(t, col) || value.n == 0) continue;
        struct act act = as(l, who);
        TRY(people_attribute(&act, l->subject[table][row], col->id, value, e));
        l->out->attributes++;
    }
    return OK;
}

static int add_subjects(struct load *l, isize table, struct err *e)
{
    const struct rec_table *d = &l->r.table[table];
    const struct viewer *who = holder(l, COORDINATOR);
    for (isize i = 0; i < d->n; i++) {
        isize site = site_of(l, table, i);
        if (site < 0)
            return err_set(e, E_RECORD, "'%.*s' of %.*s stands at no site",
                           FMT(str_brief(d->key[i], 40)),
                           FMT(l->p.study->tables.at[table].id));
        struct new_subject in = {.study = l->kit.study,
                                 .site = l->site[site],
                                 .kind = l->p.study->tables.at[table].id,
                                 .code = d->key[i],
                                 .part = d->order ? (i64)d->order[i] : 0};
        if (table == l->names.staff_table) in.staff = l->staff[i].staff;
        struct act act = as(l, who);
        TRY(people_subject_add(&act, &in, &l->subject[table][i], e));
        l->begun[table][i] = l->names.begins +
                             (day)replay_number(d->key[i], "began", 30) +
                             (d->order ? (day)(d->order[i] * 45) : 0);
        TRY(put_attributes(l, who, table, i, e));
        /* What is not followed from referral on has its visits from the day it began. */
        bool planned = false;
        for (isize m = 0; m < l->p.study->measures.n; m++)
            planned |= l->p.study->measures.at[m].table == table &&
                       l->p.study->measures.at[m].at.n > 0;
        if (planned)
            TRY(visiting_anchor(&act, &l->kit, l->subject[table][i], FROM_ENROLMENT,
                                l->begun[table][i], e));
        l->out->subjects++;
        step(l);
    }
    return OK;
}

/* --- participants ------------------------------------------------------------------- */

static int screen(struct load *l, struct act *act, i64 subject, day on, struct err *e)
{
    const struct study *s = l->p.study;
    struct screening_answer *x = NEW(act->a, struct screening_answer, s->criteria.n);
    struct screening in = {.subject = subject, .day = on, .answer = x};
    enum participant_state state;
    for (isize i = 0; i < s->criteria.n; i++) {
        const struct study_criterion *c = &s->criteria.at[i];
        if (c->table != s->participants.table) continue;
        x[in.n++] = (struct screening_answer){.criterion = c->id,
                                              .met = c->exclude ? MET_NOT : MET};
    }
    return people_screen(act, &in, &state, e);
}

static int consents(struct load *l, struct act *act, i64 subject, day on, struct err *e)
{
    const struct study *s = l->p.study;
    for (isize i = 0; i < s->consents.n; i++) {
        const struct study_consent *c = &s->consents.at[i];
        i64 id = 0;
        if (c->table != s->participants.table) continue;
        struct consent_given in = {.participant = subject,
                                   .purpose = c->id,
                                   .how = HOW_PAPER,
                                   .giver = GIVER_SELF,
                                   .day = on};
        TRY(consent_give(act, &in, &id, e));
    }
    return OK;
}

static int happen(struct load *l, struct act *act, i64 subject,
                  enum participant_event kind, day on, struct str reason, i64 clinician,
                  struct err *e)
{
    i64 id = 0;
    struct happening in = {.subject = subject,
                           .kind = kind,
                           .day = on,
                           .reason = reason,
                           .clinician = clinician};
    l->out->events++;
    return people_happen(act, &in, &id, e);
}

static int add_participant(struct load *l, isize row, struct err *e)
{
    isize table = l->p.study->participants.table, site = site_of(l, table, row);
    struct str code = l->r.table[table].key[row], age = cell(l, table, l->names.age, row);
    const struct viewer *who = clinician_of(l, row);
    struct act act = as(l, who);
    day enrolled = l->names.begins + (day)replay_number(code, "enrolled", l->names.over);
    if (site < 0)
        return err_set(e, E_RECORD, "'%.*s' stands at no site", FMT(str_brief(code, 40)));
    struct referral in = {
        .study = l->kit.study,
        .site = l->site[site],
        .code = code,
        .day = enrolled - 14 - (day)replay_number(code, "referred", 14),
        .clinician = who == holder(l, COORDINATOR) ? 0 : who->staff,
        .note = S("An invented person."),
    };
    struct str sex = cell(l, table, l->names.sex, row);
    in.who.at[ID_name] = replay_name(&l->names, sex, 100 + row, act.a);
    double years;
    if (num_read(age, &years, NULL) == OK) {
        day born =
            enrolled - (day)(years * 365.25) - (day)replay_number(code, "born", 360);
        in.who.at[ID_birth] = day_text(born, act.a);
    }
    struct referred done;
    TRY(people_refer(&act, l->in->key, &in, &done, e));
    l->subject[table][row] = done.subject;
    l->begun[table][row] = enrolled;
    TRY(screen(l, &act, done.subject, enrolled - 7, e));
    TRY(consents(l, &act, done.subject, enrolled - 3, e));
    TRY(happen(l, &act, done.subject, EV_ENROLLED, enrolled, S(""), 0, e));
    TRY(put_attributes(l, who, table, row, e));
    l->out->participants++;
    step(l);
    return OK;
}

static int end_participant(struct load *l, isize row, isize *n_left, struct err *e)
{
    isize table = l->p.study->participants.table;
    struct act act = as(l, clinician_of(l, row));
    struct str code = l->r.table[table].key[row];
    struct str left = cell(l, table, l->names.left_column, row);
    i64 subject = l->subject[table][row];
    day from = l->begun[table][row];
    if (left.n == 0) return OK;
    if (!str_eq(left, l->names.left_value))
        return happen(l, &act, subject, EV_COMPLETED, from + 380, S(""), 0, e);
    struct str reason = l->names.reasons.at[(*n_left)++ % l->names.reasons.n];
    return happen(l, &act, subject, EV_DROPPED_OUT,
                  from + 60 + (day)replay_number(code, "left", 180), reason, 0, e);
}

/* --- answers ------------------------------------------------------------------------ */

static bool any(const struct rec_answers *q, isize row)
{
    for (isize i = 0; i < q->n_items; i++)
        if (q->answer[row * q->n_items + i].state != ANSWER_MISSING) return true;
    return false;
}

/* Who rates: the role that the study names, else the participant's clinician. */
static const struct viewer *rater_of(const struct load *l, isize table, isize measure,
                                     isize row)
{
    enum role role;
    struct str rater = l->p.study->measures.at[measure].rater;
    if (role_read(rater, &role, NULL) == OK && role != CLINICIAN &&
        holder(l, role)->staff)
        return holder(l, role);
    return table == l->p.study->participants.table ? clinician_of(l, row)
                                                   : holder(l, COORDINATOR);
}

/* Within the window of the time point, nearer to the day it is due. */
static day given_on(const struct load *l, isize table, isize time, isize row)
{
    day from = l->begun[table][row];
    if (time < 0) return from;
    const struct study_time *t = &l->p.study->times.at[time];
    i64 early = MAX(t->lo / 3, -t->days), span = t->hi / 3 - early + 1;
    return from + (day)(t->days + early +
                        replay_number(l->r.table[table].key[row], str_c(t->id, l->act->a),
                                      MAX(span, 1)));
}

/* These answers are years old: nobody is to be told today. */
static int see_alerts(const struct load *l, struct act *act, i64 subject, struct err *e)
{
    struct alert_rows all;
    TRY(alert_of(act->db, &act->who, subject, &all, act->a, e));
    for (isize i = 0; i < all.n; i++)
        if (!all.at[i].seen)
            TRY(collect_alert_seen(act, &l->kit, all.at[i].id,
                                   S("Replayed: answered long before it was loaded."),
                                   e));
    return OK;
}

static int put_answers(struct load *l, isize table, isize set, isize row, struct err *e)
{
    const struct rec_answers *q = &l->r.table[table].sets[set];
    if (!any(q, row)) return OK;
    struct arena room = *l->act->a;
    struct act act = as(l, rater_of(l, table, q->measure, row));
    struct form_done done;
    act.a = &room; /* each form gives back what it took */
    struct form_in in = {.key = {l->subject[table][row], q->measure, q->time},
                         .answer = q->answer + row * q->n_items,
                         .pass = 1,
                         .day = given_on(l, table, q->time, row),
                         .mode = MODE_STAFF,
                         .lang = l->names.language};
    TRY(collect_submit(&act, &l->kit, &in, &done, e));
    if (done.n_alerts > 0) TRY(see_alerts(l, &act, in.key.subject, e));
    l->out->responses++;
    step(l);
    return OK;
}

/* What the records do not have nobody can fill in any more. */
static int close_visits(struct load *l, isize table, isize row, struct err *e)
{
    struct arena room = *l->act->a;
    struct act act = as(l, holder(l, COORDINATOR));
    struct visits all;
    act.a = &room;
    act.why = S("The records of the study hold no more of this visit.");
    TRY(visit_for_change(act.db, l->subject[table][row], &all, &room, e));
    for (isize i = 0; i < all.n; i++)
        if (all.at[i].state == VISIT_HELD && all.at[i].waits)
            TRY(visiting_closed(&act, &l->kit, all.at[i].id, e));
    return OK;
}

/* --- all ---------------------------------------------------------------------------- */

static int load_inside(struct act *inside, void *arg, struct err *e)
{
    struct load *l = arg;
    const struct study *s = l->p.study;
    struct applied applied;
    struct protocol p;
    i64 *rows;
    *l->out = (struct replay_done){0};
    l->act = inside;
    l->steps = 0;
    TRY(apply_study(inside, l->in->definitions, l->in->study, &applied, e));
    l->out->study = applied.study;
    if (!applied.fresh)
        return err_set(e, E_CONSTRAINT,
                       "the study '%s' is in this store already; load it into "
                       "an empty one",
                       l->in->study);
    TRY(studies_protocol(inside->db, applied.study, &p, &rows, inside->a, e));
    l->kit = (struct collect_kit){applied.study, p.study, p.in, rows};
    l->site = NEW(inside->a, i64, s->sites.n);
    l->subject = NEW(inside->a, i64 *, s->tables.n);
    l->begun = NEW(inside->a, day *, s->tables.n);
    for (isize t = 0; t < s->tables.n; t++) {
        l->subject[t] = NEW(inside->a, i64, l->r.table[t].n);
        l->begun[t] = NEW(inside->a, day, l->r.table[t].n);
    }
    TRY(add_services(l, e));
    TRY(add_staff(l, e));
    /* Rows that others link to come first: staff, then what links to nothing, then the rest. */
    isize people = s->participants.table;
    if (l->names.staff_table >= 0) TRY(add_subjects(l, l->names.staff_table, e));
    for (isize i = 0; i < l->r.table[people].n; i++) TRY(add_participant(l, i, e));
    for (isize t = 0; t < s->tables.n; t++)
        if (t != people && t != l->names.staff_table) TRY(add_subjects(l, t, e));
    for (isize t = 0; t < s->tables.n; t++)
        for (isize i = 0; i < l->r.table[t].n; i++)
            for (isize k = 0; k < l->r.table[t].n_sets; k++)
                TRY(put_answers(l, t, k, i, e));
    for (isize t = 0; t < s->tables.n; t++)
        for (isize i = 0; i < l->r.table[t].n; i++) TRY(close_visits(l, t, i, e));
    isize n_left = 0;
    for (isize i = 0; i < l->r.table[people].n; i++)
        TRY(end_participant(l, i, &n_left, e));
    return OK;
}

static isize count_steps(const struct load *l)
{
    isize n = 0;
    for (isize t = 0; t < l->p.study->tables.n; t++)
        for (isize i = 0; i < l->r.table[t].n; i++) {
            n++;
            for (isize k = 0; k < l->r.table[t].n_sets; k++)
                n += any(&l->r.table[t].sets[k], i);
        }
    return n;
}

int replay_load(struct act *act, const struct replay_in *in, struct replay_done *out,
                struct err *e)
{
    struct load l = {.in = in, .out = out};
    TRY(act_may(act, MAY_MANAGE_SITES, 0, e));
    TRY(act_may(act, MAY_MANAGE_STAFF, 0, e));
    TRY(act_may(act, MAY_GIVE_ROLES, 0, e));
    TRY(act_may(act, MAY_SET_UP_STUDIES, 0, e));
    TRY(protocol_open(in->definitions, in->study, &l.p, act->a, e));
    TRY(replay_names_read(&l.p, &l.names, act->a, e));
    const char *dir = in->records ? in->records : file_join(act->a, l.p.dir, "records");
    TRY(records_csv_read(dir, l.p.study, l.p.in, &l.r, act->a, e));
    l.of = count_steps(&l);
    TRY(act_together(act, load_inside, &l, e));
    if (in->progress) in->progress(in->arg, l.of, l.of);
    return OK;
}
