/* Where everybody starts: by role, what waits in sentences, then the lists and the ways on. */
#include "store/staff.h"
#include "tpl.h"
#include "web/home.h"
#include "web/routes.h"

struct part_row *home_row(struct call *c, struct part_table *t)
{
    struct part_row *r = PUSH(c->q->a, &t->rows);
    *r = (struct part_row){0};
    return r;
}

struct part_cell *home_cell(struct call *c, struct part_row *r, struct str words)
{
    struct part_cell *x = PUSH(c->q->a, r);
    *x = (struct part_cell){.words = words};
    return x;
}

void home_columns(struct call *c, struct part_table *t, const char *caption,
                  const char *const *text_id, isize n, isize n_words)
{
    t->caption = call_text(c, caption);
    for (isize i = 0; i < n; i++)
        *PUSH(c->q->a, &t->columns) =
            (struct part_column){call_text(c, text_id[i]), i >= n_words};
}

bool home_is(const struct call *c, unsigned roles)
{
    for (isize i = 0; i < c->act.who.n_roles; i++)
        if ((unsigned)c->act.who.role[i].role & roles) return true;
    return false;
}

/* --- setting up ---------------------------------------------------------------------- */

static void step(struct call *c, struct home *m, const char *text_id, const char *path,
                 bool done, bool *before)
{
    enum part_kind kind = done ? PART_GOOD : *before ? PART_WANTS : PART_OFF;
    *PUSH(c->q->a, &m->setup) =
        (struct part_step){call_text(c, text_id), str_of(path ? path : ""), kind};
    *before = *before && done;
    m->setup_done = m->setup_done && done;
}

static int setting_up(struct call *c, struct home *m, struct err *e)
{
    struct site_list sites = {0};
    struct staff_list staff = {0};
    struct studies_rows studies = {0};
    bool before = true;
    TRY(staff_sites(c->act.db, &sites, c->q->a, e));
    TRY(staff_all(c->act.db, &staff, c->q->a, e));
    TRY(studies_all(c->act.db, &studies, c->q->a, e));
    m->setup_done = true;
    step(c, m, "HOME_STEP_SITES", "/sites", sites.n > 0, &before);
    step(c, m, "HOME_STEP_STAFF", "/staff", staff.n > 1, &before);
    step(c, m, "HOME_STEP_STUDY", "/studies/new", studies.n > 0, &before);
    return home_house(c, m, e);
}

/* --- what it says first ---------------------------------------------------------------- */

static void say(struct buf *b, struct str words)
{
    if (words.n == 0) return;
    if (b->n) buf_putc(b, ' ');
    buf_put(b, words);
}

static struct str answer(struct call *c, const struct home *m,
                         const struct home_counts *n)
{
    struct buf b = buf_in(c->q->a, 200);
    if (c->act.who.n_roles == 0) return call_text(c, "HOME_NOBODY");
    say(&b, waiting_alert_words(c, n->alerts, n->more_alerts));
    say(&b, waiting_due_words(c, n->due, n->late, n->more_due));
    if (n->rate)
        say(&b, n->rate == 1 ? call_text(c, "HOME_N_RATE_ONE")
                             : forms_words(c, "HOME_N_RATE", forms_int(c, n->rate)));
    say(&b, m->soon);
    if (n->wanted) say(&b, forms_words(c, "HOME_N_WANTED", forms_int(c, n->wanted)));
    if (m->setup.n > 0 && !m->setup_done) say(&b, call_text(c, "HOME_N_SETUP"));
    if (n->all_forms)
        say(&b, forms_words(c, "HOME_N_FORMS", forms_int(c, n->forms),
                            forms_int(c, n->all_forms)));
    return b.n ? buf_str(&b) : call_text(c, "HOME_NOTHING");
}

/* When nothing is there: what to do about it, for who can. */
static void nothing(struct call *c, const struct waiting_studies *all, struct home *m)
{
    if (c->act.who.n_roles == 0 || m->setup.n > 0 || m->rate.table.rows.n > 0 ||
        m->rated.table.rows.n > 0 || m->empty.words.n > 0 || m->due.all.n > 0 ||
        m->alerts.table.rows.n > 0 || m->people.table.rows.n > 0 ||
        m->wanted.table.rows.n > 0)
        return;
    if (all->n == 0) {
        m->empty.words = call_text(c, "HOME_EMPTY_STUDY");
    } else if (call_can(c, MAY_ENROL)) {
        m->empty = (struct part_empty){
            call_text(c, "HOME_EMPTY_REFER"),
            {.words = call_text(c, "PEOPLE_REFER"), .path = path_refer(c->q->a)}};
    } else if (m->studies.n == 0 && m->stands.table.rows.n == 0) {
        m->empty = (struct part_empty){
            call_text(c, "HOME_EMPTY_WORK"),
            {.words = call_text(c, "HOME_TO_STUDIES"), .path = path_studies(c->q->a)}};
    }
}

int page_home(struct call *c, struct err *e)
{
    struct home m = {0};
    struct home_counts n = {0};
    struct waiting_studies all = {0};
    TRY(tour_of(c, &m.tour, e));
    TRY(waiting_studies(c, &all, e));
    TRY(home_waits(c, &all, &m, &n, e));
    TRY(home_people(c, &all, &m, e));
    TRY(home_ratings(c, &all, &m, &n, e));
    TRY(home_stands(c, &all, &m, &n, e));
    if (call_can(c, MAY_MANAGE_SITES)) TRY(setting_up(c, &m, e));
    m.answer = answer(c, &m, &n);
    nothing(c, &all, &m);
    tpl_home(&c->html, &m);
    return call_page(c, 200);
}
