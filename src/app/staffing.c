#include "app/staffing.h"
#include "base/json.h"
#include "base/text.h"
#include "store/statements.h"

struct change {
    struct act *act;
    i64 id, service;
    struct str login, name, language;
    const struct role_given *role;
    bool active;
    day ends;
};

static int check_name(struct str name, struct err *e)
{
    enum { MOST = 200 };
    if (str_trim(name).n == 0 || name.n > MOST || !str_utf8_ok(name))
        return err_say_of(e, E_RECORD, "REFUSED_NAME_LONG", SAID(SAY_INT(MOST)));
    return OK;
}

static struct str json_named(struct str name, struct arena *a)
{
    struct buf b = buf_in(a, name.n + 32);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "name", name);
    json_close(&w, '}');
    return buf_str(&b);
}

static int service_add(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    TRY(db_one(db, &c->id, SQL_service_add, ARGS(T(c->name)), e));
    return act_note(c->act, db, "service.add", "service", c->id, (struct str){0},
                    json_named(c->name, &tmp), tmp, e);
}

int staffing_service_add(struct act *act, struct str name, i64 *id, struct err *e)
{
    struct change c = {.act = act, .name = str_trim(name)};
    TRY(act_may(act, MAY_MANAGE_SITES, 0, e));
    TRY(check_name(name, e));
    TRY(act_change(act, service_add, &c, e));
    *id = c.id;
    return OK;
}

static int site_add(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    TRY(db_one(db, &c->id, SQL_site_add, ARGS(I(c->service), T(c->name)), e));
    return act_note(c->act, db, "site.add", "site", c->id, (struct str){0},
                    json_named(c->name, &tmp), tmp, e);
}

int staffing_site_add(struct act *act, i64 service, struct str name, i64 *id,
                      struct err *e)
{
    struct change c = {.act = act, .service = service, .name = str_trim(name)};
    TRY(act_may(act, MAY_MANAGE_SITES, 0, e));
    TRY(check_name(name, e));
    TRY(act_change(act, site_add, &c, e));
    *id = c.id;
    return OK;
}

static int add(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    TRY(db_one(db, &c->id, SQL_staff_add, ARGS(T(c->login), T(c->name), T(c->language)),
               e));
    return act_note(c->act, db, "staff.add", "staff", c->id, (struct str){0},
                    json_named(c->name, &tmp), tmp, e);
}

int staffing_add(struct act *act, struct str login, struct str name, struct str language,
                 i64 *id, struct err *e)
{
    struct change c = {.act = act, .name = str_trim(name), .language = language};
    TRY(act_may(act, MAY_MANAGE_STAFF, 0, e));
    TRY(staff_login_read(login, &c.login, act->a, e));
    TRY(check_name(name, e));
    TRY(check_name(language, e));
    TRY(act_change(act, add, &c, e));
    *id = c.id;
    return OK;
}

static int keep_one(const struct act *act, struct db *db, struct err *e)
{
    i64 n = 0;
    TRY(db_one(db, &n, SQL_staff_administrators, ARGS(I(act->today)), e));
    if (n > 0) return OK;
    return err_say(e, E_CONSTRAINT, "REFUSED_STAFF_LAST");
}

static int set_active(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    struct staff s;
    TRY(staff_get(db, c->id, &s, &tmp, e));
    if (s.active == c->active) return OK;
    TRY(db_run(db, SQL_staff_set_active, ARGS(I(c->id), I(c->active)), e));
    if (!c->active) {
        TRY(db_run(db, SQL_session_drop_all, ARGS(I(c->id)), e));
        TRY(db_run(db, SQL_invitation_drop, ARGS(I(c->id)), e));
        TRY(db_run(db, SQL_token_drop_all, ARGS(I(c->id)), e));
        TRY(keep_one(c->act, db, e));
    }
    return act_note(c->act, db, c->active ? "staff.open" : "staff.close", "staff", c->id,
                    (struct str){0}, (struct str){0}, tmp, e);
}

int staffing_set_active(struct act *act, i64 staff, bool active, struct err *e)
{
    struct change c = {.act = act, .id = staff, .active = active};
    TRY(act_may(act, MAY_MANAGE_STAFF, 0, e));
    return act_change(act, set_active, &c, e);
}

