/* The model language: any bytes are read or refused with a sentence, and what is read is
** a sound parameter table.  The first byte chooses the options. */
#include "fuzz.h"
#include "stats/sem_model.h"
#include <stdlib.h>

static void must(bool fine)
{
    if (!fine) abort();
}

static void check(const struct sem_model *m, struct arena tmp)
{
    must(m->n_ov >= 0 && m->n_var == m->n_ov + m->n_lv && m->n_par <= m->n_raw);
    bool *seen = NEW(&tmp, bool, m->n_raw + 1);
    for (isize i = 0; i < m->n_rows; i++) {
        const struct sem_row *q = &m->row[i];
        must(q->r >= 0 && q->r < m->n_var && q->c >= 0 && q->c < m->n_var);
        must(q->theta >= -1 && q->theta < m->n_raw);
        must(!(q->exo && q->theta >= 0));
        if (q->theta >= 0) seen[q->theta] = true;
    }
    for (isize i = 0; i < m->n_raw; i++) must(seen[i]);
    for (isize i = 0; i < m->n_defs; i++)
        for (isize k = 0; k < m->def[i].expr.n_names; k++)
            must(m->def[i].from[k] < m->n_rows && m->def[i].from[k] >= -i);
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    static struct arena a;
    if (!a.base) a = arena_reserve((isize)1 << 30);
    struct arena tmp = a;
    if (n == 0 || n > 4096) return 0;
    struct sem_options o = {.std_lv = at[0] & 1,
                            .meanstructure = at[0] & 2,
                            .orthogonal = at[0] & 4,
                            .random_x = at[0] & 8,
                            .growth = at[0] & 16,
                            .bare = at[0] & 32,
                            .uncorrelated = at[0] & 64};
    const struct str column[] = {S("x1"), S("x2"), S("x3"), S("x4"), S("y"), S("z")};
    struct sem_model m;
    struct err e = {0};
    struct str text = {(const char *)at + 1, (isize)n - 1};
    int code = sem_model_read(text, "model", &o, column, COUNT(column), &m, &tmp, &e);
    if (code == OK)
        check(&m, tmp);
    else
        must((code == E_FORMULA || code == E_TOO_BIG) && e.text[0] != 0);
    return 0;
}
