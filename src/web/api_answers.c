/* What is due, answers in and out, corrections, alerts. */
#include "app/visiting.h"
#include "base/num.h"
#include "store/studies.h"
#include "study/protocol.h"
#include "web/api.h"
#include <math.h>

/* The study at the first place of the path, with its instruments. */
static int kit_of(struct call *c, struct collect_kit *out, struct err *e)
{
    const struct collect_kit *k;
    i64 study = 0;
    TRY(call_id(c, 0, &study, e));
    TRY(house_study(c->house, c->act.db, study, &k, e));
    *out = *k;
    return OK;
}

static struct str time_id(const struct collect_kit *k, isize time)
{
    return time < 0 ? S("") : k->s->times.at[time].id;
}

int api_due(struct call *c, struct err *e)
{
    struct collect_kit k;
    struct due_visits list = {0};
    struct due_visit after;
    struct due_ask ask = {0};
    i64 limit, ahead, last;
    TRY(api_query_id(c, "site", &ask.site, e));
    TRY(api_query_id(c, "after", &last, e));
    TRY(api_query(c, "ahead", 0, 366, 0, &ahead, e));
    TRY(api_query(c, "limit", 1, 200, 50, &limit, e));
    TRY(kit_of(c, &k, e));
    if (last) {
        TRY(visiting_get(&c->act, &k, last, &after, e));
        ask.after = &after.v;
    }
    ask.limit = (isize)limit;
    ask.ahead = (day)ahead;
    TRY(visiting_due(&c->act, &k, &ask, &list, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < list.n; i++) {
        const struct due_visit *d = &list.at[i];
        json_open(&w, NULL, '{');
        json_put_int(&w, "id", d->v.id);
        json_put_int(&w, "participant", d->v.subject);
        json_put_str(&w, "code", d->v.code);
        json_put_int(&w, "site", d->v.site);
        json_put_str(&w, "time", d->v.time);
        api_put_day(&w, "due", d->v.due, c->q->a);
        api_put_day(&w, "opens", d->v.opens, c->q->a);
        api_put_day(&w, "closes", d->v.closes, c->q->a);
        json_put_bool(&w, "overdue", d->overdue);
        json_open(&w, "forms", '[');
        for (isize f = 0; f < d->forms.n; f++) {
            const struct due_form *form = &d->forms.at[f];
            json_open(&w, NULL, '{');
            json_put_str(&w, "measure", k.s->measures.at[form->measure].id);
            json_put_bool(&w, "mine", form->mine);
            if (form->response) json_put_int(&w, "response", form->response);
            json_close(&w, '}');
        }
        json_close(&w, ']');
        json_close(&w, '}');
    }
    json_close(&w, ']');
    if (list.n == (isize)limit) json_put_int(&w, "next", list.at[list.n - 1].v.id);
    return api_done(c, &w);
}

/* --- answers ------------------------------------------------------------------------------ */

/* An answer as study/packed.h writes it: a number, null, a reason, or value and detail. */
static bool cell_of(const struct json *v, struct form_cell *out)
{
    const struct json *value = v;
    if (v->kind == JSON_OBJECT) {
        const struct json *detail = json_get(v, "detail");
        value = json_get(v, "value");
        if (!value || !detail || v->n != 2 || detail->kind != JSON_STRING) return false;
        out->detail = detail->text;
    }
    if (value->kind == JSON_NULL) return v->kind == JSON_NULL;
    if (value->kind != JSON_NUMBER && value->kind != JSON_STRING) return false;
    out->text = value->text;
    return value->kind == JSON_NUMBER || v->kind == JSON_STRING;
}

static int answers_read(struct call *c, const struct instrument *in,
                        const struct json *list, struct answer **out, struct err *e)
{
    struct form_cell *cell = NEW(c->q->a, struct form_cell, in->items.n);
    struct form_faults faults = {0};
    isize i = 0;
    *out = NEW(c->q->a, struct answer, in->items.n);
    if (list->kind != JSON_ARRAY || list->n != in->items.n) {
        err_set(e, E_RECORD, "a list of %td answers is expected, one an item in order",
                in->items.n);
        return api_wrong(c, "answers", E_RECORD, e);
    }
    for (const struct json *v = list->kid; v; v = v->next, i++) {
        if (cell_of(v, &cell[i])) continue;
        err_set(e, E_RECORD,
                "a number, null, a reason such as \"declined\", or an object "
                "with value and detail is expected");
        return api_wrong(c, str_fmt(c->q->a, "answers[%td]", i).at, E_RECORD, e);
    }
    collect_read(in, cell, *out, &faults, c->q->a);
    if (faults.n == 0) return OK;
    err_set(e, E_ANSWER, "%.*s", FMT(faults.at[0].sentence));
    return api_wrong(c, str_fmt(c->q->a, "answers[%td]", faults.at[0].item).at, E_ANSWER,
                     e);
}

static int measure_of(struct call *c, const struct collect_kit *k, const struct json *in,
                      struct form_key *key, struct err *e)
{
    struct str measure = json_text(in, "measure"), time = json_text(in, "time");
    key->measure = key->time = -1;
    for (isize i = 0; i < k->s->measures.n; i++)
        if (str_eq(k->s->measures.at[i].id, measure)) key->measure = i;
    if (key->measure < 0) {
        err_set(e, E_RECORD, "the study has no measure of that name");
        return api_wrong(c, "measure", E_RECORD, e);
    }
    if (time.n) key->time = study_time(k->s, time);
    if (time.n && key->time < 0) {
        err_set(e, E_RECORD, "the study has no time point of that name");
        return api_wrong(c, "time", E_RECORD, e);
    }
    return OK;
}

static void scores_put(struct json_out *w, const struct instrument *in,
                       const struct score *score)
{
    json_open(w, "scores", '[');
    for (isize i = 0; i < in->scores.n; i++) {
        json_open(w, NULL, '{');
        json_put_str(w, "score", in->scores.at[i].id);
        if (isfinite(score[i].value)) json_put_num(w, "value", score[i].value);
        json_put_int(w, "items", score[i].n_items);
        json_put_int(w, "answered", score[i].n_answered);
        json_put_bool(w, "prorated", score[i].prorated);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static int saved(struct call *c, const struct instrument *in, const struct form_done *d)
{
    struct json_out w = api_out(c);
    json_put_int(&w, "id", d->response);
    scores_put(&w, in, d->score);
    json_put_int(&w, "alerts", d->n_alerts);
    if (d->named) json_put_int(&w, "told", d->named);
    http_reply_header(c->q, "ETag", str_fmt(c->q->a, "\"%" PRId64 "\"", d->response));
    return api_done(c, &w);
}

int api_submit(struct call *c, struct err *e)
{
    const struct json *in;
    struct collect_kit k;
    struct form_in f = {.pass = 1};
    struct form_done done = {0};
    struct answer *answer;
    TRY(api_body(c, &in, e));
    TRY(kit_of(c, &k, e));
    TRY(measure_of(c, &k, in, &f.key, e));
    f.key.subject = api_int(in, "participant", 0);
    TRY(answers_read(c, k.in[f.key.measure], json_get(in, "answers"), &answer, e));
    f.answer = answer;
    f.day = api_day(in, "day", c->act.today);
    f.lang = api_has(in, "language") ? json_text(in, "language") : c->act.who.language;
    f.mode =
        json_get(in, "paper") && json_get(in, "paper")->truth ? MODE_PAPER : MODE_STAFF;
    if (json_get(in, "second") && json_get(in, "second")->truth) f.pass = 2;
    TRY(collect_submit(&c->act, &k, &f, &done, e));
    return saved(c, k.in[f.key.measure], &done);
}

int api_response(struct call *c, struct err *e)
{
    struct collect_kit k;
    struct form_key key;
    struct form_version v = {0};
    struct json *answers = NULL;
    i64 id = 0;
    TRY(call_id(c, 1, &id, e));
    TRY(kit_of(c, &k, e));
    TRY(collect_response(&c->act, &k, id, &key, &v, e));
    TRY(json_read(v.r.answers, "answers", &answers, c->q->a, e));
    struct json_out w = api_out(c);
    json_put_int(&w, "id", v.r.id);
    json_put_int(&w, "participant", v.r.subject);
    json_put_str(&w, "measure", v.r.measure);
    if (key.time >= 0) json_put_str(&w, "time", time_id(&k, key.time));
    api_put_day(&w, "day", v.r.day, c->q->a);
    json_put_str(&w, "mode", str_of(response_mode_word[v.r.mode]));
    api_put_time(&w, "at", v.r.at, c->q->a);
    if (v.r.gone) api_put_time(&w, "gone", v.r.gone, c->q->a);
    if (v.r.replaces) json_put_int(&w, "replaces", v.r.replaces);
    json_put(&w, "answers", answers);
    if (v.in) scores_put(&w, v.in, v.score);
    http_reply_header(c->q, "ETag", str_fmt(c->q->a, "\"%" PRId64 "\"", v.r.id));
    return api_done(c, &w);
}

/* The version that was seen stands in the path and, said once more on purpose, in If-Match. */
int api_correct(struct call *c, struct err *e)
{
    const struct json *in;
    struct collect_kit k;
    struct form_version v = {0};
    struct form_in f = {0};
    struct form_done done = {0};
    struct answer *answer;
    i64 id = 0;
    TRY(call_id(c, 1, &id, e));
    struct str match = http_header(c->q, "If-Match");
    if (!str_eq(match, str_fmt(c->q->a, "\"%" PRId64 "\"", id)))
        return err_set(e, E_REQUEST,
                       "a correction says which version it corrects: If-Match with the "
                       "ETag that the response came with");
    TRY(api_body(c, &in, e));
    TRY(kit_of(c, &k, e));
    TRY(collect_response(&c->act, &k, id, &f.key, &v, e));
    TRY(answers_read(c, k.in[f.key.measure], json_get(in, "answers"), &answer, e));
    c->act.why = json_text(in, "reason");
    f.answer = answer;
    f.version = id;
    f.pass = v.r.pass;
    f.mode = v.r.mode;
    f.lang = v.r.lang;
    f.wording = v.r.wording;
    f.day = api_day(in, "day", v.r.day);
    TRY(collect_submit(&c->act, &k, &f, &done, e));
    return saved(c, k.in[f.key.measure], &done);
}

/* --- alerts ------------------------------------------------------------------------------- */

int api_alerts(struct call *c, struct err *e)
{
    struct collect_kit k;
    struct alert_views list = {0};
    i64 after, limit;
    TRY(api_query_id(c, "after", &after, e));
    TRY(api_query(c, "limit", 1, 200, 50, &limit, e));
    TRY(kit_of(c, &k, e));
    TRY(collect_alerts(&c->act, &k, false, after, (isize)limit, &list, e));
    struct json_out w = api_out(c);
    json_open(&w, "items", '[');
    for (isize i = 0; i < list.n; i++) {
        const struct alert_row *r = &list.at[i].row;
        json_open(&w, NULL, '{');
        json_put_int(&w, "id", r->id);
        json_put_int(&w, "response", r->response);
        json_put_int(&w, "participant", r->subject);
        json_put_str(&w, "code", r->code);
        json_put_str(&w, "measure", r->measure);
        json_put_str(&w, "item", r->item);
        if (r->staff) json_put_int(&w, "told", r->staff);
        api_put_time(&w, "at", r->at, c->q->a);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    if (list.n == (isize)limit) json_put_int(&w, "next", list.at[list.n - 1].row.id);
    return api_done(c, &w);
}

int api_alert_seen(struct call *c, struct err *e)
{
    const struct json *in;
    struct collect_kit k;
    i64 id = 0;
    TRY(call_id(c, 1, &id, e));
    TRY(api_body(c, &in, e));
    TRY(kit_of(c, &k, e));
    TRY(collect_alert_seen(&c->act, &k, id, json_text(in, "note"), e));
    return api_nothing(c);
}
