/* The codebook of an export: what every variable, item and code means. */
#include "base/csv.h"
#include "base/num.h"
#include "exchange/tidy.h"

struct book {
    const struct protocol *p;
    enum lang lang;
    struct buf b;
    struct arena *a;
};

enum { COLUMNS = 12 };
static const char HEAD[] = "table,variable,kind,label,values,low,high,missing,instrument,"
                           "revision,reverse,hash\n";

/* One line; what is not given stays empty. */
struct entry {
    struct str table, variable, kind, label, values, low, high, missing, instrument,
        revision, reverse, hash;
};

static void put(struct book *k, const struct entry *x)
{
    const struct str cell[COLUMNS] = {x->table,      x->variable, x->kind,    x->label,
                                      x->values,     x->low,      x->high,    x->missing,
                                      x->instrument, x->revision, x->reverse, x->hash};
    for (int i = 0; i < COLUMNS; i++) csv_put(&k->b, cell[i], i == COLUMNS - 1);
}

static struct str number(struct book *k, double x)
{
    return num_shortest(x, k->a);
}

/* "f = woman | m = man" */
static struct str codes_of(struct book *k, const struct study_column *c)
{
    struct buf b = buf_in(k->a, 100);
    for (isize i = 0; i < c->codes.n; i++)
        buf_fmt(&b, "%s%.*s = %.*s", i > 0 ? " | " : "", FMT(c->codes.at[i].id),
                FMT(study_word(&c->codes.at[i].label, k->lang)));
    return buf_str(&b);
}

static void put_columns(struct book *k, isize table)
{
    static const char *const TYPE[COLUMN_TYPES] = {"number", "whole number", "code",
                                                   "site", "code of a row"};
    const struct study *s = k->p->study;
    const struct study_table *t = &s->tables.at[table];
    for (isize c = 0; c < t->columns.n; c++) {
        const struct study_column *col = &t->columns.at[c];
        bool num = col->type == COLUMN_NUMBER || col->type == COLUMN_WHOLE;
        struct entry x = {.table = t->id,
                          .variable = col->id,
                          .kind = str_of(TYPE[col->type]),
                          .label = study_word(&col->label, k->lang),
                          .values = codes_of(k, col),
                          .hash = str_of(s->hash.hex)};
        x.revision = str_fmt(k->a, "%" PRId64, s->revision);
        if (num) {
            x.low = number(k, col->lo);
            x.high = number(k, col->hi);
        }
        if (col->type == COLUMN_LINK) x.values = s->tables.at[col->link].id;
        put(k, &x);
    }
}

static struct str choices_of(struct book *k, const struct item *it)
{
    struct buf b = buf_in(k->a, 100);
    for (isize i = 0; i < it->choices.n; i++)
        buf_fmt(&b, "%s%.*s = %.*s", i > 0 ? " | " : "",
                FMT(number(k, it->choices.at[i].value)), FMT(it->choices.at[i].text));
    return buf_str(&b);
}

/* The words that may stand in the place of an answer. */
static struct str missing_of(struct book *k, const struct item *it)
{
    struct buf b = buf_in(k->a, 60);
    for (int s = ANSWER_MISSING; s < ANSWER_STATES; s++) {
        bool fits =
            s != ANSWER_GIVEN && (s != ANSWER_NOT_APPLICABLE || it->not_applicable.n > 0);
        if (fits) buf_fmt(&b, "%s%s", b.n > 0 ? " | " : "", answer_state_word[s]);
    }
    return buf_str(&b);
}

static struct str times_of(struct book *k, const struct study_measure *m)
{
    struct buf b = buf_in(k->a, 40);
    for (isize i = 0; i < m->at.n; i++)
        buf_fmt(&b, "%s%.*s", i > 0 ? " | " : "",
                FMT(k->p->study->times.at[m->at.at[i]].id));
    return buf_str(&b);
}

static void put_measure(struct book *k, isize measure)
{
    const struct study *s = k->p->study;
    const struct study_measure *m = &s->measures.at[measure];
    const struct instrument *in = k->p->in[measure];
    struct entry x = {.table = s->tables.at[m->table].id,
                      .variable = m->id,
                      .kind = S("measure"),
                      .label = study_word(&m->label, k->lang),
                      .values = times_of(k, m),
                      .instrument = in->id,
                      .revision = str_fmt(k->a, "%d", in->revision),
                      .hash = str_of(in->hash.hex)};
    if (x.label.n == 0) x.label = in->title;
    put(k, &x);
    for (isize i = 0; i < in->items.n; i++) {
        const struct item *it = &in->items.at[i];
        x.variable = str_fmt(k->a, "%.*s.%.*s", FMT(m->id), FMT(it->id));
        x.kind = S("item");
        x.label = it->text;
        x.values = choices_of(k, it);
        x.low = number(k, it->lo);
        x.high = number(k, it->hi);
        x.missing = missing_of(k, it);
        x.reverse = it->reverse ? S("yes") : S("no");
        put(k, &x);
    }
    for (isize i = 0; i < m->scores.n; i++) {
        isize at = instrument_score(in, m->scores.at[i].score);
        if (at < 0) continue;
        const struct scoredef *d = &in->scores.at[at];
        x.variable = m->scores.at[i].stem;
        x.kind = S("score");
        x.label = d->title;
        x.values = str_of(metric_word[d->metric]);
        x.low = number(k, d->lo);
        x.high = number(k, d->hi);
        x.missing = str_of(missing_word[d->rule]);
        x.reverse = str_of(direction_word[d->direction]);
        put(k, &x);
    }
}

int tidy_codebook(const struct protocol *p, enum lang lang, const struct tidy_sink *to,
                  struct arena tmp, struct err *e)
{
    struct book k = {.p = p, .lang = lang, .a = &tmp};
    k.b = buf_in(&tmp, 1 << 16);
    buf_put(&k.b, str_of(HEAD));
    for (isize t = 0; t < p->study->tables.n; t++) put_columns(&k, t);
    for (isize m = 0; m < p->study->measures.n; m++) put_measure(&k, m);
    return to->put(to->arg, buf_str(&k.b), e);
}
