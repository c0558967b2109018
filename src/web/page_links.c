/* Links for a visit's participant, made and taken back by staff; and whom participants can turn
** to. */
#include "app/contact.h"
#include "app/formlink.h"
#include "tpl.h"
#include "web/forms.h"
#include "web/links_page.h"
#include "web/qr_code.h"
#include "web/routes.h"

static const char *const lang_name[LANG_N] = {"English", "Norsk", "Dansk"};

/* The visit at the first place of the path, and its study. Error: E_NOT_FOUND. */
static int visit_at(struct call *c, const struct collect_kit **k, struct due_visit *v,
                    struct err *e)
{
    struct visit row;
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(visit_get(c->act.db, &c->act.who, id, &row, c->q->a, e));
    TRY(house_study(c->house, c->act.db, row.study, k, e));
    return visiting_get(&c->act, *k, id, v, e);
}

static void put_row(struct call *c, struct links_page *m, const struct formlink *l)
{
    struct links_row *r = PUSH(c->q->a, &m->rows);
    *r = (struct links_row){.id = l->id,
                            .made = call_when(c, l->made),
                            .until = call_when(c, l->ends),
                            .by = forms_name(c, l->staff_name),
                            .kind = PART_OFF};
    const char *state = "LINKS_WAITING";
    if (l->revoked) {
        state = "LINKS_REVOKED";
    } else if (l->used) {
        state = "LINKS_USED";
        r->kind = PART_GOOD;
    } else if (l->ends <= c->act.now) {
        state = "LINKS_ENDED";
    } else {
        r->live = true;
        if (l->opened) {
            state = "LINKS_OPENED";
            r->kind = PART_PLAIN;
        }
    }
    r->state = call_text(c, state);
}

static int show(struct call *c, const struct collect_kit *k, const struct due_visit *v,
                struct links_page *m, int status, struct err *e)
{
    struct formlinks all;
    struct str lang = call_field(c, "language"), days = call_field(c, "days");
    if (!lang.n) lang = str_of(lang_code[c->lang]);
    m->visit = v->v.id;
    m->time = forms_time(c, k, v->time);
    m->code = v->v.code;
    *PUSH(c->q->a, &m->crumbs) = (struct html_link){
        .words = str_fmt(c->q->a, "%.*s: %.*s", FMT(m->code), FMT(m->time)),
        .path = path_visit(c->q->a, v->v.id)};
    TRY(formlink_of(&c->act, k, v->v.id, &all, e));
    for (isize i = 0; i < all.n; i++) put_row(c, m, &all.at[i]);
    m->language = (struct part_choices){
        .name = "language", .legend = call_text(c, "PAGE_LANGUAGE"), .beside = true};
    for (int i = 0; i < LANG_N; i++)
        *PUSH(c->q->a, &m->language.of) =
            (struct part_choice){.value = str_of(lang_code[i]),
                                 .words = str_of(lang_name[i]),
                                 .chosen = str_is(lang, lang_code[i])};
    m->days = (struct part_field){.name = "days",
                                  .label = call_text(c, "LINKS_DAYS"),
                                  .help = call_text(c, "LINKS_DAYS_HELP"),
                                  .value = days.n ? days : S("14"),
                                  .inputmode = "numeric",
                                  .size = 4,
                                  .most = 3};
    tpl_links(&c->html, m);
    return call_page(c, status);
}

int page_links(struct call *c, struct err *e)
{
    const struct collect_kit *k;
    struct due_visit v;
    struct links_page m = {0};
    TRY(visit_at(c, &k, &v, e));
    return show(c, k, &v, &m, 200, e);
}

/* The address that this request came to is one this server goes by (call_answer), so the link is
** made with it. */
static int hand_out(struct call *c, const struct due_visit *v, enum lang lang, i64 days,
                    struct str token, struct err *e)
{
    struct arena *a = c->q->a;
    struct links_page m = {.visit = v->v.id, .lang = str_of(lang_code[lang])};
    struct contact site;
    enum lang in, own = c->lang;
    struct html h = html_in(a, lang, NULL);
    TRY(contact_of(&c->act, v->v.site, &site, e));
    m.link = str_fmt(a, "%s://%.*s%.*s", c->q->secure ? "https" : "http",
                     FMT(http_header(c->q, "Host")), FMT(path_fill(a, token)));
    m.service = site.service;
    m.contact = contact_words(&site, lang, &in);
    m.contact_lang = str_of(lang_code[in]);
    c->lang = lang;
    m.until = call_when(c, c->act.now + days * 24 * HOUR);
    struct str title = call_text(c, "LINKS_QR");
    c->lang = own;
    TRY(qr_code_svg(m.link, title, &m.qr, a, e));
    tpl_handout(&h, &m);
    m.handout.markup = buf_str(&h.b);
    tpl_link_made(&c->html, &m);
    return call_page(c, 200);
}

