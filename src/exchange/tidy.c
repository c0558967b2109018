#include "exchange/tidy.h"
#include "base/csv.h"
#include "base/num.h"
#include "store/definition.h"
#include "store/statements.h"
#include "store/subject.h"
#include "study/packed.h"

static const struct {
    const char *name, *columns;
} tables[TIDY_N] = {
#define TIDY(name, columns, what) {#name, columns},
#include "exchange/tidy.def"
#undef TIDY
};

const char *tidy_name(enum tidy_table t)
{
    return tables[t].name;
}

const char *tidy_columns(enum tidy_table t)
{
    return tables[t].columns;
}

int tidy_read(struct str word, enum tidy_table *out, struct err *e)
{
    struct str known[TIDY_N];
    for (int i = 0; i < TIDY_N; i++) {
        known[i] = str_of(tables[i].name);
        *out = (enum tidy_table)i;
        if (str_eq(known[i], word)) return OK;
    }
    struct str near = str_near(word, known, TIDY_N);
    return err_set(e, E_NOT_FOUND, "there is no table '%.*s'%s%.*s%s",
                   FMT(str_brief(word, 40)), near.n ? "; did you mean '" : "", FMT(near),
                   near.n ? "'?" : "");
}

/* Instruments by the row of their definition, as they are met: as many as there are
** revisions in use. */
struct met {
    i64 definition;
    const struct instrument *in;
};
struct mets LIST(struct met);

struct tidying {
    struct db *db;
    const struct viewer *who;
    const struct records_cut *cut;
    const struct tidy_sink *to;
    enum tidy_table t;
    struct mets mets;
    struct arena *keep; /* for what lives as long as the export */
    struct arena tmp;   /* of one row */
    struct buf b;       /* lines not given out yet */
    isize done;         /* subjects gone by */
};

enum { PAGE = 200, PIECE = 1 << 15, LINE = 1 << 16 };

static int give(struct tidying *g, isize least, struct err *e)
{
    if (g->b.n == 0 || g->b.n < least) return OK;
    TRY(g->to->put(g->to->arg, buf_str(&g->b), e));
    g->b.n = 0;
    return OK;
}

static void put(struct tidying *g, struct str cell)
{
    csv_put(&g->b, cell, false);
}

static void put_int(struct tidying *g, i64 x)
{
    put(g, str_fmt(&g->tmp, "%" PRId64, x));
}

static void put_last(struct tidying *g, struct str cell)
{
    csv_put(&g->b, cell, true);
}

static struct str text(struct tidying *g, struct rows *r, int col)
{
    return db_str(r, col, &g->tmp);
}

static void put_key(struct tidying *g, struct rows *r)
{
    put(g, text(g, r, 0));
    put(g, text(g, r, 1));
    put_int(g, db_i64(r, 2));
}

/* --- a row of each table: behind kind, code, part, site ------------------------------ */

enum { FIRST = 4, COLUMNS = 10 };

/* What stands in the columns of the statement: t text, d a day, i a whole number. */
static const struct {
    const struct sql *q;
    const char *as; /* NULL: written by a function of its own */
} how[TIDY_N] = {
    [TIDY_attributes] = {SQL_tidy_attributes, "tt"},
    [TIDY_anchors] = {SQL_tidy_anchors, "td"},
    [TIDY_events] = {SQL_tidy_events, "tdttt"},
    [TIDY_criteria] = {SQL_tidy_criteria, "ittd"},
    [TIDY_consents] = {SQL_tidy_consents, "tttttddt"},
    [TIDY_visits] = {SQL_tidy_visits, "tdddtd"},
    [TIDY_answers] = {SQL_tidy_answers, NULL},
};

static struct str cell_as(struct tidying *g, struct rows *r, int col, char as)
{
    if (db_is_null(r, col)) return S("");
    if (as == 'd') return day_text((day)db_i64(r, col), &g->tmp);
    if (as == 'i') return str_fmt(&g->tmp, "%" PRId64, db_i64(r, col));
    return text(g, r, col);
}

static void put_cells(struct tidying *g, struct rows *r, const char *as)
{
    put_key(g, r);
    for (int k = 0; as[k]; k++)
        csv_put(&g->b, cell_as(g, r, FIRST + k, as[k]), as[k + 1] == 0);
}

static int instrument_of(struct tidying *g, i64 definition, const struct instrument **out,
                         struct err *e)
{
    for (isize i = 0; i < g->mets.n; i++)
        if (g->mets.at[i].definition == definition) {
            *out = g->mets.at[i].in;
            return OK;
        }
    const struct protocol *p = g->cut->protocol;
    for (isize m = 0; g->cut->definition && m < p->study->measures.n; m++)
        if (g->cut->definition[m] == definition) *out = p->in[m];
    if (!*out) {
        struct instrument *was;
        TRY(definition_instrument(g->db, definition, &was, g->keep, e));
        *out = was;
    }
    *PUSH(g->keep, &g->mets) = (struct met){definition, *out};
    return OK;
}

