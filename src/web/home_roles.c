/* The first page of those whose work is not with participants: what is to be rated and what was, for
** trainers, fidelity assessors and the implementation team; how the house itself is, for who
** keeps it. A statement a measure, each with a limit. */
#define _GNU_SOURCE /* statvfs */
#include "app/kits.h"
#include "base/json.h"
#include "base/num.h"
#include "store/overview.h"
#include "web/home.h"
#include "web/routes.h"
#include <math.h>
#include <sys/statvfs.h>

/* --- ratings of recordings and services -------------------------------------------------- */

/* What trainers and fidelity assessors rate stands near the programme, not near a person. */
static bool programme(const struct study_measure *m)
{
    return str_is(m->rater, "trainer") || str_is(m->rater, "fidelity assessor");
}

static bool is_mine(const struct call *c, const struct study_measure *m)
{
    return str_is(m->rater, "trainer") ? home_is(c, TRAINER)
                                       : home_is(c, FIDELITY_ASSESSOR);
}

static struct str label_of(struct call *c, const struct collect_kit *k, isize measure,
                           isize time)
{
    struct str what = forms_measure(c, k, measure);
    if (time < 0) return what;
    return str_fmt(c->q->a, "%.*s, %.*s", FMT(what), FMT(forms_time(c, k, time)));
}

static void put(struct call *c, const struct waiting_study *s, isize measure,
                const struct overview_rating *x, struct home *m, struct home_counts *n)
{
    const struct study_measure *q = &s->k->s->measures.at[measure];
    isize time = x->time.n ? study_time(s->k->s, x->time) : -1;
    struct form_key key = {x->subject, measure, -1};
    bool rated = x->response != 0;
    if (!rated && (q->at.n > 0 || !is_mine(c, q)))
        return; /* at its visit, under what is due */
    struct part_row *r = home_row(c, rated ? &m->rated.table : &m->rate.table);
    bool service = x->part == 0 && x->site.n > 0; /* by its name, not by its code */
    struct part_cell *who =
        home_cell(c, r, service ? x->site : forms_who(c, x->code, x->part));
    who->path = rated ? path_response(c->q->a, x->response) : forms_path(c, s->k, &key);
    who->soft = service ? x->code : x->site;
    home_cell(c, r, label_of(c, s->k, measure, time));
    if (!rated) {
        n->rate++;
        return;
    }
    home_cell(c, r, forms_day(c, x->on));
    home_cell(c, r,
              isnan(x->value) ? call_text(c, "FORM_NO_SCORE") : forms_num(c, x->value));
}

static int ratings(struct call *c, const struct waiting_study *s, bool own,
                   struct home *m, struct home_counts *n, struct err *e)
{
    struct str roles = act_roles(&c->act, MAY_SEE_IMPLEMENTATION);
    for (isize i = 0; i < s->k->s->measures.n; i++) {
        const struct study_measure *q = &s->k->s->measures.at[i];
        struct overview_ratings all;
        if (!programme(q) || is_mine(c, q) != own) continue;
        struct str score = q->scores.n ? q->scores.at[0].score : S("");
        struct overview_ask ask = {s->id, q->id, s->k->s->tables.at[q->table].id, score,
                                   is_mine(c, q) ? HOME_ROWS : HOME_FEW};
        TRY(overview_ratings(c->act.db, &c->act.who, roles, &ask, &all, c->q->a, e));
        for (isize j = 0; j < all.n; j++) put(c, s, i, &all.at[j], m, n);
    }
    return OK;
}

/* The next visit that opens, when none is open. */
static int next_visit(struct call *c, const struct waiting_study *s, struct home *m,
                      struct err *e)
{
    struct due_visits v;
    struct due_ask ask = {.ahead = 366, .limit = 1};
    TRY(visiting_due(&c->act, s->k, &ask, &v, e));
    if (v.n == 0 || v.at[0].v.opens <= c->act.today) return OK;
    const struct due_visit *x = &v.at[0];
    m->soon = forms_words(c, "HOME_SOON", forms_who(c, x->v.code, x->v.part),
                          x->time < 0 ? x->v.time : forms_time(c, s->k, x->time),
                          forms_day(c, x->v.opens));
    return OK;
}

