/* How it stands: people by study, who is behind, how complete the records are, and where numbers are. */
#include "app/people.h"
#include "app/tally.h"
#include "store/overview.h"
#include "web/home.h"
#include "web/routes.h"

/* "18 of 24 (75 %)": no share of nothing. */
static struct str of(struct call *c, i64 n, i64 all)
{
    if (all == 0) return S("\342\200\223");
    return forms_words(c, "UNIT_OF", forms_int(c, n), forms_int(c, all),
                       forms_int(c, (100 * n + all / 2) / all));
}

static int people(struct call *c, const struct waiting_study *s, struct home *m,
                  struct err *e)
{
    struct participant_counts n = {0};
    i64 x[IN_N] = {0};
    TRY(people_counts(&c->act, s->id, &n, e));
    for (isize i = 0; i < n.n; i++)
        for (int j = 0; j < IN_N; j++) x[j] += n.at[i].n[j];
    i64 count[] = {x[IN_REFERRED] + x[IN_SCREENING] + x[IN_ELIGIBLE], x[IN_ENROLLED],
                   x[IN_COMPLETED], x[IN_DROPPED_OUT] + x[IN_NOT_STARTED], x[IN_NOBODY]};
    struct part_row *r = home_row(c, &m->stands.table);
    struct part_cell *name = home_cell(c, r, s->title);
    name->path = path_study(c->q->a, s->name);
    if (!s->living) name->soft = call_text(c, "HOME_ENDED");
    for (isize j = 0; j < COUNT(count); j++) home_cell(c, r, forms_int(c, count[j]));
    return OK;
}

static bool large(const struct waiting_study *s)
{
    return s->people > HOME_LARGE;
}

static int counted(struct call *c, const struct waiting_study *s, enum right r,
                   unsigned by, struct tally_told *out, struct err *e)
{
    return tally_ask(house_tally(c->house), &c->act, r, s->id, s->name, by, out, e);
}

static int behind(struct call *c, const struct waiting_study *s, struct home *m,
                  struct err *e)
{
    struct tally_told t = {0};
    unsigned by = visiting_due_by(&c->act, s->k, 0);
    struct str roles = act_roles(&c->act, MAY_SEE_PARTICIPANTS);
    if (large(s))
        TRY(counted(c, s, MAY_SEE_PARTICIPANTS, by, &t, e));
    else
        TRY(overview_behind(c->act.db, &c->act.who, roles, s->id, by, &t.late, c->q->a,
                            e));
    if (large(s) && t.at && t.late.n)
        m->behind.table.note = forms_words(c, "UNIT_COUNTED", call_when(c, t.at));
    for (isize i = 0; i < t.late.n && m->behind.table.rows.n < HOME_ROWS; i++) {
        const struct overview_late *x = &t.late.at[i];
        struct part_row *r = home_row(c, &m->behind.table);
        home_cell(c, r,
                  x->clinician.n
                      ? x->clinician
                      : call_text(c, c->act.who.blinded ? "BLIND_SOMEBODY"
                                                        : "HOME_BEHIND_NOBODY"));
        home_cell(c, r, forms_int(c, x->n));
        home_cell(c, r, forms_day(c, x->since));
    }
    return OK;
}

/* Of the visits whose time has come: what was held and answered, and what is missing. */
static int data(struct call *c, const struct waiting_study *s, enum right right,
                struct home *m, struct home_counts *n, struct err *e)
{
    struct tally_told told = {0};
    struct overview o;
    struct str roles = act_roles(&c->act, right);
    i64 visits = 0, held = 0, missed = 0, forms = 0, all = 0;
    if (large(s)) {
        TRY(counted(c, s, right, 0, &told, e));
        if (!told.at) return OK; /* the first count is under way */
        m->data.table.note = forms_words(c, "HOME_DATA_NOTE", call_when(c, told.at));
        o = told.all;
    } else {
        TRY(overview_of(c->act.db, &c->act.who, roles, s->id, &o, c->q->a, e));
    }
    for (isize i = 0; i < o.times.n; i++) {
        const struct overview_time *t = &o.times.at[i];
        isize table = study_table(s->k->s, t->kind), time = study_time(s->k->s, t->time);
        if (table < 0 || time < 0) continue;
        visits += t->n;
        held += t->held;
        missed += t->missed;
        forms += t->forms;
        all += t->n * forms_at_time(s->k->s, table, time);
    }
    n->forms += forms;
    n->all_forms += all;
    struct part_row *r = home_row(c, &m->data.table);
    struct part_cell *name = home_cell(c, r, s->title);
    name->path = path_study(c->q->a, s->name);
    home_cell(c, r, of(c, held, visits));
    home_cell(c, r, forms_int(c, missed));
    home_cell(c, r, of(c, forms, all));
    home_cell(c, r, forms_int(c, all - forms));
    home_cell(c, r, forms_int(c, o.second + o.differ));
    return OK;
}

