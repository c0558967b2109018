#include "web/waiting.h"
#include "base/num.h"
#include "store/studies.h"
#include <stdlib.h>

enum { MOST = 200, YEAR = 31536000 };
static const char COOKIE[] = "varde-study";

/* --- which studies ----------------------------------------------------------------------- */

static int works_in(struct call *c, const struct studies_row *u, bool *out, struct err *e)
{
    const struct viewer *who = &c->act.who;
    struct studies_sites sites = {0};
    *out = false;
    for (isize i = 0; i < who->n_roles && !*out; i++) {
        const struct staff_role *r = &who->role[i];
        if (r->study.n && !str_eq(r->study, u->name)) continue;
        if (r->site && !sites.at)
            TRY(studies_sites_of(c->act.db, u->id, &sites, c->q->a, e));
        *out = r->site == 0;
        for (isize j = 0; j < sites.n; j++) *out = *out || sites.at[j].site == r->site;
    }
    return OK;
}

int waiting_studies(struct call *c, struct waiting_studies *out, struct err *e)
{
    struct studies_rows rows;
    struct waiting_studies ended = {0};
    *out = (struct waiting_studies){0};
    TRY(studies_all(c->act.db, &rows, c->q->a, e));
    for (isize i = 0; i < rows.n; i++) {
        struct waiting_study s = {.id = rows.at[i].id, .name = rows.at[i].name};
        bool mine;
        TRY(works_in(c, &rows.at[i], &mine, e));
        if (!mine) continue;
        i64 now;
        TRY(studies_size(c->act.db, s.id, &now, &s.people, e));
        s.living = now > 0;
        TRY(house_study(c->house, c->act.db, s.id, &s.k, e));
        s.title = study_word(&s.k->s->title, c->lang);
        if (!s.title.n) s.title = s.name;
        *PUSH(c->q->a, s.living ? out : &ended) = s;
    }
    for (isize i = 0; i < ended.n; i++) *PUSH(c->q->a, out) = ended.at[i];
    return OK;
}

static bool has(const struct waiting_studies *all, i64 id)
{
    for (isize i = 0; i < all->n; i++)
        if (all->at[i].id == id) return true;
    return false;
}

int waiting_chosen(struct call *c, const struct waiting_studies *all, i64 *out,
                   struct err *e)
{
    struct err none;
    struct str asked = str_trim(http_query(c->q, "study"));
    *out = 0;
    if (asked.n) {
        if (num_read_int(asked, 0, INT64_MAX, out, &none) != OK ||
            (*out && !has(all, *out)))
            return err_say(e, E_NOT_FOUND, "REFUSED_NO_STUDY");
        call_cookie_set(c, COOKIE, forms_int(c, *out), YEAR);
        return OK;
    }
    /* Of somebody else at this computer, or of long ago: then it says nothing. */
    if (num_read_int(call_cookie(c, COOKIE), 1, INT64_MAX, out, &none) != OK ||
        !has(all, *out))
        *out = 0;
    return OK;
}

void waiting_filter(struct call *c, const struct waiting_studies *all, i64 chosen,
                    bool every, struct part_choices *out)
{
    *out =
        (struct part_choices){.name = "study", .legend = call_text(c, "WAITING_STUDY")};
    if (every)
        *PUSH(c->q->a, &out->of) =
            (struct part_choice){.value = S("0"),
                                 .words = call_text(c, "WAITING_ALL_STUDIES"),
                                 .chosen = !chosen};
    for (isize i = 0; i < all->n; i++)
        *PUSH(c->q->a, &out->of) =
            (struct part_choice){.value = forms_int(c, all->at[i].id),
                                 .words = all->at[i].title,
                                 .chosen = all->at[i].id == chosen};
}

bool waiting_own(const struct call *c)
{
    unsigned roles = 0;
    for (isize i = 0; i < c->act.who.n_roles; i++)
        roles |= (unsigned)c->act.who.role[i].role;
    return (roles & CLINICIAN) && !(roles & (LEADER | COORDINATOR | DATA_MANAGER));
}