int home_ratings(struct call *c, const struct waiting_studies *all, struct home *m,
                 struct home_counts *n, struct err *e)
{
    static const char *const rate[] = {"HOME_WHICH", "HOME_FORM"}, *const rated[] = {
                                                                       "HOME_WHICH",
                                                                       "HOME_FORM",
                                                                       "FORM_DAY_OF",
                                                                       "FORM_VALUE"};
    if (!home_is(c, TRAINER | FIDELITY_ASSESSOR | IMPLEMENTATION_TEAM) ||
        !call_can(c, MAY_SEE_IMPLEMENTATION))
        return OK;
    home_columns(c, &m->rate.table, "HOME_RATE", rate, COUNT(rate), COUNT(rate));
    home_columns(c, &m->rated.table, "HOME_RATED", rated, COUNT(rated), 3);
    for (int own = 1; own >= 0; own--) /* one's own first */
        for (isize i = 0; i < all->n; i++)
            TRY(ratings(c, &all->at[i], own == 1, m, n, e));
    for (isize i = 0; i < all->n && n->due == 0 && !m->soon.n; i++)
        TRY(next_visit(c, &all->at[i], m, e));
    if (m->rate.table.rows.n + m->rated.table.rows.n == 0)
        m->empty.words = call_text(c, "HOME_EMPTY_RATE");
    return OK;
}

/* --- the house ----------------------------------------------------------------------------- */

static void fact(struct call *c, struct home *m, const char *term, struct str words,
                 struct str path)
{
    *PUSH(c->q->a, &m->house) =
        (struct part_fact){.term = call_text(c, term), .words = words, .path = path};
}

/* "wrong" of what a check left behind: {"wrong": 0, "checks": ...} */
static i64 wrong_of(struct str result, struct arena *a)
{
    struct json *v = NULL;
    struct err none = {0};
    i64 n = -1;
    if (json_read(result, "a check", &v, a, &none) != OK) return -1;
    for (const struct json *k = v->kid; k; k = k->next)
        if (str_is(k->key, "wrong") && k->kind == JSON_NUMBER &&
            num_read_int(k->text, 0, INT32_MAX, &n, &none) != OK)
            n = -1;
    return n;
}

static struct str checked(struct call *c, const struct overview_house *h)
{
    struct str when = call_when(c, h->checked);
    if (!h->checked) return call_text(c, "HOME_CHECKED_NEVER");
    i64 wrong = wrong_of(h->check, c->q->a);
    return wrong == 0
               ? forms_words(c, "HOME_CHECKED_FINE", when)
               : forms_words(c, "HOME_CHECKED_WRONG", when, forms_int(c, MAX(wrong, 1)));
}

static struct str room(struct call *c)
{
    struct statvfs s;
    if (statvfs(house_folder(c->house), &s) != 0)
        return call_text(c, "HOME_ROOM_UNKNOWN");
    double gb = (double)s.f_bavail * (double)s.f_frsize / 1e9;
    return forms_words(c, "HOME_ROOM_LEFT", forms_num(c, gb < 10 ? gb : floor(gb)));
}

int home_house(struct call *c, struct home *m, struct err *e)
{
    struct overview_house h;
    TRY(overview_house(c->act.db, &h, c->q->a, e));
    fact(c, m, "HOME_STAFF_OPEN", forms_int(c, h.accounts), S("/staff"));
    fact(c, m, "HOME_STAFF_PLAIN",
         h.plain ? forms_words(c, "HOME_STAFF_PLAIN_N", forms_int(c, h.plain))
                 : call_text(c, "HOME_STAFF_PLAIN_NONE"),
         h.plain ? S("/rules") : S(""));
    fact(c, m, "HOME_BACKUP", call_text(c, "HOME_BACKUP_HOW"), S("/help/backup"));
    fact(c, m, "HOME_CHECKED", checked(c, &h), S(""));
    fact(c, m, "HOME_ROOM", room(c), S(""));
    fact(c, m, "HOME_VERSION", S(VARDE_VERSION), S(""));
    return OK;
}
