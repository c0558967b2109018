/* Who it is, what is known of it, the days its visits are counted from, and what became of
** them. */
#include "app/import_parts.h"
#include "app/visiting.h"
#include "base/num.h"
#include "store/subject_parts.h"

#include <math.h>

/* --- subjects: kind,code,part,site -------------------------------------------------- */

static int login_of(struct import_unit *u, const struct import_line *l, i64 *out,
                    struct err *e)
{
    struct str login;
    struct staff who;
    *out = 0;
    if (!l->place) return OK;
    TRY(staff_login_read(str_of(l->place), &login, u->act->a, e));
    int code = staff_by_login(u->act->db, login, &who, u->act->a, e);
    if (code == E_NOT_FOUND)
        return err_in(e, err_say(e, code, "IMPORT_LOGIN"), "IMPORT_COLUMN",
                      SAID(SAY_CODE(S("login"))));
    *out = who.id;
    return code;
}

static int add_subject(struct import_unit *u, const struct import_line *l,
                       enum import_verdict *v, struct err *e)
{
    struct new_subject in = {.study = u->m->study.id,
                             .kind = u->key->kind,
                             .code = u->key->code,
                             .part = u->part,
                             .site = import_site(u->m, l->cell[3])};
    if (!in.site) return import_no_site(u->m, TIDY_subjects, l, 3, e);
    *v = u->made ? IMPORT_NEW : IMPORT_SAME;
    if (u->id && u->site != in.site)
        return import_no(TIDY_subjects, l, 3, e, "IMPORT_OTHER_SITE");
    if (u->id) return OK;
    if (u->table == u->m->p.study->participants.table) return import_no_subject(u, e);
    TRY(login_of(u, l, &in.staff, e));
    TRY(act_may_in(u->act, MAY_IMPORT, in.site, u->m->study.name, e));
    *v = IMPORT_NEW;
    TRY(import_at(TIDY_subjects, l, 1, people_subject_add(u->act, &in, &u->id, e), e));
    u->site = in.site;
    u->made = true;
    return OK;
}

int import_subject_rows(struct import_unit *u, struct err *e)
{
    struct import_lines all;
    TRY(import_lines_of(&u->m->rows, u->at, TIDY_subjects, &all, u->act->a, e));
    for (isize i = 0; i < all.n; i++) {
        enum import_verdict v = IMPORT_NEW;
        int code = i > 0 && all.at[i].file == all.at[0].file
                       ? import_no(TIDY_subjects, &all.at[i], 1, e, "IMPORT_TWICE")
                       : add_subject(u, &all.at[i], &v, e);
        TRY(import_settle(u, TIDY_subjects, &all.at[i], S(""), code, v, S(""), S(""), e));
    }
    return OK;
}

/* --- attributes: kind,code,part,name,value ------------------------------------------- */

/* Whether a row before says something of the same thing, by the cell that names it. */
static bool twice(const struct import_lines *all, isize i, int k)
{
    for (isize j = 0; j < i; j++)
        if (str_eq(all->at[j].cell[k], all->at[i].cell[k])) return true;
    return false;
}

/* What a row of a table means for what is known; `at`: the column of its fault when it stands
** twice. */
typedef int take(struct import_unit *u, const struct import_line *l, const void *known,
                 enum import_verdict *v, struct str *was, struct str *now, struct err *e);

enum { NAMED = 3 }; /* the cell that says of what a row is */

static int one(struct import_unit *u, enum tidy_table t, const struct import_lines *all,
               isize i, isize at, take *set, const void *known, struct err *e)
{
    const struct import_line *l = &all->at[i];
    enum import_verdict v = IMPORT_NEW;
    struct str was = {0}, now = {0};
    int code = twice(all, i, NAMED) ? import_no(t, l, at, e, "IMPORT_TWICE")
               : !u->id             ? import_no_subject(u, e)
                                    : set(u, l, known, &v, &was, &now, e);
    return import_settle(u, t, l, l->cell[NAMED], code, v, was, now, e);
}

static int set_attribute(struct import_unit *u, const struct import_line *l,
                         const void *stands, enum import_verdict *v, struct str *was,
                         struct str *now, struct err *e)
{
    const struct attributes *known = stands;
    const struct study *s = u->m->p.study;
    struct str name = l->cell[3];
    const struct study_column *k = study_column(s, u->table, name);
    *now = l->cell[4];
    if (!k) return import_no(TIDY_attributes, l, 3, e, "IMPORT_NO_COLUMN");
    if (!now->n) return import_no(TIDY_attributes, l, 4, e, "IMPORT_EMPTY");
    bool numeric = k->type == COLUMN_NUMBER || k->type == COLUMN_WHOLE;
    double x = NAN, y = NAN;
    if (numeric) {
        TRY(import_number(TIDY_attributes, l, 4, &x, e));
        *now = num_shortest(x, u->act->a);
    }
    for (isize i = 0; i < known->n; i++)
        if (str_eq(known->at[i].name, name)) *was = known->at[i].value;
    bool same =
        str_eq(*was, *now) || (numeric && num_read(*was, &y, NULL) == OK && x == y);
    *v = same ? IMPORT_SAME : was->n ? IMPORT_CHANGES : IMPORT_NEW;
    if (same && study_column_entered(&s->tables.at[u->table], k)) return OK;
    return import_at(TIDY_attributes, l, 4,
                     people_attribute(u->act, u->id, name, *now, e), e);
}

