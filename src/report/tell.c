#include "report/tell.h"
#include "base/num.h"

#include <math.h>
#include <string.h>

/* Whole numbers whole, others with two digits that count. */
static struct str short_number(double x, struct arena *a)
{
    if (x == floor(x) || !(fabs(x) > 0)) return num_shortest(x, a);
    int places = 1 - (int)floor(log10(fabs(x)));
    struct str s = num_fixed(x, places < 0 ? 0 : places, a);
    while (str_find(s, '.') >= 0 && str_ends(s, S("0"))) s.n--;
    return s;
}

struct str tell_word(const struct telling *t, const char *id)
{
    const struct str level = tell_level(t);
    return text_fill(t->lang, id, &level, 1, t->a);
}

struct str tell_level(const struct telling *t)
{
    return short_number(100 * t->m->plan->level, t->a);
}

struct str tell_fill(const struct telling *t, const char *id, const struct str *arg,
                     isize n)
{
    return text_fill(t->lang, id, arg, n, t->a);
}

struct str tell_in(const struct telling *t, const struct words_in *w)
{
    return study_word(w, t->lang);
}

struct str tell_num(const struct telling *t, double x, int places)
{
    if (isnan(x)) return S("–");
    return num_fixed(x, places, t->a);
}

struct str tell_p(const struct telling *t, double p)
{
    if (isnan(p)) return S("–");
    return p < 0.001 ? S("< 0.001") : num_fixed(p, 3, t->a);
}

/* --- quantities --------------------------------------------------------------------- */

static double range_of(const struct records *rec, isize variable)
{
    if (variable < 0) return NAN;
    const struct scoredef *s = records_score(rec, variable);
    return s ? s->hi - s->lo : NAN;
}

int tell_places(const struct result *r, const struct records *rec, struct str quantity)
{
    const struct plan_printed *q = plan_printed(r->an, quantity);
    if (q && !isnan(q->value)) return q->places;
    if (r->an->method == PLAN_PATH) return 3;
    static const char *const PLAIN[] = {"t", "r", "dz", "g", "beta", "r2", "median"};
    for (isize i = 0; i < COUNT(PLAIN); i++)
        if (str_is(quantity, PLAIN[i])) return 2;
    if (str_is(quantity, "df")) return r->an->method == PLAN_GROUPS ? 1 : 0;
    /* As its neighbours are printed: a limit like the change. */
    static const char *const LIKE[] = {"change", "before.mean", "b", "mean"};
    for (isize i = 0; i < COUNT(LIKE); i++)
        if ((q = plan_printed(r->an, str_of(LIKE[i]))) && !isnan(q->value))
            return q->places;
    return range_of(rec, r->an->x) > 20 ? 1 : 2;
}

struct str tell_quantity(const struct telling *t, const struct result *r,
                         struct quantity q)
{
    int places = tell_places(r, t->m->records, q.id);
    const struct plan_printed *p = plan_printed(r->an, q.id);
    bool printed = p && !isnan(p->value);
    switch (q.kind) {
    case QUANTITY_COUNT: return tell_num(t, q.value, 0);
    case QUANTITY_PERCENT: return tell_num(t, q.value, printed ? places : 1);
    case QUANTITY_P: return tell_p(t, q.value);
    case QUANTITY_VALUE: break;
    }
    return tell_num(t, q.value, places);
}

static struct str code_name(const struct telling *t, const struct result *r,
                            isize variable, struct str code)
{
    const struct study *s = t->m->records->study;
    for (isize i = 0; i < r->an->groups.n; i++)
        if (str_eq(r->an->groups.at[i].id, code))
            return tell_in(t, &r->an->groups.at[i].label);
    const struct study_variable *v = &s->variables.at[variable];
    if (v->kind != VARIABLE_COLUMN) return code;
    return study_code_label(&s->tables.at[v->table].columns.at[v->at], code, t->lang);
}

