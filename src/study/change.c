#include "study/change.h"
#include "study/answer.h"
#include "study/score.h"
#include <math.h>

const char *const change_records[TOUCHES_N] = {
    "no records: texts, sources and notes only",
    "no stored score, but how scores are read: bands, cut-offs, alerts",
    "scores: old answers scored now give other values",
    "answers already given: they may not be asked or allowed any more"};

static void say(struct changes *c, enum change_touch touches, struct str text,
                struct arena *a)
{
    *PUSH(a, c) = (struct change){touches, text};
}

static bool same(double x, double y)
{
    return x == y || (isnan(x) && isnan(y));
}

static void compare_choices(struct changes *c, const struct item *from,
                            const struct item *to, struct arena *a)
{
    bool relabelled = false;
    struct str was = answer_allowed(from, a), is = answer_allowed(to, a);
    if (!str_eq(was, is))
        say(c, TOUCHES_ANSWERS,
            str_fmt(a, "item %.*s (%.*s) allowed %.*s and now allows %.*s", FMT(to->no),
                    FMT(to->id), FMT(was), FMT(is)),
            a);
    for (isize i = 0; i < MIN(from->choices.n, to->choices.n); i++)
        if (from->choices.at[i].value == to->choices.at[i].value)
            relabelled |= !str_eq(from->choices.at[i].text, to->choices.at[i].text);
    if (relabelled)
        say(c, TOUCHES_TEXT,
            str_fmt(a, "choices of item %.*s (%.*s) are worded otherwise", FMT(to->no),
                    FMT(to->id)),
            a);
}

static void compare_items(struct changes *c, const struct item *from,
                          const struct item *to, struct arena *a)
{
    struct str name = str_fmt(a, "item %.*s (%.*s)", FMT(to->no), FMT(to->id));
    if (!str_eq(from->no, to->no))
        say(c, TOUCHES_TEXT,
            str_fmt(a, "%.*s had the number %.*s", FMT(name), FMT(from->no)), a);
    if (!str_eq(from->text, to->text))
        say(c, TOUCHES_TEXT, str_fmt(a, "%.*s is worded otherwise", FMT(name)), a);
    compare_choices(c, from, to, a);
    if (from->reverse != to->reverse)
        say(c, TOUCHES_SCORES,
            str_fmt(a, "%.*s is %s reversed", FMT(name),
                    to->reverse ? "now" : "no longer"),
            a);
    else if (from->reverse && (from->lo != to->lo || from->hi != to->hi))
        say(c, TOUCHES_SCORES, str_fmt(a, "%.*s is reversed in another range", FMT(name)),
            a);
    if (from->optional != to->optional)
        say(c, TOUCHES_SCORES,
            str_fmt(a, "%.*s is %s optional", FMT(name),
                    to->optional ? "now" : "no longer"),
            a);
    if (!str_eq(from->only, to->only))
        say(c, TOUCHES_ANSWERS, str_fmt(a, "%.*s is asked elsewhere", FMT(name)), a);
    if (!str_eq(from->detail.ask, to->detail.ask) || from->detail.from != to->detail.from)
        say(c, TOUCHES_ANSWERS,
            str_fmt(a, "%.*s asks for another second answer", FMT(name)), a);
}

static bool same_parts(const struct instrument *fi, const struct scoredef *from,
                       const struct instrument *ti, const struct scoredef *to)
{
    if (from->n != to->n || from->of_scores != to->of_scores) return false;
    for (isize i = 0; i < from->n; i++) {
        struct str p = from->of_scores ? fi->scores.at[from->of[i]].id
                                       : fi->items.at[from->of[i]].id;
        struct str q =
            to->of_scores ? ti->scores.at[to->of[i]].id : ti->items.at[to->of[i]].id;
        if (!str_eq(p, q)) return false;
        double w = from->weight ? from->weight[i] : 1, v = to->weight ? to->weight[i] : 1;
        if (w != v) return false;
    }
    return true;
}

static bool same_bands(const struct scoredef *from, const struct scoredef *to)
{
    if (from->bands.n != to->bands.n || from->cutoffs.n != to->cutoffs.n ||
        from->reliable.n != to->reliable.n)
        return false;
    for (isize i = 0; i < from->bands.n; i++)
        if (from->bands.at[i].from != to->bands.at[i].from ||
            !str_eq(from->bands.at[i].name, to->bands.at[i].name))
            return false;
    for (isize i = 0; i < from->cutoffs.n; i++) {
        const struct cutoff *p = &from->cutoffs.at[i], *q = &to->cutoffs.at[i];
        if (p->at != q->at || p->at_least != q->at_least || !str_eq(p->means, q->means) ||
            !str_eq(p->who, q->who))
            return false;
    }
    for (isize i = 0; i < from->reliable.n; i++)
        if (from->reliable.at[i].change != to->reliable.at[i].change) return false;
    return true;
}

