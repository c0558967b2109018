/* A definition as bytes, read as an instrument, a programme, a strategy and an overlay.
** What reads as an instrument must score: any answers that pass its own check give a
** score within the range that it says, or none; the counts agree; worked cases may fail
** but not fall over; it does not differ from itself. */
#include "fuzz.h"
#include "study/answer.h"
#include "study/change.h"
#include "study/overlay.h"
#include "study/programme.h"
#include "study/score.h"
#include "study/worked.h"
#include <math.h>
#include <stdlib.h>

static void promise(bool kept)
{
    if (!kept) abort();
}

static u32 next(u64 *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (u32)(*state >> 33);
}

static void answer_by(const struct item *it, u64 *state, struct answer *x)
{
    struct err e = {0};
    u32 r = next(state), kind = next(state) % 8;
    double v = it->lo + (double)(r % 11) / 10 * (it->hi - it->lo);
    if (it->kind == ITEM_WHOLE) v = floor(v);
    if (it->kind == ITEM_CHOICE) v = it->choices.at[r % (u32)it->choices.n].value;
    *x = (struct answer){ANSWER_GIVEN, v, {0}};
    if (kind == 0) *x = (struct answer){0};
    if (kind == 1) *x = (struct answer){.state = ANSWER_NOT_APPLICABLE};
    if (answer_item_check(it, x, &e) != OK) *x = (struct answer){0};
}

static void score_some(const struct instrument *in, u64 state, struct arena *a)
{
    struct answer *x = NEW(a, struct answer, in->items.n);
    struct score *s = NEW(a, struct score, in->scores.n);
    struct err e = {0};
    for (int round = 0; round < 8; round++) {
        for (isize i = 0; i < in->items.n; i++)
            answer_by(&in->items.at[i], &state, &x[i]);
        promise(answer_check(in, x, &e) == OK);
        score_all(in, x, s);
        for (isize k = 0; k < in->scores.n; k++) {
            const struct scoredef *d = &in->scores.at[k];
            double slack = 1e-9 * (1 + fabs(s[k].lo) + fabs(s[k].hi) + fabs(d->plus));
            promise(s[k].n_answered <= s[k].n_items && s[k].n_items <= (int)d->n_leaf);
            if (isnan(s[k].value)) continue;
            promise(s[k].value >= s[k].lo - slack && s[k].value <= s[k].hi + slack);
            promise(d->bands.n == 0 || (s[k].band >= 0 && s[k].band < (int)d->bands.n));
            promise(score_one(in, k, x).value == s[k].value);
        }
        (void)answer_remarks(in, x, a);
    }
}

static void try_all(struct yaml *doc, isize n, struct arena *a)
{
    struct instrument *in = NULL;
    struct overlay *o = NULL;
    struct programme *p = NULL;
    struct strategy *s = NULL;
    struct err e = {0};
    (void)!programme_read(doc, &p, a, &e);
    (void)!programme_strategy(doc, &s, a, &e);
    bool overlaid = overlay_read(doc, &o, a, &e) == OK;
    if (instrument_read(doc, &in, a, &e) != OK) {
        promise(e.text[0] && e.code == E_DEFINITION);
        return;
    }
    promise(!overlaid);
    promise(change_instruments(in, in, a).n == 0);
    promise(change_documents(doc, doc, a).n == 0);
    for (isize i = 0; i < in->cases.n; i++) (void)!worked_run(in, &in->cases.at[i], &e);
    for (isize i = 0; i < in->scores.n; i++) (void)score_rule(in, &in->scores.at[i], a);
    score_some(in, (u64)n * 2654435761u, a);
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct str text = {(const char *)at, (isize)n};
    struct yaml *doc = NULL;
    struct err e = {0};
    if (n <= 20000 && yaml_read(text, "fuzz.yaml", &doc, &a, &e) == OK)
        try_all(doc, (isize)n, &a);
    arena_release(&a);
    return 0;
}
