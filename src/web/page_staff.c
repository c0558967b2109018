/* Staff: who works here, in which roles, and who may log in. */
#include "app/staffing.h"
#include "tpl.h"
#include "web/call_parts.h"
#include "web/routes.h"
#include "web/staff_pages.h"
#include <sodium.h>

/* Everybody is listed for whoever may see staff at some site. */
static int everybody(struct call *c, struct staff_list *out, struct err *e)
{
    int code = staffing_list(&c->act, 0, out, e);
    for (isize i = 0; code == E_NOT_ALLOWED && i < c->act.who.n_roles; i++)
        if (c->act.who.role[i].site)
            code = staffing_list(&c->act, c->act.who.role[i].site, out, e);
    return code;
}

static void column(struct call *c, struct part_table *t, const char *text_id)
{
    *PUSH(c->q->a, &t->columns) = (struct part_column){.words = call_text(c, text_id)};
}

int page_staff(struct call *c, struct err *e)
{
    struct arena *a = c->q->a;
    struct staff_list all;
    struct staff_list_page m = {.may_add = call_can(c, MAY_MANAGE_STAFF)};
    TRY(everybody(c, &all, e));
    m.table.caption = call_text(c, "STAFF_TITLE");
    column(c, &m.table, "ACCOUNT_NAME");
    column(c, &m.table, "LOGIN_NAME");
    column(c, &m.table, "STAFF_STATE");
    for (isize i = 0; i < all.n; i++) {
        const struct staff *s = &all.at[i];
        struct part_row *r = PUSH(a, &m.table.rows);
        *PUSH(a, r) =
            (struct part_cell){.words = s->name, .path = path_staff_one(a, s->id)};
        *PUSH(a, r) = (struct part_cell){.words = s->login};
        *PUSH(a, r) = (struct part_cell){
            .words = call_text(c, s->active ? "STAFF_ACTIVE" : "STAFF_CLOSED"),
            .tag = true,
            .kind = s->active ? PART_GOOD : PART_OFF};
    }
    tpl_staff_list(&c->html, &m);
    return call_page(c, 200);
}

/* --- somebody new --------------------------------------------------------------- */

static int show_new(struct call *c, int status)
{
    static const char *const name[LANG_N] = {"English", "Norsk", "Dansk"};
    struct str chosen = call_field(c, "language");
    struct staff_new_page m = {
        .name = {.name = "name", .value = call_field(c, "name"), .most = 100},
        .login = {.name = "login", .value = call_field(c, "login"), .most = 64},
        .language = {.name = "language", .beside = true}};
    m.name.label = call_text(c, "ACCOUNT_NAME");
    m.login.label = call_text(c, "LOGIN_NAME");
    m.login.help = call_text(c, "SETUP_LOGIN_HELP");
    m.language.legend = call_text(c, "PAGE_LANGUAGE");
    if (!chosen.n) chosen = str_of(lang_code[c->lang]);
    for (int i = 0; i < LANG_N; i++)
        *PUSH(c->q->a, &m.language.of) =
            (struct part_choice){.value = str_of(lang_code[i]),
                                 .words = str_of(name[i]),
                                 .chosen = str_is(chosen, lang_code[i])};
    tpl_staff_new(&c->html, &m);
    return call_page(c, status);
}

int page_staff_new(struct call *c, struct err *e)
{
    (void)e;
    return show_new(c, 200);
}

int post_staff_new(struct call *c, struct err *e)
{
    struct str name = call_field(c, "name"), login = call_field(c, "login"), read;
    struct str language = call_field(c, "language");
    enum lang known;
    struct err why = {0};
    i64 id = 0;
    if (!name.n) call_fault(c, "name", "FORM_NEEDED");
    if (staff_login_read(login, &read, c->q->a, &why) != OK)
        call_fault(c, "login", login.n ? "SETUP_LOGIN_HELP" : "FORM_NEEDED");
    if (lang_read(language, &known, &why) != OK) call_fault(c, "language", "FORM_NEEDED");
    if (c->faults.n) return show_new(c, 422);
    int code = staffing_add(&c->act, login, name, language, &id, &why);
    if (code == E_CONSTRAINT) {
        call_fault(c, "login", "STAFF_LOGIN_TAKEN");
        return show_new(c, 422);
    }
    if (code != OK) return err_pass(e, code, &why);
    return call_redirect_said(c, path_staff_one(c->q->a, id), "STAFF_ADDED_SAID");
}

/* --- one of them ------------------------------------------------------------------- */

static void fact(struct call *c, struct staff_one_page *m, const char *term,
                 struct str words)
{
    *PUSH(c->q->a, &m->facts) =
        (struct part_fact){.term = call_text(c, term), .words = words};
}

