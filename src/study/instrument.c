#include "study/instrument.h"
#include "base/file.h"
#include "base/num.h"
#include "study/scoredef.h"
#include "study/worked.h"
#include <math.h>

const char *const answer_state_word[ANSWER_STATES] = {
    "missing", "given", "not applicable", "not known", "declined"};
const char *const wording_word[WORDING_N] = {"own short labels", "public domain",
                                             "overlay needed"};
const char *const rater_word[RATER_N] = {"self", "clinician", "assessor", "trainer"};
const char *const direction_word[DIRECTION_N] = {"higher is better", "lower is better",
                                                 "no direction"};

/* What an item takes from the instrument when it does not say its own. */
struct defaults {
    struct choices choices;
    struct no_answers no_answer;
    double lo, hi; /* NAN: none */
    int kind;      /* -1: by what is there */
    struct mark choices_mark;
};

/* {1: label, 2: label}: each value once, ascending. */
static int read_choices(struct reading *r, const struct yaml *v, const struct yaml *map,
                        struct str what, struct choices *out, struct mark *m,
                        struct err *e)
{
    TRY(fact_open(r, v, what, &v, m, e));
    TRY(yaml_map(v, map, "choices", &v, e));
    *out = (struct choices){0};
    for (const struct yaml *c = v->kid; c; c = c->next) {
        struct choice *to = PUSH(r->a, out);
        if (num_read(c->key, &to->value, NULL) != OK)
            return yaml_refuse(c, e, "the choice '%.*s' must be a number, as in 1: label",
                               FMT(c->key));
        if (out->n > 1 && to->value <= out->at[out->n - 2].value)
            return yaml_refuse(c, e, "choices go up: %.*s does not come after %g",
                               FMT(c->key), out->at[out->n - 2].value);
        if (!yaml_null(c)) TRY(yaml_str(c, v, "the label of a choice", &to->text, e));
    }
    if (out->n == 0) return yaml_refuse(v, e, "choices are empty");
    return OK;
}

/* {9: not known}. */
static int read_no_answer(struct reading *r, const struct yaml *v, const struct yaml *map,
                          struct str what, struct no_answers *out, struct err *e)
{
    struct mark m;
    TRY(fact_open(r, v, what, &v, &m, e));
    TRY(yaml_map(v, map, "no-answer", &v, e));
    *out = (struct no_answers){0};
    for (const struct yaml *c = v->kid; c; c = c->next) {
        struct no_answer *to = PUSH(r->a, out);
        if (num_read(c->key, &to->code, NULL) != OK)
            return yaml_refuse(c, e, "no-answer wants numbers, as in 9: not known");
        int state = 0;
        TRY(yaml_word(c, v, "a code for no answer", answer_state_word, ANSWER_STATES,
                      &state, e));
        if (state == ANSWER_GIVEN)
            return yaml_refuse(c, e, "a code for no answer cannot mean 'given'");
        to->state = (enum answer_state)state;
    }
    return OK;
}

int instrument_range(struct reading *r, const struct yaml *v, const struct yaml *map,
                     struct str what, double *lo, double *hi, struct err *e)
{
    struct mark m;
    TRY(fact_open(r, v, what, &v, &m, e));
    TRY(yaml_list(v, map, "range", &v, e));
    if (v->n != 2) return yaml_refuse(v, e, "range wants two numbers, [lowest, highest]");
    TRY(yaml_num(yaml_at(v, 0), v, "the lowest", -1e9, 1e9, lo, e));
    TRY(yaml_num(yaml_at(v, 1), v, "the highest", -1e9, 1e9, hi, e));
    if (*lo >= *hi)
        return yaml_refuse(v, e, "range goes from %g to %g: the lowest comes first", *lo,
                           *hi);
    return OK;
}

static const char *const kind_word[] = {"choice", "whole", "number"};

