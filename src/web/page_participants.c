/* Who takes part: the list, in words first, and finding somebody.
**
** What is sought may be a name, so it comes in a POST and stands in no address and no log; the
** filters of a list are codes and stand in its address. */
#include "study/protocol.h"
#include "base/num.h"
#include "web/participants_page.h"
#include "web/routes.h"
#include "web/waiting.h"
#include "tpl.h"

enum { PAGE = 50 };

/* --- the answer in words --------------------------------------------------------- */

static void put_count(struct call *c, struct buf *b, enum participant_state s, i64 n)
{
    static const char *const id[IN_N] = {
        "",
#define STATE(name, word, live) "PEOPLE_N_" #name,
#include "store/participant_state.def"
#undef STATE
    };
    if (!n) return;
    if (b->n) buf_put(b, S(", "));
    buf_put(b, person_words(c, id[s], person_int(c, n)));
}

/* Whom the service has something to do with, then the others: "31 enrolled, 4 referred and
** waiting. Not any more: 3 dropped out." */
static struct str answer_words(struct call *c, const struct participant_counts *counts,
                               i64 site, i64 *total)
{
    static const enum participant_state now[] = {IN_ENROLLED, IN_REFERRED, IN_SCREENING,
                                                 IN_ELIGIBLE},
                                        past[] = {IN_COMPLETED,   IN_NOT_STARTED,
                                                  IN_DROPPED_OUT, IN_DIED,
                                                  IN_INELIGIBLE,  IN_DECLINED};
    i64 n[IN_N] = {0};
    for (isize i = 0; i < counts->n; i++)
        for (int s = 0; s < IN_N && (!site || counts->at[i].site == site); s++)
            n[s] += counts->at[i].n[s];
    *total = n[IN_NOBODY] - n[IN_ERASED];
    struct buf b = buf_in(c->act.a, 128), d = buf_in(c->act.a, 128);
    for (isize i = 0; i < COUNT(now); i++) put_count(c, &b, now[i], n[now[i]]);
    for (isize i = 0; i < COUNT(past); i++) put_count(c, &d, past[i], n[past[i]]);
    if (!b.n) buf_put(&b, call_text(c, "PEOPLE_N_NOBODY_NOW"));
    buf_putc(&b, '.');
    if (!d.n) return buf_str(&b);
    return person_words(c, "PEOPLE_N_AND_PAST", buf_str(&b), buf_str(&d));
}

/* --- rows --------------------------------------------------------------------------- */

static struct part_cell *cell(struct call *c, struct part_row *r, struct str words)
{
    struct part_cell *x = PUSH(c->act.a, r);
    *x = (struct part_cell){.words = words};
    return x;
}

static void column(struct call *c, struct participants_page *m, const char *id)
{
    *PUSH(c->act.a, &m->table.columns) = (struct part_column){.words = call_text(c, id)};
}

static int rows(struct call *c, struct participants_page *m, const struct participants *p,
                bool many_sites, struct err *e)
{
    column(c, m, "PEOPLE_CODE");
    column(c, m, "PEOPLE_STATE");
    column(c, m, "PEOPLE_SINCE");
    if (many_sites) column(c, m, "PEOPLE_SITE");
    column(c, m, "PEOPLE_CLINICIAN");
    column(c, m, "PEOPLE_NEXT");
    for (isize i = 0; i < p->n; i++) {
        const struct participant *x = &p->at[i];
        struct part_row *r = PUSH(c->act.a, &m->table.rows);
        *r = (struct part_row){0};
        struct part_cell *first = cell(c, r, x->code);
        first->path = path_participant(c->act.a, x->subject);
        if (m->named) TRY(person_name(c, x->subject, &first->soft, e));
        struct part_cell *state = cell(c, r, person_state(c, x->state));
        state->tag = true;
        state->kind = person_state_kind(x->state);
        cell(c, r, person_day(c, x->since));
        if (many_sites) cell(c, r, x->site_name);
        cell(c, r, x->clinician ? x->clinician_name : S("\342\200\223"));
        cell(c, r,
             x->state == IN_ENROLLED && !x->clinician && !c->act.who.blinded
                 ? call_text(c, "PEOPLE_NEXT_CLINICIAN")
                 : person_next(c, x->state));
    }
    return OK;
}

/* --- filters ------------------------------------------------------------------------- */

static void choice(struct call *c, struct part_choices *t, struct str value,
                   struct str words, bool chosen)
{
    *PUSH(c->act.a, &t->of) =
        (struct part_choice){.value = value, .words = words, .chosen = chosen};
}