static int attributes(struct import_unit *u, struct err *e)
{
    struct import_lines all;
    struct attributes known = {0};
    TRY(import_lines_of(&u->m->rows, u->at, TIDY_attributes, &all, u->act->a, e));
    if (all.n && u->id)
        TRY(attribute_of(u->act->db, &u->act->who,
                         act_roles(u->act, MAY_SEE_PARTICIPANTS), u->id, INSTANT_NOW,
                         &known, u->act->a, e));
    for (isize i = 0; i < all.n; i++)
        TRY(one(u, TIDY_attributes, &all, i, 1, set_attribute, &known, e));
    return OK;
}

/* --- anchors: kind,code,part,from,day ------------------------------------------------ */

static int set_anchor(struct import_unit *u, const struct import_line *l,
                      const void *stands, enum import_verdict *v, struct str *was,
                      struct str *now, struct err *e)
{
    const struct anchors *known = stands;
    enum study_from from = FROM_NOTHING;
    day on = 0;
    bool there = false;
    for (int f = FROM_ENROLMENT; f < FROM_DATE; f++)
        if (str_is(l->cell[3], study_from_word[f])) from = (enum study_from)f;
    if (from == FROM_NOTHING) return import_no(TIDY_anchors, l, 3, e, "IMPORT_NO_ANCHOR");
    TRY(import_day(TIDY_anchors, l, 4, &on, e));
    *now = day_text(on, u->act->a);
    for (isize i = 0; i < known->n; i++)
        if (str_eq(known->at[i].name, l->cell[3])) {
            there = true;
            *was = day_text(known->at[i].day, u->act->a);
        }
    *v = there ? (str_eq(*was, *now) ? IMPORT_SAME : IMPORT_CHANGES) : IMPORT_NEW;
    if (*v == IMPORT_SAME) return OK;
    bool person = u->table == u->m->p.study->participants.table;
    if (person && from == FROM_ENROLMENT && !there)
        return import_no(TIDY_anchors, l, 3, e, "IMPORT_NO_ENROLMENT");
    if (there && str_trim(u->act->why).n == 0)
        return import_no(TIDY_anchors, l, 4, e, "IMPORT_ANOTHER_DAY");
    return import_at(TIDY_anchors, l, 4,
                     visiting_anchor(u->act, &u->m->kit, u->id, from, on, e), e);
}

static int anchors(struct import_unit *u, struct err *e)
{
    struct import_lines all;
    struct anchors known = {0};
    TRY(import_lines_of(&u->m->rows, u->at, TIDY_anchors, &all, u->act->a, e));
    if (all.n && u->id) TRY(anchor_of(u->act->db, u->id, &known, u->act->a, e));
    for (isize i = 0; i < all.n; i++)
        TRY(one(u, TIDY_anchors, &all, i, 1, set_anchor, &known, e));
    return OK;
}

/* --- visits: kind,code,part,time,due,opens,closes,state,held ------------------------- */

enum { V_TIME = 3, V_DUE, V_OPENS, V_CLOSES, V_STATE, V_HELD };

/* A day of a visit; an empty cell leaves what stands. */
static int day_or(const struct import_line *l, isize k, day stands, day *out,
                  struct err *e)
{
    *out = stands;
    return l->cell[k].n ? import_day(TIDY_visits, l, k, out, e) : OK;
}

static int move(struct import_unit *u, const struct import_line *l, const struct visit *v,
                enum import_verdict *verdict, struct str *was, struct str *now,
                struct err *e)
{
    struct arena *a = u->act->a;
    day due, opens, closes;
    TRY(day_or(l, V_DUE, v->due, &due, e));
    TRY(day_or(l, V_OPENS, v->opens, &opens, e));
    TRY(day_or(l, V_CLOSES, v->closes, &closes, e));
    if (due == v->due && opens == v->opens && closes == v->closes) return OK;
    if (v->state != VISIT_PLANNED)
        return import_no(TIDY_visits, l, V_DUE, e, "IMPORT_VISIT_STAYS");
    *verdict = u->made ? IMPORT_NEW : IMPORT_CHANGES;
    *was = str_fmt(a, "%.*s to %.*s", FMT(day_text(v->opens, a)),
                   FMT(day_text(v->closes, a)));
    *now = str_fmt(a, "%.*s to %.*s", FMT(day_text(opens, a)), FMT(day_text(closes, a)));
    return import_at(TIDY_visits, l, V_DUE,
                     visiting_moved(u->act, &u->m->kit, v->id, due, opens, closes, e), e);
}