static int read_defaults(struct reading *r, const struct yaml *doc, struct defaults *d,
                         struct err *e)
{
    const struct yaml *v = NULL;
    *d = (struct defaults){.lo = NAN, .hi = NAN, .kind = -1};
    if ((v = yaml_get(doc, "choices")))
        TRY(read_choices(r, v, doc, S("choices"), &d->choices, &d->choices_mark, e));
    if ((v = yaml_get(doc, "no-answer")))
        TRY(read_no_answer(r, v, doc, S("codes for no answer"), &d->no_answer, e));
    if ((v = yaml_get(doc, "range")))
        TRY(instrument_range(r, v, doc, S("range of the items"), &d->lo, &d->hi, e));
    if ((v = yaml_get(doc, "type")))
        TRY(yaml_word(v, doc, "type", kind_word, COUNT(kind_word), &d->kind, e));
    return OK;
}

static int read_detail(struct reading *r, const struct yaml *v, const struct item *it,
                       struct detail *out, struct err *e)
{
    static const char *const known[] = {"ask", "from", "one-of", FACT_KEYS};
    struct mark m;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_mark(r, v, str_fmt(r->a, "item %.*s detail", FMT(it->no)), &m, e));
    TRY(yaml_str(yaml_get(v, "ask"), v, "ask", &out->ask, e));
    TRY(yaml_num(yaml_get(v, "from"), v, "from", it->lo, it->hi, &out->from, e));
    const struct yaml *list = yaml_get(v, "one-of");
    if (!list) return OK;
    TRY(yaml_list(list, v, "one-of", &list, e));
    for (const struct yaml *k = list->kid; k; k = k->next)
        TRY(yaml_str(k, list, "one-of", PUSH(r->a, &out->one_of), e));
    return OK;
}

static int read_steps(struct reading *r, const struct yaml *map, const struct item *it,
                      struct rate_steps *out, struct err *e)
{
    for (const struct yaml *k = map->kid; k; k = k->next) {
        struct rate_step *s = PUSH(r->a, out);
        if (num_read(k->key, &s->upto, NULL) != OK || s->upto <= 0 || s->upto > 1)
            return yaml_refuse(k, e, "a share lies above 0 and up to 1, as in 0.20: 1");
        if (out->n > 1 && s->upto <= out->at[out->n - 2].upto)
            return yaml_refuse(k, e, "shares go up: %g does not come after %g", s->upto,
                               out->at[out->n - 2].upto);
        TRY(yaml_num(k, map, "the answer for a share", it->lo, it->hi, &s->value, e));
    }
    if (out->n == 0 || out->at[out->n - 1].upto != 1)
        return yaml_refuse(map, e, "the last share must be 1");
    return OK;
}

static int read_rate(struct reading *r, const struct yaml *v, const struct item *it,
                     struct rate *out, struct err *e)
{
    static const char *const known[] = {"count", "among", "estimate", "up-to", FACT_KEYS};
    static const char *const known_estimate[] = {"from", "times", FACT_KEYS};
    struct mark m;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(fact_mark(r, v, str_fmt(r->a, "item %.*s rate", FMT(it->no)), &m, e));
    TRY(yaml_str(yaml_get(v, "count"), v, "count", &out->count, e));
    TRY(yaml_str(yaml_get(v, "among"), v, "among", &out->among, e));
    const struct yaml *steps = NULL, *est = yaml_get(v, "estimate");
    TRY(yaml_map(yaml_get(v, "up-to"), v, "up-to", &steps, e));
    TRY(read_steps(r, steps, it, &out->steps, e));
    if (!est) return OK;
    TRY(yaml_keys(est, known_estimate, COUNT(known_estimate), e));
    TRY(fact_mark(r, est, str_fmt(r->a, "item %.*s estimate", FMT(it->no)),
                  &out->estimate_mark, e));
    TRY(yaml_str(yaml_get(est, "from"), est, "from", &out->estimate_from, e));
    return yaml_num(yaml_get(est, "times"), est, "times", 0.000001, 1, &out->times, e);
}

