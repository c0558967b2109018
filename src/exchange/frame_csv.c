#include "exchange/frame_csv.h"
#include "stats/dd.h"

static bool missing(struct str cell)
{
    return cell.n == 0 || str_is(cell, "NA");
}

static bool number(struct str cell, bool comma, struct dd *x)
{
    return dd_read(cell, false, x, NULL) == OK ||
           (comma && dd_read(cell, true, x, NULL) == OK);
}

struct frame frame_csv(const struct csv *c, struct arena *a)
{
    struct frame f = frame_of(c->n);
    f.file = c->file;
    for (isize j = 0; j < c->n_cols; j++) {
        double *x = NEW(a, double, c->n), *lo = NEW(a, double, c->n);
        bool numbers = true, exact = true;
        int text_line = 0;
        for (isize i = 0; i < c->n && numbers; i++) {
            struct str cell = str_trim(c->cell[i * c->n_cols + j]);
            struct dd v = {NAN, 0};
            if (!missing(cell)) numbers = number(cell, c->sep == ';', &v);
            if (!numbers) text_line = c->line[i];
            x[i] = v.hi;
            lo[i] = v.lo;
            exact = exact && v.lo == 0;
        }
        if (numbers) {
            frame_put_numbers(&f, c->head[j], x, exact ? NULL : lo, a);
            continue;
        }
        struct str *cell = NEW(a, struct str, c->n);
        for (isize i = 0; i < c->n; i++) {
            struct str s = str_trim(c->cell[i * c->n_cols + j]);
            if (!missing(s)) cell[i] = s;
        }
        frame_put_texts(&f, c->head[j], cell, a);
        f.cols.at[f.cols.n - 1].text_line = text_line;
    }
    return f;
}
