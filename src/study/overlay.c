#include "study/overlay.h"
#include "base/num.h"
#include <string.h>

static const char *const known_keys[] = {
    "overlay",    "revision", "of-revision", "language", "translator",
    "validation", "licence",  "source",      "title",    "about",
    "period",     "choices",  "items",       "scores",   "alerts"};

int overlay_read(const struct yaml *doc, struct overlay **out, struct arena *a,
                 struct err *e)
{
    struct overlay *o = NEW(a, struct overlay, 1);
    const struct yaml *v = NULL;
    i64 x = 0;
    o->file = doc->file;
    o->doc = doc;
    TRY(yaml_keys(doc, known_keys, COUNT(known_keys), e));
    TRY(fact_id(yaml_get(doc, "overlay"), doc, "overlay", &o->of, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &x, e));
    o->revision = (int)x;
    TRY(yaml_int(yaml_get(doc, "of-revision"), doc, "of-revision", 1, 1000000, &x, e));
    o->of_revision = (int)x;
    TRY(fact_id(yaml_get(doc, "language"), doc, "language", &o->lang, e));
    TRY(yaml_str(yaml_get(doc, "translator"), doc, "translator", &o->translator, e));
    TRY(yaml_str(yaml_get(doc, "validation"), doc, "validation", &o->validation, e));
    TRY(yaml_str(yaml_get(doc, "licence"), doc, "licence", &o->licence, e));
    if ((v = yaml_get(doc, "source"))) TRY(yaml_str(v, doc, "source", &o->source, e));
    o->hash = hash_of(json_canonical(yaml_to_json(doc, a), a));
    *out = o;
    return OK;
}

static int set_text(const struct yaml *map, const char *key, struct str *to,
                    struct err *e)
{
    const struct yaml *v = yaml_get(map, key);
    return v ? yaml_str(v, map, key, to, e) : OK;
}

/* The labels of some choices, in a list of their own. */
static int set_choices(const struct yaml *map, struct choices *c, struct arena *a,
                       struct err *e)
{
    struct choice *at = NEW(a, struct choice, c->n);
    TRY(yaml_map(map, map, "choices", &map, e));
    if (c->n) memcpy(at, c->at, (size_t)c->n * sizeof *at);
    c->at = at;
    for (const struct yaml *v = map->kid; v; v = v->next) {
        double x = 0;
        isize i = 0;
        bool number = num_read(v->key, &x, NULL) == OK;
        while (i < c->n && at[i].value != x) i++;
        if (!number || i == c->n)
            return yaml_refuse(v, e, "the definition has no choice %.*s here",
                               FMT(v->key));
        TRY(yaml_str(v, map, "a label", &at[i].text, e));
    }
    return OK;
}

static int set_item(const struct yaml *v, const struct yaml *map, struct item *it,
                    struct arena *a, struct err *e)
{
    static const char *const known[] = {"text", "choices", "not-applicable", "ask"};
    const struct yaml *k = NULL;
    if (v->kind == YAML_TEXT) return yaml_str(v, map, "the text", &it->text, e);
    TRY(yaml_keys(v, known, COUNT(known), e));
    TRY(set_text(v, "text", &it->text, e));
    if ((k = yaml_get(v, "choices"))) TRY(set_choices(k, &it->choices, a, e));
    if ((k = yaml_get(v, "not-applicable")) && it->not_applicable.n == 0)
        return yaml_refuse(k, e, "in the definition this item always applies");
    if ((k = yaml_get(v, "ask")) && it->detail.ask.n == 0)
        return yaml_refuse(k, e, "in the definition this item asks for no second answer");
    TRY(set_text(v, "not-applicable", &it->not_applicable, e));
    return set_text(v, "ask", &it->detail.ask, e);
}

static int set_items(const struct yaml *map, struct instrument *in, struct arena *a,
                     struct err *e)
{
    struct err why = {0};
    TRY(yaml_map(map, map, "items", &map, e));
    for (const struct yaml *v = map->kid; v; v = v->next) {
        isize i = 0;
        if (instrument_item_find(in, v->key, &i, &why) != OK)
            return yaml_refuse(v, e, "%s", why.text);
        TRY(set_item(v, map, &in->items.at[i], a, e));
    }
    return OK;
}