/* Range, choices and type must agree. */
static int settle_answers(const struct yaml *v, struct item *it, int kind,
                          bool own_choices, bool own_range, struct err *e)
{
    const struct choices *c = &it->choices;
    if (c->n && !own_range && (own_choices || isnan(it->lo))) {
        it->lo = c->at[0].value;
        it->hi = c->at[c->n - 1].value;
    }
    if (isnan(it->lo))
        return yaml_refuse(v, e, "item '%.*s' %s; say choices: or range: [lo, hi]",
                           FMT(it->id),
                           it->reverse ? "is reversed but has no range to turn it in"
                                       : "has neither choices nor a range");
    for (isize i = 0; i < c->n; i++)
        if (c->at[i].value < it->lo || c->at[i].value > it->hi)
            return yaml_refuse(v, e, "item '%.*s': the choice %g lies outside %g to %g",
                               FMT(it->id), c->at[i].value, it->lo, it->hi);
    if (kind == ITEM_CHOICE && c->n == 0)
        return yaml_refuse(v, e, "item '%.*s' is a choice but has no choices",
                           FMT(it->id));
    it->kind = kind >= 0 ? (enum item_kind)kind : c->n ? ITEM_CHOICE : ITEM_WHOLE;
    if (it->kind == ITEM_CHOICE && c->n < 2)
        return yaml_refuse(v, e, "item '%.*s' has one choice only", FMT(it->id));
    for (isize i = 0; i < it->no_answer.n; i++) {
        double x = it->no_answer.at[i].code;
        bool taken = it->kind != ITEM_CHOICE && x >= it->lo && x <= it->hi;
        for (isize k = 0; it->kind == ITEM_CHOICE && k < c->n; k++)
            taken |= c->at[k].value == x;
        if (taken)
            return yaml_refuse(v, e,
                               "item '%.*s': %g is an answer and a code for none at once",
                               FMT(it->id), x);
    }
    return OK;
}

static int read_item(struct reading *r, const struct instrument *in, const struct yaml *v,
                     const struct defaults *d, struct item *it, struct err *e)
{
    static const char *const known[] = {
        "id",      "no",       "text",           "type", "range",  "choices", "no-answer",
        "reverse", "optional", "not-applicable", "only", "detail", "rate",    FACT_KEYS};
    const struct yaml *k = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    it->line = v->line;
    TRY(fact_id(yaml_get(v, "id"), v, "id", &it->id, e));
    for (const struct item *o = in->items.at; o < it; o++)
        if (str_eq(o->id, it->id))
            return yaml_refuse(yaml_get(v, "id"), e,
                               "item '%.*s' stands on line %d already", FMT(it->id),
                               o->line);
    it->no = str_fmt(r->a, "%td", it - in->items.at + 1);
    if ((k = yaml_get(v, "no"))) TRY(yaml_str(k, v, "no", &it->no, e));
    for (const struct item *o = in->items.at; o < it; o++)
        if (str_eq(o->no, it->no))
            return yaml_refuse(v, e,
                               "number %.*s is that of item '%.*s' on line %d already",
                               FMT(it->no), FMT(o->id), o->line);
    TRY(fact_mark(r, v, str_fmt(r->a, "item %.*s", FMT(it->no)), &it->mark, e));
    TRY(fact_text(r, v, "text", str_fmt(r->a, "item %.*s text", FMT(it->no)), &it->text,
                  NULL, e));

    it->lo = d->lo;
    it->hi = d->hi;
    it->choices = d->choices;
    it->choices_mark = d->choices_mark;
    it->no_answer = d->no_answer;
    int kind = d->kind;
    const struct yaml *own_choices = yaml_get(v, "choices"), *own_range = NULL;
    if (own_choices)
        TRY(read_choices(r, own_choices, v,
                         str_fmt(r->a, "item %.*s choices", FMT(it->no)), &it->choices,
                         &it->choices_mark, e));
    if ((own_range = yaml_get(v, "range")))
        TRY(instrument_range(r, own_range, v,
                             str_fmt(r->a, "item %.*s range", FMT(it->no)), &it->lo,
                             &it->hi, e));
    if ((k = yaml_get(v, "no-answer")))
        TRY(read_no_answer(r, k, v,
                           str_fmt(r->a, "item %.*s codes for no answer", FMT(it->no)),
                           &it->no_answer, e));
    if ((k = yaml_get(v, "type")))
        TRY(yaml_word(k, v, "type", kind_word, COUNT(kind_word), &kind, e));
    if ((k = yaml_get(v, "reverse"))) TRY(yaml_bool(k, v, "reverse", &it->reverse, e));
    if ((k = yaml_get(v, "optional"))) TRY(yaml_bool(k, v, "optional", &it->optional, e));
    TRY(fact_text(r, v, "not-applicable",
                  str_fmt(r->a, "item %.*s not applicable", FMT(it->no)),
                  &it->not_applicable, NULL, e));
    TRY(fact_text(r, v, "only", str_fmt(r->a, "item %.*s only", FMT(it->no)), &it->only,
                  NULL, e));
    TRY(settle_answers(v, it, kind, own_choices != NULL, own_range != NULL, e));
    if ((k = yaml_get(v, "detail"))) TRY(read_detail(r, k, it, &it->detail, e));
    if ((k = yaml_get(v, "rate"))) TRY(read_rate(r, k, it, &it->rate, e));
    return OK;
}

