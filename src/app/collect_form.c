/* One form as a page shows it; what stood in its place before; scores over time. */
#include "app/collect_parts.h"
#include "app/kits.h"
#include "study/scoredef.h"
#include "store/statements.h"
#include <math.h>

int collect_definition(struct db *db, i64 definition, const struct instrument **out,
                       struct arena *a, struct err *e)
{
    struct str text = {0};
    struct yaml *doc;
    struct instrument *in;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_response_definition, ARGS(I(definition)), e));
    if (db_next(&r)) text = db_str(&r, 0, a);
    TRY(db_end(&r, e));
    TRY(yaml_read(text, "instrument", &doc, a, e));
    TRY(instrument_read(doc, &in, a, e));
    *out = in;
    return OK;
}

/* The answers of a row, by the instrument that they were given under. */
static int open_version(struct act *act, const struct collect_kit *k, isize measure,
                        const struct response *r, struct form_version *out, struct err *e)
{
    *out = (struct form_version){.r = *r, .in = k->in[measure]};
    if (r->id == 0) return OK;
    if (r->definition != k->definition[measure])
        TRY(collect_definition(act->db, r->definition, &out->in, act->a, e));
    out->answer = NEW(act->a, struct answer, out->in->items.n);
    TRY(packed_read(out->in, r->answers, out->answer, act->a, e));
    out->score = NEW(act->a, struct score, out->in->scores.n);
    score_all(out->in, out->answer, out->score);
    return OK;
}

int collect_form(struct act *act, const struct collect_kit *k, const struct form_key *key,
                 struct form_page *out, struct err *e)
{
    *out = (struct form_page){.key = *key};
    struct response_place p;
    TRY(collect_place(act->db, k, key, 1, 0, 0, &p, act->a, e));
    if (!collect_may_see(act, k, key->measure, p.site)) return collect_hidden(e);
    const struct study_measure *m = &k->s->measures.at[key->measure];
    out->measure = m;
    out->in = k->in[key->measure];
    out->kind = p.kind;
    out->code = p.code;
    out->part = p.part;
    out->site = p.site;
    out->visit = p.visit.id;
    out->may_enter =
        p.collecting && collect_may_enter(act, k, key->measure, p.site, MODE_STAFF);
    out->may_transcribe =
        p.collecting && collect_may_enter(act, k, key->measure, p.site, MODE_PAPER);
    out->may_correct = p.collecting &&
                       act_may_in(act, MAY_CORRECT_ANSWERS, p.site, k->s->id, NULL) == OK;
    struct response now[2];
    TRY(response_now(act->db, &act->who, key->subject, m->id, collect_time(k, key->time),
                     now, act->a, e));
    TRY(open_version(act, k, key->measure, &now[0], &out->first, e));
    TRY(open_version(act, k, key->measure, &now[1], &out->second, e));
    bool agree = str_eq(now[0].answers, now[1].answers);
    if (now[0].id && now[1].id && !agree && out->first.in == out->second.in) {
        struct packed_diff d =
            packed_differ(out->in, out->first.answer, out->second.answer, act->a);
        out->differ = d.at;
        out->n_differ = d.n;
    }
    TRY(collect_draft_read(act->db, k, key, now[0].id ? 2 : 1, act->who.staff, 0,
                           &out->draft_version, &out->draft, act->a, e));
    out->has_draft = out->draft_version > 0;
    out->state = collect_state(now[0].id, now[1].id, now[0].mode == MODE_PAPER, agree,
                               out->has_draft);
    return OK;
}

int collect_history(struct act *act, const struct collect_kit *k,
                    const struct form_key *key, int pass, struct form_versions *out,
                    struct err *e)
{
    *out = (struct form_versions){0};
    struct response_place p;
    TRY(collect_place(act->db, k, key, 1, 0, 0, &p, act->a, e));
    if (!collect_may_see(act, k, key->measure, p.site)) return collect_hidden(e);
    struct responses all;
    TRY(response_history(act->db, &act->who, key->subject,
                         k->s->measures.at[key->measure].id, collect_time(k, key->time),
                         pass, &all, act->a, e));
    for (isize i = 0; i < all.n; i++)
        TRY(open_version(act, k, key->measure, &all.at[i], PUSH(act->a, out), e));
    return OK;
}

