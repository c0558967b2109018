#include "study/worked.h"
#include "base/num.h"
#include "study/answer.h"
#include "study/score.h"
#include <math.h>
#include <stdio.h>

/* A value as on paper; out of its choices only where the case wants it refused. */
static int read_answer(const struct instrument *in, int item, const struct yaml *v,
                       const struct yaml *map, const struct worked *w, struct answer *out,
                       struct err *e)
{
    const struct item *it = &in->items.at[item];
    struct str cell = {0};
    double x = NAN;
    *out = (struct answer){0};
    if (yaml_null(v)) return OK;
    TRY(yaml_str(v, map, "an answer", &cell, e));
    if (item == w->refused && num_read(cell, &x, NULL) == OK) {
        *out = (struct answer){.state = ANSWER_GIVEN, .value = x};
        return OK;
    }
    if (item == w->refused && str_is(cell, "not applicable")) {
        out->state = ANSWER_NOT_APPLICABLE;
        return OK;
    }
    struct err why = {0};
    if (answer_read(it, cell, out, &why) == OK) return OK;
    return yaml_refuse(v, e, "%s", why.text);
}

static int read_answer_list(const struct instrument *in, const struct yaml *list,
                            struct worked *w, struct err *e)
{
    int i = 0;
    if (list->n != in->items.n)
        return yaml_refuse(list, e, "%td answers for %td items", list->n, in->items.n);
    for (const struct yaml *v = list->kid; v; v = v->next, i++)
        TRY(read_answer(in, i, v, list, w, &w->answer[i], e));
    return OK;
}

/* {all: 3, family: null}: by id or number on paper; `all` is for those not named. */
static int read_answer_map(const struct instrument *in, const struct yaml *map,
                           struct worked *w, struct err *e)
{
    bool named[INSTRUMENT_ITEMS] = {0};
    const struct yaml *all = yaml_get(map, "all");
    for (const struct yaml *v = map->kid; v; v = v->next) {
        isize i = 0;
        struct err why = {0};
        if (v == all) continue;
        if (instrument_item_find(in, v->key, &i, &why) != OK)
            return yaml_refuse(v, e, "%s", why.text);
        if (named[i])
            return yaml_refuse(v, e, "item '%.*s' is answered twice", FMT(v->key));
        named[i] = true;
        TRY(read_answer(in, (int)i, v, map, w, &w->answer[i], e));
    }
    for (int i = 0; all && i < (int)in->items.n; i++)
        if (!named[i]) TRY(read_answer(in, i, all, map, w, &w->answer[i], e));
    return OK;
}

/* 10, 3.5, or a fraction 37/12. */
static int read_value(const struct yaml *v, const struct yaml *map, double *out,
                      struct err *e)
{
    struct str s = {0};
    double over = 1;
    TRY(yaml_str(v, map, "a score", &s, e));
    if (str_is(s, "none")) {
        *out = NAN;
        return OK;
    }
    isize slash = str_find(s, '/');
    struct str top = slash < 0 ? s : str_upto(s, slash);
    bool fine = num_read(top, out, NULL) == OK;
    if (slash >= 0) fine = fine && num_read(str_from(s, slash + 1), &over, NULL) == OK;
    if (!fine || over == 0)
        return yaml_refuse(v, e,
                           "'%.*s' is no score: write a number, a fraction as 37/12, "
                           "or none",
                           (int)MIN(s.n, 40), s.at);
    *out /= over;
    return OK;
}

static int read_flag(const struct yaml *map, const char *key, int *out, struct err *e)
{
    const struct yaml *v = yaml_get(map, key);
    bool truth = false;
    *out = -1;
    if (!v) return OK;
    TRY(yaml_bool(v, map, key, &truth, e));
    *out = truth;
    return OK;
}

static int read_count(const struct yaml *map, const char *key, isize *out, struct err *e)
{
    const struct yaml *v = yaml_get(map, key);
    i64 x = -1;
    if (v) TRY(yaml_int(v, map, key, 0, INSTRUMENT_ITEMS, &x, e));
    *out = (isize)x;
    return OK;
}

static int read_want(const struct instrument *in, const struct yaml *v,
                     const struct yaml *map, struct worked *w, struct arena *a,
                     struct err *e)
{
    static const char *const known[] = {"is",       "answered", "items",
                                        "prorated", "imputed",  "band"};
    struct worked_score *s = PUSH(a, &w->want);
    TRY(instrument_score_at(in, v, v->key, &s->score, e));
    s->n_answered = s->n_items = s->prorated = s->imputed = -1;
    if (v->kind != YAML_MAP) return read_value(v, map, &s->value, e);
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(read_value(yaml_get(v, "is"), v, &s->value, e));
    TRY(read_count(v, "answered", &s->n_answered, e));
    TRY(read_count(v, "items", &s->n_items, e));
    TRY(read_flag(v, "prorated", &s->prorated, e));
    TRY(read_flag(v, "imputed", &s->imputed, e));
    const struct yaml *band = yaml_get(v, "band");
    if (!band) return OK;
    TRY(yaml_str(band, v, "band", &s->band, e));
    const struct bands *b = &in->scores.at[s->score].bands;
    for (isize i = 0; i < b->n; i++)
        if (str_eq(b->at[i].name, s->band)) return OK;
    return yaml_refuse(band, e, "score '%.*s' has no band '%.*s'", FMT(v->key),
                       FMT(s->band));
}

