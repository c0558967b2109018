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
    const struct records_cut *cut;
    const struct tidy_sink *to;
    struct mets mets;
    struct arena *keep; /* for what lives as long as the export */
    struct arena tmp;   /* of one row */
    struct buf b;       /* lines not given out yet */
    struct subject s;   /* whose rows are written */
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

static void put_day(struct tidying *g, struct rows *r, int col)
{
    put(g, db_is_null(r, col) ? S("") : day_text((day)db_i64(r, col), &g->tmp));
}

static void put_last(struct tidying *g, struct str cell)
{
    csv_put(&g->b, cell, true);
}

static void put_key(struct tidying *g)
{
    put(g, g->s.kind);
    put(g, g->s.code);
    put_int(g, g->s.part);
}

static struct str text(struct tidying *g, struct rows *r, int col)
{
    return db_str(r, col, &g->tmp);
}

/* --- one subject's rows of each table ----------------------------------------------- */

static void put_attribute(struct tidying *g, struct rows *r)
{
    put_key(g);
    put(g, text(g, r, 0));
    put_last(g, text(g, r, 1));
}

static void put_event(struct tidying *g, struct rows *r)
{
    put_key(g);
    put(g, text(g, r, 0));
    put_day(g, r, 1);
    put(g, text(g, r, 2));
    put(g, text(g, r, 3));
    put_last(g, text(g, r, 4));
}

static void put_consent(struct tidying *g, struct rows *r)
{
    put_key(g);
    for (int k = 0; k < 4; k++) put(g, text(g, r, k));
    put_day(g, r, 4);
    put_day(g, r, 5);
    put_last(g, text(g, r, 6));
}

static void put_visit(struct tidying *g, struct rows *r)
{
    put_key(g);
    put(g, text(g, r, 0));
    for (int k = 1; k < 4; k++) put_day(g, r, k);
    put(g, text(g, r, 4));
    put_last(g, db_is_null(r, 5) ? S("") : day_text((day)db_i64(r, 5), &g->tmp));
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
    TRY(instrument_of(g, db_i64(r, 2), &in, e));
    struct str measure = text(g, r, 0), time = text(g, r, 1), mode = text(g, r, 4);
    struct answer *x = NEW(&g->tmp, struct answer, in->items.n);
    TRY(packed_read(in, text(g, r, 5), x, &g->tmp, e));
    for (isize i = 0; i < in->items.n; i++) {
        bool given = x[i].state == ANSWER_GIVEN;
        put_key(g);
        put(g, measure);
        put(g, time);
        put_day(g, r, 3);
        put(g, mode);
        put(g, in->id);
        put_int(g, in->revision);
        put(g, in->items.at[i].id);
        put(g, given ? num_shortest(x[i].value, &g->tmp) : S(""));
        put(g, given ? S("") : str_of(answer_state_word[x[i].state]));
        put_last(g, x[i].detail);
    }
    return OK;
}

static int put_rows(struct tidying *g, enum tidy_table t, struct err *e)
{
    ROWS r = {0};
    struct db_arg arg[] = {I(g->s.id), I(g->cut->as_of), I(g->cut->study)};
    static const struct {
        const struct sql *q;
        isize n;
        void (*put)(struct tidying *g, struct rows *r);
    } how[TIDY_N] = {[TIDY_attributes] = {SQL_tidy_attributes, 2, put_attribute},
                     [TIDY_events] = {SQL_tidy_events, 3, put_event},
                     [TIDY_consents] = {SQL_tidy_consents, 2, put_consent},
                     [TIDY_visits] = {SQL_tidy_visits, 1, put_visit},
                     [TIDY_answers] = {SQL_tidy_answers, 2, NULL}};
    TRY(db_query(g->db, &r, how[t].q, arg, how[t].n, e));
    while (db_next(&r)) {
        struct arena was = g->tmp;
        if (how[t].put)
            how[t].put(g, &r);
        else
            TRY(put_answers(g, &r, e));
        g->tmp = was;
        TRY(give(g, PIECE, e));
    }
    return db_end(&r, e);
}

/* --- all of them, a page at a time -------------------------------------------------- */

struct page {
    struct subject at[PAGE];
    struct str site[PAGE];
    isize n, seen; /* kept; met, so that the last page is known */
};

static int next_page(struct tidying *g, const struct viewer *who,
                     const struct subject *after, struct page *out, struct subject *last,
                     struct arena *a, struct err *e)
{
    ROWS r = {0};
    out->n = out->seen = 0;
    TRY(db_query(g->db, &r, SQL_tidy_subjects,
                 ARGS(I(g->cut->study), T(after->kind), T(after->code), I(after->part),
                      I(PAGE), I(g->cut->as_of)),
                 e));
    while (db_next(&r)) {
        struct subject s = {.id = db_i64(&r, 0),
                            .kind = db_str(&r, 1, a),
                            .code = db_str(&r, 2, a),
                            .part = db_i64(&r, 3),
                            .site = db_i64(&r, 4)};
        *last = s;
        out->seen++;
        if (!records_may(who, g->cut, s.site)) continue;
        out->site[out->n] = db_str(&r, 5, a);
        out->at[out->n++] = s;
    }
    return db_end(&r, e);
}

static int put_page(struct tidying *g, const struct page *p, enum tidy_table t,
                    struct err *e)
{
    for (isize i = 0; i < p->n; i++) {
        struct arena was = g->tmp;
        g->s = p->at[i];
        if (t == TIDY_subjects) {
            put_key(g);
            put_last(g, p->site[i]);
        } else
            TRY(put_rows(g, t, e));
        g->tmp = was;
        TRY(give(g, PIECE, e));
    }
    return OK;
}

static struct arena part(struct arena *a, isize bytes)
{
    char *at = NEW_RAW(a, char, bytes);
    return (struct arena){.at = at, .end = at + bytes, .trap = a->trap};
}

int tidy_put(struct db *db, const struct viewer *who, const struct records_cut *cut,
             enum tidy_table t, const struct tidy_sink *to, struct arena tmp,
             struct err *e)
{
    if (t == TIDY_visits && cut->as_of != INSTANT_NOW)
        return err_set(e, E_UNSUPPORTED,
                       "visits are kept as they are now; leave them or the time out");
    /* Three places: what stays, what goes with a page, what goes with a row. */
    struct page *p = NEW(&tmp, struct page, 1);
    struct arena keep = part(&tmp, 64 << 20), lines = part(&tmp, 1 << 20);
    struct tidying g = {.db = db, .cut = cut, .to = to, .keep = &keep};
    g.tmp = part(&tmp, 1 << 20);
    g.b = buf_in(&lines, PIECE + LINE);
    TXN x = {0};
    if (!db_in_transaction(db)) TRY(db_snapshot(&x, db, "export", e));
    buf_put(&g.b, str_of(tables[t].columns));
    buf_putc(&g.b, '\n');
    struct subject after = {.part = -1};
    struct arena turn[2] = {part(&tmp, 1 << 20), part(&tmp, 1 << 20)};
    for (int k = 0;; k = !k) { /* the key of the page before stays while one is read */
        struct arena a = turn[k];
        TRY(next_page(&g, who, &after, p, &after, &a, e));
        TRY(put_page(&g, p, t, e));
        if (p->seen < PAGE) break;
    }
    TRY(give(&g, 0, e));
    return x.open ? db_commit(&x, e) : OK;
}