static struct str site_words(struct call *c, const struct site_list *all, i64 site,
                             struct str study)
{
    struct str where = call_text(c, "STAFF_EVERYWHERE");
    for (isize i = 0; i < all->n && site; i++)
        if (all->at[i].id == site)
            where = str_fmt(c->q->a, "%.*s, %.*s", FMT(all->at[i].service_name),
                            FMT(all->at[i].name));
    return study.n ? str_fmt(c->q->a, "%.*s (%.*s)", FMT(where), FMT(study)) : where;
}

static int show_roles(struct call *c, struct staff_one_page *m,
                      const struct site_list *sites, struct err *e)
{
    struct role_held_list all;
    struct err none;
    TRY(staff_roles(c->act.db, m->id, &all, c->q->a, e));
    for (isize i = 0; i < all.n; i++) {
        const struct role_held *r = &all.at[i];
        bool over = !r->open && r->ends < c->act.today;
        *PUSH(c->q->a, &m->roles) = (struct staff_role_row){
            .id = r->id,
            .role = call_role(c, r->role),
            .where = site_words(c, sites, r->site, r->study),
            .from = part_day(r->starts, c->q->a),
            .to = r->open ? S("") : part_day(r->ends, c->q->a),
            .may_end = !over && act_may(&c->act, MAY_GIVE_ROLES, r->site, &none) == OK};
    }
    return OK;
}

static void give_form(struct call *c, struct staff_one_page *m,
                      const struct site_list *sites)
{
    struct arena *a = c->q->a;
    struct str role = call_field(c, "role"), site = call_field(c, "site"), id;
    struct err none;
    m->role = (struct part_choices){.name = "role", .legend = call_text(c, "STAFF_ROLE")};
    for (int i = 0; i < ROLE_N; i++) {
        struct str word = str_of(role_word((enum role)(1 << i)));
        *PUSH(a, &m->role.of) =
            (struct part_choice){.value = word,
                                 .words = call_role(c, (enum role)(1 << i)),
                                 .chosen = str_eq(word, role)};
    }
    m->site =
        (struct part_choices){.name = "site", .legend = call_text(c, "STAFF_WHERE")};
    if (act_may(&c->act, MAY_GIVE_ROLES, 0, &none) == OK)
        *PUSH(a, &m->site.of) = (struct part_choice){
            .value = S("0"), .words = call_text(c, "STAFF_EVERYWHERE")};
    for (isize i = 0; i < sites->n; i++) {
        if (act_may(&c->act, MAY_GIVE_ROLES, sites->at[i].id, &none) != OK) continue;
        id = str_fmt(a, "%" PRId64, sites->at[i].id);
        *PUSH(a, &m->site.of) = (struct part_choice){
            .value = id,
            .words = site_words(c, sites, sites->at[i].id, (struct str){0}),
            .chosen = str_eq(id, site)};
    }
    m->study = (struct part_field){.name = "study",
                                   .label = call_text(c, "STAFF_STUDY"),
                                   .help = call_text(c, "STAFF_STUDY_HELP"),
                                   .value = call_field(c, "study"),
                                   .most = 64,
                                   .optional = true};
    m->starts = (struct part_date){.name = "starts",
                                   .label = call_text(c, "STAFF_FROM"),
                                   .value = call_field(c, "starts")};
    if (!m->starts.value.n) m->starts.value = part_day(c->act.today, a);
    m->ends = (struct part_date){.name = "ends",
                                 .label = call_text(c, "STAFF_TO"),
                                 .help = call_text(c, "STAFF_TO_HELP"),
                                 .value = call_field(c, "ends"),
                                 .optional = true};
}

static int show_one(struct call *c, i64 id, int status, struct err *e)
{
    struct staff s;
    struct site_list sites;
    struct staff_one_page m = {.id = id,
                               .may_manage = call_can(c, MAY_MANAGE_STAFF),
                               .may_give = call_can(c, MAY_GIVE_ROLES)};
    TRY(staff_get(c->act.db, id, &s, c->q->a, e));
    TRY(staff_sites(c->act.db, &sites, c->q->a, e));
    *PUSH(c->q->a, &m.crumbs) = (struct html_link){.words = call_text(c, "STAFF_TITLE"),
                                                   .path = path_staff(c->q->a)};
    m.name = s.name;
    m.active = s.active;
    fact(c, &m, "LOGIN_NAME", s.login);
    fact(c, &m, "STAFF_STATE", call_text(c, s.active ? "STAFF_ACTIVE" : "STAFF_CLOSED"));
    if (m.may_manage) {
        struct login_kit kit = house_kit(c->house);
        int code = login_totp_is_on(&c->act, &kit, id, &m.factor, e);
        sodium_memzero(&kit, sizeof kit);
        TRY(code);
        fact(c, &m, "ACCOUNT_FACTOR",
             call_text(c, m.factor ? "ACCOUNT_FACTOR_ON" : "STAFF_FACTOR_NONE"));
    }
    m.again = (struct part_field){.name = "password_off",
                                  .label = call_text(c, "STAFF_FACTOR_AGAIN"),
                                  .type = "password",
                                  .autocomplete = "current-password",
                                  .most = 1024};
    TRY(show_roles(c, &m, &sites, e));
    give_form(c, &m, &sites);
    tpl_staff_one(&c->html, &m);
    return call_page(c, status);
}