/* --- visits ------------------------------------------------------------------------------ */

static int most_urgent(const void *a, const void *b)
{
    const struct visit *v = &((const struct waiting_visit *)a)->v.v,
                       *w = &((const struct waiting_visit *)b)->v.v;
    if (v->closes != w->closes) return v->closes < w->closes ? -1 : 1;
    return (v->id > w->id) - (v->id < w->id);
}

int waiting_due(struct call *c, const struct waiting_studies *all, i64 study,
                const struct due_ask *ask, struct waiting_visits *out, struct err *e)
{
    isize limit = MAX(1, MIN(ask->limit, MOST));
    *out = (struct waiting_visits){0};
    for (isize i = 0; i < all->n; i++) {
        const struct waiting_study *s = &all->at[i];
        struct due_visits v = {0};
        if (study && s->id != study) continue;
        TRY(visiting_due(&c->act, s->k, ask, &v, e));
        for (isize j = 0; j < v.n; j++)
            *PUSH(c->q->a, &out->at) = (struct waiting_visit){s, v.at[j]};
    }
    if (out->at.n > 1)
        qsort(out->at.at, (size_t)out->at.n, sizeof *out->at.at, most_urgent);
    out->more = out->at.n >= limit;
    out->at.n = MIN(out->at.n, limit);
    for (isize i = 0; i < out->at.n; i++) {
        out->late += out->at.at[i].v.overdue;
        out->several = out->several || out->at.at[i].of != out->at.at[0].of;
    }
    return OK;
}

struct str waiting_due_words(struct call *c, isize n, isize late, bool more)
{
    struct str all = forms_int(c, n), some = forms_int(c, late);
    if (n == 0) return (struct str){0};
    if (more) return forms_words(c, "DUE_ANSWER_MORE", all, some);
    if (late == 0)
        return n == 1 ? call_text(c, "DUE_ANSWER_ONE")
                      : forms_words(c, "DUE_ANSWER", all);
    if (n == 1) return call_text(c, "DUE_ANSWER_ONE_LATE");
    return forms_words(c, late == 1 ? "DUE_ANSWER_LATE_ONE" : "DUE_ANSWER_LATE", all,
                       some);
}

/* --- alerts ------------------------------------------------------------------------------ */

int waiting_alerts(struct call *c, const struct waiting_studies *all, i64 study,
                   bool mine, i64 after, isize limit, struct waiting_alerts *out,
                   struct err *e)
{
    isize from = 0;
    *out = (struct waiting_alerts){0};
    if (after) { /* its study: those before it were shown */
        struct alert_row r = {0};
        struct err none;
        int code = alert_get(c->act.db, &c->act.who, after, &r, c->q->a, &none);
        if (code != OK && code != E_NOT_FOUND) return err_pass(e, code, &none);
        while (code == OK && from < all->n && all->at[from].id != r.study) from++;
    }
    for (isize i = from; i < all->n && out->at.n < limit; i++) {
        const struct waiting_study *s = &all->at[i];
        struct alert_views v = {0};
        if (study && s->id != study) continue;
        TRY(collect_alerts(&c->act, s->k, mine, i == from ? after : 0, limit - out->at.n,
                           &v, e));
        for (isize j = 0; j < v.n; j++) {
            collect_alert_words(&c->act, s->k, c->lang, &v.at[j]);
            *PUSH(c->q->a, &out->at) = (struct waiting_alert){s, v.at[j]};
        }
    }
    out->more = out->at.n >= limit;
    for (isize i = 1; i < out->at.n; i++)
        out->several = out->several || out->at.at[i].of != out->at.at[0].of;
    return OK;
}

struct str waiting_alert_words(struct call *c, isize n, bool more)
{
    if (n == 0) return (struct str){0};
    if (n == 1) return call_text(c, "ALERT_ONE");
    return forms_words(c, more ? "ALERT_MANY" : "ALERT_SOME", forms_int(c, n));
}