int worked_read(const struct instrument *in, const struct yaml *v, struct worked *w,
                struct arena *a, struct err *e)
{
    const struct yaml *k = NULL;
    w->line = v->line;
    w->refused = -1;
    w->answer = NEW(a, struct answer, in->items.n);
    if (v->kind != YAML_MAP)
        return yaml_refuse(v, e, "a case is a map with about, answers and scores");
    TRY(yaml_str(yaml_get(v, "about"), v, "about", &w->about, e));
    if ((k = yaml_get(v, "refused"))) TRY(instrument_item_at(in, k, v, &w->refused, e));
    const struct yaml *answers = yaml_get(v, "answers");
    if (answers && answers->kind == YAML_MAP)
        TRY(read_answer_map(in, answers, w, e));
    else {
        TRY(yaml_list(answers, v, "answers", &answers, e));
        TRY(read_answer_list(in, answers, w, e));
    }
    for (k = v->kid; k; k = k->next) {
        bool own = str_is(k->key, "about") || str_is(k->key, "answers") ||
                   str_is(k->key, "refused");
        if (!own) TRY(read_want(in, k, v, w, a, e));
    }
    if (w->want.n == 0 && w->refused < 0)
        return yaml_refuse(v, e, "the case expects nothing: name a score or refused");
    return OK;
}

static int differs(const struct instrument *in, const struct worked *w, struct err *e,
                   const char *what, double got, double want)
{
    char text[2][40];
    double x[2] = {got, want};
    for (int i = 0; i < 2; i++) {
        snprintf(text[i], sizeof text[i], "%.12g", x[i]);
        if (isnan(x[i])) snprintf(text[i], sizeof text[i], "none");
    }
    return err_set(e, E_CASE, "%s:%d: case '%.*s': %s is %s, worked by hand %s", in->file,
                   w->line, (int)MIN(w->about.n, 100), w->about.at, what, text[0],
                   text[1]);
}

static int run_refused(const struct instrument *in, const struct worked *w, struct err *e)
{
    struct err why = {0};
    for (int i = 0; i < (int)in->items.n; i++) {
        bool fine = answer_item_check(&in->items.at[i], &w->answer[i], &why) == OK;
        if (fine == (i != w->refused)) continue;
        return err_set(e, E_CASE, "%s:%d: case '%.*s': item %.*s is %s", in->file,
                       w->line, (int)MIN(w->about.n, 100), w->about.at,
                       FMT(in->items.at[i].no), fine ? "not refused" : "refused too");
    }
    return OK;
}

static int run_want(const struct instrument *in, const struct worked *w,
                    const struct worked_score *want, const struct score *s, struct err *e)
{
    const struct scoredef *d = &in->scores.at[want->score];
    char what[120];
    struct str band = score_band(d, *s);
    snprintf(what, sizeof what, "%.*s", FMT(d->id));
    bool same =
        isnan(want->value) ? isnan(s->value) : fabs(s->value - want->value) <= 1e-9;
    if (!same) return differs(in, w, e, what, s->value, want->value);
    snprintf(what, sizeof what, "answered of %.*s", FMT(d->id));
    if (want->n_answered >= 0 && want->n_answered != s->n_answered)
        return differs(in, w, e, what, s->n_answered, (double)want->n_answered);
    snprintf(what, sizeof what, "items of %.*s", FMT(d->id));
    if (want->n_items >= 0 && want->n_items != s->n_items)
        return differs(in, w, e, what, s->n_items, (double)want->n_items);
    snprintf(what, sizeof what, "prorated of %.*s", FMT(d->id));
    if (want->prorated >= 0 && want->prorated != s->prorated)
        return differs(in, w, e, what, s->prorated, want->prorated);
    snprintf(what, sizeof what, "imputed of %.*s", FMT(d->id));
    if (want->imputed >= 0 && want->imputed != s->imputed)
        return differs(in, w, e, what, s->imputed, want->imputed);
    if (want->band.n && !str_eq(want->band, band))
        return err_set(e, E_CASE,
                       "%s:%d: case '%.*s': band of %.*s is '%.*s', by hand "
                       "'%.*s'",
                       in->file, w->line, (int)MIN(w->about.n, 100), w->about.at,
                       FMT(d->id), FMT(band), FMT(want->band));
    return OK;
}

int worked_run(const struct instrument *in, const struct worked *w, struct err *e)
{
    struct score s[INSTRUMENT_SCORES];
    if (w->refused >= 0) return run_refused(in, w, e);
    score_all(in, w->answer, s);
    for (isize i = 0; i < w->want.n; i++)
        TRY(run_want(in, w, &w->want.at[i], &s[w->want.at[i].score], e));
    return OK;
}