static int set_bands(const struct yaml *map, struct scoredef *d, struct arena *a,
                     struct err *e)
{
    struct band *at = NEW(a, struct band, d->bands.n);
    TRY(yaml_map(map, map, "bands", &map, e));
    if (d->bands.n) memcpy(at, d->bands.at, (size_t)d->bands.n * sizeof *at);
    d->bands.at = at;
    for (const struct yaml *v = map->kid; v; v = v->next) {
        isize i = 0;
        while (i < d->bands.n && !str_eq(at[i].name, v->key)) i++;
        if (i == d->bands.n)
            return yaml_refuse(v, e, "score '%.*s' has no band '%.*s'", FMT(d->id),
                               FMT(v->key));
        TRY(yaml_str(v, map, "a band", &at[i].text, e));
    }
    return OK;
}

static int set_scores(const struct yaml *map, struct instrument *in, struct arena *a,
                      struct err *e)
{
    static const char *const known[] = {"title", "about", "bands"};
    struct err why = {0};
    TRY(yaml_map(map, map, "scores", &map, e));
    for (const struct yaml *v = map->kid; v; v = v->next) {
        isize i = 0;
        const struct yaml *k = NULL;
        if (instrument_score_find(in, v->key, &i, &why) != OK)
            return yaml_refuse(v, e, "%s", why.text);
        struct scoredef *d = &in->scores.at[i];
        TRY(yaml_keys(v, known, COUNT(known), e));
        TRY(set_text(v, "title", &d->title, e));
        TRY(set_text(v, "about", &d->about, e));
        if ((k = yaml_get(v, "bands"))) TRY(set_bands(k, d, a, e));
    }
    return OK;
}

/* What an alert may mean, by its item. */
static int set_alerts(const struct yaml *map, struct instrument *in, struct arena *a,
                      struct err *e)
{
    struct alert *at = NEW(a, struct alert, in->alerts.n);
    struct err why = {0};
    TRY(yaml_map(map, map, "alerts", &map, e));
    if (in->alerts.n) memcpy(at, in->alerts.at, (size_t)in->alerts.n * sizeof *at);
    in->alerts.at = at;
    for (const struct yaml *v = map->kid; v; v = v->next) {
        isize item = 0, n = 0;
        if (instrument_item_find(in, v->key, &item, &why) != OK)
            return yaml_refuse(v, e, "%s", why.text);
        for (isize i = 0; i < in->alerts.n; i++)
            if (at[i].item == (int)item) {
                TRY(yaml_str(v, map, "what the alert may mean", &at[i].text, e));
                n++;
            }
        if (n == 0)
            return yaml_refuse(v, e, "in the definition '%.*s' has no alert",
                               FMT(v->key));
    }
    return OK;
}

int overlay_apply(const struct instrument *in, const struct overlay *o,
                  struct instrument **out, struct arena *a, struct err *e)
{
    struct instrument *to = NEW(a, struct instrument, 1);
    const struct yaml *doc = o->doc, *k = NULL;
    if (!str_eq(o->of, in->id))
        return yaml_refuse(doc, e, "this is wording for '%.*s', not for '%.*s'",
                           FMT(o->of), FMT(in->id));
    if (o->of_revision != in->revision)
        return yaml_refuse(
            yaml_get(doc, "of-revision"), e,
            "made for revision %d of %.*s, which is at %d: compare the texts, "
            "then raise of-revision",
            o->of_revision, FMT(in->id), in->revision);
    *to = *in;
    to->items.at = NEW(a, struct item, in->items.n);
    memcpy(to->items.at, in->items.at, (size_t)in->items.n * sizeof *to->items.at);
    to->scores.at = NEW(a, struct scoredef, in->scores.n);
    memcpy(to->scores.at, in->scores.at, (size_t)in->scores.n * sizeof *to->scores.at);
    to->lang = o->lang;
    to->translation =
        str_fmt(a, "translated by %.*s; %.*s; licence of this wording: %.*s",
                FMT(o->translator), FMT(o->validation), FMT(o->licence));
    to->validation = o->validation;
    to->wording_licence = o->licence;
    TRY(set_text(doc, "title", &to->title, e));
    TRY(set_text(doc, "about", &to->about, e));
    TRY(set_text(doc, "period", &to->period, e));
    if ((k = yaml_get(doc, "choices"))) {
        if (in->choices.n == 0)
            return yaml_refuse(k, e, "%.*s has no choices that its items share",
                               FMT(in->id));
        TRY(set_choices(k, &to->choices, a, e));
        for (isize i = 0; i < to->items.n; i++)
            if (in->items.at[i].choices.at == in->choices.at)
                to->items.at[i].choices = to->choices;
    }
    if ((k = yaml_get(doc, "items"))) TRY(set_items(k, to, a, e));
    if ((k = yaml_get(doc, "scores"))) TRY(set_scores(k, to, a, e));
    if ((k = yaml_get(doc, "alerts"))) TRY(set_alerts(k, to, a, e));
    *out = to;
    return OK;
}