struct str tell_when(const struct telling *t, const struct result *r, bool after)
{
    const struct study *s = t->m->records->study;
    const struct words_in *w = after ? &r->an->after_name : &r->an->before_name;
    if (w->in[LANG_EN].n > 0) return tell_in(t, w);
    const struct study_variable *v = &s->variables.at[after ? r->an->y : r->an->x];
    return v->time >= 0 ? tell_in(t, &s->times.at[v->time].label) : v->id;
}

/* "before.mean" is Q_MEAN with the name of the time, "schizophrenia.n" Q_N with the
** code. */
struct str tell_name(const struct telling *t, const struct result *r, struct str quantity)
{
    if (r->an->method == PLAN_STATED) return S(""); /* its name says all */
    isize tilde = str_find(quantity, '~');
    if (tilde > 0) {
        const struct study *s = t->m->records->study;
        isize to = study_variable(s, r->an->table, str_upto(quantity, tilde));
        isize from = study_variable(s, r->an->table, str_from(quantity, tilde + 1));
        if (to >= 0 && from >= 0)
            return TELL(t, "REPORT_PATH_NAME",
                        records_label(t->m->records, from, t->lang, t->a),
                        records_label(t->m->records, to, t->lang, t->a));
    }
    isize dot = str_find(quantity, '.');
    struct str of = str_upto(quantity, MAX(dot, 0));
    bool after = str_is(of, "after");
    struct str what = quantity, who = {0};
    if (after || str_is(of, "before")) {
        who = tell_when(t, r, after);
        what = str_from(quantity, dot + 1);
    } else if (dot > 0 && (r->an->method == PLAN_COUNT || r->an->method == PLAN_GROUPS)) {
        who = code_name(t, r, r->an->method == PLAN_COUNT ? r->an->x : r->an->y, of);
        what = str_from(quantity, dot + 1);
    }
    char id[60] = "Q_";
    isize n = 2;
    for (isize i = 0; i < what.n && n < 58; i++) {
        char c = what.at[i];
        id[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c == '.' ? '_' : c;
    }
    id[n] = 0;
    struct str words = text_of(t->lang, id);
    return who.n > 0 ? str_fmt(t->a, "%.*s: %.*s", FMT(who), FMT(words))
                     : str_dup(words, t->a);
}

struct str tell_list(const struct telling *t, const struct str *at, isize n)
{
    struct buf b = buf_in(t->a, 200);
    for (isize i = 0; i < n; i++) {
        if (i > 0 && i == n - 1)
            buf_fmt(&b, " %.*s ", FMT(tell_word(t, "REPORT_AND")));
        else if (i > 0)
            buf_put(&b, S(", "));
        buf_put(&b, at[i]);
    }
    return buf_str(&b);
}

struct str tell_place(const struct telling *t, struct str place)
{
    static const struct {
        struct str head;
        const char *id;
    } known[] = {{{"p. ", 3}, "REPORT_PAGE_NO"}, {{"Table ", 6}, "REPORT_TABLE_NO"}};
    for (isize i = 0; i < COUNT(known); i++)
        if (str_starts(place, known[i].head))
            return TELL(t, known[i].id, str_from(place, known[i].head.n));
    return place;
}

struct str tell_lead(const struct telling *t, const struct words_in *lead)
{
    struct str rest = tell_in(t, lead), before, name;
    struct buf b = buf_in(t->a, rest.n + 100);
    while (plan_place(&rest, &before, &name)) {
        isize colon = str_find(name, ':');
        isize an = plan_analysis(t->m->plan, str_upto(name, colon));
        const struct result *r = &t->m->result[an];
        struct quantity q = analyse_quantity(r, str_from(name, colon + 1));
        if (r->why) return (struct str){0}; /* nothing to say it of */
        buf_put(&b, before);
        buf_put(&b, tell_quantity(t, r, q));
    }
    buf_put(&b, rest);
    return buf_str(&b);
}

/* --- cells -------------------------------------------------------------------------- */

void tell_col(const struct telling *t, struct tell_cols *c, const char *key,
              const char *head, const char *group, bool num)
{
    if (c->n == COUNT(c->at)) return;
    c->at[c->n++] = (struct doc_col){.key = str_of(key),
                                     .head = *head ? tell_word(t, head) : S(""),
                                     .group = *group ? tell_word(t, group) : S(""),
                                     .num = num};
}

const struct doc_col *tell_cols(const struct telling *t, const struct tell_cols *c)
{
    struct doc_col *col = NEW(t->a, struct doc_col, c->n);
    memcpy(col, c->at, (size_t)c->n * sizeof *col);
    return col;
}

void tell_cell(const struct telling *t, struct doc_cell *c, const struct result *r,
               const char *quantity)
{
    struct quantity q = analyse_quantity(r, str_of(quantity));
    c->text = tell_quantity(t, r, q);
    c->value = q.value;
}

void tell_printed(const struct telling *t, struct doc_cell *c, const struct result *r,
                  struct str quantity)
{
    const struct plan_printed *p = plan_printed(r->an, quantity);
    struct comparison v = compare_of(t->m, r, p);
    c->mark = v.mark;
    if (!p) return;
    c->text = p->text.n > 0 ? p->text : tell_word(t, "REPORT_LOST");
    c->value = NAN; /* as printed, to the letter, in every format */
}

/* --- remarks ------------------------------------------------------------------------ */

/* What matters most comes first. */
enum rank { RANK_PRINTED, RANK_STUDY, RANK_ESTIMAND, RANK_METHOD, RANKS };

/* A remark and the analyses that it stands on: the same one is said once. */
struct remark {
    enum rank rank;
    struct str text;
    struct remark_of LIST(const struct result *) of;
};
struct remark_list LIST(struct remark);

static void remark(const struct telling *t, struct remark_list *l, enum rank rank,
                   const struct result *r, struct str s)
{
    if (s.n == 0) return;
    isize i = 0;
    while (i < l->n && !str_eq(l->at[i].text, s)) i++;
    if (i == l->n) *PUSH(t->a, l) = (struct remark){.rank = rank, .text = s};
    struct remark *q = &l->at[i];
    if (q->of.n == 0 || q->of.at[q->of.n - 1] != r) *PUSH(t->a, &q->of) = r;
}

/* Whom a remark is about: "All" when it stands on every analysis of its method. */
static struct str remark_of(const struct telling *t, const struct remark *q)
{
    const struct result *first = q->of.at[0];
    struct str *name = NEW(t->a, struct str, q->of.n);
    isize all = 0, n = 0;
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct plan_analysis *an = t->m->result[i].an;
        all += an->section == first->an->section && an->method == first->an->method;
    }
    if (q->of.n > 2 && q->of.n == all) return tell_word(t, "REPORT_ALL");
    for (isize i = 0; i < q->of.n; i++) name[n++] = tell_in(t, &q->of.at[i]->an->label);
    return tell_list(t, name, n);
}