static i64 query_id(const struct call *c, const char *name)
{
    struct err none;
    i64 id = 0;
    if (num_read_int(str_trim(http_query(c->q, name)), 1, INT64_MAX, &id, &none) != OK)
        id = 0;
    return id;
}

/* A filter that is not known filters nothing: an old bookmark shows the whole list. */
static struct participant_filter filter_of(const struct call *c, i64 study)
{
    struct err none;
    struct participant_filter f = {
        .study = study, .site = query_id(c, "site"), .n = PAGE};
    struct str state = http_query(c->q, "state");
    if (participant_state_read(state, &f.state, &none) != OK) f.state = IN_NOBODY;
    if (str_is(http_query(c->q, "mine"), "1")) f.clinician = c->act.who.staff;
    f.after = http_query(c->q, "after");
    return f;
}

static struct str list_path(struct call *c, const struct participant_filter *f,
                            struct str after)
{
    struct html h = {.b = buf_in(c->act.a, 96)};
    buf_fmt(&h.b, "%.*s?study=%" PRId64, FMT(path_participants(c->act.a)), f->study);
    if (f->site) buf_fmt(&h.b, "&site=%" PRId64, f->site);
    if (f->state != IN_NOBODY) {
        buf_put(&h.b, S("&state="));
        html_url_c(&h, participant_state_word(f->state));
    }
    if (f->clinician) buf_put(&h.b, S("&mine=1"));
    if (after.n) {
        buf_put(&h.b, S("&after="));
        html_url_text(&h, after);
    }
    return buf_str(&h.b);
}

static int filters(struct call *c, struct participants_page *m,
                   const struct participant_counts *counts,
                   const struct participant_filter *f, struct err *e)
{
    struct waiting_studies studies;
    TRY(waiting_studies(c, &studies, e));
    waiting_filter(c, &studies, f->study, false, &m->studies);
    m->sites =
        (struct part_choices){.name = "site", .legend = call_text(c, "PEOPLE_SITE")};
    choice(c, &m->sites, S(""), call_text(c, "PEOPLE_ALL_SITES"), !f->site);
    for (isize i = 0; i < counts->n; i++)
        choice(c, &m->sites, person_int(c, counts->at[i].site), counts->at[i].name,
               counts->at[i].site == f->site);
    m->states =
        (struct part_choices){.name = "state", .legend = call_text(c, "PEOPLE_STATE")};
    choice(c, &m->states, S(""), call_text(c, "PEOPLE_ALL_STATES"),
           f->state == IN_NOBODY);
    for (int s = IN_NOBODY + 1; s < IN_N; s++)
        choice(c, &m->states, str_of(participant_state_word((enum participant_state)s)),
               person_state(c, (enum participant_state)s), (int)f->state == s);
    m->mine = f->clinician != 0;
    m->has_mine = call_can(c, MAY_ENROL);
    m->filtered = f->site || f->state != IN_NOBODY || f->clinician || f->code.n;
    return OK;
}

/* --- the pages -------------------------------------------------------------------------- */

static int others(struct call *c, struct participants_page *m,
                  const struct studies_row *row, struct err *e)
{
    const struct protocol *k;
    const struct study *s;
    TRY(house_protocol(c->house, c->act.db, row->id, &k, e));
    s = k->study;
    m->study = study_word(&s->title, c->lang);
    for (isize i = 0; i < s->tables.n; i++)
        if (i != s->participants.table)
            *PUSH(c->act.a, &m->others) = (struct html_link){
                .words = study_word(&s->tables.at[i].row, c->lang),
                .path = path_subjects(c->act.a, row->id, s->tables.at[i].id)};
    return OK;
}

static int start(struct call *c, struct participants_page *m,
                 struct participant_filter *f, struct participant_counts *counts,
                 struct err *e)
{
    struct studies_rows studies = {0};
    struct studies_row study;
    TRY(person_study(c, &studies, &study, e));
    *m = (struct participants_page){.study_id = study.id,
                                    .may_refer = call_can(c, MAY_ENROL) && study.id,
                                    .named = call_can(c, MAY_SEE_IDENTITY)};
    if (!study.id) {
        m->answer = call_text(c, "PEOPLE_NO_STUDY");
        return OK;
    }
    *f = filter_of(c, study.id);
    TRY(people_counts(&c->act, study.id, counts, e));
    TRY(filters(c, m, counts, f, e));
    return others(c, m, &study, e);
}

