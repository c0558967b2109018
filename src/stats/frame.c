#include "stats/frame.h"
#include <math.h>
#include <string.h>

struct frame frame_of(isize n)
{
    return (struct frame){.n = n};
}

void frame_put_numbers(struct frame *f, struct str name, const double *x,
                       const double *lo, struct arena *a)
{
    struct frame_col *c = PUSH(a, &f->cols);
    *c = (struct frame_col){str_dup(name, a), FRAME_NUMBER, .x = x, .lo = lo};
}

/* Merge sort of places by their text: stable, n log n whatever the data. */
static void sort_places(isize *at, isize *room, isize n, const struct str *cell)
{
    if (n < 2) return;
    isize half = n / 2, i = 0, j = half, k = 0;
    sort_places(at, room, half, cell);
    sort_places(at + half, room, n - half, cell);
    while (i < half && j < n)
        room[k++] = str_cmp(cell[at[j]], cell[at[i]]) < 0 ? at[j++] : at[i++];
    while (i < half) room[k++] = at[i++];
    memcpy(at, room, (size_t)k * sizeof *at);
}

void frame_put_texts(struct frame *f, struct str name, const struct str *cell,
                     struct arena *a)
{
    isize n = f->n, m = 0, n_levels = 0;
    struct frame_col *c = PUSH(a, &f->cols);
    c->name = str_dup(name, a);
    i32 *code = NEW(a, i32, n);
    struct str *level = NEW(a, struct str, n);
    struct arena tmp = *a;
    isize *at = NEW(&tmp, isize, n), *room = NEW(&tmp, isize, n);
    for (isize i = 0; i < n; i++) {
        code[i] = -1;
        if (cell[i].n > 0) at[m++] = i;
    }
    sort_places(at, room, m, cell);
    for (isize k = 0; k < m; k++) {
        if (n_levels == 0 || !str_eq(level[n_levels - 1], cell[at[k]]))
            level[n_levels++] = cell[at[k]];
        code[at[k]] = (i32)(n_levels - 1);
    }
    *c = (struct frame_col){c->name, FRAME_FACTOR, .code = code, .level = level,
                            .n_levels = n_levels};
}

isize frame_find(const struct frame *f, struct str name)
{
    for (isize j = 0; j < f->cols.n; j++)
        if (str_eq(f->cols.at[j].name, name)) return j;
    return -1;
}

int frame_get(const struct frame *f, struct str name, isize *col, struct err *e)
{
    enum { COMPARED = 2000 };
    struct str known[COMPARED];
    char list[300];
    const char *file = f->file ? f->file : "", *colon = f->file ? ": " : "";
    *col = frame_find(f, name);
    if (*col >= 0) return OK;
    isize n = MIN(f->cols.n, COMPARED);
    for (isize j = 0; j < n; j++) known[j] = f->cols.at[j].name;
    struct str near = str_near(name, known, n);
    struct str all = str_listing(known, n, f->cols.n, list, sizeof list);
    if (near.n > 0)
        return err_set(e, E_NOT_FOUND,
                       "%s%sthere is no column '%.*s'; did you mean '%.*s'? There are: "
                       "%.*s",
                       file, colon, FMT(str_brief(name, 60)), FMT(near), FMT(all));
    return err_set(e, E_NOT_FOUND, "%s%sthere is no column '%.*s'; there are: %.*s", file,
                   colon, FMT(str_brief(name, 60)), FMT(all));
}

int frame_numbers(const struct frame *f, struct str name, const double **x, struct err *e)
{
    isize j;
    TRY(frame_get(f, name, &j, e));
    const struct frame_col *c = &f->cols.at[j];
    *x = c->x;
    if (c->kind == FRAME_NUMBER) return OK;
    if (f->file && c->text_line > 0)
        return err_set(e, E_NUMBER,
                       "%s, line %d, column %.*s: a text where numbers are needed; a "
                       "missing value is an empty cell or NA",
                       f->file, c->text_line, FMT(str_brief(name, 60)));
    return err_set(e, E_NUMBER, "column '%.*s' holds text where numbers are needed",
                   FMT(str_brief(name, 60)));
}

