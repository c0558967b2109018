/* Taking a study into use: which studies the definitions hold, what one asks of whom, what a new
** revision changes; and which sites take part. */
#include "app/offer.h"
#include "tpl.h"
#include "web/routes.h"
#include "web/study_page.h"

static struct str text(const struct call *c, const char *id)
{
    return call_text(c, id);
}

static struct str number(struct call *c, i64 n)
{
    return str_fmt(c->act.a, "%" PRId64, n);
}

static struct str fill1(struct call *c, const char *id, struct str x)
{
    return text_fill(c->lang, id, &x, 1, c->act.a);
}

static struct str fill2(struct call *c, const char *id, struct str x, struct str y)
{
    struct str both[2] = {x, y};
    return text_fill(c->lang, id, both, 2, c->act.a);
}

static void crumb(struct call *c, struct html_links *l, const char *id, struct str path)
{
    *PUSH(c->act.a, l) = (struct html_link){.words = text(c, id), .path = path};
}

static const char *folder(const struct call *c, struct err *e)
{
    const char *dir = house_library(c->house)->dir;
    if (!dir) (void)err_say(e, E_NO_FILE, "REFUSED_NO_DEFINITIONS");
    return dir;
}

/* --- which there are ------------------------------------------------------------------ */

static struct part_cell state_of(struct call *c, const struct offer *o)
{
    if (o->fault.n > 0)
        return (struct part_cell){.words = text(c, "OFFER_UNREADABLE"),
                                  .tag = true,
                                  .kind = PART_WRONG,
                                  .soft = o->fault};
    if (o->same)
        return (struct part_cell){
            .words = text(c, "OFFER_IN_USE"), .tag = true, .kind = PART_GOOD};
    if (o->used)
        return (struct part_cell){
            .words = text(c, "OFFER_NEWER"), .tag = true, .kind = PART_WANTS};
    return (struct part_cell){
        .words = text(c, "OFFER_NOT_USED"), .tag = true, .kind = PART_OFF};
}

int page_studies_new(struct call *c, struct err *e)
{
    struct arena *a = c->act.a;
    struct offers all = {0};
    const char *dir = folder(c, e);
    if (!dir) return e->code;
    TRY(offer_list(&c->act, dir, &all, e));
    struct offers_page m = {.answer = text(c, "OFFER_ANSWER"),
                            .table = {.caption = text(c, "OFFER_CAPTION")},
                            .none = {.words = text(c, "OFFER_NONE")}};
    crumb(c, &m.crumbs, "STUDY_ALL", path_studies(a));
    PUSH(a, &m.table.columns)->words = text(c, "STUDY_TITLE");
    PUSH(a, &m.table.columns)->words = text(c, "STUDY_NAME");
    *PUSH(a, &m.table.columns) =
        (struct part_column){.words = text(c, "STUDY_REVISION"), .num = true};
    PUSH(a, &m.table.columns)->words = text(c, "OFFER_STANDS");
    for (isize i = 0; i < all.n; i++) {
        const struct offer *o = &all.at[i];
        struct str title = study_word(&o->title, c->lang);
        struct part_row *r = PUSH(a, &m.table.rows);
        *PUSH(a, r) = (struct part_cell){
            .words = title.n > 0 ? title : o->name,
            .path = o->fault.n > 0 ? (struct str){0} : path_study_take(a, o->name)};
        *PUSH(a, r) = (struct part_cell){.words = o->name};
        *PUSH(a, r) =
            (struct part_cell){.words = o->revision ? number(c, o->revision) : S("")};
        *PUSH(a, r) = state_of(c, o);
    }
    tpl_offers(&c->html, &m);
    return call_page(c, 200);
}

/* --- one ------------------------------------------------------------------------------ */

static void fact(struct call *c, struct offer_page *m, const char *term, struct str words)
{
    if (words.n > 0)
        *PUSH(c->act.a, &m->facts) =
            (struct part_fact){.term = text(c, term), .words = words};
}

static struct str times_of(struct call *c, const struct study *s,
                           const struct study_places *at)
{
    struct buf b = buf_in(c->act.a, 100);
    for (isize i = 0; i < at->n; i++) {
        if (b.n) buf_put(&b, S(", "));
        buf_put(&b, study_word(&s->times.at[at->at[i]].label, c->lang));
    }
    return b.n ? buf_str(&b) : text(c, "OFFER_ANY_TIME");
}

