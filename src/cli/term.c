/* Tables on a terminal. */
#include "base/num.h"
#include "cli/cli.h"
#include <math.h>

struct cli_table cli_table(struct cli *c, isize n_cols)
{
    return (struct cli_table){.c = c, .n_cols = n_cols};
}

struct cli_table cli_headed(struct cli *c, const char *const *head, isize n_cols)
{
    struct cli_table t = cli_table(c, n_cols);
    for (isize i = 0; i < n_cols; i++) cli_cell(&t, str_of(head[i]));
    return t;
}

void cli_put(struct cli *c, const struct buf *b)
{
    fwrite(b->at, 1, (size_t)b->n, c->out);
    fputc('\n', c->out);
}

void cli_cell(struct cli_table *t, struct str s)
{
    *PUSH(t->c->a, t) = s;
}

void cli_cell_num(struct cli_table *t, double x, int places)
{
    cli_cell(t, isnan(x) ? S("-") : num_fixed(x, places, t->c->a));
}

void cli_cell_p(struct cli_table *t, double p)
{
    cli_cell(t, isnan(p) ? S("-") : p < 0.001 ? S("< 0.001") : num_fixed(p, 3, t->c->a));
}

/* Columns on the screen, not bytes: continuation bytes of UTF-8 take none. */
static isize columns(struct str s)
{
    isize n = 0;
    for (isize i = 0; i < s.n; i++) n += ((u8)s.at[i] & 0xC0) != 0x80;
    return n;
}

/* "1.23", "-4", "< 0.001", "-": set to the right. */
static bool numeric(struct str s)
{
    for (isize i = 0; i < s.n; i++)
        if (!(s.at[i] >= '0' && s.at[i] <= '9') && str_find(S("+-.,<>= e%"), s.at[i]) < 0)
            return false;
    return s.n > 0;
}

void cli_print(struct cli_table *t)
{
    isize rows = t->n / t->n_cols;
    isize *width = NEW(t->c->a, isize, t->n_cols);
    bool *right = NEW(t->c->a, bool, t->n_cols);
    for (isize k = 0; k < t->n_cols; k++) {
        right[k] = rows > 1;
        for (isize i = 0; i < rows; i++) {
            struct str s = t->at[i * t->n_cols + k];
            width[k] = MAX(width[k], columns(s));
            if (i > 0 && s.n > 0 && !numeric(s)) right[k] = false;
        }
    }
    for (isize i = 0; i < rows; i++) {
        for (isize k = 0; k < t->n_cols; k++) {
            struct str s = t->at[i * t->n_cols + k];
            isize pad = width[k] - columns(s);
            if (right[k]) fprintf(t->c->out, "%*s", (int)pad, "");
            fprintf(t->c->out, "%.*s", FMT(s));
            if (k + 1 < t->n_cols)
                fprintf(t->c->out, "%*s", (int)(right[k] ? 2 : pad + 2), "");
        }
        fputc('\n', t->c->out);
    }
}
