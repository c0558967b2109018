/* Laws: a table written and read again has the same shape and, but for the guard against
** formulas, the same cells; written once more it is the same bytes. */
#include "base/csv.h"
#include "fuzz.h"
#include <stdlib.h>

static struct str written(const struct csv *c, bool head, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    for (isize k = 0; head && k < c->n_cols; k++)
        csv_put(&b, c->head[k], k == c->n_cols - 1);
    for (isize i = 0; i < c->n * c->n_cols; i++)
        csv_put(&b, c->cell[i], i % c->n_cols == c->n_cols - 1);
    return buf_str(&b);
}

static bool guarded(struct str now, struct str was)
{
    return now.n == was.n + 1 && now.at[0] == '\'' && str_eq(str_from(now, 1), was);
}

static void check(struct str text, bool head)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    struct csv c, d;
    if (csv_read(text, "fuzz", head, &c, &a, &e) == OK) {
        struct str once = written(&c, head, &a);
        if (csv_read(once, "again", head, &d, &a, &e) != OK) abort();
        if (c.n != d.n || c.n_cols != d.n_cols) abort();
        for (isize i = 0; i < c.n * c.n_cols; i++)
            if (!str_eq(d.cell[i], c.cell[i]) && !guarded(d.cell[i], c.cell[i])) abort();
        if (!str_eq(once, written(&d, head, &a))) abort();
        for (isize i = 0; i < c.n; i++)
            for (isize k = 0; k < c.n_cols; k++) {
                double x;
                int rc = csv_num(&c, i, k, &x, &e);
                if (rc != OK && rc != E_CSV) abort();
            }
        isize col;
        if (csv_col(&c, "", &col, &e) != E_CSV) abort(); /* no column is without a name */
    } else if (!e.text[0]) {
        abort();
    }
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct str text = {(const char *)at, (isize)n};
    check(text, true);
    check(text, false);
    return 0;
}
