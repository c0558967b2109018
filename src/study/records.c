#include "study/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int records_new(const struct study *s, const struct instrument *const *in,
                struct records *out, struct arena *a, struct err *e)
{
    *out = (struct records){.study = s, .in = in};
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        if (m->items.n > 1 && m->items.n != in[i]->items.n)
            return yaml_refuse(
                m->node, e, "measure '%.*s' names %td items and its instrument has %td",
                FMT(m->id), m->items.n, in[i]->items.n);
        for (isize k = 0; k < m->scores.n; k++) {
            isize score;
            int rc = instrument_score_find(in[i], m->scores.at[k].score, &score, e);
            if (rc != OK)
                return yaml_refuse(m->node, e, "measure '%.*s': %s", FMT(m->id),
                                   str_c(str_of(e->text), a));
        }
    }
    out->table = NEW(a, struct rec_table, s->tables.n);
    out->tally = NEW(a, struct rec_tally, s->variables.n);
    return OK;
}

void records_rows(struct records *r, isize table, isize n, struct arena *a)
{
    const struct study *s = r->study;
    const struct study_table *t = &s->tables.at[table];
    struct rec_table *d = &r->table[table];
    d->n = n;
    d->key = NEW(a, struct str, n);
    d->order = t->key.n == 2 ? NEW(a, double, n) : NULL;
    d->subject = NEW(a, i64, n);
    d->x = NEW(a, double *, t->columns.n);
    d->text = NEW(a, struct str *, t->columns.n);
    for (isize c = 0; c < t->columns.n; c++) {
        const struct study_column *col = &t->columns.at[c];
        if (col->type == COLUMN_NUMBER || col->type == COLUMN_WHOLE) {
            d->x[c] = NEW_RAW(a, double, n);
            for (isize i = 0; i < n; i++) d->x[c][i] = NAN;
        } else
            d->text[c] = NEW(a, struct str, n);
    }
    isize sets = 0;
    for (isize m = 0; m < s->measures.n; m++)
        if (s->measures.at[m].table == table) sets += MAX(s->measures.at[m].at.n, 1);
    d->sets = NEW(a, struct rec_answers, sets);
    d->n_sets = sets;
    sets = 0;
    for (isize m = 0; m < s->measures.n; m++) {
        const struct study_measure *q = &s->measures.at[m];
        if (q->table != table) continue;
        for (isize k = 0; k < MAX(q->at.n, 1); k++) {
            isize items = r->in[m]->items.n;
            d->sets[sets++] =
                (struct rec_answers){.measure = m,
                                     .time = q->at.n > 0 ? q->at.at[k] : -1,
                                     .n_items = items,
                                     .answer = NEW(a, struct answer, n * items),
                                     .response = NEW(a, i64, n)};
        }
    }
}

/* --- order -------------------------------------------------------------------------- */

struct place {
    struct str key;
    double order;
    isize row;
};

static int by_key(const void *pa, const void *pb)
{
    const struct place *p = pa, *q = pb;
    int c = str_cmp(p->key, q->key);
    if (c == 0) c = (p->order > q->order) - (p->order < q->order);
    return c;
}

/* Moves n elements of `size` into the order of p. */
static void reorder(void *v, isize size, const struct place *p, isize n, struct arena tmp)
{
    if (!v || n == 0) return;
    char *was = arena_take_raw(&tmp, size, 16, n), *at = v;
    memcpy(was, v, (size_t)(size * n));
    for (isize i = 0; i < n; i++)
        memcpy(at + i * size, was + p[i].row * size, (size_t)size);
}

static int sort_table(const struct study_table *t, struct rec_table *d, struct arena tmp,
                      struct err *e)
{
    struct place *p = NEW(&tmp, struct place, d->n);
    for (isize i = 0; i < d->n; i++)
        p[i] = (struct place){d->key[i], d->order ? d->order[i] : 0, i};
    qsort(p, (size_t)d->n, sizeof *p, by_key);
    for (isize i = 1; i < d->n; i++)
        if (by_key(&p[i - 1], &p[i]) == 0)
            return err_set(e, E_RECORD, "table '%.*s': the key '%.*s' stands twice",
                           FMT(t->id), FMT(p[i].key));
    reorder(d->key, sizeof *d->key, p, d->n, tmp);
    reorder(d->order, sizeof *d->order, p, d->n, tmp);
    reorder(d->subject, sizeof *d->subject, p, d->n, tmp);
    for (isize c = 0; c < t->columns.n; c++) {
        reorder(d->x[c], sizeof(double), p, d->n, tmp);
        reorder(d->text[c], sizeof(struct str), p, d->n, tmp);
    }
    for (isize k = 0; k < d->n_sets; k++) {
        reorder(d->sets[k].answer, d->sets[k].n_items * (isize)sizeof(struct answer), p,
                d->n, tmp);
        reorder(d->sets[k].response, sizeof(i64), p, d->n, tmp);
    }
    return OK;
}

/* --- hash --------------------------------------------------------------------------- */

static void put_text(struct buf *b, struct str s)
{
    buf_fmt(b, "%td:", s.n);
    buf_put(b, s);
}