static void links(struct call *c, const struct waiting_study *s, struct home *m)
{
    static const struct {
        const char *words, *file;
    } file[] = {{"HOME_TO_PDF", ".pdf"}, {"HOME_TO_JSON", ".json"}};
    struct home_study *x = PUSH(c->q->a, &m->studies);
    *x = (struct home_study){.name = s->title};
    *PUSH(c->q->a, &x->links) = (struct html_link){
        .words = call_text(c, "HOME_TO_REPORT"), .path = path_report(c->q->a, s->name)};
    for (int i = 0; i < COUNT(file); i++)
        *PUSH(c->q->a, &x->links) = (struct html_link){
            .words = call_text(c, file[i].words),
            .path =
                path_report_file(c->q->a, s->name,
                                 str_fmt(c->q->a, "%.*s%s", FMT(s->name), file[i].file))};
    *PUSH(c->q->a, &x->links) = (struct html_link){
        .words = call_text(c, "HOME_TO_ANALYSES"), .path = path_study(c->q->a, s->name)};
    if (call_can(c, MAY_EXPORT))
        *PUSH(c->q->a, &x->links) = (struct html_link){
            .words = call_text(c, "HOME_TO_EXPORT"), .path = path_export(c->q->a)};
}

int home_stands(struct call *c, const struct waiting_studies *all, struct home *m,
                struct home_counts *n, struct err *e)
{
    static const char *const stands[] = {"HOME_STUDY",     "UNIT_WAIT", "HOME_ENROLLED",
                                         "HOME_COMPLETED", "HOME_LEFT", "HOME_ALL"},
                             *const late[] = {"PEOPLE_CLINICIAN", "HOME_OVERDUE",
                                              "HOME_OLDEST"},
                             *const quality[] = {"HOME_STUDY",   "UNIT_VISITS",
                                                 "UNIT_MISSED",  "UNIT_FORMS",
                                                 "HOME_MISSING", "HOME_SECOND"};
    bool sees = call_can(c, MAY_SEE_PARTICIPANTS), analyses = call_can(c, MAY_ANALYSE);
    bool leads = home_is(c, LEADER | COORDINATOR);
    bool counts = home_is(c, DATA_MANAGER | STATISTICIAN | MONITOR);
    enum right right = sees ? MAY_SEE_PARTICIPANTS : MAY_ANALYSE;
    home_columns(c, &m->stands.table, "HOME_STANDS", stands, COUNT(stands), 1);
    home_columns(c, &m->behind.table, "HOME_BEHIND", late, COUNT(late), 1);
    home_columns(c, &m->data.table, "HOME_DATA", quality, COUNT(quality), 1);
    m->stands.table.note = forms_day(c, c->act.today);
    m->data.table.note = forms_words(c, "HOME_DATA_NOTE", call_when(c, c->act.now));
    for (isize i = 0; i < all->n; i++) {
        if (sees) TRY(people(c, &all->at[i], m, e));
        if (sees && leads) TRY(behind(c, &all->at[i], m, e));
        if (counts) TRY(data(c, &all->at[i], right, m, n, e));
        if (analyses && all->at[i].k->s->id.n) links(c, &all->at[i], m);
    }
    m->stands.next =
        (struct html_link){.words = call_text(c, "HOME_TO_UNIT"), .path = S("/unit")};
    return OK;
}