static int read_items(struct reading *r, const struct yaml *doc, struct instrument *in,
                      struct err *e)
{
    struct defaults d;
    const struct yaml *list = NULL;
    TRY(read_defaults(r, doc, &d, e));
    TRY(yaml_list(yaml_get(doc, "items"), doc, "items", &list, e));
    if (list->n == 0)
        return yaml_refuse(list, e, "an instrument needs at least one item");
    if (list->n > INSTRUMENT_ITEMS)
        return yaml_refuse(list, e, "%td items; at most %d can be read", list->n,
                           INSTRUMENT_ITEMS);
    in->choices = d.choices;
    in->items.at = NEW(r->a, struct item, list->n);
    in->items.n = in->items.cap = list->n;
    isize i = 0;
    for (const struct yaml *v = list->kid; v; v = v->next)
        TRY(read_item(r, in, v, &d, &in->items.at[i++], e));
    struct turn *turn = NEW(r->a, struct turn, in->items.n);
    for (i = 0; i < in->items.n; i++) {
        const struct item *it = &in->items.at[i];
        turn[i] = (struct turn){it->lo, it->hi, it->reverse, it->optional};
    }
    in->turn = turn;
    return OK;
}

static int read_scores(struct reading *r, const struct yaml *doc, struct instrument *in,
                       struct err *e)
{
    const struct yaml *list = yaml_get(doc, "scores"), *v = NULL;
    int direction = -1;
    struct mark m = {0};
    if ((v = yaml_get(doc, "direction"))) {
        TRY(fact_open(r, v, S("direction"), &v, &m, e));
        TRY(yaml_word(v, doc, "direction", direction_word, DIRECTION_N, &direction, e));
    }
    TRY(yaml_list(list, doc, "scores", &list, e));
    if (list->n == 0)
        return yaml_refuse(list, e, "an instrument needs at least one score");
    if (list->n > INSTRUMENT_SCORES)
        return yaml_refuse(list, e, "%td scores; at most %d can be read", list->n,
                           INSTRUMENT_SCORES);
    in->scores.at = NEW(r->a, struct scoredef, list->n);
    in->scores.cap = list->n;
    for (v = list->kid; v; v = v->next) {
        struct scoredef *d = &in->scores.at[in->scores.n];
        d->direction_mark = m;
        TRY(scoredef_read(r, in, v, direction, d, e));
        in->scores.n++; /* only now: a score is made of earlier ones */
    }
    return OK;
}