/* The bits of the double; every missing value is the same one, and -0 is 0. */
static void put_number(struct buf *b, double x)
{
    u64 bits = 0x7ff8000000000000u;
    double v = x + 0.0;
    if (!isnan(v)) memcpy(&bits, &v, sizeof bits);
    for (int i = 0; i < 8; i++) buf_putc(b, (char)(bits >> (8 * i)));
}

static struct hash hash_records(const struct records *r, struct arena tmp)
{
    const struct study *s = r->study;
    struct buf b = buf_in(&tmp, 1 << 16);
    for (isize i = 0; i < s->tables.n; i++) {
        const struct study_table *t = &s->tables.at[i];
        const struct rec_table *d = &r->table[i];
        put_text(&b, t->id);
        buf_fmt(&b, "%td;", d->n);
        for (isize k = 0; k < d->n; k++) put_text(&b, d->key[k]);
        if (d->order)
            for (isize k = 0; k < d->n; k++) put_number(&b, d->order[k]);
        for (isize c = 0; c < t->columns.n; c++) {
            put_text(&b, t->columns.at[c].id);
            for (isize k = 0; k < d->n; k++) {
                if (d->x[c])
                    put_number(&b, d->x[c][k]);
                else
                    put_text(&b, d->text[c][k]);
            }
        }
        for (isize k = 0; k < d->n_sets; k++) {
            const struct rec_answers *q = &d->sets[k];
            put_text(&b, s->measures.at[q->measure].id);
            put_text(&b, q->time >= 0 ? s->times.at[q->time].id : S(""));
            for (isize j = 0; j < d->n * q->n_items; j++) {
                buf_putc(&b, (char)('0' + (int)q->answer[j].state));
                if (q->answer[j].state == ANSWER_GIVEN)
                    put_number(&b, q->answer[j].value);
            }
        }
    }
    return hash_of(buf_str(&b));
}

/* --- scores and derived variables --------------------------------------------------- */

static void score_set(struct records *r, isize table, const struct rec_answers *q,
                      struct arena *a)
{
    const struct study *s = r->study;
    struct rec_table *d = &r->table[table];
    const struct study_measure *m = &s->measures.at[q->measure];
    const struct instrument *in = r->in[q->measure];

    double **out = NEW(a, double *, m->scores.n);
    isize *which = NEW(a, isize, m->scores.n);
    struct rec_tally **tally = NEW(a, struct rec_tally *, m->scores.n);
    for (isize v = 0; v < s->variables.n; v++) {
        const struct study_variable *sv = &s->variables.at[v];
        if (sv->kind != VARIABLE_SCORE || sv->at != q->measure || sv->time != q->time)
            continue;
        out[sv->score] = NEW_RAW(a, double, d->n);
        which[sv->score] = instrument_score(in, m->scores.at[sv->score].score);
        tally[sv->score] = &r->tally[v];
        frame_put_numbers(&d->frame, sv->id, out[sv->score], NULL, a);
    }
    struct arena tmp = *a;
    struct score *score = NEW(&tmp, struct score, in->scores.n);
    for (isize i = 0; i < d->n; i++) {
        const struct answer *row = q->answer + i * q->n_items;
        bool measured = false;
        for (isize k = 0; k < q->n_items; k++) measured |= row[k].state == ANSWER_GIVEN;
        score_all(in, row, score);
        for (isize k = 0; k < m->scores.n; k++) {
            const struct score *sc = &score[which[k]];
            out[k][i] = measured ? sc->value : NAN;
            tally[k]->measured += measured;
            tally[k]->scored += !isnan(out[k][i]);
            tally[k]->filled += !isnan(out[k][i]) && (sc->prorated || sc->imputed);
        }
    }
}

