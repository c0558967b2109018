#include "exchange/records_store.h"
#include "base/num.h"
#include "exchange/records_csv.h"
#include "store/definition.h"
#include "store/statements.h"
#include "store/subject_parts.h"
#include "study/packed.h"

#include <stdio.h>

/* A subject of the store and its row in the records. */
struct place {
    i64 id;
    isize table, row;
    struct str code, site;
    i64 part;
};
struct places LIST(struct place);

/* Subjects of one kind, behind one key and up to another. */
struct span {
    struct str kind, code, last_code;
    i64 part, last_part;
};

struct coded { /* a member of staff and the code of their row */
    i64 staff;
    struct str code;
};
struct codeds LIST(struct coded);

struct cutting {
    struct db *db;
    const struct span *span;    /* NULL: all */
    const struct codeds *staff; /* one a column, when they were read; NULL: not yet */
    const struct records_cut *cut;
    const struct study *s;
    struct records *r;
    struct places places; /* by id */
    struct arena *a;
};

/* Whether one of the viewer's roles counts at that site for that study. */
bool records_may(const struct viewer *who, const struct records_cut *cut, i64 site)
{
    if (cut->everybody) return true;
    for (isize i = 0; i < who->n_roles && who->staff; i++) {
        const struct staff_role *h = &who->role[i];
        char word[64];
        struct str s = {word, 0};
        s.n = snprintf(word, sizeof word, ",%s,", role_word(h->role));
        if (str_find_str(cut->roles, s) >= 0 && (h->site == 0 || h->site == site) &&
            (h->study.n == 0 || str_eq(h->study, cut->protocol->study->id)))
            return true;
    }
    return false;
}

/* The engine leaves the rows out for a blinded viewer; here it is asked to name what is withheld. */
bool records_tells_arm(const struct viewer *who, const struct study *s,
                       struct str measure)
{
    bool open = true;
    for (isize i = 0; i < s->measures.n; i++)
        if (str_eq(s->measures.at[i].id, measure)) open = study_open_measure(s, i);
    return who->blinded && !open;
}

static int ask(struct cutting *g, struct rows *q, const struct sql *all,
               const struct sql *page, struct err *e)
{
    const struct span *s = g->span;
    return s ? db_query(g->db, q, page,
                        ARGS(I(g->cut->study), I(g->cut->as_of), T(s->kind), T(s->code),
                             I(s->part), T(s->last_code), I(s->last_part)),
                        e)
             : db_query(g->db, q, all, ARGS(I(g->cut->study), I(g->cut->as_of)), e);
}