/* The page after it is no redirect: the link is shown this once and kept nowhere. */
int post_links(struct call *c, struct err *e)
{
    const struct collect_kit *k;
    struct due_visit v;
    struct links_page m = {0};
    struct err why = {0};
    struct str token;
    enum lang lang = LANG_EN;
    i64 days = 0, id = 0;
    TRY(visit_at(c, &k, &v, e));
    if (lang_read(call_field(c, "language"), &lang, &why) != OK)
        call_fault(c, "language", "FORM_NEEDED");
    bool fine = call_int(c, "days", 1, 60, &days);
    if (!fine || c->faults.n) return show(c, k, &v, &m, 422, e);
    int code = formlink_make(&c->act, k, v.v.id, str_of(lang_code[lang]), (int)days,
                             &token, &id, &why);
    if (code == E_RECORD) {
        m.refused = err_sentence(&why, c->lang, c->q->a);
        return show(c, k, &v, &m, 422, e);
    }
    if (code != OK) return err_pass(e, code, &why);
    return hand_out(c, &v, lang, days, token, e);
}

int post_link_revoke(struct call *c, struct err *e)
{
    const struct collect_kit *k;
    struct due_visit v;
    i64 id = 0;
    TRY(visit_at(c, &k, &v, e));
    TRY(call_id(c, 1, &id, e));
    TRY(formlink_revoke(&c->act, k, id, e));
    return call_redirect_said(c, path_links(c->q->a, v.v.id), "LINKS_REVOKE_SAID");
}

/* --- whom they can turn to ------------------------------------------------------------- */

int page_contacts(struct call *c, struct err *e)
{
    struct site_list sites;
    struct contact_page m = {0};
    TRY(staff_sites(c->act.db, &sites, c->q->a, e));
    for (isize i = 0; i < sites.n; i++) {
        struct contact now;
        struct err no;
        enum lang in;
        if (act_may(&c->act, MAY_SET_CONTACT, sites.at[i].id, &no) != OK) continue;
        TRY(contact_of(&c->act, sites.at[i].id, &now, e));
        bool set = contact_words(&now, c->lang, &in).n > 0;
        *PUSH(c->q->a, &m.sites) = (struct part_fact){
            .term = now.service,
            .words = now.site,
            .path = path_contact(c->q->a, sites.at[i].id),
            .soft = call_text(c, set ? "CONTACT_SET" : "CONTACT_UNSET")};
    }
    tpl_contacts(&c->html, &m);
    return call_page(c, 200);
}

static const char *const field[LANG_N] = {"text_en", "text_nb", "text_da"};

static int show_contact(struct call *c, i64 site, bool typed, int status, struct err *e)
{
    struct contact now;
    struct contact_page m = {.site = site};
    *PUSH(c->q->a, &m.crumbs) = (struct html_link){.words = call_text(c, "CONTACT_TITLE"),
                                                   .path = path_contacts(c->q->a)};
    TRY(contact_of(&c->act, site, &now, e));
    m.name = now.site;
    for (int i = 0; i < LANG_N; i++)
        m.text[i] =
            (struct part_field){.name = field[i],
                                .label = str_of(lang_name[i]),
                                .value = typed ? call_field(c, field[i]) : now.text[i],
                                .rows = 4,
                                .most = CONTACT_MOST,
                                .optional = true};
    tpl_contact(&c->html, &m);
    return call_page(c, status);
}

int page_contact(struct call *c, struct err *e)
{
    i64 site = 0;
    TRY(call_id(c, 0, &site, e));
    TRY(act_may(&c->act, MAY_SET_CONTACT, site, e));
    return show_contact(c, site, false, 200, e);
}

int post_contact(struct call *c, struct err *e)
{
    i64 site = 0;
    struct str text[LANG_N];
    TRY(call_id(c, 0, &site, e));
    TRY(act_may(&c->act, MAY_SET_CONTACT, site, e));
    for (int i = 0; i < LANG_N; i++) {
        text[i] = call_field(c, field[i]);
        if (text[i].n > CONTACT_MOST) call_fault(c, field[i], "CONTACT_LONG");
    }
    if (c->faults.n) return show_contact(c, site, true, 422, e);
    TRY(contact_set(&c->act, site, text, e));
    return call_redirect_said(c, path_contact(c->q->a, site), "FORM_SAVED");
}