/* The row of `key` in a table sorted by its key; -1 if there is none. */
static isize find_row(const struct rec_table *d, struct str key)
{
    isize lo = 0, hi = d->n;
    while (lo < hi) {
        isize mid = lo + (hi - lo) / 2;
        int c = str_cmp(d->key[mid], key);
        if (c == 0) return mid;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return -1;
}

/* The texts of a column that joins tables: a column, or the key itself. */
static struct str join_text(const struct records *r, isize table, struct str by,
                            isize row)
{
    const struct study_table *t = &r->study->tables.at[table];
    for (isize c = 0; c < t->columns.n; c++)
        if (str_eq(t->columns.at[c].id, by)) return r->table[table].text[c][row];
    return r->table[table].key[row];
}

static void derive(struct records *r, const struct study_derived *q, struct arena *a)
{
    struct rec_table *d = &r->table[q->table];
    const struct rec_table *f = &r->table[q->from];
    const double *value = NULL, *order = NULL;
    isize at = frame_find(&f->frame, q->value);
    if (at >= 0) value = f->frame.cols.at[at].x;
    if (q->order.n > 0 && (at = frame_find(&f->frame, q->order)) >= 0)
        order = f->frame.cols.at[at].x;
    double *out = NEW_RAW(a, double, d->n);
    for (isize i = 0; i < d->n; i++) out[i] = NAN;

    if (q->pick == PICK_ONLY) {
        for (isize i = 0; i < d->n; i++) {
            isize row = find_row(f, join_text(r, q->table, q->by, i));
            if (row >= 0 && value) out[i] = value[row];
        }
    } else {
        struct arena tmp = *a;
        double *n = NEW(&tmp, double, d->n);
        double *best = NEW(&tmp, double, d->n);
        double *sum = NEW(&tmp, double, d->n);
        for (isize k = 0; k < f->n; k++) {
            isize i = find_row(d, join_text(r, q->from, q->by, k));
            if (i < 0 || !value || isnan(value[k])) continue;
            double o = order ? order[k] : 0;
            bool better =
                n[i] == 0 || (q->pick == PICK_FIRST ? o < best[i] : o > best[i]);
            n[i]++;
            sum[i] += value[k];
            if ((q->pick == PICK_FIRST || q->pick == PICK_LAST) && better) {
                best[i] = o;
                out[i] = value[k];
            }
        }
        for (isize i = 0; i < d->n; i++) {
            if (q->pick == PICK_COUNT) out[i] = n[i];
            if (q->pick == PICK_MEAN && n[i] > 0) out[i] = sum[i] / n[i];
        }
    }
    frame_put_numbers(&d->frame, q->id, out, NULL, a);
}

int records_sort(struct records *r, isize table, struct arena tmp, struct err *e)
{
    return sort_table(&r->study->tables.at[table], &r->table[table], tmp, e);
}

int records_finish(struct records *r, struct arena *a, struct err *e)
{
    const struct study *s = r->study;
    for (isize i = 0; i < s->tables.n; i++) {
        if (r->table[i].n == 0 && !r->table[i].withheld)
            return err_set(e, E_RECORD, "table '%.*s' has no rows",
                           FMT(s->tables.at[i].id));
        TRY(sort_table(&s->tables.at[i], &r->table[i], *a, e));
    }
    r->hash = hash_records(r, *a);
    for (isize i = 0; i < s->tables.n; i++) {
        const struct study_table *t = &s->tables.at[i];
        struct rec_table *d = &r->table[i];
        d->frame = frame_of(d->n);
        if (!study_column(s, i, t->key.at[0]))
            frame_put_texts(&d->frame, t->key.at[0], d->key, a);
        for (isize c = 0; c < t->columns.n; c++) {
            if (d->x[c])
                frame_put_numbers(&d->frame, t->columns.at[c].id, d->x[c], NULL, a);
            else
                frame_put_texts(&d->frame, t->columns.at[c].id, d->text[c], a);
        }
        for (isize k = 0; k < d->n_sets; k++) score_set(r, i, &d->sets[k], a);
    }
    for (isize i = 0; i < s->derived.n; i++) derive(r, &s->derived.at[i], a);
    return OK;
}

/* --- reading ------------------------------------------------------------------------ */

const double *records_numbers(const struct records *r, isize variable)
{
    const struct study_variable *v = &r->study->variables.at[variable];
    const struct frame *f = &r->table[v->table].frame;
    isize at = frame_find(f, v->id);
    return at >= 0 && f->cols.at[at].kind == FRAME_NUMBER ? f->cols.at[at].x : NULL;
}

struct str records_code(const struct records *r, isize variable, isize row)
{
    const struct study_variable *v = &r->study->variables.at[variable];
    if (v->kind != VARIABLE_COLUMN || v->number) return S("");
    return r->table[v->table].text[v->at][row];
}

struct str records_label(const struct records *r, isize variable, enum lang lang,
                         struct arena *a)
{
    const struct study *s = r->study;
    const struct study_variable *v = &s->variables.at[variable];
    struct str label = {0};
    if (v->kind == VARIABLE_COLUMN)
        label = study_word(&s->tables.at[v->table].columns.at[v->at].label, lang);
    else if (v->kind == VARIABLE_DERIVED)
        label = study_word(&s->derived.at[v->at].label, lang);
    else {
        label = study_word(&s->measures.at[v->at].label, lang);
        if (label.n == 0) label = r->in[v->at]->title;
        if (v->time >= 0)
            label = str_fmt(a, "%.*s, %.*s", FMT(label),
                            FMT(study_word(&s->times.at[v->time].label, lang)));
    }
    return label.n > 0 ? label : v->id;
}

const struct scoredef *records_score(const struct records *r, isize variable)
{
    const struct study_variable *v = &r->study->variables.at[variable];
    if (v->kind == VARIABLE_DERIVED) {
        /* A derived value keeps the unit of what it was picked from. */
        const struct study_derived *d = &r->study->derived.at[v->at];
        if (d->pick == PICK_COUNT) return NULL;
        isize from = study_variable(r->study, d->from, d->value);
        return from >= 0 ? records_score(r, from) : NULL;
    }
    if (v->kind != VARIABLE_SCORE) return NULL;
    const struct study_measure *m = &r->study->measures.at[v->at];
    isize k = instrument_score(r->in[v->at], m->scores.at[v->score].score);
    return k >= 0 ? &r->in[v->at]->scores.at[k] : NULL;
}
