/* Rows of a study's tables that are no participants, and attributes of all (people.h). */
#include "app/people_parts.h"
#include "base/num.h"
#include "store/statements.h"
#include "store/subject_parts.h"

static int add_subject(struct db *db, void *arg, struct err *e)
{
    struct people_change *c = arg;
    const struct new_subject *in = c->in;
    struct arena tmp = act_room(c->act);
    struct buf b = buf_in(&tmp, 100);
    struct json_out w = json_to(&b, 0);
    TRY(db_one(db, &c->subject, SQL_subject_add,
               ARGS(I(in->study), T(in->kind), T(in->code), I(in->part), I(in->site),
                    in->staff ? I(in->staff) : NIL, I(c->act->now)),
               e));
    json_open(&w, NULL, '{');
    json_put_str(&w, "code", in->code);
    json_put_str(&w, "kind", in->kind);
    if (in->part) json_put_int(&w, "part", in->part);
    json_put_int(&w, "site", in->site);
    json_close(&w, '}');
    return act_note(c->act, db, "subject.add", "participant", c->subject, (struct str){0},
                    buf_str(&b), tmp, e);
}

int people_subject_add(struct act *act, const struct new_subject *in, i64 *id,
                       struct err *e)
{
    struct people_change c = {.act = act, .in = in};
    struct studies_row study;
    struct studies_sites sites;
    bool takes_part = false;
    TRY(studies_get(act->db, in->study, &study, act->a, e));
    if (act_may_in(act, MAY_IMPORT, in->site, study.name, NULL) != OK)
        TRY(act_may_in(act, MAY_ENROL, in->site, study.name, e));
    TRY(people_study(act, in->study, &c.s, e));
    isize table = study_table(c.s, in->kind);
    if (table < 0)
        return err_say_of(e, E_RECORD, "REFUSED_NO_TABLE",
                          SAID(SAY_CODE(str_brief(in->kind, 60))));
    if (table == c.s->participants.table)
        return err_say(e, E_RECORD, "REFUSED_ROW_REFERRAL");
    if ((c.s->tables.at[table].key.n == 2) != (in->part > 0))
        return err_say_of(e, E_RECORD,
                          in->part > 0 ? "REFUSED_ROW_NO_PART" : "REFUSED_ROW_PART",
                          SAID(SAY_CODE(in->kind)));
    TRY(studies_sites_of(act->db, in->study, &sites, act->a, e));
    for (isize i = 0; i < sites.n; i++) {
        if (sites.at[i].site != in->site) continue;
        takes_part = true;
        if (c.s->tables.at[table].site_key && !str_eq(sites.at[i].code, in->code))
            return err_say(e, E_RECORD, "REFUSED_ROW_KEY_SITE");
    }
    if (!takes_part) return err_say(e, E_RECORD, "REFUSED_SITE_NOT_IN");
    TRY(people_code(in->code, e));
    TRY(act_change(act, add_subject, &c, e));
    *id = c.subject;
    return OK;
}

/* --- attributes ------------------------------------------------------------------ */

struct attribute_change {
    struct people_change c;
    struct str name, value, roles;
};

static int out_of_range(const struct study_column *k, struct err *e)
{
    char room[80];
    struct buf lo = {.at = room, .cap = 40}, hi = {.at = room + 40, .cap = 40};
    buf_fmt(&lo, "%g", k->lo);
    buf_fmt(&hi, "%g", k->hi);
    return err_say_of(
        e, E_RECORD, "REFUSED_COLUMN_RANGE",
        SAID(SAY_CODE(k->id), SAY_CODE(buf_str(&lo)), SAY_CODE(buf_str(&hi))));
}

static int check_number(const struct study_column *k, struct str value, struct err *e)
{
    double x = 0;
    if (num_read(value, &x, NULL) != OK)
        return err_say_of(e, E_RECORD, "REFUSED_COLUMN_NUMBER", SAID(SAY_CODE(k->id)));
    if (k->type == COLUMN_WHOLE && x != (double)(i64)x)
        return err_say_of(e, E_RECORD, "REFUSED_COLUMN_WHOLE", SAID(SAY_CODE(k->id)));
    if (!(x >= k->lo && x <= k->hi)) return out_of_range(k, e);
    return OK;
}

static int check_value(struct db *db, const struct act *act, struct str roles,
                       const struct study *s, const struct subject *of,
                       const struct study_column *k, struct str value, struct arena tmp,
                       struct err *e)
{
    i64 n = 0;
    switch (k->type) {
    case COLUMN_NUMBER:
    case COLUMN_WHOLE: return check_number(k, value, e);
    case COLUMN_CODE:
        for (isize i = 0; i < k->codes.n; i++)
            if (str_eq(k->codes.at[i].id, value)) return OK;
        return err_say_of(e, E_RECORD, "REFUSED_COLUMN_CODE", SAID(SAY_CODE(k->id)));
    case COLUMN_LINK:
        TRY(db_one(db, &n, SQL_subject_linked,
                   ARGS(I(act->who.staff), T(roles), I(act->today), I(of->study),
                        T(s->tables.at[k->link].id), T(value)),
                   e));
        return n > 0 ? OK
                     : err_say_of(
                           e, E_RECORD, "REFUSED_COLUMN_LINK",
                           SAID(SAY_CODE(k->id), SAY_CODE(s->tables.at[k->link].id)));
    case COLUMN_SITE:
    case COLUMN_TYPES: break;
    }
    return err_say_of(e, E_RECORD, "REFUSED_COLUMN_OF_SITE", SAID(SAY_CODE(k->id)));
}

