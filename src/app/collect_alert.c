/* Answers that somebody must hear of: who is to, and that they did. */
#include "app/collect_parts.h"
#include "app/kits.h"
#include "store/statements.h"
#include <stdlib.h>

static bool shown(const struct act *act, const struct collect_kit *k,
                  const struct alert_row *r)
{
    isize m = collect_measure(k, r->measure);
    return r->study == k->study && m >= 0 && collect_may_see(act, k, m, r->site);
}

static void words(const struct instrument *in, struct alert_view *out)
{
    isize item = instrument_item(in, out->row.item);
    if (item < 0) return;
    out->item = in->items.at[item].text;
    out->def = NULL;
    for (isize i = 0; i < in->alerts.n && !out->def; i++)
        if (in->alerts.at[i].item == (int)item) out->def = &in->alerts.at[i];
}

static void describe(const struct collect_kit *k, const struct alert_row *r,
                     struct alert_view *out)
{
    isize m = collect_measure(k, r->measure);
    *out = (struct alert_view){.row = *r, .measure = m, .item = r->item};
    words(k->in[m], out);
}

void collect_alert_words(const struct act *act, const struct collect_kit *k,
                         enum lang lang, struct alert_view *v)
{
    words(kits_words(act, k, v->measure, lang), v);
}

static int by_id(const void *a, const void *b)
{
    i64 x = ((const struct alert_row *)a)->id, y = ((const struct alert_row *)b)->id;
    return (x > y) - (x < y);
}

int collect_alerts(struct act *act, const struct collect_kit *k, bool mine, i64 after,
                   isize limit, struct alert_views *out, struct err *e)
{
    *out = (struct alert_views){0};
    struct alert_rows all = {0}, part;
    limit = MAX(1, MIN(limit, 200));
    struct collect_sites sites = collect_sites(act, k, act->a);
    for (isize i = 0; i < (mine ? 1 : sites.n); i++) {
        TRY(alert_open(act->db, &act->who, k->study, mine ? 0 : sites.at[i],
                       mine ? act->who.staff : 0, after, limit, &part, act->a, e));
        for (isize j = 0; j < part.n; j++) *PUSH(act->a, &all) = part.at[j];
    }
    if (all.n > 1) qsort(all.at, (size_t)all.n, sizeof *all.at, by_id);
    for (isize i = 0; i < all.n && out->n < limit; i++)
        if (shown(act, k, &all.at[i])) describe(k, &all.at[i], PUSH(act->a, out));
    return OK;
}

int collect_alerts_of(struct act *act, const struct collect_kit *k, i64 subject,
                      struct alert_views *out, struct err *e)
{
    *out = (struct alert_views){0};
    struct alert_rows all;
    TRY(alert_of(act->db, &act->who, subject, &all, act->a, e));
    for (isize i = 0; i < all.n; i++)
        if (shown(act, k, &all.at[i])) describe(k, &all.at[i], PUSH(act->a, out));
    return OK;
}

struct seeing {
    const struct act *act;
    i64 alert;
    struct str note;
};

static int see(struct db *db, void *arg, struct err *e)
{
    struct seeing *c = arg;
    struct arena tmp = act_room(c->act);
    i64 n = 0;
    TRY(db_run_count(db, SQL_alert_see,
                     ARGS(I(c->alert), I(c->act->now), I(c->act->who.staff),
                          c->note.n ? T(c->note) : NIL),
                     &n, e));
    if (n == 0) return err_say(e, E_CHANGED, "REFUSED_ALERT_SEEN");
    return act_note(c->act, db, "alert.seen", "alert", c->alert, (struct str){0},
                    (struct str){0}, tmp, e);
}

int collect_alert_seen(struct act *act, const struct collect_kit *k, i64 alert,
                       struct str note, struct err *e)
{
    enum { MOST = 2000 };
    struct alert_row r;
    int code = alert_get(act->db, &act->who, alert, &r, act->a, e);
    if (code == E_NOT_FOUND || (code == OK && !shown(act, k, &r)))
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_ALERT");
    TRY(code);
    if (r.staff != act->who.staff)
        TRY(act_may_in(act, MAY_ENTER_ANSWERS, r.site, k->s->id, e));
    struct seeing c = {.act = act, .alert = alert, .note = str_trim(note)};
    if (c.note.n > MOST || !str_utf8_ok(c.note))
        return err_say_of(e, E_RECORD, "REFUSED_NOTE_LONG", SAID(SAY_INT(MOST)));
    return act_change(act, see, &c, e);
}
