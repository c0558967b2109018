#include "exchange/records_csv.h"
#include "base/file.h"
#include "base/num.h"
#include "study/answer.h"

#include <math.h>
#include <stdlib.h>

/* What a column of a file holds. */
struct slot {
    struct str name;
    enum { SLOT_KEY, SLOT_ORDER, SLOT_COLUMN, SLOT_ITEM } kind;
    isize at;   /* column of the table, or set of answers */
    isize item; /* of SLOT_ITEM */
    isize csv;  /* where it stands in the file */
};

struct slots LIST(struct slot);

/* One file of a table while it is read. */
struct csv_table {
    const struct study *s;
    const struct study_table *t;
    isize table;
    struct records *r;
    struct csv csv;
    struct slots slots;
    isize key, order; /* slots */
    struct arena *a;
    struct err *e;
};

static const struct slot *slot_named(const struct slots *l, struct str name)
{
    for (isize i = 0; i < l->n; i++)
        if (str_eq(l->at[i].name, name)) return &l->at[i];
    return NULL;
}

/* --- which columns a file has ------------------------------------------------------- */

static void add_slot(struct csv_table *f, struct slot s)
{
    *PUSH(f->a, &f->slots) = s;
}

/* The answers are found through records_rows' order of sets; see set_of. */
static isize set_of(const struct csv_table *f, isize measure, isize time)
{
    isize at = 0;
    for (isize m = 0; m < f->s->measures.n; m++) {
        const struct study_measure *q = &f->s->measures.at[m];
        if (q->table != f->table) continue;
        for (isize k = 0; k < MAX(q->at.n, 1); k++, at++)
            if (m == measure && (q->at.n == 0 || q->at.at[k] == time)) return at;
    }
    return -1;
}

static int plan_slots(struct csv_table *f, struct str file)
{
    const struct study *s = f->s;
    const struct study_table *t = f->t;
    f->slots = (struct slots){0};
    f->key = 0;
    f->order = -1;
    add_slot(f, (struct slot){.name = t->key.at[0], .kind = SLOT_KEY});
    if (t->key.n == 2) {
        f->order = 1;
        add_slot(f, (struct slot){.name = t->key.at[1], .kind = SLOT_ORDER});
    }
    for (isize c = 0; c < t->columns.n; c++) {
        const struct study_column *col = &t->columns.at[c];
        /* A key that is also a variable is filled from the key. */
        if (str_eq(col->file, file) && !slot_named(&f->slots, col->id))
            add_slot(f, (struct slot){.name = col->id, .kind = SLOT_COLUMN, .at = c});
    }
    for (isize m = 0; m < s->measures.n; m++) {
        const struct study_measure *q = &s->measures.at[m];
        if (q->table != f->table || !str_eq(q->file, file)) continue;
        for (isize k = 0; k < MAX(q->at.n, 1); k++) {
            isize time = q->at.n > 0 ? q->at.at[k] : -1;
            for (isize i = 0; i < f->r->in[m]->items.n; i++) {
                struct str name = study_item_column(s, q, time, i, f->a);
                if (slot_named(&f->slots, name))
                    return yaml_refuse(q->node, f->e,
                                       "two columns of %.*s would be called '%.*s'",
                                       FMT(file), FMT(name));
                add_slot(f, (struct slot){.name = name,
                                          .kind = SLOT_ITEM,
                                          .at = set_of(f, m, time),
                                          .item = i});
            }
        }
    }
    return OK;
}

/* Finds the planned columns in the file; nothing else may stand there. */
static int match_columns(struct csv_table *f)
{
    struct arena tmp = *f->a;
    struct str *known = NEW(&tmp, struct str, f->slots.n);
    for (isize i = 0; i < f->slots.n; i++) {
        known[i] = f->slots.at[i].name;
        f->slots.at[i].csv = -1;
    }
    for (isize c = 0; c < f->csv.n_cols; c++) {
        isize i = 0;
        while (i < f->slots.n && !str_eq(known[i], f->csv.head[c])) i++;
        if (i < f->slots.n) {
            f->slots.at[i].csv = c;
            continue;
        }
        struct str near = str_near(f->csv.head[c], known, f->slots.n);
        if (near.n > 0)
            return err_set(f->e, E_CSV,
                           "%s, line 1: column '%.*s' is not expected here; did you mean "
                           "'%.*s'? Rename or remove it",
                           f->csv.file, FMT(str_brief(f->csv.head[c], 60)), FMT(near));
        return err_set(
            f->e, E_CSV,
            "%s, line 1: column '%.*s' is not expected here; remove it, or add "
            "it to study.yaml",
            f->csv.file, FMT(str_brief(f->csv.head[c], 60)));
    }
    for (isize i = 0; i < f->slots.n; i++)
        if (f->slots.at[i].csv < 0)
            return err_set(
                f->e, E_CSV,
                "%s, line 1: column '%.*s' is missing; add it, with empty cells "
                "where nothing is known",
                f->csv.file, FMT(known[i]));
    return OK;
}