static void show_asked(struct call *c, const struct protocol *p, struct part_table *t)
{
    static const char *const head[] = {"OFFER_MEASURE", "OFFER_OF", "OFFER_ITEMS",
                                       "OFFER_WHEN"};
    struct arena *a = c->act.a;
    const struct study *s = p->study;
    t->caption = text(c, "OFFER_ASKED");
    for (isize i = 0; i < COUNT(head); i++)
        *PUSH(a, &t->columns) =
            (struct part_column){.words = text(c, head[i]), .num = i == 2};
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *x = &s->measures.at[i];
        struct str label = study_word(&x->label, c->lang);
        struct part_row *r = PUSH(a, &t->rows);
        *PUSH(a, r) =
            (struct part_cell){.words = label.n > 0 ? label : p->in[i]->title,
                               .soft = label.n > 0 ? p->in[i]->title : (struct str){0}};
        *PUSH(a, r) =
            (struct part_cell){.words = study_word(&s->tables.at[x->table].row, c->lang)};
        *PUSH(a, r) = (struct part_cell){.words = number(c, p->in[i]->items.n)};
        *PUSH(a, r) = (struct part_cell){.words = times_of(c, s, &x->at)};
    }
}

static void show_news(struct call *c, const struct offer_one *o, struct offer_page *m)
{
    static const char *const reach[TOUCHES_N] = {
        "OFFER_REACH_TEXT", "OFFER_REACH_READING", "OFFER_REACH_SCORES",
        "OFFER_REACH_ANSWERS"};
    struct arena *a = c->act.a;
    for (isize i = 0; i < o->changes.n; i++) {
        const struct offer_change *x = &o->changes.at[i];
        struct offer_news *n = PUSH(a, &m->news);
        struct str name = str_fmt(a, "%.*s %.*s", FMT(x->kind), FMT(x->name));
        struct str revisions[3] = {name, number(c, x->was), number(c, x->now)};
        n->title = x->was ? text_fill(c->lang, "OFFER_FROM_TO", revisions, 3, a)
                          : fill2(c, "OFFER_ADDED", name, number(c, x->now));
        for (int t = TOUCHES_N - 1; t >= 0; t--) {
            struct offer_reach *r = NULL;
            for (isize k = 0; k < x->touches.n; k++) {
                if ((int)x->touches.at[k].touches != t) continue;
                if (!r) r = PUSH(a, &n->reaches);
                r->words = text(c, reach[t]);
                r->kind = t >= TOUCHES_SCORES ? PART_WANTS : PART_PLAIN;
                *PUSH(a, &r->changes) = x->touches.at[k].text;
            }
        }
    }
}

static void show_what(struct call *c, const struct study *s, struct offer_page *m)
{
    struct arena *a = c->act.a;
    struct buf arms = buf_in(a, 60);
    for (isize i = 0; i < s->arms.n; i++)
        buf_fmt(&arms, "%s%.*s", i ? ", " : "", FMT(s->arms.at[i]));
    fact(c, m, "STUDY_NAME", s->id);
    fact(c, m, "STUDY_DESIGN", s->design);
    fact(c, m, "STUDY_REVISION", number(c, s->revision));
    fact(c, m, "OFFER_ARMS", buf_str(&arms));
    fact(c, m, "OFFER_PLACES", number(c, s->sites.n));
    for (isize i = 0; i < s->criteria.n; i++) {
        const struct study_criterion *k = &s->criteria.at[i];
        struct str words = study_word(&k->label, c->lang);
        *PUSH(a, &m->criteria) = k->exclude ? fill1(c, "OFFER_EXCLUDE", words) : words;
    }
    for (isize i = 0; i < s->consents.n; i++)
        *PUSH(a, &m->consents) = study_word(&s->consents.at[i].label, c->lang);
}

/* The page of an offer; `fault`: what the last attempt was refused with, 0: none. */
static int show_offer(struct call *c, const struct offer_one *o, struct err *e)
{
    const struct study *s = o->p.study;
    struct offer_page m = {.name = s->id,
                           .title = study_word(&s->title, c->lang),
                           .about = study_word(&s->about, c->lang),
                           .caution = study_word(&s->caution, c->lang),
                           .why = {.name = "reason",
                                   .label = text(c, "FORM_REASON"),
                                   .help = text(c, "FORM_REASON_HELP"),
                                   .value = call_field(c, "reason"),
                                   .most = 200,
                                   .optional = true}};
    (void)e;
    crumb(c, &m.crumbs, "STUDY_ALL", path_studies(c->act.a));
    crumb(c, &m.crumbs, "OFFER_TITLE", path_studies_new(c->act.a));
    if (o->same)
        m.stands = (struct part_notice){.kind = PART_GOOD,
                                        .words = text(c, "OFFER_SAME"),
                                        .next = {.words = text(c, "OFFER_OPEN"),
                                                 .path = path_study(c->act.a, s->id)}};
    else
        m.button = o->used ? fill1(c, "OFFER_TAKE_NEWER", number(c, s->revision))
                           : text(c, "OFFER_TAKE");
    show_what(c, s, &m);
    show_asked(c, &o->p, &m.asked);
    if (o->used) show_news(c, o, &m);
    tpl_offer(&c->html, &m);
    return c->faults.n ? call_refuse(c) : call_page(c, 200);
}