static struct str json_role(const struct role_given *g, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    if (!g->open) json_put_str(&w, "ends", day_text(g->ends, a));
    json_put_str(&w, "role", str_of(role_word(g->role)));
    json_put_int(&w, "site", g->site);
    json_put_int(&w, "staff", g->staff);
    json_put_str(&w, "starts", day_text(g->starts, a));
    if (g->study.n) json_put_str(&w, "study", g->study);
    json_close(&w, '}');
    return buf_str(&b);
}

static int role_give(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    const struct role_given *g = c->role;
    TRY(db_one(db, &c->id, SQL_staff_role_give,
               ARGS(I(g->staff), T(str_of(role_word(g->role))),
                    g->site ? I(g->site) : NIL, g->study.n ? T(g->study) : NIL,
                    I(g->starts), g->open ? NIL : I(g->ends)),
               e));
    return act_note(c->act, db, "role.give", "staff", g->staff, (struct str){0},
                    json_role(g, &tmp), tmp, e);
}

enum { STUDY_MOST = 100 };

int staffing_role_give(struct act *act, const struct role_given *in, i64 *id,
                       struct err *e)
{
    struct change c = {.act = act, .role = in};
    TRY(act_may(act, MAY_GIVE_ROLES, in->site, e));
    if (in->study.n > STUDY_MOST || !str_utf8_ok(in->study))
        return err_say_of(e, E_RECORD, "REFUSED_TEXT_LONG",
                          SAID(SAY_TEXT("REFUSED_A_STUDY"), SAY_INT(STUDY_MOST)));
    TRY(act_change(act, role_give, &c, e));
    *id = c.id;
    return OK;
}

static int role_get(struct db *db, i64 id, struct role_given *out, struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_staff_role_get, ARGS(I(id)), e));
    bool found = db_next(&r);
    if (found) {
        *out = (struct role_given){.staff = db_i64(&r, 0),
                                   .site = db_i64(&r, 2),
                                   .study = db_str(&r, 3, a),
                                   .starts = (day)db_i64(&r, 4),
                                   .ends = (day)db_i64(&r, 5),
                                   .open = db_is_null(&r, 5)};
        TRY(role_read(db_str(&r, 1, a), &out->role, e));
    }
    TRY(db_end(&r, e));
    return found ? OK
                 : err_say_of(e, E_NOT_FOUND, "REFUSED_NO_ROLE_ROW", SAID(SAY_INT(id)));
}

static int role_end(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    struct role_given was;
    TRY(role_get(db, c->id, &was, &tmp, e));
    struct role_given now = was;
    now.open = false;
    now.ends = c->ends;
    TRY(db_run(db, SQL_staff_role_end, ARGS(I(c->id), I(c->ends)), e));
    if (was.role == ADMINISTRATOR && was.site == 0) TRY(keep_one(c->act, db, e));
    return act_note(c->act, db, "role.end", "staff", was.staff, json_role(&was, &tmp),
                    json_role(&now, &tmp), tmp, e);
}

int staffing_role_end(struct act *act, i64 id, day ends, struct err *e)
{
    struct change c = {.act = act, .id = id, .ends = ends};
    struct role_given was;
    TRY(role_get(act->db, id, &was, act->a, e));
    TRY(act_may(act, MAY_GIVE_ROLES, was.site, e));
    return act_change(act, role_end, &c, e);
}

int staffing_list(struct act *act, i64 site, struct staff_list *out, struct err *e)
{
    TRY(act_may(act, MAY_SEE_STAFF, site, e));
    return staff_all(act->db, out, act->a, e);
}

static int set_language(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct arena tmp = act_room(c->act);
    TRY(db_run(db, SQL_staff_set_language, ARGS(I(c->id), T(c->language)), e));
    return act_note(c->act, db, "staff.language", "staff", c->id, (struct str){0},
                    str_fmt(&tmp, "{\"language\":\"%.*s\"}", FMT(c->language)), tmp, e);
}

int staffing_language(struct act *act, struct str language, struct err *e)
{
    struct change c = {.act = act, .id = act->who.staff, .language = language};
    enum lang known;
    if (!c.id) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    TRY(lang_read(language, &known, e));
    return act_change(act, set_language, &c, e);
}
