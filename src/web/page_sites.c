/* Services and sites, and the rules of log-in. */
#include "app/staffing.h"
#include "base/num.h"
#include "tpl.h"
#include "web/routes.h"
#include "web/staff_pages.h"

/* --- services and sites ------------------------------------------------------------ */

static int show_sites(struct call *c, int status, struct err *e)
{
    struct arena *a = c->q->a;
    struct service_list services;
    struct site_list sites;
    struct sites_page m = {.service_name = {.name = "service_name", .most = 100},
                           .site_name = {.name = "site_name", .most = 100},
                           .service = {.name = "service"}};
    TRY(staff_services(c->act.db, &services, a, e));
    TRY(staff_sites(c->act.db, &sites, a, e));
    m.service_name.label = call_text(c, "SITES_SERVICE_NAME");
    m.service_name.value = call_field(c, "service_name");
    m.site_name.label = call_text(c, "SITES_SITE_NAME");
    m.site_name.value = call_field(c, "site_name");
    m.service.legend = call_text(c, "SITES_SERVICE");
    m.table.caption = call_text(c, "SITES_BY_SERVICE");
    *PUSH(a, &m.table.columns) =
        (struct part_column){call_text(c, "SITES_SERVICE"), false};
    *PUSH(a, &m.table.columns) = (struct part_column){call_text(c, "SITES_SITES"), false};
    for (isize i = 0; i < services.n; i++) {
        struct str id = str_fmt(a, "%" PRId64, services.at[i].id);
        struct buf names = buf_in(a, 64);
        for (isize k = 0; k < sites.n; k++) {
            if (sites.at[k].service != services.at[i].id) continue;
            if (names.n) buf_put(&names, S(", "));
            buf_put(&names, sites.at[k].name);
        }
        struct part_row *r = PUSH(a, &m.table.rows);
        *PUSH(a, r) = (struct part_cell){.words = services.at[i].name};
        *PUSH(a, r) = (struct part_cell){.words = buf_str(&names)};
        *PUSH(a, &m.service.of) =
            (struct part_choice){.value = id,
                                 .words = services.at[i].name,
                                 .chosen = str_eq(id, call_field(c, "service"))};
    }
    tpl_sites(&c->html, &m);
    return call_page(c, status);
}

int page_sites(struct call *c, struct err *e)
{
    return show_sites(c, 200, e);
}

static int added(struct call *c, const char *field, int code, const struct err *why,
                 struct err *e)
{
    if (code == OK) return call_redirect_said(c, path_sites(c->q->a), "FORM_SAVED");
    if (code == E_CONSTRAINT)
        call_fault(c, field, "SITES_TAKEN");
    else if (code == E_RECORD)
        call_fault(c, field, "FORM_NEEDED");
    else
        return err_pass(e, code, why);
    return show_sites(c, 422, e);
}

int post_service_add(struct call *c, struct err *e)
{
    i64 id = 0;
    struct err why = {0};
    int code = staffing_service_add(&c->act, call_field(c, "service_name"), &id, &why);
    return added(c, "service_name", code, &why, e);
}

int post_site_add(struct call *c, struct err *e)
{
    i64 id = 0, service = 0;
    struct err why = {0};
    if (!call_int(c, "service", 1, INT64_MAX, &service)) return show_sites(c, 422, e);
    int code = staffing_site_add(&c->act, service, call_field(c, "site_name"), &id, &why);
    return added(c, "site_name", code, &why, e);
}

/* --- rules of log-in ------------------------------------------------------------------- */

static const struct {
    const char *name, *label;
    i64 lo, hi;
    size_t at;
} rules[] = {
#define RULE(name, value, lo, hi, words) \
    {#name, "RULE_" #name, lo, hi, offsetof(struct login_rules, name)},
#include "app/login_rule.def"
#undef RULE
};

/* "RULE_PASSES": texts have names in capitals. */
static struct str label_of(struct call *c, isize i)
{
    struct str s = str_of(rules[i].label);
    char *at = NEW(c->q->a, char, s.n + 1);
    for (isize k = 0; k < s.n; k++)
        at[k] = s.at[k] >= 'a' && s.at[k] <= 'z' ? (char)(s.at[k] - 32) : s.at[k];
    return call_text(c, at);
}

static i64 rule_now(const struct login_rules *r, isize i)
{
    return *(const i64 *)(const void *)((const char *)r + rules[i].at);
}

static int show_rules(struct call *c, int status, struct err *e)
{
    struct arena *a = c->q->a;
    struct login_rules now;
    struct rules_page m = {0};
    TRY(login_rules_read(c->act.db, &now, e));
    for (isize i = 0; i < COUNT(rules); i++) {
        struct str value = call_field(c, rules[i].name);
        struct str range[2] = {str_fmt(a, "%" PRId64, rules[i].lo),
                               str_fmt(a, "%" PRId64, rules[i].hi)};
        if (!value.at) value = str_fmt(a, "%" PRId64, rule_now(&now, i));
        *PUSH(a, &m.rules) =
            (struct part_field){.name = rules[i].name,
                                .label = label_of(c, i),
                                .help = text_fill(c->lang, "RULES_RANGE", range, 2, a),
                                .value = value,
                                .inputmode = "numeric",
                                .size = 10,
                                .most = 10};
    }
    tpl_rules(&c->html, &m);
    return call_page(c, status);
}

int page_rules(struct call *c, struct err *e)
{
    return show_rules(c, 200, e);
}

/* Only what is otherwise than now is a change. */
int post_rules(struct call *c, struct err *e)
{
    struct login_rules now;
    i64 value[COUNT(rules)];
    TRY(login_rules_read(c->act.db, &now, e));
    for (isize i = 0; i < COUNT(rules); i++)
        call_int(c, rules[i].name, rules[i].lo, rules[i].hi, &value[i]);
    if (c->faults.n) return show_rules(c, 422, e);
    for (isize i = 0; i < COUNT(rules); i++)
        if (value[i] != rule_now(&now, i))
            TRY(login_rule_set(&c->act, str_of(rules[i].name), value[i], e));
    TRY(house_rules(c->house, e));
    return call_redirect_said(c, path_rules(c->q->a), "FORM_SAVED");
}