/* The rows that analyses left out: one line for all. */
static void put_dropped(const struct telling *t, struct buf *b, const struct result *r)
{
    for (int i = 0; i < r->notes.n; i++)
        if (r->notes.at[i].code == NOTE_DROPPED)
            buf_fmt(b, "%s%.*s %.*s", b->n > 0 ? ", " : "",
                    FMT(tell_in(t, &r->an->label)),
                    FMT(tell_num(t, r->notes.at[i].x[0], 0)));
}

/* Signs that the text at hand has lost and that no remark explains: one line for all. */
static void put_restored(const struct telling *t, struct buf *b, const struct result *r)
{
    isize before = b->n;
    for (isize i = 0; i < r->an->printed.n; i++) {
        const struct plan_printed *p = &r->an->printed.at[i];
        if (!p->restored || !(p->value < 0) || p->garbled.in[LANG_EN].n > 0 ||
            p->remark.in[LANG_EN].n > 0)
            continue;
        if (b->n == before)
            buf_fmt(b, "%s%.*s: ", b->n > 0 ? "; " : "", FMT(tell_in(t, &r->an->label)));
        else
            buf_put(b, S(", "));
        buf_fmt(b, "%.*s %.*s", FMT(tell_name(t, r, p->quantity)),
                FMT(tell_num(t, p->value, p->places)));
    }
}