bool frame_missing(const struct frame_col *c, isize row)
{
    return c->kind == FRAME_NUMBER ? isnan(c->x[row]) : c->code[row] < 0;
}

isize *frame_complete(const struct frame *f, const isize *col, isize n_cols,
                      isize *n_rows, struct arena *a)
{
    isize *row = NEW(a, isize, f->n), m = 0;
    for (isize i = 0; i < f->n; i++) {
        bool whole = true;
        for (isize k = 0; k < (col ? n_cols : f->cols.n) && whole; k++)
            whole = !frame_missing(&f->cols.at[col ? col[k] : k], i);
        if (whole) row[m++] = i;
    }
    *n_rows = m;
    return row;
}

/* Merge sort of places by their number. */
static void sort_by_number(isize *at, isize *room, isize n, const double *x)
{
    if (n < 2) return;
    isize half = n / 2, i = 0, j = half, k = 0;
    sort_by_number(at, room, half, x);
    sort_by_number(at + half, room, n - half, x);
    while (i < half && j < n) room[k++] = x[at[j]] < x[at[i]] ? at[j++] : at[i++];
    while (i < half) room[k++] = at[i++];
    memcpy(at, room, (size_t)k * sizeof *at);
}

void frame_groups(const struct frame *f, isize col, const i32 **code, isize *n_groups,
                  struct arena *a)
{
    const struct frame_col *c = &f->cols.at[col];
    *code = c->code;
    *n_groups = c->n_levels;
    if (c->kind == FRAME_FACTOR) return;
    i32 *group = NEW(a, i32, f->n), last = -1;
    struct arena tmp = *a;
    isize *at = NEW(&tmp, isize, f->n), *room = NEW(&tmp, isize, f->n), m = 0;
    for (isize i = 0; i < f->n; i++) {
        group[i] = -1;
        if (!isnan(c->x[i])) at[m++] = i;
    }
    sort_by_number(at, room, m, c->x);
    for (isize k = 0; k < m; k++) {
        if (k == 0 || c->x[at[k]] != c->x[at[k - 1]]) last++;
        group[at[k]] = last;
    }
    *code = group;
    *n_groups = last + 1;
}

static const double *picked(const double *x, const isize *row, isize n, struct arena *a)
{
    if (!x) return NULL;
    double *y = NEW_RAW(a, double, n);
    for (isize i = 0; i < n; i++) y[i] = x[row[i]];
    return y;
}

struct frame frame_rows(const struct frame *f, const isize *row, isize n, struct arena *a)
{
    struct frame g = frame_of(n);
    g.file = f->file;
    for (isize j = 0; j < f->cols.n; j++) {
        struct frame_col *to = PUSH(a, &g.cols);
        *to = f->cols.at[j];
        to->x = picked(to->x, row, n, a);
        to->lo = picked(to->lo, row, n, a);
        if (to->kind == FRAME_NUMBER) continue;
        i32 *code = NEW_RAW(a, i32, n);
        for (isize i = 0; i < n; i++) code[i] = to->code[row[i]];
        to->code = code;
    }
    return g;
}

struct frame frame_drop_levels(const struct frame *f, struct arena *a)
{
    struct frame g = frame_of(f->n);
    g.file = f->file;
    for (isize j = 0; j < f->cols.n; j++) {
        const struct frame_col *from = &f->cols.at[j];
        struct frame_col *to = PUSH(a, &g.cols);
        *to = *from;
        if (from->kind == FRAME_NUMBER) continue;
        i32 *code = NEW(a, i32, f->n);
        i32 *place = NEW(a, i32, from->n_levels);
        struct str *level = NEW(a, struct str, from->n_levels);
        for (isize i = 0; i < f->n; i++)
            if (from->code[i] >= 0) place[from->code[i]] = 1;
        i32 kept = 0;
        for (isize k = 0; k < from->n_levels; k++)
            if (place[k]) {
                level[kept] = from->level[k];
                place[k] = kept++;
            }
        for (isize i = 0; i < f->n; i++)
            code[i] = from->code[i] < 0 ? -1 : place[from->code[i]];
        to->code = code;
        to->level = level;
        to->n_levels = kept;
    }
    return g;
}