static int read_alert(struct reading *r, const struct instrument *in,
                      const struct yaml *v, struct alert *out, struct err *e)
{
    static const char *const known[] = {"item", "at-least", "at-most",
                                        "tell", "about",    FACT_KEYS};
    const struct yaml *k = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(instrument_item_at(in, yaml_get(v, "item"), v, &out->item, e));
    const struct item *it = &in->items.at[out->item];
    TRY(fact_mark(r, v, str_fmt(r->a, "alert on item %.*s", FMT(it->no)), &out->mark, e));
    out->from = -INFINITY;
    out->upto = INFINITY;
    if ((k = yaml_get(v, "at-least")))
        TRY(yaml_num(k, v, "at-least", it->lo, it->hi, &out->from, e));
    if ((k = yaml_get(v, "at-most")))
        TRY(yaml_num(k, v, "at-most", it->lo, it->hi, &out->upto, e));
    if (isinf(out->from) && isinf(out->upto))
        return yaml_refuse(v, e, "an alert needs at-least or at-most");
    TRY(yaml_str(yaml_get(v, "tell"), v, "tell", &out->tell, e));
    if ((k = yaml_get(v, "about"))) TRY(yaml_str(k, v, "about", &out->text, e));
    return OK;
}

static int read_term(struct reading *r, const struct instrument *in, const struct yaml *v,
                     struct term *out, struct err *e)
{
    static const char *const known[] = {"system", "code", "of", FACT_KEYS};
    const struct yaml *k = NULL;
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(yaml_str(yaml_get(v, "system"), v, "system", &out->system, e));
    TRY(yaml_str(yaml_get(v, "code"), v, "code", &out->code, e));
    TRY(fact_mark(r, v, str_fmt(r->a, "code %.*s", FMT(out->code)), &out->mark, e));
    if (!(k = yaml_get(v, "of"))) return OK;
    TRY(yaml_str(k, v, "of", &out->of, e));
    if (instrument_item(in, out->of) < 0 && instrument_score(in, out->of) < 0)
        return yaml_refuse(k, e, "'%.*s' is neither an item nor a score", FMT(out->of));
    return OK;
}

static int read_head(struct reading *r, const struct yaml *doc, struct instrument *in,
                     struct err *e)
{
    const struct yaml *v = NULL;
    i64 revision = 0;
    int word = 0;
    struct mark m;
    TRY(fact_id(yaml_get(doc, "instrument"), doc, "instrument", &in->id, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &revision, e));
    in->revision = (int)revision;
    in->title = in->id;
    in->lang = S("en");
    TRY(fact_text(r, doc, "title", S("title"), &in->title, NULL, e));
    TRY(fact_text(r, doc, "about", S("about"), &in->about, NULL, e));
    TRY(fact_text(r, doc, "period", S("period"), &in->period, &in->period_mark, e));
    TRY(fact_text(r, doc, "source", S("source"), &in->source, NULL, e));
    if (!yaml_get(doc, "licence"))
        return yaml_refuse(
            doc, e,
            "licence is missing: who owns the wording and what may be done "
            "with it; write 'unknown' when you do not know");
    TRY(fact_text(r, doc, "licence", S("licence"), &in->licence, &in->licence_mark, e));
    if ((v = yaml_get(doc, "wording"))) {
        TRY(fact_open(r, v, S("wording"), &v, &m, e));
        TRY(yaml_word(v, doc, "wording", wording_word, WORDING_N, &word, e));
        in->wording = (enum wording)word;
    }
    if ((v = yaml_get(doc, "rater"))) {
        TRY(fact_open(r, v, S("rater"), &v, &m, e));
        TRY(yaml_word(v, doc, "rater", rater_word, RATER_N, &word, e));
        in->rater = (enum rater)word;
    }
    return OK;
}

