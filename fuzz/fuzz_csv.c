/* Laws: a table written and read again has the same shape and, without the guard against
** formulas, the same cells; written once more it is the same bytes; read in pieces it is the
** same table, and refused when it is refused whole. */
#include "base/csv.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

static struct str written(const struct csv *c, bool head, bool again, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    for (isize k = 0; head && k < c->n_cols; k++)
        csv_put(&b, again ? csv_plain(c->head[k]) : c->head[k], k == c->n_cols - 1);
    for (isize i = 0; i < c->n * c->n_cols; i++)
        csv_put(&b, again ? csv_plain(c->cell[i]) : c->cell[i],
                i % c->n_cols == c->n_cols - 1);
    return buf_str(&b);
}

struct source {
    struct str rest;
    isize step;
};

static int more(void *arg, char *room, isize cap, isize *n, struct err *e)
{
    struct source *s = arg;
    *n = MIN(MIN(s->step, cap), s->rest.n);
    if (*n) memcpy(room, s->rest.at, (size_t)*n);
    s->rest = str_from(s->rest, *n);
    return OK;
}

/* rc, c: how the whole table was read. */
static void in_pieces(struct str text, int rc, const struct csv *c, isize step,
                      isize block, struct arena a)
{
    struct source s = {text, step};
    struct csv_feed f;
    struct csv t = {0};
    struct err e = {0};
    isize n = 0;
    int got = csv_feed_open(&f, more, &s, "fuzz", block, &a, &e);
    while (got == OK) {
        got = csv_feed_next(&f, &t, &a, &e);
        if (got != OK || t.n == 0) break;
        for (isize i = 0; i < t.n && rc == OK; i++, n++) {
            if (n >= c->n || t.n_cols != c->n_cols || t.line[i] != c->line[n]) abort();
            for (isize k = 0; k < t.n_cols; k++)
                if (!str_eq(csv_cell(&t, i, k), csv_cell(c, n, k))) abort();
        }
    }
    if ((got == OK) != (rc == OK) || (rc == OK && n != c->n)) abort();
    if (got != OK && !e.text[0]) abort();
}

static void check(struct str text, bool head)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    struct csv c, d;
    int rc = csv_read(text, "fuzz", head, &c, &a, &e);
    if (head && text.n < 2000) {
        in_pieces(text, rc, &c, 1 + text.n % 7, 1 + text.n % 50, a);
        in_pieces(text, rc, &c, 1 << 16, 1 << 16, a);
    }
    if (rc == OK) {
        struct str once = written(&c, head, false, &a);
        if (csv_read(once, "again", head, &d, &a, &e) != OK) abort();
        if (c.n != d.n || c.n_cols != d.n_cols) abort();
        for (isize i = 0; i < c.n * c.n_cols; i++)
            if (!str_eq(csv_plain(d.cell[i]), c.cell[i])) abort();
        if (!str_eq(once, written(&d, head, true, &a))) abort();
        for (isize i = 0; i < c.n; i++)
            for (isize k = 0; k < c.n_cols; k++) {
                double x;
                int num = csv_num(&c, i, k, &x, &e);
                if (num != OK && num != E_CSV) abort();
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
