/* Who asks; services, sites, staff, roles; jobs; instruments. */
#include "app/job.h"
#include "web/transfer_page.h"
#include "app/staffing.h"
#include "base/yaml.h"
#include "web/api.h"

int api_me(struct call *c, struct err *e)
{
    (void)e;
    const struct viewer *v = &c->act.who;
    struct json_out w = api_out(c);
    json_put_int(&w, "staff", v->staff);
    json_put_str(&w, "login", v->login);
    json_put_str(&w, "name", v->name);
    json_put_str(&w, "language", v->language);
    json_put_bool(&w, "blinded", v->blinded);
    json_open(&w, "rights", '[');
    for (int r = 0; r < RIGHT_N; r++)
        if (call_can(c, (enum right)r))
            json_put_str(&w, NULL, str_of(right_name((enum right)r)));
    json_close(&w, ']');
    json_open(&w, "roles", '[');
    for (isize i = 0; i < v->n_roles; i++) {
        const struct staff_role *r = &v->role[i];
        json_open(&w, NULL, '{');
        json_put_int(&w, "id", r->id);
        json_put_str(&w, "role", str_of(role_word(r->role)));
        if (r->site) json_put_int(&w, "site", r->site);
        if (r->study.n) json_put_str(&w, "study", r->study);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    return api_done(c, &w);
}

int api_sites(struct call *c, struct err *e)
{
    struct site_list list = {0};
    TRY(staff_sites(c->act.db, &list, c->q->a, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < list.n; i++) {
        json_open(&w, NULL, '{');
        json_put_int(&w, "id", list.at[i].id);
        json_put_str(&w, "name", list.at[i].name);
        json_put_int(&w, "service", list.at[i].service);
        json_put_str(&w, "service_name", list.at[i].service_name);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    return api_done(c, &w);
}

int api_service_add(struct call *c, struct err *e)
{
    const struct json *in;
    i64 id = 0;
    TRY(api_body(c, &in, e));
    TRY(staffing_service_add(&c->act, json_text(in, "name"), &id, e));
    return api_made(c, id);
}

int api_site_add(struct call *c, struct err *e)
{
    const struct json *in;
    i64 id = 0;
    TRY(api_body(c, &in, e));
    TRY(staffing_site_add(&c->act, api_int(in, "service", 0), json_text(in, "name"), &id,
                          e));
    return api_made(c, id);
}

int api_staff(struct call *c, struct err *e)
{
    struct staff_list list = {0};
    i64 site;
    TRY(api_query_id(c, "site", &site, e));
    TRY(staffing_list(&c->act, site, &list, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < list.n; i++) {
        json_open(&w, NULL, '{');
        json_put_int(&w, "id", list.at[i].id);
        json_put_str(&w, "login", list.at[i].login);
        json_put_str(&w, "name", list.at[i].name);
        json_put_str(&w, "language", list.at[i].language);
        json_put_bool(&w, "active", list.at[i].active);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    return api_done(c, &w);
}

int api_staff_add(struct call *c, struct err *e)
{
    const struct json *in;
    i64 id = 0;
    TRY(api_body(c, &in, e));
    TRY(staffing_add(&c->act, json_text(in, "login"), json_text(in, "name"),
                     json_text(in, "language"), &id, e));
    return api_made(c, id);
}

int api_staff_set(struct call *c, struct err *e)
{
    const struct json *in;
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(api_body(c, &in, e));
    TRY(staffing_set_active(&c->act, id, json_get(in, "active")->truth, e));
    return api_nothing(c);
}

int api_role_give(struct call *c, struct err *e)
{
    const struct json *in;
    struct role_given g = {0};
    i64 id = 0;
    TRY(call_id(c, 0, &g.staff, e));
    TRY(api_body(c, &in, e));
    int rc = role_read(json_text(in, "role"), &g.role, e);
    if (rc != OK) return api_wrong(c, "role", E_RECORD, e);
    g.site = api_int(in, "site", 0);
    g.study = json_text(in, "study");
    g.starts = api_day(in, "starts", c->act.today);
    g.open = !api_has(in, "ends");
    g.ends = api_day(in, "ends", 0);
    TRY(staffing_role_give(&c->act, &g, &id, e));
    return api_made(c, id);
}

int api_role_end(struct call *c, struct err *e)
{
    const struct json *in;
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(api_body(c, &in, e));
    TRY(staffing_role_end(&c->act, id, api_day(in, "ends", 0), e));
    return api_nothing(c);
}

/* --- jobs ------------------------------------------------------------------------------ */

static int job_put_json(struct call *c, struct json_out *w, const struct job *j,
                        struct err *e)
{
    struct json *result = NULL;
    json_put_int(w, "id", j->id);
    json_put_str(w, "kind", j->kind);
    json_put_str(w, "state", str_of(job_state_word(j->state)));
    json_put_int(w, "done", j->done);
    json_put_int(w, "total", j->total);
    json_put_bool(w, "cancel", j->cancel);
    if (j->result.n) {
        TRY(json_read(j->result, "result", &result, c->q->a, e));
        json_put(w, "result", result);
    }
    if (j->error.n) json_put_str(w, "error", j->error);
    api_put_time(w, "at", j->at, c->q->a);
    if (j->ended) api_put_time(w, "ended", j->ended, c->q->a);
    return OK;
}

int api_jobs(struct call *c, struct err *e)
{
    struct jobs list = {0};
    i64 before, limit;
    TRY(api_query_id(c, "before", &before, e));
    TRY(api_query(c, "limit", 1, 200, 50, &limit, e));
    TRY(job_own(&c->act, before, limit, &list, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < list.n; i++) {
        json_open(&w, NULL, '{');
        TRY(job_put_json(c, &w, &list.at[i], e));
        json_close(&w, '}');
    }
    json_close(&w, ']');
    if (list.n == limit) json_put_int(&w, "next", list.at[list.n - 1].id);
    return api_done(c, &w);
}

int api_job_ask(struct call *c, struct err *e)
{
    const struct json *in, *args;
    i64 id = 0;
    TRY(api_body(c, &in, e));
    args = json_get(in, "args");
    TRY(job_ask(&c->act, json_text(in, "kind"),
                args ? json_canonical(args, c->q->a) : S("{}"), &id, e));
    transfer_asked(c);
    return api_made(c, id);
}

int api_job(struct call *c, struct err *e)
{
    struct job j;
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(job_see(&c->act, id, &j, e));
    struct json_out w = api_out(c);
    TRY(job_put_json(c, &w, &j, e));
    return api_done(c, &w);
}

int api_job_stop(struct call *c, struct err *e)
{
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(job_stop(&c->act, id, e));
    return api_nothing(c);
}

/* --- instruments ------------------------------------------------------------------------ */

static const struct definition *definition_of(const struct library *lib, struct str id)
{
    for (isize i = 0; i < lib->definitions.n; i++)
        if (str_is(lib->definitions.at[i].kind, "instrument") &&
            str_eq(lib->definitions.at[i].id, id))
            return &lib->definitions.at[i];
    return NULL;
}

int api_instruments(struct call *c, struct err *e)
{
    (void)e;
    const struct library *lib = house_library(c->house);
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < lib->instruments.n; i++) {
        const struct instrument *in = lib->instruments.at[i];
        json_open(&w, NULL, '{');
        json_put_str(&w, "id", in->id);
        json_put_int(&w, "revision", in->revision);
        json_put_str(&w, "hash", str_of(in->hash.hex));
        json_put_str(&w, "title", in->title);
        json_put_int(&w, "items", in->items.n);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    return api_done(c, &w);
}

int api_instrument(struct call *c, struct err *e)
{
    const struct library *lib = house_library(c->house);
    const struct definition *d = definition_of(lib, c->q->arg[0]);
    struct definition now = {0};
    struct yaml *doc = NULL;
    if (!d) return err_set(e, E_NOT_FOUND, "there is no such instrument");
    TRY(yaml_read_file(d->file, &doc, c->q->a, e));
    TRY(library_head(doc, &now, c->q->a, e));
    struct json_out w = api_out(c);
    json_put_str(&w, "id", now.id);
    json_put_int(&w, "revision", now.revision);
    json_put_str(&w, "hash", str_of(now.hash.hex));
    json_put(&w, "definition", yaml_to_json(doc, c->q->a));
    return api_done(c, &w);
}