int page_staff_one(struct call *c, struct err *e)
{
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    return show_one(c, id, 200, e);
}

static bool read_role(struct call *c, struct role_given *g)
{
    struct err none;
    if (role_read(call_field(c, "role"), &g->role, &none) != OK)
        call_fault(c, "role", "FORM_NEEDED");
    call_int(c, "site", 0, INT64_MAX, &g->site);
    call_day(c, "starts", &g->starts);
    g->study = call_field(c, "study");
    g->open = call_field(c, "ends").n == 0;
    if (!g->open && call_day(c, "ends", &g->ends) && g->ends < g->starts)
        call_fault(c, "ends", "STAFF_ENDS_BEFORE");
    return c->faults.n == 0;
}

int post_role_give(struct call *c, struct err *e)
{
    struct role_given g = {0};
    i64 role = 0;
    TRY(call_id(c, 0, &g.staff, e));
    if (!read_role(c, &g)) return show_one(c, g.staff, 422, e);
    TRY(staffing_role_give(&c->act, &g, &role, e));
    return call_redirect_said(c, path_staff_one(c->q->a, g.staff), "ROLE_GIVEN_SAID");
}

/* A change that leaves nobody in charge comes back as a fault of the page. */
static int done_or_last(struct call *c, i64 id, int code, const struct err *why,
                        struct err *e)
{
    if (code == OK)
        return call_redirect_said(c, path_staff_one(c->q->a, id), "FORM_SAVED");
    if (code != E_CONSTRAINT) return err_pass(e, code, why);
    call_fault(c, "", "STAFF_LAST");
    return show_one(c, id, 422, e);
}

int post_role_end(struct call *c, struct err *e)
{
    i64 id = 0, role = 0;
    struct role_held_list held;
    struct err why = {0};
    TRY(call_id(c, 0, &id, e));
    TRY(call_id(c, 1, &role, e));
    TRY(staff_roles(c->act.db, id, &held, c->q->a, e));
    for (isize i = 0; i < held.n; i++) {
        if (held.at[i].id != role) continue;
        /* Its last day was yesterday; one that has not begun is taken back. */
        day ends = MAX(c->act.today, held.at[i].starts) - 1;
        int code = staffing_role_end(&c->act, role, ends, &why);
        return done_or_last(c, id, code, &why, e);
    }
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_ROLE");
}

static int set_active(struct call *c, bool active, struct err *e)
{
    i64 id = 0;
    struct err why = {0};
    TRY(call_id(c, 0, &id, e));
    int code = staffing_set_active(&c->act, id, active, &why);
    return done_or_last(c, id, code, &why, e);
}

int post_staff_close(struct call *c, struct err *e)
{
    return set_active(c, false, e);
}

int post_staff_open(struct call *c, struct err *e)
{
    return set_active(c, true, e);
}

int post_staff_factor_off(struct call *c, struct err *e)
{
    i64 id = 0;
    int status = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(act_may(&c->act, MAY_MANAGE_STAFF, 0, e));
    TRY(call_again(c, "password_off", &status, e));
    if (status) return show_one(c, id, status, e);
    TRY(login_totp_off(&c->act, id, e));
    return call_redirect_said(c, path_staff_one(c->q->a, id), "FORM_SAVED");
}

/* The link is shown once, to be sent by whatever way this service trusts. */
int post_staff_invite(struct call *c, struct err *e)
{
    struct arena *a = c->q->a;
    struct staff s;
    struct str token = {0};
    struct staff_link_page m = {0};
    TRY(call_id(c, 0, &m.id, e));
    TRY(staff_get(c->act.db, m.id, &s, a, e));
    struct login_kit kit = house_kit(c->house);
    i64 holds = kit.rules.invitation_minutes;
    int code = login_invite(&c->act, &kit, m.id, &token, e);
    sodium_memzero(&kit, sizeof kit);
    TRY(code);
    m.name = s.name;
    m.until = call_when(c, c->act.now + holds * MINUTE);
    m.link = str_fmt(a, "%s://%.*s%.*s", c->q->secure ? "https" : "http",
                     FMT(http_header(c->q, "Host")), FMT(path_invitation(a, token)));
    tpl_staff_link(&c->html, &m);
    return call_page(c, 200);
}