int collect_response(struct act *act, const struct collect_kit *k, i64 id,
                     struct form_key *key, struct form_version *out, struct err *e)
{
    struct response r;
    if (response_get(act->db, &act->who, id, &r, act->a, e) == E_NOT_FOUND)
        return collect_hidden(e);
    *key = (struct form_key){.subject = r.subject,
                             .measure = collect_measure(k, r.measure),
                             .time = r.time.n ? study_time(k->s, r.time) : -1};
    struct response_place p;
    TRY(collect_place(act->db, k, key, 1, 0, 0, &p, act->a, e));
    if (!collect_may_see(act, k, key->measure, p.site)) return collect_hidden(e);
    return open_version(act, k, key->measure, &r, out, e);
}

int collect_of(struct act *act, const struct collect_kit *k, i64 subject, instant as_of,
               struct form_versions *out, struct err *e)
{
    *out = (struct form_versions){0};
    struct visit_subject s;
    if (visit_subject(act->db, subject, &s, act->a, e) == E_NOT_FOUND ||
        s.study != k->study)
        return collect_hidden(e);
    struct responses all;
    TRY(response_of(act->db, &act->who, subject, as_of, &all, act->a, e));
    for (isize i = 0; i < all.n; i++) {
        isize m = collect_measure(k, all.at[i].measure);
        if (m >= 0 && collect_may_see(act, k, m, s.site))
            TRY(open_version(act, k, m, &all.at[i], PUSH(act->a, out), e));
    }
    return OK;
}

/* --- over time ---------------------------------------------------------------------- */

/* Whether the study names this score of the measure. */
static bool named(const struct study_measure *m, struct str score)
{
    for (isize i = 0; i < m->scores.n; i++)
        if (str_eq(m->scores.at[i].score, score)) return true;
    return false;
}

/* Against the first point that has a value. */
static void compare(struct series *s)
{
    if (!s->reliable) return;
    isize first = 0;
    while (first < s->points.n && isnan(s->points.at[first].value)) first++;
    for (isize i = first + 1; i < s->points.n; i++)
        s->points.at[i].changed = score_changed(
            s->def, s->reliable, s->points.at[first].value, s->points.at[i].value);
}

int collect_series(struct act *act, const struct collect_kit *k, i64 subject,
                   enum lang lang, struct series_list *out, struct err *e)
{
    *out = (struct series_list){0};
    struct visit_subject s;
    if (visit_subject(act->db, subject, &s, act->a, e) == E_NOT_FOUND ||
        s.study != k->study)
        return collect_hidden(e);
    struct score_points p;
    TRY(response_series(act->db, &act->who, subject, &p, act->a, e));
    struct series *last = NULL;
    for (isize i = 0; i < p.n; i++) {
        const struct score_point *q = &p.at[i];
        isize m = collect_measure(k, q->measure);
        if (m < 0 || !collect_may_see(act, k, m, s.site)) continue;
        const struct study_measure *measure = &k->s->measures.at[m];
        isize def = instrument_score(k->in[m], q->score.score);
        if (def < 0 || !named(measure, q->score.score)) continue;
        const struct instrument *in = kits_words(act, k, m, lang);
        const struct scoredef *d = &in->scores.at[def];
        if (!last || last->def != d || last->measure != m) {
            last = PUSH(act->a, out);
            *last = (struct series){.measure = m,
                                    .def = d,
                                    .reliable = d->reliable.n ? d->reliable.at : NULL,
                                    .label = measure->label.in[LANG_EN].n
                                                 ? study_word(&measure->label, lang)
                                                 : in->title};
        }
        *PUSH(act->a, &last->points) =
            (struct series_point){.response = q->response,
                                  .time = q->time.n ? study_time(k->s, q->time) : -1,
                                  .day = q->day,
                                  .value = q->score.value,
                                  .band = q->score.band};
    }
    for (isize i = 0; i < out->n; i++) compare(&out->at[i]);
    return OK;
}