static int set_attribute(struct db *db, void *arg, struct err *e)
{
    struct attribute_change *c = arg;
    const struct act *act = c->c.act;
    struct arena tmp = act_room(act);
    struct subject s;
    struct str was = {0};
    bool had = false;
    TRY(subject_row(db, c->c.subject, &s, &tmp, e));
    if (s.gone) return err_say(e, E_CONSTRAINT, "REFUSED_ROW_ERASED");
    isize table = study_table(c->c.s, s.kind);
    const struct study_column *k =
        table < 0 ? NULL : study_column(c->c.s, table, c->name);
    /* A closed column is none to who is blinded: that a reason is needed would tell of a value. */
    if (k && act->who.blinded &&
        !study_open_column(c->c.s, table, k - c->c.s->tables.at[table].columns.at))
        k = NULL;
    if (!k)
        return err_say_of(e, E_RECORD, "REFUSED_NO_COLUMN",
                          SAID(SAY_CODE(s.kind), SAY_CODE(str_brief(c->name, 60))));
    if (k->from != COLUMN_ENTERED)
        return err_say_of(e, E_RECORD, "REFUSED_COLUMN_HAPPENED", SAID(SAY_CODE(k->id)));
    if (c->value.n) TRY(check_value(db, act, c->roles, c->c.s, &s, k, c->value, tmp, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_attribute_now, ARGS(I(s.id), T(c->name)), e));
    if (db_next(&r)) {
        had = true;
        was = db_str(&r, 2, &tmp);
    }
    TRY(db_end(&r, e));
    if (str_eq(was, c->value)) return OK;
    if (had && str_trim(act->why).n == 0)
        return err_say_of(e, E_RECORD, "REFUSED_COLUMN_WHY", SAID(SAY_CODE(c->name)));
    if (had)
        TRY(db_run(db, SQL_attribute_end, ARGS(I(s.id), T(c->name), I(act->now)), e));
    if (c->value.n)
        TRY(db_run(db, SQL_attribute_add,
                   ARGS(I(s.id), T(c->name), T(c->value), I(act->now),
                        act->who.staff ? I(act->who.staff) : NIL),
                   e));
    struct str side[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct str v = i ? c->value : was;
        struct buf b = buf_in(&tmp, 100);
        struct json_out w = json_to(&b, 0);
        if (v.n == 0) continue;
        json_open(&w, NULL, '{');
        json_put_str(&w, str_c(c->name, &tmp), v);
        json_close(&w, '}');
        side[i] = buf_str(&b);
    }
    return act_note(act, db, "attribute.set", "participant", s.id, side[0], side[1], tmp,
                    e);
}

int people_attribute(struct act *act, i64 subject, struct str name, struct str value,
                     struct err *e)
{
    struct attribute_change c = {.c = {.act = act, .subject = subject},
                                 .name = name,
                                 .value = str_trim(value),
                                 .roles = act_roles(act, MAY_ENTER_ANSWERS)};
    struct subject s;
    struct studies_row study;
    TRY(subject_row(act->db, subject, &s, act->a, e));
    TRY(studies_get(act->db, s.study, &study, act->a, e));
    int code = act_may_in(act, MAY_ENTER_ANSWERS, s.site, study.name, e);
    if (code != OK &&
        act_may_in(act, MAY_SEE_PARTICIPANTS, s.site, study.name, NULL) != OK)
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_ROW");
    TRY(code);
    TRY(people_study(act, s.study, &c.c.s, e));
    isize table = study_table(c.c.s, s.kind);
    for (isize i = 0; table >= 0 && i < c.c.s->tables.at[table].key.n; i++)
        if (str_eq(c.c.s->tables.at[table].key.at[i], name))
            return err_say_of(e, E_RECORD, "REFUSED_COLUMN_KEY", SAID(SAY_CODE(name)));
    return act_change(act, set_attribute, &c, e);
}

/* --- reading ---------------------------------------------------------------------- */

int people_subjects(struct act *act, i64 study, struct str kind, struct str after,
                    i64 after_part, isize n, struct subjects *out, struct err *e)
{
    return subject_page(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS), study,
                        kind, after, after_part, n, out, act->a, e);
}

int people_subject(struct act *act, i64 id, struct subject *out, struct err *e)
{
    return subject_get(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS), id, out,
                       act->a, e);
}

int people_attributes(struct act *act, i64 subject, instant as_of, struct attributes *out,
                      struct err *e)
{
    return attribute_of(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS), subject,
                        as_of, out, act->a, e);
}