/* --- keys --------------------------------------------------------------------------- */

struct keyed {
    struct str key;
    double order;
    isize row;
};

static int by_key(const void *pa, const void *pb)
{
    const struct keyed *p = pa, *q = pb;
    int c = str_cmp(p->key, q->key);
    if (c == 0) c = (p->order > q->order) - (p->order < q->order);
    return c ? c : (p->row > q->row) - (p->row < q->row);
}

static const struct keyed *find_key(const struct keyed *at, isize n, struct str key,
                                    double order)
{
    isize lo = 0, hi = n;
    while (lo < hi) {
        isize mid = lo + (hi - lo) / 2;
        int c = str_cmp(at[mid].key, key);
        if (c == 0) c = (at[mid].order > order) - (at[mid].order < order);
        if (c == 0) return &at[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static int read_order(const struct csv_table *f, isize row, double *out)
{
    *out = 0;
    if (f->order < 0) return OK;
    isize c = f->slots.at[f->order].csv;
    TRY(csv_num(&f->csv, row, c, out, f->e));
    if (isnan(*out))
        return csv_refuse(&f->csv, row, c, E_RECORD, f->e,
                          "the number that tells the rows apart is missing");
    return OK;
}

/* The file's keys, sorted; twice the same is refused with both lines. */
static int read_keys(const struct csv_table *f, struct keyed **out)
{
    struct keyed *k = NEW(f->a, struct keyed, f->csv.n);
    isize c = f->slots.at[f->key].csv;
    for (isize i = 0; i < f->csv.n; i++) {
        k[i] = (struct keyed){.key = str_trim(csv_cell(&f->csv, i, c)), .row = i};
        if (k[i].key.n == 0)
            return csv_refuse(&f->csv, i, c, E_RECORD, f->e,
                              "the row has no id; give it one or remove the row");
        TRY(read_order(f, i, &k[i].order));
    }
    qsort(k, (size_t)f->csv.n, sizeof *k, by_key);
    for (isize i = 1; i < f->csv.n; i++) {
        const struct keyed *p = &k[i - 1], *q = &k[i];
        if (!str_eq(p->key, q->key) || p->order != q->order) continue;
        struct str id = str_brief(q->key, 40);
        if (f->order >= 0)
            id = str_fmt(f->a, "%.*s, %.*s %g", FMT(id), FMT(f->slots.at[f->order].name),
                         q->order);
        return csv_refuse(
            &f->csv, q->row, c, E_RECORD, f->e,
            "'%.*s' stands in line %d already; every row needs an id of its "
            "own",
            FMT(id), f->csv.line[p->row]);
    }
    *out = k;
    return OK;
}

/* --- cells -------------------------------------------------------------------------- */

/* What a cell may hold: ids of sites, or codes. */
static struct str code_list(const struct study_column *c, const struct study *s,
                            struct arena *a)
{
    enum { ROOM = 300 };
    isize n = c->type == COLUMN_SITE ? s->sites.n : c->codes.n;
    struct str *id = NEW(a, struct str, n);
    for (isize i = 0; i < n; i++)
        id[i] = c->type == COLUMN_SITE ? s->sites.at[i] : c->codes.at[i].id;
    return str_listing(id, n, n, NEW(a, char, ROOM), ROOM);
}

static bool site_known(const struct study *s, struct str id)
{
    for (isize i = 0; i < s->sites.n; i++)
        if (str_eq(s->sites.at[i], id)) return true;
    return false;
}

static bool code_known(const struct study_column *c, struct str id)
{
    for (isize i = 0; i < c->codes.n; i++)
        if (str_eq(c->codes.at[i].id, id)) return true;
    return false;
}

static int read_number(const struct csv_table *f, const struct study_column *c, isize row,
                       isize col, double *out)
{
    TRY(csv_num(&f->csv, row, col, out, f->e));
    if (isnan(*out)) return OK;
    bool whole = c->type == COLUMN_WHOLE;
    if (*out < c->lo || *out > c->hi || (whole && *out != floor(*out)))
        return csv_refuse(&f->csv, row, col, E_RECORD, f->e,
                          "%s from %g to %g is expected, or nothing",
                          whole ? "a whole number" : "a number", c->lo, c->hi);
    return OK;
}

static int read_cell(const struct csv_table *f, const struct slot *slot, isize row,
                     isize to)
{
    struct rec_table *d = &f->r->table[f->table];
    struct str cell = str_trim(csv_cell(&f->csv, row, slot->csv));
    if (str_is(cell, "NA")) cell = S("");

    if (slot->kind == SLOT_ITEM) {
        struct rec_answers *set = &d->sets[slot->at];
        const struct item *it = &f->r->in[set->measure]->items.at[slot->item];
        struct err why = {0};
        int rc =
            answer_read(it, cell, &set->answer[to * set->n_items + slot->item], &why);
        if (rc != OK)
            return csv_refuse(&f->csv, row, slot->csv, rc, f->e, "%s", why.text);
        return OK;
    }
    const struct study_column *col = &f->t->columns.at[slot->at];
    if (col->type == COLUMN_NUMBER || col->type == COLUMN_WHOLE)
        return read_number(f, col, row, slot->csv, &d->x[slot->at][to]);
    d->text[slot->at][to] = cell;
    if (cell.n == 0) return OK;
    bool fine = col->type == COLUMN_SITE   ? site_known(f->s, cell)
                : col->type == COLUMN_CODE ? code_known(col, cell)
                                           : true; /* links: when all is read */
    if (fine) return OK;
    return csv_refuse(&f->csv, row, slot->csv, E_RECORD, f->e,
                      "this is none of: %.*s; leave it empty if it is not known",
                      FMT(code_list(col, f->s, f->a)));
}

/* --- a table ------------------------------------------------------------------------ */

static int read_first(struct csv_table *f, const struct keyed *k)
{
    const struct study_table *t = f->t;
    records_rows(f->r, f->table, f->csv.n, f->a);
    struct rec_table *d = &f->r->table[f->table];
    for (isize i = 0; i < f->csv.n; i++) {
        d->key[i] = k[i].key;
        if (d->order) d->order[i] = k[i].order;
        isize c = f->slots.at[f->key].csv;
        if (t->site_key && !site_known(f->s, k[i].key))
            return csv_refuse(&f->csv, k[i].row, c, E_RECORD, f->e,
                              "'%.*s' is no site of this study",
                              FMT(str_brief(k[i].key, 40)));
        for (isize j = 0; j < t->columns.n; j++) {
            if (str_eq(t->columns.at[j].id, t->key.at[0])) d->text[j][i] = k[i].key;
            if (t->key.n == 2 && str_eq(t->columns.at[j].id, t->key.at[1])) {
                double x;
                TRY(read_number(f, &t->columns.at[j], k[i].row, f->slots.at[f->order].csv,
                                &x));
                d->x[j][i] = x;
            }
        }
    }
    return OK;
}

/* Every id of one file must stand in the other, whichever misses it. */
static int check_same(const struct csv_table *f, const struct keyed *k, isize n,
                      const struct keyed *first, isize n_first, const char *first_file,
                      const int *first_line)
{
    isize c = f->slots.at[f->key].csv;
    for (isize i = 0; i < n; i++)
        if (!find_key(first, n_first, k[i].key, k[i].order))
            return csv_refuse(&f->csv, k[i].row, c, E_RECORD, f->e,
                              "'%.*s' is not in %s; add it there or remove this row",
                              FMT(str_brief(k[i].key, 40)), first_file);
    for (isize i = 0; i < n_first; i++)
        if (!find_key(k, n, first[i].key, first[i].order))
            return err_set(
                f->e, E_RECORD,
                "%s, line %d: '%.*s' is not in %s; add a row there, with empty "
                "cells where nothing is known",
                first_file, first_line[first[i].row], FMT(str_brief(first[i].key, 40)),
                f->csv.file);
    return OK;
}

static int read_table(struct csv_table *f, const char *dir)
{
    const struct keyed *first = NULL;
    isize n_first = 0;
    const char *first_file = NULL;
    const int *first_line = NULL;
    for (isize i = 0; i < f->t->files.n; i++) {
        struct str file = f->t->files.at[i];
        const char *path = file_join(f->a, dir, str_c(file, f->a));
        if (!file_exists(path))
            return err_set(f->e, E_NO_FILE,
                           "%s is not there; this study's records need it (one row a "
                           "%.*s)",
                           path, FMT(f->t->row.in[LANG_EN]));
        TRY(csv_read_file(path, &f->csv, f->a, f->e));
        TRY(plan_slots(f, file));
        TRY(match_columns(f));
        if (f->csv.n == 0)
            return err_set(f->e, E_RECORD,
                           "%s, line 2: there is no row below the names of the columns; "
                           "fill in the records first",
                           f->csv.file);
        struct keyed *k = NULL;
        TRY(read_keys(f, &k));
        if (i == 0) {
            first = k;
            n_first = f->csv.n;
            first_file = f->csv.file;
            first_line = f->csv.line;
            TRY(read_first(f, k));
        } else
            TRY(check_same(f, k, f->csv.n, first, n_first, first_file, first_line));
        for (isize row = 0; row < f->csv.n; row++)
            for (isize c = 0; c < f->slots.n; c++)
                if (f->slots.at[c].kind >= SLOT_COLUMN)
                    TRY(read_cell(f, &f->slots.at[c], k[row].row, row));
    }
    return OK;
}

/* Links, when every table has its keys. The file is read again for the place only when
** something is wrong. */
static int check_links(const struct csv_table *f, const char *dir)
{
    const struct study *s = f->s;
    for (isize t = 0; t < s->tables.n; t++) {
        const struct study_table *tab = &s->tables.at[t];
        const struct rec_table *d = &f->r->table[t];
        for (isize c = 0; c < tab->columns.n; c++) {
            const struct study_column *col = &tab->columns.at[c];
            if (col->type != COLUMN_LINK) continue;
            const struct rec_table *to = &f->r->table[col->link];
            for (isize i = 0; i < d->n; i++) {
                struct str key = d->text[c][i];
                bool found = key.n == 0;
                for (isize k = 0; k < to->n && !found; k++)
                    found = str_eq(to->key[k], key);
                if (found) continue;
                struct csv csv;
                isize at, row;
                const char *path = file_join(f->a, dir, str_c(col->file, f->a));
                TRY(csv_read_file(path, &csv, f->a, f->e));
                TRY(csv_col(&csv, str_c(col->id, f->a), &at, f->e));
                for (row = 0; row < csv.n; row++)
                    if (str_eq(str_trim(csv_cell(&csv, row, at)), key)) break;
                return csv_refuse(&csv, MIN(row, csv.n - 1), at, E_RECORD, f->e,
                                  "'%.*s' is not among the rows of %.*s; correct it or "
                                  "add it there",
                                  FMT(str_brief(key, 40)),
                                  FMT(s->tables.at[col->link].files.at[0]));
            }
        }
    }
    return OK;
}

int records_csv_read(const char *dir, const struct study *s,
                     const struct instrument *const *in, struct records *out,
                     struct arena *a, struct err *e)
{
    if (!file_is_folder(dir))
        return err_set(e, E_NO_FILE,
                       "%s is not a folder; give the folder with %.*s and the others",
                       dir, FMT(s->tables.at[0].files.at[0]));
    TRY(records_new(s, in, out, a, e));
    struct csv_table f = {.s = s, .r = out, .a = a, .e = e};
    for (isize t = 0; t < s->tables.n; t++) {
        f.t = &s->tables.at[t];
        f.table = t;
        TRY(read_table(&f, dir));
    }
    TRY(check_links(&f, dir));
    return records_finish(out, a, e);
}

/* --- out again ---------------------------------------------------------------------- */

static struct str answer_cell(const struct answer *x, struct arena *a)
{
    if (x->state == ANSWER_GIVEN) return num_shortest(x->value, a);
    return x->state == ANSWER_MISSING ? S("") : str_of(answer_state_word[x->state]);
}

static struct str slot_cell(const struct csv_table *f, const struct slot *s, isize row,
                            struct arena *a)
{
    const struct rec_table *d = &f->r->table[f->table];
    switch (s->kind) {
    case SLOT_KEY: return d->key[row];
    case SLOT_ORDER: return num_shortest(d->order[row], a);
    case SLOT_COLUMN:
        if (!d->x[s->at]) return d->text[s->at][row];
        return isnan(d->x[s->at][row]) ? S("") : num_shortest(d->x[s->at][row], a);
    case SLOT_ITEM: break;
    }
    const struct rec_answers *q = &d->sets[s->at];
    return answer_cell(&q->answer[row * q->n_items + s->item], a);
}

struct str records_csv_rows(const struct records *r, isize table, struct str file,
                            bool head, struct arena *a)
{
    struct err e = {0};
    struct records copy = *r;
    struct csv_table f = {.s = r->study, .r = &copy, .a = a, .e = &e};
    f.t = &r->study->tables.at[table];
    f.table = table;
    /* The layout was read by it already: nothing is refused. */
    if (plan_slots(&f, file) != OK) return (struct str){0};
    struct arena tmp = arena_reserve((isize)1 << 20);
    struct buf b = buf_in(a, 1 << 16);
    for (isize i = 0; i < f.slots.n && head; i++)
        csv_put(&b, f.slots.at[i].name, i + 1 == f.slots.n);
    for (isize row = 0; row < r->table[table].n; row++)
        for (isize i = 0; i < f.slots.n; i++) {
            struct arena one = tmp;
            csv_put(&b, slot_cell(&f, &f.slots.at[i], row, &one), i + 1 == f.slots.n);
        }
    arena_release(&tmp);
    return buf_str(&b);
}

struct str records_csv_file(const struct records *r, isize table, struct str file,
                            struct arena *a)
{
    return records_csv_rows(r, table, file, true, a);
}