static void remarks_of(const struct telling *t, struct remark_list *l,
                       const struct result *r)
{
    struct str what = tell_in(t, &r->an->estimand);
    if (what.n > 0) remark(t, l, RANK_ESTIMAND, r, TELL(t, "REPORT_ESTIMAND", what));
    remark(t, l, RANK_STUDY, r, tell_in(t, &r->an->remark));
    remark(t, l, RANK_PRINTED, r, tell_in(t, &r->an->garbled));
    for (isize i = 0; i < r->an->printed.n; i++) {
        const struct plan_printed *p = &r->an->printed.at[i];
        struct comparison c = compare_of(t->m, r, p);
        struct str garbled = tell_in(t, &p->garbled);
        if (garbled.n > 0)
            remark(t, l, RANK_PRINTED, r,
                   TELL(t,
                        c.as_read_agrees ? "REPORT_READ_AGREES" : "REPORT_READ_DIFFERS",
                        garbled));
        remark(t, l, RANK_PRINTED, r, tell_in(t, &p->remark));
        remark(t, l, RANK_PRINTED, r, tell_in(t, &p->lost));
    }
    for (int i = 0; i < r->notes.n; i++) {
        const struct note *n = &r->notes.at[i];
        if (n->code == NOTE_RMSEA_UNSTABLE) continue; /* section_path says more */
        if (n->code == NOTE_DROPPED) continue;        /* tell_remarks, in one line */
        const struct str x[2] = {short_number(n->x[0], t->a),
                                 short_number(n->x[1], t->a)};
        remark(t, l, RANK_METHOD, r, text_fill(t->lang, note_id(n->code), x, 2, t->a));
    }
    const struct study *s = t->m->records->study;
    const isize v[2] = {r->an->x, r->an->y};
    for (int i = 0; i < 2; i++)
        if (v[i] >= 0 && s->variables.at[v[i]].kind == VARIABLE_SCORE)
            remark(t, l, RANK_STUDY, r,
                   tell_in(t, &s->measures.at[s->variables.at[v[i]].at].remark));
}

void tell_remarks(const struct telling *t, struct doc_table *table, isize section)
{
    struct remark_list l = {0};
    struct buf filled = buf_in(t->a, 200), restored = buf_in(t->a, 200),
               dropped = buf_in(t->a, 200);
    for (isize i = 0; i < t->m->plan->analyses.n; i++) {
        const struct result *r = &t->m->result[i];
        if (r->an->section != section) continue;
        remarks_of(t, &l, r);
        put_restored(t, &restored, r);
        put_dropped(t, &dropped, r);
        if (r->filled > 0)
            buf_fmt(&filled, "%s%.*s %td", filled.n > 0 ? ", " : "",
                    FMT(tell_in(t, &r->an->label)), r->filled);
    }
    struct str whole = tell_in(t, &t->m->plan->sections.at[section].remark);
    if (whole.n > 0) doc_table_note(table, whole);
    for (int rank = 0; rank < RANKS; rank++) {
        for (isize i = 0; i < l.n; i++)
            if (l.at[i].rank == (enum rank)rank)
                doc_table_note(table,
                               str_fmt(t->a, "%.*s: %.*s", FMT(remark_of(t, &l.at[i])),
                                       FMT(l.at[i].text)));
        if (rank == RANK_PRINTED && restored.n > 0)
            doc_table_note(table, TELL(t, "REPORT_RESTORED", buf_str(&restored)));
    }
    if (dropped.n > 0)
        doc_table_note(table, TELL(t, "REPORT_DROPPED", buf_str(&dropped)));
    if (filled.n > 0) doc_table_note(table, TELL(t, "REPORT_FILLED", buf_str(&filled)));
}