static int become(struct import_unit *u, const struct import_line *l,
                  const struct visit *v, enum visit_state to,
                  enum import_verdict *verdict, struct err *e)
{
    day on = 0;
    if (to == VISIT_HELD) TRY(import_day(TIDY_visits, l, V_HELD, &on, e));
    if (to == VISIT_PLANNED) return OK; /* what stands went on */
    if (to == v->state && (to != VISIT_HELD || on == v->held)) return OK;
    if (v->state == VISIT_HELD)
        return import_at(TIDY_visits, l, V_STATE,
                         err_say_of(e, E_RECORD, "IMPORT_HELD", SAID(SAY_DAY(v->held))),
                         e);
    *verdict = IMPORT_NEW;
    int code = OK;
    /* Called off because the participant left, who came back: it was before. */
    if (v->state == VISIT_CANCELLED && str_eq(v->reason, VISITING_LEFT))
        code = visiting_reopened(u->act, &u->m->kit, v->id, e);
    if (code != OK) return import_at(TIDY_visits, l, V_STATE, code, e);
    if (to == VISIT_HELD) code = visiting_held(u->act, &u->m->kit, v->id, on, e);
    if (to == VISIT_MISSED) code = visiting_missed(u->act, &u->m->kit, v->id, e);
    if (to == VISIT_CANCELLED) code = visiting_cancelled(u->act, &u->m->kit, v->id, e);
    return import_at(TIDY_visits, l, V_STATE, code, e);
}

static int state_of(const struct import_line *l, enum visit_state *out, struct err *e)
{
    int k = 0;
    while (k < VISIT_STATES && !str_is(l->cell[V_STATE], visit_state_word[k])) k++;
    *out = (enum visit_state)k;
    return k < VISIT_STATES ? OK
                            : import_no(TIDY_visits, l, V_STATE, e, "IMPORT_NO_STATE");
}

static int set_visit(struct import_unit *u, const struct import_line *l,
                     const void *stands, enum import_verdict *verdict, struct str *was,
                     struct str *now, struct err *e)
{
    const struct visits *all = stands;
    enum visit_state to = VISIT_PLANNED;
    const struct visit *v = NULL;
    TRY(state_of(l, &to, e));
    if (study_time(u->m->p.study, l->cell[V_TIME]) < 0)
        return import_no_time(u->m, TIDY_visits, l, V_TIME, e);
    for (isize i = 0; i < all->n; i++)
        if (str_eq(all->at[i].time, l->cell[V_TIME])) v = &all->at[i];
    if (!v) return import_no(TIDY_visits, l, V_TIME, e, "IMPORT_NO_VISIT");
    *verdict = IMPORT_SAME;
    TRY(move(u, l, v, verdict, was, now, e));
    return become(u, l, v, to, verdict, e);
}

static bool is_last(const struct import_line *l)
{
    return str_is(l->cell[V_STATE], visit_state_word[VISIT_CANCELLED]);
}

/* Of a visit that will be cancelled: its days, while it is planned. What is refused is said when
** its turn comes. */
static int move_first(struct import_unit *u, const struct import_line *l,
                      const struct visits *all, struct err *e)
{
    enum import_verdict v;
    struct str was, now;
    int code = OK;
    for (isize i = 0; i < all->n && code == OK; i++)
        if (str_eq(all->at[i].time, l->cell[V_TIME]) && all->at[i].state == VISIT_PLANNED)
            code = move(u, l, &all->at[i], &v, &was, &now, e);
    if (code == OK || !import_of_row(code)) return code;
    *e = (struct err){0};
    return OK;
}

/* Cancelled visits come last: most are by leaving. */
static int visits(struct import_unit *u, bool last, struct err *e)
{
    struct import_lines all;
    struct visits known = {0};
    TRY(import_lines_of(&u->m->rows, u->at, TIDY_visits, &all, u->act->a, e));
    if (all.n && u->id) TRY(visit_for_change(u->act->db, u->id, &known, u->act->a, e));
    for (isize i = 0; i < all.n; i++) {
        const struct import_line *l = &all.at[i];
        if (is_last(l) && !last && u->id) TRY(move_first(u, l, &known, e));
        if (is_last(l) != last) continue;
        TRY(one(u, TIDY_visits, &all, i, V_TIME, set_visit, &known, e));
    }
    return OK;
}

int import_values(struct import_unit *u, struct err *e)
{
    TRY(attributes(u, e));
    TRY(anchors(u, e));
    return visits(u, false, e);
}

int import_visits_last(struct import_unit *u, struct err *e)
{
    return visits(u, true, e);
}