static const struct place *place_of(const struct cutting *g, i64 id)
{
    isize lo = 0, hi = g->places.n;
    while (lo < hi) {
        isize mid = lo + (hi - lo) / 2;
        const struct place *p = &g->places.at[mid];
        if (p->id == id) return p;
        if (p->id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static int read_places(struct cutting *g, const struct viewer *who, struct err *e)
{
    ROWS q = {0};
    isize *n = NEW(g->a, isize, g->s->tables.n);
    TRY(ask(g, &q, SQL_records_subjects, SQL_records_page_subjects, e));
    while (db_next(&q)) {
        struct arena tmp = *g->a;
        isize table = study_table(g->s, db_str(&q, 1, &tmp));
        if (table < 0)
            return err_set(e, E_RECORD,
                           "subject %" PRId64 " is of a table that the study no longer "
                           "has",
                           db_i64(&q, 0));
        if (!records_may(who, g->cut, db_i64(&q, 4))) continue;
        *PUSH(g->a, &g->places) = (struct place){.id = db_i64(&q, 0),
                                                 .table = table,
                                                 .row = n[table]++,
                                                 .code = db_str(&q, 2, g->a),
                                                 .part = db_i64(&q, 3),
                                                 .site = db_str(&q, 5, g->a)};
    }
    TRY(db_end(&q, e));
    for (isize t = 0; t < g->s->tables.n; t++) {
        records_rows(g->r, t, n[t], g->a);
        g->r->table[t].withheld = who->blinded && !study_open_table(g->s, t);
    }
    return OK;
}

/* The key, what is a variable of it, and the site. */
static void put_keys(struct cutting *g)
{
    for (isize i = 0; i < g->places.n; i++) {
        const struct place *p = &g->places.at[i];
        const struct study_table *t = &g->s->tables.at[p->table];
        struct rec_table *d = &g->r->table[p->table];
        d->key[p->row] = p->code;
        d->subject[p->row] = p->id;
        if (d->order) d->order[p->row] = (double)p->part;
        for (isize c = 0; c < t->columns.n; c++) {
            const struct study_column *col = &t->columns.at[c];
            if (str_eq(col->id, t->key.at[0]))
                d->text[c][p->row] = p->code;
            else if (t->key.n == 2 && str_eq(col->id, t->key.at[1]))
                d->x[c][p->row] = (double)p->part;
            else if (col->type == COLUMN_SITE)
                d->text[c][p->row] = p->site;
        }
    }
}

static int read_attributes(struct cutting *g, struct err *e)
{
    ROWS q = {0};
    TRY(ask(g, &q, SQL_records_attributes, SQL_records_page_attributes, e));
    while (db_next(&q)) {
        const struct place *p = place_of(g, db_i64(&q, 0));
        if (!p) continue;
        struct arena tmp = *g->a;
        struct str name = db_str(&q, 1, &tmp);
        const struct study_table *t = &g->s->tables.at[p->table];
        struct rec_table *d = &g->r->table[p->table];
        isize c = 0;
        while (c < t->columns.n && !str_eq(t->columns.at[c].id, name)) c++;
        if (c < t->columns.n && t->columns.at[c].from != COLUMN_ENTERED)
            continue; /* of an earlier revision: now the events say it */
        if (c == t->columns.n)
            return err_set(e, E_RECORD,
                           "subject %" PRId64 " has a value for '%.*s', which the study "
                           "no longer has",
                           p->id, FMT(str_brief(name, 40)));
        if (d->text[c])
            d->text[c][p->row] = db_str(&q, 2, g->a);
        else if (num_read(db_str(&q, 2, &tmp), &d->x[c][p->row], NULL) != OK)
            return err_set(e, E_RECORD,
                           "subject %" PRId64
                           ": its %.*s is no number, as the study wants "
                           "it; correct it",
                           p->id, FMT(name));
    }
    return db_end(&q, e);
}

/* --- columns that follow from what happened ------------------------------------------ */

static int read_staff(struct cutting *g, isize table, struct codeds *out, struct err *e)
{
    ROWS q = {0};
    TRY(db_query(g->db, &q, SQL_records_staff,
                 ARGS(I(g->cut->study), T(g->s->tables.at[table].id), I(g->cut->as_of)),
                 e));
    while (db_next(&q))
        *PUSH(g->a, out) = (struct coded){db_i64(&q, 0), db_str(&q, 1, g->a)};
    return db_end(&q, e);
}

static struct str code_of(const struct codeds *list, i64 staff)
{
    isize lo = 0, hi = list->n;
    while (lo < hi) {
        isize mid = lo + (hi - lo) / 2;
        if (list->at[mid].staff < staff)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < list->n && list->at[lo].staff == staff ? list->at[lo].code : S("");
}

static void put_events(struct cutting *g, i64 id, const struct participant_fold *f,
                       const struct codeds *staff)
{
    const struct place *p = place_of(g, id);
    if (!p) return;
    const struct study_table *t = &g->s->tables.at[p->table];
    struct str state = str_of(participant_state_word(f->state));
    for (isize c = 0; c < t->columns.n; c++) {
        const struct study_column *col = &t->columns.at[c];
        struct str *to = g->r->table[p->table].text[c];
        if (col->from == COLUMN_STATE) to[p->row] = study_state_code(col, state);
        if (col->from == COLUMN_CLINICIAN) to[p->row] = code_of(&staff[c], f->clinician);
    }
}

/* Of each column of the participants' table that names a clinician. */
static int read_all_staff(struct cutting *g, const struct codeds **out, struct err *e)
{
    const struct study_table *t = &g->s->tables.at[g->s->participants.table];
    struct codeds *staff = NEW(g->a, struct codeds, t->columns.n);
    for (isize c = 0; c < t->columns.n; c++)
        if (t->columns.at[c].from == COLUMN_CLINICIAN)
            TRY(read_staff(g, t->columns.at[c].link, &staff[c], e));
    *out = staff;
    return OK;
}

static int read_events(struct cutting *g, struct err *e)
{
    ROWS q = {0};
    isize table = g->s->participants.table, n = 0;
    if (table < 0) return OK;
    const struct study_table *t = &g->s->tables.at[table];
    for (isize c = 0; c < t->columns.n; c++) n += t->columns.at[c].from != COLUMN_ENTERED;
    if (n > 0 && !g->staff) TRY(read_all_staff(g, &g->staff, e));
    const struct codeds *staff = g->staff;
    if (n == 0) return OK;
    TRY(ask(g, &q, SQL_records_events, SQL_records_page_events, e));
    struct participant_fold f = {0};
    i64 id = 0;
    while (db_next(&q)) {
        if (db_i64(&q, 0) != id) {
            put_events(g, id, &f, staff);
            f = (struct participant_fold){0};
            id = db_i64(&q, 0);
        }
        TRY(participant_fold_event(&q, 1, &f, *g->a, e));
    }
    put_events(g, id, &f, staff);
    return db_end(&q, e);
}

/* Answers that were given to another revision of the instrument, item by item. */
static int read_other(struct cutting *g, i64 definition, const struct instrument *in,
                      struct str line, struct answer *out, struct err *e)
{
    struct instrument *was;
    TRY(definition_instrument(g->db, definition, &was, g->a, e));
    struct answer *x = NEW(g->a, struct answer, was->items.n);
    TRY(packed_read(was, line, x, g->a, e));
    for (isize i = 0; i < was->items.n; i++) {
        isize to = instrument_item(in, was->items.at[i].id);
        if (to >= 0) out[to] = x[i];
    }
    return answer_check(in, out, e);
}

static int read_responses(struct cutting *g, const struct viewer *who, struct err *e)
{
    ROWS q = {0};
    TRY(ask(g, &q, SQL_records_responses, SQL_records_page_responses, e));
    while (db_next(&q)) {
        const struct place *p = place_of(g, db_i64(&q, 0));
        if (!p) continue;
        struct arena tmp = *g->a;
        struct str measure = db_str(&q, 1, &tmp), time = db_str(&q, 2, &tmp);
        struct rec_table *d = &g->r->table[p->table];
        struct rec_answers *set = NULL;
        for (isize k = 0; k < d->n_sets && !set; k++) {
            struct rec_answers *s = &d->sets[k];
            struct str at = s->time >= 0 ? g->s->times.at[s->time].id : S("");
            if (str_eq(g->s->measures.at[s->measure].id, measure) && str_eq(at, time))
                set = s;
        }
        if (!set)
            return err_set(e, E_RECORD,
                           "response %" PRId64 " is of a measure or time point that the "
                           "study no longer has",
                           db_i64(&q, 5));
        if (records_tells_arm(who, g->s, measure)) continue;
        const struct instrument *in = g->r->in[set->measure];
        struct answer *to = set->answer + p->row * set->n_items;
        i64 definition = db_i64(&q, 3);
        struct str line = db_str(&q, 4, g->a);
        bool same = !g->cut->definition || g->cut->definition[set->measure] == definition;
        int rc = same ? packed_read(in, line, to, g->a, e)
                      : read_other(g, definition, in, line, to, e);
        if (rc != OK) return err_at(e, rc, "response %" PRId64, db_i64(&q, 5));
        set->response[p->row] = db_i64(&q, 5);
    }
    return db_end(&q, e);
}

int records_store_read(struct db *db, const struct viewer *who,
                       const struct records_cut *cut, struct records *out,
                       struct arena *a, struct err *e)
{
    TXN t = {0}; /* the three questions see one moment */
    const struct protocol *p = cut->protocol;
    TRY(records_new(p->study, p->in, out, a, e));
    struct cutting g = {.db = db, .cut = cut, .s = p->study, .r = out, .a = a};
    if (!db_in_transaction(db)) TRY(db_snapshot(&t, db, "records", e));
    TRY(read_places(&g, who, e));
    put_keys(&g);
    TRY(read_attributes(&g, e));
    TRY(read_events(&g, e));
    TRY(read_responses(&g, who, e));
    if (t.open) TRY(db_commit(&t, e));
    return records_finish(out, a, e);
}

/* --- a file, a page at a time ----------------------------------------------------------- */

enum { PAGE = 200 };

/* The next page of one kind; *n 0: there is none. The end of the page lies in `a`. */
static int next_span(const struct cutting *g, struct span *s, isize *n, struct arena *a,
                     struct err *e)
{
    ROWS q = {0};
    *n = 0;
    TRY(db_query(g->db, &q, SQL_tidy_subjects,
                 ARGS(I(g->cut->study), T(s->kind), T(s->code), I(s->part), I(PAGE),
                      I(g->cut->as_of)),
                 e));
    while (db_next(&q)) {
        struct arena one = *a; /* each over the one before */
        if (!str_eq(db_str(&q, 1, &one), s->kind)) {
            rows_close(&q);
            return OK;
        }
        one = *a;
        s->last_code = db_str(&q, 2, &one);
        s->last_part = db_i64(&q, 3);
        ++*n;
    }
    return db_end(&q, e);
}

/* What a file needs of its table. */
static int read_span(struct cutting *g, const struct viewer *who, isize table,
                     struct str file, struct err *e)
{
    const struct study *s = g->s;
    bool items = false;
    for (isize m = 0; m < s->measures.n; m++)
        items |= s->measures.at[m].table == table && str_eq(s->measures.at[m].file, file);
    TRY(read_places(g, who, e));
    put_keys(g);
    TRY(read_attributes(g, e));
    if (table == s->participants.table) TRY(read_events(g, e));
    if (items) TRY(read_responses(g, who, e));
    return records_sort(g->r, table, *g->a, e);
}

struct paging {
    const struct viewer *who;
    isize table;
    struct cutting g;
    struct span span;
    struct arena turn[2]; /* where a page ends; the one before stays meanwhile */
    int at;
    isize n; /* of the page */
};

static char *block(struct arena *a, isize bytes)
{
    return NEW_RAW(a, char, bytes);
}

static void paging_begin(struct paging *p, struct db *db, const struct viewer *who,
                         const struct records_cut *cut, isize table, struct arena *a)
{
    enum { TURN = 1 << 12 };
    *p = (struct paging){.who = who, .table = table};
    p->g = (struct cutting){.db = db, .cut = cut, .s = cut->protocol->study};
    p->span = (struct span){.kind = p->g.s->tables.at[table].id, .part = -1};
    for (int k = 0; k < 2; k++) {
        char *at = block(a, TURN);
        p->turn[k] = (struct arena){.at = at, .end = at + TURN, .trap = a->trap};
    }
}

static int paging_next(struct paging *p, struct err *e)
{
    struct arena room = p->turn[p->at];
    p->at = !p->at;
    if (p->span.last_code.at) {
        p->span.code = p->span.last_code;
        p->span.part = p->span.last_part;
    }
    p->g.span = &p->span;
    return next_span(&p->g, &p->span, &p->n, &room, e);
}

static int put_pages(struct paging *p, struct str file, const struct tidy_sink *to,
                     struct arena tmp, struct err *e)
{
    const struct protocol *q = p->g.cut->protocol;
    bool head = true;
    isize done = 0;
    p->g.a = &tmp; /* staff stays */
    if (p->table == q->study->participants.table)
        TRY(read_all_staff(&p->g, &p->g.staff, e));
    for (;;) {
        struct arena a = tmp;
        struct records r;
        TRY(paging_next(p, e));
        TRY(records_new(q->study, q->in, &r, &a, e));
        p->g.r = &r;
        p->g.a = &a;
        p->g.places = (struct places){0};
        if (p->n)
            TRY(read_span(&p->g, p->who, p->table, file, e));
        else
            records_rows(&r, p->table, 0, &a);
        if (p->n || head)
            TRY(to->put(to->arg, records_csv_rows(&r, p->table, file, head, &a), e));
        head = false;
        if (p->n == 0) return OK;
        done += p->n;
        if (to->step) TRY(to->step(to->arg, done, e));
    }
}

int records_store_put(struct db *db, const struct viewer *who,
                      const struct records_cut *cut, isize table, struct str file,
                      const struct tidy_sink *to, struct arena tmp, struct err *e)
{
    TXN t = {0};
    struct paging p;
    paging_begin(&p, db, who, cut, table, &tmp);
    if (!db_in_transaction(db)) TRY(db_snapshot(&t, db, "records", e));
    TRY(put_pages(&p, file, to, tmp, e));
    return t.open ? db_commit(&t, e) : OK;
}

static int any(struct paging *p, bool *found, struct arena tmp, struct err *e)
{
    const struct protocol *q = p->g.cut->protocol;
    do {
        struct arena a = tmp;
        struct records r;
        TRY(paging_next(p, e));
        if (p->n == 0) return OK;
        TRY(records_new(q->study, q->in, &r, &a, e));
        p->g.r = &r;
        p->g.a = &a;
        p->g.places = (struct places){0};
        TRY(read_places(&p->g, p->who, e));
        *found = p->g.places.n > 0;
    } while (!*found);
    return OK;
}

int records_store_whole(struct db *db, const struct viewer *who,
                        const struct records_cut *cut, bool *whole, struct arena tmp,
                        struct err *e)
{
    *whole = true;
    for (isize t = 0; t < cut->protocol->study->tables.n && *whole; t++) {
        struct arena a = tmp;
        struct paging p;
        bool found = false;
        paging_begin(&p, db, who, cut, t, &a);
        TRY(any(&p, &found, a, e));
        *whole = found;
    }
    return OK;
}