static int put_answers(struct tidying *g, struct rows *r, struct err *e)
{
    const struct instrument *in = NULL;
    struct str measure = text(g, r, 4), time = text(g, r, 5), mode = text(g, r, 8);
    if (records_tells_arm(g->who, g->cut->protocol->study, measure)) return OK;
    TRY(instrument_of(g, db_i64(r, 6), &in, e));
    struct answer *x = NEW(&g->tmp, struct answer, in->items.n);
    struct str on = cell_as(g, r, 7, 'd');
    TRY(packed_read(in, text(g, r, 9), x, &g->tmp, e));
    for (isize i = 0; i < in->items.n; i++) {
        struct arena was = g->tmp;
        bool given = x[i].state == ANSWER_GIVEN;
        put_key(g, r);
        put(g, measure);
        put(g, time);
        put(g, on);
        put(g, mode);
        put(g, in->id);
        put_int(g, in->revision);
        put(g, in->items.at[i].id);
        put(g, given ? num_shortest(x[i].value, &g->tmp) : S(""));
        put(g, given ? S("") : str_of(answer_state_word[x[i].state]));
        put_last(g, x[i].detail);
        g->tmp = was;
    }
    return OK;
}

/* --- all of them, a page of subjects at a time --------------------------------------- */

/* A row's place in the order: the subjects of a page lie behind one and up to another. */
struct place {
    struct str kind, code;
    i64 part;
};

/* The next page, of one kind: the last place of it; of TIDY_subjects its rows are written. */
static int next_page(struct tidying *g, const struct place *after, struct place *last,
                     isize *n, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *n = 0;
    TRY(db_query(g->db, &r, SQL_tidy_subjects,
                 ARGS(I(g->cut->study), T(after->kind), T(after->code), I(after->part),
                      I(PAGE), I(g->cut->as_of)),
                 e));
    while (db_next(&r)) {
        struct arena was = g->tmp, one = *a; /* each over the one before */
        struct str kind = db_str(&r, 1, &g->tmp);
        if (*n > 0 && !str_eq(kind, last->kind)) {
            g->tmp = was;
            rows_close(&r);
            return OK;
        }
        *last = (struct place){db_str(&r, 1, &one), db_str(&r, 2, &one), db_i64(&r, 3)};
        ++*n;
        if (g->t == TIDY_subjects && records_may(g->who, g->cut, db_i64(&r, 4))) {
            put(g, last->kind);
            put(g, last->code);
            put_int(g, last->part);
            put_last(g, text(g, &r, 5));
            TRY(give(g, PIECE, e));
        }
        g->tmp = was;
    }
    return db_end(&r, e);
}

static int put_page(struct tidying *g, const struct place *after,
                    const struct place *last, struct err *e)
{
    ROWS r = {0};
    struct place from = {last->kind, S(""), -1};
    if (str_eq(after->kind, last->kind)) from = *after;
    TRY(db_query(g->db, &r, how[g->t].q,
                 ARGS(I(g->cut->study), I(g->cut->as_of), T(from.kind), T(from.code),
                      I(from.part), T(last->code), I(last->part)),
                 e));
    while (db_next(&r)) {
        struct arena was = g->tmp;
        if (!records_may(g->who, g->cut, db_i64(&r, 3))) continue;
        if (how[g->t].as)
            put_cells(g, &r, how[g->t].as);
        else
            TRY(put_answers(g, &r, e));
        g->tmp = was;
        TRY(give(g, PIECE, e));
    }
    return db_end(&r, e);
}

static struct arena part(struct arena *a, isize bytes)
{
    char *at = NEW_RAW(a, char, bytes);
    return (struct arena){.at = at, .end = at + bytes, .trap = a->trap};
}

static int put_all(struct tidying *g, struct arena *tmp, struct err *e)
{
    struct place after = {.part = -1}, last = after;
    struct arena turn[2] = {part(tmp, 1 << 16), part(tmp, 1 << 16)};
    isize n = PAGE;
    for (int k = 0;; k = !k) { /* the place before stays while one is read */
        struct arena a = turn[k];
        TRY(next_page(g, &after, &last, &n, &a, e));
        if (n == 0) break;
        if (g->t != TIDY_subjects) TRY(put_page(g, &after, &last, e));
        after = last;
        g->done += n;
        if (g->to->step) TRY(g->to->step(g->to->arg, g->done, e));
    }
    return give(g, 0, e);
}

int tidy_put(struct db *db, const struct viewer *who, const struct records_cut *cut,
             enum tidy_table t, const struct tidy_sink *to, struct arena tmp,
             struct err *e)
{
    if (t == TIDY_visits && cut->as_of != INSTANT_NOW)
        return err_set(e, E_UNSUPPORTED,
                       "visits are kept as they are now; leave them or the time out");
    /* Three places: what stays, what goes with a page, what goes with a row. */
    struct arena keep = part(&tmp, 64 << 20), lines = part(&tmp, 4 << 20);
    struct tidying g = {
        .db = db, .who = who, .cut = cut, .to = to, .t = t, .keep = &keep};
    g.tmp = part(&tmp, 1 << 20);
    g.b = buf_in(&lines, PIECE + LINE);
    TXN x = {0};
    if (!db_in_transaction(db)) TRY(db_snapshot(&x, db, "export", e));
    buf_put(&g.b, str_of(tables[t].columns));
    buf_putc(&g.b, '\n');
    TRY(put_all(&g, &tmp, e));
    return x.open ? db_commit(&x, e) : OK;
}