int instrument_read(const struct yaml *doc, struct instrument **out, struct arena *a,
                    struct err *e)
{
    static const char *const known[] = {
        "instrument", "revision", "title",   "about",       "period",
        "rater",      "licence",  "wording", "source",      "sources",
        "direction",  "type",     "range",   "choices",     "no-answer",
        "items",      "scores",   "alerts",  "terminology", "cases"};
    struct instrument *in = NEW(a, struct instrument, 1);
    struct reading r = {.a = a};
    const struct yaml *v = NULL, *list = NULL;
    in->file = doc->file;
    TRY(yaml_keys(doc, known, COUNT(known), e));
    TRY(fact_sources(&r, doc, e));
    TRY(read_head(&r, doc, in, e));
    TRY(read_items(&r, doc, in, e));
    TRY(read_scores(&r, doc, in, e));
    if ((list = yaml_get(doc, "alerts"))) {
        TRY(yaml_list(list, doc, "alerts", &list, e));
        for (v = list->kid; v; v = v->next)
            TRY(read_alert(&r, in, v, PUSH(a, &in->alerts), e));
    }
    if ((list = yaml_get(doc, "terminology"))) {
        TRY(yaml_list(list, doc, "terminology", &list, e));
        for (v = list->kid; v; v = v->next)
            TRY(read_term(&r, in, v, PUSH(a, &in->terms), e));
    }
    if ((list = yaml_get(doc, "cases"))) {
        TRY(yaml_list(list, doc, "cases", &list, e));
        for (v = list->kid; v; v = v->next)
            TRY(worked_read(in, v, PUSH(a, &in->cases), a, e));
    }
    in->sources = r.sources;
    in->facts = r.facts;
    struct str canonical = json_canonical(yaml_to_json(doc, a), a);
    in->hash = hash_of(canonical);
    *out = in;
    return OK;
}

int instrument_read_file(const char *path, struct instrument **out, struct arena *a,
                         struct err *e)
{
    struct yaml *doc = NULL;
    TRY(yaml_read_file(path, &doc, a, e));
    return instrument_read(doc, out, a, e);
}

isize instrument_item(const struct instrument *in, struct str id)
{
    for (isize i = 0; i < in->items.n; i++)
        if (str_eq(in->items.at[i].id, id)) return i;
    for (isize i = 0; i < in->items.n; i++)
        if (str_eq(in->items.at[i].no, id)) return i;
    return -1;
}

isize instrument_score(const struct instrument *in, struct str id)
{
    for (isize i = 0; i < in->scores.n; i++)
        if (str_eq(in->scores.at[i].id, id)) return i;
    return -1;
}

static struct hint item_hint(const struct instrument *in, struct str id)
{
    struct str known[INSTRUMENT_ITEMS];
    for (isize i = 0; i < in->items.n; i++) known[i] = in->items.at[i].id;
    return fact_hint(id, known, in->items.n);
}

static struct hint score_hint(const struct instrument *in, struct str id)
{
    struct str known[INSTRUMENT_SCORES];
    for (isize i = 0; i < in->scores.n; i++) known[i] = in->scores.at[i].id;
    return fact_hint(id, known, in->scores.n);
}

int instrument_item_find(const struct instrument *in, struct str id, isize *out,
                         struct err *e)
{
    *out = instrument_item(in, id);
    if (*out >= 0) return OK;
    return err_set(e, E_NOT_FOUND, "%.*s has no item '%.*s'%s", FMT(in->id), FMT(id),
                   item_hint(in, id).text);
}

int instrument_score_find(const struct instrument *in, struct str id, isize *out,
                          struct err *e)
{
    *out = instrument_score(in, id);
    if (*out >= 0) return OK;
    return err_set(e, E_NOT_FOUND, "%.*s has no score '%.*s'%s", FMT(in->id), FMT(id),
                   score_hint(in, id).text);
}

int instrument_item_at(const struct instrument *in, const struct yaml *v,
                       const struct yaml *map, int *out, struct err *e)
{
    struct str id = {0};
    TRY(yaml_str(v, map, "item", &id, e));
    *out = (int)instrument_item(in, id);
    if (*out >= 0) return OK;
    return yaml_refuse(v, e, "'%.*s' is not an item of %.*s%s", FMT(id), FMT(in->id),
                       item_hint(in, id).text);
}

int instrument_score_at(const struct instrument *in, const struct yaml *v, struct str id,
                        int *out, struct err *e)
{
    *out = (int)instrument_score(in, id);
    if (*out >= 0) return OK;
    return yaml_refuse(v, e, "'%.*s' is not a score of %.*s%s", FMT(id), FMT(in->id),
                       score_hint(in, id).text);
}
