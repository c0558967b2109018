/* Formulas and expressions as anybody may type them.  Promises: no crash; a refusal is
** E_FORMULA with a sentence; what was read writes itself as a text that reads as the
** same; a design has finite columns of the promised size. */
#include "fuzz.h"
#include "stats/formula.h"
#include <stdlib.h>

enum { ROWS = 6 };

static struct frame table(struct arena *a)
{
    static const double x[ROWS] = {1, 2, 3, 4, 5, 7}, y[ROWS] = {2, 1, 2, 5, NAN, 4};
    static const struct str g[ROWS] = {{"a", 1}, {"b", 1}, {"a", 1},
                                       {"c", 1}, {"b", 1}, {NULL, 0}};
    struct frame f = frame_of(ROWS);
    frame_put_numbers(&f, S("x"), x, NULL, a);
    frame_put_numbers(&f, S("y"), y, NULL, a);
    frame_put_numbers(&f, S("z"), y, x, a);
    frame_put_texts(&f, S("g"), g, a);
    frame_put_texts(&f, S("h"), g, a);
    return f;
}

static void hold(bool fine)
{
    if (!fine) abort();
}

/* Reads what an expression writes: writing that again gives the same text. */
static void round_trip(struct str text, struct arena *a)
{
    struct expr *x, *again;
    struct err e = {0};
    if (expr_read(text, true, &x, a, &e) != OK) {
        hold(e.code == E_FORMULA || e.code == E_NUMBER);
        hold(e.text[0] != 0);
        return;
    }
    struct str once = expr_text(x, a);
    if (once.n > EXPR_TEXT) return; /* blanks may make it too long */
    hold(expr_read(once, true, &again, a, &e) == OK);
    hold(str_eq(expr_text(again, a), once));
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    static struct arena all;
    if (!all.base) all = arena_reserve((isize)1 << 33);
    struct arena a = all;
    struct str text = str_dup((struct str){(const char *)at, (isize)n}, &a);
    struct frame f = table(&a);
    struct formula m;
    struct design d;
    struct err e = {0};
    if (n > 400) return 0; /* the time of a large power of terms is not the point */
    round_trip(text, &a);
    int code = formula_read(text, &f, &m, &a, &e);
    hold(code == OK || e.text[0] != 0);
    if (code != OK) return 0;
    code = design_of(&m, &f, NULL, 0, &d, &a, &e);
    hold(code == OK || e.text[0] != 0);
    if (code != OK) return 0;
    hold(d.n > 0 && d.n <= ROWS && d.p > 0 && d.p <= DESIGN_COLUMNS);
    for (isize i = 0; i < d.n * d.p; i++) hold(isfinite(d.x[i]));
    return 0;
}