static void compare_scores(struct changes *c, const struct instrument *fi,
                           const struct scoredef *from, const struct instrument *ti,
                           const struct scoredef *to, struct arena *a)
{
    struct str name = str_fmt(a, "score %.*s", FMT(to->id));
    if (from->metric != to->metric)
        say(c, TOUCHES_SCORES,
            str_fmt(a, "%.*s was a %s and is a %s", FMT(name), metric_word[from->metric],
                    metric_word[to->metric]),
            a);
    if (!same_parts(fi, from, ti, to))
        say(c, TOUCHES_SCORES, str_fmt(a, "%.*s is made of other parts", FMT(name)), a);
    if (from->times != to->times || from->plus != to->plus ||
        !same(from->when_lo, to->when_lo) || !same(from->when_hi, to->when_hi))
        say(c, TOUCHES_SCORES, str_fmt(a, "%.*s is computed otherwise", FMT(name)), a);
    if (from->lo != to->lo || from->hi != to->hi)
        say(c, TOUCHES_SCORES,
            str_fmt(a, "%.*s ran from %g to %g and runs from %g to %g", FMT(name),
                    from->lo, from->hi, to->lo, to->hi),
            a);
    struct str was = score_rule(fi, from, a), is = score_rule(ti, to, a);
    if (!str_eq(was, is))
        say(c, TOUCHES_SCORES,
            str_fmt(a, "missing rule of %.*s: was \"%.*s\", is \"%.*s\"", FMT(name),
                    FMT(was), FMT(is)),
            a);
    if (from->direction != to->direction)
        say(c, TOUCHES_READING,
            str_fmt(a, "%.*s: was \"%s\", is \"%s\"", FMT(name),
                    direction_word[from->direction], direction_word[to->direction]),
            a);
    if (!same_bands(from, to))
        say(c, TOUCHES_READING,
            str_fmt(a, "bands, cut-offs or reliable change of %.*s differ", FMT(name)),
            a);
    if (!str_eq(from->title, to->title) || !str_eq(from->about, to->about))
        say(c, TOUCHES_TEXT, str_fmt(a, "%.*s is described otherwise", FMT(name)), a);
}

static isize item_by_id(const struct instrument *in, struct str id)
{
    isize i = instrument_item(in, id); /* may have found a number on paper */
    return i >= 0 && str_eq(in->items.at[i].id, id) ? i : -1;
}

static void compare_all_items(struct changes *c, const struct instrument *from,
                              const struct instrument *to, struct arena *a)
{
    isize last = -1;
    for (isize i = 0; i < from->items.n; i++) {
        const struct item *it = &from->items.at[i];
        isize k = item_by_id(to, it->id);
        if (k < 0)
            say(c, TOUCHES_ANSWERS,
                str_fmt(a, "item %.*s (%.*s) is gone", FMT(it->no), FMT(it->id)), a);
        else if (k < last)
            say(c, TOUCHES_ANSWERS,
                str_fmt(a,
                        "item %.*s (%.*s) moved: files that name items by position read "
                        "it as another",
                        FMT(it->no), FMT(it->id)),
                a);
        last = MAX(last, k);
        if (k >= 0) compare_items(c, it, &to->items.at[k], a);
    }
    for (isize i = 0; i < to->items.n; i++)
        if (item_by_id(from, to->items.at[i].id) < 0)
            say(c, TOUCHES_ANSWERS,
                str_fmt(a, "item %.*s (%.*s) is new: old records have no answer to it",
                        FMT(to->items.at[i].no), FMT(to->items.at[i].id)),
                a);
}

static bool same_alerts(const struct instrument *from, const struct instrument *to)
{
    if (from->alerts.n != to->alerts.n) return false;
    for (isize i = 0; i < from->alerts.n; i++) {
        const struct alert *p = &from->alerts.at[i], *q = &to->alerts.at[i];
        if (p->from != q->from || p->upto != q->upto || !str_eq(p->tell, q->tell) ||
            !str_eq(from->items.at[p->item].id, to->items.at[q->item].id))
            return false;
    }
    return true;
}