static void nobody(struct call *c, struct participants_page *m, const char *words)
{
    m->empty.words = call_text(c, words);
    if (m->filtered)
        m->empty.next = (struct html_link){
            .words = call_text(c, "PEOPLE_SHOW_ALL"),
            .path =
                list_path(c, &(struct participant_filter){.study = m->study_id}, S(""))};
    else if (m->may_refer)
        m->empty.next = (struct html_link){.words = call_text(c, "PEOPLE_REFER"),
                                           .path = path_refer(c->act.a)};
}

int page_participants(struct call *c, struct err *e)
{
    struct participants_page m;
    struct participant_filter f = {0};
    struct participant_counts counts = {0};
    TRY(start(c, &m, &f, &counts, e));
    if (m.study_id) {
        struct participant_page page;
        i64 total;
        m.answer = answer_words(c, &counts, f.site, &total);
        TRY(people_list(&c->act, &f, &page, e));
        TRY(rows(c, &m, &page.rows, counts.n > 1 && !f.site, e));
        m.table.caption = call_text(c, "PEOPLE_LIST");
        if (!total && !m.filtered) m.answer = call_text(c, "PEOPLE_NONE_YET");
        if (!page.rows.n)
            nobody(c, &m, m.filtered ? "PEOPLE_NONE_SO" : "PEOPLE_NONE_YET");
        if (!page.rows.n && !m.filtered) m.answer = (struct str){0};
        if (f.after.n) m.pager.first = list_path(c, &f, S(""));
        if (page.more)
            m.pager.next = list_path(c, &f, page.rows.at[page.rows.n - 1].code);
    }
    tpl_participants(&c->html, &m);
    return call_page(c, 200);
}

/* --- finding somebody ------------------------------------------------------------------- */

static void add_found(struct call *c, struct participants *all,
                      const struct participants *more)
{
    for (isize i = 0; i < more->n && all->n < PAGE; i++) {
        bool twice = false;
        for (isize j = 0; j < all->n; j++)
            twice = twice || all->at[j].subject == more->at[i].subject;
        if (!twice) *PUSH(c->act.a, all) = more->at[i];
    }
}

static int add_by(struct call *c, enum identity_field field, struct str value,
                  struct participants *all, struct err *e)
{
    struct participants more = {0};
    struct err none;
    int code = people_find(&c->act, house_key(c->house), field, value, &more, &none);
    if (code == E_RECORD || code == E_DAY) return OK; /* it cannot be one of those */
    if (code != OK) return err_pass(e, code, &none);
    add_found(c, all, &more);
    return OK;
}

/* A code begins like it, or it is a birth date, a phone number, a name, an address: whatever
** it can be is looked for. */
static int find(struct call *c, struct participants_page *m, struct participant_filter *f,
                struct participants *all, struct err *e)
{
    struct participant_page page;
    struct err none;
    day birth;
    f->code = m->find;
    TRY(people_list(&c->act, f, &page, e));
    add_found(c, all, &page.rows);
    if (!m->named) return OK;
    if (part_day_read(m->find, c->act.today, &birth, &none) == OK)
        return add_by(c, ID_birth, day_text(birth, c->act.a), all, e);
    TRY(add_by(c, ID_name, m->find, all, e));
    TRY(add_by(c, ID_phone, m->find, all, e));
    return add_by(c, ID_email, m->find, all, e);
}

int post_participants(struct call *c, struct err *e)
{
    struct participants_page m;
    struct participant_filter f = {0};
    struct participant_counts counts = {0};
    struct participants found = {0};
    TRY(start(c, &m, &f, &counts, e));
    m.find = call_field(c, "find");
    if (!m.study_id || !m.find.n) return call_redirect(c, path_participants(c->act.a));
    m.filtered = true;
    TRY(find(c, &m, &f, &found, e));
    if (found.n == 1)
        return call_redirect(c, path_participant(c->act.a, found.at[0].subject));
    m.answer = found.n ? person_words(c, "PEOPLE_FOUND", person_int(c, found.n)) : S("");
    TRY(rows(c, &m, &found, counts.n > 1, e));
    m.table.caption = call_text(c, "PEOPLE_LIST");
    if (!found.n) nobody(c, &m, m.named ? "PEOPLE_NOT_FOUND" : "PEOPLE_NOT_FOUND_CODE");
    tpl_participants(&c->html, &m);
    return call_page(c, 200);
}