static int read_offer(struct call *c, const char **dir, struct offer_one *out,
                      struct err *e)
{
    *dir = folder(c, e);
    if (!*dir) return e->code;
    return offer_read(&c->act, *dir, str_c(c->q->arg[0], c->act.a), out, e);
}

int page_study_take(struct call *c, struct err *e)
{
    struct offer_one o;
    const char *dir;
    TRY(read_offer(c, &dir, &o, e));
    return show_offer(c, &o, e);
}

int post_study_take(struct call *c, struct err *e)
{
    struct offer_one o;
    struct applied done;
    struct err why = {0};
    const char *dir;
    TRY(read_offer(c, &dir, &o, e));
    int code = apply_study(&c->act, dir, str_c(c->q->arg[0], c->act.a), &done, &why);
    if (code == OK)
        return call_redirect_said(c, path_study(c->act.a, o.p.study->id),
                                  "OFFER_TAKEN_SAID");
    if (code != E_CONSTRAINT && code != E_REVISION) return err_pass(e, code, &why);
    call_fault_err(c, "", &why);
    return show_offer(c, &o, e);
}

/* --- sites that take part ----------------------------------------------------------------- */

static bool takes_part(const struct studies_sites *all, i64 site, struct str code)
{
    for (isize i = 0; i < all->n; i++)
        if (all->at[i].site == site || str_eq(all->at[i].code, code)) return true;
    return false;
}

int offer_sites(struct call *c, const struct study *s, i64 study,
                struct study_sites_part *m, struct err *e)
{
    struct arena *a = c->act.a;
    struct studies_sites in = {0};
    struct site_list all = {0};
    TRY(studies_sites_of(c->act.db, study, &in, a, e));
    TRY(staff_sites(c->act.db, &all, a, e));
    *m = (struct study_sites_part){
        .table = {.caption = text(c, "OFFER_SITES")},
        .site = {.name = "site", .legend = text(c, "OFFER_SITE")},
        .code = {.name = "code",
                 .legend = text(c, "OFFER_CODE"),
                 .help = text(c, "OFFER_CODE_HELP")}};
    PUSH(a, &m->table.columns)->words = text(c, "OFFER_CODE");
    PUSH(a, &m->table.columns)->words = text(c, "OFFER_SITE");
    for (isize i = 0; i < in.n; i++) {
        struct part_row *r = PUSH(a, &m->table.rows);
        *PUSH(a, r) = (struct part_cell){.words = in.at[i].code};
        *PUSH(a, r) = (struct part_cell){.words = in.at[i].name};
    }
    if (!call_can(c, MAY_SET_UP_STUDIES)) return OK;
    for (isize i = 0; i < all.n; i++) {
        struct str id = number(c, all.at[i].id);
        if (!takes_part(&in, all.at[i].id, (struct str){0}))
            *PUSH(a, &m->site.of) = (struct part_choice){
                .value = id,
                .words = str_fmt(a, "%.*s, %.*s", FMT(all.at[i].name),
                                 FMT(all.at[i].service_name)),
                .chosen = str_eq(id, call_field(c, "site"))};
    }
    for (isize i = 0; i < s->sites.n; i++)
        if (!takes_part(&in, 0, s->sites.at[i]))
            *PUSH(a, &m->code.of) = (struct part_choice){
                .value = s->sites.at[i],
                .words = s->sites.at[i],
                .chosen = str_eq(s->sites.at[i], call_field(c, "code"))};
    m->may_add = m->site.of.n > 0 && m->code.of.n > 0;
    if (!m->code.of.n)
        m->none = (struct part_notice){.words = text(c, "OFFER_NO_CODE")};
    else if (!m->site.of.n)
        m->none = (struct part_notice){
            .words = text(c, "OFFER_NO_SITE"),
            .next = {.words = text(c, "SITES_TITLE"), .path = path_sites(a)}};
    return OK;
}

int post_study_site(struct call *c, struct err *e)
{
    struct studies_row row;
    struct err why = {0};
    i64 site = 0;
    TRY(studies_by_name(c->act.db, c->q->arg[0], &row, c->act.a, e));
    bool there = call_int(c, "site", 1, INT64_MAX, &site);
    if (there) {
        int code = apply_site(&c->act, row.id, site, call_field(c, "code"), &why);
        if (code == OK)
            return call_redirect_said(c, path_study(c->act.a, row.name), "FORM_SAVED");
        if (code == E_CONSTRAINT)
            call_fault(c, "site", "OFFER_SITE_THERE");
        else if (code == E_RECORD)
            call_fault(c, "code", "OFFER_CODE_UNKNOWN");
        else
            return err_pass(e, code, &why);
    }
    return page_study(c, e);
}
