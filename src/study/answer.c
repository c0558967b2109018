#include "study/answer.h"
#include "base/num.h"
#include <math.h>
#include <stdio.h>

/* "1 to 5" when the choices are consecutive, else "0, 2 or 4". */
static int put_choices(const struct choices *c, char *out, size_t room)
{
    double first = c->at[0].value;
    bool run = c->n > 2;
    for (isize i = 0; i < c->n; i++) run &= c->at[i].value == first + (double)i;
    if (run) return snprintf(out, room, "%g to %g", first, c->at[c->n - 1].value);
    int n = 0;
    for (isize i = 0; i < c->n && n < (int)room; i++)
        n += snprintf(out + n, room - (size_t)n, "%s%g",
                      i == 0          ? ""
                      : i == c->n - 1 ? " or "
                                      : ", ",
                      c->at[i].value);
    return MIN(n, (int)room - 1);
}

struct allowed {
    char text[400];
};

static struct allowed allowed_of(const struct item *it)
{
    struct allowed a;
    int n = 0, room = (int)sizeof a.text;
    switch (it->kind) {
    case ITEM_CHOICE: n = put_choices(&it->choices, a.text, sizeof a.text); break;
    case ITEM_WHOLE:
        n = snprintf(a.text, sizeof a.text, "a whole number from %g to %g", it->lo,
                     it->hi);
        break;
    case ITEM_NUMBER:
        n = snprintf(a.text, sizeof a.text, "a number from %g to %g", it->lo, it->hi);
        break;
    }
    for (isize i = 0; i < it->no_answer.n && n < room; i++)
        n += snprintf(a.text + n, (size_t)(room - n), ", %g for %s",
                      it->no_answer.at[i].code,
                      answer_state_word[it->no_answer.at[i].state]);
    if (it->not_applicable.n && n < room)
        snprintf(a.text + n, (size_t)(room - n), ", 'not applicable'");
    return a;
}

struct str answer_allowed(const struct item *it, struct arena *a)
{
    return str_dup(str_of(allowed_of(it).text), a);
}

static int refuse(const struct item *it, struct err *e)
{
    return err_set(e, E_ANSWER, "item %.*s (%.*s) allows %s, or nothing", FMT(it->no),
                   FMT(it->id), allowed_of(it).text);
}

static bool value_ok(const struct item *it, double x)
{
    if (!(x >= it->lo && x <= it->hi)) return false;
    if (it->kind == ITEM_NUMBER) return true;
    if (it->kind == ITEM_WHOLE) return x == floor(x);
    for (isize i = 0; i < it->choices.n; i++)
        if (it->choices.at[i].value == x) return true;
    return false;
}

int answer_of(const struct item *it, double x, struct answer *out, struct err *e)
{
    *out = (struct answer){0};
    if (isnan(x)) return OK;
    for (isize i = 0; i < it->no_answer.n; i++)
        if (it->no_answer.at[i].code == x) {
            out->state = it->no_answer.at[i].state;
            return OK;
        }
    if (!value_ok(it, x)) return refuse(it, e);
    *out = (struct answer){.state = ANSWER_GIVEN, .value = x};
    return OK;
}

int answer_read(const struct item *it, struct str cell, struct answer *out, struct err *e)
{
    double x = NAN;
    cell = str_trim(cell);
    *out = (struct answer){0};
    if (cell.n == 0 || str_is(cell, "NA")) return OK;
    for (int s = ANSWER_NOT_APPLICABLE; s < ANSWER_STATES; s++)
        if (str_is(cell, answer_state_word[s])) {
            out->state = (enum answer_state)s;
            return answer_item_check(it, out, e);
        }
    if (num_read(cell, &x, NULL) != OK && num_read_comma(cell, &x, NULL) != OK)
        return refuse(it, e);
    return answer_of(it, x, out, e);
}

int answer_item_check(const struct item *it, const struct answer *x, struct err *e)
{
    if (x->state == ANSWER_GIVEN && !value_ok(it, x->value)) return refuse(it, e);
    bool may_skip = it->not_applicable.n || it->optional || it->only.n;
    if (x->state == ANSWER_NOT_APPLICABLE && !may_skip)
        return err_set(e, E_ANSWER,
                       "item %.*s (%.*s) always applies: it allows %s, or nothing",
                       FMT(it->no), FMT(it->id), allowed_of(it).text);
    return OK;
}

int answer_check(const struct instrument *in, const struct answer *answer, struct err *e)
{
    for (isize i = 0; i < in->items.n; i++)
        TRY(answer_item_check(&in->items.at[i], &answer[i], e));
    return OK;
}

static bool detail_fits(const struct detail *d, struct str given)
{
    if (given.n == 0) return false;
    if (d->one_of.n == 0) return true;
    for (isize i = 0; i < d->one_of.n; i++)
        if (str_eq(d->one_of.at[i], given)) return true;
    return false;
}

struct remarks answer_remarks(const struct instrument *in, const struct answer *answer,
                              struct arena *a)
{
    struct remarks out = {0};
    for (isize i = 0; i < in->items.n; i++) {
        const struct item *it = &in->items.at[i];
        if (answer[i].state != ANSWER_GIVEN) continue;
        double x = answer[i].value;
        for (isize k = 0; k < in->alerts.n; k++) {
            const struct alert *al = &in->alerts.at[k];
            if (al->item == (int)i && x >= al->from && x <= al->upto)
                *PUSH(a, &out) = (struct remark){REMARK_ALERT, (int)i, al};
        }
        if (it->detail.ask.n && x >= it->detail.from &&
            !detail_fits(&it->detail, answer[i].detail))
            *PUSH(a, &out) = (struct remark){REMARK_DETAIL_WANTED, (int)i, NULL};
    }
    return out;
}

void answer_given_in(const struct instrument *in, struct str where, struct answer *answer)
{
    for (isize i = 0; i < in->items.n; i++) {
        const struct item *it = &in->items.at[i];
        bool elsewhere = it->only.n && !str_eq(it->only, where);
        if (elsewhere && answer[i].state == ANSWER_MISSING)
            answer[i].state = ANSWER_NOT_APPLICABLE;
    }
}

int answer_rate(const struct item *it, double count, double among, double base,
                struct answer *out, bool *estimated, struct err *e)
{
    const struct rate *r = &it->rate;
    *out = (struct answer){0};
    if (r->steps.n == 0)
        return err_set(e, E_DOMAIN, "item %.*s (%.*s) is not counted", FMT(it->no),
                       FMT(it->id));
    *estimated = isnan(among);
    if (*estimated && r->times > 0) among = base * r->times;
    if (!(count >= 0) || !(among > 0))
        return err_set(e, E_DOMAIN,
                       "item %.*s needs the number of %.*s and of %.*s%s%.*s",
                       FMT(it->no), FMT(r->count), FMT(r->among),
                       r->estimate_from.n ? ", or of " : "", FMT(r->estimate_from));
    double share = fmin(count / among, 1);
    isize i = 0;
    while (i < r->steps.n - 1 && share > r->steps.at[i].upto) i++;
    *out = (struct answer){.state = ANSWER_GIVEN, .value = r->steps.at[i].value};
    return OK;
}