struct changes change_instruments(const struct instrument *from,
                                  const struct instrument *to, struct arena *a)
{
    struct changes c = {0};
    if (!str_eq(from->title, to->title) || !str_eq(from->about, to->about) ||
        !str_eq(from->period, to->period) || !str_eq(from->licence, to->licence) ||
        from->wording != to->wording)
        say(&c, TOUCHES_TEXT, S("title, description, period, licence or wording status"),
            a);
    if (from->rater != to->rater)
        say(&c, TOUCHES_ANSWERS,
            str_fmt(a, "rated by %s, now by %s", rater_word[from->rater],
                    rater_word[to->rater]),
            a);
    compare_all_items(&c, from, to, a);
    for (isize i = 0; i < from->scores.n; i++) {
        const struct scoredef *d = &from->scores.at[i];
        isize k = instrument_score(to, d->id);
        if (k < 0)
            say(&c, TOUCHES_SCORES, str_fmt(a, "score %.*s is gone", FMT(d->id)), a);
        else
            compare_scores(&c, from, d, to, &to->scores.at[k], a);
    }
    for (isize i = 0; i < to->scores.n; i++)
        if (instrument_score(from, to->scores.at[i].id) < 0)
            say(&c, TOUCHES_SCORES,
                str_fmt(a, "score %.*s is new", FMT(to->scores.at[i].id)), a);
    if (!same_alerts(from, to)) say(&c, TOUCHES_READING, S("alerts differ"), a);
    return c;
}

static bool is_text_key(struct str key)
{
    static const char *const word[] = {"title",   "about",   "note",
                                       "source",  "sources", "verified",
                                       "licence", "covers",  "text"};
    for (isize i = 0; i < COUNT(word); i++)
        if (str_is(key, word[i])) return true;
    return false;
}

/* A list's members are known by their id where they have one, else by position. */
static struct str member_name(const struct yaml *v, isize i, struct arena *a)
{
    const struct yaml *id = v->kind == YAML_MAP ? yaml_get(v, "id") : NULL;
    return id && id->kind == YAML_TEXT ? id->text : str_fmt(a, "%td", i + 1);
}

static const struct yaml *member(const struct yaml *in, struct str name, struct arena *a)
{
    isize i = 0;
    for (const struct yaml *v = in->kid; v; v = v->next, i++) {
        struct str own = in->kind == YAML_MAP ? v->key : member_name(v, i, a);
        if (str_eq(own, name)) return v;
    }
    return NULL;
}

static void compare_nodes(struct changes *c, struct str path, bool text,
                          const struct yaml *from, const struct yaml *to,
                          struct arena *a);

static void compare_kids(struct changes *c, struct str path, bool text,
                         const struct yaml *from, const struct yaml *to, struct arena *a)
{
    enum change_touch t = text ? TOUCHES_TEXT : TOUCHES_READING;
    isize i = 0;
    for (const struct yaml *v = from->kid; v; v = v->next, i++) {
        struct str name = from->kind == YAML_MAP ? v->key : member_name(v, i, a);
        struct str below =
            path.n ? str_fmt(a, "%.*s / %.*s", FMT(path), FMT(name)) : name;
        const struct yaml *w = member(to, name, a);
        bool own = text || (from->kind == YAML_MAP && is_text_key(name));
        if (!w)
            say(c, own ? TOUCHES_TEXT : t, str_fmt(a, "%.*s is gone", FMT(below)), a);
        else
            compare_nodes(c, below, own, v, w, a);
    }
    i = 0;
    for (const struct yaml *w = to->kid; w; w = w->next, i++) {
        struct str name = to->kind == YAML_MAP ? w->key : member_name(w, i, a);
        bool own = text || (to->kind == YAML_MAP && is_text_key(name));
        if (!member(from, name, a))
            say(c, own ? TOUCHES_TEXT : t,
                str_fmt(a, "%.*s%s%.*s is new", FMT(path), path.n ? " / " : "",
                        FMT(name)),
                a);
    }
}

static void compare_nodes(struct changes *c, struct str path, bool text,
                          const struct yaml *from, const struct yaml *to, struct arena *a)
{
    if (from->kind != to->kind || from->kind == YAML_TEXT) {
        bool equal = from->kind == to->kind && str_eq(from->text, to->text);
        if (!equal)
            say(c, text ? TOUCHES_TEXT : TOUCHES_READING,
                str_fmt(a, "%.*s differs", FMT(path)), a);
        return;
    }
    compare_kids(c, path, text, from, to, a);
}

struct changes change_documents(const struct yaml *from, const struct yaml *to,
                                struct arena *a)
{
    struct changes c = {0};
    bool wording = from->kind == YAML_MAP && yaml_get(from, "overlay");
    compare_nodes(&c, S(""), wording, from, to, a);
    return c;
}

int change_gravest(const struct changes *c)
{
    int worst = -1;
    for (isize i = 0; i < c->n; i++) worst = MAX(worst, (int)c->at[i].touches);
    return worst;
}
